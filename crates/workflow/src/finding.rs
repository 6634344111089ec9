//! What is wrong with a file: the place, and one sentence that says what to change.

mod scalar;

use std::fmt;
use std::ops::Range;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};
use serde::Serialize;
use serde_saphyr::{Location, Spanned};

/// Whether a file with this finding can be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It cannot.
    Error,
    /// It can, though it will not work as well as it could.
    Warning,
}

/// One thing to change in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The file as the caller named it.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// Whether it keeps the file from being published.
    pub severity: Severity,
    /// The kind of finding, stable for tools: `unknown-queue`.
    pub code: &'static str,
    /// One sentence that says what to change.
    pub message: String,
    /// The bytes that the caret marks; within one line.
    #[serde(skip)]
    pub span: Range<usize>,
}

/// All that was found in one file, in the order of its lines. Serialises as a list of findings.
#[derive(Debug)]
pub struct Findings {
    source: NamedSource<String>,
    list: Vec<Finding>,
}

impl Findings {
    pub(crate) fn new(file: &str, text: &str) -> Self {
        Self { source: NamedSource::new(file, text.to_owned()), list: Vec::new() }
    }

    /// The findings, in the order of the file's lines.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.list.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether any of them keeps the file from being published.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|finding| finding.severity == Severity::Error)
    }

    pub(crate) fn text(&self) -> &str {
        self.source.inner()
    }

    /// Marks a value that keeps the file from being published.
    pub(crate) fn error<T>(&mut self, at: &Spanned<T>, code: &'static str, message: impl Into<String>) {
        self.error_at(span_of(self.text(), at.referenced), code, message);
    }

    /// Marks a value that deserves a second look.
    pub(crate) fn warning<T>(&mut self, at: &Spanned<T>, code: &'static str, message: impl Into<String>) {
        let span = span_of(self.text(), at.referenced);
        self.push(span, Severity::Warning, code, message.into());
    }

    /// Marks a part of a text value: the first place where `part` is written in it.
    pub(crate) fn error_within(
        &mut self,
        at: &Spanned<String>,
        part: &str,
        code: &'static str,
        message: impl Into<String>,
    ) {
        let whole = full_span(self.text(), at.referenced);
        let span = match self.text()[whole.clone()].find(part) {
            Some(offset) if !part.is_empty() => whole.start + offset..whole.start + offset + part.len(),
            _ => span_of(self.text(), at.referenced),
        };
        self.error_at(span, code, message);
    }

    /// Marks a part of a text value by the bytes of the value itself, however it is quoted or broken into lines.
    pub(crate) fn error_part(
        &mut self,
        at: &Spanned<String>,
        part: Range<usize>,
        code: &'static str,
        message: impl Into<String>,
    ) {
        let whole = full_span(self.text(), at.referenced);
        let span = match scalar::place(&self.text()[whole.clone()], &at.value, part) {
            Some(within) => whole.start + within.start..whole.start + within.end,
            None => span_of(self.text(), at.referenced),
        };
        self.error_at(span, code, message);
    }

    pub(crate) fn error_at(&mut self, span: Range<usize>, code: &'static str, message: impl Into<String>) {
        self.push(span, Severity::Error, code, message.into());
    }

    fn push(&mut self, span: Range<usize>, severity: Severity, code: &'static str, message: String) {
        let (line, column) = line_and_column(self.text(), span.start);
        self.list.push(Finding { file: self.source.name().to_owned(), line, column, severity, code, message, span });
    }

    pub(crate) fn sort(&mut self) {
        self.list.sort_by_key(|finding| finding.span.start);
    }
}

/// The bytes of a value as far as its first line goes; for a list or a mapping, its first word.
pub(crate) fn span_of(text: &str, location: Location) -> Range<usize> {
    let full = full_span(text, location);
    let line_end = text[full.start..].find(['\n', '\r']).map_or(text.len(), |length| full.start + length);
    if full.start < full.end {
        return full.start..full.end.min(line_end);
    }
    let line = &text[full.start..line_end];
    let word = line.find([':', ' ', ',', ']', '}']).unwrap_or(line.len());
    full.start..full.start + word
}

fn full_span(text: &str, location: Location) -> Range<usize> {
    let span = location.span();
    let start = match span.byte_offset() {
        Some(offset) => usize::try_from(offset).unwrap_or(usize::MAX),
        None => offset_of(text, location.line(), location.column()),
    };
    let length = usize::try_from(span.byte_len().unwrap_or(0)).unwrap_or(0);
    let start = on_boundary(text, start);
    start..on_boundary(text, start.saturating_add(length))
}

/// The parser knows no byte offset for a file it could not read on; line and column it always knows.
fn offset_of(text: &str, line: u64, column: u64) -> usize {
    let before = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
    let start: usize = text.split_inclusive('\n').take(before).map(str::len).sum();
    let within = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
    start + text[start..].chars().take(within).map(char::len_utf8).sum::<usize>()
}

fn on_boundary(text: &str, offset: usize) -> usize {
    text.floor_char_boundary(offset.min(text.len()))
}

fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

impl Serialize for Findings {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.list)
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errors = self.list.iter().filter(|finding| finding.severity == Severity::Error).count();
        let count = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
        write!(f, "{}: {}", self.source.name(), count(errors, "error"))?;
        match self.list.len() - errors {
            0 => Ok(()),
            warnings => write!(f, ", {}", count(warnings, "warning")),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Findings {}
impl std::error::Error for Finding {}

impl Diagnostic for Findings {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.list.iter().map(|finding| finding as &dyn Diagnostic)))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(if self.has_errors() { miette::Severity::Error } else { miette::Severity::Warning })
    }
}

/// A finding alone carries no source; [`Findings`] lends it its own when they are shown together.
impl Diagnostic for Finding {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(LabeledSpan::underline(self.span.clone()))))
    }
}
