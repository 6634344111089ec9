//! What can go wrong on purpose, with what happens and what to watch.

use std::mem::discriminant;

use maud::{Markup, html};
use serde::{Deserialize, Serialize};
use serde_json::json;
use simulator::{Fault, FaultKind};

use super::scene::Scene;

/// A fault of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FaultName {
    Duplicates,
    Late,
    Lost,
    Slow,
    Error,
    Revoked,
}

const ALL: [FaultName; 6] =
    [FaultName::Duplicates, FaultName::Late, FaultName::Lost, FaultName::Slow, FaultName::Error, FaultName::Revoked];

impl FaultName {
    fn name(self) -> &'static str {
        match self {
            FaultName::Duplicates => "duplicates",
            FaultName::Late => "late",
            FaultName::Lost => "lost",
            FaultName::Slow => "slow",
            FaultName::Error => "error",
            FaultName::Revoked => "revoked",
        }
    }

    /// As the platform knows it. Long enough to be watched, short enough to be waited for.
    pub(super) fn fault(self) -> Fault {
        match self {
            FaultName::Duplicates => Fault::always(FaultKind::DuplicateWebhooks),
            FaultName::Late => Fault::always(FaultKind::LateStatuses { ms: 10_000 }),
            FaultName::Lost => Fault::times(1, FaultKind::LoseResponse),
            FaultName::Slow => Fault::always(FaultKind::Slow { ms: 3_000 }),
            FaultName::Error => Fault::always(FaultKind::Error500),
            FaultName::Revoked => Fault::always(FaultKind::RevokedToken),
        }
    }
}

/// Whether a fault that is set is this one, whoever set it and with whatever figures.
pub(super) fn is(name: FaultName, set: &Fault) -> bool {
    discriminant(&name.fault().kind) == discriminant(&set.kind)
}

/// The switches.
pub(super) fn render(scene: &Scene) -> Markup {
    let set = &scene.stage.faults;
    html! {
        details #faults .menu {
            summary {
                (scene.say("demo-faults"))
                @if !set.is_empty() { span.count { (set.len()) span.unseen { " " (scene.say("demo-faults-set")) } } }
            }
            div.sheet {
                p { (scene.say("demo-faults-lead")) }
                ul.switches {
                    @for name in ALL { (switch(scene, name)) }
                }
                @if !set.is_empty() {
                    button.quiet type="button" data-act="/demo/faults/clear" data-body="{}" { (scene.say("demo-faults-clear")) }
                }
            }
        }
    }
}

fn switch(scene: &Scene, name: FaultName) -> Markup {
    let on = scene.stage.faults.iter().any(|fault| is(name, fault));
    html! {
        li {
            button.switch id={ "fault-" (name.name()) } type="button" role="switch" aria-checked=(on) data-act="/demo/fault"
                data-body=(json!({ "fault": name, "on": !on })) {
                span.knob aria-hidden="true" {}
                span {
                    strong { (scene.say(&format!("demo-fault-{}", name.name()))) }
                    small { (scene.say(&format!("demo-fault-{}-watch", name.name()))) }
                }
            }
        }
    }
}
