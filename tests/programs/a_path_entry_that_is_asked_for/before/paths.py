import sys

LIMIT = 1
print(LIMIT)

if "/nowhere" not in sys.path:
    sys.path.insert(0, "/nowhere")
