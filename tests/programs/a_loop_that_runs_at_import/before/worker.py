import asyncio


async def find():
    await asyncio.sleep(0)
    return "old"


found = asyncio.run(find())
