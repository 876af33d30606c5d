//! Link, review or none.

use rayon::prelude::*;

use crate::domain::{
    Candidate, Decision, ExtractLinks, Kind, LinkageSettings, MatchedOn, ResidentIx, Role, RoleLink,
};

use crate::linkage::model::model::Model;
use crate::linkage::model::posterior::Candidates;

/// Candidates shown for a review.
const SHOWN: usize = 3;

/// Decides every person of an extract of some kind.
pub(crate) fn decide(
    kind: Kind,
    models: &[Model],
    settings: &LinkageSettings,
    found: &[Option<Candidates>],
    log_n: f32,
) -> ExtractLinks {
    let roles = kind.roles();
    let roles = found
        .par_iter()
        .enumerate()
        .with_min_len(4096)
        .map(|(person, found)| {
            let role = person % roles.len();
            Some(decide_one(found.as_ref()?, &models[role], roles[role], settings, log_n))
        })
        .collect();
    ExtractLinks { roles }
}

/// The decision on what was found for a person.
pub(crate) fn decision(
    found: &Candidates,
    model: &Model,
    role: Role,
    settings: &LinkageSettings,
    log_n: f32,
) -> Decision {
    let probability = found.probability(0, model, log_n);
    let clear = found.margin() >= settings.margin_bits && !found.is_in_doubt;
    // That somebody is dead is believed only if it holds however few of such rows speak of residents.
    let (role, sure) = if found.asserts_death {
        (Role::Deceased, found.as_death(model, log_n))
    } else {
        (role, probability)
    };
    if sure.min(probability) >= settings.costs.link_probability(role) && clear {
        Decision::Link
    } else if probability >= settings.costs.review_probability(role) || found.asks_the_owner {
        Decision::Review
    } else {
        Decision::None
    }
}

fn decide_one(
    found: &Candidates,
    model: &Model,
    role: Role,
    settings: &LinkageSettings,
    log_n: f32,
) -> RoleLink {
    let probability = found.probability(0, model, log_n);
    let margin = found.margin();
    let Some((best, _)) = found.top.first() else { return RoleLink { margin, ..RoleLink::default() } };
    let decision = decision(found, model, role, settings, log_n);
    let mut link = RoleLink { decision, probability, margin, ..RoleLink::default() };
    if decision != Decision::None {
        link.resident = Some(ResidentIx(best.resident));
        link.matched_on = best.matched_on();
        if found.is_decided() {
            link.matched_on.0 |= MatchedOn::OFFICER;
        }
    }
    let prior = found.prior_bits(model, log_n);
    if decision == Decision::Link {
        link.weights = best.weights(model, prior).into();
    }
    if decision == Decision::Review {
        link.candidates = (0..found.top.len().min(SHOWN))
            .map(|at| {
                let compared = &found.top[at].0;
                Candidate {
                    resident: ResidentIx(compared.resident),
                    probability: found.probability(at, model, log_n),
                    weights: compared.weights(model, prior),
                }
            })
            .collect();
    }
    link
}
