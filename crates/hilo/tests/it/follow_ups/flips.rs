//! Records and wishes that change at every moment while follow-ups are decided: what is sent was right when it was committed.
//!
//! `HILO_SIMULATED_FOLLOW_UPS=100000 cargo nextest run -p hilo -E 'test(flips)' --no-capture` has more of them than the gate, and
//! `HILO_SIMULATED_FOLLOW_UPS_SEED=7` others.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use domain::ids::{AppointmentId, ContactId, WorkspaceId};
use domain::record::{Appointment, AppointmentStatus};
use hilo::clock::Clock;
use hilo::follow_ups::fire_due;
use hilo::inbox::{Actor, ContactChange, Once, change_contact};
use hilo::node::Node;
use hilo::records::{Edit, Trail, create, set_appointment_status};
use store::{Dialect, Stored, Tx};
use uuid::Uuid;

use super::*;

/// What the gate has the time for.
const VISITS: usize = 500;
const VISITS_OF_ONE: usize = 12;
/// So much lies between the moments of two reminders.
const APART_MS: i64 = 20;
/// Before the first, and behind the last.
const AROUND_MS: i64 = 5_000;
/// Half of the changes are about visits of which the reminder is due about now.
const ABOUT_NOW: usize = 40;
/// Who changes things, and who decides, side by side.
const HANDS: usize = 2;

/// Asked by the database itself, in the transaction that sends; on PostgreSQL, where others change records at the same time, as it commits.
/// There a change may commit in the same transaction, behind the decision: then it comes after it.
const SQLITE: [&str; 3] = [
    "CREATE TABLE wrongs (what TEXT NOT NULL)",
    "CREATE TABLE firsts (record_id BLOB NOT NULL, rule TEXT NOT NULL, episode INTEGER NOT NULL, step INTEGER NOT NULL,
                          PRIMARY KEY (record_id, rule, episode, step))",
    "CREATE TRIGGER watch AFTER UPDATE OF state ON follow_ups WHEN NEW.state = 'sent' BEGIN
       INSERT INTO wrongs SELECT 'not confirmed' WHERE NOT EXISTS
         (SELECT 1 FROM appointments a WHERE a.workspace_id = NEW.workspace_id AND a.id = NEW.record_id AND a.status = 'confirmed');
       INSERT INTO wrongs SELECT 'opted out' WHERE EXISTS
         (SELECT 1 FROM contacts c WHERE c.workspace_id = NEW.workspace_id AND c.id = NEW.contact_id AND c.opted_out_at IS NOT NULL);
       INSERT INTO firsts VALUES (NEW.record_id, NEW.rule, NEW.episode, NEW.step);
     END",
];
const POSTGRES: [&str; 4] = [
    "CREATE TABLE wrongs (what TEXT NOT NULL)",
    "CREATE TABLE firsts (record_id UUID NOT NULL, rule TEXT NOT NULL, episode BIGINT NOT NULL, step BIGINT NOT NULL,
                          PRIMARY KEY (record_id, rule, episode, step))",
    "CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN
       INSERT INTO wrongs SELECT 'not confirmed' FROM appointments a
         WHERE a.workspace_id = NEW.workspace_id AND a.id = NEW.record_id AND a.status <> 'confirmed' AND a.xmin <> pg_current_xact_id()::xid;
       INSERT INTO wrongs SELECT 'opted out' FROM contacts c
         WHERE c.workspace_id = NEW.workspace_id AND c.id = NEW.contact_id AND c.opted_out_at IS NOT NULL AND c.xmin <> pg_current_xact_id()::xid;
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
        publish(app, &format!("{WORKFLOW}limits:\n  proactive: 1000000 in 7d\n  quiet_hours: none\n")).await;
        let channel = text(&app.api.list("/channels").await[0]["id"]).to_owned();
        assert_eq!(app.api.call(Method::PUT, &format!("/channels/{channel}/pause")).await.status, 204);
        let begun = Instant::now();
        let world = World::begin(app, number("HILO_SIMULATED_FOLLOW_UPS").unwrap_or(VISITS)).await;
        let seed = number("HILO_SIMULATED_FOLLOW_UPS_SEED").unwrap_or(1);

        let changes = (0..HANDS).map(|hand| tokio::spawn(flip(world.clone(), (seed + hand) as u64)));
        let decides = (0..HANDS).map(|_| tokio::spawn(decide(world.clone())));
        let (changes, decides): (Vec<_>, Vec<_>) = (changes.collect(), decides.collect());
        let clock = tokio::spawn(pass(world.clone(), app.clock.clone()));
        for change in changes {
            change.await.unwrap();
        }
        clock.await.unwrap();
        world.is_over.store(true, Ordering::Relaxed);
        for hand in decides {
            hand.await.unwrap();
        }
        business_time::run_due(&world.node).await.unwrap();

        let count = |sql: &'static str| world.node.store.read(move |tx| tx.query_one(sql, vec![])?.int(0));
        let planned = count("SELECT count(*) FROM follow_ups").await.unwrap();
        let wrongs = count("SELECT count(*) FROM wrongs").await.unwrap();
        let firsts = count("SELECT count(*) FROM firsts").await.unwrap();
        let sends = count("SELECT count(*) FROM outbox WHERE purpose = 'follow_up'").await.unwrap();
        let (changed, took) = (world.changed.load(Ordering::Relaxed), begun.elapsed().as_secs());
        let database = std::thread::current().name().unwrap_or_default().to_owned();
        eprintln!(
            "{database}, seed {seed}: {planned} planned, {changed} changes, {sends} sent, {wrongs} wrongly, in {took} s"
        );
        assert_eq!(wrongs, 0);
        assert_eq!(planned, world.visits as i64);
        assert!(world.visits as i64 / 5 < firsts, "{firsts} were sent");
        assert_eq!(sends, firsts);
    });
}

fn number(variable: &str) -> Option<usize> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Confirmed visits whose reminders are due one after the other.
struct World {
    node: Arc<Node>,
    workspace: WorkspaceId,
    visits: usize,
    people: Vec<ContactId>,
    /// How often something was changed, and how often it will be.
    changed: AtomicUsize,
    changes: usize,
    is_over: AtomicBool,
}

impl World {
    async fn begin(app: &TestApp, visits: usize) -> Arc<World> {
        let (workspace, node) = (app.workspace(WORKSPACE).await, app.node.clone());
        let watches = move |tx: &mut Tx<'_>| {
            let statements: &[&'static str] = if tx.dialect() == Dialect::Sqlite { &SQLITE } else { &POSTGRES };
            statements.iter().try_for_each(|sql| tx.execute(sql, vec![]).map(drop))
        };
        node.store.write(Vec::new(), watches).await.unwrap();
        let mut people = Vec::new();
        for nth in 0..visits.div_ceil(VISITS_OF_ONE) {
            let wish = json!({ "phone": format!("+52 55 1{nth:07}"), "name": "Ana" });
            people
                .push(ContactId(text(&app.api.post("/contacts", &wish).await.body["contact"]["id"]).parse().unwrap()));
        }
        let first = app.now() + 2 * HOUR + AROUND_MS;
        let visit = |nth: usize| Appointment {
            id: visit_id(nth),
            contact: people[nth % people.len()],
            service: "Examen".to_owned(),
            place: None,
            starts_at: first + nth as i64 * APART_MS,
            ends_at: first + nth as i64 * APART_MS + HOUR,
            time_zone: "America/Mexico_City".to_owned(),
            status: AppointmentStatus::Confirmed,
            owner: None,
        };
        for nth in 0..visits {
            let trail = Trail::new(&node, workspace, &Actor::named("Luisa"), None);
            create(&node, workspace, visit(nth), trail, Once::each_time()).await.unwrap();
        }
        let (changed, changes) = (AtomicUsize::new(0), visits * 16 / 5);
        Arc::new(World { node, workspace, visits, people, changed, changes, is_over: AtomicBool::new(false) })
    }
}

fn visit_id(nth: usize) -> AppointmentId {
    AppointmentId(Uuid::from_u128(1 + nth as u128))
}

/// Cancels and confirms at random, and has people ask for silence and for words again.
async fn flip(world: Arc<World>, seed: u64) {
    let (node, workspace) = (&world.node, world.workspace);
    let mut state = seed;
    let mut dice = move |of: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % of
    };
    loop {
        let done = world.changed.fetch_add(1, Ordering::Relaxed);
        if world.changes <= done {
            world.changed.store(world.changes, Ordering::Relaxed);
            return;
        }
        let due_about_now = done * world.visits / world.changes;
        let nth = match dice(2) {
            0 => dice(world.visits),
            _ => (due_about_now + dice(ABOUT_NOW)).saturating_sub(ABOUT_NOW / 2).min(world.visits - 1),
        };
        if dice(8) == 0 {
            let whose = world.people[nth % world.people.len()];
            let change = ContactChange { opted_out: Some(dice(2) == 0), ..ContactChange::default() };
            change_contact(node, workspace, whose, change, "Luisa").await.unwrap();
            continue;
        }
        let id = visit_id(nth).0;
        let kept = node.store.read(move |tx| Appointment::one(tx, workspace, id)).await.unwrap().unwrap();
        let to = match kept.record.status {
            AppointmentStatus::Confirmed => AppointmentStatus::Cancelled,
            AppointmentStatus::Cancelled => AppointmentStatus::Scheduled,
            _ => AppointmentStatus::Confirmed,
        };
        let trail = Trail::new(node, workspace, &Actor::named("Luisa"), None);
        // Another hand may have been faster.
        drop(set_appointment_status(node, workspace, Edit { id, seen: kept.version, trail }, to).await);
    }
}

/// The moments pass as far as things were changed, so that something changes at each of them.
async fn pass(world: Arc<World>, clock: Clock) {
    let whole = world.visits as i64 * APART_MS + 2 * AROUND_MS;
    let mut passed = 0;
    while passed < whole {
        let until = whole * world.changed.load(Ordering::Relaxed).min(world.changes) as i64 / world.changes as i64;
        clock.advance(SignedDuration::from_millis(until - passed));
        passed = until;
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

async fn decide(world: Arc<World>) {
    while !world.is_over.load(Ordering::Relaxed) {
        fire_due(&world.node).await.unwrap();
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
