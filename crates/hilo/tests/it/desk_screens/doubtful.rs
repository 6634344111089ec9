//! Customers of whom it is not clear who they are, so that each screen that asks a person has something to ask.

use domain::contact::Contact;
use domain::ids::ContactId;
use hilo::ids;
use serde_json::json;

use super::cast::named;
use crate::app::{TestApp, WORKSPACE, eventually, messages_body, text, written};
use crate::owners::moved;
use crate::resolving::two_of_one_line;

/// A conversation that could be of two people, one whose number may have a new owner, the one that gave that number up, two contacts that look like
/// one, and somebody who is no record: the addresses of their screens.
pub(super) async fn doubtful(app: &TestApp) -> Vec<String> {
    two_of_one_line(app, ["+5521912340000", "+55 21 91234-0000"], "+552112340000").await;
    let asked = written("552112340000", "wamid.nobody", "olá, cadê o meu pedido?", app.now());
    assert_eq!(app.post(&messages_body(&[asked])).await, 200);

    let rita = named(app, "+52 55 7777 1234", "Rita Solís").await;
    rita.says("¿Ya están mis lentes?").await;
    app.settled().await;
    let retired = app.conversation_of(&rita).await["id"].clone();
    let word = moved("525577771234", &rita.view().user_id, "wamid.moved", app.now());
    assert_eq!(app.post(&word).await, 200);
    rita.says("Hola, ¿quién escribe?").await;

    for phone in ["+52 33 4444 5678", "+52 81 4444 5678"] {
        app.api.post("/contacts", &json!({ "phone": phone, "name": "Óscar Peña" })).await;
    }
    let workspace = app.workspace(WORKSPACE).await;
    let (id, now) = (ContactId(ids::fresh()), app.now());
    let stranger = Contact { id, name: Some("Vende Seguros".to_owned()), language: None, opted_out_at: None };
    app.node.store.write(Vec::new(), move |tx| tx.add_provisional_contact(workspace, &stranger, now)).await.unwrap();
    app.settled().await;
    eventually("the duplicates to be found", async || (!app.api.list("/duplicates").await.is_empty()).then_some(()))
        .await;

    let nobodys = app.api.list("/ambiguities").await.remove(0)["conversation"]["id"].clone();
    let doubted = app.conversation_of(&rita).await["id"].clone();
    let threads = [nobodys, doubted, retired].map(|id| format!("/inbox/{}", text(&id)));
    threads.into_iter().chain([format!("/contacts/{id}"), "/contacts?show=provisional".to_owned()]).collect()
}
