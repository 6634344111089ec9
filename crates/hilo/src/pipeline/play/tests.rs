//! What is said and written, cell by cell: from values alone.

use domain::contact::Contact;
use domain::ids::{AppointmentId, ContactId, DealId, OrderId, TicketId};
use domain::interaction::TicketState;
use domain::record::{Appointment, AppointmentStatus, Deal, DealState, Order, OrderStatus, Stage, StageKind};
use domain::{Language, fact::TicketFacts};
use uuid::Uuid;
use workflow::FieldName;

use super::*;
use crate::records::AboutTicket;

const NOW: i64 = 1_772_733_600_000;

fn workflow() -> Workflow {
    workflow::read(include_str!("../../../tests/it/automation.yaml"), "automation.yaml").expect("a sound workflow")
}

fn ana() -> Contact {
    Contact { id: ContactId(Uuid::from_u128(1)), name: Some("Ana".to_owned()), language: None, opted_out_at: None }
}

fn order(id: u128, number: &str, status: OrderStatus) -> Topic {
    Topic::Order(Order {
        id: OrderId(Uuid::from_u128(id)),
        number: number.to_owned(),
        contact: Some(ana().id),
        status,
        total: None,
        items: Vec::new(),
        placed_at: 0,
        tracking: None,
    })
}

fn ticket(score: Option<i64>) -> Topic {
    Topic::Ticket(AboutTicket {
        id: TicketId(Uuid::from_u128(7)),
        contact: Some(ana().id),
        conversation: domain::ids::ConversationId(Uuid::from_u128(8)),
        facts: TicketFacts {
            state: TicketState::Resolved,
            kind: None,
            queue: "desk".to_owned(),
            opened_at: 0,
            resolved_at: Some(1),
            outcome: None,
            score,
        },
    })
}

/// What is done about words, or a tap that carries something, of a type.
struct Case<'a> {
    kind: &'a str,
    text: &'a str,
    value: Option<&'a str>,
    about: Option<ThingRef>,
    topics: Vec<Topic>,
    pipelines: Vec<Pipeline>,
}

impl<'a> Case<'a> {
    fn of(kind: &'a str, topics: Vec<Topic>) -> Self {
        Case { kind, text: "", value: None, about: None, topics, pipelines: Vec::new() }
    }

    fn played(self, changed: impl FnOnce(&mut Workflow)) -> Play {
        let mut workflow = workflow();
        changed(&mut workflow);
        let kind = workflow.interaction_type(self.kind).unwrap();
        let asked = Asked {
            kind,
            automation: kind.automation.as_ref().unwrap(),
            about: self.about,
            value: self.value.map(str::to_owned),
            is_choice: self.value.is_some(),
            text: self.text.to_owned(),
            language: Language::Es,
        };
        let lookup = Lookup { topics: self.topics, pipelines: self.pipelines, ..Lookup::default() };
        play(&workflow, &ana(), &asked, &lookup, Timestamp::from_millisecond(NOW).unwrap())
    }

    fn line(self) -> Line {
        match self.played(|_| {}) {
            Play::Answer(line) => *line,
            other => panic!("{other:?}"),
        }
    }

    fn lack(self) -> Lack {
        match self.played(|_| {}) {
            Play::GiveUp { lack, .. } => lack,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn of_several_records_the_one_is_meant_whose_number_is_written_and_otherwise_it_is_asked() {
    let both = || vec![order(1, "4471", OrderStatus::Paid), order(2, "4472", OrderStatus::Placed)];
    let asked = Case { text: "¿cómo va?", ..Case::of("order_status", both()) }.played(|_| {});
    let Play::Ask { said, among: 2 } = asked else { panic!("{asked:?}") };
    let Said::List(list) = *said else { panic!("{said:?}") };
    let rows: Vec<&str> = list.sections[0].rows.iter().map(|row| row.title.as_str()).collect();
    assert_eq!(rows, ["4471", "4472"]);
    assert!(list.sections[0].rows[0].id.starts_with("order_status#order/"), "{:?}", list.sections[0].rows);

    let named = Case { text: "¿cómo va el 4472?", ..Case::of("order_status", both()) }.line();
    assert_eq!(named.said, Said::Text("Preparamos tu pedido 4472.".to_owned()));
    let without_words = Case::of("order_status", both()).played(|workflow| {
        let kind = workflow.types.iter_mut().find(|kind| kind.id == "order_status").unwrap();
        kind.automation.as_mut().unwrap().several = None;
    });
    assert!(matches!(without_words, Play::GiveUp { lack: Lack::Several, .. }), "{without_words:?}");
}

#[test]
fn what_counts_no_more_is_told_from_what_never_was_theirs() {
    let done = || vec![order(1, "4471", OrderStatus::Delivered)];
    let about = Some(ThingRef { of: Thing::Order, id: Uuid::from_u128(1) });
    assert_eq!(Case::of("order_status", done()).lack(), Lack::NothingFound);
    assert_eq!(Case { about, ..Case::of("order_status", done()) }.lack(), Lack::NoLonger);
    assert_eq!(Case { about, ..Case::of("order_status", Vec::new()) }.lack(), Lack::NotTheirs);
    let left = vec![order(1, "4471", OrderStatus::Shipped)];
    assert_eq!(Case::of("order_status", left).lack(), Lack::NoAnswerFits, "it left without a tracking number");
    let Play::GiveUp { otherwise, .. } = Case::of("accept", Vec::new()).played(|_| {}) else { panic!() };
    assert_eq!(otherwise.as_deref(), Some("No encontramos tu propuesta."));
}

#[test]
fn a_score_is_a_whole_number_that_stands_on_the_ticket_and_a_bad_one_is_handed_over() {
    let tapped = |value| Case { value: Some(value), ..Case::of("rate", vec![ticket(None)]) };
    let line = tapped("5").line();
    assert_eq!(line.written.unwrap().topic, Some((ticket(None), ticket(Some(5)))));
    assert!(!line.hands_over);
    let low = tapped("1").line();
    assert!(low.hands_over, "a condition sees what was tapped");
    assert_eq!(low.values, [SeenValue { field: "ticket.score".to_owned(), value: "1".to_owned() }]);
    for made_up in ["500", "-1", "4.5", "", "bien"] {
        assert_eq!(tapped(made_up).lack(), Lack::CannotWrite, "{made_up}");
    }
    let again = Case { value: Some("5"), ..Case::of("rate", vec![ticket(Some(5))]) }.line();
    assert_eq!(again.written, None, "the same once more changes nothing");
}

#[test]
fn a_deal_is_moved_to_a_stage_of_its_pipeline_and_to_no_other() {
    let deal = Deal {
        id: DealId(Uuid::from_u128(3)),
        title: "Motor".to_owned(),
        contact: Some(ana().id),
        company: None,
        owner: None,
        pipeline: "sales".to_owned(),
        stage: "new".to_owned(),
        stage_since: 0,
        state: DealState::Open,
        amount: None,
        expected_close: None,
    };
    let stage = |id: &str, kind| Stage { id: id.to_owned(), name: id.to_owned(), kind };
    let pipeline = |stages| Pipeline { id: "sales".to_owned(), name: "Sales".to_owned(), stages };
    let case =
        |stages| Case { pipelines: vec![pipeline(stages)], ..Case::of("accept", vec![Topic::Deal(deal.clone())]) };
    let line = case(vec![stage("new", StageKind::Open), stage("won", StageKind::Won)]).line();
    let Some((_, Topic::Deal(won))) = line.written.unwrap().topic else { panic!() };
    assert_eq!((won.stage.as_str(), won.stage_since), ("won", NOW));
    assert_eq!(case(vec![stage("new", StageKind::Open)]).lack(), Lack::CannotWrite);
}

#[test]
fn what_is_set_of_the_person_is_what_is_told_and_a_word_that_is_no_language_sets_nothing() {
    let set = |value: &'static str| {
        Case { value: Some(value), ..Case::of("hours", Vec::new()) }.played(|workflow| {
            let kind = workflow.types.iter_mut().find(|kind| kind.id == "hours").unwrap();
            let answer = &mut kind.automation.as_mut().unwrap().answers[0];
            let field = |name: &str| FieldName { of: Thing::Contact, name: name.to_owned() };
            answer.set = vec![(field("language"), "{{ reply.value }}".to_owned()), (field("name"), "Bia".to_owned())];
        })
    };
    let Play::Answer(line) = set("pt") else { panic!() };
    let bia = line.contact.unwrap();
    assert_eq!((bia.name.as_deref(), bia.language), (Some("Bia"), Some(Language::Pt)));
    assert!(matches!(set("klingon"), Play::GiveUp { lack: Lack::CannotWrite, .. }));
}

#[test]
fn what_the_answer_confirms_is_told_as_confirmed_and_its_buttons_name_the_record() {
    let visit = Topic::Appointment(Appointment {
        id: AppointmentId(Uuid::from_u128(4)),
        contact: ana().id,
        service: "Limpieza".to_owned(),
        place: None,
        starts_at: NOW + 3_600_000,
        ends_at: NOW + 7_200_000,
        time_zone: "America/Mexico_City".to_owned(),
        status: AppointmentStatus::Scheduled,
        owner: None,
    });
    let asks = Case::of("my_appointment", vec![visit.clone()]).line();
    assert_eq!((asks.yes.as_deref(), asks.no.as_deref()), (Some("confirm"), Some("change")));
    let Said::Buttons(buttons) = &asks.said else { panic!("{:?}", asks.said) };
    assert_eq!(buttons.buttons[0].id, format!("confirm#{}", visit.reference()));
    let written = Case::of("confirm", vec![visit]).line().written.unwrap();
    let Some((_, Topic::Appointment(after))) = written.topic else { panic!() };
    assert_eq!(after.status, AppointmentStatus::Confirmed);
}
