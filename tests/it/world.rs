//! Small made-up communes, written as officers write them, and what a run says of them.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use crate::harness::{AS_OF, Line, findings, lamsach, lines, said, succeed, summary};

/// The columns of each kind: the canonical name and the header that the file bears.
const COLUMNS: [(&str, &[(&str, &str)]); 6] = [
    (
        "residents",
        &[
            ("personal_id", "Số ĐDCN/CCCD"),
            ("old_id", "Số CMND"),
            ("full_name", "Họ, chữ đệm và tên khai sinh"),
            ("birth_date", "Ngày, tháng, năm sinh"),
            ("gender", "Giới tính"),
            ("ethnicity", "Dân tộc"),
            ("commune_code", "Mã xã"),
            ("commune", "Xã/Phường"),
            ("hamlet", "Thôn"),
            ("address", "Nơi thường trú"),
            ("household_id", "Mã hộ"),
            ("relation_to_head", "Quan hệ với chủ hộ"),
            ("father_name", "Họ tên cha"),
            ("father_id", "Số ĐDCN cha"),
            ("mother_name", "Họ tên mẹ"),
            ("mother_id", "Số ĐDCN mẹ"),
            ("spouse_name", "Họ tên vợ/chồng"),
            ("spouse_id", "Số ĐDCN vợ/chồng"),
            ("marital_status", "Tình trạng hôn nhân"),
            ("status", "Tình trạng cư trú"),
            ("death_date", "Ngày chết"),
            ("card_issued", "Ngày cấp thẻ căn cước"),
        ],
    ),
    (
        "births",
        &[
            ("record_no", "Số"),
            ("book_no", "Quyển số"),
            ("registered_on", "Ngày đăng ký"),
            ("registration_kind", "Loại đăng ký"),
            ("commune_code", "Mã xã"),
            ("commune", "Nơi đăng ký"),
            ("full_name", "Họ, chữ đệm, tên người được khai sinh"),
            ("birth_date", "Ngày sinh"),
            ("gender", "Giới tính"),
            ("personal_id", "Số định danh cá nhân"),
            ("father_name", "Họ tên cha"),
            ("father_birth_date", "Năm sinh cha"),
            ("father_id", "Số ĐDCN cha"),
            ("mother_name", "Họ tên mẹ"),
            ("mother_birth_date", "Năm sinh mẹ"),
            ("mother_id", "Số ĐDCN mẹ"),
            ("address", "Nơi cư trú"),
        ],
    ),
    (
        "deaths",
        &[
            ("record_no", "Số"),
            ("book_no", "Quyển số"),
            ("registered_on", "Ngày đăng ký"),
            ("commune_code", "Mã xã"),
            ("commune", "Nơi đăng ký"),
            ("full_name", "Họ, chữ đệm, tên người chết"),
            ("birth_date", "Ngày sinh"),
            ("gender", "Giới tính"),
            ("personal_id", "Số định danh cá nhân"),
            ("old_id", "Số CMND"),
            ("death_date", "Ngày chết"),
            ("death_cause", "Nguyên nhân chết"),
            ("death_place", "Nơi chết"),
            ("informant_name", "Người đi khai tử"),
            ("informant_id", "Số CCCD người đi khai tử"),
            ("last_residence", "Nơi cư trú cuối cùng"),
        ],
    ),
    (
        "marriages",
        &[
            ("record_no", "Số"),
            ("book_no", "Quyển số"),
            ("registered_on", "Ngày đăng ký"),
            ("commune_code", "Mã xã"),
            ("commune", "Nơi đăng ký"),
            ("husband_name", "Họ tên chồng"),
            ("husband_birth_date", "Ngày sinh chồng"),
            ("husband_personal_id", "Số ĐDCN chồng"),
            ("husband_old_id", "Số CMND chồng"),
            ("husband_address", "Nơi cư trú chồng"),
            ("wife_name", "Họ tên vợ"),
            ("wife_birth_date", "Ngày sinh vợ"),
            ("wife_personal_id", "Số ĐDCN vợ"),
            ("wife_old_id", "Số CMND vợ"),
            ("wife_address", "Nơi cư trú vợ"),
        ],
    ),
    (
        "welfare",
        &[
            ("file_no", "Số hồ sơ"),
            ("full_name", "Họ và tên"),
            ("birth_date", "Ngày sinh"),
            ("gender", "Giới tính"),
            ("personal_id", "Số CCCD"),
            ("old_id", "Số CMND"),
            ("commune_code", "Mã xã"),
            ("commune", "Xã"),
            ("hamlet", "Thôn"),
            ("programme", "Chế độ"),
            ("group_code", "Mã đối tượng"),
            ("monthly_amount", "Mức trợ cấp"),
            ("start_date", "Hưởng từ ngày"),
            ("stop_date", "Ngày dừng hưởng"),
            ("stop_reason", "Lý do dừng"),
            ("payment_method", "Hình thức chi trả"),
            ("bank_account", "Số tài khoản"),
        ],
    ),
    (
        "insurance",
        &[
            ("card_no", "Số thẻ BHYT"),
            ("insurance_no", "Mã số BHXH"),
            ("full_name", "Họ và tên"),
            ("birth_date", "Ngày sinh"),
            ("gender", "Giới tính"),
            ("personal_id", "Số CCCD"),
            ("old_id", "Số CMND"),
            ("commune_code", "Mã xã"),
            ("commune", "Xã/Phường"),
            ("group_code", "Mã đối tượng"),
            ("valid_from", "Giá trị từ ngày"),
            ("valid_to", "Giá trị đến ngày"),
            ("stop_date", "Ngày dừng"),
            ("stop_reason", "Lý do dừng"),
        ],
    ),
];

/// Residents with whom nothing is wrong, so that names and dates have frequencies: surname, rest, birth date,
/// gender.
const NEIGHBOURS: [(&str, &str, &str); 16] = [
    ("Hoàng Đình Thảo", "14/02/1951", "Nam"),
    ("Phan Thị Lựu", "23/09/1953", "Nữ"),
    ("Đặng Quốc Khánh", "02/09/1966", "Nam"),
    ("Bùi Thị Nhàn", "17/12/1968", "Nữ"),
    ("Vũ Trọng Phụng", "20/10/1972", "Nam"),
    ("Ngô Thị Thanh", "06/06/1975", "Nữ"),
    ("Dương Văn Minh", "16/02/1979", "Nam"),
    ("Lý Thị Hạnh", "25/03/1981", "Nữ"),
    ("Đỗ Mạnh Cường", "11/11/1984", "Nam"),
    ("Hồ Thị Kim Oanh", "29/08/1986", "Nữ"),
    ("Cao Xuân Bách", "09/01/1990", "Nam"),
    ("Tạ Thị Bích Ngọc", "18/05/1992", "Nữ"),
    ("Trịnh Công Sơn", "28/02/1995", "Nam"),
    ("Mai Thị Phương Thảo", "04/10/1997", "Nữ"),
    ("Châu Gia Bảo", "22/07/2000", "Nam"),
    ("Tô Thị Cẩm Tú", "15/04/2003", "Nữ"),
];

/// The registry's commune, where nothing else is said.
pub(crate) const COMMUNE: &str = "Xã Hưng Chính";
/// Its code.
pub(crate) const COMMUNE_CODE: &str = "18001";

/// A row: canonical name and cell, for the cells that are not empty.
pub(crate) type Cells = Vec<(String, String)>;

/// Reads `name=cell|name=cell`.
pub(crate) fn cells(text: &str) -> Cells {
    let pair = |part: &str| {
        let (name, cell) = part.split_once('=').unwrap_or_else(|| panic!("no cell: {part}"));
        (name.trim().to_owned(), cell.to_owned())
    };
    text.split('|').filter(|part| !part.trim().is_empty()).map(pair).collect()
}

fn get<'a>(row: &'a Cells, name: &str) -> &'a str {
    row.iter().rev().find(|(known, _)| known == name).map_or("", |(_, cell)| cell)
}

/// When somebody of that birth date was issued a card that still holds (DU-15): in 2023, or, where an age at which it
/// has to be renewed was reached since, two years later.
fn card_date(birth: &str) -> &'static str {
    let parts: Vec<u32> = birth.split('/').filter_map(|part| part.parse().ok()).collect();
    let [day, month, year] = parts[..] else { return "15/05/2023" };
    let renewed = |age: u32| ((2025, 5, 15)..=(2027, 1, 19)).contains(&(year + age, month, day));
    if [14, 25, 40, 60].into_iter().any(renewed) { "15/05/2025" } else { "15/05/2023" }
}

/// A registry and extracts in the making. Rows are numbered as a spreadsheet shows them.
pub(crate) struct World {
    dir: tempfile::TempDir,
    rows: [Vec<Cells>; 6],
    left_out: Vec<String>,
    args: Vec<String>,
}

impl World {
    /// A commune of neighbours with whom nothing is wrong.
    pub(crate) fn new() -> Self {
        let mut world = Self::empty();
        for (ix, (name, birth, gender)) in NEIGHBOURS.iter().enumerate() {
            let id = personal_id(birth, gender, 500_000 + 137 * ix as u32);
            world.resident(&format!(
                "full_name={name}|birth_date={birth}|gender={gender}|personal_id={id}|household_id=N{ix}"
            ));
        }
        world
    }

    /// Nobody and nothing.
    pub(crate) fn empty() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            rows: Default::default(),
            left_out: Vec::new(),
            args: Vec::new(),
        }
    }

    /// The folder that the files are written to.
    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Leaves a column out of its file: `residents.gender`.
    pub(crate) fn without(&mut self, column: &str) -> &mut Self {
        self.left_out.push(column.to_owned());
        self
    }

    /// Gives the run an argument more.
    pub(crate) fn arg(&mut self, arg: impl Into<String>) -> &mut Self {
        self.args.push(arg.into());
        self
    }

    /// Writes a table of units beside the data and gives it to the run.
    pub(crate) fn units(&mut self, rows: &[&str]) -> &mut Self {
        let header = "old_code,old_name,old_district,old_province,new_code,new_name,new_province";
        let path = self.dir().join("units.csv");
        std::fs::write(&path, format!("{header}\n{}\n", rows.join("\n"))).unwrap();
        self.arg("--units").arg(path.to_str().unwrap())
    }

    fn push(&mut self, kind: usize, row: Cells) -> usize {
        for (name, _) in &row {
            assert!(COLUMNS[kind].1.iter().any(|(known, _)| known == name), "no column {name}");
        }
        self.rows[kind].push(row);
        self.rows[kind].len() + 1
    }

    /// A row of an extract as it stands.
    pub(crate) fn row(&mut self, kind: &str, text: &str) -> usize {
        self.push(index(kind), cells(text))
    }

    /// Changes cells of a row.
    pub(crate) fn change(&mut self, kind: &str, row: usize, text: &str) -> &mut Self {
        self.rows[index(kind)][row - 2].extend(cells(text));
        self
    }

    /// A resident of the commune with an identity card, at home.
    pub(crate) fn resident(&mut self, text: &str) -> usize {
        let mut row =
            cells(&format!("commune_code={COMMUNE_CODE}|commune={COMMUNE}|status=Thường trú|ethnicity=Kinh"));
        row.extend(cells(text));
        if !row.iter().any(|(name, _)| name == "card_issued") {
            row.extend(cells(&format!("card_issued={}", card_date(get(&row, "birth_date")))));
        }
        self.push(0, row)
    }

    /// A resident of a name, birth date and gender, with a personal ID that fits them.
    pub(crate) fn person(&mut self, name: &str, birth: &str, gender: &str, more: &str) -> usize {
        let serial = (100_000 + 7_919 * (self.rows[0].len() as u32 + 1)) % 1_000_000;
        let id = personal_id(birth, gender, serial);
        self.resident(&format!("full_name={name}|birth_date={birth}|gender={gender}|personal_id={id}|{more}"))
    }

    /// A resident's cell.
    pub(crate) fn of(&self, resident: usize, name: &str) -> String {
        get(&self.rows[0][resident - 2], name).to_owned()
    }

    /// What the registry says of a resident, under the names of a role's columns.
    fn copied(&self, resident: usize, prefix: &str) -> String {
        let names = [("full_name", "name"), ("birth_date", "birth_date"), ("personal_id", "personal_id")];
        let mut text: String = names
            .iter()
            .map(|(name, own)| {
                let column = if prefix.is_empty() { (*name).to_owned() } else { format!("{prefix}_{own}") };
                format!("{column}={}|", self.of(resident, name))
            })
            .collect();
        if prefix.is_empty() {
            for name in ["gender", "commune_code", "commune"] {
                text.push_str(&format!("{name}={}|", self.of(resident, name)));
            }
        }
        text
    }

    /// A benefit of a resident with which nothing is wrong, and what `more` changes of it.
    pub(crate) fn welfare(&mut self, resident: usize, more: &str) -> usize {
        let n = self.rows[4].len() + 1;
        let row = cells(&format!(
            "{}file_no=HS-{n}|programme=Trợ cấp người cao tuổi|group_code=NCT|monthly_amount=500000|\
             start_date=01/03/2024|payment_method=Chuyển khoản|bank_account=51002000{n:04}|{more}",
            self.copied(resident, "")
        ));
        self.push(4, row)
    }

    /// An insurance card of a resident with which nothing is wrong.
    pub(crate) fn insurance(&mut self, resident: usize, more: &str) -> usize {
        let n = 4_020_000_000 + 7_717 * (self.rows[5].len() as u64 + 1);
        let row = cells(&format!(
            "{}card_no=GD440{n}|insurance_no={n}|group_code=GD|valid_from=01/01/2026|valid_to=31/12/2026|{more}",
            self.copied(resident, "")
        ));
        self.push(5, row)
    }

    /// A birth record of a resident.
    pub(crate) fn birth(&mut self, child: usize, more: &str) -> usize {
        let n = self.rows[1].len() + 1;
        let parents: String = ["father", "mother"]
            .iter()
            .map(|parent| {
                let (name, id) = (format!("{parent}_name"), format!("{parent}_id"));
                format!("{name}={}|{id}={}|", self.of(child, &name), self.of(child, &id))
            })
            .collect();
        let row = cells(&format!(
            "{}{parents}record_no={n}/2020|book_no=01/2020|registered_on={}|registration_kind=1|{more}",
            self.copied(child, ""),
            self.of(child, "birth_date"),
        ));
        self.push(1, row)
    }

    /// A death record of a resident.
    pub(crate) fn death(&mut self, resident: usize, on: &str, more: &str) -> usize {
        let n = self.rows[2].len() + 1;
        let row = cells(&format!(
            "{}record_no={n}/2025|book_no=01/2025|registered_on={on}|death_date={on}|\
             last_residence=Thôn 1, {COMMUNE}|{more}",
            self.copied(resident, "")
        ));
        self.push(2, row)
    }

    /// A marriage of two residents.
    pub(crate) fn marriage(&mut self, husband: usize, wife: usize, on: &str, more: &str) -> usize {
        let n = self.rows[3].len() + 1;
        let row = cells(&format!(
            "{}{}record_no={n}/2020|book_no=01/2020|registered_on={on}|commune_code={COMMUNE_CODE}|\
             commune={COMMUNE}|husband_address=Thôn 1, {COMMUNE}|wife_address=Thôn 1, {COMMUNE}|{more}",
            self.copied(husband, "husband"),
            self.copied(wife, "wife"),
        ));
        self.push(3, row)
    }

    /// The text of a kind's file, cells separated by a delimiter.
    pub(crate) fn text(&self, kind: &str, delimiter: u8) -> String {
        let columns = self.columns(kind);
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        writer.write_record(columns.iter().map(|(_, header)| header)).unwrap();
        for row in &self.rows[index(kind)] {
            writer.write_record(columns.iter().map(|(name, _)| get(row, name))).unwrap();
        }
        String::from_utf8(writer.into_inner().unwrap()).unwrap()
    }

    fn columns(&self, kind: &str) -> Vec<(&'static str, &'static str)> {
        let kept = |name: &str| !self.left_out.iter().any(|column| *column == format!("{kind}.{name}"));
        COLUMNS[index(kind)].1.iter().copied().filter(|(name, _)| kept(name)).collect()
    }

    /// Writes a file of every kind that has rows; gives its kind and path.
    pub(crate) fn write(&self) -> Vec<(&'static str, PathBuf)> {
        let mut written = Vec::new();
        for (ix, (kind, _)) in COLUMNS.iter().enumerate() {
            if !self.rows[ix].is_empty() {
                let path = self.dir().join(format!("{kind}.csv"));
                std::fs::write(&path, self.text(kind, b',')).unwrap();
                written.push((*kind, path));
            }
        }
        written
    }

    /// Writes the files and runs them.
    pub(crate) fn run(&self) -> Outcome {
        let files = self.write();
        self.run_files(&files)
    }

    /// Runs files as they lie there.
    pub(crate) fn run_files(&self, files: &[(&str, PathBuf)]) -> Outcome {
        let mut args: Vec<String> = vec!["run".into(), "-q".into()];
        if !self.args.iter().any(|arg| arg == "--as-of") {
            args.extend(["--as-of".into(), AS_OF.into()]);
        }
        for (kind, path) in files {
            args.extend([format!("--{kind}"), path.to_str().unwrap().to_owned()]);
        }
        args.extend(self.args.iter().cloned());
        let out = self.dir().join("out");
        let output = lamsach().args(&args).arg("--out").arg(&out).output().unwrap();
        succeed(&output);
        assert_eq!(said(&output), "");
        Outcome::of(&out.join("latest"))
    }
}

fn index(kind: &str) -> usize {
    COLUMNS.iter().position(|(known, _)| *known == kind).unwrap_or_else(|| panic!("no kind {kind}"))
}

/// A personal ID of Nghệ An that fits a birth date (dd/mm/yyyy, mm/yyyy or yyyy) and gender.
pub(crate) fn personal_id(birth: &str, gender: &str, serial: u32) -> String {
    let year: u32 = birth.rsplit('/').next().unwrap().parse().unwrap();
    let digit = 2 * (year / 100 - 19) + u32::from(gender != "Nam");
    format!("040{digit}{:02}{serial:06}", year % 100)
}

/// What a run said.
pub(crate) struct Outcome {
    pub(crate) run: PathBuf,
    pub(crate) findings: Vec<Line>,
    links: OnceCell<Vec<Line>>,
    pairs: OnceCell<Vec<Line>>,
}

impl Outcome {
    /// Reads the folder of a run.
    pub(crate) fn of(run: &Path) -> Self {
        Self { run: run.to_owned(), findings: findings(run), links: OnceCell::new(), pairs: OnceCell::new() }
    }

    /// The codes of the findings of a row of a file, sorted; several of one code stand several times.
    pub(crate) fn row(&self, source: &str, row: usize) -> Vec<&str> {
        let row = row.to_string();
        let mut codes: Vec<&str> = self
            .findings
            .iter()
            .filter(|f| f["source"] == source && f["source_row"] == row)
            .map(|f| f["code"].as_str())
            .collect();
        codes.sort_unstable();
        codes
    }

    /// The codes of all findings that name a resident, sorted.
    pub(crate) fn resident(&self, row: usize) -> Vec<&str> {
        let row = row.to_string();
        let mut codes: Vec<&str> =
            self.findings.iter().filter(|f| f["resident_row"] == row).map(|f| f["code"].as_str()).collect();
        codes.sort_unstable();
        codes
    }

    /// Every finding of a code.
    pub(crate) fn all(&self, code: &str) -> Vec<&Line> {
        self.findings.iter().filter(|f| f["code"] == code).collect()
    }

    /// The only finding of a code.
    pub(crate) fn only(&self, code: &str) -> &Line {
        let all = self.all(code);
        assert_eq!(all.len(), 1, "{code}: {all:#?}");
        all[0]
    }

    /// How often a code is found.
    pub(crate) fn count(&self, code: &str) -> usize {
        self.all(code).len()
    }

    /// Asserts that the findings of some pillars (or of all, where none is named) are exactly these codes.
    #[track_caller]
    pub(crate) fn assert_all(&self, codes: &[&str]) {
        let mut found: Vec<&str> = self.findings.iter().map(|f| f["code"].as_str()).collect();
        found.sort_unstable();
        assert_eq!(found, codes, "{:#?}", self.findings.iter().map(short).collect::<Vec<_>>());
    }

    /// Every line of `links.csv`.
    pub(crate) fn links(&self) -> &[Line] {
        self.links.get_or_init(|| lines(&self.run.join("links.csv")))
    }

    /// The decision on a role of a row, and the resident where it is a link or a review.
    pub(crate) fn link(&self, source: &str, row: usize, role: &str) -> (&str, usize) {
        let row = row.to_string();
        let links = self.links();
        let mut of =
            links.iter().filter(|l| l["source"] == source && l["source_row"] == row && l["role"] == role);
        let line = of.next().unwrap_or_else(|| panic!("{source} {row} {role} is not in links.csv"));
        assert!(of.next().is_none(), "{source} {row} {role} twice");
        (&line["decision"], line["resident_row"].parse().unwrap_or(0))
    }

    /// Whether a role of a row is in `links.csv`.
    pub(crate) fn has_role(&self, source: &str, row: usize, role: &str) -> bool {
        let row = row.to_string();
        let links = self.links();
        links.iter().any(|l| l["source"] == source && l["source_row"] == row && l["role"] == role)
    }

    /// The residents shown for the review of a role, best first.
    pub(crate) fn shown(&self, source: &str, row: usize, role: &str) -> Vec<usize> {
        let row = row.to_string();
        let pairs = self.pairs.get_or_init(|| lines(&self.run.join("review.csv")));
        let of = |p: &&Line| p["source"] == source && p["source_row"] == row && p["role"] == role;
        pairs.iter().filter(of).map(|p| p["resident_row"].parse().unwrap()).collect()
    }

    /// The codes that were not run.
    pub(crate) fn not_run(&self) -> Vec<String> {
        let summary = summary(&self.run);
        let list = summary["not_run"].as_array().unwrap();
        list.iter().map(|rule| rule["code"].as_str().unwrap().to_owned()).collect()
    }
}

/// A finding in a few words, for the message of a failed assertion.
fn short(finding: &Line) -> String {
    let cell = |name: &str| finding[name].as_str();
    format!(
        "{} {}:{} {} resident {} {} {:?} {:?}",
        cell("code"),
        cell("source"),
        cell("source_row"),
        cell("role"),
        cell("resident_row"),
        cell("field"),
        cell("source_value"),
        cell("registry_value")
    )
}
