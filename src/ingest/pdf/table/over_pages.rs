//! How does a table go on over the end of a page?
//!
//! Programs repeat its header on each page, and part a row wherever the page ends.

use super::{Row, begins_inside, breaks_off, join};
use crate::ingest::pdf::place::Placed;

/// More rows than a header has; tables that are alike in all of them are forms.
const MAX_HEAD: usize = 4;

/// The table that the pages read so far end with.
#[derive(Debug, Default)]
pub(in super::super) struct OpenTable {
    /// Its first rows; none where the pages end with something else.
    head: Vec<Row>,
}

impl OpenTable {
    /// The blocks of the next page without what they repeat of the table's header, and without the rest of the row that
    /// the page's end parts, which goes to the last one of the blocks before.
    pub(in super::super) fn go_on(
        &mut self,
        before: &mut [Placed],
        mut page: Vec<Placed>,
    ) -> Vec<Placed> {
        let goes_on = match before.last_mut() {
            Some(last) if !self.head.is_empty() => {
                let has_header = self.leave_header_out(&mut page);
                last.take_rest(&mut page) || has_header
            }
            _ => false,
        };
        self.follow(&page, goes_on);
        page
    }

    /// Leaves the header out that a page begins with, if it does.
    fn leave_header_out(&self, page: &mut Vec<Placed>) -> bool {
        if !self.head.first().is_some_and(Row::may_be_header) {
            return false;
        }
        let rows = page.iter().map_while(|placed| placed.row.as_ref());
        let pairs = rows.zip(&self.head);
        let repeated = pairs.take_while(|(row, head)| row == head).count();
        if repeated == self.head.len() {
            return false;
        }
        // The layout analysis, or we, may have taken the rest of a row for further lines of the header above it.
        let next = page.get_mut(repeated).zip(self.head.get(repeated));
        let has_rest = next.is_some_and(|(placed, head)| placed.cut_off(head));
        page.drain(..repeated);
        has_rest || repeated > 0
    }

    /// Sees which table the pages end with after this one, at whose top the last one may go on.
    fn follow(&mut self, page: &[Placed], goes_on: bool) {
        let is_row = |placed: &&Placed| placed.row.is_some();
        let rows = page.iter().rev().take_while(is_row).count();
        let table = &page[page.len() - rows..];
        let begins = |placed: &Placed| placed.row.as_ref().is_some_and(|row| row.is_first);
        let start = table.iter().rposition(begins).unwrap_or_default();
        let is_same = goes_on && rows == page.len() && start == 0;
        if !is_same {
            let head = table[start..]
                .iter()
                .filter_map(|placed| placed.row.clone());
            self.head = head.take(MAX_HEAD).collect();
        }
    }
}

impl Row {
    /// Whether it may name the columns, the first one among them; what an earlier page's end parted has no first cell.
    fn may_be_header(&self) -> bool {
        let has_first = self.cells.first().is_some_and(|cell| !cell.is_empty());
        has_first && self.filled().count() > 1
    }

    /// What follows the cells of a header in those of this row, if each begins with the header's.
    fn after(&self, header: &Self) -> Option<Self> {
        if header.cells.len() != self.cells.len() {
            return None;
        }
        let rest = |(cell, head): (&String, &String)| {
            let rest = cell.strip_prefix(head.as_str())?;
            let is_whole = head.is_empty() || rest.is_empty() || rest.starts_with(' ');
            is_whole.then(|| rest.trim_start().to_owned())
        };
        let cells: Option<Vec<_>> = self.cells.iter().zip(&header.cells).map(rest).collect();
        cells.map(|cells| Self { cells, ..*self })
    }

    /// Whether another row is the rest of this one: each of its cells has a beginning here, and one breaks off in a
    /// sentence inside which the other one begins. What stands in the first column says what a row is.
    fn is_begun_of(&self, rest: &Self) -> bool {
        let mut pairs = self.cells.iter().zip(&rest.cells).enumerate();
        let may_go_on = pairs.clone().all(|(column, (cell, rest))| match column {
            0 => cell.is_empty() || rest.is_empty() || cell_goes_on(cell, rest),
            _ => rest.is_empty() || !cell.is_empty(),
        });
        self.cells.len() == rest.cells.len()
            && may_go_on
            && pairs.any(|(_, (cell, rest))| cell_goes_on(cell, rest))
    }

    fn append(&mut self, rest: &Self) {
        for (cell, rest) in self.cells.iter_mut().zip(&rest.cells) {
            match (cell.is_empty(), rest.is_empty()) {
                (_, true) => {}
                (true, _) => cell.clone_from(rest),
                _ => *cell = join(cell, rest),
            }
        }
    }
}

impl Placed {
    /// Takes in what the first row of a page has of this one, if it has.
    fn take_rest(&mut self, page: &mut Vec<Self>) -> bool {
        let rest = page.first().and_then(|placed| placed.row.as_ref());
        let (Some(row), Some(rest)) = (&mut self.row, rest) else {
            return false;
        };
        let is_rest = row.is_begun_of(rest);
        if is_rest {
            row.append(rest);
            self.block = row.block(&self.block);
            page.remove(0);
        }
        is_rest
    }

    /// Cuts a header off that this row begins with, if more follows.
    fn cut_off(&mut self, header: &Row) -> bool {
        let rest = self.row.as_ref().and_then(|row| row.after(header));
        let Some(rest) = rest.filter(|rest| rest.filled().next().is_some()) else {
            return false;
        };
        self.block = rest.block(&self.block);
        self.row = Some(rest);
        true
    }
}

/// Words that no cell ends with; what follows may be a name.
const UNFINISHED: [&str; 10] = [
    "và", "của", "với", "về", "cho", "các", "những", "theo", "từ", "tại",
];

/// Words that a number follows, though some cells end with them (`cả năm`).
const OF_TIMES: [&str; 5] = ["ngày", "tháng", "năm", "quý", "số"];

/// Whether a cell breaks off where the page ends, and its rest goes on with the sentence or the date.
fn cell_goes_on(cell: &str, rest: &str) -> bool {
    let last = cell.split_whitespace().next_back();
    let last = last.unwrap_or_default().to_lowercase();
    let is_number = rest.starts_with(|c: char| c.is_ascii_digit());
    let is_open = last.ends_with(['-', '/', ','])
        || UNFINISHED.contains(&last.as_str())
        || (is_number && OF_TIMES.contains(&last.as_str()));
    !rest.is_empty() && (is_open || (breaks_off(cell) && begins_inside(rest)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::ParagraphKind;
    use crate::ingest::blocks::Block;

    /// The rows of a table, with cells between bars.
    fn table(rows: &[&str]) -> Vec<Placed> {
        let row = |(index, text): (usize, &&str)| {
            let row = Row {
                cells: text.split('|').map(|cell| cell.trim().to_owned()).collect(),
                is_first: index == 0,
            };
            let mut block = Block::of_text(&row.text());
            block.kind = ParagraphKind::Table;
            Placed {
                row: Some(row),
                ..Placed::from(block)
            }
        };
        rows.iter().enumerate().map(row).collect()
    }

    /// What pages with a table each say together.
    fn read(pages: &[&[&str]]) -> Vec<String> {
        let mut open = OpenTable::default();
        let mut joined = Vec::new();
        for page in pages {
            let page = open.go_on(&mut joined, table(page));
            joined.extend(page);
        }
        let texts = joined.iter().map(|placed| placed.block.text());
        texts.collect()
    }

    #[test]
    fn a_row_goes_on_below_the_header_that_repeats() {
        let whole = [
            "TT | Nhiệm vụ | Chủ trì | Thời hạn",
            "1 | Rà soát hộ nghèo | Phòng Nội vụ | Tháng 5",
            "2 | Tu bổ đê bao thôn Hạ | Phòng Nông nghiệp và Môi trường | Trước ngày 30/6",
            "3 | Tổng kết | Văn phòng | Tháng 12",
        ];
        let header = whole[0];
        let parted = [
            &[
                header,
                whole[1],
                "2 | Tu bổ đê bao | Phòng Nông nghiệp và | Trước ngày",
            ],
            &[header, "| thôn Hạ | Môi trường | 30/6", whole[3]],
        ];
        assert_eq!(read(&[parted[0], parted[1]]), whole);
        assert_eq!(read(&[parted[0], &parted[1][1..]]), whole);
        // As the layout analysis may have it.
        let merged = "TT | Nhiệm vụ thôn Hạ | Chủ trì Môi trường | Thời hạn 30/6";
        assert_eq!(read(&[parted[0], &[merged, whole[3]]]), whole);
    }

    #[test]
    fn the_header_is_known_over_many_pages() {
        let header = "TT | Tên xã | Số hộ";
        let pages: [&[&str]; 3] = [
            &[header, "1 | Liêm Cần | 1.204"],
            &[header, "2 | Thanh Hà | 987"],
            &[header, "3 | Yên Lộc | 1.130"],
        ];
        let expected = [pages[0], &pages[1][1..], &pages[2][1..]].concat();
        assert_eq!(read(&pages), expected);
    }

    #[test]
    fn rows_that_begin_by_themselves_stay() {
        let pages: [&[&str]; 3] = [
            &["1 | Rà soát hộ nghèo. | Phòng Nội vụ"],
            &["| Báo cáo kết quả | Văn phòng", "2 | Tu bổ đê | Xã"],
            // The rest of a row is no header, though two pages begin with the same.
            &["| Báo cáo kết quả | Văn phòng", "3 | Nạo vét mương | Xã"],
        ];
        let said = read(&pages);
        assert_eq!(said.len(), 5, "{said:?}");
        let forms: [&[&str]; 2] = [&["Họ và tên | Chức vụ", "Ngày sinh | Quê quán"]; 2];
        assert_eq!(read(&forms).len(), 4);
    }
}
