//! Clients that mean no good, or know no better: whatever they send, they are answered or hung up on, and nobody else notices.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use whatsapp::signature;

use crate::app::{PATIENCE, SECRET, Setup, TestApp, messages_body, on_sqlite_with, written};

/// So many say nothing …
const IDLE: usize = 2_000;
/// … and so many dawdle, half of them over their headers and half over their body.
const SLOW: usize = 200;
/// A server that serves one after the other would need minutes; one that does not answers in milliseconds, even on a busy machine.
const PROMPT: Duration = Duration::from_secs(1);

#[test]
fn thousands_who_say_nothing_or_dawdle_hold_up_nobody() {
    on_sqlite_with(&Setup::default(), async |app| {
        let address = address(app);
        let (idle, slow) = many(IDLE, SLOW);
        let mut silent = Vec::new();
        for _ in 0..idle {
            silent.push(TcpStream::connect(address).await.unwrap());
        }
        let mut dawdlers = JoinSet::new();
        for nth in 0..slow {
            dawdlers.spawn(dawdle(address, if nth % 2 == 0 { HEADERS } else { BODY }));
        }

        let mut took = Vec::new();
        for nth in 0..300 {
            let begun = Instant::now();
            let status = if nth % 3 == 0 {
                let wamid = format!("wamid.prompt.{nth}");
                app.post(&messages_body(&[written("525512345678", &wamid, "hola", app.now())])).await
            } else {
                let fresh = if nth % 3 == 1 {
                    reqwest::Client::builder().no_proxy().build().unwrap()
                } else {
                    app.http.clone()
                };
                fresh.get(format!("{}/healthz", app.url)).send().await.unwrap().status().as_u16()
            };
            took.push(begun.elapsed());
            assert_eq!(status, 200);
        }
        took.sort_unstable();
        let p99 = took[took.len() * 99 / 100];
        eprintln!("with {idle} silent and {slow} slow connections: {p99:?} (99 of 100), {:?} (the median)", took[150]);
        assert!(p99 < PROMPT, "a request takes {p99:?} while others say nothing");

        let hung_up_on = tokio::time::timeout(PATIENCE, async {
            while let Some(answer) = dawdlers.join_next().await {
                let answer = answer.unwrap();
                if answer.starts_with("HTTP/1.1 408") {
                    return;
                }
            }
            panic!("nobody who dawdles over a body is told so");
        });
        hung_up_on.await.expect("a body that does not come is waited for in vain");
    });
}

const HEADERS: &str = "GET /healthz HTTP/1.1\r\nHost: hilo\r\nX-Slow: ";
const BODY: &str = "POST /webhooks/whatsapp HTTP/1.1\r\nHost: hilo\r\nContent-Length: 1000\r\n\r\n";

/// Sends a byte now and then, and answers what comes back.
async fn dawdle(address: SocketAddr, beginning: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(beginning.as_bytes()).await.unwrap();
    let (mut reading, mut writing) = stream.split();
    let mut answer = vec![0; 64];
    let trickle = async {
        while writing.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    };
    tokio::select! {
        read = reading.read(&mut answer) => answer.truncate(read.unwrap_or(0)),
        () = trickle => answer.clear(),
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// As many as this process may have open: it is both ends of each connection.
fn many(idle: usize, slow: usize) -> (usize, usize) {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find(|line| line.starts_with("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().nth(3)).and_then(|text| text.parse().ok()).unwrap_or(256);
    let room = soft.max(500_usize) / 2 - 150;
    (idle.min(room * 9 / 10), slow.min(room / 10))
}

#[test]
fn what_is_hardly_http_is_refused_and_the_next_request_is_served() {
    on_sqlite_with(&Setup::default(), async |app| {
        let long = "x".repeat(600_000);
        let many: String = (0..200).map(|nth| format!("X-{nth}: 1\r\n")).collect();
        let get = |headers: &str| format!("GET /healthz HTTP/1.1\r\nHost: hilo\r\nConnection: close\r\n{headers}\r\n");
        let refused = [
            ("a header of 600 KB", get(&format!("X-Long: {long}\r\n")), "431"),
            ("200 headers", get(&many), "431"),
            ("an address of 600 KB", format!("GET /{long} HTTP/1.1\r\nHost: hilo\r\n\r\n"), "4"),
            ("no request", "\u{0}\u{1}\u{2}\r\n\r\n".to_owned(), "400"),
            ("a length that is none", get("Content-Length: -1\r\n"), "400"),
            ("two lengths", get("Content-Length: 1\r\nContent-Length: 2\r\n"), "400"),
            ("a header without a name", get(": nothing\r\n"), "400"),
            (
                "a chunk of no length",
                format!(
                    "{}zz\r\n",
                    get("Transfer-Encoding: chunked\r\n").replacen("GET /healthz", "POST /webhooks/whatsapp", 1)
                ),
                "4",
            ),
            ("another protocol", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), "400"),
        ];
        for (what, request, status) in refused {
            let answer = answer(app, request.as_bytes()).await;
            // Whoever is still sending may see the hanging up before the answer.
            let is_refused = answer.is_empty() || answer.starts_with(&format!("HTTP/1.1 {status}"));
            assert!(is_refused, "{what}: {answer}");
            assert_eq!(
                app.http.get(format!("{}/healthz", app.url)).send().await.unwrap().status(),
                200,
                "after {what}"
            );
        }
    });
}

#[test]
fn requests_that_follow_each_other_without_waiting_are_answered_in_their_order() {
    on_sqlite_with(&Setup::default(), async |app| {
        let first = "GET /healthz HTTP/1.1\r\nHost: hilo\r\n\r\n";
        let second = "GET /nothing HTTP/1.1\r\nHost: hilo\r\n\r\n";
        let last = "GET /readyz HTTP/1.1\r\nHost: hilo\r\nConnection: close\r\n\r\n";
        let answer = answer(app, format!("{first}{second}{last}").as_bytes()).await;
        let statuses: Vec<&str> = answer.match_indices("HTTP/1.1 ").map(|(at, _)| &answer[at + 9..at + 12]).collect();
        assert_eq!(statuses, ["200", "404", "200"], "{answer}");
    });
}

#[test]
fn json_that_nobody_would_write_is_kept_and_listed_and_the_next_message_is_taken_in() {
    on_sqlite_with(&Setup::default(), async |app| {
        let message = messages_body(&[written("525512345678", "wamid.marked", "hola", app.now())]).to_string();
        let bodies: Vec<(&str, Vec<u8>)> = vec![
            ("100,000 brackets", "[".repeat(100_000).into_bytes()),
            ("100,000 objects in each other", "{\"entry\":".repeat(100_000).into_bytes()),
            ("a number of 100,000 digits", format!("{{\"entry\":{}}}", "9".repeat(100_000)).into_bytes()),
            ("a number beyond all bounds", b"{\"entry\":[{\"id\":1e999999999}]}".to_vec()),
            ("half a character", b"{\"entry\":[{\"id\":\"\\ud800\"}]}".to_vec()),
            ("bytes that are no text", vec![0xff; 1000]),
            ("text of two bytes a letter", message.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            ("the same name twice", b"{\"entry\":[],\"entry\":[{\"changes\":[]}]}".to_vec()),
            ("nothing", Vec::new()),
            ("a mark in front", [b"\xef\xbb\xbf", message.as_bytes()].concat()),
        ];
        for (what, body) in bodies {
            let signed = signature::sign(SECRET.as_bytes(), &body);
            assert_eq!(app.post_with(Some(&signed), body).await, 200, "{what}");
        }
        let next = written("525512345678", "wamid.next", "hola", app.now());
        assert_eq!(app.post(&messages_body(&[next])).await, 200);
        app.settled().await;
        let messages = app.api.list("/conversations").await;
        assert_eq!(messages.len(), 1, "{messages:#?}");
        let listed = app.api.list("/notices").await.iter().filter(|notice| notice["kind"] == "malformed").count();
        assert!(5 <= listed, "{listed} of them are listed");

        for body in
            [json!([[[]]]).to_string(), "[".repeat(100_000), "{\"name\":".repeat(50_000), "\u{feff}{}".to_owned()]
        {
            let answer = app.api.post_bytes("/contacts", "application/json", body.as_bytes()).await;
            assert!((400..500).contains(&answer.status), "{answer:?}");
        }
    });
}

fn address(app: &TestApp) -> SocketAddr {
    app.url.trim_start_matches("http://").parse().unwrap()
}

/// Sends bytes, and answers all that comes back until the connection ends.
async fn answer(app: &TestApp, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address(app)).await.unwrap();
    let mut answer = Vec::new();
    let exchange = async {
        // A refusal may come before everything is sent.
        drop(stream.write_all(bytes).await);
        drop(stream.read_to_end(&mut answer).await);
    };
    tokio::time::timeout(PATIENCE, exchange).await.expect("the connection is neither answered nor ended");
    String::from_utf8_lossy(&answer).into_owned()
}
