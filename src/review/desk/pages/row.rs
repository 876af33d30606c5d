//! A file of the list as the page shows it.

use std::path::Path;

use crate::domain::{Field, Kind, Lang};
use crate::ingest::{Problem, TableInspection, WANTED};
use crate::review::desk::files::Given;
use crate::review::desk::seen::{Question, Seen, Sight, Taken};
use crate::words::{self, grouped, percent, text};

/// Problems of a file that are shown.
const SHOWN: usize = 4;

/// Problems that are asked about instead, or said in words that suit a page.
const SAID_OTHERWISE: [&str; 3] = ["column-unclear", "field-absent", "columns-unrecognised"];

/// A file of the list.
pub(super) struct Row {
    pub(super) number: u64,
    pub(super) name: String,
    /// Where it stands, if it was not dropped.
    pub(super) path: String,
    /// The class of the style sheet.
    pub(super) state: &'static str,
    /// The state in a word.
    pub(super) badge: &'static str,
    /// What it was taken for, or why it is not used.
    pub(super) taken: Vec<String>,
    pub(super) problems: Vec<String>,
    pub(super) questions: Vec<Asked>,
    pub(super) columns: Vec<Column>,
    /// The kinds that it may be said to be.
    pub(super) kinds: Vec<Choice>,
    pub(super) aside: bool,
    pub(super) may_put_aside: bool,
    pub(super) aside_label: &'static str,
    pub(super) remove_label: String,
}

/// A question.
pub(super) struct Asked {
    pub(super) text: String,
    /// The name of the field of the form.
    pub(super) name: &'static str,
    pub(super) options: Vec<Choice>,
}

/// Something to choose.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) text: String,
}

/// A column of a table.
pub(super) struct Column {
    pub(super) header: String,
    pub(super) meaning: String,
    pub(super) filled: String,
}

impl Row {
    pub(super) fn new(given: &Given, path: &Path, sight: &Sight, lang: Lang) -> Self {
        let seen = sight.seen.get(&given.number);
        let copy_of = sight.copies.get(&given.number);
        let name = given.name();
        let mut row = Self {
            number: given.number,
            path: if given.is_here() { String::new() } else { path.display().to_string() },
            state: "looking",
            badge: text!(lang, "desk.files.looking"),
            taken: Vec::new(),
            problems: Vec::new(),
            questions: Vec::new(),
            columns: Vec::new(),
            kinds: Vec::new(),
            aside: given.aside,
            may_put_aside: given.aside,
            aside_label: if given.aside {
                text!(lang, "desk.files.take_back")
            } else {
                text!(lang, "desk.files.put_aside")
            },
            remove_label: text!(lang, "desk.files.remove_of", name),
            name,
        };
        let Some(seen) = seen else { return row };
        let unused = match copy_of {
            Some(of) => Some(text!(lang, "desk.unused.copy", name = of)),
            None => seen.unused().map(|why| why_unused(why, lang).to_owned()),
        };
        if given.aside {
            row.be("off", text!(lang, "desk.files.not_used"));
            row.taken.push(text!(lang, "desk.files.aside").to_owned());
        } else if let Some(why) = unused {
            row.be("off", text!(lang, "desk.files.not_used"));
            row.taken.push(why);
            if copy_of.is_none() && matches!(seen.taken, Taken::Data(_)) {
                row.kinds = kinds(&[], lang);
            }
        } else {
            row.used(seen, lang);
        }
        row
    }

    fn be(&mut self, state: &'static str, badge: &'static str) {
        (self.state, self.badge) = (state, badge);
    }

    fn used(&mut self, seen: &Seen, lang: Lang) {
        let questions = seen.questions();
        self.may_put_aside = true;
        let kind = seen.kind();
        let tables = match &seen.taken {
            Taken::Data(report) => &report.tables[..],
            Taken::Units => {
                self.taken.push(text!(lang, "desk.files.units").to_owned());
                self.may_put_aside = false;
                return self.be("ready", text!(lang, "desk.files.ready"));
            }
            Taken::Unused(_) => &[],
        };
        if let Some(error) = seen.error() {
            self.taken.push(without_code(&error.message(lang)));
            return self.be("bad", text!(lang, "desk.files.unusable"));
        }
        self.taken.extend(tables.iter().map(|table| of_table(table, lang)));
        if questions.is_empty() {
            self.be("ready", text!(lang, "desk.files.ready"));
        } else {
            self.be("ask", text!(lang, "desk.files.ask"));
        }
        let mut problems: Vec<String> =
            tables.iter().flat_map(|table| problems(table, &questions, lang)).collect();
        let more = problems.len().saturating_sub(SHOWN);
        problems.truncate(SHOWN);
        if more > 0 {
            problems.push(text!(lang, "desk.files.more", count = more));
        }
        self.problems = problems;
        self.questions = questions.iter().map(|question| asked(question, lang)).collect();
        self.columns = tables.iter().flat_map(|table| columns(table, lang)).collect();
        if !questions.iter().any(|question| matches!(question, Question::Kind(_))) {
            self.kinds = kinds(&kind.into_iter().collect::<Vec<_>>(), lang);
            self.kinds.retain(|choice| kind.is_none_or(|kind| choice.value != kind.name()));
        }
    }
}

/// The kind and the rows of a table.
fn of_table(table: &TableInspection, lang: Lang) -> String {
    let kind = Kind::from_name(table.kind).map_or(table.kind, |kind| kind.title(lang));
    text!(lang, "desk.files.rows", kind, rows = grouped(table.used, lang))
}

/// What ails a table, in words that suit a page.
fn problems(table: &TableInspection, questions: &[Question], lang: Lang) -> Vec<String> {
    let kind = Kind::from_name(table.kind);
    let has = |field: Field| table.columns.iter().any(|column| column.field == Some(field.name()));
    let is_asked = |field: Field| {
        let missing = |asked: &Question| matches!(asked, Question::Missing { field: of, .. } if *of == field);
        questions.iter().any(missing)
    };
    let absent = WANTED.iter().filter(|field| {
        kind.is_some_and(|kind| kind.fields().contains(field)) && !has(**field) && !is_asked(**field)
    });
    let mut said: Vec<String> = absent
        .map(|field| text!(lang, "desk.files.no_field", field = words::within(words::field(*field, lang))))
        .collect();
    if table.rejected > 0 {
        said.push(text!(lang, "desk.files.rejected", rows = grouped(table.rejected, lang)));
    }
    // What speaks of options of the command line is of no use here.
    let suits = |problem: &&Problem| {
        !SAID_OTHERWISE.contains(&problem.code)
            && problem.code != "rows-rejected"
            && !problem.message.contains("--")
    };
    said.extend(table.problems.iter().filter(suits).map(|problem| without_code(&problem.message)));
    said
}

/// A sentence without the code behind it.
fn without_code(sentence: &str) -> String {
    match sentence.rsplit_once(" [E-") {
        Some((sentence, code)) if code.ends_with(']') => sentence.to_owned(),
        _ => sentence.to_owned(),
    }
}

fn columns(table: &TableInspection, lang: Lang) -> impl Iterator<Item = Column> {
    let shown = table.columns.iter().filter(|column| !column.header.trim().is_empty());
    shown.map(move |column| {
        let field = column.field.and_then(Field::from_name);
        let carried = || text!(lang, "desk.files.carried");
        Column {
            header: column.header.clone(),
            meaning: field.map_or_else(carried, |field| words::field(field, lang)).to_owned(),
            filled: percent(column.filled, lang),
        }
    })
}

/// All kinds, the likeliest first.
fn kinds(likely: &[Kind], lang: Lang) -> Vec<Choice> {
    let rest = Kind::all().filter(|kind| !likely.contains(kind));
    let choice = |kind: Kind| Choice { value: kind.name().to_owned(), text: kind.title(lang).to_owned() };
    likely.iter().copied().chain(rest).map(choice).collect()
}

fn asked(question: &Question, lang: Lang) -> Asked {
    let called = |field: Field| words::within(words::field(field, lang));
    match question {
        Question::Kind(likely) => Asked {
            text: text!(lang, "desk.files.kind").to_owned(),
            name: "kind",
            options: kinds(likely, lang),
        },
        Question::Column { kind, header, field } => {
            let value = |field: &str| format!("{}.{field}={header}", kind.name());
            let likely = Choice {
                value: value(field.name()),
                text: text!(lang, "desk.files.yes_field", field = called(*field)),
            };
            let none = Choice {
                value: value(crate::ingest::NO_FIELD),
                text: text!(lang, "desk.files.no_none").to_owned(),
            };
            let others = kind.fields().iter().filter(|other| *other != field).map(|other| Choice {
                value: value(other.name()),
                text: text!(lang, "desk.files.other_field", field = called(*other)),
            });
            Asked {
                text: text!(lang, "desk.files.is_column", header, field = called(*field)),
                name: "map",
                options: [likely, none].into_iter().chain(others).collect(),
            }
        }
        Question::Missing { kind, field, headers } => Asked {
            text: text!(lang, "desk.files.which_column", field = called(*field)),
            name: "map",
            options: headers
                .iter()
                .map(|header| Choice {
                    value: format!("{}.{}={header}", kind.name(), field.name()),
                    text: header.clone(),
                })
                .collect(),
        },
    }
}

fn why_unused(name: &str, lang: Lang) -> &'static str {
    match name {
        "lock" => text!(lang, "desk.unused.lock"),
        "ignored" | "not_named" => text!(lang, "desk.unused.ignored"),
        "format" => text!(lang, "desk.unused.format"),
        "name" => text!(lang, "desk.unused.name"),
        "more_units" => text!(lang, "desk.unused.more_units"),
        "own_output" => text!(lang, "desk.unused.own_output"),
        "other_sector" => text!(lang, "desk.unused.other_sector"),
        _ => text!(lang, "desk.unused.no_list"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_loses_its_code_alone() {
        assert_eq!(without_code("Tệp hỏng. [E-FILE-DAMAGED]"), "Tệp hỏng.");
        assert_eq!(without_code("Cột [A] trống."), "Cột [A] trống.");
    }

    #[test]
    fn a_column_in_doubt_is_asked_about_with_the_likeliest_answers_first() {
        let question =
            Question::Column { kind: Kind::Births, header: "Mốc A=B".to_owned(), field: Field::BirthDate };
        let asked = asked(&question, Lang::En);
        assert!(asked.text.contains("\"Mốc A=B\"") && asked.name == "map", "{}", asked.text);
        let values: Vec<&str> = asked.options.iter().map(|option| option.value.as_str()).collect();
        assert_eq!(values[..2], ["births.birth_date=Mốc A=B", "births.none=Mốc A=B"]);
        assert_eq!(values.len(), Kind::Births.fields().len() + 1);
    }

    #[test]
    fn the_likeliest_kinds_come_first_and_none_is_left_out() {
        let choices = kinds(&[Kind::Deaths], Lang::Vi);
        assert_eq!((choices[0].value.as_str(), choices.len()), ("deaths", Kind::count()));
    }
}
