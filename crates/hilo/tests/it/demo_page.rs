//! The page of `hilo demo`, as a newcomer uses it in a browser and as others may not use it.

mod living;
mod program;
mod yesterday;

use hilo::demo::{BusinessTime, Known, Line, ToParent};
use hilo::http::demo_page::{self, Phones};
use hilo::workflows::bring_into_force;
use reqwest::{Response, StatusCode};
use serde_json::json;
use simulator::control::Client;
use tokio::net::TcpListener;

use crate::app::{PATIENCE, TestApp, WORKSPACE, on_both, text};
use crate::browser::in_browser;

/// The page before an app of the test that has the demo's workflow, and where it is.
async fn page_of(app: &TestApp) -> (String, Phones) {
    let (workspace, optica_luna) = (app.workspace(WORKSPACE).await, ("optica-luna.yaml", workflow::OPTICA_LUNA));
    let (store, workflows) = (&app.node.store, &app.node.workflows);
    bring_into_force(store, workflows, workspace, Some(optica_luna), app.now()).await.unwrap();
    let phones = Phones::new(Client::new(&app.simulator.url()).unwrap());
    let routes = demo_page::whole(app.node.clone(), phones.clone(), parent_of(app));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    (url, phones)
}

/// The line to a parent that moves the test's clock, and kills nobody.
fn parent_of(app: &TestApp) -> Line {
    let time = BusinessTime { ahead_ms: app.clock.ahead_ms(), began_at: app.now(), ..BusinessTime::default() };
    let (line, mut parent) = Line::pair(Known { time, kill: None });
    let clock = app.clock.clone();
    tokio::spawn(async move {
        while let Some(said) = parent.said.recv().await {
            parent.known.send_modify(|known| match said {
                ToParent::Ahead { ahead_ms, moved } => {
                    clock.put_ahead(ahead_ms);
                    known.time = BusinessTime { ahead_ms, moved: Some(moved), ..known.time };
                }
                ToParent::Seen(news) => known.note_read(news),
                ToParent::Ready { .. } | ToParent::Failed { .. } | ToParent::Kill | ToParent::Armed => {}
            });
        }
    });
    line
}

#[test]
fn a_newcomer_plays_customer_and_agent_on_one_page() {
    on_both(async |app| {
        let (url, _) = page_of(app).await;
        in_browser(async |browser| {
            browser.open(&format!("{url}/?lang=en")).await;
            assert!(browser.reads("#thread").await.contains("What Hilo does with a message from WhatsApp"));

            browser.types("#say", "hola, tengo una queja").await;
            browser.sees("#thread .ticket").await;
            assert!(browser.reads("#thread .kind").await.contains("Complaint"));
            browser.sees_in("story", "Somebody new: made the contact Ana Torres").await;
            browser.sees_in("story", "The answer: Read").await;
            browser.sees("#story .steps .sent").await;
            browser.sees("#phone .bubble.own .ticks.two").await;
            browser.sees("#phone .bubble:not(.own)").await;
            let ticket = app.api.list("/tickets").await.remove(0);
            assert!(browser.reads("#thread .ticket").await.contains(text(&ticket["reference"])));
            assert_eq!(browser.written_in("#say").await, "");

            browser.types("#say", "gracias").await;
            browser.sees_in("story", "Does nothing: there is nothing to answer").await;
            browser.sees("#story .steps .withheld").await;

            browser.types("#answer", "Lo siento, Ana: los cambiamos hoy.").await;
            browser.sees_in("phone", "Lo siento, Ana: los cambiamos hoy.").await;
            browser.clicks("#resolve").await;
            browser.sees_in("thread", "Resolved: ").await;
            browser.sees_in("story", "Matter closed: resolved").await;
            let ticket = app.api.list("/tickets").await.remove(0);
            assert_eq!(ticket["state"], "resolved");
        })
        .await;
    });
}

#[test]
fn a_customer_known_by_another_spelling_of_the_number_is_recognised_before_the_newcomers_eyes() {
    on_both(async |app| {
        let (url, _) = page_of(app).await;
        in_browser(async |browser| {
            browser.open(&format!("{url}/?lang=en")).await;

            browser.clicks("#person-lucia").await;
            browser.sees("#person-lucia[aria-pressed=true]").await;
            browser.types("#say", "hola, quiero una cita").await;
            browser.sees_in("story", "+525587654321 is another spelling of the same number").await;

            browser.clicks("#person-sol").await;
            browser.sees("#person-sol[aria-pressed=true]").await;
            browser.sees_in("thread", "Write something on the phone").await;
            browser.types("#say", "STOP").await;
            browser.sees_in("thread", "Wants no more messages").await;
        })
        .await;
    });
}

#[test]
fn the_page_speaks_the_language_that_was_chosen_and_remembers_it() {
    on_both(async |app| {
        let (url, _) = page_of(app).await;
        for (language, said) in
            [("es", "El teléfono del cliente"), ("pt", "O celular do cliente"), ("en", "The customer's phone")]
        {
            let chosen = app.http.get(format!("{url}/?lang={language}")).send().await.unwrap();
            let cookie = header(&chosen, "set-cookie").split(';').next().unwrap().to_owned();
            let later = app.http.get(&url).header("cookie", cookie).send().await.unwrap();
            let (chosen, later) = (chosen.text().await.unwrap(), later.text().await.unwrap());
            assert!(chosen.contains(said), "{language}");
            assert!(later.contains(said), "{language}, remembered");
            assert!(!chosen.contains(">demo-") && !chosen.contains("\"demo-"), "a text is missing in {language}");
        }
    });
}

#[test]
fn no_other_page_can_act_and_no_other_name_is_answered() {
    on_both(async |app| {
        let (url, _) = page_of(app).await;
        let host = url.trim_start_matches("http://").to_owned();
        let say = |headers: &[(&str, &str)]| {
            let request = app.http.post(format!("{url}/demo/say")).json(&json!({ "text": "hola" }));
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send()
        };
        let own = format!("http://{host}");
        assert_eq!(say(&[]).await.unwrap().status(), StatusCode::FORBIDDEN);
        assert_eq!(say(&[("sec-fetch-site", "cross-site")]).await.unwrap().status(), StatusCode::FORBIDDEN);
        assert_eq!(say(&[("origin", "http://evil.example")]).await.unwrap().status(), StatusCode::FORBIDDEN);
        assert_eq!(say(&[("origin", &own)]).await.unwrap().status(), StatusCode::NO_CONTENT);
        assert_eq!(say(&[("sec-fetch-site", "same-origin")]).await.unwrap().status(), StatusCode::NO_CONTENT);

        let rebound = app.http.get(&url).header("host", "evil.example").send().await.unwrap();
        assert_eq!(rebound.status(), StatusCode::MISDIRECTED_REQUEST);

        let form = app.http.post(format!("{url}/demo/say")).header("origin", &own).body("text=hola");
        assert_eq!(form.send().await.unwrap().status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    });
}

#[test]
fn what_cannot_be_done_is_said_in_the_language_of_the_page() {
    on_both(async |app| {
        let (url, _) = page_of(app).await;
        let post = async |path: &str, body: serde_json::Value| -> (StatusCode, String) {
            let request = app.http.post(format!("{url}{path}")).json(&body).header("sec-fetch-site", "same-origin");
            let answer = request.header("accept-language", "en-US").send().await.unwrap();
            let status = answer.status();
            let problem: serde_json::Value = answer.json().await.unwrap();
            (status, text(&problem["detail"]).to_owned())
        };
        let (status, said) = post("/demo/say", json!({ "text": "  " })).await;
        assert_eq!((status, &*said), (StatusCode::UNPROCESSABLE_ENTITY, "The message is empty; write something."));
        let (status, said) = post("/demo/say", json!({ "text": "a".repeat(4097) })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(said.contains("4096"));
        let nobodys = "01890000-0000-7000-8000-000000000000";
        let (status, _) = post("/demo/resolve", json!({ "ticket": nobodys })).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        let (status, _) = post("/demo/reply", json!({ "conversation": nobodys, "text": "hola" })).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        let (status, _) = post("/demo/phone", json!({ "person": "nobody" })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    });
}

#[test]
fn every_answer_forbids_what_the_page_does_not_need_and_only_hashed_files_are_kept() {
    on_both(async |app| {
        let (url, _) = page_of(app).await;
        let page = app.http.get(&url).send().await.unwrap();
        let policy = header(&page, "content-security-policy");
        for rule in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "trusted-types hilo"] {
            assert!(policy.contains(rule), "{rule}");
        }
        assert_eq!(header(&page, "cache-control"), "no-store");

        let page = page.text().await.unwrap();
        assert!(!page.contains("style=") && !page.contains("<script>") && !page.contains(" onclick"), "nothing inline");
        let files: Vec<&str> = page.split('"').filter(|part| part.starts_with("/assets/")).collect();
        assert!(3 <= files.len());
        for file in files {
            let asset = app.http.get(format!("{url}{file}")).send().await.unwrap();
            assert!(header(&asset, "cache-control").contains("immutable"), "{file}");
        }
        let other = app.http.get(format!("{url}/assets/demo.000000000000.js")).send().await.unwrap();
        assert_eq!(other.status(), StatusCode::NOT_FOUND);
    });
}

#[test]
fn an_open_page_hears_of_changes_and_does_not_hold_up_a_server_that_stops() {
    on_both(async |app| {
        let (url, phones) = page_of(app).await;
        let mut events = app.http.get(format!("{url}/demo/events")).send().await.unwrap();
        assert!(next(&mut events).await.contains("event: changed"));

        app.simulator.phone("+52 55 1234 5678").await.says("hola").await;
        assert!(next(&mut events).await.contains("event: changed"));

        phones.hang_up();
        let ended = async { while events.chunk().await.unwrap().is_some() {} };
        tokio::time::timeout(PATIENCE, ended).await.expect("the stream goes on");
    });
}

async fn next(events: &mut Response) -> String {
    let chunk = tokio::time::timeout(PATIENCE, events.chunk()).await.expect("nothing came").unwrap().unwrap();
    String::from_utf8(chunk.to_vec()).unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers()[name].to_str().unwrap()
}
