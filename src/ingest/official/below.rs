//! Does a line of a letterhead name a body of its own, or does the name on the line above go on?

use super::body::{BODIES, MARKED_BODIES, names_body, names_marked_body};
use super::fold::{folded, starts_with_any};
use super::superior::begins_prevention;

/// Whether a line names a body of its own, below the one that the line `above` ends.
pub(super) fn stands_below(line: &str, above: &str) -> bool {
    let above = above.to_lowercase();
    let is_whole = !UNFINISHED.iter().any(|end| ends_with_words(&above, end))
        && !is_bare(&above)
        && !breaks_word(&above, line);
    // The place after `UBND HUYỆN` may be called as bodies are.
    let is_place = ends_with_level(&above) && may_be_place(line);
    is_whole
        && !is_place
        && !begins_prevention(line)
        && (names_body(line) || (names_marked_body(line) && may_have_below(&above, line)))
}

/// What has stations, libraries, funds and teams of its own; under others such a line goes on with the name above it:
/// `CÔNG ĐOÀN` and below it `ĐÀI PHÁT THANH`.
const SUPERIORS: [&str; 14] = [
    "ubnd",
    "uy ban nhan dan",
    "so",
    "cuc",
    "chi cuc",
    "tong cuc",
    "cong an",
    "bo",
    "phong",
    "tinh uy",
    "thanh uy",
    "huyen uy",
    "tinh doan",
    "thanh doan",
];

/// What has teams and departments, besides them.
const SUPERIORS_OF_UNITS: [&str; 6] = [
    "truong",
    "benh vien",
    "trung tam",
    "vien",
    "hoc vien",
    "dai hoc",
];

/// Whether a body may have another one below it that is told by its mark; villages are under committees alone.
fn may_have_below(above: &str, line: &str) -> bool {
    let above = folded(above);
    let line = line.to_lowercase();
    let superiors = if line.starts_with("thôn") {
        &SUPERIORS[..2]
    } else {
        &SUPERIORS
    };
    starts_with_any(&above, superiors)
        || (names_unit(&line) && starts_with_any(&above, &SUPERIORS_OF_UNITS))
}

/// Whether a line in small letters begins as the name of a team or a department, as no place does.
pub(super) fn names_unit(line: &str) -> bool {
    ["tổ ", "khoa "].iter().any(|unit| line.starts_with(unit))
}

/// Words with which the name of a body goes on in the next line.
const UNFINISHED: [&str; 10] = [
    "và",
    "của",
    "các",
    "thuộc",
    "-",
    "–",
    "quản lý",
    "cổ phần",
    "tnhh",
    "thành viên",
];

/// Words that a line may break in two, of which the second half would begin a body.
const BROKEN: [(&str, &str); 31] = [
    ("môi", "trường"),
    ("thị", "trường"),
    ("nông", "trường"),
    ("lâm", "trường"),
    ("quốc", "phòng"),
    ("biên", "phòng"),
    ("dự", "phòng"),
    ("văn", "phòng"),
    ("cán", "bộ"),
    ("nội", "bộ"),
    ("đảng", "bộ"),
    ("cơ", "sở"),
    ("tập", "đoàn"),
    ("liên", "đoàn"),
    ("công", "đoàn"),
    ("bệnh", "viện"),
    ("học", "viện"),
    ("và xã", "hội"),
    ("hiểm xã", "hội"),
    ("sách xã", "hội"),
    ("bộ", "đội"),
    ("quân", "đội"),
    ("nông", "thôn"),
    ("nhà", "báo"),
    ("đa", "khoa"),
    ("bách", "khoa"),
    ("y", "khoa"),
    ("nha", "khoa"),
    ("chuyên", "khoa"),
    ("nội", "khoa"),
    ("ngoại", "khoa"),
];

fn breaks_word(above: &str, line: &str) -> bool {
    let line = line.to_lowercase();
    BROKEN
        .iter()
        .any(|(first, second)| ends_with_words(above, first) && starts_with_any(&line, &[second]))
}

/// Whether nothing of a body's name is still to come: `BCH HUYỆN ĐOÀN LẠC BÌNH`, but no `BCH`.
pub(super) fn is_whole_name(name: &str) -> bool {
    let name = name.to_lowercase();
    let mut open = UNFINISHED.iter().chain(&BARE);
    !open.any(|end| ends_with_words(&name, end))
}

/// Whether a name is no more than that of such a body.
pub(super) fn is_bare(name: &str) -> bool {
    BARE.contains(&name.to_lowercase().as_str())
}

/// Bodies that are called by another one, whose name stands in the next line: `VĂN PHÒNG`, `HỘI ĐỒNG NHÂN DÂN`.
const BARE: [&str; 11] = [
    "văn phòng",
    "ủy ban",
    "uỷ ban",
    "hội đồng",
    "ban chỉ đạo",
    "ban chỉ huy",
    "ban chấp hành",
    "ban thường vụ",
    "ban thường trực",
    "bch",
    "btv",
];

fn ends_with_words(text: &str, words: &str) -> bool {
    let before = text.trim_end().strip_suffix(words);
    before.is_some_and(|before| before.is_empty() || before.ends_with(' '))
}

/// Whether the name of a place is still to come: `UBND HUYỆN`.
fn ends_with_level(text: &str) -> bool {
    let levels = [
        "tỉnh",
        "thành phố",
        "tp",
        "huyện",
        "quận",
        "thị xã",
        "thị trấn",
        "xã",
        "phường",
    ];
    levels.iter().any(|level| ends_with_words(text, level))
}

/// Whether a line that begins as the name of a body can be that of a place, as `HỘI AN` and `PHONG ĐIỀN`: two syllables, of
/// which the first alone would be the body.
fn may_be_place(line: &str) -> bool {
    let is_body = BODIES.contains(&folded(line).as_str())
        || MARKED_BODIES.contains(&line.to_lowercase().as_str());
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_body = is_body || names_unit(&line.to_lowercase());
    !is_body && matches!(words[..], [_, second] if is_syllable(second))
}

/// What syllables begin with, before their vowel.
const INITIALS: [&str; 27] = [
    "", "b", "c", "ch", "d", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh", "nh",
    "p", "ph", "q", "r", "s", "t", "th", "tr", "v", "x",
];

/// Whether a word is built like a Vietnamese syllable, as abbreviations (`GTVT`, `QLDA`) seldom are.
fn is_syllable(word: &str) -> bool {
    let word = folded(word);
    let is_vowel = |letter: char| matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    let Some(start) = word.find(is_vowel) else {
        return false;
    };
    let (initial, rest) = word.split_at(start);
    let end = rest.trim_start_matches(is_vowel);
    let is_end = ["", "c", "ch", "m", "n", "ng", "nh", "p", "t"].contains(&end);
    INITIALS.contains(&initial) && is_end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_line_names_a_body_of_its_own_or_goes_on() {
        let below = [
            ("UBND TỈNH HOÀI GIANG", "ĐÀI PHÁT THANH VÀ TRUYỀN HÌNH"),
            ("UBND tỉnh Hoài Giang", "Thư viện tỉnh"),
            ("CHI CỤC KIỂM LÂM", "HẠT KIỂM LÂM HUYỆN LẠC BÌNH"),
            ("SỞ VĂN HÓA VÀ THỂ THAO", "BẢO TÀNG TỈNH"),
            ("CÔNG AN HUYỆN LẠC BÌNH", "ĐỘI CẢNH SÁT GIAO THÔNG"),
            ("TỈNH ỦY HOÀI GIANG", "BÁO HOÀI GIANG"),
            ("UBND TỈNH", "SỞ Y TẾ"),
            ("UBND XÃ", "HỘI NÔNG DÂN"),
            ("UBND TỈNH", "THƯ VIỆN"),
            ("UBND HUYỆN", "VĂN PHÒNG"),
            ("UBND TỈNH", "SỞ GTVT"),
            ("TỈNH ỦY", "BAN TUYÊN GIÁO"),
            ("BỆNH VIỆN ĐA KHOA TỈNH HOÀI GIANG", "KHOA NHI"),
            ("Bệnh viện Đa khoa tỉnh", "Khoa Nhi"),
            ("TRƯỜNG TIỂU HỌC KHÊ HẠ", "TỔ KHỐI BỐN"),
            ("UBND XÃ KHÊ HẠ", "TỔ CÔNG NGHỆ SỐ CỘNG ĐỒNG"),
        ];
        for (above, line) in below {
            assert!(stands_below(line, above), "{above} / {line}");
        }
        let going_on = [
            ("UBND THÀNH PHỐ", "HỘI AN"),
            ("UBND HUYỆN", "PHONG ĐIỀN"),
            ("UBND HUYỆN", "BỐ TRẠCH"),
            ("UBND HUYỆN", "ĐẠI LỘC"),
            ("UBND TỈNH", "HOÀI GIANG"),
            ("SỞ NÔNG NGHIỆP VÀ PHÁT TRIỂN NÔNG", "THÔN TỈNH HOÀI GIANG"),
            ("BỘ CHỈ HUY BỘ", "ĐỘI BIÊN PHÒNG TỈNH"),
            ("HỘI NHÀ", "BÁO TỈNH HOÀI GIANG"),
            ("BAN QUẢN LÝ", "QUỸ BẢO VỆ RỪNG"),
            ("CÔNG TY CỔ PHẦN", "BẢO HIỂM SÔNG KHÊ"),
            ("VĂN PHÒNG", "ĐOÀN ĐẠI BIỂU QUỐC HỘI"),
            ("ỦY BAN", "MẶT TRẬN TỔ QUỐC VIỆT NAM"),
            ("TRUNG TÂM KIỂM SOÁT", "BỆNH TẬT TỈNH"),
            ("SỞ TÀI NGUYÊN VÀ MÔI", "TRƯỜNG TỈNH HOÀI GIANG"),
            ("SỞ LAO ĐỘNG, THƯƠNG BINH VÀ XÃ", "HỘI TỈNH HOÀI GIANG"),
            ("BAN CHỈ HUY", "PHÒNG CHỐNG THIÊN TAI"),
            ("BỆNH VIỆN ĐA", "KHOA TỈNH HOÀI GIANG"),
            ("SỞ", "KHOA HỌC VÀ CÔNG NGHỆ"),
            ("ỦY BAN MẶT TRẬN", "TỔ QUỐC VIỆT NAM"),
            ("BAN CHỈ ĐẠO CÔNG TÁC", "PHÒNG, CHỐNG TỘI PHẠM"),
        ];
        for (above, line) in going_on {
            assert!(!stands_below(line, above), "{above} / {line}");
        }
    }
}
