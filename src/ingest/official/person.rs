//! Is a line the name of a person? `Nguyễn Văn Nam`, `Vũ A Páo`, `BS. CKII. Lò Thị H'Mai`, `TRẦN THỊ MAI`.

use super::fold::{Folded, folded, starts_with_any};
use super::office::{ends_cell_with_office, names_office_in_cell};

/// Ranks, degrees and honours before a name, folded.
const TITLES: [&str; 52] = [
    "thieu uy",
    "trung uy",
    "thuong uy",
    "dai uy",
    "thieu ta",
    "trung ta",
    "thuong ta",
    "dai ta",
    "thieu tuong",
    "trung tuong",
    "thuong tuong",
    "dai tuong",
    "chuan do doc",
    "ts",
    "tskh",
    "ths",
    "th s",
    "gs",
    "pgs",
    "tien si",
    "thac si",
    "giao su",
    "pho giao su",
    "bs",
    "bac si",
    "bscki",
    "bsckii",
    "bs1",
    "bs2",
    "cki",
    "ckii",
    "ck1",
    "ck2",
    "ck i",
    "ck ii",
    "chuyen khoa i",
    "chuyen khoa ii",
    "ds",
    "duoc si",
    "ks",
    "ky su",
    "cn",
    "ls",
    "luat su",
    "ttut",
    "ttnd",
    "thay thuoc uu tu",
    "thay thuoc nhan dan",
    "ngut",
    "ngnd",
    "nha giao uu tu",
    "nha giao nhan dan",
];

/// The most characters of a line that is a name, with all that stands before it.
const LONGEST_NAME_CHARS: usize = 60;

/// Whether a line is a person's name: two to five capitalised words, a rank or degree before them.
pub(super) fn is_name(text: &str) -> bool {
    if text.chars().count() > LONGEST_NAME_CHARS {
        return false;
    }
    let name = without_titles(text);
    let words: Vec<&str> = words(name).collect();
    (2..=5).contains(&words.len())
        && words.iter().all(|word| is_capitalised(word))
        && !ends_with_letter(&words)
        && words.iter().any(|word| word.chars().count() > 1)
}

/// Whether a line is a person's name all in capitals, which tells nothing by itself: it counts under an office or a mark, and
/// begins with one of the common family names.
pub(super) fn is_loud_name(text: &str) -> bool {
    if text.chars().count() > LONGEST_NAME_CHARS {
        return false;
    }
    let name = without_titles(text);
    let words: Vec<&str> = words(name).collect();
    let is_loud = |word: &&str| {
        word.chars()
            .all(|letter| letter.is_uppercase() || is_apostrophe(letter))
    };
    (2..=5).contains(&words.len())
        && words.iter().all(is_loud)
        && FAMILIES.contains(&words[0].to_lowercase().as_str())
        && !starts_with_any(&folded(name), &NO_NAMES)
}

/// Family names of nearly everybody.
const FAMILIES: [&str; 87] = [
    "nguyễn", "trần", "lê", "phạm", "hoàng", "huỳnh", "phan", "vũ", "võ", "đặng", "bùi", "đỗ",
    "hồ", "ngô", "dương", "lý", "đinh", "đoàn", "trịnh", "trương", "lâm", "mai", "đào", "cao",
    "hà", "tạ", "lương", "phùng", "tô", "vương", "châu", "quách", "tăng", "thái", "tống", "triệu",
    "nông", "hứa", "doãn", "kiều", "lưu", "mạc", "nghiêm", "ninh", "thân", "tôn", "vi", "khổng",
    "khuất", "la", "lục", "mã", "bạch", "cù", "chu", "giang", "giáp", "đàm", "đậu", "đồng", "đổng",
    "lò", "lường", "quàng", "cà", "tòng", "vàng", "giàng", "sùng", "thào", "vừ", "lầu", "ly",
    "cháng", "chảo", "tẩn", "phàn", "bàn", "hầu", "đèo", "điêu", "sầm", "lèng", "thạch", "siu",
    "ksor", "niê",
];

/// What begins as they do and may stand under an office: `GIÁM ĐỐC CÔNG AN THÀNH PHỐ` and below it `HÀ NỘI`.
const NO_NAMES: [&str; 30] = [
    "ha noi",
    "ha giang",
    "ha nam",
    "ha tinh",
    "ho chi minh",
    "ho so",
    "lam dong",
    "cao bang",
    "cao dang",
    "thai nguyen",
    "thai binh",
    "ninh binh",
    "ninh thuan",
    "dong nai",
    "dong thap",
    "dong chi",
    "dao tao",
    "doan kiem tra",
    "doan thanh tra",
    "doan dai bieu",
    "doan thanh nien",
    "doan cong tac",
    "doan xa",
    "doan phuong",
    "doan truong",
    "doan tncs",
    "luu tru",
    "ly luan",
    "ton giao",
    "la gi",
];

/// A text without the titles before the name.
fn without_titles(text: &str) -> &str {
    let mut name = text;
    while let Some(end) = title_end(name) {
        name = name[end..].trim_start_matches([' ', '.', ',', '-', '–']);
    }
    name
}

/// Where the title ends that a text begins with, and a name after it may begin.
fn title_end(text: &str) -> Option<usize> {
    let folded = Folded::new(text);
    let found = TITLES.iter().filter_map(|title| folded.find(title));
    let first = found.filter(|place| place.start == 0);
    first.map(|place| place.end).max()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split([' ', '\t', '\u{a0}', '.']);
    words.filter(|word| !word.is_empty())
}

/// The name that ends a text, with the titles before it, where an office, a signature mark or a word in capitals stands right
/// before.
pub(super) fn trailing_name(text: &str) -> Option<String> {
    if !text.ends_with(char::is_alphabetic) {
        return None;
    }
    let mut gaps: Vec<usize> = text.rmatch_indices(' ').map(|(gap, _)| gap).collect();
    gaps.truncate(LONGEST_NAME_CHARS);
    let longest_first = gaps.into_iter().rev();
    let mut parted = longest_first.map(|gap| (text[..gap].trim_end(), &text[gap + 1..]));
    parted
        .find(|(before, name)| is_signed_by(before, name))
        .map(|(_, name)| name.to_owned())
}

/// Whether a name stands where it signs what is before it.
fn is_signed_by(before: &str, name: &str) -> bool {
    if is_name(name) {
        let last = before.split(' ').next_back().unwrap_or_default();
        let is_loud = last.chars().count() > 1 && !last.chars().any(char::is_lowercase);
        return before.ends_with(')')
            || is_loud
            || (is_known(name) && names_office_in_cell(before));
    }
    if !is_loud_name(name) {
        return false;
    }
    let is_mark = || before.contains(')') && folded(before).ends_with("da ky");
    // Two words may be how the office goes on.
    is_mark() || (words(name).count() > 2 && ends_cell_with_office(before))
}

/// Whether a name has a title or begins with one of the common family names: `Dân Vận` has the form of one, too.
fn is_known(name: &str) -> bool {
    let plain = without_titles(name);
    let family = words(plain).next().map(str::to_lowercase);
    plain.len() < name.len() || family.is_some_and(|family| FAMILIES.contains(&family.as_str()))
}

/// Whether two words are a word and one letter, as in `Mẫu A`.
fn ends_with_letter(words: &[&str]) -> bool {
    matches!(words, [_, last] if last.chars().count() == 1)
}

/// Whether a word is a capital and small letters, or a capital alone, as peoples of the mountains write: `A`, `H'Mai`.
fn is_capitalised(word: &str) -> bool {
    let parts = || word.split(is_apostrophe);
    parts().count() <= 2
        && parts().all(|part| {
            let mut letters = part.chars();
            letters.next().is_some_and(char::is_alphabetic) && letters.all(char::is_lowercase)
        })
        && word.starts_with(char::is_uppercase)
}

fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '’' | 'ʼ' | '‘')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_people_in_all_their_spellings() {
        let names = [
            "Nguyễn Văn Nam",
            "Vàng A Páo",
            "Y Thanh Hà Niê",
            "Lò Thị H'Mai",
            "H’Lan Niê Kđăm",
            "Trần Thị Ý",
            "BS. Nguyễn Văn Nam",
            "BS.CKII. Nguyễn Văn Nam",
            "BS. CKII. Nguyễn Văn Nam",
            "ThS.BS Nguyễn Văn Nam",
            "PGS.TS. Trần Thị Mai",
            "Thượng tá, TS. Lê Văn Sơn",
            "Thầy thuốc ưu tú Nguyễn Văn Nam",
            "Nhà giáo Nhân dân Lê Thị Hoa",
            "TTƯT.BSCKII Đỗ Văn Tâm",
        ];
        for name in names {
            assert!(is_name(name) && !is_loud_name(name), "{name}");
        }
        for text in [
            "Mẫu A",
            "A B",
            "Phụ lục",
            "Bác sĩ",
            "Thầy thuốc ưu tú",
            "Nguyễn Nam, Lê Hoa",
        ] {
            assert!(!is_name(text), "{text}");
        }
    }

    #[test]
    fn names_in_capitals_begin_with_a_family_name() {
        let names = [
            "NGUYỄN VĂN NAM",
            "LÊ HOA",
            "VÀNG A PÁO",
            "LÒ THỊ H'MAI",
            "BS. CKII. NGUYỄN VĂN NAM",
            "THIẾU TƯỚNG TRẦN VĂN SƠN",
        ];
        for name in names {
            assert!(is_loud_name(name), "{name}");
        }
        let others = [
            "HUYỆN LẠC BÌNH",
            "HÀ NỘI",
            "HỒ CHÍ MINH",
            "ĐÀO TẠO HUYỆN LẠC BÌNH",
            "PHỤ LỤC",
            "VĂN PHÒNG",
            "PHÓ GIÁM ĐỐC",
            "ỦY VIÊN THƯỜNG TRỰC",
            "NGƯỜI LẬP BIỂU",
        ];
        for text in others {
            assert!(!is_loud_name(text), "{text}");
        }
    }
}
