//! The stages that a deal goes through.

use serde::{Deserialize, Serialize};

use crate::named::named;

const MOST_STAGES: usize = 20;
const LONGEST: usize = 60;

named! {
    /// What it means for a deal to stand in a stage.
    StageKind: "kind of stage; use open, won or lost" {
        /// It may still be sold.
        Open = "open",
        /// It is sold.
        Won = "won",
        /// It is not.
        Lost = "lost",
    }
}

/// A place where a deal stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// Its short name, which deals keep: `proposal`.
    pub id: String,
    /// What people call it; those of the first pipeline are called in the reader's language as long as nobody renames them.
    pub name: String,
    /// What it means.
    pub kind: StageKind,
}

/// The stages of one way of selling, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// Its short name, which deals keep: `sales`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// From the first to the last.
    pub stages: Vec<Stage>,
}

/// Why stages are no pipeline.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPipeline {
    /// No name, or a long one.
    #[error("`{0}`: a name has 1 to {LONGEST} characters")]
    Name(String),
    /// An id that is none.
    #[error("`{0}`: an id has 1 to {LONGEST} lower-case letters, digits and `_`")]
    Id(String),
    /// Two stages with one id.
    #[error("two stages have the id `{0}`; give one of them another")]
    Twice(String),
    /// Too many or none.
    #[error("a pipeline has 1 to {MOST_STAGES} stages")]
    Count,
    /// A deal can neither begin nor end.
    #[error("a pipeline needs a first stage that is open, and one that is won and one that is lost")]
    NoWay,
}

impl Pipeline {
    /// What every workspace begins with.
    pub fn first() -> Self {
        let stage = |id: &str, kind| Stage { id: id.to_owned(), name: id.to_owned(), kind };
        let open = ["lead", "qualified", "proposal", "negotiation"].map(|id| stage(id, StageKind::Open));
        let ends = [stage("won", StageKind::Won), stage("lost", StageKind::Lost)];
        Self { id: "sales".to_owned(), name: "sales".to_owned(), stages: open.into_iter().chain(ends).collect() }
    }

    /// A pipeline that deals can go through.
    pub fn checked(id: &str, name: &str, stages: Vec<Stage>) -> Result<Self, InvalidPipeline> {
        check_id(id)?;
        let name = checked_name(name)?;
        if stages.is_empty() || MOST_STAGES < stages.len() {
            return Err(InvalidPipeline::Count);
        }
        let mut checked: Vec<Stage> = Vec::with_capacity(stages.len());
        for stage in stages {
            check_id(&stage.id)?;
            if checked.iter().any(|other| other.id == stage.id) {
                return Err(InvalidPipeline::Twice(stage.id));
            }
            checked.push(Stage { name: checked_name(&stage.name)?, ..stage });
        }
        let has = |kind| checked.iter().any(|stage| stage.kind == kind);
        let begins = checked.first().is_some_and(|stage| stage.kind == StageKind::Open);
        if !begins || !has(StageKind::Won) || !has(StageKind::Lost) {
            return Err(InvalidPipeline::NoWay);
        }
        Ok(Self { id: id.to_owned(), name, stages: checked })
    }

    /// The stage of that id.
    pub fn stage(&self, id: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }
}

fn check_id(id: &str) -> Result<(), InvalidPipeline> {
    let letters = id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if letters && (1..=LONGEST).contains(&id.len()) {
        Ok(())
    } else {
        Err(InvalidPipeline::Id(id.chars().take(LONGEST).collect()))
    }
}

fn checked_name(name: &str) -> Result<String, InvalidPipeline> {
    let name = name.trim();
    if (1..=LONGEST).contains(&name.chars().count()) {
        Ok(name.to_owned())
    } else {
        Err(InvalidPipeline::Name(name.chars().take(LONGEST).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_pipeline_is_one() {
        let first = Pipeline::first();
        assert_eq!(Pipeline::checked(&first.id, &first.name, first.stages.clone()), Ok(first));
    }

    #[test]
    fn stages_through_which_no_deal_can_go_are_refused() {
        let stage = |id: &str, kind| Stage { id: id.to_owned(), name: "x".to_owned(), kind };
        let (open, won, lost) = (StageKind::Open, StageKind::Won, StageKind::Lost);
        let check = |stages| Pipeline::checked("sales", "Ventas", stages);
        assert_eq!(check(vec![]), Err(InvalidPipeline::Count));
        assert_eq!(check(vec![stage("a", open), stage("b", won)]), Err(InvalidPipeline::NoWay));
        assert_eq!(check(vec![stage("b", won), stage("a", open), stage("c", lost)]), Err(InvalidPipeline::NoWay));
        assert!(matches!(check(vec![stage("a", open), stage("a", won)]), Err(InvalidPipeline::Twice(_))));
        assert!(matches!(check(vec![stage("Á", open)]), Err(InvalidPipeline::Id(_))));
    }
}
