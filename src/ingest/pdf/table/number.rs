//! In which row of a table do numbers stand that the layout analysis left out?

use crate::document::ParagraphKind;
use crate::ingest::pdf::lines::{Line, key};
use crate::ingest::pdf::omitted::Omitted;
use crate::ingest::pdf::place::Placed;

/// Puts numbers that are in no paragraph back into the row of a table that they stand in, and returns those that stand
/// in none.
pub(in super::super) fn add_to_row<'a>(
    omitted: &'a Omitted,
    lines: &'a [Line],
    blocks: &mut [Placed],
) -> Vec<&'a Line> {
    let mut numbers: Vec<&Line> = omitted.outside(lines).collect();
    let Some(first) = numbers.first() else {
        return numbers;
    };
    if let Some(row) = row_of(&omitted.letters, blocks) {
        blocks[row].add_numbers(&numbers, &omitted.letters);
        return Vec::new();
    }
    if let Some(row) = row_around(first, lines, blocks) {
        blocks[row].add_numbers(&[first], &[]);
        numbers.remove(0);
    }
    numbers
}

/// The row that these letters make up.
fn row_of(letters: &[(char, f32)], blocks: &[Placed]) -> Option<usize> {
    let wanted: String = letters.iter().map(|(letter, _)| letter).collect();
    let mut rows = rows(blocks);
    let row = rows.find(|(_, row)| *row == wanted && !wanted.is_empty());
    row.map(|(index, _)| index)
}

/// The row whose cells have several lines, some of them beside the number in the row's first column, or else right above
/// and below it.
fn row_around(number: &Line, lines: &[Line], blocks: &[Placed]) -> Option<usize> {
    const REACH_EMS: f32 = 2.0;
    let is_beside = |line: &&Line| line.extent.is_beside(number.extent);
    let beside: Vec<&Line> = lines.iter().filter(is_beside).collect();
    let reach = REACH_EMS * number.extent.size;
    let is_near = |line: &&Line| {
        !line.key.is_empty() && (line.extent.baseline - number.extent.baseline).abs() < reach
    };
    let near: Vec<&Line> = lines.iter().filter(is_near).collect();
    let is_there = |up: f32| {
        let height = |line: &Line| up * (line.extent.baseline - number.extent.baseline);
        near.iter().any(|line| height(line) > 0.0)
    };
    let is_inside = !beside.is_empty() || (is_there(1.0) && is_there(-1.0));
    let mut lefts = near.iter().map(|line| line.extent.left);
    if !is_inside || lefts.any(|left| left < number.extent.right) {
        return None;
    }
    let holds = |row: &str, line: &&&Line| row.contains(line.key.as_str());
    let shared = |row: &str| -> usize {
        let held = near.iter().filter(|line| holds(row, line));
        held.map(|line| line.key.len()).sum()
    };
    let rows = rows(blocks).filter(|(_, row)| beside.iter().all(|line| holds(row, &line)));
    let rows = rows.map(|(index, row)| (shared(&row), index));
    // The first one of those that share most.
    let best = rows.max_by_key(|(shared, index)| (*shared, std::cmp::Reverse(*index)))?;
    (best.0 > 0).then_some(best.1)
}

/// The rows of tables, each with what it says as lines say it.
fn rows(blocks: &[Placed]) -> impl Iterator<Item = (usize, String)> {
    let rows = blocks
        .iter()
        .enumerate()
        .filter(|(_, placed)| placed.block.kind == ParagraphKind::Table);
    rows.map(|(index, placed)| (index, key(&placed.block.text()).replace('|', "")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::blocks::Block;
    use crate::ingest::pdf::lines::tests::line;

    #[test]
    fn a_number_goes_into_the_row_whose_cells_have_lines_around_it() {
        let lines = [
            line(90.0, 707.0, "Mô hình tiếng kẻng"),
            line(90.0, 693.0, "tại chín thôn"),
            line(300.0, 700.0, "Hoàn thành"),
            line(90.0, 657.0, "Mô hình camera"),
            line(90.0, 643.0, "đường vào chợ"),
            line(300.0, 650.0, "Hoàn thành"),
        ];
        let row = |text: &str| {
            let mut block = Block::of_text(text);
            block.kind = ParagraphKind::Table;
            Placed::from(block)
        };
        let mut blocks = [
            row("Mô hình tiếng kẻng tại chín thôn | Hoàn thành"),
            row("Mô hình camera đường vào chợ | Hoàn thành"),
        ];
        let mut add = |left, baseline, text| {
            let number = Omitted::alone(line(left, baseline, text));
            add_to_row(&number, &lines, &mut blocks).is_empty()
        };
        assert_eq!(
            [
                add(60.0, 650.0, "16"),
                add(60.0, 700.0, "15"),
                add(60.0, 630.0, "3"),
                add(90.0, 675.0, "17"),
            ],
            [true, true, false, false]
        );
        let texts = blocks.each_ref().map(|row| row.block.text());
        assert_eq!(
            texts,
            [
                "15 | Mô hình tiếng kẻng tại chín thôn | Hoàn thành",
                "16 | Mô hình camera đường vào chợ | Hoàn thành",
            ]
        );
    }
}
