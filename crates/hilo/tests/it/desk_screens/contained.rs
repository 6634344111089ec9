//! What strangers write stays text in its place, on every screen: no script of theirs runs, nothing of it stands outside of its box, and it
//! turns no other words around.

use domain::Language;
use domain::role::Role;
use serde_json::{Value, json};
use simulator::Act;

use super::agents::agent;
use super::cast::{named, templates};
use super::screens::Screens;
use crate::app::{Setup, TestApp, on_sqlite_with, text};
use crate::browser::in_browser;

/// What somebody might write who means no good, or holds down a key.
fn hostile() -> [String; 7] {
    [
        "<script>alert(1)</script>\"'><img src=x onerror=alert(1)><svg onload=alert(1)></title></textarea>".to_owned(),
        "\u{202e}fdp.oñirac\u{2066}\u{202d} \u{200f}مريم\u{2069}\u{2069}".to_owned(),
        format!("\u{200b}\u{200d}\u{feff}{}", "e\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}\u{308}".repeat(20)),
        "W".repeat(4096),
        "=HYPERLINK(\"http://evil.example\";\"ver factura\")".to_owned(),
        "\t@SUM(1+1)*cmd|' /C calc'!A0".to_owned(),
        "Ana\u{0}\u{7}\u{1b}[31m\u{85}\u{9b}Torres".to_owned(),
    ]
}

/// What of a screen is not as it should be, a sentence each.
const LOOKED_AT: &str = r"const found = [];
    const name = (element) => `${element.localName}#${element.id}.${element.className} «${element.textContent.trim().slice(0, 30)}»`;
    for (const element of document.querySelectorAll('img[src=x], svg[onload], [onerror], main script:not([src])')) found.push(`${name(element)} is a stranger's`);
    for (const element of document.querySelectorAll('*')) {
        const { overflowX } = getComputedStyle(element);
        const isMoved = element === document.documentElement || ['auto', 'scroll'].includes(overflowX);
        if (isMoved && element.checkVisibility() && element.scrollWidth > element.clientWidth + 1 && !element.matches('.tabs, .board, .rail ul, input, textarea, select')) {
            found.push(`${name(element)} is ${element.scrollWidth} wide in a place of ${element.clientWidth}`);
        }
    }
    // Whoever turns words around stands alone in an element that keeps to itself.
    const keepsApart = (node, element) => {
        if (element.textContent.trim() !== node.data.trim()) return false;
        const isInline = getComputedStyle(element).display.startsWith('inline');
        return !isInline || getComputedStyle(element).unicodeBidi !== 'normal' || keepsApart(node, element.parentElement);
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode;
        const element = node.parentElement;
        if (!node.data.trim() || !element.checkVisibility() || element.closest('.unseen, template, script, option, textarea')) continue;
        if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/.test(node.data)) found.push(`${name(element)} has a control character`);
        if (/[\u202a-\u202e\u2066\u2067]/.test(node.data) && !keepsApart(node, element)) found.push(`${name(element)} turns the words beside it`);
        // The words as far as they are seen, and the box in which they stand.
        const range = document.createRange();
        range.selectNodeContents(node);
        let { left, right } = range.getBoundingClientRect();
        let box = null;
        for (let here = element; here && here !== document.body; here = here.parentElement) {
            const style = getComputedStyle(here);
            const place = here.getBoundingClientRect();
            if (style.overflowX !== 'visible') [left, right] = [Math.max(left, place.left), Math.min(right, place.right)];
            if (!box && (style.borderInlineEndWidth !== '0px' || style.backgroundColor !== 'rgba(0, 0, 0, 0)') && style.display !== 'inline') box = place;
            if (style.position === 'fixed' || style.position === 'absolute') break;
        }
        if (left < right && box && (box.right + 1 < right || left < box.left - 1)) found.push(`${name(element)} stands outside of its box`);
    }
    return found;";

#[test]
fn what_strangers_write_stays_in_its_place_on_every_screen() {
    on_sqlite_with(&Setup::default(), async |app: &mut TestApp| {
        let luisa = agent(app, &cut(&hostile()[0], 100), Role::Owner, Language::En).await;
        templates(app).await;
        let mut pages = vec!["/inbox".to_owned(), "/search?q=a".to_owned(), "/search?q=%3Cscript%3E".to_owned()];
        for (nth, words) in hostile().iter().enumerate() {
            pages.extend(written(app, &format!("+52 55 1234 56{nth:02}"), words).await);
        }
        let screens = Screens::reached(app, &luisa, pages).await;
        let mut found = Vec::new();
        in_browser(async |browser| {
            luisa.signs_in(app, browser).await;
            for path in &screens.inside {
                for width in [1400, 390] {
                    browser.is_wide(width).await;
                    browser.open(&format!("{}{path}", app.url)).await;
                    browser.sees("#main").await;
                    let seen = browser.does(LOOKED_AT, Vec::new()).await;
                    let lines = seen.as_array().into_iter().flatten().filter_map(Value::as_str);
                    found.extend(lines.map(|line| format!("{path} {width}: {line}")));
                }
            }
        })
        .await;
        assert!(found.is_empty(), "{} places: {found:#?}", found.len());
    });
}

/// Somebody writes it, and it is written about them, in every field that takes a text. Answers the screens that show it.
async fn written(app: &TestApp, number: &str, words: &str) -> Vec<String> {
    let phone = named(app, number, words).await;
    phone.says(words).await;
    let (filename, caption) = (words.to_owned(), Some(words.to_owned()));
    phone.does(Act::Document { media_id: String::new(), filename, caption }).await.unwrap();
    phone.does(Act::Contacts { name: words.to_owned(), phone: words.to_owned(), requested: false }).await.unwrap();
    app.settled().await;
    let thread = text(&app.conversation_of(&phone).await["id"]).to_owned();
    let contact = text(&app.contact_of(&phone).await["id"]).to_owned();
    let (short, hour) = (cut(words, 200), 3_600_000);
    let begins = app.now() + hour;
    let mut pages = vec![format!("/inbox/{thread}"), format!("/contacts/{contact}")];
    for (path, body) in [
        ("companies", json!({ "name": short, "domain": short, "phone": short })),
        ("deals", json!({ "title": short, "contact_id": contact, "amount": { "minor": 480_000, "currency": "MXN" } })),
        (
            "appointments",
            json!({ "contact_id": contact, "service": short, "place": short, "starts_at": begins, "ends_at": begins + hour }),
        ),
        (
            "orders",
            json!({ "number": cut(words, 60), "contact_id": contact, "tracking": short, "items": [{ "name": short, "quantity": 2 }] }),
        ),
    ] {
        let made = kept(app, &format!("/{path}"), &body).await;
        pages.extend(made["id"].as_str().map(|id| format!("/{path}/{id}")));
    }
    kept(app, "/record-notes", &json!({ "record": { "type": "contact", "id": contact }, "text": words })).await;
    kept(app, &format!("/conversations/{thread}/notes"), &json!({ "text": words })).await;
    kept(app, &format!("/conversations/{thread}/messages"), &json!({ "text": words })).await;
    let shortcut = format!("atajo{}", &number[number.len() - 2..]);
    kept(app, "/canned-replies", &json!({ "shortcut": shortcut, "name": short, "texts": { "en": short } })).await;
    let renamed = app.api.patch(&format!("/contacts/{contact}"), &json!({ "name": short })).await;
    assert!(renamed.status < 500, "{renamed:?}");
    app.settled().await;
    pages
}

/// Kept, or refused with a reason.
async fn kept(app: &TestApp, path: &str, body: &Value) -> Value {
    let answer = app.api.post(path, body).await;
    assert!(answer.status < 500, "{path}: {answer:?}");
    if answer.status < 300 { answer.body } else { Value::Null }
}

fn cut(words: &str, most: usize) -> String {
    words.chars().take(most).collect()
}
