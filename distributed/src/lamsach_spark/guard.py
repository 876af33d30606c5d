"""Processes and folders that hold personal data: private, without core dumps, gone with whoever made them."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType

_PR_SET_PDEATHSIG = 1
_PREFIX = "lamsach-spark-"
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def shut() -> None:
    """From here on this process dumps no core, and what it creates is its owner's alone."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(0o077)


def start(command: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    """Starts a child that is killed when this process ends, however it ends.

    What the child says on stderr is dropped: all it has to say stands in its frames, and a panic could name a person.
    """
    parent = os.getpid()

    def prepare() -> None:
        shut()
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it ended before it could be asked to take us along
            os._exit(1)

    return subprocess.Popen(
        list(command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=1 << 20,
        cwd=folder,
        env={**os.environ, "TMPDIR": str(folder), "RUST_BACKTRACE": "0"},
        preexec_fn=prepare,
        close_fds=True,
    )


@contextmanager
def watched(process: subprocess.Popen[bytes], deadline: float) -> Iterator[None]:
    """Kills a process that takes longer than `deadline` seconds: it hangs, or is stopped."""
    watch = threading.Timer(deadline, process.kill)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def new_folder(base: Path | None = None) -> Path:
    """A folder of this process alone, removed when it ends. Leftovers of processes that were killed go first."""
    sweep(base)
    pid = os.getpid()
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{pid}-{_started(pid)}-", dir=base))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def private_folder() -> Path:
    """The folder of this process for its children."""
    return new_folder()


def leave() -> None:
    """Removes the folder of this process; it gets another when it needs one."""
    if private_folder.cache_info().currsize:
        shutil.rmtree(private_folder(), ignore_errors=True)
        private_folder.cache_clear()


def at_hangup() -> None:
    """Spark ends its Python workers by a hangup, which runs nothing that was to be run at the end."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        leave()
        os._exit(1)

    signal.signal(signal.SIGHUP, end)


def sweep(base: Path | None = None) -> int:
    """Removes private folders of this user whose process is gone; tells how many."""
    removed = 0
    for folder in (base or Path(tempfile.gettempdir())).glob(f"{_PREFIX}[0-9]*-[0-9]*-*"):
        pid, started = folder.name.removeprefix(_PREFIX).split("-")[:2]
        with contextlib.suppress(OSError, ValueError):
            if folder.stat().st_uid == os.getuid() and _started(int(pid)) != started:
                shutil.rmtree(folder)
                removed += 1
    return removed


def _started(pid: int) -> str:
    """When a process started, so that a number that is used again is told from the first; "0" where it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return "0"
    return stat.rpartition(")")[2].split()[19]
