//! What do all sheets of a workbook share? Its first records → strings, fonts, formats, places.

use super::super::binary::{slice_at, u8_at, u16_at, u32_at};
use super::super::error::ReadError;
use super::super::script::Script;
use super::super::sheet::format::NumberFormats;
use super::super::sheet::number::Epoch;
use super::record::{self, Record, Records};
use super::strings::{StringReader, Text};

/// The generations of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// Excel 5 and 95.
    Biff5,
    /// Excel 97 to 2003.
    Biff8,
}

/// How text is drawn.
#[derive(Debug)]
pub(super) struct Font {
    pub(super) name: String,
    pub(super) script: Script,
}

/// What the sheets share.
#[derive(Debug)]
pub(super) struct Workbook {
    pub(super) version: Version,
    pub(super) strings: Vec<Text>,
    /// Where the visible sheets begin.
    pub(super) sheets: Vec<usize>,
    fonts: Vec<Font>,
    /// For each cell format, its font and its number format.
    formats: Vec<(u16, u16)>,
    number_formats: NumberFormats,
    epoch: Epoch,
}

impl Workbook {
    /// Reads the records before those of the sheets.
    ///
    /// # Errors
    ///
    /// [`ReadError::Corrupt`] where the stream does not begin as one.
    pub(super) fn read(stream: &[u8]) -> Result<Self, ReadError> {
        const BIFF8: u16 = 0x0600;
        let broken = || ReadError::Corrupt("Excel workbook without its first record".to_owned());
        let mut records = Records::at(stream, 0);
        let first = records
            .next()
            .filter(|first| first.kind == record::BEGIN)
            .ok_or_else(broken)?;
        let version = u16_at(first.data(), 0).ok_or_else(broken)?;
        let version = if version >= BIFF8 {
            Version::Biff8
        } else {
            Version::Biff5
        };
        let mut workbook = Self {
            version,
            strings: Vec::new(),
            sheets: Vec::new(),
            fonts: Vec::new(),
            formats: Vec::new(),
            number_formats: NumberFormats::default(),
            epoch: Epoch::Year1900,
        };
        for record in records {
            if record.kind == record::END {
                break;
            }
            // A record that is cut off costs what it says.
            let _ = workbook.take(&record);
        }
        Ok(workbook)
    }

    fn take(&mut self, record: &Record<'_>) -> Option<()> {
        // [MS-XLS] 2.4.122.
        const SCRIPT_OF_FONT: usize = 8;
        const NAME_OF_FONT: usize = 14;
        let data = record.data();
        match record.kind {
            record::FONT => {
                let name = slice_at(data, NAME_OF_FONT, data.len().checked_sub(NAME_OF_FONT)?)?;
                self.fonts.push(Font {
                    name: Text::read_short(name, self.version).unwrap_or_default(),
                    script: match u16_at(data, SCRIPT_OF_FONT)? {
                        1 => Script::Super,
                        2 => Script::Sub,
                        _ => Script::Line,
                    },
                });
            }
            record::CELL_FORMAT => self.formats.push((u16_at(data, 0)?, u16_at(data, 2)?)),
            record::NUMBER_FORMAT => self.take_number_format(data)?,
            record::SHEET => {
                let is_visible = u8_at(data, 4)? % 4 == 0;
                let is_worksheet = u8_at(data, 5)? == 0;
                let offset = u32_at(data, 0)? as usize;
                self.sheets
                    .extend((is_visible && is_worksheet).then_some(offset));
            }
            record::SHARED_STRINGS => {
                let mut reader = StringReader::new(&record.pieces);
                let _ = (reader.long()?, reader.long()?);
                self.strings.extend(std::iter::from_fn(|| reader.string()));
            }
            record::DATE_MODE if u16_at(data, 0)? == 1 => self.epoch = Epoch::Year1904,
            _ => {}
        }
        Some(())
    }

    fn take_number_format(&mut self, data: &[u8]) -> Option<()> {
        let text = slice_at(data, 2, data.len().checked_sub(2)?)?;
        let format = match self.version {
            Version::Biff5 => Text::read_short(text, self.version)?,
            Version::Biff8 => Text::read(text, self.version)?.into_string(),
        };
        self.number_formats.add(u16_at(data, 0)?.into(), &format);
        Some(())
    }

    /// A font by its number, of which the fourth was never given.
    pub(super) fn font(&self, number: u16) -> Option<&Font> {
        let index = usize::from(number) - usize::from(number > 4);
        self.fonts.get(index)
    }

    /// The font of the cells in a format.
    pub(super) fn font_of_format(&self, format: u16) -> Option<&Font> {
        self.formats
            .get(usize::from(format))
            .and_then(|(font, _)| self.font(*font))
    }

    /// A number as the cells in a format show it.
    pub(super) fn show(&self, value: f64, format: u16) -> String {
        let number_format = self
            .formats
            .get(usize::from(format))
            .map_or(0, |(_, number)| *number);
        let format = self.number_formats.get(number_format.into());
        format.show(value, self.epoch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fonts_tell_their_name_and_whether_they_raise() {
        let record = |kind: u16, data: &[u8]| {
            let length = u16::try_from(data.len()).unwrap();
            [&kind.to_le_bytes(), &length.to_le_bytes(), data].concat()
        };
        let font = |script: u8| {
            let mut data = [0; 14];
            data[8] = script;
            record(record::FONT, &[&data[..], b"\x05\0Arial"].concat())
        };
        let begin = record(record::BEGIN, &[0, 6, 5, 0]);
        let stream = [begin, font(0), font(1), font(2)].concat();
        let workbook = Workbook::read(&stream).unwrap();
        let fonts: Vec<_> = workbook
            .fonts
            .iter()
            .map(|font| (font.name.as_str(), font.script))
            .collect();
        let scripts = [Script::Line, Script::Super, Script::Sub];
        assert_eq!(fonts, scripts.map(|script| ("Arial", script)));
    }
}
