//! `/{waba_id}/message_templates` and `/{template_id}`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::no_such_object;
use super::page::{chosen, page};
use super::request::{Account, Fields, Node};
use crate::codes::Refusal;
use crate::platform::{Platform, lock};
use crate::templates::{Decision, Draft, Edit, Entry, Event};
use crate::webhook::Label;

const NOT_FOUND: i64 = 2_593_002; // the subcode of a name that no template has

pub(super) async fn list(
    State(platform): State<Arc<Platform>>,
    Account(account): Account,
    uri: Uri,
    fields: Fields,
) -> Result<Json<Value>, Refusal> {
    let all: Vec<Value> = {
        let templates = lock(&platform.templates);
        templates.of_account(&account).filter(|entry| is_asked_for(entry, &fields)).map(Entry::to_json).collect()
    };
    let mut answer = page(&all, &fields, platform.media.address(), &uri)?;
    if fields.text("summary").is_some() {
        let most = platform.settings.most_templates;
        answer["summary"] = json!({
            "total_count": all.len(), "message_template_count": all.len(), "message_template_limit": most,
            "are_translations_complete": true,
        });
    }
    Ok(Json(answer))
}

fn is_asked_for(entry: &Entry, fields: &Fields) -> bool {
    let equals = |name: &str, value: &str| fields.text(name).is_none_or(|asked| one_of(asked, value));
    let contains = |name: &str, text: &str| fields.text(name).is_none_or(|asked| text.contains(asked));
    equals("status", entry.status.word())
        && equals("category", entry.category.word())
        && equals("language", entry.language())
        && equals("quality_score", entry.quality.word())
        && contains("name", &entry.name)
        && contains("name_or_content", &format!("{} {}", entry.name, entry.components))
}

/// One value, or a list of them in brackets.
fn one_of(asked: &str, value: &str) -> bool {
    let listed = asked.trim_matches(['[', ']']).split(',');
    listed.map(|one| one.trim().trim_matches('"')).any(|one| one.eq_ignore_ascii_case(value))
}

pub(super) async fn create(
    State(platform): State<Arc<Platform>>,
    Account(account): Account,
    fields: Fields,
) -> Result<Json<Value>, Refusal> {
    let draft = Draft::read(&fields.0)?;
    let id = platform.random.id();
    let answer = {
        let mut templates = lock(&platform.templates);
        let entry = templates.create(&account, draft, id.clone(), platform.now())?;
        json!({ "id": entry.id, "status": entry.status.word(), "category": entry.category.word() })
    };
    platform.review_later(id);
    Ok(Json(answer))
}

/// `name` alone deletes all languages; with `hsm_id` only the one.
pub(super) async fn delete(
    State(platform): State<Arc<Platform>>,
    Account(account): Account,
    fields: Fields,
) -> Result<Json<Value>, Refusal> {
    let name = fields.text("name").ok_or_else(|| Refusal::parameter("`name` is required"))?;
    let id = fields.text("hsm_id");
    let is_meant = |entry: &Entry| entry.account == account && entry.name == name && id.is_none_or(|id| entry.id == id);
    if platform.delete_templates(is_meant) {
        return Ok(Json(json!({ "success": true })));
    }
    Err(Refusal::template(NOT_FOUND, format!("there is no message template called `{name}`")))
}

/// The template of this id, if it is one.
pub(super) fn look_up(platform: &Platform, id: &str, fields: &Fields) -> Option<Value> {
    let templates = lock(&platform.templates);
    templates.by_id(id).map(|entry| chosen(&entry.to_json(), fields))
}

pub(super) fn edit(platform: &Arc<Platform>, id: &str, fields: &Fields) -> Result<Value, Refusal> {
    let (event, answer) = {
        let mut templates = lock(&platform.templates);
        let entry = templates.by_id(id).ok_or_else(|| no_such_object(id))?;
        let edit = Edit::read(&fields.0, entry)?;
        let (name, category) = (entry.name.clone(), edit.category.unwrap_or(entry.category).word());
        let event = templates.edit(id, edit, platform.now())?;
        (event, json!({ "success": true, "id": id, "name": name, "category": category }))
    };
    platform.announce(event);
    platform.review_later(id.to_owned());
    Ok(answer)
}

/// `POST /{template_id}/unpause`.
pub(super) async fn unpause(State(platform): State<Arc<Platform>>, Node(id): Node) -> Result<Json<Value>, Refusal> {
    if lock(&platform.templates).by_id(&id).is_none() {
        return Err(no_such_object(&id));
    }
    let events = lock(&platform.templates).decide(&id, &Decision::Approve, platform.now());
    events.into_iter().for_each(|event| platform.announce(event));
    platform.settle_held();
    Ok(Json(json!({ "success": true })))
}

impl Platform {
    /// Deletes what matches; false when nothing did.
    pub(super) fn delete_templates(self: &Arc<Self>, matches: impl Fn(&Entry) -> bool) -> bool {
        let events = lock(&self.templates).delete(self.now(), matches);
        let is_any = !events.is_empty();
        events.into_iter().for_each(|event| self.announce(event));
        self.settle_held();
        is_any
    }

    /// Has the template reviewed, as long as reviews happen by themselves.
    fn review_later(self: &Arc<Self>, id: String) {
        let Some(pause) = self.settings.template_review else { return };
        let platform = Arc::clone(self);
        self.tasks.spawn(async move {
            sleep(pause).await;
            let event = lock(&platform.templates).review(&id, platform.now());
            if let Some(event) = event {
                platform.announce(event);
            }
        });
    }

    /// Posts the webhook about a template.
    pub(crate) fn announce(&self, event: Event) {
        let Some(number) = self.numbers.iter().find(|number| number.waba_id == event.account) else { return };
        let label = Label::new(event.field, &event.what, "", "");
        drop(self.post_of_account(number, &label, event.value));
    }
}
