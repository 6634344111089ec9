//! The workflow: the version in force, those before it, what differs between them, and another one to be in force.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};
use domain::ids::WorkspaceId;
use domain::trial::ReachName;
use serde::{Deserialize, Serialize};
use store::{Imprint, PublishedRow};
use utoipa::{IntoParams, ToSchema};
use workflow::{Finding, Severity};

use super::Answer;
use super::page::{Asked, Page};
use super::schemas::{Time, WorkflowReachName};
use super::trial::parsed;
use crate::http::attempt::Posted;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox::{self, NewVersion};
use crate::node::Node;
use crate::workflows::difference::{self, Sign};

/// A version of the workflow.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Workflow)]
pub(super) struct WorkflowView {
    /// 1 is the first.
    version: i64,
    #[schema(value_type = Time)]
    published_at: i64,
    /// Who published it: a person or a key by name; `settings` for the file that the settings name, `starter` for the built-in triage.
    published_by: String,
    /// Why, for whoever looks for what changed.
    reason: String,
    /// The workflow file, as it was published.
    text: String,
}

impl From<PublishedRow> for WorkflowView {
    fn from(row: PublishedRow) -> Self {
        let Imprint { version, at, by, reason } = row.imprint;
        WorkflowView { version, published_at: at, published_by: by, reason, text: row.text }
    }
}

/// A version without its text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkflowVersion)]
pub(super) struct VersionView {
    /// 1 is the first.
    version: i64,
    #[schema(value_type = Time)]
    published_at: i64,
    /// Who published it.
    published_by: String,
    /// Why.
    reason: String,
}

impl From<Imprint> for VersionView {
    fn from(Imprint { version, at, by, reason }: Imprint) -> Self {
        VersionView { version, published_at: at, published_by: by, reason }
    }
}

/// The workflow by which this node works.
#[utoipa::path(get, path = "/workflow", tag = "workflow", operation_id = "get_workflow", responses((status = 200, body = WorkflowView)))]
pub(super) async fn in_force(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
) -> Answer<WorkflowView> {
    let version = node.workflows.of(caller.workspace)?.version;
    Ok(Json(of_number(&node, caller.workspace, version).await?.into()))
}

/// Every version that was published, the latest first.
#[utoipa::path(get, path = "/workflow/versions", tag = "workflow", operation_id = "list_workflow_versions", params(Asked), responses((status = 200, body = Page<VersionView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
) -> Answer<Page<VersionView>> {
    let (limit, before) = (asked.limit()?, asked.cursor::<i64>()?);
    let rows = node.store.read(move |tx| tx.workflow_imprints(caller.workspace, before, limit)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.version.to_string(), VersionView::from)))
}

/// One version with its text.
#[utoipa::path(
    get,
    path = "/workflow/versions/{version}",
    tag = "workflow",
    operation_id = "get_workflow_version",
    params(("version" = i64, Path, description = "Its number.")),
    responses((status = 200, body = WorkflowView), (status = 404, description = "There is no such version."))
)]
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(version): Path<String>,
) -> Answer<WorkflowView> {
    Ok(Json(of_number(&node, caller.workspace, number(&version)?).await?.into()))
}

fn number(text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| Problem::missing("version"))
}

async fn of_number(node: &Node, workspace: WorkspaceId, version: i64) -> Result<PublishedRow, Problem> {
    let found = node.store.read(move |tx| tx.published_workflow(workspace, version)).await?;
    found.ok_or_else(|| Problem::missing("version"))
}

/// Between which versions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Between {
    /// The other version; the one in force unless given.
    with: Option<i64>,
}

/// What two versions say differently.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkflowDifference)]
pub(super) struct DifferenceView {
    /// The version that lines are gone from; null for a text that is no version.
    from: Option<i64>,
    /// The version that has the new lines; null for a text that is no version.
    to: Option<i64>,
    /// The places at which they differ, each with the lines around it.
    places: Vec<Vec<LineView>>,
}

/// A line of either version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkflowLine)]
struct LineView {
    /// `same`, `gone` or `new`.
    #[schema(example = "new")]
    sign: &'static str,
    /// Its number in the version that lines are gone from.
    before: Option<usize>,
    /// Its number in the version that has the new ones.
    after: Option<usize>,
    /// What it says.
    text: String,
}

fn places(before: &str, after: &str) -> Vec<Vec<LineView>> {
    let line = |line: difference::Line| LineView {
        sign: match line.sign {
            Sign::Same => "same",
            Sign::Gone => "gone",
            Sign::New => "new",
        },
        before: line.before,
        after: line.after,
        text: line.text,
    };
    let places = difference::difference(before, after).into_iter();
    places.map(|place| place.into_iter().map(line).collect()).collect()
}

/// What a version says that the one in force does not, and the other way round.
#[utoipa::path(
    get,
    path = "/workflow/versions/{version}/difference",
    tag = "workflow",
    operation_id = "compare_workflow_versions",
    params(("version" = i64, Path, description = "Its number."), Between),
    responses((status = 200, body = DifferenceView), (status = 404, description = "There is no such version."))
)]
pub(super) async fn compare(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(version): Path<String>,
    Query(between): Query<Between>,
) -> Answer<DifferenceView> {
    let version = number(&version)?;
    let other = match between.with {
        Some(other) => other,
        None => node.workflows.of(caller.workspace)?.version,
    };
    let from = of_number(&node, caller.workspace, version).await?;
    let to = of_number(&node, caller.workspace, other).await?;
    Ok(Json(DifferenceView { from: Some(version), to: Some(other), places: places(&from.text, &to.text) }))
}

/// A text that might become a version.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Draft {
    /// The workflow file.
    text: String,
}

/// What there is to say about a text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkflowCheck)]
pub(super) struct CheckView {
    /// Whether it can be published: none of the findings is an error.
    sound: bool,
    /// What to change, in the order of the lines; as `hilo check --json` lists them.
    findings: Vec<FindingView>,
    /// What it says otherwise than the version in force.
    difference: DifferenceView,
}

/// Something to change in a workflow file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkflowFinding)]
struct FindingView {
    /// From 1 on.
    line: usize,
    /// From 1 on, in characters.
    column: usize,
    /// `error`, which keeps the file from being published, or `warning`.
    #[schema(example = "error")]
    severity: &'static str,
    /// The kind of finding.
    #[schema(example = "unknown-queue")]
    code: &'static str,
    /// What to change.
    message: String,
}

impl From<&Finding> for FindingView {
    fn from(finding: &Finding) -> Self {
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let Finding { line, column, code, message, .. } = finding;
        FindingView { line: *line, column: *column, severity, code, message: message.clone() }
    }
}

/// Checks a text without publishing it, and compares it with the version in force.
#[utoipa::path(post, path = "/workflow/check", tag = "workflow", operation_id = "check_workflow", request_body = Draft, responses((status = 200, body = CheckView)))]
pub(super) async fn check(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Posted { body: draft, .. }: Posted<Draft>,
) -> Answer<CheckView> {
    let findings = inbox::check_workflow(&draft.text)?;
    let version = node.workflows.of(caller.workspace)?.version;
    let in_force = of_number(&node, caller.workspace, version).await?;
    Ok(Json(CheckView {
        sound: !findings.has_errors(),
        findings: findings.iter().map(FindingView::from).collect(),
        difference: DifferenceView { from: Some(version), to: None, places: places(&in_force.text, &draft.text) },
    }))
}

/// A text to be in force.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct VersionWish {
    /// The workflow file.
    text: String,
    /// Why, for whoever looks for what changed.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
    /// The version that its author saw in force; if there is a later one by now, it is refused with 412.
    after: Option<i64>,
    /// Whom automation answers on it; whom it answers on the version in force, unless given.
    #[schema(value_type = Option<WorkflowReachName>)]
    reach: Option<ReachName>,
    /// How many of a hundred contacts; needed for the reach `share`, and only there.
    #[schema(minimum = 0, maximum = 100)]
    share: Option<i64>,
}

/// What was published.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublishedVersion)]
pub(super) struct Published {
    /// The version that is in force now.
    version: i64,
}

/// Publishes a text as the next version: it holds for every matter that begins from now on. Matters that run finish on the version that they
/// began on. Other nodes take it over within seconds.
#[utoipa::path(
    post,
    path = "/workflow/versions",
    tag = "workflow",
    operation_id = "publish_workflow",
    request_body = VersionWish,
    responses(
        (status = 201, body = Published),
        (status = 409, description = "The version in force says exactly that."),
        (status = 412, description = "Another version was published meanwhile.")
    )
)]
pub(super) async fn publish(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Posted { body: wish, attempt }: Posted<VersionWish>,
) -> Result<Response, Problem> {
    let VersionWish { text, reason, after, reach, share } = wish;
    let reach = match (reach, share) {
        (Some(reach), share) => Some(parsed(reach, share)?),
        (None, Some(_)) => return Err(Problem::invalid("`share` goes with the reach `share`; name that `reach` too")),
        (None, None) => None,
    };
    let new = NewVersion { text, reason, after, reach };
    let publish = |once| inbox::publish_workflow(&node, caller.workspace, new, &caller.name, once);
    attempt.once(StatusCode::CREATED, |version| Published { version: *version }, publish).await
}

/// Why an earlier version is to be in force again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WhyBack {
    /// Why, for whoever looks for what changed.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Goes back to what an earlier version says, by publishing that as the next one, for those whom that one answered last.
#[utoipa::path(
    post,
    path = "/workflow/versions/{version}/restoration",
    tag = "workflow",
    operation_id = "restore_workflow",
    params(("version" = i64, Path, description = "The number of the earlier version.")),
    request_body = WhyBack,
    responses(
        (status = 201, body = Published),
        (status = 404, description = "There is no such version."),
        (status = 409, description = "The version in force says exactly that.")
    )
)]
pub(super) async fn restore(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(version): Path<String>,
    Posted { body: why, attempt }: Posted<WhyBack>,
) -> Result<Response, Problem> {
    let version = number(&version)?;
    let restore = |once| inbox::put_back_workflow(&node, caller.workspace, version, why.reason, &caller.name, once);
    attempt.once(StatusCode::CREATED, |version| Published { version: *version }, restore).await
}
