//! What each file was taken for, and what must be asked about it: worked out on a thread of its own, file by file, and
//! kept until the file or what was answered about it changes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Desk;
use super::files::{Files, Given};
use crate::archive::answers;
use crate::disk::FileStamp;
use crate::domain::{Day, Field, Kind, Lang};
use crate::ingest::sets::{Part, Unused, without_copies};
use crate::ingest::{
    self, ColumnMap, FoundFiles, IngestError, InputSpec, InspectOptions, Inspection, ReadOptions,
    TableInspection,
};

/// What a file was taken for.
#[derive(Clone, Debug)]
pub(super) enum Taken {
    /// For data, or for something that should be.
    Data(Inspection),
    /// For the table of administrative units.
    Units,
    /// For nothing that is used.
    Unused(Unused),
}

/// What was seen of a file.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// The file as it was then.
    stamp: Option<FileStamp>,
    /// What the user had said of it by then.
    given: Given,
    lang: Lang,
    pub(super) taken: Taken,
}

/// Two files that are one registry at two dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Twice {
    pub(super) files: (u64, u64),
    pub(super) shared: usize,
    pub(super) fewer: usize,
}

/// What was seen of all files.
#[derive(Debug, Default)]
pub(super) struct Sight {
    pub(super) seen: BTreeMap<u64, Seen>,
    /// Files that are the same as another, with the name of that one.
    pub(super) copies: BTreeMap<u64, String>,
    pub(super) twice: Option<Twice>,
    /// Whether a thread is looking.
    pub(super) busy: bool,
    /// Whether what was seen of the set as a whole is still so.
    whole: bool,
    /// Tells one state of the set from the next.
    version: u64,
}

/// What keeps a run from being begun.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// Files are still being read.
    Looking,
    /// There is no file.
    Nothing,
    /// So many files are asked about.
    Questions(usize),
    /// So many files cannot be read.
    Broken(usize),
    /// No file is the registry.
    NoRegistry,
    /// No file can be held against it.
    NoExtract,
}

/// What is asked about a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// What kind it is; the likeliest first.
    Kind(Vec<Kind>),
    /// Whether a column is a field.
    Column { kind: Kind, header: String, field: Field },
    /// Which column is a field that the kind cannot do without.
    Missing { kind: Kind, field: Field, headers: Vec<String> },
}

impl Seen {
    /// Whether it still holds.
    fn holds(&self, given: &Given, path: &Path, lang: Lang) -> bool {
        let said = |given: &Given| (given.kind(), given.maps().collect::<Vec<_>>());
        self.lang == lang && said(&self.given) == said(given) && self.stamp == FileStamp::at(path)
    }

    /// The tables that are used, where the file is data and nothing is wrong with it.
    pub(super) fn tables(&self) -> &[TableInspection] {
        match &self.taken {
            Taken::Data(Inspection { refused: None, tables, .. }) => tables,
            _ => &[],
        }
    }

    /// Why the file is not used, where it is none of the lists or none at all.
    pub(super) fn unused(&self) -> Option<&'static str> {
        match &self.taken {
            Taken::Unused(why) => Some(why.name()),
            Taken::Data(Inspection { refused: Some(error), .. })
                if error.leaves_aside() && self.given.kind().is_none() =>
            {
                Some(Unused::SetAside(Box::new(error.clone())).name())
            }
            _ => None,
        }
    }

    /// What is asked.
    pub(super) fn questions(&self) -> Vec<Question> {
        let Taken::Data(Inspection { refused, tables, .. }) = &self.taken else { return Vec::new() };
        if self.unused().is_some() {
            return Vec::new();
        }
        match refused {
            Some(IngestError::KindUnclear { candidates, .. }) => vec![Question::Kind(candidates.clone())],
            Some(IngestError::OtherSector { .. }) => vec![Question::Kind(Vec::new())],
            Some(IngestError::MissingColumn { kind, fields, seen, likely, .. }) => {
                let rest = seen.iter().filter(|header| !likely.contains(header));
                let headers: Vec<String> =
                    likely.iter().chain(rest).filter(|header| !header.trim().is_empty()).cloned().collect();
                let missing = |field: &Field| Question::Missing {
                    kind: *kind,
                    field: *field,
                    headers: headers.clone(),
                };
                fields.iter().map(missing).collect()
            }
            Some(_) => Vec::new(),
            None => tables.iter().flat_map(doubts).collect(),
        }
    }

    /// Why the file cannot be read, where that is no question.
    pub(super) fn error(&self) -> Option<&IngestError> {
        match &self.taken {
            Taken::Data(Inspection { refused: Some(error), .. })
                if self.unused().is_none() && self.questions().is_empty() =>
            {
                Some(error)
            }
            _ => None,
        }
    }

    /// The kind of the file, as far as it is known.
    pub(super) fn kind(&self) -> Option<Kind> {
        let Taken::Data(Inspection { refused, tables, .. }) = &self.taken else { return None };
        match refused {
            Some(IngestError::MissingColumn { kind, .. }) => Some(*kind),
            _ => Kind::from_name(tables.first()?.kind),
        }
    }

    /// Headers of columns that an answer may name.
    pub(super) fn has_header(&self, header: &str) -> bool {
        let Taken::Data(Inspection { refused, tables, .. }) = &self.taken else { return false };
        let in_error = match refused {
            Some(IngestError::MissingColumn { seen, .. }) => seen.iter().any(|seen| seen == header),
            _ => false,
        };
        in_error || tables.iter().flat_map(|table| &table.columns).any(|column| column.header == header)
    }
}

/// The columns in doubt of a table.
fn doubts(table: &TableInspection) -> Vec<Question> {
    let Some(kind) = Kind::from_name(table.kind) else { return Vec::new() };
    let asked = table.columns.iter().filter(|column| column.asked);
    asked
        .filter_map(|column| {
            let field = column.runner_up.and_then(Field::from_name)?;
            Some(Question::Column { kind, header: column.header.clone(), field })
        })
        .collect()
}

impl Sight {
    /// The set has changed.
    pub(super) fn changed(&mut self) {
        self.whole = false;
        self.version += 1;
    }

    /// Forgets what no longer holds; the first file that is to be looked at.
    fn next(&mut self, files: &Files, lang: Lang) -> Option<(Given, PathBuf)> {
        let before = self.seen.len();
        let holds = |number: &u64, seen: &mut Seen| {
            files.get(*number).is_some_and(|given| seen.holds(given, &files.path(given), lang))
        };
        self.seen.retain(holds);
        let given = files.all().iter().find(|given| !self.seen.contains_key(&given.number)).cloned();
        if before != self.seen.len() {
            self.changed();
        }
        given.map(|given| (given.clone(), files.path(&given)))
    }

    /// Whether everything was seen as it is.
    pub(super) fn is_whole(&mut self, files: &Files, lang: Lang) -> bool {
        self.next(files, lang).is_none() && self.whole && !self.busy
    }

    /// The files that a run reads.
    pub(super) fn used<'f>(&self, files: &'f Files) -> Vec<(&'f Given, &Seen)> {
        let used =
            files.all().iter().filter(|given| !given.aside && !self.copies.contains_key(&given.number));
        used.filter_map(|given| Some((given, self.seen.get(&given.number)?)))
            .filter(|(_, seen)| seen.unused().is_none())
            .collect()
    }

    /// What keeps a run from being begun.
    pub(super) fn obstacle(&mut self, files: &Files, lang: Lang) -> Option<Obstacle> {
        if files.all().is_empty() {
            return Some(Obstacle::Nothing);
        }
        if !self.is_whole(files, lang) {
            return Some(Obstacle::Looking);
        }
        let used = self.used(files);
        let count = |wanted: &dyn Fn(&Seen) -> bool| used.iter().filter(|(_, seen)| wanted(seen)).count();
        let questions = count(&|seen| !seen.questions().is_empty()) + usize::from(self.twice.is_some());
        let broken = count(&|seen| seen.error().is_some());
        let has = |wanted: &dyn Fn(Kind) -> bool| {
            let mut kinds = used.iter().flat_map(|(_, seen)| seen.tables());
            kinds.any(|table| Kind::from_name(table.kind).is_some_and(wanted))
        };
        match (questions, broken) {
            (1.., _) => Some(Obstacle::Questions(questions)),
            (0, 1..) => Some(Obstacle::Broken(broken)),
            (0, 0) if !has(&|kind| kind == Kind::Residents) => Some(Obstacle::NoRegistry),
            (0, 0) if !has(&|kind| kind != Kind::Residents) => Some(Obstacle::NoExtract),
            (0, 0) => None,
        }
    }

    /// The files as a run takes them, with what the user said of their columns.
    pub(super) fn found(&self, files: &Files) -> (FoundFiles, Vec<ColumnMap>) {
        let (mut found, mut maps) = (FoundFiles::default(), Vec::new());
        let unused = |given: &Given, why| crate::ingest::sets::FileUse::unused(files.path(given), why);
        for given in files.all() {
            let Some(seen) = self.seen.get(&given.number) else { continue };
            match &seen.taken {
                _ if given.aside => found.unused.push(unused(given, Unused::Ignored)),
                Taken::Units if found.units.is_none() => found.units = Some(files.path(given)),
                Taken::Units => found.unused.push(unused(given, Unused::MoreUnits)),
                Taken::Unused(why) => found.unused.push(unused(given, why.clone())),
                Taken::Data(_) => {
                    // A column that the file no longer has is answered for nothing.
                    maps.extend(given.maps().filter(|map| seen.has_header(&map.header)));
                    found.inputs.push(input(given, &files.path(given)));
                }
            }
        }
        found.inputs.sort_by(|a, b| a.path.cmp(&b.path));
        (found, maps)
    }
}

/// A file as the reader takes it.
fn input(given: &Given, path: &Path) -> InputSpec {
    let kind = given.kind();
    // What nobody has said anything of, and is no list, is left aside.
    InputSpec { path: path.to_owned(), kind, found: kind.is_none(), ..InputSpec::default() }
}

/// Looks at one file.
fn look(given: Given, path: &Path, options: &ReadOptions, (as_of, lang): (Day, Lang)) -> Seen {
    let stamp = FileStamp::at(path);
    let mut options = options.clone();
    given.maps().for_each(|map| options.synonyms.map(&map));
    let taken = match ingest::as_found(path) {
        _ if given.kind().is_some() => None,
        Some(Part::Units) => Some(Taken::Units),
        Some(Part::Unused(why)) => Some(Taken::Unused(why)),
        _ => None,
    };
    let taken = taken.unwrap_or_else(|| {
        let how = InspectOptions { as_of, lang, show: false };
        let mut reports = ingest::inspect(&[input(&given, path)], &options, how);
        match reports.pop() {
            Some(report) => Taken::Data(report),
            None => Taken::Unused(Unused::Format),
        }
    });
    Seen { stamp, given, lang, taken }
}

/// What of the set is the same, and which two registries are one.
fn compare(
    files: &[(u64, InputSpec, Kind)],
    options: &ReadOptions,
) -> (BTreeMap<u64, String>, Option<Twice>) {
    let number = |path: &Path| files.iter().find(|(_, input, _)| input.path == path).map(|file| file.0);
    let (inputs, same) = without_copies(files.iter().map(|(_, input, _)| input.clone()).collect());
    let mut copies = BTreeMap::new();
    for file in same {
        if let (Some(number), Part::Unused(Unused::SameAs(of))) = (number(&file.path), &file.part) {
            copies.insert(number, of.file_name().unwrap_or_default().to_string_lossy().into_owned());
        }
    }
    let of_registry = |input: &InputSpec| {
        files.iter().any(|(_, known, kind)| known.path == input.path && *kind == Kind::Residents)
    };
    let registries: Vec<InputSpec> = inputs.into_iter().filter(of_registry).collect();
    if registries.len() < 2 {
        return (copies, None);
    }
    let twice = match ingest::read_set(&registries, options, &|_| ()) {
        Err(IngestError::TwoRegistries { files: (one, other), shared, fewer, .. }) => {
            number(&one).zip(number(&other)).map(|files| Twice { files, shared, fewer })
        }
        _ => None,
    };
    (copies, twice)
}

/// Looks at all files that were not seen as they are, and then at the set. One thread at a time does so.
pub(super) fn look_at_all(desk: &Desk, as_of: Day, lang: Lang) {
    loop {
        let next = desk.with(|files, sight| {
            let next = sight.next(files, lang);
            sight.busy = next.is_some() || !sight.whole;
            sight.busy.then_some(next)
        });
        let Some(next) = next else { return };
        let mut options = desk.read_options();
        options.answers = answers::read(desk.out());
        match next {
            Some((given, path)) => {
                let number = given.number;
                let seen = look(given, &path, &options, (as_of, lang));
                desk.with(|_, sight| drop(sight.seen.insert(number, seen)));
            }
            None => {
                let (version, set, maps) = desk.with(|files, sight| {
                    let of = |given: &Given| {
                        let seen = sight.seen.get(&given.number)?;
                        let kind = Kind::from_name(seen.tables().first()?.kind)?;
                        Some((given.number, input(given, &files.path(given)), kind))
                    };
                    let used = files.all().iter().filter(|given| !given.aside);
                    (sight.version, used.filter_map(of).collect::<Vec<_>>(), sight.found(files).1)
                });
                maps.iter().for_each(|map| options.synonyms.map(map));
                let (copies, twice) = compare(&set, &options);
                desk.with(|_, sight| {
                    // A set that has changed meanwhile is compared again.
                    if sight.version == version {
                        (sight.copies, sight.twice, sight.whole) = (copies, twice, true);
                    }
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::review::desk::files::Said;

    const RESIDENTS: &str = "Số ĐDCN,Họ và tên,Ngày sinh,Giới tính,Xã/Phường\n";
    const BIRTHS: &str = "Số,Ngày đăng ký,Nơi đăng ký,Họ tên người được khai sinh,Mốc,Giới tính,Họ tên mẹ\n\
                          1,05/05/2020,Xã Hưng Chính,Nguyễn Văn Út,04/05/2020,Nam,Trần Thị Bé\n";

    fn residents(from: u32, to: u32) -> String {
        let row = |n: u32| format!("0400600{n:05},Nguyễn Văn A,01/02/1960,Nam,Xã Hưng Chính\n");
        RESIDENTS.to_owned() + &(from..to).map(row).collect::<String>()
    }

    /// Drops files into a folder of results, and looks at them.
    fn dropped(out: &Path, named: &[(&str, &str)]) -> (Files, Sight) {
        let folder = Files::folder(out).unwrap();
        let mut files = Files::open(out);
        for (name, text) in named {
            fs::write(folder.join(name), text).unwrap();
            files.dropped(name).unwrap();
        }
        let mut sight = Sight::default();
        see(&files, &mut sight);
        (files, sight)
    }

    fn see(files: &Files, sight: &mut Sight) {
        let options = ReadOptions::default();
        let day = Day::from_civil(2026, 11, 20).unwrap();
        while let Some((given, path)) = sight.next(files, Lang::En) {
            let number = given.number;
            sight.seen.insert(number, look(given, &path, &options, (day, Lang::En)));
        }
        let of = |given: &Given| {
            let kind = Kind::from_name(sight.seen.get(&given.number)?.tables().first()?.kind)?;
            Some((given.number, input(given, &files.path(given)), kind))
        };
        let set: Vec<_> = files.all().iter().filter(|given| !given.aside).filter_map(of).collect();
        (sight.copies, sight.twice) = compare(&set, &options);
        sight.whole = true;
    }

    #[test]
    fn what_is_missing_is_asked_and_an_answer_is_taken() {
        let dir = tempfile::tempdir().unwrap();
        let (mut files, mut sight) =
            dropped(dir.path(), &[("dan cu.csv", &residents(0, 9)), ("khai sinh.csv", BIRTHS)]);
        let obstacle = |files: &Files, sight: &mut Sight| sight.obstacle(files, Lang::En);
        assert_eq!(obstacle(&files, &mut sight), Some(Obstacle::Questions(1)));
        let births = sight.seen.get(&1).unwrap();
        let questions = births.questions();
        let [Question::Missing { kind: Kind::Births, field: Field::BirthDate, headers }] = &questions[..]
        else {
            panic!("{questions:?}");
        };
        assert!(headers.contains(&"Mốc".to_owned()), "{headers:?}");
        assert!(births.has_header("Mốc") && !births.has_header("Không có"));
        let map = ColumnMap::parse("births.birth_date=Mốc").unwrap();
        files.answer(1, &Said { kind: None, columns: vec![map.clone()] }).unwrap();
        // What was seen before no longer holds.
        assert_eq!(obstacle(&files, &mut sight), Some(Obstacle::Looking));
        see(&files, &mut sight);
        assert_eq!(obstacle(&files, &mut sight), None);
        let (found, maps) = sight.found(&files);
        assert_eq!((found.inputs.len(), maps), (2, vec![map]));
        // A file that was written anew is looked at anew; an answer about a column that it lost is none.
        fs::write(files.path(files.get(1).unwrap()), BIRTHS.replace("Mốc", "Ngày sinh")).unwrap();
        see(&files, &mut sight);
        assert_eq!((obstacle(&files, &mut sight), sight.found(&files).1), (None, Vec::new()));
    }

    #[test]
    fn what_is_no_list_is_left_aside_and_may_be_said_to_be_one() {
        let dir = tempfile::tempdir().unwrap();
        let named = [
            ("dan cu a.csv", residents(0, 9)),
            ("dan cu b.csv", residents(0, 9)),
            ("gia.csv", "Mặt hàng,Đơn giá\nGạo,15000\nMuối,6000\n".to_owned()),
            ("cong van.docx", "x".to_owned()),
            ("units.csv", "old_code,old_name,new_code,new_name\n1,Xã A,2,Xã B\n".to_owned()),
            ("~$a.xlsx", "x".to_owned()),
        ];
        let named: Vec<(&str, &str)> = named.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let (mut files, mut sight) = dropped(dir.path(), &named);
        let unused = |sight: &Sight, number: u64| sight.seen.get(&number).unwrap().unused();
        assert_eq!(
            [2, 3, 5].map(|number| unused(&sight, number)),
            [Some("no_list"), Some("format"), Some("lock")]
        );
        assert!(matches!(sight.seen.get(&4).unwrap().taken, Taken::Units));
        assert_eq!(sight.copies.get(&1).map(String::as_str), Some("dan cu a.csv"));
        assert_eq!(sight.obstacle(&files, Lang::En), Some(Obstacle::NoExtract));
        // Said to be a list of welfare it is held to what that needs.
        files.answer(2, &Said { kind: Some(Kind::Welfare), columns: Vec::new() }).unwrap();
        see(&files, &mut sight);
        assert_eq!(unused(&sight, 2), None);
        assert!(
            !sight.seen.get(&2).unwrap().questions().is_empty()
                || sight.seen.get(&2).unwrap().error().is_some()
        );
        files.set_aside(2, true).unwrap();
        files.set_aside(0, true).unwrap();
        see(&files, &mut sight);
        assert!(sight.copies.is_empty());
        let (found, _) = sight.found(&files);
        let used: Vec<String> = found.inputs.iter().map(|input| input.path.display().to_string()).collect();
        assert!(used.len() == 1 && used[0].ends_with("b.csv"), "{used:?}");
        assert!(found.units.is_some() && found.unused.len() == 4);
    }

    #[test]
    fn of_two_dates_of_one_registry_one_counts() {
        let dir = tempfile::tempdir().unwrap();
        let (mut files, mut sight) = dropped(
            dir.path(),
            &[("dan cu 10.csv", &residents(0, 100)), ("dan cu 11.csv", &residents(30, 120))],
        );
        assert_eq!(sight.twice, Some(Twice { files: (0, 1), shared: 70, fewer: 90 }));
        assert_eq!(sight.obstacle(&files, Lang::En), Some(Obstacle::Questions(1)));
        files.set_aside(0, true).unwrap();
        see(&files, &mut sight);
        assert_eq!(
            (sight.twice.clone(), sight.obstacle(&files, Lang::En)),
            (None, Some(Obstacle::NoExtract))
        );
    }
}
