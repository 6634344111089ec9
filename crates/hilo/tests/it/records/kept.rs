//! What holds for records of every kind.

use reqwest::Method;
use serde_json::json;

use super::{at, made, person};
use crate::api::assert_problem;
use crate::app::{TestApp, on_both, text};
use crate::changes::{changes, types};

#[test]
fn a_change_of_what_somebody_else_changed_meanwhile_is_refused() {
    on_both(async |app: &mut TestApp| {
        let luna = made(app, "/companies", &json!({ "name": " Óptica Luna ", "domain": "luna.mx" })).await;
        assert_eq!((&luna["name"], &luna["version"]), (&json!("Óptica Luna"), &json!(1)));
        let path = at("companies", &luna);
        let changed = app.api.patch(&path, &json!({ "version": 1, "phone": "55 1234 5678" })).await;
        assert_eq!((changed.status, &changed.body["version"]), (200, &json!(2)));

        let late = app.api.patch(&path, &json!({ "version": 1, "name": "Sol" })).await;
        assert_problem(&late, 412, "it was changed");
        assert!(text(&late.body["detail"]).contains("version 2"), "{late:?}");
        assert_eq!(app.api.get(&path).await, changed.body);
        let same = app.api.patch(&path, &json!({ "version": 2, "name": "Óptica Luna" })).await;
        assert_eq!(same.body, changed.body, "what is the same is no change");
    });
}

#[test]
fn every_change_says_who_changed_what_and_is_told_to_other_systems() {
    on_both(async |app: &mut TestApp| {
        let ana = person(app, "+52 55 1234 5678", "Ana").await;
        let deal = made(app, "/deals", &json!({ "title": "Lentes", "contact_id": ana })).await;
        let worth = json!({ "version": 1, "amount": { "minor": 125_000, "currency": "mxn" } });
        assert_eq!(app.api.patch(&at("deals", &deal), &worth).await.status, 200);
        let note = json!({ "record": { "type": "deal", "id": deal["id"] }, "text": "Prefiere pagar en dos partes" });
        made(app, "/record-notes", &note).await;

        let story = app.api.get(&format!("/contacts/{ana}/timeline?lang=en")).await;
        let told: Vec<(&str, &str)> =
            story["data"].as_array().unwrap().iter().map(|e| (text(&e["by"]), text(&e["sentence"]))).collect();
        let expected = [
            ("Luisa", "Made the contact"),
            ("Luisa", "Opened the deal “Lentes”"),
            ("Luisa", "Deal “Lentes”: amount: 1250.00 MXN"),
            ("Luisa", "Note on the deal: Prefiere pagar en dos partes"),
        ];
        assert_eq!(told, expected);
        let history = app.api.list(&format!("/history?type=deal&id={}&lang=en", text(&deal["id"]))).await;
        assert_eq!(history.len(), 3, "the newest first");
        assert_eq!(history[1]["step"]["changes"], json!([{ "field": "amount", "from": null, "to": "1250.00 MXN" }]));

        let (told, _) = changes(app, "", 4).await;
        assert_eq!(types(&told), ["contact.created", "deal.created", "deal.changed", "note.added"]);
        assert_eq!(told[2]["data"]["deal"], app.api.get(&at("deals", &deal)).await);
        assert_eq!(told[3]["data"]["note"]["author"], json!("Luisa"));
    });
}

#[test]
fn what_another_workspace_has_can_be_neither_seen_nor_named_nor_changed() {
    on_both(async |app: &mut TestApp| {
        let ana = person(app, "+52 55 1234 5678", "Ana").await;
        let luna = made(app, "/companies", &json!({ "name": "Luna" })).await;
        let order = made(app, "/orders", &json!({ "number": "4471", "contact_id": ana })).await;
        let others = app.api_of("another").await;
        for path in [at("companies", &luna), at("orders", &order)] {
            assert_problem(&others.call(Method::GET, &path).await, 404, &path);
            assert_problem(&others.patch(&path, &json!({ "version": 1 })).await, 404, &path);
        }
        for wish in [json!({ "title": "x", "contact_id": ana }), json!({ "title": "x", "company_id": luna["id"] })] {
            assert_problem(&others.post("/deals", &wish).await, 422, &wish.to_string());
        }
        let note = json!({ "record": { "type": "contact", "id": ana }, "text": "x" });
        assert_problem(&others.post("/record-notes", &note).await, 404, "beside what is not there");
        assert!(others.list("/orders").await.is_empty() && others.list("/orders?number=4471").await.is_empty());
        assert!(others.list(&format!("/record-notes?type=order&id={}", text(&order["id"]))).await.is_empty());
        assert_eq!(
            others.post("/orders", &json!({ "number": "4471" })).await.status,
            201,
            "numbers are each their own"
        );
    });
}

#[test]
fn a_request_that_comes_again_makes_one_record() {
    on_both(async |app: &mut TestApp| {
        let wish = json!({ "number": "4471", "items": [{ "name": "Armazón", "quantity": 1 }] });
        let first = app.api.post_once("/orders", "key-1", Some(&wish)).await;
        let again = app.api.post_once("/orders", "key-1", Some(&wish)).await;
        assert_eq!((first.status, again.status, &first.body), (201, 201, &again.body));
        assert_problem(&app.api.post("/orders", &wish).await, 409, "the number is taken");
        assert_eq!(app.api.list("/orders").await.len(), 1);
    });
}

#[test]
fn lists_are_asked_by_person_by_status_and_by_what_changed() {
    on_both(async |app: &mut TestApp| {
        let ana = person(app, "+52 55 1234 5678", "Ana").await;
        for number in ["1", "2", "3"] {
            app.clock.advance(jiff::SignedDuration::from_secs(1));
            let whose = (number != "2").then_some(&ana);
            made(app, "/orders", &json!({ "number": number, "contact_id": whose })).await;
        }
        let numbers = async |query: &str| {
            let rows = app.api.list(&format!("/orders?{query}")).await;
            rows.iter().map(|row| text(&row["number"]).to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(numbers("").await, ["3", "2", "1"]);
        assert_eq!(numbers(&format!("contact_id={ana}")).await, ["3", "1"]);
        assert_eq!(numbers("number=2").await, ["2"]);
        let last = app.api.list("/orders").await[2].clone();
        app.clock.advance(jiff::SignedDuration::from_secs(1));
        let paid = json!({ "version": 1, "status": "paid" });
        assert_eq!(app.api.put(&format!("{}/status", at("orders", &last)), &paid).await.status, 200);
        assert_eq!(numbers("status=paid").await, ["1"]);
        let since = last["updated_at"].as_i64().unwrap() + 1;
        assert_eq!(numbers(&format!("changed_since={since}")).await, ["2", "3", "1"], "the longest ago first");
        assert_problem(&app.api.call(Method::GET, "/orders?status=lost").await, 422, "no such status");
    });
}

#[test]
fn text_of_strangers_is_kept_as_it_is_and_what_is_too_long_is_refused() {
    on_both(async |app: &mut TestApp| {
        for name in ["<script>alert(1)</script>", "\u{202e}gnp.exe", "=HYPERLINK(\"http://x\")", "a\"'><img src=x>"] {
            assert_eq!(made(app, "/companies", &json!({ "name": name })).await["name"], json!(name));
        }
        let nul = made(app, "/companies", &json!({ "name": "a\u{0}b" })).await;
        let kept = app.api.get(&at("companies", &nul)).await;
        assert_eq!(kept["name"], json!("a\u{fffd}b"), "PostgreSQL keeps no NUL");
        for wrong in [json!({ "name": "x".repeat(4096) }), json!({ "name": " " }), json!({ "name": "x", "id": 1 })] {
            assert_problem(&app.api.post("/companies", &wrong).await, 422, "no name");
        }
        for amount in [json!({ "minor": -1, "currency": "MXN" }), json!({ "minor": 1, "currency": "XXX" }), json!(1.5)]
        {
            let wish = json!({ "title": "x", "amount": amount });
            assert_problem(&app.api.post("/deals", &wish).await, 422, &wish.to_string());
        }
    });
}

#[test]
fn a_person_works_for_one_company_and_the_company_knows_who_does() {
    on_both(async |app: &mut TestApp| {
        let (luna, sol) = (
            made(app, "/companies", &json!({ "name": "Óptica Luna" })).await,
            made(app, "/companies", &json!({ "name": "Sol" })).await,
        );
        let (ana, leo) = (person(app, "+52 55 1234 5678", "Ana").await, person(app, "+52 55 1234 5679", "Leo").await);
        let works_for = async |who: &str, company: &serde_json::Value| {
            app.api.patch(&format!("/contacts/{who}"), &json!({ "company_id": company })).await
        };
        for who in [&ana, &leo] {
            assert_eq!(works_for(who, &luna["id"]).await.body["company_id"], luna["id"]);
        }
        assert_eq!(works_for(&leo, &sol["id"]).await.body["company_id"], sol["id"]);
        let staff = app.api.list(&format!("/contacts?company_id={}", text(&luna["id"]))).await;
        assert_eq!(staff.iter().map(|person| text(&person["id"])).collect::<Vec<_>>(), [&*ana]);
        assert_eq!(app.api.get(&format!("/contacts/{ana}")).await, staff[0]);

        let renamed = app.api.patch(&format!("/contacts/{ana}"), &json!({ "name": "Ana Torres" })).await;
        assert_eq!(renamed.body["company_id"], luna["id"], "what is left out stays");
        assert_problem(&works_for(&ana, &json!(ana)).await, 422, "that is no company");
        let elsewhere = app.api_of("other").await.post("/companies", &json!({ "name": "Luna" })).await;
        assert_problem(&works_for(&ana, &elsewhere.body["id"]).await, 422, "it is another workspace's");
        assert_eq!(works_for(&ana, &json!(null)).await.body["company_id"], json!(null));
        assert!(app.api.list(&format!("/contacts?company_id={}", text(&luna["id"]))).await.is_empty());
    });
}
