//! A word → its most probable pieces under a unigram model.

use super::trie::Trie;

/// How much less than the least probable piece an unknown character scores, as in SentencePiece
/// (`kUnkPenalty` of its `unigram_model.cc`).
const UNKNOWN_PENALTY: f64 = 10.0;

/// The longest stretch of a word, in bytes, that is segmented as a whole.
///
/// Only text made to be hostile has such a stretch without one place that no piece spans; the limit
/// keeps memory at two megabytes.
const LONGEST_STRETCH: usize = 1 << 16;

/// The model: pieces, their scores, and what unknown text costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unigram<'a> {
    pub(super) trie: Trie<'a>,
    pub(super) scores: &'a [[u8; 4]],
    pub(super) lowest_score: f32,
    /// No piece has more bytes.
    pub(super) longest_piece: usize,
    pub(super) unknown: u32,
}

/// The best way to reach a position: over the piece `id`, which starts at `start`.
#[derive(Clone, Copy, Debug)]
struct Step {
    score: f64,
    start: usize,
    id: u32,
}

const UNREACHED: Step = Step {
    score: 0.0,
    start: usize::MAX,
    id: 0,
};

/// Buffers that are used for one word after the other.
#[derive(Debug, Default)]
pub(super) struct Lattice {
    /// Best ways to the positions from the start of the stretch on.
    steps: Vec<Step>,
    /// The pieces of a stretch, last first.
    path: Vec<u32>,
}

impl Unigram<'_> {
    /// Appends the ids of the segmentation of `word` with the highest sum of scores.
    ///
    /// Of equal sums the one found first wins, going through starts in ascending order and through
    /// pieces by length: the same as `tokenizers`, whose sums are also in f64 and from the start of
    /// the word on. A character may be unknown only where no piece of one character starts;
    /// adjoining unknowns become one.
    pub(super) fn segment(self, word: &str, lattice: &mut Lattice, ids: &mut Vec<u32>) {
        let first_id = ids.len();
        let mut stretch = 0;
        lattice.restart(0.0);
        for (position, character) in word.char_indices() {
            // No piece spans this position, so every segmentation has a boundary here.
            let crossing = lattice.steps.len() == position - stretch + 1;
            if crossing || position - stretch >= LONGEST_STRETCH {
                let score = lattice.finish(position - stretch, self.unknown, first_id, ids);
                lattice.restart(score);
                stretch = position;
            }
            self.extend(
                &word.as_bytes()[position..],
                character.len_utf8(),
                position - stretch,
                lattice,
            );
        }
        lattice.finish(word.len() - stretch, self.unknown, first_id, ids);
    }

    /// Tries every piece that starts at `start`, where `rest` begins with a character of `width`
    /// bytes.
    fn extend(self, rest: &[u8], width: usize, start: usize, lattice: &mut Lattice) {
        let reached = lattice.steps[start].score;
        let rest = &rest[..rest.len().min(self.longest_piece)];
        let mut single = false;
        self.trie.prefixes(rest, |length, id| {
            let Some(score) = self.scores.get(id as usize) else {
                return;
            };
            let score = reached + f64::from(f32::from_le_bytes(*score));
            lattice.offer(start + length, Step { score, start, id });
            single |= length == width;
        });
        if !single {
            let score = reached + (f64::from(self.lowest_score) - UNKNOWN_PENALTY);
            lattice.offer(
                start + width,
                Step {
                    score,
                    start,
                    id: self.unknown,
                },
            );
        }
    }
}

impl Lattice {
    /// Begins a stretch whose first position has been reached with `score`.
    fn restart(&mut self, score: f64) {
        self.steps.clear();
        self.steps.push(Step { score, ..UNREACHED });
    }

    /// Keeps `step` to `end` if it is the first or a better one.
    fn offer(&mut self, end: usize, step: Step) {
        if end >= self.steps.len() {
            self.steps.resize(end + 1, UNREACHED);
        }
        let best = &mut self.steps[end];
        if best.start == UNREACHED.start || step.score > best.score {
            *best = step;
        }
    }

    /// Appends the pieces of the best way to `end` and returns its score. `first_id` is where the
    /// word's ids begin.
    fn finish(&mut self, end: usize, unknown: u32, first_id: usize, ids: &mut Vec<u32>) -> f64 {
        let mut position = end;
        self.path.clear();
        while position > 0 {
            let step = self.steps[position];
            self.path.push(step.id);
            position = step.start;
        }
        for &id in self.path.iter().rev() {
            let follows_unknown = ids.len() > first_id && ids.last() == Some(&unknown);
            if id != unknown || !follows_unknown {
                ids.push(id);
            }
        }
        self.steps[end].score
    }
}
