//! What customers of the demo send besides words.

/// A pair of glasses with a scratch on it; nobody took the picture.
pub(crate) const PHOTO: &[u8] = include_bytes!("../../assets/scratched.jpg");
/// Three seconds in which nobody speaks.
pub(crate) const VOICE: &[u8] = include_bytes!("../../assets/voice.ogg");
