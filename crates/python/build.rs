//! Asks the linker to leave the interpreter's symbols to whoever loads the library.

fn main() {
    pyo3_build_config::add_extension_module_link_args();
}
