//! A send as WhatsApp takes it: to which address, under which name, with its file there.

use std::sync::Arc;
use std::time::Duration;

use domain::delivery::Address;
use store::Sending;
use whatsapp::outbound::Recipient;
use whatsapp::{OutboundMessage, SendOutcome};

use super::remedies::{self, Settlement};
use crate::channels::ChannelHandle;
use crate::media::{self, UploadProblem};
use crate::node::Node;
use crate::outgoing::Payload;
use crate::seal::Sealed;

/// The message that leaves; or what becomes of a send that cannot leave.
pub(super) async fn composed(
    node: &Arc<Node>,
    channel: &ChannelHandle,
    sending: &Sending,
    payload: Result<Payload, String>,
) -> Result<OutboundMessage, Settlement> {
    let never = |reason| Settlement::Dead { code: 0, reason, rests: Duration::ZERO };
    let mut payload = payload.map_err(never)?;
    if let Some(id) = payload.said.media_id() {
        let uploaded = media::uploaded(node, channel, sending.workspace, id).await;
        let id = uploaded.map_err(|problem| without_file(problem, sending.attempt + 1))?;
        payload.said = payload.said.with_uploaded(id);
    }
    message(node, sending, payload).map_err(never)
}

fn without_file(problem: UploadProblem, attempt: i64) -> Settlement {
    match problem {
        UploadProblem::Again { reason } => remedies::settle(&SendOutcome::NotSent { reason }, attempt),
        UploadProblem::Refused { code, reason } => Settlement::Dead { code, reason, rests: Duration::ZERO },
    }
}

fn message(node: &Node, sending: &Sending, payload: Payload) -> Result<OutboundMessage, String> {
    let sealed = Sealed {
        send: sending.send.id,
        conversation: sending.send.conversation,
        seq: sending.send.seq,
        attempt: sending.attempt + 1,
    };
    let to = address(sending, &payload).and_then(|address| recipient(sending, address));
    let message = OutboundMessage {
        to: to.ok_or("the conversation has no address that it could go to")?,
        body: payload.said.to_body().map_err(|problems| problems.join("; "))?,
        context: payload.context,
        opaque: node.seal.close(sending.workspace, &sealed),
    };
    message.check().map_err(|problems| problems.join("; "))?;
    Ok(message)
}

/// To which address of its thread a send goes: the phone before the user id, unless WhatsApp did not take the message there.
pub(super) fn address(sending: &Sending, payload: &Payload) -> Option<Address> {
    let avoid = payload.detour.map(|detour| detour.avoid);
    let known = [(Address::Phone, &sending.phone), (Address::UserId, &sending.user_id)];
    known.into_iter().find(|(address, known)| known.is_some() && avoid != Some(*address)).map(|(address, _)| address)
}

fn recipient(sending: &Sending, address: Address) -> Option<Recipient> {
    match address {
        Address::Phone => sending.phone.clone().map(Recipient::Phone),
        Address::UserId => sending.user_id.clone().map(Recipient::UserId),
    }
}
