//! The rows of a CSV file, piece by piece: quoted cells, line breaks within them, and what is broken, with its line.

/// No row of people comes near it; a quotation mark that is never closed would otherwise swallow the rest of the file.
const LONGEST: usize = 256 * 1024;

/// A row as it stands in the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RawRow {
    /// The line that it begins in, from 1.
    pub(super) line: i64,
    /// Its cells, or why it has none.
    pub(super) cells: Result<Vec<Vec<u8>>, Broken>,
}

/// Why a row cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Broken {
    /// `"Ana" Silva,…`
    #[error("text follows a closing quotation mark; double the quotation marks within a cell")]
    TextBehindQuote,
    /// `"Ana Silva,…`
    #[error("a quotation mark is opened and not closed")]
    Unclosed,
    /// Longer than rows are.
    #[error("the row is longer than {} KB, or a quotation mark in it is not closed", LONGEST / 1024)]
    TooLong,
}

/// Takes pieces of a file and gives its rows.
#[derive(Debug)]
pub(super) struct Rows {
    separator: u8,
    buffer: Vec<u8>,
    /// Of the buffer, what is taken.
    taken: usize,
    /// Of the file, where the next row begins.
    at_byte: usize,
    line: i64,
    /// A row too long to be kept, whose end is still looked for.
    skipped: Option<i64>,
}

impl Rows {
    /// From a place of a file on, in front of which so many lines stand.
    pub(super) fn behind(separator: u8, at_byte: usize, lines: i64) -> Self {
        Rows { separator, buffer: Vec::new(), taken: 0, at_byte, line: lines + 1, skipped: None }
    }

    /// Where the next row begins, in bytes, and how many lines stand in front of it.
    pub(super) fn position(&self) -> (usize, i64) {
        (self.at_byte, self.line - 1)
    }

    /// The next piece of the file.
    pub(super) fn feed(&mut self, piece: &[u8]) {
        self.buffer.drain(..self.taken);
        self.taken = 0;
        self.buffer.extend_from_slice(piece);
    }

    /// The next row. Nothing if the next piece is needed for it, or, at the end of the file, if there is none.
    pub(super) fn next(&mut self, is_end: bool) -> Option<RawRow> {
        if let Some(line) = self.skipped {
            let end = self.buffer[self.taken..].iter().position(|byte| *byte == b'\n').map(|place| place + 1);
            self.take(end.unwrap_or(self.buffer.len() - self.taken), i64::from(end.is_some()));
            if end.is_none() && !is_end {
                return None;
            }
            self.skipped = None;
            return Some(RawRow { line, cells: Err(Broken::TooLong) });
        }
        let rest = &self.buffer[self.taken..];
        if rest.is_empty() {
            return None;
        }
        let (cells, length) = match row(rest, self.separator, is_end) {
            Parsed::Row(cells, length) if length <= LONGEST => (Ok(cells), length),
            Parsed::Unfinished if rest.len() <= LONGEST => return None,
            Parsed::Row(..) | Parsed::Unfinished => match first_line(rest) {
                Some(length) => (Err(Broken::TooLong), length),
                None => {
                    self.skipped = Some(self.line);
                    return self.next(is_end);
                }
            },
            // Only the line is given up in which the trouble begins: what follows may be whole rows.
            Parsed::Broken(broken) => (Err(broken), first_line(rest).unwrap_or(rest.len())),
        };
        let line = self.line;
        let lines = rest[..length].iter().filter(|byte| **byte == b'\n').count();
        self.take(length, lines as i64);
        Some(RawRow { line, cells })
    }

    fn take(&mut self, length: usize, lines: i64) {
        self.taken += length;
        self.at_byte += length;
        self.line += lines;
    }
}

fn first_line(bytes: &[u8]) -> Option<usize> {
    bytes.iter().take(LONGEST).position(|byte| *byte == b'\n').map(|place| place + 1)
}

enum Parsed {
    Row(Vec<Vec<u8>>, usize),
    Unfinished,
    Broken(Broken),
}

fn row(bytes: &[u8], separator: u8, is_end: bool) -> Parsed {
    let (mut cells, mut at) = (Vec::new(), 0);
    loop {
        let cell = if bytes.get(at) == Some(&b'"') { quoted(bytes, at, is_end) } else { plain(bytes, at, separator) };
        let (text, end) = match cell {
            Cell::Whole(text, end) => (text, end),
            Cell::Broken(broken) => return Parsed::Broken(broken),
        };
        match bytes.get(end) {
            Some(byte) if *byte == separator => {
                cells.push(text);
                at = end + 1;
            }
            Some(b'\n') => {
                cells.push(text);
                return Parsed::Row(cells, end + 1);
            }
            Some(b'\r') if matches!(bytes.get(end + 1), Some(b'\n')) => {
                cells.push(text);
                return Parsed::Row(cells, end + 2);
            }
            Some(b'\r') if end + 1 < bytes.len() || is_end => {
                cells.push(text);
                return Parsed::Row(cells, end + 1);
            }
            Some(b'\r') => return Parsed::Unfinished,
            Some(_) => return Parsed::Broken(Broken::TextBehindQuote),
            None if is_end => {
                cells.push(text);
                return Parsed::Row(cells, end);
            }
            None => return Parsed::Unfinished,
        }
    }
}

enum Cell {
    /// Its text, and where it ends.
    Whole(Vec<u8>, usize),
    Broken(Broken),
}

fn plain(bytes: &[u8], from: usize, separator: u8) -> Cell {
    let rest = &bytes[from..];
    let length = rest.iter().position(|byte| *byte == separator || *byte == b'\n' || *byte == b'\r');
    let length = length.unwrap_or(rest.len());
    Cell::Whole(rest[..length].to_vec(), from + length)
}

/// A cell that is not closed yet ends where the bytes do: there, more are asked for.
fn quoted(bytes: &[u8], from: usize, is_end: bool) -> Cell {
    let (mut text, mut at) = (Vec::new(), from + 1);
    while let Some(length) = bytes[at..].iter().position(|byte| *byte == b'"') {
        text.extend_from_slice(&bytes[at..at + length]);
        at += length + 1;
        if bytes.get(at) != Some(&b'"') {
            return Cell::Whole(text, at);
        }
        text.push(b'"');
        at += 1;
    }
    if is_end { Cell::Broken(Broken::Unclosed) } else { Cell::Whole(text, bytes.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pieces: &[&str]) -> Vec<(i64, Result<Vec<String>, Broken>)> {
        let mut rows = Rows::behind(b',', 0, 0);
        let mut all = Vec::new();
        for (place, piece) in pieces.iter().enumerate() {
            rows.feed(piece.as_bytes());
            while let Some(row) = rows.next(place + 1 == pieces.len()) {
                let text = |cell: Vec<u8>| String::from_utf8(cell).unwrap();
                all.push((row.line, row.cells.map(|cells| cells.into_iter().map(text).collect())));
            }
        }
        assert_eq!(rows.position().0, pieces.concat().len(), "every byte belongs to a row");
        all
    }

    fn row(line: i64, cells: &[&str]) -> (i64, Result<Vec<String>, Broken>) {
        (line, Ok(cells.iter().map(|cell| (*cell).to_owned()).collect()))
    }

    #[test]
    fn cells_have_quotes_separators_and_line_breaks_in_them() {
        let file = "a,b\r\n\"Ana \"\"la\"\" Silva\",\"one, two\nthree\"\n,\nlast";
        let rows = [
            row(1, &["a", "b"]),
            row(2, &["Ana \"la\" Silva", "one, two\nthree"]),
            row(4, &["", ""]),
            row(5, &["last"]),
        ];
        assert_eq!(read(&[file]), rows);
        // However the file is cut into pieces.
        let letters: Vec<&str> = file.split_inclusive(|_| true).collect();
        assert_eq!(read(&letters), rows);
    }

    #[test]
    fn what_is_broken_costs_its_own_line_only() {
        let found = read(&["a,b\n\"Ana\" Silva,1\nLuis,2\n\"never closed,3\nEva,4\n"]);
        let expected = [
            row(1, &["a", "b"]),
            (2, Err(Broken::TextBehindQuote)),
            row(3, &["Luis", "2"]),
            (4, Err(Broken::Unclosed)),
            row(5, &["Eva", "4"]),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_cell_of_ten_megabytes_is_one_broken_row() {
        let endless = "x".repeat(10 * 1024 * 1024);
        let pieces: Vec<&str> = ["a,b\n\""]
            .into_iter()
            .chain(endless.as_bytes().chunks(100_000).map(|piece| std::str::from_utf8(piece).unwrap()))
            .chain(["\",1\nEva,2\n"])
            .collect();
        assert_eq!(read(&pieces), [row(1, &["a", "b"]), (2, Err(Broken::TooLong)), row(3, &["Eva", "2"])]);
    }
}
