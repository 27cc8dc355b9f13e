import registry

registry.subs.append('uno')
