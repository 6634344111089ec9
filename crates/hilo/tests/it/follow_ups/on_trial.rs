//! What becomes of follow-ups while the workflow is on trial.

use super::*;

#[test]
fn in_listen_only_a_follow_up_is_decided_and_not_sent_and_not_made_up_for_later() {
    on_both(async |app: &mut TestApp| {
        follows(app).await;
        let (ana, id) = ana(app).await;
        let reach = async |reach: &str| {
            let wish = json!({ "reach": reach, "reason": "a trial" });
            assert_eq!(app.api.put("/workflow/reach", &wish).await.status, 200);
        };
        reach("listen_only").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let path = format!("/tickets/{}/resolution", text(&app.ticket_of(&ana).await["id"]));
        assert_eq!(app.api.put(&path, &json!({})).await.status, 200);
        let before = texts(&ana).len();
        later(app, hours(25)).await;
        let skipped = app.api.list("/follow-ups?state=skipped").await;
        assert_eq!((skipped.len(), &skipped[0]["because"]), (1, &json!("on_trial")), "{skipped:?}");
        assert!(told(app, &id).await[0].contains("the workflow is being tried"), "{:?}", told(app, &id).await);
        reach("all").await;
        later(app, hours(2)).await;
        assert_eq!(texts(&ana).len(), before, "whoever is let in later was not spoken to before");
    });
}
