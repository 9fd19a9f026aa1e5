use super::super::{enclosure::Enclosures, syllables};
use super::*;

/// Twelve syllables without a mark.
const ITEM: &str = "tổ chức tuyên truyền sâu rộng trong toàn thể cán bộ ta";

fn split(text: &str) -> Vec<&str> {
    let starts = SyllableStarts::of(text);
    let enclosed = Enclosures::of(text).stretches(|_| true);
    let finder = ClauseFinder {
        text,
        syllables: &starts,
        enclosed,
    };
    finder
        .clauses(&(0..text.len()))
        .into_iter()
        .map(|range| &text[range])
        .collect()
}

fn items(count: usize) -> Vec<&'static str> {
    vec![ITEM; count]
}

#[test]
fn a_sentence_of_sixty_syllables_stays_whole() {
    let text = items(5).join("; ");
    assert_eq!(syllables(&text), MAX_WHOLE_SYLLABLES);
    assert!(split(&text).is_empty());
}

#[test]
fn a_longer_one_is_split_after_each_semicolon() {
    let text = format!("{}.", items(6).join("; "));
    let clauses = split(&text);
    assert_eq!(clauses.len(), 6);
    assert_eq!(clauses[0], format!("{ITEM};"));
    assert_eq!(clauses[5], format!("{ITEM}."));
}

#[test]
fn never_cuts_a_quotation_or_a_bracket() {
    let text = format!(
        "{} “{ITEM}; {ITEM}” ({ITEM}; {ITEM}); {ITEM}",
        items(2).join(" ")
    );
    assert_eq!(
        split(&text).len(),
        2,
        "only the last semicolon is outside: {text}"
    );
}

#[test]
fn a_clause_of_a_few_syllables_joins_its_neighbour() {
    let text = format!("gồm ba việc; {}; rất tốt", items(5).join("; "));
    let clauses = split(&text);
    assert_eq!(
        clauses.first(),
        Some(&format!("gồm ba việc; {ITEM};").as_str())
    );
    assert_eq!(clauses.last(), Some(&format!("{ITEM}; rất tốt").as_str()));
}

#[test]
fn cuts_before_the_dashes_and_numbers_of_a_list() {
    for marks in [
        ["- ", "- "],
        ["(1) ", "(2) "],
        ["a) ", "b) "],
        ["i) ", "ii) "],
    ] {
        let [first, second] = marks.map(|mark| format!("{mark}{ITEM} {ITEM} {ITEM}"));
        let text = format!("Kết quả: {first}, {second}.");
        let clauses = split(&text);
        assert_eq!(clauses.len(), 2, "{clauses:#?}");
        assert!(clauses[1].starts_with(marks[1]), "{clauses:#?}");
    }
}

#[test]
fn leaves_the_dash_between_two_words_alone() {
    let text = format!(
        "{} kinh tế - xã hội và ông A - Giám đốc sở",
        items(5).join(" ")
    );
    assert!(split(&text).is_empty());
}

#[test]
fn cuts_after_the_colon_before_a_list_where_nothing_better_is_left() {
    let text = format!("Đã {ITEM} {ITEM} như: Đội {}", items(4).join(", Đội "));
    let clauses = split(&text);
    assert_eq!(clauses[0], format!("Đã {ITEM} {ITEM} như:"));
    assert_eq!(clauses.len(), 2);
    for start in ["", "2 "] {
        let goes_on = format!("Đã {ITEM} {ITEM} như: {start}{}", items(4).join(", "));
        assert!(split(&goes_on).is_empty(), "{goes_on}");
    }
    let far_too_long = format!("Đã {ITEM} {ITEM} như: {}", items(9).join(", "));
    assert_eq!(split(&far_too_long).len(), 2);
}

#[test]
fn no_clause_starts_with_a_stray_mark() {
    let text = format!("{ITEM} {ITEM};; {ITEM} {ITEM}; , {ITEM} {ITEM};");
    for clause in split(&text) {
        assert!(clause.starts_with(char::is_alphanumeric), "{clause:?}");
    }
}

#[test]
fn splits_chinese_at_its_own_semicolon() {
    let text = format!(
        "{};{}；{}。",
        "经".repeat(30),
        "济".repeat(30),
        "好".repeat(12)
    )
    .replace(';', "；");
    assert_eq!(split(&text).len(), 3);
}

#[test]
fn names_are_not_cut_from_what_they_are_names_of() {
    let names = "Tài chính, Công an, Quốc phòng";
    let rest = items(5).join(" ");
    for lead in [
        "Đề nghị các bộ",
        "Làm việc với 3 tỉnh, thành phố ven biển",
        "Ảnh",
    ] {
        let text = format!("{ITEM}. {lead}: {names} {rest}");
        assert!(split(&text).is_empty(), "{text}");
    }
    for lead in [
        "Yêu cầu các xã thực hiện tốt các việc sau",
        "Phát triển các loại cây",
    ] {
        let text = format!("{ITEM}. {lead}: {names} {rest}");
        assert_eq!(split(&text).len(), 2, "{text}");
    }
    let tasks = "Tập trung tuyên truyền đến từng hộ dân, rà soát, báo cáo";
    let text = format!("{ITEM}. Đề nghị các đơn vị: {tasks} {rest}");
    assert_eq!(split(&text).len(), 2, "{text}");
}
