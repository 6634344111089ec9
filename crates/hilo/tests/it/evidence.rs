//! What a message is taken for, and on what evidence: what was said before it counts more than a guess, and less than words that are sure.

use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Act, Phone};

use crate::app::{TestApp, on_both, step, text};

/// What the last message of a phone was taken for.
async fn taken_for(app: &TestApp, phone: &Phone) -> Value {
    app.settled().await;
    let messages = app.messages_with(phone).await;
    let of_customer = messages.into_iter().rev().find(|message| message["author"] == "customer").unwrap();
    step(&of_customer, "classified").cloned().unwrap_or_else(|| panic!("not classified: {of_customer:#}"))
}

/// A person answers, and nothing is open any more.
async fn answered_and_closed(app: &TestApp, phone: &Phone, answer: &str) {
    app.settled().await;
    assert_eq!(app.reply_to(phone, answer).await.status, 201);
    app.settled().await;
    let path = format!("/conversations/{}/closure", text(&app.conversation_of(phone).await["id"]));
    assert_eq!(app.api.call_with(Method::PUT, &path, &json!({})).await.status, 200);
}

#[test]
fn what_follows_our_last_word_answers_it_unless_its_own_words_are_sure() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        answered_and_closed(app, &ana, "Llega el viernes por la tarde, Ana.").await;
        ana.says("zzz qqq").await;
        let answer = taken_for(app, &ana).await;
        assert_eq!((&answer["kind"], &answer["category"]), (&Value::Null, &json!("reply")), "{answer}");
        let evidence = &answer["evidence"];
        assert_eq!((&evidence["by"], &evidence["quoted"]), (&json!("reply"), &json!(false)), "{evidence}");
        assert_eq!(evidence["about"], "order_status");
        let sentences = app.timeline_of(&ana, "es").await;
        let told = sentences.iter().any(|entry| entry["sentences"].to_string().contains("Responde a lo último"));
        assert!(told, "{sentences:#?}");

        answered_and_closed(app, &ana, "Llega el viernes por la tarde, Ana.").await;
        ana.says("pésimo servicio, quiero poner una queja").await;
        assert_eq!(taken_for(app, &ana).await["kind"], "complaint");

        let path = format!("/conversations/{}/closure", text(&app.conversation_of(&ana).await["id"]));
        assert_eq!(app.api.call_with(Method::PUT, &path, &json!({})).await.status, 200);
        app.clock.advance(jiff::SignedDuration::from_hours(4 * 24));
        ana.says("zzz qqq").await;
        assert_eq!(taken_for(app, &ana).await["evidence"]["by"], "model", "nobody answers after four days");
    });
}

#[test]
fn a_photo_that_was_asked_for_is_about_what_it_was_asked_for() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        answered_and_closed(app, &ana, "¿Nos mandas una foto del paquete?").await;
        ana.does(Act::Image { media_id: "7002".to_owned(), caption: None }).await.unwrap();
        let photo = taken_for(app, &ana).await;
        assert_eq!((&photo["kind"], &photo["evidence"]["by"]), (&json!("order_status"), &json!("asked")), "{photo}");
        assert_eq!(photo["evidence"]["what"], "photo");

        let luis = app.simulator.phone("+52 55 8765 4321").await;
        luis.says("¿dónde está mi pedido?").await;
        answered_and_closed(app, &luis, "Llega mañana.").await;
        luis.does(Act::Image { media_id: "7002".to_owned(), caption: None }).await.unwrap();
        let photo = taken_for(app, &luis).await;
        assert_eq!((&photo["kind"], &photo["category"]), (&Value::Null, &json!("reply")), "nobody asked: {photo}");
    });
}

#[test]
fn what_cannot_be_read_goes_to_a_person_who_is_told_what_it_is() {
    on_both(async |app: &mut TestApp| {
        let acts = [
            (Act::Voice { media_id: "7001".to_owned() }, "audio", "una nota de voz"),
            (Act::Image { media_id: "7002".to_owned(), caption: None }, "image", "una imagen sin texto"),
            (Act::Sticker { media_id: "7003".to_owned() }, "sticker", "un sticker"),
        ];
        for (place, (act, what, said)) in acts.into_iter().enumerate() {
            let phone = app.simulator.phone(&format!("+52 55 1234 567{place}")).await;
            phone.does(act).await.unwrap();
            let taken = taken_for(app, &phone).await;
            assert_eq!(taken["evidence"], json!({ "by": "no_text", "what": what }));
            assert_eq!(app.ticket_of(&phone).await["queue"], "support");
            let timeline = app.timeline_of(&phone, "es").await;
            assert!(timeline[0]["sentences"].to_string().to_lowercase().contains(said), "{timeline:#?}");
        }
    });
}

#[test]
fn who_wants_no_more_messages_says_so_in_any_of_the_languages() {
    on_both(async |app: &mut TestApp| {
        for (place, word) in ["STOP", "Baja", "SAIR!", "Darme de baja por favor", "Descadastrar"].iter().enumerate() {
            let phone = app.simulator.phone(&format!("+52 55 1234 567{place}")).await;
            phone.says(word).await;
            assert_eq!(taken_for(app, &phone).await["evidence"], json!({ "by": "rule", "rule": "opt_out" }), "{word}");
            assert!(app.contact_of(&phone).await["opted_out_at"].is_i64());
        }
        assert!(app.api.list("/tickets").await.is_empty());
    });
}

#[test]
fn why_a_guess_was_made_is_told_with_its_nearest_example_and_what_came_next() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("quiero agendar una cita").await;
        let evidence = taken_for(app, &ana).await["evidence"].clone();
        assert_eq!((&evidence["by"], &evidence["best"]), (&json!("model"), &json!("book_appointment")), "{evidence}");
        assert!(evidence["runner_up"].is_string() && evidence["margin"].is_number() && evidence["novelty"].is_number());
        for (language, said) in [("es", "; como «"), ("pt", "; como “"), ("en", "; like “")] {
            let timeline = app.timeline_of(&ana, language).await;
            assert!(timeline[0]["sentences"].to_string().contains(said), "{timeline:#?}");
        }
    });
}

#[test]
fn a_correction_calls_back_what_has_not_left_and_lists_what_has() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let path = format!("/conversations/{}/type", text(&app.conversation_of(&ana).await["id"]));
        let done = app.api.call_with(Method::PUT, &path, &json!({ "type": "complaint", "was": "order_status" })).await;
        assert_eq!((done.status, &done.body["cancelled"]), (200, &json!([])), "{done:?}");
        assert_eq!((&done.body["stays"][0]["seq"], done.body["stays"].as_array().unwrap().len()), (&json!(2), 1));
        let second = app.api.call_with(Method::PUT, &path, &json!({ "type": "thanks", "was": "order_status" })).await;
        assert_eq!(second.status, 412, "a colleague was faster: {second:?}");

        let channel = text(&app.api.list("/channels").await[0]["id"]).to_owned();
        let pause = format!("/channels/{channel}/pause");
        assert_eq!(app.api.call(Method::PUT, &pause).await.status, 204);
        let luis = app.simulator.phone("+52 55 8765 4321").await;
        luis.does(Act::Image { media_id: "7002".to_owned(), caption: None }).await.unwrap();
        app.settled_but_paused().await;
        let path = format!("/conversations/{}/type", text(&app.conversation_of(&luis).await["id"]));
        let done = app.api.call_with(Method::PUT, &path, &json!({ "type": "complaint", "was": null })).await;
        assert_eq!((done.status, done.body["cancelled"].as_array().unwrap().len()), (200, 1), "{done:?}");
        assert_eq!((&done.body["stays"], &done.body["acknowledged_at"]), (&json!([]), &Value::Null));
        assert_eq!(app.messages_with(&luis).await[1]["status"], "cancelled");
        assert_eq!(app.matters_of(&luis).await[0]["acknowledged_at"], Value::Null);
        let workspace = app.workspace(crate::app::WORKSPACE).await;
        let first = domain::ids::CorrectionId(uuid::Uuid::nil());
        let corrections = app.node.store.read(move |tx| tx.corrections(workspace, first, 9)).await.unwrap();
        let kept: Vec<(&str, Option<&str>)> = corrections.iter().map(|row| (&*row.text, row.was.as_deref())).collect();
        assert_eq!(kept, [("¿dónde está mi pedido?", Some("order_status")), ("", None)], "a photo counts, too");
        let told = app.timeline_of(&luis, "en").await;
        assert!(told.iter().any(|entry| entry["sentence"].to_string().contains("cancelled: 1")), "{told:#?}");
    });
}
