//! The screens of health and of the first steps, and the way from the demo to its desk.

use domain::role::Role;
use reqwest::Method;
use reqwest::header::COOKIE;
use serde_json::json;
use simulator::{Fault, FaultKind};
use workflow::STARTERS;

use crate::api::assert_problem;
use crate::app::{Api, TestApp, eventually, on_both, text};

async fn shown(app: &TestApp, who: &Api, path: &str) -> (u16, String) {
    let request = app.http.get(format!("{}{path}", app.url)).header(COOKIE, format!("sid={}", who.cookie()));
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[test]
fn what_waits_for_a_person_is_on_one_screen_with_its_reason_and_its_buttons() {
    on_both(async |app: &mut TestApp| {
        let (owner, designer) = (app.signed_in(Role::Owner).await, app.signed_in(Role::Designer).await);
        let (_, page) = shown(app, &owner, "/health").await;
        assert!(page.contains("Todo va bien") && page.contains("owner@optica.example"), "{page}");

        app.simulator.set_fault(Fault::times(1, FaultKind::ErrorCode { code: 131_047 }));
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        let held = eventually("a message to be held", async || app.api.list("/outbox?state=held").await.pop()).await;
        let (_, page) = shown(app, &owner, "/health").await;
        assert!(page.contains(&format!("POST /outbox/{}/release", text(&held["id"]))), "{page}");
        let (status, page) = shown(app, &designer, "/health").await;
        assert!(status == 200 && !page.contains("data-call"), "a designer looks on: {page}");
        assert!(!page.contains("owner@optica.example"), "and hears of no notices");
    });
}

#[test]
fn a_number_is_paused_and_let_go_on_and_nothing_that_waited_is_lost() {
    on_both(async |app: &mut TestApp| {
        let manager = app.signed_in(Role::Manager).await;
        let channel = manager.get("/channels").await["data"][0].clone();
        let pause = format!("/channels/{}/pause", text(&channel["id"]));
        assert_eq!(manager.call(Method::PUT, &pause).await.status, 204);
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled_but_paused().await;
        assert_eq!((ana.received().len(), app.queued().await), (0, 1));
        let (_, page) = shown(app, &manager, "/health").await;
        assert!(page.contains("alguien lo puso en pausa"), "{page}");

        assert_eq!(manager.call(Method::DELETE, &pause).await.status, 204);
        app.settled().await;
        assert_eq!(ana.received().len(), 1);

        app.command(&["pause", "--sending"]).await;
        assert!(manager.get("/channels").await["data"][0]["paused_reason"].is_string());
        app.command(&["pause", "--sending", "--channel", text(&channel["display_phone_number"]), "--resume"]).await;
        assert!(manager.get("/channels").await["data"][0]["paused_reason"].is_null());
    });
}

#[test]
fn a_workspace_begins_with_another_starter_and_keeps_a_workflow_of_its_own() {
    on_both(async |app: &mut TestApp| {
        let owner = app.signed_in(Role::Owner).await;
        let (_, page) = shown(app, &owner, "/settings/start").await;
        let chosen = async |starter: &str| owner.put("/workflow/starter", &json!({ "starter": starter })).await;
        let own = !page.contains("/workflow/starter");
        if own {
            return assert_problem(&chosen("triage").await, 409, "it has a workflow of its own");
        }
        let before = owner.get("/workflow").await["version"].as_i64().unwrap();
        assert_problem(&chosen("nothing").await, 422, "no such starter");
        for (next, (starter, _)) in (before + 1..).zip(STARTERS) {
            assert!(page.contains(&format!("value=\"{starter}\"")), "{starter} is offered");
            assert_eq!(chosen(starter).await.body["version"], next, "{starter}");
        }
        assert_eq!(owner.get("/workspace").await["business"], "Óptica Luna");

        let agent = app.signed_in(Role::Agent).await;
        assert_eq!(shown(app, &agent, "/settings/start").await.0, 403);
        assert_eq!(shown(app, &agent, "/settings/people").await.0, 403);
        assert_eq!(shown(app, &agent, "/settings/me").await.0, 200);
    });
}
