//! The sixty days before the first start, as they stand in the database and on the page.

use hilo::demo::history;
use reqwest::StatusCode;

use super::page_of;
use crate::app::{on_both, text};

#[test]
fn sixty_days_are_there_as_the_program_itself_would_have_written_them_and_nothing_of_them_leaves() {
    on_both(async |app| {
        let (url, _) = page_of(app).await;
        assert!(history::load(&app.node).await.unwrap());
        assert!(!history::load(&app.node).await.unwrap(), "once is enough");

        assert!(app.api.list("/outbox").await.is_empty());
        assert!(app.simulator.ledger().accepted.is_empty(), "nothing was sent");
        let files = app.api.list("/media").await;
        let are = |state: &str| files.iter().filter(|file| file["state"] == state).count();
        assert!(0 < are("missing") && are("missing") < are("stored") && are("waiting") == 0, "nothing is fetched");
        let people = app.api.list("/contacts").await;
        assert_eq!(people.len(), 150);
        let tickets = app.api.list("/tickets").await;
        let open = tickets.iter().filter(|ticket| ticket["state"] == "open").count();
        assert!((3..60).contains(&open), "{open} of {} are open", tickets.len());
        let matters = app.api.list("/interactions").await;
        assert!(matters.iter().any(|matter| matter["outcome"] == "silence"), "somebody forgot to close");
        let known = matters.iter().filter(|matter| !matter["type"].is_null()).count();
        assert!(matters.len() * 8 < known * 10, "{known} of {} matters were understood", matters.len());

        let page = app.http.get(format!("{url}/demo/past?lang=en")).send().await.unwrap().text().await.unwrap();
        assert!(page.contains("Yesterday and before") && page.contains("of the promises kept"));
        let name = text(&people[0]["name"]).to_owned();
        let first = name.split(' ').next().unwrap();
        let found = app.http.get(format!("{url}/demo/past?q={first}")).send().await.unwrap();
        assert!(found.text().await.unwrap().contains(&name), "{name} is found");
        let thread = app.api.list("/conversations").await.remove(0);
        let path = format!("{url}/demo/past/{}?lang=en", text(&thread["id"]));
        assert!(app.http.get(path).send().await.unwrap().text().await.unwrap().contains("The customer wrote"));
        let nobody = app.http.get(format!("{url}/demo/past/nobody")).send().await.unwrap();
        assert_eq!(nobody.status(), StatusCode::NOT_FOUND);
    });
}
