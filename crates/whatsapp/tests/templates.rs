//! The calls about templates against a server that lists, takes, refuses, or talks nonsense.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use whatsapp::client::Timeouts;
use whatsapp::templates::{Definition, NotDone};
use whatsapp::{Client, Secret};

const ACCOUNT: &str = "102290129340398";

/// What the server was asked: method, path, query, body.
type Asked = (String, String, HashMap<String, String>, Value);
type Answers = Arc<dyn Fn(&Asked) -> Response + Send + Sync>;

/// Every request, and a server that answers them.
struct Meta {
    client: Client,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Meta {
    async fn answering(answer: impl Fn(&Asked) -> Response + Send + Sync + 'static) -> Meta {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let state: (Arc<Mutex<Vec<Asked>>>, Answers) = (asked.clone(), Arc::new(answer));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/v25.0", listener.local_addr().unwrap());
        let router = Router::new().fallback(any(take)).with_state(state);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let timeouts = Timeouts { connect: Duration::from_secs(5), total: Duration::from_secs(5) };
        Meta { client: Client::new(&base, &Secret::new("EAAB"), timeouts).unwrap(), asked }
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn take(
    State((asked, answer)): State<(Arc<Mutex<Vec<Asked>>>, Answers)>,
    Query(query): Query<HashMap<String, String>>,
    request: Request,
) -> Response {
    assert_eq!(request.headers()[header::AUTHORIZATION], "Bearer EAAB");
    let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
    let bytes = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let one = (method, path, query, serde_json::from_slice(&bytes).unwrap_or_default());
    let said = answer(&one);
    asked.lock().unwrap().push(one);
    said
}

fn listed(id: usize) -> Value {
    json!({"id": id.to_string(), "name": format!("order_{id}"), "language": "es", "category": "UTILITY", "status": "APPROVED"})
}

fn definition() -> Definition {
    Definition {
        name: "order_ready".into(),
        language: "es_MX".into(),
        category: "utility".into(),
        is_named: false,
        components: json!([{"type": "BODY", "text": "Sus lentes están listos."}]),
    }
}

fn refusing(code: i64, subcode: i64) -> Response {
    let error = json!({"message": "Invalid parameter", "code": code, "error_subcode": subcode});
    (StatusCode::BAD_REQUEST, Json(json!({"error": error}))).into_response()
}

#[tokio::test]
async fn a_list_is_read_page_by_page_by_its_cursors_and_never_by_the_address_that_it_names() {
    let meta = Meta::answering(|(_, _, query, _)| {
        let page = query.get("after").map_or(0, |after| after.parse::<usize>().unwrap());
        let mut said = json!({"data": [listed(page), listed(page + 10), {"name": "without an id"}]});
        if page < 2 {
            let cursors = json!({"after": (page + 1).to_string()});
            said["paging"] = json!({"cursors": cursors, "next": "https://elsewhere.example.org/?access_token=EAAB"});
        }
        Json(said).into_response()
    })
    .await;

    let all = meta.client.templates(ACCOUNT).await.unwrap();

    let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["order_0", "order_10", "order_1", "order_11", "order_2", "order_12"]);
    let asked = meta.asked();
    assert_eq!(asked.len(), 3);
    assert!(asked.iter().all(|(method, path, query, _)| {
        method == "GET" && *path == format!("/v25.0/{ACCOUNT}/message_templates") && query["limit"] == "100"
    }));
    assert!(asked[0].2["fields"].contains("rejected_reason"));
}

#[tokio::test]
async fn a_list_without_an_end_and_one_that_breaks_off_are_no_list() {
    let endless = Meta::answering(|_| {
        let paging = json!({"cursors": {"after": "again"}, "next": "https://graph.facebook.com/next"});
        Json(json!({"data": [listed(1)], "paging": paging})).into_response()
    })
    .await;
    let NotDone::NoAnswer(reason) = endless.client.templates(ACCOUNT).await.unwrap_err() else { panic!() };
    assert!(reason.contains("80 pages"), "{reason}");

    let broken = Meta::answering(|(_, _, query, _)| match query.get("after") {
        None => Json(json!({"data": [listed(1)], "paging": {"cursors": {"after": "2"}, "next": "https://a"}}))
            .into_response(),
        Some(_) => (StatusCode::BAD_GATEWAY, "<html>sorry</html>").into_response(),
    })
    .await;
    assert!(
        matches!(broken.client.templates(ACCOUNT).await, Err(NotDone::NoAnswer(_))),
        "half a list would delete the rest"
    );
}

#[tokio::test]
async fn a_template_is_found_by_its_whole_name_and_its_language() {
    let meta = Meta::answering(|_| {
        let named = |name: &str, language: &str| {
            let mut one = listed(1);
            (one["name"], one["language"]) = (json!(name), json!(language));
            one
        };
        let data = [named("order_ready_2", "es_MX"), named("order_ready", "pt_BR"), named("order_ready", "es_MX")];
        Json(json!({"data": data})).into_response()
    })
    .await;

    let found = meta.client.template(ACCOUNT, "order_ready", "es_MX").await.unwrap().unwrap();

    assert_eq!((found.name.as_str(), found.language.as_str()), ("order_ready", "es_MX"));
    assert_eq!(meta.client.template(ACCOUNT, "order", "es_MX").await, Ok(None), "Meta finds parts of names, too");
    assert_eq!(meta.asked()[0].2["name"], "order_ready");
}

#[tokio::test]
async fn a_template_is_submitted_as_meta_wants_it_and_an_answer_without_an_id_is_none() {
    let meta = Meta::answering(|(_, _, _, body)| {
        assert_eq!((&body["category"], &body["language"]), (&json!("UTILITY"), &json!("es_MX")));
        Json(json!({"id": "594425479261596", "status": "PENDING", "category": "MARKETING"})).into_response()
    })
    .await;
    let created = meta.client.create_template(ACCOUNT, &definition()).await.unwrap();
    assert_eq!((created.id.as_str(), created.category.as_deref()), ("594425479261596", Some("MARKETING")));
    assert_eq!(meta.asked()[0].0, "POST");

    let strange = Meta::answering(|_| Json(json!({"success": true})).into_response()).await;
    assert!(matches!(strange.client.create_template(ACCOUNT, &definition()).await, Err(NotDone::NoAnswer(_))));
}

#[tokio::test]
async fn a_refusal_keeps_its_subcode_which_says_what_is_wrong() {
    let meta = Meta::answering(|_| refusing(100, 2_388_299)).await;
    let NotDone::Refused(refusal) = meta.client.create_template(ACCOUNT, &definition()).await.unwrap_err() else {
        panic!()
    };
    assert_eq!((refusal.code, refusal.subcode, refusal.http_status), (100, Some(2_388_299), Some(400)));
}

#[tokio::test]
async fn an_edit_names_the_template_and_a_deletion_one_language_or_all() {
    let meta = Meta::answering(|_| Json(json!({"success": true})).into_response()).await;
    let components = definition().components;
    meta.client.edit_template("77", &components, Some("marketing")).await.unwrap();
    meta.client.edit_template("77", &components, None).await.unwrap();
    meta.client.delete_template(ACCOUNT, "order_ready", "77").await.unwrap();
    meta.client.delete_template_in_all_languages(ACCOUNT, "order_ready").await.unwrap();

    let asked = meta.asked();
    assert_eq!(
        (asked[0].1.as_str(), &asked[0].3),
        ("/v25.0/77", &json!({"components": components, "category": "MARKETING"}))
    );
    assert_eq!(asked[1].3, json!({"components": components}));
    let query = |place: usize| (asked[place].0.as_str(), asked[place].2["name"].as_str(), asked[place].2.get("hsm_id"));
    assert_eq!(query(2), ("DELETE", "order_ready", Some(&"77".to_owned())));
    assert_eq!(query(3), ("DELETE", "order_ready", None));
}

#[tokio::test]
async fn an_account_or_an_id_that_is_none_is_never_asked_for() {
    let meta = Meta::answering(|_| panic!("nothing should arrive")).await;
    for nonsense in ["../me", "", "1?x=1", "a/b"] {
        assert!(meta.client.templates(nonsense).await.is_err(), "{nonsense}");
        assert!(meta.client.edit_template(nonsense, &json!([]), None).await.is_err(), "{nonsense}");
    }
}
