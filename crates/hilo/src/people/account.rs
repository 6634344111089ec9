//! What somebody changes about their own account.

use std::sync::Arc;

use domain::Language;
use domain::ids::SessionId;
use domain::news::News;
use store::{Tx, UserChange, UserRow};

use super::throttle::{Counted, Try};
use super::{Person, colleagues, passwords, sessions, totp};
use crate::clock::machine_now;
use crate::inbox::{Done, Entry, Refusal};
use crate::node::Node;

/// Changes how others call one, and in which language one reads.
pub async fn change(
    node: &Arc<Node>,
    person: &Person,
    name: Option<&str>,
    language: Option<Language>,
) -> Done<UserRow> {
    let name = name.map(colleagues::checked_name).transpose().map_err(Refusal::Invalid)?;
    let (workspace, id, entry) = (person.workspace, person.user, Entry::new(node, &person.name));
    let unit = move |tx: &mut Tx<'_>| {
        let Some(user) = tx.user(workspace, id)? else { return Ok(Err(Refusal::Missing("person"))) };
        if let Some(name) = &name
            && colleagues::is_taken(tx, workspace, name, Some(id))?
        {
            let said = format!("somebody here is called `{name}` already; add a surname or an initial");
            return Ok(Err(Refusal::Conflict(said)));
        }
        // What they did before stands under the old name.
        if let Some(name) = name.as_ref().filter(|name| **name != user.name) {
            entry.write_notice(tx, workspace, &user.email, &News::Renamed { name: name.clone() })?;
        }
        let change = UserChange {
            name: name.clone().unwrap_or(user.name),
            role: user.role,
            language: language.unwrap_or(user.language),
            disabled_at: user.disabled_at,
        };
        tx.change_user(workspace, id, &change)?;
        Ok(tx.user(workspace, id)?.ok_or(Refusal::Missing("person")))
    };
    let changed = node.store.write(vec![super::links::lock(workspace)], unit).await??;
    node.changed(&[workspace]);
    Ok(changed)
}

/// What a browser holds from now on; nothing, if its session has ended meanwhile.
pub type Cookie = Option<String>;

/// Another password, with the one of now. It ends all other sessions, and this one goes on as another.
pub async fn change_password(node: &Arc<Node>, person: &Person, now: &str, new: &str) -> Done<Cookie> {
    prove(node, person, now).await?;
    passwords::check(new, &person.email).map_err(|weak| Refusal::Invalid(weak.to_string()))?;
    let (hash, entry) = (passwords::hash(new).await?, Entry::new(node, &person.name));
    let (workspace, id, whose, begun) = (person.workspace, person.user, person.clone(), sessions::anew(person.user));
    let cookie = begun.cookie.clone();
    let unit = move |tx: &mut Tx<'_>| {
        tx.set_password(workspace, id, &hash)?;
        tx.forget_resets_of(workspace, id)?;
        entry.write_notice(tx, workspace, &whose.email, &News::PasswordChosen)?;
        sessions::renew(tx, &whose, &begun)
    };
    Ok(node.store.write(Vec::new(), unit).await?.then_some(cookie))
}

/// What is shown to somebody who wants to be asked for codes.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The secret, to be typed.
    pub secret: String,
    /// The same, with whose it is.
    pub uri: String,
    /// The same, to be scanned.
    pub picture: Option<String>,
}

/// Offers a secret, for the password. Nothing changes until a code of it is shown.
pub async fn offer_totp(node: &Arc<Node>, person: &Person, password: &str) -> Done<Offer> {
    prove(node, person, password).await?;
    let (secret, workspace, id) = (totp::secret(), person.workspace, person.user);
    let uri = totp::uri(&secret, &person.email);
    let offer = Offer { secret: totp::as_text(&secret), picture: totp::picture(&uri), uri };
    node.store.write(Vec::new(), move |tx| tx.offer_totp(workspace, id, &secret)).await?;
    Ok(offer)
}

/// From now on codes are asked for, as this one shows that they come. It ends all other sessions, and this one goes on as another. Answers
/// the recovery codes, once.
pub async fn confirm_totp(node: &Arc<Node>, person: &Person, code: &str) -> Done<(Vec<String>, Cookie)> {
    let (codes, entry) = (totp::recovery_codes(), Entry::new(node, &person.name));
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| totp::recovery_hash(code)).collect();
    let (workspace, id, whose, begun) = (person.workspace, person.user, person.clone(), sessions::anew(person.user));
    let (cookie, code, now) = (begun.cookie.clone(), code.to_owned(), machine_now());
    let unit = move |tx: &mut Tx<'_>| {
        let Some(user) = tx.user(workspace, id)? else { return Ok(Err(Refusal::Missing("person"))) };
        let Some(secret) = user.totp_offered else {
            return Ok(Err(Refusal::Conflict("there is nothing to confirm; begin again".to_owned())));
        };
        let Some(step) = totp::step_of(&secret, &code, now) else {
            let said = "this code is not right; wait for the next one, and see that the phone's clock is";
            return Ok(Err(Refusal::Invalid(said.to_owned())));
        };
        tx.set_totp(workspace, id, Some(&secret), &hashes)?;
        tx.take_totp_step(workspace, id, step)?;
        entry.write_notice(tx, workspace, &whose.email, &News::CodesAsked)?;
        sessions::renew(tx, &whose, &begun).map(Ok)
    };
    Ok((codes, node.store.write(Vec::new(), unit).await??.then_some(cookie)))
}

/// No codes any more, with the password. It ends all other sessions, and this one goes on as another.
pub async fn remove_totp(node: &Arc<Node>, person: &Person, password: &str) -> Done<Cookie> {
    prove(node, person, password).await?;
    let entry = Entry::new(node, &person.name);
    let (workspace, id, whose, begun) = (person.workspace, person.user, person.clone(), sessions::anew(person.user));
    let cookie = begun.cookie.clone();
    let unit = move |tx: &mut Tx<'_>| {
        tx.set_totp(workspace, id, None, &[])?;
        entry.write_notice(tx, workspace, &whose.email, &News::CodesEnded)?;
        sessions::renew(tx, &whose, &begun)
    };
    Ok(node.store.write(Vec::new(), unit).await?.then_some(cookie))
}

/// Ends a session of one's own.
pub async fn end_session(node: &Arc<Node>, person: &Person, which: SessionId) -> Done<()> {
    let (workspace, user) = (person.workspace, person.user);
    let unit = move |tx: &mut Tx<'_>| match tx.session(workspace, which)? {
        Some(session) if session.user == user => tx.end_session(workspace, which).map(|_| Ok(())),
        Some(_) | None => Ok(Err(Refusal::Missing("session"))),
    };
    node.store.write(Vec::new(), unit).await?
}

/// Ends all sessions of one's own but this.
pub async fn end_other_sessions(node: &Arc<Node>, person: &Person) -> Done<()> {
    let (workspace, user, this) = (person.workspace, person.user, person.session);
    node.store.write(Vec::new(), move |tx| tx.end_sessions_of(workspace, user, Some(this))).await?;
    Ok(())
}

/// Whoever finds an open browser does not know the password. Tries are counted, apart from those at sign-in.
async fn prove(node: &Arc<Node>, person: &Person, password: &str) -> Done<()> {
    let (attempt, now) = (Try::of_proof(person.user), machine_now());
    let counted = attempt.clone();
    if let Counted::Waits(ms) = node.store.write(attempt.locks(), move |tx| counted.count(tx, now)).await? {
        let said = format!("too many tries; try again in {} minutes", (ms + 59_999) / 60_000);
        return Err(Refusal::Conflict(said));
    }
    let (workspace, id) = (person.workspace, person.user);
    let Some(user) = node.store.read(move |tx| tx.user(workspace, id)).await? else {
        return Err(Refusal::Missing("person"));
    };
    if !passwords::is_right(password, Some(&user.password)).await? {
        return Err(Refusal::Invalid("your present password is not right".to_owned()));
    }
    node.store.write(attempt.locks(), move |tx| attempt.succeed(tx)).await?;
    Ok(())
}
