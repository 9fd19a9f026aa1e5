//! The products of a pass, by cuBLAS.

use std::ffi::c_void;
use std::sync::Arc;

use candle_core::cuda_backend::cudarc::cublas::{CudaBlas, result as blas, sys as blas_types};
use candle_core::cuda_backend::cudarc::driver::CudaStream;

use super::CudaKernels;
use super::memory::Memory;
use crate::encode::card::{PassError, Sizes};
use crate::encode::cuda::error::{failed, product_failed};
use crate::model::device::Precision;

/// Rows of every matrix product. As all products of a model have the same number of rows, cuBLAS multiplies all
/// with the same kernel, and a token's state does not depend on what else is in the pass.
pub(in crate::encode::cuda) const PRODUCT_ROWS: usize = 16_384;

/// Workspace of cuBLAS: what it needs at least, so that it never fails for want of it, and too little for the partial sums
/// of a product's tile, so that no product is cut along what it sums over.
pub(super) const WORKSPACE_BYTES: usize = 16 << 10;

/// Leaves cuBLAS no choice that depends on anything but a product's sizes: sums in `f32`, in a workspace of its own of so many
/// bytes.
pub(super) fn fix_products(
    blas: &CudaBlas,
    stream: &Arc<CudaStream>,
    bytes: usize,
) -> Result<Memory, PassError> {
    let workspace = Memory::zeros(stream, bytes)?;
    let address = workspace.address(bytes)? as *mut c_void;
    let handle = *blas.handle();
    let mode = blas_types::cublasMath_t::CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION;
    // SAFETY: no one else has the handle, the workspace has as many bytes, and whoever keeps both drops it after the handle.
    unsafe {
        let set = blas_types::cublasSetMathMode(handle, mode).result();
        set.map_err(failed)?;
        let set = blas_types::cublasSetWorkspace_v2(handle, address, bytes).result();
        set.map_err(failed)?;
    }
    Ok(workspace)
}

impl CudaKernels {
    /// [`PRODUCT_ROWS`] rows of `output` = those of `input` times the transposed weights.
    ///
    /// cuBLAS counts columns first, so that it is told to multiply the transposed matrices.
    ///
    /// # Safety
    ///
    /// At `weights` there are `outputs` times `inputs` numbers, at `input` and `output` as many rows, of `inputs` and of
    /// `outputs`, all in the stream's precision, until the stream has done it.
    pub(super) unsafe fn multiply(
        &self,
        weights: u64,
        sizes: Sizes,
        input: u64,
        output: u64,
    ) -> Result<(), PassError> {
        use blas_types::{
            cublasComputeType_t, cublasGemmAlgo_t, cublasOperation_t, cudaDataType_t,
        };
        let kind = match self.precision {
            Precision::F32 => cudaDataType_t::CUDA_R_32F,
            Precision::F16 => cudaDataType_t::CUDA_R_16F,
            Precision::Bf16 => cudaDataType_t::CUDA_R_16BF,
        };
        let (one, zero) = (1.0_f32, 0.0_f32);
        let size = |size: usize| i32::try_from(size).map_err(failed);
        let (inputs, outputs) = (size(sizes.inputs)?, size(sizes.outputs)?);
        let rows = size(PRODUCT_ROWS)?;
        // SAFETY: as the caller promises; cuBLAS has read the factors when it returns.
        unsafe {
            blas::gemm_ex(
                *self.blas.handle(),
                cublasOperation_t::CUBLAS_OP_T,
                cublasOperation_t::CUBLAS_OP_N,
                outputs,
                rows,
                inputs,
                (&raw const one).cast(),
                weights as *const c_void,
                kind,
                inputs,
                input as *const c_void,
                kind,
                inputs,
                (&raw const zero).cast(),
                output as *mut c_void,
                kind,
                outputs,
                cublasComputeType_t::CUBLAS_COMPUTE_32F,
                cublasGemmAlgo_t::CUBLAS_GEMM_DEFAULT,
            )
        }
        .map_err(|error| product_failed(error, self.measured_free_bytes().ok()))
    }
}
