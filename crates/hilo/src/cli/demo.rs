//! `hilo demo`: everything on this machine. The program cannot tell the simulator that it starts from Meta.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Args;
use domain::Region;
use simulator::{BusinessNumber, Simulator};
use store::Location;
use whatsapp::Secret;

use super::block_on;
use super::serve::{log, until_told};
use crate::clock::Clock;
use crate::config::{ChannelSettings, Settings};
use crate::http::{self, demo_page, health};
use crate::node::Node;
use crate::server::Server;

/// The business of the demo.
const PHONE_NUMBER_ID: &str = "100000000000001";
const WABA_ID: &str = "200000000000001";
const DISPLAY: &str = "+52 55 5555 0100";

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Where the page is served.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: std::net::SocketAddr,
    /// Where the WhatsApp simulator is served; `hilo sim` talks to it.
    #[arg(long, default_value = "127.0.0.1:8091")]
    simulator: std::net::SocketAddr,
    /// Where the demo keeps its data. Remove this folder to start anew.
    #[arg(long, default_value = "hilo-demo")]
    folder: PathBuf,
    /// Show the log.
    #[arg(long)]
    verbose: bool,
}

impl Demo {
    pub(super) fn run(self) -> Result<()> {
        log(false, if self.verbose { "info" } else { "warn" });
        health::recorder();
        block_on(self.serve())
    }

    async fn serve(self) -> Result<()> {
        std::fs::create_dir_all(&self.folder).with_context(|| format!("{} cannot be made", self.folder.display()))?;
        let clock = Clock::default();
        let secrets = Secrets::fresh();
        let simulator = Simulator::start(platform(&self, &secrets, &clock)).await?;
        let node = Node::start(settings(&self, &secrets, &simulator), clock).await?;
        let phones = demo_page::Phones::new(simulator::control::Client::new(&simulator.url())?);
        let routes = http::routes(node.clone()).merge(demo_page::routes(node.clone(), phones.clone()));
        let server = Server::start(&node, routes).await?;
        simulator.deliver_webhooks_to(&format!("http://{}/webhooks/whatsapp", server.address))?;
        greet(&server, &simulator, &self);
        until_told().await;
        phones.hang_up();
        server.stop().await;
        Ok(())
    }
}

/// Made anew at every start; nobody but this process and its simulator knows them.
struct Secrets {
    app: String,
    access: String,
    verify: String,
}

impl Secrets {
    fn fresh() -> Self {
        let random = || uuid::Uuid::new_v4().to_string();
        Self { app: random(), access: random(), verify: random() }
    }
}

fn platform(demo: &Demo, secrets: &Secrets, clock: &Clock) -> simulator::Settings {
    let clock = clock.clone();
    simulator::Settings {
        listen: demo.simulator,
        app_secret: secrets.app.clone(),
        access_token: secrets.access.clone(),
        verify_token: secrets.verify.clone(),
        numbers: vec![BusinessNumber {
            phone_number_id: PHONE_NUMBER_ID.to_owned(),
            waba_id: WABA_ID.to_owned(),
            display_phone_number: DISPLAY.to_owned(),
        }],
        now: Arc::new(move || clock.now().as_millisecond()),
        ..simulator::Settings::default()
    }
}

fn settings(demo: &Demo, secrets: &Secrets, simulator: &Simulator) -> Settings {
    let channel = ChannelSettings {
        workspace: "default".to_owned(),
        phone_number_id: PHONE_NUMBER_ID.to_owned(),
        waba_id: WABA_ID.to_owned(),
        display_phone_number: DISPLAY.to_owned(),
        region: Region::MX,
        graph_base_url: format!("{}/v25.0", simulator.graph_base_url()),
        app_secrets: vec![Secret::new(&*secrets.app)],
        verify_token: Secret::new(&*secrets.verify),
        access_token: Secret::new(&*secrets.access),
        messages_per_second: 80,
    };
    Settings {
        listen: demo.listen.to_string(),
        database: Location::Sqlite(demo.folder.join("hilo.db")),
        workflow: Some((PathBuf::from("optica-luna.yaml"), workflow::OPTICA_LUNA.to_owned())),
        workspace: "default".to_owned(),
        log_json: false,
        log_level: "warn".to_owned(),
        channels: vec![channel],
        prices: crate::config::Prices::default(),
        api: crate::config::ApiSettings::default(),
    }
}

fn greet(server: &Server, simulator: &Simulator, demo: &Demo) {
    println!("Hilo demo: Óptica Luna, an optician in Mexico City\n");
    println!("  Open          http://{}", server.address);
    println!(
        "  Or type       hilo sim send \"hola, ¿ya están mis lentes?\" --from +525512345678 --simulator {}",
        simulator.url()
    );
    println!("  Data          {} (remove it to start anew)", demo.folder.display());
    println!("\nNothing leaves this machine. Ctrl-C ends it.");
}
