//! A country by many machines: what they come to is what one machine comes to.

mod conductor;
mod equal;
mod parts;
