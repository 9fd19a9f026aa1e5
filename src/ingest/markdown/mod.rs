//! What does a `CommonMark` text say? Markdown → [`Block`]s, its markup gone.

use std::mem;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::blocks::{Block, Blocks};
use super::error::ReadError;
use super::html;
use super::text::{self, Wrapping};
use crate::document::ParagraphKind;

const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS);

/// The blocks of a Markdown text, and its title: the first heading of the first level.
///
/// Where typists put each paragraph on a line of its own, with no blank one between, lines are paragraphs, though `CommonMark`
/// knows none there: texts with a word between stars are written so, too.
///
/// # Errors
///
/// As [`html::read`], of the HTML in it.
pub(crate) fn read(text: &str) -> Result<(Vec<Block>, Option<Block>), ReadError> {
    let text = without_metadata(text);
    let mut reader = MarkdownReader::new(text::wrapping(text));
    reader.read(text)?;
    let title = reader.blocks.take_title();
    Ok((reader.blocks.finish(), title))
}

/// A text without the YAML that it begins with: between rulers, a key on its first line.
///
/// Elsewhere two rulers are only rulers, and what is between them is text.
fn without_metadata(text: &str) -> &str {
    let is_ruler = |line: &str| matches!(line.trim_end(), "---" | "...");
    let mut lines = text.split_inclusive('\n');
    let mut length = 0;
    for (number, line) in (0..).zip(&mut lines) {
        length += line.len();
        match number {
            0 if line.trim_start_matches('\u{feff}').trim_end() != "---" => return text,
            1 if !begins_with_key(line) => return text,
            0 | 1 => {}
            _ if is_ruler(line) => return &text[length..],
            _ => {}
        }
    }
    text
}

/// `title: Báo cáo`, `tags:`
fn begins_with_key(line: &str) -> bool {
    line.trim_end().split_once(':').is_some_and(|(key, value)| {
        let is_of_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        !key.is_empty()
            && key.chars().all(is_of_key)
            && (value.is_empty() || value.starts_with(' '))
    })
}

#[derive(Debug)]
struct MarkdownReader {
    blocks: Blocks,
    /// How the lines of the whole text are wrapped.
    wrapping: Wrapping,
    /// What the open paragraph says so far; its lines end where the source's do, and a blank one stands where a break is wanted.
    open: String,
    /// What the open paragraph is.
    kind: ParagraphKind,
    /// Footnotes, which stand apart, and lists, by how deep we are in them.
    footnotes: usize,
    lists: usize,
    /// Images' descriptions, which are not shown, by how deep we are in them.
    images: usize,
    /// What we are in that is read as a whole, and its lines.
    verbatim: Option<(Verbatim, String)>,
    /// Whether such lines are being read.
    in_lines: bool,
}

/// What stands in a text as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verbatim {
    /// Indented lines: not code, as `CommonMark` has it, but how typists begin paragraphs.
    Indented,
    /// A plain text between fences.
    Plain,
    /// Markdown between fences: programs that turn pictures into text put all they say there.
    Markdown,
    /// Code between fences, which is not shown.
    Code,
    /// A block of HTML, such as a table whose cells are merged.
    Html,
}

impl Verbatim {
    /// What lines between fences are, by what the first fence says.
    fn between_fences(info: &str) -> Self {
        let language = info.split_whitespace().next().unwrap_or_default();
        match language.to_ascii_lowercase().as_str() {
            "" | "text" | "txt" | "plain" | "plaintext" => Self::Plain,
            "markdown" | "md" => Self::Markdown,
            "html" => Self::Html,
            _ => Self::Code,
        }
    }
}

impl MarkdownReader {
    fn new(wrapping: Wrapping) -> Self {
        Self {
            blocks: Blocks::default(),
            wrapping,
            open: String::new(),
            kind: ParagraphKind::Body,
            footnotes: 0,
            lists: 0,
            images: 0,
            verbatim: None,
            in_lines: false,
        }
    }

    fn read(&mut self, text: &str) -> Result<(), ReadError> {
        for (event, range) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
            match event {
                Event::Start(Tag::Emphasis | Tag::Strong)
                | Event::End(TagEnd::Emphasis | TagEnd::Strong)
                    if is_between_digits(text, &range) =>
                {
                    let marks = text[range].chars().take_while(|mark| *mark == '*').count();
                    self.push(&"*".repeat(marks.min(2)));
                }
                event => self.take(event)?,
            }
        }
        Ok(())
    }

    fn take(&mut self, event: Event<'_>) -> Result<(), ReadError> {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => return self.end(tag),
            Event::Text(text) | Event::Code(text) | Event::Html(text) => self.push(&text),
            Event::SoftBreak => self.push("\n"),
            Event::HardBreak => self.push("\n\n"),
            Event::InlineHtml(html) if html.to_ascii_lowercase().starts_with("<br") => {
                self.push("\n\n");
            }
            Event::Rule => self.end_paragraph(),
            _ => {}
        }
        Ok(())
    }

    fn push(&mut self, text: &str) {
        match &mut self.verbatim {
            _ if self.images > 0 => {}
            Some((_, lines)) => lines.push_str(text),
            None => self.open.push_str(text),
        }
    }

    fn begin_paragraph(&mut self, kind: ParagraphKind) {
        self.end_paragraph();
        self.kind = kind;
        self.blocks.begin_paragraph(kind);
    }

    fn end_paragraph(&mut self) {
        self.flush();
        self.blocks.end_paragraph();
    }

    /// Hands over what the open paragraph says: its first line that ends is all of it, or there are more.
    fn flush(&mut self) {
        let text = mem::take(&mut self.open);
        if !text.contains('\n') {
            if !text.is_empty() {
                self.blocks.push(&text, None);
            }
            return;
        }
        let lines = text::blocks_of_markup(&text, self.wrapping);
        match self.kind {
            // What goes on is no item, whatever is below it.
            ParagraphKind::ListItem => {
                let mut lines = lines.into_iter();
                let first = lines.next().map(|line| line.text());
                self.blocks.push(first.as_deref().unwrap_or_default(), None);
                self.blocks.add_all(lines.collect());
            }
            ParagraphKind::Caption => self.blocks.push(&text.replace('\n', " "), None),
            // Several lines above a ruler are no heading.
            _ => self.blocks.add_all(lines),
        }
    }

    /// Reads what stood in the text as it is.
    fn read_verbatim(&mut self, verbatim: Verbatim, lines: &str) -> Result<(), ReadError> {
        match verbatim {
            Verbatim::Code => {}
            Verbatim::Html => self.blocks.add_all(html::read(lines)?.0),
            Verbatim::Markdown if !self.in_lines => {
                self.in_lines = true;
                self.read(lines)?;
                self.in_lines = false;
            }
            Verbatim::Plain | Verbatim::Markdown => self.blocks.add_all(text::blocks(lines)),
            Verbatim::Indented => {
                self.in_lines = true;
                for block in text::blocks(lines) {
                    match block.kind {
                        ParagraphKind::Table => self.blocks.add(block.kind, &block.text(), None),
                        _ => self.read(&block.text())?,
                    }
                }
                self.in_lines = false;
            }
        }
        Ok(())
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::CodeBlock(CodeBlockKind::Indented) if !self.in_lines => {
                self.begin_verbatim(Verbatim::Indented);
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => {
                self.begin_verbatim(Verbatim::between_fences(info));
            }
            Tag::HtmlBlock => self.begin_verbatim(Verbatim::Html),
            Tag::Paragraph | Tag::Item | Tag::CodeBlock(CodeBlockKind::Indented) => {
                self.begin_paragraph(self.flow_kind());
            }
            Tag::Heading { level, .. } => {
                self.begin_paragraph(ParagraphKind::Heading);
                if *level == HeadingLevel::H1 {
                    self.blocks.set_title();
                }
            }
            Tag::List(_) => {
                self.end_paragraph();
                self.lists += 1;
            }
            Tag::FootnoteDefinition(_) => self.footnotes += 1,
            Tag::Table(_) => {
                self.end_paragraph();
                self.blocks.begin_table();
            }
            Tag::TableHead | Tag::TableRow => self.blocks.begin_row(),
            Tag::TableCell => self.blocks.begin_cell(),
            Tag::Image { .. } => self.images += 1,
            _ => {}
        }
    }

    fn begin_verbatim(&mut self, verbatim: Verbatim) {
        self.end_paragraph();
        self.verbatim = Some((verbatim, String::new()));
    }

    fn end(&mut self, tag: TagEnd) -> Result<(), ReadError> {
        match tag {
            TagEnd::Paragraph | TagEnd::Item | TagEnd::Heading(_) => self.end_paragraph(),
            TagEnd::List(_) => {
                self.end_paragraph();
                self.lists = self.lists.saturating_sub(1);
            }
            TagEnd::FootnoteDefinition => self.footnotes = self.footnotes.saturating_sub(1),
            TagEnd::Table => self.blocks.end_table(),
            TagEnd::TableCell => {
                let text = mem::take(&mut self.open);
                self.blocks.push(&text.replace('\n', " "), None);
                self.blocks.end_cell();
            }
            TagEnd::CodeBlock | TagEnd::HtmlBlock => match self.verbatim.take() {
                Some((verbatim, lines)) => self.read_verbatim(verbatim, &lines)?,
                None => self.end_paragraph(),
            },
            TagEnd::Image => self.images = self.images.saturating_sub(1),
            _ => {}
        }
        Ok(())
    }

    fn flow_kind(&self) -> ParagraphKind {
        match (self.footnotes, self.lists) {
            (0, 0) => ParagraphKind::Body,
            (0, _) => ParagraphKind::ListItem,
            _ => ParagraphKind::Caption,
        }
    }
}

/// Whether a piece of a text stands between digits: `5*3*2` is a product, in which nothing is stressed.
fn is_between_digits(text: &str, range: &Range<usize>) -> bool {
    text[..range.start].ends_with(|c: char| c.is_ascii_digit())
        && text[range.end..].starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests;
