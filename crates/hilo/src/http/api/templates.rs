//! Templates: what may be sent at any time, as WhatsApp judges it.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};
use domain::ids::{ChannelId, WorkspaceId};
use domain::template::{TemplateCategory, TemplateState};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{TemplateRow, WantedTemplates};
use utoipa::{IntoParams, ToSchema};
use whatsapp::templates::Definition;

use super::Answer;
use super::page::{Asked, Page, filter};
use super::schemas::{Id, TemplateCategoryName, TemplateStateName, Time};
use super::shapes::TemplateComponent;
use crate::http::attempt::{Attempt, Posted};
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox::{self, NewTemplate, Refreshed, TemplateEdit};
use crate::node::Node;

/// A template in one language.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Template)]
pub(super) struct TemplateView {
    /// WhatsApp's id of it.
    #[schema(example = "594425479261596")]
    id: String,
    /// Meta's id of the WhatsApp Business account that it is of; every number of that account can send it.
    waba_id: String,
    #[schema(example = "order_ready")]
    name: String,
    #[schema(example = "es_MX")]
    language: String,
    #[schema(value_type = TemplateCategoryName)]
    category: TemplateCategory,
    /// What it was before WhatsApp changed that.
    #[schema(value_type = Option<TemplateCategoryName>)]
    previous_category: Option<TemplateCategory>,
    #[schema(value_type = TemplateStateName)]
    state: TemplateState,
    /// Why it stands there, where WhatsApp says so.
    reason: Option<String>,
    /// How people take it, in WhatsApp's word: `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    quality: Option<String>,
    /// `positional`, or `named` if its gaps have names.
    parameter_format: String,
    /// What it consists of, in WhatsApp's form.
    #[schema(value_type = Vec<TemplateComponent>)]
    components: Value,
    /// Since when its state is known.
    #[schema(value_type = Time)]
    changed_at: i64,
    /// When WhatsApp listed it last.
    #[schema(value_type = Time)]
    seen_at: i64,
}

fn shown(row: &TemplateRow) -> TemplateView {
    TemplateView {
        id: row.id.clone(),
        waba_id: row.waba_id.clone(),
        name: row.name.clone(),
        language: row.language.clone(),
        category: row.category,
        previous_category: row.previous_category,
        state: row.state,
        reason: row.reason.clone(),
        quality: row.quality.clone(),
        parameter_format: row.parameter_format.clone(),
        components: serde_json::from_str(&row.components).unwrap_or_else(|_| json!([])),
        changed_at: row.changed_at,
        seen_at: row.seen_at,
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// In one state only.
    #[param(value_type = Option<TemplateStateName>)]
    state: Option<String>,
    /// Of exactly this name, in every language.
    name: Option<String>,
    /// In exactly this language.
    #[param(example = "es_MX")]
    language: Option<String>,
    /// Of the account of this number.
    #[param(value_type = Option<Id>)]
    channel_id: Option<String>,
}

/// Templates, in the order of WhatsApp's ids.
#[utoipa::path(get, path = "/templates", tag = "templates", operation_id = "list_templates", params(Asked, Filter), responses((status = 200, body = Page<TemplateView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
    Query(wanted): Query<Filter>,
) -> Answer<Page<TemplateView>> {
    let (limit, after) = (asked.limit()?, asked.cursor::<String>()?);
    let workspace = caller.workspace;
    let wanted = WantedTemplates {
        state: filter::<TemplateState>("state", wanted.state.as_deref())?,
        waba_id: match filter::<ChannelId>("channel_id", wanted.channel_id.as_deref())? {
            Some(channel) => Some(account_of(&node, workspace, channel).await?),
            None => None,
        },
        name: wanted.name,
        language: wanted.language,
    };
    let rows = node.store.read(move |tx| tx.templates(workspace, &wanted, after.as_deref(), limit)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id.clone(), |row| shown(&row))))
}

async fn account_of(node: &Node, workspace: WorkspaceId, id: ChannelId) -> Result<String, Problem> {
    let known = node.store.read(move |tx| tx.channels(workspace)).await?;
    let channel = known.into_iter().find(|channel| channel.id == id);
    let channel = channel.ok_or_else(|| Problem::invalid("`channel_id` is no WhatsApp number of this workspace"))?;
    Ok(channel.waba_id)
}

/// One template.
#[utoipa::path(
    get,
    path = "/templates/{id}",
    tag = "templates",
    operation_id = "get_template",
    params(("id" = String, Path, description = "WhatsApp's id of the template.")),
    responses((status = 200, body = TemplateView))
)]
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<TemplateView> {
    let id = template_id(id)?;
    let row = node.store.read(move |tx| tx.template_by_id(caller.workspace, &id)).await?;
    Ok(Json(shown(&row.ok_or_else(|| Problem::missing("template"))?)))
}

/// A template to be submitted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TemplateWish {
    /// A number of the account that it is for; needed where the workspace has several accounts.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    channel_id: Option<ChannelId>,
    /// Small letters, digits and `_`.
    #[schema(example = "order_ready", min_length = 1, max_length = 512, pattern = "^[a-z0-9_]+$")]
    name: String,
    #[schema(example = "es_MX")]
    language: String,
    #[schema(value_type = TemplateCategoryName, example = "utility")]
    category: String,
    /// `positional` unless given: gaps such as `{{1}}`; `named`: gaps such as `{{order}}`.
    #[serde(default)]
    parameter_format: ParameterFormat,
    /// What it consists of, in WhatsApp's form.
    #[schema(value_type = Vec<TemplateComponent>, example = json!([
        {"type": "BODY", "text": "Hola {{1}}, sus lentes están listos.", "example": {"body_text": [["Ana"]]}},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Paso hoy"}]}
    ]))]
    components: Value,
}

/// How the gaps of a template are called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ParameterFormat {
    /// By their numbers.
    #[default]
    Positional,
    /// By their names.
    Named,
}

/// Submits a template to WhatsApp, which mostly decides within minutes.
#[utoipa::path(
    post,
    path = "/templates",
    tag = "templates",
    operation_id = "create_template",
    request_body = TemplateWish,
    responses(
        (status = 201, description = "WhatsApp has it; mostly it is pending.", body = TemplateView),
        (status = 409, description = "There is one of this name in this language, or WhatsApp takes no templates now."),
        (status = 422, description = "Everything that WhatsApp would not take, or what it said."),
        (status = 502, description = "WhatsApp did not answer; try again under the same `Idempotency-Key`."),
    )
)]
pub(super) async fn create(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Posted { body: wish, attempt }: Posted<TemplateWish>,
) -> Result<Response, Problem> {
    let definition = Definition {
        name: wish.name,
        language: wish.language,
        category: wish.category,
        is_named: wish.parameter_format == ParameterFormat::Named,
        components: wish.components,
    };
    let new = NewTemplate { channel: wish.channel_id, definition };
    let submit = |once| inbox::submit_template(&node, caller.workspace, new, &caller.name, once);
    attempt.once(StatusCode::CREATED, shown, submit).await
}

/// What a template is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TemplatePatch {
    /// What it consists of, all of it, in WhatsApp's form.
    #[schema(value_type = Vec<TemplateComponent>, example = json!([{"type": "BODY", "text": "Sus lentes están listos."}]))]
    components: Value,
    /// Another category; WhatsApp allows that until it has approved the template.
    #[serde(default)]
    #[schema(value_type = Option<TemplateCategoryName>)]
    category: Option<String>,
}

/// Replaces what a template consists of. WhatsApp judges it anew, and lets it be done once a day.
#[utoipa::path(
    post,
    path = "/templates/{id}",
    tag = "templates",
    operation_id = "edit_template",
    params(("id" = String, Path, description = "WhatsApp's id of the template.")),
    request_body = TemplatePatch,
    responses(
        (status = 200, description = "WhatsApp has it; mostly it is pending.", body = TemplateView),
        (status = 409, description = "It is deleted, or WhatsApp takes no templates now."),
        (status = 422, description = "Everything that WhatsApp would not take, or what it said."),
        (status = 502, description = "WhatsApp did not answer; try again."),
    )
)]
pub(super) async fn edit(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body: patch, attempt }: Posted<TemplatePatch>,
) -> Result<Response, Problem> {
    let id = template_id(id)?;
    let edit = TemplateEdit { components: patch.components, category: patch.category };
    let edit = |once| inbox::edit_template(&node, caller.workspace, &id, edit, &caller.name, once);
    attempt.once(StatusCode::OK, shown, edit).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Reach {
    /// `true` deletes the template of this name in every language.
    #[param(value_type = Option<bool>)]
    all_languages: Option<String>,
}

/// Deletes a template at WhatsApp, which blocks its name for weeks. What waits in the outbox is held.
#[utoipa::path(
    delete,
    path = "/templates/{id}",
    tag = "templates",
    operation_id = "delete_template",
    params(("id" = String, Path, description = "WhatsApp's id of the template."), Reach),
    responses(
        (status = 204, description = "It is deleted."),
        (status = 409, description = "WhatsApp takes no changes of templates now."),
        (status = 422, description = "What WhatsApp said."),
        (status = 502, description = "WhatsApp did not answer; try again."),
    )
)]
pub(super) async fn delete(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Query(reach): Query<Reach>,
) -> Result<StatusCode, Problem> {
    let id = template_id(id)?;
    match reach.all_languages.as_deref() {
        None | Some("false") => inbox::delete_template(&node, caller.workspace, &id, &caller.name).await?,
        Some("true") => {
            inbox::delete_template_in_all_languages(&node, caller.workspace, &id, &caller.name).await?;
        }
        Some(_) => return Err(Problem::invalid("`all_languages` is `true` or `false`")),
    }
    Ok(StatusCode::NO_CONTENT)
}

/// What a look at the templates found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RefreshedTemplates)]
pub(super) struct RefreshedView {
    /// How many templates WhatsApp listed.
    templates: usize,
}

/// Asks WhatsApp for its templates now, not at the next full hour.
#[utoipa::path(
    post,
    path = "/templates/refresh",
    tag = "templates",
    operation_id = "refresh_templates",
    responses(
        (status = 200, description = "They are as WhatsApp listed them.", body = RefreshedView),
        (status = 409, description = "WhatsApp was asked too often; try again in a minute."),
        (status = 502, description = "WhatsApp did not answer; try again."),
    )
)]
pub(super) async fn refresh(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    attempt: Attempt,
) -> Result<Response, Problem> {
    let shown = |found: &Refreshed| RefreshedView { templates: found.templates };
    let refresh = |once| inbox::refresh_templates(&node, caller.workspace, once);
    attempt.once(StatusCode::OK, shown, refresh).await
}

/// WhatsApp's ids are digits; anything else names nothing.
fn template_id(text: String) -> Result<String, Problem> {
    let is_id = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_id { Ok(text) } else { Err(Problem::missing("template")) }
}
