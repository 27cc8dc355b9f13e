import json
from pathlib import Path

limits = json.loads((Path(__file__).parent / "limits.json").read_text())
print(limits)
