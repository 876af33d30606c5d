//! `kept/<kind>.bin` of a run folder: what linkage came to for an extract, so that the next run need not link it
//! again where extract, registry, settings and program are what they were.
//!
//! Digests of program and ground, then MessagePack packed by Zstandard. No personal data: residents and rows are
//! told by their place in the inputs.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::manifest::Manifest;
use crate::domain::{ExtractLinks, Kind, Surplus};
use crate::linkage::{Earlier, ExtractLinkage, Fingerprint, Learned};

/// Fast rather than small: it is read once.
const LEVEL: i32 = 1;

/// The folder within a run.
pub(crate) const FOLDER: &str = "kept";

/// The file of a kind of extract.
pub(crate) fn name(kind: Kind) -> String {
    format!("{FOLDER}/{}.bin", kind.name())
}

/// Digest of this program: what another one made may differ. `None` where the program cannot be read. One that was built
/// to be debugged is several times as large, and told by its length and the time at which it was built.
fn program() -> Option<[u8; 32]> {
    static PROGRAM: OnceLock<Option<[u8; 32]>> = OnceLock::new();
    let read = || -> io::Result<[u8; 32]> {
        let mut hasher = blake3::Hasher::new();
        let mut program = File::open(std::env::current_exe()?)?;
        if cfg!(debug_assertions) {
            let about = program.metadata()?;
            hasher.update(format!("{} {:?}", about.len(), about.modified()?).as_bytes());
        } else {
            io::copy(&mut program, &mut hasher)?;
        }
        Ok(*hasher.finalize().as_bytes())
    };
    *PROGRAM.get_or_init(|| {
        read()
            .inspect_err(|error| tracing::warn!(%error, "links are not kept: the program cannot be read"))
            .ok()
    })
}

/// Writes what linkage came to for an extract; nothing where the program cannot be told.
pub(crate) fn write(
    ground: &Fingerprint,
    links: &ExtractLinks,
    unlinked_duplicates: &[Surplus<u32>],
    learned: &[&Learned],
    mut out: impl Write,
) -> io::Result<()> {
    let Some(program) = program() else { return Ok(()) };
    out.write_all(&program)?;
    out.write_all(&ground.0)?;
    // The packer writes a few bytes at a time; the compressor is quick where it gets many.
    let mut packed = BufWriter::with_capacity(1 << 16, zstd::Encoder::new(out, LEVEL)?);
    let whole = (links, unlinked_duplicates, learned);
    rmp_serde::encode::write(&mut packed, &whole).map_err(io::Error::other)?;
    packed.into_inner().map_err(io::IntoInnerError::into_error)?.finish().map(drop)
}

/// What a run folder keeps.
#[derive(Debug)]
pub struct KeptLinks {
    run: PathBuf,
    manifest: Manifest,
}

impl KeptLinks {
    /// What the run of a folder keeps; `None` where it has no manifest.
    pub fn of(run: &Path) -> Option<Self> {
        let manifest = Manifest::read(run).ok()??;
        Some(Self { run: run.to_path_buf(), manifest })
    }

    fn read(&self, kind: Kind, ground: &Fingerprint) -> io::Result<Option<ExtractLinkage>> {
        let Some(program) = program() else { return Ok(None) };
        let name = name(kind);
        let mut file = match File::open(self.run.join(&name)) {
            Ok(file) => BufReader::new(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut stands_on = [[0; 32]; 2];
        for digest in &mut stands_on {
            file.read_exact(digest)?;
        }
        if stands_on != [program, ground.0] {
            return Ok(None);
        }
        if !self.manifest.holds(&self.run, &name)? {
            return Err(io::Error::other("not what the run wrote"));
        }
        let unpacked = BufReader::new(zstd::Decoder::with_buffer(file)?);
        rmp_serde::from_read(unpacked).map(Some).map_err(io::Error::other)
    }
}

impl Earlier for KeptLinks {
    fn linkage(&self, kind: Kind, ground: &Fingerprint) -> Option<ExtractLinkage> {
        // Whatever ails the file, the extract can be linked anew.
        self.read(kind, ground).unwrap_or_else(|error| {
            tracing::warn!(kind = kind.name(), %error, "links of the run before are not used");
            None
        })
    }
}
