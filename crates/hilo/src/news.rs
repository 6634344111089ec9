//! What whoever looks after the business is told beside the conversations: who changed what, what became of templates and follow-ups.

use domain::Language;
use domain::change::{EventType, Subject};
use domain::ids::{NoticeId, WorkspaceId};
use domain::news::News;
use serde_json::{Value, json};
use store::{NoticeRow, Tx};

use crate::changes;
use crate::explain;

/// About what, when, and who did it.
pub(crate) struct Told<'a> {
    /// Made before the transaction, so that a second run of it writes the same.
    pub(crate) id: NoticeId,
    pub(crate) at: i64,
    /// A number, a name, an address.
    pub(crate) subject: &'a str,
    /// Nobody, where it happened by itself.
    pub(crate) by: Option<&'a str>,
}

/// Lists it. For the API its sentence is English; the screens say it in the reader's language.
pub(crate) fn tell(tx: &mut Tx<'_>, workspace: WorkspaceId, told: &Told<'_>, news: &News) -> store::Result<()> {
    let quoted = told.by.map(|by| format!("`{by}`"));
    let row = NoticeRow {
        id: told.id,
        received_at: told.at,
        kind: kind(news).to_owned(),
        subject: told.subject.to_owned(),
        detail: explain::news(Language::En, quoted.as_deref(), news),
        raw: as_kept(told.by, news).to_string(),
    };
    tx.add_notice(workspace, &row)?;
    changes::tell(tx, workspace, EventType::NoticeReceived, Subject::Notice(row.id))
}

/// The kind of notice under which it is listed.
fn kind(news: &News) -> &'static str {
    match news {
        News::TemplateRecategorised { .. } | News::TemplateStopped { .. } => "template",
        News::FollowUpsReplanned { .. } => "workflow",
        _ => "action",
    }
}

fn as_kept(by: Option<&str>, news: &News) -> Value {
    let mut kept = json!(news);
    if let (Some(fields), Some(by)) = (kept.as_object_mut(), by) {
        fields.insert("by".to_owned(), json!(by));
    }
    kept
}

/// What a notice of Hilo's own says, and who did it; nothing if it is WhatsApp's.
pub(crate) fn kept(row: &NoticeRow) -> Option<(News, Option<String>)> {
    let kept: Value = serde_json::from_str(&row.raw).ok()?;
    let by = kept.get("by").and_then(Value::as_str).map(str::to_owned);
    let news: News = serde_json::from_value(kept).ok()?;
    (kind(&news) == row.kind).then_some((news, by))
}
