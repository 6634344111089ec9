//! What a visitor does: as the customer, on the phone; as the agent, through the verbs of the inbox.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use domain::ids::{ConversationId, SendId, TicketId};
use serde::Deserialize;
use simulator::{Act, Tap};

use super::Stage;
use super::people::{Person, introduce, phone_of};
use super::visitor::{Visitor, remember_person};
use crate::demo::pieces::{PHOTO, VOICE};
use crate::http::problem::Problem;
use crate::inbox::{self, Once, Refusal};

/// Who acts as the agent, on the timeline.
pub(super) const AGENT: &str = "demo";
/// WhatsApp's limit for a text.
const LONGEST: usize = 4096;

/// A body of the page's own making, or of somebody who plays with it.
pub(super) type Sent<T> = Result<Json<T>, JsonRejection>;
pub(super) type Done = Result<StatusCode, Problem>;

#[derive(Deserialize)]
pub(super) struct Words {
    text: String,
}

/// `POST /demo/say`: the customer writes.
pub(super) async fn say(State(stage): State<Arc<Stage>>, visitor: Visitor, sent: Sent<Words>) -> Done {
    let text = written(&visitor, understood(&visitor, sent)?.text)?;
    introduce(&stage, visitor.person).await?;
    let phone = phone_of(&stage.phones.client, visitor.person).await.map_err(away(visitor))?;
    let act = Act::Text { text, reply_to: None };
    stage.phones.client.send(&phone.id, &act).await.map_err(away(visitor))?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(super) struct Piece {
    kind: Kind,
}

/// What a customer sends besides words.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Photo,
    Voice,
}

/// `POST /demo/media`: the customer sends a photo or a voice note.
pub(super) async fn media(State(stage): State<Arc<Stage>>, visitor: Visitor, sent: Sent<Piece>) -> Done {
    let kind = understood(&visitor, sent)?.kind;
    introduce(&stage, visitor.person).await?;
    let client = &stage.phones.client;
    let act = match kind {
        Kind::Photo => client.put_media(PHOTO.to_vec(), "image/jpeg", "scratched.jpg").await.map(photo),
        Kind::Voice => client.put_media(VOICE.to_vec(), "audio/ogg", "voice.ogg").await.map(voice),
    };
    let phone = phone_of(client, visitor.person).await.map_err(away(visitor))?;
    client.send(&phone.id, &act.map_err(away(visitor))?).await.map_err(away(visitor))?;
    Ok(StatusCode::NO_CONTENT)
}

fn photo(media_id: String) -> Act {
    Act::Image { media_id, caption: None }
}

fn voice(media_id: String) -> Act {
    Act::Voice { media_id }
}

/// `POST /demo/tap`: the customer taps a button under a message.
pub(super) async fn tap(State(stage): State<Arc<Stage>>, visitor: Visitor, sent: Sent<Tap>) -> Done {
    let tap = understood(&visitor, sent)?;
    let phone = phone_of(&stage.phones.client, visitor.person).await.map_err(away(visitor))?;
    stage.phones.client.tap(&phone.id, &tap).await.map_err(away(visitor))?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(super) struct Whose {
    person: String,
}

/// `POST /demo/phone`: the visitor takes another customer's phone.
pub(super) async fn take_phone(visitor: Visitor, sent: Sent<Whose>) -> Result<impl IntoResponse, Problem> {
    let person = Person::of(&understood(&visitor, sent)?.person).ok_or_else(|| refused(&visitor, "body"))?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(header::SET_COOKIE, remember_person(person))])))
}

#[derive(Deserialize)]
pub(super) struct Answer {
    conversation: String,
    text: String,
}

/// `POST /demo/reply`: the agent answers.
pub(super) async fn reply(State(stage): State<Arc<Stage>>, visitor: Visitor, sent: Sent<Answer>) -> Done {
    let answer = understood(&visitor, sent)?;
    let text = written(&visitor, answer.text)?;
    let id: ConversationId = answer.conversation.parse().map_err(|_| refused(&visitor, "body"))?;
    let replied = inbox::reply(&stage.node, stage.channel()?.workspace, id, &text, AGENT, Once::each_time()).await;
    replied.map_err(|refusal| explained(&visitor, refusal, "window"))?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(super) struct Work {
    ticket: String,
}

/// `POST /demo/resolve`: the agent is done with the ticket.
pub(super) async fn resolve(State(stage): State<Arc<Stage>>, visitor: Visitor, sent: Sent<Work>) -> Done {
    let id: TicketId = understood(&visitor, sent)?.ticket.parse().map_err(|_| refused(&visitor, "body"))?;
    let resolved = inbox::resolve_ticket(&stage.node, stage.channel()?.workspace, id, AGENT).await;
    resolved.map_err(|refusal| explained(&visitor, refusal, "resolved"))?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(super) struct Send {
    send: String,
    verb: Verb,
}

/// What a person decides about a message that did not simply leave.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Verb {
    Release,
    Resend,
    Drop,
}

/// `POST /demo/release`: the agent decides about a message that is held, refused or unknown.
pub(super) async fn release(State(stage): State<Arc<Stage>>, visitor: Visitor, sent: Sent<Send>) -> Done {
    let Send { send, verb } = understood(&visitor, sent)?;
    let id: SendId = send.parse().map_err(|_| refused(&visitor, "body"))?;
    let (node, workspace) = (&stage.node, stage.channel()?.workspace);
    let decided = match verb {
        Verb::Release => inbox::release_send(node, workspace, id, AGENT, Once::each_time()).await.map(drop),
        Verb::Resend => inbox::resend(node, workspace, id, AGENT, Once::each_time()).await.map(drop),
        Verb::Drop => inbox::drop_send(node, workspace, id, AGENT).await,
    };
    decided.map_err(|refusal| explained(&visitor, refusal, "moved-on"))?;
    node.changed(&[workspace]);
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /demo/resume`: what made WhatsApp refuse the number is mended.
pub(super) async fn resume(State(stage): State<Arc<Stage>>, visitor: Visitor) -> Done {
    let channel = stage.channel()?;
    let resumed = inbox::resume_channel(&stage.node, channel.workspace, channel.id, AGENT).await;
    resumed.map_err(|refusal| explained(&visitor, refusal, "moved-on"))?;
    stage.node.changed(&[channel.workspace]);
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn understood<T>(visitor: &Visitor, sent: Sent<T>) -> Result<T, Problem> {
    sent.map(|Json(sent)| sent).map_err(|error| Problem::new(error.status(), visitor.say("demo-refused-body")))
}

fn written(visitor: &Visitor, text: String) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(refused(visitor, "empty"));
    }
    if LONGEST < text.chars().count() {
        return Err(refused(visitor, "long"));
    }
    Ok(text.to_owned())
}

pub(super) fn refused(visitor: &Visitor, why: &str) -> Problem {
    Problem::invalid(visitor.say(&format!("demo-refused-{why}")))
}

/// A verb's refusal in the visitor's language. Each verb has one conflict, named by the caller.
fn explained(visitor: &Visitor, refusal: Refusal, conflict: &str) -> Problem {
    match refusal {
        Refusal::Missing(_) => Problem::new(StatusCode::NOT_FOUND, visitor.say("demo-refused-missing")),
        Refusal::Conflict(_) | Refusal::Stale(_) | Refusal::Overtaken { .. } => {
            Problem::new(StatusCode::CONFLICT, visitor.say(&format!("demo-refused-{conflict}")))
        }
        Refusal::Invalid(_) | Refusal::KeyTaken => refused(visitor, "body"),
        Refusal::NoAnswer(_) => Problem::new(StatusCode::SERVICE_UNAVAILABLE, visitor.say("demo-refused-phone")),
        Refusal::Store(error) => error.into(),
    }
}

/// What the platform refuses has changed since the page was drawn; anything else is its silence.
pub(super) fn away(visitor: Visitor) -> impl Fn(simulator::Error) -> Problem {
    move |error| match error {
        simulator::Error::Refused { .. } => Problem::new(StatusCode::CONFLICT, visitor.say("demo-refused-moved-on")),
        _ => Problem::new(StatusCode::SERVICE_UNAVAILABLE, visitor.say("demo-refused-phone")),
    }
}
