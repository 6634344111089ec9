//! A person says something to colleagues beside a conversation, and calls them by their name. It is never sent.

use std::sync::Arc;

use domain::change::{EventType, Subject};
use domain::desk::CallReason;
use domain::ids::{ConversationId, EventId, UserId, WorkspaceId};
use domain::right::Right;
use domain::role::Role;
use domain::spelling::plain;
use store::{CallRow, NoteRow, Tx, UserRow};

use super::open_work::thread;
use super::{Acted, Actor, Done, Once, Refusal};
use crate::changes;
use crate::ids;
use crate::node::Node;

/// A note is a remark, not a document.
const LONGEST: usize = 4_096;
/// Whom a note can call at once.
const MOST_CALLED: usize = 20;

/// Writes a note. Whoever it names with `@`, or is among `mentions`, is called to the conversation.
pub async fn write_note(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    conversation: ConversationId,
    text: &str,
    mentions: &[UserId],
    by: &Actor,
    once: Once<NoteRow>,
) -> Done<Acted<NoteRow>> {
    let text = text.trim().to_owned();
    if text.is_empty() || LONGEST < text.chars().count() {
        return Err(Refusal::Invalid(format!("a note has 1 to {LONGEST} characters")));
    }
    let note = NoteRow {
        id: EventId(ids::fresh()),
        conversation,
        by: by.name.clone(),
        author: by.user,
        text,
        mentions: mentions.to_vec(),
        at: node.clock.now().as_millisecond(),
        deleted_at: None,
    };
    let calls: Vec<EventId> = (0..MOST_CALLED).map(|_| EventId(ids::fresh())).collect();
    let work = move |tx: &mut Tx<'_>| write(tx, workspace, note.clone(), &calls);
    let written = once.write(node, workspace, Vec::new(), work).await;
    node.changed(&[workspace]);
    written
}

fn write(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    mut note: NoteRow,
    calls: &[EventId],
) -> store::Result<Done<NoteRow>> {
    if let Err(refusal) = thread(tx, workspace, note.conversation)? {
        return Ok(Err(refusal));
    }
    let people: Vec<UserRow> = tx.users(workspace)?.into_iter().filter(|person| person.disabled_at.is_none()).collect();
    note.mentions = called(&note.text, &note.mentions, note.author, &people);
    tx.add_note(workspace, &note)?;
    for (user, id) in note.mentions.iter().zip(calls) {
        let call = CallRow {
            id: *id,
            user: *user,
            conversation: note.conversation,
            reason: CallReason::Mention,
            by: note.by.clone(),
            at: note.at,
            seen_at: None,
        };
        tx.add_call(workspace, &call)?;
    }
    changes::tell(tx, workspace, EventType::ConversationNoted, Subject::Conversation(note.conversation))?;
    Ok(Ok(note))
}

/// Whom a note calls: those who were chosen, and those whose name, or the first word of it, stands behind an `@`. Nobody calls themselves.
fn called(text: &str, chosen: &[UserId], author: Option<UserId>, people: &[UserRow]) -> Vec<UserId> {
    let words: Vec<String> = text.split('@').skip(1).map(plain).collect();
    let is_named = |person: &UserRow| {
        let name = plain(&person.name);
        let first = name.split_whitespace().next().unwrap_or_default();
        words.iter().any(|words| begins_with(words, &name) || begins_with(words, first))
    };
    let called = people.iter().filter(|person| Some(person.id) != author && Right::Look.is_of(person.role));
    let called = called.filter(|person| chosen.contains(&person.id) || is_named(person));
    called.map(|person| person.id).take(MOST_CALLED).collect()
}

fn begins_with(words: &str, name: &str) -> bool {
    let rest = words.strip_prefix(name).filter(|_| !name.is_empty());
    rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// Takes a note back: whoever wrote it may, and the owner. That there was one stays.
pub async fn delete_note(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    conversation: ConversationId,
    id: EventId,
    by: &Actor,
) -> Done<()> {
    let (now, by) = (node.clock.now().as_millisecond(), by.clone());
    let deleted = node.store.write(Vec::new(), move |tx| delete(tx, workspace, conversation, id, &by, now)).await?;
    node.changed(&[workspace]);
    deleted
}

fn delete(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    conversation: ConversationId,
    id: EventId,
    by: &Actor,
    now: i64,
) -> store::Result<Done<()>> {
    let note = tx.note(workspace, conversation, id)?.filter(|note| note.deleted_at.is_none());
    let Some(note) = note else { return Ok(Err(Refusal::Missing("note"))) };
    let is_theirs = note.author == by.user && (by.user.is_some() || note.by == by.name);
    let person = by.user.map(|user| tx.user(workspace, user)).transpose()?.flatten();
    if !is_theirs && !person.is_some_and(|person| person.role == Role::Owner) {
        return Ok(Err(Refusal::Conflict(format!("only {} can take this note back", note.by))));
    }
    tx.delete_note(workspace, conversation, id, now)?;
    changes::tell(tx, workspace, EventType::ConversationNoted, Subject::Conversation(conversation))?;
    Ok(Ok(()))
}

#[cfg(test)]
mod tests {
    use domain::Language;
    use uuid::Uuid;

    use super::*;

    fn person(id: u128, name: &str, role: Role) -> UserRow {
        UserRow {
            workspace: WorkspaceId(Uuid::nil()),
            id: UserId(Uuid::from_u128(id)),
            email: String::new(),
            name: name.to_owned(),
            role,
            language: Language::Es,
            password: String::new(),
            totp: None,
            totp_offered: None,
            totp_step: 0,
            disabled_at: None,
            created_at: 0,
        }
    }

    #[test]
    fn a_note_calls_those_whose_names_stand_behind_an_at_sign_and_nobody_else() {
        let people =
            [person(1, "Ana Lucía", Role::Agent), person(2, "Anabel", Role::Agent), person(3, "José", Role::Manager)];
        let ids = |text: &str, author: u128| -> Vec<u128> {
            let author = Some(UserId(Uuid::from_u128(author)));
            called(text, &[], author, &people).into_iter().map(|user| user.0.as_u128()).collect()
        };
        assert_eq!(ids("@ana ¿puedes ver esto?", 9), [1]);
        assert_eq!(ids("@Ana Lucía, @jose", 9), [1, 3]);
        assert_eq!(ids("@anabel y ana", 9), [2]);
        assert_eq!(ids("escribe a jose@correo.mx", 9), [] as [u128; 0]);
        assert_eq!(ids("@josé", 3), [] as [u128; 0], "nobody calls themselves");
        let chosen = called("mira", &[UserId(Uuid::from_u128(2))], None, &people);
        assert_eq!(chosen, [UserId(Uuid::from_u128(2))]);
    }
}
