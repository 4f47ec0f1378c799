"""Security services over the whole organization: AWS has them there, and the security account may run them."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from config.capabilities.logging import LOGGING, archive_account
from config.capabilities.problems import absent
from config.capabilities.security.model import AuditManager, Security, SecurityLake
from config.errors import Problem, one_of
from config.facts.partitions import has_service
from config.facts.regions import OPT_IN_REGIONS
from config.model.base import enabled
from config.nodes import Configuration, Organization
from config.sources.files import Files

_TRUSTED: Final[Mapping[str, tuple[str, ...]]] = {
    "config": ("config.amazonaws.com", "config-multiaccountsetup.amazonaws.com"),
    "central_root_access": ("iam.amazonaws.com",),
}
"""Services that must be trusted, beside those that must have an administrator."""
_ENDPOINTS: Final[Mapping[str, str]] = {
    "access_analyzer": "access-analyzer",
    "audit_manager": "auditmanager",
    "config": "config",
    "detective": "api.detective",
    "firewall_manager": "fms",
    "guardduty": "guardduty",
    "inspector": "inspector2",
    "macie": "macie2",
    "security_hub": "securityhub",
    "security_lake": "securitylake",
}
"""The service's endpoint as botocore names it, by the key of `security`."""
_ADMINISTERED: Final[Mapping[str, tuple[str, ...]]] = {
    "config": ("config.amazonaws.com", "config-multiaccountsetup.amazonaws.com"),
    "guardduty": ("guardduty.amazonaws.com",),
    "security_hub": ("securityhub.amazonaws.com",),
    "access_analyzer": ("access-analyzer.amazonaws.com",),
    "inspector": ("inspector2.amazonaws.com",),
    "macie": ("macie.amazonaws.com",),
    "detective": ("detective.amazonaws.com",),
    "audit_manager": ("auditmanager.amazonaws.com",),
    "security_lake": ("securitylake.amazonaws.com",),
}
"""What the security account must administer, by the key of `security`; Security Lake is the log archive's account's.

Source: https://docs.aws.amazon.com/prescriptive-guidance/latest/security-reference-architecture/log-archive.html
"""
_REGIONAL: Final = ("audit_manager", "security_lake")
"""Services that name their regions."""
_SCANS: Final = "EBS_MALWARE_PROTECTION"
_SCANNER: Final = "malware-protection.guardduty.amazonaws.com"
"""Whose role in each account scans volumes: GuardDuty's administrator makes it where the organization trusts it."""


def services(organization: Configuration, security: Security | None, files: Files) -> Iterator[Problem]:
    """Each service that is on is trusted, and administered by the security account, or that of the archive."""
    file = files.organization.file
    if security is None or not all(entry.clean for entry in files.accounts.values()):
        return
    accounts = organization.with_purpose("security")
    if not accounts:
        cure = "Add an account with `purpose: security`, or say `enabled: false`."
        yield file.problem(("security",), "`security` without an account for it", "a security account", cure)
        return
    for key in sorted({*_TRUSTED, *_ADMINISTERED}):
        if not security.on(key):
            continue
        path, owner = ("security", key), accounts[0]
        if key == "security_lake":
            owner = archive_account(organization) or owner
        for service in _TRUSTED.get(key, ()):
            if service not in organization.trusted_services:
                cure = f"Add {service} to `trusted_services`."
                yield file.problem(path, f"`{key}` without it", f"{service} among `trusted_services`", cure)
        for service in _ADMINISTERED.get(key, ()):
            if organization.delegated_administrators.get(service) is not owner:
                expected = f"{owner.slug!r} as the delegated administrator of {service}"
                cure = f"Add `{service}: {owner.slug}` to `delegated_administrators`."
                yield file.problem(path, f"`{key}` without it", expected, cure)


def scanned(organization: Configuration, security: Security | None, files: Files) -> Iterator[Problem]:
    """GuardDuty may scan volumes in all accounts.

    Source: https://docs.aws.amazon.com/guardduty/latest/ug/configure-malware-protection-guardduty-initiated-multi-account.html
    """
    guardduty = security.guardduty if security and security.on("guardduty") else None
    if guardduty is None or not files.organization.clean:
        return
    if _SCANS in guardduty.features and _SCANNER not in organization.trusted_services:
        path, cure = ("security", "guardduty", "features"), f"Add {_SCANNER} to `trusted_services`."
        yield files.organization.file.problem(
            path, f"{_SCANS} without it", f"{_SCANNER} among `trusted_services`", cure
        )


def exported(organization: Configuration, security: Security | None, files: Files) -> Iterator[Problem]:
    """There is an archive that findings are written into."""
    guardduty = security.guardduty if security and security.on("guardduty") else None
    if guardduty is None or not enabled(guardduty.export) or not files.organization.clean:
        return
    path, home = ("security", "guardduty", "export"), organization.home_region
    elsewhere = [region for region in organization.governed_regions if region != home]
    if home in OPT_IN_REGIONS and elsewhere:
        arrived = f"findings of {', '.join(elsewhere)} for a bucket in {home}"
        expected = "a home region that AWS has open by itself: GuardDuty writes into buckets of no other from elsewhere"
        yield files.organization.file.problem(path, arrived, expected, "Leave `export` out.")
    if LOGGING.of(organization) is None:
        cure = "Add `logging`, or leave `export` out."
        yield files.organization.file.problem(
            path, "`export` without it", "`logging`, whose archive keeps findings", cure
        )


def matched(organization: Configuration, security: Security | None, files: Files) -> Iterator[Problem]:
    """The accounts that automation rules are about are there: a rule about none would be one about all."""
    hub = security.security_hub if security and security.on("security_hub") else None
    if hub is None or not files.organization.clean:
        return
    for slug, rule in hub.automation_rules.items():
        if rule.match.accounts and not organization.select_accounts(rule.match.accounts):
            path = ("security", "security_hub", "automation_rules", slug, "match", "accounts")
            cure = "Leave the rule out until there are some."
            yield files.organization.file.problem(path, "selectors of no account", "at least one account", cure)


def placed(organization: Configuration, security: Security | None, files: Files) -> Iterator[Problem]:
    """Services that name their regions are on in governed ones."""
    governed = organization.governed_regions
    for key in _REGIONAL if security else ():
        service = getattr(security, key) if security and security.on(key) else None
        for number, region in enumerate(service.regions if service else ()):
            if region not in governed:
                path = ("security", key, "regions", number)
                cure = "Add it to `regions.governed`."
                yield files.organization.file.problem(
                    path, repr(region), f"a governed region: {one_of(governed)}", cure
                )


def service_regions(organization: Configuration | Organization, service: AuditManager | SecurityLake) -> list[str]:
    """The regions that a service is on in."""
    return sorted(set(service.regions or organization.governed_regions))


def available(organization: Configuration, security: Security | None, files: Files) -> Iterator[Problem]:
    """AWS has each service that is on in all governed regions."""
    for key, endpoint in _ENDPOINTS.items() if security else ():
        if security and security.on(key):
            regions: Collection[str] = organization.governed_regions
            cure = "Leave them out of `regions.governed`, or switch the service off."
            if key in _REGIONAL:
                regions, cure = service_regions(organization, getattr(security, key)), "Name the others as `regions`."
            if not has_service(endpoint, organization.partition):
                cure = "Switch it off."
            yield from absent(files.organization.file, ("security", key), endpoint, regions, cure)
