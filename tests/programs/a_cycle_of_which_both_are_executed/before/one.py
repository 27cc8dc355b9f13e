base = 1
import two

value = two.value + 1
print(value)
