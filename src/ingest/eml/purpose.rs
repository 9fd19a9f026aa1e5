//! Why was a message written? Its header → whether it answers another one, or passes one on.

use mail_parser::{HeaderValue, Message};

/// How a message stands to those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Purpose {
    /// To none, as far as its header says.
    New,
    Answer,
    Forward,
}

impl Purpose {
    /// By the subject, and by whether the header names the message that is answered.
    pub(in crate::ingest) fn new(subject: &str, names_older: bool) -> Self {
        const FORWARDS: [&str; 5] = ["fw:", "fwd:", "[fwd:", "ct:", "chuyển tiếp:"];
        const ANSWERS: [&str; 4] = ["re:", "re[", "tl:", "trả lời:"];
        let start: String = subject.trim_start().chars().take(16).collect();
        let start = start.to_lowercase();
        let begins_with = |prefixes: &[&str]| prefixes.iter().any(|it| start.starts_with(it));
        // Messages that pass another one on may name it, too.
        if begins_with(&FORWARDS) {
            Self::Forward
        } else if names_older || begins_with(&ANSWERS) {
            Self::Answer
        } else {
            Self::New
        }
    }

    pub(super) fn of(message: &Message<'_>) -> Self {
        let named = [message.in_reply_to(), message.references()];
        let names_older = named.iter().any(|it| !matches!(it, HeaderValue::Empty));
        Self::new(message.subject().unwrap_or_default(), names_older)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_says_whether_a_message_answers_or_passes_on() {
        let subjects = ["Biểu", "Re: FW: Biểu", "TL: Biểu", " Fwd: Biểu", "CT: Biểu"];
        let [new, answer, forward] = [Purpose::New, Purpose::Answer, Purpose::Forward];
        assert_eq!(
            subjects.map(|it| Purpose::new(it, false)),
            [new, answer, answer, forward, forward]
        );
        assert_eq!(
            subjects.map(|it| Purpose::new(it, true)),
            [answer, answer, answer, forward, forward]
        );
    }
}
