//! People from a file, and everybody as one.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use domain::Region;
use domain::ids::ImportId;
use domain::import::{Field, ImportState, RowOutcome};
use futures::Stream;
use serde::{Deserialize, Serialize};
use store::{ImportRow, Tx};
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use super::page::{Asked, Page, filter};
use super::schemas::{FieldName, Id, ImportStateName, RowOutcomeName, Time};
use crate::http::attempt::{Attempt, Posted};
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::imports::report::{self, Form};
use crate::imports::{NotTaken, Plan, PlanChange, RowReport, take};
use crate::inbox::{Acted, Refusal};
use crate::node::Node;

/// A file of people.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Import)]
pub(super) struct ImportView {
    #[schema(value_type = Id)]
    id: ImportId,
    /// What the file is called.
    name: String,
    #[schema(value_type = ImportStateName)]
    state: ImportState,
    /// Whether its rows are only looked at.
    dry_run: bool,
    /// Why it failed.
    reason: Option<String>,
    /// Bytes of the file, and how many of them are worked off.
    size: i64,
    done: i64,
    /// Rows that became somebody new.
    created: i64,
    /// Rows that were somebody known.
    matched: i64,
    /// Rows that could be several people; nothing was written for them.
    ambiguous: i64,
    /// Rows that cannot be used.
    refused: i64,
    /// How the file is read; null until it is here.
    plan: Option<PlanView>,
    made_by: String,
    #[schema(value_type = Time)]
    created_at: i64,
    #[schema(value_type = Time)]
    changed_at: i64,
}

/// How a file is read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportPlan)]
struct PlanView {
    /// Between two cells.
    #[schema(example = ";")]
    separator: String,
    /// The columns, in their order.
    columns: Vec<ColumnView>,
    /// The country of numbers without one.
    #[schema(example = "MX")]
    region: String,
    /// Whether the file has the last word on names and languages.
    overwrite: bool,
    /// The first rows.
    preview: Vec<Vec<String>>,
}

/// A column of a file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportColumn)]
struct ColumnView {
    /// Its heading; its number if there is none.
    name: String,
    /// What it says about a person; null if it is left out.
    #[schema(value_type = Option<FieldName>)]
    field: Option<Field>,
}

impl From<ImportRow> for ImportView {
    fn from(row: ImportRow) -> Self {
        let plan = serde_json::from_str::<Plan>(&row.plan).ok().map(|plan| PlanView {
            separator: plan.separator.to_string(),
            columns: plan
                .columns
                .into_iter()
                .map(|column| ColumnView { name: column.name, field: column.field })
                .collect(),
            region: plan.region,
            overwrite: plan.overwrite,
            preview: plan.preview,
        });
        ImportView {
            id: row.id,
            name: row.name,
            state: row.state,
            dry_run: row.dry,
            reason: row.reason,
            size: row.size,
            done: row.progress.at_byte,
            created: row.progress.created,
            matched: row.progress.matched,
            ambiguous: row.progress.ambiguous,
            refused: row.progress.refused,
            plan,
            made_by: row.by,
            created_at: row.created_at,
            changed_at: row.changed_at,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wish {
    /// What the file is called.
    #[param(example = "contacts.csv")]
    name: Option<String>,
    /// What to do with it: `write` its rows, `check` them and write nothing, or `hold` it until you have seen the plan. `write` unless
    /// given.
    run: Option<String>,
    /// What columns are, where their headings do not say it: by heading or number, with commas between.
    #[param(example = "phone=Celular,name=2")]
    map: Option<String>,
    /// The country of numbers without one; that of the workspace's first WhatsApp number unless given.
    #[param(example = "MX")]
    region: Option<String>,
    /// Whether the file has the last word on names and languages. Otherwise it adds what nobody knew.
    overwrite: Option<bool>,
}

/// What to do with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ImportRun)]
pub(super) enum Run {
    /// Write its rows.
    Write,
    /// Look what would become of them.
    Check,
}

impl Wish {
    fn run(&self) -> Result<Option<Run>, Problem> {
        match self.run.as_deref() {
            None | Some("write") => Ok(Some(Run::Write)),
            Some("check") => Ok(Some(Run::Check)),
            Some("hold") => Ok(None),
            Some(other) => Err(Problem::invalid(format!("`run` is write, check or hold, not `{other}`"))),
        }
    }

    fn change(&self) -> Result<PlanChange, Problem> {
        let pairs = self.map.iter().flat_map(|map| map.split(',')).filter(|pair| !pair.trim().is_empty());
        let fields = pairs.map(|pair| {
            let (field, column) = pair.split_once('=').ok_or("write WHAT=COLUMN, for example phone=Celular")?;
            let field: Field = field.trim().parse().map_err(|error: domain::UnknownName| error.to_string())?;
            Ok((field, column.to_owned()))
        });
        let fields =
            fields.collect::<Result<_, String>>().map_err(|said| Problem::invalid(format!("`map`: {said}")))?;
        Ok(PlanChange { fields, overwrite: self.overwrite, ..PlanChange::default() })
    }
}

/// Takes a CSV file in, as the body itself, and works it off beside other work. Rows whose person is known are matched, never doubled: the
/// same file again makes nobody.
#[utoipa::path(
    post,
    path = "/imports",
    tag = "imports",
    operation_id = "create_import",
    params(Wish),
    request_body(content((Vec<u8> = "text/csv"))),
    responses(
        (status = 201, description = "The file is here.", body = ImportView),
        (status = 422, description = "It is no CSV file, or no column says who somebody is."),
    )
)]
pub(super) async fn create(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(wish): Query<Wish>,
    request: Request,
) -> Result<Response, Problem> {
    let (run, change, headers) = (wish.run()?, wish.change()?, request.headers().clone());
    // What is wrong with the key is told before the file is taken.
    Attempt::of(&headers, Vec::new())?;
    let region = region(&node, &caller, wish.region.as_deref())?;
    let name = wish.name.as_deref().map(str::trim).filter(|name| !name.is_empty()).unwrap_or("contacts.csv");
    let (workspace, now) = (caller.workspace, node.clock.now().as_millisecond());
    let bytes = Body::into_data_stream(request.into_body());
    let (taken, sha256) = take(&node.store, workspace, (name, &caller.name, region, now), bytes).await?;
    let (id, kept) = (taken.id, taken.clone());
    let plan = match planned(&taken, &change, run.is_some()) {
        Ok(plan) => plan,
        Err(problem) => {
            node.store.write(Vec::new(), move |tx| tx.delete_import(workspace, id)).await?;
            return Err(problem);
        }
    };
    let asked = format!("{sha256} {name} {run:?} {plan}");
    let attempt = Attempt::of(&headers, asked.into_bytes())?;
    let begin = move |tx: &mut Tx<'_>| {
        match run {
            Some(run) => drop(tx.begin_import(workspace, id, &plan, run == Run::Check, now)?),
            None => tx.plan_import(workspace, id, &plan)?,
        }
        Ok(tx.import(workspace, id)?.ok_or(Refusal::Missing("import")))
    };
    let verb = async |once: crate::inbox::Once<ImportRow>| {
        let begun = once.write(&node, workspace, Vec::new(), begin).await;
        if !matches!(begun, Ok(Acted::Now(_))) {
            node.store.write(Vec::new(), move |tx| tx.delete_import(workspace, kept.id)).await?;
        }
        begun
    };
    let answer = attempt.once(StatusCode::CREATED, |row: &ImportRow| ImportView::from(row.clone()), verb).await;
    node.import_wakes.notify_one();
    node.changed(&[workspace]);
    answer
}

/// The plan as text, with what somebody wants otherwise.
fn planned(row: &ImportRow, change: &PlanChange, goes: bool) -> Result<String, Problem> {
    let plan: Plan = serde_json::from_str(&row.plan).map_err(|_| {
        Problem::new(StatusCode::CONFLICT, row.reason.clone().unwrap_or_else(|| "the file is not here".to_owned()))
    })?;
    let plan = plan.changed(change).map_err(Problem::invalid)?;
    if let (Some(lacks), true) = (plan.lacks(), goes) {
        return Err(Problem::invalid(lacks));
    }
    serde_json::to_string(&plan).map_err(|_| Problem::fault())
}

fn region(node: &Node, caller: &Caller, wanted: Option<&str>) -> Result<Region, Problem> {
    if let Some(code) = wanted {
        return code.parse().map_err(|error| Problem::invalid(format!("`region`: {error}")));
    }
    let own = node.channels.iter().find(|channel| channel.workspace == caller.workspace);
    Ok(own.map_or(Region::MX, |channel| channel.region))
}

/// Files of people, the newest first.
#[utoipa::path(get, path = "/imports", tag = "imports", operation_id = "list_imports", params(Asked), responses((status = 200, body = Page<ImportView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
) -> Answer<Page<ImportView>> {
    let (limit, before) = (asked.limit()?, asked.cursor::<ImportId>()?);
    let rows = node.store.read(move |tx| tx.imports(caller.workspace, before, limit)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id.to_string(), ImportView::from)))
}

/// One file: how it is read, and how far it is.
#[utoipa::path(get, path = "/imports/{id}", tag = "imports", operation_id = "get_import", responses((status = 200, body = ImportView)))]
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<ImportView> {
    Ok(Json(find(&node, &caller, &id).await?.into()))
}

/// What to do with a file that is here.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RunWish {
    run: Run,
    /// What each column says, in their order, all of them; null leaves one out. As guessed unless given.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Option<FieldName>>>)]
    columns: Option<Vec<Option<Field>>>,
    /// The country of numbers without one.
    #[serde(default)]
    region: Option<String>,
    /// Whether the file has the last word on names and languages.
    #[serde(default)]
    overwrite: Option<bool>,
}

/// Checks the rows of a file, or writes them. What is done or under way is not begun again.
#[utoipa::path(
    post,
    path = "/imports/{id}/run",
    tag = "imports",
    operation_id = "run_import",
    request_body = RunWish,
    responses(
        (status = 200, description = "It is worked off from now on.", body = ImportView),
        (status = 409, description = "It is under way, or done."),
    )
)]
pub(super) async fn run(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body: wish, attempt }: Posted<RunWish>,
) -> Result<Response, Problem> {
    let row = find(&node, &caller, &id).await?;
    let change =
        PlanChange { columns: wish.columns, region: wish.region, overwrite: wish.overwrite, ..PlanChange::default() };
    let (plan, dry, id) = (planned(&row, &change, true)?, wish.run == Run::Check, row.id);
    let (workspace, now) = (caller.workspace, node.clock.now().as_millisecond());
    let begin = move |tx: &mut Tx<'_>| {
        if !tx.begin_import(workspace, id, &plan, dry, now)? {
            return Ok(Err(Refusal::Conflict("the import is under way, or done".to_owned())));
        }
        Ok(tx.import(workspace, id)?.ok_or(Refusal::Missing("import")))
    };
    let verb = |once: crate::inbox::Once<ImportRow>| once.write(&node, workspace, Vec::new(), begin);
    let answer = attempt.once(StatusCode::OK, |row: &ImportRow| ImportView::from(row.clone()), verb).await;
    node.import_wakes.notify_one();
    node.changed(&[workspace]);
    answer
}

/// Removes a file with its report; if it is under way, the rest of it is not worked off. Who came by it stays.
#[utoipa::path(delete, path = "/imports/{id}", tag = "imports", operation_id = "delete_import", responses((status = 204, description = "It is gone.")))]
pub(super) async fn delete(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let (workspace, id) = (caller.workspace, find(&node, &caller, &id).await?.id);
    node.store.write(Vec::new(), move |tx| tx.delete_import(workspace, id)).await?;
    node.changed(&[workspace]);
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ReportWish {
    /// csv or json; json unless given.
    format: Option<String>,
    /// Rows of one outcome only.
    #[param(value_type = Option<RowOutcomeName>)]
    outcome: Option<String>,
}

/// What became of each row, in the order of the file. As CSV, no cell of it runs in a spreadsheet.
#[utoipa::path(
    get,
    path = "/imports/{id}/report",
    tag = "imports",
    operation_id = "get_import_report",
    params(ReportWish),
    responses((status = 200, content((Vec<RowReport> = "application/json"), (String = "text/csv"))))
)]
pub(super) async fn rows(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Query(wish): Query<ReportWish>,
) -> Result<Response, Problem> {
    let form = match wish.format.as_deref() {
        None | Some("json") => Form::Json,
        Some("csv") => Form::Csv,
        Some(other) => return Err(Problem::invalid(format!("`format` is csv or json, not `{other}`"))),
    };
    let only = filter::<RowOutcome>("outcome", wish.outcome.as_deref())?;
    let row = find(&node, &caller, &id).await?;
    let pieces = report::pieces(node.store.clone(), caller.workspace, row.id, form, only);
    Ok(match form {
        Form::Csv => file("import-report.csv", pieces),
        Form::Json => ([(header::CONTENT_TYPE, "application/json")], Body::from_stream(pieces)).into_response(),
    })
}

/// Everybody as a CSV file, with a number or without. No cell of it runs in a spreadsheet.
#[utoipa::path(
    get,
    path = "/contacts.csv",
    tag = "contacts",
    operation_id = "export_contacts",
    responses((status = 200, description = "A line for each person, the newest first.", body = String, content_type = "text/csv"))
)]
pub(super) async fn export(State(node): State<Arc<Node>>, Extension(caller): Extension<Caller>) -> Response {
    file("contacts.csv", report::people(node.store.clone(), caller.workspace))
}

fn file(name: &str, pieces: impl Stream<Item = store::Result<String>> + Send + 'static) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, Body::from_stream(pieces)).into_response()
}

async fn find(node: &Node, caller: &Caller, id: &str) -> Result<ImportRow, Problem> {
    let (workspace, id) = (caller.workspace, id.parse::<ImportId>().map_err(|_| Problem::missing("import"))?);
    node.store.read(move |tx| tx.import(workspace, id)).await?.ok_or_else(|| Problem::missing("import"))
}

impl From<NotTaken> for Problem {
    fn from(refusal: NotTaken) -> Self {
        match refusal {
            NotTaken::Unreadable(said) => Problem::invalid(said),
            NotTaken::Broken(_) => Problem::invalid(refusal.to_string()),
            NotTaken::Store(error) => error.into(),
        }
    }
}
