//! The workflow in force in each workspace, ready to be asked: its text parsed, its model trained.

mod pauses;
mod taught;

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use anyhow::{Result, anyhow};
use classifier::bank::Archetype;
use classifier::{Example, Model};
use domain::ids::{ChannelId, CorrectionId, WorkspaceId};
use domain::{Category, Language};
use pauses::Pauses;
use store::{CorrectionRow, PauseRow, Store, StoreError};
use taught::{Lesson, Taught};
use uuid::Uuid;
use workflow::Workflow;

use crate::follow_ups::Rules;

/// What people put right is learnt as far as that: each takes a fraction of a millisecond at every start.
const MOST_LESSONS: i64 = 10_000;
/// The seed of training: the same examples give the same model on every node.
const SEED: u64 = 1;

/// A published workflow.
pub struct Published {
    /// Its number; 1 is the first.
    pub version: i64,
    /// What it says.
    pub workflow: Workflow,
    /// What it follows.
    pub rules: Arc<Rules>,
    taught: RwLock<Taught>,
    pauses: Pauses,
    /// The type of each label of the model, as places in the workflow.
    labels: Vec<usize>,
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
        let workflow = workflow::read(text, file).map_err(|findings| anyhow!("{:?}", miette::Report::new(findings)))?;
        Ok(Self::of(version, workflow))
    }

    fn of(version: i64, workflow: Workflow) -> Published {
        let mut examples = Vec::new();
        let mut labels = Vec::new();
        for (place, kind) in workflow.types.iter().enumerate() {
            let archetype = kind.archetype.as_deref().and_then(Archetype::from_id);
            let bank = archetype.into_iter().flat_map(classifier::bank::examples).map(|(_, text)| text);
            let own = kind.examples.iter().map(|example| example.text.as_str());
            let label = labels.len() as u32;
            let before = examples.len();
            examples.extend(own.chain(bank).map(|text| Example { label, text: text.to_owned() }));
            if before < examples.len() {
                labels.push(place);
            }
        }
        let model = Model::train(&examples, SEED).ok();
        let phrases = examples.into_iter().map(|example| example.text).collect();
        Published {
            version,
            rules: Arc::new(Rules::of(&workflow)),
            workflow,
            taught: RwLock::new(Taught::new(model, phrases)),
            pauses: Pauses::default(),
            labels,
        }
    }

    /// The model learns what people put right. What it knows already, it passes over.
    pub fn learn(&self, corrections: Vec<CorrectionRow>) {
        let label = |row: CorrectionRow| {
            let place = self.workflow.types.iter().position(|kind| kind.id == row.kind)?;
            let label = self.labels.iter().position(|known| *known == place)?;
            // A photo alone was put right, too, and teaches nothing.
            (!row.text.is_empty()).then_some(Lesson { id: row.id, text: row.text, label: label as u32 })
        };
        let lessons: Vec<Lesson> = corrections.into_iter().filter_map(label).collect();
        if let Ok(mut taught) = self.taught.write() {
            taught.learn(lessons);
        }
    }

    /// Whether automation says nothing about a matter of that type on that number, as far as this node has heard.
    pub fn is_paused(&self, channel: ChannelId, kind: Option<&str>) -> bool {
        self.pauses.stop(channel, kind)
    }

    /// Everything that is paused.
    pub fn pauses(&self) -> Vec<PauseRow> {
        self.pauses.rows()
    }

    /// The last correction that the model has learnt.
    fn learnt_up_to(&self) -> Option<CorrectionId> {
        self.taught.read().ok()?.lessons.last().map(|lesson| lesson.id)
    }

    /// What the model takes a text for; nothing if there was nothing to learn from.
    pub fn guess(&self, text: &str) -> Option<Guess> {
        let taught = self.taught.read().ok()?;
        let prediction = taught.model.as_ref()?.classify(text);
        let of_label = |label: u32| self.workflow.types.get(*self.labels.get(label as usize)?);
        let kind = of_label(prediction.label)?;
        let phrase = |neighbour: &classifier::Neighbour| taught.phrases.get(neighbour.example as usize).cloned();
        Some(Guess {
            kind: kind.id.clone(),
            category: kind.category,
            confidence: prediction.confidence,
            threshold: kind.threshold as f32,
            runner_up: prediction.runner_up.and_then(of_label).map(|kind| kind.id.clone()),
            margin: prediction.margin,
            nearest: prediction.nearest.iter().filter_map(phrase).collect(),
            novelty: prediction.novelty.score,
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
        let published = self.of(workspace)?;
        // What another node wrote at the same moment may have an earlier id.
        let after = published.learnt_up_to().map_or_else(Uuid::nil, |last| taught::moments_before(last.0));
        let corrections = store.read(move |tx| tx.corrections(workspace, CorrectionId(after), MOST_LESSONS)).await?;
        published.learn(corrections);
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

    /// Puts one in force. What is paused stays so.
    pub fn put(&self, workspace: WorkspaceId, published: impl Into<Arc<Published>>) {
        if let Ok(mut in_force) = self.in_force.write() {
            let published = published.into();
            if let Some(before) = in_force.insert(workspace, published.clone()) {
                published.pauses.hear(before.pauses.rows());
            }
        }
    }
}

/// Brings a workspace's workflow into force: the text given, published if it differs from the version in the database; without one,
/// the version in the database; without that, the built-in triage.
pub async fn bring_into_force(
    store: &Store,
    workflows: &Workflows,
    workspace: WorkspaceId,
    given: Option<(&str, &str)>,
    now: i64,
) -> Result<()> {
    let latest = store.read(move |tx| tx.workflow_in_force(workspace)).await?;
    let (file, text, version) = match (given, latest) {
        (Some((file, text)), Some((version, latest))) if latest == text => (file, latest, Some(version)),
        (Some((file, text)), _) => (file, text.to_owned(), None),
        (None, Some((version, latest))) => ("workflow.yaml", latest, Some(version)),
        (None, None) => ("workflow.yaml", workflow::TRIAGE.to_owned(), None),
    };
    // Checked before it is published: what is in the database is known to be right.
    let mut published = Published::new(version.unwrap_or(0), &text, file)?;
    if version.is_none() {
        let by = if given.is_some() { "settings" } else { "starter" };
        published.version = store.write(Vec::new(), move |tx| tx.publish_workflow(workspace, &text, by, now)).await?;
    }
    workflows.put(workspace, published);
    workflows.learn(store, workspace).await?;
    workflows.hear_pauses(store, workspace).await?;
    Ok(())
}
