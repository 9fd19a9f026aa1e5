//! In which encoding is a page? In what its bytes show, or else in what it declares.

use super::read;
use crate::ingest::TextEncoding;
use crate::ingest::assemble::Source;
use crate::ingest::encoding::{EncodingChoice, LegacyEncoding, read_bytes, read_windows_1258};
use crate::ingest::error::ReadError;

/// Reads a page from its bytes, in the encoding that they show, or else in the one called `label`.
///
/// # Errors
///
/// Those of [`read_bytes`] and [`read`].
pub(crate) fn read_page(
    bytes: &[u8],
    label: Option<&str>,
    choice: EncodingChoice,
) -> Result<Source, ReadError> {
    // What is asked for holds against what a page says of itself.
    let label = label.filter(|_| !matches!(choice, EncodingChoice::Legacy(_)));
    let source = Source::undecoded(read(&read_bytes(bytes, label)?)?);
    if choice != EncodingChoice::Auto {
        return Ok(source);
    }
    let Some(labelled) = read_windows_1258(bytes, label) else {
        return Ok(source);
    };
    let guessed = source.into_decoded(choice);
    if !reads_better_as_labelled(guessed.encoding.as_ref()) {
        return Ok(guessed);
    }
    let mut source = Source::undecoded(read(&labelled)?).into_decoded(choice);
    if let Some(encoding) = &mut source.encoding {
        LegacyEncoding::Windows1258
            .name()
            .clone_into(&mut encoding.name);
    }
    Ok(source)
}

/// Whether nothing but windows-1258 was found in a page that says it is in it, and not in all of the page: the
/// letters that it wrote as character references hid the others.
fn reads_better_as_labelled(found: Option<&TextEncoding>) -> bool {
    let labelled = LegacyEncoding::Windows1258.name();
    found.is_some_and(|found| {
        let mut names = found.name.split('+');
        found.name != labelled && names.all(|name| name == "utf-8" || name == labelled)
    })
}

/// The name of the encoding that a page declares for itself in its first kilobytes, if any.
pub(crate) fn declared_charset(bytes: &[u8]) -> Option<String> {
    const HEAD_BYTES: usize = 4096;
    let head = bytes[..bytes.len().min(HEAD_BYTES)].to_ascii_lowercase();
    let head = String::from_utf8_lossy(&head);
    let (_, after) = head.split_once("charset").or_else(|| {
        let (declaration, _) = head.split_once("?>")?;
        declaration.split_once("encoding")
    })?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let name: String = value
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_'))
        .collect();
    (!name.is_empty()).then_some(name)
}
