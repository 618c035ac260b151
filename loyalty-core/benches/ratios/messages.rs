//! Rendering e-mails.

use std::hint::black_box;
use std::time::Instant;

use loyalty_core::message::{MessageKind, Sample, Templates, sample};
use loyalty_core::value::{Day, Locale};

use crate::{median, micros, report};

/// Each kind in both languages, with everything that it may have.
pub(crate) fn run() {
    let began = Instant::now();
    let templates = Templates::built_in().unwrap();
    let compiled = micros(began.elapsed()) / 1e3;
    report("all templates compiled", &format!("{compiled:.1} ms"), "20 ms", compiled / 20.0, "≤ 1");
    let today = Day::parse("2026-11-30").unwrap();
    let mut slowest = (0.0, "");
    let mut all = Vec::new();
    for kind in MessageKind::ALL {
        for locale in [Locale::EsCl, Locale::En] {
            let variables = sample(kind, locale, Sample::Everything, today);
            let mut times = Vec::new();
            for _ in 0..300 {
                let began = Instant::now();
                drop(black_box(templates.render(kind, locale, black_box(&variables)).unwrap()));
                times.push(micros(began.elapsed()));
            }
            let time = median(times);
            if time > slowest.0 {
                slowest = (time, kind.word());
            }
            all.push(time);
        }
    }
    let usual = median(all);
    report("an e-mail rendered", &format!("{usual:.0} µs"), "300 µs", usual / 300.0, "≤ 1");
    let (time, word) = slowest;
    report(&format!("the slowest, `{word}`"), &format!("{time:.0} µs"), "300 µs", time / 300.0, "≤ 1");
}
