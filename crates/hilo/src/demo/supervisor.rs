//! The parent: WhatsApp, business time, and a worker that is there again whenever it is gone.

use std::net::SocketAddr;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use simulator::Simulator;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::mpsc;

use super::business::{self, Address, Brief, Secrets};
use super::folder::Folder;
use super::line::{BusinessTime, Kill, Known, Moved, ToParent, ToWorker};
use crate::clock::{Clock, machine_now};

/// How long a worker may take to finish what is under way.
const GRACE: Duration = Duration::from_secs(5);
/// The pause before a worker that died by itself is started again; it doubles as long as that goes on.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// A worker that lived so long has proved that it can.
const PROVED: Duration = Duration::from_secs(60);

/// What whoever starts the demo wants.
#[derive(Debug, Clone)]
pub struct Wishes {
    /// Where the page is served.
    pub listen: SocketAddr,
    /// Where the simulator is served.
    pub simulator: SocketAddr,
    /// Whether the worker logs what it does.
    pub verbose: bool,
}

/// Runs the demo until told to stop. `greet` is called once, when the page can be opened.
pub async fn supervise(
    wishes: Wishes,
    folder: Folder,
    greet: impl Fn(SocketAddr, &str),
    told: impl Future<Output = ()>,
) -> Result<()> {
    let (clock, secrets) = (Clock::default(), Secrets::fresh());
    let (hand, moved_by_hand) = mpsc::unbounded_channel();
    let known = Known { time: time_of(&folder, &clock)?, kill: None };
    Address::try_from(wishes.simulator)?;
    let simulator = Simulator::start(business::platform(wishes.simulator, &secrets, &clock, hand)).await?;
    let at: SocketAddr = simulator.url().trim_start_matches("http://").parse().context("the simulator's address")?;
    let brief = Brief { listen: wishes.listen, database: folder.database(), simulator: at.try_into()?, secrets, known };
    let (verbose, died, greeted) = (wishes.verbose, None, false);
    let mut parent = Parent { folder, clock, simulator, moved_by_hand, brief, verbose, died, greeted };
    tokio::pin!(told);
    let mut pause = FIRST_PAUSE;
    loop {
        let mut worker = Worker::start(&parent)?;
        let begun = Instant::now();
        let end = tokio::select! {
            end = parent.attend(&mut worker, &greet) => end?,
            () = &mut told => {
                parent.keep_time()?;
                return worker.stop().await;
            }
        };
        match end {
            End::Failed(reason) if !parent.greeted => bail!("{reason}"),
            End::Wanted { in_a_send } => parent.note_death(in_a_send),
            End::Failed(_) | End::Died(_) => {
                pause = if PROVED < begun.elapsed() { FIRST_PAUSE } else { pause };
                eprintln!(
                    "hilo: the worker ended by itself ({end}); starting it again in {:.1} s",
                    pause.as_secs_f32()
                );
                tokio::select! {
                    () = tokio::time::sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
                    () = &mut told => return parent.keep_time(),
                }
            }
        }
    }
}

/// Business time goes on from where it was left, and never back.
fn time_of(folder: &Folder, clock: &Clock) -> Result<BusinessTime> {
    let kept = folder.time()?;
    let mut time = kept.unwrap_or_else(|| BusinessTime { began_at: machine_now(), ..BusinessTime::default() });
    time.ahead_ms = time.ahead_ms.max(time.seen_at - machine_now());
    clock.put_ahead(time.ahead_ms);
    time.seen_at = clock.now().as_millisecond();
    folder.keep_time(&time)?;
    Ok(time)
}

struct Parent {
    folder: Folder,
    clock: Clock,
    simulator: Simulator,
    /// `hilo sim clock` moves time too.
    moved_by_hand: mpsc::UnboundedReceiver<()>,
    brief: Brief,
    verbose: bool,
    /// When the worker was killed, as long as the next one is not there.
    died: Option<Instant>,
    greeted: bool,
}

/// How a worker ended.
enum End {
    /// As somebody wished on the page.
    Wanted { in_a_send: bool },
    /// It could not serve.
    Failed(String),
    /// Otherwise.
    Died(ExitStatus),
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            End::Wanted { .. } => write!(f, "as was wished"),
            End::Failed(reason) => write!(f, "{reason}"),
            End::Died(status) => write!(f, "{status}"),
        }
    }
}

impl Parent {
    /// Does what a worker says until it ends.
    async fn attend(&mut self, worker: &mut Worker, greet: &impl Fn(SocketAddr, &str)) -> Result<End> {
        worker.tell(&ToWorker::Begin(self.brief.clone())).await;
        let mut armed = false;
        loop {
            let line = tokio::select! {
                line = worker.said.next_line() => line?,
                Some(()) = self.moved_by_hand.recv() => {
                    self.move_time(self.clock.ahead_ms(), None)?;
                    worker.tell(&ToWorker::Known(self.brief.known.clone())).await;
                    continue;
                }
            };
            let Some(line) = line else {
                let status = worker.process.wait().await?;
                return Ok(if armed { End::Wanted { in_a_send: true } } else { End::Died(status) });
            };
            // What is no line of ours was printed by somebody else; it is no word to act on.
            let Ok(said) = serde_json::from_str::<ToParent>(&line) else { continue };
            match said {
                ToParent::Ready { address } => {
                    self.welcome(address, greet)?;
                    worker.tell(&ToWorker::Known(self.brief.known.clone())).await;
                }
                ToParent::Failed { reason } => {
                    worker.process.wait().await?;
                    return Ok(End::Failed(reason));
                }
                ToParent::Ahead { ahead_ms, moved } => {
                    self.move_time(ahead_ms, Some(moved))?;
                    worker.tell(&ToWorker::Known(self.brief.known.clone())).await;
                }
                ToParent::Seen(news) => {
                    self.brief.known.note_read(news);
                    self.keep_time()?;
                    worker.tell(&ToWorker::Known(self.brief.known.clone())).await;
                }
                ToParent::Kill => {
                    worker.process.kill().await?; // SIGKILL: it has no chance to tidy up
                    return Ok(End::Wanted { in_a_send: false });
                }
                ToParent::Armed => armed = true,
            }
        }
    }

    /// The first one chooses the address, and every later one is there again.
    fn welcome(&mut self, address: SocketAddr, greet: &impl Fn(SocketAddr, &str)) -> Result<()> {
        self.brief.listen = address;
        self.simulator.deliver_webhooks_to(&format!("http://{address}/webhooks/whatsapp"))?;
        if let (Some(died), Some(kill)) = (self.died.take(), &mut self.brief.known.kill) {
            let away = died.elapsed();
            kill.back_after_ms = Some(away.as_millis() as i64);
            println!("The worker was killed ({}) and is back after {:.1} s.", kill.times, away.as_secs_f32());
        }
        if !self.greeted {
            self.folder.keep();
            greet(address, &self.simulator.url());
            self.greeted = true;
        }
        Ok(())
    }

    fn note_death(&mut self, in_a_send: bool) {
        let times = self.brief.known.kill.as_ref().map_or(0, |kill| kill.times) + 1;
        let at = self.clock.now().as_millisecond();
        self.brief.known.kill = Some(Kill { times, at, back_after_ms: None, in_a_send, read: false });
        self.died = Some(Instant::now());
    }

    /// WhatsApp first: what the worker does at a moment must not meet a platform at which it is earlier.
    fn move_time(&mut self, ahead_ms: i64, moved: Option<Moved>) -> Result<()> {
        self.clock.put_ahead(ahead_ms);
        let time = &mut self.brief.known.time;
        time.ahead_ms = self.clock.ahead_ms();
        time.moved = moved.or(time.moved.take());
        self.keep_time()
    }

    fn keep_time(&mut self) -> Result<()> {
        self.brief.known.time.seen_at = self.clock.now().as_millisecond();
        self.folder.keep_time(&self.brief.known.time)
    }
}

/// The process, and the two ends of the line to it.
struct Worker {
    process: Child,
    told: Option<ChildStdin>,
    said: Lines<BufReader<ChildStdout>>,
}

impl Worker {
    fn start(parent: &Parent) -> Result<Worker> {
        let program = std::env::current_exe().context("this program does not know where it is")?;
        let mut command = Command::new(program);
        command.arg("demo-worker").stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        command.process_group(0); // Ctrl-C is the parent's, which then ends the worker in order
        if parent.verbose {
            command.arg("--verbose");
        }
        let mut process = command.spawn().context("the worker cannot be started")?;
        let (told, said) = (process.stdin.take(), process.stdout.take());
        let said = BufReader::new(said.context("the worker has no output")?).lines();
        Ok(Worker { process, told, said })
    }

    /// A worker that is gone hears nothing; its end is noticed where it is waited for.
    async fn tell(&mut self, what: &ToWorker) {
        let Some(told) = &mut self.told else { return };
        if let Ok(line) = serde_json::to_string(what) {
            drop(told.write_all(format!("{line}\n").as_bytes()).await);
        }
    }

    /// The end of its input is the word to stop.
    async fn stop(mut self) -> Result<()> {
        drop(self.told.take());
        if tokio::time::timeout(GRACE, self.process.wait()).await.is_err() {
            self.process.kill().await?;
        }
        Ok(())
    }
}
