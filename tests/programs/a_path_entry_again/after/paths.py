import sys

LIMIT = 2
print(LIMIT)
sys.path.insert(0, "/nowhere")
