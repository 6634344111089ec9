//! Takes a parsed webhook body apart into what the pipeline understands: messages, reports on ours, and what belongs to neither.

mod attached;

use domain::contact::{Identity, Sender};
use domain::ids::{BodyId, NoticeId, WorkspaceId};
use domain::{PhoneNumber, Region};
use serde_json::Value;
use store::NoticeRow;
use whatsapp::webhook::content::{CardOrigin, System, SystemKind};
use whatsapp::webhook::{
    Batch, Change, ChangeValue, Content, Entry, Envelope, Item, Message as WireMessage, PhoneText, Preference,
    PreferenceValue, Status, TemplateUpdate, UserIdChange,
};

use super::load;
use super::template_news::{self, TemplateNewsIn};
use super::values::{Inbound, Message, Nature};
use crate::channels::ChannelHandle;
use crate::ids;
use crate::reconcile::{LONGEST_ID, ReportIn};

/// What one body means for one workspace.
#[derive(Debug, Clone)]
pub(super) struct Parcel {
    pub(super) workspace: WorkspaceId,
    pub(super) body: BodyId,
    pub(super) messages: Vec<Inbound>,
    pub(super) reports: Vec<ReportIn>,
    pub(super) templates: Vec<TemplateNewsIn>,
    pub(super) notices: Vec<Notice>,
}

/// Something to list that belongs to no conversation, once however often it is delivered.
#[derive(Debug, Clone)]
pub(super) struct Notice {
    pub(super) at: i64,
    pub(super) key: Vec<u8>,
    pub(super) row: NoticeRow,
}

/// Sorts everything of a body by workspace. `channels` are the numbers whose secret signed it: nothing else of the body is touched,
/// even if we know the number; it is listed as unclaimed under the first of them.
pub(super) fn sort(envelope: Envelope, channels: &[ChannelHandle], now: i64) -> Vec<Parcel> {
    let mut sorting = Sorting { channels, home: channels.first(), now, parcels: Vec::new() };
    for entry in envelope.entries {
        sorting.entry(entry);
    }
    sorting.parcels
}

/// The parcel of a body that is signed but no webhook body: listed, so that somebody sees it.
pub(super) fn unreadable(reason: &str, body: &[u8], channels: &[ChannelHandle], now: i64) -> Vec<Parcel> {
    let mut sorting = Sorting { channels, home: channels.first(), now, parcels: Vec::new() };
    let raw: String = String::from_utf8_lossy(body).chars().take(4000).collect();
    sorting.notice(0, "malformed", "body", reason, &Value::String(raw));
    sorting.parcels
}

struct Sorting<'a> {
    channels: &'a [ChannelHandle],
    /// The number whose workspace lists what names no number itself.
    home: Option<&'a ChannelHandle>,
    now: i64,
    parcels: Vec<Parcel>,
}

impl Sorting<'_> {
    fn entry(&mut self, entry: Entry) {
        let at = entry.time.unwrap_or(0).saturating_mul(1000);
        let of_account = |channel: &&ChannelHandle| entry.id.as_deref() == Some(channel.waba_id.as_str());
        self.home = self.channels.iter().find(of_account).or(self.channels.first());
        for change in entry.changes {
            self.change(at, change);
        }
    }

    fn change(&mut self, at: i64, change: Change) {
        let field = change.field;
        match change.value {
            ChangeValue::Batch(batch) => self.batch(at, &field, batch),
            ChangeValue::Template(update) => self.template(at, &field, update),
            ChangeValue::Number(update) => self.notice(at, "number", &field, "a phone number changed", &update.raw),
            ChangeValue::Account(update) => {
                let detail = update.event.as_deref().unwrap_or("the account changed");
                self.notice(at, "account", &field, detail, &update.raw);
            }
            ChangeValue::Other { raw } => {
                self.notice(at, "unknown_field", &field, "Hilo does not know this webhook field", &raw);
            }
            ChangeValue::Malformed { raw, reason } => self.notice(at, "malformed", &field, &reason, &raw),
        }
    }

    /// Every workspace that has a number on the account hears of it.
    fn template(&mut self, at: i64, field: &str, update: TemplateUpdate) {
        self.notice(at, "template", field, &template_news::in_words(&update), &update.raw);
        let Some(waba_id) = self.home.map(|channel| channel.waba_id.clone()) else { return };
        let of_account = self.channels.iter().filter(|channel| channel.waba_id == waba_id);
        let mut workspaces: Vec<WorkspaceId> = of_account.map(|channel| channel.workspace).collect();
        workspaces.dedup();
        for workspace in workspaces {
            let news = TemplateNewsIn { waba_id: waba_id.clone(), at, update: update.clone() };
            self.parcel(workspace).templates.push(news);
        }
    }

    fn batch(&mut self, at: i64, field: &str, batch: Batch) {
        let number = batch.metadata.phone_number_id.as_deref();
        let channel = match number {
            Some(number) => self.channels.iter().find(|channel| channel.phone_number_id == number),
            // Preferences and the like name no number where the account has only one.
            None => self.home,
        };
        let channel = channel.cloned();
        let channels = self.channels;
        self.home = channel.as_ref().and_then(|own| channels.iter().find(|one| one.id == own.id)).or(self.home);
        for item in batch.items {
            match &channel {
                Some(channel) => self.item(at, field, channel, item),
                None => self.unclaimed(at, number.unwrap_or_default(), &item),
            }
        }
    }

    fn item(&mut self, at: i64, field: &str, channel: &ChannelHandle, item: Item) {
        match item {
            Item::Message(message) => self.message(field, channel, *message, None),
            Item::Standby(message) => self.message(field, channel, *message, Some(Nature::Standby)),
            Item::Echo(message) => self.message(field, channel, *message, Some(Nature::Echo)),
            Item::StandbyEcho(message) => self.message(field, channel, *message, Some(Nature::StandbyEcho)),
            Item::Status(status) => self.status(at, channel, *status),
            Item::Preference(preference) => self.preference(at, field, channel, preference),
            Item::UserIdChange(change) => self.user_id_change(at, field, channel, change),
            Item::Error { error, raw } => {
                let text = error.title.or(error.message).unwrap_or_else(|| "WhatsApp reports an error".to_owned());
                self.notice(at, "platform_error", field, &text, &raw);
            }
            Item::Past { message, .. } => self.notice(at, "history", field, "a message from before", &message.raw),
            Item::History(chunk) => self.notice(at, "history", field, "a piece of the history", &history(&chunk)),
            Item::AppContact(contact) => self.notice(at, "app_contact", field, "an address book entry", &contact.raw),
            Item::Call(call) => self.notice(at, "call", field, "a call", &call.raw),
            Item::Handover { raw } => self.notice(at, "handover", field, "control of a conversation changed", &raw),
            Item::Other { kind, raw } => self.notice(at, "unknown_field", &format!("{field}.{kind}"), "unknown", &raw),
            Item::Malformed { kind, raw, reason } => {
                self.notice(at, "malformed", &format!("{field}.{kind}"), &reason, &raw);
            }
        }
    }

    fn message(&mut self, field: &str, channel: &ChannelHandle, wire: WireMessage, nature: Option<Nature>) {
        let at = wire.timestamp.unwrap_or(0).saturating_mul(1000);
        if wire.group_id.is_some() {
            return self.notice(at, "group_message", field, "groups are not handled yet", &wire.raw);
        }
        let outbound = matches!(nature, Some(Nature::Echo | Nature::StandbyEcho));
        let Some(sender) = (if outbound { addressee(&wire) } else { author(&wire) }) else {
            return self.notice(at, "malformed", field, "a message that names no sender", &wire.raw);
        };
        if is_unknown(&wire.content) {
            let detail = format!("a message of a type that Hilo does not show: {}", wire.content.kind());
            self.notice(at, "unknown_type", wire.content.kind(), &detail, &wire.raw);
        }
        let nature = nature.unwrap_or_else(|| nature_of(&wire.content));
        let attested = attested(&sender, &wire.content).filter(|_| nature == Nature::Message);
        let message = Message {
            sent_at: at,
            nature,
            kind: wire.content.kind().to_owned(),
            text: wire.content.text().map(str::to_owned),
            payload: wire.content.payload().map(str::to_owned),
            content: beyond_text(&wire),
            file: attached::read(&wire.content),
            context: wire.context.and_then(|context| context.id),
            wamid: wire.id,
        };
        self.inbound(field, channel, (sender, attested), message);
    }

    fn preference(&mut self, at: i64, field: &str, channel: &ChannelHandle, preference: Preference) {
        let stop = match &preference.value {
            PreferenceValue::Stop => true,
            PreferenceValue::Resume => false,
            PreferenceValue::Other(_) => {
                return self.notice(at, "unknown_field", "user_preferences", "an unknown preference", &preference.raw);
            }
        };
        let Some(sender) = named(preference.wa_id.as_ref(), preference.user_id.as_deref()) else {
            return self.notice(at, "malformed", field, "a preference of nobody", &preference.raw);
        };
        let message = Message {
            wamid: format!("preference/{}/{}", address(&sender), if stop { "stop" } else { "resume" }),
            sent_at: preference.timestamp.unwrap_or(0).saturating_mul(1000),
            nature: Nature::Preference { stop },
            kind: "preference".to_owned(),
            text: preference.detail,
            payload: None,
            content: Some(preference.raw.to_string()),
            context: None,
            file: None,
        };
        self.inbound(field, channel, (sender, None), message);
    }

    fn user_id_change(&mut self, at: i64, field: &str, channel: &ChannelHandle, change: UserIdChange) {
        let Some(sender) = named(change.wa_id.as_ref(), change.previous.as_deref()) else {
            return self.notice(at, "malformed", field, "a change of nobody's user id", &change.raw);
        };
        let identities: Vec<Identity> = change.current.as_deref().map(Identity::user_id).into_iter().collect();
        let message = Message {
            wamid: format!("user_id/{}/{}", address(&sender), change.current.unwrap_or_default()),
            sent_at: change.timestamp.unwrap_or(0).saturating_mul(1000),
            nature: Nature::IdentityChange { identities },
            kind: "system".to_owned(),
            text: None,
            payload: None,
            content: Some(change.raw.to_string()),
            context: None,
            file: None,
        };
        self.inbound(field, channel, (sender, None), message);
    }

    fn inbound(
        &mut self,
        field: &str,
        channel: &ChannelHandle,
        (sender, attested): (Sender, Option<PhoneNumber>),
        message: Message,
    ) {
        let parcel = self.parcel(channel.workspace);
        let inbound = Inbound {
            workspace: channel.workspace,
            channel: channel.id,
            body: parcel.body,
            field: field.to_owned(),
            sender,
            attested,
            message,
        };
        parcel.messages.push(inbound);
    }

    fn status(&mut self, at: i64, channel: &ChannelHandle, status: Status) {
        match ReportIn::read(channel.workspace, channel.id, status) {
            Ok(report) => self.parcel(channel.workspace).reports.push(report),
            Err((kind, raw)) => self.notice(at, "unknown_status", &kind, "a status that Hilo does not know", &raw),
        }
    }

    fn unclaimed(&mut self, at: i64, number: &str, item: &Item) {
        let detail = "this number is not configured here, or another secret guards it";
        let raw = match item {
            Item::Message(message) | Item::Standby(message) | Item::Echo(message) | Item::StandbyEcho(message) => {
                message.raw.clone()
            }
            Item::Status(status) => status.raw.clone(),
            other => Value::String(format!("{other:?}")),
        };
        self.notice(at, "unclaimed_number", number, detail, &raw);
    }

    /// Lists something under the workspace whose number or account it came to.
    fn notice(&mut self, at: i64, kind: &str, subject: &str, detail: &str, raw: &Value) {
        let (Some(channel), received_at) = (self.home, self.now) else { return };
        let raw = raw.to_string();
        let key = load::key(&[b"notice", kind.as_bytes(), subject.as_bytes(), raw.as_bytes()]);
        let row = NoticeRow {
            id: NoticeId(ids::fresh()),
            received_at,
            kind: kind.to_owned(),
            subject: subject.to_owned(),
            detail: detail.to_owned(),
            raw,
        };
        self.parcel(channel.workspace).notices.push(Notice { at, key, row });
    }

    fn parcel(&mut self, workspace: WorkspaceId) -> &mut Parcel {
        let place = self.parcels.iter().position(|parcel| parcel.workspace == workspace).unwrap_or_else(|| {
            let body = BodyId(ids::fresh());
            let (messages, reports, templates, notices) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
            self.parcels.push(Parcel { workspace, body, messages, reports, templates, notices });
            self.parcels.len() - 1
        });
        &mut self.parcels[place]
    }
}

fn nature_of(content: &Content) -> Nature {
    match content {
        Content::Reaction { .. } | Content::Edit { .. } | Content::Revoke { .. } | Content::CallPermissionReply(_) => {
            Nature::Annotation
        }
        Content::RequestWelcome => Nature::Welcome,
        Content::System(System { kind: SystemKind::IdentityChanged, .. }) => Nature::DeviceChange,
        Content::System(system) => Nature::IdentityChange { identities: new_names(system) },
        Content::Text { .. }
        | Content::Image(_)
        | Content::Video(_)
        | Content::Audio(_)
        | Content::Document(_)
        | Content::Sticker(_)
        | Content::Location(_)
        | Content::Contacts { .. }
        | Content::Button { .. }
        | Content::ButtonReply { .. }
        | Content::ListReply { .. }
        | Content::FlowReply(_)
        | Content::Order(_)
        | Content::Unsupported { .. }
        | Content::Unreadable { .. }
        | Content::Other { .. } => Nature::Message,
    }
}

/// The names that Meta's typed change attests; the old ones stay, for what arrives late.
fn new_names(system: &System) -> Vec<Identity> {
    let phone = system.wa_id.as_ref().and_then(|wa_id| PhoneNumber::from_whatsapp(wa_id.as_str()).ok());
    let phone = phone.as_ref().map(Identity::phone);
    let user_id = system.user_id.as_deref().map(Identity::user_id);
    let parent = system.parent_user_id.as_deref().map(Identity::parent_user_id);
    phone.into_iter().chain(user_id).chain(parent).collect()
}

/// Whose number WhatsApp filled in because we asked. A card that somebody picked is what they say, of whomever.
fn attested(sender: &Sender, content: &Content) -> Option<PhoneNumber> {
    let Content::Contacts { cards } = content else { return None };
    let card = cards.iter().find(|card| card.origin == Some(CardOrigin::ContactRequest))?;
    let [phone] = card.phones.as_slice() else { return None };
    let by_id = phone.wa_id.as_ref().and_then(|id| PhoneNumber::from_whatsapp(id.as_str()).ok());
    let written = || phone.phone.as_deref().filter(|text| text.trim_start().starts_with('+'));
    let number = by_id.or_else(|| PhoneNumber::parse(written()?, Region::MX).ok());
    number.filter(|_| sender.phone.is_none())
}

fn is_unknown(content: &Content) -> bool {
    matches!(content, Content::Other { .. } | Content::Unreadable { .. } | Content::Unsupported { .. })
}

/// The typed part of a message (`"image": {…}`) as Meta wrote it; a text says everything by itself.
fn beyond_text(wire: &WireMessage) -> Option<String> {
    if let Content::Text { .. } = wire.content {
        return None;
    }
    let kind = wire.raw.get("type").and_then(Value::as_str).unwrap_or_default();
    let part = wire.raw.get(kind).or_else(|| wire.raw.get("errors"));
    part.map(Value::to_string)
}

fn author(wire: &WireMessage) -> Option<Sender> {
    let mut sender = named(wire.from.as_ref().or(wire.wa_id.as_ref()), wire.from_user_id.as_deref())
        .or_else(|| known_before(&wire.content))?;
    sender.parent_user_id = bounded(sender.parent_user_id.or_else(|| wire.from_parent_user_id.clone()));
    sender.profile_name = wire.profile_name.clone().or_else(|| wire.username.clone());
    Some(sender)
}

/// A change of user id may name its person only by what they were called before.
fn known_before(content: &Content) -> Option<Sender> {
    let Content::System(system) = content else { return None };
    let mut sender = named(system.previous_wa_id.as_ref(), system.previous_user_id.as_deref())?;
    sender.parent_user_id = system.previous_parent_user_id.clone();
    Some(sender)
}

/// An id that is short enough to be Meta's, and to stand in an index.
fn bounded(id: Option<String>) -> Option<String> {
    id.filter(|id| id.len() <= LONGEST_ID)
}

fn addressee(wire: &WireMessage) -> Option<Sender> {
    let mut sender = named(wire.to.as_ref(), wire.to_user_id.as_deref())?;
    sender.profile_name = wire.profile_name.clone();
    Some(sender)
}

/// A sender by whatever names them. A text that is neither a number nor a user id still is somebody's name on WhatsApp.
fn named(phone: Option<&PhoneText>, user_id: Option<&str>) -> Option<Sender> {
    let text = phone.map(PhoneText::as_str);
    let number = text.and_then(|text| PhoneNumber::from_whatsapp(text).ok());
    let other_name = || text.filter(|_| number.is_none()).map(str::to_owned);
    let user_id = bounded(user_id.map(str::to_owned).or_else(other_name));
    if number.is_none() && user_id.is_none() {
        return None;
    }
    Some(Sender { phone: number, user_id, parent_user_id: None, profile_name: None })
}

fn address(sender: &Sender) -> &str {
    let phone = sender.phone.as_ref().map(PhoneNumber::as_str);
    phone.or(sender.user_id.as_deref()).unwrap_or_default()
}

fn history(chunk: &whatsapp::webhook::HistoryChunk) -> Value {
    Value::String(format!("{chunk:?}"))
}
