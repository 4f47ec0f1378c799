"""The organization's policies, statement by statement, in words."""

from collections.abc import Mapping

from config.nodes import Organization, Policy
from constructs_lib.policies.catalogue import ENTRIES
from constructs_lib.policies.document import Statement
from estate.controls.impact import Conditional
from estate.report import model


def policies(organization: Organization, before: Mapping[str, Policy]) -> list[model.Policy]:
    """All policies, sorted by slug.

    Args:
        organization: The organization.
        before: The policies of the version that it is compared with: those that are gone are told as such.
    """
    found = {**before, **organization.policies}
    return [_policy(policy, gone=slug not in organization.policies) for slug, policy in sorted(found.items())]


def _policy(policy: Policy, *, gone: bool) -> model.Policy:
    intents = [model.Guardrail(name=name, intent=ENTRIES[name].intent.partition("\n")[0]) for name in policy.guardrails]
    return model.Policy(
        slug=policy.slug,
        name=policy.name,
        kind=policy.kind,
        gone=gone,
        description=policy.description,
        guardrails=intents,
        targets=[node.selector for node in policy.targets],
        statements=[_statement(policy.slug, each) for each in policy.document.statements] if policy.document else [],
    )


def _statement(slug: str, statement: Statement) -> model.Statement:
    verb = "Denies" if statement.effect == "Deny" else "Allows"
    sentence = f"{verb} {Conditional(slug, statement).sentence}"
    return model.Statement(sid=statement.sid, effect=statement.effect, sentence=sentence, text=statement.to_dict())
