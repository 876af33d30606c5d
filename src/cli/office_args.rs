//! What can be written on the command line of reports, hand-over, erasure and the access log, exactly as the
//! user wrote it.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// The output folder that a command looks into.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct OutArgs {
    /// Thư mục kết quả của các lượt chạy
    #[arg(short, long, value_name = "THƯ_MỤC")]
    pub(super) out: Option<PathBuf>,
    /// Tệp cấu hình cho biết thư mục kết quả
    #[arg(long, value_name = "TỆP")]
    pub(super) config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// Tuần báo cáo, như 2026-W47; mặc định tuần đang tới hạn
    #[arg(long, value_name = "NĂM-WTUẦN", conflicts_with = "month")]
    pub(super) week: Option<String>,
    /// Tháng báo cáo, như 2026-11
    #[arg(long, value_name = "NĂM-THÁNG")]
    pub(super) month: Option<String>,
    /// Thư mục để ghi báo cáo; mặc định thư mục reports trong thư mục kết quả
    #[arg(long, value_name = "THƯ_MỤC")]
    pub(super) to: Option<PathBuf>,
    #[command(flatten)]
    pub(super) at: OutArgs,
}

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// Sổ làm việc của đơn vị: cong-an, tu-phap-ho-tich, lao-dong-xa-hoi hoặc bao-hiem-xa-hoi
    #[arg(long, value_name = "ĐƠN_VỊ", conflicts_with = "commune")]
    pub(super) unit: Option<String>,
    /// Sổ làm việc của xã, phường có mã này
    #[arg(long, value_name = "MÃ_XÃ")]
    pub(super) commune: Option<String>,
    /// Khoá công khai age của người nhận (age1...); viết được nhiều lần
    #[arg(long, value_name = "KHOÁ")]
    pub(super) recipient: Vec<String>,
    /// Tệp ghi khoá công khai, mỗi dòng một khoá
    #[arg(long, value_name = "TỆP")]
    pub(super) recipients_file: Vec<PathBuf>,
    /// Tệp mã hoá sẽ ghi; khi không nêu đơn vị hay xã: thư mục, mỗi đơn vị có người nhận trong cấu hình một tệp
    #[arg(long, value_name = "TỆP", required = true)]
    pub(super) to: PathBuf,
    /// Lý do, ghi vào nhật ký truy cập
    #[arg(long, value_name = "LỜI")]
    pub(super) reason: Option<String>,
    #[command(flatten)]
    pub(super) at: OutArgs,
}

#[derive(Debug, Args)]
pub(super) struct PurgeArgs {
    /// Xoá một người: số định danh 12 chữ số hoặc số CMND 9 chữ số; "-" để đọc số từ đầu vào chuẩn
    #[arg(long, value_name = "SỐ_ĐDCN", required_unless_present = "before", conflicts_with = "before")]
    pub(super) person: Option<String>,
    /// Xoá những gì cũ hơn ngày này (dd/mm/yyyy)
    #[arg(long, value_name = "NGÀY")]
    pub(super) before: Option<String>,
    /// Chỉ cho biết sẽ xoá gì, không xoá
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Lý do, ghi vào nhật ký truy cập
    #[arg(long, value_name = "LỜI")]
    pub(super) reason: Option<String>,
    #[command(flatten)]
    pub(super) at: OutArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Kiểm tra nhật ký truy cập còn nguyên vẹn
    Verify(AuditVerifyArgs),
    /// Liệt kê ai đã xem hoặc mang dữ liệu cá nhân đi, khi nào, vì sao
    Show(AuditShowArgs),
}

#[derive(Debug, Args)]
pub(super) struct AuditVerifyArgs {
    /// Dấu niêm ghi lại ở lần kiểm tra trước (SỐ:MÃ): xác nhận không dòng nào bị cắt từ đó
    #[arg(long, value_name = "SỐ:MÃ")]
    pub(super) seal: Option<String>,
    #[command(flatten)]
    pub(super) at: OutArgs,
}

#[derive(Debug, Args)]
pub(super) struct AuditShowArgs {
    /// Từ dòng số
    #[arg(long, value_name = "SỐ", default_value_t = 1, hide_default_value = true)]
    pub(super) from: i64,
    /// Nhiều nhất chừng này dòng
    #[arg(long, value_name = "SỐ", default_value_t = 1000, hide_default_value = true)]
    pub(super) limit: u32,
    /// Xuất ở dạng JSON
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) at: OutArgs,
}
