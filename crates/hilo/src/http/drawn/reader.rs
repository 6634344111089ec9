//! Who reads a screen, and when: every text and every moment on it depends on that.

use domain::Language;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::texts;

/// A language, a clock on the wall, and now.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    pub(crate) language: Language,
    /// The business's own: two people who speak about a moment mean the same one.
    pub(crate) zone: TimeZone,
    pub(crate) now: Timestamp,
}

impl Reader {
    /// A text.
    pub(crate) fn say(&self, key: &str) -> String {
        self.say_with(key, &[])
    }

    /// A text with its values.
    pub(crate) fn say_with(&self, key: &str, values: &[(&str, &str)]) -> String {
        texts::say(self.language, key, values)
    }

    /// A moment on the clock in the shop: `17:05`, or `5:05 pm`.
    pub(crate) fn clock(&self, at: i64) -> String {
        match self.language {
            Language::Es | Language::Pt => self.moment(at, "%H:%M"),
            Language::En => self.moment(at, "%-I:%M %P"),
        }
    }

    /// The day: `Tue 24 Nov`, in the reader's language.
    pub(crate) fn day(&self, at: i64) -> String {
        let (weekday, day, month) = (self.moment(at, "%w"), self.moment(at, "%-d"), self.moment(at, "%-m"));
        let values = [
            ("weekday", self.say(&format!("weekday-{weekday}"))),
            ("day", day),
            ("month", self.say(&format!("month-{month}"))),
        ];
        self.say_with("day", &values.each_ref().map(|(name, value)| (*name, &**value)))
    }

    /// The day and the hour.
    pub(crate) fn day_and_clock(&self, at: i64) -> String {
        format!("{} {}", self.day(at), self.clock(at))
    }

    /// The hour of what happens today; of anything else the day too.
    pub(crate) fn when(&self, at: i64) -> String {
        if self.is_today(at) { self.clock(at) } else { self.day_and_clock(at) }
    }

    /// The hour of what happened today; of anything else the day alone.
    pub(crate) fn lately(&self, at: i64) -> String {
        if self.is_today(at) { self.clock(at) } else { self.day(at) }
    }

    /// Whether two moments are of one day, on the clock in the shop.
    pub(crate) fn is_same_day(&self, one: i64, other: i64) -> bool {
        self.moment(one, "%F") == self.moment(other, "%F")
    }

    /// Whether a moment is of today.
    pub(crate) fn is_today(&self, at: i64) -> bool {
        self.is_same_day(at, self.now.as_millisecond())
    }

    /// A moment in the shop's time zone, in strftime's notation.
    pub(crate) fn moment(&self, at: i64, format: &str) -> String {
        self.timestamp(at).to_zoned(self.zone.clone()).strftime(format).to_string()
    }

    /// A stored moment; now, if nobody can have meant it.
    pub(crate) fn timestamp(&self, at: i64) -> Timestamp {
        Timestamp::from_millisecond(at).unwrap_or(self.now)
    }
}
