//! `hilo replay`: a changed workflow file over the messages of the last days, before it is published. Sends nothing, writes nothing.

use std::io::{Write, stdout};
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use domain::Policy;
use jiff::SignedDuration;
use tokio::sync::mpsc::{Receiver, channel};

use super::key::{Where, open};
use super::{NotRight, block_on, unless_read_enough};
use crate::clock::Clock;
use crate::inbox;
use crate::replay::{Decided, Difference, News, Tally, Told, Trial, replay};

/// Findings that wait to be printed.
const AHEAD: usize = 16;

#[derive(Debug, Args)]
pub(super) struct Replay {
    /// The changed workflow file.
    file: PathBuf,
    /// Over how many days.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(i64).range(1..=365))]
    days: i64,
    /// A line of JSON for each message.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Where,
}

impl Replay {
    pub(super) fn run(self) -> Result<()> {
        let name = self.file.display().to_string();
        let text =
            std::fs::read_to_string(&self.file).map_err(|error| NotRight(format!("{name} cannot be read: {error}")))?;
        inbox::is_sound_workflow(&text).map_err(|refusal| NotRight(refusal.to_string()))?;
        let since =
            Clock::default().now().as_millisecond() - SignedDuration::from_hours(24 * self.days).as_millis() as i64;
        let Where { config, workspace } = self.place.clone();
        let done = block_on(async move {
            let (store, workspace) = open(&config, workspace).await?;
            let trial = Trial::of(&store, workspace, text).await?;
            let (tell, told) = channel(AHEAD);
            let (done, printed) = tokio::join!(replay(&store, workspace, &trial, since, tell), self.print(told));
            Ok(done.map(|()| printed)??)
        });
        done.or_else(unless_read_enough)
    }

    /// What is found, as it is found; whoever has read enough stops it.
    async fn print(&self, mut told: Receiver<News>) -> std::io::Result<()> {
        while let Some(news) = told.recv().await {
            let line = match news {
                News::Progress(tally) => {
                    eprintln!("{} messages so far, {} decided otherwise", tally.messages, tally.different);
                    continue;
                }
                news if self.json => Told::from(news).line(),
                News::Different(one) => drawn(&one),
                News::Done(tally) => summary(&tally),
            };
            stdout().write_all(line.as_bytes())?;
        }
        Ok(())
    }
}

fn drawn(one: &Difference) -> String {
    let text: String = one.text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let name = one.name.as_deref().unwrap_or("somebody");
    let (before, after) = (told(&one.before), told(&one.after));
    format!(
        "{name}: {text}\n  then  {before}\n  now   {after}\n  conversation {} message {}\n\n",
        one.conversation, one.seq
    )
}

fn told(one: &Decided) -> String {
    let parts = [
        one.kind.clone().or_else(|| Some("not recognised".to_owned())),
        one.policy.map(|policy| done(policy).to_owned()),
        one.guard.map(|guard| format!("because of {guard}")),
        one.queue.as_ref().map(|queue| format!("queue {queue}")),
        one.said.as_ref().map(|said| format!("“{}”", said.replace('\n', " "))),
    ];
    let written = one.written.iter().map(|written| format!("writes {written}"));
    parts.into_iter().flatten().chain(written).collect::<Vec<_>>().join(" · ")
}

fn done(policy: Policy) -> &'static str {
    match policy {
        Policy::Automate => "automated",
        Policy::Intake => "for a person",
        Policy::StayOut => "left alone",
    }
}

fn summary(tally: &Tally) -> String {
    let Tally { conversations, messages, as_then, different, in_type, in_route, in_answer, in_writing } = tally;
    format!(
        "{messages} messages in {conversations} conversations: {different} would be decided otherwise \
         ({in_type} another type, {in_route} another way, {in_answer} another answer, {in_writing} written otherwise).\n\
         The version in force decides about {as_then} of them as was decided then.\n"
    )
}
