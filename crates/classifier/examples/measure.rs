//! Measures the classifier on files of your own: columns `text,label,lang`, with a header.
//!
//! `cargo run --release -p classifier --example measure -- --train A.csv --test B.csv [--oos C.csv] [--per-class N] [--seed S]`
//! or, without `--train`, `--bank --test B.csv` to measure the shipped examples against labels that are archetypes.

use std::collections::HashMap;
use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use classifier::{Example, Lang, Model, Prediction, bank, language, rules};

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let options = Options::parse(std::env::args().skip(1))?;
    let mut labels = Labels::default();
    let examples = training_examples(&options, &mut labels)?;
    let started = Instant::now();
    let model = Model::train(&examples, options.seed)?;
    let training = started.elapsed();
    println!(
        "{} examples of {} types, trained in {:.0} ms",
        examples.len(),
        labels.names.len(),
        training.as_secs_f64() * 1e3
    );

    let tests = read(&options.test)?;
    let answers: Vec<Answer> = tests.iter().map(|row| Answer::of(&model, &labels, row)).collect();
    print_accuracy(&answers);
    if let Some(path) = &options.oos {
        print_out_of_scope(&model, &answers, &read(path)?);
    }
    print_languages(&tests);
    print_latency(&model, &tests);
    print_corrections(model, &labels, &tests);
    Ok(())
}

struct Options {
    train: Option<String>,
    test: String,
    oos: Option<String>,
    per_class: usize,
    seed: u64,
    bank: bool,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let mut options =
            Self { train: None, test: String::new(), oos: None, per_class: usize::MAX, seed: 1, bank: false };
        while let Some(name) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{name} needs a value"));
            match name.as_str() {
                "--train" => options.train = Some(value()?),
                "--test" => options.test = value()?,
                "--oos" => options.oos = Some(value()?),
                "--per-class" => options.per_class = value()?.parse()?,
                "--seed" => options.seed = value()?.parse()?,
                "--bank" => options.bank = true,
                other => return Err(format!("unknown option {other}").into()),
            }
        }
        if options.test.is_empty() || (options.train.is_none() && !options.bank) {
            return Err("give --test FILE and at least one of --train FILE and --bank".into());
        }
        Ok(options)
    }
}

#[derive(Default)]
struct Labels {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Labels {
    fn number(&mut self, name: &str) -> u32 {
        *self.numbers.entry(name.to_owned()).or_insert_with(|| {
            self.names.push(name.to_owned());
            self.names.len() as u32 - 1
        })
    }
}

struct Row {
    text: String,
    label: String,
    lang: Option<Lang>,
}

fn training_examples(options: &Options, labels: &mut Labels) -> Result<Vec<Example>, Failure> {
    let mut rows = match &options.train {
        Some(path) => draw(read(path)?, options.per_class, options.seed),
        None => Vec::new(),
    };
    if options.bank {
        rows.extend(bank_rows());
    }
    Ok(rows.into_iter().map(|row| Example { label: labels.number(&row.label), text: row.text }).collect())
}

fn bank_rows() -> impl Iterator<Item = Row> {
    bank::archetypes().iter().flat_map(|&archetype| {
        bank::examples(archetype).map(move |(lang, text)| Row {
            text: text.to_owned(),
            label: archetype.id().to_owned(),
            lang: Some(lang),
        })
    })
}

/// At most `per_class` rows of each label, drawn by chance.
fn draw(mut rows: Vec<Row>, per_class: usize, seed: u64) -> Vec<Row> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    for last in (1..rows.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        rows.swap(last, (state % (last as u64 + 1)) as usize);
    }
    let mut taken: HashMap<String, usize> = HashMap::new();
    rows.retain(|row| {
        let taken = taken.entry(row.label.clone()).or_default();
        *taken += 1;
        *taken <= per_class
    });
    rows
}

struct Answer {
    prediction: Prediction,
    right: bool,
}

impl Answer {
    fn of(model: &Model, labels: &Labels, row: &Row) -> Self {
        let prediction = model.classify(&row.text);
        let right = labels.numbers.get(&row.label) == Some(&prediction.label);
        Self { prediction, right }
    }
}

fn print_accuracy(answers: &[Answer]) {
    let right = |answers: &[&Answer]| share(answers.iter().filter(|answer| answer.right).count(), answers.len());
    let mut sorted: Vec<&Answer> = answers.iter().collect();
    sorted.sort_by(|one, other| other.prediction.confidence.total_cmp(&one.prediction.confidence));
    println!("accuracy {:.4} on {} messages", right(&sorted), sorted.len());
    println!("accuracy on the surest 60 % {:.4}", right(&sorted[..sorted.len() * 6 / 10]));
    println!("expected calibration error {:.4}", calibration_error(answers));
}

/// The gap between confidence and accuracy in ten bins, weighed by their size.
fn calibration_error(answers: &[Answer]) -> f64 {
    let mut bins = [(0, 0, 0.0); 10];
    for answer in answers {
        let (count, right, confidence) = &mut bins[((answer.prediction.confidence * 10.0) as usize).min(9)];
        *count += 1;
        *right += usize::from(answer.right);
        *confidence += f64::from(answer.prediction.confidence);
    }
    bins.iter().map(|(_, right, confidence)| (*right as f64 - confidence).abs()).sum::<f64>() / answers.len() as f64
}

/// How often a message of no type looks stranger than one of a type.
fn print_out_of_scope(model: &Model, answers: &[Answer], strangers: &[Row]) {
    let known: Vec<_> = answers.iter().map(|answer| answer.prediction.clone()).collect();
    let strange: Vec<_> = strangers.iter().map(|row| model.classify(&row.text)).collect();
    let print = |name: &str, strangeness: fn(&Prediction) -> f32| {
        let wins: f64 = known
            .iter()
            .flat_map(|known| strange.iter().map(move |strange| (strangeness(known), strangeness(strange))))
            .map(|(known, strange)| if known < strange { 1.0 } else { 0.5 * f64::from(u8::from(known == strange)) })
            .sum();
        println!("out of scope, AUROC by {name}: {:.4}", wins / (known.len() * strange.len()) as f64);
    };
    print("novelty score", |prediction| prediction.novelty.score);
    print("highest raw score", |prediction| -prediction.novelty.top_score);
    print("cosine", |prediction| -prediction.novelty.cosine);
    print("confidence", |prediction| -prediction.confidence);
}

/// Undecided messages count as neither right nor wrong, and are named.
fn print_languages(tests: &[Row]) {
    let asked: Vec<_> = tests.iter().filter_map(|row| Some((row.lang?, language::detect(&row.text)))).collect();
    let decided = asked.iter().filter(|(_, detected)| detected.is_some()).count();
    let right = asked.iter().filter(|(lang, detected)| Some(*lang) == *detected).count();
    println!("language right {:.4} of {decided} decided, {} left open", share(right, decided), asked.len() - decided);
}

fn print_latency(model: &Model, tests: &[Row]) {
    print_times("classify", tests, |text| drop(black_box(model.classify(text))));
    print_times("language", tests, |text| {
        black_box(language::detect(text));
    });
    print_times("rules", tests, |text| {
        black_box(rules::recognise(text));
    });
}

fn print_times(what: &str, tests: &[Row], run: impl Fn(&str)) {
    let rounds = 20_000_usize.div_ceil(tests.len());
    let times = (0..rounds).flat_map(|_| tests).map(|row| {
        let started = Instant::now();
        run(black_box(&row.text));
        started.elapsed().as_secs_f64() * 1e6
    });
    let (half, most) = percentiles(times.collect());
    println!("{what} p50 {half:.1} us, p99 {most:.1} us");
}

/// Corrects the model on the test messages: how long it takes, and that they are known afterwards.
fn print_corrections(mut model: Model, labels: &Labels, tests: &[Row]) {
    let mut times = Vec::new();
    for row in tests.iter().take(300) {
        let Some(&label) = labels.numbers.get(&row.label) else { continue };
        let started = Instant::now();
        black_box(model.learn(&row.text, label)).ok();
        times.push(started.elapsed().as_secs_f64() * 1e6);
        if model.wants_warm_pass() {
            model.warm_pass();
        }
    }
    if times.is_empty() {
        return;
    }
    let corrected = &tests[..tests.len().min(300)];
    let kept = corrected.iter().filter(|row| labels.numbers.get(&row.label) == Some(&model.classify(&row.text).label));
    let kept = share(kept.count(), corrected.len());
    let (half, most) = percentiles(times);
    println!("learn p50 {half:.1} us, p99 {most:.1} us; {kept:.4} of the corrected messages are right afterwards");
}

fn percentiles(mut times: Vec<f64>) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() * 99 / 100])
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn read(path: &str) -> Result<Vec<Row>, Failure> {
    let content = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let rows = records(&content).into_iter().skip(1).filter_map(|record| {
        let mut fields = record.into_iter();
        Some(Row {
            text: fields.next()?,
            label: fields.next()?,
            lang: fields.next().and_then(|code| Lang::from_code(&code)),
        })
    });
    Ok(rows.collect())
}

/// The records of a CSV text. A doubled quote inside a quoted field is a quote.
fn records(content: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut characters = content.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
            }
            '\r' if !quoted => {}
            _ => field.push(character),
        }
    }
    if !field.is_empty() || !record.is_empty() {
        record.push(field);
        records.push(record);
    }
    records
}
