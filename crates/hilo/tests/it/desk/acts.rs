//! What an agent does with a conversation: who has it, what it is about, when it comes back, how it ends.

use domain::role::Role;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use super::{listed, row_of};
use crate::app::{TestApp, eventually, on_both, step, text};

/// Somebody who is signed in, and their id.
async fn agent(app: &TestApp, role: Role) -> (crate::app::Api, String) {
    let api = app.signed_in(role).await;
    let id = text(&api.get("/me").await["id"]).to_owned();
    (api, id)
}

async fn steps(app: &TestApp, phone: &simulator::Phone) -> Vec<Value> {
    let timeline = app.timeline_of(phone, "en").await;
    timeline.into_iter().filter(|entry| entry["entry"] == "event").map(|entry| entry["step"].clone()).collect()
}

#[test]
fn a_conversation_is_assigned_taken_over_and_handed_back_and_the_timeline_says_by_whom() {
    on_both(async |app: &mut TestApp| {
        let (bia, id) = agent(app, Role::Agent).await;
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let thread = text(&app.conversation_of(&ana).await["id"]).to_owned();
        let path = |what: &str| format!("/conversations/{thread}/{what}");

        let taken = app.api.call_with(Method::PUT, &path("assignment"), &json!({ "user_id": id })).await;
        assert_eq!((taken.status, &taken.body["assignee_id"]), (200, &json!(id)), "{taken:?}");
        assert_eq!(bia.get("/inbox/counts").await["mine"], 1);
        assert_eq!(bia.list("/inbox?view=mine").await[0]["conversation_id"], thread);
        assert_eq!(listed(app, "view=unassigned").await.len(), 0);

        let moved = bia.call_with(Method::PUT, &path("assignment"), &json!({ "queue": "complaints" })).await;
        assert_eq!((&moved.body["assignee_id"], &moved.body["queue"]), (&Value::Null, &json!("complaints")));
        let refused = bia.call_with(Method::PUT, &path("assignment"), &json!({ "queue": "nowhere" })).await;
        assert_eq!(refused.status, 422, "{refused:?}");

        let over = bia.call(Method::PUT, &path("takeover")).await;
        assert!(over.status == 200 && over.body["person_since"].is_i64(), "{over:?}");
        assert_eq!(row_of(app, &ana).await.unwrap()["ticket"]["assignee_id"], id);
        ana.says("¿hola?").await;
        app.settled().await;
        let last = app.messages_with(&ana).await.pop().unwrap();
        assert_eq!(step(&last, "not_acknowledged").unwrap()["guard"], "person_answering");
        let back = bia.call(Method::DELETE, &path("takeover")).await;
        assert_eq!(back.body["person_since"], Value::Null);

        let told: Vec<Value> = steps(app, &ana).await.iter().map(|step| step["step"].clone()).collect();
        assert_eq!(told, ["assigned", "assigned", "taken_over", "assigned", "handed_back", "assigned"]);
        eventually("the changes to be told", async || {
            let told = app.api.get("/changes?types=ticket.assigned").await;
            (told["data"].as_array().unwrap().len() == 4).then_some(())
        })
        .await;
    });
}

#[test]
fn a_note_is_never_sent_calls_whom_it_names_and_only_its_author_takes_it_back() {
    on_both(async |app: &mut TestApp| {
        let (bia, _) = agent(app, Role::Agent).await;
        let (leo, leo_id) = agent(app, Role::Manager).await;
        let name = leo.get("/me").await["name"].clone();
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let received = ana.received().len();
        let path = format!("/conversations/{}/notes", text(&app.conversation_of(&ana).await["id"]));

        let note = bia.post(&path, &json!({ "text": format!("@{} ¿lo ves?", text(&name)) })).await;
        assert_eq!((note.status, &note.body["mentions"]), (201, &json!([leo_id])), "{note:?}");
        assert_eq!(leo.get("/inbox/counts").await["calls"], 1);
        assert_eq!(leo.list("/inbox").await[0]["called"], true);
        let calls = leo.list("/inbox/calls").await;
        assert_eq!(calls[0]["reason"], "mention");
        let seen = path.replace("/notes", "/seen");
        assert_eq!(leo.call_with(Method::PUT, &seen, &json!({ "seq": 2 })).await.status, 204);
        assert_eq!(leo.get("/inbox/counts").await["calls"], 0);
        assert_eq!(leo.list("/inbox").await[0]["seen"], 2);

        let one = format!("{path}/{}", text(&note.body["id"]));
        assert_eq!(leo.call(Method::DELETE, &one).await.status, 409, "it is somebody else's");
        assert_eq!(bia.call(Method::DELETE, &one).await.status, 204);
        let left = bia.list(&path).await;
        assert!(left[0]["text"] == "" && left[0]["deleted_at"].is_i64(), "{left:?}");
        app.settled().await;
        assert_eq!(ana.received().len(), received, "nothing of it was sent");
    });
}

#[test]
fn what_was_put_aside_comes_back_when_the_customer_writes_and_when_its_time_comes() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let path = format!("/conversations/{}/snooze", text(&app.conversation_of(&ana).await["id"]));

        let aside = app.api.call_with(Method::PUT, &path, &json!({})).await;
        assert_eq!(
            (aside.status, &aside.body["snoozed"], &aside.body["snoozed_until"]),
            (200, &json!(true), &Value::Null)
        );
        assert_eq!(row_of(app, &ana).await, None);
        assert_eq!(app.api.list("/inbox?view=snoozed").await.len(), 1);
        ana.says("¿hola?").await;
        app.settled().await;
        assert_eq!(row_of(app, &ana).await.unwrap()["ticket"]["snoozed"], false);

        let until = app.now() + 3_600_000;
        app.api.call_with(Method::PUT, &path, &json!({ "until": until })).await;
        assert_eq!(app.api.list("/inbox").await.len(), 0);
        app.clock.advance(SignedDuration::from_mins(61));
        app.restart().await;
        eventually("it to come back", async || row_of(app, &ana).await).await;
        let refused = app.api.call_with(Method::PUT, &path, &json!({ "until": 1 })).await;
        assert_eq!(refused.status, 422, "{refused:?}");
        let contact = app.contact_of(&ana).await["id"].clone();
        let deal = app.api.post("/deals", &json!({ "title": "Segundo par", "contact_id": contact })).await.body;
        let awaited = json!({ "record": format!("deal/{}", text(&deal["id"])) });
        assert_eq!(app.api.call_with(Method::PUT, &path, &awaited).await.status, 200);
        assert_eq!(row_of(app, &ana).await, None);
        let change = json!({ "title": "Tercer par", "version": deal["version"] });
        app.api.call_with(Method::PATCH, &format!("/deals/{}", text(&deal["id"])), &change).await;
        eventually("the deal's change to bring it back", async || row_of(app, &ana).await).await;
        let nobodys = json!({ "record": "deal/01a20577-4513-75e8-95eb-41481df5cc04" });
        let refused = app.api.call_with(Method::PUT, &path, &nobodys).await;
        assert_eq!(refused.status, 404, "nobody waits for what is not there: {refused:?}");
    });
}

#[test]
fn a_conversation_is_closed_with_an_outcome_and_reopened() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let path = format!("/conversations/{}/closure", text(&app.conversation_of(&ana).await["id"]));
        let close = async |body: Value| app.api.call_with(Method::PUT, &path, &body).await;

        assert_eq!(close(json!({ "outcome": "other" })).await.status, 422, "it needs a sentence");
        assert_eq!(close(json!({ "outcome": "silence" })).await.status, 422);
        let unread = close(json!({ "outcome": "resolved", "seen": 0 })).await;
        assert_eq!((unread.status, &unread.body["new_messages"]), (412, &json!([1])), "{unread:?}");
        let closed = close(json!({ "outcome": "other", "said": "Vino a la tienda", "seen": 2 })).await;
        assert_eq!((closed.status, &closed.body["outcome"]), (200, &json!("other")), "{closed:?}");
        assert_eq!(app.matters_of(&ana).await[0]["outcome"], "other");
        assert_eq!(close(json!({ "outcome": "resolved" })).await.status, 409);
        let said = steps(app, &ana).await.pop().unwrap();
        assert_eq!((&said["step"], &said["said"]), (&json!("closed"), &json!("Vino a la tienda")));

        let reopened = app.api.call(Method::DELETE, &path).await;
        assert_eq!((reopened.status, &reopened.body["state"]), (200, &json!("open")), "{reopened:?}");
        assert!(row_of(app, &ana).await.unwrap()["ticket"]["waiting_since"].is_i64());

        let both = json!([app.conversation_of(&ana).await["id"], "01a20577-4513-75e8-95eb-4146c7a923e6"]);
        let wanted = json!({ "conversation_ids": both, "with": { "outcome": "duplicate" } });
        let many = app.api.call_with(Method::PUT, "/inbox/closure", &wanted).await;
        let statuses: Vec<Value> =
            many.body["data"].as_array().unwrap().iter().map(|one| one["status"].clone()).collect();
        assert_eq!(statuses, [200, 404]);
    });
}

#[test]
fn what_a_blocked_person_writes_is_kept_and_raises_nothing() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let (received, path) =
            (ana.received().len(), format!("/contacts/{}/block", text(&app.contact_of(&ana).await["id"])));

        assert_eq!(app.api.call(Method::PUT, &path).await.status, 204);
        assert_eq!(app.ticket_of(&ana).await["outcome"], "spam");
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let last = app.messages_with(&ana).await.pop().unwrap();
        assert_eq!(step(&last, "decided").unwrap()["guard"], "blocked", "{last:#}");
        assert_eq!((app.api.list("/inbox").await.len(), ana.received().len()), (0, received));

        assert_eq!(app.api.call(Method::DELETE, &path).await.status, 204);
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        assert_eq!((app.api.list("/inbox").await.len(), ana.received().len()), (1, received + 1));
    });
}

#[test]
fn a_correction_moves_the_work_and_the_model_knows_it_at_once_and_after_a_restart() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("se me rompió la correa de los lentes azules").await;
        app.settled().await;
        let before = app.matters_of(&ana).await[0]["type"].clone();
        let path = format!("/conversations/{}/type", text(&app.conversation_of(&ana).await["id"]));

        let kind = if before == "complaint" { "order_status" } else { "complaint" };
        let queue = if kind == "complaint" { "complaints" } else { "support" };
        let stale = app.api.call_with(Method::PUT, &path, &json!({ "type": kind, "was": "book_appointment" })).await;
        assert_eq!(stale.status, 412, "{stale:?}");
        let done = app.api.call_with(Method::PUT, &path, &json!({ "type": kind, "was": before })).await;
        assert_eq!((done.status, &done.body["ticket"]["type"]), (200, &json!(kind)), "{done:?}");
        assert_eq!(done.body["ticket"]["queue"], queue);
        assert!(done.body["acknowledged_at"].is_i64(), "the customer was told already");
        assert_eq!(app.matters_of(&ana).await[0]["type"], kind);

        let guessed = |app: &TestApp, workspace| {
            let published = app.node.workflows.of(workspace).unwrap();
            published.guess("se me rompió la correa de los lentes azules").unwrap()
        };
        let workspace = app.workspace(crate::app::WORKSPACE).await;
        let first = guessed(app, workspace);
        assert_eq!(first.kind, kind);
        app.restart().await;
        assert_eq!(guessed(app, workspace), first);
        let unknown = app.api.call_with(Method::PUT, &path, &json!({ "type": "nothing" })).await;
        assert_eq!(unknown.status, 422);
    });
}
