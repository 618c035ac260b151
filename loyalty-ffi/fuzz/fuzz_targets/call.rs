//! Random calls through `loyalty_call`.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let file = std::env::temp_dir().join(format!("loyalty-fuzz-{}.toml", std::process::id()));
    loyalty_fuzz::run(input, &file);
});
