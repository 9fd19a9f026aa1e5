//! Does an older message begin here? The next pieces of a body → what mail programs write above one.

use super::older::Piece;

/// How many pieces the lines of a head may take, of which each address of many may fill one.
const MOST_PIECES: usize = 12;
/// More of a piece is not looked at: heads are short.
const MOST_CHARS: usize = 400;

/// The lines above an older message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// How many pieces.
    pub(super) length: usize,
    pub(super) below: Below,
}

/// What stands below a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Below {
    /// Lines that have the marks of quoting.
    Quoted,
    /// The older message, and nothing else.
    Older,
    /// What the message passes on.
    Forwarded,
}

/// The head that begins with the first of the pieces.
pub(super) fn head(pieces: &[Piece<'_>]) -> Option<Head> {
    divider(pieces)
        .or_else(|| announcement(pieces))
        .or_else(|| {
            let (length, below) = (fields(pieces)?, Below::Older);
            Some(Head { length, below })
        })
        .or_else(|| attribution(pieces))
}

/// `-----Original Message-----`, and the fields below or behind it.
fn divider(pieces: &[Piece<'_>]) -> Option<Head> {
    let text = pieces.first()?.text.trim();
    let name = text.strip_prefix("--")?.trim_start_matches('-');
    let (name, _) = name.split_once("--")?;
    let name = start_of(name);
    if !["message", "thư", "tin nhắn", "thông điệp"]
        .iter()
        .any(|word| name.contains(word))
    {
        return None;
    }
    let below = if is_passing_on(&name) {
        Below::Forwarded
    } else if ["original", "gốc"].iter().any(|word| name.contains(word)) {
        Below::Older
    } else {
        return None;
    };
    let length = 1 + fields_below(&pieces[1..]);
    Some(Head { length, below })
}

/// `Begin forwarded message:`, and the fields below it, which programs may quote with the message.
fn announcement(pieces: &[Piece<'_>]) -> Option<Head> {
    const MOST_WORDS: usize = 8;
    let text = pieces.first()?.text.trim();
    let is_short = || text.split_whitespace().nth(MOST_WORDS).is_none();
    if !text.ends_with(':') || !is_short() || !is_passing_on(&start_of(text)) {
        return None;
    }
    let fields = fields_below(&pieces[1..]);
    (fields > 0).then_some(Head {
        length: 1 + fields,
        below: Below::Forwarded,
    })
}

fn is_passing_on(name: &str) -> bool {
    ["forwarded", "chuyển tiếp"]
        .iter()
        .any(|word| name.contains(word))
}

/// How many pieces the fields take that stand below, with the blank ones between.
fn fields_below(pieces: &[Piece<'_>]) -> usize {
    let is_blank = |piece: &&Piece<'_>| piece.is_blank();
    let blank = pieces.iter().take(MOST_PIECES).take_while(is_blank).count();
    let below = &pieces[blank..];
    let fields = fields(below).or_else(|| fields_in_any_order(below));
    fields.map_or(0, |fields| blank + fields)
}

/// How many pieces the fields take that some programs begin with the subject; what else begins with words like theirs, only
/// where they stand tells.
fn fields_in_any_order(pieces: &[Piece<'_>]) -> Option<usize> {
    let lines = lines_of_head(pieces);
    let length = lines.iter().rposition(|line| is_field(line))? + 1;
    let has = |names: &[&str]| lines[..length].iter().any(|line| begins_with(line, names));
    let is_head = is_field(&lines[0]) && has(&FROM) && has(&DATE);
    is_head.then_some(length)
}

const FROM: [&str; 3] = ["from:", "từ:", "người gửi:"];
const DATE: [&str; 7] = [
    "sent:",
    "date:",
    "gửi:",
    "đã gửi:",
    "ngày:",
    "ngày gửi:",
    "gửi lúc:",
];
/// Notes about meetings say so, too.
const TIME: [&str; 1] = ["thời gian:"];
const TO: [&str; 6] = ["to:", "tới:", "đến:", "gửi tới:", "gửi đến:", "người nhận:"];
const SUBJECT: [&str; 3] = ["subject:", "chủ đề:", "tiêu đề:"];
const OTHERS: [&str; 6] = [
    "cc:",
    "bcc:",
    "đồng gửi:",
    "reply-to:",
    "importance:",
    "attachments:",
];

/// How many pieces the fields take that Outlook and others write: from whom, when, to whom or about what.
///
/// Notes between offices have such fields, too, but no time of day, and timetables say from when or from where. Of what
/// names neither a subject nor an address nobody can tell.
fn fields(pieces: &[Piece<'_>]) -> Option<usize> {
    let head = pieces.first()?;
    let first = start_of(head.text);
    let sender = FROM.iter().find_map(|name| first.strip_prefix(name))?;
    if sender
        .trim_start()
        .starts_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    let lines = lines_of_head(pieces);
    let length = lines.iter().rposition(|line| is_field(line))? + 1;
    // Without the name of the first field, which may end as another one does.
    let text = lines[..length]
        .join(" ")
        .split_off(first.len() - sender.len());
    let has = |names: &[&str]| {
        names
            .iter()
            .any(|name| text.contains(&[" ", name].concat()))
    };
    let has_address = text.contains('@');
    let is_dated = has_time(&text) && (has(&DATE) || has_address && has(&TIME));
    let is_addressed = has(&SUBJECT) || has_address && has(&TO);
    (is_dated && is_addressed).then_some(length)
}

/// The beginnings of the lines that a head may take.
fn lines_of_head(pieces: &[Piece<'_>]) -> Vec<String> {
    let depth = pieces.first().map_or(0, |first| first.depth);
    let lines = pieces.iter().take(MOST_PIECES);
    let lines = lines.take_while(|piece| piece.depth == depth && !piece.is_blank());
    let lines = lines.map(|piece| start_of(piece.text));
    // A second sender heads another message.
    let mut senders = 0;
    let lines = lines.take_while(|line| {
        senders += usize::from(begins_with(line, &FROM));
        senders < 2
    });
    lines.collect()
}

fn is_field(line: &str) -> bool {
    let mut names = [&FROM[..], &DATE, &TIME, &TO, &SUBJECT, &OTHERS].into_iter();
    names.any(|names| begins_with(line, names))
}

fn begins_with(line: &str, names: &[&str]) -> bool {
    names.iter().any(|name| line.starts_with(name))
}

/// `On …, Phong <c@d.vn> wrote:`, which may have been wrapped.
///
/// People, too, say what somebody wrote, but with neither an address nor a time of day, or at the end of a paragraph.
fn attribution(pieces: &[Piece<'_>]) -> Option<Head> {
    const MOST_LINES: usize = 3;
    const MOST_WORDS: usize = 20;
    const MOST_WORDS_WITH_ADDRESS: usize = 30;
    const BEGINNINGS: [&str; 5] = ["on ", "vào ", "ngày ", "lúc ", "hôm "];
    let depth = pieces.first()?.depth;
    let lines = pieces.iter().take(MOST_LINES);
    let mut lines = lines.take_while(|piece| piece.depth == depth && !piece.is_blank());
    let is_last = |piece: &Piece<'_>| {
        let end = piece.text.trim_end();
        ["wrote:", "viết:"].iter().any(|word| end.ends_with(word))
    };
    let length = lines.position(is_last)? + 1;
    let text: Vec<String> = pieces[..length]
        .iter()
        .map(|it| start_of(it.text))
        .collect();
    let text = text.join(" ");
    if length > 1 && !begins_with(&text, &BEGINNINGS) {
        return None;
    }
    let (has_address, has_time) = (text.contains('@'), has_time(&text));
    let most_words = if has_address {
        MOST_WORDS_WITH_ADDRESS
    } else {
        MOST_WORDS
    };
    let words: usize = pieces[..length].iter().map(Piece::words).sum();
    if words > most_words {
        return None;
    }
    let mut after = pieces[length..].iter().take(MOST_PIECES);
    let next = after.find(|piece| !piece.is_blank());
    let below = match next {
        Some(next) if next.depth > depth && (has_address || has_time) => Below::Quoted,
        Some(_) if has_address && has_time => Below::Older,
        _ => return None,
    };
    Some(Head { length, below })
}

/// The beginning of a piece in small letters, on one line, without marks of bold type.
fn start_of(text: &str) -> String {
    let start: String = text
        .chars()
        .take(MOST_CHARS)
        .filter(|it| *it != '*')
        .collect();
    let words: Vec<&str> = start.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// Whether a text names a time of day: `8:00`, `08:00:00`.
fn has_time(text: &str) -> bool {
    let is_time =
        |three: &[u8]| three[0].is_ascii_digit() && three[1] == b':' && three[2].is_ascii_digit();
    text.as_bytes().windows(3).any(is_time)
}
