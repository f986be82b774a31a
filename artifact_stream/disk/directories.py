"""Folders that are written to: every operation is relative to an open folder, and follows no link.

A path is looked up once, when the folder is opened.  Whoever puts a symbolic link into the output
while a run goes on, in place of a folder or a file, makes the run fail and never leads it outside.
Windows has no operations relative to a folder: there, paths are put together.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import BinaryIO, Self, cast

from artifact_stream.layout import name_of, path_of
from artifact_stream.urls import is_inside

_RELATIVE = os.open in os.supports_dir_fd and os.rename in os.supports_dir_fd
_OPEN_FOLDER = getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_FOLLOWING = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_WAITING = getattr(os, "O_NONBLOCK", 0)
_READ = os.O_RDONLY | _NO_WAITING | getattr(os, "O_BINARY", 0) | _NO_FOLLOWING
_NOTHING_THERE = (errno.ENOENT, errno.ENAMETOOLONG)
_CREATE = os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | _NO_FOLLOWING


def open_inside(out: str, path: str) -> BinaryIO:
    """Open a regular file below a folder for reading, through no symbolic link.

    Whoever gave us the output may have put anything in the file's place: a link is not followed,
    and a pipe or a device is not waited for.

    Args:
        out: The folder; links that lead to it are followed.
        path: Relative to it, with ``/``.

    Raises:
        FileNotFoundError: There is nothing.
        OSError: Something else is there, a link on the way, or it cannot be read.
    """
    if not is_inside(path):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    *folders, name = path.split("/")
    with Directory.reached(out, folders) as folder:
        return folder.open_file(name)


def status_inside(out: str, path: str) -> os.stat_result | None:
    """What is at a path below a folder, be it a link; None if nothing is, or a link leads there.

    Args:
        out: The folder; links that lead to it are followed.
        path: Relative to it, with ``/``.

    Raises:
        OSError: It cannot be looked at.
    """
    if not is_inside(path):
        return None
    *folders, name = path.split("/")
    with suppress(FileNotFoundError, NotADirectoryError), Directory.reached(out, folders) as folder:
        return folder.status(name)
    return None


def names_inside(out: str, names: Iterable[str]) -> list[str]:
    """What a folder below another holds, in order; nothing if there is none, or a link.

    Args:
        out: The folder; links that lead to it are followed.
        names: Names of folders, the first in `out`, each in the one before.

    Raises:
        OSError: It cannot be read.
    """
    with suppress(FileNotFoundError, NotADirectoryError), Directory.reached(out, names) as folder:
        return sorted(folder.names())
    return []


def _regular(descriptor: int, name: str) -> int:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is no regular file", name)
    return descriptor


class Directory:
    """An open folder.  Names given to its methods are single path components.

    Names are UTF-8 on the disk, whatever the locale; only paths that a user has named are as
    Python decodes them.

    All methods raise `OSError` as the operating system does.

    Args:
        path: What the folder is called in messages and, on Windows, where it is.
        descriptor: Its open file descriptor; None on Windows.
    """

    __slots__ = ("_descriptor", "path")

    def __init__(self, path: str, descriptor: int | None) -> None:
        self.path = path
        self._descriptor = descriptor

    @classmethod
    def at(cls, path: str) -> Self:
        """The folder at a path that the user has named; links in that path are followed."""
        path = os.path.abspath(path)
        return cls(path, os.open(path, os.O_RDONLY | _OPEN_FOLDER) if _RELATIVE else None)

    @classmethod
    def made_at(cls, path: str) -> Self:
        """As `at`; the folder, and those that it lies in, are made if they are not there."""
        os.makedirs(path, exist_ok=True)
        return cls.at(path)

    @classmethod
    def below(cls, top: str, path: str, *, made: bool = False) -> Self:
        """The folder at `path`, which is `top` or lies below it; links are followed up to `top`.

        Args:
            top: A folder that the user has named.
            path: Begins with `top`.
            made: Make what is not there below `top`.

        Raises:
            NotADirectoryError: Something on the way is a link or a file.
        """
        names = os.path.relpath(path, top).split(os.sep)
        return cls.reached(top, [name_of(name) for name in names if name != os.curdir], made=made)

    @classmethod
    def reached(cls, top: str, names: Iterable[str], *, made: bool = False) -> Self:
        """The folder that names lead to, each in the one before; links are followed up to `top`.

        Each step goes from the one before, so that nobody can put a link in between.

        Args:
            top: A folder that the user has named.
            names: Names of folders, the first in `top`.
            made: Make what is not there below `top`.

        Raises:
            NotADirectoryError: Something on the way is a link or a file.
        """
        folder = cls.at(top)
        for name in names:
            try:
                following = folder.made_folder(name) if made else folder.folder(name)
            finally:
                folder.close()
            folder = following
        return folder

    @property
    def reached_path(self) -> str:
        """A path that leads to this folder, whatever has its name by now, where there is one."""
        own = f"/proc/self/fd/{self._descriptor}"
        return own if self._descriptor is not None and os.path.isdir(own) else self.path

    def folder(self, name: str) -> Self:
        """The folder of that name in this one.

        Raises:
            NotADirectoryError: It is a link or a file.
        """
        path = os.path.join(self.path, path_of(name))
        if self._descriptor is None:
            if not stat.S_ISDIR(os.lstat(path).st_mode):
                raise NotADirectoryError(20, "Not a directory", path)
            return type(self)(path, None)
        flags = os.O_RDONLY | _OPEN_FOLDER | _NO_FOLLOWING
        try:
            descriptor = os.open(path_of(name), flags, dir_fd=self._descriptor)
        except OSError as error:
            if error.errno == errno.ELOOP:  # What some systems say of a link.
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path) from error
            if error.errno == errno.ENAMETOOLONG:  # Nothing there can have the name.
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path) from error
            raise
        return type(self)(path, descriptor)

    def made_folder(self, name: str) -> Self:
        """The folder of that name in this one, made if it is not there."""
        with suppress(FileExistsError):
            if self._descriptor is None:
                os.mkdir(os.path.join(self.path, path_of(name)))
            else:
                os.mkdir(path_of(name), dir_fd=self._descriptor)
        return self.folder(name)

    def names(self) -> list[str]:
        """What is in it."""
        found = os.listdir(self.path if self._descriptor is None else self._descriptor)
        return [name_of(name) for name in found]

    def entries(self) -> Iterator[tuple[str, os.stat_result]]:
        """What is in it, each with what it is, be it a link; in no order."""
        with os.scandir(self.path if self._descriptor is None else self._descriptor) as found:
            for entry in found:
                yield name_of(entry.name), entry.stat(follow_symlinks=False)

    def files_below(self, max_depth: int) -> Iterator[tuple[str, os.stat_result]]:
        """What is in it and in the folders below, each with what it is; no link is followed.

        Folders are looked into, and told of themselves only where they lie too deep for that.

        Args:
            max_depth: So many folders, each in the one before, are looked into.

        Yields:
            Paths relative to this folder, with ``/``.
        """
        for name, found in self.entries():
            if max_depth and stat.S_ISDIR(found.st_mode):
                with self.folder(name) as folder:
                    for path, below in folder.files_below(max_depth - 1):
                        yield f"{name}/{path}", below
            else:
                yield name, found

    def create(self, name: str, flags: int = os.O_WRONLY) -> int:
        """The descriptor of a new file; nothing of that name may be there."""
        if self._descriptor is None:
            return os.open(os.path.join(self.path, path_of(name)), flags | _CREATE, 0o666)
        return os.open(path_of(name), flags | _CREATE, 0o666, dir_fd=self._descriptor)

    def create_fresh(self, name: str) -> int:
        """As `create`; what a killed run has left in its place is removed."""
        with suppress(FileNotFoundError):
            self.remove(name)
        return self.create(name)

    def new_file(self, name: str) -> BinaryIO:
        """As `create_fresh`, opened for writing."""
        return os.fdopen(self.create_fresh(name), "wb")

    def append(self, name: str, *, made: bool) -> int:
        """The descriptor of a file that is made longer.

        Args:
            name: Its name.
            made: It is a new one; nothing of that name may be there.
        """
        flags = os.O_WRONLY | os.O_APPEND | _NO_WAITING
        flags |= _CREATE if made else _CREATE & ~os.O_EXCL
        if self._descriptor is None:
            return _regular(os.open(os.path.join(self.path, path_of(name)), flags, 0o666), name)
        return _regular(os.open(path_of(name), flags, 0o666, dir_fd=self._descriptor), name)

    def open(self, name: str) -> int:
        """The descriptor of a regular file for reading."""
        if self._descriptor is None:
            path = os.path.join(self.path, path_of(name))
            if stat.S_ISLNK(os.lstat(path).st_mode):
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
            return _regular(os.open(path, _READ), name)
        return _regular(os.open(path_of(name), _READ, dir_fd=self._descriptor), name)

    def open_file(self, name: str, *, buffered: bool = True) -> BinaryIO:
        """A regular file, opened for reading; all others open files of an output by this.

        Args:
            name: Its name.
            buffered: Keep what is read ahead; of no use where blocks are read.
        """
        descriptor = self.open(name)
        if buffered:
            return os.fdopen(descriptor, "rb")
        return cast("BinaryIO", os.fdopen(descriptor, "rb", buffering=0))

    def move(self, name: str, folder: Directory, new_name: str) -> None:
        """Give a file of this folder a place in another one; what is there is replaced."""
        if self._descriptor is None or folder._descriptor is None:
            os.replace(
                os.path.join(self.path, path_of(name)), os.path.join(folder.path, path_of(new_name))
            )
            return
        os.rename(
            path_of(name),
            path_of(new_name),
            src_dir_fd=self._descriptor,
            dst_dir_fd=folder._descriptor,
        )

    def remove(self, name: str) -> None:
        """Remove a file or a link."""
        if self._descriptor is None:
            os.unlink(os.path.join(self.path, path_of(name)))
        else:
            os.unlink(path_of(name), dir_fd=self._descriptor)

    def remove_file(self, name: str) -> None:
        """Remove a file or a link, if there is one; a folder stays."""
        try:
            self.remove(name)
        except IsADirectoryError:
            pass
        except PermissionError:
            found = self.status(name)
            if found is None or not stat.S_ISDIR(found.st_mode):  # Some systems say so of a folder.
                raise
        except OSError as error:
            if error.errno not in _NOTHING_THERE:
                raise

    def remove_folder(self, name: str) -> None:
        """Remove an empty folder."""
        if self._descriptor is None:
            os.rmdir(os.path.join(self.path, path_of(name)))
        else:
            os.rmdir(path_of(name), dir_fd=self._descriptor)

    def status(self, name: str) -> os.stat_result | None:
        """What is there, be it a link; None if nothing is."""
        try:
            if self._descriptor is None:
                return os.lstat(os.path.join(self.path, path_of(name)))
            return os.stat(path_of(name), dir_fd=self._descriptor, follow_symlinks=False)
        except UnicodeEncodeError:  # Some names no file can have.
            return None
        except OSError as error:
            if error.errno in _NOTHING_THERE:
                return None
            raise

    def holds(self, name: str) -> bool:
        """True if anything of that name is there, be it a dangling link."""
        return self.status(name) is not None

    def regular_size(self, name: str) -> int | None:
        """The size of a regular file; None if there is none, or anything else."""
        found = self.status(name)
        return found.st_size if found is not None and stat.S_ISREG(found.st_mode) else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def lock(self, *, surely: bool = False) -> bool:
        """Keep others that ask for it from having the folder; false if another has it.

        It ends with `close` or the process.  Where there are no such locks, everybody has it.

        Args:
            surely: Where there are none, nobody has it.
        """
        if self._descriptor is None:
            return not surely
        import fcntl

        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # Some file systems of networks have none.
            return not surely
        return True

    def is_locked(self) -> bool:
        """True if another has it by `lock`; to be asked by those who do not."""
        if self._descriptor is None:
            return False
        import fcntl

        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def is_at(self, path: str) -> bool:
        """True if a path leads to this folder, and not to another that was made in its place."""
        if self._descriptor is None:
            return True
        try:
            return os.path.samestat(os.stat(path), os.fstat(self._descriptor))
        except OSError:
            return False

    def close(self) -> None:
        """Let go of it; nothing happens if that has been done."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
