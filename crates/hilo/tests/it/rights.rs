//! Every route of the API, tried by everybody: what is expected stands in `rights.txt`, and a route that is not in it fails the test.

use std::collections::BTreeMap;

use domain::role::Role;
use domain::scope::Scope;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, Api, TestApp, on_both, text};
use crate::openapi::operations;

/// Who may call a route: the scope of a key, and roles.
const TABLE: &str = include_str!("rights.txt");

struct Line {
    scope: String,
    roles: Vec<String>,
}

/// By the name of the operation.
fn table() -> BTreeMap<String, Line> {
    let line = |line: &str| {
        let mut words = line.split_whitespace().map(str::to_owned);
        let (name, scope) = (words.next().unwrap(), words.next().unwrap());
        (name, Line { scope, roles: words.collect() })
    };
    TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(line).collect()
}

/// A path in which every name of a thing is that of nothing.
fn of_nothing(path: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { "none".to_owned() } else { part.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Called with a body that nobody takes, so that nothing happens where it is allowed.
async fn tried(api: &Api, method: &str, path: &str) -> Answer {
    let method: Method = method.parse().unwrap();
    if method == Method::GET { api.call(method, path).await } else { api.call_with(method, path, &json!([])).await }
}

fn is_endless(operation: &Value) -> bool {
    operation["responses"]["200"]["content"]["text/event-stream"].is_object()
}

#[test]
fn every_route_is_open_to_whom_the_table_names_and_to_nobody_else() {
    let (table, operations) = (table(), operations());
    for (_, _, operation) in &operations {
        let name = text(&operation["operationId"]);
        assert!(table.contains_key(name), "{name} is not in tests/it/rights.txt: say there who may call it");
    }
    assert_eq!(table.len(), operations.len(), "rights.txt names routes that are gone");
    on_both(async |app: &mut TestApp| {
        let mut callers = vec![("nobody".to_owned(), app.api.with_key("hilo_unknown"))];
        for role in Role::ALL.iter().copied() {
            callers.push((role.name().to_owned(), app.signed_in(role).await));
        }
        for scope in Scope::ALL.iter().copied() {
            callers.push((format!("key:{scope}"), app.api_that_may(scope).await));
        }
        for (method, path, operation) in &operations {
            let name = text(&operation["operationId"]);
            let line = &table[name];
            for (caller, api) in &callers {
                let may = line.roles.contains(caller) || *caller == format!("key:{}", line.scope);
                if may && (is_endless(operation) || ENDS_THE_CALLER.contains(&name)) {
                    continue;
                }
                let status = tried(api, method, &of_nothing(path)).await.status;
                match (caller.as_str(), may) {
                    ("nobody", _) => assert_eq!(status, 401, "{name} by nobody"),
                    (_, false) => assert_eq!(status, 403, "{name} by {caller}"),
                    (_, true) => assert!(![401, 403].contains(&status), "{name} by {caller}: {status}"),
                }
            }
        }
    });
}

/// What has an effect although its body says nothing, and would sign out whoever tries the next route.
const ENDS_THE_CALLER: [&str; 0] = [];

#[test]
fn what_belongs_to_one_workspace_does_not_exist_for_another() {
    on_both(async |app: &mut TestApp| {
        let phone = app.simulator.phone("+52 55 1234 5678").await;
        phone.says("hola, ¿dónde está mi pedido?").await;
        app.settled().await;
        let owner = app.signed_in(Role::Owner).await;
        let (stranger, strange_key) = (app.signed_in_elsewhere("other").await, app.api_of("other").await);
        let ids = ids_of(app, &owner).await;
        assert!(6 < ids.len(), "{ids:?}");
        for (method, path, operation) in operations() {
            if is_endless(&operation) {
                continue;
            }
            for api in [&stranger, &strange_key] {
                for id in &ids {
                    let path = path.split('/').map(|part| if part.starts_with('{') { id.as_str() } else { part });
                    let path = path.collect::<Vec<_>>().join("/");
                    let answer = tried(api, &method, &path).await;
                    let said = answer.body.to_string();
                    let leaks = ids.iter().any(|id| said.contains(id.as_str()))
                        || said.contains("5512345678")
                        || said.contains("pedido");
                    assert!(!leaks, "{method} {path}: {answer:?}");
                    if path.contains(id.as_str()) {
                        let refused = [400, 403, 404, 409, 415, 422].contains(&answer.status);
                        assert!(refused, "{method} {path}: {answer:?}");
                    }
                }
            }
        }
        assert_eq!(ids_of(app, &owner).await, ids, "nothing changed");
    });
}

/// Every id that the lists of a workspace tell.
async fn ids_of(app: &TestApp, owner: &Api) -> Vec<String> {
    let mut ids = Vec::new();
    for (method, path, operation) in operations() {
        if method != "GET"
            || path.contains('{')
            || is_endless(&operation)
            || path == "/changes"
            || path == "/me/sessions"
        {
            continue;
        }
        let answer = owner.call(Method::GET, &path).await;
        let rows = answer.body["data"].as_array().cloned().unwrap_or_default();
        ids.extend(rows.iter().filter_map(|row| row["id"].as_str()).filter(|id| id.len() == 36).map(str::to_owned));
    }
    ids.push(app.workspace(crate::app::WORKSPACE).await.to_string());
    ids.sort();
    ids.dedup();
    ids
}
