//! Promises and openings in words, the way people say them on WhatsApp.

use domain::Language;
use domain::fact::Thing;
use jiff::civil::{DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

const MONTHS_ES: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];
const MONTHS_PT: [&str; 12] = [
    "janeiro",
    "fevereiro",
    "março",
    "abril",
    "maio",
    "junho",
    "julho",
    "agosto",
    "setembro",
    "outubro",
    "novembro",
    "dezembro",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A minute-exact moment would sound like a machine, and a promise may only be rounded to the later side.
const ROUND_TO_SECONDS: i64 = 5 * 60;

/// "en menos de 2 horas", "em até 2 horas", "within 2 hours".
pub fn say_promise(promise: SignedDuration, language: Language) -> String {
    let length = length(promise, language);
    match language {
        Language::Es => format!("en menos de {length}"),
        Language::Pt => format!("em até {length}"),
        Language::En => format!("within {length}"),
    }
}

/// "mañana a las 9:00", "amanhã às 9h", "tomorrow at 9:00 am"; without an opening, "as soon as possible".
pub fn say_opening(opens: Option<Timestamp>, now: Timestamp, time_zone: &TimeZone, language: Language) -> String {
    match opens {
        Some(opens) => say_moment(opens, now, time_zone, language),
        None => as_soon_as_possible(language).to_owned(),
    }
}

/// "hoy a las 18:00", "na segunda-feira às 9h30", "on January 7 at 1:00 pm".
pub(crate) fn say_moment(at: Timestamp, now: Timestamp, time_zone: &TimeZone, language: Language) -> String {
    let (at, today) = (time_zone.to_datetime(at), time_zone.to_datetime(now));
    let (day, clock) = (day(at, today, language), clock(at, language));
    match language {
        Language::Es => format!("{day} a {}{clock}", article_es(at)),
        Language::Pt => format!("{day} {}{clock}", if is_one(at) { "à " } else { "às " }),
        Language::En => format!("{day} at {clock}"),
    }
}

/// "mañana antes de las 11:00", "amanhã até as 11h", "tomorrow by 11:00 am": the latest moment of an answer.
pub fn say_due(due: Timestamp, now: Timestamp, time_zone: &TimeZone, language: Language) -> String {
    let (at, today) = (time_zone.to_datetime(round_up(due)), time_zone.to_datetime(now));
    let (day, clock) = (day(at, today, language), clock(at, language));
    match language {
        Language::Es => format!("{day} antes de {}{clock}", article_es(at)),
        Language::Pt => format!("{day} até {}{clock}", if is_one(at) { "a " } else { "as " }),
        Language::En => format!("{day} by {clock}"),
    }
}

/// "1250", "12,50", "12.50".
pub(crate) fn say_number(number: f64, language: Language) -> String {
    if number.fract() == 0.0 {
        return format!("{number:.0}");
    }
    let said = format!("{number:.2}");
    // Mexico and Central America write a point, the rest of the continent a comma; both read either.
    if language == Language::Pt { said.replace('.', ",") } else { said }
}

/// "sí", "sim", "yes".
pub(crate) fn say_yes_or_no(yes: bool, language: Language) -> &'static str {
    if yes { ["sí", "sim", "yes"][index(language)] } else { ["no", "não", "no"][index(language)] }
}

/// The state of an order or an appointment as a customer reads it, if it is one.
pub(crate) fn say_name(of: Thing, field: &str, name: &str, language: Language) -> Option<&'static str> {
    if field != "status" {
        return None;
    }
    let said = match (of, name) {
        (Thing::Order, "placed") => ["recibido", "recebido", "received"],
        (Thing::Order, "paid") => ["pagado", "pago", "paid"],
        (Thing::Order, "preparing") => ["en preparación", "em preparação", "being prepared"],
        (Thing::Order, "shipped") => ["en camino", "a caminho", "on its way"],
        (Thing::Order, "delivered") => ["entregado", "entregue", "delivered"],
        (Thing::Order, "cancelled") => ["cancelado", "cancelado", "cancelled"],
        (Thing::Order, "returned") => ["devuelto", "devolvido", "returned"],
        (Thing::Appointment, "scheduled") => ["agendada", "agendada", "scheduled"],
        (Thing::Appointment, "confirmed") => ["confirmada", "confirmada", "confirmed"],
        (Thing::Appointment, "completed") => ["realizada", "realizada", "completed"],
        (Thing::Appointment, "cancelled") => ["cancelada", "cancelada", "cancelled"],
        (Thing::Appointment, "no_show") => ["perdida", "perdida", "missed"],
        _ => return None,
    };
    Some(said[index(language)])
}

fn as_soon_as_possible(language: Language) -> &'static str {
    match language {
        Language::Es => "lo antes posible",
        Language::Pt => "assim que possível",
        Language::En => "as soon as possible",
    }
}

fn length(length: SignedDuration, language: Language) -> String {
    let minutes = length.as_mins().max(1);
    let (hour, hours, minute, and) = match language {
        Language::Es => ("hora", "horas", "minuto", " y "),
        Language::Pt => ("hora", "horas", "minuto", " e "),
        Language::En => ("hour", "hours", "minute", " and "),
    };
    let said_hours = match minutes / 60 {
        1 => format!("1 {hour}"),
        count => format!("{count} {hours}"),
    };
    let said_minutes = match minutes % 60 {
        1 => format!("1 {minute}"),
        count => format!("{count} {minute}s"),
    };
    match (minutes / 60, minutes % 60) {
        (0, _) => said_minutes,
        (_, 0) => said_hours,
        _ => format!("{said_hours}{and}{said_minutes}"),
    }
}

fn round_up(moment: Timestamp) -> Timestamp {
    let seconds = moment.as_second() + i64::from(0 < moment.subsec_nanosecond());
    let over = seconds.rem_euclid(ROUND_TO_SECONDS);
    let rounded = if over == 0 { seconds } else { seconds - over + ROUND_TO_SECONDS };
    Timestamp::from_second(rounded).unwrap_or(moment)
}

/// "hoy", "mañana", "el lunes", and from a week on "el 7 de enero", since "el lunes" would be the wrong one.
fn day(at: DateTime, today: DateTime, language: Language) -> String {
    match today.date().duration_until(at.date()).as_hours() / 24 {
        0 => ["hoy", "hoje", "today"][index(language)].to_owned(),
        1 => ["mañana", "amanhã", "tomorrow"][index(language)].to_owned(),
        2..=6 => weekday(at.weekday(), language).to_owned(),
        _ => date(at, language),
    }
}

fn date(at: DateTime, language: Language) -> String {
    let (day, month) = (at.day(), at.month() as usize - 1);
    match language {
        Language::Es => format!("el {day} de {}", MONTHS_ES[month]),
        Language::Pt => format!("no dia {day} de {}", MONTHS_PT[month]),
        Language::En => format!("on {} {day}", MONTHS_EN[month]),
    }
}

fn weekday(day: Weekday, language: Language) -> &'static str {
    let names = match day {
        Weekday::Monday => ["el lunes", "na segunda-feira", "on Monday"],
        Weekday::Tuesday => ["el martes", "na terça-feira", "on Tuesday"],
        Weekday::Wednesday => ["el miércoles", "na quarta-feira", "on Wednesday"],
        Weekday::Thursday => ["el jueves", "na quinta-feira", "on Thursday"],
        Weekday::Friday => ["el viernes", "na sexta-feira", "on Friday"],
        Weekday::Saturday => ["el sábado", "no sábado", "on Saturday"],
        Weekday::Sunday => ["el domingo", "no domingo", "on Sunday"],
    };
    names[index(language)]
}

fn clock(at: DateTime, language: Language) -> String {
    let (hour, minute) = (at.hour(), at.minute());
    match language {
        Language::Es => format!("{hour}:{minute:02}"),
        Language::Pt if minute == 0 => format!("{hour}h"),
        Language::Pt => format!("{hour}h{minute:02}"),
        Language::En => {
            let half = if hour < 12 { "am" } else { "pm" };
            let shown = if hour % 12 == 0 { 12 } else { hour % 12 };
            format!("{shown}:{minute:02} {half}")
        }
    }
}

fn article_es(at: DateTime) -> &'static str {
    if at.hour() == 1 { "la " } else { "las " }
}

/// Portuguese says "à 0h" and "à 1h", and "às" from two on.
fn is_one(at: DateTime) -> bool {
    at.hour() <= 1
}

fn index(language: Language) -> usize {
    match language {
        Language::Es => 0,
        Language::Pt => 1,
        Language::En => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opening(opens: &str, language: Language) -> String {
        let now = "2026-03-03T20:00:00-06:00".parse().expect("a Tuesday evening");
        let zone = TimeZone::get("America/Mexico_City").expect("a zone of the bundled database");
        say_opening(Some(opens.parse().expect("a moment")), now, &zone, language)
    }

    fn due(due: &str, language: Language) -> String {
        let now = "2026-03-03T17:30:00-06:00".parse().expect("a Tuesday afternoon");
        let zone = TimeZone::get("America/Mexico_City").expect("a zone of the bundled database");
        say_due(due.parse().expect("a moment"), now, &zone, language)
    }

    #[test]
    fn a_promise_is_said_in_hours_and_minutes() {
        let two_hours = SignedDuration::from_hours(2);
        assert_eq!(
            Language::ALL.map(|language| say_promise(two_hours, language)),
            ["en menos de 2 horas", "em até 2 horas", "within 2 hours"]
        );
        assert_eq!(say_promise(SignedDuration::from_mins(60), Language::Es), "en menos de 1 hora");
        assert_eq!(say_promise(SignedDuration::from_mins(30), Language::Pt), "em até 30 minutos");
        assert_eq!(say_promise(SignedDuration::from_mins(90), Language::En), "within 1 hour and 30 minutes");
    }

    #[test]
    fn the_next_day_is_tomorrow() {
        assert_eq!(
            Language::ALL.map(|language| opening("2026-03-04T09:00:00-06:00", language)),
            ["mañana a las 9:00", "amanhã às 9h", "tomorrow at 9:00 am"]
        );
    }

    #[test]
    fn a_day_of_this_week_has_its_name() {
        assert_eq!(
            Language::ALL.map(|language| opening("2026-03-09T09:30:00-06:00", language)),
            ["el lunes a las 9:30", "na segunda-feira às 9h30", "on Monday at 9:30 am"]
        );
    }

    #[test]
    fn a_week_from_now_it_is_said_with_its_date() {
        assert_eq!(
            Language::ALL.map(|language| opening("2026-03-10T13:00:00-06:00", language)),
            ["el 10 de marzo a las 13:00", "no dia 10 de março às 13h", "on March 10 at 1:00 pm"]
        );
    }

    #[test]
    fn one_o_clock_is_singular() {
        assert_eq!(opening("2026-03-04T01:00:00-06:00", Language::Es), "mañana a la 1:00");
        assert_eq!(opening("2026-03-04T01:00:00-06:00", Language::Pt), "amanhã à 1h");
    }

    #[test]
    fn the_latest_moment_is_rounded_to_the_later_side() {
        assert_eq!(
            Language::ALL.map(|language| due("2026-03-04T10:31:07-06:00", language)),
            ["mañana antes de las 10:35", "amanhã até as 10h35", "tomorrow by 10:35 am"]
        );
    }

    #[test]
    fn without_an_opening_nothing_is_invented() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(say_opening(None, now, &TimeZone::UTC, Language::En), "as soon as possible");
    }
}
