//! `/media/{token}`: the bytes of a file, from a path of their own on which nothing can run. The token is sealed and expires, so an
//! image needs neither a key nor a cookie.

mod placeholder;
mod range;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::ids::WorkspaceId;
use domain::media::MediaState;
use store::{MediaRow, StoredFile};

use super::problem::Problem;
use crate::media::{Called, DepotProblem, Opened, is_shown};
use crate::node::Node;
pub(super) use placeholder::absent;
use range::{Wanted, wanted};

/// The bytes under a name never change.
const CACHED: &str = "private, max-age=900, immutable";

/// The route.
pub fn routes() -> Router<Arc<Node>> {
    Router::new().route("/media/{token}", get(serve))
}

async fn serve(
    State(node): State<Arc<Node>>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let missing = || Problem::missing("file");
    let Opened { workspace, id, expired } = node.media.open_pass(&token).ok_or_else(missing)?;
    let row = node.store.read(move |tx| tx.media(workspace, id)).await?.ok_or_else(missing)?;
    if expired {
        return Ok(placeholder::instead_of(&row, true));
    }
    content(&node, workspace, &row, &headers).await
}

/// The bytes of a file, or what stands in their place.
pub(super) async fn content(
    node: &Node,
    workspace: WorkspaceId,
    row: &MediaRow,
    asked: &HeaderMap,
) -> Result<Response, Problem> {
    let (MediaState::Stored, Some(file)) = (row.state, &row.file) else {
        return Ok(placeholder::instead_of(row, false));
    };
    let size = file.size.unsigned_abs();
    let (status, part) = match wanted(range_header(asked, file), size) {
        Wanted::Whole => (StatusCode::OK, 0..size),
        Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        Wanted::Beyond => {
            let told = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
            let problem = Problem::new(StatusCode::RANGE_NOT_SATISFIABLE, format!("the file has {size} bytes"));
            return Ok((told, problem).into_response());
        }
    };
    let bytes = match node.media.depot.open_file(workspace, Called::of(row, file), part.clone()).await {
        Ok(bytes) => bytes,
        Err(DepotProblem::NotThere) => return Ok(placeholder::instead_of(row, false)),
        Err(problem @ DepotProblem::Failed(_)) => {
            tracing::error!(%problem, media.id = %row.id, "A file cannot be read");
            return Err(Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "the file cannot be read; try again in a moment",
            ));
        }
    };
    let mut response = (status, Body::from_stream(bytes)).into_response();
    let headers = response.headers_mut();
    describe(headers, row, file);
    put(headers, header::CONTENT_LENGTH, &(part.end - part.start).to_string());
    if status == StatusCode::PARTIAL_CONTENT {
        put(headers, header::CONTENT_RANGE, &format!("bytes {}-{}/{size}", part.start, part.end - 1));
    }
    Ok(response)
}

/// A part is only wanted of the file that the asker knows.
fn range_header<'a>(asked: &'a HeaderMap, file: &StoredFile) -> Option<&'a str> {
    let same = asked.get(header::IF_RANGE).is_none_or(|known| known.as_bytes() == tag(file).as_bytes());
    asked.get(header::RANGE).filter(|_| same)?.to_str().ok()
}

fn tag(file: &StoredFile) -> String {
    format!("\"{}\"", file.sha256)
}

fn describe(headers: &mut HeaderMap, row: &MediaRow, file: &StoredFile) {
    put(headers, header::CONTENT_TYPE, &file.mime_type);
    put(headers, header::CONTENT_DISPOSITION, &disposition(&file.mime_type, row.filename.as_deref()));
    put(headers, header::ETAG, &tag(file));
    put(headers, header::ACCEPT_RANGES, "bytes");
    put(headers, header::CACHE_CONTROL, CACHED);
    guarded(headers);
}

/// Nothing of what is shown here can run, be taken for something else, or be drawn into another site.
fn guarded(headers: &mut HeaderMap) {
    put(headers, header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'");
    put(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(headers, header::REFERRER_POLICY, "no-referrer");
    put(headers, HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
}

/// A value that no header can carry is left out.
fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// Pictures, sounds and videos are shown, everything else is downloaded, under the name that the customer's device gave it.
fn disposition(mime_type: &str, filename: Option<&str>) -> String {
    let manner = if is_shown(mime_type) { "inline" } else { "attachment" };
    let Some(name) = filename.filter(|name| !name.is_empty()) else { return manner.to_owned() };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let encoded =
        name.bytes().map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") });
    format!("{manner}; filename*=UTF-8''{}", encoded.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cannot_run_is_shown_in_a_page() {
        assert_eq!(disposition("image/jpeg", None), "inline");
        for active in ["image/svg+xml", "text/html", "application/pdf", "application/octet-stream", "text/plain"] {
            assert_eq!(disposition(active, None), "attachment", "{active}");
        }
    }

    #[test]
    fn the_name_of_a_file_cannot_add_a_header_or_lead_to_a_folder() {
        let said = disposition("application/pdf", Some("../a\"\r\nSet-Cookie: x=ñ.pdf"));
        assert_eq!(said, "attachment; filename*=UTF-8''..%2Fa%22%0D%0ASet-Cookie%3A%20x%3D%C3%B1.pdf");
    }
}
