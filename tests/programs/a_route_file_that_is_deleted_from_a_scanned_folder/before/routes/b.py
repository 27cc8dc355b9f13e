from fastapi import APIRouter

router = APIRouter(prefix="/b")


@router.get("/")
def index():
    return "b"
