//! Why does a message say nothing? Its attachments → words for people.

use mail_parser::{Message, MessagePart, MimeHeaders};

/// How many attachments are named, and how much of each name.
const MOST_NAMES: usize = 3;
const MOST_CHARS: usize = 60;
/// What holds a message that was signed or encrypted as a whole.
const CLOSED: &str = "smime.p7m";

/// What holds that which a message says, where its own text is empty; nothing where nothing does.
pub(super) fn told_of(message: &Message<'_>) -> Option<String> {
    let closed = message.parts.iter().find(|part| is_closed(part));
    let names = message.attachments().map(MimeHeaders::attachment_name);
    match closed {
        Some(part) => Some(told_closed(part.attachment_name().unwrap_or(CLOSED))),
        None => told(message.attachment_count(), names),
    }
}

/// As [`told_of`], by the number of the attachments and their names.
pub(in crate::ingest) fn told(
    count: usize,
    names: impl Iterator<Item = Option<impl AsRef<str>>>,
) -> Option<String> {
    let names = names.take(MOST_NAMES).flatten();
    let names = names.map(|name| shown(name.as_ref()));
    let names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
    if count == 1 && names.iter().any(|name| name.eq_ignore_ascii_case(CLOSED)) {
        return Some(told_closed(CLOSED));
    }
    let more = if names.len() < count { ", …" } else { "" };
    let named = match &names[..] {
        [] => String::new(),
        names => format!(" ({}{more})", names.join(", ")),
    };
    Some(match count {
        0 => return None,
        1 => format!(
            "it has an attachment{named}, which is not read; save it as a file and give that"
        ),
        _ => format!(
            "it has {count} attachments{named}, which are not read; save them as files and give those"
        ),
    })
}

fn told_closed(name: &str) -> String {
    format!(
        "what it says is signed or encrypted inside {}; open it in a mail program and save it from there",
        shown(name)
    )
}

/// Whether a part holds the whole message, signed or encrypted by S/MIME.
fn is_closed(part: &MessagePart<'_>) -> bool {
    let kind = part.content_type().and_then(|kind| kind.subtype());
    kind.is_some_and(|kind| {
        ["pkcs7-mime", "x-pkcs7-mime"]
            .iter()
            .any(|closed| kind.eq_ignore_ascii_case(closed))
    })
}

/// A name as far as it can be shown on a line.
fn shown(name: &str) -> String {
    // What turns the direction of writing shows names as others than they are.
    let is_hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
    };
    let words = name.split(|c: char| c.is_whitespace() || is_hidden(c));
    let words: Vec<&str> = words
        .filter(|word| !word.is_empty())
        .take(MOST_CHARS)
        .collect();
    let whole = words.join(" ");
    match whole.char_indices().nth(MOST_CHARS) {
        Some((end, _)) => format!("{}…", &whole[..end]),
        None => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attachments_are_counted_and_the_first_named_on_one_line() {
        let told = |names: &[&str]| told(names.len(), names.iter().map(|name| Some(*name)));
        assert_eq!(told(&[]), None);
        let one = "it has an attachment (Báo cáo.docx), which is not read; save it as a file and give that";
        assert_eq!(told(&["Báo\n\u{1b}cáo.docx"]).as_deref(), Some(one));
        let many = told(&["a", "\u{202e}b", "c", "d"]).unwrap();
        assert!(
            many.starts_with("it has 4 attachments (a, b, c, …), which"),
            "{many}"
        );
        assert!(
            told(&["", ""])
                .unwrap()
                .starts_with("it has 2 attachments, which")
        );
        assert!(told(&[&"x".repeat(5000)]).unwrap().chars().count() < 200);
        assert!(told(&["smime.p7m"]).unwrap().contains("inside smime.p7m"));
    }
}
