//! Which answers a line offers: those that can be said of it, so that no word means one thing here and another there.

use crate::domain::{Code, Finding, Lang, Origin};
use crate::store::Verdict;

/// The answers that a line may have.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Answers {
    /// The line speaks of a row that is linked to a resident: whether they are the same person can be said too.
    OfPair,
    /// It speaks of one record, or of one person that stands twice.
    OfOne,
}

impl Answers {
    /// Those of a finding.
    pub(super) fn of(finding: &Finding) -> Self {
        let double = finding.code == Code::sach(1) || finding.code == Code::sach(2);
        let linked = finding.resident.is_some() && matches!(finding.origin, Origin::Extract(_));
        if linked && !double { Self::OfPair } else { Self::OfOne }
    }

    /// The answers, as they are offered.
    pub(super) fn titles(self, lang: Lang) -> Vec<&'static str> {
        let offered = |verdict: &Verdict| self == Self::OfPair || !verdict.is_on_pair();
        Verdict::ALL.iter().filter(|verdict| offered(verdict)).map(|verdict| verdict.title(lang)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_answers_fits_into_a_cell_rule() {
        for lang in Lang::ALL {
            for answers in [Answers::OfPair, Answers::OfOne] {
                let titles = answers.titles(lang);
                // A comma would split an answer, and a list has room for 255 characters.
                assert!(titles.iter().all(|title| !title.contains(',')), "{titles:?}");
                assert!(titles.join(",").chars().count() < 255, "{titles:?}");
            }
        }
        assert!(!Answers::OfOne.titles(Lang::Vi).contains(&Verdict::NotSame.title(Lang::Vi)));
    }
}
