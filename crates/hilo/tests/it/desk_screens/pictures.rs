//! Pictures of every screen, for whoever wants to see them: `cargo xtask pictures` has them taken. Nothing is asserted.

use std::path::{Path, PathBuf};

use domain::Language;
use domain::role::Role;

use super::agents::agent;
use super::screens::{Screens, kind_of};
use crate::app::{Setup, on_sqlite_with};
use crate::browser::{Browser, Look, in_browser_that};

/// Where they are put; without it none are taken.
const FOLDER: &str = "HILO_TEST_PICTURES";
/// Who sees a screen how: their language, and the width and height of their window.
const WINDOWS: [(Look, &str, u32, u32); 5] = [
    (Look::Light, "es", 1440, 900),
    (Look::Light, "pt", 390, 844),
    (Look::Light, "en", 1024, 768),
    (Look::Dark, "en", 1440, 900),
    (Look::Dark, "es", 390, 844),
];

#[test]
fn pictures_of_the_desk() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    on_sqlite_with(&Setup::default(), async |app| {
        let luisa = agent(app, "Luisa Paz", Role::Owner, Language::Es).await;
        let screens = Screens::of(app, &luisa).await;
        let url = app.url.clone();
        in_browser_that(Look::Light, async |browser| {
            luisa.signs_in(app, browser).await;
            browser.resize(1440, 900).await;
            browser.open(&format!("{url}{}?lang=en", screens.thread())).await;
            browser.sees("#log .message").await;
            browser.takes_picture(&folder.join("inbox.png")).await;
        })
        .await;
        for (look, language, width, height) in WINDOWS {
            in_browser_that(look, async |browser| {
                browser.resize(width, height).await;
                let suffix = format!("{language}-{width}-{}.png", look.name());
                for (nth, path) in screens.outside.iter().enumerate() {
                    takes(
                        browser,
                        &format!("{url}{path}?lang={language}"),
                        &folder.join(format!("outside-{nth}-{suffix}")),
                    )
                    .await;
                }
                luisa.signs_in(app, browser).await;
                for (nth, path) in screens.inside.iter().enumerate() {
                    let joint = if path.contains('?') { '&' } else { '?' };
                    let kind = kind_of(path).replace('/', "-").replace("{}", "one");
                    let name = format!("{}-{nth}-{suffix}", kind.trim_start_matches('-'));
                    takes(browser, &format!("{url}{path}{joint}lang={language}"), &folder.join(name)).await;
                }
            })
            .await;
        }
    });
}

async fn takes(browser: &Browser, url: &str, file: &Path) {
    browser.open(url).await;
    browser.sees("#main").await;
    browser.takes_picture(file).await;
}
