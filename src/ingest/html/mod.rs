//! What does an HTML page say? Markup → [`Block`]s, by a walk over its block elements.
//!
//! What a reader of the page would not read as its text is left out: scripts, styles, navigation,
//! forms, templates. The walk keeps its own stack, so nesting is bounded by memory alone.

mod breaks;
mod parser;
mod tags;

use scraper::node::{Element, Text};
use scraper::{Html, Node};

use self::parser::parse;
use self::tags::{begins_in_table, with_ends};
use super::assemble::Source;
use super::blocks::{Block, Blocks};
use super::encoding::{EncodingChoice, LegacyEncoding, as_signs, read_bytes, read_windows_1258};
use super::error::ReadError;
use super::script::Script;
use super::{TextEncoding, text};
use crate::document::ParagraphKind;

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
    reader.walk(&html)?;
    let title = [reader.title, reader.first_heading];
    let title = title
        .into_iter()
        .map(|text| text.trim().to_owned())
        .find(|text| !text.is_empty())
        .map(|text| Block::of_text(&text));
    Ok((breaks::part(reader.blocks.finish()), title))
}

/// Reads a page from its bytes, in the encoding that they show, or else in the one called `label`.
///
/// # Errors
///
/// Those of [`read_bytes`] and [`read`].
pub(crate) fn read_page(
    bytes: &[u8],
    label: Option<&str>,
    choice: EncodingChoice,
) -> Result<Source, ReadError> {
    // What is asked for holds against what a page says of itself.
    let label = label.filter(|_| !matches!(choice, EncodingChoice::Legacy(_)));
    let source = Source::undecoded(read(&read_bytes(bytes, label)?)?);
    if choice != EncodingChoice::Auto {
        return Ok(source);
    }
    let Some(labelled) = read_windows_1258(bytes, label) else {
        return Ok(source);
    };
    let guessed = source.into_decoded(choice);
    if !reads_better_as_labelled(guessed.encoding.as_ref()) {
        return Ok(guessed);
    }
    let mut source = Source::undecoded(read(&labelled)?).into_decoded(choice);
    if let Some(encoding) = &mut source.encoding {
        LegacyEncoding::Windows1258
            .name()
            .clone_into(&mut encoding.name);
    }
    Ok(source)
}

/// Whether nothing but windows-1258 was found in a page that says it is in it, and not in all of the page: the
/// letters that it wrote as character references hid the others.
fn reads_better_as_labelled(found: Option<&TextEncoding>) -> bool {
    let labelled = LegacyEncoding::Windows1258.name();
    found.is_some_and(|found| {
        let mut names = found.name.split('+');
        found.name != labelled && names.all(|name| name == "utf-8" || name == labelled)
    })
}

/// The name of the encoding that a page declares for itself in its first kilobytes, if any.
pub(crate) fn declared_charset(bytes: &[u8]) -> Option<String> {
    const HEAD_BYTES: usize = 4096;
    let head = bytes[..bytes.len().min(HEAD_BYTES)].to_ascii_lowercase();
    let head = String::from_utf8_lossy(&head);
    let (_, after) = head.split_once("charset").or_else(|| {
        let (declaration, _) = head.split_once("?>")?;
        declaration.split_once("encoding")
    })?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let name: String = value
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_'))
        .collect();
    (!name.is_empty()).then_some(name)
}

/// What an element means for the walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Skip,
    Title,
    Block(ParagraphKind),
    /// A block whose kind is that of what surrounds it.
    Division,
    /// A block whose lines are those of the source.
    Preformatted,
    Table,
    Row,
    Cell,
    Caption,
    LineBreak,
    Inline,
}

/// The role of an element as it stands on the page, where it may be hidden.
fn role_of(element: &Element) -> Role {
    if is_page_furniture(element) || is_hidden(element) {
        Role::Skip
    } else {
        role(element.name())
    }
}

fn role(name: &str) -> Role {
    match name {
        "script" | "style" | "nav" | "template" | "noscript" | "iframe" | "object" | "svg"
        | "button" | "select" | "textarea" | "input" | "canvas" | "audio" | "video" | "map"
        | "dialog" | "rt" | "rp" | "del" | "noframes" => Role::Skip,
        "title" => Role::Title,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Role::Block(ParagraphKind::Heading),
        "li" | "dt" | "dd" => Role::Block(ParagraphKind::ListItem),
        "figcaption" => Role::Block(ParagraphKind::Caption),
        "p" | "div" | "section" | "article" | "main" | "body" | "blockquote" | "address"
        | "center" | "ul" | "ol" | "dl" | "figure" | "header" | "footer" | "aside" | "form"
        | "fieldset" | "hr" | "details" | "summary" | "legend" | "hgroup" => Role::Division,
        "pre" => Role::Preformatted,
        "table" => Role::Table,
        "tr" => Role::Row,
        "td" | "th" => Role::Cell,
        "caption" => Role::Caption,
        "br" => Role::LineBreak,
        _ => Role::Inline,
    }
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
        self.walk(&parse(&page)?)?;
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
        // White space between blocks must not begin a paragraph, nor a cell between rows.
        if self.blocks.has_open_text() || !text.trim().is_empty() {
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
        let lines = std::mem::take(&mut self.preformatted);
        let font = self.preformatted_font.take();
        if lines.trim().is_empty() {
            return;
        }
        for block in text::blocks(&lines) {
            let kind = self.kinds.last().copied().unwrap_or(block.kind);
            self.blocks.add(kind, &block.text(), font.as_deref());
        }
    }

    /// Takes a `<br>`: two in a row part paragraphs, as old pages do; of one, [`breaks`] tells.
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

/// Whether an element is the header or footer of printed pages, as office programs export them.
fn is_page_furniture(element: &Element) -> bool {
    element.name() == "div" && matches!(element.attr("title"), Some("header" | "footer"))
}

/// Whether an element's own attributes hide it.
///
/// Not so the page as a whole: a script would show it, once all is loaded.
fn is_hidden(element: &Element) -> bool {
    const HIDING: [&str; 3] = ["display:none", "visibility:hidden", "mso-hide:all"];
    if matches!(element.name(), "html" | "body") {
        return false;
    }
    let hides = |declaration: &str| {
        let mut declaration = declaration.to_ascii_lowercase();
        declaration.retain(|character| !character.is_whitespace());
        HIDING.contains(&declaration.trim_end_matches("!important"))
    };
    element.attr("hidden").is_some()
        || element
            .attr("style")
            .is_some_and(|style| style.split(';').any(hides))
}

/// The font that an element names: `<font face>` or `font-family` in its style.
fn font(element: &Element) -> Option<String> {
    match element.attr("face") {
        Some(face) => first_family(face),
        None => font_of_style(element.attr("style")?),
    }
}

/// The font that a style names, last where it names several; Word has fonts beside it for letters of other scripts.
pub(crate) fn font_of_style(style: &str) -> Option<String> {
    let declarations = style.split(';').filter_map(|part| part.split_once(':'));
    let fonts = declarations.filter(|(name, _)| name.trim().eq_ignore_ascii_case("font-family"));
    fonts
        .filter_map(|(_, value)| first_family(value))
        .next_back()
}

fn first_family(families: &str) -> Option<String> {
    let first = families.split(',').next()?.trim().trim_matches(['"', '\'']);
    (!first.is_empty()).then(|| first.to_owned())
}

/// Where an element puts its text, where that is not on the line.
fn script(element: &Element) -> Option<Script> {
    match element.name() {
        "sup" => Some(Script::Super),
        "sub" => Some(Script::Sub),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
