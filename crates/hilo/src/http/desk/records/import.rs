//! People from a file: choose it, see what its columns are taken for, look what would become of its rows, then write them.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Html;
use domain::ids::ImportId;
use domain::import::{Field, ImportState, RowOutcome};
use domain::right::Right;
use maud::{Markup, html};
use store::ImportRow;

use crate::http::desk::frame::{self, Place};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;
use crate::http::problem::Problem;
use crate::imports::{Plan, RowReport};
use crate::node::Node;

const MOST: i64 = 20;
/// Of the rows that are nobody, so many stand on the page; the report has all.
const SHOWN: usize = 20;
const STRETCHES: i64 = 40;

/// `GET /contacts/import`.
pub(super) async fn choose(State(node): State<Arc<Node>>, view: View) -> Result<Html<String>, Problem> {
    may(&view)?;
    let workspace = view.workspace;
    let rows = node.store.read(move |tx| tx.imports(workspace, None, MOST)).await?;
    let title = view.say("import-title");
    let content = html! {
        main #main .page tabindex="-1" {
            (top(&view, "/contacts", &title))
            section.card {
                p { (view.say("import-lead")) }
                form.upload data-upload data-wrong=(view.say("import-no-file")) {
                    label.field { span { (view.say("import-file")) }
                        input #file type="file" name="file" required accept=".csv,.tsv,.txt,text/csv,text/plain"; }
                    button.primary type="submit" { (view.say("import-look")) }
                }
                p.soft { (view.say("import-kinds")) }
            }
            div #imports data-live {
                @if !rows.is_empty() {
                    section.card {
                        h2 { (view.say("import-before")) }
                        ul.plain-list { @for row in &rows { (line(&view, row)) } }
                    }
                }
            }
        }
    };
    Ok(Html(frame::page(&view, &title, Place::Contacts, content).into_string()))
}

fn may(view: &View) -> Result<(), Problem> {
    if Right::Direct.is_of(view.person.role) {
        return Ok(());
    }
    Err(Problem::new(StatusCode::FORBIDDEN, view.say("import-not-yours")))
}

fn top(view: &View, back: &str, title: &str) -> Markup {
    html! {
        header.page-top {
            a.round href=(back) aria-label=(view.say("record-back")) { (icon(Sign::Back)) }
            h1 { bdi { (title) } }
        }
    }
}

fn line(view: &View, row: &ImportRow) -> Markup {
    html! {
        li.row #{ "i-" (row.id) } {
            div.grow {
                a href={ "/contacts/import/" (row.id) } { strong { bdi { (row.name) } } }
                br;
                small.soft { (state(view, row)) " · " (view.reader.when(row.created_at)) " · " bdi { (row.by) } }
            }
        }
    }
}

fn state(view: &View, row: &ImportRow) -> String {
    let done = (row.progress.at_byte * 100).checked_div(row.size).unwrap_or(0).min(100).to_string();
    match row.state {
        ImportState::Held => view.say("import-held"),
        ImportState::Waiting => view.say_with("import-waiting", &[("done", &done)]),
        ImportState::Checked => view.say("import-checked"),
        ImportState::Done => view.say("import-done"),
        ImportState::Failed => view.say("import-failed"),
    }
}

/// `GET /contacts/import/{id}`.
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    view: View,
    Path(id): Path<String>,
) -> Result<Html<String>, Problem> {
    may(&view)?;
    let (workspace, missing) = (view.workspace, || Problem::missing("import"));
    let id: ImportId = id.parse().map_err(|_| missing())?;
    let look = move |tx: &mut store::Tx<'_>| {
        let row = tx.import(workspace, id)?;
        Ok((row, tx.import_rows(workspace, id, -1, STRETCHES)?))
    };
    let (row, stretches) = node.store.read(look).await?;
    let row = row.ok_or_else(missing)?;
    let reports =
        stretches.iter().flat_map(|(_, rows)| serde_json::from_str::<Vec<RowReport>>(rows).unwrap_or_default());
    let nobody = |row: &RowReport| matches!(row.outcome, RowOutcome::Refused | RowOutcome::Ambiguous);
    let nobodies: Vec<RowReport> = reports.filter(nobody).take(SHOWN).collect();
    let plan = serde_json::from_str::<Plan>(&row.plan).ok();
    let content = html! {
        main #main .page tabindex="-1" {
            (top(&view, "/contacts/import", &row.name))
            div #import .record data-live {
                (standing(&view, &row))
                @if let Some(plan) = &plan { (mapping(&view, &row, plan)) }
                @if !nobodies.is_empty() { (refusals(&view, &row, &nobodies)) }
            }
        }
    };
    Ok(Html(frame::page(&view, &row.name, Place::Contacts, content).into_string()))
}

fn standing(view: &View, row: &ImportRow) -> Markup {
    let progress = row.progress;
    let counts = [
        ("import-created", progress.created),
        ("import-matched", progress.matched),
        ("import-ambiguous", progress.ambiguous),
        ("import-refused", progress.refused),
    ];
    html! {
        section.card {
            h2 { (state(view, row)) }
            @match row.state {
                ImportState::Held => p { (view.say("import-held-lead")) },
                ImportState::Waiting => progress max=(row.size) value=(progress.at_byte) aria-label=(view.say("import-progress")) {},
                ImportState::Checked => p { (view.say("import-checked-lead")) },
                ImportState::Done => p { (view.say("import-done-lead")) },
                ImportState::Failed => p.alarm { (row.reason.as_deref().unwrap_or_default()) },
            }
            @if row.state != ImportState::Held && row.state != ImportState::Failed {
                dl.figures { @for (key, count) in counts { div { dt { (view.say(key)) } dd { (count) } } } }
                p { a href={ "/api/v1/imports/" (row.id) "/report?format=csv" } download { (view.say("import-report")) } }
            }
            @if row.state != ImportState::Waiting {
                div.row {
                    button.quiet type="button" data-remove={ "/imports/" (row.id) } data-goes="/contacts/import" {
                        (view.say("import-remove"))
                    }
                }
            }
        }
    }
}

/// What each column is taken for. Whoever knows better says so before anything is written.
fn mapping(view: &View, row: &ImportRow, plan: &Plan) -> Markup {
    let fixed = matches!(row.state, ImportState::Waiting | ImportState::Done);
    html! {
        section.card {
            h2 { (view.say("import-columns")) }
            form data-run={ "/imports/" (row.id) "/run" } {
                div.scroll tabindex="0" role="region" aria-label=(view.say("import-columns")) {
                    table.rows-shown {
                        thead {
                            tr { @for column in &plan.columns { th scope="col" { bdi { (column.name) } } } }
                            tr { @for column in &plan.columns { td { (choice(view, &column.name, column.field, fixed)) } } }
                        }
                        tbody {
                            @for cells in &plan.preview {
                                tr { @for place in 0..plan.columns.len() { td { bdi { (cells.get(place).map_or("", String::as_str)) } } } }
                            }
                        }
                    }
                }
                p.soft { (view.say_with("import-region", &[("region", &plan.region)])) }
                @if !fixed {
                    label.check {
                        input type="checkbox" name="overwrite" checked[plan.overwrite]; span { (view.say("import-overwrite")) }
                    }
                    div.row {
                        button type="submit" name="run" value="check" class=(if row.state == ImportState::Checked { "quiet" } else { "primary" }) {
                            (view.say("import-check"))
                        }
                        button type="submit" name="run" value="write" class=(if row.state == ImportState::Checked { "primary" } else { "quiet" }) {
                            (view.say("import-write"))
                        }
                    }
                }
            }
        }
    }
}

fn choice(view: &View, name: &str, chosen: Option<Field>, fixed: bool) -> Markup {
    html! {
        select name="column" disabled[fixed] aria-label=(view.say_with("import-column-is", &[("name", name)])) {
            option value="" selected[chosen.is_none()] { (view.say("import-field-none")) }
            @for field in Field::ALL {
                option value=(field) selected[chosen == Some(*field)] { (view.say(&format!("import-field-{field}"))) }
            }
        }
    }
}

fn refusals(view: &View, row: &ImportRow, nobodies: &[RowReport]) -> Markup {
    let all = row.progress.refused + row.progress.ambiguous;
    html! {
        section.card {
            h2 { (view.say("import-nobody")) }
            ul.plain-list {
                @for nobody in nobodies {
                    li.row {
                        div.grow {
                            strong { (view.say_with("import-line", &[("line", &nobody.line.to_string())])) }
                            " " (nobody.reason.as_deref().unwrap_or_default())
                            @if let Some(given) = nobody.given.as_deref().filter(|given| !given.is_empty()) {
                                br; small.soft { bdi { (given) } }
                            }
                            @for (place, candidate) in (1..).zip(&nobody.candidates) {
                                " " a href={ "/contacts/" (candidate) } { (view.say_with("import-candidate", &[("place", &place.to_string())])) }
                            }
                        }
                    }
                }
            }
            @if (nobodies.len() as i64) < all { p.soft { (view.say("import-more-nobody")) } }
        }
    }
}

/// The way there from the list of people, for whoever may go.
pub(super) fn entrance(view: &View) -> Markup {
    html! {
        @if Right::Direct.is_of(view.person.role) {
            a.quiet href="/contacts/import" { (view.say("import-title")) }
            a.quiet href="/api/v1/contacts.csv" download { (view.say("import-export")) }
        }
    }
}
