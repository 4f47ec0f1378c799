"""What is about the Accelerator's own stacks: there are none here, so nothing is taken over."""

from __future__ import annotations

from typing import Final

from estate.lza.block import Block, State
from estate.lza.reading import GLOBAL, IAM, NETWORK, SECURITY


def _own(file: str, key: str, about: str, why: str, *, universal: bool = True) -> Block:
    return Block(file, key, about, State.OWN, why=why, universal=universal)


BLOCKS: Final = (
    _own(GLOBAL, "useV2Stacks", "In how many stacks it makes networks.", "Each account has one stack."),
    _own(GLOBAL, "cdkOptions", "How the CDK bootstraps and deploys.", "Nothing is bootstrapped by the CDK."),
    _own(
        GLOBAL,
        "terminationProtection",
        "Its stacks cannot be deleted.",
        "`estate guard` stops plans that destroy what cannot be had back (docs/guard.md).",
    ),
    _own(GLOBAL, "centralizeCdkBuckets", "Where the CDK's assets lie.", "There are none.", universal=False),
    _own(GLOBAL, "acceleratorMetadata", "A bucket with what it has done.", "States and plans tell.", universal=False),
    _own(GLOBAL, "acceleratorSettings", "How many stacks at once.", "`estate deploy --parallel`.", universal=False),
    _own(GLOBAL, "externalLandingZoneResources", "Taking over ASEA.", "docs/adopting.md.", universal=False),
    _own(GLOBAL, "stackPolicy", "A policy of its stacks.", "`estate guard`.", universal=False),
    *(
        _own(file, "homeRegion", "The home region, again.", "`regions.home` says it once.", universal=False)
        for file in (IAM, NETWORK, SECURITY)
    ),
    _own(GLOBAL, "configVersion", "The version of these files.", "They are read as they are.", universal=False),
)
