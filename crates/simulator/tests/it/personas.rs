//! People who write by themselves.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use serde_json::Value;
use simulator::control::Client;
use simulator::{Pace, PersonaState, Personas, SaidView, Settings};

use crate::stage::{HOUR, PATIENCE, Stage, quick, text, to_ana};

/// Everybody comes at once and is in a great hurry.
fn hurried(count: u32, seed: u64) -> Personas {
    Personas { count, seed, pace: Pace { seconds_between: 0, speed: 100_000 } }
}

/// A stage whose clock runs, as the personas' days need.
async fn running() -> Stage {
    let start = std::time::Instant::now();
    let begin = 1_795_000_000_000;
    let now = move || begin + i64::try_from(start.elapsed().as_millis()).unwrap();
    Stage::with_its_own_clock(Settings { now: std::sync::Arc::new(now), ..quick() }).await
}

fn said_by_name(stage: &Stage) -> HashMap<String, Vec<String>> {
    let texts = |said: Vec<SaidView>| said.into_iter().map(|said| format!("{}: {:?}", said.kind, said.text)).collect();
    let views = stage.sim.phones();
    views
        .into_iter()
        .skip(1)
        .map(|view| (view.name.clone(), texts(stage.sim.find_phone(&view.id).unwrap().said())))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_seed_brings_the_same_people_who_say_the_same() {
    let mut days = Vec::new();
    for _ in 0..2 {
        let stage = running().await;
        let crowd = stage.sim.start_personas(&hurried(12, 7)).unwrap();
        assert!(crowd.finished(Duration::from_secs(60)).await, "{:?}", crowd.people());
        days.push(said_by_name(&stage));
    }
    assert_eq!(days[0], days[1]);
    assert!(days[0].values().all(|said| !said.is_empty()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_customers_do_not_repeat_each_other() {
    let stage = running().await;
    let crowd = stage.sim.start_personas(&hurried(500, 1)).unwrap();
    assert!(crowd.finished(Duration::from_secs(120)).await);
    let people = crowd.people();
    let scripts: HashSet<_> = people.iter().map(|person| person.script.clone()).collect();
    assert!(25 <= scripts.len(), "{}", scripts.len());

    let views = stage.sim.phones();
    let days: Vec<Vec<_>> = views
        .iter()
        .skip(1)
        .map(|view| stage.sim.find_phone(&view.user_id).unwrap().said())
        .map(|said| said.into_iter().filter_map(|said| said.text).collect())
        .collect();
    // A confirmation may be two words, and a voice note has none: those who say more than that all say it differently.
    let talkative: Vec<_> = days.iter().filter(|day| 30 < day.concat().len()).collect();
    let different: HashSet<_> = talkative.iter().collect();
    assert!(450 < talkative.len(), "{}", talkative.len());
    assert!(talkative.len() - different.len() < 8, "{} of {}", different.len(), talkative.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_who_is_answered_reacts_and_one_who_is_not_asks_again_and_leaves() {
    let stage = running().await;
    let crowd = stage.sim.start_personas(&Personas { pace: Pace { seconds_between: 0, speed: 500 }, ..hurried(40, 3) });
    let crowd = crowd.unwrap();
    let waiting = async {
        while !crowd.people().iter().any(|person| person.script == "book_exam" && person.state == PersonaState::Waiting)
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap();
    let guest = crowd.people().into_iter().find(|person| person.script == "book_exam").unwrap();
    let phone = stage.sim.find_phone(&guest.phone).unwrap();
    let before = phone.said().len();

    let mut answer = to_ana(text("¡Claro! ¿A qué hora le acomoda?"));
    answer["to"] = Value::String(guest.phone.clone());
    assert_eq!(stage.post(answer).await.unwrap().0, 200);
    let reacts = async {
        while phone.said().len() == before {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, reacts).await.unwrap();
    crowd.stop();
    assert!(crowd.finished(PATIENCE).await);
}

#[tokio::test]
async fn people_come_as_the_clock_moves_and_go_home_when_told() {
    let stage = Stage::new().await;
    let client = Client::new(&stage.sim.url()).unwrap();
    let wanted = Personas { count: 3, seed: 1, pace: Pace { seconds_between: 3_600, speed: 1 } };
    let people = client.start_personas(&wanted).await.unwrap();
    assert!(people.iter().all(|person| person.state == PersonaState::Coming));

    stage.time_passes(2 * HOUR);
    let come = async {
        while client.phones().await.unwrap().len() < 2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, come).await.unwrap();
    assert_ne!(client.personas().await.unwrap()[0].state, PersonaState::Coming);

    client.stop_personas().await.unwrap();
    assert!(client.personas().await.unwrap().is_empty());
    let none = Personas { count: 0, ..wanted };
    assert!(client.start_personas(&none).await.is_err());
}
