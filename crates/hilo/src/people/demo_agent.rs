//! The one who looks at the desk of `hilo demo`: made when somebody first goes there, without a password that anybody could know.

use std::sync::Arc;

use domain::Language;
use domain::ids::{UserId, WorkspaceId};
use domain::role::Role;
use store::{NewUser, StoreError, Tx};

use super::sign_in::From;
use super::{links, sessions};
use crate::clock::machine_now;
use crate::ids;
use crate::node::Node;

const EMAIL: &str = "demo@hilo.invalid";
/// No hash, so no password is right.
const NO_PASSWORD: &str = "none";

/// Signs a visitor of the demo in. Answers the text of the cookie. Only the demo's own server calls this.
pub(crate) async fn enter(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    name: &str,
    language: Language,
    from: From,
) -> store::Result<String> {
    let fresh = NewUser {
        id: UserId(ids::fresh()),
        email: EMAIL.to_owned(),
        name: name.to_owned(),
        role: Role::Owner,
        language,
        password: NO_PASSWORD.to_owned(),
    };
    let now = machine_now();
    let unit = move |tx: &mut Tx<'_>| {
        tx.add_user(workspace, &fresh, now)?;
        let user = tx.user_of_email(EMAIL)?.filter(|user| user.workspace == workspace);
        let user = user.ok_or_else(|| StoreError::Unexpected("the demo has nobody for its desk".to_owned()))?;
        let begun = sessions::begin(user.id, from.address, &from.browser);
        tx.add_session(workspace, &begun.row, &begun.hash)?;
        Ok(begun.cookie)
    };
    node.store.write(vec![links::lock(workspace)], unit).await
}
