//! What was decided about a message, as far as anybody would notice that it is decided otherwise.

use domain::interaction::{Guard, Step};
use domain::record::difference;
use domain::{Category, Policy};

use super::super::values::Effects;
use crate::records::{Topic, Written};

/// What was decided about a message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Decided {
    /// The type that it was taken for.
    pub(crate) kind: Option<String>,
    /// The category.
    pub(crate) category: Option<Category>,
    /// What is done about it.
    pub(crate) policy: Option<Policy>,
    /// What stopped more.
    pub(crate) guard: Option<Guard>,
    /// Where it waits for a person.
    pub(crate) queue: Option<String>,
    /// What the customer is told.
    pub(crate) said: Option<String>,
    /// What is written down.
    pub(crate) written: Vec<String>,
}

impl Decided {
    /// As the effects of a message have it.
    pub(super) fn of(effects: &Effects) -> Decided {
        let mut decided = Decided::told(&effects.steps);
        decided.said = effects.reply.as_ref().and_then(|reply| reply.said.words());
        decided.written = effects.written.as_ref().map(written).unwrap_or_default();
        decided
    }

    /// As its steps tell it, which do not tell the words.
    pub(crate) fn told(steps: &[Step]) -> Decided {
        let mut decided = Decided::default();
        for step in steps {
            match step {
                Step::Classified(intent) => {
                    (decided.kind, decided.category) = (intent.kind.clone(), intent.category);
                }
                Step::Decided { policy, guard } => (decided.policy, decided.guard) = (Some(*policy), *guard),
                Step::TicketOpened { queue, .. } | Step::TicketUpdated { queue, .. } => {
                    decided.queue = Some(queue.clone());
                }
                _ => {}
            }
        }
        decided
    }

    /// What was decided once nothing more was said, on top of this.
    pub(crate) fn then(self, later: Decided) -> Decided {
        let Decided { kind, category, .. } = self;
        Decided { kind, category, ..later }
    }
}

fn written(written: &Written) -> Vec<String> {
    let changes = match &written.topic {
        Some((Topic::Order(old), Topic::Order(new))) => difference(old, new),
        Some((Topic::Appointment(old), Topic::Appointment(new))) => difference(old, new),
        Some((Topic::Deal(old), Topic::Deal(new))) => difference(old, new),
        Some(_) | None => Vec::new(),
    };
    let thing = written.topic.as_ref().map(|(_, new)| new.reference().of.to_string()).unwrap_or_default();
    let changed =
        changes.into_iter().map(|change| format!("{thing}.{}: {}", change.field, change.to.unwrap_or_default()));
    let note = written.note.as_ref().map(|(_, note)| note.clone());
    changed.chain(note).collect()
}
