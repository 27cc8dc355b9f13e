from asgi_reload import hot

hot.decline(__name__)
LIMIT = 1
print(LIMIT)


def f():
    return 2
