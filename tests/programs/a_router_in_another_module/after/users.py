from fastapi import APIRouter

router = APIRouter()


@router.get("/people")
def users():
    return ["ada"]
