//! The head of a letter: state and motto, issuing body, number, place and date, subject, addressees.

use std::ops::Range;

use super::about::is_spelled_out;
use super::addressee::addressees;
use super::below::{is_bare, is_whole_name, stands_below};
use super::body::{names_body, names_marked_body};
use super::date::{find_date, find_number, find_word};
use super::fold::{folded, starts_with_any};
use super::kind::is_kind;
use super::letterhead::{Line, State, YOUTH_UNION, read_lines};
use super::office::names_office;
use super::superior::lowest_body;
use super::title::{find_title, gazette_title, is_kind_with_subject, without_issuer};
use super::{Letter, Official};

/// The head of one letter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Header {
    /// The paragraphs that are furniture.
    pub(super) furniture: Vec<usize>,
    /// The first paragraph after the head.
    pub(super) end: usize,
    /// The lines of its title that are no furniture.
    pub(super) title: Range<usize>,
    pub(super) letter: Letter,
}

/// Finds the head of a letter among the first paragraphs.
///
/// There is one only where the state's name, the motto or the Party's name is there, or two of number, place with date and
/// `V/v`.
pub(super) fn find(texts: &[&str]) -> Option<Header> {
    let lines = letterhead(texts)?;
    let end = lines.len();
    let issuer = issuer(&lines);
    let subject = subject(&lines);
    let title = match subject {
        Some(_) => end..end,
        None => find_title(texts, kind_after(texts, end), issuer.as_deref()),
    };
    let subject = subject.or_else(|| (!title.is_empty()).then(|| texts[title.clone()].join(" ")));
    let addressees = addressees(texts, title.end);
    let facts = &lines[start_of_original(&lines)..];
    let official = Official {
        number: facts
            .iter()
            .find_map(|line| line.number.as_ref()?.number.clone()),
        date: facts
            .iter()
            .find_map(|line| line.date.as_ref()?.iso.clone()),
        issuer,
        signer: None,
    };
    let furniture = (0..end).chain(addressees.clone()).collect();
    Some(Header {
        furniture,
        end: addressees.end.max(title.end),
        title,
        letter: Letter {
            official,
            title: subject,
        },
    })
}

/// The lines of the letterhead, up to the last one with something of it; plain lines after it are the title's.
fn letterhead(texts: &[&str]) -> Option<Vec<Line>> {
    let mut lines = read_lines(texts);
    let has = |part: fn(&Line) -> bool| lines.iter().any(part);
    let has_number = has(|line| line.number.is_some());
    // A sentence below a date may begin with `Về việc`.
    let says_subject = |(line, text): (&Line, &&str)| {
        line.subject.is_some() && (has_number || !is_spelled_out(text))
    };
    let parts = [
        has_number || has(|line| line.cites),
        has(|line| line.date.is_some()),
        lines.iter().zip(texts).any(says_subject),
    ];
    let found = parts.iter().filter(|found| **found).count();
    let is_found = found >= 2 || has(|line| line.state.is_some());
    let last = lines.iter().rposition(|line| line.is_sure)?;
    lines.truncate(last + 1);
    (is_found || is_numbered_title(texts, &lines)).then_some(lines)
}

/// Whether a letterhead without the state is the name of a body with a number below it, right above the kind.
fn is_numbered_title(texts: &[&str], lines: &[Line]) -> bool {
    let is_body = |line: &Line| line.issuer.as_deref().is_some_and(names_speaker);
    let is_title = |text: &&str| is_kind(text) || is_kind_with_subject(text);
    texts.get(lines.len()).is_some_and(is_title)
        && lines.last().is_some_and(|line| line.number.is_some())
        && lines.iter().any(is_body)
}

/// Whether a name is that of a body, or of whoever speaks for one: `CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH`.
fn names_speaker(name: &str) -> bool {
    names_body(name) || names_marked_body(name) || names_office(name)
}

/// Where the letterhead of the original starts: below that of a copy (`SAO Y`) with a number and the state of its own.
fn start_of_original(lines: &[Line]) -> usize {
    let has_number = |line: &Line| line.number.is_some();
    let first = lines.iter().position(has_number);
    let last = lines.iter().rposition(has_number);
    let (Some(first), Some(last)) = (first, last) else {
        return 0;
    };
    let between = lines[first..last]
        .iter()
        .rposition(|line| line.state.is_some() || line.date.is_some());
    let has_state = |lines: &[Line]| lines.iter().any(|line| line.state.is_some());
    let Some(start) = between.map(|place| first + place + 1) else {
        return 0;
    };
    let (copy, original) = lines.split_at(start);
    // Two bodies that write together have the state beside one number and its motto beside the other.
    let is_whole = copy.iter().any(|line| line.date.is_some())
        || [copy, original]
            .iter()
            .all(|lines| lines.iter().any(|line| line.state == Some(State::Name)));
    if is_whole && has_state(copy) && has_state(original) {
        start
    } else {
        0
    }
}

/// What the letter is about, whatever lines that takes; `None` where nothing stands behind `V/v`.
fn subject(lines: &[Line]) -> Option<String> {
    let parts: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.subject.as_deref())
        .collect();
    let subject = parts.join(" ");
    Some(subject.trim().to_owned()).filter(|subject| !subject.is_empty())
}

/// Where the kind stands after a letterhead that ends at `end`: at once, or below the lines with which parliament names
/// itself, its term and its session once more; `end` where it does not.
fn kind_after(texts: &[&str], end: usize) -> usize {
    let lines = texts[end..].iter().take(LONGEST_HOUSE);
    let house = lines.take_while(|text| is_house(text)).count();
    let is_below = texts.get(end + house).is_some_and(|text| is_kind(text));
    if is_below { end + house } else { end }
}

/// Parliament, the state, its term and its session, and when it met, with a line to spare.
const LONGEST_HOUSE: usize = 5;

fn is_house(text: &str) -> bool {
    let name = folded(text);
    let begins = [
        "quoc hoi",
        "nuoc cong hoa",
        "cong hoa",
        "khoa",
        "ky hop",
        "tu ngay",
    ];
    text.chars().count() <= 90 && starts_with_any(&name, &begins)
}

/// Reads a document as a gazette prints it, without a letterhead: kind, body, number, date and subject in the title.
///
/// `None` without a number right after the kind, or the kind and its body: other sentences cite numbers too.
pub(super) fn find_gazette(texts: &[&str]) -> Option<(Letter, Range<usize>)> {
    let (kind, lines) = gazette_title(texts)?;
    let title = texts[lines.clone()].join(" ");
    let number = find_number(&title)?;
    let body = title.get(kind..number.place.start)?.trim();
    let issuer = find_word(body, "của")
        .filter(|&place| place == 0)
        .map(|_| body["của".len()..].trim());
    let is_body = body.is_empty()
        || issuer.is_some_and(|issuer| (1..=9).contains(&issuer.split(' ').count()));
    let official = Official {
        date: find_date(&title).and_then(|date| date.iso),
        issuer: issuer.map(str::to_owned),
        number: Some(number.number.filter(|_| is_body)?),
        signer: None,
    };
    let lines = without_issuer(texts, lines, issuer);
    let letter = Letter {
        official,
        title: Some(texts[lines.clone()].join(" ")),
    };
    Some((letter, lines))
}

/// The name of the issuing body: its lines from the last that begins a name of its own, without the body above it.
fn issuer(lines: &[Line]) -> Option<String> {
    let names = lines.iter().filter_map(|line| line.issuer.as_deref());
    let mut names: Vec<&str> = names.collect();
    // Below the name of a body it stands where other letters have the state's.
    if let [.., above, last] = names[..]
        && YOUTH_UNION.contains(&folded(last).as_str())
        && is_whole_name(above)
    {
        names.pop();
    }
    lowest_name(&names)
}

/// The name of the lowest of some bodies. One that is called by the body above it alone has that behind it: `VĂN PHÒNG UBND TỈNH HOÀI GIANG`.
fn lowest_name(names: &[&str]) -> Option<String> {
    let starts = |&index: &usize| match names[..index].last() {
        Some(above) => stands_below(names[index], above),
        None => true,
    };
    let first = (0..names.len()).rev().find(starts)?;
    let name = names[first..].join(" ");
    let lowest = lowest_body(&name);
    let beside = name[..name.len() - lowest.len()].trim_end();
    let superior = match beside {
        _ if !is_bare(lowest) => None,
        "" => lowest_name(&names[..first]),
        beside => Some(lowest_body(beside).to_owned()),
    };
    Some(superior.map_or_else(|| lowest.to_owned(), |above| format!("{lowest} {above}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_youth_union_stands_where_others_have_the_state() {
        let cases: [(&[&str], &str); 4] = [
            (
                &[
                    "TỈNH ĐOÀN HOÀI GIANG",
                    "BCH HUYỆN ĐOÀN LẠC BÌNH",
                    "Số: 6-BC/HĐTN",
                    "ĐOÀN TNCS HỒ CHÍ MINH",
                ],
                "BCH HUYỆN ĐOÀN LẠC BÌNH",
            ),
            (
                &[
                    "BCH ĐOÀN TỈNH HOÀI GIANG ĐOÀN TNCS HỒ CHÍ MINH",
                    "HUYỆN ĐOÀN LẠC BÌNH",
                    "Số: 6-BC/HĐTN",
                ],
                "HUYỆN ĐOÀN LẠC BÌNH",
            ),
            (
                &[
                    "BCH ĐOÀN TNCS HỒ CHÍ MINH",
                    "TỈNH HOÀI GIANG",
                    "Số: 6-BC/HĐTN",
                ],
                "BCH ĐOÀN TNCS HỒ CHÍ MINH TỈNH HOÀI GIANG",
            ),
            (
                &["BCH", "ĐOÀN TNCS HỒ CHÍ MINH", "Số: 6-BC/HĐTN"],
                "BCH ĐOÀN TNCS HỒ CHÍ MINH",
            ),
        ];
        for (lines, issuer) in cases {
            let texts = [lines, &["Lạc Bình, ngày 30 tháng 6 năm 2023", "BÁO CÁO"]].concat();
            let found = find(&texts).unwrap().letter.official.issuer;
            assert_eq!(found.as_deref(), Some(issuer));
        }
    }

    /// Number, date, issuer and title of a letter with these lines, and how many of them are furniture.
    fn read(lines: &str) -> ([String; 4], usize) {
        let body = "Các xã đã sửa 14 hồ chứa, đạt 98% kế hoạch.";
        let texts: Vec<&str> = lines.split(" / ").chain([body]).collect();
        let header = find(&texts).unwrap_or_default();
        let Letter { official, title } = header.letter;
        let facts = [official.number, official.date, official.issuer, title];
        (facts.map(Option::unwrap_or_default), header.furniture.len())
    }

    const STATE: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";

    #[test]
    fn a_letter_says_what_it_is_about_in_any_layout() {
        let date = "Lạc Bình, ngày 20 tháng 12 năm 2024";
        let layouts = [
            "BODIES | STATE / Số: 45/KT-KH V/v SUBJECT | DATE / Kính gửi: Các xã",
            "BODIES Số: 45/KT-KH V/v SUBJECT | STATE DATE / Kính gửi: Các xã",
            "BODIES | STATE / Số: 45/KT-KH | DATE / Về việc: SUBJECT | / Kính gửi: Các xã",
            "BODIES / Số: 45/KT-KH / V/v LINES / STATE / DATE / Kính gửi: Các xã",
            "BODIES / STATE / Số: 45/KT-KH / (V/v LINES) / DATE / Kính gửi: Các xã",
            "BODIES STATE / Số: 45/KT-KH DATE / Vv LINES / Kính gửi: Các xã",
            "BODIES STATE / Số: 45/KT-KH / V/v FIRST DATE / SECOND / Kính gửi: Các xã",
            "BODIES STATE / Số: 45/KT-KH / V/v FIRST / DATE / SECOND / Kính gửi: Các xã",
            "BODIES / Số: 45/KT-KH / V/V: LINES / DATE / Kính gửi: Các xã",
            "BODIES / Số: 45/KT-KH V/v: / LINES / DATE",
        ];
        let subjects = [
            ("báo cáo kết quả", "phòng chống thiên tai"),
            ("rà soát hồ chứa,", "đập dâng trên địa bàn"),
            (
                "thực hiện Nghị quyết số 12-NQ/HU",
                "ngày 3/4/2024 của Huyện ủy",
            ),
            ("thực hiện Quyết định", "số 12/QĐ-UBND của tỉnh"),
            ("tổng kết giai đoạn 2021 -", "2025"),
            ("báo cáo công tác quý", "III/2024"),
        ];
        for (layout, (first, second)) in layouts
            .iter()
            .flat_map(|layout| subjects.map(|subject| (layout, subject)))
        {
            let subject = format!("{first} {second}");
            let lines = layout
                .replace("BODIES", "UBND HUYỆN LẠC BÌNH PHÒNG KINH TẾ")
                .replace("STATE", STATE)
                .replace("DATE", date)
                .replace("LINES", &format!("{first} / {second}"))
                .replace("SUBJECT", &subject)
                .replace("FIRST", first)
                .replace("SECOND", second);
            let facts = ["45/KT-KH", "2024-12-20", "PHÒNG KINH TẾ", &subject];
            let count = lines.split(" / ").count();
            assert_eq!(read(&lines), (facts.map(str::to_owned), count), "{lines}");
        }
    }

    #[test]
    fn a_subject_goes_on_with_a_name_where_the_letterhead_does() {
        let cases = [
            ("V/v giám sát của / Hội đồng nhân dân tỉnh / CHXH", 2),
            (
                "V/v góp ý dự thảo / Kế hoạch phòng, chống thiên tai / CHXH",
                2,
            ),
            ("V/V BÁO CÁO SỐ 5/BC-SYT CỦA / BAN CHỈ ĐẠO / CHXH", 2),
            ("V/v đăng ký thi đua năm / 2024 / Kính gửi: Các xã", 2),
            ("V/v cấp đất / HỎA TỐC / CHXH", 1),
            ("V/v cấp đất / UBND HUYỆN LẠC BÌNH / CHXH", 1),
            ("V/v cấp đất / Các xã đã nhận đủ hồ sơ, đề nghị xem xét.", 1),
            ("V/v cấp đất / - các xã đã nhận đủ hồ sơ", 1),
            ("V/v cấp đất / Về việc này, các xã đã gửi hồ sơ", 1),
        ];
        for (lines, count) in cases {
            let text = format!("Số: 45/KT-KH / {}", lines.replace("CHXH", STATE));
            let expected: Vec<&str> = text.split(" / ").skip(1).take(count).collect();
            let expected = expected.join(" ").replace("V/v ", "").replace("V/V ", "");
            assert_eq!(read(&text).0[3], expected, "{lines}");
        }
    }

    #[test]
    fn what_a_sentence_says_after_its_mark_is_no_subject() {
        let prose = [
            "Sở Y tế có Công văn số 12/CV-SYT V/v tiêm chủng / Ngày 5/6/2024",
            "Lạc Bình, ngày 5 tháng 6 năm 2024 / Về việc cấp đất, các xã đề nghị như sau:",
            "Lạc Bình, ngày 5 tháng 6 năm 2024 / Về việc này, các xã đã có báo cáo",
            "UBND huyện trả lời về việc cấp đất / Số: 45/KT-KH",
            "Số: 45/KT-KH / Công văn số 12/CV-SYT V/v tiêm chủng",
        ];
        for lines in prose {
            assert_eq!(read(lines).0[3], "", "{lines}");
        }
    }

    #[test]
    fn a_telegram_has_the_hour_before_its_date() {
        let lines = "UBND TỈNH HOÀI GIANG / Số: 7/CĐ-UBND / \
            Hoài Giang, hồi 20 giờ 30 phút ngày 06 tháng 9 năm 2024 / CÔNG ĐIỆN / \
            Về việc ứng phó bão số 3";
        let title = "CÔNG ĐIỆN Về việc ứng phó bão số 3";
        let facts = ["7/CĐ-UBND", "2024-09-06", "UBND TỈNH HOÀI GIANG", title];
        assert_eq!(read(lines), (facts.map(str::to_owned), 3));
    }

    #[test]
    fn a_number_that_a_body_is_called_by_is_not_the_letters() {
        for name in [
            "ĐOÀN THANH TRA THEO QĐ SỐ 12/QĐ-TT",
            "ĐOÀN THANH TRA QUYẾT ĐỊNH SỐ 12/QĐ-TT",
        ] {
            let lines = format!("{name} / Số: 5/BC-ĐTT / {STATE}");
            let facts = ["5/BC-ĐTT", "", "ĐOÀN THANH TRA", ""];
            assert_eq!(read(&lines), (facts.map(str::to_owned), 3));
            let row = format!("{name} Số: 5/BC-ĐTT {STATE}");
            assert_eq!(read(&row), (facts.map(str::to_owned), 1));
        }
    }

    #[test]
    fn a_number_behind_a_kind_is_cited_where_the_name_of_a_body_says_so() {
        for name in [
            "ĐOÀN GIÁM SÁT THEO NGHỊ QUYẾT SỐ 12/NQ-HĐND",
            "TỔ CÔNG TÁC THEO QUYẾT ĐỊNH SỐ 12/QĐ-UBND",
            "ĐOÀN KIỂM TRA THEO QUYẾT ĐỊNH / SỐ 733/QĐ-SGDĐT",
        ] {
            let lines = format!("UBND TỈNH / {name} / Số: 5/BC-ĐKT / {STATE}");
            let body = name.split(" THEO").next().unwrap().to_owned();
            let (facts, count) = read(&lines);
            assert_eq!(facts[..3], ["5/BC-ĐKT".to_owned(), String::new(), body]);
            assert_eq!(count, lines.split(" / ").count());
        }
        let own = format!("UBND TỈNH HOÀI GIANG QUYẾT ĐỊNH Số: 12/QĐ-UBND / {STATE}");
        assert_eq!(read(&own).0[0], "12/QĐ-UBND");
        // Without a number of its own the letter has a head all the same.
        let lines = "ĐOÀN KIỂM TRA THEO QĐ SỐ 7/QĐ-SYT / Lạc Bình, ngày 3 tháng 4 năm 2024";
        let facts = ["", "2024-04-03", "ĐOÀN KIỂM TRA", ""];
        assert_eq!(read(lines), (facts.map(str::to_owned), 2));
    }

    #[test]
    fn the_state_and_its_motto_beside_two_numbers_are_one() {
        let lines = format!(
            "LIÊN ĐOÀN LAO ĐỘNG TỈNH / Số: 05/LĐLĐ / {STATE} / SỞ Y TẾ / Số: 12/SYT / \
             Độc lập - Tự do - Hạnh phúc / Hoài Giang, ngày 3 tháng 4 năm 2024"
        );
        assert_eq!(read(&lines).0[0], "05/LĐLĐ");
    }

    #[test]
    fn a_body_and_a_number_above_a_kind_are_a_letterhead() {
        let head = "ỦY BAN NHÂN DÂN XÃ MỘC QUAN / Số: 214/BC-UBND";
        let issuer = "ỦY BAN NHÂN DÂN XÃ MỘC QUAN";
        let facts = ["214/BC-UBND", "", issuer, "BÁO CÁO Kết quả trồng rừng"];
        let lines = format!("{head} / BÁO CÁO / Kết quả trồng rừng");
        assert_eq!(read(&lines), (facts.map(str::to_owned), 2));
        let telegram = "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH / Số: 11/CĐ-UBND / CÔNG ĐIỆN";
        assert_eq!(read(telegram).1, 2);
        assert_eq!(read(&format!("{head} / I. KẾT QUẢ")).1, 0);
        assert_eq!(read("TIN TRONG XÃ / Số: 214/BC-UBND / BÁO CÁO").1, 0);
    }

    #[test]
    fn the_facts_of_a_copy_are_those_of_the_original() {
        let lines = format!(
            "SAO Y / VĂN PHÒNG / Số: 7/SY-VP / {STATE} / Lạc Bình, ngày 5 tháng 12 năm 2023 / \
             UBND TỈNH / SỞ Y TẾ / Số: 12/BC-SYT / {STATE} / Hoài Giang, ngày 1 tháng 12 năm 2023"
        );
        let facts = ["12/BC-SYT", "2023-12-01", "SỞ Y TẾ", ""];
        assert_eq!(read(&lines), (facts.map(str::to_owned), 10));
    }

    #[test]
    fn a_unit_that_is_not_known_stands_above_the_state() {
        let school = "Trường Tiểu học Khê Hạ";
        for (unit, issuer) in [
            ("Lớp: 12A1", school),
            ("Tổ khối 4", school),
            ("Tổ Khoa học", "Tổ Khoa học"),
            ("Nhóm tự học", school),
        ] {
            let lines = format!("{school} / {unit} / Số: 5/BC-TH / {STATE}");
            let facts = ["5/BC-TH", "", issuer, ""];
            assert_eq!(read(&lines), (facts.map(str::to_owned), 4));
        }
        for text in [
            "Toàn trường đã khen nhiều em",
            "Giảm 31 em bỏ học",
            "Báo cáo tuần",
            "Mẫu số 2",
            "Đề nghị điền đủ mục",
            "Trường thu học phí / Nông dân trúng mùa cam sành",
        ] {
            assert_eq!(read(&format!("{school} / {text} / {STATE}")).1, 0, "{text}");
        }
        assert_eq!(read(&format!("Sạt lở bờ sông Khê / {STATE}")).1, 0);
    }

    #[test]
    fn an_office_is_called_by_the_body_above_it() {
        let board = "BAN THƯỜNG VỤ HỘI NÔNG DÂN HUYỆN LẠC BÌNH";
        for (bodies, issuer) in [
            (
                "UBND TỈNH HOÀI GIANG / VĂN PHÒNG",
                "VĂN PHÒNG UBND TỈNH HOÀI GIANG",
            ),
            (
                "UBND TỈNH HOÀI GIANG VĂN PHÒNG",
                "VĂN PHÒNG UBND TỈNH HOÀI GIANG",
            ),
            ("HỘI NÔNG DÂN / HUYỆN LẠC BÌNH / BAN THƯỜNG VỤ", board),
            ("UBND HUYỆN LẠC BÌNH / PHÒNG NỘI VỤ", "PHÒNG NỘI VỤ"),
            (
                "ĐẢNG BỘ PHƯỜNG / CHI BỘ TỔ DÂN PHỐ SỐ 8",
                "CHI BỘ TỔ DÂN PHỐ SỐ 8",
            ),
            ("SỞ Y TẾ / SỐ 45", "SỞ Y TẾ"),
        ] {
            let lines = format!("{bodies} / Số: 5/BC-VP / {STATE}");
            assert_eq!(read(&lines).0[2], issuer);
        }
    }

    #[test]
    fn the_year_may_stand_below_its_date() {
        for date in ["ngày 20 tháng 12 năm / 2024", "ngày 20 tháng 12 / năm 2024"] {
            let lines = format!("SỞ Y TẾ / Số: 5/BC-SYT / {STATE} / Lạc Bình, {date}");
            let facts = ["5/BC-SYT", "2024-12-20", "SỞ Y TẾ", ""];
            assert_eq!(read(&lines), (facts.map(str::to_owned), 5));
        }
    }
}
