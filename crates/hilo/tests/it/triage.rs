//! What becomes of a message: recognised, acknowledged once in the customer's language, handed over, and closed with its outcome.

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Act, Phone};

use crate::app::{NUMBER, PATIENCE, TestApp, Written, body, eventually, messages_body, on_both, step, text};

/// What a phone was told, once nothing more is under way.
async fn told(app: &TestApp, phone: &Phone) -> Vec<String> {
    app.settled().await;
    phone.received().into_iter().filter_map(|message| message.text).collect()
}

/// The guard that kept a message from being acknowledged.
fn guard(message: &Value) -> &str {
    text(&step(message, "not_acknowledged").unwrap_or_else(|| panic!("acknowledged: {message:#}"))["guard"])
}

#[test]
fn a_message_is_recognised_and_acknowledged_in_its_language_with_the_promise_of_its_queue() {
    on_both(async |app: &mut TestApp| {
        let written = [
            (
                "+52 55 1234 5678",
                "¿dónde está mi pedido?",
                ("order_status", "support", "support"),
                "Recibimos tu mensaje y una persona te responderá en menos de 2 horas.",
            ),
            (
                "+55 11 98765 4321",
                "oi, quanto custa o modelo azul?",
                ("prices_availability", "information", "sales"),
                "Recebemos a sua mensagem e uma pessoa vai responder em até 1 hora.",
            ),
            (
                "+1 415 555 0132",
                "this is terrible service, I want to file a complaint",
                ("complaint", "complaint", "complaints"),
                "We received your message and an agent will respond within 1 hour.",
            ),
        ];
        for (number, asked, (kind, category, queue), answer) in written {
            let phone = app.simulator.phone(number).await;
            phone.says(asked).await;
            assert_eq!(told(app, &phone).await, [answer]);

            let matters = app.matters_of(&phone).await;
            assert_eq!(matters.len(), 1);
            assert_eq!((&matters[0]["type"], &matters[0]["category"]), (&json!(kind), &json!(category)), "{asked}");
            assert!(matters[0]["acknowledged_at"].is_i64());
            let ticket = app.ticket_of(&phone).await;
            assert_eq!((&ticket["queue"], &ticket["state"]), (&json!(queue), &json!("open")));
            assert_eq!(ticket["subject"], json!(asked));
            assert!(app.now() < ticket["due_at"].as_i64().unwrap());
        }
    });
}

#[test]
fn every_step_stands_on_the_timeline_in_sentences() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        for (language, recognised) in
            [("es", "«Estado del pedido»"), ("pt", "Status do pedido"), ("en", "Order status")]
        {
            let timeline = app.timeline_of(&ana, language).await;
            assert_eq!(timeline.len(), 2, "what came in and what went out");
            let sentences: Vec<&str> = timeline[0]["sentences"].as_array().unwrap().iter().map(text).collect();
            assert_eq!(sentences.len(), 6, "{sentences:?}");
            assert!(sentences.iter().any(|sentence| sentence.contains(recognised)), "{sentences:?}");
            assert!(!timeline[1]["sentences"].as_array().unwrap().is_empty());
        }
    });
}

#[test]
fn a_second_message_joins_the_ticket_and_is_not_acknowledged_again() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        assert_eq!(told(app, &ana).await.len(), 1);
        let first = app.ticket_of(&ana).await;
        app.clock.advance(SignedDuration::from_mins(5));
        ana.says("es el 4711").await;
        assert_eq!(told(app, &ana).await.len(), 1);

        let ticket = app.ticket_of(&ana).await;
        assert_eq!(ticket["id"], first["id"]);
        assert!(first["updated_at"].as_i64() < ticket["updated_at"].as_i64());
        assert_eq!(app.matters_of(&ana).await.len(), 1);
        assert_eq!(guard(&app.messages_with(&ana).await[2]), "already_acknowledged");
    });
}

#[test]
fn a_greeting_is_acknowledged_and_the_request_after_it_moves_the_ticket() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("hola").await;
        assert_eq!(told(app, &ana).await.len(), 1);
        assert_eq!(app.ticket_of(&ana).await["queue"], "support");
        ana.says("quisiera agendar una cita para el viernes").await;
        assert_eq!(told(app, &ana).await.len(), 1);

        let ticket = app.ticket_of(&ana).await;
        assert_eq!((&ticket["queue"], &ticket["type"]), (&json!("appointments"), &json!("book_appointment")));
        assert_eq!(app.matters_of(&ana).await[0]["type"], "book_appointment");
        let messages = app.messages_with(&ana).await;
        assert_eq!(step(&messages[2], "ticket_updated").unwrap()["moved_from"], "support");
    });
}

#[test]
fn thanks_and_reactions_are_recorded_and_get_no_answer() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¡muchas gracias! 🙏").await;
        assert!(told(app, &ana).await.is_empty());
        let matters = app.matters_of(&ana).await;
        assert_eq!((matters.len(), &matters[0]["outcome"]), (1, &json!("no_action")));
        assert!(app.api.list("/tickets").await.is_empty());

        ana.says("¿dónde está mi pedido?").await;
        assert_eq!(told(app, &ana).await.len(), 1);
        let acknowledgement = ana.received()[0].wamid.clone();
        ana.reacts(&acknowledgement, "👍").await.unwrap();
        ana.says("gracias").await;
        assert_eq!(told(app, &ana).await.len(), 1);

        let messages = app.messages_with(&ana).await;
        let kinds: Vec<&str> = messages.iter().map(|message| text(&message["type"])).collect();
        assert_eq!(kinds, ["text", "text", "text", "reaction", "text"]);
        assert_eq!(app.matters_of(&ana).await.len(), 2, "neither opens a matter of its own");
    });
}

#[test]
fn a_sticker_or_a_photo_alone_goes_to_a_person() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.does(Act::Sticker { media_id: "7001".to_owned() }).await.unwrap();
        ana.does(Act::Image { media_id: "7002".to_owned(), caption: None }).await.unwrap();
        assert_eq!(told(app, &ana).await.len(), 1);
        let ticket = app.ticket_of(&ana).await;
        assert_eq!((&ticket["queue"], &ticket["type"]), (&json!("support"), &Value::Null));
        let messages = app.messages_with(&ana).await;
        assert_eq!(messages[0]["content"]["id"], "7001");
        assert_eq!(step(&messages[0], "classified").unwrap()["evidence"]["by"], "no_text");
    });
}

#[test]
fn a_message_of_a_type_from_the_future_is_taken_in_and_listed() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.does(Act::Unknown { name: "hologram".to_owned() }).await.unwrap();
        assert_eq!(told(app, &ana).await.len(), 1);
        assert_eq!(app.messages_with(&ana).await[0]["content"]["from_the_future"], true);
        let notices = app.api.list("/notices").await;
        assert_eq!((&notices[0]["kind"], &notices[0]["subject"]), (&json!("unknown_type"), &json!("hologram")));
    });
}

#[test]
fn a_tap_on_a_type_needs_no_guess() {
    on_both(async |app: &mut TestApp| {
        let tap = json!({
            "from": "525512345678",
            "id": "wamid.tap",
            "timestamp": (app.now() / 1000).to_string(),
            "type": "interactive",
            "interactive": { "type": "button_reply", "button_reply": { "id": "invoice_payment", "title": "Otra cosa" } },
        });
        assert_eq!(app.post(&body(NUMBER, "messages", json!({ "messages": [tap] }))).await, 200);
        app.settled().await;
        let matters = app.api.list("/interactions").await;
        assert_eq!((&matters[0]["type"], &matters[0]["confidence"]), (&json!("invoice_payment"), &json!(1.0)));
        assert_eq!(app.api.list("/tickets").await[0]["queue"], "billing");
    });
}

#[test]
fn an_answer_to_a_message_of_ours_is_known_as_one() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("hola").await;
        assert_eq!(told(app, &ana).await.len(), 1);
        ana.replies(&ana.received()[0].wamid, "zzz qqqbien al 5512345678").await;
        app.settled().await;
        let classified = step(&app.messages_with(&ana).await[2], "classified").cloned().unwrap();
        assert_eq!((&classified["kind"], &classified["category"]), (&Value::Null, &json!("reply")));
    });
}

#[test]
fn stop_and_whatsapps_own_switch_opt_a_person_out_without_an_answer() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("STOP").await;
        assert!(told(app, &ana).await.is_empty());
        assert!(app.contact_of(&ana).await["opted_out_at"].is_i64());
        assert!(step(&app.messages_with(&ana).await[0], "opted_out").is_some());

        let luis = app.simulator.phone("+52 55 8765 4321").await;
        luis.does(Act::OptOut).await.unwrap();
        app.settled().await;
        assert!(app.contact_of(&luis).await["opted_out_at"].is_i64());
        app.clock.advance(SignedDuration::from_mins(1));
        luis.does(Act::OptIn).await.unwrap();
        assert!(told(app, &luis).await.is_empty());
        assert!(app.contact_of(&luis).await["opted_out_at"].is_null());
        assert!(app.api.list("/tickets").await.is_empty());
    });
}

#[test]
fn a_conversation_that_a_person_answers_gets_no_acknowledgement() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¡muchas gracias!").await;
        app.settled().await;
        assert_eq!(app.reply_to(&ana, "De nada, Ana").await.status, 201);
        ana.says("¿y dónde está mi pedido?").await;
        assert_eq!(told(app, &ana).await, ["De nada, Ana"]);
        assert_eq!(guard(&app.messages_with(&ana).await[2]), "person_answering");
        assert_eq!(app.ticket_of(&ana).await["state"], "open");
    });
}

#[test]
fn an_answer_typed_in_the_phone_app_stops_automation() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.does(Act::Echo { text: "Hola Ana, tu pedido llega mañana".to_owned() }).await.unwrap();
        app.settled().await;
        ana.says("¿y a qué hora llega mi pedido?").await;
        assert_eq!(told(app, &ana).await, ["Hola Ana, tu pedido llega mañana"]);

        let messages = app.messages_with(&ana).await;
        assert_eq!((&messages[0]["author"], &messages[0]["direction"]), (&json!("phone_app"), &json!("outbound")));
        assert_eq!(guard(&messages[1]), "person_answering");
    });
}

#[test]
fn in_closed_hours_the_customer_hears_when_it_opens() {
    on_both(async |app: &mut TestApp| {
        app.clock.advance(SignedDuration::from_hours(4 * 24 + 10)); // from Tuesday at ten to Saturday at eight in the evening
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        assert_eq!(
            told(app, &ana).await,
            [
                "Recibimos tu mensaje. Abrimos el lunes a las 9:00 y una persona te responderá el lunes antes de las 11:00."
            ]
        );
        let due = Timestamp::from_millisecond(app.ticket_of(&ana).await["due_at"].as_i64().unwrap()).unwrap();
        let due = due.in_tz("America/Mexico_City").unwrap();
        assert_eq!((due.weekday(), due.hour()), (jiff::civil::Weekday::Monday, 11));
    });
}

#[test]
fn a_message_that_arrives_a_day_late_goes_to_a_person_and_is_not_acknowledged() {
    on_both(async |app: &mut TestApp| {
        let yesterday = app.now() - SignedDuration::from_hours(25).as_millis() as i64;
        let late = Written {
            wamid: "wamid.late".to_owned(),
            from: "525512345678".to_owned(),
            text: "¿dónde está mi pedido?".to_owned(),
            at: yesterday,
        };
        assert_eq!(app.post(&messages_body(&[late])).await, 200);
        app.settled().await;
        let threads = app.api.list("/conversations").await;
        let messages = app.api.list(&format!("/conversations/{}/messages", text(&threads[0]["id"]))).await;
        assert_eq!(guard(&messages[0]), "too_late");
        assert_eq!(app.api.list("/tickets").await.len(), 1);
        assert!(app.simulator.ledger().accepted.is_empty());
    });
}

#[test]
fn a_resolved_ticket_closes_its_matter_and_the_next_message_opens_another() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let ticket = app.ticket_of(&ana).await;
        let resolved = app.api.call(Method::PUT, &format!("/tickets/{}/resolution", text(&ticket["id"]))).await;
        assert_eq!(resolved.status, 200);
        assert_eq!((&resolved.body["state"], &resolved.body["resolved_by"]), (&json!("resolved"), &json!("Luisa")));

        let matters = app.matters_of(&ana).await;
        assert_eq!((&matters[0]["outcome"], matters[0]["closed_at"].is_i64()), (&json!("resolved"), true));
        let timeline = app.timeline_of(&ana, "en").await;
        let last = timeline.last().unwrap();
        assert_eq!((&last["entry"], &last["by"]), (&json!("event"), &json!("Luisa")));
        assert_eq!(last["step"], json!({ "step": "closed", "outcome": "resolved" }));
        let thread = app.conversation_of(&ana).await;
        assert!(thread["interaction_id"].is_null() && thread["ticket_id"].is_null());

        ana.says("quisiera agendar una cita").await;
        assert_eq!(told(app, &ana).await.len(), 2);
        let matters = app.matters_of(&ana).await;
        assert_eq!(matters.len(), 2);
        assert_eq!((&matters[1]["type"], &matters[1]["outcome"]), (&json!("book_appointment"), &Value::Null));
        assert_eq!(app.api.list("/tickets?state=open").await.len(), 1);
    });
}

#[test]
fn a_resolved_ticket_that_is_taken_up_again_gets_the_next_message() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let resolution = format!("/tickets/{}/resolution", text(&app.ticket_of(&ana).await["id"]));
        assert_eq!(app.api.call(Method::PUT, &resolution).await.status, 200);
        assert_eq!(app.api.call(Method::PUT, &resolution).await.status, 409, "it is resolved already");
        assert_eq!(app.api.call(Method::DELETE, &resolution).await.status, 200);
        assert_eq!(app.api.call(Method::DELETE, &resolution).await.status, 409, "it is open already");

        ana.says("sigo esperando mi pedido").await;
        app.settled().await;
        let ticket = app.ticket_of(&ana).await;
        assert_eq!((&ticket["state"], &ticket["resolved_at"]), (&json!("open"), &Value::Null));
        let timeline = app.timeline_of(&ana, "es").await;
        assert!(timeline.iter().any(|entry| entry["step"]["step"] == "ticket_reopened"));
    });
}

#[test]
fn silence_closes_only_what_a_person_answered() {
    on_both(async |app: &mut TestApp| {
        let answered = app.simulator.phone("+52 55 1234 5678").await;
        let waiting = app.simulator.phone("+52 55 8765 4321").await;
        let wrote_again = app.simulator.phone("+52 55 1111 2222").await;
        let answered_lately = app.simulator.phone("+52 55 3333 4444").await;
        for phone in [&answered, &waiting, &wrote_again] {
            phone.says("¿dónde está mi pedido?").await;
            assert_eq!(phone.wait_for(1, PATIENCE).await.len(), 1);
        }
        for phone in [&answered, &wrote_again] {
            assert_eq!(app.reply_to(phone, "Llega mañana").await.status, 201);
        }
        app.settled().await;
        wrote_again.says("¿y si no llega?").await;
        app.clock.advance(SignedDuration::from_hours(70));
        answered_lately.says("¿dónde está mi pedido?").await;
        app.settled().await;
        assert_eq!(app.reply_to(&answered_lately, "Llega mañana").await.status, 201);

        app.clock.advance(SignedDuration::from_hours(3));
        app.restart().await;
        let closed = eventually("the answered matter to close", async || {
            let ticket = app.ticket_of(&answered).await;
            (ticket["state"] == "resolved").then_some(ticket)
        });
        assert_eq!(closed.await["resolved_by"], "silence");

        assert_eq!(app.matters_of(&answered).await[0]["outcome"], "silence");
        let timeline = app.timeline_of(&answered, "es").await;
        assert_eq!(timeline.last().unwrap()["step"], json!({ "step": "closed", "outcome": "silence" }));
        for phone in [&waiting, &wrote_again, &answered_lately] {
            assert_eq!(app.ticket_of(phone).await["state"], "open");
        }
        answered.says("hola de nuevo").await;
        assert_eq!(told(app, &answered).await.len(), 3, "automation is back for the next matter");
    });
}
