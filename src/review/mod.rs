//! Floor 7, beside the command line: `lamsach review`, the pages on which officers look and decide.
//!
//! ```text
//! request ──guard──▶ route ──page──▶ reply
//! ```
//!
//! - [`serve`] listens, on the loopback address unless there is a certificate.
//! - `routes` is the table of all addresses and who may use each; `guard` holds every request to it: host,
//!   session, role, origin, token.
//! - A page is a plain function from a [`request`](http::request::Visit) to a reply; it runs on a thread of its own, with
//!   a connection to the store and one to the index.
//! - `desk` is the way to all that of an officer who drops files into a page: `lamsach start`.
//! - `index` is made from the run that `latest` names; what officers decide goes to the [`crate::store`] at once,
//!   in one transaction, and the next run uses it.
//!
//! Pages are templates under `templates/review`, words under `data/review`; all is compiled in, and no page asks
//! for anything from elsewhere.

mod agreement;
mod alike;
mod desk;
mod diff;
mod filter;
mod given;
mod http;
mod index;
mod mask;
mod pages;
mod priority;
mod routes;
mod sync;
mod texts;
mod version;
mod waterfall;

pub use desk::{StartError, StartOptions, Started, desk_addresses, start};
pub use given::{Chosen, GivenFinding, Giving, NotGiven};
pub use http::passwords::{SHORTEST as SHORTEST_PASSWORD, Weakness, hash as hash_password, weakness};
pub use http::safeguards::Safeguards;
pub use http::server::{Certificate, Listening, Options, ServeError, serve};
pub use http::totp::{address as second_factor_address, new_secret};
pub use index::IndexError;
pub use routes::{Access, addresses};
