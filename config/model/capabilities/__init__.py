"""Capabilities: one module for each, with the model of its key in `defaults` and `settings`.

To add one: write the module with a subclass of `Capability`, add a field to `config.model.settings.Settings`, run
`python -m config.schema`. A capability that must hold between accounts gets a rule in `config/rules/`.
"""
