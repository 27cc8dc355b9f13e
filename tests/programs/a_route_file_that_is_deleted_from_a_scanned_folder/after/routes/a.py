from fastapi import APIRouter

router = APIRouter(prefix="/a")


@router.get("/")
def index():
    return "a"
