//! Which of the bodies on one line issues the letter? `UBND TỈNH HOÀI GIANG SỞ Y TẾ` → the lowest of them.
//!
//! A letterhead names the superior above the body that speaks. Where both share a cell of a table or a line break is
//! all that was between them, they arrive as one line, which is cut only where the first name is whole and the second
//! begins as those of its subordinates do.

use super::body::PLACES;
use super::fold::{folded, starts_with_any};

/// Bodies, folded, and how the names of those below them begin, with their marks: `môi trường` is no school.
struct Rank {
    superiors: &'static [&'static str],
    /// Whether they are called by the place that they govern, whose name must stand before the next body's.
    governs_place: bool,
    subordinates: &'static [&'static str],
}

const RANKS: [Rank; 12] = [
    Rank {
        superiors: &["quan khu", "quan doan", "su doan", "lu doan", "trung doan"],
        governs_place: false,
        subordinates: &["sư đoàn", "lữ đoàn", "trung đoàn", "tiểu đoàn", "đại đội"],
    },
    Rank {
        superiors: &["ubnd", "uy ban nhan dan"],
        governs_place: true,
        subordinates: &[
            "ubnd",
            "ủy ban nhân dân",
            "sở",
            "phòng",
            "văn phòng",
            "thanh tra",
            "chi cục",
            "trung tâm",
            "bệnh viện",
            "hạt kiểm lâm",
            "ban quản lý",
            "bql",
            "ban dân tộc",
            "ban tôn giáo",
            "ban tiếp công dân",
            "ban chỉ huy",
            "ban chỉ đạo",
            "đài phát thanh",
            "đài truyền thanh",
            "đài truyền hình",
            "thư viện",
            "bảo tàng",
            "nhà văn hóa",
            "nhà thiếu nhi",
            "quỹ đầu tư",
            "quỹ bảo vệ",
            "quỹ phát triển",
            "quỹ phòng",
            "đội quản lý",
            "đội kiểm tra",
            "trạm y tế",
            "trạm thú y",
            "trạm khuyến nông",
        ],
    },
    Rank {
        superiors: &["hdnd", "hoi dong nhan dan"],
        governs_place: true,
        subordinates: &[
            "văn phòng",
            "ban pháp chế",
            "ban kinh tế",
            "ban văn hóa",
            "ban dân tộc",
            "ban đô thị",
        ],
    },
    Rank {
        superiors: &["cong an"],
        governs_place: true,
        subordinates: &["công an", "phòng", "đội", "trạm"],
    },
    Rank {
        superiors: &["bo"],
        governs_place: false,
        subordinates: &[
            "tổng cục",
            "cục",
            "công an",
            "thanh tra bộ",
            "văn phòng bộ",
            "trung tâm",
            "bệnh viện",
            "học viện",
            "bộ chỉ huy",
            "ban chỉ huy quân sự",
            "đồn biên phòng",
        ],
    },
    Rank {
        superiors: &["so"],
        governs_place: false,
        subordinates: &[
            "phòng",
            "văn phòng",
            "thanh tra",
            "chi cục",
            "trung tâm",
            "bệnh viện",
            "hạt kiểm lâm",
            "ban quản lý",
            "bql",
            "thư viện",
            "bảo tàng",
            "nhà hát",
            "đoàn nghệ thuật",
        ],
    },
    Rank {
        superiors: &["tong cuc", "cuc"],
        governs_place: false,
        subordinates: &["cục", "chi cục", "trung tâm", "đội quản lý"],
    },
    Rank {
        superiors: &["chi cuc"],
        governs_place: false,
        subordinates: &["hạt", "đội", "trạm", "phòng"],
    },
    Rank {
        superiors: &["trung tam y te"],
        governs_place: false,
        subordinates: &["trạm y tế"],
    },
    Rank {
        superiors: &["phong giao duc", "phong gd", "phong gddt"],
        governs_place: false,
        subordinates: &[],
    },
    Rank {
        superiors: &[
            "dang bo", "dang uy", "tinh uy", "thanh uy", "huyen uy", "quan uy", "thi uy",
        ],
        governs_place: false,
        subordinates: &[
            "thành ủy",
            "huyện ủy",
            "quận ủy",
            "thị ủy",
            "đảng ủy",
            "chi bộ",
            "văn phòng",
            "ủy ban kiểm tra",
            "ban tuyên giáo",
            "ban tổ chức",
            "ban dân vận",
            "ban nội chính",
            "trung tâm chính trị",
            "trung tâm bồi dưỡng",
        ],
    },
    Rank {
        superiors: &["tinh doan", "thanh doan", "huyen doan", "bch"],
        governs_place: false,
        subordinates: &[
            "bch",
            "ban chấp hành",
            "thành đoàn",
            "huyện đoàn",
            "quận đoàn",
            "thị đoàn",
            "xã đoàn",
            "đoàn xã",
            "đoàn phường",
        ],
    },
];

/// What may stand below any of them.
const SCHOOLS: [&str; 13] = [
    "trường mầm non",
    "trường mẫu giáo",
    "trường tiểu học",
    "trường th",
    "trường trung học",
    "trường thcs",
    "trường thpt",
    "trường phổ thông",
    "trường ptdt",
    "trường trung cấp",
    "trường cao đẳng",
    "trường đại học",
    "trường chính trị",
];

/// Words after which a body's name goes on: `và phòng`, `văn phòng`, `Bộ Công an`, `chi cục`, `đảng ủy trường`.
const GO_ON: [&str; 16] = [
    "và", "của", "các", "thuộc", "-", "–", "văn", "dự", "quốc", "biên", "cơ", "bộ", "chi", "tổng",
    "ủy", "uỷ",
];

/// Bodies that no rank lists: what stands behind one of them may be a part of its name.
const UNRANKED: [&str; 3] = ["hoi dong", "cong doan", "quy "];

/// What is prevented (`phòng chống …`) or guarded (`phòng thủ`, `rừng phòng hộ`), where `phòng` is no office.
const PREVENTED: [&str; 8] = [
    "chống", "cháy", "ngừa", "bệnh", "dịch", "thủ", "không", "hộ",
];

/// The name of the lowest body on a line, or the line where that is not sure.
pub(super) fn lowest_body(line: &str) -> &str {
    let mut name = line;
    while let Some(start) = subordinate(name) {
        name = &name[start..];
    }
    name
}

/// Where the name of a body begins that stands below the one with which a text begins.
fn subordinate(text: &str) -> Option<usize> {
    let superior = folded(text);
    let rank = RANKS
        .iter()
        .find(|rank| starts_with_any(&superior, rank.superiors))?;
    let starts = text.match_indices(' ').map(|(place, _)| place + 1);
    let mut starts = starts.filter(|start| is_whole(&text[..*start], rank.governs_place));
    let found = starts.find(|&start| {
        let after = &text[start..];
        let is_city = after.to_lowercase().starts_with("phòng") && is_in_city(&text[..start], rank);
        after.starts_with(char::is_uppercase) && !is_city && begins_subordinate(after, rank)
    })?;
    let before = folded(&text[..found]);
    let is_unranked = |body: &&str| before.find(*body).is_some_and(|place| place > 0);
    (!UNRANKED.iter().any(is_unranked)).then_some(found)
}

/// Whether the next word, `phòng`, ends the name of the city of Hải Phòng. Districts and communes are called `Hải` too.
fn is_in_city(before: &str, rank: &Rank) -> bool {
    let before = folded(before);
    let before = before.trim_end();
    if rank.governs_place {
        ["thanh pho hai", "tp hai", "tp. hai"]
            .iter()
            .any(|city| before.ends_with(city))
    } else {
        before.ends_with(" hai")
    }
}

/// Whether a name needs no further words, nor goes on after those it has.
fn is_whole(name: &str, governs_place: bool) -> bool {
    let last = name.trim_end().rsplit(' ').next().unwrap_or(name);
    if GO_ON.contains(&last.to_lowercase().as_str()) {
        return false;
    }
    let name = folded(name);
    let mut words = name.match_indices(' ').map(|(place, _)| &name[place + 1..]);
    let is_named = |place: &str| {
        let level = PLACES.iter().filter_map(|level| place.strip_prefix(level));
        level.into_iter().any(|name| name.starts_with(' '))
    };
    if governs_place {
        words.any(is_named)
    } else {
        words.count() >= 1
    }
}

/// Whether a text begins with what is prevented, `phòng, chống …`, and with no office.
pub(super) fn begins_prevention(text: &str) -> bool {
    let text = text.to_lowercase();
    let prevented = text.strip_prefix("phòng");
    prevented.is_some_and(|rest| starts_with_any(rest.trim_start_matches([' ', ',']), &PREVENTED))
}

fn begins_subordinate(text: &str, rank: &Rank) -> bool {
    // Two ways to write one word.
    let name = text.to_lowercase().replace("uỷ", "ủy");
    let mut beginnings = rank.subordinates.iter().chain(&SCHOOLS);
    // An office (`văn phòng`) may be called by that alone.
    let begins = |beginning: &&str| {
        let rest = name.strip_prefix(*beginning);
        rest.is_some_and(|rest| rest.starts_with(' ') || (rest.is_empty() && name.contains(' ')))
    };
    !begins_prevention(text) && beginnings.any(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_body_of_a_line_issues_the_letter() {
        let cases = [
            ("UBND TỈNH HOÀI GIANG", "SỞ NÔNG NGHIỆP VÀ PTNT"),
            ("UBND HUYỆN LẠC BÌNH", "PHÒNG NỘI VỤ"),
            ("Ủy ban nhân dân tỉnh Hoài Giang", "Văn phòng"),
            (
                "ỦY BAN NHÂN DÂN TỈNH HOÀI GIANG",
                "UỶ BAN NHÂN DÂN HUYỆN LẠC BÌNH",
            ),
            ("UBND TỈNH HOÀI GIANG", "BAN CHỈ HUY PHÒNG CHỐNG THIÊN TAI"),
            ("UBND THÀNH PHỐ HẢI PHÒNG", "SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG"),
            (
                "UBND HUYỆN LẠC BÌNH PHÒNG GIÁO DỤC VÀ ĐÀO TẠO",
                "TRƯỜNG TIỂU HỌC KHÊ HẠ",
            ),
            ("PHÒNG GD&ĐT LẠC BÌNH", "TRƯỜNG TIỂU HỌC KHÊ HẠ"),
            ("SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG", "CHI CỤC BẢO VỆ MÔI TRƯỜNG"),
            ("BỘ TÀI CHÍNH", "TỔNG CỤC THUẾ"),
            ("TỔNG CỤC THUẾ", "CỤC THUẾ TỈNH HOÀI GIANG"),
            ("BỘ CÔNG AN", "CÔNG AN TỈNH HOÀI GIANG"),
            ("CÔNG AN TỈNH HOÀI GIANG", "PHÒNG CẢNH SÁT GIAO THÔNG"),
            ("ĐẢNG BỘ TỈNH HOÀI GIANG", "HUYỆN ỦY LẠC BÌNH"),
            (
                "ĐẢNG BỘ TỈNH HOÀI GIANG",
                "ĐẢNG ỦY TRƯỜNG ĐẠI HỌC HOÀI GIANG",
            ),
            ("UBND TỈNH HOÀI GIANG", "BQL RỪNG PHÒNG HỘ SÔNG KHÊ"),
            ("UBND HUYỆN TIỀN HẢI", "PHÒNG NỘI VỤ"),
            ("UBND TỈNH HOÀI GIANG", "ĐÀI PHÁT THANH VÀ TRUYỀN HÌNH"),
            ("UBND TỈNH HOÀI GIANG", "THƯ VIỆN TỈNH"),
            ("UBND TỈNH HOÀI GIANG", "QUỸ BẢO VỆ VÀ PHÁT TRIỂN RỪNG"),
            ("CHI CỤC KIỂM LÂM", "HẠT KIỂM LÂM HUYỆN LẠC BÌNH"),
            ("CHI CỤC THUẾ HUYỆN LẠC BÌNH", "ĐỘI QUẢN LÝ THUẾ LIÊN XÃ"),
            ("CÔNG AN HUYỆN LẠC BÌNH", "ĐỘI CẢNH SÁT GIAO THÔNG"),
            ("SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH", "BẢO TÀNG TỈNH"),
            ("TRUNG TÂM Y TẾ HUYỆN LẠC BÌNH", "TRẠM Y TẾ XÃ KHÊ HẠ"),
            (
                "BỘ CHỈ HUY QUÂN SỰ TỈNH HOÀI GIANG",
                "BAN CHỈ HUY QUÂN SỰ HUYỆN LẠC BÌNH",
            ),
            ("HUYỆN ỦY LẠC BÌNH", "TRUNG TÂM CHÍNH TRỊ HUYỆN"),
            ("TỈNH ĐOÀN HOÀI GIANG", "BCH HUYỆN ĐOÀN LẠC BÌNH"),
            ("BCH ĐOÀN TỈNH HOÀI GIANG", "HUYỆN ĐOÀN LẠC BÌNH"),
        ];
        for (superior, issuer) in cases {
            assert_eq!(lowest_body(&format!("{superior} {issuer}")), issuer);
        }
    }

    #[test]
    fn a_name_with_the_word_for_a_body_in_it_stays_whole() {
        let names = [
            "UBND TỈNH HOÀI GIANG",
            "UBND THÀNH PHỐ HẢI PHÒNG",
            "UBND HUYỆN TRƯỜNG SA",
            "UBND XÃ SƠN TRƯỜNG",
            "ỦY BAN NHÂN DÂN",
            "BAN CHỈ HUY PHÒNG CHỐNG THIÊN TAI",
            "VĂN PHÒNG UBND TỈNH HOÀI GIANG",
            "VĂN PHÒNG SỞ Y TẾ",
            "SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG TỈNH HOÀI GIANG",
            "SỞ KẾ HOẠCH VÀ PHÒNG TÀI CHÍNH",
            "SỞ CẢNH SÁT PHÒNG CHÁY VÀ CHỮA CHÁY",
            "BỘ CÔNG AN",
            "BỘ QUỐC PHÒNG",
            "CÔNG AN TỈNH HOÀI GIANG",
            "CHI CỤC THUẾ HUYỆN LẠC BÌNH",
            "TRUNG TÂM Y TẾ DỰ PHÒNG TỈNH HOÀI GIANG",
            "ĐẢNG ỦY CÔNG AN TỈNH HOÀI GIANG",
            "ĐẢNG ỦY SỞ Y TẾ",
            "Ủy ban nhân dân tỉnh Hoài Giang và các sở ngành",
            "ĐẢNG ỦY TRƯỜNG ĐẠI HỌC HOÀI GIANG",
            "ĐẢNG ỦY VĂN PHÒNG TỈNH ỦY",
            "BQL RỪNG PHÒNG HỘ SÔNG KHÊ",
            "BỘ CHỈ HUY BỘ ĐỘI BIÊN PHÒNG TỈNH HOÀI GIANG",
            "UBND XÃ KHÊ HẠ PHÒNG, CHỐNG THIÊN TAI",
            "BCH HUYỆN ĐOÀN LẠC BÌNH",
            "BCH ĐOÀN XÃ KHÊ HẠ",
            "CHI CỤC PHÒNG CHỐNG TỆ NẠN XÃ HỘI",
            "HẠT KIỂM LÂM HUYỆN LẠC BÌNH",
            "SỞ GIÁO DỤC VÀ ĐÀO TẠO HỘI ĐỒNG COI THI TRƯỜNG THPT KHÊ HẠ",
        ];
        for name in names {
            assert_eq!(lowest_body(name), name);
        }
    }
}
