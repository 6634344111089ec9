//! A step of a follow-up in words: its text while the window is open, its template while it is closed.

use domain::Language;
use domain::fact::{Carried, Facts, ThingRef};
use domain::follow_up::Cause;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use store::TemplateRow;
use whatsapp::outbound::Button;
use workflow::{Choice, FollowUpStep, Means, TemplateUse, Words, Workflow};

use crate::inbox::judge_template;
use crate::outgoing::{Buttons, Filling, FillingButton, Gaps, Said};

/// How and to whom it is said.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way<'a> {
    pub(super) workflow: &'a Workflow,
    pub(super) about: ThingRef,
    pub(super) facts: &'a Facts,
    /// The customer's, if it is known.
    pub(super) language: Option<Language>,
    pub(super) zone: &'a TimeZone,
    pub(super) window_is_open: bool,
    /// The step's template as Meta judges it, in every language.
    pub(super) templates: &'a [TemplateRow],
    pub(super) now: Timestamp,
}

/// A step, ready to be sent.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ready {
    pub(super) said: Said,
    /// What a person reads of it.
    pub(super) words: String,
}

/// What is sent of a step, or why it cannot be now.
pub(super) fn ready(step: &FollowUpStep, way: Way<'_>) -> Result<Ready, Cause> {
    match (&step.text, &step.template) {
        (Some(text), _) if way.window_is_open => {
            let words = way.fill(text.get(way.language()));
            let said = match step.buttons.is_empty() {
                true => Said::Text(words.clone()),
                false => Said::Buttons(Buttons {
                    header: None,
                    body: words.clone(),
                    footer: None,
                    buttons: way.buttons(step),
                }),
            };
            Ok(Ready { said, words })
        }
        (_, Some(template)) => of_template(step, template, way),
        (_, None) => Err(Cause::NoTemplate),
    }
}

/// The type that a plain yes to it is of, and that of a plain no.
pub(super) fn plain_answers(step: &FollowUpStep) -> [Option<String>; 2] {
    [Means::Yes, Means::No].map(|means| {
        let choice = step.buttons.iter().find(|choice| choice.means == Some(means));
        choice.map(|choice| choice.kind.clone())
    })
}

fn of_template(step: &FollowUpStep, template: &TemplateUse, way: Way<'_>) -> Result<Ready, Cause> {
    let language = way.language();
    let row = approved(way.templates, language).ok_or(Cause::TemplateNotApproved)?;
    let gaps = template.fill.get(&language).into_iter().flatten().map(|text| way.fill(text)).collect();
    let carried = step.buttons.iter().zip(0..);
    let filling = Filling {
        name: row.name.clone(),
        language: row.language.clone(),
        header: None,
        body: Gaps::Ordered(gaps),
        buttons: carried
            .map(|(choice, index)| FillingButton {
                index,
                payload: Some(carried_by(choice, way.about)),
                ..FillingButton::default()
            })
            .collect(),
    };
    let words = judge_template(row, &filling).map_err(|_| Cause::TemplateMisfit)?;
    Ok(Ready { said: Said::Template(filling), words })
}

/// Meta has `es_MX` beside `es`: the customer's language is what counts.
fn approved(templates: &[TemplateRow], language: Language) -> Option<&TemplateRow> {
    let of_language = |row: &&TemplateRow| {
        let code = row.language.split(['_', '-']).next().unwrap_or_default();
        code == language.code() && row.state.can_be_sent()
    };
    templates.iter().filter(of_language).min_by_key(|row| row.language.len())
}

fn carried_by(choice: &Choice, about: ThingRef) -> String {
    Carried { kind: choice.kind.clone(), value: choice.value.clone(), about: Some(about) }.to_string()
}

impl Way<'_> {
    fn language(&self) -> Language {
        let business = &self.workflow.business;
        self.workflow.answer_language(self.language.unwrap_or(business.default_language))
    }

    fn fill(&self, text: &str) -> String {
        let words = Words {
            business: &self.workflow.business.name,
            language: self.language(),
            zone: self.zone,
            now: self.now,
            reply_value: None,
        };
        workflow::fill(text, self.facts, &words)
    }

    fn buttons(&self, step: &FollowUpStep) -> Vec<Button> {
        let button = |choice: &Choice| Button {
            id: carried_by(choice, self.about),
            title: choice.label.get(self.language()).to_owned(),
        };
        step.buttons.iter().map(button).collect()
    }
}
