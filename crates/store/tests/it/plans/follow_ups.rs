//! What is asked about follow-ups.

use domain::fact::{Thing, ThingRef};
use domain::follow_up::{FollowUpKey, FollowUpState};
use domain::ids::{ContactId, TicketId};
use store::{AdoptionRow, FollowUpEnd, FollowUpPlace, FollowUpsOf, Tx};
use uuid::Uuid;

use crate::clinic::Clinic;

pub(super) fn ask(tx: &mut Tx<'_>, Clinic { workspace, thread, ana, .. }: Clinic) -> store::Result<()> {
    let nobody = Uuid::nil();
    let about = ThingRef { of: Thing::Deal, id: nobody };
    let key = FollowUpKey { about, rule: "a".to_owned(), episode: 0, step: 0 };
    let state = FollowUpState::Held;
    let end = FollowUpEnd { contact: None, state, because: None, looked: None, look_at: None, send: None, at: 0 };
    tx.end_follow_up(workspace, &key, &end)?;
    tx.follow_up(workspace, &key)?;
    tx.follow_ups_about(workspace, about)?;
    tx.follow_ups_to_plan(workspace, about)?;
    for which in [FollowUpsOf::State(state), FollowUpsOf::Contact(ana, None)] {
        tx.follow_ups(workspace, which, &FollowUpPlace::last(), 9)?;
    }
    tx.next_follow_up(0)?;
    tx.overdue_follow_ups(workspace, 0, 0, 9)?;
    tx.flood_of_follow_ups(workspace, 9)?;
    tx.overdue_follow_ups_held(workspace, 9)?;
    tx.follow_ups_without_template(workspace, 9)?;
    tx.waiting_follow_ups(workspace, (0, nobody), 9)?;
    tx.due_follow_ups(0, 9)?;
    for of in Thing::ALL {
        tx.hold_things(workspace, *of, &[nobody])?;
    }
    tx.hold_threads(workspace, &[ana, ContactId(nobody)])?;
    tx.people_by_id(workspace, &[ana])?;
    tx.followed_up_since(workspace, &[ana], 0)?;
    tx.answered_since(workspace, &[thread], 0)?;
    tx.latest_tickets_of(workspace, ana, 9)?;
    tx.conversations_by_id(workspace, &[thread])?;
    tx.tickets_behind(workspace, nobody, 9)?;
    tx.templates_named(workspace, "1", "a")?;
    tx.set_ticket_score(workspace, TicketId(nobody), 5, 0)?;
    let adoption = AdoptionRow { version: 1, place: String::new(), planned: 0, cancelled: 0, done: true };
    tx.put_adoption(workspace, &adoption)?;
    tx.adoption(workspace).map(drop)
}
