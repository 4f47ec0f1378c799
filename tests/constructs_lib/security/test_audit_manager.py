import pytest

from constructs_lib import AuditManagerAdministratorConstruct, AuditManagerConstruct, InvalidValueError
from tests.template import synth

pytestmark = pytest.mark.row("C6")
ACCOUNT = "222222222222"


def test_the_management_account_is_registered_before_it_names_the_administrator():
    found = synth(lambda stack: AuditManagerAdministratorConstruct(stack, "audits", account_id=ACCOUNT))
    (name,) = found.resources("aws_auditmanager_account_registration")
    administrator = found.only("aws_auditmanager_organization_admin_account_registration")
    assert administrator["admin_account_id"] == ACCOUNT
    assert administrator["depends_on"] == [f"aws_auditmanager_account_registration.{name}"]
    assert "kms_key" not in found.only("aws_auditmanager_account_registration")


def test_evidence_is_encrypted_with_a_key_of_the_administrator_that_rotates():
    found = synth(lambda stack: AuditManagerConstruct(stack, "audits", account_id=ACCOUNT))
    (name,) = found.resources("aws_kms_key")
    registration = found.only("aws_auditmanager_account_registration")
    assert registration["kms_key"] == f"${{aws_kms_key.{name}.arn}}"
    assert found.only("aws_kms_key")["enable_key_rotation"] is True
    assert found.only("aws_kms_alias")["name"] == "alias/audit-manager"
    (statement,) = found.policy("aws_kms_key", "policy")["Statement"]
    assert statement["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


def test_switched_off_means_deregistered():
    for construct in (AuditManagerAdministratorConstruct, AuditManagerConstruct):
        found = synth(lambda stack, made=construct: made(stack, "audits", account_id=ACCOUNT))
        assert found.only("aws_auditmanager_account_registration")["deregister_on_destroy"] is True


@pytest.mark.parametrize("construct", [AuditManagerAdministratorConstruct, AuditManagerConstruct])
def test_a_malformed_account_is_refused(construct):
    with pytest.raises(InvalidValueError, match="account_id"):
        synth(lambda stack: construct(stack, "audits", account_id="2222"))
