//! The whole way, told from outside: customers, the floor as the program under test, the Graph API, the report.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

#[test]
fn every_message_is_acknowledged_once_on_sqlite() {
    let workloads = ["--workload", "triage", "--workload", "new-senders", "--workload", "one-at-a-time"];
    let Some(report) = measured(&[&["sqlite", "--messages", "400"][..], &workloads].concat()) else { return };
    assert_eq!(report["comparisons"].as_array().map(Vec::len), Some(3));
    for comparison in comparisons(&report) {
        for side in [comparison, &comparison["floor"]] {
            assert_nothing_lost(side, 400);
            assert!(0.0 < side["commits_per_message"].as_f64().unwrap(), "{side:#}");
        }
        assert!(0.0 < comparison["ours_to_floor"].as_f64().unwrap());
    }
}

#[test]
fn every_message_is_acknowledged_once_on_postgresql() {
    if !Path::new("/usr/lib/postgresql").exists() {
        return println!("skipped: no PostgreSQL is installed here");
    }
    let Some(report) = measured(&["postgres", "--messages", "400", "--workload", "triage"]) else { return };
    for comparison in comparisons(&report) {
        assert_nothing_lost(comparison, 400);
        assert_nothing_lost(&comparison["floor"], 400);
        assert_eq!(comparison["database_counted"], true);
        assert!(0.0 < comparison["commits_per_message"].as_f64().unwrap(), "{comparison:#}");
    }
}

#[test]
fn a_graph_api_that_refuses_now_and_then_costs_time_but_no_acknowledgement() {
    let options =
        ["sqlite", "--messages", "200", "--workload", "failing-api", "--graph-error-rate", "0.2", "--statuses"];
    let Some(report) = measured(&options) else { return };
    for comparison in comparisons(&report) {
        assert_nothing_lost(comparison, 200);
        let slowest = comparison["acknowledgement_ms"]["max"].as_f64().unwrap();
        assert!(50.0 <= slowest, "a refused send waits before it is tried again");
    }
}

#[test]
fn an_open_loop_keeps_its_pace() {
    let Some(report) = measured(&["sqlite", "--messages", "200", "--rate", "400"]) else { return };
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

fn assert_nothing_lost(side: &Value, messages: u64) {
    assert_eq!(side["messages"], messages, "{side:#}");
    for promise in ["lost", "double_acknowledgements", "duplicate_contacts", "order_violations", "refused"] {
        assert_eq!(side[promise], 0, "{promise} in {side:#}");
    }
}
