import warnings

warnings.simplefilter('error', SyntaxWarning)
x = 1
print(x)
