"""What AWS Config writes down about an account."""

from collections.abc import Iterator
from typing import Final, Literal

from pydantic import Field

from config.capabilities.capability import AccountCapability, AccountInput, Part
from config.capabilities.config_rules import AccountRule, Remediation, ResourceType, RuleName
from config.capabilities.logging import LOGGING
from config.capabilities.problems import at
from config.capabilities.roles import ROLES
from config.capabilities.ssm_documents import SsmDocument, is_of_aws, own_document, parameters_of
from config.errors import KeyPath, Problem, did_you_mean, one_of
from config.model.base import Switchable
from config.nodes import Account, Configuration
from config.sources.files import Files

_ROLE: Final = "AutomationAssumeRole"
_AUTOMATION: Final = "ssm.amazonaws.com"
_NONE: Final = (
    "The management account has none: write `remediation: null` for this rule in its file, or the rule in OUs."
)


class ConfigRecorder(Switchable):
    """AWS Config records every change of a resource, in all governed regions, and delivers it to the log archive."""

    frequency: Literal["CONTINUOUS", "DAILY"] = Field(
        default="CONTINUOUS",
        description="CONTINUOUS charges each change, and most rules need it; DAILY one record a day and changed resource.",
    )
    excluded_resource_types: tuple[ResourceType, ...] = Field(
        default=(), description="Types that are not recorded, since they change often and tell little."
    )
    rules: dict[RuleName, AccountRule] = Field(
        default_factory=dict,
        description="Rules in the account, in each governed region; those of all accounts stand in `security.config.rules`.",
    )


def _delivered(organization: Configuration, files: Files) -> Iterator[Problem]:
    """What recorders write down is delivered to the log archive."""
    if LOGGING.of(organization) or not files.organization.clean:
        return
    for account in organization.accounts.values():
        if not CONFIG_RECORDER.in_account(organization, account):
            continue
        file, path = files.accounts[account.slug].file, ("settings", "config_recorder")
        arrived = f"a recorder in {account.slug!r}"
        cure = "Add `logging` to organization.yaml, or switch the recorder off."
        yield file.problem(path if file.holds(path) else (), arrived, "a log archive that it delivers to", cure)


def _mended(organization: Configuration, files: Files) -> Iterator[Problem]:
    """The account has the documents and roles that remediations name, and rules have other names than the organization's."""
    roles = (ROLES.of(organization) or {}).values()
    judged: list[tuple[str, Remediation]] = []
    for account in organization.accounts.values():
        recorder = CONFIG_RECORDER.in_account(organization, account)
        for name, rule in recorder.rules.items() if recorder else ():
            if rule.remediation is None:
                continue
            path: KeyPath = ("config_recorder", "rules", name, "remediation")
            document, role = rule.remediation.document, rule.remediation.role
            # It gets neither documents nor roles of organization.yaml.
            managing = account is organization.management
            own = None if managing else own_document(organization, account, document)
            if not is_of_aws(document) and (own is None or own.type != "Automation"):
                expected = "a document of AWS, or one of type Automation in `ssm_documents` that the account has"
                cure = _NONE if managing else "Write it there, or name the account in its `accounts`."
                yield at(files, account, (*path, "document"), repr(document), expected, cure)
            if own is not None and own.type == "Automation" and (own.slug, rule.remediation) not in judged:
                judged.append((own.slug, rule.remediation))  # accounts that inherit a rule have one mistake
                yield from _given(files, account, path, rule.remediation, own)
            trusted = (each.others for each in roles if each.name == role and account in each.accounts and not managing)
            if role is not None and not any(trust.service == _AUTOMATION for others in trusted for trust in others):
                expected = (
                    f"the name of a role in `roles` that the account has, with `service: {_AUTOMATION}` in `trusted_by`"
                )
                yield at(files, account, (*path, "role"), repr(role), expected, _NONE if managing else "")


def _given(
    files: Files, account: Account, path: KeyPath, remediation: Remediation, own: SsmDocument
) -> Iterator[Problem]:
    """A runbook of the account's own gets the parameters that it takes, and those that it needs."""
    takes = parameters_of(own)
    given = {*remediation.parameters, *([_ROLE] if remediation.role else [])}
    for name in sorted(given - takes.keys()):
        if name == _ROLE:
            cure = f"Add it to the runbook, with `assumeRole: '{{{{ {_ROLE} }}}}'`, or leave `role` out."
            where: KeyPath = (*path, "role")
        else:
            where, cure = (*path, "parameters", name), did_you_mean(name, takes)
        yield at(files, account, where, f"the parameter {name!r}", f"one that {own.name} takes: {one_of(takes)}", cure)
    for name in sorted(name for name, needed in takes.items() if needed and name not in given):
        cure = "Name a `role`." if name == _ROLE else "Give it, or give it a default in the runbook."
        yield at(files, account, path, f"no {name!r}", f"all parameters that {own.name} needs", cure)


def _ruled(inputs: AccountInput) -> ConfigRecorder | None:
    recorder = CONFIG_RECORDER.of(inputs)
    return recorder if recorder and recorder.rules else None


CONFIG_RECORDER: Final[AccountCapability[ConfigRecorder]] = AccountCapability(
    key="config_recorder",
    model=ConfigRecorder,
    description="What AWS Config writes down about the account.",
    rules=(_delivered, _mended),
    publish=lambda configuration: tuple(
        account.slug
        for account in configuration.accounts.values()
        if CONFIG_RECORDER.in_account(configuration, account)
    ),
    parts=(
        Part(
            name="config_recorder",
            build="stacks.capabilities.config_recorder:add",
            types=frozenset(
                {
                    "aws_config_configuration_recorder",
                    "aws_config_configuration_recorder_status",
                    "aws_config_delivery_channel",
                    "aws_iam_service_linked_role",
                }
            ),
            cost=(
                "Each recorded change of a resource, in every account and region: by far the largest part in a busy account.",
                "`frequency: DAILY` and `excluded_resource_types` lower it.",
            ),
            whose="all",
        ),
        Part(
            name="config_recorder.rules",
            build="stacks.capabilities.config_recorder:add_rules",
            value=_ruled,
            types=frozenset({"aws_config_config_rule", "aws_config_remediation_configuration"}),
            cost=("Each evaluation of a rule, in every account and region; what remediations run.",),
            whose="all",
            when={
                "aws_config_remediation_configuration": lambda recorder: any(
                    rule.remediation for rule in recorder.rules.values()
                )
            },
        ),
    ),
)
