import one

value = one.base + 1
print(value)
