//! Who is asked next, and who is not: the budget is counted in the transaction that spends it.

use domain::errand::Became;
use domain::interaction::Step;
use store::{DueErrand, ErrandEnd, Tx};

use super::TRIES;
use super::apply::count;
use crate::config::Advice;

const DAY_MS: i64 = 24 * 3600 * 1000;
/// What a machine may take longer than it should, until somebody else asks it.
const GRACE_MS: i64 = 10_000;

/// What is to be asked now. What is not to be asked at all ends here.
#[derive(Debug, Default)]
pub(crate) struct Claimed {
    pub(crate) to_ask: Vec<DueErrand>,
    /// Threads of which something is to be seen.
    pub(crate) ended: Vec<DueErrand>,
}

/// Takes what is due. `now` is machine time: a day's money is spent by it.
pub(crate) fn claim(tx: &mut Tx<'_>, advice: &Advice, room: i64, now: i64) -> store::Result<Claimed> {
    let mut claimed = Claimed::default();
    for due in tx.due_errands(now, room)? {
        let Some(machine) = advice.machine(due.key.what) else {
            end(tx, due, "", Became::Failed, "it is switched off")?;
            claimed.ended.push(due);
            continue;
        };
        let day = now / DAY_MS;
        if TRIES <= due.attempts {
            end(tx, due, &machine.model, Became::Failed, "the program stopped while it was asked")?;
            claimed.ended.push(due);
        } else if i64::from(machine.per_day) <= tx.errands_on(due.workspace, due.key.what, day)? {
            end(tx, due, &machine.model, Became::OverBudget, "")?;
            claimed.ended.push(due);
        } else {
            let until = now + machine.timeout.as_millis() as i64 + GRACE_MS;
            tx.begin_errand(due.workspace, due.key, day, now, until)?;
            claimed.to_ask.push(DueErrand { attempts: due.attempts + 1, ..due });
        }
    }
    Ok(claimed)
}

fn end(tx: &mut Tx<'_>, due: DueErrand, model: &str, became: Became, why: &str) -> store::Result<()> {
    let end = ErrandEnd { became, model: model.to_owned(), said: why.to_owned(), ms: 0 };
    tx.lock_conversation(due.workspace, due.key.conversation)?;
    if tx.end_errand(due.workspace, due.key, due.attempts, &end)? {
        count(due.key.what, became);
        let step = Step::AskedOutside { what: due.key.what, model: end.model, said: end.said, ms: 0, became };
        tx.add_steps(due.workspace, due.key.conversation, due.key.seq, &[step])?;
    }
    Ok(())
}
