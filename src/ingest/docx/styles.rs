//! What do a document's styles say? `styles.xml`, or the whole file of 2003 → kinds and fonts by style.

use std::rc::Rc;

use super::properties::{ParagraphProperties, RunProperties};
use crate::document::ParagraphKind;
use crate::ingest::error::ReadError;
use crate::ingest::script::Script;
use crate::ingest::shape::kind_of_style;
use crate::ingest::style_table::{Inherit, StyleTable};
use crate::ingest::xml::{Element, Node, XmlReader};

/// The styles of a document, by id.
#[derive(Debug, Default)]
pub(super) struct Styles {
    table: StyleTable<Style>,
    default_font: Option<String>,
    default_paragraph_style: Option<usize>,
}

/// What a style says itself, or has from those that it is based on.
#[derive(Debug, Default)]
pub(super) struct Style {
    /// The id of the one it is based on.
    based_on: Option<String>,
    /// What its name says a paragraph is; the names of built-in styles are the same in all languages.
    kind: Option<ParagraphKind>,
    is_title: bool,
    outline_level: Option<u32>,
    numbering: Option<u32>,
    font: Option<Rc<str>>,
    script: Option<Script>,
    hidden: Option<bool>,
}

impl Style {
    /// Reads to the end of the style that has just begun.
    fn read(reader: &mut XmlReader<'_>) -> Result<Self, ReadError> {
        let mut style = Self::default();
        while let Some(node) = reader.next()? {
            match node {
                Node::Start(element) => match element.name() {
                    "name" => style.take_name(&element.attribute("val").unwrap_or_default()),
                    "basedOn" => style.based_on = element.attribute("val"),
                    "pPr" => {
                        let paragraph = ParagraphProperties::read(reader)?;
                        style.outline_level = paragraph.outline_level;
                        style.numbering = paragraph.numbering;
                    }
                    "rPr" => {
                        let run = RunProperties::read(reader)?;
                        style.font = run.font.map(Rc::from);
                        (style.script, style.hidden) = (run.script, run.hidden);
                    }
                    _ => {}
                },
                Node::End(name) if name == "style" => break,
                _ => {}
            }
        }
        Ok(style)
    }

    fn take_name(&mut self, name: &str) {
        let name = name.to_lowercase();
        self.kind = kind_of_style(&name);
        self.is_title = name == "title";
    }
}

impl Inherit for Style {
    fn base(&self) -> Option<&str> {
        self.based_on.as_deref()
    }

    fn inherit(&mut self, from: &Self) {
        self.kind = self.kind.or(from.kind);
        self.is_title |= from.is_title;
        self.outline_level = self.outline_level.or(from.outline_level);
        self.numbering = self.numbering.or(from.numbering);
        self.font = self.font.take().or_else(|| from.font.clone());
        self.script = self.script.or(from.script);
        self.hidden = self.hidden.or(from.hidden);
    }
}

impl Styles {
    /// Reads the styles part.
    ///
    /// # Errors
    ///
    /// As [`XmlReader::next`].
    pub(super) fn read(xml: &str) -> Result<Self, ReadError> {
        let mut styles = Self::default();
        let mut reader = XmlReader::new(xml);
        while let Some(node) = reader.next()? {
            let Node::Start(element) = node else { continue };
            match element.name() {
                "defaultFonts" => styles.default_font = element.attribute("ascii"),
                "docDefaults" => styles.default_font = read_defaults(&mut reader)?,
                "style" => styles.read_style(&element, &mut reader)?,
                _ => {}
            }
        }
        styles.table.settle();
        Ok(styles)
    }

    fn read_style(
        &mut self,
        start: &Element<'_>,
        reader: &mut XmlReader<'_>,
    ) -> Result<(), ReadError> {
        let id = start.attribute("styleId").unwrap_or_default();
        let is_default = matches!(
            start.attribute("default").as_deref(),
            Some("1" | "true" | "on")
        );
        let style = Style::read(reader)?;
        let place = self.table.add(id, style);
        if is_default && start.attribute("type").as_deref() == Some("paragraph") {
            self.default_paragraph_style = place.or(self.default_paragraph_style);
        }
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.table.all.len()
    }

    /// The style of an id.
    pub(super) fn get(&self, id: Option<&str>) -> Option<&Style> {
        self.table.get(id?)
    }

    /// What a paragraph is by its style and its own properties.
    pub(super) fn kind(&self, properties: &ParagraphProperties) -> ParagraphKind {
        let plain = Style::default();
        let style = self.get(properties.style.as_deref()).unwrap_or(&plain);
        let outline_level = properties.outline_level.or(style.outline_level);
        let numbering = properties.numbering.or(style.numbering);
        match style.kind {
            Some(kind) => kind,
            // Level 9 is what the format calls body text.
            None if outline_level.is_some_and(|level| level < 9) => ParagraphKind::Heading,
            None if numbering.is_some_and(|id| id != 0) => ParagraphKind::ListItem,
            None => ParagraphKind::Body,
        }
    }

    /// Whether a paragraph has the Title style.
    pub(super) fn is_title(&self, properties: &ParagraphProperties) -> bool {
        let style = self.get(properties.style.as_deref());
        style.is_some_and(|style| style.is_title)
    }

    /// The style of a paragraph, which may name none.
    pub(super) fn of_paragraph(&self, properties: &ParagraphProperties) -> Option<&Style> {
        match &properties.style {
            Some(id) => self.get(Some(id)),
            None => self.table.all.get(self.default_paragraph_style?),
        }
    }

    /// The font of a run: its own, its style's, its paragraph's style's, the document's.
    pub(super) fn font<'a>(
        &'a self,
        paragraph: Option<&'a Style>,
        run: &'a Run<'_>,
    ) -> Option<&'a str> {
        let of_styles = || run.find(paragraph, |style| style.font.as_deref());
        let font = run.own.font.as_deref().or_else(of_styles);
        font.or(self.default_font.as_deref())
    }
}

/// A run, and the style that it names.
#[derive(Clone, Debug, Default)]
pub(super) struct Run<'s> {
    pub(super) own: RunProperties,
    pub(super) style: Option<&'s Style>,
}

impl Run<'_> {
    /// Whether it is raised or lowered, by itself, its style or its paragraph's style.
    pub(super) fn script(&self, paragraph: Option<&Style>) -> Script {
        let of_styles = || self.find(paragraph, |style| style.script);
        self.own.script.or_else(of_styles).unwrap_or_default()
    }

    /// Whether it is hidden, by itself, its style or its paragraph's style, the nearest that says so.
    pub(super) fn is_hidden(&self, paragraph: Option<&Style>) -> bool {
        let of_styles = || self.find(paragraph, |style| style.hidden);
        self.own.hidden.or_else(of_styles).unwrap_or(false)
    }

    /// A property that it has from its style, else from its paragraph's.
    fn find<'a, T>(
        &'a self,
        paragraph: Option<&'a Style>,
        property: impl Fn(&'a Style) -> Option<T>,
    ) -> Option<T> {
        let styles = [self.style, paragraph];
        styles.into_iter().flatten().find_map(property)
    }
}

fn read_defaults(reader: &mut XmlReader<'_>) -> Result<Option<String>, ReadError> {
    let mut font = None;
    while let Some(node) = reader.next()? {
        match node {
            Node::Start(element) if element.name() == "rPr" => {
                font = RunProperties::read(reader)?.font;
            }
            Node::End(name) if name == "docDefaults" => break,
            _ => {}
        }
    }
    Ok(font)
}
