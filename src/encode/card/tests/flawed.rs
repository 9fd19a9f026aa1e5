//! Plain kernels that run out of room and fail as a card does.

use std::sync::{Arc, Mutex, PoisonError};

use super::super::{Kernels, Norm, Pass, PassError, PlainKernels, Sizes, Slot};
use super::small;
use crate::model::device::Precision;

/// Tokens for which there is room left on some lanes together.
pub(super) type Room = Arc<Mutex<usize>>;

#[derive(Debug)]
pub(super) struct Flawed {
    kernels: PlainKernels,
    /// Tokens beyond which there is no room.
    room: usize,
    /// Bytes that are said to be free.
    free: Option<usize>,
    /// What is left beside what others hold.
    shared: Option<Room>,
    /// Tokens that are held of it.
    held: usize,
    /// Passes until it fails for good.
    passes_left: Option<usize>,
    /// A token on which it fails for good.
    deadly: Option<u32>,
}

impl Flawed {
    /// Kernels of the small network with room for `room` tokens, and no other flaw.
    pub(super) fn with_room(room: usize) -> Self {
        Self {
            kernels: PlainKernels::new(small(), Precision::F32),
            room,
            free: None,
            shared: None,
            held: 0,
            passes_left: None,
            deadly: None,
        }
    }

    /// The same, failing for good after so many passes, as a card does whose driver has failed.
    pub(super) fn failing_after(self, passes: usize) -> Self {
        Self {
            passes_left: Some(passes),
            ..self
        }
    }

    /// The same, where so many bytes are said to be free.
    pub(super) fn with_free(self, bytes: usize) -> Self {
        Self {
            free: Some(bytes),
            ..self
        }
    }

    /// The same, with room that others have a part in.
    pub(super) fn sharing(self, room: &Room) -> Self {
        Self {
            shared: Some(Arc::clone(room)),
            ..self
        }
    }

    /// The same, failing for good on a pass with this token, as a driver does that a pass breaks.
    pub(super) fn failing_on(self, token: u32) -> Self {
        Self {
            deadly: Some(token),
            ..self
        }
    }
}

impl Kernels for Flawed {
    const LEAST_TOKENS: usize = 64;

    type Matrix = Vec<f32>;
    type Vector = Vec<f32>;

    fn matrix(&mut self, values: &[f32]) -> Result<Vec<f32>, PassError> {
        if self.room == 0 {
            return Err(PassError::OutOfMemory);
        }
        self.kernels.matrix(values)
    }

    fn vector(&mut self, values: &[f32]) -> Result<Vec<f32>, PassError> {
        self.kernels.vector(values)
    }

    fn free_bytes(&self) -> Option<usize> {
        self.free
    }

    fn reserve(&mut self, tokens: usize) -> Result<(), PassError> {
        if tokens > self.room {
            return Err(PassError::OutOfMemory);
        }
        self.release();
        if let Some(shared) = &self.shared {
            let mut left = shared.lock().unwrap_or_else(PoisonError::into_inner);
            let after = left.checked_sub(tokens);
            *left = after.ok_or(PassError::OutOfMemory)?;
            self.held = tokens;
        }
        self.kernels.reserve(tokens)
    }

    fn release(&mut self) -> bool {
        let held = std::mem::take(&mut self.held);
        if let Some(shared) = &self.shared {
            *shared.lock().unwrap_or_else(PoisonError::into_inner) += held;
        }
        held > 0
    }

    fn begin(&mut self, pass: &Pass) -> Result<(), PassError> {
        let is_deadly = |token| pass.tokens.contains(&token);
        if self.deadly.is_some_and(is_deadly) {
            self.passes_left = Some(0);
        }
        if let Some(left) = &mut self.passes_left {
            let after = left.checked_sub(1);
            *left = after.ok_or_else(|| PassError::Failed("it fell off the bus".to_owned()))?;
        }
        self.kernels.begin(pass)
    }

    fn embed(
        &mut self,
        words: &Vec<f32>,
        positions: &Vec<f32>,
        norm: &Norm<Vec<f32>>,
    ) -> Result<(), PassError> {
        self.kernels.embed(words, positions, norm)
    }

    fn product(
        &mut self,
        weights: &Vec<f32>,
        sizes: Sizes,
        from: Slot,
        to: Slot,
    ) -> Result<(), PassError> {
        self.kernels.product(weights, sizes, from, to)
    }

    fn attend(&mut self, biases: &Vec<f32>) -> Result<(), PassError> {
        self.kernels.attend(biases)
    }

    fn add_and_normalize(
        &mut self,
        bias: &Vec<f32>,
        norm: &Norm<Vec<f32>>,
    ) -> Result<(), PassError> {
        self.kernels.add_and_normalize(bias, norm)
    }

    fn gelu(&mut self, bias: &Vec<f32>) -> Result<(), PassError> {
        self.kernels.gelu(bias)
    }

    fn pool(&mut self) -> Result<Vec<f32>, PassError> {
        self.kernels.pool()
    }

    fn read(&mut self, slot: Slot, columns: usize) -> Result<Vec<f32>, PassError> {
        self.kernels.read(slot, columns)
    }

    fn write(&mut self, slot: Slot, values: &[f32]) -> Result<(), PassError> {
        self.kernels.write(slot, values)
    }
}
