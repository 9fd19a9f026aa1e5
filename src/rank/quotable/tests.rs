use super::*;
use crate::document::ParagraphKind::{self, Body, Heading, ListItem};
use crate::ingest::{RawDocument, RawParagraph};
use crate::segment;

/// The texts of the units that may be quoted of a document of these paragraphs.
fn quoted(paragraphs: &[&str]) -> Vec<String> {
    let paragraphs: Vec<_> = paragraphs.iter().map(|text| (Body, *text)).collect();
    quoted_of(&paragraphs)
}

/// The same of paragraphs of these kinds.
fn quoted_of(paragraphs: &[(ParagraphKind, &str)]) -> Vec<String> {
    let mut raw = RawDocument::of_paragraph("");
    raw.paragraphs = paragraphs
        .iter()
        .map(|&(kind, text)| RawParagraph {
            kind,
            text: text.to_owned(),
            ..RawParagraph::default()
        })
        .collect();
    let document = segment::split(&raw);
    let units = document.units();
    let texts: Vec<&str> = units
        .iter()
        .map(|unit| document.text_at(unit.span))
        .collect();
    let syllables: Vec<usize> = texts.iter().map(|text| segment::syllables(text)).collect();
    let quotable = Quotable::of(&document, &units, &syllables, &vec![false; units.len()]);
    let told = texts.iter().zip(&quotable.is_candidate);
    told.filter(|(_, is_candidate)| **is_candidate)
        .map(|(text, _)| (*text).to_owned())
        .collect()
}

/// The bearings of the units of a paragraph.
fn bearings_of(text: &str) -> Vec<Bearing> {
    let document = segment::split(&RawDocument::of_paragraph(text));
    let units = document.units();
    let syllables = vec![20; units.len()];
    Quotable::of(&document, &units, &syllables, &vec![false; units.len()]).bearings
}

const FACT: &str = "Toàn huyện đã hoàn thành 12 chỉ tiêu trong quý.";

#[test]
fn what_leads_to_a_list_is_not_quoted_alone() {
    for lead in [
        "Trong thời gian tới, các đơn vị thực hiện một số nhiệm vụ sau:",
        "Đồng chí Bí thư nhấn mạnh (trích):",
    ] {
        assert_eq!(quoted(&[lead, FACT]), [FACT]);
    }
    let long = "Ủy ban nhân dân huyện yêu cầu các xã hoàn thành việc rà soát hộ nghèo trước ngày 30 tháng 9, gồm các bước:";
    assert_eq!(quoted(&[long, FACT]), [long, FACT]);
}

#[test]
fn items_say_something_though_no_mark_ends_them() {
    let heads = [(Heading, "BÁO CÁO"), (Heading, "NHIỆM VỤ")];
    let of_items = |items: &[(ParagraphKind, &str)]| {
        let paragraphs = [&heads[..], items, &[(Body, FACT)]].concat();
        let mut found = quoted_of(&paragraphs);
        assert_eq!(found.pop().as_deref(), Some(FACT));
        found
    };
    let sown = "- Gieo sạ 85 ha lúa thu, vượt 10% kế hoạch";
    let task = "- Các thôn rà soát toàn bộ hộ nghèo trước mùa mưa bão năm nay";
    assert_eq!(
        of_items(&[(ListItem, sown), (ListItem, task)]),
        [sown, task]
    );
    for other in [
        "- Ông Lò Văn Pản, Bí thư Chi bộ Nà Hin, Phó Chủ tịch Hội Nông dân xã",
        "- Ngày 12/6/2024, ngày 15/6/2024",
        "- Nguyễn Thị Lan, Trần Văn Bình, Lê Văn Cường, Hoàng Thị Dung",
        "- Thôn Nà Hin, xã Mường Bón",
        "- Số lao động được tập huấn trong kỳ báo cáo: … người",
    ] {
        assert_eq!(of_items(&[(ListItem, other), (ListItem, sown)]), [sown]);
    }
    let section = "1. Công tác bảo vệ rừng và phòng cháy, chữa cháy rừng trên địa bàn";
    assert_eq!(of_items(&[(ListItem, section), (ListItem, sown)]), [""; 0]);
    let ended = "1. Các thôn đã rà soát xong toàn bộ hộ nghèo trước mùa mưa bão.";
    let section = "2. Công tác bảo vệ rừng và phòng cháy, chữa cháy rừng trên địa bàn";
    assert_eq!(of_items(&[(ListItem, ended), (Heading, section)]), [ended]);
    let numbered = [
        "1. Các thôn rà soát toàn bộ hộ nghèo trước mùa mưa bão năm nay",
        "2. Trạm Y tế tập huấn sơ cứu cho cán bộ của bốn thôn ven suối",
        "3. Công chức tài chính bố trí kinh phí mua áo phao cho học sinh",
    ];
    let [first, second, last] = numbered;
    assert_eq!(
        of_items(&[(ListItem, first), (ListItem, second), (Heading, last)]),
        numbered
    );
    assert_eq!(
        quoted_of(&[(ListItem, sown), (ListItem, task), (Body, FACT)]),
        [FACT],
        "links beside news"
    );
}

#[test]
fn a_line_that_only_leads_to_others_does_not_shut_them_out() {
    let lead = "Trong tuần, xã làm những việc sau:";
    assert_eq!(quoted(&[lead, "Sửa xong cầu treo"]), ["Sửa xong cầu treo"]);
}

#[test]
fn a_notice_in_capitals_is_quoted_where_nothing_else_is() {
    let notice = (Heading, "TẠM NGỪNG CẤP NƯỚC TẠI HAI PHƯỜNG.");
    assert_eq!(quoted_of(&[(Heading, "THÔNG BÁO"), notice]), [notice.1]);
    assert_eq!(quoted_of(&[notice, (Body, FACT)]), [FACT]);
}

#[test]
fn the_acts_that_a_long_sentence_begins_with_are_not_quoted() {
    let acts = [
        "Thực hiện Chỉ thị số 8/CT-UBND ngày 15/3/2024 của Ủy ban nhân dân tỉnh về quản lý rác thải;",
        "Kế hoạch số 12/KH-UBND ngày 15/01/2024 của Ủy ban nhân dân huyện về phân loại rác tại nguồn;",
    ];
    let told = "qua kiểm tra tại 11 xã, huyện thấy lượng rác thu gom đạt 94,5%, nhưng phân loại tại nguồn còn chậm.";
    assert_eq!(quoted(&[&[&acts[..], &[told]].concat().join(" ")]), [told]);
    let done = "Thực hiện Nghị quyết số 8-NQ/HU của Huyện ủy về giao thông, xã đã làm xong 12 km đường liên thôn;";
    let also = "các thôn hiến 3.500 m2 đất, góp 1.200 ngày công và trồng hoa dọc các tuyến đường mới mở trong năm;";
    let last =
        "đến nay xe ô tô vào được cả bốn thôn, trường học và trạm y tế của xã trong mùa mưa.";
    assert_eq!(quoted(&[&[done, also, last].join(" ")]), [done, also, last]);
}

#[test]
fn what_follows_the_acts_stands_by_itself() {
    let act = "Thực hiện Chỉ thị số 8/CT-UBND ngày 15/3/2024 của Ủy ban nhân dân tỉnh về quản lý rác thải trên địa bàn các xã;";
    let told = "qua kiểm tra tại 11 xã, huyện thấy lượng rác thu gom đạt 94,5%, nhưng phân loại tại nguồn còn chậm ở hầu hết các thôn vùng cao, \
                nơi xe gom rác chưa vào được.";
    assert_eq!(
        bearings_of(&format!("{act} {told}")),
        [Bearing::Alone, Bearing::Alone]
    );
}

#[test]
fn all_clauses_close_of_who_has_to_carry_a_decision_out() {
    let offices = "Giám đốc các Sở Nông nghiệp và Phát triển nông thôn, Tài chính, Kế hoạch và Đầu tư của tỉnh;";
    let duty = "Chủ tịch Ủy ban nhân dân các huyện Nậm Cang, Khau Phạ chịu trách nhiệm thi hành Quyết định này./.";
    assert_eq!(
        bearings_of(&format!("Điều 4. {offices} {offices} {offices} {duty}")),
        [Bearing::Closes; 4]
    );
}

#[test]
fn the_grounds_of_a_decision_are_not_quoted() {
    let article = "Điều 1. Phê duyệt kế hoạch cải tạo ba tuyến kênh của xã.";
    let grounds = [
        "Căn cứ Luật Thủy lợi ngày 19 tháng 6 năm 2017;",
        "- Xét đề nghị của Trưởng phòng Nông nghiệp tại tờ trình số 15.",
    ];
    assert_eq!(quoted(&[grounds[0], grounds[1], article]), [article]);
    assert_eq!(
        quoted(&[grounds[0], "QUYẾT ĐỊNH:", article]),
        [article],
        "one by itself, before the line in capitals"
    );
}

#[test]
fn the_grounds_of_a_letter_are_not_quoted() {
    let grounds = [
        "Căn cứ Luật Thủy lợi ngày 19 tháng 6 năm 2017;",
        "Theo đề nghị của Phòng Nông nghiệp tại tờ trình số 15,",
    ];
    assert_eq!(quoted(&[grounds[0], grounds[1], FACT]), [FACT]);
    let unnumbered = "Căn cứ biên bản kiểm tra hiện trạng giữa nhà trường và xã,";
    assert_eq!(quoted(&[grounds[0], unnumbered, FACT]), [FACT]);
    assert_eq!(quoted(&[unnumbered, grounds[0], FACT]), [FACT]);
    assert_eq!(
        quoted(&[grounds[0], FACT]),
        [grounds[0], FACT],
        "one alone may be a task"
    );
    let tasks = [
        "Căn cứ kế hoạch này, các xã lập danh sách hộ nghèo trước ngày 30/3;",
        "Căn cứ điều kiện thực tế, bố trí 5 tỷ đồng sửa ba tuyến đường;",
    ];
    assert_eq!(
        quoted(&[tasks[0], tasks[1], FACT]),
        [tasks[0], tasks[1], FACT]
    );
}

#[test]
fn greetings_and_thanks_are_not_quoted() {
    for greeting in [
        "Kính thưa các đồng chí lãnh đạo, các vị đại biểu!",
        "Thưa toàn thể hội nghị,",
        "Một lần nữa, xin kính chúc các đồng chí sức khỏe, hạnh phúc.",
        "Xin trân trọng cảm ơn!",
    ] {
        assert_eq!(quoted(&[greeting, FACT]), [FACT]);
    }
    let told = "Thưa các đồng chí, sáu tháng qua toàn huyện đã hoàn thành 12 chỉ tiêu, sửa 30 km đường và trao 200 suất học bổng.";
    for told in [
        told,
        "Kính thưa Hội đồng, năm 2023 thu ngân sách vượt 8% dự toán.",
        "Thưa các đồng chí, huyện đã hoàn thành mọi chỉ tiêu.",
    ] {
        assert_eq!(quoted(&[told, FACT]), [told, FACT]);
    }
}

#[test]
fn a_task_may_begin_with_its_grounds() {
    let tasks = [
        "Căn cứ kế hoạch này, các xã báo cáo kết quả trước ngày 15 hằng tháng;",
        "Thanh tra huyện kiểm tra việc thực hiện trong quý III.",
    ];
    assert_eq!(quoted(&tasks), tasks);
    let article = "Điều 1. Quy chế này có hiệu lực từ ngày ký.";
    assert_eq!(
        quoted(&[tasks[0], tasks[1], article]),
        [tasks[0], tasks[1], article]
    );
}

#[test]
fn the_questions_of_an_interview_are_not_quoted() {
    let question = "Và ai trực đêm ở chốt rừng?";
    let answer = "- Xã lập bốn tổ, mỗi tổ trực một đêm trong tuần.";
    assert_eq!(quoted(&[question, answer]), [answer]);
    assert_eq!(
        quoted(&["Phóng viên: Ai trực đêm ở chốt rừng?", FACT]),
        [FACT]
    );
    let answer = "Ông Hoàng Văn Sính: Bốn tổ thay nhau trực đêm.";
    assert_eq!(quoted(&[question, answer]), [answer]);
    let told = "Xã đã lập chốt ở cửa rừng.";
    assert_eq!(
        quoted(&[&format!("{told} {question}"), answer]),
        [told, answer]
    );
    let asks = "Ai cũng hỏi vì sao rừng còn?";
    assert_eq!(quoted(&[asks, FACT]), [asks, FACT]);
}

#[test]
fn who_was_there_is_not_quoted() {
    for list in [
        "Đại tá Lò Văn Sính, Trưởng Công an huyện, dự và phát biểu chỉ đạo hội nghị.",
        "Dự buổi gặp mặt có các đồng chí trong Ban Thường vụ Huyện ủy; các đồng chí lão thành.",
        "Tham dự hội nghị có đại diện lãnh đạo các phòng.",
        "Dự Hội nghị tại điểm cầu huyện có các đồng chí: Nguyễn Văn An, Trần Thị Bình.",
        "Dự họp còn có 31/45 ủy viên và Thiếu tướng Nguyễn Văn An.",
        "Tới dự có Phó Chủ tịch Ủy ban nhân dân tỉnh.",
        "Ngoài ra, tham gia buổi làm việc còn có 12 đại biểu các xã.",
    ] {
        assert_eq!(quoted(&[list, FACT]), [FACT]);
    }
    for other in [
        "Dự án có các ông chủ mới từ tháng 6.",
        "Tham dự hội nghị, đồng chí Chủ tịch yêu cầu hoàn thành hồ sơ trong tháng 6.",
        "Tham dự phiên họp và có bài viết về rừng, ông Sính kể chuyện giữ rừng.",
        "Tham dự có đồng chí Bí thư; đồng chí yêu cầu hoàn thành hồ sơ trong tháng 6.",
        "Tham gia mô hình có 30 hộ, thu nhập tăng gấp đôi.",
        "Tham dự hội chợ có 120 gian hàng của 8 xã.",
        "Tham gia lễ phát động có 1.200 người, trồng được 15.000 cây xanh.",
        "Dự hội thảo, nhiều doanh nghiệp có kế hoạch đầu tư 500 tỷ đồng.",
        "Tham dự kỳ thi có 120 em, đạt 85 giải.",
    ] {
        assert_eq!(quoted(&[other, FACT]), [other, FACT]);
    }
}

#[test]
fn numbers_alone_and_three_words_say_nothing() {
    assert_eq!(quoted(&["1991: 67,3 1992: 17,5%;", FACT]), [FACT]);
    assert_eq!(quoted(&[&format!("{FACT} Ảnh: Hồng Vân")]), [FACT]);
}

#[test]
fn lines_to_fill_in_are_not_quoted() {
    let form = [
        "Họ và tên người khai:",
        "Nơi ở hiện nay của người khai: …",
        "Điện thoại và thư điện tử của người khai:",
        "Lạc Bình, ngày … tháng … năm 20….",
    ];
    assert_eq!(quoted(&form), [""; 0]);
    let pledge = "Chúng tôi xin cam đoan những điều khai ở trên là đúng.";
    assert_eq!(
        quoted(&[form[0], form[1], pledge, form[2], form[3]]),
        [pledge]
    );
}

#[test]
fn where_nothing_says_more_all_prose_may_be_quoted() {
    assert_eq!(quoted(&["Gạo", "Ngô và khoai"]), ["Gạo", "Ngô và khoai"]);
    let lead = "Các đơn vị thực hiện một số nhiệm vụ sau:";
    assert_eq!(
        quoted(&["Kính thưa các vị đại biểu!", lead]),
        ["Kính thưa các vị đại biểu!"]
    );
}

#[test]
fn the_act_that_a_document_is_annexed_to_is_not_quoted() {
    for annex in [
        &[
            "(Ban hành kèm theo Quyết định số 12/QĐ-UBND",
            "của Chủ tịch Ủy ban nhân dân huyện Lạc Bình)",
        ][..],
        &["Kèm theo Tờ trình số 45/TTr-UBND ngày 3/6/2024 của Ủy ban nhân dân huyện."],
    ] {
        let mut paragraphs = annex.to_vec();
        paragraphs.push(FACT);
        assert_eq!(quoted(&paragraphs), [FACT]);
    }
    for told in [
        "Kèm theo báo cáo là danh sách các hộ nghèo của xã.",
        "Kèm theo 20 tấn xi măng, huyện đã cấp 150 triệu đồng cho bốn thôn.",
        "Kèm theo Nghị quyết số 8/NQ-HĐND của huyện, xã đã sửa 12 km đường.",
        "(Kèm theo danh sách 30 hộ) Xã đã cấp giống ngô cho bà con.",
    ] {
        assert_eq!(quoted(&[told, FACT]), [told, FACT]);
    }
}

#[test]
fn a_unit_goes_on_where_its_sentence_began_before() {
    use Bearing::{Alone, Announces, Asks, GoesOn, IsItem, Leads};
    let bearings = bearings_of;
    let lead = "Các xã báo cáo kết quả thực hiện nhiệm vụ được giao trong sáu tháng đầu năm về";
    let item = "giao thông nông thôn, thủy lợi, nước sạch và môi trường ở các thôn, bản vùng cao đặc biệt khó khăn";
    assert_eq!(
        bearings(&format!("{lead} {item}; {item}; {item}; {item}.")),
        [Alone, GoesOn, GoesOn, GoesOn]
    );
    let (big, said) = (
        format!("Bốn {item}"),
        format!("{lead} {item}, đồng chí Bí thư Huyện ủy nhấn mạnh"),
    );
    assert_eq!(
        bearings(&format!("{lead} {item} gồm: {big}, {big}.")),
        [Leads, IsItem]
    );
    assert_eq!(
        bearings(&format!(
            "{lead} {item} gồm: {big}; {big}; {big} cho 350 hộ."
        )),
        [Leads, IsItem, IsItem, Alone],
        "a later item with a figure says something by itself"
    );
    assert_eq!(bearings(&format!("{lead} {item} gồm những gì?")), [Asks]);
    assert_eq!(
        bearings(&format!("{said}: {big}, {big}.")),
        [Announces, Alone]
    );
    assert_eq!(
        bearings(&format!("{lead} {item} {item}; 12 {item}, {item}.")),
        [Alone, IsItem]
    );
}

#[test]
fn what_leads_to_a_list_comes_last_unless_it_has_figures() {
    use crate::rank::Genre::{News, Report};
    let lead = "Năm 2024, các thôn cùng bà con làm được nhiều việc, cụ thể:";
    let told = "Năm 2024, sản lượng ngô đạt 450 tấn, tăng 12,5% so với năm trước, cụ thể:";
    assert!(Bearing::Leads.is_last(Report, lead));
    assert!(!Bearing::Leads.is_last(News, lead));
    assert!(!Bearing::Leads.is_last(Report, told));
    assert!(Bearing::Announces.is_last(News, told));
}

#[test]
fn a_part_of_a_quotation_without_its_speaker_refers_to_them() {
    use crate::rank::Bearing::{Alone, Refers};
    let bearing = |text: &str| {
        let document = segment::split(&RawDocument::of_paragraph(text));
        let unit = document.units()[0];
        Bearing::of(&document, &unit, unit.span.start(), None)
    };
    assert_eq!(
        bearing("Sau đó sẽ xử lý nghiêm theo quy định của xã”."),
        Refers
    );
    assert_eq!(
        bearing("“Chúng tôi sẽ trồng thêm rừng ở đầu nguồn."),
        Refers
    );
    assert_eq!(
        bearing("Sẽ trồng thêm rừng ở đầu nguồn”, ông Lò Văn Pản khẳng định."),
        Alone
    );
    assert_eq!(
        bearing("Xã tổ chức phong trào “Nhà sạch, vườn đẹp” ở sáu thôn."),
        Alone
    );
}

#[test]
fn a_sentence_about_what_was_named_before_refers_to_it() {
    use crate::rank::Bearing::{Alone, Refers};
    let second = |text: &str| bearings_of(&format!("{FACT} {text}"))[1];
    for text in [
        "Cách này giữ được giá chè cho 45 hộ ở bản Nà Hin.",
        "Ở đó, mỗi nhà tự góp 2 tấn rơm để nuôi trâu.",
        "Trong những kết quả ấy có công của bà con các bản.",
        "Các hộ đó đã trồng 12 ha quế.",
        "Đồn Biên phòng liên lạc với 12 tàu nói trên, đưa vào bờ.",
    ] {
        assert_eq!(second(text), Refers, "{text}");
    }
    for text in [
        "Năm này xã trồng 12 ha quế.",
        "Thực hiện Kế hoạch này, bà con trồng 12 ha quế.",
        "Nhờ đó, 45 hộ thoát nghèo.",
        "Trong đó, 15 hộ đã thoát nghèo.",
        "Ông Sính nói trên đài huyện rằng quế được giá.",
        "Bà con trồng quế, giống này lớn nhanh.",
    ] {
        assert_eq!(second(text), Alone, "{text}");
    }
    let first = "Cách này giữ được giá chè cho 45 hộ ở bản Nà Hin.";
    assert_eq!(bearings_of(first), [Alone]);
}

#[test]
fn a_long_paragraph_of_very_short_sentences_is_looked_at_once() {
    // So little of it is letters that each look goes to its end: this would take minutes, were there one look a sentence.
    let text = "1! ".repeat(60_000);
    assert!(!quoted(&[text.trim_end()]).is_empty());
}
