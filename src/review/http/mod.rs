//! Requests in, replies out: listening, who may come in, what is sent.

pub(crate) mod app;
pub(crate) mod assets;
mod connections;
pub(crate) mod cookies;
pub(crate) mod guard;
pub(crate) mod passwords;
pub(crate) mod reply;
pub(crate) mod request;
pub(crate) mod safeguards;
mod searches;
pub(crate) mod server;
pub(crate) mod totp;
pub(crate) mod watch;
