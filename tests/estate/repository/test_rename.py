"""Renaming packages in sources."""

import pytest

from estate.repository import rename

MODULES = {"config", "config.errors", "config.rules", "estate", "estate.local.server", "cdktf"}
RENAME = rename.Rename({"config": "team.config", "estate": "team.estate", "cdktf": "cdktn"}, MODULES.__contains__)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("from config import load\n", "from team.config import load\n"),
        ("from config.errors import (\n    A,\n    B,\n)\n", "from team.config.errors import (\n    A,\n    B,\n)\n"),
        ("def f():\n    from config import load\n", "def f():\n    from team.config import load\n"),
        ("import config\nconfig.load()\n", "import team.config as config\nconfig.load()\n"),
        ("import os, config, sys\n", "import os, team.config as config, sys\n"),
        ("import config.errors as e\n", "import team.config.errors as e\n"),
        ("from cdktf import App; import cdktf\n", "from cdktn import App; import cdktn as cdktf\n"),
        ('run("-m", "estate")\n', 'run("-m", "team.estate")\n'),
        ('run("-m", "estate.local.server")\n', 'run("-m", "team.estate.local.server")\n'),
        ('x = "config.errors:Problem"\n', 'x = "team.config.errors:Problem"\n'),
        ('f"{python} -m estate plan {config.name}"\n', 'f"{python} -m team.estate plan {config.name}"\n'),
        (
            '"""As `config.errors`.\n\nRun `python -m config`."""\n',
            '"""As `team.config.errors`.\n\nRun `python -m team.config`."""\n',
        ),
        ('"ü", "config.errors", "config.rules"\n', '"ü", "team.config.errors", "team.config.rules"\n'),
    ],
)
def test_imports_and_strings_get_the_new_name(old, new):
    assert RENAME.source(old, "x.py") == new


@pytest.mark.parametrize(
    "text",
    [
        "from .config import load\nfrom . import estate\n",
        "from os import path as config\nconfig.errors\n",
        "import configparser\nfrom config_tools import x\n",
        '"config.amazonaws.com", "config", "security.config.rules", "x/estate.yml", ".estate/log", "config-rules"\n',
        '"estate"  # config.errors\n',
        "config = 1\nconfig.errors = 2\n",
    ],
)
def test_what_only_looks_like_a_module_stays(text):
    assert RENAME.source(text, "x.py") == text


def test_an_import_of_no_module_is_an_error():
    with pytest.raises(rename.RenameError, match=r"x\.py:2: there is no module 'config\.eror' to import"):
        RENAME.source("\nfrom config.eror import Problem\n", "x.py")


def test_an_import_that_binds_the_old_name_is_an_error():
    with pytest.raises(rename.RenameError, match=r"x\.py:1: `import config\.errors` binds 'config'"):
        RENAME.source("import config.errors\n", "x.py")
