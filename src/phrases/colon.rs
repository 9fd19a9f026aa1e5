//! What stands after a colon: a list, or what somebody says?

use super::marks::without_closers;

/// How what is before a colon ends where somebody says what is after it, in words of his own. Some of them lead to
/// lists of orders as well (`ORDERING` in `pipeline::section`).
const SAYING: [&str; 22] = [
    "cho biết",
    "nhấn mạnh",
    "nêu rõ",
    "nói rõ",
    "ghi rõ",
    "yêu cầu",
    "đề nghị",
    "khẳng định",
    "cho rằng",
    "chỉ đạo",
    "phát biểu",
    "kết luận",
    "chia sẻ",
    "thông tin",
    "đánh giá",
    "quy định",
    "quyết định",
    "nói",
    "trả lời",
    "kể",
    "giải thích",
    "kiến nghị",
];

/// Who asks in an interview.
const ASKERS: [&str; 4] = ["Phóng viên", "PV", "P.V", "Hỏi"];

/// How many words the name before a speaker's colon has at most, with titles.
const LONGEST_NAME: usize = 8;

/// Where in a sentence a list begins: after the first colon outside quotations with words after it, unless it says who
/// says them.
pub fn list_start(sentence: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut is_quoted = false;
    for (at, character) in sentence.char_indices() {
        match character {
            '“' | '«' | '「' => depth += 1,
            '”' | '»' | '」' => depth = depth.saturating_sub(1),
            '"' => is_quoted = !is_quoted,
            ':' | '：' if depth == 0 && !is_quoted => {
                let start = at + character.len_utf8();
                if opens_list(&sentence[..at], &sentence[start..]) {
                    return Some(start);
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether somebody says, in words of his own, what follows a text, with its colon or without.
pub fn is_said(lead: &str) -> bool {
    let lead = without_closers(lead)
        .trim_end_matches([':', '：'])
        .trim_end();
    SAYING.iter().any(|saying| lead.ends_with(saying))
}

/// Whether a list stands after the colon between these texts, rather than a time, a ratio or what somebody says.
fn opens_list(lead: &str, rest: &str) -> bool {
    let is_apart = rest.starts_with(|next: char| next.is_whitespace() || next.is_alphabetic());
    let is_quotation = rest.trim_start().starts_with(['“', '"', '‘', '«', '「']);
    is_apart && !is_said(lead) && !is_quotation
}

/// Who speaks in a paragraph that begins with a name and a colon.
pub fn speaker(text: &str) -> Option<&str> {
    let (name, _) = text.split_once(':')?;
    let is_name = name.split_whitespace().count() <= LONGEST_NAME
        && !name.contains(['.', ',', ';', '?', '!', '“', '"'])
        && name.starts_with(char::is_uppercase);
    (is_name || ASKERS.contains(&name)).then_some(name)
}

/// Whether a paragraph begins with the name of who asks in an interview.
pub fn is_said_by_interviewer(text: &str) -> bool {
    speaker(text).is_some_and(|name| ASKERS.contains(&name))
}
