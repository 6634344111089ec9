//! Files at Meta: looked up by their id, fetched from the address that Meta names, uploaded. All of it may be repeated.

mod address;
mod hash;
mod problem;

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::{RequestBuilder, Response};
use serde_json::Value;

use crate::client::{Answer, CallError, Client, in_one_sentence, is_path_segment, read_answer};

pub use hash::claimed_hash;
pub use problem::MediaProblem;

/// A hundred megabytes on a slow line. Whoever waits sets a shorter limit for a transfer that stands still.
const LONGEST_TRANSFER: Duration = Duration::from_secs(600);

/// A file as Meta describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it can be fetched for five minutes, with the token.
    pub url: String,
    /// What it claims to be.
    pub mime_type: Option<String>,
    /// The hash of its bytes, as Meta wrote it.
    pub sha256: Option<String>,
    /// How long it claims to be.
    pub file_size: Option<u64>,
}

/// A file on its way to Meta.
#[derive(Debug)]
pub struct Upload {
    /// What its bytes are.
    pub mime_type: String,
    /// Its name.
    pub filename: String,
    /// How many bytes follow.
    pub size: u64,
    /// The bytes.
    pub bytes: reqwest::Body,
}

/// A file that is arriving.
#[derive(Debug)]
pub struct Download {
    response: Response,
    read: u64,
    largest: u64,
}

impl Download {
    /// The next bytes; none at the end.
    pub async fn chunk(&mut self) -> Result<Option<Vec<u8>>, MediaProblem> {
        let chunk = self.response.chunk().await;
        let chunk = chunk.map_err(|error| MediaProblem::again(in_one_sentence(&error.without_url())))?;
        let Some(chunk) = chunk else { return Ok(None) };
        self.read += chunk.len() as u64;
        if self.largest < self.read {
            return Err(MediaProblem::TooLarge { largest: self.largest });
        }
        Ok(Some(chunk.to_vec()))
    }
}

impl Client {
    /// Asks where a file is.
    pub async fn look_up_media(&self, phone_number_id: &str, media_id: &str) -> Result<Found, MediaProblem> {
        check_id(phone_number_id)?;
        check_id(media_id)?;
        let url = format!("{}/{media_id}?phone_number_id={phone_number_id}", self.base_url);
        let answer = self.ask(self.authorized(self.http.get(url))).await?;
        found(&answer).ok_or_else(|| problem::of_answer(&answer))
    }

    /// Starts to fetch a file of at most `largest` bytes. The token goes to the Graph host and to Meta's hosts for files, nowhere else.
    pub async fn download_media(&self, url: &str, largest: u64) -> Result<Download, MediaProblem> {
        let url = address::checked(url, &self.base_url).ok_or_else(|| MediaProblem::Gone {
            reason: "the address of the file is not one of WhatsApp's".to_owned(),
        })?;
        let request = self.authorized(self.http.get(url)).timeout(LONGEST_TRANSFER);
        let response = request.send().await.map_err(|error| unanswered(CallError::from_reqwest(error)))?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(problem::of_download(status));
        }
        match response.content_length() {
            Some(length) if largest < length => Err(MediaProblem::TooLarge { largest }),
            Some(_) | None => Ok(Download { response, read: 0, largest }),
        }
    }

    /// Gives Meta a file to send from one of our numbers, and answers its id, which lives for thirty days.
    pub async fn upload_media(&self, phone_number_id: &str, file: Upload) -> Result<String, MediaProblem> {
        check_id(phone_number_id)?;
        let refused = |error: reqwest::Error| MediaProblem::refused(in_one_sentence(&error));
        let part = Part::stream_with_length(file.bytes, file.size)
            .file_name(file.filename)
            .mime_str(&file.mime_type)
            .map_err(refused)?;
        let form = Form::new().text("messaging_product", "whatsapp").text("type", file.mime_type).part("file", part);
        let request = self.http.post(format!("{}/{phone_number_id}/media", self.base_url));
        let answer = self.ask(self.authorized(request).multipart(form).timeout(LONGEST_TRANSFER)).await?;
        id(&answer).ok_or_else(|| problem::of_upload(&answer))
    }

    fn authorized(&self, request: RequestBuilder) -> RequestBuilder {
        let authorization: HeaderValue = self.authorization.clone();
        request.header(AUTHORIZATION, authorization)
    }

    async fn ask(&self, request: RequestBuilder) -> Result<Answer, MediaProblem> {
        let response = request.send().await.map_err(|error| unanswered(CallError::from_reqwest(error)))?;
        read_answer(response).await.map_err(unanswered)
    }
}

/// Nothing here is harmed by a second try, so it does not matter whether Meta saw the first.
fn unanswered(error: CallError) -> MediaProblem {
    match error {
        CallError::NotSent(reason) | CallError::Unknown(reason) => MediaProblem::again(reason),
    }
}

fn check_id(id: &str) -> Result<(), MediaProblem> {
    if is_path_segment(id) {
        return Ok(());
    }
    Err(MediaProblem::refused("its id is not one that WhatsApp gives"))
}

fn found(answer: &Answer) -> Option<Found> {
    let body = success(answer)?;
    let text = |key: &str| body.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    let size = body.get("file_size");
    Some(Found {
        url: text("url")?,
        mime_type: text("mime_type"),
        sha256: text("sha256"),
        // Meta wrote it as a text in some versions.
        file_size: size.and_then(|size| size.as_u64().or_else(|| size.as_str()?.parse().ok())),
    })
}

fn id(answer: &Answer) -> Option<String> {
    let id = success(answer)?.get("id")?.as_str()?.to_owned();
    is_path_segment(&id).then_some(id)
}

fn success(answer: &Answer) -> Option<Value> {
    if answer.refusal().is_some() || !(200..300).contains(&answer.status) {
        return None;
    }
    serde_json::from_slice(&answer.body).ok()
}
