//! Gives the shared library its soname, `libloyalty.so.<ABI version>`: what a program that was linked with it asks for.

/// Where the version of the ABI is written down, once.
const SOURCE: &str = "src/version.rs";
/// What stands before it there.
const BEFORE: &str = "pub const LOYALTY_ABI_VERSION: u32 = ";

fn main() {
    println!("cargo:rerun-if-changed={SOURCE}");
    let source = std::fs::read_to_string(SOURCE).unwrap_or_default();
    let line = source.lines().find_map(|line| line.strip_prefix(BEFORE));
    let Some(version) = line.and_then(|line| line.strip_suffix(';')) else {
        println!("cargo:error={SOURCE} does not say `{BEFORE}…;`");
        return;
    };
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libloyalty.so.{version}");
    }
}
