//! What became of a record, and what people of ours wrote down beside it.

use domain::record::{Note, RecordRef};
use maud::{Markup, html};
use store::{HistoryRow, Tx, Versioned};

use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;

/// How many of each are shown.
const SHOWN: i64 = 50;

/// Both.
pub(super) struct Past {
    record: RecordRef,
    history: Vec<HistoryRow>,
    notes: Vec<Versioned<Note>>,
}

impl Past {
    pub(super) fn read(tx: &mut Tx<'_>, workspace: domain::ids::WorkspaceId, record: RecordRef) -> store::Result<Past> {
        let history = tx.history(workspace, record, None, SHOWN)?;
        Ok(Past { record, history, notes: tx.record_notes(workspace, record, None, SHOWN)? })
    }
}

pub(super) fn render(view: &View, past: &Past) -> Markup {
    html! {
        (notes(view, past.record, &past.notes))
        section.card {
            h2 { (view.say("record-history")) }
            ol.past {
                @for row in &past.history {
                    li #{ "h-" (row.id) } {
                        p dir="auto" { (view.explainer().step(&row.step)) }
                        p.soft { bdi { (row.by) } " · " time { (view.reader.when(row.at)) } }
                    }
                }
            }
        }
    }
}

/// The notes beside a record, with a place for another.
pub(super) fn notes(view: &View, record: RecordRef, notes: &[Versioned<Note>]) -> Markup {
    html! {
        section.card {
            h2 { (icon(Sign::Note)) (view.say("record-notes")) }
            form.note data-create="/record-notes" data-record-type=(record.noun) data-record-id=(record.id) {
                label { span.unseen { (view.say("record-note-new")) }
                    textarea name="text" rows="2" maxlength="4000" required placeholder=(view.say("record-note-new")) dir="auto" {} }
                button.quiet type="submit" { (view.say("record-note-add")) }
            }
            ol.notes {
                @for kept in notes {
                    li #{ "n-" (kept.record.id) } {
                        p dir="auto" { (kept.record.text) }
                        p.soft { bdi { (kept.record.author) } " · " time { (view.reader.when(kept.created_at)) } }
                    }
                }
            }
        }
    }
}
