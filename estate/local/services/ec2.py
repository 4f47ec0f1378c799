"""EC2: the account's switches, IPAM, and subnets that other accounts share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estate.local.extension import Answer, Call, Extension, Json, Shelf

if TYPE_CHECKING:
    from collections.abc import Callable

extension = Extension("ec2")

_switches = Shelf[Json](dict)
_metadata_defaults = Shelf[Json](dict)
_IMDS = ("HttpTokens", "HttpPutResponseHopLimit", "HttpEndpoint", "InstanceMetadataTags")


def _switch(name: str, *, on: str, off: str, show: str, member: str, parameter: str = "") -> None:
    """Register the three calls of a switch: on (to a value, where there is a parameter), off, and show."""
    default: object = "unblocked" if parameter else False

    def answer(value: Callable[[Call], object]) -> Callable[[Call], Answer]:
        def handle(call: Call) -> Answer:
            _switches(call)[name] = value(call)
            return {member: _switches(call)[name]}

        return handle

    extension.answers(on)(answer(lambda call: call[parameter] if parameter else True))
    extension.answers(off)(answer(lambda _: default))
    extension.answers(show)(lambda call: {member: _switches(call).get(name, default)})


_switch(
    "public snapshots",
    on="EnableSnapshotBlockPublicAccess",
    off="DisableSnapshotBlockPublicAccess",
    show="GetSnapshotBlockPublicAccessState",
    member="State",
    parameter="State",
)
_switch(
    "public images",
    on="EnableImageBlockPublicAccess",
    off="DisableImageBlockPublicAccess",
    show="GetImageBlockPublicAccessState",
    member="ImageBlockPublicAccessState",
    parameter="ImageBlockPublicAccessState",
)
_switch(
    "serial console",
    on="EnableSerialConsoleAccess",
    off="DisableSerialConsoleAccess",
    show="GetSerialConsoleAccessStatus",
    member="SerialConsoleAccessEnabled",
)


@extension.answers("ModifyInstanceMetadataDefaults")
def modify_instance_metadata_defaults(call: Call) -> Answer:
    """Set the account's IMDS defaults; `no-preference` and -1 take one back."""
    for name in _IMDS:
        value = call.get(name)
        if value in ("no-preference", -1):
            _metadata_defaults(call).pop(name, None)
        elif value is not None:
            _metadata_defaults(call)[name] = value
    return {"Return": True}


@extension.answers("GetInstanceMetadataDefaults")
def get_instance_metadata_defaults(call: Call) -> Answer:
    """Show the account's IMDS defaults."""
    return {"AccountLevel": _metadata_defaults(call)}
