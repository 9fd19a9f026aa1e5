//! What do files call their title that is none? The name of a part, the number of a section, a code.

use super::fold::folded;
use super::kind::begins_with_kind;
use super::letterhead::names_state;

/// Names of parts of a document, which stand on lines of their own as its title does.
const PARTS: [&str; 11] = [
    "muc luc",
    "noi dung",
    "loi noi dau",
    "loi mo dau",
    "mo dau",
    "key points",
    "contents",
    "table of contents",
    "introduction",
    "summary",
    "untitled",
];

/// Whether a title is the name of a part of a document.
pub(in crate::ingest) fn names_part(title: &str) -> bool {
    PARTS.contains(&folded(title).as_str())
}

/// How programs call what nobody has named, before a number or the name of a file.
const BY_PROGRAMS: [&str; 7] = [
    "document",
    "untitled document",
    "new page",
    "book",
    "presentation",
    "powerpoint presentation",
    "microsoft word",
];

/// Whether a title says nothing of the document: the name of a part, the heading of a section, a code, the state's name, or
/// what a program calls it.
pub(in crate::ingest) fn is_no_title(title: &str) -> bool {
    names_part(title)
        || is_section(title)
        || is_code(title)
        || is_by_program(title)
        || (names_state(title) && !begins_with_kind(title))
}

/// `Document1`, `Microsoft Word - BC.doc`
fn is_by_program(title: &str) -> bool {
    let folded = folded(title);
    let is_file = folded.starts_with("microsoft word ") && title.contains(" - ");
    let name = folded.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    is_file || BY_PROGRAMS.contains(&name)
}

/// Whether a title begins with the number of a section: `V. Đường liên xã`, `2.1. Về nhân sự`, `1) Mở đầu`; a kind of
/// document after it is what it is called all the same.
fn is_section(title: &str) -> bool {
    after_number(title).is_some_and(|rest| !begins_with_kind(rest.trim_start()))
}

/// What stands after the number of a section.
fn after_number(title: &str) -> Option<&str> {
    let is_digit = |letter: char| letter.is_ascii_digit() || letter == '.';
    let is_roman = |letter: char| matches!(letter, 'I' | 'V' | 'X');
    let after_digits = title.trim_start_matches(is_digit);
    let rest = if after_digits.len() < title.len() {
        // `1.000 hộ …` is a number of something.
        let number = &title[..title.len() - after_digits.len()];
        if number.ends_with('.') {
            Some(after_digits)
        } else {
            after_digits.strip_prefix(')')
        }
    } else {
        let after_roman = title.trim_start_matches(is_roman);
        let rest = after_roman.strip_prefix(['.', ')', '/']);
        rest.filter(|_| after_roman.len() < title.len())
    };
    // Initials of a name stand before others, `V.I. …`, and one before a foreign name: `V. Putin`, `V.League`.
    let may_be_initial = title.starts_with(is_roman) && !title[1..].starts_with(is_roman);
    rest.filter(|rest| {
        let letters = rest.trim_start().chars();
        let word: String = letters
            .take_while(|letter| letter.is_alphabetic())
            .collect();
        word.chars().count() >= 2 && !(may_be_initial && word.is_ascii())
    })
}

/// Whether a title is one word of capitals, digits and the strokes between them, as `M2-7-PKTT`.
fn is_code(title: &str) -> bool {
    let is_joint = |letter: char| matches!(letter, '-' | '_' | '.' | '/');
    title.contains(|letter: char| letter.is_ascii_digit())
        && title.matches(is_joint).count() >= 2
        && title
            .chars()
            .all(|letter| is_joint(letter) || letter.is_ascii_digit() || letter.is_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_sections_and_codes_are_no_titles() {
        let cases = [
            ("MỤC LỤC", true),
            ("Key Points", true),
            ("Nội dung", true),
            ("V. Đường liên xã và chợ", true),
            ("V.Đường liên xã và chợ", true),
            ("2.1. Về nhân sự", true),
            ("1) Tình hình chung", true),
            ("M2-7-PKTT", true),
            ("Document1", true),
            ("Microsoft Word - BC thang 6.doc", true),
            ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", true),
            ("Microsoft Word cho người mới", false),
            ("Nội dung giám sát năm 2024", false),
            ("1.000 hộ thoát nghèo", false),
            ("30/4 ở Lạc Bình", false),
            ("V.I. Lênin và công tác cán bộ", false),
            ("IX là khóa họp cuối", false),
            ("V.League khởi tranh ở Lạc Bình", false),
            ("V. Putin thăm Lạc Bình", false),
            ("1. Báo cáo kết quả sáu tháng", false),
            ("II. Tham luận của các xã", false),
            ("COVID-19", false),
            ("Báo cáo quý I", false),
        ];
        for (title, expected) in cases {
            assert_eq!(is_no_title(title), expected, "{title}");
        }
        assert!(names_part("Mục lục") && !names_part("M2-7-PKTT"));
    }
}
