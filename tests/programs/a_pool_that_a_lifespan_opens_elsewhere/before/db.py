pool = None


async def connect():
    global pool
    pool = {"size": 1, "open": True}


async def close():
    pool["open"] = False
