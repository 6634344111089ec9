//! Webhooks and templates that do not work as they should.

use domain::endpoint::EndpointState;
use domain::ids::WorkspaceId;
use domain::template::TemplateState;
use maud::{Markup, html};
use store::{EndpointRow, TemplateRow, WantedTemplates};

use crate::http::desk::view::View;
use crate::node::Node;

/// Templates are few; of a very long list the first are looked at.
const LOOKED_AT: i64 = 500;

/// What does not work.
pub(super) struct Others {
    endpoints: Vec<EndpointRow>,
    templates: Vec<TemplateRow>,
}

impl Others {
    /// Webhooks are for those who oversee.
    pub(super) async fn read(node: &Node, workspace: WorkspaceId, oversees: bool) -> store::Result<Self> {
        let read = move |tx: &mut store::Tx<'_>| {
            let endpoints = if oversees { tx.endpoints(workspace)? } else { Vec::new() };
            Ok((endpoints, tx.templates(workspace, &WantedTemplates::default(), None, LOOKED_AT)?))
        };
        let (mut endpoints, mut templates) = node.store.read(read).await?;
        endpoints.retain(|row| row.state != EndpointState::Enabled || row.failing_since.is_some());
        templates.retain(|row| {
            matches!(row.state, TemplateState::Rejected | TemplateState::Paused | TemplateState::Disabled)
        });
        Ok(Self { endpoints, templates })
    }

    pub(super) fn is_well(&self) -> bool {
        self.endpoints.is_empty() && self.templates.is_empty()
    }
}

pub(super) fn render(view: &View, others: &Others) -> Markup {
    html! {
        @if !others.endpoints.is_empty() {
            section.card aria-labelledby="endpoints-title" {
                h2 #endpoints-title { (view.say("health-endpoints")) }
                ul.plain-list {
                    @for row in &others.endpoints {
                        li {
                            div.grow {
                                strong { bdi { (row.url) } }
                                @if let Some(reason) = &row.reason { p { bdi { (reason) } } }
                                @if let Some(at) = row.failing_since {
                                    p.soft { (view.say_with("health-failing", &[("when", &view.reader.when(at))])) }
                                }
                            }
                        }
                    }
                }
            }
        }
        @if !others.templates.is_empty() {
            section.card aria-labelledby="templates-title" {
                h2 #templates-title { (view.say("health-templates")) }
                ul.plain-list {
                    @for row in &others.templates {
                        li {
                            div.grow {
                                strong { bdi { (row.name) } } " " small.soft { (row.language) } " "
                                span.alarm { (view.say(&format!("health-template-{}", row.state))) }
                                @if let Some(reason) = &row.reason { p { bdi { (reason) } } }
                            }
                        }
                    }
                }
            }
        }
    }
}
