//! `hilo pause`: nothing leaves a number until it is let go on. For the moment in which one does not look for the right screen.

use anyhow::Result;
use clap::Args;
use store::Channel;

use super::key::{Where, open};
use super::{NotRight, block_on};
use crate::clock::Clock;
use crate::inbox::{self, Entry};

#[derive(Debug, Args)]
pub(super) struct Pause {
    /// The number, as people write it or as Meta numbers it; all of the workspace unless given.
    number: Option<String>,
    /// Let it go on instead. What waited leaves in its order.
    #[arg(long)]
    resume: bool,
    #[command(flatten)]
    place: Where,
}

impl Pause {
    pub(super) fn run(self) -> Result<()> {
        let Where { config, workspace } = self.place;
        let (wanted, resume, now) = (self.number, self.resume, Clock::default().now().as_millisecond());
        let named = block_on(async {
            let (store, workspace) = open(&config, workspace).await?;
            let channels = store.read(move |tx| tx.channels(workspace)).await?;
            let meant: Vec<Channel> =
                channels.into_iter().filter(|channel| is_meant(channel, wanted.as_deref())).collect();
            for channel in &meant {
                let (id, entry) = (channel.id, Entry::at(now, "hilo pause"));
                let unit = move |tx: &mut store::Tx<'_>| match resume {
                    true => inbox::resume_channel_at(tx, workspace, id, &entry).map(drop),
                    false => inbox::pause_channel_at(tx, workspace, id, &entry).map(drop),
                };
                store.write(Vec::new(), unit).await?;
            }
            Ok(meant)
        })?;
        if named.is_empty() {
            return Err(
                NotRight("there is no such number in this workspace; `hilo doctor` names them".to_owned()).into()
            );
        }
        let done = if self.resume { "goes on" } else { "is paused" };
        named.iter().for_each(|channel| println!("{} {done}.", channel.display_phone_number));
        Ok(())
    }
}

fn is_meant(channel: &Channel, wanted: Option<&str>) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    wanted.is_none_or(|wanted| {
        channel.phone_number_id == wanted || digits(&channel.display_phone_number) == digits(wanted)
    })
}
