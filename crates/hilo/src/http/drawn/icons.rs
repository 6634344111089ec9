//! The few signs of the page, drawn here. Each stands beside a text that says the same.

use domain::delivery::Progress;
use maud::{Markup, html};

/// How far a message has come, as everybody knows it from their own phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ticks {
    Waiting,
    One,
    Two,
    Seen,
    Failed,
}

impl Ticks {
    pub(crate) fn of(progress: Progress) -> Ticks {
        match progress {
            Progress::Pending => Ticks::Waiting,
            Progress::Accepted | Progress::Sent => Ticks::One,
            Progress::Delivered => Ticks::Two,
            Progress::Read | Progress::Played => Ticks::Seen,
            Progress::Failed | Progress::Cancelled => Ticks::Failed,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Ticks::Waiting => "waiting",
            Ticks::One => "one",
            Ticks::Two => "two",
            Ticks::Seen => "seen",
            Ticks::Failed => "failed",
        }
    }
}

/// Ticks, with what they mean for whoever does not see them.
pub(crate) fn ticks(ticks: Ticks, meaning: &str) -> Markup {
    let line = match ticks {
        Ticks::Waiting => "M8 3.5v4.2l2.6 1.6M13.5 8a5.5 5.5 0 1 1-11 0 5.5 5.5 0 0 1 11 0Z",
        Ticks::One => "m4 8.6 3 3 6-7",
        Ticks::Two | Ticks::Seen => "m1.2 8.6 3 3 6-7m-2.6 6 1 1 6-7",
        Ticks::Failed => "M8 4v5m0 2.6v.1M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z",
    };
    html! {
        span class={ "ticks " (ticks.name()) } title=(meaning) {
            (sign(line))
            span.unseen { (meaning) }
        }
    }
}

/// The arrow on a button that sends.
pub(crate) fn send() -> Markup {
    sign("M2.5 8h10.2M8.6 3.6 13 8l-4.4 4.4")
}

/// A sheet of paper.
pub(crate) fn file() -> Markup {
    sign("M9.5 2H4.5v12h7V4L9.5 2Zm0 0v2h2M6.5 8h3m-3 2.5h3")
}

/// A tick in a circle: something is done.
pub(crate) fn done() -> Markup {
    sign("m5.2 8.3 2 2 3.8-4.4M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z")
}

/// One line, drawn with a pen as thick as that of the text.
pub(crate) fn sign(line: &str) -> Markup {
    html! {
        svg viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.6"
            stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" { path d=(line) {} }
    }
}
