//! A node as a machine: it can stand still, and it can die, of which nothing is left but what is committed.

use std::pin::Pin;
use std::sync::Arc;

use domain::ids::ConversationId;
use store::WorkRow;
use store::by_hand::{Desk, Nodes, Waiting};

use super::stage::Stage;
use crate::deliver::by_hand::{Marked, Memory, Outcome};
use crate::node::Node;
use crate::pipeline::Received;
use whatsapp::OutboundMessage;

/// A node, or what will be one again.
pub(super) struct Machine {
    /// Counts its starts: what was under way in an earlier life is gone.
    pub(super) life: u32,
    pub(super) running: Option<Running>,
    /// Until when it stands still.
    pub(super) still_until: i64,
    /// What happens to it, after so many steps.
    pub(super) doom: Option<(u32, Doom)>,
}

/// What a running node has in memory.
pub(super) struct Running {
    pub(super) node: Arc<Node>,
    pub(super) desk: Desk,
    pub(super) memory: Memory,
}

/// What is about to happen to a node.
#[derive(Debug, Clone, Copy)]
pub(super) enum Doom {
    /// It dies, for so long.
    Dies(i64),
    /// It stands still, for so long.
    Freezes(i64),
}

/// Something that a node has under way: it goes on whenever a transaction of it has run.
pub(super) struct Task {
    pub(super) machine: usize,
    pub(super) life: u32,
    pub(super) what: Pin<Box<dyn Future<Output = Came>>>,
    pub(super) waiting: std::collections::VecDeque<Waiting>,
}

/// What comes of it.
pub(super) enum Came {
    Received(usize, Received),
    Marked(store::Result<Vec<Marked>>),
    Ready(Result<(Box<Marked>, Box<OutboundMessage>), Outcome>),
    Settled(Outcome, i64, store::Result<()>),
    Due(store::Result<Vec<WorkRow>>),
    WorkedOff,
    Turned,
    Acted(usize, Result<(), Trouble>),
}

/// Why an errand came to nothing.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The answer was no, or an error that says what to change.
    Refused,
    /// The database: the same request may be tried again.
    Store,
}

impl Machine {
    pub(super) fn off() -> Machine {
        Machine { life: 0, running: None, still_until: 0, doom: None }
    }

    pub(super) fn start(&mut self, stage: &Stage, nodes: Nodes) {
        let (node, desk) = stage.node(nodes);
        self.life += 1;
        self.running = Some(Running { node, desk, memory: Memory::default() });
    }

    pub(super) fn die(&mut self) {
        (self.running, self.doom, self.still_until) = (None, None, 0);
    }

    /// One of its steps is about to happen; or what happens instead.
    pub(super) fn step(&mut self) -> Option<Doom> {
        match &mut self.doom {
            Some((0, doom)) => {
                let doom = *doom;
                self.doom = None;
                Some(doom)
            }
            Some((left, _)) => {
                *left -= 1;
                None
            }
            None => None,
        }
    }
}

/// A marked send on its way.
pub(super) struct Flight {
    pub(super) machine: usize,
    pub(super) life: u32,
    pub(super) marked: Box<Marked>,
    pub(super) thread: ConversationId,
}
