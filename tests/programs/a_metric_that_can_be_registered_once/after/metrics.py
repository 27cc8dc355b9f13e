from prometheus_client import Counter

requests = Counter("requests", "New words")
