"""The design system: how every page looks. Knows Qt, and nothing of RightsDesk's data.

- `tokens`: colours of both themes, spacing, type scale, corner radii.
- `appearance`: System, Light or Dark, text size, reduced motion; all switch while windows are open.
- `icons`: one family of drawings, coloured while they are painted.
- `style`: paints the standard controls; the ring that shows the keyboard focus.
- `text`, `buttons`, `chips`, `bars`, `cards`, `banner`, `header`, `navigation`: the widgets.
- `gallery`: pictures of all of it: `python -m rightsdesk.desktop.design.gallery FOLDER`.

Three rules keep a theme switchable: no widget stores a coloured pixmap, no widget stores a
`QColor`, and no widget sets a font or a palette that `restyle` could not set again.
"""
