//! What does an Excel workbook of 1993 to 2003 say? `.xls` bytes → rows of cells with fonts.
//!
//! BIFF 5 to 8, [MS-XLS]. Hidden sheets, charts and macros are not read. Own reader, because the
//! crate that was tried keeps sheets dense (two cells far apart take half a gigabyte) and drops the
//! fonts that tell the encoding.

mod password;
mod record;
mod strings;
mod workbook;

use self::record::{Record, Records};
use self::strings::Text;
use self::workbook::Workbook;
use super::binary::{open_compound, read_stream};
use super::binary::{slice_at, u8_at, u16_at, u32_at};
use super::blocks::{Block, StyledRun};
use super::error::ReadError;
use super::sheet::Sheets;

/// The rows of all visible sheets.
///
/// # Errors
///
/// [`ReadError::Encrypted`]; [`ReadError::Corrupt`] where there is no sound workbook stream;
/// [`ReadError::TooLarge`] as [`Sheets::add`].
pub(crate) fn read(bytes: &[u8]) -> Result<(Vec<Block>, Option<Block>), ReadError> {
    let mut file = open_compound(bytes)?;
    let mut stream = None;
    for name in ["/Workbook", "/Book"] {
        if stream.is_none() {
            stream = read_stream(&mut file, name, bytes.len())?;
        }
    }
    let stream = stream.ok_or_else(|| ReadError::Corrupt("no Workbook stream".to_owned()))?;
    let stream = password::in_the_clear(stream)?;
    let workbook = Workbook::read(&stream)?;
    let mut sheets = Sheets::default();
    // Sheets stand one after the other: together they are no longer than the stream, unless one is read twice.
    let mut room = stream.len();
    for offset in &workbook.sheets {
        let mut records = Records::at(&stream, *offset);
        let reader = SheetReader {
            workbook: &workbook,
            sheets: &mut sheets,
            formula: None,
        };
        let length = reader.read(&mut records)?;
        sheets.end_sheet();
        room = room
            .checked_sub(length)
            .ok_or_else(|| ReadError::Corrupt("its sheets overlap".to_owned()))?;
    }
    Ok((sheets.finish(), None))
}

/// Reads the cells of one sheet.
#[derive(Debug)]
struct SheetReader<'a> {
    workbook: &'a Workbook,
    sheets: &'a mut Sheets,
    /// The cell whose formula gives a text, which the next record has.
    formula: Option<Place>,
}

/// Where a cell is, and how it looks.
#[derive(Clone, Copy, Debug)]
struct Place {
    row: u32,
    column: u32,
    format: u16,
}

impl Place {
    fn read(data: &[u8]) -> Option<Self> {
        let number = |at| u16_at(data, at);
        Some(Self {
            row: number(0)?.into(),
            column: number(2)?.into(),
            format: number(4)?,
        })
    }
}

impl SheetReader<'_> {
    /// Reads to the end of the sheet; how many bytes that was.
    fn read(mut self, records: &mut Records<'_>) -> Result<usize, ReadError> {
        let length = records.rest_len();
        let mut depth = 0usize;
        for record in &mut *records {
            match record.kind {
                record::BEGIN => depth += 1,
                // A chart within a sheet is a stream of its own.
                record::END if depth <= 1 => break,
                record::END => depth -= 1,
                _ if depth == 1 => {
                    // A record that is cut off costs its cell.
                    let _ = self.take(&record).transpose()?;
                }
                _ => {}
            }
        }
        Ok(length - records.rest_len())
    }

    /// Takes a record; `None` where it is cut off or of no matter.
    fn take(&mut self, record: &Record<'_>) -> Option<Result<(), ReadError>> {
        let data = record.data();
        let place = Place::read(data);
        match record.kind {
            record::SHARED_LABEL => {
                let index = u32_at(data, 6)? as usize;
                Some(self.add_text(place?, self.workbook.strings.get(index)?.clone()))
            }
            record::LABEL => {
                let text = Text::read(data.get(6..)?, self.workbook.version)?;
                Some(self.add_text(place?, text))
            }
            record::RICH_LABEL => {
                let text = Text::read_rich(data.get(6..)?, self.workbook.version)?;
                Some(self.add_text(place?, text))
            }
            record::FORMULA_TEXT => {
                let text = Text::read_long(&record.pieces, self.workbook.version)?;
                let place = self.formula.take()?;
                Some(self.add_text(place, text))
            }
            record::BOOLEAN_OR_ERROR => {
                let (value, is_error) = (u8_at(data, 6)?, u8_at(data, 7)? != 0);
                let place = place.filter(|_| !is_error)?;
                Some(self.add_boolean(place, value))
            }
            record::NUMBER => Some(self.add_number(place?, f64_at(data, 6)?)),
            record::SHORT_NUMBER => Some(self.add_number(place?, short_number(u32_at(data, 6)?))),
            record::SHORT_NUMBERS => self.add_numbers(place?, data),
            record::FORMULA => self.add_formula(place?, data),
            _ => None,
        }
    }

    fn add_text(&mut self, place: Place, text: Text) -> Result<(), ReadError> {
        let font = self.workbook.font_of_format(place.format);
        let runs = text.runs(font, |number| self.workbook.font(number));
        self.sheets.add(place.row, place.column, runs)
    }

    fn add_number(&mut self, place: Place, value: f64) -> Result<(), ReadError> {
        let run = StyledRun {
            text: self.workbook.show(value, place.format),
            ..StyledRun::default()
        };
        self.sheets.add(place.row, place.column, vec![run])
    }

    /// Adds whether something holds, as 1 or 0.
    fn add_boolean(&mut self, place: Place, value: u8) -> Result<(), ReadError> {
        let run = StyledRun {
            text: value.to_string(),
            ..StyledRun::default()
        };
        self.sheets.add(place.row, place.column, vec![run])
    }

    fn add_numbers(&mut self, place: Place, data: &[u8]) -> Option<Result<(), ReadError>> {
        let numbers = slice_at(data, 4, data.len().checked_sub(6)?)?;
        for (column, number) in (place.column..).zip(numbers.chunks_exact(6)) {
            let place = Place {
                column,
                format: u16_at(number, 0)?,
                ..place
            };
            if let Err(error) = self.add_number(place, short_number(u32_at(number, 2)?)) {
                return Some(Err(error));
            }
        }
        Some(Ok(()))
    }

    fn add_formula(&mut self, place: Place, data: &[u8]) -> Option<Result<(), ReadError>> {
        const NO_NUMBER: u16 = 0xFFFF;
        const TEXT: u8 = 0;
        const BOOLEAN: u8 = 1;
        if u16_at(data, 12)? != NO_NUMBER {
            return Some(self.add_number(place, f64_at(data, 6)?));
        }
        let kind = u8_at(data, 6)?;
        self.formula = (kind == TEXT).then_some(place);
        if kind == BOOLEAN {
            return Some(self.add_boolean(place, u8_at(data, 8)?));
        }
        None
    }
}

fn f64_at(data: &[u8], at: usize) -> Option<f64> {
    let bytes = slice_at(data, at, 8)?.try_into().ok()?;
    Some(f64::from_le_bytes(bytes))
}

/// A number in four bytes: an integer or the upper half of a float, perhaps in hundredths.
fn short_number(bits: u32) -> f64 {
    const HUNDREDTHS: u32 = 1;
    const INTEGER: u32 = 2;
    let value = if bits & INTEGER == 0 {
        f64::from_bits(u64::from(bits & !3) << 32)
    } else {
        f64::from(bits.cast_signed() >> 2)
    };
    if bits & HUNDREDTHS == 0 {
        value
    } else {
        value / 100.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).unwrap();
        [&kind.to_le_bytes(), &length.to_le_bytes(), data].concat()
    }

    fn font(name: &str) -> Vec<u8> {
        let length = [u8::try_from(name.len()).unwrap()];
        record(
            record::FONT,
            &[&[0; 14], &length[..], name.as_bytes()].concat(),
        )
    }

    /// The runs of the cells of a sheet, of a workbook that begins with `globals`.
    fn runs(globals: &[u8], cells: &[u8]) -> Vec<StyledRun> {
        let workbook = Workbook::read(globals).unwrap();
        let begin = record(record::BEGIN, &[0, 6, 16, 0]);
        let stream = [begin, cells.to_vec(), record(record::END, &[])].concat();
        let mut sheets = Sheets::default();
        let reader = SheetReader {
            workbook: &workbook,
            sheets: &mut sheets,
            formula: None,
        };
        reader.read(&mut Records::at(&stream, 0)).unwrap();
        sheets
            .finish()
            .into_iter()
            .flat_map(|block| block.runs)
            .collect()
    }

    #[test]
    fn parts_of_a_text_of_excel_95_have_their_fonts() {
        let begin = record(record::BEGIN, &[0, 5, 5, 0]);
        let globals = [begin, font("Arial"), font(".VnTime")].concat();
        let text = [&[0, 0, 0, 0, 0, 0, 4, 0][..], b"ab\xB8c", &[1, 2, 1]].concat();
        let runs = runs(&globals, &record(record::RICH_LABEL, &text));
        let shown: Vec<_> = runs
            .iter()
            .map(|run| (run.text.as_str(), run.font.as_deref()))
            .collect();
        assert_eq!(shown, [("ab", None), ("\u{B8}c", Some(".VnTime"))]);
    }

    #[test]
    fn a_long_text_of_a_formula_goes_on_in_the_next_record() {
        const NO_NUMBER: [u8; 2] = [0xFF; 2];
        let formula =
            |value: [u8; 6]| record(record::FORMULA, &[&[0; 6], &value[..], &NO_NUMBER].concat());
        let cells = [
            formula([0; 6]),
            record(record::FORMULA_TEXT, b"\x04\0\0ab"),
            record(0x003C, b"\0cd"),
            record(record::BOOLEAN_OR_ERROR, &[0, 0, 1, 0, 0, 0, 1, 0]),
            record(record::BOOLEAN_OR_ERROR, &[0, 0, 2, 0, 0, 0, 7, 1]),
        ];
        let globals = record(record::BEGIN, &[0, 6, 5, 0]);
        let text: String = runs(&globals, &cells.concat())
            .iter()
            .map(|run| run.text.as_str())
            .collect();
        assert_eq!(text, "abcd | 1");
    }
}
