import os
print('loaded')
LIMIT = 1
