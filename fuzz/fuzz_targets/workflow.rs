#![no_main]

#[path = "../targets/workflow.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| target::workflow(bytes));
