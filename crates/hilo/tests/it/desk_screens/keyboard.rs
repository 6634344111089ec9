//! The core tasks of an agent without a mouse, and the keys where they must not get in the way.

use domain::Language;
use domain::role::Role;
use fantoccini::key::Key;

use super::agents::agent;
use super::cast::{crowd, templates};
use crate::app::{Setup, TestApp, eventually, on_sqlite_with, text};
use crate::browser::{Browser, in_browser};

/// Where the keyboard is.
async fn focus(browser: &Browser) -> String {
    let said = browser.does("return document.activeElement.id || document.activeElement.localName", Vec::new()).await;
    text(&said).to_owned()
}

#[test]
fn every_core_task_is_done_by_keys_alone() {
    on_sqlite_with(&Setup::default(), async |app: &mut TestApp| {
        templates(app).await;
        crowd(app).await;
        let luisa = agent(app, "Luisa Paz", Role::Agent, Language::En).await;
        in_browser(async |browser| {
            luisa.signs_in(app, browser).await;
            browser.open(&format!("{}/inbox", app.url)).await;
            browser.sees(".rows li").await;

            // 1, 2: down to a conversation, further down and up again.
            browser.presses("j").await;
            browser.sees("#thread[data-conversation]").await;
            let first = browser.does("return document.getElementById('thread').dataset.conversation", Vec::new()).await;
            let is_first = format!("#thread[data-conversation='{}']", text(&first));
            browser.presses("j").await;
            browser.sees(&format!("#thread[data-conversation]:not([data-conversation='{}'])", text(&first))).await;
            browser.presses("k").await;
            browser.sees(&is_first).await;

            // 3: take it.
            browser.presses("a").await;
            browser.sees("#menu-assign[open]").await;
            browser.presses("1").await;
            browser.sees_in("log", "Luisa Paz has it now").await;

            // 4: read why; 5: answer; 6: take it back.
            browser.presses("r").await;
            assert_eq!(focus(browser).await, "answer");
            browser.writes("Un momento, por favor").await;
            browser.sees(".composer .undo:not([hidden])").await;
            browser.presses_key(Key::Escape).await;
            browser.presses("z").await;
            eventually("the words to be back", async || {
                (browser.written_in("#answer").await == "Un momento, por favor").then_some(())
            })
            .await;
            browser.presses_key(Key::Escape).await;

            // 7: a note; 8: the templates.
            browser.presses("n").await;
            assert_eq!(focus(browser).await, "note");
            browser.writes("Llamar mañana").await;
            browser.sees_in("log", "Llamar mañana").await;
            browser.presses_key(Key::Escape).await;
            browser.presses("t").await;
            browser.sees(".composer[data-mode=template]").await;

            // 9: the palette finds a command by its name and teaches its key.
            browser.does("document.activeElement.blur()", Vec::new()).await;
            browser.presses_with_control("k").await;
            browser.sees("#palette[open]").await;
            browser.presses_in("#palette-find", "clos").await;
            browser.presses_in("#palette-find", "\n").await;
            // 10: close it.
            browser.sees("#menu-close[open]").await;
            browser.presses("1").await;
            browser.sees(&format!("#thread[data-conversation]:not([data-conversation='{}'])", text(&first))).await;

            // 11: put the next one aside.
            browser.presses("s").await;
            browser.sees("#menu-snooze[open]").await;
            browser.presses("1").await;
            eventually("it to be put aside", async || {
                let counts = app.api.get("/inbox/counts").await;
                (counts["snoozed"] == 1).then_some(())
            })
            .await;

            // 12: the sheet of keys, and away.
            browser.presses("?").await;
            browser.sees("#sheet[open]").await;
            browser.presses_key(Key::Escape).await;
            browser.sees("#sheet:not([open])").await;
            browser.presses("/").await;
            assert_eq!(focus(browser).await, "search");
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
