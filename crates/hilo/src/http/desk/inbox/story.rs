//! In which order a conversation is told, and what is told on the message that it concerns instead of in a place of its own:
//! reactions, corrections, quotes, the choice of a button.

use std::collections::HashMap;

use domain::ids::InteractionId;
use domain::interaction::{Author, Step};
use serde_json::Value;
use store::{EventRow, MessageRow, NoteRow};

use super::thread::Thread;
use crate::explain;
use crate::http::drawn::Reader;

/// One entry of the story.
pub(super) enum Told<'a> {
    /// Another day begins.
    Day(i64),
    Message(&'a MessageRow, Around<'a>),
    Event(&'a EventRow),
    Note(&'a NoteRow),
    /// What follows the reader has not seen.
    New,
}

/// What other messages say about one.
#[derive(Default)]
pub(in crate::http::desk) struct Around<'a> {
    /// The latest of each side.
    pub(super) reactions: Vec<(Author, String)>,
    /// What it says now.
    pub(super) edited: Option<&'a MessageRow>,
    /// Its author took it back.
    pub(super) is_gone: bool,
    /// What it answers, where that is shown too.
    pub(super) quotes: Option<&'a MessageRow>,
    /// The id of the button or row of it that was taken.
    pub(super) taken: Option<String>,
    /// Of one of automation's: what it acknowledges, by its type, if that could be told.
    pub(super) acknowledges: Option<Option<String>>,
}

/// The oldest first.
pub(super) fn story<'a>(reader: &Reader, thread: &'a Thread, since: Option<i64>) -> Vec<Told<'a>> {
    let mut around = gather(&thread.messages);
    let mut entries: Vec<(i64, Told<'a>)> = Vec::new();
    let first = thread.messages.first().map_or(0, |row| row.message.recorded_at);
    let unseen = since.and_then(|since| first_unseen(&thread.messages, since));
    for row in &thread.messages {
        if !is_told_elsewhere(&thread.messages, row) {
            if Some(row.message.seq) == unseen {
                entries.push((row.message.recorded_at, Told::New));
            }
            let around = around.remove(&row.message.seq).unwrap_or_default();
            entries.push((row.message.recorded_at, Told::Message(row, around)));
        }
    }
    // What happened before the oldest message that is shown belongs to a part that is not.
    let shown = thread.events.iter().filter(|event| !thread.has_older() || first <= event.at);
    entries.extend(shown.map(|event| (event.at, Told::Event(event))));
    let noted = thread.notes.iter().filter(|note| !thread.has_older() || first <= note.at);
    entries.extend(noted.map(|note| (note.at, Told::Note(note))));
    entries.sort_by_key(|(at, _)| *at);
    with_days(reader, entries)
}

/// The first message of the customer's behind a place, unless that is where everything begins.
fn first_unseen(messages: &[MessageRow], since: i64) -> Option<i64> {
    let mut unseen = messages.iter().filter(|row| since < row.message.seq && !is_ours(row.message.author));
    unseen.next().map(|row| row.message.seq).filter(|seq| 1 < *seq)
}

fn with_days<'a>(reader: &Reader, entries: Vec<(i64, Told<'a>)>) -> Vec<Told<'a>> {
    let (mut told, mut before) = (Vec::with_capacity(entries.len() + 4), None);
    for (at, entry) in entries {
        if before.is_none_or(|before| !reader.is_same_day(before, at)) {
            told.push(Told::Day(at));
        }
        before = Some(at);
        told.push(entry);
    }
    told
}

/// A message on another one, by its place: a reaction, a correction, a deletion.
pub(in crate::http::desk) fn is_told_elsewhere(messages: &[MessageRow], row: &MessageRow) -> bool {
    matches!(&*row.message.kind, "reaction" | "edit" | "revoke") && target(messages, row).is_some()
}

/// What is told on each message, by its place.
pub(in crate::http::desk) fn gather(messages: &[MessageRow]) -> HashMap<i64, Around<'_>> {
    let mut all: HashMap<i64, Around<'_>> = HashMap::new();
    let mut acknowledged: HashMap<InteractionId, Option<String>> = HashMap::new();
    for row in messages {
        if let Some(matter) = row.message.interaction {
            match row.message.author {
                Author::Customer => acknowledged.extend(acknowledgement(row).map(|kind| (matter, kind))),
                Author::Automation => {
                    all.entry(row.message.seq).or_default().acknowledges = acknowledged.get(&matter).cloned();
                }
                Author::Agent | Author::PhoneApp => {}
            }
        }
        let Some(on) = target(messages, row) else { continue };
        let of_target = all.entry(on.message.seq).or_default();
        match &*row.message.kind {
            "reaction" => react(of_target, row),
            "edit" => of_target.edited = Some(row),
            "revoke" => of_target.is_gone = true,
            kind => {
                if matches!(kind, "button" | "button_reply" | "list_reply") {
                    of_target.taken = choice(row);
                }
                all.entry(row.message.seq).or_default().quotes = Some(on);
            }
        }
    }
    all
}

/// The type as which a message was acknowledged, if it was.
fn acknowledgement(row: &MessageRow) -> Option<Option<String>> {
    let steps = explain::steps(row);
    let is_acknowledged = steps.iter().any(|step| matches!(step, Step::Acknowledged { .. }));
    let kind = steps.into_iter().find_map(|step| if let Step::Classified(intent) = step { intent.kind } else { None });
    is_acknowledged.then_some(kind)
}

fn react(around: &mut Around<'_>, row: &MessageRow) {
    around.reactions.retain(|(author, _)| is_ours(*author) != is_ours(row.message.author));
    let emoji = content(row)["emoji"].as_str().unwrap_or_default().to_owned();
    if !emoji.is_empty() {
        around.reactions.push((row.message.author, emoji));
    }
}

pub(super) fn is_ours(author: Author) -> bool {
    !matches!(author, Author::Customer)
}

/// The message of the thread that one speaks of.
fn target<'a>(messages: &'a [MessageRow], row: &MessageRow) -> Option<&'a MessageRow> {
    let to = match &*row.message.kind {
        "reaction" if is_ours(row.message.author) => content(row)["to"].clone(),
        "reaction" => content(row)["message_id"].clone(),
        "edit" | "revoke" => content(row)["original_message_id"].clone(),
        _ => row.message.context_wamid.clone().map_or(Value::Null, Value::String),
    };
    let is_meant = |other: &&MessageRow| match &to {
        Value::Number(seq) => seq.as_i64() == Some(other.message.seq),
        Value::String(wamid) => other.message.wamid.as_deref() == Some(wamid),
        _ => false,
    };
    messages.iter().find(is_meant).filter(|other| other.message.seq != row.message.seq)
}

fn choice(row: &MessageRow) -> Option<String> {
    let content = content(row);
    let id = [&content["button_reply"]["id"], &content["list_reply"]["id"], &content["payload"]];
    id.into_iter().find_map(|id| id.as_str()).map(str::to_owned)
}

/// What a message says besides its text. It is a stranger's: any part of it may be missing or something else.
pub(super) fn content(row: &MessageRow) -> Value {
    row.message.content.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}
