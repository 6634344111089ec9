//! A text as a short list of numbers.
//!
//! Character n-grams forgive typos, words and word pairs know what is said; both are hashed into one table of buckets, so
//! that no dictionary has to be kept and a word that no example contains still has a place when a correction brings it.

use std::mem;

use crate::fold::fold_into;

/// Lengths of the character n-grams. A space counts as a character: "_ped" and "edid" are different hints.
const LONGEST_GRAM: usize = 5;
const SHORTEST_GRAM: usize = 2;

/// The n-grams that also find the nearest example; shorter ones are shared by too many.
const SKETCHED_GRAM: usize = 4;

/// A bucket in more examples than this (or than a twelfth of them) does not help to find the nearest one.
const SKETCH_CROWD: u32 = 40;

/// Pieces of a text, the rarest of those that examples have, by which the nearest one is looked for. A long message has
/// many times as many, and the common ones among them say least and are in most examples.
const SKETCHED: usize = 128;

/// Buckets that more texts fill than this are all used all the time.
const MOST_CROWDED: u32 = 255;

/// How much of its rarity a bucket that no example fills adds to the length of a text.
const UNSEEN: f32 = 0.8;

/// Where the n-grams of a message are looked up for repeats; well above what [`crate::fold`] lets through.
const SLOTS: usize = 8192;

/// What a bucket was made from. The blocks are brought to the same length one by one, then weighed against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Block {
    Characters,
    Words,
}

/// One bucket of a text with its weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Feature {
    /// The place of the bucket among all, those that most examples fill first.
    pub(crate) place: u32,
    pub(crate) value: f32,
}

/// The features of one text, in buffers that live as long as their thread.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// Both blocks, weighed against each other; a vector of length one.
    pub(crate) features: Vec<Feature>,
    /// How many of [`Reading::features`], from the front, are of the character block.
    pub(crate) characters: usize,
    /// Words and four-letter pieces: what the search for the nearest example compares. Length one.
    pub(crate) sketch: Vec<Feature>,
    /// Those of the sketch that no example has, while it is made.
    unseen: Vec<Feature>,
}

/// Takes texts apart. Keeps its buffers, so that a message costs no allocation per n-gram.
#[derive(Debug)]
pub(crate) struct Reader {
    folded: String,
    bordered: Vec<u8>,
    pieces: Vec<Piece>,
    slots: Box<[u16]>,
    used: Vec<u16>,
}

/// One n-gram, word or pair of words of a text, before anybody knows how rare it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    pub(crate) hash: u32,
    count: u16,
    block: Block,
    in_sketch: bool,
}

impl Default for Reader {
    fn default() -> Self {
        let slots = vec![0; SLOTS].into_boxed_slice();
        Self { folded: String::new(), bordered: Vec::new(), pieces: Vec::new(), slots, used: Vec::new() }
    }
}

impl Reader {
    /// The distinct pieces of a text: first those of characters, then those of words.
    pub(crate) fn pieces(&mut self, text: &str) -> &[Piece] {
        let mut folded = mem::take(&mut self.folded);
        fold_into(text, &mut folded);
        self.pieces.clear();
        self.take_characters(&folded);
        self.take_words(&folded);
        self.folded = folded;
        for slot in self.used.drain(..) {
            self.slots[usize::from(slot)] = 0;
        }
        &self.pieces
    }

    fn take_characters(&mut self, folded: &str) {
        if folded.is_empty() {
            return;
        }
        // One space before and one after, so that the first and the last letter of a message are borders like any other.
        self.bordered.clear();
        self.bordered.push(b' ');
        self.bordered.extend_from_slice(folded.as_bytes());
        self.bordered.push(b' ');
        let text = mem::take(&mut self.bordered);
        for start in 0..text.len() - 1 {
            let mut hash = step(CHARACTERS, text[start]);
            for length in SHORTEST_GRAM..=LONGEST_GRAM.min(text.len() - start) {
                // A piece may begin and end at a border, but not reach over it: words come in any order.
                if SHORTEST_GRAM < length && text[start + length - 2] == b' ' {
                    break;
                }
                hash = step(hash, text[start + length - 1]);
                self.note(finish(hash), Block::Characters, length == SKETCHED_GRAM);
            }
        }
        self.bordered = text;
    }

    fn take_words(&mut self, folded: &str) {
        let (mut before, mut before_that) = (BORDER, BORDER);
        for word in folded.split(' ').filter(|word| !word.is_empty()) {
            let hash = word.bytes().fold(WORDS, step);
            self.note(finish(hash), Block::Words, true);
            self.note(finish(pair(before, hash)), Block::Words, true);
            if before_that != BORDER {
                self.note(finish(pair(before_that, hash) ^ APART), Block::Words, false);
            }
            (before_that, before) = (before, hash);
        }
        if before != BORDER {
            self.note(finish(pair(before, BORDER)), Block::Words, false);
        }
    }

    fn note(&mut self, hash: u32, block: Block, in_sketch: bool) {
        let mut slot = hash as usize % SLOTS;
        loop {
            match self.slots[slot] {
                0 => break,
                taken => {
                    let piece = &mut self.pieces[usize::from(taken) - 1];
                    if piece.hash == hash {
                        piece.count = piece.count.saturating_add(1);
                        return;
                    }
                    slot = (slot + 1) % SLOTS;
                }
            }
        }
        self.pieces.push(Piece { hash, count: 1, block, in_sketch });
        self.slots[slot] = self.pieces.len() as u16;
        self.used.push(slot as u16);
    }
}

/// How much each bucket says: rare ones more. Learnt from the examples, fixed until the next training.
#[derive(Debug, Clone)]
pub(crate) struct Weighing {
    mask: u32,
    buckets: Vec<Bucket>,
    unseen: f32,
    /// So many places, from the first on, are of buckets that more than one example fills.
    shared: u32,
    /// Share of the word block in the length of a text, squared.
    word_share: f32,
    /// Buckets below this rarity are in too many examples to tell them apart.
    sketch_floor: f32,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// Zero if no example fills it.
    rarity: f32,
    place: u32,
}

impl Weighing {
    /// Counts in how many texts, each taken apart, each bucket occurs.
    pub(crate) fn learn(texts: &[Vec<Piece>], bits: u32) -> Self {
        let buckets = 1_usize << bits;
        let mask = (buckets - 1) as u32;
        let mut found_in = vec![0_u32; buckets];
        let texts_read = texts.len() as u32;
        for piece in texts.iter().flatten() {
            found_in[(piece.hash & mask) as usize] += 1;
        }
        let rarity = |found: u32| ((1 + texts_read) as f32 / (1 + found) as f32).ln() + 1.0;
        let rarities = found_in.iter().map(|&found| if found == 0 { 0.0 } else { rarity(found) });
        let places = places(&found_in);
        Self {
            mask,
            buckets: rarities.zip(places).map(|(rarity, place)| Bucket { rarity, place }).collect(),
            unseen: UNSEEN * rarity(0),
            shared: found_in.iter().filter(|&&found| 1 < found).count() as u32,
            word_share: 0.5,
            sketch_floor: rarity(SKETCH_CROWD.max(texts_read / 12)),
        }
    }

    pub(crate) fn with_word_share(self, word_share: f32) -> Self {
        Self { word_share, ..self }
    }

    /// Whether more than one example has it. What a single one has says little about others.
    pub(crate) fn is_shared(&self, feature: &Feature) -> bool {
        feature.place < self.shared
    }

    pub(crate) fn buckets(&self) -> usize {
        self.buckets.len()
    }

    /// The features of a text. Buckets that no example fills lengthen it, and so make it less like anything known.
    pub(crate) fn read(&self, reader: &mut Reader, text: &str, reading: &mut Reading) {
        self.weigh(reader.pieces(text), reading);
    }

    /// The same of a text that is taken apart already.
    pub(crate) fn weigh(&self, pieces: &[Piece], reading: &mut Reading) {
        let Reading { features, characters, sketch, unseen } = reading;
        features.clear();
        sketch.clear();
        unseen.clear();
        *characters = 0;
        let mut squares = [0.0_f32; 2];
        for piece in pieces {
            let Bucket { rarity: known, place } = self.buckets[(piece.hash & self.mask) as usize];
            let rarity = if known == 0.0 { self.unseen } else { known };
            let value = repeats(piece.count) * rarity;
            squares[piece.block as usize] += value * value;
            if piece.in_sketch && self.sketch_floor <= rarity {
                let known_or_not = if known == 0.0 { &mut *unseen } else { &mut *sketch };
                known_or_not.push(Feature { place, value });
            }
            *characters += usize::from(piece.block == Block::Characters);
            features.push(Feature { place, value });
        }
        let shares = [1.0 - self.word_share, self.word_share];
        let [of_characters, of_words] = [0, 1].map(|block| scale(shares[block], squares[block]));
        for (position, feature) in features.iter_mut().enumerate() {
            feature.value *= if position < *characters { of_characters } else { of_words };
        }
        if SKETCHED < sketch.len() {
            sketch.select_nth_unstable_by(SKETCHED, |one, other| other.value.total_cmp(&one.value));
            sketch.truncate(SKETCHED);
        }
        sketch.append(unseen);
        let of_sketch = scale(1.0, sketch.iter().map(|feature| feature.value * feature.value).sum());
        sketch.iter_mut().for_each(|feature| feature.value *= of_sketch);
    }
}

/// Gives every bucket its place. What most texts look up lies together then, and stays in the processor's cache.
fn places(found_in: &[u32]) -> Vec<u32> {
    let crowd = |found: u32| found.min(MOST_CROWDED) as usize;
    let mut next = [0; MOST_CROWDED as usize + 1];
    found_in.iter().for_each(|&found| next[crowd(found)] += 1);
    let mut start = 0;
    for next in next.iter_mut().rev() {
        start += mem::replace(next, start);
    }
    let place = |&found: &u32| {
        let next = &mut next[crowd(found)];
        *next += 1;
        *next - 1
    };
    found_in.iter().map(place).collect()
}

/// What a vector of this squared length is multiplied with to fill its share of a vector of length one.
fn scale(share: f32, square: f32) -> f32 {
    if square == 0.0 { 0.0 } else { (share / square).sqrt() }
}

/// The tenth "please" does not say ten times as much.
fn repeats(count: u16) -> f32 {
    if count == 1 { 1.0 } else { 1.0 + f32::from(count).ln() }
}

const CHARACTERS: u32 = 0x811C_9DC5;
const WORDS: u32 = 0x2F0B_4A27;
const BORDER: u32 = 0x5BD1_E995;
const APART: u32 = 0x3C6E_F372;

fn step(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

fn pair(first: u32, second: u32) -> u32 {
    (first.rotate_left(11) ^ second).wrapping_mul(0x85EB_CA6B)
}

/// Spreads a hash, because buckets are its low bits.
fn finish(hash: u32) -> u32 {
    let hash = (hash ^ (hash >> 16)).wrapping_mul(0x7FEB_352D);
    let hash = (hash ^ (hash >> 15)).wrapping_mul(0x846C_A68B);
    hash ^ (hash >> 16)
}
