//! The text of a one-time password: the platform writes it, in the language of the template.

use serde_json::{Value, json};

use crate::templates::blueprint::is;

pub(super) fn write(components: &mut Value, language: &str) {
    let (code, advice) = match language.get(..2) {
        Some("es") => ("*{{1}}* es tu código de verificación.", "Por tu seguridad, no lo compartas."),
        Some("pt") => ("*{{1}}* é o seu código de verificação.", "Para sua segurança, não o compartilhe."),
        _ => ("*{{1}}* is your verification code.", "For your security, do not share it."),
    };
    let bodies = components.as_array_mut().into_iter().flatten().filter(|part| is(&part["type"], "BODY"));
    for body in bodies {
        let text =
            if body["add_security_recommendation"] == true { format!("{code} {advice}") } else { code.to_owned() };
        body["text"] = json!(text);
    }
}
