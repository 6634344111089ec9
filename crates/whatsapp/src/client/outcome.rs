//! What is known after a call.

use serde_json::Value;

use super::Answer;
use crate::error::GraphError;
use crate::remedy::leaves_doubt;

/// What is known of a send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendOutcome {
    /// Meta took it. Whether it arrives, a status tells.
    Accepted(Accepted),
    /// Meta refused it.
    Refused(GraphError),
    /// It never left: no connection. It can be sent again.
    NotSent {
        /// Why.
        reason: String,
    },
    /// It left, and no answer of Meta's came back. It must not be sent again before a status, or its absence, has spoken.
    Unknown {
        /// What came instead of an answer.
        reason: String,
    },
}

/// Meta's word that it took a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The message's id on every status.
    pub wamid: String,
    /// The recipient as WhatsApp knows them: it may differ from what was asked for.
    pub wa_id: Option<String>,
    /// The recipient's business-scoped user id.
    pub user_id: Option<String>,
    /// `accepted`, `held_for_quality_assessment` or `paused`, where Meta says so.
    pub message_status: Option<String>,
}

/// A message was not marked as read. It is no harm to try again, nor to let it be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotMarked {
    /// Meta refused.
    #[error(transparent)]
    Refused(#[from] GraphError),
    /// Meta did not answer, or something else did.
    #[error("no answer: {0}")]
    NoAnswer(String),
}

pub(super) fn of_send(answer: &Answer) -> SendOutcome {
    match (answer.refusal(), accepted(answer)) {
        (Some(error), _) if leaves_doubt(&error) => SendOutcome::Unknown {
            reason: format!("HTTP {} with a code that Meta does not explain: {error}", answer.status),
        },
        (Some(error), _) => SendOutcome::Refused(error),
        (None, Some(accepted)) => SendOutcome::Accepted(accepted),
        (None, None) => SendOutcome::Unknown { reason: strange(answer) },
    }
}

pub(super) fn of_receipt(answer: &Answer) -> Result<(), NotMarked> {
    match answer.refusal() {
        Some(error) => Err(NotMarked::Refused(error)),
        None if (200..300).contains(&answer.status) => Ok(()),
        None => Err(NotMarked::NoAnswer(strange(answer))),
    }
}

fn accepted(answer: &Answer) -> Option<Accepted> {
    if !(200..300).contains(&answer.status) {
        return None;
    }
    let body: Value = serde_json::from_slice(&answer.body).ok()?;
    let text = |pointer: &str| {
        body.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    Some(Accepted {
        wamid: text("/messages/0/id")?,
        wa_id: text("/contacts/0/wa_id"),
        user_id: text("/contacts/0/user_id"),
        message_status: text("/messages/0/message_status"),
    })
}

pub(crate) fn strange(answer: &Answer) -> String {
    const SHOWN: usize = 80;
    let shown: String = String::from_utf8_lossy(&answer.body).chars().filter(|c| !c.is_control()).take(SHOWN).collect();
    format!("HTTP {} without an answer of Meta's: {shown:?}", answer.status)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(status: u16, body: &str) -> SendOutcome {
        of_send(&Answer { status, body: body.as_bytes().to_vec() })
    }

    #[test]
    fn an_accepted_message_has_an_id_and_maybe_both_names_of_its_recipient() {
        let body = r#"{"messaging_product":"whatsapp","contacts":[{"input":"+16505551234","wa_id":"16505551234","user_id":"US.1"}],
            "messages":[{"id":"wamid.1","message_status":"accepted"}]}"#;

        let SendOutcome::Accepted(accepted) = outcome(200, body) else { panic!() };

        assert_eq!((accepted.wamid.as_str(), accepted.wa_id.as_deref()), ("wamid.1", Some("16505551234")));
        assert_eq!((accepted.user_id.as_deref(), accepted.message_status.as_deref()), (Some("US.1"), Some("accepted")));
    }

    #[test]
    fn only_metas_own_words_end_the_doubt() {
        for (status, body) in
            [(200, ""), (200, "{}"), (200, r#"{"messages":[]}"#), (502, "<html>"), (302, ""), (404, "not here")]
        {
            assert!(matches!(outcome(status, body), SendOutcome::Unknown { .. }), "{status} {body}");
        }
        let untold = outcome(500, r#"{"error":{"code":77777,"message":"x"}}"#);
        assert!(matches!(untold, SendOutcome::Unknown { reason } if reason.contains("77777")));
        assert!(matches!(outcome(500, r#"{"error":{"code":131000,"message":"x"}}"#), SendOutcome::Refused(_)));
        assert!(matches!(outcome(200, r#"{"error":{"code":100}}"#), SendOutcome::Refused(_)));
    }
}
