//! Number, place and date, and who issues a letter.

use super::*;

#[test]
fn a_draft_has_no_number_and_no_date_yet() {
    let texts = [
        "BỘ Y TẾ",
        "Số: …/QĐ-BYT",
        "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Hà Nội, ngày … tháng … năm 2025",
        "QUYẾT ĐỊNH",
        BODY,
    ];
    let found = recognised(&texts, "xxxx..");
    assert_eq!(
        found.unwrap(),
        letter(["", "", "BỘ Y TẾ", ""], "QUYẾT ĐỊNH")
    );
}

#[test]
fn number_place_and_date_may_share_a_line() {
    let cases = [
        (
            "Số: 418/BC-CAH Lạc Bình, ngày 14 tháng 6 năm 2024",
            "418/BC-CAH",
        ),
        (
            "Số: 41/BC-SYT Hoài Giang, ngày 14 tháng 6 năm 2024",
            "41/BC-SYT",
        ),
        (
            "Số: 12/KH-THCSKH\tKhê Hạ, ngày 14 tháng 6 năm 2024",
            "12/KH-THCSKH",
        ),
        ("Số:41/BC-BYT | Huế, ngày 14 tháng 6 năm 2024", "41/BC-BYT"),
        ("Số 7-BC/HU Thành phố Hoài Giang, ngày 14/6/2024", "7-BC/HU"),
        (
            "Số: 9/BC-PC Phan Rang - Tháp Chàm, ngày 14/6/2024",
            "9/BC-PC",
        ),
    ];
    for (line, number) in cases {
        let found = facts_of(&["SỞ Y TẾ", STATE, line], &[]);
        assert_eq!(found.issuer.as_deref(), Some("SỞ Y TẾ"), "{line}");
        assert_eq!(found.number.as_deref(), Some(number), "{line}");
        assert_eq!(found.date.as_deref(), Some("2024-06-14"), "{line}");
    }
}

#[test]
fn the_name_of_a_place_may_be_long() {
    let places = [
        "Thành phố Hồ Chí Minh",
        "Bà Rịa - Vũng Tàu",
        "Thị xã Khê Hạ, tỉnh Hoài Giang",
    ];
    for place in places {
        let date = format!("{place}, ngày 5 tháng 7 năm 2024");
        let head = ["UBND HUYỆN LẠC BÌNH", "Số: 5/BC-UBND", STATE, &date];
        let found = facts_of(&head, &[]);
        assert_eq!(found.issuer.as_deref(), Some("UBND HUYỆN LẠC BÌNH"));
        assert_eq!(found.date.as_deref(), Some("2024-07-05"), "{place}");
    }
    let line =
        "ỦY BAN NHÂN DÂN THÀNH PHỐ HỒ CHÍ MINH Thành phố Hồ Chí Minh, ngày 5 tháng 7 năm 2024";
    let found = facts_of(&[STATE, line], &[]);
    let issuer = "ỦY BAN NHÂN DÂN THÀNH PHỐ HỒ CHÍ MINH";
    assert_eq!(found.issuer.as_deref(), Some(issuer));
}

#[test]
fn what_was_put_above_a_letterhead_or_between_its_lines_hides_nothing() {
    let date = "Lạc Bình, ngày 5 tháng 7 năm 2024";
    let whole = ["UBND XÃ KHÊ HẠ", "Số: 5/BC-UBND", STATE, date];
    let above: &[&[&str]] = &[
        &["Dự thảo"],
        &["Mẫu số 02"],
        &["Trang 1/5"],
        &[
            "Ký bởi: Ủy ban nhân dân xã Khê Hạ",
            "Thời gian ký: 06/07/2024 08:15:30",
        ],
        &["CÔNG VĂN ĐẾN", "Số: 1234"],
    ];
    for lines in above {
        let found = facts_of(&[lines, &whole[..]].concat(), &[]);
        assert_eq!(found.issuer.as_deref(), Some("UBND XÃ KHÊ HẠ"), "{lines:?}");
        assert_eq!(found.number.as_deref(), Some("5/BC-UBND"), "{lines:?}");
        assert_eq!(found.date.as_deref(), Some("2024-07-05"), "{lines:?}");
    }
    for line in ["Địa chỉ: Lô C5, khu công nghiệp Khê Hạ", "---o0o---"] {
        let head = [
            "CÔNG TY CỔ PHẦN MAY LẠC BÌNH",
            line,
            "Số: 5/BC-MLB",
            STATE,
            date,
        ];
        let found = facts_of(&head, &[]);
        assert_eq!(found.issuer.as_deref(), Some(head[0]), "{line}");
        assert_eq!(found.date.as_deref(), Some("2024-07-05"), "{line}");
    }
}

#[test]
fn bodies_may_be_called_by_a_number() {
    let bodies: &[&[&str]] = &[
        &["UBND QUẬN 7", "UBND PHƯỜNG 5"],
        &["BỘ QUỐC PHÒNG", "BỆNH VIỆN QUÂN Y 103"],
        &["QUÂN KHU 3", "SƯ ĐOÀN 395"],
        &["CÔNG AN TỈNH", "PHÒNG PC06"],
        &["PHÒNG GIÁO DỤC VÀ ĐÀO TẠO", "TRƯỜNG MẦM NON 19/5"],
    ];
    for lines in bodies {
        let head = [lines, &["Số: 5/BC-X", "CỘNG HÒA XHCN VIỆT NAM"][..]].concat();
        let found = facts_of(&head, &[]);
        assert_eq!(found.issuer.as_deref(), Some(lines[1]));
    }
    let found = facts_of(
        &["ỦY BAN NHÂN DÂN", "PHƯỜNG 12", "Số: 5/BC-UBND", STATE],
        &[],
    );
    assert_eq!(found.issuer.as_deref(), Some("ỦY BAN NHÂN DÂN PHƯỜNG 12"));
}

#[test]
fn the_last_body_of_the_head_issues_the_letter() {
    // The lines of both bodies, and how many of them are the superior's.
    let cases: &[(&[&str], usize)] = &[
        (
            &["UBND TỈNH HOÀI GIANG", "ĐÀI PHÁT THANH VÀ TRUYỀN HÌNH"],
            1,
        ),
        (&["UBND TỈNH HOÀI GIANG", "THƯ VIỆN TỈNH"], 1),
        (&["UBND tỉnh Hoài Giang", "Bảo tàng tỉnh"], 1),
        (&["CHI CỤC KIỂM LÂM", "HẠT KIỂM LÂM HUYỆN LẠC BÌNH"], 1),
        (&["UBND TỈNH", "SỞ Y TẾ"], 1),
        (&["UBND THÀNH PHỐ", "HỘI AN"], 0),
        (&["UBND HUYỆN", "ĐẠI LỘC"], 0),
        (&["UBND HUYỆN", "BAN QLDA"], 1),
        (&["CHI BỘ", "THÔN ĐỒNG VÀNG"], 0),
        (&["BAN VẬN ĐỘNG", "QUỸ VÌ NGƯỜI NGHÈO"], 0),
        (&["ỦY BAN", "MẶT TRẬN TỔ QUỐC VIỆT NAM"], 0),
    ];
    for (lines, superiors) in cases {
        let head = [lines, &["Số: 5/BC-X", STATE][..]].concat();
        let expected = lines[*superiors..].join(" ");
        assert_eq!(facts_of(&head, &[]).issuer, Some(expected));
    }
}
