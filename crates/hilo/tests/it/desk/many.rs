//! An inbox with fifty thousand open conversations, and two servers over one inbox.

use std::time::{Duration, Instant};

use domain::role::Role;
use reqwest::Method;
use serde_json::{Value, json};
use store::{Dialect, Tx, params};

use crate::app::{Api, TestApp, WORKSPACE, eventually, on_both, text};

const MANY: i64 = 50_000;
const PAGE: usize = 100;
/// In a build with optimisation a page takes a few milliseconds; here, beside others, none may come near a glance.
const GLANCE: Duration = Duration::from_millis(50);

#[test]
fn fifty_thousand_open_conversations_are_paged_through_without_one_missing_or_twice() {
    on_both(async |app: &mut TestApp| {
        let (workspace, channel) = (app.workspace(WORKSPACE).await, app.node.channels.iter().next().unwrap().id);
        let fill = move |tx: &mut Tx<'_>| {
            for sql in rows(tx.dialect()) {
                tx.execute(sql, params![workspace, channel, MANY])?;
            }
            Ok(())
        };
        app.node.store.write(Vec::new(), fill).await.unwrap();
        let (mut seen, mut took, mut cursor) = (Vec::with_capacity(MANY as usize), Vec::new(), String::new());
        loop {
            let start = Instant::now();
            let page = app.api.get(&format!("/inbox?limit={PAGE}{cursor}")).await;
            took.push(start.elapsed());
            seen.extend(page["data"].as_array().unwrap().iter().map(|row| text(&row["conversation_id"]).to_owned()));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), MANY as usize);
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), MANY as usize, "none is there twice");
        // The last pages as quick as the first: of each tenth of the way the quickest, so that a busy machine does not count.
        let tenths: Vec<Duration> =
            took.chunks(took.len().div_ceil(10)).map(|some| *some.iter().min().unwrap()).collect();
        assert!(tenths.iter().all(|quickest| *quickest < GLANCE), "{tenths:?}");
        println!("pages of {PAGE}: {tenths:?}");
    });
}

/// A customer each, who wrote once and waits; the later in the row, the longer.
fn rows(dialect: Dialect) -> [&'static str; 3] {
    match dialect {
        Dialect::Postgres => [
            "INSERT INTO contacts (workspace_id, id, name, created_at)
             SELECT $1, md5('c' || n)::uuid, 'Cliente ' || n, 0 FROM generate_series(1, $3::bigint) n WHERE $2::uuid IS NOT NULL",
            "INSERT INTO conversations (workspace_id, id, channel_id, contact_id, phone, next_seq, window_until, last_message_at,
                                        waiting_since, ticket_id, created_at)
             SELECT $1, md5('v' || n)::uuid, $2, md5('c' || n)::uuid, '+52' || n, 2, 9000000000000, n, n, md5('t' || n)::uuid, 0
             FROM generate_series(1, $3::bigint) n",
            "INSERT INTO tickets (workspace_id, id, contact_id, conversation_id, interaction_id, kind, queue, state, subject, due_at,
                                  created_at, updated_at, waiting_since)
             SELECT $1, md5('t' || n)::uuid, md5('c' || n)::uuid, md5('v' || n)::uuid, md5('i' || n)::uuid, 'order_status', 'support',
                    'open', '', 9000000000000, 0, 0, n / 3 FROM generate_series(1, $3::bigint) n WHERE $2::uuid IS NOT NULL",
        ],
        Dialect::Sqlite => [
            "WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < $3)
             INSERT INTO contacts (workspace_id, id, name, created_at)
             SELECT $1, unhex(printf('c0%030d', n)), 'Cliente ' || n, 0 FROM many WHERE $2 IS NOT NULL",
            "WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < $3)
             INSERT INTO conversations (workspace_id, id, channel_id, contact_id, phone, next_seq, window_until, last_message_at,
                                        waiting_since, ticket_id, created_at)
             SELECT $1, unhex(printf('b0%030d', n)), $2, unhex(printf('c0%030d', n)), '+52' || n, 2, 9000000000000, n, n,
                    unhex(printf('a0%030d', n)), 0 FROM many",
            "WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < $3)
             INSERT INTO tickets (workspace_id, id, contact_id, conversation_id, interaction_id, kind, queue, state, subject, due_at,
                                  created_at, updated_at, waiting_since)
             SELECT $1, unhex(printf('a0%030d', n)), unhex(printf('c0%030d', n)), unhex(printf('b0%030d', n)),
                    unhex(printf('d0%030d', n)), 'order_status', 'support', 'open', '', 9000000000000, 0, 0, n / 3
             FROM many WHERE $2 IS NOT NULL",
        ],
    }
}

#[test]
fn of_two_people_on_two_servers_the_second_is_stopped_and_each_sees_that_the_other_is_there() {
    on_both(async |app: &mut TestApp| {
        let (bia, leo) = (app.signed_in(Role::Agent).await, app.signed_in(Role::Manager).await);
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let thread = text(&app.conversation_of(&ana).await["id"]).to_owned();
        let elsewhere = app.another_node().await;
        let leo: Api = leo.moved_to(&elsewhere);

        let here = format!("/conversations/{thread}/presence");
        assert_eq!(leo.call_with(Method::PUT, &here, &json!({ "doing": "typing" })).await.status, 204);
        let name = leo.get("/me").await["name"].clone();
        let mut events = bia.open("/events", None).await;
        let mut heard = String::new();
        eventually("what Leo does to be told on the other server", async || {
            let chunk = events.chunk().await.unwrap()?;
            heard += &String::from_utf8_lossy(&chunk);
            (heard.contains("presence") && heard.contains(text(&name)) && heard.contains("typing")).then_some(())
        })
        .await;

        let path = format!("/conversations/{thread}/messages");
        let (one, other) = (json!({ "text": "Llega hoy", "seen": 2 }), json!({ "text": "Sale mañana", "seen": 2 }));
        let (first, second) = tokio::join!(bia.post(&path, &one), leo.post(&path, &other));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 412], "{first:?} {second:?}");
        app.settled().await;
        let mine: Vec<Value> =
            app.messages_with(&ana).await.into_iter().filter(|message| message["author"] == "agent").collect();
        assert_eq!(mine.len(), 1, "{mine:#?}");
    });
}

#[test]
fn of_many_at_once_those_that_cannot_are_named_and_the_others_are_done() {
    on_both(async |app: &mut TestApp| {
        let agent = app.signed_in(Role::Agent).await;
        let id = text(&agent.get("/me").await["id"]).to_owned();
        let mut threads = Vec::new();
        for number in ["+52 55 1234 5671", "+52 55 1234 5672", "+52 55 1234 5673"] {
            let phone = app.simulator.phone(number).await;
            phone.says("¿dónde está mi pedido?").await;
            app.settled().await;
            threads.push(text(&app.conversation_of(&phone).await["id"]).to_owned());
        }
        let closed = json!({ "outcome": "resolved" });
        assert_eq!(app.api.put(&format!("/conversations/{}/closure", threads[1]), &closed).await.status, 200);
        let statuses = async |path: &str, name: &str, with: Value| {
            let many = agent.put(path, &json!({ "conversation_ids": threads, name: with })).await;
            assert_eq!(many.status, 200, "{many:?}");
            let one = |one: &Value| (one["status"].as_i64().unwrap(), one["conversation_id"] == threads[1].as_str());
            many.body["data"].as_array().unwrap().iter().map(one).collect::<Vec<_>>()
        };
        let given = statuses("/inbox/assignment", "to", json!({ "user_id": id })).await;
        assert_eq!(given, [(200, false), (409, true), (200, false)]);
        assert_eq!(agent.get("/inbox/counts").await["mine"], 2);
        let unread = json!({ "conversation_ids": [threads[0]], "text": "Llega hoy", "seen": { &threads[0]: 0 } });
        let stopped = agent.post("/inbox/replies", &unread).await;
        assert_eq!(stopped.body["data"][0]["status"], 412, "nobody who picked it has read it: {stopped:?}");
        let done = statuses("/inbox/closure", "with", closed).await;
        assert_eq!(done, [(200, false), (409, true), (200, false)]);
        assert_eq!(agent.get("/inbox/counts").await["all"], 0);
    });
}
