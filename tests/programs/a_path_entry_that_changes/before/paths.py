import sys

LIMIT = 1
print(LIMIT)
sys.path.insert(0, "/nowhere")
