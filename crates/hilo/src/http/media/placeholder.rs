//! What stands where a file is not.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::media::{MediaKind, MediaState};
use maud::html;
use store::MediaRow;

use super::guarded;
use crate::http::problem::Problem;

/// Letters in a line of the picture.
const WIDTH: usize = 36;

/// The reason in plain words: as a picture where a picture would stand, else as a problem.
pub(super) fn instead_of(row: &MediaRow, expired: bool) -> Response {
    let (status, reason) = why(row, expired);
    let mut response = match row.kind {
        MediaKind::Image | MediaKind::Sticker => {
            (status, [(header::CONTENT_TYPE, "image/svg+xml")], picture(&reason)).into_response()
        }
        MediaKind::Video | MediaKind::Audio | MediaKind::Document => Problem::new(status, reason).into_response(),
    };
    guarded(response.headers_mut());
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}

/// Why a file is not here, for who wants nothing but its bytes.
pub(in crate::http) fn absent(row: &MediaRow) -> Option<Problem> {
    let (status, reason) = why(row, false);
    (row.state != MediaState::Stored).then(|| Problem::new(status, reason))
}

fn why(row: &MediaRow, expired: bool) -> (StatusCode, String) {
    if expired {
        return (StatusCode::GONE, "This address has expired; open the conversation again".to_owned());
    }
    let because = row.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
    let said = match row.state {
        MediaState::Waiting => format!("This file is still being fetched{because}"),
        MediaState::Stored => "This file is not where files are kept; look at the folder or the bucket".to_owned(),
        MediaState::Missing => format!("This file is missing{because}"),
        MediaState::Refused => format!("This file is not kept{because}"),
    };
    (StatusCode::NOT_FOUND, said)
}

fn picture(reason: &str) -> String {
    let lines = lines(reason);
    let picture = html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180" width="320" height="180" role="img" {
            title { (reason) }
            rect width="320" height="180" fill="#eceff1" {}
            g font-family="sans-serif" font-size="14" fill="#455a64" text-anchor="middle" {
                @for (place, line) in lines.iter().enumerate() {
                    text x="160" y=(90 - 10 * lines.len() + 20 * place + 14) { (line) }
                }
            }
        }
    };
    picture.into_string()
}

/// Words in lines that fit; what does not fit is in the title.
fn lines(text: &str) -> Vec<String> {
    const MOST: usize = 7;
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let room = lines.last().is_some_and(|line| line.chars().count() + word.chars().count() < WIDTH);
        match lines.last_mut() {
            Some(line) if room => line.push_str(&format!(" {word}")),
            Some(_) | None => lines.push(word.chars().take(WIDTH).collect()),
        }
    }
    lines.retain(|line| !line.is_empty());
    lines.truncate(MOST);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stranger_had_a_hand_in_stays_text() {
        let picture = picture("no <script>alert(1)</script> \"here\"");
        assert!(picture.contains("&lt;script&gt;") && !picture.contains("<script>"), "{picture}");
    }

    #[test]
    fn a_long_reason_is_broken_into_lines() {
        let lines = lines("This file is missing: WhatsApp does not have it any more and will not have it again");
        assert!(1 < lines.len() && lines.iter().all(|line| line.chars().count() <= WIDTH + 1), "{lines:?}");
    }
}
