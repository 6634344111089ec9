//! `hilo import`: people from a CSV file. Killed, it goes on where it was; the same file again makes nobody twice.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use axum::body::Bytes;
use clap::{Args, ValueEnum};
use domain::Region;
use domain::ids::WorkspaceId;
use domain::import::{Field, ImportState, RowOutcome};
use futures::{StreamExt, stream};
use store::{ImportProgress, ImportRow, Store, Tx};

use super::key::{Where, open};
use super::{NotRight, block_on, settings};
use crate::clock::{Clock, machine_now};
use crate::ids;
use crate::imports::report::{self, Form};
use crate::imports::{LARGEST, LEASE_MS, NotTaken, Plan, PlanChange, Worker, take, work_off};

const PIECE: usize = 256 * 1024;
const LOOK_AGAIN: Duration = Duration::from_millis(500);

#[derive(Debug, Args)]
pub(super) struct Import {
    /// The file: CSV in UTF-8, UTF-16 or Windows-1252, with commas, semicolons, tabs or bars.
    file: PathBuf,
    /// What a column is, by its heading or its number: `--map phone=Celular --map name=2`.
    #[arg(long = "map", value_name = "WHAT=COLUMN", value_parser = mapped)]
    map: Vec<(Field, String)>,
    /// The country of numbers that are written without one; that of the first WhatsApp number unless given.
    #[arg(long)]
    region: Option<Region>,
    /// Let the file have the last word on names and languages. Otherwise it adds what nobody knew.
    #[arg(long)]
    overwrite: bool,
    /// Only look: write nothing, and say what would become of each row.
    #[arg(long)]
    dry_run: bool,
    /// Do not ask before writing.
    #[arg(long, short)]
    yes: bool,
    /// Where to write what became of each row.
    #[arg(long)]
    report: Option<PathBuf>,
    /// How the report is written.
    #[arg(long, value_enum, default_value_t = Written::Csv)]
    format: Written,
    /// The outcome as one object on standard output.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Where,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Written {
    Csv,
    Json,
}

fn mapped(text: &str) -> Result<(Field, String), String> {
    let (field, column) = text.split_once('=').ok_or("write WHAT=COLUMN, for example phone=Celular")?;
    let field = field.trim().parse().map_err(|error: domain::UnknownName| error.to_string())?;
    Ok((field, column.to_owned()))
}

impl Import {
    pub(super) fn run(self) -> Result<()> {
        block_on(async {
            let region = self.region()?;
            let (store, workspace) = open(&self.place.config, self.place.workspace.clone()).await?;
            let import = self.taken(&store, workspace, region).await?;
            let goes_on = import.state == ImportState::Waiting && !import.dry;
            let plan = self.plan(&import)?;
            self.show(&plan);
            if goes_on {
                eprintln!("This file was under way before; going on at line {}.", import.progress.at_line + 1);
            } else if self.dry_run || self.asks() {
                self.begin(&store, workspace, &import, &plan, true).await?;
                let looked = self.follow(&store, workspace, &import).await?;
                if self.dry_run || !self.agreed(&looked)? {
                    return self.finish(&store, workspace, &looked).await;
                }
                self.begin(&store, workspace, &import, &plan, false).await?;
            } else {
                self.begin(&store, workspace, &import, &plan, false).await?;
            }
            let done = self.follow(&store, workspace, &import).await?;
            self.finish(&store, workspace, &done).await
        })
    }

    fn region(&self) -> Result<Region> {
        let settings = settings(&self.place.config)?;
        Ok(self.region.or(settings.channels.first().map(|channel| channel.region)).unwrap_or(Region::MX))
    }

    /// A person at a terminal sees what would be written before it is.
    fn asks(&self) -> bool {
        !self.yes && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// The import of this very file that is not at its end yet, or a new one.
    async fn taken(&self, store: &Store, workspace: WorkspaceId, region: Region) -> Result<ImportRow> {
        let name = self.file.display().to_string();
        if std::fs::metadata(&self.file).is_ok_and(|file| 2 * (LARGEST as u64) < file.len()) {
            return Err(NotRight(format!("{name} is larger than {} MB; cut it in two", LARGEST / 1024 / 1024)).into());
        }
        let bytes = std::fs::read(&self.file).map_err(|error| NotRight(format!("{name} cannot be read: {error}")))?;
        let sha256 = {
            use sha2::{Digest, Sha256};
            data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes))
        };
        if let Some(before) = store.read(move |tx| tx.import_of_file(workspace, &sha256)).await?
            && before.state == ImportState::Waiting
            && !before.dry
            && !self.dry_run
        {
            return Ok(before);
        }
        let bytes = Bytes::from(bytes);
        let pieces = (0..bytes.len())
            .step_by(PIECE)
            .map(move |from| Ok::<_, std::io::Error>(bytes.slice(from..bytes.len().min(from + PIECE))));
        let name = self.file.file_name().map_or(name, |name| name.to_string_lossy().into_owned());
        let now = Clock::default().now().as_millisecond();
        let taken = take(store, workspace, (&name, "hilo import", region, now), stream::iter(pieces)).await;
        let (import, _) = taken.map_err(|error| match error {
            NotTaken::Store(error) => anyhow::Error::from(error),
            NotTaken::Unreadable(_) | NotTaken::Broken(_) => NotRight(error.to_string()).into(),
        })?;
        Ok(import)
    }

    fn plan(&self, import: &ImportRow) -> Result<Plan> {
        let plan: Plan = serde_json::from_str(&import.plan).context("the plan of the import cannot be read")?;
        let overwrite = self.overwrite.then_some(true);
        let change = PlanChange { fields: self.map.clone(), overwrite, ..PlanChange::default() };
        let plan = plan.changed(&change).map_err(|error| NotRight(format!("--map: {error}")))?;
        match plan.lacks() {
            Some(lacks) => Err(NotRight(format!("{lacks}: --map phone=COLUMN")).into()),
            None => Ok(plan),
        }
    }

    fn show(&self, plan: &Plan) {
        for column in &plan.columns {
            let field = column.field.map_or("left out", Field::name);
            eprintln!("  {:<24} {field}", column.name);
        }
        eprintln!("  Numbers without a country are taken as {}.", plan.region);
    }

    async fn begin(
        &self,
        store: &Store,
        workspace: WorkspaceId,
        import: &ImportRow,
        plan: &Plan,
        dry: bool,
    ) -> Result<()> {
        let (id, plan, now) = (import.id, serde_json::to_string(plan)?, Clock::default().now().as_millisecond());
        store.write(Vec::new(), move |tx| tx.begin_import(workspace, id, &plan, dry, now)).await?;
        Ok(())
    }

    /// Works it off here, or watches whoever does.
    async fn follow(&self, store: &Store, workspace: WorkspaceId, import: &ImportRow) -> Result<ImportRow> {
        let (id, node) = (import.id, ids::fresh());
        loop {
            let times = [machine_now(), machine_now() + LEASE_MS];
            let claim = move |tx: &mut Tx<'_>| tx.claim_one_import(workspace, id, node, times);
            if let Some(mine) = store.write(Vec::new(), claim).await? {
                let worker = Worker { node, workspace, now: Clock::default().now().as_millisecond() };
                let size = mine.size;
                work_off(store, &worker, mine, |progress| self.tell(progress, size)).await?;
            }
            let row = store.read(move |tx| tx.import(workspace, id)).await?.context("somebody removed the import")?;
            if row.state != ImportState::Waiting {
                self.end_line();
                return Ok(row);
            }
            self.tell(&row.progress, row.size);
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    fn tell(&self, progress: &ImportProgress, size: i64) {
        if std::io::stderr().is_terminal() {
            let share = (progress.at_byte * 100).checked_div(size).unwrap_or(100);
            eprint!("\r  {share:>3} %  {}", counts(progress));
        }
    }

    fn end_line(&self) {
        if std::io::stderr().is_terminal() {
            eprintln!();
        }
    }

    fn agreed(&self, looked: &ImportRow) -> Result<bool> {
        eprintln!("So it would be: {}.", counts(&looked.progress));
        eprint!("Write it? [y/N] ");
        std::io::stderr().flush()?;
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer)?;
        Ok(["y", "yes", "s", "si", "sí", "sim"].contains(&answer.trim().to_lowercase().as_str()))
    }

    async fn finish(&self, store: &Store, workspace: WorkspaceId, import: &ImportRow) -> Result<()> {
        if let Some(path) = &self.report {
            let form = match self.format {
                Written::Csv => Form::Csv,
                Written::Json => Form::Json,
            };
            write_report(store, workspace, import, form, path).await?;
        }
        if let (ImportState::Failed, Some(reason)) = (import.state, &import.reason) {
            return Err(NotRight(reason.clone()).into());
        }
        let ImportProgress { created, matched, ambiguous, refused, .. } = import.progress;
        if self.json {
            let outcome = serde_json::json!({
                "id": import.id, "state": import.state, "dry_run": import.dry,
                "created": created, "matched": matched, "ambiguous": ambiguous, "refused": refused,
            });
            println!("{outcome}");
        } else {
            println!(
                "{}{}",
                if import.dry { "Nothing was written. It would be: " } else { "" },
                counts(&import.progress)
            );
            self.show_refused(store, workspace, import).await?;
        }
        if import.dry {
            let id = import.id;
            store.write(Vec::new(), move |tx| tx.delete_import(workspace, id)).await?;
        }
        Ok(())
    }

    /// The first rows that are nobody; all of them are in the report.
    async fn show_refused(&self, store: &Store, workspace: WorkspaceId, import: &ImportRow) -> Result<()> {
        if self.report.is_some() || import.progress.refused + import.progress.ambiguous == 0 {
            return Ok(());
        }
        let id = import.id;
        let stretches = store.read(move |tx| tx.import_rows(workspace, id, -1, 20)).await?;
        let rows = stretches
            .iter()
            .flat_map(|(_, rows)| serde_json::from_str::<Vec<report::RowReport>>(rows).unwrap_or_default());
        let nobody = rows.filter(|row| matches!(row.outcome, RowOutcome::Refused | RowOutcome::Ambiguous));
        for row in nobody.take(10) {
            println!("line {}: {}: {}", row.line, row.outcome, row.reason.unwrap_or_default());
        }
        println!("`--report FILE` writes what became of each row.");
        Ok(())
    }
}

async fn write_report(
    store: &Store,
    workspace: WorkspaceId,
    import: &ImportRow,
    form: Form,
    path: &Path,
) -> Result<()> {
    let mut file = std::io::BufWriter::new(
        std::fs::File::create(path)
            .map_err(|error| NotRight(format!("{} cannot be written: {error}", path.display())))?,
    );
    let mut pieces = std::pin::pin!(report::pieces(store.clone(), workspace, import.id, form, None));
    while let Some(piece) = pieces.next().await {
        file.write_all(piece?.as_bytes())?;
    }
    file.flush()?;
    Ok(())
}

fn counts(progress: &ImportProgress) -> String {
    let ImportProgress { created, matched, ambiguous, refused, .. } = progress;
    format!("{created} created, {matched} matched, {ambiguous} ambiguous, {refused} refused")
}
