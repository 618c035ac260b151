//! The generated manual is the one of this engine.

use std::collections::BTreeSet;

use loyalty_tests::{check_generated, client, header, manual, personal, reference, root, stub};

#[test]
fn the_manual_of_the_operations_is_up_to_date() {
    let pages = manual::pages();
    for (file, text) in &pages {
        check_generated(&format!("docs/reference/{file}"), text);
    }
    let there = std::fs::read_dir(root().join("docs/reference/operations")).unwrap().flatten();
    let there: BTreeSet<String> =
        there.map(|entry| format!("operations/{}", entry.file_name().to_string_lossy())).collect();
    let pages: BTreeSet<String> = pages.into_iter().map(|(file, _)| file).filter(|file| file.contains('/')).collect();
    assert_eq!(there, pages, "a page of operations that are no more");
}

#[test]
fn the_list_of_errors_is_up_to_date() {
    check_generated("docs/reference/errors.md", &reference::errors());
}

#[test]
fn the_stub_of_the_extension_is_up_to_date() {
    check_generated("loyalty-php-ext/loyalty.stub.php", &stub::php());
}

#[test]
fn the_client_of_the_composer_package_has_every_operation() {
    check_generated("loyalty-php-ext/php/ClientInterface.php", &client::interface());
    check_generated("loyalty-php-ext/php/Client.php", &client::class());
}

#[test]
fn the_names_of_the_tables_are_those_of_the_schema() {
    check_generated("loyalty-php-ext/php/Tables.php", &client::tables());
}

#[test]
fn the_list_of_what_is_kept_of_a_person_is_up_to_date() {
    check_generated("docs/reference/personal-data.md", &personal::page());
}

#[test]
fn the_headers_of_the_c_surface_are_up_to_date() {
    let full = header::full();
    check_generated("include/loyalty.flat.h", &header::flat(&full));
    check_generated("include/loyalty.h", &full);
}

#[test]
fn every_operation_argument_and_reply_is_explained() {
    for description in reference::descriptions() {
        assert!(!description.doc.is_empty(), "{} has no text", description.name);
        for param in &description.params {
            assert!(!param.doc.is_empty(), "{}.{} has no text", description.name, param.name);
        }
        let properties = description.reply["properties"].as_object().expect("a reply is an object");
        for (name, schema) in properties {
            assert!(schema["description"].is_string(), "{}: reply.{name} has no text", description.name);
        }
    }
}
