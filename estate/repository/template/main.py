"""The app: one stack for each account of the organization in config/. `cdktf` and `estate` run it."""

from pathlib import Path

from aws_organization.app import main

if __name__ == "__main__":
    main(Path(__file__).resolve().parent)
