//! One folder's files and folders, in order, without those that are hidden, ignored or not asked for.

use std::ffi::OsString;
use std::fs::{self, FileType, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::Gitignore;

use super::globs::Globs;
use super::part::Part;
use super::rules::{self, Level, MARKS};
use super::text::told;
use crate::error::{Error, Result};

/// Where to look, and at which files.
#[derive(Clone, Debug)]
pub struct Scope {
    /// A folder, or one file.
    pub root: PathBuf,
    /// Ripgrep's globs: a file has to match one, those with `!` take away, and the last that matches counts.
    pub globs: Vec<String>,
    /// Globs of its kind that a file's name has to match one of.
    pub types: Vec<String>,
    /// Whether names that begin with a dot count.
    pub hidden: bool,
    /// Whether `.gitignore`, `.ignore`, `.git/info/exclude` and git's global excludes hold.
    pub respect_ignore: bool,
    /// Whether symbolic links are followed.
    pub follow: bool,
}

/// A folder to list, with what its path says.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    /// How results show it: relative to the root, with a slash at its end; empty for the root.
    pub(super) shown: String,
    level: Option<Arc<Level>>,
    /// Itself and the folders it lies in, where links are followed.
    trail: Option<Arc<Trail>>,
}

/// Files of one folder, in order.
pub(super) struct Files {
    pub(super) folder: Arc<PathBuf>,
    /// How results show each, and its name where that is not UTF-8.
    pub(super) names: Vec<(String, Option<OsString>)>,
    /// How many bytes of a shown path are the folder's.
    pub(super) below: usize,
}

/// What there is to do: it is done in order of the paths.
pub(super) enum Task {
    Folder(Folder),
    Files(Files),
}

impl Task {
    /// Where it stands in the order of all paths.
    pub(super) fn place(&self) -> &str {
        match self {
            Task::Folder(folder) => &folder.shown,
            Task::Files(files) => &files.names[0].0,
        }
    }
}

struct Trail {
    id: (u64, u64),
    above: Option<Arc<Trail>>,
}

/// Files that one thread takes at once: enough that threads seldom meet, few enough that none waits long at the end.
const BATCH: usize = 48;

/// What holds for the whole walk.
pub(super) struct Lister {
    globs: Globs,
    hidden: bool,
    follow: bool,
    /// None where ignore files do not hold.
    everywhere: Option<Gitignore>,
}

impl Lister {
    /// The lister, and the first task; none where the root is a file that the globs leave out.
    pub(super) fn new(scope: &Scope) -> Result<(Self, Vec<Task>)> {
        let root = fs::canonicalize(&scope.root).map_err(|error| Error::os(&scope.root, error))?;
        let about = root.metadata().map_err(|error| Error::os(&root, error))?;
        let lister = Self {
            globs: Globs::new(&scope.globs, &scope.types)?,
            hidden: scope.hidden,
            follow: scope.follow,
            everywhere: scope.respect_ignore.then(|| rules::everywhere(&root)),
        };
        let task = if about.is_dir() {
            let level = if scope.respect_ignore { Level::of(&root) } else { None };
            let trail = scope.follow.then(|| Arc::new(Trail { id: id(&about), above: None }));
            Task::Folder(Folder { path: root, shown: String::new(), level, trail })
        } else if about.is_file() {
            let name = root.file_name().unwrap_or_default().to_owned();
            let folder = Arc::new(root.parent().unwrap_or(&root).to_owned());
            if !lister.globs.take_file(Path::new(&name)) {
                return Ok((lister, Vec::new()));
            }
            Task::Files(Files { folder, names: vec![shown("", name)], below: 0 })
        } else {
            // Opening a pipe would wait for somebody to write into it.
            return Err(Error::Invalid(format!("neither a file nor a folder: {}", root.display())));
        };
        Ok((lister, vec![task]))
    }

    /// What is in a folder, in order.
    pub(super) fn list<P: Part>(&self, folder: Folder, part: &mut P) -> Vec<Task> {
        let place = if folder.shown.is_empty() { "." } else { folder.shown.trim_end_matches('/') };
        let mut problem = |error: std::io::Error| part.tell(format!("{place}: {}", told(&error)));
        let entries = match fs::read_dir(&folder.path) {
            Err(error) => {
                problem(error);
                return Vec::new();
            }
            Ok(entries) => entries,
        };
        let mut found = Vec::new();
        let mut marked = false;
        for entry in entries {
            match entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?))) {
                Err(error) => problem(error),
                Ok((name, kind)) => {
                    marked |= name.as_encoded_bytes().first() == Some(&b'.')
                        && MARKS.iter().any(|mark| *mark == name);
                    found.push((name, kind));
                }
            }
        }
        let level = match &self.everywhere {
            Some(_) if marked => Some(Arc::new(Level::new(&folder.path, folder.level.clone()))),
            _ => folder.level.clone(),
        };
        let mut kept = self.kept(&folder, level.as_deref(), found, part);
        kept.sort_unstable_by(|a, b| (&a.shown, &a.name).cmp(&(&b.shown, &b.name)));
        tasks(folder, level.as_ref(), kept)
    }

    fn kept<P: Part>(
        &self,
        folder: &Folder,
        level: Option<&Level>,
        found: Vec<(OsString, FileType)>,
        part: &mut P,
    ) -> Vec<Entry> {
        let mut path = folder.path.join("");
        let mut kept = Vec::with_capacity(found.len());
        for (raw, kind) in found {
            if raw == ".git" {
                continue;
            }
            let (mut shown, name) = shown(&folder.shown, raw);
            path.push(name.as_deref().unwrap_or(shown[folder.shown.len()..].as_ref()));
            match self.kind(folder, &path, kind) {
                Err(problem) => part.tell(format!("{shown}: {problem}")),
                Ok(Kind::Other) => {}
                Ok(Kind::File) => {
                    if !self.hides(&path, false, level) && self.globs.take_file(Path::new(&shown)) {
                        kept.push(Entry { shown, name, kind: Kind::File });
                    }
                }
                Ok(kind @ Kind::Folder(_)) => {
                    if !self.hides(&path, true, level) && !self.globs.drop_folder(Path::new(&shown)) {
                        shown.push('/');
                        kept.push(Entry { shown, name, kind });
                    }
                }
            }
            path.pop();
        }
        kept
    }

    fn kind(&self, folder: &Folder, path: &Path, kind: FileType) -> std::result::Result<Kind, String> {
        if !self.follow {
            return Ok(match kind {
                kind if kind.is_file() => Kind::File,
                kind if kind.is_dir() => Kind::Folder(None),
                _ => Kind::Other,
            });
        }
        if kind.is_file() {
            return Ok(Kind::File);
        }
        let about = fs::metadata(path).map_err(|error| told(&error))?;
        if !about.is_dir() {
            return Ok(if about.is_file() { Kind::File } else { Kind::Other });
        }
        let mut above = folder.trail.as_ref();
        while let Some(trail) = above {
            if trail.id == id(&about) {
                return Err("this link leads back to a folder that it lies in".into());
            }
            above = trail.above.as_ref();
        }
        Ok(Kind::Folder(Some(Arc::new(Trail { id: id(&about), above: folder.trail.clone() }))))
    }

    fn hides(&self, path: &Path, is_dir: bool, level: Option<&Level>) -> bool {
        let word = match &self.everywhere {
            Some(everywhere) => level.and_then(|level| level.hides(path, is_dir, everywhere)),
            None => None,
        };
        word.unwrap_or_else(|| {
            let name = path.file_name().unwrap_or_default();
            let dotted = name.as_encoded_bytes().first() == Some(&b'.');
            dotted && !self.hidden && (is_dir || !self.globs.is_asked_for(Path::new(name)))
        })
    }
}

enum Kind {
    File,
    /// With its trail, where links are followed.
    Folder(Option<Arc<Trail>>),
    Other,
}

struct Entry {
    shown: String,
    name: Option<OsString>,
    kind: Kind,
}

fn tasks(folder: Folder, level: Option<&Arc<Level>>, entries: Vec<Entry>) -> Vec<Task> {
    let below = folder.shown.len();
    let here = Arc::new(folder.path);
    let mut tasks = Vec::new();
    for Entry { shown, name, kind } in entries {
        if let Kind::Folder(trail) = kind {
            let path = here.join(name.as_deref().unwrap_or(shown[below..].trim_end_matches('/').as_ref()));
            tasks.push(Task::Folder(Folder { path, shown, level: level.cloned(), trail }));
            continue;
        }
        match tasks.last_mut() {
            Some(Task::Files(files)) if files.names.len() < BATCH => files.names.push((shown, name)),
            _ => tasks.push(Task::Files(Files { folder: here.clone(), names: vec![(shown, name)], below })),
        }
    }
    tasks
}

/// A name as results show it, behind its folder's; � for what is not UTF-8, and then the name itself.
fn shown(folder: &str, name: OsString) -> (String, Option<OsString>) {
    match name.into_string() {
        Ok(name) => ([folder, &name].concat(), None),
        Err(name) => ([folder, &name.to_string_lossy()].concat(), Some(name)),
    }
}

fn id(about: &Metadata) -> (u64, u64) {
    (about.dev(), about.ino())
}
