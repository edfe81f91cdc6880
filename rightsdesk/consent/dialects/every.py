"""Every dialect that RightsDesk speaks, as it is without settings of its own.

Some take settings (a list of crawlers, the address of a file on the site): whoever uses
those makes their own. This tuple is what tests and explanations go through.
"""

from rightsdesk.consent.dialects.ai_consent import AiConsent
from rightsdesk.consent.dialects.ai_crawlers import AiCrawlers
from rightsdesk.consent.dialects.aipref import Aipref, AiprefHeader
from rightsdesk.consent.dialects.aipref_robots import AiprefRobots
from rightsdesk.consent.dialects.archive_rights import ArchiveRights
from rightsdesk.consent.dialects.audius import AudiusTrack, AudiusUser
from rightsdesk.consent.dialects.base import Dialect
from rightsdesk.consent.dialects.bluesky import BlueskyAi, BlueskyIntents
from rightsdesk.consent.dialects.cloudflare import CloudflareZone
from rightsdesk.consent.dialects.content_signals import ContentSignals
from rightsdesk.consent.dialects.ddex import DdexUseTypes
from rightsdesk.consent.dialects.described import FunkwhaleTrack, PeerTubeVideo
from rightsdesk.consent.dialects.noai import NoaiHeader, NoaiMeta
from rightsdesk.consent.dialects.plus import Plus
from rightsdesk.consent.dialects.robots_txt import RobotsTxt
from rightsdesk.consent.dialects.rsl import Rsl
from rightsdesk.consent.dialects.rsl_link import RslLink
from rightsdesk.consent.dialects.sentence import CopyrightSentence
from rightsdesk.consent.dialects.soundcloud import SoundCloudTrack
from rightsdesk.consent.dialects.tdm_ai import TdmAi
from rightsdesk.consent.dialects.tdmrep import Tdmrep, TdmrepHeader, TdmrepMeta, TdmrepXmp
from rightsdesk.consent.dialects.tdmrep_file import TdmrepFile
from rightsdesk.consent.dialects.training_mining import C2paTrainingMining, Cawg
from rightsdesk.consent.dialects.wordpress import WordPressMedia, WordPressPost
from rightsdesk.consent.dialects.wordpress_com import WordPressComOption
from rightsdesk.consent.dialects.xmp_rights import XmpRights
from rightsdesk.consent.dialects.youtube import YoutubeTrainability
from rightsdesk.consent.dialects.youtube_video import YoutubeVideo

ANY_RECORDING = f"ISCC:KIC{'A' * 52}"
"""Stands for the ISCC of whatever recording: without one TDM·AI cannot be spoken at all."""

ALL_DIALECTS: tuple[Dialect, ...] = (
    # in the file
    AiConsent(),
    Aipref(),
    Tdmrep(),
    CopyrightSentence(),
    Plus(),
    XmpRights(),
    TdmrepXmp(),
    Cawg(),
    C2paTrainingMining(),
    # on the artist's own site
    AiprefHeader(),
    TdmrepHeader(),
    TdmrepMeta(),
    TdmrepFile(),
    NoaiHeader(),
    NoaiMeta(),
    RobotsTxt(),
    AiprefRobots(),
    ContentSignals(),
    AiCrawlers(),
    Rsl(),
    RslLink(),
    # on platforms
    SoundCloudTrack(),
    BlueskyAi(),
    BlueskyIntents(),
    AudiusUser(),
    AudiusTrack(),
    YoutubeTrainability(),
    YoutubeVideo(),
    ArchiveRights(),
    PeerTubeVideo(),
    FunkwhaleTrack(),
    WordPressComOption(),
    WordPressMedia(),
    WordPressPost(),
    CloudflareZone(),
    # to hand over
    DdexUseTypes(),
    TdmAi(ANY_RECORDING),
)
