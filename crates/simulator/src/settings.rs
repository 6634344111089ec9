//! Everything that a test, the demo or the load program can choose about the platform.

mod delays;
mod limits;
mod number;
mod template;
mod webhooks;

use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub use delays::Delays;
pub use limits::{MessagingLimit, Rate};
pub use number::BusinessNumber;
pub use template::{Category, Template};
pub use webhooks::WebhookSettings;

/// Business time in milliseconds since 1970: windows, months and timestamps follow it, so that a test can move it.
/// Rates, delays and retries follow the machine's clock.
pub type BusinessTime = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Moves business time forward by so many milliseconds.
pub type MoveClock = Arc<dyn Fn(i64) + Send + Sync>;

/// What the platform is like. All numbers belong to one business portfolio, so a person has one user id for all.
#[derive(Clone)]
pub struct Settings {
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Signs the webhooks.
    pub app_secret: String,
    /// The bearer token that the Graph API accepts.
    pub access_token: String,
    /// When that token ends, in seconds since 1970, if it does.
    pub token_ends_at: Option<i64>,
    /// What the server under test must know to have its webhook verified.
    pub verify_token: String,
    /// Where webhooks go. Without it they wait, and are posted once it is known.
    pub webhook_url: Option<String>,
    /// The business numbers; the first is the one that phones write to unless told otherwise.
    pub numbers: Vec<BusinessNumber>,
    /// The templates that Meta has approved, in every account; further ones are created over the Graph API.
    pub approved_templates: Vec<Template>,
    /// How long the review of a new template takes; without it, it stays pending until the control API decides.
    pub template_review: Option<Duration>,
    /// How many templates one account may have.
    pub most_templates: usize,
    /// What time it is for the business.
    pub now: BusinessTime,
    /// How the control API moves that time; without it, it cannot.
    pub move_clock: Option<MoveClock>,
    /// Where randomness begins: message ids, the percentage of faults.
    pub seed: u64,
    /// How long after its acceptance a message is sent, delivered and read.
    pub delays: Delays,
    /// How much one number may send; `None` lifts the limit.
    pub number_rate: Option<Rate>,
    /// How much one number may send to one person; `None` lifts the limit.
    pub pair_rate: Option<Rate>,
    /// How many calls about templates, numbers and subscriptions an account may make; `None` lifts the limit.
    pub account_rate: Option<Rate>,
    /// How many people the portfolio may write to, outside their windows, within 24 hours.
    pub messaging_limit: MessagingLimit,
    /// How many marketing templates a person gets within 24 hours, outside the window; `None` lifts the limit.
    pub marketing_per_person: Option<u32>,
    /// The only people that may be written to, as with a test number; `None` allows everybody.
    pub allowed_recipients: Option<Vec<String>>,
    /// Whether the account can pay. Without, nothing that costs money is delivered.
    pub can_pay: bool,
    /// Whether the account may send `category` messages without a template.
    pub direct_send: bool,
    /// The name that people see.
    pub verified_name: String,
    /// Service messages per number and month that cost nothing.
    pub free_service_messages: u32,
    /// How many bytes of media are kept; beyond it the oldest files are dropped.
    pub media_capacity: usize,
    /// The address by which others reach the platform, if it is another than the one it listens on: download URLs begin
    /// with it.
    pub public_url: Option<String>,
    /// The portfolio above this one, if the business is part of a group of companies: people have an id there too.
    pub parent_portfolio: Option<String>,
    /// Whether Meta keeps the numbers that were written to by number, and shows them beside a username from then on.
    /// Without, a number is hidden again after thirty days.
    pub contact_book: bool,
    /// How webhooks are posted.
    pub webhooks: WebhookSettings,
    /// Lets the platform listen, and post webhooks, beyond loopback.
    pub allow_remote: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            app_secret: "simulated-app-secret".into(),
            access_token: "simulated-access-token".into(),
            token_ends_at: None,
            verify_token: "simulated-verify-token".into(),
            webhook_url: None,
            numbers: vec![BusinessNumber::default()],
            approved_templates: Vec::new(),
            template_review: Some(Duration::from_secs(1)),
            most_templates: 250,
            now: Arc::new(wall_clock),
            move_clock: None,
            // Message ids of two runs must differ, or a database that outlives a run would take them for repeats.
            seed: RandomState::new().build_hasher().finish(),
            delays: Delays::default(),
            number_rate: Some(Rate::NUMBER),
            pair_rate: Some(Rate::PAIR),
            account_rate: Some(Rate::ACCOUNT),
            messaging_limit: MessagingLimit::Tier2K,
            marketing_per_person: Some(2),
            allowed_recipients: None,
            can_pay: true,
            direct_send: false,
            verified_name: "Simulated business".into(),
            free_service_messages: 1_000,
            media_capacity: 256 * 1024 * 1024,
            public_url: None,
            parent_portfolio: None,
            contact_book: false,
            webhooks: WebhookSettings::default(),
            allow_remote: false,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the default business time; a test or the demo passes its own")]
fn wall_clock() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
