//! What the customers do in a measurement.

use anyhow::{Result, bail};

use crate::Options;
use crate::load::{Load, Turn};
use crate::senders::Senders;

const KNOWN_PEOPLE: usize = 2_000;
const ONE_BY_ONE: usize = 2_000; // enough for a 99th percentile of twenty messages

/// A named load.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) senders: Senders,
    pub(crate) load: Load,
    pub(crate) messages: usize,
}

/// The workloads that the options ask for.
pub(crate) fn chosen(options: &Options) -> Result<Vec<Workload>> {
    let all = all(options);
    let Some(wanted) = options.workload.as_deref() else { return Ok(all) };
    let names = all.iter().map(|workload| workload.name).collect::<Vec<_>>().join(", ");
    let chosen: Vec<Workload> = all.into_iter().filter(|workload| workload.name == wanted).collect();
    if chosen.is_empty() {
        bail!("no workload is called `{wanted}`; there are: {names}");
    }
    Ok(chosen)
}

fn all(options: &Options) -> Vec<Workload> {
    let Options { messages, concurrency: at_once, .. } = *options;
    let mut all = vec![
        Workload {
            name: "triage",
            senders: Senders::AlwaysNew,
            load: Load::Closed { at_once, turn: Turn::Accepted },
            messages,
        },
        Workload {
            name: "triage-one-at-a-time",
            senders: Senders::AlwaysNew,
            load: Load::Closed { at_once: 1, turn: Turn::Acknowledged },
            messages: messages.min(ONE_BY_ONE),
        },
        Workload {
            name: "triage-2000-contacts",
            senders: Senders::Known(KNOWN_PEOPLE),
            load: Load::Closed { at_once, turn: Turn::Accepted },
            messages,
        },
    ];
    if let Some(per_second) = options.rate {
        all.push(Workload {
            name: "triage-open-loop",
            senders: Senders::AlwaysNew,
            load: Load::Open { per_second },
            messages,
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_workload_is_refused_with_the_names_there_are() {
        let options = Options { workload: Some("triag".into()), ..Options::default() };
        assert!(chosen(&options).unwrap_err().to_string().contains("triage-one-at-a-time"));
    }

    #[test]
    fn a_rate_adds_the_open_loop() {
        assert_eq!(chosen(&Options::default()).unwrap().len(), 3);
        assert_eq!(chosen(&Options { rate: Some(500), ..Options::default() }).unwrap().len(), 4);
    }
}
