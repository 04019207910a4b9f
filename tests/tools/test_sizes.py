"""Files stay small."""

from tools.sizes import LIMIT, too_long


def test_a_long_file_is_named_and_a_migration_is_not(tmp_path):
    for name, lines in {"short.py": LIMIT, "long.py": LIMIT + 1, "migrations/0001.py": LIMIT + 1}.items():
        path = tmp_path / "lab" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("pass\n" * lines)

    assert list(too_long(tmp_path, "lab")) == ["lab/long.py: 401 lines, at most 400"]
