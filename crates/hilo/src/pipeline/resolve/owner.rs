//! Whether a number may have a new owner. WhatsApp itself gives a number that was idle for 45 days to whoever registers it next.

use domain::contact::{Candidate, Identity};
use domain::interaction::OwnerSign;
use domain::spelling::plain;
use jiff::{SignedDuration, Timestamp};
use store::KnownConversation;

use crate::pipeline::values::{FULL_WINDOW, Inbound, Nature, Who};

/// So long WhatsApp keeps a number that nobody uses.
const IDLE: SignedDuration = SignedDuration::from_hours(45 * 24);

/// What speaks for it, if something does and nothing did before. `thread` is the number's.
pub(super) fn sign(
    who: &Who,
    thread: Option<&KnownConversation>,
    candidates: &[Candidate],
    inbound: &Inbound,
    now: Timestamp,
) -> Option<OwnerSign> {
    let Who::Known(contact) = who else { return None };
    let theirs = || candidates.iter().filter(|candidate| candidate.contact.id == contact.id);
    let is_somebody_elses = thread.is_some_and(|thread| thread.contact != Some(contact.id));
    if is_somebody_elses || theirs().any(|candidate| candidate.doubted) {
        return None;
    }
    match inbound.message.nature {
        Nature::DeviceChange => Some(OwnerSign::IdentityChanged),
        Nature::Message | Nature::Welcome => {
            let thread = thread?;
            // What Meta said of them, they are.
            let announced = |id: &String| theirs().any(|known| known.identity == Identity::user_id(id));
            let is_new_id = new_user_id(thread, inbound).is_some_and(|id| !announced(id));
            let changed = is_new_id && is_renamed(thread, inbound) && was_silent(thread, now);
            changed.then_some(OwnerSign::ChangedAfterSilence)
        }
        Nature::Annotation
        | Nature::Echo
        | Nature::Standby
        | Nature::StandbyEcho
        | Nature::IdentityChange { .. }
        | Nature::Preference { .. } => None,
    }
}

/// The user id under which the thread's number writes, if it wrote under another one before.
fn new_user_id<'a>(thread: &KnownConversation, inbound: &'a Inbound) -> Option<&'a String> {
    let (sender, known) = (&inbound.sender, thread.user_id.as_ref()?);
    let same_phone =
        thread.phone.is_some() && thread.phone.as_deref() == sender.phone.as_ref().map(|phone| phone.as_str());
    sender.user_id.as_ref().filter(|id| same_phone && *id != known)
}

/// Whether the user id of the message is another known person's: their thread has it, and keeps it.
pub(super) fn id_is_taken(who: &Who, candidates: &[Candidate], inbound: &Inbound) -> bool {
    let Who::Known(contact) = who else { return false };
    let id = inbound.sender.user_id.as_deref().map(Identity::user_id);
    candidates.iter().any(|known| Some(&known.identity) == id.as_ref() && known.contact.id != contact.id)
}

fn is_renamed(thread: &KnownConversation, inbound: &Inbound) -> bool {
    match (&thread.profile_name, &inbound.sender.profile_name) {
        (Some(before), Some(now)) => plain(before.trim()) != plain(now.trim()),
        (None, _) | (_, None) => false,
    }
}

/// The window tells when the customer last wrote.
fn was_silent(thread: &KnownConversation, now: Timestamp) -> bool {
    let window = thread.standing.window_until;
    0 < window && window - (FULL_WINDOW.as_millis() as i64) + (IDLE.as_millis() as i64) < now.as_millisecond()
}
