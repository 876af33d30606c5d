//! The sample that comes with the repository is what the program makes today.

use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::{files, sample};

#[test]
fn the_sample_is_made_anew_byte_for_byte() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data");
    let dir = tempfile::tempdir().unwrap();
    sample(dir.path(), 3000, 1, "normal");
    let made = files(dir.path());
    let listed: Vec<PathBuf> = files(&kept).into_iter().filter(|f| f != Path::new("README.md")).collect();
    assert_eq!(made, listed);
    for file in made {
        let same = fs::read(dir.path().join(&file)).unwrap() == fs::read(kept.join(&file)).unwrap();
        assert!(same, "{} differs: make it anew as sample_data/README.md says", file.display());
    }
}
