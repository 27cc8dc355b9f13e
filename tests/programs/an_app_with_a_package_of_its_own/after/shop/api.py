from fastapi import APIRouter

router = APIRouter()


@router.get("/new")
def index():
    return "hello"
