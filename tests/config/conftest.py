"""A small organization that has nothing wrong, for tests to change."""

from pathlib import Path

import pytest

FILES = {
    "organization.yaml": """\
name: Acme
slug: acme
email: aws+{account}@example.com
regions:
  home: eu-central-1
  governed: [eu-central-1, us-east-1]
trusted_services: [ram.amazonaws.com, guardduty.amazonaws.com]
delegated_administrators:
  guardduty.amazonaws.com: security
tags:
  owner: platform
organizational_units:
  security: {}
  workloads:
    tags: {environment: development}
    organizational_units:
      production:
        tags: {environment: production}
      staging: {}
""",
    "accounts/management.yaml": 'name: Management\npurpose: management\nid: "111111111111"\n',
    "accounts/security.yaml": "name: Security\npurpose: security\nou: security\n",
    "accounts/shop.yaml": "name: Shop\nou: workloads/production\n",
    "accounts/test.yaml": "name: Test\nou: workloads/staging\n",
    "policies/stay.yaml": """\
type: service_control_policy
targets: [root]
statements:
  - effect: Deny
    actions: organizations:LeaveOrganization
""",
}


class Directory:
    """A configuration directory that tests write to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name: str, text: str | bytes) -> None:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)

    def replace(self, name: str, old: str, new: str) -> None:
        text = (self.path / name).read_text()
        assert text.count(old) == 1, f"{name} has {text.count(old)} times {old!r}"
        self.write(name, text.replace(old, new))

    def append(self, name: str, text: str) -> None:
        self.write(name, (self.path / name).read_text() + text)


@pytest.fixture
def directory(tmp_path):
    return Directory(tmp_path)
