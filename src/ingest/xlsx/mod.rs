//! What does an Office Open XML workbook say? XLSX package → rows of cells with fonts.

mod escapes;
mod shared;

use self::escapes::resolve;
use self::shared::{CellFormats, shared_strings};
use super::blocks::{Block, StyledRun};
use super::error::ReadError;
use super::package::{Package, main_part, read_related, relationships};
use super::sheet::Sheets;
use super::sheet::number::Epoch;
use super::xml::{Element, Node, XmlReader};

/// The rows of all visible sheets, in the order of their tabs. Hidden rows and columns are read: a filter hides rows, and sums hide their parts.
///
/// # Errors
///
/// [`ReadError::Corrupt`] where parts are missing or their XML is broken, [`ReadError::TooLarge`]
/// as [`Sheets::add`], and the bounds of [`Package`] and [`XmlReader`].
pub(crate) fn read(bytes: &[u8]) -> Result<(Vec<Block>, Option<Block>), ReadError> {
    let mut package = Package::open(bytes)?;
    let main = main_part(&mut package, "xl/workbook.xml")?;
    let workbook = package
        .read_text(&main)?
        .ok_or_else(|| ReadError::Corrupt("XLSX without its workbook".to_owned()))?;
    let targets = relationships(&mut package, &main)?;
    let strings = match read_related(&mut package, &main, &targets, "sharedStrings")? {
        Some(xml) => shared_strings(&xml)?,
        None => Vec::new(),
    };
    let formats = match read_related(&mut package, &main, &targets, "styles")? {
        Some(xml) => CellFormats::read(&xml)?,
        None => CellFormats::default(),
    };
    let (sheet_ids, epoch) = visible_sheets(&workbook)?;
    let mut sheets = Sheets::default();
    for target in sheet_ids.iter().filter_map(|id| targets.get(id)) {
        if let Some(xml) = package.read_text(target)? {
            let mut reader = SheetReader {
                strings: &strings,
                formats: &formats,
                epoch,
                sheets: &mut sheets,
            };
            reader.read(&xml)?;
            sheets.end_sheet();
        }
    }
    Ok((sheets.finish(), None))
}

/// The relationship ids of the sheets that are not hidden, and the epoch of dates.
fn visible_sheets(workbook: &str) -> Result<(Vec<String>, Epoch), ReadError> {
    let mut ids = Vec::new();
    let mut epoch = Epoch::Year1900;
    let mut reader = XmlReader::new(workbook);
    while let Some(node) = reader.next()? {
        let Node::Start(element) = node else { continue };
        match element.name() {
            "sheet"
                if element
                    .attribute("state")
                    .is_none_or(|state| state == "visible") =>
            {
                ids.extend(element.prefixed_attribute("id"));
            }
            "workbookPr" if element.is_true("date1904") => {
                epoch = Epoch::Year1904;
            }
            _ => {}
        }
    }
    Ok((ids, epoch))
}

/// Reads the cells of one sheet.
#[derive(Debug)]
struct SheetReader<'a> {
    strings: &'a [Vec<StyledRun>],
    formats: &'a CellFormats,
    epoch: Epoch,
    sheets: &'a mut Sheets,
}

/// A cell, as far as it has been read.
#[derive(Debug, Default)]
struct Cell {
    row: u32,
    column: u32,
    format: usize,
    /// `s` for a shared string, `n` or nothing for a number, `inlineStr`, `str`, `b`, `e`, `d`.
    kind: String,
    value: String,
}

impl SheetReader<'_> {
    fn read(&mut self, xml: &str) -> Result<(), ReadError> {
        let mut reader = XmlReader::new(xml);
        let mut cell = Cell::default();
        let mut next = (0u32, 0u32);
        while let Some(node) = reader.next()? {
            match node {
                Node::Start(element) => match element.name() {
                    "row" => next = (row_of(&element).unwrap_or(next.0.saturating_add(1)), 1),
                    "c" => {
                        cell = Cell::begin(&element, next);
                        next.1 = cell.column.saturating_add(1);
                    }
                    "v" | "t" => cell.value.push_str(&reader.text_of_element()?),
                    // Formulas, readings, headers and footers are no values of cells.
                    "f" | "rPh" | "headerFooter" => reader.skip_element()?,
                    _ => {}
                },
                Node::End(name) if name == "c" => self.add(&cell)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn add(&mut self, cell: &Cell) -> Result<(), ReadError> {
        if cell.value.is_empty() {
            return Ok(());
        }
        let font = self.formats.font(cell.format);
        let run = |text: String| {
            vec![StyledRun {
                text,
                font: font.map(str::to_owned),
                ..StyledRun::default()
            }]
        };
        let runs = match cell.kind.as_str() {
            "s" => {
                let index = cell.value.trim().parse::<usize>().ok();
                let Some(string) = index.and_then(|index| self.strings.get(index)) else {
                    return Ok(());
                };
                with_font(string, font)
            }
            "e" => return Ok(()),
            "" | "n" => match cell.value.trim().parse::<f64>() {
                Ok(value) => run(self.formats.show(value, cell.format, self.epoch)),
                Err(_) => run(cell.value.clone()),
            },
            _ => run(resolve(&cell.value).into_owned()),
        };
        self.sheets.add(cell.row, cell.column, runs)
    }
}

/// A shared string's runs, with the cell's font where they name none.
fn with_font(runs: &[StyledRun], font: Option<&str>) -> Vec<StyledRun> {
    let with_font = |run: &StyledRun| StyledRun {
        font: run.font.clone().or_else(|| font.map(str::to_owned)),
        ..run.clone()
    };
    runs.iter().map(with_font).collect()
}

fn row_of(element: &Element<'_>) -> Option<u32> {
    element.attribute("r")?.parse().ok()
}

impl Cell {
    /// Begins a cell, which is the next one where it does not say its place.
    fn begin(element: &Element<'_>, next: (u32, u32)) -> Self {
        let (row, column) = element
            .attribute("r")
            .and_then(|place| place_of(&place))
            .unwrap_or(next);
        let format = element
            .attribute("s")
            .and_then(|number| number.parse().ok());
        Self {
            row,
            column,
            format: format.unwrap_or(0),
            kind: element.attribute("t").unwrap_or_default(),
            value: String::new(),
        }
    }
}

/// Row and column of a place such as `AB12`, from 1.
fn place_of(place: &str) -> Option<(u32, u32)> {
    let digits = place.find(|c: char| c.is_ascii_digit())?;
    let (letters, number) = place.split_at(digits);
    let mut column = 0u32;
    for letter in letters.bytes() {
        let digit = u32::from(letter.to_ascii_uppercase().checked_sub(b'A')?) + 1;
        column = column.checked_mul(26)?.checked_add(digit)?;
    }
    Some((number.parse().ok()?, column))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::encoding::normalize::normalize;
    use crate::ingest::tests::package;

    #[test]
    fn reads_rows_of_visible_sheets_with_fonts_and_dates() {
        let rels = r#"<R><Relationship Id="r1" Target="worksheets/a.xml"/><Relationship Id="r2" Target="/xl/worksheets/b.xml"/></R>"#;
        let sheet = r#"<worksheet><sheetData><row r="2"><c r="B2" t="s" s="1"><v>0</v></c><c r="A2"><v>12.50</v></c>
            <c r="AA2" s="2"><v>44727</v></c><c t="inlineStr"><is><t>cuối</t></is></c><c r="AC2" t="e"><v>#REF!</v></c></row></sheetData></worksheet>"#;
        let bytes = package(&[
            (
                "xl/workbook.xml",
                r#"<w><sheets><sheet r:id="r2" state="hidden"/><sheet r:id="r1"/></sheets></w>"#,
            ),
            ("xl/_rels/workbook.xml.rels", rels),
            ("xl/worksheets/a.xml", sheet),
            ("xl/worksheets/b.xml", "<broken"),
            (
                "xl/sharedStrings.xml",
                "<sst><si><r><rPr><rFont val='VNI-Times'/></rPr><t>Coäng</t></r><r><t> hoµ</t></r></si></sst>",
            ),
            (
                "xl/styles.xml",
                "<s><numFmts><numFmt numFmtId='164' formatCode='dd/mm/yyyy'/></numFmts><fonts><font><name val='Arial'/></font><font><name val='.VnTime'/></font></fonts>\
             <cellXfs><xf fontId='0' numFmtId='0'/><xf fontId='1' numFmtId='0'/><xf fontId='0' numFmtId='164'/></cellXfs><dxfs><dxf><numFmt numFmtId='164' formatCode='0.00%'/></dxf></dxfs></s>",
            ),
        ]);
        let (blocks, _) = read(&bytes).unwrap();
        assert_eq!(blocks.len(), 1);
        assert_eq!(blocks[0].text(), "12.5 | Coäng hoµ | 15/06/2022 | cuối");
        let fonts: Vec<_> = blocks[0]
            .runs
            .iter()
            .map(|run| run.font.as_deref())
            .collect();
        assert_eq!(
            fonts,
            [
                Some("Arial"),
                Some("VNI-Times"),
                Some(".VnTime"),
                Some("Arial")
            ]
        );
    }

    /// The rows of a workbook of one sheet with these parts.
    fn rows(sheet: &str, strings: &str) -> Vec<String> {
        let bytes = package(&[
            (
                "xl/workbook.xml",
                "<w><sheets><sheet r:id='r1'/></sheets></w>",
            ),
            (
                "xl/_rels/workbook.xml.rels",
                "<R><Relationship Id='r1' Target='worksheets/a.xml'/></R>",
            ),
            (
                "xl/worksheets/a.xml",
                &format!("<worksheet>{sheet}</worksheet>"),
            ),
            ("xl/sharedStrings.xml", &format!("<sst>{strings}</sst>")),
        ]);
        read(&bytes).unwrap().0.iter().map(Block::text).collect()
    }

    #[test]
    fn hidden_rows_and_columns_are_read() {
        let cell = |place: &str, text: &str| {
            format!("<c r='{place}' t='inlineStr'><is><t>{text}</t></is></c>")
        };
        let sheet = format!(
            "<cols><col min='1' max='1'/><col min='2' max='3' hidden='1'/><col min='4' max='4' hidden='0'/></cols>\
             <sheetData><row r='1'>{}{}{}{}</row><row hidden='true'>{}</row><row><c t='str'><v>Cộng</v></c><c><v>7</v></c></row></sheetData>",
            cell("A1", "Huyện"),
            cell("B1", "mã nội bộ"),
            cell("C1", "ghi chú"),
            cell("D1", "số hộ"),
            cell("A2", "tạm tính"),
        );
        assert_eq!(
            rows(&sheet, ""),
            [
                "Huyện | mã nội bộ | ghi chú | số hộ",
                "tạm tính",
                "Cộng | 7"
            ]
        );
    }

    #[test]
    fn escapes_are_resolved_in_all_strings() {
        let sheet = "<sheetData><row><c t='s'><v>0</v></c><c t='inlineStr'><is><t>Tổ_x0020_dân phố</t></is></c>\
                     <c t='str'><f>A1</f><v>Ấp_x000D_\nBắc</v></c></row></sheetData>";
        assert_eq!(
            rows(sheet, "<si><t>Quý_x0009_một</t></si>"),
            ["Quý\tmột | Tổ dân phố | Ấp\r\nBắc"]
        );
    }

    #[test]
    fn raised_numbers_stay_raised() {
        let strings = "<si><r><t>Diện tích (km</t></r><r><rPr><vertAlign val='superscript'/></rPr><t>2</t></r><r><t>)</t></r></si>\
                       <si><t>12</t></si>";
        let sheet = "<sheetData><row><c t='s'><v>0</v></c><c t='s'><v>1</v></c></row></sheetData>";
        let shown = rows(sheet, strings);
        assert_eq!(normalize(&shown[0]), "Diện tích (km²) | 12");
    }

    #[test]
    fn places_are_letters_and_a_number() {
        assert_eq!(place_of("AB12"), Some((12, 28)));
        assert_eq!(place_of("A"), None);
        assert_eq!(place_of("ZZZZZZZZZ1"), None);
    }
}
