//! What the account of a simulator of one's own may do, and what Meta tells it.

use clap::{Args, ValueEnum};
use simulator::{MessagingLimit, Settings, WebhookSettings};

#[derive(Debug, Args)]
#[command(next_help_heading = "What Meta is like")]
pub(super) struct Rules {
    /// How many people may be written to first in 24 hours.
    #[arg(long, value_name = "TIER", default_value = "2k")]
    limit: Limit,
    /// The only people who may be written to, as with a test number; give it once for each.
    #[arg(long, value_name = "NUMBER")]
    recipient: Vec<String>,
    /// There is no payment method: what costs money fails.
    #[arg(long)]
    unpaid: bool,
    /// Messages without a template may say what they are charged as.
    #[arg(long)]
    direct_send: bool,
    /// Numbers that were written to stay visible beside a username.
    #[arg(long)]
    contact_book: bool,
    /// The portfolio above the business's own: people have a parent user id then.
    #[arg(long, value_name = "ID")]
    parent_portfolio: Option<String>,
    /// The version of the Graph API that webhooks are subscribed with; before 24, statuses name a conversation.
    #[arg(long, value_name = "VERSION", default_value_t = 25)]
    webhook_version: u16,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Limit {
    #[value(name = "250")]
    Few,
    #[value(name = "2k")]
    Thousands,
    #[value(name = "10k")]
    TenThousand,
    #[value(name = "100k")]
    HundredThousand,
    Unlimited,
}

impl Rules {
    pub(super) fn apply(&self, settings: Settings) -> Settings {
        let limit = match self.limit {
            Limit::Few => MessagingLimit::Tier250,
            Limit::Thousands => MessagingLimit::Tier2K,
            Limit::TenThousand => MessagingLimit::Tier10K,
            Limit::HundredThousand => MessagingLimit::Tier100K,
            Limit::Unlimited => MessagingLimit::Unlimited,
        };
        let webhooks = WebhookSettings { graph_version: self.webhook_version, ..settings.webhooks };
        Settings {
            messaging_limit: limit,
            allowed_recipients: (!self.recipient.is_empty()).then(|| self.recipient.clone()),
            can_pay: !self.unpaid,
            direct_send: self.direct_send,
            contact_book: self.contact_book,
            parent_portfolio: self.parent_portfolio.clone(),
            webhooks,
            ..settings
        }
    }
}
