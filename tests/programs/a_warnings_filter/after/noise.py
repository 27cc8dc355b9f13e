import warnings

LIMIT = 2
print(LIMIT)
warnings.filterwarnings("ignore", message="shop")
