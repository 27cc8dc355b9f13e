class Missing(Exception):
    code = 2
