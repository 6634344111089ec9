//! Files: what customers send, and what is sent to them.

use crate::named::named;

named! {
    /// WhatsApp's kinds of files. Each has a largest size of its own.
    MediaKind: "kind of file" {
        /// A picture.
        Image = "image",
        /// A video.
        Video = "video",
        /// A sound file or a voice message.
        Audio = "audio",
        /// Anything else.
        Document = "document",
        /// A sticker.
        Sticker = "sticker",
    }
}

named! {
    /// Where a file stands.
    MediaState: "state of a file" {
        /// To be fetched.
        Waiting = "waiting",
        /// Here.
        Stored = "stored",
        /// WhatsApp does not have it any more.
        Missing = "missing",
        /// It is not kept: too large, or not what it claims to be.
        Refused = "refused",
    }
}
