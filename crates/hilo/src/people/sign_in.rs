//! Somebody signs in, with a password and, if they set it up, a code.

use domain::news::{News, Second};
use std::net::IpAddr;
use std::sync::Arc;

use store::{StoreError, Tx, UserRow};
use tracing::info;

use super::throttle::{Counted, Try};
use super::{email, pass, passwords, sessions, token, totp};
use crate::clock::machine_now;
use crate::inbox::Entry;
use crate::node::Node;

/// From where somebody signs in.
#[derive(Debug, Clone)]
pub struct From {
    /// Their address.
    pub address: IpAddr,
    /// What their browser calls itself.
    pub browser: String,
    /// The cookie of a session that this one takes the place of.
    pub before: Option<String>,
}

/// Why somebody was not let in.
#[derive(Debug, thiserror::Error)]
pub enum NotIn {
    /// No such account, or another password: which of the two is not said.
    #[error("the e-mail address or the password is not right")]
    Wrong,
    /// Neither the code of this moment nor a recovery code, or one that was used.
    #[error("this code is not right, or was used before; wait for the next one")]
    WrongCode,
    /// The password was given too long ago.
    #[error("that took too long; begin again with your password")]
    TooLate,
    /// Too many tries.
    #[error("too many tries; try again in {0} minutes")]
    Waits(i64),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What comes of a right password.
#[derive(Debug)]
pub enum SignedIn {
    /// The text of the cookie.
    In(String),
    /// A code is asked for; this goes with it.
    CodeWanted(String),
}

/// With the password. It takes as long whether or not there is such an account.
pub async fn with_password(node: &Arc<Node>, address: &str, password: &str, from: From) -> Result<SignedIn, NotIn> {
    let address = email::plain(address);
    let attempt = Try::of_password(&address, from.address);
    let noteworthy = count(node, &attempt).await?;
    let wanted = address.clone();
    let user = node.store.read(move |tx| tx.user_of_email(&wanted)).await?;
    let is_right = passwords::is_right(password, user.as_ref().map(|user| user.password.as_str())).await?;
    match user {
        Some(user) if is_right && user.disabled_at.is_none() => match user.totp {
            Some(_) => {
                let pass = pass::make(&node.instance.mac_key, &user, machine_now());
                node.store.write(attempt.locks(), move |tx| attempt.succeed(tx)).await?;
                Ok(SignedIn::CodeWanted(pass))
            }
            None => let_in(node, user, attempt, Proof::Password, from).await.map(SignedIn::In),
        },
        Some(user) => {
            tell_of_many(node, &user, noteworthy, &from).await?;
            Err(NotIn::Wrong)
        }
        None => Err(NotIn::Wrong),
    }
}

/// With the code, after the password.
pub async fn with_code(node: &Arc<Node>, pass: &str, code: &str, from: From) -> Result<String, NotIn> {
    let Some((workspace, id)) = pass::claims(pass) else { return Err(NotIn::TooLate) };
    let user = node.store.read(move |tx| tx.user(workspace, id)).await?.ok_or(NotIn::TooLate)?;
    if !pass::is_good(&node.instance.mac_key, pass, &user, machine_now()) || user.disabled_at.is_some() {
        return Err(NotIn::TooLate);
    }
    let attempt = Try::of_code(user.id);
    let noteworthy = count(node, &attempt).await?;
    let proof = match user.totp.as_deref().and_then(|secret| totp::step_of(secret, code, machine_now())) {
        Some(step) => Proof::Code(step),
        None => Proof::Recovery(totp::recovery_hash(code)),
    };
    let done = let_in(node, user.clone(), attempt, proof, from.clone()).await;
    if matches!(done, Err(NotIn::WrongCode)) {
        tell_of_many(node, &user, noteworthy, &from).await?;
    }
    done
}

async fn count(node: &Node, attempt: &Try) -> Result<Option<i64>, NotIn> {
    let (attempt, now) = (attempt.clone(), machine_now());
    match node.store.write(attempt.locks(), move |tx| attempt.count(tx, now)).await? {
        Counted::Goes(noteworthy) => Ok(noteworthy),
        Counted::Waits(ms) => Err(NotIn::Waits((ms + 59_999) / 60_000)),
    }
}

/// What shows that it is them.
#[derive(Clone)]
enum Proof {
    Password,
    Code(i64),
    Recovery(Vec<u8>),
}

impl Proof {
    /// Uses it up. Answers whether it was good.
    fn take(&self, tx: &mut Tx<'_>, user: &UserRow) -> store::Result<bool> {
        match self {
            Proof::Password => Ok(true),
            Proof::Code(step) => tx.take_totp_step(user.workspace, user.id, *step),
            Proof::Recovery(hash) => tx.take_recovery_code(user.workspace, user.id, hash),
        }
    }

    fn second(&self) -> Second {
        match self {
            Proof::Password => Second::Nothing,
            Proof::Code(_) => Second::Code,
            Proof::Recovery(_) => Second::RecoveryCode,
        }
    }
}

async fn let_in(node: &Arc<Node>, user: UserRow, attempt: Try, proof: Proof, from: From) -> Result<String, NotIn> {
    let (begun, entry) = (sessions::begin(user.id, from.address, &from.browser), Entry::new(node, &user.name));
    let (workspace, cookie, id) = (user.workspace, begun.cookie.clone(), user.id);
    let signed_in = News::SignedIn { with: proof.second(), from: from.address.to_string() };
    let before = from.before.as_deref().map(token::hash);
    let locks = attempt.locks();
    let unit = move |tx: &mut Tx<'_>| {
        if !tx.user_held(workspace, id)?.is_some_and(|now| is_as_proven(&now, &user)) {
            return Ok(Err(NotIn::TooLate));
        }
        if !proof.take(tx, &user)? {
            return Ok(Err(NotIn::WrongCode));
        }
        attempt.succeed(tx)?;
        end_before(tx, before.as_deref())?;
        tx.add_session(workspace, &begun.row, &begun.hash)?;
        entry.write_notice(tx, workspace, &user.email, &signed_in).map(Ok)
    };
    node.store.write(locks, unit).await??;
    node.changed(&[workspace]);
    info!(user.id = %id, "Somebody signed in");
    Ok(cookie)
}

/// Whoever was disabled, or got another password or other codes, while theirs were looked at is not let in.
fn is_as_proven(now: &UserRow, proven: &UserRow) -> bool {
    now.disabled_at.is_none() && now.password == proven.password && now.totp == proven.totp
}

/// Signs a browser out.
pub async fn out(node: &Arc<Node>, cookie: &str) -> store::Result<()> {
    let hash = token::hash(cookie);
    node.store.write(Vec::new(), move |tx| end_before(tx, Some(&hash))).await
}

/// A browser has one session.
pub(crate) fn end_before(tx: &mut Tx<'_>, hash: Option<&[u8]>) -> store::Result<()> {
    let Some(hash) = hash else { return Ok(()) };
    if let Some((session, user)) = tx.session_of_hash(hash)? {
        tx.end_session(user.workspace, session.id)?;
    }
    Ok(())
}

/// Tells the workspace, once a row of tries.
async fn tell_of_many(node: &Arc<Node>, user: &UserRow, tries: Option<i64>, from: &From) -> store::Result<()> {
    let Some(tries) = tries else { return Ok(()) };
    let (entry, workspace, email) = (Entry::new(node, "sign-in"), user.workspace, user.email.clone());
    let refused = News::TriesRefused { tries, from: from.address.to_string() };
    node.store.write(Vec::new(), move |tx| entry.write_notice(tx, workspace, &email, &refused)).await?;
    node.changed(&[workspace]);
    Ok(())
}
