//! Where does the list of a letter's recipients stand, and which line of it is the last?

use super::body::names_body;
use super::fold::{Folded, folded, starts_with_any};
use super::kind::is_kind;
use super::letterhead::names_state;
use super::subject::{begins_with, is_loud};
use super::telling::measures;
use crate::ingest::shape::{Marker, marker};

/// What an item of a list begins with.
pub(super) const DASHES: [char; 4] = ['-', '–', '+', '•'];

/// A list of recipients has at most so many lines.
const LONGEST_LIST: usize = 30;
pub(super) const LONGEST_RECIPIENT_CHARS: usize = 120;

/// Whether a line is the head of a list of recipients, or the whole of it.
pub(super) fn is_recipients(text: &str) -> bool {
    let beginning = &text[..text.floor_char_boundary(24)];
    let Some(place) = Folded::new(beginning)
        .find("noi nhan")
        .filter(|place| place.start <= 3)
    else {
        return false;
    };
    // A list, the end of the line, or the column beside it; `Nơi nhận hồ sơ` is prose.
    let after = text[place.end..].trim_start();
    let starts_list = after.is_empty()
        || after.starts_with([':', '-', '–'])
        || after.starts_with(char::is_uppercase);
    starts_list && text.chars().count() <= 1200
}

/// Whether `Nơi nhận`, the first of these lines, stands at the foot of its letter, where no other one stands below it. In the text
/// goods have places where they go: `Nơi nhận: xã Khê Hạ`.
pub(super) fn heads_foot(texts: &[&str]) -> bool {
    let Some((head, below)) = texts.split_first() else {
        return false;
    };
    if names_kept_copy(head) || lines_to_kept_copy(texts) > 0 {
        return true;
    }
    let is_report = |item: &&str| item.starts_with(DASHES) && reports(item);
    if below.first().is_some_and(is_report) && !stands_amid_items(below) {
        return false;
    }
    let end = below.iter().find(|text| {
        is_recipients(text) || is_kept_copy(text) || begins_letter(text) || begins_annex(text)
    });
    end.is_none_or(|text| !is_recipients(text))
}

/// How many lines below `Nơi nhận`, the first of these, go down to the first copy that is kept; none where there is none.
pub(super) fn lines_to_kept_copy(texts: &[&str]) -> usize {
    let Some((head, below)) = texts.split_first() else {
        return 0;
    };
    if names_kept_copy(head) {
        return 0;
    }
    let is_in_list = |index: &usize| !ends_list(&below[*index..]);
    let mut list = (0..below.len().min(LONGEST_LIST)).take_while(is_in_list);
    let Some(first) = list.find(|&index| is_kept_copy(below[index])) else {
        return 0;
    };
    // More copies may be kept: `Lưu VP; Lưu: VT.`
    let is_open = |index: &usize| below[*index - 1].ends_with([';', ',']);
    let more = list.take_while(is_open);
    let kept = more.filter(|&index| is_kept_copy(below[index])).last();
    kept.unwrap_or(first) + 1
}

/// Whether the first of these lines is none of a list of recipients.
fn ends_list(texts: &[&str]) -> bool {
    let Some(text) = texts.first() else {
        return true;
    };
    text.chars().count() > LONGEST_RECIPIENT_CHARS
        || is_recipients(text)
        || marker(text) == Marker::Section
        || begins_letter(text)
        || begins_annex(text)
        || (reports(text) && !stands_amid_items(texts))
}

/// Whether the first of these lines, which reports, is one of a list that goes on with those who get the letter: `- Các doanh
/// nghiệp có 100% vốn nước ngoài;`
fn stands_amid_items(texts: &[&str]) -> bool {
    let [text, next, ..] = texts else {
        return false;
    };
    let is_item = |text: &str| (text.starts_with(DASHES) && !reports(text)) || is_kept_copy(text);
    text.starts_with(DASHES) && text.ends_with([';', ',']) && is_item(next)
}

/// Whether a line is that of the copy that is kept: `- Lưu: VT.`
pub(super) fn is_kept_copy(text: &str) -> bool {
    text.chars().count() <= LONGEST_RECIPIENT_CHARS && names_kept_copy(text)
}

/// Who keeps a copy, or where, besides abbreviations: `TTLT`, `HCTH`.
const KEEPERS: [&str; 23] = [
    "văn thư",
    "văn phòng",
    "vp",
    "vt",
    "hồ sơ",
    "hs",
    "đơn vị",
    "cơ quan",
    "nội bộ",
    "phòng",
    "trường",
    "nhà trường",
    "trạm",
    "khoa",
    "tổ",
    "kế toán",
    "thư ký",
    "hành chính",
    "hội",
    "đảng ủy",
    "chi bộ",
    "ubnd",
    "tại",
];

/// What else may stand before an item that is not the first of its line.
const PARTING: [char; 6] = ['*', ';', ',', '.', ':', '|'];

/// Whether an item of a line is the copy that is kept; `Lưu ý`, `Lưu lượng` and the village `Lưu Xá` are none.
fn names_kept_copy(text: &str) -> bool {
    let mut rest = text;
    while let Some(place) = Folded::new(rest).find("luu") {
        let before = rest[..place.start].trim_end();
        let after = &rest[place.end..];
        let begins_item =
            before.is_empty() || before.ends_with(DASHES) || before.ends_with(PARTING);
        // `lựu` is a fruit.
        let is_kept = ["lưu", "luu"].contains(&rest[place].to_lowercase().as_str());
        if begins_item && is_kept && names_keeper(after) {
            return true;
        }
        rest = after;
    }
    false
}

fn names_keeper(after: &str) -> bool {
    let keeper = after.trim_start();
    let word = keeper
        .split([' ', ',', ';', ':'])
        .next()
        .unwrap_or_default();
    let capitals = word.chars().filter(|letter| letter.is_uppercase()).count();
    let is_abbreviation = capitals >= 2 && keeper.len() < after.len();
    keeper.is_empty()
        || keeper.starts_with([':', '.', '…', ',', ';', '(', '-', '–', '/'])
        || is_abbreviation
        || is_named_keeper(keeper)
}

/// Whether a text begins with somebody who keeps a copy, and not with the rest of a name: `Lưu Trường Sơn`, the village `Lưu
/// Phong`. Bodies have a capital letter, for `lưu sổ` and `lưu ban` are no copies.
fn is_named_keeper(keeper: &str) -> bool {
    let end = keeper.find(['.', ',', ';', ':', '|', '(']);
    let words: Vec<&str> = keeper[..end.unwrap_or(keeper.len())]
        .split_whitespace()
        .collect();
    let is_capitalised =
        |word: &&str| word.starts_with(char::is_uppercase) && word.contains(char::is_lowercase);
    let is_closed = end.is_some_and(|end| !keeper[end..].starts_with(['|', '(']));
    let may_be_name = !is_closed && words.iter().all(is_capitalised);
    let is_keeper = KEEPERS.iter().any(|it| begins_with(keeper, it));
    (is_keeper && !(may_be_name && words.len() > 1))
        || (names_body(keeper) && keeper.starts_with(char::is_uppercase) && !may_be_name)
}

/// Whether a line begins another letter: the state or its motto, or the kind in capitals.
pub(super) fn begins_letter(text: &str) -> bool {
    let is_short = text.chars().count() <= LONGEST_RECIPIENT_CHARS;
    is_short && !text.starts_with(DASHES) && (names_state(text) || (is_loud(text) && is_kind(text)))
}

/// Whether a line is the heading of an annex.
fn begins_annex(text: &str) -> bool {
    let name = folded(text);
    let is_table =
        is_loud(text) && starts_with_any(&name, &["danh sach", "danh muc", "bieu", "bang"]);
    // `BẢNG TIN TỈNH;` gets a copy.
    (is_table || starts_with_any(&name, &["phu luc"])) && !text.ends_with(';')
}

/// Whether a line says what was done or is to be minded, as none to whom a letter goes: `- Đã cấp 5 tấn gạo`, `- Lưu ý`.
pub(super) fn reports(text: &str) -> bool {
    let item = text.trim_start_matches(DASHES);
    let says = item.len() < text.len() && begins_with(item.trim_start(), "đã");
    says || begins_with(item.trim_start(), "lưu ý") || measures(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_copy_that_is_kept_is_told_from_what_is_minded() {
        for text in [
            "- Lưu: VT.",
            "Lưu VT, TH",
            "- Lưu Văn phòng Tỉnh ủy.",
            "- Lưu đơn vị. | (Ký tên, đóng dấu)",
            "- Lưu (Đã ký) Lê Hoa",
            "Lưu Sở.",
            "* Lưu Chi cục.",
            "Lưu Công đoàn",
            "Lưu tổ",
            "- Như trên; - Lưu: VT. | CHỦ TỊCH",
            "Luu: VT",
            "Lưu",
        ] {
            assert!(is_kept_copy(text), "{text}");
        }
        for text in [
            "Lưu ý: các xã báo cáo trước ngày 25",
            "- Lưu lượng nước về hồ: 45 m3/s",
            "Lưu Xá | 37 | 10",
            "Lưu Văn Nam",
            "Lưu Trường Sơn",
            "Lưu Phong | 12 | 3",
            "- Lưu ban: 5 em",
            "- Lựu: 5 ha",
            "Hồ sơ lưu: tại xã",
        ] {
            assert!(!is_kept_copy(text), "{text}");
        }
    }

    #[test]
    fn a_list_goes_down_to_its_last_kept_copy() {
        let lists: [(&[&str], usize); 4] = [
            (
                &["Lưu VP;", "Lưu hồ sơ;", "VPUB: LĐ;", "Lưu: VT.", "Lưu: KT."],
                4,
            ),
            (&["Lưu: VT;", "CHỦ TỊCH", "Lê Hoa", "Lưu hồ sơ"], 1),
            (
                &["- Ban Quản lý hồ 5 triệu m3;", "- Như trên;", "Lưu: VT."],
                3,
            ),
            (&["BẢNG TIN TỈNH;", "Lưu: VT."], 2),
        ];
        for (list, count) in lists {
            let texts = [&["Nơi nhận:"], list].concat();
            assert_eq!(lines_to_kept_copy(&texts), count, "{list:?}");
        }
    }

    #[test]
    fn one_recipient_with_an_amount_is_no_report() {
        for list in [
            ["- Các doanh nghiệp có 100% vốn nước ngoài;", "- Như trên;"],
            ["Biểu 1: diện tích rừng 45 ha", "Xã Khê Hạ | 45 ha"],
        ] {
            assert!(heads_foot(&[&["Nơi nhận:"], &list[..]].concat()));
        }
        let goods = ["- Đã cấp 7 tấn gạo;", "- Đã cấp 2 tấn muối;"];
        assert!(!heads_foot(&[&["Nơi nhận: xã"], &goods[..]].concat()));
    }
}
