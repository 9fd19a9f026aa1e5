//! What does an HTML page say? Markup → [`Block`]s, by a walk over its block elements.
//!
//! What a reader of the page would not read as its text is left out: scripts, styles, navigation,
//! controls of forms, templates. The walk keeps its own stack, so nesting is bounded by memory alone.

mod charset;
mod element;
mod margins;
mod parser;
mod tags;

use std::mem;

use scraper::node::{Element, Text};
use scraper::{Html, Node};

use self::element::{Role, font, is_cited, is_page_furniture, role_of, script};
use self::margins::leave_out_site;
use self::parser::parse;
use self::tags::{begins_in_table, with_ends};
use super::blocks::{Block, Blocks};
use super::encoding::as_signs;
use super::error::ReadError;
use super::script::Script;
use super::text;
use crate::document::ParagraphKind;

pub(crate) use self::charset::{declared_charset, read_page};
pub(crate) use self::element::font_of_style;

/// The blocks of a page, and its title: what `<title>` says, else the first `<h1>`.
///
/// # Errors
///
/// As [`parse`].
pub(crate) fn read(text: &str) -> Result<(Vec<Block>, Option<Block>), ReadError> {
    let page = with_ends(text);
    let html = if begins_in_table(&page) {
        parse(&format!("<table>{page}"))?
    } else {
        parse(&page)?
    };
    let mut reader = HtmlReader::default();
    reader.walk(&leave_out_site(html))?;
    let title = [reader.title, reader.first_heading];
    let title = title
        .into_iter()
        .map(|text| text.trim().to_owned())
        .find(|text| !text.is_empty())
        .map(|text| Block::of_text(&text));
    Ok((reader.blocks.finish_parted(), title))
}

#[derive(Debug, Default)]
struct HtmlReader {
    blocks: Blocks,
    title: String,
    first_heading: String,
    in_title: bool,
    /// Whether we are in the first `<h1>`, or are past it.
    heading: FirstHeading,
    /// Kinds and fonts of the elements we are in, and where their text stands, innermost last.
    kinds: Vec<ParagraphKind>,
    fonts: Vec<String>,
    scripts: Vec<Script>,
    /// Whether we are in what a page of frames shows without them.
    in_noframes: bool,
    /// How many `<pre>` we are in, their text since the last block began, and the font it began in.
    preformatted_depth: usize,
    preformatted: String,
    preformatted_font: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum FirstHeading {
    #[default]
    Ahead,
    Inside,
    Past,
}

impl HtmlReader {
    fn walk(&mut self, html: &Html) -> Result<(), ReadError> {
        let mut next = Some(html.tree.root());
        while let Some(node) = next {
            let is_entered = self.enter(node.value());
            let texts = node.children().filter_map(|child| child.value().as_text());
            self.read_noframes(node.value(), texts)?;
            if let Some(child) = node.first_child().filter(|_| is_entered) {
                next = Some(child);
                continue;
            }
            self.leave(node.value());
            let mut current = node;
            next = loop {
                if let Some(sibling) = current.next_sibling() {
                    break Some(sibling);
                }
                let Some(parent) = current.parent() else {
                    break None;
                };
                self.leave(parent.value());
                current = parent;
            };
        }
        Ok(())
    }

    /// Reads what a page of frames shows where there are none: a page of its own, which the parser takes for one text.
    fn read_noframes<'a>(
        &mut self,
        node: &Node,
        texts: impl Iterator<Item = &'a Text>,
    ) -> Result<(), ReadError> {
        let element = node.as_element();
        if self.in_noframes || element.is_none_or(|element| element.name() != "noframes") {
            return Ok(());
        }
        let page: String = texts.map(|text| &**text).collect();
        self.in_noframes = true;
        self.walk(&leave_out_site(parse(&page)?))?;
        self.in_noframes = false;
        Ok(())
    }

    /// Takes the beginning of a node; whether its children are to be read.
    fn enter(&mut self, node: &Node) -> bool {
        match node {
            Node::Text(text) => self.push(text),
            Node::Element(element) => return self.enter_element(element),
            _ => {}
        }
        true
    }

    fn enter_element(&mut self, element: &Element) -> bool {
        let role = role_of(element);
        self.flush_preformatted(role);
        if let Some(font) = font(element) {
            self.fonts.push(font);
        }
        self.scripts.extend(script(element));
        if is_cited(element) {
            self.blocks.begin_quote();
        }
        match role {
            Role::Skip => return false,
            Role::Title => self.in_title = true,
            Role::Preformatted => {
                self.preformatted_depth += 1;
                self.begin_paragraph();
            }
            Role::Block(kind) => {
                self.kinds.push(kind);
                self.blocks.begin_paragraph(kind);
                if element.name() == "h1" && self.heading == FirstHeading::Ahead {
                    self.heading = FirstHeading::Inside;
                }
            }
            Role::Division => self.begin_paragraph(),
            Role::Table => self.blocks.begin_table(),
            Role::Row => self.blocks.begin_row(),
            Role::Cell => self.blocks.begin_cell(),
            Role::Caption => {
                self.blocks.begin_aside();
                self.blocks.begin_paragraph(ParagraphKind::Caption);
            }
            Role::LineBreak => self.line_break(),
            Role::Inline => {}
        }
        true
    }

    /// Takes the end of a node, in the reverse of what its beginning did.
    fn leave(&mut self, node: &Node) {
        let Node::Element(element) = node else { return };
        let role = role_of(element);
        self.flush_preformatted(role);
        if font(element).is_some() {
            self.fonts.pop();
        }
        if script(element).is_some() {
            self.scripts.pop();
        }
        if is_cited(element) {
            self.blocks.end_quote();
        }
        match role {
            Role::Title => self.in_title = false,
            Role::Preformatted => {
                self.preformatted_depth = self.preformatted_depth.saturating_sub(1);
                self.blocks.end_paragraph();
            }
            Role::Skip if is_page_furniture(element) => self.blocks.end_paragraph(),
            Role::Block(_) => {
                self.kinds.pop();
                self.blocks.end_paragraph();
                if element.name() == "h1" && self.heading == FirstHeading::Inside {
                    self.heading = FirstHeading::Past;
                }
            }
            Role::Division => self.blocks.end_paragraph(),
            Role::Table => self.blocks.end_table(),
            Role::Cell => self.blocks.end_cell(),
            Role::Caption => self.blocks.end_aside(),
            Role::Skip | Role::Row | Role::LineBreak | Role::Inline => {}
        }
    }

    fn begin_paragraph(&mut self) {
        self.blocks
            .begin_paragraph(self.kinds.last().copied().unwrap_or_default());
    }

    fn push(&mut self, text: &str) {
        if self.in_title {
            self.title.push_str(text);
            return;
        }
        if self.heading == FirstHeading::Inside {
            self.first_heading.push_str(text);
        }
        if self.preformatted_depth > 0 {
            self.push_preformatted(text);
            return;
        }
        // White space between blocks must not begin a paragraph, nor a cell between rows, and none begins one.
        let text = if self.blocks.has_open_text() {
            text
        } else {
            text.trim_start()
        };
        if !text.is_empty() {
            if !self.blocks.is_open() {
                self.begin_paragraph();
            }
            // A line end of the source is a space; line breaks come from elements.
            let text = text.replace(['\n', '\r'], " ");
            let font = self.fonts.last().map(String::as_str);
            let text = as_signs(&text, font);
            let script = self.scripts.last().copied().unwrap_or_default();
            self.blocks.push_at(script, &text, font);
        }
    }

    fn push_preformatted(&mut self, text: &str) {
        if self.preformatted.trim().is_empty() {
            self.preformatted_font = self.fonts.last().cloned();
        }
        self.preformatted.push_str(text);
    }

    /// Reads the text of a `<pre>` as a plain text, where an element with this role ends what came before.
    fn flush_preformatted(&mut self, role: Role) {
        if matches!(role, Role::Skip | Role::Inline | Role::LineBreak) {
            return;
        }
        let lines = mem::take(&mut self.preformatted);
        let font = self.preformatted_font.take();
        if lines.trim().is_empty() {
            return;
        }
        for block in text::blocks(&lines) {
            let kind = self.kinds.last().copied().unwrap_or(block.kind);
            self.blocks.add(kind, &block.text(), font.as_deref());
        }
    }

    /// Takes a `<br>`: two in a row part paragraphs, as old pages do; of one, [`Blocks`] tells.
    fn line_break(&mut self) {
        if self.preformatted_depth > 0 {
            self.push_preformatted("\n");
        } else if self.blocks.ends_with_break() {
            self.begin_paragraph();
        } else if self.blocks.has_open_text() {
            self.blocks
                .push("\n", self.fonts.last().map(String::as_str));
        }
    }
}

#[cfg(test)]
mod tests;
