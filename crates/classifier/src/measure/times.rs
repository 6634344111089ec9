//! How long a message and a correction take, on one thread.

use std::hint::black_box;
use std::time::Instant;

use super::report::Times;
use super::rows::{Labels, Row};
use crate::Model;

const MESSAGES: usize = 20_000;
const CORRECTIONS: usize = 300;

pub(super) fn of(model: &Model, labels: &Labels, tests: &[Row]) -> Times {
    let rounds = MESSAGES.div_ceil(tests.len());
    let classify = (0..rounds).flat_map(|_| tests).map(|row| {
        let started = Instant::now();
        black_box(model.classify(black_box(&row.text)));
        started.elapsed().as_secs_f64() * 1e6
    });
    let (message_p50_us, message_p99_us) = percentiles(classify.collect());

    let mut taught = model.clone();
    // The first correction after a clone copies the weights; it is not one that anybody waits for.
    if let Some((row, label)) = tests.first().and_then(|row| Some((row, labels.of(row)?))) {
        taught.learn(&row.text, label).ok();
    }
    let mut learnt = Vec::new();
    for (row, label) in tests.iter().take(CORRECTIONS).filter_map(|row| Some((row, labels.of(row)?))) {
        let started = Instant::now();
        black_box(taught.learn(&row.text, label)).ok();
        learnt.push(started.elapsed().as_secs_f64() * 1e6);
        if taught.wants_warm_pass() {
            taught.warm_pass();
        }
    }
    let (correction_p50_us, correction_p99_us) = percentiles(learnt);
    Times { message_p50_us, message_p99_us, correction_p50_us, correction_p99_us }
}

fn percentiles(mut times: Vec<f64>) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or_default();
    (at(50), at(99))
}
