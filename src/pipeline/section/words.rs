//! The words by which headings, lines before lists and titles say what they are about, in small letters.

/// What headings of results name.
pub(super) const RESULTS: [&str; 8] = [
    "kết quả",
    "thành tích",
    "ưu điểm",
    "đạt được",
    "đã làm được",
    "đã triển khai",
    "đã thực hiện",
    "tuần qua",
];

/// How headings of results begin that look back: `Đánh giá công tác tháng 10`.
pub(super) const REVIEWS: [&str; 14] = [
    "đánh giá tháng",
    "đánh giá quý",
    "đánh giá tuần",
    "đánh giá năm",
    "đánh giá công tác",
    "đánh giá thực hiện",
    "đánh giá việc thực hiện",
    "đánh giá tình hình thực hiện",
    "tổng kết năm",
    "tổng kết công tác",
    "tổng kết hoạt động",
    "tổng kết nhiệm kỳ",
    "báo cáo công tác",
    "báo cáo hoạt động",
];

/// What headings of tasks and aims name.
pub(super) const TASKS: [&str; 21] = [
    "phương hướng",
    "nhiệm vụ",
    "mục tiêu",
    "mục đích",
    "chỉ tiêu",
    "giải pháp",
    "nội dung thực hiện",
    "nội dung hoạt động",
    "nội dung đề nghị",
    "phân công",
    "công tác chuẩn bị",
    "chương trình công tác",
    "kế hoạch tuần",
    "kế hoạch tháng",
    "kế hoạch quý",
    "ý kiến chỉ đạo",
    "kết luận của",
    "kết luận cuộc họp",
    "việc cần làm",
    "trách nhiệm của các",
    "trách nhiệm của bên",
];

/// What names tasks at the beginning of a heading alone: reports tell of `công tác chỉ đạo, tổ chức thực hiện`, too.
pub(super) const TASKS_FIRST: [&str; 10] = [
    "tổ chức thực hiện",
    "kiến nghị",
    "đề xuất",
    "đề nghị",
    "yêu cầu",
    "biện pháp",
    "trọng tâm tuần",
    "trọng tâm tháng",
    "trọng tâm quý",
    "trọng tâm năm",
];

/// What is of its own kind even below a heading of the other, or beside what is of none.
pub(super) const SURE_RESULTS: [&str; 4] = [
    "kết quả đạt được",
    "kết quả thực hiện",
    "đã làm được",
    "ưu điểm",
];

pub(super) const SURE_TASKS: [&str; 9] = [
    "phương hướng",
    "nhiệm vụ trọng tâm",
    "thời gian tới",
    "từ nay đến",
    "tuần tới",
    "tháng tới",
    "quý tới",
    "năm tới",
    "việc cần làm",
];

/// Before what names tasks, these tell of tasks that were done, or name a programme: `Kết quả thực hiện nhiệm vụ`.
pub(super) const FULFILLING: [&str; 6] = [
    "thực hiện",
    "thực hiện các",
    "hoàn thành",
    "triển khai",
    "triển khai các",
    "chương trình",
];

/// Headings that name one of these are of something else, whatever else they name, unless it was handled: `tháo gỡ khó khăn`.
pub(super) const JUDGEMENTS: [&str; 8] = [
    "hạn chế",
    "tồn tại",
    "khuyết điểm",
    "nguyên nhân",
    "bài học",
    "khó khăn",
    "vướng mắc",
    "quyền hạn",
];

/// What is done about them.
pub(super) const HANDLING: [&str; 3] = ["tháo gỡ", "khắc phục", "giải quyết"];

/// Results that are only looked for.
pub(super) const EXPECTED: [&str; 3] = ["dự kiến", "mong đợi", "cần đạt"];

/// Headings that begin with one of these are of something else; others that name one are so where they name neither results nor
/// tasks.
pub(super) const ASIDE: [&str; 24] = [
    "căn cứ",
    "cơ sở pháp lý",
    "sự cần thiết",
    "tình hình",
    "thực trạng",
    "hiện trạng",
    "khái quát",
    "đặc điểm",
    "bối cảnh",
    "thảo luận",
    "ý kiến",
    "chức năng",
    "phạm vi",
    "thành phần",
    "quy định chung",
    "hiệu lực",
    "báo cáo kết quả",
    "cử tri",
    "tổng quan",
    "tiềm năng",
    "giới thiệu",
    "thời gian",
    "địa điểm",
    "chủ đề",
];

/// What stands beside results: `Tình hình và kết quả`.
pub(super) const BESIDE_RESULTS: &str = "tình hình";

/// Whose tasks are wishes.
pub(super) const WISHING: &str = "cử tri";

/// What counts or introduces what a heading is about.
pub(super) const COUNTING: [&str; 6] = ["một số ", "những ", "các ", "về ", "công tác ", "việc "];

/// What results of these are is no achievement; neither is what is told of them.
pub(super) const FINDINGS: [&str; 12] = [
    "kết quả kiểm tra",
    "kết quả thanh tra",
    "kết quả giám sát",
    "kết quả xác minh",
    "kết quả khảo sát",
    "kết quả điều tra",
    "kết quả xét nghiệm",
    "kết quả nghiên cứu",
    "kết quả nghiệm thu",
    "kết quả thảo luận",
    "kết quả bỏ phiếu",
    "kết quả bầu cử",
];

/// Headings that name one of these are of something else where they name no results: `Đánh giá kết quả`.
pub(super) const ASIDE_ALONE: [&str; 5] =
    ["đánh giá", "chế độ", "đối tượng", "kinh phí", "đơn thư"];

/// Conclusions of these find what is wrong and direct nobody.
pub(super) const INQUIRIES: [&str; 4] = [
    "kết luận thanh tra",
    "kết luận kiểm tra",
    "kết luận giám định",
    "kết luận nội dung tố cáo",
];

/// How a sentence begins that leads to a list and first says after what, or with whose help: what stands up to its last comma leads to
/// nothing.
pub(super) const INTRODUCING: [&str; 7] = [
    "sau khi ",
    "tiếp thu ",
    "qua ",
    "trên cơ sở ",
    "với ",
    "thực hiện ",
    "căn cứ ",
];

/// How what leads to orders begins that names who gets them: `Giao Phòng Nội vụ:`.
pub(super) const ORDERING_FIRST: [&str; 4] = ["giao ", "yêu cầu ", "đề nghị ", "kiến nghị "];

/// The same behind who gives them: `Chủ tịch UBND huyện yêu cầu các phòng, ban:`.
pub(super) const ORDERING_ALL: [&str; 3] = [" yêu cầu các ", " giao các ", " đề nghị các "];

/// Those who get them are named in so many words at most; more say what is to be done.
pub(super) const WHOM_WORDS: usize = 8;

/// Before what leads to a list, these tell of what others said or of what it goes by, wherever they stand there. Verbs of saying right
/// before the colon mostly order something: see [`ORDERING`].
pub(super) const SAYING: [&str; 6] = [
    "phát biểu",
    "thảo luận",
    "đóng góp",
    "tham gia",
    "cử tri",
    "đại biểu",
];

/// How what was done begins that leads to a list of it: `xã đã hoàn thành các việc sau:`.
pub(super) const DOING: [&str; 7] = [
    "hoàn thành",
    "thực hiện",
    "triển khai",
    "tổ chức",
    "xây dựng",
    "làm ",
    "đạt ",
];

/// How what leads to a list of papers or parts ends.
pub(super) const PARTS: [&str; 3] = ["gồm", "gồm có", "kèm theo"];

/// Documents whose titles begin with one of these agree on who does what, in articles like those of a law.
pub(super) const AGREEMENTS: [&str; 6] = [
    "thỏa thuận",
    "thoả thuận",
    "biên bản thỏa thuận",
    "biên bản thoả thuận",
    "biên bản ghi nhớ",
    "quy chế phối hợp",
];

/// Titles of what reports are to be made after.
pub(super) const OUTLINES: [&str; 2] = ["đề cương", "mẫu báo cáo"];

/// Reports whose titles name one of these find what is so, and tell of nobody's achievements.
pub(super) const FINDING: [&str; 7] = [
    "kiểm tra",
    "thanh tra",
    "giám sát",
    "xác minh",
    "kiểm điểm",
    "giải trình",
    "đề cương",
];

/// Documents whose titles begin with one of these give directions; so do conclusions that are made known, and decisions that
/// approve one.
pub(super) const DIRECTING: [&str; 12] = [
    "kế hoạch",
    "chỉ thị",
    "công điện",
    "chương trình hành động",
    "chương trình công tác",
    "chương trình phối hợp",
    "phương án",
    "hướng dẫn",
    "đề án",
    "kết luận của",
    "kết luận cuộc họp",
    "kết luận hội nghị",
];

/// What tells, before a colon, that orders follow: at its end, or before "như sau".
pub(super) const ORDERING: [&str; 12] = [
    "yêu cầu",
    "đề nghị",
    "chỉ đạo",
    "chỉ thị",
    "kiến nghị",
    "kết luận",
    "quyết nghị",
    "hướng dẫn",
    "nhiệm vụ",
    "phân công",
    "thống nhất",
    "có ý kiến",
];

/// How what leads to a list may end after that.
pub(super) const FOLLOWING: [&str; 3] = ["như sau", "sau đây", "sau"];

/// No longer is what an item names before a colon.
pub(super) const NAME_WORDS: usize = 10;

/// Words before the number of a division.
pub(super) const DIVISIONS: [&str; 5] = ["phần", "chương", "mục", "điều", "thứ"];
