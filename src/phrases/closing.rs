//! Which sentences only want their document known, approved or carried out?

use super::deadline::has_deadline;
use super::figures::has_figures;
use super::marks::{without_closers, without_marker};

/// How a sentence ends that only wants its document known, approved or carried out.
const CLOSING: [&str; 8] = [
    "biết, thực hiện",
    "biết và thực hiện",
    "biết để thực hiện",
    "nghiêm túc thực hiện",
    "nghiêm túc triển khai",
    "nghiêm túc tổ chức thực hiện",
    "nghiêm túc triển khai thực hiện",
    "quan tâm thực hiện",
];

/// And how one ends that only wants it considered, after the first word for that; and what it may be wanted for, in so few words.
const CONSIDERING: &str = "xem xét";
const CONSIDERED: [&str; 7] = [
    "phê duyệt",
    "quyết định",
    "chỉ đạo",
    "cho ý kiến",
    "giải quyết",
    "thông qua",
    "chấp thuận",
];
const APPROVED: &str = "phê duyệt";
/// What begins a wish; an order may end alike: `Giao … trình UBND huyện xem xét, quyết định`.
const WISHING: [&str; 4] = ["kính", "đề nghị", "rất mong", "trên đây"];
const PURPOSE: &str = " để ";
const PURPOSE_WORDS: usize = 12;

/// And one that only wants it made known to all, in so many words at most: others are to learn something. Or acted on once it is
/// there.
const SPREADING: [&str; 2] = [" phổ biến tới ", " phổ biến đến "];
const ALL: [&str; 3] = ["toàn thể ", "tất cả ", "từng "];
const ALL_WORDS: usize = 6;
const RECEIVED: &str = "nhận được";
const AT_ONCE: &str = "triển khai ngay";

/// How it begins, with `Trên đây` before a wish in the same sentence, unless it informs somebody so that they know.
const OPENING: [&str; 8] = [
    "Kính",
    "Đề nghị",
    "Yêu cầu",
    "Trên đây",
    "Giao ",
    "Điều ",
    "Nhận được",
    "Rất mong",
];
/// What informs, and what follows so few words later; more of them say what of.
const INFORMING: [&str; 2] = [" thông báo ", " để "];
const INFORMING_WORDS: usize = 8;

/// And how one may end after a word for carrying out and the kind of document: `thi hành Quyết định này`.
const CARRYING_OUT: [&str; 2] = ["thực hiện ", "thi hành "];
const KIND_WORDS: usize = 3;

/// How an article ends that names who carries a document out, however many they are, with so few words more before that
/// (`chịu trách nhiệm hướng dẫn và tổ chức thi hành`), and how one says since when it holds.
const DUTY: &str = "trách nhiệm ";
const DUTY_WORDS: usize = 10;
const MANNERS: [&str; 6] = [
    "",
    "tổ chức",
    "hướng dẫn",
    "hướng dẫn và tổ chức",
    "triển khai",
    "tổ chức triển khai",
];
const EFFECT: &str = " này có hiệu lực ";
const SINCE_SIGNED: [&str; 2] = ["từ ngày ký", "từ ngày ký ban hành"];

/// What follows where it replaces another document.
const REPLACING: &str = " thay ";

/// How one begins that says where to turn with difficulties, and what it says, in so many words at most.
const DURING: [&str; 2] = ["trong quá trình ", "nếu "];
const IF_THERE_ARE: [&str; 4] = ["nếu có ", "nếu còn ", "nếu gặp ", "có gì "];
const DIFFICULTIES: [&str; 3] = ["vướng mắc", "khó khăn", "vấn đề"];
const WORDS_BETWEEN: usize = 4;
const TURNING_REACH: usize = 10;
const TURNING: [&str; 5] = ["phản ánh", "báo cáo", "liên hệ", "trao đổi", "báo về"];
const TURNING_WORDS: usize = 45;

/// How the minutes of a meeting begin that say when it was held, and what they say besides.
const TODAY: &str = "Hôm nay";
const AT_AN_HOUR: [&str; 4] = ["vào lúc ", "vào hồi ", "hồi ", "lúc "];
const HOLDING: [&str; 2] = ["tiến hành ", "tổ chức "];
const MEETINGS: [&str; 5] = ["họp", "cuộc họp", "hội nghị", "đại hội", "lập biên bản"];

/// How documents that are signed begin to say in how many copies they were made, and how they say it.
const SIGNED: [&str; 5] = [
    "Biên bản",
    "Hợp đồng",
    "Thỏa thuận",
    "Thoả thuận",
    "Phụ lục",
];
const MADE: &str = "lập thành ";
const COPIES: &str = "bản";
const RECORD_WORDS: usize = 50;

/// A longer one says something besides.
const CLOSING_WORDS: usize = 30;

/// Whether a sentence only wants its document known, approved or carried out; it names no figure and no day. Or it only says where to
/// turn with difficulties, when the meeting was held or in how many copies it was written.
pub fn closes(sentence: &str) -> bool {
    let text = without_closers(sentence).trim_end_matches(['.', '/', '!', ';', ' ']);
    let unmarked = without_marker(text);
    names_duty(text)
        || takes_effect(text)
        || only_wants(unmarked)
        || takes_questions(unmarked)
        || opens_minutes(text)
        || counts_copies(text)
}

/// Whether a text only wants its document known, approved or carried out.
fn only_wants(text: &str) -> bool {
    let opens = OPENING.iter().any(|opening| text.starts_with(opening)) || informs(text);
    if !opens || text.contains(" đã ") {
        return false;
    }
    let text = match text.strip_prefix("Điều ") {
        Some(article) => article.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.'),
        None => text,
    };
    if text.contains(|c: char| c.is_ascii_digit()) || is_longer(text, CLOSING_WORDS) {
        return false;
    }
    let text = text.to_lowercase();
    CLOSING.iter().any(|ending| text.ends_with(ending))
        || carries_out_this(&text)
        || is_to_consider(&text)
        || is_to_spread(&text)
        || (text.starts_with(RECEIVED) && text.ends_with(AT_ONCE))
}

/// Whether a text only wants something considered, or approved for what follows.
fn is_to_consider(text: &str) -> bool {
    let ends = |text: &str| {
        let matter = text
            .rsplit_once(CONSIDERING)
            .map(|(_, matter)| matter.trim_start_matches([',', ' ']));
        matter.is_some_and(|matter| CONSIDERED.contains(&matter))
    };
    let before_purpose = text
        .rsplit_once(PURPOSE)
        .filter(|(_, purpose)| !is_longer(purpose, PURPOSE_WORDS))
        .map(|(before, _)| before);
    let wishes = WISHING.iter().any(|opening| text.starts_with(opening));
    wishes
        && (ends(text)
            || before_purpose.is_some_and(|before| {
                ends(before) || (before.starts_with("kính") && before.ends_with(APPROVED))
            }))
}

/// Whether a text only wants somebody told, and says nothing of what.
fn is_to_spread(text: &str) -> bool {
    let told = SPREADING.iter().find_map(|verb| text.split_once(verb));
    told.is_some_and(|(what, whom)| {
        let is_all = ALL.iter().any(|all| whom.starts_with(all)) && !is_longer(whom, ALL_WORDS);
        is_all || (what.ends_with(" này") && !is_longer(whom, ALL_WORDS))
    })
}

/// Whether a text only says where to turn with difficulties, by no day: the difficulties stand right after the condition, and nothing
/// else is to be done.
fn takes_questions(text: &str) -> bool {
    if is_longer(text, TURNING_WORDS) {
        return false;
    }
    let told = text;
    let text = told.to_lowercase();
    // Few sentences begin so: the others need not be read for a day.
    if !DURING.iter().any(|opening| text.starts_with(opening)) || has_deadline(told) {
        return false;
    }
    let after = |condition: &str| text.split_once(condition).map(|(_, after)| after);
    let trouble = IF_THERE_ARE.iter().find_map(|condition| after(condition));
    let turns = |trouble: &str| {
        let ends = DIFFICULTIES.iter().filter_map(|word| {
            let at = trouble.find(word)?;
            (!is_longer(&trouble[..at], WORDS_BETWEEN)).then_some(at + word.len())
        });
        let rest = ends.max().map_or("", |end| &trouble[end..]);
        let mut verbs = TURNING.iter().filter_map(|verb| rest.find(verb));
        verbs.any(|at| !is_longer(&rest[..at], TURNING_REACH) && !rest[..at].contains(" và "))
    };
    trouble.is_some_and(turns)
}

/// Whether a text only says when and where a meeting was held.
fn opens_minutes(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(TODAY) else {
        return false;
    };
    let rest = rest.trim_start_matches([',', ' ']);
    let is_of_hour = AT_AN_HOUR.iter().any(|hour| rest.starts_with(hour));
    if !is_of_hour || is_longer(text, RECORD_WORDS) {
        return false;
    }
    let rest = rest.to_lowercase();
    let held = HOLDING.iter().find_map(|verb| rest.split_once(verb));
    // What a meeting gave is news: `… tổ chức hội nghị trao 120 ngôi nhà`.
    held.is_some_and(|(_, what)| {
        MEETINGS.iter().any(|meeting| what.starts_with(meeting)) && !has_figures(what)
    })
}

/// Whether a text only says in how many copies its document was made.
fn counts_copies(text: &str) -> bool {
    let text = match text.split_once(". ") {
        Some((article, rest)) if article.starts_with("Điều ") => rest,
        _ => without_marker(text),
    };
    let number = text.split_once(MADE).map(|(_, number)| number);
    SIGNED.iter().any(|signed| text.starts_with(signed))
        && number.is_some_and(|number| {
            let copies = number.split_whitespace().nth(1).unwrap_or_default();
            copies.trim_end_matches([',', ';']) == COPIES
        })
        && !is_longer(text, RECORD_WORDS)
}

/// Whether a text has more than so many words.
fn is_longer(text: &str, words: usize) -> bool {
    text.split_whitespace().nth(words).is_some()
}

/// Whether a sentence informs somebody so that they know, and says little of what.
pub(super) fn informs(text: &str) -> bool {
    let [informing, so_that] = INFORMING;
    let object = text.rfind(so_that).and_then(|end| {
        // The last space of the one is the first of the other where nothing stands between.
        let before = &text[..=end];
        before
            .rfind(informing)
            .map(|at| &before[at + informing.len()..])
    });
    object.is_some_and(|object| !is_longer(object, INFORMING_WORDS))
}

/// Whether a text ends with a word for carrying out and the kind of its document.
fn carries_out_this(text: &str) -> bool {
    let kind = text.strip_suffix(" này").and_then(|text| {
        let places = CARRYING_OUT
            .iter()
            .filter_map(|verb| text.rfind(verb).map(|at| at + verb.len()));
        places.max().map(|at| &text[at..])
    });
    kind.is_some_and(|kind| kind.split_whitespace().count() <= KIND_WORDS)
}

/// Whether a text ends with the duty to carry its document out, and nothing else.
fn names_duty(text: &str) -> bool {
    let duty = text.rfind(DUTY).map(|at| &text[at + DUTY.len()..]);
    duty.is_some_and(|duty| {
        let only_carries_out = duty
            .strip_suffix("thi hành")
            .is_some_and(|how| MANNERS.contains(&how.trim_end()));
        (carries_out_this(duty) || only_carries_out)
            && !duty.contains(|c: char| c.is_ascii_digit())
            && !is_longer(duty, DUTY_WORDS)
    })
}

/// Whether a text says that its document holds since it was signed, and at most which one it replaces.
fn takes_effect(text: &str) -> bool {
    let since = text.split_once(EFFECT).map(|(_, since)| since);
    let since = since.map(|since| {
        let (since, _) = since.split_once(REPLACING).unwrap_or((since, ""));
        let since = since.trim_end_matches([',', ' ']);
        since.strip_suffix(" và").unwrap_or(since)
    });
    since.is_some_and(|since| {
        SINCE_SIGNED.iter().any(|ending| since.ends_with(ending))
            && !since.contains(|c: char| c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests;
