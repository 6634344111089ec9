//! Templates through the API: listed, submitted, judged by WhatsApp, sent, edited and deleted.

use futures::future::join_all;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Category, Decision, Fault, FaultKind, Phone};

use crate::api::assert_problem;
use crate::app::{Api, NUMBER, Number, Setup, TestApp, eventually, on_both, on_both_with, text};

fn order_ready() -> Value {
    json!({
        "name": "order_ready", "language": "es_MX", "category": "utility",
        "components": [
            {"type": "BODY", "text": "Hola {{1}}, sus lentes están listos.", "example": {"body_text": [["Ana"]]}},
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Paso hoy"}]},
        ],
    })
}

/// A template that WhatsApp has approved; answers its path.
async fn approved(app: &TestApp) -> String {
    let made = app.api.post("/templates", &order_ready()).await;
    assert_eq!(made.status, 201, "{made:?}");
    let path = format!("/templates/{}", text(&made.body["id"]));
    app.simulator.decide_template("order_ready", &Decision::Approve);
    in_state(app, &path, "approved").await;
    path
}

async fn in_state(app: &TestApp, path: &str, state: &str) -> Value {
    in_state_of(&app.api, path, state).await
}

/// The same as a workspace sees it, once it sees it at all.
async fn in_state_of(api: &Api, path: &str, state: &str) -> Value {
    eventually("the template to be judged", async || {
        let answer = api.call(Method::GET, path).await;
        (answer.body["state"] == state).then_some(answer.body)
    })
    .await
}

/// A conversation whose window has closed; answers the path of its messages.
async fn closed_window(app: &TestApp, phone: &Phone) -> String {
    phone.says("¿dónde está mi pedido?").await;
    app.settled().await;
    app.clock.advance(SignedDuration::from_hours(30));
    format!("/conversations/{}/messages", text(&app.conversation_of(phone).await["id"]))
}

fn filled(name: &str) -> Value {
    json!({"type": "template", "template": {"name": "order_ready", "language": "es_MX", "body": [name]}})
}

#[test]
fn a_template_is_listed_after_a_start_and_by_each_filter_and_only_where_it_is_known() {
    on_both(async |app: &mut TestApp| {
        let path = approved(app).await;
        app.restart_after(async |node| {
            node.store.write(Vec::new(), |tx| tx.execute("DELETE FROM templates", vec![])).await.unwrap();
        })
        .await;

        let template = app.api.get(&path).await;
        assert_eq!((&template["state"], &template["category"]), (&json!("approved"), &json!("utility")));
        assert_eq!(template["components"][0]["text"], order_ready()["components"][0]["text"]);
        let channel = app.api.get("/channels").await["data"][0]["id"].clone();
        for (question, found) in [
            ("name=order_ready".to_owned(), 1),
            ("name=order".to_owned(), 0),
            ("state=approved&language=es_MX&name=order_ready".to_owned(), 1),
            ("language=pt_BR".to_owned(), 0),
            ("state=rejected".to_owned(), 0),
            (format!("channel_id={}&name=order_ready", text(&channel)), 1),
        ] {
            assert_eq!(app.api.list(&format!("/templates?{question}")).await.len(), found, "{question}");
        }
        for wrong in ["state=fine", "channel_id=7", "channel_id=01a20577-4513-75e8-95eb-4146c7a923e6"] {
            assert_problem(&app.api.call(Method::GET, &format!("/templates?{wrong}")).await, 422, wrong);
        }

        let theirs = app.api_of("the shop next door").await;
        assert!(theirs.list("/templates").await.is_empty());
        assert_eq!(theirs.call(Method::GET, &path).await.status, 404);
        assert_eq!(theirs.call(Method::DELETE, &path).await.status, 404);
        assert_eq!(theirs.post(&path, &json!({"components": order_ready()["components"]})).await.status, 404);
        assert_problem(&theirs.post("/templates", &order_ready()).await, 422, "an account of nobody's");
    });
}

#[test]
fn what_whatsapp_would_not_take_is_told_at_once_and_what_it_says_is_readable() {
    on_both(async |app: &mut TestApp| {
        let wrong = json!({"name": "Order", "language": "", "category": "fun", "components": []});
        let said = app.api.post("/templates", &wrong).await;
        assert_problem(&said, 422, "four mistakes");
        for named in ["`name`", "`language`", "`category`", "BODY"] {
            assert!(text(&said.body["detail"]).contains(named), "{said:?}");
        }

        app.simulator.set_fault(Fault::times(1, FaultKind::ErrorCode { code: 100 }));
        let refused = app.api.post_once("/templates", "k", Some(&order_ready())).await;
        assert_problem(&refused, 422, "refused by WhatsApp");
        assert!(text(&refused.body["detail"]).contains("code 100"), "{refused:?}");
        assert_eq!(
            app.api.post_once("/templates", "k", Some(&order_ready())).await.status,
            201,
            "nothing had happened"
        );
        assert_problem(&app.api.post("/templates", &order_ready()).await, 409, "a namesake");
    });
}

#[test]
fn the_same_key_submits_one_template_though_the_answer_is_lost() {
    on_both(async |app: &mut TestApp| {
        app.simulator.set_fault(Fault::times(1, FaultKind::LoseResponse));
        let first = app.api.post_once("/templates", "lost", Some(&order_ready())).await;
        assert_eq!((first.status, &first.body["name"]), (201, &json!("order_ready")), "{first:?}");

        let same = order_ready();
        let tries = (0..6).map(|_| app.api.post_once("/templates", "lost", Some(&same)));
        for again in join_all(tries).await {
            assert_eq!((again.status, &again.body), (201, &first.body));
            assert!(again.headers.contains_key("idempotent-replayed"));
        }
        let other = json!({"name": "other", "language": "es_MX", "category": "utility", "components": []});
        assert_problem(&app.api.post_once("/templates", "lost", Some(&other)).await, 422, "the key of another");

        let mut many = order_ready();
        many["name"] = json!("many");
        let at_once = join_all((0..6).map(|_| app.api.post_once("/templates", "many", Some(&many)))).await;
        let made = at_once.iter().filter(|answer| answer.status == 201);
        assert!(1 <= made.count() && at_once.iter().all(|answer| [201, 409].contains(&answer.status)), "{at_once:?}");
        assert_eq!(app.simulator.ledger().refused.get(&100), None, "WhatsApp was asked for none twice");
        assert_eq!(app.api.list("/templates?name=many").await.len(), 1);
    });
}

#[test]
fn a_try_that_was_left_half_way_is_looked_up_and_not_repeated() {
    on_both(async |app: &mut TestApp| {
        // Accepted, and then nothing is heard of WhatsApp: neither the answer nor the look-up comes.
        app.simulator.set_fault(Fault::times(1, FaultKind::LoseResponse));
        app.simulator.set_fault(Fault::times(1, FaultKind::Error500));
        let first = app.api.post_once("/templates", "half", Some(&order_ready())).await;
        app.simulator.clear_faults();
        let again = app.api.post_once("/templates", "half", Some(&order_ready())).await;
        assert!([201, 502].contains(&first.status), "{first:?}");
        assert_eq!((again.status, &again.body["name"]), (201, &json!("order_ready")), "{again:?}");
        assert_eq!(app.simulator.ledger().refused.get(&100), None, "WhatsApp was not asked for it twice");
    });
}

#[test]
fn an_approved_template_reaches_the_phone_filled_in_after_the_window_has_closed() {
    on_both(async |app: &mut TestApp| {
        approved(app).await;
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        let path = closed_window(app, &ana).await;
        assert_problem(&app.api.post(&path, &json!({"text": "Hola"})).await, 409, "a text");
        assert_problem(
            &app.api
                .post(&path, &json!({"type": "template", "template": {"name": "order_ready", "language": "es_MX"}}))
                .await,
            422,
            "a gap",
        );

        assert_eq!(app.api.post(&path, &filled("Ana")).await.status, 201);
        app.settled().await;
        let last = ana.received().pop().unwrap();
        assert_eq!(
            (last.kind.as_str(), last.text.as_deref()),
            ("template", Some("Hola Ana, sus lentes están listos."))
        );
        let shown = app.messages_with(&ana).await.pop().unwrap();
        assert_eq!(shown["text"], "Hola Ana, sus lentes están listos.");
    });
}

#[test]
fn what_a_paused_template_holds_back_leaves_when_a_person_releases_it_after_the_approval() {
    on_both(async |app: &mut TestApp| {
        let template = approved(app).await;
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        let path = closed_window(app, &ana).await;
        // WhatsApp pauses it without our having heard.
        app.simulator.set_fault(Fault::times(1, FaultKind::ErrorCode { code: 132_015 }));
        assert_eq!(app.api.post(&path, &filled("Ana")).await.status, 201);
        let held = eventually("the send to be held", async || app.api.list("/outbox?state=held").await.pop()).await;
        assert!(text(&held["reason"]).contains("132015"), "{held}");
        // The refusal has WhatsApp asked for its templates once more.
        eventually("the look to be over", async || app.node.templates.at_rest().then_some(())).await;
        app.simulator.decide_template("order_ready", &Decision::Pause);
        app.settled().await;
        in_state(app, &template, "paused").await;
        assert_problem(&app.api.post(&path, &filled("Ana")).await, 409, "while it is paused");

        app.clock.advance(SignedDuration::from_hours(3));
        app.simulator.decide_template("order_ready", &Decision::Approve);
        in_state(app, &template, "approved").await;
        let release = format!("/outbox/{}/release", text(&held["id"]));
        assert_eq!(app.api.call(Method::POST, &release).await.status, 200);
        app.settled().await;
        assert_eq!(ana.received().pop().unwrap().text.as_deref(), Some("Hola Ana, sus lentes están listos."));
    });
}

#[test]
fn what_whatsapp_decides_about_a_template_is_seen_with_its_reason() {
    on_both(async |app: &mut TestApp| {
        let template = approved(app).await;
        app.simulator.decide_template("order_ready", &Decision::Recategorise { category: Category::Marketing });
        eventually("the category", async || {
            let seen = app.api.get(&template).await;
            (seen["category"] == "marketing" && seen["previous_category"] == "utility").then_some(())
        })
        .await;
        let notices = app.api.list("/notices").await;
        assert!(notices.iter().any(|notice| text(&notice["detail"]).contains("price")), "{notices:?}");

        let rejected = Decision::Reject { reason: "INVALID_FORMAT".to_owned() };
        app.clock.advance(SignedDuration::from_secs(5));
        app.simulator.decide_template("order_ready", &rejected);
        assert!(text(&in_state(app, &template, "rejected").await["reason"]).contains("INVALID_FORMAT"));
    });
}

#[test]
fn a_template_is_edited_judged_anew_and_deleted() {
    on_both(async |app: &mut TestApp| {
        let template = approved(app).await;
        let edit = json!({"components": [{"type": "BODY", "text": "Sus lentes están listos."}]});
        assert_problem(&app.api.post(&template, &json!({"components": []})).await, 422, "nothing");
        app.clock.advance(SignedDuration::from_secs(5));
        let edited = app.api.post_once(&template, "edit", Some(&edit)).await;
        assert_eq!((edited.status, &edited.body["state"]), (200, &json!("pending")), "{edited:?}");
        assert_eq!(app.api.post_once(&template, "edit", Some(&edit)).await.body, edited.body);

        assert_eq!(app.api.call(Method::DELETE, &format!("{template}?all_languages=yes")).await.status, 422);
        assert_eq!(app.api.call(Method::DELETE, &template).await.status, 204);
        assert_eq!(app.api.get(&template).await["state"], "deleted");
        assert_eq!(app.api.call(Method::DELETE, &template).await.status, 204, "it stays so");
        assert_problem(&app.api.post(&template, &edit).await, 409, "one that is deleted");
    });
}

#[test]
fn a_person_asks_for_the_templates_now_but_not_all_the_time() {
    on_both(async |app: &mut TestApp| {
        approved(app).await;
        let asked = app.api.post_once("/templates/refresh", "now", None).await;
        assert!(asked.status == 200 && 1 <= asked.body["templates"].as_i64().unwrap(), "{asked:?}");
        assert_eq!(app.api.post_once("/templates/refresh", "now", None).await.body, asked.body);
        let many = join_all((0..8).map(|_| app.api.call(Method::POST, "/templates/refresh"))).await;
        assert!(many.iter().any(|answer| answer.status == 409), "{many:?}");
    });
}

/// The same template in another language; answers its path.
async fn submitted_in(app: &TestApp, language: &str) -> String {
    let mut template = order_ready();
    template["language"] = json!(language);
    let made = app.api.post("/templates", &template).await;
    assert_eq!(made.status, 201, "{made:?}");
    format!("/templates/{}", text(&made.body["id"]))
}

#[test]
fn a_deletion_reaches_one_language_or_all_of_them() {
    on_both(async |app: &mut TestApp| {
        let [mexican, brazilian, english] = ["es_MX", "pt_BR", "en"].map(|language| submitted_in(app, language));
        let (mexican, brazilian, english) = (mexican.await, brazilian.await, english.await);
        assert_eq!(app.api.call(Method::DELETE, &english).await.status, 204);
        app.api.call(Method::POST, "/templates/refresh").await;
        let states = async || {
            let mut states = Vec::new();
            for path in [&mexican, &brazilian, &english] {
                states.push(text(&app.api.get(path).await["state"]).to_owned());
            }
            states
        };
        assert_eq!(states().await, ["pending", "pending", "deleted"]);

        assert_eq!(app.api.call(Method::DELETE, &format!("{mexican}?all_languages=true")).await.status, 204);
        assert_eq!(states().await, ["deleted"; 3]);
        app.api.call(Method::POST, "/templates/refresh").await;
        assert_eq!(states().await, ["deleted"; 3], "WhatsApp lists none of them");
        assert_eq!(
            app.api.call(Method::DELETE, &format!("{mexican}?all_languages=true")).await.status,
            204,
            "it stays so"
        );
    });
}

#[test]
fn two_workspaces_on_one_account_see_each_others_templates_and_nothing_else() {
    let numbers = [Number::new(NUMBER), Number::new("100000000000002").of_workspace("next door")];
    on_both_with(&Setup::with_numbers(&numbers), async |app| {
        let theirs = app.api_of("next door").await;
        let path = approved(app).await;
        assert_eq!(in_state_of(&theirs, &path, "approved").await["name"], "order_ready");
        assert_problem(&theirs.post("/templates", &order_ready()).await, 409, "the name is taken on the account");

        // A key of one workspace is none of the other, and each is answered as it asked.
        let mut other = order_ready();
        other["name"] = json!("theirs");
        assert_eq!(app.api.post_once("/templates", "key", Some(&other)).await.status, 201);
        other["name"] = json!("ours");
        assert_eq!(theirs.post_once("/templates", "key", Some(&other)).await.status, 201);

        assert_eq!(theirs.call(Method::DELETE, &path).await.status, 204);
        in_state_of(&app.api, &path, "deleted").await;
        let reason = app.api.get(&path).await["reason"].clone();
        assert!(!reason.to_string().contains("Luisa"), "who did it is the other workspace's own: {reason}");
    });
}

#[test]
fn a_deletion_whose_answer_is_lost_is_done_all_the_same() {
    on_both(async |app: &mut TestApp| {
        for all_languages in [false, true] {
            let path = submitted_in(app, if all_languages { "pt_BR" } else { "es_MX" }).await;
            app.simulator.set_fault(Fault::times(1, FaultKind::LoseResponse));
            assert_eq!(
                app.api.call(Method::DELETE, &format!("{path}?all_languages={all_languages}")).await.status,
                204
            );
            assert_eq!(app.api.get(&path).await["state"], "deleted");
        }
    });
}
