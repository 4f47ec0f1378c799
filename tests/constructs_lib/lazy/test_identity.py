"""The same app with and without lazy bindings, and where the lazy half cannot be had."""

import json
import shutil

import pytest

from tests.constructs_lib.lazy.app_run import ROOT, Run

INDEX = ".jsii.runtime.v1.json"


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    # One for all runs: CDKTF writes the working directory into the JSON.
    return tmp_path_factory.mktemp("apps")


@pytest.fixture(scope="module")
def usual(directory):
    return Run(directory / "usual", environment={"CONSTRUCTS_LIB_LAZY": "0"})


@pytest.fixture(scope="module")
def lazy(directory):
    return Run(directory / "lazy")


def test_the_switch_turns_it_off(usual):
    assert usual.report["loaded"] >= usual.report["packaged"] > 2000


def test_only_what_is_used_is_loaded(lazy):
    assert lazy.is_lazy


def test_output_is_the_same_byte_for_byte(usual, lazy):
    assert len(lazy.files) >= 3  # two stacks and the manifest
    assert lazy.files == usual.files


def test_the_library_uses_none_of_its_resource_types(lazy):
    documents = [json.loads(text) for path, text in lazy.files.items() if path.name == "cdk.tf.json"]
    types = {type_ for document in documents for type_ in document.get("resource", {})}
    assert len(types) == 3
    library = "".join(path.read_text() for path in (ROOT / "constructs_lib").rglob("*.py"))
    assert not [type_ for type_ in types if f".{type_.removeprefix('aws_')} import" in library]


def test_node_options_stay_in_the_kernel(lazy):
    assert lazy.report["child"] == ""
    assert lazy.report["own"] is None


def test_the_banner_about_nodes_age_is_silent(lazy):
    assert lazy.errors == ""


def test_cdktf_imported_first(usual, directory):
    late = Run(directory / "late", ("cdktf-first",))
    assert late.is_lazy
    assert late.files == usual.files


def test_path_with_spaces_and_quotes(lazy, directory):
    library = directory / 'a "quoted" \\ path'
    shutil.copytree(ROOT / "constructs_lib", library / "constructs_lib", ignore=shutil.ignore_patterns("__pycache__"))
    other = Run(directory / "spaces", library=library, environment={"NODE_OPTIONS": "--no-deprecation"})
    assert other.files == lazy.files
    assert other.errors == ""  # the preload was found, or the banner would be there
    assert other.report["own"] == other.report["child"] == "--no-deprecation"


def test_cold_cache_two_at_once_then_complete(lazy, directory):
    cache = directory / "cache"
    both = [Run(directory / f"cold-{n}", environment={"JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(cache)}) for n in range(2)]
    for run in both:
        assert run.files == lazy.files
        assert run.errors == ""
    packages = [path.parent for path in cache.rglob(".jsii-runtime-package-cache")]
    assert {path.relative_to(cache).parts[:-2] for path in packages} == {
        ("@cdktf", "provider-aws"),
        ("cdktf",),
        ("constructs",),
    }
    assert all((path / INDEX).is_file() for path in packages)


def test_cache_that_cannot_be_written(lazy, directory):
    blocked = directory / "blocked"
    blocked.write_text("a file where the directory would be")
    run = Run(directory / "uncached", environment={"JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(blocked / "cache")})
    assert run.files == lazy.files
