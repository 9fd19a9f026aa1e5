//! What does an OpenDocument file say? ODT, ODS or ODP package, or flat XML → [`Block`]s.
//!
//! Footnotes and comments follow their paragraph, as captions. Headers and footers, which are kept
//! with the page styles, are not read; nor is deleted text, which is kept apart, nor what is hidden,
//! nor the comments of cells.

mod styles;

use std::rc::Rc;

use self::styles::{Style, Styles};
use super::blocks::{Block, Blocks};
use super::error::ReadError;
use super::package::Package;
use super::script::Script;
use super::sheet;
use super::xml::{Element, Node, XmlReader, decode};
use crate::document::ParagraphKind;

/// More often than this, a row or a cell stands only because somebody filled the sheet with it to its edge.
const MAX_TIMES: usize = 1_000;

/// Reads a package.
///
/// # Errors
///
/// [`ReadError::Encrypted`]; [`ReadError::Corrupt`] where the content is missing or its XML is
/// broken, and the bounds of [`Package`] and [`XmlReader`].
pub(crate) fn read(bytes: &[u8]) -> Result<(Vec<Block>, Option<Block>), ReadError> {
    let mut package = Package::open(bytes)?;
    let manifest = package
        .read_text("META-INF/manifest.xml")?
        .unwrap_or_default();
    if manifest.contains("encryption-data") {
        return Err(ReadError::Encrypted);
    }
    let content = package
        .read_text("content.xml")?
        .ok_or_else(|| ReadError::Corrupt("OpenDocument without its content".to_owned()))?;
    let shared = package.read_text("styles.xml")?.unwrap_or_default();
    let styles = Styles::read(&[&shared, &content])?;
    drop(shared);
    let mut reader = OdtReader::new(&styles);
    reader.read(&content)?;
    let title = match (reader.blocks.take_title(), package.read_text("meta.xml")?) {
        (None, Some(meta)) => title_property(&meta)?,
        (title, _) => title,
    };
    Ok((reader.blocks.finish(), title))
}

/// Reads a document in one XML file.
///
/// # Errors
///
/// As [`read`].
pub(crate) fn read_flat(bytes: &[u8]) -> Result<(Vec<Block>, Option<Block>), ReadError> {
    let text = decode(bytes)?;
    let styles = Styles::read(&[&text])?;
    let mut reader = OdtReader::new(&styles);
    reader.read(&text)?;
    let title = match reader.blocks.take_title() {
        None => title_property(&text)?,
        title => title,
    };
    Ok((reader.blocks.finish(), title))
}

/// The title among a document's properties.
fn title_property(meta: &str) -> Result<Option<Block>, ReadError> {
    let mut reader = XmlReader::new(meta);
    while let Some(node) = reader.next()? {
        if let Node::Start(element) = node
            && element.name() == "title"
            && element.has_prefix("dc")
        {
            let title = reader.text_of_element()?;
            return Ok((!title.trim().is_empty()).then(|| Block::of_text(&title)));
        }
    }
    Ok(None)
}

#[derive(Debug)]
struct OdtReader<'s> {
    styles: &'s Styles,
    blocks: Blocks,
    /// Whether we are in the body, before which nothing is text.
    in_body: bool,
    lists: usize,
    notes: usize,
    contents: usize,
    /// Of each paragraph we are in, whether it stands in the text of another, as those of drawn shapes do.
    paragraphs: Vec<bool>,
    /// Whether the body is a workbook.
    is_workbook: bool,
    /// How often each row and cell that we are in stands, innermost last.
    repeats: Vec<usize>,
    /// The memory left for what is repeated, which a small file can count to any number.
    room: usize,
    /// How many paragraphs we were in, itself counted, when one turned out to be hidden as a whole.
    hidden_paragraph: Option<usize>,
    /// What holds in the elements we are in, innermost last.
    looks: Vec<Look>,
}

/// How the text of a paragraph or of a part of it looks.
#[derive(Clone, Debug, Default)]
struct Look {
    font: Option<Rc<str>>,
    script: Script,
    is_hidden: bool,
}

impl<'s> OdtReader<'s> {
    fn new(styles: &'s Styles) -> Self {
        Self {
            styles,
            blocks: Blocks::default(),
            in_body: false,
            lists: 0,
            notes: 0,
            contents: 0,
            paragraphs: Vec::new(),
            is_workbook: false,
            repeats: Vec::new(),
            room: sheet::MAX_CELL_BYTES,
            hidden_paragraph: None,
            looks: Vec::new(),
        }
    }

    fn read(&mut self, xml: &str) -> Result<(), ReadError> {
        let mut reader = XmlReader::new(xml);
        while let Some(node) = reader.next()? {
            match node {
                Node::Start(element) if self.in_body => {
                    self.start(&element, &mut reader)?;
                    self.blocks.check_pieces()?;
                }
                Node::Start(element) => self.in_body = element.name() == "body",
                Node::End(name) if name == "body" => self.in_body = false,
                Node::End(name) if self.in_body => self.end(&name)?,
                Node::Text(text) if self.in_body && !self.paragraphs.is_empty() => self.push(&text),
                _ => {}
            }
        }
        Ok(())
    }

    fn start(
        &mut self,
        element: &Element<'_>,
        reader: &mut XmlReader<'_>,
    ) -> Result<(), ReadError> {
        if self.is_left_out(element) {
            return reader.skip_element();
        }
        match element.name() {
            "h" => self.begin_paragraph(element, ParagraphKind::Heading),
            "p" => {
                let kind = self.kind(element);
                self.begin_paragraph(element, kind);
            }
            "span" => self.begin_span(element),
            "s" | "tab" | "line-break" => self.push(" "),
            "list" => self.lists += 1,
            "note-body" | "annotation" => self.begin_note(),
            "text-box" => self.blocks.begin_aside(),
            "table-of-content" | "illustration-index" | "table-index" => self.contents += 1,
            "spreadsheet" => self.is_workbook = true,
            "table" => self.blocks.begin_table(),
            "table-row" => {
                self.repeats.push(times(element, "number-rows-repeated"));
                self.blocks.begin_row();
            }
            "table-cell" => {
                self.repeats.push(times(element, "number-columns-repeated"));
                self.blocks.begin_cell();
            }
            // The words that are spoken to a slide.
            "notes" => self.notes += 1,
            "hidden-paragraph" if element.has("is-hidden", "true") => self.hide_paragraph(),
            _ => {}
        }
        Ok(())
    }

    /// Whether an element is no part of the text: metadata, deleted, hidden, said again elsewhere.
    fn is_left_out(&self, element: &Element<'_>) -> bool {
        match element.name() {
            // Who wrote a comment and when; what a picture is called. Fields have names like these.
            _ if ["dc", "meta"]
                .iter()
                .any(|prefix| element.has_prefix(prefix)) =>
            {
                true
            }
            "title" | "desc" => element.has_prefix("svg"),
            "section" => is_hidden_section(element),
            "hidden-text" => element.has("is-hidden", "true"),
            "table" => element.has("display", "false") || self.has_hiding_style(element),
            "page" => self.has_hiding_style(element),
            "frame" => is_slide_furniture(element),
            // A chart or a formula, which in one file of XML is a whole document within the text.
            "object" => element.has_prefix("draw"),
            // Those of a text stand in a paragraph, those of a workbook before a cell's.
            "annotation" => self.is_workbook,
            // The commenter's; a field of the same name shows the author's.
            "sender-initials" => element.has_prefix("loext"),
            "variable-set" | "user-field-get" => element.has("display", "none"),
            "tracked-changes" | "note-citation" | "forms" | "settings" | "shapes" | "ruby-text"
            | "script" | "object-ole" | "binary-data" => true,
            _ => false,
        }
    }

    fn has_hiding_style(&self, element: &Element<'_>) -> bool {
        let style = self.style(element);
        style.is_some_and(|style| style.hides_whole)
    }

    fn style(&self, element: &Element<'_>) -> Option<&'s Style> {
        self.styles.get(&element.attribute("style-name")?)
    }

    fn end(&mut self, name: &str) -> Result<(), ReadError> {
        match name {
            "h" | "p" => self.end_paragraph(),
            "span" => drop(self.looks.pop()),
            "list" => self.lists = self.lists.saturating_sub(1),
            "note-body" | "annotation" => {
                self.notes = self.notes.saturating_sub(1);
                self.blocks.end_aside();
            }
            "text-box" => self.blocks.end_aside(),
            "table-of-content" | "illustration-index" | "table-index" => {
                self.contents = self.contents.saturating_sub(1);
            }
            "table" => self.blocks.end_table(),
            "table-row" | "table-cell" => return self.end_repeated(name),
            "notes" => self.notes = self.notes.saturating_sub(1),
            _ => {}
        }
        Ok(())
    }

    /// Ends a row or a cell, which may stand for several.
    fn end_repeated(&mut self, name: &str) -> Result<(), ReadError> {
        self.blocks.end_cell();
        let more = self.repeats.pop().unwrap_or(1).saturating_sub(1);
        let has_room = match name {
            _ if more == 0 => true,
            "table-row" => self.blocks.repeat_row(more, &mut self.room),
            _ => self.blocks.repeat_cell(more, &mut self.room),
        };
        if has_room {
            Ok(())
        } else {
            Err(sheet::too_large())
        }
    }

    fn begin_note(&mut self) {
        self.notes += 1;
        self.blocks.begin_aside();
    }

    fn begin_paragraph(&mut self, element: &Element<'_>, kind: ParagraphKind) {
        let style = self.style(element);
        let kind = if self.notes > 0 {
            ParagraphKind::Caption
        } else {
            kind
        };
        // A note or frame in hidden text is hidden with it.
        let is_hidden = self.is_hidden(style);
        self.looks.push(Look {
            font: style.and_then(|style| style.font.clone()),
            script: style.and_then(|style| style.script).unwrap_or_default(),
            is_hidden,
        });
        let is_within = self.blocks.is_open();
        self.paragraphs.push(is_within);
        if is_within {
            self.blocks.begin_aside();
        }
        self.blocks.begin_paragraph(kind);
        if style.is_some_and(|style| style.is_title) {
            self.blocks.set_title();
        }
    }

    fn end_paragraph(&mut self) {
        if self.hidden_paragraph == Some(self.paragraphs.len()) {
            self.hidden_paragraph = None;
        }
        self.looks.pop();
        self.blocks.end_paragraph();
        if self.paragraphs.pop() == Some(true) {
            self.blocks.end_aside();
        }
    }

    /// Takes back the paragraph we are in, which a field in it hides.
    fn hide_paragraph(&mut self) {
        if self.paragraphs.is_empty() {
            return;
        }
        self.hidden_paragraph.get_or_insert(self.paragraphs.len());
        self.blocks.clear_paragraph();
    }

    /// Begins a span, whose font and hiding are its style's, else those around it.
    fn begin_span(&mut self, element: &Element<'_>) {
        let style = self.style(element);
        let is_hidden = self.is_hidden(style);
        let mut look = self.looks.last().cloned().unwrap_or_default();
        look.is_hidden = is_hidden;
        if let Some(style) = style {
            look.font = style.font.clone().or(look.font);
            look.script = style.script.unwrap_or(look.script);
        }
        self.looks.push(look);
    }

    fn is_hidden(&self, style: Option<&Style>) -> bool {
        let around = self.looks.last().is_some_and(|look| look.is_hidden);
        style.and_then(|style| style.is_hidden).unwrap_or(around)
    }

    fn kind(&self, element: &Element<'_>) -> ParagraphKind {
        match self.style(element).and_then(|style| style.kind) {
            _ if self.contents > 0 => ParagraphKind::Table,
            Some(kind) => kind,
            None if self.lists > 0 => ParagraphKind::ListItem,
            None => ParagraphKind::Body,
        }
    }

    fn push(&mut self, text: &str) {
        let look = self.looks.last();
        if self.hidden_paragraph.is_some() || look.is_some_and(|look| look.is_hidden) {
            return;
        }
        let script = look.map(|look| look.script).unwrap_or_default();
        let font = look.and_then(|look| look.font.as_deref());
        self.blocks.push_at(script, text, font);
    }
}

/// How often an element says that it stands: once where it says nothing or more than anybody wrote.
fn times(element: &Element<'_>, attribute: &str) -> usize {
    let number = element.attribute(attribute);
    number
        .and_then(|number| number.parse().ok())
        .filter(|times| *times <= MAX_TIMES)
        .unwrap_or(1)
}

/// Whether a frame holds the date, the page number or the like of a slide or of its notes.
fn is_slide_furniture(frame: &Element<'_>) -> bool {
    matches!(
        frame.attribute("class").as_deref(),
        Some("header" | "footer" | "date-time" | "page-number")
    )
}

fn is_hidden_section(section: &Element<'_>) -> bool {
    match section.attribute("display").as_deref() {
        Some("none") => true,
        Some("condition") => section.has("is-hidden", "true"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
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
        let sheets = [
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
            format!(
                "<table:table-row table:number-rows-repeated='{times}'>{cells}</table:table-row>"
            )
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
    fn a_password_is_named() {
        let manifest = "<manifest:encryption-data/>";
        let bytes = package(&[("META-INF/manifest.xml", manifest), ("content.xml", "<x/>")]);
        assert_eq!(read(&bytes).unwrap_err().code(), "encrypted");
    }
}
