//! What is asked at the door for a finding (`data/labels/visit_questions.toml`).

use std::sync::LazyLock;

use serde::Deserialize;

use crate::builtin;
use crate::domain::{Code, Lang};

/// A question with the answers to tick.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    codes: Vec<String>,
    asked: [String; 2],
    answers: Vec<[String; 2]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    question: Vec<Question>,
}

static QUESTIONS: LazyLock<Vec<Question>> = LazyLock::new(|| {
    let table = include_str!("../../../../data/labels/visit_questions.toml");
    let file: File = builtin::toml("visit_questions.toml", table);
    let known = file.question.iter().flat_map(|question| &question.codes);
    if let Some(unknown) = known.into_iter().find(|code| Code::parse(code).is_none()) {
        builtin::broken("visit_questions.toml", &format_args!("there is no code {unknown}"));
    }
    if file.question.last().is_none_or(|last| !last.codes.is_empty()) {
        builtin::broken("visit_questions.toml", &"the last question is to name no code");
    }
    file.question
});

/// The question for a code.
pub(crate) fn of(code: &str) -> &'static Question {
    let own = QUESTIONS.iter().find(|question| question.codes.iter().any(|of| of == code));
    own.unwrap_or(&QUESTIONS[QUESTIONS.len() - 1])
}

impl Question {
    /// The question.
    pub(crate) fn asked(&self, lang: Lang) -> &str {
        &self.asked[lang as usize]
    }

    /// The answers, each to be ticked.
    pub(crate) fn answers(&self, lang: Lang) -> Vec<&str> {
        self.answers.iter().map(|answer| answer[lang as usize].as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_asked_once_and_any_other_the_last_question() {
        let mut codes: Vec<&String> = QUESTIONS.iter().flat_map(|question| &question.codes).collect();
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), all, "a code stands twice");
        assert_eq!(of("SONG-01").asked(Lang::Vi), "Người này còn sống không?");
        assert_eq!(of("DU-13").answers(Lang::En)[0], "as proposed");
        assert!(QUESTIONS.iter().all(|question| question.answers.len() >= 2));
    }
}
