//! The thin binary: everything else is in the library.

fn main() {}
