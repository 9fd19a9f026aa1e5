//! Markdown, with everything from the document escaped.

use std::io::{self, Write};

use super::terms::Terms;
use super::text::View;
use super::{OPENING_CHARS, one_line};
use crate::record::{LabelScore, ParagraphRecord, Quotation, Record};

pub(super) fn write(record: &Record, view: View, output: &mut impl Write) -> io::Result<()> {
    let terms = &Terms::of(record);
    let title = record.title.as_deref().unwrap_or(terms.untitled);
    writeln!(output, "# {}\n", escape(title))?;
    let official = record.official.as_ref();
    if let Some(letter) = official.and_then(|official| terms.language.letter_line(official)) {
        writeln!(output, "{}\n", escape_line(&letter))?;
    }
    writeln!(
        output,
        "{} · {} {}",
        escape_line(&record.id),
        record.paragraphs.len(),
        terms.paragraphs
    )?;
    if let Some(failure) = &record.error {
        writeln!(output, "\n**{}**", escape(&terms.failure(record, failure)))?;
    }
    if record.paragraphs.is_empty() {
        return Ok(());
    }
    match view {
        View::Summary => write_summary(record, terms, output),
        View::Labels => write_labels(record, terms, output),
    }
}

fn write_summary(record: &Record, terms: &Terms, output: &mut impl Write) -> io::Result<()> {
    let headings = (terms.summary, terms.no_summary(record));
    let place = |quotation: &Quotation| terms.place(record, quotation);
    write_section(headings, &record.summary.sentences, place, output)?;
    for (label, quotations) in &record.by_label {
        let headings = (
            terms.language.label(label),
            terms.no_quotation(record, label),
        );
        let place = |quotation: &Quotation| terms.place_for_label(record, quotation);
        write_section(headings, quotations, place, output)?;
    }
    Ok(())
}

fn write_section(
    (heading, if_empty): (&str, &str),
    quotations: &[Quotation],
    place: impl Fn(&Quotation) -> String,
    output: &mut impl Write,
) -> io::Result<()> {
    writeln!(output, "\n## {}\n", escape(heading))?;
    if quotations.is_empty() {
        writeln!(output, "*{if_empty}*")?;
    }
    for quotation in quotations {
        let (text, place) = (escape(&quotation.text), place(quotation));
        writeln!(output, "- “{text}” *({place})*")?;
    }
    Ok(())
}

fn write_labels(record: &Record, terms: &Terms, output: &mut impl Write) -> io::Result<()> {
    writeln!(output)?;
    for paragraph in &record.paragraphs {
        let labels = label_list(paragraph, terms);
        let opening = escape(&record.opening(paragraph, OPENING_CHARS));
        writeln!(output, "{}. {labels} — {opening}", paragraph.index + 1)?;
    }
    Ok(())
}

fn label_list(paragraph: &ParagraphRecord, terms: &Terms) -> String {
    let listed = |labels: Vec<&LabelScore>, mark: &str| -> Vec<String> {
        let label = |found: &LabelScore| {
            let name = escape(terms.language.label(&found.label));
            format!("{mark}{name}{mark} {:.2}", found.score)
        };
        labels.into_iter().map(label).collect()
    };
    let [holding, others] = paragraph.holding_and_others();
    let mut parts = listed(holding, "**");
    if parts.is_empty() {
        parts.push(terms.no_label.to_owned());
    }
    if paragraph.abstained {
        parts.push(terms.unsure.to_owned());
    }
    let list = parts.join(", ");
    if others.is_empty() {
        return list;
    }
    format!("{list} ({})", listed(others, "").join(", "))
}

/// Escapes what Markdown or HTML would read as markup (CommonMark 0.31, section 2.4); nothing here is more than a line.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in one_line(text).chars() {
        if matches!(
            character,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&'
        ) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// Escapes what begins a line, where Markdown would read a list (sections 4.1 and 5.2).
fn escape_line(text: &str) -> String {
    let mut escaped = escape(text);
    let after_digits = escaped.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let at = escaped.len() - after_digits.len();
    let marks = if at == 0 { ['-', '+'] } else { ['.', ')'] };
    if after_digits.starts_with(marks) {
        escaped.insert(at, '\\');
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Failure, ModelIdentity, Official, Source};

    #[test]
    fn a_letter_tells_its_number_under_its_title() {
        let failure = Failure::new("empty_document", "nothing");
        let (source, model) = (Source::default(), ModelIdentity::default());
        let mut record = Record::failed("a.docx".to_owned(), source, failure, model);
        record.title = Some("Báo cáo".to_owned());
        record.official = Some(Official {
            number: Some("7/BC_UBND".to_owned()),
            ..Official::default()
        });
        let mut output = Vec::new();
        write(&record, View::Summary, &mut output).expect("in memory");
        let output = String::from_utf8(output).expect("UTF-8");
        assert!(output.starts_with("# Báo cáo\n\nSố 7/BC\\_UBND\n\na.docx · 0"));
    }

    #[test]
    fn no_name_of_a_document_begins_a_list() {
        for (name, expected) in [
            ("1. Báo cáo.txt", r"1\. Báo cáo.txt"),
            ("2024) bc.txt", r"2024\) bc.txt"),
            ("- bc.txt", r"\- bc.txt"),
            ("+ bc.txt", r"\+ bc.txt"),
            ("2024-bc.txt", "2024-bc.txt"),
            ("kho/1. bc.txt", "kho/1. bc.txt"),
            ("", ""),
        ] {
            assert_eq!(escape_line(name), expected);
        }
    }

    #[test]
    fn markup_of_a_document_is_shown_and_not_obeyed() {
        assert_eq!(escape("<b> *đậm* [x](y)"), r"\<b\> \*đậm\* \[x\](y)");
        assert_eq!(escape("a\n# b"), "a\u{fffd}\\# b");
    }
}
