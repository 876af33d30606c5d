//! The only place that writes to the terminal. A reader that closed the pipe (`| head`) ends the writing in
//! silence: there is nowhere left to complain to, and the work itself is done.
//!
//! What is printed may hold what somebody else wrote: the name of a file, a line of the access log, the complaint of a
//! library. A terminal obeys signs that nobody sees: they are written out here, so that a name can neither clear the
//! screen nor show another name than its own.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use crate::vietnamese::text::is_invisible;

/// Writes to standard output.
pub(super) fn out(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(plain(text).as_bytes()).and_then(|()| stdout.flush());
}

/// Writes a line to standard error.
pub(super) fn err(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", plain(text));
}

/// A text as a terminal may be given it: ends of lines and tabs work, whatever else cannot be seen is written as JSON
/// writes it, so that JSON stays what it is.
fn plain(text: &str) -> Cow<'_, str> {
    written_out(text, |c| is_hidden(c) && !matches!(c, '\n' | '\t'))
}

/// A text as part of a line: it cannot begin another either.
pub(super) fn in_line(text: &str) -> Cow<'_, str> {
    written_out(text, is_hidden)
}

/// What is not seen: controls, marks that turn the line around, marks without width, other ends of lines, tags.
fn is_hidden(c: char) -> bool {
    c.is_control() || is_invisible(c) || matches!(c, '\u{2028}' | '\u{2029}' | '\u{e0000}'..='\u{e007f}')
}

fn written_out(text: &str, is_hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                // Writing to a string cannot fail.
                let _ = write!(plain, "\\u{unit:04x}");
            }
        } else {
            plain.push(c);
        }
    }
    Cow::Owned(plain)
}

/// Something that is read on a terminal, as the log is: what is written to it is printed as everything else.
pub(super) struct Plain<W>(pub(super) W);

impl<W: Write> Write for Plain<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(plain(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_is_printed() {
        let bidi =
            "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}";
        let controls: String = (0..0x20u8).chain(0x7f..0xa0).map(char::from).collect();
        for c in controls.chars().chain(bidi.chars()) {
            let text = format!("a{c}b");
            match c {
                '\n' | '\t' => assert_eq!(plain(&text), text),
                _ => assert_eq!(plain(&text), format!("a\\u{:04x}b", u32::from(c))),
            }
            assert_eq!(in_line(&text), format!("a\\u{:04x}b", u32::from(c)));
        }
        // Letters as Vietnamese has them, signs of tables and squares stay.
        let own = "Đặng Thị Ngọc — 1.000 ▀▄█ κ\t≠\n";
        assert!(matches!(plain(own), Cow::Borrowed(text) if text == own));
    }

    #[test]
    fn json_stays_the_json_that_it_was() {
        let value = serde_json::json!({ "file": "khai\u{9b}31m_tử\u{202e}vsc.\u{e0041}" });
        let printed = plain(&value.to_string()).into_owned();
        assert!(!printed.contains(is_hidden), "{printed}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&printed).unwrap(), value);
    }

    #[test]
    fn the_log_is_printed_likewise() {
        let mut log = Plain(Vec::new());
        log.write_all("ERROR no file a\u{1b}[2Jb\u{202e}\n".as_bytes()).unwrap();
        assert_eq!(log.0, b"ERROR no file a\\u001b[2Jb\\u202e\n");
    }
}
