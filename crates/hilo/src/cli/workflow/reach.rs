//! `hilo workflow reach` and `test-numbers`: whom automation answers while a version is tried.

use anyhow::Result;
use clap::Args;
use domain::trial::{Reach, ReachName};
use domain::{Language, PhoneNumber};
use store::{ReachRow, TrialFigures, Tx};

use super::{BY, Where, found, inside, not_right};
use crate::cli::key::open;
use crate::cli::{NotRight, block_on};
use crate::clock::Clock;
use crate::explain::named_reach;
use crate::inbox::{self, Entry, MOST_MATTERS, NewReach};

/// How far, one of them.
#[derive(Debug, Clone, Args)]
#[group(multiple = false)]
pub(super) struct Wanted {
    /// Decide everything and say nothing of it: people answer, and see what automation would have said.
    #[arg(long)]
    listen_only: bool,
    /// Answer only those who hold a test number.
    #[arg(long)]
    test_numbers: bool,
    /// Answer these and so many of a hundred contacts.
    #[arg(long, value_name = "PERCENT")]
    share: Option<i64>,
    /// Answer everybody.
    #[arg(long)]
    all: bool,
}

impl Wanted {
    pub(super) fn reach(&self) -> Result<Option<Reach>> {
        let (name, share) = match self {
            Wanted { listen_only: true, .. } => (ReachName::ListenOnly, None),
            Wanted { test_numbers: true, .. } => (ReachName::TestNumbers, None),
            Wanted { share: Some(share), .. } => (ReachName::Share, Some(*share)),
            Wanted { all: true, .. } => (ReachName::All, None),
            Wanted { .. } => return Ok(None),
        };
        Ok(Some(Reach::parse(name, share).map_err(|error| NotRight(error.to_string()))?))
    }
}

/// Sets it, or tells how it stands.
pub(super) fn run(place: &Where, wanted: &Wanted, why: Option<String>) -> Result<()> {
    let Some(reach) = wanted.reach()? else {
        println!("{}", standing(place)?);
        return Ok(());
    };
    let reason = why.ok_or_else(|| NotRight("say why with --why, for whoever looks for what changed".to_owned()))?;
    let entry = Entry::at(Clock::default().now().as_millisecond(), BY);
    let new = NewReach { reach, reason, version: None };
    let Where { config, workspace } = place.clone();
    block_on(async move {
        let (store, workspace) = open(&config, workspace).await?;
        let unit = move |tx: &mut Tx<'_>| inbox::set_reach_at(tx, workspace, &new, &entry);
        Ok(store.write(Vec::new(), unit).await?.map_err(not_right)?)
    })?;
    println!("{}", standing(place)?);
    Ok(())
}

/// How far the version in force reaches, and how it does.
pub(super) fn standing(place: &Where) -> Result<String> {
    let version = found(place, None)?.imprint.version;
    let read = |tx: &mut Tx<'_>, workspace| {
        let Some(row) = tx.reach_in_force(workspace)? else { return Ok(None) };
        let figures = tx.trial_figures(workspace, &row, MOST_MATTERS)?;
        Ok(Some((row, figures)))
    };
    Ok(told(version, inside(place, read)?))
}

fn told(version: i64, standing: Option<(ReachRow, TrialFigures)>) -> String {
    let reach = standing.as_ref().map(|(row, _)| row.reach).unwrap_or_default();
    let whom = named_reach(Language::En, reach.name(), reach.share());
    let first = format!("Version {version} answers {whom}.");
    match standing {
        Some((_, TrialFigures { matters, answered, kept_back })) if reach != Reach::All => format!(
            "{first} Of the {matters} matters since then it answered {answered}, and would have answered {kept_back} more."
        ),
        Some(_) | None => first,
    }
}

/// Adds and removes test numbers, and lists them.
pub(super) fn numbers(place: &Where, add: &[String], remove: &[String]) -> Result<()> {
    let region = region(place)?;
    let parsed = |raw: &String| {
        PhoneNumber::parse(raw, region).map_err(|error| NotRight(format!("`{raw}` is no number: {error}")))
    };
    let add = add.iter().map(parsed).collect::<Result<Vec<_>, _>>()?;
    let remove = remove.iter().map(parsed).collect::<Result<Vec<_>, _>>()?;
    let entries = |numbers: Vec<PhoneNumber>| {
        let at = Clock::default().now().as_millisecond();
        numbers.into_iter().map(|number| (number, Entry::at(at, BY))).collect::<Vec<_>>()
    };
    let (add, remove) = (entries(add), entries(remove));
    let Where { config, workspace } = place.clone();
    let left = block_on(async move {
        let (store, workspace) = open(&config, workspace).await?;
        let unit = move |tx: &mut Tx<'_>| {
            for (number, entry) in &add {
                if let Err(refusal) = inbox::add_test_number_at(tx, workspace, number, entry)? {
                    return Ok(Err(refusal));
                }
            }
            for (number, entry) in &remove {
                if let Err(refusal) = inbox::remove_test_number_at(tx, workspace, number, entry)? {
                    return Ok(Err(refusal));
                }
            }
            tx.test_numbers(workspace).map(Ok)
        };
        Ok(store.write(Vec::new(), unit).await?.map_err(not_right)?)
    })?;
    left.iter().for_each(|row| println!("{}", row.number.as_str()));
    Ok(())
}

fn region(place: &Where) -> Result<domain::Region> {
    let read = workflow::read(&found(place, None)?.text, "workflow.yaml");
    Ok(read.map_err(|_| NotRight("the version in force cannot be read".to_owned()))?.business.region)
}
