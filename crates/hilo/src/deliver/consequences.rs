//! What a refusal means beyond its own message: for the number, the account, the person, or the template. The same whether it
//! came as the answer to a send or hours later as a report.

use domain::change::{EventType, Subject};
use domain::ids::{ChannelId, ContactId, ConversationId, EventId, NoticeId, WorkspaceId};
use domain::interaction::Step;
use domain::merge::{Learnt, Person, Whose};
use domain::news::News;
use domain::template::TemplateState;
use jiff::{SignedDuration, Timestamp};
use store::{Channel, EventRow, MessageRow, TemplateNames, Tx};
use tracing::error;
use whatsapp::{GraphError, Remedy, classify};

use super::remedies::words;
use crate::changes;
use crate::ids;
use crate::news::{self, Told};
use crate::outgoing::Filling;

/// Where the message stands that was refused.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// Whose.
    pub(crate) workspace: WorkspaceId,
    /// With which number of ours.
    pub(crate) channel: ChannelId,
    /// Its thread.
    pub(crate) conversation: ConversationId,
    /// Its place in the thread.
    pub(crate) seq: i64,
}

/// Draws the consequences of a refusal, in the transaction that notes it.
pub(crate) fn draw(tx: &mut Tx<'_>, place: &Place, refusal: &GraphError, now: Timestamp) -> store::Result<()> {
    let reason = words(refusal);
    match classify(refusal) {
        Remedy::PauseNumber => {
            changes::pause_channel(tx, place.workspace, place.channel, &reason)?;
            error!(reason, "Stopped sending on a number");
        }
        Remedy::PauseAccount => {
            for channel in of_the_same_account(tx, place)? {
                changes::pause_channel(tx, place.workspace, channel.id, &reason)?;
            }
            error!(reason, "Stopped sending on every number of an account");
        }
        Remedy::StopProactive => {
            tx.limit_to_replies(place.workspace, place.channel, Some(&reason))?;
            error!(reason, "Nothing but answers leaves a number any more");
        }
        Remedy::StopProactiveAccount => {
            for channel in of_the_same_account(tx, place)? {
                tx.limit_to_replies(place.workspace, channel.id, Some(&reason))?;
            }
            error!(reason, "Nothing but answers leaves the numbers of an account any more");
        }
        Remedy::OptedOut => opt_out(tx, place, now)?,
        Remedy::MarketingRefused { not_before_hours: Some(hours) } => spare(tx, place, hours, now)?,
        Remedy::Media => upload_anew(tx, place)?,
        Remedy::Template => block_template(tx, place, refusal, &reason, now)?,
        Remedy::Retry { .. }
        | Remedy::SlowNumber
        | Remedy::SlowPair
        | Remedy::SlowAccount
        | Remedy::NeedsTemplate
        | Remedy::RecipientUnreachable
        | Remedy::MarketingRefused { not_before_hours: None }
        | Remedy::Request
        | Remedy::Other => {}
    }
    Ok(())
}

fn channel(tx: &mut Tx<'_>, place: &Place) -> store::Result<Option<Channel>> {
    Ok(tx.channels(place.workspace)?.into_iter().find(|channel| channel.id == place.channel))
}

fn of_the_same_account(tx: &mut Tx<'_>, place: &Place) -> store::Result<Vec<Channel>> {
    let all = tx.channels(place.workspace)?;
    let account = all.iter().find(|channel| channel.id == place.channel).map(|channel| channel.waba_id.clone());
    Ok(all.into_iter().filter(|channel| Some(&channel.waba_id) == account.as_ref()).collect())
}

/// The person's switch in WhatsApp counts like a STOP that they wrote there.
fn opt_out(tx: &mut Tx<'_>, place: &Place, now: Timestamp) -> store::Result<()> {
    let at = now.as_millisecond();
    let Some(contact) = learn(tx, place, &Learnt::OptedOut(at))? else { return Ok(()) };
    let event = EventRow {
        id: EventId(ids::fresh()),
        contact,
        conversation: Some(place.conversation),
        at,
        by: "whatsapp".to_owned(),
        step: Step::OptedOut,
    };
    tx.add_event(place.workspace, &event)?;
    changes::tell(tx, place.workspace, EventType::ContactChanged, Subject::Contact(contact))
}

fn spare(tx: &mut Tx<'_>, place: &Place, hours: u32, now: Timestamp) -> store::Result<()> {
    let until = now + SignedDuration::from_hours(i64::from(hours));
    learn(tx, place, &Learnt::SparedUntil(until.as_millisecond())).map(drop)
}

/// What WhatsApp says of somebody at the other end of a thread; answers who they are, unless it was known before or nobody can tell.
fn learn(tx: &mut Tx<'_>, place: &Place, learnt: &Learnt) -> store::Result<Option<ContactId>> {
    let Some((contact, member)) = tx.person_of_thread(place.workspace, place.conversation)? else { return Ok(None) };
    let is_out = |person: &Person| person.of(member).is_some_and(|facts| facts.opted_out_at.is_some());
    if matches!(learnt, Learnt::OptedOut(_)) && tx.person(place.workspace, contact)?.as_ref().is_some_and(is_out) {
        return Ok(None);
    }
    tx.learn(place.workspace, contact, Whose::One(member), std::slice::from_ref(learnt))?;
    Ok(Some(contact))
}

/// A template that Meta does not send any more is not offered to it again; the next look at the account may free it.
fn block_template(
    tx: &mut Tx<'_>,
    place: &Place,
    refusal: &GraphError,
    reason: &str,
    now: Timestamp,
) -> store::Result<()> {
    let Some(state) = state_after(refusal.code) else { return Ok(()) };
    let (Some(channel), Some(filling)) = (channel(tx, place)?, filling(tx, place)?) else { return Ok(()) };
    let which = TemplateNames { id: None, name: Some(filling.name.clone()), language: Some(filling.language.clone()) };
    let at = now.as_millisecond();
    tx.set_template_state(place.workspace, &channel.waba_id, &which, state, Some(reason), at)?;
    error!(template = filling.name, language = filling.language, reason, "WhatsApp does not send a template");
    let told = Told { id: NoticeId(ids::fresh()), at, subject: &filling.name, by: None };
    news::tell(tx, place.workspace, &told, &News::TemplateStopped { reason: reason.to_owned() })
}

/// The state that a refusal of a template proves. Most only say that what filled it does not fit.
pub(super) fn state_after(code: i64) -> Option<TemplateState> {
    match code {
        132_001 => Some(TemplateState::Deleted),
        132_007 => Some(TemplateState::Rejected),
        132_015 | 132_068 | 132_069 => Some(TemplateState::Paused), // the last two: its form is blocked or throttled
        132_016 => Some(TemplateState::Disabled),
        _ => None,
    }
}

/// WhatsApp may have lost what it was given; a message that a person releases has its file uploaded once more.
fn upload_anew(tx: &mut Tx<'_>, place: &Place) -> store::Result<()> {
    match message(tx, place)?.and_then(|row| row.message.media) {
        Some(file) => tx.forget_media_upload(place.workspace, file, place.channel),
        None => Ok(()),
    }
}

/// The template that a message was made of.
fn filling(tx: &mut Tx<'_>, place: &Place) -> store::Result<Option<Filling>> {
    let content = message(tx, place)?.filter(|row| row.message.kind == "template").and_then(|row| row.message.content);
    Ok(content.and_then(|content| serde_json::from_str(&content).ok()))
}

/// The message that was refused.
pub(super) fn message(tx: &mut Tx<'_>, place: &Place) -> store::Result<Option<MessageRow>> {
    let rows = tx.messages(place.workspace, place.conversation, place.seq - 1, 1)?;
    Ok(rows.into_iter().find(|row| row.message.seq == place.seq))
}
