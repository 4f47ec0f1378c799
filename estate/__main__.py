"""Run the operator's commands: `python -m estate`."""

from estate.cli import main

main()
