//! Template pacing: what is held until people have said what they think of the first messages.

use serde_json::{Value, json};
use simulator::{Category, Decision, Quality, Template};

use crate::stage::{PATIENCE, Stage, names, quick, template, to_ana};

/// A sale that is paced, and a first message of it that waits.
async fn held() -> (Stage, String) {
    let stage = Stage::new().await;
    stage.sim.decide_template("spring_sale", &Decision::Hold);
    let wamid = held_send(&stage).await;
    assert!(stage.statuses(&wamid).await.is_empty());
    (stage, wamid)
}

async fn held_send(stage: &Stage) -> String {
    let (status, body) = stage.post(to_ana(template("spring_sale"))).await.unwrap();
    assert_eq!((status, &body["messages"][0]["message_status"]), (200, &json!("held_for_quality_assessment")));
    body["messages"][0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_paced_template_is_held_for_quality_assessment_and_sent_when_people_like_it() {
    let (stage, wamid) = held().await;
    stage.sim.decide_template("spring_sale", &Decision::Release);
    assert_eq!(names(&stage.statuses(&wamid).await), ["sent", "delivered", "read"]);
    let (_, next) = stage.post(to_ana(template("spring_sale"))).await.unwrap();
    assert_eq!(next["messages"][0]["message_status"], "accepted");
}

#[tokio::test]
async fn a_green_score_releases_what_was_held() {
    let (stage, wamid) = held().await;
    stage.sim.decide_template("spring_sale", &Decision::Quality { score: Quality::Yellow });
    assert!(stage.statuses(&wamid).await.is_empty());
    stage.sim.decide_template("spring_sale", &Decision::Quality { score: Quality::Green });
    assert_eq!(stage.statuses(&wamid).await.len(), 3);
}

#[tokio::test]
async fn when_the_template_is_paused_what_was_held_is_dropped_with_132015() {
    let (stage, wamid) = held().await;
    stage.sim.decide_template("spring_sale", &Decision::Pause);
    assert_eq!(stage.failure(&wamid).await, 132_015);
    assert!(stage.ana.received().is_empty());
}

#[tokio::test]
async fn one_time_passwords_are_never_held() {
    let mut settings = quick();
    settings.approved_templates.push(Template { category: Category::Authentication, ..Template::named("code") });
    let stage = Stage::with(settings).await;
    stage.sim.decide_template("code", &Decision::Hold);
    stage.send(template("code")).await;
    assert_eq!(stage.ana.wait_for(1, PATIENCE).await.len(), 1);
}

#[tokio::test]
async fn what_is_refused_is_not_held() {
    let stage = Stage::new().await;
    stage.sim.decide_template("spring_sale", &Decision::Hold);
    stage.ana.does(simulator::Act::OptOut).await.unwrap();
    let (_, body) = stage.post(to_ana(template("spring_sale"))).await.unwrap();
    assert_eq!(body["messages"][0]["message_status"], Value::from("accepted"));
    assert_eq!(stage.failure(body["messages"][0]["id"].as_str().unwrap()).await, 131_050);
}
