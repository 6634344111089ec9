//! `hilo phone`: numbers as people wrote them to numbers as they are dialled, a line for a line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use domain::phone::Written;
use domain::{PhoneNumber, Region};
use serde::Serialize;

use super::{NotRight, unless_read_enough};

/// So many lines are read at once and shared out among the cores.
const BATCH: usize = 16_384;

#[derive(Debug, Args)]
pub(super) struct Phone {
    /// Files of lines with a country's two letters, a tab and a number; standard input unless given.
    files: Vec<PathBuf>,
    /// An object a line, with the extension and, where there is no number, a word for the reason.
    #[arg(long)]
    json: bool,
}

impl Phone {
    pub(super) fn run(self) -> Result<()> {
        let mut out = BufWriter::new(io::stdout().lock());
        let done = if self.files.is_empty() {
            answer_all(io::stdin().lock(), &mut out, self.json)
        } else {
            self.files.iter().try_for_each(|file| {
                let name = file.display();
                let opened = File::open(file).map_err(|error| NotRight(format!("{name} cannot be read: {error}")))?;
                answer_all(BufReader::new(opened), &mut out, self.json).with_context(|| format!("{name}"))
            })
        };
        done.and_then(|()| Ok(out.flush()?)).or_else(unless_read_enough)
    }
}

fn answer_all(mut lines: impl BufRead, out: &mut impl Write, json: bool) -> Result<()> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    loop {
        let batch = next_lines(&mut lines)?;
        if batch.is_empty() {
            return Ok(());
        }
        for answers in answer_batch(&batch, cores, json) {
            out.write_all(answers.as_bytes())?;
        }
    }
}

fn next_lines(lines: &mut impl BufRead) -> io::Result<Vec<Vec<u8>>> {
    let mut batch = Vec::new();
    while batch.len() < BATCH {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        batch.push(line);
    }
    Ok(batch)
}

/// The answers of a batch, in its order, a text for each core.
fn answer_batch(batch: &[Vec<u8>], cores: usize, json: bool) -> Vec<String> {
    let share = batch.len().div_ceil(cores);
    std::thread::scope(|scope| {
        let shares: Vec<_> = batch.chunks(share).map(|lines| scope.spawn(move || answers_of(lines, json))).collect();
        shares.into_iter().map(|share| share.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

fn answers_of(lines: &[Vec<u8>], json: bool) -> String {
    let mut answers = String::new();
    for line in lines {
        let line = String::from_utf8_lossy(line);
        let answer = answer(line.trim_end_matches(['\n', '\r']));
        if json {
            answers.push_str(&serde_json::to_string(&answer).unwrap_or_default());
        } else {
            answers.push_str(answer.e164.as_ref().or(answer.reason.as_ref()).map_or("", String::as_str));
        }
        answers.push('\n');
    }
    answers
}

/// What became of a line.
#[derive(Debug, Default, Serialize)]
struct Answer {
    #[serde(skip_serializing_if = "Option::is_none")]
    e164: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extension: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

fn answer(line: &str) -> Answer {
    let refused = |code, reason: String| Answer { code: Some(code), reason: Some(reason), ..Answer::default() };
    let Some((region, number)) = line.split_once('\t') else {
        return refused(
            "no_region",
            "this line has no tab; write the two letters of a country, a tab and a number".to_owned(),
        );
    };
    let region: Region = match region.trim().chars().take(8).collect::<String>().parse() {
        Ok(region) => region,
        Err(unknown) => return refused("no_region", format!("{unknown}")),
    };
    match PhoneNumber::parse_written(number, region) {
        Ok(Written { number, extension }) => Answer { e164: Some(number.into()), extension, ..Answer::default() },
        Err(error) => refused(error.code(), error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &str) -> String {
        answers_of(&[line.as_bytes().to_vec()], false)
    }

    #[test]
    fn each_line_has_one_answer() {
        assert_eq!(said("MX\t(55) 1234-5678\r\n"), "+525512345678\n");
        assert_eq!(said("mx\t+52 1 55 1234 5678"), "+525512345678\n");
        assert_eq!(said("ES\t+34 612 34 56"), "`+346123456` is too short for a number of ES\n");
        assert!(said("no tab").starts_with("this line has no tab"));
        assert!(said("XX\t5512345678").starts_with("`XX` is not a country"));
        assert!(said("MX\tcall\u{0}me").starts_with("`callme` is not a phone number"));
        let json = answers_of(&[b"US\t1-800-FLOWERS x12".to_vec()], true);
        assert_eq!(json, "{\"e164\":\"+18003569377\",\"extension\":\"12\"}\n");
    }
}
