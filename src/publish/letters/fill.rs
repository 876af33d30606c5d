//! Puts values into the fields of a document. A word processor cuts a text into runs wherever it likes (a change of
//! spelling, a pause in typing), so a field is looked for in the text of a whole paragraph.

use quick_xml::events::{BytesText, Event};
use quick_xml::{Reader, Writer};

use super::{FIELDS, Values};

/// The field that stands for the number of a line; the row of a table that names it is repeated.
const LINE: &str = "stt";

/// The field that stands for how many findings there are.
const COUNT: &str = "so_luong";

/// What stands where the findings of one list have different values.
const SEVERAL: &str = "…………";

const PAGE_BREAK: &str = "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>";

/// Why a document cannot be filled.
#[derive(Debug)]
pub(super) enum Error {
    /// A field that there is not.
    UnknownField(String),
    /// The document is not well formed.
    Xml(String),
}

impl<E: std::error::Error> From<E> for Error {
    fn from(error: E) -> Self {
        Self::Xml(error.to_string())
    }
}

/// A part of a document: text that is read, or anything else.
#[derive(Clone)]
enum Piece {
    Text(String),
    Xml(Event<'static>),
}

impl Piece {
    fn begins(&self, name: &str) -> bool {
        matches!(self, Self::Xml(Event::Start(tag)) if tag.name().as_ref() == name)
    }

    fn ends(&self, name: &str) -> bool {
        matches!(self, Self::Xml(Event::End(tag)) if tag.name().as_ref() == name)
    }
}

/// The document with the values of all letters.
pub(super) fn fill(document: &str, letters: &[Values]) -> Result<String, Error> {
    let counted = |values: &Values| {
        let mut values = values.clone();
        values.insert(COUNT, letters.len().to_string());
        values
    };
    let letters: Vec<Values> = letters.iter().map(counted).collect();
    let pieces = parse(document)?;
    let at = |found: Option<usize>| found.ok_or_else(|| Error::Xml("no body".to_owned()));
    let begin = at(pieces.iter().position(|piece| piece.begins("w:body")))? + 1;
    let end = at(pieces.iter().rposition(|piece| piece.ends("w:body")))?;
    // The format of the pages stands last, and once.
    let format = (begin..end).rev().find(|at| pieces[*at].begins("w:sectPr")).unwrap_or(end);
    let body = &pieces[begin..format];
    let mut filled: Vec<Piece> = pieces[..begin].to_vec();
    if names(body, LINE) {
        filled.extend(list(body, &letters)?);
    } else {
        for (n, values) in letters.iter().enumerate() {
            if n > 0 {
                filled.extend(parse(PAGE_BREAK)?);
            }
            filled.extend(with_values(body, values)?);
        }
    }
    filled.extend_from_slice(&pieces[format..]);
    write(&filled)
}

/// The texts of all paragraphs.
#[cfg(test)]
pub(super) fn texts(document: &str) -> Result<Vec<String>, Error> {
    let mut all = vec![String::new()];
    for piece in parse(document)? {
        match piece {
            Piece::Text(text) => all.last_mut().unwrap().push_str(&text),
            piece if piece.ends("w:p") => all.push(String::new()),
            Piece::Xml(_) => {}
        }
    }
    all.retain(|text| !text.is_empty());
    Ok(all)
}

fn parse(document: &str) -> Result<Vec<Piece>, Error> {
    let mut reader = Reader::from_str(document);
    let mut pieces = Vec::new();
    let mut within = false;
    let mut text = String::new();
    loop {
        match reader.read_event()? {
            Event::Eof => return Ok(pieces),
            Event::Start(tag) if tag.name().as_ref() == "w:t" => {
                within = true;
                pieces.push(Piece::Xml(Event::Start(tag.into_owned())));
            }
            Event::End(tag) if tag.name().as_ref() == "w:t" => {
                within = false;
                pieces.push(Piece::Text(std::mem::take(&mut text)));
                pieces.push(Piece::Xml(Event::End(tag.into_owned())));
            }
            Event::Text(read) if within => text.push_str(&read),
            Event::GeneralRef(read) if within => match (read.resolve_char_ref()?, read.as_ref()) {
                (Some(c), _) => text.push(c),
                (None, "amp") => text.push('&'),
                (None, "lt") => text.push('<'),
                (None, "gt") => text.push('>'),
                (None, "quot") => text.push('"'),
                (None, "apos") => text.push('\''),
                (None, other) => return Err(Error::Xml(format!("entity {other}"))),
            },
            other => pieces.push(Piece::Xml(other.into_owned())),
        }
    }
}

fn write(pieces: &[Piece]) -> Result<String, Error> {
    let mut writer = Writer::new(Vec::new());
    for piece in pieces {
        match piece {
            Piece::Text(text) => writer.write_event(Event::Text(BytesText::new(text)))?,
            Piece::Xml(event) => writer.write_event(event.borrow())?,
        }
    }
    Ok(String::from_utf8(writer.into_inner())?)
}

/// Whether a field is named in a part of the document.
fn names(pieces: &[Piece], field: &str) -> bool {
    let wanted = format!("{{{field}}}");
    paragraphs(pieces).iter().any(|texts| joined(pieces, texts).contains(&wanted))
}

/// The positions of the texts of each paragraph.
fn paragraphs(pieces: &[Piece]) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Text(_) => {
                if let Some(last) = all.last_mut() {
                    last.push(at);
                }
            }
            piece if piece.ends("w:p") => all.push(Vec::new()),
            Piece::Xml(_) => {}
        }
    }
    all
}

fn joined(pieces: &[Piece], texts: &[usize]) -> String {
    let text = |at: &usize| match &pieces[*at] {
        Piece::Text(text) => text.as_str(),
        Piece::Xml(_) => "",
    };
    texts.iter().map(text).collect()
}

/// A list: rows that name the number of the line are repeated for each letter, all else stands once.
fn list(body: &[Piece], letters: &[Values]) -> Result<Vec<Piece>, Error> {
    let common = common(letters);
    let mut filled = Vec::new();
    let mut at = 0;
    let mut plain = 0;
    while at < body.len() {
        if !body[at].begins("w:tr") {
            at += 1;
            continue;
        }
        let mut depth = 0;
        let end = (at..body.len()).find(|at| {
            depth += i32::from(body[*at].begins("w:tr")) - i32::from(body[*at].ends("w:tr"));
            depth == 0
        });
        let end = end.map_or(body.len(), |end| end + 1);
        let row = &body[at..end];
        if names(row, LINE) {
            filled.extend(with_values(&body[plain..at], &common)?);
            for (n, values) in (1..).zip(letters) {
                let mut values = values.clone();
                values.insert(LINE, n.to_string());
                filled.extend(with_values(row, &values)?);
            }
            plain = end;
        }
        at = end;
    }
    filled.extend(with_values(&body[plain..], &common)?);
    Ok(filled)
}

/// The values that all letters have in common.
fn common(letters: &[Values]) -> Values {
    let same = |field: &&'static str| {
        let mut values = letters.iter().map(|values| values.get(field).map_or("", String::as_str));
        let first = values.next().unwrap_or_default();
        let value = if values.all(|value| value == first) { first } else { SEVERAL };
        (*field, value.to_owned())
    };
    FIELDS.iter().map(same).collect()
}

fn with_values(pieces: &[Piece], values: &Values) -> Result<Vec<Piece>, Error> {
    let mut filled = pieces.to_vec();
    for texts in paragraphs(pieces) {
        let whole = joined(pieces, &texts);
        // From behind, so that what is put in moves nothing that is still to be found.
        for (from, to) in fields(&whole).into_iter().rev() {
            let field = &whole[from + 1..to - 1];
            let known = FIELDS.iter().find(|known| **known == field);
            let known = known.ok_or_else(|| Error::UnknownField(field.to_owned()))?;
            put(&mut filled, &texts, (from, to), values.get(known).map_or("", String::as_str));
        }
    }
    Ok(filled)
}

/// Where fields stand in a text: words in braces.
fn fields(text: &str) -> Vec<(usize, usize)> {
    let word = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let mut found = Vec::new();
    for (from, _) in text.match_indices('{') {
        if let Some(length) = text[from..].find('}')
            && word(&text[from + 1..from + length])
        {
            found.push((from, from + length + 1));
        }
    }
    found
}

/// Replaces a stretch of the joined text of some pieces: the value goes where it begins.
fn put(pieces: &mut [Piece], texts: &[usize], (from, to): (usize, usize), value: &str) {
    let mut start = 0;
    for at in texts {
        let Piece::Text(text) = &mut pieces[*at] else { continue };
        let end = start + text.len();
        if from < end && to > start {
            let (first, last) = (from.max(start) - start, to.min(end) - start);
            let value = if from >= start { value } else { "" };
            text.replace_range(first..last, value);
        }
        if end >= to {
            return;
        }
        start = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(body: &str, letters: &[Values]) -> String {
        let document = format!("<w:document><w:body>{body}<w:sectPr/></w:body></w:document>");
        fill(&document, letters)
            .unwrap()
            .replace("<w:document><w:body>", "")
            .replace("</w:body></w:document>", "")
    }

    fn named(name: &str) -> Values {
        Values::from([("ho_ten", name.to_owned()), ("xa", "Xã A".to_owned())])
    }

    #[test]
    fn a_field_cut_into_runs_is_found() {
        let body =
            "<w:p><w:r><w:t>Ông {ho</w:t></w:r><w:r><w:t>_t</w:t></w:r><w:r><w:t>en}, {xa}</w:t></w:r></w:p>";
        assert_eq!(
            filled(body, &[named("A & B")]),
            "<w:p><w:r><w:t>Ông A &amp; B</w:t></w:r><w:r><w:t></w:t></w:r><w:r><w:t>, Xã A</w:t></w:r></w:p><w:sectPr/>"
        );
    }

    #[test]
    fn letters_stand_on_pages_of_their_own_and_lists_in_rows() {
        let letter = filled("<w:p><w:r><w:t>{ho_ten}</w:t></w:r></w:p>", &[named("A"), named("B")]);
        assert_eq!(letter.matches("w:type=\"page\"").count(), 1);
        assert_eq!(texts(&letter).unwrap(), ["A", "B"]);
        let list = "<w:p><w:t>{so_luong} {xa} {ho_ten}</w:t></w:p><w:tbl><w:tr><w:p><w:t>TT</w:t></w:p></w:tr>\
                    <w:tr><w:p><w:t>{stt}. {ho_ten}</w:t></w:p></w:tr></w:tbl>";
        let list = filled(list, &[named("A"), named("B")]);
        assert_eq!(texts(&list).unwrap(), ["2 Xã A …………", "TT", "1. A", "2. B"]);
    }

    #[test]
    fn braces_that_are_no_field_stay_and_unknown_fields_are_told() {
        let document = |text: &str| format!("<w:body><w:p><w:t>{text}</w:t></w:p></w:body>");
        let kept = fill(&document("{ a } {} {"), &[named("A")]).unwrap();
        assert!(kept.contains("{ a } {} {"), "{kept}");
        assert!(
            matches!(fill(&document("{khac}"), &[named("A")]), Err(Error::UnknownField(f)) if f == "khac")
        );
        assert!(matches!(fill("<w:p/>", &[named("A")]), Err(Error::Xml(_))));
        assert!(matches!(fill(&document("&xxe;"), &[named("A")]), Err(Error::Xml(_))));
    }
}
