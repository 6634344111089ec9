//! Who becomes a record of the CRM, and when: by the workflow's rule, because something is kept of them, or because a person says so.

use hilo::workflows::bring_into_force;
use reqwest::Method;
use serde_json::{Value, json};
use simulator::NewPhone;

use crate::app::{TestApp, WORKSPACE, eventually, on_both, step, text};

const RULE: &str = "\nnew_contacts:\n  become_record: after_classification\n  never_for: [complaint]\n";

async fn with_rule(app: &TestApp) {
    let (workspace, text) = (app.workspace(WORKSPACE).await, format!("{}{RULE}", workflow::TRIAGE));
    let given = Some(("workflow.yaml", text.as_str()));
    bring_into_force(&app.node.store, &app.node.workflows, workspace, given, app.now()).await.unwrap();
}

async fn names(app: &TestApp, path: &str) -> Vec<String> {
    let mut names: Vec<String> = app.api.list(path).await.iter().map(|row| text(&row["name"]).to_owned()).collect();
    names.sort_unstable();
    names
}

/// Whoever writes from a phone, whether they are a record or not.
async fn known(app: &TestApp, phone: &simulator::Phone) -> Value {
    app.api.list(&format!("/contacts?user_id={}", phone.view().user_id)).await.remove(0)
}

/// Somebody new: with a number, or with a username alone.
async fn met(app: &TestApp, number: Option<&str>, name: &str, says: &str) -> (simulator::Phone, Value) {
    let username = number.is_none().then(|| name.to_lowercase());
    let new = NewPhone { number: number.map(str::to_owned), username, name: Some(name.to_owned()) };
    let phone = app.simulator.add_phone(&new).await.unwrap();
    phone.says(says).await;
    app.settled().await;
    let contact = known(app, &phone).await;
    (phone, contact)
}

#[test]
fn somebody_new_is_a_record_once_it_is_known_what_they_want_and_never_for_some_types() {
    on_both(async |app: &mut TestApp| {
        with_rule(app).await;
        let (ana, anas) = met(app, Some("+52 55 1234 5678"), "Ana", "hola").await;
        let (beto, _) = met(app, Some("+52 55 8765 4321"), "Beto", "quiero poner una queja, es pésimo").await;
        let (_, carla) = met(app, None, "Carla", "buenas").await;
        assert!(anas["provisional_at"].is_i64(), "{anas:#}");
        assert_eq!(app.matters_of(&beto).await[0]["type"], "complaint");
        assert_eq!(beto.received().len(), 1, "who is no record is answered like everybody");
        assert!(names(app, "/contacts").await.is_empty());
        assert_eq!(names(app, "/contacts?provisional=true").await, ["Ana", "Beto", "Carla"]);
        let everybody = app.api.call(Method::GET, "/contacts.csv").await;
        assert_eq!(text(&everybody.body).lines().count(), 1, "{everybody:?}");
        let found = eventually("the words to be indexed", async || {
            let found = app.api.get("/search?q=beto").await["contacts"].clone();
            found.as_array().is_some_and(|rows| !rows.is_empty()).then_some(found)
        })
        .await;
        assert!(found[0]["provisional_at"].is_i64(), "the search finds them: {found:#}");

        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let asked = app.messages_with(&ana).await;
        assert!(asked.iter().any(|message| step(message, "became_record").is_some()), "{asked:#?}");
        let deal = app.api.post("/deals", &json!({ "title": "Lentes", "contact_id": carla["id"] })).await;
        assert_eq!(deal.status, 201, "{deal:?}");
        assert_eq!(names(app, "/contacts").await, ["Ana", "Carla"]);

        let tap = format!("/contacts/{}/record", text(&known(app, &beto).await["id"]));
        assert_eq!(app.api_of("other").await.call(Method::PUT, &tap).await.status, 404);
        for _ in 0..2 {
            let made = app.api.call(Method::PUT, &tap).await;
            assert_eq!((made.status, &made.body["provisional_at"]), (200, &Value::Null), "{made:?}");
        }
        assert_eq!(names(app, "/contacts").await, ["Ana", "Beto", "Carla"]);
        let everybody = app.api.call(Method::GET, "/contacts.csv").await;
        assert!(text(&everybody.body).contains("Carla"), "also without a number: {everybody:?}");
    });
}

#[test]
fn a_type_that_a_person_names_and_an_import_make_a_record_too() {
    on_both(async |app: &mut TestApp| {
        with_rule(app).await;
        let (ana, _) = met(app, Some("+52 55 1234 5678"), "Ana", "quiero poner una queja, es pésimo").await;
        let (_, beto) = met(app, Some("+52 55 8765 4321"), "Beto", "hola").await;
        let path = format!("/conversations/{}/type", text(&app.conversation_of(&ana).await["id"]));
        let put_right = app.api.put(&path, &json!({ "type": "order_status", "was": "complaint" })).await;
        assert_eq!(put_right.status, 200, "{put_right:?}");
        assert_eq!(names(app, "/contacts").await, ["Ana"]);

        let wish = json!({ "phone": "+52 55 8765 4321", "name": "Otro" });
        let introduced = app.api.post("/contacts", &wish).await;
        assert_eq!((&introduced.body["is_new"], &introduced.body["contact"]["id"]), (&json!(false), &beto["id"]));
        assert_eq!(names(app, "/contacts").await, ["Ana", "Beto"]);
    });
}
