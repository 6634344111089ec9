//! The ways that deals go: the stages of each pipeline, put in order by hand or by buttons.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Html;
use domain::record::{Pipeline, Stage, StageKind};
use maud::{Markup, html};
use store::Versioned;

use super::{Part, may_see, page};
use crate::explain::record;
use crate::http::assets::STAGES_SCRIPT;
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;
use crate::http::problem::Problem;
use crate::node::Node;

/// `GET /settings/pipelines`.
pub(super) async fn show(State(node): State<Arc<Node>>, view: View) -> Result<Html<String>, Problem> {
    may_see(&view, Part::Pipelines)?;
    let workspace = view.workspace;
    let pipelines = node.store.read(move |tx| tx.pipelines(workspace)).await?;
    let content = html! {
        p.soft { (view.say("pipelines-lead")) }
        @for kept in &pipelines { (one(&view, kept)) }
        (another(&view))
        script type="module" src=(STAGES_SCRIPT.path()) {}
    };
    Ok(page(&view, Part::Pipelines, content))
}

/// A pipeline, changed as a whole: the script keeps what somebody has begun until they save it.
fn one(view: &View, kept: &Versioned<Pipeline>) -> Markup {
    let (pipeline, title) = (&kept.record, record::pipeline(view.reader.language, &kept.record));
    html! {
        section.card aria-labelledby={ "title-" (pipeline.id) } {
            h2 id={ "title-" (pipeline.id) } { bdi { (title) } }
            form.fields #{ "pipeline-" (pipeline.id) } data-own="*" data-pipeline=(pipeline.id) data-version=(kept.version)
                data-saved=(view.say("people-saved")) {
                p.field {
                    label for={ "name-" (pipeline.id) } { (view.say("pipelines-name")) }
                    input id={ "name-" (pipeline.id) } name="name" required maxlength="60" autocomplete="off" dir="auto"
                        value=(title) data-kept-name=(pipeline.name);
                }
                fieldset.stages-of {
                    legend { (view.say("pipelines-stages")) }
                    ol.stages { @for stage in &pipeline.stages { (stage_row(view, stage)) } }
                }
                template { (stage_row(view, &Stage { id: String::new(), name: String::new(), kind: StageKind::Open })) }
                div.row {
                    button.quiet type="button" data-stage-add { (view.say("pipelines-add-stage")) }
                    button.primary type="submit" { (view.say("people-save")) }
                }
                p.wrong role="alert" hidden {}
            }
        }
    }
}

fn stage_row(view: &View, stage: &Stage) -> Markup {
    let name =
        if stage.id.is_empty() { String::new() } else { record::stage(view.reader.language, &stage.id, &stage.name) };
    html! {
        li.stage-row draggable="true" data-stage-id=(stage.id) {
            span.grip aria-hidden="true" { "⠿" }
            input name="stage" required maxlength="60" autocomplete="off" dir="auto" value=(name) data-kept-name=(stage.name)
                aria-label=(view.say("pipelines-stage-name"));
            select name="kind" aria-label=(view.say("pipelines-stage-kind")) {
                @for kind in StageKind::ALL.iter().copied() {
                    option value=(kind) selected[kind == stage.kind] { (view.say(&format!("record-deal-{kind}"))) }
                }
            }
            button.round type="button" data-stage-move="-1" aria-label=(view.say("pipelines-up")) { span aria-hidden="true" { "↑" } }
            button.round type="button" data-stage-move="1" aria-label=(view.say("pipelines-down")) { span aria-hidden="true" { "↓" } }
            button.round type="button" data-stage-remove aria-label=(view.say("pipelines-remove")) { (icon(Sign::Close)) }
        }
    }
}

/// A second way of selling begins with the stages of the first.
fn another(view: &View) -> Markup {
    html! {
        section.card aria-labelledby="another-title" {
            h2 #another-title { (view.say("pipelines-another")) }
            form.inline data-another-pipeline {
                p.field.grow {
                    label for="another-name" { (view.say("pipelines-name")) }
                    input #another-name name="name" required maxlength="60" autocomplete="off" dir="auto";
                }
                button.primary type="submit" { (view.say("record-create")) }
                p.wrong role="alert" hidden {}
            }
        }
    }
}
