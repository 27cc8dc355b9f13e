import asyncio


async def find():
    await asyncio.sleep(0)
    return "new"


found = asyncio.run(find())
