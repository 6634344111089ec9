//! Keys: what each may do, how often, and for how long.

use domain::scope::Scope;
use hilo::config::ApiSettings;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::assert_problem;
use crate::app::{Api, PATIENCE, Setup, TestApp, eventually, on_both, on_both_with, text};
use crate::openapi::operations;

#[test]
fn a_key_may_do_what_its_scopes_say_and_is_told_which_one_it_lacks() {
    on_both(async |app: &mut TestApp| {
        let keys = [
            ("read", app.api_that_may(Scope::Read).await),
            ("send", app.api_that_may(Scope::Send).await),
            ("manage", app.api_that_may(Scope::Manage).await),
        ];
        for (method, route, operation) in operations() {
            let ways = operation["security"].as_array().unwrap();
            let needed = ways.iter().find_map(|way| way["key"][0].as_str()).unwrap_or("of a person").to_owned();
            for (scope, api) in &keys {
                if *scope == needed && operation["responses"]["200"]["content"]["text/event-stream"].is_object() {
                    continue; // it would be answered without end
                }
                let answer = api.call(method.parse().unwrap(), &route.replace("{id}", "none")).await;
                let refused = answer.status == 403;
                assert_eq!(refused, *scope != needed, "{method} {route} with {scope}: {answer:?}");
                if refused {
                    assert_problem(&answer, 403, &route);
                    let said = text(&answer.body["detail"]);
                    assert!(said.contains(&format!("`{needed}`")) || needed == "of a person", "{answer:?}");
                }
            }
        }
    });
}

async fn make(api: &Api, wish: Value) -> (String, Value) {
    let made = api.post("/keys", &wish).await;
    assert_eq!(made.status, 201, "{made:?}");
    (text(&made.body["secret"]).to_owned(), made.body["key"].clone())
}

#[test]
fn a_key_is_made_listed_without_itself_and_revoked() {
    on_both(async |app: &mut TestApp| {
        let (secret, key) = make(&app.api, json!({ "name": "shop", "scopes": ["send", "read"] })).await;
        assert_eq!((&key["name"], &key["scopes"]), (&json!("shop"), &json!(["read", "send"])));
        let shop = app.api.with_key(&secret);
        assert_eq!(shop.call(Method::GET, "/contacts").await.status, 200);

        let used = eventually("the use of the key to be noted", async || {
            let keys = app.api.list("/keys").await;
            keys.into_iter().find(|row| row["id"] == key["id"] && row["last_used_at"].is_number())
        });
        let listed = used.await;
        assert!(!listed.to_string().contains(&secret[5..]), "a list never shows a key");

        let path = format!("/keys/{}", text(&key["id"]));
        assert_eq!(app.api.call(Method::DELETE, &path).await.status, 204);
        assert_problem(&shop.call(Method::GET, "/contacts").await, 401, "revoked");
        assert_eq!(app.api.call(Method::DELETE, &path).await.status, 204, "twice is as good as once");
        assert!(app.api.list("/keys").await.iter().any(|row| row["id"] == key["id"] && row["revoked_at"].is_number()));
    });
}

#[test]
fn a_key_ends_when_it_was_said_to() {
    on_both(async |app: &mut TestApp| {
        let wish = |end: i64| json!({ "name": "visitor", "scopes": ["read"], "expires_at": end });
        assert_problem(&app.api.post("/keys", &wish(app.now())).await, 422, "it ends before it begins");
        let (secret, _) = make(&app.api, wish(app.now() + 3_600_000)).await;
        let visitor = app.api.with_key(&secret);
        assert_eq!(visitor.call(Method::GET, "/contacts").await.status, 200);
        app.clock.advance(SignedDuration::from_hours(1));
        let late = visitor.call(Method::GET, "/contacts").await;
        assert_problem(&late, 401, "expired");
        assert!(text(&late.body["detail"]).contains("expired"));
    });
}

#[test]
fn a_key_that_ends_gives_none_that_outlives_it() {
    on_both(async |app: &mut TestApp| {
        let end = app.now() + 3_600_000;
        let wish = |end: Option<i64>| json!({ "name": "visitor", "scopes": ["manage"], "expires_at": end });
        let (secret, _) = make(&app.api, wish(Some(end))).await;
        let visitor = app.api.with_key(&secret);
        for later in [None, Some(end + 1)] {
            assert_problem(&visitor.post("/keys", &wish(later)).await, 403, &format!("{later:?}"));
        }
        make(&visitor, wish(Some(end))).await;
    });
}

#[test]
fn who_made_and_revoked_a_key_stands_among_the_notices() {
    on_both(async |app: &mut TestApp| {
        let (_, key) = make(&app.api, json!({ "name": "shop", "scopes": ["read"] })).await;
        let path = format!("/keys/{}", text(&key["id"]));
        for _ in 0..2 {
            assert_eq!(app.api.call(Method::DELETE, &path).await.status, 204);
        }
        let notices = app.api.list("/notices").await;
        let said: Vec<_> = notices.iter().map(|row| (text(&row["subject"]), text(&row["detail"]))).collect();
        assert_eq!(said, [("shop", "`Luisa` revoked this key"), ("shop", "`Luisa` made this key, which may read")]);
    });
}

#[test]
fn so_does_what_the_command_line_did_while_the_server_ran() {
    on_both(async |app: &mut TestApp| {
        let make = ["key", "create", "--json", "--name", "shop", "--scopes", "read"];
        let made: Value = serde_json::from_str(&app.command(&make).await).unwrap();
        let shop = app.api.with_key(text(&made["key"]));
        assert_eq!(shop.call(Method::GET, "/contacts").await.status, 200);
        app.command(&["key", "revoke", text(&made["id"])]).await;
        assert_problem(&shop.call(Method::GET, "/contacts").await, 401, "revoked");

        let notices = app.api.list("/notices").await;
        let said: Vec<_> = notices.iter().map(|row| (text(&row["subject"]), text(&row["detail"]))).collect();
        let revoked = ("shop", "`hilo key revoke` revoked this key");
        assert_eq!(said, [revoked, ("shop", "`hilo key create` made this key, which may read")]);
        let told = eventually("the notices to be told as changes", async || {
            let page = app.api.get("/changes?types=notice.received").await;
            Some(page["data"].as_array()?.len()).filter(|many| *many == 2)
        });
        told.await;
    });
}

#[test]
fn a_stream_of_events_ends_with_its_key() {
    on_both(async |app: &mut TestApp| {
        let (secret, key) = make(&app.api, json!({ "name": "shop", "scopes": ["read"] })).await;
        let stream = app.api.with_key(&secret).open("/events", None).await;
        assert_eq!(stream.status(), 200);
        let path = format!("/keys/{}", text(&key["id"]));
        assert_eq!(app.api.call(Method::DELETE, &path).await.status, 204);
        let rest = tokio::time::timeout(PATIENCE, stream.bytes()).await;
        assert!(rest.is_ok(), "the connection is still open");
    });
}

#[test]
fn a_key_gives_no_right_that_it_does_not_have() {
    on_both(async |app: &mut TestApp| {
        let manager = app.api_that_may(Scope::Manage).await;
        let wish = json!({ "name": "more", "scopes": ["manage", "send"] });
        assert_problem(&manager.post("/keys", &wish).await, 403, "send is not its to give");
        for wrong in [
            json!({ "name": "", "scopes": ["manage"] }),
            json!({ "name": "a".repeat(101), "scopes": ["manage"] }),
            json!({ "name": "none", "scopes": [] }),
            json!({ "name": "other", "scopes": ["everything"] }),
        ] {
            assert_problem(&manager.post("/keys", &wrong).await, 422, &wrong.to_string());
        }
    });
}

#[test]
fn a_key_that_asks_too_often_waits_while_others_do_not() {
    let setup = Setup { api: ApiSettings { requests_per_minute: 20 }, ..Setup::default() };
    on_both_with(&setup, async |app| {
        let patient = app.api_that_may(Scope::Read).await;
        let first = app.api.call(Method::GET, "/contacts").await;
        let figure = |name: &str| first.headers[name].to_str().unwrap().parse::<u64>().unwrap();
        assert_eq!((figure("ratelimit-limit"), figure("ratelimit-remaining"), figure("ratelimit-reset")), (20, 19, 3));
        let mut last = first;
        for _ in 0..30 {
            last = app.api.call(Method::GET, "/contacts").await;
        }
        assert_problem(&last, 429, "too often");
        let wait: u64 = last.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=3).contains(&wait), "{wait}");
        assert_eq!(patient.call(Method::GET, "/contacts").await.status, 200);
    });
}
