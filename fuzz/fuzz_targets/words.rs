//! Hands the bytes of libFuzzer to `lamsach::fuzzing::fuzz_words`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lamsach::fuzzing::fuzz_words(bytes));
