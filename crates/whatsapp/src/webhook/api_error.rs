//! An error as webhooks report it: on a failed status, an unsupported message, or an account.

use serde_json::Value;

use super::json;
use crate::error::GraphError;

/// What went wrong, in Meta's words. The code decides; the rest is for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// One of Meta's codes; absent when it is no number.
    pub code: Option<i64>,
    /// A short name of the error.
    pub title: Option<String>,
    /// Usually the title again.
    pub message: Option<String>,
    /// What Meta adds about this very case.
    pub details: Option<String>,
}

impl ApiError {
    /// The same error as a refused call would have said it, so that one table decides on both. Without a code there is nothing to decide on.
    pub fn to_graph_error(&self) -> Option<GraphError> {
        let message = self.message.clone().or_else(|| self.title.clone()).unwrap_or_default();
        Some(GraphError {
            code: self.code?,
            subcode: None,
            message,
            details: self.details.clone(),
            fbtrace_id: None,
            http_status: None,
        })
    }
}

pub(super) fn read_all(value: &Value) -> Vec<ApiError> {
    json::list(value, "errors").iter().map(read).collect()
}

pub(super) fn read(raw: &Value) -> ApiError {
    let data = json::member(raw, "error_data").unwrap_or(&Value::Null);
    ApiError {
        code: json::integer(raw, "code"),
        title: json::text(raw, "title"),
        message: json::text(raw, "message"),
        details: json::text(data, "details").or_else(|| json::text(raw, "details")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn details_are_found_at_both_places_meta_puts_them() {
        assert_eq!(read(&json!({"code": "131051", "details": "old"})).details.as_deref(), Some("old"));
        let error = read(&json!({"code": 131047, "title": "Re-engagement message", "error_data": {"details": "new"}}));

        assert_eq!((error.code, error.details.as_deref()), (Some(131_047), Some("new")));
        assert_eq!(error.to_graph_error().unwrap().message, "Re-engagement message");
    }
}
