//! How much may one file hold? All that its containers unpack to, and all their members, however they stand in one
//! another.

use std::cell::Cell;
use std::io;
use std::rc::Rc;

use super::guard::MAX_RATIO;
use crate::record::Failure;

/// Below, a file may unpack to what it likes: an archive of reports unpacks to some times its size, and a gigabyte takes
/// seconds.
const HARMLESS_BYTES: u64 = 1 << 30;

/// What the smallest member takes of its file: 76 bytes and its name twice in a ZIP, some 25 in a packed tar of empty files.
const LEAST_MEMBER_BYTES: u64 = 20;

/// Below, a file may have as many members as it likes.
const HARMLESS_MEMBERS: u64 = 10_000;

/// What was taken so far out of one file. Once that is too much it stays so.
#[derive(Debug, Default)]
pub(super) struct Budget {
    /// The size of the file; zero of streams.
    size: Cell<u64>,
    /// How much was read of a stream.
    streamed: Rc<Cell<u64>>,
    unpacked: Cell<u64>,
    members: Cell<u64>,
    spent: Cell<Option<Spent>>,
}

/// What there was too much of.
#[derive(Clone, Copy, Debug)]
enum Spent {
    Bytes,
    Members,
}

impl Budget {
    /// Notes the size of the file.
    pub(super) fn note_size(&self, bytes: u64) {
        self.size.set(bytes);
    }

    /// Where to count what is read of a stream, whose size nobody knows before.
    pub(super) fn streamed(&self) -> Rc<Cell<u64>> {
        Rc::clone(&self.streamed)
    }

    /// Takes so many bytes that were unpacked.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::FileTooLarge`] if there are too many by now.
    pub(super) fn unpack(&self, bytes: u64) -> io::Result<()> {
        self.unpacked.set(self.unpacked.get() + bytes);
        let most = self.packed().saturating_mul(MAX_RATIO);
        if self.unpacked.get() > most.max(HARMLESS_BYTES) {
            self.spent.set(Some(Spent::Bytes));
        }
        match self.failure() {
            Some(failure) => Err(io::Error::new(io::ErrorKind::FileTooLarge, failure.message)),
            None => Ok(()),
        }
    }

    /// Takes one more member.
    pub(super) fn count_member(&self) {
        self.members.set(self.members.get() + 1);
        let most = self.packed() / LEAST_MEMBER_BYTES;
        if self.members.get() > most.max(HARMLESS_MEMBERS) {
            self.spent.set(Some(Spent::Members));
        }
    }

    /// Whether nothing more is taken out of the file.
    pub(super) fn is_spent(&self) -> bool {
        self.spent.get().is_some()
    }

    /// Why nothing more is taken out of the file, if so.
    pub(super) fn failure(&self) -> Option<Failure> {
        let what = match self.spent.get()? {
            Spent::Bytes => format!("unpacks to more than {MAX_RATIO} times its size"),
            Spent::Members => format!(
                "has more than {} members, too many for its size",
                self.members.get() - 1
            ),
        };
        let message = format!(
            "it {what}, with the containers in it; what came before was read: unpack it, and name the folder or files that you want"
        );
        Some(Failure::new("too_large", &message))
    }

    fn packed(&self) -> u64 {
        self.size.get().max(self.streamed.get())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::super::guard::Guarded;
    use super::*;

    #[test]
    fn what_members_unpack_to_is_bounded_together_and_the_more_the_larger_the_file_is() {
        let gigabytes_of = |size: u64| {
            let budget = Rc::new(Budget::default());
            budget.note_size(size);
            let mut bytes = 0;
            for _ in 0..80 {
                // None of them is a bomb by itself.
                let member = io::repeat(b'a').take(31 << 20);
                let mut member = Guarded::of(member, 1000, Rc::clone(&budget));
                match io::copy(&mut member, &mut io::sink()) {
                    Ok(count) => bytes += count,
                    Err(error) => {
                        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
                        assert!(error.to_string().contains("unpack it"), "{error}");
                        break;
                    }
                }
            }
            assert_eq!(budget.is_spent(), bytes < 80 * (31 << 20));
            bytes >> 30
        };
        assert_eq!(gigabytes_of(35_000), 0);
        assert_eq!(gigabytes_of(10 << 20), 1);
        assert_eq!(gigabytes_of(20 << 20), 2);
    }

    #[test]
    fn a_large_file_or_stream_may_have_more_members() {
        let members_of = |budget: &Budget| {
            while !budget.is_spent() && budget.members.get() < 50_000 {
                budget.count_member();
            }
            budget.members.get() - 1
        };
        assert_eq!(members_of(&Budget::default()), HARMLESS_MEMBERS);
        let stream = Budget::default();
        stream.streamed().set(400_000);
        assert_eq!(members_of(&stream), 20_000);
        let file = Budget::default();
        file.note_size(1 << 30);
        assert_eq!(members_of(&file), 49_999);
        assert!(file.failure().is_none());
    }
}
