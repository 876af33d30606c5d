//! Hands the bytes of libFuzzer to `lamsach::fuzzing::fuzz_csv`.

#![no_main]

use std::sync::Once;

static HOOK: Once = Once::new();

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // The reader of workbooks may panic on a file that lies, which is caught and said as an error; the hook
    // of libFuzzer would end the process before that. A panic that is not caught still does.
    HOOK.call_once(|| std::panic::set_hook(Box::new(|_| ())));
    lamsach::fuzzing::fuzz_csv(bytes);
});
