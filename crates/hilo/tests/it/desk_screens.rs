//! The desk, as an agent uses it in a browser.

mod agents;
mod cast;
mod pictures;

use domain::Language;
use domain::role::Role;

use crate::app::on_both;
use crate::browser::in_browser;
use agents::agent;

#[test]
fn nobody_sees_the_desk_who_is_not_signed_in() {
    on_both(async |app| {
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        for path in ["/inbox", "/inbox/01890000-0000-7000-8000-000000000000"] {
            let answer = client.get(format!("{}{path}", app.url)).send().await.unwrap();
            assert_eq!(answer.status(), 303, "{path}");
            assert_eq!(answer.headers()["location"], "/sign-in");
        }
        let home = client.get(&app.url).send().await.unwrap();
        assert_eq!(home.headers()["location"], "/inbox");
    });
}

#[test]
fn a_message_from_a_phone_stands_on_the_desk_and_is_answered_there() {
    on_both(async |app| {
        let luisa = agent(app, "Luisa Paz", Role::Agent, Language::En).await;
        in_browser(async |browser| {
            luisa.signs_in(app, browser).await;
            browser.open(&format!("{}/inbox", app.url)).await;
            browser.sees(".list .empty").await;
            let ana = app.simulator.phone("+52 55 1234 5678").await;
            ana.says("hola, ¿dónde está mi pedido?").await;
            browser.sees(".rows li").await;
            browser.clicks(".rows li a").await;
            browser.sees_in("log", "¿dónde está mi pedido?").await;
            browser.types("#answer", "Sale hoy, Ana.").await;
            browser.sees_in("log", "Sale hoy, Ana.").await;
            browser.sees("#log .own:not(.robot) .ticks.two, #log .own:not(.robot) .ticks.seen").await;
            assert!(ana.received().iter().any(|message| message.text.as_deref() == Some("Sale hoy, Ana.")));
        })
        .await;
    });
}
