//! A WhatsApp Graph API on loopback that does nothing but accept sends and write down when they came.

pub(crate) mod statuses;

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Deserialize;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::bodies::Site;
use crate::ledger::Ledger;
use crate::wire::Wire;
pub(crate) use statuses::Accepted;

/// How the Graph API behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Behaviour {
    /// The pause before each answer.
    pub(crate) delay: Duration,
    /// The share of sends that are answered with 500 and not accepted.
    pub(crate) error_rate: f64,
    /// Whether `sent` and `delivered` are reported back, in batches.
    pub(crate) statuses: bool,
}

/// The Graph API, at work on the thread that started it.
pub(crate) struct Graph {
    address: SocketAddr,
    behaviour: Behaviour,
    ledger: Arc<Ledger>,
    reported: Option<mpsc::UnboundedSender<Accepted>>,
    kept: RefCell<Option<Vec<Accepted>>>,
    sends: Cell<u64>,
}

/// Takes connections on a port of its own from now on.
pub(crate) async fn start(behaviour: Behaviour, site: &Site, ledger: Arc<Ledger>) -> Result<Rc<Graph>> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("no port for the Graph API")?;
    let address = listener.local_addr()?;
    let reported = behaviour.statuses.then(|| statuses::start(site.clone()));
    let (kept, sends) = (RefCell::default(), Cell::default());
    let graph = Rc::new(Graph { address, behaviour, ledger, reported, kept, sends });
    let serving = graph.clone();
    tokio::task::spawn_local(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::task::spawn_local(serve(stream, serving.clone()));
        }
    });
    Ok(graph)
}

async fn serve(stream: TcpStream, graph: Rc<Graph>) -> std::io::Result<()> {
    let mut wire = Wire::over(stream)?;
    while let Some(request) = wire.receive().await? {
        let answer = if request.path().ends_with(b"/messages") { graph.take(request.body) } else { nothing_here() };
        if !graph.behaviour.delay.is_zero() {
            tokio::time::sleep(graph.behaviour.delay).await;
        }
        wire.send(answer.as_bytes()).await?;
    }
    Ok(())
}

/// What the measurement reads of a send.
#[derive(Deserialize)]
struct Send {
    to: Option<String>,
    recipient: Option<String>,
    status: Option<String>,
    biz_opaque_callback_data: Option<String>,
}

impl Graph {
    /// As a program's settings have it.
    pub(crate) fn base_url(&self) -> String {
        format!("http://{}/v25.0", self.address)
    }

    /// From now on every accepted send is kept, to be reported on later.
    pub(crate) fn keep(&self) {
        self.kept.replace(Some(Vec::new()));
    }

    /// What was kept; nothing more is.
    pub(crate) fn take_kept(&self) -> Vec<Accepted> {
        self.kept.take().unwrap_or_default()
    }

    fn take(&self, body: &[u8]) -> String {
        let Ok(send) = serde_json::from_slice::<Send>(body) else { return refusal(400, 100, "Invalid parameter") };
        if send.status.is_some() {
            return answer("200 OK", r#"{"success":true}"#); // a read mark or a typing sign
        }
        let Some(recipient) = send.to.or(send.recipient) else { return refusal(400, 100, "No recipient") };
        let number = self.sends.replace(self.sends.get() + 1);
        if fails(number, self.behaviour.error_rate) {
            return refusal(500, 131_000, "Something went wrong");
        }
        self.ledger.arrived(&recipient, send.biz_opaque_callback_data.as_deref());
        let wamid = format!("wamid.HBgM{recipient}FQIAERgSN{number:016X}AA==");
        let answer = acceptance(&recipient, &wamid);
        let accepted = Accepted { wamid, recipient, opaque: send.biz_opaque_callback_data };
        if let Some(kept) = self.kept.borrow_mut().as_mut() {
            kept.push(accepted.clone());
        }
        if let Some(reported) = &self.reported {
            let _ = reported.send(accepted);
        }
        answer
    }
}

/// Spreads the failures evenly, the same ones in every run.
fn fails(number: u64, rate: f64) -> bool {
    let spread = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 11;
    (spread as f64) < rate * (1u64 << 53) as f64
}

fn acceptance(recipient: &str, wamid: &str) -> String {
    answer(
        "200 OK",
        &format!(
            r#"{{"messaging_product":"whatsapp","contacts":[{{"input":"{recipient}","wa_id":"{recipient}"}}],"messages":[{{"id":"{wamid}","message_status":"accepted"}}]}}"#
        ),
    )
}

fn refusal(status: u16, code: u32, message: &str) -> String {
    let line = if status == 500 { "500 Internal Server Error" } else { "400 Bad Request" };
    answer(line, &format!(r#"{{"error":{{"message":"{message}","type":"OAuthException","code":{code}}}}}"#))
}

fn nothing_here() -> String {
    answer("200 OK", r#"{"data":[]}"#)
}

fn answer(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_sends_fail_as_were_asked_for() {
        let failed = (0..10_000).filter(|number| fails(*number, 0.2)).count();
        assert!((1_900..=2_100).contains(&failed), "{failed} of 10,000");
        assert_eq!((0..10_000).filter(|number| fails(*number, 0.0)).count(), 0);
    }
}
