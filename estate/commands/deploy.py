"""`estate deploy`: bring stacks to what the configuration says."""

from typing import Annotated

import typer


def deploy(
    stacks: Annotated[list[str] | None, typer.Argument(help="Stacks; all if none is named.")] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask, for pipelines.")] = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="Stacks at once; as many as there is room for.")] = None,
    role: Annotated[str | None, typer.Option(help="Another role in the accounts than the execution role.")] = None,
) -> None:
    """Synthesize and plan stacks, let the guard judge the plans, ask, and apply them, in order.

    An organization that is not deployed yet begins with `estate bootstrap`.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    from config import ConfigError, load
    from estate.bootstrap.deployment import TakingOver
    from estate.caller import ROLE, introduce
    from estate.console import fail
    from estate.guard.plan import PlanFormatError
    from estate.guard.rule import RulesError
    from estate.paths import config_directory
    from estate.terraform.deploying import Deploying, unknown, unlocked
    from estate.terraform.failures import cure_of
    from estate.terraform.planning import room
    from estate.terraform.providers import environment
    from estate.terraform.screen import Screen
    from estate.terraform.stopped import StoppedError
    from estate.terraform.synth import OUT, SynthError, synthesize

    screen = Screen(yes=yes)
    names = stacks or []
    try:
        organization = load(config_directory())
        if problem := unknown(organization, names):
            fail(problem)
        variables = environment() | ({ROLE: role} if role else {})
        screen.step("Who am I?", "Everything below is done by these credentials, at this endpoint.")
        introduce(organization, screen, variables)
        synthesize(names)
        plans, applies = jobs or room(), jobs or room(applying=True)
        take_over = TakingOver(organization, screen)
        Deploying(organization, config_directory(), OUT, screen, variables, plans, applies, take_over=take_over).run(
            names
        )
        if sentence := unlocked(organization, names):
            screen.say(sentence, "yellow")
    except (ConfigError, FileNotFoundError, PlanFormatError, RulesError, StoppedError, SynthError) as error:
        fail(str(error))
    except (BotoCoreError, ClientError) as error:
        fail(f"{error}\n{cure_of(str(error))}".rstrip())
    except KeyboardInterrupt:
        fail("Interrupted. What was done is done; run the command again to go on.")
