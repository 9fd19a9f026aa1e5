//! What does an OpenDocument file say? ODT, ODS or ODP package, or flat XML → [`Block`]s.
//!
//! Footnotes and comments follow their paragraph, as captions. Headers and footers, which are kept
//! with the page styles, are not read; nor is deleted text, which is kept apart.

mod styles;

use std::mem;

use self::styles::Styles;
use super::blocks::{Block, Blocks};
use super::error::ReadError;
use super::package::Package;
use super::xml::{Element, Node, XmlReader};
use crate::document::ParagraphKind;

/// Reads a package.
///
/// # Errors
///
/// [`ReadError::Encrypted`]; [`ReadError::Corrupt`] where the content is missing or its XML is
/// broken, and the bounds of [`Package`] and [`XmlReader`].
pub(crate) fn read(bytes: &[u8]) -> Result<(Vec<Block>, Option<String>), ReadError> {
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
    let mut styles = Styles::default();
    for part in [
        package.read_text("styles.xml")?.as_deref(),
        Some(content.as_str()),
    ]
    .into_iter()
    .flatten()
    {
        styles.read(part)?;
    }
    let mut reader = OdtReader::new(&styles);
    reader.read(&content)?;
    if reader.title.is_none()
        && let Some(meta) = package.read_text("meta.xml")?
    {
        reader.read_title(&meta)?;
    }
    Ok((reader.blocks.finish(), reader.title))
}

/// Reads a document in one XML file.
///
/// # Errors
///
/// As [`read`].
pub(crate) fn read_flat(bytes: &[u8]) -> Result<(Vec<Block>, Option<String>), ReadError> {
    let (text, _, malformed) = encoding_rs::UTF_8.decode(bytes);
    if malformed {
        return Err(ReadError::Corrupt(
            "flat OpenDocument that is not valid Unicode".to_owned(),
        ));
    }
    let mut styles = Styles::default();
    styles.read(&text)?;
    let mut reader = OdtReader::new(&styles);
    reader.read(&text)?;
    if reader.title.is_none() {
        reader.read_title(&text)?;
    }
    Ok((reader.blocks.finish(), reader.title))
}

#[derive(Debug)]
struct OdtReader<'s> {
    styles: &'s Styles,
    blocks: Blocks,
    title: Option<String>,
    /// Whether we are in the body, before which nothing is text.
    in_body: bool,
    in_title: bool,
    lists: usize,
    notes: usize,
    contents: usize,
    /// The paragraphs we are in, and what they were to be when an aside began: frames put one
    /// paragraph inside another.
    paragraphs: usize,
    /// The fonts of the elements we are in, innermost last.
    fonts: Vec<Option<String>>,
}

impl<'s> OdtReader<'s> {
    fn new(styles: &'s Styles) -> Self {
        Self {
            styles,
            blocks: Blocks::default(),
            title: None,
            in_body: false,
            in_title: false,
            lists: 0,
            notes: 0,
            contents: 0,
            paragraphs: 0,
            fonts: Vec::new(),
        }
    }

    fn read(&mut self, xml: &str) -> Result<(), ReadError> {
        let mut reader = XmlReader::new(xml);
        while let Some(node) = reader.next()? {
            match node {
                Node::Start(element) if self.in_body => self.start(&element, &mut reader)?,
                Node::Start(element) => self.in_body = element.name() == "body",
                Node::End(name) if name == "body" => self.in_body = false,
                Node::End(name) if self.in_body => self.end(&name),
                Node::Text(text) if self.in_body && self.paragraphs > 0 => self.push(&text),
                _ => {}
            }
        }
        Ok(())
    }

    fn read_title(&mut self, meta: &str) -> Result<(), ReadError> {
        let mut reader = XmlReader::new(meta);
        while let Some(node) = reader.next()? {
            if let Node::Start(element) = node
                && element.name() == "title"
                && element.has_prefix("dc")
            {
                self.title =
                    Some(reader.text_of_element()?).filter(|title| !title.trim().is_empty());
                break;
            }
        }
        Ok(())
    }

    fn start(
        &mut self,
        element: &Element<'_>,
        reader: &mut XmlReader<'_>,
    ) -> Result<(), ReadError> {
        match element.name() {
            "h" => self.begin_paragraph(element, ParagraphKind::Heading),
            "p" => {
                let kind = self.kind(element);
                self.begin_paragraph(element, kind);
            }
            "span" => self.fonts.push(self.font(element)),
            "s" | "tab" | "line-break" => self.push(" "),
            "list" => self.lists += 1,
            "note-body" | "annotation" => self.begin_note(),
            "text-box" => self.blocks.begin_aside(),
            "table-of-content" | "illustration-index" | "table-index" => self.contents += 1,
            "table" => self.blocks.begin_table(),
            "table-row" => self.blocks.begin_row(),
            "table-cell" => self.blocks.begin_cell(),
            "tracked-changes" | "note-citation" | "creator" | "date" | "forms" | "settings"
            | "shapes" | "notes" | "ruby-text" | "initials" | "object-ole" | "binary-data" => {
                reader.skip_element()?;
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) {
        match name {
            "h" | "p" => {
                self.fonts.pop();
                self.paragraphs = self.paragraphs.saturating_sub(1);
                self.in_title = false;
                self.blocks.end_paragraph();
            }
            "span" => drop(self.fonts.pop()),
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
            "table-cell" => self.blocks.end_cell(),
            _ => {}
        }
    }

    fn begin_note(&mut self) {
        self.notes += 1;
        self.blocks.begin_aside();
    }

    fn begin_paragraph(&mut self, element: &Element<'_>, kind: ParagraphKind) {
        let style = element.attribute("style-name").unwrap_or_default();
        let kind = if self.notes > 0 {
            ParagraphKind::Caption
        } else {
            kind
        };
        self.in_title = self.title.is_none() && self.styles.is_title(&style);
        self.fonts.push(self.styles.font(&style).map(str::to_owned));
        self.paragraphs += 1;
        self.blocks.begin_paragraph(kind);
    }

    fn kind(&self, element: &Element<'_>) -> ParagraphKind {
        let style = element.attribute("style-name").unwrap_or_default();
        match self.styles.kind(&style) {
            _ if self.contents > 0 => ParagraphKind::Table,
            Some(kind) => kind,
            None if self.lists > 0 => ParagraphKind::ListItem,
            None => ParagraphKind::Body,
        }
    }

    /// The font of a span: its style's, else that around it.
    fn font(&self, element: &Element<'_>) -> Option<String> {
        let style = element.attribute("style-name").unwrap_or_default();
        let own = self.styles.font(&style).map(str::to_owned);
        own.or_else(|| self.fonts.last().cloned().flatten())
    }

    fn push(&mut self, text: &str) {
        let font = mem::take(&mut self.fonts);
        self.blocks
            .push(text, font.last().and_then(Option::as_deref));
        self.fonts = font;
        if self.in_title {
            self.title.get_or_insert_default().push_str(text);
        }
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
        assert_eq!(title.as_deref(), Some("Báo cáo"));
        assert_eq!(blocks[2].runs[1].font.as_deref(), Some(".VnTime"));
    }

    #[test]
    fn a_password_is_named() {
        let manifest = "<manifest:encryption-data/>";
        let bytes = package(&[("META-INF/manifest.xml", manifest), ("content.xml", "<x/>")]);
        assert_eq!(read(&bytes).unwrap_err().code(), "encrypted");
    }
}
