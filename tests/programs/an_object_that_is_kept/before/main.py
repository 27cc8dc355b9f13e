from fastapi import FastAPI

from asgi_reload import hot
from reloading import ReloadMiddleware

app = FastAPI(title="old")
hits = hot.keep("hits", list)


@app.get("/hits")
def count():
    hits.append(1)
    return len(hits)


app = ReloadMiddleware(app)
