//! The words of the reader's language around the quotations.

use super::language::InterfaceLanguage;
use crate::document::ParagraphKind;
use crate::record::{Failure, Quotation, Record, Status};

/// The words in one language.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) language: InterfaceLanguage,
    pub(super) untitled: &'static str,
    pub(super) summary: &'static str,
    nothing_found: &'static str,
    nothing_quoted: &'static str,
    nothing_to_quote: &'static str,
    too_short: &'static str,
    pub(super) unsure: &'static str,
    pub(super) no_label: &'static str,
    pub(super) paragraphs: &'static str,
    pub(super) failed: &'static str,
    pub(super) incomplete: &'static str,
    kinds: [(ParagraphKind, &'static str); 4],
}

const VIETNAMESE: Terms = Terms {
    language: InterfaceLanguage::Vietnamese,
    untitled: "(không có tiêu đề)",
    summary: "Tóm tắt",
    nothing_found: "không tìm thấy",
    nothing_quoted: "có, nhưng không trích câu nào",
    nothing_to_quote: "không có câu văn nào để trích",
    too_short: "độ dài không đủ cho câu văn nào",
    unsure: "chưa chắc chắn",
    no_label: "không nhãn",
    paragraphs: "đoạn văn",
    failed: "không đọc được",
    incomplete: "đọc được một phần",
    kinds: [
        (ParagraphKind::Heading, "đề mục"),
        (ParagraphKind::ListItem, "mục liệt kê"),
        (ParagraphKind::Table, "bảng"),
        (ParagraphKind::Caption, "chú thích"),
    ],
};

const ENGLISH: Terms = Terms {
    language: InterfaceLanguage::English,
    untitled: "(untitled)",
    summary: "Summary",
    nothing_found: "nothing found",
    nothing_quoted: "found, but no sentence is quoted",
    nothing_to_quote: "no sentence to quote",
    too_short: "the length is too short for any sentence",
    unsure: "unsure",
    no_label: "no label",
    paragraphs: "paragraphs",
    failed: "not read",
    incomplete: "read in part",
    kinds: [
        (ParagraphKind::Heading, "heading"),
        (ParagraphKind::ListItem, "list item"),
        (ParagraphKind::Table, "table"),
        (ParagraphKind::Caption, "caption"),
    ],
};

/// Where the language is not known, as that of Vietnamese without diacritics, hardly any label is found that holds.
const UNKNOWN: Terms = Terms {
    nothing_found: "không tìm thấy; văn bản không dấu hoặc không rõ ngôn ngữ",
    ..VIETNAMESE
};

impl Terms {
    /// Vietnamese for Vietnamese documents and where the language is not known, else English.
    pub(super) fn of(record: &Record) -> Self {
        match record.language.as_deref() {
            Some("vi") => VIETNAMESE,
            Some(_) => ENGLISH,
            None => UNKNOWN,
        }
    }

    /// What the paragraph is, unless it is plain prose.
    pub(super) fn kind(&self, kind: ParagraphKind) -> Option<&'static str> {
        self.kinds
            .iter()
            .find(|(known, _)| *known == kind)
            .map(|(_, name)| *name)
    }

    /// Where a quotation stands, for example `đoạn 3, câu 2`.
    pub(super) fn place(&self, record: &Record, quotation: &Quotation) -> String {
        let paragraph = record.paragraphs.get(quotation.paragraph);
        let page = paragraph.and_then(|paragraph| paragraph.page);
        self.language
            .place(page, quotation.paragraph, quotation.sentence)
    }

    /// Where a quotation stands that is shown for a label, and whether the label of its paragraph is doubtful.
    pub(super) fn place_for_label(&self, record: &Record, quotation: &Quotation) -> String {
        let place = self.place(record, quotation);
        match record.paragraphs.get(quotation.paragraph) {
            Some(paragraph) if paragraph.abstained => format!("{place}, {}", self.unsure),
            _ => place,
        }
    }

    /// What stands in place of an empty summary. A number of sentences leaves room for any one of them; other lengths may not.
    pub(super) fn no_summary(&self, record: &Record) -> &'static str {
        let mut paragraphs = record.paragraphs.iter();
        let has_prose =
            paragraphs.any(|paragraph| paragraph.kind.is_prose() && !paragraph.furniture);
        if has_prose && !record.summary.budget.ends_with('s') {
            self.too_short
        } else {
            self.nothing_to_quote
        }
    }

    /// What stands in place of a label's quotations where there is none.
    pub(super) fn no_quotation(&self, record: &Record, label: &str) -> &'static str {
        let mut evidence = record.paragraphs.iter().flat_map(|it| &it.evidence);
        if evidence.any(|evidence| evidence.label == label) {
            self.nothing_quoted
        } else {
            self.nothing_found
        }
    }

    /// One line on what went wrong.
    pub(super) fn failure(&self, record: &Record, failure: &Failure) -> String {
        let what = match record.status {
            Status::PartialSuccess => self.incomplete,
            _ => self.failed,
        };
        format!("{what}: {} [{}]", failure.message, failure.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::ParagraphKind::Body;
    use crate::record::{Evidence, ModelIdentity, ParagraphRecord, Place, Source};

    #[test]
    fn what_was_found_is_never_said_not_to_be_there() {
        let place = Place {
            start_char: 0,
            end_char: 1,
            start_byte: 0,
            end_byte: 1,
        };
        let paragraph = ParagraphRecord {
            index: 0,
            kind: Body,
            furniture: false,
            place,
            page: None,
            labels: Vec::new(),
            abstained: false,
            evidence: vec![Evidence {
                label: "directive".to_owned(),
                sentence: 0,
            }],
            sentences: Vec::new(),
        };
        let failure = Failure::new("", "");
        let (source, model) = (Source::default(), ModelIdentity::default());
        let mut record = Record::failed("a".to_owned(), source, failure, model);
        record.paragraphs.push(paragraph);
        let terms = Terms::of(&record);
        let said = |label| terms.no_quotation(&record, label);
        assert_eq!(said("model"), UNKNOWN.nothing_found);
        assert_eq!(said("directive"), VIETNAMESE.nothing_quoted);
        record.language = Some("vi".to_owned());
        let terms = Terms::of(&record);
        let said = |label| terms.no_quotation(&record, label);
        assert_eq!(said("model"), VIETNAMESE.nothing_found);

        let quotation = Quotation {
            paragraph: 0,
            sentence: 0,
            place,
            text: "Đ".to_owned(),
            score: 0.9,
            labels: Vec::new(),
        };
        let said = |record: &Record| terms.place_for_label(record, &quotation);
        assert_eq!(said(&record), "đoạn 1, câu 1");
        record.paragraphs[0].abstained = true;
        assert_eq!(said(&record), "đoạn 1, câu 1, chưa chắc chắn");

        for (budget, reason) in [
            ("4s", VIETNAMESE.nothing_to_quote),
            ("1%", VIETNAMESE.too_short),
        ] {
            record.summary.budget = budget.to_owned();
            assert_eq!(Terms::of(&record).no_summary(&record), reason);
        }
        record.paragraphs[0].furniture = true;
        assert_eq!(
            Terms::of(&record).no_summary(&record),
            VIETNAMESE.nothing_to_quote
        );
    }
}
