//! The harness can see: evidence of a good run, doctored in one place each time, leads to exactly that finding.

use std::collections::HashSet;

use super::findings;
use crate::chaos::evidence::{
    Accepted, Aside, Change, Contact, Conversation, Delivery, Evidence, File, FollowUp, Guest, Identity, InOutbox,
    Interaction, Message, Names, Note, Part, Passage, Promise, Said, Step, Template, Ticket, Told,
};
use crate::chaos::report::Kind::{
    self, DoubleSend, DoubleWrite, Lost, Misdirected, Order, Unaccounted, Unfounded, Unsettled,
};

/// Ana wrote three times and Bia once; each was acknowledged, and an agent answered Ana and resolved her ticket.
fn good_run() -> Evidence {
    Evidence {
        people: vec![
            Names { number: Some("5215512340001".into()), user_id: "MX.1".into() },
            Names { number: None, user_id: "MX.2".into() },
        ],
        said: vec![
            said(0, 1, "a1", None),
            said(0, 2, "a2", Some(1)),
            said(0, 3, "a3", Some(1)),
            said(1, 1, "b1", None),
        ],
        guests: Vec::new(),
        promises: vec![
            Promise::Replied { conversation: "ana".into(), send: "reply".into() },
            Promise::Resolved { ticket: "ticket-a".into() },
            Promise::Uploaded { file: "photo".into() },
            Promise::Submitted { template: "aviso".into() },
        ],
        passages: [("a1", 1, 2), ("a2", 3, 4), ("a3", 3, 4), ("b1", 1, 5)]
            .map(|(wamid, posted, kept)| (wamid.to_owned(), Passage { posted, kept }))
            .into(),
        accepted: vec![
            accepted("ack-a", "5215512340001", "Recibimos su mensaje"),
            accepted("ack-b", "MX.2", "Recibimos su mensaje"),
            accepted("reply", "5215512340001", "Le atiende una persona (reply)"),
        ],
        owed: HashSet::new(),
        failed: HashSet::new(),
        nonsense: 0,
        told: Told {
            notes: Vec::new(),
            confirmed: Vec::new(),
            follow_ups: Vec::new(),
            templates: vec![Template { name: "aviso".into(), state: "pending".into() }],
            files: vec![File { id: "photo".into(), state: "stored".into(), reason: None }],
            contacts: vec![contact("c1", &["+5215512340001", "MX.1"]), contact("c2", &["MX.2"])],
            conversations: vec![
                conversation("ana", Some("+5215512340001"), Some("MX.1")),
                conversation("bia", None, Some("MX.2")),
            ],
            messages: vec![
                inbound("ana", 1, "a1"),
                outbound("ana", 2, "automation", "ack-a", Some("matter-a")),
                inbound("ana", 3, "a2"),
                inbound("ana", 4, "a3"),
                outbound("ana", 5, "agent", "reply", None),
                inbound("bia", 1, "b1"),
                outbound("bia", 2, "automation", "ack-b", Some("matter-b")),
            ],
            tickets: vec![
                ticket("ticket-a", "ana", "matter-a", "resolved"),
                ticket("ticket-b", "bia", "matter-b", "open"),
            ],
            interactions: vec![interaction("matter-a", "ana", Some(9)), interaction("matter-b", "bia", None)],
            outbox: Vec::new(),
            backlog: Vec::new(),
            deliveries: Vec::new(),
            changes: ["c1", "c2", "c3"].map(|id| Change { id: id.into(), kind: "message.received".into() }).into(),
        },
        // The program died between the post of c1 and its mark.
        heard: ["c1", "c1", "c2", "c3"].map(str::to_owned).into(),
        heard_last_word: true,
    }
}

/// What a doctored run is found guilty of.
fn found(doctor: impl FnOnce(&mut Evidence)) -> Vec<Kind> {
    let mut evidence = good_run();
    doctor(&mut evidence);
    findings(&evidence).into_iter().map(|finding| finding.kind).collect()
}

#[test]
fn a_good_run_has_no_findings() {
    assert_eq!(findings(&good_run()), []);
}

#[test]
fn a_message_in_no_thread_is_lost() {
    assert_eq!(found(|run| run.told.messages.retain(|message| message.wamid.as_deref() != Some("a3"))), [Lost]);
}

#[test]
fn a_message_that_whatsapp_could_not_deliver_yet_or_that_waits_for_another_try_is_not_lost() {
    let without = |run: &mut Evidence| run.told.messages.retain(|message| message.wamid.as_deref() != Some("a3"));
    let undelivered = |run: &mut Evidence| {
        without(run);
        run.passages.get_mut("a3").unwrap().kept = u64::MAX;
    };
    assert_eq!(found(undelivered), [Unsettled]);
    let put_aside = |run: &mut Evidence, state: &str| {
        without(run);
        run.told.backlog.push(Aside { state: state.into(), part: Some(Part { id: Some("a3".into()) }) });
    };
    assert_eq!(found(|run| put_aside(run, "open")), [Unsettled]);
    assert_eq!(found(|run| put_aside(run, "quarantined")), [Lost]);
}

#[test]
fn a_photo_that_never_came_is_lost_and_one_that_is_waited_for_is_not() {
    assert_eq!(found(|run| run.told.files[0].state = "missing".into()), [Lost]);
    assert_eq!(found(|run| run.told.files[0].state = "waiting".into()), [Unsettled]);
}

#[test]
fn a_change_that_another_system_was_never_told_is_lost() {
    let untold = |run: &mut Evidence| run.heard.retain(|id| id != "c3");
    assert_eq!(found(untold), [Lost]);
    let listed = |run: &mut Evidence| {
        untold(run);
        run.told.deliveries.push(Delivery { id: "c3".into() });
    };
    assert_eq!(found(listed), [Unsettled]);
    let cut_short = |run: &mut Evidence| {
        untold(run);
        run.heard_last_word = false;
    };
    assert_eq!(found(cut_short), [Unsettled]);
}

#[test]
fn a_change_told_again_under_another_name_is_a_double_write() {
    assert_eq!(found(|run| run.heard[1] = "c0".into()), [DoubleWrite]);
}

#[test]
fn changes_are_told_first_in_their_order() {
    assert_eq!(found(|run| run.heard.swap(2, 3)), [Order]);
}

#[test]
fn a_file_or_a_template_that_was_confirmed_and_is_not_there_is_lost() {
    assert_eq!(found(|run| run.told.files.clear()), [Lost]);
    assert_eq!(found(|run| run.told.templates[0].state = "deleted".into()), [Lost]);
}

#[test]
fn a_template_submitted_twice_is_a_double_send() {
    assert_eq!(found(|run| run.nonsense = 1), [DoubleSend]);
}

#[test]
fn a_message_in_a_thread_twice_is_a_double_write() {
    assert_eq!(found(|run| run.told.messages.push(inbound("ana", 6, "a1"))), [DoubleWrite]);
}

#[test]
fn a_message_in_the_thread_of_somebody_else_is_misdirected() {
    assert_eq!(found(|run| run.told.messages[5].conversation_id = "ana".into()), [Misdirected]);
}

#[test]
fn a_message_that_was_kept_before_another_was_posted_must_stand_before_it() {
    assert_eq!(found(|run| swap(run, "a1", "a2")), [Order]);
}

#[test]
fn messages_of_one_body_must_stand_in_its_order() {
    assert_eq!(found(|run| swap(run, "a2", "a3")), [Order]);
}

#[test]
fn messages_that_were_on_their_way_together_may_stand_in_any_order() {
    let together = |run: &mut Evidence| {
        run.passages.insert("a1".into(), Passage { posted: 1, kept: 9 });
        swap(run, "a1", "a2");
    };
    assert_eq!(found(together), []);
}

#[test]
fn a_send_taken_twice_is_a_double_send_whatever_the_attempt_was_called() {
    assert_eq!(found(|run| run.accepted.push(accepted("ack-b", "MX.2", "Recibimos su mensaje"))), [DoubleSend]);
}

#[test]
fn a_reply_taken_as_two_sends_is_a_double_send() {
    let again = |run: &mut Evidence| {
        run.told.messages.push(outbound("ana", 6, "agent", "again", None));
        run.accepted.push(accepted("again", "5215512340001", "Le atiende una persona (reply)"));
    };
    assert_eq!(found(again), [DoubleSend]);
}

#[test]
fn a_matter_with_two_acknowledgements_is_a_double_send() {
    let twice = |run: &mut Evidence| {
        run.told.messages.push(outbound("bia", 3, "automation", "ack-c", Some("matter-b")));
        run.accepted.push(accepted("ack-c", "MX.2", "Recibimos su mensaje"));
    };
    assert_eq!(found(twice), [DoubleSend]);
}

/// Ana wrote again after her ticket was resolved: her matter goes on, she was told so, and it is an agent's once more.
fn taken_up(run: &mut Evidence) {
    let steps = Some(vec![Step { step: "taken_up".into(), ticket: Some("ticket-a".into()) }]);
    run.said.push(said(0, 4, "a4", Some(1)));
    run.passages.insert("a4".into(), Passage { posted: 6, kept: 7 });
    run.told.messages.push(Message { steps, interaction_id: Some("matter-a".into()), ..inbound("ana", 6, "a4") });
    run.told.messages.push(outbound("ana", 7, "automation", "ack-d", Some("matter-a")));
    run.accepted.push(accepted("ack-d", "5215512340001", "Recibimos su mensaje"));
    run.told.tickets[0].state = "open".into();
    run.told.interactions[0].closed_at = None;
}

#[test]
fn a_matter_that_its_customer_took_up_again_is_acknowledged_again_but_once() {
    assert_eq!(found(taken_up), []);
    let twice = |run: &mut Evidence| {
        taken_up(run);
        run.told.messages.push(outbound("ana", 8, "automation", "ack-e", Some("matter-a")));
        run.accepted.push(accepted("ack-e", "5215512340001", "Recibimos su mensaje"));
    };
    assert_eq!(found(twice), [DoubleSend]);
}

#[test]
fn a_matter_that_says_it_is_acknowledged_and_has_no_acknowledgement_lost_it() {
    let missing = |run: &mut Evidence| {
        run.told.messages.retain(|message| message.send_id.as_deref() != Some("ack-b"));
        run.accepted.remove(1);
    };
    assert_eq!(found(missing), [Lost]);
}

#[test]
fn a_message_of_ours_that_leaves_behind_a_later_one_breaks_the_order() {
    assert_eq!(found(|run| run.accepted.swap(0, 2)), [Order]);
}

#[test]
fn a_send_to_another_address_than_its_threads_is_misdirected() {
    assert_eq!(found(|run| run.accepted[0].recipient = "5215512340009".into()), [Misdirected]);
}

#[test]
fn a_send_that_still_moves_is_not_settled() {
    assert_eq!(found(|run| send_in_state(run, "queued")), [Unsettled]);
}

#[test]
fn a_send_that_nobody_can_know_about_is_accounted_for_by_its_list() {
    assert_eq!(found(|run| send_in_state(run, "unknown")), []);
}

#[test]
fn a_send_that_waits_in_no_list_is_unaccounted_for() {
    let vanished = |run: &mut Evidence| {
        send_in_state(run, "unknown");
        run.told.outbox.clear();
    };
    assert_eq!(found(vanished), [Unaccounted]);
}

#[test]
fn a_send_listed_as_unknown_although_whatsapp_reported_on_it_is_unaccounted_for() {
    let listed = |run: &mut Evidence| run.told.outbox.push(in_outbox("reply", "unknown"));
    assert_eq!(found(listed), [Unaccounted]);
    let not_reported = |run: &mut Evidence| {
        listed(run);
        run.owed.insert("wamid.reply".into());
    };
    assert_eq!(found(not_reported), [Unsettled]);
}

#[test]
fn a_send_that_is_said_to_have_arrived_and_never_left_is_unaccounted_for() {
    assert_eq!(found(|run| drop(run.accepted.remove(2))), [Unaccounted]);
}

#[test]
fn a_send_that_whatsapp_took_and_no_thread_has_is_unaccounted_for() {
    assert_eq!(found(|run| run.accepted.push(accepted("stray", "MX.2", "?"))), [Unaccounted]);
}

#[test]
fn a_confirmed_reply_that_is_not_there_is_lost() {
    let missing = |run: &mut Evidence| {
        run.told.messages.retain(|message| message.send_id.as_deref() != Some("reply"));
        run.accepted.remove(2);
    };
    assert_eq!(found(missing), [Lost]);
}

#[test]
fn a_confirmed_resolution_that_is_not_there_is_lost() {
    assert_eq!(found(|run| run.told.tickets[0].state = "open".into()), [Lost]);
}

#[test]
fn a_person_with_two_contacts_is_a_double_write() {
    let split = |run: &mut Evidence| {
        run.told.contacts[0].identities.pop();
        run.told.contacts.push(contact("c3", &["MX.1"]));
    };
    assert_eq!(found(split), [DoubleWrite]);
}

#[test]
fn a_person_with_two_threads_is_a_double_write() {
    assert_eq!(found(|run| run.told.conversations.push(conversation("ana2", None, Some("MX.1")))), [DoubleWrite]);
}

#[test]
fn two_open_tickets_of_a_thread_are_a_double_write() {
    assert_eq!(found(|run| run.told.tickets.push(ticket("t3", "bia", "matter-c", "open"))), [DoubleWrite]);
}

#[test]
fn two_tickets_of_a_matter_are_a_double_write() {
    assert_eq!(found(|run| run.told.tickets.push(ticket("t3", "ana", "matter-a", "resolved"))), [DoubleWrite]);
}

#[test]
fn two_open_matters_of_a_thread_are_a_double_write() {
    let opened = |run: &mut Evidence| {
        let open = Interaction { acknowledged_at: None, ..interaction("matter-c", "bia", None) };
        run.told.interactions.push(open);
    };
    assert_eq!(found(opened), [DoubleWrite]);
}

/// An answer of an agent to Bia that WhatsApp never had.
fn send_in_state(run: &mut Evidence, state: &str) {
    let message = outbound("bia", 3, "agent", "open", None);
    run.told.messages.push(Message { status: Some("pending".into()), ..message });
    run.told.outbox.push(in_outbox("open", state));
}

fn swap(run: &mut Evidence, one: &str, other: &str) {
    let place = |wamid| run.told.messages.iter().position(|message| message.wamid.as_deref() == Some(wamid)).unwrap();
    let (one, other) = (place(one), place(other));
    let (first, second) = (run.told.messages[one].seq, run.told.messages[other].seq);
    (run.told.messages[one].seq, run.told.messages[other].seq) = (second, first);
}

/// Gus asked where his order is, and confirmed his visit when he was asked to.
fn run_with_a_guest(doctor: impl FnOnce(&mut Evidence)) -> Vec<Kind> {
    let guest = Guest { number: 1, order: Some("order".into()), visit: Some("visit".into()), ..Guest::default() };
    let words = [guest.answer(), guest.request(), guest.confirmation()];
    found(|run| {
        run.told.conversations.push(conversation("gus", Some("+5215561000001"), None));
        for (text, seq) in words.into_iter().zip(1..) {
            let send = format!("gus-{seq}");
            run.accepted.push(accepted(&send, "5215561000001", &text));
            let text = Some(text);
            run.told.messages.push(Message { text, ..outbound("gus", seq, "automation", &send, None) });
        }
        run.told.notes = [("order", "order status sent"), ("visit", "confirmed on WhatsApp")]
            .map(|(record, text)| Note { record: record.into(), text: text.into() })
            .into();
        run.told.confirmed = vec!["visit".into()];
        run.told.follow_ups =
            vec![FollowUp { id: "request".into(), state: "sent".into(), send_id: Some("gus-2".into()) }];
        run.guests = vec![guest];
        doctor(run);
    })
}

#[test]
fn an_answer_without_what_is_written_down_with_it_is_torn_and_so_is_the_reverse() {
    assert_eq!(run_with_a_guest(|_| {}), []);
    assert_eq!(run_with_a_guest(|run| run.told.notes.retain(|note| note.record != "order")), [Lost]);
    assert_eq!(run_with_a_guest(|run| run.told.confirmed.clear()), [Lost]);
    let unsaid = |run: &mut Evidence, send: &str| {
        run.told.messages.retain(|message| message.send_id.as_deref() != Some(send));
        run.accepted.retain(|accepted| accepted.send.as_deref() != Some(send));
    };
    assert_eq!(run_with_a_guest(|run| unsaid(run, "gus-1")), [Lost]);
    assert_eq!(run_with_a_guest(|run| unsaid(run, "gus-2")), [Lost], "a follow-up that is sent and was never said");
}

#[test]
fn what_automation_does_twice_is_found() {
    assert_eq!(run_with_a_guest(|run| run.told.notes.push(run.told.notes[0].clone())), [DoubleWrite]);
    assert_eq!(run_with_a_guest(|run| run.told.confirmed.push("visit".into())), [DoubleWrite]);
    let again = |run: &mut Evidence, text: String| {
        run.accepted.push(accepted("gus-9", "5215561000001", &text));
        let text = Some(text);
        run.told.messages.push(Message { text, ..outbound("gus", 9, "automation", "gus-9", None) });
    };
    assert_eq!(run_with_a_guest(|run| again(run, run.guests[0].request())), [DoubleSend]);
    assert_eq!(run_with_a_guest(|run| again(run, run.guests[0].answer())), [DoubleSend]);
}

#[test]
fn a_reminder_of_what_was_cancelled_in_time_is_unfounded() {
    let remind = |run: &mut Evidence| {
        let text = run.guests[0].reminder();
        run.accepted.push(accepted("gus-4", "5215561000001", &text));
        run.told.messages.push(Message { text: Some(text), ..outbound("gus", 4, "automation", "gus-4", None) });
    };
    assert_eq!(run_with_a_guest(remind), []);
    let too_late = |run: &mut Evidence| {
        remind(run);
        run.guests[0].ended_in_time = true;
    };
    assert_eq!(run_with_a_guest(too_late), [Unfounded]);
}

fn said(person: usize, number: usize, wamid: &str, bulk: Option<usize>) -> Said {
    Said { person, number, wamid: wamid.into(), bulk }
}

fn accepted(send: &str, recipient: &str, text: &str) -> Accepted {
    Accepted {
        send: Some(send.into()),
        wamid: format!("wamid.{send}"),
        recipient: recipient.into(),
        text: Some(text.into()),
        kind: "text".into(),
    }
}

fn contact(id: &str, identities: &[&str]) -> Contact {
    let identities = identities.iter().map(|value| Identity { value: (*value).into() }).collect();
    Contact { id: id.into(), identities }
}

fn conversation(id: &str, phone: Option<&str>, user_id: Option<&str>) -> Conversation {
    Conversation { id: id.into(), phone: phone.map(Into::into), user_id: user_id.map(Into::into), ticket_id: None }
}

fn inbound(thread: &str, seq: i64, wamid: &str) -> Message {
    Message { wamid: Some(wamid.into()), send_id: None, status: None, ..outbound(thread, seq, "customer", "", None) }
}

fn outbound(thread: &str, seq: i64, author: &str, send: &str, matter: Option<&str>) -> Message {
    Message {
        conversation_id: thread.into(),
        seq,
        author: author.into(),
        text: Some(if author == "agent" {
            format!("Le atiende una persona ({send})")
        } else {
            "Recibimos su mensaje".into()
        }),
        wamid: Some(format!("wamid.{send}")),
        interaction_id: matter.map(Into::into),
        send_id: Some(send.into()),
        status: Some("read".into()),
        steps: None,
    }
}

fn ticket(id: &str, thread: &str, matter: &str, state: &str) -> Ticket {
    Ticket { id: id.into(), conversation_id: thread.into(), interaction_id: matter.into(), state: state.into() }
}

fn interaction(id: &str, thread: &str, closed_at: Option<i64>) -> Interaction {
    Interaction { id: id.into(), conversation_id: thread.into(), acknowledged_at: Some(1), closed_at }
}

fn in_outbox(send: &str, state: &str) -> InOutbox {
    InOutbox { id: send.into(), state: state.into(), conversation_id: "bia".into() }
}
