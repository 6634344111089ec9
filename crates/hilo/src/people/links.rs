//! Links that open once: to join, to choose a new password, to become the first owner.

use std::net::SocketAddr;
use std::sync::Arc;

use domain::ids::{InvitationId, UserId, WorkspaceId};
use domain::invitation::Purpose;
use domain::news::News;
use domain::role::Role;
use store::{InvitationRow, Tx};

use super::token;
use crate::clock::machine_now;
use crate::config::Front;
use crate::ids;
use crate::inbox::{Acted, Done, Entry, Once, Refusal};
use crate::node::Node;
use crate::pipeline::lock_of_name;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
const INVITED_FOR_MS: i64 = 7 * DAY_MS;

/// A new link: what is kept, and the text that goes out once.
#[derive(Debug, Clone)]
pub struct Link {
    /// What is kept.
    pub row: InvitationRow,
    /// What its address ends with.
    pub token: String,
    hash: Vec<u8>,
}

impl Link {
    fn new(workspace: WorkspaceId, purpose: Purpose, role: Role, made_by: &str, lives_ms: i64) -> Self {
        let ((token, hash), now) = (token::mint(), machine_now());
        let row = InvitationRow {
            workspace,
            id: InvitationId(ids::fresh()),
            purpose,
            user: None,
            role,
            email: None,
            made_by: made_by.to_owned(),
            maker: None,
            created_at: now,
            expires_at: now + lives_ms,
        };
        Self { row, token, hash }
    }

    /// For somebody who is to join.
    pub fn to_join(workspace: WorkspaceId, role: Role, email: Option<String>, made_by: &str) -> Self {
        let mut link = Self::new(workspace, Purpose::Join, role, made_by, INVITED_FOR_MS);
        link.row.email = email;
        link
    }

    /// For somebody who forgot their password.
    pub fn to_reset(workspace: WorkspaceId, user: UserId, role: Role, email: &str, made_by: &str) -> Self {
        let mut link = Self::new(workspace, Purpose::Reset, role, made_by, DAY_MS);
        (link.row.user, link.row.email) = (Some(user), Some(email.to_owned()));
        link
    }

    /// Made by somebody who signs in: it opens nothing any more once they are disabled or have another role.
    #[must_use]
    pub fn made_by(mut self, maker: Option<UserId>) -> Self {
        self.row.maker = maker;
        self
    }

    /// For whoever reads the console of a server that has no owner yet.
    pub fn for_first_owner(workspace: WorkspaceId) -> Self {
        Self::new(workspace, Purpose::FirstOwner, Role::Owner, "hilo serve", DAY_MS)
    }

    /// Its address.
    pub fn url(&self, base: &str) -> String {
        format!("{base}/join/{}", self.token)
    }

    /// Keeps it, inside a transaction.
    pub(crate) fn keep(&self, tx: &mut Tx<'_>) -> store::Result<()> {
        tx.add_invitation(&self.row, &self.hash)
    }
}

/// Where links lead to: the address that is set, or that which is listened on.
pub fn base(front: &Front, listening: SocketAddr) -> String {
    let of_listening = || match listening.ip().is_unspecified() {
        true => format!("http://localhost:{}", listening.port()),
        false => format!("http://{listening}"),
    };
    front.public_url.clone().unwrap_or_else(of_listening)
}

/// The name under which nobody else joins, leaves or is promoted meanwhile.
pub(crate) fn lock(workspace: WorkspaceId) -> i64 {
    lock_of_name(workspace, "people")
}

/// A link for the first owner, if there is no owner: whoever starts the server is who may have it.
pub async fn first_owner(node: &Arc<Node>) -> store::Result<Option<Link>> {
    let name = node.settings.workspace.clone();
    let Some(workspace) = node.store.read(move |tx| tx.workspace_named(&name)).await? else { return Ok(None) };
    let link = Link::for_first_owner(workspace);
    let kept = link.clone();
    let unit = move |tx: &mut Tx<'_>| {
        if tx.has_owner(workspace)? {
            return Ok(false);
        }
        kept.keep(tx).map(|()| true)
    };
    Ok(node.store.write(vec![lock(workspace)], unit).await?.then_some(link))
}

/// Invites somebody.
pub async fn invite(node: &Arc<Node>, link: Link, by: &str, once: Once<InvitationRow>) -> Done<Acted<InvitationRow>> {
    let (entry, workspace) = (Entry::new(node, by), link.row.workspace);
    let made = once.write(node, workspace, Vec::new(), move |tx| invite_at(tx, &link, &entry).map(Ok)).await?;
    node.changed(&[workspace]);
    Ok(made)
}

/// The same inside a transaction.
pub(crate) fn invite_at(tx: &mut Tx<'_>, link: &Link, entry: &Entry) -> store::Result<InvitationRow> {
    link.keep(tx)?;
    let whom = link.row.email.as_deref().unwrap_or("somebody");
    entry.write_notice(tx, link.row.workspace, whom, &News::Invited { role: link.row.role })?;
    Ok(link.row.clone())
}

/// Makes a link with which somebody chooses a new password. The old one holds until then.
pub async fn reset(node: &Arc<Node>, link: Link, by: &str, once: Once<InvitationRow>) -> Done<Acted<InvitationRow>> {
    let (entry, workspace) = (Entry::new(node, by), link.row.workspace);
    let made = once.write(node, workspace, Vec::new(), move |tx| reset_at(tx, &link, &entry).map(Ok)).await?;
    node.changed(&[workspace]);
    Ok(made)
}

/// The same inside a transaction.
pub(crate) fn reset_at(tx: &mut Tx<'_>, link: &Link, entry: &Entry) -> store::Result<InvitationRow> {
    link.keep(tx)?;
    let whom = link.row.email.as_deref().unwrap_or("somebody");
    entry.write_notice(tx, link.row.workspace, whom, &News::ResetLinkMade)?;
    Ok(link.row.clone())
}

/// Takes an invitation back.
pub async fn withdraw(node: &Arc<Node>, workspace: WorkspaceId, id: InvitationId, by: &str) -> Done<()> {
    let entry = Entry::new(node, by);
    let unit = move |tx: &mut Tx<'_>| {
        if !tx.take_invitation(workspace, id)? {
            return Ok(Err(Refusal::Missing("invitation")));
        }
        entry.write_notice(tx, workspace, "invitation", &News::InvitationTakenBack).map(Ok)
    };
    node.store.write(Vec::new(), unit).await??;
    node.changed(&[workspace]);
    Ok(())
}
