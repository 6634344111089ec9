//! What becomes of a file after a try to fetch it.

use std::time::Duration;

use domain::media::MediaState;
use store::{MediaOutcome, StoredFile};

use super::fetch::Trouble;

/// WhatsApp keeps a file for so long; an hour more for clocks that differ.
const KEPT: Duration = Duration::from_secs(7 * 24 * 3600 + 3600);
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);
/// A transfer may be damaged on its way, but not again and again.
const DAMAGED: i64 = 3;

/// What becomes of it. `attempt` counts this try; `since` is when its message was recorded. Times are machine time.
pub(crate) fn of_try(tried: Result<StoredFile, Trouble>, attempt: i64, since: i64, now: i64) -> MediaOutcome {
    let ended = |state: MediaState, reason: String| MediaOutcome::Ended { state, reason };
    match tried {
        Ok(file) => MediaOutcome::Stored(file),
        Err(Trouble::Missing(reason)) => ended(MediaState::Missing, reason),
        Err(Trouble::Refused(reason)) => ended(MediaState::Refused, reason),
        Err(Trouble::Damaged(reason)) if DAMAGED <= attempt => ended(MediaState::Refused, reason),
        Err(Trouble::Again(reason)) if since + (KEPT.as_millis() as i64) < now => {
            ended(MediaState::Missing, format!("WhatsApp keeps a file for seven days, and until then: {reason}"))
        }
        Err(Trouble::Interrupted) => {
            MediaOutcome::Again { reason: "the program stopped while it was fetched".to_owned(), not_before: now }
        }
        Err(Trouble::Again(reason) | Trouble::Damaged(reason)) => {
            MediaOutcome::Again { reason, not_before: now + pause(attempt).as_millis() as i64 }
        }
    }
}

/// 2, 4, 8 … seconds, at most an hour.
fn pause(attempt: i64) -> Duration {
    Duration::from_secs(1 << attempt.clamp(1, 12)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 3600 * 1000;

    fn again() -> Result<StoredFile, Trouble> {
        Err(Trouble::Again("no answer".to_owned()))
    }

    #[test]
    fn the_pauses_grow_up_to_an_hour() {
        let not_before = |attempt| match of_try(again(), attempt, 0, 0) {
            MediaOutcome::Again { not_before, .. } => not_before / 1000,
            other => panic!("{other:?}"),
        };
        assert_eq!([1, 2, 3, 12, 90].map(not_before), [2, 4, 8, 3600, 3600]);
    }

    #[test]
    fn a_file_is_given_up_on_when_whatsapp_has_forgotten_it() {
        assert!(matches!(of_try(again(), 200, 0, 6 * DAY), MediaOutcome::Again { .. }));
        let MediaOutcome::Ended { state, reason } = of_try(again(), 200, 0, 8 * DAY) else { panic!() };
        assert_eq!(state, MediaState::Missing);
        assert!(reason.contains("seven days") && reason.contains("no answer"), "{reason}");
    }

    #[test]
    fn damage_is_believed_the_third_time() {
        let damaged = || Err(Trouble::Damaged("the hash differs".to_owned()));
        assert!(matches!(of_try(damaged(), 2, 0, 0), MediaOutcome::Again { .. }));
        assert!(matches!(of_try(damaged(), 3, 0, 0), MediaOutcome::Ended { state: MediaState::Refused, .. }));
    }
}
