from plugins import Plugin

one = Plugin('uno')
