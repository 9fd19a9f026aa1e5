//! What does an OpenDocument file say? ODT, ODS or ODP package, or flat XML → [`Block`]s.
//!
//! Footnotes and comments follow their paragraph, as captions. Headers and footers, which are kept
//! with the page styles, are not read; nor is deleted text, nor what is hidden,
//! nor the comments of cells.

mod changes;
mod form;
mod styles;

use std::rc::Rc;

use self::changes::Deletions;
use self::styles::{Style, Styles};
use super::blocks::{Block, Blocks};
use super::error::ReadError;
use super::package::Package;
use super::script::Script;
use super::sheet;
use super::xml::{Element, Node, XmlReader, decode, on_one_line};
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
    Ok((reader.blocks.finish_parted(), title))
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
    reader.deletions = Deletions::read(&text)?;
    reader.read(&text)?;
    let title = match reader.blocks.take_title() {
        None => title_property(&text)?,
        title => title,
    };
    Ok((reader.blocks.finish_parted(), title))
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
    deletions: Deletions,
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
            deletions: Deletions::default(),
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
                Node::Text(text) if self.in_body && !self.paragraphs.is_empty() => {
                    self.push(&on_one_line(&text));
                }
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
            "s" | "tab" => self.push(" "),
            "line-break" => self.push("\n"),
            "fieldmark" => self.push(&form::read_field(element, reader)?),
            "change-start" => self.deletions.begin(element),
            "change-end" => self.deletions.end(element),
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
            // What a program says to who fills cells in.
            "content-validations" => true,
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
        if self.deletions.are_open()
            || self.hidden_paragraph.is_some()
            || look.is_some_and(|look| look.is_hidden)
        {
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
mod tests;
