import atexit
import logging
import mimetypes
import signal
import sys
import warnings

LIMIT = 1
print(LIMIT)


def on_signal(number, frame):
    print(LIMIT)


warnings.filterwarnings("ignore", message="shop")
mimetypes.add_type("text/shop", ".shop")
logging.getLogger("shop").addHandler(logging.StreamHandler())
logging.getLogger("shop").setLevel(logging.ERROR)
sys.path.insert(0, "/nowhere")
signal.signal(signal.SIGUSR2, on_signal)
