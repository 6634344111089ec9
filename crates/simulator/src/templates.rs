//! The templates of the accounts: what exists, in which state, and what a send needs to know of it.

mod blueprint;
mod draft;
mod event;
mod placeholders;
mod review;

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::codes::{self, Refusal};
use crate::settings::{Category, Settings};

pub(crate) use blueprint::{Blueprint, Button, Header};
pub(crate) use draft::{Draft, Edit, MOST_CARDS};
pub(crate) use event::Event;
pub(crate) use placeholders::{Format, names, replace};
pub use review::{Decision, Lot, Quality};

const HOUR: i64 = 60 * 60 * 1000;
const DAY: i64 = 24 * HOUR;
const CREATIONS_AN_HOUR: usize = 100;
const BURIED: i64 = 30 * DAY; // how long the name of a deleted template is taken

/// A template of one account in one language.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) name: String,
    /// None for a seed that exists in every language.
    pub(crate) language: Option<String>,
    pub(crate) category: Category,
    pub(crate) format: Format,
    pub(crate) components: Value,
    pub(crate) status: Status,
    pub(crate) quality: Quality,
    /// Of a seed perhaps only the name is known: then nothing is counted or compared.
    pub(crate) is_known: bool,
    /// Whether its messages wait for what people think of the first ones.
    pub(crate) is_paced: bool,
    edited_at: Option<i64>,
    changed_at: i64,
}

/// Where a template stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Status {
    Pending,
    Approved,
    Rejected {
        reason: String,
    },
    Paused,
    Disabled,
    /// Where nothing but a decision leads.
    Moved(Lot),
}

/// All templates. Time is an argument, and nothing is posted from here.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    entries: Vec<Entry>,
    created: HashMap<String, Vec<i64>>,
    buried: HashMap<(String, String, String), i64>,
    most: usize,
}

impl Status {
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Approved => "APPROVED",
            Self::Rejected { .. } => "REJECTED",
            Self::Paused => "PAUSED",
            Self::Disabled => "DISABLED",
            Self::Moved(lot) => lot.word(),
        }
    }
}

impl Registry {
    /// The templates that the settings declare, for every account.
    pub(crate) fn seeded(settings: &Settings, now: i64) -> Self {
        let mut accounts: Vec<&str> = settings.numbers.iter().map(|number| number.waba_id.as_str()).collect();
        accounts.sort_unstable();
        accounts.dedup();
        let mut registry = Self { most: settings.most_templates, ..Self::default() };
        for account in accounts {
            for seed in &settings.approved_templates {
                let languages: Vec<Option<String>> = match seed.languages.as_slice() {
                    [] => vec![None],
                    languages => languages.iter().cloned().map(Some).collect(),
                };
                for language in languages {
                    let id = (1_000_000_001 + registry.entries.len()).to_string();
                    registry.entries.push(Entry::of_seed(id, account, seed, language, now));
                }
            }
        }
        registry
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    pub(crate) fn of_account(&self, account: &str) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.account == account)
    }

    /// The template that a send may use, or why it may not.
    pub(crate) fn sendable(&self, account: &str, name: &str, language: &str) -> Result<&Entry, Refusal> {
        let missing = || {
            Refusal::of(
                codes::TEMPLATE_MISSING,
                format!("template `{name}` does not exist in {language}, or is not approved"),
            )
        };
        let entry = self.of_account(account).find(|entry| entry.is_called(name, language)).ok_or_else(missing)?;
        match entry.status {
            Status::Approved | Status::Moved(Lot::Flagged) => Ok(entry),
            Status::Pending | Status::Rejected { .. } | Status::Moved(_) => Err(missing()),
            Status::Paused => Err(Refusal::of(codes::TEMPLATE_PAUSED, format!("template `{name}` is paused"))),
            Status::Disabled => Err(Refusal::of(codes::TEMPLATE_DISABLED, format!("template `{name}` is disabled"))),
        }
    }

    /// Takes a new template in; it waits for its review.
    pub(crate) fn create(&mut self, account: &str, draft: Draft, id: String, now: i64) -> Result<&Entry, Refusal> {
        let created = self.created.entry(account.to_owned()).or_default();
        created.retain(|at| now - at < HOUR);
        if CREATIONS_AN_HOUR <= created.len() {
            return Err(Refusal::of(codes::ACCOUNT_RATE, "an account may create 100 templates an hour"));
        }
        created.push(now);
        if self.most <= self.of_account(account).count() {
            return Err(Refusal::template(2_388_019, format!("an account may have {} templates", self.most)));
        }
        if self.of_account(account).any(|entry| entry.is_called(&draft.name, &draft.language)) {
            let details = format!("there is already content in {} for this template", draft.language);
            return Err(Refusal::template(2_388_024, details));
        }
        let grave = (account.to_owned(), draft.name.clone(), draft.language.clone());
        if self.buried.get(&grave).is_some_and(|since| now - since < BURIED) {
            let details = format!("{} content of this name was deleted less than 30 days ago", draft.language);
            return Err(Refusal::template(2_388_023, details));
        }
        self.entries.push(Entry::of_draft(id, account, draft, now));
        let last = self.entries.len() - 1;
        Ok(&self.entries[last])
    }

    /// Replaces the components, which are reviewed again.
    pub(crate) fn edit(&mut self, id: &str, edit: Edit, now: i64) -> Result<Event, Refusal> {
        let unknown = || Refusal { subcode: Some(33), ..Refusal::parameter(format!("there is no template `{id}`")) };
        let entry = self.entries.iter_mut().find(|entry| entry.id == id).ok_or_else(unknown)?;
        match entry.status {
            Status::Approved | Status::Rejected { .. } | Status::Paused => {}
            Status::Pending | Status::Disabled | Status::Moved(_) => {
                return Err(Refusal::template(2_388_039, "only approved, rejected and paused templates can be edited"));
            }
        }
        let is_approved = entry.status == Status::Approved;
        if is_approved && entry.edited_at.is_some_and(|at| now - at < DAY) {
            return Err(Refusal::template(2_388_039, "an approved template can be edited once in 24 hours"));
        }
        if is_approved && edit.category.is_some_and(|category| category != entry.category) {
            return Err(Refusal::parameter("the category of an approved template cannot be changed"));
        }
        entry.category = edit.category.unwrap_or(entry.category);
        entry.components = edit.components.unwrap_or_else(|| entry.components.clone());
        (entry.status, entry.edited_at, entry.changed_at, entry.is_known) = (Status::Pending, Some(now), now, true);
        Ok(event::components(entry))
    }

    /// Deletes what matches; each deletion is an event.
    pub(crate) fn delete(&mut self, now: i64, matches: impl Fn(&Entry) -> bool) -> Vec<Event> {
        let (gone, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut self.entries).into_iter().partition(&matches);
        self.entries = kept;
        for entry in &gone {
            if let (Status::Approved | Status::Paused, Some(language)) = (&entry.status, &entry.language) {
                self.buried.insert((entry.account.clone(), entry.name.clone(), language.clone()), now);
            }
        }
        gone.iter().map(event::deleted).collect()
    }

    /// Applies a decision to the template of this id, or to all of this name; each change is an event.
    pub(crate) fn decide(&mut self, which: &str, decision: &Decision, now: i64) -> Vec<Event> {
        let meant = |entry: &&mut Entry| entry.id == which || entry.name == which;
        self.entries.iter_mut().filter(meant).filter_map(|entry| review::apply(entry, decision, now)).collect()
    }

    /// The template of this id, or all of this name, as Graph shows them.
    pub(crate) fn called(&self, which: &str) -> Vec<Value> {
        self.entries.iter().filter(|entry| entry.id == which || entry.name == which).map(Entry::to_json).collect()
    }

    /// What the review comes to, unless somebody decided in the meantime.
    pub(crate) fn review(&mut self, id: &str, now: i64) -> Option<Event> {
        let entry = self.entries.iter_mut().find(|entry| entry.id == id && entry.status == Status::Pending)?;
        let decision = review::of(entry);
        review::apply(entry, &decision, now)
    }
}

/// The components of a seed that names its text and its buttons.
fn written_out(seed: &crate::settings::Template) -> Value {
    let body = seed.body.as_ref().map(|text| json!({ "type": "BODY", "text": text }));
    let quick_reply = |label: &String| json!({ "type": "QUICK_REPLY", "text": label });
    let buttons: Vec<Value> = seed.quick_replies.iter().map(quick_reply).collect();
    let buttons = (!buttons.is_empty()).then(|| json!({ "type": "BUTTONS", "buttons": buttons }));
    body.into_iter().chain(buttons).collect()
}

fn body_of(components: &Value) -> &str {
    let body = components.as_array().into_iter().flatten().find(|part| part["type"] == "BODY");
    body.and_then(|body| body["text"].as_str()).unwrap_or_default()
}

impl Entry {
    pub(crate) fn is_approved(&self) -> bool {
        self.status == Status::Approved
    }

    fn is_called(&self, name: &str, language: &str) -> bool {
        self.name == name && self.language.as_deref().is_none_or(|known| known == language)
    }

    fn of_seed(
        id: String,
        account: &str,
        seed: &crate::settings::Template,
        language: Option<String>,
        now: i64,
    ) -> Self {
        let components = seed.components.clone().unwrap_or_else(|| written_out(seed));
        let is_number = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
        let is_named = names(body_of(&components)).into_iter().any(|name| !is_number(name));
        Self {
            id,
            account: account.into(),
            name: seed.name.clone(),
            language,
            category: seed.category,
            format: if is_named { Format::Named } else { Format::Positional },
            is_known: seed.body.is_some() || seed.components.is_some(),
            components,
            status: Status::Approved,
            quality: Quality::Green,
            is_paced: false,
            edited_at: None,
            changed_at: now,
        }
    }

    fn of_draft(id: String, account: &str, draft: Draft, now: i64) -> Self {
        Self {
            id,
            account: account.into(),
            name: draft.name,
            language: Some(draft.language),
            category: draft.category,
            format: draft.format,
            components: draft.components,
            status: Status::Pending,
            quality: Quality::Unknown,
            is_known: true,
            is_paced: false,
            edited_at: None,
            changed_at: now,
        }
    }

    /// The language as it is written in lists and webhooks.
    pub(crate) fn language(&self) -> &str {
        self.language.as_deref().unwrap_or("en_US")
    }

    /// As the Graph API shows it.
    pub(crate) fn to_json(&self) -> Value {
        let reason = match &self.status {
            Status::Rejected { reason } => reason.as_str(),
            Status::Pending | Status::Approved | Status::Paused | Status::Disabled | Status::Moved(_) => "NONE",
        };
        json!({
            "name": self.name,
            "parameter_format": self.format.word(),
            "components": self.components,
            "language": self.language(),
            "status": self.status.word(),
            "category": self.category.word(),
            "quality_score": { "score": self.quality.word(), "date": self.changed_at.div_euclid(1000) },
            "rejected_reason": reason,
            "id": self.id,
        })
    }
}
