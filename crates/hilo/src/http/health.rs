//! `/healthz`, `/readyz` and `/metrics`.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::node::Node;

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
    metrics::gauge!("hilo_media_waiting").set(files as f64);
    metrics::gauge!("hilo_media_stored").set(kept.files as f64);
    metrics::gauge!("hilo_media_stored_bytes").set(kept.bytes as f64);
    metrics::gauge!("hilo_media_lost").set(kept.lost as f64);
    metrics::gauge!("hilo_reports_parked").set(parked as f64);
    metrics::gauge!("hilo_store_waiting").set(node.store.waiting() as f64);
    metrics::counter!("hilo_store_conflicts_total").absolute(node.store.conflicts() as u64);
    Ok(recorder().render())
}
