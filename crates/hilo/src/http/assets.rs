//! The files of the pages, in the binary. Their names carry a hash of what is in them, so that a browser may keep them for good.

use std::fmt::Write;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use sha2::{Digest, Sha256};

/// A file and what it is called outside.
pub(crate) struct Asset {
    name: String,
    kind: &'static str,
    bytes: Vec<u8>,
}

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// What every page with something alive on it does.
static PAGE_SCRIPT: LazyLock<Asset> = LazyLock::new(|| script("page", include_str!("../../assets/page.js"), &[]));
/// What the page of `hilo demo` does.
pub(crate) static DEMO_SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| script("demo", include_str!("../../assets/demo.js"), &[&PAGE_SCRIPT]));
/// How it looks.
pub(crate) static DEMO_STYLE: LazyLock<Asset> = LazyLock::new(|| style("demo", include_str!("../../assets/demo.css")));
/// What is offered while somebody writes.
static SUGGESTIONS_SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| script("suggestions", include_str!("../../assets/suggestions.js"), &[&PAGE_SCRIPT]));
/// Files on their way out.
static ATTACHED_SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| script("attached", include_str!("../../assets/attached.js"), &[]));
/// What came while somebody wrote.
static COLLIDED_SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| script("collided", include_str!("../../assets/collided.js"), &[]));
/// How something leaves, once.
static OUTGOING_SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| script("outgoing", include_str!("../../assets/outgoing.js"), &[&PAGE_SCRIPT]));
/// Answers to one message, and emojis on it.
static ANSWERING_SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| script("answering", include_str!("../../assets/answering.js"), &[&PAGE_SCRIPT, &OUTGOING_SCRIPT]));
/// What was begun to be written.
static DRAFTS_SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| script("drafts", include_str!("../../assets/drafts.js"), &[&PAGE_SCRIPT, &OUTGOING_SCRIPT]));
/// Saved replies being saved.
static SAVING_SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| script("saving", include_str!("../../assets/saving.js"), &[&PAGE_SCRIPT, &SUGGESTIONS_SCRIPT]));
/// Templates being chosen and filled.
static TEMPLATES_SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    script("templates", include_str!("../../assets/templates.js"), &[&ATTACHED_SCRIPT, &OUTGOING_SCRIPT])
});
/// What a conversation's composer does.
static COMPOSER_SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    let parts: [&Asset; 9] = [
        &PAGE_SCRIPT,
        &ANSWERING_SCRIPT,
        &ATTACHED_SCRIPT,
        &COLLIDED_SCRIPT,
        &DRAFTS_SCRIPT,
        &OUTGOING_SCRIPT,
        &SAVING_SCRIPT,
        &SUGGESTIONS_SCRIPT,
        &TEMPLATES_SCRIPT,
    ];
    script("composer", include_str!("../../assets/composer.js"), &parts)
});
/// Finding, and going through what was found.
static FINDING_SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| script("finding", include_str!("../../assets/finding.js"), &[&PAGE_SCRIPT]));
/// The keys of the desk, and its palette.
static KEYS_SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    script("keys", include_str!("../../assets/keys.js"), &[&ANSWERING_SCRIPT, &COMPOSER_SCRIPT, &FINDING_SCRIPT])
});
/// Several conversations at once.
static PICKED_SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| script("picked", include_str!("../../assets/picked.js"), &[&PAGE_SCRIPT, &OUTGOING_SCRIPT]));
/// Who is beside one.
static PRESENT_SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| script("present", include_str!("../../assets/present.js"), &[&PAGE_SCRIPT, &COMPOSER_SCRIPT]));
/// Records edited in place.
static RECORDS_SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| script("records", include_str!("../../assets/records.js"), &[&PAGE_SCRIPT]));
/// What the desk does.
pub(crate) static DESK_SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    let parts: [&Asset; 7] = [
        &PAGE_SCRIPT,
        &COMPOSER_SCRIPT,
        &FINDING_SCRIPT,
        &KEYS_SCRIPT,
        &PICKED_SCRIPT,
        &PRESENT_SCRIPT,
        &RECORDS_SCRIPT,
    ];
    script("desk", include_str!("../../assets/desk.js"), &parts)
});
/// What the settings do.
pub(crate) static SETTINGS_SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| script("settings", include_str!("../../assets/settings.js"), &[&PAGE_SCRIPT]));
/// What the settings of pipelines do.
pub(crate) static STAGES_SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| script("stages", include_str!("../../assets/stages.js"), &[&PAGE_SCRIPT]));
/// What the screen of the workflow does.
pub(crate) static WORKFLOW_SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| script("workflow", include_str!("../../assets/workflow.js"), &[&PAGE_SCRIPT]));
/// How the desk looks.
pub(crate) static DESK_STYLE: LazyLock<Asset> = LazyLock::new(|| style("desk", include_str!("../../assets/desk.css")));
/// The sign in the browser's tab.
pub(crate) static SIGN: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("hilo", "svg", "image/svg+xml", include_bytes!("../../assets/hilo.svg")));
/// The sign on a phone's home screen.
static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "png", "image/png", include_bytes!("../../assets/icon.png")));
/// What a phone must know to install the desk.
pub(crate) static MANIFEST: LazyLock<Asset> = LazyLock::new(|| {
    let text = include_str!("../../assets/desk.webmanifest").replace("./icon.png", &ICON.path());
    Asset::new("desk", "webmanifest", "application/manifest+json", text.as_bytes())
});

/// What the desk's script imports, to be fetched beside it instead of after it.
pub(crate) fn imported() -> [&'static Asset; 15] {
    [
        &PAGE_SCRIPT,
        &ATTACHED_SCRIPT,
        &COLLIDED_SCRIPT,
        &OUTGOING_SCRIPT,
        &ANSWERING_SCRIPT,
        &DRAFTS_SCRIPT,
        &SUGGESTIONS_SCRIPT,
        &SAVING_SCRIPT,
        &TEMPLATES_SCRIPT,
        &COMPOSER_SCRIPT,
        &FINDING_SCRIPT,
        &KEYS_SCRIPT,
        &PICKED_SCRIPT,
        &PRESENT_SCRIPT,
        &RECORDS_SCRIPT,
    ]
}

fn all() -> impl Iterator<Item = &'static Asset> {
    let others: [&'static Asset; 10] = [
        &DEMO_SCRIPT,
        &DEMO_STYLE,
        &DESK_SCRIPT,
        &SETTINGS_SCRIPT,
        &STAGES_SCRIPT,
        &WORKFLOW_SCRIPT,
        &DESK_STYLE,
        &SIGN,
        &ICON,
        &MANIFEST,
    ];
    imported().into_iter().chain(others)
}

/// A script names the others as they stand beside it; outside they have their hashes.
fn script(name: &'static str, text: &str, imports: &[&Asset]) -> Asset {
    let named = |text: String, import: &&Asset| {
        let plain = import.name.split('.').next().unwrap_or_default();
        text.replace(&format!("\"./{plain}.js\""), &format!("\"{}\"", import.path()))
    };
    let text = imports.iter().fold(text.to_owned(), named);
    Asset::new(name, "js", SCRIPT, text.as_bytes())
}

/// A page fetches one style: what all have in common stands before its own.
fn style(name: &'static str, own: &str) -> Asset {
    Asset::new(name, "css", STYLE, format!("{}{own}", include_str!("../../assets/tokens.css")).as_bytes())
}

impl Asset {
    fn new(name: &'static str, ending: &str, kind: &'static str, bytes: &[u8]) -> Self {
        let hash = Sha256::digest(bytes).iter().take(6).fold(String::new(), |mut hash, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hash, "{byte:02x}");
            hash
        });
        Self { name: format!("{name}.{hash}.{ending}"), kind, bytes: bytes.to_vec() }
    }

    /// Where a page finds it.
    pub(crate) fn path(&self) -> String {
        format!("/assets/{}", self.name)
    }
}

/// The route of all of them.
pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{name}", get(serve))
}

/// `GET /assets/{name}`.
async fn serve(Path(name): Path<String>) -> Result<impl IntoResponse, StatusCode> {
    let asset = all().find(|asset| asset.name == name).ok_or(StatusCode::NOT_FOUND)?;
    let headers = [
        (header::CONTENT_TYPE, asset.kind),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, asset.bytes.as_slice()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_finds_what_it_imports() {
        for asset in all().filter(|asset| asset.kind == SCRIPT) {
            let text = String::from_utf8_lossy(&asset.bytes);
            for line in text.lines().filter(|line| line.starts_with("import ")) {
                let from = line.split('"').nth(1).unwrap();
                assert!(all().any(|other| other.path() == from), "{}: {line}", asset.name);
            }
        }
    }

    /// What a browser fetches for the first screen besides the screen itself.
    #[test]
    fn the_desk_is_light() {
        let first = imported().into_iter().chain([&*DESK_SCRIPT, &*DESK_STYLE, &*SIGN]);
        assert!(first.map(|asset| asset.bytes.len()).sum::<usize>() < 150_000);
    }
}
