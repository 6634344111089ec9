//! What automation does not do until a person lets it. What people send is never paused.

use std::collections::BTreeSet;

use crate::ids::ChannelId;
use crate::named::named;

named! {
    /// How much of automation is paused.
    PauseScope: "scope" {
        /// All of it.
        All = "all",
        /// What answers one interaction type.
        Type = "type",
        /// What answers on one number.
        Channel = "channel",
    }
}

/// Everything that is paused in a workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paused {
    /// All of it.
    pub all: bool,
    /// These types.
    pub types: BTreeSet<String>,
    /// These numbers.
    pub channels: BTreeSet<ChannelId>,
}

impl Paused {
    /// Whether automation says nothing about a matter of that type on that number.
    pub fn stops(&self, channel: ChannelId, kind: Option<&str>) -> bool {
        self.all || self.channels.contains(&channel) || kind.is_some_and(|kind| self.types.contains(kind))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_pause_stops_what_it_names_and_nothing_else() {
        let (one, other) = (ChannelId(Uuid::from_u128(1)), ChannelId(Uuid::from_u128(2)));
        let of_type = Paused { types: ["complaint".to_owned()].into(), ..Paused::default() };
        assert!(of_type.stops(one, Some("complaint")) && !of_type.stops(one, Some("order_status")));
        assert!(!of_type.stops(one, None));
        let of_number = Paused { channels: [one].into(), ..Paused::default() };
        assert!(of_number.stops(one, None) && !of_number.stops(other, Some("complaint")));
        assert!(Paused { all: true, ..Paused::default() }.stops(other, None));
        assert!(!Paused::default().stops(one, Some("complaint")));
    }
}
