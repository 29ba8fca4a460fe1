"""Jobs for a child process that do what a parser does on hostile input, and worse."""

import ctypes
import os
import signal
import socket
import subprocess
import time


def add(one: int, two: int) -> int:
    return one + two


def process_id() -> int:
    return os.getpid()


def variables() -> list[str]:
    return list(os.environ)


def nap(seconds: float) -> None:
    time.sleep(seconds)


def spin() -> None:
    while True:
        pass


def sleep() -> None:
    time.sleep(60)


def fill() -> int:
    held: list[bytes] = []
    while True:
        held.append(b"x" * (1 << 20))


def die() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def leave() -> None:
    os._exit(3)


def recurse_in_c() -> None:
    ctypes.string_at(0)


def fail() -> None:
    raise ValueError("two\nlines")


def connect() -> None:
    socket.create_connection(("127.0.0.1", 9), timeout=1)


def write() -> None:
    with open("/tmp/crosswire-never-written", "w") as out:
        out.write("x")


def start() -> None:
    subprocess.run(["true"], check=False)


class _Code:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("true",)  # pyright: ignore[reportDeprecated]


def give_code() -> object:
    return _Code()


def give_much() -> bytes:
    return b"x" * (300 << 20)
