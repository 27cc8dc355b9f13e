import atexit
import functools

import state

LIMIT = 1
print(LIMIT)


class Shop:
    def close(self):
        state.said.append("closed")


def bye(word):
    state.said.append((word, LIMIT))


shop = Shop()
atexit.register(shop.close)
atexit.register(lambda: state.said.append("lambda"))
atexit.register(functools.partial(bye, "partly"))
atexit.register(bye, word="wholly")
