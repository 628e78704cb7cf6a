//! Copies the themes to where maturin picks them up for the wheel (`include` in pyproject.toml).

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let source = Path::new("../themes");
    println!("cargo::rerun-if-changed={}", source.display());
    let target =
        Path::new(&env::var("OUT_DIR").expect("cargo sets OUT_DIR for build scripts")).join("themes");
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    fs::create_dir_all(&target)?;
    let Ok(entries) = fs::read_dir(source) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            println!("cargo::rerun-if-changed={}", path.display());
            fs::copy(&path, target.join(path.file_name().expect("a listed file has a name")))?;
        }
    }
    Ok(())
}
