//! Recipients, copies that are kept, and who signs.

use super::*;

#[test]
fn the_annex_after_the_signature_is_no_furniture() {
    let texts = [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        BODY,
        "TM. ỦY BAN NHÂN DÂN",
        "CHỦ TỊCH",
        "Vũ Thị Lan",
        "Nơi nhận:",
        "- Như Điều 3;",
        "PHỤ LỤC",
        "- Xã Khê Hạ: 12 hộ;",
        BODY,
    ];
    let found = recognised(&texts, "x.xxxxx...");
    assert_eq!(
        found.unwrap().official.signer.as_deref(),
        Some("Vũ Thị Lan")
    );
}

#[test]
fn what_follows_the_copy_that_is_kept_is_no_furniture() {
    let row = "Nơi nhận: - Như trên; - Lưu: VT. | TRƯỞNG PHÒNG Nguyễn Văn Nam";
    let list = ["Nơi nhận:", "- Như trên;", "- Lưu: VT."];
    let note = "Lưu ý: các xã báo cáo tiến độ trước ngày 25 hằng tháng";
    let annex = [
        "PHỤ LỤC",
        "Xã Khê Hạ trồng 45 ha keo",
        "Lưu Xá | 37 | 10",
        note,
    ];
    recognised(&[&[STATE, BODY, row], &annex[..]].concat(), "x.x....");
    recognised(&[&[STATE, BODY], &list[..], &annex].concat(), "x.xxx....");
    // A second letter in the same file.
    let letter = ["UBND XÃ KHÊ HẠ", STATE, "BÁO CÁO", "Đã sơ tán 120 hộ."];
    let texts = [&[STATE, BODY], &list[..], &letter, &list].concat();
    recognised(&texts, "x.xxx.......");
}

#[test]
fn places_where_goods_go_are_no_foot() {
    let texts = [
        STATE,
        "Nơi nhận: xã Khê Hạ",
        "- Cấp gạo cho 120 hộ;",
        "II. Đợt hai",
        "Nơi nhận: xã Lũng Mây",
        "- Đã cấp 7 tấn gạo;",
        "Nơi nhận:",
        "- Như trên;",
        "- Lưu: VT.",
        "CHỦ TỊCH",
        "Nguyễn Văn Nam",
    ];
    recognised(&texts, "x.....xxxxx");
}

#[test]
fn signers_are_read_in_all_spellings() {
    let cases: &[(&[&str], &str)] = &[
        (&["GIÁM ĐỐC", "Vũ A Páo"], "Vũ A Páo"),
        (&["CHỦ TỊCH", "Lò Thị H’Mai"], "Lò Thị H’Mai"),
        (&["HẠT TRƯỞNG", "Trần Văn Nam"], "Trần Văn Nam"),
        (
            &["QUYỀN GIÁM ĐỐC", "BS. CKII. Lê Văn Sơn"],
            "BS. CKII. Lê Văn Sơn",
        ),
        (
            &["GIÁM ĐỐC", "Thầy thuốc ưu tú Lê Văn Sơn"],
            "Thầy thuốc ưu tú Lê Văn Sơn",
        ),
        (
            &["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "NGUYỄN VĂN NAM"],
            "NGUYỄN VĂN NAM",
        ),
        (&["TRƯỞNG CÔNG AN HUYỆN", "(Đã ký)", "LÊ HOA"], "LÊ HOA"),
        (&["BAN GIÁM HIỆU", "(Đã ký)", "Lê Hoa"], "Lê Hoa"),
    ];
    let recipients = ["Nơi nhận:", "- Như trên;", "- Lưu: VT."];
    for (signature, signer) in cases {
        let below = facts_of(&[STATE], &[&recipients, *signature].concat());
        assert_eq!(below.signer.as_deref(), Some(*signer));
        let at_the_end = facts_of(&[STATE], signature);
        assert_eq!(at_the_end.signer.as_deref(), Some(*signer));
    }
    let row = "Nơi nhận: - Như trên; - Lưu: VT. GIÁM ĐỐC (Đã ký) TRẦN THỊ MAI";
    let found = facts_of(&[STATE], &[row]);
    assert_eq!(found.signer.as_deref(), Some("TRẦN THỊ MAI"));
}

#[test]
fn signers_in_a_cell_have_titles_or_offices_in_small_letters() {
    let signer = |cell: &str| {
        let row = format!("Nơi nhận: - Như trên; - Lưu: VT. | {cell}");
        facts_of(&[STATE], &[&row]).signer
    };
    let cells = [
        ("TRƯỞNG CÔNG AN HUYỆN", "Thượng tá Vũ Đình Hòa"),
        ("GIÁM ĐỐC", "ThS. Vũ Đình Hòa"),
        ("KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC", "Đại tá, TS. Vũ Đình Hòa"),
        ("TRẠM TRƯỞNG (Đã ký)", "Bác sĩ Vũ Đình Hòa"),
        ("KT. CHỦ TỊCH PHÓ CHỦ TỊCH", "VŨ ĐÌNH HÒA"),
        ("Trưởng phòng", "Vũ Đình Hòa"),
        ("Người lập báo cáo", "Vũ Đình Hòa"),
        ("Phó Giám đốc phụ trách", "Dược sĩ H'Yim Kđoh"),
    ];
    for (office, name) in cells {
        let found = signer(&format!("{office} {name}"));
        assert_eq!(found.as_deref(), Some(name), "{office}");
    }
    for cell in [
        "Trưởng ban Dân Vận",
        "BÍ THƯ ĐOÀN XÃ KHÊ HẠ",
        "CHỦ TỊCH UBND HUYỆN TRẦN VĂN THỜI",
        "Tặng hoa chúc mừng chị Vũ Thị Hòa",
    ] {
        assert_eq!(signer(cell), None, "{cell}");
    }
}

#[test]
fn capitals_between_an_office_and_the_name_sign_nothing() {
    let feet: [&[&str]; 3] = [
        &["CHỦ TỊCH UBND HUYỆN", "TRẦN VĂN THỜI", "(Đã ký)", "Lê Hoa"],
        &["TM. BAN THƯỜNG VỤ", "ĐOÀN XÃ KHÊ HẠ", "BÍ THƯ", "Lê Hoa"],
        &["CHỦ TỊCH", "LÝ LỊCH TRÍCH NGANG", "Họ và tên: Lê Hoa"],
    ];
    for foot in feet {
        let recipients = ["Nơi nhận:", "- Như trên;", "- Lưu: VT."];
        let found = facts_of(&[STATE], &[&recipients, foot].concat());
        let signer = found.signer.as_deref();
        assert!(matches!(signer, None | Some("Lê Hoa")), "{signer:?}");
    }
    let list = ["Tổ công tác gồm có:", "Tổ trưởng", "Nguyễn Văn Nam"];
    assert_eq!(facts_of(&[STATE], &list).signer, None);
}

#[test]
fn what_goes_on_with_an_office_is_no_signer() {
    let feet: &[&[&str]] = &[
        &[
            "Nơi nhận:",
            "- Lưu: VT.",
            "TM. ỦY BAN NHÂN DÂN",
            "HUYỆN LẠC BÌNH",
        ],
        &[
            "Nơi nhận:",
            "- Lưu: VT.",
            "GIÁM ĐỐC CÔNG AN THÀNH PHỐ",
            "HÀ NỘI",
        ],
        &[
            "Nơi nhận:",
            "- Lưu: VT.",
            "TRƯỞNG PHÒNG GIÁO DỤC VÀ",
            "ĐÀO TẠO HUYỆN LẠC BÌNH",
        ],
        &["NGUYỄN VĂN NAM", "TRẦN THỊ MAI"],
    ];
    for foot in feet {
        assert_eq!(facts_of(&[STATE], foot).signer, None);
    }
}
