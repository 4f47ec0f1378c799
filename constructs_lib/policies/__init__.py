"""AWS policies as typed values: documents, quotas, checks, the guardrail catalogue, the evaluator.

Pure Python: nothing below this package imports CDKTF, so that configuration can be checked and explained without it.
"""
