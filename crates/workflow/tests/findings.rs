//! Every file in `tests/broken` is broken on purpose, and begins with what must be said about it:
//! `# line:column severity code`, then the sentence.

use std::fs;
use std::path::{Path, PathBuf};

use miette::{GraphicalReportHandler, GraphicalTheme};
use workflow::{ARCHETYPES, Findings, OPTICA_LUNA, STARTERS, TRIAGE, check, read, read_with_archetypes};

fn tests_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn broken_files() -> Vec<(String, String)> {
    let entries = fs::read_dir(tests_folder().join("broken")).expect("the folder of broken files");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let named = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a broken file");
        (path.file_name().expect("a name").to_string_lossy().into_owned(), text)
    };
    files.into_iter().map(named).collect()
}

fn findings(text: &str, file: &str) -> Findings {
    check(text, file, &ARCHETYPES).findings
}

fn as_header(findings: &Findings) -> String {
    let json = serde_json::to_value(findings).expect("findings serialise");
    let rows = json.as_array().expect("a list").iter().map(|finding| {
        let word = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        format!(
            "# {}:{} {} {}\n# {}\n",
            finding["line"],
            finding["column"],
            word("severity"),
            word("code"),
            word("message")
        )
    });
    rows.collect()
}

#[test]
fn every_broken_file_gets_exactly_the_findings_that_it_announces() {
    let files = broken_files();
    assert!(15 <= files.len());
    for (name, text) in files {
        let announced: String = text.split_inclusive('\n').take_while(|line| line.starts_with("# ")).collect();
        assert_eq!(as_header(&findings(&text, &name)), announced, "{name}");
    }
}

#[test]
fn the_manual_explains_every_kind_of_finding_that_a_broken_file_gets() {
    let manual = fs::read_to_string(tests_folder().join("../../../docs/workflow.md")).expect("the manual");
    for (name, text) in broken_files() {
        for finding in findings(&text, &name).iter() {
            assert!(manual.contains(&format!("`{}`", finding.code)), "{name}: {}", finding.code);
        }
    }
}

/// The examples under these headings of the manual.
fn examples_of_the_manual(headings: &[&str]) -> Vec<String> {
    let manual = fs::read_to_string(tests_folder().join("../../../docs/workflow.md")).expect("the manual");
    let under = |heading: &&str| {
        let (_, text) = manual.split_once(&format!("### {heading}\n")).expect("a heading");
        let (_, text) = text.split_once("```yaml\n").expect("an example");
        text.split_once("```").expect("its end").0.to_owned()
    };
    headings.iter().map(under).collect()
}

#[test]
fn the_examples_of_the_manual_are_sound() {
    let sound = fs::read_to_string(tests_folder().join("sound-2.yaml")).expect("a sound file");
    let spanish = sound.replace("languages: [es, en]", "languages: [es]").replace("id: desk", "id: orders");
    let (head, rest) = spanish.split_once("types:\n").expect("types");
    let (_, tail) = rest.split_once("limits:").expect("limits");
    let examples = examples_of_the_manual(&["answers", "follow_ups", "templates"]);
    let tail = tail.replace("desk", "orders");
    let text = format!("{head}types:\n{}{}{}limits:{tail}", examples[0], examples[1], examples[2]);
    let found: Vec<&str> = findings(&text, "manual.yaml").iter().map(|finding| finding.code).collect();
    assert_eq!(found, ["type-count"], "{}", as_header(&findings(&text, "manual.yaml")));
}

#[test]
fn a_file_with_an_error_is_refused_and_one_with_warnings_alone_is_not() {
    for (name, text) in broken_files() {
        assert_eq!(read(&text, &name).is_err(), findings(&text, &name).has_errors(), "{name}");
    }
}

#[test]
fn the_sound_files_that_the_broken_ones_were_made_from_have_no_findings() {
    for name in ["sound.yaml", "sound-2.yaml"] {
        let text = fs::read_to_string(tests_folder().join(name)).expect("a sound file");
        assert_eq!(as_header(&findings(&text, name)), "", "{name}");
    }
}

#[test]
fn no_starter_has_findings() {
    for (name, text) in STARTERS {
        assert_eq!(as_header(&findings(text, name)), "", "{name}");
    }
}

#[test]
fn a_caret_under_the_wrong_word_is_shown_with_file_line_and_sentence() {
    let text = TRIAGE.replace("queue: billing", "queue: biling");
    let findings = read(&text, "workflow.yaml").expect_err("an unknown queue");
    let mut shown = String::new();
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::none());
    handler.render_report(&mut shown, &findings).expect("rendering");
    let line = text.lines().position(|line| line.contains("biling")).expect("the line") + 1;
    assert!(shown.contains("workflow.yaml: 1 error"), "{shown}");
    assert!(shown.contains(&format!("workflow.yaml:{line}:12")), "{shown}");
    assert!(shown.contains("there is no queue `biling`; did you mean `billing`?"), "{shown}");
    assert!(shown.contains("^^^^^^"), "{shown}");
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_move_no_line() {
    let text = fs::read_to_string(tests_folder().join("broken/unknown-queue.yaml")).expect("a broken file");
    let place =
        |text: &str| findings(text, "w.yaml").iter().map(|found| (found.line, found.column)).collect::<Vec<_>>();
    assert_eq!(place(&text.replace('\n', "\r\n")), place(&text));
    assert_eq!(place(&format!("\u{feff}{text}")), place(&text));
}

#[test]
fn the_caller_says_which_archetypes_there_are() {
    let refused = read_with_archetypes(TRIAGE, "triage.yaml", &["order_status"]).expect_err("only one is known");
    assert_eq!(refused.len(), 12);
    assert!(refused.iter().all(|finding| finding.code == "unknown-archetype"));
}

#[test]
fn no_cut_or_garbled_file_makes_the_reader_panic() {
    for end in (0..OPTICA_LUNA.len()).step_by(37).filter(|end| OPTICA_LUNA.is_char_boundary(*end)) {
        let found = findings(&OPTICA_LUNA[..end], "cut.yaml");
        assert!(found.iter().all(|finding| finding.span.end <= end));
    }
    for text in ["", "\u{feff}", "- a", "a: &a [*a]", "version: 1\n\0", "{", "é: é\n\té", "version: 1\n---\nversion: 1"]
    {
        assert!(findings(text, "garbled.yaml").has_errors(), "{text:?}");
    }
}
