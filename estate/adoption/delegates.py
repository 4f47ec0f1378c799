"""What the management account says of services' administrators, and what these say of the organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from estate.adoption.kinds import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from estate.adoption.clients import Clients
    from estate.adoption.kinds import Entry

_ADDITIONAL: Final = "additional_configuration"


def _administrator(type_: str, service: str, operation: str, key: str, id_: str) -> Callable[..., Iterator[Entry]]:
    def read(clients: Clients, _: str) -> Iterator[Entry]:
        for each in clients.pages(service, operation, key):
            yield type_, each[id_], each[id_]

    return read


ADMINISTRATION: Final[Mapping[str, Callable[[Clients, str], Iterator[Entry]]]] = {
    "GuardDuty's administrator": _administrator(
        "aws_guardduty_organization_admin_account",
        "guardduty",
        "list_organization_admin_accounts",
        "AdminAccounts",
        "AdminAccountId",
    ),
    "Security Hub's administrator": _administrator(
        "aws_securityhub_organization_admin_account",
        "securityhub",
        "list_organization_admin_accounts",
        "AdminAccounts",
        "AccountId",
    ),
    "Macie's administrator": _administrator(
        "aws_macie2_organization_admin_account",
        "macie2",
        "list_organization_admin_accounts",
        "adminAccounts",
        "accountId",
    ),
    "Inspector's administrator": _administrator(
        "aws_inspector2_delegated_admin_account",
        "inspector2",
        "list_delegated_admin_accounts",
        "delegatedAdminAccounts",
        "accountId",
    ),
    "Detective's administrator": _administrator(
        "aws_detective_organization_admin_account",
        "detective",
        "list_organization_admin_accounts",
        "Administrators",
        "AccountId",
    ),
}
"""Registrations that services keep themselves, region by region, as the management account sees them."""


def _guardduty(clients: Clients, _: str) -> Iterator[Entry | Value]:
    client = clients.client("guardduty")
    for detector in clients.pages("guardduty", "list_detectors", "DetectorIds"):
        found = client.describe_organization_configuration(DetectorId=detector)
        yield "aws_guardduty_organization_configuration", "", detector
        for feature in found.get("Features", ()):
            arguments = {"name": feature["Name"], "auto_enable": feature["AutoEnable"]}
            additional = feature.get("AdditionalConfiguration", ())
            # In the order in which the stack's are compared with them.
            for index, each in enumerate(sorted(additional, key=lambda one: (one["AutoEnable"], one["Name"]))):
                arguments[f"{_ADDITIONAL}.{index}.auto_enable"] = each["AutoEnable"]
                arguments[f"{_ADDITIONAL}.{index}.name"] = each["Name"]
            yield Value("aws_guardduty_organization_configuration_feature", feature["Name"], arguments)


def _inspector(clients: Clients, account: str) -> Iterator[Value]:
    client = clients.client("inspector2")
    resources = client.batch_get_account_status(accountIds=[account])["accounts"][0]["resourceState"]
    names = {"ec2": "EC2", "ecr": "ECR", "lambda": "LAMBDA", "lambdaCode": "LAMBDA_CODE"}
    on = sorted(name for key, name in names.items() if resources.get(key, {}).get("status") == "ENABLED")
    if on:
        arguments = {"account_ids": account, "resource_types": ",".join(on)}
        yield Value("aws_inspector2_enabler", account, arguments)
    automatic = client.describe_organization_configuration()["autoEnable"]
    names = {"ec2": "ec2", "ecr": "ecr", "lambda": "lambda", "lambdaCode": "lambda_code"}
    wanted = {f"auto_enable.{name}": automatic[key] for key, name in names.items() if key in automatic}
    yield Value("aws_inspector2_organization_configuration", "", wanted)


def _macie(clients: Clients, account: str) -> Iterator[Entry | Value]:
    client = clients.client("macie2")
    client.get_macie_session()
    yield "aws_macie2_account", "", account
    found = client.describe_organization_configuration()
    yield Value("aws_macie2_organization_configuration", "", {"auto_enable": found["autoEnable"]})


def _hub(clients: Clients, account: str) -> Iterator[Entry]:
    client = clients.client("securityhub")
    client.describe_organization_configuration()
    yield "aws_securityhub_organization_configuration", "", account
    for each in client.list_finding_aggregators()["FindingAggregators"]:
        yield "aws_securityhub_finding_aggregator", "", each["FindingAggregatorArn"]


def _aggregators(clients: Clients, _: str) -> Iterator[Entry]:
    for each in clients.pages("config", "describe_configuration_aggregators", "ConfigurationAggregators"):
        name = each["ConfigurationAggregatorName"]
        yield "aws_config_configuration_aggregator", name, name


DELEGATES: Final[Mapping[str, tuple[str, Callable[[Clients, str], Iterator[Entry | Value]]]]] = {
    "config.amazonaws.com": ("Config's aggregators", _aggregators),
    "guardduty.amazonaws.com": ("GuardDuty of the organization", _guardduty),
    "inspector2.amazonaws.com": ("Inspector of the organization", _inspector),
    "macie.amazonaws.com": ("Macie of the organization", _macie),
    "securityhub.amazonaws.com": ("Security Hub of the organization", _hub),
}
"""What the administrator of a service is asked, by service principal: only it has an answer."""
