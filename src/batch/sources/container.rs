//! What is packed in a ZIP file? Its members, read without unpacking to disk.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use zip::ZipArchive;
use zip::result::ZipError;

use super::guard::Guarded;
use super::is_debris;
use super::visit::{Flow, Place, Visitor, corrupt, reading};
use super::walk::{OUTPUTS, is_output_of_run};
use crate::record::Failure;

/// The longest name of a member; most systems have none longer.
pub(super) const MAX_NAME_BYTES: usize = 4096;

/// Hands over the members of a ZIP file. One that is an office document, or damaged, goes to `document`.
pub(super) fn zip<R: Read + Seek>(
    visitor: &mut Visitor<'_>,
    place: &Place,
    mut file: R,
    document: impl FnOnce(&mut Visitor<'_>, &Place, R) -> Flow,
) -> Flow {
    let Ok(archive) = ZipArchive::new(&mut file) else {
        return document(visitor, place, file);
    };
    // The first part of Office Open XML and of OpenDocument.
    let is_office = |name: &[u8]| name == b"[Content_Types].xml" || name == b"mimetype";
    if archive.file_names_raw().any(is_office) {
        drop(archive);
        return document(visitor, place, file);
    }
    visitor.filled(place, |visitor| zip_members(visitor, place, archive))
}

fn zip_members<R: Read + Seek>(
    visitor: &mut Visitor<'_>,
    place: &Place,
    mut archive: ZipArchive<R>,
) -> Flow {
    let outputs = Outputs::in_zip(&archive);
    for index in 0..archive.len() {
        zip_member(visitor, place, &mut archive, index, &outputs)?;
    }
    if !archive.has_duplicate_names() {
        return Flow::Continue(());
    }
    let names = archive.file_names_raw().map(<[u8]>::to_vec);
    let names = names.zip((0..archive.len()).map(|index| member_name(&archive, index)));
    let is_document = |name: &str| !(name.ends_with('/') || is_left_out(name) || outputs.has(name));
    let names = names.filter(|(_, name)| is_document(name)).collect();
    let directory = archive.central_directory_start();
    let directory = names_in(archive.into_inner(), directory);
    fail_replaced(visitor, place, &names, &directory)
}

/// The members of a container that are called as what a run writes.
struct Outputs(BTreeSet<String>);

impl Outputs {
    fn in_zip<R: Read + Seek>(archive: &ZipArchive<R>) -> Self {
        let names = (0..archive.len()).map(|index| member_name(archive, index));
        Self(
            names
                .filter(|name| OUTPUTS.contains(&in_folder(name).1))
                .collect(),
        )
    }

    /// Whether a member is what a run wrote, as in a folder that is not packed.
    fn has(&self, name: &str) -> bool {
        let (folder, _) = in_folder(name);
        self.0.contains(name)
            && is_output_of_run(|name| self.0.contains(&format!("{folder}{name}")))
    }
}

/// The folder of a member with its slash, and its name within.
fn in_folder(name: &str) -> (&str, &str) {
    name.split_at(name.rfind('/').map_or(0, |slash| slash + 1))
}

/// Hands over, as failures, the members of a ZIP file that another one of the same name follows: as in what `unzip` leaves, the
/// last one is the one that counts. `names` has how the raw names of documents are written, `directory` those of all members.
fn fail_replaced(
    visitor: &mut Visitor<'_>,
    place: &Place,
    names: &BTreeMap<Vec<u8>, String>,
    directory: &[Vec<u8>],
) -> Flow {
    let mut counts: BTreeMap<&[u8], usize> = BTreeMap::new();
    for name in directory {
        *counts.entry(name).or_default() += 1;
    }
    for (name, written) in names {
        let count = counts.get(name.as_slice());
        for number in 1..count.copied().unwrap_or(1) {
            visitor.count_member()?;
            let member = place.member(&format!("{written}#{number}"));
            visitor.fail(&member, replaced())?;
        }
    }
    Flow::Continue(())
}

/// The raw names of all members in the directory of a ZIP file, which starts at `start`, as far as they can be read.
fn names_in(mut file: impl Read + Seek, start: u64) -> Vec<Vec<u8>> {
    let mut names = Vec::new();
    if file.seek(SeekFrom::Start(start)).is_err() {
        return names;
    }
    let mut directory = BufReader::new(file);
    while let Ok(Some(name)) = next_name(&mut directory) {
        names.push(name);
    }
    names
}

/// The name in the next header of a directory; nothing behind the last one.
fn next_name(directory: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    // APPNOTE.TXT 6.3.10, section 4.3.12.
    let mut header = [0; 46];
    directory.read_exact(&mut header)?;
    if !header.starts_with(b"PK\x01\x02") {
        return Ok(None);
    }
    let length = |at: usize| u64::from(u16::from_le_bytes([header[at], header[at + 1]]));
    let (name_bytes, extra_bytes, comment_bytes) = (length(28), length(30), length(32));
    let mut name = Vec::new();
    directory.by_ref().take(name_bytes).read_to_end(&mut name)?;
    io::copy(
        &mut directory.take(extra_bytes + comment_bytes),
        &mut io::sink(),
    )?;
    Ok(Some(name))
}

fn replaced() -> Failure {
    Failure::new(
        "same_name",
        "another member of the same name stands behind it and was read; pack them again under names of their own",
    )
}

fn zip_member<R: Read + Seek>(
    visitor: &mut Visitor<'_>,
    place: &Place,
    archive: &mut ZipArchive<R>,
    index: usize,
    outputs: &Outputs,
) -> Flow {
    visitor.count_member()?;
    let name = member_name(archive, index);
    if name.len() > MAX_NAME_BYTES {
        return visitor.fail(&place.member(&number_of(index)), long_name());
    }
    let member = place.member(&name);
    let entry = match archive.by_index(index) {
        Ok(entry) => entry,
        Err(error) => return visitor.fail(&member, zip_failure(&error)),
    };
    if !entry.is_file() || is_left_out(&name) || outputs.has(&name) {
        return Flow::Continue(());
    }
    if leads_out(&name) {
        return visitor.fail(&member, leading_out());
    }
    let packed = entry.compressed_size();
    let mut entry = Guarded::of(entry, packed, visitor.budget());
    visitor.stream(&member, &mut entry)
}

fn member_name<R: Read + Seek>(archive: &ZipArchive<R>, index: usize) -> String {
    let name = archive.name_for_index(index).and_then(Result::ok);
    name.map_or_else(|| number_of(index), Cow::into_owned)
}

/// What a member is called that has no name to call it by.
fn number_of(index: usize) -> String {
    format!("member-{}", index + 1)
}

/// Why a member of a ZIP file cannot be unpacked, where its packing is to blame and not its bytes.
pub(super) fn unpacking(error: &io::Error) -> Option<Failure> {
    let cause = error.get_ref()?.downcast_ref::<ZipError>()?;
    let is_packing = matches!(
        cause,
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_)
    );
    is_packing.then(|| zip_failure(cause))
}

fn zip_failure(error: &ZipError) -> Failure {
    match error {
        ZipError::InvalidPassword | ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            let message = "it is packed with a password; unpack it, and pack it again without one";
            Failure::new("encrypted", message)
        }
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            let message = format!("{error}; pack it again as an ordinary ZIP file");
            Failure::new("unsupported_format", &message)
        }
        ZipError::Io(error) => reading(error),
        other => corrupt(&other.to_string()),
    }
}

pub(super) fn is_left_out(name: &str) -> bool {
    name.split('/').any(is_debris)
}

/// Whether a member's name is no plain path below its container. Nothing is ever written under such a
/// name, but whoever packed it meant harm, and a record must not pass it on as a place.
pub(super) fn leads_out(name: &str) -> bool {
    // Told by the letters alone: what is a path on one system only is read alike on all.
    name.starts_with('/') || name.contains('\0') || name.split(['/', '\\']).any(|part| part == "..")
}

pub(super) fn leading_out() -> Failure {
    Failure::new(
        "unsafe_name",
        "its name leads out of the container; it was not read",
    )
}

pub(super) fn long_name() -> Failure {
    let message = format!(
        "its name is longer than {MAX_NAME_BYTES} bytes; it was not read: pack it again under a shorter one"
    );
    Failure::new("unsafe_name", &message)
}
