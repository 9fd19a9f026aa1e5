//! Which sentences point to one before them? `Điều này …`, `Cách này giữ được giá`, `Ở đó, …`, `09 tàu nói trên`

/// How a sentence begins whose subject is what was said before it.
const REFERRING: [&str; 6] = [
    "Đó là ",
    "Đây là ",
    "Đây cũng là ",
    "Điều này ",
    "Điều đó ",
    "Việc này ",
];

/// Who speaks has a name and says something, in so many words at least.
const SPEAKER_WORDS: usize = 4;

/// Within so many words at its beginning a sentence names what it is about.
const SUBJECT_WORDS: usize = 5;

/// What points to a thing after its noun; and one that often is no more than `nhờ đó`, and does so after one of these.
const POINTING: [&str; 2] = ["này", "ấy"];
const THAT: &str = "đó";
const THOSE: [&str; 5] = ["những", "các", "cách", "việc", "mô"];

/// What points to a place at the beginning, and to things anywhere, before a mark or the end: one may `nói trên đài`.
const THERE: [&str; 2] = ["Ở đó,", "Ở đó "];
const ABOVE: [&str; 2] = [" nói trên", " nêu trên"];

/// What is there without being named before: the document itself and its time.
const AT_HAND: [&str; 48] = [
    "quyết định",
    "nghị định",
    "quy định",
    "nghị quyết",
    "chỉ thị",
    "công điện",
    "công văn",
    "văn bản",
    "thông tư",
    "thông báo",
    "thông tri",
    "kế hoạch",
    "chương trình",
    "phương án",
    "đề án",
    "quy chế",
    "nội quy",
    "quy ước",
    "hướng dẫn",
    "biên bản",
    "hợp đồng",
    "thỏa thuận",
    "thoả thuận",
    "báo cáo",
    "tờ trình",
    "luật",
    "pháp lệnh",
    "điều",
    "khoản",
    "năm",
    "tháng",
    "tuần",
    "ngày",
    "hôm",
    "dịp",
    "thời gian",
    "thời điểm",
    "giai đoạn",
    "lúc",
    "mùa",
    "đợt",
    "vụ",
    "quý",
    "kỳ",
    "kỳ họp",
    "khóa",
    "khoá",
    "nhiệm kỳ",
];

/// Whether a sentence has what was said before it as its subject, or is what somebody says without saying who.
pub fn refers(sentence: &str) -> bool {
    REFERRING
        .iter()
        .any(|opening| sentence.starts_with(opening))
        || lacks_speaker(sentence)
}

/// Whether a text is of a quotation that it opens or closes without the other mark, and has hardly a word outside that could say
/// whose it is.
fn lacks_speaker(text: &str) -> bool {
    let opening = text.find(['“', '«']);
    let closing = text.rfind(['”', '»']);
    let outside = match (opening, closing) {
        (Some(at), None) => &text[..at],
        (None, Some(at)) => text[at..].trim_start_matches(['”', '»']),
        _ => return false,
    };
    outside.split_whitespace().count() < SPEAKER_WORDS
}

/// Whether a sentence after others points to one of them by what it is about, or to what stands above.
pub fn points_back(sentence: &str) -> bool {
    let sentence = sentence.trim_start_matches(['“', '"', '«']);
    let stands_above = |above: &str| {
        let mut places = sentence.match_indices(above);
        places.any(|(at, found)| !sentence[at + found.len()..].starts_with([' ', '\u{a0}']))
    };
    THERE.iter().any(|there| sentence.starts_with(there))
        || ABOVE.iter().any(|above| stands_above(above))
        || names_what_was_named(sentence)
}

/// Whether the first words of a sentence name a thing that was named before.
fn names_what_was_named(sentence: &str) -> bool {
    let words = sentence.split_whitespace().take(SUBJECT_WORDS);
    let mut before: Vec<String> = Vec::with_capacity(SUBJECT_WORDS);
    for written in words {
        let word = written.trim_end_matches([',', ';', ':']).to_lowercase();
        let those = || before.iter().any(|word| THOSE.contains(&word.as_str()));
        let points = POINTING.contains(&word.as_str()) || (word == THAT && those());
        if points && !before.is_empty() {
            let noun = before.join(" ");
            return !AT_HAND.iter().any(|known| ends_with_word(&noun, known));
        }
        if word.len() < written.len() {
            before.clear();
        } else {
            before.push(word);
        }
    }
    false
}

/// Whether a text ends with such words, and not in the midst of one.
fn ends_with_word(text: &str, words: &str) -> bool {
    text.strip_suffix(words)
        .is_some_and(|before| before.is_empty() || before.ends_with(' '))
}
