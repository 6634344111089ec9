//! Works an import off, stretch by stretch. What a stretch writes, its report and how far the import is commit together.

use std::collections::HashSet;

use domain::Region;
use domain::change::{EventType, Subject};
use domain::contact::{Contact, Identity};
use domain::ids::{ContactId, EventId, ImportId, NoteId, WorkspaceId};
use domain::import::{ImportState, RowOutcome};
use domain::interaction::Step;
use domain::merge::{Learnt, Whose};
use domain::record::{Note, Noun, RecordRef};
use sha2::{Digest, Sha256};
use store::{EventRow, ImportProgress, ImportRow, Store, Tx};
use uuid::Uuid;

use super::decide::{Known, Verdict, changed};
use super::newcomer::{self, Newcomer, Refused, refused};
use super::plan::Plan;
use super::report::RowReport;
use super::rows::{RawRow, Rows};
use crate::clock::machine_now;
use crate::inbox::learnt;
use crate::pipeline::locks_of_names;
use crate::{changes, ids};

/// Whoever works an import off says so at least so often, or somebody else goes on with it.
pub const LEASE_MS: i64 = 8_000;
/// Rows that are written together: others who want to write wait for less than a tenth of a second.
const TOGETHER: usize = 250;
const GIVEN: usize = 160;

/// Who works off, and for whom.
#[derive(Debug, Clone)]
pub struct Worker {
    /// The node.
    pub node: Uuid,
    /// Whose people they become.
    pub workspace: WorkspaceId,
    /// Business time.
    pub now: i64,
}

/// A row that was understood, or not.
struct Line {
    line: i64,
    said: Result<Newcomer, Refused>,
    given: String,
    ids: [Uuid; 3],
}

/// Works an import off from where it is to its end, and tells after each stretch how far it is. Nothing if somebody else has it by now.
pub async fn work_off(
    store: &Store,
    worker: &Worker,
    import: ImportRow,
    mut told: impl FnMut(&ImportProgress) + Send,
) -> store::Result<Option<ImportState>> {
    let (workspace, id, now) = (worker.workspace, import.id, worker.now);
    let (plan, region) = match readable(&import.plan) {
        Ok(readable) => readable,
        Err(reason) => {
            let end = move |tx: &mut Tx<'_>| tx.end_import(workspace, id, ImportState::Failed, Some(&reason), now);
            store.write(Vec::new(), end).await?;
            return Ok(Some(ImportState::Failed));
        }
    };
    // Whoever only looks has to have looked at everything: rows in front may be who a row is.
    let mut progress = if import.dry { ImportProgress::default() } else { import.progress };
    if import.dry {
        store.write(Vec::new(), move |tx| tx.restart_import(workspace, id)).await?;
    }
    if progress.at_byte == 0 {
        (progress.at_byte, progress.at_line) = (plan.head_bytes, plan.head_lines);
    }
    let mut held_at = if import.dry { 0 } else { import.progress.at_byte };
    let mut file = File::open(store, workspace, id, &plan, &progress).await?;
    let mut seen = Known::default();
    loop {
        let (lines, is_end) = file.stretch(store, &plan, region).await?;
        let (at_byte, at_line) = file.rows.position();
        let after = ImportProgress { at_byte: at_byte as i64, at_line, ..progress };
        let stretch =
            Stretch { worker: worker.clone(), id, by: by(&import), overwrite: plan.overwrite, lines, held_at };
        let written = if import.dry {
            look(store, stretch, after, &mut seen).await?
        } else {
            write(store, stretch, after).await?
        };
        let Some(written) = written else { return Ok(None) };
        (progress, held_at) = (written, written.at_byte);
        told(&progress);
        if is_end {
            let state = if import.dry { ImportState::Checked } else { ImportState::Done };
            store.write(Vec::new(), move |tx| tx.end_import(workspace, id, state, None, now)).await?;
            return Ok(Some(state));
        }
    }
}

fn readable(plan: &str) -> Result<(Plan, Region), String> {
    let plan: Plan =
        serde_json::from_str(plan).map_err(|error| format!("the plan of the import cannot be read: {error}"))?;
    let region = plan.region().map_err(|error| error.to_string())?;
    Ok((plan, region))
}

fn by(import: &ImportRow) -> String {
    format!("{} ({})", import.by, import.name)
}

/// The kept pieces of a file, read as far as they are needed.
struct File {
    workspace: WorkspaceId,
    id: ImportId,
    rows: Rows,
    next_piece: i64,
}

impl File {
    async fn open(
        store: &Store,
        workspace: WorkspaceId,
        id: ImportId,
        plan: &Plan,
        progress: &ImportProgress,
    ) -> store::Result<File> {
        let from = progress.at_byte as usize;
        let separator = u8::try_from(plan.separator).unwrap_or(b',');
        let mut file = File { workspace, id, rows: Rows::behind(separator, from, progress.at_line), next_piece: 0 };
        let mut passed = 0;
        while passed <= from {
            let Some(piece) = file.piece(store).await? else { break };
            if from < passed + piece.len() {
                file.rows.feed(&piece[from - passed..]);
            }
            passed += piece.len();
        }
        Ok(file)
    }

    async fn piece(&mut self, store: &Store) -> store::Result<Option<Vec<u8>>> {
        let (workspace, id, place) = (self.workspace, self.id, self.next_piece);
        self.next_piece += 1;
        store.read(move |tx| tx.import_piece(workspace, id, place)).await
    }

    /// The next rows, and whether they are the last.
    async fn stretch(&mut self, store: &Store, plan: &Plan, region: Region) -> store::Result<(Vec<Line>, bool)> {
        let mut lines = Vec::new();
        while lines.len() < TOGETHER {
            match self.rows.next(false) {
                Some(row) => lines.extend(understood(plan, region, row)),
                None => match self.piece(store).await? {
                    Some(piece) => self.rows.feed(&piece),
                    None => {
                        while let Some(row) = self.rows.next(true) {
                            lines.extend(understood(plan, region, row));
                        }
                        return Ok((lines, true));
                    }
                },
            }
        }
        Ok((lines, false))
    }
}

/// A row, unless it is empty.
fn understood(plan: &Plan, region: Region, row: RawRow) -> Option<Line> {
    let (said, given) = match row.cells {
        Err(broken) => (Err(refused("broken_row", broken.to_string())), String::new()),
        Ok(cells) => match cells.into_iter().map(|cell| plan.encoding.text(cell)).collect::<Option<Vec<_>>>() {
            None => {
                let said = "the row is in another encoding than the rest of the file; save the whole file as UTF-8";
                (Err(refused("other_encoding", said)), String::new())
            }
            Some(cells) => {
                let given = cells.join(" · ").chars().filter(|letter| !letter.is_control()).take(GIVEN).collect();
                (newcomer::read(plan, region, &cells).transpose()?, given)
            }
        },
    };
    Some(Line { line: row.line, said, given, ids: [ids::fresh(), ids::fresh(), ids::fresh()] })
}

/// Rows that are worked off together.
struct Stretch {
    worker: Worker,
    id: ImportId,
    by: String,
    overwrite: bool,
    lines: Vec<Line>,
    /// Where the import has to be for that.
    held_at: i64,
}

impl Stretch {
    fn names(&self) -> Vec<Identity> {
        let newcomers = self.lines.iter().filter_map(|line| line.said.as_ref().ok());
        newcomers.flat_map(|newcomer| newcomer.names.iter().cloned()).collect()
    }

    fn is_held(&self, tx: &mut Tx<'_>) -> store::Result<bool> {
        tx.holds_import(self.worker.workspace, self.id, self.worker.node, self.held_at)
    }

    /// Everybody whom these rows could mean.
    fn load(&self, tx: &mut Tx<'_>) -> store::Result<(Vec<domain::contact::Candidate>, HashSet<ContactId>)> {
        let mut keys: Vec<String> = self.names().into_iter().map(|name| name.match_key).collect();
        keys.sort_unstable();
        keys.dedup();
        let candidates = tx.candidates_of_keys(self.worker.workspace, &keys)?;
        let mut people: Vec<ContactId> = candidates.iter().map(|candidate| candidate.contact.id).collect();
        people.sort_unstable();
        people.dedup();
        let with_number = tx.with_numbers(self.worker.workspace, &people)?;
        Ok((candidates, with_number))
    }

    /// Notes the report and how far the import is.
    fn close(&self, tx: &mut Tx<'_>, reports: &[RowReport], after: ImportProgress) -> store::Result<ImportProgress> {
        let of = |outcome: RowOutcome| reports.iter().filter(|row| row.outcome == outcome).count() as i64;
        let progress = ImportProgress {
            created: after.created + of(RowOutcome::Created),
            matched: after.matched + of(RowOutcome::Matched),
            ambiguous: after.ambiguous + of(RowOutcome::Ambiguous),
            refused: after.refused + of(RowOutcome::Refused),
            ..after
        };
        if let Some(first) = reports.first() {
            let text =
                serde_json::to_string(reports).map_err(|error| store::StoreError::Unexpected(error.to_string()))?;
            tx.add_import_rows(self.worker.workspace, self.id, first.line, &text)?;
        }
        tx.move_import(self.worker.workspace, self.id, &progress, [self.worker.now, machine_now() + LEASE_MS])?;
        Ok(progress)
    }
}

/// Looks what would become of a stretch. What the rows in front would have made counts as made.
async fn look(
    store: &Store,
    stretch: Stretch,
    after: ImportProgress,
    seen: &mut Known,
) -> store::Result<Option<ImportProgress>> {
    let names = stretch.names();
    let stretch = std::sync::Arc::new(stretch);
    let loading = stretch.clone();
    let (candidates, with_number) = store.read(move |tx| loading.load(tx)).await?;
    drop(names);
    seen.read(candidates, with_number);
    let decisions: Vec<Decision> = stretch.lines.iter().map(|line| decide(seen, line, &stretch)).collect();
    let reports: Vec<RowReport> = decisions.into_iter().map(|decision| decision.report).collect();
    let closing = move |tx: &mut Tx<'_>| {
        if stretch.is_held(tx)? { stretch.close(tx, &reports, after).map(Some) } else { Ok(None) }
    };
    store.write(Vec::new(), closing).await
}

/// Writes a stretch, behind everything that shares a name with one of its people.
async fn write(store: &Store, stretch: Stretch, after: ImportProgress) -> store::Result<Option<ImportProgress>> {
    let locks = locks_of_names(stretch.worker.workspace, &stretch.names());
    let work = move |tx: &mut Tx<'_>| {
        if !stretch.is_held(tx)? {
            return Ok(None);
        }
        let (candidates, with_number) = stretch.load(tx)?;
        let provisional: HashSet<ContactId> =
            candidates.iter().filter(|known| known.provisional).map(|known| known.contact.id).collect();
        let mut known = Known::of(candidates, with_number);
        let decisions: Vec<Decision> = stretch.lines.iter().map(|line| decide(&mut known, line, &stretch)).collect();
        record(tx, &stretch, &decisions)?;
        make_records(tx, stretch.worker.workspace, &decisions, &provisional)?;
        let reports: Vec<RowReport> = decisions.into_iter().map(|decision| decision.report).collect();
        stretch.close(tx, &reports, after).map(Some)
    };
    store.write(locks, work).await
}

/// What is done about a row.
struct Decision {
    report: RowReport,
    /// Somebody new, or somebody of whom something is new.
    person: Option<Contact>,
    /// If several contacts are taken for them, whose name the row has; and what it says of all of them.
    member: Option<ContactId>,
    learnt: Vec<Learnt>,
    is_new: bool,
    is_changed: bool,
    opts_out: bool,
    learns: Vec<Identity>,
    note: Option<(ContactId, String)>,
    ids: [Uuid; 3],
}

fn decide(known: &mut Known, line: &Line, stretch: &Stretch) -> Decision {
    let report = |outcome| RowReport {
        line: line.line,
        outcome,
        contact: None,
        candidates: Vec::new(),
        code: None,
        reason: None,
        given: None,
    };
    let nothing = |report| Decision {
        report,
        person: None,
        member: None,
        learnt: Vec::new(),
        is_new: false,
        is_changed: false,
        opts_out: false,
        learns: Vec::new(),
        note: None,
        ids: line.ids,
    };
    let newcomer = match &line.said {
        Ok(newcomer) => newcomer,
        Err(refused) => {
            let (code, reason) = (Some(refused.code.to_owned()), Some(refused.reason.clone()));
            return nothing(RowReport { code, reason, given: Some(line.given.clone()), ..report(RowOutcome::Refused) });
        }
    };
    let now = stretch.worker.now;
    let (before, learns, is_new) = match known.who(newcomer) {
        Verdict::Several(candidates, code, reason) => {
            let (code, reason) = (Some(code.to_owned()), Some(reason.to_owned()));
            let given = Some(line.given.clone());
            return nothing(RowReport { candidates, code, reason, given, ..report(RowOutcome::Ambiguous) });
        }
        Verdict::New => {
            let somebody = Contact { id: ContactId(line.ids[0]), name: None, language: None, opted_out_at: None };
            (somebody, newcomer.names.clone(), true)
        }
        Verdict::Is(contact, learns) => (contact, learns, false),
    };
    let person = changed(&before, newcomer, stretch.overwrite, now);
    let (member, learnt) = (known.member(newcomer), learnt(&before, &person));
    known.learn(&person, member, &learns);
    known.change(&person);
    let outcome = if is_new { RowOutcome::Created } else { RowOutcome::Matched };
    Decision {
        report: RowReport { contact: Some(person.id), ..report(outcome) },
        is_new,
        is_changed: !is_new && (person.name != before.name || person.language != before.language),
        opts_out: !is_new && person.opted_out_at != before.opted_out_at,
        learns,
        note: newcomer.note.clone().map(|text| (person.id, text)),
        person: Some(person),
        member,
        learnt,
        ids: line.ids,
    }
}

/// Writes what was decided. People know from their timeline where it came from.
fn record(tx: &mut Tx<'_>, stretch: &Stretch, decisions: &[Decision]) -> store::Result<()> {
    let (workspace, now) = (stretch.worker.workspace, stretch.worker.now);
    let mut told = Vec::new();
    for decision in decisions {
        let Some(person) = &decision.person else { continue };
        if decision.is_new {
            tx.add_contact(workspace, person, now)?;
            told.push((EventType::ContactCreated, Subject::Contact(person.id)));
        } else if decision.is_changed || decision.opts_out || !decision.learns.is_empty() {
            match decision.member {
                None => put_right(tx, workspace, decision, person)?,
                Some(_) => tx.learn(workspace, person.id, Whose::All, &decision.learnt)?,
            }
            told.push((EventType::ContactChanged, Subject::Contact(person.id)));
        }
        for identity in &decision.learns {
            tx.learn_identity(workspace, person.id, decision.member, identity, now)?;
        }
        for (step, id) in steps(decision) {
            let (contact, by) = (person.id, stretch.by.clone());
            tx.add_event(workspace, &EventRow { id: EventId(id), contact, conversation: None, at: now, by, step })?;
        }
    }
    told.extend(keep_notes(tx, stretch, decisions)?);
    changes::tell_all(tx, workspace, &told)
}

fn put_right(tx: &mut Tx<'_>, workspace: WorkspaceId, decision: &Decision, person: &Contact) -> store::Result<()> {
    if decision.is_changed {
        tx.update_contact(workspace, person)?;
    }
    if decision.opts_out {
        tx.set_opted_out(workspace, person.id, person.opted_out_at)?;
    }
    Ok(())
}

/// Whoever stands in the file of a business is a record.
fn make_records(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    decisions: &[Decision],
    provisional: &HashSet<ContactId>,
) -> store::Result<()> {
    for person in decisions.iter().filter_map(|decision| decision.person.as_ref()) {
        if provisional.contains(&person.id) && tx.make_record(workspace, person.id)? {
            changes::tell(tx, workspace, EventType::ContactChanged, Subject::Contact(person.id))?;
        }
    }
    Ok(())
}

/// What of it stands on the person's timeline.
fn steps(decision: &Decision) -> Vec<(Step, Uuid)> {
    let [_, first, second] = decision.ids;
    let what = match decision {
        Decision { is_new: true, .. } => Some(Step::ContactMade),
        Decision { is_changed: true, .. } => Some(Step::ContactChanged),
        Decision { learns, .. } => learns.first().map(|identity| Step::Linked { identity: identity.clone() }),
    };
    let wish = decision.opts_out.then_some((Step::OptedOut, second));
    what.map(|step| (step, first)).into_iter().chain(wish).collect()
}

/// Notes have ids made of what they say: the same file again adds none.
fn keep_notes(tx: &mut Tx<'_>, stretch: &Stretch, decisions: &[Decision]) -> store::Result<Vec<(EventType, Subject)>> {
    let workspace = stretch.worker.workspace;
    let mut notes: Vec<Note> = Vec::new();
    for (contact, text) in decisions.iter().filter_map(|decision| decision.note.as_ref()) {
        let record = RecordRef { noun: Noun::Contact, id: contact.0 };
        let note = Note { id: note_id(*contact, text), record, text: text.clone(), author: stretch.by.clone() };
        if notes.iter().all(|other| other.id != note.id) {
            notes.push(note);
        }
    }
    if notes.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<NoteId> = notes.iter().map(|note| note.id).collect();
    let there: Vec<NoteId> = tx.record_notes_by_id(workspace, &ids)?.iter().map(|kept| kept.record.id).collect();
    notes.retain(|note| !there.contains(&note.id));
    for note in &notes {
        tx.add_record_note(workspace, note, stretch.worker.now)?;
    }
    Ok(notes.iter().map(|note| (EventType::NoteAdded, Subject::Note(note.id))).collect())
}

/// It sorts before every id that is made of time.
fn note_id(contact: ContactId, text: &str) -> NoteId {
    let hash = Sha256::new().chain_update(b"imported note").chain_update(contact.0).chain_update(text).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    bytes[0] = 0;
    NoteId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}
