//! Into what WhatsApp takes.

use whatsapp::outbound::{
    Body, Flow, FlowRef, Header, Media, MediaKind, MediaSource, Parameter, Template, TemplateButton, TemplateHeader,
};

use super::{Above, File, Filling, FillingButton, FillingHeader, Form, Gaps, HeaderText, Said, Which};

impl Said {
    /// What WhatsApp would refuse, a sentence each.
    pub fn check(&self) -> Result<(), Vec<String>> {
        self.to_body()?.check()
    }

    /// In WhatsApp's terms, or why it has none.
    pub fn to_body(&self) -> Result<Body, Vec<String>> {
        self.body().map_err(|problem| vec![problem])
    }

    fn body(&self) -> Result<Body, String> {
        Ok(match self {
            Said::Text(text) => Body::Text { body: text.clone(), preview_url: false },
            Said::Image(file) => media(MediaKind::Image, file)?,
            Said::Video(file) => media(MediaKind::Video, file)?,
            Said::Audio(file) => media(MediaKind::Audio, file)?,
            Said::Document(file) => media(MediaKind::Document, file)?,
            Said::Sticker(file) => media(MediaKind::Sticker, file)?,
            Said::Location(place) => Body::Location(place.clone()),
            Said::Contacts(cards) => Body::Contacts(cards.clone()),
            Said::Reaction(reaction) => Body::Reaction {
                wamid: match &reaction.to {
                    Which::Wamid(wamid) => wamid.clone(),
                    Which::Seq(seq) => format!("message {seq}"), // replaced by its id when it is queued
                },
                emoji: reaction.emoji.clone(),
            },
            Said::Buttons(said) => Body::Buttons {
                header: said.header.as_ref().map(above).transpose()?,
                body: said.body.clone(),
                footer: said.footer.clone(),
                buttons: said.buttons.clone(),
            },
            Said::List(said) => Body::List {
                header: said.header.clone(),
                body: said.body.clone(),
                footer: said.footer.clone(),
                button: said.button.clone(),
                sections: said.sections.clone(),
            },
            Said::CtaUrl(said) => Body::LinkButton {
                header: said.header.as_ref().map(above).transpose()?,
                body: said.body.clone(),
                footer: said.footer.clone(),
                label: said.label.clone(),
                url: said.url.clone(),
            },
            Said::Flow(said) => Body::Flow {
                header: said.header.as_ref().map(above).transpose()?,
                body: said.body.clone(),
                footer: said.footer.clone(),
                flow: form(said)?,
            },
            Said::LocationRequest(said) => Body::LocationRequest { body: said.body.clone() },
            Said::ContactRequest(said) => Body::ContactRequest { body: said.body.clone() },
            Said::Template(filling) => Body::Template(template(filling)?),
        })
    }
}

fn media(kind: MediaKind, file: &File) -> Result<Body, String> {
    let source = source(&format!("the {}", kind.name()), file)?;
    Ok(Body::Media(Media { kind, source, caption: file.caption.clone(), filename: file.filename.clone() }))
}

fn source(what: &str, file: &File) -> Result<MediaSource, String> {
    match (&file.media_id, &file.link, &file.id) {
        (None, Some(link), None) => Ok(MediaSource::Link(link.clone())),
        (None, None, Some(id)) => Ok(MediaSource::Id(id.clone())),
        (Some(ours), None, None) => Ok(MediaSource::Id(ours.to_string())), // replaced by WhatsApp's when it leaves
        (None, None, None) => Err(format!("{what} has no file; give `media_id`, `link` or `id`")),
        _ => Err(format!("{what} has several files; give only one of `media_id`, `link` and `id`")),
    }
}

fn above(above: &Above) -> Result<Header, String> {
    Ok(match above {
        Above::Text(text) => Header::Text(text.clone()),
        Above::Image(file) => Header::Image(of_header(file)?),
        Above::Video(file) => Header::Video(of_header(file)?),
        Above::Document(file) => Header::Document { source: of_header(file)?, filename: file.filename.clone() },
    })
}

fn of_header(file: &File) -> Result<MediaSource, String> {
    if file.caption.is_some() {
        return Err("a header has no caption; the words stand in `body`".to_owned());
    }
    source("the header", file)
}

fn form(said: &Form) -> Result<Flow, String> {
    let which = match (&said.id, &said.name) {
        (Some(id), None) => FlowRef::Id(id.clone()),
        (None, Some(name)) => FlowRef::Name(name.clone()),
        (None, None) | (Some(_), Some(_)) => return Err("give the form's `id` or its `name`, one of them".to_owned()),
    };
    let (label, token, screen, data) = (said.label.clone(), said.token.clone(), said.screen.clone(), said.data.clone());
    Ok(Flow { which, label, token, screen, data })
}

fn template(filling: &Filling) -> Result<Template, String> {
    let parameter = |name: Option<&String>, text: &String| Parameter { name: name.cloned(), text: text.clone() };
    Ok(Template {
        name: filling.name.clone(),
        language: filling.language.clone(),
        header: filling.header.as_ref().map(template_header).transpose()?,
        body: match &filling.body {
            Gaps::Ordered(texts) => texts.iter().map(|text| parameter(None, text)).collect(),
            Gaps::Named(texts) => texts.iter().map(|(name, text)| parameter(Some(name), text)).collect(),
        },
        buttons: filling.buttons.iter().map(template_button).collect::<Result<_, _>>()?,
    })
}

fn template_header(header: &FillingHeader) -> Result<TemplateHeader, String> {
    Ok(match header {
        FillingHeader::Text(HeaderText::Plain(text)) => {
            TemplateHeader::Text(Parameter { name: None, text: text.clone() })
        }
        FillingHeader::Text(HeaderText::Named(texts)) => {
            let mut texts = texts.iter();
            match (texts.next(), texts.next()) {
                (Some((name, text)), None) => {
                    TemplateHeader::Text(Parameter { name: Some(name.clone()), text: text.clone() })
                }
                (None, _) | (Some(_), Some(_)) => return Err("a header has one gap; fill exactly one".to_owned()),
            }
        }
        FillingHeader::Image(file) => TemplateHeader::Image(of_header(file)?),
        FillingHeader::Video(file) => TemplateHeader::Video(of_header(file)?),
        FillingHeader::Document(file) => {
            TemplateHeader::Document { source: of_header(file)?, filename: file.filename.clone() }
        }
        FillingHeader::Location(place) => TemplateHeader::Location(place.clone()),
    })
}

fn template_button(button: &FillingButton) -> Result<TemplateButton, String> {
    let index = button.index;
    match (&button.payload, &button.suffix, &button.copy_code, &button.flow) {
        (Some(payload), None, None, None) => Ok(TemplateButton::QuickReply { index, payload: payload.clone() }),
        (None, Some(suffix), None, None) => Ok(TemplateButton::Url { index, suffix: suffix.clone() }),
        (None, None, Some(code), None) => Ok(TemplateButton::CopyCode { index, code: code.clone() }),
        (None, None, None, Some(call)) => {
            Ok(TemplateButton::Flow { index, token: call.token.clone(), data: call.data.clone() })
        }
        _ => Err(format!("button {index} carries one thing: `payload`, `suffix`, `copy_code` or `flow`")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::New;

    fn problems(request: Value) -> Vec<String> {
        New::read(request).unwrap().said.check().err().unwrap_or_default()
    }

    #[test]
    fn a_file_has_one_source() {
        let image = |file: Value| problems(json!({"type": "image", "image": file}));
        assert!(image(json!({"link": "https://example.org/a.jpg"})).is_empty());
        assert_eq!(image(json!({})), ["the image has no file; give `media_id`, `link` or `id`"]);
        assert!(image(json!({"link": "https://a", "id": "9"}))[0].contains("only one"));
    }

    #[test]
    fn everything_that_whatsapp_would_refuse_is_told_at_once() {
        let said = problems(json!({"type": "buttons", "buttons": {"body": "", "buttons": [
            {"id": "1", "title": "123456789012345678901"}, {"id": "1", "title": "b"}]}}));
        assert_eq!(said.len(), 3, "{said:?}");
    }

    #[test]
    fn a_button_of_a_template_carries_one_thing() {
        let button = |button: Value| {
            problems(json!({"type": "template", "template": {"name": "a", "language": "es", "buttons": [button]}}))
        };
        assert!(button(json!({"index": 0, "flow": {}})).is_empty());
        assert!(button(json!({"index": 0}))[0].contains("one thing"));
        assert!(button(json!({"index": 0, "payload": "a", "suffix": "b"}))[0].contains("one thing"));
    }
}
