# -*- coding: klingon -*-
def first():
    return 2
