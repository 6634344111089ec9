//! How Meta regards a number of the business, and whether the business's phone app is connected to it.

use serde::{Deserialize, Serialize};

use crate::codes::{self, Refusal};
use crate::desks::Desks;
use crate::enforcement::CanSend;
use crate::events::Event;
use crate::platform::{Platform, lock};
use crate::settings::{BusinessNumber, MessagingLimit, Rate};
use crate::templates::Quality;

const HOUR: i64 = 60 * 60 * 1000;
const UPGRADE: i64 = 60 * 1000; // how long a number is away while its throughput is raised

/// What events and the control API change of one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Health {
    pub(crate) quality: Quality,
    pub(crate) is_upgraded: bool,
    /// Until when an upgrade keeps it from sending.
    pub(crate) away_until: i64,
    pub(crate) on_business_app: bool,
    /// When that was so for the first time.
    pub(crate) connected_at: i64,
}

/// A number of the business as it is now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NumberView {
    /// Its id in Graph paths.
    pub phone_number_id: String,
    /// The account that holds it.
    pub waba_id: String,
    /// The number as people read it.
    pub display_phone_number: String,
    /// Whether people at the business answer from its phone app too.
    pub on_business_app: bool,
    /// What people think of its messages.
    pub quality: Quality,
    /// How many messages it may send a second; none when that is not limited.
    pub per_second: Option<f64>,
    /// Whether its account is switched on.
    pub can_send: bool,
}

/// What `PUT /sim/numbers/{phone_number_id}` may change; what is absent stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberChange {
    /// Whether people at the business answer from its phone app too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_business_app: Option<bool>,
}

impl Default for Health {
    fn default() -> Self {
        Self { quality: Quality::Green, is_upgraded: false, away_until: 0, on_business_app: false, connected_at: 0 }
    }
}

impl Health {
    /// How fast the number may send. Beside the phone app no upgrade helps.
    pub(crate) fn rate(self, usual: Option<Rate>) -> Option<Rate> {
        let usual = usual?;
        let most = if self.on_business_app { Rate::BESIDE_THE_APP } else { Rate::UPGRADED };
        let is_changed = if self.on_business_app { most.per_second < usual.per_second } else { self.is_upgraded };
        Some(if is_changed { most } else { usual })
    }

    /// With the phone app, or without.
    pub(crate) fn connected(self, on_business_app: bool, now: i64) -> Self {
        let connected_at = if self.on_business_app { self.connected_at } else { now };
        Self { on_business_app, connected_at, ..self }
    }

    /// `ONBOARDING` changes the limit and nothing else.
    fn after(self, change: &str, now: i64) -> Self {
        match change {
            "FLAGGED" => Self { quality: Quality::Red, ..self },
            "UNFLAGGED" => Self { quality: Quality::Green, ..self },
            "THROUGHPUT_UPGRADE" => Self { is_upgraded: true, away_until: now + UPGRADE, ..self },
            _ => self,
        }
    }
}

impl Desks {
    /// What an event changes besides what it says.
    pub(crate) fn follow(&mut self, event: &Event, number: &BusinessNumber, now: i64) {
        match event {
            Event::NumberQuality { change, current_limit } => {
                let health = &mut self.desk(&number.phone_number_id).health;
                *health = health.after(change, now);
                self.messaging_limit = MessagingLimit::read(current_limit).unwrap_or(self.messaging_limit);
            }
            Event::AccountDisabled { state } => self.enforcement.switch(&number.waba_id, state),
            Event::AccountRestriction { restriction, hours } => {
                self.enforcement.restrict(&number.waba_id, restriction, now + i64::from(*hours) * HOUR);
            }
            Event::AccountViolation { .. } | Event::Problem { .. } | Event::Other { .. } => {}
        }
    }
}

impl Platform {
    /// Refuses while the number is being upgraded.
    pub(crate) fn is_there(&self, phone_number_id: &str) -> Result<(), Refusal> {
        if self.now() < lock(&self.desks).desk(phone_number_id).health.away_until {
            return Err(Refusal::of(codes::MAINTENANCE, "the number is being upgraded, for a minute at most"));
        }
        Ok(())
    }

    /// How fast the number may send now.
    pub(crate) fn number_rate(&self, phone_number_id: &str) -> Option<Rate> {
        lock(&self.desks).desk(phone_number_id).health.rate(self.settings.number_rate)
    }

    pub(crate) fn number_views(&self) -> Vec<NumberView> {
        self.numbers.iter().map(|number| self.number_view(number)).collect()
    }

    pub(crate) fn number_view(&self, number: &BusinessNumber) -> NumberView {
        let mut desks = lock(&self.desks);
        let health = desks.desk(&number.phone_number_id).health;
        NumberView {
            phone_number_id: number.phone_number_id.clone(),
            waba_id: number.waba_id.clone(),
            display_phone_number: number.display_phone_number.clone(),
            on_business_app: health.on_business_app,
            quality: health.quality,
            per_second: health.rate(self.settings.number_rate).map(|rate| rate.per_second),
            can_send: desks.enforcement.can_send(&number.waba_id, self.now()) != CanSend::Blocked,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_on_the_business_app_sends_twenty_messages_a_second_whatever_it_was_upgraded_to() {
        let health = Health { on_business_app: true, is_upgraded: true, ..Health::default() };
        assert_eq!(health.rate(Some(Rate::NUMBER)), Some(Rate::BESIDE_THE_APP));
        assert_eq!(health.rate(None), None);
        let slow = Rate { per_second: 1.0, burst: 1.0 };
        assert_eq!(health.rate(Some(slow)), Some(slow));
    }

    #[test]
    fn an_upgraded_number_sends_a_thousand_messages_a_second() {
        assert_eq!(Health::default().after("ONBOARDING", 0).rate(Some(Rate::NUMBER)), Some(Rate::NUMBER));
        let upgraded = Health::default().after("THROUGHPUT_UPGRADE", 0);
        assert_eq!(upgraded.rate(Some(Rate::NUMBER)), Some(Rate::UPGRADED));
    }
}
