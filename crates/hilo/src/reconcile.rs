//! What WhatsApp reports on our messages: applied to the message, in whatever order it comes.

use domain::PhoneNumber;
use domain::change::{EventType, Subject};
use domain::contact::Identity;
use domain::delivery::Progress;
use domain::ids::{ChannelId, ConversationId, EventId, SendId, WorkspaceId};
use jiff::Timestamp;
use serde_json::Value;
use store::{Ahead, Applied, OutboxRow, ParkedReport, Report, Reported, Tx};
use whatsapp::webhook::{Status, StatusKind};
use whatsapp::{GraphError, Remedy, classify};

use crate::changes;
use crate::clock::machine_now;
use crate::config::Prices;
use crate::deliver::consequences::{self, Place};
use crate::deliver::detour;
use crate::ids;
use crate::kill_points::reached;
use crate::seal::Seal;

/// Few enough for the locks of a thousand reports at once, and many enough that two reports seldom share one.
const LANES: u128 = 1024;

/// Longer than any id of Meta's, and short enough for every index.
pub const LONGEST_ID: usize = 512;

/// A report as it arrived.
#[derive(Debug, Clone)]
pub struct ReportIn {
    /// Whose.
    pub workspace: WorkspaceId,
    /// The number of ours.
    pub channel: ChannelId,
    /// What it says.
    pub report: Report,
    /// The name that we gave the send.
    pub opaque: Option<String>,
    /// The recipient's phone.
    pub phone: Option<PhoneNumber>,
    /// The recipient's user id.
    pub user_id: Option<String>,
    raw: Value,
}

impl ReportIn {
    /// Reads a status. One that means nothing to us comes back with its name.
    pub fn read(workspace: WorkspaceId, channel: ChannelId, status: Status) -> Result<ReportIn, (String, Value)> {
        let progress = match &status.status {
            StatusKind::Sent => Progress::Sent,
            StatusKind::Delivered => Progress::Delivered,
            StatusKind::Read => Progress::Read,
            StatusKind::Played => Progress::Played,
            StatusKind::Failed => Progress::Failed,
            StatusKind::Deleted => return Err(("deleted".to_owned(), status.raw)),
            StatusKind::Other(kind) => return Err((kind.clone(), status.raw)),
        };
        let error = status.errors.into_iter().next();
        let (price_category, price_type) =
            status.pricing.map_or((None, None), |pricing| (pricing.category, pricing.kind));
        let report = Report {
            progress,
            at: status.timestamp.unwrap_or(0).saturating_mul(1000),
            wamid: status.id.chars().take(LONGEST_ID).collect(),
            error_code: error.as_ref().and_then(|error| error.code),
            error_text: error.and_then(|error| error.details.or(error.message).or(error.title)),
            price_category,
            price_type,
            price_micros: None,
        };
        Ok(ReportIn {
            workspace,
            channel,
            report,
            opaque: status.opaque,
            phone: status.recipient_id.and_then(|text| PhoneNumber::from_whatsapp(text.as_str()).ok()),
            user_id: status.recipient_user_id.filter(|id| id.len() <= LONGEST_ID),
            raw: status.raw,
        })
    }

    /// What Meta said no to, if it did.
    fn refusal(&self) -> Option<GraphError> {
        let code = self.report.error_code.filter(|_| self.report.progress == Progress::Failed)?;
        let message = self.report.error_text.clone().unwrap_or_default();
        Some(GraphError { code, subcode: None, message, details: None, fbtrace_id: None, http_status: None })
    }

    /// Whether it says that a template is not sent any more, or not as it was filled.
    pub fn is_about_template(&self) -> bool {
        self.refusal().is_some_and(|refusal| classify(&refusal) == Remedy::Template)
    }

    /// Reports on one thread go one after the other; which lane does not matter.
    pub fn lane(&self, seal: &Seal) -> Option<i64> {
        let sealed = seal.open(self.workspace, self.opaque.as_deref()?)?;
        Some((sealed.conversation.0.as_u128() % LANES) as i64)
    }

    /// Machine time at which the send that this reports on was made, if it is one of ours.
    pub fn made_at(&self, seal: &Seal) -> Option<i64> {
        Some(ids::made_at(seal.open(self.workspace, self.opaque.as_deref()?)?.send.0))
    }
}

/// Reports that are looked at together. Meta's batches are seldom larger.
const AT_ONCE: usize = 128;

/// Applies the reports of a body on one workspace's messages, each as [`apply`] does. Answers how many changed anything.
pub fn apply_all(
    tx: &mut Tx<'_>,
    seal: &Seal,
    prices: &Prices,
    reports: &[ReportIn],
    now: Timestamp,
) -> store::Result<u64> {
    let mut changed = 0;
    for some in reports.chunks(AT_ONCE) {
        tx.foresee_reports(|| ahead(seal, some))?;
        for report in some {
            changed += u64::from(apply(tx, seal, prices, report, now)?);
        }
    }
    Ok(changed)
}

/// What [`apply_all`] begins with asking.
pub fn ahead(seal: &Seal, reports: &[ReportIn]) -> Ahead {
    let Some(first) = reports.first() else { return Ahead::default() };
    Ahead::of_reports(first.workspace, &named(seal, &reports[..AT_ONCE.min(reports.len())]))
}

/// The reports that carry the name which we gave the send.
fn named<'a>(seal: &Seal, reports: &'a [ReportIn]) -> Vec<Reported<'a>> {
    let named = reports.iter().filter_map(|incoming| {
        let sealed = seal.open(incoming.workspace, incoming.opaque.as_deref()?)?;
        let (conversation, seq, send) = (sealed.conversation, sealed.seq, sealed.send);
        Some(Reported { conversation, seq, send, report: &incoming.report })
    });
    named.collect()
}

/// Applies a report. One whose message is not known yet waits for it. Answers whether anything changed.
pub fn apply(
    tx: &mut Tx<'_>,
    seal: &Seal,
    prices: &Prices,
    incoming: &ReportIn,
    now: Timestamp,
) -> store::Result<bool> {
    let Some((conversation, seq, send)) = find(tx, seal, incoming)? else {
        park(tx, incoming)?;
        return Ok(false);
    };
    apply_to(tx, prices, incoming, conversation, seq, send, now)
}

/// Applies a report to the message that it is about.
pub fn apply_to(
    tx: &mut Tx<'_>,
    prices: &Prices,
    incoming: &ReportIn,
    conversation: ConversationId,
    seq: i64,
    send: SendId,
    now: Timestamp,
) -> store::Result<bool> {
    reached("report_found");
    let mut report = incoming.report.clone();
    report.price_micros = price(prices, incoming);
    // The row of the outbox before the message, as whoever settles or drops a send takes them: two at once would wait for each other.
    let has_failed = report.progress == Progress::Failed;
    let refused = if has_failed { tx.outbox_row(incoming.workspace, send)? } else { None };
    tx.remove_send(incoming.workspace, send)?;
    let applied = tx.apply_report(incoming.workspace, conversation, seq, send, &report)?;
    if applied == Applied::Moved {
        let message = Subject::Message(conversation, seq);
        changes::tell(tx, incoming.workspace, EventType::MessageStatusChanged, message)?;
    }
    if applied != Applied::Nothing && has_failed {
        let place = Place { workspace: incoming.workspace, channel: incoming.channel, conversation, seq };
        after_failure(tx, incoming, &place, refused.filter(|_| applied == Applied::Moved), now)?;
    }
    reached("report_applied");
    Ok(applied != Applied::Nothing)
}

/// Most refusals come as a report, after the send was taken. What such a one means beyond its message holds as if it had come at
/// once; the message itself is listed among those that failed. It goes out to another address only if this is the first that WhatsApp
/// says of it: one that was sent may have arrived.
fn after_failure(
    tx: &mut Tx<'_>,
    incoming: &ReportIn,
    place: &Place,
    refused: Option<OutboxRow>,
    now: Timestamp,
) -> store::Result<()> {
    let Some(refusal) = incoming.refusal() else { return Ok(()) };
    let goes_out_again = match refused {
        Some(refused) => detour::take_in_a_moment(tx, place, &refused, refusal.code, now)?,
        None => false,
    };
    if !goes_out_again {
        tx.answer_failed(place.workspace, place.conversation, place.seq, now.as_millisecond())?;
    }
    consequences::draw(tx, place, &refusal, now)
}

/// By the name that we gave it; Meta does not promise that a failure carries it, so then by the address it went to.
fn find(tx: &mut Tx<'_>, seal: &Seal, incoming: &ReportIn) -> store::Result<Option<(ConversationId, i64, SendId)>> {
    if let Some(sealed) = incoming.opaque.as_deref().and_then(|name| seal.open(incoming.workspace, name)) {
        return Ok(Some((sealed.conversation, sealed.seq, sealed.send)));
    }
    let names = [incoming.phone.as_ref().map(Identity::phone), incoming.user_id.as_deref().map(Identity::user_id)];
    for name in names.iter().flatten() {
        if let Some(found) = tx.find_sent(incoming.workspace, &incoming.report.wamid, name)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn park(tx: &mut Tx<'_>, incoming: &ReportIn) -> store::Result<()> {
    let raw = incoming.raw.to_string();
    let key = crate::pipeline::effect_key(&[b"report", incoming.channel.0.as_bytes(), raw.as_bytes()]);
    if !tx.claim_effect(incoming.workspace, incoming.report.at, &key)? {
        return Ok(());
    }
    tx.park_report(&ParkedReport {
        workspace: incoming.workspace,
        channel: incoming.channel,
        wamid: incoming.report.wamid.clone(),
        id: EventId(ids::fresh()),
        received_at: machine_now(),
        report: raw,
    })
}

/// What the message costs by the configured rate card, in millionths of a US dollar. Free by its type is free; of an unknown type, or
/// without a rate for the market, it is not known.
fn price(prices: &Prices, incoming: &ReportIn) -> Option<i64> {
    let (category, kind) = (incoming.report.price_category.as_deref()?, incoming.report.price_type.as_deref()?);
    match kind {
        "regular" => {}
        "free_customer_service" | "free_entry_point" => return Some(0),
        _ => return None, // a type that Meta added later
    }
    let by_phone = incoming.phone.as_ref().and_then(PhoneNumber::region).map(|region| region.code());
    let by_user_id = || incoming.user_id.as_deref().and_then(|id| id.split('.').next()).map(str::to_owned);
    let market = by_phone.or_else(by_user_id)?;
    let dollars = prices.get(&market)?.get(category)?;
    Some((dollars * 1e6).round() as i64)
}
