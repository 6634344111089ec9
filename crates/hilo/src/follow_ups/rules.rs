//! The rules of a workflow, as far as planning needs them.

use domain::fact::Thing;
use jiff::tz::TimeZone;
use workflow::{Expression, FollowUp, Interval, Workflow};

/// What is followed, and when nobody is bothered.
#[derive(Debug, Clone)]
pub struct Rules {
    follow_ups: Vec<FollowUp>,
    pub(super) quiet: Option<Interval>,
    pub(super) zone: TimeZone,
}

impl Rules {
    /// Those of a workflow.
    pub fn of(workflow: &Workflow) -> Self {
        Self {
            follow_ups: workflow.follow_ups.clone(),
            quiet: workflow.limits.quiet_hours,
            zone: workflow.business.time_zone.clone(),
        }
    }

    /// For changes of long ago, which nothing follows any more.
    pub(crate) fn nothing() -> Self {
        Self { follow_ups: Vec::new(), quiet: None, zone: TimeZone::UTC }
    }

    /// Those that follow a kind of record.
    pub(super) fn about(&self, thing: Thing) -> impl Iterator<Item = &FollowUp> {
        self.follow_ups.iter().filter(move |rule| rule.about == thing)
    }

    /// Whether any follows it.
    pub(super) fn follow(&self, thing: Thing) -> bool {
        self.about(thing).next().is_some()
    }

    /// The kinds of records that are followed.
    pub(super) fn things(&self) -> Vec<Thing> {
        Thing::ALL.iter().copied().filter(|thing| self.follow(*thing)).collect()
    }

    /// Whether planning for a kind of record looks at the person, too.
    pub(super) fn plan_by_person(&self, thing: Thing) -> bool {
        self.about(thing).any(|rule| {
            let moments = rule.steps.iter().map(|step| step.due.reckoned_from());
            moments.chain([&rule.on]).any(|expression| looks_at(expression, Thing::Contact))
        })
    }
}

fn looks_at(expression: &Expression, thing: Thing) -> bool {
    expression.looks_at().iter().any(|(of, _)| *of == thing)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A reminder two hours before a confirmed appointment, unless a deal is won.
    const REMINDER: &str = r#"
templates:
  visit_reminder:
    category: utility
    body: { es: "Te esperamos {{1}}.", pt: "Esperamos você {{1}}.", en: "See you {{1}}." }
    examples: { es: [hoy], pt: [hoje], en: [today] }
follow_ups:
  - id: reminder
    name: { es: Recordatorio, pt: Lembrete, en: Reminder }
    on: appointment.status == "confirmed"
    at: appointment.starts_at - duration("2h")
    unless: contact.name == "Nobody"
    hold_while: contact.language == "pt"
    expires_after: 1h
    template:
      name: visit_reminder
      fill:
        es: ["{{ appointment.starts_at }}"]
        pt: ["{{ appointment.starts_at }}"]
        en: ["{{ appointment.starts_at }}"]
"#;

    pub(in crate::follow_ups) fn workflow() -> Workflow {
        let text = format!("{}{REMINDER}", workflow::TRIAGE.replace("version: 1", "version: 2"));
        workflow::read(&text, "workflow.yaml").expect("a sound workflow")
    }

    pub(in crate::follow_ups) fn rules() -> Rules {
        Rules::of(&workflow())
    }

    #[test]
    fn planning_looks_at_the_person_only_where_a_rule_does() {
        assert_eq!(rules().things(), [Thing::Appointment]);
        assert!(!rules().plan_by_person(Thing::Appointment), "`unless` is looked at when it is due");
    }
}
