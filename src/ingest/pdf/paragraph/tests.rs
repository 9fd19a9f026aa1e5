//! Which lines go on, and which begin a paragraph, by where they stand.

use super::super::lines::tests::line;
use super::super::lines::{Line, margins, paragraphs};

/// What paragraphs these lines make that the layout analysis takes for one.
fn texts(mut lines: Vec<Line>) -> Vec<String> {
    let whole: String = lines.iter().map(|line| line.block.text()).collect();
    let margins = margins(&lines);
    let paragraphs = paragraphs(&mut lines, &whole, margins).unwrap();
    let texts = paragraphs.iter().map(|paragraph| paragraph.block.text());
    texts.collect()
}

#[test]
fn abbreviations_left_over_by_a_full_line_are_no_title() {
    let lines = vec![
        line(
            85.0,
            700.0,
            "Ngành đã sắp xếp mạng lưới từ mầm non đến các trường",
        ),
        line(85.0, 684.0, "THCS, THPT"),
        line(85.0, 668.0, "và các trung tâm."),
        line(240.0, 652.0, "KẾT QUẢ"),
        line(85.0, 636.0, "Các xã đã gieo trồng xong."),
    ];
    assert_eq!(
        texts(lines),
        [
            "Ngành đã sắp xếp mạng lưới từ mầm non đến các trường THCS, THPT và các trung tâm.",
            "KẾT QUẢ",
            "Các xã đã gieo trồng xong."
        ]
    );
    let signed = vec![
        line(
            85.0,
            700.0,
            "Người lập biểu xác nhận số liệu đúng vào thời điểm",
        ),
        line(85.0, 684.0, "NGUYỄN VĂN BÌNH"),
    ];
    assert_eq!(texts(signed).len(), 2);
}

#[test]
fn items_go_on_where_their_words_begin() {
    let lines = vec![
        line(85.0, 700.0, "- Thu ngân sách tăng so với năm trước;"),
        line(103.0, 684.0, "trong đó thu từ đất đạt 31,2 tỷ đồng."),
        line(103.0, 668.0, "Các khoản khác giảm nhẹ."),
        line(85.0, 652.0, "- Chi ngân sách bằng 52% dự toán."),
        line(121.0, 636.0, "Các xã đã gieo trồng xong."),
    ];
    let texts = texts(lines);
    assert_eq!(texts.len(), 3, "{texts:?}");
    assert!(texts[0].ends_with("giảm nhẹ."), "{texts:?}");
}

#[test]
fn a_centred_title_in_another_font_ends_though_it_nearly_fills_its_line() {
    let count = |left: f32, font: &str, title: &str| {
        let mut title = line(left, 700.0, title);
        title.block.runs[0].font = Some(font.to_owned());
        let mut body = vec![
            line(
                85.0,
                684.0,
                "Thực hiện kế hoạch vụ xuân của huyện, các xã vùng thấp đã gieo",
            ),
            line(85.0, 668.0, "xong lúa trước Tết."),
        ];
        for line in &mut body {
            line.block.runs[0].font = Some("Times".to_owned());
        }
        body.insert(0, title);
        texts(body).len()
    };
    let nearly_full = "Kết quả công tác khuyến nông và phòng, chống hạn vụ xuân";
    assert_eq!(count(103.0, "Times-Bold", nearly_full), 2);
    assert_eq!(count(103.0, "Times", nearly_full), 1);
    // At the margin bold words may begin a sentence, unless they leave room for the next one.
    let full = "Kết quả công tác khuyến nông và phòng, chống hạn vụ xuân này";
    assert_eq!(count(85.0, "Times-Bold", full), 1);
    let short = "Kết quả công tác khuyến nông và phòng, chống hạn";
    assert_eq!(count(85.0, "Times-Bold", short), 2);
    assert_eq!(count(85.0, "Times", short), 1);
}

#[test]
fn a_sign_below_that_of_an_item_begins_the_next_one() {
    let count = |left: f32, second: &str| {
        let lines = vec![
            line(
                85.0,
                700.0,
                "- Đoàn xã trồng 1.200 cây keo ở hai bên đường liên thôn phía đông",
            ),
            line(left, 684.0, second),
        ];
        texts(lines).len()
    };
    assert_eq!(count(85.0, "- Hội Nông dân xã giúp bảy hộ sửa chuồng"), 2);
    let others = [
        (85.0, "- tây và hai bên bờ suối"),
        (95.0, "- Bắc và hai bên bờ suối"),
        (85.0, "+ Hội Nông dân xã giúp bảy hộ"),
    ];
    for (left, second) in others {
        assert_eq!(count(left, second), 1, "{second}");
    }
}

#[test]
fn a_gap_begins_a_paragraph() {
    let lines = vec![
        line(85.0, 760.0, "Tình hình sáu tháng đầu năm của huyện"),
        line(
            85.0,
            737.0,
            "Huyện báo cáo kết quả các mặt công tác như sau đây:",
        ),
        line(85.0, 714.0, "2. Về thu ngân sách"),
        line(
            85.0,
            691.0,
            "Tổng thu ngân sách trên địa bàn huyện đến nay đạt",
        ),
        line(
            85.0,
            675.0,
            "186 tỷ đồng, bằng 54% dự toán được tỉnh giao cho,",
        ),
        line(
            85.0,
            659.0,
            "trong đó thu thuế, phí là 96 tỷ đồng, tăng 7,2%.",
        ),
        line(
            85.0,
            636.0,
            "Chi ngân sách là 312 tỷ đồng, được phân bổ cho",
        ),
        line(
            85.0,
            620.0,
            "Phòng Giáo dục và các trường, nhiều nhất từ trước",
        ),
        line(85.0, 604.0, "đến nay"),
        line(85.0, 581.0, "Các xã chi đúng dự toán."),
    ];
    let texts = texts(lines);
    let begin = ["Tình", "Huyện", "2. Về", "Tổng thu", "Chi", "Các xã"];
    assert_eq!(texts.len(), begin.len(), "{texts:?}");
    for (text, begin) in texts.iter().zip(begin) {
        assert!(text.starts_with(begin), "{texts:?}");
    }
}

#[test]
fn a_short_line_over_a_long_one_is_a_heading_but_not_beside_a_picture() {
    let heading = [
        line(85.0, 700.0, "Nguyên nhân chủ quan"),
        line(
            85.0,
            684.0,
            "Một số phòng, ban chưa phối hợp chặt chẽ với các",
        ),
        line(85.0, 668.0, "xã."),
    ];
    let beside_picture = [
        line(85.0, 700.0, "Huyện giao cho Công an"),
        line(85.0, 684.0, "Đông Sơn và Công an xã"),
        line(
            85.0,
            668.0,
            "Đông Hòa kiểm tra, làm rõ các vụ việc tồn đọng rồi",
        ),
        line(85.0, 652.0, "báo cáo trong tháng 9."),
    ];
    let recipients = [
        line(85.0, 700.0, "Nơi nhận:"),
        line(85.0, 684.0, "Như trên"),
        line(85.0, 668.0, "Phòng Nội vụ và các trường ở ba xã vùng cao"),
    ];
    assert_eq!(texts(recipients.into()).len(), 2);
    assert_eq!(texts(heading.into()).len(), 2);
    assert_eq!(texts(beside_picture.into()).len(), 1);
}

#[test]
fn lines_far_apart_on_the_whole_page_are_those_of_paragraphs() {
    let count = |pitch: f32, text: &str| {
        let heights = (0..9).map(|index| 700.0 - pitch * index as f32);
        texts(heights.map(|height| line(85.0, height, text)).collect()).len()
    };
    let full = "các xã trong huyện đã gieo trồng xong lúa mùa";
    assert_eq!([count(16.0, full), count(28.0, full)], [1, 1]);
    assert_eq!(count(28.0, "Chức vụ: Phó Trưởng phòng"), 9);
}
