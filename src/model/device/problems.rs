//! Why a card cannot be used, in words that say what to do.

use candle_core::Error;

/// What opening a card takes at least, for its context and the libraries.
pub(crate) const OPENING_BYTES: usize = 512 << 20;

/// Why a card could not be opened, in words; `memory` is what it has free, if that is known, in bytes.
pub(crate) fn opening_problem(error: &Error, memory: Option<usize>) -> String {
    if let Error::WithBacktrace { inner, .. } = error {
        return opening_problem(inner, memory);
    }
    let problem = error.to_string();
    let says = |codes: &[&str]| codes.iter().any(|code| problem.contains(code));
    // What the two libraries say where they are missing (scripts/cuda/shim.py), and where they find no memory.
    let not_started = says(&[
        "CUBLAS_STATUS_NOT_INITIALIZED",
        "CURAND_STATUS_INITIALIZATION_FAILED",
    ]);
    let is_small = memory.is_some_and(|free| free < OPENING_BYTES);
    let no_room = says(&[
        "CUDA_ERROR_OUT_OF_MEMORY",
        "CUBLAS_STATUS_ALLOC_FAILED",
        "CURAND_STATUS_ALLOCATION_FAILED",
    ]);
    if no_room || (not_started && is_small) {
        return full(memory, OPENING_BYTES);
    }
    if says(&["CUDA_ERROR_UNSUPPORTED_PTX_VERSION"]) {
        return "the driver is older than the compiler of this program's kernels; take a newer \
                driver (r580 or newer where that was CUDA 13.0), or build with an older CUDA \
                (docs/gpu.md)"
            .to_owned();
    }
    if says(&["CUDA_ERROR_NO_BINARY_FOR_GPU", "CUDA_ERROR_INVALID_PTX"]) {
        return "this program has no kernels for so old a card: it takes Ampere (RTX 30, A100) or newer, or what \
                CUDA_COMPUTE_CAP said when it was built (docs/gpu.md); take --device cpu"
            .to_owned();
    }
    if not_started {
        return "cuBLAS or cuRAND is missing; name the folder of libcublas and libcurand in \
                LD_LIBRARY_PATH (docs/gpu.md)"
            .to_owned();
    }
    problem
}

/// What is said where a card has no memory left for what takes `needed` bytes, and what helps; `free` is what it has now.
pub(crate) fn full(free: Option<usize>, needed: usize) -> String {
    if free.is_some_and(|free| free >= needed) {
        // Others gave up room meanwhile, or what is needed was guessed too low: figures would contradict what happened.
        return format!("loading found no room in its memory; {MAKE_ROOM}");
    }
    let mebibytes = |bytes: usize| bytes.div_ceil(1 << 20);
    let free = free.map_or_else(
        || "how much is free is not known".to_owned(),
        |free| format!("{} MiB are free", mebibytes(free)),
    );
    format!(
        "its memory is full: some {} MiB are needed, {free}; {MAKE_ROOM}",
        mebibytes(needed)
    )
}

/// What helps where a card's memory is full.
pub(crate) const MAKE_ROOM: &str = "close other programs that use it, or take a smaller --dtype, another card \
                                    (--device cuda:1) or --device cpu";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_that_are_missing_and_drivers_that_are_too_old_are_named() {
        let error = Error::Cuda("CublasError(CUBLAS_STATUS_NOT_INITIALIZED)".into());
        assert!(opening_problem(&error.bt(), Some(8 << 30)).contains("LD_LIBRARY_PATH"));
        let compiler = Error::Cuda("DriverError(CUDA_ERROR_UNSUPPORTED_PTX_VERSION, ..)".into());
        let problem = opening_problem(&compiler.bt(), Some(8 << 30));
        assert!(problem.contains("take a newer driver"), "{problem}");
        let old = Error::Cuda("DriverError(CUDA_ERROR_NO_BINARY_FOR_GPU, ..)".into());
        assert!(opening_problem(&old.bt(), None).contains("--device cpu"));
        let other = opening_problem(&Error::Msg("no power".to_owned()).bt(), None);
        assert_eq!(other, "no power");
    }

    #[test]
    fn a_full_card_says_how_much_is_free_and_what_to_do() {
        // cuBLAS says the same where it is missing and where it finds no memory.
        let cublas = || Error::Cuda("CublasError(CUBLAS_STATUS_NOT_INITIALIZED)".into());
        let problem = opening_problem(&cublas(), Some(100 << 20));
        let expected =
            "its memory is full: some 512 MiB are needed, 100 MiB are free; close other programs";
        assert!(problem.starts_with(expected), "{problem}");
        let driver = Error::Cuda("DriverError(CUDA_ERROR_OUT_OF_MEMORY, \"out of memory\")".into());
        let problem = opening_problem(&driver.bt(), None);
        for said in ["512 MiB are needed", "not known", "--dtype", "--device cpu"] {
            assert!(problem.contains(said), "{problem}");
        }
    }
}
