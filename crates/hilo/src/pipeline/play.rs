//! What automation does about a message of a type that it answers: an answer, a question which record is meant, or nothing that it could say.
//! Pure: what was looked up goes in.

use domain::Language;
use domain::contact::Contact;
use domain::fact::{Carried, Dealings, Facts, Thing, ThingRef, Value};
use domain::interaction::{Lack, SeenValue};
use domain::record::{Noun, Pipeline, RecordRef};
use domain::spelling::plain;
use jiff::Timestamp;
use whatsapp::outbound::{Button, Row, Section};
use workflow::{Answer, Choice, Means, Several, Words, Workflow};

use super::asked::Asked;
use crate::outgoing::{Buttons, List, Said};
use crate::records::{Topic, Written};

/// The name under which texts say what was tapped.
const REPLY_VALUE: &str = "reply.value";

/// What was looked up for a message of an automated type.
#[derive(Debug, Clone, Default)]
pub struct Lookup {
    /// What it could be about: theirs, the newest first.
    pub(super) topics: Vec<Topic>,
    /// What else is known of them.
    pub(super) dealings: Dealings,
    /// The stages that deals go through, where it is about deals.
    pub(super) pipelines: Vec<Pipeline>,
    /// What automation said in the thread.
    pub(super) lately: Lately,
}

/// What automation said in a thread lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Lately {
    /// How often it said anything, within minutes.
    pub(super) said: usize,
    /// How often it answered or asked about the same type, without a choice that would have come of it.
    pub(super) same: usize,
}

/// What automation does.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Play {
    /// It answers.
    Answer(Box<Line>),
    /// It asks which record is meant.
    Ask {
        /// The question.
        said: Box<Said>,
        /// Among how many.
        among: usize,
    },
    /// It has nothing to say.
    GiveUp {
        /// Why.
        lack: Lack,
        /// What stood there.
        values: Vec<SeenValue>,
        /// What is said all the same.
        otherwise: Option<String>,
    },
}

/// An answer, with what is written down with it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// What is said.
    pub(super) said: Said,
    /// The types that a plain yes or no to it is of.
    pub(super) yes: Option<String>,
    pub(super) no: Option<String>,
    /// What it is about.
    pub(super) about: Option<ThingRef>,
    /// What is written down.
    pub(super) written: Option<Written>,
    /// The person from now on, if something about them is different.
    pub(super) contact: Option<Contact>,
    /// Which of the type's answers it is, from 1 on, and on which condition.
    pub(super) answer: usize,
    pub(super) condition: Option<String>,
    /// What stood there.
    pub(super) values: Vec<SeenValue>,
    /// Whether a person goes on with it all the same.
    pub(super) hands_over: bool,
}

/// What automation does about it.
pub(super) fn play(workflow: &Workflow, contact: &Contact, asked: &Asked<'_>, lookup: &Lookup, now: Timestamp) -> Play {
    let scene = Scene { workflow, contact, asked, lookup, now };
    if asked.automation.about.is_none() {
        return scene.answer(None);
    }
    let counting: Vec<&Topic> = lookup.topics.iter().filter(|topic| scene.counts(topic)).collect();
    match (counting.as_slice(), lookup.topics.first()) {
        ([topic], _) => scene.answer(Some(topic)),
        ([], Some(topic)) if asked.about.is_some() => scene.give_up(Lack::NoLonger, Some(topic)),
        ([], _) if asked.about.is_some() => scene.give_up(Lack::NotTheirs, None),
        ([], topic) => scene.give_up(Lack::NothingFound, topic),
        (several, _) => match (named(several, &asked.text), &asked.automation.several) {
            (Some(topic), _) => scene.answer(Some(topic)),
            (None, Some(words)) => scene.ask(words, several),
            (None, None) => scene.give_up(Lack::Several, None),
        },
    }
}

/// The one whose number the customer wrote.
fn named<'a>(topics: &[&'a Topic], text: &str) -> Option<&'a Topic> {
    let text = plain(text);
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '-').collect();
    let is_named = |topic: &&&Topic| topic.number().is_some_and(|number| words.contains(&plain(number).as_str()));
    let mut named = topics.iter().filter(is_named);
    match (named.next(), named.next()) {
        (Some(topic), None) => Some(topic),
        _ => None,
    }
}

#[derive(Clone, Copy)]
struct Scene<'a> {
    workflow: &'a Workflow,
    contact: &'a Contact,
    asked: &'a Asked<'a>,
    lookup: &'a Lookup,
    now: Timestamp,
}

impl Scene<'_> {
    fn facts(&self, topic: Option<&Topic>) -> Facts {
        let facts = Facts::default().with_contact(self.contact, self.lookup.dealings);
        topic.map_or(facts.clone(), |topic| topic.seen_in(facts))
    }

    fn counts(&self, topic: &Topic) -> bool {
        let when = self.asked.automation.when.as_ref();
        when.is_none_or(|when| when.holds(&self.facts(Some(topic)), self.now))
    }

    fn answer(&self, topic: Option<&Topic>) -> Play {
        let facts = self.facts(topic);
        let given = self.asked.automation.answers.iter().enumerate().find_map(|(place, answer)| {
            let seen = self.with_what_was_tapped(answer, topic, &facts);
            let holds = answer.condition.as_ref().is_none_or(|condition| condition.holds(&seen, self.now));
            holds.then_some((place, answer, seen))
        });
        let Some((place, answer, seen)) = given else { return self.give_up(Lack::NoAnswerFits, topic) };
        let Ok((written, contact)) = self.written(answer, topic, &facts) else {
            return self.give_up(Lack::CannotWrite, topic);
        };
        // What is told is how things stand with it.
        let told = Scene { contact: contact.as_ref().unwrap_or(self.contact), ..*self };
        let after = written.as_ref().and_then(|written| written.topic.as_ref()).map(|(_, after)| after);
        let means = |wanted: Means| {
            let button = answer.buttons.iter().find(|button| button.means == Some(wanted));
            button.map(|button| button.kind.clone())
        };
        Play::Answer(Box::new(Line {
            said: told.said(answer, after.or(topic)),
            yes: means(Means::Yes),
            no: means(Means::No),
            about: topic.map(Topic::reference),
            written: written.clone(),
            contact,
            answer: place + 1,
            condition: answer.condition.as_ref().map(|condition| condition.source().to_owned()),
            values: self.seen(&seen),
            hands_over: answer.hand_over,
        }))
    }

    /// The condition of an answer sees the field into which the answer would put what was tapped with that in it: so a bad score is told
    /// from a good one.
    fn with_what_was_tapped(&self, answer: &Answer, topic: Option<&Topic>, facts: &Facts) -> Facts {
        let is_tapped = |value: &str| self.asked.value.is_some() && value.contains(REPLY_VALUE);
        let tapped = answer.set.iter().filter(|(_, value)| is_tapped(value));
        tapped.fold(facts.clone(), |facts, (field, value)| {
            let of = topic.filter(|topic| topic.reference().of == field.of);
            let value = self.filled(value, topic, &facts);
            let after =
                of.and_then(|of| of.with(&field.name, &value, &self.lookup.pipelines, self.now.as_millisecond()).ok());
            after.map_or(facts.clone(), |after| after.seen_in(facts))
        })
    }

    fn said(&self, answer: &Answer, topic: Option<&Topic>) -> Said {
        let body = self.fill(answer.say.get(self.language()), topic);
        if answer.buttons.is_empty() {
            return Said::Text(body);
        }
        let buttons = answer.buttons.iter().map(|choice| self.button(choice, topic)).collect();
        Said::Buttons(Buttons { header: None, body, footer: None, buttons })
    }

    fn button(&self, choice: &Choice, topic: Option<&Topic>) -> Button {
        let (kind, value) = (choice.kind.clone(), choice.value.clone());
        let carried = Carried { kind, value, about: topic.map(Topic::reference) };
        Button { id: carried.to_string(), title: choice.label.get(self.language()).to_owned() }
    }

    fn ask(&self, words: &Several, topics: &[&Topic]) -> Play {
        let row = |topic: &&Topic| Row {
            id: Carried { kind: self.asked.kind.id.clone(), value: None, about: Some(topic.reference()) }.to_string(),
            title: shortened(&self.fill(words.row.get(self.language()), Some(topic)), workflow::LONGEST_ROW),
            description: words.detail.as_ref().map(|detail| {
                shortened(&self.fill(detail.get(self.language()), Some(topic)), workflow::LONGEST_ROW_DETAIL)
            }),
        };
        let rows = topics.iter().take(workflow::MOST_ROWS).map(row).collect();
        let said = Said::List(List {
            header: None,
            body: self.fill(words.ask.get(self.language()), None),
            footer: None,
            button: words.button.get(self.language()).to_owned(),
            sections: vec![Section { title: None, rows }],
        });
        Play::Ask { said: Box::new(said), among: topics.len() }
    }

    fn give_up(&self, lack: Lack, topic: Option<&Topic>) -> Play {
        let otherwise = self.asked.automation.otherwise.as_ref();
        let otherwise = otherwise.map(|words| self.fill(words.get(self.language()), None));
        Play::GiveUp { lack, values: self.seen(&self.facts(topic)), otherwise }
    }

    /// What the answer writes; nothing of it, if any of it does not follow from how things stand.
    fn written(
        &self,
        answer: &Answer,
        topic: Option<&Topic>,
        facts: &Facts,
    ) -> Result<(Option<Written>, Option<Contact>), String> {
        let (mut after, mut contact, at) = (topic.cloned(), self.contact.clone(), self.now.as_millisecond());
        for (field, value) in &answer.set {
            let value = self.filled(value, topic, facts);
            if field.of == Thing::Contact {
                contact = with(contact, &field.name, value.trim())?;
                continue;
            }
            let of = after.as_ref().filter(|topic| topic.reference().of == field.of);
            let of = of.ok_or_else(|| format!("automation does not write `{field}` here"))?;
            after = Some(of.with(&field.name, &value, &self.lookup.pipelines, at)?);
        }
        let person = RecordRef { noun: Noun::Contact, id: self.contact.id.0 };
        let beside = topic.and_then(Topic::record).unwrap_or(person);
        let note = answer.note.as_ref().map(|note| (beside, self.filled(note, topic, facts)));
        let changed = topic.cloned().zip(after).filter(|(before, after)| before != after);
        let written = (changed.is_some() || note.is_some()).then_some(Written { topic: changed, note });
        Ok((written, (contact != *self.contact).then_some(contact)))
    }

    fn fill(&self, text: &str, topic: Option<&Topic>) -> String {
        self.filled(text, topic, &self.facts(topic))
    }

    fn filled(&self, text: &str, topic: Option<&Topic>, facts: &Facts) -> String {
        let business = &self.workflow.business;
        let zone = topic.and_then(Topic::zone).unwrap_or_else(|| business.time_zone.clone());
        let words = Words {
            business: &business.name,
            language: self.language(),
            zone: &zone,
            now: self.now,
            reply_value: self.asked.value.as_deref(),
        };
        workflow::fill(text, facts, &words)
    }

    /// What the type declares that it reads, as it stood.
    fn seen(&self, facts: &Facts) -> Vec<SeenValue> {
        let reads = self.asked.automation.reads.iter();
        let seen = reads.map(|field| SeenValue {
            field: field.to_string(),
            value: match facts.get(field.of, &field.name) {
                Value::Nothing => String::new(),
                value => value.to_string(),
            },
        });
        seen.collect()
    }

    fn language(&self) -> Language {
        self.asked.language
    }
}

/// The person with another value in a field.
fn with(contact: Contact, field: &str, value: &str) -> Result<Contact, String> {
    match field {
        "name" if !value.is_empty() => Ok(Contact { name: Some(value.to_owned()), ..contact }),
        "language" => {
            let spoken = Language::ALL.iter().copied().find(|language| language.code() == value);
            let language = Some(spoken.ok_or_else(|| format!("`{value}` is no language that Hilo speaks"))?);
            Ok(Contact { language, ..contact })
        }
        _ => Err(format!("automation does not write `contact.{field}`")),
    }
}

fn shortened(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    text.chars().take(longest - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests;
