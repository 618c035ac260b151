//! The examples run the same small story in every language, and are built as their first lines say.
//!
//! Needs gcc, g++, cJSON, nlohmann's JSON, Python, Go, Mono, Node with npm, Ruby, and LuaJIT with cjson.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use loyalty_tests::native::{installed, succeeds};
use loyalty_tests::{Place, cargo, root};

/// The story.
const STORY: &str = "\
Ana joined as Café Bronze with 0 points
12990 would earn 129
order A-17: +129, 129 in all
order A-17: +129, 129 in all, as answered before
reward 2: insufficient_points, 871 missing
order A-18: +899, 1028 in all
reward 2: -1000, 28 left, coupon of 10 %
Ana: 28 points, Café Bronze, 3972 to Café Plata
";

/// A folder of the examples.
fn example(path: &str) -> PathBuf {
    root().join("examples").join(path)
}

/// Runs an example, which runs the story on a new database.
fn tells_the_story(program: &mut Command, place: &Place) {
    let database = format!("sqlite:{}", place.file("loyalty.db").display());
    assert_eq!(succeeds(program.arg(database)), STORY);
}

/// Compiles a source file with warnings as errors.
fn compiled(compiler: &str, standard: &str, source: &str, json: &str, place: &Place) -> PathBuf {
    let program = place.file("story");
    let mut command = installed().command(compiler);
    command.args([standard, "-Wall", "-Wextra", "-Wpedantic", "-Werror"]).arg(example(source)).arg("-o").arg(&program);
    succeeds(command.args(installed().flags(&["--cflags", "--libs", json])));
    program
}

#[test]
fn in_c() {
    let place = Place::new("example-c");
    let program = compiled("gcc", "-std=c99", "c/story.c", "libcjson", &place);
    tells_the_story(&mut installed().command(program), &place);
}

#[test]
fn in_cpp() {
    let place = Place::new("example-cpp");
    let program = compiled("g++", "-std=c++11", "cpp/story.cpp", "nlohmann_json", &place);
    tells_the_story(&mut installed().command(program), &place);
}

#[test]
fn in_python() {
    let place = Place::new("example-python");
    let mut python = installed().command("python3");
    // Without a folder of compiled files beside the source.
    tells_the_story(python.arg("-B").arg(example("python/story.py")), &place);
}

#[test]
fn in_go() {
    let place = Place::new("example-go");
    let program = place.file("story");
    let mut go = installed().command("go");
    go.args(["build", "-o"]).arg(&program).arg(".").current_dir(example("go"));
    go.env("GOCACHE", installed().path("go-cache")).env("CGO_ENABLED", "1").env("GOFLAGS", "-mod=readonly");
    succeeds(&mut go);
    tells_the_story(&mut installed().command(program), &place);
}

#[test]
fn in_csharp() {
    let place = Place::new("example-csharp");
    let program = place.file("story.exe");
    let mut compiler = Command::new("mcs");
    compiler.args([example("csharp/Story.cs"), example("csharp/Loyalty.cs")]);
    compiler.arg("-r:System.Runtime.Serialization").arg("-warnaserror").arg(format!("-out:{}", program.display()));
    succeeds(&mut compiler);
    tells_the_story(installed().command("mono").arg(program), &place);
}

#[test]
fn in_node() {
    let place = Place::new("example-node");
    // Its one package goes beside the library, not into the source.
    let packages = installed().path("node");
    fs::create_dir_all(&packages).unwrap();
    for file in ["package.json", "package-lock.json"] {
        fs::copy(example("node").join(file), packages.join(file)).unwrap();
    }
    let quietly = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"];
    succeeds(Command::new("npm").args(quietly).current_dir(&packages));
    let mut node = installed().command("node");
    node.env("NODE_PATH", packages.join("node_modules")).arg(example("node/story.js"));
    tells_the_story(&mut node, &place);
}

#[test]
fn in_ruby() {
    let place = Place::new("example-ruby");
    tells_the_story(installed().command("ruby").arg(example("ruby/story.rb")), &place);
}

#[test]
fn in_lua() {
    let place = Place::new("example-lua");
    tells_the_story(installed().command("luajit").arg(example("lua/story.lua")), &place);
}

#[test]
fn in_rust() {
    let place = Place::new("example-rust");
    tells_the_story(&mut Command::new(cargo::built("loyalty-example", "")), &place);
}
