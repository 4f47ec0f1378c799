"""The organization as data: YAML files, their typed model, and the loader that checks them.

Example:
    >>> organization = config.load(Path("config"))
    >>> organization.accounts["production"].region
    'eu-central-1'
"""

from config.errors import ConfigError, Problem
from config.loader import examine, load
from config.nodes import Account, Configuration, Node, Organization, Policy, Root, Unit

__all__ = [
    "Account",
    "ConfigError",
    "Configuration",
    "Node",
    "Organization",
    "Policy",
    "Problem",
    "Root",
    "Unit",
    "examine",
    "load",
]
