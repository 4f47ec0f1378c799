"""Sources of CDKTF as sources of CDK Terrain."""

import pytest

from estate.repository.rename import RenameError
from estate.repository.terrain import terrain

SOURCE = '''"""Reads cdktf.json; run by `cdktf`, writes to cdktf.out."""
import cdktf  # cdktf_cdktf_provider_aws
from cdktf import App, Testing
from cdktf_cdktf_provider_aws.vpc import Vpc
import cdktf_cdktf_provider_aws as aws
import constructs

LOADED = "cdktf_cdktf_provider_aws.provider"
NOT_LOADED = "cdktf"
'''


@pytest.mark.row("E9")
def test_imports_and_names_of_modules_change_and_nothing_else():
    assert terrain(SOURCE, "x.py").splitlines() == [
        *SOURCE.splitlines()[:1],
        "import cdktn as cdktf  # cdktf_cdktf_provider_aws",
        "from cdktn import App, Testing",
        "from cdktn_provider_aws.vpc import Vpc",
        "import cdktn_provider_aws as aws",
        "import constructs",
        "",
        'LOADED = "cdktn_provider_aws.provider"',
        'NOT_LOADED = "cdktf"',
    ]


def test_what_was_renamed_stays():
    assert terrain(once := terrain(SOURCE, "x.py"), "x.py") == once


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("from cdktf.no_such_module import App", "extensions/x.py:1: there is no module 'cdktf.no_such_module'"),
        ("import cdktf_cdktf_provider_random", "there is no module 'cdktf_cdktf_provider_random'"),
        ("import cdktf_cdktf_provider_aws.vpc", "binds 'cdktf_cdktf_provider_aws', which has another name"),
    ],
)
def test_what_cannot_be_renamed_with_certainty_is_refused(line, message):
    with pytest.raises(RenameError, match=message):
        terrain(f"{line}\n", "extensions/x.py")
