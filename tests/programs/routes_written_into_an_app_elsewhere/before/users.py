from core import app


@app.get("/users")
def users():
    return ["ada"]
