//! How PostgreSQL goes about the statements, with twenty thousand rows of everything.

mod follow_ups;
mod merges;
mod records;

use domain::contact::Identity;
use domain::delivery::{Progress, SendState};
use domain::desk::View;
use domain::ids::{ConversationId, SendId, TicketId, UserId, WorkId};
use domain::interaction::TicketState;
use store::{Keeper, Standing, Store, TicketTouch, Tx, Value, Wanted, params};
use uuid::Uuid;

use crate::clinic::Clinic;
use crate::places::{Server, wait};

const MANY: i64 = 20_000;

#[test]
fn no_statement_reads_whole_tables_of_postgresql() {
    let Some(server) = Server::of_environment() else { return };
    let store = server.fresh();
    let clinic = Clinic::at(&store);
    on_one_thread(&store, move |tx| fill(tx, clinic));
    on_one_thread(&store, |tx| tx.execute("ANALYZE", params![]));
    on_one_thread(&store, assert_many_are_due);
    assert_narrow(&store, clinic);
}

/// A plan outlives the moment it was made in, and the first is made when there is nothing yet.
#[test]
fn no_plan_made_in_an_empty_postgresql_reads_whole_tables_later() {
    let Some(server) = Server::of_environment() else { return };
    let store = server.fresh();
    let clinic = Clinic::at(&store);
    assert_narrow(&store, clinic);
    on_one_thread(&store, move |tx| fill(tx, clinic));
    assert_narrow(&store, clinic);
}

/// The outbox and the backlog are counted while they are empty, now and then, and may be full a moment later.
#[test]
fn no_plan_made_while_nothing_waited_walks_through_a_full_outbox_or_backlog_later() {
    let Some(server) = Server::of_environment() else { return };
    let store = server.fresh();
    let clinic = Clinic::at(&store);
    on_one_thread(&store, move |tx| fill(tx, clinic));
    on_one_thread(&store, |tx| tx.execute("DELETE FROM outbox WHERE state <> 'none'", params![]));
    on_one_thread(&store, |tx| tx.execute("DELETE FROM work WHERE state <> 'none'", params![]));
    on_one_thread(&store, |tx| tx.execute("ANALYZE", params![]));
    assert_narrow(&store, clinic);
    let plans = on_one_thread(&store, plans);
    let walking: Vec<_> = plans.iter().filter(|(_, plan)| walks_through_what_waits(plan)).collect();
    assert!(walking.is_empty(), "{walking:#?}");
}

fn walks_through_what_waits(plan: &str) -> bool {
    let steps = plan.lines().zip(plan.lines().skip(1));
    steps.into_iter().any(|(step, next)| {
        let of_what_waits = step.contains(" on outbox") || step.contains(" on work ");
        step.contains("Index Scan") && of_what_waits && !next.contains("Index Cond: ")
    })
}

fn assert_narrow(store: &Store, clinic: Clinic) {
    on_one_thread(store, move |tx| ask(tx, clinic));
    on_one_thread(store, move |tx| write_many(tx, clinic));
    let plans = on_one_thread(store, plans);
    assert!(20 < plans.len(), "{plans:?}");
    assert!(8 < plans.iter().filter(|(statement, _)| statement.contains("unnest(")).count(), "{plans:?}");
    let wide: Vec<_> = plans.iter().filter(|(_, plan)| !wide_steps(plan).is_empty()).collect();
    assert!(wide.is_empty(), "{wide:#?}");
    let lists = plans.iter().filter(|(statement, _)| statement.contains("id < $"));
    // Few people were merged, or are no records yet, so whether PostgreSQL passes over them or takes the index without them is decided by a
    // page more or less. Where they are many, it is told by the next ANALYZE, and plans anew.
    let of_few = ["Filter: (merged_into IS NULL)", "Filter: ((merged_into IS NULL) AND (provisional_at IS NULL))"];
    let passes_over =
        |plan: &str| of_few.iter().fold(plan.to_owned(), |plan, few| plan.replace(few, "")).contains("Filter: ");
    let walking: Vec<_> = lists.filter(|(_, plan)| passes_over(plan)).collect();
    assert!(walking.is_empty(), "a page that walks past what it does not show: {walking:#?}");
    let due = plans.iter().find(|(statement, _)| statement.contains("FOR UPDATE OF o SKIP LOCKED"));
    assert!(
        due.is_some_and(|(_, plan)| plan.contains("Index Scan using outbox_due") && !plan.contains("Sort")),
        "{due:#?}"
    );
}

/// Steps that read a whole table, or all that a workspace has of it. A workspace has few channels.
fn wide_steps(plan: &str) -> Vec<&str> {
    let lines: Vec<&str> = plan.lines().collect();
    let steps = lines.iter().zip(lines.iter().skip(1).chain([&""]));
    let is_wide = |step: &str, condition: &str| {
        let only_the_workspace = condition.trim_start().starts_with("Index Cond: (workspace_id = ");
        // A workspace has few channels and pipelines, what is open is all that stands in the other index, and counting ends at a limit.
        let is_short = step.contains("channels_pkey")
            || step.contains("pipelines_pkey")
            || step.contains("search_positions_pkey")
            || step.contains("duplicate_positions_pkey")
            || step.contains("conversations_of_nobody")
            || step.contains("follow_up_adoptions_pkey")
            || step.contains("tickets_open")
            || step.contains(" counted ");
        step.contains("Seq Scan") || (only_the_workspace && !is_short)
    };
    steps.filter(|(step, condition)| is_wide(step, condition)).map(|(step, _)| *step).collect()
}

fn assert_many_are_due(tx: &mut Tx<'_>) -> store::Result<()> {
    assert_eq!(tx.due_sends(i64::MAX, 10)?.len(), 10);
    Ok(())
}

fn keeper(node: Uuid) -> Keeper {
    Keeper { node, alone: false, seen_since: 0 }
}

/// Prepared statements belong to a connection, and a lock names the thread that owns it.
fn on_one_thread<T: Send + 'static>(
    store: &Store,
    work: impl FnMut(&mut Tx<'_>) -> store::Result<T> + Send + 'static,
) -> T {
    wait(store.write(vec![1], work)).unwrap()
}

fn fill(tx: &mut Tx<'_>, clinic: Clinic) -> store::Result<()> {
    let Clinic { workspace, channel, thread, ana } = clinic;
    tx.execute(
        "INSERT INTO conversations (workspace_id, id, channel_id, contact_id, phone, next_seq, window_until, last_message_at, created_at)
         SELECT $1, md5('v' || n)::uuid, $2, md5('c' || n)::uuid, '+' || n, 3, 0, n, 0 FROM generate_series(1, $3::bigint) n",
        params![workspace, channel, MANY],
    )?;
    tx.execute(
        "INSERT INTO outbox (workspace_id, id, epoch, channel_id, conversation_id, seq, purpose, payload, state, not_before, attempt, created_at, changed_at)
         SELECT $1, md5('o' || n)::uuid, 1, $2, md5('v' || n)::uuid, 2, 'reply', '{}',
                CASE n % 4 WHEN 0 THEN 'queued' WHEN 1 THEN 'accepted' WHEN 2 THEN 'sending' ELSE 'unknown' END, n, 1, 0, n
         FROM generate_series(1, $3::bigint) n",
        params![workspace, channel, MANY],
    )?;
    tx.execute(
        "INSERT INTO contacts (workspace_id, id, created_at) SELECT $1, md5('c' || n)::uuid, 0 FROM generate_series(1, $2::bigint) n",
        params![workspace, MANY],
    )?;
    tx.execute(
        "INSERT INTO identities (workspace_id, match_key, kind, value, contact_id, created_at)
         SELECT $1, '+' || n, 'phone', '+' || n, md5('c' || n)::uuid, 0 FROM generate_series(1, $2::bigint) n",
        params![workspace, MANY],
    )?;
    tx.execute(
        "INSERT INTO interactions (workspace_id, id, conversation_id, opened_at, last_inbound_at, text, confidence, workflow_version)
         SELECT $1, md5('i' || n)::uuid, $2, 0, 0, '', 0, 1 FROM generate_series(1, $3::bigint) n",
        params![workspace, thread, MANY],
    )?;
    tx.execute(
        "INSERT INTO tickets (workspace_id, id, conversation_id, interaction_id, queue, state, subject, due_at, created_at, updated_at,
                              assignee_id, waiting_since, snoozed_at, snoozed_until, resolved_at)
         SELECT $1, md5('t' || n)::uuid, $2, $2, 'desk' || n % 4, CASE n % 10 WHEN 0 THEN 'open' ELSE 'resolved' END, '', 0, 0, 0,
                CASE WHEN n % 30 = 0 THEN md5('u' || n % 70)::uuid END, n, CASE WHEN n % 70 = 0 THEN n END, n, n
         FROM generate_series(1, $3::bigint) n",
        params![workspace, thread, MANY],
    )?;
    tx.execute(
        "INSERT INTO drafts (workspace_id, conversation_id, user_id, text, at)
         SELECT $1, md5('v' || n)::uuid, md5('u' || n % 70)::uuid, '', n FROM generate_series(1, $2::bigint) n",
        params![workspace, MANY],
    )?;
    tx.execute(
        "INSERT INTO seen (workspace_id, user_id, conversation_id, seq, at)
         SELECT $1, md5('u' || n % 70)::uuid, md5('v' || n)::uuid, 1, n FROM generate_series(1, $2::bigint) n",
        params![workspace, MANY],
    )?;
    tx.execute(
        "INSERT INTO messages (workspace_id, conversation_id, seq, author, kind, sent_at, recorded_at, send_id, progress)
         SELECT $1, $2, n, 'automation', 'text', 0, 0, md5('o' || n)::uuid, 0 FROM generate_series(1, $3::bigint) n",
        params![workspace, thread, MANY],
    )?;
    tx.execute(
        "INSERT INTO media (workspace_id, id, channel_id, conversation_id, seq, kind, state, attempts, not_before, created_at)
         SELECT $1, md5('f' || n)::uuid, $2, $3, n, 'image', CASE n % 4 WHEN 0 THEN 'waiting' ELSE 'stored' END, 0, n, 0
         FROM generate_series(1, $4::bigint) n",
        params![workspace, channel, thread, MANY],
    )?;
    tx.execute(
        "INSERT INTO templates (workspace_id, waba_id, name, language, id, category, state, parameter_format, components, changed_at, seen_at)
         SELECT $1, 'a' || n % 4, 't' || n, 'es', n, 'utility', 'approved', 'positional', '[]', n, n
         FROM generate_series(1, $2::bigint) n",
        params![workspace, MANY],
    )?;
    tx.execute(
        "INSERT INTO work (workspace_id, id, body_id, channel_id, part, field, sender_phone, sender_user, state, attempts, not_before)
         SELECT $1, md5('w' || n)::uuid, $2, $2, '{}', 'messages', '+' || n, 'u' || n, 'open', 0, n FROM generate_series(1, $3::bigint) n",
        params![workspace, Value::from(ana), MANY],
    )?;
    Ok(())
}

fn ask(tx: &mut Tx<'_>, clinic: Clinic) -> store::Result<()> {
    let Clinic { workspace, channel, thread, ana } = clinic;
    let (some, node) = (SendId(uuid::Uuid::nil()), uuid::Uuid::nil());
    tx.candidates(workspace, &[Identity::user_id("BR.1")])?;
    tx.known_conversation(workspace, channel, Some("+x"), Some("BR.1"))?;
    tx.contact(workspace, ana)?;
    tx.has_open_work(workspace, Some("+1"), Some("BR.1"))?;
    tx.due_work(i64::MAX, 10)?;
    tx.next_due_work()?;
    tx.due_sends(i64::MAX, 10)?;
    tx.next_due_send()?;
    tx.apply_report(workspace, thread, 1, some, &crate::clinic::report(Progress::Read, 1))?;
    tx.messages(workspace, thread, 0, 10)?;
    tx.find_sent(workspace, "wamid.1", &Identity::user_id("US.1"))?;
    tx.ours(workspace, thread, "wamid.1")?;
    tx.latest_inbound(workspace, thread)?;
    tx.take_seqs(workspace, thread, 1, 0)?;
    tx.settle_sending(
        workspace,
        some,
        node,
        &store::NextStand { attempt: 1, state: SendState::Queued, reason: "", code: None, not_before: 0 },
        0,
    )?;
    tx.abandon_sends(keeper(node), 0)?;
    tx.note_node(node, 0)?;
    tx.nodes_seen(0)?;
    tx.remove_node(node)?;
    tx.forget_nodes(0)?;
    tx.review_unknown_sends(0, 0)?;
    tx.silent_sends(0)?;
    tx.settled_reports(10)?;
    tx.template(workspace, "a1", "t1", "es")?;
    tx.template_by_id(workspace, "1")?;
    tx.templates(workspace, &store::WantedTemplates::default(), Some("1"), 10)?;
    tx.silent_conversations(workspace, 0, 10)?;
    tx.contacts_named(workspace, "an", 9)?;
    tx.open_ticket_counts(workspace)?;
    for (state, queue) in [(None, None), (Some(TicketState::Open), None), (None, Some("desk"))] {
        tx.tickets(workspace, state, queue, None, 9)?;
    }
    tx.outbox(workspace, None, 9)?;
    tx.listed_sends(workspace, SendState::Held, None, 9)?;
    tx.failed_messages(workspace, None, 9)?;
    tx.listed_send_counts(workspace)?;
    tx.sends_of(workspace, thread)?;
    tx.passed_promises(workspace, 0, 1, 9)?;
    tx.closed_windows(workspace, 0, 1, 9)?;
    tx.figures(workspace, 1)?;
    let queues = [None, Some("desk1".to_owned())];
    for (view, queue) in View::ALL.iter().flat_map(|view| queues.iter().map(move |queue| (*view, queue.clone()))) {
        tx.desk(workspace, &Wanted { view, me: Some(UserId(node)), queue, kind: None, window: None }, None, 9)?;
    }
    tx.desk_counts(workspace, Some(UserId(node)), &["desk1".to_owned()])?;
    tx.notes(workspace, thread, 9)?;
    tx.calls(workspace, UserId(node), None, 9)?;
    tx.drafts(workspace, thread)?;
    tx.canned_replies(workspace, "", "", 9)?;
    tx.unassigned_in(workspace, "desk1", None, 9)?;
    tx.held_by(workspace, UserId(node), 9)?;
    tx.owed_answers(workspace, 0, 9)?;
    tx.overdue_work(workspace, 1)?;
    tx.broken_promises(workspace)?;
    tx.channel_days(workspace, channel, 1, 9)?;
    tx.has_due_alerts(1)?;
    tx.take_alerts(1, 2, 9)?;
    tx.alerts(workspace, 9)?;
    tx.queue_standing(workspace, "desk1", 1)?;
    tx.misread(workspace, 1)?;
    tx.kind_of_message(workspace, thread, 1)?;
    tx.due_snoozes(workspace, 0, 9)?;
    tx.next_snooze(workspace, 0)?;
    tx.kept_key(workspace, "key")?;
    tx.forget_answers(0, 9)?;
    let file = domain::ids::MediaId(node);
    tx.due_media(i64::MAX, 10)?;
    tx.next_due_media()?;
    tx.waiting_media()?;
    tx.kept_media()?;
    tx.unsent_media(workspace)?;
    tx.give_up_unsent_media(0, "", 10)?;
    tx.forget_unsent_media(workspace, file)?;
    tx.release_media(node, i64::MAX)?;
    tx.media(workspace, file)?;
    tx.media_page(workspace, None, None, 10)?;
    tx.media_page(workspace, Some(domain::media::MediaState::Missing), None, 10)?;
    tx.give_up_uploads(0, 10)?;
    tx.end_upload(workspace, file)?;
    tx.discard_upload(workspace, file, "")?;
    tx.media_upload(workspace, file, channel, 0)?;
    tx.contacts(workspace, None, 10)?;
    let endpoint = domain::ids::EndpointId(node);
    tx.endpoints_at_work(keeper(node), 0)?;
    tx.first_deliveries(workspace, endpoint, 10)?;
    tx.due_deliveries(workspace, endpoint, 0, 10)?;
    tx.deliveries(workspace, endpoint, None, None, 10)?;
    tx.messages_at(workspace, &[(thread, 1)])?;
    tx.contacts_by_id(workspace, &[ana])?;
    tx.conversations_by_id(workspace, &[thread])?;
    tx.tickets_by_id(workspace, &[])?;
    tx.interactions_by_id(workspace, &[])?;
    tx.outbox_by_id(workspace, &[some])?;
    merges::ask(tx, clinic)?;
    follow_ups::ask(tx, clinic)?;
    records::ask(tx, clinic)?;
    tx.conversations(workspace, Some(ana), None, 10)?;
    tx.conversations(workspace, None, None, 10).map(drop)
}

/// Writes of several rows of a kind, which travel as one statement.
fn write_many(tx: &mut Tx<'_>, Clinic { workspace, thread, .. }: Clinic) -> store::Result<()> {
    let ids = [Uuid::from_u128(1), Uuid::from_u128(2)];
    let each = |tx: &mut Tx<'_>, write: &dyn Fn(&mut Tx<'_>, Uuid) -> store::Result<()>| {
        ids.into_iter().try_for_each(|id| write(tx, id))
    };
    each(tx, &|tx, id| tx.mark_sending(workspace, SendId(id), id, None, 0, 0))?;
    each(tx, &|tx, id| tx.mark_accepted(workspace, SendId(id), "wamid.1", 0))?;
    each(tx, &|tx, id| tx.put_off(workspace, SendId(id), SendState::Held, "", 0, 0))?;
    each(tx, &|tx, id| tx.remove_send(workspace, SendId(id)))?;
    each(tx, &|tx, id| tx.update_conversation(workspace, ConversationId(id), 0, None, None))?;
    each(tx, &|tx, id| tx.set_standing(workspace, ConversationId(id), &Standing::of_new(1, 0)))?;
    each(tx, &|tx, id| tx.clear_open_work(workspace, ConversationId(id)))?;
    each(tx, &|tx, id| tx.end_message(workspace, ConversationId(id), 1, Progress::Failed, None))?;
    each(tx, &|tx, id| tx.finish_work(workspace, WorkId(id)))?;
    each(tx, &|tx, id| {
        tx.touch_ticket(workspace, TicketId(id), &TicketTouch { queue: Some("desk"), ..TicketTouch::default() }, 0)
    })?;
    tx.conversation(workspace, thread).map(drop)
}

/// Every statement that this connection prepared to read or change our tables, with the plan that serves all its executions.
fn plans(tx: &mut Tx<'_>) -> store::Result<Vec<(String, String)>> {
    let prepared = tx.query(
        "SELECT name, statement, coalesce(cardinality(parameter_types), 0) FROM pg_prepared_statements
         WHERE statement NOT LIKE '%generate_series%' AND statement NOT LIKE '%pg_%' AND statement <> 'ANALYZE'
           AND statement NOT LIKE 'INSERT%' AND statement LIKE '%$%'",
        params![],
    )?;
    let mut plans = Vec::new();
    for row in prepared {
        let nothing = vec!["NULL"; row.int(2)? as usize].join(", ");
        let explain = format!("EXPLAIN EXECUTE {} ({nothing})", row.text(0)?);
        let lines = tx.query(explain.leak(), params![])?;
        let plan = lines.iter().map(|line| line.text(0)).collect::<store::Result<Vec<_>>>()?.join("\n");
        plans.push((row.text(1)?, plan));
    }
    Ok(plans)
}
