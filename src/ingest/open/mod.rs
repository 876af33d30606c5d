//! Files opened: what bytes are, and text out of them.

pub(in crate::ingest) mod decode;
pub(in crate::ingest) mod dialect;
pub(in crate::ingest) mod discover;
pub(in crate::ingest) mod encoding;
pub(in crate::ingest) mod legacy;
pub(in crate::ingest) mod source;
pub(in crate::ingest) mod unpacked;
