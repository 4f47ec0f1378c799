"""The models of the configuration's files: pydantic, frozen, no unknown keys."""
