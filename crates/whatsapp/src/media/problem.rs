//! Why a file was not fetched or not uploaded, by what to do about it.

use crate::client::Answer;
use crate::client::outcome::strange;
use crate::error::GraphError;
use crate::remedy::{Remedy, classify};

/// Meta's code for a file that it does not take.
const UPLOAD_REFUSED: i64 = 131_053;

/// Why a file was not fetched or not uploaded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MediaProblem {
    /// No answer, Meta's trouble, or something that a person can repair: the same again, later.
    #[error("{reason}")]
    Again {
        /// What happened.
        reason: String,
    },
    /// It is not there: the address has expired, or Meta does not know the id any more.
    #[error("{reason}")]
    Gone {
        /// What Meta said.
        reason: String,
    },
    /// Meta will never take or give it.
    #[error("{reason} (code {code})")]
    Refused {
        /// Meta's code.
        code: i64,
        /// What Meta said.
        reason: String,
    },
    /// It is longer than what may be fetched.
    #[error("it is larger than {largest} bytes")]
    TooLarge {
        /// How long it may be.
        largest: u64,
    },
}

impl MediaProblem {
    pub(super) fn again(reason: impl Into<String>) -> Self {
        Self::Again { reason: reason.into() }
    }

    pub(super) fn refused(reason: impl Into<String>) -> Self {
        Self::Refused { code: UPLOAD_REFUSED, reason: reason.into() }
    }
}

/// A look-up that brought nothing. A request that Meta cannot serve is about an id that it does not know.
pub(super) fn of_answer(answer: &Answer) -> MediaProblem {
    match answer.refusal() {
        Some(error) => of_refusal(error, |_, reason| MediaProblem::Gone { reason }),
        None if matches!(answer.status, 404 | 410) => MediaProblem::Gone { reason: strange(answer) },
        None => MediaProblem::again(strange(answer)),
    }
}

/// An upload that brought no id.
pub(super) fn of_upload(answer: &Answer) -> MediaProblem {
    match answer.refusal() {
        Some(error) => of_refusal(error, |code, reason| MediaProblem::Refused { code, reason }),
        None if answer.status == 413 => MediaProblem::refused("WhatsApp says that the file is too large"),
        None => MediaProblem::again(strange(answer)),
    }
}

/// A download that did not begin. Meta answers an address that has expired with 404, and one of another app with 401 or 403.
pub(super) fn of_download(status: u16) -> MediaProblem {
    let reason = format!("HTTP {status} instead of the file");
    match status {
        400..=404 | 410 => MediaProblem::Gone { reason },
        _ => MediaProblem::Again { reason },
    }
}

fn of_refusal(error: GraphError, for_good: impl FnOnce(i64, String) -> MediaProblem) -> MediaProblem {
    let reason = error.details.clone().unwrap_or_else(|| error.message.clone());
    match classify(&error) {
        // A token or a permission can be repaired, and then the file may still be there.
        Remedy::Retry { .. }
        | Remedy::SlowNumber
        | Remedy::SlowPair
        | Remedy::SlowAccount
        | Remedy::PauseNumber
        | Remedy::PauseAccount
        | Remedy::StopProactive
        | Remedy::StopProactiveAccount => MediaProblem::again(error.to_string()),
        Remedy::Request | Remedy::Media => for_good(error.code, reason),
        Remedy::NeedsTemplate
        | Remedy::RecipientUnreachable
        | Remedy::MarketingRefused { .. }
        | Remedy::OptedOut
        | Remedy::Template
        | Remedy::Other => MediaProblem::Refused { code: error.code, reason },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(code: i64, status: u16) -> Answer {
        Answer { status, body: format!(r#"{{"error":{{"code":{code},"message":"no"}}}}"#).into_bytes() }
    }

    #[test]
    fn an_id_that_meta_does_not_know_is_gone_and_a_token_can_be_repaired() {
        assert!(matches!(of_answer(&refusal(100, 400)), MediaProblem::Gone { .. }));
        assert!(matches!(of_answer(&refusal(131_052, 400)), MediaProblem::Gone { .. }));
        assert!(matches!(of_answer(&refusal(190, 401)), MediaProblem::Again { .. }));
        assert!(matches!(of_answer(&refusal(131_000, 500)), MediaProblem::Again { .. }));
        assert!(matches!(of_answer(&Answer { status: 502, body: b"<html>".to_vec() }), MediaProblem::Again { .. }));
    }

    #[test]
    fn a_file_that_meta_does_not_take_is_refused_with_its_code() {
        assert!(matches!(of_upload(&refusal(131_053, 400)), MediaProblem::Refused { code: 131_053, .. }));
        assert!(matches!(of_upload(&refusal(130_429, 400)), MediaProblem::Again { .. }));
    }

    #[test]
    fn an_address_that_has_expired_is_gone_and_a_busy_host_is_not() {
        assert!(matches!(of_download(404), MediaProblem::Gone { .. }));
        assert!(matches!(of_download(302), MediaProblem::Again { .. }));
        assert!(matches!(of_download(503), MediaProblem::Again { .. }));
    }
}
