//! Records on the screens: changed in place, and what strangers wrote is only ever text.

use std::path::PathBuf;

use domain::role::Role;
use serde_json::{Value, json};

use super::{at, made, person};
use crate::app::{Api, Setup, TestApp, on_both, on_sqlite_with, text};
use crate::browser::{Browser, Look, in_browser, in_browser_that};

const HOUR: i64 = 3_600_000;

/// What somebody who is signed in gets to see.
async fn page(app: &TestApp, reader: &Api, path: &str) -> String {
    let request = app.http.get(format!("{}{path}", app.url)).header("cookie", format!("sid={}", reader.cookie()));
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

/// A person who has one record of everything, all called alike.
async fn with_everything(app: &TestApp, phone: &str, name: &str) -> Vec<String> {
    let ana = person(app, phone, name).await;
    let begins = app.now() + HOUR;
    let luna = made(app, "/companies", &json!({ "name": name, "domain": name, "phone": name })).await;
    let deal = json!({ "title": name, "contact_id": ana, "company_id": luna["id"], "amount": { "minor": 480_000, "currency": "MXN" } });
    let deal = made(app, "/deals", &deal).await;
    let times = (begins, begins + HOUR);
    let visit = json!({ "contact_id": ana, "service": name, "place": name, "starts_at": times.0, "ends_at": times.1 });
    let visit = made(app, "/appointments", &visit).await;
    let number: String = name.chars().take(60).collect();
    let items = json!([{ "name": name, "quantity": 2, "price": { "minor": 240_000, "currency": "MXN" } }]);
    let order = json!({ "number": number, "contact_id": ana, "tracking": name, "items": items,
                        "total": { "minor": 480_000, "currency": "MXN" } });
    let order = made(app, "/orders", &order).await;
    for (noun, id) in [("contact", json!(ana)), ("deal", deal["id"].clone())] {
        made(app, "/record-notes", &json!({ "record": { "type": noun, "id": id }, "text": name })).await;
    }
    let lists = ["/contacts", "/companies", "/deals", "/appointments", "/orders"].map(str::to_owned);
    let own = [at("companies", &luna), at("deals", &deal), at("appointments", &visit), at("orders", &order)];
    lists.into_iter().chain(own).chain([format!("/contacts/{ana}")]).collect()
}

#[test]
fn what_strangers_wrote_is_text_on_every_screen() {
    on_both(async |app: &mut TestApp| {
        let reader = app.signed_in(Role::Manager).await;
        let hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u{202e}=1+1";
        for path in with_everything(app, "+52 55 1234 5678", hostile).await {
            let html = page(app, &reader, &path).await;
            assert!(html.contains("&lt;script&gt;alert(1)"), "{path} does not show it");
            for broken_out in ["<script>alert", "<img src=x", "onerror=alert(1)>\u{202e}=1+1\""] {
                assert!(!html.contains(broken_out), "{path}: {broken_out}");
            }
        }
    });
}

async fn signs_in(app: &TestApp, browser: &Browser, reader: &Api) {
    browser.open(&format!("{}/healthz", app.url)).await;
    browser.keeps_cookie("sid", reader.cookie()).await;
}

#[test]
fn a_field_is_changed_in_place_and_what_somebody_else_changed_meanwhile_is_not_overwritten() {
    on_sqlite_with(&Setup::default(), async |app| {
        let reader = app.signed_in(Role::Agent).await;
        let deal = made(app, "/deals", &json!({ "title": "Lentes" })).await;
        let path = at("deals", &deal);
        in_browser(async |browser| {
            signs_in(app, browser, &reader).await;
            browser.open(&format!("{}{path}?lang=en", app.url)).await;
            browser.sees("[name=amount]").await;
            browser.types("[name=amount]", "4,800.50").await;
            browser.sees_in("record", "4800.50 MXN").await;
            assert_eq!(app.api.get(&path).await["amount"], json!({ "minor": 480_050, "currency": "MXN" }));

            // Somebody begins to write, another one is faster.
            browser.clicks("[name=title]").await;
            let faster = app.api.patch(&path, &json!({ "version": 2, "title": "Armazón" })).await;
            assert_eq!(faster.status, 200);
            browser.sees_in("record", "Armazón").await;
            browser.types("[name=title]", " y estuche").await;
            browser.sees(".wrong").await;
            assert!(browser.reads(".wrong").await.contains("version 2"));
            assert_eq!(app.api.get(&path).await["title"], json!("Armazón"));

            // A deal is lost for a reason.
            browser.does("document.querySelector('[name=stage]').value = 'lost'; document.querySelector('[name=stage]').dispatchEvent(new Event('change', { bubbles: true }))", vec![]).await;
            browser.types("[name=reason]", "price").await;
            browser.sees_in("record", "price").await;
            assert_eq!(app.api.get(&path).await["status"], json!("lost"));
        })
        .await;
    });
}

/// Pictures for whoever wants to see them; see `desk_screens/pictures.rs`.
#[test]
fn pictures_of_records() {
    let Some(folder) = std::env::var_os("HILO_TEST_PICTURES").map(PathBuf::from) else { return };
    on_sqlite_with(&Setup::default(), async |app| {
        let reader = app.signed_in(Role::Manager).await;
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("hola, ¿dónde está mi pedido?").await;
        app.settled().await;
        let paths = with_everything(app, "+52 55 1234 5678", "Ana Lucía Ramírez").await;
        with_everything(app, "+52 55 1234 5679", "Óptica Sol").await;
        for stage in ["qualified", "proposal", "won"] {
            made(app, "/deals", &json!({ "title": format!("Lentes {stage}"), "stage": stage, "amount": { "minor": 125_000, "currency": "MXN" } })).await;
        }
        let thread: Value = app.conversation_of(&ana).await;
        let inbox = format!("/inbox/{}", text(&thread["id"]));
        for (look, language, width, height) in
            [(Look::Light, "es", 1440, 900), (Look::Dark, "en", 1440, 900), (Look::Light, "pt", 390, 844)]
        {
            in_browser_that(look, async |browser| {
                signs_in(app, browser, &reader).await;
                browser.resize(width, height).await;
                for path in paths.iter().chain([&inbox]) {
                    browser.open(&format!("{}{path}?lang={language}", app.url)).await;
                    browser.sees("#main").await;
                    let kind = path.trim_start_matches('/').replace('/', "-").chars().take(16).collect::<String>();
                    browser.takes_picture(&folder.join(format!("{kind}-{language}-{width}-{}.png", look.name()))).await;
                }
            })
            .await;
        }
    });
}
