from prometheus_client import Counter

requests = Counter("requests", "Old words")
