//! The words with which a message is taken in.

use domain::Language;
use jiff::Timestamp;

use crate::model::{Acknowledgement, AskFor, Queue, Workflow};
use crate::promise::{Promise, promise};
use crate::say::{say_due, say_opening, say_promise};
use crate::text::{self, LONGEST_VALUE};

/// What a customer is told when `queue` takes a message in at `at`: by name where it is known, with a promise that holds.
pub fn acknowledgement(
    workflow: &Workflow,
    language: Language,
    queue: &Queue,
    name: Option<&str>,
    at: Timestamp,
) -> String {
    let name = sayable(name.unwrap_or_default());
    fill_in(workflow, &workflow.texts.acknowledgement, language, queue, Some(&name), at)
}

/// What a sender is told who could be either of two contacts: nobody's name is said.
pub fn ambiguous_acknowledgement(workflow: &Workflow, language: Language, queue: &Queue, at: Timestamp) -> String {
    fill_in(workflow, &workflow.texts.ambiguous, language, queue, None, at)
}

/// What somebody who was never heard of is asked beside it, if the workflow asks.
pub fn question_to_somebody_new(workflow: &Workflow, language: Language) -> Option<&'static str> {
    let language = workflow.answer_language(language);
    let [es, pt, en] = match workflow.new_contacts.ask_for {
        AskFor::Nothing => return None,
        AskFor::Name => ["¿Cómo te llamas?", "Qual é o seu nome?", "May we have your name?"],
        AskFor::Email => [
            "Para encontrar tus datos, ¿nos compartes tu correo electrónico?",
            "Para encontrar os seus dados, pode nos dizer o seu e-mail?",
            "To find your details, may we have your e-mail address?",
        ],
        AskFor::OrderNumber => [
            "Para encontrar tus datos, ¿nos compartes tu número de pedido?",
            "Para encontrar os seus dados, pode nos dizer o número do seu pedido?",
            "To find your details, may we have your order number?",
        ],
    };
    Some(match language {
        Language::Es => es,
        Language::Pt => pt,
        Language::En => en,
    })
}

fn fill_in(
    workflow: &Workflow,
    texts: &Acknowledgement,
    language: Language,
    queue: &Queue,
    name: Option<&str>,
    at: Timestamp,
) -> String {
    let language = workflow.answer_language(language);
    let promised = promise(queue, at);
    let text = if promised.open_now { &texts.open } else { &texts.closed };
    let opens = promised.opens.or(promised.open_now.then_some(at));
    let (said_promise, said_opening) =
        (truthful(&promised, queue, at, language), say_opening(opens, at, &queue.time_zone, language));
    let (queue_name, business) = (sayable(queue.name.get(language)), sayable(&workflow.business.name));
    let mut values = vec![
        ("promise", said_promise.as_str()),
        ("opens", said_opening.as_str()),
        ("queue", queue_name.as_str()),
        ("business", business.as_str()),
    ];
    values.extend(name.map(|name| ("name", name)));
    // The checker filled every text in once; a workflow that was never checked still says something true.
    text::render(text.get(language), &values).unwrap_or_else(|_| received(language).to_owned())
}

/// "Within 2 hours" only where that is so by the customer's clock too; otherwise the moment itself.
fn truthful(promised: &Promise, queue: &Queue, at: Timestamp, language: Language) -> String {
    if at.duration_until(promised.due) <= queue.promise {
        say_promise(queue.promise, language)
    } else {
        say_due(promised.due, at, &queue.time_zone, language)
    }
}

/// A name on one line, short enough for the longest text.
fn sayable(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").chars().filter(|c| !c.is_control()).take(LONGEST_VALUE).collect()
}

fn received(language: Language) -> &'static str {
    match language {
        Language::Es => "Recibimos tu mensaje.",
        Language::Pt => "Recebemos a sua mensagem.",
        Language::En => "We received your message.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::starters::{OPTICA_LUNA, TRIAGE};

    fn workflow(text: &str) -> Workflow {
        crate::read(text, "starter.yaml").expect("a sound starter")
    }

    fn said(workflow: &Workflow, language: Language, name: Option<&str>, at: &str) -> String {
        acknowledgement(workflow, language, &workflow.queues[0], name, at.parse().expect("a moment"))
    }

    #[test]
    fn during_opening_hours_the_promise_is_said_in_the_customers_language() {
        let workflow = workflow(TRIAGE);
        assert_eq!(
            Language::ALL.map(|language| said(&workflow, language, None, "2026-03-03T10:00:00-06:00")),
            [
                "Recibimos tu mensaje y una persona te responderá en menos de 2 horas.",
                "Recebemos a sua mensagem e uma pessoa vai responder em até 2 horas.",
                "We received your message and an agent will respond within 2 hours."
            ]
        );
    }

    #[test]
    fn shortly_before_closing_the_next_morning_is_promised_and_not_two_hours() {
        assert_eq!(
            said(&workflow(TRIAGE), Language::Es, None, "2026-03-03T17:30:00-06:00"),
            "Recibimos tu mensaje y una persona te responderá mañana antes de las 10:30."
        );
    }

    #[test]
    fn outside_opening_hours_the_opening_is_said() {
        assert_eq!(
            said(&workflow(TRIAGE), Language::En, None, "2026-03-07T20:00:00-06:00"),
            "We received your message. We open on Monday at 9:00 am and an agent will respond on Monday by 11:00 am."
        );
    }

    #[test]
    fn a_known_customer_is_greeted_and_an_unknown_one_is_not() {
        let luna = workflow(OPTICA_LUNA);
        let greeted = said(&luna, Language::Es, Some("Ana\nSofía"), "2026-03-03T10:00:00-06:00");
        assert_eq!(
            greeted,
            "Hola, Ana Sofía. Recibimos tu mensaje y una persona de Óptica Luna te responderá en menos de 1 hora."
        );
        assert!(said(&luna, Language::Es, None, "2026-03-03T10:00:00-06:00").starts_with("Recibimos"));
    }

    #[test]
    fn a_language_that_the_business_does_not_speak_is_answered_in_its_own() {
        let mut luna = workflow(OPTICA_LUNA);
        luna.business.languages = vec![Language::Es];
        assert!(said(&luna, Language::En, None, "2026-03-03T10:00:00-06:00").starts_with("Recibimos"));
    }

    #[test]
    fn somebody_new_is_asked_for_what_the_file_says_and_for_nothing_else() {
        let asking = |what: &str| workflow(&format!("{TRIAGE}\nnew_contacts:\n  ask_for: {what}\n"));
        assert_eq!(question_to_somebody_new(&workflow(TRIAGE), Language::Es), None);
        assert_eq!(question_to_somebody_new(&asking("none"), Language::Es), None);
        assert_eq!(question_to_somebody_new(&asking("name"), Language::Pt), Some("Qual é o seu nome?"));
        let findings = crate::read(&format!("{TRIAGE}\nnew_contacts:\n  ask_for: mail\n"), "starter.yaml").unwrap_err();
        assert!(findings.to_string().contains("`mail`") || format!("{findings:?}").contains("mail"));
    }

    #[test]
    fn an_ambiguous_sender_is_told_nobodys_name() {
        let luna = workflow(OPTICA_LUNA);
        let at = "2026-03-03T10:00:00-06:00".parse().expect("a moment");
        assert_eq!(
            ambiguous_acknowledgement(&luna, Language::Pt, &luna.queues[0], at),
            "Recebemos a sua mensagem. Uma pessoa vai ler e responder em até 1 hora."
        );
    }
}
