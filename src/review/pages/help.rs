//! Help: for each code why it matters, what is done, the law and an example; the first steps; what words mean.

use std::sync::LazyLock;

use askama::Template;
use serde::Deserialize;

use crate::builtin;
use crate::domain::{Pillar, Words};
use crate::findings::{catalogue, code_help};
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit, today};
use crate::words;

#[derive(Template)]
#[template(path = "review/help.html")]
struct Help {
    shell: Shell,
    pillars: Vec<PillarCodes>,
    terms: Vec<(&'static str, &'static str)>,
}

struct PillarCodes {
    title: &'static str,
    name: &'static str,
    codes: Vec<CodeHelp>,
}

struct CodeHelp {
    code: String,
    title: &'static str,
    severity: &'static str,
    why: &'static str,
    procedure: String,
    example: &'static str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    term: Vec<Term>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Term {
    term: Words,
    meaning: Words,
}

static GLOSSARY: LazyLock<Vec<Term>> = LazyLock::new(|| {
    let file: File = builtin::toml("glossary.toml", include_str!("../../../data/labels/glossary.toml"));
    file.term
});

/// The page.
pub(crate) fn show(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let (lang, day) = (visit.lang, today());
    let code = |entry: &'static catalogue::Entry| {
        let help = code_help::of(entry.code);
        CodeHelp {
            code: entry.code.to_string(),
            title: entry.title(lang),
            severity: words::severity(entry.severity, lang),
            why: help.map_or("", |help| help.why(lang)),
            procedure: entry.procedure_with_sources(day, lang),
            example: help.map_or("", |help| help.example(lang)),
        }
    };
    let pillars = Pillar::ALL.into_iter().map(|pillar| PillarCodes {
        title: pillar.title(),
        name: pillar.name(),
        codes: catalogue::entries().iter().filter(|entry| entry.code.pillar == pillar).map(code).collect(),
    });
    Reply::page(&Help {
        shell: visit.shell(),
        pillars: pillars.collect(),
        terms: GLOSSARY.iter().map(|term| (term.term.get(lang), term.meaning.get(lang))).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Lang;

    #[test]
    fn every_word_has_a_meaning_in_both_languages() {
        assert!(GLOSSARY.len() > 10);
        for term in &*GLOSSARY {
            for lang in Lang::ALL {
                assert!(!term.term.get(lang).is_empty() && term.meaning.get(lang).ends_with('.'));
            }
        }
    }
}
