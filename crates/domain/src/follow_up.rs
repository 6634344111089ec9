//! Messages that follow the state of a record: which of them, where each stands, and why.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::fact::ThingRef;
use crate::guard::Guard;
use crate::interaction::SeenValue;
use crate::named::named;

named! {
    /// Where a follow-up stands.
    FollowUpState: "follow-up state" {
        /// Waits for its moment.
        Pending = "pending",
        /// Its moment came, and something keeps it back; it is looked at again.
        Held = "held",
        /// It went to the outbox.
        Sent = "sent",
        /// It is not sent, for good.
        Skipped = "skipped",
        /// Its time is over.
        Expired = "expired",
        /// What it was planned for is not so any more.
        Cancelled = "cancelled",
    }
}

named! {
    /// Why a follow-up stands where it stands, other than by a guard.
    Cause: "reason of a follow-up" {
        /// The record is not in the state that the rule follows.
        ConditionFell = "condition_fell",
        /// The moment from which it is reckoned is another.
        Moved = "moved",
        /// The rule's `unless` holds.
        Unless = "unless",
        /// The rule's `hold_while` holds.
        HoldWhile = "hold_while",
        /// The rule's `stop_when` holds.
        StopWhen = "stop_when",
        /// The workflow has no such rule, or no such step, any more.
        RuleGone = "rule_gone",
        /// There is no such record any more.
        RecordGone = "record_gone",
        /// Too long after its moment.
        Late = "late",
        /// Many were overdue at once; a person is asked first.
        Flood = "flood",
        /// A person let it go.
        Released = "released",
        /// A person does not want it.
        ByPerson = "by_person",
        /// The record belongs to nobody.
        Nobody = "nobody",
        /// Nothing is known of the person that WhatsApp could reach.
        NoAddress = "no_address",
        /// The person was erased.
        Erased = "erased",
        /// The window is closed, and the rule has no template.
        NoTemplate = "no_template",
        /// The template is not there in the person's language, or WhatsApp does not approve of it.
        TemplateNotApproved = "template_not_approved",
        /// What fills the template does not fit it.
        TemplateMisfit = "template_misfit",
        /// The window closed before it left.
        WindowClosed = "window_closed",
    }
}

/// Why a follow-up stands where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Because {
    /// A guard speaks.
    Guard(Guard),
    /// The rule, the record or a person says so.
    Cause(Cause),
}

impl Because {
    /// The name used in the database and in the API.
    pub fn name(self) -> &'static str {
        match self {
            Because::Guard(guard) => guard.name(),
            Because::Cause(cause) => cause.name(),
        }
    }

    /// Every reason by its name.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Cause::ALL.iter().map(|cause| cause.name()).chain(Guard::ALL.iter().map(|guard| guard.name()))
    }
}

impl FromStr for Because {
    type Err = crate::UnknownName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        name.parse().map(Because::Guard).or_else(|_: crate::UnknownName| name.parse().map(Because::Cause))
    }
}

impl From<Because> for String {
    fn from(because: Because) -> String {
        because.name().to_owned()
    }
}

impl TryFrom<String> for Because {
    type Error = crate::UnknownName;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        name.parse()
    }
}

/// What names a follow-up, for ever: the same state of a record twice is one episode, another moment another one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FollowUpKey {
    /// The record whose state it follows.
    pub about: ThingRef,
    /// The id of the rule.
    pub rule: String,
    /// The moment from which the rule reckons, milliseconds since 1970.
    pub episode: i64,
    /// Which message of the rule, from 0 on.
    pub step: i64,
}

impl std::fmt::Display for FollowUpKey {
    /// `appointment.01a20577-….reminder.1795388032275.0`
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { about, rule, episode, step } = self;
        write!(out, "{}.{}.{rule}.{episode}.{step}", about.of, about.id)
    }
}

/// What is no name of a follow-up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("that is not the id of a follow-up")]
pub struct NoFollowUpKey;

impl FromStr for FollowUpKey {
    type Err = NoFollowUpKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Vec<&str> = text.split('.').collect();
        let [of, id, rule, episode, step] = parts[..] else { return Err(NoFollowUpKey) };
        let about = ThingRef {
            of: of.parse().map_err(|_| NoFollowUpKey)?,
            id: Uuid::try_parse(id).map_err(|_| NoFollowUpKey)?,
        };
        let number = |text: &str| text.parse::<i64>().map_err(|_| NoFollowUpKey);
        Ok(Self { about, rule: rule.to_owned(), episode: number(episode)?, step: number(step)? })
    }
}

/// What was decided about a follow-up, as the timeline tells it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// The id of the rule.
    pub rule: String,
    /// Which message of the rule, from 0 on.
    pub number: i64,
    /// The record that it follows.
    pub about: ThingRef,
    /// Where it stands from now on.
    pub state: FollowUpState,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<Because>,
    /// When it is looked at again, milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again_at: Option<i64>,
    /// What stood in the fields that the rule looks at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<SeenValue>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::Thing;

    #[test]
    fn a_follow_up_is_called_by_what_it_follows() {
        let about = ThingRef { of: Thing::Appointment, id: Uuid::nil() };
        let key = FollowUpKey { about, rule: "reminder".to_owned(), episode: 1_795_388_032_275, step: 0 };
        assert_eq!(key.to_string(), "appointment.00000000-0000-0000-0000-000000000000.reminder.1795388032275.0");
        assert_eq!(key.to_string().parse(), Ok(key));
        for wrong in ["", "appointment", "visit.00000000-0000-0000-0000-000000000000.a.1.0", "deal.1.a.1.0"] {
            assert_eq!(wrong.parse::<FollowUpKey>(), Err(NoFollowUpKey), "{wrong}");
        }
    }

    #[test]
    fn every_reason_has_a_name_of_its_own() {
        let mut names: Vec<&str> = Because::names().collect();
        assert!(names.iter().all(|name| name.parse::<Because>().is_ok_and(|because| because.name() == *name)));
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
