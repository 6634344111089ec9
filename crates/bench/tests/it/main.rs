//! The whole way, told from outside: customers, the floor as the program under test, the Graph API, the report.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

#[test]
fn every_message_is_acknowledged_once_on_sqlite() {
    let Some(report) = measured(&["sqlite", "--messages", "400"]) else { return };
    assert_eq!(report["comparisons"].as_array().map(Vec::len), Some(3));
    for comparison in comparisons(&report) {
        assert_nothing_lost(comparison, 400);
        assert!(0.0 < comparison["messages_per_s"].as_f64().unwrap());
    }
}

#[test]
fn every_message_is_acknowledged_once_on_postgresql() {
    if !Path::new("/usr/lib/postgresql").exists() {
        return println!("skipped: no PostgreSQL is installed here");
    }
    let Some(report) = measured(&["postgres", "--messages", "400"]) else { return };
    for comparison in comparisons(&report) {
        assert_nothing_lost(comparison, 400);
        assert_eq!(comparison["database_counted"], true);
    }
}

#[test]
fn a_graph_api_that_refuses_now_and_then_costs_time_but_no_acknowledgement() {
    let options = ["sqlite", "--messages", "200", "--workload", "triage", "--graph-error-rate", "0.2", "--statuses"];
    let Some(report) = measured(&options) else { return };
    for comparison in comparisons(&report) {
        assert_nothing_lost(comparison, 200);
        assert!(50.0 <= comparison["ack_ms"]["max"].as_f64().unwrap(), "a refused send waits before it is tried again");
    }
}

#[test]
fn an_open_loop_keeps_its_pace() {
    let options = ["sqlite", "--messages", "200", "--workload", "triage-open-loop", "--rate", "400"];
    let Some(report) = measured(&options) else { return };
    for comparison in comparisons(&report) {
        assert_nothing_lost(comparison, 200);
        assert!(comparison["seconds"].as_f64().unwrap() >= 0.49, "200 messages at 400 a second take half a second");
    }
}

fn measured(options: &[&str]) -> Option<Value> {
    let Some(program) = example() else {
        println!("skipped: the example `floor_against_itself` was not built");
        return None;
    };
    let output = Command::new(program).arg("--json").args(options).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    Some(serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}")))
}

/// Cargo builds the examples beside the tests; the program under test is the example itself.
fn example() -> Option<PathBuf> {
    let this = std::env::current_exe().ok()?;
    let path = this.parent()?.parent()?.join("examples/floor_against_itself");
    path.exists().then_some(path)
}

fn comparisons(report: &Value) -> impl Iterator<Item = &Value> {
    report["comparisons"].as_array().into_iter().flatten()
}

fn assert_nothing_lost(comparison: &Value, messages: u64) {
    for side in [comparison, &comparison["floor"]] {
        assert_eq!(side["accepted"], messages, "{side:#}");
        assert_eq!((&side["lost"], &side["double_acks"], &side["refused"]), (&0.into(), &0.into(), &0.into()));
    }
}
