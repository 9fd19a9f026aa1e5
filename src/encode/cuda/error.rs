//! What the driver, cuBLAS and Candle say, as errors of a pass.

use std::error::Error;

use candle_core::cuda_backend::CudaError;
use candle_core::cuda_backend::cudarc::cublas::result::CublasError;
use candle_core::cuda_backend::cudarc::cublas::sys::cublasStatus_t;
use candle_core::cuda_backend::cudarc::driver::DriverError;
use candle_core::cuda_backend::cudarc::driver::sys::cudaError_enum;

use crate::encode::card::PassError;
use crate::model::device::OPENING_BYTES;

/// What `error` means for a pass.
pub(super) fn failed(error: impl Error + 'static) -> PassError {
    let error: &(dyn Error + 'static) = &error;
    if is_out_of_memory(error) {
        PassError::OutOfMemory
    } else {
        PassError::Failed(error.to_string())
    }
}

/// What the failure of a product means on a card with so many bytes free, if that is known.
pub(super) fn product_failed(error: CublasError, free: Option<usize>) -> PassError {
    if may_lack_memory(error.0) && free.is_some_and(|free| free < OPENING_BYTES) {
        return PassError::OutOfMemory;
    }
    failed(error)
}

/// Whether cuBLAS says this also where the driver finds no memory for the kernels that it loads as they are needed.
fn may_lack_memory(status: cublasStatus_t) -> bool {
    matches!(
        status,
        cublasStatus_t::CUBLAS_STATUS_NOT_INITIALIZED
            | cublasStatus_t::CUBLAS_STATUS_EXECUTION_FAILED
            | cublasStatus_t::CUBLAS_STATUS_INTERNAL_ERROR
    )
}

/// Whether the card has no room, by the code of the library that says so.
fn is_out_of_memory(error: &(dyn Error + 'static)) -> bool {
    if let Some(DriverError(code)) = error.downcast_ref() {
        return *code == cudaError_enum::CUDA_ERROR_OUT_OF_MEMORY;
    }
    if let Some(CublasError(status)) = error.downcast_ref() {
        return *status == cublasStatus_t::CUBLAS_STATUS_ALLOC_FAILED;
    }
    match error.downcast_ref::<CudaError>() {
        Some(CudaError::Cuda(inner)) => return is_out_of_memory(inner),
        Some(CudaError::Cublas(inner)) => return is_out_of_memory(inner),
        _ => {}
    }
    match error.downcast_ref::<candle_core::Error>() {
        Some(candle_core::Error::Cuda(inner)) => is_out_of_memory(inner.as_ref()),
        Some(candle_core::Error::WithBacktrace { inner, .. }) => is_out_of_memory(inner.as_ref()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_room_is_told_apart_from_other_failures_however_it_is_wrapped() {
        let none = || DriverError(cudaError_enum::CUDA_ERROR_OUT_OF_MEMORY);
        let other = DriverError(cudaError_enum::CUDA_ERROR_LAUNCH_FAILED);
        let is_full = |error| matches!(error, PassError::OutOfMemory);
        assert!(is_full(failed(none())));
        assert!(is_full(failed(candle_core::Error::from(CudaError::from(
            none()
        )))));
        assert!(is_full(failed(CublasError(
            cublasStatus_t::CUBLAS_STATUS_ALLOC_FAILED
        ))));
        assert!(!is_full(failed(other)));
    }

    #[test]
    fn a_product_that_fails_on_a_card_with_next_to_nothing_free_found_no_room() {
        let is_full = |status, free| {
            let error = product_failed(CublasError(status), free);
            matches!(error, PassError::OutOfMemory)
        };
        for unclear in [
            cublasStatus_t::CUBLAS_STATUS_NOT_INITIALIZED,
            cublasStatus_t::CUBLAS_STATUS_EXECUTION_FAILED,
            cublasStatus_t::CUBLAS_STATUS_INTERNAL_ERROR,
        ] {
            assert!(is_full(unclear, Some(OPENING_BYTES - 1)), "{unclear:?}");
            assert!(!is_full(unclear, Some(OPENING_BYTES)), "{unclear:?}");
            // A driver that has failed does not say what is free either.
            assert!(!is_full(unclear, None), "{unclear:?}");
        }
        assert!(is_full(cublasStatus_t::CUBLAS_STATUS_ALLOC_FAILED, None));
        let other = cublasStatus_t::CUBLAS_STATUS_NOT_SUPPORTED;
        assert!(!is_full(other, Some(0)));
    }
}
