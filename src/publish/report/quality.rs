//! How good the links are, as measured on persons whose ID was hidden.

use crate::archive::Summary;
use crate::domain::{Kind, Lang, Role};
use crate::linkage::{Audit, Bin, RoleReport, Share};
use crate::publish::PublishError;
use crate::publish::charts::{self, Caption, Chart, Reliability};
use crate::words::{self, decimal, grouped, percent, text};

/// Pairs of a class from which on its share tells something; below, it stands in the table alone.
pub(super) const TELLING: f64 = 10.0;

/// The quality of the linkage: a row for each role, and the reliability over all of them.
pub(super) struct Quality {
    pub(super) roles: Vec<RoleRow>,
    pub(super) bins: Vec<BinRow>,
    pub(super) chart: Option<Chart>,
}

/// A role of a source.
pub(super) struct RoleRow {
    pub(super) name: String,
    pub(super) links: u64,
    pub(super) reviews: u64,
    pub(super) nones: u64,
    pub(super) audited: u64,
    pub(super) precision: String,
    pub(super) recall: String,
    pub(super) outside: String,
}

/// A class of probabilities: how many pairs, what was said, what was true.
pub(super) struct BinRow {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) cases: String,
    pub(super) said: String,
    pub(super) was: String,
    pub(super) interval: String,
}

impl Quality {
    pub(super) fn of(summary: &Summary, lang: Lang) -> Result<Self, PublishError> {
        let roles = &summary.linkage.roles;
        let bins = pooled(roles.iter().map(|role| &role.learned.audit));
        let width = 100 / bins.len().max(1);
        let shares: Vec<(usize, Bin, Share)> = bins
            .into_iter()
            .enumerate()
            // What would be written as no pair at all tells nothing.
            .filter(|(_, bin)| bin.cases >= 0.5)
            .map(|(at, bin)| (at, bin, share_of(&bin)))
            .collect();
        let rows = shares.iter().map(|(at, bin, share)| BinRow {
            from: at * width,
            to: (at + 1) * width,
            cases: grouped(bin.cases.round() as u64, lang),
            said: percent(bin.said, lang),
            was: percent(bin.was, lang),
            interval: interval(share, lang),
        });
        let points: Vec<Reliability> = shares
            .iter()
            .filter(|(_, bin, _)| bin.cases >= TELLING)
            .map(|(_, bin, share)| Reliability {
                said: bin.said,
                was: bin.was,
                interval: [share.low, share.high],
            })
            .collect();
        let caption = Caption {
            id: "reliability".into(),
            title: text!(lang, "publish.quality.reliability").to_string(),
            description: text!(lang, "publish.quality.diagonal").to_string(),
        };
        let axes =
            [text!(lang, "publish.quality.probability_said"), text!(lang, "publish.quality.share_true")];
        let chart = if points.is_empty() { None } else { Some(charts::reliability(caption, &points, axes)?) };
        Ok(Self {
            roles: roles.iter().map(|role| role_row(role, lang)).collect(),
            bins: rows.collect(),
            chart,
        })
    }
}

fn role_row(role: &RoleReport, lang: Lang) -> RoleRow {
    let kind = Kind::from_name(&role.kind);
    let of = kind.into_iter().flat_map(Kind::roles).find(|of| of.name() == role.role);
    let kind = kind.map_or("", |kind| kind.title(lang));
    let name = match of {
        None | Some(Role::Subject) => kind.to_string(),
        Some(of) => format!("{kind}: {}", words::role(*of, lang)),
    };
    let audit = &role.learned.audit;
    let share = |share: &Share| match share.of {
        0 => "–".to_string(),
        _ => format!("{} ({})", percent(share.share, lang), interval(share, lang)),
    };
    RoleRow {
        name,
        links: role.links as u64,
        reviews: role.reviews as u64,
        nones: role.nones as u64,
        audited: audit.recall.of as u64,
        precision: share(&audit.precision),
        recall: share(&audit.recall),
        outside: share(&audit.false_links_outside),
    }
}

/// The reliability tables of all roles as one.
fn pooled<'a>(audits: impl Iterator<Item = &'a Audit>) -> Vec<Bin> {
    let mut pool: Vec<Bin> = Vec::new();
    for audit in audits {
        pool.resize(pool.len().max(audit.reliability.len()), Bin::default());
        for (sum, bin) in pool.iter_mut().zip(&audit.reliability) {
            sum.cases += bin.cases;
            sum.said += bin.cases * bin.said;
            sum.was += bin.cases * bin.was;
        }
    }
    for bin in pool.iter_mut().filter(|bin| bin.cases > 0.0) {
        bin.said /= bin.cases;
        bin.was /= bin.cases;
    }
    pool
}

/// The share of a bin with its interval, its weighted cases taken for whole ones.
fn share_of(bin: &Bin) -> Share {
    Share::new((bin.cases * bin.was).round() as usize, bin.cases.round().max(1.0) as usize)
}

fn interval(share: &Share, lang: Lang) -> String {
    let [low, high] = [share.low, share.high].map(|end| decimal(end * 100.0, 1, lang));
    format!("{low}–{high}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_pooled_by_their_cases() {
        let bin = |cases, said, was| Bin { cases, said, was };
        let audit = |bins: &[Bin]| Audit {
            precision: Share::new(0, 0),
            recall: Share::new(0, 0),
            false_links_outside: Share::new(0, 0),
            ece: 0.0,
            brier: 0.0,
            reliability: bins.to_vec(),
            calibration: crate::linkage::Calibration::IDENTITY,
            communes: Vec::new(),
            lost_to_blocking: Share::new(0, 0),
        };
        let one = audit(&[bin(0.0, 0.0, 0.0), bin(30.0, 0.9, 1.0)]);
        let other = audit(&[bin(0.0, 0.0, 0.0), bin(10.0, 0.5, 0.6)]);
        let pool = pooled([&one, &other].into_iter());
        assert_eq!(pool[0], Bin::default());
        assert_eq!(
            (pool[1].cases, (pool[1].said * 100.0).round(), (pool[1].was * 100.0).round()),
            (40.0, 80.0, 90.0)
        );
    }
}
