//! The rest of a body that was answered before it was read whole. A connection that is closed over unread bytes is reset, and a
//! client that was still sending would see the reset in place of the answer that says what to change.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header::EXPECT;
use axum::middleware::Next;
use axum::response::Response;
use futures::StreamExt;
use hyper::body::{Frame, SizeHint};
use tokio::sync::oneshot;

/// Beyond either, the connection is worth less than the trouble.
const MOST_BYTES: usize = 32 * 1024 * 1024;
const LONGEST: Duration = Duration::from_secs(5);

/// Answers, and before the answer leaves reads what its handler left unread.
pub(super) async fn read(request: Request, next: Next) -> Response {
    // Whoever asks before sending has nothing under way.
    if request.headers().contains_key(EXPECT) {
        return next.run(request).await;
    }
    let (back, mut returned) = oneshot::channel();
    let answer = next.run(request.map(|body| Body::new(Lent { body, back: Some(back) }))).await;
    // A handler may also still be reading: what it answers then is a stream fed by the body.
    if let Ok(rest) = returned.try_recv() {
        drop(tokio::time::timeout(LONGEST, drain(rest)).await);
    }
    answer
}

async fn drain(rest: Body) {
    let mut chunks = rest.into_data_stream();
    let mut left = MOST_BYTES;
    while let Some(Ok(chunk)) = chunks.next().await {
        match left.checked_sub(chunk.len()) {
            Some(less) => left = less,
            None => return,
        }
    }
}

/// A body that comes back when its reader is done with it.
struct Lent {
    body: Body,
    back: Option<oneshot::Sender<Body>>,
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(back) = self.back.take().filter(|_| !self.body.is_end_stream()) {
            drop(back.send(std::mem::take(&mut self.body)));
        }
    }
}
