//! A piece of a file: some of its rows, as written and as read, with all that is known of the file as a whole. Pieces of
//! many files are put together into the data of a part, which are then what one machine would have read of these rows.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Dataset, Day, Extract, ExtractRow, Field, Kind, NameId, Person, PlaceId, Places, Renumber, Resident,
    RowRef, Table, TableIx, TextId,
};

/// Some rows of a file. Tables are numbered within the file, rows within the piece.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Piece {
    pub(super) tables: Vec<Table>,
    residents: Vec<Resident>,
    rows: Vec<ExtractRow>,
    persons: Vec<Person>,
    names: Vec<String>,
    texts: Vec<String>,
    /// Communes as written: code and name.
    places: Vec<(String, String)>,
}

/// Why a piece cannot be taken.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum PieceError {
    /// It refers to something that it does not hold, or holds rows of another kind.
    #[error("a piece of a file that is not whole")]
    Broken,
    /// A row writes a commune that was not told of.
    #[error("an unknown commune")]
    Place,
}

/// Numbers of a piece for those of the data that it is cut from; 0 is blank in both.
#[derive(Default)]
struct Own<'d> {
    names: Vec<String>,
    texts: Vec<String>,
    places: Vec<(String, String)>,
    name_ids: FxHashMap<NameId, NameId>,
    text_ids: FxHashMap<TextId, TextId>,
    place_ids: FxHashMap<PlaceId, PlaceId>,
    data: Option<&'d Dataset>,
}

impl Renumber for Own<'_> {
    fn name(&mut self, id: &mut NameId) {
        let Some(data) = self.data.filter(|_| !id.is_blank()) else { return };
        *id = *self.name_ids.entry(*id).or_insert_with(|| {
            self.names.push(data.names.key(*id).to_owned());
            NameId(self.names.len() as u32)
        });
    }

    fn text(&mut self, id: &mut TextId) {
        let Some(data) = self.data.filter(|_| !id.is_blank()) else { return };
        *id = *self.text_ids.entry(*id).or_insert_with(|| {
            self.texts.push(data.texts.get(*id).to_owned());
            TextId(self.texts.len() as u32)
        });
    }

    fn place(&mut self, id: &mut PlaceId) {
        let Some(data) = self.data.filter(|_| !id.is_blank()) else { return };
        *id = *self.place_ids.entry(*id).or_insert_with(|| {
            let place = data.places.get(*id);
            self.places.push((place.code.clone(), place.name.clone()));
            PlaceId(self.places.len() as u32)
        });
    }
}

impl Piece {
    /// Cuts rows, given by their place among the records of a file in order, out of the data of the file.
    pub(super) fn cut(data: &Dataset, wanted: &[usize]) -> Self {
        let row_of = |at: usize| match data.extracts.first() {
            Some(extract) => extract.rows[at].row,
            None => data.registry.residents[at].row,
        };
        let mut own = Own { data: Some(data), ..Own::default() };
        let (mut residents, mut rows, mut persons) = (Vec::new(), Vec::new(), Vec::new());
        let mut kept: Vec<Vec<u32>> = vec![Vec::new(); data.tables.len()];
        for &at in wanted {
            let RowRef { table, index } = row_of(at);
            let of_table = &mut kept[table.at()];
            of_table.push(index);
            let row = RowRef { table, index: of_table.len() as u32 - 1 };
            match data.extracts.first() {
                None => {
                    let mut resident = Resident { row, ..data.registry.residents[at] };
                    resident.renumber(&mut own);
                    residents.push(resident);
                }
                Some(extract) => {
                    let mut of = ExtractRow { row, ..extract.rows[at] };
                    of.renumber(&mut own);
                    rows.push(of);
                    for person in extract.persons_of(at) {
                        let mut person = *person;
                        person.renumber(&mut own);
                        persons.push(person);
                    }
                }
            }
        }
        let tables = data.tables.iter().zip(kept).map(|(table, kept)| table.with_rows(&kept)).collect();
        let Own { names, texts, places, .. } = own;
        Self { tables, residents, rows, persons, names, texts, places }
    }

    /// The bytes of the piece.
    pub(super) fn packed(&self) -> Vec<u8> {
        // Writing to memory cannot fail; bytes that are none are told where they are read.
        rmp_serde::to_vec(self).unwrap_or_default()
    }
}

/// Numbers of the data for those of a piece.
struct Known {
    names: Vec<NameId>,
    texts: Vec<TextId>,
    places: Vec<PlaceId>,
    whole: bool,
}

impl Known {
    fn at<T: Copy>(&mut self, number: u32, of: fn(&Self) -> &[T]) -> Option<T> {
        let at = (number as usize).checked_sub(1)?;
        let known = of(self).get(at).copied();
        self.whole &= known.is_some();
        known
    }
}

impl Renumber for Known {
    fn name(&mut self, id: &mut NameId) {
        *id = self.at(id.0, |known| &known.names).unwrap_or_default();
    }

    fn text(&mut self, id: &mut TextId) {
        *id = self.at(id.0, |known| &known.texts).unwrap_or_default();
    }

    fn place(&mut self, id: &mut PlaceId) {
        *id = self.at(id.0, |known| &known.places).unwrap_or_default();
    }
}

/// Data that are put together of pieces, which come in the order of files.
#[derive(Debug)]
pub(super) struct Together(Dataset);

impl Together {
    /// Data without rows. Of the communes all that any row of the country writes are known.
    pub(super) fn new(places: Places, as_of: Day) -> Self {
        Self(Dataset::new(places, as_of))
    }

    /// Adds a piece of the next file.
    pub(super) fn add(&mut self, piece: Piece) -> Result<(), PieceError> {
        let Self(data) = self;
        let first = data.tables.len();
        let Some(kind) = piece.tables.first().map(|table| table.kind) else { return Err(PieceError::Broken) };
        let place = |(code, name): &(String, String)| data.places.find(code, name).ok_or(PieceError::Place);
        let mut known = Known {
            places: piece.places.iter().map(place).collect::<Result<_, _>>()?,
            names: piece.names.iter().map(|key| data.names.intern(key)).collect(),
            texts: piece.texts.iter().map(|folded| data.texts.intern(folded)).collect(),
            whole: true,
        };
        let lengths: Vec<usize> = piece.tables.iter().map(Table::len).collect();
        let is_there =
            |row: RowRef| lengths.get(row.table.at()).is_some_and(|rows| (row.index as usize) < *rows);
        let moved = |row: RowRef| RowRef { table: TableIx((first + row.table.at()) as u32), ..row };
        data.tables.extend(piece.tables);
        let roles = kind.roles().len();
        let fits = match kind {
            Kind::Residents => piece.rows.is_empty(),
            _ => piece.residents.is_empty() && piece.persons.len() == piece.rows.len() * roles,
        };
        let rows = piece.residents.iter().map(|of| of.row).chain(piece.rows.iter().map(|of| of.row));
        if !fits || !rows.clone().all(is_there) {
            return Err(PieceError::Broken);
        }
        for mut resident in piece.residents {
            resident.renumber(&mut known);
            resident.row = moved(resident.row);
            data.registry.residents.push(resident);
        }
        if kind != Kind::Residents {
            if data.extracts.last().is_none_or(|extract| extract.kind != kind) {
                data.extracts.push(Extract { kind, rows: Vec::new(), persons: Vec::new() });
            }
            if let Some(extract) = data.extracts.last_mut() {
                extract.rows.extend(piece.rows.into_iter().map(|mut row| {
                    row.renumber(&mut known);
                    ExtractRow { row: moved(row.row), ..row }
                }));
                extract.persons.extend(piece.persons.into_iter().map(|mut person| {
                    person.renumber(&mut known);
                    person
                }));
            }
        }
        if known.whole { Ok(()) } else { Err(PieceError::Broken) }
    }

    /// The data, all pieces of which have come.
    pub(super) fn finish(self) -> Dataset {
        let Self(mut data) = self;
        data.registry.has_card_column = data.has_column(Kind::Residents, Field::CardIssued);
        data.names.close();
        data.texts.close();
        data
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Column, Detail};
    use crate::ingest::records;
    use crate::ingest::units::UnitMap;

    fn as_of() -> Day {
        Day::from_civil(2026, 11, 20).unwrap()
    }

    /// A file of a kind with names and communes.
    fn file(kind: Kind, rows: &[(&str, &str)]) -> Dataset {
        let columns = [Field::FullName, Field::Commune, Field::Programme]
            .map(|field| Column { header: field.name().into(), field: Some(field) });
        let mut table = Table::new("a.csv".into(), "a.csv".into(), kind, columns.to_vec());
        for (at, (name, commune)) in rows.iter().enumerate() {
            table.push_row(at as u32 + 2, [*name, *commune, "Trợ cấp"]);
        }
        records::build(vec![table], &UnitMap::default(), as_of())
    }

    fn together() -> Together {
        let mut places = Places::default();
        for name in ["Xã Kim Liên", "Xã Nam Đàn"] {
            places.intern("", name);
        }
        Together::new(places, as_of())
    }

    #[test]
    fn pieces_of_files_become_what_was_read_of_their_rows() {
        let registry = file(Kind::Residents, &[("Lê An", "Xã Nam Đàn"), ("Lê Bình", "Xã Kim Liên")]);
        let welfare =
            file(Kind::Welfare, &[("Lê Bình", "Xã Kim Liên"), ("Lê Chi", ""), ("Lê An", "Xã Nam Đàn")]);
        let mut together = together();
        for (data, rows) in [(&registry, &[1][..]), (&welfare, &[]), (&welfare, &[0, 2])] {
            let piece: Piece = rmp_serde::from_slice(&Piece::cut(data, rows).packed()).unwrap();
            together.add(piece).unwrap();
        }
        let data = together.finish();
        assert_eq!((data.tables.len(), data.registry.residents.len(), data.extracts.len()), (3, 1, 1));
        let resident = &data.registry.residents[0];
        assert_eq!(data.tables[0].source_row(resident.row.index), 3);
        let extract = &data.extracts[0];
        let named = |row: usize| data.names.key(extract.persons_of(row)[0].name.id);
        assert_eq!((extract.rows.len(), named(0), named(1)), (2, "lê bình", "lê an"));
        assert_eq!(extract.persons_of(0)[0].name.id, resident.person.name.id);
        assert_eq!(data.places.get(extract.rows[1].place).name, "Xã Nam Đàn");
        assert_eq!((extract.rows[1].row.table.at(), extract.rows[1].row.index), (2, 1));
        let Detail::Welfare(benefit) = &extract.rows[0].detail else { panic!("welfare") };
        assert_eq!(data.texts.get(benefit.programme), "tro cap");
    }

    #[test]
    fn a_piece_that_is_not_whole_is_told() {
        let welfare = file(Kind::Welfare, &[("Lê Bình", "Xã Kim Liên")]);
        let spoilt = |spoil: fn(&mut Piece)| {
            let mut piece = Piece::cut(&welfare, &[0]);
            spoil(&mut piece);
            together().add(piece)
        };
        assert_eq!(spoilt(|_| ()), Ok(()));
        assert_eq!(spoilt(|piece| piece.names.clear()), Err(PieceError::Broken));
        assert_eq!(spoilt(|piece| piece.persons.clear()), Err(PieceError::Broken));
        assert_eq!(spoilt(|piece| piece.tables.clear()), Err(PieceError::Broken));
        assert_eq!(spoilt(|piece| piece.rows[0].row.index = 7), Err(PieceError::Broken));
        assert_eq!(spoilt(|piece| piece.places[0].1 = "Xã Khác".into()), Err(PieceError::Place));
    }
}
