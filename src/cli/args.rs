//! What can be written on the command line, as the user wrote it; what it means is checked elsewhere.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use super::office::args::{
    AuditCommand, DecideArgs, ExportArgs, LettersArgs, OutArgs, PurgeArgs, ReportArgs, ReviewArgs,
    UserCommand,
};
use super::runs::args::{ExplainArgs, InspectArgs, RunArgs, SampleArgs, ScoreArgs, TrainArgs};

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
    /// Xem hoặc quên các câu trả lời về cột đã ghi nhớ
    Answers(AnswersArgs),
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
    /// Mã hoá sổ làm việc để gửi cho người nhận (cần bản dựng với --features encryption)
    Export(ExportArgs),
    /// Ghi mẫu văn bản (giấy mời, phiếu chuyển, biên bản …) vào thư mục kết quả để đơn vị sửa
    Letters(LettersArgs),
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
pub(super) struct AnswersArgs {
    /// Quên câu trả lời của bố cục này; viết được nhiều lần
    #[arg(long, value_name = "MÃ")]
    pub(super) forget: Vec<String>,
    /// Quên mọi câu trả lời
    #[arg(long)]
    pub(super) forget_all: bool,
    #[command(flatten)]
    pub(super) at: OutArgs,
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
pub(super) struct CompletionsArgs {
    /// bash, zsh, fish, elvish hoặc powershell
    #[arg(value_name = "SHELL", hide_possible_values = true)]
    pub(super) shell: clap_complete::Shell,
}
