"""The arguments that bindings know of a resource type: read from their JavaScript, which is made from the provider's schema."""

import re
import tarfile
from functools import cached_property

# As cdktf-provider-generator writes it: `name: cdktf.stringToTerraform(this._name),`, and a function for each nested block.
_ARGUMENT = re.compile(r"^\s+(?:\"(?P<quoted>[\w-]+)\"|(?P<name>\w+)): (?P<value>.*ToTerraform.*),$", re.MULTILINE)
_BLOCK = re.compile(r"^function (?P<name>\w+ToTerraform)\(struct\) \{(?P<body>.*?)^\}", re.MULTILINE | re.DOTALL)
_RESOURCE = re.compile(r"^    synthesizeAttributes\(\) \{(?P<body>.*?)^    \}", re.MULTILINE | re.DOTALL)
_NESTED = re.compile(r"(?<![\w.])(\w+ToTerraform)")
# Terraform's own, for every type.
META = {"//", "connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"}


class Schema:
    """What a provider's bindings know.

    Args:
        bindings: The directory of their Python package.
        types: Resource types (`aws_vpc`) and data sources (`data.aws_region`) that are asked for.
    """

    def __init__(self, bindings, types):
        self.types = types
        self.bindings = bindings

    @cached_property
    def _sources(self):
        (archive,) = (self.bindings / "_jsii").glob("*.tgz")
        folders = {_folder(type_): type_ for type_ in self.types}
        found = {}
        with tarfile.open(archive) as files:
            for file in files:
                parts = file.name.split("/")
                if len(parts) > 3 and parts[2] in folders and file.name.endswith(".js"):
                    text = files.extractfile(file).read().decode()
                    found[folders[parts[2]]] = found.get(folders[parts[2]], "") + text
        return found

    def unknown(self, type_, block):
        """The arguments of a block that the bindings do not have, by their path; the type itself if they lack it."""
        source = self._sources.get(type_)
        if source is None:
            return [type_]
        blocks = {found["name"]: _arguments(found["body"]) for found in _BLOCK.finditer(source)}
        own = _arguments(_RESOURCE.search(source)["body"])
        return [f"{type_}.{path}" for path in _beyond({name: block[name] for name in block.keys() - META}, own, blocks)]


def _folder(type_):
    return type_.replace("data.aws_", "data-aws-").removeprefix("aws_").replace("_", "-")


def _arguments(body):
    """The names of arguments, each with the function of its block if it is one."""
    found = {}
    for argument in _ARGUMENT.finditer(body):
        nested = _NESTED.search(argument["value"])
        found[argument["quoted"] or argument["name"]] = nested[1] if nested else None
    return found


def _beyond(given, known, blocks):
    for name, value in given.items():
        if name not in known:
            yield name
        elif known[name] in blocks:
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict) and "dynamic" not in one:
                    yield from (f"{name}.{path}" for path in _beyond(one, blocks[known[name]], blocks))
