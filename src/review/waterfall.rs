//! Match weights drawn one below the other, each beginning where the one before ended.

use crate::domain::{Comparison, Lang};
use crate::words::{self, decimal, text};

/// A step of the waterfall; places and widths in hundredths of the whole.
#[derive(Clone, Debug)]
pub(crate) struct Bar {
    /// What is compared.
    pub(crate) text: &'static str,
    /// Its bits, to be read.
    pub(crate) bits: String,
    pub(crate) class: &'static str,
    pub(crate) x: String,
    pub(crate) width: String,
    pub(crate) zero: String,
}

/// Weights in bits, in the order in which they are drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Waterfall(Vec<(Comparison, f64)>);

impl Waterfall {
    /// The weights of a candidate as the list of reviews writes them: `prior=-18.20; name=12.31`.
    pub(crate) fn of_candidate(text: &str) -> Self {
        let pairs = text.split("; ").filter_map(|pair| pair.split_once('='));
        let known = |name: &str| Comparison::ALL.into_iter().find(|comparison| comparison.name() == name);
        Self(pairs.filter_map(|(name, bits)| Some((known(name)?, bits.parse().ok()?))).collect())
    }

    /// The weights of a link in hundredths of a bit, as an array of JSON: `[-1820,1231,…]`. `None` where there is none.
    pub(crate) fn of_link(text: &str) -> Option<Self> {
        let weights: [i16; Comparison::COUNT] = serde_json::from_str(text).ok()?;
        let bits = weights.map(|weight| f64::from(weight) / 100.0);
        Some(Self(Comparison::ALL.into_iter().zip(bits).collect()))
    }

    /// How far the running sum goes below and above zero.
    pub(crate) fn reach(&self) -> (f64, f64) {
        let mut sum = 0.0;
        self.0.iter().fold((0.0f64, 0.0f64), |(low, high), (_, bits)| {
            sum += bits;
            (low.min(sum), high.max(sum))
        })
    }

    /// The bars, drawn within a reach; the sum stands last.
    pub(crate) fn bars(&self, (low, high): (f64, f64), lang: Lang) -> Vec<Bar> {
        let span = (high - low).max(1.0);
        let place = |bits: f64| (bits - low) / span * 100.0;
        let bar = |text: &'static str, from: f64, to: f64, bits: f64, class| Bar {
            text,
            bits: signed(bits, lang),
            class,
            x: format!("{:.2}", place(from.min(to))),
            width: format!("{:.2}", (place(from) - place(to)).abs().max(0.4)),
            zero: format!("{:.2}", place(0.0)),
        };
        let mut sum = 0.0;
        let mut bars = Vec::new();
        for (comparison, bits) in self.0.iter().copied().filter(|(_, bits)| *bits != 0.0) {
            let class = if bits > 0.0 { "for" } else { "against" };
            bars.push(bar(words::comparison(comparison, lang), sum, sum + bits, bits, class));
            sum += bits;
        }
        bars.push(bar(text!(lang, "review.weights_total"), 0.0, sum, sum, "sum"));
        bars
    }
}

/// Bits with their sign, to the tenth.
pub(crate) fn signed(bits: f64, lang: Lang) -> String {
    let sign = if bits.is_sign_negative() { '−' } else { '+' };
    format!("{sign}{}", decimal(bits.abs(), 1, lang))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_follow_each_other_and_end_in_the_sum() {
        let weights =
            Waterfall::of_candidate("prior=-10.00; name=12.00; birth_date=0.00; gender=-1.00; other=3.00");
        assert_eq!(weights.reach(), (-10.0, 2.0));
        let bars = weights.bars(weights.reach(), Lang::Vi);
        let texts: Vec<&str> = bars.iter().map(|bar| bar.text).collect();
        assert_eq!(texts, ["ban đầu", "họ tên", "giới tính", "cộng"]);
        assert_eq!((bars[0].x.as_str(), bars[0].width.as_str(), bars[0].class), ("0.00", "83.33", "against"));
        assert_eq!((bars[1].x.as_str(), bars[1].width.as_str(), bars[1].class), ("0.00", "100.00", "for"));
        assert_eq!(bars[3].bits, "+1,0");
    }

    #[test]
    fn a_link_is_drawn_as_a_candidate_is() {
        let link = Waterfall::of_link("[-1000,1200,0,-100,0,0,0,0]").unwrap();
        let candidate = Waterfall::of_candidate(
            "prior=-10; name=12; birth_date=0; gender=-1; personal_id=0; place=0; relatives=0; context=0",
        );
        assert_eq!(link, candidate);
        assert_eq!(Waterfall::of_link(""), None);
        assert_eq!(Waterfall::of_link("[1,2]"), None);
    }
}
