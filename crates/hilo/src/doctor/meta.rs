//! What Meta says of a number: the token, the number, who hears of it, whether it may send.

use jiff::Timestamp;
use whatsapp::client::{NumberStanding, Timeouts};
use whatsapp::templates::NotDone;
use whatsapp::{Client, GraphError};

use super::address::DOOR;
use super::{Check, Finding, State};
use crate::clock::machine_now;
use crate::config::{ChannelSettings, Settings};

const DAY_MS: i64 = 24 * 3_600_000;

pub(super) async fn number(settings: &Settings, channel: &ChannelSettings) -> Vec<Finding> {
    let client = match Client::new(&channel.graph_base_url, &channel.access_token, Timeouts::default()) {
        Ok(client) => client,
        Err(error) => return vec![Check::Token.found(State::Wrong, error.to_string())],
    };
    let standing = match client.number_standing(&channel.phone_number_id).await {
        Ok(standing) => standing,
        Err(NotDone::Refused(refusal)) => return vec![Check::Token.found(State::Wrong, words(&refusal))],
        Err(error @ NotDone::NoAnswer(_)) => return vec![Check::Token.found(State::Unknown, error.to_string())],
    };
    vec![
        Check::Token.found(State::Good, standing.verified_name.clone().unwrap_or_default()),
        expiry(settings, &client, channel).await,
        is_the_number(channel, &standing),
        subscription(&client, channel).await,
        callback(settings, &standing),
        sending(&standing),
    ]
}

/// What Meta says about this very case says more than the name of the error.
fn words(refusal: &GraphError) -> String {
    refusal.details.as_ref().map_or_else(|| refusal.to_string(), |details| format!("{refusal}: {details}"))
}

fn is_the_number(channel: &ChannelSettings, standing: &NumberStanding) -> Finding {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    match &standing.display_phone_number {
        None => Check::Number.found(State::Unknown, ""),
        Some(theirs) if digits(theirs) == digits(&channel.display_phone_number) => {
            Check::Number.found(State::Good, theirs.as_str())
        }
        Some(theirs) => Check::Number.found(State::Wrong, format!("Meta: {theirs}")),
    }
}

async fn subscription(client: &Client, channel: &ChannelSettings) -> Finding {
    match client.subscriptions(&channel.waba_id).await {
        Ok(apps) if apps.is_empty() => Check::Subscription.found(State::Wrong, ""),
        Ok(apps) => match apps.into_iter().flatten().next() {
            Some(elsewhere) => Check::Subscription.found(State::Good, elsewhere),
            None => Check::Subscription.found(State::Good, ""),
        },
        Err(NotDone::Refused(refusal)) => Check::Subscription.found(State::Wrong, words(&refusal)),
        Err(error @ NotDone::NoAnswer(_)) => Check::Subscription.found(State::Unknown, error.to_string()),
    }
}

/// Tokens of system users may last for ever; those that do not end without a word. Not every token may be asked about.
async fn expiry(settings: &Settings, client: &Client, channel: &ChannelSettings) -> Finding {
    let days = i64::from(settings.alerts.limits.token_days);
    match client.token_end(&channel.access_token).await {
        Ok(None) => Check::Expiry.found(State::Good, ""),
        Ok(Some(end)) => {
            let left = (end * 1000 - machine_now()).div_euclid(DAY_MS);
            let day = Timestamp::from_second(end).map(|end| end.strftime("%Y-%m-%d").to_string()).unwrap_or_default();
            Check::Expiry.of(if days <= left { Ok(day) } else { Err(day) })
        }
        Err(error) => Check::Expiry.found(State::Unknown, error.to_string()),
    }
}

fn callback(settings: &Settings, standing: &NumberStanding) -> Finding {
    match (&standing.callback, &settings.front.public_url) {
        (None, _) => Check::Callback.found(State::Wrong, ""),
        (Some(theirs), Some(ours)) if *theirs == format!("{ours}{DOOR}") => Check::Callback.found(State::Good, theirs),
        (Some(theirs), Some(_)) => Check::Callback.found(State::Wrong, theirs),
        // Without an address of ours there is nothing to compare it with.
        (Some(theirs), None) => Check::Callback.found(State::Unknown, theirs),
    }
}

fn sending(standing: &NumberStanding) -> Finding {
    let seen = standing.troubles.join(" · ");
    match standing.can_send.as_deref() {
        Some("AVAILABLE") => Check::Sending.found(State::Good, seen),
        Some(word) if seen.is_empty() => Check::Sending.found(State::Wrong, word),
        Some(_) => Check::Sending.found(State::Wrong, seen),
        None => Check::Sending.found(State::Unknown, seen),
    }
}
