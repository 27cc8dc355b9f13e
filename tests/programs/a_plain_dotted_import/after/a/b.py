import os
print('loaded again')
LIMIT = 2
