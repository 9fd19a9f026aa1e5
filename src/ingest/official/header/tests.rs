//! Letterheads line by line.

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
