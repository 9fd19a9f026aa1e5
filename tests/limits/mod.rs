//! What no small file may cost: two seconds, 512 MB, a panic of our own readers.

use std::panic;
use std::sync::{Mutex, Once, PoisonError};
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use tomtat::ingest::{self, RawDocument, ReadError, ReadOptions};

const TIME: Duration = Duration::from_secs(2);
const MEMORY_BYTES: usize = 512 << 20;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Where our own readers panicked. Those of libraries are caught, and are a failure of the document.
static OWN_PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Reads a file within the limits.
///
/// The memory is the most that all threads together had so far. A machine that is busy may take longer than the
/// readers do, so that the time is that of the quickest of three readings.
pub(crate) fn read(name: &str, bytes: &[u8]) -> Result<RawDocument, ReadError> {
    watch_panics();
    let mut quickest = Duration::MAX;
    for _ in 0..3 {
        let start = Instant::now();
        let result = ingest::read(bytes, None, &ReadOptions::default());
        quickest = quickest.min(start.elapsed());
        let most = MEMORY.peak_usage();
        assert!(most < MEMORY_BYTES, "{name}: {} MB", most >> 20);
        let panics = OWN_PANICS.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(panics.is_empty(), "{name}: panics at {panics:?}");
        if quickest < TIME {
            return result;
        }
    }
    panic!("{name}: {quickest:?}");
}

fn watch_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            let place = panic.location().map(ToString::to_string);
            match place {
                Some(place) if place.starts_with("src") => {
                    let mut panics = OWN_PANICS.lock().unwrap_or_else(PoisonError::into_inner);
                    panics.push(place);
                }
                Some(place) if place.contains("registry") => {}
                _ => report(panic),
            }
        }));
    });
}
