"""GuardDuty for all accounts, its findings in the archive, and lists of addresses."""

from cdktf_cdktf_provider_aws.data_aws_kms_key import DataAwsKmsKey
from cdktf_cdktf_provider_aws.guardduty_detector import GuarddutyDetector
from cdktf_cdktf_provider_aws.guardduty_publishing_destination import GuarddutyPublishingDestination

from config.capabilities.logging import LOGGING, archive_account
from config.capabilities.security.model import (
    GuardDuty,
)
from config.facts.regions import OPT_IN_REGIONS
from constructs_lib.logging.log_archive import LogArchiveConstruct
from constructs_lib.security.finding_archive import FindingArchiveConstruct
from constructs_lib.security.guardduty import GuardDutyOrganizationConstruct
from constructs_lib.security.ip_lists import GuardDutyIpListsConstruct, RegionDetector
from stacks.access import role_arn, role_arns
from stacks.capabilities.logging import log_bucket
from stacks.parts import part
from stacks.scope import AccountScope


def add_guardduty(stack: AccountScope, guardduty: GuardDuty) -> None:
    """Add threat detection for all accounts, in every governed region."""
    for region in stack.organization.governed_regions:
        GuardDutyOrganizationConstruct(
            stack,
            f"guardduty-{region}",
            features=guardduty.features,
            existing_detector=True,
            provider=stack.provider(region),
        )


def add_finding_archive(stack: AccountScope, _guardduty: GuardDuty) -> None:
    """Add the bucket of findings: a child of the archive, which is kept from the account's own pipeline."""
    organization, references, logging = stack.organization, stack.references, LOGGING.of(stack.organization)
    if logging is None:
        raise ValueError("There is no archive, and `check` refuses `export` without.")
    FindingArchiveConstruct(
        part(stack, "log-archive", LogArchiveConstruct),
        "Findings",
        bucket_name=_findings_bucket(stack),
        account_id=stack.own_id,
        source_account_id=references.account_id(organization.with_purpose("security")[0]),
        opt_in_regions=[region for region in organization.governed_regions if region in OPT_IN_REGIONS],
        retention_days=logging.retention_days,
        noncurrent_days=logging.noncurrent_days,
        archive_after_days=logging.archive_after_days,
        reader_arns=sorted(set(logging.readers)),
        keeper_arns=[role_arn(references, stack.account, stack.account.entry_role)],
        partition=organization.partition,
        provider=stack.provider(organization.home_region),
    )


def export_findings(stack: AccountScope, _guardduty: GuardDuty) -> None:
    """Write findings of all governed regions into that bucket."""
    organization, name = stack.organization, _findings_bucket(stack)
    keeper, home = archive_account(organization), organization.home_region
    if keeper is None:
        raise ValueError("There is no account for logs, and `check` refuses `export` without.")
    if keeper is stack.account:
        archive = part(stack, "log-archive", LogArchiveConstruct).node.find_child("Findings")
        if not isinstance(archive, FindingArchiveConstruct):
            raise TypeError("Something else than the archive of findings is where that is.")
        name, key_arn = archive.bucket_name, archive.key_arn
    else:  # AWS chooses a key's ARN; it is asked for by its alias
        alias = f"arn:{organization.partition}:kms:{home}:{stack.references.account_id(keeper)}:alias/{name}"
        key_arn = DataAwsKmsKey(stack, "finding-archive-key", key_id=alias, provider=stack.provider(home)).arn
    for region in organization.governed_regions:
        GuarddutyPublishingDestination(
            stack,
            f"guardduty-export-{region}",
            detector_id=part(stack, f"guardduty-{region}", GuardDutyOrganizationConstruct).detector_id,
            destination_arn=f"arn:{organization.partition}:s3:::{name}",
            kms_key_arn=key_arn,
            provider=stack.provider(region),
        )


def _findings_bucket(stack: AccountScope) -> str:
    return f"{log_bucket(stack.references)}-guardduty"


def add_ip_lists(stack: AccountScope, guardduty: GuardDuty) -> None:
    """Add lists of addresses to the detectors of all governed regions."""
    organization = stack.organization
    deployers = (stack.account.entry_role, organization.execution_role.name)
    GuardDutyIpListsConstruct(
        stack,
        "guardduty-lists",
        bucket_name=f"{organization.slug}-guardduty-lists-{stack.own_id}",
        detectors={
            region: RegionDetector(
                part(stack, f"guardduty-{region}", GuardDutyOrganizationConstruct).detector_id, stack.provider(region)
            )
            for region in organization.governed_regions
        },
        trusted=guardduty.trusted_ip_list,
        threats=guardduty.threat_ip_lists,
        writer_arns=role_arns(stack.references, stack.account, sorted(set(deployers))),
        partition=organization.partition,
        provider=stack.provider(organization.home_region),
    )


def add_own_detectors(stack: AccountScope, _guardduty: GuardDuty) -> None:
    """Switch GuardDuty on in the management account, which nobody else can do."""
    for region in stack.organization.governed_regions:
        GuarddutyDetector(stack, f"guardduty-{region}", enable=True, provider=stack.provider(region))
