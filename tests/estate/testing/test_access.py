"""What an organization's tests promise of its identities."""

import pytest

from estate.testing import assert_only, assert_reachable, assert_unreachable
from tests.organizations import write_organization

pytestmark = pytest.mark.row("E7")


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    return write_organization(tmp_path_factory.mktemp("organization"), 6)


SECURITY = "role:security/OrganizationAccountAccessRole"
AUDIT = "role:workload-0000/SecurityAudit"


def test_reachable(config):
    assert_reachable(SECURITY, AUDIT, config=config)
    assert_reachable(SECURITY, "workload-0000", config=config)
    with pytest.raises(AssertionError, match=f"There is no way from {AUDIT} to security"):
        assert_reachable(AUDIT, "security", config=config)


def test_unreachable(config):
    assert_unreachable(AUDIT, "management", config=config)
    with pytest.raises(AssertionError, match=f"reaches {AUDIT}: assumes {AUDIT}"):
        assert_unreachable(SECURITY, AUDIT, config=config)


def test_only(config):
    administrators = ["root:network", "role:network/OrganizationAccountAccessRole"]
    assert_only(administrators, "iam:CreateUser", account="network", config=config)
    with pytest.raises(AssertionError, match=r"iam:CreateUser can be done by role:network/Organ.*, too"):
        assert_only(["root:*"], "iam:CreateUser", account="network", config=config)
    with pytest.raises(LookupError, match="There is no account 'nowhere'"):
        assert_only([], "iam:CreateUser", account="nowhere", config=config)
