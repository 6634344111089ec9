//! Time as something to look at: a ring for the window, a bar for the promise. Each stands beside words that say the same.

use maud::{Markup, html};

/// WhatsApp takes a free answer for so long after the customer wrote, in milliseconds.
pub(super) const WINDOW_MS: i64 = 24 * 60 * 60 * 1000;

/// An hour or less of a wait, days of another: two figures at most.
pub(super) fn span(ms: i64) -> String {
    let minutes = ms.max(0) / 60_000;
    match minutes {
        ..60 => format!("{minutes} min"),
        60..600 if minutes % 60 != 0 => format!("{} h {} min", minutes / 60, minutes % 60),
        60..2_880 => format!("{} h", minutes / 60),
        _ => format!("{} d", minutes / 1_440),
    }
}

/// How much of something is left, from 0 to 100.
pub(super) fn percent(part: i64, whole: i64) -> i64 {
    if whole <= 0 { 0 } else { (part.saturating_mul(100) / whole).clamp(0, 100) }
}

/// A ring of which so much is full.
pub(super) fn ring(percent: i64) -> Markup {
    html! {
        svg.ring viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" {
            circle.track cx="8" cy="8" r="6" {}
            circle.full cx="8" cy="8" r="6" pathLength="100" stroke-dasharray={ (percent) " 100" } transform="rotate(-90 8 8)" {}
        }
    }
}

/// A bar of which so much is full.
pub(super) fn bar(percent: i64) -> Markup {
    html! {
        svg.bar viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" {
            rect.track width="100" height="4" {}
            rect.full width=(percent) height="4" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_reads_at_a_glance() {
        let minutes = |minutes: i64| span(minutes * 60_000);
        assert_eq!(minutes(0), "0 min");
        assert_eq!(minutes(59), "59 min");
        assert_eq!(minutes(60), "1 h");
        assert_eq!(minutes(150), "2 h 30 min");
        assert_eq!(minutes(601), "10 h");
        assert_eq!(minutes(3 * 1_440), "3 d");
        assert_eq!(span(-1), "0 min");
    }

    #[test]
    fn what_is_over_is_full_and_what_was_never_promised_is_empty() {
        assert_eq!([percent(5, 10), percent(20, 10), percent(-3, 10), percent(1, 0)], [50, 100, 0, 0]);
    }
}
