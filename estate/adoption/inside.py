"""What is in an account, as far as the account's own stack would make something like it: by Terraform's types and import ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from config.model.found import GLOBAL
from estate.adoption.delegates import ADMINISTRATION, DELEGATES
from estate.adoption.kinds import Value
from estate.bootstrap.finders import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from estate.adoption.clients import Clients
    from estate.adoption.kinds import Entry

_NONE: Final = MISSING | {"NoSuchPublicAccessBlockConfiguration"}
_SERVICE_PATH: Final = "/aws-service-role/"
_MANY_LOG_GROUPS: Final = ("/aws/codebuild/", "/aws/lambda/")
"""One for each function and project: an account may have thousands, and no capability makes one."""
_CONTACTS: Final = ("BILLING", "OPERATIONS", "SECURITY")


def _iam(clients: Clients, _: str) -> Iterator[Entry]:
    """Roles and policies with one listing: it has what is attached, so nothing is asked for each role."""
    client = clients.client("iam")
    pages = client.get_paginator("get_account_authorization_details").paginate(Filter=["Role", "LocalManagedPolicy"])
    for page in pages:
        for role in page["RoleDetailList"]:
            name = role["RoleName"]
            if role["Path"].startswith(_SERVICE_PATH):
                service = role["Path"].removeprefix(_SERVICE_PATH).strip("/")
                yield "aws_iam_service_linked_role", service, role["Arn"]
                continue
            yield "aws_iam_role", name, name
            for policy in role.get("AttachedManagedPolicies", ()):
                yield "aws_iam_role_policy_attachment", f"{name},{policy['PolicyArn']}", f"{name}/{policy['PolicyArn']}"
            for policy in role.get("RolePolicyList", ()):
                yield "aws_iam_role_policy", f"{name},{policy['PolicyName']}", f"{name}:{policy['PolicyName']}"
        for policy in page["Policies"]:
            path = "" if policy["Path"] == "/" else policy["Path"]
            yield "aws_iam_policy", f"{path},{policy['Arn'].rpartition('/')[2]}", policy["Arn"]


def _users(clients: Clients, _: str) -> Iterator[Entry]:
    for user in clients.pages("iam", "list_users", "Users"):
        yield "aws_iam_user", user["UserName"], user["UserName"]


def _oidc_providers(clients: Clients, _: str) -> Iterator[Entry]:
    for each in clients.pages("iam", "list_open_id_connect_providers", "OpenIDConnectProviderList"):
        yield "aws_iam_openid_connect_provider", f"https://{each['Arn'].partition('/')[2]}", each["Arn"]


def _saml_providers(clients: Clients, _: str) -> Iterator[Entry]:
    for each in clients.client("iam").list_saml_providers()["SAMLProviderList"]:
        yield "aws_iam_saml_provider", each["Arn"].rpartition("/")[2], each["Arn"]


def _instance_profiles(clients: Clients, _: str) -> Iterator[Entry]:
    for each in clients.pages("iam", "list_instance_profiles", "InstanceProfiles"):
        yield "aws_iam_instance_profile", each["InstanceProfileName"], each["InstanceProfileName"]


def _alias(clients: Clients, _: str) -> Iterator[Entry]:
    for alias in clients.pages("iam", "list_account_aliases", "AccountAliases"):
        yield "aws_iam_account_alias", "", alias


def _passwords(clients: Clients, _: str) -> Iterator[Entry]:
    clients.client("iam").get_account_password_policy()
    yield "aws_iam_account_password_policy", "", "iam-account-password-policy"


def _public_access(clients: Clients, account: str) -> Iterator[Entry]:
    clients.client("s3control").get_public_access_block(AccountId=account)
    yield "aws_s3_account_public_access_block", "", account


def _buckets(clients: Clients, _: str) -> Iterator[Entry]:
    for bucket in clients.pages("s3", "list_buckets", "Buckets"):
        yield "aws_s3_bucket", bucket["Name"], bucket["Name"]


def _contact(clients: Clients, account: str) -> Iterator[Entry]:
    clients.client("account").get_contact_information()
    yield "aws_account_primary_contact", "", account


def _alternate_contacts(clients: Clients, _: str) -> Iterator[Entry]:
    client = clients.client("account")
    for kind in _CONTACTS:
        try:
            client.get_alternate_contact(AlternateContactType=kind)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _NONE:
                raise
            continue
        yield "aws_account_alternate_contact", kind, kind


def _budgets(clients: Clients, account: str) -> Iterator[Entry]:
    for each in clients.pages("budgets", "describe_budgets", "Budgets", AccountId=account):
        yield "aws_budgets_budget", each["BudgetName"], f"{account}:{each['BudgetName']}"


def _recorders(clients: Clients, _: str) -> Iterator[Entry]:
    for each in clients.pages("config", "describe_configuration_recorders", "ConfigurationRecorders"):
        yield "aws_config_configuration_recorder", each["name"], each["name"]
        yield "aws_config_configuration_recorder_status", each["name"], each["name"]


def _channels(clients: Clients, _: str) -> Iterator[Entry]:
    for each in clients.pages("config", "describe_delivery_channels", "DeliveryChannels"):
        yield "aws_config_delivery_channel", each["name"], each["name"]


def _trails(clients: Clients, _: str) -> Iterator[Entry]:
    for each in clients.pages("cloudtrail", "list_trails", "Trails"):
        if each.get("HomeRegion") == clients.region:
            yield "aws_cloudtrail", each["Name"], each["TrailARN"]


def _detectors(clients: Clients, _: str) -> Iterator[Entry]:
    for each in clients.pages("guardduty", "list_detectors", "DetectorIds"):
        yield "aws_guardduty_detector", "", each


def _hub(clients: Clients, account: str) -> Iterator[Entry]:
    clients.client("securityhub").describe_hub()
    yield "aws_securityhub_account", "", account


def _analyzers(clients: Clients, _: str) -> Iterator[Entry]:
    for each in clients.pages("accessanalyzer", "list_analyzers", "analyzers"):
        yield "aws_accessanalyzer_analyzer", each["name"], each["name"]


def _shares(clients: Clients, _: str) -> Iterator[Entry]:
    arns = set()
    for each in clients.pages("ram", "get_resource_shares", "resourceShares", resourceOwner="SELF"):
        if each["status"] == "ACTIVE":
            arns.add(each["resourceShareArn"])
            yield "aws_ram_resource_share", each["name"], each["resourceShareArn"]
    for kind in ("PRINCIPAL", "RESOURCE") if arns else ():
        listed = clients.pages(
            "ram", "get_resource_share_associations", "resourceShareAssociations", associationType=kind
        )
        for each in listed:
            if each["resourceShareArn"] in arns and each["status"] == "ASSOCIATED":
                id_ = f"{each['resourceShareArn']},{each['associatedEntity']}"
                yield f"aws_ram_{kind.lower()}_association", id_, id_


def _images(clients: Clients, _: str) -> Iterator[Value]:
    state = clients.client("ec2").get_image_block_public_access_state()["ImageBlockPublicAccessState"]
    yield Value("aws_ec2_image_block_public_access", "", {"state": state})


def _metadata(clients: Clients, _: str) -> Iterator[Value]:
    found = clients.client("ec2").get_instance_metadata_defaults().get("AccountLevel", {})
    names = {
        "HttpEndpoint": "http_endpoint",
        "HttpPutResponseHopLimit": "http_put_response_hop_limit",
        "HttpTokens": "http_tokens",
        "InstanceMetadataTags": "instance_metadata_tags",
    }
    arguments = {names[key]: value for key, value in found.items() if key in names}
    yield Value("aws_ec2_instance_metadata_defaults", "", arguments)


def _log_groups(clients: Clients, _: str) -> Iterator[Entry]:
    for each in clients.pages("logs", "describe_log_groups", "logGroups"):
        if not each["logGroupName"].startswith(_MANY_LOG_GROUPS):
            yield "aws_cloudwatch_log_group", each["logGroupName"], each["logGroupName"]


def _key_aliases(clients: Clients, _: str) -> Iterator[Entry]:
    for each in clients.pages("kms", "list_aliases", "Aliases"):
        if not each["AliasName"].startswith("alias/aws/"):
            yield "aws_kms_alias", each["AliasName"], each["AliasName"]


def _topics(clients: Clients, _: str) -> Iterator[Entry]:
    for each in clients.pages("sns", "list_topics", "Topics"):
        yield "aws_sns_topic", each["TopicArn"].rpartition(":")[2], each["TopicArn"]


def _events(clients: Clients, _: str) -> Iterator[Entry]:
    """Buses and their rules; a service's own rules are the service's."""
    client = clients.client("events")
    buses = [each["Name"] for each in _listed(client.list_event_buses, "EventBuses")]
    for bus in buses:
        default = bus == "default"
        if not default:
            yield "aws_cloudwatch_event_bus", bus, bus
        for rule in clients.pages("events", "list_rules", "Rules", EventBusName=bus):
            if "ManagedBy" not in rule:
                name = rule["Name"]
                yield (
                    "aws_cloudwatch_event_rule",
                    f"{'' if default else bus},{name}",
                    name if default else f"{bus}/{name}",
                )


def _repositories(clients: Clients, _: str) -> Iterator[Entry]:
    for each in clients.pages("ecr", "describe_repositories", "repositories"):
        yield "aws_ecr_repository", each["repositoryName"], each["repositoryName"]


def _schedule_groups(clients: Clients, _: str) -> Iterator[Entry]:
    for each in clients.pages("scheduler", "list_schedule_groups", "ScheduleGroups"):
        if each["Name"] != "default":
            yield "aws_scheduler_schedule_group", each["Name"], each["Name"]


def _anomaly_monitors(clients: Clients, _: str) -> Iterator[Entry]:
    """The monitor of all services: AWS allows one, and makes it itself where Cost Explorer is switched on."""
    for each in _listed(clients.client("ce").get_anomaly_monitors, "AnomalyMonitors", "NextPageToken"):
        if each["MonitorType"] == "DIMENSIONAL":
            key = f"{each['MonitorType']},{each['MonitorDimension']}"
            yield "aws_ce_anomaly_monitor", key, each["MonitorArn"]


def _listed(call: Callable[..., Mapping[str, Any]], key: str, token: str = "NextToken") -> Iterator[Any]:  # noqa: S107 - no secret
    """All pages of a call for which botocore has no paginator."""
    page = call()
    yield from page[key]
    while next_page := page.get(token):
        page = call(**{token: next_page})
        yield from page[key]


GLOBAL_READERS: Final[Mapping[str, Callable[[Clients, str], Iterator[Entry | Value]]]] = {
    "roles and policies": _iam,
    "users": _users,
    "OIDC providers": _oidc_providers,
    "SAML providers": _saml_providers,
    "instance profiles": _instance_profiles,
    "account alias": _alias,
    "password policy": _passwords,
    "public access block": _public_access,
    "buckets": _buckets,
    "contact": _contact,
    "alternate contacts": _alternate_contacts,
    "budgets": _budgets,
    "anomaly monitors": _anomaly_monitors,
}
"""What has no region, by what people call it."""
REGIONAL_READERS: Final[Mapping[str, Callable[[Clients, str], Iterator[Entry | Value]]]] = {
    "recorders": _recorders,
    "delivery channels": _channels,
    "trails": _trails,
    "detectors": _detectors,
    "Security Hub": _hub,
    "analyzers": _analyzers,
    "shares": _shares,
    "log groups": _log_groups,
    "key aliases": _key_aliases,
    "topics": _topics,
    "events": _events,
    "repositories": _repositories,
    "schedule groups": _schedule_groups,
    "image sharing": _images,
    "instance metadata": _metadata,
}
"""What is read in every region, by what people call it."""


def read_inside(
    clients: Clients,
    account: str,
    regions: Collection[str],
    *,
    management: bool = False,
    administers: Collection[str] = (),
) -> dict[str, Any]:
    """Read what is in an account.

    Args:
        clients: Clients in the account.
        account: Its id.
        regions: Where to look.
        management: Whether it is the management account.
        administers: The services that it administers for the organization.

    Returns:
        ``imports``: by region (or ``global``), Terraform's type and what tells resources of it apart, Terraform's import id.
        ``values``: the same with arguments, for types that Terraform cannot import. ``unread``: what AWS refused to say.
    """
    found: dict[str, Any] = {"imports": {}, "values": {}, "unread": {}}
    _read(found, GLOBAL, GLOBAL_READERS, clients, account)
    own = {
        **REGIONAL_READERS,
        **(ADMINISTRATION if management else {}),
        **{what: read for service, (what, read) in DELEGATES.items() if service in administers},
    }
    for region in regions:
        _read(found, region, own, clients.at(region), account)
    return {key: value for key, value in found.items() if value}


def _read(
    found: dict[str, Any],
    region: str,
    readers: Mapping[str, Callable[[Clients, str], Iterator[Entry | Value]]],
    clients: Clients,
    account: str,
) -> None:
    for what, read in readers.items():
        try:
            for each in read(clients, account):
                if isinstance(each, Value):
                    found["values"].setdefault(region, {}).setdefault(each.type, {})[each.key] = each.arguments
                else:
                    type_, key, id_ = each
                    found["imports"].setdefault(region, {}).setdefault(type_, {})[key] = id_
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code not in _NONE:
                found["unread"][f"{what} ({region})"] = code
        except BotoCoreError as error:
            found["unread"][f"{what} ({region})"] = str(error)
