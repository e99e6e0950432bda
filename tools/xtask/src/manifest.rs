//! What a package's `Cargo.toml` says, with the line of each fact.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::tree::{File, Tree};

/// A value of a manifest and its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fact<T> {
    pub(crate) line: usize,
    pub(crate) value: T,
}

/// How a package says a value that the workspace may say for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// `key.workspace = true`.
    Inherited,
    /// A string of its own.
    Own(String),
    /// Anything else.
    Other,
}

/// Which kind of section a dependency stands in, for whichever target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// `[dependencies]` or `[build-dependencies]`.
    Shipped,
    /// `[dev-dependencies]`.
    Dev,
}

/// One dependency of a package.
#[derive(Clone, Debug)]
pub(crate) struct Dependency {
    pub(crate) line: usize,
    /// The package's name, also where the manifest renames it.
    pub(crate) package: String,
    pub(crate) section: Section,
    pub(crate) inherited: bool,
}

/// A `[lib]`, `[[bin]]` or `[[bench]]` entry.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) line: usize,
    /// `lib`, `bin`, `bench`, ...
    pub(crate) kind: &'static str,
    pub(crate) name: Option<String>,
    /// The value of `bench`, which is `true` where nothing is said.
    pub(crate) benches: bool,
}

/// A parsed `Cargo.toml` with a `[package]`.
#[derive(Clone, Debug)]
pub(crate) struct Manifest {
    /// The path of the file.
    pub(crate) path: String,
    /// The folder it stands in, relative to the root (`crates/sync`).
    pub(crate) dir: String,
    /// The line of `[package]`, for what is missing there.
    pub(crate) package_line: usize,
    pub(crate) name: String,
    /// `[lints] workspace = true`.
    pub(crate) inherits_lints: bool,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) targets: Vec<Target>,
    package: Vec<(String, Fact<Said>)>,
}

impl Manifest {
    /// The manifests of all packages under `crates/` and `tools/`. One that does not parse is left
    /// out here and reported by the rule `manifests`.
    pub(crate) fn all(tree: &Tree) -> Vec<Self> {
        Self::files(tree).filter_map(|file| Self::parse(file).ok()).collect()
    }

    /// The files of these manifests.
    pub(crate) fn files(tree: &Tree) -> impl Iterator<Item = &File> {
        tree.files().iter().filter(|file| file.path_in_package() == Some("Cargo.toml"))
    }

    /// Reads a manifest.
    ///
    /// # Errors
    ///
    /// The text is no TOML, or has no `[package]`. The error carries its line.
    pub(crate) fn parse(file: &File) -> Result<Self, Fact<String>> {
        let text = file.text.as_str();
        let root = DeTable::parse(text).map_err(|error| Fact {
            line: error.span().map_or(1, |span| line_at(text, span.start)),
            value: error.message().to_owned(),
        })?;
        let root = root.get_ref();
        let package = root
            .get("package")
            .ok_or_else(|| Fact { line: 1, value: "there is no `[package]` table".to_owned() })?;
        let reader = Reader { text };
        let fields = reader.package(package);
        let name = match fields.iter().find(|(key, _)| key == "name") {
            Some((_, Fact { value: Said::Own(name), .. })) => name.clone(),
            _ => String::new(),
        };
        Ok(Self {
            path: file.path.clone(),
            dir: file.package_dir().unwrap_or_default().to_owned(),
            package_line: reader.line(package),
            name,
            inherits_lints: root.get("lints").is_some_and(is_inherited),
            dependencies: reader.dependencies(root),
            targets: reader.targets(root),
            package: fields,
        })
    }

    /// What `[package]` says for a key.
    pub(crate) fn package(&self, key: &str) -> Option<&Fact<Said>> {
        self.package.iter().find(|(name, _)| name == key).map(|(_, fact)| fact)
    }

    /// The folder's own name (`sync`).
    pub(crate) fn short_name(&self) -> &str {
        self.dir.rsplit('/').next().unwrap_or_default()
    }

    /// The targets of one kind.
    pub(crate) fn targets_of(&self, kind: &str) -> impl Iterator<Item = &Target> {
        self.targets.iter().filter(move |target| target.kind == kind)
    }
}

struct Reader<'a> {
    text: &'a str,
}

impl Reader<'_> {
    fn line<T>(&self, spanned: &Spanned<T>) -> usize {
        line_at(self.text, spanned.span().start)
    }

    fn package(&self, package: &Spanned<DeValue<'_>>) -> Vec<(String, Fact<Said>)> {
        let said = |value: &Spanned<DeValue<'_>>| match value.get_ref().as_str() {
            Some(own) => Said::Own(own.to_owned()),
            None if is_inherited(value) => Said::Inherited,
            None => Said::Other,
        };
        entries(package)
            .map(|(key, value)| {
                (key.get_ref().to_string(), Fact { line: self.line(key), value: said(value) })
            })
            .collect()
    }

    fn dependencies(&self, root: &DeTable<'_>) -> Vec<Dependency> {
        let mut found = self.sections(root);
        for (_, target) in root.get("target").into_iter().flat_map(entries) {
            if let Some(target) = target.get_ref().as_table() {
                found.extend(self.sections(target));
            }
        }
        found.sort_by_key(|dependency| dependency.line);
        found
    }

    fn sections(&self, table: &DeTable<'_>) -> Vec<Dependency> {
        let sections = [
            ("dependencies", Section::Shipped),
            ("build-dependencies", Section::Shipped),
            ("dev-dependencies", Section::Dev),
        ];
        let mut found = Vec::new();
        for (name, section) in sections {
            for (key, value) in table.get(name).into_iter().flat_map(entries) {
                let renamed =
                    value.get_ref().get("package").and_then(|name| name.get_ref().as_str());
                found.push(Dependency {
                    line: self.line(key),
                    package: renamed.unwrap_or(key.get_ref()).to_owned(),
                    section,
                    inherited: is_inherited(value),
                });
            }
        }
        found
    }

    fn targets(&self, root: &DeTable<'_>) -> Vec<Target> {
        let mut found = Vec::new();
        for kind in ["lib", "bin", "bench", "test", "example"] {
            let Some(value) = root.get(kind) else { continue };
            let list = value.get_ref().as_array();
            let all: Vec<&Spanned<DeValue<'_>>> =
                list.map_or_else(|| vec![value], |list| list.iter().collect());
            for target in all {
                let field = |key: &str| target.get_ref().get(key).map(Spanned::get_ref);
                found.push(Target {
                    line: self.line(target),
                    kind,
                    name: field("name").and_then(DeValue::as_str).map(str::to_owned),
                    benches: field("bench").and_then(DeValue::as_bool).unwrap_or(true),
                });
            }
        }
        found
    }
}

fn entries<'t, 'i>(
    value: &'t Spanned<DeValue<'i>>,
) -> impl Iterator<Item = (&'t Spanned<std::borrow::Cow<'i, str>>, &'t Spanned<DeValue<'i>>)> {
    value.get_ref().as_table().into_iter().flatten()
}

fn is_inherited(value: &Spanned<DeValue<'_>>) -> bool {
    value.get_ref().get("workspace").and_then(|value| value.get_ref().as_bool()) == Some(true)
}

fn line_at(text: &str, offset: usize) -> usize {
    1 + text[..offset].matches('\n').count()
}
