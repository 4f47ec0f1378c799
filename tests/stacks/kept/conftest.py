"""Runs of the app within the test's process: the kernel starts once."""

import json
import os
import sys
from pathlib import Path
from threading import Thread

import pytest

from stacks import synthesis
from stacks.asked import Asked
from stacks.kept import sources
from stacks.kept.run import Run

CHECKOUT = Path(__file__).parents[3]
# What tests import, and the app does not.
OTHERS = tuple(f"{CHECKOUT / room}{os.sep}" for room in ("bench", "estate", "organization_tests", "tests", "wheels"))


def bindings():
    """Loaded by whoever makes a stack, here."""
    thread = Thread(target=lambda: None)
    thread.start()
    return thread


def files(out):
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


class App:
    """The app, with a cache of its own."""

    def __init__(self, cache, monkeypatch):
        self.cache = cache
        self.made = []
        monkeypatch.setenv("ESTATE_PROCESSES", "1")
        synthesize = synthesis.synthesize

        def noting(configuration, lock_file, names, out):
            self.made += names
            return synthesize(configuration, lock_file, names, out)

        monkeypatch.setattr(synthesis, "synthesize", noting)
        covers, before = sources.covers, {id(each) for each in sys.modules.values()}

        def of_the_app(modules):
            """Without what tests import, or have imported in this process before."""
            return covers(
                each
                for each in modules
                if id(each) not in before and not str(getattr(each, "__file__", "")).startswith(OTHERS)
            )

        monkeypatch.setattr(sources, "covers", of_the_app)

    def run(self, directory, out, *only, cached=True):
        """Run the app: the files that it wrote, the stacks that it made, and whether it has repeated a whole run."""
        self.made = []
        run = Run(Asked(directory, only, CHECKOUT, out, self.cache if cached else None))
        repeated = run.repeat()
        if not repeated:
            synthesis.run(run, bindings)
        found = files(out)
        stacks = json.loads(found["manifest.json"])["stacks"]
        wanted = {"manifest.json", *(f"stacks/{name}/{file}" for name in stacks for file in FILES)}
        return {name: content for name, content in found.items() if name in wanted}, sorted(self.made), repeated


FILES = ("cdk.tf.json", ".terraform.lock.hcl")


@pytest.fixture
def app(tmp_path, monkeypatch):
    return App(tmp_path / "cache", monkeypatch)
