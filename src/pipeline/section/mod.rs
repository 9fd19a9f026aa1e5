//! What does the place of a paragraph tell of it? Under "Kết quả đạt được" stands what was done, under "Nhiệm vụ", after "yêu
//! cầu:" and in plans what is to be done, often in the same words.

mod outline;
mod table;
mod topic;
mod words;

use self::outline::Outline;
use self::table::Above;
pub(super) use self::topic::agrees;
use self::topic::opens_annex;
use super::articles::{first_article, is_agreement};
use super::prepared::PreparedContent;
use crate::classify::Heads;
use crate::document::{Document, Paragraph, ParagraphKind, Span};
use crate::ingest::official::begins_as_report;
use crate::phrases::{
    closes, contrasts, falls_short, has_blank, has_figures, is_beside, is_fragment, is_pending,
    is_told_as_done, is_told_as_due,
};
use crate::record::{ACHIEVEMENT, DIRECTIVE, MODEL};
use crate::segment::table::{Entry, Tables};

/// What a section or a list is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    /// What was done.
    Results,
    /// What is to be done or reached.
    Tasks,
}

/// How a place is known to be of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Telling {
    /// A heading above it or the line that leads to its list says so.
    Said,
    /// The document gives directions by its title, and nothing says that this part does not.
    Titled,
}

/// Where a paragraph stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    section: Section,
    telling: Telling,
    is_item: bool,
}

/// An item of as many words with a figure says something though no mark ends it; without one it may be a name.
const LEAST_OF_ITEM: usize = 6;

/// Where a place says something, too, so much of what the words say is left: of how far a score is from its threshold, as a
/// difference of logits. This and what follows are the weights of a logistic regression on 72 office documents, rounded by
/// hand (docs/quality.md, "Where a paragraph stands").
const WORDS: f32 = 0.5;

/// What is added to that for both labels.
#[derive(Clone, Copy, Debug)]
struct Evidence {
    achievement: f32,
    directive: f32,
}

/// What is added among tasks for initiatives: most that are named there are to be made, and described nowhere
/// (docs/quality.md).
const MODEL_AMONG_TASKS: f32 = -0.6;

const ITEM_OF_TASKS: Evidence = Evidence::new(-2.5, 5.5);
const TASK: Evidence = Evidence::new(-1.0, 2.5);
const ITEM_BY_TITLE: Evidence = Evidence::new(-2.0, 4.0);
const TASK_BY_TITLE: Evidence = Evidence::new(-0.5, 2.5);
const ITEM_OF_RESULTS: Evidence = Evidence::new(3.5, -1.0);
const RESULT: Evidence = Evidence::new(2.5, -1.0);
/// Where a report names nothing: more mends no more than it breaks (docs/quality.md).
const RESULT_BY_TITLE: Evidence = Evidence::new(1.0, 0.0);

/// What words say against the place.
const DONE_AMONG_TASKS: Evidence = Evidence::new(2.0, -1.5);
const DUE_AMONG_RESULTS: Evidence = Evidence::new(-1.0, -0.5);
const SHORT_OF_RESULTS: Evidence = Evidence::new(-0.5, -1.0);
const NOTHING: Evidence = Evidence::new(0.0, 0.0);

/// Where the paragraphs of a document stand.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing {
    /// For every paragraph, where it stands, if that tells of its labels.
    of_paragraphs: Vec<Option<Place>>,
    /// For every paragraph, whether it heads others, whatever it looks like.
    are_headings: Vec<bool>,
    /// For every row of a table that has such a place, the cell that says something.
    entries: Vec<Option<Span>>,
}

/// What the places of a document's paragraphs tell of their labels.
pub(super) struct Places<'a> {
    heads: &'a Heads,
    /// Which of their labels these are, if they have the first two.
    labels: Option<Labels>,
    standing: &'a Standing,
}

/// The labels that a place tells of, by their index.
#[derive(Clone, Copy)]
struct Labels {
    achievement: usize,
    directive: usize,
    model: Option<usize>,
}

impl<'a> Places<'a> {
    pub(super) fn new(standing: &'a Standing, heads: &'a Heads) -> Self {
        let index = |name: &str| {
            let mut labels = heads.labels().iter();
            labels.position(|label| label.name == name)
        };
        let labels = index(ACHIEVEMENT).zip(index(DIRECTIVE));
        Self {
            heads,
            labels: labels.map(|(achievement, directive)| Labels {
                achievement,
                directive,
                model: index(MODEL),
            }),
            standing,
        }
    }

    /// The cell of a row that says something, if it has a place.
    pub(super) fn entry(&self, paragraph: usize) -> Option<Span> {
        self.standing.entries[paragraph]
    }

    /// Whether a paragraph heads others.
    pub(super) fn is_heading(&self, paragraph: usize) -> bool {
        self.standing.are_headings[paragraph]
    }

    /// Whether a paragraph stands where orders are told.
    pub(super) fn is_among_tasks(&self, paragraph: usize) -> bool {
        self.standing.of_paragraphs[paragraph].is_some_and(|place| place.section == Section::Tasks)
    }

    /// The scores of a paragraph, or of a part of it.
    pub(super) fn place(&self, mut scores: Vec<f32>, paragraph: usize, text: &str) -> Vec<f32> {
        let Some((labels, place)) = self.labels.zip(self.standing.of_paragraphs[paragraph]) else {
            return scores;
        };
        let evidence = Evidence::of(place, text);
        let told = [
            (labels.achievement, evidence.achievement),
            (labels.directive, evidence.directive),
        ];
        for (label, evidence) in told {
            scores[label] = self.heads.weighed(label, scores[label], WORDS, evidence);
        }
        if let Some(model) = labels.model.filter(|_| place.section == Section::Tasks) {
            scores[model] = self
                .heads
                .weighed(model, scores[model], 1.0, MODEL_AMONG_TASKS);
        }
        scores
    }
}

impl Evidence {
    const fn new(achievement: f32, directive: f32) -> Self {
        Self {
            achievement,
            directive,
        }
    }

    /// What a place tells, and what the words tell against it.
    fn of(place: Place, text: &str) -> Self {
        let words = match place.section {
            Section::Tasks if contrasts(text) => return NOTHING,
            Section::Tasks if is_told_as_done(text) => DONE_AMONG_TASKS,
            Section::Results if falls_short(text) => SHORT_OF_RESULTS,
            Section::Results if is_told_as_due(text) => DUE_AMONG_RESULTS,
            Section::Tasks | Section::Results => NOTHING,
        };
        let place = match (place.section, place.telling, place.is_item) {
            (Section::Tasks, Telling::Said, true) => ITEM_OF_TASKS,
            (Section::Tasks, Telling::Said, false) => TASK,
            (Section::Tasks, Telling::Titled, true) => ITEM_BY_TITLE,
            (Section::Tasks, Telling::Titled, false) => TASK_BY_TITLE,
            (Section::Results, Telling::Said, true) => ITEM_OF_RESULTS,
            (Section::Results, Telling::Said, false) => RESULT,
            (Section::Results, Telling::Titled, _) => RESULT_BY_TITLE,
        };
        Self::new(
            place.achievement + words.achievement,
            place.directive + words.directive,
        )
    }
}

impl Standing {
    pub(super) fn of(content: &PreparedContent) -> Self {
        let title = content.shown_title.as_deref().unwrap_or_default();
        let is_official = content.official.is_some() || begins_as_report(title);
        // The articles of a law tell no results and give orders to nobody in particular.
        let articles = first_article(&content.document).filter(|_| !is_agreement(content));
        Self::within(
            &content.document,
            Outline::new(title, is_official),
            articles,
        )
    }

    /// `articles` is the paragraph from which on none has a place.
    fn within(document: &Document, outline: Outline, articles: Option<usize>) -> Self {
        let mut walk = Walk {
            above: Above::new(&outline),
            outline,
            tables: Tables::default(),
        };
        let mut standing = Self::default();
        for (index, paragraph) in document.paragraphs().iter().enumerate() {
            let text = document.text_at(paragraph.span);
            let is_norm = articles.is_some_and(|first| index >= first);
            let entry = walk.tables.pass(paragraph.kind, text);
            let entry = entry.filter(|_| !is_norm && !paragraph.furniture);
            let place = entry.as_ref().and_then(|entry| walk.of_row(entry, text));
            let span = entry.filter(|_| place.is_some()).map(|entry| {
                let start = paragraph.span.start();
                Span::new(start + entry.range.start, start + entry.range.end)
            });
            let (place, is_heading) = match place {
                Some(place) => (Some(place), false),
                None => walk.pass(paragraph, text, is_norm),
            };
            standing.of_paragraphs.push(place);
            standing.are_headings.push(is_heading);
            standing.entries.push(span);
        }
        standing
    }

    /// Whether a part of a paragraph is of the cell of a row that says something.
    pub(super) fn is_of_entry(&self, paragraph: usize, span: Span) -> bool {
        self.entries[paragraph].is_some_and(|entry| entry.contains(span))
    }
}

/// Where we are on the way through a document.
struct Walk {
    outline: Outline,
    above: Above,
    tables: Tables,
}

impl Walk {
    /// Where a row of a table stands, if that tells of its labels.
    fn of_row(&self, entry: &Entry, row: &str) -> Option<Place> {
        let section = self.above.section(&self.outline, &entry.header)?;
        let place = Place {
            section,
            telling: Telling::Said,
            is_item: true,
        };
        let cell = &row[entry.range.clone()];
        // Beside tasks stands as well what is not done yet.
        let tells = section == Section::Tasks || !(falls_short(cell) || is_pending(cell));
        (tells && may_tell(cell)).then_some(place)
    }

    /// Goes on to the next paragraph; tells where it stands that may have labels by it, and whether it is a heading.
    fn pass(&mut self, paragraph: &Paragraph, text: &str, is_norm: bool) -> (Option<Place>, bool) {
        let is_read = paragraph.kind.is_prose() || paragraph.kind == ParagraphKind::Heading;
        let is_foot = paragraph.furniture && text.starts_with("Nơi nhận");
        if is_foot || (is_read && opens_annex(text)) {
            self.outline.leave();
            self.above.leave();
        }
        if paragraph.furniture || is_norm {
            return (None, false);
        }
        if !is_read {
            if !self.tables.has_header() {
                self.above.pass(&self.outline, paragraph.kind, text);
            }
            return (None, false);
        }
        let (place, is_heading) = self.outline.pass(paragraph.kind, text);
        if is_heading {
            self.above.leave();
        } else {
            self.above.pass(&self.outline, paragraph.kind, text);
        }
        let tells = tells(paragraph.kind, text) && !text.trim_end().ends_with(':');
        (place.filter(|_| tells && may_tell(text)), is_heading)
    }
}

/// Whether a text has a part in what its section is about.
fn may_tell(text: &str) -> bool {
    !closes(text) && !is_beside(text) && !has_blank(text)
}

/// Whether a text is a sentence, or an item that says something without a mark at its end.
fn tells(kind: ParagraphKind, text: &str) -> bool {
    let is_item = kind == ParagraphKind::ListItem;
    let is_long = || text.split_whitespace().nth(LEAST_OF_ITEM - 1).is_some();
    !is_fragment(text) || (is_item && is_long() && has_figures(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::{BUCKETS, Head, LabelHead};
    use crate::ingest::{self, ReadOptions};
    use crate::segment;

    /// Where each paragraph of a text file stands: `R`, `T`, `-`, and `t` where the title alone says so.
    fn shown(text: &str) -> String {
        shown_as(text, true)
    }

    fn shown_as(text: &str, is_official: bool) -> String {
        shown_in(text, "a.txt", is_official)
    }

    fn shown_in(text: &str, name: &str, is_official: bool) -> String {
        let raw =
            ingest::read(text.as_bytes(), Some(name), &ReadOptions::default()).expect("a text");
        let title = raw.shown_title().unwrap_or_default();
        let outline = Outline::new(&title, is_official);
        let standing = Standing::within(&segment::split(&raw), outline, None);
        let letter = |place: Option<Place>| match place.map(|it| (it.section, it.telling)) {
            Some((Section::Results, Telling::Said)) => 'R',
            Some((Section::Results, Telling::Titled)) => 'r',
            Some((Section::Tasks, Telling::Said)) => 'T',
            Some((Section::Tasks, Telling::Titled)) => 't',
            None => '-',
        };
        standing.of_paragraphs.into_iter().map(letter).collect()
    }

    #[test]
    fn what_stands_under_headings_is_of_their_kind() {
        let report = "BÁO CÁO\nCông tác quý I và nhiệm vụ quý II\n\
             I. KẾT QUẢ THỰC HIỆN NHIỆM VỤ\n1. Về trồng trọt\nXuống giống 120 ha ngô, 45 ha lạc ở ba thôn ven suối.\n\
             2. Hạn chế\nMột số hộ xuống giống chậm lịch thời vụ của xã.\n\
             II. PHƯƠNG HƯỚNG QUÝ II\nHoàn thành 3 km kênh mương ở thôn Nà Pồng.\n\
             III. KINH PHÍ\nNgân sách xã bảo đảm 200 triệu đồng.";
        assert_eq!(shown(report), "----R---T--");
    }

    #[test]
    fn sections_go_on_below_those_of_other_signs() {
        let report = "BÁO CÁO\nA. KẾT QUẢ NĂM HỌC\nI. Chất lượng\n- Tốt nghiệp: 168/168 em, tăng 4 em.\n\
             II. Đội ngũ\n- Dự giờ 214 tiết, 131 tiết loại giỏi.\n\
             B. NHIỆM VỤ NĂM HỌC TỚI\nI. Chất lượng\n- Mở 2 lớp phụ đạo, mỗi tuần 2 buổi.\n\
             II. Khó khăn\n- Phòng Hóa chưa có tủ hút.";
        assert_eq!(shown(report), "---R-R--T--");
    }

    #[test]
    fn the_name_of_a_part_may_stand_below_its_number() {
        let report = "BÁO CÁO\nPhần thứ nhất\nKết quả sáu tháng đầu năm\n\
             1. Về kinh tế\nBê tông hóa 3 tuyến ngõ xóm dài 870 m.\n\
             Phần thứ hai\nNhiệm vụ sáu tháng cuối năm\n1. Gieo sạ hết 430 ha lúa hè thu.";
        assert_eq!(shown(report), "----R--T");
    }

    #[test]
    fn what_is_ordered_in_a_list_is_a_task() {
        let order = "CÔNG ĐIỆN\nĐể ứng phó với mưa lớn, Chủ tịch UBND huyện yêu cầu:\n\
             1. Các xã sơ tán xong 60 hộ ven suối trước 10 giờ ngày mai.\n2. Giao Phòng Kinh tế:\n\
             - Vận hành các trạm bơm tiêu nước đệm.\n- Trực 24/24 giờ tại hồ Khe Chè.\n\
             Mưa lớn đến nay làm hư hỏng hai cầu tạm trong huyện.";
        assert_eq!(shown(order), "--T-TTt");
    }

    #[test]
    fn plans_tell_of_tasks_where_nothing_else_is_named() {
        let plan = "KẾ HOẠCH\nTiêm phòng đàn vật nuôi vụ xuân\nCăn cứ kế hoạch của huyện, xã tiêm phòng như sau.\n\
             I. Sự cần thiết\nNăm ngoái có 5 con chó dại cắn người ở hai bản.\n\
             II. Nội dung\n1. Mỗi bản một điểm tiêm, mở cửa từ 6 giờ.\n2. Kinh phí: 14 triệu đồng của xã.";
        assert_eq!(shown(plan), "------t-");
    }

    #[test]
    fn lines_without_numbers_are_headings_of_official_documents() {
        let text = "Phòng họp chật kín bà con ba thôn ven suối từ sáng sớm.\nCông tác chuẩn bị\nBàn ghế mượn của trường, nước uống do chị em mang đến.";
        assert_eq!(shown_as(text, true), "--T");
        assert_eq!(shown_as(text, false), "---");
    }

    #[test]
    fn annexes_and_tables_are_of_no_section() {
        let report = "BÁO CÁO\nCông tác giảm nghèo\nI. TỔ CHỨC THỰC HIỆN\n- Công chức văn hóa rà soát hộ nghèo theo quý.\n\
             PHỤ LỤC I\n1. Hộ ông Tư nuôi bò, thu nhập 40 triệu đồng.";
        assert_eq!(shown(report), "---T--");
    }

    /// Of which section the rows of a table are that stands below these lines.
    fn of_rows(above: &[&str], table: &str) -> String {
        let lines = above.join("\n\n");
        let rows = table.lines().map(|row| format!("| {row} |\n"));
        let mut rows: Vec<String> = rows.collect();
        let columns = table
            .lines()
            .next()
            .unwrap_or_default()
            .split(" | ")
            .count();
        rows.insert(1, format!("|{}\n", "---|".repeat(columns)));
        let text = format!("{lines}\n\n{}", rows.concat());
        shown_in(&text, "a.md", true)
    }

    #[test]
    fn a_table_of_tasks_is_told_by_two_of_its_column_its_helpers_and_what_stands_above() {
        let task = "1 | Rà soát, lập danh sách hộ nghèo của các thôn | Ông Tư | Tháng 3";
        let [tasks, contents] = ["Nhiệm vụ", "Nội dung"]
            .map(|name| format!("TT | {name} | Đơn vị thực hiện | Thời hạn\n{task}"));
        let bare = format!("TT | Nhiệm vụ | Thôn | Hộ\n{task}");
        let plan = ["KẾ HOẠCH", "Giảm nghèo năm 2025"];
        assert_eq!(of_rows(&["THƯ MỜI"], &tasks), "--T");
        assert_eq!(of_rows(&["THƯ MỜI"], &contents), "---");
        assert_eq!(of_rows(&plan, &contents), "---T");
        assert_eq!(of_rows(&plan, &bare), "---T");
        assert_eq!(
            of_rows(&["BÁO CÁO", "II. NHIỆM VỤ QUÝ II"], &contents),
            "---T"
        );
        assert_eq!(of_rows(&["BÁO CÁO", "I. KẾT QUẢ QUÝ I"], &tasks), "----");
        assert_eq!(of_rows(&["KẾ HOẠCH", "IV. KINH PHÍ"], &bare), "----");
        let annex = ["BÁO CÁO", "PHỤ LỤC", "(Kèm theo Kế hoạch số 5/KH-UBND)"];
        assert_eq!(of_rows(&annex, &contents), "----T");
    }

    #[test]
    fn a_table_of_results_tells_what_is_done() {
        let table = "TT | Nhiệm vụ | Kết quả thực hiện\n\
             1 | Thu ngân sách | Thu đạt 1.250 triệu đồng, bằng 42% dự toán\n\
             2 | Cấp sổ đỏ | Chưa hoàn thành, còn 23 hồ sơ chờ đo đạc\n\
             3 | Sửa cầu Đen | Đang lựa chọn nhà thầu, sẽ khởi công trong quý\n\
             4 | Xóa nhà tạm | Còn 18 nhà chưa khởi công do hộ nghèo thiếu vốn\n\
             5 | An toàn giao thông | Xảy ra 6 vụ, làm chết 2 người, tăng 1 vụ\n\
             6 | Trật tự xã hội | Xảy ra 4 vụ, giảm 3 vụ so với cùng kỳ";
        assert_eq!(of_rows(&["BÁO CÁO"], table), "--R----R");
    }

    #[test]
    fn names_say_nothing_and_figures_do() {
        let plan = "BÁO CÁO\nCông tác hội\nI. NHIỆM VỤ\n- Gieo trồng 440 ha lúa, 50 ha lạc\n- Chi hội phụ nữ thôn Nà Pồng và thôn Khe Chè\n- Hội viên trả lời sổ tay.";
        assert_eq!(shown(plan), "---T-T");
    }

    #[test]
    fn parts_without_numbers_are_below_what_is_named() {
        let report = "Thực hiện kế hoạch của huyện, xã báo cáo như sau.\n\nKết quả đạt được\n\nKinh tế\n\n- Gieo trồng 430 ha lúa, 45 ha lạc.\n\n\
             Nhiệm vụ năm sau\n\n- Gieo trồng 440 ha lúa, 50 ha lạc.";
        assert_eq!(shown(report), "---R-T");
    }

    #[test]
    fn levels_are_as_many_as_signs_whatever_stands_in_a_document() {
        let mut outline = Outline::new("", true);
        for number in 0..2_000 {
            for text in [
                "Kinh tế",
                "1. Trồng trọt",
                "- Gieo 430 ha lúa.",
                "Nhiệm vụ",
                "a) Chăn nuôi",
                "II. Xã hội",
            ] {
                outline.pass(ParagraphKind::Heading, text);
                outline.pass(ParagraphKind::ListItem, &format!("{number}. {text}"));
            }
        }
        assert!(outline.depth() < 10, "{}", outline.depth());
    }

    #[test]
    fn a_place_is_evidence_beside_the_words() {
        let head = |name: &str| LabelHead {
            name: name.to_owned(),
            head: Head::new(vec![0.0], vec![0.0; BUCKETS], 0.0).expect("a sound head"),
            threshold: 0.5,
        };
        let heads = ["achievement", "directive", "model"].map(head);
        let heads = Heads::new(heads.into(), 0.0).expect("three heads");
        let text = "KẾ HOẠCH\nI. MỤC TIÊU\n- 95% hộ có nước sạch.\nII. KẾT QUẢ NĂM TRƯỚC\n- 90% hộ có nước sạch.\nHết.";
        let raw = ingest::read(text.as_bytes(), Some("a.txt"), &ReadOptions::default());
        let document = segment::split(&raw.expect("a text"));
        let standing = Standing::within(&document, Outline::new("", true), None);
        let places = Places::new(&standing, &heads);
        let read = vec![0.4, 0.4, 0.3];
        let of_task = places.place(read.clone(), 2, "95% hộ có nước sạch.");
        assert!(of_task[0] < 0.1 && of_task[1] > 0.9, "{of_task:?}");
        assert!(of_task[2] < read[2], "{of_task:?}");
        let of_result = places.place(read.clone(), 4, "90% hộ có nước sạch.");
        assert!(of_result[0] > 0.9 && of_result[1] < 0.3, "{of_result:?}");
        assert!((of_result[2] - read[2]).abs() < 1e-6, "{of_result:?}");
        assert_eq!(places.place(read.clone(), 0, ""), read);
    }
}
