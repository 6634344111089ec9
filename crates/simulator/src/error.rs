//! What can go wrong for the person who runs the simulator. What Meta would answer is in `codes.rs`.

use std::io;

/// Why the simulator, or its control client, could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is taken, or may not be bound.
    #[error("the simulator could not listen on {address}: {source}")]
    Listen {
        /// The address that was asked for.
        address: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// A platform with invented people has no business outside this machine.
    #[error("{what} `{value}` is not on loopback; set `allow_remote` if that is meant")]
    NotLoopback {
        /// Which setting it was.
        what: &'static str,
        /// Its value.
        value: String,
    },
    /// The webhook address is not an `http://` or `https://` URL.
    #[error("the webhook URL `{0}` is not an http or https URL")]
    WebhookUrl(String),
    /// The address of the simulator is not a URL.
    #[error("`{0}` is not the URL of a simulator")]
    SimulatorUrl(String),
    /// Not so many people.
    #[error("personas: {0}")]
    Personas(String),
    /// There is nobody to write to without a business number.
    #[error("the simulator needs at least one business number")]
    NoNumber,
    /// The server under test did not answer the verification handshake as Meta asks.
    #[error("the webhook was not verified: {0}")]
    Unverified(String),
    /// The HTTP client could not be made, or a request did not get through.
    #[error("the simulator could not be reached: {0}")]
    Http(#[from] reqwest::Error),
    /// The control API refused a request.
    #[error("the simulator refused ({status}): {reason}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The sentence in the body.
        reason: String,
    },
}

/// Why a phone could not do what its owner wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// No phone answers to that number, user id or username.
    #[error("there is no phone `{0}`")]
    NoPhone(String),
    /// Neither a number nor a username was given, or the number is not one.
    #[error("a phone needs a number or a username; `{0}` is neither")]
    NotAPhone(String),
    /// WhatsApp does not take such usernames.
    #[error("`{0}` is not a username: 3 to 35 of a-z, 0-9, `.` and `_`, with a letter and no dot at either end")]
    NotAUsername(String),
    /// The number or the username belongs to somebody else.
    #[error("`{0}` belongs to another phone")]
    Taken(String),
    /// The business has no such number.
    #[error("there is no business number `{0}`")]
    NoBusinessNumber(String),
    /// The phone never received, or never wrote, that message.
    #[error("the phone has no message `{0}`")]
    NoMessage(String),
    /// Nothing that the phone received can be tapped under that name.
    #[error("the phone has nothing to tap called `{0}`")]
    NothingToTap(String),
    /// WhatsApp lets people edit for fifteen minutes and delete for two days.
    #[error("it is too late to {0} that message")]
    TooLate(&'static str),
}
