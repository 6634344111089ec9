//! Versions of the workflow: who published what and why, what differs, the way back, and what runs finishing on what it began on.

use domain::role::Role;
use serde_json::{Value, json};

use crate::app::{Answer, Api, PATIENCE, TestApp, WORKSPACE, eventually, on_both, text};

/// The starter with the queue of one type changed.
pub(crate) fn with_queue(kind: &str, queue: &str) -> String {
    let text = workflow::TRIAGE;
    let at = text.find(&format!("- id: {kind}\n")).unwrap();
    let line = at + text[at..].find("queue: ").unwrap();
    let end = line + text[line..].find('\n').unwrap();
    format!("{}queue: {queue}{}", &text[..line], &text[end..])
}

pub(crate) async fn publish(api: &Api, text: &str, reason: &str) -> i64 {
    let published = api.post("/workflow/versions", &json!({ "text": text, "reason": reason })).await;
    assert_eq!(published.status, 201, "{published:?}");
    published.body["version"].as_i64().unwrap()
}

fn refused(answer: &Answer, status: u16, said: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert!(text(&answer.body["detail"]).contains(said), "{answer:?}");
}

#[test]
fn a_version_says_who_published_it_and_why_and_the_way_back_is_one_step() {
    on_both(async |app: &mut TestApp| {
        let (designer, agent) = (app.signed_in(Role::Designer).await, app.signed_in(Role::Agent).await);
        let changed = with_queue("order_status", "sales");
        let wish = |text: &str, reason: &str| json!({ "text": text, "reason": reason, "after": 1 });
        let tried = async |text: &str, reason: &str| designer.post("/workflow/versions", &wish(text, reason)).await;

        assert_eq!(agent.post("/workflow/versions", &wish(&changed, "because")).await.status, 403);
        refused(&tried(&changed, " ").await, 422, "say why");
        refused(&tried(&changed.replace("queue: sales", "queue: sails"), "a typo").await, 422, "line ");
        refused(&tried(workflow::TRIAGE, "nothing").await, 409, "says exactly that");
        let checked = designer.post("/workflow/check", &json!({ "text": changed })).await.body;
        let lines: Vec<&Value> = checked["difference"]["places"][0].as_array().unwrap().iter().collect();
        let new: Vec<&str> =
            lines.iter().filter(|line| line["sign"] == "new").map(|line| text(&line["text"])).collect();
        assert_eq!((&checked["sound"], new), (&json!(true), vec!["    queue: sales"]));

        assert_eq!(tried(&changed, "orders are a matter of sales").await.status, 201);
        refused(&tried(&changed, "later").await, 412, "version 2 was published meanwhile");
        let in_force = app.api.get("/workflow").await;
        assert_eq!((&in_force["version"], &in_force["text"]), (&json!(2), &json!(changed)));
        let between = app.api.get("/workflow/versions/1/difference").await;
        assert_eq!(
            (&between["from"], &between["to"], between["places"].as_array().unwrap().len()),
            (&json!(1), &json!(2), 1)
        );

        let back = json!({ "reason": "sales cannot answer that" });
        assert_eq!(designer.post_once("/workflow/versions/1/restoration", "k", Some(&back)).await.body["version"], 3);
        assert_eq!(designer.post_once("/workflow/versions/1/restoration", "k", Some(&back)).await.body["version"], 3);
        refused(&designer.post("/workflow/versions/9/restoration", &back).await, 404, "version");
        let versions = app.api.list("/workflow/versions").await;
        let told: Vec<(i64, &str, &str)> = versions
            .iter()
            .map(|one| (one["version"].as_i64().unwrap(), text(&one["published_by"]), text(&one["reason"])))
            .collect();
        assert_eq!(told[0], (3, "Lucía designer", "sales cannot answer that"));
        assert_eq!(told[1], (2, "Lucía designer", "orders are a matter of sales"));
        assert_eq!(told[2].1, "starter");
        let restored = app.api.get("/workflow/versions/3").await;
        assert_eq!(restored["text"], workflow::TRIAGE);
        let notices = app.api.list("/notices").await;
        assert!(notices.iter().any(|notice| text(&notice["detail"]).contains("sales cannot answer that")));
    });
}

#[test]
fn what_a_customer_began_on_a_version_finishes_on_it() {
    on_both(async |app: &mut TestApp| {
        let ana = app.simulator.phone("+52 55 1234 5678").await;
        ana.says("tengo una duda").await;
        ana.wait_for(1, PATIENCE).await;
        app.settled().await;
        publish(&app.api, &with_queue("order_status", "billing"), "orders are paid first").await;
        let ticket = async |app: &TestApp| app.api.list("/tickets").await.remove(0);

        ana.says("¿dónde está mi pedido?").await;
        app.settled().await;
        let (matter, of_ana) = (app.matters_of(&ana).await.remove(0), ticket(app).await);
        assert_eq!((&matter["workflow_version"], &matter["type"]), (&json!(1), &json!("order_status")));
        assert_eq!(of_ana["queue"], "support", "as version 1 has it");

        // A start later it still does; whoever begins now is on the version in force.
        app.restart().await;
        let bea = app.simulator.phone("+52 55 1000 0001").await;
        bea.says("¿dónde está mi pedido?").await;
        ana.says("¿me escuchan? quiero saber de mi pedido").await;
        app.settled().await;
        let matter = app.matters_of(&bea).await.remove(0);
        let queue = |row: &Value| text(&row["queue"]).to_owned();
        let queues: Vec<String> = app.api.list("/tickets").await.iter().map(queue).collect();
        assert_eq!(matter["workflow_version"], 2);
        assert!(queues.contains(&"support".to_owned()) && queues.contains(&"billing".to_owned()), "{queues:?}");
    });
}

#[test]
fn a_running_server_takes_over_what_the_command_line_publishes_and_a_file_that_nobody_touched_takes_nothing_back() {
    on_both(async |app: &mut TestApp| {
        let workspace = app.workspace(WORKSPACE).await;
        let file = app.files.path().join("workflow.yaml");
        std::fs::write(&file, with_queue("order_status", "sales")).unwrap();
        let said = app.command(&["workflow", "publish", file.to_str().unwrap(), "--why", "orders are for sales"]).await;
        assert_eq!(said, "Version 2 is in force.\n");
        let version = async || app.node.workflows.of(workspace).unwrap().version;
        eventually("the server to take it over", async || (version().await == 2).then_some(())).await;
        assert_eq!(app.command(&["workflow", "show"]).await, with_queue("order_status", "sales"));
        assert_eq!(app.command(&["workflow", "back", "--why", "a mistake"]).await, "Version 3 is in force.\n");
        eventually("the server to take that over", async || (version().await == 3).then_some(())).await;
        let list = app.command(&["workflow", "list"]).await;
        assert!(list.lines().next().unwrap().ends_with("hilo workflow: a mistake"), "{list}");

        let (store, workflows) = (&app.node.store, &app.node.workflows);
        let own = with_queue("order_status", "billing");
        for expected in [4, 5] {
            let given = Some(("workflow.yaml", own.as_str()));
            hilo::workflows::bring_into_force(store, workflows, workspace, given, app.now()).await.unwrap();
            assert_eq!(version().await, expected, "the file is published once");
            if expected == 4 {
                publish(&app.api, workflow::TRIAGE, "without it").await;
            }
        }
    });
}
