//! Who wrote: one person however their number is spelled, nobody guessed, and no race that makes two of one.

use std::collections::BTreeSet;

use domain::contact::{Contact, Identity, IdentityKind};
use domain::ids::ContactId;
use futures::future::join_all;
use hilo::ids;
use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Act, Fault, FaultKind, NewPhone};
use store::Tx;

use crate::app::{NUMBER, PATIENCE, TestApp, body, messages_body, on_both, text, written};

/// A text with both of a person's names, or one of them.
fn message(from: Option<&str>, user_id: Option<&str>, wamid: &str, at: i64) -> Value {
    let mut message = json!({
        "id": wamid,
        "timestamp": (at / 1000).to_string(),
        "type": "text",
        "text": { "body": "¿dónde está mi pedido?" },
    });
    if let Some(from) = from {
        message["from"] = json!(from);
    }
    if let Some(user_id) = user_id {
        message["from_user_id"] = json!(user_id);
    }
    body(NUMBER, "messages", json!({ "messages": [message] }))
}

fn values(contact: &Value) -> BTreeSet<&str> {
    contact["identities"].as_array().unwrap().iter().map(|identity| text(&identity["value"])).collect()
}

#[test]
fn the_twins_of_mexico_brazil_and_argentina_are_one_person_each() {
    on_both(async |app: &mut TestApp| {
        let twins =
            [("5215512345678", "525512345678"), ("551187654321", "5511987654321"), ("5491112345678", "541112345678")];
        for (place, (one, other)) in twins.into_iter().enumerate() {
            for from in [one, other, one] {
                let wamid = format!("wamid.{from}.{place}.{}", ids::fresh());
                assert_eq!(app.post(&messages_body(&[written(from, &wamid, "hola", app.now())])).await, 200);
            }
        }
        let people = app.api.list("/contacts").await;
        assert_eq!(people.len(), 3);
        for (one, other) in twins {
            let names = [format!("+{one}"), format!("+{other}")];
            let theirs = people.iter().find(|person| values(person).contains(names[0].as_str())).unwrap();
            assert_eq!(values(theirs), names.iter().map(String::as_str).collect());
        }
    });
}

#[test]
fn every_way_to_write_a_number_finds_its_person() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 1 55 1234 5678").await;
        ana.says("hola").await;
        app.settled().await;
        for spelling in
            ["%2B52%201%2055%201234%205678", "5215512345678", "(55)%201234%205678", "%2B52%2055%201234%205678"]
        {
            let found = app.api.get(&format!("/contacts?phone={spelling}")).await;
            assert_eq!(found["data"].as_array().unwrap().len(), 1, "{spelling}: {found}");
            assert_eq!(found["data"][0]["id"], app.contact_of(&ana).await["id"]);
        }
        let answer = app.api.call(Method::GET, "/contacts?phone=nobody").await;
        assert_eq!(answer.status, 422);
    });
}

#[test]
fn somebody_without_a_number_is_acknowledged_through_their_user_id() {
    on_both(async |app: &mut TestApp| {
        let new = NewPhone { username: Some("luna".to_owned()), name: Some("Luna".to_owned()), ..NewPhone::default() };
        let luna = app.simulator.add_phone(&new).await.unwrap();
        luna.says("¿dónde está mi pedido?").await;
        assert_eq!(luna.wait_for(1, PATIENCE).await.len(), 1);
        app.settled().await;

        let sent = app.simulator.ledger().accepted;
        assert_eq!(sent[0].body["recipient"], json!(luna.view().user_id));
        assert!(sent[0].body["to"].is_null(), "a user id in `to` is accepted and dropped in silence");
        let contact = app.contact_of(&luna).await;
        assert_eq!(contact["name"], "Luna");
        let messages = app.messages_with(&luna).await;
        assert_eq!(messages[1]["status"], "read");
    });
}

#[test]
fn a_number_that_was_asked_for_is_theirs_and_one_on_a_card_is_what_they_say() {
    on_both(async |app: &mut TestApp| {
        let new = NewPhone { username: Some("luna".to_owned()), name: Some("Luna".to_owned()), ..NewPhone::default() };
        let luna = app.simulator.add_phone(&new).await.unwrap();
        luna.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let thread = format!("/conversations/{}", text(&app.conversation_of(&luna).await["id"]));
        let asking = json!({ "type": "contact_request", "contact_request": { "body": "¿Nos compartes tu número?" } });
        assert_eq!(app.api.post(&format!("{thread}/messages"), &asking).await.status, 201);
        app.settled().await;
        let sent = app.simulator.ledger().accepted;
        assert_eq!(sent.last().unwrap().body["interactive"]["type"], "request_contact_info");

        let card =
            |phone: &str, requested| Act::Contacts { name: "Luna".to_owned(), phone: phone.to_owned(), requested };
        luna.does(card("+52 55 8765 4321", false)).await.unwrap();
        app.settled().await;
        assert!(values(&app.contact_of(&luna).await).iter().all(|name| !name.starts_with('+')), "a claim is no name");

        luna.does(card("+52 1 55 1234 5678", true)).await.unwrap();
        app.settled().await;
        assert!(values(&app.contact_of(&luna).await).contains("+5215512345678"));
        assert_eq!(app.api.get(&thread).await["phone"], "+5215512345678", "templates that need a number can go there");
    });
}

#[test]
fn a_conversation_goes_on_when_the_number_is_withheld_or_shown() {
    on_both(async |app: &mut TestApp| {
        app.simulator.set_fault(Fault::always(FaultKind::BlackHole)); // nobody of the simulator's has these names
        assert_eq!(app.post(&message(Some("525512345678"), Some("MX.1"), "wamid.1", app.now())).await, 200);
        assert_eq!(app.post(&message(None, Some("MX.1"), "wamid.2", app.now())).await, 200);
        assert_eq!(app.post(&message(Some("525512345678"), None, "wamid.3", app.now())).await, 200);

        assert_eq!(app.post(&message(None, Some("MX.2"), "wamid.4", app.now())).await, 200);
        assert_eq!(app.post(&message(Some("525587654321"), Some("MX.2"), "wamid.5", app.now())).await, 200);
        app.settled().await;

        let threads = app.api.list("/conversations").await;
        assert_eq!(threads.len(), 2);
        assert_eq!(app.api.list("/contacts").await.len(), 2);
        let mut inbound = Vec::new();
        for thread in &threads {
            let messages = app.api.list(&format!("/conversations/{}/messages", text(&thread["id"]))).await;
            inbound.push(messages.iter().filter(|message| message["direction"] == "inbound").count());
        }
        inbound.sort_unstable();
        assert_eq!(inbound, [2, 3]);
        assert_eq!(app.simulator.ledger().accepted.len(), 2, "each was acknowledged once");
    });
}

/// As two imported address books leave it: two people, each with another spelling of one line.
async fn import_two_of_one_line(app: &TestApp) -> [ContactId; 2] {
    two_of_one_line(app, ["+5511987654321", "+55 11 98765-4321"], "+551187654321").await
}

/// Two people, each with another spelling of one line.
pub(crate) async fn two_of_one_line(
    app: &TestApp,
    spellings: [&'static str; 2],
    match_key: &'static str,
) -> [ContactId; 2] {
    let people = [ContactId(ids::fresh()), ContactId(ids::fresh())];
    let (workspace, now) = (app.workspace("default").await, app.now());
    let import = move |tx: &mut Tx<'_>| {
        for ((id, spelling), name) in people.into_iter().zip(spellings).zip(["Bruna", "Caetano"]) {
            let contact = Contact { id, name: Some(name.to_owned()), language: None, opted_out_at: None };
            tx.add_contact(workspace, &contact, now)?;
            let (kind, match_key) = (IdentityKind::Phone, match_key.to_owned());
            tx.add_identity(workspace, id, &Identity { kind, value: spelling.to_owned(), match_key }, now)?;
        }
        Ok(())
    };
    app.node.store.write(Vec::new(), import).await.unwrap();
    people
}

#[test]
fn a_person_decides_who_wrote_once_and_what_waited_goes_on() {
    on_both(async |app: &mut TestApp| {
        let people = import_two_of_one_line(app).await;
        let asked = written("551187654321", "wamid.1", "SAIR", app.now());
        assert_eq!(app.post(&messages_body(&[asked])).await, 200);
        let asked = written("551187654321", "wamid.2", "olá, cadê o meu pedido?", app.now());
        assert_eq!(app.post(&messages_body(&[asked])).await, 200);
        app.settled().await;
        let open = app.api.list("/ambiguities").await;
        assert_eq!(open[0]["candidates"].as_array().unwrap().len(), 2);
        let path = format!("/conversations/{}/contact", text(&open[0]["conversation"]["id"]));
        let stranger = app.api_of("other").await;
        assert_eq!(stranger.put(&path, &json!({ "who": "new" })).await.status, 404);

        let this = json!({ "who": "contact", "contact_id": people[0] });
        let both = join_all([app.api.put(&path, &this), app.api.put(&path, &json!({ "who": "new" }))]).await;
        let mut statuses: Vec<u16> = both.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412], "of two at once the second is told: {both:?}");
        assert!(app.api.list("/ambiguities").await.is_empty());
        let thread = app.api.list("/conversations").await.remove(0);
        let whose = text(&thread["contact_id"]).to_owned();
        assert_eq!(app.api.list("/tickets").await[0]["contact_id"], thread["contact_id"]);
        assert!(app.api.list("/interactions").await.iter().all(|matter| matter["contact_id"] == thread["contact_id"]));
        let contact = app.api.get(&format!("/contacts/{whose}")).await;
        assert!(values(&contact).contains("+551187654321"), "the decision is remembered: {contact:#}");
        assert!(contact["opted_out_at"].is_i64(), "and what they wished before it holds");

        let again = written("551187654321", "wamid.3", "oi?", app.now());
        assert_eq!(app.post(&messages_body(&[again])).await, 200);
        app.settled().await;
        let messages = app.api.list(&format!("/conversations/{}/messages", text(&thread["id"]))).await;
        assert_eq!(messages.last().unwrap()["steps"][0]["contact"], thread["contact_id"]);
    });
}

#[test]
fn several_people_who_are_one_become_one_with_the_decision() {
    on_both(async |app: &mut TestApp| {
        let people = import_two_of_one_line(app).await;
        let asked = written("551187654321", "wamid.1", "olá, cadê o meu pedido?", app.now());
        assert_eq!(app.post(&messages_body(&[asked])).await, 200);
        app.settled().await;
        let thread = app.api.list("/conversations").await.remove(0);
        let path = format!("/conversations/{}/contact", text(&thread["id"]));
        let same = json!({ "who": "same", "contact_id": people[1] });
        let answer = app.api.put(&path, &same).await;
        assert_eq!((answer.status, &answer.body["contact_id"]), (200, &json!(people[1])), "{answer:?}");
        let known = app.api.list("/contacts").await;
        assert_eq!(known.len(), 1);
        assert_eq!(values(&known[0]).len(), 3);
        assert_eq!(app.api.list("/merges").await.len(), 1);
    });
}

#[test]
fn a_conversation_of_nobodys_follows_a_merge_of_its_candidates_and_its_undoing() {
    on_both(async |app: &mut TestApp| {
        let people = import_two_of_one_line(app).await;
        for (wamid, words) in [("wamid.1", "olá, cadê o meu pedido?"), ("wamid.2", "SAIR")] {
            assert_eq!(app.post(&messages_body(&[written("551187654321", wamid, words, app.now())])).await, 200);
        }
        app.settled().await;
        let whose = async |app: &TestApp| {
            let thread = app.api.list("/conversations").await.remove(0);
            let (ticket, matter) = (app.api.list("/tickets").await.remove(0), app.api.list("/interactions").await);
            let matter = matter.into_iter().find(|matter| matter["ticket_id"].is_string()).unwrap();
            [thread["contact_id"].clone(), ticket["contact_id"].clone(), matter["contact_id"].clone()]
        };
        assert_eq!(whose(app).await, [Value::Null, Value::Null, Value::Null]);

        let merges = format!("/contacts/{}/merges", people[0]);
        let merged = app.api.post(&merges, &json!({ "contact_id": people[1] })).await;
        assert_eq!(merged.status, 201, "{merged:?}");
        assert_eq!(whose(app).await, [json!(people[0]), json!(people[0]), json!(people[0])]);
        assert!(app.api.list("/ambiguities").await.is_empty());
        let joint = app.api.get(&format!("/contacts/{}", people[0])).await;
        assert!(joint["opted_out_at"].is_i64(), "what was wished in it holds for them: {joint:#}");
        let again = written("551187654321", "wamid.3", "oi, e o pedido?", app.now());
        assert_eq!(app.post(&messages_body(&[again])).await, 200);
        app.settled().await;

        let undone = format!("/merges/{}", text(&merged.body["id"]));
        assert_eq!(app.api.call(Method::DELETE, &undone).await.status, 200);
        assert_eq!(whose(app).await, [Value::Null, Value::Null, Value::Null]);
        assert_eq!(app.api.list("/ambiguities").await.len(), 1, "it is nobody's again");
        let known = app.api.list("/contacts").await;
        assert!(known.iter().all(|contact| values(contact).len() == 1), "and so is its number: {known:#?}");
    });
}

#[test]
fn a_sender_who_could_be_two_people_is_written_to_neither() {
    on_both(async |app: &mut TestApp| {
        let people = import_two_of_one_line(app).await;
        let all_of = async |app: &TestApp| {
            let mut all = Vec::new();
            for id in people {
                all.push(app.api.get(&format!("/contacts/{id}")).await);
                all.push(app.api.get(&format!("/contacts/{id}/timeline")).await);
            }
            all
        };
        let before = all_of(app).await;

        for wamid in ["wamid.1", "wamid.2"] {
            let asked = written("551187654321", wamid, "olá, cadê o meu pedido?", app.now());
            assert_eq!(app.post(&messages_body(&[asked])).await, 200);
        }
        app.settled().await;

        let threads = app.api.list("/conversations").await;
        assert_eq!(threads.len(), 1);
        assert!(threads[0]["contact_id"].is_null());
        let candidates: BTreeSet<&str> = threads[0]["candidates"].as_array().unwrap().iter().map(text).collect();
        assert_eq!(candidates.len(), 2);
        assert!(people.iter().all(|id| candidates.contains(id.to_string().as_str())));

        let sent = app.simulator.ledger().accepted;
        assert_eq!(sent.len(), 1, "one neutral acknowledgement");
        assert_eq!(
            sent[0].text.as_deref(),
            Some("Recebemos a sua mensagem. Uma pessoa vai ler e responder em até 2 horas.")
        );
        let tickets = app.api.list("/tickets").await;
        assert_eq!(tickets.len(), 1);
        assert!(tickets[0]["contact_id"].is_null());
        assert_eq!(all_of(app).await, before);
    });
}

#[test]
fn a_number_change_that_meta_tells_of_stays_the_same_person() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("hola").await;
        app.settled().await;
        let before = app.contact_of(&ana).await;
        let old_thread = app.conversation_of(&ana).await;

        ana.changes_number("+52 33 8765 4321").await.unwrap();
        app.settled().await;
        ana.says("soy yo, con otro número").await;
        app.settled().await;

        let people = app.api.list("/contacts").await;
        assert_eq!(people.len(), 1);
        assert_eq!(people[0]["id"], before["id"]);
        let names = values(&people[0]);
        assert!(names.contains("+525512345678") && names.contains("+523387654321"), "{names:?}");
        let new_thread = app.conversation_of(&ana).await;
        assert_ne!(new_thread["id"], old_thread["id"], "a conversation stays pinned to the number that wrote");
        assert_eq!(new_thread["contact_id"], before["id"]);
    });
}

#[test]
fn bursts_of_a_new_person_make_one_conversation_in_order_and_one_acknowledgement() {
    on_both(async |app: &mut TestApp| {
        let bursts = 200;
        let urls = [app.url.clone()];
        bursts_of_ten(app, bursts, &urls).await;
    });
}

#[test]
fn bursts_that_reach_four_nodes_at_once_still_make_one_conversation() {
    on_both(async |app: &mut TestApp| {
        if !app.node.store.is_shared() {
            println!("Skipped on SQLite: only one process can use such a database.");
            return;
        }
        let mut urls = vec![app.url.clone()];
        for _ in 0..3 {
            urls.push(app.another_node().await);
        }
        bursts_of_ten(app, 200, &urls).await;
    });
}

/// Bursts of ten messages at once, each of somebody new, spread over the servers.
async fn bursts_of_ten(app: &TestApp, bursts: usize, urls: &[String]) {
    const AT_ONCE: usize = 10;
    for first in (0..bursts).step_by(AT_ONCE) {
        let posts = (first..bursts.min(first + AT_ONCE)).flat_map(|burst| (0..10).map(move |n| (burst, n)));
        let posted = join_all(posts.map(|(burst, n)| {
            let wamid = format!("wamid.{burst}.{n}");
            let webhook =
                messages_body(&[written(&format!("5255{burst:08}"), &wamid, &format!("mensaje {n}"), app.now())]);
            app.post_to(&urls[n % urls.len()], webhook)
        }));
        assert!(posted.await.iter().all(|status| *status == 200));
    }
    app.settled().await;

    assert_eq!(app.api.list("/contacts").await.len(), bursts);
    assert_eq!(app.api.list("/tickets").await.len(), bursts);
    assert_eq!(app.simulator.ledger().accepted.len(), bursts, "one acknowledgement for each");
    let threads = app.api.list("/conversations").await;
    assert_eq!(threads.len(), bursts);
    for thread in threads {
        let messages = app.api.list(&format!("/conversations/{}/messages", text(&thread["id"]))).await;
        let seqs: Vec<i64> = messages.iter().map(|message| message["seq"].as_i64().unwrap()).collect();
        assert_eq!(seqs, (1..=11).collect::<Vec<_>>(), "ten messages and their acknowledgement, without gaps");
        let recorded: Vec<i64> = messages.iter().map(|message| message["recorded_at"].as_i64().unwrap()).collect();
        assert!(recorded.is_sorted());
        let inbound = messages.iter().filter(|message| message["direction"] == "inbound");
        let wamids: BTreeSet<&str> = inbound.map(|message| text(&message["wamid"])).collect();
        assert_eq!(wamids.len(), 10);
    }
}
