//! What is packed in a tar archive? A stream → its members, in bounded memory.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;

use super::container::{MAX_NAME_BYTES, is_left_out, leading_out, leads_out, long_name};
use super::guard::Whole;
use super::name::written_bytes;
use super::visit::{Flow, Place, Visitor, corrupt, reading};
use crate::hash::fnv1a;
use crate::record::Failure;

/// What stands between two members at most: names, and attributes that some systems store beside files.
const MAX_HEADER_BYTES: u64 = 1 << 20;

/// A block; members begin at whole ones.
const BLOCK_BYTES: u64 = 512;

type Entry<'a, R> = ::tar::Entry<'a, Bounded<R>>;

/// Whether a stream is a tar archive, by the mark that all writers since 1988 leave in a member. One without members is the
/// two blocks of zeros that end it, which its name tells from a file that was lost.
pub(super) fn is_tar(head: &[u8], path: &str) -> bool {
    let end = head.get(..2 * BLOCK_BYTES as usize);
    let is_named = || {
        let suffix = Path::new(path).extension().unwrap_or_default();
        suffix.eq_ignore_ascii_case("tar") || suffix.eq_ignore_ascii_case("tgz")
    };
    head.get(257..262).is_some_and(|mark| mark == b"ustar")
        || (end.is_some_and(|end| end.iter().all(|byte| *byte == 0)) && is_named())
}

/// Hands over the members of a tar archive.
pub(super) fn members(visitor: &mut Visitor<'_>, place: &Place, stream: impl Read) -> Flow {
    let end = Rc::new(Cell::new(MAX_HEADER_BYTES));
    let mut archive = ::tar::Archive::new(Bounded {
        inner: stream,
        position: 0,
        end: Rc::clone(&end),
    });
    let entries = match archive.entries() {
        Ok(entries) => entries,
        Err(error) => return visitor.fail(place, reading(&error)),
    };
    let mut names = Names::default();
    for (entry, number) in entries.zip(1_u64..) {
        // After a broken header there is no telling where the next one is.
        let mut entry = match entry {
            Ok(entry) => entry,
            Err(error) => return visitor.fail(place, damaged(&error)),
        };
        end.set(end_of(&mut entry).saturating_add(MAX_HEADER_BYTES));
        visitor.count_member()?;
        member(visitor, place, entry, number, &mut names)?;
    }
    Flow::Continue(())
}

fn member<R: Read>(
    visitor: &mut Visitor<'_>,
    place: &Place,
    entry: Entry<'_, R>,
    number: u64,
    names: &mut Names,
) -> Flow {
    let kind = entry.header().entry_type();
    let name = written_bytes(&entry.path_bytes()).into_owned();
    let name = name.strip_prefix("./").unwrap_or(&name);
    if !(kind.is_file() || kind.is_gnu_sparse()) || is_left_out(name) {
        return Flow::Continue(());
    }
    if name.len() > MAX_NAME_BYTES {
        let name = names.unique(&format!("member-{number}"));
        return visitor.fail(&place.member(&name), long_name());
    }
    let member = place.member(&names.unique(name));
    if leads_out(name) {
        return visitor.fail(&member, leading_out());
    }
    if kind.is_gnu_sparse() {
        return visitor.fail(&member, sparse());
    }
    let size = entry.size();
    visitor.stream(&member, &mut Whole::new(entry, size))
}

/// Where the bytes of a member end in the archive. Those of one with holes are fewer than it has when unpacked.
fn end_of<R: Read>(entry: &mut Entry<'_, R>) -> u64 {
    let stored = if entry.header().entry_type().is_gnu_sparse() {
        extended_size(entry).or_else(|| entry.header().entry_size().ok())
    } else {
        Some(entry.size())
    };
    let end = entry
        .raw_file_position()
        .saturating_add(stored.unwrap_or(0));
    end.checked_next_multiple_of(BLOCK_BYTES).unwrap_or(end)
}

/// The size that stands in the extended header, which counts more than the one in the header proper.
fn extended_size<R: Read>(entry: &mut Entry<'_, R>) -> Option<u64> {
    let sizes = entry.pax_extensions().ok()??;
    let mut sizes = sizes
        .flatten()
        .filter(|extension| extension.key_bytes() == b"size");
    sizes.next()?.value().ok()?.parse().ok()
}

fn damaged(error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::Other => corrupt(&error.to_string()),
        _ => reading(error),
    }
}

fn sparse() -> Failure {
    let message =
        "it is packed with holes (a sparse file); unpack it, or pack it again without --sparse";
    Failure::new("unsupported_format", message)
}

/// A stream of which no more is read than is let. The library reads names and attributes whole into memory, as long as
/// the archive says that they are.
struct Bounded<R> {
    inner: R,
    position: u64,
    end: Rc<Cell<u64>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.end.get().saturating_sub(self.position);
        if left == 0 && !buffer.is_empty() {
            let message = format!(
                "a name or attribute in it takes more than {MAX_HEADER_BYTES} bytes; unpack it, and name the folder"
            );
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
        }
        let most = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let count = self.inner.read(&mut buffer[..most])?;
        self.position += count as u64;
        Ok(count)
    }
}

/// The names of the members so far, with the number of the last one of each. Hashes, because an archive may have more
/// names than there is memory for; two names of one hash only get a number that they need not have.
#[derive(Debug, Default)]
struct Names(HashMap<u64, u64>);

impl Names {
    /// `name`, with a number if a member before has it: an archive that was updated has the old ones too, and which one
    /// is the last a stream does not tell.
    fn unique(&mut self, name: &str) -> String {
        let hash = fnv1a(name.bytes());
        let Some(mut number) = self.0.get(&hash).copied() else {
            self.0.insert(hash, 1);
            return name.to_owned();
        };
        loop {
            number += 1;
            let numbered = numbered(name, number);
            let its_hash = fnv1a(numbered.bytes());
            if !self.0.contains_key(&its_hash) {
                self.0.insert(its_hash, 1);
                self.0.insert(hash, number);
                return numbered;
            }
        }
    }
}

/// A name with a number before its suffix, which may tell the format.
fn numbered(name: &str, number: u64) -> String {
    let folder = name.rfind('/').map_or(0, |slash| slash + 1);
    let packed = name.strip_suffix(".gz").unwrap_or(name);
    let dot = packed.rfind('.').filter(|&dot| dot > folder);
    let (stem, suffix) = name.split_at(dot.unwrap_or(packed.len()));
    format!("{stem}#{number}{suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_come_again_are_numbered_and_none_comes_twice() {
        let mut names = Names::default();
        for (name, expected) in [
            ("xa/a.txt", "xa/a.txt"),
            ("xa/a.txt", "xa/a#2.txt"),
            ("xa/a#3.txt", "xa/a#3.txt"),
            ("xa/a.txt", "xa/a#4.txt"),
            ("xa/a#2.txt", "xa/a#2#2.txt"),
            ("kho.jsonl.gz", "kho.jsonl.gz"),
            ("kho.jsonl.gz", "kho#2.jsonl.gz"),
            ("xa.b/README", "xa.b/README"),
            ("xa.b/README", "xa.b/README#2"),
            (".gz", ".gz"),
            (".gz", "#2.gz"),
        ] {
            assert_eq!(names.unique(name), expected);
        }
    }
}
