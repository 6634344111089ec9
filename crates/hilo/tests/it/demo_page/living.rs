//! The life of `hilo demo`: killed, started again, left and found as it was, removed.

use serde_json::json;

use super::program::{ANY, Program, refused, remove, words};
use crate::browser::in_browser;

#[tokio::test]
async fn a_worker_that_is_killed_comes_back_and_nothing_was_lost_or_sent_twice() {
    let place = tempfile::tempdir().unwrap();
    let demo = Program::start(place.path()).await;
    in_browser(async |browser| {
        browser.open(&format!("{}/?lang=en", demo.url)).await;
        browser.types("#say", "hola, quiero una queja").await;
        browser.sees("#phone .bubble.own .ticks.two").await;

        browser.clicks("#crash summary").await;
        browser.clicks("#crash-now").await;
        browser.sees_in("killed", "Nothing lost: 1 messages received, 1 recorded; 1 answers sent, 0 twice.").await;

        browser.clicks("#killed button").await;
        browser.sees("#attention:not(:has(#killed))").await;

        browser.clicks("#crash summary").await;
        browser.clicks("#crash-worst").await;
        browser.sees_in("crash", "It dies in the middle of the next send").await;
        browser.types("#answer", "Los cambiamos hoy.").await;
        browser.sees_in("killed", "The worker died in the middle of a send").await;
        browser.sees_in("killed", "Nothing lost: 1 messages received, 1 recorded; 2 answers sent, 0 twice.").await;
        browser.sees_in("thread", "Los cambiamos hoy.").await;
    })
    .await;
    demo.stop().await;
}

#[tokio::test]
async fn a_newcomer_sends_a_photo_lets_something_go_wrong_moves_the_clock_and_lets_others_begin() {
    let place = tempfile::tempdir().unwrap();
    let demo = Program::start(place.path()).await;
    in_browser(async |browser| {
        browser.open(&format!("{}/?lang=en", demo.url)).await;
        // Nobody answers this one within three days, on whatever day and hour the demo is started.
        browser.clicks("#person-joao").await;
        browser.sees("#person-joao[aria-pressed=true]").await;
        browser.types("#say", "oi, quero marcar um exame").await;
        browser.sees_in("thread", "oi, quero marcar um exame").await;

        browser.clicks("#person-ana").await;
        browser.sees("#person-ana[aria-pressed=true]").await;
        browser.types("#say", "hola, quiero una cita").await;
        browser.clicks("#try-photo").await;
        browser.sees("#phone .picture img").await;
        browser.sees("#thread .picture img").await;

        browser.clicks("#faults summary").await;
        browser.clicks("#fault-revoked").await;
        browser.sees("#fault-revoked[aria-checked=true]").await;
        browser.clicks("#faults summary").await;
        browser.types("#answer", "El sábado a las 11.").await;
        browser.sees_in("story", "The number sends nothing at the moment").await;
        browser.clicks("#paused .quiet").await;
        browser.sees("#fault-revoked[aria-checked=false]").await;
        browser.clicks("#paused .primary").await;
        browser.sees_in("phone", "El sábado a las 11.").await;

        browser.clicks("#clock-day3").await;
        browser.sees_in("way-sent", "Nothing: nobody wrote").await;
        browser.sees_in("way-withheld", "24 hours have passed since the customer wrote").await;
        browser.sees_in("way-besides", "Nobody answered ticket").await;
        browser.sees("#answer:disabled").await;
        browser.clicks("#way .quiet").await;
        browser.sees("#story:not(:has(#way))").await;

        browser.clicks("#others summary").await;
        browser.clicks("#others-come").await;
        browser.sees("#others .count").await;
        browser.clicks("#others-come").await;
        browser.sees("#others summary:not(:has(.count))").await;
    })
    .await;
    demo.stop().await;
}

#[tokio::test]
async fn the_clock_goes_on_from_where_it_was_even_after_a_power_cut() {
    let place = tempfile::tempdir().unwrap();
    let demo = Program::start(place.path()).await;
    assert_eq!(demo.does("say", words("hola, quiero una cita")).await, 204);
    demo.says("Told them that an agent answers").await;
    assert_eq!(demo.does("clock", json!({ "to": "day3" })).await, 204);
    demo.says("24 hours have passed").await;
    demo.kill().await;

    let demo = Program::start(place.path()).await;
    let page = demo.says("24 hours have passed").await;
    assert!(page.contains("Nobody answered ticket"), "what happened on the way is still to be read");
    assert_eq!(demo.does("clock", json!({ "to": "day3" })).await, 422, "that day has passed");
    assert_eq!(demo.does("seen", json!({ "what": "way" })).await, 204);
    demo.stop().await;
}

#[tokio::test]
async fn a_worker_that_is_killed_while_the_clock_moves_is_followed_by_one_that_goes_on() {
    let place = tempfile::tempdir().unwrap();
    let demo = Program::start(place.path()).await;
    // As long as reports are owed, the clock stays a while at each stop.
    assert_eq!(demo.does("fault", json!({ "fault": "late", "on": true })).await, 204);
    assert_eq!(demo.does("say", words("hola, quiero una cita")).await, 204);
    demo.says("Told them that an agent answers").await;
    let cut_off = async {
        demo.says("The clock is on its way").await;
        assert_eq!(demo.does("crash", json!({ "when": "now" })).await, 204);
    };
    futures::join!(demo.tries("clock", json!({ "to": "day14" })), cut_off);

    demo.says("The worker was killed").await;
    let page = demo.says("&quot;way&quot;").await; // the button with which the lists are put away
    assert!(page.contains("Nobody answered ticket"), "of the whole way");
    assert_eq!(demo.does("clock", json!({ "to": "day14" })).await, 422, "that day has come");
    demo.stop().await;
}

#[tokio::test]
async fn everything_says_that_it_is_a_demo() {
    let place = tempfile::tempdir().unwrap();
    let demo = Program::start(place.path()).await;
    for path in ["/", "/api/v1/contacts", "/healthz", "/nowhere"] {
        assert_eq!(demo.headers(path).await["hilo-demo"], "true", "{path}");
    }
    demo.stop().await;
}

#[tokio::test]
async fn a_demo_that_cannot_start_says_what_to_change() {
    let place = tempfile::tempdir().unwrap();
    let (own, other) = (place.path().join("demo"), place.path().join("other"));
    let demo = Program::start(&own).await;
    let taken = demo.url.trim_start_matches("http://").to_owned();

    let said = refused(&own, ANY, ANY).await;
    assert!(said.contains("a demo is running on") && said.contains("--folder"), "{said}");
    let said = refused(&other, &taken, ANY).await;
    assert!(said.contains("is another program on that port?"), "{said}");
    assert!(!other.exists(), "a demo that could not start leaves nothing behind");
    let said = refused(&other, ANY, "0.0.0.0:0").await;
    assert!(said.contains("is not on this machine"), "{said}");
    let file = place.path().join("file");
    std::fs::write(&file, "").unwrap();
    let said = refused(&file.join("demo"), ANY, ANY).await;
    assert!(said.contains("cannot be made; name another with --folder"), "{said}");

    assert!(!remove(&own).await.status.success(), "a demo that runs is not removed");
    demo.stop().await;
    assert!(remove(&own).await.status.success());
    assert!(!own.exists());
}
