//! What a person sees of follow-ups, and says about them.

use super::*;
use crate::api::assert_problem;

#[test]
fn a_person_says_that_one_is_not_to_be_sent_and_lists_show_it() {
    on_both(async |app: &mut TestApp| {
        follows(app).await;
        let (ana, id) = ana(app).await;
        let visit = visit(app, &id, 5, "confirmed").await;
        let planned = app.api.list(&format!("/follow-ups?contact_id={id}")).await;
        assert_eq!(
            planned,
            app.api.list("/follow-ups").await,
            "what waits is listed unless another state is asked for"
        );
        let path = format!("/follow-ups/{}/skip", text(&planned[0]["id"]));
        let skipped = app.api.post(&path, &json!({})).await;
        assert_eq!((skipped.status, &skipped.body["because"]), (200, &json!("by_person")), "{skipped:?}");
        assert_problem(&app.api.post(&path, &json!({})).await, 409, "it is skipped already");
        later(app, hours(4)).await;
        assert!(texts(&ana).is_empty());
        becomes(app, &visit, "cancelled").await;
        assert_eq!(about(app, &visit).await[0]["state"], "skipped", "for good");
        assert_eq!(told(app, &id).await, ["Follow-up “Recordatorio”: not sent, somebody did not want it"]);
        assert_problem(&app.api_of("another").await.post(&path, &json!({})).await, 404, "another workspace's");
        for wrong in ["state=maybe", "contact_id=ana", "record=appointment", "cursor=1"] {
            let answer = app.api.call(reqwest::Method::GET, &format!("/follow-ups?{wrong}")).await;
            assert_problem(&answer, 422, wrong);
        }
    });
}

#[test]
fn a_list_goes_on_page_by_page_without_leaving_one_out() {
    on_both(async |app: &mut TestApp| {
        follows(app).await;
        let (_, id) = ana(app).await;
        for hours in [5, 5, 5, 6, 7] {
            visit(app, &id, hours, "confirmed").await;
        }
        let whole = app.api.list("/follow-ups").await;
        let mut pages = Vec::new();
        let mut path = "/follow-ups?limit=2".to_owned();
        loop {
            let page = app.api.get(&path).await;
            pages.extend(page["data"].as_array().unwrap().clone());
            let Some(next) = page["next_cursor"].as_str() else { break };
            path = format!("/follow-ups?limit=2&cursor={next}");
        }
        assert_eq!((whole.len(), &pages), (5, &whole));
    });
}
