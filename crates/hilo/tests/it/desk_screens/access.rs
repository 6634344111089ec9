//! Whether everybody can use the screens: what axe-core finds serious or critical, and whether each is as narrow as a phone.

use std::path::PathBuf;

use domain::Language;
use domain::role::Role;
use serde_json::Value;

use super::agents::agent;
use super::screens::Screens;
use crate::app::{Setup, TestApp, on_sqlite_with};
use crate::browser::{Browser, Look, in_browser};

/// Asks axe-core about the screen that is open, and answers what is serious or critical.
macro_rules! judged {
    ($options:literal) => {
        concat!(
            "const done = arguments[0];
             const line = ({ id, impact }, node) => `${impact} ${id}: ${node.html.slice(0, 160)} ${node.failureSummary}`;
             axe.run(document, { ",
            $options,
            " }).then(({ violations }) => done(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
                .flatMap((found) => found.nodes.map((node) => line(found, node)))),
                (error) => done([`axe did not run: ${error}`]));"
        )
    };
}

/// Where axe-core is; `cargo xtask test` says.
const AXE: &str = "HILO_TEST_AXE";
const USUAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/axe/node_modules/axe-core/axe.min.js");

/// All its rules, and the one on what is too small to be pressed.
const JUDGED: &str = judged!("resultTypes: ['violations'], rules: { 'target-size': { enabled: true } }");
/// Nothing else depends on the colours.
const JUDGED_IN_THE_DARK: &str = judged!("resultTypes: ['violations'], runOnly: ['color-contrast']");

/// What is wider than its place, unless it is made to be moved sideways; and ids that name two things.
const MEASURED: &str = "const found = [];
    const name = (element) => `${element.localName}#${element.id}.${element.className} «${element.textContent.trim().slice(0, 40)}»`;
    const isMoved = (element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);
    for (const element of [document.documentElement, ...document.querySelectorAll('*')].filter((one) => one === document.documentElement || isMoved(one))) {
        if (element.scrollWidth <= element.clientWidth + 1 || !element.checkVisibility() || element.matches('.tabs, .board, .rail ul, input, textarea, select')) continue;
        found.push(`${name(element)} is ${element.scrollWidth} wide in a place of ${element.clientWidth}`);
    }
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) found.push(`#${id} is there twice`);
    return found;";

/// The script that judges a screen; nothing, with a sentence, where nobody has fetched it.
fn axe() -> Option<String> {
    let path = std::env::var_os(AXE).map_or_else(|| PathBuf::from(USUAL), PathBuf::from);
    let script = std::fs::read_to_string(&path);
    if script.is_err() {
        println!(
            "Not judged: axe-core is not at {}; `cargo xtask test` fetches it where it reaches npm.",
            path.display()
        );
    }
    script.ok()
}

#[test]
fn everybody_can_use_every_screen_in_light_and_dark_and_three_languages() {
    on_sqlite_with(&Setup::default(), async |app: &mut TestApp| {
        let luisa = agent(app, "Luisa Paz", Role::Owner, Language::Es).await;
        let screens = Screens::of(app, &luisa).await;
        let (axe, mut found) = (axe(), Vec::new());
        in_browser(async |browser| {
            for path in &screens.outside {
                found.extend(obstacles(app, browser, path, axe.as_deref()).await);
            }
            luisa.signs_in(app, browser).await;
            for path in &screens.inside {
                found.extend(obstacles(app, browser, path, axe.as_deref()).await);
            }
        })
        .await;
        assert!(found.is_empty(), "{} obstacles: {found:#?}", found.len());
    });
}

/// What keeps somebody from using a screen: with its words in each language, in both colours, and on a phone.
async fn obstacles(app: &TestApp, browser: &Browser, path: &str, axe: Option<&str>) -> Vec<String> {
    let mut found = Vec::new();
    for language in Language::ALL {
        browser.prefers(Look::Light).await;
        browser.is_wide(1400).await;
        open(app, browser, path, language).await;
        if let Some(axe) = axe {
            browser.does(axe, Vec::new()).await;
            told(&mut found, &format!("{path} {language}"), &browser.waits_for(JUDGED).await);
            browser.prefers(Look::Dark).await;
            told(&mut found, &format!("{path} {language} dark"), &browser.waits_for(JUDGED_IN_THE_DARK).await);
        }
        browser.is_wide(390).await;
        told(&mut found, &format!("{path} {language} 390"), &browser.does(MEASURED, Vec::new()).await);
    }
    found
}

async fn open(app: &TestApp, browser: &Browser, path: &str, language: Language) {
    let joint = if path.contains('?') { '&' } else { '?' };
    browser.open(&format!("{}{path}{joint}lang={language}", app.url)).await;
    browser.sees("#main").await;
}

fn told(found: &mut Vec<String>, whose: &str, what: &Value) {
    let lines = what.as_array().into_iter().flatten().filter_map(Value::as_str);
    found.extend(lines.map(|line| format!("{whose}: {line}")));
}
