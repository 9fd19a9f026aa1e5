//! Which texts name an act, as a ground of what is decided or as what their document is annexed to? `Căn cứ Luật Thủy lợi …;`,
//! `(Ban hành kèm theo Quyết định số 12/QĐ-UBND …)`

use super::figures::has_figures;

/// How paragraphs begin that only name the grounds of a decision.
const GROUNDS: [&str; 4] = ["Căn cứ", "Xét đề nghị", "Xét Tờ trình", "Theo đề nghị"];

/// What grounds name.
const ACTS: [&str; 10] = [
    "Luật",
    "Nghị định",
    "Nghị quyết",
    "Quyết định",
    "Thông tư",
    "Chỉ thị",
    "Hiến pháp",
    "Pháp lệnh",
    "Công văn",
    " số ",
];

/// How a sentence begins that names the acts it goes by and then tells something. To carry one out is no ground of a decision, so that
/// these are not those of paragraphs.
const GOING_BY: [&str; 4] = ["Thực hiện ", "Triển khai ", "Căn cứ ", "Theo "];

/// How an annex begins to say which act it belongs to, in so many words at most; a task may begin with the same words.
const ANNEXES: [&str; 3] = ["Ban hành kèm theo", "Kèm theo", "kèm theo"];
const LONGEST_ANNEX: usize = 60;
/// How many words the kind of an act has at most.
const LONGEST_KIND: usize = 3;

/// Whether a paragraph begins as the grounds of a decision do.
pub fn begins_as_ground(text: &str) -> bool {
    let words = text.trim_start_matches(['-', '–', '+', ' ']);
    GROUNDS.iter().any(|opening| words.starts_with(opening))
}

/// Whether a paragraph names a ground, and something follows it.
pub fn goes_on_as_ground(text: &str) -> bool {
    begins_as_ground(text) && text.trim_end().ends_with([';', ','])
}

/// Whether a ground names an act.
pub fn names_act(text: &str) -> bool {
    ACTS.iter().any(|act| text.contains(act))
}

/// Whether a clause names an act by its kind and number and tells nothing: no figure, and nothing done.
pub fn only_names_act(clause: &str) -> bool {
    let opening = GOING_BY
        .iter()
        .find_map(|opening| clause.strip_prefix(opening));
    let Some((kind, rest)) = opening.unwrap_or(clause).split_once(" số ") else {
        return false;
    };
    let rest = rest.trim_start();
    let number = rest.split_whitespace().next().unwrap_or_default();
    let title = &rest[number.len()..];
    let is_act = is_kind_of_act(kind) && number.starts_with(|c: char| c.is_ascii_digit());
    is_act && clause.ends_with(';') && !title.contains(" đã ") && !has_figures(title)
}

/// Whether a text begins to say to which act its document is annexed: in brackets, or with nothing but the act. The annex's own
/// heading, `Phụ lục 1`, does not.
pub fn names_act_of_annex(text: &str) -> bool {
    let words = text.trim_start_matches('(');
    let act = ANNEXES
        .iter()
        .find_map(|opening| words.strip_prefix(opening));
    act.is_some_and(|act| is_in_brackets(text) || is_only_act(act))
        && text.contains(|character: char| character.is_ascii_digit())
        && text.split_whitespace().nth(LONGEST_ANNEX).is_none()
}

/// Whether a text begins with brackets, and nothing follows them in it.
fn is_in_brackets(text: &str) -> bool {
    let end = text.find(')').map_or("", |end| &text[end + 1..]);
    text.starts_with('(') && !end.contains(char::is_alphanumeric)
}

/// Whether a text names an act by its kind and number, and nothing is told after it: `Tờ trình số 45/TTr-UBND`.
fn is_only_act(text: &str) -> bool {
    let text = text.trim_start();
    let kind = text.split_once(" số ").map_or("", |(kind, _)| kind);
    is_kind_of_act(kind) && !text.contains(',')
}

/// Whether a text is short enough for the kind of an act, and begins as one does.
fn is_kind_of_act(kind: &str) -> bool {
    kind.starts_with(char::is_uppercase) && kind.split_whitespace().nth(LONGEST_KIND).is_none()
}
