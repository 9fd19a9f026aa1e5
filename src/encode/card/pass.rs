//! Windows as a card takes them: back to back, with lists that say where each begins and what is summed.

use super::kernels::PassError;
use crate::encode::engine::NetworkShape;
use crate::encode::windows::Window;

/// Queries that attention takes together; the kernels know it.
pub const TILE: usize = 16;

/// Some queries of one sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    /// The row of the sequence's first token.
    pub(in crate::encode) start: u32,
    /// How many tokens the sequence has.
    pub(in crate::encode) length: u32,
    /// Which of them is the first query; the others follow, up to [`TILE`] and the sequence's end.
    pub(in crate::encode) query: u32,
}

/// Some windows for one pass. [`Pass::of`] alone makes one: cards read where its numbers say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pass {
    /// The token of every row.
    pub(in crate::encode) tokens: Vec<u32>,
    /// Where it stands in its sequence.
    pub(in crate::encode) positions: Vec<u32>,
    /// All queries, sequence after sequence.
    pub(in crate::encode) tiles: Vec<Tile>,
    /// The rows of every window's parts, window after window.
    pub(in crate::encode) parts: Vec<(u32, u32)>,
}

impl Pass {
    /// Packs windows in their order.
    pub fn of(windows: &[&Window]) -> Self {
        let mut pass = Self::default();
        for window in windows {
            pass.push(window);
        }
        pass
    }

    fn push(&mut self, window: &Window) {
        let (start, length) = (self.tokens.len() as u32, window.tokens.len() as u32);
        self.tokens.extend_from_slice(&window.tokens);
        self.positions.extend(0..length);
        let tile = |query| Tile {
            start,
            length,
            query,
        };
        self.tiles.extend((0..length).step_by(TILE).map(tile));
        let rows = window.parts.iter().map(|part| {
            let row = |position: usize| start + position as u32;
            (row(part.tokens.start), row(part.tokens.end))
        });
        self.parts.extend(rows);
    }

    /// How many tokens it has.
    pub fn token_count(&self) -> usize {
        self.tokens.len()
    }

    /// Refuses a pass that would have a card read beyond a network of this shape, or beyond the pass.
    pub(in crate::encode) fn check(&self, shape: &NetworkShape) -> Result<(), PassError> {
        let is_known = |&token: &u32| (token as usize) < shape.vocabulary;
        let fits = |tile: &Tile| tile.length as usize <= shape.max_tokens;
        let is_within = |&(_, last): &(u32, u32)| last as usize <= self.tokens.len();
        let problem = if !self.tokens.iter().all(is_known) {
            "a token is beyond the vocabulary"
        } else if !self.tiles.iter().all(fits) {
            "a sequence has more tokens than the network has positions"
        } else if !self.parts.iter().all(is_within) {
            "a part is beyond the tokens"
        } else {
            return Ok(());
        };
        Err(PassError::Failed(problem.to_owned()))
    }

    /// Everything in one row of numbers, as it is sent: tokens, positions, tiles, parts.
    pub fn words(&self) -> Vec<u32> {
        let tiles = self.tiles.iter();
        let tiles = tiles.flat_map(|tile| [tile.start, tile.length, tile.query]);
        let parts = self.parts.iter().flat_map(|&(first, last)| [first, last]);
        let rows = self.tokens.iter().chain(&self.positions).copied();
        rows.chain(tiles).chain(parts).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::windows::Part;

    #[test]
    fn windows_lie_back_to_back_and_every_query_is_in_one_tile() {
        let part = |unit, tokens| Part { unit, tokens };
        let long = Window {
            tokens: (100..140).collect(),
            parts: vec![part(0, 1..20), part(1, 20..39)],
        };
        let short = Window {
            tokens: vec![7, 8, 9],
            parts: vec![part(0, 1..2)],
        };
        let pass = Pass::of(&[&long, &short]);
        assert_eq!(pass.tokens.len(), 43);
        assert_eq!(pass.positions[38..], [38, 39, 0, 1, 2]);
        let tile = |start, length, query| Tile {
            start,
            length,
            query,
        };
        let tiles = [
            tile(0, 40, 0),
            tile(0, 40, 16),
            tile(0, 40, 32),
            tile(40, 3, 0),
        ];
        assert_eq!(pass.tiles, tiles);
        assert_eq!(pass.parts, [(1, 20), (20, 39), (41, 42)]);
        assert_eq!(pass.words().len(), 2 * 43 + 3 * 4 + 2 * 3);
    }

    #[test]
    fn a_pass_that_leads_beyond_the_network_or_itself_is_refused() {
        let shape = NetworkShape {
            hidden_size: 64,
            layer_count: 1,
            head_count: 2,
            intermediate_size: 96,
            vocabulary: 50,
            max_tokens: 4,
            layer_norm_epsilon: 1e-12,
        };
        let refusal = |tokens: &[u32], rows| {
            let parts = vec![Part {
                unit: 0,
                tokens: rows,
            }];
            let tokens = tokens.to_vec();
            let pass = Pass::of(&[&Window { tokens, parts }]);
            pass.check(&shape).err().map(|error| error.to_string())
        };
        assert_eq!(refusal(&[49, 0, 1, 2], 1..4), None);
        let problems = [
            refusal(&[50, 0], 0..1),
            refusal(&[0; 5], 0..1),
            refusal(&[0, 0], 0..3),
        ];
        for (problem, what) in problems.into_iter().zip(["token", "sequence", "part"]) {
            let problem = problem.expect("a card would read elsewhere");
            assert!(problem.starts_with(&format!("a {what} ")), "{problem}");
        }
    }
}
