//! What to do about a refusal. One table, the same for a call that was refused and a status that failed.

use crate::error::GraphError;

/// What happens next to a message, or to its channel, after a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Remedy {
    /// Meta's trouble: the same send again, later.
    Retry {
        /// A second failure is final.
        once: bool,
    },
    /// The phone number sends too fast.
    SlowNumber,
    /// This person gets too many messages from this number.
    SlowPair,
    /// The app or the business account calls too often.
    SlowAccount,
    /// Nothing can be sent with this number until a person repairs it: token, permission, registration.
    PauseNumber,
    /// Nothing can be sent with any number of the account until a person repairs it: payment, suspension.
    PauseAccount,
    /// The number's reputation is at stake: only replies, nothing we start.
    StopProactive,
    /// The reputation of the whole account is at stake.
    StopProactiveAccount,
    /// The customer service window is closed: a template or a person, never the same again.
    NeedsTemplate,
    /// This address of the person gets nothing: try another identity or channel.
    RecipientUnreachable,
    /// Meta will not deliver marketing to this person now.
    MarketingRefused {
        /// Not before so many hours; none means not at all.
        not_before_hours: Option<u32>,
    },
    /// The person does not want marketing messages: remember it.
    OptedOut,
    /// The request itself is wrong: put it aside with its details.
    Request,
    /// The file is wrong or out of reach.
    Media,
    /// The template is missing, changed or blocked: refresh it, hold what uses it.
    Template,
    /// None of these: a person looks at it.
    Other,
}

/// What to do about a refusal, by its code. The HTTP status counts only where the code is unknown: rate limits come as 400.
pub fn classify(error: &GraphError) -> Remedy {
    by_code(error.code).unwrap_or_else(|| by_status(error.http_status))
}

/// Whether a send that was answered so may have been taken all the same: a server broke down, and no code of Meta's says how.
pub(crate) fn leaves_doubt(error: &GraphError) -> bool {
    error.http_status.is_some_and(|status| 500 <= status) && by_code(error.code).is_none()
}

fn by_code(code: i64) -> Option<Remedy> {
    Some(match code {
        1 => Remedy::Retry { once: true },
        2 | 131_000 | 131_016 | 131_057 | 133_004 => Remedy::Retry { once: false },
        130_429 | 133_016 => Remedy::SlowNumber,
        131_056 => Remedy::SlowPair,
        4 | 80_007 => Remedy::SlowAccount,
        0 | 3 | 10 | 190 | 200..=299 | 131_005 | 131_037 | 131_045 | 133_010 => Remedy::PauseNumber,
        368 | 131_031 | 131_042 => Remedy::PauseAccount,
        131_048 => Remedy::StopProactive,
        130_497 | 131_064 => Remedy::StopProactiveAccount,
        131_047 => Remedy::NeedsTemplate,
        131_021 | 131_026 | 131_030 | 131_062 => Remedy::RecipientUnreachable,
        131_049 => Remedy::MarketingRefused { not_before_hours: Some(24) },
        130_472 | 131_063 => Remedy::MarketingRefused { not_before_hours: None },
        131_050 => Remedy::OptedOut,
        33 | 100 | 131_008 | 131_009 | 131_051 | 135_000 => Remedy::Request,
        131_052 | 131_053 => Remedy::Media,
        // The family of template errors; Meta adds to it.
        132_000..=132_999 => Remedy::Template,
        131_060 | 131_200..=131_299 | 137_000..=139_999 => Remedy::Other,
        _ => return None,
    })
}

fn by_status(status: Option<u16>) -> Remedy {
    match status {
        Some(500..) => Remedy::Retry { once: false },
        Some(429) => Remedy::SlowAccount,
        Some(401) => Remedy::PauseNumber,
        Some(_) | None => Remedy::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remedy(code: i64, http_status: Option<u16>) -> Remedy {
        classify(&GraphError {
            code,
            subcode: None,
            message: String::new(),
            details: None,
            fbtrace_id: None,
            http_status,
        })
    }

    #[test]
    fn every_known_code_has_its_remedy() {
        let table: [(Remedy, &[i64]); 17] = [
            (Remedy::Retry { once: true }, &[1]),
            (Remedy::Retry { once: false }, &[2, 131_000, 131_016, 133_004, 131_057]),
            (Remedy::SlowNumber, &[130_429, 133_016]),
            (Remedy::SlowPair, &[131_056]),
            (Remedy::SlowAccount, &[4, 80_007]),
            (Remedy::PauseNumber, &[0, 190, 3, 10, 200, 250, 299, 131_005, 133_010, 131_045, 131_037]),
            (Remedy::PauseAccount, &[368, 131_031, 131_042]),
            (Remedy::StopProactive, &[131_048]),
            (Remedy::StopProactiveAccount, &[131_064, 130_497]),
            (Remedy::NeedsTemplate, &[131_047]),
            (Remedy::RecipientUnreachable, &[131_026, 131_021, 131_030, 131_062]),
            (Remedy::MarketingRefused { not_before_hours: Some(24) }, &[131_049]),
            (Remedy::MarketingRefused { not_before_hours: None }, &[130_472, 131_063]),
            (Remedy::OptedOut, &[131_050]),
            (Remedy::Request, &[100, 131_008, 131_009, 131_051, 135_000, 33]),
            (Remedy::Media, &[131_052, 131_053]),
            (
                Remedy::Template,
                &[132_000, 132_001, 132_005, 132_007, 132_008, 132_012, 132_015, 132_016, 132_068, 132_069],
            ),
        ];
        for (expected, codes) in table {
            for code in codes {
                assert_eq!(remedy(*code, Some(400)), expected, "{code}");
            }
        }
        for code in [137_000, 138_000, 139_000, 139_103, 131_200, 131_060, 999_999] {
            assert_eq!(remedy(code, Some(400)), Remedy::Other, "{code}");
        }
    }

    #[test]
    fn the_code_outweighs_the_http_status() {
        assert_eq!(remedy(131_047, Some(500)), Remedy::NeedsTemplate);
        assert_eq!(remedy(130_429, Some(400)), Remedy::SlowNumber);
        assert_eq!(remedy(139_000, Some(500)), Remedy::Other);
    }

    #[test]
    fn a_breakdown_without_a_known_code_leaves_doubt() {
        let doubt = |code, status| {
            let words = String::new();
            let error = GraphError {
                code,
                subcode: None,
                message: words,
                details: None,
                fbtrace_id: None,
                http_status: Some(status),
            };
            leaves_doubt(&error)
        };
        assert!(doubt(77_777, 500) && doubt(77_777, 503));
        assert!(!doubt(77_777, 400) && !doubt(131_000, 500) && !doubt(2, 503) && !doubt(139_000, 500));
    }

    #[test]
    fn an_unknown_code_is_judged_by_its_http_status() {
        assert_eq!(remedy(77_777, Some(503)), Remedy::Retry { once: false });
        assert_eq!(remedy(77_777, Some(429)), Remedy::SlowAccount);
        assert_eq!(remedy(77_777, Some(401)), Remedy::PauseNumber);
        assert_eq!(remedy(77_777, None), Remedy::Other);
    }
}
