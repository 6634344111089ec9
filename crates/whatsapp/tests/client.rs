//! The client against a server that answers, refuses, hangs up, or is not there.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use whatsapp::client::{Accepted, NotMarked, Timeouts};
use whatsapp::outbound::{Body, Recipient};
use whatsapp::{Client, OutboundMessage, Remedy, Secret, SendOutcome, classify};

const NUMBER: &str = "106540352242922";

async fn serve(router: Router) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    client(&format!("http://{address}/v25.0"))
}

/// A server that reads a request and then does with the connection what it is told.
async fn serve_raw(answer: &'static str, hang: Duration) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                let _ = stream.read(&mut buffer).await;
                let _ = stream.write_all(answer.as_bytes()).await;
                tokio::time::sleep(hang).await;
            });
        }
    });
    client(&format!("http://{address}/v25.0"))
}

fn client(base_url: &str) -> Client {
    let timeouts = Timeouts { connect: Duration::from_millis(400), total: Duration::from_millis(800) };
    Client::new(base_url, &Secret::new("EAAB"), timeouts).unwrap()
}

fn answering(answer: impl Fn() -> Response + Clone + Send + Sync + 'static) -> Router {
    Router::new().route("/v25.0/{number}/messages", post(move || async move { answer() }))
}

fn message() -> OutboundMessage {
    OutboundMessage {
        to: Recipient::Phone("5511987654321".into()),
        body: Body::Text { body: "Olá".into(), preview_url: false },
        context: None,
        opaque: "send-1".into(),
    }
}

fn unknown(outcome: SendOutcome) -> String {
    match outcome {
        SendOutcome::Unknown { reason } => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_accepted_message_has_its_id_and_went_out_as_meta_wants_it() {
    async fn accept(headers: HeaderMap, Json(body): Json<Value>) -> Response {
        assert_eq!(headers[header::AUTHORIZATION], "Bearer EAAB");
        assert_eq!(headers[header::CONTENT_TYPE], "application/json");
        assert_eq!((&body["to"], &body["biz_opaque_callback_data"]), (&json!("+5511987654321"), &json!("send-1")));
        Json(json!({"messaging_product": "whatsapp", "contacts": [{"input": "+5511987654321", "wa_id": "551187654321", "user_id": "BR.1"}],
            "messages": [{"id": "wamid.1", "message_status": "accepted"}]}))
        .into_response()
    }
    let client = serve(Router::new().route(&format!("/v25.0/{NUMBER}/messages"), post(accept))).await;

    let expected = Accepted {
        wamid: "wamid.1".into(),
        wa_id: Some("551187654321".into()),
        user_id: Some("BR.1".into()),
        message_status: Some("accepted".into()),
    };
    assert_eq!(client.send(NUMBER, &message()).await, SendOutcome::Accepted(expected));
}

#[tokio::test]
async fn a_refusal_comes_with_its_remedy() {
    let error = || {
        (
            StatusCode::BAD_REQUEST,
            Json(json!({"error": {"message": "Re-engagement message", "code": 131_047, "fbtrace_id": "A"}})),
        )
    };
    let client = serve(answering(move || error().into_response())).await;

    let SendOutcome::Refused(error) = client.send(NUMBER, &message()).await else { panic!() };

    assert_eq!((error.http_status, error.fbtrace_id.as_deref()), (Some(400), Some("A")));
    assert_eq!(classify(&error), Remedy::NeedsTemplate);
}

#[tokio::test]
async fn a_gateways_page_leaves_the_outcome_unknown() {
    for status in [StatusCode::BAD_GATEWAY, StatusCode::GATEWAY_TIMEOUT, StatusCode::OK] {
        let client = serve(answering(move || (status, "<html>sorry</html>").into_response())).await;

        let reason = unknown(client.send(NUMBER, &message()).await);

        assert!(reason.contains(status.as_str()) && reason.contains("sorry"), "{reason}");
    }
}

#[tokio::test]
async fn a_lost_answer_leaves_the_outcome_unknown() {
    let hung_up = serve_raw("", Duration::ZERO).await;
    let cut = serve_raw("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"messages\":", Duration::ZERO).await;
    let silent = serve_raw("", Duration::from_secs(5)).await;
    let half = serve_raw("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{", Duration::from_secs(5)).await;

    for client in [hung_up, cut, silent, half] {
        unknown(client.send(NUMBER, &message()).await);
    }
}

/// A pool that repeats a request on a new connection would send twice.
#[tokio::test]
async fn a_reused_connection_that_breaks_does_not_send_twice() {
    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 31\r\n\r\n{\"messages\":[{\"id\":\"wamid.1\"}]}";
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(&format!("http://{}/v25.0", listener.local_addr().unwrap()));
    let (connections, requests) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counted_connections, counted_requests) = (connections.clone(), requests.clone());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted_connections.fetch_add(1, Ordering::SeqCst);
            let mut buffer = [0; 4096];
            while stream.read(&mut buffer).await.is_ok_and(|bytes| 0 < bytes) {
                match counted_requests.fetch_add(1, Ordering::SeqCst) {
                    0 => stream.write_all(ANSWER).await.unwrap(),
                    _ => break,
                }
            }
        }
    });

    assert!(matches!(client.send(NUMBER, &message()).await, SendOutcome::Accepted(_)));
    unknown(client.send(NUMBER, &message()).await);

    assert_eq!((connections.load(Ordering::SeqCst), requests.load(Ordering::SeqCst)), (1, 2));
}

#[tokio::test]
async fn a_silent_handshake_proves_that_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();

    let outcome = client(&format!("https://{address}/v25.0")).send(NUMBER, &message()).await;

    assert!(matches!(outcome, SendOutcome::NotSent { .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_refused_connection_proves_that_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);

    for base_url in
        [format!("http://{address}/v25.0"), format!("https://{address}/v25.0"), "http://nowhere.invalid/v25.0".into()]
    {
        let outcome = client(&base_url).send(NUMBER, &message()).await;
        assert!(matches!(outcome, SendOutcome::NotSent { .. }), "{base_url}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_failed_handshake_proves_that_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new()).await });

    let outcome = client(&format!("https://{address}/v25.0")).send(NUMBER, &message()).await;

    assert!(matches!(outcome, SendOutcome::NotSent { .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere =
        || (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "/v25.0/elsewhere/messages")]).into_response();
    let client = serve(answering(elsewhere)).await;

    assert!(unknown(client.send(NUMBER, &message()).await).contains("307"));
}

#[tokio::test]
async fn an_endless_answer_is_not_read_to_its_end() {
    let client = serve(answering(|| "x".repeat(300 * 1024).into_response())).await;

    assert!(unknown(client.send(NUMBER, &message()).await).contains("more than 262144 bytes"));
}

#[tokio::test]
async fn a_number_that_is_no_number_is_never_called() {
    let client = serve(answering(|| panic!("nothing should arrive"))).await;

    assert!(matches!(client.send("../me", &message()).await, SendOutcome::NotSent { .. }));
}

#[tokio::test]
async fn another_channel_shares_the_connections_with_its_own_token() {
    async fn token(headers: HeaderMap) -> Response {
        let token = headers[header::AUTHORIZATION].to_str().unwrap().replace("Bearer ", "wamid.");
        Json(json!({"messages": [{"id": token}]})).into_response()
    }
    let client = serve(Router::new().route("/v25.0/{number}/messages", post(token))).await;
    let other = client.with_token(&Secret::new("EAAC")).unwrap();

    for (client, wamid) in [(client, "wamid.EAAB"), (other, "wamid.EAAC")] {
        assert!(
            matches!(client.send(NUMBER, &message()).await, SendOutcome::Accepted(accepted) if accepted.wamid == wamid)
        );
    }
}

#[tokio::test]
async fn a_message_is_marked_as_read_with_or_without_typing() {
    async fn mark(Json(body): Json<Value>) -> Response {
        let expected = json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1"});
        let mut typing = expected.clone();
        typing["typing_indicator"] = json!({"type": "text"});
        assert!(body == expected || body == typing, "{body}");
        Json(json!({"success": true})).into_response()
    }
    let client = serve(Router::new().route("/v25.0/{number}/messages", post(mark))).await;

    assert_eq!(client.mark_read(NUMBER, "wamid.1", false).await, Ok(()));
    assert_eq!(client.mark_read(NUMBER, "wamid.1", true).await, Ok(()));
}

#[tokio::test]
async fn a_message_that_was_not_marked_says_why() {
    let error = || {
        (StatusCode::BAD_REQUEST, Json(json!({"error": {"message": "Invalid parameter", "code": 100}}))).into_response()
    };
    let client = serve(answering(error)).await;

    assert!(
        matches!(client.mark_read(NUMBER, "wamid.1", false).await, Err(NotMarked::Refused(error)) if error.code == 100)
    );
}
