print(1)


def first():
    return 1

import sys

sys.exit('bye')
