//! Files in a bucket of Amazon S3, or of anything that speaks like it.

use std::ops::Range;
use std::time::Duration;

use anyhow::{Context, Result};
use futures::{StreamExt, TryStreamExt};
use reqwest::header::{CONTENT_LENGTH, RANGE};
use reqwest::{Body, Client, StatusCode, Url, redirect};
use rusty_s3::{Bucket as Address, Credentials, S3Action, UrlStyle};

use super::{ByteStream, Complete, DepotProblem, folder};
use crate::config::S3Settings;

/// How long a signed address is good: as long as the largest file may take.
const SIGNED_FOR: Duration = Duration::from_secs(600);
const CONNECT: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct Bucket {
    http: Client,
    address: Address,
    credentials: Credentials,
}

impl Bucket {
    pub(super) fn new(settings: &S3Settings) -> Result<Bucket> {
        let endpoint: Url = settings.endpoint.parse().context("`media.s3.endpoint`")?;
        let style = if settings.bucket_in_path { UrlStyle::Path } else { UrlStyle::VirtualHost };
        let address = Address::new(endpoint, style, settings.bucket.clone(), settings.region.clone());
        // The process may have chosen its provider already; either one will do.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT)
            .read_timeout(settings.patience)
            .timeout(SIGNED_FOR)
            .build()?;
        Ok(Bucket {
            http,
            address: address.context("`media.s3`: the endpoint and the bucket make no address")?,
            credentials: credentials(settings),
        })
    }

    pub(super) async fn put(&self, name: &str, complete: &Complete) -> Result<(), DepotProblem> {
        let url = self.address.put_object(Some(&self.credentials), name).sign(SIGNED_FOR);
        let bytes = folder::stream(&complete.temporary.0, 0..complete.size).await?;
        let request = self.http.put(url).header(CONTENT_LENGTH, complete.size).body(Body::wrap_stream(bytes));
        let answer = request.send().await.map_err(unanswered)?;
        match answer.status() {
            // There is no bucket of that name.
            StatusCode::NOT_FOUND => Err(DepotProblem::Failed("the bucket answered 404 Not Found".to_owned())),
            status => told(status),
        }
    }

    pub(super) async fn remove(&self, name: &str) -> Result<(), DepotProblem> {
        let url = self.address.delete_object(Some(&self.credentials), name).sign(SIGNED_FOR);
        let answer = self.http.delete(url).send().await.map_err(unanswered)?;
        told(answer.status())
    }

    pub(super) async fn open(&self, name: &str, range: Range<u64>) -> Result<ByteStream, DepotProblem> {
        if range.is_empty() {
            return Ok(futures::stream::empty().boxed());
        }
        let url = self.address.get_object(Some(&self.credentials), name).sign(SIGNED_FOR);
        let wanted = format!("bytes={}-{}", range.start, range.end - 1);
        let answer = self.http.get(url).header(RANGE, wanted).send().await.map_err(unanswered)?;
        match answer.status() {
            StatusCode::PARTIAL_CONTENT => {}
            StatusCode::OK if range.start == 0 => {}
            StatusCode::NOT_FOUND => return Err(DepotProblem::NotThere),
            other => return Err(DepotProblem::Failed(format!("the bucket answered {other}"))),
        }
        Ok(answer.bytes_stream().map_err(|error| std::io::Error::other(error.without_url())).boxed())
    }
}

fn credentials(settings: &S3Settings) -> Credentials {
    let (key, secret) = (settings.access_key.expose(), settings.secret_key.expose());
    match &settings.session_token {
        Some(token) => Credentials::new_with_token(key, secret, token.expose()),
        None => Credentials::new(key, secret),
    }
}

fn told(status: StatusCode) -> Result<(), DepotProblem> {
    match status {
        StatusCode::NOT_FOUND => Err(DepotProblem::NotThere),
        status if status.is_success() => Ok(()),
        other => Err(DepotProblem::Failed(format!("the bucket answered {other}"))),
    }
}

/// Without the address, which is signed.
fn unanswered(error: reqwest::Error) -> DepotProblem {
    DepotProblem::Failed(format!("the bucket does not answer: {}", error.without_url()))
}
