//! A trained model as a file: readable, versioned, the same result every night.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::builtin;
use crate::domain::{Dataset, Kind, Role};

use super::coverage::{Coverage, Share};
use super::model::{Calibration, Levels, Model};
use crate::linkage::compare::levels::Comparison;

/// Version of the format; files of another version are refused.
pub const FORMAT: u32 = 3;

/// The parameters that the program brings along, in the same format.
const SHIPPED: &str = include_str!("../../../data/model.json");
/// Stands for any kind and any role: so the shipped parameters are given.
const ANY: &str = "*";

/// How a run gets its parameters.
#[derive(Copy, Clone, Debug, Default)]
pub enum Parameters<'a> {
    /// Learned on the data at hand, from the shipped ones.
    #[default]
    Learned,
    /// Those of a file, as they are; what the data would have taught is reported as drift.
    Frozen(&'a ModelFile),
}

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
    /// Kind of extract; `*` for any.
    pub kind: String,
    /// Role; `*` for any.
    pub role: String,
    /// Probability that a written person is a resident, by stratum.
    pub coverage: BTreeMap<String, Share>,
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

    /// A file of no model yet, of the data that its models are to be trained on.
    pub fn header(
        as_of: String,
        residents: usize,
        rows: BTreeMap<String, usize>,
        digests: Vec<String>,
    ) -> Self {
        let trained_on = TrainedOn { as_of, residents, rows, digests };
        Self { format: FORMAT, program: env!("CARGO_PKG_VERSION").into(), trained_on, roles: Vec::new() }
    }

    /// Reads a file and checks it; what is wrong with it otherwise.
    ///
    /// # Errors
    /// Where it cannot be read, is no such file, or as [`ModelFile::check`].
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
        let model: Self = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        model.check().map_err(|error| error.to_string())?;
        Ok(model)
    }

    /// Checks the format and every parameter.
    ///
    /// # Errors
    /// [`ModelError::Format`] where another version wrote the file, [`ModelError::Parameter`] for the first parameter
    /// that is not there or no probability.
    pub fn check(&self) -> Result<(), ModelError> {
        if self.format != FORMAT {
            return Err(ModelError::Format { found: self.format });
        }
        self.roles.iter().try_for_each(|r| r.model().map(|_| ()))
    }

    /// The frozen model of a role; `None` where the file has none (or none that is sound).
    pub(crate) fn model(&self, kind: Kind, role: Role) -> Option<Model> {
        self.find(kind.name(), role.name()).or_else(|| self.find(ANY, ANY))
    }

    fn find(&self, kind: &str, role: &str) -> Option<Model> {
        self.roles.iter().find(|r| r.kind == kind && r.role == role)?.model().ok()
    }

    /// The parameters that the program brings along.
    pub(super) fn shipped() -> Model {
        let file: Self = builtin::json("model.json", SHIPPED);
        file.find(ANY, ANY).unwrap_or_else(|| builtin::broken("model.json", &"a parameter is missing"))
    }
}

impl RoleModel {
    pub(crate) fn new(kind: Kind, role: Role, model: &Model) -> Self {
        let m = Comparison::ALL.into_iter().map(|comparison| {
            let of_levels = comparison.scale().names.iter().zip(&model[comparison].m);
            let m = of_levels.map(|(level, m)| ((*level).to_owned(), *m)).collect();
            (comparison.name().to_owned(), m)
        });
        Self {
            kind: kind.name().into(),
            role: role.name().into(),
            coverage: model.coverage.named(),
            calibration: model.calibration,
            m: m.collect(),
        }
    }

    fn model(&self) -> Result<Model, ModelError> {
        let mut model = Model {
            coverage: self.coverage()?,
            calibration: self.calibration,
            levels: Comparison::ALL.map(|comparison| Levels::even(comparison.scale())),
        };
        for comparison in Comparison::ALL {
            model[comparison] = self.levels(comparison)?;
        }
        Ok(model)
    }

    fn coverage(&self) -> Result<Coverage, ModelError> {
        Coverage::from_named(&self.coverage).map_err(|level| ModelError::Parameter {
            kind: self.kind.clone(),
            role: self.role.clone(),
            comparison: "coverage",
            level,
        })
    }

    fn levels(&self, comparison: Comparison) -> Result<Levels, ModelError> {
        let given = self.m.get(comparison.name());
        let read = |level: &&'static str| -> Result<f64, ModelError> {
            let m = given.and_then(|g| g.get(*level)).copied().filter(|m| *m > 0.0 && *m <= 1.0);
            m.ok_or(ModelError::Parameter {
                kind: self.kind.clone(),
                role: self.role.clone(),
                comparison: comparison.name(),
                level,
            })
        };
        let m = comparison.scale().names.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        Ok(Levels::new(comparison.scale(), &m))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linkage::compare::stratum::Stratum;

    #[test]
    fn a_model_survives_its_file() {
        let mut model = Model::shipped();
        model.coverage.0[Stratum::NoId as usize] = Share { share: 0.81, rows: 20.0 };
        let file = RoleModel::new(Kind::Deaths, Role::Deceased, &model);
        let json = serde_json::to_string(&file).unwrap();
        let back: RoleModel = serde_json::from_str(&json).unwrap();
        let read = back.model().unwrap();
        assert!((read.coverage.of(Stratum::NoId) - 0.81).abs() < 1e-12);
        assert_eq!(read.coverage, model.coverage);
        for (a, b) in read.levels.iter().zip(&model.levels) {
            assert!(a.m.iter().zip(&b.m).all(|(x, y)| (x - y).abs() < 1e-9), "{a:?}");
        }
    }

    #[test]
    fn a_damaged_model_is_refused() {
        let mut file = RoleModel::new(Kind::Deaths, Role::Deceased, &Model::shipped());
        file.m.get_mut("name").unwrap().insert("typo".into(), 0.0);
        assert!(matches!(file.model(), Err(ModelError::Parameter { level: "typo", .. })));
    }
}
