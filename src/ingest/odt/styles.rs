//! What do an OpenDocument file's styles say? Style elements → kinds and fonts by style.

use std::collections::HashMap;
use std::rc::Rc;

use crate::document::ParagraphKind;
use crate::ingest::error::ReadError;
use crate::ingest::script::Script;
use crate::ingest::shape::kind_of_style;
use crate::ingest::style_table::{Inherit, MAX_STYLES, StyleTable};
use crate::ingest::xml::{Element, Node, XmlReader};

/// The styles of a document, by name.
#[derive(Debug, Default)]
pub(super) struct Styles {
    table: StyleTable<Style>,
    /// The families of fonts, by the names that styles call them.
    fonts: HashMap<String, Rc<str>>,
}

/// What a style says itself, or has from its parents.
#[derive(Debug, Default)]
pub(super) struct Style {
    /// What the name shown to people says that a paragraph is.
    pub(super) kind: Option<ParagraphKind>,
    pub(super) is_title: bool,
    parent: Option<String>,
    /// The family of the font.
    pub(super) font: Option<Rc<str>>,
    /// Whether text is raised or lowered, where the style says so.
    pub(super) script: Option<Script>,
    /// Whether text is hidden, where the style says so.
    pub(super) is_hidden: Option<bool>,
    /// Whether the sheet or the slide in this style is hidden.
    pub(super) hides_whole: bool,
}

impl Style {
    /// The name of the style that an element begins, and the style.
    fn begin(element: &Element<'_>) -> (String, Self) {
        let name = element.attribute("name").unwrap_or_default();
        // Names are written with their spaces as `_20_`.
        let shown = element
            .attribute("display-name")
            .unwrap_or_else(|| name.replace("_20_", " "))
            .to_lowercase();
        let style = Self {
            kind: kind_of_style(&shown),
            is_title: name == "Title" || shown == "title",
            parent: element.attribute("parent-style-name"),
            ..Self::default()
        };
        (name, style)
    }

    fn take_properties(&mut self, element: &Element<'_>) {
        match element.name() {
            "text-properties" => {
                self.font = element
                    .attribute("font-name")
                    .or_else(|| element.attribute("font-family"))
                    .map(Rc::from);
                self.script = element
                    .attribute("text-position")
                    .map(|position| script_of(&position));
                self.is_hidden = match element.attribute("display").as_deref() {
                    Some("none") => Some(true),
                    Some("true") => Some(false),
                    _ => None,
                };
            }
            "table-properties" => self.hides_whole = element.has("display", "false"),
            "drawing-page-properties" => self.hides_whole = element.has("visibility", "hidden"),
            _ => {}
        }
    }
}

impl Inherit for Style {
    fn base(&self) -> Option<&str> {
        self.parent.as_deref()
    }

    fn inherit(&mut self, parent: &Self) {
        self.kind = self.kind.or(parent.kind);
        self.is_title |= parent.is_title;
        self.font = self.font.take().or_else(|| parent.font.clone());
        self.script = self.script.or(parent.script);
        self.is_hidden = self.is_hidden.or(parent.is_hidden);
        self.hides_whole |= parent.hides_whole;
    }
}

impl Styles {
    /// Reads the styles of all parts that have some.
    ///
    /// # Errors
    ///
    /// As [`XmlReader::next`].
    pub(super) fn read(parts: &[&str]) -> Result<Self, ReadError> {
        let mut styles = Self::default();
        for part in parts {
            styles.read_part(part)?;
        }
        styles.settle();
        Ok(styles)
    }

    /// Adds the styles of a part.
    fn read_part(&mut self, xml: &str) -> Result<(), ReadError> {
        let mut reader = XmlReader::new(xml);
        let mut open: Option<(String, Style)> = None;
        while let Some(node) = reader.next()? {
            match node {
                Node::Start(element) => match element.name() {
                    "font-face" => self.take_font(&element),
                    "style" => open = Some(Style::begin(&element)),
                    _ => {
                        if let Some((_, style)) = &mut open {
                            style.take_properties(&element);
                        }
                    }
                },
                Node::End(name) if name == "style" => {
                    if let Some((name, style)) = open.take() {
                        self.table.add(name, style);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Takes the family of a font, of which large documents have some hundred; beyond as many as styles they are passed over.
    fn take_font(&mut self, element: &Element<'_>) {
        if self.fonts.len() >= MAX_STYLES {
            return;
        }
        let name = element.attribute("name").unwrap_or_default();
        let family = element.attribute("font-family").unwrap_or_default();
        let family = family.trim_matches(['\'', '"']);
        self.fonts.insert(name, family.into());
    }

    /// Gives each style its font by its family, and what it has from its parents.
    fn settle(&mut self) {
        for style in &mut self.table.all {
            let family = style.font.as_deref().and_then(|name| self.fonts.get(name));
            style.font = family.cloned().or(style.font.take());
        }
        self.table.settle();
    }

    /// The style of a name.
    pub(super) fn get(&self, name: &str) -> Option<&Style> {
        self.table.get(name)
    }
}

/// What a position says: a word, or how far above the line (`33% 58%`) or below it (`-33% 58%`).
fn script_of(position: &str) -> Script {
    match position.split_whitespace().next() {
        Some("super") => Script::Super,
        Some("sub") => Script::Sub,
        Some(height) if height.starts_with('-') => Script::Sub,
        Some(height) if !height.starts_with('0') => Script::Super,
        _ => Script::Line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_of_one_name_are_one_and_very_many_are_too_many() {
        let style = |name: &str| format!("<style:style style:name='{name}'/>");
        let piled = format!("<s>{}</s>", style("a").repeat(30_000));
        assert_eq!(Styles::read(&[&piled]).unwrap().table.all.len(), 1);
        let many: String = (0..30_000).map(|id| style(&id.to_string())).collect();
        let many = format!("<s>{many}</s>");
        assert_eq!(Styles::read(&[&many]).unwrap().table.all.len(), MAX_STYLES);
    }
}
