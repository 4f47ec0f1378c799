"""A broken configuration of the Accelerator is refused with file, line and key, and what is read is as the Accelerator reads it."""

from ipaddress import IPv4Network

import pytest

from estate.lza.addresses import Pool, packed
from estate.lza.importing import convert
from estate.lza.reading import LzaError, read
from tests.estate.lza.conftest import take

BROKEN = {
    "no YAML": ("global-config.yaml", [("tags:", "tags: [")], "global-config.yaml:5: found"),
    "an unknown replacement": (
        "global-config.yaml",
        [("{{ HomeRegion }}", "{{ HomeRegio }}")],
        "global-config.yaml:1: found the replacement {{ HomeRegio }}",
    ),
    "a region that there is not": (
        "replacements-config.yaml",
        [("value: eu-central-1", "value: eu-middle-1")],
        "global-config.yaml:1: homeRegion: found 'eu-middle-1'; expected a region",
    ),
    "an account that there is not": (
        "network-config.yaml",
        [("  account: Perimeter", "  account: Perimetre")],
        "vpcs[2].account: found 'Perimetre'; expected an account of the configuration: one of Management, LogArchive, Audit, SharedServices, Network, Perimeter, ShopLive, ShopTrial. Did you mean 'Perimeter'?",
    ),
    "an OU that there is not": (
        "organization-config.yaml",
        [("organizationalUnits: [Guard, Core, Work]", "organizationalUnits: [Guard, Core, Werk]")],
        "serviceControlPolicies[0].deploymentTargets.organizationalUnits: found 'Werk'",
    ),
    "an address that is none": (
        "accounts-config.yaml",
        [("audit@meadow.example", "<audit>@meadow.example")],
        "accounts-config.yaml:8: mandatoryAccounts[2].email: found '<audit>@meadow.example'; expected an e-mail address",
    ),
    "text for a number": (
        "network-config.yaml",
        [("asn: {{ GatewayNumber }}", "asn: many")],
        "transitGateways[0].asn: found 'many'; expected a whole number",
    ),
    "text for a truth value": (
        "security-config.yaml",
        [("accessAnalyzer: {enable: true}", "accessAnalyzer: {enable: yes}")],
        "accessAnalyzer.enable: found 'yes'; expected true or false",
    ),
    "a mapping for a list": (
        "network-config.yaml",
        [("vpcs:\n", "vpcs:\n  one:\n")],
        "vpcs: found a mapping",
    ),
    "a policy without a file": (
        "organization-config.yaml",
        [("keep-logs.json", "keep-log.json")],
        "serviceControlPolicies[0].policy: found 'service-control-policies/keep-log.json', which is not there",
    ),
    "a policy outside of the directory": (
        "organization-config.yaml",
        [("service-control-policies/keep-logs.json", "../keep-logs.json")],
        "expected a file of the configuration's directory",
    ),
    "a policy that is no JSON": (
        "service-control-policies/keep-logs.json",
        [('"Statement": [', '"Statement": [[')],
        "service-control-policies/keep-logs.json:20: found no JSON (expecting ',' delimiter); expected valid JSON. organization-config.yaml:16 names it.",
    ),
    "a range in quotes that is none": (
        "network-config.yaml",
        [("cidrs: [10.0.16.0/24]", "cidrs: [10.0.16.1/24]")],
        "vpcs[1].cidrs: found '10.0.16.1/24'; expected a range that starts at its first address. Write '10.0.16.0/24'.",
    ),
    "no name": (
        "iam-config.yaml",
        [("- name: Machines\n", "- name:\n")],
        "roleSets[0].roles[0]: found nothing for `name`; expected a value for `name`",
    ),
    "a value of SSM": (
        "replacements-config.yaml",
        [("{key: Everything, type: String, value: 10.0.0.0/8}", "{key: Everything, path: /net/all}")],
        "the value of the SSM parameter /net/all, which only AWS knows; expected a value. Say it: --value Everything=…",
    ),
    "the management account by another name": (
        "accounts-config.yaml",
        [("name: Management", "name: Boss")],
        "",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_broken_is_told_with_its_place(changed, case):
    file, changes, message = BROKEN[case]
    with pytest.raises(LzaError) as refused:
        convert(read(changed(file, *changes), {}), name=None, slug=None, ids={})
    said = [str(problem) for problem in refused.value.problems]
    assert any(message in each for each in said), said
    assert all(problem.file and problem.line for problem in refused.value.problems), said


def test_a_directory_without_a_configuration_is_none(tmp_path):
    with pytest.raises(LzaError, match="side by side"):
        read(tmp_path, {})


def test_values_that_only_aws_knows_can_be_said(changed):
    source = changed(
        "replacements-config.yaml",
        ("{key: Everything, type: String, value: 10.0.0.0/8}", "{key: Everything, path: /net/all}"),
    )
    assert read(source, {"Everything": "10.0.0.0/8"}).replacements["Everything"] == "10.0.0.0/8"
    with pytest.raises(LzaError, match="Did you mean 'Everything'"):
        read(source, {"Everythin": "10.0.0.0/8"})


def test_aliases_and_merged_mappings_are_read(changed, tmp_path):
    source = changed(
        "network-config.yaml",
        (
            "deploymentTargets: {organizationalUnits: [Work/Live]}",
            "deploymentTargets: &live {organizationalUnits: [Work/Live]}",
        ),
        (
            "gatewayEndpoints:\n      defaultPolicy: Everybody\n",
            "gatewayEndpoints: &all\n      defaultPolicy: Everybody\n",
        ),
        (
            "gatewayEndpoints: {defaultPolicy: Everybody, endpoints: [{service: s3}]}",
            "gatewayEndpoints: {<<: *all, endpoints: [{service: s3}]}",
        ),
    )
    perimeter = take(source, tmp_path / "config").draft.accounts["perimeter"]
    assert perimeter["settings"]["network"]["endpoints"]["gateways"] == ["s3"]


def test_a_mapping_in_itself_has_no_end(changed):
    with pytest.raises(LzaError, match="an alias of what it is in"):
        read(changed("global-config.yaml", ("backup:\n", "backup: &backup\n  again: *backup\n")), {})


def test_ranges_are_given_out_without_overlaps():
    assert packed("10.0.0.0/24", {"a": 28, "b": 25, "c": 26, "d": 25}) == {
        "b": "10.0.0.0/25",
        "d": "10.0.0.128/25",
    }
    assert packed("10.0.0.0/24", {"a": 28}, ["10.0.0.0/28"]) == {"a": "10.0.0.16/28"}
    pool = Pool("p", (IPv4Network("10.0.0.0/30"), IPv4Network("10.1.0.0/30")))
    assert [pool.next(31) for _ in range(5)] == ["10.0.0.0/31", "10.0.0.2/31", "10.1.0.0/31", "10.1.0.2/31", None]
