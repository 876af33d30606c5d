//! Plain files of a sample: private to their owner, UTF-8, commas; packed where the name ends in `.gz`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::disk;
use crate::sample::SampleError;

/// A CSV file being written.
pub(crate) struct Sheet {
    path: PathBuf,
    writer: csv::Writer<Out>,
}

enum Out {
    Plain(BufWriter<File>),
    Packed(Box<flate2::write::GzEncoder<BufWriter<File>>>),
}

impl Out {
    /// Writes whatever is still held.
    fn end(&mut self) -> std::io::Result<()> {
        match self {
            Self::Plain(file) => file.flush(),
            Self::Packed(packer) => {
                packer.try_finish()?;
                packer.get_mut().flush()
            }
        }
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Plain(file) => file.write(bytes),
            Self::Packed(packer) => packer.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::Plain(file) => file.flush(),
            Self::Packed(packer) => packer.flush(),
        }
    }
}

/// Makes a directory that only its owner may enter; one that is there already is left as it is.
pub(crate) fn private_dir(path: &Path) -> Result<(), SampleError> {
    disk::ensure_folder(path).map_err(|source| SampleError::Write { path: path.to_owned(), source })
}

/// Creates (or empties) a file that only its owner may read.
pub(crate) fn private_file(path: &Path) -> Result<File, SampleError> {
    disk::create_or_empty(path).map_err(|source| SampleError::Write { path: path.to_owned(), source })
}

impl Sheet {
    /// Creates (or overwrites) a file and writes its header.
    pub(crate) fn create<'h>(
        dir: &Path,
        name: &str,
        header: impl IntoIterator<Item = &'h str>,
    ) -> Result<Self, SampleError> {
        let path = dir.join(name);
        let file = BufWriter::with_capacity(1 << 18, private_file(&path)?);
        let out = if name.ends_with(".gz") {
            Out::Packed(Box::new(flate2::write::GzEncoder::new(file, flate2::Compression::fast())))
        } else {
            Out::Plain(file)
        };
        let mut sheet = Self { writer: csv::Writer::from_writer(out), path };
        sheet.row(header)?;
        Ok(sheet)
    }

    /// Writes a row.
    pub(crate) fn row<'c>(&mut self, cells: impl IntoIterator<Item = &'c str>) -> Result<(), SampleError> {
        self.writer.write_record(cells).map_err(|e| self.failed(e.into()))
    }

    /// Ends the file.
    pub(crate) fn finish(self) -> Result<(), SampleError> {
        let Self { path, writer } = self;
        let ended = writer.into_inner().map_err(|e| e.into_error()).and_then(|mut out| out.end());
        ended.map_err(|source| SampleError::Write { path, source })
    }

    fn failed(&self, source: std::io::Error) -> SampleError {
        SampleError::Write { path: self.path.clone(), source }
    }
}
