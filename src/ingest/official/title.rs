//! What is the document called? Its kind on one line, its subject on the next.

use std::ops::Range;

use super::continuation::{continues, is_unfinished};
use super::fold::folded;
use super::kind::{is_kind, kind_end};
use super::number::find_number;
use super::subject::{LONGEST_TITLE_LINE, begins_as_preamble, is_preamble, is_subject, opens_text};
use super::words::find_word;

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
    without_issuer(texts, lines_of_title(texts, start, is_kind_alone), issuer)
}

/// The lines of the title of which that at `start` is the first, or the kind above the subject.
pub(super) fn lines_of_title(texts: &[&str], start: usize, is_kind_alone: bool) -> Range<usize> {
    let mut end = start + 1;
    let last = texts.len().min(end + SUBJECT_LINES);
    while end < last {
        let is_first = is_kind_alone && end == start + 1;
        let goes_on = (is_first && is_subject(texts[end])) || continues(texts, end);
        // A semicolon parts two halves of a title; otherwise it ends an item.
        let is_item = texts[end].ends_with(';') && !continues(texts, end + 1);
        if !goes_on || is_item {
            break;
        }
        end += 1;
    }
    if is_kind_alone && is_broken_preamble(&texts[start + 1..], end - start - 1) {
        end = start + 1;
    }
    start..end
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
