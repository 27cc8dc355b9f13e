from fastapi import APIRouter

router = APIRouter()


@router.get("/old")
async def old() -> str:
    return "extra"
