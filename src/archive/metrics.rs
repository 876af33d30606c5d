//! Figures for Prometheus: the text that the textfile collector of node_exporter takes.

use askama::Template;

use super::health::Health;

/// Mode of the file: the collector is another user, in the same group. The figures name nobody.
pub const MODE: u32 = 0o640;

/// The text; `templates/operation/metrics.prom` names every figure.
#[derive(Template)]
#[template(path = "operation/metrics.prom", escape = "none")]
struct Page<'a> {
    health: &'a Health,
    version: &'static str,
}

/// The figures of an output folder, as text. They count; they name nobody.
///
/// # Errors
/// Where the template cannot be filled in.
pub fn metrics(health: &Health) -> Result<String, askama::Error> {
    Page { health, version: env!("CARGO_PKG_VERSION") }.render()
}
