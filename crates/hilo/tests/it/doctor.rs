//! `hilo doctor`: what it sees of an installation, and what it says to do.

use domain::Language;
use hilo::doctor::{Check, Finding, State, examine};

use crate::app::{NUMBER, TestApp, on_both, on_both_with};
use crate::app::{Number, Setup};

fn of(findings: &[Finding], check: Check) -> &Finding {
    findings.iter().find(|finding| finding.check == check).unwrap()
}

#[test]
fn what_is_right_is_said_to_be_and_what_is_not_comes_with_its_fix() {
    on_both(async |app: &mut TestApp| {
        let findings = examine(&app.node.store, &app.node.settings, None).await;
        for good in [Check::Database, Check::Disk, Check::Clock, Check::Token, Check::Subscription, Check::Sending] {
            assert_eq!(of(&findings, good).state, State::Good, "{findings:?}");
        }
        let address = of(&findings, Check::Address);
        assert_eq!(address.state, State::Wrong);
        assert!(address.fix(Language::En).unwrap().contains("public_url"));
        assert!(findings.iter().all(|finding| (finding.state == State::Wrong) == finding.fix(Language::Es).is_some()));

        let of_others = examine(&app.node.store, &app.node.settings, Some("nobody's")).await;
        assert!(of_others.iter().all(|finding| finding.number.is_none()), "{of_others:?}");
    });
}

#[test]
fn a_number_that_the_token_does_not_open_is_named() {
    let setup = Setup::with_numbers(&[Number::new(NUMBER), Number::new("100000000000009")]);
    on_both_with(&setup, async |app: &mut TestApp| {
        let mut settings = app.node.settings.clone();
        settings.channels[1].phone_number_id = "100000000000404".to_owned();
        let findings = examine(&app.node.store, &settings, None).await;
        let tokens: Vec<_> = findings.iter().filter(|finding| finding.check == Check::Token).collect();
        assert_eq!((tokens[0].state, tokens[1].state), (State::Good, State::Wrong), "{tokens:?}");
        assert!(tokens[1].seen.contains("404"), "Meta's own words: {tokens:?}");
    });
}
