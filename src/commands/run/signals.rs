//! What ends a run early: Ctrl-C, and a terminal that is closed.

#[cfg(unix)]
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
#[cfg(unix)]
use signal_hook::consts::SIGHUP;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// What ends a run in good order.
#[cfg(not(windows))]
const SIGNALS: [i32; 2] = [SIGINT, SIGTERM];
/// What ends a run in good order; the last is Ctrl-Break, `SIGBREAK`.
#[cfg(windows)]
const SIGNALS: [i32; 3] = [SIGINT, SIGTERM, 21];

/// What Ctrl-C sets, and a terminal that is closed. Who presses Ctrl-C twice does not wait for the batch in hand.
pub(super) fn interruption() -> Result<Arc<AtomicBool>> {
    let interrupted = Arc::new(AtomicBool::new(false));
    for signal in SIGNALS {
        flag::register_conditional_shutdown(signal, 130, Arc::clone(&interrupted))
            .and_then(|_| flag::register(signal, Arc::clone(&interrupted)))
            .context("cannot listen for Ctrl-C")?;
    }
    // Who closes a terminal may send it twice, once for the terminal and once for its shell, and waits for nothing.
    #[cfg(unix)]
    if !is_hangup_ignored() {
        flag::register(SIGHUP, Arc::clone(&interrupted))
            .context("cannot listen for the end of the terminal")?;
    }
    Ok(interrupted)
}

/// How long Ctrl-C goes unanswered at most: no longer than people notice.
const ANSWER: Duration = Duration::from_millis(100);

/// What Ctrl-C is answered: a batch may take half a minute, and who hears nothing presses again.
const ACKNOWLEDGEMENT: &str = "finishing what is in hand; Ctrl-C again to stop at once (what is in hand \
                               is then done again next time)";

/// Says once, as soon as the run is interrupted, that it will end. A handler of signals may not write, so a thread looks.
pub(super) fn acknowledge(interrupted: &Arc<AtomicBool>, say: impl FnOnce(&str) + Send + 'static) {
    let interrupted = Arc::clone(interrupted);
    thread::spawn(move || {
        while !interrupted.load(Ordering::Relaxed) {
            thread::sleep(ANSWER);
        }
        say(ACKNOWLEDGEMENT);
    });
}

/// Whether the run is to outlive its terminal, as `nohup` has it. Where the system does not tell, it is left to what the
/// signal does.
#[cfg(unix)]
fn is_hangup_ignored() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_none_or(|mask| mask & (1 << (SIGHUP - 1)) != 0)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn an_interruption_is_acknowledged_when_it_comes() {
        let interrupted = Arc::new(AtomicBool::new(false));
        let (sender, receiver) = channel();
        acknowledge(&interrupted, move |text| {
            // Whoever listened has failed already.
            let _ = sender.send(text.to_owned());
        });
        assert!(receiver.recv_timeout(2 * ANSWER).is_err(), "not before");
        interrupted.store(true, Ordering::Relaxed);
        let said = receiver.recv_timeout(Duration::from_mins(1));
        assert_eq!(said.as_deref(), Ok(ACKNOWLEDGEMENT));
    }
}
