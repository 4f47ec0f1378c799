"""The configuration loads without CDKTF, and quickly."""

import subprocess
import sys
import time

import pytest

import config
from tests.organizations import write_organization


@pytest.mark.parametrize("module", ["config", "estate.commands.check", "estate.commands.tree"])
def test_cdktf_is_not_imported(module):
    heavy = ("cdktf", "jsii", "constructs", "boto3", "moto", "jsonschema")
    code = f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_thousand_accounts_load_in_about_a_second(tmp_path):
    write_organization(tmp_path, accounts=1000)
    start = time.process_time()
    organization = config.load(tmp_path)
    took = time.process_time() - start
    assert (len(organization.accounts), organization.warnings) == (1000, ())
    assert took < 2, f"{took:.2f} s of CPU; it is 0.25 s on an idle machine"


def test_work_grows_with_the_number_of_accounts_only(tmp_path):
    def cost(accounts):
        directory = write_organization(tmp_path / str(accounts), accounts=accounts)
        times = []
        for _ in range(3):
            start = time.process_time()
            config.load(directory)
            times.append(time.process_time() - start)
        return min(times)

    assert cost(1600) < 8 * cost(400), "four times the accounts should cost about four times as much"
