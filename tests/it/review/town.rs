//! Two communes with a few dozen people, what is wrong with some of them, and names that mean harm.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

pub(crate) use crate::harness::store;
use crate::harness::{AS_OF, findings, lamsach, latest, succeed};
use crate::review::http::add_user;

/// A name that a page must never run.
pub(crate) const SCRIPT: &str = "<script>alert(1)</script>";
/// A name that a spreadsheet must never compute.
pub(crate) const FORMULA: &str = "=HYPERLINK(\"http://evil.example\",\"x\")";
/// A name that turns the line around.
pub(crate) const TURNED: &str = "Nguyễn \u{202e}nA nắV";

const SURNAMES: [&str; 6] = ["Nguyễn", "Trần", "Lê", "Phạm", "Vũ", "Đặng"];
const MIDDLE: [&str; 5] = ["Văn", "Thị", "Đức", "Ngọc", "Minh"];
const GIVEN: [&str; 10] = ["An", "Bình", "Cường", "Dung", "Giang", "Hoa", "Khánh", "Lan", "Nam", "Quỳnh"];

/// An output folder with a run, and accounts: `admin`, `an` (commune A), `binh` (commune B), `giam` (auditor), `ly`
/// (leader).
pub(crate) struct Town {
    pub(crate) dir: tempfile::TempDir,
}

impl Town {
    pub(crate) fn new() -> Self {
        let town = Self { dir: tempfile::tempdir().unwrap() };
        town.write_inputs();
        town.run();
        let out = town.out();
        add_user(&out, "admin", &["--role", "admin"]);
        add_user(&out, "an", &["--role", "officer", "--commune", "00001"]);
        add_user(&out, "binh", &["--role", "officer", "--commune", "00002"]);
        add_user(&out, "giam", &["--role", "auditor"]);
        add_user(&out, "ly", &["--role", "leader"]);
        town
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.dir.path().join("out")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// Runs the pipeline once more.
    pub(crate) fn run(&self) {
        let mut command = lamsach();
        command.args(["run", "-q", "--as-of", AS_OF]).arg(self.data()).arg("--out").arg(self.out());
        succeed(&command.output().unwrap());
    }

    pub(crate) fn latest(&self) -> PathBuf {
        latest(&self.out())
    }

    fn write_inputs(&self) {
        fs::create_dir_all(self.data()).unwrap();
        let mut residents = String::from(
            "personal_id,full_name,birth_date,gender,commune_code,commune,hamlet,household_id,relation_to_head,status\n",
        );
        for n in 0..120usize {
            let (commune, name) =
                if n % 2 == 0 { ("00001", "Xã An Phú") } else { ("00002", "Xã Bình Hoà") };
            let male = n % 3 == 0;
            let year = 1940 + n % 60;
            let full = person(n);
            let _ = writeln!(
                residents,
                "{},{full},{:02}/{:02}/{year},{},{commune},{name},Thôn {},H{},{},Thường trú",
                number(n, male, year),
                1 + n % 28,
                1 + n % 12,
                if male { "Nam" } else { "Nữ" },
                1 + n % 4,
                n / 4,
                if n % 4 < 2 { "Chủ hộ" } else { "Con" },
            );
        }
        self.write("residents.csv", &residents);

        let mut deaths =
            String::from("record_no,registered_on,commune_code,commune,full_name,birth_date,death_date\n");
        for n in [0usize, 1, 2, 3] {
            let commune = if n % 2 == 0 { "00001,Xã An Phú" } else { "00002,Xã Bình Hoà" };
            let year = 1940 + n % 60;
            let _ = writeln!(
                deaths,
                "{n},05/10/2026,{commune},{},{:02}/{:02}/{year},01/10/2026",
                person(n),
                1 + n % 28,
                1 + n % 12
            );
        }
        // Somebody whom two residents could be: the year alone, and a name that several bear.
        self.write("deaths.csv", &deaths);

        let mut welfare = String::from(
            "file_no,full_name,birth_date,personal_id,commune_code,commune,hamlet,programme,group_code,monthly_amount,start_date\n",
        );
        for n in 10..30usize {
            let commune = if n % 2 == 0 { "00001,Xã An Phú" } else { "00002,Xã Bình Hoà" };
            let year = 1940 + n % 60;
            // Every other one with a birth date that differs by a day: DUNG-02.
            let day = 1 + n % 28 + n % 3 / 2;
            let _ = writeln!(
                welfare,
                "W{n},{},{day:02}/{:02}/{year},{},{commune},Thôn {},BTXH,BTXH,500000,01/01/2020",
                person(n),
                1 + n % 12,
                number(n, n % 3 == 0, year),
                1 + n % 4
            );
        }
        let long = "Nguyễn Văn ".repeat(910);
        for (n, name) in [SCRIPT, FORMULA, TURNED, long.trim()].iter().enumerate() {
            let name = name.replace('"', "\"\"");
            let _ = writeln!(
                welfare,
                "X{n},\"{name}\",0{}/05/1961,,00001,Xã An Phú,<b>Thôn</b> 9,BTXH,BTXH,500000,01/01/2020",
                n + 1
            );
        }
        self.write("welfare.csv", &welfare);

        // The same name and year twice in a commune: an officer has to say which.
        let mut insurance = String::from(
            "card_no,full_name,birth_date,gender,commune_code,commune,group_code,valid_from,valid_to\n",
        );
        for n in (40..100usize).step_by(3) {
            let commune = if n % 2 == 0 { "00001,Xã An Phú" } else { "00002,Xã Bình Hoà" };
            let _ = writeln!(
                insurance,
                "HS40100{:08},{},{},,{commune},HS,01/01/2026,31/12/2026",
                10_000_000 + n,
                person(n).replace("Văn", "V.").replace("Thị", "T."),
                1940 + n % 60
            );
        }
        self.write("insurance.csv", &insurance);
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.data().join(name), text).unwrap();
    }

    /// The number of an untouched finding of a commune, with a line of its worklist.
    pub(crate) fn case_of(&self, commune: &str, code: &str) -> String {
        let found = findings(&self.latest());
        let wanted = |line: &&std::collections::BTreeMap<String, String>| {
            line["commune_code"] == commune && line["code"] == code
        };
        let line = found.iter().find(wanted).unwrap_or_else(|| panic!("no {code} in {commune}"));
        line["finding_id"].clone()
    }

    /// The lines of the access log about an action, newest last: who, what and why.
    pub(crate) fn logged(&self, action: &str) -> Vec<[String; 3]> {
        let db = store(&self.out());
        let mut lines =
            db.prepare("SELECT who, what, why FROM access_log WHERE action = ?1 ORDER BY seq").unwrap();
        let line = |row: &rusqlite::Row<'_>| Ok([row.get(0)?, row.get(1)?, row.get(2)?]);
        lines.query_map([action], line).unwrap().map(Result::unwrap).collect()
    }

    /// How often somebody did something with a finding, by the access log.
    pub(crate) fn logged_of(&self, who: &str, action: &str, what: &str) -> usize {
        self.logged(action).iter().filter(|line| line[..2] == [who, what]).count()
    }

    /// Erases a person.
    pub(crate) fn purge(&self, number: &str) {
        let mut purge = lamsach();
        purge.args(["purge", "--person", number, "--reason", "thử"]).arg("--out").arg(self.out());
        succeed(&purge.output().unwrap());
    }

    /// A column of the line of a finding.
    fn column(&self, case: &str, column: &str) -> String {
        let found = findings(&self.latest());
        found.iter().find(|line| line["finding_id"] == case).unwrap()[column].clone()
    }

    /// The name of the person of a finding.
    pub(crate) fn case_name(&self, case: &str) -> String {
        self.column(case, "full_name")
    }

    /// The personal ID of the person of a finding.
    pub(crate) fn case_id(&self, case: &str) -> String {
        self.column(case, "personal_id")
    }
}

/// The name of the `n`-th person.
pub(crate) fn person(n: usize) -> String {
    format!("{} {} {}", SURNAMES[n * 7 % 6], MIDDLE[n / 3 % 5], GIVEN[n * 3 % 10])
}

/// A personal ID that fits birth and gender.
fn number(n: usize, male: bool, year: usize) -> String {
    format!("001{}{:02}{n:06}", if male { 0 } else { 1 }, year % 100)
}
