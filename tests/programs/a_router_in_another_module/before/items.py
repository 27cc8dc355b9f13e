from fastapi import APIRouter

router = APIRouter()
hits = 0


@router.get("/items")
def items():
    global hits
    hits += 1
    return hits
