//! The fuzz target of what customers write, without a fuzzer.

#[path = "../../../fuzz/mutate.rs"]
mod mutate;
#[path = "../../../fuzz/targets/words.rs"]
mod target;

#[test]
fn any_text_is_folded_and_read() {
    let seeds =
        ["hola, ¿dónde está mi pedido?", "STOP", "não quero mais mensagens", "thanks a lot!!", "👍🏽", "Ñandú ŞİŞLİ ﬁne"];
    mutate::over(&seeds.map(str::as_bytes), 10_000, target::words);
}
