from reloading import ReloadMiddleware

hits = 0


async def app(scope, receive, send):
    global hits
    assert scope["type"] == "http"
    if scope["path"] == "/hits":
        hits += 1
    body = str(hits).encode() if scope["path"] == "/hits" else b"new"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


app = ReloadMiddleware(app)
