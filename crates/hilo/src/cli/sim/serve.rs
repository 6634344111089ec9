//! `hilo sim serve`: the simulator as a program of its own.

mod rules;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use jiff::SignedDuration;
use serde_json::json;
use simulator::{BusinessNumber, Settings, Simulator};

use super::{NotRight, Shape, block_on, print_json};
use crate::cli::serve::{log, until_told};
use crate::clock::Clock;

#[derive(Debug, Args)]
#[command(
    after_help = "Secrets are read from files, never from the command line; without a file, a fresh one is printed."
)]
pub(super) struct Serve {
    /// Where to listen.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8091")]
    listen: SocketAddr,
    /// Where the program under test takes its webhooks; `PUT /sim/webhook` sets it later.
    #[arg(long, value_name = "URL")]
    webhook_url: Option<String>,
    /// A file with the app secret, which signs webhooks.
    #[arg(long, value_name = "FILE")]
    app_secret_file: Option<PathBuf>,
    /// A file with the access token that the Graph API accepts.
    #[arg(long, value_name = "FILE")]
    access_token_file: Option<PathBuf>,
    /// A file with the token that the program under test expects when its webhook is verified.
    #[arg(long, value_name = "FILE")]
    verify_token_file: Option<PathBuf>,
    /// A number of the business; give it once for each.
    #[arg(long, value_name = "NUMBER", default_value = "+52 55 5555 0100")]
    number: Vec<String>,
    /// The numbers are used in the business's phone app too: 20 messages a second.
    #[arg(long)]
    on_business_app: bool,
    #[command(flatten)]
    rules: rules::Rules,
    /// Where randomness begins. The same seed makes the same message ids, in the same order.
    #[arg(long)]
    seed: Option<u64>,
    /// Listen, and post webhooks, beyond this machine. The control API has no key: whoever reaches it uses it.
    #[arg(long)]
    allow_remote: bool,
    /// What to configure, as one JSON object.
    #[arg(long)]
    json: bool,
}

impl Serve {
    pub(super) fn run(self) -> Result<()> {
        log(false, "warn");
        let secrets = Secrets::read(&self)?;
        block_on(async {
            let simulator = Simulator::start(self.platform(&secrets)).await.map_err(not_right)?;
            if self.json {
                print_json(&self.configuration(&simulator, &secrets), Shape::Pretty)?;
            } else {
                self.greet(&simulator, &secrets);
            }
            self.try_webhook(&simulator).await;
            until_told().await;
            simulator.shutdown().await;
            Ok(())
        })
    }

    fn platform(&self, secrets: &Secrets) -> Settings {
        let clock = Clock::default();
        let moved = clock.clone();
        let defaults = Settings::default();
        self.rules.apply(Settings {
            listen: self.listen,
            app_secret: secrets.app.value.clone(),
            access_token: secrets.access.value.clone(),
            verify_token: secrets.verify.value.clone(),
            webhook_url: self.webhook_url.clone(),
            numbers: self.numbers(),
            now: Arc::new(move || clock.now().as_millisecond()),
            move_clock: Some(Arc::new(move |by| moved.advance(SignedDuration::from_millis(by)))),
            seed: self.seed.unwrap_or(defaults.seed),
            allow_remote: self.allow_remote,
            ..defaults
        })
    }

    fn numbers(&self) -> Vec<BusinessNumber> {
        let number = |(index, display): (u64, &String)| BusinessNumber {
            phone_number_id: (100_000_000_000_001 + index).to_string(),
            waba_id: "200000000000001".to_owned(),
            display_phone_number: display.clone(),
            on_business_app: self.on_business_app,
        };
        (0..).zip(&self.number).map(number).collect()
    }

    fn configuration(&self, simulator: &Simulator, secrets: &Secrets) -> serde_json::Value {
        json!({
            "graph_base_url": format!("{}/v25.0", simulator.graph_base_url()),
            "control_url": format!("{}/sim", simulator.url()),
            "numbers": self.numbers(),
            "access_token": secrets.access.value,
            "app_secret": secrets.app.value,
            "verify_token": secrets.verify.value,
            "webhook_url": self.webhook_url,
        })
    }

    fn greet(&self, simulator: &Simulator, secrets: &Secrets) {
        let url = simulator.url();
        println!("WhatsApp simulator\n\nConfigure the program under test with");
        println!("  Graph API      {url}   (any version follows in the path: {url}/v25.0)");
        for number in self.numbers() {
            let BusinessNumber { phone_number_id, waba_id, display_phone_number, .. } = number;
            println!("  Number         {display_phone_number}, phone number id {phone_number_id}, account {waba_id}");
        }
        println!("  Access token   {}", secrets.access);
        println!("  App secret     {}", secrets.app);
        println!("  Verify token   {}", secrets.verify);
        match &self.webhook_url {
            Some(webhook) => println!("  Webhooks       go to {webhook}"),
            None => println!("  Webhooks       wait for an address: --webhook-url, or PUT {url}/sim/webhook"),
        }
        println!("\nA customer writes:\n  hilo sim send \"hola\" --from +525512345678 --simulator {url}");
        println!("The business answers:\n  {}", example(&url, &self.numbers()[0], &secrets.access));
        println!("\nNobody real is written to. Ctrl-C ends it.");
    }

    /// What Meta does when a webhook is configured. The program under test may come up later, so a failure is only told.
    async fn try_webhook(&self, simulator: &Simulator) {
        if self.webhook_url.is_some() {
            match simulator.verify_webhook().await {
                Ok(()) => eprintln!("The webhook is verified."),
                Err(error) => eprintln!("{error}. Webhooks are posted all the same, and repeated until answered."),
            }
        }
    }
}

/// A request to copy. A token from a file is not shown: the file is read where the request is made.
fn example(url: &str, number: &BusinessNumber, token: &Secret) -> String {
    let bearer = match &token.file {
        Some(file) => format!("$(cat '{}')", file.display()),
        None => token.value.clone(),
    };
    format!(
        "curl {url}/v25.0/{}/messages -H \"Authorization: Bearer {bearer}\" -H 'Content-Type: application/json' \\\n    \
         -d '{{\"messaging_product\":\"whatsapp\",\"to\":\"525512345678\",\"type\":\"text\",\"text\":{{\"body\":\"¡Hola!\"}}}}'",
        number.phone_number_id
    )
}

struct Secrets {
    app: Secret,
    access: Secret,
    verify: Secret,
}

struct Secret {
    value: String,
    file: Option<PathBuf>,
}

impl Secrets {
    fn read(serve: &Serve) -> Result<Self> {
        Ok(Self {
            app: Secret::read(serve.app_secret_file.as_deref(), "--app-secret-file")?,
            access: Secret::read(serve.access_token_file.as_deref(), "--access-token-file")?,
            verify: Secret::read(serve.verify_token_file.as_deref(), "--verify-token-file")?,
        })
    }
}

impl Secret {
    fn read(file: Option<&Path>, flag: &str) -> Result<Self> {
        let Some(file) = file else {
            return Ok(Self { value: uuid::Uuid::new_v4().simple().to_string(), file: None });
        };
        let name = file.display();
        let text = std::fs::read_to_string(file).map_err(|error| NotRight(format!("{flag}: {name}: {error}")))?;
        let value = text.trim().to_owned();
        if value.is_empty() {
            return Err(NotRight(format!("{flag}: {name} is empty; put the secret on its first line")).into());
        }
        Ok(Self { value, file: Some(file.to_owned()) })
    }
}

impl std::fmt::Display for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.file {
            Some(file) => write!(f, "as in {}", file.display()),
            None => f.write_str(&self.value),
        }
    }
}

fn not_right(error: simulator::Error) -> anyhow::Error {
    match error {
        simulator::Error::NotLoopback { .. } => {
            NotRight(format!("{error}: on the command line that is --allow-remote")).into()
        }
        simulator::Error::WebhookUrl(_) => NotRight(format!("--webhook-url: {error}")).into(),
        other => other.into(),
    }
}
