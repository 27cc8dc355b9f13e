import state

from asgi_reload import hot

LIMIT = 2
print(LIMIT)
handle = open(__file__)


@hot.dispose
async def close():
    handle.close()
