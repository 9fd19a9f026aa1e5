//! One table for each kind of trouble: `|` marks where the sentences are expected to end.

use super::*;

fn split(text: &str) -> Vec<&str> {
    let enclosures = Enclosures::of(text);
    let syllables = SyllableStarts::of(text);
    sentences(text, &enclosures, &syllables)
        .into_iter()
        .map(|range| &text[range])
        .collect()
}

/// Checks that each text, without its marks `|`, is split at them. Where `| ` stands the text has a space.
fn check(cases: &[&str]) {
    for case in cases {
        let text = case.replace("| ", " ").replace('|', "");
        let expected: Vec<String> = case
            .split('|')
            .map(|sentence| sentence.trim().to_owned())
            .collect();
        assert_eq!(split(&text), expected, "{text:?}");
    }
}

#[test]
fn keeps_abbreviations_inside_sentence() {
    check(&[
        "UBND TP. Hà Nội đã họp.| Cuộc họp kéo dài.",
        "Chủ tịch UBND TP. HCM dự lễ.",
        "PGS.TS. Nguyễn Văn Bình và ThS. Lê Hoa dự.| Sau đó về.",
        "Th.S. Trần Minh, GS. Đặng Hùng, BS. Mai Lan cùng đi.",
        "Đ/c. Phạm Dũng chủ trì.| KS. Hồ Nam báo cáo.",
        "Số nhà 12, P. Bến Nghé, Q. Một, TP. Huế.",
        "KT. CHỦ TỊCH, TM. ỦY BAN NHÂN DÂN",
        "Bộ máy của CTCP. Sông Hồng do NXB. Lao Động giới thiệu.",
        "Dr. Smith met Mr. Brown.| They left.",
        "Xem thêm tr. 15 và vol. 3 của bộ sách.",
        "Он живет на ул. Пушкина.| Дом старый.",
        "Dự họp có PGĐ. Trần Thị Mai và GĐ. Nguyễn Văn Nam.",
        "Cty TNHH Hoàng Long và DNTN Minh Anh cùng góp vốn.",
        "Đã sửa tuyến QL. 1A dài 12 km và tuyến TL. 8.| Năm 2024 làm tiếp.",
    ]);
}

#[test]
fn keeps_offices_places_and_documents_with_what_they_name() {
    check(&[
        "Dự họp có PCT. Trần Thị Mai và PBT. Nguyễn Văn Nam.| Sau đó về.",
        "Đường từ x. Khê Hạ đến thị trấn đã xong.",
        "Căn cứ NĐ. 30 và QĐ. 12 của tỉnh.| Sở đã ban hành QĐ.| Nay các xã thực hiện.",
    ]);
}

#[test]
fn the_mark_of_a_note_goes_with_the_sentence_before_it() {
    check(&[
        "Có 12 chi bộ của xã.(1) |Các chi bộ họp hằng tháng.[12] |Xã đã kiểm tra.¹ |Kết quả tốt.(3)",
        "Xã nêu “mỗi thôn một việc.”(1) |Các thôn đã làm.",
        "Dài 100 m.| (1) Tổ chức lại đội.| (2) Rà soát.",
        "Theo bảng (1) Các xã đã nộp.",
    ]);
}

#[test]
fn letters_in_brackets_part_items_as_numbers_do() {
    check(&[
        "Xã đã làm ba việc.| (a) rà soát hộ nghèo.| (b) lập danh sách.",
        "Xã đã làm ba việc.| (i) rà soát hộ nghèo.| (ii) lập danh sách.",
        "Xã đã họp. (theo kế hoạch) để triển khai.",
    ]);
}

#[test]
fn ends_sentence_after_abbreviation_where_another_starts() {
    check(&[
        "Dịch lan trên địa bàn TP.| Trong đó có hai ổ dịch lớn.",
        "Trồng lúa, ngô, khoai v.v.| Ngoài ra còn nuôi cá.",
        "Trồng lúa, ngô v.v. và nuôi cá.",
        "Chuyển thành công ty TNHH.| Trong năm, công ty có lãi.",
        "Huyện có 15 HTX.| Doanh thu tăng 5%.",
        "He works for Acme Inc.| The firm is old.",
    ]);
}

#[test]
fn keeps_numbers_dates_and_document_numbers_whole() {
    check(&[
        "Thu 1.250.000 đồng, tăng 1.245 hộ.| Chi giảm.",
        "Ngày 15.02.2022 và 15/02/2022 đã họp.",
        "Theo Nghị định số 30/2020/NĐ-CP.| Điều này rõ.",
        "Triển khai Nghị quyết số 12.| Trong đó nêu rõ.",
        "Đạt 95%.| 6 tháng đầu năm tăng 5,5%.",
        "Kinh phí là 1. 250. 000 đồng.",
        "Ngày 2. 9. 2024 là ngày nghỉ.| Cả xã treo cờ.",
        "Họp từ ngày 28. 12. 2023 (thứ năm).| Sau đó về.",
        "Có 12 xã.| 9 xã đạt chuẩn.",
        "Xong giai đoạn 2.| 9. Công tác khác",
        "Triển khai Nghị quyết số 12.",
    ]);
}

#[test]
fn keeps_list_numbers_with_their_items() {
    check(&[
        "1. Công tác tuyên truyền được đẩy mạnh.| 2. Công tác cán bộ ổn định.",
        "2.1. Kết quả đạt được.| Tốt.",
        "II. KẾT QUẢ THỰC HIỆN",
        "a) Về kinh tế.| b) Về xã hội.",
        "A. Phần chung.| B. Phần riêng.",
        "Điều 5. Tổ chức thực hiện",
        "Chương II. Quy định chung.| Điều 3. Phạm vi.",
        "Nhiệm vụ như sau: 1. Rà soát hồ sơ.| 2. Lập danh sách.",
        "Gồm: a. Rà soát hồ sơ; b. Lập danh sách; 12. Gửi kết quả.",
        "Nhiệm vụ các xã:1. Rà soát hộ nghèo; 2. Lập danh sách;3. Gửi kết quả.",
        "Kết quả tốt.| - Về kinh tế: tăng.| - Về xã hội: ổn.",
        "Kết quả tốt.| + về kinh tế: tăng.",
    ]);
}

#[test]
fn ends_sentence_after_a_figure_that_a_colon_announces() {
    check(&[
        "Tổng số hộ nghèo: 312.| Toàn huyện đã giảm được 45 hộ.",
        "Số trẻ em: 120.| Các em đều được tiêm phòng.",
        "Thu ngân sách đạt: 2.500.| Chi ngân sách giảm.",
        "Còn lại 7 xã; 125.| Huyện tiếp tục rà soát.",
    ]);
}

#[test]
fn keeps_initials_inside_sentence() {
    check(&[
        "Ông Nguyễn V. A. trú tại xã.| Ông B. Johnson đến thăm.",
        "J. K. Rowling viết truyện.| George W. Bush đọc.",
        "The U.S. Department of State agreed.",
        "Bị cáo Nguyễn Văn A.| Trong vụ này khai báo.",
        "Bị cáo Nguyễn Thị Th.| Bị hại là chị Tr. Hoàng đã trình báo.",
        "Bị cáo Nguyễn Văn T.| Bị hại là bà H. đã trình báo.",
        "Nên bổ sung vitamin C.| Bác sĩ khuyên vậy.",
        "Đại hội lần thứ XX.| Nghị quyết nêu rõ.",
        "Em dự thi vào Khối C.| Thí sinh đạt điểm cao.",
        "Thu trong Quý I.| Chi ngân sách giảm.",
        "Nhóm A. Dự án quan trọng quốc gia.",
    ]);
}

#[test]
fn a_bracket_after_an_initial_tells_of_whom_it_names() {
    check(&[
        "Công an xã mời Nguyễn Văn H. (SN 1990, trú tại xã Khê Hạ) lên làm việc.| Người này nhận lỗi.",
        "Gồm Trần Văn Th. (SN 2005); Cao Thị Ng. (SN 2006) và một người khác.",
        "Gồm Trần Văn K. (1992) và Lê Thị M. (32 tuổi), cùng trú tại xã.",
        "Nạn nhân là cháu T. (Trường Tiểu học Khê Hạ).| Cháu đã qua cơn nguy kịch.",
        "Xử phạt ông Vàng Văn P. (Bản Khê)",
        "Bị cáo Nguyễn Văn A.| (Theo hồ sơ vụ án.)| Tòa tuyên án.",
        "Nên bổ sung vitamin C.| (Ảnh: Minh Anh)",
        "Bị cáo Nguyễn Văn A.| (Ảnh: Minh Anh) Tòa tuyên án.",
    ]);
}

#[test]
fn ends_sentence_at_ellipsis_only_before_a_capital() {
    check(&[
        "Có lúa, ngô, khoai…| Đây là thế mạnh.",
        "Có lúa, ngô… ở vùng cao.",
        "Đề án dữ liệu quốc gia về dân cư.., góp phần tích cực.",
        "Xây dựng “Đơn vị kiểu mẫu”….| Qua đó nâng cao.",
        "Hoàn thành nhiệm vụ được giao./.",
        "Hoàn thành nhiệm vụ được giao./.| Nơi nhận: như trên.",
        "Trích: (…) Điều này đúng.",
        "Có thật không?!| Không.",
        "Thế à?...| Vâng.",
    ]);
}

#[test]
fn keeps_short_quotations_whole() {
    check(&[
        "Ông nói: “Phải làm ngay. Không chờ.”| Rồi ông về.",
        "Khẩu hiệu “An toàn là trên hết!” được treo khắp nơi.",
        "“Khó quá!” - ông Nam nói.| Ai cũng cười.",
        "“Sẽ làm tốt hơn.” – Ông Nam hứa.",
        "Ra mắt mô hình “Dân vận khéo”.| Mô hình hay.",
        "Ra mắt \"Dân vận khéo.\"| Mô hình hay.",
        "Tăng 5% (so với cùng kỳ. Số liệu sơ bộ) trong quý.",
        "Họp tại xã (theo đề nghị của UBND TP.) Trong Nam.",
        "Kết quả tốt.| (Theo báo cáo của huyện.)| Cần nhân rộng.",
    ]);
}

#[test]
fn splits_a_long_speech_into_its_sentences() {
    let sentence = "Chúng ta phải làm tốt hơn nữa công tác này trong mọi lĩnh vực.";
    let text = format!("Ông nói: “{sentence} {sentence} {sentence} {sentence}”");
    assert_eq!(split(&text).len(), 4);
}

#[test]
fn leaves_addresses_of_the_net_alone() {
    check(&[
        "Truy cập http://example.vn/Trang.Aspx?id=1&b=2 hoặc www.example.com.| Liên hệ Van.Thu@example.vn.",
        "Báo Example.Net đưa tin.",
    ]);
}

#[test]
fn supplies_a_missing_space() {
    check(&[
        "Tăng cường trên địa bàn.|Trong đó có hai xã.",
        "Hoàn thành trong năm 2022.|Năm 2023 tiếp tục.",
        "Theo chỉ đạo của UBND.|Trong tháng sẽ xong.",
        "Tăng 15%.|Đây là mức cao.",
        "Có 3 người (3,19%).|Ngoài ra còn hai người.",
        "Họp vào ngày 25-26/10.|Chủ tịch huyện dự.",
        "Quốc hội khóa XV.|Báo cáo được thông qua.",
        "TS.Nguyễn Văn Bình dự tại TP.Huế.",
        "1.Công tác tổ chức.",
    ]);
}

#[test]
fn reads_lower_case_text_by_its_stops() {
    check(&[
        "the rise was small.| it came late.| \"that is fine,\" mr. smith said.",
        "vì sao... không ai biết.",
    ]);
}

#[test]
fn is_sane_for_other_languages() {
    check(&[
        "Le maire a parlé.| « C'est bien. »| M. Petit est venu.",
        "Прошло 5 лет.| Что дальше?| Никто не знает.",
        "全省经济增长。|人民生活改善！|成绩来之不易？|是的。",
        "県は発表した。|「順調だ。」と知事は述べた。|予算は増える。",
        "위원회가 승인했다.| 예산은 늘었다.",
        "គណៈកម្មាធិការបានរាយការណ៍។| លទ្ធផលល្អ។",
        "รัฐบาลรายงานผล",
    ]);
}

#[test]
fn stray_marks_are_no_sentences() {
    check(&["Tốt.| ** Kém.", "Tốt. * * *", "- - -", "…"]);
    assert!(split("").is_empty());
    assert!(split(" \u{a0}\t ").is_empty());
}
