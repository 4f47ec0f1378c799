"""What the organization's security services need of the rest."""

from collections.abc import Iterator, Mapping
from typing import Final

from config.errors import Problem
from config.files import Files
from config.model.base import enabled
from config.nodes import Organization

_TRUSTED: Final[Mapping[str, tuple[str, ...]]] = {
    "config": ("config.amazonaws.com", "config-multiaccountsetup.amazonaws.com"),
    "central_root_access": ("iam.amazonaws.com",),
}
"""Services that must be trusted, beside those that must have an administrator."""
_ADMINISTERED: Final[Mapping[str, tuple[str, ...]]] = {
    "config": ("config.amazonaws.com", "config-multiaccountsetup.amazonaws.com"),
    "guardduty": ("guardduty.amazonaws.com",),
    "security_hub": ("securityhub.amazonaws.com",),
    "access_analyzer": ("access-analyzer.amazonaws.com",),
    "inspector": ("inspector2.amazonaws.com",),
    "macie": ("macie.amazonaws.com",),
    "detective": ("detective.amazonaws.com",),
}
"""What the security account must administer, by the key of `security`."""


def services(organization: Organization, files: Files) -> Iterator[Problem]:
    """Each service that is on is trusted, and administered by the security account."""
    security, file = enabled(organization.security), files.organization.file
    if security is None or not all(entry.clean for entry in files.accounts.values()):
        return
    accounts = organization.with_purpose("security")
    if not accounts:
        cure = "Add an account with `purpose: security`, or say `enabled: false`."
        yield file.problem(("security",), "`security` without an account for it", "a security account", cure)
        return
    owner = accounts[0]
    for key in sorted({*_TRUSTED, *_ADMINISTERED}):
        if not security.on(key):
            continue
        path = ("security", key)
        for service in _TRUSTED.get(key, ()):
            if service not in organization.trusted_services:
                cure = f"Add {service} to `trusted_services`."
                yield file.problem(path, f"`{key}` without it", f"{service} among `trusted_services`", cure)
        for service in _ADMINISTERED.get(key, ()):
            if organization.delegated_administrators.get(service) is not owner:
                expected = f"{owner.slug!r} as the delegated administrator of {service}"
                cure = f"Add `{service}: {owner.slug}` to `delegated_administrators`."
                yield file.problem(path, f"`{key}` without it", expected, cure)


def recorders(organization: Organization, files: Files) -> Iterator[Problem]:
    """What recorders write down is delivered to the log archive."""
    if enabled(organization.logging) or not files.organization.clean:
        return
    for account in organization.accounts.values():
        if not enabled(account.settings.config_recorder):
            continue
        file, path = files.accounts[account.slug].file, ("settings", "config_recorder")
        arrived = f"a recorder in {account.slug!r}"
        cure = "Add `logging` to organization.yaml, or switch the recorder off."
        yield file.problem(path if file.holds(path) else (), arrived, "a log archive that it delivers to", cure)
