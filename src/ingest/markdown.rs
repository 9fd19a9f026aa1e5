//! What does a `CommonMark` text say? Markdown → [`Block`]s, its markup gone.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::blocks::{Block, Blocks};
use super::text;
use crate::document::ParagraphKind;

const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS);

/// The blocks of a Markdown text, and its title: the first heading of the first level.
pub(crate) fn read(text: &str) -> (Vec<Block>, Option<Block>) {
    let mut reader = MarkdownReader::default();
    reader.read(without_metadata(text));
    let title = reader.blocks.take_title();
    (reader.blocks.finish(), title)
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

#[derive(Debug, Default)]
struct MarkdownReader {
    blocks: Blocks,
    /// Footnotes, which stand apart, and lists, by how deep we are in them.
    footnotes: usize,
    lists: usize,
    /// Text that is not shown: code, images' descriptions.
    hidden: usize,
    /// The indented lines that we are in, and whether lines that were are being read.
    indented: Option<String>,
    in_indented: bool,
}

impl MarkdownReader {
    fn read(&mut self, text: &str) {
        for (event, range) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
            match event {
                Event::Start(Tag::Emphasis | Tag::Strong)
                | Event::End(TagEnd::Emphasis | TagEnd::Strong)
                    if is_between_digits(text, &range) =>
                {
                    let marks = text[range].chars().take_while(|mark| *mark == '*').count();
                    self.push(&"*".repeat(marks.min(2)));
                }
                event => self.take(event),
            }
        }
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) => self.push(&text),
            Event::SoftBreak | Event::HardBreak => self.push(" "),
            Event::InlineHtml(html) if html.to_ascii_lowercase().starts_with("<br") => {
                self.push(" ");
            }
            Event::Rule => self.blocks.end_paragraph(),
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        if self.hidden > 0 {
            return;
        }
        match &mut self.indented {
            Some(lines) => lines.push_str(text),
            None => self.blocks.push(text, None),
        }
    }

    /// Reads indented lines: not code, as `CommonMark` has it, but how typists begin paragraphs.
    fn read_indented(&mut self, lines: &str) {
        self.in_indented = true;
        for block in text::blocks(lines) {
            match block.kind {
                ParagraphKind::Table => self.blocks.add(block.kind, &block.text(), None),
                _ => self.read(&block.text()),
            }
        }
        self.in_indented = false;
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::CodeBlock(CodeBlockKind::Indented) if !self.in_indented => {
                self.blocks.end_paragraph();
                self.indented = Some(String::new());
            }
            Tag::Paragraph | Tag::Item | Tag::CodeBlock(CodeBlockKind::Indented) => {
                self.blocks.begin_paragraph(self.kind());
            }
            Tag::Heading { level, .. } => {
                self.blocks.begin_paragraph(ParagraphKind::Heading);
                if *level == HeadingLevel::H1 {
                    self.blocks.set_title();
                }
            }
            Tag::List(_) => {
                self.blocks.end_paragraph();
                self.lists += 1;
            }
            Tag::FootnoteDefinition(_) => self.footnotes += 1,
            Tag::Table(_) => self.blocks.begin_table(),
            Tag::TableHead | Tag::TableRow => self.blocks.begin_row(),
            Tag::TableCell => self.blocks.begin_cell(),
            Tag::CodeBlock(CodeBlockKind::Fenced(_)) | Tag::Image { .. } => {
                self.hidden += 1;
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Item | TagEnd::Heading(_) => self.blocks.end_paragraph(),
            TagEnd::List(_) => {
                self.blocks.end_paragraph();
                self.lists = self.lists.saturating_sub(1);
            }
            TagEnd::FootnoteDefinition => self.footnotes = self.footnotes.saturating_sub(1),
            TagEnd::Table => self.blocks.end_table(),
            TagEnd::TableCell => self.blocks.end_cell(),
            TagEnd::CodeBlock => {
                if let Some(lines) = self.indented.take() {
                    self.read_indented(&lines);
                } else {
                    self.hidden = self.hidden.saturating_sub(1);
                    self.blocks.end_paragraph();
                }
            }
            TagEnd::Image => self.hidden = self.hidden.saturating_sub(1),
            _ => {}
        }
    }

    fn kind(&self) -> ParagraphKind {
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
mod tests {
    use super::*;
    use ParagraphKind::{Body, Caption, Heading, ListItem, Table};

    fn shown(text: &str) -> Vec<(ParagraphKind, String)> {
        let blocks = read(text).0;
        let shown = |block: &Block| (block.kind, block.text().trim().to_owned());
        blocks.iter().map(shown).collect()
    }

    #[test]
    fn only_what_begins_a_text_with_a_key_is_metadata() {
        let text = "# Báo cáo\n\n---\nXã trồng 12 ha rừng.\n\nHội mở 3 lớp.\n---\n\nHết.\n";
        let texts: Vec<_> = shown(text).into_iter().map(|(_, text)| text).collect();
        assert_eq!(
            texts,
            ["Báo cáo", "Xã trồng 12 ha rừng.", "Hội mở 3 lớp.", "Hết."]
        );
        let ruled = "---\nSố: 12/BC\nThu đạt 52%.\n\n---\n\nHết.\n";
        assert_eq!(shown(ruled)[0].1, "Số: 12/BC Thu đạt 52%.");
        assert_eq!(
            shown("---\ntags:\n- a\n\n---\nHết.\n"),
            [(Body, "Hết.".to_owned())]
        );
    }

    #[test]
    fn indented_paragraphs_are_no_code() {
        let text = "Kính gửi:\n\n    **Phòng Y tế** huyện\n\n    Xã đã tiêm chủng.\n    Xã đã khám.\n\n- Mục\n\n      Dòng trong mục\n";
        let expected = [
            (Body, "Kính gửi:"),
            (Body, "Phòng Y tế huyện"),
            (Body, "Xã đã tiêm chủng."),
            (Body, "Xã đã khám."),
            (ListItem, "Mục"),
            (ListItem, "Dòng trong mục"),
        ];
        assert_eq!(
            shown(text),
            expected.map(|(kind, text)| (kind, text.to_owned()))
        );
    }

    #[test]
    fn stars_between_numbers_are_those_of_a_product() {
        let shown = shown("Ao rộng 5*3*2 m, thể tích 5*(3*2), **rất** *sâu*, 10**3**2.");
        assert_eq!(
            shown[0].1,
            "Ao rộng 5*3*2 m, thể tích 5*(3*2), rất sâu, 10**3**2."
        );
    }

    #[test]
    fn keeps_the_kinds_and_drops_the_markup() {
        let text = "\
---
layout: page
---
# Báo cáo *tháng 6*

Đoạn **mở đầu** có [liên kết](http://a.b) và
dòng tiếp theo.[^1]

1. Việc thứ nhất
   - Việc con

   Đoạn trong mục.

| Chỉ tiêu | Số |
|---|---|
| Hộ | 12 |

```
let x = 1;
```

[^1]: Chú thích.
";
        let (blocks, title) = read(text);
        let shown: Vec<_> = blocks
            .iter()
            .map(|block| (block.kind, block.text().trim().to_owned()))
            .collect();
        let expected = [
            (Heading, "Báo cáo tháng 6"),
            (Body, "Đoạn mở đầu có liên kết và dòng tiếp theo."),
            (ListItem, "Việc thứ nhất"),
            (ListItem, "Việc con"),
            (ListItem, "Đoạn trong mục."),
            (Table, "Chỉ tiêu | Số"),
            (Table, "Hộ | 12"),
            (Caption, "Chú thích."),
        ];
        assert_eq!(shown, expected.map(|(kind, text)| (kind, text.to_owned())));
        assert_eq!(title.unwrap().text(), "Báo cáo tháng 6");
    }
}
