use super::*;
use ParagraphKind::{Body, Caption, Heading, ListItem, Table};

fn shown(text: &str) -> Vec<(ParagraphKind, String)> {
    let blocks = read(text).expect("its HTML is sound").0;
    let shown = |block: &Block| (block.kind, block.text().trim().to_owned());
    blocks.iter().map(shown).collect()
}

#[test]
fn only_what_begins_a_text_with_a_key_is_metadata() {
    let text = "# Báo cáo\n\n---\nXã trồng 12 ha rừng.\n\nHội mở 3 lớp.\n---\n\nHết.\n";
    let texts: Vec<_> = shown(text).into_iter().map(|(_, text)| text).collect();
    assert_eq!(
        texts,
        ["Báo cáo", "Xã trồng 12 ha rừng.", "Hội mở 3 lớp.", "Hết."]
    );
    let ruled = "---\nSố: 12/BC\nThu đạt 52%.\n\n---\n\nHết.\n";
    assert_eq!(shown(ruled)[0].1, "Số: 12/BC");
    assert_eq!(
        shown("---\ntags:\n- a\n\n---\nHết.\n"),
        [(Body, "Hết.".to_owned())]
    );
}

#[test]
fn indented_paragraphs_are_no_code() {
    let text = "Kính gửi:\n\n    **Phòng Y tế** huyện\n\n    Xã đã tiêm chủng.\n    Xã đã khám.\n\n- Mục\n\n      Dòng trong mục\n";
    let expected = [
        (Body, "Kính gửi:"),
        (Body, "Phòng Y tế huyện"),
        (Body, "Xã đã tiêm chủng."),
        (Body, "Xã đã khám."),
        (ListItem, "Mục"),
        (ListItem, "Dòng trong mục"),
    ];
    assert_eq!(
        shown(text),
        expected.map(|(kind, text)| (kind, text.to_owned()))
    );
}

#[test]
fn stars_between_numbers_are_those_of_a_product() {
    let shown = shown("Ao rộng 5*3*2 m, thể tích 5*(3*2), **rất** *sâu*, 10**3**2.");
    assert_eq!(
        shown[0].1,
        "Ao rộng 5*3*2 m, thể tích 5*(3*2), rất sâu, 10**3**2."
    );
}

#[test]
fn keeps_the_kinds_and_drops_the_markup() {
    let text = "\
---
layout: page
---
# Báo cáo *tháng 6*

Đoạn **mở đầu** có [liên kết](http://a.b) và
dòng tiếp theo.[^1]

1. Việc thứ nhất
   - Việc con

   Đoạn trong mục.

| Chỉ tiêu | Số |
|---|---|
| Hộ | 12 |

```rust
let x = 1;
```

[^1]: Chú thích.
";
    let (blocks, title) = read(text).expect("it has no HTML");
    let shown: Vec<_> = blocks
        .iter()
        .map(|block| (block.kind, block.text().trim().to_owned()))
        .collect();
    let expected = [
        (Heading, "Báo cáo tháng 6"),
        (Body, "Đoạn mở đầu có liên kết và dòng tiếp theo."),
        (ListItem, "Việc thứ nhất"),
        (ListItem, "Việc con"),
        (ListItem, "Đoạn trong mục."),
        (Table, "Chỉ tiêu | Số"),
        (Table, "Hộ | 12"),
        (Caption, "Chú thích."),
    ];
    assert_eq!(shown, expected.map(|(kind, text)| (kind, text.to_owned())));
    assert_eq!(title.unwrap().text(), "Báo cáo tháng 6");
}

#[test]
fn where_each_paragraph_has_a_line_lines_are_paragraphs() {
    let text = "\
**BÁO CÁO**
1. Kết quả
Xã trồng 12 ha rừng.
- Hội mở 3 lớp, với
sự tham gia của 90 người.
2. Nhiệm vụ
**Giao** các thôn trồng thêm 5 ha.  
Công an xã tuần tra,<br>báo cáo hằng tuần.
---
";
    let expected = [
        (Body, "BÁO CÁO"),
        (ListItem, "Kết quả"),
        (Body, "Xã trồng 12 ha rừng."),
        (ListItem, "Hội mở 3 lớp, với sự tham gia của 90 người."),
        (ListItem, "Nhiệm vụ"),
        (Body, "Giao các thôn trồng thêm 5 ha."),
        (Body, "Công an xã tuần tra,"),
        (Body, "báo cáo hằng tuần."),
    ];
    assert_eq!(
        shown(text),
        expected.map(|(kind, text)| (kind, text.to_owned()))
    );
}

#[test]
fn html_is_read_and_so_is_text_between_fences() {
    let text = "\
<table><tr><td>Hộ nghèo</td><td>12</td></tr></table>

<p align=\"center\">Xã đã <b>trồng</b> rừng.</p>

```
Hội mở 3 lớp.
Đoàn trồng 5 ha.
```

``` markdown
## Nhiệm vụ

- **Giao** các thôn.
```

```python
print(1)
```

<!-- image -->
";
    let expected = [
        (Table, "Hộ nghèo | 12"),
        (Body, "Xã đã trồng rừng."),
        (Body, "Hội mở 3 lớp."),
        (Body, "Đoàn trồng 5 ha."),
        (Heading, "Nhiệm vụ"),
        (ListItem, "Giao các thôn."),
    ];
    assert_eq!(
        shown(text),
        expected.map(|(kind, text)| (kind, text.to_owned()))
    );
}
