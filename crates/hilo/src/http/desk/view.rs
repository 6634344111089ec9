//! Who looks at a screen, and all that a screen says depends on besides its data.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use domain::ids::WorkspaceId;

use crate::explain::Explainer;
use crate::http::drawn::Reader;
use crate::http::language;
use crate::http::problem::Problem;
use crate::http::sessions;
use crate::media::Passes;
use crate::node::Node;
use crate::people::Person;
use crate::workflows::Published;

/// A screen's reader, and what they read about.
pub(crate) struct View {
    pub(crate) person: Person,
    pub(crate) workspace: WorkspaceId,
    /// Language, zone and moment of everything that the screen says.
    pub(crate) reader: Reader,
    pub(crate) workflow: Arc<Published>,
    /// Addresses for files.
    pub(crate) passes: Passes,
}

impl View {
    /// A text.
    pub(crate) fn say(&self, key: &str) -> String {
        self.reader.say(key)
    }

    /// A text with its values.
    pub(crate) fn say_with(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.reader.say_with(key, values)
    }

    /// Now, in milliseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.reader.now.as_millisecond()
    }

    /// Steps as sentences.
    pub(crate) fn explainer(&self) -> Explainer<'_> {
        Explainer::new(self.reader.language, &self.workflow, self.reader.now)
    }
}

impl FromRequestParts<Arc<Node>> for View {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, node: &Arc<Node>) -> Result<View, Response> {
        let person = sessions::person(node, &parts.extensions, &parts.headers).await;
        let Some(person) = person.map_err(|error| Problem::from(error).into_response())? else {
            return Err(Redirect::to("/sign-in").into_response());
        };
        let workflow = node.workflows.of(person.workspace).map_err(|error| Problem::from(error).into_response())?;
        let zone = workflow.workflow.business.time_zone.clone();
        let passes = node.media.passes(person.workspace);
        let language = parts.uri.query().and_then(language::asked).unwrap_or(person.language);
        Ok(View {
            workspace: person.workspace,
            person,
            reader: Reader { language, zone, now: node.clock.now() },
            workflow,
            passes,
        })
    }
}
