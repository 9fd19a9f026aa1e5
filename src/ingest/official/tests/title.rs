//! What a letter is about, over whatever lines.

use super::*;

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
