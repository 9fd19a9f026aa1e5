use super::*;

/// What the rows of a table tell, and by which kind of column.
fn told(rows: &[&str]) -> Vec<(Told, String)> {
    let mut tables = Tables::default();
    let entry = |row: &&str| {
        let entry = tables.pass(ParagraphKind::Table, row)?;
        Some((entry.header.told, row[entry.range].to_owned()))
    };
    rows.iter().filter_map(entry).collect()
}

fn texts(rows: &[&str]) -> Vec<String> {
    told(rows).into_iter().map(|(_, text)| text).collect()
}

const TASK: &str = "Rà soát, lập danh sách hộ nghèo của các thôn";

#[test]
fn the_column_of_tasks_says_something() {
    let row = format!("1 | {TASK} | Công chức văn hóa | Tháng 3");
    let header = "STT | Nhiệm vụ | Đơn vị chủ trì | Thời gian hoàn thành";
    assert_eq!(told(&[header, &row]), [(Told::Tasks, TASK.to_owned())]);
    let header = "TT | Nội dung | Cơ quan thực hiện | Thời hạn";
    assert_eq!(told(&[header, &row]), [(Told::Contents, TASK.to_owned())]);
    let header = "Lĩnh vực | Nhiệm vụ cụ thể | Chủ trì | Ghi chú";
    let row = format!("Giảm nghèo | {TASK} | Công chức văn hóa");
    assert_eq!(texts(&[header, &row]), [TASK]);
}

#[test]
fn cells_may_be_empty_or_shared() {
    let header = "STT | Nhóm nhiệm vụ | Nhiệm vụ cụ thể | Chủ trì | Phối hợp | Thời hạn";
    let rows = [
        format!("1 | Giảm nghèo | {TASK} | Phòng Nội vụ | Các xã | Quý I"),
        format!("2 | {TASK} | Phòng Nội vụ | Quý I"),
        format!("{TASK} | Phòng Nội vụ"),
    ];
    for row in rows {
        assert_eq!(texts(&[header, &row]), [TASK], "{row}");
    }
}

#[test]
fn rows_that_head_others_say_nothing() {
    let header = "STT | Nhiệm vụ | Chủ trì | Thời hạn";
    for row in [
        "II | Nhiệm vụ về phát triển nông nghiệp và nông thôn",
        "1 | Công tác xây dựng nông thôn mới và giảm nghèo",
        "Công tác xây dựng nông thôn mới",
        "(1) | (2) | (3) | (4)",
        "Chủ trì | Phối hợp",
        "3 | Báo cáo năm | Văn phòng Ủy ban nhân dân xã | Tháng 12",
    ] {
        assert_eq!(texts(&[header, row]), [""; 0], "{row}");
    }
}

#[test]
fn results_are_told_in_their_column() {
    let result = "Đã cấp 1.240 thẻ bảo hiểm cho người nghèo của xã";
    let row = format!("1 | {TASK} | {result}");
    let header = "TT | Nhiệm vụ | Kết quả thực hiện | Ghi chú";
    assert_eq!(told(&[header, &row]), [(Told::Results, result.to_owned())]);
    let header = "TT | Nhiệm vụ | Kết quả";
    assert_eq!(told(&[header, &row]), [(Told::Results, result.to_owned())]);
    let tracked = "TT | Nhiệm vụ | Thời hạn | Kết quả thực hiện";
    let late = format!("1 | {TASK} | 30/6 | {result}");
    assert_eq!(
        told(&[tracked, &late]),
        [(Told::Results, result.to_owned())]
    );
    let expected = "TT | Nhiệm vụ | Kết quả | Chủ trì";
    let row = format!("{row} | Văn phòng");
    assert_eq!(told(&[expected, &row]), [(Told::Tasks, TASK.to_owned())]);
}

#[test]
fn the_first_row_may_name_columns_of_its_own() {
    let header = "Lĩnh vực | Kết quả thực hiện | Xếp loại";
    let row = "Thu ngân sách | Thu đạt 1.250 triệu đồng trong quý I | Tốt";
    assert_eq!(texts(&[header, row]).len(), 1);
    assert_eq!(texts(&["Thôn | Hộ", header, row]), [""; 0]);
}

#[test]
fn what_is_in_a_month_is_a_task_and_what_is_on_a_day_an_appointment() {
    let header = "Thời gian | Nội dung công việc | Phân công";
    let month = format!("Tháng 3 | {TASK} | Công chức văn hóa");
    let day = format!("Thứ Ba 4/3 | {TASK} | Công chức văn hóa");
    assert_eq!(texts(&[header, &month, &day]), [TASK]);
}

#[test]
fn a_day_may_be_shared_by_several_rows() {
    let header = "Thời gian | Nội dung công việc | Phân công | Sản phẩm";
    let day = format!("Thứ Ba 4/3 | {TASK} | Công chức văn hóa | Báo cáo");
    let next = format!("{TASK} | Công chức văn hóa");
    let next_month = format!("Tháng 4 | {TASK} | Công chức văn hóa");
    assert_eq!(texts(&[header, &day, &next]), [""; 0]);
    assert_eq!(texts(&[header, &day, &next_month, &next]), [TASK; 2]);
}

#[test]
fn only_hours_and_days_make_an_appointment() {
    let after = "TT | Nội dung công việc | Chủ trì | Thời gian";
    let ahead = "Thời gian | Nội dung công việc | Chủ trì";
    for (header, cell, is_task) in [
        (
            "TT | Nội dung | Chủ trì | Thời hạn",
            "17h ngày 15/6/2025",
            true,
        ),
        (
            "TT | Nội dung | Chủ trì | Hoàn thành",
            "10 giờ ngày 15/6/2025",
            true,
        ),
        ("TT | Nội dung | Chủ trì | Ngày hoàn thành", "8h00", true),
        ("TT | Nhiệm vụ | Chủ trì | Chỉ tiêu", "15ha", true),
        ("TT | Nhiệm vụ | Chủ trì | Chỉ tiêu", "20hộ", true),
        ("TT | Nhiệm vụ | Chủ trì | Chỉ tiêu", "Tối thiểu 95%", true),
        (
            "TT | Nhiệm vụ | Chủ trì | Sản phẩm",
            "Sáng kiến cấp huyện",
            true,
        ),
        (after, "Ngày 15/6", true),
        (after, "8h00 - 8h15", false),
        (after, "Sáng 12/3", false),
        (after, "14 giờ", false),
        (ahead, "Từ tháng 3", true),
        (ahead, "Trong quý II", true),
        (ahead, "Thường xuyên", true),
        (ahead, "Trước 30/6", true),
        (ahead, "Hàng tháng", true),
        (ahead, "Thứ Hai", false),
        (ahead, "Ngày 12/3", false),
        (ahead, "12/3", false),
        (ahead, "Từ 8h00", false),
    ] {
        let row = if header == ahead {
            format!("{cell} | {TASK} | Công chức văn hóa")
        } else {
            format!("1 | {TASK} | Công chức văn hóa | {cell}")
        };
        assert_eq!(
            texts(&[header, &row]).len(),
            usize::from(is_task),
            "{header}: {cell}"
        );
    }
    let result = "Đã công nhận 12 sáng kiến của giáo viên các trường";
    let row = format!("Sáng kiến | {result} | Tốt");
    let header = "Lĩnh vực | Kết quả thực hiện | Xếp loại";
    assert_eq!(texts(&[header, &row]), [result]);
}

#[test]
fn other_tables_say_nothing() {
    let row = format!("1 | {TASK} | 12 | 4.500.000 | 54.000.000");
    for header in [
        "TT | Nội dung | Số lượng | Đơn giá | Thành tiền",
        "TT | Họ và tên | Nhiệm vụ | Chức vụ | Ghi chú",
        "TT | Nhiệm vụ | Đồng chí | Địa bàn phụ trách | Ghi chú",
        "TT | Nội dung | Yêu cầu | Số đo | Kết quả",
        "TT | Chỉ tiêu | Kế hoạch | Thực hiện | Tỷ lệ",
        "TT | Thời gian | Nội dung | Chủ trì | Phối hợp",
        "TT | Nội dung | Địa điểm | Chủ trì | Thời gian",
        "TT | Tên thủ tục | Cơ quan thực hiện | Thời hạn giải quyết | Phí",
        "Thôn | Nhiệm vụ đã giao từ đầu năm 2024 | Hộ nghèo | Khẩu | Tỷ lệ",
    ] {
        assert_eq!(texts(&[header, &row]), [""; 0], "{header}");
    }
    let header = "TT | Nội dung | Thực hiện | Thời gian";
    let row = format!("1 | {TASK} | Ban tổ chức | 8h00 - 8h15");
    assert_eq!(texts(&[header, &row]), [""; 0]);
}

#[test]
fn a_table_ends_with_its_rows() {
    let mut tables = Tables::default();
    let header = "STT | Nhiệm vụ | Đơn vị chủ trì";
    let row = format!("1 | {TASK} | Công chức văn hóa");
    assert_eq!(tables.pass(ParagraphKind::Table, header), None);
    assert!(tables.pass(ParagraphKind::Table, &row).is_some());
    assert_eq!(tables.pass(ParagraphKind::Body, "Hết."), None);
    assert_eq!(tables.pass(ParagraphKind::Table, &row), None);
}
