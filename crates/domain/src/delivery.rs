//! How far a message on its way out has come.

use crate::named::named;

named! {
    /// The state of a send in the outbox. A row leaves the outbox when WhatsApp reports on it; from then on the message's
    /// [`Progress`] tells.
    SendState: "send state" {
        /// Waits for its turn.
        Queued = "queued",
        /// Marked before its first byte left; in flight.
        Sending = "sending",
        /// WhatsApp took it and gave it an id; no report yet.
        Accepted = "accepted",
        /// A byte left and no answer came back. Never sent again by itself.
        Unknown = "unknown",
        /// Unknown for so long, with reports on later sends arriving, that a person has to look.
        NeedsReview = "needs_review",
        /// Kept back by a guard, with the reason. A person may release it.
        Held = "held",
        /// Refused for good, with the code. A person may try again.
        Dead = "dead",
    }
}

impl SendState {
    /// Where a person may have to look.
    pub const LISTED: [Self; 4] = [Self::Unknown, Self::NeedsReview, Self::Held, Self::Dead];
}

named! {
    /// How far a message has come, as reported. Only moves up.
    Progress: "progress" {
        /// In the outbox.
        Pending = "pending",
        /// Taken by WhatsApp.
        Accepted = "accepted",
        /// On its way to the phone.
        Sent = "sent",
        /// Refused or undeliverable; a later delivery report wins over it.
        Failed = "failed",
        /// On the phone.
        Delivered = "delivered",
        /// Seen.
        Read = "read",
        /// A voice message listened to.
        Played = "played",
        /// Taken back before it left, as far as anybody knew.
        Cancelled = "cancelled",
    }
}

impl Progress {
    /// The place on the lattice: a report only counts if it ranks higher than what is known.
    ///
    /// Meta sends reports out of order and more than once, and documents that a delivery may follow a failure.
    pub fn rank(self) -> i64 {
        match self {
            Progress::Pending => 0,
            Progress::Accepted => 1,
            Progress::Cancelled => 2,
            Progress::Sent => 3,
            Progress::Failed => 4,
            Progress::Delivered => 5,
            Progress::Read => 6,
            Progress::Played => 7,
        }
    }

    /// The progress of a rank from the database.
    pub fn of_rank(rank: i64) -> Option<Progress> {
        Progress::ALL.iter().copied().find(|progress| progress.rank() == rank)
    }

    /// Where a message stands after one more report.
    pub fn after(self, report: Progress) -> Progress {
        if self.rank() < report.rank() { report } else { self }
    }
}

named! {
    /// Which of the addresses that a thread is pinned to.
    Address: "address" {
        /// The phone number.
        Phone = "phone",
        /// WhatsApp's id of the person for this business.
        UserId = "user_id",
    }
}

named! {
    /// Why a message goes out; guards differ by it.
    Purpose: "purpose" {
        /// Tells a customer that their message arrived.
        Acknowledgement = "acknowledgement",
        /// What a customer asked for, said by automation.
        Answer = "answer",
        /// Written by a person.
        Reply = "reply",
        /// A template: may start a conversation.
        Template = "template",
        /// Nobody asked for it at that moment: it follows the state of a record.
        FollowUp = "follow_up",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_in_any_order_end_in_the_same_state() {
        use Progress::{Delivered, Failed, Read, Sent};
        let mut orders = vec![vec![]];
        for report in [Sent, Failed, Delivered, Read] {
            orders = orders
                .into_iter()
                .flat_map(|order: Vec<Progress>| {
                    (0..=order.len()).map(move |place| {
                        let mut longer = order.clone();
                        longer.insert(place, report);
                        longer
                    })
                })
                .collect();
        }
        assert_eq!(orders.len(), 24);
        for order in orders {
            let twice = order.iter().chain(&order);
            assert_eq!(twice.fold(Progress::Pending, |state, report| state.after(*report)), Read);
        }
    }

    #[test]
    fn a_delivery_wins_over_a_failure_and_a_failure_over_sent() {
        assert_eq!(Progress::Delivered.after(Progress::Failed), Progress::Delivered);
        assert_eq!(Progress::Failed.after(Progress::Delivered), Progress::Delivered);
        assert_eq!(Progress::Failed.after(Progress::Sent), Progress::Failed);
    }
}
