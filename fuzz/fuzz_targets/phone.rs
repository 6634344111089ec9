#![no_main]

#[path = "../targets/phone.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| target::phone(bytes));
