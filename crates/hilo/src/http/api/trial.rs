//! Whom automation answers while a version of the workflow is tried, and the numbers that try it first.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use domain::PhoneNumber;
use domain::ids::WorkspaceId;
use domain::trial::{Reach, ReachName};
use serde::{Deserialize, Serialize};
use store::{ReachRow, TestNumberRow, TrialFigures, Tx};
use utoipa::ToSchema;

use super::Answer;
use super::schemas::{Time, WorkflowReachName};
use crate::http::attempt::Posted;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox::{self, MOST_MATTERS, NewReach};
use crate::node::Node;

/// Whom automation answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkflowReach)]
pub(super) struct ReachView {
    /// The version in force.
    version: i64,
    #[schema(value_type = WorkflowReachName)]
    reach: ReachName,
    /// How many of a hundred contacts; null for another reach.
    #[schema(minimum = 0, maximum = 100)]
    share: Option<u8>,
    /// Since when; null where nobody ever set it.
    #[schema(value_type = Option<Time>)]
    at: Option<i64>,
    /// Who set it.
    by: Option<String>,
    /// Why.
    reason: Option<String>,
    /// How the matters went that began on this version since then; null where nobody ever set it.
    figures: Option<FiguresView>,
}

/// How it went since the reach was set, over the latest 10,000 matters. Those about which nothing had to be done do not count.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrialFigures)]
pub(super) struct FiguresView {
    /// How many began.
    matters: i64,
    /// How many of them automation dealt with.
    answered: i64,
    /// How many it would have dealt with, and a person got.
    would_have_answered: i64,
}

impl From<TrialFigures> for FiguresView {
    fn from(TrialFigures { matters, answered, kept_back }: TrialFigures) -> Self {
        FiguresView { matters, answered, would_have_answered: kept_back }
    }
}

/// Whom automation answers, and how it would have done with the others.
#[utoipa::path(get, path = "/workflow/reach", tag = "workflow", operation_id = "get_workflow_reach", responses((status = 200, body = ReachView)))]
pub(super) async fn show(State(node): State<Arc<Node>>, Extension(caller): Extension<Caller>) -> Answer<ReachView> {
    Ok(Json(reach_of(&node, caller.workspace).await?))
}

async fn reach_of(node: &Node, workspace: WorkspaceId) -> Result<ReachView, Problem> {
    let read = move |tx: &mut Tx<'_>| {
        let row = tx.reach_in_force(workspace)?;
        let version = tx.version_in_force(workspace)?;
        let figures = row.as_ref().map(|row| tx.trial_figures(workspace, row, MOST_MATTERS)).transpose()?;
        Ok((version, row, figures))
    };
    let (version, row, figures) = node.store.read(read).await?;
    let reach = row.as_ref().map(|row| row.reach).unwrap_or_default();
    let of_row = |what: fn(&ReachRow) -> String| row.as_ref().map(what);
    Ok(ReachView {
        version: version.ok_or_else(|| Problem::missing("version"))?,
        reach: reach.name(),
        share: reach.share(),
        at: row.as_ref().map(|row| row.at),
        by: of_row(|row| row.by.clone()),
        reason: of_row(|row| row.reason.clone()),
        figures: figures.map(FiguresView::from),
    })
}

/// Whom automation is to answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReachWish {
    #[schema(value_type = WorkflowReachName)]
    reach: ReachName,
    /// How many of a hundred contacts; needed for the reach `share`, and only there.
    #[schema(minimum = 0, maximum = 100)]
    share: Option<i64>,
    /// Why, for whoever looks for what changed.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
    /// The version that its author saw in force; if there is a later one by now, it is refused with 412.
    version: Option<i64>,
}

/// A reach as it was posted.
pub(super) fn parsed(reach: ReachName, share: Option<i64>) -> Result<Reach, Problem> {
    Reach::parse(reach, share).map_err(|error| Problem::invalid(error.to_string()))
}

/// Sets whom automation answers on the version in force, without publishing anything. Other nodes hear of it within seconds; an answer that waits
/// to leave is looked at again before it does.
#[utoipa::path(
    put,
    path = "/workflow/reach",
    tag = "workflow",
    operation_id = "set_workflow_reach",
    request_body = ReachWish,
    responses((status = 200, body = ReachView), (status = 412, description = "Another version was published meanwhile."))
)]
pub(super) async fn set(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Posted { body: wish, .. }: Posted<ReachWish>,
) -> Answer<ReachView> {
    let ReachWish { reach, share, reason, version } = wish;
    let new = NewReach { reach: parsed(reach, share)?, reason, version };
    inbox::set_reach(&node, caller.workspace, new, &caller.name).await?;
    Ok(Json(reach_of(&node, caller.workspace).await?))
}

/// A number whose holder automation answers before others.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TestNumber)]
pub(super) struct TestNumberView {
    /// The number in E.164.
    #[schema(example = "+525512345678")]
    number: String,
    /// Since when.
    #[schema(value_type = Time)]
    at: i64,
    /// Who made it one.
    by: String,
}

impl From<TestNumberRow> for TestNumberView {
    fn from(TestNumberRow { number, at, by }: TestNumberRow) -> Self {
        TestNumberView { number: number.as_str().to_owned(), at, by }
    }
}

/// Every test number; they come on one page.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TestNumbers)]
pub(super) struct TestNumbers {
    data: Vec<TestNumberView>,
}

/// The numbers whose holders automation answers at the reaches `test_numbers` and `share`.
#[utoipa::path(get, path = "/workflow/test-numbers", tag = "workflow", operation_id = "list_test_numbers", responses((status = 200, body = TestNumbers)))]
pub(super) async fn numbers(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
) -> Answer<TestNumbers> {
    let rows = node.store.read(move |tx| tx.test_numbers(caller.workspace)).await?;
    Ok(Json(TestNumbers { data: rows.into_iter().map(TestNumberView::from).collect() }))
}

/// Makes a number one for tests.
#[utoipa::path(
    put,
    path = "/workflow/test-numbers/{number}",
    tag = "workflow",
    operation_id = "add_test_number",
    params(("number" = String, Path, description = "In any format; without a country code it is one of the business's region.")),
    responses((status = 204, description = "It is one, or was before."))
)]
pub(super) async fn add_number(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(number): Path<String>,
) -> Result<StatusCode, Problem> {
    let number = number_of(&node, caller.workspace, &number)?;
    inbox::add_test_number(&node, caller.workspace, number, &caller.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a number off those for tests.
#[utoipa::path(
    delete,
    path = "/workflow/test-numbers/{number}",
    tag = "workflow",
    operation_id = "remove_test_number",
    params(("number" = String, Path, description = "In any format.")),
    responses((status = 204, description = "It is none any more."), (status = 404, description = "It was none."))
)]
pub(super) async fn remove_number(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(number): Path<String>,
) -> Result<StatusCode, Problem> {
    let number = number_of(&node, caller.workspace, &number)?;
    inbox::remove_test_number(&node, caller.workspace, number, &caller.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn number_of(node: &Node, workspace: WorkspaceId, raw: &str) -> Result<PhoneNumber, Problem> {
    // Letters would be read as the keys of a telephone.
    if raw.chars().any(char::is_alphabetic) {
        return Err(Problem::invalid("`number`: write a phone number in digits, as in `+52 55 1234 5678`"));
    }
    let region = node.workflows.of(workspace)?.workflow.business.region;
    PhoneNumber::parse(raw, region).map_err(|error| Problem::invalid(format!("`number`: {error}")))
}
