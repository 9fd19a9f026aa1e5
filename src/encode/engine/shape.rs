//! The sizes of a network.

use super::WeightsError;
use super::kernel::PANEL;

/// The sizes of a BERT encoder, as its `config.json` gives them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NetworkShape {
    /// Numbers in a token's state.
    pub hidden_size: usize,
    /// Transformer layers.
    pub layer_count: usize,
    /// Attention heads of a layer.
    pub head_count: usize,
    /// Numbers between the two projections of the feed-forward part.
    pub intermediate_size: usize,
    /// Pieces of the vocabulary.
    pub vocabulary: usize,
    /// Positions: the longest sequence, special tokens included.
    pub max_tokens: usize,
    /// What layer normalisation adds to the variance.
    pub layer_norm_epsilon: f32,
}

impl NetworkShape {
    /// Numbers of one attention head.
    pub fn head_size(&self) -> usize {
        self.hidden_size / self.head_count
    }

    /// Refuses sizes that the kernels are not made for.
    pub(super) fn check(&self) -> Result<(), WeightsError> {
        let positive = self.hidden_size > 0
            && self.head_count > 0
            && self.intermediate_size > 0
            && (1..=MOST_POSITIONS).contains(&self.max_tokens);
        let whole_panels = positive
            && self.hidden_size.is_multiple_of(self.head_count)
            && self.head_size() == PANEL
            && self.intermediate_size.is_multiple_of(PANEL);
        if whole_panels {
            Ok(())
        } else {
            Err(WeightsError::Shape(*self))
        }
    }
}

/// With more, the sums of attention could leave 32 bits: 2^31 > 65,536 * 255 * 127.
const MOST_POSITIONS: usize = 65_536;
