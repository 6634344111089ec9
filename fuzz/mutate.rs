//! The same bytes, mutated the same way each time: what the tests of every build have in place of a fuzzer.

/// Bytes that parsers take for something.
const TOKENS: [&[u8]; 24] = [
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"\n",
    b"\0",
    b"null",
    b"1e999",
    b"-1",
    b"\\ud800",
    b"{{",
    b"}}",
    b"{%",
    b"|",
    b"=",
    b"+",
    b"\xff",
    b"\xef\xbb\xbf",
    b"99999999999999999999",
    "\u{202e}\u{1f468}\u{200d}".as_bytes(),
];

/// Runs a target over everything of a corpus, and over so many mutations of it.
pub(crate) fn over(corpus: &[&[u8]], mutations: u64, target: impl Fn(&[u8])) {
    corpus.iter().for_each(|bytes| target(bytes));
    for seed in 0..mutations {
        let mut dice = Dice(seed);
        let mut bytes = corpus[dice.below(corpus.len())].to_vec();
        for _ in 0..=dice.below(6) {
            mutate(&mut bytes, corpus, &mut dice);
        }
        target(&bytes);
    }
}

fn mutate(bytes: &mut Vec<u8>, corpus: &[&[u8]], dice: &mut Dice) {
    let at = dice.below(bytes.len() + 1);
    let end = (at + dice.below(16)).min(bytes.len());
    match dice.below(7) {
        0 => drop(bytes.drain(at..end)),
        1 => bytes.truncate(at),
        2 => drop(bytes.splice(at..at, TOKENS[dice.below(TOKENS.len())].iter().copied())),
        3 => drop(bytes.splice(at..end, TOKENS[dice.below(TOKENS.len())].iter().copied())),
        4 => bytes.get_mut(at).into_iter().for_each(|byte| *byte ^= 1 << dice.below(8)),
        5 => {
            let piece = bytes[at..end].to_vec();
            let times = 1 + dice.below(40);
            drop(bytes.splice(at..at, piece.repeat(times)));
        }
        _ => {
            let other = corpus[dice.below(corpus.len())];
            bytes.truncate(at);
            bytes.extend_from_slice(&other[dice.below(other.len() + 1)..]);
        }
    }
}

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % most.max(1) as u64) as usize
    }
}
