//! Several nodes on one PostgreSQL: what one of them leaves behind, what they may send together, and how each ends.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Act, Fault, FaultKind, Phone, Rate};

use crate::app::{PATIENCE, Receiver, Saying, Setup, TestApp, eventually, on_both_with, text};
use crate::killed::program::{Program, on_both, on_shared};
use crate::media::PNG;

const TAKEN_OVER_WITHIN: Duration = Duration::from_secs(20);
const ENDS_WITHIN: Duration = Duration::from_secs(25);

/// Ana's thread, in which nothing is owed her.
async fn thread_with(program: &Program, ana: &Phone) -> String {
    ana.says("¡muchas gracias!").await;
    eventually("the conversation", async || {
        let threads = program.asks(Method::GET, "/conversations").await.1;
        threads["data"].get(0).map(|thread| text(&thread["id"]).to_owned())
    })
    .await
}

async fn reply(program: &Program, thread: &str, words: &str) {
    let path = format!("/conversations/{thread}/messages");
    let body = json!({ "text": words }).to_string();
    let (status, answer) =
        program.posts(&path, &words.replace(' ', "-"), "application/json", body.as_bytes()).await.unwrap();
    assert_eq!(status, 201, "{answer}");
}

async fn sends_in(program: &Program, state: &str) -> Vec<Value> {
    let all = program.asks(Method::GET, "/outbox").await.1;
    all["data"].as_array().unwrap().iter().filter(|send| send["state"] == state).cloned().collect()
}

/// WhatsApp takes what it is sent, and answers late; nothing else tells that it did.
fn keep_waiting(program: &Program, ms: u64) {
    for fault in [FaultKind::Slow { ms }, FaultKind::MissingStatuses] {
        program.simulator.set_fault(Fault::always(fault));
    }
}

#[test]
fn what_a_killed_node_was_at_is_anothers_within_twenty_seconds() {
    on_shared(async |program: &mut Program| {
        program.start(Some("file_claimed:1")).await;
        let ana = program.simulator.phone("+52 55 1234 5678").await;
        let thread = thread_with(program, &ana).await;
        let receiver = Receiver::start().await;
        receiver.says(&[Saying { after: Duration::from_secs(60), ..Saying::status(204) }]);
        let wish = json!({ "url": receiver.url, "types": ["message.received"] }).to_string();
        program.posts("/webhook-endpoints", "wish", "application/json", wish.as_bytes()).await.unwrap();
        ana.says("¡muchas gracias!").await;
        receiver.received(1).await;
        keep_waiting(program, 60_000);
        reply(program, &thread, "Llega hoy").await;
        eventually("the send to be under way", async || sends_in(program, "sending").await.pop()).await;
        let media_id = program.simulator.put_media(PNG.to_vec(), "image/png", None);
        ana.does(Act::Image { media_id, caption: None }).await.unwrap();
        program.has_died().await;
        let died = Instant::now();

        program.simulator.clear_faults();
        program.start(None).await;
        eventually("its send to be listed as unknown", async || sends_in(program, "unknown").await.pop()).await;
        eventually("its file to be fetched", async || {
            let stored = program.asks(Method::GET, "/media?state=stored").await.1;
            stored["data"].get(0).cloned()
        })
        .await;
        let posts = receiver.received(2).await;
        assert_eq!(posts[0].id, posts[1].id, "what was not noted as told is told again, under the same name");
        assert!(died.elapsed() < TAKEN_OVER_WITHIN, "{:?}", died.elapsed());
        assert_eq!(program.simulator.ledger().accepted.len(), 1);
    });
}

#[test]
fn a_node_that_wakes_up_after_its_send_was_taken_over_sends_nothing_twice() {
    // Marked and not begun: then the time for it has passed. About to write its bytes: then they leave, and the report finds the send.
    std::thread::scope(|threads| {
        for (point, leave) in [("send_committed:1", 0), ("send_composed:1", 1)] {
            threads.spawn(move || on_shared(async |program: &mut Program| wakes_up_late(program, point, leave).await));
        }
    });
}

async fn wakes_up_late(program: &mut Program, point: &str, leave: usize) {
    program.start_to_stop(point).await;
    let ana = program.simulator.phone("+52 55 1234 5678").await;
    let thread = thread_with(program, &ana).await;
    reply(program, &thread, "Llega hoy").await;
    let frozen = program.leaves_it_running();
    frozen.has_stopped().await;

    program.start(None).await;
    eventually("its send to be listed as unknown", async || sends_in(program, "unknown").await.pop()).await;
    reply(program, &thread, "A las diez").await;
    ana.wait_for(1, PATIENCE).await;

    frozen.gets("-CONT").await;
    let texts = || {
        let accepted = program.simulator.ledger().accepted;
        accepted.into_iter().filter_map(|send| send.text).collect::<Vec<_>>()
    };
    if 0 < leave {
        ana.wait_for(2, PATIENCE).await;
        eventually("the report to find it", async || sends_in(program, "unknown").await.is_empty().then_some(())).await;
    } else {
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(sends_in(program, "unknown").await.len(), 1);
    }
    assert_eq!(texts().len(), 1 + leave, "{point}: {:?}", texts());
    assert!(program.simulator.ledger().repeated_opaque().is_empty());
}

#[test]
fn a_node_that_is_told_to_end_finishes_what_is_under_way_and_told_twice_ends_at_once() {
    on_both(async |program: &mut Program| {
        program.start(None).await;
        let ana = program.simulator.phone("+52 55 1234 5678").await;
        let thread = thread_with(program, &ana).await;
        keep_waiting(program, 4_000);
        reply(program, &thread, "Llega hoy").await;
        eventually("the send to be under way", async || sends_in(program, "sending").await.pop()).await;
        let mut running = program.leaves_it_running();
        running.gets("-TERM").await;
        assert_eq!(running.ends_with(ENDS_WITHIN).await, Some(0));

        program.start(None).await;
        assert_eq!(sends_in(program, "accepted").await.len(), 1, "it waited for WhatsApp's answer, and noted it");
        program.simulator.clear_faults();
        keep_waiting(program, 60_000);
        reply(program, &thread, "A las diez").await;
        eventually("the send to be under way", async || sends_in(program, "sending").await.pop()).await;
        let mut running = program.leaves_it_running();
        running.gets("-TERM").await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        running.gets("-TERM").await;
        assert_eq!(running.ends_with(Duration::from_secs(3)).await, Some(0));
    });
}

fn twenty_a_second() -> Setup {
    let platform = |platform: &mut simulator::Settings| {
        platform.number_rate = Some(Rate { per_second: 20.0, burst: 20.0 });
    };
    Setup { messages_per_second: 20, platform, ..Setup::default() }
}

#[test]
fn two_nodes_together_keep_the_rate_of_a_number_and_use_it() {
    on_both_with(&twenty_a_second(), async |app: &mut TestApp| {
        if !app.node.store.is_shared() {
            println!("Skipped on SQLite: only one process can use such a database.");
            return;
        }
        app.another_node().await;
        eventually("the nodes to know of each other", async || (app.node.neighbours.at_work() == 2).then_some(()))
            .await;
        let mut people = Vec::new();
        for number in 0..10 {
            people.push(app.simulator.phone(&format!("+52 55 1234 56{number:02}")).await);
        }
        for ana in &people {
            ana.says("¡muchas gracias!").await;
        }
        app.settled().await;
        tokio::time::sleep(Duration::from_secs(1)).await; // what was heard takes room, too

        let started = Instant::now();
        for number in 0..8 {
            for ana in &people {
                assert_eq!(app.reply_to(ana, &format!("Llega mañana ({number})")).await.status, 201);
            }
        }
        app.settled().await;
        let took = started.elapsed();
        let ledger = app.simulator.ledger();
        assert_eq!(ledger.refused.get(&130_429), None, "WhatsApp had nothing to slow down");
        assert_eq!(ledger.accepted.len(), 80);
        assert!(Duration::from_secs(3) <= took && took < Duration::from_secs(7), "60 beyond the burst: {took:?}");
    });
}
