//! Does a line say to which act its document is annexed? `(Ban hành kèm theo Quyết định số 12/QĐ-UBND …)`

/// How an annex begins to say which act it belongs to, in so many words at most; a task may begin with the same words.
const ANNEXES: [&str; 3] = ["Ban hành kèm theo", "Kèm theo", "kèm theo"];
const LONGEST_ANNEX: usize = 60;
/// How many words the kind of an act has at most.
const LONGEST_KIND: usize = 3;

/// Whether a text begins to say so: in brackets, or with nothing but the act. The annex's own heading, `Phụ lục 1`, does not.
pub(super) fn names_act_of_annex(text: &str) -> bool {
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
    let is_kind =
        kind.starts_with(char::is_uppercase) && kind.split_whitespace().nth(LONGEST_KIND).is_none();
    is_kind && !text.contains(',')
}
