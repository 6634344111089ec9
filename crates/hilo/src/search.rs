//! Finding people, conversations, tickets and records by what somebody remembers of them: part of a name, a number in any format, a
//! reference.

use domain::contact::Identity;
use domain::desk::View;
use domain::ids::{ChannelId, ContactId, ConversationId, TicketId, UserId, WorkspaceId};
use domain::record::{Appointment, Company, Deal, Order};
use domain::search::{Kind, Query, ending};
use domain::{PhoneNumber, Region};
use store::{ContactRow, ConversationRow, Stored, TicketRow, Tx, Versioned, Wanted};
use uuid::Uuid;

use crate::node::Node;

/// Where somebody looks.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The only workspace that exists.
    pub workspace: WorkspaceId,
    /// Whose list `status:mine` is.
    pub me: Option<UserId>,
    /// Numbers without a country code are of this country.
    pub region: Region,
    /// The numbers to which people write.
    pub channels: Vec<ChannelId>,
    /// Now.
    pub now: i64,
}

impl Scope {
    /// A workspace of this node.
    pub fn of(node: &Node, workspace: WorkspaceId, me: Option<UserId>) -> Self {
        let ours: Vec<_> = node.channels.iter().filter(|channel| channel.workspace == workspace).collect();
        let region = ours.first().map_or(Region::MX, |channel| channel.region);
        let channels = ours.iter().map(|channel| channel.id).collect();
        Self { workspace, me, region, channels, now: node.clock.now().as_millisecond() }
    }
}

/// What was found, of each kind as many as asked for at most.
#[derive(Debug, Default)]
pub struct Found {
    /// People.
    pub contacts: Vec<ContactRow>,
    /// Conversations: by their number, or by what they wait for.
    pub conversations: Vec<ConversationRow>,
    /// Tickets, by their reference.
    pub tickets: Vec<TicketRow>,
    /// Companies.
    pub companies: Vec<Versioned<Company>>,
    /// Deals.
    pub deals: Vec<Versioned<Deal>>,
    /// Appointments of the people who were found.
    pub appointments: Vec<Versioned<Appointment>>,
    /// Orders, by their number.
    pub orders: Vec<Versioned<Order>>,
}

/// Looks everywhere. Whoever asks for conversations by what they wait for gets these and nothing else.
pub fn search(tx: &mut Tx<'_>, scope: &Scope, query: &Query, limit: i64) -> store::Result<Found> {
    if query.has_filters() {
        return Ok(Found { conversations: waiting(tx, scope, query, limit)?, ..Found::default() });
    }
    let ws = scope.workspace;
    let people = people(tx, scope, query, limit)?;
    let ids: Vec<ContactId> = people.iter().map(|row| row.contact.id).collect();
    let tickets: Vec<TicketId> =
        tx.with_words(ws, Kind::Ticket, &query.words, limit)?.into_iter().map(TicketId).collect();
    Ok(Found {
        conversations: by_number(tx, scope, query, &people)?,
        tickets: if tickets.is_empty() { Vec::new() } else { tx.tickets_by_id(ws, &tickets)? },
        companies: records::<Company>(tx, scope, Kind::Company, query, limit)?,
        deals: records::<Deal>(tx, scope, Kind::Deal, query, limit)?,
        orders: records::<Order>(tx, scope, Kind::Order, query, limit)?,
        appointments: tx.appointments_of(ws, &ids)?,
        contacts: people,
    })
}

fn records<R: Stored>(
    tx: &mut Tx<'_>,
    scope: &Scope,
    kind: Kind,
    query: &Query,
    limit: i64,
) -> store::Result<Vec<Versioned<R>>> {
    let ids = tx.with_words(scope.workspace, kind, &query.words, limit)?;
    if ids.is_empty() { Ok(Vec::new()) } else { R::by_id(tx, scope.workspace, &ids) }
}

/// Whoever has the number, the user id or the address; then whoever's number ends like that; then whoever is called like that.
pub fn people(tx: &mut Tx<'_>, scope: &Scope, query: &Query, limit: i64) -> store::Result<Vec<ContactRow>> {
    let ws = scope.workspace;
    for identity in identities(scope, &query.text) {
        let found = tx.contacts_of(ws, &identity)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let mut ids: Vec<Uuid> = Vec::new();
    if let Some(digits) = query.digits() {
        ids.extend(tx.with_words(ws, Kind::Contact, &[ending(&digits)], limit)?);
    }
    for id in tx.with_words(ws, Kind::Contact, &query.words, limit)? {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids.truncate(limit.unsigned_abs() as usize);
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<ContactId> = ids.into_iter().map(ContactId).collect();
    let found = tx.contacts_by_id(ws, &ids)?;
    as_they_are(tx, ws, found)
}

/// Words are written a moment later: whoever was merged meanwhile is found as whoever they are, and once.
fn as_they_are(tx: &mut Tx<'_>, workspace: WorkspaceId, found: Vec<ContactRow>) -> store::Result<Vec<ContactRow>> {
    let mut people: Vec<ContactRow> = Vec::with_capacity(found.len());
    for row in found {
        let row = if row.merged_into.is_some() { tx.contact(workspace, row.contact.id)? } else { Some(row) };
        if let Some(row) = row.filter(|row| people.iter().all(|other| other.contact.id != row.contact.id)) {
            people.push(row);
        }
    }
    Ok(people)
}

/// What the text could be the very name of.
fn identities(scope: &Scope, text: &str) -> Vec<Identity> {
    let phone = PhoneNumber::sought(text, scope.region).ok().map(|phone| Identity::phone(&phone));
    let email = text.contains('@').then(|| Identity::email(text));
    let user = (!text.is_empty() && !text.contains(' ')).then(|| Identity::user_id(text));
    let external = (!text.trim().is_empty()).then(|| Identity::external_id(text.trim()));
    phone.into_iter().chain(email).chain(user).chain(external).collect()
}

/// The conversations of a number: of its owner, and of nobody whom one could tell.
fn by_number(
    tx: &mut Tx<'_>,
    scope: &Scope,
    query: &Query,
    people: &[ContactRow],
) -> store::Result<Vec<ConversationRow>> {
    let Ok(phone) = PhoneNumber::sought(&query.text, scope.region) else { return Ok(Vec::new()) };
    let mut ids: Vec<ConversationId> = Vec::new();
    let spellings: Vec<PhoneNumber> = phone.twins().into_iter().chain([phone]).collect();
    for (channel, phone) in
        scope.channels.iter().flat_map(|channel| spellings.iter().map(move |phone| (channel, phone)))
    {
        ids.extend(tx.conversation_of(scope.workspace, *channel, Some(phone.as_str()), None)?);
    }
    for person in people {
        let threads = tx.conversations(scope.workspace, Some(person.contact.id), None, 5)?;
        ids.extend(threads.into_iter().map(|thread| thread.id));
    }
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() { Ok(Vec::new()) } else { tx.conversations_by_id(scope.workspace, &ids) }
}

/// Conversations as the inbox lists them.
fn waiting(tx: &mut Tx<'_>, scope: &Scope, query: &Query, limit: i64) -> store::Result<Vec<ConversationRow>> {
    let view = query.status.as_deref().and_then(|status| status.parse().ok()).unwrap_or(View::All);
    let window = query.window_ms.map(|within| (scope.now, scope.now + within));
    let wanted = Wanted { view, me: scope.me, queue: None, kind: query.kind.clone(), window };
    let rows = tx.desk(scope.workspace, &wanted, None, limit)?;
    Ok(rows.into_iter().map(|row| row.conversation).collect())
}
