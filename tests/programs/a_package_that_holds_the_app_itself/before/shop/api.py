from fastapi import APIRouter

router = APIRouter()


@router.get("/")
def index():
    from shop import state

    return state.count.__name__
