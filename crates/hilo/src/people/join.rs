//! Somebody opens a link: joins, or chooses a new password.

use std::sync::Arc;

use domain::Language;
use domain::ids::UserId;
use domain::invitation::Purpose;
use domain::news::News;
use store::{InvitationRow, NewUser, StoreError, Tx};

use super::passwords::Weak;
use super::sign_in::{From, end_before};
use super::{colleagues, email, links, passwords, sessions, throttle, token};
use crate::clock::machine_now;
use crate::ids;
use crate::inbox::Entry;
use crate::node::Node;

/// What somebody says of themselves.
#[derive(Debug, Clone)]
pub struct Newcomer {
    /// What others shall call them.
    pub name: String,
    /// What they will sign in with.
    pub email: String,
    /// Their password.
    pub password: String,
    /// In which language they read the screens.
    pub language: Language,
}

/// Why somebody did not join.
#[derive(Debug, thiserror::Error)]
pub enum NotJoined {
    /// No name, or a very long one.
    #[error("give a name")]
    Name,
    /// No e-mail address.
    #[error("give an e-mail address")]
    Email,
    /// The password is not taken.
    #[error("{0}")]
    Password(Weak),
    /// Somebody of the workspace has this name already.
    #[error("somebody here has this name already; add a surname or an initial")]
    NameTaken,
    /// Somebody signs in with this address already.
    #[error("this address cannot be used here; use another one")]
    AddressTaken,
    /// The link opens nothing any more.
    #[error("this link was used or has ended; ask for another one")]
    Used,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl NotJoined {
    /// The key of its text.
    pub(crate) fn text(&self) -> &'static str {
        match self {
            NotJoined::Name => "people-name-wrong",
            NotJoined::Email => "people-email-wrong",
            NotJoined::Password(weak) => weak.text(),
            NotJoined::NameTaken => "people-name-taken",
            NotJoined::AddressTaken => "people-email-taken",
            NotJoined::Used => "people-link-closed",
            NotJoined::Store(_) => "people-unreachable",
        }
    }
}

/// The link of this text, if it still opens.
pub async fn open(node: &Node, text: &str) -> store::Result<Option<InvitationRow>> {
    let (hash, now) = (token::hash(text), machine_now());
    let unit = move |tx: &mut Tx<'_>| match tx.invitation_of_hash(&hash)? {
        Some(link) if now < link.expires_at && still_wanted(tx, &link)? => Ok(Some(link)),
        Some(_) | None => Ok(None),
    };
    node.store.read(unit).await
}

/// The console's link is for the first owner: there is one now, it is for nobody.
fn still_wanted(tx: &mut Tx<'_>, link: &InvitationRow) -> store::Result<bool> {
    Ok(link.purpose != Purpose::FirstOwner || !tx.has_owner(link.workspace)?)
}

/// Joins the colleagues. Answers the text of the cookie.
pub async fn join(node: &Arc<Node>, link: InvitationRow, newcomer: Newcomer, from: From) -> Result<String, NotJoined> {
    let name = colleagues::checked_name(&newcomer.name).map_err(|_| NotJoined::Name)?;
    let email = email::check(&newcomer.email).map_err(|_| NotJoined::Email)?;
    passwords::check(&newcomer.password, &email).map_err(NotJoined::Password)?;
    let user = NewUser {
        id: UserId(ids::fresh()),
        email,
        name: name.clone(),
        role: link.role,
        language: newcomer.language,
        password: passwords::hash(&newcomer.password).await?,
    };
    let begun = sessions::begin(user.id, from.address, &from.browser);
    let (cookie, workspace, entry, now) =
        (begun.cookie.clone(), link.workspace, Entry::new(node, &name), machine_now());
    let before = from.before.as_deref().map(token::hash);
    let unit = move |tx: &mut Tx<'_>| {
        // The address first: a link is not used up by one that is taken.
        if tx.user_of_email(&user.email)?.is_some() {
            return Ok(Err(NotJoined::AddressTaken));
        }
        if still_wanted(tx, &link)? && colleagues::is_taken(tx, workspace, &user.name, None)? {
            return Ok(Err(NotJoined::NameTaken));
        }
        if !still_wanted(tx, &link)?
            || !tx.take_invitation(workspace, link.id)?
            || !tx.add_user(workspace, &user, now)?
        {
            return Ok(Err(NotJoined::Used));
        }
        end_before(tx, before.as_deref())?;
        tx.add_session(workspace, &begun.row, &begun.hash)?;
        let joined = News::Joined { role: user.role, invited_by: link.made_by.clone() };
        entry.write_notice(tx, workspace, &user.email, &joined).map(Ok)
    };
    node.store.write(vec![links::lock(workspace)], unit).await??;
    node.changed(&[workspace]);
    Ok(cookie)
}

/// Chooses a new password: whoever was signed in with the old one is not any more. They sign in with it then, and their code.
pub async fn choose_password(node: &Arc<Node>, link: InvitationRow, password: &str) -> Result<(), NotJoined> {
    let Some(id) = link.user else { return Err(NotJoined::Used) };
    passwords::check(password, link.email.as_deref().unwrap_or_default()).map_err(NotJoined::Password)?;
    let (hash, workspace, entry) = (passwords::hash(password).await?, link.workspace, Entry::new(node, "reset link"));
    let unit = move |tx: &mut Tx<'_>| {
        let Some(user) = tx.user(workspace, id)?.filter(|user| user.disabled_at.is_none()) else {
            return Ok(Err(NotJoined::Used));
        };
        if !tx.take_invitation(workspace, link.id)? {
            return Ok(Err(NotJoined::Used));
        }
        tx.set_password(workspace, id, &hash)?;
        tx.forget_resets_of(workspace, id)?;
        throttle::begin_anew(tx, &user.email, id)?;
        tx.end_sessions_of(workspace, id, None)?;
        entry.write_notice(tx, workspace, &user.email, &News::PasswordChosen).map(Ok)
    };
    node.store.write(vec![links::lock(workspace)], unit).await??;
    node.changed(&[workspace]);
    Ok(())
}
