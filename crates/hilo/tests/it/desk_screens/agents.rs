//! People of the business, signed in.

use domain::Language;
use domain::ids::{SessionId, UserId};
use domain::role::Role;
use hilo::clock::machine_now;
use hilo::ids;
use hilo::people::token;
use store::{NewUser, SessionRow};

use crate::app::{Api, TestApp, WORKSPACE};
use crate::browser::Browser;

/// Somebody of the business, with a session.
pub(super) struct Agent {
    cookie: String,
}

/// Somebody new. Their password is nobody's: they have a session already.
pub(super) async fn agent(app: &TestApp, name: &str, role: Role, language: Language) -> Agent {
    let (workspace, user) = (app.workspace(WORKSPACE).await, UserId(ids::fresh()));
    let email = format!("{}@optica-luna.example", name.to_lowercase().replace(' ', "."));
    let new = NewUser { id: user, email, name: name.to_owned(), role, language, password: "none".to_owned() };
    let (cookie, hash) = token::mint();
    let now = machine_now();
    let session = SessionRow {
        id: SessionId(ids::fresh()),
        user,
        created_at: now,
        seen_at: now,
        address: "127.0.0.1".to_owned(),
        browser: "a test".to_owned(),
    };
    let keep = move |tx: &mut store::Tx<'_>| {
        tx.add_user(workspace, &new, now)?;
        tx.add_session(workspace, &session, &hash)
    };
    app.node.store.write(Vec::new(), keep).await.unwrap();
    Agent { cookie }
}

impl Agent {
    /// What their browser sends with each request.
    pub(super) fn cookie(&self) -> String {
        format!("sid={}", self.cookie)
    }

    /// The API, as their browser calls it.
    pub(super) fn api(&self, app: &TestApp) -> Api {
        app.api.signed_in(&self.cookie)
    }

    pub(super) async fn signs_in(&self, app: &TestApp, browser: &Browser) {
        browser.open(&format!("{}/healthz", app.url)).await;
        browser.keeps_cookie("sid", &self.cookie).await;
    }
}
