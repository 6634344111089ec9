//! `hilo user list`: who signs in.

use anyhow::Result;
use clap::Args;
use serde_json::json;
use store::UserRow;

use super::{Where, block_on, open};

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    place: Where,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

impl List {
    pub(super) fn run(self) -> Result<()> {
        let Where { config, workspace } = self.place;
        let people = block_on(async {
            let (store, workspace) = open(&config, workspace).await?;
            Ok(store.read(move |tx| tx.users(workspace)).await?)
        })?;
        if self.json {
            println!("{}", json!(people.iter().map(as_json).collect::<Vec<_>>()));
            return Ok(());
        }
        for user in &people {
            println!("{}", line(user));
        }
        Ok(())
    }
}

fn as_json(user: &UserRow) -> serde_json::Value {
    json!({
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "asked_for_a_code": user.totp.is_some(),
        "disabled": user.disabled_at.is_some(),
    })
}

fn line(user: &UserRow) -> String {
    let code = if user.totp.is_some() { "with a code" } else { "without a code" };
    let disabled = if user.disabled_at.is_some() { ", disabled" } else { "" };
    format!("{}  {}  ({}, {code}{disabled})", user.email, user.name, user.role)
}
