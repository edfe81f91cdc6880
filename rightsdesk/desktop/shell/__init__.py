"""The window as a whole: start, menus, layout, help, and what holds for all pages."""
