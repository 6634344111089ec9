//! The file of a message, wherever its kind keeps it.

use domain::ids::MediaId;

use super::{Above, File, FillingHeader, Said};

impl Said {
    /// The file that was uploaded here and goes out with it.
    pub fn media_id(&self) -> Option<MediaId> {
        self.clone().file().and_then(|file| file.media_id)
    }

    /// The same message with WhatsApp's id in place of ours.
    pub fn with_uploaded(mut self, id: String) -> Self {
        if let Some(file) = self.file() {
            file.media_id = None;
            file.id = Some(id);
        }
        self
    }

    fn file(&mut self) -> Option<&mut File> {
        match self {
            Said::Image(file) | Said::Video(file) | Said::Audio(file) | Said::Document(file) | Said::Sticker(file) => {
                Some(file)
            }
            Said::Buttons(said) => said.header.as_mut().and_then(above),
            Said::CtaUrl(said) => said.header.as_mut().and_then(above),
            Said::Flow(said) => said.header.as_mut().and_then(above),
            Said::Template(filling) => match &mut filling.header {
                Some(FillingHeader::Image(file) | FillingHeader::Video(file) | FillingHeader::Document(file)) => {
                    Some(file)
                }
                Some(FillingHeader::Text(_) | FillingHeader::Location(_)) | None => None,
            },
            Said::Text(_)
            | Said::Location(_)
            | Said::Contacts(_)
            | Said::Reaction(_)
            | Said::List(_)
            | Said::LocationRequest(_)
            | Said::ContactRequest(_) => None,
        }
    }
}

fn above(above: &mut Above) -> Option<&mut File> {
    match above {
        Above::Image(file) | Above::Video(file) | Above::Document(file) => Some(file),
        Above::Text(_) => None,
    }
}
