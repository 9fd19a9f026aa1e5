//! Results written by hand, so that a test knows every quotation in them.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

/// A report of one-sentence paragraphs, each with the label that it is quoted for.
pub(crate) struct Report<'a> {
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    pub(crate) date: Option<&'a str>,
    pub(crate) paragraphs: &'a [(&'a str, &'a str)],
}

impl Report<'_> {
    /// Its record, with its text.
    pub(crate) fn record(&self) -> Value {
        let mut text = String::new();
        let mut paragraphs = Vec::new();
        let mut by_label = json!({ "achievement": [], "directive": [], "model": [] });
        for (index, (label, sentence)) in self.paragraphs.iter().enumerate() {
            if index > 0 {
                text.push('\n');
            }
            let (start_byte, start_char) = (text.len(), text.chars().count());
            text.push_str(sentence);
            let place = json!({
                "start_char": start_char, "end_char": text.chars().count(),
                "start_byte": start_byte, "end_byte": text.len(),
            });
            let quotation = with(
                &place,
                json!({
                    "paragraph": index, "sentence": 0, "text": sentence, "score": 0.9,
                    "labels": [label],
                }),
            );
            by_label[*label]
                .as_array_mut()
                .expect("one of the labels")
                .push(quotation);
            paragraphs.push(with(
                &place,
                json!({
                    "index": index, "kind": "body", "furniture": false, "page": null,
                    "labels": [{"label": label, "score": 0.9}], "abstained": false,
                    "evidence": [{"label": label, "sentence": 0}],
                    "sentences": [with(&place, json!({"index": 0}))],
                }),
            ));
        }
        json!({
            "schema_version": 1, "id": self.id, "status": "success", "error": null,
            "source": {
                "path": self.id, "format": "text", "encoding": "utf-8",
                "encoding_confidence": 1.0, "bytes": text.len(), "sha256": null,
            },
            "title": self.title,
            "official": self.date.map(|date| json!({
                "number": "12/BC-UBND", "date": date, "issuer": null, "signer": null,
            })),
            "language": "vi", "text_sha256": null, "text": text, "paragraphs": paragraphs,
            "summary": {"budget": "4s", "sentences": []}, "by_label": by_label,
            "tokens": {"total": 1, "encoded": 1}, "model": {"name": "m", "sha256": ""},
        })
    }
}

/// Both objects' keys.
fn with(place: &Value, mut other: Value) -> Value {
    let keys = place.as_object().expect("an object").clone();
    other.as_object_mut().expect("an object").extend(keys);
    other
}

/// Writes the results of `reports` into `folder`, as a run would.
pub(crate) fn write_results(folder: &Path, reports: &[Report<'_>]) {
    fs::create_dir_all(folder).expect("the folder is writable");
    let lines = reports
        .iter()
        .map(|report| format!("{}\n", report.record()));
    let lines: String = lines.collect();
    fs::write(folder.join("results.jsonl"), lines).expect("the folder is writable");
}

/// Three years of reports of two districts; one order is repeated every year, one achievement is told twice.
pub(crate) const REPORTS: [Report<'static>; 4] = [
    Report {
        id: "huyện Lạc Bình/2022.docx",
        title: "Báo cáo tổng kết năm 2022",
        date: Some("2022-12-14"),
        paragraphs: &[
            (
                "achievement",
                "Toàn huyện có 14 xã đạt chuẩn nông thôn mới, vượt 2 xã so với kế hoạch được giao đầu năm.",
            ),
            (
                "directive",
                "Giao Phòng Nông nghiệp chủ trì, phối hợp với các xã rà soát toàn bộ hồ chứa nước nhỏ, báo cáo \
                 Ủy ban nhân dân huyện trước ngày 15/3/2023.",
            ),
        ],
    },
    Report {
        id: "huyện Lạc Bình/2023.docx",
        title: "Báo cáo tổng kết năm 2023",
        date: Some("2023-12-12"),
        paragraphs: &[
            (
                "achievement",
                "Toàn huyện có 14 xã đạt chuẩn nông thôn mới, vượt 2 xã so với kế hoạch được giao đầu kỳ.",
            ),
            (
                "model",
                "Mô hình “Tổ hòa giải số” ở thị trấn giúp 32 vụ việc được hòa giải ngay tại khu dân cư.",
            ),
        ],
    },
    Report {
        id: "huyện Vân Sơn/2023.docx",
        title: "Báo cáo công tác năm 2023",
        date: Some("2023-12-20"),
        paragraphs: &[(
            "directive",
            "Yêu cầu thủ trưởng các đơn vị công khai số điện thoại đường dây nóng trong tháng 01/2024.",
        )],
    },
    Report {
        id: "huyện Vân Sơn/ghi-chu.txt",
        title: "Ghi chú",
        date: None,
        paragraphs: &[(
            "achievement",
            "Đường liên xã dài 7 km đã hoàn thành, người dân đi lại thuận tiện hơn trước nhiều.",
        )],
    },
];
