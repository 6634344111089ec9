//! Faults that are put in on purpose, to see that `hilo chaos` finds them: `HILO_BROKEN=blind-retry hilo chaos --kills 20`. Only a build
//! for development has them, and one with the feature `deliberate-faults`; the program that people use cannot be broken like this.

use std::fmt;

use anyhow::{Result, bail};

const VARIABLE: &str = "HILO_BROKEN";
const IS_POSSIBLE: bool = cfg!(any(debug_assertions, feature = "deliberate-faults"));

/// What is done wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// A send of which nobody knows whether it left is sent again.
    BlindRetry,
    /// Meta is answered 200 before anything is committed.
    EarlyAnswer,
    /// What automation notes beside a record is committed later than the answer that it belongs to.
    LateNote,
}

const ALL: [Wrong; 3] = [Wrong::BlindRetry, Wrong::EarlyAnswer, Wrong::LateNote];

impl fmt::Display for Wrong {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Wrong::BlindRetry => "blind-retry",
            Wrong::EarlyAnswer => "early-answer",
            Wrong::LateNote => "late-note",
        })
    }
}

/// Whether this is to be done wrong.
pub(crate) fn does(wrong: Wrong) -> bool {
    static CHOSEN: std::sync::OnceLock<Option<Wrong>> = std::sync::OnceLock::new();
    IS_POSSIBLE && *CHOSEN.get_or_init(|| chosen().ok().flatten()) == Some(wrong)
}

/// What is to be done wrong; refused where it cannot be, so that nobody takes a sound program for a broken one that passed.
pub(crate) fn chosen() -> Result<Option<Wrong>> {
    let Ok(name) = std::env::var(VARIABLE) else { return Ok(None) };
    if !IS_POSSIBLE {
        bail!("{VARIABLE} is for a program built with --features deliberate-faults; unset it");
    }
    match ALL.into_iter().find(|wrong| wrong.to_string() == name) {
        Some(wrong) => Ok(Some(wrong)),
        None => bail!("{VARIABLE} is one of {}", ALL.map(|wrong| wrong.to_string()).join(", ")),
    }
}
