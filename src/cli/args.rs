//! What can be written on the command line, as the user wrote it; what it means is checked elsewhere.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use super::office_args::{AuditCommand, ExportArgs, PurgeArgs, ReportArgs};
use crate::config::MOST_THREADS;

/// Tìm những gì khiến dữ liệu dân cư chưa đúng, đủ, sạch, sống
#[derive(Debug, Parser)]
#[command(name = "lamsach", version, disable_help_subcommand = true)]
pub(super) struct Cli {
    /// Ngôn ngữ của mọi nội dung cho người đọc: vi hoặc en
    #[arg(long, global = true, value_name = "VI|EN", env = "LAMSACH_LANG")]
    pub(super) lang: Option<LangArg>,
    /// Không hiện tiến độ và kết quả, chỉ báo lỗi
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    /// Ghi nhật ký ra màn hình; viết hai lần để xem chi tiết
    #[arg(short, long, global = true, action = ArgAction::Count, conflicts_with = "quiet")]
    pub(super) verbose: u8,
    /// Dạng nhật ký: text hoặc json
    #[arg(long, global = true, value_name = "TEXT|JSON")]
    pub(super) log_format: Option<LogFormatArg>,
    /// Ghi nhật ký thêm vào tệp này
    #[arg(long, global = true, value_name = "TỆP")]
    pub(super) log_file: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormatArg {
    Text,
    Json,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LangArg {
    Vi,
    En,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Đối sánh các bản trích xuất ngành với dữ liệu dân cư và lập danh sách cần xử lý
    Run(Box<RunArgs>),
    /// Tạo tệp cấu hình lamsach.toml có chú thích, từ các tệp trong thư mục
    Init(InitArgs),
    /// Xem, kiểm tra cấu hình
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Ghi quyết định của cán bộ về một trường hợp hoặc một dòng
    Decide(Box<DecideArgs>),
    /// Xem tệp chứa gì và có vấn đề gì, trước khi chạy
    Inspect(InspectArgs),
    /// Xem lượt chạy cuối có tốt không; mã thoát dành cho hệ thống giám sát
    Status(StatusArgs),
    /// Đối chiếu từng tệp của một lượt chạy với manifest.json
    Verify(VerifyArgs),
    /// Tạo dân cư giả lập kèm các bản trích xuất và đáp án, để thử và đo
    Sample(SampleArgs),
    /// Giải thích vì sao một dòng được đối sánh (hay không) với công dân nào
    Explain(ExplainArgs),
    /// Lập báo cáo tuần, tháng theo chỉ tiêu của kế hoạch (XLSX và HTML)
    Report(ReportArgs),
    /// Mã hoá sổ làm việc để gửi cho người nhận
    Export(ExportArgs),
    /// Xoá dữ liệu của một người, hoặc dữ liệu cũ, khỏi thư mục kết quả
    Purge(PurgeArgs),
    /// Xem, kiểm tra nhật ký truy cập dữ liệu cá nhân
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Học tham số đối sánh từ dữ liệu và ghi thành tệp mô hình
    Train(TrainArgs),
    /// So một lượt chạy với đáp án của dữ liệu giả lập
    Score(ScoreArgs),
    /// Mở trang xử lý: xem, quyết định, in
    Review(ReviewArgs),
    /// Tài khoản của trang xử lý
    #[command(subcommand)]
    User(UserCommand),
    /// Xuất tập lệnh gợi ý cho shell
    Completions(CompletionsArgs),
    /// Xuất trang hướng dẫn (man)
    Man,
}

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// Thư mục dữ liệu; mặc định thư mục hiện tại
    #[arg(value_name = "THƯ_MỤC")]
    pub(super) folder: Option<PathBuf>,
    /// Thay tệp cấu hình đang có
    #[arg(long)]
    pub(super) force: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// In mọi giá trị đang dùng và nguồn gốc của từng giá trị; nhận các tham số như lamsach run
    Show(Box<RunArgs>),
    /// In lược đồ JSON của lamsach.toml
    Schema,
    /// Kiểm tra một tệp cấu hình: nói mọi lỗi, từng dòng
    Check(CheckArgs),
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Tệp cấu hình; mặc định lamsach.toml
    #[arg(value_name = "TỆP")]
    pub(super) file: Option<PathBuf>,
}

#[derive(Debug, Default, Args)]
pub(super) struct RunArgs {
    /// Thư mục chứa các tệp; loại của mỗi tệp được nhận ra từ dòng tiêu đề
    #[arg(value_name = "THƯ_MỤC")]
    pub(super) folder: Option<PathBuf>,
    /// Tệp cấu hình; mặc định lamsach.toml trong thư mục dữ liệu, hoặc ở đây khi không nêu dữ liệu nào
    #[arg(long, value_name = "TỆP")]
    pub(super) config: Option<PathBuf>,
    /// Tệp trích xuất dân cư (TỆP.xlsx#Trang để chọn trang tính)
    #[arg(long, value_name = "TỆP", num_args = 1..)]
    pub(super) residents: Vec<PathBuf>,
    /// Tệp khai sinh
    #[arg(long, value_name = "TỆP", num_args = 1..)]
    pub(super) births: Vec<PathBuf>,
    /// Tệp khai tử
    #[arg(long, value_name = "TỆP", num_args = 1..)]
    pub(super) deaths: Vec<PathBuf>,
    /// Tệp kết hôn
    #[arg(long, value_name = "TỆP", num_args = 1..)]
    pub(super) marriages: Vec<PathBuf>,
    /// Tệp an sinh xã hội
    #[arg(long, value_name = "TỆP", num_args = 1..)]
    pub(super) welfare: Vec<PathBuf>,
    /// Tệp bảo hiểm y tế
    #[arg(long, value_name = "TỆP", num_args = 1..)]
    pub(super) insurance: Vec<PathBuf>,
    /// Thư mục kết quả; mỗi lượt chạy là một thư mục con, `latest` trỏ tới lượt trọn vẹn cuối cùng
    #[arg(short, long, value_name = "THƯ_MỤC")]
    pub(super) out: Option<PathBuf>,
    /// Ngày đối soát để tính tuổi và thời hạn (dd/mm/yyyy hoặc yyyy-mm-dd); mặc định hôm nay
    #[arg(long, value_name = "NGÀY")]
    pub(super) as_of: Option<String>,
    /// Bảng chuyển đổi đơn vị hành chính cũ - mới
    #[arg(long, value_name = "TỆP")]
    pub(super) units: Option<PathBuf>,
    /// Tệp mô hình (lamsach train) để giữ nguyên tham số đối sánh
    #[arg(long, value_name = "TỆP")]
    pub(super) model: Option<PathBuf>,
    /// Chỉ rõ một cột: births.birth_date="Tên cột"; viết được nhiều lần
    #[arg(long, value_name = "LOẠI.TRƯỜNG=CỘT")]
    pub(super) map: Vec<String>,
    /// Bảng mã của tệp văn bản khi không tự nhận ra đúng, cho mọi tệp hoặc một tệp; viết được nhiều lần
    #[arg(long, value_name = "[TỆP=]BẢNG_MÃ")]
    pub(super) encoding: Vec<String>,
    /// Bảng tên cột riêng của đơn vị (TOML)
    #[arg(long, value_name = "TỆP")]
    pub(super) synonyms: Option<PathBuf>,
    /// Tỷ lệ dòng không đọc được cho phép ở mỗi tệp, như 0.02 hoặc 2%; mặc định 1%
    #[arg(long, value_name = "TỶ_LỆ")]
    pub(super) max_rejects: Option<String>,
    /// Giai đoạn đăng ký mà dữ liệu khai sinh bao quát: từ..đến
    #[arg(long, value_name = "TỪ..ĐẾN")]
    pub(super) births_period: Option<String>,
    /// Giai đoạn đăng ký mà dữ liệu khai tử bao quát: từ..đến
    #[arg(long, value_name = "TỪ..ĐẾN")]
    pub(super) deaths_period: Option<String>,
    /// Tuổi bắt đầu cần dấu hiệu còn sống (SONG-06); mặc định 100
    #[arg(long, value_name = "TUỔI")]
    pub(super) centenarian_age: Option<i32>,
    /// Nhóm do Nhà nước đóng BHYT (DU-09), cách nhau bằng dấu phẩy; mặc định HN,NCC,BTXH,KC
    #[arg(long, value_name = "NHÓM", value_delimiter = ',')]
    pub(super) insured_groups: Vec<String>,
    /// Số luồng xử lý; mặc định dùng mọi lõi
    #[arg(long, value_name = "SỐ", value_parser = clap::value_parser!(u32).range(..=i64::from(MOST_THREADS)))]
    pub(super) threads: Option<u32>,
    /// Không chạy khi dữ liệu, tham số, ngày đối soát và quyết định không khác lượt trước
    #[arg(long)]
    pub(super) if_changed: bool,
    /// Không làm sổ làm việc Excel, chỉ ghi danh sách CSV
    #[arg(long)]
    pub(super) no_workbooks: bool,
    /// Đối sánh lại mọi tệp, kể cả tệp không đổi so với lượt trước
    #[arg(long)]
    pub(super) relink: bool,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct DecideArgs {
    /// Mã trường hợp (finding_id), hoặc dòng như khai_tu.csv:12 hay khai_sinh.csv:7:mother
    #[arg(value_name = "TRƯỜNG_HỢP")]
    pub(super) subject: Option<String>,
    /// same_person, not_same, false_alarm, corrected, deferred hoặc visit
    #[arg(value_name = "QUYẾT_ĐỊNH")]
    pub(super) verdict: Option<String>,
    /// Công dân của dòng đó: số dòng trong tệp dân cư, hoặc TỆP:DÒNG; mặc định người đã được đối sánh
    #[arg(long, value_name = "DÒNG")]
    pub(super) with: Option<String>,
    /// Ghi chú
    #[arg(long, value_name = "LỜI")]
    pub(super) note: Option<String>,
    /// Hoãn đến ngày này (deferred); mặc định 30 ngày
    #[arg(long, value_name = "NGÀY")]
    pub(super) until: Option<String>,
    /// Thư mục kết quả của các lượt chạy
    #[arg(short, long, value_name = "THƯ_MỤC", global = true)]
    pub(super) out: Option<PathBuf>,
    /// Tệp cấu hình cho biết thư mục kết quả
    #[arg(long, value_name = "TỆP", global = true)]
    pub(super) config: Option<PathBuf>,
    /// Người quyết định; mặc định người dùng của hệ thống
    #[arg(long, value_name = "TÊN", global = true)]
    pub(super) by: Option<String>,
    #[command(subcommand)]
    pub(super) command: Option<DecideCommand>,
}

#[derive(Debug, Subcommand)]
pub(super) enum DecideCommand {
    /// Liệt kê các quyết định còn hiệu lực
    List(DecideListArgs),
    /// Rút lại một quyết định
    Undo(DecideUndoArgs),
    /// Nhập cột "Kết quả xử lý" của các sổ làm việc
    Import(DecideImportArgs),
}

#[derive(Debug, Args)]
pub(super) struct DecideListArgs {
    /// Cả những quyết định đã hết hiệu lực, và vì sao
    #[arg(long)]
    pub(super) all: bool,
    /// Lý do, ghi vào nhật ký truy cập
    #[arg(long, value_name = "LỜI")]
    pub(super) reason: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct DecideUndoArgs {
    /// Số của quyết định, như lamsach decide list hiện
    #[arg(value_name = "SỐ")]
    pub(super) number: i64,
}

#[derive(Debug, Args)]
pub(super) struct DecideImportArgs {
    /// Các sổ làm việc (.xlsx) đã điền
    #[arg(value_name = "TỆP", required = true)]
    pub(super) files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    /// Thư mục kết quả; mặc định output.folder của cấu hình
    #[arg(value_name = "THƯ_MỤC")]
    pub(super) out: Option<PathBuf>,
    /// Tệp cấu hình; mặc định lamsach.toml ở đây
    #[arg(long, value_name = "TỆP")]
    pub(super) config: Option<PathBuf>,
    /// Lượt chạy cuối cũ hơn mức này là có lỗi, như 36h hoặc 2d
    #[arg(long, value_name = "TUỔI")]
    pub(super) max_age: Option<String>,
    /// Xuất ở dạng JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Ghi số đo cho Prometheus (node_exporter textfile)
    #[arg(long, value_name = "TỆP")]
    pub(super) prometheus: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// Thư mục của một lượt chạy, hoặc thư mục kết quả; mặc định lượt cuối theo cấu hình
    #[arg(value_name = "LƯỢT_CHẠY")]
    pub(super) run: Option<PathBuf>,
    /// Tệp cấu hình; mặc định lamsach.toml ở đây
    #[arg(long, value_name = "TỆP")]
    pub(super) config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct InspectArgs {
    /// Các tệp cần xem (TỆP.xlsx#Trang để chọn trang tính), hoặc thư mục chứa chúng
    #[arg(value_name = "TỆP", required = true)]
    pub(super) files: Vec<PathBuf>,
    /// Loại của các tệp khi không tự nhận ra đúng: residents, births, deaths, marriages, welfare, insurance
    #[arg(long, value_name = "LOẠI")]
    pub(super) kind: Option<String>,
    /// Chỉ rõ một cột: births.birth_date="Tên cột"; viết được nhiều lần
    #[arg(long, value_name = "LOẠI.TRƯỜNG=CỘT")]
    pub(super) map: Vec<String>,
    /// Bảng tên cột riêng của đơn vị (TOML)
    #[arg(long, value_name = "TỆP")]
    pub(super) synonyms: Option<PathBuf>,
    /// Bảng mã của tệp văn bản khi không tự nhận ra đúng, cho mọi tệp hoặc một tệp; viết được nhiều lần
    #[arg(long, value_name = "[TỆP=]BẢNG_MÃ")]
    pub(super) encoding: Vec<String>,
    /// Hiện nguyên văn các dòng đầu; mặc định che dữ liệu cá nhân
    #[arg(long)]
    pub(super) show: bool,
    /// Thư mục kết quả có nhật ký truy cập mà lần xem nguyên văn này được ghi vào
    #[arg(short, long, value_name = "THƯ_MỤC", requires = "show")]
    pub(super) out: Option<PathBuf>,
    /// Lý do, ghi vào nhật ký truy cập
    #[arg(long, value_name = "LỜI", requires = "out")]
    pub(super) reason: Option<String>,
    /// Xuất ở dạng JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct SampleArgs {
    /// Số người dân
    #[arg(long, value_name = "SỐ", default_value_t = 3000, hide_default_value = true)]
    pub(super) residents: u32,
    /// Cùng một số gieo thì cho ra cùng dữ liệu
    #[arg(long, value_name = "SỐ", default_value_t = 1, hide_default_value = true)]
    pub(super) seed: u64,
    /// Mức hư hỏng của dữ liệu: clean, normal hoặc dirty
    #[arg(
        long,
        value_name = "MỨC",
        default_value = "normal",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(super) noise: NoiseArg,
    /// Dạng tệp: csv, hoặc mixed như các cơ quan thực gửi (Excel, TCVN3, VNI, UTF-16, ...)
    #[arg(
        long,
        value_name = "DẠNG",
        default_value = "csv",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(super) format: FormatArg,
    /// Số xã, phường; mặc định khoảng chín nghìn dân một xã, ít nhất ba
    #[arg(long, value_name = "SỐ")]
    pub(super) communes: Option<u16>,
    /// Ngày đối soát (dd/mm/yyyy hoặc yyyy-mm-dd)
    #[arg(long, value_name = "NGÀY")]
    pub(super) as_of: Option<String>,
    /// Thư mục để ghi
    #[arg(short, long, value_name = "THƯ_MỤC")]
    pub(super) out: PathBuf,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum NoiseArg {
    Clean,
    Normal,
    Dirty,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatArg {
    Csv,
    Mixed,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// Dòng cần giải thích, như khai_tu.csv:12
    #[arg(value_name = "TỆP:DÒNG")]
    pub(super) at: String,
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// Tệp mô hình (lamsach train) để giữ nguyên tham số đối sánh
    #[arg(long, value_name = "TỆP")]
    pub(super) model: Option<PathBuf>,
    /// Thư mục kết quả có nhật ký truy cập mà lần xem này được ghi vào
    #[arg(short, long, value_name = "THƯ_MỤC")]
    pub(super) out: Option<PathBuf>,
    /// Lý do, ghi vào nhật ký truy cập
    #[arg(long, value_name = "LỜI")]
    pub(super) reason: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct TrainArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// Tệp mô hình sẽ ghi
    #[arg(short, long, value_name = "TỆP")]
    pub(super) out: PathBuf,
}

/// The data of a command that only links.
#[derive(Debug, Args)]
pub(super) struct DataArgs {
    /// Thư mục chứa các tệp; loại của mỗi tệp được nhận ra từ dòng tiêu đề
    #[arg(value_name = "THƯ_MỤC")]
    pub(super) folder: PathBuf,
    /// Ngày đối soát (dd/mm/yyyy hoặc yyyy-mm-dd)
    #[arg(long, value_name = "NGÀY")]
    pub(super) as_of: Option<String>,
    /// Bảng chuyển đổi đơn vị hành chính cũ - mới
    #[arg(long, value_name = "TỆP")]
    pub(super) units: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct ScoreArgs {
    /// Thư mục của một lượt chạy
    #[arg(value_name = "LƯỢT_CHẠY")]
    pub(super) run: PathBuf,
    /// Thư mục đáp án (`truth` của dữ liệu giả lập)
    #[arg(value_name = "ĐÁP_ÁN")]
    pub(super) truth: PathBuf,
    /// Liệt kê chừng này trường hợp sai và sót của mỗi mã
    #[arg(long, value_name = "SỐ", default_value_t = 0, hide_default_value = true)]
    pub(super) show: usize,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// bash, zsh, fish, elvish hoặc powershell
    #[arg(value_name = "SHELL", hide_possible_values = true)]
    pub(super) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(super) struct ReviewArgs {
    /// Thư mục kết quả của lamsach run; mặc định output.folder của cấu hình
    #[arg(value_name = "THƯ_MỤC")]
    pub(super) out: Option<PathBuf>,
    /// Tệp cấu hình; mặc định lamsach.toml ở đây khi không nêu thư mục kết quả
    #[arg(long, value_name = "TỆP")]
    pub(super) config: Option<PathBuf>,
    /// Địa chỉ và cổng; ngoài máy này thì phải có chứng thư; mặc định 127.0.0.1:8765
    #[arg(long, value_name = "ĐỊA_CHỈ:CỔNG")]
    pub(super) listen: Option<String>,
    /// Chứng thư TLS (tệp PEM)
    #[arg(long, value_name = "TỆP", requires = "tls_key")]
    pub(super) tls_cert: Option<PathBuf>,
    /// Khoá của chứng thư TLS (tệp PEM)
    #[arg(long, value_name = "TỆP", requires = "tls_cert")]
    pub(super) tls_key: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
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
pub(super) struct UserAddArgs {
    /// Tên tài khoản: chữ, số, dấu chấm, gạch
    #[arg(value_name = "TÊN")]
    pub(super) name: String,
    /// Thư mục kết quả của lamsach run
    #[arg(short, long, value_name = "THƯ_MỤC")]
    pub(super) out: PathBuf,
    /// Vai trò: admin, officer (cán bộ) hoặc auditor (chỉ xem nhật ký)
    #[arg(long, value_name = "VAI_TRÒ")]
    pub(super) role: String,
    /// Mã xã, phường của cán bộ; viết được nhiều lần
    #[arg(long, value_name = "MÃ", num_args = 1..)]
    pub(super) commune: Vec<String>,
    /// Đơn vị xử lý của cán bộ: cong-an, tu-phap-ho-tich, lao-dong-xa-hoi, bao-hiem-xa-hoi; mặc định tất cả
    #[arg(long, value_name = "ĐƠN_VỊ", num_args = 1..)]
    pub(super) unit: Vec<String>,
    /// Đọc mật khẩu từ dòng đầu của tệp này
    #[arg(long, value_name = "TỆP")]
    pub(super) password_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct UserListArgs {
    /// Thư mục kết quả của lamsach run
    #[arg(short, long, value_name = "THƯ_MỤC")]
    pub(super) out: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct UserPasswdArgs {
    /// Tên tài khoản
    #[arg(value_name = "TÊN")]
    pub(super) name: String,
    /// Thư mục kết quả của lamsach run
    #[arg(short, long, value_name = "THƯ_MỤC")]
    pub(super) out: PathBuf,
    /// Đọc mật khẩu từ dòng đầu của tệp này
    #[arg(long, value_name = "TỆP")]
    pub(super) password_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct UserNameArgs {
    /// Tên tài khoản
    #[arg(value_name = "TÊN")]
    pub(super) name: String,
    /// Thư mục kết quả của lamsach run
    #[arg(short, long, value_name = "THƯ_MỤC")]
    pub(super) out: PathBuf,
}
