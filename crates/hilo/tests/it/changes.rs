//! What other systems follow: everything that changed, once, in order, however they ask for it.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use store::Tx;

use crate::app::{Answer, PATIENCE, TestApp, eventually, messages_body, on_both, text, written};

/// The changes behind a cursor, once there are as many as expected.
pub(crate) async fn changes(app: &TestApp, query: &str, expected: usize) -> (Vec<Value>, String) {
    eventually(&format!("{expected} changes behind {query}"), async || {
        let page = app.api.get(&format!("/changes?limit=200&{query}")).await;
        let data = page["data"].as_array().unwrap().clone();
        (expected <= data.len()).then(|| (data, text(&page["next_cursor"]).to_owned()))
    })
    .await
}

pub(crate) fn types(changes: &[Value]) -> Vec<&str> {
    changes.iter().map(|change| text(&change["type"])).collect()
}

#[test]
fn a_first_message_is_told_as_all_that_came_of_it_and_its_redelivery_as_nothing() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;

        let (all, end) = changes(app, "", 9).await;
        let at_once =
            ["contact.created", "conversation.created", "message.received", "interaction.opened", "ticket.opened"];
        assert_eq!(types(&all)[..5], at_once);
        assert_eq!(
            types(&all)[5..],
            ["message.queued", "message.status_changed", "message.status_changed", "message.status_changed"]
        );
        let [contact, ticket, received, read] = [0, 4, 2, 8].map(|place| &all[place]["data"]);
        assert_eq!(contact["contact"], app.api.get(&format!("/contacts/{}", text(&contact["contact_id"]))).await);
        assert_eq!(ticket["ticket"], app.api.get(&format!("/tickets/{}", text(&ticket["ticket_id"]))).await);
        assert_eq!((&received["seq"], &received["message"]["text"]), (&json!(1), &json!("¿dónde está mi pedido?")));
        assert_eq!((&read["seq"], &read["message"]["status"]), (&json!(2), &json!("read")));

        let webhook = messages_body(&[written("525587654321", "wamid.1", "hola", app.now())]);
        assert_eq!(app.post(&webhook).await, 200);
        app.settled().await;
        let (_, end) = changes(app, &format!("after={end}"), 6).await;
        for _ in 0..2 {
            assert_eq!(app.post(&webhook).await, 200);
        }
        app.settled().await;
        let page = app.api.get(&format!("/changes?after={end}")).await;
        assert_eq!((&page["data"], &page["next_cursor"], &page["has_more"]), (&json!([]), &json!(end), &json!(false)));
        assert_eq!(app.api_of("another").await.get("/changes").await["data"], json!([]));
    });
}

#[test]
fn what_a_person_does_is_told() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let (_, start) = changes(app, "", 9).await;
        assert_eq!(app.api.get("/changes?after=now").await["next_cursor"], json!(start));

        app.reply_to(&ana, "Ya va en camino.").await;
        app.settled().await;
        let ticket = app.ticket_of(&ana).await;
        let resolution = format!("/tickets/{}/resolution", text(&ticket["id"]));
        assert_eq!(app.api.call(Method::PUT, &resolution).await.status, 200);
        assert_eq!(app.api.call(Method::DELETE, &resolution).await.status, 200);

        let (told, _) = changes(app, &format!("after={start}"), 8).await;
        let expected = [
            "message.queued",
            "conversation.changed",
            "message.status_changed",
            "message.status_changed",
            "message.status_changed",
            "ticket.resolved",
            "interaction.closed",
            "ticket.reopened",
        ];
        assert_eq!(types(&told), expected);
        assert_eq!(told[6]["data"]["interaction"]["outcome"], "resolved");

        let (some, _) = changes(app, &format!("after={start}&types=ticket.resolved,interaction.closed"), 2).await;
        assert_eq!(types(&some), ["ticket.resolved", "interaction.closed"]);
        assert_eq!(app.api.call(Method::GET, "/changes?types=ticket.vanished").await.status, 422);
    });
}

#[test]
fn pages_of_one_lead_through_the_same_changes_as_one_page() {
    on_both(async |app: &mut TestApp| {
        for number in ["+52 55 1234 5678", "+52 55 8765 4321"] {
            app.simulator.phone(number).await.says("hola").await;
        }
        app.settled().await;
        let (all, end) = changes(app, "", 18).await;
        let (mut one_by_one, mut after) = (Vec::new(), String::new());
        loop {
            let page = app.api.get(&format!("/changes?limit=1{after}")).await;
            one_by_one.extend(page["data"].as_array().unwrap().iter().cloned());
            after = format!("&after={}", text(&page["next_cursor"]));
            if page["has_more"] == false {
                break;
            }
        }
        assert_eq!(one_by_one, all);
        assert_eq!(after, format!("&after={end}"));
    });
}

#[test]
fn who_stayed_away_too_long_is_told_what_to_do() {
    on_both(async |app: &mut TestApp| {
        app.simulator.phone("+52 55 1234 5678").await.says("hola").await;
        app.settled().await;
        let (all, end) = changes(app, "", 9).await;
        let workspace = app.workspace("default").await;
        let cut = move |tx: &mut Tx<'_>| tx.cut_changes(workspace, i64::MAX, 100);
        app.node.store.write(Vec::new(), cut).await.unwrap();

        for path in ["/changes", "/events"] {
            let Answer { status, body, .. } =
                app.api.call(Method::GET, &format!("{path}?after={}", text(&all[0]["id"]))).await;
            assert_eq!(status, 410, "{path}");
            assert!(text(&body["detail"]).contains("after=now"), "{body}");
        }
        assert_eq!(app.api.get(&format!("/changes?after={end}")).await["data"], json!([]), "nothing was missed");
        assert_eq!(app.api.get("/changes").await["data"], json!([]));
        assert_eq!(app.api.call(Method::GET, "/changes?after=yesterday").await.status, 422);
    });
}

#[test]
fn events_arrive_as_they_happen_and_a_reader_that_comes_back_misses_none() {
    on_both(async |app: &mut TestApp| {
        let mut stream = Stream::open(app, "/events", None).await;
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("hola").await;
        let first = stream.next().await.unwrap();
        assert_eq!(first.name, "contact.created");
        drop(stream);
        app.settled().await;

        let (all, _) = changes(app, "", 9).await;
        let mut stream = Stream::open(app, "/events", Some(&first.id)).await;
        for change in &all[1..] {
            let event = stream.next().await.unwrap();
            assert_eq!((event.name.as_str(), event.id.as_str()), (text(&change["type"]), text(&change["id"])));
            assert_eq!(event.data["type"], change["type"]);
        }

        let mut tickets = Stream::open(app, "/events?types=ticket.resolved", None).await;
        let ticket = app.ticket_of(&ana).await;
        app.api.call(Method::PUT, &format!("/tickets/{}/resolution", text(&ticket["id"]))).await;
        assert_eq!(tickets.next().await.unwrap().data["data"]["ticket"]["state"], "resolved");
    });
}

#[test]
fn an_event_on_another_node_is_heard_and_a_server_that_stops_does_not_wait_for_its_readers() {
    on_both(async |app: &mut TestApp| {
        let mut stream = Stream::open(app, "/events", None).await;
        if app.node.store.is_shared() {
            let other = app.another_node().await;
            let webhook = messages_body(&[written("525512345678", "wamid.1", "hola", app.now())]);
            assert_eq!(app.post_to(&other, webhook).await, 200);
            assert_eq!(stream.next().await.unwrap().name, "contact.created");
        }
        app.settled().await;
        let told = Instant::now();
        app.restart().await;
        assert!(told.elapsed() < Duration::from_secs(10), "{:?}", told.elapsed());
        while stream.next().await.is_some() {}
    });
}

#[test]
fn what_came_to_another_node_is_heard_at_once() {
    on_both(async |app: &mut TestApp| {
        if !app.node.store.is_shared() {
            println!("Skipped on SQLite: only one process can use such a database.");
            return;
        }
        let other = app.another_node().await;
        eventually("the nodes to know of each other", async || (app.node.neighbours.at_work() == 2).then_some(()))
            .await;
        let mut stream = Stream::open(app, "/events?types=message.received", None).await;
        let mut waited = Vec::new();
        for number in 0..20 {
            let webhook = messages_body(&[written("525512345678", &format!("wamid.{number}"), "gracias", app.now())]);
            assert_eq!(app.post_to(&other, webhook).await, 200);
            let kept = Instant::now();
            assert_eq!(stream.next().await.unwrap().name, "message.received");
            waited.push(kept.elapsed());
        }
        waited.sort();
        println!("heard on the other node after {:?}, at most {:?}", waited[10], waited[19]);
        // Not the latest: the log is shown up to the oldest transaction on the whole server, where other tests are at work.
        assert!(waited[10] < Duration::from_millis(300), "{waited:?}");
    });
}

#[test]
fn a_key_that_follows_too_often_is_stopped() {
    on_both(async |app: &mut TestApp| {
        let mut open = Vec::new();
        for _ in 0..8 {
            open.push(Stream::open(app, "/events", None).await);
        }
        assert_eq!(app.api.call(Method::GET, "/events").await.status, 429);
        open.clear();
        eventually("a place to be free again", async || {
            let again = app.api.open("/events", None).await;
            (again.status() == 200).then_some(())
        })
        .await;
    });
}

/// An event stream as a program reads it.
struct Stream {
    response: reqwest::Response,
    read: String,
}

struct Event {
    id: String,
    name: String,
    data: Value,
}

impl Stream {
    async fn open(app: &TestApp, path: &str, last_seen: Option<&str>) -> Stream {
        let response = app.api.open(path, last_seen).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Stream { response, read: String::new() }
    }

    /// The next event; nothing at the end.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((block, rest)) = self.read.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.read = rest;
                let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
                let Some(data) = field("data: ") else { continue };
                let data = serde_json::from_str(&data).unwrap();
                return Some(Event { id: field("id: ").unwrap(), name: field("event: ").unwrap(), data });
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("an event in time");
            self.read.push_str(std::str::from_utf8(&chunk.ok()??).unwrap());
        }
    }
}
