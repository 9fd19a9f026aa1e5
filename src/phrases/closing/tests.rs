use super::*;

#[test]
fn what_only_wants_its_document_carried_out_comes_last() {
    for formula in [
        "Kính đề nghị Ủy ban nhân dân huyện xem xét, phê duyệt./.",
        "Điều 3. Giao Ủy ban nhân dân xã tổ chức thực hiện Nghị quyết này./.",
        "Văn phòng thông báo để các cơ quan, đơn vị biết, thực hiện./.",
        "Yêu cầu các thôn, các hội nghiêm túc triển khai thực hiện.",
        "Điều 3. Quyết định này có hiệu lực thi hành kể từ ngày ký.",
        "Chỉ thị này có hiệu lực từ ngày ký, thay thế Chỉ thị số 8/CT-UBND ngày 15/3/2021.",
        "Điều 3. Quyết định này có hiệu lực từ ngày ký và thay Quyết định số 31/QĐ-UBND.",
        "5. Đề nghị các hội, đoàn thể quan tâm thực hiện./.",
        "Nhận được Công điện này, các xã, thị trấn triển khai ngay.",
        "Đề nghị các trường phổ biến tới toàn thể giáo viên.",
        "Kính đề nghị Sở Y tế xem xét, phê duyệt để Trạm có cơ sở triển khai các bước tiếp theo.",
        "Kính đề nghị Công ty phê duyệt để Đội thủy nông tổ chức thực hiện./.",
        "4. Trong quá trình thực hiện, nếu có vướng mắc, các thôn phản ánh về Văn phòng (số máy 115) để tổng hợp.",
        "Nếu còn vấn đề gì phát sinh, các trường báo cáo Phòng Giáo dục xem xét, sửa đổi cho phù hợp.",
        "Trưởng các phòng, ban và các ông, bà có tên tại Điều 1 chịu trách nhiệm thi hành./.",
        "Trưởng phòng Nội vụ, Trưởng phòng Tài chính - Kế hoạch, Chánh Văn phòng, Trưởng Công an huyện, Chủ tịch Ủy ban nhân dân \
         các xã và cá nhân có tên tại Điều 1 chịu trách nhiệm hướng dẫn và tổ chức thực hiện Quyết định này./.",
    ] {
        assert!(closes(formula), "{formula}");
    }
    for order in [
        "Giao Phòng Nội vụ rà soát hồ sơ đất của các hộ, trình UBND huyện xem xét, quyết định.",
        "Nếu có ổ dịch mới phát sinh trên đàn lợn, các xã khoanh vùng, tiêu hủy và báo cáo ngay Trạm Thú y.",
        "Trong quá trình thi công, nếu có khó khăn về mặt bằng, chủ đầu tư tạm dừng thi công và báo cáo huyện.",
        "Yêu cầu các trường phổ biến tới học sinh kỹ năng phòng chống đuối nước.",
        "Hôm nay, lúc 8 giờ, huyện tổ chức hội nghị trao 120 ngôi nhà trị giá 9,6 tỷ đồng.",
        "Các phòng báo cáo kết quả trước 17 giờ hằng ngày để nghiêm túc thực hiện.",
        "Các thôn nghiêm túc thực hiện quy ước không đốt nương.",
        "Huyện hoàn thiện đề án một cửa và trình tỉnh xem xét, phê duyệt.",
        "Đề nghị của xã đã được huyện xem xét, phê duyệt.",
        "Kính đề nghị huyện cấp 200 triệu đồng để xã xem xét, phê duyệt.",
        "Trong quá trình trồng rừng, nếu có khó khăn về giống, các thôn báo cáo xã trước ngày 15/7.",
        "Nếu có khó khăn, mỗi hộ nghèo được vay 50 triệu đồng.",
        "Đề nghị các thôn rà soát hộ thiếu đói, ghi tên từng hộ rồi phổ biến đến từng nhà cách nhận gạo cứu trợ.",
        "Chỉ thị này có hiệu lực từ ngày 01/8/2024 và thay thế Chỉ thị số 8/CT-UBND.",
        "Đề nghị Phòng Kinh tế hoàn thiện hồ sơ để huyện phê duyệt.",
        "Thực hiện đề án trồng rừng gỗ lớn ở bốn xã này.",
        "Phòng Tài chính chịu trách nhiệm bố trí 5 tỷ đồng để thực hiện Đề án này.",
        "Điện lực thông báo tạm ngừng cấp điện tại hai phường ven sông vào sáng thứ Bảy để khách hàng biết, thực hiện.",
    ] {
        assert!(!closes(order), "{order}");
    }
}

#[test]
fn what_only_frames_minutes_closes() {
    for frame in [
        "Hôm nay, vào lúc 19 giờ 30 phút ngày 12/7/2024, tại nhà văn hóa bản Nà Hin, bản tiến hành họp.",
        "Hôm nay, hồi 8 giờ, tại trụ sở, Hợp tác xã tổ chức Đại hội thành viên thường niên.",
        "Điều 7. Biên bản lập thành 04 bản, mỗi bên giữ 02 bản, có giá trị như nhau.",
        "Hợp đồng này được lập thành hai bản.",
    ] {
        assert!(closes(frame), "{frame}");
    }
    for told in [
        "Hôm nay, lúc 8 giờ, xe đón 45 hộ về khu tái định cư.",
        "Hợp đồng bán 12 tấn chè được hai bên ký đến hết năm.",
    ] {
        assert!(!closes(told), "{told}");
    }
}
