//! How are the bodies called that issue letters?

use super::fold::{folded, starts_with_any};

/// How the names of bodies that issue letters begin.
pub(super) const BODIES: [&str; 58] = [
    "uy ban",
    "ubnd",
    "ubmttq",
    "bo",
    "so",
    "ban",
    "bql",
    "tong cuc",
    "cuc",
    "chi cuc",
    "cong an",
    "hoi dong",
    "hdnd",
    "hdqt",
    "van phong",
    "phong",
    "truong",
    "benh vien",
    "cong ty",
    "tong cong ty",
    "tap doan",
    "dang",
    "dang bo",
    "dang uy",
    "dang doan",
    "tinh uy",
    "thanh uy",
    "huyen uy",
    "quan uy",
    "thi uy",
    "chi bo",
    "hoi",
    "doan",
    "bch",
    "tinh doan",
    "thanh doan",
    "huyen doan",
    "xa doan",
    "lien doan",
    "cong doan",
    "mat tran",
    "toa an",
    "vien",
    "ngan hang",
    "kho bac",
    "bao hiem",
    "dai hoc",
    "hoc vien",
    "trung tam",
    "chinh phu",
    "quoc hoi",
    "thu tuong",
    "chu tich nuoc",
    "thanh tra",
    "doanh nghiep",
    "hop tac xa",
    "tram",
    "don vi",
];

/// How the second half of a body's name begins, where the name takes two lines.
pub(super) const PLACES: [&str; 9] = [
    "tinh",
    "thanh pho",
    "tp",
    "huyen",
    "quan",
    "thi xa",
    "thi tran",
    "xa",
    "phuong",
];

/// More of them, with their marks, for without them they begin names of places: `Đại Lộc`, `Bảo Lộc`.
pub(super) const MARKED_BODIES: [&str; 31] = [
    "đài",
    "thư viện",
    "hạt",
    "bảo tàng",
    "quỹ",
    "đội",
    "đồn biên phòng",
    "báo",
    "tạp chí",
    "tòa soạn",
    "nhà văn hóa",
    "nhà thiếu nhi",
    "nhà khách",
    "nhà hát",
    "nhà xuất bản",
    "tổ",
    "khoa",
    "tiểu ban",
    "hiệp hội",
    "câu lạc bộ",
    "thôn",
    "nông trường",
    "lâm trường",
    "vườn quốc gia",
    "quân khu",
    "quân đoàn",
    "sư đoàn",
    "lữ đoàn",
    "trung đoàn",
    "tiểu đoàn",
    "đại đội",
];

/// What begins as they do and is none: `BAN` and below it `TỔ CHỨC TỈNH ỦY`, `SỞ` and below it `KHOA HỌC VÀ CÔNG NGHỆ`.
const NO_BODIES: [&str; 12] = [
    "báo cáo",
    "đội ngũ",
    "quỹ đất",
    "tổ chức",
    "tổ quốc",
    "tổ trưởng",
    "tổ phó",
    "tổ hợp",
    "tổ tiên",
    "khoa học",
    "khoa giáo",
    "khoa cử",
];

/// Whether a text can be a line of the issuing body's name, `beside` other parts of a letterhead or by itself.
pub(super) fn is_issuer(text: &str, beside: bool) -> bool {
    let length = text.chars().count();
    let name = folded(text);
    let is_named = starts_with_any(&name, &BODIES)
        || starts_with_any(&name, &PLACES)
        || (names_marked_body(text) && (beside || !is_sentence(text)));
    let is_loud = !text.chars().any(char::is_lowercase);
    (length <= 160 && beside && is_named) || (length <= 90 && (is_named || is_loud))
}

/// Whether a line says something of the body that it begins with: `Thôn Khê Hạ xác nhận ông Nam …`.
fn is_sentence(text: &str) -> bool {
    let says = [" xác nhận ", " là ", " có ", " được ", " giúp ", " đã "];
    text.contains(char::is_lowercase)
        && (text.split_whitespace().count() > 8 || says.iter().any(|verb| text.contains(verb)))
}

/// Whether a line begins with the name of a body.
pub(in crate::ingest) fn names_body(text: &str) -> bool {
    starts_with_any(&folded(text), &BODIES)
}

/// Whether a line begins with the name of a body as it is spelt, and says which one it is.
pub(super) fn names_marked_body(text: &str) -> bool {
    let name = text.to_lowercase().replace("hoá", "hóa");
    let begins = |body: &&str| {
        let rest = name.strip_prefix(*body);
        rest.is_some_and(|rest| rest.starts_with(' ') || (rest.is_empty() && body.contains(' ')))
    };
    // Heads of sentences and headings begin so as well.
    let is_other = NO_BODIES.iter().any(|other| name.starts_with(other));
    text.starts_with(char::is_uppercase) && MARKED_BODIES.iter().any(begins) && !is_other
}

/// Whether a text begins with the name of a body of either kind.
pub(super) fn names_any_body(text: &str) -> bool {
    names_body(text) || names_marked_body(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_as_a_body_does_may_be_none() {
        for text in [
            "Báo cáo viên",
            "Đội ngũ cán bộ",
            "Quỹ đất công ích",
            "Tổ chức thực hiện",
            "ĐẠI LỘC",
            "Hạt",
        ] {
            assert!(!names_marked_body(text), "{text}");
        }
    }
}
