//! Somebody's records as they stood at a moment, from how they stand and what their history says became of them.

use domain::fact::Thing;
use domain::interaction::Step;
use domain::record::{Appointment, Deal, DealState, FieldChange, Order, Pipeline, RecordRef};
use store::EventRow;

use super::Topic;

/// What somebody has, and what became of it.
#[derive(Debug, Default)]
pub(crate) struct Past {
    topics: Vec<Topic>,
    /// The stages that deals go through today.
    pub(crate) pipelines: Vec<Pipeline>,
    made: Vec<(RecordRef, i64)>,
    /// The latest first.
    changed: Vec<(RecordRef, i64, FieldChange)>,
}

impl Past {
    /// From how their records stand now, the newest first, and their timeline, the latest first.
    pub(crate) fn of(topics: Vec<Topic>, pipelines: Vec<Pipeline>, timeline: &[EventRow]) -> Past {
        let (mut made, mut changed) = (Vec::new(), Vec::new());
        for event in timeline {
            match &event.step {
                Step::RecordMade { record, .. } => made.push((*record, event.at)),
                Step::RecordChanged { record, changes, .. } => {
                    changed.extend(changes.iter().map(|change| (*record, event.at, change.clone())));
                }
                _ => {}
            }
        }
        Past { topics, pipelines, made, changed }
    }

    /// Their records of a kind at a moment, the newest first. What was changed at that very moment is as it was before.
    pub(crate) fn topics(&self, of: Thing, at: i64) -> Vec<Topic> {
        let is_there = |topic: &&Topic| {
            topic.reference().of == of
                && !self.made.iter().any(|(record, made_at)| Some(*record) == topic.record() && at <= *made_at)
        };
        self.topics.iter().filter(is_there).map(|topic| self.as_of(topic, at)).collect()
    }

    fn as_of(&self, topic: &Topic, at: i64) -> Topic {
        let record = topic.record();
        let later = self.changed.iter().filter(|(of, changed_at, _)| Some(*of) == record && at <= *changed_at);
        later.fold(topic.clone(), |topic, (_, _, change)| before(topic, change))
    }
}

/// A record before a change. Amounts, times and names stay as they are today: their history is written for people.
fn before(topic: Topic, change: &FieldChange) -> Topic {
    let from = change.from.clone();
    let status = change.from.as_deref();
    match (topic, change.field.as_str()) {
        (Topic::Order(order), "status") => {
            let status = status.and_then(|status| status.parse().ok()).unwrap_or(order.status);
            Topic::Order(Order { status, ..order })
        }
        (Topic::Order(order), "tracking") => Topic::Order(Order { tracking: from, ..order }),
        (Topic::Appointment(visit), "status") => {
            let status = status.and_then(|status| status.parse().ok()).unwrap_or(visit.status);
            Topic::Appointment(Appointment { status, ..visit })
        }
        (Topic::Appointment(visit), "place") => Topic::Appointment(Appointment { place: from, ..visit }),
        (Topic::Deal(deal), "stage") => {
            let stage = from.unwrap_or_else(|| deal.stage.clone());
            Topic::Deal(Deal { stage, ..deal })
        }
        (Topic::Deal(deal), "status") if status == Some("open") => Topic::Deal(Deal { state: DealState::Open, ..deal }),
        (topic, _) => topic,
    }
}
