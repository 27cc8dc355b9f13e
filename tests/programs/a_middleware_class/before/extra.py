class Stamp:
    def __init__(self, app, word):
        self.app = app
        self.word = word

    async def __call__(self, scope, receive, send):
        await self.app(scope, receive, send)
