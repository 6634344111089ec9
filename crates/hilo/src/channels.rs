//! The WhatsApp numbers of this installation, with the secrets that guard them.

use std::collections::HashMap;
use std::sync::Arc;

use domain::Region;
use domain::ids::{ChannelId, WorkspaceId};
use whatsapp::{Client, Secret, signature};

/// A number as the pipeline and the outbox use it. Cheap to clone.
pub type ChannelHandle = Arc<LiveChannel>;

/// A number with what is needed to receive and to send.
#[derive(Debug)]
pub struct LiveChannel {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Its id here.
    pub id: ChannelId,
    /// Its id at Meta.
    pub phone_number_id: String,
    /// Meta's id of the account that holds it.
    pub waba_id: String,
    /// The number that customers see.
    pub display_phone_number: String,
    /// The country of numbers written without one.
    pub region: Region,
    /// The secrets that may have signed a webhook: the present one, and during a rotation the one before.
    pub app_secrets: Vec<Secret>,
    /// What Meta repeats in the handshake.
    pub verify_token: Secret,
    /// The way out.
    pub client: Client,
    /// How fast Meta takes messages of this number.
    pub messages_per_second: u32,
}

/// Every number of this installation.
#[derive(Debug, Default)]
pub struct Channels {
    all: Vec<ChannelHandle>,
    by_id: HashMap<ChannelId, ChannelHandle>,
}

impl Channels {
    /// Collects them.
    pub fn new(all: Vec<ChannelHandle>) -> Self {
        let by_id = all.iter().map(|channel| (channel.id, channel.clone())).collect();
        Self { all, by_id }
    }

    /// The number of that id.
    pub fn get(&self, id: ChannelId) -> Option<&ChannelHandle> {
        self.by_id.get(&id)
    }

    /// Every number.
    pub fn iter(&self) -> impl Iterator<Item = &ChannelHandle> {
        self.all.iter()
    }

    /// The numbers that a secret guards which signed these bytes. Each distinct secret is tried once.
    pub fn signed_by(&self, signature: &str, body: &[u8]) -> Vec<ChannelHandle> {
        let mut tried: Vec<(&str, bool)> = Vec::new();
        let signs = |secret: &'_ Secret| -> bool { signature::verify(secret.expose().as_bytes(), signature, body) };
        let mut signed = Vec::new();
        for channel in &self.all {
            let by_any = channel.app_secrets.iter().any(|secret| {
                let known = tried.iter().find(|(text, _)| *text == secret.expose()).map(|(_, verdict)| *verdict);
                known.unwrap_or_else(|| {
                    let verdict = signs(secret);
                    tried.push((secret.expose(), verdict));
                    verdict
                })
            });
            if by_any {
                signed.push(channel.clone());
            }
        }
        signed
    }

    /// Whether Meta's handshake carries the token of one of the numbers.
    pub fn knows_token(&self, token: &str) -> bool {
        // Signing both makes the comparison independent of where they differ.
        let of = |text: &str| signature::sign(b"handshake", text.as_bytes());
        let given = of(token);
        self.all
            .iter()
            .any(|channel| !channel.verify_token.expose().is_empty() && of(channel.verify_token.expose()) == given)
    }
}
