//! The style sheet and the scripts, compiled in. Their addresses hold a digest of what they say, so that a
//! browser may keep them for good and never shows a page with those of another version.

use std::sync::LazyLock;

/// A file that pages refer to.
pub(crate) struct Asset {
    name: &'static str,
    pub(crate) media_type: &'static str,
    pub(crate) text: &'static str,
    pub(crate) path: LazyLock<String>,
}

pub(crate) static STYLE: Asset = Asset {
    name: "style.css",
    media_type: "text/css; charset=utf-8",
    text: include_str!("../../../data/review/style.css"),
    path: LazyLock::new(|| path(&STYLE)),
};

pub(crate) static SCRIPT: Asset = Asset {
    name: "keys.js",
    media_type: "text/javascript; charset=utf-8",
    text: include_str!("../../../data/review/keys.js"),
    path: LazyLock::new(|| path(&SCRIPT)),
};

/// The script of the desk.
pub(crate) static DESK: Asset = Asset {
    name: "desk.js",
    media_type: "text/javascript; charset=utf-8",
    text: include_str!("../../../data/review/desk.js"),
    path: LazyLock::new(|| path(&DESK)),
};

fn path(asset: &Asset) -> String {
    format!("/static/{}/{}", &blake3::hash(asset.text.as_bytes()).to_hex()[..16], asset.name)
}

/// The asset of an address.
pub(crate) fn find(path: &str) -> Option<&'static Asset> {
    [&STYLE, &SCRIPT, &DESK].into_iter().find(|asset| *asset.path == path)
}
