//! Records and wishes that change at every moment while follow-ups are decided: what is sent was right when it was committed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::ids::WorkspaceId;
use domain::record::{Appointment, AppointmentStatus};
use hilo::follow_ups::fire_due;
use hilo::inbox::{Actor, ContactChange, change_contact};
use hilo::node::Node;
use hilo::records::{Edit, Trail, set_appointment_status};
use store::{Dialect, Stored, Tx};
use uuid::Uuid;

use super::*;

const PEOPLE: usize = 40;
const VISITS: usize = 500;
const FLIPS: usize = 800;

/// Asked by the database itself, in the transaction that sends; on PostgreSQL, where others change records at the same time, as it commits.
/// There a change may commit in the same transaction, behind the decision: then it comes after it.
const SQLITE: [&str; 3] = [
    "CREATE TABLE wrongs (what TEXT NOT NULL)",
    "CREATE TABLE firsts (record_id BLOB NOT NULL, rule TEXT NOT NULL, episode INTEGER NOT NULL, step INTEGER NOT NULL,
                          PRIMARY KEY (record_id, rule, episode, step))",
    "CREATE TRIGGER watch AFTER UPDATE OF state ON follow_ups WHEN NEW.state = 'sent' BEGIN
       INSERT INTO wrongs SELECT 'not confirmed' WHERE NOT EXISTS
         (SELECT 1 FROM appointments a WHERE a.id = NEW.record_id AND a.status = 'confirmed');
       INSERT INTO wrongs SELECT 'opted out' WHERE EXISTS
         (SELECT 1 FROM contacts c WHERE c.id = NEW.contact_id AND c.opted_out_at IS NOT NULL);
       INSERT INTO firsts VALUES (NEW.record_id, NEW.rule, NEW.episode, NEW.step);
     END",
];
const POSTGRES: [&str; 4] = [
    "CREATE TABLE wrongs (what TEXT NOT NULL)",
    "CREATE TABLE firsts (record_id UUID NOT NULL, rule TEXT NOT NULL, episode BIGINT NOT NULL, step BIGINT NOT NULL,
                          PRIMARY KEY (record_id, rule, episode, step))",
    "CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN
       INSERT INTO wrongs SELECT 'not confirmed' FROM appointments a
         WHERE a.id = NEW.record_id AND a.status <> 'confirmed' AND a.xmin <> pg_current_xact_id()::xid;
       INSERT INTO wrongs SELECT 'opted out' FROM contacts c
         WHERE c.id = NEW.contact_id AND c.opted_out_at IS NOT NULL AND c.xmin <> pg_current_xact_id()::xid;
       INSERT INTO firsts VALUES (NEW.record_id, NEW.rule, NEW.episode, NEW.step);
       RETURN NULL;
     END $body$",
    "CREATE CONSTRAINT TRIGGER watch AFTER UPDATE ON follow_ups DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
     WHEN (NEW.state = 'sent') EXECUTE FUNCTION watch()",
];

#[test]
fn nothing_is_sent_that_is_not_so_when_it_is_committed_nor_twice_nor_after_an_opt_out() {
    on_both(async |app: &mut TestApp| {
        follows(app).await;
        publish(app, &format!("{WORKFLOW}limits:\n  proactive: 100000 in 7d\n  quiet_hours: none\n")).await;
        let (workspace, node) = (app.workspace(WORKSPACE).await, app.node.clone());
        let channel = text(&app.api.list("/channels").await[0]["id"]).to_owned();
        assert_eq!(app.api.call(Method::PUT, &format!("/channels/{channel}/pause")).await.status, 204);
        let mut people = Vec::new();
        for nth in 0..PEOPLE {
            let wish = json!({ "phone": format!("+52 55 1000 {nth:04}"), "name": "Ana" });
            people.push(text(&app.api.post("/contacts", &wish).await.body["contact"]["id"]).to_owned());
        }
        let begins = app.now() + 2 * HOUR + 5_000;
        let mut visits = Vec::new();
        for nth in 0..VISITS {
            let starts = begins + nth as i64 * 20;
            let wish = json!({ "contact_id": people[nth % PEOPLE], "service": "x", "starts_at": starts, "ends_at": starts + HOUR });
            let made = app.api.post("/appointments", &wish).await;
            visits.push(text(&made.body["id"]).parse::<Uuid>().unwrap());
        }
        let watches = move |tx: &mut Tx<'_>| {
            let statements: &[&'static str] = if tx.dialect() == Dialect::Sqlite { &SQLITE } else { &POSTGRES };
            statements.iter().try_for_each(|sql| tx.execute(sql, vec![]).map(drop))
        };
        node.store.write(Vec::new(), watches).await.unwrap();

        let flipping = Arc::new(AtomicBool::new(true));
        let flips =
            [1, 2].map(|seed| tokio::spawn(flip(node.clone(), workspace, visits.clone(), people.clone(), seed)));
        let fires = [1, 2].map(|_| tokio::spawn(fire(node.clone(), flipping.clone())));
        let clock = app.clock.clone();
        let moving = flipping.clone();
        let moves = tokio::spawn(async move {
            while moving.load(Ordering::Relaxed) {
                clock.advance(SignedDuration::from_millis(50));
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        });
        for flip in flips {
            flip.await.unwrap();
        }
        flipping.store(false, Ordering::Relaxed);
        moves.await.unwrap();
        for fire in fires {
            fire.await.unwrap();
        }
        app.clock.advance(SignedDuration::from_mins(1));
        business_time::run_due(&node).await.unwrap();

        let count = |sql: &'static str| node.store.read(move |tx| tx.query_one(sql, vec![])?.int(0));
        let wrongs = count("SELECT count(*) FROM wrongs").await.unwrap();
        let firsts = count("SELECT count(*) FROM firsts").await.unwrap();
        let sends = count("SELECT count(*) FROM outbox WHERE purpose = 'follow_up'").await.unwrap();
        assert_eq!(wrongs, 0);
        assert!(100 < firsts, "{firsts} were sent");
        assert_eq!(sends, firsts);
    });
}

/// Confirms and cancels at random, and has people ask for silence and for words again.
async fn flip(node: Arc<Node>, workspace: WorkspaceId, visits: Vec<Uuid>, people: Vec<String>, seed: u64) {
    let mut state = seed;
    let mut dice = move |of: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % of
    };
    for _ in 0..FLIPS {
        if dice(8) == 0 {
            let id = people[dice(people.len())].parse().unwrap();
            let opted_out = Some(dice(2) == 0);
            let change = ContactChange { name: None, language: None, opted_out, company: None };
            change_contact(&node, workspace, id, change, "Luisa").await.unwrap();
            continue;
        }
        let id = visits[dice(visits.len())];
        let kept = node.store.read(move |tx| Appointment::one(tx, workspace, id)).await.unwrap().unwrap();
        let to = match kept.record.status {
            AppointmentStatus::Confirmed => AppointmentStatus::Cancelled,
            AppointmentStatus::Cancelled => AppointmentStatus::Scheduled,
            _ => AppointmentStatus::Confirmed,
        };
        let trail = Trail::new(&node, workspace, &Actor::named("Luisa"), None);
        // Another flip may have been faster.
        drop(set_appointment_status(&node, workspace, Edit { id, seen: kept.version, trail }, to).await);
    }
}

async fn fire(node: Arc<Node>, on: Arc<AtomicBool>) {
    while on.load(Ordering::Relaxed) {
        fire_due(&node).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
}
