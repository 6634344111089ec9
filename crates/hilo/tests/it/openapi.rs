//! The OpenAPI document: checked in as it is served, and true.

use std::collections::BTreeSet;

use hilo::http::api;
use serde_json::Value;

use crate::app::{TestApp, on_both, text};

fn document() -> Value {
    serde_json::to_value(api::document()).unwrap()
}

/// Every operation of the document: method, path, and what it says about itself.
pub(crate) fn operations() -> Vec<(String, String, Value)> {
    let document = document();
    let paths = document["paths"].as_object().unwrap().clone();
    let of_path = |(path, item): (String, Value)| {
        let operations = item.as_object().unwrap().clone();
        operations.into_iter().map(move |(method, operation)| (method.to_uppercase(), path.clone(), operation))
    };
    paths.into_iter().flat_map(of_path).collect()
}

#[test]
fn the_document_that_is_checked_in_is_the_one_that_is_served() {
    let checked_in = include_str!("../../../../docs/openapi.json");
    assert!(
        checked_in == api::document_text().unwrap(),
        "docs/openapi.json is stale; rewrite it: cargo run -- openapi > docs/openapi.json"
    );
}

#[test]
fn every_reference_in_the_document_leads_somewhere() {
    let document = document();
    let mut open = vec![&document];
    while let Some(part) = open.pop() {
        match part {
            Value::Object(members) => {
                if let Some(Value::String(place)) = members.get("$ref") {
                    assert!(document.pointer(place.trim_start_matches('#')).is_some(), "{place}");
                }
                open.extend(members.values());
            }
            Value::Array(items) => open.extend(items),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

#[test]
fn anybody_may_read_the_document() {
    on_both(async |app: &mut TestApp| {
        let answer = app.http.get(format!("{}/api/v1/openapi.json", app.url)).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let served: Value = answer.json().await.unwrap();
        assert_eq!(served["openapi"], "3.1.0");
        assert_eq!(served, document());
    });
}

#[test]
fn every_route_has_a_name_a_sentence_and_all_its_answers() {
    let (document, mut names) = (document(), BTreeSet::new());
    for (method, path, operation) in operations() {
        let route = format!("{method} {path}");
        assert!(names.insert(text(&operation["operationId"]).to_owned()), "{route} has the name of another");
        assert!(text(&operation["summary"]).ends_with('.'), "{route} does not say what it does");
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{route}");
        for (status, answer) in operation["responses"].as_object().unwrap() {
            let shared = answer["$ref"].as_str().map(|place| document.pointer(place.trim_start_matches('#')).unwrap());
            let answer = shared.unwrap_or(answer);
            assert!(!text(&answer["description"]).is_empty(), "{route} {status}");
            let refused = "400" <= status.as_str();
            assert_eq!(answer["content"]["application/problem+json"].is_object(), refused, "{route} {status}");
        }
    }
}
