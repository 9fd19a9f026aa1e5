//! Is a line the office in which somebody signs? `TM. ỦY BAN NHÂN DÂN`, `K/T GIÁM ĐỐC`, `PHÓ CHỦ TỊCH`.

use super::body::names_body;
use super::fold::{folded, starts_with_any};
use super::person::trailing_name;
use super::place::CELLS;
use super::subject::is_loud;

/// How offices are named.
const OFFICES: [&str; 65] = [
    "chu tich",
    "giam doc",
    "tong giam doc",
    "bo truong",
    "thu truong",
    "thu tuong",
    "truong ban",
    "truong phong",
    "chanh van phong",
    "bi thu",
    "cuc truong",
    "tong cuc truong",
    "chi cuc truong",
    "vu truong",
    "hieu truong",
    "vien truong",
    "chanh an",
    "truong cong an",
    "thu truong co quan",
    "chu nhiem",
    "tong bien tap",
    "doi truong",
    "truong doan",
    "chanh thanh tra",
    "nguoi lap bieu",
    "nguoi bao cao",
    "nguoi lap bao cao",
    "nguoi viet bao cao",
    "ke toan truong",
    "hat truong",
    "tram truong",
    "to truong",
    "don truong",
    "truong don",
    "chi huy truong",
    "chi doi truong",
    "tham muu truong",
    "chinh uy",
    "chinh tri vien",
    "tu lenh",
    "truong tram",
    "truong khoa",
    "truong thon",
    "truong tieu ban",
    "truong chi nhanh",
    "tong thu ky",
    "tong thanh tra",
    "thong doc",
    "quan doc",
    "uy vien thuong truc",
    "tong bi thu",
    "thuong truc ban bi thu",
    "su doan truong",
    "lu doan truong",
    "trung doan truong",
    "tieu doan truong",
    "dai doi truong",
    "chi huy pho",
    "chi hoi truong",
    "truong bo mon",
    "hieu pho",
    "cuc pho",
    "tong kiem toan",
    "chu toa",
    "thu ky",
];

/// An office in small letters has at most so many characters.
const LONGEST_OFFICE_CHARS: usize = 60;

/// Under whose authority somebody signs: on behalf, in place, by order, by mandate, acting.
const AUTHORITIES: [&str; 6] = ["TM", "KT", "TL", "TUQ", "TH", "Q"];

/// Whether a line names an office in which somebody signs.
pub(in crate::ingest) fn is_office(text: &str) -> bool {
    let length = text.chars().count();
    if length > 90 || text.ends_with([';', ':', '?', '!']) {
        return false;
    }
    let words = folded(text).split(' ').count();
    // An office in small letters is one only where nothing but the office is on the line.
    let is_named = names_office(text)
        && !text.ends_with('.')
        && (is_loud(text) || words <= 4)
        && !text.contains(',');
    let is_authority = || {
        AUTHORITIES
            .iter()
            .any(|authority| signs_for(text, authority))
    };
    (is_named && !is_name_after_office(text)) || is_authority()
}

/// Whether a text begins with the name of an office, acting or deputy.
pub(super) fn names_office(text: &str) -> bool {
    let name = folded(text);
    let office = ["quyen ", "pho ", "p "]
        .iter()
        .find_map(|by| name.strip_prefix(by));
    starts_with_any(office.unwrap_or(&name), &OFFICES)
}

/// The last of several cells; nothing of a text that is no row.
fn last_cell(row: &str) -> &str {
    row.rsplit_once(CELLS).map_or("", |(_, cell)| cell)
}

/// Whether the last cell of a row names an office and nothing else: `… | Trưởng phòng`.
pub(super) fn names_office_in_cell(row: &str) -> bool {
    let cell = last_cell(row).trim();
    cell.chars().count() <= LONGEST_OFFICE_CHARS
        && cell.starts_with(char::is_uppercase)
        && !cell.contains([',', ';', ':', '.'])
        && names_office(cell)
}

/// Whether the last cell of a row ends with the name of an office: `… | KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC`.
pub(super) fn ends_cell_with_office(row: &str) -> bool {
    let name = folded(last_cell(row));
    let mut before = OFFICES
        .iter()
        .filter_map(|office| name.strip_suffix(office));
    before.any(|before| before.is_empty() || before.ends_with(' '))
}

/// Whether a line begins with this authority: `TM. `, and as others type it, `T/M`, `T.M` or bare before those who sign: `KT CHỦ
/// TỊCH`.
fn signs_for(text: &str, authority: &str) -> bool {
    let compact: String = text
        .chars()
        .filter(|character| !matches!(character, '/' | ' '))
        .take(8)
        .collect();
    let is_abbreviated = compact
        .to_uppercase()
        .strip_prefix(authority)
        .is_some_and(|rest| rest.starts_with('.'));
    is_abbreviated || is_typed(text, authority)
}

fn is_typed(text: &str, authority: &str) -> bool {
    let names_signer = |rest: &str| names_office(rest) || names_body(rest);
    let touching = text.strip_prefix(authority);
    if let Some(rest) = touching.and_then(|rest| rest.strip_prefix('/')) {
        return names_signer(rest);
    }
    let (sign, rest) = text.split_once(' ').unwrap_or((text, ""));
    if rest.is_empty() || sign.replace(['.', '/'], "") != authority {
        return false;
    }
    let is_marked = sign.len() > authority.len();
    // `T/H kế hoạch` and `KT - XH` are no authorities.
    names_signer(rest) && (is_marked || is_loud(text))
        || is_marked && (is_loud(text) || authority == "TM")
}

/// Whether a person's name follows the office on the same line, as in `Chủ tịch Nguyễn Văn An`.
fn is_name_after_office(text: &str) -> bool {
    text.chars().any(char::is_lowercase) && trailing_name(text).is_some_and(|name| name != text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authorities_are_typed_in_many_ways() {
        for text in [
            "TM. ỦY BAN NHÂN DÂN",
            "T/M Chi bộ",
            "T/L BAN THƯỜNG VỤ",
            "K/T. TRƯỞNG BAN",
            "T.M ỦY BAN NHÂN DÂN",
            "KT/GIÁM ĐỐC",
            "K/T Trưởng ban",
            "KT CHỦ TỊCH",
            "TM UBND XÃ",
            "P. HIỆU TRƯỞNG",
        ] {
            assert!(is_office(text), "{text}");
        }
        for text in [
            "KT - XH",
            "TH KHÊ HẠ",
            "T/H kế hoạch năm 2024",
            "TL 123",
            "KT XÃ HỘI",
        ] {
            assert!(!is_office(text), "{text}");
        }
    }
}
