//! Secrets stand in files of their own, never in the settings.

use std::path::Path;

use anyhow::{Context, Result, bail};
use whatsapp::Secret;

/// The text of a secret's file. An empty one guards nothing and is refused.
pub(super) fn secret(key: &str, home: &Path, path: &Path) -> Result<Secret> {
    let path = home.join(path);
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("`{key}`: {} cannot be read; put the secret in that file", path.display()))?;
    let text = text.trim();
    if text.is_empty() {
        bail!("`{key}`: {} is empty; put the secret in it", path.display());
    }
    Ok(Secret::new(text))
}
