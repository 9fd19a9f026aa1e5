//! What becomes of a term that was drawn over or under another? On the line it has brackets where it needs them.

use super::{Blocks, StyledRun};
use crate::ingest::script::Script;

/// Longer ones are no terms: what is told of them would be told again for each that they stand in.
const MAX_TERM_BYTES: usize = 512;

/// A place in the open paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    run: usize,
    byte: usize,
}

impl Blocks {
    /// Where the open paragraph ends so far.
    pub(crate) fn place(&mut self) -> Place {
        let runs = &self.open_block().runs;
        Place {
            run: runs.len().saturating_sub(1),
            byte: runs.last().map_or(0, |run| run.text.len()),
        }
    }

    /// Puts brackets around what the open paragraph says from a place on, where it is more than one term.
    pub(crate) fn bracket_from(&mut self, mut place: Place) {
        let runs = &mut self.open_block().runs;
        let is_at_end = |run: &StyledRun| place.byte > 0 && place.byte == run.text.len();
        if runs.get(place.run).is_some_and(is_at_end) && place.run + 1 < runs.len() {
            place = Place {
                run: place.run + 1,
                byte: 0,
            };
        }
        let has_several = has_several_terms(runs, place);
        if let Some(first) = runs.get_mut(place.run)
            && has_several
            && first.text.is_char_boundary(place.byte)
        {
            let font = first.font.clone();
            first.text.insert(place.byte, '(');
            self.push(")", font.as_deref());
        }
    }
}

/// Whether an operator or a space stands between the terms from a place on, outside the brackets among them.
fn has_several_terms(runs: &[StyledRun], place: Place) -> bool {
    let (mut bytes, mut depth, mut is_begun, mut is_parted) = (0, 0usize, false, false);
    for (index, run) in runs.iter().enumerate().skip(place.run) {
        let start = if index == place.run { place.byte } else { 0 };
        let text = run.text.get(start..).unwrap_or_default();
        bytes += text.len();
        if bytes > MAX_TERM_BYTES {
            return false;
        }
        for character in text.chars().filter(|_| run.script == Script::Line) {
            match character {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            let parts = depth == 0 && is_between_terms(character);
            if is_parted && !character.is_whitespace() {
                return true;
            }
            is_parted |= parts && is_begun;
            is_begun |= !character.is_whitespace();
        }
    }
    false
}

fn is_between_terms(character: char) -> bool {
    character.is_whitespace() || "+-−–±∓×·∙*/÷:=<>≤≥≠".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::ParagraphKind;

    #[test]
    fn only_several_terms_have_brackets() {
        let cases = [
            ("a+b", "x (a+b)"),
            ("số vụ", "x (số vụ)"),
            ("12,5 ", "x 12,5 "),
            ("-7", "x -7"),
            ("f(x+1)", "x f(x+1)"),
            ("(a+b)(c-d)", "x (a+b)(c-d)"),
            ("(a)+(b)", "x ((a)+(b))"),
            ("", "x "),
        ];
        for (term, expected) in cases {
            let mut blocks = Blocks::default();
            blocks.begin_paragraph(ParagraphKind::Body);
            blocks.push("x ", Some("Arial"));
            let place = blocks.place();
            blocks.push(term, Some("Cambria Math"));
            blocks.bracket_from(place);
            assert_eq!(blocks.finish()[0].text(), expected);
        }
    }

    #[test]
    fn a_place_may_have_gone_and_a_term_be_long() {
        let mut blocks = Blocks::default();
        blocks.push("năm", None);
        let place = blocks.place();
        blocks.push(&" +1".repeat(MAX_TERM_BYTES), None);
        blocks.bracket_from(place);
        blocks.begin_paragraph(ParagraphKind::Body);
        blocks.bracket_from(place);
        blocks.push("ước", None);
        blocks.bracket_from(Place { run: 0, byte: 1 });
        let texts: Vec<_> = blocks
            .finish()
            .iter()
            .map(super::super::Block::text)
            .collect();
        assert!(texts[0].starts_with("năm +1"));
        assert_eq!(texts[1], "ước");
    }
}
