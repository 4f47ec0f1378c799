"""Updates of an account's machines."""

from config.capabilities.patching import Patching, patched_regions
from config.capabilities.patching import PatchWindow as Written
from constructs_lib.operations.patching import PatchApproval, PatchingConstruct, PatchWindow
from stacks.scope import AccountScope


def add(stack: AccountScope, patching: Patching) -> None:
    """Approve and install updates in each region."""
    baselines = {
        str(system): PatchApproval(
            approve_after_days=each.approve_after_days,
            classifications=each.classifications,
            severities=each.severities,
            compliance_level=each.compliance_level,
            non_security=each.enable_non_security,
            approved=each.approved_patches,
            rejected=each.rejected_patches,
            rejected_action=each.rejected_patches_action,
        )
        for system, each in patching.baselines.items()
    }
    windows = {slug: _window(each) for slug, each in patching.windows.items()}
    for region in patched_regions(stack.organization, patching):
        PatchingConstruct(
            stack,
            f"patching-{region}",
            name="patching",
            baselines=baselines,
            windows=windows,
            provider=stack.provider(region),
        )


def _window(written: Written) -> PatchWindow:
    key, _, value = written.tag.partition("=")
    return PatchWindow(
        key,
        value,
        written.schedule,
        time_zone=written.time_zone,
        duration_hours=written.duration,
        cutoff_hours=written.cutoff,
        install=written.operation == "Install",
        reboot=written.reboot == "RebootIfNeeded",
        max_concurrency=written.max_concurrency,
        max_errors=written.max_errors,
    )
