//! What does a workbook in Excel's XML of 2003 say? One XML file → rows of cells with fonts.
//!
//! Programs of offices write it under the name of an `.xls`. Its elements: Microsoft, *XML Spreadsheet Reference* (2003).

use std::collections::HashMap;

use super::blocks::{Block, MAX_FONT_BYTES, StyledRun};
use super::error::ReadError;
use super::script::Script;
use super::sheet::Sheets;
use super::sheet::format::{DateParts, NumberFormat};
use super::sheet::number::{self, Epoch};
use super::xml::{Element, Node, XmlReader, decode};

/// The rows of all visible sheets, in the order of their tabs. Comments of cells are left out.
///
/// # Errors
///
/// As [`decode`], [`XmlReader::next`] and [`Sheets::add`].
pub(crate) fn read(bytes: &[u8]) -> Result<(Vec<Block>, Option<Block>), ReadError> {
    let text = decode(bytes)?;
    let mut reader = XmlReader::new(&text);
    let mut workbook = Workbook::default();
    while let Some(node) = reader.next()? {
        match node {
            Node::Start(element) => workbook.start(&element, &mut reader)?,
            Node::End(name) => workbook.end(&name)?,
            Node::Text(text) => workbook.push(&text),
        }
    }
    Ok((workbook.sheets.finish(), None))
}

/// A workbook, as far as it has been read.
#[derive(Debug, Default)]
struct Workbook {
    sheets: Sheets,
    is_hidden: bool,
    styles: HashMap<String, Style>,
    /// The name of the style that is being read.
    style: String,
    /// Where the next row and the next cell are to stand, from 1.
    row: u32,
    next_row: u32,
    next_column: u32,
    cell: Option<Cell>,
}

/// How cells look.
#[derive(Clone, Debug, Default)]
struct Style {
    font: Option<String>,
    format: NumberFormat,
}

/// The style of all cells that name none, whose look those without a parent begin with.
const DEFAULT_STYLE: &str = "Default";

/// A cell, as far as it has been read.
#[derive(Debug, Default)]
struct Cell {
    column: u32,
    style: String,
    /// What its value is, where we are in it: `String`, `Number`, `DateTime`, `Boolean` or `Error`.
    kind: Option<String>,
    /// The fonts and the places of the pieces that we are in.
    fonts: Vec<Option<String>>,
    scripts: Vec<Script>,
    runs: Vec<StyledRun>,
}

impl Workbook {
    fn start(
        &mut self,
        element: &Element<'_>,
        reader: &mut XmlReader<'_>,
    ) -> Result<(), ReadError> {
        match element.name() {
            "Style" => self.begin_style(element),
            "NumberFormat" => {
                let code = element.attribute("Format").unwrap_or_default();
                self.style().format = NumberFormat::read(&code);
            }
            "Worksheet" => (self.is_hidden, self.next_row) = (false, 1),
            "Visible" => self.is_hidden = reader.text_of_element()?.trim() != "SheetVisible",
            "Row" => self.begin_row(element),
            "Cell" => self.begin_cell(element),
            "Comment" | "PhoneticText" => reader.skip_element()?,
            "Data" => {
                if let Some(cell) = &mut self.cell {
                    cell.kind = element.attribute("Type");
                }
            }
            "Font" => self.begin_font(element),
            "Sup" => self.begin_script(Script::Super),
            "Sub" => self.begin_script(Script::Sub),
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), ReadError> {
        match (name, &mut self.cell) {
            ("Worksheet", _) if self.is_hidden => self.sheets.drop_sheet(),
            ("Worksheet", _) => self.sheets.end_sheet(),
            ("Cell", _) => return self.end_cell(),
            ("Data", Some(cell)) => cell.kind = None,
            ("Font", Some(cell)) => drop(cell.fonts.pop()),
            ("Sup" | "Sub", Some(cell)) => drop(cell.scripts.pop()),
            _ => {}
        }
        Ok(())
    }

    fn begin_style(&mut self, element: &Element<'_>) {
        self.style = element.attribute("ID").unwrap_or_default();
        let parent = element.attribute("Parent");
        let parent = self.styles.get(parent.as_deref().unwrap_or(DEFAULT_STYLE));
        let inherited = parent.cloned().unwrap_or_default();
        self.styles.insert(self.style.clone(), inherited);
    }

    /// The style that is being read.
    fn style(&mut self) -> &mut Style {
        self.styles.entry(self.style.clone()).or_default()
    }

    fn begin_row(&mut self, element: &Element<'_>) {
        self.row = number_of(element, "Index").unwrap_or(self.next_row.max(1));
        // Rows that look alike and are empty may be told as one.
        let span = number_of(element, "Span").unwrap_or(0);
        self.next_row = self.row.saturating_add(1).saturating_add(span);
        self.next_column = 1;
    }

    fn begin_cell(&mut self, element: &Element<'_>) {
        let column = number_of(element, "Index").unwrap_or(self.next_column.max(1));
        let merged = number_of(element, "MergeAcross").unwrap_or(0);
        self.next_column = column.saturating_add(1).saturating_add(merged);
        self.cell = Some(Cell {
            column,
            style: element
                .attribute("StyleID")
                .unwrap_or_else(|| DEFAULT_STYLE.to_owned()),
            ..Cell::default()
        });
    }

    /// Takes the font of a style, or of a piece of a cell.
    fn begin_font(&mut self, element: &Element<'_>) {
        if let Some(cell) = &mut self.cell {
            cell.fonts
                .push(element.attribute("Face").filter(|name| is_name(name)));
        } else if let Some(font) = element.attribute("FontName").filter(|name| is_name(name)) {
            self.style().font = Some(font);
        }
    }

    fn begin_script(&mut self, script: Script) {
        if let Some(cell) = &mut self.cell {
            cell.scripts.push(script);
        }
    }

    fn push(&mut self, text: &str) {
        let Some(cell) = &mut self.cell else { return };
        let style = self.styles.get(&cell.style);
        let format = style.map(|style| style.format).unwrap_or_default();
        let text = match cell.kind.as_deref() {
            None | Some("Error") => return,
            Some("Number") => text.trim().parse().map_or_else(
                |_| text.to_owned(),
                |value| format.show(value, Epoch::Year1900),
            ),
            Some("DateTime") => date_time(text.trim(), format),
            Some(_) => text.to_owned(),
        };
        let own = cell.fonts.iter().rev().find_map(Option::as_ref);
        let font = own.or_else(|| style?.font.as_ref());
        let script = cell.scripts.last().copied().unwrap_or_default();
        match cell.runs.last_mut() {
            // Every reference to a character is a piece of its own.
            Some(last) if last.font.as_ref() == font && last.script == script => {
                last.text.push_str(&text);
            }
            _ => {
                let font = font.cloned();
                cell.runs.push(StyledRun { text, font, script });
            }
        }
    }

    fn end_cell(&mut self) -> Result<(), ReadError> {
        match self.cell.take() {
            Some(cell) if !cell.runs.is_empty() => {
                self.sheets.add(self.row, cell.column, cell.runs)
            }
            _ => Ok(()),
        }
    }
}

/// Whether a font is called so; what is longer would be copied for every piece.
fn is_name(font: &str) -> bool {
    font.len() <= MAX_FONT_BYTES
}

fn number_of(element: &Element<'_>, attribute: &str) -> Option<u32> {
    element.attribute(attribute)?.parse().ok()
}

/// `2024-06-14T07:30:00.000` as cells show it; as it is where it is no date.
fn date_time(value: &str, format: NumberFormat) -> String {
    let format = match format {
        NumberFormat::Date(_) => format,
        _ => NumberFormat::Date(DateParts::ALL),
    };
    shown_date(value, format).unwrap_or_else(|| value.to_owned())
}

fn shown_date(value: &str, format: NumberFormat) -> Option<String> {
    let (date, time) = value.split_once('T')?;
    let whole = |part: &str| part.parse::<i64>().ok();
    let date: Vec<i64> = date.split('-').map_while(whole).collect();
    let [year, month, day] = date[..] else {
        return None;
    };
    let mut times = time.split(':').map_while(|part| part.parse::<f64>().ok());
    let mut next = || times.next().unwrap_or(0.0);
    let days = (next() * 3600.0 + next() * 60.0 + next()) / 86_400.0;
    let date = number::serial(year, month, day)?;
    if date >= 0.0 {
        return Some(format.show(date + days, Epoch::Year1900));
    }
    // Dates before the first of an epoch have no number. Other programs write the day before it for a time alone.
    let clock = time.get(..5).filter(|clock| *clock != "00:00");
    Some(match clock {
        Some(clock) if year == 1899 => clock.to_owned(),
        Some(clock) => format!("{day:02}/{month:02}/{year} {clock}"),
        None => format!("{day:02}/{month:02}/{year}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::encoding::normalize::normalize;

    /// The rows of a workbook with these sheets.
    fn rows(sheets: &str) -> Vec<Block> {
        let styles = "<Styles><Style ss:ID='a'><Font ss:FontName='.VnTime' ss:Size='12'/></Style>\
                      <Style ss:ID='b'><NumberFormat ss:Format='Short Date'/></Style>\
                      <Style ss:ID='c'><NumberFormat ss:Format='0.0%'/></Style><Style ss:ID='d' ss:Parent='c'/>\
                      <Style ss:ID='e'><NumberFormat ss:Format='mm/yyyy'/></Style>\
                      <Style ss:ID='f'><NumberFormat ss:Format='[h]:mm'/></Style></Styles>";
        let xml = format!(
            "<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?>\
             <Workbook xmlns:ss='urn:schemas-microsoft-com:office:spreadsheet'>{styles}{sheets}</Workbook>"
        );
        read(xml.as_bytes()).unwrap().0
    }

    fn texts(sheets: &str) -> Vec<String> {
        let shown = |block: &Block| normalize(&block.text()).into_owned();
        rows(sheets).iter().map(shown).collect()
    }

    #[test]
    fn values_read_as_cells_show_them() {
        let sheet = "<Worksheet ss:Name='Tháng 6'><Table><Row>\
            <Cell><Data ss:Type='String'>Thôn Đông</Data><Comment><Data>ghi chú</Data></Comment></Cell>\
            <Cell><Data ss:Type='Number'>12.50</Data></Cell>\
            <Cell ss:StyleID='b'><Data ss:Type='DateTime'>2024-06-14T00:00:00.000</Data></Cell>\
            <Cell><Data ss:Type='DateTime'>2024-06-14T07:30:00.000</Data></Cell>\
            <Cell><Data ss:Type='DateTime'>1899-12-31T07:30:00.000</Data></Cell>\
            <Cell><Data ss:Type='Error'>#REF!</Data></Cell></Row></Table></Worksheet>";
        assert_eq!(
            texts(sheet),
            ["Thôn Đông | 12.5 | 14/06/2024 | 14/06/2024 07:30 | 07:30"]
        );
    }

    #[test]
    fn rows_and_cells_stand_where_they_say() {
        let cell = |text: &str| format!("<Cell><Data ss:Type='String'>{text}</Data></Cell>");
        let sheet = format!(
            "<Worksheet><Table><Row ss:Index='3'>{}</Row><Row ss:Index='2'>\
             <Cell ss:Index='4'><Data ss:Type='String'>sau</Data></Cell>\
             <Cell ss:Index='1' ss:MergeAcross='1'><Data ss:Type='String'>trước</Data></Cell>{}</Row></Table></Worksheet>",
            cell("cuối"),
            cell("giữa"),
        );
        assert_eq!(texts(&sheet), ["trước | giữa | sau", "cuối"]);
    }

    #[test]
    fn hidden_sheets_are_left_out() {
        let sheet = |text: &str, visible: &str| {
            format!(
                "<Worksheet><Table><Row><Cell><Data ss:Type='String'>{text}</Data></Cell></Row></Table>\
                 <x:WorksheetOptions>{visible}</x:WorksheetOptions></Worksheet>"
            )
        };
        let sheets = [
            sheet("nháp", "<x:Visible>SheetHidden</x:Visible>"),
            sheet("chính thức", ""),
        ];
        assert_eq!(texts(&sheets.concat()), ["chính thức"]);
    }

    #[test]
    fn pieces_have_their_fonts_and_places() {
        let sheet = "<Worksheet><Table><Row><Cell ss:StyleID='a'><Data ss:Type='String'>DiÖn tÝch \
            <html:Font html:Face='Arial'>(m<html:Sup>2</html:Sup>)</html:Font></Data></Cell></Row></Table></Worksheet>";
        let rows = rows(sheet);
        let fonts: Vec<_> = rows[0].runs.iter().map(|run| run.font.as_deref()).collect();
        assert_eq!(fonts.first(), Some(&Some(".VnTime")));
        assert_eq!(fonts.last(), Some(&Some("Arial")));
        assert!(normalize(&rows[0].text()).ends_with("(m²)"));
    }

    #[test]
    fn numbers_and_dates_have_the_format_of_their_style() {
        let cell = |style: &str, kind: &str, value: &str| {
            format!("<Cell ss:StyleID='{style}'><Data ss:Type='{kind}'>{value}</Data></Cell>")
        };
        let row = [
            cell("c", "Number", "0.90625"),
            cell("d", "Number", "0.5"),
            cell("e", "DateTime", "2024-06-01T00:00:00.000"),
            cell("f", "DateTime", "1900-01-01T02:30:00.000"),
        ];
        let sheet = format!(
            "<Worksheet><Table><Row>{}</Row></Table></Worksheet>",
            row.concat()
        );
        assert_eq!(texts(&sheet), ["90,6% | 50,0% | 06/2024 | 26:30"]);
    }

    #[test]
    fn cells_inherit_from_their_style_and_from_the_default() {
        let styles = "<Styles><Style ss:ID='Default'><Font ss:FontName='.VnTime'/></Style>\
            <Style ss:ID='g'><Font ss:FontName='.VnTimeH'/></Style><Style ss:ID='h' ss:Parent='g'/>\
            <Style ss:ID='i'><Font ss:Bold='1'/></Style></Styles>";
        let cell = "<Data ss:Type='String'>Xãm</Data></Cell>";
        let cells = format!("<Cell>{cell}<Cell ss:StyleID='h'>{cell}<Cell ss:StyleID='i'>{cell}");
        let sheet = format!("{styles}<Worksheet><Table><Row>{cells}</Row></Table></Worksheet>");
        let rows = rows(&sheet);
        let runs = rows[0].runs.iter().filter(|run| run.text.contains("Xãm"));
        let fonts: Vec<_> = runs.filter_map(|run| run.font.as_deref()).collect();
        assert_eq!(fonts, [".VnTime", ".VnTimeH", ".VnTime"]);
    }

    #[test]
    fn dates_before_the_first_epoch_read_as_dates() {
        let cases = [
            ("1890-05-12T00:00:00.000", "12/05/1890"),
            ("1890-05-12T14:00:00.000", "12/05/1890 14:00"),
            ("1899-12-30T07:30:00.000", "07:30"),
        ];
        for (value, expected) in cases {
            let date = NumberFormat::read("Short Date");
            assert_eq!(date_time(value, date), expected, "{value}");
        }
    }

    #[test]
    fn what_is_no_date_stays_as_it_is() {
        assert_eq!(date_time("14 tháng 6", NumberFormat::General), "14 tháng 6");
        assert_eq!(date_time("2024-06T", NumberFormat::General), "2024-06T");
    }
}
