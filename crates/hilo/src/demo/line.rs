//! What parent and worker say to each other, one line of JSON each.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, mpsc, watch};

use super::business::Brief;
use crate::changes::Cursor;

/// What the parent tells the worker.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ToWorker {
    /// The first line: what to serve.
    Begin(Brief),
    /// Something that the page shows has changed.
    Known(Known),
}

/// What the worker tells the parent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToParent {
    /// It serves.
    Ready {
        /// Where.
        address: std::net::SocketAddr,
    },
    /// It cannot serve, and ends.
    Failed {
        /// What to change.
        reason: String,
    },
    /// Business time shall be so far ahead of the machine's.
    Ahead {
        /// Milliseconds.
        ahead_ms: i64,
        /// The whole way, of which this is a step.
        moved: Moved,
    },
    /// Somebody has read it.
    Seen(News),
    /// It wants to be killed at once.
    Kill,
    /// It ends by itself at the worst moment of the next send.
    Armed,
}

/// What the parent holds for the worker, so that it outlives it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// Business time.
    pub time: BusinessTime,
    /// The latest kill.
    pub kill: Option<Kill>,
}

/// Business time, as the demo's folder keeps it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BusinessTime {
    /// How far it is ahead of the machine's, milliseconds.
    pub ahead_ms: i64,
    /// When the demo was started for the first time, milliseconds since 1970.
    pub began_at: i64,
    /// The latest moment that was seen: whatever the machine's clock does, business time does not go back behind it.
    pub seen_at: i64,
    /// The latest move, on its way or until somebody has read what happened there.
    pub moved: Option<Moved>,
}

/// A move of the clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Business time before, milliseconds since 1970.
    pub from: i64,
    /// And after.
    pub to: i64,
    /// Where the log of changes ended when it began.
    pub behind: Cursor,
    /// Where the log ended when it was over; nothing while the clock is on its way.
    pub up_to: Option<Cursor>,
}

impl Moved {
    /// Whether the clock has not arrived.
    pub fn is_under_way(&self) -> bool {
        self.up_to.is_none()
    }
}

/// A worker that was killed and came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kill {
    /// How many there were.
    pub times: u32,
    /// When it died, business time.
    pub at: i64,
    /// How long it took until the next one served; nothing while it is away.
    pub back_after_ms: Option<i64>,
    /// Whether it died in the middle of a send.
    pub in_a_send: bool,
    /// Somebody has read of it.
    pub read: bool,
}

/// What stands on the page until somebody has read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum News {
    /// What the clock passed.
    Way,
    /// That the worker was killed.
    Kill,
}

impl Known {
    /// Somebody has read it. A clock that is still on its way stays.
    pub fn note_read(&mut self, news: News) {
        match (news, &mut self.kill) {
            (News::Way, _) => self.time.moved = self.time.moved.take().filter(Moved::is_under_way),
            (News::Kill, Some(kill)) => kill.read = true,
            (News::Kill, None) => {}
        }
    }

    /// Whether somebody has.
    pub fn is_read(&self, news: News) -> bool {
        match news {
            News::Way => self.time.moved.as_ref().is_none_or(Moved::is_under_way),
            News::Kill => self.kill.as_ref().is_none_or(|kill| kill.read),
        }
    }
}

/// The worker's end.
#[derive(Clone)]
pub struct Line {
    to_parent: mpsc::UnboundedSender<ToParent>,
    known: watch::Receiver<Known>,
    /// Held by whoever moves the clock.
    pub(super) moving: Arc<Mutex<()>>,
}

/// The other end: what the worker says, and where it learns what is known.
pub struct ParentEnd {
    /// What the worker says.
    pub said: mpsc::UnboundedReceiver<ToParent>,
    /// What the worker knows.
    pub known: watch::Sender<Known>,
}

impl Line {
    /// Both ends.
    pub fn pair(known: Known) -> (Line, ParentEnd) {
        let (to_parent, said) = mpsc::unbounded_channel();
        let (sender, known) = watch::channel(known);
        (Line { to_parent, known, moving: Arc::default() }, ParentEnd { said, known: sender })
    }

    /// Says something. A parent that is gone hears nothing, and then the worker ends anyway.
    pub fn say(&self, what: ToParent) {
        drop(self.to_parent.send(what));
    }

    /// What the parent has told.
    pub fn known(&self) -> Known {
        self.known.borrow().clone()
    }

    /// Waits until the parent has told something that fits; false if it never will.
    pub async fn until(&self, fits: impl FnMut(&Known) -> bool) -> bool {
        self.known.clone().wait_for(fits).await.is_ok()
    }
}
