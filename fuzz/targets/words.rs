//! What customers write: every text is folded, has a language or none, and is recognised or not.

use std::hint::black_box;

use classifier::{fold, language, rules};

/// Reads a text.
pub(crate) fn words(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    black_box(fold::fold(&text));
    black_box(language::detect(&text));
    black_box(rules::recognise(&text));
}
