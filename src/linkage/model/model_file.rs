//! A trained model as a file: readable, versioned, the same result every night.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{Dataset, Kind, Role};

use crate::linkage::model::model::{Calibration, LEVEL_NAMES, Model};

/// Version of the format; files of another version are refused.
pub const FORMAT: u32 = 2;

/// A model for each role of each kind that was trained on, with the data described.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// Version of the format.
    pub format: u32,
    /// Version of the program that trained it.
    pub program: String,
    /// What it was trained on.
    pub trained_on: TrainedOn,
    /// The parameters.
    pub roles: Vec<RoleModel>,
}

/// The data a model was trained on: counts and digests, nothing of a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainedOn {
    /// As-of date of the run, dd/mm/yyyy.
    pub as_of: String,
    /// Residents of the registry.
    pub residents: usize,
    /// Rows of each kind of extract.
    pub rows: BTreeMap<String, usize>,
    /// BLAKE3 digests of the files.
    pub digests: Vec<String>,
}

/// The parameters for one role of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleModel {
    /// Kind of extract.
    pub kind: String,
    /// Role.
    pub role: String,
    /// Probability that a written person is a resident.
    pub coverage: f64,
    /// How probabilities are mended.
    pub calibration: Calibration,
    /// m-probability by comparison and level.
    pub m: BTreeMap<String, BTreeMap<String, f64>>,
}

/// Why a model file cannot be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ModelError {
    /// Written in another version of the format.
    #[error("the model file has format {found}, this program reads {FORMAT}")]
    Format {
        /// The version of the file.
        found: u32,
    },
    /// A comparison or level is absent or not a probability.
    #[error("the model file gives no probability for {comparison}.{level} of {kind}.{role}")]
    Parameter {
        /// Kind of extract.
        kind: String,
        /// Role.
        role: String,
        /// Comparison.
        comparison: &'static str,
        /// Level.
        level: &'static str,
    },
}

impl ModelFile {
    /// A file of trained models.
    pub(crate) fn new(data: &Dataset, models: &[(Kind, Role, Model)]) -> Self {
        let rows = data.extracts.iter().map(|e| (e.kind.name().to_owned(), e.rows.len())).collect();
        Self {
            format: FORMAT,
            program: env!("CARGO_PKG_VERSION").into(),
            trained_on: TrainedOn {
                as_of: data.as_of.to_string(),
                residents: data.registry.residents.len(),
                rows,
                digests: data.tables.iter().map(|t| t.digest.clone()).collect(),
            },
            roles: models.iter().map(|(kind, role, model)| RoleModel::new(*kind, *role, model)).collect(),
        }
    }

    /// Checks the format and every parameter.
    pub fn check(&self) -> Result<(), ModelError> {
        if self.format != FORMAT {
            return Err(ModelError::Format { found: self.format });
        }
        self.roles.iter().try_for_each(|r| r.model().map(|_| ()))
    }

    /// The frozen model of a role; `None` where the file has none (or none that is sound).
    pub(crate) fn model(&self, kind: Kind, role: Role) -> Option<Model> {
        self.roles.iter().find(|r| r.kind == kind.name() && r.role == role.name())?.model().ok()
    }
}

impl RoleModel {
    fn new(kind: Kind, role: Role, model: &Model) -> Self {
        let m = model
            .all_levels()
            .zip(LEVEL_NAMES)
            .map(|(levels, (comparison, names))| {
                let m = names.iter().zip(&levels.m).map(|(name, m)| ((*name).to_owned(), *m)).collect();
                (comparison.to_owned(), m)
            })
            .collect();
        Self {
            kind: kind.name().into(),
            role: role.name().into(),
            coverage: model.coverage,
            calibration: model.calibration,
            m,
        }
    }

    fn model(&self) -> Result<Model, ModelError> {
        let mut model = Model::shipped();
        model.coverage = self.coverage.clamp(0.05, 0.999);
        model.calibration = self.calibration;
        for (levels, (comparison, names)) in model.all_levels_mut().zip(LEVEL_NAMES) {
            let given = self.m.get(comparison);
            let read = |level: &&'static str| -> Result<f64, ModelError> {
                let m = given.and_then(|g| g.get(*level)).copied().filter(|m| *m > 0.0 && *m <= 1.0);
                m.ok_or(ModelError::Parameter {
                    kind: self.kind.clone(),
                    role: self.role.clone(),
                    comparison,
                    level,
                })
            };
            let m = names.iter().map(read).collect::<Result<Vec<_>, _>>()?;
            levels.set(&m);
        }
        Ok(model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_survives_its_file() {
        let mut model = Model::shipped();
        model.coverage = 0.81;
        let file = RoleModel::new(Kind::Deaths, Role::Deceased, &model);
        let json = serde_json::to_string(&file).unwrap();
        let back: RoleModel = serde_json::from_str(&json).unwrap();
        let read = back.model().unwrap();
        assert!((read.coverage - 0.81).abs() < 1e-12);
        for (a, b) in read.all_levels().zip(model.all_levels()) {
            assert!(a.m.iter().zip(&b.m).all(|(x, y)| (x - y).abs() < 1e-9), "{}", a.name);
        }
    }

    #[test]
    fn a_damaged_model_is_refused() {
        let mut file = RoleModel::new(Kind::Deaths, Role::Deceased, &Model::shipped());
        file.m.get_mut("name").unwrap().insert("typo".into(), 0.0);
        assert!(matches!(file.model(), Err(ModelError::Parameter { level: "typo", .. })));
    }
}
