//! Receivers of Hilo's own webhooks, and what is delivered to them.

use crate::named::named;

named! {
    /// Whether an endpoint is posted to.
    EndpointState: "webhook endpoint state" {
        /// It is.
        Enabled = "enabled",
        /// It is not, until somebody enables it; what it misses waits.
        Disabled = "disabled",
        /// It is gone, except for what is still to be cleared away.
        Deleted = "deleted",
    }
}

named! {
    /// Where a delivery stands.
    DeliveryState: "delivery state" {
        /// For its next attempt.
        Waiting = "waiting",
        /// The endpoint took it.
        Delivered = "delivered",
        /// Every attempt failed. A person may have it tried again.
        Dead = "dead",
    }
}
