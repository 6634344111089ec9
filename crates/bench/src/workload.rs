//! What the customers do in a measurement, and what WhatsApp does meanwhile: the list of the workloads.

use std::time::Duration;

use anyhow::{Result, bail};

use crate::due::Due;
use crate::graph::Behaviour;
use crate::load::{Load, Turn};
use crate::script::Mail;
use crate::senders::Senders;
use crate::{Database, Options};

const KNOWN_PEOPLE: usize = 2_000;
const ONE_BY_ONE: usize = 2_000; // enough for a 99th percentile of twenty messages
/// Meta's own arithmetic for a number at its limit of 1,000 messages a second: each is reported three times, three in ten are answered.
const WORST_CASE: WorstCase = WorstCase { statuses: 10, messages_per_second: 300, seconds: 10 };
const STATUSES_A_MESSAGE: usize = 9; // nine updates in ten are statuses
const READS_PER_SECOND: u32 = 100; // thirty agents who click every three seconds
const OVERLOAD: u32 = 10;
const SLOW_ANSWER: Duration = Duration::from_millis(500);
const FAILING_SHARE: f64 = 0.1;
/// A send that failed waits 2, 4, 8, 16 seconds: few messages, or the last of them is all that is waited for.
const FEW_FAILURES: usize = 1_000;
const USUAL_SILENCE: Duration = Duration::from_secs(5);
const SILENCE_BETWEEN_TRIES: Duration = Duration::from_secs(40);

struct WorstCase {
    statuses: usize,
    messages_per_second: u32,
    seconds: usize,
}

/// A named load.
#[derive(Clone, Debug)]
pub(crate) struct Workload {
    pub(crate) name: String,
    /// What happens in it, as the report says it.
    pub(crate) about: String,
    pub(crate) plan: Plan,
}

/// What is done in a workload.
#[derive(Clone, Debug)]
pub(crate) enum Plan {
    /// Customers write.
    Traffic(Traffic),
    /// The program is started, over and over.
    Start,
    /// Follow-ups are due, while many more wait.
    Due(Due),
}

impl Plan {
    /// What the floor does too.
    pub(crate) fn with_floor(&self) -> Option<&Traffic> {
        match self {
            Self::Traffic(traffic) => Some(traffic).filter(|traffic| traffic.has_floor),
            Self::Start | Self::Due(_) => None,
        }
    }
}

/// Customers who write, and all that goes with it.
#[derive(Clone, Debug)]
pub(crate) struct Traffic {
    pub(crate) senders: Senders,
    pub(crate) load: Load,
    pub(crate) messages: usize,
    pub(crate) mail: Mail,
    pub(crate) graph: Behaviour,
    /// Whether the bare work is measured beside it: elsewhere a ratio would compare different things.
    pub(crate) has_floor: bool,
    /// What the percentiles are about.
    pub(crate) latency: Latency,
    /// Reads of the API beside the load.
    pub(crate) reads_per_second: u32,
    /// How many programs share the database.
    pub(crate) nodes: usize,
    /// How many messages are there before, whose people then write beside new ones; `None` is an empty database.
    pub(crate) stored: Option<usize>,
    /// When nobody expects another acknowledgement.
    pub(crate) silence: Duration,
}

/// From the webhook to where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Latency {
    /// Its acknowledgement at the Graph API.
    #[default]
    Acknowledgement,
    /// Its answer.
    Answer,
}

/// The workloads that the options ask for, on a database.
pub(crate) fn chosen(options: &Options, database: Database) -> Result<Vec<Workload>> {
    let known = known(options);
    for wanted in &options.workloads {
        if wanted != "all" && !known.iter().any(|listed| listed.is_called(wanted)) {
            let names: Vec<&str> = known.iter().map(|listed| listed.workload.name.as_str()).collect();
            bail!("no workload is called `{wanted}`; there are: {}, and `all`", names.join(", "));
        }
    }
    let chosen = known.into_iter().filter(|listed| listed.is_wanted(options) && listed.works_on(database));
    Ok(chosen.map(|listed| listed.workload).collect())
}

/// A workload, and when it is run.
struct Listed {
    workload: Workload,
    turn: Run,
}

#[derive(Clone, Copy, PartialEq)]
enum Run {
    ByDefault,
    WhenAsked,
}

impl Listed {
    /// `nodes` means all of `nodes-1`, `nodes-2` and `nodes-4`.
    fn is_called(&self, wanted: &str) -> bool {
        let name = self.workload.name.as_str();
        let member = name.strip_prefix(wanted).and_then(|rest| rest.strip_prefix('-'));
        name == wanted || member.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    }

    fn is_wanted(&self, options: &Options) -> bool {
        let named = options.workloads.iter().any(|wanted| wanted == "all" || self.is_called(wanted));
        let stored = !options.stored.is_empty() && self.is_called("stored");
        let pending = !options.pending.is_empty() && self.is_called("follow-ups");
        let rate = options.rate.is_some() && self.is_called("open-loop");
        let asked_for_numbers = !options.stored.is_empty() || !options.pending.is_empty() || options.rate.is_some();
        let asked_for_nothing = options.workloads.is_empty() && !asked_for_numbers;
        named || stored || pending || rate || asked_for_nothing && self.turn == Run::ByDefault
    }

    /// Several programs cannot share a file.
    fn works_on(&self, database: Database) -> bool {
        match &self.workload.plan {
            Plan::Traffic(traffic) => database == Database::Postgres || traffic.nodes <= 1 && !self.is_called("nodes"),
            Plan::Start | Plan::Due(_) => true,
        }
    }
}

fn known(options: &Options) -> Vec<Listed> {
    let mut known = usual(options);
    known.extend(troubles(options));
    known.extend(options.node_counts().into_iter().map(|nodes| shared(options, nodes)));
    known.extend(options.rate.map(|per_second| open_loop(options, per_second)));
    known.extend(options.stored_counts().into_iter().map(|stored| with_history(options, stored)));
    known.extend(options.pending_counts().into_iter().map(|pending| follow_ups(options, pending)));
    known
}

/// Messages as they come on a good day.
fn usual(options: &Options) -> Vec<Listed> {
    let messages = options.messages;
    let new_senders = Traffic { senders: Senders::AlwaysNew, has_floor: true, ..triage(options) };
    let one_by_one = Traffic {
        load: Load::Closed { at_once: 1, turn: Turn::Acknowledged },
        messages: messages.min(ONE_BY_ONE),
        ..new_senders.clone()
    };
    let statuses = Traffic {
        messages: messages / 5,
        mail: Mail::Reported { statuses_a_message: STATUSES_A_MESSAGE, in_batches: true },
        ..Traffic { has_floor: false, latency: Latency::Answer, ..new_senders.clone() }
    };
    let worst_case = Traffic {
        load: Load::Open { per_second: WORST_CASE.messages_per_second * (1 + WORST_CASE.statuses as u32) },
        messages: messages.min(WORST_CASE.messages_per_second as usize * WORST_CASE.seconds),
        mail: Mail::Reported { statuses_a_message: WORST_CASE.statuses, in_batches: false },
        ..statuses.clone()
    };
    vec![
        by_default("triage", "2,000 people write again and again", Traffic { has_floor: true, ..triage(options) }),
        by_default("new-senders", "every message is somebody's first and earns an acknowledgement", new_senders),
        by_default("one-at-a-time", "the next one writes once the last one was acknowledged", one_by_one),
        by_default("statuses", "nine updates in ten are statuses, in batches as Meta makes them", statuses),
        by_default(
            "meta-worst-case",
            "3,000 status and 300 message webhooks a second, none of them batched",
            worst_case,
        ),
        by_default(
            "redelivery",
            "one webhook in five is a repetition, and neighbours change places",
            Traffic { messages: messages / 2, mail: Mail::Repeated, ..triage(options) },
        ),
        Listed {
            turn: Run::ByDefault,
            workload: Workload {
                name: "start".into(),
                about: "from the start of the process to the first webhook that it accepts".into(),
                plan: Plan::Start,
            },
        },
    ]
}

/// Days that are not so good.
fn troubles(options: &Options) -> Vec<Listed> {
    let messages = options.messages;
    let slow = options.graph_delay.unwrap_or(SLOW_ANSWER);
    let failing = options.graph_error_rate.unwrap_or(FAILING_SHARE);
    let new_senders = Traffic { senders: Senders::AlwaysNew, ..triage(options) };
    vec![
        when_asked(
            "hot-contact",
            "one person writes all messages",
            Traffic { senders: Senders::Known(1), messages: messages / 4, latency: Latency::Answer, ..triage(options) },
        ),
        when_asked(
            "slow-api",
            &format!("WhatsApp takes {} ms for each answer", slow.as_millis()),
            Traffic {
                messages: messages / 4,
                graph: Behaviour { delay: slow, ..new_senders.graph },
                ..new_senders.clone()
            },
        ),
        when_asked(
            "failing-api",
            &format!(
                "WhatsApp answers {:.0} % of the sends with an error; what counts is that all arrive",
                failing * 100.0
            ),
            Traffic {
                messages: messages.min(FEW_FAILURES),
                graph: Behaviour { error_rate: failing, ..new_senders.graph },
                silence: SILENCE_BETWEEN_TRIES,
                ..new_senders.clone()
            },
        ),
        when_asked(
            "inbox-reads",
            &format!("triage, and {READS_PER_SECOND} reads a second of inbox, conversations and contacts"),
            Traffic { reads_per_second: READS_PER_SECOND, ..triage(options) },
        ),
        when_asked(
            "overload",
            "ten times what was carried just before",
            Traffic {
                load: Load::Flood { times: OVERLOAD },
                messages: messages * OVERLOAD as usize,
                latency: Latency::Answer,
                ..new_senders
            },
        ),
    ]
}

fn shared(options: &Options, nodes: usize) -> Listed {
    let about = format!("triage over {nodes} programs that share the database, in turn");
    when_asked(&format!("nodes-{nodes}"), &about, Traffic { nodes, ..triage(options) })
}

fn open_loop(options: &Options, per_second: u32) -> Listed {
    let about = format!("{per_second} new senders a second, kept up or not");
    let load = Load::Open { per_second };
    let traffic = Traffic { senders: Senders::AlwaysNew, load, has_floor: true, ..triage(options) };
    when_asked("open-loop", &about, traffic)
}

/// People who are known from long ago, and others.
fn with_history(options: &Options, stored: usize) -> Listed {
    let about = format!("triage of known and new people on top of {stored} messages, and reads of old conversations");
    let traffic = Traffic { stored: Some(stored), ..triage(options) };
    when_asked(&format!("stored-{stored}"), &about, traffic)
}

/// What is due at one moment, while that many are not.
fn follow_ups(options: &Options, pending: usize) -> Listed {
    let about = format!("follow-ups that are due at once, while {pending} more wait: half of them still hold");
    let plan = Plan::Due(Due { pending, due: options.messages });
    let workload = Workload { name: format!("follow-ups-{pending}"), about, plan };
    Listed { turn: Run::WhenAsked, workload }
}

/// What the others are variations of.
fn triage(options: &Options) -> Traffic {
    Traffic {
        senders: Senders::Known(KNOWN_PEOPLE),
        load: Load::Closed { at_once: options.concurrency, turn: Turn::Accepted },
        messages: options.messages,
        mail: Mail::Plain,
        graph: Behaviour {
            delay: options.graph_delay.unwrap_or_default(),
            error_rate: options.graph_error_rate.unwrap_or_default(),
            statuses: options.graph_statuses,
        },
        has_floor: false,
        latency: Latency::Acknowledgement,
        reads_per_second: 0,
        nodes: options.nodes.unwrap_or(1),
        stored: None,
        silence: USUAL_SILENCE,
    }
}

fn by_default(name: &str, about: &str, traffic: Traffic) -> Listed {
    Listed { turn: Run::ByDefault, ..when_asked(name, about, traffic) }
}

fn when_asked(name: &str, about: &str, traffic: Traffic) -> Listed {
    let plan = Plan::Traffic(traffic);
    Listed { turn: Run::WhenAsked, workload: Workload { name: name.into(), about: about.into(), plan } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(options: &Options, database: Database) -> Vec<String> {
        chosen(options, database).unwrap().into_iter().map(|workload| workload.name).collect()
    }

    fn asking(workloads: &[&str]) -> Options {
        Options { workloads: workloads.iter().map(|name| (*name).to_owned()).collect(), ..Options::default() }
    }

    #[test]
    fn an_unknown_workload_is_refused_with_the_names_there_are() {
        let refusal = chosen(&asking(&["triag"]), Database::Sqlite).unwrap_err().to_string();
        assert!(refusal.contains("one-at-a-time"), "{refusal}");
    }

    #[test]
    fn what_takes_long_is_run_only_when_asked_for() {
        assert_eq!(names(&Options::default(), Database::Sqlite).len(), 7);
        assert_eq!(names(&asking(&["stored"]), Database::Sqlite), ["stored-10000", "stored-1000000"]);
        let stored = Options { stored: vec![10_000_000], ..Options::default() };
        assert_eq!(names(&stored, Database::Sqlite), ["stored-10000000"]);
        assert_eq!(names(&asking(&["follow-ups"]), Database::Sqlite), ["follow-ups-10000", "follow-ups-1000000"]);
        let pending = Options { pending: vec![10_000_000], ..Options::default() };
        assert_eq!(names(&pending, Database::Postgres), ["follow-ups-10000000"]);
        let rate = Options { rate: Some(500), ..Options::default() };
        assert_eq!(names(&rate, Database::Postgres), ["open-loop"]);
    }

    #[test]
    fn only_postgresql_is_shared_by_nodes() {
        assert_eq!(names(&asking(&["nodes", "triage"]), Database::Sqlite), ["triage"]);
        assert_eq!(names(&asking(&["nodes"]), Database::Postgres), ["nodes-1", "nodes-2", "nodes-4"]);
        let two = Options { nodes: Some(2), ..asking(&["triage", "nodes"]) };
        assert_eq!(names(&two, Database::Postgres), ["triage", "nodes-2"]);
        assert!(names(&two, Database::Sqlite).is_empty());
    }
}
