from typing import Annotated

from fastapi import Depends


def find():
    return "ada"


def find_again():
    return "bob"


User = Annotated[str, Depends(find_again)]
