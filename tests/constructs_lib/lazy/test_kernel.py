"""How many processes of Node an app has, and what passes through the one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import constructs_lib.lazy

PRELOAD = Path(constructs_lib.lazy.__file__).with_name("preload.cjs")
ROOT = PRELOAD.parents[2]
# As jsii's, as far as it matters here: the one carries messages to the other, which takes them from a descriptor of its own.
RELAY = "console.log('relay');"
WORKER = """
const fs = require('fs'); // {readFD:3,writeFD:3}
const buffer = Buffer.alloc(100);
const line = buffer.toString('utf8', 0, fs.readSync(3, buffer));
const { NODE_OPTIONS: options, JSII_RUNTIME_PACKAGE_CACHE: cache } = process.env;
fs.writeSync(3, JSON.stringify({ got: line.trim(), links: process.execArgv, options, cache }));
console.log('out: ü');
console.error('error');
"""
APP = """
import json, os, sys
from pathlib import Path
import constructs_lib
from cdktf import App, TerraformStack, TerraformVariable

stack = TerraformStack(App(outdir=sys.argv[1]), "stack")
long = "ü" * 1_000_000
variable = TerraformVariable(stack, "variable", default=long)
processes = {}
for path in Path("/proc").glob("[0-9]*/stat"):
    pid, name, parent = path.parent.name, *path.read_text().rpartition(")")[::2]
    processes[int(pid)] = name.partition("(")[2], int(parent.split()[1])
below, new = {os.getpid()}, True
while new:
    new = {pid for pid, (_, parent) in processes.items() if parent in below} - below
    below |= new
nodes = [processes[pid][0] for pid in below if processes[pid][0] == "node"]
print(json.dumps({"nodes": len(nodes), "same": variable.default == long}))
"""


@pytest.fixture
def kernel(tmp_path):
    """Start what looks like jsii's kernel, send it a line, and give what it printed to both streams."""

    def run(worker, options=" --preserve-symlinks"):
        for name, source in (("bin/jsii-runtime.js", RELAY), ("lib/program.js", worker)):
            (tmp_path / name).parent.mkdir()
            (tmp_path / name).write_text(source)
        done = subprocess.run(
            ["node", tmp_path / "bin" / "jsii-runtime.js"],
            env={**os.environ, "NODE_OPTIONS": f'--require "{PRELOAD}"{options}'},
            input="hello\n",
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return done.stdout, done.stderr

    return run


def test_the_work_is_done_in_the_first_process(kernel):
    output, errors = kernel(WORKER)
    answer = json.loads(output)
    assert answer["got"] == "hello"
    assert answer["links"] == ["--preserve-symlinks"]
    assert answer["options"] == f'--require "{PRELOAD}"'
    assert [json.loads(line) for line in errors.splitlines()] == [{"stdout": "b3V0OiDDvAo="}, {"stderr": "ZXJyb3IK"}]


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="nothing can be made below Linux's /proc")
@pytest.mark.parametrize(("root", "cache"), [("", "enabled"), ("/proc/several/directories", "disabled")])
def test_a_cache_that_cannot_be_made_is_not_used(kernel, monkeypatch, tmp_path, root, cache):
    monkeypatch.delenv("JSII_RUNTIME_PACKAGE_CACHE", raising=False)
    monkeypatch.setenv("JSII_RUNTIME_PACKAGE_CACHE_ROOT", root or str(tmp_path / "several" / "directories"))
    output, _ = kernel(WORKER)
    assert json.loads(output)["cache"] == cache


@pytest.mark.parametrize(
    ("worker", "options"),
    [(WORKER.replace("readFD:3", "readFD: 4"), " --preserve-symlinks"), (WORKER, "")],
    ids=["another jsii", "links not kept"],
)
def test_what_is_not_as_expected_goes_the_normal_way(kernel, worker, options):
    assert kernel(worker, options) == ("relay\n", "")


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="asks Linux for the processes")
@pytest.mark.parametrize(("lazy", "nodes"), [("1", 1), ("0", 2)])
def test_an_app_has_one_process_less(tmp_path, lazy, nodes):
    done = subprocess.run(
        [sys.executable, "-c", APP, tmp_path],
        env={**os.environ, "PYTHONPATH": str(ROOT), "CONSTRUCTS_LIB_LAZY": lazy},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == {"nodes": nodes, "same": True}
