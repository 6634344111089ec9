//! The core tasks of an agent without a mouse, and the keys where they must not get in the way.

use domain::Language;
use domain::role::Role;
use fantoccini::key::Key;
use serde_json::{Value, json};

use super::agents::agent;
use super::cast::crowd;
use crate::app::{Setup, TestApp, eventually, on_sqlite_with, text};
use crate::browser::{Browser, in_browser};

/// Where the keyboard is.
async fn focus(browser: &Browser) -> String {
    let said = browser.does("return document.activeElement.id || document.activeElement.localName", Vec::new()).await;
    text(&said).to_owned()
}

/// The conversation that is open.
async fn opened(browser: &Browser) -> String {
    browser.sees("#thread[data-conversation]").await;
    let said = browser.does("return document.getElementById('thread').dataset.conversation", Vec::new()).await;
    text(&said).to_owned()
}

/// The ticket of a conversation, once it is as it should be.
async fn ticket(app: &TestApp, thread: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    eventually("the ticket to change", async || {
        let all = app.api.list("/tickets").await;
        all.into_iter().find(|ticket| ticket["conversation_id"] == thread).filter(|ticket| is_so(ticket))
    })
    .await
}

/// What was said last in a conversation, once it is this.
async fn said(app: &TestApp, thread: &str, words: &str) -> Value {
    eventually("it to be said", async || {
        let all = app.api.list(&format!("/conversations/{thread}/messages")).await;
        all.into_iter().find(|message| message["text"] == words)
    })
    .await
}

#[test]
fn the_twelve_core_tasks_are_done_by_keys_alone() {
    on_sqlite_with(&Setup::default(), async |app: &mut TestApp| {
        crowd(app).await;
        let reply = json!({ "shortcut": "horario", "name": "Horario", "texts": { "es": "Abrimos de 9 a 18.", "en": "We open at 9." } });
        app.api.post("/canned-replies", &reply).await;
        let luisa = agent(app, "Luisa Paz", Role::Agent, Language::En).await;
        agent(app, "Leo Gil", Role::Agent, Language::En).await;
        in_browser(async |browser| {
            luisa.signs_in(app, browser).await;
            browser.open(&format!("{}/inbox", app.url)).await;
            browser.sees(".rows li").await;
            let me = browser.does("return document.body.dataset.user", Vec::new()).await;

            // 1: open the next one, and the one behind it.
            browser.presses("j").await;
            let second = opened(browser).await;
            browser.presses("j").await;
            browser.sees(&format!("#thread[data-conversation]:not([data-conversation='{second}'])")).await;
            let first = opened(browser).await;

            // 2: assign it to me.
            browser.presses("a").await;
            browser.sees("#menu-assign[open]").await;
            browser.presses("1").await;
            ticket(app, &first, |ticket| ticket["assignee_id"] == me).await;

            // 3: reply.
            browser.presses("r").await;
            assert_eq!(focus(browser).await, "answer");
            browser.writes("Un momento, por favor").await;
            let answer = said(app, &first, "Un momento, por favor").await;
            assert_eq!((&answer["by"], &answer["author_id"]), (&json!("Luisa Paz"), &me));
            browser.sees_in("log", "You").await;

            // 4: a saved reply, in the person's language.
            browser.presses("/hor").await;
            browser.sees("#suggestions-reply [role=option]").await;
            browser.presses_key(Key::Tab).await;
            eventually("the text", async || (!browser.written_in("#answer").await.starts_with('/')).then_some(()))
                .await;
            let filled = browser.written_in("#answer").await;
            browser.presses_key(Key::Enter).await;
            said(app, &first, &filled).await;
            browser.presses_key(Key::Escape).await;

            // 5: a note that calls a colleague.
            browser.presses("n").await;
            assert_eq!(focus(browser).await, "note");
            browser.presses("@le").await;
            browser.sees("#suggestions-note [role=option]").await;
            browser.presses_key(Key::Tab).await;
            browser.writes("¿lo ves tú?").await;
            browser.sees_in("log", "@Leo Gil ¿lo ves tú?").await;
            let notes = app.api.list(&format!("/conversations/{first}/notes")).await;
            assert_eq!(notes[0]["mentions"].as_array().map(Vec::len), Some(1), "{notes:?}");
            browser.presses_key(Key::Escape).await;

            // 6: correct what it is about.
            let before = ticket(app, &first, |_| true).await["type"].clone();
            browser.presses("c").await;
            browser.sees("#types[open] button.choice kbd").await;
            let another = "return document.querySelector('#types button.choice kbd').textContent";
            let digit = browser.does(another, Vec::new()).await;
            browser.presses(text(&digit)).await;
            ticket(app, &first, |ticket| ticket["type"] != before).await;

            // 7: hand it back to automation, and take it over again.
            let person = async |is_there: bool| {
                eventually("who answers to change", async || {
                    let all = app.api.list("/inbox").await;
                    let row = all.into_iter().find(|row| row["conversation_id"] == first)?;
                    (row["person_since"].is_i64() == is_there).then_some(())
                })
                .await;
            };
            person(true).await;
            for is_there in [false, true] {
                browser.presses("m").await;
                browser.sees("#menu-more[open]").await;
                browser.presses("1").await;
                person(is_there).await;
                browser.sees("#menu-more:not([open])").await;
            }

            // 8: give it to a colleague.
            browser.presses("a").await;
            browser.sees("#menu-assign[open]").await;
            browser.presses("3").await;
            ticket(app, &first, |ticket| ticket["assignee_id"].is_string() && ticket["assignee_id"] != me).await;

            // 9: put it aside until they write; the next one comes up.
            browser.presses("s").await;
            browser.sees("#menu-snooze[open]").await;
            browser.presses("1").await;
            ticket(app, &first, |ticket| ticket["snoozed"] == true).await;
            browser.sees(&format!("#thread[data-conversation]:not([data-conversation='{first}'])")).await;

            // 10: close one with an outcome; the palette knows the way, and its key.
            let closing = opened(browser).await;
            browser.presses_with_control("k").await;
            browser.sees("#palette[open]").await;
            browser.presses_in("#palette-find", "clos").await;
            browser.presses_in("#palette-find", "\n").await;
            browser.sees("#menu-close[open]").await;
            browser.presses("2").await;
            let closed = ticket(app, &closing, |ticket| ticket["state"] == "resolved").await;
            assert_eq!(closed["outcome"], "no_action");

            // 11: reopen it, from the list of what is closed.
            browser.presses("5").await;
            browser.sees(&format!(".rows li#row-{closing}")).await;
            browser.presses("j").await;
            browser.sees(&format!("#thread[data-conversation='{closing}'] #act-reopen")).await;
            browser.presses("e").await;
            ticket(app, &closing, |ticket| ticket["state"] == "open").await;

            // 12: find somebody by the end of a number, and go there.
            browser.presses("/").await;
            assert_eq!(focus(browser).await, "search");
            browser.writes("8765-4321").await;
            browser.sees("#found .people-list a").await;
            browser.presses("j").await;
            browser.presses_key(Key::Enter).await;
            browser.sees(".person-page").await;
            browser.presses("/").await;
            browser.sees("#search[data-finds]").await;
        })
        .await;
    });
}

#[test]
fn keys_write_where_somebody_writes_and_are_silent_with_alt_or_when_they_are_off() {
    on_sqlite_with(&Setup::default(), async |app: &mut TestApp| {
        crowd(app).await;
        let luisa = agent(app, "Luisa Paz", Role::Agent, Language::En).await;
        in_browser(async |browser| {
            luisa.signs_in(app, browser).await;
            browser.open(&format!("{}/inbox", app.url)).await;
            browser.sees(".rows li").await;
            browser.presses("/").await;
            browser.presses_in("#search", "jek?").await;
            assert_eq!(browser.written_in("#search").await, "jek?");
            browser.does("document.activeElement.blur()", Vec::new()).await;

            let alt =
                "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', altKey: true, bubbles: true }))";
            browser.does(alt, Vec::new()).await;
            browser.clicks("#me summary").await;
            browser.clicks("#keys-on").await;
            browser.does("document.activeElement.blur()", Vec::new()).await;
            browser.presses("j").await;
            browser.sees("#thread:not([data-conversation])").await;
        })
        .await;
    });
}
