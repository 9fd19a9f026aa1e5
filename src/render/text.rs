//! Plain text for a reader: title, summary, each label with its quotations and where they stand.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::terms::Terms;
use super::wrap::wrap;
use super::{OPENING_CHARS, one_line};
use crate::record::{LabelScore, ParagraphRecord, Quotation, Record};

/// What of a record is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The summary and each label's quotations.
    Summary,
    /// Every paragraph with its labels.
    Labels,
}

/// How text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextOptions {
    /// What is shown.
    pub view: View,
    /// Whether to mark headings and places with terminal colours.
    pub color: bool,
    /// Lines are broken at this many columns, if at all.
    pub width: Option<usize>,
}

pub(super) fn write(
    record: &Record,
    options: TextOptions,
    output: &mut impl Write,
) -> io::Result<()> {
    let terms = Terms::of(record);
    let mut page = Page {
        options,
        terms,
        output,
    };
    page.heading(record)?;
    match options.view {
        View::Summary => page.summary(record),
        View::Labels => page.labels(record),
    }
}

const TITLE: Style = Style::new().bold();
const HEADING: Style = AnsiColor::Cyan.on_default().bold();
const FAINT: Style = Style::new().dimmed();
const NO_BREAK: &str = "\u{a0}";
const FAILURE: Style = AnsiColor::Red.on_default();

struct Page<'a, W> {
    options: TextOptions,
    terms: Terms,
    output: &'a mut W,
}

impl<W: Write> Page<'_, W> {
    fn heading(&mut self, record: &Record) -> io::Result<()> {
        let title = record.title.as_deref().unwrap_or(self.terms.untitled);
        writeln!(self.output, "{}", self.styled(TITLE, title))?;
        let official = record.official.as_ref();
        if let Some(letter) =
            official.and_then(|official| self.terms.language.letter_line(official))
        {
            writeln!(self.output, "{}", self.styled(FAINT, &letter))?;
        }
        let count = record.paragraphs.len();
        let origin = format!("{} · {count} {}", record.id, self.terms.paragraphs);
        writeln!(self.output, "{}", self.styled(FAINT, &origin))?;
        let Some(failure) = &record.error else {
            return Ok(());
        };
        let line = self.terms.failure(record, failure);
        writeln!(self.output, "{}", self.styled(FAILURE, &line))
    }

    fn summary(&mut self, record: &Record) -> io::Result<()> {
        if record.paragraphs.is_empty() {
            return Ok(());
        }
        let (heading, empty) = (self.terms.summary, self.terms.no_summary(record));
        let terms = self.terms;
        self.section(heading, empty, &record.summary.sentences, |quotation| {
            terms.place(record, quotation)
        })?;
        for (label, quotations) in &record.by_label {
            let empty = terms.no_quotation(record, label);
            let heading = terms.language.label(label);
            self.section(heading, empty, quotations, |quotation| {
                terms.place_for_label(record, quotation)
            })?;
        }
        Ok(())
    }

    fn section(
        &mut self,
        heading: &str,
        if_empty: &str,
        quotations: &[Quotation],
        place: impl Fn(&Quotation) -> String,
    ) -> io::Result<()> {
        writeln!(self.output, "\n{}", self.styled(HEADING, heading))?;
        if quotations.is_empty() {
            return writeln!(self.output, "  ({if_empty})");
        }
        for quotation in quotations {
            self.quotation(&quotation.text, &place(quotation))?;
        }
        Ok(())
    }

    fn quotation(&mut self, text: &str, place: &str) -> io::Result<()> {
        // The place is never broken: its spaces come back once the lines are.
        let unbroken = format!("[{place}]").replace(' ', NO_BREAK);
        let lines = wrap(
            &format!("“{}” {unbroken}", one_line(text)),
            self.options.width,
            4,
        );
        let shown = self.styled(FAINT, &format!("[{place}]"));
        for (number, line) in lines.iter().enumerate() {
            let margin = if number == 0 { "  • " } else { "    " };
            writeln!(self.output, "{margin}{}", line.replace(&unbroken, &shown))?;
        }
        Ok(())
    }

    fn labels(&mut self, record: &Record) -> io::Result<()> {
        for paragraph in &record.paragraphs {
            let place = self.terms.language.paragraph(paragraph.index);
            let labels = self.label_list(paragraph);
            let kind = self.terms.kind(paragraph.kind);
            let kind = kind.map(|kind| format!(" ({kind})")).unwrap_or_default();
            writeln!(self.output, "\n{place}{kind}: {labels}")?;
            for line in wrap(
                &record.opening(paragraph, OPENING_CHARS),
                self.options.width,
                4,
            ) {
                writeln!(self.output, "    {}", self.styled(FAINT, &line))?;
            }
        }
        Ok(())
    }

    fn label_list(&self, paragraph: &ParagraphRecord) -> String {
        let listed = |labels: Vec<&LabelScore>, style: Style| -> Vec<String> {
            let label = |found: &LabelScore| {
                let name = self.styled(style, self.terms.language.label(&found.label));
                format!("{name} {:.2}", found.score)
            };
            labels.into_iter().map(label).collect()
        };
        let [holding, others] = paragraph.holding_and_others();
        let mut parts = listed(holding, HEADING);
        if parts.is_empty() {
            parts.push(self.styled(FAINT, self.terms.no_label));
        }
        if paragraph.abstained {
            parts.push(self.styled(FAINT, self.terms.unsure));
        }
        let list = parts.join(", ");
        if others.is_empty() {
            return list;
        }
        format!("{list} ({})", listed(others, FAINT).join(", "))
    }

    fn styled(&self, style: Style, text: &str) -> String {
        let text = one_line(text);
        if self.options.color {
            format!("{style}{text}{style:#}")
        } else {
            text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Failure, ModelIdentity, Official, Source};

    #[test]
    fn what_comes_from_outside_keeps_to_its_line_and_steers_no_terminal() {
        let failure = Failure::new("corrupt", "no\x1b[2Jthing\nis left");
        let id = "a\x1b]0;x\x07\nb".to_owned();
        let mut record = Record::failed(id, Source::default(), failure, ModelIdentity::default());
        record.title = Some("Báo\r\ncáo".to_owned());
        record.official = Some(Official {
            number: Some("7/BC\x1b[31m-UBND\n".to_owned()),
            ..Official::default()
        });
        let options = TextOptions {
            view: View::Summary,
            color: false,
            width: None,
        };
        let mut output = Vec::new();
        write(&record, options, &mut output).expect("in memory");
        let output = String::from_utf8(output).expect("UTF-8");
        assert_eq!(output.lines().count(), 4, "{output:?}");
        assert!(output.lines().nth(1).unwrap().starts_with("Số 7/BC"));
        let is_control = |letter: char| letter != '\n' && letter.is_control();
        assert!(!output.contains(is_control), "{output:?}");
    }
}
