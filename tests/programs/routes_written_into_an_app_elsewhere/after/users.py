from core import app


@app.get("/people")
def users():
    return ["ada"]
