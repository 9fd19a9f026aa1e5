//! Windows as a card takes them: back to back, with lists that say where each begins and what is summed.

use crate::encode::windows::Window;

/// Queries that attention takes together; the kernels know it.
pub const TILE: usize = 16;

/// Some queries of one sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    /// The row of the sequence's first token.
    pub start: u32,
    /// How many tokens the sequence has.
    pub length: u32,
    /// Which of them is the first query; the others follow, up to [`TILE`] and the sequence's end.
    pub query: u32,
}

/// Some windows for one pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pass {
    /// The token of every row.
    pub tokens: Vec<u32>,
    /// Where it stands in its sequence.
    pub positions: Vec<u32>,
    /// All queries, sequence after sequence.
    pub tiles: Vec<Tile>,
    /// The rows of every window's parts, window after window.
    pub parts: Vec<(u32, u32)>,
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
}
