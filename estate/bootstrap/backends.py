"""Where a stack's state is while there is no bucket yet, and how it gets into the bucket.

`cdk.tf.json` names the bucket from the first day. As long as there is none, a second file, which Terraform merges over it,
says that the state is a local one: so what is synthesized is the same before and after.

Source: https://developer.hashicorp.com/terraform/language/files/override
"""

import json
from typing import Any

from botocore.exceptions import ClientError

from config.model.state import S3State as ManagedState
from config.nodes import Organization
from estate.private import private_directory
from estate.terraform.stack import Stack
from estate.terraform.states import OVERRIDE, LocalState, S3State, state_of
from estate.terraform.stopped import StoppedError

_COPIES = (".backup", ".moved")
"""What Terraform, and earlier versions of this project, leave beside a state."""
# The bucket, or the role through which it is reached, is not there yet.
_NOT_YET = frozenset({"NoSuchBucket", "404", "AccessDenied", "403", "NoSuchEntity"})


class Backends:
    """The states of an organization's stacks.

    Args:
        organization: The configuration.
    """

    def __init__(self, organization: Organization) -> None:
        self._organization = organization
        self._managed = isinstance(organization.state, ManagedState) and organization.state.managed

    def settle(self, stack: Stack) -> bool:
        """Give a stack the backend where its state is now, or will be.

        Returns:
            Whether that is a local file which waits for the bucket.

        Raises:
            StoppedError: The stack is deployed, and its state is in neither place.
        """
        override = stack.directory / OVERRIDE
        if not self._managed:
            override.unlink(missing_ok=True)
            return False
        local = self.local(stack)
        if not self._waits(stack, local):
            override.unlink(missing_ok=True)
            return False
        private_directory(local.path.parent)
        self._set_aside_what_was_cut_off(local)
        override.write_text(
            json.dumps({"terraform": {"backend": {"local": {"path": str(local.path)}}}}), encoding="utf-8"
        )
        return True

    def waiting(self, stack: Stack) -> bool:
        """Whether a stack has a local state that waits to be moved into the bucket."""
        return self._managed and self.local(stack).content() is not None

    def turn(self, stack: Stack) -> None:
        """Give a stack whose state waits the bucket for its backend."""
        (stack.directory / OVERRIDE).unlink(missing_ok=True)

    def move(self, stack: Stack) -> None:
        """Write a local state into the bucket, which is the backend by now, and remove it here once the bucket holds it.

        Done again, it does what is left.
        """
        local, remote = self.local(stack), state_of(stack)
        found = remote.content()
        if found is not None and not _same(found, local.content()):
            raise StoppedError(
                f"Stack {stack.name} has a state in the bucket and another one in {local.path}. Compare them (terraform show); "
                "move the local one away if it is the older one."
            )
        if found is None:
            stack.init("-reconfigure")
            stack.push(local.path)
            if not _same(remote.content(), local.content()):
                raise StoppedError(
                    f"The bucket does not hold the state of stack {stack.name} that was just written into it."
                )
        _remove(local)

    def local(self, stack: Stack) -> LocalState:
        """The stack's local state: where it is with `state: {backend: local}` too."""
        return LocalState((stack.out.parent / "state" / self._organization.slug / f"{stack.name}.tfstate").resolve())

    def _waits(self, stack: Stack, local: LocalState) -> bool:
        written = local.path.is_file() and local.path.stat().st_size > 0
        there, moved = self._in_bucket(stack)
        if written:
            if not _same(moved, local.content()):
                return True
            _remove(local)
            return False
        if there:
            if moved is not None:
                _remove(local)  # what earlier versions left
            return False
        purpose = self._organization.accounts[stack.name].purpose
        if purpose not in ("management", "terraform"):
            raise StoppedError(
                f"The bucket for the state of stack {stack.name} cannot be reached. It is made by the terraform account's "
                "stack, and opened by the role that the backend assumes: may these credentials assume it?"
            )
        if self._organization.lock and purpose == "management":
            raise StoppedError(
                f"organization.lock.yaml says that {stack.name} is deployed, but its state is neither in the bucket nor in "
                f"{local.path}. Copy that file from the machine where the bootstrap began. If it is lost, remove the lock: "
                "what exists is then found and taken over."
            )
        return True

    def _in_bucket(self, stack: Stack) -> tuple[bool, dict[str, Any] | None]:
        """Whether the bucket can be reached, and the state it holds."""
        settings = json.loads((stack.directory / "cdk.tf.json").read_text(encoding="utf-8"))["terraform"]["backend"][
            "s3"
        ]
        if "assume_role" not in settings:
            return False, None  # the terraform account has no id yet
        state = S3State(settings)
        try:
            return state.reachable(), state.content()
        except ClientError as error:
            if error.response["Error"]["Code"] in _NOT_YET:
                return False, None
            raise

    @staticmethod
    def _set_aside_what_was_cut_off(local: LocalState) -> None:
        """A state that was killed while it was written is no state; what it named is found in AWS."""
        path = local.path
        if path.is_file() and path.stat().st_size and local.content() is None:
            path.replace(path.with_name(f"{path.name}.cut-off"))


def _remove(local: LocalState) -> None:
    """Remove a local state that the bucket holds, and copies of it: it can hold secrets, and lies here in plain text."""
    for path in local.path.parent.glob(f"{local.path.name}*"):
        if path == local.path or path.suffix in _COPIES:
            path.unlink()


def _same(found: dict[str, Any] | None, wanted: dict[str, Any] | None) -> bool:
    """Whether two states know the same things. Moved into an empty bucket, a state begins to count its versions anew."""
    return (
        found is not None and wanted is not None and all(found[key] == wanted[key] for key in ("resources", "outputs"))
    )
