"""The client's files, as browsers ask for them. Read once, so that a request never touches the disk.

`boot.js` stands at a fixed path. The modules, and the stylesheets beside them, lie in a folder that is named after what
they say, so that a browser may keep them for good, and a new version is never mixed with an old one.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

BOOT: Final = "boot.js"
SERVED: Final = (".js", ".css")
SCHEMA: Final = Path(__file__).with_name("status.schema.json")
CLIENT: Final = Path(__file__).parent / "client"


@dataclass(frozen=True, slots=True)
class Scripts:
    """`files` by their path below the prefix; `folder` is that of all but `boot.js`: `client/3f2a9c…`."""

    folder: str
    files: Mapping[str, bytes]


def read_scripts(client: Path = CLIENT) -> Scripts:
    """All scripts and stylesheets of the package, and the schema of the status."""
    found = (file for file in sorted(client.rglob("*")) if file.suffix in SERVED)
    texts = {file.relative_to(client).as_posix(): file.read_bytes() for file in found}
    digest = blake2b(digest_size=8)

    for name, text in texts.items():
        digest.update(f"{name} {len(text)} ".encode() + text)

    folder = f"client/{digest.hexdigest()}"
    files = {name if name == BOOT else f"{folder}/{name}": text for name, text in texts.items()}
    return Scripts(folder, {**files, SCHEMA.name: SCHEMA.read_bytes()})
