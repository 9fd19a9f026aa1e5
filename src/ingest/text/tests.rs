//! The laws of finding the paragraphs of a plain text.

use super::*;
use crate::ingest::encoding::normalize::normalize;

fn paragraphs(text: &str) -> Vec<String> {
    blocks(text)
        .iter()
        .map(|block| normalize(&block.text()).into_owned())
        .collect()
}

#[test]
fn each_line_is_a_paragraph_where_nothing_shows_a_width() {
    let long = "Trong quý, toàn đơn vị đã hoàn thành các chỉ tiêu được giao. ".repeat(8);
    let text = format!("{long}\r\n{long}\rDòng ngắn\n{long}");
    assert_eq!(paragraphs(&text).len(), 4);
}

#[test]
fn wrapped_lines_are_joined_and_blank_lines_part_paragraphs() {
    let text = "\
Sáu tháng đầu năm, huyện đã triển khai đồng bộ các giải pháp phát triển
kinh tế, bảo đảm an sinh xã hội; thu ngân sách đạt 52 % dự toán được
giao.

Công tác giảm nghèo được quan tâm. Toàn huyện còn 312 hộ nghèo, giảm
1,2 điểm phần trăm so với cùng kỳ năm trước.";
    assert_eq!(
        paragraphs(text),
        [
            "Sáu tháng đầu năm, huyện đã triển khai đồng bộ các giải pháp phát triển kinh tế, \
                 bảo đảm an sinh xã hội; thu ngân sách đạt 52 % dự toán được giao.",
            "Công tác giảm nghèo được quan tâm. Toàn huyện còn 312 hộ nghèo, giảm 1,2 điểm \
                 phần trăm so với cùng kỳ năm trước.",
        ]
    );
}

#[test]
fn what_somebody_broke_at_commas_or_two_servers_at_their_widths_is_joined() {
    let at_commas = "\
Sau trận lũ, các thôn đã cử người đi dọn hai cây cầu,
vá lại mái nhà văn hóa của thôn Nà Lả,
khơi ba đoạn mương bị đất đá lấp ở đầu nguồn,
đưa máy bơm về trạm trước khi trời tối.";
    assert_eq!(paragraphs(at_commas).len(), 1);
    let twice = "\
Đoàn kiểm tra của huyện đã đến sáu thôn vùng cao, xem lại
từng đoạn
kênh bị sạt và ghi nhận hơn ba mươi hộ dân đang thiếu nước
sinh
hoạt, trong đó có tám hộ ở cuối nguồn phải đi lấy nước xa
nhà hai
cây số.";
    let found = paragraphs(twice);
    assert!(found.len() < twice.lines().count() - 2, "{found:?}");
}

#[test]
fn a_list_in_small_letters_is_not_wrapped_however_long_its_longest_line() {
    let lists = [
        "\
Tuần 23 xã Khe Sậy
gặt xong 45 ha lúa, năng suất bình quân 56 tạ một ha
nạo vét 300 m kênh
tập huấn cho 56 hộ nuôi ong, cấp 12 bộ thùng và dụng cụ
đề nghị huyện cấp ba tấn lúa giống",
        "\
Việc của các thôn
sửa cầu treo qua suối
phát quang hai bên đường và dọn vệ sinh chợ trước ngày mồng hai
lập danh sách hộ thiếu nước",
    ];
    for list in lists {
        assert_eq!(paragraphs(list).len(), list.lines().count());
    }
    let by_hand = "\
Tuần qua các thôn đã cùng nhau phát quang hai bên đường
và dọn vệ sinh ở chợ trung tâm, trồng thêm
hai trăm cây xanh trên tuyến đường vào trường học
mới mở.";
    assert_eq!(paragraphs(by_hand).len(), 1);
}

#[test]
fn headings_and_items_begin_paragraphs_in_a_wrapped_text() {
    let text = "\
I. KẾT QUẢ ĐẠT ĐƯỢC
Trong sáu tháng đầu năm, các phòng, ban đã phối hợp chặt chẽ với các xã,
thị trấn triển khai nhiệm vụ.
- Thành lập 12 tổ công tác để nắm tình hình, kịp thời tháo gỡ khó khăn
cho người dân;
- Mở 5 lớp tập huấn.
Kết thúc đợt công tác, các đơn vị gửi báo cáo về văn phòng để tổng hợp,
trình lãnh đạo.";
    assert_eq!(paragraphs(text).len(), 5);
}

#[test]
fn marks_without_a_space_begin_paragraphs_in_a_wrapped_text() {
    let text = "\
Trong sáu tháng đầu năm, các phòng, ban đã phối hợp chặt chẽ với các xã,
thị trấn triển khai nhiệm vụ, tháo gỡ khó khăn cho người dân trên các địa
bàn vùng cao, kết quả trên các mặt như sau đã được các ngành tổng hợp lại
-Tổ chức 12 lớp tập huấn cho cán bộ các xã về công tác hoà giải ở cơ sở
-Kiểm tra việc thực hiện quy chế dân chủ tại 15 xã, thị trấn theo Chỉ thị
05/CT-HU của Huyện ủy
1.Công tác quốc phòng được giữ vững, các xã đã huấn luyện dân quân tự vệ
2.Công tác an ninh trật tự được bảo đảm trên toàn địa bàn huyện trong kỳ";
    assert_eq!(paragraphs(text).len(), 5);
    assert!(paragraphs(text)[2].ends_with("Chỉ thị 05/CT-HU của Huyện ủy"));
}

#[test]
fn a_name_or_number_that_a_line_end_put_first_goes_on() {
    let text = "\
Tuyến đường cao tốc nối thành phố Biên Hoà với tỉnh Bà Rịa
-Vũng Tàu đã được khởi công trong tháng sáu vừa qua, đi qua lô số
12/Khu A và khu vực lân cận theo quy hoạch chi tiết duyệt tại
Điều 3 của Quyết định, sẽ được hoàn thành trong giai đoạn 2016
- 2020 theo đúng kế hoạch của Bộ giao cho tỉnh, các sở và các
huyện có tuyến đường đi qua.";
    assert_eq!(paragraphs(text).len(), 1);
}

#[test]
fn a_dash_that_a_line_end_put_first_goes_on() {
    let text = "\
Trong 6 tháng đầu năm, cấp ủy đã tập trung lãnh đạo phát triển kinh tế
- xã hội, bảo đảm an ninh; thu ngân sách đạt 52% dự toán, giải quyết
việc làm cho 1.250 lao động của huyện.
Các việc phải làm
- rà soát hộ nghèo ở các thôn trong tháng tới.";
    assert_eq!(paragraphs(text).len(), 3);
}

#[test]
fn the_first_item_below_a_full_line_is_one_where_others_follow() {
    let text = "\
Trong tháng tới, Phòng Nội vụ sẽ phối hợp với công an các xã vùng cao
- tập huấn cho 45 cán bộ tư pháp về đăng ký hộ tịch trên phần mềm mới,
thời gian học là ba ngày ở trung tâm huyện;
- cấp phát 1.250 tờ gấp cho các thôn, bản.";
    assert_eq!(paragraphs(text).len(), 3);
}

#[test]
fn decimals_in_prose_are_no_columns() {
    let text = "\
Năm nay toàn xã gieo cấy 12,5 ha lúa xuân, năng suất bình quân ước 56,7
tạ một ha, tăng so với cùng kỳ là 1,2 tạ, sản lượng đạt 70,9 tấn và
vượt kế hoạch huyện giao 3,4 phần trăm, giá bán bình quân là 7,5 nghìn.";
    assert_eq!(paragraphs(text).len(), 1);
}

#[test]
fn even_gaps_are_those_of_justified_lines() {
    let text = "\
Các   phòng,   ban   đã   phối   hợp   chặt   chẽ   với   các   xã
vùng   cao   để   tháo   gỡ   khó   khăn   cho   người   dân   ở   đó
trong   sáu   tháng   đầu   năm.";
    assert_eq!(paragraphs(text).len(), 1);
}

#[test]
fn columns_set_off_by_spaces_are_no_prose_that_goes_on() {
    let text = "\
Sản lượng lúa của các xã trong vụ mùa năm nay được tổng hợp theo bảng sau
đây để các phòng, ban chuyên môn cùng theo dõi và chỉ đạo trong thời gian
tới.
STT  Tên xã            Diện tích lúa (ha)   Sản lượng (tấn)     Tỷ lệ (%)
1    Liêm Cần                   412,5            2.268,7            102,4
2    Thanh Hà                   398,0            2.189,0             99,1";
    assert_eq!(paragraphs(text)[1..].len(), 3);
}

#[test]
fn lines_of_values_between_commas_are_no_prose_that_goes_on() {
    let text = "\
đơn vị,diện tích lúa mùa (ha),sản lượng,tỷ lệ,nhận xét của phòng
xã Đông Hội,400,2000,\"0,5%\",đã hoàn thành, đúng hạn
xã Uy Nỗ,401,2007,\"1,5%\",đã hoàn thành trước thời hạn
xã Cổ Loa,402,2014,\"2,5%\",chưa báo cáo đủ các chỉ tiêu";
    assert_eq!(paragraphs(text).len(), 4);
}

#[test]
fn two_returns_before_a_line_feed_are_one_end() {
    let text = "\
Sáu tháng đầu năm, huyện đã triển khai đồng bộ các giải pháp phát triển
kinh tế, bảo đảm an sinh xã hội; thu ngân sách đạt 52 % dự toán được
giao.

Hết.";
    let expected = paragraphs(text);
    assert_eq!(expected.len(), 2);
    assert_eq!(paragraphs(&text.replace('\n', "\r\r\n")), expected);
    assert_eq!(paragraphs(&text.replace('\n', "\r")), expected);
}

#[test]
fn a_short_line_ending_a_sentence_ends_its_paragraph() {
    let text = "\
Phòng đã rà soát toàn bộ hồ sơ còn tồn đọng, phân loại và chuyển cho các
bộ phận xử lý theo thẩm quyền.
Phòng cũng đã tham mưu ban hành quy chế làm việc mới, bảo đảm rõ người,
rõ việc, rõ trách nhiệm.";
    assert_eq!(paragraphs(text).len(), 2);
}

#[test]
fn words_divided_at_line_ends_are_joined() {
    let text = "\
The committee reviewed the annual report of the department and its recom-
mendations for the coming year, which were adopted without a vote by all.";
    assert!(paragraphs(text)[0].contains("its recommendations for"));
}

#[test]
fn a_vietnamese_hyphen_at_a_line_end_stays() {
    let text = "\
Đại hội đã thông qua các chỉ tiêu về phát triển kinh tế và văn hoá chính trị-
xã hội của địa phương trong nhiệm kỳ tới, được nhân dân đồng tình ủng hộ.";
    assert!(paragraphs(text)[0].contains("chính trị-xã hội"));
}

#[test]
fn chinese_lines_are_joined_without_a_space() {
    let text = "\
今年以来，全市上下坚持稳中求进工作总基调，全面落实各项部署，经济运行总体平稳，社会
大局保持和谐稳定，各项工作取得新的成效，人民群众的获得感、幸福感、安全感不断增强。";
    assert_eq!(paragraphs(text).len(), 1);
    assert!(paragraphs(text)[0].contains("社会大局"));
}

#[test]
fn lines_with_tabs_are_rows_of_a_table() {
    let text = "Chỉ tiêu\tKế hoạch\tThực hiện\nHộ nghèo\t320\t312\n\nGhi chú.";
    let kinds: Vec<_> = blocks(text).iter().map(|block| block.kind).collect();
    assert_eq!(
        kinds,
        [
            ParagraphKind::Table,
            ParagraphKind::Table,
            ParagraphKind::Body
        ]
    );
    assert_eq!(paragraphs(text)[1], "Hộ nghèo | 320 | 312");
}

#[test]
fn numbered_rows_have_cells_too_and_items_of_a_list_none() {
    let text = "Tên xã\tLúa\tNgô\n1. Liêm Cần\t412,5\t6\n2. Thanh Hà\t398\t8";
    assert_eq!(
        paragraphs(text)[1..],
        ["1. Liêm Cần | 412,5 | 6", "2. Thanh Hà | 398 | 8"]
    );
    let rows = blocks("-Lúa\t120\n-Ngô\t30");
    assert!(rows.iter().all(|row| row.kind == ParagraphKind::Table));
    let list = "1.\tNạo vét kênh mương.\n2.\tTu bổ cống.\n- Kinh phí:\t45 triệu.\n- Đã chi:\t40.";
    let kinds = blocks(list).into_iter().map(|block| block.kind);
    assert!(kinds.into_iter().all(|kind| kind == ParagraphKind::Body));
}

#[test]
fn bars_divide_the_rows_of_a_ruled_table() {
    let text = "\
Kết quả tháng 6:
+-----+-----------+
| STT | Thực hiện |
|-----|-----------|
|  1  |  5*3*2 ha |
+-----+-----------+
Ghi chú: a | b.";
    assert_eq!(
        paragraphs(text),
        [
            "Kết quả tháng 6:",
            "STT | Thực hiện",
            "1 | 5*3*2 ha",
            "Ghi chú: a | b."
        ]
    );
}

#[test]
fn page_numbers_before_form_feeds_are_dropped() {
    assert_eq!(
        paragraphs("Trang đầu.\n- 1 -\n\u{c}Trang sau.\n2"),
        ["Trang đầu.", "Trang sau."]
    );
    assert_eq!(
        paragraphs("Một.\n4\n\u{c}Hai.\n5\n\u{c}Ba."),
        ["Một.", "Hai.", "Ba."]
    );
}

#[test]
fn a_year_or_a_sum_before_a_form_feed_is_kept() {
    let text = "BÁO CÁO TỔNG KẾT\n2005\n\u{c}Tổng dân số của xã:\n12 450\n\u{c}Trong đó nữ:\n6230";
    assert_eq!(paragraphs(text).len(), 6);
    assert_eq!(paragraphs("Số hộ của thôn:\n1"), ["Số hộ của thôn:", "1"]);
}

#[test]
fn a_sentence_goes_on_over_a_page_number_and_blank_lines() {
    let text = "\
Các hợp tác xã đã nạo vét 45.600 m3 kênh mương, với tổng kinh phí 378\r
\r
                    - 1 -\r
\u{c}\r
triệu đồng, trong đó nhân dân đóng góp 120 triệu đồng và ngân sách huyện\r
hỗ trợ phần còn lại theo quy định.";
    assert_eq!(paragraphs(text).len(), 1);
    let numbered_above = text
        .replace("                    - 1 -\r\n", "")
        .replace("\u{c}\r\n", "\u{c}2\r\n\r\n");
    assert_eq!(paragraphs(&numbered_above)[1], "2");
}

#[test]
fn wrapped_lines_are_joined_between_long_lists_of_short_ones() {
    let text = "\
PHÒNG NÔNG NGHIỆP
Số: 12/NN

Kính gửi:
- Các hợp tác xã;
- Đội thủy nông số 3;
- Trưởng các thôn.

Sau đợt mưa đầu tháng, Phòng đề nghị các hợp tác xã kiểm tra lại
toàn bộ cống và kênh nhánh, gửi kết quả trước ngày 25/9.

Nơi nhận:
- Như trên;
- Lưu.

Trần Văn Lâm
Trưởng phòng
điện thoại: 0912 345 678
trang web: phongnn.vn";
    let found = paragraphs(text);
    assert_eq!(
        found.len(),
        text.lines().filter(|line| !line.is_empty()).count() - 1
    );
    assert!(found[6].ends_with(
        "các hợp tác xã kiểm tra lại toàn bộ cống và kênh nhánh, gửi kết quả trước ngày 25/9."
    ));
}
