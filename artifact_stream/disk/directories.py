"""Folders that are written to: every operation is relative to an open folder, and follows no link.

A path is looked up once, when the folder is opened.  Whoever puts a symbolic link into the output
while a run goes on, in place of a folder or a file, makes the run fail and never leads it outside.
Windows has no operations relative to a folder: there, paths are put together.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from typing import BinaryIO, Self

from artifact_stream.urls import is_inside

_RELATIVE = os.open in os.supports_dir_fd and os.rename in os.supports_dir_fd
_OPEN_FOLDER = getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_FOLLOWING = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_WAITING = getattr(os, "O_NONBLOCK", 0)
_READ = os.O_RDONLY | _NO_WAITING | getattr(os, "O_BINARY", 0) | _NO_FOLLOWING
_CREATE = os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | _NO_FOLLOWING


def open_regular(path: str) -> BinaryIO:
    """Open a file of an output for reading.

    Whoever gave us the output may have put anything in the file's place: a link is not followed,
    and a pipe or a device is not waited for.

    Raises:
        OSError: It cannot be opened, or is no regular file.
    """
    return os.fdopen(_regular(os.open(path, _READ), path), "rb")


def open_inside(out: str, path: str) -> BinaryIO:
    """Open a regular file below a folder for reading, through no symbolic link.

    Args:
        out: The folder.
        path: Relative to it, with ``/``.

    Raises:
        FileNotFoundError: There is nothing.
        OSError: Something else is there, a link on the way, or it cannot be read.
    """
    if not is_inside(path):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    *folders, name = path.split("/")
    with Directory.reached(out, folders) as folder:
        return os.fdopen(folder.open(name), "rb")


def _regular(descriptor: int, name: str) -> int:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is no regular file", name)
    return descriptor


class Directory:
    """An open folder.  Names given to its methods are single path components.

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
        return cls.reached(top, [name for name in names if name != "."], made=made)

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
        path = os.path.join(self.path, name)
        if self._descriptor is None:
            if not stat.S_ISDIR(os.lstat(path).st_mode):
                raise NotADirectoryError(20, "Not a directory", path)
            return type(self)(path, None)
        flags = os.O_RDONLY | _OPEN_FOLDER | _NO_FOLLOWING
        return type(self)(path, os.open(name, flags, dir_fd=self._descriptor))

    def made_folder(self, name: str) -> Self:
        """The folder of that name in this one, made if it is not there."""
        with suppress(FileExistsError):
            if self._descriptor is None:
                os.mkdir(os.path.join(self.path, name))
            else:
                os.mkdir(name, dir_fd=self._descriptor)
        return self.folder(name)

    def names(self) -> list[str]:
        """What is in it."""
        return os.listdir(self.path if self._descriptor is None else self._descriptor)

    def create(self, name: str, flags: int = os.O_WRONLY) -> int:
        """The descriptor of a new file; nothing of that name may be there."""
        if self._descriptor is None:
            return os.open(os.path.join(self.path, name), flags | _CREATE, 0o666)
        return os.open(name, flags | _CREATE, 0o666, dir_fd=self._descriptor)

    def append(self, name: str, *, made: bool) -> int:
        """The descriptor of a file that is made longer.

        Args:
            name: Its name.
            made: It is a new one; nothing of that name may be there.
        """
        flags = os.O_WRONLY | os.O_APPEND | _NO_WAITING
        flags |= _CREATE if made else _CREATE & ~os.O_EXCL
        if self._descriptor is None:
            return _regular(os.open(os.path.join(self.path, name), flags, 0o666), name)
        return _regular(os.open(name, flags, 0o666, dir_fd=self._descriptor), name)

    def open(self, name: str) -> int:
        """The descriptor of a regular file for reading."""
        if self._descriptor is None:
            path = os.path.join(self.path, name)
            if stat.S_ISLNK(os.lstat(path).st_mode):
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
            return _regular(os.open(path, _READ), name)
        return _regular(os.open(name, _READ, dir_fd=self._descriptor), name)

    def move(self, name: str, folder: Directory, new_name: str) -> None:
        """Give a file of this folder a place in another one; what is there is replaced."""
        if self._descriptor is None or folder._descriptor is None:
            os.replace(os.path.join(self.path, name), os.path.join(folder.path, new_name))
            return
        os.rename(
            name,
            new_name,
            src_dir_fd=self._descriptor,
            dst_dir_fd=folder._descriptor,
        )

    def remove(self, name: str) -> None:
        """Remove a file or a link."""
        if self._descriptor is None:
            os.unlink(os.path.join(self.path, name))
        else:
            os.unlink(name, dir_fd=self._descriptor)

    def remove_folder(self, name: str) -> None:
        """Remove an empty folder."""
        if self._descriptor is None:
            os.rmdir(os.path.join(self.path, name))
        else:
            os.rmdir(name, dir_fd=self._descriptor)

    def holds(self, name: str) -> bool:
        """True if anything of that name is there, be it a dangling link."""
        try:
            if self._descriptor is None:
                os.lstat(os.path.join(self.path, name))
            else:
                os.stat(name, dir_fd=self._descriptor, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return True

    def regular_size(self, name: str) -> int | None:
        """The size of a regular file; None if there is none, or anything else."""
        try:
            if self._descriptor is None:
                found = os.lstat(os.path.join(self.path, name))
            else:
                found = os.stat(name, dir_fd=self._descriptor, follow_symlinks=False)
        except FileNotFoundError:
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def lock(self) -> bool:
        """Keep others that ask for it from having the folder; false if another has it.

        It ends with `close` or the process.  Where there are no such locks, everybody has it.
        """
        if self._descriptor is None:
            return True
        import fcntl

        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # Some file systems of networks have none.
            return True
        return True

    def close(self) -> None:
        """Let go of it; nothing happens if that has been done."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
