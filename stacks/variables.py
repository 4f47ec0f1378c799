"""Variables of an account in the documents that stand in its stack."""

from config.sources.variables import named_in, put_into
from constructs_lib.policies.document import PolicyDocument
from stacks.scope import AccountScope


def of_account(stack: AccountScope, document: PolicyDocument, region: str | None = None) -> PolicyDocument:
    """A document with the account's slug and id, the region and the organization's id, where it names them; by itself the account's region."""
    values = {
        "account": lambda: stack.account.slug,
        "region": lambda: region or stack.account.region,
        "account_id": lambda: stack.own_id,
        "organization_id": lambda: stack.references.organization_id,
    }
    # Only what the document names: an id that is not locked yet is another stack's output, on which this one would then depend.
    return put_into(document, {name: values[name]() for name in sorted(named_in(document) & values.keys())})
