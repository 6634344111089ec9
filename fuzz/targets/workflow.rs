//! Workflow files, with the texts and conditions in them: a file is refused with findings, or everything in it can be said.

use domain::fact::Facts;
use jiff::Timestamp;
use workflow::{Words, acknowledgement, decided_by_rule, fill};

/// Reads a workflow file, and has it say what it says.
pub(crate) fn workflow(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let read = ::workflow::read(&text, "workflow.yaml");
    let Ok(workflow) = read else { return };
    let moments =
        [0, 1_772_409_600_000, 4_102_444_800_000].map(|at| Timestamp::from_millisecond(at).unwrap_or_default());
    for queue in &workflow.queues {
        for language in &workflow.business.languages {
            for at in moments {
                acknowledgement(&workflow, *language, queue, Some("Ana {{ opens }}"), at);
            }
        }
    }
    let zone = &workflow.business.time_zone;
    let automations = workflow.types.iter().filter_map(|kind| kind.automation.as_ref());
    let answers = automations.flat_map(|automation| &automation.answers);
    for now in moments {
        let facts = Facts::default();
        for answer in answers.clone() {
            std::hint::black_box(answer.condition.as_ref().map(|condition| condition.holds(&facts, now)));
            for language in &workflow.business.languages {
                let words =
                    Words { business: &workflow.business.name, language: *language, zone, now, reply_value: None };
                fill(answer.say.get(*language), &facts, &words);
            }
        }
        for rule in &workflow.follow_ups {
            std::hint::black_box(rule.on.holds(&facts, now));
            for step in &rule.steps {
                std::hint::black_box(step.due.reckoned_from().moment(&facts, now));
            }
        }
    }
    std::hint::black_box(decided_by_rule(&workflow, "hola, ¿dónde está mi pedido?"));
}
