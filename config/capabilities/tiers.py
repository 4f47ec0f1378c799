"""Who deploys which accounts: tiers, each with a deploy role and an environment of its own (ADR 12)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from config.capabilities.capability import selects
from config.errors import Problem
from config.model.ci import CORE, ORGANIZATION, WORKLOADS, Ci
from config.nodes import Account, Configuration, Organization
from config.sources.files import Files

_PRODUCTION: Final = "production"
"""The environment of the tier `workloads` in other systems than GitHub and GitLab."""


@dataclass(frozen=True)
class Tier:
    """A part of the accounts.

    Args:
        name: Its name: `organization`, `core`, `workloads`, or one of `ci.tiers`.
        role: The name of the role of pipelines that deploy it, in the terraform account.
        user: The name of the IAM user of CI systems without OIDC that deploys it.
        github: The environment whose approval it needs in GitHub, and in other systems than GitLab.
        gitlab: The same in GitLab.
        by_gitlab: Whether GitLab's jobs deploy it. Without the environment in its tokens, all jobs of the branch are one to
            AWS: they have the least, workloads, and a person does the others.
    """

    name: str
    role: str
    user: str
    github: str
    gitlab: str
    by_gitlab: bool

    @property
    def construct(self) -> str:
        """The id of its role's construct. The tier `workloads` has the one of the time before tiers."""
        return "ci-deploy" if self.name == WORKLOADS else f"ci-deploy-{self.name}"


def tiers(ci: Ci) -> tuple[Tier, ...]:
    """All tiers; those that a configuration names last.

    Args:
        ci: The pipelines.
    """
    further = sorted(set(ci.tiers) - {ORGANIZATION, CORE})
    return tuple(_tier(ci, name) for name in (ORGANIZATION, CORE, WORKLOADS, *further))


def tier_of(organization: Organization, account: Account) -> Tier:
    """The tier of an account, and of the workloads in it.

    Args:
        organization: The configuration.
        account: One of its accounts.

    Raises:
        ValueError: If the organization has no pipelines.
    """
    ci = organization.ci
    if ci is None:
        raise ValueError("Only pipelines have tiers, and organization.yaml has no `ci`.")
    return _tier(ci, _name(ci, account))


def divided_workloads(configuration: Configuration, files: Files) -> Iterator[Problem]:
    """Tiers divide the accounts for workloads, and each account belongs to one."""
    ci = configuration.ci
    for name, tier in sorted(ci.tiers.items()) if ci else ():
        for index, selector in enumerate(tier.accounts):
            where = ("ci", "tiers", name, "accounts", index)
            for account in configuration.accounts.values():
                if not selects(selector, account):
                    continue
                if account.purpose != "workload":
                    configuration.with_purpose(account.purpose)  # of several where one may be, nothing is judged
                    own = ORGANIZATION if account.purpose == "management" else CORE
                    arrived = f"{selector!r}, which stands for {account.slug} among others"
                    expected = (
                        f"accounts for workloads; {account.slug} is there for something else, and belongs to {own!r}"
                    )
                    yield files.organization.file.problem(where, arrived, expected, "Name the OUs of workloads.")
                    break
                others = [one for one in _named(ci, account) if one != name] if ci else []
                if others and name > others[0]:
                    arrived = f"{account.slug} in {name!r} and in {others[0]!r}"
                    yield files.organization.file.problem(
                        where, arrived, "each account in one tier", "Let the selectors of tiers not overlap."
                    )
                    break


def _name(ci: Ci, account: Account) -> str:
    if account.purpose == "management":
        return ORGANIZATION
    if account.purpose != "workload":
        return CORE
    return next(_named(ci, account), WORKLOADS)


def _named(ci: Ci, account: Account) -> Iterator[str]:
    """The tiers of `ci.tiers` that an account for workloads is in; after `check`, one at most."""
    for name, tier in sorted(ci.tiers.items()):
        if any(selects(selector, account) for selector in tier.accounts):
            yield name


def _tier(ci: Ci, name: str) -> Tier:
    rest = name == WORKLOADS
    return Tier(
        name,
        role=ci.deploy_role if rest else f"{ci.deploy_role}-{name}",
        user=f"{ci.user.name}-{name}" if ci.user else "",
        github=(ci.github.environment if ci.github else _PRODUCTION) if rest else ci.environment_of(name),
        gitlab=(ci.gitlab.environment if ci.gitlab else _PRODUCTION) if rest else ci.environment_of(name),
        by_gitlab=bool(ci.gitlab and (rest or ci.gitlab.environment_in_subject)),
    )
