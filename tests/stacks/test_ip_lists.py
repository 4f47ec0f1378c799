"""GuardDuty's lists of addresses: in the security account's stack, as far as they are said; without one, nothing is there."""

import pytest
import yaml

from config import load
from tests.organizations import copy_sample
from tests.stacks.conftest import _synthesize
from tests.stacks.test_switches import resources

pytestmark = pytest.mark.row("C6")
ENTRIES = "203.0.113.9\n# a scanner\n\n  198.51.100.0/24\n203.0.113.9\n"
LISTS = {"trusted_ip_list": "documents/offices.txt", "threat_ip_lists": {"scanners": "documents/offices.txt"}}


def stack_of(directory, lists, text=ENTRIES):
    config = copy_sample(directory / "config")
    (config / "policies" / "documents" / "offices.txt").write_text(text)
    path = config / "organization.yaml"
    data = yaml.safe_load(path.read_text())
    data["security"]["guardduty"].update(lists)
    path.write_text(yaml.safe_dump(data))
    return _synthesize(load(config), directory / "out", ["security"])["security"]


def test_on_they_are_all_that_is_added(tmp_path, synthesized):
    before, after = resources(synthesized["security"]), resources(stack_of(tmp_path, LISTS))
    added = {address for address in after if address.partition(".")[2].startswith("guardduty-lists_")}
    assert after.keys() - before.keys() == added
    assert {address: after[address] for address in before} == before
    assert {address.partition(".")[0] for address in added} >= {
        "aws_guardduty_ipset",
        "aws_guardduty_threatintelset",
        "aws_s3_bucket",
        "aws_s3_object",
    }


@pytest.mark.parametrize("lists", [{}, {"threat_ip_lists": {}}, {**LISTS, "enabled": False}], ids=str)
def test_off_nothing_of_them_is_there(tmp_path, lists):
    assert "guardduty-lists" not in str(stack_of(tmp_path, lists))


def test_entries_are_written_once_in_order_so_that_comments_and_order_change_nothing(tmp_path):
    files = stack_of(tmp_path / "one", LISTS)["resource"]["aws_s3_object"]
    assert {file["content"] for file in files.values()} == {"198.51.100.0/24\n203.0.113.9\n"}
    assert stack_of(tmp_path / "two", LISTS, "198.51.100.0/24\n203.0.113.9\n")["resource"]["aws_s3_object"] == files


def test_the_pipeline_may_have_guardduty_read_them_by_the_role_that_aws_made_for_it(tmp_path):
    stack = stack_of(tmp_path, LISTS)["resource"]
    written = str(stack["aws_iam_policy"])
    assert "guardduty:CreateIPSet" in written
    role = "role/aws-service-role/guardduty.amazonaws.com/*"
    statements = [
        statement
        for policy in stack["aws_iam_policy"].values()
        for statement in yaml.safe_load(policy["policy"])["Statement"]
        if role in str(statement.get("Resource"))
    ]
    (putting,) = [one for one in statements if "iam:PutRolePolicy" in one["Action"]]
    assert "Condition" not in putting  # roles of AWS's own have no boundary
    assert str(putting["Resource"]).endswith(role)
