"""Where Terraform is told to find its providers, with and without the registry."""

from pathlib import Path

import pytest

from estate.terraform import providers

AWS = "registry.terraform.io/hashicorp/aws"


@pytest.fixture(autouse=True)
def work(tmp_path, monkeypatch):
    monkeypatch.setattr(providers, "WORK", tmp_path)
    monkeypatch.setattr(providers, "_PLUGIN_CACHE", tmp_path / "plugins")
    monkeypatch.setattr(providers, "_reachable", lambda _: False)


@pytest.fixture
def mirror(tmp_path):
    def make(place):
        (tmp_path / "mirror" / AWS / place).mkdir(parents=True)
        return {"ESTATE_PROVIDER_MIRROR": str(tmp_path / "mirror")}

    return make


def test_an_unpacked_mirror_needs_no_cache(mirror):
    found = providers.environment(mirror("5.100.0/linux_amd64"))
    assert "mirror" in Path(found["TF_CLI_CONFIG_FILE"]).read_text()
    assert "TF_PLUGIN_CACHE_DIR" not in found
    assert found["CDKTF_DISABLE_PLUGIN_CACHE_ENV"] == "1"


def test_a_packed_mirror_is_unpacked_once(mirror, tmp_path):
    found = providers.environment(mirror(""))
    assert found["TF_PLUGIN_CACHE_DIR"] == str(tmp_path / "plugins")
    assert (tmp_path / "plugins").is_dir()


def test_what_the_registry_gives_is_kept_once(monkeypatch, tmp_path):
    monkeypatch.setattr(providers, "_reachable", lambda _: True)
    assert providers.environment({}) == {"TF_PLUGIN_CACHE_DIR": str(tmp_path / "plugins")}


def test_own_settings_are_left_alone(tmp_path):
    (tmp_path / "own.rc").touch()
    own = {"TF_CLI_CONFIG_FILE": str(tmp_path / "own.rc"), "TF_PLUGIN_CACHE_DIR": "/somewhere"}
    assert providers.environment(own) == own


def test_a_named_file_that_is_not_there_is_forgotten(mirror):
    found = providers.environment({**mirror("5.100.0/linux_amd64"), "TF_CLI_CONFIG_FILE": "/nowhere"})
    assert found["TF_CLI_CONFIG_FILE"] != "/nowhere"


def test_no_mirror_where_one_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no registry"):
        providers.environment({"ESTATE_PROVIDER_MIRROR": str(tmp_path)})
