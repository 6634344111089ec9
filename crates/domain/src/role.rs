//! What somebody of the company is there for.

use crate::named::named;

named! {
    /// The part of a person; it decides what they may do. [`crate::right`] has the table.
    Role: "role; use owner, manager, agent or designer" {
        /// Everything: people, keys, connections.
        Owner = "owner",
        /// All conversations and queues; sees the people and approves templates.
        Manager = "manager",
        /// Conversations and records.
        Agent = "agent",
        /// The workflow and the templates; reads conversations and changes none.
        Designer = "designer",
    }
}
