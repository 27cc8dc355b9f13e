import registry

registry.subs.append('one')
name = 'one'
