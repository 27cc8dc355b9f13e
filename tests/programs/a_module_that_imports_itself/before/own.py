import own

print(own)
value = 1
