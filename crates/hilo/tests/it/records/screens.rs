//! Records on the screens: changed in place, and what strangers wrote is only ever text.

use domain::role::Role;
use serde_json::json;

use super::{at, made, person};
use crate::app::{Api, Setup, TestApp, eventually, on_sqlite_with, text};
use crate::browser::{Browser, in_browser};

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

#[test]
fn who_works_where_is_said_by_name_and_stages_are_put_in_order_by_buttons() {
    on_sqlite_with(&Setup::default(), async |app| {
        let reader = app.signed_in(Role::Manager).await;
        let luna = made(app, "/companies", &json!({ "name": "Óptica Luna" })).await;
        let ana = person(app, "+52 55 1234 5678", "Ana Torres").await;
        in_browser(async |browser| {
            signs_in(app, browser, &reader).await;
            browser.open(&format!("{}/contacts/{ana}?lang=en", app.url)).await;
            browser.writes_in("[name=company_id]", "opt").await;
            browser.sees("#offered-company_id option[value='Óptica Luna']").await;
            browser.types("[name=company_id]", "x").await;
            browser.sees_in("context", "Choose one of the names").await;
            browser.does("document.querySelector('[name=company_id]').value = ''", vec![]).await;
            browser.types("[name=company_id]", "Óptica Luna").await;
            browser.clicks(&format!("a[href='{}']", at("companies", &luna))).await;
            browser.sees_in("record", "Ana Torres").await;

            browser.open(&format!("{}/settings/pipelines?lang=en", app.url)).await;
            browser.clicks("[data-stage-id=proposal] [data-stage-move='-1']").await;
            browser.clicks("[data-stage-add]").await;
            browser.writes("Entregado ñandú").await;
            eventually("the stages to be kept", async || {
                let first = app.api.get("/pipelines").await["data"][0].clone();
                let stages: Vec<&str> =
                    first["stages"].as_array().unwrap().iter().map(|stage| text(&stage["id"])).collect();
                (stages == ["lead", "proposal", "qualified", "negotiation", "won", "lost", "entregado_nandu"])
                    .then_some(())
            })
            .await;
            let kept = app.api.get("/pipelines").await["data"][0]["stages"][0].clone();
            assert_eq!(kept["name"], json!("lead"), "what nobody renamed is called in each reader's language");
        })
        .await;
    });
}
