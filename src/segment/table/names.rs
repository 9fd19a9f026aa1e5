//! What do the columns of a table hold, by the names in its header?

use super::Told;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// The numbers of the rows.
    Number,
    /// What the table tells.
    Tells(Told),
    /// What came of it; beside a column of who or when it may as well be what is expected.
    Outcome,
    /// Who does it.
    Who,
    /// When.
    When,
    /// By when.
    Due,
    /// Money.
    Money,
    /// What is seldom filled in.
    Notes,
    /// What no table of tasks or results has.
    Beside,
    /// Anything else.
    Other,
}

impl Column {
    /// Of a column with this name.
    pub(super) fn named(name: &str) -> Self {
        let name = bare(name);
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        let begins = |words: &[&str]| words.iter().any(|word| name.starts_with(word));
        if NUMBERS.contains(&name.as_str()) {
            Self::Number
        } else if begins(&NOTES) {
            Self::Notes
        } else if has(&BESIDE) || begins(&BESIDE_FIRST) || (begins(&PEOPLE) && !has(&WHO)) {
            Self::Beside
        } else if has(&RESULTS) && !has(&AHEAD) {
            Self::Tells(Told::Results)
        } else if name == "kết quả" {
            Self::Outcome
        } else if begins(&TASKS) {
            Self::Tells(Told::Tasks)
        } else if has(&WHO) {
            Self::Who
        } else if CONTENTS.contains(&name.as_str()) || begins(&WORK) {
            Self::Tells(Told::Contents)
        } else if has(&MONEY) {
            Self::Money
        } else if has(&WHEN) || begins(&WHEN_FIRST) {
            if has(&DUE) { Self::Due } else { Self::When }
        } else {
            Self::Other
        }
    }
}

/// The name of a column in small letters, without what stands in brackets.
fn bare(name: &str) -> String {
    let name = name.split('(').next().unwrap_or_default().to_lowercase();
    let name = name.replace(" / ", ", ").replace('/', ", ");
    name.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

const NUMBERS: [&str; 5] = ["stt", "tt", "số tt", "thứ tự", "số thứ tự"];
const NOTES: [&str; 2] = ["ghi chú", "lưu ý"];

/// Schedules, lists of people, of goods and of marks, and steps of procedures have these.
const BESIDE: [&str; 14] = [
    "khối lượng",
    "địa điểm",
    "thành phần",
    "đơn giá",
    "thành tiền",
    "số lượng",
    "đơn vị tính",
    "chức vụ",
    "chức danh",
    "năm sinh",
    "số tiết",
    "biểu mẫu",
    "báo cáo viên",
    "giải quyết",
];
const BESIDE_FIRST: [&str; 4] = ["đvt", "điểm", "bước", "trình tự"];

/// Who is in a list of people, unless that names what they look after.
const PEOPLE: [&str; 5] = ["họ và tên", "họ tên", "họ, tên", "đồng chí", "thành viên"];

/// What is expected only is no result.
const AHEAD: [&str; 7] = [
    "dự kiến",
    "yêu cầu",
    "cần đạt",
    "mong đợi",
    "đầu ra",
    "sản phẩm",
    "kế hoạch",
];

const RESULTS: [&str; 8] = [
    "kết quả thực hiện",
    "kết quả đạt được",
    "kết quả triển khai",
    "kết quả hoàn thành",
    "kết quả công tác",
    "đã thực hiện",
    "đã triển khai",
    "đã hoàn thành",
];

const TASKS: [&str; 15] = [
    "nhiệm vụ",
    "các nhiệm vụ",
    "những nhiệm vụ",
    "mục tiêu, nhiệm vụ",
    "việc cần làm",
    "nội dung nhiệm vụ",
    "nội dung, nhiệm vụ",
    "nội dung các nhiệm vụ",
    "nội dung chỉ đạo",
    "nội dung giao",
    "nội dung kết luận",
    "ý kiến chỉ đạo",
    "giải pháp",
    "các giải pháp",
    "biện pháp",
];

/// Columns of these hold work, to be done or of another kind.
const WORK: [&str; 8] = [
    "công việc",
    "các công việc",
    "đầu việc",
    "nội dung công việc",
    "nội dung thực hiện",
    "nội dung hoạt động",
    "nội dung triển khai",
    "hoạt động",
];
const CONTENTS: [&str; 6] = [
    "nội dung",
    "nội dung chính",
    "nội dung công tác",
    "nội dung, công việc",
    "các hoạt động",
    "công tác",
];

const WHO: [&str; 15] = [
    "chủ trì",
    "phối hợp",
    "phụ trách",
    "tham mưu",
    "đơn vị thực hiện",
    "cơ quan thực hiện",
    "người thực hiện",
    "bộ phận thực hiện",
    "cá nhân thực hiện",
    "lực lượng thực hiện",
    "tổ chức thực hiện",
    "phân công",
    "trách nhiệm",
    "được giao",
    "đầu mối",
];

const MONEY: [&str; 5] = ["kinh phí", "dự toán", "số tiền", "nguồn vốn", "tổng vốn"];

const WHEN: [&str; 4] = ["thời hạn", "thời gian", "thời điểm", "tiến độ"];
const WHEN_FIRST: [&str; 8] = [
    "hoàn thành",
    "hạn hoàn thành",
    "hạn thực hiện",
    "hạn xử lý",
    "ngày",
    "buổi",
    "thứ",
    "giờ",
];
/// Columns of when that have these tell by when.
const DUE: [&str; 2] = ["hạn", "hoàn thành"];
