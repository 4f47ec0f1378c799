"""The table of blocks is true: it has what the universal configuration has, and what it says works is there in the result."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from config import load
from estate.lza.block import State
from estate.lza.blocks import BLOCKS, FINDER
from estate.lza.page import page
from estate.lza.reading import LzaError
from stacks.app import synthesize
from tests.estate.lza.conftest import MEADOW, take
from tests.estate.lza.proofs import PROOFS
from tests.stacks.conftest import CHECKOUT

KEYS = (Path(__file__).parent / "universal-keys.txt").read_text().splitlines()
"""The keys of AWS's universal configuration, of both variants."""


NEEDED = {
    "accounts: mandatoryAccounts",
    "accounts: workloadAccounts",
    "global: homeRegion",
    "network: centralNetworkServices.ipams",
    "network: centralNetworkServices.ipams.pools",
    "network: centralNetworkServices.networkFirewall.policies",
    "network: centralNetworkServices.networkFirewall.rules",
    "network: endpointPolicies",
    "network: transitGateways",
    "network: vpcs",
    "network: vpcs.routeTables",
    "network: vpcs.subnets",
    "network: vpcs.subnets.ipamAllocation",
    "organization: organizationalUnits",
    "replacements: globalReplacements",
    "security: centralSecurityServices.ssmAutomation",
}
"""Blocks without which others of the configuration say nothing: that is an error."""
REFUSED = {
    "network: transitGateways.shareTargets": [
        "organizational_units.work.organizational_units.live.defaults.network.attachment",
        "settings.network.attachment",
    ],
    "global: enabledRegions": [""],
}
"""Keys of what `estate check` says where a block is missing that others need in AWS, too: a backup policy for instance."""
WORKING = {block.name: block for block in BLOCKS if block.counts and block.state is State.WORKS}


def test_the_table_has_every_key_of_the_universal_configuration_and_no_block_that_it_has_not():
    found = {}
    for line in KEYS:
        file, _, key = line.partition(": ")
        found[line] = FINDER.of(f"{file}-config.yaml", tuple(key.split(".")))
    assert [line for line, block in found.items() if block is None] == []
    there = {block.name for block in found.values()}
    assert {block.name for block in BLOCKS if block.universal} == {
        name for name in there if not name.startswith("network: vpcTemplates.")
    }


def test_the_tests_own_configuration_has_every_block(meadow):
    there = {(result.file, result.key) for result in meadow.results}
    assert [block.name for block in BLOCKS if block.universal and (block.file, block.key) not in there] == []


def test_what_is_taken_over_is_a_configuration_without_errors(meadow):
    assert [str(problem) for problem in meadow.problems] == []


def test_each_block_that_works_is_proved():
    assert set(PROOFS) == set(WORKING)


@pytest.mark.parametrize("name", sorted(PROOFS))
def test_a_block_that_works_leaves_what_it_stands_for_and_nothing_of_it_without(meadow, tmp_path, name):
    proof, block = PROOFS[name], WORKING[name]
    assert proof.says(meadow.organization)
    source = without(block, tmp_path / "lza")
    if name in NEEDED:
        with pytest.raises(LzaError):
            take(source, tmp_path / "config")
        return
    found = take(source, tmp_path / "config")
    assert [problem.key for problem in found.problems if problem.severity == "error"] == REFUSED.get(name, [])
    if name not in REFUSED:
        assert holds(proof, found.organization) is bool(proof.stays)


def holds(proof, organization):
    try:
        return bool(proof.says(organization))
    except (KeyError, AttributeError, IndexError, TypeError):
        return False  # there is nothing left to look at


def without(block, directory):
    """Meadow's configuration without a block."""
    shutil.copytree(MEADOW, directory)
    path = directory / block.file
    lines = (
        path.read_text()
        .replace("[ {{ EnabledRegions }} ]", '["{{ EnabledRegions }}"]')
        .replace("asn: {{ GatewayNumber }}", 'asn: "{{ GatewayNumber }}"')
    )
    data = yaml.safe_load(lines)
    removed(data, block.parts)
    path.write_text(yaml.safe_dump(data))
    return directory


def removed(data, keys):
    if isinstance(data, list):
        for each in data:
            removed(each, keys)
    elif isinstance(data, dict) and len(keys) == 1:
        data.pop(keys[0], None)
    elif isinstance(data, dict) and keys[0] in data:
        removed(data[keys[0]], keys[1:])


@pytest.fixture(scope="module")
def types(meadow, tmp_path_factory):
    """The resource types of each stack that Meadow synthesizes to."""
    out = tmp_path_factory.mktemp("synthesized") / "cdktf.out"
    synthesize(load(meadow.directory), CHECKOUT / ".terraform.lock.hcl", (), outdir=out)
    return {
        path.parent.name: set(json.loads(path.read_text())["resource"]) for path in out.glob("stacks/*/cdk.tf.json")
    }


@pytest.mark.parametrize("name", sorted(name for name, proof in PROOFS.items() if proof.types))
def test_a_block_that_works_is_in_the_stacks(types, name):
    for stack, wanted in PROOFS[name].types.items():
        assert wanted <= types[stack], stack


def test_the_page_is_what_the_table_says():
    assert Path("docs/comparison.md").read_text(encoding="utf-8") == page(), "run: python -m estate.lza"
