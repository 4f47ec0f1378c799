"""AWS Config in an account: a recorder in every governed region."""

from config.capabilities.config_recorder import ConfigRecorder
from config.capabilities.config_rules import Remediation as Mending
from config.capabilities.logging import archive_account
from config.capabilities.roles import ROLES
from config.capabilities.ssm_documents import own_document
from constructs_lib.iam.cross_account_role import CrossAccountRoleConstruct
from constructs_lib.logging.log_archive import LogArchiveConstruct
from constructs_lib.operations.document import SsmDocumentConstruct
from constructs_lib.security.account_config_rules import AccountConfigRulesConstruct, Remediation
from constructs_lib.security.config_recorder import ConfigRecorderConstruct
from constructs_lib.security.organization_config_rules import ManagedRule
from stacks.capabilities.logging import config_bucket
from stacks.parts import part
from stacks.scope import AccountScope


def add(stack: AccountScope, settings: ConfigRecorder) -> None:
    """Add a recorder in every governed region."""
    organization = stack.organization
    # In the account that has the bucket, channels wait for it.
    here = archive_account(organization) is stack.account
    archive = part(stack, "log-archive", LogArchiveConstruct) if here else None
    bucket = archive.config_bucket_name if archive else config_bucket(stack.references)
    role: str | None = None
    # The home region comes first: it makes the role and records IAM, which is global.
    for region in sorted(organization.governed_regions, key=lambda one: one != organization.home_region):
        # The bucket encrypts with its own key, so nobody here need know it.
        id_ = f"config-{region}"
        stack.parts[id_] = made = ConfigRecorderConstruct(
            stack,
            id_,
            bucket_name=bucket,
            global_resources=region == organization.home_region,
            frequency=settings.frequency,
            excluded_resource_types=settings.excluded_resource_types,
            role_arn=role,
            provider=stack.provider(region),
        )
        role = made.role_arn


def add_rules(stack: AccountScope, settings: ConfigRecorder) -> None:
    """Add the account's own rules, which need the recorder of their region."""
    rules = {
        name: ManagedRule(
            rule.identifier, rule.parameters, rule.resource_types, rule.frequency, rule.description, rule.listed
        )
        for name, rule in settings.rules.items()
    }
    for region in stack.organization.governed_regions:
        AccountConfigRulesConstruct(
            stack,
            f"account-rules-{region}",
            rules=rules,
            remediations={
                name: _remediation(stack, rule.remediation, region)
                for name, rule in settings.rules.items()
                if rule.remediation
            },
            tags={name: rule.tags for name, rule in settings.rules.items() if rule.tags},
            depends_on=part(stack, f"config-{region}", ConfigRecorderConstruct).recorders,
            provider=stack.provider(region),
        )


def _remediation(stack: AccountScope, mending: Mending, region: str) -> Remediation:
    """What mends in a region, once the document and the role are there: it may begin at once."""
    own = own_document(stack.organization, stack.account, mending.document)
    roles = (ROLES.of(stack.organization) or {}).values()
    role = next((each for each in roles if each.name == mending.role and stack.account in each.accounts), None)
    return Remediation(
        part(stack, f"ssm-document-{own.slug}-{region}", SsmDocumentConstruct).document_name
        if own
        else mending.document,
        mending.parameters,
        part(stack, f"role-{role.slug}", CrossAccountRoleConstruct).role_arn if role else None,
        mending.automatic,
        mending.attempts,
        mending.retry_seconds,
    )
