//! The kernels of `kernels.cu`, as they are loaded for one network.

use candle_core::cuda_backend::CudaDevice;
use candle_core::cuda_backend::cudarc::driver::CudaFunction;

use crate::encode::card::{LoadError, PassError};
use crate::encode::engine::NetworkShape;
use crate::model::device::{self, Precision, opening_problem};

const PTX: &str = include_str!(concat!(env!("OUT_DIR"), "/kernels.ptx"));

/// The longest sequence that the kernels take, and the largest state.
const LONGEST_SEQUENCE: usize = 512;
const MOST_COLUMNS: usize = 1024;

/// The kernels of one network.
pub(super) struct Functions {
    pub(super) embed: CudaFunction,
    pub(super) add_and_normalize: CudaFunction,
    pub(super) gelu: CudaFunction,
    pub(super) attend: CudaFunction,
    pub(super) pool: CudaFunction,
}

impl Functions {
    /// Loads them: where a size is not theirs, the next larger one.
    pub(super) fn load(
        device: &CudaDevice,
        card: usize,
        shape: &NetworkShape,
        precision: Precision,
    ) -> Result<Self, LoadError> {
        let load = |name: String| {
            let function = device.get_or_load_custom_func(&name, "tomtat", PTX);
            let function = function.map_err(|error| {
                let problem = opening_problem(&error, device::memory(card));
                PassError::Failed(format!("kernel {name} cannot be loaded: {problem}"))
            })?;
            Ok::<_, PassError>(function.into_cuda_function())
        };
        let columns = if shape.hidden_size <= 384 { 384 } else { 1024 };
        Ok(Self {
            embed: load(format!("embed_{precision}_{columns}"))?,
            add_and_normalize: load(format!("add_normalize_{precision}_{columns}"))?,
            gelu: load(format!("bias_gelu_{precision}"))?,
            attend: load(format!("attend_{precision}_{}", shape.head_size()))?,
            pool: load(format!("pool_{precision}"))?,
        })
    }
}

/// Whether the kernels are made for these sizes.
pub(super) fn has_kernels(shape: &NetworkShape) -> bool {
    let divides = shape.head_count > 0 && shape.hidden_size.is_multiple_of(shape.head_count);
    divides
        && matches!(shape.head_size(), 16 | 32 | 48 | 64)
        && shape.hidden_size <= MOST_COLUMNS
        && shape.intermediate_size.is_multiple_of(8)
        && shape.max_tokens <= LONGEST_SEQUENCE
}
