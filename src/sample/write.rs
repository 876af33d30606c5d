//! Files of a sample: private to their owner, UTF-8, commas.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::SampleError;

/// A CSV file being written.
pub(super) struct Sheet {
    path: PathBuf,
    writer: csv::Writer<BufWriter<File>>,
}

/// Makes a directory that only its owner may enter; one that is there already is left as it is.
pub(super) fn private_dir(path: &Path) -> Result<(), SampleError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| SampleError::Write { path: path.to_owned(), source })
}

impl Sheet {
    /// Creates (or overwrites) a file and writes its header.
    pub(super) fn create<'h>(
        dir: &Path,
        name: &str,
        header: impl IntoIterator<Item = &'h str>,
    ) -> Result<Self, SampleError> {
        let path = dir.join(name);
        let fail = |source| SampleError::Write { path: path.clone(), source };
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(fail)?;
        #[cfg(unix)]
        {
            // A file that was there before keeps its mode on opening.
            use std::os::unix::fs::PermissionsExt;
            file.set_permissions(std::fs::Permissions::from_mode(0o600)).map_err(fail)?;
        }
        let mut sheet =
            Self { writer: csv::Writer::from_writer(BufWriter::with_capacity(1 << 18, file)), path };
        sheet.row(header)?;
        Ok(sheet)
    }

    /// Writes a row.
    pub(super) fn row<'c>(&mut self, cells: impl IntoIterator<Item = &'c str>) -> Result<(), SampleError> {
        self.writer.write_record(cells).map_err(|e| self.failed(e.into()))
    }

    /// Ends the file.
    pub(super) fn finish(mut self) -> Result<(), SampleError> {
        let flushed = self.writer.flush().and_then(|()| self.writer.get_ref().get_ref().flush());
        flushed.map_err(|e| self.failed(e))
    }

    fn failed(&self, source: std::io::Error) -> SampleError {
        SampleError::Write { path: self.path.clone(), source }
    }
}
