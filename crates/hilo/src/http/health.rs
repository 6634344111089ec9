//! `/healthz`, `/readyz` and `/metrics`.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use store::{Misread, Tx};

use crate::clock::machine_now;
use crate::node::Node;

/// The gauges of what was misread are about so long.
const MISREAD_MS: i64 = 30 * 24 * 3_600_000;

/// The routes for whoever watches the program.
pub fn routes() -> Router<Arc<Node>> {
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready)).route("/metrics", get(figures))
}

/// The recorder of all metrics of the process, installed when first asked for.
pub fn recorder() -> &'static PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER.get_or_init(|| {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        // Only a second recorder in one process is refused, and then the first one records.
        drop(metrics::set_global_recorder(recorder));
        handle
    })
}

async fn alive() -> &'static str {
    "ok\n"
}

/// Ready means: what is received now can be committed.
async fn ready(State(node): State<Arc<Node>>) -> Result<&'static str, (StatusCode, String)> {
    let now = node.clock.now().as_millisecond();
    match node.store.write(Vec::new(), move |tx| tx.prove_commit(now)).await {
        Ok(()) => Ok("ok\n"),
        Err(reason) => Err((StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n"))),
    }
}

async fn figures(State(node): State<Arc<Node>>) -> Result<String, StatusCode> {
    let counted = node.store.read(|tx| {
        Ok((tx.outbox_counts()?, tx.work_counts()?, tx.parked_count()?, tx.waiting_media()?, tx.kept_media()?))
    });
    let (outbox, (open, quarantined), parked, files, kept) =
        counted.await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    for state in domain::delivery::SendState::ALL {
        let count = outbox.iter().find(|(of, _)| of == state).map_or(0, |(_, count)| *count);
        metrics::gauge!("hilo_outbox", "state" => state.name()).set(count as f64);
    }
    metrics::gauge!("hilo_backlog", "state" => "open").set(open as f64);
    metrics::gauge!("hilo_backlog", "state" => "quarantined").set(quarantined as f64);
    let misread = node.store.read(|tx| misread(tx, machine_now() - MISREAD_MS)).await;
    let misread = misread.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    metrics::gauge!("hilo_misread", "as" => "another").set(misread.wrong as f64);
    metrics::gauge!("hilo_misread", "as" => "nothing").set(misread.unread as f64);
    metrics::gauge!("hilo_matters").set(misread.matters as f64);
    metrics::gauge!("hilo_media_waiting").set(files as f64);
    metrics::gauge!("hilo_media_stored").set(kept.files as f64);
    metrics::gauge!("hilo_media_stored_bytes").set(kept.bytes as f64);
    metrics::gauge!("hilo_media_lost").set(kept.lost as f64);
    metrics::gauge!("hilo_reports_parked").set(parked as f64);
    metrics::gauge!("hilo_store_waiting").set(node.store.waiting() as f64);
    metrics::counter!("hilo_store_conflicts_total").absolute(node.store.conflicts() as u64);
    Ok(recorder().render())
}

/// Of all workspaces, what people put right.
fn misread(tx: &mut Tx<'_>, since: i64) -> store::Result<Misread> {
    let mut sum = Misread::default();
    for (workspace, _) in tx.workspaces()? {
        let here = tx.misread(workspace, since)?;
        sum.wrong += here.wrong;
        sum.unread += here.unread;
        sum.matters += here.matters;
    }
    Ok(sum)
}
