//! Whole files, drawn as old programs drew them.

use crate::document::ParagraphKind;
use crate::ingest::encoding::LegacyEncoding;
use crate::ingest::encoding::tests::encode_bytes;
use crate::ingest::{ReadOptions, read};

/// Text at a place of a page, in points from its lower left corner.
struct Drawn(f32, f32, &'static str);

/// What a page draws, in the font that [`pdf`] has, 12 points large.
fn upright(texts: &[Drawn]) -> String {
    sized(12.0, texts)
}

fn sized(size: f32, texts: &[Drawn]) -> String {
    let draw = |Drawn(x, y, text): &Drawn| {
        format!("BT /F {size} Tf 1 0 0 1 {x} {y} Tm <{}> Tj ET\n", hex(text))
    };
    texts.iter().map(draw).collect()
}

fn hex(text: &str) -> String {
    let bytes = encode_bytes(text, LegacyEncoding::Tcvn3).unwrap();
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .map(|digit| char::from(b"0123456789ABCDEF"[usize::from(digit)]))
        .collect()
}

/// A file of A4 pages with these contents, whose font shows TCVN3.
fn pdf(pages: &[String], more: &str) -> Vec<u8> {
    let first = 5;
    let kids = (0..pages.len()).map(|page| format!("{} 0 R ", first + 2 * page));
    let widths = "500 ".repeat(224);
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!(
            "<</Type/Pages/Kids[{}]/Count {}>>",
            kids.collect::<String>(),
            pages.len()
        ),
        format!(
            "<</Type/Font/Subtype/TrueType/BaseFont/.VnTime/Encoding/WinAnsiEncoding/FirstChar 32/LastChar 255\
             /Widths[{widths}]>>"
        ),
        "<<>>".to_owned(),
    ];
    for (index, content) in pages.iter().enumerate() {
        objects.push(format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {} 0 R/Resources<</Font<</F 3 0 R>>>>{more}>>",
            first + 2 * index + 1
        ));
        objects.push(format!(
            "<</Length {}>>stream\n{content}\nendstream",
            content.len()
        ));
    }
    let mut bytes = b"%PDF-1.4\n".to_vec();
    for (index, object) in objects.iter().enumerate() {
        bytes.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).bytes());
    }
    bytes.extend(
        format!(
            "trailer <</Size {}/Root 1 0 R>>\n%%EOF\n",
            objects.len() + 1
        )
        .bytes(),
    );
    bytes
}

fn paragraphs(file: &[u8]) -> Vec<(ParagraphKind, String)> {
    let document = read(file, None, &ReadOptions::default()).unwrap();
    let paragraphs = document.paragraphs.into_iter();
    paragraphs
        .map(|paragraph| (paragraph.kind, paragraph.text))
        .collect()
}

fn texts(file: &[u8]) -> Vec<String> {
    paragraphs(file).into_iter().map(|(_, text)| text).collect()
}

#[test]
fn a_year_at_the_foot_of_a_cover_and_numbers_of_vouchers_are_kept() {
    let cover = upright(&[
        Drawn(200.0, 500.0, "Báo cáo năm học của huyện"),
        Drawn(270.0, 80.0, "2005"),
    ]);
    assert_eq!(
        texts(&pdf(&[cover], "")),
        ["Báo cáo năm học của huyện", "2005"]
    );
    let vouchers: Vec<String> = ["Phiếu chi số 31", "Phiếu chi số 32", "Phiếu chi số 33"]
        .into_iter()
        .map(|number| {
            upright(&[
                Drawn(85.0, 780.0, number),
                Drawn(85.0, 740.0, "Lý do: thu phí."),
            ])
        })
        .collect();
    let read = texts(&pdf(&vouchers, ""));
    assert_eq!(
        read.iter()
            .filter(|text| text.starts_with("Phiếu chi"))
            .count(),
        3
    );
}

#[test]
fn a_number_at_the_edge_stays_in_its_row() {
    let rows = |rows: [[&'static str; 3]; 4]| {
        let heights = [780.0, 762.0, 744.0, 726.0];
        let drawn = rows.into_iter().zip(heights).flat_map(|(row, height)| {
            let places = [85.0, 200.0, 350.0];
            row.into_iter()
                .zip(places)
                .map(move |(text, place)| Drawn(place, height, text))
        });
        upright(&drawn.collect::<Vec<_>>())
    };
    let pages = [
        rows([
            ["1970", "410,5", "1.114"],
            ["1971", "416,2", "1.128"],
            ["1972", "419,3", "1.135"],
            ["1973", "422,4", "1.142"],
        ]),
        rows([
            ["1974", "425,5", "1.149"],
            ["1975", "428,6", "1.156"],
            ["1976", "431,7", "1.163"],
            ["1977", "434,8", "1.170"],
        ]),
    ];
    let read = texts(&pdf(&pages, ""));
    assert_eq!(read.len(), 8);
    assert_eq!(
        (read[0].as_str(), read[4].as_str()),
        ("1970 | 410,5 | 1.114", "1974 | 425,5 | 1.149")
    );
}

/// A table with rules around its cells, of two lines each, from the top of a page on.
fn ruled(rows: &[[[&'static str; 2]; 3]]) -> String {
    const COLUMNS: [f32; 4] = [85.0, 125.0, 365.0, 505.0];
    const TOP: f32 = 770.0;
    const HEIGHT: f32 = 38.0;
    let top = |row: usize| TOP - HEIGHT * row as f32;
    let across = (0..=rows.len()).map(|row| {
        let [left, .., right] = COLUMNS;
        format!("{left} {0} m {right} {0} l S\n", top(row))
    });
    let bottom = top(rows.len());
    let down = COLUMNS.map(|column| format!("{column} {TOP} m {column} {bottom} l S\n"));
    let cells = rows.iter().enumerate().flat_map(|(row, cells)| {
        let lines = cells.iter().zip(COLUMNS).flat_map(move |(lines, left)| {
            let heights = [top(row) - 14.0, top(row) - 30.0];
            let lines = lines
                .iter()
                .zip(heights)
                .filter(|(line, _)| !line.is_empty());
            lines.map(move |(line, height)| Drawn(left + 4.0, height, line))
        });
        lines.collect::<Vec<_>>()
    });
    let cells: Vec<Drawn> = cells.collect();
    across.chain(down).chain([upright(&cells)]).collect()
}

#[test]
fn a_row_of_a_ruled_table_goes_on_over_the_page_below_the_header() {
    let header = [["TT", ""], ["Nội dung", "công việc"], ["Đơn vị", "chủ trì"]];
    let pages = [
        ruled(&[
            header,
            [
                ["1", ""],
                ["Tu bổ kênh mương của ba", "thôn"],
                ["Các xã", ""],
            ],
            [
                ["2", ""],
                ["Rà soát các hộ nghèo của", "cả huyện, nộp danh sách"],
                ["Văn phòng UB-", "MTTQ"],
            ],
        ]),
        ruled(&[
            header,
            [["", ""], ["trước khi họp tổng kết", ""], ["huyện", ""]],
            [
                ["3", ""],
                ["Báo cáo kết quả cả năm", "về huyện"],
                ["Văn phòng", ""],
            ],
        ]),
    ];
    assert_eq!(
        texts(&pdf(&pages, "")),
        [
            "TT | Nội dung công việc | Đơn vị chủ trì",
            "1 | Tu bổ kênh mương của ba thôn | Các xã",
            "2 | Rà soát các hộ nghèo của cả huyện, nộp danh sách trước khi họp tổng kết | Văn phòng UB-MTTQ huyện",
            "3 | Báo cáo kết quả cả năm về huyện | Văn phòng",
        ]
    );
}

#[test]
fn text_drawn_twice_to_look_bold_is_read_once() {
    let page = upright(&[
        Drawn(85.0, 700.0, "Báo cáo tổng kết công tác của huyện"),
        Drawn(85.8, 700.0, "Báo cáo tổng kết công tác của huyện"),
        Drawn(85.0, 660.0, "Vụ mùa được mùa, lúa tốt, ngô tốt."),
    ]);
    assert_eq!(
        texts(&pdf(&[page], "")),
        [
            "Báo cáo tổng kết công tác của huyện",
            "Vụ mùa được mùa, lúa tốt, ngô tốt."
        ]
    );
}

#[test]
fn cells_drawn_twice_are_read_once_and_keep_their_further_lines() {
    let mut drawn = Vec::new();
    let heads = [
        (85.0, "Số"),
        (130.0, "Nội dung công việc"),
        (400.0, "Kinh phí"),
    ];
    for (place, text) in heads {
        drawn.extend([Drawn(place, 700.0, text), Drawn(place + 0.6, 700.0, text)]);
    }
    let rows = [
        ("1", 680.0, "Nạo vét kênh mương nội đồng", "125,5"),
        ("2", 644.0, "Tu bổ cống dưới đê sông Đáy", "98,0"),
        ("3", 626.0, "Mua máy bơm dã chiến cho xã", "45,0"),
    ];
    for (number, height, work, sum) in rows {
        let cells = [
            Drawn(85.0, height, number),
            Drawn(130.0, height, work),
            Drawn(400.0, height, sum),
        ];
        drawn.extend(cells);
    }
    drawn.push(Drawn(130.0, 666.0, "của xã Liêm Cần, dài hai km"));
    drawn.push(Drawn(130.0, 612.0, "và hợp tác xã Thanh Hà"));
    assert_eq!(
        texts(&pdf(&[upright(&drawn)], "")),
        [
            "Số | Nội dung công việc | Kinh phí",
            "1 | Nạo vét kênh mương nội đồng của xã Liêm Cần, dài hai km | 125,5",
            "2 | Tu bổ cống dưới đê sông Đáy | 98,0",
            "3 | Mua máy bơm dã chiến cho xã và hợp tác xã Thanh Hà | 45,0",
        ]
    );
}

#[test]
fn a_sentence_goes_on_in_the_next_column() {
    let left = [
        "Vụ mùa năm nay được mùa, lúa tốt, ngô",
        "tốt; các xã trong huyện đã gieo trồng",
        "xong, nhưng một số xã như Thanh Tâm",
    ];
    let right = [
        "mới đạt dưới một nửa kế hoạch được",
        "giao cả năm, do thiếu nước tưới và",
        "thiếu giống tốt ngay từ đầu vụ.",
    ];
    let column = |place: f32, lines: [&'static str; 3]| {
        let heights = [700.0, 685.0, 670.0];
        lines
            .into_iter()
            .zip(heights)
            .map(move |(line, height)| Drawn(place, height, line))
    };
    let drawn: Vec<Drawn> = column(60.0, left).chain(column(330.0, right)).collect();
    assert_eq!(texts(&pdf(&[upright(&drawn)], "")).len(), 1);
}

#[test]
fn a_sentence_goes_on_over_a_page_with_a_number_or_a_letter_of_before_unicode() {
    let count = |last: (f32, &'static str), next: (f32, &'static str)| {
        let first = [
            Drawn(85.0, 700.0, "xã, thị trấn đã làm tốt nhiều việc."),
            Drawn(last.0, 100.0, last.1),
        ];
        let second = [
            Drawn(next.0, 780.0, next.1),
            Drawn(121.0, 740.0, "Công tác y tế được quan tâm."),
        ];
        texts(&pdf(&[upright(&first), upright(&second)], "")).len()
    };
    let sum = (85.0, "98,5 tỷ đồng, bằng 62% dự toán tỉnh giao.");
    let begun = (
        121.0,
        "Sáu tháng đầu năm, tổng thu ngân sách trên địa bàn huyện đạt",
    );
    assert_eq!(count(begun, sum), 3);
    let inside = (85.0, "đúng mức dự toán tỉnh giao từ đầu năm nay.");
    assert_eq!(count(begun, inside), 3);
    let indented = (121.0, "98,5 tỷ đồng là số thu của cả năm trước.");
    assert_eq!(count(begun, indented), 4);
    let heading = (
        85.0,
        "Về tình hình thu ngân sách trên địa bàn huyện năm nay",
    );
    assert_eq!(count(heading, sum), 4);
}

#[test]
fn a_body_is_read_before_the_state_beside_it() {
    let page = upright(&[
        Drawn(60.0, 780.0, "Bảo hiểm xã hội tỉnh Trà"),
        Drawn(215.0, 780.0, "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        Drawn(117.0, 764.0, "Phong"),
        Drawn(236.0, 764.0, "Độc lập - Tự do - Hạnh phúc"),
        Drawn(90.0, 742.0, "Số: 88/KH-BHXH"),
        Drawn(209.0, 742.0, "Trà Phong, ngày 26 tháng 01 năm 2024"),
        Drawn(96.0, 726.0, "V/v thu lưu"),
        Drawn(108.0, 710.0, "động"),
        Drawn(200.0, 672.0, "Kế hoạch thu lưu động"),
        Drawn(
            60.0,
            640.0,
            "Năm 2023 ngành đã thu đạt 102% kế hoạch, người dân tin tưởng.",
        ),
    ]);
    assert_eq!(
        texts(&pdf(&[page], "")),
        [
            "Bảo hiểm xã hội tỉnh Trà Phong Số: 88/KH-BHXH V/v thu lưu động | Cộng hòa xã hội chủ nghĩa \
             Việt Nam Độc lập - Tự do - Hạnh phúc Trà Phong, ngày 26 tháng 01 năm 2024",
            "Kế hoạch thu lưu động",
            "Năm 2023 ngành đã thu đạt 102% kế hoạch, người dân tin tưởng.",
        ]
    );
}

#[test]
fn addressees_and_a_title_of_two_words_stand_below_the_letterhead() {
    let mut head = vec![
        Drawn(60.0, 780.0, "Sở Nông nghiệp và Môi trường"),
        Drawn(260.0, 780.0, "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        Drawn(281.0, 764.0, "Độc lập - Tự do - Hạnh phúc"),
        Drawn(90.0, 742.0, "Số: 112/BC-SNN"),
        Drawn(270.0, 742.0, "Hà Nam, ngày 12 tháng 6 năm 2025"),
        Drawn(110.0, 712.0, "Kính gửi:"),
    ];
    head.extend((0_u8..14).map(|line| {
        Drawn(
            260.0,
            712.0 - 16.0 * f32::from(line),
            "- Văn phòng huyện ủy các nơi;",
        )
    }));
    head.push(Drawn(60.0, 460.0, "Sở báo cáo kết quả sáu tháng như sau."));
    let read = texts(&pdf(&[upright(&head)], ""));
    assert_eq!(
        read[0],
        "Sở Nông nghiệp và Môi trường Số: 112/BC-SNN | Cộng hòa xã hội chủ nghĩa Việt Nam Độc lập - Tự do - Hạnh phúc \
         Hà Nam, ngày 12 tháng 6 năm 2025"
    );
    let all = read.join(" ");
    assert_eq!(all.matches("Văn phòng").count(), 14, "{all}");
    assert!(
        all.ends_with("Sở báo cáo kết quả sáu tháng như sau."),
        "{all}"
    );
    head.truncate(5);
    head.extend([
        Drawn(240.0, 712.0, "Báo"),
        Drawn(268.0, 712.0, "cáo"),
        Drawn(60.0, 690.0, "Sở báo cáo kết quả sáu tháng như sau."),
    ]);
    assert_eq!(texts(&pdf(&[upright(&head)], ""))[1], "Báo cáo");
}

#[test]
fn a_last_line_that_is_a_number_belongs_to_its_sentence() {
    let page = upright(&[
        Drawn(
            85.0,
            700.0,
            "Sở đã tổ chức cho các trường trong toàn tỉnh tuyển sinh vào lớp",
        ),
        Drawn(85.0, 684.0, "10."),
        Drawn(85.0, 650.0, "Các trường đã làm tốt."),
    ]);
    assert_eq!(
        texts(&pdf(&[page], ""))[0],
        "Sở đã tổ chức cho các trường trong toàn tỉnh tuyển sinh vào lớp 10."
    );
}

#[test]
fn a_state_in_the_middle_has_no_body_beside_it() {
    let page = upright(&[
        Drawn(195.0, 780.0, "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        Drawn(216.0, 764.0, "Độc lập - Tự do - Hạnh phúc"),
        Drawn(60.0, 742.0, "Số: 12/HĐ"),
        Drawn(240.0, 720.0, "Hợp đồng lao động"),
        Drawn(
            60.0,
            690.0,
            "Hai bên thỏa thuận làm việc tại tổ bảo vệ của nhà trường.",
        ),
    ]);
    assert_eq!(
        texts(&pdf(&[page], ""))[..2],
        [
            "Cộng hòa xã hội chủ nghĩa Việt Nam Độc lập - Tự do - Hạnh phúc",
            "Số: 12/HĐ",
        ]
    );
}

#[test]
fn recipients_are_read_before_who_signs_beside_them() {
    let page = upright(&[
        Drawn(
            85.0,
            700.0,
            "Huyện đã làm tốt nhiều việc, dân phấn khởi và tin tưởng.",
        ),
        Drawn(85.0, 660.0, "Nơi nhận:"),
        Drawn(380.0, 660.0, "TM. UBND"),
        Drawn(85.0, 646.0, "- Như trên;"),
        Drawn(400.0, 646.0, "Phó chủ tịch"),
        Drawn(85.0, 632.0, "- Các phòng, ban của huyện"),
        Drawn(85.0, 618.0, "- Lưu VT."),
        Drawn(360.0, 590.0, "Nguyễn Thị Thanh Hương"),
        Drawn(250.0, 560.0, "THÔNG TIN THÊM"),
        Drawn(85.0, 540.0, "Xã Liêm Cần: 15 tỷ đồng"),
        Drawn(
            85.0,
            510.0,
            "Các xã đã thực hiện tốt dự toán thu ngân sách được giao.",
        ),
    ]);
    assert_eq!(
        texts(&pdf(&[page], ""))[1..],
        [
            "Nơi nhận:",
            "- Như trên;",
            "- Các phòng, ban của huyện",
            "- Lưu VT.",
            "TM. UBND",
            "Phó chủ tịch",
            "Nguyễn Thị Thanh Hương",
            "THÔNG TIN THÊM",
            "Xã Liêm Cần: 15 tỷ đồng",
            "Các xã đã thực hiện tốt dự toán thu ngân sách được giao.",
        ]
    );
}

#[test]
fn an_office_in_small_letters_stands_beside_the_recipients() {
    let page = upright(&[
        Drawn(
            85.0,
            700.0,
            "Đề nghị các tổ bảo vệ trực đủ người trong ba ngày nghỉ",
        ),
        Drawn(85.0, 684.0, "Nơi nhận:"),
        Drawn(380.0, 684.0, "Trưởng phòng"),
        Drawn(85.0, 668.0, "- Các tổ;"),
        Drawn(85.0, 652.0, "- Lưu VT."),
        Drawn(370.0, 636.0, "Lường Thị Hoa"),
    ]);
    assert_eq!(
        texts(&pdf(&[page], ""))[1..],
        [
            "Nơi nhận:",
            "- Các tổ;",
            "- Lưu VT.",
            "Trưởng phòng",
            "Lường Thị Hoa"
        ]
    );
}

#[test]
fn an_office_may_stand_above_the_recipients() {
    let page = upright(&[
        Drawn(
            85.0,
            700.0,
            "Huyện đã làm tốt nhiều việc, dân phấn khởi và tin tưởng.",
        ),
        Drawn(400.0, 664.0, "TM. UBND"),
        Drawn(85.0, 660.0, "Nơi nhận:"),
        Drawn(85.0, 646.0, "- Các phòng, ban của huyện và các xã;"),
        Drawn(85.0, 632.0, "- Thành viên Ban chỉ huy;"),
        Drawn(85.0, 618.0, "- Lưu VT."),
        Drawn(360.0, 618.0, "Nguyễn Thị Thanh Hương"),
    ]);
    let read = texts(&pdf(&[page], ""));
    let name = "Nguyễn Thị Thanh Hương".to_owned();
    assert!(read.contains(&name), "{read:?}");
}

#[test]
fn a_form_that_says_to_whom_it_goes_has_no_foot() {
    let page = upright(&[
        Drawn(85.0, 700.0, "Nơi nhận:"),
        Drawn(300.0, 700.0, "Sở Nội vụ tỉnh Hà Nam"),
        Drawn(85.0, 680.0, "Nơi gửi:"),
        Drawn(330.0, 680.0, "Phòng Nội vụ huyện"),
        Drawn(
            85.0,
            660.0,
            "Phòng đã làm tốt nhiều việc, các xã phấn khởi và tin tưởng.",
        ),
    ]);
    let read = texts(&pdf(&[page], "")).join(" ");
    assert!(read.find("Sở Nội vụ") < read.find("Nơi gửi"), "{read}");
}

#[test]
fn a_form_that_paints_itself_is_read_once() {
    let text = upright(&[Drawn(85.0, 700.0, "Huyện đã làm tốt nhiều việc.")]);
    let file = String::from_utf8(pdf(&["/X Do\n".to_owned()], "")).unwrap();
    let resources = "/Resources<</Font<</F 3 0 R>>/XObject<</X 4 0 R>>>>";
    let form = format!(
        "4 0 obj\n<</Type/XObject/Subtype/Form/BBox[0 0 595 842]{resources}/Length {}>>stream\n{text}/X Do\nendstream",
        text.len() + 6
    );
    let file = file
        .replace("/Resources<</Font<</F 3 0 R>>>>", resources)
        .replace("4 0 obj\n<<>>", &form);
    assert_eq!(texts(file.as_bytes()), ["Huyện đã làm tốt nhiều việc."]);
}

#[test]
fn a_scanned_page_beside_text_is_named_as_failed() {
    let text = upright(&[Drawn(85.0, 700.0, "Huyện đã làm tốt nhiều việc.")]);
    let picture = |width: u32, height: u32| {
        format!("q {width} 0 0 {height} 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID A EI Q\n")
    };
    let pages = [text, picture(595, 842), picture(60, 60)];
    let document = read(&pdf(&pages, ""), None, &ReadOptions::default()).unwrap();
    assert_eq!(document.failed_pages, [2]);
}

#[test]
fn typewritten_text_is_read() {
    let page = upright(&[
        Drawn(85.0, 700.0, "Phòng đã gửi báo cáo về huyện; các xã còn"),
        Drawn(85.0, 685.0, "lại gửi trong tháng sau."),
    ]);
    let file = String::from_utf8(pdf(&[page], "")).unwrap();
    let typewritten = file.replace(
        "/BaseFont/.VnTime",
        "/BaseFont/.VnCourier/FontDescriptor<</Type/FontDescriptor/FontName/.VnCourier/Flags 33>>",
    );
    let read = texts(typewritten.as_bytes()).join(" ");
    assert!(read.contains("các xã còn lại gửi"), "{read}");
}

#[test]
fn hyphens_at_the_ends_of_lines_join_words() {
    let page = upright(&[
        Drawn(
            85.0,
            700.0,
            "The committee of the province reviewed the annual report and its recom-",
        ),
        Drawn(
            85.0,
            685.0,
            "mendations for the year, which were adopted. Trong kinh tế và văn hóa-",
        ),
        Drawn(85.0, 670.0, "xã hội, huyện đã có nhiều tiến bộ."),
    ]);
    let read = texts(&pdf(&[page], "")).join(" ");
    assert!(read.contains("its recommendations for"), "{read}");
    assert!(read.contains("văn hóa-xã hội"), "{read}");
}

#[test]
fn a_page_on_its_side_is_read_as_it_looks() {
    let drawn = [
        (55, 85, "Kết quả thu quý hai của các xã trong huyện"),
        (95, 85, "Tên xã"),
        (95, 300, "Kế hoạch"),
        (95, 500, "Thực hiện"),
        (113, 85, "Liêm Cần"),
        (113, 300, "1.250"),
        (113, 500, "1.305"),
        (131, 85, "Thanh Hà"),
        (131, 300, "980"),
        (131, 500, "1.012"),
    ];
    let draw = |(across, along, text): (u32, u32, &str)| {
        format!(
            "BT /F 12 Tf 0 1 -1 0 {across} {along} Tm <{}> Tj ET\n",
            hex(text)
        )
    };
    let page: String = drawn.into_iter().map(draw).collect();
    let read = texts(&pdf(&[page], "/Rotate 90"));
    assert_eq!(
        read,
        [
            "Kết quả thu quý hai của các xã trong huyện",
            "Tên xã | Kế hoạch | Thực hiện",
            "Liêm Cần | 1.250 | 1.305",
            "Thanh Hà | 980 | 1.012",
        ]
    );
}

#[test]
fn a_file_may_begin_with_something_else() {
    let page = upright(&[Drawn(85.0, 700.0, "Huyện đã làm tốt nhiều việc.")]);
    let file = pdf(&[page], "");
    for before in [
        "\n",
        " ",
        "\u{FEFF}",
        "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n",
    ] {
        let saved = [before.as_bytes(), &file].concat();
        assert_eq!(
            texts(&saved),
            ["Huyện đã làm tốt nhiều việc."],
            "{before:?}"
        );
    }
}

#[test]
fn a_sentence_goes_on_behind_a_note_that_is_set_a_little_smaller() {
    let text = [
        Drawn(
            85.0,
            500.0,
            "Các xã, thị trấn trong huyện đã gieo trồng xong vụ mùa, nhưng một số xã",
        ),
        Drawn(
            85.0,
            484.0,
            "mới đạt dưới một nửa kế hoạch được giao từ đầu năm, do các hồ đập còn",
        ),
    ];
    let note = Drawn(85.0, 90.0, "1 Theo báo cáo của Phòng Nông nghiệp huyện.");
    let rest = Drawn(85.0, 780.0, "thiếu nước tưới và thiếu giống tốt.");
    let pages = [
        sized(11.0, &text) + &sized(10.0, &[note]),
        sized(11.0, &[rest]),
    ];
    let read = texts(&pdf(&pages, ""));
    assert_eq!(read.len(), 2, "{read:?}");
    assert!(
        read[0].ends_with("do các hồ đập còn thiếu nước tưới và thiếu giống tốt."),
        "{read:?}"
    );
}

#[test]
fn numbers_at_the_edge_stay_in_their_sentence_and_in_all_cells_of_their_row() {
    let sentence = upright(&[
        Drawn(
            60.0,
            54.0,
            "Phong trào xây dựng nông thôn mới được các xã hưởng ứng, dân tin tưởng; cả",
        ),
        Drawn(60.0, 38.0, "huyện hiện có"),
        Drawn(144.0, 38.0, "12/25"),
        Drawn(180.0, 38.0, "xã đạt chuẩn, tăng"),
        Drawn(294.0, 38.0, "3"),
        Drawn(306.0, 38.0, "xã so với cùng kỳ năm trước."),
    ]);
    assert_eq!(
        texts(&pdf(&[sentence], "")),
        [
            "Phong trào xây dựng nông thôn mới được các xã hưởng ứng, dân tin tưởng; cả huyện hiện có 12/25 xã \
             đạt chuẩn, tăng 3 xã so với cùng kỳ năm trước."
        ]
    );
    let rows = [
        ["TT", "Tên xã", "Số thôn", "Số hộ", "Sản lượng"],
        ["1", "Liêm Cần", "12", "905", "8.185,5"],
        ["2", "Thanh Hà", "14", "846", "7.920,4"],
        ["3", "Thanh Tâm", "9", "718", "6.105,0"],
        ["4", "Liêm Thuận", "11", "690", "5.870,2"],
    ];
    let heights = [100.0, 84.0, 68.0, 52.0, 36.0];
    let drawn = rows.into_iter().zip(heights).flat_map(|(row, height)| {
        let places = [60.0, 100.0, 220.0, 320.0, 420.0];
        row.into_iter()
            .zip(places)
            .map(move |(text, place)| Drawn(place, height, text))
    });
    let table = upright(&drawn.collect::<Vec<_>>());
    assert_eq!(
        texts(&pdf(&[table], ""))[4],
        "4 | Liêm Thuận | 11 | 690 | 5.870,2"
    );
}

#[test]
fn text_at_an_angle_parts_no_sentence_and_watermarks_are_left_out() {
    let page = |stamp: &str| {
        let text = upright(&[
            Drawn(
                60.0,
                700.0,
                "Phong trào xây dựng nông thôn mới được các xã hưởng ứng, toàn huyện có",
            ),
            Drawn(
                60.0,
                684.0,
                "12 xã đạt chuẩn; các xã còn lại phấn đấu hoàn thành trong năm sau, tập",
            ),
            Drawn(60.0, 668.0, "trung vào giao thông và trường học."),
        ]);
        let stamp = format!("BT /F 12 Tf 0 1 -1 0 575 690 Tm <{}> Tj ET\n", hex(stamp));
        let mark = format!(
            "BT /F 30 Tf 0.7 0.7 -0.7 0.7 200 676 Tm <{}> Tj ET\n",
            hex("Dự thảo")
        );
        text + &stamp + &mark
    };
    let sentence = "Phong trào xây dựng nông thôn mới được các xã hưởng ứng, toàn huyện có 12 xã đạt chuẩn; các xã \
                    còn lại phấn đấu hoàn thành trong năm sau, tập trung vào giao thông và trường học.";
    let pages = [
        page("Văn thư huyện, bản một"),
        page("Văn thư huyện, bản hai"),
    ];
    assert_eq!(
        texts(&pdf(&pages, "")),
        [
            sentence,
            "Văn thư huyện, bản một",
            sentence,
            "Văn thư huyện, bản hai"
        ]
    );
}

/// Words as programs that recognize letters place them, on lines that rise by a share of their length.
fn askew(lines: &[&'static str], rise: f32) -> String {
    let mut drawn = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let mut place = 85.0;
        for word in line.split(' ') {
            let height = 700.0 - 16.0 * index as f32 + rise * (place - 85.0);
            drawn.push(Drawn(place, height, word));
            place += 6.0 * (word.chars().count() + 1) as f32;
        }
    }
    upright(&drawn)
}

#[test]
fn a_scan_that_lies_askew_is_read_line_by_line() {
    let lines = [
        "Sáu tháng đầu năm, các xã trong huyện đã gieo trồng xong vụ mùa, nạo vét",
        "kênh mương, tu sửa các cống và trạm bơm, tiêm phòng cho đàn gia súc; yêu",
        "cầu các phòng rà soát toàn bộ diện tích chưa gieo cấy, báo cáo huyện và",
        "chủ trì kiểm tra các hồ chứa nước trước mùa mưa bão năm nay, cùng với",
        "các xã xây dựng kế hoạch bảo vệ sản xuất.",
    ];
    for rise in [0.0, 0.012, -0.012] {
        assert_eq!(
            texts(&pdf(&[askew(&lines, rise)], "")),
            [lines.join(" ")],
            "{rise}"
        );
    }
}

#[test]
fn a_page_upside_down_is_read_as_it_looks() {
    let lines = [
        (142, "Kết quả thu quý hai của các xã trong huyện"),
        (174, "Các xã đã thu đạt 102% kế hoạch được giao."),
    ];
    let draw = |(height, text): (u32, &str)| {
        format!(
            "BT /F 12 Tf -1 0 0 -1 510 {height} Tm <{}> Tj ET\n",
            hex(text)
        )
    };
    let page: String = lines.into_iter().map(draw).collect();
    assert_eq!(
        texts(&pdf(&[page], "/Rotate 180")),
        lines.map(|(_, text)| text)
    );
}

#[test]
fn a_scan_with_the_stamp_of_a_signature_is_a_scan() {
    let picture = "q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID A EI Q\n";
    let stamp = upright(&[
        Drawn(380.0, 790.0, "Ký bởi: UBND huyện Thanh Liêm"),
        Drawn(380.0, 776.0, "Ngày ký: 14-06-2024 15:30:12"),
    ]);
    let title = upright(&[Drawn(85.0, 500.0, "Kết quả sáu tháng đầu năm")]);
    let signed = picture.to_owned() + &stamp;
    let slide = picture.to_owned() + &title;
    let pages = [signed, slide];
    let error = read(&pdf(&pages[..1], ""), None, &ReadOptions::default()).unwrap_err();
    assert_eq!(error.code(), "needs_ocr");
    let document = read(&pdf(&pages, ""), None, &ReadOptions::default()).unwrap();
    assert_eq!(document.failed_pages, [1]);
    assert_eq!(document.paragraphs.len(), 1);
}
