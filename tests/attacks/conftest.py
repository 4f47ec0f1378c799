"""A small organization with everything that is worth attacking."""

import pytest
import yaml

from estate.local import running_local_aws
from tests.attacks.attack import Target
from tests.small import Small

MORE = {
    "policy_types": ["service_control_policy", "resource_control_policy"],
    "trusted_services": ["cloudtrail.amazonaws.com", "ram.amazonaws.com"],
    "delegated_administrators": {"cloudtrail.amazonaws.com": "security"},
    "logging": {
        "alerts": {"emails": ["security@example.com"]},
        "queries": {"rehearsal_days": 30},
        "locked_copies": True,
    },
}

POLICIES = {
    "quarantine": {
        "targets": ["state:quarantined"],
        "guardrail": "quarantine",
        "parameters": {"exempted_principal_arns": ["Forensics", "OrganizationAccountAccessRole"]},
    },
    "out-of-use": {
        "targets": ["state:quarantined"],
        "guardrail": "restrict-entry",
        "parameters": {"exempted_principal_arns": ["Investigator"]},
    },
    "listened-to": {"targets": ["ou:workloads"], "guardrail": "restrict-session-regions"},
}
TYPES = {
    "quarantine": "service_control_policy",
    "out-of-use": "resource_control_policy",
    "listened-to": "resource_control_policy",
}


def write(directory, local, **more):
    """Write the organization, with more keys of organization.yaml."""
    small = Small.write(
        directory,
        local,
        more={**MORE, **more},
        security={"name": "Security", "purpose": "security", "ou": "infrastructure"},
    )
    for name, policy in POLICIES.items():
        (small.config / f"policies/{name}.yaml").write_text(yaml.safe_dump({"type": TYPES[name], **policy}))
    return small


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    """The organization, deployed; what attacks break stays broken."""
    with running_local_aws() as local:
        small = write(tmp_path_factory.mktemp("attacked"), local)
        small.estate("bootstrap", "--yes")
        yield Target(small)
