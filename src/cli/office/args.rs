//! What can be written on the command line of reports, hand-over, erasure and the access log, exactly as the
//! user wrote it.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// The output folder that a command looks into.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct OutArgs {
    /// Thư mục kết quả của các lượt chạy
    #[arg(short, long, value_name = "THƯ_MỤC")]
    pub(crate) out: Option<PathBuf>,
    /// Tệp cấu hình cho biết thư mục kết quả
    #[arg(long, value_name = "TỆP")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// Tuần báo cáo, như 2026-W47; mặc định tuần đang tới hạn
    #[arg(long, value_name = "NĂM-WTUẦN", conflicts_with = "month")]
    pub(crate) week: Option<String>,
    /// Tháng báo cáo, như 2026-11
    #[arg(long, value_name = "NĂM-THÁNG")]
    pub(crate) month: Option<String>,
    /// Thư mục để ghi báo cáo; mặc định thư mục reports trong thư mục kết quả
    #[arg(long, value_name = "THƯ_MỤC")]
    pub(crate) to: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) at: OutArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// Sổ làm việc của đơn vị: cong-an, tu-phap-ho-tich, lao-dong-xa-hoi hoặc bao-hiem-xa-hoi
    #[arg(long, value_name = "ĐƠN_VỊ", conflicts_with = "commune")]
    pub(crate) unit: Option<String>,
    /// Sổ làm việc của xã, phường có mã này
    #[arg(long, value_name = "MÃ_XÃ")]
    pub(crate) commune: Option<String>,
    /// Khoá công khai age của người nhận (age1...); viết được nhiều lần
    #[arg(long, value_name = "KHOÁ")]
    pub(crate) recipient: Vec<String>,
    /// Tệp ghi khoá công khai, mỗi dòng một khoá
    #[arg(long, value_name = "TỆP")]
    pub(crate) recipients_file: Vec<PathBuf>,
    /// Tệp mã hoá sẽ ghi; khi không nêu đơn vị hay xã: thư mục, mỗi đơn vị có người nhận trong cấu hình một tệp
    #[arg(long, value_name = "TỆP", required = true)]
    pub(crate) to: PathBuf,
    /// Lý do, ghi vào nhật ký truy cập
    #[arg(long, value_name = "LỜI")]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) at: OutArgs,
}

#[derive(Debug, Args)]
pub(crate) struct LettersArgs {
    #[command(flatten)]
    pub(crate) at: OutArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PurgeArgs {
    /// Xoá một người: số định danh 12 chữ số hoặc số CMND 9 chữ số; "-" để đọc số từ đầu vào chuẩn
    #[arg(long, value_name = "SỐ_ĐDCN", required_unless_present = "before", conflicts_with = "before")]
    pub(crate) person: Option<String>,
    /// Xoá những gì cũ hơn ngày này (dd/mm/yyyy)
    #[arg(long, value_name = "NGÀY")]
    pub(crate) before: Option<String>,
    /// Chỉ cho biết sẽ xoá gì, không xoá
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Lý do, ghi vào nhật ký truy cập
    #[arg(long, value_name = "LỜI")]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) at: OutArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Kiểm tra nhật ký truy cập còn nguyên vẹn
    Verify(AuditVerifyArgs),
    /// Liệt kê ai đã xem hoặc mang dữ liệu cá nhân đi, khi nào, vì sao
    Show(AuditShowArgs),
}

#[derive(Debug, Args)]
pub(crate) struct AuditVerifyArgs {
    /// Dấu niêm ghi lại ở lần kiểm tra trước (SỐ:MÃ): xác nhận không dòng nào bị cắt từ đó
    #[arg(long, value_name = "SỐ:MÃ")]
    pub(crate) seal: Option<String>,
    #[command(flatten)]
    pub(crate) at: OutArgs,
}

#[derive(Debug, Args)]
pub(crate) struct AuditShowArgs {
    /// Từ dòng số
    #[arg(long, value_name = "SỐ", default_value_t = 1, hide_default_value = true)]
    pub(crate) from: i64,
    /// Nhiều nhất chừng này dòng
    #[arg(long, value_name = "SỐ", default_value_t = 1000, hide_default_value = true)]
    pub(crate) limit: u32,
    /// Xuất ở dạng JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) at: OutArgs,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct DecideArgs {
    /// Mã trường hợp (finding_id), hoặc dòng như khai_tu.csv:12 hay khai_sinh.csv:7:mother
    #[arg(value_name = "TRƯỜNG_HỢP")]
    pub(crate) subject: Option<String>,
    /// same_person, not_same, false_alarm, corrected, deferred hoặc visit
    #[arg(value_name = "QUYẾT_ĐỊNH")]
    pub(crate) verdict: Option<String>,
    /// Công dân của dòng đó: số dòng trong tệp dân cư, hoặc TỆP:DÒNG; mặc định người đã được đối sánh
    #[arg(long, value_name = "DÒNG")]
    pub(crate) with: Option<String>,
    /// Ghi chú
    #[arg(long, value_name = "LỜI")]
    pub(crate) note: Option<String>,
    /// Hoãn đến ngày này (deferred); mặc định 30 ngày
    #[arg(long, value_name = "NGÀY")]
    pub(crate) until: Option<String>,
    /// Thư mục kết quả của các lượt chạy
    #[arg(short, long, value_name = "THƯ_MỤC", global = true)]
    pub(crate) out: Option<PathBuf>,
    /// Tệp cấu hình cho biết thư mục kết quả
    #[arg(long, value_name = "TỆP", global = true)]
    pub(crate) config: Option<PathBuf>,
    /// Người quyết định; mặc định người dùng của hệ thống
    #[arg(long, value_name = "TÊN", global = true)]
    pub(crate) by: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Option<DecideCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DecideCommand {
    /// Liệt kê các quyết định còn hiệu lực
    List(DecideListArgs),
    /// Rút lại một quyết định
    Undo(DecideUndoArgs),
    /// Nhập cột "Kết quả xử lý" của các sổ làm việc
    Import(DecideImportArgs),
}

#[derive(Debug, Args)]
pub(crate) struct DecideListArgs {
    /// Cả những quyết định đã hết hiệu lực, và vì sao
    #[arg(long)]
    pub(crate) all: bool,
    /// Lý do, ghi vào nhật ký truy cập
    #[arg(long, value_name = "LỜI")]
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct DecideUndoArgs {
    /// Số của quyết định, như lamsach decide list hiện
    #[arg(value_name = "SỐ")]
    pub(crate) number: i64,
}

#[derive(Debug, Args)]
pub(crate) struct DecideImportArgs {
    /// Các sổ làm việc (.xlsx) đã điền
    #[arg(value_name = "TỆP", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Chỉ xem trước sẽ ghi gì, không ghi
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ReviewArgs {
    /// Thư mục kết quả của lamsach run; mặc định output.folder của cấu hình
    #[arg(value_name = "THƯ_MỤC")]
    pub(crate) out: Option<PathBuf>,
    /// Tệp cấu hình; mặc định lamsach.toml ở đây khi không nêu thư mục kết quả
    #[arg(long, value_name = "TỆP")]
    pub(crate) config: Option<PathBuf>,
    /// Địa chỉ và cổng; ngoài máy này thì phải có chứng thư; mặc định 127.0.0.1:8765
    #[arg(long, value_name = "ĐỊA_CHỈ:CỔNG")]
    pub(crate) listen: Option<String>,
    /// Chứng thư TLS (tệp PEM)
    #[arg(long, value_name = "TỆP", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// Khoá của chứng thư TLS (tệp PEM)
    #[arg(long, value_name = "TỆP", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Thêm một tài khoản; mật khẩu được hỏi trên màn hình
    Add(UserAddArgs),
    /// Liệt kê các tài khoản
    List(UserListArgs),
    /// Đổi mật khẩu của một tài khoản
    Passwd(UserPasswdArgs),
    /// Khoá một tài khoản
    Disable(UserNameArgs),
}

#[derive(Debug, Args)]
pub(crate) struct UserAddArgs {
    /// Tên tài khoản: chữ, số, dấu chấm, gạch
    #[arg(value_name = "TÊN")]
    pub(crate) name: String,
    /// Thư mục kết quả của lamsach run
    #[arg(short, long, value_name = "THƯ_MỤC")]
    pub(crate) out: PathBuf,
    /// Vai trò: admin, officer (cán bộ), auditor (chỉ xem nhật ký) hoặc leader (lãnh đạo, chỉ xem số liệu)
    #[arg(long, value_name = "VAI_TRÒ")]
    pub(crate) role: String,
    /// Mã xã, phường của cán bộ; viết được nhiều lần
    #[arg(long, value_name = "MÃ", num_args = 1..)]
    pub(crate) commune: Vec<String>,
    /// Đơn vị xử lý của cán bộ: cong-an, tu-phap-ho-tich, lao-dong-xa-hoi, bao-hiem-xa-hoi; mặc định tất cả
    #[arg(long, value_name = "ĐƠN_VỊ", num_args = 1..)]
    pub(crate) unit: Vec<String>,
    /// Đọc mật khẩu từ dòng đầu của tệp này
    #[arg(long, value_name = "TỆP")]
    pub(crate) password_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct UserListArgs {
    /// Thư mục kết quả của lamsach run
    #[arg(short, long, value_name = "THƯ_MỤC")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct UserPasswdArgs {
    /// Tên tài khoản
    #[arg(value_name = "TÊN")]
    pub(crate) name: String,
    /// Thư mục kết quả của lamsach run
    #[arg(short, long, value_name = "THƯ_MỤC")]
    pub(crate) out: PathBuf,
    /// Đọc mật khẩu từ dòng đầu của tệp này
    #[arg(long, value_name = "TỆP")]
    pub(crate) password_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct UserNameArgs {
    /// Tên tài khoản
    #[arg(value_name = "TÊN")]
    pub(crate) name: String,
    /// Thư mục kết quả của lamsach run
    #[arg(short, long, value_name = "THƯ_MỤC")]
    pub(crate) out: PathBuf,
}
