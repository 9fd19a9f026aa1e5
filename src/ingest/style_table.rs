//! Which styles has a document, and what has each from those it is based on? Styles by name → the same, complete.

use std::collections::HashMap;
use std::iter;
use std::mem;

/// Styles are based on each other in chains of a few links; a longer one is a circle.
const MAX_CHAIN: usize = 16;
/// Documents put together from very many have some thousands; the rest are passed over.
pub(crate) const MAX_STYLES: usize = 20_000;

/// A style that may be based on another.
pub(crate) trait Inherit: Default {
    /// The name of the one that it is based on.
    fn base(&self) -> Option<&str>;

    /// Takes what it does not say itself from one that it is based on.
    fn inherit(&mut self, from: &Self);
}

/// The styles of a document, by name.
#[derive(Debug, Default)]
pub(crate) struct StyleTable<S> {
    places: HashMap<String, usize>,
    pub(crate) all: Vec<S>,
}

impl<S: Inherit> StyleTable<S> {
    /// Adds a style and tells its place, if there is room; the last of those with one name counts.
    pub(crate) fn add(&mut self, name: String, style: S) -> Option<usize> {
        if let Some(&place) = self.places.get(&name) {
            self.all[place] = style;
            return Some(place);
        }
        if self.all.len() >= MAX_STYLES {
            return None;
        }
        let place = self.all.len();
        self.places.insert(name, place);
        self.all.push(style);
        Some(place)
    }

    /// Gives each style what it has from others, once: names may be long, chains too, and every run asks.
    pub(crate) fn settle(&mut self) {
        let place_of_base = |style: &S| self.places.get(style.base()?).copied();
        let bases: Vec<Option<usize>> = self.all.iter().map(place_of_base).collect();
        for place in 0..self.all.len() {
            let mut style = mem::take(&mut self.all[place]);
            let chain = iter::successors(bases[place], |base| bases[*base]);
            for base in chain.take(MAX_CHAIN) {
                style.inherit(&self.all[base]);
            }
            self.all[place] = style;
        }
    }

    /// The style of a name.
    pub(crate) fn get(&self, name: &str) -> Option<&S> {
        self.all.get(*self.places.get(name)?)
    }
}
