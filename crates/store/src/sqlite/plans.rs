//! How SQLite goes about the statements. Only in here is their text at hand, as they were spelled when they ran.

mod follow_ups;
mod merges;
mod records;

use domain::Category;
use domain::change::{Change, EventType, Subject};
use domain::contact::{Contact, Identity};
use domain::delivery::{Progress, SendState};
use domain::desk::View;
use domain::endpoint::{DeliveryState, EndpointState};
use domain::errand::{Became, Errand};
use domain::ids::{
    AlertId, BodyId, CannedReplyId, ChannelId, ContactId, ConversationId, CorrectionId, EndpointId, EventId,
    InteractionId, InvitationId, KeyId, MediaId, NoticeId, SendId, SessionId, TicketId, UserId, WorkId, WorkspaceId,
};
use domain::interaction::{Author, Outcome, TicketState};
use domain::media::MediaState;
use domain::pause::PauseScope;
use domain::prompt::Prompt;
use domain::template::{TemplateCategory, TemplateState};
use domain::trouble::{AlertState, Course, TroubleKind};
use rusqlite::Connection;
use uuid::Uuid;

use super::SPELLED;
use crate::tx::Connection as TxConnection;
use crate::{
    Attempted, Ending, ErrandEnd, ErrandKey, InteractionChange, Keeper, MediaOutcome, NextStand, Position, Report,
    Result, Snooze, Standing, TemplateNames, TemplateRow, TicketTouch, TroubleRow, Tx, Wanted, WantedTemplates,
    migrate,
};

const NOBODY: Uuid = Uuid::nil();
const KEEPER: Keeper = Keeper { node: NOBODY, alone: false, seen_since: 0 };
const US: WorkspaceId = WorkspaceId(NOBODY);
const HERE: ChannelId = ChannelId(NOBODY);
const THREAD: ConversationId = ConversationId(NOBODY);

#[test]
fn no_statement_reads_a_whole_table_or_all_that_a_workspace_has() {
    let connection = Connection::open_in_memory().unwrap();
    migrate::sqlite(&connection).unwrap();
    let mut tx = Tx::new(TxConnection::Sqlite(&connection));
    tx.add_contact(US, &Contact { id: ContactId(NOBODY), name: None, language: None, opted_out_at: None }, 0).unwrap();
    read_for_a_message(&mut tx).unwrap();
    read_and_write_the_outbox(&mut tx).unwrap();
    work_off(&mut tx).unwrap();
    fetch_files(&mut tx).unwrap();
    show_lists(&mut tx).unwrap();
    write_by_id(&mut tx).unwrap();
    follow_changes(&mut tx).unwrap();
    keep_templates(&mut tx).unwrap();
    show_the_inbox(&mut tx).unwrap();
    ask_outside(&mut tx).unwrap();
    share_work_out(&mut tx).unwrap();
    serve_endpoints(&mut tx).unwrap();
    let_people_in(&mut tx).unwrap();
    watch(&mut tx).unwrap();
    records::keep(&mut tx).unwrap();
    follow_ups::follow(&mut tx).unwrap();
    merges::keep(&mut tx).unwrap();
    records::take_people_in(&mut tx).unwrap();

    let statements: Vec<&str> = SPELLED.with_borrow(|spelled| spelled.values().copied().collect());
    assert!(40 < statements.len());
    let indexes = [
        "tickets_open",
        "tickets_resolved",
        "tickets_of_state",
        "tickets_inbox",
        "tickets_held",
        "tickets_queued",
        "tickets_snoozed",
        "tickets_closed",
        "tickets_closed_of",
        "outbox_listed",
        "messages_failed",
        "interactions_due",
        "follow_ups_due",
        "follow_ups_of_state",
        "follow_ups_of_contact",
    ];
    for index in indexes {
        let is_used = |statement: &&str| plan(&connection, statement).iter().any(|step| step.contains(index));
        assert!(statements.iter().any(is_used), "{index} is for nothing");
    }
    for statement in statements {
        let steps = plan(&connection, statement);
        let wasteful: Vec<&String> = steps.iter().filter(|step| is_wasteful(step)).collect();
        assert!(wasteful.is_empty(), "{wasteful:?} in\n{statement}");
    }
}

fn plan(connection: &Connection, statement: &str) -> Vec<String> {
    let mut explained = connection.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
    let unbound = vec![rusqlite::types::Null; explained.parameter_count()];
    let steps = explained.query_map(rusqlite::params_from_iter(unbound), |row| row.get(3)).unwrap();
    steps.map(std::result::Result::unwrap).collect()
}

/// A search that only the workspace narrows is a scan in disguise.
fn is_wasteful(step: &str) -> bool {
    let narrow = NARROW.iter().any(|(start, _)| step.starts_with(start));
    !narrow && (step.starts_with("SCAN") || step.ends_with("(workspace_id=?)"))
}

/// Steps that look wasteful and are not, and why.
const NARROW: [(&str, &str); 25] = [
    ("SCAN pauses", "what is paused is little, in all workspaces together"),
    ("SEARCH desk_settings ", "a workspace has one row"),
    ("SEARCH c ", "a workspace has few channels"),
    ("SEARCH channels ", "a workspace has few channels"),
    ("SEARCH workflow_versions ", "read from its last on, a few rows"),
    ("SCAN w USING INDEX work_due", "what waits is in this index, and the earliest is read"),
    ("SEARCH endpoints ", "a workspace has few endpoints"),
    ("SEARCH users ", "a workspace has few people"),
    ("SEARCH invitations ", "a workspace has few open invitations"),
    ("SEARCH pipelines ", "a workspace has few pipelines"),
    ("SEARCH search_positions ", "a workspace has one"),
    ("SEARCH duplicate_positions ", "a workspace has one"),
    ("SEARCH v USING INDEX conversations_of_nobody", "those that wait for a person's word are few"),
    ("SEARCH follow_up_adoptions ", "a workspace has one"),
    ("SCAN a", "the beginnings that were just looked up"),
    ("SEARCH changes ", "read from one of its ends, a few rows"),
    ("SCAN json_each VIRTUAL TABLE", "the ids that are asked for"),
    ("SCAN k VIRTUAL TABLE", "the places that are asked for"),
    ("SEARCH tickets USING COVERING INDEX tickets_open", "what is open is in this index, and is counted"),
    ("SEARCH waiting USING INDEX tickets_open", "what is open is in this index"),
    ("SEARCH counted ", "as many as are counted at most"),
    ("SCAN judged", "the tickets that were just read"),
    ("SCAN reached", "as many as are counted at most"),
    ("SCAN t", "the tickets that were just read"),
    ("SCAN c", "the page of contacts that was just read"),
];

/// What every inbound message and every report asks.
fn read_for_a_message(tx: &mut Tx<'_>) -> Result<()> {
    let report = Report {
        progress: Progress::Read,
        at: 0,
        wamid: "wamid".to_owned(),
        error_code: None,
        error_text: None,
        price_category: None,
        price_type: None,
        price_micros: None,
    };
    tx.candidates(US, &[Identity::user_id("BR.1")])?;
    tx.known_conversation(US, HERE, Some("+1"), Some("BR.1"))?;
    tx.has_open_work(US, Some("+1"), Some("BR.1"))?;
    tx.ours(US, THREAD, "wamid")?;
    tx.set_prompt(US, THREAD, &prompt())?;
    tx.forget_prompt(US, THREAD, 1)?;
    tx.latest_inbound(US, THREAD)?;
    tx.find_sent(US, "wamid", &Identity::user_id("BR.1"))?;
    tx.apply_report(US, THREAD, 1, SendId(NOBODY), &report)?;
    tx.claim_effect(US, 0, b"")?;
    tx.pin_user_id(US, HERE, THREAD, "BR.1")?;
    tx.pin_phone(US, HERE, THREAD, "+5511987654321")?;
    tx.workflow_in_force(US)?;
    tx.key_of_hash(b"").map(drop)
}

fn read_and_write_the_outbox(tx: &mut Tx<'_>) -> Result<()> {
    let send = SendId(NOBODY);
    let next = NextStand { attempt: 1, state: SendState::Queued, reason: "", code: None, not_before: 0 };
    tx.due_sends(0, 9)?;
    tx.next_due_send()?;
    tx.mark_sending(US, send, NOBODY, None, 0, 0)?;
    tx.mark_accepted(US, send, "wamid", 0)?;
    tx.settle_sending(US, send, NOBODY, &next, 0)?;
    tx.release_send(US, send, 1, 0)?;
    tx.outbox_row(US, send)?;
    tx.remove_send(US, send)?;
    tx.abandon_sends(KEEPER, 0)?;
    tx.note_node(NOBODY, 0)?;
    tx.nodes_seen(0)?;
    tx.remove_node(NOBODY)?;
    tx.forget_nodes(0)?;
    tx.review_unknown_sends(0, 0)?;
    tx.silent_sends(0)?;
    tx.settled_reports(9).map(drop)
}

fn work_off(tx: &mut Tx<'_>) -> Result<()> {
    let work = WorkId(NOBODY);
    tx.due_work(0, 9)?;
    tx.next_due_work()?;
    tx.claim_work(US, work)?;
    tx.fail_work(US, work, "", false, 0)?;
    tx.replay_work(US, work, 0)?;
    tx.finish_work(US, work)
}

fn fetch_files(tx: &mut Tx<'_>) -> Result<()> {
    let file = MediaId(NOBODY);
    let again = MediaOutcome::Again { reason: String::new(), not_before: 0 };
    tx.due_media(0, 9)?;
    tx.next_due_media()?;
    tx.lease_media(US, file, NOBODY, 0)?;
    tx.keep_media(US, file, NOBODY, 0)?;
    tx.settle_media(US, file, NOBODY, &again)?;
    tx.release_media(NOBODY, 0)?;
    tx.retry_media(US, file, 0)?;
    tx.media(US, file)?;
    tx.media_page(US, None, None, 9)?;
    tx.media_page(US, Some(MediaState::Missing), None, 9)?;
    tx.waiting_media()?;
    tx.kept_media()?;
    tx.unsent_media(US)?;
    tx.give_up_unsent_media(0, "", 9)?;
    tx.forget_unsent_media(US, file)?;
    tx.begin_upload(US, file, 1)?;
    tx.end_upload(US, file)?;
    tx.give_up_uploads(0, 9)?;
    tx.forget_upload(US, file)?;
    tx.discard_upload(US, file, "")?;
    tx.forget_media_upload(US, file, HERE)?;
    tx.media_upload(US, file, HERE, 0)?;
    tx.note_media_upload(US, file, HERE, "1", 0)
}

fn show_lists(tx: &mut Tx<'_>) -> Result<()> {
    let (ana, open) = (ContactId(NOBODY), TicketState::Open);
    tx.messages(US, THREAD, 0, 9)?;
    tx.conversations(US, None, None, 9)?;
    tx.conversations(US, Some(ana), None, 9)?;
    tx.silent_conversations(US, 0, 9)?;
    tx.next_silence(US, 0)?;
    tx.contacts(US, None, 9)?;
    tx.contact(US, ana)?;
    tx.contacts_named(US, "an", 9)?;
    tx.open_ticket_counts(US)?;
    tx.listed_send_counts(US)?;
    tx.workspace(US)?;
    tx.published_workflow(US, 1)?;
    tx.workflow_published_by(US, "settings")?;
    tx.workflows_before(US, 9, 9)?;
    tx.workflow_imprints(US, None, 9)?;
    tx.version_in_force(US)?;
    tx.interactions(US, None, 9)?;
    for (state, queue) in [(None, None), (Some(open), None), (None, Some("desk"))] {
        tx.tickets(US, state, queue, None, 9)?;
    }
    tx.outbox(US, None, 9)?;
    tx.sends_of(US, THREAD)?;
    tx.passed_promises(US, 0, 1, 9)?;
    tx.closed_windows(US, 0, 1, 9)?;
    tx.figures(US, 1)?;
    tx.listed_sends(US, SendState::Held, None, 9)?;
    tx.failed_messages(US, None, 9)?;
    tx.work(US, None, 9)?;
    tx.notices(US, None, 9)?;
    tx.events(US, ana, 9).map(drop)
}

fn show_the_inbox(tx: &mut Tx<'_>) -> Result<()> {
    let queues = [None, Some("desk".to_owned())];
    for (view, queue) in View::ALL.iter().flat_map(|view| queues.iter().map(move |queue| (*view, queue.clone()))) {
        tx.desk(US, &Wanted { view, me: Some(UserId(NOBODY)), queue, kind: None, window: None }, None, 9)?;
    }
    tx.desk_counts(US, Some(UserId(NOBODY)), &["desk".to_owned()])?;
    let (note, me, reply) = (EventId(NOBODY), UserId(NOBODY), CannedReplyId(NOBODY));
    tx.delete_note(US, THREAD, note, 0)?;
    tx.note(US, THREAD, note)?;
    tx.notes(US, THREAD, 9)?;
    tx.calls(US, me, None, 9)?;
    tx.delete_draft(US, THREAD, me)?;
    tx.drafts(US, THREAD)?;
    tx.end_presence(US, THREAD, me)?;
    tx.presence(US, 0)?;
    tx.forget_presence(US, 0)?;
    tx.canned_reply(US, reply)?;
    tx.canned_replies(US, "", "", 9)?;
    tx.delete_canned_reply(US, reply)?;
    tx.corrections(US, CorrectionId(NOBODY), 9)?;
    tx.interaction_text(US, InteractionId(NOBODY))?;
    tx.retype_interaction(US, InteractionId(NOBODY), "complaint", Category::Complaint, 1.0)?;
    tx.forget_acknowledgement(US, InteractionId(NOBODY))?;
    tx.set_interaction_text(US, InteractionId(NOBODY), "")?;
    tx.hold_send(US, SendId(NOBODY), 0)?;
    tx.set_ticket_due(US, TicketId(NOBODY), 0)?;
    tx.wait_again(US, THREAD, None, 0)?;
    tx.snoozed_for(US, "deal/1")?;
    tx.blocked_at(US, ContactId(NOBODY)).map(drop)
}

fn ask_outside(tx: &mut Tx<'_>) -> Result<()> {
    let key = ErrandKey { conversation: THREAD, seq: 1, what: Errand::SecondOpinion };
    let end = ErrandEnd { became: Became::Failed, model: String::new(), said: String::new(), ms: 0 };
    tx.add_errand(US, key, 0)?;
    tx.next_errand()?;
    tx.due_errands(0, 9)?;
    tx.errands_on(US, key.what, 1)?;
    tx.begin_errand(US, key, 1, 0, 0)?;
    tx.put_off_errand(US, key, 1, 0)?;
    tx.end_errand(US, key, 1, &end)?;
    tx.add_steps(US, THREAD, 1, &[])
}

fn prompt() -> Prompt {
    let (template, about, record, yes, no) = (None, None, None, None, None);
    Prompt { seq: 1, at: 0, by: Author::Agent, template, about, asks: Vec::new(), record, yes, no }
}

fn share_work_out(tx: &mut Tx<'_>) -> Result<()> {
    let me = UserId(NOBODY);
    tx.note_alive(US, me, 0)?;
    tx.agents(US)?;
    tx.agent(US, me)?;
    tx.remove_member(US, "desk", me)?;
    tx.members(US)?;
    tx.assignments(US)?;
    tx.undo_seconds(US)?;
    tx.unassigned_in(US, "desk", None, 9)?;
    tx.held_by(US, me, 9)?;
    tx.owed_answers(US, 0, 9)?;
    tx.note_warned(US, TicketId(NOBODY), 0)?;
    tx.note_escalated(US, TicketId(NOBODY), 0)
}

/// What is paused, what is wrong, and who is told.
fn watch(tx: &mut Tx<'_>) -> Result<()> {
    let course = Course { began_at: 0, gone_at: None, told_on: 0 };
    let (subject, detail) = (String::new(), String::new());
    tx.end_pause(US, PauseScope::Type, "complaint")?;
    tx.pauses(US)?;
    tx.all_pauses()?;
    tx.kind_of_message(US, THREAD, 1)?;
    tx.take_look(US, "meta", 1, 0)?;
    tx.troubles(US)?;
    tx.trouble(US, TroubleKind::Disk, "")?;
    tx.put_trouble(US, &TroubleRow { kind: TroubleKind::Disk, subject, detail, course, seen_at: 0 })?;
    tx.end_trouble(US, TroubleKind::Disk, "")?;
    tx.note_heard(US, HERE, 1, 1, 1)?;
    tx.channel_days(US, HERE, 1, 9)?;
    tx.forget_channel_days(US, HERE, 1)?;
    tx.overdue_work(US, 1)?;
    tx.broken_promises(US)?;
    tx.has_due_alerts(1)?;
    tx.take_alerts(1, 2, 9)?;
    tx.settle_alert(US, AlertId(NOBODY), AlertState::Sent, None, 0)?;
    tx.alerts(US, 9)?;
    tx.queue_standing(US, "desk", 1)?;
    tx.misread(US, 1).map(drop)
}

fn keep_templates(tx: &mut Tx<'_>) -> Result<()> {
    let which = TemplateNames { id: Some("7".to_owned()), name: Some("a".to_owned()), language: Some("es".to_owned()) };
    let row = template();
    tx.put_template(US, &row)?;
    tx.set_template_state(US, "1", &which, TemplateState::Paused, None, 1)?;
    tx.set_template_quality(US, "1", &which, Some("RED"))?;
    tx.set_template_category(US, "1", &which, TemplateCategory::Marketing)?;
    tx.template_by_id(US, "7")?;
    tx.knows_templates(US, "1")?;
    tx.templates(US, &WantedTemplates::default(), None, 9)?;
    tx.delete_templates_named(US, "1", "a", "", 1)?;
    tx.forget_templates(US, "1", 9).map(drop)
}

fn template() -> TemplateRow {
    TemplateRow {
        waba_id: "1".to_owned(),
        name: "a".to_owned(),
        language: "es".to_owned(),
        id: "7".to_owned(),
        category: TemplateCategory::Utility,
        previous_category: None,
        state: TemplateState::Approved,
        reason: None,
        quality: None,
        parameter_format: "positional".to_owned(),
        components: "[]".to_owned(),
        changed_at: 0,
        seen_at: 0,
    }
}

fn write_by_id(tx: &mut Tx<'_>) -> Result<()> {
    let (matter, ticket) = (InteractionId(NOBODY), TicketId(NOBODY));
    let change = InteractionChange {
        last_inbound_at: 0,
        text: String::new(),
        kind: None,
        category: None,
        confidence: 0.0,
        acknowledged_at: None,
        ticket: None,
        outcome: None,
    };
    tx.update_contact(US, &Contact { id: ContactId(NOBODY), name: None, language: None, opted_out_at: None })?;
    tx.update_conversation(US, THREAD, 0, None, None)?;
    tx.set_standing(US, THREAD, &Standing::of_new(1, 0))?;
    tx.set_person(US, THREAD, None)?;
    tx.note_answer(US, THREAD, None, 0)?;
    tx.note_seen(US, UserId(NOBODY), THREAD, 1, 0)?;
    tx.clear_open_work(US, THREAD)?;
    tx.end_message(US, THREAD, 1, Progress::Failed, None)?;
    tx.update_interaction(US, matter, &change, 0)?;
    tx.close_interaction(US, matter, Outcome::Resolved, 0)?;
    tx.interaction(US, matter)?;
    tx.set_answer_due(US, matter, None)?;
    tx.answer_failed(US, THREAD, 1, 0)?;
    tx.hand_over_again(US, matter, ticket)?;
    tx.answer_due_at(US, matter)?;
    tx.await_person(US, THREAD, matter, ticket, 0)?;
    tx.open_tickets_of(US, ContactId(NOBODY))?;
    tx.due_answers(0, 9)?;
    tx.next_answer()?;
    tx.next_answer_after(US, 0)?;
    tx.touch_ticket(US, ticket, &TicketTouch { queue: Some("desk"), ..TicketTouch::default() }, 0)?;
    tx.touch_ticket(US, ticket, &TicketTouch::default(), 0)?;
    tx.assign_ticket(US, ticket, None, "desk", 0)?;
    tx.answer_ticket(US, ticket, 0)?;
    tx.retype_ticket(US, ticket, "complaint", "desk", 0)?;
    tx.snooze_ticket(US, ticket, &Snooze::default(), 0)?;
    tx.wake_ticket(US, ticket, 0)?;
    tx.close_ticket(US, ticket, &Ending { outcome: Outcome::Resolved, note: None, by: "" }, 0)?;
    tx.reopen_ticket(US, ticket, 0)?;
    tx.due_snoozes(US, 0, 9)?;
    tx.next_snooze(US, 0)?;
    tx.ticket(US, ticket)?;
    tx.body(US, BodyId(NOBODY))?;
    tx.key(US, KeyId(NOBODY))?;
    tx.keys(US, None, 9)?;
    tx.revoke_key(US, KeyId(NOBODY), 0)?;
    tx.note_key_use(US, KeyId(NOBODY), 0)?;
    tx.kept_key(US, "")?;
    tx.take_key(US, "", &[], 0)?;
    tx.leave_key(US, "")?;
    tx.free_key(US, "")?;
    tx.forget_answers(0, 9)?;
    tx.pause_channel(US, HERE, None)?;
    tx.limit_to_replies(US, HERE, None)?;
    tx.set_opted_out(US, ContactId(NOBODY), None)?;
    tx.note_reports(US, HERE, 0)
}

fn follow_changes(tx: &mut Tx<'_>) -> Result<()> {
    let opened = Change::new(EventType::TicketOpened, Subject::Ticket(TicketId(NOBODY)));
    tx.add_changes(US, &[opened], 0)?;
    tx.changes(US, Position::default(), 9)?;
    tx.end_of_changes(US)?;
    tx.changes_cut_at(US)?;
    tx.cut_changes(US, 1, 9)?;
    tx.messages_at(US, &[(THREAD, 1)])?;
    tx.contacts_by_id(US, &[ContactId(NOBODY)])?;
    tx.conversations_by_id(US, &[THREAD])?;
    tx.interactions_by_id(US, &[InteractionId(NOBODY)])?;
    tx.tickets_by_id(US, &[TicketId(NOBODY)])?;
    tx.outbox_by_id(US, &[SendId(NOBODY)])?;
    tx.notices_by_id(US, &[NoticeId(NOBODY)]).map(drop)
}

fn serve_endpoints(tx: &mut Tx<'_>) -> Result<()> {
    let id = EndpointId(NOBODY);
    let position = Position::default();
    let (state, answer) = (DeliveryState::Dead, String::new());
    let done = Attempted { position, attempts: 0, state, next_try: 0, status: None, answer };
    tx.endpoints(US)?;
    tx.endpoint(US, id)?;
    tx.endpoint_to_change(US, id)?;
    tx.endpoints_at_work(KEEPER, 0)?;
    tx.take_endpoint(US, id, KEEPER, 0, 0)?;
    tx.release_endpoint(US, id, NOBODY)?;
    tx.note_followed(US, id, position)?;
    tx.note_health(US, id, None, 0)?;
    tx.set_endpoint_state(US, id, EndpointState::Enabled, None, 0)?;
    tx.all_endpoints()?;
    tx.clear_endpoint(US, id)?;
    tx.first_deliveries(US, id, 9)?;
    tx.due_deliveries(US, id, 0, 9)?;
    tx.settle_delivery(US, id, &done, 0)?;
    tx.deliveries(US, id, Some(DeliveryState::Dead), None, 9)?;
    tx.replay_delivery(US, id, position, 0)?;
    tx.recover_deliveries(US, id, 0, 9, 0)?;
    tx.drop_deliveries(US, id, 0, 9).map(drop)
}

fn let_people_in(tx: &mut Tx<'_>) -> Result<()> {
    let (person, session) = (UserId(NOBODY), SessionId(NOBODY));
    tx.user_of_email("")?;
    tx.has_owner(US)?;
    tx.user(US, person)?;
    tx.set_password(US, person, "")?;
    tx.set_totp(US, person, None, &[])?;
    tx.take_totp_step(US, person, 0)?;
    tx.take_recovery_code(US, person, b"")?;
    tx.recovery_codes_left(US, person)?;
    tx.session_of_hash(b"")?;
    tx.session(US, session)?;
    tx.sessions_of(US, person)?;
    tx.note_session_use(US, session, "", 0)?;
    tx.end_session(US, session)?;
    tx.end_sessions_of(US, person, None)?;
    tx.forget_sessions(0)?;
    tx.invitation_of_hash(b"")?;
    tx.invitations(US)?;
    tx.take_invitation(US, InvitationId(NOBODY))?;
    tx.forget_invitations(0)?;
    tx.forget_resets_of(US, UserId(NOBODY))?;
    tx.forget_invitations_by(US, UserId(NOBODY))?;
    tx.sign_in_tries(b"")?;
    tx.clear_sign_in_tries(b"")?;
    tx.clear_sign_in_tries_beginning(b"")?;
    tx.user_held(US, UserId(NOBODY))?;
    tx.forget_sign_in_tries(0).map(drop)
}
