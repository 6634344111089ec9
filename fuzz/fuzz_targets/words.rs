#![no_main]

#[path = "../targets/words.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| target::words(bytes));
