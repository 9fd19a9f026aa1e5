//! One spelling for texts that differ in the numbers of their items and in how they write a figure alone.

/// The text without the number of its item, and with whole numbers as plain digits: `2. Giao 01 đội` and
/// `3. Giao 1 đội` are one, as are `4.500 m²` and `4500 m2`.
pub(super) fn in_one_spelling(text: &str) -> String {
    let text = after_item_number(text)
        .replace("m²", "m2")
        .replace("m³", "m3");
    let mut spelt = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, number) = rest.split_at(start);
        spelt.push_str(before);
        let before_mark = spelt.strip_suffix(['.', ',']);
        // The second part of `0,05` is no whole number.
        let is_part = before_mark.is_some_and(|it| it.ends_with(|c: char| c.is_ascii_digit()));
        if is_part {
            let (digits, after) = number.split_at(digits(number));
            spelt.push_str(digits);
            rest = after;
        } else {
            rest = push_whole_number(number, &mut spelt);
        }
    }
    spelt + rest
}

/// The figures of a text in [one spelling](in_one_spelling). The digit of `m2` is none, nor is the mark of a
/// footnote.
pub(super) fn figures(spelt: &str) -> impl Iterator<Item = &str> {
    let runs = spelt.split(|c: char| !c.is_ascii_digit());
    let mut start = 0;
    runs.filter(move |run| {
        let is_glued = spelt[..start].ends_with(char::is_lowercase);
        start += run.len();
        let mark = spelt[start..].chars().next();
        start += mark.map_or(0, char::len_utf8);
        !run.is_empty() && !is_glued
    })
}

/// Adds the whole number that a text begins with; what follows it is given back.
fn push_whole_number<'a>(text: &'a str, spelt: &mut String) -> &'a str {
    let (first, mut rest) = text.split_at(digits(text));
    let significant = first.trim_start_matches('0');
    spelt.push_str(if significant.is_empty() {
        "0"
    } else {
        significant
    });
    if first.len() > 3 || significant.len() < first.len() {
        return rest;
    }
    while let Some(group) = rest.strip_prefix('.').filter(|it| digits(it) == 3) {
        let (group, after) = group.split_at(3);
        spelt.push_str(group);
        rest = after;
    }
    rest
}

fn digits(text: &str) -> usize {
    text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len()
}

/// What follows the number of an item and its sign before a capital: `2. `, `2.1 `, `(3) `, `4/ `. Numbers of documents
/// (`12/NQ-HU`) touch what follows them.
fn after_item_number(text: &str) -> &str {
    let body = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let rest = body.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number = &body[..body.len() - rest.len()];
    let mut groups = number.trim_end_matches('.').split('.');
    let is_short = groups.all(|group| matches!(group.len(), 1 | 2));
    let after_sign = rest.strip_prefix([')', '/', '-', '–']);
    let after = after_sign.filter(|after| after.starts_with(char::is_whitespace));
    let item = after.or(number.contains('.').then_some(rest));
    item.map(str::trim_start)
        .filter(|item| is_short && item.starts_with(char::is_uppercase))
        .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_have_one_spelling_and_items_no_number() {
        for (text, spelt) in [
            ("2. Giao 01 đội", "Giao 1 đội"),
            ("- 2.1 Giao 1.250.000 đồng", "Giao 1250000 đồng"),
            ("(3) Giao 00 đội", "Giao 0 đội"),
            ("4/ Giao 4.500 m²", "Giao 4500 m2"),
            ("12/NQ-HU ngày 05/7/2024", "12/NQ-HU ngày 5/7/2024"),
            ("12,5 ha, tăng 0,05 và 0.050", "12,5 ha, tăng 0,05 và 0.050"),
            ("Máy 0912.345.678, 3.5000.", "Máy 912.345.678, 3.5000."),
            ("15 Hộ nghèo", "15 Hộ nghèo"),
            ("", ""),
        ] {
            assert_eq!(in_one_spelling(text), spelt);
        }
    }

    #[test]
    fn powers_and_footnotes_are_no_figures() {
        let found: Vec<&str> = figures("Đổ 450 m2, 30m3 bê tông3 ở QL6, 20ha²").collect();
        assert_eq!(found, ["450", "30", "6", "20"]);
    }
}
