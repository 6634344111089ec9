//! What the OpenAPI document says about values whose fields depend on their kind, and that pass through as they were written.

#![expect(dead_code, reason = "they describe what is written elsewhere")]

use domain::contact::Identity;
use domain::fact::ThingRef;
use domain::ids::{
    AppointmentId, ChannelId, CompanyId, ContactId, ConversationId, DealId, EndpointId, InteractionId, NoteId,
    NoticeId, OrderId, SendId, TicketId,
};
use domain::interaction::SeenValue;
use domain::record::{FieldChange, Noun, RecordRef};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::schemas::{
    CategoryName, FollowUpReasonName, FollowUpStateName, Id, LackName, LanguageCode, NounName, OutcomeName, StepName,
    Time,
};
use super::views::{
    AppointmentView, ChannelView, CompanyView, ContactView, ConversationView, DealView, EndpointView, InteractionView,
    MessageView, NoticeView, OrderView, RecordNoteView, SendView, TicketView,
};

/// Schemas of which no object has every field.
pub(super) const BY_KIND: [&str; 3] = ["Step", "ChangeData", "TemplateComponent"];

/// Something that was done about a message, or about a person: its name, and what belongs to it. More may be added: pass over those that
/// you do not know.
#[derive(ToSchema)]
#[schema(as = Step, example = json!({"step": "ticket_opened", "ticket": "01a20577-4513-75e8-95eb-41481df5cc04", "queue": "workshop", "due": 1_795_460_400_000_i64}))]
pub(super) struct StepShape {
    #[schema(value_type = StepName, required)]
    step: &'static str,
    /// Of `resolved`: how the sender was found.
    #[schema(value_type = Option<Object>, example = json!({"by": "new"}))]
    how: Option<Value>,
    /// Of `resolved`, `belongs_to_another`, `merged`, `unmerged`, `sender_named`, `handed_on`: who.
    #[schema(value_type = Option<Id>)]
    contact: Option<ContactId>,
    /// Of `resolved`, `merged`, `unmerged`, `sender_named`, `handed_on`: what they are called.
    name: Option<String>,
    /// Of `ambiguous`: who they could be.
    #[schema(value_type = Option<Vec<Id>>)]
    candidates: Option<Vec<ContactId>>,
    /// Of `classified`: the interaction type of the workflow; null where none was sure enough. Of `answered`, `asked_which`,
    /// `not_answered`: the type.
    kind: Option<String>,
    /// Of `classified`.
    #[schema(value_type = Option<CategoryName>)]
    category: Option<String>,
    /// Of `classified`: 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    confidence: Option<f32>,
    /// Of `classified`: why.
    #[schema(value_type = Option<Object>, example = json!({"by": "model", "best": "glasses_ready", "runner_up": "book_exam", "margin": 0.61, "nearest": ["¿ya están mis lentes?"], "novelty": -0.4}))]
    evidence: Option<Value>,
    /// Of `classified`: the language of the message.
    #[schema(value_type = Option<LanguageCode>)]
    language: Option<String>,
    /// Of `decided`: `automate`, `intake` or `stay_out`.
    policy: Option<String>,
    /// Of `decided`, `not_acknowledged`: what kept automation out.
    #[schema(example = "person_answering")]
    guard: Option<String>,
    /// Of what concerns a ticket.
    #[schema(value_type = Option<Id>)]
    ticket: Option<TicketId>,
    /// Of `ticket_opened`, `ticket_updated`, `assigned`, `answer_failed`: where it waits.
    queue: Option<String>,
    /// Of `ticket_updated`: where it waited before.
    moved_from: Option<String>,
    /// Of `ticket_opened`, `acknowledged`: by when somebody answers.
    #[schema(value_type = Option<Time>)]
    due: Option<i64>,
    /// Of `linked`, `belongs_to_another`: the name that became known.
    #[schema(value_type = Option<Object>, example = json!({"kind": "phone", "value": "+525512345678", "match_key": "525512345678"}))]
    identity: Option<Identity>,
    /// Of what concerns a send.
    #[schema(value_type = Option<Id>)]
    send: Option<SendId>,
    /// Of `closed`; of `taken_up`, what it had been.
    #[schema(value_type = Option<OutcomeName>)]
    outcome: Option<String>,
    /// Of `answered`: which of the type's answers, from 1 on.
    answer: Option<usize>,
    /// Of `answered`: the condition under which it is given.
    #[schema(example = "order.status == \"shipped\"")]
    condition: Option<String>,
    /// Of `answered`, `follow_up`: the record that it is about.
    #[schema(value_type = Option<Object>, example = json!({"of": "order", "id": "01a20577-4513-75e8-95eb-41481df5cc04"}))]
    about: Option<ThingRef>,
    /// Of `answered`, `not_answered`, `follow_up`: what stood in the fields that were looked at.
    #[schema(value_type = Option<Vec<SeenValueShape>>)]
    values: Option<Vec<SeenValue>>,
    /// Of `asked_which`: among how many records.
    among: Option<usize>,
    /// Of `not_answered`: why.
    #[schema(value_type = Option<LackName>)]
    lack: Option<String>,
    /// Of `answer_failed`: what the customer was to be told. Of `kept_back`: what automation would have said. Of `closed`: what whoever closed it said about it. Of `asked_outside`: what the machine said, or why there was no answer.
    said: Option<String>,
    /// Of `kept_back`: the step that would stand here if the workflow were not on trial: `answered`, `asked_which` or `not_answered`.
    #[schema(value_type = Option<Object>, example = json!({"step": "asked_which", "kind": "order_status", "among": 2}))]
    would: Option<Value>,
    /// Of `kept_back`: whether nobody would have been needed.
    ends: Option<bool>,
    /// Of `assigned`: who has it now, by name. Of `reclassified`: the type that it is.
    to: Option<String>,
    /// Of `returned`: who had it, by name. Of `reclassified`: the type that it was taken for.
    from: Option<String>,
    /// Of `reclassified`: how many messages of automation had not left, and will not.
    cancelled: Option<u32>,
    /// Of `reclassified`: how many had left, and cannot be taken back.
    stays: Option<u32>,
    /// Of `asked_outside`: `second_opinion` or `transcript`.
    what: Option<String>,
    /// Of `asked_outside`: the name of the machine's model.
    model: Option<String>,
    /// Of `asked_outside`: how long it took, in milliseconds.
    ms: Option<i64>,
    /// Of `asked_outside`: what became of it, `applied`, `noted`, `unusable`, `overtaken`, `over_budget` or `failed`.
    became: Option<String>,
    /// Of `snoozed`: when it comes back; null if that is when the customer writes. Of `answer_waits`: when it is answered, if nothing more
    /// is said.
    #[schema(value_type = Option<Time>)]
    until: Option<i64>,
    /// Of what concerns a record.
    #[schema(value_type = Option<RecordShape>)]
    record: Option<RecordRef>,
    /// Of `record_changed`: each field that is different.
    #[schema(value_type = Option<Vec<FieldChangeShape>>)]
    changes: Option<Vec<FieldChange>>,
    /// Of `ticket_scored`: how content the customer was, as they said.
    score: Option<i64>,
    /// Of `ticket_scored`: what they had said before.
    before: Option<i64>,
    /// Of `record_changed`, `ticket_scored`: the matter that caused it.
    #[schema(value_type = Option<Id>)]
    interaction: Option<InteractionId>,
    /// Of `note_added`.
    #[schema(value_type = Option<Id>)]
    note: Option<NoteId>,
    /// Of `note_added`: what it says, shortened.
    text: Option<String>,
    /// Of `follow_up`: the id of the rule.
    rule: Option<String>,
    /// Of `follow_up`: which message of the rule, from 0 on.
    number: Option<i64>,
    /// Of `follow_up`: where it stands from then on.
    #[schema(value_type = Option<FollowUpStateName>)]
    state: Option<String>,
    /// Of `follow_up`: why.
    #[schema(value_type = Option<FollowUpReasonName>)]
    because: Option<String>,
    /// Of `follow_up`: when it is looked at again.
    #[schema(value_type = Option<Time>)]
    again_at: Option<i64>,
    /// Of `doubted`: what speaks for a new owner.
    #[schema(example = "identity_changed")]
    sign: Option<String>,
}

/// What stood in a field when something was decided.
#[derive(ToSchema)]
#[schema(as = SeenValue)]
pub(super) struct SeenValueShape {
    #[schema(example = "order.status")]
    field: String,
    /// As people read it; empty if nothing stood there.
    #[schema(example = "shipped")]
    value: String,
}

/// One record of any kind.
#[derive(ToSchema)]
#[schema(as = RecordRef)]
pub(super) struct RecordShape {
    #[schema(value_type = NounName)]
    r#type: Noun,
    #[schema(value_type = Id)]
    id: Uuid,
}

/// What became of a field.
#[derive(ToSchema)]
#[schema(as = FieldChange)]
pub(super) struct FieldChangeShape {
    #[schema(example = "stage")]
    field: String,
    /// Null if it was empty.
    #[schema(example = "lead")]
    from: Option<String>,
    /// Null if it is empty now.
    #[schema(example = "proposal")]
    to: Option<String>,
}

/// An amount in the smallest unit of its currency: 125000 of MXN are 1,250.00 pesos.
#[derive(ToSchema)]
#[schema(as = Money)]
pub(super) struct MoneyShape {
    #[schema(minimum = 0, example = 125_000)]
    minor: i64,
    /// Its code of ISO 4217.
    #[schema(example = "MXN")]
    currency: String,
}

/// What a change is about: its ids, and under its name how it stands now; null if it is not there any more.
#[derive(ToSchema)]
pub(crate) struct ChangeData {
    /// With `message` or `conversation`.
    #[schema(value_type = Option<Id>)]
    conversation_id: Option<ConversationId>,
    /// With `message`: its place in the conversation.
    seq: Option<i64>,
    message: Option<MessageView>,
    conversation: Option<ConversationView>,
    #[schema(value_type = Option<Id>)]
    contact_id: Option<ContactId>,
    contact: Option<ContactView>,
    #[schema(value_type = Option<Id>)]
    interaction_id: Option<InteractionId>,
    interaction: Option<InteractionView>,
    #[schema(value_type = Option<Id>)]
    ticket_id: Option<TicketId>,
    ticket: Option<TicketView>,
    #[schema(value_type = Option<Id>)]
    send_id: Option<SendId>,
    send: Option<SendView>,
    #[schema(value_type = Option<Id>)]
    channel_id: Option<ChannelId>,
    channel: Option<ChannelView>,
    #[schema(value_type = Option<Id>)]
    notice_id: Option<NoticeId>,
    notice: Option<NoticeView>,
    #[schema(value_type = Option<Id>)]
    webhook_endpoint_id: Option<EndpointId>,
    webhook_endpoint: Option<EndpointView>,
    #[schema(value_type = Option<Id>)]
    company_id: Option<CompanyId>,
    company: Option<CompanyView>,
    #[schema(value_type = Option<Id>)]
    deal_id: Option<DealId>,
    deal: Option<DealView>,
    #[schema(value_type = Option<Id>)]
    appointment_id: Option<AppointmentId>,
    appointment: Option<AppointmentView>,
    #[schema(value_type = Option<Id>)]
    order_id: Option<OrderId>,
    order: Option<OrderView>,
    #[schema(value_type = Option<Id>)]
    note_id: Option<NoteId>,
    note: Option<RecordNoteView>,
}

/// A part of a template, in WhatsApp's form; it may have more fields than these.
#[derive(ToSchema)]
#[schema(example = json!({"type": "BODY", "text": "Hola {{1}}, sus lentes están listos.", "example": {"body_text": [["Ana"]]}}))]
pub(super) struct TemplateComponent {
    /// `HEADER`, `BODY`, `FOOTER` or `BUTTONS`.
    #[schema(required)]
    r#type: String,
    /// Of a header: `TEXT`, `IMAGE`, `VIDEO`, `DOCUMENT` or `LOCATION`.
    format: Option<String>,
    /// Its words, with gaps such as `{{1}}` or `{{order}}`.
    text: Option<String>,
    /// What the gaps could be filled with: WhatsApp judges the template by it.
    #[schema(value_type = Option<Object>, example = json!({"body_text": [["Ana"]]}))]
    example: Option<Value>,
    /// Of the buttons: each with its `type` and `text`, and what belongs to the type.
    #[schema(value_type = Option<Vec<Object>>, example = json!([{"type": "QUICK_REPLY", "text": "Paso hoy"}]))]
    buttons: Option<Value>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::errand::{Became, Errand};
    use domain::fact::Thing;
    use domain::follow_up::{Because, Cause, Decided, FollowUpState};
    use domain::interaction::{Evidence, Guard, Intent, Lack, Outcome, OwnerSign, Resolution, Step};
    use domain::policy::Policy;
    use domain::{Category, Language, PhoneNumber, Region};
    use serde_json::json;
    use utoipa::PartialSchema;

    use super::*;

    fn steps() -> Vec<Step> {
        let (contact, ticket, send) = (ContactId(Uuid::max()), TicketId(Uuid::max()), SendId(Uuid::max()));
        let identity = Identity::phone(&PhoneNumber::parse("+525512345678", Region::MX).unwrap());
        let record = RecordRef { noun: Noun::Deal, id: Uuid::max() };
        let (queue, due, guard) = ("workshop".to_owned(), 1, Guard::TooLate);
        vec![
            Step::Resolved { how: Resolution::New, contact, name: None },
            Step::Ambiguous { candidates: vec![contact] },
            Step::Classified(Intent {
                kind: None,
                category: Some(Category::Support),
                confidence: 0.5,
                evidence: Evidence::NoText { what: "sticker".to_owned() },
                language: Language::Es,
            }),
            Step::Opened,
            Step::TakenUp { outcome: Outcome::Resolved, ticket: Some(ticket) },
            Step::TicketScored { ticket, before: Some(3), score: 5, interaction: None },
            Step::Decided { policy: Policy::Intake, guard: Some(guard) },
            Step::TicketOpened { ticket, queue: queue.clone(), due },
            Step::TicketUpdated { ticket, queue: queue.clone(), moved_from: Some(queue) },
            Step::Acknowledged { due },
            Step::NotAcknowledged { guard },
            Step::Answered {
                kind: "order_status".to_owned(),
                answer: 1,
                condition: Some("order.status == \"shipped\"".to_owned()),
                about: Some(ThingRef { of: Thing::Order, id: Uuid::max() }),
                values: vec![SeenValue { field: "order.status".to_owned(), value: "shipped".to_owned() }],
            },
            Step::AskedWhich { kind: "order_status".to_owned(), among: 2 },
            Step::NotAnswered { kind: "order_status".to_owned(), lack: Lack::NothingFound, values: Vec::new() },
            Step::AnswerWaits { until: 3 },
            Step::AnswerFailed { ticket, queue: "workshop".to_owned(), said: None },
            Step::KeptBack {
                would: Box::new(Step::AskedWhich { kind: "order_status".to_owned(), among: 2 }),
                said: Some("¿Cuál de tus pedidos?".to_owned()),
                ends: true,
            },
            Step::OptedOut,
            Step::OptedIn,
            Step::Linked { identity: identity.clone() },
            Step::BelongsToAnother { identity, contact },
            Step::PersonAnswered,
            Step::ContactMade,
            Step::ContactChanged,
            Step::SendReleased { send },
            Step::SendRepeated { send },
            Step::SendRedirected { send },
            Step::SendDropped { send },
            Step::TicketReopened { ticket },
            Step::Assigned { to: Some("Bia".to_owned()), queue: None },
            Step::Returned { from: "Bia".to_owned() },
            Step::TakenOver,
            Step::HandedBack,
            Step::Reclassified { from: None, to: "complaint".to_owned(), cancelled: 1, stays: 0 },
            Step::AskedOutside {
                what: Errand::SecondOpinion,
                model: "small".to_owned(),
                said: "complaint".to_owned(),
                ms: 800,
                became: Became::Applied,
            },
            Step::Snoozed { until: None, record: None },
            Step::Woken,
            Step::SendTakenBack { send },
            Step::Overdue { ticket },
            Step::Blocked,
            Step::Unblocked,
            Step::Merged { contact, name: None },
            Step::Unmerged { contact, name: None },
            Step::SenderNamed { contact, name: None },
            Step::Doubted { sign: OwnerSign::IdentityChanged },
            Step::Trusted,
            Step::BecameRecord,
            Step::HandedOn { contact, name: None },
            Step::Closed { outcome: Outcome::Other, said: Some("Went to the shop".to_owned()) },
            Step::RecordMade { record, name: String::new() },
            Step::RecordChanged { record, name: String::new(), changes: Vec::new(), interaction: None },
            Step::NoteAdded { note: NoteId(Uuid::max()), record, text: String::new() },
            Step::FollowUp(Decided {
                rule: "reminder".to_owned(),
                number: 0,
                about: ThingRef { of: Thing::Deal, id: Uuid::max() },
                state: FollowUpState::Held,
                because: Some(Because::Cause(Cause::HoldWhile)),
                again_at: Some(1),
                values: Vec::new(),
            }),
        ]
    }

    #[test]
    fn every_step_and_whatever_belongs_to_one_is_described() {
        let schema = serde_json::to_value(StepShape::schema()).unwrap();
        let described: BTreeSet<String> = schema["properties"].as_object().unwrap().keys().cloned().collect();
        let (mut written, mut names) = (BTreeSet::new(), BTreeSet::new());
        for step in steps() {
            let step = serde_json::to_value(step).unwrap();
            written.extend(step.as_object().unwrap().keys().cloned());
            names.insert(step["step"].to_string());
        }
        assert_eq!(written, described);
        let known = serde_json::to_value(StepName::schema()).unwrap();
        assert_eq!(names, known["enum"].as_array().unwrap().iter().map(Value::to_string).collect());
        assert_eq!(schema["required"], json!(["step"]));
    }
}
