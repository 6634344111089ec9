//! What the OpenAPI document says about values that many rows share: ids, times, and our own names.

use std::borrow::Cow;

use domain::change::EventType;
use domain::contact::IdentityKind;
use domain::delivery::{Purpose, SendState};
use domain::desk::{Assignment, Availability, CallReason, Doing, View};
use domain::duplicate::Likeness;
use domain::endpoint::{DeliveryState, EndpointState};
use domain::fact::Thing;
use domain::follow_up::{Because, FollowUpState};
use domain::import::{Field, ImportState, RowOutcome};
use domain::interaction::{Author, Lack, Outcome, TicketState};
use domain::invitation::Purpose as LinkPurpose;
use domain::media::{MediaKind, MediaState};
use domain::pause::PauseScope;
use domain::record::{AppointmentStatus, DealStatus, Noun, OrderStatus, StageKind};
use domain::role::Role;
use domain::scope::Scope;
use domain::template::{TemplateCategory, TemplateState};
use domain::trial::ReachName;
use domain::trouble::TroubleKind;
use domain::{Category, Language};
use serde_json::Value;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{RefOr, schema::SchemaType};
use utoipa::{PartialSchema, ToSchema};

/// What can be done about a message or a person; a test beside the shape of steps sees that none is left out.
const STEPS: [&str; 53] = [
    "resolved",
    "ambiguous",
    "classified",
    "opened",
    "taken_up",
    "ticket_scored",
    "decided",
    "ticket_opened",
    "ticket_updated",
    "acknowledged",
    "not_acknowledged",
    "answered",
    "asked_which",
    "not_answered",
    "answer_waits",
    "answer_failed",
    "kept_back",
    "opted_out",
    "opted_in",
    "linked",
    "belongs_to_another",
    "person_answered",
    "contact_made",
    "contact_changed",
    "send_released",
    "send_repeated",
    "send_redirected",
    "send_dropped",
    "ticket_reopened",
    "assigned",
    "returned",
    "taken_over",
    "handed_back",
    "reclassified",
    "asked_outside",
    "snoozed",
    "woken",
    "send_taken_back",
    "overdue",
    "blocked",
    "unblocked",
    "merged",
    "unmerged",
    "sender_named",
    "doubted",
    "trusted",
    "handed_on",
    "closed",
    "record_made",
    "record_changed",
    "note_added",
    "became_record",
    "follow_up",
];

// The names come from the enums themselves, so the document cannot leave one out.
macro_rules! schemas {
    ($($(#[$doc:meta])* $name:ident = $schema:expr),* $(,)?) => {$(
        $(#[$doc])*
        pub(crate) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                RefOr::T(Schema::Object($schema.build()))
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )*};
}

schemas! {
    /// Any of our ids.
    Id = text("A UUID of version 7: what was made later sorts later.", "01a20577-4513-75e8-95eb-4146c7a923e6")
        .format(Some(SchemaFormat::Custom("uuid".to_owned()))),
    /// A moment.
    Time = ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::Integer))
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .description(Some("Milliseconds since 1970, UTC."))
        .examples([Value::from(1_795_388_032_275_i64)]),
    /// A language of Hilo's.
    LanguageCode = names("A language that Hilo speaks.", Language::ALL.iter().map(|language| language.code())),
    /// A kind of identity.
    IdentityName = names("What kind of name it is.", IdentityKind::ALL.iter().map(|kind| kind.name())),
    /// A state of the outbox.
    SendStateName = names("Where a send stands.", SendState::ALL.iter().map(|state| state.name())),
    /// A list of the outbox.
    SendListName = names("A state that a person may have to look at.", SendState::LISTED.iter().map(|state| state.name())),
    /// What a send is for.
    PurposeName = names("Why a message goes out.", Purpose::ALL.iter().map(|purpose| purpose.name())),
    /// Who wrote.
    AuthorName = names(
        "Who wrote it: the customer, the workflow, a person through Hilo, or a person in the WhatsApp app on the business's phone.",
        Author::ALL.iter().map(|author| author.name()),
    ),
    /// Why two contacts may be one person.
    LikenessName = names("Why two contacts may be one person.", Likeness::ALL.iter().map(|likeness| likeness.name())),
    /// A kind of file.
    MediaKindName = names("What WhatsApp calls it.", MediaKind::ALL.iter().map(|kind| kind.name())),
    /// A state of a file.
    MediaStateName = names(
        "Whether it is here: still to be fetched, stored, gone from WhatsApp, or not kept.",
        MediaState::ALL.iter().map(|state| state.name()),
    ),
    /// A state of a ticket.
    TicketStateName = names("Whether it waits for somebody.", TicketState::ALL.iter().map(|state| state.name())),
    /// A state of a follow-up.
    FollowUpStateName = names("Where it stands.", FollowUpState::ALL.iter().map(|state| state.name())),
    /// A reason of a follow-up.
    FollowUpReasonName = names("Why it stands there: a guard, the rule, the record, or a person.", Because::names()),
    /// A kind of record that rules follow.
    ThingName = names("What it follows.", Thing::ALL.iter().map(|thing| thing.name())),
    /// A state of a template.
    TemplateStateName = names(
        "Whether WhatsApp takes a message made of it; only an approved one can be sent.",
        TemplateState::ALL.iter().map(|state| state.name()),
    ),
    /// A kind of record.
    NounName = names("What kind of record it is.", Noun::ALL.iter().map(|noun| noun.name())),
    /// A day.
    Day = text("A day.", "2026-12-24").format(Some(SchemaFormat::KnownFormat(KnownFormat::Date))),
    /// A status of a deal.
    DealStatusName = names("Whether it can still be won.", DealStatus::ALL.iter().map(|status| status.name())),
    /// A kind of stage.
    StageKindName = names("What it means for a deal to stand there.", StageKind::ALL.iter().map(|kind| kind.name())),
    /// A status of an appointment.
    AppointmentStatusName = names("What became of it.", AppointmentStatus::ALL.iter().map(|status| status.name())),
    /// A status of an order.
    OrderStatusName = names("How far it is.", OrderStatus::ALL.iter().map(|status| status.name())),
    /// A category of templates.
    TemplateCategoryName = names(
        "What it is for, by WhatsApp's judgement: it decides the price, and whether an opt-out stops it.",
        TemplateCategory::ALL.iter().map(|category| category.name()),
    ),
    /// A kind of change.
    EventTypeName = names("What happened.", EventType::ALL.iter().map(|event| event.name())),
    /// A right of a key.
    ScopeName = names(
        "What a key may do: look at everything, act as an agent, act as an administrator.",
        Scope::ALL.iter().map(|scope| scope.name()),
    ),
    /// A role.
    RoleName = names(
        "What somebody is there for: everything; all conversations and queues; conversations and records; the workflow and the templates.",
        Role::ALL.iter().map(|role| role.name()),
    ),
    /// What a link is for.
    LinkPurposeName = names(
        "What it is for: to become the first owner, to join, to choose another password.",
        LinkPurpose::ALL.iter().map(|purpose| purpose.name()),
    ),
    /// A state of a webhook endpoint.
    EndpointStateName = names(
        "Whether it is posted to.",
        EndpointState::ALL.iter().filter(|state| **state != EndpointState::Deleted).map(|state| state.name()),
    ),
    /// A state of a webhook delivery.
    DeliveryStateName = names("Where it stands.", DeliveryState::ALL.iter().map(|state| state.name())),
    /// A broad category.
    CategoryName = names("What it broadly is.", Category::ALL.iter().map(|category| category.name())),
    /// A step.
    StepName = names("What was done.", STEPS.into_iter()),
    /// A list of the inbox.
    ViewName = names("A list of the inbox.", View::ALL.iter().map(|view| view.name())),
    /// What somebody does in a conversation.
    DoingName = names("What you do there.", Doing::ALL.iter().map(|doing| doing.name())),
    /// Why somebody is called.
    CallReasonName = names("Why: a note names you, or a promise was broken.", CallReason::ALL.iter().map(|reason| reason.name())),
    /// Whether somebody takes work.
    AvailabilityName = names("Whether somebody takes work.", Availability::ALL.iter().map(|stand| stand.name())),
    /// How a queue gives its work away.
    AssignmentName = names("How a queue gives its work away.", Assignment::ALL.iter().map(|how| how.name())),
    /// What a column says.
    FieldName = names("What a column says about a person.", Field::ALL.iter().map(|field| field.name())),
    /// A state of an import.
    ImportStateName = names(
        "Where it stands: here, under way, looked at and not written, written, or not to be used.",
        ImportState::ALL.iter().map(|state| state.name()),
    ),
    /// An outcome of a row.
    RowOutcomeName = names("What became of a row.", RowOutcome::ALL.iter().map(|outcome| outcome.name())),
    /// How much of automation is paused.
    PauseScopeName = names("How much of automation is paused.", PauseScope::ALL.iter().map(|scope| scope.name())),
    /// How far automation reaches.
    WorkflowReachName = names("Whom automation answers: nobody, those who hold a test number, these and a share of the contacts, or everybody.", ReachName::ALL.iter().map(|reach| reach.name())),
    /// What is wrong.
    TroubleName = names("What is wrong.", TroubleKind::ALL.iter().map(|kind| kind.name())),
    /// A lack.
    LackName = names("Why automation had no answer.", Lack::ALL.iter().map(|lack| lack.name())),
    /// An outcome.
    OutcomeName = names("How the matter ended.", Outcome::ALL.iter().map(|outcome| outcome.name())),
}

fn text(description: &str, example: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::String))
        .description(Some(description))
        .examples([Value::from(example)])
}

fn names(description: &str, names: impl Iterator<Item = &'static str>) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::String))
        .description(Some(description))
        .enum_values(Some(names))
}
