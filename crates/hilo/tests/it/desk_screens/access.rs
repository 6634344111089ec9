//! Whether everybody can use the screens: names, roles, contrast and targets, light and dark, in each language, wide and narrow.

use domain::Language;
use domain::role::Role;
use serde_json::Value;

use super::agents::agent;
use super::cast::{crowd, everything, templates};
use crate::app::{Setup, TestApp, on_sqlite_with};
use crate::browser::{Browser, Look, in_browser_that};

const CHECKS: &str = include_str!("access.js");

/// What keeps people from using the screen that is open.
pub(super) async fn obstacles(browser: &Browser) -> Vec<String> {
    let found = browser.does(CHECKS, Vec::new()).await;
    found.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn everybody_can_use_the_inbox_in_light_and_dark_and_three_languages() {
    on_sqlite_with(&Setup::default(), async |app: &mut TestApp| {
        templates(app).await;
        crowd(app).await;
        let (_, thread) = everything(app).await;
        let luisa = agent(app, "Luisa Paz", Role::Owner, Language::Es).await;
        let mut found = Vec::new();
        for (look, language, width) in
            [(Look::Light, "es", 1400), (Look::Light, "pt", 390), (Look::Dark, "en", 1400), (Look::Dark, "es", 390)]
        {
            in_browser_that(look, async |browser| {
                luisa.signs_in(app, browser).await;
                browser.resize(width, 900).await;
                for path in ["/inbox", &format!("/inbox/{thread}"), "/inbox?view=closed"] {
                    browser.open(&format!("{}{path}?lang={language}", app.url).replace("closed?", "closed&")).await;
                    browser.sees("#main").await;
                    let obstacles = obstacles(browser).await;
                    found.extend(
                        obstacles.into_iter().map(|it| format!("{path} {} {language} {width}: {it}", look.name())),
                    );
                }
            })
            .await;
        }
        assert!(found.is_empty(), "{found:#?}");
    });
}
