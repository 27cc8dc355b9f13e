import warnings

LIMIT = 1
print(LIMIT)
warnings.filterwarnings("ignore", message="store")
