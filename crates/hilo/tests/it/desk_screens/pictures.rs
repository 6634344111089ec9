//! Pictures of the desk, for whoever wants to see it: `cargo xtask pictures` has them taken. Nothing is asserted.

use std::path::PathBuf;

use domain::Language;
use domain::role::Role;
use jiff::SignedDuration;

use super::agents::agent;
use super::cast::{crowd, everything, templates};
use crate::app::{Setup, on_sqlite_with};
use crate::browser::{Browser, Look, in_browser_that};

/// Where they are put; without it none are taken.
const FOLDER: &str = "HILO_TEST_PICTURES";
/// A copy of axe-core, to hear what it says about each.
const AXE: &str = "HILO_TEST_AXE";

#[test]
fn pictures_of_the_desk() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    on_sqlite_with(&Setup::default(), async |app| {
        templates(app).await;
        crowd(app).await;
        let (_, thread) = everything(app).await;
        let (url, luisa) = (app.url.clone(), agent(app, "Luisa Paz", Role::Agent, Language::Es).await);
        in_browser_that(Look::Light, async |browser| {
            luisa.signs_in(app, browser).await;
            browser.resize(1440, 900).await;
            browser.open(&format!("{url}/inbox/{thread}?lang=en")).await;
            browser.sees("#log .message").await;
            browser.takes_picture(&folder.join("inbox.png")).await;
        })
        .await;
        for look in [Look::Light, Look::Dark] {
            in_browser_that(look, async |browser| {
                luisa.signs_in(app, browser).await;
                for (language, width, height) in
                    [("es", 1440, 900), ("en", 1440, 900), ("pt", 390, 844), ("es", 1024, 768)]
                {
                    browser.resize(width, height).await;
                    browser.open(&format!("{url}/inbox/{thread}?lang={language}")).await;
                    browser.sees("#log .message").await;
                    let name = format!("thread-{language}-{width}-{}.png", look.name());
                    browser.takes_picture(&folder.join(name)).await;
                    judged(browser, &format!("thread {language} {width} {}", look.name())).await;
                    browser.does("document.getElementById('log').scrollTop = 0", Vec::new()).await;
                    let name = format!("thread-top-{language}-{width}-{}.png", look.name());
                    browser.takes_picture(&folder.join(name)).await;
                    browser.open(&format!("{url}/inbox?lang={language}")).await;
                    let name = format!("list-{language}-{width}-{}.png", look.name());
                    browser.takes_picture(&folder.join(name)).await;
                }
            })
            .await;
        }
        app.clock.advance(SignedDuration::from_hours(30));
        in_browser_that(Look::Light, async |browser| {
            luisa.signs_in(app, browser).await;
            browser.open(&format!("{url}/inbox/{thread}?lang=en")).await;
            browser.clicks(".template summary").await;
            browser.takes_picture(&folder.join("closed-en-1440-light.png")).await;
        })
        .await;
    });
}

/// What axe says about the screen that is open, where somebody has it at hand.
async fn judged(browser: &Browser, what: &str) {
    let Some(axe) = std::env::var_os(AXE) else { return };
    browser.does(&std::fs::read_to_string(axe).unwrap(), Vec::new()).await;
    let run = "const done = arguments[0];
        axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => done(violations.map(
            ({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)))";
    println!("axe on {what}: {:#}", browser.waits_for(run).await);
}
