//! Which lines are the page's and not the text's? Pages of blocks → one flow of blocks.
//!
//! A running head or foot is the same text at the same height on most pages, or on every other one; a page number
//! counts the pages. What only looks alike is kept: a line too many is a smaller harm than a sum or a voucher's number
//! lost. Two lines or more at the head of the first page may be a letter's, and are kept unless they count.

use std::collections::{BTreeMap, BTreeSet};

use super::continuation::{append_rest, goes_on_over_page};
use super::place::{Edge, PageText, Placed};
use super::table::OpenTable;
use crate::ingest::blocks::Block;
use crate::ingest::page_number::{counting_marks, is_page_word, page_mark};

/// How much of a page's height is a margin, where running heads stand. Pages of text begin at about a twelfth; heads
/// of two or three lines reach below that.
const MARGIN: f32 = 0.125;
/// Numbers alone in their line are told by counting, and may stand a little further in.
const NUMBER_MARGIN: f32 = 0.2;
/// By how many points lines at the same height may differ: numbers and words in two fonts, a page scanned askew.
const TOLERANCE: f32 = 3.0;

/// A place in the text: the index of a page, and of a block on it.
type Index = (usize, usize);

/// Leaves running heads and page numbers out. Where nothing would be left, pages are forms that are alike, and
/// nothing is left out, or scans, of which this is not the text.
pub(super) fn without_furniture(pages: Vec<PageText>) -> Vec<PageText> {
    let mut furniture = page_numbers(&pages);
    furniture.extend(running_heads(&pages));
    let count: usize = pages.iter().map(|page| page.blocks.len()).sum();
    if furniture.len() == count && !pages.iter().all(|page| page.is_picture) {
        furniture.clear();
    }
    let strip = |(index, page): (usize, PageText)| {
        let blocks = page.blocks.into_iter().enumerate();
        let is_text = |(place, _): &(usize, _)| !furniture.contains(&(index, *place));
        PageText {
            blocks: blocks.filter(is_text).map(|(_, placed)| placed).collect(),
            ..page
        }
    };
    pages.into_iter().enumerate().map(strip).collect()
}

/// Puts the pages together; a paragraph that breaks off in a sentence goes on with the next page's
/// first, if that goes on with it.
pub(super) fn join_pages(pages: Vec<PageText>) -> Vec<Block> {
    let mut joined: Vec<Placed> = Vec::new();
    // Where the paragraphs begin that the page before has its share in.
    let mut start = 0;
    let mut table = OpenTable::default();
    // What stands at an angle on the page before, and parts nothing that goes on over its end.
    let mut asides: Vec<Placed> = Vec::new();
    for page in pages {
        let mut blocks = table.go_on(&mut joined, page.blocks).into_iter();
        let of_page = page.asides.into_iter().map(Placed::from);
        let Some(first) = blocks.next() else {
            asides.extend(of_page);
            continue;
        };
        // Notes at the foot of a page stand between a paragraph and its rest.
        let last = joined[start..]
            .iter()
            .rposition(|placed| !is_note_beside(placed, &first));
        let last = last.map(|last| start + last);
        if let Some(last) = last.filter(|last| goes_on_over_page(&joined[*last], &first)) {
            append_rest(&mut joined[last], first);
            start = last + asides.len();
            joined.splice(last..last, asides.drain(..));
        } else {
            joined.append(&mut asides);
            start = joined.len();
            joined.push(first);
        }
        joined.extend(blocks);
        asides.extend(of_page);
    }
    joined.append(&mut asides);
    joined.into_iter().map(|placed| placed.block).collect()
}

fn is_note_beside(placed: &Placed, text: &Placed) -> bool {
    let lines = placed.lines.zip(text.lines);
    lines.is_some_and(|(note, text)| note.is_smaller_than(text))
}

/// Blocks of all pages at about the same height, with what a reader of their texts found.
type Level<'a, T> = &'a [Candidate<T>];

/// A block in a margin that may be furniture.
#[derive(Debug)]
struct Candidate<T> {
    index: Index,
    page: u32,
    distance: f32,
    found: T,
}

/// Gathers the candidates of one kind by edge and `key`, as `read` has it, and hands each level to `judge`.
fn for_each_level<K: Ord, T>(
    pages: &[PageText],
    margin: f32,
    read: impl Fn(&Block) -> Option<(K, T)>,
    mut judge: impl FnMut(Level<'_, T>),
) {
    let mut groups: BTreeMap<(Edge, K), Vec<Candidate<T>>> = BTreeMap::new();
    for (page_index, page) in pages.iter().enumerate() {
        for (block_index, placed) in page.blocks.iter().enumerate() {
            let edge = placed.place.and_then(|place| place.edge(margin));
            if let Some((edge, distance)) = edge
                && let Some((key, found)) = read(&placed.block)
            {
                groups.entry((edge, key)).or_default().push(Candidate {
                    index: (page_index, block_index),
                    page: page.number,
                    distance,
                    found,
                });
            }
        }
    }
    for mut group in groups.into_values() {
        group.sort_by(|left, right| left.distance.total_cmp(&right.distance));
        group
            .chunk_by(|upper, lower| lower.distance - upper.distance <= TOLERANCE)
            .for_each(&mut judge);
    }
}

/// The numbers of the pages, alone in their lines.
fn page_numbers(pages: &[PageText]) -> BTreeSet<Index> {
    let mut numbers = BTreeSet::new();
    let read = |block: &Block| Some(((), page_mark(&block.text())?));
    for_each_level(pages, NUMBER_MARGIN, read, |level| {
        let marks = level
            .iter()
            .map(|candidate| (candidate.page, candidate.found));
        let counting = counting_marks(marks.collect());
        let found = level
            .iter()
            .filter(|candidate| counting.contains(&(candidate.page, candidate.found)));
        numbers.extend(found.map(|candidate| candidate.index));
    });
    numbers
}

/// The running heads and feet. Their figures are the same everywhere, or count the pages.
fn running_heads(pages: &[PageText]) -> BTreeSet<Index> {
    let (mut heads, mut letterhead) = (BTreeSet::new(), BTreeSet::new());
    let read = |block: &Block| {
        let (words, figures) = shape(&block.text());
        let says_something = figures.is_empty() || words.chars().any(char::is_alphabetic);
        says_something.then_some((words, figures))
    };
    for_each_level(pages, MARGIN, read, |level| {
        if level.len() < 2 {
            return;
        }
        let slots = level.first().map_or(0, |first| first.found.len());
        let usual: Vec<Value> = (0..slots)
            .filter_map(|slot| usual_value(level, slot))
            .collect();
        let is_usual = |candidate: &&Candidate<Vec<Figure>>| {
            let mut figures = candidate.found.iter().zip(&usual);
            figures.all(|(figure, value)| figure.values(candidate.page).any(|own| own == *value))
        };
        let alike: Vec<_> = level.iter().filter(is_usual).collect();
        let on: BTreeSet<u32> = alike.iter().map(|candidate| candidate.page).collect();
        if is_on_most_or_every_other(&on, pages.len()) {
            let counts = usual
                .iter()
                .any(|value| matches!(value, Value::Counting(_)));
            for candidate in alike {
                let may_be_of_letter = !counts && is_first_head(pages, candidate.index);
                let place = if may_be_of_letter {
                    &mut letterhead
                } else {
                    &mut heads
                };
                place.insert(candidate.index);
            }
        }
    });
    if letterhead.len() < 2 {
        heads.extend(letterhead);
    }
    heads
}

fn is_on_most_or_every_other(on: &BTreeSet<u32>, pages: usize) -> bool {
    let sides: BTreeSet<u32> = on.iter().map(|page| page % 2).collect();
    // Of three pages, every other one is most of them.
    let is_one_side = sides.len() == 1 && pages > 3;
    on.len() > 1 && (2 * on.len() > pages || (is_one_side && 2 * on.len() == pages))
}

/// Whether a block stands at the top of the first page, which is no scan with a stamp.
fn is_first_head(pages: &[PageText], (page, block): Index) -> bool {
    let first = pages.first().filter(|first| page == 0 && !first.is_picture);
    let placed = first.and_then(|page| page.blocks.get(block));
    let edge = placed.and_then(|placed| placed.place?.edge(MARGIN));
    edge.is_some_and(|(edge, _)| edge == Edge::Top)
}

/// What a figure says, by itself or as a count of pages.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Value {
    Literal(String),
    /// How much more it is than the number of the page.
    Counting(i64),
}

/// A number in a text.
#[derive(Clone, Debug)]
struct Figure {
    digits: String,
    /// Whether it is set apart as the numbers of pages are.
    may_count: bool,
}

impl Figure {
    fn values(&self, page: u32) -> impl Iterator<Item = Value> {
        let number = self.digits.parse::<i64>().ok();
        let counting = number.filter(|_| self.may_count);
        let counting = counting.map(|number| Value::Counting(number - i64::from(page)));
        [Some(Value::Literal(self.digits.clone())), counting]
            .into_iter()
            .flatten()
    }
}

/// What most texts of a level have in one place.
fn usual_value(level: Level<'_, Vec<Figure>>, slot: usize) -> Option<Value> {
    let mut counts: BTreeMap<Value, usize> = BTreeMap::new();
    for candidate in level {
        let figure = candidate.found.get(slot);
        let values = figure
            .into_iter()
            .flat_map(|figure| figure.values(candidate.page));
        values.for_each(|value| *counts.entry(value).or_default() += 1);
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    most.map(|(value, _)| value)
}

/// A text with a sign for each number, and its numbers.
fn shape(text: &str) -> (String, Vec<Figure>) {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (mut words, mut figures) = (String::new(), Vec::new());
    let mut rest = text.as_str();
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        words.push_str(&rest[..start]);
        let from = &rest[start..];
        let end = from
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(from.len());
        figures.push(Figure {
            digits: from[..end].to_owned(),
            may_count: is_set_apart(&words, &from[end..]),
        });
        words.push('#');
        rest = &from[end..];
    }
    words.push_str(rest);
    (words, figures)
}

/// Whether a number between these is set apart as the numbers of pages are: after a word for a page, or divided off by
/// a dash or bar at the beginning or the end.
fn is_set_apart(before: &str, after: &str) -> bool {
    let is_divider = |c: char| matches!(c, '-' | '–' | '—' | '|');
    let (before, after) = (before.trim_end(), after.trim_start());
    let word = before.rsplit(|c: char| !c.is_alphabetic()).next();
    let is_named = word.is_some_and(is_page_word);
    let is_at_end = after.chars().all(is_divider) && before.ends_with(is_divider);
    let is_at_beginning = before.chars().all(is_divider) && after.starts_with(is_divider);
    is_named || is_at_end || is_at_beginning
}

#[cfg(test)]
mod tests {
    use unpdf::parser::backend::PageBox;

    use super::super::place::Place;
    use super::*;
    use crate::document::ParagraphKind;

    const A4: PageBox = PageBox {
        llx: 0.0,
        lly: 0.0,
        urx: 595.0,
        ury: 842.0,
    };

    /// Pages of lines, each at its height.
    fn pages(pages: &[&[(f32, &str)]]) -> Vec<PageText> {
        let placed = |(height, text): &(f32, &str)| {
            let mut block = Block::default();
            block.push(text, None);
            Placed {
                block,
                place: Some(Place::of(*height, *height, A4)),
                lines: None,
                row: None,
            }
        };
        let pages = (1..).zip(pages);
        pages
            .map(|(number, lines)| PageText {
                number,
                blocks: lines.iter().map(placed).collect(),
                ..PageText::default()
            })
            .collect()
    }

    fn kept(pages: Vec<PageText>) -> Vec<String> {
        join_pages(without_furniture(pages))
            .iter()
            .map(Block::text)
            .collect()
    }

    #[test]
    fn running_heads_and_page_numbers_go_and_paragraphs_join() {
        let pages = pages(&[
            &[
                (800.0, "Báo cáo quý 1, trang 1"),
                (700.0, "Thân bài còn"),
                (40.0, "1"),
            ],
            &[
                (800.0, "Báo cáo quý 1, trang 2"),
                (700.0, "dang dở."),
                (600.0, "Mục hai"),
                (40.0, "- 2 -"),
            ],
            &[
                (800.0, "Báo cáo quý 1, trang 3"),
                (700.0, "Ba."),
                (40.0, "3"),
            ],
        ]);
        assert_eq!(kept(pages), ["Thân bài còn dang dở.", "Mục hai", "Ba."]);
    }

    #[test]
    fn a_rest_that_looks_like_a_heading_goes_on() {
        let mut pages = pages(&[
            &[(700.0, "Xã xem xét, sửa đổi,")],
            &[(700.0, "bổ sung cho phù hợp.")],
            &[(700.0, "Điều 2. Thi hành")],
        ]);
        for page in &mut pages[1..] {
            page.blocks[0].block.kind = ParagraphKind::Heading;
        }
        assert_eq!(
            kept(pages),
            [
                "Xã xem xét, sửa đổi, bổ sung cho phù hợp.",
                "Điều 2. Thi hành"
            ]
        );
    }

    #[test]
    fn forms_that_are_alike_are_kept() {
        let lines = ["Phiếu số 1", "Phiếu số 2", "Phiếu số 3", "Phiếu số 4"];
        let lines = lines.map(|line| [(800.0, line)]);
        let [one, two, three, four] = &lines;
        assert_eq!(kept(pages(&[one, two, three, four])).len(), 4);
    }

    #[test]
    fn numbers_of_vouchers_and_sums_are_kept_though_they_rise() {
        let pages = pages(&[
            &[
                (780.0, "PHIẾU CHI SỐ 31"),
                (740.0, "Ông Tám"),
                (100.0, "Số tiền: 1.250 đồng"),
            ],
            &[
                (780.0, "PHIẾU CHI SỐ 32"),
                (740.0, "Bà Bưởi"),
                (100.0, "Số tiền: 2.250 đồng"),
            ],
            &[
                (780.0, "PHIẾU CHI SỐ 33"),
                (740.0, "Bà Na"),
                (100.0, "Số tiền: 3.250 đồng"),
            ],
        ]);
        assert_eq!(kept(pages).len(), 9);
    }

    #[test]
    fn what_pages_share_at_other_heights_or_inside_is_text() {
        let pages = pages(&[
            &[
                (800.0, "Như trên."),
                (500.0, "Thu phí."),
                (90.0, "Nơi nhận: Lưu."),
            ],
            &[
                (760.0, "Như trên."),
                (500.0, "Thu phí."),
                (60.0, "Nơi nhận: Lưu."),
            ],
        ]);
        assert_eq!(kept(pages).len(), 6);
    }

    #[test]
    fn letterheads_and_titles_of_annexes_are_kept() {
        let letters = pages(&[
            &[(800.0, "UBND"), (780.0, "HUYỆN"), (700.0, "Một.")],
            &[(800.0, "UBND"), (780.0, "HUYỆN"), (700.0, "Hai.")],
        ]);
        assert_eq!(kept(letters), ["UBND", "HUYỆN", "Một.", "Hai."]);
        let report = pages(&[
            &[(800.0, "Sở Y tế"), (700.0, "Một."), (40.0, "Mật")],
            &[(800.0, "Sở Y tế"), (700.0, "Hai."), (40.0, "Mật")],
        ]);
        assert_eq!(kept(report), ["Một.", "Hai."]);
        let annexes = pages(&[
            &[(700.0, "Một.")],
            &[(700.0, "Hai.")],
            &[(800.0, "PHỤ LỤC"), (700.0, "Ba.")],
            &[(800.0, "PHỤ LỤC"), (700.0, "Bốn.")],
        ]);
        assert_eq!(kept(annexes).len(), 6);
    }

    #[test]
    fn the_stamps_of_scans_are_not_their_text() {
        let stamp: [(f32, &str); 2] = [(820.0, "Văn bản được ký số"), (800.0, "- 2 -")];
        let mut pages = pages(&[&stamp[..1], &stamp, &stamp[..1]]);
        for page in &mut pages {
            page.is_picture = true;
        }
        let stripped = without_furniture(pages);
        assert!(stripped.iter().all(PageText::needs_ocr), "{stripped:?}");
    }

    #[test]
    fn heads_of_left_pages_go() {
        let (left, right) = ([(800.0, "Chương hai")], [(700.0, "Một.")]);
        let pages = pages(&[&right, &left, &right, &left, &right, &left]);
        assert_eq!(kept(pages), ["Một."; 3]);
        let right = [(800.0, "Báo cáo"), (700.0, "Một.")];
        assert_eq!(
            kept(self::pages(&[&right, &left, &right, &left])),
            ["Một."; 2]
        );
    }

    #[test]
    fn rows_of_tables_are_kept() {
        let mut pages = pages(&[
            &[(800.0, "STT | Tên xã"), (780.0, "1 | Liêm Cần")],
            &[(800.0, "STT | Tên xã"), (780.0, "2 | Thanh Hà")],
        ]);
        for page in &mut pages {
            page.blocks.iter_mut().for_each(|row| row.place = None);
        }
        assert_eq!(kept(pages).len(), 4);
    }

    #[test]
    fn a_year_or_a_sum_alone_in_its_line_is_no_page_number() {
        let years = pages(&[&[(600.0, "BÁO CÁO"), (80.0, "2005")]]);
        assert_eq!(kept(years), ["BÁO CÁO", "2005"]);
        let sums = pages(&[
            &[(760.0, "Số dân của xã:"), (90.0, "12450")],
            &[(760.0, "Trong đó nữ:"), (90.0, "6230")],
        ]);
        assert_eq!(kept(sums).len(), 4);
    }

    #[test]
    fn numbers_count_from_any_start_and_the_second_page_tells_its_own() {
        let from_five = pages(&[
            &[(700.0, "Một."), (40.0, "5")],
            &[(700.0, "Hai."), (41.0, "6")],
            &[(700.0, "Ba."), (40.0, "1990")],
        ]);
        assert_eq!(kept(from_five), ["Một.", "Hai.", "Ba.", "1990"]);
        let letter = pages(&[
            &[(700.0, "Kính gửi.")],
            &[(800.0, "2"), (700.0, "Nơi nhận.")],
        ]);
        assert_eq!(kept(letter), ["Kính gửi.", "Nơi nhận."]);
    }
}
