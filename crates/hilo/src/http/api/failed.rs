//! Messages that did not arrive, of all conversations.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::{Extension, Json};
use domain::ids::ConversationId;
use store::{MessageRow, NewMessage, Recorded};

use super::Answer;
use super::conversations::MessageView;
use super::page::{Asked, Page};
use crate::http::keys::Caller;
use crate::node::Node;

/// Messages of yours that did not arrive, the latest first, with Meta's reason.
#[utoipa::path(get, path = "/messages/failed", tag = "conversations", operation_id = "list_failed_messages", params(Asked), responses((status = 200, body = Page<MessageView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
) -> Answer<Page<MessageView>> {
    let (limit, before) = (asked.limit()?, asked.cursor::<Place>()?.map(|place| place.0));
    let rows = node.store.read(move |tx| tx.failed_messages(caller.workspace, before, limit)).await?;
    let passes = node.media.passes(caller.workspace);
    Ok(Json(Page::of(rows, limit, |row| Place::of(row).to_string(), |row| MessageView::of(row, &passes))))
}

/// The cursor. The time alone would leave out what failed in the same moment as the last of a page.
#[derive(Debug, PartialEq, Eq)]
struct Place(Recorded);

impl Place {
    fn of(row: &MessageRow) -> Self {
        let NewMessage { recorded_at, conversation, seq, .. } = row.message;
        Self(Recorded { at: recorded_at, conversation, seq })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Recorded { at, conversation, seq } = self.0;
        write!(f, "{at}.{conversation}.{seq}")
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, rest) = text.split_once('.').ok_or(())?;
        let (conversation, seq) = rest.split_once('.').ok_or(())?;
        let conversation: ConversationId = conversation.parse().map_err(drop)?;
        Ok(Self(Recorded { at: at.parse().map_err(drop)?, conversation, seq: seq.parse().map_err(drop)? }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_nothing_else_is_one() {
        let place = Place(Recorded { at: 1_795_388_032_275, conversation: ConversationId(uuid::Uuid::max()), seq: 7 });
        assert_eq!(place.to_string().parse(), Ok(place));
        for wrong in ["", "1795388032275", "1.2.3", "1.01a20577-4513-75e8-95eb-4146c7a923e6.", "a.b.c.d"] {
            assert_eq!(wrong.parse::<Place>(), Err(()), "{wrong}");
        }
    }
}
