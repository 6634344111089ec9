//! What changes hands, each thing with a row that says so.

use domain::contact::Identity;
use domain::ids::{AppointmentId, ContactId, ConversationId, DealId, MergeId, NoteId, OrderId, TicketId, WorkspaceId};
use domain::interaction::{OptWish, Step};
use domain::merge::{MovedKind, Wishes};
use uuid::Uuid;

use super::apart::{self, Name, Parting, Thread};
use super::{Moved, NewMerge};
use crate::{Result, Row, StoreError, Tx, params};

/// From whom to whom.
#[derive(Debug, Clone, Copy)]
struct Way {
    workspace: WorkspaceId,
    from: ContactId,
    to: ContactId,
}

impl Tx<'_> {
    pub(super) fn hand_over_everything(&mut self, workspace: WorkspaceId, merge: &NewMerge) -> Result<Moved> {
        let way = Way { workspace, from: merge.merged, to: merge.survivor };
        let names: Vec<Identity> =
            names(self, way.workspace, way.from)?.into_iter().map(|name| name.identity).collect();
        for name in &names {
            self.put(
                "INSERT INTO merge_identities (workspace_id, merge_id, match_key, kind, value) VALUES ($1, $2, $3, $4, $5)",
                params![workspace, merge.id, &name.match_key, name.kind.name(), &name.value],
            )?;
            give_name(self, way, name)?;
        }
        let threads = threads(self, workspace, way.from)?;
        // Each is locked before anything of it is looked at: what a verb is doing in it comes along.
        let mut ids: Vec<ConversationId> = threads.iter().map(|thread| thread.id).collect();
        ids.sort_unstable();
        for id in &ids {
            self.lock_conversation(workspace, *id)?;
        }
        let mut moved = Moved { identities: names, ..Moved::default() };
        for kind in MovedKind::ALL.iter().copied() {
            let things = match kind {
                MovedKind::Conversation => ids.iter().map(|id| id.0).collect(),
                MovedKind::Interaction => matters(self, way, &ids)?,
                MovedKind::Ticket => tickets(self, way, &ids)?,
                MovedKind::Event => events(self, way)?,
                MovedKind::Deal | MovedKind::Appointment | MovedKind::Order | MovedKind::Note => {
                    owned(self, way, kind)?
                }
            };
            for id in &things {
                self.put(
                    "INSERT INTO merge_moves (workspace_id, merge_id, kind, id) VALUES ($1, $2, $3, $4)",
                    params![workspace, merge.id, kind.name(), *id],
                )?;
            }
            give(self, way, kind, &things, merge.at)?;
            moved.note(kind, things);
        }
        Ok(moved)
    }

    /// Whose is what, as of now.
    pub(super) fn parting(&mut self, workspace: WorkspaceId, merge: &NewMerge) -> Result<Parting> {
        let names = names(self, workspace, merge.survivor)?;
        let threads = threads(self, workspace, merge.survivor)?;
        let moved = self.query(
            "SELECT kind, value, match_key FROM merge_identities WHERE workspace_id = $1 AND merge_id = $2",
            params![workspace, merge.id],
        )?;
        let moved: Vec<Identity> = moved.iter().map(identity).collect::<Result<_>>()?;
        let moved_threads = moves(self, workspace, merge.id, MovedKind::Conversation)?;
        let moved_threads: Vec<ConversationId> = moved_threads.into_iter().map(ConversationId).collect();
        Ok(apart::part(&names, &threads, &moved, &moved_threads, merge.at))
    }

    /// What each of them has said since, in threads of their own.
    pub(super) fn wishes_since(
        &mut self,
        workspace: WorkspaceId,
        merge: &NewMerge,
        parting: &Parting,
    ) -> Result<Wishes> {
        Ok(Wishes {
            of_survivor: latest_wish(self, workspace, &parting.staying, merge.at)?,
            of_merged: latest_wish(self, workspace, &parting.threads, merge.at)?,
        })
    }

    pub(super) fn hand_back_everything(
        &mut self,
        workspace: WorkspaceId,
        merge: &NewMerge,
        parting: &Parting,
        now: i64,
    ) -> Result<Moved> {
        let way = Way { workspace, from: merge.survivor, to: merge.merged };
        for name in &parting.names {
            give_name(self, way, name)?;
        }
        let mut ids = parting.threads.clone();
        ids.sort_unstable();
        for id in &ids {
            self.lock_conversation(workspace, *id)?;
        }
        let mut moved = Moved { identities: parting.names.clone(), ..Moved::default() };
        for kind in MovedKind::ALL.iter().copied() {
            let things = match kind {
                MovedKind::Conversation => ids.iter().map(|id| id.0).collect(),
                MovedKind::Interaction => matters(self, way, &ids)?,
                MovedKind::Ticket => tickets(self, way, &ids)?,
                MovedKind::Event => {
                    let mut things = moves(self, workspace, merge.id, kind)?;
                    things.extend(events_in(self, way, &ids)?);
                    things.sort_unstable();
                    things.dedup();
                    things
                }
                MovedKind::Deal | MovedKind::Appointment | MovedKind::Order | MovedKind::Note => {
                    moves(self, workspace, merge.id, kind)?
                }
            };
            give(self, way, kind, &things, now)?;
            moved.note(kind, things);
        }
        Ok(moved)
    }

    /// What was last said in a thread, since a moment, about messages that nobody asked for.
    pub fn wish_said(
        &mut self,
        workspace: WorkspaceId,
        thread: ConversationId,
        since: i64,
    ) -> Result<Option<(i64, OptWish)>> {
        let rows = self.query(
            "SELECT recorded_at, steps FROM messages
             WHERE workspace_id = $1 AND conversation_id = $2 AND recorded_at >= $3 AND steps LIKE '%\"opted_%' ORDER BY seq DESC LIMIT 5",
            params![workspace, thread, since],
        )?;
        for row in &rows {
            let steps: Vec<Step> = serde_json::from_str(&row.text(1)?).unwrap_or_default();
            let wishes = [(Step::OptedOut, OptWish::Out), (Step::OptedIn, OptWish::In)];
            if let Some((_, wish)) = wishes.into_iter().find(|(said, _)| steps.contains(said)) {
                return Ok(Some((row.int(0)?, wish)));
            }
        }
        Ok(None)
    }
}

impl Moved {
    fn note(&mut self, kind: MovedKind, ids: Vec<Uuid>) {
        match kind {
            MovedKind::Conversation => self.conversations = ids.into_iter().map(ConversationId).collect(),
            MovedKind::Ticket => self.tickets = ids.into_iter().map(TicketId).collect(),
            MovedKind::Deal => self.deals = ids.into_iter().map(DealId).collect(),
            MovedKind::Appointment => self.appointments = ids.into_iter().map(AppointmentId).collect(),
            MovedKind::Order => self.orders = ids.into_iter().map(OrderId).collect(),
            MovedKind::Note => self.notes = ids.into_iter().map(NoteId).collect(),
            MovedKind::Interaction | MovedKind::Event => {}
        }
    }
}

fn latest_wish(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    threads: &[ConversationId],
    since: i64,
) -> Result<Option<(i64, OptWish)>> {
    let mut latest = None;
    for thread in threads {
        let said = tx.wish_said(workspace, *thread, since)?;
        if latest.is_none_or(|(at, _)| said.is_some_and(|(later, _)| at < later)) {
            latest = said.or(latest);
        }
    }
    Ok(latest)
}

fn names(tx: &mut Tx<'_>, workspace: WorkspaceId, of: ContactId) -> Result<Vec<Name>> {
    let rows = tx.query(
        "SELECT kind, value, match_key, conversation_id, created_at FROM identities WHERE workspace_id = $1 AND contact_id = $2",
        params![workspace, of],
    )?;
    let name = |row: &Row| {
        let learnt_in = row.opt_id(3)?.map(ConversationId);
        Ok(Name { identity: identity(row)?, learnt_in, since: row.int(4)? })
    };
    rows.iter().map(name).collect()
}

fn identity(row: &Row) -> Result<Identity> {
    Ok(Identity { kind: kind_of(&row.text(0)?)?, value: row.text(1)?, match_key: row.text(2)? })
}

fn kind_of(name: &str) -> Result<domain::contact::IdentityKind> {
    name.parse().map_err(|error: domain::contact::UnknownIdentityKind| StoreError::Unexpected(error.to_string()))
}

fn threads(tx: &mut Tx<'_>, workspace: WorkspaceId, of: ContactId) -> Result<Vec<Thread>> {
    let rows = tx.query(
        "SELECT id, phone, user_id, created_at FROM conversations WHERE workspace_id = $1 AND contact_id = $2",
        params![workspace, of],
    )?;
    let thread = |row: &Row| {
        let id = ConversationId(row.id(0)?);
        Ok(Thread { id, phone: row.opt_text(1)?, user_id: row.opt_text(2)?, since: row.int(3)? })
    };
    rows.iter().map(thread).collect()
}

fn moves(tx: &mut Tx<'_>, workspace: WorkspaceId, merge: MergeId, kind: MovedKind) -> Result<Vec<Uuid>> {
    let sql = "SELECT id FROM merge_moves WHERE workspace_id = $1 AND merge_id = $2 AND kind = $3";
    ids(tx.query(sql, params![workspace, merge, kind.name()])?)
}

/// The matters of threads, which their messages name.
fn matters(tx: &mut Tx<'_>, way: Way, threads: &[ConversationId]) -> Result<Vec<Uuid>> {
    let mut found = Vec::new();
    for thread in threads {
        let named = tx.query(
            "SELECT DISTINCT interaction_id FROM messages
             WHERE workspace_id = $1 AND conversation_id = $2 AND interaction_id IS NOT NULL",
            params![way.workspace, *thread],
        )?;
        let named = ids(named)?;
        found.extend(ids(tx.query(
            "SELECT id FROM interactions WHERE workspace_id = $1 AND id = ANY($2) AND contact_id = $3",
            params![way.workspace, named, way.from],
        )?)?);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The tickets of threads: those of their matters, and the open and the last one.
fn tickets(tx: &mut Tx<'_>, way: Way, threads: &[ConversationId]) -> Result<Vec<Uuid>> {
    let mut found = Vec::new();
    for thread in threads {
        let named = tx.query(
            "SELECT DISTINCT interaction_id FROM messages
             WHERE workspace_id = $1 AND conversation_id = $2 AND interaction_id IS NOT NULL",
            params![way.workspace, *thread],
        )?;
        let matters = ids(named)?;
        let mut named = ids(tx.query(
            "SELECT ticket_id FROM interactions WHERE workspace_id = $1 AND id = ANY($2) AND ticket_id IS NOT NULL",
            params![way.workspace, matters],
        )?)?;
        if let Some(row) = tx.query_opt(
            "SELECT ticket_id, last_ticket_id FROM conversations WHERE workspace_id = $1 AND id = $2",
            params![way.workspace, *thread],
        )? {
            named.extend(row.opt_id(0)?.into_iter().chain(row.opt_id(1)?));
        }
        found.extend(ids(tx.query(
            "SELECT id FROM tickets WHERE workspace_id = $1 AND id = ANY($2) AND contact_id = $3",
            params![way.workspace, named, way.from],
        )?)?);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The lines of a timeline, other than those that stand on both.
fn events(tx: &mut Tx<'_>, way: Way) -> Result<Vec<Uuid>> {
    ids(tx.query(
        "SELECT e.id FROM events e WHERE e.workspace_id = $1 AND e.contact_id = $2 AND NOT EXISTS
           (SELECT 1 FROM events o WHERE o.workspace_id = $1 AND o.contact_id = $3 AND o.id = e.id)",
        params![way.workspace, way.from, way.to],
    )?)
}

/// Those that belong to threads.
fn events_in(tx: &mut Tx<'_>, way: Way, threads: &[ConversationId]) -> Result<Vec<Uuid>> {
    let rows = tx.query(
        "SELECT id, conversation_id FROM events WHERE workspace_id = $1 AND contact_id = $2",
        params![way.workspace, way.from],
    )?;
    let mut found = Vec::new();
    for row in &rows {
        if row.opt_id(1)?.is_some_and(|thread| threads.contains(&ConversationId(thread))) {
            found.push(row.id(0)?);
        }
    }
    Ok(found)
}

fn owned(tx: &mut Tx<'_>, way: Way, kind: MovedKind) -> Result<Vec<Uuid>> {
    let sql = match kind {
        MovedKind::Deal => "SELECT id FROM deals WHERE workspace_id = $1 AND contact_id = $2",
        MovedKind::Appointment => "SELECT id FROM appointments WHERE workspace_id = $1 AND contact_id = $2",
        MovedKind::Order => "SELECT id FROM orders WHERE workspace_id = $1 AND contact_id = $2",
        MovedKind::Note => {
            "SELECT id FROM record_notes WHERE workspace_id = $1 AND noun = 'contact' AND record_id = $2"
        }
        MovedKind::Conversation | MovedKind::Interaction | MovedKind::Ticket | MovedKind::Event => {
            return Ok(Vec::new());
        }
    };
    ids(tx.query(sql, params![way.workspace, way.from])?)
}

fn give_name(tx: &mut Tx<'_>, way: Way, name: &Identity) -> Result<()> {
    tx.execute(
        "UPDATE identities SET contact_id = $6 WHERE workspace_id = $1 AND match_key = $2 AND kind = $3 AND value = $4 AND contact_id = $5",
        params![way.workspace, &name.match_key, name.kind.name(), &name.value, way.from, way.to],
    )
    .map(drop)
}

/// Only what still is of the one gives it to the other: what a person gave to somebody else meanwhile stays there. What has versions gets
/// another one, since whoever had it on their screen saw something else.
fn give(tx: &mut Tx<'_>, way: Way, kind: MovedKind, things: &[Uuid], now: i64) -> Result<()> {
    let Way { workspace, from, to } = way;
    let plain = || params![workspace, from, to, things.to_vec()];
    let versioned = || params![workspace, from, to, things.to_vec(), now];
    let (sql, values) = match kind {
        MovedKind::Conversation => (
            "UPDATE conversations SET contact_id = $3 WHERE workspace_id = $1 AND contact_id = $2 AND id = ANY($4)",
            plain(),
        ),
        MovedKind::Interaction => (
            "UPDATE interactions SET contact_id = $3 WHERE workspace_id = $1 AND contact_id = $2 AND id = ANY($4)",
            plain(),
        ),
        MovedKind::Ticket => {
            ("UPDATE tickets SET contact_id = $3 WHERE workspace_id = $1 AND contact_id = $2 AND id = ANY($4)", plain())
        }
        MovedKind::Event => {
            ("UPDATE events SET contact_id = $3 WHERE workspace_id = $1 AND contact_id = $2 AND id = ANY($4)", plain())
        }
        MovedKind::Deal => (
            "UPDATE deals SET contact_id = $3, version = version + 1, updated_at = $5
             WHERE workspace_id = $1 AND contact_id = $2 AND id = ANY($4)",
            versioned(),
        ),
        MovedKind::Appointment => (
            "UPDATE appointments SET contact_id = $3, version = version + 1, updated_at = $5
             WHERE workspace_id = $1 AND contact_id = $2 AND id = ANY($4)",
            versioned(),
        ),
        MovedKind::Order => (
            "UPDATE orders SET contact_id = $3, version = version + 1, updated_at = $5
             WHERE workspace_id = $1 AND contact_id = $2 AND id = ANY($4)",
            versioned(),
        ),
        MovedKind::Note => (
            "UPDATE record_notes SET record_id = $3 WHERE workspace_id = $1 AND noun = 'contact' AND record_id = $2 AND id = ANY($4)",
            plain(),
        ),
    };
    tx.execute(sql, values).map(drop)
}

fn ids(rows: Vec<Row>) -> Result<Vec<Uuid>> {
    rows.iter().map(|row| row.id(0)).collect()
}
