//! The OpenAPI document: what the routes say about themselves, and what holds for all of them.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use domain::right::Right;
use domain::role::Role;
use serde_json::Value;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Schema, SchemaType, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Components, Content, Header, HeaderBuilder, InfoBuilder, ObjectBuilder, OpenApi, OpenApiBuilder, PathItem, Ref,
    RefOr, Required, Response, ResponseBuilder, ServerBuilder,
};
use utoipa::{PartialSchema, ToSchema};

use super::examples;
use super::schemas::{Id, SendListName, ViewName};
use super::shapes::BY_KIND;
use crate::http::problem::{PROBLEM, ProblemView};

const ABOUT: &str = "What Hilo has recorded, and what a person decides. Ids are UUIDs of version 7, times are milliseconds \
    since 1970 in UTC, prices of messages are in US dollars. Lists come in pages: ask again with `next_cursor` as `cursor`. \
    A refusal is `application/problem+json` with a sentence in `detail` that says what to change.";
const ONCE: &str = "Makes it safe to try again: under one key a request has its effect once, and is answered as the first time. \
    Kept for two days. Another request under the same key is refused with 422.";
const KEY: &str = "key";
const SESSION: &str = "session";
/// The operation that sends messages.
const SEND: &str = "reply";

/// Every way in which the API refuses. What a route has to say about its own refusals stands with the route.
const REFUSALS: [(u16, &str); 11] = [
    (400, "The address or the query cannot be read."),
    (401, "No key, or one that is unknown; nobody is signed in."),
    (403, "The key lacks the scope that this route needs, or the person the role."),
    (404, "There is no such thing in this workspace."),
    (408, "The body did not come in time."),
    (413, "The body is too large."),
    (415, "The body is not `application/json`."),
    (422, "Something in the request cannot be used."),
    (429, "The caller asked too often; `Retry-After` says how many seconds to wait."),
    (500, "A fault of Hilo's; the log says which."),
    (503, "The database does not answer; try again in a moment."),
];

/// What stands above all routes.
pub(super) fn frame() -> OpenApi {
    let mut info = InfoBuilder::new().title("Hilo").version(env!("CARGO_PKG_VERSION")).description(Some(ABOUT)).build();
    info.license = Some(utoipa::openapi::License::new("Apache-2.0"));
    let mut components = Components::new();
    let bearer = Http::builder().scheme(HttpAuthScheme::Bearer).description(Some("A key of `hilo key create`."));
    components.add_security_scheme(KEY, SecurityScheme::Http(bearer.build()));
    components.schemas.insert(ProblemView::name().into_owned(), ProblemView::schema());
    let cookie = ApiKeyValue::with_description(
        "__Host-sid",
        "Somebody who is signed in, by HTTPS; `sid` on the machine itself. What has an effect must come from a page of Hilo.",
    );
    components.add_security_scheme(SESSION, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    // Parameters alone name these, and parameters bring no schema with them.
    components.schemas.insert(Id::name().into_owned(), Id::schema());
    components.schemas.insert(SendListName::name().into_owned(), SendListName::schema());
    components.schemas.insert(ViewName::name().into_owned(), ViewName::schema());
    for (code, why) in REFUSALS {
        let mut refusal = RefOr::T(ResponseBuilder::new().description(why).build());
        describe(&code.to_string(), &mut refusal);
        components.responses.insert(refusal_name(code), refusal);
    }
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([ServerBuilder::new().url("/api/v1").build()]))
        .components(Some(components))
        .build()
}

/// Adds to each route what holds for all of its kind, so that none can forget it.
pub(super) fn complete(mut api: OpenApi) -> OpenApi {
    let asked = schemas_of_requests(&api);
    for (path, item) in &mut api.paths.paths {
        for (method, operation) in operations(item) {
            name_the_id(path, operation);
            if method == "post" {
                take_a_key(operation);
            }
            if operation.operation_id.as_deref() == Some(SEND) {
                examples::add_messages(operation);
            }
            add_refusals(path, method, operation);
            operation.responses.responses.iter_mut().for_each(|(code, response)| describe(code, response));
        }
    }
    if let Some(components) = &mut api.components {
        let answers = components.schemas.iter_mut();
        let answers = answers.filter(|(name, _)| !asked.contains(*name) && !BY_KIND.contains(&name.as_str()));
        answers.for_each(|(_, schema)| require_every_field(schema));
    }
    api
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem { get, put, post, patch, delete, .. } = item;
    let all = [("get", get), ("put", put), ("post", post), ("patch", patch), ("delete", delete)];
    all.into_iter().filter_map(|(method, operation)| operation.as_mut().map(|operation| (method, operation)))
}

fn name_the_id(path: &str, operation: &mut Operation) {
    let names_it = |parameter: &RefOr<Parameter>| matches!(parameter, RefOr::T(p) if p.name == "id");
    if path.contains("{id}") && !operation.parameters.iter().flatten().any(names_it) {
        let id = ParameterBuilder::new()
            .name("id")
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .schema(Some(Ref::from_schema_name(Id::name())))
            .build();
        operation.parameters.get_or_insert_default().insert(0, RefOr::T(id));
    }
}

fn take_a_key(operation: &mut Operation) {
    let key = ObjectBuilder::new().schema_type(SchemaType::new(Type::String)).min_length(Some(1)).max_length(Some(255));
    let parameter = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(ONCE))
        .schema(Some(RefOr::T(Schema::Object(key.pattern(Some("^[!-~]+$")).build()))))
        .build();
    operation.parameters.get_or_insert_default().push(RefOr::T(parameter));
    for (code, response) in &mut operation.responses.responses {
        if let (RefOr::T(response), true) = (response, code.starts_with('2')) {
            let replayed = header(Type::String, "`true` if this was answered before under the same key.");
            response.headers.insert("Idempotent-Replayed".to_owned(), replayed);
        }
    }
}

/// Says of each route which scope a key needs for it, and in which roles people may.
pub(super) fn name_the_right(api: &mut OpenApi, right: Right) {
    let grant = right.grant();
    let key = grant.scope.map(|scope| SecurityRequirement::new(KEY, [scope.name()]));
    let session = SecurityRequirement::new(SESSION, grant.roles.iter().copied().map(Role::name));
    for (_, operation) in api.paths.paths.values_mut().flat_map(operations) {
        operation.security = Some(key.iter().cloned().chain([session.clone()]).collect());
    }
}

/// Every way in which a route of this shape can refuse. What a route says about itself comes first.
fn add_refusals(path: &str, method: &str, operation: &mut Operation) {
    let asks = |parameter: &RefOr<Parameter>| matches!(parameter, RefOr::T(p) if p.parameter_in == ParameterIn::Query);
    let has_query = operation.parameters.iter().flatten().any(asks);
    let has_body = operation.request_body.is_some();
    let can = |code: u16| match code {
        404 => path.contains("{id}"),
        408 | 413 => has_body || method == "post",
        415 => has_body,
        422 => has_body || has_query || method == "post",
        _ => true,
    };
    let possible: Vec<u16> = REFUSALS.iter().map(|(code, _)| *code).filter(|code| can(*code)).collect();
    for code in possible {
        let refusal = RefOr::Ref(Ref::from_response_name(refusal_name(code)));
        operation.responses.responses.entry(code.to_string()).or_insert(refusal);
    }
}

fn refusal_name(code: u16) -> String {
    let reason = StatusCode::from_u16(code).ok().and_then(|status| status.canonical_reason());
    reason.unwrap_or_default().replace(' ', "")
}

/// A refusal is always a problem, and an answer always has a word to it.
fn describe(code: &str, response: &mut RefOr<Response>) {
    let (RefOr::T(response), Ok(status)) = (response, code.parse::<StatusCode>()) else { return };
    if status.is_client_error() || status.is_server_error() {
        let problem = Content::new(Some(Ref::from_schema_name(ProblemView::name())));
        response.content.insert(PROBLEM.to_owned(), RefOr::T(problem));
    }
    if status == StatusCode::UNAUTHORIZED {
        response.headers.insert("WWW-Authenticate".to_owned(), header(Type::String, "`Bearer`"));
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        response.headers.insert("Retry-After".to_owned(), header(Type::Integer, "Seconds to wait."));
    }
    if response.description.is_empty() {
        response.description = "What was asked for.".to_owned();
    }
}

fn header(kind: Type, description: &str) -> RefOr<Header> {
    let value = RefOr::T(Schema::Object(ObjectBuilder::new().schema_type(SchemaType::new(kind)).build()));
    RefOr::T(HeaderBuilder::new().schema(Some(value)).description(Some(description)).build())
}

/// The names of what comes in, with whatever it consists of; all other schemas are of what goes out.
fn schemas_of_requests(api: &OpenApi) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    let mut open = bodies_of_requests(api);
    while let Some(name) = open.pop() {
        let schema = api.components.as_ref().and_then(|components| components.schemas.get(&name));
        let parts = schema.and_then(|schema| serde_json::to_value(schema).ok()).map(|schema| named_in(&schema));
        if known.insert(name) {
            open.extend(parts.unwrap_or_default());
        }
    }
    known
}

/// The schemas that a schema refers to.
fn named_in(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(members) => {
            let named = members.get("$ref").and_then(Value::as_str).and_then(|place| place.rsplit('/').next());
            named.map(str::to_owned).into_iter().chain(members.values().flat_map(named_in)).collect()
        }
        Value::Array(items) => items.iter().flat_map(named_in).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

fn bodies_of_requests(api: &OpenApi) -> Vec<String> {
    let items = api.paths.paths.values();
    let operations = items.flat_map(|item| [&item.put, &item.post, &item.patch, &item.delete]).flatten();
    let contents = operations.filter_map(|operation| match &operation.request_body {
        Some(RefOr::T(body)) => Some(body.content.values()),
        Some(RefOr::Ref(_)) | None => None,
    });
    let schemas = contents.flatten().filter_map(|content| match content {
        RefOr::T(Content { schema: Some(RefOr::Ref(schema)), .. }) => schema.ref_location.rsplit('/').next(),
        RefOr::T(_) | RefOr::Ref(_) => None,
    });
    schemas.map(str::to_owned).collect()
}

/// An answer leaves no field out: of what nothing is known, it says null.
fn require_every_field(schema: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::Object(object)) = schema {
        object.required = object.properties.keys().cloned().collect();
    }
}
