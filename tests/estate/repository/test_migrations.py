"""Keys of the configuration that newer versions name otherwise."""

import pytest

from config.schema import schemas
from estate.repository.migrations import MIGRATIONS, Migration, MigrationError, migrated
from tests.organizations import SAMPLE, copy_sample

ORGANIZATION = """\
# ours
name: Example  # for people

# Root addresses.
# One mailbox.
email: aws+{account}@example.com # yours

regions:
  - eu-central-1  # kept as it is
defaults:
  budget: # in dollars
    # a month
    limit: 200 # yours
    emails: ["a@example.com"]
defaults_by_tag:
  tag:environment=production:
    budget: {limit: 5000}
organizational_units:
  workloads:
    organizational_units:
      production:
        defaults:
          budget:
            limit: 1
cost:
  budget:
    limit: 20000
"""
RENAMED = Migration("0.2.0", "settings", {"budget.limit": "budget.monthly_limit"}, "There are daily ones.")
EMAIL = Migration("0.2.0", "organization", {"email": "email_pattern"}, "It is one.")


@pytest.fixture
def directory(tmp_path):
    (tmp_path / "accounts").mkdir()
    (tmp_path / "organization.yaml").write_text(ORGANIZATION)
    (tmp_path / "accounts" / "a.yaml").write_text("name: A\nsettings:\n  budget:\n    limit: 5\n")
    (tmp_path / "accounts" / "b.yaml").write_text("name:   B   # nothing to change, so not touched\n")
    return tmp_path


def test_a_key_is_renamed_wherever_settings_are_and_nothing_else_changes(directory):
    organization, account = sorted(migrated(directory, [RENAMED]), key=lambda file: file.name, reverse=True)
    wanted = ORGANIZATION.replace("limit:", "monthly_limit:").replace("monthly_limit: 20000", "limit: 20000")
    assert organization.content.decode() == wanted
    assert account.content.decode() == "name: A\nsettings:\n  budget:\n    monthly_limit: 5\n"
    places = ("defaults", "defaults_by_tag.tag:environment=production")
    places += ("organizational_units.workloads.organizational_units.production.defaults",)
    assert organization.changes == tuple(
        f"organization.yaml:{line} {place}.budget.limit → {place}.budget.monthly_limit: There are daily ones."
        for line, place in zip((13, 17, 24), places, strict=True)
    )


def test_comments_before_and_after_the_key_stay(directory):
    (organization,) = migrated(directory, [EMAIL])
    assert "# Root addresses.\n# One mailbox.\nemail_pattern: aws+{account}@example.com # yours\n\nregions" in (
        organization.content.decode()
    )


def test_a_key_moves_to_another_mapping(directory):
    move = Migration("0.2.0", "organization", {"email": "contact.address.email"}, "Contacts are together.")
    text = migrated(directory, [move])[0].content.decode()
    assert "\nemail:" not in text
    assert text.endswith("contact:\n  address:\n    email: aws+{account}@example.com # yours\n\n")


def test_migrations_follow_each_other_and_a_function_does_what_names_cannot(directory):
    def in_cents(settings):
        if "monthly_limit" in settings.get("budget", {}):
            settings["budget"]["cents"] = settings["budget"].pop("monthly_limit") * 100

    both = [RENAMED, Migration("0.3.0", "settings", {}, "Limits are in cents.", in_cents)]
    organization, account = sorted(migrated(directory, both), key=lambda file: file.name, reverse=True)
    assert account.content.decode() == "name: A\nsettings:\n  budget:\n    cents: 500\n"
    assert account.changes[-1] == "accounts/a.yaml Limits are in cents."
    assert organization.content.decode().count("cents:") == 3
    for file in (organization, account):
        (directory / file.name).write_bytes(file.content)
    assert migrated(directory, both) == []


def test_an_old_and_a_new_name_together_are_refused(directory):
    (directory / "organization.yaml").write_text("email: a\nemail_pattern: b\n")
    with pytest.raises(MigrationError, match=r"organization.yaml:1 has 'email' and 'email_pattern'.*Remove one"):
        migrated(directory, [EMAIL])


def test_what_is_no_yaml_is_refused_where_a_key_could_be_in_it(directory):
    (directory / "accounts" / "b.yaml").write_text("name: [\n")
    assert migrated(directory, [EMAIL])
    with pytest.raises(MigrationError, match=r"accounts/b\.yaml cannot be read as YAML"):
        migrated(directory, [RENAMED])


def test_the_sample_needs_none():
    assert migrated(SAMPLE) == []


def test_a_file_in_the_usual_style_changes_in_the_renamed_key_only(tmp_path):
    copy_sample(tmp_path / "config")
    for file in migrated(tmp_path / "config", [RENAMED, EMAIL]):
        before = (tmp_path / "config" / file.name).read_text()
        after = file.content.decode().replace("monthly_limit:", "limit:").replace("email_pattern:", "email:")
        assert after == before


def test_a_name_that_was_given_up_is_not_used_again():
    current = "".join(schemas().values())
    for migration in MIGRATIONS:
        for old, new in migration.keys.items():
            if old.rpartition(".")[2] != new.rpartition(".")[2]:
                assert f'"{old.rpartition(".")[2]}"' not in current, migration
