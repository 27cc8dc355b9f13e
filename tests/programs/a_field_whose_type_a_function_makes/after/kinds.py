from typing import Annotated

from pydantic import Field

LIMIT = 3


def limited():
    return Annotated[int, Field(le=LIMIT + 1)]
