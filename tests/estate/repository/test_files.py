"""Which files a newer version writes, and which it leaves to whoever has edited them."""

import pytest

from estate.repository.files import File, different, write
from estate.repository.record import NAME, NoRepositoryError, Record

PIN = 'aws-organization-cdktf = {{version = "=={}", extras = ["local"]}}\n'


@pytest.mark.parametrize(
    ("written", "now", "wanted", "found"),
    [
        (b"1", b"1", b"1", None),
        (b"1", b"1", b"2", File("f", b"1", b"2")),
        (b"1", b"mine", b"2", File("f", b"mine", b"2", edited=True)),
        (b"1", b"mine", b"1", None),
        (b"1", b"2", b"2", None),
        (b"1", None, b"1", None),
        (b"1", None, b"2", File("f", None, b"2", edited=True)),
        (None, None, b"2", File("f", None, b"2")),
        (None, b"mine", b"2", File("f", b"mine", b"2", edited=True)),
        (b"1", b"1", None, File("f", b"1", None)),
        (b"1", b"mine", None, File("f", b"mine", None, edited=True)),
        (b"1", None, None, None),
    ],
)
def test_what_was_edited_or_deleted_is_left(tmp_path, written, now, wanted, found):
    if now is not None:
        (tmp_path / "f").write_bytes(now)
    record = Record.of("0.1.0", "p", {"f": written} if written else {})
    files = different(tmp_path, record, {"f": wanted} if wanted else {}, "0.2.0")
    assert files == ([found] if found else [])
    list(write(tmp_path, files))
    after = wanted if found and not found.edited else now
    assert ((tmp_path / "f").read_bytes() if (tmp_path / "f").exists() else None) == after


@pytest.mark.parametrize(
    ("now", "after", "edited"),
    [
        ("# ours\n" + PIN.format("0.1.0"), "# ours\n" + PIN.format("0.2.0"), False),
        (
            'aws-organization-cdktf = "==0.1.0"\nours = "==0.1.0"\n',
            'aws-organization-cdktf = "==0.2.0"\nours = "==0.1.0"\n',
            False,
        ),
        ('aws-organization-cdktf = {git = "ours"}\n', PIN.format("0.2.0"), True),
    ],
)
def test_an_edited_pipfile_gets_the_new_version_only(tmp_path, now, after, edited):
    (tmp_path / "Pipfile").write_text(now)
    record = Record.of("0.1.0", "p", {"Pipfile": PIN.format("0.1.0").encode()})
    files = different(tmp_path, record, {"Pipfile": PIN.format("0.2.0").encode()}, "0.2.0")
    assert files == [File("Pipfile", now.encode(), after.encode(), edited)]


def test_what_is_generated_is_written_again_whatever_it_is(tmp_path):
    name = "config/schema/account.schema.json"
    (tmp_path / "config" / "schema").mkdir(parents=True)
    (tmp_path / name).write_bytes(b"of before the team's own capability")
    record = Record.of("0.1.0", "p", {name: b"as the sample has it"})
    assert different(tmp_path, record, {name: b"with it"}, "0.1.0") == [
        File(name, b"of before the team's own capability", b"with it")
    ]


def test_a_long_difference_is_counted_and_a_generated_one_is_not_shown():
    lines = "".join(f"{number}\n" for number in range(100)).encode()
    assert File("f", b"a\n", b"b\n").diff() == ["--- f", "+++ f", "@@ -1 +1 @@", "-a", "+b"]
    assert File("f", b"", lines).diff() == ["103 lines of differences"]
    assert File("package-lock.json", b"a\n", b"b\n").diff() == []


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": "1", "project": "p", "files": 1}', "\x80"])
def test_a_record_that_cannot_be_read_says_where_to_get_it(tmp_path, content):
    (tmp_path / NAME).write_bytes(content.encode("latin-1"))
    with pytest.raises(NoRepositoryError, match=r"git checkout -- \.estate-init\.json"):
        Record.read(tmp_path)
