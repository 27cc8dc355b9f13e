import registry

name = 'one'
