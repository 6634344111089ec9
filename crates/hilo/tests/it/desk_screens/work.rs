//! What agents do all day, with the mouse and with the keys.

use domain::Language;
use domain::role::Role;
use fantoccini::key::Key;
use jiff::SignedDuration;

use super::agents::agent;
use super::cast::{named, with_prescription};
use crate::app::{Setup, TestApp, eventually, on_both, on_both_with, text};
use crate::browser::in_browser;

/// Two pictures out of the clipboard.
const TWO_PICTURES: &str = r#"
    const dot = atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
    const bytes = Uint8Array.from(dot, (sign) => sign.charCodeAt(0));
    const clipboardData = new DataTransfer();
    for (const name of ["uno.png", "dos.png"]) clipboardData.items.add(new File([bytes], name, { type: "image/png" }));
    document.getElementById("answer").dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
"#;

/// What a phone has got, in words.
fn got(phone: &simulator::Phone) -> Vec<String> {
    phone.received().into_iter().filter_map(|message| message.text).collect()
}

async fn gets(phone: &simulator::Phone, words: &str) {
    eventually("the phone to get it", async || got(phone).iter().any(|got| got == words).then_some(())).await;
}

#[test]
fn a_message_appears_is_reclassified_with_one_key_answered_and_closed() {
    on_both(async |app: &mut TestApp| {
        let luisa = agent(app, "Luisa Paz", Role::Agent, Language::En).await;
        in_browser(async |browser| {
            luisa.signs_in(app, browser).await;
            browser.open(&format!("{}/inbox", app.url)).await;
            browser.sees(".list .empty").await;
            let ana = named(app, "+52 55 1234 5678", "Ana Torres").await;
            ana.says("hola, ¿dónde está mi pedido?").await;
            browser.sees(".rows li.unread").await;

            browser.presses("j").await;
            browser.sees_in("log", "¿dónde está mi pedido?").await;
            browser.sees_in("log", "Order status").await;
            browser.presses("c").await;
            browser.sees("#types[open]").await;
            let complaint = "return [...document.querySelectorAll('#types .choice')].find((one) => one.textContent.includes('Complaint')).querySelector('kbd').textContent";
            let digit = browser.does(complaint, Vec::new()).await;
            browser.presses(text(&digit)).await;
            browser.sees_in("thread", "It is about “Complaint”").await;
            eventually("the ticket to move", async || {
                let ticket = app.api.list("/tickets").await.remove(0);
                (ticket["type"] == "complaint").then_some(())
            })
            .await;

            browser.presses("h").await;
            browser.sees("#reacting[open]").await;
            browser.presses("1").await;
            browser.sees_in("log", "👍").await;
            browser.presses("q").await;
            browser.sees_in("reply", "¿dónde está mi pedido?").await;
            browser.writes("Lo siento, Ana: sale hoy.").await;
            browser.sees("#log .own:not(.robot)").await;
            browser.sees(".composer .undo:not([hidden])").await;
            gets(&ana, "Lo siento, Ana: sale hoy.").await;
            browser.sees("#log .own:not(.robot) .ticks.seen").await;
            browser.sees("#log .own .quote").await;
            let quoted = |message: &&simulator::Received| message.text.as_deref() == Some("Lo siento, Ana: sale hoy.");
            assert!(ana.received().iter().find(quoted).unwrap().context.is_some(), "it answers that message");

            browser.presses_key(Key::Escape).await;
            browser.presses("e").await;
            browser.sees("#menu-close[open]").await;
            browser.presses("1").await;
            browser.sees(".list .empty").await;
            let ticket = app.api.list("/tickets").await.remove(0);
            assert_eq!((text(&ticket["state"]), text(&ticket["outcome"])), ("resolved", "resolved"));
            browser.sees_in("thread", "Matter closed: resolved").await;
        })
        .await;
    });
}

#[test]
fn what_was_just_sent_is_taken_back_and_the_second_of_two_agents_is_stopped() {
    on_both(async |app: &mut TestApp| {
        let luisa = agent(app, "Luisa Paz", Role::Agent, Language::En).await;
        let leo = agent(app, "Leo Gil", Role::Agent, Language::En).await;
        let ana = named(app, "+52 55 1234 5678", "Ana Torres").await;
        ana.says("hola, ¿dónde está mi pedido?").await;
        app.settled().await;
        let thread = text(&app.conversation_of(&ana).await["id"]).to_owned();
        in_browser(async |hers| {
            in_browser(async |his| {
                luisa.signs_in(app, hers).await;
                leo.signs_in(app, his).await;
                for browser in [hers, his] {
                    browser.open(&format!("{}/inbox/{thread}", app.url)).await;
                    browser.sees("#answer").await;
                }
                hers.sees_in("thread", "Leo Gil is here too").await;

                hers.types("#answer", "Ahora mismo lo miro").await;
                hers.clicks(".composer .undo:not([hidden]) button").await;
                eventually("the words to be back", async || {
                    (hers.written_in("#answer").await == "Ahora mismo lo miro").then_some(())
                })
                .await;
                app.settled().await;
                assert!(!got(&ana).iter().any(|got| got == "Ahora mismo lo miro"), "it was taken back");

                hers.does("document.getElementById('answer').value = ''", Vec::new()).await;
                hers.does(TWO_PICTURES, Vec::new()).await;
                hers.types("#answer", "Son estos").await;
                hers.clicks(".composer .undo:not([hidden]) button").await;
                eventually("the pictures to be back with their words", async || {
                    let count = hers.does("return document.querySelectorAll('.attached img').length", Vec::new()).await;
                    (count == 2 && hers.written_in("#answer").await == "Son estos").then_some(())
                })
                .await;
                app.settled().await;
                assert!(!got(&ana).iter().any(|got| got == "Son estos"), "both were taken back");
                hers.clicks("[data-detach]").await;
                hers.does("document.getElementById('answer').value = 'Ahora mismo lo miro'", Vec::new()).await;

                // He has written, and has not looked again, when she answers.
                his.does("document.getElementById('answer').value = 'Yo lo veo'", Vec::new()).await;
                his.does(
                    "document.getElementById('answer').dispatchEvent(new InputEvent('input', { bubbles: true }))",
                    Vec::new(),
                )
                .await;
                hers.sees_in("thread", "Leo Gil is writing").await;
                hers.presses_in("#answer", "\n").await;
                gets(&ana, "Ahora mismo lo miro").await;
                his.sees_in("log", "Ahora mismo lo miro").await;
                his.presses_in("#answer", "\n").await;
                his.sees_in("collided", "Ahora mismo lo miro").await;
                his.sees_in("collided", "Luisa Paz").await;
                assert_eq!(his.written_in("#answer").await, "Yo lo veo", "nothing of it is lost");
                app.settled().await;
                assert!(!got(&ana).iter().any(|got| got == "Yo lo veo"), "the second was stopped");
                his.clicks("[data-sends-anyway]").await;
                gets(&ana, "Yo lo veo").await;
                hers.sees_in("log", "Leo Gil").await;
            })
            .await;
        })
        .await;
    });
}

#[test]
fn when_the_window_closes_the_composer_is_the_picker_of_templates() {
    on_both_with(&Setup { platform: with_prescription, ..Setup::default() }, async |app: &mut TestApp| {
        let luisa = agent(app, "Luisa Paz", Role::Agent, Language::En).await;
        let ana = named(app, "+52 55 1234 5678", "Ana Torres").await;
        ana.says("hola, ¿dónde está mi pedido?").await;
        app.settled().await;
        let thread = text(&app.conversation_of(&ana).await["id"]).to_owned();
        in_browser(async |browser| {
            luisa.signs_in(app, browser).await;
            browser.open(&format!("{}/inbox/{thread}", app.url)).await;
            browser.presses_in("#answer", "Ya casi").await;
            eventually("the draft to be kept", async || {
                let drafts = app.api.list("/inbox").await[0]["drafts"].clone();
                (drafts[0]["text"] == "Ya casi").then_some(())
            })
            .await;
            app.clock.advance(SignedDuration::from_hours(30));
            // Any news has the screen look again.
            app.simulator.phone("+52 55 9999 0000").await.says("buenas").await;
            browser.sees(".composer[data-mode=template]").await;
            browser.sees_in("thread", "Window closed").await;
            browser.sees_in("thread", "Ya casi").await;

            browser.clicks(".template summary").await;
            browser.writes_in(".template [data-fills=body]", "Ana").await;
            browser.does(PUTS_A_FILE, Vec::new()).await;
            assert_eq!(browser.reads(".template [data-says=body]").await, "Hola Ana, aquí está tu graduación.");
            browser.sees_in("thread", "receta.pdf").await;
            browser.presses_in(".template [data-fills=suffix]", "ana-7\n").await;
            gets(&ana, "Hola Ana, aquí está tu graduación.").await;
            browser.sees_in("log", "Hola Ana, aquí está tu graduación.").await;
            browser.sees_in("log", "receta.pdf").await;
        })
        .await;
    });
}

/// As somebody does who chooses one.
const PUTS_A_FILE: &str =
    "const [chosen, field] = [new DataTransfer(), document.querySelector('.template [data-fills=file]')];
    chosen.items.add(new File(['%PDF-1.4\\n%%EOF'], 'receta.pdf', { type: 'application/pdf' }));
    field.files = chosen.files;
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));";

#[test]
fn a_note_calls_a_colleague_and_is_never_sent() {
    on_both(async |app: &mut TestApp| {
        let luisa = agent(app, "Luisa Paz", Role::Agent, Language::En).await;
        agent(app, "Leo Gil", Role::Agent, Language::En).await;
        let ana = named(app, "+52 55 1234 5678", "Ana Torres").await;
        ana.says("hola, ¿dónde está mi pedido?").await;
        app.settled().await;
        in_browser(async |browser| {
            luisa.signs_in(app, browser).await;
            browser.open(&format!("{}/inbox", app.url)).await;
            browser.sees(".rows li").await;
            browser.presses("j").await;
            browser.sees("#note").await;
            browser.presses("n").await;
            browser.writes_in("#note", "¿Lo ves tú, @le").await;
            browser.sees("#suggestions-note [role=option]").await;
            browser.presses_in("#note", "\t").await;
            browser.presses_in("#note", "por favor?\n").await;
            browser.sees_in("log", "¿Lo ves tú, @Leo Gil por favor?").await;
            app.settled().await;
            assert!(!got(&ana).iter().any(|got| got.contains("Lo ves")));
        })
        .await;
    });
}
