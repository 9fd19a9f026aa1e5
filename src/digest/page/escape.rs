//! What documents say, as text of an HTML page and never as markup.

use std::fmt;

/// Text that may stand between tags and in quoted attributes.
///
/// Control characters, which HTML does not allow, become U+FFFD. The direction overrides of Unicode go too: with
/// them a text could show itself in another order than it reads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => formatter.write_str("&amp;")?,
                '<' => formatter.write_str("&lt;")?,
                '>' => formatter.write_str("&gt;")?,
                '"' => formatter.write_str("&quot;")?,
                '\'' => formatter.write_str("&#39;")?,
                '\t' | '\n' => fmt::Write::write_char(formatter, character)?,
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
                _ if character.is_control() => fmt::Write::write_char(formatter, '\u{fffd}')?,
                _ => fmt::Write::write_char(formatter, character)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_document_says_is_markup() {
        let hostile = "</script><img src=x onerror='a()'> \"&amp;\" \u{0}\u{202e}cba\u{2069}";
        let escaped = Escaped(hostile).to_string();
        assert_eq!(
            escaped,
            "&lt;/script&gt;&lt;img src=x onerror=&#39;a()&#39;&gt; &quot;&amp;amp;&quot; \u{fffd}cba"
        );
        assert_eq!(Escaped("Hòa Bình – 95%").to_string(), "Hòa Bình – 95%");
    }
}
