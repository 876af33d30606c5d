//! Every place in an output folder to which the program ever writes: what stands there of persons, and what becomes of
//! it. An erasure, the end of retention, the recovery after a kill and `lamsach status` all go by this one table;
//! `docs/an-toan.md` shows it, with reasons.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::recover::moment_of_run;

/// What stands somewhere of persons.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Bears {
    /// Names, numbers, dates.
    Persons,
    /// Digests of them, and remarks that officers typed.
    Remarks,
    /// Nothing of anybody in the data.
    Nobody,
}

/// What becomes of a file, where a person is erased or it is no longer to be kept.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Goes {
    /// Overwritten and removed where the person stands in it, and with its age.
    Whole,
    /// A file that the user dropped: overwritten and removed where the person stands in it.
    Source,
    /// A copy of the store: overwritten and removed with whatever is erased, and a new one made.
    Copy,
    /// Made of runs: overwritten and removed with whatever is erased, and with its run; made again when it is asked for.
    Derived,
    /// Loses the lines that tell of the person.
    Lines,
    /// The store: loses rows.
    Rows,
    /// Overwritten and removed with the finding that it belongs to.
    WithFinding,
    /// Begun and never finished, by who held the lock of the folder: the next run removes it, and every erasure.
    Begun,
    /// Begun and never finished, by who held no lock and may still be at it: the next run removes it when it is a day old,
    /// an erasure at once.
    BegunByAny,
    /// Says what an erasure set out to do; gone when that is done.
    Pending,
    /// Stays.
    Kept,
}

/// A line of the table.
#[derive(Debug)]
pub struct Place {
    /// The path from the output folder. `{run}` stands for the name of a run, `*` for anything within a name (at its
    /// beginning for nothing hidden), `**` for a whole folder.
    pub pattern: &'static str,
    /// What stands there.
    pub bears: Bears,
    /// What becomes of it.
    pub goes: Goes,
}

const fn place(pattern: &'static str, bears: Bears, goes: Goes) -> Place {
    Place { pattern, bears, goes }
}

/// The table. A file is of the first line that it fits.
pub const PLACES: [Place; 39] = [
    place("{run}/**", Bears::Persons, Goes::Whole),
    place(".{run}.partial/**", Bears::Persons, Goes::Begun),
    place("rejects-{run}.csv", Bears::Persons, Goes::Whole),
    place("review/*", Bears::Persons, Goes::Derived),
    place("review/.*", Bears::Persons, Goes::BegunByAny),
    place("so-lam-viec/*/*.xlsx", Bears::Persons, Goes::Lines),
    place("so-lam-viec/*/*.xlsx.partial", Bears::Persons, Goes::Begun),
    place("so-lam-viec/*/.tmp*", Bears::Persons, Goes::Begun),
    place("so-lam-viec/*/~$*", Bears::Nobody, Goes::Kept),
    place("so-lam-viec/*/.~lock.*", Bears::Nobody, Goes::Kept),
    place("tep-nguon/*", Bears::Persons, Goes::Source),
    place("tep-nguon/.*.part", Bears::Persons, Goes::BegunByAny),
    place("dinh-kem/*", Bears::Persons, Goes::WithFinding),
    place("dinh-kem/.*.part", Bears::Persons, Goes::BegunByAny),
    place("stats/turning.csv", Bears::Persons, Goes::Whole),
    place("stats/*", Bears::Nobody, Goes::Kept),
    place("stats-share/*", Bears::Nobody, Goes::Kept),
    place("reports/*", Bears::Nobody, Goes::Kept),
    place("mau-van-ban/*", Bears::Nobody, Goes::Kept),
    place("mau-van-ban/.~lock.*", Bears::Nobody, Goes::Kept),
    place("kinds.d/*", Bears::Nobody, Goes::Kept),
    place("lamsach.db", Bears::Remarks, Goes::Rows),
    place("lamsach.db-*", Bears::Remarks, Goes::Rows),
    place("lamsach-backup-{run}.db", Bears::Remarks, Goes::Copy),
    place(".lamsach-backup-{run}.db*", Bears::Remarks, Goes::Begun),
    place("lamsach-*.html", Bears::Nobody, Goes::BegunByAny),
    place(".tmp*", Bears::Persons, Goes::BegunByAny),
    place("*/.tmp*", Bears::Persons, Goes::BegunByAny),
    place(".purge-pending.json", Bears::Persons, Goes::Pending),
    place("answers.json", Bears::Nobody, Goes::Kept),
    place("start.json", Bears::Nobody, Goes::Kept),
    place("latest", Bears::Nobody, Goes::Kept),
    place("latest.html", Bears::Nobody, Goes::Kept),
    place(".latest.next", Bears::Nobody, Goes::Begun),
    place(".lamsach.lock", Bears::Nobody, Goes::Kept),
    place(".lamsach.holder", Bears::Nobody, Goes::Kept),
    place(".lamsach.secret", Bears::Nobody, Goes::Kept),
    place(".lamsach.last.json", Bears::Nobody, Goes::Kept),
    place("*.log", Bears::Nobody, Goes::Kept),
];

impl Place {
    /// Whether it is a folder that goes or stays as a whole.
    fn is_folder(&self) -> bool {
        self.pattern.ends_with("/**")
    }

    /// Whether a path from the output folder is of it; of a whole folder, the folder itself.
    fn fits(&self, path: &str) -> bool {
        let pattern = self.pattern.strip_suffix("/**").unwrap_or(self.pattern);
        let (mut patterns, mut names) = (pattern.split('/'), path.split('/'));
        loop {
            match (patterns.next(), names.next()) {
                (None, None) => return true,
                (Some(pattern), Some(name)) if fits(pattern, name) => {}
                _ => return false,
            }
        }
    }
}

/// Whether a name fits a part of a pattern.
fn fits(pattern: &str, name: &str) -> bool {
    let begins_hidden = name.starts_with(['.', '~']);
    if pattern.starts_with('*') && begins_hidden {
        return false;
    }
    rest_fits(pattern, name)
}

fn rest_fits(pattern: &str, name: &str) -> bool {
    if let Some(rest) = pattern.strip_prefix("{run}") {
        let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(name.len());
        return moment_of_run(&name[..end]).is_some() && rest_fits(rest, &name[end..]);
    }
    if let Some(rest) = pattern.strip_prefix('*') {
        return name
            .char_indices()
            .map(|(at, _)| at)
            .chain([name.len()])
            .any(|at| rest_fits(rest, &name[at..]));
    }
    match (pattern.chars().next(), name.chars().next()) {
        (None, None) => true,
        (Some(wanted), Some(found)) if wanted == found => {
            rest_fits(&pattern[wanted.len_utf8()..], &name[found.len_utf8()..])
        }
        _ => false,
    }
}

/// The line of the table that a path from the output folder is of.
pub fn place_of(path: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.fits(path))
}

/// Whether a path from the output folder is a folder on the way to a line of the table that names it.
pub(super) fn is_way_to_a_place(path: &str) -> bool {
    let leads = |place: &Place| {
        let mut patterns = place.pattern.split('/');
        path.split('/').all(|name| patterns.next().is_some_and(|pattern| fits(pattern, name)))
            && patterns.next().is_some()
    };
    PLACES.iter().filter(|place| !place.pattern.starts_with("*/")).any(leads)
}

/// Something that stands in an output folder: a file, a link, or a folder that goes or stays as a whole.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Where.
    pub path: PathBuf,
    /// The same, from the output folder.
    pub within: String,
    /// Its line of the table; `None` where the program never writes there.
    pub place: Option<&'static Place>,
    /// Whether it is a link.
    pub(super) is_link: bool,
}

impl Standing {
    /// What becomes of it, where the program knows it.
    pub fn goes(&self) -> Option<Goes> {
        self.place.map(|place| place.goes)
    }

    /// Whether it is a folder that goes or stays as a whole; never a link to one.
    pub fn is_folder(&self) -> bool {
        self.place.is_some_and(Place::is_folder)
    }

    /// The run that it is named after, where it is.
    pub fn run(&self) -> Option<&str> {
        let name = self.within.rsplit('/').next()?.trim_start_matches('.');
        let name = name.strip_prefix("lamsach-backup-").or(name.strip_prefix("rejects-")).unwrap_or(name);
        let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(name.len());
        Some(&name[..end]).filter(|run| moment_of_run(run).is_some())
    }
}

/// Everything that stands in an output folder, by path.
///
/// # Errors
/// Where a folder cannot be listed.
pub fn standing(out: &Path) -> io::Result<Vec<Standing>> {
    let mut found = Vec::new();
    walk(out, "", &mut found)?;
    found.sort_by(|a, b| a.within.cmp(&b.within));
    Ok(found)
}

fn walk(folder: &Path, within: &str, found: &mut Vec<Standing>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, within) = (entry.path(), format!("{within}{}", entry.file_name().to_string_lossy()));
        let place = place_of(&within);
        let kind = match entry.file_type() {
            // Gone since the folder was listed.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            kind => kind?,
        };
        let (is_folder, is_link) = (kind.is_dir(), kind.is_symlink());
        let is_whole = place.is_some_and(Place::is_folder);
        if is_folder && !is_whole {
            walk(&path, &format!("{within}/"), found)?;
        } else {
            // A file in the place of a folder is none of the program's.
            let place = place.filter(|_| is_folder == is_whole);
            found.push(Standing { path, within, place, is_link });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str = "20261120T010203Z-ab12cd34";

    #[test]
    fn what_the_program_writes_is_of_a_line_and_nothing_else_is() {
        for (path, goes) in [
            (RUN.to_owned(), Goes::Whole),
            (format!("{RUN}-2"), Goes::Whole),
            (format!(".{RUN}.partial"), Goes::Begun),
            (format!("rejects-{RUN}.csv"), Goes::Whole),
            (format!(".lamsach-backup-{RUN}.db-journal"), Goes::Begun),
            (format!("lamsach-backup-{RUN}.db"), Goes::Copy),
            ("lamsach.db-wal".into(), Goes::Rows),
            ("so-lam-viec/xa/00001_xã đông.xlsx".into(), Goes::Lines),
            ("so-lam-viec/xa/.tmpAb12".into(), Goes::Begun),
            ("so-lam-viec/xa/~$a.xlsx".into(), Goes::Kept),
            ("reports/.tmpAb12".into(), Goes::BegunByAny),
            ("tep-nguon/khai tử.xlsx".into(), Goes::Source),
            ("tep-nguon/.khai tử.xlsx.part".into(), Goes::BegunByAny),
            ("stats/turning.csv".into(), Goes::Whole),
            ("stats/population.html".into(), Goes::Kept),
        ] {
            assert_eq!(place_of(&path).map(|place| place.goes), Some(goes), "{path}");
        }
        for path in [
            "ghi chú.txt",
            ".partial",
            "x/y/z",
            "rejects-.csv",
            "20261120T010203Z-ab12cd34.zip",
            "so-lam-viec/xa/a.docx",
            "so-lam-viec/a.xlsx",
        ] {
            assert!(place_of(path).is_none(), "{path}");
        }
    }

    #[test]
    fn the_manual_shows_the_table() {
        let manual = include_str!("../../docs/an-toan.md");
        let shown: Vec<[&str; 3]> = manual
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
            .filter_map(|(pattern, rest)| {
                let mut cells = rest.split(" | ");
                Some([pattern, cells.next()?, cells.next()?])
            })
            .collect();
        let bears = |place: &Place| match place.bears {
            Bears::Persons => "persons",
            Bears::Remarks => "digests, remarks",
            Bears::Nobody => "nobody",
        };
        let goes = |place: &Place| match place.goes {
            Goes::Whole => "whole, where the person stands in it",
            Goes::Source => "whole, where the person stands in it",
            Goes::Copy => "whole; a new copy is made",
            Goes::Derived => "whole; made again when asked for",
            Goes::Lines => "the lines of the person",
            Goes::Rows => "the rows of the person",
            Goes::WithFinding => "whole, with its finding",
            Goes::Begun | Goes::BegunByAny => "whole, always",
            Goes::Pending => "whole, when done",
            Goes::Kept => "kept",
        };
        let table: Vec<[&str; 3]> =
            PLACES.iter().map(|place| [place.pattern, bears(place), goes(place)]).collect();
        assert_eq!(shown, table);
    }

    #[test]
    fn what_stands_in_a_folder_is_told_with_its_line_and_its_run() {
        let dir = tempfile::tempdir().unwrap();
        for folder in [RUN, "review", "so-lam-viec/xa", "khác/trong"] {
            fs::create_dir_all(dir.path().join(folder)).unwrap();
        }
        for file in [
            format!("{RUN}/links.csv"),
            format!("rejects-{RUN}.csv"),
            format!("review/{RUN}.db-wal"),
            "so-lam-viec/xa/a.xlsx".into(),
            "khác/trong/a".into(),
            "b".into(),
        ] {
            fs::write(dir.path().join(file), "x").unwrap();
        }
        // A file in the place of a folder is none of the program's.
        fs::write(dir.path().join(format!(".{RUN}.partial")), "x").unwrap();
        let found = standing(dir.path()).unwrap();
        let told: Vec<(&str, bool, Option<&str>)> =
            found.iter().map(|at| (at.within.as_str(), at.place.is_some(), at.run())).collect();
        let [partial, rejects, review] =
            [format!(".{RUN}.partial"), format!("rejects-{RUN}.csv"), format!("review/{RUN}.db-wal")];
        assert_eq!(
            told,
            [
                (partial.as_str(), false, Some(RUN)),
                (RUN, true, Some(RUN)),
                ("b", false, None),
                ("khác/trong/a", false, None),
                (&rejects, true, Some(RUN)),
                (&review, true, Some(RUN)),
                ("so-lam-viec/xa/a.xlsx", true, None),
            ]
        );
    }
}
