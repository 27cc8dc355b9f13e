import own

print(own)
value = 2
