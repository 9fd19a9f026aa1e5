//! Which syllables are common? Where a short text reads well in two ways, the more usual words are meant.

use std::sync::LazyLock;

use super::{Token, class_of};

/// Common syllables with letters beyond ASCII, as office reports have them.
const COMMON: &str = "\
    bà bài bàn bán bản bảng bảo báo bão bắc bằng bầu bậc bền bến bể bên bè bì bình bị biên biển biết biểu bò bỏ bó bóng \
    bộ bố bổ bồi bờ bởi bớt bù bùi bước bụi cà cá các cách cái cải cán cảnh cáo cạnh căn cắt cầm cấm cần cận cấp cập \
    cấu cầu cây cô cố có cỏ còn cộng công cổ cơ cờ cỡ cũ cũng của cùng cúm cụ cụm cục cứ cử cứu cửa cực chắc chăm chăn \
    chấp chất chậm châu chè chế chết chỉ chí chị chính chín chó chọn chống chồng chỗ chợ chờ chú chủ chúng chùa chuẩn \
    chuyển chuyến chức chứ chưa chứa chứng chương dạy dài dãy dân dẫn dầu dịch diện dọc dòng dốc dù dùng dụng dục dự \
    dựng dược dưới dưỡng duyệt đá đài đào đã đại đảm đảng đánh đạo đạt đăng đất đầu đây đấu đẩy đề để đến đều điểm \
    điện điều đình định đó đói đoàn đoạn đô đội đối đồng động đổi đơn đời đợt đủ đúng đưa đường được đức gạo gần gắn \
    gặp gì giá giải giám giảm giáo giàu giấy giờ giới giống giữ giữa giỏi góp gọi gỗ gồm gửi hà hạ hài hàng hành \
    hạn hạng hải hằng hậu hè hệ hết hiện hiệu hình hóa hòa hoạch hoàn hoạt họ học hỏi họp hồ hồng hội hộ hỗ hợp hơn \
    hùng hữu huyện hướng hưởng hưng hưu ích ít kè kê kế kết kể kỳ ký kỹ kỷ kính kiểm kiến kiệm kiện khá khác khách \
    khảo khẩn khắc khắp khăn khẩu khí khó khóa khoản khoảng khỏe khối khởi không khuyến là lạc lại làm lãi lãnh làng \
    lão lắp lần lập lấy lâu lâm lệ lễ lên lê lịch lĩnh lò lọc lòng loại lộ lỗ lời lợi lợn lớn lớp lũ lúa lúc lục lụt \
    lực lượng lưu lương lý luật lũy liệu liên mạnh màu máy mã mạng mặt mẫu mật mầm mất mẹ mét một mỗi mối mọi mỏ mở \
    mới mời mốc môn môi mùa mục mức mừng nạn năm nắm năng nâng nào này nặng nếu nền nên nội nổi nó nói nông nối nợ nơi \
    nữ nữa nước núi nuôi ngã ngày ngành ngân ngập ngắn nghèo nghề nghị nghĩa nghiệp nghiên nghỉ nghiêm ngọc ngô ngoài \
    ngoại người nguồn nguyên ngữ ngừa nhà nhân nhận nhằm nhắc nhất nhập nhật nhiều nhiệm nhiễm nhỏ nhóm như những \
    nhưng nhờ ông ổn phá phạm phải phát pháp phẩm phân phấn phần phê phép phí phía phòng phó phố phổ phối phụ phú phù \
    phục phúc phương phường phước phủ phiếu quá quả quán quân quận quản quảng quê quốc quý quyền quyết quỹ rà rác rãi \
    rằng rất rõ rộng rồi rừng rời ruộng rủi sách sáng sạch sản sáu sắp sâu sắc sân sẽ số sống sông sóng sơ sớm sở sổ \
    sự sử sửa sức súng súc tác tài tại tái tạo tàu tăng tâm tân tây tấn tập tất tầng tế tên tết tệ tích tiếp tiến tiền \
    tiêu tiểu tiết tiếng tìm tình tính tỉnh tín tổ tố tốt tổng tối tôi tồn tộc tốc tòa toàn toán tỏ tờ tới tục tù túi \
    tủ từ từng tự tư tưởng tướng tượng tường tương tươi tưới tuyến tuyển tuyên tuần tuấn tuổi tỷ thành thái thải tháng \
    thạch thăng thắng thẳng thân thấp thất thầy thẩm thận thấy thể thế thêm thì thị thiên thiết thiểu thiếu thiện thiệt \
    thí thích thông thôn thống thổ thỏa thời thôi thờ thợ thủ thú thuê thuế thuộc thủy thuật thuận thúc thụ thực thức \
    thương thường thưởng thượng thử thứ thừa trà trái trại trả trách trạm trạng tránh trắng trần trận trẻ trên trì trí \
    trị trình trích triển triệu tròn trọng trồng trống trợ trở trời trụ trú trúng trừ trực trước trường trưởng truyền \
    ủy ủng ước ưu ứng vài vào vàng vạn văn vắng vận vật vẫn vấn vậy về vệ vé vì ví vị viện việc việt viên viết vĩnh \
    vòng võ vô vốn với vợ vụ vũ vùng vững vượt vườn xã xác xăng xấu xây xét xếp xóa xóm xử xứ xưởng xúc xuất xuống xuân \
    yên yêu yếu";

/// So many leading bits of a hash tell the common syllables from 99 in 100 of the others.
const BITS: u32 = 16;

/// By the leading bits of a hash, whether a common syllable has them.
static IS_COMMON: LazyLock<Vec<bool>> = LazyLock::new(|| {
    let mut is_common = vec![false; 1 << BITS];
    for syllable in COMMON.split(' ') {
        let mut token = Token::default();
        for letter in syllable.chars() {
            token.push(class_of(letter), !letter.is_ascii());
        }
        is_common[place(&token)] = true;
    }
    is_common
});

/// Whether a token is one of the syllables that most texts have.
pub(in super::super) fn is_common(token: &Token) -> bool {
    IS_COMMON[place(token)]
}

fn place(token: &Token) -> usize {
    (token.hash() >> (u32::BITS - BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::super::is_syllable;
    use super::*;

    #[test]
    fn common_syllables_are_syllables() {
        for syllable in COMMON.split(' ') {
            assert!(is_syllable(syllable), "{syllable}");
        }
    }
}
