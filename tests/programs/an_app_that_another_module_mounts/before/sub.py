from fastapi import FastAPI

app = FastAPI()


@app.get("/old")
def index():
    return "sub"
