"""The JavaScript half on its own: which files of a provider Node loads."""

import json
import subprocess
from pathlib import Path

import pytest

import constructs_lib.lazy

PRELOAD = Path(constructs_lib.lazy.__file__).with_name("preload.cjs")
HEAD = (
    '"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\nexports.a = exports.bC = void 0;\n'
)
STAR = "var __importStar = (m) => ({ ...m, star: true });\n"
PLAIN = 'exports.a = require("./a");\nexports.bC = require("./b-c");\n'


@pytest.fixture
def load(tmp_path):
    """Write a provider's index.js and evaluate an expression of it; gives the value and the files that were loaded."""

    def run(index, expression, package="@cdktf/provider-fake"):
        lib = tmp_path / "node_modules" / package / "lib"
        lib.mkdir(parents=True)
        (lib / "index.js").write_text(index)
        for name in ("a", "b-c"):
            (lib / f"{name}.js").write_text(
                f"globalThis.loaded = [...(globalThis.loaded ?? []), '{name}'];\nexports.is = '{name}';\n"
            )
        program = tmp_path / "program.js"  # as jsii's
        program.write_text(
            f"const p = require('{package}/lib/index.js'); const value = {expression};"
            "console.log(JSON.stringify([value, globalThis.loaded ?? []]));"
        )
        done = subprocess.run(
            ["node", "--require", PRELOAD, program],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)

    return run


@pytest.mark.parametrize("package", ["@cdktf/provider-fake", "@cdktn/provider-fake"])
def test_a_submodule_is_loaded_when_it_is_used(load, package):
    assert load(HEAD + PLAIN, "[Object.keys(p), p.bC.is, p.bC === p.bC]", package) == [
        [["bC", "a"], "b-c", True],
        ["b-c"],
    ]


def test_the_form_that_older_compilers_emit(load):
    index = HEAD + STAR + PLAIN.replace('require("./a")', '__importStar(require("./a"))')
    assert load(index, "p.a") == [{"is": "a", "star": True}, ["a"]]


@pytest.mark.parametrize(
    "index",
    [
        PLAIN,
        HEAD + PLAIN + 'const more = require("./a");\n',
        HEAD + PLAIN.replace('require("./a")', 'wrap(require("./a"))') + "function wrap(m) { return m; }\n",
        HEAD + 'for (const n of ["a", "b-c"]) exports[n.replace("b-c", "bC")] = require(`./${n}`);\n',
    ],
    ids=["not strict", "another require", "another line", "no line"],
)
def test_an_unknown_shape_is_loaded_the_normal_way(load, index):
    assert load(index, "p.bC.is") == ["b-c", ["a", "b-c"]]


def test_other_packages_are_left_alone(load):
    assert load(HEAD + PLAIN, "p.bC.is", "@somebody/provider-fake") == ["b-c", ["a", "b-c"]]


@pytest.mark.parametrize("ends", ["fs.writeFileSync(index, '{}')", "throw new Error('no space left')"])
def test_an_index_is_waited_for_as_long_as_its_thread_works(tmp_path, ends):
    """Whatever the clock says: a slow machine loses no index, and a thread that fails delays nobody."""
    (tmp_path / "worker.js").write_text(
        "const fs = require('fs');"
        "const index = require('worker_threads').workerData.packageDir + '/.jsii.runtime.v1.json';"
        f"Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300); {ends};"
    )
    program = tmp_path / "program.js"
    program.write_text(
        "let hours = 0; Date.now = () => ++hours * 3_600_000;"
        "const threads = require('worker_threads');"
        "const options = { workerData: { packageDir: __dirname } };"
        "const worker = new threads.Worker(__dirname + '/worker.js', options);"
        "worker.on('error', (error) => console.log(error.message));"
        "console.log(require('fs').existsSync(__dirname + '/.jsii.runtime.v1.json'));"
    )
    done = subprocess.run(["node", "--require", PRELOAD, program], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:-1] == (["true"] if "write" in ends else ["false", "no space left"])
