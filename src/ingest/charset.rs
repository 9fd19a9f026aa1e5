//! In which Unicode encoding is a text? Bytes → `String`.

use super::TextEncoding;
use super::error::ReadError;

/// Decodes UTF-8, with or without its mark, and UTF-16 with its mark.
///
/// # Errors
///
/// [`ReadError::UnknownEncoding`] where the bytes are neither.
pub(crate) fn decode(bytes: &[u8]) -> Result<(String, TextEncoding), ReadError> {
    let (encoding, mark) = encoding_rs::Encoding::for_bom(bytes).unwrap_or((encoding_rs::UTF_8, 0));
    let named = TextEncoding {
        name: encoding.name().to_lowercase(),
        confidence: 1.0,
    };
    let bytes = &bytes[mark..];
    if encoding == encoding_rs::UTF_8 {
        let text = std::str::from_utf8(bytes).map_err(|error| ReadError::UnknownEncoding {
            offset: mark + error.valid_up_to(),
        })?;
        return Ok((text.to_owned(), named));
    }
    // A lone surrogate damages one character, not the document: it shows as U+FFFD.
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    Ok((text.into_owned(), named))
}
