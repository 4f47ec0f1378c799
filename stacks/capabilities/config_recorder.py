"""AWS Config in an account: a recorder in every governed region."""

from config.model.base import enabled
from config.model.capabilities.config_recorder import ConfigRecorder
from config.nodes import Account
from constructs_lib.security.config_recorder import ConfigRecorderConstruct
from stacks.capabilities.capability import AnyStack, Capability
from stacks.capabilities.logging import log_bucket


def recorder(account: Account) -> ConfigRecorder | None:
    """The account's settings, if it has a recorder."""
    return enabled(account.settings.config_recorder)


def _add(stack: AnyStack) -> None:
    settings = recorder(stack.account)
    if settings is None:
        return
    organization = stack.organization
    role: str | None = None
    # The home region comes first: it makes the role and records IAM, which is global.
    for region in sorted(organization.governed_regions, key=lambda one: one != organization.home_region):
        # The bucket encrypts with its own key, so nobody here need know it.
        made = ConfigRecorderConstruct(
            stack,
            f"config-{region}",
            bucket_name=log_bucket(stack.references),
            global_resources=region == organization.home_region,
            frequency=settings.frequency,
            excluded_resource_types=settings.excluded_resource_types,
            role_arn=role,
            provider=stack.provider(region),
        )
        role = made.role_arn


CONFIG_RECORDER: Capability[AnyStack] = Capability(
    "config_recorder",
    lambda _organization, account: recorder(account) is not None,
    _add,
    frozenset(
        {
            "aws_config_configuration_recorder",
            "aws_config_configuration_recorder_status",
            "aws_config_delivery_channel",
            "aws_iam_service_linked_role",
        }
    ),
)
