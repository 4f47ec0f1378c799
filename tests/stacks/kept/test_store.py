"""What is kept is what was put in, or nothing, whatever happens to it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stacks.kept.store import Store

CHECKOUT = Path(__file__).parents[3]
pytestmark = pytest.mark.row("E11")


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "kept.sqlite")


def test_what_was_put_in_comes_out(store):
    assert store.get("text", ["a"]) == {}
    store.put("text", {"a": b"1", "b": b"2"})
    store.put("other", {"a": b"3"})
    store.put("text", {"a": b"4"})
    assert store.get("text", ["a", "b", "c"]) == {"a": b"4", "b": b"2"}
    assert Store(None).get("text", ["a"]) == {}


def test_many_at_once(store):
    contents = {str(number): bytes(number) for number in range(1200)}
    store.put("text", contents)
    assert store.get("text", list(contents)) == contents


def test_what_is_used_stays_when_there_is_too_much(tmp_path, monkeypatch):
    store = Store(tmp_path / "kept.sqlite", most=500_000)
    content = {str(number): os.urandom(10_000) for number in range(40)}
    store.put("text", content)
    monkeypatch.setattr(time, "time", lambda: 10**10)
    store.use("text", ["0", "1"])
    store.put("text", {f"later {number}": os.urandom(10_000) for number in range(20)})
    kept = store.get("text", content)
    assert {"0", "1"} <= kept.keys()
    assert len(kept) < 40
    assert (tmp_path / "kept.sqlite").stat().st_size <= 500_000


@example(place=4004, bit=7)  # in a key
@given(place=st.integers(0, 40_000), bit=st.integers(0, 7))
def test_a_wrong_bit_is_never_given_out(tmp_path_factory, place, bit):
    path = tmp_path_factory.mktemp("store") / "kept.sqlite"
    contents = {str(number): f"content {number} ".encode() * 200 for number in range(8)}
    Store(path).put("text", contents)
    broken = bytearray(path.read_bytes())
    broken[place % len(broken)] ^= 1 << bit
    path.write_bytes(broken)
    found = Store(path).get("text", contents)
    assert all(contents[key] == content for key, content in found.items())
    Store(path).put("text", contents)  # and it can be used again, at the latest the second time
    Store(path).put("text", contents)
    assert all(contents[key] == content for key, content in Store(path).get("text", contents).items())


_WRITER = """
import sys
from pathlib import Path
from stacks.kept.store import Store
store, name = Store(Path(sys.argv[1])), sys.argv[2]
print("started", flush=True)
for number in range(int(sys.argv[3])):
    store.put("text", {f"{key}": f"{key} ".encode() * 500 for key in range(number % 50, number % 50 + 20)})
"""


def _start(path, name, rounds):
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path), name, str(rounds)], cwd=CHECKOUT, stdout=subprocess.PIPE
    )
    process.stdout.readline()
    return process


def _check(path):
    found = Store(path).get("text", [str(key) for key in range(70)])
    assert all(content == f"{key} ".encode() * 500 for key, content in found.items())
    return found


def test_processes_that_are_killed_leave_nothing_half(tmp_path):
    path = tmp_path / "kept.sqlite"
    for pause in (0.0, 0.01, 0.03, 0.1):
        process = _start(path, "killed", 100_000)
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        _check(path)
        Store(path).put("text", {"0": b"0 " * 500})
        assert "0" in _check(path)


def test_several_processes_write_at_once(tmp_path):
    path = tmp_path / "kept.sqlite"
    processes = [_start(path, str(number), 60) for number in range(4)]
    for process in processes:
        assert process.wait() == 0
        process.stdout.close()
    assert len(_check(path)) == 69
