//! Machines outside: a second opinion where the text model is not sure, and voice messages written down. Asked after the commit, within
//! their time and their budget, and never to anybody's harm.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::Language;
use hilo::config::{Advice, Machine};
use reqwest::Method;
use serde_json::{Value, json};
use simulator::Phone;
use whatsapp::Secret;

use crate::app::{Setup, TestApp, eventually, on_both_with, on_sqlite_with, step, text};
use crate::media::sends;

const COMPLAINT: &[u8] = b"OggS\0\x02 somebody complains";
const STOP: &[u8] = b"OggS\0\x02 somebody says STOP";

/// An endpoint that answers by what it is asked.
#[derive(Clone, Default)]
struct StandIn(Arc<Mutex<Vec<String>>>);

impl StandIn {
    fn start() -> (StandIn, String) {
        let stand_in = StandIn::default();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let serving = stand_in.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serving = serving.clone();
                std::thread::spawn(move || serving.answer(stream));
            }
        });
        (stand_in, url)
    }

    fn answer(&self, mut stream: TcpStream) {
        let request = read(&mut stream);
        self.0.lock().unwrap().push(request.clone());
        let is_about = |word: &str| request.contains(word);
        let said = |said: &str| json!({ "choices": [{ "message": { "content": said } }] });
        let (status, body) = if is_about("somebody complains") {
            (200, json!({ "text": "pésimo servicio, quiero poner una queja" }))
        } else if is_about("somebody says STOP") {
            (200, json!({ "text": "STOP" }))
        } else if is_about("qqqroto") {
            (500, json!({}))
        } else if is_about("qqqbasura") {
            (200, said("It might well be a complaint."))
        } else {
            if is_about("qqqlento") {
                std::thread::sleep(Duration::from_secs(4));
            } else if is_about("qqqzorro") {
                std::thread::sleep(Duration::from_millis(1500));
            }
            (200, said("```json\n{\"type\": \"complaint\"}\n```"))
        };
        let body = body.to_string();
        let head = format!(
            "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        drop(stream.write_all(format!("{head}{body}").as_bytes())); // whoever waited too long has hung up
    }

    fn asked_about(&self, word: &str) -> Vec<String> {
        self.0.lock().unwrap().iter().filter(|request| request.contains(word)).cloned().collect()
    }
}

fn read(stream: &mut TcpStream) -> String {
    let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut piece).unwrap_or(0);
        bytes.extend_from_slice(&piece[..count]);
        let request = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, _)) = request.split_once("\r\n\r\n") else {
            if count == 0 { return request } else { continue }
        };
        let of_length =
            head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ").map(str::to_owned));
        let length = of_length.and_then(|length| length.parse::<usize>().ok()).unwrap_or(0);
        if count == 0 || head.len() + 4 + length <= bytes.len() {
            return request;
        }
    }
}

fn setup(url: &str, per_day: u32) -> Setup {
    let machine = |path: &str| Machine {
        url: format!("{url}{path}"),
        model: "small".to_owned(),
        key: Some(Secret::new("the key of the machine")),
        timeout: Duration::from_millis(2500),
        per_day,
        languages: vec![Language::Es],
    };
    let advice = Advice {
        second_opinion: Some(machine("/v1/chat/completions")),
        transcription: Some(machine("/v1/audio/transcriptions")),
    };
    Setup { advice, ..Setup::default() }
}

/// What came of asking about the first message of a phone.
async fn asked(app: &TestApp, phone: &Phone) -> Value {
    app.settled().await;
    eventually("the answer of the machine", async || {
        let messages = app.messages_with(phone).await;
        step(&messages[0], "asked_outside").cloned()
    })
    .await
}

#[test]
fn a_second_opinion_counts_if_it_is_one_type_and_nobody_was_faster() {
    let (stand_in, url) = StandIn::start();
    on_sqlite_with(&setup(&url, 100), async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("zzz qqqbien al 5512345678").await;
        let step = asked(app, &ana).await;
        assert_eq!((&step["became"], &step["model"]), (&json!("applied"), &json!("small")), "{step}");
        let matter = app.matters_of(&ana).await.remove(0);
        assert_eq!((&matter["type"], &matter["category"]), (&json!("complaint"), &json!("complaint")));
        let ticket = app.ticket_of(&ana).await;
        assert_eq!((&ticket["queue"], &ticket["type"]), (&json!("complaints"), &json!("complaint")));
        let steps = app.messages_with(&ana).await.remove(0)["steps"].clone();
        let last = steps.as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["step"], &last["evidence"]["by"]), (&json!("classified"), &json!("second_opinion")));
        let told = app.timeline_of(&ana, "es").await[0]["sentences"].to_string();
        assert!(told.contains("Segunda opinión: small dice «Queja»"), "{told}");
        let requests = stand_in.asked_about("qqqbien");
        assert!(requests.iter().all(|request| !request.contains("5512345678")), "{requests:?}");
        assert!(requests[0].to_lowercase().contains("authorization: bearer the key of the machine"));
        assert!(requests[0].contains("- order_status: Estado del pedido"));

        let luis = app.simulator.phone("+52 55 8765 4321").await;
        luis.says("zzz qqqbasura").await;
        assert_eq!(asked(app, &luis).await["became"], "unusable");
        assert_eq!(app.matters_of(&luis).await[0]["type"], Value::Null);

        let eva = app.simulator.phone("+52 55 1111 2222").await;
        eva.says("zzz qqqzorro al 5512345678").await;
        app.settled().await;
        eventually("the question", async || (!stand_in.asked_about("qqqzorro").is_empty()).then_some(())).await;
        let path = format!("/conversations/{}/type", text(&app.conversation_of(&eva).await["id"]));
        let done = app.api.call_with(Method::PUT, &path, &json!({ "type": "order_status" })).await;
        assert_eq!(done.status, 200, "{done:?}");
        assert_eq!(asked(app, &eva).await["became"], "overtaken");
        assert_eq!(app.matters_of(&eva).await[0]["type"], "order_status");

        let sure = app.simulator.phone("+52 55 3333 4444").await;
        sure.says("¿dónde está mi pedido?").await;
        app.settled().await;
        assert!(stand_in.asked_about(r#""¿dónde está mi pedido?""#).is_empty(), "what is clear is asked of nobody");
    });
}

#[test]
fn a_machine_that_does_not_answer_is_asked_once_more_and_nobody_waits_for_it() {
    let (stand_in, url) = StandIn::start();
    on_both_with(&setup(&url, 100), async |app: &mut TestApp| {
        for (number, word, why) in
            [("+52 55 1234 5678", "qqqroto", "it answered 500"), ("+52 55 8765 4321", "qqqlento", "it took too long")]
        {
            let before = stand_in.asked_about(word).len();
            let phone = app.simulator.phone(number).await;
            phone.says(&format!("zzz {word}")).await;
            app.settled().await;
            assert_eq!(phone.received().len(), 1, "the acknowledgement waits for nobody");
            let step = asked(app, &phone).await;
            assert_eq!((&step["became"], &step["said"]), (&json!("failed"), &json!(why)), "{step}");
            assert!(before + 2 <= stand_in.asked_about(word).len());
        }
        assert!(stand_in.asked_about("qqqroto").len() <= 4, "twice for each database");
    });
}

#[test]
fn nobody_is_asked_beyond_the_budget_of_the_day() {
    let (_, url) = StandIn::start();
    on_both_with(&setup(&url, 1), async |app: &mut TestApp| {
        let phones = ["+52 55 1234 5678", "+52 55 8765 4321"];
        for (number, became) in phones.into_iter().zip(["applied", "over_budget"]) {
            let phone = app.simulator.phone(number).await;
            phone.says("zzz qqqbien al 5512345678").await;
            assert_eq!(asked(app, &phone).await["became"], became);
        }
    });
}

#[test]
fn a_voice_message_is_written_down_and_read_as_words_but_never_by_a_rule() {
    let (_, url) = StandIn::start();
    on_both_with(&setup(&url, 100), async |app: &mut TestApp| {
        sends(app, "audio", "audio/ogg", COMPLAINT).await;
        let steps = eventually("the transcript", async || {
            let thread = app.api.list("/conversations").await.pop()?;
            let messages = app.api.list(&format!("/conversations/{}/messages", text(&thread["id"]))).await;
            step(&messages[0], "asked_outside").map(|_| messages[0]["steps"].clone())
        })
        .await;
        let asked = steps.as_array().unwrap().iter().find(|step| step["step"] == "asked_outside").unwrap();
        assert_eq!((&asked["what"], &asked["became"]), (&json!("transcript"), &json!("applied")), "{asked}");
        assert_eq!(asked["said"], "pésimo servicio, quiero poner una queja");
        let last = steps.as_array().unwrap().last().unwrap();
        assert_eq!((&last["evidence"]["by"], &last["kind"]), (&json!("transcript"), &json!("complaint")), "{last}");
        let matter = app.api.list("/interactions").await.remove(0);
        assert_eq!(matter["type"], "complaint");

        let closure = format!("/conversations/{}/closure", text(&matter["conversation_id"]));
        assert_eq!(app.api.call_with(Method::PUT, &closure, &json!({})).await.status, 200);
        sends(app, "audio", "audio/ogg", STOP).await;
        eventually("the other transcript", async || {
            let messages = app.api.list(&format!("/conversations/{}/messages", text(&matter["conversation_id"]))).await;
            messages
                .iter()
                .any(|message| step(message, "asked_outside").is_some_and(|step| step["said"] == "STOP"))
                .then_some(())
        })
        .await;
        assert_eq!(app.api.list("/contacts").await[0]["opted_out_at"], Value::Null, "a machine may have misheard");
    });
}
