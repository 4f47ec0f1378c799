"""Elastic Load Balancing: load balancers whose ARNs say of which kind they are, as Terraform's provider reads them."""

from __future__ import annotations

from typing import Any, Final

from moto.elbv2.models import ELBv2Backend

from estate.local.extension import Extension

extension = Extension("elbv2")

_KINDS: Final = {"gateway": "gwy", "network": "net"}


@extension.amends("The ARN of a load balancer says of which kind it is; moto's are all of applications.")
def _name_by_kind() -> None:
    create = ELBv2Backend.create_load_balancer

    def create_named(self: ELBv2Backend, *arguments: Any, **named: Any) -> Any:
        made = create(self, *arguments, **named)
        if made.type in _KINDS:
            before, made.arn = made.arn, made.arn.replace(":loadbalancer/app/", f":loadbalancer/{_KINDS[made.type]}/")
            self.load_balancers[made.arn] = self.load_balancers.pop(before)
            self.tagging_service.tag_resource(made.arn, self.tagging_service.list_tags_for_resource(before)["Tags"])
        return made

    ELBv2Backend.create_load_balancer = create_named  # type: ignore[method-assign]
