import threading
import time


def run():
    while True:
        time.sleep(0.1)


LIMIT = 1
print(LIMIT)
threading.Thread(target=run, daemon=True).start()
