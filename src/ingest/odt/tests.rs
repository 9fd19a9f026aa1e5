use super::*;
use crate::ingest::tests::package;
use ParagraphKind::{Body, Caption, Heading, ListItem, Table};

const CONTENT: &str = r#"<office:document-content>
    <office:font-face-decls><style:font-face style:name="F1" svg:font-family="&apos;.VnTime&apos;"/></office:font-face-decls>
    <office:automatic-styles>
    <style:style style:name="Title"/><style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>
    <style:style style:name="T1"><style:text-properties style:font-name="F1"/></style:style></office:automatic-styles>
    <office:body><office:text><text:tracked-changes><text:p>đã xoá</text:p></text:tracked-changes>
    <text:p text:style-name="P1">Báo cáo</text:p><text:h text:outline-level="1">Kết<text:s/>quả</text:h>
    <text:p>Thân<text:tab/><text:span text:style-name="T1">bµi</text:span><text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Chú thích.</text:p></text:note-body></text:note> sau</text:p>
    <text:list><text:list-item><text:p>Một</text:p></text:list-item></text:list>
    <table:table><table:table-row><table:table-cell><text:p>A</text:p></table:table-cell><table:covered-table-cell/>
    <table:table-cell><text:p>B</text:p></table:table-cell></table:table-row></table:table>
    </office:text></office:body></office:document-content>"#;

#[test]
fn keeps_kinds_fonts_notes_and_tables() {
    let bytes = package(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", CONTENT),
    ]);
    let (blocks, title) = read(&bytes).unwrap();
    let shown: Vec<_> = blocks
        .iter()
        .map(|block| (block.kind, block.text()))
        .collect();
    let expected = [
        (Heading, "Báo cáo"),
        (Heading, "Kết quả"),
        (Body, "Thân bµi sau"),
        (Caption, "Chú thích."),
        (ListItem, "Một"),
        (Table, "A | B"),
    ];
    assert_eq!(shown, expected.map(|(kind, text)| (kind, text.to_owned())));
    assert_eq!(title.unwrap().text(), "Báo cáo");
    assert_eq!(blocks[2].runs[1].font.as_deref(), Some(".VnTime"));
}

/// The paragraphs of a body of some kind, with a few styles that hide.
fn texts(kind: &str, body: &str) -> Vec<String> {
    let content = format!(
        r#"<office:document-content><office:automatic-styles>
        <style:style style:name="An"><style:text-properties text:display="none"/></style:style>
        <style:style style:name="AnCon" style:parent-style-name="An"/>
        <style:style style:name="Hien" style:parent-style-name="An"><style:text-properties text:display="true"/></style:style>
        <style:style style:name="ta1"><style:table-properties table:display="false"/></style:style>
        <style:style style:name="dp1"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>
        </office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"#
    );
    let (blocks, _) = read(&package(&[("content.xml", &content)])).unwrap();
    blocks.iter().map(Block::text).collect()
}

#[test]
fn fields_are_text_and_metadata_is_not() {
    let body = r#"<text:p>Đà Lạt, <text:date text:date-value="2021-05-03">ngày 03 tháng 5 năm 2021</text:date>, người lập
        <text:creator>Trần Thị Mai</text:creator><office:annotation><dc:creator>Lê Hoà</dc:creator><dc:date>2021-05-04</dc:date>
        <meta:creator-initials>LH</meta:creator-initials><loext:sender-initials>LH</loext:sender-initials><text:p>Xem lại.</text:p></office:annotation>.</text:p>
        <text:p>Sơ đồ <draw:frame><svg:title>Hình 1</svg:title><svg:desc>Bản đồ huyện</svg:desc></draw:frame>kèm theo</text:p>"#;
    let found = texts("text", body);
    assert!(found[0].starts_with("Đà Lạt, ngày 03 tháng 5 năm 2021, người lập"));
    assert!(found[0].ends_with("Trần Thị Mai."));
    assert_eq!(found[1..], ["Xem lại.", "Sơ đồ kèm theo"]);
}

#[test]
fn a_paragraph_goes_on_after_the_words_of_a_shape_in_it() {
    let body = "<text:h>Kết quả <draw:custom-shape><text:p>Tổ tự quản</text:p><text:p>số 5</text:p></draw:custom-shape>trồng rừng</text:h>\
         <text:p>Đã trồng <text:span>12 <draw:line><text:p/></draw:line></text:span>ha.</text:p>";
    let content = format!(
        "<office:document-content><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    );
    let (blocks, _) = read(&package(&[("content.xml", &content)])).unwrap();
    let shown: Vec<_> = blocks
        .iter()
        .map(|block| (block.kind, block.text()))
        .collect();
    let expected = [
        (Heading, "Kết quả trồng rừng"),
        (Body, "Tổ tự quản"),
        (Body, "số 5"),
        (Body, "Đã trồng 12 ha."),
    ];
    assert_eq!(shown, expected.map(|(kind, text)| (kind, text.to_owned())));
}

#[test]
fn hidden_text_is_left_out() {
    let body = r#"<text:p>Giá <text:span text:style-name="AnCon">nội bộ <text:span>giữ kín</text:span></text:span>niêm yết</text:p>
        <text:p text:style-name="An">Nháp<text:span text:style-name="Hien">Bản chính</text:span><text:note><text:note-body><text:p>chú thích nháp</text:p></text:note-body></text:note></text:p>
        <text:section text:display="none"><text:p>Phụ lục mật</text:p></text:section>
        <text:section text:display="condition" text:is-hidden="true"><text:p>Phương án hai</text:p></text:section>
        <text:section text:display="condition"><text:p>Phương án một</text:p></text:section>
        <text:p><text:hidden-text text:is-hidden="true">che</text:hidden-text><text:hidden-text>lộ</text:hidden-text></text:p>
        <text:p>Năm <text:variable-set text:display="none">nay</text:variable-set><text:variable-set>2024</text:variable-set><text:script>alert(1)</text:script></text:p>
        <text:p>Đầu đoạn <text:span><text:hidden-paragraph text:is-hidden="true"/>giữa</text:span> cuối</text:p>
        <text:p><text:hidden-paragraph text:is-hidden="false"/>Đoạn sau</text:p>"#;
    assert_eq!(
        texts("text", body),
        [
            "Giá niêm yết",
            "Bản chính",
            "Phương án một",
            "lộ",
            "Năm 2024",
            "Đoạn sau"
        ]
    );
}

#[test]
fn hidden_sheets_and_slides_and_comments_of_cells_are_left_out() {
    let table = |start: &str, comment: &str| {
        format!(
            "<table:table {start}><table:table-row><table:table-cell>{comment}<text:p>Xã Tân Lập</text:p></table:table-cell>                 <table:table-cell><text:p>42 hộ</text:p></table:table-cell></table:table-row></table:table>"
        )
    };
    let comment = "<office:annotation><dc:creator>Vũ</dc:creator><text:p>Kiểm tra</text:p></office:annotation>";
    let advice = "<table:content-validations><table:content-validation><table:help-message><text:p>Chọn trong danh sách.</text:p>\
                  </table:help-message></table:content-validation></table:content-validations>";
    let sheets = [
        advice.to_owned(),
        table("table:style-name='ta1'", ""),
        table("table:display='false'", ""),
        table("", comment),
    ];
    assert_eq!(
        texts("spreadsheet", &sheets.concat()),
        ["Xã Tân Lập | 42 hộ"]
    );
    let slides = "<draw:page draw:style-name='dp1'><text:p>Dự phòng</text:p></draw:page><draw:page><text:p>Kế hoạch</text:p></draw:page>";
    assert_eq!(texts("presentation", slides), ["Kế hoạch"]);
}

#[test]
fn repeated_cells_and_rows_stand_as_often_as_they_say() {
    let cell = |times: usize, text: &str| {
        format!(
            "<table:table-cell table:number-columns-repeated='{times}'><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let empty = "<table:table-cell table:number-columns-repeated='16384'/>";
    let row = |times: usize, cells: &str| {
        format!("<table:table-row table:number-rows-repeated='{times}'>{cells}</table:table-row>")
    };
    let rows = [
        row(1, &[cell(1, "Xã Tân Lập"), cell(3, "42")].concat()),
        row(2, &[&cell(1, "Ấp Bắc"), empty, &cell(1, "7")].concat()),
        row(1_048_573, empty),
        row(1_048_570, &cell(1, "0")),
        row(1, &cell(usize::MAX, "1")),
    ];
    let table = |rows: &str| format!("<table:table>{rows}</table:table>");
    assert_eq!(
        texts("spreadsheet", &table(&rows.concat())),
        [
            "Xã Tân Lập | 42 | 42 | 42",
            "Ấp Bắc | 7",
            "Ấp Bắc | 7",
            "0",
            "1"
        ]
    );
    assert_eq!(
        texts("spreadsheet", &table(&row(1_000, &cell(1, "0")))).len(),
        1_000
    );
    let bomb = row(1_000, &cell(1_000, "x").repeat(4));
    let body = format!(
        "<office:body><office:spreadsheet>{}</office:spreadsheet></office:body>",
        table(&bomb)
    );
    let content = format!("<office:document-content>{body}</office:document-content>");
    let error = read(&package(&[("content.xml", &content)])).unwrap_err();
    assert_eq!(error.code(), "too_large");
}

#[test]
fn the_notes_of_slides_are_captions_without_their_furniture() {
    let frame = |class: &str, text: &str| {
        format!(
            "<draw:frame presentation:class='{class}'><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame>"
        )
    };
    let notes = [
        frame("notes", "Nhắc các xã gửi số liệu."),
        frame("page-number", "3"),
    ]
    .concat();
    let body = format!(
        "<draw:page>{}<presentation:notes>{notes}</presentation:notes></draw:page>",
        frame("title", "Kế hoạch vụ mùa")
    );
    assert_eq!(
        texts("presentation", &body),
        ["Kế hoạch vụ mùa", "Nhắc các xã gửi số liệu."]
    );
}

#[test]
fn charts_and_formulas_in_the_text_are_left_out() {
    let text = "<office:document><office:body><office:text>\
         <text:p>Số hộ nghèo <draw:frame><draw:object><office:document><office:body><office:chart>\
         <table:table><table:table-row><table:table-cell><text:p>7</text:p></table:table-cell></table:table-row></table:table>\
         </office:chart></office:body></office:document></draw:object></draw:frame>giảm.</text:p>\
         <text:p>Tỷ lệ <draw:object><math><mi>a</mi><annotation>{a} over {b}</annotation></math></draw:object> đạt.</text:p>\
         </office:text></office:body></office:document>";
    let (blocks, _) = read_flat(text.as_bytes()).unwrap();
    let texts: Vec<_> = blocks.iter().map(Block::text).collect();
    assert_eq!(texts, ["Số hộ nghèo giảm.", "Tỷ lệ  đạt."]);
}

#[test]
fn deleted_text_that_one_file_of_xml_leaves_in_place_is_left_out() {
    let mark = |kind: &str, id: &str| format!("<text:change-{kind} text:change-id=\"{id}\"/>");
    let body = [
        "<text:tracked-changes><text:changed-region xml:id=\"c1\"><text:deletion/></text:changed-region>\
         <text:changed-region xml:id=\"c2\"><text:insertion/></text:changed-region>\
         <text:changed-region xml:id=\"c3\"><text:deletion/></text:changed-region></text:tracked-changes>\
         <text:p>Trồng được ",
        &mark("start", "c1"),
        "38</text:p><text:p>chưa chốt",
        &mark("end", "c1"),
        &mark("start", "c2"),
        "42",
        &mark("end", "c2"),
        " ha rừng.",
        // Without its end.
        &mark("start", "c3"),
        "</text:p><text:p>Còn lại làm trong quý IV.</text:p>",
    ];
    let text = format!(
        "<office:document><office:body><office:text>{}</office:text></office:body></office:document>",
        body.concat()
    );
    let (blocks, _) = read_flat(text.as_bytes()).unwrap();
    let texts: Vec<_> = blocks.iter().map(Block::text).collect();
    assert_eq!(
        texts,
        ["Trồng được ", "42 ha rừng.", "Còn lại làm trong quý IV."]
    );
}

#[test]
fn boxes_and_lists_of_a_form_show_what_was_chosen() {
    let field = |kind: &str, parameters: &[(&str, &str)]| {
        let parameters = parameters.iter().map(|(name, value)| {
            format!("<field:param field:name=\"{name}\" field:value=\"{value}\"/>")
        });
        format!(
            "<field:fieldmark field:type=\"vnd.oasis.opendocument.field.{kind}\">{}</field:fieldmark>",
            parameters.collect::<String>()
        )
    };
    let entries = [
        ("Dropdown_ListEntry", "Khá"),
        ("Dropdown_ListEntry", "Tốt"),
        ("Dropdown_Selected", "1"),
    ];
    let body = [
        "<text:p>",
        &field("FORMCHECKBOX", &[]),
        " Nghỉ</text:p><text:p>",
        &field("FORMCHECKBOX", &[("Checkbox_Checked", "true")]),
        " Đi làm</text:p><text:p>Xếp loại: ",
        &field("FORMDROPDOWN", &entries),
        "</text:p>",
    ];
    assert_eq!(
        texts("text", &body.concat()),
        ["☐ Nghỉ", "☑ Đi làm", "Xếp loại: Tốt"]
    );
}

#[test]
fn a_password_is_named() {
    let manifest = "<manifest:encryption-data/>";
    let bytes = package(&[("META-INF/manifest.xml", manifest), ("content.xml", "<x/>")]);
    assert_eq!(read(&bytes).unwrap_err().code(), "encrypted");
}
