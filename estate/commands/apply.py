"""`estate apply`: apply plans that were kept and approved."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from config.nodes import Configuration
    from estate.kept.record import Record
    from estate.terraform.stack import Stack


def apply(
    directory: Annotated[Path, typer.Argument(help="Holds the records that `estate plan --keep --to DIR` wrote.")],
    stacks: Annotated[
        list[str] | None, typer.Argument(help="Stacks; all that have a record, if none is named.")
    ] = None,
    *,
    head: Annotated[
        str, typer.Option(metavar="COMMIT", help="What the branch is at now: plans of another commit are refused.")
    ] = "",
    role: Annotated[str | None, typer.Option(help="Another role in the accounts than the route's.")] = None,
    route: Annotated[
        Literal["ordinary", "foundation"] | None,
        typer.Option(help="The route that these credentials take: plans of the other are refused."),
    ] = None,
) -> None:
    """Apply kept plans, in order: those files and no others, unless something is not as it was when they were made.

    A plan is refused if its file, the state, the commit, the branch, the stack's Terraform JSON, this program or
    Terraform is another one by now, if it is too old, or if the guard stops it. Ends with 1 at the first stack whose plan
    is refused or fails.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    from config.errors import ConfigError
    from estate.bootstrap.once import interruptible
    from estate.caller import ROLE, introduce
    from estate.console import fail, say
    from estate.guard.plan import PlanFormatError
    from estate.guard.rule import RulesError
    from estate.kept.applying import RefusedError
    from estate.kept.record import RecordError
    from estate.opening import open_organization
    from estate.terraform.failures import cure_of, explain
    from estate.terraform.providers import environment
    from estate.terraform.screen import Screen
    from estate.terraform.stack import Stack, TerraformError
    from estate.terraform.stopped import StoppedError
    from estate.terraform.synth import OUT, SynthError, synthesize

    organization = open_organization(prove_access=False)
    try:
        records = _records(directory, stacks or [], organization)
        if not records:
            say("No plan is kept: nothing to apply.")
            return
        synthesize([record.stack for record in records])
        variables = environment()
        entered = role or (organization.break_glass_role if route == "foundation" else None)
        introduce(organization, Screen(yes=True), variables | ({ROLE: entered} if entered else {}))
        for record in records:
            stack = Stack(record.stack, OUT, variables)
            with interruptible(stack.work / "runs"):
                say(f"{record.stack}: {_apply(organization, stack, record, head, role, route)}")
    except TerraformError as error:
        explanation = explain(error)
        fail(f"Stack {error.stack} failed.\n{explanation.message}\n{explanation.cure}\nWhat was done is done.".strip())
    except (ClientError, BotoCoreError) as error:
        fail(f"{error}\n{cure_of(str(error))}".strip())
    except (
        ConfigError,
        FileNotFoundError,
        PlanFormatError,
        RecordError,
        RefusedError,
        RulesError,
        StoppedError,
        SynthError,
    ) as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("Interrupted. What was done is done; the branch's next run plans what is left.")


def _apply(
    organization: "Configuration", stack: "Stack", record: "Record", head: str, role: str | None, route: str | None
) -> str:
    from dataclasses import replace

    from estate.kept.access import writing
    from estate.kept.applying import Applying
    from estate.paths import config_directory

    access = writing(organization, stack.name, role, record.route)
    hours = organization.ci.plan_max_age_hours if organization.ci else 24
    todo = replace(stack, variables={**stack.variables, **access.variables})
    return Applying(organization, config_directory(), access, head, hours, route=route).run(todo, record)


def _records(directory: Path, stacks: list[str], organization: "Configuration") -> "list[Record]":
    """The records of stacks, in the order in which stacks are deployed."""
    from config.loading.order import stages
    from estate.console import fail
    from estate.kept.keeping import RECORD
    from estate.kept.record import Record
    from estate.terraform.deploying import unknown

    names = stacks or [path.name.removesuffix(RECORD) for path in directory.glob(f"*{RECORD}")]
    if problem := unknown(organization, names):
        fail(problem)
    order = [name for stage in stages(organization) for name in stage if name in names]
    return [Record.read(path) for name in order if (path := directory / f"{name}{RECORD}").is_file()]
