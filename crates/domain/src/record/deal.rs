//! What may be sold, and how it ended.

use uuid::Uuid;

use super::{Fields, Money, Noun, Record, StageKind, WrongMove, text_of};
use crate::ids::{CompanyId, ContactId, DealId, UserId};
use crate::named::named;

named! {
    /// Whether a deal can still be won.
    DealStatus: "status of a deal; use open, won or lost" {
        /// It can.
        Open = "open",
        /// It was.
        Won = "won",
        /// It was not.
        Lost = "lost",
    }
}

/// Whether a deal can still be won, and otherwise since when and why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DealState {
    /// It can.
    Open,
    /// It was.
    Won {
        /// When, milliseconds since 1970.
        at: i64,
    },
    /// It was not.
    Lost {
        /// When, milliseconds since 1970.
        at: i64,
        /// Why.
        reason: String,
    },
}

/// Something that may be sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deal {
    /// Its id.
    pub id: DealId,
    /// What it is about.
    pub title: String,
    /// With whom.
    pub contact: Option<ContactId>,
    /// With which business.
    pub company: Option<CompanyId>,
    /// Who of ours sees to it.
    pub owner: Option<UserId>,
    /// Which way it goes.
    pub pipeline: String,
    /// How far it is.
    pub stage: String,
    /// Since when, milliseconds since 1970.
    pub stage_since: i64,
    /// Whether it can still be won.
    pub state: DealState,
    /// What it is worth.
    pub amount: Option<Money>,
    /// By which day it is expected to end: `2026-12-24`.
    pub expected_close: Option<jiff::civil::Date>,
}

impl DealState {
    /// Which it is.
    pub fn status(&self) -> DealStatus {
        match self {
            DealState::Open => DealStatus::Open,
            DealState::Won { .. } => DealStatus::Won,
            DealState::Lost { .. } => DealStatus::Lost,
        }
    }

    /// Why it was lost.
    pub fn reason(&self) -> Option<&str> {
        match self {
            DealState::Lost { reason, .. } => Some(reason),
            DealState::Open | DealState::Won { .. } => None,
        }
    }

    /// Since when it is over.
    pub fn closed_at(&self) -> Option<i64> {
        match self {
            DealState::Won { at } | DealState::Lost { at, .. } => Some(*at),
            DealState::Open => None,
        }
    }

    /// The state in a stage of this kind. What is over begins again before it ends otherwise.
    pub fn in_stage(&self, kind: StageKind, reason: Option<&str>, now: i64) -> Result<Self, WrongMove> {
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
        match (self, kind) {
            (DealState::Open | DealState::Won { .. } | DealState::Lost { .. }, StageKind::Open) => Ok(DealState::Open),
            (DealState::Open, StageKind::Won) => Ok(DealState::Won { at: now }),
            (DealState::Won { at }, StageKind::Won) => Ok(DealState::Won { at: *at }),
            (DealState::Open, StageKind::Lost) => match reason {
                Some(reason) => Ok(DealState::Lost { at: now, reason: reason.to_owned() }),
                None => Err(WrongMove("say in `reason` why the deal is lost".to_owned())),
            },
            (DealState::Lost { at, reason: before }, StageKind::Lost) => {
                Ok(DealState::Lost { at: *at, reason: reason.unwrap_or(before).to_owned() })
            }
            (DealState::Won { .. }, StageKind::Lost) | (DealState::Lost { .. }, StageKind::Won) => {
                let (from, to) = (self.status().name(), kind.name());
                Err(WrongMove::between(Noun::Deal, from, to, "move it to an open stage first"))
            }
        }
    }
}

impl Record for Deal {
    const NOUN: Noun = Noun::Deal;

    fn id(&self) -> Uuid {
        self.id.0
    }

    fn name(&self) -> String {
        self.title.clone()
    }

    fn contact(&self) -> Option<ContactId> {
        self.contact
    }

    fn fields(&self) -> Fields {
        vec![
            ("title", Some(self.title.clone())),
            ("contact_id", text_of(&self.contact)),
            ("company_id", text_of(&self.company)),
            ("owner_id", text_of(&self.owner)),
            ("pipeline", Some(self.pipeline.clone())),
            ("stage", Some(self.stage.clone())),
            ("status", Some(self.state.status().name().to_owned())),
            ("lost_reason", self.state.reason().map(str::to_owned)),
            ("amount", text_of(&self.amount)),
            ("expected_close", text_of(&self.expected_close)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deal_is_lost_for_a_reason_and_begins_again_before_it_is_won_after_all() {
        let open = DealState::Open;
        assert!(open.in_stage(StageKind::Lost, Some(" "), 1).is_err());
        let lost = open.in_stage(StageKind::Lost, Some("price"), 1).unwrap();
        assert_eq!((lost.reason(), lost.closed_at()), (Some("price"), Some(1)));
        let refused = lost.in_stage(StageKind::Won, None, 2).unwrap_err();
        assert_eq!(refused.to_string(), "a deal that is lost cannot become won; move it to an open stage first");
        let again = lost.in_stage(StageKind::Open, None, 2).unwrap();
        assert_eq!(again.in_stage(StageKind::Won, None, 3), Ok(DealState::Won { at: 3 }));
    }

    #[test]
    fn another_stage_of_the_same_kind_keeps_since_when_it_is_over() {
        let lost = DealState::Lost { at: 1, reason: "price".to_owned() };
        assert_eq!(lost.in_stage(StageKind::Lost, None, 2), Ok(lost.clone()));
    }
}
