//! The desk, as agents use it in a browser.

mod access;
mod agents;
mod cast;
mod contained;
mod doubtful;
mod keyboard;
mod live;
mod pictures;
mod screens;
mod swift;
mod watched;
mod work;

use crate::app::on_both;

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
