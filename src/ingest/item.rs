//! Does a line begin an item or a section? The line and the one above it → yes or no.
//!
//! What [`shape`] takes for a mark may be a part of a sentence that the end of a line has put first:
//! `quy định tại` / `Điều 62 của Luật`, `giai đoạn 2016` / `- 2020`, `tỉnh Bà Rịa` / `-Vũng Tàu`.

use super::shape::{self, Marker};

/// What marks are in a text that touch their words, as in `-Tổ chức`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TightMarks {
    /// Those of items.
    Items,
    /// Parts of names and numbers, unless a sentence ends above them.
    Names,
}

/// Whether `line` begins an item or a section, `before` being the line above it.
pub(super) fn begins(before: &str, line: &str, tight_marks: TightMarks) -> bool {
    let marker = shape::marker(line);
    match marker {
        Marker::None => false,
        _ if shape::ends_sentence(before) => true,
        Marker::Bullet if shape::is_tight(line) => tight_marks == TightMarks::Items,
        Marker::Bullet => !is_range(before, line),
        _ if calls_for_number(before) => false,
        _ if shape::is_tight(line) => tight_marks == TightMarks::Items,
        Marker::Section => stands_apart(line),
        // `1.1 Công tác` has no sign that tells it from a figure.
        Marker::Item | Marker::Number => !first_word(line).ends_with(|c: char| c.is_ascii_digit()),
    }
}

/// What marks are in lines that touch their words, by those of which it is sure: the first line's, and those that surely
/// begin an item, or do so by what the caller knows of two lines.
pub(super) fn tight_marks<L>(
    lines: &[L],
    text: impl Fn(&L) -> &str,
    begins_item: impl Fn(&L, &L) -> bool,
) -> TightMarks {
    let begins_with_one = lines
        .first()
        .is_some_and(|line| shape::is_tight(text(line)));
    let is_item = |pair: &[L]| {
        is_tight_item(text(&pair[0]), text(&pair[1])) || begins_item(&pair[0], &pair[1])
    };
    if begins_with_one || lines.windows(2).any(is_item) {
        TightMarks::Items
    } else {
        TightMarks::Names
    }
}

/// Whether a mark that touches its word surely begins an item: it follows the end of a sentence, or another one of
/// its kind.
fn is_tight_item(before: &str, line: &str) -> bool {
    let sign = |text: &str| text.chars().find(|letter| !letter.is_ascii_digit());
    let is_second = || shape::is_tight(before) && sign(before) == sign(line);
    shape::is_tight(line) && (shape::ends_sentence(before) || is_second())
}

/// Whether a dash between two numbers stands at the beginning of a line. Items of a list may end and begin so.
fn is_range(before: &str, line: &str) -> bool {
    let mut characters = line.chars();
    characters.next();
    before.trim_end().ends_with(|c: char| c.is_ascii_digit())
        && characters
            .as_str()
            .trim_start()
            .starts_with(|c: char| c.is_ascii_digit())
        && shape::marker(before) != Marker::Bullet
}

/// Whether a dash stands between the words of a full line and those of the next, which begins with a small letter:
/// `phát triển kinh tế` / `- xã hội`. Items of a list begin so too, but below a line that had room, a mark or another item.
pub(super) fn is_inner_dash(before: &str, line: &str) -> bool {
    is_small_dash(line)
        && before.trim_end().ends_with(char::is_alphanumeric)
        && shape::marker(before) != Marker::Bullet
        && !leads_to_list(before)
}

/// Whether a line ends in words after which a list comes and no compound has its dash: `cụ thể như sau`, `bao gồm`.
fn leads_to_list(before: &str) -> bool {
    let before = before.trim_end();
    let before = before.strip_suffix(" đây").unwrap_or(before);
    let last = before.split_whitespace().next_back();
    matches!(last, Some("sau" | "gồm" | "là"))
}

/// Whether `line` begins an item in small letters below one of its list that has ended, or is a line long.
pub(super) fn is_later_item(before: &str, line: &str) -> bool {
    is_small_dash(line) && (before.trim_end().ends_with([';', '.', ',']) || is_small_dash(before))
}

/// Whether a line begins with a dash and a word in small letters: `- xã hội`.
pub(super) fn is_small_dash(line: &str) -> bool {
    let mut words = line.split_whitespace();
    matches!(words.next(), Some("-" | "–"))
        && words
            .next()
            .is_some_and(|word| word.starts_with(char::is_lowercase))
}

/// Whether a line ends in the middle of a reference: `theo Nghị quyết số` / `12/ NQ`, `tại điểm` / `a) khoản 2`. Nouns
/// that end so (`các hạng mục`, `tổng số`) do not: a list may follow them.
fn calls_for_number(before: &str) -> bool {
    const OF_NOUNS: [&str; 10] = [
        "các", "chuyên", "danh", "hạng", "một", "nhiều", "những", "tài", "thang", "tổng",
    ];
    let mut words = before.split_whitespace().rev();
    let last = words.next();
    let is_of_noun = |word: &str| OF_NOUNS.contains(&word.to_lowercase().as_str());
    last.is_some_and(|word| ["số", "điểm", "khoản", "điều", "mục"].contains(&word))
        && !words.next().is_some_and(is_of_noun)
}

fn first_word(line: &str) -> &str {
    line.split_whitespace().next().unwrap_or_default()
}

/// What begins the name of what has sections: `Điều 62 Luật Đất đai`, `Mục 3 Phần II`.
const OF_DOCUMENTS: [&str; 14] = [
    "Bộ luật",
    "Chỉ thị",
    "Chương",
    "Điều lệ",
    "Hiến pháp",
    "Luật",
    "Mục",
    "Nghị định",
    "Nghị quyết",
    "Phần",
    "Phụ lục",
    "Quy chế",
    "Quyết định",
    "Thông tư",
];

/// Whether a section's number is followed as in a heading: by nothing, by a sign, or by a capital where it has its own
/// sign (`A. Kết quả`, but `Nguyễn Văn` / `A. phụ trách`) or begins no document's name.
fn stands_apart(line: &str) -> bool {
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or_default();
    let rest = rest.trim();
    if word.ends_with(['.', '/', '-', '–']) {
        return !rest.starts_with(char::is_lowercase);
    }
    let number = rest.find([' ', '.', ':']).unwrap_or(rest.len());
    let (number, after) = rest.split_at(number);
    let is_ordinal = number.to_lowercase() == "thứ";
    let title = after.strip_prefix(['.', ':']);
    let has_title = title
        .is_some_and(|title| !title.is_empty() && !title.starts_with(|c: char| c.is_ascii_digit()));
    let named = after.trim_start();
    let names_document = || OF_DOCUMENTS.iter().any(|name| named.starts_with(name));
    let is_titled = named.starts_with(char::is_uppercase) && !names_document();
    after.is_empty() || has_title || is_ordinal || is_titled || word.chars().all(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::TightMarks::{Items, Names};
    use super::*;

    #[test]
    fn what_a_line_end_put_first_is_no_mark() {
        let cases = [
            ("theo quy định tại", "Điều 62 của Luật Đất đai", false),
            ("theo quy định tại", "Điều 62. Các xã", true),
            ("theo quy định tại", "Điều 8.1 của Quy chế", false),
            ("đã thi hành xong.", "Điều 62 của Luật Đất đai", true),
            ("QUY CHẾ LÀM VIỆC", "Chương II", true),
            ("của Ủy ban nhân dân huyện", "Phần thứ nhất", true),
            ("của Ủy ban nhân dân huyện", "MỤC 3 QUY ĐỊNH CHUNG", true),
            ("do đồng chí Nguyễn Văn", "A. phụ trách", false),
            ("Ban chỉ đạo huyện", "A. Kết quả", true),
            ("trong giai đoạn 2016", "- 2020 trên toàn huyện", false),
            ("- Tổng số đơn: 45", "- 12 đơn đã giải quyết", true),
            ("theo Nghị quyết số", "12/ NQ của Hội đồng", false),
            ("quy định tại điểm", "a) khoản 2", false),
            ("gồm các hạng mục", "1. Đường liên xã", true),
            ("có các khoản", "a) Chi sửa chữa", true),
            ("Tổng số", "1. Nam: 12", true),
            ("của huyện", "Chương I Những vấn đề chung", true),
            ("của huyện", "Điều 2 Nguyên tắc làm việc", true),
            ("theo quy định tại", "Điều 62 Luật Đất đai", false),
            ("Gạo", "2. Ngô", true),
            ("như bảng tại mục", "1.1 Công văn này", false),
            ("đã thi hành xong.", "1.1 Công tác", true),
            ("của huyện", "I- Kết quả", true),
        ];
        for (before, line, expected) in cases {
            assert_eq!(begins(before, line, Items), expected, "{before} / {line}");
        }
    }

    #[test]
    fn a_dash_within_a_sentence_goes_on_with_it() {
        let cases = [
            ("lãnh đạo phát triển kinh tế", "- xã hội của xã", true),
            ("lãnh đạo phát triển kinh tế", "– nhất là ở xã", true),
            ("lãnh đạo phát triển kinh tế,", "- xã hội của xã", false),
            ("lãnh đạo phát triển kinh tế", "- Xã hội của xã", false),
            ("- rà soát hộ nghèo", "- lập danh sách", false),
            (
                "các khoản thu cụ thể như sau",
                "- thu thuế đạt 45 tỷ",
                false,
            ),
            ("xã làm những việc sau đây", "- xóa nhà tạm", false),
            ("nhiệm vụ của các xã gồm", "- xóa nhà tạm", false),
        ];
        for (before, line, expected) in cases {
            assert_eq!(is_inner_dash(before, line), expected, "{line}");
        }
    }

    #[test]
    fn marks_that_touch_their_words_begin_items_where_these_are_usual() {
        for line in ["-Vũng Tàu đã khởi công", "3.Nam là lô đất"] {
            assert!(begins("nối với tỉnh Bà Rịa", line, Items), "{line}");
            assert!(!begins("nối với tỉnh Bà Rịa", line, Names), "{line}");
            assert!(begins("Kết quả như sau:", line, Names), "{line}");
        }
        assert!(!begins("xây dựng theo lô số", "12/Khu A", Items));
        assert!(is_tight_item("-Lúa", "-Ngô") && !is_tight_item("12/Khu A", "3.Nam"));
    }
}
