//! Windows that have been encoded before.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::windows::Window;

/// The sums of a window's parts.
pub(super) type Sums = Arc<[f32]>;

/// What it is found by: its tokens and where its parts end. Shared by all that look for the same window.
pub(super) type Key = Arc<[u32]>;

/// What an entry takes beside its numbers, roughly.
const ENTRY_BYTES: usize = 96;

/// Remembers the windows of a run, so that exact repeats are encoded once: reports of one office carry the same
/// boilerplate for years.
///
/// It holds two generations. What is found in the old one moves to the young one; when that has reached half the
/// room, it becomes the old one and what was not asked for is forgotten. Results do not depend on it where
/// a window's states depend on that window alone; those of a model that Candle runs, and pads, do by their last digits.
#[derive(Debug)]
pub struct Memory {
    room: usize,
    generations: Mutex<Generations>,
}

#[derive(Debug, Default)]
struct Generations {
    young: HashMap<Key, Sums>,
    young_bytes: usize,
    old: HashMap<Key, Sums>,
}

impl Memory {
    /// Remembers windows in at most about `room` bytes.
    pub fn new(room: usize) -> Self {
        Self {
            room,
            generations: Mutex::default(),
        }
    }

    /// The sums of the windows it knows, in the order of their `keys`.
    pub(super) fn recall<'a>(&self, keys: impl Iterator<Item = &'a Key>) -> Vec<Option<Sums>> {
        let mut generations = self.lock();
        let recall = |key: &Key| {
            if let Some(sums) = generations.young.get(key) {
                return Some(Arc::clone(sums));
            }
            let (key, sums) = generations.old.remove_entry(key)?;
            generations.add(key, Arc::clone(&sums), self.room);
            Some(sums)
        };
        keys.map(recall).collect()
    }

    /// Remembers the sums of windows.
    pub(super) fn keep(&self, windows: impl Iterator<Item = (Key, Sums)>) {
        let mut generations = self.lock();
        for (key, sums) in windows {
            generations.add(key, sums, self.room);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Generations> {
        self.generations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generations {
    fn add(&mut self, key: Key, sums: Sums, room: usize) {
        let bytes = size_of_val(&*key) + size_of_val(&*sums) + ENTRY_BYTES;
        // What is too large to be kept, or is here already, pushes nothing out.
        if bytes > room / 2 || self.young.contains_key(&key) {
            return;
        }
        if self.young_bytes + bytes > room / 2 {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        self.young_bytes += bytes;
        self.young.insert(key, sums);
    }
}

/// The number of tokens, the tokens, the ends of the parts: different windows have different keys.
pub(super) fn key_of(window: &Window) -> Key {
    let count = window.tokens.len() as u32;
    let ends = window.parts.iter().map(|part| part.tokens.end as u32);
    std::iter::once(count)
        .chain(window.tokens.iter().copied())
        .chain(ends)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(token: u32) -> Window {
        Window {
            tokens: vec![token; 10],
            parts: Vec::new(),
        }
    }

    fn recall(memory: &Memory, token: u32) -> Option<Sums> {
        memory
            .recall([&key_of(&window(token))].into_iter())
            .remove(0)
    }

    fn knows(memory: &Memory, token: u32) -> bool {
        recall(memory, token).is_some()
    }

    fn keep(memory: &Memory, token: u32) {
        let sums: Sums = vec![token as f32; 100].into();
        memory.keep(std::iter::once((key_of(&window(token)), sums)));
    }

    #[test]
    fn it_gives_back_what_it_was_given() {
        let memory = Memory::new(1 << 20);
        keep(&memory, 7);
        assert_eq!(recall(&memory, 7).as_deref(), Some(&[7.0; 100][..]));
        assert!(!knows(&memory, 8));
    }

    #[test]
    fn windows_of_the_same_tokens_in_other_parts_differ() {
        let mut divided = window(7);
        let part = |tokens| super::super::windows::Part { unit: 0, tokens };
        divided.parts = vec![part(1..4), part(4..9)];
        assert_ne!(key_of(&divided), key_of(&window(7)));
    }

    #[test]
    fn what_is_too_large_to_be_kept_pushes_nothing_out() {
        let memory = Memory::new(10_000);
        keep(&memory, 1);
        let sums: Sums = vec![0.0; 2_000].into();
        for token in 2..4 {
            memory.keep(std::iter::once((key_of(&window(token)), Arc::clone(&sums))));
        }
        assert!(knows(&memory, 1) && !knows(&memory, 2));
    }

    #[test]
    fn it_forgets_what_is_not_asked_for_and_stays_within_its_room() {
        let memory = Memory::new(10_000);
        keep(&memory, 1);
        for token in 2..1000 {
            keep(&memory, token);
            assert!(knows(&memory, 1), "asked for every time, after {token}");
        }
        assert!(!knows(&memory, 2));
        let generations = memory.lock();
        assert!(generations.young_bytes <= 5_000);
        assert!(generations.young.len() + generations.old.len() < 20);
    }
}
