from typing import Annotated

from fastapi import Depends


def visitor() -> str:
    return "Dependency one"


Visitor = Annotated[str, Depends(visitor)]
