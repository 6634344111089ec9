//! Meetings at a time, and what became of them.

use uuid::Uuid;

use super::{Fields, Noun, Record, WrongMove, text_of};
use crate::ids::{AppointmentId, ContactId, UserId};
use crate::named::named;

const LONGEST_MS: i64 = 7 * 24 * 3_600_000;

named! {
    /// What became of an appointment.
    AppointmentStatus: "status of an appointment; use scheduled, confirmed, completed, cancelled or no_show" {
        /// It is agreed on.
        Scheduled = "scheduled",
        /// They said that they will come.
        Confirmed = "confirmed",
        /// It took place.
        Completed = "completed",
        /// It will not.
        Cancelled = "cancelled",
        /// They did not come.
        NoShow = "no_show",
    }
}

impl AppointmentStatus {
    /// Every status that somebody can give it from here, at this moment.
    pub fn next(self, starts_at: i64, now: i64) -> Vec<AppointmentStatus> {
        let all = AppointmentStatus::ALL.iter().copied();
        all.filter(|to| *to != self && self.to(*to, starts_at, now).is_ok()).collect()
    }

    /// The status after somebody gave it this one. What has not begun has neither taken place nor been missed.
    pub fn to(self, to: AppointmentStatus, starts_at: i64, now: i64) -> Result<AppointmentStatus, WrongMove> {
        use AppointmentStatus::{Cancelled, Completed, Confirmed, NoShow, Scheduled};
        let refused = |instead| Err(WrongMove::between(Noun::Appointment, self.name(), to.name(), instead));
        match (self, to) {
            (Scheduled | Confirmed, Completed | NoShow) | (Completed, NoShow) | (NoShow, Completed)
                if now < starts_at =>
            {
                refused("it has not begun")
            }
            (Scheduled | Confirmed, Scheduled | Confirmed | Completed | NoShow | Cancelled)
            | (Cancelled, Cancelled | Scheduled)
            | (Completed, Completed | NoShow)
            | (NoShow, NoShow | Completed | Scheduled) => Ok(to),
            (Cancelled | NoShow, Confirmed) | (Cancelled, Completed | NoShow) => refused("schedule it again first"),
            (Completed, Scheduled | Confirmed | Cancelled) => refused("book another one"),
            (NoShow, Cancelled) => refused("it is over"),
        }
    }
}

/// A meeting with a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    /// Its id.
    pub id: AppointmentId,
    /// With whom.
    pub contact: ContactId,
    /// What for.
    pub service: String,
    /// Where.
    pub place: Option<String>,
    /// When it begins, milliseconds since 1970.
    pub starts_at: i64,
    /// When it ends, milliseconds since 1970.
    pub ends_at: i64,
    /// In which zone people read its time: `America/Mexico_City`.
    pub time_zone: String,
    /// What became of it.
    pub status: AppointmentStatus,
    /// Who of ours sees to it.
    pub owner: Option<UserId>,
}

/// Why times are none of an appointment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTimes {
    /// It ends before it begins, or after days.
    #[error("an appointment ends after it begins, and within a week")]
    Order,
    /// Not a moment that calendars know.
    #[error("`starts_at` and `ends_at` are milliseconds since 1970, in a year that calendars know")]
    Moment,
    /// No such zone.
    #[error("`{0}` is not a time zone; use a name such as America/Mexico_City")]
    Zone(String),
}

impl Appointment {
    /// Refuses times that no meeting has.
    pub fn check_times(&self) -> Result<(), InvalidTimes> {
        let is_moment = |ms| jiff::Timestamp::from_millisecond(ms).is_ok();
        if !is_moment(self.starts_at) || !is_moment(self.ends_at) {
            return Err(InvalidTimes::Moment);
        }
        if self.ends_at <= self.starts_at || self.starts_at + LONGEST_MS < self.ends_at {
            return Err(InvalidTimes::Order);
        }
        let zone = jiff::tz::TimeZone::get(&self.time_zone);
        zone.map(drop).map_err(|_| InvalidTimes::Zone(self.time_zone.chars().take(60).collect()))
    }

    /// Its time as people there read it: `2026-11-24 15:00`.
    pub fn local(&self, at: i64) -> String {
        let zone = jiff::tz::TimeZone::get(&self.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let moment = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
        moment.to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string()
    }
}

impl Record for Appointment {
    const NOUN: Noun = Noun::Appointment;

    fn id(&self) -> Uuid {
        self.id.0
    }

    fn name(&self) -> String {
        self.service.clone()
    }

    fn contact(&self) -> Option<ContactId> {
        Some(self.contact)
    }

    fn fields(&self) -> Fields {
        vec![
            ("contact_id", Some(self.contact.to_string())),
            ("service", Some(self.service.clone())),
            ("place", self.place.clone()),
            ("starts_at", Some(self.local(self.starts_at))),
            ("ends_at", Some(self.local(self.ends_at))),
            ("time_zone", Some(self.time_zone.clone())),
            ("status", Some(self.status.name().to_owned())),
            ("owner_id", text_of(&self.owner)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use AppointmentStatus::{Cancelled, Completed, Confirmed, NoShow, Scheduled};

    #[test]
    fn nobody_has_missed_what_has_not_begun() {
        assert!(Confirmed.to(NoShow, 10, 9).is_err());
        assert_eq!(Confirmed.to(NoShow, 10, 10), Ok(NoShow));
        assert_eq!(Scheduled.next(10, 9), [Confirmed, Cancelled]);
    }

    #[test]
    fn what_is_cancelled_is_scheduled_again_before_it_is_confirmed() {
        let refused = Cancelled.to(Confirmed, 10, 1).unwrap_err().to_string();
        assert_eq!(refused, "an appointment that is cancelled cannot become confirmed; schedule it again first");
        assert_eq!(Cancelled.to(Scheduled, 10, 1), Ok(Scheduled));
        assert!(Completed.to(Scheduled, 10, 20).is_err());
    }

    #[test]
    fn a_meeting_takes_its_time_in_a_zone_that_exists() {
        let visit = Appointment {
            id: AppointmentId(Uuid::nil()),
            contact: ContactId(Uuid::nil()),
            service: "Eye test".to_owned(),
            place: None,
            starts_at: 1_795_388_400_000,
            ends_at: 1_795_390_200_000,
            time_zone: "America/Mexico_City".to_owned(),
            status: Scheduled,
            owner: None,
        };
        assert_eq!(visit.check_times(), Ok(()));
        assert_eq!(visit.local(visit.starts_at), "2026-11-22 17:00");
        let backwards = Appointment { ends_at: visit.starts_at, ..visit.clone() };
        assert_eq!(backwards.check_times(), Err(InvalidTimes::Order));
        let nowhere = Appointment { time_zone: "Mars/Olympus".to_owned(), ..visit.clone() };
        assert!(matches!(nowhere.check_times(), Err(InvalidTimes::Zone(_))));
        assert_eq!(Appointment { ends_at: i64::MAX, ..visit }.check_times(), Err(InvalidTimes::Moment));
    }
}
