//! The inbox: its lists, and the people who work there.

use crate::named::named;

named! {
    /// A list of the inbox.
    View: "view; use mine, unassigned, all, snoozed or closed" {
        /// What somebody has.
        Mine = "mine",
        /// What nobody has.
        Unassigned = "unassigned",
        /// Everything that is open and not put aside.
        All = "all",
        /// What was put aside, the first to come back first.
        Snoozed = "snoozed",
        /// What is done, the latest first.
        Closed = "closed",
    }
}

named! {
    /// Whether somebody takes work.
    Availability: "availability; use available or away" {
        /// New work may come.
        Available = "available",
        /// None comes.
        Away = "away",
    }
}

named! {
    /// Who gets the work of a queue.
    Assignment: "assignment; use off, balanced or last_agent" {
        /// Nobody, until somebody takes it.
        Off = "off",
        /// Whoever has the least to do, of those with room for more.
        Balanced = "balanced",
        /// Whoever answered this person last, if there is room; else as balanced.
        LastAgent = "last_agent",
    }
}

named! {
    /// Why somebody is called to a conversation.
    CallReason: "reason" {
        /// A note names them.
        Mention = "mention",
        /// Nobody answered by the promised time.
        Overdue = "overdue",
    }
}

named! {
    /// What somebody does in a conversation at this moment.
    Doing: "doing; use looking or typing" {
        /// Has it open.
        Looking = "looking",
        /// Writes an answer.
        Typing = "typing",
    }
}
