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
/// The memory is the most that all threads together had so far. On a machine that is busy with other things, what
/// passes is not what a reading takes: where the system tells it, the processors' time counts if it is less. The
/// time is that of the quickest of three readings.
pub(crate) fn read(name: &str, bytes: &[u8]) -> Result<RawDocument, ReadError> {
    watch_panics();
    let mut quickest = Duration::MAX;
    for _ in 0..3 {
        let (start, worked) = (Instant::now(), processor_time());
        let result = ingest::read(bytes, None, &ReadOptions::default());
        let worked = worked
            .zip(processor_time())
            .map(|(from, to)| to.saturating_sub(from));
        quickest = quickest
            .min(start.elapsed())
            .min(worked.unwrap_or(Duration::MAX));
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

/// How long processors have worked for all threads of this process, to a hundredth of a second; on Linux.
fn processor_time() -> Option<Duration> {
    let status = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program, in brackets, may hold anything; after it, fields 12 and 13 are the ticks.
    let (_, fields) = status.rsplit_once(')')?;
    let fields = fields.split_whitespace().skip(11).take(2);
    let ticks = fields.map(|field| field.parse::<u64>().ok());
    let ticks = ticks.sum::<Option<u64>>()?;
    Some(Duration::from_millis(10 * ticks))
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
