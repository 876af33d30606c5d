//! The first page of a report: every line of the plans with its whole, its share, its target and where it goes.

use super::lines;
use super::{Cell, Figure, PeriodReport, change};
use crate::domain::Lang;
use crate::words::{dong, grouped, text};

/// The share that the plans want of every line: all of it right.
const TARGET: f64 = 1.0;

/// A line of the plans.
pub(super) struct Indicator {
    /// Its words.
    pub(super) title: String,
    /// How many there are in all; none where the files do not tell, or tell it no more.
    of: Option<u64>,
    cell: Cell,
}

impl Indicator {
    /// The share that is right: of the whole, what no outstanding case speaks against. One record may have several cases
    /// of a line, so that it is the least that is right.
    fn share_right(&self) -> Option<f64> {
        let of = self.of?;
        Some(of.saturating_sub(self.cell.now.outstanding) as f64 / of as f64)
    }

    /// Its figures, in the order of [`headings`].
    pub(super) fn figures(&self) -> [Figure; 7] {
        let now = &self.cell.now;
        [
            self.of.map_or(Figure::Share(None), Figure::Count),
            Figure::Count(now.outstanding),
            Figure::Share(self.share_right()),
            Figure::Share(self.of.map(|_| TARGET)),
            Figure::Count(now.raised + now.reopened),
            Figure::Count(now.resolved + now.rejected),
            change(now.outstanding, self.cell.previous.outstanding),
        ]
    }

    /// Outstanding cases, for a chart.
    pub(super) fn outstanding(&self) -> u64 {
        self.cell.now.outstanding
    }
}

/// The headings of the table of indicators, that of the words first.
pub(super) fn headings(lang: Lang) -> [&'static str; 8] {
    [
        text!(lang, "publish.periodic.line"),
        text!(lang, "publish.periodic.whole"),
        text!(lang, "publish.periodic.still_wrong"),
        text!(lang, "publish.periodic.share_right"),
        text!(lang, "publish.periodic.target"),
        text!(lang, "publish.periodic.new_in_period"),
        text!(lang, "publish.periodic.done_in_period"),
        text!(lang, "publish.periodic.change"),
    ]
}

impl PeriodReport {
    /// All lines of the plans, in their order.
    pub(super) fn indicators(&self) -> Vec<Indicator> {
        let mut sums = self.figures.by(|group| lines::of(group.code));
        let all = lines::all().iter().enumerate();
        all.map(|(at, line)| Indicator {
            title: line.text(self.lang).to_owned(),
            of: line.of.and_then(|base| self.grounds.of(base)),
            cell: sums.remove(&Some(at)).unwrap_or_default(),
        })
        .collect()
    }

    /// The sentences of the report: what the figures come to, and the money.
    pub(super) fn sentences(&self) -> Vec<String> {
        let lang = self.lang;
        let n = |count: u64| grouped(count, lang);
        let total = self.total();
        let mut sentences = vec![text!(
            lang,
            "publish.periodic.in_words",
            cases = n(total.cases()),
            raised = n(total.raised + total.reopened),
            done = n(total.resolved + total.rejected),
            outstanding = n(total.outstanding),
            overdue = n(total.overdue)
        )];
        if let Some(paid) = self.grounds.paid {
            sentences.push(if paid.benefits > 0 {
                let (benefits, amount) = (n(paid.benefits), dong(paid.amount));
                text!(lang, "publish.periodic.paid", benefits, amount)
            } else {
                text!(lang, "publish.periodic.nothing_paid").to_owned()
            });
        }
        sentences
    }
}

#[cfg(test)]
mod tests {
    use super::super::Tally;
    use super::*;

    #[test]
    fn a_line_says_its_whole_its_share_and_where_it_goes() {
        let tally =
            |outstanding| Tally { outstanding, raised: 3, resolved: 2, rejected: 1, ..Tally::default() };
        let cell = Cell { now: tally(20), previous: tally(25), ages: [0; 5] };
        let shown = |of| {
            let line = Indicator { title: String::new(), of, cell };
            line.figures().map(|figure| figure.text(Lang::Vi))
        };
        assert_eq!(shown(Some(1000)), ["1.000", "20", "98,0 %", "100 %", "3", "3", "−5"]);
        // More cases than records: nothing is right, and not less than nothing.
        assert_eq!(shown(Some(10))[2], "0,0 %");
        assert_eq!(shown(None), ["–", "20", "–", "–", "3", "3", "−5"]);
    }
}
