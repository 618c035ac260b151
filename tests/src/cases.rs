//! How many cases a property is tried with.

use proptest::test_runner::Config;

/// So many cases, or what `PROPTEST_CASES` says; what failed is shown and kept in no file.
#[must_use]
pub fn cases(default: u32) -> Config {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(default);
    Config { cases, failure_persistence: None, ..Config::default() }
}
