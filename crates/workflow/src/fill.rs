//! A text of the file said on facts: moments as people say them, in the customer's language.

use domain::Language;
use domain::fact::{Facts, Thing, Value};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::say::{say_moment, say_name, say_number, say_yes_or_no};
use crate::text;

/// What a text says beside facts, and how.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// The business's name.
    pub business: &'a str,
    /// The language that moments and states are said in.
    pub language: Language,
    /// The clock on the wall of whatever it is about.
    pub zone: &'a TimeZone,
    /// From which "tomorrow" is reckoned.
    pub now: Timestamp,
    /// What the tapped button carries.
    pub reply_value: Option<&'a str>,
}

/// The longest value that a text is filled in with; longer ones are cut.
pub(crate) const LONGEST_FACT: usize = 160;

/// The name under which a text says what the tapped button carries.
pub(crate) const REPLY_VALUE: &str = "reply.value";

/// The name under which a text says the business's.
pub(crate) const BUSINESS: &str = "business";

/// Fills a text in. What lacks is empty, so that `{% if contact.name %}` can ask for it.
pub fn fill(template: &str, facts: &Facts, words: &Words<'_>) -> String {
    let names = text::names(template);
    let values: Vec<(&str, String)> = names.into_iter().map(|name| (name, said(name, facts, words))).collect();
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    // The checker filled every text in once; one that was never checked says itself.
    text::render(template, &values).unwrap_or_else(|_| template.to_owned())
}

fn said(name: &str, facts: &Facts, words: &Words<'_>) -> String {
    let value = match name {
        BUSINESS => words.business.to_owned(),
        REPLY_VALUE => words.reply_value.unwrap_or_default().to_owned(),
        field => field.split_once('.').map_or_else(String::new, |(thing, field)| {
            let of = thing.parse::<Thing>();
            of.map_or_else(|_| String::new(), |of| fact(of, field, facts.get(of, field), words))
        }),
    };
    on_one_line(&value)
}

fn fact(of: Thing, field: &str, value: &Value, words: &Words<'_>) -> String {
    match value {
        Value::Text(text) => say_name(of, field, text, words.language).map_or_else(|| text.clone(), str::to_owned),
        Value::Number(number) => say_number(*number, words.language),
        Value::Flag(flag) => say_yes_or_no(*flag, words.language).to_owned(),
        Value::Moment(at) => {
            let at = Timestamp::from_millisecond(*at).unwrap_or_default();
            say_moment(at, words.now, words.zone, words.language)
        }
        Value::Length(_) | Value::Nothing => String::new(),
    }
}

/// WhatsApp takes no line breaks in what fills a template's gaps.
fn on_one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().filter(|c| !c.is_control()).take(LONGEST_FACT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, language: Language, name: Option<&str>) -> String {
        let mut facts = Facts::default();
        let moment = |text: &str| text.parse::<Timestamp>().unwrap();
        let starts_at = moment("2026-03-04T09:00:00-06:00").as_millisecond();
        facts.put(Thing::Appointment, "starts_at", Value::Moment(starts_at));
        facts.put(Thing::Order, "status", Value::Text("shipped".to_owned()));
        facts.put(Thing::Order, "total", Value::Number(1250.5));
        if let Some(name) = name {
            facts.put(Thing::Contact, "name", Value::Text(name.to_owned()));
        }
        let zone = TimeZone::get("America/Mexico_City").unwrap();
        let now = moment("2026-03-03T20:00:00-06:00");
        let words = Words { business: "Óptica Luna", language, zone: &zone, now, reply_value: Some("5") };
        fill(text, &facts, &words)
    }

    #[test]
    fn moments_and_states_are_said_as_people_say_them() {
        let text =
            "{{ business }}: {{ appointment.starts_at }}, {{ order.status }}, {{ order.total }}, {{ reply.value }}";
        assert_eq!(
            Language::ALL.map(|language| said(text, language, None)),
            [
                "Óptica Luna: mañana a las 9:00, en camino, 1250.50, 5",
                "Óptica Luna: amanhã às 9h, a caminho, 1250,50, 5",
                "Óptica Luna: tomorrow at 9:00 am, on its way, 1250.50, 5",
            ]
        );
    }

    #[test]
    fn what_lacks_can_be_asked_for_and_what_is_known_is_no_template() {
        let text = "{% if contact.name %}Hola, {{ contact.name }}{% else %}Hola{% endif %}.{{ order.tracking }}";
        assert_eq!(said(text, Language::Es, None), "Hola.");
        assert_eq!(said(text, Language::Es, Some("Ana\n{{ business }}")), "Hola, Ana {{ business }}.");
    }
}
