use super::*;
use crate::document::ParagraphKind;
use crate::ingest::blocks::Block;

/// The rows of a table, with cells between bars.
fn table(rows: &[&str]) -> Vec<Placed> {
    let row = |(index, text): (usize, &&str)| {
        let row = Row {
            cells: text.split('|').map(|cell| cell.trim().to_owned()).collect(),
            is_first: index == 0,
            page_ends: 0,
        };
        let mut block = Block::of_text(&row.text());
        block.kind = ParagraphKind::Table;
        Placed {
            row: Some(row),
            ..Placed::from(block)
        }
    };
    rows.iter().enumerate().map(row).collect()
}

/// What pages with a table each say together.
fn read(pages: &[&[&str]]) -> Vec<String> {
    let mut open = OpenTable::default();
    let mut joined = Vec::new();
    for page in pages {
        let page = open.go_on(&mut joined, table(page));
        joined.extend(page);
    }
    let texts = joined.iter().map(|placed| placed.block.text());
    texts.collect()
}

#[test]
fn a_row_goes_on_below_the_header_that_repeats() {
    let whole = [
        "TT | Nhiệm vụ | Chủ trì | Thời hạn",
        "1 | Rà soát hộ nghèo | Phòng Nội vụ | Tháng 5",
        "2 | Tu bổ đê bao thôn Hạ | Phòng Nông nghiệp và Môi trường | Trước ngày 30/6",
        "3 | Tổng kết | Văn phòng | Tháng 12",
    ];
    let header = whole[0];
    let parted = [
        &[
            header,
            whole[1],
            "2 | Tu bổ đê bao | Phòng Nông nghiệp và | Trước ngày",
        ],
        &[header, "| thôn Hạ | Môi trường | 30/6", whole[3]],
    ];
    assert_eq!(read(&[parted[0], parted[1]]), whole);
    assert_eq!(read(&[parted[0], &parted[1][1..]]), whole);
    // As the layout analysis may have it.
    let merged = "TT | Nhiệm vụ thôn Hạ | Chủ trì Môi trường | Thời hạn 30/6";
    assert_eq!(read(&[parted[0], &[merged, whole[3]]]), whole);
}

#[test]
fn the_header_is_known_over_many_pages() {
    let header = "TT | Tên xã | Số hộ";
    let pages: [&[&str]; 3] = [
        &[header, "1 | Liêm Cần | 1.204"],
        &[header, "2 | Thanh Hà | 987"],
        &[header, "3 | Yên Lộc | 1.130"],
    ];
    let expected = [pages[0], &pages[1][1..], &pages[2][1..]].concat();
    assert_eq!(read(&pages), expected);
}

#[test]
fn rows_that_begin_by_themselves_stay() {
    // Units, figures and a sign for nothing are no rests, nor is a row with a number.
    for (last, next) in [
        (
            "3 | Sản lượng lúa | tấn | 189.000",
            "| Sản lượng ngô | tấn | 12.300",
        ),
        (
            "| Sản lượng rau | tấn | 7.000",
            "4 | diện tích cây ăn quả | ha | 1.150",
        ),
        ("1 | Xã Liêm Cần | 12 | -", "| Xã Thanh Hà | 3 | 9"),
        (
            "1 | Rà soát hộ nghèo. | Phòng Nội vụ | ",
            "| Báo cáo kết quả | Văn phòng | ",
        ),
        (
            "| tuyên truyền ở thôn | cả năm | ",
            "| rà soát hồ sơ | quý ba | ",
        ),
    ] {
        let pages = [
            ["Thửa | Nội dung | Đơn vị | Số", last],
            [next, "9 | Hết | | "],
        ];
        let rows = pages.concat();
        let rows: Vec<String> = rows
            .iter()
            .map(|row| table(&[row])[0].block.text())
            .collect();
        assert_eq!(read(&[&pages[0], &pages[1]]), rows, "{next}");
    }
}

#[test]
fn another_table_that_begins_like_the_one_before_is_whole() {
    let works = [
        "TT | Việc | Kết quả",
        "1 | Trồng rừng | Đạt",
        "2 | Xây cầu | Đang làm",
    ];
    let plans = [
        "TT | Việc chưa làm | Kết quả chờ",
        "1 | Nạo vét | Trạm",
        "2 | Sửa cống | Xã",
    ];
    assert_eq!(read(&[&works, &plans]), [works, plans].concat());
    let forms = ["An", "Bình"].map(|name| {
        let name = format!("Họ và tên | {name}");
        [
            "Đơn vị | Sở Nội vụ".to_owned(),
            name,
            "Quê quán | Hà Nam".to_owned(),
        ]
    });
    let pages = forms
        .each_ref()
        .map(|form| form.each_ref().map(String::as_str));
    assert_eq!(read(&[&pages[0], &pages[1]]), forms.concat());
}

#[test]
fn cells_go_on_inside_sentences_names_and_dates() {
    for (cell, rest, expected) in [
        ("Tu bổ đê bao", "thôn Hạ", true),
        ("Phòng Nông nghiệp và", "Môi trường", true),
        ("Văn phòng", "HĐND và UBND", true),
        ("Trước ngày", "30/6", true),
        ("Giai đoạn 2021 -", "2025", true),
        ("Cả năm", "Phòng Nội vụ", false),
        ("Hội Nông dân tỉnh", "Đài Truyền thanh", false),
        ("Trước ngày 15/7/2025", "tháng 9 năm 2025", false),
        ("tấn", "tấn", false),
        ("-", "9", false),
        ("12", "45", false),
        ("Đã xong.", "còn hai xã", false),
        ("Trước ngày", "-", false),
    ] {
        assert_eq!(cell_goes_on(cell, rest), expected, "{cell} {rest}");
    }
}
