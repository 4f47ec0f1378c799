"""Answers about guardrails: what they do to a request, what is in force where, what a change would do."""
