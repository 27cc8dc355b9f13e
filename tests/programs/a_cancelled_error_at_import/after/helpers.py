print(1)


def first():
    return 1

import asyncio

raise asyncio.CancelledError('no')
