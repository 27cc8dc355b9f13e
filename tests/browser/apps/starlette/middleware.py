class VisitorMiddleware:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            scope["visitor"] = "Dependency one"
        await self.app(scope, receive, send)
