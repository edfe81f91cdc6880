"""Writes AppStream's description with the version and day of this release to the file named."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from building.share import write_metainfo

write_metainfo(Path(sys.argv[1]))
