//! Texts that are sent again and again: kept, and filled in for a conversation.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::Language;
use domain::ids::{CannedReplyId, ConversationId, WorkspaceId};
use store::{CannedReplyRow, Tx};

use super::{Acted, Actor, Done, Once, Refusal};
use crate::ids;
use crate::node::Node;

const LONGEST_SHORTCUT: usize = 32;
const LONGEST_NAME: usize = 100;
const LONGEST_TEXT: usize = 4_096;
/// What a text may be filled in with.
pub const REPLY_FIELDS: [&str; 4] = ["contact.name", "agent.name", "business.name", "ticket"];

/// A canned reply as somebody wants it.
#[derive(Debug, Clone)]
pub struct CannedReply {
    /// What is typed to find it.
    pub shortcut: String,
    /// What people call it.
    pub name: String,
    /// The text by language.
    pub texts: BTreeMap<Language, String>,
}

/// Keeps a new canned reply.
pub async fn add_canned_reply(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    wanted: CannedReply,
    by: &Actor,
    once: Once<CannedReplyRow>,
) -> Done<Acted<CannedReplyRow>> {
    let row = row(node, CannedReplyId(ids::fresh()), wanted, by)?;
    once.write(node, workspace, Vec::new(), move |tx| put(tx, workspace, &row)).await
}

/// Changes a canned reply.
pub async fn change_canned_reply(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: CannedReplyId,
    wanted: CannedReply,
    by: &Actor,
) -> Done<CannedReplyRow> {
    let row = row(node, id, wanted, by)?;
    let write = move |tx: &mut Tx<'_>| match tx.canned_reply(workspace, id)? {
        None => Ok(Err(Refusal::Missing("canned reply"))),
        Some(_) => put(tx, workspace, &row),
    };
    node.store.write(Vec::new(), write).await?
}

fn row(node: &Node, id: CannedReplyId, wanted: CannedReply, by: &Actor) -> Done<CannedReplyRow> {
    let wanted = checked(wanted).map_err(Refusal::Invalid)?;
    Ok(CannedReplyRow {
        id,
        shortcut: wanted.shortcut,
        name: wanted.name,
        texts: serde_json::to_string(&wanted.texts).map_err(|error| Refusal::Invalid(error.to_string()))?,
        changed_at: node.clock.now().as_millisecond(),
        changed_by: by.name.clone(),
    })
}

fn put(tx: &mut Tx<'_>, workspace: WorkspaceId, row: &CannedReplyRow) -> store::Result<Done<CannedReplyRow>> {
    let taken = || Refusal::Conflict(format!("`/{}` is another canned reply's shortcut", row.shortcut));
    Ok(if tx.put_canned_reply(workspace, row)? { Ok(row.clone()) } else { Err(taken()) })
}

/// Deletes a canned reply.
pub async fn delete_canned_reply(node: &Arc<Node>, workspace: WorkspaceId, id: CannedReplyId) -> Done<()> {
    let deleted = node.store.write(Vec::new(), move |tx| tx.delete_canned_reply(workspace, id)).await?;
    if deleted { Ok(()) } else { Err(Refusal::Missing("canned reply")) }
}

fn checked(wanted: CannedReply) -> Result<CannedReply, String> {
    let shortcut = wanted.shortcut.trim().trim_start_matches('/').to_lowercase();
    let is_plain = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    if shortcut.is_empty() || LONGEST_SHORTCUT < shortcut.chars().count() || !shortcut.chars().all(is_plain) {
        return Err(format!("`shortcut` has 1 to {LONGEST_SHORTCUT} letters, digits, `-` or `_`"));
    }
    let name = wanted.name.trim().to_owned();
    if name.is_empty() || LONGEST_NAME < name.chars().count() {
        return Err(format!("`name` has 1 to {LONGEST_NAME} characters"));
    }
    if wanted.texts.is_empty() {
        return Err("`texts` has a text in one language at least".to_owned());
    }
    for (language, text) in &wanted.texts {
        if text.trim().is_empty() || LONGEST_TEXT < text.chars().count() {
            return Err(format!("`texts.{}` has 1 to {LONGEST_TEXT} characters", language.code()));
        }
        if let Some(field) = fields(text).into_iter().find(|field| !REPLY_FIELDS.contains(&field.trim())) {
            let known = REPLY_FIELDS.join("`, `");
            return Err(format!("`texts.{}`: nothing is called `{}`; use `{known}`", language.code(), field.trim()));
        }
    }
    Ok(CannedReply { shortcut, name, ..wanted })
}

/// What stands between double braces.
fn fields(text: &str) -> Vec<&str> {
    text.split("{{").skip(1).map(|rest| rest.split("}}").next().unwrap_or_default()).collect()
}

/// A canned reply for a conversation: in the person's language, or the business's, with its fields filled in.
pub async fn fill_canned_reply(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: CannedReplyId,
    conversation: ConversationId,
    by: &Actor,
) -> Done<String> {
    let read = move |tx: &mut Tx<'_>| {
        let Some(reply) = tx.canned_reply(workspace, id)? else { return Ok(Err(Refusal::Missing("canned reply"))) };
        let Some(thread) = tx.conversation(workspace, conversation)? else {
            return Ok(Err(Refusal::Missing("conversation")));
        };
        let contact = thread.contact.map(|contact| tx.contact(workspace, contact)).transpose()?.flatten();
        Ok(Ok((reply, thread, contact)))
    };
    let (reply, thread, contact) = node.store.read(read).await??;
    let published = node.workflows.of(workspace)?;
    let business = &published.workflow.business;
    let texts: BTreeMap<Language, String> = serde_json::from_str(&reply.texts).unwrap_or_default();
    let contact = contact.map(|row| row.contact);
    let language = contact.as_ref().and_then(|contact| contact.language).unwrap_or(business.default_language);
    let text = texts.get(&language).or_else(|| texts.get(&business.default_language)).or_else(|| texts.values().next());
    let name = contact.and_then(|contact| contact.name).or(thread.profile_name).unwrap_or_default();
    let ticket = thread.ticket.map(domain::ids::ticket_reference).unwrap_or_default();
    let values =
        [("contact.name", &name), ("agent.name", &by.name), ("business.name", &business.name), ("ticket", &ticket)];
    Ok(fill_text(text.map_or("", String::as_str), &values.map(|(field, value)| (field, value.as_str()))))
}

/// Each field once, from left to right: what is filled in is not looked through again.
pub(crate) fn fill_text(text: &str, values: &[(&str, &str)]) -> String {
    let mut parts = text.split("{{");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let Some((field, rest)) = part.split_once("}}") else {
            filled.push_str("{{");
            filled.push_str(part);
            continue;
        };
        let value = values.iter().find(|(name, _)| *name == field.trim()).map(|(_, value)| *value);
        filled.push_str(value.unwrap_or_default());
        filled.push_str(rest);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(shortcut: &str, text: &str) -> CannedReply {
        let texts = BTreeMap::from([(Language::Es, text.to_owned())]);
        CannedReply { shortcut: shortcut.to_owned(), name: "Horario".to_owned(), texts }
    }

    #[test]
    fn a_field_is_filled_in_once_and_an_unknown_one_is_refused() {
        let values = [("contact.name", "Ana {{ agent.name }}"), ("agent.name", "Bia")];
        assert_eq!(
            fill_text("Hola {{contact.name}}, soy {{ agent.name }}.", &values),
            "Hola Ana {{ agent.name }}, soy Bia."
        );
        assert_eq!(fill_text("100 {{", &values), "100 {{");
        assert!(checked(reply("/Hora", "Hola {{ contact.name }}")).is_ok_and(|checked| checked.shortcut == "hora"));
        assert!(checked(reply("hora", "Hola {{ contact.email }}")).is_err_and(|said| said.contains("contact.email")));
        assert!(checked(reply("dos palabras", "Hola")).is_err());
    }
}
