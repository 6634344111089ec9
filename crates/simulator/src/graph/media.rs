//! `POST /{phone_number_id}/media`, `GET /{media_id}`, and the download that the latter leads to.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::extract::{Multipart, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::no_such_object;
use super::request::{Fields, Number};
use crate::codes::{self, Refusal};
use crate::media::{Unfit, fit};
use crate::platform::Platform;

/// The form of an upload.
#[derive(Default)]
struct Upload {
    product: Option<String>,
    kind: Option<String>,
    file: Option<File>,
}

struct File {
    bytes: Bytes,
    mime_type: Option<String>,
    name: Option<String>,
}

pub(super) async fn upload(
    State(platform): State<Arc<Platform>>,
    Number(number): Number,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Json<Value>, Refusal> {
    let form = form.map_err(|rejection| Refusal::parameter(rejection.body_text()))?;
    let upload = Upload::read(form).await.map_err(|error| Refusal::parameter(error.body_text()))?;
    if upload.product.as_deref() != Some("whatsapp") {
        return Err(Refusal::parameter("`messaging_product` must be `whatsapp`"));
    }
    let file = upload.file.ok_or_else(|| Refusal::parameter("`file` is required"))?;
    let mime_type = mime_type(upload.kind, file.mime_type)?;
    fit(&mime_type, &file.bytes).map_err(|unfit| refusal(&unfit))?;
    let id = platform.media.upload(&number.phone_number_id, file.bytes, &mime_type, file.name.as_deref());
    Ok(Json(json!({ "id": id })))
}

impl Upload {
    async fn read(mut form: Multipart) -> Result<Self, MultipartError> {
        let mut upload = Self::default();
        while let Some(field) = form.next_field().await? {
            match field.name() {
                Some("messaging_product") => upload.product = Some(field.text().await?),
                Some("type") => upload.kind = Some(field.text().await?),
                Some("file") => upload.file = Some(File::read(field).await?),
                Some(_) | None => {}
            }
        }
        Ok(upload)
    }
}

impl File {
    async fn read(field: Field<'_>) -> Result<Self, MultipartError> {
        let (mime_type, name) = (field.content_type().map(str::to_owned), field.file_name().map(str::to_owned));
        Ok(Self { bytes: field.bytes().await?, mime_type, name })
    }
}

/// Some clients write `image` where `image/png` belongs; the type of the part then decides.
fn mime_type(kind: Option<String>, of_part: Option<String>) -> Result<String, Refusal> {
    let is_mime_type = |text: &String| text.contains('/');
    let found = kind.filter(is_mime_type).or(of_part.filter(is_mime_type));
    found.ok_or_else(|| Refusal::parameter("`type` must be the MIME type of the file"))
}

fn refusal(unfit: &Unfit) -> Refusal {
    let details = match unfit {
        Unfit::Type(found) => format!("files of type `{found}` cannot be sent"),
        Unfit::Size { size, most } => format!("the file has {size} bytes; this type may have {most}"),
    };
    Refusal::of(codes::MEDIA_UPLOAD, details)
}

/// `GET /{media_id}[?phone_number_id=]`: each look-up gives a URL for the next five minutes.
pub(super) fn look_up(platform: &Platform, id: &str, fields: &Fields) -> Result<Value, Refusal> {
    let file = platform.media.get(id).ok_or_else(|| no_such_object(id))?;
    let owner = file.phone_number_id.as_deref();
    if let (Some(asked), Some(owner)) = (fields.text("phone_number_id"), owner)
        && asked != owner
    {
        return Err(no_such_object(id));
    }
    Ok(json!({
        "messaging_product": "whatsapp",
        "url": platform.media.link(id),
        "mime_type": file.mime_type,
        "sha256": file.sha256,
        "file_size": file.bytes.len(),
        "id": id,
    }))
}

/// The three parts of a download URL.
#[derive(Deserialize)]
pub(super) struct Link {
    mid: String,
    ext: String,
    hash: String,
}

/// Not part of Graph proper: a plain 404 once the URL or the file is too old.
pub(super) async fn download(
    State(platform): State<Arc<Platform>>,
    link: Result<Query<Link>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let file = link.ok().and_then(|Query(link)| platform.media.follow(&link.mid, &link.ext, &link.hash));
    match file {
        Some(file) => file.into_response(),
        None => (StatusCode::NOT_FOUND, "").into_response(),
    }
}
