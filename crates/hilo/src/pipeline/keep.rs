//! Whether somebody who is known and no record of the CRM becomes one: by the workflow's rule, when it is known what they write about.

use domain::interaction::Step;

use super::values::{Effects, InteractionEffect, News};
use crate::workflows::Published;

/// The effects with what the rule makes of the person. Of somebody new who is a record at once, nothing need be said.
pub(super) fn record(workflow: &Published, mut effects: Effects) -> Effects {
    if !effects.provisional || !workflow.workflow.new_contacts.makes_record(about(&effects)) {
        return effects;
    }
    effects.provisional = false;
    if effects.person.as_ref().is_some_and(|person| person.news != News::New) {
        effects.steps.push(Step::BecameRecord);
    }
    effects
}

fn about(effects: &Effects) -> Option<&str> {
    match &effects.interaction {
        InteractionEffect::None => None,
        InteractionEffect::Open(_, _, change) | InteractionEffect::Update(_, change) => change.kind.as_deref(),
    }
}
