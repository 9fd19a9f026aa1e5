//! What does a paragraph of the layout analysis say, and what is it?

use unpdf::model::{InlineContent, Paragraph};

use crate::document::ParagraphKind;

pub(super) fn kind_of(paragraph: &Paragraph) -> ParagraphKind {
    match (paragraph.style.heading_level, &paragraph.style.list_info) {
        (Some(_), _) => ParagraphKind::Heading,
        (None, Some(_)) => ParagraphKind::ListItem,
        (None, None) => ParagraphKind::Body,
    }
}

pub(super) fn text_of(paragraph: &Paragraph) -> String {
    let mut text = String::new();
    for content in &paragraph.content {
        match content {
            InlineContent::Text(run) => text.push_str(&run.text),
            InlineContent::Link { text: link, .. } => text.push_str(link),
            InlineContent::LineBreak => text.push(' '),
            InlineContent::Image { .. } => {}
        }
    }
    text
}
