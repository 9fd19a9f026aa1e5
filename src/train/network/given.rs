//! Operations that are worked out as a whole, on the processor or a card, and whose gradients are given by hand.
//!
//! Candle's fused kernels have no gradient, and the gradients that it works out step by step take several times
//! as many launches as those on paper.

use candle_core::backend::BackendStorage;
use candle_core::{
    CpuStorage, CudaStorage, CustomOp1, CustomOp3, Layout, Result, Shape, Storage, Tensor, bail,
};

/// `result`, which depends on `x` and was worked out without gradients; `gradient` turns the result's gradient into
/// that of `x`. It is dropped, with all that it holds, where nobody asks for the gradient of `x`.
///
/// # Errors
///
/// If the device has no room.
pub(super) fn of_one(
    x: &Tensor,
    result: Tensor,
    gradient: impl Fn(&Tensor) -> Result<Tensor> + Send + Sync + 'static,
) -> Result<Tensor> {
    if !x.track_op() {
        return Ok(result);
    }
    x.apply_op1(Given { result, gradient })
}

/// The same for what depends on three tensors.
///
/// # Errors
///
/// If the device has no room.
pub(super) fn of_three(
    [x, y, z]: [&Tensor; 3],
    result: Tensor,
    gradients: impl Fn(&Tensor) -> Result<[Tensor; 3]> + Send + Sync + 'static,
) -> Result<Tensor> {
    if ![x, y, z].into_iter().any(Tensor::track_op) {
        return Ok(result);
    }
    let gradient = gradients;
    x.apply_op3(y, z, Given { result, gradient })
}

/// What stands for the operation in the graph of gradients.
struct Given<F> {
    result: Tensor,
    gradient: F,
}

impl<F> Given<F> {
    fn on_cpu(&self) -> Result<(CpuStorage, Shape)> {
        let (storage, layout) = self.result.storage_and_layout();
        match &*storage {
            Storage::Cpu(storage) => whole(storage, layout),
            _ => bail!("the result is on another device than its operands"),
        }
    }

    fn on_cuda(&self) -> Result<(CudaStorage, Shape)> {
        let (storage, layout) = self.result.storage_and_layout();
        match &*storage {
            Storage::Cuda(storage) => whole(storage, layout),
            _ => bail!("the result is on another device than its operands"),
        }
    }
}

/// A copy of numbers that fill their storage, as those of a fresh result do.
fn whole<S: BackendStorage>(storage: &S, layout: &Layout) -> Result<(S, Shape)> {
    if layout.start_offset() != 0 || !layout.is_contiguous() {
        bail!("a result that is given must be contiguous");
    }
    Ok((storage.try_clone(layout)?, layout.shape().clone()))
}

impl<F: Fn(&Tensor) -> Result<Tensor>> CustomOp1 for Given<F> {
    fn name(&self) -> &'static str {
        "given"
    }

    fn cpu_fwd(&self, _: &CpuStorage, _: &Layout) -> Result<(CpuStorage, Shape)> {
        self.on_cpu()
    }

    fn cuda_fwd(&self, _: &CudaStorage, _: &Layout) -> Result<(CudaStorage, Shape)> {
        self.on_cuda()
    }

    fn bwd(&self, _: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        (self.gradient)(gradient).map(Some)
    }
}

impl<F: Fn(&Tensor) -> Result<[Tensor; 3]>> CustomOp3 for Given<F> {
    fn name(&self) -> &'static str {
        "given"
    }

    fn cpu_fwd(
        &self,
        _: &CpuStorage,
        _: &Layout,
        _: &CpuStorage,
        _: &Layout,
        _: &CpuStorage,
        _: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        self.on_cpu()
    }

    fn cuda_fwd(
        &self,
        _: &CudaStorage,
        _: &Layout,
        _: &CudaStorage,
        _: &Layout,
        _: &CudaStorage,
        _: &Layout,
    ) -> Result<(CudaStorage, Shape)> {
        self.on_cuda()
    }

    fn bwd(
        &self,
        _: &Tensor,
        _: &Tensor,
        _: &Tensor,
        _: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let [x, y, z] = (self.gradient)(gradient)?;
        Ok((Some(x), Some(y), Some(z)))
    }
}
