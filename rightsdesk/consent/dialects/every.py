"""Every dialect of RightsDesk, with default settings.

Some dialects take settings (a list of crawlers, the address of a file on the site). Users of those
create their own. Tests and explanations go through this tuple.
"""

from rightsdesk.consent.dialects.base import Dialect
from rightsdesk.consent.dialects.files.ai_consent import AiConsent
from rightsdesk.consent.dialects.files.plus import Plus
from rightsdesk.consent.dialects.files.sentence import CopyrightSentence
from rightsdesk.consent.dialects.files.training_mining import C2paTrainingMining, Cawg
from rightsdesk.consent.dialects.files.xmp_rights import XmpRights
from rightsdesk.consent.dialects.platforms.archive_rights import ArchiveRights
from rightsdesk.consent.dialects.platforms.audius import AudiusTrack, AudiusUser
from rightsdesk.consent.dialects.platforms.bluesky import BlueskyAi, BlueskyIntents
from rightsdesk.consent.dialects.platforms.cloudflare import CloudflareZone
from rightsdesk.consent.dialects.platforms.described import DESCRIBED
from rightsdesk.consent.dialects.platforms.soundcloud import SoundCloudTrack
from rightsdesk.consent.dialects.platforms.wordpress import WordPressMedia, WordPressPost
from rightsdesk.consent.dialects.platforms.wordpress_com import WordPressComOption
from rightsdesk.consent.dialects.platforms.youtube import YoutubeTrainability
from rightsdesk.consent.dialects.platforms.youtube_video import YoutubeVideo
from rightsdesk.consent.dialects.registries.ddex import DdexUseTypes
from rightsdesk.consent.dialects.registries.tdm_ai import TdmAi
from rightsdesk.consent.dialects.web.ai_crawlers import AiCrawlers
from rightsdesk.consent.dialects.web.aipref import Aipref, AiprefHeader
from rightsdesk.consent.dialects.web.aipref_robots import AiprefRobots
from rightsdesk.consent.dialects.web.content_signals import ContentSignals
from rightsdesk.consent.dialects.web.noai import NoaiHeader, NoaiMeta
from rightsdesk.consent.dialects.web.robots_txt import RobotsTxt
from rightsdesk.consent.dialects.web.rsl import Rsl
from rightsdesk.consent.dialects.web.rsl_link import RslLink
from rightsdesk.consent.dialects.web.tdmrep import Tdmrep, TdmrepHeader, TdmrepMeta, TdmrepXmp
from rightsdesk.consent.dialects.web.tdmrep_file import TdmrepFile

ANY_RECORDING = f"ISCC:KIC{'A' * 52}"
"""A placeholder for any recording's ISCC. Without an ISCC, TDM·AI states nothing."""

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
    *DESCRIBED,
    WordPressComOption(),
    WordPressMedia(),
    WordPressPost(),
    CloudflareZone(),
    # to hand over
    DdexUseTypes(),
    TdmAi(ANY_RECORDING),
)
