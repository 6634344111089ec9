//! What somebody is told: what is wrong, since when, what to do, and where to look.

use domain::Language;
use domain::trouble::{Phase, TroubleKind};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use store::{AlertRow, TroubleRow};

use crate::http::Reader;
use crate::texts::say;

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) text: String,
}

/// A trouble as a person is told of it, on a screen or off.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Telling<'a> {
    pub(crate) language: Language,
    pub(crate) kind: TroubleKind,
    pub(crate) subject: &'a str,
    pub(crate) detail: &'a str,
}

impl<'a> Telling<'a> {
    pub(crate) fn of(language: Language, row: &'a TroubleRow) -> Self {
        Self { language, kind: row.kind, subject: &row.subject, detail: &row.detail }
    }

    fn of_alert(language: Language, row: &'a AlertRow) -> Self {
        Self { language, kind: row.kind, subject: &row.subject, detail: &row.detail }
    }

    fn say(&self, what: &str) -> String {
        let values = [("subject", self.subject), ("detail", self.detail)];
        say(self.language, &format!("alert-{}{what}", self.kind), &values)
    }

    /// In a few words.
    pub(crate) fn title(&self) -> String {
        self.say("")
    }

    /// What was seen.
    pub(crate) fn seen(&self) -> String {
        self.say("-seen")
    }

    /// What to do about it.
    pub(crate) fn fix(&self) -> String {
        self.say("-fix")
    }
}

/// In one line: for the gap of a template, and on top of a letter.
pub(super) fn line(alert: &AlertRow, language: Language) -> String {
    let title = Telling::of_alert(language, alert).title();
    let key = match alert.phase {
        Phase::Began => return title,
        Phase::Lasts => "alert-lasts",
        Phase::Ended => "alert-ended",
    };
    say(language, key, &[("title", &title)])
}

/// Everything about it.
pub(super) fn letter(alert: &AlertRow, language: Language, workspace: &str, zone: TimeZone, link: &str) -> Letter {
    let (telling, reader) = (Telling::of_alert(language, alert), reader(alert, language, zone));
    let since = reader.day_and_clock(alert.began_at);
    let what = match alert.phase {
        Phase::Began | Phase::Lasts => {
            format!("{}\n{}\n\n{}", telling.seen(), say(language, "alert-since", &[("when", &since)]), telling.fix())
        }
        Phase::Ended => say(language, "alert-over", &[("from", &since), ("to", &reader.day_and_clock(alert.at))]),
    };
    let look = say(language, "alert-look", &[("link", link)]);
    let why = say(language, "alert-why", &[("workspace", workspace)]);
    Letter { subject: format!("Hilo: {}", line(alert, language)), text: format!("{what}\n\n{look}\n\n-- \n{why}\n") }
}

fn reader(alert: &AlertRow, language: Language, zone: TimeZone) -> Reader {
    Reader { language, zone, now: Timestamp::from_millisecond(alert.at).unwrap_or_default() }
}

/// One that only shows that letters arrive.
pub(crate) fn test_letter(language: Language, link: &str) -> Letter {
    Letter {
        subject: format!("Hilo: {}", say(language, "alert-test", &[])),
        text: format!(
            "{}\n\n{}\n",
            say(language, "alert-test-text", &[]),
            say(language, "alert-look", &[("link", link)])
        ),
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::{AlertId, WorkspaceId};
    use domain::trouble::{AlertState, AlertWay};
    use uuid::Uuid;

    use super::*;

    fn alert(kind: TroubleKind, phase: Phase) -> AlertRow {
        AlertRow {
            workspace: WorkspaceId(Uuid::nil()),
            id: AlertId(Uuid::nil()),
            kind,
            subject: "+52 55 5000 1000".to_owned(),
            phase,
            day: 0,
            way: AlertWay::Mail,
            recipient: "ana@optica.example".to_owned(),
            detail: "42".to_owned(),
            began_at: 0,
            at: 7_200_000,
            state: AlertState::Waiting,
            attempts: 0,
            error: None,
        }
    }

    #[test]
    fn every_trouble_is_told_in_three_languages_with_what_to_do() {
        for language in Language::ALL {
            for kind in TroubleKind::ALL {
                let told = letter(&alert(*kind, Phase::Began), language, "default", TimeZone::UTC, "https://h/health");
                assert!(!told.subject.contains("alert-") && !told.text.contains("alert-"), "{told:?}");
                assert!(told.text.contains("https://h/health"));
                assert!(told.subject.lines().count() == 1 && told.subject.chars().count() < 100, "{}", told.subject);
            }
        }
    }

    #[test]
    fn what_is_over_says_from_when_to_when_and_asks_for_nothing() {
        let ended = alert(TroubleKind::NumberStopped, Phase::Ended);
        let told = letter(&ended, Language::En, "default", TimeZone::UTC, "https://h/health");
        assert_eq!(told.subject, "Hilo: Over: +52 55 5000 1000 does not send");
        assert!(told.text.contains("12:00 am") && told.text.contains("2:00 am"), "{}", told.text);
        assert!(!told.text.contains(&Telling::of_alert(Language::En, &ended).fix()));
    }
}
