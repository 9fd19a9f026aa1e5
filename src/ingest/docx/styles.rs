//! What do a document's styles say? `styles.xml`, or the whole file of 2003 → kinds and fonts by style.

use std::collections::HashMap;

use super::properties::{ParagraphProperties, RunProperties};
use crate::document::ParagraphKind;
use crate::ingest::error::ReadError;
use crate::ingest::script::Script;
use crate::ingest::shape::kind_of_style;
use crate::ingest::xml::{Element, Node, XmlReader};

/// Styles are based on each other in chains of a few links; a longer one is a circle.
const MAX_CHAIN: usize = 16;

/// The styles of a document, by id.
#[derive(Debug, Default)]
pub(super) struct Styles {
    by_id: HashMap<String, Style>,
    default_font: Option<String>,
    default_paragraph_style: Option<String>,
}

#[derive(Debug, Default)]
struct Style {
    /// In lower case; the names of built-in styles are the same in all languages.
    name: String,
    based_on: Option<String>,
    paragraph: ParagraphProperties,
    run: RunProperties,
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
        if is_default && start.attribute("type").as_deref() == Some("paragraph") {
            self.default_paragraph_style = Some(id.clone());
        }
        let mut style = Style::default();
        while let Some(node) = reader.next()? {
            match node {
                Node::Start(element) => match element.name() {
                    "name" => {
                        style.name = element.attribute("val").unwrap_or_default().to_lowercase();
                    }
                    "basedOn" => style.based_on = element.attribute("val"),
                    "pPr" => style.paragraph = ParagraphProperties::read(reader)?,
                    "rPr" => style.run = RunProperties::read(reader)?,
                    _ => {}
                },
                Node::End(name) if name == "style" => break,
                _ => {}
            }
        }
        self.by_id.insert(id, style);
        Ok(())
    }

    /// What a paragraph is by its style and its own properties.
    pub(super) fn kind(&self, properties: &ParagraphProperties) -> ParagraphKind {
        let chain = || self.chain(properties.style.as_deref());
        if let Some(kind) = chain().find_map(|style| kind_of_style(&style.name)) {
            return kind;
        }
        let outline = || chain().find_map(|style| style.paragraph.outline_level);
        let numbering = || chain().find_map(|style| style.paragraph.numbering);
        // Level 9 is what the format calls body text.
        if properties
            .outline_level
            .or_else(outline)
            .is_some_and(|level| level < 9)
        {
            ParagraphKind::Heading
        } else if properties
            .numbering
            .or_else(numbering)
            .is_some_and(|id| id != 0)
        {
            ParagraphKind::ListItem
        } else {
            ParagraphKind::Body
        }
    }

    /// Whether a paragraph has the Title style.
    pub(super) fn is_title(&self, properties: &ParagraphProperties) -> bool {
        self.chain(properties.style.as_deref())
            .any(|style| style.name == "title")
    }

    /// The font of a run: its own, its style's, its paragraph's style's, the document's.
    pub(super) fn font<'a>(
        &'a self,
        paragraph_style: Option<&str>,
        run: &'a RunProperties,
    ) -> Option<&'a str> {
        run.font
            .as_deref()
            .or_else(|| self.of_run(paragraph_style, run, |run| run.font.as_deref()))
            .or(self.default_font.as_deref())
    }

    /// Whether a run is raised or lowered, by itself, its style or its paragraph's style.
    pub(super) fn script(&self, paragraph_style: Option<&str>, run: &RunProperties) -> Script {
        run.script
            .or_else(|| self.of_run(paragraph_style, run, |run| run.script))
            .unwrap_or_default()
    }

    /// Whether a run is hidden, by itself, its style or its paragraph's style, the nearest that says so.
    pub(super) fn is_hidden(&self, paragraph_style: Option<&str>, run: &RunProperties) -> bool {
        run.hidden
            .or_else(|| self.of_run(paragraph_style, run, |run| run.hidden))
            .unwrap_or(false)
    }

    /// A property that a run has from its style, else from its paragraph's.
    fn of_run<'a, T>(
        &'a self,
        paragraph_style: Option<&str>,
        run: &RunProperties,
        property: impl Fn(&'a RunProperties) -> Option<T>,
    ) -> Option<T> {
        let paragraph_style = paragraph_style.or(self.default_paragraph_style.as_deref());
        self.chain(run.style.as_deref())
            .chain(self.chain(paragraph_style))
            .find_map(|style| property(&style.run))
    }

    /// A style and those it is based on, nearest first.
    fn chain(&self, id: Option<&str>) -> impl Iterator<Item = &Style> {
        let first = id.and_then(|id| self.by_id.get(id));
        std::iter::successors(first, |style| {
            style.based_on.as_deref().and_then(|id| self.by_id.get(id))
        })
        .take(MAX_CHAIN)
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
