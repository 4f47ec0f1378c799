"""The rules that `constructs_lib.policies.check` applies to each statement."""
