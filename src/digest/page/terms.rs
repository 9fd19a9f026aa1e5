//! The words of the page around the quotations, in Vietnamese and English.

use crate::render::InterfaceLanguage;

/// The words; in those with a `{}`, it stands for a number.
#[derive(Debug)]
pub(super) struct Terms {
    pub(super) code: &'static str,
    pub(super) language: InterfaceLanguage,
    thousands: char,
    pub(super) title: &'static str,
    pub(super) lead: &'static str,
    pub(super) hint: &'static str,
    pub(super) colophon: &'static str,
    pub(super) keys: &'static str,
    pub(super) documents: [&'static str; 2],
    pub(super) copies: [&'static str; 2],
    pub(super) unread: [&'static str; 2],
    pub(super) paragraphs: [&'static str; 2],
    pub(super) in_documents: [&'static str; 2],
    pub(super) also: [&'static str; 2],
    pub(super) and_others: [&'static str; 2],
    quotations: [&'static str; 2],
    shown_for: &'static str,
    pub(super) find: &'static str,
    pub(super) label: &'static str,
    pub(super) folder: &'static str,
    pub(super) year: &'static str,
    pub(super) change: &'static str,
    pub(super) order: &'static str,
    pub(super) all: &'static str,
    pub(super) root: &'static str,
    pub(super) other_folders: &'static str,
    pub(super) no_year: &'static str,
    pub(super) orders: [(&'static str, &'static str); 4],
    pub(super) clear: &'static str,
    pub(super) print: &'static str,
    pub(super) shown: &'static str,
    pub(super) more: &'static str,
    pub(super) nothing_matches: &'static str,
    pub(super) compared: &'static str,
    pub(super) new: &'static str,
    pub(super) repeated: &'static str,
    pub(super) gone: &'static str,
    pub(super) gone_heading: &'static str,
    pub(super) before: &'static str,
    pub(super) other_reports: &'static str,
    pub(super) source: &'static str,
    pub(super) no_context: &'static str,
    pub(super) by_year: &'static str,
    pub(super) by_month: &'static str,
    pub(super) undated: [&'static str; 2],
}

static VIETNAMESE: Terms = Terms {
    code: "vi",
    language: InterfaceLanguage::Vietnamese,
    thousands: '.',
    title: "Tổng hợp trích dẫn từ báo cáo",
    lead: "Mỗi câu dưới đây được trích nguyên văn từ báo cáo, kèm vị trí trong văn bản gốc.",
    hint: "Bấm vào câu để xem cả đoạn.",
    colophon: "Trích nguyên văn; các câu gần trùng nhau được gộp làm một",
    keys: "Phím tắt: / tìm kiếm · j, k câu sau, câu trước · Enter mở đoạn văn · Esc xóa từ tìm",
    documents: ["{} văn bản", "{} văn bản"],
    copies: ["{} bản sao", "{} bản sao"],
    unread: ["{} văn bản không đọc được", "{} văn bản không đọc được"],
    paragraphs: ["{} đoạn văn", "{} đoạn văn"],
    in_documents: ["trong {} báo cáo", "trong {} báo cáo"],
    also: [
        "cũng có trong {} báo cáo khác",
        "cũng có trong {} báo cáo khác",
    ],
    and_others: ["và {} báo cáo khác", "và {} báo cáo khác"],
    quotations: ["{} trích dẫn", "{} trích dẫn"],
    shown_for: "hiện {} câu, đại diện cho {} trong số {} trích dẫn",
    find: "Tìm trong trích dẫn",
    label: "Nhãn",
    folder: "Thư mục",
    year: "Năm",
    change: "So với kỳ trước",
    order: "Sắp xếp",
    all: "Tất cả",
    root: "(thư mục gốc)",
    other_folders: "(thư mục khác)",
    no_year: "(không rõ năm)",
    orders: [
        ("best", "Tiêu biểu"),
        ("repeated", "Nhiều báo cáo nhất"),
        ("newest", "Mới nhất"),
        ("oldest", "Cũ nhất"),
    ],
    clear: "Bỏ lọc",
    print: "In",
    shown: "{} / {} trích dẫn",
    more: "Xem thêm",
    nothing_matches: "Không có trích dẫn nào phù hợp.",
    compared: "So với kỳ trước, trong số các trích dẫn được giữ lại",
    new: "Mới",
    repeated: "Lặp lại",
    gone: "Không còn",
    gone_heading: "Kỳ trước có, kỳ này không còn",
    before: "Kỳ trước",
    other_reports: "Cũng có trong",
    source: "Nguồn",
    no_context: "Không mở lại được văn bản gốc để xem cả đoạn.",
    by_year: "Số đoạn văn theo năm",
    by_month: "Số đoạn văn theo tháng",
    undated: ["{} đoạn không rõ thời gian", "{} đoạn không rõ thời gian"],
};

static ENGLISH: Terms = Terms {
    code: "en",
    language: InterfaceLanguage::English,
    thousands: ',',
    title: "Quotations from reports",
    lead: "Every sentence below is quoted word for word from a report, with its place in the document.",
    hint: "Open one to see its paragraph.",
    colophon: "Quoted word for word; quotations that say nearly the same are shown as one",
    keys: "Keys: / search · j, k next, previous · Enter opens the paragraph · Esc clears the search",
    documents: ["{} document", "{} documents"],
    copies: ["{} copy", "{} copies"],
    unread: [
        "{} document could not be read",
        "{} documents could not be read",
    ],
    paragraphs: ["{} paragraph", "{} paragraphs"],
    in_documents: ["in {} report", "in {} reports"],
    also: ["also in {} other report", "also in {} other reports"],
    and_others: ["and {} other report", "and {} other reports"],
    quotations: ["{} quotation", "{} quotations"],
    shown_for: "{} shown, standing for {} of {} quotations",
    find: "Search quotations",
    label: "Label",
    folder: "Folder",
    year: "Year",
    change: "Since the earlier run",
    order: "Order",
    all: "All",
    root: "(top folder)",
    other_folders: "(other folders)",
    no_year: "(year unknown)",
    orders: [
        ("best", "Best first"),
        ("repeated", "Most reports first"),
        ("newest", "Newest first"),
        ("oldest", "Oldest first"),
    ],
    clear: "Clear",
    print: "Print",
    shown: "{} of {} quotations",
    more: "Show more",
    nothing_matches: "No quotation matches.",
    compared: "Since the earlier run, among the quotations kept",
    new: "New",
    repeated: "Repeated",
    gone: "Gone",
    gone_heading: "In the earlier run, and not found again",
    before: "Earlier run",
    other_reports: "Also in",
    source: "Source",
    no_context: "The document could not be opened again to show the paragraph.",
    by_year: "Paragraphs by year",
    by_month: "Paragraphs by month",
    undated: ["{} paragraph undated", "{} paragraphs undated"],
};

impl Terms {
    pub(super) fn of(language: InterfaceLanguage) -> &'static Self {
        match language {
            InterfaceLanguage::Vietnamese => &VIETNAMESE,
            InterfaceLanguage::English => &ENGLISH,
        }
    }

    /// A number with its thousands apart.
    pub(super) fn number(&self, number: usize) -> String {
        let digits = number.to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(self.thousands);
            }
            grouped.push(digit);
        }
        grouped
    }

    /// A phrase about a number: the first form for one, else the second.
    pub(super) fn count(&self, forms: [&str; 2], number: usize) -> String {
        forms[usize::from(number != 1)].replace("{}", &self.number(number))
    }

    /// How many quotations are shown, how many they stand for, and how many there are, as far as that is not the same.
    pub(super) fn shown_for(&self, numbers: [usize; 3]) -> String {
        let [shown, _, all] = numbers;
        if shown == all {
            return self.count(self.quotations, all);
        }
        let text = self.shown_for.to_owned();
        let fill = |text: String, number| text.replacen("{}", &self.number(number), 1);
        numbers.into_iter().fold(text, fill)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_readers_do() {
        assert_eq!(VIETNAMESE.number(1_234_567), "1.234.567");
        assert_eq!(
            ENGLISH.shown_for([17, 28, 1300]),
            "17 shown, standing for 28 of 1,300 quotations"
        );
        assert_eq!(ENGLISH.shown_for([1; 3]), "1 quotation");
        assert_eq!(ENGLISH.count(ENGLISH.documents, 1), "1 document");
        assert_eq!(ENGLISH.count(ENGLISH.documents, 1200), "1,200 documents");
    }
}
