"""The operator's commands: what `cdktf` itself does not do (`pipenv run estate --help`)."""
