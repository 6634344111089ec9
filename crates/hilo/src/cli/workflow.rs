//! `hilo workflow`: the versions that were published, another one to be in force, and the way back. A running server takes it over within
//! seconds.

mod reach;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};
use domain::trial::Reach;
use jiff::Timestamp;
use store::{Imprint, PublishedRow, Tx};

use super::key::{Where, open};
use super::{NotRight, block_on};
use crate::clock::Clock;
use crate::inbox::{self, Entry, NewVersion};

const BY: &str = "hilo workflow";
const MOST: i64 = 1000;

#[derive(Debug, Args)]
pub(super) struct Workflow {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the versions, the latest first: it is in force.
    List {
        #[command(flatten)]
        place: Where,
    },
    /// Print the text of a version; whom the one in force answers is told beside it, on standard error.
    Show {
        /// Its number; the one in force unless given.
        version: Option<i64>,
        #[command(flatten)]
        place: Where,
    },
    /// Check a file and publish it as the next version.
    Publish {
        /// The workflow file.
        file: PathBuf,
        /// Why, for whoever looks for what changed.
        #[arg(long)]
        why: String,
        /// Whom automation answers on it; whom it answers now, unless given.
        #[command(flatten)]
        reach: reach::Wanted,
        #[command(flatten)]
        place: Where,
    },
    /// Set whom automation answers on the version in force, without publishing anything, or tell whom it answers and how it does.
    Reach {
        /// Why, for whoever looks for what changed.
        #[arg(long)]
        why: Option<String>,
        #[command(flatten)]
        reach: reach::Wanted,
        #[command(flatten)]
        place: Where,
    },
    /// List the numbers whose holders automation answers before others, after adding and removing some.
    TestNumbers {
        /// A number to add, in any format.
        #[arg(long, value_name = "NUMBER")]
        add: Vec<String>,
        /// A number to remove.
        #[arg(long, value_name = "NUMBER")]
        remove: Vec<String>,
        #[command(flatten)]
        place: Where,
    },
    /// Go back: publish what an earlier version says as the next one.
    Back {
        /// The number of the earlier version; the one before the one in force unless given.
        #[arg(long, value_name = "VERSION")]
        to: Option<i64>,
        /// Why, for whoever looks for what changed.
        #[arg(long)]
        why: String,
        #[command(flatten)]
        place: Where,
    },
}

impl Workflow {
    pub(super) fn run(self) -> Result<()> {
        match self.verb {
            Verb::List { place } => list(&place),
            Verb::Show { version, place } => show(&place, version),
            Verb::Publish { file, why, reach, place } => publish(&place, read(&file)?, why, reach.reach()?),
            Verb::Reach { why, reach, place } => reach::run(&place, &reach, why),
            Verb::TestNumbers { add, remove, place } => reach::numbers(&place, &add, &remove),
            Verb::Back { to, why, place } => back(&place, to, why),
        }
    }
}

fn list(place: &Where) -> Result<()> {
    for Imprint { version, at, by, reason } in
        inside(place, |tx, workspace| tx.workflow_imprints(workspace, None, MOST))?
    {
        let at = Timestamp::from_millisecond(at)?.strftime("%Y-%m-%d %H:%M UTC");
        println!("{version:>4}  {at}  {by}: {reason}");
    }
    Ok(())
}

fn show(place: &Where, version: Option<i64>) -> Result<()> {
    print!("{}", found(place, version)?.text);
    if version.is_none() {
        eprintln!("{}", reach::standing(place)?);
    }
    Ok(())
}

fn publish(place: &Where, text: String, why: String, reach: Option<Reach>) -> Result<()> {
    let findings = inbox::check_workflow(&text).map_err(not_right)?;
    if findings.has_errors() {
        eprintln!("{:?}", miette::Report::new(findings));
        return Err(NotRight("it is not right yet, and was not published".to_owned()).into());
    }
    put(place, NewVersion { text, reason: why, after: None, reach })
}

fn back(place: &Where, to: Option<i64>, why: String) -> Result<()> {
    let to = match to {
        Some(to) => to,
        None => found(place, None)?.imprint.version - 1,
    };
    let earlier = inside(place, move |tx, workspace| inbox::put_back(tx, workspace, to, why.clone()))?;
    put(place, earlier.ok_or_else(no_version)?)
}

fn put(place: &Where, new: NewVersion) -> Result<()> {
    let entry = Entry::at(Clock::default().now().as_millisecond(), BY);
    let Where { config, workspace } = place.clone();
    let version = block_on(async move {
        let (store, workspace) = open(&config, workspace).await?;
        let unit = move |tx: &mut Tx<'_>| inbox::publish_workflow_at(tx, workspace, &new, &entry);
        Ok(store.write(Vec::new(), unit).await?.map_err(not_right)?)
    })?;
    println!("Version {version} is in force.");
    Ok(())
}

fn found(place: &Where, version: Option<i64>) -> Result<PublishedRow> {
    let find = move |tx: &mut Tx<'_>, workspace| match version {
        Some(version) => tx.published_workflow(workspace, version),
        None => Ok(tx.workflows_before(workspace, i64::MAX, 1)?.pop()),
    };
    let found = inside(place, find)?;
    Ok(found.ok_or_else(no_version)?)
}

fn no_version() -> NotRight {
    NotRight("there is no such version; `hilo workflow list` names them".to_owned())
}

fn inside<T: Send + 'static>(
    place: &Where,
    read: impl Fn(&mut Tx<'_>, domain::ids::WorkspaceId) -> store::Result<T> + Send + 'static,
) -> Result<T> {
    let Where { config, workspace } = place.clone();
    block_on(async move {
        let (store, workspace) = open(&config, workspace).await?;
        Ok(store.read(move |tx| read(tx, workspace)).await?)
    })
}

fn read(file: &PathBuf) -> Result<String> {
    let name = file.display();
    Ok(std::fs::read_to_string(file).map_err(|error| NotRight(format!("{name} cannot be read: {error}")))?)
}

fn not_right(refusal: inbox::Refusal) -> NotRight {
    NotRight(refusal.to_string())
}
