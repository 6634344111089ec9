//! Who writes what, when; when the shop answers, and when it does not. Pure: from a seed and the present moment.

use domain::Language;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil};

use super::people::{self, Person};
use super::stories::{STORIES, Story};
use crate::dice::Dice;

const SEED: u64 = 26;
const PEOPLE: usize = 150;
const DAYS: i64 = 60;
/// The first matter of everybody and the further ones of some.
const MATTERS: usize = 243;
/// Everything is over by then: the newcomer's own message is the first of today.
const BEFORE_NOW: SignedDuration = SignedDuration::from_mins(20);

/// One moment of the past.
#[derive(Debug, Clone)]
pub(super) struct Moment {
    pub(super) at: Timestamp,
    pub(super) person: Person,
    pub(super) deed: Deed,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Deed {
    /// The customer writes.
    Writes(String),
    /// The customer sends a voice note.
    Speaks,
    /// The customer sends a photo.
    Shows,
    /// The shop answers.
    Answers(&'static str),
    /// The shop is done with the ticket.
    Resolves,
    /// A day is over: what people forgot to close may be closed by silence.
    Night,
}

/// The past of a demo that is started for the first time at `now`, the earliest first.
pub(super) fn sixty_days(now: Timestamp, zone: &TimeZone) -> Vec<Moment> {
    let mut dice = Dice::new(SEED);
    let people = people::everybody(&mut dice, PEOPLE);
    let mut moments: Vec<Moment> = Vec::new();
    for matter in 0..MATTERS {
        let place = if matter < PEOPLE { matter } else { dice.between(0, PEOPLE as i64) as usize };
        let person = &people[place];
        // Some people write again, and the last matters are of yesterday.
        let hours = dice.between(if matter % 9 == 0 { 2 } else { 30 }, DAYS * 24);
        let begins = daytime(&mut dice, now - SignedDuration::from_hours(hours), zone);
        let told = told(&mut dice, story_for(&mut dice_of(matter), person.language), begins, zone);
        moments.extend(told.into_iter().map(|(at, deed)| Moment { at, person: person.clone(), deed }));
    }
    moments.extend((0..DAYS).map(|days| night(now, days, &people[0])));
    moments.retain(|moment| moment.at < now - BEFORE_NOW);
    moments.sort_by_key(|moment| moment.at);
    moments
}

/// A throw that does not depend on those before: another story more would otherwise change all the days after it.
fn dice_of(matter: usize) -> Dice {
    Dice::new(SEED * 1_000_000 + matter as u64)
}

fn night(now: Timestamp, days: i64, anybody: &Person) -> Moment {
    Moment { at: now - SignedDuration::from_hours(24 * days), person: anybody.clone(), deed: Deed::Night }
}

fn story_for(dice: &mut Dice, language: Language) -> &'static Story {
    let spoken: Vec<&'static Story> = STORIES.iter().filter(|story| story.language == language).collect();
    dice.one_of(&spoken)
}

/// A matter from its first word to its last. Some are answered late, some never, some never closed.
fn told(dice: &mut Dice, story: &Story, begins: Timestamp, zone: &TimeZone) -> Vec<(Timestamp, Deed)> {
    let mut told = Vec::new();
    let mut at = begins;
    for words in dice.one_of(story.opening).split('|') {
        told.push((at, spoken(dice, words)));
        at += SignedDuration::from_secs(dice.between(8, 70));
    }
    if dice.chance(4) {
        return told; // nobody saw it
    }
    at += answered_after(dice);
    at = opening_hours(dice, at, zone);
    told.push((at, Deed::Answers(story.answer)));
    if let Some((reply, answer)) = story.more {
        at = at.max(daytime(dice, at, zone)) + SignedDuration::from_mins(dice.between(2, 50));
        told.push((at, spoken(dice, reply)));
        at += SignedDuration::from_mins(dice.between(3, 25));
        at = opening_hours(dice, at, zone);
        told.push((at, Deed::Answers(answer)));
    }
    if dice.chance(55) {
        at += SignedDuration::from_mins(dice.between(1, 40));
        told.push((at, spoken(dice, story.thanks)));
    }
    if dice.chance(86) {
        at += SignedDuration::from_mins(dice.between(2, 200));
        at = opening_hours(dice, at, zone);
        told.push((at, Deed::Resolves));
    }
    told
}

fn spoken(dice: &mut Dice, words: &str) -> Deed {
    match words {
        "@voice" => Deed::Speaks,
        "@photo" => Deed::Shows,
        words if dice.chance(40) => Deed::Writes(mistyped(dice, words)),
        words => Deed::Writes(words.to_owned()),
    }
}

/// On a phone, in a hurry: no accents, no question mark at the front, now and then two letters in the wrong order.
fn mistyped(dice: &mut Dice, words: &str) -> String {
    let bare = |letter: char| match letter {
        'á' => 'a',
        'é' => 'e',
        'í' => 'i',
        'ó' => 'o',
        'ú' => 'u',
        other => other,
    };
    let mut letters: Vec<char> = words.chars().filter(|letter| *letter != '¿').map(bare).collect();
    if 12 < letters.len() && dice.chance(50) {
        let place = dice.between(4, letters.len() as i64 - 3) as usize;
        if letters[place].is_alphabetic() && letters[place + 1].is_alphabetic() {
            letters.swap(place, place + 1);
        }
    }
    letters.into_iter().collect()
}

/// Nine in ten are answered in time.
fn answered_after(dice: &mut Dice) -> SignedDuration {
    let minutes = if dice.chance(88) { dice.between(3, 26) } else { dice.between(70, 420) };
    SignedDuration::from_mins(minutes)
}

/// When people write: by day and in the evening.
fn daytime(dice: &mut Dice, at: Timestamp, zone: &TimeZone) -> Timestamp {
    let local = at.to_zoned(zone.clone());
    if (8..22).contains(&local.hour()) { at } else { on(local.date(), dice.between(9, 21), dice, zone).unwrap_or(at) }
}

/// When somebody is at the counter: then, or soon after the next opening.
fn opening_hours(dice: &mut Dice, at: Timestamp, zone: &TimeZone) -> Timestamp {
    let local = at.to_zoned(zone.clone());
    let (sunday, saturday) = (civil::Weekday::Sunday, civil::Weekday::Saturday);
    let closes = if local.weekday() == saturday { 15 } else { 19 };
    if local.weekday() != sunday && (10..closes).contains(&local.hour()) {
        return at;
    }
    let mut day = local.date();
    while local.hour() >= 10 && day == local.date() || day.weekday() == sunday {
        let Ok(next) = day.tomorrow() else { return at };
        day = next;
    }
    on(day, 10, dice, zone).unwrap_or(at)
}

fn on(day: civil::Date, hour: i64, dice: &mut Dice, zone: &TimeZone) -> Option<Timestamp> {
    let time = civil::Time::new(hour as i8, dice.between(1, 50) as i8, dice.between(0, 60) as i8, 0).ok()?;
    Some(day.to_datetime(time).to_zoned(zone.clone()).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_past_is_sixty_days_long_in_order_and_always_the_same() {
        let now: Timestamp = "2026-11-23T16:00:00Z".parse().unwrap();
        let zone = TimeZone::get("America/Mexico_City").unwrap();
        let past = sixty_days(now, &zone);
        assert!(past.is_sorted_by_key(|moment| moment.at));
        assert!(past.last().unwrap().at < now);
        assert!(now - SignedDuration::from_hours(61 * 24) < past[0].at);
        let deeds = |past: &[Moment]| past.iter().map(|moment| (moment.at, moment.deed.clone())).collect::<Vec<_>>();
        assert_eq!(deeds(&past), deeds(&sixty_days(now, &zone)));
        let answered_on_sunday = past.iter().any(|moment| {
            let day = moment.at.to_zoned(zone.clone()).weekday();
            matches!(moment.deed, Deed::Answers(_)) && day == civil::Weekday::Sunday
        });
        assert!(!answered_on_sunday, "the shop is closed on Sundays");
    }
}
