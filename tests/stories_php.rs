//! The stories, told through the PHP extension.

use loyalty_tests::surfaces::{Php, signing};
use loyalty_tests::{Place, store, story};

#[test]
fn the_stories_are_true_on_the_connection_of_the_page() {
    for (name, story) in story::chosen() {
        let place = Place::new(&format!("pdo-story-{name}"));
        let program = story.write_program(place.file("program.toml"));
        let database = store::fresh(&place.file("shop.db"));
        story.tell(&name, &mut Php::hosted(&signing(&store::elsewhere(&database)), program.as_deref()));
        store::done(&database);
    }
}

#[test]
fn the_stories_are_true_in_php() {
    for (name, story) in story::chosen() {
        let place = Place::new(&format!("php-story-{name}"));
        let program = story.write_program(place.file("program.toml"));
        let database = store::fresh(&place.file("loyalty.db"));
        story.tell(&name, &mut Php::start(&store::elsewhere(&database), program.as_deref()));
        store::done(&database);
    }
}
