//! Which sentences tell of no gain, though they speak of what was done?

use super::figures::has_figures;
use super::marks::without_marker;

/// How a sentence tells what was not achieved, unless what follows tells what was.
const SHORTFALLS: [&str; 9] = [
    "thấp hơn kế hoạch",
    "thấp hơn mục tiêu",
    "thấp hơn chỉ tiêu",
    "còn cao",
    "còn thấp",
    "còn chậm",
    "còn nhiều hạn chế",
    "còn hạn chế",
    " tụt ",
];
const GAINS: [&str; 6] = [
    " đạt ",
    " tăng ",
    " giảm ",
    " hoàn thành ",
    " đã ",
    " vượt ",
];
/// What compares: `còn thấp hơn cả năm trước` may be good.
const COMPARING: [&str; 2] = [" hơn", " nhất"];
/// What was done wherever it stands, and how sentences begin that tell what is over.
const DONE: &str = " đã hoàn thành ";
const FORMERLY: [&str; 2] = ["Trước đây", "Từ chỗ"];

/// How one begins that tells the other side of what stands before it, unless it tells of a gain all the same; and how words begin
/// that only look so.
const CONTRASTS: [&str; 7] = [
    "Tuy nhiên",
    "Tuy vậy",
    "Tuy thế",
    "Dù vậy",
    "Dẫu vậy",
    "Mặc dù vậy",
    "Thế nhưng",
];
const BUT: &str = "Song";
const NO_BUT: [&str; 3] = ["song", "hành", "phương"];
/// How one begins that adds what was or what was not achieved, and what tells that it was not.
const ADDING: &str = "Bên cạnh đó";
const STILL_LACKING: [&str; 2] = [" chưa ", " vẫn còn "];
const SOME: &str = " một số ";
const STILL: &str = " còn ";

/// Words beside a figure of what is lacking.
const FEW: [&str; 10] = [
    "chưa",
    " còn ",
    "chậm",
    " chỉ ",
    " mới ",
    "thấp hơn",
    "xảy ra",
    "không đạt",
    "thiếu",
    " tụt ",
];

/// What is lacking, though nothing was told before.
const LACKING: [&str; 4] = ["vẫn còn", "vẫn để xảy ra", "còn vướng", "chưa đạt"];
const LATE: &str = " chậm ";
const LATE_BY: [&str; 4] = ["giờ", "ngày", "tuần", "tháng"];
/// Words that make a gain none: `chưa đạt`, `chỉ tăng`.
const DENYING: [&str; 3] = ["không", "chưa", "chỉ"];

/// How a sentence begins that counts what there is, not what was gained; and what one has that tells of a gain all the same.
const COUNTING: [&str; 5] = ["Hiện ", "Hiện nay", "Hiện tại", "Toàn ", "Trong đó"];
const GAINED: [&str; 6] = ["%", "chuẩn", "công nhận", "hiệu quả", "thu hút", "đạt"];
const COUNT_WORDS: usize = 3;

/// Whether a sentence tells what was not achieved, and nothing of what was after that.
pub fn falls_short(sentence: &str) -> bool {
    let has = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    let compares = |after: &str| COMPARING.iter().any(|word| after.starts_with(word));
    let is_past = FORMERLY.iter().any(|opening| sentence.starts_with(opening));
    let found = SHORTFALLS.iter().filter_map(|short| {
        let after = &sentence[sentence.find(short)? + short.len()..];
        (!compares(after)).then_some(after)
    });
    let rest = found.max_by_key(|after| after.len());
    !is_past && !sentence.contains(DONE) && rest.is_some_and(|rest| !has(rest, &GAINS))
}

/// Whether a sentence tells of no gain: it tells what was not achieved, what was founded when, or how many there are.
pub fn tells_no_gain(sentence: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| sentence.contains(word));
    let is_gain = || has(&GAINS) || has(&GAINED);
    let counts = || {
        let places = [" có ", " gồm "].into_iter();
        let mut after = places.filter_map(|verb| sentence.split_once(verb));
        after.any(|(_, rest)| {
            let mut words = rest.split_whitespace().take(COUNT_WORDS);
            words.any(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        })
    };
    let is_stock = has(&["được thành lập"])
        || (COUNTING.iter().any(|opening| sentence.starts_with(opening)) && counts());
    falls_short(sentence) || contrasts(sentence) || lacks(sentence) || (is_stock && !is_gain())
}

/// Whether a sentence tells the other side of what was told before it, up to its first semicolon without a gain.
pub fn contrasts(sentence: &str) -> bool {
    let text = without_marker(sentence);
    let but = |rest: &str| {
        let next = rest.strip_prefix(' ').unwrap_or_default();
        rest.starts_with(',')
            || (next.starts_with(char::is_lowercase)
                && !NO_BUT.iter().any(|word| next.starts_with(word)))
    };
    let is_contrast = CONTRASTS.iter().any(|opening| text.starts_with(opening))
        || text.strip_prefix(BUT).is_some_and(but)
        || text.strip_prefix(ADDING).is_some_and(adds_a_lack);
    let told = text.split(';').next().unwrap_or_default();
    // A figure without a word for what is lacking is a result: `Tuy nhiên, … xã thu ngân sách 12,4 tỷ đồng`.
    let is_lack = || !has_figures(told) || FEW.iter().any(|word| told.contains(word));
    is_contrast && !tells_gain(told) && is_lack()
}

/// Whether what is added tells what is lacking: `còn` alone may mean `also`.
fn adds_a_lack(text: &str) -> bool {
    STILL_LACKING.iter().any(|word| text.contains(word))
        || text
            .split_once(SOME)
            .is_some_and(|(_, some)| some.contains(STILL))
}

/// Whether a sentence tells what is lacking or late, with neither a gain in it nor a figure before that.
fn lacks(sentence: &str) -> bool {
    let lacking = LACKING.iter().find_map(|lack| sentence.find(lack));
    let before = lacking.or_else(|| late(sentence)).map(|at| &sentence[..at]);
    let is_past = FORMERLY.iter().any(|opening| sentence.starts_with(opening));
    before.is_some_and(|before| !is_past && !tells_gain(sentence) && !has_figures(before))
}

/// Where a sentence tells how late something was: `chậm 12 ngày`.
fn late(sentence: &str) -> Option<usize> {
    let mut places = sentence.match_indices(LATE);
    let is_counted = |after: &str| {
        let mut words = after.split_whitespace();
        let number = words.next().unwrap_or_default();
        let unit = words.next().unwrap_or_default();
        number.bytes().all(|byte| byte.is_ascii_digit())
            && LATE_BY.iter().any(|by| unit.starts_with(by))
    };
    let place = places.find(|(at, found)| is_counted(&sentence[at + found.len()..]));
    place.map(|(at, _)| at)
}

/// Whether a text tells of a gain that no word before it denies.
fn tells_gain(text: &str) -> bool {
    let is_denied = |before: &str| DENYING.iter().any(|word| before.ends_with(word));
    GAINS.iter().any(|gain| {
        let mut places = text.match_indices(gain);
        places.any(|(at, _)| !is_denied(&text[..at]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACT: &str = "Toàn huyện đã hoàn thành 12 chỉ tiêu trong quý.";

    #[test]
    fn what_was_not_achieved_falls_short() {
        assert!(falls_short(
            "Số hộ thiếu nước sạch còn cao, xã tụt 3 bậc trong bảng thi đua."
        ));
        for gain in [
            "Dù tỷ lệ hộ nghèo còn cao, huyện đã hoàn thành 12 chỉ tiêu.",
            "Thu ngân sách thấp hơn kế hoạch đầu năm nhưng vẫn tăng 8%.",
            "Số hộ dùng nước giếng còn cao, nay giảm còn 15 hộ.",
            "Từ chỗ đường bê tông còn thấp, nay cả sáu thôn đi lại thuận lợi.",
            "Tỷ lệ hộ cận nghèo còn thấp hơn mức chung của huyện.",
            "Thôn đã hoàn thành xóa nhà tạm, số nhà tạm thấp hơn chỉ tiêu 3 nhà.",
            FACT,
        ] {
            assert!(!falls_short(gain), "{gain}");
        }
    }

    #[test]
    fn what_counts_what_there_is_tells_of_no_gain() {
        for count in [
            "Hiện nay toàn xã có 1.200 hộ, 5.400 nhân khẩu.",
            "Đảng bộ được thành lập ngày 7/2/2020 với 18 chi bộ.",
            "Trong đó có 76 cơ sở kinh doanh vật tư nông nghiệp.",
        ] {
            assert!(tells_no_gain(count), "{count}");
        }
        for gain in [
            "Hiện nay toàn huyện có 12 xã đạt chuẩn nông thôn mới.",
            "Trong đó có 15 hộ đã thoát nghèo.",
            "Toàn tỉnh trồng mới 120 ha rừng.",
            FACT,
        ] {
            assert!(!tells_no_gain(gain), "{gain}");
        }
    }

    #[test]
    fn the_other_side_of_what_was_told_is_no_gain() {
        for shortfall in [
            "Tuy nhiên, qua rà soát vẫn còn 45 hộ thiếu giấy tờ; đã phát hiện 3 hộ kê khai trùng.",
            "Song việc thanh toán cho các hộ nhận khoán làm rất muộn.",
            "- Dù vậy kết quả chưa tương xứng, chỉ đạt một nửa.",
            "Bên cạnh đó một số thôn còn dọn vệ sinh theo kiểu đối phó.",
            "Tuyến đường vào bản Nà Hin còn vướng mặt bằng.",
            "Nhà thầu bàn giao lớp học chậm 12 ngày do mưa.",
        ] {
            assert!(tells_no_gain(shortfall), "{shortfall}");
        }
        for gain in [
            "Tuy nhiên, nhờ bà con đồng lòng, xã đã làm xong 3 km đường.",
            "Song song với đó, các thôn trồng hoa dọc đường liên bản.",
            "Song Mai trồng được 12 ha cam.",
            "Tuy nhiên, với quyết tâm cao, xã thu ngân sách 12,4 tỷ đồng, bằng 115% dự toán.",
            "Bên cạnh đó, xã còn mở một số lớp dạy nghề.",
            "Xã đạt 18 tiêu chí, riêng tiêu chí môi trường chưa đạt.",
        ] {
            assert!(!tells_no_gain(gain), "{gain}");
        }
        assert!(!falls_short("Tuy nhiên, vẫn còn 45 hộ thiếu giấy tờ."));
    }
}
