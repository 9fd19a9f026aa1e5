//! Which kind of document does a line name? `BÁO CÁO`, `Kế hoạch`, `QUYẾT ĐỊNH của Ủy ban nhân dân tỉnh`.

use super::fold::{Folded, folded, starts_with_any};
use super::words::find_word;

/// The kinds of official documents, as they stand on a line of their own: those of decree 30/2020/NĐ-CP, article 7, and what
/// else offices write.
const KINDS: [&str; 82] = [
    "bao cao",
    "quyet dinh",
    "ke hoach",
    "thong bao",
    "cong dien",
    "to trinh",
    "nghi quyet",
    "chi thi",
    "chuong trinh",
    "huong dan",
    "de an",
    "du an",
    "phuong an",
    "bien ban",
    "giay moi",
    "giay gioi thieu",
    "thong tu",
    "thong tu lien tich",
    "nghi dinh",
    "quy che",
    "quy dinh",
    "ban quy dinh",
    "ban quy che",
    "quy chuan",
    "ket luan",
    "cong van",
    "cong bo",
    "dieu le",
    "luat",
    "phap lenh",
    "thong cao",
    "thu cong",
    "ban ghi nho",
    "bai phat bieu",
    "dien van",
    "tham luan",
    "bao cao tham luan",
    "ban tong hop",
    "de cuong bao cao",
    "du thao bao cao",
    "lich cong tac",
    "phieu trinh",
    "sang kien kinh nghiem",
    "hop dong",
    "ban thoa thuan",
    "giay uy quyen",
    "giay nghi phep",
    "phieu gui",
    "phieu chuyen",
    "phieu bao",
    "giay de nghi",
    "giay xac nhan",
    "giay bien nhan",
    "phieu de nghi",
    "phieu lay y kien",
    "phieu danh gia",
    "phieu yeu cau",
    "phieu dang ky",
    "phieu xep loai",
    "ban kiem diem",
    "ban tu kiem diem",
    "ban tu danh gia",
    "ban tu nhan xet",
    "ban nhan xet",
    "ban cam ket",
    "ban thuyet minh",
    "ban giai trinh",
    "ban tuong trinh",
    "ban tom tat",
    "ban mo ta",
    "ban dang ky",
    "don de nghi",
    "don xin",
    "don khieu nai",
    "don to cao",
    "don kien nghi",
    "don dang ky",
    "de cuong",
    "thu ngo",
    "thu keu goi",
    "loi keu goi",
    "bai tham luan",
];

/// Whether a line is the name of a kind of document, alone or with the body that issues it.
pub(in crate::ingest) fn is_kind(text: &str) -> bool {
    let name = folded(text);
    // `QUYẾT ĐỊNH của Ủy ban nhân dân tỉnh`: the kind is loud, the body may be or not.
    let loud = find_word(text, "của").map_or(text, |of| &text[..of]);
    let is_loud = !loud.chars().any(char::is_lowercase);
    names_kind(&name) || (is_loud && text.chars().count() <= 120 && starts_with_any(&name, &KINDS))
}

/// Where the name of a kind ends that a text begins with.
pub(super) fn kind_end(text: &str) -> Option<usize> {
    let beginning = Folded::new(text);
    let kinds = KINDS.iter().filter_map(|kind| beginning.find(kind));
    let first = kinds.filter(|place| place.start == 0);
    first.map(|place| place.end).max()
}

/// The kinds that tell what was done or is to be done; other kinds begin titles of news as well (`Luật sư …`, `Dự án …`).
const REPORTS: [&str; 6] = [
    "bao cao", "ke hoach", "chi thi", "cong van", "to trinh", "ket luan",
];

/// Whether a title begins like one of a report, a plan or an order.
pub fn begins_as_report(title: &str) -> bool {
    starts_with_any(&folded(title), &REPORTS)
}

/// Whether a text begins with the name of a kind of document.
pub(super) fn begins_with_kind(text: &str) -> bool {
    starts_with_any(&folded(text), &KINDS)
}

/// Whether a line is the name of a kind of document and nothing else.
pub(in crate::ingest) fn is_bare_kind(text: &str) -> bool {
    names_kind(&folded(text))
}

/// Whether a folded line is the name of a kind, with the word for its number or without.
fn names_kind(name: &str) -> bool {
    KINDS.contains(&name) || KINDS.contains(&name.trim_end_matches(" so"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_from_the_names_of_bodies() {
        let kinds = [
            "BẢN KIỂM ĐIỂM TẬP THỂ",
            "BẢN TỰ KIỂM ĐIỂM",
            "BẢN CAM KẾT",
            "BẢN THUYẾT MINH",
            "ĐƠN ĐỀ NGHỊ",
            "HỢP ĐỒNG",
            "GIẤY ỦY QUYỀN",
            "PHIẾU CHUYỂN",
        ];
        for kind in kinds {
            assert!(is_kind(kind), "{kind}");
        }
        for body in ["BAN KIỂM TRA", "ĐƠN VỊ THI CÔNG", "BẢN NÀ PÀN"] {
            assert!(!is_kind(body), "{body}");
        }
    }
}
