//! How soon an agent sees what happens.

use std::time::Instant;

use domain::Language;
use domain::role::Role;

use super::agents::agent;
use super::cast::named;
use crate::app::{Setup, TestApp, on_sqlite_with, text};
use crate::browser::in_browser;

/// From the webhook to the screen.
const SOON_MS: f64 = 500.0;
/// From a click to the conversation.
const OPENS_MS: f64 = 200.0;

#[test]
fn a_message_is_on_the_screen_within_half_a_second_and_a_conversation_opens_in_a_fifth() {
    on_sqlite_with(&Setup::default(), async |app: &mut TestApp| {
        let luisa = agent(app, "Luisa Paz", Role::Agent, Language::En).await;
        let ana = named(app, "+52 55 1234 5678", "Ana Torres").await;
        ana.says("hola, ¿dónde está mi pedido?").await;
        app.settled().await;
        let thread = text(&app.conversation_of(&ana).await["id"]).to_owned();
        in_browser(async |browser| {
            luisa.signs_in(app, browser).await;
            browser.open(&format!("{}/inbox/{thread}", app.url)).await;
            browser.sees("#log .message").await;
            let mut took = Vec::new();
            for number in 0..20 {
                let words = format!("mensaje {number}");
                let began = Instant::now();
                ana.says(&words).await;
                browser.waits_for(&format!(
                    "const done = arguments[0];
                     const look = () => document.getElementById('log').textContent.includes('{words}') ? done(0) : requestAnimationFrame(look);
                     look();"
                ))
                .await;
                took.push(began.elapsed().as_secs_f64() * 1000.0);
            }
            took.sort_by(f64::total_cmp);
            println!("From the webhook to the screen: median {:.0} ms, p95 {:.0} ms", took[10], took[18]);
            assert!(took[18] <= SOON_MS, "p95 {:.0} ms", took[18]);

            browser.open(&format!("{}/inbox", app.url)).await;
            browser.sees(".rows li a").await;
            let opened = browser
                .waits_for(
                    "const done = arguments[0];
                     const [link, began] = [document.querySelector('.rows a.open'), performance.now()];
                     link.click();
                     const look = () => document.querySelector('#log .message') ? done(performance.now() - began) : requestAnimationFrame(look);
                     look();",
                )
                .await
                .as_f64()
                .unwrap();
            println!("From the click to the conversation: {opened:.0} ms");
            assert!(opened <= OPENS_MS, "{opened:.0} ms");
        })
        .await;
    });
}
