//! Files that were uploaded to be sent, and then are not.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{TestApp, on_both, text};
use crate::media::{PNG, file_that_is, sends};
use crate::metas_rules::owed_nothing;

fn path(file: &Value) -> String {
    format!("/media/{}", text(&file["id"]))
}

#[test]
fn an_upload_that_no_message_names_can_be_removed_and_nothing_else_can() {
    on_both(async |app: &mut TestApp| {
        let ana = owed_nothing(app, "+52 55 1234 5678").await;
        let unsent = app.api.upload("", "image/png", PNG).await.body;
        let sent = app.api.upload("", "image/png", PNG).await.body;
        let message = json!({"type": "image", "image": {"media_id": sent["id"]}});
        let thread = app.conversation_of(&ana).await;
        let messages = format!("/conversations/{}/messages", text(&thread["id"]));
        assert_eq!(app.api.post(&messages, &message).await.status, 201);
        sends(app, "image", "image/png", PNG).await;
        let theirs = file_that_is(app, "stored").await;

        let delete = async |file: &Value| app.api.call(Method::DELETE, &path(file)).await.status;
        assert_eq!(app.api_of("next door").await.call(Method::DELETE, &path(&unsent)).await.status, 404);
        assert_eq!((delete(&sent).await, delete(&theirs).await), (409, 409));
        assert_eq!((delete(&unsent).await, delete(&unsent).await), (204, 404));
        assert_eq!(app.api.list("/media").await.len(), 2);
        let named = json!({"type": "image", "image": {"media_id": unsent["id"]}});
        assert_eq!(app.api.post(&messages, &named).await.status, 422, "there is nothing to send");
        app.settled().await;
        assert_eq!(ana.received().iter().filter(|one| one.kind == "image").count(), 1);
    });
}
