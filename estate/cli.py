"""The table of commands. A command's module is imported when it is called, so that each starts fast."""

import difflib
import gc
import importlib
import re
import sys
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command

# name → (module:attribute, one line of help). The attribute is a function, or a Typer app for a group of commands.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("estate.commands.init:init", "Write a repository for an organization of your own."),
    "adopt": ("estate.commands.adopt:adopt", "Write the configuration of an organization that exists; change nothing."),
    "import-lza": (
        "estate.commands.import_lza:import_lza",
        "Write a Landing Zone Accelerator's configuration as ours, and say block by block what differs.",
    ),
    "drift": ("estate.commands.drift:drift", "Say what AWS has otherwise than the configuration, without Terraform."),
    "upgrade": ("estate.commands.upgrade:upgrade", "Tell what a newer version changes in such a repository; write it."),
    "migrate": ("estate.commands.migrate:migrate", "Move such a repository from CDKTF to CDK Terrain."),
    "check": ("estate.commands.check:check", "Validate the organization's configuration; report every error at once."),
    "tree": ("estate.commands.tree:tree", "Print the organization: OUs, accounts, ids, what is attached."),
    "demo": ("estate.commands.demo:demo", "Deploy the sample organization from nothing to a local AWS, and show it."),
    "explain": ("estate.commands.explain:explain", "Say whether a request passes the guardrails, and what decides."),
    "controls": (
        "estate.commands.controls:controls",
        "Policies in force in an account, or by what the controls of a framework are kept.",
    ),
    "access": ("estate.commands.access:app", "Who can do what: by role, person, pipeline; paths from one to another."),
    "report": (
        "estate.commands.report:report",
        "Write the organization as one page for a browser: map, guardrails, access, compliance, networks, a change.",
    ),
    "guardrails": ("estate.commands.guardrails:guardrails", "Write the policy files of a level: baseline or strict."),
    "bootstrap": (
        "estate.commands.bootstrap:bootstrap",
        "From an empty management account to the running organization; may be interrupted and run again.",
    ),
    "unlock": ("estate.commands.unlock:unlock", "Show who holds the locks of states, and remove those of dead runs."),
    "rights": ("estate.commands.rights:rights", "Print what execution roles may do on everything, and why."),
    "full-access": (
        "estate.commands.full_access:full_access",
        "Say where FullAWSAccess is attached otherwise than configured; attach and detach it.",
    ),
    "impact": ("estate.commands.impact:impact", "Say what a change of the configuration does to accounts and stacks."),
    "account": (
        "estate.commands.account:app",
        "The life of an account: new, invite, rename, move, quarantine, lease, close, and more.",
    ),
    "rollout": ("estate.commands.rollout:app", "Guardrails and settings in waves: where each stands, on, and back."),
    "rehearse": (
        "estate.commands.rehearse:rehearse",
        "Say which recorded calls of CloudTrail a change of the guardrails would deny.",
    ),
    "lock": ("estate.commands.lock:lock", "Write the deployed organization's ids into the configuration."),
    "plan": ("estate.commands.plan:plan", "Plan stacks directly with Terraform, several at once; keep the plans."),
    "deploy": ("estate.commands.deploy:deploy", "Plan stacks, let the guard judge, ask, and apply, in order."),
    "apply": ("estate.commands.apply:apply", "Apply plans that were kept and approved: those files, and no others."),
    "pipeline": (
        "estate.commands.pipeline:app",
        "Write the pipeline of a CI system; check the settings that it relies on.",
    ),
    "guard": ("estate.commands.guard:guard", "Summarize plans; stop what destroys things that cannot be had back."),
    "default-vpcs": (
        "estate.commands.default_vpcs:default_vpcs",
        "List the default VPCs that the configuration wants removed; remove them.",
    ),
    "local": ("estate.commands.local:app", "Run a local AWS to try and to test against: up, status, reset, down."),
}


_NO_NUMBER = "Input should be a valid integer, unable to parse string as an integer"


class _LazyGroup(TyperGroup):
    """A group that knows its commands' names and loads one when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            near = difflib.get_close_matches(cmd_name, COMMANDS, n=1)
            ctx.fail(f"No such command {cmd_name!r}.{f' Did you mean {near[0]!r}?' if near else ''}")
        target, help_line = COMMANDS[cmd_name]
        module, attribute = target.split(":")
        loaded = getattr(importlib.import_module(module), attribute)
        if isinstance(loaded, typer.Typer):
            loaded.info.help = help_line
            command = get_command(loaded)
        else:
            app = typer.Typer(add_completion=False)
            app.command(help=help_line)(loaded)
            command = get_command(app)
        command.name = cmd_name
        return command

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = _in_words(error.message)
            raise


def _in_words(message: str) -> str:
    """What is wrong with an argument, without the words of the library that found it."""
    said = message.removeprefix("Value error, ").replace(_NO_NUMBER, "expected a whole number")
    arrived, *known = re.findall(r"'([^']*)'", said) or [""]
    near = difflib.get_close_matches(arrived, known, n=1) if " is not one of " in said else []
    return f"{said} Did you mean {near[0]!r}?" if near else said


_SHORT: Final = frozenset({"access", "check", "controls", "explain", "impact", "report", "tree"})
"""Commands that make what they use to their end, which is near: looking for garbage would take time, and find none."""

app = typer.Typer(cls=_LazyGroup, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


def _say_version(wanted: bool) -> None:  # noqa: FBT001 - typer's signature
    if wanted:
        from estate.version import version  # noqa: PLC0415 - each command starts fast

        typer.echo(version())
        raise typer.Exit


@app.callback()
def _estate(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Run an AWS organization from its configuration: that in `ESTATE_CONFIG`, else in config/."""


def main() -> None:
    """Run the command line."""
    short = not _SHORT.isdisjoint(sys.argv[1:2])
    if short:
        gc.disable()
    try:
        app(prog_name="estate")
    finally:
        if short:
            gc.freeze()  # nor at the end
