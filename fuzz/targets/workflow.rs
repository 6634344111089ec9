//! Workflow files, with the texts and conditions in them: a file is refused with findings, or everything in it can be said.

use jiff::Timestamp;
use workflow::{acknowledgement, decided_by_rule};

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
    std::hint::black_box(decided_by_rule(&workflow, "hola, ¿dónde está mi pedido?"));
}
