//! The workflow in force in each workspace, ready to be asked: its text parsed, its model trained. Beside it the earlier versions on which
//! matters still run.

pub mod difference;
mod in_force;
mod mind;
mod pauses;
mod taught;
mod trial;

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use anyhow::{Result, anyhow};
use domain::ids::{ChannelId, CorrectionId, WorkspaceId};
use domain::trial::Trial;
use domain::{Category, Language};
use mind::Mind;
use pauses::Pauses;
use store::{PauseRow, Store, StoreError};
use uuid::Uuid;
use workflow::Workflow;

pub use in_force::bring_into_force;
pub(crate) use in_force::{apart, keep_up};

use crate::follow_ups::Rules;

/// What people put right is learnt as far as that: each takes a fraction of a millisecond at every start.
const MOST_LESSONS: i64 = 10_000;
/// Matters finish on one of so many versions before the one in force, or on that.
const MOST_EARLIER: usize = 8;

/// A published workflow.
pub struct Published {
    /// Its number; 1 is the first.
    pub version: i64,
    /// What it says.
    pub workflow: Arc<Workflow>,
    /// What is followed: always what the version in force follows.
    pub rules: Arc<Rules>,
    mind: Arc<Mind>,
    pauses: Arc<Pauses>,
    trial: Arc<trial::Heard>,
    /// Those before it on which matters may still run, the latest first.
    earlier: RwLock<Vec<Arc<Published>>>,
}

/// What the model takes a text for.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    /// The type.
    pub kind: String,
    /// The category of the type.
    pub category: Category,
    /// How sure, 0 to 1.
    pub confidence: f32,
    /// What is sure enough for this type.
    pub threshold: f32,
    /// The type that came next.
    pub runner_up: Option<String>,
    /// The confidence less that of the runner-up.
    pub margin: f32,
    /// The example phrases closest to the text.
    pub nearest: Vec<String>,
    /// How strange the text is, in standard deviations.
    pub novelty: f32,
}

impl Published {
    /// Parses a text and trains its model.
    pub fn new(version: i64, text: &str, file: &str) -> Result<Published> {
        let published = Self::untrained(version, text, file)?;
        published.mind.train();
        Ok(published)
    }

    /// Parses a text. Its model is trained when it is first asked.
    fn untrained(version: i64, text: &str, file: &str) -> Result<Published> {
        let workflow = workflow::read(text, file).map_err(|findings| anyhow!("{:?}", miette::Report::new(findings)))?;
        Ok(Published {
            version,
            rules: Arc::new(Rules::of(&workflow)),
            mind: Arc::new(Mind::of(&workflow)),
            workflow: Arc::new(workflow),
            pauses: Arc::default(),
            trial: Arc::default(),
            earlier: RwLock::default(),
        })
    }

    /// The version that a matter began on, if that is another one than this. A matter of a version that is not kept any more goes on with
    /// this one.
    pub fn of_matter(&self, version: i64) -> Option<Arc<Published>> {
        if version == self.version {
            return None;
        }
        self.earlier.read().ok()?.iter().find(|one| one.version == version).cloned()
    }

    /// Keeps versions before this one for the matters that run on them.
    fn keep<'a>(&self, versions: impl IntoIterator<Item = &'a Published>) {
        let Ok(mut earlier) = self.earlier.write() else { return };
        for one in versions {
            if one.version < self.version && earlier.iter().all(|known| known.version != one.version) {
                earlier.push(Arc::new(one.beside(self)));
            }
        }
        earlier.sort_unstable_by_key(|one| -one.version);
        earlier.truncate(MOST_EARLIER);
    }

    /// The same version for the matters that are left of it: everything that does not belong to a matter is as the one in force has it.
    fn beside(&self, in_force: &Published) -> Published {
        let mind = if self.mind.is_like(&in_force.mind) { &in_force.mind } else { &self.mind };
        Published {
            version: self.version,
            workflow: self.workflow.clone(),
            rules: in_force.rules.clone(),
            mind: mind.clone(),
            pauses: in_force.pauses.clone(),
            trial: in_force.trial.clone(),
            earlier: RwLock::default(),
        }
    }

    /// Those that are kept beside it.
    fn kept(&self) -> Vec<Arc<Published>> {
        self.earlier.read().map(|earlier| earlier.clone()).unwrap_or_default()
    }

    /// Its model, and those of the versions beside it that have another one.
    fn minds(&self) -> Vec<Arc<Mind>> {
        let others = self.kept().into_iter().map(|one| one.mind.clone());
        let others = others.filter(|mind| !Arc::ptr_eq(mind, &self.mind));
        std::iter::once(self.mind.clone()).chain(others).collect()
    }

    /// Whether automation says nothing about a matter of that type on that number, as far as this node has heard.
    pub fn is_paused(&self, channel: ChannelId, kind: Option<&str>) -> bool {
        self.pauses.stop(channel, kind)
    }

    /// Everything that is paused.
    pub fn pauses(&self) -> Vec<PauseRow> {
        self.pauses.rows()
    }

    /// Whom automation answers, as far as this node has heard.
    pub fn trial(&self) -> Arc<Trial> {
        self.trial.trial()
    }

    /// What the model takes a text for; nothing if there was nothing to learn from.
    pub fn guess(&self, text: &str) -> Option<Guess> {
        let seen = self.mind.look_at(text)?;
        let kind = self.workflow.interaction_type(&seen.kind)?;
        Some(Guess {
            kind: kind.id.clone(),
            category: kind.category,
            confidence: seen.confidence,
            threshold: kind.threshold as f32,
            runner_up: seen.runner_up,
            margin: seen.margin,
            nearest: seen.nearest,
            novelty: seen.novelty,
        })
    }
}

/// The language that the words of a text are in, where they tell.
pub fn language_of(text: &str) -> Option<Language> {
    classifier::language::detect(text).map(|found| match found {
        classifier::language::Lang::Es => Language::Es,
        classifier::language::Lang::Pt => Language::Pt,
        classifier::language::Lang::En => Language::En,
    })
}

/// The workflows in force.
#[derive(Default)]
pub struct Workflows {
    in_force: RwLock<HashMap<WorkspaceId, Arc<Published>>>,
}

impl Workflows {
    /// The one in force in a workspace.
    pub fn of(&self, workspace: WorkspaceId) -> store::Result<Arc<Published>> {
        let in_force = self.in_force.read().map_err(|_| StoreError::Stopped)?;
        in_force
            .get(&workspace)
            .cloned()
            .ok_or_else(|| StoreError::Unexpected("a workspace without a workflow".to_owned()))
    }

    /// What is followed in a workspace; nothing in one whose workflow is not in force here.
    pub fn rules(&self, workspace: WorkspaceId) -> Arc<Rules> {
        self.of(workspace).map_or_else(|_| Arc::new(Rules::nothing()), |published| published.rules.clone())
    }

    /// Learns what people put right since the last time, here or on another node.
    pub async fn learn(&self, store: &Store, workspace: WorkspaceId) -> store::Result<()> {
        let minds = self.of(workspace)?.minds();
        for mind in minds.into_iter().filter(|mind| mind.is_trained()) {
            // What another node wrote at the same moment may have an earlier id.
            let after = mind.learnt_up_to().map_or_else(Uuid::nil, |last| taught::moments_before(last.0));
            let corrections =
                store.read(move |tx| tx.corrections(workspace, CorrectionId(after), MOST_LESSONS)).await?;
            mind.learn(corrections);
        }
        Ok(())
    }

    /// Hears what is paused in a workspace.
    pub async fn hear_pauses(&self, store: &Store, workspace: WorkspaceId) -> store::Result<()> {
        let rows = store.read(move |tx| tx.pauses(workspace)).await?;
        if let Ok(published) = self.of(workspace) {
            published.pauses.hear(rows);
        }
        Ok(())
    }

    /// Hears what is paused anywhere. Answers where that is news.
    pub(crate) fn hear_all_pauses(&self, all: Vec<(WorkspaceId, PauseRow)>) -> Vec<WorkspaceId> {
        let Ok(in_force) = self.in_force.read() else { return Vec::new() };
        let mut news = Vec::new();
        for (workspace, published) in in_force.iter() {
            let rows: Vec<PauseRow> =
                all.iter().filter(|(of, _)| of == workspace).map(|(_, row)| row.clone()).collect();
            if rows != published.pauses.rows() {
                published.pauses.hear(rows);
                news.push(*workspace);
            }
        }
        news
    }

    /// Hears whom automation answers in a workspace. Answers whether that is news.
    pub async fn hear_trial(&self, store: &Store, workspace: WorkspaceId) -> store::Result<bool> {
        let trial = store.read(move |tx| tx.trial(workspace)).await?;
        Ok(self.of(workspace)?.trial.hear(trial))
    }

    /// Puts a version in force that the database has, with whom automation answers on it: it is known before the first message asks.
    pub async fn put_published(
        &self,
        store: &Store,
        workspace: WorkspaceId,
        published: Published,
    ) -> store::Result<()> {
        published.trial.hear(store.read(move |tx| tx.trial(workspace)).await?);
        self.put(workspace, published);
        Ok(())
    }

    /// Puts one in force. What is paused stays so, and what has begun on an earlier one finishes on that.
    pub fn put(&self, workspace: WorkspaceId, published: impl Into<Arc<Published>>) {
        if let Ok(mut in_force) = self.in_force.write() {
            let published = published.into();
            if let Some(before) = in_force.insert(workspace, published.clone()) {
                published.pauses.hear(before.pauses.rows());
                let kept = before.kept();
                published.keep(std::iter::once(before.as_ref()).chain(kept.iter().map(Arc::as_ref)));
            }
        }
    }
}
