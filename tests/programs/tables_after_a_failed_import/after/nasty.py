import atexit
import logging
import mimetypes
import signal
import sys
import warnings

LIMIT = 2
print(LIMIT)


def on_signal(number, frame):
    print(LIMIT)


warnings.filterwarnings("ignore", message="shop")
mimetypes.add_type("text/shop", ".shop")
logging.getLogger("shop").addHandler(logging.StreamHandler())
logging.getLogger("shop").setLevel(logging.ERROR)
sys.path.insert(0, "/nowhere")
signal.signal(signal.SIGUSR2, on_signal)

warnings.filterwarnings("error", message="store")
warnings.simplefilter("ignore")
mimetypes.add_type("text/shop", ".store")
mimetypes.add_type("text/plain", ".shop")
logging.getLogger("shop.more").addHandler(logging.NullHandler())
logging.getLogger("shop").setLevel(logging.INFO)
logging.getLogger("shop").propagate = False
logging.basicConfig(level=logging.DEBUG)
sys.path.append("/new")
sys.path_hooks.append(lambda path: None)
signal.signal(signal.SIGUSR1, on_signal)
atexit.register(on_signal, 1, None)
raise ValueError("half way")
