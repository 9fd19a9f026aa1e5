//! What does a `CommonMark` text say? Markdown → [`Block`]s, its markup gone.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::blocks::{Block, Blocks};
use crate::document::ParagraphKind;

/// The blocks of a Markdown text, and its title: the first heading of the first level.
pub(crate) fn read(text: &str) -> (Vec<Block>, Option<Block>) {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut reader = MarkdownReader::default();
    for event in Parser::new_ext(text, options) {
        reader.take(event);
    }
    let title = reader.blocks.take_title();
    (reader.blocks.finish(), title)
}

#[derive(Debug, Default)]
struct MarkdownReader {
    blocks: Blocks,
    /// Footnotes, which stand apart, and lists, by how deep we are in them.
    footnotes: usize,
    lists: usize,
    /// Text that is not shown: metadata, code, images' descriptions.
    hidden: usize,
}

impl MarkdownReader {
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
        self.blocks.push(text, None);
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
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
            Tag::CodeBlock(CodeBlockKind::Fenced(_))
            | Tag::MetadataBlock(_)
            | Tag::Image { .. } => {
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
                self.hidden = self.hidden.saturating_sub(1);
                self.blocks.end_paragraph();
            }
            TagEnd::MetadataBlock(_) | TagEnd::Image => self.hidden = self.hidden.saturating_sub(1),
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

#[cfg(test)]
mod tests {
    use super::*;
    use ParagraphKind::{Body, Caption, Heading, ListItem, Table};

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
