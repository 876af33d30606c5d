//! Layers of values, and the one rule by which they are merged: value by value the later layer wins, the
//! order being defaults, file, environment, command line. A list is one value.

use std::collections::BTreeMap;

use serde::Deserialize as _;
use toml::{Table, Value};

use super::error::ConfigError;
use super::origin::{Key, Origin};
use super::written::Written;

/// Values with their origins. A table is no value: its entries are.
#[derive(Clone, Debug, Default)]
pub(super) struct Layer(BTreeMap<Key, (Value, Origin)>);

impl Layer {
    /// What the program does where nobody says anything.
    pub(super) fn defaults() -> Result<Self, ConfigError> {
        let written =
            Value::try_from(Written::default()).map_err(|e| ConfigError::Defaults(e.to_string()))?;
        let mut layer = Self::default();
        layer.add_all(&Key::new::<&str>([]), written);
        Ok(layer)
    }

    fn add_all(&mut self, at: &Key, value: Value) {
        match value {
            Value::Table(table) => table.into_iter().for_each(|(name, v)| self.add_all(&at.child(&name), v)),
            Value::Float(number) => self.set(at.clone(), rounded(number).into(), Origin::Default),
            value => self.set(at.clone(), value, Origin::Default),
        }
    }

    pub(super) fn set(&mut self, key: Key, value: Value, origin: Origin) {
        self.0.insert(key, (value, origin));
    }

    pub(super) fn remove(&mut self, key: &Key) {
        self.0.remove(key);
    }

    pub(super) fn get(&self, key: &Key) -> Option<&(Value, Origin)> {
        self.0.get(key)
    }

    /// Where the value of a key comes from.
    pub(super) fn origin(&self, key: &Key) -> Origin {
        self.get(key).map_or(Origin::Default, |(_, origin)| origin.clone())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Key, &Value, &Origin)> {
        self.0.iter().map(|(key, (value, origin))| (key, value, origin))
    }

    /// Lays another layer over this one.
    pub(super) fn merge(&mut self, over: Self) {
        self.0.extend(over.0);
    }

    /// The values as the types of the configuration.
    pub(super) fn written(&self) -> Result<Written, toml::de::Error> {
        let mut root = Table::new();
        for (key, value, _) in self.iter() {
            insert(&mut root, key.segments(), value);
        }
        Written::deserialize(Value::Table(root))
    }
}

fn insert(table: &mut Table, key: &[String], value: &Value) {
    match key {
        [] => {}
        [name] => {
            table.insert(name.clone(), value.clone());
        }
        [name, rest @ ..] => {
            let entry = table.entry(name.as_str()).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(next) = entry {
                insert(next, rest, value);
            }
        }
    }
}

/// A default of single precision as a person writes it: 0.95, not 0.949999988.
pub(super) fn rounded(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}
