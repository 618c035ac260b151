//! The PHP extension `loyalty`: every operation of the engine as a function `loyalty_<operation>`.

#![expect(missing_docs, reason = "the macro of the module makes a public function without a text")]

mod call;
mod exception;
mod functions;
mod info;
mod reply;
mod request;
mod session;
mod settings;

use ext_php_rs::prelude::*;

use settings::startup;

/// Registers the module. PHP calls it once a process, before any fork; it opens nothing.
#[php_module]
#[php(startup = "startup")]
pub fn get_module(module: ModuleBuilder) -> ModuleBuilder {
    functions::register(module)
        .name("loyalty")
        .version(env!("CARGO_PKG_VERSION"))
        .info_function(info::print)
        .shutdown_function(settings::shutdown)
        .request_shutdown_function(settings::request_shutdown)
}
