//! What is asked about follow-ups.

use domain::fact::{Thing, ThingRef};
use domain::follow_up::{FollowUpKey, FollowUpState};
use domain::ids::{ContactId, TicketId};

use super::{NOBODY, THREAD, US, prompt};
use crate::{AdoptionRow, FollowUpEnd, FollowUpPlace, FollowUpRow, FollowUpsOf, Result, Tx};

pub(super) fn follow(tx: &mut Tx<'_>) -> Result<()> {
    let about = ThingRef { of: Thing::Deal, id: NOBODY };
    let key = FollowUpKey { about, rule: "a".to_owned(), episode: 0, step: 0 };
    let row = FollowUpRow {
        key: key.clone(),
        contact: None,
        due_at: 0,
        look_at: Some(0),
        expires_at: 0,
        state: FollowUpState::Pending,
        because: None,
        looked: None,
        send: None,
        decided_at: None,
    };
    let state = FollowUpState::Held;
    let end = FollowUpEnd { contact: None, state, because: None, looked: None, look_at: None, send: None, at: 0 };
    tx.plan_follow_up(US, &row)?;
    tx.end_follow_up(US, &key, &end)?;
    tx.follow_up(US, &key)?;
    tx.follow_ups_about(US, about)?;
    tx.follow_ups_to_plan(US, about)?;
    for which in [FollowUpsOf::State(state), FollowUpsOf::Contact(ContactId(NOBODY), None)] {
        tx.follow_ups(US, which, &FollowUpPlace::last(), 9)?;
    }
    tx.next_follow_up(0)?;
    tx.overdue_follow_ups(US, 0, 0, 9)?;
    tx.flood_of_follow_ups(US, 9)?;
    tx.overdue_follow_ups_held(US, 9)?;
    tx.follow_ups_without_template(US, 9)?;
    tx.waiting_follow_ups(US, (0, NOBODY), 9)?;
    tx.due_follow_ups(0, 9)?;
    tx.hold_things(US, Thing::Deal, &[NOBODY])?;
    tx.hold_threads(US, &[ContactId(NOBODY)])?;
    tx.people_by_id(US, &[ContactId(NOBODY)])?;
    tx.followed_up_since(US, &[ContactId(NOBODY)], 0)?;
    tx.answered_since(US, &[THREAD], 0)?;
    tx.latest_tickets_of(US, ContactId(NOBODY), 9)?;
    tx.say_last(US, THREAD, &prompt())?;
    tx.tickets_behind(US, NOBODY, 9)?;
    tx.templates_named(US, "1", "a")?;
    tx.set_ticket_score(US, TicketId(NOBODY), 5, 0)?;
    let adoption = AdoptionRow { version: 1, place: String::new(), planned: 0, cancelled: 0, done: true };
    tx.put_adoption(US, &adoption)?;
    tx.adoption(US).map(drop)
}
