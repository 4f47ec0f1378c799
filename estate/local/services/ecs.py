"""ECS: services without a network configuration say so, where moto shows an empty one that Terraform stumbles over."""

from __future__ import annotations

from typing import Any

from moto.ecs.models import Service

from estate.local.extension import Extension

extension = Extension("ecs")


@extension.amends(
    "A service without a network configuration has none, instead of an empty one; zone rebalancing is off."
)
def _no_empty_network_configuration() -> None:
    make = Service.__init__

    def init(self: Any, *arguments: Any, **named: Any) -> None:
        make(self, *arguments, **named)
        self.network_configuration = self.network_configuration or None
        self.availability_zone_rebalancing = "DISABLED"

    Service.__init__ = init  # type: ignore[method-assign]
