//! Pictures of what is wrong, what is paused and who works in which queue, for whoever wants to see them. Nothing is asserted.

use std::path::PathBuf;

use domain::Language;
use domain::role::Role;
use jiff::SignedDuration;
use serde_json::json;
use store::Tx;

use super::agents::agent;
use super::cast::{crowd, everything};
use crate::app::{Setup, WORKSPACE, on_sqlite_with};
use crate::browser::{Look, in_browser_that};

/// Where they are put; without it none are taken.
const FOLDER: &str = "HILO_TEST_PICTURES";

#[test]
fn pictures_of_what_is_watched() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    on_sqlite_with(&Setup::default(), async |app| {
        let (workspace, channel) = (app.workspace(WORKSPACE).await, app.node.channels.iter().next().unwrap().id);
        crowd(app).await;
        let (_, thread) = everything(app).await;
        let luisa = agent(app, "Luisa Paz", Role::Manager, Language::Es).await;
        for name in ["Leo Gil", "Bia Souza"] {
            agent(app, name, Role::Agent, Language::Pt).await;
        }
        for person in app.api.list("/users").await {
            let path = format!("/queues/support/members/{}", person["id"].as_str().unwrap());
            app.api.call(reqwest::Method::PUT, &path).await;
        }
        app.api.put("/queues/support/assignment", &json!({ "assignment": "last_agent" })).await;
        app.api.put("/pauses/types/complaint", &json!({ "why": "la política de devoluciones cambia hoy" })).await;
        let stop =
            move |tx: &mut Tx<'_>| tx.pause_channel(workspace, channel, Some("the access token has expired (190)"));
        app.node.store.write(Vec::new(), stop).await.unwrap();
        hilo::alerts::look(&app.node).await.unwrap();
        app.clock.advance(SignedDuration::from_mins(75));
        for look in [Look::Light, Look::Dark] {
            in_browser_that(look, async |browser| {
                luisa.signs_in(app, browser).await;
                for (language, width) in [("es", 1440), ("en", 1440), ("pt", 390)] {
                    browser.resize(width, 1600).await;
                    let inbox = format!("inbox/{thread}");
                    for (name, path) in [("health", "health"), ("queues", "settings/queues"), ("paused", &inbox)] {
                        browser.open(&format!("{}/{path}?lang={language}", app.url)).await;
                        browser.sees("#main").await;
                        let file = format!("{name}-{language}-{width}-{}.png", look.name());
                        browser.takes_picture(&folder.join(file)).await;
                    }
                }
            })
            .await;
        }
    });
}
