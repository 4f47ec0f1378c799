"""All locked packages as a CycloneDX list: `python -m estate.supply.sbom FILE`, as `make sbom` does.

It is made from Pipfile.lock and each package-lock.json alone, plus the licences that packages name, so the same locks make the
same list.

Source: https://cyclonedx.org/docs/1.6/json/
"""

import base64
import json
import sys
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import quote

from estate.paths import CHECKOUT
from estate.supply.licences import Package, npm_packages, packages

_ALGORITHMS = {"sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512", "sha1": "SHA-1"}


def sbom(checkout: Path = CHECKOUT) -> dict[str, Any]:
    """The list; what only developing needs has the scope `excluded`."""
    allowed = tomllib.loads((checkout / "licences.toml").read_text(encoding="utf-8"))
    project = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = {package.name: package for package in packages(checkout) if package.kind == "python"}
    components = _of_python(checkout, found, allowed)
    names = {package.name: package for package in packages(checkout) if package.kind == "npm"}
    components += _of_npm(checkout, names, allowed)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": project["name"], "version": project["version"]}},
        "components": sorted(components, key=lambda component: str(component["bom-ref"])),
    }


def _of_python(checkout: Path, found: dict[str, Package], allowed: dict[str, Any]) -> list[dict[str, Any]]:
    locked = json.loads((checkout / "Pipfile.lock").read_text(encoding="utf-8"))
    components = []
    for name, entry in {**locked["develop"], **locked["default"]}.items():
        version = entry["version"].removeprefix("==")
        scope = "required" if name in locked["default"] else "excluded"
        # A lock holds the hashes of every file that a version has; which of them is installed, the platform decides.
        hashes = [{"name": "lock:hash", "value": found} for found in sorted(entry["hashes"])]
        component = _component("pypi", name, version, scope, _licence(found[name], allowed))
        components.append({**component, "properties": hashes})
    return components


def _of_npm(checkout: Path, found: dict[str, Package], allowed: dict[str, Any]) -> list[dict[str, Any]]:
    components: dict[str, dict[str, Any]] = {}
    for path, node in npm_packages(checkout):
        name = path.rpartition("node_modules/")[2]
        scope = "excluded" if node.get("dev") else "required"
        component = _component("npm", name, node["version"], scope, _licence(found[name], allowed))
        algorithm, _, digest = node.get("integrity", "").partition("-")
        if digest:
            component["hashes"] = [{"alg": _ALGORITHMS[algorithm], "content": base64.b64decode(digest).hex()}]
        components.setdefault(component["bom-ref"], component)
    return list(components.values())


def _component(kind: str, name: str, version: str, scope: str, licence: str) -> dict[str, Any]:
    purl = f"pkg:{kind}/{quote(name, safe='/')}@{quote(version, safe='')}"
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "scope": scope,
        "purl": purl,
    }
    return {**found, "licenses": [{"expression": licence}]} if licence else found


def _licence(package: Package, allowed: dict[str, Any]) -> str:
    known = allowed["known"].get(package.kind, {}).get(package.name)
    return str(known or allowed["called"].get(package.licence, package.licence))


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(sbom(), indent=2) + "\n", encoding="utf-8")
