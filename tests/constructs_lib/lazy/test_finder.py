"""The Python half: a provider package behaves as if all its submodules had been imported."""

import builtins
import importlib
import pickle
import sys
import threading
from pathlib import Path

import cdktf_cdktf_provider_aws as aws
import jsii
import pytest
from cdktf import TerraformStack

from constructs_lib.lazy import activate, load_early
from constructs_lib.lazy.finder import Finder
from tests.template import app

# As jsii generates it, without the kernel.
HEAD = '''"""Bindings."""
import publication

__all__ = [
]

publication.publish()

# Loading modules to ensure their types are registered with the jsii runtime library
'''
SUBMODULES = "from . import sqs_queue\nfrom . import vpc\n"


@pytest.fixture
def provider(tmp_path, monkeypatch):
    """Write a provider package and import it."""
    monkeypatch.syspath_prepend(tmp_path)
    name = "cdktf_cdktf_provider_fake"

    def make(init):
        package = tmp_path / name
        for folder in (package, package / "sqs_queue", package / "vpc"):
            folder.mkdir()
        (package / "__init__.py").write_text(init)
        (package / "sqs_queue" / "__init__.py").write_text("class SqsQueue: pass\n")
        (package / "vpc" / "__init__.py").write_text("import of_something_missing\n")
        return importlib.import_module(name)

    yield make
    for module in [found for found in sys.modules if found.startswith(name)]:
        del sys.modules[module]


def test_submodules_are_imported_on_demand(provider):
    fake = provider(HEAD + SUBMODULES)
    assert "cdktf_cdktf_provider_fake.sqs_queue" not in sys.modules
    assert fake.sqs_queue is sys.modules["cdktf_cdktf_provider_fake.sqs_queue"]
    assert fake.__doc__ == "Bindings."


def test_from_import(provider):
    provider(HEAD + SUBMODULES)
    from cdktf_cdktf_provider_fake import sqs_queue  # noqa: PLC0415
    from cdktf_cdktf_provider_fake._private import sqs_queue as private  # noqa: PLC0415

    assert sqs_queue is private


def test_dir_lists_what_is_not_imported_yet(provider):
    assert {"sqs_queue", "vpc", "__doc__"} <= set(dir(provider(HEAD + SUBMODULES)))


def test_unknown_attribute(provider):
    fake = provider(HEAD + SUBMODULES)
    with pytest.raises(AttributeError, match="'cdktf_cdktf_provider_fake' has no attribute 'sqs'"):
        _ = fake.sqs
    with pytest.raises(ImportError):
        from cdktf_cdktf_provider_fake import sqs  # noqa: F401, PLC0415


def test_what_is_missing_inside_a_submodule_is_reported_as_that(provider):
    with pytest.raises(ModuleNotFoundError, match="of_something_missing"):
        _ = provider(HEAD + SUBMODULES).vpc


@pytest.mark.parametrize("end", ["after = 1\n", "from .vpc import *\n"])
def test_an_unknown_shape_is_imported_the_normal_way(provider, end):
    with pytest.raises(ModuleNotFoundError, match="of_something_missing"):  # at once: vpc is imported
        provider(HEAD + SUBMODULES + end)


def test_a_jsii_that_cannot_find_types_gets_them_all(provider, monkeypatch):
    monkeypatch.delattr(jsii._reference_map, "_submodule_fqn_map")
    with pytest.raises(ModuleNotFoundError, match="of_something_missing"):
        provider(HEAD + SUBMODULES)


def test_every_submodule_of_the_real_provider_is_listed():
    folders = {entry.parent.name for entry in Path(aws.__file__).parent.glob("*/__init__.py")} - {"_jsii"}
    assert len(folders) > 2000
    assert folders <= set(dir(aws))


def test_classes_are_pickled_by_name():
    role = aws.iam_role.IamRole
    assert pickle.loads(pickle.dumps(role)) is role


def test_an_object_made_in_javascript_gets_its_class():
    # Nothing here imports the type; the kernel makes it and gives it back.
    assert "cdktf_cdktf_provider_aws.memorydb_acl" not in sys.modules
    stack = TerraformStack(app(), "test")
    made = type("Made", (), {"__jsii_type__": "@cdktf/provider-aws.memorydbAcl.MemorydbAcl"})()
    jsii.kernel.create(type(made), made, [stack, "acl", {"name": "x"}])
    del jsii._reference_map._refs._refs[made.__jsii_ref__.ref]
    assert type(stack.node.find_child("acl")).__qualname__ == "MemorydbAcl"


def test_activating_twice_adds_one_finder():
    activate()
    assert sum(isinstance(finder, Finder) for finder in sys.meta_path) == 1


def test_a_module_is_loaded_while_this_thread_goes_on(tmp_path, monkeypatch):
    (tmp_path / "waits_for_the_test.py").write_text("import builtins\nbuiltins.go_on.wait(60)\nloaded = True\n")
    monkeypatch.syspath_prepend(tmp_path)
    go_on = threading.Event()
    monkeypatch.setattr(builtins, "go_on", go_on, raising=False)
    loading = load_early("waits_for_the_test")
    assert not getattr(sys.modules.get("waits_for_the_test"), "loaded", False)
    go_on.set()
    loading.join()
    assert sys.modules["waits_for_the_test"].loaded
