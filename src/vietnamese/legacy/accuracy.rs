//! How well damage is told from sound names, measured on names drawn from the tables of names.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;

use super::{encode_tcvn3, encode_vni, repair};
use crate::vietnamese::letter;

/// Syllables of names with their counts.
fn syllables() -> Vec<(String, [u32; 3])> {
    let lines = include_str!("../../../data/vietnamese/name_syllables.csv").lines();
    lines
        .filter_map(|line| {
            let mut cells = line.split(',');
            let word = cells.next()?.to_owned();
            let mut count = || cells.next()?.parse::<u32>().ok();
            Some((word, [count()?, count()?, count()?]))
        })
        .collect()
}

struct Names {
    /// Syllables and running sums of their counts, by place.
    by_place: [Vec<(String, u32)>; 3],
    random: Pcg64Mcg,
}

impl Names {
    /// Names of syllables that were counted at least so often.
    fn new(least: u32, seed: u64) -> Self {
        let by_place = [0, 1, 2].map(|place: usize| {
            let mut sum = 0;
            let counted = syllables().into_iter().filter(|(_, n)| n[place] >= least);
            counted
                .map(|(word, n)| {
                    sum += n[place];
                    (word, sum)
                })
                .collect()
        });
        Self { by_place, random: Pcg64Mcg::seed_from_u64(seed) }
    }

    fn word(&mut self, place: usize) -> String {
        let words = &self.by_place[place];
        let at = self.random.random_range(0..words.last().unwrap().1);
        let (word, _) = &words[words.partition_point(|(_, sum)| *sum <= at)];
        let mut chars = word.chars();
        chars.next().map(letter::upper).into_iter().chain(chars).collect()
    }

    fn name(&mut self, words: usize) -> String {
        let place = |ix: usize| if ix + 1 == words { 2 } else { usize::from(ix > 0) };
        (0..words).map(|ix| self.word(place(ix))).collect::<Vec<_>>().join(" ")
    }
}

/// Names of foreigners and of highlanders whose letters lie in Latin-1 and near it.
const OTHERS: &str = "André José Müller Loïc Noël Zoé Chloé René Renée François Françoise Hélène Thérèse Jérôme Raphaël Joël \
    Gaël Maël Naïm Naïma Anaïs Thaïs Aïcha Héloïse Eloïse Inès Agnès Côté Benoît Jürgen Jörg Björn Sören Søren Åsa Åke \
    Ødegård Günther Käthe Bärbel Göran Pål Lütfi Gül Çelik Öztürk Özil Ülkü Nuñez Muñoz Peña Íñigo Begoña García \
    Fernández González Pérez Gómez Sánchez Martín Ramón Jesús Inés Andrés Tomás João Simão Conceição Gonçalves Araújo \
    Sérgio Mário Fábio Antônio Luís Luísa Cláudia Zoltán István László Gábor Jiří Tomáš Lukáš Dvořák Łukasz Paweł Siân \
    Seán Róisín Óscar Mónica Verónica Sofía Lucía Raúl Ángel Iván Adrián Nicolás Ariël Daniël Michaël Citroën Thomáš Zoë \
    Chloë Brontë Börje Kåre Bùi H'Ñen Ñăm Čư Knŭl Bliă Mlô Niê Êban Ênuôl Rơ Ksơr Pơh Jơng Krông Wâl Hrâm Mâm Dâng Pâng \
    Lâm Sâm Rô Sô Mô Ô Ôn Lò Lô Tô Hô Lù Mù Tùng Vàng Và Giàng Hà À Á Cà Bàn Lý Lỳ Sý";

/// Share of damaged three-word names of common syllables that are given back exactly.
fn share_given_back(encode: fn(&str) -> String) -> f64 {
    let mut names = Names::new(8, 1);
    let damaged: Vec<(String, String)> = (0..20_000)
        .map(|_| names.name(3))
        .map(|name| (encode(&name), name))
        .filter(|(damaged, name)| damaged != name)
        .collect();
    let right = damaged.par_iter().filter(|(damaged, name)| repair(damaged).as_ref() == Some(name)).count();
    right as f64 / damaged.len() as f64
}

#[test]
fn legacy_names_are_told() {
    for encode in [encode_tcvn3, encode_vni] {
        assert!(share_given_back(encode) >= 0.999, "{}", share_given_back(encode));
    }
}

#[test]
fn a_million_sound_names_are_left_alone() {
    let repaired: Vec<(String, String)> = (0..16_u64)
        .into_par_iter()
        .flat_map_iter(|seed| {
            let mut names = Names::new(1, seed);
            let mut repaired = Vec::new();
            for round in 0..21_000 {
                let name = names.name(1 + round % 4);
                for name in [name.to_uppercase(), name.to_lowercase(), name] {
                    repaired.extend(repair(&name).map(|other| (name, other)));
                }
            }
            repaired
        })
        .collect();
    assert_eq!(repaired, []);
}

#[test]
fn foreign_and_highland_names_are_left_alone() {
    for other in OTHERS.split_whitespace() {
        for name in
            [other.to_owned(), other.to_uppercase(), format!("{other} Martin"), format!("Anna {other}")]
        {
            assert_eq!(repair(&name), None, "{name}");
        }
    }
}
