from fastapi import APIRouter

router = APIRouter()


@router.get("/old")
def index():
    return "hello"
