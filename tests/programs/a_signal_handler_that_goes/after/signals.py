import signal

LIMIT = 1
print(LIMIT)


def on_signal(number, frame):
    print(LIMIT)


