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
        const FORWARDS: [&str; 5] = ["fw", "fwd", "ct", "chuyển tiếp", "chuyen tiep"];
        const ANSWERS: [&str; 7] = [
            "re",
            "aw",
            "tl",
            "trả lời",
            "tra loi",
            "phúc đáp",
            "phản hồi",
        ];
        const MOST_CHARS: usize = 16;
        let subject = without_tags(subject);
        let start: String = subject.chars().take(MOST_CHARS).collect();
        let start = start.to_lowercase();
        let prefix = start
            .split_once([':', '['])
            .map(|(prefix, _)| prefix.trim_end());
        let is_among = |prefixes: &[&str]| prefix.is_some_and(|prefix| prefixes.contains(&prefix));
        // Messages that pass another one on may name it, too.
        if is_among(&FORWARDS) || start.starts_with("[fwd:") {
            Self::Forward
        } else if names_older || is_among(&ANSWERS) {
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

/// A subject without what mail servers and lists write before it: `[EXTERNAL] Re: …`.
fn without_tags(subject: &str) -> &str {
    let mut rest = subject.trim_start();
    while let Some((tag, after)) = rest.strip_prefix('[').and_then(|it| it.split_once(']')) {
        if tag.contains(':') || after.trim().is_empty() {
            break;
        }
        rest = after.trim_start();
    }
    rest
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

    #[test]
    fn what_servers_and_programs_write_otherwise_says_the_same() {
        let answers = [
            "RE : Biểu",
            "[EXTERNAL] Re: Biểu",
            "[nhom-lua][Ngoài] TL : Biểu",
            "Re[2]: Biểu",
            "AW: Biểu",
            "Phúc đáp: Biểu",
            "Phản hồi: Biểu",
            "Tra loi: Bieu",
        ];
        let forwards = [
            "[Ext] FW: Biểu",
            "[Fwd: Biểu]",
            "Chuyen tiep: Bieu",
            "Fwd : Biểu",
        ];
        let new = [
            "Ret: Biểu",
            "[Re] Biểu",
            "Tổng hợp: Biểu",
            "[Re: Biểu",
            "Re",
            "[]",
            "CT 135: Biểu",
        ];
        for (subjects, purpose) in [
            (&answers[..], Purpose::Answer),
            (&forwards[..], Purpose::Forward),
            (&new[..], Purpose::New),
        ] {
            for subject in subjects {
                assert_eq!(Purpose::new(subject, false), purpose, "{subject}");
            }
        }
    }
}
