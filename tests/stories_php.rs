//! The stories, told through the PHP extension.

use loyalty_tests::surfaces::Php;
use loyalty_tests::{Place, story};

#[test]
fn the_stories_are_true_in_php() {
    for (name, story) in story::all() {
        let place = Place::new(&format!("php-story-{name}"));
        let program = story.write_program(place.file("program.toml"));
        story.tell(&name, &mut Php::start(&place.file("loyalty.db"), program.as_deref()));
    }
}
