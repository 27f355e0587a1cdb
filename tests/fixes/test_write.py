from __future__ import annotations

import os
import pickle
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from flake8_hybridize.fixes import write
from flake8_hybridize.fixes.write import NotWritten, write_atomically
from flake8_hybridize.source.text import Source, UnreadableSource

OLD = b"import os\r\nx = 1\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "module.py"
    path.write_bytes(OLD)
    return path


def write_to(path: Path, before: str, after: str) -> bool:
    source = Source.from_path(path)
    return write_atomically(str(path), source, source.text.replace(before, after))


def alone(path: Path) -> bool:
    """Whether nothing but the file itself is left in its folder."""
    return os.listdir(path.parent) == [path.name]


class TestBytes:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (b"a\r\nx\rb\n", b"a\r\ny\rb\n"),
            (b"\xef\xbb\xbfx = 1", b"\xef\xbb\xbfy = 1"),
            (b"\n\n\x0cx\n\tb if 1 else 2", None),
            (b"\n\n\x0cx\n", b"\n\n\x0cy\n"),
            (
                "# coding: latin-1\nx = 'é'\n".encode("latin-1"),
                "# coding: latin-1\ny = 'é'\n".encode("latin-1"),
            ),
            ("x = '😀'\n".encode(), "y = '😀'\n".encode()),
        ],
    )
    def test_outside_the_edit_nothing_changes(
        self, tmp_path: Path, before: bytes, after: bytes | None
    ) -> None:
        path = tmp_path / "m.py"
        path.write_bytes(before)
        if after is None:
            with pytest.raises(NotWritten, match="valid Python"):
                write_to(path, "x", "y")
            assert path.read_bytes() == before
        else:
            assert write_to(path, "x", "y") is True
            assert path.read_bytes() == after
        assert alone(path)

    def test_a_character_that_cannot_be_encoded(self, tmp_path: Path) -> None:
        path = tmp_path / "m.py"
        path.write_bytes(b"# coding: latin-1\nx = 1\n")
        with pytest.raises(NotWritten, match="cannot be written in this file's encoding"):
            write_to(path, "1", "'✓'")
        assert path.read_bytes() == b"# coding: latin-1\nx = 1\n"

    def test_a_declared_encoding_stays_declared(self, file: Path) -> None:
        with pytest.raises(NotWritten, match="change the encoding"):
            write_to(file, "import os", "# coding: latin-1")
        assert file.read_bytes() == OLD

    def test_the_same_text_is_not_written(self, file: Path) -> None:
        before = file.stat()
        assert write_to(file, "x", "x") is False
        assert file.stat() == before


class TestFile:
    @pytest.mark.parametrize("mode", [0o644, 0o755, 0o600, 0o664])
    def test_keeps_its_mode(self, file: Path, mode: int) -> None:
        file.chmod(mode)
        write_to(file, "1", "2")
        assert stat.S_IMODE(file.stat().st_mode) == mode

    def test_a_symbolic_link_stays_one(self, file: Path, tmp_path: Path) -> None:
        (tmp_path / "sub").mkdir()
        link = tmp_path / "sub" / "link.py"
        link.symlink_to("../module.py")
        assert write_to(link, "1", "2") is True
        assert link.is_symlink()
        assert file.read_bytes() == OLD.replace(b"1", b"2")
        assert os.listdir(tmp_path / "sub") == ["link.py"]

    def test_another_hard_link_keeps_the_old_text(self, file: Path, tmp_path: Path) -> None:
        """A new file takes the place of the name, so that an interrupted run leaves the old one whole."""
        other = tmp_path / "snapshot.py"
        os.link(file, other)
        file.chmod(0o640)
        assert write_to(file, "1", "2") is True
        assert file.read_bytes() == OLD.replace(b"1", b"2")
        assert other.read_bytes() == OLD
        assert stat.S_IMODE(file.stat().st_mode) == stat.S_IMODE(other.stat().st_mode) == 0o640
        assert file.stat().st_nlink == other.stat().st_nlink == 1

    def test_read_only(self, file: Path) -> None:
        file.chmod(0o444)
        with pytest.raises(NotWritten, match=r"module\.py: is read-only"):
            write_to(file, "1", "2")
        assert file.read_bytes() == OLD
        assert alone(file)

    def test_a_folder_that_takes_no_files(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*args: object, **kwargs: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(tempfile, "mkstemp", refuse)
        with pytest.raises(NotWritten, match="cannot be written: Permission denied"):
            write_to(file, "1", "2")
        assert file.read_bytes() == OLD

    def test_no_regular_file(self, tmp_path: Path) -> None:
        with pytest.raises(NotWritten, match="not a regular file"):
            write_atomically(str(tmp_path), Source(str(tmp_path), "x = 1\n"), "x = 2\n")

    def test_gone(self, file: Path) -> None:
        source = Source.from_path(file)
        file.unlink()
        with pytest.raises(NotWritten, match="cannot be written: No such file"):
            write_atomically(str(file), source, "x = 2\n")
        assert not file.exists()

    def test_the_error_is_one_that_every_host_reports(self, file: Path) -> None:
        error = NotWritten("m.py", "is read-only")
        assert isinstance(error, UnreadableSource)
        again = pickle.loads(pickle.dumps(error))
        assert (str(again), type(again)) == ("m.py: is read-only", NotWritten)


class TestOthers:
    def test_changed_by_someone_else(self, file: Path) -> None:
        source = Source.from_path(file)
        file.write_bytes(b"mine = 1\n")
        with pytest.raises(NotWritten, match="changed by someone else"):
            write_atomically(str(file), source, "x = 2\n")
        assert file.read_bytes() == b"mine = 1\n"
        assert alone(file)

    def test_changed_while_the_new_file_is_prepared(
        self, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sync = os.fsync

        def meanwhile(handle: int) -> None:
            sync(handle)
            file.write_bytes(b"mine = 1\n")

        monkeypatch.setattr(os, "fsync", meanwhile)
        with pytest.raises(NotWritten, match="changed by someone else"):
            write_to(file, "1", "2")
        assert file.read_bytes() == b"mine = 1\n"
        assert alone(file)

    def test_another_process_made_the_same_fix(self, file: Path) -> None:
        source = Source.from_path(file)
        after = source.text.replace("1", "2")
        assert write_atomically(str(file), source, after) is True
        assert write_atomically(str(file), source, after) is False
        assert file.read_bytes() == OLD.replace(b"1", b"2")


class TestInterrupted:
    @pytest.mark.parametrize("where", ["fsync", "chmod", "replace"])
    @pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device")])
    def test_the_file_is_the_old_one(
        self,
        file: Path,
        monkeypatch: pytest.MonkeyPatch,
        where: str,
        error: BaseException | type[BaseException],
    ) -> None:
        def interrupt(*args: object) -> None:
            raise error

        monkeypatch.setattr(write.os, where, interrupt)  # type: ignore[attr-defined]
        with pytest.raises((KeyboardInterrupt, NotWritten)):
            write_to(file, "1", "2")
        assert file.read_bytes() == OLD
        assert alone(file)

    def test_a_killed_process_leaves_the_old_file_or_the_new_one(self, file: Path) -> None:
        """Killed without any chance to clean up, at each system call of the writing."""
        new = OLD.replace(b"1", b"2")
        for where, expected in (("fsync", OLD), ("chmod", OLD), ("replace", OLD), ("close", None)):
            file.write_bytes(OLD)
            program = (
                "import os, signal, sys\n"
                "from flake8_hybridize.fixes.write import write_atomically\n"
                "from flake8_hybridize.source.text import Source\n"
                "source = Source.from_path(sys.argv[1])\n"
                f"os.{where} = lambda *args: os.kill(os.getpid(), signal.SIGKILL)\n"
                "write_atomically(sys.argv[1], source, source.text.replace('1', '2'))\n"
            )
            done = subprocess.run([sys.executable, "-c", program, str(file)], check=False)
            assert done.returncode < 0
            assert file.read_bytes() == (expected or new)

    def test_two_processes_at_once(self, tmp_path: Path) -> None:
        program = (
            "import sys\n"
            "from flake8_hybridize.fixes.write import NotWritten, write_atomically\n"
            "from flake8_hybridize.source.text import Source\n"
            "for path in sys.argv[1:]:\n"
            "    source = Source.from_path(path)\n"
            "    try:\n"
            "        write_atomically(path, source, source.text.replace('old', 'new'))\n"
            "    except NotWritten as error:\n"
            "        sys.exit(str(error))\n"
        )
        paths = [tmp_path / f"m{index}.py" for index in range(40)]
        for path in paths:
            path.write_text("old = 1\n" * 200)
        command = [sys.executable, "-c", program, *map(str, paths)]
        running = [subprocess.Popen(command) for _ in range(2)]
        assert [process.wait() for process in running] == [0, 0]
        assert {path.read_text() for path in paths} == {"new = 1\n" * 200}
        assert sorted(os.listdir(tmp_path)) == sorted(path.name for path in paths)
