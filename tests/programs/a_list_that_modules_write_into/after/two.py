from registry import subs

subs.append('two')
