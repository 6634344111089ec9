//! The fuzz target of phone numbers, without a fuzzer.

#[path = "../../../fuzz/mutate.rs"]
mod mutate;
#[path = "../../../fuzz/targets/phone.rs"]
mod target;

#[test]
fn any_text_is_a_number_that_can_be_read_again_or_none() {
    let seeds: [&[u8]; 9] = [
        b"+52 1 55 1234 5678",
        b"5215512345678",
        b"+55 11 98765-4321",
        b"551187654321",
        b"+54 9 11 2345 6789",
        b"(011) 2345-6789",
        b"tel:+1-650-555-1234;ext=7",
        b"US.13491208655302741918",
        b"0119 79(09(0123237",
    ];
    mutate::over(&seeds, 4_000, target::phone);
}
