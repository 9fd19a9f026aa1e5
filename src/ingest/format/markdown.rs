//! Is a text Markdown? Signs that plain text has not, and the suffix of its name.

/// Whether a name's suffix is one of Markdown: all that a name ever says about a format.
pub(in crate::ingest) fn has_markdown_suffix(name: Option<&str>) -> bool {
    let suffix = name
        .and_then(|name| name.rsplit_once('.'))
        .map(|(_, suffix)| suffix);
    suffix.is_some_and(|suffix| {
        suffix.eq_ignore_ascii_case("md") || suffix.eq_ignore_ascii_case("markdown")
    })
}

/// How many signs there are that only Markdown has: headings, fences, links, bold words, tables.
///
/// Bullets and numbers do not count, as plain text has them too.
pub(super) fn markdown_signs(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let signs = lines.iter().filter(|line| is_markdown_line(line)).take(2);
    let is_ruled = |line: &str| line.contains('|') || line.trim_start().starts_with("+-");
    let tables = lines.chunk_by(|upper, lower| is_ruled(upper) == is_ruled(lower));
    signs.count()
        + tables
            .filter(|lines| is_markdown_table(lines))
            .take(2)
            .count()
}

/// Whether these lines are a table of Markdown: one row, a ruler, and rows, all of as many cells. Typists ruled
/// tables in plain text above and below, and between the rows.
fn is_markdown_table(lines: &[&str]) -> bool {
    let cells = |line: &str| {
        let inside = line.trim();
        let inside = inside.strip_prefix('|').unwrap_or(inside);
        let inside = inside.strip_suffix('|').unwrap_or(inside);
        inside.split('|').count()
    };
    let [heading, ruler, rows @ ..] = lines else {
        return false;
    };
    let count = cells(heading);
    heading.contains('|')
        && !is_ruler(heading)
        && is_ruler(ruler)
        && cells(ruler) == count
        && rows.iter().all(|row| !is_ruler(row) && cells(row) == count)
}

/// `|---|:--:|`, `--|--`
fn is_ruler(line: &str) -> bool {
    let inside = line.trim().trim_matches('|');
    line.contains('|')
        && inside.split('|').all(|cell| {
            let dashes = cell.trim().trim_matches(':');
            !dashes.is_empty() && dashes.bytes().all(|byte| byte == b'-')
        })
}

fn is_markdown_line(line: &str) -> bool {
    let after_signs = line.trim_start_matches('#');
    let level = line.len() - after_signs.len();
    ((1..=6).contains(&level) && after_signs.starts_with(' '))
        || line.starts_with("```")
        || line.contains("](")
        || has_strong_words(line)
}

/// Whether two stars open words and two close them: `**Kính gửi:**`. Rules of stars and masked numbers (`0912****56`)
/// are in plain text too.
fn has_strong_words(line: &str) -> bool {
    let is_inside = |c: char| !c.is_whitespace() && c != '*';
    let mut is_open = false;
    let mut rest = line;
    let mut before = None;
    while let Some(start) = rest.find('*') {
        before = rest[..start].chars().next_back().or(before);
        let after = rest[start..].trim_start_matches('*');
        let stars = rest.len() - start - after.len();
        if stars == 2 {
            if is_open && before.is_some_and(is_inside) {
                return true;
            }
            is_open |= after.chars().next().is_some_and(is_inside);
        }
        before = Some('*');
        rest = after;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::SourceFormat;

    #[test]
    fn stars_open_and_close_words() {
        for line in [
            "**Kính gửi:** Ủy ban",
            "Xem **Điều 5** và **Điều 6**",
            "a**b**c",
        ] {
            assert!(has_strong_words(line), "{line}");
        }
        for line in [
            "*****",
            "Số máy 0912****56, 0913****57",
            "** ghi chú ** và ** hết **",
            "2 ** 3",
            "****",
            "một **dấu",
        ] {
            assert!(!has_strong_words(line), "{line}");
        }
    }

    #[test]
    fn tables_of_markdown_have_one_ruler_below_their_heading() {
        let table = "| Chỉ tiêu | Số |\n|:---|---:|\n| Lúa | 12 |\n| Ngô | 13 |";
        assert_eq!(markdown_signs(table), 1);
        assert_eq!(
            markdown_signs(&format!("{table}\n\nTên | Tổng\n--|--\n")),
            2
        );
        for ruled in [
            "| Chỉ tiêu | Số |\n|---|---|\n| Lúa | 12 |\n|---|---|\n| Ngô | 13 |",
            "|---|---|\n| Chỉ tiêu | Số |\n|---|---|\n| Lúa | 12 |\n|---|---|",
            "+---+---+\n| Lúa | 12 |\n|---|---|\n| Ngô | 13 |\n+---+---+",
            "Lúa | Ngô\n5*3*2 ha | 7*2 ha",
        ] {
            assert_eq!(markdown_signs(ruled), 0, "{ruled}");
        }
        let text = format!("BIỂU 1\n\n{}", "|---|---|\n| Lúa | 5*3*2 ha |\n|---|---|\n");
        let format = SourceFormat::detect(text.as_bytes(), None).unwrap();
        assert_eq!(format, SourceFormat::Text);
    }
}
