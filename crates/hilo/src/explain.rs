//! What happened and why, as sentences that a person reads.

mod answer;
mod evidence;
mod follow_up;
mod hint;
mod news;
mod reason;
pub mod record;

use domain::Language;
use domain::Policy;
use domain::contact::IdentityKind;
use domain::delivery::{Progress, SendState};
use domain::ids::{TicketId, ticket_reference};
use domain::interaction::{Guard, Outcome, Resolution, Step};
use jiff::Timestamp;
use store::MessageRow;

use crate::texts::say;
use crate::workflows::Published;

pub use hint::{hint, hint_about, remedy};
pub use news::{named_reach, news, notice};
pub use reason::reason;

/// Tells the steps of one workspace in one language.
pub struct Explainer<'a> {
    language: Language,
    workflow: &'a Published,
    now: Timestamp,
}

impl<'a> Explainer<'a> {
    /// For the workflow whose types and queues the sentences name.
    pub fn new(language: Language, workflow: &'a Published, now: Timestamp) -> Self {
        Self { language, workflow, now }
    }

    /// What was done about a message that came in; how far one of ours came.
    pub fn message(&self, row: &MessageRow) -> Vec<String> {
        steps(row).iter().map(|step| self.step(step)).chain(self.way_out(row)).collect()
    }

    /// How far one of ours came, and what to do about it if it did not.
    pub fn way_out(&self, row: &MessageRow) -> Vec<String> {
        let hint = hint_about(self.language, row);
        self.standing(row).into_iter().chain(hint).collect()
    }

    fn standing(&self, row: &MessageRow) -> Option<String> {
        let why = self.reason(row.error_text.as_deref().or(row.send_reason.as_deref()).unwrap_or_default());
        let key = match (row.progress?, row.send_state) {
            (Progress::Pending | Progress::Accepted, Some(state)) => match state {
                SendState::Queued => "send-queued",
                SendState::Sending => "send-sending",
                SendState::Accepted => "send-accepted",
                SendState::Unknown => "send-unknown",
                SendState::NeedsReview => "send-needs_review",
                SendState::Held => "send-held",
                SendState::Dead => "send-dead",
            },
            (Progress::Failed, Some(SendState::Dead)) => "send-dead",
            (Progress::Pending, None) => "send-unknown",
            (Progress::Accepted, None) => "send-accepted",
            (Progress::Sent, _) => "progress-sent",
            (Progress::Delivered, _) => "progress-delivered",
            (Progress::Read, _) => "progress-read",
            (Progress::Played, _) => "progress-played",
            (Progress::Failed, _) => "progress-failed",
            (Progress::Cancelled, _) => "progress-cancelled",
        };
        Some(self.say(key, &[("why", &why)]))
    }

    /// One step.
    pub fn step(&self, step: &Step) -> String {
        match step {
            Step::Resolved { how, name, .. } => self.resolved(how, name.as_deref()),
            Step::Ambiguous { candidates } => self.say("ambiguous", &[("count", &candidates.len().to_string())]),
            Step::Classified(intent) => self.classified(intent),
            Step::Opened => self.say("opened", &[]),
            Step::TakenUp { outcome, ticket } => self.taken_up(*outcome, *ticket),
            Step::TicketScored { ticket, before, score, .. } => self.scored(*ticket, *before, *score),
            Step::Decided { policy, guard } => self.decided(*policy, *guard),
            Step::TicketOpened { ticket, queue, .. } => {
                self.say("ticket-opened", &[("ticket", &ticket_reference(*ticket)), ("queue", &self.queue(queue))])
            }
            Step::TicketUpdated { ticket, queue, moved_from } => {
                let (reference, queue) = (ticket_reference(*ticket), self.queue(queue));
                match moved_from {
                    Some(from) => {
                        let from = self.queue(from);
                        self.say("ticket-moved", &[("ticket", &reference), ("from", &from), ("queue", &queue)])
                    }
                    None => self.say("ticket-updated", &[("ticket", &reference), ("queue", &queue)]),
                }
            }
            Step::Acknowledged { due } => self.acknowledged(*due),
            Step::NotAcknowledged { guard } => self.say("not-acknowledged", &[("why", &self.guard(*guard))]),
            Step::Answered { kind, answer, condition, values, .. } => {
                self.answered(kind, *answer, condition.as_deref(), values)
            }
            Step::AskedWhich { kind, among } => {
                self.say("asked-which", &[("type", &self.kind(kind)), ("among", &among.to_string())])
            }
            Step::NotAnswered { kind, lack, values } => self.not_answered(kind, *lack, values),
            Step::AnswerWaits { .. } => self.say("answer-waits", &[]),
            Step::AnswerFailed { ticket, queue, said } => {
                self.answer_failed(&ticket_reference(*ticket), queue, said.as_deref())
            }
            Step::KeptBack { would, said, .. } => self.kept_back(would, said.as_deref()),
            Step::OptedOut => self.say("opted-out", &[]),
            Step::OptedIn => self.say("opted-in", &[]),
            Step::Linked { identity } => self.say("linked", &[("value", &identity.value)]),
            Step::BelongsToAnother { identity, .. } => self.say("belongs-to-another", &[("value", &identity.value)]),
            Step::BecameRecord => self.say("became-record", &[]),
            Step::PersonAnswered => self.say("person-answered", &[]),
            Step::ContactMade => self.say("contact-made", &[]),
            Step::ContactChanged => self.say("contact-changed", &[]),
            Step::SendReleased { .. } => self.say("send-released", &[]),
            Step::SendRepeated { .. } => self.say("send-repeated", &[]),
            Step::SendRedirected { .. } => self.say("send-redirected", &[]),
            Step::SendDropped { .. } => self.say("send-dropped", &[]),
            Step::TicketReopened { ticket } => self.say("ticket-reopened", &[("ticket", &ticket_reference(*ticket))]),
            Step::Assigned { to, queue } => self.assigned(to.as_deref(), queue.as_deref()),
            Step::Returned { from } => self.say("returned", &[("name", from)]),
            Step::TakenOver => self.say("taken-over", &[]),
            Step::HandedBack => self.say("handed-back", &[]),
            Step::Reclassified { from, to, cancelled, stays } => {
                self.reclassified(from.as_deref(), to, *cancelled, *stays)
            }
            Step::AskedOutside { what, model, said, ms, became } => {
                self.asked_outside(*what, *became, model, said, *ms)
            }
            Step::Snoozed { record: Some(noun), .. } => self.say(&format!("snoozed-for-{noun}"), &[]),
            Step::Snoozed { until: None, .. } => self.say("snoozed", &[]),
            Step::Snoozed { until: Some(until), .. } => self.say("snoozed-until", &[("when", &self.moment(*until))]),
            Step::Woken => self.say("woken", &[]),
            Step::SendTakenBack { .. } => self.say("send-taken-back", &[]),
            Step::Overdue { ticket } => self.say("overdue", &[("ticket", &ticket_reference(*ticket))]),
            Step::Blocked => self.say("blocked", &[]),
            Step::Unblocked => self.say("unblocked", &[]),
            Step::Merged { name, .. } => self.say("merged", &[("name", &self.named(name.as_deref()))]),
            Step::Unmerged { name, .. } => self.say("unmerged", &[("name", &self.named(name.as_deref()))]),
            Step::SenderNamed { name, .. } => self.say("sender-named", &[("name", &self.named(name.as_deref()))]),
            Step::Doubted { sign } => self.say(&format!("doubted-{sign}"), &[]),
            Step::Trusted => self.say("trusted", &[]),
            Step::HandedOn { name, .. } => self.say("handed-on", &[("name", &self.named(name.as_deref()))]),
            Step::Closed { outcome, said: None } => self.say(&format!("closed-{outcome}"), &[]),
            Step::Closed { outcome, said: Some(said) } => {
                format!("{} ({said})", self.say(&format!("closed-{outcome}"), &[]))
            }
            Step::RecordMade { record, name } => record::made(self.language, *record, name),
            Step::RecordChanged { record, name, changes, .. } => record::changed(self.language, *record, name, changes),
            Step::NoteAdded { record, text, .. } => record::noted(self.language, *record, text),
            Step::FollowUp(decided) => self.followed_up(decided),
        }
    }

    fn decided(&self, policy: Policy, guard: Option<Guard>) -> String {
        let key = match (policy, guard) {
            (Policy::Intake, Some(Guard::BelowThreshold)) => "decided-unsure",
            (Policy::Intake, Some(guard)) => return self.say("decided-guarded", &[("why", &self.guard(guard))]),
            (Policy::Intake, None) => "decided-intake",
            (Policy::StayOut, Some(Guard::Blocked)) => "decided-blocked",
            (Policy::StayOut, _) => "decided-stay-out",
            (Policy::Automate, _) => "decided-automate",
        };
        self.say(key, &[])
    }

    /// Whose work it is.
    fn assigned(&self, to: Option<&str>, queue: Option<&str>) -> String {
        match (to, queue) {
            (Some(name), None) => self.say("assigned", &[("name", name)]),
            (Some(name), Some(queue)) => self.say("assigned-in", &[("name", name), ("queue", &self.queue(queue))]),
            (None, Some(queue)) => self.say("transferred", &[("queue", &self.queue(queue))]),
            (None, None) => self.say("unassigned", &[]),
        }
    }

    fn taken_up(&self, outcome: Outcome, ticket: Option<TicketId>) -> String {
        let told = self.say(&format!("taken-up-{outcome}"), &[]);
        match ticket {
            Some(ticket) => told + &self.say("taken-up-ticket", &[("ticket", &ticket_reference(ticket))]),
            None => told,
        }
    }

    fn scored(&self, ticket: TicketId, before: Option<i64>, score: i64) -> String {
        let (ticket, to) = (ticket_reference(ticket), score.to_string());
        match before {
            Some(from) => {
                self.say("ticket-scored-again", &[("ticket", &ticket), ("from", &from.to_string()), ("to", &to)])
            }
            None => self.say("ticket-scored", &[("ticket", &ticket), ("to", &to)]),
        }
    }

    fn moment(&self, at: i64) -> String {
        let zone = &self.workflow.workflow.business.time_zone;
        let at = Timestamp::from_millisecond(at).unwrap_or(self.now);
        workflow::say_opening(Some(at), self.now, zone, self.language)
    }

    fn named(&self, name: Option<&str>) -> String {
        name.map_or_else(|| self.say("nobody", &[]), str::to_owned)
    }

    fn resolved(&self, how: &Resolution, name: Option<&str>) -> String {
        let name = &self.named(name);
        match how {
            Resolution::Known { identity } => {
                let by = match identity.kind {
                    IdentityKind::Phone => "by-phone",
                    IdentityKind::UserId | IdentityKind::ParentUserId => "by-user-id",
                    IdentityKind::Email => "by-email",
                    IdentityKind::ExternalId => "by-external-id",
                };
                self.say("resolved-known", &[("name", name), ("by", &self.say(by, &[]))])
            }
            Resolution::Twin { of } => self.say("resolved-twin", &[("name", name), ("of", of)]),
            Resolution::New => self.say("resolved-new", &[("name", name)]),
        }
    }

    fn acknowledged(&self, due: i64) -> String {
        let due = Timestamp::from_millisecond(due).unwrap_or(self.now);
        let zone = &self.workflow.workflow.business.time_zone;
        self.say("acknowledged", &[("promise", &workflow::say_due(due, self.now, zone, self.language))])
    }

    /// Why automation did less than it could.
    pub fn guard(&self, guard: Guard) -> String {
        self.say(&format!("guard-{guard}"), &[])
    }

    /// Why a message of ours waits or was given up.
    pub fn reason(&self, kept: &str) -> String {
        reason(self.language, kept)
    }

    /// The name of an interaction type as people read it.
    pub fn kind(&self, id: &str) -> String {
        let kind = self.workflow.workflow.interaction_type(id);
        kind.map_or_else(|| id.to_owned(), |kind| kind.name.get(self.language).to_owned())
    }

    /// The name of a queue as people read it.
    pub fn queue(&self, id: &str) -> String {
        self.workflow.workflow.queue(id).map_or_else(|| id.to_owned(), |queue| queue.name.get(self.language).to_owned())
    }

    fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        say(self.language, key, values)
    }
}

/// What was done about a message that came in.
pub fn steps(row: &MessageRow) -> Vec<Step> {
    row.message.steps.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}
