//! Which tokens make up an RTF file? Bytes → [`Token`]s; nothing can make it fail.

/// The smallest thing that RTF says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    GroupStart,
    GroupEnd,
    /// `\word` or `\word12`; of a control symbol, the symbol.
    Control {
        word: &'a str,
        value: Option<i32>,
    },
    /// A character's byte in the encoding of its font.
    Byte(u8),
}

/// Reads tokens one by one.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take_while(&mut self, is_wanted: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        while self.peek().is_some_and(&is_wanted) {
            self.at += 1;
        }
        std::str::from_utf8(&self.bytes[start..self.at]).unwrap_or_default()
    }

    /// Reads what stands after a backslash.
    fn control(&mut self) -> Option<Token<'a>> {
        let first = self.peek()?;
        if first.is_ascii_alphabetic() {
            return Some(self.control_word());
        }
        self.at += 1;
        Some(match first {
            b'\'' => Token::Byte(self.hexadecimal()),
            b'\\' | b'{' | b'}' => Token::Byte(first),
            b'\n' | b'\r' => Token::Control {
                word: "par",
                value: None,
            },
            b'\t' => Token::Control {
                word: "tab",
                value: None,
            },
            _ => {
                let symbol = std::str::from_utf8(&self.bytes[self.at - 1..self.at]);
                Token::Control {
                    word: symbol.unwrap_or_default(),
                    value: None,
                }
            }
        })
    }

    fn control_word(&mut self) -> Token<'a> {
        let word = self.take_while(|byte| byte.is_ascii_alphabetic());
        let is_negative = self.peek() == Some(b'-');
        self.at += usize::from(is_negative);
        let digits = self.take_while(|byte| byte.is_ascii_digit());
        let value = digits
            .parse::<i32>()
            .ok()
            .map(|value| if is_negative { -value } else { value });
        self.at += usize::from(self.peek() == Some(b' '));
        if word == "bin" {
            // Raw bytes follow, of any value.
            let length = value
                .and_then(|value| usize::try_from(value).ok())
                .unwrap_or(0);
            self.at = self.at.saturating_add(length).min(self.bytes.len());
        }
        Token::Control { word, value }
    }

    fn hexadecimal(&mut self) -> u8 {
        let mut value = 0u8;
        for _ in 0..2 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else { break };
            value = value << 4 | u8::try_from(digit).unwrap_or(0);
            self.at += 1;
        }
        value
    }
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let byte = self.peek()?;
            self.at += 1;
            return match byte {
                b'{' => Some(Token::GroupStart),
                b'}' => Some(Token::GroupEnd),
                b'\\' => self.control(),
                b'\r' | b'\n' | 0 => continue,
                _ => Some(Token::Byte(byte)),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_words_symbols_bytes_and_skips_raw_data() {
        let tokens: Vec<_> = Lexer::new(b"{\\b0 a\\'e9\\-\\u-7 \\bin3 }{\\x\r\n}").collect();
        let control = |word, value| Token::Control { word, value };
        let expected = [
            Token::GroupStart,
            control("b", Some(0)),
            Token::Byte(b'a'),
            Token::Byte(0xE9),
            control("-", None),
            control("u", Some(-7)),
            control("bin", Some(3)),
            control("x", None),
            Token::GroupEnd,
        ];
        // Three raw bytes: a closing brace, an opening brace, a backslash.
        assert_eq!(tokens[..7], expected[..7]);
        assert_eq!(tokens.last(), Some(&Token::GroupEnd));
    }
}
