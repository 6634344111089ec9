#![no_main]

#[path = "../targets/webhook.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| target::webhook(bytes));
