//! Is a line the office in which somebody signs? `TM. ỦY BAN NHÂN DÂN`, `K/T GIÁM ĐỐC`, `PHÓ CHỦ TỊCH`.

use super::fold::{folded, starts_with_any};
use super::person::trailing_name;

/// How offices are named.
const OFFICES: [&str; 45] = [
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
    "hat truong",
    "tram truong",
    "to truong",
    "don truong",
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
];

/// Under whose authority somebody signs: on behalf, in place, by order, by mandate, acting.
const AUTHORITIES: [&str; 6] = ["TM", "KT", "TL", "TUQ", "TH", "Q"];

pub(super) fn is_office(text: &str) -> bool {
    let length = text.chars().count();
    if length > 90 || text.ends_with([';', ':', '?', '!']) {
        return false;
    }
    let compact: String = text
        .chars()
        .filter(|character| !matches!(character, '/' | ' '))
        .take(8)
        .collect();
    let upper = compact.to_uppercase();
    let is_authority = AUTHORITIES.iter().any(|authority| {
        upper
            .strip_prefix(authority)
            .is_some_and(|rest| rest.starts_with('.'))
            || upper.starts_with("TM") && text.starts_with("T/M")
    });
    let is_loud = !text.chars().any(char::is_lowercase);
    let name = folded(text);
    let words = name.split(' ').count();
    // An office in small letters is one only where nothing but the office is on the line.
    // Acting, or the deputy.
    let office = ["quyen ", "pho "]
        .iter()
        .find_map(|by| name.strip_prefix(by));
    let is_named = starts_with_any(office.unwrap_or(&name), &OFFICES)
        && !text.ends_with('.')
        && (is_loud || words <= 4)
        && !text.contains(',');
    is_authority || (is_named && !is_name_after_office(text))
}

/// Whether a person's name follows the office on the same line, as in `Chủ tịch Nguyễn Văn An`.
fn is_name_after_office(text: &str) -> bool {
    text.chars().any(char::is_lowercase) && trailing_name(text).is_some_and(|name| name != text)
}
