//! Dictionaries of one chunk of rows: every distinct text is read once, and becomes a small integer that
//! is exchanged for the run's own when chunks are merged in order.

use std::hash::{BuildHasher as _, Hash, Hasher};

use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::domain::{
    LegacyFont, NameCell, NameId, NameMarks, NamePool, PlaceId, Places, Renumber, TextId, TextPool,
};
use crate::vietnamese::name::{self, PlainWords};
use crate::vietnamese::text::{self, CellType};

/// What a function says of each distinct cell, asked once.
#[derive(Debug)]
pub(super) struct Memo<'t, T> {
    known: FxHashMap<&'t str, T>,
    /// The cell before: most often the next is the same.
    last: Option<(&'t str, T)>,
}

impl<T> Default for Memo<'_, T> {
    fn default() -> Self {
        Self { known: FxHashMap::default(), last: None }
    }
}

impl<'t, T: Copy> Memo<'t, T> {
    /// The answer for a cell.
    pub(super) fn get(&mut self, cell: &'t str, read: impl FnOnce(&'t str) -> T) -> T {
        if let Some((last, answer)) = self.last
            && last == cell
        {
            return answer;
        }
        let answer = *self.known.entry(cell).or_insert_with(|| read(cell));
        self.last = Some((cell, answer));
        answer
    }
}

/// A name cell as written, and the font in which its column is typed. Its hash goes with it: tables that grow
/// need not look at texts that lie all over the memory.
#[derive(Copy, Clone, Debug)]
pub(super) struct WrittenName<'t> {
    hash: u64,
    cell: &'t str,
    font: Option<LegacyFont>,
}

impl<'t> WrittenName<'t> {
    fn new(cell: &'t str, font: Option<LegacyFont>) -> Self {
        Self { hash: FxBuildHasher.hash_one(cell), cell, font }
    }
}

impl PartialEq for WrittenName<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && self.cell == other.cell && self.font == other.font
    }
}

impl Eq for WrittenName<'_> {}

impl Hash for WrittenName<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// Name cells that earlier chunks have read, with the run's ids.
pub(super) type KnownNames<'t> = FxHashMap<WrittenName<'t>, NameCell>;

/// Marks the id of a name that is the chunk's; ids without it are the run's already.
const OF_CHUNK: u32 = 1 << 31;

/// The dictionaries of a chunk.
#[derive(Debug)]
pub(super) struct Dictionary<'t, 'k> {
    known: &'k KnownNames<'t>,
    name_index: FxHashMap<WrittenName<'t>, NameCell>,
    read_names: Vec<(WrittenName<'t>, NameCell)>,
    plain_words: PlainWords<'t>,
    names: Vec<String>,
    text_index: FxHashMap<&'t str, TextId>,
    texts: Vec<String>,
    place_index: FxHashMap<(&'t str, &'t str), PlaceId>,
    places: Vec<(&'t str, &'t str)>,
    last_place: ((&'t str, &'t str), PlaceId),
}

impl<'t, 'k> Dictionary<'t, 'k> {
    /// An empty dictionary; names that earlier chunks have read are looked up in `known`.
    pub(super) fn new(known: &'k KnownNames<'t>) -> Self {
        Self {
            known,
            name_index: FxHashMap::default(),
            read_names: Vec::new(),
            plain_words: PlainWords::default(),
            names: Vec::new(),
            text_index: FxHashMap::default(),
            texts: Vec::new(),
            place_index: FxHashMap::default(),
            places: Vec::new(),
            last_place: (("", ""), PlaceId::BLANK),
        }
    }

    /// Reads a name cell of a column that may be typed in a legacy font; the id may be the chunk's.
    pub(super) fn name(&mut self, cell: &'t str, font: Option<LegacyFont>) -> NameCell {
        let cell = cell.trim();
        if cell.is_empty() {
            return NameCell::default();
        }
        let written = WrittenName::new(cell, font);
        if let Some(known) = self.name_index.get(&written).or_else(|| self.known.get(&written)) {
            return *known;
        }
        let plain = if font.is_none() { self.plain_words.key(cell) } else { None };
        let (key, marks) = plain.map_or_else(
            || {
                let reading = name::read_typed(cell, font);
                (reading.key, reading.marks)
            },
            |key| (key, NameMarks::default()),
        );
        let id = if key.is_empty() {
            NameId::BLANK
        } else {
            self.names.push(key);
            NameId((self.names.len() - 1) as u32 | OF_CHUNK)
        };
        let read = NameCell { id, marks };
        self.name_index.insert(written, read);
        self.read_names.push((written, read));
        read
    }

    /// Folds a text cell; the id is the chunk's. Placeholders read as blank.
    pub(super) fn text(&mut self, cell: &'t str) -> TextId {
        let cell = cell.trim();
        if cell.is_empty() {
            return TextId::BLANK;
        }
        if let Some(known) = self.text_index.get(cell) {
            return *known;
        }
        let id = text::fold_value(cell, CellType::Other).map_or(TextId::BLANK, |folded| {
            self.texts.push(folded);
            TextId(self.texts.len() as u32)
        });
        self.text_index.insert(cell, id);
        id
    }

    /// Takes a commune's code and name; the id is the chunk's. Placeholders read as blank.
    pub(super) fn place(&mut self, code: &'t str, name: &'t str) -> PlaceId {
        let pair = (code.trim(), name.trim());
        if pair == self.last_place.0 {
            return self.last_place.1;
        }
        let id = *self.place_index.entry(pair).or_insert_with(|| {
            let written =
                |cell: &'t str, of: CellType| if text::is_placeholder(cell, of) { "" } else { cell };
            let pair = (written(pair.0, CellType::Id), written(pair.1, CellType::Other));
            if pair == ("", "") {
                return PlaceId::BLANK;
            }
            self.places.push(pair);
            PlaceId(self.places.len() as u32)
        });
        self.last_place = (pair, id);
        id
    }

    /// What the chunk holds, its names read and yet to be known by later chunks.
    pub(super) fn finish(self) -> ChunkTexts<'t> {
        let Self { read_names, names, texts, places, .. } = self;
        ChunkTexts { read_names, names, texts, places }
    }
}

/// The distinct texts of a chunk, in the order in which its rows write them first.
#[derive(Debug)]
pub(super) struct ChunkTexts<'t> {
    read_names: Vec<(WrittenName<'t>, NameCell)>,
    names: Vec<String>,
    texts: Vec<String>,
    places: Vec<(&'t str, &'t str)>,
}

impl<'t> ChunkTexts<'t> {
    /// Interns what the chunk holds in the pools of the run, and adds its names to those known.
    pub(super) fn merge(
        self,
        names: &mut NamePool,
        texts: &mut TextPool,
        places: &mut Places,
        known: &mut KnownNames<'t>,
    ) -> Ids {
        let ids = Ids {
            names: self.names.iter().map(|key| names.intern(key)).collect(),
            texts: self.texts.iter().map(|folded| texts.intern(folded)).collect(),
            places: self.places.iter().map(|(code, name)| places.intern(code, name)).collect(),
        };
        for (written, mut cell) in self.read_names {
            (&ids).name(&mut cell.id);
            known.insert(written, cell);
        }
        ids
    }
}

/// The run's ids of a chunk's ids; of texts and places these count from 1 (0 is blank in both).
#[derive(Debug)]
pub(super) struct Ids {
    names: Vec<NameId>,
    texts: Vec<TextId>,
    places: Vec<PlaceId>,
}

impl Renumber for &Ids {
    fn name(&mut self, id: &mut NameId) {
        if id.0 & OF_CHUNK != 0 {
            *id = self.names[(id.0 & !OF_CHUNK) as usize];
        }
    }

    fn text(&mut self, id: &mut TextId) {
        if let Some(ix) = id.0.checked_sub(1) {
            *id = self.texts[ix as usize];
        }
    }

    fn place(&mut self, id: &mut PlaceId) {
        if let Some(ix) = id.0.checked_sub(1) {
            *id = self.places[ix as usize];
        }
    }
}
