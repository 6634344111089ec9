//! What became of each row, and lists of people as files: of a kind that a spreadsheet only shows.

use domain::contact::IdentityKind;
use domain::ids::{ContactId, ImportId, WorkspaceId};
use domain::import::RowOutcome;
use futures::stream::{self, Stream};
use serde::{Deserialize, Serialize};
use store::{ContactRow, Store};
use utoipa::ToSchema;

use crate::http::api::schemas::{Id, RowOutcomeName};

/// Stretches of a report, and people of an export, that are read at once.
const AT_ONCE: i64 = 20;
const PEOPLE_AT_ONCE: i64 = 500;

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowReport {
    /// The line of the file in which it begins.
    pub line: i64,
    #[schema(value_type = RowOutcomeName)]
    /// What became of it.
    pub outcome: RowOutcome,
    /// Who it is; nobody where it is refused or ambiguous.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Id>)]
    pub contact: Option<ContactId>,
    /// Who it could be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Id>)]
    pub candidates: Vec<ContactId>,
    /// A word for the reason, for programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Why it is nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The beginning of the row, where it is nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<String>,
}

impl RowReport {
    fn csv(&self) -> String {
        let candidates: Vec<String> = self.candidates.iter().map(ToString::to_string).collect();
        line(&[
            &self.line.to_string(),
            self.outcome.name(),
            self.code.as_deref().unwrap_or_default(),
            self.reason.as_deref().unwrap_or_default(),
            &self.contact.map(|id| id.to_string()).unwrap_or_default(),
            &candidates.join(" "),
            self.given.as_deref().unwrap_or_default(),
        ])
    }
}

/// The forms in which a report is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For a spreadsheet.
    Csv,
    /// One list of objects.
    Json,
}

/// A report, stretch by stretch, as it is kept. With `only`, the rows of one outcome.
pub fn pieces(
    store: Store,
    workspace: WorkspaceId,
    id: ImportId,
    form: Form,
    only: Option<RowOutcome>,
) -> impl Stream<Item = store::Result<String>> {
    let opening = match form {
        Form::Csv => line(&["line", "outcome", "code", "reason", "contact_id", "candidates", "row"]),
        Form::Json => "[".to_owned(),
    };
    let look = move |behind: Option<i64>, is_first: bool| {
        let store = store.clone();
        async move {
            let Some(behind) = behind else { return Ok(None) };
            let stretches = store.read(move |tx| tx.import_rows(workspace, id, behind, AT_ONCE)).await?;
            let next = stretches.last().map(|(line, _)| *line);
            let rows: Vec<RowReport> = stretches
                .iter()
                .flat_map(|(_, rows)| serde_json::from_str::<Vec<RowReport>>(rows).unwrap_or_default())
                .collect();
            let mut text = String::new();
            for row in rows.iter().filter(|row| only.is_none_or(|only| row.outcome == only)) {
                match form {
                    Form::Csv => text.push_str(&row.csv()),
                    Form::Json => {
                        text.push_str(if is_first && text.is_empty() { "" } else { ",\n" });
                        text.push_str(&serde_json::to_string(row).unwrap_or_default());
                    }
                }
            }
            Ok(Some((text, next)))
        }
    };
    stream::unfold(Some((opening, Some(-1), true)), move |stand| {
        let look = look.clone();
        async move {
            let (opening, behind, is_first) = stand?;
            match look(behind, is_first).await {
                Ok(Some((text, next))) => {
                    let was_empty = text.is_empty();
                    Some((Ok(opening + &text), Some((String::new(), next, is_first && was_empty))))
                }
                Ok(None) => {
                    let end = if form == Form::Json { "]\n" } else { "" };
                    Some((Ok(opening + end), None))
                }
                Err(error) => Some((Err(error), None)),
            }
        }
    })
}

/// Everybody, page by page, as lines of CSV: with a number or without.
pub fn people(store: Store, workspace: WorkspaceId) -> impl Stream<Item = store::Result<String>> {
    let opening =
        line(&["id", "name", "phone", "email", "user_id", "external_id", "language", "opted_out_at", "created_at"]);
    stream::unfold(Some((opening, None)), move |stand| {
        let store = store.clone();
        async move {
            let (opening, before) = stand?;
            let page = store.read(move |tx| tx.contacts(workspace, before, PEOPLE_AT_ONCE)).await;
            Some(match page {
                Ok(page) => {
                    let text: String = page.iter().map(person).collect();
                    let is_last = (page.len() as i64) < PEOPLE_AT_ONCE;
                    let next = page.last().filter(|_| !is_last).map(|row| (String::new(), Some(row.contact.id)));
                    (Ok(opening + &text), next)
                }
                Err(error) => (Err(error), None),
            })
        }
    })
}

fn person(row: &ContactRow) -> String {
    let all = |kind: IdentityKind| {
        let values = row.identities.iter().filter(|known| known.identity.kind == kind);
        values.map(|known| known.identity.value.as_str()).collect::<Vec<_>>().join("; ")
    };
    let moment = |at: i64| jiff::Timestamp::from_millisecond(at).map(|at| at.to_string()).unwrap_or_default();
    line(&[
        &row.contact.id.to_string(),
        row.contact.name.as_deref().unwrap_or_default(),
        &all(IdentityKind::Phone),
        &all(IdentityKind::Email),
        &all(IdentityKind::UserId),
        &all(IdentityKind::ExternalId),
        row.contact.language.map(domain::Language::code).unwrap_or_default(),
        &row.contact.opted_out_at.map(moment).unwrap_or_default(),
        &moment(row.created_at),
    ])
}

/// A line of CSV.
fn line(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell_of(cell)).collect();
    cells.join(",") + "\r\n"
}

/// A cell that a spreadsheet shows and does not run. A number keeps its plus sign: nothing follows it that could be run.
fn cell_of(text: &str) -> String {
    let is_number =
        text.len() <= 16 && text.strip_prefix('+').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    let runs = !is_number && text.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    let text = if runs || text.starts_with(['\t', '\r', '\n']) { format!("'{text}") } else { text.to_owned() };
    let text: String = text.chars().filter(|letter| *letter != '\0').collect();
    if text.contains(['"', ',', ';', '\n', '\r', '\t']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_runs_in_a_spreadsheet() {
        for (cell, safe) in [
            ("=cmd()", "'=cmd()"),
            (" @SUM(1)", "' @SUM(1)"),
            ("-2+3", "'-2+3"),
            ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
            ("+525512345678", "+525512345678"),
            ("Ana, \"la\"", "\"Ana, \"\"la\"\"\""),
            ("\t=1", "\"'\t=1\""),
            ("Ana", "Ana"),
        ] {
            assert_eq!(cell_of(cell), safe);
        }
    }
}
