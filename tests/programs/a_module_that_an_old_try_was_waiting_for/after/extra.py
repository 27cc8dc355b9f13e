name = 'extra'
