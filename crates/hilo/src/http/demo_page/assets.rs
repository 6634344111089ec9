//! The page's own files, in the binary. Their names carry a hash of what is in them, so that a browser may keep them for good.

use std::fmt::Write;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use sha2::{Digest, Sha256};

/// A file and what it is called outside.
pub(super) struct Asset {
    name: String,
    kind: &'static str,
    text: &'static str,
}

/// What the page does.
pub(super) static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("js", "text/javascript; charset=utf-8", include_str!("../../../assets/demo.js")));
/// How it looks.
pub(super) static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("css", "text/css; charset=utf-8", include_str!("../../../assets/demo.css")));
/// Its sign in the browser's tab.
pub(super) static SIGN: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("svg", "image/svg+xml", include_str!("../../../assets/hilo.svg")));

impl Asset {
    fn new(ending: &str, kind: &'static str, text: &'static str) -> Self {
        let hash = Sha256::digest(text.as_bytes()).iter().take(6).fold(String::new(), |mut hash, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hash, "{byte:02x}");
            hash
        });
        Self { name: format!("demo.{hash}.{ending}"), kind, text }
    }

    /// Where the page finds it.
    pub(super) fn path(&self) -> String {
        format!("/assets/{}", self.name)
    }
}

/// `GET /assets/{name}`.
pub(super) async fn serve(Path(name): Path<String>) -> Result<impl IntoResponse, StatusCode> {
    let asset =
        [&*SCRIPT, &*STYLE, &*SIGN].into_iter().find(|asset| asset.name == name).ok_or(StatusCode::NOT_FOUND)?;
    let headers = [(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.text))
}

/// `GET /demo/readme`: what is behind the demo, without leaving the machine.
pub(super) async fn readme() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], include_str!("../../../../../README.md"))
}
