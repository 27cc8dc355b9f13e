from core import app


@app.get("/items")
def items():
    return [1]
