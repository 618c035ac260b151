//! Writes every message in both languages into a folder, and a page that shows them all as a telephone and a large
//! screen do, light and dark. Files of a shop, in a folder of its own, take the places of those that are compiled in.
//!
//! `cargo run -p loyalty-core --example messages -- OUT [SHOP]`, then open `OUT/index.html`.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use loyalty_core::message::{MessageKind, Sample, Templates, problems, sample};
use loyalty_core::value::{Day, Locale};

const PAGE: &str = "<!doctype html><meta charset=\"utf-8\"><title>Messages</title><style>body{font:14px sans-serif;\
                    margin:16px}section{display:flex;gap:12px;align-items:flex-start}iframe{border:0;flex:none}</style>\n";
const FIT: &str = "<script>onload = () => { for (const frame of document.querySelectorAll('iframe')) frame.style.height = \
                   frame.contentDocument.documentElement.scrollHeight + 'px'; };</script>\n";

/// The files of a folder and its folders, with their names below it.
fn files_of(folder: &Path, inside: &str) -> std::io::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            files.extend(files_of(&path, &format!("{inside}{name}/"))?);
        } else {
            files.push((format!("{inside}{name}"), fs::read_to_string(&path)?));
        }
    }
    Ok(files)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let out = arguments.next().ok_or("which folder is to be written?")?;
    let shop = arguments.next().map_or(Ok(Vec::new()), |folder| files_of(&folder, ""))?;
    let templates = Templates::with(shop)?;
    let today = Day::parse("2026-11-30")?;
    let mut page = PAGE.to_owned();
    for kind in MessageKind::ALL {
        for locale in [Locale::EsCl, Locale::En] {
            let variables = sample(kind, locale, Sample::Everything, today);
            let message = templates.render(kind, locale, &variables)?;
            let file = format!("{}.{}", kind.word(), locale.tag());
            fs::create_dir_all(&out)?;
            fs::write(out.join(format!("{file}.html")), &message.html)?;
            fs::write(out.join(format!("{file}.txt")), &message.text)?;
            for problem in problems(kind, &message, &variables) {
                println!("{file}: {}", problem.words());
            }
            page.push_str(&format!("<h2>{}</h2><section>\n", message.subject));
            for (width, scheme) in [(320, "light"), (600, "light"), (320, "dark"), (600, "dark")] {
                let escaped = message.html.replace('&', "&amp;").replace('"', "&quot;");
                let frame = format!("<iframe style=\"color-scheme:{scheme};width:{width}px\" srcdoc=\"{escaped}\">");
                page.push_str(&format!("{frame}</iframe>\n"));
            }
            page.push_str("</section>\n");
        }
    }
    fs::write(out.join("index.html"), page + FIT)?;
    Ok(())
}
