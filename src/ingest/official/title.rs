//! What is the document called? Its kind on one line, its subject on the next.

use std::ops::Range;

use super::date::{find_number, find_word};
use super::fold::{Folded, folded, starts_with_any};

/// The kinds of official documents, as they stand on a line of their own.
const KINDS: [&str; 37] = [
    "bao cao",
    "quyet dinh",
    "ke hoach",
    "thong bao",
    "cong dien",
    "to trinh",
    "nghi quyet",
    "chi thi",
    "chuong trinh",
    "huong dan",
    "de an",
    "du an",
    "phuong an",
    "bien ban",
    "giay moi",
    "giay gioi thieu",
    "thong tu",
    "thong tu lien tich",
    "nghi dinh",
    "quy che",
    "quy dinh",
    "ban quy dinh",
    "ban quy che",
    "quy chuan",
    "ket luan",
    "cong van",
    "cong bo",
    "dieu le",
    "luat",
    "phap lenh",
    "thong cao",
    "thu cong",
    "ban ghi nho",
    "bai phat bieu",
    "dien van",
    "tham luan",
    "bao cao tham luan",
];

/// Whether a line is the name of a kind of document, alone or with the body that issues it.
pub(in crate::ingest) fn is_kind(text: &str) -> bool {
    let name = folded(text);
    // `QUYẾT ĐỊNH của Ủy ban nhân dân tỉnh`: the kind is loud, the body may be or not.
    let loud = find_word(text, "của").map_or(text, |of| &text[..of]);
    let is_loud = !loud.chars().any(char::is_lowercase);
    names_kind(&name) || (is_loud && text.chars().count() <= 120 && starts_with_any(&name, &KINDS))
}

/// Whether a line is the name of a kind in capitals with the subject behind it, as where no new paragraph but a line
/// break was typed between them: `BÁO CÁO Kết quả trồng rừng`.
pub(super) fn is_kind_with_subject(text: &str) -> bool {
    if text.chars().count() > LONGEST_TITLE_LINE {
        return false;
    }
    let Some((kind, subject)) = kind_end(text).map(|end| text.split_at(end)) else {
        return false;
    };
    let subject = subject.trim_start();
    let begins = |beginning| find_word(subject, beginning).is_some_and(|place| place == 0);
    // `LUẬT Số: 12` is the number of one.
    let is_numbered = find_number(subject).is_some_and(|number| number.place.start == 0);
    !kind.contains(char::is_lowercase)
        && (subject.starts_with(char::is_uppercase) || begins("về") || subject.starts_with("v/v"))
        && !is_numbered
        && is_subject(subject)
}

/// Where the name of a kind ends that a text begins with.
fn kind_end(text: &str) -> Option<usize> {
    let beginning = Folded::new(text);
    let kinds = KINDS.iter().filter_map(|kind| beginning.find(kind));
    let first = kinds.filter(|place| place.start == 0);
    first.map(|place| place.end).max()
}

/// The kinds that tell what was done or is to be done; other kinds begin titles of news as well (`Luật sư …`, `Dự án …`).
const REPORTS: [&str; 6] = [
    "bao cao", "ke hoach", "chi thi", "cong van", "to trinh", "ket luan",
];

/// Whether a title begins like one of a report, a plan or an order.
pub fn begins_as_report(title: &str) -> bool {
    starts_with_any(&folded(title), &REPORTS)
}

/// Whether a text begins with the name of a kind of document.
pub(super) fn begins_with_kind(text: &str) -> bool {
    starts_with_any(&folded(text), &KINDS)
}

/// Whether a line is the name of a kind of document and nothing else.
pub(in crate::ingest) fn is_bare_kind(text: &str) -> bool {
    names_kind(&folded(text))
}

/// Whether a folded line is the name of a kind, with the word for its number or without.
fn names_kind(name: &str) -> bool {
    KINDS.contains(&name) || KINDS.contains(&name.trim_end_matches(" so"))
}

/// How lines begin that are no part of a title; with their marks, for `Trồng rừng` and `Đề nghị` are subjects.
const BEGINNINGS: [&str; 17] = [
    "căn cứ",
    "kính gửi",
    "kính thưa",
    "thưa",
    "thực hiện",
    "chương",
    "phần",
    "xét",
    "theo",
    "ngày",
    "nhằm",
    "ban hành",
    "để",
    "trong",
    "chủ tịch",
    "giám đốc",
    "bộ trưởng",
];

/// Those of them that a subject begins with as well, if the line says no more than that.
const SUBJECTS: [&str; 2] = ["thực hiện", "ban hành"];

/// Those of them with which no line goes on; a font of capitals may have them in small letters.
const UNMISTAKABLE: [&str; 4] = ["căn cứ", "kính gửi", "kính thưa", "thưa"];

/// Whether a line begins as the text below a title does, or opens its first article.
///
/// With a capital letter: `ngày 5 tháng 6 …` and `thực hiện …` go on with the line above them.
fn opens_text(line: &str) -> bool {
    let is_small = !line.starts_with(char::is_uppercase);
    let line = line.to_lowercase();
    let after = |beginning: &str| line.strip_prefix(beginning);
    let opens = |beginning: &&str| {
        after(beginning).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    if is_small {
        return UNMISTAKABLE.iter().any(opens);
    }
    BEGINNINGS.iter().any(opens)
        || after("điều ").is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()))
}

/// No line of a title has more characters.
const LONGEST_TITLE_LINE: usize = 250;

/// A subject takes at most so many lines, however narrow they are set.
const SUBJECT_LINES: usize = 6;

/// The lines of the title that starts at paragraph `start`; none where no title does.
///
/// A title is the kind and a subject of some lines, of which the first may stand beside the kind. A subject is short, is
/// no sentence and opens no section, and at its end the name of the body that issues it is no part of it.
pub(super) fn find_title(texts: &[&str], start: usize, issuer: Option<&str>) -> Range<usize> {
    let Some(first) = texts.get(start) else {
        return start..start;
    };
    let is_kind_alone = is_kind(first);
    if !is_kind_alone && !is_kind_with_subject(first) {
        return start..start;
    }
    let mut end = start + 1;
    let last = texts.len().min(end + SUBJECT_LINES);
    while end < last {
        let goes_on = match end - start {
            1 if is_kind_alone => is_subject(texts[end]),
            _ => continues(texts, end),
        };
        if !goes_on {
            break;
        }
        end += 1;
    }
    if is_kind_alone && is_broken_preamble(&texts[start + 1..], end - start - 1) {
        end = start + 1;
    }
    without_issuer(texts, start..end, issuer)
}

/// Whether the first `count` of these lines are no subject but the beginning of a sentence that the next line goes on with.
fn is_broken_preamble(lines: &[&str], count: usize) -> bool {
    let (subject, rest) = lines.split_at(count);
    // `a) Mục đích` is the first item of what follows.
    let is_item = |line: &str| {
        line.chars()
            .nth(1)
            .is_some_and(|mark| matches!(mark, ')' | '.'))
    };
    let goes_on =
        |line: &&str| line.starts_with(char::is_lowercase) && !opens_text(line) && !is_item(line);
    subject.first().is_some_and(|line| begins_as_preamble(line))
        && subject.iter().any(|line| line.contains(','))
        && rest.first().is_some_and(goes_on)
}

/// The first lines of a document that begins with its kind and says more there, and where the kind ends in them.
pub(super) fn gazette_title(texts: &[&str]) -> Option<(usize, Range<usize>)> {
    let first = *texts.first()?;
    // Longer, or a sentence, it is the first paragraph of an article about a document.
    if first.chars().count() > LONGEST_TITLE_LINE || first.ends_with('.') {
        return None;
    }
    let kind = kind_end(first)?;
    let mut end = 1;
    for text in texts[1..].iter().take(5) {
        if texts[end - 1].ends_with('.') || text.chars().count() > 200 || is_preamble(text) {
            break;
        }
        end += 1;
    }
    Some((kind, 0..end))
}

/// The lines of a title but the last, where that is the name of the body that issues it, which speaks below.
pub(super) fn without_issuer(
    texts: &[&str],
    title: Range<usize>,
    issuer: Option<&str>,
) -> Range<usize> {
    let is_issuer = |text: &str| issuer.is_some_and(|issuer| body_name(text) == body_name(issuer));
    let [.., before, last] = &texts[title.clone()] else {
        return title;
    };
    if is_issuer(last) && !is_unfinished(before) {
        title.start..title.end - 1
    } else {
        title
    }
}

/// The name of a body, folded, in its long form.
fn body_name(text: &str) -> String {
    let long = |word| match word {
        "ubnd" => "uy ban nhan dan",
        "hdnd" => "hoi dong nhan dan",
        "tp" => "thanh pho",
        _ => word,
    };
    let name = folded(text);
    name.split(' ').map(long).collect::<Vec<_>>().join(" ")
}

/// Whether a line is the body that speaks, or on what grounds.
fn is_preamble(text: &str) -> bool {
    opens_text(text) || text.starts_with(['(', '-']) || text.split_whitespace().count() < 3
}

fn is_subject(text: &str) -> bool {
    // `KẾ HOẠCH` and below it `Thực hiện Nghị quyết số 12 …`; a preamble goes on to what is reported or decided.
    let is_done = begins_as_preamble(text) && !text.ends_with(',') && !is_body_speaking(text);
    (is_title_line(text) || (is_done && ends_as_title(text))) && !text.ends_with('.')
}

/// Whether a line begins as both a subject and a preamble do.
fn begins_as_preamble(text: &str) -> bool {
    SUBJECTS.iter().any(|verb| begins_with(text, verb))
}

/// Who speaks in a preamble after its grounds, with the marks: `Thực hiện Công văn số 5, Ủy ban nhân dân xã báo cáo kết quả`.
const SPEAKERS: [&str; 38] = [
    "ủy ban",
    "uỷ ban",
    "ubnd",
    "hđnd",
    "hội",
    "sở",
    "bộ",
    "cục",
    "chi cục",
    "phòng",
    "văn phòng",
    "ban",
    "công an",
    "công ty",
    "trường",
    "trung tâm",
    "bệnh viện",
    "đảng ủy",
    "đơn vị",
    "xã",
    "phường",
    "huyện",
    "thành phố",
    "tỉnh",
    "thị",
    "nhà trường",
    "trạm",
    "chi bộ",
    "đảng bộ",
    "thôn",
    "ngành",
    "mttq",
    "mặt trận",
    "đoàn",
    "liên đoàn",
    "công đoàn",
    "khoa",
    "viện",
];

/// What they do there.
const DOINGS: [&str; 12] = [
    "báo cáo",
    "đã",
    "xin",
    "trình",
    "kính trình",
    "đề nghị",
    "thông báo",
    "xây dựng kế hoạch",
    "ban hành kế hoạch",
    "tổ chức",
    "tập trung",
    "triển khai",
];

/// How clauses begin and what they have that say what is done, whoever does it.
const OPENINGS: [&str; 3] = ["nay", "trong 6 tháng", "trong năm"];
const TELLING: [&str; 3] = [" như sau", " đã ", " xin "];

/// Whether a body says after a comma what it does, as no subject goes on: `phòng, chống` is one.
fn is_body_speaking(text: &str) -> bool {
    text.to_lowercase().split(", ").skip(1).any(|clause| {
        let clause = format!("{clause} ");
        let does = |doing: &&str| clause.contains(&format!(" {doing} "));
        starts_with_any(&clause, &OPENINGS)
            || TELLING.iter().any(|words| clause.contains(words))
            || (starts_with_any(&clause, &SPEAKERS) && DOINGS.iter().any(does))
    })
}

/// Whether a line can be one of a title, the last one if it ends with a full stop.
fn is_title_line(text: &str) -> bool {
    let is_name = !text.chars().any(char::is_lowercase) && is_kind(text);
    ends_as_title(text)
        && !is_numbered(text)
        && !is_name
        && !text.starts_with(['(', '-', '+', '•'])
        && !opens_text(text)
}

fn ends_as_title(text: &str) -> bool {
    text.chars().count() <= LONGEST_TITLE_LINE && !text.ends_with([';', ':'])
}

/// Whether a line begins with this word, whatever its letters.
fn begins_with(text: &str, word: &str) -> bool {
    let text = text.to_lowercase();
    let rest = text.strip_prefix(word);
    rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// Whether a line begins with the number of a section or an item.
fn is_numbered(text: &str) -> bool {
    let number = text.trim_start_matches(
        |letter: char| matches!(letter, '0'..='9' | 'I' | 'V' | 'X' | 'A'..='C'),
    );
    number.len() < text.len()
        && number.starts_with(['.', ')', '/', '-'])
        && !number.starts_with("/v")
}

/// Words that no line of a title ends with, unless the next one goes on with it.
const UNFINISHED: [&str; 15] = [
    "của", "về", "và", "cho", "tại", "trong", "với", "theo", "đến", "từ", "các", "những", "việc",
    "số", "trên",
];

/// Whether line `index` goes on with the line before it.
///
/// A name may stand at the break, so that the line begins with a capital letter: then the line before or this one shows
/// that it was broken.
fn continues(texts: &[&str], index: usize) -> bool {
    let (before, text) = (texts[index - 1], texts[index]);
    if before.ends_with('.') || !is_title_line(text) {
        return false;
    }
    let is_small = |text: &str| text.starts_with(char::is_lowercase);
    let next_goes_on = || texts.get(index + 1).is_some_and(|next| is_small(next));
    if is_small(text) {
        // A sentence of the text may be all in small letters; the last line of a title follows an unfinished one.
        return is_subject(text) || is_unfinished(before);
    }
    // After a comma, a name goes on, no sentence.
    let is_name = !before.ends_with(',')
        || (text.split_whitespace().count() <= MOST_NAME_WORDS
            && !text.contains(|letter: char| letter.is_ascii_digit()));
    is_subject(text)
        && is_name
        && (is_unfinished(before) || (is_unfinished(text) && next_goes_on()))
}

/// The most words of a line that begins with a name and goes on with the title.
const MOST_NAME_WORDS: usize = 15;

fn is_unfinished(line: &str) -> bool {
    let last = line.rsplit(' ').next().unwrap_or(line).to_lowercase();
    line.ends_with(',') || UNFINISHED.contains(&last.as_str())
}
