//! The program killed at every point that has a name, under load, and counted afterwards by `hilo chaos`.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use hilo::kill_points::{OF_AUTOMATION, POINTS};
use serde_json::Value;

/// What must be nought, whatever happened.
const PROMISES: [&str; 8] = [
    "lost",
    "double_sends",
    "double_crm_writes",
    "order_violations",
    "misdirected",
    "unfounded",
    "unaccounted",
    "unsettled",
];

#[test]
fn a_kill_at_any_point_loses_nothing_and_does_nothing_twice() {
    // Every point, and the two random moments behind them.
    let points = [POINTS, OF_AUTOMATION].concat();
    let round = points.len() + 2;
    let kills = round.to_string();
    let report = report(&mut chaos(&["--kills", &kills, "--seed", "26", "--fault", "database-busy"]));
    assert_kept(&report, round);
    let died_at: BTreeSet<&str> = report["kills_by_point"].as_object().unwrap().keys().map(String::as_str).collect();
    let missed: Vec<&&str> = points.iter().filter(|point| !died_at.contains(**point)).collect();
    assert!(missed.is_empty(), "the load never led to {missed:?}: {report:#}");
    for told in ["answers", "follow_ups", "follow_ups_withheld"] {
        assert!(0 < report[told].as_u64().unwrap(), "{told}: {report:#}");
    }
    assert!(0 < report["webhooks_again"].as_u64().unwrap(), "what was not marked is posted again: {report:#}");
}

#[test]
fn two_nodes_of_which_one_is_always_being_killed_do_not_either() {
    let Ok(server) = std::env::var("HILO_TEST_POSTGRES") else {
        return println!("skipped: HILO_TEST_POSTGRES names no PostgreSQL, so no kill is survived on it here");
    };
    let on_two_nodes = ["--database", "postgres", "--nodes", "2", "--fault", "database-hangs-up"];
    let mut chaos = chaos(&[&on_two_nodes[..], &["--kills", "14", "--seed", "15"]].concat());
    let report = report(chaos.env("HILO_BENCH_POSTGRES", server));
    assert_kept(&report, 14);
    assert_eq!((&report["nodes"], &report["ends"]), (&2.into(), &2.into()), "{report:#}");
}

#[test]
fn a_program_that_is_broken_on_purpose_is_found_out() {
    // One repeats sends without any kill, one loses messages between the answer and the commit, one what belongs to an answer.
    let three_lives = ["--kills", "0", "--fault", "ended", "--fault", "ended", "--fault", "ended"];
    let early_deaths = ["--kills", "8", "--fault", "none"];
    for (wrong, tried, promise) in [
        ("blind-retry", &three_lives[..], "double_sends"),
        ("early-answer", &early_deaths[..], "lost"),
        ("late-note", &three_lives[..], "lost"),
    ] {
        let report = report(chaos(&[tried, &["--seed", "3"]].concat()).env("HILO_BROKEN", wrong));
        assert!(0 < report[promise].as_u64().unwrap(), "{wrong}: {report:#}");
    }
}

#[test]
fn nodes_go_on_when_their_database_stood_still_or_was_killed() {
    if !Path::new("/usr/lib/postgresql").exists() {
        return println!("skipped: there is no PostgreSQL in /usr/lib/postgresql, and nobody else's may be killed");
    }
    let on_two_nodes = ["--database", "postgres", "--nodes", "2", "--kills", "0"];
    let faults = ["--fault", "database-killed", "--fault", "database-paused"];
    let mut chaos = chaos(&[&on_two_nodes[..], &faults[..]].concat());
    assert_kept(&report(chaos.env_remove("HILO_BENCH_POSTGRES")), 0);
}

fn chaos(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hilo"));
    command.arg("chaos").args(arguments).arg("--json");
    command
}

fn report(chaos: &mut Command) -> Value {
    let Output { stdout, stderr, .. } = chaos.output().unwrap();
    serde_json::from_slice(&stdout).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&stderr)))
}

fn assert_kept(report: &Value, kills: usize) {
    assert_eq!(report["kills"], kills, "{report:#}");
    for promise in PROMISES {
        assert_eq!(report[promise], 0, "{promise}: {report:#}");
    }
    assert_eq!(report["integrity"], "ok", "{report:#}");
    assert!(0 < report["messages"].as_u64().unwrap() && 0 < report["sends"].as_u64().unwrap(), "{report:#}");
}
