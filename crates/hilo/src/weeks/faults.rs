//! What goes wrong in a week.

use store::StoreError;
use store::by_hand::Fate;

use crate::dice::Dice;

/// Something that goes wrong once its time has come, at the next occasion.
#[derive(Debug, Clone)]
pub(super) enum Fault {
    /// A node dies at one of its next steps, and starts again after a while.
    Dies { node: usize, steps: u32, down: i64 },
    /// A node stands still from one of its next steps on, as a suspended machine does.
    Freezes { node: usize, steps: u32, still: i64 },
    /// The next transactions that write end like this.
    Store { times: u32, ends: Ending },
    /// The next sends go like this.
    Sends { times: u32, crossing: Crossing },
    /// The next webhooks come so much later.
    Late { times: u32, by: i64 },
    /// WhatsApp does not hear our answer to the next webhooks.
    Unheard { times: u32 },
}

/// How a transaction ends that does not simply end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Twice,
    DiskFull,
    Away,
    InTheWay,
    Refused,
    AnswerLost,
}

/// How a message of ours crosses the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Crossing {
    /// It is taken, and we hear so.
    Taken,
    /// It is taken, and we hear nothing.
    TakenUnheard,
    /// It is lost, and so is the answer.
    Lost,
    /// There is no connection.
    NotSent,
    /// It is refused with this code.
    Refused(i64),
    /// It is taken, we hear so, and nothing is ever reported on it.
    BlackHole,
}

/// The least that goes wrong in a week.
pub(super) const FEWEST: i64 = 5;

/// What goes wrong in a week, at which of the moments at which somebody does something.
pub(super) fn plan(dice: &mut Dice, nodes: usize, moments: &[i64]) -> Vec<(i64, Fault)> {
    let many = dice.between(FEWEST, FEWEST + 8);
    let when = |dice: &mut Dice| moments[dice.between(0, moments.len() as i64) as usize];
    (0..many).map(|_| (when(dice) + dice.between(-1, 500), fault(dice, nodes))).collect()
}

fn fault(dice: &mut Dice, nodes: usize) -> Fault {
    let node = dice.between(0, nodes as i64) as usize;
    let steps = dice.between(0, 14) as u32;
    let times = dice.between(1, 4) as u32;
    match dice.between(0, 100) {
        0..22 => Fault::Dies { node, steps, down: long(dice) },
        22..36 => Fault::Freezes { node, steps, still: long(dice) },
        36..56 => Fault::Store { times, ends: ending(dice) },
        56..82 => Fault::Sends { times, crossing: crossing(dice) },
        82..92 => Fault::Late { times, by: long(dice) * 10 },
        _ => Fault::Unheard { times },
    }
}

/// Milliseconds up to twenty minutes, mostly a few seconds.
fn long(dice: &mut Dice) -> i64 {
    match dice.between(0, 3) {
        0 => dice.between(200, 9_000),
        1 => dice.between(9_000, 90_000),
        _ => dice.between(90_000, 1_200_000),
    }
}

fn ending(dice: &mut Dice) -> Ending {
    use Ending::{AnswerLost, Away, DiskFull, InTheWay, Refused, Twice};
    [Twice, DiskFull, Away, InTheWay, Refused, AnswerLost][dice.between(0, 6) as usize]
}

fn crossing(dice: &mut Dice) -> Crossing {
    const CODES: [i64; 12] =
        [1, 2, 190, 131_000, 131_026, 131_047, 131_048, 131_049, 131_050, 131_056, 130_429, 132_015];
    match dice.between(0, 10) {
        0..3 => Crossing::TakenUnheard,
        3..5 => Crossing::Lost,
        5 => Crossing::NotSent,
        6 => Crossing::BlackHole,
        _ => Crossing::Refused(CODES[dice.between(0, CODES.len() as i64) as usize]),
    }
}

impl Ending {
    pub(super) fn fate(self) -> Fate {
        let said = || "simulated".to_owned();
        match self {
            Ending::Twice => Fate::RunsTwice,
            Ending::DiskFull => Fate::Fails(StoreError::CannotWrite(said())),
            Ending::Away => Fate::Fails(StoreError::Unreachable(said())),
            Ending::InTheWay => Fate::Fails(StoreError::Conflict(said())),
            Ending::Refused => Fate::Fails(StoreError::Refused(said())),
            Ending::AnswerLost => Fate::CommitsUnheard(StoreError::Unreachable(said())),
        }
    }
}
