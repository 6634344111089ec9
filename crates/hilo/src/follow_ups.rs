//! What is said without being asked: planned whenever a record changes, decided on the present state when it is due, and looked at once
//! more when it leaves. `plan`, `decide` and `say` are pure; `replan`, `fire` and `recheck` read and write.

mod adopt;
mod ask;
mod decide;
mod fire;
mod gather;
mod plan;
mod quiet;
mod recheck;
mod replan;
mod rules;
mod say;
mod settle;

pub use adopt::adopt;
pub use ask::{drop_flood, release_flood, skip};
pub use fire::{Fired, fire_due};
pub(crate) use recheck::{Again, recheck};
pub(crate) use replan::{of_new_ticket, of_record, of_ticket};
pub use rules::Rules;

/// How long what is kept back waits before it is looked at again.
const AGAIN_MS: i64 = 15 * 60 * 1000;
