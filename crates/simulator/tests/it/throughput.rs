//! The simulator must not be what a load test measures.

use std::sync::Arc;
use std::time::{Duration, Instant};

use simulator::Settings;

use crate::stage::{Stage, quick, text, to_ana};

const SENDS: usize = 2_000;
const AT_ONCE: usize = 64;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_sends_are_each_accepted_once_and_get_three_statuses() {
    let stage = Stage::after_ana_wrote_with(Settings { number_rate: None, pair_rate: None, ..quick() }).await;
    let stage = Arc::new(stage);
    let start = Instant::now();
    let senders: Vec<_> = (0..AT_ONCE).map(|sender| tokio::spawn(send_share(Arc::clone(&stage), sender))).collect();
    for sender in senders {
        sender.await.unwrap();
    }
    let accepted_in = start.elapsed();
    assert!(stage.sim.settled(Duration::from_secs(60)).await);
    println!("{SENDS} sends accepted in {accepted_in:?}, all statuses posted in {:?}", start.elapsed());

    let ledger = stage.sim.ledger();
    assert_eq!((ledger.accepted.len(), ledger.repeated_opaque().len()), (SENDS, 0));
    assert_eq!(stage.business.bodies.lock().unwrap().len(), 1 + 3 * SENDS);
    assert_eq!(stage.ana.received().len(), SENDS);
}

async fn send_share(stage: Arc<Stage>, sender: usize) {
    for n in (sender..SENDS).step_by(AT_ONCE) {
        let mut message = text(&format!("message {n}"));
        message["biz_opaque_callback_data"] = format!("attempt-{n}").into();
        assert_eq!(stage.post(to_ana(message)).await.unwrap().0, 200);
    }
}
