"""What goes wrong around a watcher: lost events, dead threads, limits, odd names, files that never rest."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import pytest
from anyio import to_thread

from asgi_reload.watching import patrol
from asgi_reload.watching.noise import EVERY
from asgi_reload.watching.watcher import FileEvents, Watcher

from .kit import running, select, watching, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from asgi_reload.watching.notifier import Stop

pytestmark = pytest.mark.anyio

CHILD = Path(__file__).with_name("child.py")


class Deaf:
    """A listener that drops all but every fifth of the sets it hears, and never says so."""

    def __call__(self, paths: Sequence[str], stop: Stop) -> Iterator[set[str]]:
        for number, heard in enumerate(FileEvents(1, 1)(paths, stop)):
            if number % 5 == 0:
                yield heard


class Mute:
    """A filesystem that never tells of anything."""

    def __call__(self, paths: Sequence[str], stop: Stop) -> Iterator[set[str]]:
        while not stop.is_set():
            time.sleep(0.001)

        yield from ()


class Mortal:
    """A listener that dies of the first thing it hears, as long as `deaths` are left."""

    def __init__(self, deaths: int) -> None:
        self.deaths = deaths

    def __call__(self, paths: Sequence[str], stop: Stop) -> Iterator[set[str]]:
        for heard in FileEvents(1, 10)(paths, stop):
            if self.deaths:
                self.deaths -= 1
                raise RuntimeError("killed by an event")

            yield heard


class Refused:
    """A system that grants at most so many directories to a listener."""

    def __init__(self, most: int, error: Exception) -> None:
        self.most = most
        self.error = error

    def __call__(self, paths: Sequence[str], stop: Stop) -> Iterator[set[str]]:
        if len(paths) > self.most:
            raise self.error

        yield from FileEvents(1, 10)(paths, stop)


class Late:
    """A listener that is slow to begin, while work goes on; and counts how often it had to."""

    def __init__(self, meanwhile: Callable[[], object] = bool) -> None:
        self.meanwhile = meanwhile
        self.begun = 0

    def __call__(self, paths: Sequence[str], stop: Stop) -> Iterator[set[str]]:
        self.begun += 1
        self.meanwhile()
        yield from FileEvents(1, 10)(paths, stop)


async def test_what_changes_before_the_listener_listens_is_told_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patrol, "DOUBT", 3600.0)  # no later walk makes up for it
    write(tmp_path, {"a.css": "0"})

    async with watching(tmp_path, listen=Late(lambda: write(tmp_path, {"a.css": "1"}))) as watched:
        assert await watched.changes() == {"a.css": "modified"}


async def test_events_that_are_lost_are_made_up_for(tmp_path: Path) -> None:
    names = {f"{i % 10}/f{i}.css": "modified" for i in range(200)}
    write(tmp_path, dict.fromkeys(names, "0"))

    async with watching(tmp_path, listen=Deaf()) as watched:
        write(tmp_path, dict.fromkeys(names, "1"))
        await watched.changes_until(names)


async def test_a_loop_that_was_busy_for_long_hears_of_everything_at_once(tmp_path: Path) -> None:
    names = {f"{i % 10}/f{i}.css": "added" for i in range(5000)}
    write(tmp_path, {f"{i}/keep.css": "" for i in range(10)})

    async with watching(tmp_path, step=1, debounce=5) as watched:
        write(tmp_path, dict.fromkeys(names, "1"))  # blocks this thread, and the loop with it
        assert await watched.changes_until(names) == 1
        await watched.told_only()


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_filesystem_without_events_is_found_out_and_polled(tmp_path: Path) -> None:
    write(tmp_path, {"a.css": "0"})

    async with watching(tmp_path, listen=Mute()) as watched:
        number = 0

        while watched.modes() != ["polling"]:
            number += 1
            write(tmp_path, {"a.css": f"{number}"})
            assert await watched.changes() == {"a.css": "modified"}
            await anyio.sleep(1)  # a person's pace

        (status,) = watched.watcher.status().roots
        assert status.reason == "no events arrive from there"


async def test_a_listener_that_dies_is_started_anew_and_nothing_is_lost(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, {"a.css": "0"})

    async with watching(tmp_path, listen=Mortal(deaths=3)) as watched:
        for number in range(6):
            write(tmp_path, {"a.css": f"{number + 1}"})
            assert await watched.changes() == {"a.css": "modified"}
            await watched.until(lambda: watched.modes() == ["events"])

        assert watched.watcher.status().error is None

    assert [r.getMessage() for r in caplog.records if r.name == "asgi_reload"] == [
        "the listener ended and is started anew: RuntimeError('killed by an event')"
    ]


async def test_the_largest_root_is_polled_when_watches_run_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, {f"large/{i}/a.css": "0" for i in range(30)} | {"small/b.css": "0"})
    refused = Refused(10, OSError("OS file watch limit reached. about [...]"))

    async with watching(tmp_path, "large", "small", listen=refused) as watched:
        assert watched.modes() == ["polling", "events"]
        write(tmp_path, {"large/7/a.css": "1"})
        assert await watched.changes() == {"large/7/a.css": "modified"}
        write(tmp_path, {"small/b.css": "1"})
        assert await watched.changes() == {"small/b.css": "modified"}

    (line,) = [r.getMessage() for r in caplog.records if r.name == "asgi_reload"]
    assert "sysctl fs.inotify.max_user_watches=524288" in line


async def test_a_limit_that_is_met_on_the_way_leads_to_polling_too(tmp_path: Path) -> None:
    write(tmp_path, {"a.css": "0"})

    async with watching(tmp_path, listen=Refused(5, OSError("OS file watch limit reached."))) as watched:
        assert watched.modes() == ["events"]
        files = {f"new/{i}/b.css": "added" for i in range(20)}
        write(tmp_path, dict.fromkeys(files, "0"))
        await watched.changes_until(files)
        await watched.until(lambda: watched.modes() == ["polling"])
        write(tmp_path, {"new/19/b.css": "1"})
        assert await watched.changes() == {"new/19/b.css": "modified"}


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ("max_inotify_watches=20", "the limit of file watches is reached"),
        ("max_inotify_instances=0", "no inotify instance or file descriptor is left"),
    ],
)
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_the_kernels_own_limits(tmp_path: Path, limit: str, reason: str) -> None:
    write(tmp_path, {f"{i}/a.css": "0" for i in range(40)})
    name, _, number = limit.partition("=")
    space = ["unshare", "--user", "--map-root-user"]
    shell = [*space, "sh", "-c", f'echo {number} > /proc/sys/user/{name} && exec "$@"', "sh"]
    command = [*shell, sys.executable, str(CHILD), str(tmp_path)]

    if not shutil.which("unshare") or (await anyio.run_process([*space, "true"], check=False)).returncode:
        pytest.skip("no user namespaces here")

    done = await anyio.run_process(command, cwd=Path(__file__).parents[2])
    told = json.loads(done.stdout)
    assert told["mode"] == "polling"
    assert told["reason"].partition(";")[0] == reason
    assert told["changes"] == ["modified"]


async def test_a_name_that_is_no_text_does_not_end_the_watching(tmp_path: Path) -> None:
    write(tmp_path, {"a.css": "0", "odd/b.css": "0"})
    listener = Late()

    async with watching(tmp_path, listen=listener) as watched:
        write(tmp_path, {"odd/caf\udce9.css": "0"})
        assert await watched.changes() == {"odd/caf\udce9.css": "added"}

        for number in range(5):
            for name in ("odd/caf\udce9.css", "odd/b.css", "a.css"):
                write(tmp_path, {name: f"{number + 1}"})
                assert await watched.changes() == {name: "modified"}

        await watched.until(lambda: watched.modes() == ["events"])
        (status,) = watched.watcher.status().roots
        assert "is polled" in status.reason and "odd" in status.reason
        assert listener.begun <= 4, "it did not die of every save"


async def test_a_directory_whose_name_is_no_text_is_watched_as_well(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9/deep/a.css")
    write(tmp_path, {name: "0"})

    async with watching(tmp_path) as watched:
        write(tmp_path, {name: "1"})
        assert await watched.changes() == {name: "modified"}


async def test_a_file_that_is_written_without_end_is_told_of_seldom_and_named(tmp_path: Path) -> None:
    write(tmp_path, {"busy.txt": "0", "a.css": "0"})

    async with watching(tmp_path) as watched:
        with _writing_without_end(tmp_path / "busy.txt"):
            while not watched.watcher.status().noisy:
                assert await watched.changes() == {"busy.txt": "modified"}

            assert watched.watcher.status().noisy == (str(tmp_path / "busy.txt"),)
            began, again = time.monotonic(), 0

            for number in range(20):
                write(tmp_path, {"a.css": f"{number + 1}"})

                while "a.css" not in (told := await watched.changes()):
                    again += len(told)

            assert again <= (time.monotonic() - began) / EVERY + 1

        assert "busy.txt" in await watched.changes(), "the last content is told of in the end"


@contextmanager
def _writing_without_end(path: Path) -> Iterator[None]:
    done = threading.Event()

    def write_on() -> None:
        number = 0

        while not done.wait(0.018):
            number += 1
            path.write_text(f"{number}")

    writer = threading.Thread(target=write_on)
    writer.start()

    try:
        yield
    finally:
        done.set()
        writer.join()


class Stuck:
    """A listener that never looks up."""

    def __init__(self) -> None:
        self.released = threading.Event()

    def __call__(self, paths: Sequence[str], stop: Stop) -> Iterator[set[str]]:
        stop.is_set()
        self.released.wait()
        yield from ()


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir())) - 1


def next_file() -> int:
    """The number that the next file to be opened will get."""
    descriptor = os.dup(0)
    os.close(descriptor)
    return descriptor


async def test_leaving_waits_for_no_thread(tmp_path: Path) -> None:
    stuck = Stuck()

    with anyio.fail_after(5):
        async with watching(tmp_path, listen=stuck):
            pass

    stuck.released.set()


async def test_a_process_out_of_file_descriptors_goes_on_and_watches_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, {"a.css": "0"})
    watcher = Watcher(select(tmp_path))
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (next_file(), limits[1]))

    try:
        async with running(watcher, tmp_path, waiting="not watching") as watched:
            await watched.until(lambda: watcher.status().error is not None)
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
            await watched.until(lambda: watched.modes() == ["events"])
            await watched.told_only()
            assert watcher.status().error is None
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)

    assert "Too many open files" in caplog.text


async def test_starting_and_stopping_leaves_nothing_behind(tmp_path: Path) -> None:
    write(tmp_path, {f"{i}/a.css": "0" for i in range(10)})

    def left() -> tuple[int, int]:
        return open_files(), threading.active_count()

    async with watching(tmp_path) as watched:
        await watched.told_only()

    await to_thread.run_sync(bool)
    before = left()

    for _ in range(20):
        async with running(watched.watcher, tmp_path) as again:
            await again.told_only()

    await again.until(lambda: left() <= before)
