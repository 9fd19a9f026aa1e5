//! The laws of reading pages.

use super::*;
use crate::ingest::assemble::Source;
use crate::ingest::encoding::normalize::normalize;
use crate::ingest::encoding::tests::encode_bytes;
use crate::ingest::encoding::{EncodingChoice, LegacyEncoding};
use ParagraphKind::{Body, Caption, Heading, ListItem, Table};

fn shown(html: &str) -> Vec<(ParagraphKind, String)> {
    read(html)
        .unwrap()
        .0
        .iter()
        .map(|block| (block.kind, normalize(&block.text()).into_owned()))
        .collect()
}

#[test]
fn keeps_the_kinds_and_leaves_out_what_is_not_text() {
    let html = "<!doctype html><html><head><title> Báo cáo </title><style>p{}</style></head><body>\
        <nav><ul><li>Trang chủ</li></ul></nav><h1>Kết <em>quả</em></h1>\
        Lời dẫn.<p>Đoạn&nbsp;một<br>tiếp.</p><ul><li>Mục <b>một</b></li><li><p>Mục hai</p></li></ul>\
        <figure><img><figcaption>Ảnh 1</figcaption></figure>\
        <table><caption>Bảng 1</caption><thead><tr><th>Chỉ tiêu</th><th>Số</th></tr></thead>\
        <tbody> <tr> <td>Hộ</td> <td>12</td> </tr> </tbody></table>\
        <script>var x = 1;</script><template><p>mẫu</p></template></body></html>";
    let expected = [
        (Heading, "Kết quả"),
        (Body, "Lời dẫn."),
        (Body, "Đoạn một tiếp."),
        (ListItem, "Mục một"),
        (ListItem, "Mục hai"),
        (Caption, "Ảnh 1"),
        (Caption, "Bảng 1"),
        (Table, "Chỉ tiêu | Số"),
        (Table, "Hộ | 12"),
    ];
    assert_eq!(
        shown(html),
        expected.map(|(kind, text)| (kind, text.to_owned()))
    );
    assert_eq!(read(html).unwrap().1.unwrap().text(), "Báo cáo");
    let (_, title) = read("<h1>A</h1><h1>B</h1>").unwrap();
    assert_eq!(title.unwrap().text(), "A");
}

#[test]
fn the_top_and_the_foot_of_a_site_are_left_out() {
    let site = |text: &str| {
        format!(
            "<form><header>Chào quý khách.</header><div role=navigation>Trang chủ</div>Tin mới\
             <footer>Ghi rõ nguồn khi đăng lại.</footer>{text}<div role=contentinfo>Giấy phép số 5.</div></form>"
        )
    };
    let texts = |page: &str| -> Vec<String> {
        let found = shown(page).into_iter();
        found.map(|(_, text)| text).collect()
    };
    let page = site("<h1>Thu hoạch lúa</h1><div><p>Cả xã đã gặt xong.</div>");
    assert_eq!(
        texts(&page),
        ["Tin mới", "Thu hoạch lúa", "Cả xã đã gặt xong."]
    );
    // Those of a part of the page are its own.
    let page = site(
        "<article><header><p>Sở Y tế báo cáo.</header><footer>Trần Văn Long</footer></article>",
    );
    assert_eq!(
        texts(&page),
        ["Tin mới", "Sở Y tế báo cáo.", "Trần Văn Long"]
    );
    // A letter whose head is marked as one, with nothing else that is.
    let page = "<header><h1>BÁO CÁO</h1></header><p>Xã đã gặt xong.</p><footer>Lê Thị Mai</footer>";
    assert_eq!(texts(page), ["BÁO CÁO", "Xã đã gặt xong.", "Lê Thị Mai"]);
}

#[test]
fn the_top_and_the_foot_of_a_part_of_the_text_are_read_and_so_are_those_of_a_letter() {
    let texts = |page: &str| -> Vec<String> {
        let found = shown(page).into_iter();
        found.map(|(_, text)| text).collect()
    };
    let post =
        "<div><header>Xã gặt xong lúa.</header><p>Đạt 98%.</p><footer>Hết tháng 6.</footer></div>";
    let read = ["Xã gặt xong lúa.", "Đạt 98%.", "Hết tháng 6."];
    let logo = format!("<h1>Xã Khe Sậy</h1>{post}");
    assert_eq!(texts(&logo)[1..], read);
    let main = format!("<header>Xã Khe Sậy</header><div role=main><h1>Mùa vụ</h1>{post}</div>");
    assert_eq!(texts(&main)[1..], read);
    let letters = [
        "<header><p>Độc lập - Tự do - Hạnh phúc</header><h1>BÁO CÁO</h1><footer>Lê Thị Mai</footer>",
        "<header><p>Số: 12/BC-KS</header><main><h1>BÁO CÁO</h1></main><footer>Lê Thị Mai</footer>",
        "<header><b>Số:</b> 7/2024/QĐ-KS</header><h1>QUYẾT ĐỊNH</h1><footer>Lê Thị Mai</footer>",
        "<header>XÃ KHE SẬY</header><h1>BÁO CÁO</h1><footer><p>Nơi nhận:<p>Lê Thị Mai</footer>",
    ];
    for letter in letters {
        assert_eq!(texts(letter).last().unwrap(), "Lê Thị Mai");
    }
    // What page builders wrap around the site's top does not make it the text's.
    let wrapped =
        "<div>\n<div><header>Xã Khe Sậy</header></div>\n</div><main><p>Lúa gặt xong.</main>";
    assert_eq!(texts(wrapped), ["Lúa gặt xong."]);
}

#[test]
fn what_sites_say_of_themselves_makes_none_of_them_a_letter() {
    let margins = [
        "<footer><p><b>Trụ sở:</b> Số 7 đường 19/8, thị trấn Khe Sậy</p></footer>",
        "<footer>Giấy phép <b>Số 5/GP-STTTT</b></footer>",
        "<header>Giấy phép <b>Số 5/GP-STTTT</b></header>",
        "<footer><p>Nơi nhận ý kiến của người dân: bộ phận một cửa</footer>",
        "<header><p>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<p>Trang tin xã Khe Sậy</header>",
    ];
    for margin in margins {
        let page = format!("{margin}<main><h1>Mùa vụ</h1><p>Lúa gặt xong.</main>");
        assert_eq!(shown(&page).len(), 2, "{margin}");
    }
}

#[test]
fn what_stands_beside_a_margin_and_says_nothing_does_not_make_it_one_of_the_text() {
    let header = "<header><p>Trang tin xã Khe Sậy</header>";
    let beside = [
        "<nav><ul><li>Trang chủ</ul></nav>",
        "<style>p{}</style>",
        "<div>Thứ Sáu, 14/6/2024</div>",
        "<ul><li><a>Liên hệ</a></ul>",
        header,
        "<a>Bỏ qua</a><span></span>",
    ];
    let is_read = |page: &str| shown(page).iter().any(|(_, text)| text.contains("Khe Sậy"));
    for beside in beside {
        let site = format!("<div>{beside}{header}</div><main><p>Lúa gặt xong.</main>");
        assert!(!is_read(&site), "{beside}");
    }
    for text in [
        "<p>Gặt xong",
        "<div>Lúa đã gặt xong.</div>",
        "<ul><li>Gặt xong</ul>",
    ] {
        let part = format!("<h1>Mùa vụ</h1><div>{header}{text}</div>");
        assert!(is_read(&part), "{text}");
    }
}

#[test]
fn notes_and_comments_of_word_are_captions_without_their_marks() {
    let page = "<p>Cả xã có 12 xóm<a href=\"#_ftn1\" name=\"_ftnref1\"><span>[1]</span></a> mới.\
        <a class=msocomanchor href=\"#_msocom_1\">[A1]</a></p>\
        <div style='mso-element:footnote-list'><hr><div style='mso-element:footnote'>\
        <p><a href=\"#_ftnref1\" name=\"_ftn1\">[1]</a>Tính đến tháng năm.</p></div></div>\
        <div style='color:red; mso-element:comment-list'><div><p><a class=msocomoff href=x>[A1]</a>Xem lại số này.</p></div></div>\
        <p>Hết.</p>";
    let expected = [
        (Body, "Cả xã có 12 xóm mới."),
        (Caption, "Tính đến tháng năm."),
        (Caption, "Xem lại số này."),
        (Body, "Hết."),
    ];
    assert_eq!(
        shown(page),
        expected.map(|(kind, text)| (kind, text.to_owned()))
    );
}

#[test]
fn a_page_in_a_cell_beside_others_reads_as_a_page() {
    let first = "Sáu tháng đầu năm, huyện đã nâng cấp mười hai tuyến đường liên xã. ".repeat(9);
    let second = "Các xã vùng cao còn thiếu nước sạch vào mùa khô, nhất là tháng ba. ".repeat(9);
    let page = format!(
        "<table><tr><td>Trang chủ<br>Tin tức<td><p><b>Kết quả</b><p>{first}<p>{second}<tr><td>Bản in</table>"
    );
    let expected = [
        (Body, "Trang chủ Tin tức"),
        (Body, "Kết quả"),
        (Body, first.trim()),
        (Body, second.trim()),
        (Table, "Bản in"),
    ];
    assert_eq!(
        shown(&page),
        expected.map(|(kind, text)| (kind, text.to_owned()))
    );
    let row = "<table><tr><td>1<td><p>Sửa đường<p>Xây cầu<td>Quý II</table>";
    let expected = [(Table, "1 | Sửa đường Xây cầu | Quý II".to_owned())];
    assert_eq!(shown(row), expected);
}

#[test]
fn two_line_breaks_part_paragraphs() {
    assert_eq!(shown("<p>một<br>hai<br>\n<br>ba</p>").len(), 2);
}

#[test]
fn a_line_break_before_an_item_or_a_new_sentence_parts_paragraphs() {
    let page = "<div>Kính gửi các đồng chí,<br>\nVăn phòng gửi kết quả tuần 24.<br>\n1. Công an huyện bắt \
        03 đối tượng.<br>- <b>Phòng Y tế</b> tiêm chủng<br>cho 120 trẻ.<br><i>Đề nghị</i> các xã báo cáo.</div>\
        <table><tr><td>Kết quả.<br>Tốt<td>12</table>";
    let expected = [
        (
            Body,
            "Kính gửi các đồng chí, Văn phòng gửi kết quả tuần 24.",
        ),
        (Body, "1. Công an huyện bắt 03 đối tượng."),
        (Body, "- Phòng Y tế tiêm chủng cho 120 trẻ."),
        (Body, "Đề nghị các xã báo cáo."),
        (Table, "Kết quả. Tốt | 12"),
    ];
    assert_eq!(
        shown(page),
        expected.map(|(kind, text)| (kind, text.to_owned()))
    );
}

#[test]
fn a_line_break_inside_a_sentence_or_a_heading_parts_nothing() {
    let page = "<h2>CHƯƠNG I.<br>QUY ĐỊNH CHUNG</h2><p>Đoàn đã làm việc với UBND TP.<br>Hồ Chí Minh, bà \
        ThS.<br>Nguyễn Thị Lan về tuyến Bà Rịa<br>-Vũng Tàu theo<br>Điều 62 của Luật Đất đai.<p>Kết quả<br>-Lúa<br>-Ngô";
    let expected = [
        (Heading, "CHƯƠNG I. QUY ĐỊNH CHUNG"),
        (
            Body,
            "Đoàn đã làm việc với UBND TP. Hồ Chí Minh, bà ThS. Nguyễn Thị Lan về tuyến Bà Rịa -Vũng Tàu theo \
             Điều 62 của Luật Đất đai.",
        ),
        (Body, "Kết quả"),
        (Body, "-Lúa"),
        (Body, "-Ngô"),
    ];
    assert_eq!(
        shown(page),
        expected.map(|(kind, text)| (kind, text.to_owned()))
    );
}

#[test]
fn preformatted_lines_are_those_of_a_plain_text() {
    let page = "<p>Kính gửi:</p><ul><li>Mục một</li></ul><pre>\nThứ nhất, sửa đường vào trạm y tế.\n\n\
        Thứ hai, <b>mua thêm</b> ghế.<br>Thứ ba, quét vôi.<h2>Kinh phí</h2>Xã chi trả.</pre>Hết.";
    let expected = [
        (Body, "Kính gửi:"),
        (ListItem, "Mục một"),
        (Body, "Thứ nhất, sửa đường vào trạm y tế."),
        (Body, "Thứ hai, mua thêm ghế."),
        (Body, "Thứ ba, quét vôi."),
        (Heading, "Kinh phí"),
        (Body, "Xã chi trả."),
        (Body, "Hết."),
    ];
    assert_eq!(
        shown(page),
        expected.map(|(kind, text)| (kind, text.to_owned()))
    );
}

#[test]
fn preformatted_text_keeps_its_font() {
    let html = "<pre><font face='.VnTime'>Céng hoµ\nViÖt Nam</font></pre>";
    let blocks = read(html).unwrap().0;
    let fonts = blocks.iter().map(|block| block.runs[0].font.as_deref());
    assert!(fonts.eq([Some(".VnTime"); 2]));
}

#[test]
fn hidden_elements_are_left_out_with_their_content() {
    let hidden = [
        "hidden",
        "style='display:none'",
        "style='color:red; DISPLAY : None !important'",
        "style=\"visibility: hidden;\"",
        "style='mso-hide:all'",
    ];
    for attribute in hidden {
        let page = format!(
            "<body style='visibility:hidden'><ul><li>Hiện.<span {attribute}>Ẩn</span><p {attribute}>Ẩn</p></li>\
            <li {attribute}>Ẩn</li></ul><table><tr><td>Hộ<table {attribute}><tr><td>Ẩn</table></td>\
            <td>12</td></tr></table><div {attribute}><p>Ẩn</p></div><p style='display:block'>Cuối.</p>"
        );
        let expected = [(ListItem, "Hiện."), (Table, "Hộ | 12"), (Body, "Cuối.")];
        assert_eq!(
            shown(&page),
            expected.map(|(kind, text)| (kind, text.to_owned())),
            "{attribute}"
        );
    }
}

/// A page as Word saved it: bytes of windows-1258, and references for what it has no byte for.
fn page_with_references(text: &str) -> Vec<u8> {
    let mut page = b"<html><head><meta charset=windows-1258></head><body>".to_vec();
    for character in text.chars() {
        let mut buffer = [0; 4];
        let (bytes, _, is_lossy) =
            encoding_rs::WINDOWS_1258.encode(character.encode_utf8(&mut buffer));
        if is_lossy {
            page.extend(format!("&#{};", u32::from(character)).bytes());
        } else {
            page.extend_from_slice(&bytes);
        }
    }
    page
}

#[test]
fn the_label_windows_1258_holds_beside_character_references() {
    let text = "Đã đưa vào sử dụng trường mầm non của xã; cũng ở đó, ý kiến các hộ về nước sạch được ghi rõ.";
    for text in [text, "Xã Đông Ý"] {
        let page = page_with_references(text);
        let label = declared_charset(&page);
        let source = read_page(&page, label.as_deref(), EncodingChoice::Auto).unwrap();
        assert_eq!(normalize(&source.blocks[0].text()), text);
        assert_eq!(source.encoding.unwrap().name, "windows-1258");
    }
}

#[test]
fn a_wrong_label_windows_1258_is_not_believed() {
    let shown = "<p>Céng hoµ x· héi chñ nghÜa ViÖt Nam, ®éc lËp, tù do, h¹nh phóc, ®oµn kÕt</p>";
    let (page, _, _) = encoding_rs::WINDOWS_1252.encode(shown);
    let source = read_page(&page, Some("windows-1258"), EncodingChoice::Auto).unwrap();
    let source = source.into_decoded(EncodingChoice::Auto);
    assert!(
        source.blocks[0]
            .text()
            .starts_with("Cộng hoà xã hội chủ nghĩa Việt Nam")
    );
}

#[test]
fn finds_the_declared_charset() {
    let pages = [
        "<meta charset=utf-8>",
        "<META http-equiv=Content-Type content=\"text/html; charset=UTF-8\">",
        "<?xml version='1.0' encoding='utf-8'?><html>",
    ];
    for page in pages {
        assert_eq!(
            declared_charset(page.as_bytes()).as_deref(),
            Some("utf-8"),
            "{page}"
        );
    }
    assert_eq!(declared_charset(b"<html>"), None);
}

#[test]
fn names_the_font_of_a_run() {
    let html = "<p><font face='.VnTime'>Céng</font> <span style=\"color:red; font-family: 'VNI-Times'\">b</span></p>";
    let runs = &read(html).unwrap().0[0].runs;
    let fonts: Vec<_> = runs.iter().map(|run| run.font.as_deref()).collect();
    assert_eq!(fonts, [Some(".VnTime"), None, Some("VNI-Times")]);
}

#[test]
fn the_font_of_a_style_is_that_of_its_own_declaration() {
    let cases = [
        ("FONT-SIZE: 14pt; FONT-FAMILY: .VnTime", Some(".VnTime")),
        (
            "mso-bidi-font-family:Arial;font-family:'.VnTime'",
            Some(".VnTime"),
        ),
        ("mso-fareast-font-family:'Times New Roman'", None),
        ("font-family", None),
    ];
    for (style, font) in cases {
        assert_eq!(font_of_style(style).as_deref(), font, "{style}");
    }
}

#[test]
fn a_wrong_label_yields_to_what_is_asked_for_and_to_bytes_that_do_not_fit() {
    let text = "Huyện đã gặt xong lúa mùa";
    let legacy = LegacyEncoding::Tcvn3;
    let page = [b"<p>", &encode_bytes(text, legacy).unwrap()[..]].concat();
    for label in ["gb2312", "windows-1251", "iso-8859-2", "utf-8"] {
        let choice = EncodingChoice::Legacy(legacy);
        let source = read_page(&page, Some(label), choice).unwrap();
        let source = source.into_decoded(choice);
        assert_eq!(source.blocks[0].text(), text, "{label}");
    }
    let page = [&page[..], b"<!--\xFF-->"].concat();
    let source = read_page(&page, Some("gb2312"), EncodingChoice::Auto).unwrap();
    let source = source.into_decoded(EncodingChoice::Auto);
    assert!(source.blocks[0].text().starts_with(text));
}

#[test]
fn bottomless_nesting_is_refused_and_unclosed_tags_are_not() {
    let deep = format!("<p>đầu</p>{}đáy", "<div>".repeat(100_000));
    assert_eq!(read(&deep).unwrap_err().code(), "too_large");
    let unclosed = "<p>một<br><li>hai".repeat(10_000);
    assert_eq!(shown(&unclosed).len(), 20_000);
    let to_a_depth = format!("<p>đầu</p>{}đáy", "<div>".repeat(900));
    assert_eq!(shown(&to_a_depth)[1].1, "đáy");
}

#[test]
fn what_only_looks_like_a_tag_or_never_nests_is_no_depth() {
    let cases = [
        format!("<script>{}</script>", "for(i=0;i<n;i++);".repeat(2_000)),
        format!("<!--{}-->", "<w:LsdException/>".repeat(2_000)),
        format!("<svg>{}</svg>", "<path d='M0 0'/>".repeat(2_000)),
    ];
    for aside in cases {
        let page = format!("<html><body>{aside}<p>Xã đã gặt xong.</p>");
        assert_eq!(shown(&page), [(Body, "Xã đã gặt xong.".to_owned())]);
    }
}

#[test]
fn formatting_that_is_opened_again_in_every_paragraph_is_bounded() {
    let fonts: Vec<String> = (0..400)
        .map(|face| format!("<font face=f{face}>"))
        .collect();
    let (fonts, few) = (fonts.concat(), fonts[..9].concat());
    let page = format!("<p>{fonts}{}", "<p>x".repeat(8_000));
    assert_eq!(read(&page).unwrap_err().code(), "too_large");
    let careless = format!("<p>{few}{}", "<p>Nạo vét kênh mương. ".repeat(8_000));
    assert_eq!(shown(&careless).len(), 8_000);
}

#[test]
fn signs_and_raised_numbers_read_as_they_look() {
    let page = "<meta charset=utf-8><p>Tỷ lệ <span style='font-family:Symbol'>\u{B3}</span> 95%, <font face=Wingdings>q</font> Nam \
        <font face=Wingdings>þ</font> Nữ, 1.250<sup><a href=#a>1</a></sup> tấn trên 10<sup>3</sup> km<sup>2</sup>, H<sub>2</sub>O, \
        <font face=Symbol>Sơ kết</font></p>";
    let found = crate::ingest::read(
        page.as_bytes(),
        None,
        &crate::ingest::ReadOptions::default(),
    );
    assert_eq!(
        found.unwrap().paragraphs[0].text,
        "Tỷ lệ ≥ 95%, ❑ Nam ☑ Nữ, 1.250¹ tấn trên 10³ km², H₂O, Sơ kết"
    );
}

#[test]
fn raised_numbers_are_no_letters_of_an_older_encoding() {
    let page = "<p><font face='.VnTime'>S\u{B6}n l\u{AD}\u{EE}ng 10<sup>3</sup> t\u{CA}n, 25 km<sup>2</sup> ®Êt ruéng cña x·</font></p>";
    let source = Source::undecoded(read(page).unwrap()).into_decoded(EncodingChoice::Auto);
    assert_eq!(
        normalize(&source.blocks[0].text()),
        "Sản lượng 10³ tấn, 25 km² đất ruộng của xã"
    );
}

#[test]
fn an_empty_element_of_xhtml_does_not_swallow_the_page() {
    let page = "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><head><title/><script src='a.js'/></head>\
        <body><p>Kết quả</p><textarea/><p><b/>Đã xong.</p></body></html>";
    assert_eq!(
        shown(page),
        [(Body, "Kết quả".to_owned()), (Body, "Đã xong.".to_owned())]
    );
}

#[test]
fn what_shows_without_frames_is_read_as_a_page() {
    let page = "<html><frameset><frame src=a.htm><noframes><body><p>Trang này có <b>khung</b>.</p><noframes>\
        <p>Xem bản chữ.</p></body></noframes></frameset></html>";
    assert_eq!(shown(page)[0], (Body, "Trang này có khung.".to_owned()));
}

#[test]
fn a_piece_of_a_table_is_a_table() {
    let rows = "\n<!-- Biểu 1 --><TR><TD>Chỉ tiêu<TD>Số</TR><tr><th>Hộ</th><td>12</td></tr>";
    let expected = ["Chỉ tiêu | Số", "Hộ | 12"].map(|row| (Table, row.to_owned()));
    assert_eq!(shown(rows), expected);
}
