//! The example that is most like a message: the evidence an agent is shown, and half of the answer to "is this anything
//! I know".

use std::cmp::Ordering;
use std::sync::Arc;

use crate::features::Feature;

/// Cosines that are compared together.
const BLOCK: usize = 32;

/// Finds examples by the rare pieces they share with a message.
#[derive(Debug, Clone)]
pub(crate) struct Neighbours {
    trained: Arc<Postings>,
    /// Examples that came by correction since, one list each: few, until a warm pass files them.
    since: Vec<Vec<Feature>>,
}

/// For each place the examples that contain it.
#[derive(Debug, Default)]
struct Postings {
    examples: usize,
    ends: Vec<u32>,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    example: u32,
    value: f32,
}

impl Neighbours {
    pub(crate) fn index(sketches: &[Vec<Feature>]) -> Self {
        Self { trained: Arc::new(Postings::of(sketches)), since: Vec::new() }
    }

    /// Files what came since among the rest.
    pub(crate) fn file(&mut self) {
        let mut sketches = self.trained.sketches();
        sketches.append(&mut self.since);
        *self = Self::index(&sketches);
    }

    pub(crate) fn add(&mut self, mut sketch: Vec<Feature>) {
        sketch.sort_unstable_by_key(|feature| feature.place);
        self.since.push(sketch);
    }

    /// Calls `found` with examples that share a piece with `sketch`, and their cosine; `found` answers above which cosine it
    /// wants to hear of others.
    pub(crate) fn compare(
        &self,
        sketch: &mut [Feature],
        cosines: &mut Vec<f32>,
        mut found: impl FnMut(u32, f32) -> f32,
    ) {
        let mut bar = 0.0;
        cosines.clear();
        cosines.resize(self.trained.examples, 0.0);
        for feature in &*sketch {
            for entry in self.trained.at(feature.place) {
                cosines[entry.example as usize] += feature.value * entry.value;
            }
        }
        for (block, some) in cosines.chunks(BLOCK).enumerate() {
            // Most examples share nothing with a message: a block of them is passed over at once.
            if some.iter().all(|&cosine| cosine <= bar) {
                continue;
            }
            for (place, &cosine) in some.iter().enumerate() {
                if bar < cosine {
                    bar = found((block * BLOCK + place) as u32, cosine);
                }
            }
        }
        if self.since.is_empty() {
            return;
        }
        sketch.sort_unstable_by_key(|feature| feature.place);
        for (later, example) in self.since.iter().enumerate() {
            let cosine = cosine(sketch, example);
            if bar < cosine {
                bar = found((self.trained.examples + later) as u32, cosine);
            }
        }
    }
}

impl Postings {
    fn of(sketches: &[Vec<Feature>]) -> Self {
        let places = sketches.iter().flatten().map(|feature| feature.place as usize + 1).max().unwrap_or(0);
        let mut ends = vec![0_u32; places + 1];
        for feature in sketches.iter().flatten() {
            ends[feature.place as usize + 1] += 1;
        }
        for place in 0..places {
            ends[place + 1] += ends[place];
        }
        // `ends` holds starts now; each entry that is written moves its place's start towards its end.
        let mut entries = vec![Entry::default(); ends[places] as usize];
        for (example, sketch) in sketches.iter().enumerate() {
            for feature in sketch {
                let place = &mut ends[feature.place as usize];
                entries[*place as usize] = Entry { example: example as u32, value: feature.value };
                *place += 1;
            }
        }
        ends.pop();
        Self { examples: sketches.len(), ends, entries }
    }

    fn sketches(&self) -> Vec<Vec<Feature>> {
        let mut sketches = vec![Vec::new(); self.examples];
        for place in 0..self.ends.len() as u32 {
            for entry in self.at(place) {
                sketches[entry.example as usize].push(Feature { place, value: entry.value });
            }
        }
        sketches
    }

    fn at(&self, place: u32) -> &[Entry] {
        let place = place as usize;
        // No example has the places behind the last.
        let Some(&end) = self.ends.get(place) else { return &[] };
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.entries[start as usize..end as usize]
    }
}

/// The product of two lists that are in the order of their places.
fn cosine(one: &[Feature], other: &[Feature]) -> f32 {
    let (mut first, mut second, mut product) = (0, 0, 0.0);
    while first < one.len() && second < other.len() {
        match one[first].place.cmp(&other[second].place) {
            Ordering::Less => first += 1,
            Ordering::Greater => second += 1,
            Ordering::Equal => {
                product += one[first].value * other[second].value;
                first += 1;
                second += 1;
            }
        }
    }
    product
}
