base = 10
import two

value = two.value + 1
print(value)
