//! Which sentences only want their document known, approved or carried out?

use super::sentence::without_closers;

/// How a sentence ends that only wants its document known, approved or carried out.
const CLOSING: [&str; 14] = [
    "biết, thực hiện",
    "biết và thực hiện",
    "biết để thực hiện",
    "nghiêm túc thực hiện",
    "nghiêm túc tổ chức thực hiện",
    "nghiêm túc triển khai thực hiện",
    "xem xét, phê duyệt",
    "xem xét phê duyệt",
    "xem xét, quyết định",
    "xem xét quyết định",
    "xem xét, chỉ đạo",
    "xem xét, cho ý kiến",
    "xem xét, giải quyết",
    "xem xét, thông qua",
];

/// How it begins, unless it informs somebody so that they know.
const OPENING: [&str; 8] = [
    "Kính",
    "Đề nghị",
    "Yêu cầu",
    "Trên đây",
    "Giao ",
    "Điều ",
    "Nhận được",
    "Rất mong",
];
/// What informs, and what follows so few words later; more of them say what of.
const INFORMING: [&str; 2] = [" thông báo ", " để "];
const INFORMING_WORDS: usize = 8;

/// And how one may end after a word for carrying out and the kind of document: `thi hành Quyết định này`.
const CARRYING_OUT: [&str; 2] = ["thực hiện ", "thi hành "];
const KIND_WORDS: usize = 3;

/// How an article ends that names who carries a document out, however many they are, with so few words more before that
/// (`chịu trách nhiệm hướng dẫn và tổ chức thi hành`), and how one says since when it holds.
const DUTY: &str = "trách nhiệm ";
const DUTY_WORDS: usize = 10;
const EFFECT: &str = " này có hiệu lực ";
const SINCE_SIGNED: [&str; 2] = ["từ ngày ký", "từ ngày ký ban hành"];

/// A longer one says something besides.
const CLOSING_WORDS: usize = 30;

/// Whether a sentence only wants its document known, approved or carried out; it names no figure and no day.
pub fn closes(sentence: &str) -> bool {
    let text = without_closers(sentence).trim_end_matches(['.', '/', '!', ';', ' ']);
    if names_duty(text) || takes_effect(text) {
        return true;
    }
    let opens = OPENING.iter().any(|opening| text.starts_with(opening)) || informs(text);
    if !opens || text.contains(" đã ") {
        return false;
    }
    let text = match text.strip_prefix("Điều ") {
        Some(article) => article.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.'),
        None => text,
    };
    if text.contains(|c: char| c.is_ascii_digit())
        || text.split_whitespace().nth(CLOSING_WORDS).is_some()
    {
        return false;
    }
    let text = text.to_lowercase();
    CLOSING.iter().any(|ending| text.ends_with(ending)) || carries_out_this(&text)
}

/// Whether a sentence informs somebody so that they know, and says little of what.
fn informs(text: &str) -> bool {
    let [informing, so_that] = INFORMING;
    let object = text.rfind(so_that).and_then(|end| {
        // The last space of the one is the first of the other where nothing stands between.
        let before = &text[..=end];
        before
            .rfind(informing)
            .map(|at| &before[at + informing.len()..])
    });
    object.is_some_and(|object| object.split_whitespace().nth(INFORMING_WORDS).is_none())
}

/// Whether a text ends with a word for carrying out and the kind of its document.
fn carries_out_this(text: &str) -> bool {
    let kind = text.strip_suffix(" này").and_then(|text| {
        let places = CARRYING_OUT
            .iter()
            .filter_map(|verb| text.rfind(verb).map(|at| at + verb.len()));
        places.max().map(|at| &text[at..])
    });
    kind.is_some_and(|kind| kind.split_whitespace().count() <= KIND_WORDS)
}

/// Whether a text ends with the duty to carry its document out, and nothing else.
fn names_duty(text: &str) -> bool {
    let duty = text.rfind(DUTY).map(|at| &text[at + DUTY.len()..]);
    duty.is_some_and(|duty| {
        (carries_out_this(duty) || duty.ends_with("thi hành"))
            && !duty.contains(|c: char| c.is_ascii_digit())
            && duty.split_whitespace().nth(DUTY_WORDS).is_none()
    })
}

/// Whether a text says that its document holds since it was signed, and no more.
fn takes_effect(text: &str) -> bool {
    let since = text.split_once(EFFECT).map(|(_, since)| since);
    since.is_some_and(|since| {
        SINCE_SIGNED.iter().any(|ending| since.ends_with(ending))
            && !since.contains(|c: char| c.is_ascii_digit())
    })
}
