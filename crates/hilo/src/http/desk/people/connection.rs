//! The connection with WhatsApp: what `hilo doctor` sees, with what to do about it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Html;
use maud::{Markup, html};

use super::{Part, may_see, page};
use crate::doctor::{self, Finding, State as Stands};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;
use crate::http::problem::Problem;
use crate::node::Node;

/// `GET /settings/connection`.
pub(super) async fn show(State(node): State<Arc<Node>>, view: View) -> Result<Html<String>, Problem> {
    may_see(&view, Part::Connection)?;
    let workspace = view.workspace;
    let found = node.store.read(move |tx| tx.workspace(workspace)).await?;
    let (name, _) = found.ok_or_else(|| Problem::missing("workspace"))?;
    let findings = doctor::examine(&node.store, &node.settings, Some(&name)).await;
    let (of_numbers, of_machine): (Vec<&Finding>, Vec<&Finding>) =
        findings.iter().partition(|finding| finding.number.is_some());
    let mut numbers: Vec<&str> = of_numbers.iter().filter_map(|finding| finding.number.as_deref()).collect();
    numbers.dedup();
    let content = html! {
        p.soft { (view.say("people-connection-lead")) }
        @if numbers.is_empty() { section.card { p { (view.say("people-connection-none")) } } }
        @for number in numbers {
            (card(&view, number, of_numbers.iter().filter(|finding| finding.number.as_deref() == Some(number))))
        }
        (card(&view, &view.say("people-machine"), of_machine.iter()))
    };
    Ok(page(&view, Part::Connection, content))
}

fn card<'a>(view: &View, title: &str, findings: impl Iterator<Item = &'a &'a Finding>) -> Markup {
    html! {
        section.card {
            h2 { (title) }
            ul.plain-list { @for finding in findings { (one(view, finding)) } }
        }
    }
}

fn one(view: &View, finding: &Finding) -> Markup {
    let language = view.reader.language;
    let (class, sign, word) = match finding.state {
        Stands::Good => ("good", Sign::Done, "people-check-good"),
        Stands::Wrong => ("alarm", Sign::Close, "people-check-wrong"),
        Stands::Unknown => ("soft", Sign::More, "people-check-unknown"),
    };
    html! {
        li {
            span class=(class) { (icon(sign)) }
            div.grow {
                strong { (finding.title(language)) }
                @if !finding.seen.is_empty() { " " small.soft { bdi { (finding.seen) } } }
                @if let Some(fix) = finding.fix(language) { p { (fix) } }
            }
            span class=(class) { (view.say(word)) }
        }
    }
}
