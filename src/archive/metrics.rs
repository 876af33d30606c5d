//! Figures for Prometheus: the text that the textfile collector of node_exporter takes.

use std::path::Path;

use askama::Template;

use super::health::Health;
use crate::disk;

/// Mode of the file: the collector is another user, in the same group. The figures name nobody.
const MODE: u32 = 0o640;

/// The text; `templates/operation/metrics.prom` names every figure.
#[derive(Template)]
#[template(path = "operation/metrics.prom", escape = "none")]
struct Page<'a> {
    health: &'a Health,
    version: &'static str,
}

/// The figures of an output folder, as text. They count; they name nobody.
fn metrics(health: &Health) -> Result<String, askama::Error> {
    Page { health, version: env!("CARGO_PKG_VERSION") }.render()
}

/// Writes the figures of an output folder into a file, whole, for whoever collects them.
///
/// # Errors
/// Where the file cannot be written.
pub fn write_metrics(health: &Health, file: &Path) -> std::io::Result<()> {
    let text = metrics(health).map_err(std::io::Error::other)?;
    disk::replace_file(file, text.as_bytes(), MODE)
}
