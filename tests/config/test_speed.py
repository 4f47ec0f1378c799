"""The configuration loads without CDKTF, and without doing anything twice."""

import cProfile
import pstats
import subprocess
import sys

import pytest

import config
from tests.organizations import write_organization


@pytest.mark.parametrize("module", ["config", "estate.commands.check", "estate.commands.tree"])
def test_cdktf_is_not_imported(module):
    heavy = ("cdktf", "jsii", "constructs", "boto3", "moto", "jsonschema")
    code = f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_thousand_accounts_load(tmp_path):
    organization = config.load(write_organization(tmp_path, accounts=1000))
    assert (len(organization.accounts), organization.warnings) == (1000, ())


def test_work_grows_with_the_number_of_accounts_only(tmp_path):
    """Function calls are counted, not seconds: their number is the same on every machine."""

    def calls(accounts):
        directory = write_organization(tmp_path / str(accounts), accounts=accounts)
        profile = cProfile.Profile()
        profile.runcall(config.load, directory)
        return pstats.Stats(profile).total_calls

    calls(100)  # what is read once for all
    assert calls(800) < 4.5 * calls(200)
