//! The fuzz targets of what comes from WhatsApp, without a fuzzer.

#[path = "../../../fuzz/mutate.rs"]
mod mutate;
#[path = "../../../fuzz/targets/signature.rs"]
mod signature;
#[path = "../../../fuzz/targets/template.rs"]
mod template;
#[path = "../../../fuzz/targets/webhook.rs"]
mod webhook;

#[test]
fn any_body_is_read_or_refused_the_same_way_twice() {
    let seeds: [&[u8]; 3] = [
        include_bytes!("../../../fuzz/seeds/webhook/text.json"),
        include_bytes!("../../../fuzz/seeds/webhook/statuses.json"),
        include_bytes!("../../../fuzz/seeds/webhook/others.json"),
    ];
    mutate::over(&seeds, 10_000, webhook::webhook);
}

#[test]
fn only_the_right_signature_opens() {
    let seeds: [&[u8]; 3] = [
        include_bytes!("../../../fuzz/seeds/signature/wrong"),
        include_bytes!("../../../fuzz/seeds/signature/short"),
        include_bytes!("../../../fuzz/seeds/signature/empty"),
    ];
    mutate::over(&seeds, 10_000, signature::signature);
    let right = whatsapp::signature::sign(b"the secret", b"{}");
    let opened = format!("the secret\n{right}\n{{}}");
    mutate::over(&[opened.as_bytes()], 5_000, signature::signature);
}

#[test]
fn any_template_has_a_text_or_a_reason() {
    let seeds: [&[u8]; 2] = [
        include_bytes!("../../../fuzz/seeds/template/positional"),
        include_bytes!("../../../fuzz/seeds/template/named"),
    ];
    mutate::over(&seeds, 10_000, template::template);
}
