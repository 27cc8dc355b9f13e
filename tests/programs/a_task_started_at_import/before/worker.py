import asyncio

LIMIT = 1
print(LIMIT)


async def tick():
    while True:
        await asyncio.sleep(0.05)


task = asyncio.get_running_loop().create_task(tick(), name="ticker")
