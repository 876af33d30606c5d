//! Worklists encrypted for those who receive them (age-encryption.org/v1): whoever finds the file on the way
//! reads nothing.

use std::path::Path;

use super::CustodyError;

/// The public keys of those who can open a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipients(Vec<String>);

impl Recipients {
    /// Adds a key; `at` tells where it was written.
    ///
    /// # Errors
    /// [`CustodyError::BadRecipient`] where it is no key of this kind, or encryption is not built in.
    pub fn add(&mut self, key: &str, at: impl FnOnce() -> String) -> Result<(), CustodyError> {
        let key = key.trim();
        if !is_recipient(key) {
            return Err(CustodyError::BadRecipient { at: at() });
        }
        if !self.0.iter().any(|known| known == key) {
            self.0.push(key.to_owned());
        }
        Ok(())
    }

    /// Adds the keys of a file: one a line, `#` begins a remark.
    ///
    /// # Errors
    /// Where the file cannot be read, or a line holds no key; keys of the lines before are added.
    pub fn add_file(&mut self, path: &Path) -> Result<(), CustodyError> {
        let text = std::fs::read_to_string(path).map_err(CustodyError::read(path))?;
        let lines = text.lines().map(str::trim).enumerate();
        for (number, line) in lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            self.add(line, || format!("{}:{}", path.display(), number + 1))?;
        }
        Ok(())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys, shortened, for the access log.
    pub fn shortened(&self) -> String {
        self.0.iter().map(|key| &key[..key.len().min(12)]).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(feature = "encryption")]
fn is_recipient(key: &str) -> bool {
    key.parse::<age::x25519::Recipient>().is_ok()
}

#[cfg(not(feature = "encryption"))]
fn is_recipient(key: &str) -> bool {
    key.starts_with("age1")
}

/// Encrypts a file for all recipients. `ready` is called when the encrypted file is whole and before it gets
/// its name: what must be known of a hand-over is known before it happens.
///
/// # Errors
/// [`CustodyError`] where the file cannot be read or the other not written, or whatever `ready` says.
#[cfg(feature = "encryption")]
pub fn encrypt(
    from: &Path,
    recipients: &Recipients,
    to: &Path,
    ready: impl FnOnce() -> Result<(), CustodyError>,
) -> Result<(), CustodyError> {
    use std::fs::File;
    use std::io::{self, BufReader};

    use crate::disk::Prepared;

    let keys: Vec<age::x25519::Recipient> = recipients.0.iter().filter_map(|key| key.parse().ok()).collect();
    let each = keys.iter().map(|key| key as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(each)
        .map_err(|_| CustodyError::NoRecipient(to.display().to_string()))?;
    let mut plain = BufReader::new(File::open(from).map_err(CustodyError::read(from))?);
    let file = Prepared::new(to, |out| {
        let mut writer = encryptor.wrap_output(out)?;
        io::copy(&mut plain, &mut writer)?;
        writer.finish().map(drop)
    });
    let file = file.map_err(CustodyError::write(to))?;
    ready()?;
    file.put().map_err(CustodyError::write(to))
}

/// This program was built without encryption.
///
/// # Errors
/// Always [`CustodyError::NotBuilt`].
#[cfg(not(feature = "encryption"))]
pub fn encrypt(
    _: &Path,
    _: &Recipients,
    _: &Path,
    _: impl FnOnce() -> Result<(), CustodyError>,
) -> Result<(), CustodyError> {
    Err(CustodyError::NotBuilt)
}

#[cfg(all(test, feature = "encryption"))]
mod tests {
    use std::fs;
    use std::io::Read as _;

    use super::*;
    use crate::disk;

    #[test]
    fn only_recipients_open_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let (plain, sealed) = (dir.path().join("a.xlsx"), dir.path().join("a.xlsx.age"));
        fs::write(&plain, b"Tran Thi Hoa 001190000001").unwrap();
        let [one, two, stranger] = std::array::from_fn(|_| age::x25519::Identity::generate());
        let keys = dir.path().join("keys");
        fs::write(&keys, format!("# police\n\n{}\n{}\n", two.to_public(), one.to_public())).unwrap();
        let mut recipients = Recipients::default();
        recipients.add(&one.to_public().to_string(), String::new).unwrap();
        recipients.add_file(&keys).unwrap();
        assert_eq!(recipients.0.len(), 2);

        encrypt(&plain, &recipients, &sealed, || Ok(())).unwrap();
        let bytes = fs::read(&sealed).unwrap();
        assert!(!bytes.windows(8).any(|part| part == b"Thi Hoa "));
        assert!(disk::is_private(&sealed));
        let open = |key: &age::x25519::Identity| -> Option<Vec<u8>> {
            let mut text = Vec::new();
            let decryptor = age::Decryptor::new(&bytes[..]).unwrap();
            decryptor.decrypt(std::iter::once(key as _)).ok()?.read_to_end(&mut text).unwrap();
            Some(text)
        };
        assert_eq!(open(&one).unwrap(), fs::read(&plain).unwrap());
        assert_eq!(open(&two), open(&one));
        assert!(open(&stranger).is_none());
    }

    #[test]
    fn nothing_is_handed_over_that_cannot_be_noted() {
        let dir = tempfile::tempdir().unwrap();
        let (plain, sealed) = (dir.path().join("a"), dir.path().join("a.age"));
        fs::write(&plain, b"a").unwrap();
        let mut recipients = Recipients::default();
        recipients.add(&age::x25519::Identity::generate().to_public().to_string(), String::new).unwrap();
        encrypt(&plain, &recipients, &sealed, || Err(CustodyError::NotAnId)).unwrap_err();
        assert!(!sealed.exists() && fs::read_dir(dir.path()).unwrap().count() == 1);
        let nobody = encrypt(&plain, &Recipients::default(), &sealed, || Ok(()));
        assert!(matches!(nobody, Err(CustodyError::NoRecipient(_))));
    }

    #[test]
    fn a_wrong_key_is_named_by_its_place() {
        let dir = tempfile::tempdir().unwrap();
        let keys = dir.path().join("keys");
        fs::write(&keys, "# x\nage1wrong\n").unwrap();
        let Err(CustodyError::BadRecipient { at }) = Recipients::default().add_file(&keys) else { panic!() };
        assert!(at.ends_with("keys:2"));
    }
}
