//! The file of a message, in lengths that can be kept.

use domain::media::MediaKind;
use whatsapp::webhook::Content;
use whatsapp::webhook::content::Media;

use crate::pipeline::values::Attached;

/// No name of a file, and nothing that Meta writes about one, comes near it.
const LONGEST: usize = 240;
/// Meta's addresses carry a signature.
const LONGEST_ADDRESS: usize = 2000;

/// The file that came with a message; what an edit names came with the message that it edits.
pub(super) fn read(content: &Content) -> Option<Attached> {
    match content {
        Content::Image(media) => Some(attached(MediaKind::Image, media)),
        Content::Video(media) => Some(attached(MediaKind::Video, media)),
        Content::Audio(media) => Some(attached(MediaKind::Audio, media)),
        Content::Document(media) => Some(attached(MediaKind::Document, media)),
        Content::Sticker(media) => Some(attached(MediaKind::Sticker, media)),
        Content::Text { .. }
        | Content::Location(_)
        | Content::Contacts { .. }
        | Content::Reaction { .. }
        | Content::Button { .. }
        | Content::ButtonReply { .. }
        | Content::ListReply { .. }
        | Content::FlowReply(_)
        | Content::CallPermissionReply(_)
        | Content::Order(_)
        | Content::System(_)
        | Content::Edit { .. }
        | Content::Revoke { .. }
        | Content::Unsupported { .. }
        | Content::RequestWelcome
        | Content::Unreadable { .. }
        | Content::Other { .. } => None,
    }
}

fn attached(kind: MediaKind, media: &Media) -> Attached {
    let short = |text: &Option<String>, longest: usize| text.clone().filter(|text| text.len() <= longest);
    Attached {
        kind,
        meta_id: short(&media.id, LONGEST),
        url: short(&media.url, LONGEST_ADDRESS),
        claimed_type: short(&media.mime_type, LONGEST),
        claimed_sha256: short(&media.sha256, LONGEST),
        // A name that is too long is still a name.
        filename: media.filename.as_ref().map(|name| name.chars().take(LONGEST).collect()),
    }
}
