//! Questions about orders.

use jiff::SignedDuration;
use serde_json::{Value, json};
use simulator::{Fault, FaultKind};

use super::{automate, heard, known, made, notes, told};
use crate::app::{TestApp, eventually, on_both, step, text};

async fn order(app: &TestApp, contact: &str, number: &str, status: &str, tracking: Option<&str>) -> Value {
    let wish = json!({ "number": number, "contact_id": contact, "status": status, "tracking": tracking });
    made(app, "/orders", &wish).await
}

#[test]
fn an_order_status_question_is_answered_from_the_order() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        let (ana, contact) = known(app, "+52 55 1234 5678", "Ana").await;
        let mine = order(app, &contact, "4471", "shipped", Some("TR-9")).await;
        ana.says("¿dónde está mi pedido?").await;
        assert_eq!(heard(app, &ana, 1).await, ["Tu pedido 4471 va en camino: TR-9"]);

        let matter = app.matters_of(&ana).await.remove(0);
        assert_eq!((&matter["outcome"], &matter["type"]), (&json!("automated"), &json!("order_status")), "{matter}");
        assert!(app.api.list("/tickets").await.is_empty(), "nobody has to do anything");
        assert_eq!(notes(app, "order", &mine).await, ["order status sent"]);
        let question = app.messages_with(&ana).await.remove(0);
        let answered = step(&question, "answered").unwrap();
        assert_eq!((&answered["answer"], &answered["about"]["id"]), (&json!(1), &mine["id"]), "{answered}");
        let story = told(app, &ana, "es").await;
        for part in
            ["porque order.status ==", "order.tracking = TR-9", "lo resolvió la automatización", "order status sent"]
        {
            assert!(story.contains(part), "{part}: {story}");
        }

        let (bia, contact) = known(app, "+55 11 98765 4321", "Bia").await;
        order(app, &contact, "4480", "paid", None).await;
        bia.says("oi, onde está o meu pedido?").await;
        assert_eq!(heard(app, &bia, 1).await, ["Estamos preparando seu pedido 4480."]);
    });
}

#[test]
fn several_orders_are_a_list_and_the_chosen_one_is_told() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        let (ana, contact) = known(app, "+52 55 1234 5678", "Ana").await;
        for (number, tracking) in [("4471", "TR-1"), ("4472", "TR-2")] {
            order(app, &contact, number, "shipped", Some(tracking)).await;
        }
        order(app, &contact, "4400", "delivered", None).await;
        ana.says("¿dónde está mi pedido?").await;
        assert_eq!(heard(app, &ana, 1).await, ["¿Cuál de tus pedidos?"]);
        let rows: Vec<String> = ana.received()[0].buttons.iter().map(|row| row.title.clone()).collect();
        assert_eq!(rows, ["4472", "4471"], "the newest first; what was delivered does not count");
        assert_eq!(app.matters_of(&ana).await[0]["outcome"], Value::Null, "it waits for the choice");

        ana.taps("4471").await.unwrap();
        assert_eq!(heard(app, &ana, 2).await[1], "Tu pedido 4471 va en camino: TR-1");
        let matters = app.matters_of(&ana).await;
        assert_eq!((matters.len(), &matters[0]["outcome"]), (1, &json!("automated")));

        ana.says("¿y cómo va el pedido 4472?").await;
        assert_eq!(heard(app, &ana, 3).await[2], "Tu pedido 4472 va en camino: TR-2", "its number is in the words");
    });
}

#[test]
fn nobody_who_is_asked_which_order_and_never_chooses_waits_for_ever() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        let (ana, contact) = known(app, "+52 55 1234 5678", "Ana").await;
        for number in ["4471", "4472"] {
            order(app, &contact, number, "paid", None).await;
        }
        ana.says("¿dónde está mi pedido?").await;
        heard(app, &ana, 1).await;
        app.clock.advance(SignedDuration::from_hours(73));
        eventually("silence to end it", async || (app.matters_of(&ana).await[0]["outcome"] == "silence").then_some(()))
            .await;
    });
}

#[test]
fn without_an_order_or_an_answer_that_fits_a_person_is_asked() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        let (ana, contact) = known(app, "+52 55 1234 5678", "Ana").await;
        ana.says("¿dónde está mi pedido?").await;
        assert!(heard(app, &ana, 1).await[0].starts_with("Te respondemos"));
        let ticket = app.ticket_of(&ana).await;
        assert_eq!((&ticket["queue"], &ticket["type"]), (&json!("orders"), &json!("order_status")));
        assert!(told(app, &ana, "en").await.contains("nothing of theirs counts"));

        // The person has it: what is asked about it again is theirs, although there is an order by now.
        order(app, &contact, "4471", "shipped", Some("TR-9")).await;
        ana.says("¿dónde está mi pedido?").await;
        app.clock.advance(SignedDuration::from_secs(2));
        app.settled().await;
        assert_eq!(ana.received().len(), 1);

        let (luis, contact) = known(app, "+52 55 8765 4321", "Luis").await;
        order(app, &contact, "4472", "shipped", None).await;
        luis.says("¿dónde está mi pedido?").await;
        heard(app, &luis, 1).await;
        assert_eq!(app.ticket_of(&luis).await["state"], "open", "it left without a tracking number");
        assert!(told(app, &luis, "es").await.contains("ninguna corresponde"));
    });
}

#[test]
fn what_is_asked_in_several_messages_is_answered_once() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        let (ana, contact) = known(app, "+52 55 1234 5678", "Ana").await;
        order(app, &contact, "4471", "shipped", Some("TR-9")).await;
        ana.says("¿dónde está mi pedido?").await;
        ana.says("lo hice el lunes y no ha llegado el pedido").await;
        ana.says("gracias").await;
        assert_eq!(heard(app, &ana, 1).await, ["Tu pedido 4471 va en camino: TR-9"]);
        let matters = app.matters_of(&ana).await;
        assert_eq!((matters.len(), &matters[0]["outcome"]), (1, &json!("automated")), "{matters:#?}");
    });
}

#[test]
fn a_reply_that_whatsapp_refuses_reopens_with_a_person() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        let (ana, contact) = known(app, "+52 55 1234 5678", "Ana").await;
        let mine = order(app, &contact, "4471", "shipped", Some("TR-9")).await;
        app.simulator.set_fault(Fault::always(FaultKind::ErrorCode { code: 131_026 }));
        ana.says("¿dónde está mi pedido?").await;
        let ticket = eventually("a person to get it", async || app.api.list("/tickets").await.into_iter().next()).await;
        assert_eq!((&ticket["queue"], &ticket["state"]), (&json!("orders"), &json!("open")));
        assert_eq!(app.matters_of(&ana).await[0]["outcome"], Value::Null, "it is open again");
        let thread = app.conversation_of(&ana).await;
        assert_eq!(thread["ticket_id"], ticket["id"], "{thread}");
        let story = told(app, &ana, "en").await;
        assert!(
            story.contains("did not reach the customer") && story.contains("on its way")
                || story.contains("va en camino"),
            "{story}"
        );
        assert_eq!(notes(app, "order", &mine).await, ["order status sent"], "what was written stays");
        app.simulator.clear_faults();
        assert_eq!(text(&ticket["id"]).len(), 36);
    });
}

#[test]
fn a_deal_that_the_customer_accepts_is_won_and_where_there_is_none_they_are_told() {
    on_both(async |app: &mut TestApp| {
        automate(app).await;
        let (ana, _) = known(app, "+52 55 1234 5678", "Ana").await;
        ana.says("acepto la propuesta").await;
        assert_eq!(heard(app, &ana, 1).await, ["No encontramos tu propuesta."], "in place of the acknowledgement");
        let ticket = app.ticket_of(&ana).await;
        assert_eq!((&ticket["type"], &ticket["queue"]), (&json!("accept"), &json!("orders")));

        let (luis, contact) = known(app, "+52 55 8765 4321", "Luis").await;
        let deal = made(app, "/deals", &json!({ "title": "Motor", "contact_id": contact })).await;
        luis.says("acepto la propuesta").await;
        assert_eq!(heard(app, &luis, 1).await, ["Hecho: Motor."]);
        let won = app.api.get(&format!("/deals/{}", text(&deal["id"]))).await;
        assert_eq!((&won["stage"], &won["status"]), (&json!("won"), &json!("won")), "{won}");
        assert_eq!(app.matters_of(&luis).await[0]["outcome"], "automated");
    });
}
