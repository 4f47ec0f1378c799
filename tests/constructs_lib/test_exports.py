import ast
import subprocess
import sys
from pathlib import Path

import pytest

import constructs_lib


def _written_imports():
    """What type checkers and editors see: public name to module, from the source."""
    tree = ast.parse(Path(constructs_lib.__file__).read_text())
    blocks = [node for node in tree.body if isinstance(node, ast.If)]
    return {
        alias.name: node.module.removeprefix("constructs_lib.")
        for block in blocks
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_the_table_and_the_imports_say_the_same():
    assert _written_imports() == constructs_lib._MODULES


def test_the_table_is_sorted():
    assert list(constructs_lib._MODULES) == sorted(constructs_lib._MODULES)


@pytest.mark.parametrize("name", sorted(constructs_lib._MODULES))
def test_every_public_name_can_be_imported(name):
    assert getattr(constructs_lib, name) is not None
    assert name in dir(constructs_lib)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'OrganisationStack'"):
        _ = constructs_lib.OrganisationStack


def test_the_import_starts_no_kernel_and_loads_no_bindings():
    script = "import sys, constructs_lib; print(sorted({'cdktf', 'jsii', 'constructs'} & sys.modules.keys()))"
    assert subprocess.check_output([sys.executable, "-c", script], text=True).strip() == "[]"
