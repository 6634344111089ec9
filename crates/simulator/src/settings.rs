//! Everything that a test, the demo or the load program can choose about the platform.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

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
    /// How webhooks are posted.
    pub webhooks: WebhookSettings,
    /// Lets the platform listen, and post webhooks, beyond loopback.
    pub allow_remote: bool,
}

/// A number of the business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessNumber {
    /// Its id in Graph paths and in webhook metadata.
    pub phone_number_id: String,
    /// The WhatsApp Business Account that holds it.
    pub waba_id: String,
    /// The number as people read it.
    pub display_phone_number: String,
    /// Whether people at the business answer from its phone app too.
    #[serde(default)]
    pub on_business_app: bool,
}

/// A message template that Meta has approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Its name.
    pub name: String,
    /// The languages it exists in; none means all.
    #[serde(default)]
    pub languages: Vec<String>,
    /// What Meta charges it as.
    #[serde(default)]
    pub category: Category,
    /// Its text with `{{1}}` or `{{name}}`. When known, phones show it filled in, and the parameters are counted.
    #[serde(default)]
    pub body: Option<String>,
    /// The labels of its quick-reply buttons.
    #[serde(default)]
    pub quick_replies: Vec<String>,
}

impl Template {
    /// A utility template in every language, of which only the name is known.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            languages: Vec::new(),
            category: Category::Utility,
            body: None,
            quick_replies: Vec::new(),
        }
    }
}

/// What a message is charged as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Promotions; people can opt out of them.
    Marketing,
    /// Confirmations, reminders, updates.
    #[default]
    Utility,
    /// One-time passwords.
    Authentication,
    /// Anything written without a template.
    Service,
}

impl Category {
    /// As templates spell it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Marketing => "MARKETING",
            Self::Utility => "UTILITY",
            Self::Authentication => "AUTHENTICATION",
            Self::Service => "SERVICE",
        }
    }
}

/// Moments in the life of a message, counted from its acceptance.
#[derive(Debug, Clone, Copy)]
pub struct Delays {
    /// Meta's servers have it.
    pub sent: Duration,
    /// The phone has it.
    pub delivered: Duration,
    /// The person has seen it.
    pub read: Duration,
}

/// How many people a portfolio may write to, outside their windows, within 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MessagingLimit {
    /// 250: a new portfolio.
    #[serde(rename = "TIER_250")]
    Tier250,
    /// 2,000: a verified business.
    #[serde(rename = "TIER_2K")]
    Tier2K,
    /// 10,000.
    #[serde(rename = "TIER_10K")]
    Tier10K,
    /// 100,000.
    #[serde(rename = "TIER_100K")]
    Tier100K,
    /// No limit.
    #[serde(rename = "TIER_UNLIMITED")]
    Unlimited,
}

impl MessagingLimit {
    /// As Graph spells it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Tier250 => "TIER_250",
            Self::Tier2K => "TIER_2K",
            Self::Tier10K => "TIER_10K",
            Self::Tier100K => "TIER_100K",
            Self::Unlimited => "TIER_UNLIMITED",
        }
    }

    /// Of Graph's spelling; there are words for numbers that have no limit yet.
    pub(crate) fn read(word: &str) -> Option<Self> {
        let all = [Self::Tier250, Self::Tier2K, Self::Tier10K, Self::Tier100K, Self::Unlimited];
        all.into_iter().find(|limit| limit.word() == word)
    }

    pub(crate) fn people(self) -> usize {
        match self {
            Self::Tier250 => 250,
            Self::Tier2K => 2_000,
            Self::Tier10K => 10_000,
            Self::Tier100K => 100_000,
            Self::Unlimited => usize::MAX,
        }
    }
}

/// A token bucket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// How many messages a second it regains.
    pub per_second: f64,
    /// How many it holds when full.
    pub burst: f64,
}

/// How webhooks are posted.
#[derive(Debug, Clone)]
pub struct WebhookSettings {
    /// Keeps the order of what concerns one phone. Meta promises none; a demo reads better with it.
    pub ordered: bool,
    /// The pause before the first retry; each further one is twice as long.
    pub first_retry: Duration,
    /// The longest pause between two retries.
    pub longest_retry: Duration,
    /// For how long, in business time, one is posted again and again.
    pub give_up_after: Duration,
    /// Up to how many changes travel in one body. Meta sends up to 1,000; whoever reads only the first loses the rest.
    pub batch: usize,
    /// How long a change waits for others when they travel together.
    pub batch_wait: Duration,
    /// How many are posted at once.
    pub at_once: usize,
    /// How many may wait; beyond it a webhook is dropped, and the ledger says so.
    pub capacity: usize,
    /// How long the server under test may take to answer.
    pub timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            app_secret: "simulated-app-secret".into(),
            access_token: "simulated-access-token".into(),
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
            webhooks: WebhookSettings::default(),
            allow_remote: false,
        }
    }
}

impl Default for BusinessNumber {
    fn default() -> Self {
        Self {
            phone_number_id: "100200300400500".into(),
            waba_id: "900800700600500".into(),
            display_phone_number: "525550001000".into(),
            on_business_app: false,
        }
    }
}

impl Default for Delays {
    fn default() -> Self {
        Self { sent: Duration::from_millis(20), delivered: Duration::from_millis(60), read: Duration::from_millis(150) }
    }
}

impl Default for WebhookSettings {
    fn default() -> Self {
        Self {
            ordered: true,
            first_retry: Duration::from_millis(200),
            longest_retry: Duration::from_secs(30),
            give_up_after: Duration::from_hours(7 * 24),
            batch: 1,
            batch_wait: Duration::from_millis(20),
            at_once: 64,
            capacity: 200_000,
            timeout: Duration::from_secs(10),
        }
    }
}

impl Rate {
    /// What Meta gives every number: 80 messages a second.
    pub const NUMBER: Self = Self { per_second: 80.0, burst: 80.0 };
    /// What Meta gives an account with a registered number: 5,000 calls an hour.
    pub const ACCOUNT: Self = Self { per_second: 5_000.0 / 3_600.0, burst: 5_000.0 };
    /// What Meta gives a number that is used in the phone app too: 20 messages a second, whatever it sends.
    pub const BESIDE_THE_APP: Self = Self { per_second: 20.0, burst: 20.0 };
    /// What Meta gives a number after its upgrade.
    pub const UPGRADED: Self = Self { per_second: 1_000.0, burst: 1_000.0 };
    /// What Meta lets a number send one person: one message in six seconds, 45 of them borrowed from the future.
    pub const PAIR: Self = Self { per_second: 1.0 / 6.0, burst: 45.0 };
}

#[expect(clippy::disallowed_methods, reason = "the default business time; a test or the demo passes its own")]
fn wall_clock() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
