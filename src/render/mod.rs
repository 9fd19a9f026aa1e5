//! How is a record shown? [`Record`] → bytes.
//!
//! One file a format; none of them decides anything about the content.

mod csv;
mod json;
mod language;
mod markdown;
mod parquet;
pub mod table;
mod terms;
mod text;
mod wrap;

use std::io::{self, Write};

use crate::record::Record;

pub use language::InterfaceLanguage;
pub use text::{TextOptions, View};

/// How much of a paragraph is shown beside its labels: enough to recognise it, on two lines.
const OPENING_CHARS: usize = 150;

/// A name or a text from outside on one line: nothing in it breaks the line or steers a terminal.
pub fn one_line(text: &str) -> String {
    text.replace('\t', " ")
        .replace(char::is_control, "\u{fffd}")
}

/// How records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For reading on a screen.
    Text(TextOptions),
    /// Markdown, for pasting into a document.
    Markdown(View),
    /// A JSON array, indented.
    Json,
    /// One JSON object a line.
    Jsonl,
}

/// Writes records one after another, and what has to stand around them. Fails where its output does.
#[derive(Debug)]
pub struct Renderer<W> {
    format: Format,
    output: W,
    written: usize,
}

impl<W: Write> Renderer<W> {
    /// Writes to `output` in `format`.
    pub fn new(format: Format, output: W) -> Self {
        Self {
            format,
            output,
            written: 0,
        }
    }

    /// Writes one record.
    pub fn write(&mut self, record: &Record) -> io::Result<()> {
        let is_first = self.written == 0;
        self.written += 1;
        match self.format {
            Format::Text(options) => {
                if !is_first {
                    writeln!(self.output)?;
                }
                text::write(record, options, &mut self.output)
            }
            Format::Markdown(view) => {
                if !is_first {
                    writeln!(self.output)?;
                }
                markdown::write(record, view, &mut self.output)
            }
            Format::Json => {
                self.output
                    .write_all(if is_first { b"[\n" } else { b",\n" })?;
                json::write_indented(record, &mut self.output)
            }
            Format::Jsonl => json::write_line(record, &mut self.output),
        }
    }

    /// Writes what closes the output.
    pub fn finish(mut self) -> io::Result<()> {
        if self.format == Format::Json {
            self.output
                .write_all(if self.written == 0 { b"[]\n" } else { b"\n]\n" })?;
        }
        self.output.flush()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::table::{Table, Value};
    use super::*;

    /// A report, of whose paragraphs the first has a label and both have the scores of all.
    fn with_all_scores() -> Record {
        let paragraph = |index: usize, scores: [f64; 2], evidence: &[&str]| {
            let [directive, model] = scores;
            let evidence: Vec<_> = evidence
                .iter()
                .map(|label| json!({"label": label, "sentence": 0}))
                .collect();
            json!({
                "index": index, "kind": "body", "furniture": false, "page": null, "abstained": false,
                "start_char": 0, "end_char": 0, "start_byte": 0, "end_byte": 0,
                "labels": [{"label": "directive", "score": directive}, {"label": "model", "score": model}],
                "evidence": evidence, "sentences": [],
            })
        };
        let record = json!({
            "schema_version": 1, "id": "a.txt", "status": "success", "error": null,
            "source": {"path": "a.txt", "format": "text", "encoding": "utf-8", "encoding_confidence": 1.0,
                "bytes": 0, "sha256": null},
            "title": null, "official": null, "language": "vi", "text_sha256": null,
            "paragraphs": [
                paragraph(0, [0.9, 0.2], &["directive"]),
                paragraph(1, [0.02, 0.01], &[]),
            ],
            "summary": {"budget": "4s", "sentences": []}, "by_label": {},
            "tokens": {"total": 0, "encoded": 0}, "model": {"name": "", "sha256": ""},
        });
        serde_json::from_value(record).expect("a record")
    }

    #[test]
    fn labels_that_only_have_a_score_are_told_from_those_that_hold() {
        let record = with_all_scores();
        let shown = |format: Format| {
            let mut output = Vec::new();
            let mut renderer = Renderer::new(format, &mut output);
            renderer.write(&record).expect("in memory");
            String::from_utf8(output).expect("UTF-8")
        };
        let options = TextOptions {
            view: View::Labels,
            color: false,
            width: None,
        };
        let text = shown(Format::Text(options));
        for line in [
            "đoạn 1: Chỉ đạo, nhiệm vụ 0.90 (Mô hình, cách làm hay 0.20)",
            "đoạn 2: không nhãn (Chỉ đạo, nhiệm vụ 0.02, Mô hình, cách làm hay 0.01)",
        ] {
            assert!(text.contains(line), "{text}");
        }
        let markdown = shown(Format::Markdown(View::Labels));
        for line in [
            "1. **Chỉ đạo, nhiệm vụ** 0.90 (Mô hình, cách làm hay 0.20) —",
            "2. không nhãn (Chỉ đạo, nhiệm vụ 0.02, Mô hình, cách làm hay 0.01) —",
        ] {
            assert!(markdown.contains(line), "{markdown}");
        }
    }

    #[test]
    fn tables_have_the_labels_that_hold() {
        let record = with_all_scores();
        let mut cells = Vec::new();
        let mut keep = |row: Vec<Value<'_>>| {
            let lists = row
                .into_iter()
                .filter(|it| matches!(it, Value::Texts(_) | Value::Reals(_)));
            cells.push(format!("{:?}", lists.collect::<Vec<_>>()));
            Ok(())
        };
        Table::Paragraphs
            .rows(&record, None, &mut keep)
            .expect("in memory");
        let expected = [
            "[Texts([\"directive\"]), Reals([0.9])]",
            "[Texts([]), Reals([])]",
        ];
        assert_eq!(cells, expected);
    }
}
