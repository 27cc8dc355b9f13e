class VisitorMiddleware:
    async_capable = True
    sync_capable = False

    def __init__(self, get_response):
        from asgiref.sync import markcoroutinefunction

        self.get_response = get_response
        markcoroutinefunction(self)

    async def __call__(self, request):
        request.visitor = "Dependency one"
        return await self.get_response(request)
