//! The workflow: which version is in force, another text to be in force, and what was published before.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Html;
use domain::guard::Guard;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::{Imprint, PublishedRow, Tx};

use super::{Part, may_see, page};
use crate::http::assets::WORKFLOW_SCRIPT;
use crate::http::desk::view::View;
use crate::http::problem::Problem;
use crate::node::Node;
use crate::workflows::difference::{Line, Sign, difference};

/// So many versions are listed; the API has them all.
const MOST: i64 = 100;
/// Over how many days a change can be tried.
const DAYS: [i64; 4] = [7, 30, 60, 90];

/// Which version is looked at.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    version: Option<i64>,
}

/// `GET /settings/workflow`, and with `?version=3` what that version says otherwise.
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    view: View,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, Problem> {
    may_see(&view, Part::Workflow)?;
    let (workspace, version) = (view.workspace, view.workflow.version);
    let read = move |tx: &mut Tx<'_>| {
        let asked = wanted.version.map(|asked| tx.published_workflow(workspace, asked)).transpose()?.flatten();
        Ok((tx.published_workflow(workspace, version)?, asked, tx.workflow_imprints(workspace, None, MOST)?))
    };
    let (in_force, asked, imprints) = node.store.read(read).await?;
    let in_force = in_force.ok_or_else(|| Problem::missing("workflow"))?;
    let content = match (wanted.version, asked) {
        (Some(_), None) => return Err(Problem::missing("version")),
        (Some(_), Some(asked)) => one(&view, &asked, &in_force),
        (None, _) => html! {
            (now(&view, &in_force.imprint))
            (draft(&view, &in_force))
            (versions(&view, &imprints))
        },
    };
    Ok(page(&view, Part::Workflow, content))
}

/// What holds.
fn now(view: &View, imprint: &Imprint) -> Markup {
    html! {
        section.card aria-labelledby="in-force-title" {
            h2 #in-force-title { (view.say_with("workflow-in-force", &[("version", &imprint.version.to_string())])) }
            (author(view, imprint))
            p.soft { (view.say("workflow-lead")) }
        }
    }
}

fn author(view: &View, imprint: &Imprint) -> Markup {
    let by = match imprint.by.as_str() {
        "starter" => view.say("workflow-by-starter"),
        "settings" => view.say("workflow-by-settings"),
        by => by.to_owned(),
    };
    let when = view.reader.when(imprint.at);
    html! {
        p {
            span dir="auto" { "“" (imprint.reason) "”" } " "
            small.soft { bdi { (by) } " · " (when) }
        }
    }
}

/// The text, to be changed, checked, compared and published.
fn draft(view: &View, in_force: &PublishedRow) -> Markup {
    let version = in_force.imprint.version;
    html! {
        section.card aria-labelledby="draft-title" {
            h2 #draft-title { (view.say("workflow-draft")) }
            p.soft { (view.say("workflow-draft-lead")) }
            form #draft .fields data-own="*" data-after=(version) data-published=(view.say("workflow-published"))
                data-same=(view.say("workflow-same")) data-error=(view.say("workflow-error")) data-warning=(view.say("workflow-warning"))
                data-sound=(view.say("workflow-sound")) data-line=(view.say("workflow-line")) {
                label.field.wide for="workflow-text" { span { (view.say("workflow-text")) } }
                textarea #workflow-text .code name="text" rows="22" spellcheck="false" autocapitalize="off" autocomplete="off"
                    wrap="off" required { (in_force.text) }
                div.row {
                    button #check.quiet type="button" { (view.say("workflow-check")) }
                }
                div #findings .findings role="status" data-kept {}
                (trying(view))
                label.field.wide for="workflow-reason" { span { (view.say("workflow-reason")) } }
                input #workflow-reason name="reason" type="text" maxlength="500" required autocomplete="off" dir="auto"
                    placeholder=(view.say("workflow-reason-example"));
                button.primary type="submit" { (view.say("workflow-publish")) }
                p.wrong role="alert" hidden {}
            }
            script type="module" src=(WORKFLOW_SCRIPT.path()) {}
        }
    }
}

/// What it would have decided otherwise, on real messages.
fn trying(view: &View) -> Markup {
    html! {
        div.row.trying {
            label for="replay-days" { (view.say("replay-days")) }
            select #replay-days name="days" {
                @for days in DAYS { option value=(days) { (view.say_with("replay-so-many-days", &[("days", &days.to_string())])) } }
            }
            button #replay.quiet type="button" { (view.say("replay-try")) }
            button #replay-stop.quiet type="button" hidden { (view.say("replay-stop")) }
        }
        p #replay-said .soft role="status" data-kept {}
        ol #replayed .replayed data-kept data-words=(words(view)) {}
    }
}

/// What the script needs to say: names of types and queues, of what is done, and of what stops more.
fn words(view: &View) -> String {
    let (explainer, workflow) = (view.explainer(), &view.workflow.workflow);
    let types: Map<String, Value> =
        workflow.types.iter().map(|kind| (kind.id.clone(), explainer.kind(&kind.id).into())).collect();
    let named = |queue: &workflow::Queue| (queue.id.clone(), queue.name.get(view.reader.language).into());
    let queues: Map<String, Value> = workflow.queues.iter().map(named).collect();
    let guards: Map<String, Value> =
        Guard::ALL.iter().map(|guard| (guard.name().to_owned(), view.say(&format!("guard-{guard}")).into())).collect();
    let policies = ["automate", "intake", "stay_out"];
    let policies: Map<String, Value> = policies
        .iter()
        .map(|policy| ((*policy).to_owned(), view.say(&format!("replay-policy-{policy}")).into()))
        .collect();
    let said = ["then", "now", "unknown", "nothing", "so-far", "done", "none", "stopped"];
    let said: Map<String, Value> =
        said.into_iter().map(|key| (key.to_owned(), view.say(&format!("replay-{key}")).into())).collect();
    json!({ "types": types, "queues": queues, "guards": guards, "policies": policies, "said": said }).to_string()
}

fn versions(view: &View, imprints: &[Imprint]) -> Markup {
    html! {
        section.card aria-labelledby="versions-title" {
            h2 #versions-title { (view.say("workflow-versions")) }
            ol.plain-list {
                @for (place, imprint) in imprints.iter().enumerate() {
                    li id={ "version-" (imprint.version) } {
                        div.grow {
                            strong { (view.say_with("workflow-version", &[("version", &imprint.version.to_string())])) }
                            @if place == 0 { " " span.good { (view.say("workflow-holds")) } }
                            (author(view, imprint))
                        }
                        @if place != 0 {
                            a.quiet href={ "/settings/workflow?version=" (imprint.version) } { (view.say("workflow-compare")) }
                        }
                    }
                }
            }
        }
    }
}

/// An earlier version: what it says otherwise, and the way back to it.
fn one(view: &View, earlier: &PublishedRow, in_force: &PublishedRow) -> Markup {
    let (version, latest) = (earlier.imprint.version, in_force.imprint.version);
    let named = |key: &str| view.say_with(key, &[("version", &version.to_string()), ("latest", &latest.to_string())]);
    let places = difference(&in_force.text, &earlier.text);
    html! {
        p { a.quiet href="/settings/workflow" { (view.say("workflow-back-to-list")) } }
        section.card aria-labelledby="one-title" {
            h2 #one-title { (named("workflow-version")) }
            (author(view, &earlier.imprint))
            @if places.is_empty() {
                p { (view.say("workflow-same")) }
            } @else {
                p.soft { (named("workflow-back-lead")) }
                (drawn(view, &places))
                form.fields data-call={ "POST /workflow/versions/" (version) "/restoration" } data-done=(named("workflow-back-done")) {
                    label.field.wide for="back-reason" { span { (view.say("workflow-reason")) } }
                    input #back-reason name="reason" type="text" maxlength="500" required autocomplete="off" dir="auto";
                    button.primary type="submit" { (named("workflow-back")) }
                }
            }
        }
        details.card {
            summary { (named("workflow-whole")) }
            pre.code tabindex="0" { (earlier.text) }
        }
    }
}

/// Lines that are gone and lines that are new, with a sign and a word for whoever sees no colour.
fn drawn(view: &View, places: &[Vec<Line>]) -> Markup {
    html! {
        div.difference role="group" tabindex="0" aria-label=(view.say("workflow-difference")) {
            @for place in places {
                ol { @for line in place { (drawn_line(view, line)) } }
            }
        }
    }
}

fn drawn_line(view: &View, line: &Line) -> Markup {
    let (class, sign, word) = match line.sign {
        Sign::Same => ("is-same", " ", None),
        Sign::Gone => ("is-gone", "−", Some("workflow-line-gone")),
        Sign::New => ("is-new", "+", Some("workflow-line-new")),
    };
    let number = line.after.or(line.before).unwrap_or_default();
    html! {
        li class=(class) {
            span.number aria-hidden="true" { (number) }
            span.sign aria-hidden="true" { (sign) }
            @if let Some(word) = word { span.unseen { (view.say(word)) " " } }
            span.text { (line.text) }
        }
    }
}
