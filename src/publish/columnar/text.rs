//! Columns of texts: those that hardly ever repeat themselves, and words, each of which is laid down once.

use polars_arrow::array::{Array, DictionaryArray, MutableBinaryViewArray, PrimitiveArray};
use polars_parquet::write::Encoding;
use rustc_hash::FxHashMap;

use super::column::{Filled, Type};

/// A column of texts of either sort.
pub(super) trait TextColumn {
    /// An empty one, for so many rows.
    fn new(rows: usize) -> Self;

    /// Gives a row its text; none where it is empty, nor the rows since the last one.
    fn put(&mut self, row: usize, text: &str);

    /// The column with so many rows.
    fn finish(self, rows: usize) -> Filled;
}

/// Rows after which it is seen whether a column of words repeats itself at all.
const TRIED: usize = 4096;

/// Texts, each as it is.
pub(super) struct Texts {
    rows: usize,
    values: MutableBinaryViewArray<str>,
}

impl TextColumn for Texts {
    fn new(rows: usize) -> Self {
        Self { rows, values: MutableBinaryViewArray::new() }
    }

    fn put(&mut self, row: usize, text: &str) {
        if !text.is_empty() {
            if self.values.len() == 0 {
                self.values.reserve(self.rows);
            }
            let before = row - self.values.len();
            if before > 0 {
                self.values.extend_null(before);
            }
            self.values.push_value(text);
        }
    }

    fn finish(mut self, rows: usize) -> Filled {
        if self.values.len() == 0 {
            return Filled::nothing(Type::Text, rows);
        }
        let after = rows - self.values.len();
        if after > 0 {
            self.values.extend_null(after);
        }
        Filled { array: Box::new(self.values.freeze()), encoding: Encoding::Plain }
    }
}

/// Words by their numbers, in the order in which they were first seen; plain texts once it turns out that they are
/// hardly ever the same.
pub(super) struct Words {
    rows: usize,
    keys: Vec<Option<u32>>,
    words: Vec<Box<str>>,
    index: FxHashMap<Box<str>, u32>,
    last: Option<u32>,
    tried: bool,
    unlike: Option<Texts>,
}

impl TextColumn for Words {
    fn new(rows: usize) -> Self {
        Self {
            rows,
            keys: Vec::new(),
            words: Vec::new(),
            index: FxHashMap::default(),
            last: None,
            tried: false,
            unlike: None,
        }
    }

    fn put(&mut self, row: usize, word: &str) {
        if word.is_empty() {
            return;
        }
        if let Some(texts) = &mut self.unlike {
            texts.put(row, word);
            return;
        }
        let key = self.key(word);
        self.keys.resize(row, None);
        self.keys.push(Some(key));
        if row >= TRIED && !self.tried {
            self.tried = true;
            self.unlike = (self.words.len() > TRIED / 2).then(|| self.as_texts());
        }
    }

    fn finish(mut self, rows: usize) -> Filled {
        if let Some(texts) = self.unlike {
            return texts.finish(rows);
        }
        if self.words.is_empty() {
            return Filled::nothing(Type::Word, rows);
        }
        let mut words = MutableBinaryViewArray::<str>::with_capacity(self.words.len());
        for word in &self.words {
            words.push_value(&**word);
        }
        let words: Box<dyn Array> = Box::new(words.freeze());
        self.keys.resize(rows, None);
        match DictionaryArray::try_from_keys(
            PrimitiveArray::from(std::mem::take(&mut self.keys)),
            words,
            false,
        ) {
            Ok(array) => Filled { array: Box::new(array), encoding: Encoding::RleDictionary },
            // Every key is that of a word, so it never is refused; the writer would refuse a column too short.
            Err(_) => Filled::nothing(Type::Word, 0),
        }
    }
}

impl Words {
    fn key(&mut self, word: &str) -> u32 {
        // Rows that follow each other mostly say the same.
        if let Some(last) = self.last.filter(|last| *self.words[*last as usize] == *word) {
            return last;
        }
        let key = match self.index.get(word) {
            Some(key) => *key,
            None => {
                let key = self.words.len() as u32;
                self.words.push(word.into());
                self.index.insert(word.into(), key);
                key
            }
        };
        self.last = Some(key);
        key
    }

    fn as_texts(&self) -> Texts {
        let mut texts = Texts::new(self.rows.max(self.keys.len()));
        for (row, key) in self.keys.iter().enumerate() {
            if let Some(key) = key {
                texts.put(row, &self.words[*key as usize]);
            }
        }
        texts
    }
}
