//! From a message's `type` and the member of that name to its content.

use serde_json::Value;

use super::{Content, card, choice, location, media, order, system};
use crate::webhook::{api_error, json};

/// Content, or why it cannot be read.
pub(super) type Reading = Result<Content, String>;

/// The kinds that have a member of their own name, for messages whose `type` was left out.
const KINDS: [&str; 18] = [
    "text",
    "image",
    "video",
    "audio",
    "voice",
    "document",
    "sticker",
    "location",
    "contacts",
    "reaction",
    "button",
    "interactive",
    "order",
    "system",
    "edit",
    "revoke",
    "unsupported",
    "request_welcome",
];

/// Reads what a message says. Whatever is wrong with it stays inside: the message itself keeps its sender and its id.
pub(in crate::webhook) fn read(message: &Value) -> Content {
    let Some(kind) = json::text(message, "type").or_else(|| inferred_kind(message)) else {
        return Content::Other { kind: String::new() };
    };
    read_kind(&kind, message).unwrap_or_else(|reason| Content::Unreadable { kind, reason })
}

fn inferred_kind(message: &Value) -> Option<String> {
    KINDS.iter().find(|kind| json::member(message, kind).is_some()).map(|kind| (*kind).to_owned())
}

fn read_kind(kind: &str, message: &Value) -> Reading {
    match kind {
        "text" => text(body(message, kind)?),
        "image" => media::read(body(message, kind)?).map(Content::Image),
        "video" => media::read(body(message, kind)?).map(Content::Video),
        "audio" => media::read(body(message, kind)?).map(Content::Audio),
        "voice" => media::read_voice(body(message, kind).or_else(|_| body(message, "audio"))?).map(Content::Audio),
        "document" => media::read(body(message, kind)?).map(Content::Document),
        "sticker" => media::read(body(message, kind)?).map(Content::Sticker),
        "location" => location::read(body(message, kind)?),
        "contacts" => card::read_all(message),
        "reaction" => reaction(body(message, kind)?),
        "button" => button(body(message, kind)?),
        "interactive" => choice::read(body(message, kind)?),
        "order" => order::read(body(message, kind)?),
        "system" => system::read(body(message, kind)?, message),
        "edit" => edit(body(message, kind)?),
        "revoke" => revoke(body(message, kind)?),
        "unsupported" => Ok(unsupported(message)),
        // Meta's older word for the same thing; without an error it could be anything.
        "unknown" if !json::list(message, "errors").is_empty() => Ok(unsupported(message)),
        "request_welcome" => Ok(Content::RequestWelcome),
        _ => Ok(Content::Other { kind: kind.to_owned() }),
    }
}

fn body<'m>(message: &'m Value, kind: &str) -> Result<&'m Value, String> {
    message.get(kind).filter(|body| body.is_object()).ok_or_else(|| format!("it has no `{kind}` object"))
}

fn text(body: &Value) -> Reading {
    let body = json::text(body, "body").ok_or("`text` has no `body`")?;
    Ok(Content::Text { body })
}

fn reaction(body: &Value) -> Reading {
    let message_id = json::text(body, "message_id").ok_or("`reaction` has no `message_id`")?;
    Ok(Content::Reaction { message_id, emoji: json::text(body, "emoji") })
}

fn button(body: &Value) -> Reading {
    match (json::text(body, "payload"), json::text(body, "text")) {
        (None, None) => Err("`button` has neither `payload` nor `text`".to_owned()),
        (payload, text) => Ok(Content::Button { payload, text }),
    }
}

fn edit(body: &Value) -> Reading {
    let original_message_id = json::text(body, "original_message_id").ok_or("`edit` has no `original_message_id`")?;
    let message = json::member(body, "message").ok_or("`edit` has no `message`")?;
    Ok(Content::Edit { original_message_id, content: Box::new(read(message)) })
}

fn revoke(body: &Value) -> Reading {
    let original_message_id = json::text(body, "original_message_id").ok_or("`revoke` has no `original_message_id`")?;
    Ok(Content::Revoke { original_message_id })
}

fn unsupported(message: &Value) -> Content {
    let error = api_error::read_all(message).into_iter().next();
    Content::Unsupported {
        code: error.as_ref().and_then(|error| error.code),
        title: error.and_then(|error| error.title.or(error.message)),
        kind: json::member(message, "unsupported").and_then(|unsupported| json::text(unsupported, "type")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_message_without_a_type_is_known_by_its_member() {
        let content = read(&json!({"location": {"latitude": 37.7749, "longitude": -122.4194}}));

        assert_eq!(content.kind(), "location");
        assert_eq!(read(&json!({})), Content::Other { kind: String::new() });
    }

    #[test]
    fn a_kind_invented_tomorrow_keeps_its_word() {
        assert_eq!(read(&json!({"type": "ephemeral"})).kind(), "ephemeral");
        assert_eq!(read(&json!({"type": "unknown"})).kind(), "unknown");
    }

    #[test]
    fn a_known_kind_in_an_unknown_shape_says_why() {
        for (message, reason) in [
            (json!({"type": "text"}), "it has no `text` object"),
            (json!({"type": "text", "text": {"body": ""}}), "`text` has no `body`"),
            (json!({"type": "image", "image": []}), "it has no `image` object"),
            (json!({"type": "reaction", "reaction": {"emoji": "x"}}), "`reaction` has no `message_id`"),
        ] {
            let Content::Unreadable { reason: said, .. } = read(&message) else { panic!("{message}") };
            assert_eq!(said, reason);
        }
    }

    #[test]
    fn a_reaction_without_an_emoji_was_taken_back() {
        for body in [json!({"message_id": "wamid.1"}), json!({"message_id": "wamid.1", "emoji": ""})] {
            assert_eq!(
                read(&json!({"type": "reaction", "reaction": body})),
                Content::Reaction { message_id: "wamid.1".into(), emoji: None }
            );
        }
    }

    #[test]
    fn an_edit_says_what_the_message_says_now() {
        let content = read(&json!({"type": "edit", "edit": {"original_message_id": "wamid.1",
            "message": {"type": "image", "image": {"id": "1", "caption": "new caption"}}}}));

        assert_eq!(content.kind(), "edit");
        assert_eq!(content.text(), Some("new caption"));
        assert_eq!(content.media().unwrap().id.as_deref(), Some("1"));
    }

    #[test]
    fn what_meta_does_not_pass_on_has_its_reason() {
        let errors = json!([{"code": 131_051, "title": "Message type unknown"}]);
        let content = read(&json!({"type": "unsupported", "errors": errors, "unsupported": {"type": "poll"}}));

        let reason = Some("Message type unknown".to_owned());
        assert_eq!(content, Content::Unsupported { code: Some(131_051), title: reason, kind: Some("poll".into()) });
        assert_eq!(read(&json!({"type": "unknown", "errors": errors})).kind(), "unsupported");
    }

    #[test]
    fn an_older_voice_message_is_a_voice_message() {
        let content = read(&json!({"type": "voice", "voice": {"id": "1", "mime_type": "audio/ogg; codecs=opus"}}));

        assert!(matches!(content, Content::Audio(media) if media.voice));
    }

    #[test]
    fn a_tap_has_a_text_and_a_payload() {
        let content = read(&json!({"type": "button", "button": {"payload": "confirm:7", "text": "Confirm"}}));

        assert_eq!((content.text(), content.payload()), (Some("Confirm"), Some("confirm:7")));
    }
}
