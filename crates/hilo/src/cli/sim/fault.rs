//! `hilo sim fault`: what is to go wrong, how often, and how to take it back.

use anyhow::Result;
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use simulator::control::Client;
use simulator::{Fault, FaultKind};

use super::{NotRight, Shape, print_json};

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  hilo sim fault lose-response 10%\n  hilo sim fault slow --ms 3000 --times 5\n  \
                        hilo sim fault fail-later --code 131026\n  hilo sim fault list\n  hilo sim fault clear")]
pub(super) struct Wanted {
    /// The fault; or `list` for all there are and those that are set, or `clear` to take all back.
    #[arg(value_parser = names(), hide_possible_values = true)]
    fault: String,
    /// In how many of a hundred cases it strikes, such as `10%`; otherwise in all.
    #[arg(value_parser = percentage)]
    percent: Option<u8>,
    /// How many times it strikes; otherwise until it is cleared.
    #[arg(long)]
    times: Option<u32>,
    /// For faults that take time: how many milliseconds.
    #[arg(long)]
    ms: Option<u64>,
    /// For faults that give one: Meta's error code.
    #[arg(long)]
    code: Option<i64>,
    /// The list as JSON.
    #[arg(long)]
    json: bool,
}

impl Wanted {
    pub(super) async fn run(self, client: &Client) -> Result<()> {
        match self.fault.as_str() {
            "list" => list(client, self.json).await,
            "clear" => {
                client.clear_faults().await?;
                eprintln!("All faults are taken back.");
                Ok(())
            }
            _ => {
                let set = client.set_fault(&self.fault()?).await?;
                if self.json {
                    return print_json(&set, Shape::Pretty);
                }
                set.iter().for_each(|fault| println!("{}", line(fault)));
                Ok(())
            }
        }
    }

    fn fault(&self) -> Result<Fault> {
        let named = FaultKind::all().into_iter().find(|kind| kind.name() == self.fault);
        let mut kind = named.ok_or_else(|| NotRight(format!("there is no fault `{}`", self.fault)))?;
        if let Some(ms) = self.ms {
            kind = kind.lasting(ms).ok_or_else(|| self.no_place_for("--ms"))?;
        }
        if let Some(code) = self.code {
            kind = kind.with_code(code).ok_or_else(|| self.no_place_for("--code"))?;
        }
        Ok(Fault { kind, count: self.times, percent: self.percent })
    }

    fn no_place_for(&self, flag: &str) -> NotRight {
        NotRight(format!("`{}` has no use for {flag}", dashed(&self.fault)))
    }
}

async fn list(client: &Client, json: bool) -> Result<()> {
    let (kinds, set) = (client.fault_kinds().await?, client.faults().await?);
    if json {
        return print_json(&serde_json::json!({ "set": set, "kinds": kinds }), Shape::Pretty);
    }
    for info in kinds {
        println!("{:<24} {}", dashed(info.kind.name()), info.does);
    }
    println!();
    if set.is_empty() {
        println!("None is set.");
    }
    set.iter().for_each(|fault| println!("Set: {}", line(fault)));
    Ok(())
}

fn line(fault: &Fault) -> String {
    let often = fault.percent.map_or_else(|| "always".to_owned(), |percent| format!("in {percent} % of cases"));
    let left = fault.count.map_or_else(String::new, |count| format!(", {count} times more"));
    format!("{}, {often}{left}", dashed(fault.kind.name()))
}

/// Words on the command line are dashed; on the wire they are not. Either is taken.
fn names() -> impl TypedValueParser<Value = String> {
    let fault = |kind: FaultKind| PossibleValue::new(dashed(kind.name())).alias(kind.name()).help(kind.does());
    let verbs = ["list", "clear"].map(PossibleValue::new);
    let all: Vec<PossibleValue> = FaultKind::all().into_iter().map(fault).chain(verbs).collect();
    PossibleValuesParser::new(all).map(|name| name.replace('-', "_"))
}

fn dashed(name: &str) -> String {
    name.replace('_', "-")
}

fn percentage(raw: &str) -> Result<u8, String> {
    let number = raw.trim().trim_end_matches('%').trim().parse::<u8>().ok();
    number.filter(|percent| (1..=100).contains(percent)).ok_or_else(|| "write a percentage from 1% to 100%".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        wanted: Wanted,
    }

    fn read(line: &str) -> Result<Fault> {
        Line::try_parse_from(format!("fault {line}").split(' '))?.wanted.fault()
    }

    #[test]
    fn a_fault_is_taken_with_dashes_or_underscores_and_with_its_extent() {
        let lost = Fault { count: Some(3), ..Fault::in_percent(10, FaultKind::LoseResponse) };
        assert_eq!(read("lose-response 10% --times 3").unwrap(), lost);
        assert_eq!(read("lose_response 10 --times 3").unwrap(), lost);
        assert_eq!(read("slow --ms 7").unwrap(), Fault::always(FaultKind::Slow { ms: 7 }));
        assert_eq!(read("fail-later --code 131049").unwrap(), Fault::always(FaultKind::FailLater { code: 131_049 }));
    }

    #[test]
    fn a_wrong_name_is_answered_with_the_nearest_and_a_useless_flag_with_a_sentence() {
        assert!(read("lose-respons").unwrap_err().to_string().contains("'lose-response'"));
        assert!(read("slow 300%").unwrap_err().to_string().contains("from 1% to 100%"));
        assert_eq!(read("black-hole --ms 3").unwrap_err().to_string(), "`black-hole` has no use for --ms");
    }
}
