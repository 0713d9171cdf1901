//! Results are built in a folder beside the one that they are for, and take its place at the end in one step.
//!
//! Until then earlier results stand as they were, whatever happens: a failure, a full disk, a kill. Only files that the manifest of the
//! earlier results lists, and that have not changed since, are ever replaced or removed. Others are carried over as they are.

use super::error::{StoreError, at};
use super::file_names::{FIGURES, MANIFEST, is_drawn, is_result_file};
use super::listing::{Listing, Survey, entries};
use detente_report::kind::ResultKind;
use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The folder in which results are built inside one that holds none.
const INSIDE: &str = ".detente-partial";

/// A folder in which results are built.
#[derive(Debug)]
pub(super) struct Staging {
    /// Where the results are to stand.
    target: PathBuf,
    /// Where they are built.
    path: PathBuf,
    kind: ResultKind,
    /// Held so that no other process builds results for the same place; systems that lock no folders do without.
    _lock: Option<File>,
}

/// What stands where results are to stand.
enum Place {
    Nothing,
    /// A folder without results: whatever it holds is somebody's own.
    Folder,
    Results(ResultKind),
}

/// The folders that are being filled, for [`abandon`].
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Removes what has been built and not yet put in its place: for a process that is about to exit.
pub fn abandon() {
    let unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
    for path in unfinished.iter() {
        // What cannot be removed now is removed by the next results for the same place.
        let _ = fs::remove_dir_all(path);
    }
}

fn unfinished(change: impl FnOnce(&mut BTreeSet<PathBuf>)) {
    change(&mut UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner));
}

impl Staging {
    /// Begins results of a kind for `path`, made of the files `inputs`.
    ///
    /// # Errors
    /// Where something stands there that may not be replaced, somebody else fills the folder, or nothing can be written.
    pub fn begin(path: &Path, kind: ResultKind, inputs: &[PathBuf]) -> Result<Self, StoreError> {
        let target = resolved(path)?;
        restore(&target)?;
        let place = Place::at(&target)?;
        if let Place::Results(holds) = place
            && holds != kind
        {
            return Err(StoreError::Occupied {
                path: path.to_owned(),
                holds,
                wanted: kind,
            });
        }
        let staged = match place {
            // Whoever may write into a folder need not be allowed to write beside it.
            Place::Folder => target.join(INSIDE),
            Place::Nothing | Place::Results(_) => beside(&target, "partial"),
        };
        if let Place::Results(_) = place {
            refuse_mount(&target, path)?;
            clear_inside(&target, path)?;
        }
        let lock = claim(&staged, path)?;
        let staging = Self {
            target,
            path: staged,
            kind,
            _lock: lock,
        };
        unfinished(|all| {
            all.insert(staging.path.clone());
        });
        staging.clear()?;
        let survey = staging.survey()?;
        for input in inputs {
            let input = fs::canonicalize(input).unwrap_or_else(|_| input.clone());
            let inside = input.strip_prefix(&staging.target);
            if inside.is_ok_and(|inside| survey.ours.contains(inside)) {
                return Err(StoreError::IsInput { path: input });
            }
        }
        staging.refuse_in_the_way(&survey.ours)?;
        Ok(staging)
    }

    /// Where the results are built.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Refuses to take the place of the folder in which the program runs: a shell there would be left in the one that is removed.
    ///
    /// # Errors
    /// Where it would.
    pub fn refuse_current(&self) -> Result<(), StoreError> {
        let current = std::env::current_dir().and_then(fs::canonicalize);
        if current.is_ok_and(|current| current.starts_with(&self.target))
            && matches!(Place::at(&self.target)?, Place::Results(_))
        {
            return Err(StoreError::IsCurrent {
                path: self.target.clone(),
            });
        }
        Ok(())
    }

    /// Takes those of the earlier results' files over that `keep` says.
    ///
    /// # Errors
    /// Where one has changed since or cannot be taken over.
    pub fn keep(&self, keep: impl Fn(&Path) -> bool) -> Result<(), StoreError> {
        for relative in self.survey()?.ours.iter().filter(|path| keep(path)) {
            self.carry(relative)?;
        }
        Ok(())
    }

    /// Refuses a file or folder at a place inside where something stands that no earlier results list.
    ///
    /// # Errors
    /// Where there is such a thing.
    pub fn refuse_foreign(&self, name: &str) -> Result<(), StoreError> {
        let path = self.target.join(name);
        let listed = Listing::read(&self.target)?
            .is_some_and(|of| of.folders.contains(name) || of.files.contains_key(name));
        if !listed && fs::symlink_metadata(&path).is_ok() {
            return Err(StoreError::NotOurs { path });
        }
        Ok(())
    }

    /// Puts the results in their place.
    ///
    /// # Errors
    /// Where they cannot be put there; then they stay where they were built.
    pub fn publish(self) -> Result<(), StoreError> {
        // From here on it holds all that was computed, or what it takes the place of: nobody's to remove.
        unfinished(|all| {
            all.remove(&self.path);
        });
        let published = Place::at(&self.target).and_then(|place| match place {
            Place::Nothing => {
                fs::rename(&self.path, &self.target).map_err(|error| at(&self.target, error))
            }
            Place::Folder => self.fill(),
            Place::Results(kind) if kind == self.kind => self.replace(),
            Place::Results(holds) => Err(StoreError::Occupied {
                path: self.target.clone(),
                holds,
                wanted: self.kind,
            }),
        });
        if let Err(error) = published {
            return Err(StoreError::Unpublished {
                staged: self.path.clone(),
                error: Box::new(error),
            });
        }
        sync(&self.target);
        sync(parent(&self.target));
        Ok(())
    }

    /// What stands in the place of the results, if it is results.
    fn survey(&self) -> Result<Survey, StoreError> {
        match Place::at(&self.target)? {
            Place::Results(_) => Survey::of(&self.target),
            Place::Nothing | Place::Folder => Ok(Survey::default()),
        }
    }

    /// Removes what a process that was killed has left of its results here.
    fn clear(&self) -> Result<(), StoreError> {
        let left = files_below(&self.path)?;
        if matches!(Place::at(&self.target)?, Place::Folder) {
            // It may have been killed as it put them in their place: then they have two names.
            for relative in &left {
                if is_same_file(&self.path.join(relative), &self.target.join(relative)) {
                    remove(&self.target.join(relative))?;
                }
            }
        }
        for (name, kind) in entries(&self.path)? {
            let path = self.path.join(name);
            let removed = if kind.is_dir() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
            removed.map_err(|error| at(&path, error))?;
        }
        Ok(())
    }

    /// Refuses files of somebody's own that stand where results may come to stand.
    fn refuse_in_the_way(&self, ours: &BTreeSet<PathBuf>) -> Result<(), StoreError> {
        if matches!(Place::at(&self.target)?, Place::Nothing) {
            return Ok(());
        }
        for (name, kind) in entries(&self.target)? {
            let path = self.target.join(&name);
            let named = name.to_str().unwrap_or_default();
            if self.kind == ResultKind::Figures {
                // Their names are known to those who draw them.
                if named == MANIFEST && !ours.contains(Path::new(MANIFEST)) {
                    return Err(StoreError::NotOurs { path });
                }
            } else if named == FIGURES && kind.is_dir() {
                for (figure, _) in entries(&path)? {
                    let inside = Path::new(FIGURES).join(&figure);
                    if is_drawn(&inside) && !ours.contains(&inside) {
                        return Err(StoreError::NotOurs {
                            path: path.join(figure),
                        });
                    }
                }
            } else if is_result_file(named) && !ours.contains(Path::new(&name)) {
                return Err(StoreError::NotOurs { path });
            }
        }
        Ok(())
    }

    /// Puts the results into a folder that holds none, one by one, the manifest last; all or none.
    fn fill(&self) -> Result<(), StoreError> {
        let mut files: Vec<PathBuf> = files_below(&self.path)?.into_iter().collect();
        files.sort_by_key(|path| *path == Path::new(MANIFEST));
        let mut placed = Vec::new();
        let filled = files.iter().try_for_each(|relative| {
            let (from, to) = (self.path.join(relative), self.target.join(relative));
            make_folders(&self.target, parent(relative))?;
            place(&from, &to)?;
            placed.push((from, to));
            Ok(())
        });
        if filled.is_err() {
            for (from, to) in placed.iter().rev() {
                // Where the file system has no second names the file itself has moved.
                let _ = if from.exists() {
                    fs::remove_file(to)
                } else {
                    fs::rename(to, from)
                };
            }
            return filled;
        }
        // Every file has its second name, which is its place.
        let _ = fs::remove_dir_all(&self.path);
        Ok(())
    }

    /// Exchanges the results with the earlier ones, with all that is nobody's result carried over, and removes those.
    fn replace(&self) -> Result<(), StoreError> {
        self.refuse_current()?;
        let survey = Survey::of(&self.target)?;
        for relative in &survey.folders {
            let holds = |path: &&PathBuf| path.starts_with(relative);
            if !survey.ours.iter().any(|path| holds(&path)) {
                make_folders(&self.path, relative)?;
            }
        }
        for relative in &survey.foreign {
            self.carry(relative)?;
        }
        for relative in survey
            .folders
            .iter()
            .map(PathBuf::as_path)
            .chain([Path::new("")])
        {
            let permissions = fs::metadata(self.target.join(relative)).map(|of| of.permissions());
            if let (Ok(permissions), true) = (permissions, self.path.join(relative).is_dir()) {
                let path = self.path.join(relative);
                fs::set_permissions(&path, permissions).map_err(|error| at(&path, error))?;
            }
        }
        let _lock_of_earlier = lock(&self.target);
        exchange(&self.path, &self.target).map_err(|error| at(&self.target, error))?;
        // What was not looked at above is nobody's to remove, and stays here.
        for relative in survey.ours.iter().chain(&survey.foreign) {
            let _ = fs::remove_file(self.path.join(relative));
        }
        for relative in survey.folders.iter().rev() {
            let _ = fs::remove_dir(self.path.join(relative));
        }
        let _ = fs::remove_dir(&self.path);
        Ok(())
    }

    /// Gives a file of the earlier folder a second name among the results; a symbolic link is made anew.
    fn carry(&self, relative: &Path) -> Result<(), StoreError> {
        let (from, to) = (self.target.join(relative), self.path.join(relative));
        let about = fs::symlink_metadata(&from).map_err(|error| at(&from, error))?;
        if fs::symlink_metadata(&to).is_ok() {
            return Err(StoreError::NotOurs { path: from });
        }
        make_folders(&self.path, parent(relative))?;
        let carried = if about.is_symlink() {
            fs::read_link(&from).and_then(|link| make_link(&link, &to))
        } else if about.is_file() {
            fs::hard_link(&from, &to).or_else(|error| match error.kind() {
                // Another file system is mounted there: a file that were copied and removed would be lost to it.
                io::ErrorKind::CrossesDevices => Err(error),
                _ => fs::copy(&from, &to).map(drop),
            })
        } else {
            Err(io::Error::other("it is neither a file nor a folder"))
        };
        carried.map_err(|error| at(&from, error))
    }
}

impl Drop for Staging {
    /// What was not put in its place goes.
    fn drop(&mut self) {
        let mut was_unfinished = false;
        unfinished(|all| was_unfinished = all.remove(&self.path));
        if was_unfinished {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

impl Place {
    fn at(target: &Path) -> Result<Self, StoreError> {
        Ok(match Listing::read(target)? {
            Some(listing) => Self::Results(listing.kind),
            None if fs::symlink_metadata(target).is_ok() => Self::Folder,
            None => Self::Nothing,
        })
    }
}

/// Where a folder stands, without symbolic links on the way; the folders above it are made.
fn resolved(path: &Path) -> Result<PathBuf, StoreError> {
    let not_a_folder = || StoreError::NotAFolder {
        path: path.to_owned(),
    };
    match fs::metadata(path) {
        Ok(about) if about.is_dir() => fs::canonicalize(path).map_err(|error| at(path, error)),
        Ok(_) => Err(not_a_folder()),
        Err(_) if fs::symlink_metadata(path).is_ok() => Err(not_a_folder()),
        Err(_) => {
            let name = path.file_name().ok_or_else(not_a_folder)?;
            let parent = match path.parent() {
                Some(parent) if parent != Path::new("") => parent,
                _ => Path::new("."),
            };
            fs::create_dir_all(parent)
                .and_then(|()| fs::canonicalize(parent))
                .map(|parent| parent.join(name))
                .map_err(|error| match error.kind() {
                    io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
                        StoreError::NotAFolder {
                            path: parent.to_owned(),
                        }
                    }
                    _ => at(path, error),
                })
        }
    }
}

/// The hidden name beside a folder that serves a purpose.
fn beside(target: &Path, purpose: &str) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.detente-{purpose}"))
}

/// Removes the second names of results that were put into a folder by a process that was killed before it had removed them.
fn clear_inside(target: &Path, shown: &Path) -> Result<(), StoreError> {
    let inside = target.join(INSIDE);
    if fs::symlink_metadata(&inside).is_err() {
        return Ok(());
    }
    let _lock = claim(&inside, shown)?;
    fs::remove_dir_all(&inside).map_err(|error| at(&inside, error))
}

/// Makes the folder in which results are built and keeps others out.
fn claim(staged: &Path, shown: &Path) -> Result<Option<File>, StoreError> {
    match fs::create_dir(staged) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(at(staged, error));
        }
        _ => {}
    }
    if !fs::symlink_metadata(staged).is_ok_and(|about| about.is_dir()) {
        return Err(StoreError::NotOurs {
            path: staged.to_owned(),
        });
    }
    match lock(staged) {
        Some(Err(TryLockError::WouldBlock)) => Err(StoreError::Busy {
            path: shown.to_owned(),
        }),
        Some(Ok(file)) => Ok(Some(file)),
        _ => Ok(None),
    }
}

/// A folder's lock, where the system locks folders.
fn lock(folder: &Path) -> Option<Result<File, TryLockError>> {
    let file = File::open(folder).ok()?;
    Some(file.try_lock().map(|()| file))
}

/// Makes a folder inside `root` and those above it, none of them through a symbolic link.
fn make_folders(root: &Path, folder: &Path) -> Result<(), StoreError> {
    let mut path = root.to_owned();
    for part in folder {
        path.push(part);
        match fs::create_dir(&path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(at(&path, error));
            }
            _ => {}
        }
        if !fs::symlink_metadata(&path).is_ok_and(|about| about.is_dir()) {
            return Err(StoreError::NotOurs { path });
        }
    }
    Ok(())
}

/// Gives a file a second name at `to`, or moves it there where the file system has no second names; nothing is replaced.
fn place(from: &Path, to: &Path) -> Result<(), StoreError> {
    match fs::hard_link(from, to) {
        Ok(()) => Ok(()),
        Err(_) if fs::symlink_metadata(to).is_ok() => Err(StoreError::NotOurs {
            path: to.to_owned(),
        }),
        Err(_) => fs::rename(from, to).map_err(|error| at(to, error)),
    }
}

/// The files in a folder and in those inside, by paths inside it.
fn files_below(folder: &Path) -> Result<BTreeSet<PathBuf>, StoreError> {
    let mut files = BTreeSet::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(inside) = folders.pop() {
        for (name, kind) in entries(&folder.join(&inside))? {
            let relative = inside.join(name);
            if kind.is_dir() {
                folders.push(relative);
            } else {
                files.insert(relative);
            }
        }
    }
    Ok(files)
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

fn remove(path: &Path) -> Result<(), StoreError> {
    fs::remove_file(path).map_err(|error| at(path, error))
}

/// Makes the entries of a folder durable; systems without folder handles do without.
fn sync(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        folder.sync_all().ok();
    }
}

/// Exchanges two folders: in one step where the system can, else by way of a third name.
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE) {
            Ok(()) => return Ok(()),
            // The file system or the kernel cannot.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let aside = beside(b, "earlier");
    fs::rename(b, &aside)?;
    if let Err(error) = fs::rename(a, b) {
        fs::rename(&aside, b)?;
        return Err(error);
    }
    fs::rename(&aside, a)
}

/// Undoes an exchange by way of a third name that was cut off between its steps.
fn restore(target: &Path) -> Result<(), StoreError> {
    let aside = beside(target, "earlier");
    let exists = |path: &Path| fs::symlink_metadata(path).is_ok();
    if exists(target) || !exists(&aside) {
        return Ok(());
    }
    fs::rename(&aside, target).map_err(|error| at(&aside, error))
}

/// A mount point cannot be exchanged with another folder.
#[cfg(unix)]
fn refuse_mount(target: &Path, shown: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::MetadataExt;
    let device = |path| fs::metadata(path).map(|about| about.dev());
    match (device(target), device(parent(target))) {
        (Ok(inside), Ok(outside)) if inside != outside => Err(StoreError::IsMount {
            path: shown.to_owned(),
        }),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn refuse_mount(_: &Path, _: &Path) -> Result<(), StoreError> {
    Ok(())
}

#[cfg(unix)]
fn make_link(link: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(link, to)
}

#[cfg(not(unix))]
fn make_link(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::Error::other(
        "symbolic links cannot be carried over here",
    ))
}

/// Whether two paths name one file.
#[cfg(unix)]
fn is_same_file(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |path| fs::symlink_metadata(path).map(|of| (of.dev(), of.ino()));
    matches!((identity(a), identity(b)), (Ok(a), Ok(b)) if a == b)
}

#[cfg(not(unix))]
fn is_same_file(_: &Path, _: &Path) -> bool {
    false
}
