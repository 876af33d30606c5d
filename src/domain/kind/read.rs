//! Descriptions of kinds as they are written in TOML. Nothing here may ask the table of kinds, which is being made.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::description::{Capabilities, Capability, Description, Expectation, FieldType, OwnField};
use super::office::Office;
use super::own::{KindFault, KindMistake};
use super::role::{Role, RoleColumns};
use super::table::Kinds;
use crate::domain::{Code, Field, Gender, Words};

/// As many kinds as there may be: their places are a byte.
const MOST: usize = 250;

/// `data/kinds.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BuiltIn {
    types: BTreeMap<String, Vec<Spanned<String>>>,
    roles: BTreeMap<String, RoleFile>,
    #[serde(default)]
    list_codes: Vec<Spanned<String>>,
    office: Vec<OfficeFile>,
    kind: Vec<KindFile>,
}

/// A file of the user's.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    #[serde(default)]
    office: Vec<OfficeFile>,
    kind: Vec<KindFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleFile {
    name: Spanned<String>,
    birth: Spanned<String>,
    gender: Option<Spanned<String>>,
    implies: Option<Spanned<String>>,
    personal: Spanned<String>,
    old: Option<Spanned<String>>,
    address: Spanned<String>,
    #[serde(default)]
    same: Vec<[Spanned<String>; 2]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfficeFile {
    name: Spanned<String>,
    title: WordsFile,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    vi: String,
    en: Option<String>,
}

impl From<WordsFile> for Words {
    fn from(file: WordsFile) -> Self {
        let en = file.en.unwrap_or_else(|| file.vi.clone());
        Self { vi: file.vi, en }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KindFile {
    name: Spanned<String>,
    office: Spanned<String>,
    #[serde(default)]
    capabilities: Vec<Spanned<String>>,
    title: WordsFile,
    cited: Option<WordsFile>,
    spoken: Option<WordsFile>,
    number: Option<WordsFile>,
    reference: Option<Spanned<String>>,
    #[serde(default)]
    within: Vec<Spanned<String>>,
    roles: Option<Vec<Spanned<String>>>,
    fields: Spanned<Vec<Spanned<String>>>,
    matter: Option<Spanned<String>>,
    expects: Option<Spanned<ExpectsFile>>,
    raises: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    called: Vec<String>,
    #[serde(default)]
    columns: BTreeMap<String, Spanned<Vec<String>>>,
    #[serde(default)]
    own: BTreeMap<String, Spanned<OwnFile>>,
}

/// A column of the kind's own: headers alone, or with what the cells hold.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnFile {
    headers: Vec<String>,
    holds: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectsFile {
    ages: [i32; 2],
    gender: Option<Spanned<String>>,
}

/// A text that is read, and what was found wrong with it.
struct Reader<'t> {
    text: &'t str,
    mistakes: Vec<KindMistake>,
}

impl Reader<'_> {
    fn line(&self, span: Range<usize>) -> usize {
        self.text[..span.start.min(self.text.len())].matches('\n').count() + 1
    }

    fn blame(&mut self, span: Range<usize>, key: &'static str, fault: KindFault) {
        let line = self.line(span);
        self.mistakes.push(KindMistake { line, key, fault });
    }

    fn syntax(&mut self, error: &toml::de::Error) {
        let span = error.span().unwrap_or(0..0);
        self.blame(span, "", KindFault::Syntax(error.message().to_owned()));
    }

    /// The value of a word, else a mistake that names those known.
    fn one_of<'k, T>(
        &mut self,
        key: &'static str,
        word: &Spanned<String>,
        value: Option<T>,
        known: impl Iterator<Item = &'k str>,
    ) -> Option<T> {
        if value.is_none() {
            let known = known.map(str::to_owned).collect();
            let fault = KindFault::NotOneOf { written: word.get_ref().clone(), known };
            self.blame(word.span(), key, fault);
        }
        value
    }

    fn field(&mut self, key: &'static str, word: &Spanned<String>) -> Option<Field> {
        self.one_of(key, word, Field::from_name(word.get_ref()), Field::ALL.iter().map(|f| f.name()))
    }

    /// A field that the kind has.
    fn own_field(&mut self, key: &'static str, word: &Spanned<String>, fields: &[Field]) -> Option<Field> {
        let field = Field::from_name(word.get_ref()).filter(|field| fields.contains(field));
        self.one_of(key, word, field, fields.iter().map(|f| f.name()))
    }

    fn gender(&mut self, key: &'static str, word: &Spanned<String>) -> Option<Gender> {
        let gender = match word.get_ref().as_str() {
            "male" => Some(Gender::Male),
            "female" => Some(Gender::Female),
            _ => None,
        };
        self.one_of(key, word, gender, ["male", "female"].into_iter())
    }

    fn role(&mut self, file: &RoleFile) -> Option<RoleColumns> {
        let mut field = |word: &Spanned<String>| self.field("roles", word);
        let (name, birth) = (field(&file.name)?, field(&file.birth)?);
        let (personal, address) = (field(&file.personal)?, field(&file.address)?);
        let gender = file.gender.as_ref().and_then(&mut field);
        let old = file.old.as_ref().and_then(&mut field);
        let mut same = Vec::new();
        for [own, of_registry] in &file.same {
            same.push((field(own)?, field(of_registry)?));
        }
        let implied = file.implies.as_ref().and_then(|word| self.gender("roles", word));
        Some(RoleColumns { name, birth, gender, implied, personal, old, address, same })
    }

    fn office(&mut self, file: OfficeFile, kinds: &mut Kinds) {
        let name = file.name.get_ref();
        if kinds.offices.iter().any(|(known, _)| known == name) {
            let fault = KindFault::Taken(name.clone());
            return self.blame(file.name.span(), "office", fault);
        }
        if !is_name(name, '-') {
            let fault = KindFault::BadName(name.clone());
            return self.blame(file.name.span(), "office", fault);
        }
        kinds.offices.push((name.clone(), file.title.into()));
    }

    fn kind(&mut self, file: KindFile, kinds: &mut Kinds, is_own: bool) {
        let before = self.mistakes.len();
        let read = self.read_kind(file, kinds, is_own);
        if let (Some(kind), true) = (read, self.mistakes.len() == before) {
            kinds.kinds.push(kind);
        }
    }

    fn read_kind(&mut self, file: KindFile, kinds: &Kinds, is_own: bool) -> Option<Description> {
        let is_list = kinds.kinds.len() >= super::Kind::SIX.len();
        let name = file.name.get_ref().clone();
        if kinds.kinds.iter().any(|kind| kind.name == name) {
            self.blame(file.name.span(), "name", KindFault::Taken(name.clone()));
        } else if !is_name(&name, '_') {
            self.blame(file.name.span(), "name", KindFault::BadName(name.clone()));
        } else if kinds.kinds.len() >= MOST {
            self.blame(file.name.span(), "name", KindFault::TooMany);
        }
        let office = kinds.offices.iter().position(|(known, _)| known == file.office.get_ref());
        let offices: Vec<&str> = kinds.offices.iter().map(|(known, _)| known.as_str()).collect();
        let office = self.one_of("office", &file.office, office, offices.into_iter());
        let (fields, required) = self.fields(&file.fields);
        if is_list {
            self.hold_to_fields(&file, &fields, &required);
        }
        let capabilities = self.capabilities(&file, is_own);
        let roles = self.roles(&file, kinds, &fields, is_list);
        let fallback = [Field::FileNo, Field::PersonalId].into_iter().find(|field| fields.contains(field));
        let reference = match &file.reference {
            Some(word) => self.own_field("reference", word, &fields),
            None => Some(fallback.unwrap_or(Field::FullName)),
        };
        let within = file.within.iter().filter_map(|word| self.own_field("within", word, &fields)).collect();
        let matter = match &file.matter {
            Some(word) => self.own_field("matter", word, &fields),
            None => Some(Field::Programme),
        };
        let expects = self.expects(&file, capabilities);
        let raises = self.raises(&file, kinds, is_list);
        let mut columns = Vec::new();
        for (field, headers) in &file.columns {
            let word = Spanned::new(headers.span(), field.clone());
            if let Some(field) = self.own_field("columns", &word, &fields) {
                columns.extend(headers.get_ref().iter().map(|header| (field, header.clone())));
            }
        }
        let own = self.own_fields(&file, &columns);
        let title = Words::from(file.title);
        let small = |words: &Words| Words { vi: words.vi.to_lowercase(), en: words.en.to_lowercase() };
        let number = file.number.map_or_else(|| Words { vi: "số".into(), en: "no.".into() }, Words::from);
        Some(Description {
            name,
            office: Office(u8::try_from(office?).ok()?),
            capabilities,
            cited: file.cited.map_or_else(|| small(&title), Words::from),
            spoken: file.spoken.map_or_else(|| small(&title), Words::from),
            title,
            number,
            required,
            roles,
            reference: reference?,
            within,
            matter: matter?,
            expects,
            raises,
            called: file.called,
            columns,
            own,
            is_own,
            fields,
        })
    }

    /// The fields of a kind, and those with a star.
    fn fields(&mut self, words: &Spanned<Vec<Spanned<String>>>) -> (Vec<Field>, Vec<Field>) {
        let (mut fields, mut required) = (Vec::new(), Vec::new());
        for word in words.get_ref() {
            let (name, is_required) = match word.get_ref().strip_suffix('*') {
                Some(name) => (name, true),
                None => (word.get_ref().as_str(), false),
            };
            let plain = Spanned::new(word.span(), name.to_owned());
            let Some(field) = self.field("fields", &plain) else { continue };
            if fields.contains(&field) {
                self.blame(word.span(), "fields", KindFault::Taken(name.to_owned()));
                continue;
            }
            fields.push(field);
            if is_required {
                required.push(field);
            }
        }
        (fields, required)
    }

    /// The columns that are none of the fields: each with a name of its own and headers that mean nothing else.
    fn own_fields(&mut self, file: &KindFile, columns: &[(Field, String)]) -> Vec<OwnField> {
        let mut own: Vec<OwnField> = Vec::new();
        for (name, written) in &file.own {
            let OwnFile { headers, holds } = written.get_ref();
            if Field::from_name(name).is_some() {
                // What a field means is named under `columns`.
                self.blame(written.span(), "own", KindFault::Taken(name.clone()));
            } else if !is_name(name, '_') {
                self.blame(written.span(), "own", KindFault::BadName(name.clone()));
            }
            if headers.is_empty() {
                self.blame(written.span(), "own", KindFault::NoHeaders(name.clone()));
            }
            let means = |header: &String| {
                columns.iter().any(|(_, known)| known == header)
                    || own.iter().any(|other| other.headers.contains(header))
            };
            if let Some(header) = headers.iter().find(|header| means(header)) {
                self.blame(written.span(), "own", KindFault::Taken(header.clone()));
            }
            let holds = match holds {
                None => Some(FieldType::Free),
                Some(word) => {
                    let known = FieldType::OF_OWN.contains(&word.get_ref().as_str());
                    let value = FieldType::from_name(word.get_ref()).filter(|_| known);
                    self.one_of("holds", word, value, FieldType::OF_OWN.into_iter())
                }
            };
            if let Some(holds) = holds {
                own.push(OwnField { name: name.clone(), holds, headers: headers.clone() });
            }
        }
        own
    }

    /// A list of persons has a name and something that tells namesakes apart.
    fn hold_to_fields(&mut self, file: &KindFile, fields: &[Field], required: &[Field]) {
        if !required.contains(&Field::FullName) {
            self.blame(file.fields.span(), "fields", KindFault::NeedsField("full_name*"));
        }
        let told_by = [Field::BirthDate, Field::PersonalId, Field::OldId];
        if !told_by.iter().any(|field| fields.contains(field)) {
            self.blame(file.fields.span(), "fields", KindFault::NeedsField("birth_date"));
        }
    }

    fn capabilities(&mut self, file: &KindFile, is_own: bool) -> Capabilities {
        let known = || Capability::ALL.into_iter().filter(|c| !is_own || Capability::OF_LISTS.contains(c));
        let mut capabilities = Capabilities::default();
        for word in &file.capabilities {
            let capability = known().find(|capability| capability.name() == word.get_ref());
            let names = known().map(Capability::name);
            if let Some(capability) = self.one_of("capabilities", word, capability, names) {
                capabilities.add(capability);
            }
        }
        capabilities
    }

    fn roles(&mut self, file: &KindFile, kinds: &Kinds, fields: &[Field], is_list: bool) -> Vec<Role> {
        let Some(words) = &file.roles else { return vec![Role::Subject] };
        let known = || Role::ALL.into_iter().filter(|role| !is_list || Role::OF_LISTS.contains(role));
        let mut roles = Vec::new();
        for word in words {
            let role = known().find(|role| role.name() == word.get_ref());
            let Some(role) = self.one_of("roles", word, role, known().map(Role::name)) else { continue };
            let name = kinds.roles.get(super::table::place(role)).map(|columns| columns.name);
            if let Some(name) = name.filter(|name| !fields.contains(name)) {
                self.blame(word.span(), "roles", KindFault::NeedsField(name.name()));
            }
            if roles.contains(&role) || (is_list && roles.is_empty() && role != Role::Subject) {
                self.blame(word.span(), "roles", KindFault::Taken(role.name().to_owned()));
            }
            roles.push(role);
        }
        roles
    }

    fn expects(&mut self, file: &KindFile, capabilities: Capabilities) -> Option<Expectation> {
        let Some(written) = &file.expects else {
            if capabilities.has(Capability::Expectation) {
                self.blame(file.name.span(), "expects", KindFault::ExpectsNobody);
            }
            return None;
        };
        if !capabilities.has(Capability::Expectation) {
            self.blame(written.span(), "expects", KindFault::ExpectsNobody);
        }
        let ExpectsFile { ages: [from, to], gender } = written.get_ref();
        if !(0 <= *from && from <= to && *to <= 150) {
            self.blame(written.span(), "expects", KindFault::BadAges);
        }
        let gender = gender.as_ref().and_then(|word| self.gender("expects", word));
        Some(Expectation { ages: (*from, *to), gender })
    }

    fn raises(&mut self, file: &KindFile, kinds: &Kinds, is_list: bool) -> Option<Vec<Code>> {
        let Some(words) = &file.raises else { return is_list.then(|| kinds.list_codes.clone()) };
        let known: Vec<String> = kinds.list_codes.iter().map(Code::to_string).collect();
        let mut codes = Vec::new();
        for word in words {
            let code = Code::parse(word.get_ref()).filter(|code| kinds.list_codes.contains(code));
            codes.extend(self.one_of("raises", word, code, known.iter().map(String::as_str)));
        }
        Some(codes)
    }

    fn finish(self) -> Result<(), Vec<KindMistake>> {
        if self.mistakes.is_empty() { Ok(()) } else { Err(self.mistakes) }
    }
}

/// Whether a name is made of small letters, digits and a sign, and begins with a letter.
fn is_name(name: &str, sign: char) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == sign)
        && name.len() <= 40
}

/// Reads the table that ships.
pub(super) fn built_in(text: &str) -> Result<Kinds, Vec<KindMistake>> {
    let mut reader = Reader { text, mistakes: Vec::new() };
    let mut kinds = Kinds {
        kinds: Vec::new(),
        offices: Vec::new(),
        roles: Vec::new(),
        types: [FieldType::default(); Field::COUNT],
        list_codes: Vec::new(),
    };
    let file: BuiltIn = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            reader.syntax(&error);
            return Err(reader.mistakes);
        }
    };
    for (name, fields) in &file.types {
        for word in fields {
            let value = FieldType::from_name(name);
            let value = reader.one_of("types", word, value, std::iter::empty());
            if let Some((value, field)) = value.zip(reader.field("types", word)) {
                kinds.types[field as usize] = value;
            }
        }
    }
    for role in Role::ALL {
        let columns = file.roles.get(role.name()).and_then(|columns| reader.role(columns));
        match columns {
            Some(columns) => kinds.roles.push(columns),
            None => reader.blame(0..0, "roles", KindFault::NeedsField(role.name())),
        }
    }
    for word in &file.list_codes {
        let code = Code::parse(word.get_ref());
        kinds.list_codes.extend(reader.one_of("list_codes", word, code, std::iter::empty()));
    }
    file.office.into_iter().for_each(|office| reader.office(office, &mut kinds));
    file.kind.into_iter().for_each(|kind| reader.kind(kind, &mut kinds, false));
    reader.finish().map(|()| kinds)
}

/// Reads a file of the user's into the table.
pub(super) fn own(text: &str, kinds: &mut Kinds) -> Result<(), Vec<KindMistake>> {
    let mut reader = Reader { text, mistakes: Vec::new() };
    match toml::from_str::<Own>(text) {
        Err(error) => reader.syntax(&error),
        Ok(file) => {
            file.office.into_iter().for_each(|office| reader.office(office, kinds));
            file.kind.into_iter().for_each(|kind| reader.kind(kind, kinds, true));
        }
    }
    reader.finish()
}
