//! The encoder on cards: windows are packed into large passes, and only the sums of their parts come back.
//!
//! Everything but the steps themselves is here, for any [`Kernels`]: those of an NVIDIA card, and plain ones that
//! run on the processor, slowly, by which packing, pooling and scheduling are tested without a card.

pub mod check;
mod clock;
mod kernels;
mod network;
mod pass;
mod plain;
mod schedule;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::{fmt, iter};

use super::engine::{NetworkShape, WeightSource};
use super::windows::{Part, Window};
use super::{
    EncodeError, Encoder, HiddenStates, PooledWindow, TokenBatch, check_batch, check_sequence,
};
use crate::model::device::{self, Precision};
use schedule::Card;

pub use clock::CardWork;
pub use kernels::{Kernels, LoadError, Norm, PassError, Sizes, Slot};
pub use network::Network;
pub use pass::{Pass, TILE, Tile};
pub use plain::PlainKernels;

/// An encoder on one card or several.
pub struct CardEncoder<K: Kernels> {
    shape: NetworkShape,
    cards: Vec<Card<K>>,
}

/// A card before its network is there: its lanes, and the tokens that a pass may have.
#[derive(Debug)]
pub struct Lanes<K> {
    /// What the card is called: `cuda:1`.
    pub name: String,
    /// A stream.
    pub first: K,
    /// Others that work beside it.
    pub others: Vec<K>,
    /// The most tokens of a pass.
    pub pass_tokens: usize,
    /// Bytes of the card's memory that are free before the weights are there, if that is known.
    pub free: Option<usize>,
    /// Bytes that the weights and the smallest pass of every lane take.
    pub needed: usize,
}

impl<K: Kernels> Lanes<K> {
    /// Takes the weights to the card.
    fn load(
        &mut self,
        source: &dyn WeightSource,
        shape: NetworkShape,
    ) -> Result<Network<K>, LoadError> {
        if self.free.is_some_and(|free| free < self.needed) {
            return Err(self.full(self.free));
        }
        match Network::load(&mut self.first, source, shape) {
            Err(LoadError::Card(PassError::OutOfMemory)) => Err(self.full(self.first.free_bytes())),
            loaded => loaded,
        }
    }

    /// Takes one token through the network on every lane: a card can be opened whose libraries do not serve it.
    fn try_out(&mut self, network: &Network<K>) -> Result<(), LoadError> {
        let mut lanes = iter::once(&mut self.first).chain(&mut self.others);
        let failure = lanes.find_map(|kernels| {
            let failure = first_pass(kernels, network).err();
            kernels.release();
            Some((failure?, kernels.free_bytes()))
        });
        match failure {
            None => Ok(()),
            Some((PassError::OutOfMemory, free)) => Err(self.full(free)),
            Some((PassError::Failed(problem), _)) => {
                let problem = format!("card {} fails its first pass: {problem}", self.name);
                Err(PassError::Failed(problem).into())
            }
        }
    }

    fn full(&self, free: Option<usize>) -> LoadError {
        LoadError::Full {
            card: self.name.clone(),
            problem: device::full(free, self.needed),
        }
    }
}

/// One token through all layers.
fn first_pass<K: Kernels>(kernels: &mut K, network: &Network<K>) -> Result<(), PassError> {
    let part = Part {
        unit: 0,
        tokens: 0..1,
    };
    let window = Window {
        tokens: vec![0],
        parts: vec![part],
    };
    kernels.reserve(1)?;
    let sums = network.run(kernels, &Pass::of(&[&window]))?;
    if sums.iter().all(|sum| sum.is_finite()) {
        Ok(())
    } else {
        Err(PassError::Failed(
            "what it computes is no number".to_owned(),
        ))
    }
}

/// Bytes that the matrices of a network take.
pub fn weight_bytes(shape: &NetworkShape, precision: Precision) -> usize {
    let (width, inner) = (shape.hidden_size, shape.intermediate_size);
    let layer = 4 * width * width + 2 * width * inner;
    (shape.vocabulary * width + shape.layer_count * layer) * precision.bytes()
}

impl<K: Kernels> CardEncoder<K> {
    /// Takes the weights of `source` to every card, and one token through them.
    ///
    /// # Errors
    ///
    /// If a tensor is missing or of another size, or a card has no room or fails.
    pub fn new(
        shape: NetworkShape,
        source: &dyn WeightSource,
        cards: Vec<Lanes<K>>,
    ) -> Result<Self, LoadError> {
        let load = |mut lanes: Lanes<K>| {
            let network = lanes.load(source, shape)?;
            lanes.try_out(&network)?;
            Ok::<_, LoadError>(Card {
                name: lanes.name,
                lost: OnceLock::new(),
                network,
                first: Mutex::new(lanes.first),
                others: lanes.others.into_iter().map(Mutex::new).collect(),
                room: AtomicUsize::new(lanes.pass_tokens),
                clock: clock::Clock::default(),
            })
        };
        let cards = cards.into_iter().map(load).collect::<Result<_, _>>()?;
        Ok(Self { shape, cards })
    }

    /// The most tokens of a pass, as far as is known by now.
    pub fn pass_tokens(&self) -> usize {
        let rooms = self
            .cards
            .iter()
            .map(|card| card.room.load(Ordering::Relaxed));
        rooms.min().unwrap_or(0)
    }

    /// The states of some sequences, on the first lane of the first card.
    fn states(&self, windows: &[Window]) -> Result<Vec<f32>, PassError> {
        let none = || PassError::Failed("no card was chosen".to_owned());
        let card = self.cards.first().ok_or_else(none)?;
        let mut kernels = card.first.lock().unwrap_or_else(PoisonError::into_inner);
        let mut values = Vec::new();
        let mut rest = windows;
        while !rest.is_empty() {
            let (some, after) = rest.split_at(fitting(rest, self.pass_tokens()));
            rest = after;
            let pass = Pass::of(&some.iter().collect::<Vec<_>>());
            kernels.reserve(self.pass_tokens().max(pass.tokens.len()))?;
            card.network.run(&mut kernels, &pass)?;
            values.extend(kernels.read(Slot::States, self.shape.hidden_size)?);
        }
        Ok(values)
    }
}

/// How many of the first windows have at most `room` tokens together; at least one.
fn fitting(windows: &[Window], room: usize) -> usize {
    let mut tokens = 0;
    let fits = |window: &&Window| {
        tokens += window.tokens.len();
        tokens <= room
    };
    windows.iter().take_while(fits).count().max(1)
}

impl<K: Kernels> Encoder for CardEncoder<K> {
    fn hidden_size(&self) -> usize {
        self.shape.hidden_size
    }

    fn max_tokens(&self) -> usize {
        self.shape.max_tokens
    }

    fn encode(&self, batch: &TokenBatch) -> Result<HiddenStates, EncodeError> {
        check_batch(batch, self.shape.vocabulary, self.shape.max_tokens)?;
        let window = |sequence: &[u32]| Window {
            tokens: sequence.to_vec(),
            parts: Vec::new(),
        };
        let windows: Vec<Window> = batch.sequences().map(window).collect();
        let states = self.states(&windows);
        let states = states.map_err(|error| EncodeError::Backend(error.to_string()))?;
        Ok(HiddenStates::new(states, self.shape.hidden_size))
    }

    fn pool(&self, windows: &[&Window], _batch_tokens: usize) -> Vec<PooledWindow> {
        let shape = &self.shape;
        let problem = |window: &&Window| {
            check_sequence(&window.tokens, shape.vocabulary, shape.max_tokens).err()
        };
        let problems: Vec<Option<EncodeError>> = windows.iter().map(problem).collect();
        let sound = windows.iter().zip(&problems);
        let sound = sound.filter_map(|(&window, problem)| problem.is_none().then_some(window));
        let mut pooled = schedule::run(&self.cards, &sound.collect::<Vec<_>>()).into_iter();
        let mut in_order = |problem: Option<EncodeError>| match problem {
            Some(error) => Some(Err(error.into())),
            None => pooled.next(),
        };
        problems.into_iter().filter_map(&mut in_order).collect()
    }

    fn card_work(&self) -> Option<CardWork> {
        let work = self.cards.iter().map(|card| card.clock.work());
        work.reduce(CardWork::and)
    }
}

impl<K: Kernels> fmt::Debug for CardEncoder<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CardEncoder")
            .field("shape", &self.shape)
            .field("cards", &self.cards.len())
            .finish_non_exhaustive()
    }
}
