//! What is on several pages: words for what lists write in short, and lines of findings.

use crate::domain::{Code, Day, Field, Kind, Lang, MatchedOn, Severity};
use crate::findings::FindingId;
use crate::findings::catalogue::{self, Office};
use crate::review::index::{FindingLine, Record};
use crate::review::mask::{masked, masked_cell};
use crate::store::{Assignee, DecisionState, FindingStatus, Store, StoreError};
use crate::vietnamese::text::is_invisible;
use crate::words;

/// Characters of a value in a list; the page of the case shows all of them.
const SHORT: usize = 80;

/// A text for a list: cut where it is long.
pub(crate) fn short(value: &str) -> String {
    let value = visible(value);
    match value.char_indices().nth(SHORT) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value,
    }
}

/// A text in which nothing works unseen: marks that turn the line around or cannot be seen are named, since an
/// officer has to know of them.
pub(crate) fn visible(text: &str) -> String {
    if text.is_ascii() && !text.bytes().any(|b| b.is_ascii_control()) {
        return text.to_string();
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_invisible(c) {
            shown.push_str(&format!("⟨U+{:04X}⟩", u32::from(c)));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// The title of a code.
pub(crate) fn title(code: &str, lang: Lang) -> &'static str {
    let code = Code::parse(code);
    let entry = catalogue::entries().iter().find(|entry| Some(entry.code) == code);
    entry.map_or("", |entry| entry.title(lang))
}

/// The name of a responsible unit.
pub(crate) fn unit(name: &str, lang: Lang) -> &'static str {
    Office::from_name(name).map_or("", |office| office.title(lang))
}

/// The word for a kind of file.
pub(crate) fn source(name: &str, lang: Lang) -> &'static str {
    Kind::from_name(name).map_or("", |kind| kind.title(lang))
}

/// Whom a row of a kind speaks of.
pub(crate) fn role_of(source: &str, role: &str, lang: Lang) -> String {
    let kind = Kind::from_name(source);
    let role = kind.and_then(|kind| kind.role(role));
    kind.zip(role).map_or_else(String::new, |(kind, role)| words::role_of(kind, role, lang))
}

/// Whom something is given to, by name.
pub(crate) fn assignee(assignee: &Assignee, lang: Lang) -> String {
    match assignee {
        Assignee::Account(name) => visible(name),
        Assignee::HamletHead(name) => words::text!(lang, "review.hamlet_head", name = visible(name)),
    }
}

/// The name of a field.
pub(crate) fn field(name: &str, lang: Lang) -> &'static str {
    Field::from_name(name).map_or("", |field| words::field(field, lang))
}

/// The word for a status.
pub(crate) fn status(store: &Store, line: &FindingLine, lang: Lang) -> Result<&'static str, StoreError> {
    let Some(status) = FindingStatus::from_name(&line.status) else { return Ok("") };
    // Of the others the status alone says enough.
    let answered = FindingId::parse(&line.number).filter(|_| status == FindingStatus::InProgress);
    let decisions = answered.map_or(Ok(Vec::new()), |id| store.decisions_on(id))?;
    let answer = decisions.iter().rfind(|decision| decision.state == DecisionState::Active);
    Ok(status.title_with(answer.map(|decision| decision.verdict), lang))
}

/// The word for a severity, 0 the gravest.
pub(crate) fn severity(index: usize, lang: Lang) -> &'static str {
    words::severity(SEVERITIES[index.min(2)], lang)
}

/// All severities, the gravest first.
pub(crate) const SEVERITIES: [Severity; 3] = [Severity::High, Severity::Medium, Severity::Low];

/// A sign beside the word, so that a column can be run over with the eye.
pub(crate) fn severity_sign(index: usize) -> &'static str {
    ["▲", "■", "▽"][index.min(2)]
}

pub(crate) use crate::words::{day_of_iso as day, probability as percent};

/// A value of a finding, numbers of persons hidden unless they are to be shown.
pub(crate) fn value(text: &str, of: &str, numbers: bool) -> String {
    visible(&match Field::from_name(of) {
        _ if numbers => text.into(),
        Some(field) => masked_cell(field, text),
        None => masked(text),
    })
}

/// The words of `matched_on`, to be read.
pub(crate) fn fields(matched_on: &str, lang: Lang) -> String {
    let agreed = MatchedOn::WORDS.iter().filter(|(_, word)| matched_on.split('+').any(|on| on == *word));
    agreed.map(|(_, word)| words::matched_on(word, lang)).collect::<Vec<_>>().join(", ")
}

/// A finding as a list shows it.
pub(crate) struct ShownLine {
    pub(crate) number: String,
    pub(crate) code: String,
    pub(crate) title: &'static str,
    pub(crate) severity: &'static str,
    pub(crate) severity_sign: &'static str,
    pub(crate) severity_index: usize,
    pub(crate) status: &'static str,
    pub(crate) name: String,
    pub(crate) birth_date: String,
    pub(crate) personal_id: String,
    pub(crate) hamlet: String,
    pub(crate) commune: String,
    pub(crate) field: &'static str,
    pub(crate) source_value: String,
    pub(crate) other_value: String,
    pub(crate) first_seen: String,
    /// The day on which it is overdue; empty where it never is.
    pub(crate) due: String,
    /// Whom it is given to; empty where nobody has it.
    pub(crate) assignee: String,
}

impl ShownLine {
    pub(crate) fn new(store: &Store, line: FindingLine, lang: Lang) -> Result<Self, StoreError> {
        let shown = |text: &str| short(&value(text, &line.field, false));
        let other = if line.proposed_value.is_empty() { &line.registry_value } else { &line.proposed_value };
        Ok(Self {
            title: title(&line.code, lang),
            severity: severity(line.severity, lang),
            severity_sign: severity_sign(line.severity),
            severity_index: line.severity,
            status: status(store, &line, lang)?,
            name: short(&line.full_name),
            birth_date: short(&line.birth_date),
            personal_id: value(&line.personal_id, Field::PersonalId.name(), false),
            hamlet: short(&line.hamlet),
            commune: short(&line.commune),
            field: field(&line.field, lang),
            source_value: shown(&line.source_value),
            other_value: shown(other),
            first_seen: day(&line.first_seen),
            due: line.due_on.map_or_else(String::new, |due| Day(due).to_string()),
            assignee: line.assignee.as_ref().map_or_else(String::new, |of| assignee(of, lang)),
            number: line.number,
            code: line.code,
        })
    }
}

/// Somebody of a household.
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) birth_date: String,
    pub(crate) relation: String,
    pub(crate) status: String,
}

impl Member {
    pub(crate) fn new(record: &Record) -> Self {
        Self {
            name: short(record.cell(Field::FullName)),
            birth_date: short(record.cell(Field::BirthDate)),
            relation: short(record.cell(Field::RelationToHead)),
            status: short(record.cell(Field::Status)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_cut_in_lists() {
        let long = "ộ".repeat(10_000);
        assert_eq!(short(&long).chars().count(), SHORT + 1);
        assert_eq!(short("An"), "An");
    }

    #[test]
    fn what_cannot_be_seen_is_named() {
        assert_eq!(visible("Nguyễn \u{202e}nA"), "Nguyễn ⟨U+202E⟩nA");
        assert_eq!(visible("a\u{0}b\tc"), "a⟨U+0000⟩b\tc");
        assert_eq!(visible("Nguyễn Văn An"), "Nguyễn Văn An");
    }

    #[test]
    fn what_is_not_certain_is_not_shown_as_certain() {
        assert_eq!(percent(0.99996, Lang::Vi), "99,9 %");
        assert_eq!(percent(1.0, Lang::En), "100.0 %");
    }
}
