//! What the commands that read extracts take.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::config::MOST_THREADS;

#[derive(Debug, Default, Args)]
pub(crate) struct RunArgs {
    /// Thư mục chứa các tệp; loại của mỗi tệp được nhận ra từ dòng tiêu đề
    #[arg(value_name = "THƯ_MỤC")]
    pub(crate) folder: Option<PathBuf>,
    /// Tệp cấu hình; mặc định lamsach.toml trong thư mục dữ liệu, hoặc ở đây khi không nêu dữ liệu nào
    #[arg(long, value_name = "TỆP")]
    pub(crate) config: Option<PathBuf>,
    /// Tệp trích xuất dân cư (TỆP.xlsx#Trang để chọn trang tính)
    #[arg(long, value_name = "TỆP", num_args = 1..)]
    pub(crate) residents: Vec<PathBuf>,
    /// Tệp khai sinh
    #[arg(long, value_name = "TỆP", num_args = 1..)]
    pub(crate) births: Vec<PathBuf>,
    /// Tệp khai tử
    #[arg(long, value_name = "TỆP", num_args = 1..)]
    pub(crate) deaths: Vec<PathBuf>,
    /// Tệp kết hôn
    #[arg(long, value_name = "TỆP", num_args = 1..)]
    pub(crate) marriages: Vec<PathBuf>,
    /// Tệp an sinh xã hội
    #[arg(long, value_name = "TỆP", num_args = 1..)]
    pub(crate) welfare: Vec<PathBuf>,
    /// Tệp bảo hiểm y tế
    #[arg(long, value_name = "TỆP", num_args = 1..)]
    pub(crate) insurance: Vec<PathBuf>,
    /// Tệp danh sách của ngành khác: pupils=hoc_sinh.xlsx; viết được nhiều lần
    #[arg(long, value_name = "LOẠI=TỆP")]
    pub(crate) list: Vec<String>,
    /// Thư mục kết quả; mỗi lượt chạy là một thư mục con, `latest` trỏ tới lượt trọn vẹn cuối cùng
    #[arg(short, long, value_name = "THƯ_MỤC")]
    pub(crate) out: Option<PathBuf>,
    /// Ngày đối soát để tính tuổi và thời hạn (dd/mm/yyyy hoặc yyyy-mm-dd); mặc định hôm nay
    #[arg(long, value_name = "NGÀY")]
    pub(crate) as_of: Option<String>,
    /// Bảng chuyển đổi đơn vị hành chính cũ - mới
    #[arg(long, value_name = "TỆP")]
    pub(crate) units: Option<PathBuf>,
    /// Tệp mô hình (lamsach train) để giữ nguyên tham số đối sánh
    #[arg(long, value_name = "TỆP")]
    pub(crate) model: Option<PathBuf>,
    /// Chỉ rõ một cột: births.birth_date="Tên cột"; viết được nhiều lần
    #[arg(long, value_name = "LOẠI.TRƯỜNG=CỘT")]
    pub(crate) map: Vec<String>,
    /// Tệp không dùng, theo tên hoặc dạng *.csv; viết được nhiều lần
    #[arg(long, value_name = "MẪU")]
    pub(crate) ignore: Vec<String>,
    /// Bảng mã của tệp văn bản khi không tự nhận ra đúng, cho mọi tệp hoặc một tệp; viết được nhiều lần
    #[arg(long, value_name = "[TỆP=]BẢNG_MÃ")]
    pub(crate) encoding: Vec<String>,
    /// Bảng tên cột riêng của đơn vị (TOML)
    #[arg(long, value_name = "TỆP")]
    pub(crate) synonyms: Option<PathBuf>,
    /// Tỷ lệ dòng không đọc được cho phép ở mỗi tệp, như 0.02 hoặc 2%; mặc định 1%
    #[arg(long, value_name = "TỶ_LỆ")]
    pub(crate) max_rejects: Option<String>,
    /// Giai đoạn đăng ký mà dữ liệu khai sinh bao quát: từ..đến
    #[arg(long, value_name = "TỪ..ĐẾN")]
    pub(crate) births_period: Option<String>,
    /// Giai đoạn đăng ký mà dữ liệu khai tử bao quát: từ..đến
    #[arg(long, value_name = "TỪ..ĐẾN")]
    pub(crate) deaths_period: Option<String>,
    /// Tuổi bắt đầu cần dấu hiệu còn sống (SONG-06); mặc định 100
    #[arg(long, value_name = "TUỔI")]
    pub(crate) centenarian_age: Option<i32>,
    /// Nhóm do Nhà nước đóng BHYT (DU-09), cách nhau bằng dấu phẩy; mặc định HN,NCC,BTXH,KC
    #[arg(long, value_name = "NHÓM", value_delimiter = ',')]
    pub(crate) insured_groups: Vec<String>,
    /// Số luồng xử lý; mặc định dùng mọi lõi
    #[arg(long, value_name = "SỐ", value_parser = clap::value_parser!(u32).range(..=i64::from(MOST_THREADS)))]
    pub(crate) threads: Option<u32>,
    /// Không chạy khi dữ liệu, tham số, ngày đối soát và quyết định không khác lượt trước
    #[arg(long)]
    pub(crate) if_changed: bool,
    /// Không làm sổ làm việc Excel, chỉ ghi danh sách CSV
    #[arg(long)]
    pub(crate) no_workbooks: bool,
    /// Không làm tệp sửa lỗi (repair/) cho các tệp đầu vào
    #[arg(long)]
    pub(crate) no_repair: bool,
    /// Đối sánh lại mọi tệp, kể cả tệp không đổi so với lượt trước
    #[arg(long)]
    pub(crate) relink: bool,
}

#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// Các tệp cần xem (TỆP.xlsx#Trang để chọn trang tính), hoặc thư mục chứa chúng
    #[arg(value_name = "TỆP", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Loại của các tệp khi không tự nhận ra đúng: residents, births, deaths, marriages, welfare, insurance, hoặc loại danh sách ngành (pupils, members, ..., list)
    #[arg(long, value_name = "LOẠI")]
    pub(crate) kind: Option<String>,
    /// Chỉ rõ một cột: births.birth_date="Tên cột"; viết được nhiều lần
    #[arg(long, value_name = "LOẠI.TRƯỜNG=CỘT")]
    pub(crate) map: Vec<String>,
    /// Bảng tên cột riêng của đơn vị (TOML)
    #[arg(long, value_name = "TỆP")]
    pub(crate) synonyms: Option<PathBuf>,
    /// Bảng mã của tệp văn bản khi không tự nhận ra đúng, cho mọi tệp hoặc một tệp; viết được nhiều lần
    #[arg(long, value_name = "[TỆP=]BẢNG_MÃ")]
    pub(crate) encoding: Vec<String>,
    /// Hiện nguyên văn các dòng đầu; mặc định che dữ liệu cá nhân
    #[arg(long)]
    pub(crate) show: bool,
    /// Thư mục kết quả có nhật ký truy cập mà lần xem nguyên văn này được ghi vào
    #[arg(short, long, value_name = "THƯ_MỤC", requires = "show")]
    pub(crate) out: Option<PathBuf>,
    /// Lý do, ghi vào nhật ký truy cập
    #[arg(long, value_name = "LỜI", requires = "out")]
    pub(crate) reason: Option<String>,
    /// Xuất ở dạng JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SampleArgs {
    /// Số người dân
    #[arg(long, value_name = "SỐ", default_value_t = 3000, hide_default_value = true)]
    pub(crate) residents: u32,
    /// Cùng một số gieo thì cho ra cùng dữ liệu
    #[arg(long, value_name = "SỐ", default_value_t = 1, hide_default_value = true)]
    pub(crate) seed: u64,
    /// Mức hư hỏng của dữ liệu: clean, normal hoặc dirty
    #[arg(
        long,
        value_name = "MỨC",
        default_value = "normal",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) noise: NoiseArg,
    /// Hư hỏng của cả tệp, cách nhau bằng dấu phẩy: living-registry, informant-papers, filled-down, ...
    #[arg(long, value_name = "DANH_SÁCH")]
    pub(crate) damage: Option<String>,
    /// Dạng tệp: csv, hoặc mixed như các cơ quan thực gửi (Excel, TCVN3, VNI, UTF-16, ...)
    #[arg(
        long,
        value_name = "DẠNG",
        default_value = "csv",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) format: FormatArg,
    /// Số xã, phường; mặc định khoảng chín nghìn dân một xã, ít nhất ba
    #[arg(long, value_name = "SỐ")]
    pub(crate) communes: Option<u16>,
    /// Ngày đối soát (dd/mm/yyyy hoặc yyyy-mm-dd)
    #[arg(long, value_name = "NGÀY")]
    pub(crate) as_of: Option<String>,
    /// Thư mục để ghi
    #[arg(short, long, value_name = "THƯ_MỤC")]
    pub(crate) out: PathBuf,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum NoiseArg {
    Clean,
    Normal,
    Dirty,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    Csv,
    Mixed,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Dòng cần giải thích, như khai_tu.csv:12
    #[arg(value_name = "TỆP:DÒNG")]
    pub(crate) at: String,
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// Tệp mô hình (lamsach train) để giữ nguyên tham số đối sánh
    #[arg(long, value_name = "TỆP")]
    pub(crate) model: Option<PathBuf>,
    /// Thư mục kết quả có nhật ký truy cập mà lần xem này được ghi vào
    #[arg(short, long, value_name = "THƯ_MỤC")]
    pub(crate) out: Option<PathBuf>,
    /// Lý do, ghi vào nhật ký truy cập
    #[arg(long, value_name = "LỜI")]
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct TrainArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// Tệp mô hình sẽ ghi
    #[arg(short, long, value_name = "TỆP")]
    pub(crate) out: PathBuf,
}

/// The data of a command that only links.
#[derive(Debug, Args)]
pub(crate) struct DataArgs {
    /// Thư mục chứa các tệp; loại của mỗi tệp được nhận ra từ dòng tiêu đề
    #[arg(value_name = "THƯ_MỤC")]
    pub(crate) folder: PathBuf,
    /// Ngày đối soát (dd/mm/yyyy hoặc yyyy-mm-dd)
    #[arg(long, value_name = "NGÀY")]
    pub(crate) as_of: Option<String>,
    /// Bảng chuyển đổi đơn vị hành chính cũ - mới
    #[arg(long, value_name = "TỆP")]
    pub(crate) units: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ScoreArgs {
    /// Thư mục của một lượt chạy
    #[arg(value_name = "LƯỢT_CHẠY")]
    pub(crate) run: PathBuf,
    /// Thư mục đáp án (`truth` của dữ liệu giả lập)
    #[arg(value_name = "ĐÁP_ÁN")]
    pub(crate) truth: PathBuf,
    /// Liệt kê chừng này trường hợp sai và sót của mỗi mã
    #[arg(long, value_name = "SỐ", default_value_t = 0, hide_default_value = true)]
    pub(crate) show: usize,
}
