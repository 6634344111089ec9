//! Between the decision and its effect: a record that changes before the message leaves, and a server that was stopped.

use super::*;

#[test]
fn what_changed_before_it_left_keeps_it_from_leaving() {
    on_both(async |app: &mut TestApp| {
        follows(app).await;
        let (ana, id) = ana(app).await;
        let visit = visit(app, &id, 5, "confirmed").await;
        let channel = text(&app.api.list("/channels").await[0]["id"]).to_owned();
        assert_eq!(app.api.call(Method::PUT, &format!("/channels/{channel}/pause")).await.status, 204);
        app.clock.advance(hours(3) + SignedDuration::from_secs(1));
        business_time::run_due(&app.node).await.unwrap();
        assert_eq!(about(app, &visit).await[0]["state"], "sent", "it is in the outbox");
        becomes(app, &visit, "cancelled").await;
        assert_eq!(app.api.call(Method::DELETE, &format!("/channels/{channel}/pause")).await.status, 204);
        app.settled().await;
        assert!(texts(&ana).is_empty());
        assert_eq!(about(app, &visit).await[0]["because"], "condition_fell");
        let said = app.messages_with(&ana).await.pop().unwrap();
        assert_eq!(said["status"], "cancelled", "{said}");
    });
}

#[test]
fn what_came_due_while_the_server_was_down_for_three_days_expires() {
    on_both(async |app: &mut TestApp| {
        follows(app).await;
        let (ana, id) = ana(app).await;
        let visit = visit(app, &id, 5, "confirmed").await;
        later(app, hours(72)).await;
        assert!(texts(&ana).is_empty());
        assert_eq!(told(app, &id).await.len(), 1);
        let late = &about(app, &visit).await[0];
        assert_eq!((&late["state"], &late["because"]), (&json!("expired"), &json!("late")), "{late}");
    });
}

#[test]
fn a_flood_of_overdue_ones_asks_before_it_sends() {
    on_both(async |app: &mut TestApp| {
        follows(app).await;
        publish(app, &format!("{WORKFLOW}limits:\n  proactive: 1000 in 7d\n")).await;
        let (ana, id) = ana(app).await;
        for _ in 0..51 {
            visit(app, &id, 5, "confirmed").await;
        }
        later(app, hours(3) + SignedDuration::from_mins(20)).await;
        assert!(texts(&ana).is_empty());
        assert_eq!(app.api.list("/follow-ups?state=held").await.len(), 51);
        let health = app.api.post("/follow-ups/release", &json!({})).await;
        assert_eq!((health.status, &health.body), (200, &json!({ "follow_ups": 51 })));
        business_time::run_due(&app.node).await.unwrap();
        assert_eq!(app.api.list("/follow-ups?state=sent").await.len(), 51);
        assert!(app.api.list("/follow-ups?state=held").await.is_empty());
    });
}

#[test]
fn another_version_of_the_workflow_plans_what_waits_anew_and_tells_how_much() {
    on_both(async |app: &mut TestApp| {
        let (ana, id) = ana(app).await;
        let visit = visit(app, &id, 8, "confirmed").await;
        assert!(about(app, &visit).await.is_empty(), "the first workflow follows nothing");
        follows(app).await;
        hilo::follow_ups::adopt(&app.node).await.unwrap();
        assert_eq!(about(app, &visit).await.len(), 1);
        publish(app, &WORKFLOW.replace("duration(\"2h\")", "duration(\"4h\")")).await;
        hilo::follow_ups::adopt(&app.node).await.unwrap();
        let states: Vec<Value> = about(app, &visit).await.iter().map(|row| row["state"].clone()).collect();
        assert_eq!(states, ["cancelled", "pending"]);
        let notices = app.api.list("/notices").await;
        let notice = notices.iter().find(|notice| notice["kind"] == "workflow").unwrap();
        assert!(text(&notice["detail"]).contains("1 follow-ups planned anew, 1 cancelled"), "{notice}");
        later(app, hours(4) + SignedDuration::from_secs(1)).await;
        assert_eq!(texts(&ana).len(), 1);
    });
}
