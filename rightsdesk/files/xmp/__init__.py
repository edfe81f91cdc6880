"""XMP packets: parsed as places in their text, and edited without disturbing the rest."""
