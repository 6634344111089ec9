//! Many people at once: a file is matched with who is known, makes nobody twice, and says what became of each row.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, eventually, messages_body, on_both, text, written};

/// How a spreadsheet writes it: semicolons, Windows-1252.
const FILE: &[u8] = b"Nombre;Tel\xe9fono;Correo;Notas\r\n\
    Ana Pe\xf1a;(55) 1234-5678;ANA@example.mx;VIP\r\n\
    =cmd();55 1111 2222;;\r\n\
    Luis;55 12;;\r\n\
    \"Eva\" Ruiz;55 3333 4444;;\r\n\
    Sin n\xfamero;;solo@example.mx;\r\n\
    Otra;55 9999 0000;ana@example.mx;\r\n\
    ;;;\r\n";

async fn import(app: &TestApp, query: &str, file: &[u8]) -> Value {
    let answer = app.api.post_bytes(&format!("/imports{query}"), "text/csv", file).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    over(app, text(&answer.body["id"])).await
}

async fn over(app: &TestApp, id: &str) -> Value {
    eventually("an import at its end", async || {
        let import = app.api.get(&format!("/imports/{id}")).await;
        (import["state"] != "waiting").then_some(import)
    })
    .await
}

fn counts(import: &Value) -> [i64; 4] {
    ["created", "matched", "ambiguous", "refused"].map(|outcome| import[outcome].as_i64().unwrap())
}

#[test]
fn people_of_a_file_are_matched_made_and_told_apart_once() {
    on_both(async |app: &mut TestApp| {
        // Ana has written before, from the spelling of her number that WhatsApp kept.
        assert_eq!(app.post(&messages_body(&[written("5215512345678", "wamid.1", "hola", app.now())])).await, 200);
        let ana = app.api.list("/contacts").await.remove(0);

        let looked = import(app, "?run=check", FILE).await;
        assert_eq!((text(&looked["state"]), counts(&looked)), ("checked", [2, 1, 1, 2]));
        assert_eq!(app.api.list("/contacts").await.len(), 1, "a check writes nothing");

        let done = import(app, "?name=clientes.csv", FILE).await;
        assert_eq!((text(&done["state"]), counts(&done)), ("done", [2, 1, 1, 2]));
        let again = import(app, "", FILE).await;
        assert_eq!(counts(&again), [0, 3, 1, 2], "the same file makes nobody");
        let known = app.api.get(&format!("/contacts/{}", text(&ana["id"]))).await;
        let names: Vec<&str> =
            known["identities"].as_array().unwrap().iter().map(|name| text(&name["value"])).collect();
        assert_eq!(names, ["+5215512345678", "ana@example.mx", "+525512345678"]);
        let notes = app.api.list(&format!("/record-notes?type=contact&id={}", text(&ana["id"]))).await;
        assert_eq!(notes.len(), 1, "{notes:?}");

        let report = app.api.get(&format!("/imports/{}/report", text(&done["id"]))).await;
        let told = |line: i64| {
            let rows = report.as_array().unwrap();
            rows.iter().find(|row| row["line"] == line).unwrap().clone()
        };
        assert_eq!(told(2)["contact"], ana["id"]);
        assert_eq!((text(&told(4)["outcome"]), text(&told(4)["code"])), ("refused", "too_short"));
        assert_eq!(text(&told(5)["code"]), "broken_row");
        assert_eq!((text(&told(7)["outcome"]), &told(7)["candidates"]), ("ambiguous", &json!([ana["id"]])));

        let everybody = app.api.call(Method::GET, "/contacts.csv").await;
        let lines = text(&everybody.body).to_owned();
        assert_eq!(lines.lines().count(), 4, "{lines}");
        assert!(lines.contains(",'=cmd(),+525511112222,"), "{lines}");
        assert!(lines.contains("solo@example.mx"), "somebody without a number is somebody: {lines}");
    });
}

#[test]
fn an_import_that_was_cut_off_goes_on_where_it_was() {
    on_both(async |app: &mut TestApp| {
        let rows: String =
            (0..1_500).map(|row| format!("Persona {row},+52 55 {:04} {:04}\n", row / 10_000 + 1_000, row)).collect();
        let file = format!("nombre,celular\n{rows}");
        let answer = app.api.post_bytes("/imports", "text/csv", file.as_bytes()).await;
        app.restart().await;
        let done = over(app, text(&answer.body["id"])).await;
        assert_eq!((text(&done["state"]), counts(&done)), ("done", [1_500, 0, 0, 0]));
        assert_eq!(app.api.list("/contacts").await.len(), 1_500);
    });
}

#[test]
fn what_is_no_list_of_people_is_refused_and_leaves_nothing() {
    on_both(async |app: &mut TestApp| {
        let refused = async |query: &str, file: &[u8]| -> Answer {
            let answer = app.api.post_bytes(&format!("/imports{query}"), "text/csv", file).await;
            assert_eq!(answer.status, 422, "{answer:?}");
            answer
        };
        let spreadsheet = refused("", b"PK\x03\x04 and so on").await;
        assert!(text(&spreadsheet.body["detail"]).contains("spreadsheet"));
        let unnamed = refused("", b"a,b\nx,y\n").await;
        assert!(text(&unnamed.body["detail"]).starts_with("no column says who somebody is"));
        let unknown = refused("?map=phone=Celular", b"a,b\nx,y\n").await;
        assert!(text(&unknown.body["detail"]).contains("there is no column `Celular`; the file has: 1, 2"));
        refused("?run=later", b"celular\n5512345678\n").await;
        assert!(app.api.list("/imports").await.is_empty());
        let mapped = import(app, "?map=phone=1,name=2", b"a,b\n+52 55 1234 5678,Ana\n").await;
        assert_eq!(counts(&mapped), [1, 0, 0, 0], "words above a number are its heading");
    });
}
