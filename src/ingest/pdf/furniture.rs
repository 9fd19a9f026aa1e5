//! Which lines are the page's and not the text's? Pages of blocks → one flow of blocks.

use std::collections::BTreeMap;

use crate::document::ParagraphKind;
use crate::ingest::blocks::Block;

/// How many blocks at the top and at the bottom of a page may be running heads.
const EDGE: usize = 3;

/// Leaves out what stands at the edge of at least half of the pages, but for its digits, and page
/// numbers at an edge. Of two pages, only what both have as their very first or last counts. Where
/// nothing would be left, pages are forms that are alike, and nothing is left out.
pub(super) fn without_furniture(pages: Vec<Vec<Block>>) -> Vec<Vec<Block>> {
    let stripped = strip_furniture(pages.clone());
    if stripped.iter().all(Vec::is_empty) {
        pages
    } else {
        stripped
    }
}

fn strip_furniture(pages: Vec<Vec<Block>>) -> Vec<Vec<Block>> {
    let depth = if pages.len() < 3 { 1 } else { EDGE };
    let mut counts: BTreeMap<(Edge, String), usize> = BTreeMap::new();
    for page in &pages {
        let mut found: Vec<_> = edges(page, depth)
            .map(|(index, edge)| (edge, shape(&page[index])))
            .collect();
        found.sort_unstable();
        found.dedup();
        for key in found {
            *counts.entry(key).or_default() += 1;
        }
    }
    let needed = pages.len().div_ceil(2).max(2);
    let strip = |page: Vec<Block>| {
        let is_furniture = |(index, edge): (usize, Edge)| {
            let shape = shape(&page[index]);
            let is_furniture = is_page_number(&shape)
                || counts
                    .get(&(edge, shape))
                    .is_some_and(|count| *count >= needed);
            is_furniture.then_some(index)
        };
        let dropped: Vec<usize> = edges(&page, depth).filter_map(is_furniture).collect();
        let blocks = page.into_iter().enumerate();
        blocks
            .filter(|(index, _)| !dropped.contains(index))
            .map(|(_, block)| block)
            .collect()
    };
    pages.into_iter().map(strip).collect()
}

/// Puts the pages together; a paragraph that breaks off in a sentence goes on with the next page's
/// first, if that begins inside one.
pub(super) fn join_pages(pages: Vec<Vec<Block>>) -> Vec<Block> {
    let mut joined: Vec<Block> = Vec::new();
    for page in pages {
        let mut blocks = page.into_iter();
        let Some(first) = blocks.next() else { continue };
        match joined.last_mut() {
            Some(last) if goes_on(last, &first) => {
                last.push(" ", first.runs.first().and_then(|run| run.font.as_deref()));
                first
                    .runs
                    .iter()
                    .for_each(|run| last.push(&run.text, run.font.as_deref()));
            }
            _ => joined.push(first),
        }
        joined.extend(blocks);
    }
    joined
}

fn goes_on(last: &Block, next: &Block) -> bool {
    let is_prose = |block: &Block| block.kind.is_prose();
    let breaks_off = !last
        .text()
        .trim_end()
        .ends_with(['.', '!', '?', ';', ':', '…', '”', '"']);
    let begins_inside = next
        .text()
        .trim_start()
        .chars()
        .next()
        .is_some_and(char::is_lowercase);
    is_prose(last) && next.kind == ParagraphKind::Body && breaks_off && begins_inside
}

/// The top or the bottom of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Edge {
    Top,
    Bottom,
}

/// The indexes of the `depth` blocks at each edge of a page.
fn edges(page: &[Block], depth: usize) -> impl Iterator<Item = (usize, Edge)> {
    let count = page.len();
    let top = (0..depth.min(count)).map(|index| (index, Edge::Top));
    top.chain((count.saturating_sub(depth)..count).map(|index| (index, Edge::Bottom)))
}

/// A block's text with all numbers alike.
fn shape(block: &Block) -> String {
    let mut shape = String::new();
    for character in block.text().chars() {
        match character {
            '0'..='9' if shape.ends_with('#') => {}
            '0'..='9' => shape.push('#'),
            _ if character.is_whitespace() && (shape.is_empty() || shape.ends_with(' ')) => {}
            _ if character.is_whitespace() => shape.push(' '),
            _ => shape.push(character),
        }
    }
    shape.truncate(shape.trim_end().len());
    shape
}

fn is_page_number(shape: &str) -> bool {
    let bare =
        shape.trim_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '.' | '|'));
    matches!(
        bare.to_lowercase().as_str(),
        "#" | "#/#" | "# / #" | "trang #" | "trang #/#" | "page #" | "page # of #"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(texts: &[&str]) -> Vec<Block> {
        let block = |text: &&str| {
            let mut block = Block::default();
            block.push(text, None);
            block
        };
        texts.iter().map(block).collect()
    }

    fn texts(blocks: &[Block]) -> Vec<String> {
        blocks.iter().map(Block::text).collect()
    }

    #[test]
    fn running_heads_and_page_numbers_go_and_paragraphs_join() {
        let pages = vec![
            page(&["Báo cáo quý 1, trang 1", "Thân bài còn", "1"]),
            page(&["Báo cáo quý 1, trang 2", "dang dở.", "Mục hai", "- 2 -"]),
            page(&["Báo cáo quý 1, trang 3", "Ba.", "3"]),
        ];
        let joined = join_pages(without_furniture(pages));
        assert_eq!(texts(&joined), ["Thân bài còn dang dở.", "Mục hai", "Ba."]);
    }

    #[test]
    fn forms_that_are_alike_are_kept() {
        let form = |number: u32| format!("Phiếu số {number}");
        let pages = (1..5)
            .map(|number| page(&[form(number).as_str()]))
            .collect();
        assert_eq!(join_pages(without_furniture(pages)).len(), 4);
    }

    #[test]
    fn what_two_pages_share_inside_is_text() {
        let pages = vec![
            page(&["Đầu.", "Như trên.", "Một"]),
            page(&["Tiếp.", "Như trên.", "Hai"]),
        ];
        assert_eq!(join_pages(without_furniture(pages)).len(), 6);
    }
}
