//! The header of the C library in its two forms: as cbindgen writes it, and flat for tools that read declarations.

use std::fmt::Write as _;

use crate::root;

/// The text above the flat header.
const FLAT: &str = "\
/*
 * loyalty.flat.h - the declarations of loyalty.h for tools that read them: cdef of LuaJIT and of Python's cffi, importers
 * of Ruby, bindgen and the like.
 *
 * Generated from loyalty.h; do not edit. It needs no other header and no preprocessor, each declaration is on one line or,
 * for a struct, one line a field, and no name is declared twice. Constants are enums, sizes of arrays are numbers. The
 * integers are those of C on every system that the library is built for: int has 32 bits, long long 64, and unsigned
 * long is size_t. What each function does stands in loyalty.h. A C or C++ program includes that one.
 */
";

/// `include/loyalty.h`.
///
/// # Panics
/// When the crate cannot be read.
#[must_use]
pub fn full() -> String {
    let config = cbindgen::Config::from_file(root().join("loyalty-ffi/cbindgen.toml")).expect("the settings are right");
    let builder = cbindgen::Builder::new().with_crate(root().join("loyalty-ffi")).with_config(config);
    let mut header = Vec::new();
    builder.generate().expect("the crate can be read").write(&mut header);
    let header = String::from_utf8(header).expect("a header is UTF-8");
    with_constants(&with_plain_enums(&header))
}

/// Makes an enum with a size nameless, beside the type that its functions use. cbindgen gives both the same name, which a
/// tool that keeps one list of types cannot read.
fn with_plain_enums(header: &str) -> String {
    let mut plain = String::new();
    let mut lines = header.lines().peekable();
    while let Some(line) = lines.next() {
        let name = line.strip_prefix("enum ").filter(|name| !name.contains(' '));
        let Some(name) = name else {
            let _ = writeln!(plain, "{line}");
            continue;
        };
        // The size of the enum, as C++ and C23 have it, up to its brace.
        while lines.next_if(|line| line.trim() != "{").is_some() {}
        lines.next();
        let _ = writeln!(plain, "typedef int32_t {name};\nenum {{");
        for value in lines.by_ref().take_while(|line| *line != "};") {
            let _ = writeln!(plain, "{value}");
        }
        let _ = writeln!(plain, "}};");
        // The definitions of its name, one for each language.
        let mut depth = 0;
        while let Some(line) = lines.next_if(|line| depth > 0 || line.starts_with("#if")) {
            depth += i32::from(line.starts_with("#if")) - i32::from(line.starts_with("#endif"));
        }
    }
    plain
}

/// The numbers that the header gives names to, in their order.
fn constants(header: &str) -> Vec<(&str, &str)> {
    let defined = header.lines().filter_map(|line| line.strip_prefix("#define ")?.split_once(' '));
    defined.filter(|(_, value)| value.parse::<i64>().is_ok()).collect()
}

/// The enum of the constants. It stands before the macros of the same names, which would replace the names in it.
fn with_constants(header: &str) -> String {
    let named: Vec<String> = constants(header).iter().map(|(name, value)| format!("  {name} = {value},\n")).collect();
    let all = format!(
        "/**\n * The constants below once more, for debuggers and for tools that read no macros.\n */\nenum {{\n{}}};\n\n",
        named.concat()
    );
    let first = header.find("#define LOYALTY_H\n").expect("the header has a guard");
    let place = first + header[first..].find("/**").expect("the header explains its constants");
    format!("{}{all}{}", &header[..place], &header[place..])
}

/// `include/loyalty.flat.h`, from the full header.
#[must_use]
pub fn flat(header: &str) -> String {
    let mut text = without_comments(header);
    for (name, value) in constants(header) {
        text = text.replace(&format!("[{name}]"), &format!("[{value}]"));
    }
    for (sized, plain) in [
        ("uint64_t", "unsigned long long"),
        ("int64_t", "long long"),
        ("uint32_t", "unsigned int"),
        ("int32_t", "int"),
        ("size_t", "unsigned long"),
    ] {
        text = replace_word(&text, sized, plain);
    }
    // What the preprocessor is told, and what C++ is told through it.
    let mut lines = Vec::new();
    let mut inside_cpp = false;
    for line in text.lines().map(str::trim_end) {
        match line.split_whitespace().next() {
            Some("#ifdef") => inside_cpp = line.contains("__cplusplus"),
            Some("#endif") => inside_cpp = false,
            Some(word) if !word.starts_with('#') && !inside_cpp => lines.push(line),
            _ => {}
        }
    }
    format!("{FLAT}\n{}", declarations(&lines))
}

fn without_comments(header: &str) -> String {
    let mut text = String::new();
    let mut rest = header;
    while let Some((before, comment)) = rest.split_once("/*") {
        text.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    text + rest
}

fn replace_word(text: &str, word: &str, by: &str) -> String {
    let is_part = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
    let mut replaced = String::new();
    let mut rest = text;
    while let Some(place) = rest.find(word) {
        let (before, after) = (&rest[..place], &rest[place + word.len()..]);
        let is_whole = !before.ends_with(is_part) && !after.starts_with(is_part);
        replaced.push_str(before);
        replaced.push_str(if is_whole { by } else { word });
        rest = after;
    }
    replaced + rest
}

/// The declarations: a function on one line, a struct or an enum with a line for each field.
fn declarations(lines: &[&str]) -> String {
    let mut page = String::new();
    let mut open = String::new();
    let (mut is_in_braces, mut was_in_braces) = (false, false);
    for line in lines {
        if line.ends_with('{') {
            is_in_braces = true;
            let _ = writeln!(page, "\n{line}");
        } else if is_in_braces {
            is_in_braces = !line.starts_with('}');
            was_in_braces = !is_in_braces;
            let _ = writeln!(page, "{line}");
        } else {
            open.push_str(if open.is_empty() { "" } else { " " });
            open.push_str(line.trim());
            if open.ends_with(';') {
                page.push_str(if std::mem::take(&mut was_in_braces) { "\n" } else { "" });
                let _ = writeln!(page, "{}", std::mem::take(&mut open));
            }
        }
    }
    page
}
