# -*- coding: latin-1 -*-
def first():
    return 'café'
