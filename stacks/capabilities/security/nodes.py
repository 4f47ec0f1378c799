"""Accounts and OUs as the security services name them."""

from collections.abc import Sequence

from config.nodes import Account, Node
from constructs_lib.security.member import Member
from stacks.scope import AccountScope


def members(stack: AccountScope) -> dict[str, Account]:
    """All accounts but the stack's own, by slug."""
    return {slug: account for slug, account in stack.organization.accounts.items() if account is not stack.account}


def enrolled(stack: AccountScope) -> dict[str, Member]:
    """The same as services enroll them: by number and email address."""
    return {
        slug: Member(stack.references.account_id(account), account.email) for slug, account in members(stack).items()
    }


def node_id(stack: AccountScope, node: Node) -> str:
    """The id of the root, an OU or an account."""
    if node.kind == "root":
        return stack.references.root_id
    return stack.references.account_id(node) if node.kind == "account" else stack.references.unit_id(node)


def node_ids(stack: AccountScope, nodes: Sequence[Node], kind: str) -> list[str]:
    """The ids of nodes of a kind, each once."""
    found = {node.selector: node for node in nodes if (node.kind == "account") == (kind == "account")}
    return [node_id(stack, found[selector]) for selector in sorted(found)]
