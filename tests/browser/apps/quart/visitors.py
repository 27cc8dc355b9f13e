from functools import wraps

from quart import g


def with_visitor(view):
    @wraps(view)
    async def wrapper(*args, **kwargs):
        g.visitor = "Dependency one"
        return await view(*args, **kwargs)

    return wrapper
