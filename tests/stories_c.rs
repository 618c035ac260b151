//! The stories, told through the C library.

use loyalty_tests::surfaces::C;
use loyalty_tests::{Place, store, story};

#[test]
fn the_stories_are_true_in_c() {
    for (name, story) in story::all() {
        let place = Place::new(&format!("c-story-{name}"));
        let program = story.write_program(place.file("program.toml"));
        story.tell(&name, &mut C::start(&store::fresh(&place.file("loyalty.db")), program.as_deref()));
    }
}
