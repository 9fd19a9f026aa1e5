//! Which items of lists say something, though no mark ends them? `- Trồng mới 85 ha rừng, vượt 10% kế hoạch`

use crate::document::{Document, Paragraph, ParagraphKind};
use crate::ingest::marker::{Marker, form_of_number, marker};
use crate::phrases::has_figures;

/// Fewer syllables are a name, a place or a topic; with a figure, fewer say something.
const SHORTEST_ITEM: usize = 10;
const SHORTEST_COUNT: usize = 8;

/// For every paragraph, of so many `syllables`, whether it says something as an item that no mark ends, though it does not look
/// like prose: it stands beside another item with such a mark before it, as the heading of a section does not. The last one of a
/// list has the shape of a heading where text follows.
pub(super) fn told_items(document: &Document, syllables: &[usize], is_prose: &[bool]) -> Vec<bool> {
    let paragraphs = document.paragraphs();
    let text = |index: usize| document.text_at(paragraphs[index].span);
    let mut told = vec![false; paragraphs.len()];
    // Lists of others may be those of links beside news.
    let is_letter = || paragraphs.iter().any(|paragraph| paragraph.furniture);
    if !document.has_sections() && !is_letter() {
        return told;
    }
    for index in 0..paragraphs.len() {
        let above = index
            .checked_sub(1)
            .filter(|&above| has_same_mark(text(above), text(index)));
        let is_item = |other: usize| {
            let paragraph: Option<&Paragraph> = paragraphs.get(other);
            paragraph.is_some_and(|it| it.kind == ParagraphKind::ListItem && !it.furniture)
        };
        let is_listed = match paragraphs[index].kind {
            ParagraphKind::ListItem => {
                let is_above = above.is_some_and(is_item);
                let is_below = || is_item(index + 1) && has_same_mark(text(index), text(index + 1));
                is_above || is_below()
            }
            ParagraphKind::Heading => {
                let follows = above.is_some_and(|above| told[above] && is_item(above));
                follows && marker(text(index)) == Marker::Number
            }
            _ => false,
        };
        told[index] = is_listed
            && !is_prose[index]
            && !paragraphs[index].furniture
            && says_something(text(index), syllables[index]);
    }
    told
}

/// Whether two items have marks of one list before them, or none.
fn has_same_mark(above: &str, below: &str) -> bool {
    let mark = marker(above);
    mark == marker(below)
        && match mark {
            Marker::Number => form_of_number(above) == form_of_number(below),
            Marker::Bullet => above.chars().next() == below.chars().next(),
            _ => true,
        }
}

/// Whether an item is long enough to say something and most of its words are neither names nor numbers; one with dots is to
/// be filled in.
fn says_something(text: &str, syllables: usize) -> bool {
    let is_long = syllables >= SHORTEST_ITEM || (syllables >= SHORTEST_COUNT && has_figures(text));
    let words = || text.split_whitespace();
    let small = || words().filter(|word| word.starts_with(char::is_lowercase));
    is_long && 2 * small().count() >= words().count() && !text.contains('…') && !text.contains("..")
}
