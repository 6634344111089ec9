#![no_main]

#[path = "../targets/template.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| target::template(bytes));
