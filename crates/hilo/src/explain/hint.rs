//! What a person does about a refusal: one sentence for each of Meta's codes that says more than its class.

use domain::Language;
use store::MessageRow;
use whatsapp::{GraphError, Remedy, classify};

use crate::texts::say;

/// The one right thing to do about a message that Meta refused with this code.
pub fn hint(language: Language, code: i64) -> String {
    say(language, &format!("hint-{}", remedy(code)), &[])
}

/// The name of that one right thing.
pub fn remedy(code: i64) -> &'static str {
    by_code(code).unwrap_or_else(|| by_class(code))
}

/// The same for a message as its thread shows it. Of a refusal of our own, the reason says what to do.
pub fn hint_about(language: Language, row: &MessageRow) -> Option<String> {
    let is_metas = |code: &i64| *code != 0 || row.reports.as_deref().is_some_and(|said| said.contains("failed@"));
    row.error_code.filter(is_metas).map(|code| hint(language, code))
}

fn by_code(code: i64) -> Option<&'static str> {
    Some(match code {
        3 | 10 | 200..=299 | 131_005 => "permission",
        368 | 131_031 => "suspended",
        131_021 => "self",
        131_030 => "test-number",
        131_037 => "display-name",
        131_042 => "payment",
        131_045 | 133_010 => "registration",
        131_052 => "media-theirs",
        131_062 => "needs-number",
        130_497 => "country",
        132_001 => "template-missing",
        132_007 => "template-policy",
        132_015 => "template-paused",
        132_016 => "template-disabled",
        132_068 | 132_069 => "template-form",
        137_000 => "identity",
        _ => return None,
    })
}

fn by_class(code: i64) -> &'static str {
    let refusal =
        GraphError { code, subcode: None, message: String::new(), details: None, fbtrace_id: None, http_status: None };
    match classify(&refusal) {
        Remedy::Retry { .. } => "later",
        Remedy::SlowNumber | Remedy::SlowPair | Remedy::SlowAccount => "slow",
        Remedy::PauseNumber | Remedy::PauseAccount => "token",
        Remedy::StopProactive | Remedy::StopProactiveAccount => "reputation",
        Remedy::NeedsTemplate => "needs-template",
        Remedy::RecipientUnreachable => "unreachable",
        Remedy::MarketingRefused { not_before_hours: Some(_) } => "marketing-later",
        Remedy::MarketingRefused { not_before_hours: None } => "marketing-not",
        Remedy::OptedOut => "opted-out",
        Remedy::Request => "request",
        Remedy::Media => "media",
        Remedy::Template => "template-filling",
        Remedy::Other => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_metas_has_a_sentence_in_three_languages() {
        let codes = [
            0, 1, 2, 3, 4, 10, 33, 100, 190, 200, 299, 368, 80_007, 130_429, 130_472, 130_497, 131_000, 131_005,
            131_008, 131_009, 131_016, 131_021, 131_026, 131_030, 131_031, 131_037, 131_042, 131_045, 131_047, 131_048,
            131_049, 131_050, 131_051, 131_052, 131_053, 131_056, 131_057, 131_060, 131_062, 131_063, 131_064, 132_000,
            132_001, 132_005, 132_007, 132_008, 132_012, 132_015, 132_016, 132_068, 132_069, 133_004, 133_010, 133_016,
            135_000, 137_000, 139_000, 999_999,
        ];
        for code in codes {
            for language in [Language::En, Language::Es, Language::Pt] {
                let said = hint(language, code);
                assert!(!said.starts_with("hint-"), "{code}: {said}");
            }
        }
    }
}
