import registry

registry.subs.append('one')
