//! Hands the bytes of libFuzzer to `lamsach::fuzzing::fuzz_repair`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lamsach::fuzzing::fuzz_repair(bytes));
