use std::io::Write;

use super::properties::ParagraphProperties;
use super::*;
use crate::document::ParagraphKind::{self, Body, Caption, Heading, ListItem, Table};
use crate::ingest::encoding::normalize::normalize;
use crate::ingest::tests::package;

const STYLES: &str = r#"<w:styles xmlns:w="x">
    <w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman"/></w:rPr></w:rPrDefault></w:docDefaults>
    <w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
    <w:style w:type="paragraph" w:styleId="Tieude1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/></w:style>
    <w:style w:type="paragraph" w:styleId="Muc"><w:name w:val="Mục"/><w:basedOn w:val="Tieude1"/></w:style>
    <w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>
    <w:style w:type="paragraph" w:styleId="L"><w:name w:val="x"/><w:basedOn w:val="L"/><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>
    <w:style w:type="character" w:styleId="C"><w:name w:val="c"/><w:rPr><w:rFonts w:ascii=".VnTime"/></w:rPr></w:style>
    <w:style w:type="character" w:styleId="An"><w:name w:val="an"/><w:rPr><w:vanish/></w:rPr></w:style>
    <w:style w:type="character" w:styleId="AnCon"><w:name w:val="an con"/><w:basedOn w:val="An"/></w:style>
    <w:style w:type="character" w:styleId="Hien"><w:name w:val="hien"/><w:basedOn w:val="An"/><w:rPr><w:vanish w:val="0"/></w:rPr></w:style>
    <w:style w:type="paragraph" w:styleId="DoanAn"><w:name w:val="doan an"/><w:rPr><w:vanish/></w:rPr></w:style>
    </w:styles>"#;

fn document(body: &str) -> Vec<u8> {
    let main = format!("<w:document xmlns:w=\"x\"><w:body>{body}<w:sectPr/></w:body></w:document>");
    package(&[
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", &main),
        ("word/styles.xml", STYLES),
    ])
}

fn shown(bytes: &[u8]) -> Vec<(ParagraphKind, String)> {
    let (blocks, _) = read(bytes).unwrap();
    blocks
        .iter()
        .map(|block| (block.kind, block.text()))
        .collect()
}

fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

#[test]
fn kinds_come_from_styles_outline_levels_and_numbering() {
    let body = r#"
        <w:p><w:pPr><w:pStyle w:val="T"/></w:pPr><w:r><w:t>Báo cáo</w:t></w:r></w:p>
        <w:p><w:pPr><w:pStyle w:val="Muc"/></w:pPr><w:r><w:t>Kết quả</w:t></w:r></w:p>
        <w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr><w:r><w:t>Chung</w:t></w:r></w:p>
        <w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>Một</w:t></w:r></w:p>
        <w:p><w:pPr><w:pStyle w:val="L"/></w:pPr><w:r><w:t>Hai</w:t></w:r></w:p>
        <w:p><w:pPr><w:pStyle w:val="L"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr><w:r><w:t>Ba</w:t></w:r></w:p>"#;
    let expected = [
        (Heading, "Báo cáo"),
        (Heading, "Kết quả"),
        (Heading, "Chung"),
        (ListItem, "Một"),
        (ListItem, "Hai"),
        (Body, "Ba"),
    ];
    let bytes = document(body);
    assert_eq!(
        shown(&bytes),
        expected.map(|(kind, text)| (kind, text.to_owned()))
    );
    assert_eq!(read(&bytes).unwrap().1.unwrap().text(), "Báo cáo");
}

#[test]
fn a_field_may_name_a_character() {
    let mark = |kind: &str| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    let field = |code: &str, shown: &str| {
        let code = format!("<w:r><w:instrText> SYMBOL {code} </w:instrText></w:r>");
        let shown = format!("{}<w:r><w:t>{shown}</w:t></w:r>", mark("separate"));
        [&mark("begin"), &code[..], &shown, &mark("end")].concat()
    };
    let body = format!(
        "<w:p><w:r><w:t>Nước sạch </w:t></w:r>{}<w:r><w:t> 95%, rác </w:t></w:r>{}</w:p>",
        field(r#"179 \f "Symbol" \s 14"#, "³"),
        field(r"8804 \u", "") + "<w:r><w:t> 5%.</w:t></w:r>",
    );
    let options = crate::ingest::ReadOptions::default();
    let found = crate::ingest::read(&document(&body), None, &options).unwrap();
    assert_eq!(found.paragraphs[0].text, "Nước sạch ≥ 95%, rác ≤ 5%.");
}

#[test]
fn tracked_changes_read_as_accepted() {
    let body = r"<w:p><w:r><w:t>Một </w:t></w:r><w:del><w:r><w:delText>cũ</w:delText></w:r></w:del>
        <w:ins><w:r><w:t>mới</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>đi</w:t></w:r></w:moveFrom></w:p>
        <w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>Nửa đầu </w:t></w:r></w:p><w:p><w:r><w:t>nửa sau</w:t></w:r></w:p>
        <w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>bỏ</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    let texts: Vec<_> = shown(&document(body))
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    assert_eq!(texts, ["Một mới", "Nửa đầu nửa sau"]);
}

#[test]
fn special_characters_hidden_text_and_fields() {
    let body = r#"<w:p><w:r><w:t>Céng hoµ x· héi chñ nghÜa</w:t><w:tab/><w:t>t</w:t><w:softHyphen/><w:t>&#xAD;</w:t><w:br/>
        <w:t>A</w:t><w:noBreakHyphen/><w:t>B</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r>
        <w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t> 7</w:t></w:r></w:p>"#;
    assert_eq!(
        shown(&document(body))[0].1,
        "Céng hoµ x· héi chñ nghÜa t\u{ad}\u{ad} A-B 7"
    );
}

fn texts(body: &str) -> Vec<String> {
    let shown = shown(&document(body)).into_iter();
    shown.map(|(_, text)| text).collect()
}

/// A run with properties; text in it, as XML.
fn run(properties: &str, content: &str) -> String {
    format!("<w:r><w:rPr>{properties}</w:rPr>{content}</w:r>")
}

fn field(code: &str, result: &str) -> String {
    let mark = |kind: &str| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    let (begin, separate, end) = (mark("begin"), mark("separate"), mark("end"));
    format!("{begin}{code}{separate}<w:r><w:t>{result}</w:t></w:r>{end}")
}

#[test]
fn a_text_box_in_a_hidden_run_is_hidden_with_it() {
    let text_box = |text: &str| {
        format!(
            "<w:pict><w:txbxContent>{}</w:txbxContent></w:pict>",
            paragraph(text)
        )
    };
    let body = format!(
        "<w:p>{}{}<w:r><w:t>Kính gửi.</w:t></w:r></w:p>",
        run("<w:vanish/>", &text_box("Lưu hành nội bộ.")),
        run("", &text_box("Bản sao.")),
    );
    assert_eq!(texts(&body), ["Kính gửi.", "Bản sao."]);
}

#[test]
fn styles_hide_text_and_show_it_again() {
    let text = |style: &str, text: &str| {
        run(
            &format!("<w:rStyle w:val=\"{style}\"/>"),
            &format!("<w:t>{text}</w:t>"),
        )
    };
    let shown_again = run("<w:vanish w:val=\"false\"/>", "<w:t> Kính gửi.</w:t>");
    let body = format!(
        "<w:p>{}{}{}</w:p><w:p><w:pPr><w:pStyle w:val=\"DoanAn\"/></w:pPr>{}{shown_again}</w:p>",
        text("An", "Mật."),
        text("AnCon", "Tối mật."),
        text("Hien", "Thường."),
        text("C", "Ghi chú riêng."),
    );
    assert_eq!(texts(&body), ["Thường.", " Kính gửi."]);
}

#[test]
fn a_field_in_the_code_of_another_is_not_shown() {
    let inner = field(
        "<w:r><w:instrText> MERGEFIELD phai </w:instrText></w:r>",
        "Nữ",
    );
    let code = format!(
        "<w:r><w:instrText> IF </w:instrText></w:r>{inner}<w:r><w:tab/><w:instrText> = \"Nữ\" \"bà\" \"ông\" </w:instrText></w:r>"
    );
    let shown = field("<w:r><w:instrText>PAGEREF a</w:instrText></w:r>", "12");
    let body = format!(
        "<w:p><w:r><w:t>Thưa </w:t></w:r>{}<w:r><w:t> Hạnh, xem trang </w:t></w:r>{shown}</w:p>",
        field(&code, "bà"),
    );
    assert_eq!(texts(&body), ["Thưa bà Hạnh, xem trang 12"]);
}

#[test]
fn the_chosen_value_of_a_list_in_a_form_is_shown() {
    let list = |chosen: &str| {
        format!(
            "<w:p><w:r><w:t>Xếp loại: </w:t></w:r><w:r><w:fldChar w:fldCharType=\"begin\"><w:ffData><w:ddList>{chosen}\
             <w:listEntry w:val=\"Khá\"/><w:listEntry w:val=\"Tốt\"/></w:ddList></w:ffData></w:fldChar></w:r>\
             <w:r><w:instrText> FORMDROPDOWN </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>"
        )
    };
    let body = ["<w:result w:val=\"1\"/>", "", "<w:result w:val=\"9\"/>"].map(list);
    assert_eq!(
        texts(&body.concat()),
        ["Xếp loại: Tốt", "Xếp loại: Khá", "Xếp loại: "]
    );
}

#[test]
fn boxes_of_a_form_show_their_tick() {
    let option = |tick: &str, text: &str| {
        format!(
            "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"><w:ffData><w:checkBox><w:sizeAuto/>{tick}</w:checkBox>\
             </w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r>\
             <w:r><w:fldChar w:fldCharType=\"end\"/></w:r><w:r><w:t> {text}</w:t></w:r></w:p>"
        )
    };
    let body = [
        option("<w:default w:val=\"0\"/>", "Xuất sắc"),
        option("<w:default w:val=\"0\"/><w:checked/>", "Tốt"),
        option("<w:default/>", "Đúng hạn"),
        option("<w:default/><w:checked w:val=\"0\"/>", "Quá hạn"),
    ];
    let expected = ["☐ Xuất sắc", "☑ Tốt", "☑ Đúng hạn", "☐ Quá hạn"];
    assert_eq!(texts(&body.concat()), expected);
}

#[test]
fn a_content_control_that_nobody_filled_in_says_nothing() {
    let control = |properties: &str, text: &str| {
        format!(
            "<w:sdt><w:sdtPr>{properties}<w:text/></w:sdtPr><w:sdtContent><w:r><w:t>{text}</w:t></w:r></w:sdtContent></w:sdt>"
        )
    };
    let body = [
        "<w:p><w:r><w:t>Người lập biểu: </w:t></w:r>",
        &control("<w:showingPlcHdr/>", "Bấm vào đây để nhập văn bản."),
        &control("", "Lê Thị Hoa"),
        &control("<w:showingPlcHdr w:val=\"0\"/>", ", văn thư"),
        "</w:p>",
    ];
    assert_eq!(
        texts(&body.concat()),
        ["Người lập biểu: Lê Thị Hoa, văn thư"]
    );
}

#[test]
fn a_field_without_end_hides_nothing() {
    let begin = "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>";
    let end = "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>";
    let rest = paragraph("Điều khoản thi hành");
    let body = format!("<w:p>{begin}<w:r><w:t>Quyết định</w:t></w:r></w:p>{rest}");
    assert_eq!(texts(&body), ["Quyết định", "Điều khoản thi hành"]);
    // What is deleted does not end it.
    let body = format!("<w:p>{begin}</w:p>{rest}<w:p><w:del>{end}</w:del></w:p>");
    assert_eq!(texts(&body), ["Điều khoản thi hành"]);
    // An end more than there are fields is passed over.
    let body = format!("<w:p>{end}</w:p>{rest}");
    assert_eq!(texts(&body), ["Điều khoản thi hành"]);
}

#[test]
fn a_large_first_letter_is_a_part_of_its_paragraph() {
    let frame = |kind: &str| {
        format!(
            "<w:p><w:pPr><w:framePr w:dropCap=\"{kind}\" w:lines=\"3\"/></w:pPr><w:r><w:t>U</w:t></w:r></w:p>"
        )
    };
    let rest = paragraph("ỷ ban xã đã họp.");
    let body = [frame("drop"), rest.clone(), frame("none"), rest].concat();
    assert_eq!(texts(&body), ["Uỷ ban xã đã họp.", "U", "ỷ ban xã đã họp."]);
}

#[test]
fn a_page_and_a_column_part_paragraphs() {
    let page = "<w:br w:type=\"page\"/>";
    let list = "<w:pPr><w:numPr><w:numId w:val=\"1\"/></w:numPr></w:pPr>";
    let title = "<w:pPr><w:pStyle w:val=\"T\"/></w:pPr>";
    let body = format!(
        "<w:p>{title}<w:r>{page}<w:t>Báo cáo</w:t><w:br/><w:t>quý III</w:t>{page}</w:r></w:p>\
         <w:p>{list}<w:r><w:t>Hộ nghèo</w:t><w:br w:type=\"column\"/><w:t>Hộ khá</w:t></w:r>{}<w:r><w:t> giả</w:t></w:r></w:p>",
        run("<w:vanish/>", page)
    );
    let bytes = document(&body);
    let expected = [
        (Heading, "Báo cáo quý III"),
        (ListItem, "Hộ nghèo"),
        (ListItem, "Hộ khá giả"),
    ];
    assert_eq!(
        shown(&bytes),
        expected.map(|(kind, text)| (kind, text.to_owned()))
    );
    let title = read(&bytes).unwrap().1.unwrap().text();
    assert_eq!(normalize(&title), "Báo cáo quý III");
}

#[test]
fn a_line_break_parts_items_and_sentences_but_no_words() {
    let lines = |lines: &[&str]| {
        let lines = lines.iter().map(|line| format!("<w:t>{line}</w:t>"));
        run("", &lines.collect::<Vec<_>>().join("<w:br/>"))
    };
    let list = [
        "Chủ tịch xã kết luận như sau:",
        "1. Trạm Y tế phun thuốc diệt muỗi ở các\nthôn",
        "ven sông trước ngày 20/6",
        "2. Công an xã tuần tra ban đêm",
        "",
        "II. Đề xuất",
        "Văn phòng đề nghị huyện cấp 20 lít thuốc.",
    ];
    let signature = ["TRƯỞNG THÔN", "(Đã ký)", "Lò Văn Pâng"];
    let body = format!(
        "<w:p>{}</w:p><w:p>{}</w:p>",
        lines(&list),
        lines(&signature)
    );
    let expected = [
        "Chủ tịch xã kết luận như sau:",
        "1. Trạm Y tế phun thuốc diệt muỗi ở các thôn ven sông trước ngày 20/6",
        "2. Công an xã tuần tra ban đêm",
        "II. Đề xuất",
        "Văn phòng đề nghị huyện cấp 20 lít thuốc.",
        "TRƯỞNG THÔN (Đã ký) Lò Văn Pâng",
    ];
    assert_eq!(texts(&body), expected);
}

#[test]
fn a_run_goes_on_after_its_text_box_as_it_was() {
    let text_box = format!(
        "<w:pict><w:txbxContent>{}</w:txbxContent></w:pict>",
        paragraph("Sơ đồ")
    );
    let hidden = run("<w:vanish/>", &format!("{text_box}<w:t>nháp</w:t>"));
    let in_font = run(
        "<w:rFonts w:ascii=\".VnTime\"/>",
        &format!("{text_box}<w:t>Céng hoµ</w:t>"),
    );
    let body = format!("<w:p>{hidden}{in_font}</w:p>");
    let (blocks, _) = read(&document(&body)).unwrap();
    assert_eq!(blocks[0].text(), "Céng hoµ");
    assert_eq!(blocks[0].runs[0].font.as_deref(), Some(".VnTime"));
}

#[test]
fn a_text_box_is_read_once_and_after_its_paragraph() {
    let text_box = format!("<w:txbxContent>{}</w:txbxContent>", paragraph("Khung"));
    let body = format!(
        "<w:p><w:r><w:t>Trước </w:t></w:r><w:r><mc:AlternateContent><mc:Choice><w:drawing>{text_box}</w:drawing>\
         </mc:Choice><mc:Fallback><w:pict>{text_box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>\
         <w:r><w:t>sau</w:t></w:r></w:p>"
    );
    let texts: Vec<_> = shown(&document(&body))
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    assert_eq!(texts, ["Trước sau", "Khung"]);
}

#[test]
fn a_table_is_one_paragraph_a_row() {
    let cell = |text: &str| format!("<w:tc><w:tcPr/>{}</w:tc>", paragraph(text));
    let body = format!(
        "<w:tbl><w:tr>{}{}</w:tr></w:tbl>",
        cell("Chỉ tiêu"),
        cell("Số")
    );
    assert_eq!(
        shown(&document(&body)),
        [(Table, "Chỉ tiêu | Số".to_owned())]
    );
}

#[test]
fn notes_and_comments_follow_as_captions_and_headers_are_left_out() {
    let note =
        |kind: &str, text: &str| format!("<w:footnote {kind}>{}</w:footnote>", paragraph(text));
    let notes = format!(
        "<w:footnotes xmlns:w=\"x\">{}{}</w:footnotes>",
        note("w:type=\"separator\"", "---"),
        note("w:id=\"1\"", "Chú thích.")
    );
    let comments = format!(
        "<w:comments><w:comment>{}</w:comment></w:comments>",
        paragraph("Góp ý.")
    );
    let main = format!(
        "<w:document><w:body>{}</w:body></w:document>",
        paragraph("Thân bài.")
    );
    let core =
        "<p:coreProperties xmlns:dc=\"d\"><dc:title> Tên &amp; số </dc:title></p:coreProperties>";
    let bytes = package(&[
        ("[Content_Types].xml", "<Types/>"),
        (
            "_rels/.rels",
            r#"<R><R Type="http://x/officeDocument" Target="/word/d2.xml"/></R>"#,
        ),
        ("word/d2.xml", &main),
        ("word/header1.xml", &paragraph("Đầu trang")),
        ("word/footnotes.xml", &notes),
        ("word/comments.xml", &comments),
        ("docProps/core.xml", core),
    ]);
    let expected = [
        (Body, "Thân bài."),
        (Caption, "Chú thích."),
        (Caption, "Góp ý."),
    ];
    assert_eq!(
        shown(&bytes),
        expected.map(|(kind, text)| (kind, text.to_owned()))
    );
    assert_eq!(read(&bytes).unwrap().1.unwrap().text(), " Tên & số ");
}

#[test]
fn a_run_has_the_font_of_its_style() {
    let body = r#"<w:p><w:r><w:rPr><w:rStyle w:val="C"/></w:rPr><w:t>Céng</w:t></w:r><w:r><w:t> a</w:t></w:r></w:p>"#;
    let (blocks, _) = read(&document(body)).unwrap();
    let fonts: Vec<_> = blocks[0]
        .runs
        .iter()
        .map(|run| run.font.as_deref())
        .collect();
    assert_eq!(fonts, [Some(".VnTime"), Some("Times New Roman")]);
}

#[test]
fn damage_is_told_from_size() {
    let broken = document("<w:p><w:r><w:t>x</w:r></w:p>");
    assert_eq!(read(&broken).unwrap_err().code(), "corrupt");
    let without_main = package(&[("[Content_Types].xml", "<Types/>"), ("word/x.xml", "<x/>")]);
    assert_eq!(read(&without_main).unwrap_err().code(), "corrupt");
    let deep = document(&"<w:sdt>".repeat(1000));
    assert_eq!(read(&deep).unwrap_err().code(), "too_large");
}

#[test]
fn a_bomb_is_not_expanded_beyond_the_bound() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("word/document.xml", options).unwrap();
    let megabyte = vec![b' '; 1024 * 1024];
    for _ in 0..200 {
        zip.write_all(&megabyte).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    assert!(bytes.len() < 1024 * 1024);
    assert_eq!(read(&bytes).unwrap_err().code(), "too_large");
}

/// What the paragraphs of a document with this body read as in the end.
fn read_through(body: &str) -> Vec<String> {
    let options = crate::ingest::ReadOptions::default();
    let found = crate::ingest::read(&document(body), None, &options).unwrap();
    let paragraphs = found.paragraphs.into_iter();
    paragraphs.map(|paragraph| paragraph.text).collect()
}

#[test]
fn signs_are_those_of_their_font() {
    let sign =
        |font: &str, code: &str| format!(r#"<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>"#);
    let text = |text: &str| format!(r#"<w:r><w:t xml:space="preserve">{text}</w:t></w:r>"#);
    let body = [
        text("Tỷ lệ hộ dùng nước sạch "),
        sign("Symbol", "F0B3"),
        text(" 95%, chênh "),
        "<w:r><w:rPr><w:rFonts w:ascii='Symbol'/></w:rPr><w:t>\u{F0B1}</w:t></w:r>".to_owned(),
        text("5%; "),
        sign("Wingdings", "F0FE"),
        text(" đạt "),
        sign("Wingdings", "00A8"),
        text(" chưa đạt"),
        // What an older Word shows in its place stands beside it.
        r#"<w:r><mc:AlternateContent><mc:Choice Requires="w16se"><w16se:symEx w16se:font="Segoe UI Emoji" w16se:char="2705"/></mc:Choice><mc:Fallback><w:t>✅</w:t></mc:Fallback></mc:AlternateContent></w:r>"#.to_owned(),
    ];
    assert_eq!(
        read_through(&format!("<w:p>{}</w:p>", body.concat())),
        ["Tỷ lệ hộ dùng nước sạch ≥ 95%, chênh ±5%; ☑ đạt ☐ chưa đạt✅"]
    );
}

#[test]
fn raised_numbers_and_formulas_do_not_run_into_numbers() {
    let run = |align: &str, text: &str| {
        format!(
            r#"<w:r><w:rPr><w:vertAlign w:val="{align}"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>"#
        )
    };
    let math = |text: &str| format!("<m:r><m:t>{text}</m:t></m:r>");
    let half = format!(
        "<m:oMath><m:f><m:num>{}</m:num><m:den>{}</m:den></m:f></m:oMath>",
        math("1"),
        math("2")
    );
    let power = format!(
        "<m:oMath><m:sSup><m:e>{}</m:e><m:sup>{}</m:sup></m:sSup></m:oMath>",
        math("10"),
        math("6")
    );
    let body = [
        run("baseline", "Năm 2010"),
        run("superscript", "1"),
        run("baseline", " trồng 1.250 m"),
        run("superscript", "2"),
        run("baseline", ", thải CO"),
        run("subscript", "2"),
        run("baseline", ", tưới 2"),
        half,
        run("baseline", " ngày, "),
        power,
        run("baseline", " cây"),
    ];
    assert_eq!(
        read_through(&format!("<w:p>{}</w:p>", body.concat())),
        ["Năm 2010¹ trồng 1.250 m², thải CO₂, tưới 2 1/2 ngày, 10⁶ cây"]
    );
}

#[test]
fn formulas_keep_their_meaning_on_the_line() {
    let text = |text: &str| format!("<m:r><m:t>{text}</m:t></m:r>");
    let fraction =
        |over: &str, under: &str| format!("<m:f><m:num>{over}</m:num><m:den>{under}</m:den></m:f>");
    let within = |properties: &str, inner: &str| {
        format!("<m:d><m:dPr>{properties}</m:dPr><m:e>{inner}</m:e></m:d>")
    };
    let power = |inner: &str| {
        let two = text("2");
        format!("<m:sSup><m:e>{inner}</m:e><m:sup>{two}</m:sup></m:sSup>")
    };
    let square = r#"<m:begChr m:val="["/><m:endChr m:val="]"/>"#;
    let none = r#"<m:begChr m:val=""/><m:endChr m:val=""/>"#;
    let root = |degree: &str| {
        let inner = text("x+1");
        format!("<m:rad><m:deg>{degree}</m:deg><m:e>{inner}</m:e></m:rad>")
    };
    let sum = |properties: &str| {
        let inner = text(" chi");
        format!(
            "<m:nary><m:naryPr>{properties}</m:naryPr><m:sub/><m:sup/><m:e>{inner}</m:e></m:nary>"
        )
    };
    let cases = [
        (
            [
                fraction(&text("a+b"), &text("c+d")),
                within("", &text("x+1")),
            ]
            .concat(),
            "(a+b)/(c+d)(x+1)",
        ),
        (
            fraction(&text("số vụ đã xử lý"), &text("số vụ")),
            "(số vụ đã xử lý)/(số vụ)",
        ),
        (
            fraction(&fraction(&text("a"), &text("b")), &text("c")),
            "(a/b)/c",
        ),
        (fraction(&text("12,5"), &power(&text("x"))), "12,5/x²"),
        (within(square, &power(&text("x"))), "[x²]"),
        (within(none, &text("x+1")), "x+1"),
        ([root(""), text(" y")].concat(), "√(x+1) y"),
        (sum(r#"<m:chr m:val="∑"/>"#), "∑ chi"),
        (sum(""), "∫ chi"),
    ];
    for (formula, expected) in cases {
        let body = format!("<w:p><m:oMath>{formula}</m:oMath></w:p>");
        assert_eq!(read_through(&body), [expected], "{formula}");
    }
}

#[test]
fn words_drawn_as_a_picture_are_a_paragraph() {
    let body = r#"<w:p><w:r><w:t>Uỷ ban xã</w:t></w:r><w:r><w:pict><v:shape><v:textpath style="font-family:&quot;.VnTimeH&quot;" string="B¸o c¸o tæng kÕt"/></v:shape></w:pict></w:r></w:p>"#;
    let (blocks, _) = read(&document(body)).unwrap();
    assert_eq!(
        shown(&document(body)),
        [
            (Body, "Uỷ ban xã".to_owned()),
            (Body, "B¸o c¸o tæng kÕt".to_owned())
        ]
    );
    assert_eq!(blocks[1].runs[0].font.as_deref(), Some(".VnTimeH"));
}

#[test]
fn parts_are_where_relationships_say_and_names_may_have_backslashes() {
    let relationship = |kind: &str, target: &str| {
        format!("<R><R Id='r1' Type='http://x/{kind}' Target='{target}'/></R>")
    };
    let main = format!(
        "<w:document><w:body>{}</w:body></w:document>",
        paragraph("Thân bài.")
    );
    let notes = format!(
        "<w:footnotes><w:footnote>{}</w:footnote></w:footnotes>",
        paragraph("Chú thích.")
    );
    let bytes = package(&[
        ("[Content_Types].xml", "<Types/>"),
        (
            "_rels\\.rels",
            &relationship("officeDocument", "word/Document2.xml"),
        ),
        ("word\\document2.xml", &main),
        (
            "word\\_rels\\document2.xml.rels",
            &relationship("footnotes", "notes2.xml"),
        ),
        ("word\\notes2.xml", &notes),
    ]);
    let format = crate::ingest::SourceFormat::detect(&bytes, None).unwrap();
    assert_eq!(format, crate::ingest::SourceFormat::Docx);
    assert_eq!(
        shown(&bytes),
        [
            (Body, "Thân bài.".to_owned()),
            (Caption, "Chú thích.".to_owned())
        ]
    );
}

/// A list in a form whose second value is chosen; after its separator, what it shows.
fn shown_list(result: &str) -> String {
    let list = r#"<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="Một"/><w:listEntry w:val="Hai"/></w:ddList></w:ffData>"#;
    let mark = |kind: &str, data: &str| {
        format!("<w:r><w:fldChar w:fldCharType=\"{kind}\">{data}</w:fldChar></w:r>")
    };
    [
        mark("begin", list),
        "<w:r><w:instrText> FORMDROPDOWN </w:instrText></w:r>".to_owned(),
        mark("separate", ""),
        format!("<w:r><w:t xml:space=\"preserve\">{result}</w:t></w:r>"),
        mark("end", ""),
    ]
    .concat()
}

#[test]
fn a_chosen_value_that_is_shown_too_is_read_once() {
    for result in ["Hai", ""] {
        let body = format!("<w:p>{}</w:p>", shown_list(result));
        assert_eq!(texts(&body), ["Hai"], "{result:?}");
    }
    // In what another field shows, and in the code of one.
    let list = shown_list("");
    let code = "<w:r><w:instrText> IF </w:instrText></w:r>";
    let body = format!(
        "<w:p>{}</w:p>",
        field(code, &format!("a</w:t></w:r>{list}<w:r><w:t>b"))
    );
    assert_eq!(texts(&body), ["aHaib"]);
    let body = format!("<w:p>{}</w:p>", field(&list, "bà"));
    assert_eq!(texts(&body), ["bà"]);
}

#[test]
fn styles_of_one_id_are_one_and_very_many_are_too_many() {
    let style = |id: &str, name: &str| {
        format!("<w:style w:styleId=\"{id}\"><w:name w:val=\"{name}\"/></w:style>")
    };
    let piled = style("a", "b").repeat(30_000) + &style("a", "heading 1");
    let styles = Styles::read(&format!("<w:styles>{piled}</w:styles>")).unwrap();
    let kind = styles.kind(&ParagraphProperties {
        style: Some("a".to_owned()),
        ..ParagraphProperties::default()
    });
    assert_eq!((styles.count(), kind), (1, Heading));
    let many: String = (0..30_000).map(|id| style(&id.to_string(), "b")).collect();
    let styles = Styles::read(&format!("<w:styles>{many}</w:styles>")).unwrap();
    assert_eq!(styles.count(), 20_000);
}

/// A document that takes in a file, before its own paragraph.
fn taking_in(file: &[u8]) -> Vec<u8> {
    taking_in_before(file, &paragraph("Hết."))
}

fn taking_in_before(file: &[u8], rest: &str) -> Vec<u8> {
    let main = format!("<w:document><w:body><w:altChunk r:id='c'/>{rest}</w:body></w:document>");
    let parts: [(&str, &[u8]); 4] = [
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", main.as_bytes()),
        (
            "word/_rels/document.xml.rels",
            b"<R><R Id='c' Type='http://x/aFChunk' Target='chunk.dat'/></R>",
        ),
        ("word/chunk.dat", file),
    ];
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(name, options).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn files_that_a_document_takes_in_are_read_in_their_place() {
    let page = "<html><head><meta charset='utf-8'></head><body><h1>Thôn Hạ</h1><p>Gặt xong 12 ha.</p></body></html>";
    let mail = format!("MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{page}");
    let expected = [
        (Heading, "Thôn Hạ"),
        (Body, "Gặt xong 12 ha."),
        (Body, "Hết."),
    ]
    .map(|(kind, text)| (kind, text.to_owned()));
    for file in [page, &mail] {
        assert_eq!(shown(&taking_in(file.as_bytes())), expected, "{file}");
    }
    let rtf = br"{\rtf1 Th\u244?n H\u7841?\par}";
    assert_eq!(shown(&taking_in(rtf))[0].1, "Thôn Hạ");
    let inner = document(&paragraph("Thôn Thượng"));
    assert_eq!(shown(&taking_in(&inner))[0].1, "Thôn Thượng");
    // What that takes in itself is not followed.
    let texts = shown(&taking_in(&taking_in(&inner)));
    assert_eq!(
        texts,
        [(Body, "Hết.".to_owned()), (Body, "Hết.".to_owned())]
    );
}

#[test]
fn a_document_of_nothing_but_a_file_that_is_not_read_says_so() {
    let image = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    assert_eq!(shown(&taking_in(image)), [(Body, "Hết.".to_owned())]);
    let error = read(&taking_in_before(image, "")).unwrap_err();
    assert_eq!(error.code(), "unsupported_format");
}

#[test]
fn a_damaged_file_that_a_document_takes_in_costs_only_itself() {
    let broken = document("<w:p><w:r><w:t>x</w:r></w:p>");
    let without_main = package(&[("[Content_Types].xml", "<Types/>"), ("word/x.xml", "<x/>")]);
    let cut = &broken[..broken.len() - 30];
    for file in [&broken[..], &without_main, cut, b"", br"{\rtf1 a"] {
        assert_eq!(shown(&taking_in(file)), [(Body, "Hết.".to_owned())]);
        assert!(read(&taking_in_before(file, "")).is_err() || file.is_empty());
    }
}

#[test]
fn pieces_of_pages_and_texts_that_look_like_markdown_are_taken_in() {
    let story = "<w:wordDocument><w:body><w:p><w:r><w:t>Thôn Thượng</w:t></w:r></w:p></w:body></w:wordDocument>";
    let cases = [
        (
            "<b>Thôn Hạ</b> gặt xong <i>12</i> ha.",
            "Thôn Hạ gặt xong 12 ha.",
        ),
        ("<em>Thôn Hạ</em>", "Thôn Hạ"),
        ("Tại <b>Thôn Hạ</b> đã gặt.", "Tại Thôn Hạ đã gặt."),
        ("# Thôn Hạ\n\n- **gặt** xong\n- phơi", "# Thôn Hạ"),
        (story, "Thôn Thượng"),
    ];
    for (file, expected) in cases {
        assert_eq!(shown(&taking_in(file.as_bytes()))[0].1, expected);
    }
}

#[test]
fn what_a_damaged_file_expands_to_counts() {
    let story = format!("<w:p>{}</w:q>", " ".repeat(2 << 20));
    let bytes = taking_in(&package(&[
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", &story),
    ]));
    let mut whole = Package::open(&bytes).unwrap();
    let named = relationships(&mut whole, "word/document.xml").unwrap();
    assert!(Chunks::read(&mut whole, &named).unwrap().has_others);
    assert!(whole.most_expanded() - whole.left() >= 2 << 20);
}

/// A document in Word's XML of 2003.
fn word_ml(body: &str) -> Vec<u8> {
    let xml = format!(
        "<?xml version='1.0'?><?mso-application progid='Word.Document'?><w:wordDocument>\
         <o:DocumentProperties><o:Title>Tên trong thuộc tính</o:Title></o:DocumentProperties>\
         <w:fonts><w:defaultFonts w:ascii='Arial'/></w:fonts>\
         <w:lists><w:listDef><w:lvl><w:pPr><w:pStyle w:val='T'/></w:pPr></w:lvl></w:listDef></w:lists>\
         <w:styles><w:style w:type='paragraph' w:default='on' w:styleId='N'><w:name w:val='Normal'/></w:style>\
         <w:style w:type='paragraph' w:styleId='T'><w:name w:val='Title'/></w:style></w:styles>\
         <w:docPr><w:footnotePr><w:footnote w:type='separator'><w:p><w:r><w:t>---</w:t></w:r></w:p></w:footnote></w:footnotePr></w:docPr>\
         <w:body>{body}<w:sectPr><w:hdr><w:p><w:r><w:t>đầu trang</w:t></w:r></w:p></w:hdr></w:sectPr></w:body></w:wordDocument>"
    );
    xml.into_bytes()
}

#[test]
fn notes_and_changes_are_read_in_the_xml_of_2003() {
    let body = r#"
        <w:p><w:r><w:t>Nhà văn hóa</w:t></w:r>
          <w:r><w:footnote><w:p><w:r><w:footnoteRef/><w:t>Xây năm 2004.</w:t></w:r></w:p></w:footnote></w:r>
          <w:r><aml:annotation w:type="Word.Comment"><aml:content><w:p><w:r><w:t>Xem lại.</w:t></w:r></w:p></aml:content></aml:annotation></w:r>
          <w:r><w:t> đã </w:t></w:r>
          <aml:annotation w:type="Word.Deletion"><aml:content><w:r><w:delText>chưa</w:delText></w:r></aml:content></aml:annotation>
          <aml:annotation w:type="Word.Insertion"><aml:content><w:r><w:t>xong.</w:t></w:r></aml:content></aml:annotation></w:p>
        <w:p><w:pPr><w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="1"/><wx:t wx:val="1."/></w:listPr></w:pPr><w:r><w:t>Một</w:t></w:r></w:p>
        <w:p><w:pPr><w:rPr><aml:annotation w:type="Word.Deletion"/></w:rPr></w:pPr><w:r><w:t>Nối </w:t></w:r></w:p>
        <w:p><w:r><w:t>liền</w:t></w:r></w:p>
        <w:tbl><w:tr><w:trPr><aml:annotation w:type="Word.Deletion"/></w:trPr><w:tc><w:p><w:r><w:t>bỏ</w:t></w:r></w:p></w:tc><w:tc/></w:tr>
          <w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"#;
    let (blocks, title) = read_word_ml(&word_ml(body)).unwrap();
    let shown: Vec<_> = blocks
        .iter()
        .map(|block| (block.kind, block.text()))
        .collect();
    let expected = [
        (Body, "Nhà văn hóa đã xong."),
        (Caption, "Xây năm 2004."),
        (Caption, "Xem lại."),
        (ListItem, "Một"),
        (Body, "Nối liền"),
        (Table, "a | b"),
    ];
    assert_eq!(shown, expected.map(|(kind, text)| (kind, text.to_owned())));
    assert_eq!(title.unwrap().text(), "Tên trong thuộc tính");
}

#[test]
fn fonts_are_told_in_the_xml_of_2003() {
    let body = r#"
        <w:p><w:pPr><w:pStyle w:val="T"/></w:pPr><w:r><w:rPr><w:rFonts w:h-ansi=".VnTimeH"/></w:rPr><w:t>B¸o c¸o</w:t></w:r></w:p>
        <w:p><w:r><w:rPr><wx:font wx:val="VNI-Times"/></w:rPr><w:t>Coäng</w:t></w:r><w:r><w:t> hòa</w:t></w:r></w:p>"#;
    let (blocks, title) = read_word_ml(&word_ml(body)).unwrap();
    let fonts: Vec<_> = blocks
        .iter()
        .flat_map(|block| &block.runs)
        .map(|run| run.font.as_deref())
        .collect();
    assert_eq!(fonts, [Some(".VnTimeH"), Some("VNI-Times"), Some("Arial")]);
    assert_eq!(title.unwrap().text(), "B¸o c¸o");
}
