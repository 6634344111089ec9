//! A person and WhatsApp about the same message at the same moment.

use std::time::{Duration, Instant};

use domain::delivery::Progress;
use domain::ids::SendId;
use simulator::{Fault, FaultKind};
use store::Tx;

use crate::app::{TestApp, eventually, on_both, status, statuses_body, text};
use crate::metas_rules::owed_nothing;

/// PostgreSQL looks for two that wait for each other after a second.
const NO_KNOT: Duration = Duration::from_millis(700);

#[test]
fn dropping_a_send_and_a_late_report_on_it_wait_for_each_other_in_one_order() {
    on_both(async |app: &mut TestApp| {
        let ana = owed_nothing(app, "+52 55 1234 5678").await;
        app.simulator.set_fault(Fault::times(1, FaultKind::LoseResponse));
        app.simulator.set_fault(Fault::times(1, FaultKind::MissingStatuses));
        assert_eq!(app.reply_to(&ana, "Llega mañana").await.status, 201);
        let unknown = eventually("the send", async || app.api.list("/outbox?state=unknown").await.pop()).await;
        let report = status(&app.simulator.ledger().accepted[0], "delivered", app.now());

        // As a person drops it: the row of the outbox, and then the message.
        let (workspace, id) = (app.workspace("default").await, text(&unknown["id"]).parse::<SendId>().unwrap());
        let drops = move |tx: &mut Tx<'_>| {
            let Some(row) = tx.outbox_row(workspace, id)? else { return Ok(Duration::ZERO) };
            std::thread::sleep(Duration::from_millis(200));
            let start = Instant::now();
            tx.end_message(workspace, row.send.conversation, row.send.seq, Progress::Cancelled, None)?;
            tx.outbox_row(workspace, id)?;
            Ok(start.elapsed())
        };
        let reports = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            app.post(&statuses_body(&[report])).await
        };
        let (waited, posted) = tokio::join!(app.node.store.write(Vec::new(), drops), reports);
        assert!(waited.as_ref().is_ok_and(|waited| *waited < NO_KNOT), "{waited:?}");
        assert_eq!((posted, app.messages_with(&ana).await[1]["status"].as_str()), (200, Some("delivered")));
    });
}
