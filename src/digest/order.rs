//! In which order do Vietnamese names stand?

use unicode_normalization::UnicodeNormalization;

/// What a name is sorted by: its letters in the order of the alphabet (a, ă, â, b, …), whatever their case, and where they are the
/// same, their tones as dictionaries have them.
pub(super) fn order(name: &str) -> (Vec<(char, u8)>, Vec<u8>) {
    let (mut letters, mut tones) = (Vec::new(), Vec::new());
    for character in name.nfd().flat_map(char::to_lowercase) {
        if let (Some(tone), Some(last)) = (tone(character), tones.last_mut()) {
            *last = tone;
        } else if let (Some(shape), Some((_, last))) = (shape(character), letters.last_mut()) {
            *last = shape;
        } else {
            letters.push(if character == 'đ' {
                ('d', 1)
            } else {
                (character, 0)
            });
            tones.push(0);
        }
    }
    (letters, tones)
}

/// The place of a tone's mark among the tones, from 1; the level tone has none.
fn tone(mark: char) -> Option<u8> {
    ['\u{300}', '\u{309}', '\u{303}', '\u{301}', '\u{323}']
        .iter()
        .zip(1..)
        .find_map(|(tone, place)| (*tone == mark).then_some(place))
}

/// The place of a letter's mark among letters that differ in it alone, from 1: `ă` before `â`, `ô` before `ơ`.
fn shape(mark: char) -> Option<u8> {
    match mark {
        '\u{306}' => Some(1),
        '\u{302}' => Some(2),
        '\u{31B}' => Some(3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_as_in_a_dictionary() {
        let names = [
            "", "2023", "2024", "ai", "An", "an Bình", "An Hòa", "ăn", "Âu", "bà", "Bả", "bã",
            "bá", "Bạ", "báo", "Bo", "Bô", "bơ", "Dung", "Đông", "e", "ê", "Tuy", "Tưng", "Vĩnh",
        ];
        let mut sorted = names.to_vec();
        sorted.reverse();
        sorted.sort_by_key(|name| order(name));
        assert_eq!(sorted, names);
        let decomposed: String = "Bạ Đường".nfd().collect();
        assert_eq!(order(&decomposed), order("bạ đường"));
    }
}
