//! What automation does not do until a person lets it.

use domain::role::Role;
use reqwest::Method;
use reqwest::header::COOKIE;
use serde_json::{Value, json};
use simulator::Phone;

use crate::app::{Api, TestApp, eventually, on_both, step, text};

async fn inbox(app: &TestApp, who: &Api) -> String {
    let request = app.http.get(format!("{}/inbox", app.url)).header(COOKIE, format!("sid={}", who.cookie()));
    request.send().await.unwrap().text().await.unwrap()
}

async fn is_acknowledged(app: &TestApp, number: &str, words: &str) -> Option<String> {
    let phone = app.simulator.phone(number).await;
    phone.says(words).await;
    app.settled().await;
    let messages = app.messages_with(&phone).await;
    let guard = |message: &Value| step(message, "not_acknowledged").map(|step| text(&step["guard"]).to_owned());
    assert_eq!(phone.received().len(), messages.len() - 1, "{messages:#?}");
    messages.iter().find_map(guard)
}

#[test]
fn a_paused_type_says_nothing_by_itself_and_everything_else_does() {
    on_both(async |app: &mut TestApp| {
        let (manager, agent) = (app.signed_in(Role::Manager).await, app.signed_in(Role::Agent).await);
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let kind = text(&app.matters_of(&ana).await[0]["type"]).to_owned();
        let path = format!("/pauses/types/{kind}");
        assert_eq!(agent.call(Method::PUT, &path).await.status, 403);
        assert_eq!(manager.call(Method::PUT, "/pauses/types/nothing").await.status, 404);
        assert_eq!(manager.put(&path, &json!({ "why": "la mensajería no contesta" })).await.status, 204);

        let asks = "¿dónde está mi pedido?";
        assert_eq!(is_acknowledged(app, "+52 55 1000 0001", asks).await.as_deref(), Some("paused"));
        assert_eq!(is_acknowledged(app, "+52 55 1000 0002", "tengo una queja: llegó rayado").await, None);
        let page = inbox(app, &agent).await;
        assert!(page.contains("la mensajería no contesta") && page.contains("Lucía manager"), "{page}");
        let leo = app.simulator.phone("+52 55 1000 0001").await;
        assert_eq!(app.reply_to(&leo, "Lo miro ahora").await.status, 201);
        app.settled().await;
        assert_eq!(leo.received().len(), 1, "what people send is never paused");

        assert_eq!(manager.call(Method::DELETE, &path).await.status, 204);
        assert_eq!(is_acknowledged(app, "+52 55 1000 0003", asks).await, None);
        assert!(!inbox(app, &agent).await.contains("la mensajería no contesta"));
        let notices = manager.list("/notices").await;
        assert!(notices.iter().any(|row| text(&row["detail"]).contains("paused automation: la mensajería")));
    });
}

#[test]
fn what_was_queued_before_a_pause_does_not_leave_and_the_command_line_pauses_a_running_server() {
    on_both(async |app: &mut TestApp| {
        let manager = app.signed_in(Role::Manager).await;
        let channel = manager.get("/channels").await["data"][0].clone();
        let (sending, automation) =
            (format!("/channels/{}/pause", text(&channel["id"])), format!("/pauses/channels/{}", text(&channel["id"])));
        manager.call(Method::PUT, &sending).await;
        let ana: Phone = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled_but_paused().await;
        assert_eq!(app.queued().await, 1);
        assert_eq!(manager.call(Method::PUT, &automation).await.status, 204);
        manager.call(Method::DELETE, &sending).await;
        app.settled().await;
        let last = app.messages_with(&ana).await.pop().unwrap();
        assert_eq!((ana.received().len(), &last["status"]), (0, &json!("cancelled")), "{last:#}");
        assert_eq!(last["error"], "automation is paused", "{last:#}");
        manager.call(Method::DELETE, &automation).await;

        let paused = async || manager.get("/pauses").await["data"].as_array().unwrap().len();
        app.command(&["pause", "--why", "una prueba"]).await;
        eventually("the server to hear of it", async || {
            let workspace = app.workspace(crate::app::WORKSPACE).await;
            (!app.node.workflows.of(workspace).unwrap().pauses().is_empty()).then_some(())
        })
        .await;
        let asks = "¿dónde está mi pedido?";
        assert_eq!(is_acknowledged(app, "+52 55 1000 0001", asks).await.as_deref(), Some("paused"));
        app.command(&["pause", "--type", "complaint"]).await;
        app.command(&["pause", "--channel", text(&channel["display_phone_number"])]).await;
        assert_eq!(paused().await, 3);
        for rest in [vec!["--resume"], vec!["--resume", "--type", "complaint"]] {
            app.command(&[vec!["pause"], rest].concat()).await;
        }
        assert_eq!(manager.get("/pauses").await["data"][0]["scope"], "channel");
    });
}
