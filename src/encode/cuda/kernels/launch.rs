//! Calls of the kernels in `kernels.cu`.

use candle_core::cuda_backend::cudarc::driver::{CudaFunction, LaunchConfig, PushKernelArg};

use super::CudaKernels;
use crate::encode::card::PassError;
use crate::encode::cuda::error::failed;

/// Threads of a block and the warps in it; the kernels know them.
pub(super) const THREADS: u32 = 128;
pub(super) const WARPS: usize = 4;

/// What a kernel is called with.
#[derive(Clone, Copy)]
pub(super) enum Argument {
    Address(u64),
    Count(u32),
    Number(f32),
}

impl CudaKernels {
    /// Has the stream run a kernel with so many blocks; with none, nothing.
    ///
    /// # Safety
    ///
    /// `arguments` are those of the kernel, in its order, and from every address on there is as much memory as the
    /// kernel reads or writes with them, until the stream has done it.
    pub(super) unsafe fn launch(
        &self,
        function: &CudaFunction,
        grid: (usize, usize),
        arguments: &[Argument],
    ) -> Result<(), PassError> {
        if grid.0 == 0 {
            return Ok(());
        }
        let mut builder = self.stream.launch_builder(function);
        for argument in arguments {
            match argument {
                Argument::Address(address) => builder.arg(address),
                Argument::Count(count) => builder.arg(count),
                Argument::Number(number) => builder.arg(number),
            };
        }
        let config = LaunchConfig {
            grid_dim: (grid.0 as u32, grid.1 as u32, 1),
            block_dim: (THREADS, 1, 1),
            shared_mem_bytes: 0,
        };
        // SAFETY: as the caller promises.
        unsafe { builder.launch(config) }.map_err(failed)?;
        Ok(())
    }
}
