//! The stories, told through the PHP extension.

use loyalty_tests::surfaces::{Php, signing};
use loyalty_tests::{Place, store, story};

#[test]
fn the_stories_are_true_on_the_connection_of_the_page() {
    for (name, story) in story::all() {
        let place = Place::new(&format!("pdo-story-{name}"));
        let program = story.write_program(place.file("program.toml"));
        let database = signing(&store::fresh(&place.file("shop.db")));
        story.tell(&name, &mut Php::hosted(&database, program.as_deref()));
    }
}

#[test]
fn the_stories_are_true_in_php() {
    for (name, story) in story::all() {
        let place = Place::new(&format!("php-story-{name}"));
        let program = story.write_program(place.file("program.toml"));
        story.tell(&name, &mut Php::start(&store::fresh(&place.file("loyalty.db")), program.as_deref()));
    }
}
