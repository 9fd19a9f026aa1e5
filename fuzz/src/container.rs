//! Parts → the ZIP or OLE file that holds them, sound whatever the parts are.
//!
//! In a file as it is, nearly every change is caught by a checksum or breaks the container, and the
//! readers of its parts see none of it.

use std::io::{Cursor, Write};

use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

/// What stands before a part's name, which ends with its line.
const MARK: &[u8] = b"=== ";

/// Puts parts into a container: streams of an OLE file where the first name begins with a slash, else a
/// ZIP package. `None` where a name cannot be one.
pub fn contain(parts: &[u8]) -> Option<Vec<u8>> {
    let parts = split(parts)?;
    if parts.first()?.0.starts_with('/') {
        compound(&parts)
    } else {
        package(&parts)
    }
}

fn split(bytes: &[u8]) -> Option<Vec<(&str, &[u8])>> {
    let mut parts = Vec::new();
    let mut rest = bytes.strip_prefix(MARK)?;
    loop {
        let next = rest.windows(MARK.len()).position(|window| window == MARK);
        let part = &rest[..next.unwrap_or(rest.len())];
        let line = part.iter().position(|byte| *byte == b'\n')?;
        parts.push((std::str::from_utf8(&part[..line]).ok()?, &part[line + 1..]));
        let Some(next) = next else { return Some(parts) };
        rest = &rest[next + MARK.len()..];
    }
}

fn package(parts: &[(&str, &[u8])]) -> Option<Vec<u8>> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in parts {
        archive.start_file(*name, options).ok()?;
        archive.write_all(content).ok()?;
    }
    Some(archive.finish().ok()?.into_inner())
}

fn compound(streams: &[(&str, &[u8])]) -> Option<Vec<u8>> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).ok()?;
    for (name, content) in streams {
        file.create_new_stream(name).ok()?.write_all(content).ok()?;
    }
    file.flush().ok()?;
    Some(file.into_inner().into_inner())
}
