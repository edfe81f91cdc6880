"""The dialects of files, of sidecars and of SoundCloud tracks."""

from __future__ import annotations

from rightsdesk.consent.dialects.files.ai_consent import AiConsent
from rightsdesk.consent.dialects.files.plus import Plus
from rightsdesk.consent.dialects.files.sentence import CopyrightSentence
from rightsdesk.consent.dialects.files.xmp_rights import XmpRights
from rightsdesk.consent.dialects.platforms.soundcloud import SoundCloudTrack
from rightsdesk.consent.dialects.suite import Suite
from rightsdesk.consent.dialects.web.aipref import Aipref
from rightsdesk.consent.dialects.web.tdmrep import Tdmrep, TdmrepXmp

FILE_SUITE = Suite(
    (AiConsent(), Aipref(), Tdmrep(), CopyrightSentence(), Plus(), XmpRights(), TdmrepXmp())
)
SIDECAR_SUITE = Suite((Plus(), XmpRights(), TdmrepXmp()))
SOUNDCLOUD_SUITE = Suite((SoundCloudTrack(),))
