name = 'tools'
