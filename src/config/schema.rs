//! The JSON schema of the configuration, and values held against it.

use std::sync::LazyLock;

use schemars::schema_for;
use serde_json::Value;

use super::error::{Fault, Wanted};
use super::keys;
use super::layer::rounded;
use super::origin::Key;
use super::written::Written;
use crate::domain::Lang;

/// The schema, with the meaning of every key in Vietnamese.
pub fn schema() -> Value {
    let mut schema = schema_for!(Written).to_value();
    as_toml(&mut schema);
    schema["title"] = "lamsach.toml".into();
    for entry in keys::entries() {
        if let Some(node) = pointer(&schema, &entry.key).and_then(|at| schema.pointer_mut(&at)) {
            node["description"] = entry.text(Lang::Vi).into();
        }
    }
    schema
}

/// Takes out what TOML does not know (no value at all) and what says nothing to people (widths of numbers,
/// defaults of whole sections, words for programmers).
fn as_toml(node: &mut Value) {
    match node {
        Value::Object(node) => {
            for name in ["format", "description"] {
                if node.get(name).is_some_and(Value::is_string) {
                    node.remove(name);
                }
            }
            if node.get("default").is_some_and(|default| default.is_null() || default.is_object()) {
                node.remove("default");
            }
            if let Some(default) = node.get_mut("default").filter(|default| default.is_f64()) {
                *default = rounded(default.as_f64().unwrap_or_default()).into();
            }
            if let Some(Value::Array(types)) = node.get_mut("type") {
                types.retain(|name| name != "null");
                if let [only] = &types[..] {
                    let only = only.clone();
                    node.insert("type".to_owned(), only);
                }
            }
            node.values_mut().for_each(as_toml);
        }
        Value::Array(list) => list.iter_mut().for_each(as_toml),
        _ => {}
    }
}

static SCHEMA: LazyLock<Value> = LazyLock::new(|| schema_for!(Written).to_value());

/// The JSON pointer to what the schema says of a key in the table where it stands.
fn pointer(schema: &Value, key: &Key) -> Option<String> {
    let mut at = String::new();
    for segment in key.segments() {
        let here = schema.pointer(&at)?;
        if let Some(name) = here.get("$ref").and_then(Value::as_str) {
            at = name.trim_start_matches('#').to_owned();
        }
        at = format!("{at}/properties/{segment}");
    }
    schema.pointer(&at).map(|_| at)
}

/// What the schema says of one place.
#[derive(Copy, Clone, Debug)]
pub(super) struct Node(&'static Value);

impl Node {
    pub(super) fn root() -> Self {
        Self(&SCHEMA)
    }

    fn at(value: &'static Value) -> Self {
        let target = value.get("$ref").and_then(Value::as_str);
        let target = target.and_then(|name| SCHEMA.pointer(name.trim_start_matches('#')));
        Self(target.unwrap_or(value))
    }

    /// Whether entries stand here, not a value.
    pub(super) fn is_table(self) -> bool {
        self.0["type"] == "object"
    }

    /// Whether the names of the entries are free.
    pub(super) fn is_open(self) -> bool {
        self.0.get("additionalProperties").is_some_and(Value::is_object)
    }

    /// What is said of an entry; `None` where there is none of that name.
    pub(super) fn entry(self, name: &str) -> Option<Self> {
        let named = self.0.get("properties").and_then(|all| all.get(name));
        named.or_else(|| self.0.get("additionalProperties").filter(|v| v.is_object())).map(Self::at)
    }

    /// The names of the entries.
    pub(super) fn names(self) -> impl Iterator<Item = &'static str> {
        self.0
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(|all| all.keys().map(String::as_str))
    }

    /// Every key below, tables included.
    pub(super) fn keys(self, at: &Key) -> Vec<Key> {
        let mut keys = Vec::new();
        for name in self.names() {
            let key = at.child(name);
            keys.push(key.clone());
            keys.extend(self.entry(name).filter(|n| n.is_table()).into_iter().flat_map(|n| n.keys(&key)));
        }
        keys
    }

    /// Holds a value against what is wanted.
    pub(super) fn check(self, value: &toml::Value) -> Result<(), Fault> {
        if let Some(choices) = self.0.get("anyOf").and_then(Value::as_array) {
            let faults: Vec<Fault> =
                match choices.iter().map(|c| Self::at(c).check(value)).collect::<Vec<_>>() {
                    results if results.iter().any(Result::is_ok) => return Ok(()),
                    results => results.into_iter().filter_map(Result::err).collect(),
                };
            let wanted = |fault: &Fault| match fault {
                Fault::WrongType(wanted) => wanted.clone(),
                _ => Vec::new(),
            };
            return Err(Fault::WrongType(faults.iter().flat_map(wanted).collect()));
        }
        if let Some(known) = self.0.get("enum").and_then(Value::as_array) {
            let known: Vec<String> = known.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            return match value.as_str() {
                Some(text) if known.iter().any(|k| k == text) => Ok(()),
                text => Err(Fault::not_one_of(text.unwrap_or_default(), known)),
            };
        }
        let types: Vec<&str> = match &self.0["type"] {
            Value::String(name) => vec![name],
            Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
            _ => return Ok(()),
        };
        let wanted: Vec<Wanted> = types.into_iter().filter_map(Wanted::from_schema).collect();
        if !wanted.iter().any(|wanted| wanted.is(value)) {
            return Err(Fault::WrongType(wanted));
        }
        if let (Some(items), Some(list)) = (self.0.get("items"), value.as_array()) {
            list.iter().try_for_each(|item| Self::at(items).check(item))?;
        }
        let limit = |name| self.0.get(name).and_then(Value::as_f64);
        let (min, max) = (limit("minimum"), limit("maximum"));
        let number = value.as_float().or_else(|| value.as_integer().map(|n| n as f64));
        match number {
            Some(n) if !n.is_finite() || min.is_some_and(|min| n < min) || max.is_some_and(|max| n > max) => {
                Err(Fault::OutOfRange { min, max })
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_a_text_and_every_text_a_key() {
        let mut of_schema = Node::root().keys(&Key::new::<&str>([]));
        let mut of_texts: Vec<Key> = keys::entries().iter().map(|entry| entry.key.clone()).collect();
        of_schema.sort();
        of_texts.sort();
        assert_eq!(of_texts, of_schema);
        let described = schema();
        for entry in keys::entries() {
            let at = pointer(&described, &entry.key).unwrap();
            assert_eq!(described.pointer(&at).unwrap()["description"], entry.text(Lang::Vi), "{}", entry.key);
        }
    }

    #[test]
    fn the_schema_that_is_shipped_is_the_one_in_force() {
        let shipped: Value = serde_json::from_str(include_str!("../../data/lamsach.schema.json")).unwrap();
        let (shipped, wanted) = (format!("{shipped:#}"), format!("{:#}", schema()));
        let differs = shipped.lines().zip(wanted.lines()).find(|(shipped, wanted)| shipped != wanted);
        assert_eq!(differs, None, "write it anew: lamsach config schema > data/lamsach.schema.json");
        assert_eq!(shipped.len(), wanted.len());
    }
}
