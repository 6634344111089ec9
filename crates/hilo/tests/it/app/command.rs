//! The command line, used beside a server that runs on the same data.

use std::process::Command;

use store::Location;

use super::TestApp;

impl TestApp {
    /// Runs `hilo` with the settings of this server, and answers what it printed.
    pub(crate) async fn command(&self, arguments: &[&str]) -> String {
        let database = match &self.settings.database {
            Location::Sqlite(path) => format!("sqlite:{}", path.display()),
            Location::Postgres(url) => url.clone(),
        };
        let config = self.files.path().join("hilo.toml");
        std::fs::write(&config, format!("database = {database:?}\n")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_hilo"));
        command.args(arguments).arg("--config").arg(config);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}
