//! The PHP extension `loyalty`: every operation of the engine as a function `loyalty_<operation>`.

mod call;
mod exception;
mod file;
mod functions;
mod hosted;
mod info;
mod mysqli;
mod pdo;
mod php_call;
mod reply;
mod request;
mod session;
mod settings;
mod value;

use ext_php_rs::builders::{ModuleBuilder, ModuleStartup};
use ext_php_rs::zend::{ModuleAllocations, ModuleEntry, StaticModuleEntry};

use crate::functions::Functions;

/// The module, which PHP asks for by this name once a process, before any fork; nothing is opened here.
///
/// The macro of ext-php-rs would write this function, but it builds and registers in one step, and the types of the
/// parameters are completed between the two.
#[unsafe(no_mangle)]
#[expect(clippy::expect_used, reason = "PHP offers no way to refuse here, and the names are those of a tested table")]
pub extern "C" fn get_module() -> *mut ModuleEntry {
    static MODULE: StaticModuleEntry = StaticModuleEntry::new();
    MODULE.get_or_init(|| {
        let Functions { builders, further } = Functions::all();
        let module = ModuleBuilder::new("loyalty", env!("CARGO_PKG_VERSION"))
            .startup_function(settings::startup)
            .shutdown_function(settings::shutdown)
            .request_shutdown_function(settings::request_shutdown)
            .info_function(info::print);
        let module = builders.into_iter().fold(module, ModuleBuilder::function);
        let built: (ModuleEntry, ModuleStartup, ModuleAllocations) =
            module.try_into().expect("every function can be built");
        let (entry, _, mut owned) = built;
        Functions::complete(&further, &mut owned.arg_info);
        (entry, owned)
    })
}
