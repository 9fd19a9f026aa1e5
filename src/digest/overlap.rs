//! Which documents did an earlier run of the same digest have already?

use std::collections::BTreeSet;

use crate::record::Record;

/// The first half of a document's SHA-256, and whether the document was read.
type Identity = (u128, bool);

/// The documents of the runs before the present one, by their bytes: 32 bytes of memory for each.
///
/// Within a run, the run itself tells copies.
#[derive(Clone, Debug, Default)]
pub(super) struct Overlap {
    earlier: BTreeSet<Identity>,
    present: BTreeSet<Identity>,
    is_last: bool,
}

impl Overlap {
    /// Begins with another run. What the last one has nobody asks for.
    pub(super) fn begin(&mut self, is_last: bool) {
        self.earlier.append(&mut self.present);
        self.is_last = is_last;
    }

    /// Whether an earlier run has the document, and read it if the present one did.
    pub(super) fn has(&mut self, record: &Record) -> bool {
        let sha256 = record.source.sha256.as_deref();
        let half = sha256.and_then(|sha256| sha256.get(..32));
        let Some(bytes) = half.and_then(|half| u128::from_str_radix(half, 16).ok()) else {
            return false;
        };
        let was_read = record.was_read();
        if !self.is_last {
            self.present.insert((bytes, was_read));
        }
        let is_there = |was_read| self.earlier.contains(&(bytes, was_read));
        is_there(true) || (!was_read && is_there(false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Failure, ModelIdentity, Source, Status};

    fn record(status: Status) -> Record {
        let source = Source {
            sha256: Some("0a".repeat(32)),
            ..Source::default()
        };
        let failure = Failure::new("corrupt", "");
        let mut record = Record::failed("a".to_owned(), source, failure, ModelIdentity::default());
        record.status = status;
        record
    }

    #[test]
    fn what_an_earlier_run_read_or_both_could_not_is_there_already() {
        use Status::{Failure, Success};
        for (earlier, later, expected) in [
            (Success, Success, true),
            (Failure, Failure, true),
            (Success, Failure, true),
            (Failure, Success, false),
        ] {
            let mut overlap = Overlap::default();
            overlap.begin(false);
            assert!(!overlap.has(&record(earlier)));
            assert!(!overlap.has(&record(earlier)), "within a run");
            overlap.begin(true);
            assert_eq!(
                overlap.has(&record(later)),
                expected,
                "{earlier:?} {later:?}"
            );
        }
    }
}
