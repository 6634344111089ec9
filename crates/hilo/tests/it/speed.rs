//! `hilo bench` at a small scale: what it measures is true of the program, and what it counts is nought.

use std::process::{Command, Output};

use serde_json::Value;

/// What voids a speed.
const PROMISES: [&str; 4] = ["lost", "double_acknowledgements", "duplicate_contacts", "order_violations"];

#[test]
fn every_kind_of_traffic_is_measured_without_breaking_a_promise() {
    let report = measured(bench().args([
        "--database=sqlite",
        "--messages=300",
        "--workload=redelivery,statuses,inbox-reads",
        "--stored=100,200",
        "--pending=100,500",
    ]));
    let names: Vec<&str> = comparisons(&report).map(|comparison| comparison["workload"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["statuses", "redelivery", "inbox-reads", "stored-100", "stored-200", "follow-ups-100", "follow-ups-500"]
    );
    comparisons(&report).for_each(assert_kept);
    assert_decided_rightly(&report);
    let reads = comparisons(&report).flat_map(|comparison| comparison["reads"].as_array().into_iter().flatten());
    for read in reads {
        assert_eq!(read["failed"], 0, "{read:#}");
    }
    assert!(report["growth"][0]["opening_a_conversation"].is_number(), "{report:#}");
}

#[test]
fn two_nodes_share_what_two_thousand_people_write() {
    let Ok(server) = std::env::var("HILO_TEST_POSTGRES") else {
        return println!("skipped: HILO_TEST_POSTGRES names no PostgreSQL");
    };
    let mut bench = bench();
    bench.args([
        "--database=postgres",
        "--messages=300",
        "--workload=nodes",
        "--nodes=2",
        "--stored=200",
        "--pending=100",
    ]);
    let report = measured(bench.env("HILO_BENCH_POSTGRES", server));
    assert_eq!(comparisons(&report).count(), 3);
    comparisons(&report).for_each(assert_kept);
    assert_decided_rightly(&report);
}

/// What still held was sent, and nothing else.
fn assert_decided_rightly(report: &Value) {
    for decided in comparisons(report).filter_map(|comparison| comparison.get("decisions")) {
        assert_eq!(decided["sent"], decided["right"], "{decided:#}");
        assert_eq!(decided["sent_wrongly"], 0, "{decided:#}");
        let number = |name: &str| decided[name].as_u64().unwrap();
        assert_eq!(number("sent") + number("cancelled") + number("skipped"), number("due"), "{decided:#}");
        assert!(0 < number("cancelled") && 0 < number("skipped"), "{decided:#}");
    }
}

fn bench() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hilo"));
    command.arg("bench");
    command
}

fn measured(bench: &mut Command) -> Value {
    let Output { stdout, stderr, .. } = bench.arg("--json").output().unwrap();
    serde_json::from_slice(&stdout).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&stderr)))
}

fn comparisons(report: &Value) -> impl Iterator<Item = &Value> {
    report["comparisons"].as_array().into_iter().flatten()
}

fn assert_kept(comparison: &Value) {
    for promise in PROMISES {
        assert_eq!(comparison[promise], 0, "{promise}: {comparison:#}");
    }
    assert!(0 < comparison["messages"].as_u64().unwrap(), "{comparison:#}");
    assert!(0.0 < comparison["cpu_ms_per_message"].as_f64().unwrap(), "{comparison:#}");
}
