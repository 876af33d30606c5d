#!/usr/bin/env python3
"""The real program behind a brake, for tests of faults: it waits a little before each frame, so that there is time to
kill something, and writes down which processes are asked.

`REAL`, `BRAKE` and `LOG` are filled in by whoever writes this script to where it is run: the program, a file with
seconds to wait, a file of lines `pid-of-the-brake pid-of-the-program`, one for each frame.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

REAL, BRAKE, LOG = "@REAL@", "@BRAKE@", "@LOG@"


def die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)


def main() -> int:
    arguments = [REAL, *sys.argv[1:]]
    if sys.argv[1:3] != ["worker", "serve"]:
        os.execv(REAL, arguments)
    process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=die_with_parent)
    assert process.stdin is not None and process.stdout is not None
    threading.Thread(target=answers, args=(process,), daemon=True).start()
    while head := sys.stdin.buffer.read(8):
        body = sys.stdin.buffer.read(struct.unpack("<Q", head)[0])
        with Path(LOG).open("a") as log:
            log.write(f"{os.getpid()} {process.pid}\n")
        time.sleep(float(Path(BRAKE).read_text()))
        try:
            process.stdin.write(head + body)
            process.stdin.flush()
        except OSError:
            os._exit(1)
    process.stdin.close()
    return process.wait()


def answers(process: subprocess.Popen[bytes]) -> None:
    """Passes answers on; where the program ends, this ends likewise."""
    assert process.stdout is not None
    while data := process.stdout.read1(1 << 20):
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    os._exit(1 if process.wait() else 0)


if __name__ == "__main__":
    sys.exit(main())
