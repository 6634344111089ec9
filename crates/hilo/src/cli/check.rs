//! `hilo check`: is a workflow file right, and if not, what to change.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::NotRight;

#[derive(Debug, Args)]
pub(super) struct Check {
    /// The workflow file.
    #[arg(default_value = "workflow.yaml")]
    file: PathBuf,
    /// Findings as JSON.
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(super) fn run(self) -> Result<()> {
        let name = self.file.display().to_string();
        let text =
            std::fs::read_to_string(&self.file).map_err(|error| NotRight(format!("{name} cannot be read: {error}")))?;
        let archetypes: Vec<&str> = classifier::bank::archetypes().iter().map(|archetype| archetype.id()).collect();
        let checked = workflow::check(&text, &name, &archetypes);
        let errors = checked.findings.has_errors();
        if self.json {
            println!("{}", serde_json::to_string_pretty(&checked.findings)?);
        } else if checked.findings.is_empty() {
            println!("{name} is right.");
        } else {
            println!("{:?}", miette::Report::new(checked.findings));
        }
        if errors { Err(NotRight(format!("{name} is not right yet")).into()) } else { Ok(()) }
    }
}
