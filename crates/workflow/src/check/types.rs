//! What customers write about.

use std::ops::RangeInclusive;

use domain::{Category, Language, Policy};
use serde_saphyr::Spanned;

use super::automation::{self, Known};
use super::{known_queue, overlaps, wording};
use crate::file::{RuleFile, TypeFile, Word};
use crate::finding::Findings;
use crate::model::{Example, InteractionType, OwnRule};
use crate::rule;
use crate::suggest::did_you_mean;

/// Fewer say too little about a business; more are told apart badly, by the model and by people.
const SENSIBLE_COUNT: RangeInclusive<usize> = 8..=15;

const DEFAULT_THRESHOLD: f64 = 0.5;
/// Above it, either the automation is wrong or the model is.
const DEFAULT_FALLBACK_TARGET: f64 = 0.15;
const HIGHEST_PRIORITY: u8 = 100;

pub(super) fn types(
    written: &Spanned<Vec<TypeFile>>,
    queue_ids: &[&str],
    archetypes: &[&str],
    known: &Known<'_>,
    found: &mut Findings,
) -> Option<Vec<InteractionType>> {
    count(written, found);
    let mut ids = Vec::new();
    let mut types = Vec::new();
    for kind in &written.value {
        wording::id(&kind.id, &mut ids, "interaction type", found);
        types.push(interaction_type(kind, queue_ids, archetypes, known, found));
    }
    overlaps::shared_examples(&written.value, found);
    overlaps::shared_rules(&written.value, found);
    let types: Option<Vec<InteractionType>> = types.into_iter().collect();
    if let Some(types) = &types {
        overlaps::shadowed_rules(&written.value, types, found);
    }
    types
}

fn count(written: &Spanned<Vec<TypeFile>>, found: &mut Findings) {
    let count = written.value.len();
    let advice = if count < *SENSIBLE_COUNT.start() {
        "split what customers write about more finely"
    } else if *SENSIBLE_COUNT.end() < count {
        "merge those that are handled alike"
    } else {
        return;
    };
    found.warning(written, "type-count", format!("{count} interaction types; 8 to 15 work best, so {advice}"));
}

fn interaction_type(
    written: &TypeFile,
    queue_ids: &[&str],
    archetypes: &[&str],
    known: &Known<'_>,
    found: &mut Findings,
) -> Option<InteractionType> {
    let name = wording::translated(&written.name, known.languages, "the name of this type", found);
    let category = category(&written.category, found);
    let archetype = archetype(written.archetype.as_ref(), archetypes, found);
    let policy = policy(&written.policy, found);
    queue(written, policy, queue_ids, found);
    let threshold = share(written.threshold.as_ref(), DEFAULT_THRESHOLD, "threshold", found);
    let priority = priority(written.priority.as_ref(), found);
    let examples = examples(written, found);
    let rule = own_rule(written.rule.as_ref(), found);
    let automation = automation::automation(written, policy, known, found);
    let fallback_target = share(written.fallback_target.as_ref(), DEFAULT_FALLBACK_TARGET, "fallback-target", found);
    let is_tapped = known.tapped.contains(&written.id.value.as_str());
    if examples.is_empty() && archetype.is_none() && rule.is_empty() && !is_tapped {
        let message = format!(
            "nothing tells when a message is `{}`; give it `examples`, an `archetype`, a `rule` or a button that leads to it",
            written.id.value
        );
        found.error(&written.id, "no-evidence", message);
    }
    Some(InteractionType {
        id: written.id.value.clone(),
        name,
        category: category?,
        archetype,
        policy: policy?,
        queue: written.queue.as_ref().map(|queue| queue.value.clone()),
        threshold: threshold?,
        examples,
        rule,
        priority: priority?,
        automation: Some(automation).filter(|_| policy == Some(Policy::Automate)),
        fallback_target: fallback_target?,
    })
}

fn category(written: &Word, found: &mut Findings) -> Option<Category> {
    let category = written.value.parse().ok();
    if category.is_none() {
        let suggestion = did_you_mean(&written.value, Category::ALL.map(Category::name));
        let advice = if suggestion.is_empty() {
            "; use support, order, information, complaint or reply".to_owned()
        } else {
            suggestion
        };
        found.error(written, "unknown-category", format!("`{}` is not a category{advice}", written.value));
    }
    category
}

fn archetype(written: Option<&Word>, known: &[&str], found: &mut Findings) -> Option<String> {
    let written = written?;
    if !known.contains(&written.value.as_str()) {
        let suggestion = did_you_mean(&written.value, known.iter().copied());
        let advice = if suggestion.is_empty() { format!("; use {}", known.join(", ")) } else { suggestion };
        found.error(written, "unknown-archetype", format!("there is no archetype `{}`{advice}", written.value));
    }
    Some(written.value.clone())
}

fn policy(written: &Word, found: &mut Findings) -> Option<Policy> {
    match written.value.as_str() {
        "intake" => Some(Policy::Intake),
        "stay_out" => Some(Policy::StayOut),
        "automate" => Some(Policy::Automate),
        other => {
            let suggestion = did_you_mean(other, ["automate", "intake", "stay_out"]);
            let advice =
                if suggestion.is_empty() { "; use automate, intake or stay_out".to_owned() } else { suggestion };
            found.error(written, "unknown-policy", format!("`{other}` is not a policy{advice}"));
            None
        }
    }
}

fn queue(written: &TypeFile, policy: Option<Policy>, queue_ids: &[&str], found: &mut Findings) {
    match (&written.queue, policy) {
        (Some(queue), _) => known_queue(queue, queue_ids, found),
        (None, Some(Policy::Intake | Policy::Automate)) => {
            let message =
                format!("`{}` is taken in but has no `queue`; name the one that answers it", written.id.value);
            found.error(&written.id, "missing-queue", message);
        }
        (None, Some(Policy::StayOut) | None) => {}
    }
}

fn share(written: Option<&Spanned<f64>>, default: f64, code: &'static str, found: &mut Findings) -> Option<f64> {
    let Some(written) = written else { return Some(default) };
    let within = (0.0..=1.0).contains(&written.value);
    if !within {
        found.error(written, code, "this is a share; write a number from 0 to 1, like 0.6");
    }
    within.then_some(written.value)
}

fn priority(written: Option<&Spanned<i64>>, found: &mut Findings) -> Option<u8> {
    let Some(written) = written else { return Some(0) };
    let priority = u8::try_from(written.value).ok().filter(|priority| *priority <= HIGHEST_PRIORITY);
    if priority.is_none() {
        found.error(
            written,
            "priority",
            format!("the priority {} is out of range; use 0 to {HIGHEST_PRIORITY}", written.value),
        );
    }
    priority
}

fn examples(written: &TypeFile, found: &mut Findings) -> Vec<Example> {
    let mut examples = Vec::new();
    for (language, word) in written_examples(written) {
        wording::not_blank(word, found);
        examples.push(Example { language, text: word.value.clone() });
    }
    examples
}

pub(super) fn written_examples(written: &TypeFile) -> impl Iterator<Item = (Language, &Word)> {
    let languages = written.examples.iter().flat_map(|examples| examples.iter());
    languages.flat_map(|(language, words)| words.iter().map(move |word| (language, word)))
}

fn own_rule(written: Option<&RuleFile>, found: &mut Findings) -> OwnRule {
    let Some(written) = written else { return OwnRule::default() };
    OwnRule {
        words: rule_texts(&written.words, found),
        phrases: rule_texts(&written.phrases, found),
        whole: rule_texts(&written.whole, found),
    }
}

fn rule_texts(written: &[Word], found: &mut Findings) -> Vec<String> {
    let mut folded = Vec::new();
    for word in written {
        let text = rule::fold(&word.value);
        if text.is_empty() {
            let message =
                format!("`{}` has no letters to compare with a message; write a word or remove it", word.value);
            found.error(word, "empty-text", message);
        }
        folded.push(text);
    }
    folded
}
