//! The door: a task for each connection, and no patience with whoever opens one and says nothing.

use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tower_http::add_extension::AddExtension;
use tracing::{debug, warn};

use crate::http::origin::Peer;

/// Headers are a packet or two. It is also how long an idle connection is kept for its next request.
const SLOWEST_HEADERS: Duration = Duration::from_secs(30);

/// Serves until `told`, then finishes the requests that are under way.
pub(super) async fn serve(listener: TcpListener, routes: Router, told: impl Future<Output = ()>) {
    serve_with(SLOWEST_HEADERS, listener, routes, told).await;
}

async fn serve_with(slowest: Duration, mut listener: TcpListener, routes: Router, told: impl Future<Output = ()>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(slowest);
    let open = GracefulShutdown::new();
    let routes = routes.layer(axum::middleware::from_fn(super::rest::read));
    let mut told = std::pin::pin!(told);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = Listener::accept(&mut listener) => accepted,
            () = &mut told => break,
        };
        if let Err(error) = stream.set_nodelay(true) {
            warn!(%error, "A connection keeps its delay");
        }
        let service = TowerToHyperService::new(AddExtension::new(routes.clone(), Peer(peer)));
        let connection = open.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                debug!(%error, "A connection broke off");
            }
        });
    }
    drop(listener);
    open.shutdown().await;
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use axum::routing::{get, post};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::sync::oneshot;

    use super::*;

    const SOON: Duration = Duration::from_millis(200);

    async fn answer(mut stream: TcpStream, request: &str) -> String {
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn whoever_trickles_their_headers_is_hung_up_on_and_others_are_served() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, told) = oneshot::channel::<()>();
        let routes = Router::new().route("/", get(async || "here"));
        let serving = tokio::spawn(serve_with(SOON, listener, routes, async { drop(told.await) }));

        let slow = TcpStream::connect(address).await.unwrap();
        let quick = TcpStream::connect(address).await.unwrap();
        let both = futures::future::join(
            answer(slow, "GET / HTTP/1.1\r\nHost: hilo\r\nX-Slow: "),
            answer(quick, "GET / HTTP/1.1\r\nHost: hilo\r\nConnection: close\r\n\r\n"),
        );
        let (slow, quick) = tokio::time::timeout(SOON * 20, both).await.unwrap();
        assert!(!slow.contains("here") && quick.ends_with("here"), "{slow} {quick}");

        stop.send(()).unwrap();
        tokio::time::timeout(SOON * 20, serving).await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn an_answer_reaches_whoever_was_still_sending_the_body_it_refuses() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = Router::new().route("/", post(async || (StatusCode::PAYLOAD_TOO_LARGE, "send less")));
        tokio::spawn(serve_with(SOON, listener, routes, std::future::pending()));

        let long = 8 * 1024 * 1024;
        for _ in 0..20 {
            let stream = TcpStream::connect(address).await.unwrap();
            let head = format!("POST / HTTP/1.1\r\nHost: hilo\r\nConnection: close\r\nContent-Length: {long}\r\n\r\n");
            let said = answer(stream, &(head + &"x".repeat(long))).await;
            assert!(said.starts_with("HTTP/1.1 413") && said.ends_with("send less"), "{said}");
        }
    }
}
