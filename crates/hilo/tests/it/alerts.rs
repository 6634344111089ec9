//! Trouble that reaches somebody who does not look at a screen.

use std::process::Command;

use domain::ids::WorkspaceId;
use domain::role::Role;
use domain::trouble::{AlertState, Phase, TroubleKind};
use domain::{PhoneNumber, Region};
use hilo::clock::machine_now;
use hilo::config::{AlertSettings, WhatsappAlerts};
use jiff::SignedDuration;
use reqwest::header::COOKIE;
use serde_json::json;
use simulator::Decision;
use store::{AlertRow, Tx, params};

use crate::app::{ACCESS_TOKEN, Mailbox, NUMBER, Setup, TestApp, WORKSPACE, eventually, on_both_with, on_sqlite_with};

const DAY_MS: i64 = 24 * 3_600_000;

async fn alerts(app: &TestApp) -> Vec<AlertRow> {
    let workspace = app.workspace(WORKSPACE).await;
    let mut rows = app.node.store.read(move |tx| tx.alerts(workspace, 100)).await.unwrap();
    rows.reverse();
    rows
}

async fn told(app: &TestApp) -> Vec<(TroubleKind, Phase)> {
    alerts(app).await.iter().map(|row| (row.kind, row.phase)).collect()
}

/// WhatsApp stops the number, or lets it go on.
async fn stops(app: &TestApp, reason: Option<&'static str>) {
    let workspace = app.workspace(WORKSPACE).await;
    let id = app.node.channels.iter().next().unwrap().id;
    let stop = move |tx: &mut Tx<'_>| tx.pause_channel(workspace, id, reason);
    assert!(app.node.store.write(Vec::new(), stop).await.unwrap());
}

/// What waits for another try is tried now.
async fn tries_again(app: &TestApp) {
    let now = |tx: &mut Tx<'_>| tx.execute("UPDATE alerts SET not_before = 0 WHERE state = 'waiting'", params![]);
    app.node.store.write(Vec::new(), now).await.unwrap();
    hilo::alerts::send_due(&app.node).await.unwrap();
}

async fn health(app: &TestApp) -> String {
    let owner = app.signed_in(Role::Owner).await;
    let request = app.http.get(format!("{}/health", app.url)).header(COOKIE, format!("sid={}", owner.cookie()));
    request.send().await.unwrap().text().await.unwrap()
}

fn with_mail(mailbox: &Mailbox, to: &[&str]) -> Setup {
    Setup { alerts: mailbox.settings(to), ..Setup::default() }
}

#[test]
fn a_trouble_is_told_once_a_day_however_many_look_and_once_when_it_is_over() {
    // Nobody takes letters there: what cannot be told is seen, and stops nothing.
    let mut setup = with_mail(&Mailbox::open(), &["ana@optica.example"]);
    setup.alerts.mail.as_mut().unwrap().port = 9;
    on_both_with(&setup, async |app: &mut TestApp| {
        use Phase::{Began, Ended, Lasts};
        app.another_node().await;
        stops(app, Some("the access token has expired (190)")).await;
        let look = async || {
            let node = &app.node;
            let (one, two, three) =
                tokio::join!(hilo::alerts::look(node), hilo::alerts::look(node), hilo::alerts::look(node));
            [one, two, three].into_iter().for_each(|done| done.unwrap());
            told(app).await
        };
        let of = |phases: &[Phase]| phases.iter().map(|phase| (TroubleKind::NumberStopped, *phase)).collect::<Vec<_>>();
        assert_eq!(look().await, of(&[Began]));
        app.clock.advance(SignedDuration::from_hours(24));
        assert_eq!(look().await, of(&[Began, Lasts]));

        tries_again(app).await;
        let untold = eventually("a try", async || alerts(app).await.into_iter().find(|row| row.error.is_some())).await;
        assert_eq!((untold.state, untold.recipient.as_str()), (AlertState::Waiting, "ana@optica.example"));
        let page = health(app).await;
        assert!(page.contains("no envía") && page.contains("the access token has expired (190)"), "{page}");
        assert!(page.contains("ana@optica.example") && page.contains("aún sin avisar"), "{page}");

        stops(app, None).await;
        assert_eq!(look().await, of(&[Began, Lasts, Ended]));
        stops(app, Some("somebody paused it")).await;
        assert_eq!(look().await.len(), 3, "a person knows what they do");
    });
}

#[test]
fn a_letter_arrives_in_the_language_of_who_reads_it_and_is_tried_until_it_does() {
    let mailbox = Mailbox::open();
    mailbox.refuses(1);
    let setup = with_mail(&mailbox, &["manager@optica.example"]);
    on_sqlite_with(&setup, async |app: &mut TestApp| {
        let manager = app.signed_in(Role::Manager).await;
        assert_eq!(manager.patch("/me", &json!({ "language": "pt" })).await.status, 200);
        stops(app, Some("the display name is not approved")).await;
        hilo::alerts::look(&app.node).await.unwrap();
        tries_again(app).await;
        let refused =
            eventually("a refusal", async || alerts(app).await.into_iter().find(|row| row.error.is_some())).await;
        assert!(refused.error.unwrap().contains("come back later") && mailbox.letters().is_empty());

        tries_again(app).await;
        let letters = mailbox.letters();
        let [letter] = letters.as_slice() else { panic!("{letters:?}") };
        assert!(letter.contains("To: manager@optica.example") && letter.contains("Auto-Submitted: auto-generated"));
        assert!(letter.contains("O WhatsApp parou +52 55 5000 1000: the display name is not approved"), "{letter}");
        assert!(letter.contains("/health"), "{letter}");
        stops(app, None).await;
        hilo::alerts::look(&app.node).await.unwrap();
        tries_again(app).await;
        let over = mailbox.letters().pop().unwrap();
        assert!(mailbox.letters().len() == 2 && over.contains("Resolvido") && over.contains("Durou de"), "{over}");
    });
}

#[test]
fn a_number_that_usually_receives_and_is_silent_is_missed_until_it_receives() {
    let mailbox = Mailbox::open();
    let mut setup = with_mail(&mailbox, &["ana@optica.example"]);
    setup.platform = |platform| platform.token_ends_at = Some(machine_now() / 1000 + 3 * 24 * 3600);
    on_sqlite_with(&setup, async |app: &mut TestApp| {
        let workspace = app.workspace(WORKSPACE).await;
        let (id, today) = (app.node.channels.iter().next().unwrap().id, machine_now() / DAY_MS);
        let usual = move |tx: &mut Tx<'_>| {
            (8..14).try_for_each(|ago| {
                let day = today - ago;
                tx.note_heard(workspace, id, day, 500, day * DAY_MS + DAY_MS / 2)
            })
        };
        app.node.store.write(Vec::new(), usual).await.unwrap();
        let waba = &app.node.channels.iter().next().unwrap().waba_id;
        let apps = format!("{}/v25.0/{waba}/subscribed_apps", app.simulator.graph_base_url());
        assert!(app.http.delete(&apps).bearer_auth(ACCESS_TOKEN).send().await.unwrap().status().is_success());

        hilo::alerts::look(&app.node).await.unwrap();
        let kinds = async |workspace: WorkspaceId| {
            let rows = app.node.store.read(move |tx| tx.troubles(workspace)).await.unwrap();
            rows.into_iter().map(|row| row.kind).collect::<Vec<_>>()
        };
        let wrong = kinds(workspace).await;
        for kind in [TroubleKind::NumberSilent, TroubleKind::SubscriptionGone, TroubleKind::TokenExpiring] {
            assert!(wrong.contains(&kind), "{kind}: {wrong:?}");
        }
        let again = app.http.post(&apps).bearer_auth(ACCESS_TOKEN).send().await.unwrap();
        assert!(again.status().is_success());
        app.simulator.phone("+52 55 1234 5678").await.says("¿dónde está mi pedido?").await;
        app.settled().await;
        eventually("the number to be heard of", async || {
            hilo::alerts::look(&app.node).await.unwrap();
            app.clock.advance(SignedDuration::from_mins(16));
            (!kinds(workspace).await.contains(&TroubleKind::NumberSilent)).then_some(())
        })
        .await;
        assert!(told(app).await.contains(&(TroubleKind::NumberSilent, Phase::Ended)));
    });
}

#[test]
fn whoever_chose_so_is_told_by_a_template_on_whatsapp_once() {
    let to = PhoneNumber::parse("+52 55 1234 5678", Region::MX).unwrap();
    let whatsapp = WhatsappAlerts {
        from: NUMBER.to_owned(),
        to: vec![to],
        template: "hilo_alert".to_owned(),
        template_language: "es_MX".to_owned(),
    };
    let settings = AlertSettings { whatsapp: Some(whatsapp), ..AlertSettings::default() };
    on_both_with(&Setup { alerts: settings, ..Setup::default() }, async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        let template = json!({
                "name": "hilo_alert", "language": "es_MX", "category": "utility",
                "components": [{"type": "BODY", "text": "Hilo avisa: {{1}}. Detalles en {{2}} ahora.",
                    "example": {"body_text": [["5 clientes esperan", "https://hilo.example/health"]]}}],
        });
        assert_eq!(app.api.post("/templates", &template).await.status, 201);
        app.simulator.decide_template("hilo_alert", &Decision::Approve);
        eventually("the template to be approved", async || app.api.list("/templates?state=approved").await.pop()).await;
        let broken = "UPDATE tickets SET escalated_at = 1, first_answered_at = NULL";
        for number in 1..=5 {
            app.simulator.phone(&format!("+52 55 1000 000{number}")).await.says("¿dónde está mi pedido?").await;
        }
        app.settled().await;
        app.node.store.write(Vec::new(), move |tx| tx.execute(broken, params![])).await.unwrap();
        hilo::alerts::look(&app.node).await.unwrap();
        eventually("it to be handed over to the outbox, once", async || {
            tries_again(app).await;
            alerts(app).await.pop().filter(|row| row.state == AlertState::Sent)
        })
        .await;
        app.settled().await;
        let received = ana.received();
        assert!(received.len() == 1, "{received:?}");
        assert_eq!(app.api.list("/conversations").await.len(), 6);
    });
}

#[test]
fn the_doctor_knocks_at_the_mail_server_and_sends_a_letter() {
    let (mailbox, folder) = (Mailbox::open(), tempfile::tempdir().unwrap());
    let config = folder.path().join("hilo.toml");
    let settings = format!("database = \"sqlite:{}\"\n", folder.path().join("hilo.db").display());
    std::fs::write(&config, settings + &mailbox.written("ana@optica.example", "smtp-password")).unwrap();
    let doctor = |password: &str, arguments: &[&str]| {
        std::fs::write(folder.path().join("smtp-password"), password).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_hilo"));
        let output = command.arg("doctor").arg("--config").arg(&config).args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
    };
    assert!(doctor(mailbox.password(), &[]).contains("ok    The mail server lets Hilo in"));
    let said = doctor("another", &[]);
    assert!(said.contains("WRONG The mail server lets Hilo in") && said.contains("wrong password"), "{said}");
    assert!(!said.contains("another"), "{said}");
    let said = doctor(mailbox.password(), &["--send-test-alert"]);
    assert!(said.contains("ok    ana@optica.example"), "{said}");
    assert!(mailbox.letters()[0].contains("Letters about trouble reach you"), "{:?}", mailbox.letters());
}
