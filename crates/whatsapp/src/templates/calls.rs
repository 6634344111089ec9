//! The calls about templates. Meta counts them, 200 an hour for an account without numbers, so a list is kept and not asked for twice.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Definition, Listed};
use crate::client::Client;
use crate::error::GraphError;

/// So many templates are asked for at once.
const PAGE: u32 = 100;
/// And so many pages: Meta allows 6,000 templates an account.
const MOST_PAGES: usize = 80;
const FIELDS: &str =
    "id,name,language,category,previous_category,status,rejected_reason,quality_score,parameter_format,components";

/// Why a call about templates was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotDone {
    /// Meta refused.
    #[error(transparent)]
    Refused(#[from] GraphError),
    /// Meta did not answer, or something else did; it may have done it all the same.
    #[error("no answer: {0}")]
    NoAnswer(String),
}

/// A template that was submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// Meta's id.
    pub id: String,
    /// Where it stands, mostly `PENDING`.
    pub status: String,
    /// The category that Meta gave it.
    pub category: Option<String>,
}

impl Client {
    /// Every template of an account, in every language.
    pub async fn templates(&self, waba_id: &str) -> Result<Vec<Listed>, NotDone> {
        let mut all = Vec::new();
        let mut after: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let mut query = vec![("fields", FIELDS.to_owned()), ("limit", PAGE.to_string())];
            query.extend(after.take().map(|cursor| ("after", cursor)));
            let page = self.call(Method::GET, &[waba_id, "message_templates"], &query, None).await?;
            let listed = page.get("data").and_then(Value::as_array).cloned().unwrap_or_default();
            all.extend(listed.iter().filter_map(Listed::read));
            // The address of the next page is not followed: it would choose where our token goes.
            let cursor = page.pointer("/paging/cursors/after").and_then(Value::as_str);
            match (page.pointer("/paging/next"), cursor) {
                (Some(_), Some(cursor)) if !listed.is_empty() => after = Some(cursor.to_owned()),
                _ => return Ok(all),
            }
        }
        Err(NotDone::NoAnswer(format!("more than {MOST_PAGES} pages of templates")))
    }

    /// One template of an account, by what it is sent by: whether there is one, and how it stands.
    pub async fn template(&self, waba_id: &str, name: &str, language: &str) -> Result<Option<Listed>, NotDone> {
        let found = self.named(waba_id, name, &[("language", language.to_owned())]).await?;
        Ok(found.into_iter().find(|one| one.language == language))
    }

    /// Whether a template of this name is listed, in any language.
    pub async fn has_template(&self, waba_id: &str, name: &str) -> Result<bool, NotDone> {
        Ok(!self.named(waba_id, name, &[]).await?.is_empty())
    }

    async fn named(&self, waba_id: &str, name: &str, more: &[(&str, String)]) -> Result<Vec<Listed>, NotDone> {
        let mut query = vec![("fields", FIELDS.to_owned()), ("limit", PAGE.to_string()), ("name", name.to_owned())];
        query.extend_from_slice(more);
        let page = self.call(Method::GET, &[waba_id, "message_templates"], &query, None).await?;
        let listed = page.get("data").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        // Meta finds names that contain this one, too.
        Ok(listed.iter().filter_map(Listed::read).filter(|one| one.name == name).collect())
    }

    /// Submits a template.
    pub async fn create_template(&self, waba_id: &str, definition: &Definition) -> Result<Created, NotDone> {
        let body = definition.to_json();
        let answer = self.call(Method::POST, &[waba_id, "message_templates"], &[], Some(&body)).await?;
        let text = |key: &str| crate::webhook::json::text(&answer, key);
        Ok(Created {
            id: text("id").ok_or_else(|| NotDone::NoAnswer(format!("an answer without an id: {answer}")))?,
            status: text("status").unwrap_or_else(|| "PENDING".to_owned()),
            category: text("category"),
        })
    }

    /// Replaces what a template consists of, and its category if one is given.
    pub async fn edit_template(&self, id: &str, components: &Value, category: Option<&str>) -> Result<(), NotDone> {
        let mut body = json!({"components": components});
        if let Some(category) = category {
            body["category"] = category.to_ascii_uppercase().into();
        }
        self.call(Method::POST, &[id], &[], Some(&body)).await.map(drop)
    }

    /// Deletes a template in one language: Meta would delete all languages of the name without the id.
    pub async fn delete_template(&self, waba_id: &str, name: &str, id: &str) -> Result<(), NotDone> {
        let query = [("name", name.to_owned()), ("hsm_id", id.to_owned())];
        self.call(Method::DELETE, &[waba_id, "message_templates"], &query, None).await.map(drop)
    }

    /// Deletes every language of a template.
    pub async fn delete_template_in_all_languages(&self, waba_id: &str, name: &str) -> Result<(), NotDone> {
        let query = [("name", name.to_owned())];
        self.call(Method::DELETE, &[waba_id, "message_templates"], &query, None).await.map(drop)
    }
}
