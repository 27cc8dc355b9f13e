pool = None
hits = 0


async def connect():
    global pool
    pool = {"size": 1, "open": True}


async def close():
    pool["open"] = False


def count():
    global hits
    hits += 1
    return hits
