"""Makes the README's pictures from the demo: `python resources/screenshots/make.py [FOLDER]`.

The music is made up, and the SoundCloud is the practice server on this computer. The files are
settled already, the tracks are not. Fonts are the system's own, so pictures differ a little.
"""

import os
import sys
import tempfile
from pathlib import Path


def main(folder: Path) -> None:
    """Writes `window.png` and `window-dark.png` into `folder`."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from rightsdesk.cli.commands.demo.steps import EVERYTHING, prepared_demo
    from rightsdesk.cli.output.output import Output
    from rightsdesk.consent import PRESETS, Preset
    from rightsdesk.desktop.shell.picture import save_picture
    from rightsdesk.workspace.types.scopes import Scope, ScopeKind

    with (
        tempfile.TemporaryDirectory(prefix="rightsdesk-") as stage,
        prepared_demo(Path(stage), Output()) as session,
    ):
        workspace = session.workspace()
        for artist in workspace.artists.all():
            workspace.consents.set(Scope(ScopeKind.ARTIST, artist.id), PRESETS[Preset.NO_AI])
        workspace.jobs.apply(workspace.jobs.plan_tag(EVERYTHING))
        for name, dark in (("window.png", False), ("window-dark.png", True)):
            save_picture(workspace, folder / name, page="catalogue", dark=dark, size=(1120, 640))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
