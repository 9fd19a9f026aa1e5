//! What do an OpenDocument file's styles say? Style elements → kinds and fonts by style.

use std::collections::HashMap;

use crate::document::ParagraphKind;
use crate::ingest::error::ReadError;
use crate::ingest::script::Script;
use crate::ingest::shape::kind_of_style;
use crate::ingest::xml::{Element, Node, XmlReader};

/// Styles have parents in chains of a few links; a longer one is a circle.
const MAX_CHAIN: usize = 16;

/// The styles of a document, by name.
#[derive(Debug, Default)]
pub(super) struct Styles {
    by_name: HashMap<String, Style>,
    /// The families of fonts, by the names that styles call them.
    fonts: HashMap<String, String>,
}

#[derive(Debug, Default)]
struct Style {
    /// The name shown to people, in lower case; of automatic styles, empty.
    shown_name: String,
    parent: Option<String>,
    font: Option<String>,
    /// Whether text is raised or lowered, where the style says so.
    script: Option<Script>,
    /// Whether text is hidden, where the style says so.
    is_hidden: Option<bool>,
    /// Whether the sheet or the slide in this style is hidden.
    hides_whole: bool,
}

impl Style {
    /// The name of the style that an element begins, and the style.
    fn begin(element: &Element<'_>) -> (String, Self) {
        let name = element.attribute("name").unwrap_or_default();
        // Names are written with their spaces as `_20_`.
        let shown = element
            .attribute("display-name")
            .unwrap_or_else(|| name.replace("_20_", " "));
        let style = Self {
            shown_name: shown.to_lowercase(),
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
                    .or_else(|| element.attribute("font-family"));
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

impl Styles {
    /// Adds the styles of a part.
    ///
    /// # Errors
    ///
    /// As [`XmlReader::next`].
    pub(super) fn read(&mut self, xml: &str) -> Result<(), ReadError> {
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
                Node::End(name) if name == "style" => self.by_name.extend(open.take()),
                _ => {}
            }
        }
        Ok(())
    }

    fn take_font(&mut self, element: &Element<'_>) {
        let name = element.attribute("name").unwrap_or_default();
        let family = element.attribute("font-family").unwrap_or_default();
        self.fonts
            .insert(name, family.trim_matches(['\'', '"']).to_owned());
    }

    /// What a paragraph in a style is, where the style tells.
    pub(super) fn kind(&self, style: &str) -> Option<ParagraphKind> {
        self.chain(style)
            .find_map(|style| kind_of_style(&style.shown_name))
    }

    pub(super) fn is_title(&self, style: &str) -> bool {
        style == "Title" || self.chain(style).any(|style| style.shown_name == "title")
    }

    /// The family of the font that a style sets.
    pub(super) fn font(&self, style: &str) -> Option<&str> {
        let name = self.chain(style).find_map(|style| style.font.as_deref())?;
        Some(self.fonts.get(name).map_or(name, String::as_str))
    }

    /// Whether a style raises or lowers text, where it says so.
    pub(super) fn script(&self, style: &str) -> Option<Script> {
        self.chain(style).find_map(|style| style.script)
    }

    /// Whether a style hides text or shows it, where it says so.
    pub(super) fn is_hidden(&self, style: &str) -> Option<bool> {
        self.chain(style).find_map(|style| style.is_hidden)
    }

    /// Whether a sheet or a slide in a style is hidden.
    pub(super) fn hides_whole(&self, style: &str) -> bool {
        self.chain(style).any(|style| style.hides_whole)
    }

    /// A style and its parents, nearest first.
    fn chain(&self, style: &str) -> impl Iterator<Item = &Style> {
        std::iter::successors(self.by_name.get(style), |style| {
            self.by_name.get(style.parent.as_deref()?)
        })
        .take(MAX_CHAIN)
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
