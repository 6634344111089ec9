//! What people write with WhatsApp's marks: `*bold*`, `_italic_`, `~struck~`, ```` ```code``` ````, and links. Parsed into a tree of
//! text; nothing in it can become an element of its own.

use maud::{Markup, html};

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
enum Part<'a> {
    Plain(&'a str),
    Marked(Mark, Vec<Part<'a>>),
    Code(&'a str),
    Link(&'a str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Bold,
    Italic,
    Struck,
}

/// Marks inside marks, at most: deeper ones stay as they were written.
const DEPTH: u8 = 3;

pub(super) fn render(text: &str) -> Markup {
    html! { @for part in &parse(text, DEPTH) { (element(part)) } }
}

fn element(part: &Part<'_>) -> Markup {
    match part {
        Part::Plain(text) => html! { (text) },
        Part::Code(text) => html! { code { (text) } },
        Part::Link(address) => {
            html! { a href=(address) target="_blank" rel="noopener noreferrer nofollow" { (address) } }
        }
        Part::Marked(mark, parts) => {
            let inner = html! { @for part in parts { (element(part)) } };
            match mark {
                Mark::Bold => html! { b { (inner) } },
                Mark::Italic => html! { i { (inner) } },
                Mark::Struck => html! { s { (inner) } },
            }
        }
    }
}

fn parse(text: &str, depth: u8) -> Vec<Part<'_>> {
    let (mut parts, mut plain, mut at) = (Vec::new(), 0, 0);
    while at < text.len() {
        match part_at(text, at, depth) {
            Some((part, end)) => {
                if plain < at {
                    parts.push(Part::Plain(&text[plain..at]));
                }
                parts.push(part);
                (plain, at) = (end, end);
            }
            None => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    if plain < text.len() {
        parts.push(Part::Plain(&text[plain..]));
    }
    parts
}

fn part_at(text: &str, at: usize, depth: u8) -> Option<(Part<'_>, usize)> {
    let rest = &text[at..];
    if let Some(code) = rest.strip_prefix("```") {
        let end = code.find("```").filter(|end| 0 < *end)?;
        return Some((Part::Code(&code[..end]), at + end + 6));
    }
    if rest.starts_with("http") {
        return link(rest).map(|address| (Part::Link(address), at + address.len()));
    }
    let mark = match rest.as_bytes().first()? {
        b'*' => Mark::Bold,
        b'_' => Mark::Italic,
        b'~' => Mark::Struck,
        _ => return None,
    };
    let sign = &rest[..1];
    // A mark stands at the edge of a word: 3*4*5 is no bold 4.
    let is_edge = |character: Option<char>| character.is_none_or(|character| !character.is_alphanumeric());
    let begins = is_edge(text[..at].chars().next_back()) && !rest[1..].starts_with([' ', '\n']);
    if depth == 0 || !begins {
        return None;
    }
    let line = rest[1..].split('\n').next()?;
    let end = line
        .match_indices(sign)
        .map(|(end, _)| end)
        .find(|end| 0 < *end && !line[..*end].ends_with(' ') && is_edge(line[end + 1..].chars().next()))?;
    Some((Part::Marked(mark, parse(&line[..end], depth - 1)), at + end + 2))
}

/// An address that reads as what it is: in plain letters, so that no letter looks like another one.
fn link(rest: &str) -> Option<&str> {
    let host = rest.strip_prefix("https://").or_else(|| rest.strip_prefix("http://"))?;
    let end = rest.find(|character: char| character.is_whitespace() || "<>\"'".contains(character));
    let address =
        rest[..end.unwrap_or(rest.len())].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '*', '_', '~']);
    let is_plain = address.bytes().all(|byte| byte.is_ascii_graphic()) && !address.contains('@');
    (is_plain && host.starts_with(|first: char| first.is_ascii_alphanumeric())).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        render(text).into_string()
    }

    #[test]
    fn marks_are_read_as_whatsapp_reads_them() {
        assert_eq!(shown("*hola* _a ~b~_"), "<b>hola</b> <i>a <s>b</s></i>");
        assert_eq!(shown("```x < *y*```"), "<code>x &lt; *y*</code>");
        for plain in ["3*4*5", "* a*", "*a *", "*a\nb*", "snake_case_name", "**", "*", "```", "_"] {
            assert_eq!(shown(plain), plain, "{plain}");
        }
    }

    #[test]
    fn nothing_that_somebody_writes_becomes_an_element() {
        assert_eq!(shown("*<b onclick=x>*"), "<b>&lt;b onclick=x&gt;</b>");
        assert!(!shown("javascript:alert(1) data:text/html,x").contains("<a"));
    }

    #[test]
    fn a_link_is_what_it_looks_like() {
        let link = |address: &str| {
            format!("<a href=\"{address}\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">{address}</a>")
        };
        assert_eq!(shown("ve https://a.mx/b?c=d."), format!("ve {}.", link("https://a.mx/b?c=d")));
        for disguised in ["https://аpple.com", "https://bank.mx@evil.example", "https://"] {
            assert!(!shown(disguised).contains("<a"), "{disguised}");
        }
    }

    #[test]
    fn a_long_text_of_marks_is_read_in_no_time() {
        let text = "*_~".repeat(20_000);
        assert!(text.len() <= shown(&text).len());
    }
}
