//! What goes wrong on purpose. A fault strikes always, a number of times, or in a percentage of cases.

mod kind;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::codes::{self, Refusal};
use crate::random::Random;

pub use kind::{FaultInfo, FaultKind};

/// A fault and how often it strikes: `{"fault":"error_code","code":131000,"count":3}`. Without a count and a
/// percentage it strikes every time; with both, in that percentage of cases until the count is used up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// How many times it still strikes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// In how many of a hundred cases it strikes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<u8>,
}

impl Fault {
    /// Strikes every time until it is cleared.
    pub fn always(kind: FaultKind) -> Self {
        Self { kind, count: None, percent: None }
    }

    /// Strikes the next `count` times.
    pub fn times(count: u32, kind: FaultKind) -> Self {
        Self { kind, count: Some(count), percent: None }
    }

    /// Strikes in `percent` of a hundred cases.
    pub fn in_percent(percent: u8, kind: FaultKind) -> Self {
        Self { kind, count: None, percent: Some(percent) }
    }

    fn strikes(&mut self, random: &Random) -> bool {
        if self.count == Some(0) || self.percent.is_some_and(|percent| !random.chance(percent)) {
            return false;
        }
        self.count = self.count.map(|left| left - 1);
        true
    }
}

/// How a request is refused.
pub(crate) enum Breakdown {
    Plain500,
    Graph(Refusal),
}

impl From<Refusal> for Breakdown {
    fn from(refusal: Refusal) -> Self {
        Self::Graph(refusal)
    }
}

/// What fate does to a message after its acceptance.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Fate {
    pub(crate) lose_response: bool,
    pub(crate) black_hole: bool,
    pub(crate) silent: bool,
    pub(crate) fails_with: Option<i64>,
    pub(crate) status_before_response: bool,
    pub(crate) late: Duration,
}

/// What fate does to a webhook.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mishap {
    pub(crate) duplicate: bool,
    pub(crate) disorder: bool,
    pub(crate) malformed: bool,
    pub(crate) forged: bool,
    pub(crate) delay: Option<Duration>,
    pub(crate) batch: Option<Duration>,
}

/// The faults that are set. Each stage of a request draws only its own, so that a count is spent where it shows.
#[derive(Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn set(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn list(&self) -> Vec<Fault> {
        self.0.clone()
    }

    pub(crate) fn resets(&mut self, random: &Random) -> bool {
        self.has(random, &FaultKind::ResetConnection)
    }

    pub(crate) fn slowness(&mut self, random: &Random) -> Duration {
        self.draw(random, |kind| match kind {
            FaultKind::Slow { ms } => Some(Duration::from_millis(*ms)),
            _ => None,
        })
        .unwrap_or_default()
    }

    pub(crate) fn breakdown(&mut self, random: &Random) -> Option<Breakdown> {
        self.draw(random, |kind| match kind {
            FaultKind::RevokedToken => {
                Some(Breakdown::Graph(Refusal::of(codes::TOKEN, "the access token has been revoked")))
            }
            FaultKind::Error500 => Some(Breakdown::Plain500),
            FaultKind::ErrorCode { code } => Some(Breakdown::Graph(Refusal::of(*code, "a fault was asked for"))),
            _ => None,
        })
    }

    pub(crate) fn fate(&mut self, random: &Random) -> Fate {
        if self.0.is_empty() {
            return Fate::default();
        }
        Fate {
            lose_response: self.has(random, &FaultKind::LoseResponse),
            black_hole: self.has(random, &FaultKind::BlackHole),
            silent: self.has(random, &FaultKind::MissingStatuses),
            fails_with: self.draw(random, |kind| match kind {
                FaultKind::FailLater { code } => Some(*code),
                _ => None,
            }),
            status_before_response: self.has(random, &FaultKind::StatusBeforeResponse),
            late: self
                .draw(random, |kind| match kind {
                    FaultKind::LateStatuses { ms } => Some(Duration::from_millis(*ms)),
                    _ => None,
                })
                .unwrap_or_default(),
        }
    }

    pub(crate) fn mishap(&mut self, random: &Random) -> Mishap {
        if self.0.is_empty() {
            return Mishap::default();
        }
        Mishap {
            duplicate: self.has(random, &FaultKind::DuplicateWebhooks),
            disorder: self.has(random, &FaultKind::DisorderWebhooks),
            malformed: self.has(random, &FaultKind::MalformedWebhooks),
            forged: self.has(random, &FaultKind::ForgedWebhooks),
            delay: self.draw(random, |kind| match kind {
                FaultKind::DelayWebhooks { ms } => Some(Duration::from_millis(*ms)),
                _ => None,
            }),
            batch: self.draw(random, |kind| match kind {
                FaultKind::BatchWebhooks { ms } => Some(Duration::from_millis(*ms)),
                _ => None,
            }),
        }
    }

    fn has(&mut self, random: &Random, wanted: &FaultKind) -> bool {
        self.draw(random, |kind| (kind == wanted).then_some(())).is_some()
    }

    fn draw<T>(&mut self, random: &Random, pick: impl Fn(&FaultKind) -> Option<T>) -> Option<T> {
        let struck = self.0.iter_mut().find_map(|fault| {
            let effect = pick(&fault.kind)?;
            fault.strikes(random).then_some(effect)
        });
        self.0.retain(|fault| fault.count != Some(0));
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_spelled_as_its_name_with_its_extent() {
        let fault: Fault = serde_json::from_str(r#"{"fault":"error_code","code":131000,"count":3}"#).unwrap();
        assert_eq!(fault, Fault::times(3, FaultKind::ErrorCode { code: 131_000 }));
        let fault: Fault = serde_json::from_str(r#"{"fault":"error_500","percent":20}"#).unwrap();
        assert_eq!(fault, Fault::in_percent(20, FaultKind::Error500));
    }

    #[test]
    fn a_counted_fault_strikes_that_many_times_and_is_gone() {
        let (mut faults, random) = (Faults::default(), Random::new(1));
        faults.set(Fault::times(2, FaultKind::BlackHole));
        let struck = (0..5).filter(|_| faults.fate(&random).black_hole).count();
        assert_eq!((struck, faults.list().len()), (2, 0));
    }

    #[test]
    fn a_fault_of_the_response_is_not_spent_on_a_request_that_was_refused() {
        let (mut faults, random) = (Faults::default(), Random::new(1));
        faults.set(Fault::times(1, FaultKind::LoseResponse));
        faults.set(Fault::times(1, FaultKind::Error500));
        assert!(faults.breakdown(&random).is_some());
        assert!(faults.breakdown(&random).is_none() && faults.fate(&random).lose_response);
    }
}
