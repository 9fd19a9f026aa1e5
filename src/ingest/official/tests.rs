//! Letters written for the purpose, in the layouts that files give.

use super::*;

fn paragraphs(texts: &[&str]) -> Vec<RawParagraph> {
    texts
        .iter()
        .map(|text| RawParagraph {
            text: (*text).to_owned(),
            ..RawParagraph::default()
        })
        .collect()
}

/// Recognises a letter, checks which paragraphs are furniture (`x` in `marks`) and gives what was read.
fn recognised(texts: &[&str], marks: &str) -> Option<Letter> {
    let mut paragraphs = paragraphs(texts);
    let letter = recognise(&mut paragraphs);
    let found: String = paragraphs
        .iter()
        .map(|paragraph| if paragraph.furniture { 'x' } else { '.' })
        .collect();
    assert_eq!(
        found,
        marks,
        "{:#?}",
        texts.iter().zip(found.chars()).collect::<Vec<_>>()
    );
    letter
}

fn letter(facts: [&str; 4], title: &str) -> Letter {
    let fact = |index: usize| Some(facts[index].to_owned()).filter(|fact| !fact.is_empty());
    let official = Official {
        number: fact(0),
        date: fact(1),
        issuer: fact(2),
        signer: fact(3),
    };
    Letter {
        official,
        title: Some(title.to_owned()).filter(|title| !title.is_empty()),
    }
}

const BODY: &str = "Sáu tháng đầu năm, huyện đã hoàn thành nâng cấp mười hai tuyến đường liên xã.";

#[test]
fn reads_a_letter_on_separate_lines() {
    let texts = [
        "ỦY BAN NHÂN DÂN TỈNH HOÀI GIANG",
        "SỞ GIAO THÔNG VẬN TẢI",
        "Số: 512/BC-SGTVT",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Hoài Giang, ngày 05 tháng 7 năm 2024",
        "BÁO CÁO",
        "Kết quả sáu tháng đầu năm 2024",
        "Kính gửi: Ủy ban nhân dân tỉnh",
        BODY,
        "Nơi nhận:",
        "- Như trên;",
        "- Lưu: VT, KH.",
        "KT. GIÁM ĐỐC",
        "PHÓ GIÁM ĐỐC",
        "(Đã ký)",
        "Trần Quốc Thái",
    ];
    let found = recognised(&texts, "xxxxxx..x.xxxxxxx");
    let facts = [
        "512/BC-SGTVT",
        "2024-07-05",
        "SỞ GIAO THÔNG VẬN TẢI",
        "Trần Quốc Thái",
    ];
    assert_eq!(
        found.unwrap(),
        letter(facts, "BÁO CÁO Kết quả sáu tháng đầu năm 2024")
    );
}

#[test]
fn reads_two_columns_that_share_their_lines() {
    let texts = [
        "ủy ban nhân dân Cộng hòa xã hội chủ nghiã việt nam",
        "tỉnh Hoài Giang Độc lập - Tự do - Hạnh phúc",
        "Số: 256 /2004/QĐ-UB TP.Hoài Giang, ngày 01 tháng 7 năm 2004",
        "QUYẾT ĐỊNH",
        "V/v ban hành quy chế làm việc",
        BODY,
        "Nơi nhận: TM. ỦY BAN NHÂN DÂN",
        "- Bộ Nội vụ CHỦ TỊCH",
        "- Lưu (Đã ký) Lê Thị Bích Hằng",
    ];
    let found = recognised(&texts, "xxx...xxx");
    let facts = [
        "256/2004/QĐ-UB",
        "2004-07-01",
        "ủy ban nhân dân tỉnh Hoài Giang",
        "Lê Thị Bích Hằng",
    ];
    assert_eq!(
        found.unwrap(),
        letter(facts, "QUYẾT ĐỊNH V/v ban hành quy chế làm việc")
    );
}

#[test]
fn reads_a_letterhead_that_is_one_table_row() {
    let texts = [
        "UBND HUYỆN LẠC BÌNH PHÒNG NỘI VỤ Số: 17/CV-NV CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM \
            Độc lập - Tự do - Hạnh phúc Lạc Bình, ngày 3 tháng 2 năm 2025",
        "V/v rà soát hồ sơ cán bộ",
        "Kính gửi:",
        "- Các phòng, ban thuộc huyện;",
        "- Ủy ban nhân dân các xã.",
        BODY,
        "Nơi nhận: - Như trên; - Lưu: VT. TRƯỞNG PHÒNG (Đã ký) Hoàng Văn Lâm",
    ];
    let found = recognised(&texts, "xxxxx.x");
    let facts = ["17/CV-NV", "2025-02-03", "PHÒNG NỘI VỤ", "Hoàng Văn Lâm"];
    assert_eq!(found.unwrap(), letter(facts, "rà soát hồ sơ cán bộ"));
}

#[test]
fn reads_a_letter_of_the_party() {
    let texts = [
        "ĐẢNG BỘ TỈNH HOÀI GIANG",
        "HUYỆN ỦY LẠC BÌNH",
        "Số 88-KH/HU",
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "Lạc Bình, ngày 9 tháng 9 năm 2023",
        "KẾ HOẠCH",
        "Học tập nghị quyết trong toàn đảng bộ huyện",
        BODY,
        "T/M BAN THƯỜNG VỤ",
        "BÍ THƯ",
        "Phạm Minh Đức",
    ];
    let found = recognised(&texts, "xxxxx...xxx");
    let facts = [
        "88-KH/HU",
        "2023-09-09",
        "HUYỆN ỦY LẠC BÌNH",
        "Phạm Minh Đức",
    ];
    assert_eq!(
        found.unwrap(),
        letter(
            facts,
            "KẾ HOẠCH Học tập nghị quyết trong toàn đảng bộ huyện"
        )
    );
}

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
fn reads_a_decree_as_a_gazette_prints_it() {
    let texts = [
        "Nghị định của Chính phủ",
        "số 91/2003/NĐ-CP ngày 13/8/2003",
        "về việc quản lý đường thủy ở nông thôn.",
        "Chính phủ",
        BODY,
        "TM. Chính phủ",
        "Thủ tướng",
        "Đỗ Văn Bách",
    ];
    let title = "Nghị định của Chính phủ số 91/2003/NĐ-CP ngày 13/8/2003 về việc quản lý đường thủy ở nông thôn.";
    let facts = ["91/2003/NĐ-CP", "2003-08-13", "Chính phủ", "Đỗ Văn Bách"];
    assert_eq!(
        recognised(&texts, ".....xxx").unwrap(),
        letter(facts, title)
    );
}

#[test]
fn ordinary_texts_are_left_alone() {
    let cases: &[&[&str]] = &[
        &[],
        &[BODY, BODY],
        &[
            "Quyết định số 13/2020/QĐ-TTg ngày 6/4/2020 của Thủ tướng sẽ hết hiệu lực sau ngày 31/12/2020.",
            BODY,
        ],
        &[
            "Hướng dẫn nêu rõ việc thi hành Thông tư số 19/2020/TT-BCT",
            BODY,
        ],
        &[
            "Nơi nhận của thông báo này là Sở Y tế, Sở Giáo dục và các huyện.",
            "Nơi nhận hồ sơ: bộ phận một cửa",
        ],
        &[
            "BÁO CÁO",
            "Kết quả công tác",
            "I. TÌNH HÌNH",
            BODY,
            "II. GIẢI PHÁP",
            BODY,
        ],
        &[
            "Nhân dịp kỷ niệm ngày thành lập nước Cộng hòa xã hội chủ nghĩa Việt Nam, huyện tổ chức mít tinh.",
            "Bộ luật dân sự nước Cộng hòa xã hội chủ nghĩa Việt Nam",
            "Hà Nội, ngày 5 tháng 6 năm 2024, Bộ trưởng đã chủ trì hội nghị trực tuyến với các địa phương.",
        ],
        &[
            "Chủ tịch Nguyễn Văn An",
            "Nguyễn Văn An",
            "Trần Thị Bình",
            BODY,
        ],
        &[
            "Danh sách đại biểu",
            "Nguyễn Văn An",
            "Trần Thị Bình",
            "Lê Văn Cường",
        ],
        &[
            "Số 5 đường Lê Lợi",
            "Ngày 5 tháng 6 năm 2024, đoàn đã làm việc tại xã.",
            "Giám đốc cho biết:",
            BODY,
        ],
    ];
    for texts in cases {
        assert_eq!(recognised(texts, &".".repeat(texts.len())), None);
    }
}

#[test]
fn prose_between_head_and_foot_is_never_swallowed() {
    let texts = [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Ủy ban nhân dân huyện đã ban hành kế hoạch số 12/KH-UBND ngày 3 tháng 2 năm 2024.",
        "Bộ Tài chính đề nghị các địa phương báo cáo trước ngày 15 tháng 3 năm 2024.",
        "- Xã Khê Hạ hoàn thành trước hạn;",
        "Giám đốc Sở chịu trách nhiệm thi hành.",
    ];
    recognised(&texts, "x....");
}

/// The title of a letter with these lines under its head, and how many of its lines are headings.
fn title_of(lines: &[&str]) -> (String, usize) {
    let head = [
        "ỦY BAN NHÂN DÂN HUYỆN LẠC BÌNH",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    ];
    let mut paragraphs = paragraphs(&[&head, lines, &[BODY]].concat());
    let title = recognise(&mut paragraphs).unwrap().title;
    let is_heading = |paragraph: &&RawParagraph| paragraph.kind == ParagraphKind::Heading;
    (
        title.unwrap_or_default(),
        paragraphs.iter().filter(is_heading).count(),
    )
}

#[test]
fn a_subject_goes_on_however_its_lines_are_broken() {
    let cases: &[(&[&str], &str)] = &[
        (
            &[
                "KẾ HOẠCH",
                "Triển khai",
                "thực hiện Nghị quyết số 12-NQ/HU",
                "ngày 3/4/2023 về làm đường liên xã",
            ],
            "KẾ HOẠCH Triển khai thực hiện Nghị quyết số 12-NQ/HU ngày 3/4/2023 về làm đường liên xã",
        ),
        (
            &[
                "KẾ HOẠCH",
                "Triển khai nghị quyết của",
                "Huyện ủy về làm đường liên xã,",
                "kiên cố hóa kênh mương.",
                "Thực hiện nghị quyết trên, huyện đề ra các việc sau",
            ],
            "KẾ HOẠCH Triển khai nghị quyết của Huyện ủy về làm đường liên xã, kiên cố hóa kênh mương.",
        ),
        (
            &["BÁO CÁO", "Kết quả công tác năm 2024", "Đặc điểm tình hình"],
            "BÁO CÁO Kết quả công tác năm 2024",
        ),
        (
            &["BÁO CÁO", "Kết quả công tác", "1. Đặc điểm tình hình"],
            "BÁO CÁO Kết quả công tác",
        ),
        (
            &["QUYẾT ĐỊNH", "Căn cứ Luật Tổ chức chính quyền địa phương"],
            "QUYẾT ĐỊNH",
        ),
    ];
    for (lines, expected) in cases {
        assert_eq!(title_of(lines).0, *expected);
    }
}

#[test]
fn a_subject_may_stand_on_the_line_of_its_kind() {
    let found = [
        &["BÁO CÁO Kết quả nạo vét kênh mương năm 2024"][..],
        &["QUYẾT ĐỊNH Về việc giao chỉ tiêu trồng rừng"],
        &["TỜ TRÌNH về việc xin làm cầu qua suối"],
        &["KẾ HOẠCH Nạo vét kênh mương", "và làm đường liên xã"],
        &["KẾ HOẠCH Thực hiện Nghị quyết số 12-NQ/HU về trồng rừng"],
        &["KẾ HOẠCH", "Thực hiện Nghị quyết số 12-NQ/HU về trồng rừng"],
        &["QUYẾT ĐỊNH", "Ban hành Quy chế làm việc của đội thủy nông"],
        &["QUYẾT ĐỊNH", "Ban hành Quy chế thu, chi quỹ thủy lợi"],
        &[
            "QUYẾT ĐỊNH",
            "BAN HÀNH QUY CHẾ PHỐI HỢP VỀ PHÒNG CHÁY, CHỮA CHÁY RỪNG",
        ],
        &[
            "KẾ HOẠCH",
            "Thực hiện Nghị quyết số 12-NQ/HU về phòng, chống sạt lở",
        ],
        &[
            "KẾ HOẠCH",
            "Thực hiện chỉ thị của Huyện ủy, Ủy ban nhân dân huyện về phòng, chống",
            "hạn hán",
        ],
    ];
    for lines in found {
        assert_eq!(title_of(lines), (lines.join(" "), lines.len()));
    }
    let prose = [
        "Báo cáo Kết quả nạo vét kênh mương của huyện",
        "BÁO CÁO Kết quả nạo vét kênh mương đã gửi các xã.",
        "BÁO CÁO Căn cứ kế hoạch của huyện",
        "BÁO CÁO Thực hiện Công văn số 5/CV-NN, Ủy ban nhân dân xã báo cáo kết quả",
        "BÁO CÁO Thực hiện Công văn số 5/CV-NN như sau:",
        "LUẬT Số: 91/2031/QH17",
        "BÁO CÁO kết quả của các xã gửi về",
        "KẾ HOẠCH Nạo vét kênh mương gồm các việc sau:",
    ];
    for line in prose {
        assert_eq!(title_of(&[line]), (String::new(), 0));
    }
}

#[test]
fn a_preamble_is_no_subject() {
    let preambles: &[&[&str]] = &[
        &["Thực hiện Công văn số 5/CV-NN, Ủy ban nhân dân xã báo cáo kết quả"],
        &["Thực hiện Công văn số 5/CV-NN ngày 3/4/2023,"],
        &[
            "Thực hiện Kế hoạch số 8/KH-UBND về phòng, chống hạn hán và",
            "nạo vét kênh mương, huyện đã giao các xã như sau:",
        ],
    ];
    for lines in preambles {
        assert_eq!(title_of(&[&["BÁO CÁO"], *lines].concat()).0, "BÁO CÁO");
    }
    // Where a font of capitals was lost, the grounds begin with a small letter.
    let lines = [
        "QUYẾT ĐỊNH",
        "Ban hành Quy chế thu, chi",
        "căn cứ Luật Thủy lợi;",
    ];
    assert_eq!(title_of(&lines).0, lines[..2].join(" "));
}

/// What is read off a letter with this head and this foot.
fn facts_of(head: &[&str], foot: &[&str]) -> Official {
    let texts = [head, &["BÁO CÁO", "Kết quả trồng rừng", BODY], foot].concat();
    recognise(&mut paragraphs(&texts)).unwrap().official
}

const STATE: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";

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

#[test]
fn the_body_that_speaks_below_the_title_is_no_part_of_it() {
    let lines = [
        "QUYẾT ĐỊNH",
        "V/v giao chỉ tiêu trồng rừng",
        "ủy ban nhân dân huyện Lạc Bình",
    ];
    let title = "QUYẾT ĐỊNH V/v giao chỉ tiêu trồng rừng";
    assert_eq!(title_of(&lines).0, title);
    let lines = ["BÁO CÁO", "Kết quả trồng rừng của", "UBND huyện Lạc Bình"];
    assert_eq!(title_of(&lines).0, lines.join(" "));
    let texts = [
        "Quyết định của Chủ tịch nước",
        "số 17/2031/QĐ-CTN ngày 5/6/2031",
        "về việc tặng thưởng huân chương",
        "Chủ tịch nước",
        BODY,
    ];
    let title = "Quyết định của Chủ tịch nước số 17/2031/QĐ-CTN ngày 5/6/2031 về việc tặng thưởng huân chương";
    let found = recognise(&mut paragraphs(&texts)).unwrap();
    assert_eq!(found.title.as_deref(), Some(title));
}

#[test]
fn the_lines_of_a_title_are_headings() {
    let lines = [
        "BÀI PHÁT BIỂU",
        "của đồng chí Bí thư tại hội nghị làm đường",
    ];
    let title = "BÀI PHÁT BIỂU của đồng chí Bí thư tại hội nghị làm đường";
    assert_eq!(title_of(&lines), (title.to_owned(), 2));
    assert_eq!(title_of(&["Diễn văn", "Kỷ niệm ngày thành lập huyện"]).1, 2);
}

#[test]
fn parliament_names_itself_again_between_the_number_and_the_law() {
    let texts = [
        "Quốc hội Luật số: 91/2031/QH17 Cộng hòa xã hội chủ nghĩa Việt Nam Độc lập - Tự do - Hạnh phúc",
        "Quốc hội",
        "nước Cộng hòa xã hội chủ nghĩa Việt Nam",
        "Khóa XVII, kỳ họp thứ 2",
        "(Từ ngày 5 tháng 5 đến ngày 6 tháng 6 năm 2031)",
        "Luật",
        "Chợ phiên",
        BODY,
    ];
    let facts = ["91/2031/QH17", "", "Quốc hội", ""];
    let expected = letter(facts, "Luật Chợ phiên");
    assert_eq!(recognised(&texts, "x......."), Some(expected));
    let prose = "Quốc hội đã thông qua Luật số 91/2031/QH17";
    assert_eq!(recognised(&[prose, BODY], ".."), None);
}

proptest::proptest! {
    #[test]
    fn never_panics(texts in proptest::collection::vec("\\PC{0,60}|[Ssố:0-9/ĐQ–. -]{0,30}|ngày [0-9 /tháng]{0,12}năm [0-9…]{0,6}|(TM\\.|Nơi nhận|Độc lập - Tự do - Hạnh phúc)[ \\PC]{0,9}", 0..12)) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let _ = recognise(&mut paragraphs(&texts));
    }
}

#[test]
fn a_law_has_its_number_beside_its_kind() {
    let texts = [
        "QUỐC HỘI",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Luật số: 91/2031/QH17",
        "LUẬT",
        "Chợ phiên",
        BODY,
    ];
    let facts = ["91/2031/QH17", "", "QUỐC HỘI", ""];
    let expected = letter(facts, "LUẬT Chợ phiên");
    assert_eq!(recognised(&texts, "xxxx..."), Some(expected));
}

#[test]
fn the_kind_may_go_on_with_the_body_and_the_subject_with_its_sign() {
    let texts = [
        "ỦY BAN NHÂN DÂN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "QUYẾT ĐỊNH của ủy ban nhân dân tỉnh Hoài Giang",
        "V/v giao chỉ tiêu trồng rừng",
        BODY,
    ];
    let title = "QUYẾT ĐỊNH của ủy ban nhân dân tỉnh Hoài Giang V/v giao chỉ tiêu trồng rừng";
    let expected = letter(["", "", "ỦY BAN NHÂN DÂN", ""], title);
    assert_eq!(recognised(&texts, "xx..."), Some(expected));
}
