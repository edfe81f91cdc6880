<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en_GB">
<context>
    <name>RightsDesk</name>
    <message numerus="yes">
        <source>%n</source>
        <translation>
            <numerusform>%n</numerusform>
            <numerusform>%n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n Audius tracks</source>
        <translation>
            <numerusform>%n morceau Audius</numerusform>
            <numerusform>%n morceaux Audius</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n Bluesky accounts</source>
        <translation>
            <numerusform>%n compte Bluesky</numerusform>
            <numerusform>%n comptes Bluesky</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n Cloudflare zones</source>
        <translation>
            <numerusform>%n zone Cloudflare</numerusform>
            <numerusform>%n zones Cloudflare</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n Funkwhale tracks</source>
        <translation>
            <numerusform>%n morceau Funkwhale</numerusform>
            <numerusform>%n morceaux Funkwhale</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n Internet Archive items</source>
        <translation>
            <numerusform>%n élément Internet Archive</numerusform>
            <numerusform>%n éléments Internet Archive</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n PeerTube videos</source>
        <translation>
            <numerusform>%n vidéo PeerTube</numerusform>
            <numerusform>%n vidéos PeerTube</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n SoundCloud tracks</source>
        <translation>
            <numerusform>%n morceau SoundCloud</numerusform>
            <numerusform>%n morceaux SoundCloud</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n WordPress audio files</source>
        <translation>
            <numerusform>%n fichier audio WordPress</numerusform>
            <numerusform>%n fichiers audio WordPress</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n WordPress.com sites</source>
        <translation>
            <numerusform>%n site WordPress.com</numerusform>
            <numerusform>%n sites WordPress.com</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n YouTube videos</source>
        <translation>
            <numerusform>%n vidéo YouTube</numerusform>
            <numerusform>%n vidéos YouTube</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n accounts</source>
        <translation>
            <numerusform>%n compte</numerusform>
            <numerusform>%n comptes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n accounts could not be read. The list leaves them out.</source>
        <translation>
            <numerusform>%n compte illisible. La liste ne le reprend pas.</numerusform>
            <numerusform>%n comptes illisibles. La liste ne les reprend pas.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n are left out.</source>
        <translation>
            <numerusform>%n laissé de côté.</numerusform>
            <numerusform>%n laissés de côté.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n are no longer there</source>
        <translation>
            <numerusform>%n plus là</numerusform>
            <numerusform>%n plus là</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n artists</source>
        <translation>
            <numerusform>%n artiste</numerusform>
            <numerusform>%n artistes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n artists without a choice</source>
        <translation>
            <numerusform>%n artiste sans choix</numerusform>
            <numerusform>%n artistes sans choix</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n artists.</source>
        <translation>
            <numerusform>%n artiste.</numerusform>
            <numerusform>%n artistes.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n audio files</source>
        <translation>
            <numerusform>%n fichier audio</numerusform>
            <numerusform>%n fichiers audio</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n audio files.</source>
        <translation>
            <numerusform>%n fichier audio.</numerusform>
            <numerusform>%n fichiers audio.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n by its terms</source>
        <translation>
            <numerusform>%n selon les conditions</numerusform>
            <numerusform>%n selon les conditions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n candidates</source>
        <translation>
            <numerusform>%n candidat</numerusform>
            <numerusform>%n candidats</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n changed</source>
        <translation>
            <numerusform>%n modifié</numerusform>
            <numerusform>%n modifiés</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n changes that jobs have left to make there are dropped.</source>
        <translation>
            <numerusform>%n modification que des tâches devaient encore y faire est abandonnée.</numerusform>
            <numerusform>%n modifications que des tâches devaient encore y faire sont abandonnées.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n characters</source>
        <translation>
            <numerusform>%n caractère</numerusform>
            <numerusform>%n caractères</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chosen</source>
        <translation>
            <numerusform>%n choisie</numerusform>
            <numerusform>%n choisies</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n could not be read.</source>
        <translation>
            <numerusform>%n illisible.</numerusform>
            <numerusform>%n illisibles.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n end within {days} days</source>
        <translation>
            <numerusform>%n prend fin d’ici {days} jours</numerusform>
            <numerusform>%n prennent fin d’ici {days} jours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entries</source>
        <translation>
            <numerusform>%n entrée</numerusform>
            <numerusform>%n entrées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entries are selected</source>
        <translation>
            <numerusform>%n entrée sélectionnée</numerusform>
            <numerusform>%n entrées sélectionnées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entries on record</source>
        <translation>
            <numerusform>%n entrée dans l’historique</numerusform>
            <numerusform>%n entrées dans l’historique</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n failed.</source>
        <translation>
            <numerusform>%n échec.</numerusform>
            <numerusform>%n échecs.</numerusform>
        </translation>
    </message>
    <message>
        <source>%n file is no longer listed. On the disk it stays as it is.</source>
        <translation>%n fichier n’est plus dans la liste. Sur le disque, il reste tel quel.</translation>
    </message>
    <message numerus="yes">
        <source>%n files</source>
        <translation>
            <numerusform>%n fichier</numerusform>
            <numerusform>%n fichiers</numerusform>
        </translation>
    </message>
    <message>
        <source>%n files are no longer listed. On the disk they stay as they are.</source>
        <translation>%n fichiers ne sont plus dans la liste. Sur le disque, ils restent tels quels.</translation>
    </message>
    <message numerus="yes">
        <source>%n files carry Content Credentials. Any change breaks them, so they are left as they are.</source>
        <translation>
            <numerusform>%n fichier porte des Content Credentials. Toute modification les invalide, il reste donc tel quel.</numerusform>
            <numerusform>%n fichiers portent des Content Credentials. Toute modification les invalide, ils restent donc tels quels.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files looked up</source>
        <translation>
            <numerusform>%n fichier vérifié</numerusform>
            <numerusform>%n fichiers vérifiés</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files need a look</source>
        <translation>
            <numerusform>%n fichier à regarder</numerusform>
            <numerusform>%n fichiers à regarder</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files were changed outside RightsDesk</source>
        <translation>
            <numerusform>%n fichier a été modifié en dehors de RightsDesk</numerusform>
            <numerusform>%n fichiers ont été modifiés en dehors de RightsDesk</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n found</source>
        <translation>
            <numerusform>%n résultat</numerusform>
            <numerusform>%n résultats</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n items</source>
        <translation>
            <numerusform>%n élément</numerusform>
            <numerusform>%n éléments</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n items read from {where}.</source>
        <translation>
            <numerusform>%n élément lu dans {where}.</numerusform>
            <numerusform>%n éléments lus dans {where}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n left alone.</source>
        <translation>
            <numerusform>%n laissé tel quel.</numerusform>
            <numerusform>%n laissés tels quels.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n match already</source>
        <translation>
            <numerusform>%n correspond déjà</numerusform>
            <numerusform>%n correspondent déjà</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n matched when last read</source>
        <translation>
            <numerusform>%n correspondait à la dernière lecture</numerusform>
            <numerusform>%n correspondaient à la dernière lecture</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minutes</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n missing</source>
        <translation>
            <numerusform>%n manquant</numerusform>
            <numerusform>%n manquants</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more could not be changed, as the review said.</source>
        <translation>
            <numerusform>%n autre n’a pas pu être modifié, comme le récapitulatif l’annonçait.</numerusform>
            <numerusform>%n autres n’ont pas pu être modifiés, comme le récapitulatif l’annonçait.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n nouveau</numerusform>
            <numerusform>%n nouveaux</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n not read</source>
        <translation>
            <numerusform>%n non lu</numerusform>
            <numerusform>%n non lus</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them say something else today</source>
        <translation>
            <numerusform>%n d’entre eux dit autre chose aujourd’hui</numerusform>
            <numerusform>%n d’entre eux disent autre chose aujourd’hui</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {all} artists need you</source>
        <translation>
            <numerusform>%n artiste sur {all} a besoin de vous</numerusform>
            <numerusform>%n artistes sur {all} ont besoin de vous</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n places</source>
        <translation>
            <numerusform>%n emplacement</numerusform>
            <numerusform>%n emplacements</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n platforms need you</source>
        <translation>
            <numerusform>%n plateforme a besoin de vous</numerusform>
            <numerusform>%n plateformes ont besoin de vous</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n problems</source>
        <translation>
            <numerusform>%n problème</numerusform>
            <numerusform>%n problèmes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n recordings</source>
        <translation>
            <numerusform>%n enregistrement</numerusform>
            <numerusform>%n enregistrements</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n recordings have no ISRC</source>
        <translation>
            <numerusform>%n enregistrement n’a pas d’ISRC</numerusform>
            <numerusform>%n enregistrements n’ont pas d’ISRC</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n recordings have no choice yet</source>
        <translation>
            <numerusform>%n enregistrement n’a pas encore de choix</numerusform>
            <numerusform>%n enregistrements n’ont pas encore de choix</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n releases</source>
        <translation>
            <numerusform>%n sortie</numerusform>
            <numerusform>%n sorties</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n say it</source>
        <translation>
            <numerusform>%n conforme</numerusform>
            <numerusform>%n conformes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n say otherwise</source>
        <translation>
            <numerusform>%n dit autre chose</numerusform>
            <numerusform>%n disent autre chose</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n say something</source>
        <translation>
            <numerusform>%n dit quelque chose</numerusform>
            <numerusform>%n disent quelque chose</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n sections found</source>
        <translation>
            <numerusform>%n section trouvée</numerusform>
            <numerusform>%n sections trouvées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n silent</source>
        <translation>
            <numerusform>%n ne dit rien</numerusform>
            <numerusform>%n ne disent rien</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n sites</source>
        <translation>
            <numerusform>%n site</numerusform>
            <numerusform>%n sites</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n steps</source>
        <translation>
            <numerusform>%n étape</numerusform>
            <numerusform>%n étapes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tags</source>
        <translation>
            <numerusform>%n tag</numerusform>
            <numerusform>%n tags</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n things these tags can&apos;t express</source>
        <translation>
            <numerusform>%n chose que ces tags ne savent pas exprimer</numerusform>
            <numerusform>%n choses que ces tags ne savent pas exprimer</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n things to know about these tags</source>
        <translation>
            <numerusform>%n chose à savoir sur ces tags</numerusform>
            <numerusform>%n choses à savoir sur ces tags</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n times</source>
        <translation>
            <numerusform>%n fois</numerusform>
            <numerusform>%n fois</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n to match</source>
        <translation>
            <numerusform>%n à associer</numerusform>
            <numerusform>%n à associer</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n to write</source>
        <translation>
            <numerusform>%n à écrire</numerusform>
            <numerusform>%n à écrire</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n to write, by the last check.</source>
        <translation>
            <numerusform>%n à écrire, d’après la dernière vérification.</numerusform>
            <numerusform>%n à écrire, d’après la dernière vérification.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks</source>
        <translation>
            <numerusform>%n morceau</numerusform>
            <numerusform>%n morceaux</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks follow their artists now.</source>
        <translation>
            <numerusform>%n morceau suit maintenant son artiste.</numerusform>
            <numerusform>%n morceaux suivent maintenant leurs artistes.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks matched.</source>
        <translation>
            <numerusform>%n morceau associé.</numerusform>
            <numerusform>%n morceaux associés.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks need matching</source>
        <translation>
            <numerusform>%n morceau à associer</numerusform>
            <numerusform>%n morceaux à associer</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks need matching.</source>
        <translation>
            <numerusform>%n morceau à associer.</numerusform>
            <numerusform>%n morceaux à associer.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks on platforms wait for your answer: which recordings are they?</source>
        <translation>
            <numerusform>%n morceau sur des plateformes attend votre réponse&#x202f;: de quel enregistrement s’agit-il&#x202f;?</numerusform>
            <numerusform>%n morceaux sur des plateformes attendent votre réponse&#x202f;: de quels enregistrements s’agit-il&#x202f;?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks on {platform} were changed outside RightsDesk</source>
        <translation>
            <numerusform>%n morceau sur {platform} a été modifié en dehors de RightsDesk</numerusform>
            <numerusform>%n morceaux sur {platform} ont été modifiés en dehors de RightsDesk</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unknown</source>
        <translation>
            <numerusform>%n inconnu</numerusform>
            <numerusform>%n inconnus</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n videos</source>
        <translation>
            <numerusform>%n vidéo</numerusform>
            <numerusform>%n vidéos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n were right already.</source>
        <translation>
            <numerusform>%n déjà conforme.</numerusform>
            <numerusform>%n déjà conformes.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n without a choice</source>
        <translation>
            <numerusform>%n sans choix</numerusform>
            <numerusform>%n sans choix</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n written, not confirmed yet: the next check settles it.</source>
        <translation>
            <numerusform>%n écrit, pas encore confirmé&#x202f;: la prochaine vérification tranchera.</numerusform>
            <numerusform>%n écrits, pas encore confirmés&#x202f;: la prochaine vérification tranchera.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n zones</source>
        <translation>
            <numerusform>%n zone</numerusform>
            <numerusform>%n zones</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n {platform} tracks need matching</source>
        <translation>
            <numerusform>%n morceau {platform} à associer</numerusform>
            <numerusform>%n morceaux {platform} à associer</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;About RightsDesk</source>
        <translation>À &amp;propos de RightsDesk</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Ajouter</translation>
    </message>
    <message>
        <source>&amp;Add folder…</source>
        <translation>&amp;Ajouter un dossier…</translation>
    </message>
    <message>
        <source>&amp;Add to {artist}</source>
        <translation>&amp;Ajouter à {artist}</translation>
    </message>
    <message>
        <source>&amp;Add {artist} as a new artist</source>
        <translation>&amp;Ajouter {artist} comme nouvel artiste</translation>
    </message>
    <message>
        <source>&amp;Back up…</source>
        <translation>&amp;Sauvegarder…</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Annuler</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Change them all the same…</source>
        <translation>
            <numerusform>Le &amp;modifier quand même…</numerusform>
            <numerusform>Les &amp;modifier quand même…</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Choose a folder…</source>
        <translation>&amp;Choisir un dossier…</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>&amp;Fermer</translation>
    </message>
    <message>
        <source>&amp;Columns</source>
        <translation>&amp;Colonnes</translation>
    </message>
    <message>
        <source>&amp;Connect an account…</source>
        <translation>&amp;Connecter un compte…</translation>
    </message>
    <message>
        <source>&amp;Continue</source>
        <translation>&amp;Continuer</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Copier</translation>
    </message>
    <message>
        <source>&amp;Copy the details</source>
        <translation>&amp;Copier les détails</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Supprimer</translation>
    </message>
    <message>
        <source>&amp;Details</source>
        <translation>&amp;Détails</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Édition</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exporter…</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Fichier</translation>
    </message>
    <message>
        <source>&amp;Find</source>
        <translation>&amp;Trouver</translation>
    </message>
    <message>
        <source>&amp;Forget</source>
        <translation>&amp;Oublier</translation>
    </message>
    <message>
        <source>&amp;Forget…</source>
        <translation>&amp;Oublier…</translation>
    </message>
    <message>
        <source>&amp;Go to…</source>
        <translation>&amp;Aller à…</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Aide</translation>
    </message>
    <message>
        <source>&amp;Hide {column}</source>
        <translation>&amp;Masquer {column}</translation>
    </message>
    <message>
        <source>&amp;History</source>
        <translation>&amp;Historique</translation>
    </message>
    <message>
        <source>&amp;Ignore…</source>
        <translation>&amp;Ignorer…</translation>
    </message>
    <message>
        <source>&amp;Keep</source>
        <translation>&amp;Garder</translation>
    </message>
    <message>
        <source>&amp;Keep as it is</source>
        <translation>&amp;Laisser tel quel</translation>
    </message>
    <message>
        <source>&amp;Keep it as it is</source>
        <translation>Le &amp;laisser tel quel</translation>
    </message>
    <message>
        <source>&amp;Keep it open</source>
        <translation>&amp;Laisser ouvert</translation>
    </message>
    <message>
        <source>&amp;Keep what is here</source>
        <translation>&amp;Garder l’existant</translation>
    </message>
    <message>
        <source>&amp;Leave these out</source>
        <translation>&amp;Les laisser de côté</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Match %n tracks…</source>
        <translation>
            <numerusform>&amp;Associer %n morceau…</numerusform>
            <numerusform>&amp;Associer %n morceaux…</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Match tracks…</source>
        <translation>&amp;Associer les morceaux…</translation>
    </message>
    <message>
        <source>&amp;Music</source>
        <translation>&amp;Musique</translation>
    </message>
    <message>
        <source>&amp;Never</source>
        <translation>&amp;Jamais</translation>
    </message>
    <message>
        <source>&amp;Open</source>
        <translation>&amp;Ouvrir</translation>
    </message>
    <message>
        <source>&amp;Open RightsDesk</source>
        <translation>&amp;Ouvrir RightsDesk</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source>&amp;Pause checks</source>
        <translation>&amp;Suspendre les vérifications</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Quitter</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Rétablir</translation>
    </message>
    <message>
        <source>&amp;Redo on {what}</source>
        <translation>&amp;Rétablir sur {what}</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Retirer</translation>
    </message>
    <message>
        <source>&amp;Rename artist…</source>
        <translation>&amp;Renommer l’artiste…</translation>
    </message>
    <message>
        <source>&amp;Replace</source>
        <translation>&amp;Remplacer</translation>
    </message>
    <message>
        <source>&amp;Rescan</source>
        <translation>&amp;Réanalyser</translation>
    </message>
    <message>
        <source>&amp;Restore</source>
        <translation>&amp;Restaurer</translation>
    </message>
    <message>
        <source>&amp;Restore a backup…</source>
        <translation>&amp;Restaurer une sauvegarde…</translation>
    </message>
    <message>
        <source>&amp;Restore…</source>
        <translation>&amp;Restaurer…</translation>
    </message>
    <message>
        <source>&amp;Save this filter…</source>
        <translation>&amp;Enregistrer ce filtre…</translation>
    </message>
    <message>
        <source>&amp;Save…</source>
        <translation>&amp;Enregistrer…</translation>
    </message>
    <message>
        <source>&amp;See what will change</source>
        <translation>&amp;Voir ce qui va changer</translation>
    </message>
    <message>
        <source>&amp;Side panel of the catalogue</source>
        <translation>&amp;Panneau latéral du catalogue</translation>
    </message>
    <message>
        <source>&amp;Stop and close</source>
        <translation>&amp;Arrêter et fermer</translation>
    </message>
    <message>
        <source>&amp;Stop and quit</source>
        <translation>&amp;Arrêter et quitter</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Annuler</translation>
    </message>
    <message>
        <source>&amp;Undo on {what}</source>
        <translation>&amp;Annuler sur {what}</translation>
    </message>
    <message>
        <source>&amp;Verify that the audio is untouched</source>
        <translation>&amp;Vérifier que l’audio est intact</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Affichage</translation>
    </message>
    <message>
        <source>&amp;Wait, then close</source>
        <translation>Atten&amp;dre, puis fermer</translation>
    </message>
    <message>
        <source>&amp;What to make</source>
        <translation>&amp;Que créer</translation>
    </message>
    <message>
        <source>&amp;Who reads this?</source>
        <translation>&amp;Qui lit cela&#x202f;?</translation>
    </message>
    <message>
        <source>&amp;Write to files…</source>
        <translation>&amp;Écrire dans les fichiers…</translation>
    </message>
    <message>
        <source>&amp;Yes, let AI do more with these {what}</source>
        <translation>&amp;Oui, permettre plus à l’IA avec ces {what}</translation>
    </message>
    <message>
        <source>&amp;Yes, let AI do more with this {noun}</source>
        <translation>&amp;Oui, permettre plus à l’IA avec 1 {noun}</translation>
    </message>
    <message>
        <source>(Looked up {month}.)</source>
        <translation>(Consulté&#x202f;: {month}.)</translation>
    </message>
    <message>
        <source>(Terms of {date}; looked up {month}.)</source>
        <translation>(Conditions&#x202f;: {date}&#x202f;; consulté&#x202f;: {month}.)</translation>
    </message>
    <message>
        <source>(not there)</source>
        <translation>(absent)</translation>
    </message>
    <message>
        <source>(removed)</source>
        <translation>(supprimé)</translation>
    </message>
    <message>
        <source>1  Music</source>
        <translation>1  Musique</translation>
    </message>
    <message>
        <source>2  Your choice</source>
        <translation>2  Votre choix</translation>
    </message>
    <message>
        <source>3  Review</source>
        <translation>3  Récapitulatif</translation>
    </message>
    <message>
        <source>A check found something</source>
        <translation>Une vérification a trouvé quelque chose</translation>
    </message>
    <message>
        <source>A declaration is a signal, not a lock: it reserves your rights where machines and courts can read it. It can&apos;t stop those who don&apos;t look.</source>
        <translation>Une déclaration est un signal, pas un verrou&#x202f;: elle réserve vos droits là où machines et tribunaux peuvent la lire. Elle n’arrête pas ceux qui ne regardent pas.</translation>
    </message>
    <message>
        <source>A field in the file.</source>
        <translation>Un champ dans le fichier.</translation>
    </message>
    <message>
        <source>A finished AI is fed with it, to answer or to remix.</source>
        <translation>On la donne à une IA finie, pour répondre ou remixer.</translation>
    </message>
    <message>
        <source>A firewall or a bot check may block RightsDesk. Let it pass this computer, or ask its administrator.</source>
        <translation>Un pare-feu ou un contrôle anti-robots bloque peut-être RightsDesk. Laissez passer cet ordinateur, ou demandez à l’administrateur.</translation>
    </message>
    <message>
        <source>A firewall or a bot check may block RightsDesk. What it shows to crawlers is not known. Let it pass this computer, or check with a browser.</source>
        <translation>Un pare-feu ou un contrôle anti-robots bloque peut-être RightsDesk. On ne sait pas ce qu’il montre aux robots d’exploration. Laissez passer cet ordinateur, ou vérifiez avec un navigateur.</translation>
    </message>
    <message>
        <source>A handle looks like artist.bsky.social. It has dots and no spaces.</source>
        <translation>Un pseudo ressemble à artiste.bsky.social. Il contient des points et pas d’espaces.</translation>
    </message>
    <message>
        <source>A header or a page element of your site.</source>
        <translation>Un en-tête ou un élément de page de votre site.</translation>
    </message>
    <message>
        <source>A header, a page element and /.well-known/tdmrep.json on your site; fields and XMP in the file, places that the protocol does not define.</source>
        <translation>Un en-tête, un élément de page et /.well-known/tdmrep.json sur votre site&#x202f;; des champs et du XMP dans le fichier, des endroits que le protocole ne définit pas.</translation>
    </message>
    <message>
        <source>A later job overwrote this before it was confirmed.</source>
        <translation>Une tâche ultérieure l’a écrasé avant la confirmation.</translation>
    </message>
    <message>
        <source>A length is not known, so it can&apos;t be compared</source>
        <translation>Une durée est inconnue, la comparaison est donc impossible</translation>
    </message>
    <message>
        <source>A letter is about one artist</source>
        <translation>Une lettre concerne un seul artiste</translation>
    </message>
    <message>
        <source>A licence file on your site, and lines that point to it.</source>
        <translation>Un fichier de licence sur votre site, et des lignes qui y renvoient.</translation>
    </message>
    <message>
        <source>A licence from {who} is required.</source>
        <translation>Une licence de {who} est nécessaire.</translation>
    </message>
    <message>
        <source>A licence lets one partner do what your choice refuses everyone: train on an album until 2027, say. Your files and sites then name that partner. All others may do no more than before. When it ends, it is taken out again.</source>
        <translation>Une licence permet à un seul partenaire ce que votre choix refuse à tous&#x202f;: par exemple, entraîner avec un album jusqu’en 2027. Vos fichiers et vos sites nomment alors ce partenaire. Les autres ne peuvent pas en faire plus qu’avant. Quand elle prend fin, elle en est retirée.</translation>
    </message>
    <message>
        <source>A new passphrase</source>
        <translation>Nouvelle phrase secrète</translation>
    </message>
    <message>
        <source>A passphrase needs at least {shortest} characters.</source>
        <translation>Une phrase secrète doit avoir au moins {shortest} caractères.</translation>
    </message>
    <message>
        <source>A proxy&apos;s user name and password are not stored with the settings.</source>
        <translation>Le nom d’utilisateur et le mot de passe d’un proxy ne sont pas gardés avec les paramètres.</translation>
    </message>
    <message>
        <source>A public record of your account.</source>
        <translation>Un enregistrement public de votre compte.</translation>
    </message>
    <message>
        <source>A record in the account, through the API</source>
        <translation>Un enregistrement dans le compte, par l’API</translation>
    </message>
    <message>
        <source>A registry entry for each recording, bound to the sound by its ISCC.</source>
        <translation>Une entrée de registre par enregistrement, liée au son par son ISCC.</translation>
    </message>
    <message>
        <source>A request can&apos;t carry two passwords. Ask your web host to open the addresses below wp-json/. WordPress asks for a password there itself.</source>
        <translation>Une requête ne peut pas porter deux mots de passe. Demandez à votre hébergeur d’ouvrir les adresses sous wp-json/. WordPress y demande lui-même un mot de passe.</translation>
    </message>
    <message>
        <source>A response header and lines in robots.txt of your site; a field in the file, a place that the draft does not define.</source>
        <translation>Un en-tête de réponse et des lignes dans le robots.txt de votre site&#x202f;; un champ dans le fichier, un endroit que le projet de norme ne définit pas.</translation>
    </message>
    <message>
        <source>A review lists every change before it is made. Whatever would let AI do more than before needs a yes of its own.</source>
        <translation>Un récapitulatif liste chaque modification avant qu’elle soit faite. Tout ce qui permettrait à l’IA plus qu’avant demande un oui à part.</translation>
    </message>
    <message>
        <source>A rule in tdmrep.json names no place.</source>
        <translation>Une règle de tdmrep.json ne nomme aucun emplacement.</translation>
    </message>
    <message>
        <source>A setting of your site on WordPress.com.</source>
        <translation>Un réglage de votre site sur WordPress.com.</translation>
    </message>
    <message>
        <source>A sidecar that RightsDesk made goes again if nothing else is in it.</source>
        <translation>Un fichier annexe créé par RightsDesk disparaît s’il ne contient rien d’autre.</translation>
    </message>
    <message>
        <source>A signed statement in the file or next to it.</source>
        <translation>Une déclaration signée, dans le fichier ou à côté.</translation>
    </message>
    <message>
        <source>A switch in YouTube Studio, which RightsDesk can read; tags and description of your videos.</source>
        <translation>Une option de YouTube Studio, que RightsDesk peut lire&#x202f;; les tags et la description de vos vidéos.</translation>
    </message>
    <message>
        <source>A term with exact meanings, including “see the terms”, that picture archives and agencies know.</source>
        <translation>Un terme au sens précis, «&#x202f;voir les conditions&#x202f;» compris, que les banques d’images et les agences connaissent.</translation>
    </message>
    <message>
        <source>A tool for AI covers and remixes was announced with Universal Music on 21 May 2026. The rights holder decides whether music takes part: ask your label or distributor.</source>
        <translation>Un outil de reprises et de remix par IA a été annoncé avec Universal Music le 21 mai 2026. C’est le titulaire des droits qui décide si la musique participe&#x202f;: demandez à votre label ou à votre distributeur.</translation>
    </message>
    <message>
        <source>A track there may be this one: it needs matching.</source>
        <translation>Un morceau là-bas pourrait être celui-ci&#x202f;: il faut l’associer.</translation>
    </message>
    <message>
        <source>A use is granted only if it is named: leaving it out reserves it. RightsDesk writes a note for the people who make the messages, and reads grants that contradict your consent.</source>
        <translation>Une utilisation n’est accordée que si elle est nommée&#x202f;: l’omettre, c’est la réserver. RightsDesk rédige une note pour ceux qui font les messages, et lit les autorisations qui contredisent votre choix.</translation>
    </message>
    <message>
        <source>A&amp;rtist</source>
        <translation>A&amp;rtiste</translation>
    </message>
    <message>
        <source>AI Generated Music Settings</source>
        <translation>AI Generated Music Settings</translation>
    </message>
    <message>
        <source>AI covers and remixes</source>
        <translation>Reprises et remix par IA</translation>
    </message>
    <message>
        <source>AI credits</source>
        <translation>Crédits IA</translation>
    </message>
    <message>
        <source>AI credits at upload</source>
        <translation>Crédits IA à la mise en ligne</translation>
    </message>
    <message>
        <source>AI disclosure in SymphonicMS</source>
        <translation>Mention de l’IA dans SymphonicMS</translation>
    </message>
    <message>
        <source>AI licences, each joined by the member label</source>
        <translation>Licences d’IA, chacune rejointe par le label membre</translation>
    </message>
    <message>
        <source>AI licensing programme</source>
        <translation>Programme de licences d’IA</translation>
    </message>
    <message>
        <source>AI licensing with Musical AI</source>
        <translation>Licences d’IA avec Musical AI</translation>
    </message>
    <message>
        <source>AI may then do more than now.</source>
        <translation>L’IA pourra alors faire plus qu’aujourd’hui.</translation>
    </message>
    <message numerus="yes">
        <source>AI may then do more with these %n recordings: {uses}.</source>
        <translation>
            <numerusform>L’IA pourra alors faire plus avec cet enregistrement (%n)&#x202f;: {uses}.</numerusform>
            <numerusform>L’IA pourra alors faire plus avec ces %n enregistrements&#x202f;: {uses}.</numerusform>
        </translation>
    </message>
    <message>
        <source>AI may then do more with {name}.</source>
        <translation>L’IA pourra alors faire plus avec {name}.</translation>
    </message>
    <message>
        <source>AI preferences (community.lexicon.preference.ai)</source>
        <translation>Préférences IA (community.lexicon.preference.ai)</translation>
    </message>
    <message>
        <source>AI tagging</source>
        <translation>Marquage IA</translation>
    </message>
    <message>
        <source>AI training crawlers (ai_training)</source>
        <translation>Robots d’entraînement d’IA (ai_training)</translation>
    </message>
    <message>
        <source>AI uses need a licence from you. Search and recommendations stay allowed.</source>
        <translation>Toute utilisation par l’IA demande une licence de votre part. Recherche et recommandations restent permises.</translation>
    </message>
    <message>
        <source>API key</source>
        <translation>Clé API</translation>
    </message>
    <message>
        <source>API token</source>
        <translation>Jeton API</translation>
    </message>
    <message>
        <source>About RightsDesk</source>
        <translation>À propos de RightsDesk</translation>
    </message>
    <message>
        <source>About {time}</source>
        <translation>Environ {time}</translation>
    </message>
    <message numerus="yes">
        <source>Accept %n best matches</source>
        <translation>
            <numerusform>Accepter la meilleure association (%n)</numerusform>
            <numerusform>Accepter les %n meilleures associations</numerusform>
        </translation>
    </message>
    <message>
        <source>Access key</source>
        <translation>Clé d’accès</translation>
    </message>
    <message>
        <source>Access token</source>
        <translation>Jeton d’accès</translation>
    </message>
    <message>
        <source>Accou&amp;nts…</source>
        <translation>Compt&amp;es…</translation>
    </message>
    <message>
        <source>Account connected: {platform}, {account}, for {artist}</source>
        <translation>Compte connecté&#x202f;: {platform}, {account}, pour {artist}</translation>
    </message>
    <message>
        <source>Account removed: {platform}, {account}, for {artist}</source>
        <translation>Compte retiré&#x202f;: {platform}, {account}, pour {artist}</translation>
    </message>
    <message>
        <source>Account: {names}</source>
        <translation>Compte&#x202f;: {names}</translation>
    </message>
    <message>
        <source>Accounts that can&apos;t be read</source>
        <translation>Comptes illisibles</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Action</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>Activité</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Ajouter</translation>
    </message>
    <message>
        <source>Add &amp;artist…</source>
        <translation>Ajouter un &amp;artiste…</translation>
    </message>
    <message>
        <source>Add &amp;folder…</source>
        <translation>Ajouter un &amp;dossier…</translation>
    </message>
    <message>
        <source>Add another folder…</source>
        <translation>Ajouter un autre dossier…</translation>
    </message>
    <message>
        <source>Add artist</source>
        <translation>Ajouter un artiste</translation>
    </message>
    <message>
        <source>Add artist…</source>
        <translation>Ajouter un artiste…</translation>
    </message>
    <message>
        <source>Add music</source>
        <translation>Ajouter de la musique</translation>
    </message>
    <message>
        <source>Add one first.</source>
        <translation>Ajoutez-en d’abord un.</translation>
    </message>
    <message>
        <source>Add the ISRC of each with a tag editor, then scan the folder again. Until then they are recognized by release, place and title.</source>
        <translation>Ajoutez l’ISRC de chacun avec un éditeur de tags, puis réanalysez le dossier. D’ici là, ils sont reconnus à leur sortie, leur place et leur titre.</translation>
    </message>
    <message>
        <source>Add the folder that it is in, or drop it here: its files are only read. Or connect an account: tracks that are only there are listed, too.</source>
        <translation>Ajoutez le dossier qui la contient, ou déposez-le ici&#x202f;: ses fichiers sont seulement lus. Ou connectez un compte&#x202f;: les morceaux qui ne sont que là apparaissent aussi.</translation>
    </message>
    <message>
        <source>Add them to the proxy&apos;s address, as in http://name:password@host:port, or ask the administrator of your network.</source>
        <translation>Ajoutez-les à l’adresse du proxy, comme dans http://name:password@host:port, ou demandez à l’administrateur de votre réseau.</translation>
    </message>
    <message>
        <source>Added after your copyright line, which stays. It names what is reserved, and the law it rests on.</source>
        <translation>Ajoutée après votre ligne de copyright, qui reste. Elle nomme ce qui est réservé et la loi sur laquelle cela repose.</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Address of new versions</source>
        <translation>Adresse des nouvelles versions</translation>
    </message>
    <message>
        <source>Address of the proxy</source>
        <translation>Adresse du proxy</translation>
    </message>
    <message>
        <source>Address of your terms</source>
        <translation>Adresse de vos conditions</translation>
    </message>
    <message>
        <source>Advanced settings</source>
        <translation>Paramètres avancés</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Après</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Tous</translation>
    </message>
    <message numerus="yes">
        <source>All %n artists</source>
        <translation>
            <numerusform>%n artiste en tout</numerusform>
            <numerusform>Les %n artistes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n recordings say {choice} everywhere</source>
        <translation>
            <numerusform>%n enregistrement dit «&#x202f;{choice}&#x202f;» partout</numerusform>
            <numerusform>Les %n enregistrements disent «&#x202f;{choice}&#x202f;» partout</numerusform>
        </translation>
    </message>
    <message>
        <source>All artists</source>
        <translation>Tous les artistes</translation>
    </message>
    <message>
        <source>All labels</source>
        <translation>Tous les labels</translation>
    </message>
    <message>
        <source>All of {artist}</source>
        <translation>Tout {artist}</translation>
    </message>
    <message>
        <source>All third-party companies</source>
        <translation>Toutes les sociétés tierces</translation>
    </message>
    <message>
        <source>All {number} tags are taken, so there is no room for “{word}”.</source>
        <translation>Les {number} tags sont tous pris, il n’y a donc plus de place pour «&#x202f;{word}&#x202f;».</translation>
    </message>
    <message>
        <source>All {updates} today.</source>
        <translation>Tout aujourd’hui&#x202f;: {updates}.</translation>
    </message>
    <message>
        <source>Allow AI-generated music based on my likeness</source>
        <translation>Allow AI-generated music based on my likeness</translation>
    </message>
    <message>
        <source>Allow it to list the bucket, to get, put and delete its objects, and to read and set their access lists and tags.</source>
        <translation>Autorisez-la à lister le bucket, à lire, écrire et supprimer ses objets, et à lire et définir leurs listes d’accès et leurs tags.</translation>
    </message>
    <message>
        <source>Allow third-party companies to train AI models using my content</source>
        <translation>Autoriser les sociétés tierces à entraîner des modèles d’IA avec mes contenus</translation>
    </message>
    <message>
        <source>Allow writing to both, then try again.</source>
        <translation>Autorisez l’écriture dans les deux, puis réessayez.</translation>
    </message>
    <message>
        <source>Allow, some or all</source>
        <translation>Autoriser, en partie ou tout</translation>
    </message>
    <message>
        <source>Also write .&amp;xmp sidecars</source>
        <translation>Écrire aussi des fichiers annexes .&amp;xmp</translation>
    </message>
    <message>
        <source>Also written: {names}</source>
        <translation>Aussi écrit&#x202f;: {names}</translation>
    </message>
    <message>
        <source>Alt and an underlined letter</source>
        <translation>Alt et une lettre soulignée</translation>
    </message>
    <message>
        <source>Altered or synthetic content</source>
        <translation>Contenu modifié ou synthétique</translation>
    </message>
    <message>
        <source>An ISCC (ISO 24138) is computed from the audio file by tools of that name.</source>
        <translation>Un ISCC (ISO 24138) se calcule à partir du fichier audio, avec les outils du même nom.</translation>
    </message>
    <message>
        <source>An account acts for one artist only.</source>
        <translation>Un compte n’agit que pour un seul artiste.</translation>
    </message>
    <message>
        <source>An artist needs a name.</source>
        <translation>Un artiste a besoin d’un nom.</translation>
    </message>
    <message>
        <source>An offer that names AI makers</source>
        <translation>Une offre qui nomme des fabricants d’IA</translation>
    </message>
    <message>
        <source>And {n} more.</source>
        <translation>Et {n} de plus.</translation>
    </message>
    <message>
        <source>Announcement of November 2024. Where exactly SymphonicMS asks was not found.</source>
        <translation>Annonce de novembre 2024. Nous n’avons pas trouvé où exactement SymphonicMS pose la question.</translation>
    </message>
    <message>
        <source>Another RightsDesk has these data open.</source>
        <translation>Un autre RightsDesk a ouvert ces données.</translation>
    </message>
    <message>
        <source>Another RightsDesk is working with the same data.</source>
        <translation>Un autre RightsDesk travaille avec les mêmes données.</translation>
    </message>
    <message>
        <source>Another RightsDesk window or run has renewed this sign-in meanwhile.</source>
        <translation>Une autre fenêtre ou exécution de RightsDesk a entre-temps renouvelé cette connexion.</translation>
    </message>
    <message>
        <source>Another RightsDesk window or run is renewing this sign-in and does not finish.</source>
        <translation>Une autre fenêtre ou exécution de RightsDesk renouvelle cette connexion et n’en finit pas.</translation>
    </message>
    <message>
        <source>Another day, a reminder, a note…</source>
        <translation>Un autre jour, un rappel, une note…</translation>
    </message>
    <message>
        <source>Another place</source>
        <translation>Un autre emplacement</translation>
    </message>
    <message>
        <source>Another program has locked this file at {host}.</source>
        <translation>Un autre programme a verrouillé ce fichier chez {host}.</translation>
    </message>
    <message>
        <source>Another program is holding RightsDesk&apos;s own data.</source>
        <translation>Un autre programme retient les données de RightsDesk.</translation>
    </message>
    <message>
        <source>Another program is using this file.</source>
        <translation>Un autre programme utilise ce fichier.</translation>
    </message>
    <message>
        <source>Another program is using this library.</source>
        <translation>Un autre programme utilise cette bibliothèque.</translation>
    </message>
    <message>
        <source>Another recording or track fits as well</source>
        <translation>Un autre enregistrement ou morceau convient aussi</translation>
    </message>
    <message>
        <source>Another server…</source>
        <translation>Un autre serveur…</translation>
    </message>
    <message>
        <source>Another user owns {place}, and other people may open it.</source>
        <translation>{place} appartient à un autre utilisateur, et d’autres personnes peuvent l’ouvrir.</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Réponse</translation>
    </message>
    <message>
        <source>App password</source>
        <translation>Mot de passe d’application</translation>
    </message>
    <message>
        <source>App passwords of Bluesky look like xxxx-xxxx-xxxx-xxxx. Your own password stays with you.</source>
        <translation>Les mots de passe d’application de Bluesky ressemblent à xxxx-xxxx-xxxx-xxxx. Votre propre mot de passe reste chez vous.</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Apparence</translation>
    </message>
    <message>
        <source>Application password</source>
        <translation>Mot de passe d’application</translation>
    </message>
    <message>
        <source>Arrow keys</source>
        <translation>Touches fléchées</translation>
    </message>
    <message>
        <source>Artist</source>
        <translation>Artiste</translation>
    </message>
    <message>
        <source>Artist added: {artist}</source>
        <translation>Artiste ajouté&#x202f;: {artist}</translation>
    </message>
    <message>
        <source>Artist differs</source>
        <translation>L’artiste diffère</translation>
    </message>
    <message>
        <source>Artist removed: {artist}</source>
        <translation>Artiste retiré&#x202f;: {artist}</translation>
    </message>
    <message>
        <source>Artist renamed: “{before}” is now “{now}”</source>
        <translation>Artiste renommé&#x202f;: «&#x202f;{before}&#x202f;» est maintenant «&#x202f;{now}&#x202f;»</translation>
    </message>
    <message>
        <source>Artist: {name}</source>
        <translation>Artiste&#x202f;: {name}</translation>
    </message>
    <message>
        <source>Artists</source>
        <translation>Artistes</translation>
    </message>
    <message>
        <source>Artists, consents, accounts, what was read, and the journal are in it. The stored sign-ins are in it encrypted; the key to them is not: it stays in the keyring or with your passphrase. Your music is not part of it.</source>
        <translation>Elle contient les artistes, les choix, les comptes, ce qui a été lu, et le journal. Les connexions enregistrées y sont chiffrées&#x202f;; leur clé n’y est pas&#x202f;: elle reste dans le trousseau ou avec votre phrase secrète. Votre musique n’en fait pas partie.</translation>
    </message>
    <message>
        <source>Artists, releases, platforms, pages, settings and actions</source>
        <translation>Artistes, sorties, plateformes, pages, paramètres et actions</translation>
    </message>
    <message>
        <source>Artists, those who need something first</source>
        <translation>Artistes, d’abord ceux qui ont besoin de quelque chose</translation>
    </message>
    <message>
        <source>As of the last time files and platforms were read.</source>
        <translation>État à la dernière lecture des fichiers et des plateformes.</translation>
    </message>
    <message>
        <source>As the artist chose</source>
        <translation>Comme l’artiste l’a choisi</translation>
    </message>
    <message>
        <source>Ask me</source>
        <translation>Me demander</translation>
    </message>
    <message>
        <source>Ask me first</source>
        <translation>Me demander d’abord</translation>
    </message>
    <message>
        <source>Ask me later</source>
        <translation>Me demander plus tard</translation>
    </message>
    <message>
        <source>Ask the administrator of your network to allow {host}.</source>
        <translation>Demandez à l’administrateur de votre réseau d’autoriser {host}.</translation>
    </message>
    <message>
        <source>Ask the owner of that folder, or choose another one.</source>
        <translation>Demandez au propriétaire de ce dossier, ou choisissez-en un autre.</translation>
    </message>
    <message>
        <source>Ask the server&apos;s administrator for it.</source>
        <translation>Demandez-la à l’administrateur du serveur.</translation>
    </message>
    <message>
        <source>Ask the server&apos;s administrator.</source>
        <translation>Demandez à l’administrateur du serveur.</translation>
    </message>
    <message>
        <source>Ask your label, or its contact at Merlin, which AI licences it has joined.</source>
        <translation>Demandez à votre label, ou à son contact chez Merlin, quelles licences d’IA il a rejointes.</translation>
    </message>
    <message>
        <source>Ask your web host for the reason.</source>
        <translation>Demandez la raison à votre hébergeur.</translation>
    </message>
    <message>
        <source>Ask your web host whether they changed it, and for the new fingerprint. If it is this one, connect the site again.</source>
        <translation>Demandez à votre hébergeur s’il l’a changée, et quelle est la nouvelle empreinte. Si c’est celle-ci, reconnectez le site.</translation>
    </message>
    <message>
        <source>Ask {service} for how long.</source>
        <translation>Demandez à {service} pour combien de temps.</translation>
    </message>
    <message>
        <source>Ask {service} for the reason.</source>
        <translation>Demandez la raison à {service}.</translation>
    </message>
    <message>
        <source>At Cloudflare, open My Profile, API Tokens, and make a token with the permission “Bot Management: Edit” for your zone only.</source>
        <translation>Chez Cloudflare, ouvrez Mon profil, Jetons API, et créez un jeton avec l’autorisation «&#x202f;Bot Management: Edit&#x202f;» pour votre zone seulement.</translation>
    </message>
    <message>
        <source>At login</source>
        <translation>À l’ouverture de session</translation>
    </message>
    <message>
        <source>At the end of the copyright field of the file.</source>
        <translation>À la fin du champ copyright du fichier.</translation>
    </message>
    <message>
        <source>Audio verified: {counts}.</source>
        <translation>Audio vérifié&#x202f;: {counts}.</translation>
    </message>
    <message>
        <source>Audius API description and documentation.</source>
        <translation>Description et documentation de l’API d’Audius.</translation>
    </message>
    <message>
        <source>Audius API description. It is documented for new tracks; that it can be changed later was seen in the source only.</source>
        <translation>Description de l’API d’Audius. C’est documenté pour les nouveaux morceaux&#x202f;; que cela puisse changer ensuite n’a été vu que dans le code source.</translation>
    </message>
    <message>
        <source>Audius accepted the change of this account, but does not show it.</source>
        <translation>Audius a accepté la modification de ce compte, mais ne la montre pas.</translation>
    </message>
    <message>
        <source>Audius accepted the change of this track, but does not show it.</source>
        <translation>Audius a accepté la modification de ce morceau, mais ne la montre pas.</translation>
    </message>
    <message>
        <source>Audius. The account&apos;s switch decides whether AI music may be attributed to you.</source>
        <translation>Audius. L’option du compte décide si de la musique d’IA peut vous être attribuée.</translation>
    </message>
    <message>
        <source>Automatic checks</source>
        <translation>Vérifications automatiques</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Retour</translation>
    </message>
    <message>
        <source>Back up</source>
        <translation>Sauvegarder</translation>
    </message>
    <message>
        <source>Back up RightsDesk&apos;s own data</source>
        <translation>Sauvegarder les données de RightsDesk</translation>
    </message>
    <message>
        <source>Backed up to {path}.</source>
        <translation>Sauvegardé dans {path}.</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>Sauvegarde</translation>
    </message>
    <message>
        <source>Begin with https://: {address}</source>
        <translation>Commencez par https://&#x202f;: {address}</translation>
    </message>
    <message>
        <source>Believe, which owns TuneCore, was reported to license music to these companies. How an artist says yes or no was not found.</source>
        <translation>Believe, propriétaire de TuneCore, accorderait des licences à ces sociétés, selon la presse. Comment un artiste dit oui ou non, nous ne l’avons pas trouvé.</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Bloquer</translation>
    </message>
    <message>
        <source>Block, all my files</source>
        <translation>Bloquer, tous mes fichiers</translation>
    </message>
    <message>
        <source>Blocking crawlers that train also blocks Googlebot, Applebot and BingBot: the site may vanish from search.</source>
        <translation>Bloquer les robots d’entraînement bloque aussi Googlebot, Applebot et BingBot&#x202f;: le site peut disparaître des recherches.</translation>
    </message>
    <message>
        <source>Bluesky doesn&apos;t have this account any more.</source>
        <translation>Bluesky n’a plus ce compte.</translation>
    </message>
    <message>
        <source>Bring a backup back: rightsdesk restore FILE. RightsDesk&apos;s own backups are in {folder}.</source>
        <translation>Remettre une sauvegarde&#x202f;: rightsdesk restore FILE. Celles de RightsDesk sont dans {folder}.</translation>
    </message>
    <message>
        <source>By hand: open Audius, go to Settings, then AI Generated Music Settings.</source>
        <translation>À la main&#x202f;: ouvrez Audius, allez dans Settings, puis AI Generated Music Settings.</translation>
    </message>
    <message>
        <source>C&amp;hange…</source>
        <translation>Mo&amp;difier…</translation>
    </message>
    <message>
        <source>C&amp;lear the search</source>
        <translation>&amp;Effacer la recherche</translation>
    </message>
    <message>
        <source>CAF</source>
        <translation>CAF</translation>
    </message>
    <message>
        <source>Can be connected</source>
        <translation>Peut être connecté</translation>
    </message>
    <message>
        <source>Can&apos;t find a music folder</source>
        <translation>Dossier de musique introuvable</translation>
    </message>
    <message>
        <source>Can&apos;t find {names}. The list shows what was there last time.</source>
        <translation>{names} introuvable. La liste montre ce qui s’y trouvait la dernière fois.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Catalogue</source>
        <translation>Catalogue</translation>
    </message>
    <message>
        <source>Causes</source>
        <translation>Causes</translation>
    </message>
    <message>
        <source>Certified by Fairly Trained (list of {day}): {names}.</source>
        <translation>Certifiés par Fairly Trained (liste&#x202f;: {day})&#x202f;: {names}.</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Modifier</translation>
    </message>
    <message>
        <source>Change &amp;choice</source>
        <translation>Modifier le &amp;choix</translation>
    </message>
    <message>
        <source>Change choice</source>
        <translation>Modifier le choix</translation>
    </message>
    <message>
        <source>Change its permissions, or ask its owner.</source>
        <translation>Changez ses droits d’accès, ou demandez à son propriétaire.</translation>
    </message>
    <message>
        <source>Change what you use…</source>
        <translation>Modifier ce que vous utilisez…</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>Modifié</translation>
    </message>
    <message>
        <source>Changed by others</source>
        <translation>Modifié par d’autres</translation>
    </message>
    <message>
        <source>Changed since, and left in place: {left}.</source>
        <translation>Modifié depuis, et laissé en place&#x202f;: {left}.</translation>
    </message>
    <message>
        <source>Changed without RightsDesk: {changes}.</source>
        <translation>Modifié sans RightsDesk&#x202f;: {changes}.</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Modifications</translation>
    </message>
    <message>
        <source>Changing this file would lose this: {lost}.</source>
        <translation>Modifier ce fichier ferait perdre ceci&#x202f;: {lost}.</translation>
    </message>
    <message>
        <source>Changing this sidecar would have harmed its other content, so RightsDesk did not.</source>
        <translation>Modifier ce fichier annexe aurait endommagé son autre contenu, RightsDesk ne l’a donc pas fait.</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Canal</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Vérifier</translation>
    </message>
    <message>
        <source>Check &amp;platforms</source>
        <translation>Vérifier les &amp;plateformes</translation>
    </message>
    <message>
        <source>Check &amp;{platforms}</source>
        <translation>Vérifier &amp;{platforms}</translation>
    </message>
    <message>
        <source>Check again later. If it stays so, Audius does not offer this switch here.</source>
        <translation>Vérifiez plus tard. Si rien ne change, Audius ne propose pas cette option ici.</translation>
    </message>
    <message>
        <source>Check again, then repeat.</source>
        <translation>Revérifiez, puis recommencez.</translation>
    </message>
    <message>
        <source>Check it now, or turn on automatic checks in Settings.</source>
        <translation>Vérifiez maintenant, ou activez les vérifications automatiques dans les paramètres.</translation>
    </message>
    <message>
        <source>Check its name. If it was moved or renamed, scan its new folder.</source>
        <translation>Vérifiez son nom. S’il a été déplacé ou renommé, lisez son nouveau dossier.</translation>
    </message>
    <message>
        <source>Check its write protection, or work on a copy of the folder.</source>
        <translation>Vérifiez sa protection en écriture, ou travaillez sur une copie du dossier.</translation>
    </message>
    <message>
        <source>Check now</source>
        <translation>Vérifier maintenant</translation>
    </message>
    <message>
        <source>Check platforms</source>
        <translation>Vérifier les plateformes</translation>
    </message>
    <message>
        <source>Check platforms &amp;automatically</source>
        <translation>Vérifier les plateformes &amp;automatiquement</translation>
    </message>
    <message>
        <source>Check that it runs and that its address is right, or remove the setting if this network needs no proxy. With {host} in no_proxy it is not used.</source>
        <translation>Vérifiez qu’il fonctionne et que son adresse est juste, ou retirez le réglage si ce réseau n’a pas besoin de proxy. Avec {host} dans no_proxy, il n’est pas utilisé.</translation>
    </message>
    <message>
        <source>Check the account again, then repeat.</source>
        <translation>Vérifiez à nouveau le compte, puis recommencez.</translation>
    </message>
    <message>
        <source>Check the address ({address}) and the internet connection.</source>
        <translation>Vérifiez l’adresse ({address}) et la connexion à Internet.</translation>
    </message>
    <message>
        <source>Check the address.</source>
        <translation>Vérifiez l’adresse.</translation>
    </message>
    <message>
        <source>Check the disk, and make sure that you have a backup.</source>
        <translation>Vérifiez le disque, et assurez-vous d’avoir une sauvegarde.</translation>
    </message>
    <message>
        <source>Check the disk, then scan the file again.</source>
        <translation>Vérifiez le disque, puis analysez à nouveau le fichier.</translation>
    </message>
    <message>
        <source>Check the internet connection and the address, and try again.</source>
        <translation>Vérifiez la connexion à Internet et l’adresse, et réessayez.</translation>
    </message>
    <message>
        <source>Check the internet connection and try again.</source>
        <translation>Vérifiez la connexion à Internet et réessayez.</translation>
    </message>
    <message>
        <source>Check the permissions of RightsDesk&apos;s data folder.</source>
        <translation>Vérifiez les droits d’accès du dossier de données de RightsDesk.</translation>
    </message>
    <message>
        <source>Check the permissions of the folder and the free space on its disk.</source>
        <translation>Vérifiez les droits d’accès du dossier et l’espace libre sur son disque.</translation>
    </message>
    <message>
        <source>Check the server&apos;s address: it is the part before /videos.</source>
        <translation>Vérifiez l’adresse du serveur&#x202f;: c’est la partie avant /videos.</translation>
    </message>
    <message>
        <source>Check the site again, then repeat.</source>
        <translation>Vérifiez à nouveau le site, puis recommencez.</translation>
    </message>
    <message>
        <source>Check whether the proxy works, or try again later.</source>
        <translation>Vérifiez que le proxy fonctionne, ou réessayez plus tard.</translation>
    </message>
    <message>
        <source>Check your account for a message from SoundCloud, wait a day, and continue with fewer tracks at a time.</source>
        <translation>Regardez si SoundCloud vous a laissé un message dans votre compte, attendez un jour, et continuez avec moins de morceaux à la fois.</translation>
    </message>
    <message>
        <source>Check {name}</source>
        <translation>Vérifier {name}</translation>
    </message>
    <message>
        <source>Check {platforms}</source>
        <translation>Vérifier {platforms}</translation>
    </message>
    <message>
        <source>Check {platform} again</source>
        <translation>Revérifier {platform}</translation>
    </message>
    <message>
        <source>Checked too long ago</source>
        <translation>Vérifié il y a trop longtemps</translation>
    </message>
    <message>
        <source>Checked {items} on platforms: {changes}.</source>
        <translation>Vérifié sur les plateformes ({items})&#x202f;: {changes}.</translation>
    </message>
    <message>
        <source>Checked. The sign-in works.</source>
        <translation>Vérifié. La connexion fonctionne.</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>Vérifications</translation>
    </message>
    <message>
        <source>Choice</source>
        <translation>Choix</translation>
    </message>
    <message>
        <source>Choice for {name}: {said}</source>
        <translation>Choix pour {name}&#x202f;: {said}</translation>
    </message>
    <message>
        <source>Choices</source>
        <translation>Choix</translation>
    </message>
    <message>
        <source>Choose</source>
        <translation>Choisir</translation>
    </message>
    <message>
        <source>Choose &amp;later</source>
        <translation>Choisir p&amp;lus tard</translation>
    </message>
    <message>
        <source>Choose a folder: --data-dir DIR.</source>
        <translation>Choisissez un dossier&#x202f;: --data-dir DIR.</translation>
    </message>
    <message>
        <source>Choose a longer one: several words that don&apos;t belong together.</source>
        <translation>Choisissez-en une plus longue&#x202f;: plusieurs mots sans rapport entre eux.</translation>
    </message>
    <message>
        <source>Choose a recording to see what it says where.</source>
        <translation>Choisissez un enregistrement pour voir ce qu’il dit, et où.</translation>
    </message>
    <message>
        <source>Choose allow, limit or block for each file.</source>
        <translation>Choisissez autoriser, limiter ou bloquer pour chaque fichier.</translation>
    </message>
    <message>
        <source>Choose an artist to say what AI may do.</source>
        <translation>Choisissez un artiste pour dire ce que l’IA peut faire.</translation>
    </message>
    <message>
        <source>Choose an artist to see what there is to do.</source>
        <translation>Choisissez un artiste pour voir ce qu’il y a à faire.</translation>
    </message>
    <message>
        <source>Choose an artist&apos;s folders. RightsDesk reads the files and changes nothing.</source>
        <translation>Choisissez les dossiers d’un artiste. RightsDesk lit les fichiers et ne modifie rien.</translation>
    </message>
    <message>
        <source>Choose an artist, or type a new name</source>
        <translation>Choisissez un artiste, ou saisissez un nouveau nom</translation>
    </message>
    <message>
        <source>Choose an authority, or turn on OpenTimestamps.</source>
        <translation>Choisissez une autorité, ou activez OpenTimestamps.</translation>
    </message>
    <message>
        <source>Choose an entry to see what to do about it.</source>
        <translation>Choisissez une entrée pour voir quoi en faire.</translation>
    </message>
    <message>
        <source>Choose another folder: --data-dir DIR.</source>
        <translation>Choisissez un autre dossier&#x202f;: --data-dir DIR.</translation>
    </message>
    <message>
        <source>Choose another folder: --data-dir DIR. Or let only yourself write there: {command}</source>
        <translation>Choisissez un autre dossier&#x202f;: --data-dir DIR. Ou soyez seul à pouvoir y écrire&#x202f;: {command}</translation>
    </message>
    <message>
        <source>Choose at least one</source>
        <translation>Choisissez-en au moins une</translation>
    </message>
    <message>
        <source>Choose at least two.</source>
        <translation>Choisissez-en au moins deux.</translation>
    </message>
    <message>
        <source>Choose each &amp;use yourself</source>
        <translation>Choisir chaque &amp;utilisation</translation>
    </message>
    <message>
        <source>Choose each &amp;use…</source>
        <translation>Choisir chaque &amp;utilisation…</translation>
    </message>
    <message>
        <source>Choose folder…</source>
        <translation>Choisir un dossier…</translation>
    </message>
    <message>
        <source>Choose one artist first.</source>
        <translation>Choisissez d’abord un artiste.</translation>
    </message>
    <message>
        <source>Choose the folder that has the same files.</source>
        <translation>Choisissez le dossier qui contient les mêmes fichiers.</translation>
    </message>
    <message>
        <source>Choose the system&apos;s proxy, and put the address with them into the variable https_proxy.</source>
        <translation>Choisissez le proxy du système, et mettez l’adresse qui les contient dans la variable https_proxy.</translation>
    </message>
    <message>
        <source>Choose what AI may do with them.</source>
        <translation>Choisissez ce que l’IA peut en faire.</translation>
    </message>
    <message>
        <source>Choose what AI may do…</source>
        <translation>Choisir ce que l’IA peut faire…</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Choisir…</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Effacer</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Effacer la recherche</translation>
    </message>
    <message>
        <source>Click to show all again.</source>
        <translation>Cliquez pour tout réafficher.</translation>
    </message>
    <message>
        <source>Client id</source>
        <translation>ID client</translation>
    </message>
    <message>
        <source>Client secret</source>
        <translation>Secret client</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>Close RightsDesk?</source>
        <translation>Fermer RightsDesk&#x202f;?</translation>
    </message>
    <message>
        <source>Close beets and try again. `beet version` in a terminal checks it, too.</source>
        <translation>Fermez beets, puis réessayez. `beet version` dans un terminal la vérifie aussi.</translation>
    </message>
    <message>
        <source>Close every other RightsDesk window and run, then try again.</source>
        <translation>Fermez toutes les autres fenêtres et exécutions de RightsDesk, puis réessayez.</translation>
    </message>
    <message>
        <source>Close it, then try again.</source>
        <translation>Fermez-le, puis réessayez.</translation>
    </message>
    <message>
        <source>Close that program (perhaps a second RightsDesk that is signing in), or enter another redirect address for this account and in your {service} app.</source>
        <translation>Fermez ce programme (peut-être un second RightsDesk en train de se connecter), ou indiquez une autre adresse de redirection pour ce compte et dans votre application {service}.</translation>
    </message>
    <message>
        <source>Close that program, then try again.</source>
        <translation>Fermez ce programme, puis réessayez.</translation>
    </message>
    <message>
        <source>Close the page, and start the sign-in again from RightsDesk. If it happens again, check the address of the service.</source>
        <translation>Fermez la page, et recommencez la connexion depuis RightsDesk. Si cela se reproduit, vérifiez l’adresse du service.</translation>
    </message>
    <message>
        <source>Close the program that has it open, then try again.</source>
        <translation>Fermez le programme qui l’a ouvert, puis réessayez.</translation>
    </message>
    <message>
        <source>Close the side panel</source>
        <translation>Fermer le panneau latéral</translation>
    </message>
    <message>
        <source>Cloudflare API description. The envelope of its answers is recalled, not verified.</source>
        <translation>Description de l’API de Cloudflare. La forme de ses réponses est citée de mémoire, non vérifiée.</translation>
    </message>
    <message>
        <source>Cloudflare has an unknown word for {name}.</source>
        <translation>Cloudflare a un mot inconnu pour {name}.</translation>
    </message>
    <message>
        <source>Cloudflare itself, which stops crawlers that it recognises before they reach your site.</source>
        <translation>Cloudflare lui-même, qui arrête les robots qu’il reconnaît avant qu’ils n’atteignent votre site.</translation>
    </message>
    <message>
        <source>Cloudflare offers it to its customers&apos; sites. No AI company is known to promise to obey it.</source>
        <translation>Cloudflare le propose aux sites de ses clients. On ne connaît aucune société d’IA qui promette de le respecter.</translation>
    </message>
    <message>
        <source>Cloudflare refused this change.</source>
        <translation>Cloudflare a refusé cette modification.</translation>
    </message>
    <message>
        <source>Cloudflare refused this change: “{reason}”</source>
        <translation>Cloudflare a refusé cette modification&#x202f;: «&#x202f;{reason}&#x202f;»</translation>
    </message>
    <message>
        <source>Cloudflare sent a setting that is not text ({name}).</source>
        <translation>Cloudflare a envoyé un réglage qui n’est pas du texte ({name}).</translation>
    </message>
    <message>
        <source>Cloudflare sent an answer in an unknown shape.</source>
        <translation>Cloudflare a envoyé une réponse de forme inconnue.</translation>
    </message>
    <message>
        <source>Compare it with the one on your app&apos;s page there.</source>
        <translation>Comparez avec ce qui figure sur la page de votre application là-bas.</translation>
    </message>
    <message>
        <source>Compare the address with the one your web host gives you.</source>
        <translation>Comparez l’adresse avec celle que donne votre hébergeur.</translation>
    </message>
    <message>
        <source>Compare them with those on your app&apos;s page at {service}.</source>
        <translation>Comparez-les avec ceux de la page de votre application chez {service}.</translation>
    </message>
    <message>
        <source>Compare with {platforms}…</source>
        <translation>Comparer avec {platforms}…</translation>
    </message>
    <message>
        <source>Comparing files…</source>
        <translation>Comparaison des fichiers…</translation>
    </message>
    <message>
        <source>Comparing with {platforms}…</source>
        <translation>Comparaison avec {platforms}…</translation>
    </message>
    <message>
        <source>Comparing…</source>
        <translation>Comparaison…</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>Connecter</translation>
    </message>
    <message>
        <source>Connect again…</source>
        <translation>Reconnecter…</translation>
    </message>
    <message>
        <source>Connect an account</source>
        <translation>Connecter un compte</translation>
    </message>
    <message>
        <source>Connect an account…</source>
        <translation>Connecter un compte…</translation>
    </message>
    <message>
        <source>Connect it again, then try once more.</source>
        <translation>Reconnectez-le, puis réessayez.</translation>
    </message>
    <message>
        <source>Connect it as {origin}.</source>
        <translation>Connectez-le comme {origin}.</translation>
    </message>
    <message>
        <source>Connect it there: add it with the address {home} and an app password that was made there. Then remove this one.</source>
        <translation>Connectez-le là-bas&#x202f;: ajoutez-le avec l’adresse {home} et un mot de passe d’application créé là-bas. Puis retirez celui-ci.</translation>
    </message>
    <message>
        <source>Connect it with that address.</source>
        <translation>Connectez-le avec cette adresse.</translation>
    </message>
    <message>
        <source>Connect its disk, then rescan. If it was moved, show where it is now: its jobs, their undo and the proof of the audio go with it.</source>
        <translation>Connectez son disque, puis réanalysez. S’il a été déplacé, montrez où il est maintenant&#x202f;: ses tâches, leur annulation et la preuve de l’audio suivent.</translation>
    </message>
    <message>
        <source>Connect one on the page Platforms.</source>
        <translation>Connectez-en un sur la page Plateformes.</translation>
    </message>
    <message>
        <source>Connect the account again.</source>
        <translation>Reconnectez le compte.</translation>
    </message>
    <message>
        <source>Connect the account again. Nothing is lost by that.</source>
        <translation>Reconnectez le compte. Rien n’est perdu pour autant.</translation>
    </message>
    <message>
        <source>Connect the disk it is on, or choose another folder: --data-dir DIR.</source>
        <translation>Branchez le disque qui le contient, ou choisissez un autre dossier&#x202f;: --data-dir DIR.</translation>
    </message>
    <message>
        <source>Connect the same login for the same artist again.</source>
        <translation>Reconnectez le même identifiant pour le même artiste.</translation>
    </message>
    <message>
        <source>Connect the site again with a key that has no passphrase.</source>
        <translation>Reconnectez le site avec une clé sans phrase secrète.</translation>
    </message>
    <message>
        <source>Connect the site again with its folder, or its address for SFTP, WebDAV or S3.</source>
        <translation>Reconnectez le site avec son dossier, ou son adresse SFTP, WebDAV ou S3.</translation>
    </message>
    <message>
        <source>Connect the site again with the right one.</source>
        <translation>Reconnectez le site avec les bonnes données de connexion.</translation>
    </message>
    <message>
        <source>Connect the site again with the right ones.</source>
        <translation>Reconnectez le site avec les bonnes données de connexion.</translation>
    </message>
    <message>
        <source>Connect the site with ?region= and the bucket&apos;s region at the end of the address. Your web host names the region.</source>
        <translation>Connectez le site avec&#x202f;?region= et la région du bucket à la fin de l’adresse. Votre hébergeur indique la région.</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Connecté</translation>
    </message>
    <message>
        <source>Connected: {login} on {platform}</source>
        <translation>Connecté&#x202f;: {login} sur {platform}</translation>
    </message>
    <message>
        <source>Connecting {platform}…</source>
        <translation>Connexion à {platform}…</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>Connexion</translation>
    </message>
    <message>
        <source>Connect…</source>
        <translation>Connecter…</translation>
    </message>
    <message>
        <source>Consent for {name} dropped: it inherits again</source>
        <translation>Choix pour {name} retiré&#x202f;: de nouveau hérité</translation>
    </message>
    <message>
        <source>Consent for {name}: {answers}</source>
        <translation>Choix pour {name}&#x202f;: {answers}</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continuer</translation>
    </message>
    <message>
        <source>Continue it (jobs resume {id}) or undo it (undo {id}).</source>
        <translation>Continuez-la (jobs resume {id}) ou annulez-la (undo {id}).</translation>
    </message>
    <message>
        <source>Continue it, or undo it in Activity.</source>
        <translation>Continuez-la, ou annulez-la dans Activité.</translation>
    </message>
    <message>
        <source>Continue…</source>
        <translation>Continuer…</translation>
    </message>
    <message>
        <source>Cop&amp;y</source>
        <translation>C&amp;opier</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>Copié.</translation>
    </message>
    <message>
        <source>Copied. It works for this one sign-in.</source>
        <translation>Copié. Valable pour cette seule connexion.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message numerus="yes">
        <source>Copy %n names</source>
        <translation>
            <numerusform>Copier %n nom</numerusform>
            <numerusform>Copier %n noms</numerusform>
        </translation>
    </message>
    <message>
        <source>Copy &amp;ISRC</source>
        <translation>Copier l’&amp;ISRC</translation>
    </message>
    <message>
        <source>Copy &amp;title</source>
        <translation>Copier le &amp;titre</translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation>Copier l’adresse</translation>
    </message>
    <message>
        <source>Copy it from the zone&apos;s overview page: it has 32 letters and digits.</source>
        <translation>Copiez-le depuis la page de présentation de la zone&#x202f;: il a 32 lettres et chiffres.</translation>
    </message>
    <message>
        <source>Copy its access token and paste it here.</source>
        <translation>Copiez son jeton d’accès et collez-le ici.</translation>
    </message>
    <message>
        <source>Copy its client id and client secret, and paste them here.</source>
        <translation>Copiez son ID client et son secret client, et collez-les ici.</translation>
    </message>
    <message>
        <source>Copy or export it again.</source>
        <translation>Copiez-le ou exportez-le à nouveau.</translation>
    </message>
    <message>
        <source>Copy redirect address</source>
        <translation>Copier l’adresse de redirection</translation>
    </message>
    <message>
        <source>Copy the API key, which is the client id, and paste it here. The bearer token is not needed.</source>
        <translation>Copiez la clé API, c’est-à-dire l’ID client, et collez-la ici. Le jeton bearer n’est pas nécessaire.</translation>
    </message>
    <message>
        <source>Copy the access key and the secret key, and paste them here. RightsDesk finds the items that this account uploaded.</source>
        <translation>Copiez la clé d’accès et la clé secrète, et collez-les ici. RightsDesk trouve les éléments que ce compte a mis en ligne.</translation>
    </message>
    <message>
        <source>Copy the client id, and the client secret if there is one, and paste them here.</source>
        <translation>Copiez l’ID client, et le secret client s’il y en a un, et collez-les ici.</translation>
    </message>
    <message>
        <source>Copy the zone&apos;s id from its overview page.</source>
        <translation>Copiez l’ID de la zone depuis sa page de présentation.</translation>
    </message>
    <message>
        <source>Correct or remove {name}: without it RightsDesk trusts what this system trusts.</source>
        <translation>Corrigez ou retirez {name}&#x202f;: sans cela, RightsDesk fait confiance à ce que ce système accepte.</translation>
    </message>
    <message>
        <source>Correct the date and the time, then try again.</source>
        <translation>Corrigez la date et l’heure, puis réessayez.</translation>
    </message>
    <message>
        <source>Could not be read since {day}; RightsDesk tries again at the next check.</source>
        <translation>Illisible depuis&#x202f;: {day}&#x202f;; RightsDesk réessaie à la prochaine vérification.</translation>
    </message>
    <message>
        <source>Couldn&apos;t be read</source>
        <translation>Illisible</translation>
    </message>
    <message>
        <source>Couldn&apos;t be written</source>
        <translation>Écriture impossible</translation>
    </message>
    <message>
        <source>Crawler rules are valid only at the top of a site: {origin}/</source>
        <translation>Les règles pour les robots ne valent qu’à la racine d’un site&#x202f;: {origin}/</translation>
    </message>
    <message>
        <source>Crawlers can&apos;t read it either. Let your web host or your web server show robots.txt without a password.</source>
        <translation>Les robots ne peuvent pas le lire non plus. Faites afficher robots.txt sans mot de passe par votre hébergeur ou votre serveur web.</translation>
    </message>
    <message>
        <source>Crawlers stop at 500 KB of robots.txt. Shorten it, then check again.</source>
        <translation>Les robots s’arrêtent à 500&#xa0;Ko de robots.txt. Raccourcissez-le, puis vérifiez à nouveau.</translation>
    </message>
    <message>
        <source>Crawlers stop at 500 KB. Shorten it, then try again.</source>
        <translation>Les robots s’arrêtent à 500&#xa0;Ko. Raccourcissez-le, puis réessayez.</translation>
    </message>
    <message>
        <source>Create an API key at Audius; the free plan is enough.</source>
        <translation>Créez une clé API chez Audius&#x202f;; la formule gratuite suffit.</translation>
    </message>
    <message>
        <source>DSDIFF</source>
        <translation>DSDIFF</translation>
    </message>
    <message>
        <source>DSF</source>
        <translation>DSF</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Sombre</translation>
    </message>
    <message>
        <source>Data folder</source>
        <translation>Dossier des données</translation>
    </message>
    <message>
        <source>Data for Generative AI Improvement</source>
        <translation>Données pour l’amélioration de l’IA générative</translation>
    </message>
    <message>
        <source>Data privacy</source>
        <translation>Confidentialité des données</translation>
    </message>
    <message>
        <source>Data sharing and personalization</source>
        <translation>Partage de données et personnalisation</translation>
    </message>
    <message>
        <source>Decided</source>
        <translation>Décidé</translation>
    </message>
    <message>
        <source>Decided {day}</source>
        <translation>Décidé {day}</translation>
    </message>
    <message>
        <source>Decision {later_id} is about the same music and was made later.</source>
        <translation>La décision {later_id} concerne la même musique et a été prise plus tard.</translation>
    </message>
    <message>
        <source>Deezer detects and marks music made with AI automatically. That is about how music was made. It is not a consent.</source>
        <translation>Deezer détecte et signale automatiquement la musique faite avec de l’IA. Cela concerne la façon dont la musique a été faite. Ce n’est pas un consentement.</translation>
    </message>
    <message>
        <source>Delete note</source>
        <translation>Supprimer la note</translation>
    </message>
    <message>
        <source>Deletes its keys. Nothing changes on {platform} and in your files.</source>
        <translation>Supprime ses clés. Rien ne change sur {platform} ni dans vos fichiers.</translation>
    </message>
    <message>
        <source>Detail&amp;s</source>
        <translation>Détail&amp;s</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Détails</translation>
    </message>
    <message>
        <source>Details of {artist}: {changed}</source>
        <translation>Infos de {artist}&#x202f;: {changed}</translation>
    </message>
    <message>
        <source>Did you mean {names}?</source>
        <translation>Vouliez-vous dire {names}&#x202f;?</translation>
    </message>
    <message>
        <source>Differs</source>
        <translation>Mixte</translation>
    </message>
    <message>
        <source>Disabled</source>
        <translation>Désactivé</translation>
    </message>
    <message>
        <source>Disallow, in robots.txt</source>
        <translation>Interdire, dans robots.txt</translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>Déconnecter</translation>
    </message>
    <message>
        <source>Disconnect {login} on {platform}?</source>
        <translation>Déconnecter {login} sur {platform}&#x202f;?</translation>
    </message>
    <message>
        <source>Disconnect…</source>
        <translation>Déconnecter…</translation>
    </message>
    <message>
        <source>Distributors</source>
        <translation>Distributeurs</translation>
    </message>
    <message>
        <source>Do Not Train Registry</source>
        <translation>Do Not Train Registry</translation>
    </message>
    <message>
        <source>Do you use these?</source>
        <translation>Les utilisez-vous&#x202f;?</translation>
    </message>
    <message>
        <source>Do you use {name}?</source>
        <translation>Utilisez-vous {name}&#x202f;?</translation>
    </message>
    <message>
        <source>Don&apos;t connect</source>
        <translation>Ne pas connecter</translation>
    </message>
    <message>
        <source>Don&apos;t install anything that it names.</source>
        <translation>N’installez rien de ce qu’il indique.</translation>
    </message>
    <message>
        <source>Don&apos;t install anything that it names. Try again later.</source>
        <translation>N’installez rien de ce qu’il indique. Réessayez plus tard.</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Terminé</translation>
    </message>
    <message>
        <source>Drop a folder here, or choose an artist at the top left and add one.</source>
        <translation>Déposez un dossier ici, ou choisissez un artiste en haut à gauche et ajoutez-en un.</translation>
    </message>
    <message>
        <source>Drop your music folder here</source>
        <translation>Déposez ici votre dossier de musique</translation>
    </message>
    <message>
        <source>Each artist has their own. Files and platforms say it once you write to them.</source>
        <translation>Chaque artiste a le sien. Les fichiers et les plateformes le disent une fois que vous y écrivez.</translation>
    </message>
    <message>
        <source>Each server has its own terms: ask the administrator of yours.</source>
        <translation>Chaque serveur a ses propres conditions&#x202f;: demandez à l’administrateur du vôtre.</translation>
    </message>
    <message>
        <source>End it now: leave the day out.</source>
        <translation>Mettez-y fin maintenant&#x202f;: omettez la date.</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Entrée</translation>
    </message>
    <message>
        <source>Enter an address that begins with https:// and names a server.</source>
        <translation>Indiquez une adresse qui commence par https:// et nomme un serveur.</translation>
    </message>
    <message>
        <source>Enter both again, and connect the account once more.</source>
        <translation>Indiquez à nouveau les deux, et reconnectez le compte.</translation>
    </message>
    <message>
        <source>Enter http://127.0.0.1:8765/callback as the redirect address, where Audius asks for one.</source>
        <translation>Indiquez http://127.0.0.1:8765/callback comme adresse de redirection, là où Audius en demande une.</translation>
    </message>
    <message>
        <source>Enter http://127.0.0.1:8765/callback as the redirect address.</source>
        <translation>Indiquez http://127.0.0.1:8765/callback comme adresse de redirection.</translation>
    </message>
    <message>
        <source>Enter it in the form http://127.0.0.1:8765/callback.</source>
        <translation>Indiquez-la sous la forme http://127.0.0.1:8765/callback.</translation>
    </message>
    <message>
        <source>Enter it in the form s3://KEY-ID@s3.eu-central-1.amazonaws.com/bucket/folder, without the secret key.</source>
        <translation>Indiquez-la sous la forme s3://KEY-ID@s3.eu-central-1.amazonaws.com/bucket/folder, sans la clé secrète.</translation>
    </message>
    <message>
        <source>Enter it in the form sftp://user@host/path, without the password.</source>
        <translation>Indiquez-la sous la forme sftp://user@host/path, sans le mot de passe.</translation>
    </message>
    <message>
        <source>Enter it in the form webdavs://user@host/path, without the password.</source>
        <translation>Indiquez-la sous la forme webdavs://user@host/path, sans le mot de passe.</translation>
    </message>
    <message>
        <source>Enter it, such as https://artist.example.</source>
        <translation>Indiquez-la, par exemple https://artist.example.</translation>
    </message>
    <message>
        <source>Enter the address first.</source>
        <translation>Saisissez d’abord l’adresse.</translation>
    </message>
    <message>
        <source>Enter the address of the site&apos;s home page.</source>
        <translation>Indiquez l’adresse de la page d’accueil du site.</translation>
    </message>
    <message>
        <source>Enter the address of your server, such as https://audio.example.</source>
        <translation>Indiquez l’adresse de votre serveur, par exemple https://audio.example.</translation>
    </message>
    <message>
        <source>Enter the address of your server, such as https://video.example.</source>
        <translation>Indiquez l’adresse de votre serveur, par exemple https://video.example.</translation>
    </message>
    <message>
        <source>Enter the address of your site, such as https://artist.example.</source>
        <translation>Indiquez l’adresse de votre site, par exemple https://artist.example.</translation>
    </message>
    <message>
        <source>Enter the address of your site, such as https://artist.example. RightsDesk reads it like a crawler.</source>
        <translation>Indiquez l’adresse de votre site, par exemple https://artist.example. RightsDesk le lit comme un robot.</translation>
    </message>
    <message>
        <source>Enter the artist&apos;s name first.</source>
        <translation>Indiquez d’abord le nom de l’artiste.</translation>
    </message>
    <message>
        <source>Enter the folder&apos;s path from the root on, or an address with sftp://.</source>
        <translation>Indiquez le chemin du dossier depuis la racine, ou une adresse en sftp://.</translation>
    </message>
    <message>
        <source>Enter the password for that address, if it asks for one, a private key for SFTP (all of it, in PEM and without a passphrase), or the bucket&apos;s secret key. Without a place for files, RightsDesk only reads the site.</source>
        <translation>Indiquez le mot de passe de cette adresse si elle en demande un, une clé privée pour SFTP (en entier, au format PEM et sans phrase secrète), ou la clé secrète du bucket. Sans emplacement pour les fichiers, RightsDesk ne fait que lire le site.</translation>
    </message>
    <message>
        <source>Enter the server&apos;s address, such as {example}.</source>
        <translation>Indiquez l’adresse du serveur, par exemple {example}.</translation>
    </message>
    <message>
        <source>Enter your handle here, without the @, and that app password, never your own password.</source>
        <translation>Indiquez ici votre pseudo, sans le @, et ce mot de passe d’application, jamais votre propre mot de passe.</translation>
    </message>
    <message>
        <source>Enter your user name and that application password, never your own password.</source>
        <translation>Indiquez votre nom d’utilisateur et ce mot de passe d’application, jamais votre propre mot de passe.</translation>
    </message>
    <message>
        <source>Enter your user name and your password. RightsDesk signs in with it once and does not keep it. Accounts that ask for a code at sign-in can&apos;t be connected.</source>
        <translation>Indiquez votre nom d’utilisateur et votre mot de passe. RightsDesk s’en sert une fois pour se connecter et ne le garde pas. Les comptes qui demandent un code à la connexion ne peuvent pas être connectés.</translation>
    </message>
    <message>
        <source>Every choice, note and write is an entry. Each carries the fingerprint of the one before it, so that none can be changed or removed unnoticed.</source>
        <translation>Chaque choix, note et écriture est une entrée. Chacune porte l’empreinte de la précédente&#x202f;: aucune ne peut être modifiée ou retirée sans que cela se voie.</translation>
    </message>
    <message>
        <source>Every track is matched</source>
        <translation>Tous les morceaux sont associés</translation>
    </message>
    <message>
        <source>Every write is recorded. See whether the audio is still what it was.</source>
        <translation>Chaque écriture est consignée. Voyez si l’audio est toujours ce qu’il était.</translation>
    </message>
    <message>
        <source>Everything RightsDesk did, newest first.</source>
        <translation>Tout ce que RightsDesk a fait, le plus récent d’abord.</translation>
    </message>
    <message>
        <source>Everything here could be read.</source>
        <translation>Tout a pu être lu ici.</translation>
    </message>
    <message>
        <source>Everything is allowed, AI training included.</source>
        <translation>Tout est permis, y compris l’entraînement d’IA.</translation>
    </message>
    <message>
        <source>Everything is left out</source>
        <translation>Tout est laissé de côté</translation>
    </message>
    <message>
        <source>Everything that could be read matches your choice.</source>
        <translation>Tout ce qui a pu être lu correspond à votre choix.</translation>
    </message>
    <message>
        <source>Example: ISCC:KIC…</source>
        <translation>Exemple&#x202f;: ISCC:KIC…</translation>
    </message>
    <message>
        <source>Example: https://name.com</source>
        <translation>Exemple&#x202f;: https://name.com</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exporter</translation>
    </message>
    <message>
        <source>Export it once more, then try again.</source>
        <translation>Exportez-la à nouveau, puis réessayez.</translation>
    </message>
    <message>
        <source>F&amp;olders…</source>
        <translation>&amp;Dossiers…</translation>
    </message>
    <message>
        <source>F&amp;or:</source>
        <translation>P&amp;our&#x202f;:</translation>
    </message>
    <message>
        <source>Fair Trade AI</source>
        <translation>Fair Trade AI</translation>
    </message>
    <message>
        <source>Fair: several sources report it; the original was not read.</source>
        <translation>Moyenne&#x202f;: plusieurs sources le rapportent&#x202f;; l’original n’a pas été lu.</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Fichiers</translation>
    </message>
    <message>
        <source>Files and platforms stay as they are until you write to them.</source>
        <translation>Fichiers et plateformes restent tels quels tant que vous n’y écrivez pas.</translation>
    </message>
    <message>
        <source>Files of {artist} scanned: {counts}</source>
        <translation>Fichiers de {artist} analysés&#x202f;: {counts}</translation>
    </message>
    <message>
        <source>Files that couldn&apos;t be read</source>
        <translation>Fichiers illisibles</translation>
    </message>
    <message>
        <source>Files to look at</source>
        <translation>Fichiers à regarder</translation>
    </message>
    <message>
        <source>Find a platform</source>
        <translation>Trouver une plateforme</translation>
    </message>
    <message>
        <source>Find a track</source>
        <translation>Trouver un morceau</translation>
    </message>
    <message>
        <source>Find an artist</source>
        <translation>Trouver un artiste</translation>
    </message>
    <message>
        <source>Find folder…</source>
        <translation>Trouver le dossier…</translation>
    </message>
    <message>
        <source>Find it…</source>
        <translation>Retrouver…</translation>
    </message>
    <message>
        <source>First start</source>
        <translation>Premiers pas</translation>
    </message>
    <message>
        <source>Fix…</source>
        <translation>Corriger…</translation>
    </message>
    <message>
        <source>Flatpak updates it, by itself or with: flatpak update {id}</source>
        <translation>Flatpak le met à jour, tout seul ou avec&#x202f;: flatpak update {id}</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Dossier</translation>
    </message>
    <message>
        <source>Folder added for {artist}: {folder}</source>
        <translation>Dossier ajouté pour {artist}&#x202f;: {folder}</translation>
    </message>
    <message>
        <source>Folder forgotten for {artist}: {folder}</source>
        <translation>Dossier oublié pour {artist}&#x202f;: {folder}</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Dossiers</translation>
    </message>
    <message>
        <source>Folders of {artist}</source>
        <translation>Dossiers de {artist}</translation>
    </message>
    <message>
        <source>For example: on the label&apos;s account</source>
        <translation>Par exemple&#x202f;: sur le compte du label</translation>
    </message>
    <message>
        <source>For some readers, a record allows {uses}.</source>
        <translation>Pour certains lecteurs, un enregistrement autorise&#x202f;: {uses}.</translation>
    </message>
    <message>
        <source>For some readers, a record refuses {uses}.</source>
        <translation>Pour certains lecteurs, un enregistrement refuse&#x202f;: {uses}.</translation>
    </message>
    <message>
        <source>For unnamed content RSL gives for free: {uses}.</source>
        <translation>Pour les contenus non nommés, RSL donne gratuitement&#x202f;: {uses}.</translation>
    </message>
    <message>
        <source>For your own site, it is a lock and not only a signal. A block of training also stops Googlebot, Applebot and BingBot, so RightsDesk sets “disallow” if Cloudflare offers it.</source>
        <translation>Pour votre propre site, c’est un verrou et pas seulement un signal. Bloquer l’entraînement arrête aussi Googlebot, Applebot et BingBot, donc RightsDesk met «&#x202f;disallow&#x202f;» si Cloudflare le propose.</translation>
    </message>
    <message>
        <source>For {artist}</source>
        <translation>Pour {artist}</translation>
    </message>
    <message>
        <source>For {path} another AIPREF rule replaces the one for the whole site, and it does not forbid {uses}.</source>
        <translation>Pour {path}, une autre règle AIPREF remplace celle de tout le site, et elle n’interdit pas&#x202f;: {uses}.</translation>
    </message>
    <message>
        <source>For {url} RSL gives for free: {uses}.</source>
        <translation>Pour {url}, RSL donne gratuitement&#x202f;: {uses}.</translation>
    </message>
    <message>
        <source>For {whom} alone, a record allows {uses}.</source>
        <translation>Pour {whom} seulement, un enregistrement autorise&#x202f;: {uses}.</translation>
    </message>
    <message>
        <source>For {whom} alone, a record refuses {uses}.</source>
        <translation>Pour {whom} seulement, un enregistrement refuse&#x202f;: {uses}.</translation>
    </message>
    <message>
        <source>Forget everything…</source>
        <translation>Tout oublier…</translation>
    </message>
    <message>
        <source>Forget folder?</source>
        <translation>Oublier le dossier&#x202f;?</translation>
    </message>
    <message>
        <source>Forgetting the folder…</source>
        <translation>Oubli du dossier…</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Résultats</translation>
    </message>
    <message>
        <source>Free some space there, then try again.</source>
        <translation>Libérez de l’espace là-bas, puis réessayez.</translation>
    </message>
    <message>
        <source>From February 2024 the terms said that what you upload may be used to inform, train, develop or serve as input to AI. It was noticed on 9 May 2025. The promise of 21 May 2025 replaced it and has stayed through later changes.</source>
        <translation>Depuis février 2024, les conditions disaient que ce que vous mettez en ligne peut servir à informer, entraîner ou développer une IA, ou lui être donné en entrée. On s’en est aperçu le 9 mai 2025. La promesse du 21 mai 2025 a remplacé cette clause et a survécu aux modifications suivantes.</translation>
    </message>
    <message>
        <source>Funkwhale refused this account&apos;s change of this track.</source>
        <translation>Funkwhale a refusé que ce compte modifie ce morceau.</translation>
    </message>
    <message>
        <source>Get the .deb and install it: it takes the place of this version.</source>
        <translation>Téléchargez le .deb et installez-le&#x202f;: il remplace cette version.</translation>
    </message>
    <message>
        <source>Get the new AppImage and use it in place of this one.</source>
        <translation>Téléchargez le nouvel AppImage et utilisez-le à la place de celui-ci.</translation>
    </message>
    <message>
        <source>Get the new disk image and copy RightsDesk over this version.</source>
        <translation>Téléchargez la nouvelle image disque et copiez RightsDesk par-dessus cette version.</translation>
    </message>
    <message>
        <source>Get the new setup and run it: it takes the place of this version.</source>
        <translation>Téléchargez le nouvel installateur et lancez-le&#x202f;: il remplace cette version.</translation>
    </message>
    <message>
        <source>Give the address of the site.</source>
        <translation>Donnez l’adresse du site.</translation>
    </message>
    <message>
        <source>Give the user name and an app password or token.</source>
        <translation>Donnez le nom d’utilisateur et un mot de passe d’application ou un jeton.</translation>
    </message>
    <message>
        <source>Go to</source>
        <translation>Aller à</translation>
    </message>
    <message>
        <source>Go to Settings, then Channel, then Advanced settings, and find “Third-party training”. With a content manager: Settings, then Overview.</source>
        <translation>Allez dans Paramètres, puis Chaîne, puis Paramètres avancés, et cherchez «&#x202f;Entraînement par des tiers&#x202f;». Avec un gestionnaire de contenu&#x202f;: Paramètres, puis Vue d’ensemble.</translation>
    </message>
    <message>
        <source>Goes on your site as /{paths}, where tdmrep.json points to it.</source>
        <translation>Se place sur votre site comme /{paths}, là où tdmrep.json y renvoie.</translation>
    </message>
    <message>
        <source>Goes on your site as /{paths}.</source>
        <translation>Se place sur votre site comme /{paths}.</translation>
    </message>
    <message>
        <source>Goes on your site as /{paths}; robots.txt and the headers point to it.</source>
        <translation>Se place sur votre site comme /{paths}&#x202f;; robots.txt et les en-têtes y renvoient.</translation>
    </message>
    <message>
        <source>Good for: {use}</source>
        <translation>Utile pour&#x202f;: {use}</translation>
    </message>
    <message>
        <source>Google&apos;s client ids end in .apps.googleusercontent.com. Copy it whole.</source>
        <translation>Les ID client de Google se terminent par .apps.googleusercontent.com. Copiez-le en entier.</translation>
    </message>
    <message>
        <source>Google&apos;s own use</source>
        <translation>Usage propre à Google</translation>
    </message>
    <message>
        <source>Grok &amp; Third-party Collaborators</source>
        <translation>Grok &amp; Third-party Collaborators</translation>
    </message>
    <message>
        <source>Group: {by}</source>
        <translation>Groupe&#x202f;: {by}</translation>
    </message>
    <message>
        <source>Grouped by cause. What is listed here was not changed.</source>
        <translation>Groupé par cause. Ce qui figure ici n’a pas été modifié.</translation>
    </message>
    <message>
        <source>Handle</source>
        <translation>Pseudo</translation>
    </message>
    <message>
        <source>Has a switch of its own</source>
        <translation>A sa propre option</translation>
    </message>
    <message>
        <source>Has an offer to join</source>
        <translation>Propose de participer</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Aide</translation>
    </message>
    <message>
        <source>Hide &amp;details</source>
        <translation>Masquer les &amp;détails</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historique</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Accueil</translation>
    </message>
    <message>
        <source>How is it set there now?</source>
        <translation>Comment est-ce réglé là-bas en ce moment&#x202f;?</translation>
    </message>
    <message>
        <source>How is this known?</source>
        <translation>Comment le sait-on&#x202f;?</translation>
    </message>
    <message>
        <source>How is this known? {name}</source>
        <translation>Comment le sait-on&#x202f;? {name}</translation>
    </message>
    <message>
        <source>How this is known</source>
        <translation>Comment on le sait</translation>
    </message>
    <message>
        <source>I checked on:</source>
        <translation>J’ai vérifié le&#x202f;:</translation>
    </message>
    <message>
        <source>I did not object</source>
        <translation>Je ne me suis pas opposé</translation>
    </message>
    <message>
        <source>I don&apos;t use it</source>
        <translation>Je ne l’utilise pas</translation>
    </message>
    <message>
        <source>I don&apos;t use {name}</source>
        <translation>Je n’utilise pas {name}</translation>
    </message>
    <message>
        <source>I have joined</source>
        <translation>Je participe</translation>
    </message>
    <message>
        <source>I have not joined</source>
        <translation>Je ne participe pas</translation>
    </message>
    <message>
        <source>I know the way</source>
        <translation>Je connais le chemin</translation>
    </message>
    <message>
        <source>I objected</source>
        <translation>Je me suis opposé</translation>
    </message>
    <message>
        <source>I use it</source>
        <translation>Je l’utilise</translation>
    </message>
    <message>
        <source>ISRC</source>
        <translation>ISRC</translation>
    </message>
    <message>
        <source>ISRC differs</source>
        <translation>L’ISRC diffère</translation>
    </message>
    <message>
        <source>If it is in a folder of the site, connect it with the folder, such as {address}/blog. Otherwise a plugin or a firewall may block programs.</source>
        <translation>S’il est dans un dossier du site, connectez-le avec ce dossier, par exemple {address}/blog. Sinon, une extension ou un pare-feu bloque peut-être les programmes.</translation>
    </message>
    <message>
        <source>If it was moved or renamed, scan its new folder.</source>
        <translation>S’il a été déplacé ou renommé, analysez son nouveau dossier.</translation>
    </message>
    <message>
        <source>If it was moved to another server, add it with that server&apos;s address.</source>
        <translation>S’il a déménagé sur un autre serveur, ajoutez-le avec l’adresse de ce serveur.</translation>
    </message>
    <message>
        <source>If that was not you, write your choice there again ({command}).</source>
        <translation>Si ce n’était pas vous, écrivez-y à nouveau votre choix ({command}).</translation>
    </message>
    <message>
        <source>If that was not you, write your choice there again.</source>
        <translation>Si ce n’était pas vous, écrivez-y à nouveau votre choix.</translation>
    </message>
    <message>
        <source>If the page shows an error, check the client id, and register exactly {redirect_uri} as the redirect address of your app.</source>
        <translation>Si la page affiche une erreur, vérifiez l’ID client, et enregistrez exactement {redirect_uri} comme adresse de redirection de votre application.</translation>
    </message>
    <message>
        <source>If the page shows an error, check the client id, and that your app is of the kind named in the steps. It then accepts any address on this computer.</source>
        <translation>Si la page affiche une erreur, vérifiez l’ID client, et que votre application est du type nommé dans les étapes. Elle accepte alors toute adresse sur cet ordinateur.</translation>
    </message>
    <message>
        <source>If this happens again, Cloudflare has changed: check for a newer RightsDesk.</source>
        <translation>Si cela se reproduit, Cloudflare a changé&#x202f;: cherchez une version plus récente de RightsDesk.</translation>
    </message>
    <message>
        <source>If this happens again, {service} has changed: check for a newer RightsDesk.</source>
        <translation>Si cela se reproduit, {service} a changé&#x202f;: cherchez une version plus récente de RightsDesk.</translation>
    </message>
    <message>
        <source>If you do nothing, it does not say {choice}.</source>
        <translation>Si vous ne faites rien, cela ne dit pas {choice}.</translation>
    </message>
    <message>
        <source>If you do nothing, it stays off {held}.</source>
        <translation>Si vous ne faites rien, cela reste désactivé {held}.</translation>
    </message>
    <message>
        <source>If you do nothing, it stays on {held}.</source>
        <translation>Si vous ne faites rien, cela reste activé {held}.</translation>
    </message>
    <message>
        <source>If you do nothing, nothing is stated there.</source>
        <translation>Si vous ne faites rien, rien n’y est déclaré.</translation>
    </message>
    <message>
        <source>If you do nothing, you stay out {held}.</source>
        <translation>Si vous ne faites rien, vous ne participez pas {held}.</translation>
    </message>
    <message>
        <source>If your account is on a server of its own, enter that server&apos;s address too.</source>
        <translation>Si votre compte est sur un serveur à part, indiquez aussi l’adresse de ce serveur.</translation>
    </message>
    <message>
        <source>Ignore</source>
        <translation>Ignorer</translation>
    </message>
    <message numerus="yes">
        <source>Ignore these %n?</source>
        <translation>
            <numerusform>Ignorer cette entrée (%n)&#x202f;?</numerusform>
            <numerusform>Ignorer ces %n entrées&#x202f;?</numerusform>
        </translation>
    </message>
    <message>
        <source>Ignored</source>
        <translation>Ignoré</translation>
    </message>
    <message>
        <source>Ignored {day}</source>
        <translation>Ignoré {day}</translation>
    </message>
    <message>
        <source>Ignored: {subject}</source>
        <translation>Ignoré&#x202f;: {subject}</translation>
    </message>
    <message>
        <source>Ignore…</source>
        <translation>Ignorer…</translation>
    </message>
    <message>
        <source>Import a library</source>
        <translation>Importer une bibliothèque</translation>
    </message>
    <message>
        <source>Import a library of beets, Music or rekordbox</source>
        <translation>Importer une bibliothèque de beets, Musique ou rekordbox</translation>
    </message>
    <message>
        <source>Import the library again.</source>
        <translation>Importez à nouveau la bibliothèque.</translation>
    </message>
    <message>
        <source>Imported from {library}: {artists}, {places}</source>
        <translation>Importé de {library}&#x202f;: {artists}, {places}</translation>
    </message>
    <message>
        <source>In Google&apos;s console, make a project, switch on “YouTube Data API v3”, and create an OAuth client of the kind “Desktop app”.</source>
        <translation>Dans la console de Google, créez un projet, activez «&#x202f;YouTube Data API v3&#x202f;», et créez un client OAuth de type «&#x202f;Application de bureau&#x202f;».</translation>
    </message>
    <message>
        <source>In Music or iTunes: File → Library → Export Library, which writes XML.</source>
        <translation>Dans Musique ou iTunes&#x202f;: Fichier → Bibliothèque → Exporter la bibliothèque, qui écrit du XML.</translation>
    </message>
    <message>
        <source>In Music or iTunes: File → Library → Export Library.</source>
        <translation>Dans Musique ou iTunes&#x202f;: Fichier → Bibliothèque → Exporter la bibliothèque.</translation>
    </message>
    <message>
        <source>In WordPress, under Users, Profile, make an application password named RightsDesk. Some hosts disable them: then ask your host.</source>
        <translation>Dans WordPress, sous Comptes, Profil, créez un mot de passe d’application nommé RightsDesk. Certains hébergeurs les désactivent&#x202f;: demandez alors au vôtre.</translation>
    </message>
    <message>
        <source>In a cloud or on another computer: {files}.</source>
        <translation>Dans un cloud ou sur un autre ordinateur&#x202f;: {files}.</translation>
    </message>
    <message>
        <source>In five steps</source>
        <translation>En cinq étapes</translation>
    </message>
    <message>
        <source>In my own words</source>
        <translation>Avec mes mots à moi</translation>
    </message>
    <message>
        <source>In per cent of your system&apos;s text size.</source>
        <translation>En pourcentage de la taille de texte de votre système.</translation>
    </message>
    <message>
        <source>In rekordbox: File → Export Collection in xml format.</source>
        <translation>Dans rekordbox&#x202f;: File → Export Collection in xml format.</translation>
    </message>
    <message>
        <source>In the background</source>
        <translation>En arrière-plan</translation>
    </message>
    <message>
        <source>In the server&apos;s settings, under “Your applications”, make an application with the scopes read:profile, read:libraries, read:edits and write:edits.</source>
        <translation>Dans les paramètres du serveur, sous «&#x202f;Vos applications&#x202f;», créez une application avec les portées read:profile, read:libraries, read:edits et write:edits.</translation>
    </message>
    <message>
        <source>In your browser, with an app of your own</source>
        <translation>Dans votre navigateur, avec une application à vous</translation>
    </message>
    <message>
        <source>In your server&apos;s settings, under “Your applications”, make an application with the scopes {scopes}, and connect the account with its access token.</source>
        <translation>Dans les paramètres de votre serveur, sous «&#x202f;Vos applications&#x202f;», créez une application avec les portées {scopes}, et connectez le compte avec son jeton d’accès.</translation>
    </message>
    <message>
        <source>Inherited: {answer}</source>
        <translation>Hérité&#x202f;: {answer}</translation>
    </message>
    <message>
        <source>Instruction for each file: allow, limit or block</source>
        <translation>Consigne pour chaque fichier&#x202f;: autoriser, limiter ou bloquer</translation>
    </message>
    <message>
        <source>Is the audio untouched?</source>
        <translation>L’audio est-il intact&#x202f;?</translation>
    </message>
    <message>
        <source>Is the record whole?</source>
        <translation>L’historique est-il intact&#x202f;?</translation>
    </message>
    <message>
        <source>Is this login {artist}&apos;s? Nothing is done with it until you answer.</source>
        <translation>Cet identifiant est-il à {artist}&#x202f;? Rien n’en est fait tant que vous n’avez pas répondu.</translation>
    </message>
    <message>
        <source>Is this the right server?</source>
        <translation>Est-ce le bon serveur&#x202f;?</translation>
    </message>
    <message>
        <source>Is this your recording?</source>
        <translation>Est-ce votre enregistrement&#x202f;?</translation>
    </message>
    <message>
        <source>Is your note still right?</source>
        <translation>Votre note est-elle toujours juste&#x202f;?</translation>
    </message>
    <message>
        <source>Is “{login}” {artist}&apos;s?</source>
        <translation>«&#x202f;{login}&#x202f;», est-ce bien {artist}&#x202f;?</translation>
    </message>
    <message>
        <source>It can offer a paid licence for each use, in case somebody asks.</source>
        <translation>Il permet de proposer une licence payante pour chaque utilisation, si quelqu’un demande.</translation>
    </message>
    <message>
        <source>It contradicts itself about {uses}. The strictest answer counts.</source>
        <translation>Il y a contradiction sur&#x202f;: {uses}. C’est la réponse la plus stricte qui compte.</translation>
    </message>
    <message>
        <source>It could not be read since {day}: {why}</source>
        <translation>Lecture impossible depuis le {day}&#x202f;: {why}</translation>
    </message>
    <message>
        <source>It could not be read since {when}. What you see is from before. {why}</source>
        <translation>Illisible depuis&#x202f;: {when}. Ce que vous voyez date d’avant. {why}</translation>
    </message>
    <message>
        <source>It distinguishes search, AI answers and AI training, and expressly reserves rights.</source>
        <translation>Il distingue recherche, réponses d’IA et entraînement d’IA, et réserve des droits expressément.</translation>
    </message>
    <message>
        <source>It does not say all that you want, and nothing against it.</source>
        <translation>Cela ne dit pas tout ce que vous voulez, mais rien qui s’y oppose.</translation>
    </message>
    <message>
        <source>It has a setting of its own: {switches}.</source>
        <translation>Elle a son propre réglage&#x202f;: {switches}.</translation>
    </message>
    <message>
        <source>It has no word for: {uses}</source>
        <translation>Il n’a pas de mot pour&#x202f;: {uses}</translation>
    </message>
    <message>
        <source>It has said so since {when}, as far as we saw.</source>
        <translation>Cela le dit depuis&#x202f;: {when}, pour autant que nous l’ayons vu.</translation>
    </message>
    <message>
        <source>It holds for the files and pages that say it, not for copies that are out already.</source>
        <translation>Il vaut pour les fichiers et les pages qui le disent, pas pour les copies déjà en circulation.</translation>
    </message>
    <message>
        <source>It is listed again.</source>
        <translation>C’est de nouveau dans la liste.</translation>
    </message>
    <message>
        <source>It is not confirmed yet that the login “{login}” belongs to {artist}. Sign in again and say yes, or remove the account.</source>
        <translation>Il n’est pas encore confirmé que l’identifiant «&#x202f;{login}&#x202f;» est à {artist}. Reconnectez-vous et dites oui, ou retirez le compte.</translation>
    </message>
    <message>
        <source>It is one of the few signals that tools are known to obey. It can only state no.</source>
        <translation>C’est l’un des rares signaux que des outils respectent, à notre connaissance. Il ne sait dire que non.</translation>
    </message>
    <message>
        <source>It is public, dated, and made for machines; it covers the whole account.</source>
        <translation>C’est public, daté et fait pour les machines&#x202f;; cela vaut pour tout le compte.</translation>
    </message>
    <message>
        <source>It is signed: it shows who stated it, and that the file is unchanged since.</source>
        <translation>C’est signé&#x202f;: on voit qui l’a déclaré, et que le fichier n’a pas changé depuis.</translation>
    </message>
    <message>
        <source>It is the account of {artist}.</source>
        <translation>C’est le compte de {artist}.</translation>
    </message>
    <message>
        <source>It is the platform&apos;s own setting, and not only a signal.</source>
        <translation>C’est le réglage même de la plateforme, et pas seulement un signal.</translation>
    </message>
    <message>
        <source>It is where people find your music, in words that anybody can read.</source>
        <translation>C’est là que les gens trouvent votre musique, avec des mots que tout le monde peut lire.</translation>
    </message>
    <message>
        <source>It is where people hear your music. SoundCloud&apos;s “no AI” tag is SoundCloud&apos;s own, for the whole site.</source>
        <translation>C’est là que les gens écoutent votre musique. Le tag «&#x202f;no AI&#x202f;» de SoundCloud appartient à SoundCloud et vaut pour tout le site.</translation>
    </message>
    <message>
        <source>It is written again {when} at the earliest.</source>
        <translation>L’écriture sera refaite au plus tôt {when}.</translation>
    </message>
    <message>
        <source>It keeps all your answers with the music, including “ask me”, which the common signals cannot state.</source>
        <translation>Il garde toutes vos réponses avec la musique, y compris «&#x202f;me demander&#x202f;», que les signaux courants ne savent pas dire.</translation>
    </message>
    <message>
        <source>It locks nothing: whoever ignores it can still copy the file.</source>
        <translation>Cela ne verrouille rien&#x202f;: qui l’ignore peut toujours copier le fichier.</translation>
    </message>
    <message numerus="yes">
        <source>%n more platforms are not shown.</source>
        <translation>
            <numerusform>%n autre plateforme n’est pas affichée.</numerusform>
            <numerusform>%n autres plateformes ne sont pas affichées.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n belong to other artists here and were not added.</source>
        <translation>
            <numerusform>%n appartient ici à un autre artiste et n’a pas été ajouté.</numerusform>
            <numerusform>%n appartiennent ici à d’autres artistes et n’ont pas été ajoutés.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n changes in terms</source>
        <translation>
            <numerusform>%n changement de conditions</numerusform>
            <numerusform>%n changements de conditions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n days</source>
        <translation>
            <numerusform>%n jour</numerusform>
            <numerusform>%n jours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n earlier writes</source>
        <translation>
            <numerusform>%n écriture antérieure</numerusform>
            <numerusform>%n écritures antérieures</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files name {other}. All files here will belong to {artist}: choose a folder of one artist, and add others later.</source>
        <translation>
            <numerusform>%n fichier nomme {other}. Tous les fichiers ici seraient à {artist} : choisissez le dossier d’un seul artiste et ajoutez les autres plus tard.</numerusform>
            <numerusform>%n fichiers nomment {other}. Tous les fichiers ici seraient à {artist} : choisissez le dossier d’un seul artiste et ajoutez les autres plus tard.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n known from their terms</source>
        <translation>
            <numerusform>%n connu par ses conditions</numerusform>
            <numerusform>%n connus par leurs conditions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n left out.</source>
        <translation>
            <numerusform>%n laissé de côté.</numerusform>
            <numerusform>%n laissés de côté.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n licences hold today</source>
        <translation>
            <numerusform>%n licence est valable aujourd’hui</numerusform>
            <numerusform>%n licences sont valables aujourd’hui</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n months</source>
        <translation>
            <numerusform>%n mois</numerusform>
            <numerusform>%n mois</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n de plus</numerusform>
            <numerusform>%n de plus</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new artists</source>
        <translation>
            <numerusform>%n nouvel artiste</numerusform>
            <numerusform>%n nouveaux artistes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n noted by you</source>
        <translation>
            <numerusform>%n noté par vous</numerusform>
            <numerusform>%n notés par vous</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n platforms</source>
        <translation>
            <numerusform>%n plateforme</numerusform>
            <numerusform>%n plateformes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n sign-ins ended</source>
        <translation>
            <numerusform>%n connexion terminée</numerusform>
            <numerusform>%n connexions terminées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n switches to set</source>
        <translation>
            <numerusform>%n option à régler</numerusform>
            <numerusform>%n options à régler</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n time stamps</source>
        <translation>
            <numerusform>%n horodatage</numerusform>
            <numerusform>%n horodatages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n wait: they continue {when}.</source>
        <translation>
            <numerusform>%n en attente&#x202f;: reprise {when}.</numerusform>
            <numerusform>%n en attente&#x202f;: reprise {when}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n years</source>
        <translation>
            <numerusform>%n an</numerusform>
            <numerusform>%n ans</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Add %n artists</source>
        <translation>
            <numerusform>&amp;Ajouter %n artiste</numerusform>
            <numerusform>&amp;Ajouter %n artistes</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Address</source>
        <translation>Adr&amp;esse</translation>
    </message>
    <message>
        <source>&amp;Choose the music folder…</source>
        <translation>&amp;Choisir le dossier de musique…</translation>
    </message>
    <message>
        <source>&amp;Continue in the background</source>
        <translation>&amp;Continuer en arrière-plan</translation>
    </message>
    <message>
        <source>&amp;From</source>
        <translation>&amp;Du</translation>
    </message>
    <message>
        <source>&amp;Import a library…</source>
        <translation>&amp;Importer une bibliothèque…</translation>
    </message>
    <message>
        <source>&amp;Keep the letter</source>
        <translation>&amp;Garder la lettre</translation>
    </message>
    <message>
        <source>&amp;Let AI do more</source>
        <translation>&amp;Permettre plus à l’IA</translation>
    </message>
    <message>
        <source>&amp;Letter</source>
        <translation>&amp;Lettre</translation>
    </message>
    <message>
        <source>&amp;Same as for {artist}</source>
        <translation>&amp;Comme pour {artist}</translation>
    </message>
    <message>
        <source>&amp;Save as a file…</source>
        <translation>&amp;Enregistrer comme fichier…</translation>
    </message>
    <message>
        <source>&amp;To</source>
        <translation>&amp;À</translation>
    </message>
    <message>
        <source>&amp;Undo…</source>
        <translation>&amp;Annuler…</translation>
    </message>
    <message>
        <source>&amp;Until the end of</source>
        <translation>&amp;Jusqu’à la fin du</translation>
    </message>
    <message>
        <source>(nothing about this)</source>
        <translation>(rien à ce sujet)</translation>
    </message>
    <message>
        <source>A PDF can&apos;t be made here.</source>
        <translation>Impossible de créer un PDF ici.</translation>
    </message>
    <message>
        <source>A cache may need a while, or must be cleared. Check again later.</source>
        <translation>Un cache peut prendre du temps, ou doit être vidé. Revérifiez plus tard.</translation>
    </message>
    <message>
        <source>A critique of it</source>
        <translation>Une critique à ce sujet</translation>
    </message>
    <message>
        <source>A form that is reported</source>
        <translation>Un formulaire selon des tiers</translation>
    </message>
    <message>
        <source>A letter is about the music of one artist.</source>
        <translation>Une lettre porte sur la musique d’un seul artiste.</translation>
    </message>
    <message>
        <source>A licence can&apos;t name the year {year}.</source>
        <translation>Une licence ne peut pas indiquer l’année {year}.</translation>
    </message>
    <message>
        <source>A licence ended</source>
        <translation>Une licence a pris fin</translation>
    </message>
    <message>
        <source>A licence {ends}</source>
        <translation>Une licence {ends}</translation>
    </message>
    <message>
        <source>A licensing go-between: music gets in through a distributor such as Symphonic, with your yes.</source>
        <translation>Un intermédiaire de licences&#x202f;: la musique y entre par un distributeur comme Symphonic, avec votre oui.</translation>
    </message>
    <message>
        <source>A new licence</source>
        <translation>Une nouvelle licence</translation>
    </message>
    <message>
        <source>A number that the partner is known by</source>
        <translation>Un numéro qui identifie le partenaire</translation>
    </message>
    <message>
        <source>A plugin may change what its API answers. Try again later.</source>
        <translation>Une extension modifie peut-être les réponses de son API. Réessayez plus tard.</translation>
    </message>
    <message>
        <source>A registry of machine-readable reservations, one for each content code.</source>
        <translation>Un registre de réserves lisibles par machine, une pour chaque code de contenu.</translation>
    </message>
    <message>
        <source>A separate form exists for personal information from third parties that Meta&apos;s AI put out.</source>
        <translation>Il existe un formulaire à part pour les informations personnelles provenant de tiers que l’IA de Meta a restituées.</translation>
    </message>
    <message>
        <source>A service that you sign up for: it watches for imitations of a voice or a likeness and licenses them. What its terms say about training was not found.</source>
        <translation>Un service auquel on s’inscrit&#x202f;: il surveille les imitations d’une voix ou d’une image et en accorde des licences. Ce que ses conditions disent de l’entraînement n’a pas été trouvé.</translation>
    </message>
    <message>
        <source>A setting that is reported</source>
        <translation>Un réglage selon des tiers</translation>
    </message>
    <message>
        <source>A signal is not a lock. No AI company is known to document that it reads signals inside audio files. What they are good for: they reserve your rights in a form that machines can read (in the EU: Directive 2019/790, Article 4(3)), and show when you did.</source>
        <translation>Un signal n’est pas un verrou. On ne connaît aucune entreprise d’IA qui documente qu’elle lit des signaux dans les fichiers audio. Leur utilité&#x202f;: ils réservent vos droits sous une forme que les machines peuvent lire (dans l’UE&#x202f;: directive 2019/790, article 4, paragraphe 3), et montrent quand vous l’avez fait.</translation>
    </message>
    <message>
        <source>A switch is said to exist, but its name or its place is not sure (looked up {month}).</source>
        <translation>Une option existerait, mais son nom ou sa place n’est pas sûr (consulté&#x202f;: {month}).</translation>
    </message>
    <message>
        <source>A switch to opt out of sharing public blogs with third parties, AI training included; blogs hidden from search have it on already.</source>
        <translation>Une option pour refuser le partage des blogs publics avec des tiers, entraînement d’IA compris&#x202f;; les blogs cachés des recherches l’ont déjà activée.</translation>
    </message>
    <message>
        <source>A test since 24 March 2026: artists approve releases before they appear in their profile. It is against false releases, not against training.</source>
        <translation>Un test depuis le 24 mars 2026&#x202f;: les artistes approuvent les sorties avant qu’elles n’apparaissent dans leur profil. Cela vise les fausses sorties, pas l’entraînement.</translation>
    </message>
    <message>
        <source>A time stamp proves it.</source>
        <translation>Un horodatage le prouve.</translation>
    </message>
    <message>
        <source>AI at Meta</source>
        <translation>IA chez Meta</translation>
    </message>
    <message>
        <source>AI crawlers are refused there</source>
        <translation>Les robots d’IA y sont refusés</translation>
    </message>
    <message>
        <source>AI makers</source>
        <translation>Développeurs d’IA</translation>
    </message>
    <message>
        <source>AI may do less</source>
        <translation>L’IA peut faire moins</translation>
    </message>
    <message>
        <source>AI may do more</source>
        <translation>L’IA peut faire plus</translation>
    </message>
    <message>
        <source>AI may do more after this. Say yes to that above first.</source>
        <translation>L’IA pourra en faire plus ensuite. Acceptez-le d’abord ci-dessus.</translation>
    </message>
    <message>
        <source>AI may then do more with {what} again:</source>
        <translation>L’IA pourra alors de nouveau faire plus avec {what}&#x202f;:</translation>
    </message>
    <message>
        <source>AI may then do more with {what}:</source>
        <translation>L’IA pourra alors faire plus avec {what}&#x202f;:</translation>
    </message>
    <message>
        <source>AI providers that Wix uses may not train on personal data.</source>
        <translation>Les fournisseurs d’IA que Wix utilise n’ont pas le droit d’entraîner avec des données personnelles.</translation>
    </message>
    <message>
        <source>AI that makes music or voices may not learn from this, imitate it or use it as input. You say nothing about other AI and data mining. Formats with one word for all of it, such as TDM reservations, say No to them too.</source>
        <translation>L’IA qui produit de la musique ou des voix ne peut ni apprendre de ceci, ni l’imiter, ni l’utiliser en entrée. Vous ne dites rien des autres IA ni de la fouille de données. Les formats qui n’ont qu’un mot pour tout cela, comme les réservations TDM, leur disent aussi non.</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>Compte</translation>
    </message>
    <message>
        <source>Account and security</source>
        <translation>Compte et sécurité</translation>
    </message>
    <message>
        <source>Account settings</source>
        <translation>Paramètres du compte</translation>
    </message>
    <message>
        <source>Add a folder first.</source>
        <translation>Ajoutez d’abord un dossier.</translation>
    </message>
    <message>
        <source>Add a licence…</source>
        <translation>Ajouter une licence…</translation>
    </message>
    <message>
        <source>Add an artist first.</source>
        <translation>Ajoutez d’abord un artiste.</translation>
    </message>
    <message>
        <source>Add the music</source>
        <translation>Ajouter la musique</translation>
    </message>
    <message>
        <source>Add this to it? What others wrote in it stays.</source>
        <translation>L’y ajouter&#x202f;? Ce que d’autres y ont écrit reste.</translation>
    </message>
    <message>
        <source>Added after your copyright line. Machines can&apos;t read it for sure.</source>
        <translation>Ajoutée après votre ligne de copyright. Les machines ne savent pas la lire à coup sûr.</translation>
    </message>
    <message>
        <source>Address of newer facts</source>
        <translation>Adresse des informations plus récentes</translation>
    </message>
    <message>
        <source>Address of the authority</source>
        <translation>Adresse de l’autorité</translation>
    </message>
    <message>
        <source>Adobe account</source>
        <translation>Compte Adobe</translation>
    </message>
    <message>
        <source>Adobe may analyse cloud content to improve products; a personal account can switch it off.</source>
        <translation>Adobe peut analyser les contenus du cloud pour améliorer ses produits&#x202f;; un compte personnel peut désactiver cela.</translation>
    </message>
    <message>
        <source>Adobe&apos;s FAQ, read in a copy, and three guides of 2023.</source>
        <translation>La FAQ d’Adobe, lue dans une copie, et trois guides de 2023.</translation>
    </message>
    <message numerus="yes">
        <source>All %n recordings say {choice} in their files</source>
        <translation>
            <numerusform>%n enregistrement dit {choice} dans ses fichiers</numerusform>
            <numerusform>Les %n enregistrements disent {choice} dans leurs fichiers</numerusform>
        </translation>
    </message>
    <message>
        <source>All music of {name}</source>
        <translation>Toute la musique de {name}</translation>
    </message>
    <message>
        <source>All requests to platforms and sites go through it. Most networks need none.</source>
        <translation>Toutes les requêtes aux plateformes et aux sites passent par lui. La plupart des réseaux n’en ont pas besoin.</translation>
    </message>
    <message>
        <source>All your sounds at once, not single ones; solo speech has a box of its own.</source>
        <translation>Tous vos sons à la fois, pas un par un ; les enregistrements de parole seule ont leur propre case.</translation>
    </message>
    <message>
        <source>All your stories. It asks AI companies; it does not bind them.</source>
        <translation>Toutes vos histoires. Le réglage s&apos;adresse aux entreprises d&apos;IA ; il ne les oblige pas.</translation>
    </message>
    <message>
        <source>Allow GitHub to use my data for AI model training</source>
        <translation>Allow GitHub to use my data for AI model training</translation>
    </message>
    <message>
        <source>Allows nothing new</source>
        <translation>Ne permet rien de nouveau</translation>
    </message>
    <message>
        <source>An AI registry was announced in September 2024 for early 2025. No sign that it opened was found, so it is not a step.</source>
        <translation>Un registre IA a été annoncé en septembre 2024 pour début 2025. Aucun signe de son ouverture n’a été trouvé, ce n’est donc pas une étape.</translation>
    </message>
    <message>
        <source>An older state of RightsDesk&apos;s own data was restored. Jobs that were done since are not in the journal, so they can&apos;t be undone here. What files and platforms say is unknown until they are read again: rescan the folders, then check the platforms.</source>
        <translation>Un état antérieur des données propres à RightsDesk a été restauré. Les tâches faites depuis ne sont pas dans le journal et ne peuvent donc pas être annulées ici. Ce que disent les fichiers et les plateformes est inconnu jusqu’à une nouvelle lecture&#x202f;: réanalysez les dossiers, puis vérifiez les plateformes.</translation>
    </message>
    <message>
        <source>An older state of the data was restored: after entry {entry}</source>
        <translation>Un état antérieur des données a été restauré&#x202f;: après l’entrée {entry}</translation>
    </message>
    <message numerus="yes">
        <source>And %n more.</source>
        <translation>
            <numerusform>Et %n de plus.</numerusform>
            <numerusform>Et %n de plus.</numerusform>
        </translation>
    </message>
    <message>
        <source>Announced as an optional registry by ISRC.</source>
        <translation>Annoncé comme registre facultatif par ISRC.</translation>
    </message>
    <message>
        <source>Another job is running. Wait until it has ended.</source>
        <translation>Une autre tâche est en cours. Attendez qu’elle soit terminée.</translation>
    </message>
    <message>
        <source>Another program changed this file just as RightsDesk was about to replace it.</source>
        <translation>Un autre programme a modifié ce fichier juste au moment où RightsDesk allait le remplacer.</translation>
    </message>
    <message>
        <source>Another program changed this file while RightsDesk replaced it. The disk reported an error when its version was put back.</source>
        <translation>Un autre programme a modifié ce fichier pendant que RightsDesk le remplaçait. Le disque a signalé une erreur quand sa version a été remise en place.</translation>
    </message>
    <message>
        <source>Another program changed this file while RightsDesk replaced it. The disk reported an error when its version was put back. That version is kept in {name}.</source>
        <translation>Un autre programme a modifié ce fichier pendant que RightsDesk le remplaçait. Le disque a signalé une erreur quand sa version a été remise en place. Cette version est conservée dans {name}.</translation>
    </message>
    <message>
        <source>Another program changed what this file says about its recording since the last scan. It was left as it is. Scan its folder, then compare again.</source>
        <translation>Un autre programme a modifié ce que ce fichier dit de son enregistrement depuis la dernière analyse. Il a été laissé tel quel. Analysez son dossier, puis comparez à nouveau.</translation>
    </message>
    <message numerus="yes">
        <source>Answered for %n platforms</source>
        <translation>
            <numerusform>Réponse donnée pour %n plateforme</numerusform>
            <numerusform>Réponse donnée pour %n plateformes</numerusform>
        </translation>
    </message>
    <message>
        <source>Any use of the music files with AI is forbidden without the rights holders&apos; permission.</source>
        <translation>Toute utilisation des fichiers musicaux avec de l’IA est interdite sans l’autorisation des titulaires des droits.</translation>
    </message>
    <message>
        <source>Are you a member of {name}?</source>
        <translation>Êtes-vous membre de {name}&#x202f;?</translation>
    </message>
    <message>
        <source>Ars Technica in several copies, and Dropbox&apos;s help page of October 2023.</source>
        <translation>Ars Technica dans plusieurs copies, et la page d’aide de Dropbox d’octobre 2023.</translation>
    </message>
    <message>
        <source>ArtStation&apos;s terms of service say that the tag exists. Its place in the menus was not read.</source>
        <translation>Les conditions d’utilisation d’ArtStation disent que le tag existe. Sa place dans les menus n’a pas été lue.</translation>
    </message>
    <message>
        <source>Artist Profile Protection</source>
        <translation>Artist Profile Protection</translation>
    </message>
    <message>
        <source>Artists and publishers can mark works as open to AI licensing in BandLab Licensing.</source>
        <translation>Artistes et éditeurs peuvent marquer des œuvres comme ouvertes aux licences d’IA dans BandLab Licensing.</translation>
    </message>
    <message>
        <source>As for Facebook: used unless you objected.</source>
        <translation>Comme pour Facebook&#x202f;: utilisé sauf si vous vous y êtes opposé.</translation>
    </message>
    <message>
        <source>Ask me again</source>
        <translation>Me redemander</translation>
    </message>
    <message>
        <source>At least Jen and Kits AI since August 2024; about twenty by mid-2025. The live list is larger and undated.</source>
        <translation>Au moins Jen et Kits AI depuis août 2024&#x202f;; une vingtaine à la mi-2025. La liste en ligne est plus longue et sans date.</translation>
    </message>
    <message>
        <source>Attribution and licence management; Symphonic was the first large partner.</source>
        <translation>Gestion de l’attribution et des licences&#x202f;; Symphonic a été le premier grand partenaire.</translation>
    </message>
    <message>
        <source>Audius lets AI music imitate you only after you accept its agreement, a licence without end. Do that in Audius, under Settings, AI Generated Music, if you want it.</source>
        <translation>Audius ne laisse la musique faite par IA vous imiter qu’une fois que vous avez accepté son contrat, une licence sans fin. Faites-le dans Audius, sous Settings, AI Generated Music, si vous le voulez.</translation>
    </message>
    <message>
        <source>Automated access is forbidden except through the API; AI tools have an addendum of their own. The promise itself is not in the terms.</source>
        <translation>L’accès automatisé est interdit sauf par l’API&#x202f;; les outils d’IA ont leur propre avenant. La promesse elle-même n’est pas dans les conditions.</translation>
    </message>
    <message>
        <source>Automatic updates</source>
        <translation>Mises à jour automatiques</translation>
    </message>
    <message>
        <source>Bandcamp will not use your music to train models that generate music, nor let others, without your express permission (since 11 November 2024).</source>
        <translation>Bandcamp n’utilisera pas votre musique pour entraîner des modèles qui génèrent de la musique, et ne laissera personne le faire, sans votre autorisation expresse (depuis le 11 novembre 2024).</translation>
    </message>
    <message>
        <source>Block AI training</source>
        <translation>Block AI training</translation>
    </message>
    <message>
        <source>Block known artificial intelligence crawlers</source>
        <translation>Bloquer les robots d’intelligence artificielle connus</translation>
    </message>
    <message>
        <source>Block, limit or allow for each file. Warner Music bought it in June 2026: weigh that first.</source>
        <translation>Bloquer, limiter ou autoriser pour chaque fichier. Warner Music l’a racheté en juin 2026&#x202f;: pensez-y d’abord.</translation>
    </message>
    <message>
        <source>Blocking the training crawlers also blocks Googlebot, Applebot and BingBot, so the site may vanish from search. Since 1 July 2026 new zones block training and agents only on pages with advertisements.</source>
        <translation>Bloquer les robots d’entraînement bloque aussi Googlebot, Applebot et BingBot&#x202f;: le site peut disparaître des recherches. Depuis le 1er juillet 2026, les nouvelles zones ne bloquent entraînement et agents que sur les pages avec de la publicité.</translation>
    </message>
    <message>
        <source>Blog settings</source>
        <translation>Paramètres du blog</translation>
    </message>
    <message>
        <source>CD Baby takes no sound made with AI. On training nothing was found.</source>
        <translation>CD Baby n’accepte aucun son fait avec de l’IA. Sur l’entraînement, rien n’a été trouvé.</translation>
    </message>
    <message>
        <source>Canva&apos;s trust page and the AI Data Use Index.</source>
        <translation>La page de confiance de Canva et l’AI Data Use Index.</translation>
    </message>
    <message>
        <source>Cascadia Mono</source>
        <translation>Cascadia Mono</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer *.der)</source>
        <translation>Certificats (*.pem *.crt *.cer *.der)</translation>
    </message>
    <message>
        <source>Certified</source>
        <translation>Certifié</translation>
    </message>
    <message>
        <source>Certified by Fairly Trained</source>
        <translation>Certifié par Fairly Trained</translation>
    </message>
    <message>
        <source>Certifies AI makers, not artists. Use its list to judge a licence offer.</source>
        <translation>Certifie les développeurs d’IA, pas les artistes. Utilisez sa liste pour juger une offre de licence.</translation>
    </message>
    <message>
        <source>Change a licence</source>
        <translation>Modifier une licence</translation>
    </message>
    <message>
        <source>Change my choice…</source>
        <translation>Modifier mon choix…</translation>
    </message>
    <message>
        <source>Changed by something else since the job was planned.</source>
        <translation>Modifié par autre chose depuis que la tâche a été préparée.</translation>
    </message>
    <message>
        <source>Changed by something else since.</source>
        <translation>Modifié par autre chose depuis.</translation>
    </message>
    <message>
        <source>Changes in &amp;terms…</source>
        <translation>Changements de &amp;conditions…</translation>
    </message>
    <message>
        <source>Changes in its terms</source>
        <translation>Changements de ses conditions</translation>
    </message>
    <message>
        <source>Changes in terms</source>
        <translation>Changements de conditions</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Modifier…</translation>
    </message>
    <message>
        <source>Changing this file would have damaged its audio, so RightsDesk left it alone.</source>
        <translation>Modifier ce fichier aurait endommagé son audio, RightsDesk n’y a donc pas touché.</translation>
    </message>
    <message>
        <source>Changing this file would have damaged its part “{name}”, so RightsDesk left it alone.</source>
        <translation>Modifier ce fichier aurait endommagé sa partie «&#x202f;{name}&#x202f;», RightsDesk n’y a donc pas touché.</translation>
    </message>
    <message>
        <source>Changing this file would have damaged its structure, so RightsDesk left it alone.</source>
        <translation>Modifier ce fichier aurait endommagé sa structure, RightsDesk n’y a donc pas touché.</translation>
    </message>
    <message>
        <source>ChatGPT&apos;s terms of service say that the option exists. Its name in the menus was not read.</source>
        <translation>Les conditions d’utilisation de ChatGPT disent que l’option existe. Son nom dans les menus n’a pas été lu.</translation>
    </message>
    <message>
        <source>Check again later (look).</source>
        <translation>Revérifiez plus tard (look).</translation>
    </message>
    <message>
        <source>Check again later: that settles it.</source>
        <translation>Revérifiez plus tard&#x202f;: cela tranchera.</translation>
    </message>
    <message>
        <source>Check it again, then note how it is set (attest {platform}).</source>
        <translation>Revérifiez, puis notez comment c’est réglé (attest {platform}).</translation>
    </message>
    <message>
        <source>Check it on the platform itself, and ask its support why it is not shown.</source>
        <translation>Vérifiez sur la plateforme même, et demandez à son assistance pourquoi ce n’est pas affiché.</translation>
    </message>
    <message>
        <source>Check the address and the port, which your web host gives you, or try again later.</source>
        <translation>Vérifiez l’adresse et le port, que donne votre hébergeur, ou réessayez plus tard.</translation>
    </message>
    <message>
        <source>Check the disk, then start RightsDesk again: it will restore the file.</source>
        <translation>Vérifiez le disque, puis redémarrez RightsDesk&#x202f;: il restaurera le fichier.</translation>
    </message>
    <message>
        <source>Check the login on that page: it has to be {artist}&apos;s. If someone else is signed in there, copy the address and open it in another browser or in a private window on this computer.</source>
        <translation>Vérifiez la connexion sur cette page&#x202f;: ce doit être celle de {artist}. Si quelqu’un d’autre y est connecté, copiez l’adresse et ouvrez-la dans un autre navigateur ou dans une fenêtre privée sur cet ordinateur.</translation>
    </message>
    <message>
        <source>Check the record</source>
        <translation>Vérifier l’historique</translation>
    </message>
    <message>
        <source>Check this computer&apos;s date, and whether the network shows a login page.</source>
        <translation>Vérifiez la date de cet ordinateur, et si le réseau affiche une page de connexion.</translation>
    </message>
    <message>
        <source>Check whether the file is there and plays; if not, restore it from a backup.</source>
        <translation>Vérifiez si le fichier est là et s’il se lit&#x202f;; sinon, restaurez-le depuis une sauvegarde.</translation>
    </message>
    <message>
        <source>Checked now: every entry fits.</source>
        <translation>Vérifié à l’instant&#x202f;: toutes les entrées concordent.</translation>
    </message>
    <message>
        <source>Checked now: it does not fit. Details: rightsdesk ledger verify</source>
        <translation>Vérifié à l’instant&#x202f;: cela ne concorde pas. Détails&#x202f;: rightsdesk ledger verify</translation>
    </message>
    <message>
        <source>Checking platforms…</source>
        <translation>Vérification des plateformes…</translation>
    </message>
    <message numerus="yes">
        <source>Choice for %n artists</source>
        <translation>
            <numerusform>Choix pour %n artiste</numerusform>
            <numerusform>Choix pour %n artistes</numerusform>
        </translation>
    </message>
    <message>
        <source>Choice for all artists</source>
        <translation>Choix pour tous les artistes</translation>
    </message>
    <message>
        <source>Choose a file of facts</source>
        <translation>Choisir un fichier d’informations</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Choisir un fichier…</translation>
    </message>
    <message>
        <source>Choose a folder in the list first.</source>
        <translation>Choisissez d’abord un dossier dans la liste.</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>Choisir un dossier…</translation>
    </message>
    <message>
        <source>Choose an artist in the list first.</source>
        <translation>Choisissez d’abord un artiste dans la liste.</translation>
    </message>
    <message>
        <source>Choose another backup.</source>
        <translation>Choisissez une autre sauvegarde.</translation>
    </message>
    <message>
        <source>Choose another.</source>
        <translation>Choisissez-en un autre.</translation>
    </message>
    <message>
        <source>Choose first what AI may do with it.</source>
        <translation>Choisissez d’abord ce que l’IA peut en faire.</translation>
    </message>
    <message>
        <source>Choose that first (consent set).</source>
        <translation>Choisissez-le d’abord (consent set).</translation>
    </message>
    <message>
        <source>Choose the authority&apos;s root certificate</source>
        <translation>Choisir le certificat racine de l’autorité</translation>
    </message>
    <message>
        <source>Choose the folder that it is in</source>
        <translation>Choisissez le dossier où elle se trouve</translation>
    </message>
    <message>
        <source>Choose what AI may do first.</source>
        <translation>Choisissez d’abord ce que l’IA peut faire.</translation>
    </message>
    <message>
        <source>Choose what AI may do with them, or name a release without them.</source>
        <translation>Choisissez ce que l’IA peut en faire, ou nommez une sortie sans eux.</translation>
    </message>
    <message>
        <source>Choose “No generative AI” for a no to all of it.</source>
        <translation>Choisissez «&#x202f;No generative AI&#x202f;» pour un non à tout cela.</translation>
    </message>
    <message>
        <source>Claude&apos;s terms of service say that the option exists. Its name in the menus was not read.</source>
        <translation>Les conditions d’utilisation de Claude disent que l’option existe. Son nom dans les menus n’a pas été lu.</translation>
    </message>
    <message>
        <source>Close this window and go back to RightsDesk, which shows the result.</source>
        <translation>Fermez cette fenêtre et revenez à RightsDesk, qui affiche le résultat.</translation>
    </message>
    <message>
        <source>Cloudflare turns crawlers away only on pages with advertisements.</source>
        <translation>Cloudflare ne refuse les robots que sur les pages avec de la publicité.</translation>
    </message>
    <message>
        <source>Cloudflare turns the crawlers of search away. RightsDesk leaves that setting as it is.</source>
        <translation>Cloudflare refuse les robots de recherche. RightsDesk laisse ce réglage tel quel.</translation>
    </message>
    <message>
        <source>Codes and duplicates</source>
        <translation>Codes et doublons</translation>
    </message>
    <message>
        <source>Collecting societies</source>
        <translation>Sociétés de gestion collective</translation>
    </message>
    <message>
        <source>Compare it with the fingerprint that your web host publishes. Connect the site only if it is the same.</source>
        <translation>Comparez-la avec l’empreinte que publie votre hébergeur. Ne connectez le site que si c’est la même.</translation>
    </message>
    <message>
        <source>Compare the account&apos;s artist and address, then reconnect it, or remove it and add it again.</source>
        <translation>Comparez l’artiste et l’adresse du compte, puis reconnectez-le, ou retirez-le et ajoutez-le à nouveau.</translation>
    </message>
    <message>
        <source>Computers search it for patterns, for any purpose.</source>
        <translation>Des ordinateurs y cherchent des motifs, dans n’importe quel but.</translation>
    </message>
    <message>
        <source>Confirm that this is what you want.</source>
        <translation>Confirmez que c’est ce que vous voulez.</translation>
    </message>
    <message>
        <source>Connect an account, say which platforms you use, or name one: rightsdesk terms check SoundCloud</source>
        <translation>Connectez un compte, dites quelles plateformes vous utilisez, ou nommez-en une&#x202f;: rightsdesk terms check SoundCloud</translation>
    </message>
    <message>
        <source>Connect its disk again. If it was moved, scan it where it is now.</source>
        <translation>Rebranchez son disque. S’il a été déplacé, analysez-le là où il est maintenant.</translation>
    </message>
    <message>
        <source>Connect one, then try again.</source>
        <translation>Connectez-en un, puis réessayez.</translation>
    </message>
    <message>
        <source>Consolas</source>
        <translation>Consolas</translation>
    </message>
    <message>
        <source>Contains information from the Open Terms Archive databases, by Open Terms Archive contributors (France collection: with contributions from UFC-Que Choisir and the Office of the French Ambassador for Digital Affairs), which is made available under the {licence}: {url}</source>
        <translation>Contient des informations des bases de données d’Open Terms Archive, par les contributeurs d’Open Terms Archive (collection France&#x202f;: avec des contributions de l’UFC-Que Choisir et des services de l’Ambassadeur français pour le numérique), mises à disposition sous la licence {licence}&#x202f;: {url}</translation>
    </message>
    <message>
        <source>Content analysis</source>
        <translation>Analyse du contenu</translation>
    </message>
    <message>
        <source>Content delivered under separate agreements (labels, distributors) may not be used for AI by SoundCloud or anyone without the rights holder.</source>
        <translation>Les contenus livrés par des accords séparés (labels, distributeurs) ne peuvent être utilisés pour l’IA ni par SoundCloud ni par quiconque sans le titulaire des droits.</translation>
    </message>
    <message>
        <source>Content may be used to develop and improve Bluesky, and is not sold without your permission.</source>
        <translation>Les contenus peuvent servir à développer et à améliorer Bluesky, et ne sont pas vendus sans votre autorisation.</translation>
    </message>
    <message>
        <source>Content trains models unless you opt out in the account.</source>
        <translation>Les contenus entraînent des modèles, sauf si vous le refusez dans le compte.</translation>
    </message>
    <message>
        <source>Continuing…</source>
        <translation>Reprise…</translation>
    </message>
    <message>
        <source>Copies of Tumblr&apos;s staff post of February 2024, two guides, and The Verge.</source>
        <translation>Des copies du message de l’équipe de Tumblr de février 2024, deux guides, et The Verge.</translation>
    </message>
    <message>
        <source>Copilot</source>
        <translation>Copilot</translation>
    </message>
    <message>
        <source>Copy it to a folder of your own, and change it there.</source>
        <translation>Copiez-le dans un dossier à vous, et modifiez-le là.</translation>
    </message>
    <message>
        <source>Correct it in the files with a tag editor, then scan their folder again.</source>
        <translation>Corrigez-le dans les fichiers avec un éditeur de tags, puis réanalysez leur dossier.</translation>
    </message>
    <message>
        <source>Covers</source>
        <translation>Couvre</translation>
    </message>
    <message>
        <source>Crawlers</source>
        <translation>Robots</translation>
    </message>
    <message>
        <source>Crawlers are allowed</source>
        <translation>Les robots sont autorisés</translation>
    </message>
    <message>
        <source>D.4: the licence on your content covers training of GitHub&apos;s and its affiliates&apos; models.</source>
        <translation>D.4&#x202f;: la licence sur vos contenus couvre l’entraînement des modèles de GitHub et de ses sociétés affiliées.</translation>
    </message>
    <message>
        <source>Damaged: the table “{table}”. All of its rows can be read ({rows}); an index or a value is damaged.</source>
        <translation>Endommagée&#x202f;: la table «&#x202f;{table}&#x202f;». Toutes ses lignes sont lisibles ({rows})&#x202f;; un index ou une valeur est endommagé.</translation>
    </message>
    <message>
        <source>Damaged: the table “{table}”. {rows} can be read, up to the damage.</source>
        <translation>Endommagée&#x202f;: la table «&#x202f;{table}&#x202f;». Lisible jusqu’à l’endroit endommagé&#x202f;: {rows}.</translation>
    </message>
    <message>
        <source>Data mining of the repertoire by AI makers needs SACEM&apos;s permission.</source>
        <translation>La fouille du répertoire par les développeurs d’IA exige l’autorisation de la SACEM.</translation>
    </message>
    <message>
        <source>Days are whole days, as clocks show them in that time zone.</source>
        <translation>Les jours sont des jours entiers, à l’heure de ce fuseau horaire.</translation>
    </message>
    <message>
        <source>Declare a reservation for each file; it is bound to the file&apos;s ISCC and signed.</source>
        <translation>Déclarez une réserve pour chaque fichier&#x202f;; elle est liée à l’ISCC du fichier et signée.</translation>
    </message>
    <message>
        <source>Deezer opposes all harvesting and mining of site, app and content (French law, art. L. 122-5-3).</source>
        <translation>Deezer s’oppose à tout moissonnage et à toute fouille du site, de l’appli et des contenus (droit français, art. L. 122-5-3).</translation>
    </message>
    <message>
        <source>Default on; off stops use from then on; it does not cover models that personalize or protect.</source>
        <translation>Activé par défaut&#x202f;; désactiver arrête l’utilisation à partir de là&#x202f;; cela ne couvre pas les modèles qui personnalisent ou protègent.</translation>
    </message>
    <message>
        <source>Default: no training unless that would cost you credit and links. For a full no choose “Minimize third-party training”.</source>
        <translation>Par défaut&#x202f;: pas d’entraînement, sauf si cela vous coûtait la mention et les liens. Pour un non complet, choisissez «&#x202f;Minimize third-party training&#x202f;».</translation>
    </message>
    <message>
        <source>Default: only the Creative Commons licence counts. You can state “No generative AI” for all your sounds; the API shows the choice with each sound.</source>
        <translation>Par défaut&#x202f;: seule la licence Creative Commons compte. Vous pouvez déclarer «&#x202f;No generative AI&#x202f;» pour tous vos sons&#x202f;; l’API montre le choix avec chaque son.</translation>
    </message>
    <message>
        <source>DejaVu Sans</source>
        <translation>DejaVu Sans</translation>
    </message>
    <message>
        <source>DejaVu Sans Mono</source>
        <translation>DejaVu Sans Mono</translation>
    </message>
    <message>
        <source>Details of your choice</source>
        <translation>Détails de votre choix</translation>
    </message>
    <message>
        <source>Developers may not train on content without the rights holders&apos; permission.</source>
        <translation>Les développeurs n’ont pas le droit d’entraîner avec les contenus sans l’autorisation des titulaires des droits.</translation>
    </message>
    <message>
        <source>Developing AI at Meta is a purpose of its own, for Meta&apos;s products and for third parties.</source>
        <translation>Développer l’IA chez Meta est une finalité à part, pour les produits de Meta et pour des tiers.</translation>
    </message>
    <message>
        <source>Do it for each of your public blogs.</source>
        <translation>Faites-le pour chacun de vos blogs publics.</translation>
    </message>
    <message>
        <source>Do not upload what you want to keep out: whatever you give Suno may train its models, for good.</source>
        <translation>N’y mettez pas ce que vous voulez protéger&#x202f;: tout ce que vous donnez à Suno peut entraîner ses modèles, pour toujours.</translation>
    </message>
    <message>
        <source>Do the opposite: connect or remove the account, scan or forget the folder, add or remove the artist, or answer the change in terms again.</source>
        <translation>Faites l’inverse&#x202f;: connectez ou retirez le compte, analysez ou oubliez le dossier, ajoutez ou retirez l’artiste, ou répondez de nouveau au changement de conditions.</translation>
    </message>
    <message>
        <source>Done: {subject}.</source>
        <translation>Fait&#x202f;: {subject}.</translation>
    </message>
    <message>
        <source>Drive&apos;s own terms have no word on AI. Google&apos;s privacy policy speaks of public information.</source>
        <translation>Les conditions de Drive elles-mêmes ne disent rien de l’IA. La politique de confidentialité de Google parle d’informations publiques.</translation>
    </message>
    <message>
        <source>E.3: private repositories are not used, except what is given to AI features.</source>
        <translation>E.3&#x202f;: les dépôts privés ne sont pas utilisés, sauf ce qui est donné aux fonctions d’IA.</translation>
    </message>
    <message>
        <source>Each job can be undone, also after a restart: Edit › Undo, or the page Activity. Edit › Redo repeats what was undone last.</source>
        <translation>Chaque tâche peut être annulée, même après un redémarrage&#x202f;: Édition › Annuler, ou la page Activité. Édition › Rétablir refait ce qui a été annulé en dernier.</translation>
    </message>
    <message>
        <source>Each project, against use by others.</source>
        <translation>Chaque projet, contre l&apos;utilisation par d&apos;autres.</translation>
    </message>
    <message>
        <source>Each server has its own terms. mastodon.social forbids training since 1 July 2025; the terms template forbids scraping but does not name AI.</source>
        <translation>Chaque serveur a ses propres conditions. mastodon.social interdit l’entraînement depuis le 1er juillet 2025&#x202f;; le modèle de conditions interdit le moissonnage (scraping) mais ne nomme pas l’IA.</translation>
    </message>
    <message>
        <source>Ed Newton-Rex, who runs Fairly Trained, finds the promise too narrow: it leaves room for models that do not copy your style but still compete with you. He asks for a plain “no generative training without explicit consent”.</source>
        <translation>Ed Newton-Rex, qui dirige Fairly Trained, trouve la promesse trop étroite&#x202f;: elle laisse la place à des modèles qui ne copient pas votre style mais vous font quand même concurrence. Il demande un simple «&#x202f;pas d’entraînement génératif sans consentement explicite&#x202f;».</translation>
    </message>
    <message>
        <source>Edit robots.txt yourself: there is an editor, and no single AI switch.</source>
        <translation>Modifiez robots.txt vous-même&#x202f;: il y a un éditeur, et pas d’option unique pour l’IA.</translation>
    </message>
    <message>
        <source>End it now</source>
        <translation>Y mettre fin maintenant</translation>
    </message>
    <message>
        <source>End the licence of {partner} now? Files and sites stop naming {partner}, without another question.</source>
        <translation>Mettre fin maintenant à la licence de {partner}&#x202f;? Fichiers et sites cessent de nommer {partner}, sans autre question.</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Terminée</translation>
    </message>
    <message>
        <source>Ending licences…</source>
        <translation>Fin des licences…</translation>
    </message>
    <message>
        <source>Ends in {number} days</source>
        <translation>Prend fin dans {number} jours</translation>
    </message>
    <message>
        <source>End…</source>
        <translation>Mettre fin…</translation>
    </message>
    <message>
        <source>Enter it, or set RIGHTSDESK_PASSPHRASE. If it is lost, reconnect an account with a new key.</source>
        <translation>Saisissez-la, ou définissez RIGHTSDESK_PASSPHRASE. Si elle est perdue, reconnectez un compte avec une nouvelle clé.</translation>
    </message>
    <message>
        <source>Enter the address of the authority first.</source>
        <translation>Saisissez d’abord l’adresse de l’autorité.</translation>
    </message>
    <message>
        <source>Enter the address of the feed first.</source>
        <translation>Saisissez d’abord l’adresse du flux.</translation>
    </message>
    <message>
        <source>Entries {number} to {last} are missing.</source>
        <translation>Les entrées {number} à {last} manquent.</translation>
    </message>
    <message>
        <source>Entry {number} does not fit the one before it: one of the two was changed, exchanged or added later.</source>
        <translation>L’entrée {number} ne concorde pas avec la précédente&#x202f;: l’une des deux a été modifiée, échangée ou ajoutée plus tard.</translation>
    </message>
    <message>
        <source>Entry {number} has a format that this version does not know.</source>
        <translation>L’entrée {number} a un format que cette version ne connaît pas.</translation>
    </message>
    <message>
        <source>Entry {number} is missing.</source>
        <translation>L’entrée {number} manque.</translation>
    </message>
    <message>
        <source>Entry {number} is not the one that was there before: its hash is another.</source>
        <translation>L’entrée {number} n’est pas celle qui était là avant&#x202f;: son hash est différent.</translation>
    </message>
    <message>
        <source>Epic does not use or license your content for generative AI, tagged or not.</source>
        <translation>Epic n’utilise pas vos contenus pour l’IA générative et n’accorde pas de licence pour cela, avec ou sans tag.</translation>
    </message>
    <message>
        <source>Everything already says what you chose.</source>
        <translation>Tout dit déjà ce que vous avez choisi.</translation>
    </message>
    <message>
        <source>Everything is left out.</source>
        <translation>Tout est laissé de côté.</translation>
    </message>
    <message>
        <source>Evidence</source>
        <translation>Preuves</translation>
    </message>
    <message>
        <source>Example: http://proxy.example:8080.</source>
        <translation>Exemple&#x202f;: http://proxy.example:8080.</translation>
    </message>
    <message>
        <source>Facts about platforms</source>
        <translation>Informations sur les plateformes</translation>
    </message>
    <message>
        <source>Facts about platforms (*.facts)</source>
        <translation>Informations sur les plateformes (*.facts)</translation>
    </message>
    <message>
        <source>Fair. One more word makes it strong.</source>
        <translation>Moyenne. Un mot de plus la rend forte.</translation>
    </message>
    <message>
        <source>Files and code</source>
        <translation>Fichiers et code</translation>
    </message>
    <message>
        <source>Files go to a partner only when you use an AI feature; partners may not train on them.</source>
        <translation>Des fichiers ne vont à un partenaire que si vous utilisez une fonction d’IA&#x202f;; les partenaires n’ont pas le droit d’entraîner avec eux.</translation>
    </message>
    <message>
        <source>Files in Adobe&apos;s cloud, of personal accounts. Files on your disk are not concerned.</source>
        <translation>Les fichiers dans le cloud d&apos;Adobe, des comptes personnels. Les fichiers sur votre disque ne sont pas concernés.</translation>
    </message>
    <message>
        <source>Fill them in, then note that it was sent.</source>
        <translation>Remplissez-les, puis notez que la lettre a été envoyée.</translation>
    </message>
    <message>
        <source>First nine (January 2024): Beatoven.AI, Boomy, BRIA AI, Endel, LifeScore, Rightsify, Somms.ai, Soundful, Tuney.</source>
        <translation>Les neuf premiers (janvier 2024)&#x202f;: Beatoven.AI, Boomy, BRIA AI, Endel, LifeScore, Rightsify, Somms.ai, Soundful, Tuney.</translation>
    </message>
    <message>
        <source>Follow the steps, then note what you set (attest {platform}).</source>
        <translation>Suivez les étapes, puis notez votre réglage (attest {platform}).</translation>
    </message>
    <message>
        <source>For a full no, choose “Minimize third-party training”.</source>
        <translation>Pour un non complet, choisissez «&#x202f;Minimize third-party training&#x202f;».</translation>
    </message>
    <message>
        <source>For cover art: tag projects “NoAI”. Epic itself does not train on any of them.</source>
        <translation>Pour les pochettes&#x202f;: marquez vos projets «&#x202f;NoAI&#x202f;». Epic lui-même n’entraîne avec aucun d’eux.</translation>
    </message>
    <message>
        <source>For cover art: works carry “noai” unless you agree.</source>
        <translation>Pour les pochettes&#x202f;: les œuvres portent «&#x202f;noai&#x202f;» sauf si vous êtes d’accord.</translation>
    </message>
    <message>
        <source>For each blog: switch “Prevent third-party sharing” on. The terms do not mention AI but allow licensing the public stream.</source>
        <translation>Pour chaque blog&#x202f;: activez «&#x202f;Empêcher le partage avec des tiers&#x202f;». Les conditions ne parlent pas d’IA mais permettent de concéder le flux public sous licence.</translation>
    </message>
    <message>
        <source>For each publication: switch “Block AI training” on. It tells crawlers that listen.</source>
        <translation>Pour chaque publication&#x202f;: activez «&#x202f;Block AI training&#x202f;». Cela s’adresse aux robots qui écoutent.</translation>
    </message>
    <message>
        <source>For the administrator of your site&apos;s server: it has to send these with every answer.</source>
        <translation>Pour l’administrateur du serveur de votre site&#x202f;: il doit les envoyer avec chaque réponse.</translation>
    </message>
    <message>
        <source>For the distributor that sends your releases to the shops as DDEX messages.</source>
        <translation>Pour le distributeur qui envoie vos sorties aux boutiques en messages DDEX.</translation>
    </message>
    <message>
        <source>For the registry of that name, once for each recording, with that recording&apos;s ISCC.</source>
        <translation>Pour le registre de ce nom, une fois par enregistrement, avec l’ISCC de cet enregistrement.</translation>
    </message>
    <message>
        <source>Four choices: No additional preferences (default), Open Source Models only, Non-Commercial Open Source Models only, No generative AI; an extra box for solo speech.</source>
        <translation>Quatre choix&#x202f;: No additional preferences (par défaut), Open Source Models only, Non-Commercial Open Source Models only, No generative AI&#x202f;; une case en plus pour la parole en solo.</translation>
    </message>
    <message>
        <source>Freesound itself says that the statement may have no legal effect.</source>
        <translation>Freesound dit lui-même que la déclaration n’a peut-être pas d’effet juridique.</translation>
    </message>
    <message>
        <source>Freesound&apos;s source code of 30 July 2026.</source>
        <translation>Le code source de Freesound du 30 juillet 2026.</translation>
    </message>
    <message>
        <source>From 2026 a closed platform; downloads are off; artists opt in.</source>
        <translation>À partir de 2026, une plateforme fermée&#x202f;; les téléchargements sont désactivés&#x202f;; les artistes participent par opt-in.</translation>
    </message>
    <message>
        <source>From a file…</source>
        <translation>Depuis un fichier…</translation>
    </message>
    <message>
        <source>Gen AI preferences</source>
        <translation>Gen AI preferences</translation>
    </message>
    <message>
        <source>General terms revised as of 4 February 2022; the part read does not mention AI.</source>
        <translation>Conditions générales révisées au 4 février 2022&#x202f;; la partie lue ne parle pas d’IA.</translation>
    </message>
    <message>
        <source>Generative AI Settings</source>
        <translation>Paramètres de l’IA générative</translation>
    </message>
    <message>
        <source>Generative AI Settings: allow use of public content</source>
        <translation>Paramètres de l’IA générative&#x202f;: autoriser l’utilisation du contenu public</translation>
    </message>
    <message>
        <source>Generative AI preferences</source>
        <translation>Generative AI preferences</translation>
    </message>
    <message>
        <source>Generative features are under AI terms that differ by region (UK, Brazil, European Region).</source>
        <translation>Les fonctions génératives relèvent de conditions d’IA qui diffèrent selon la région (Royaume-Uni, Brésil, région européenne).</translation>
    </message>
    <message>
        <source>Get the file from those who make RightsDesk.</source>
        <translation>Demandez le fichier à ceux qui font RightsDesk.</translation>
    </message>
    <message>
        <source>Get the file once more, from those who make RightsDesk.</source>
        <translation>Demandez à nouveau le fichier à ceux qui font RightsDesk.</translation>
    </message>
    <message>
        <source>Get the file once more.</source>
        <translation>Téléchargez à nouveau le fichier.</translation>
    </message>
    <message>
        <source>GitHub&apos;s documentation (github/docs, manage-policies.md, 0460e4095).</source>
        <translation>La documentation de GitHub (github/docs, manage-policies.md, 0460e4095).</translation>
    </message>
    <message>
        <source>Give a name that ends in .pdf, .html or .json.</source>
        <translation>Donnez un nom qui finit par .pdf, .html ou .json.</translation>
    </message>
    <message>
        <source>Give a name that ends in .txt, .html or .pdf.</source>
        <translation>Donnez un nom qui finit par .txt, .html ou .pdf.</translation>
    </message>
    <message>
        <source>Go back to RightsDesk and use the page it opened last.</source>
        <translation>Revenez à RightsDesk et utilisez la dernière page qu’il a ouverte.</translation>
    </message>
    <message>
        <source>Goes into .htaccess at the top of your site, or into the server&apos;s configuration.</source>
        <translation>Va dans .htaccess à la racine de votre site, ou dans la configuration du serveur.</translation>
    </message>
    <message>
        <source>Goes into robots.txt at the top of your site, after what is there.</source>
        <translation>Va dans robots.txt à la racine de votre site, après ce qui s’y trouve.</translation>
    </message>
    <message>
        <source>Goes into the &lt;head&gt; of every page of your site.</source>
        <translation>Va dans le &lt;head&gt; de chaque page de votre site.</translation>
    </message>
    <message>
        <source>Goes into the file _headers of the folder that is published.</source>
        <translation>Va dans le fichier _headers du dossier qui est publié.</translation>
    </message>
    <message>
        <source>Goes into the server&apos;s configuration, inside server { }.</source>
        <translation>Va dans la configuration du serveur, à l’intérieur de server { }.</translation>
    </message>
    <message>
        <source>Google says that publicly available information may help to train its AI models.</source>
        <translation>Google dit que les informations accessibles au public peuvent aider à entraîner ses modèles d’IA.</translation>
    </message>
    <message>
        <source>Here, and wherever this choice is inherited, AI may then also do this:</source>
        <translation>Ici, et partout où ce choix est hérité, l’IA pourra alors aussi faire ceci&#x202f;:</translation>
    </message>
    <message>
        <source>Holds</source>
        <translation>En vigueur</translation>
    </message>
    <message>
        <source>How much fits today</source>
        <translation>Ce qui passe aujourd’hui</translation>
    </message>
    <message>
        <source>How often to see whether platforms still say what you chose. Writes nothing, except to take out partners after their licence has ended.</source>
        <translation>À quelle fréquence regarder si les plateformes disent toujours ce que vous avez choisi. N’écrit rien, sauf pour retirer les partenaires après la fin de leur licence.</translation>
    </message>
    <message>
        <source>I sent it</source>
        <translation>Je l’ai envoyée</translation>
    </message>
    <message>
        <source>If it was moved to another server, add it with that server&apos;s address. Otherwise reactivate it in the account&apos;s settings, then check it again.</source>
        <translation>S’il est passé sur un autre serveur, ajoutez-le avec l’adresse de ce serveur. Sinon, réactivez-le dans les paramètres du compte, puis revérifiez-le.</translation>
    </message>
    <message>
        <source>If this happens again, the Archive has changed: check for a newer RightsDesk.</source>
        <translation>Si cela se reproduit, Internet Archive a changé&#x202f;: cherchez une version plus récente de RightsDesk.</translation>
    </message>
    <message>
        <source>If you do not opt out, third-party collaborators may use your data for their own purposes, training AI included.</source>
        <translation>Si vous ne refusez pas, des collaborateurs tiers peuvent utiliser vos données à leurs propres fins, entraînement d’IA compris.</translation>
    </message>
    <message>
        <source>If you do nothing, it stays at “{value}” {held}.</source>
        <translation>Si vous ne faites rien, cela reste sur «&#x202f;{value}&#x202f;» {held}.</translation>
    </message>
    <message>
        <source>If you do nothing, it stays off and refuses nothing {held}.</source>
        <translation>Si vous ne faites rien, cela reste désactivé et ne refuse rien {held}.</translation>
    </message>
    <message>
        <source>If you stop, what is done stays done, and you can continue the rest later.</source>
        <translation>Si vous arrêtez, ce qui est fait reste fait, et vous pouvez continuer le reste plus tard.</translation>
    </message>
    <message>
        <source>In YouTube Studio, under Content detection, adults can ask to be told when their face is imitated. It covers the face only and has a consent of its own.</source>
        <translation>Dans YouTube Studio, sous Détection de contenu, les adultes peuvent demander à être prévenus quand leur visage est imité. Cela ne couvre que le visage et a son propre consentement.</translation>
    </message>
    <message>
        <source>In its words: “{quote}”</source>
        <translation>Selon ses propres mots&#x202f;: «&#x202f;{quote}&#x202f;»</translation>
    </message>
    <message>
        <source>In letter {number} these places are still to be filled in: {places}.</source>
        <translation>Dans la lettre {number}, il reste à remplir&#x202f;: {places}.</translation>
    </message>
    <message>
        <source>In the EU and the UK an objection form exists: see Meta. A second form concerns what Meta took from others; its address was not found.</source>
        <translation>Dans l’UE et au Royaume-Uni, il existe un formulaire d’opposition&#x202f;: voyez Meta. Un second formulaire concerne ce que Meta a pris chez d’autres&#x202f;; son adresse n’a pas été trouvée.</translation>
    </message>
    <message>
        <source>In the EU and the UK you can object with a form, for each account of Facebook, Instagram and Threads. Elsewhere there is no choice.</source>
        <translation>Dans l’UE et au Royaume-Uni, vous pouvez vous opposer par un formulaire, pour chaque compte Facebook, Instagram et Threads. Ailleurs, il n’y a pas de choix.</translation>
    </message>
    <message>
        <source>In the US the licence covers training TikTok&apos;s models. In the EEA, the UK and Switzerland the terms have no word on it, and the privacy policy names the same purpose. No switch was found.</source>
        <translation>Aux États-Unis, la licence couvre l’entraînement des modèles de TikTok. Dans l’EEE, au Royaume-Uni et en Suisse, les conditions n’en disent rien, et la politique de confidentialité nomme la même finalité. Aucune option n’a été trouvée.</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>Version utilisée</translation>
    </message>
    <message>
        <source>Individual plans: what you type into AI features and what they answer. Repositories are not covered.</source>
        <translation>Offres individuelles : ce que vous saisissez dans les fonctions d&apos;IA et ce qu&apos;elles répondent. Les dépôts ne sont pas couverts.</translation>
    </message>
    <message>
        <source>Install openssl, which reads more replies, or choose another authority.</source>
        <translation>Installez openssl, qui lit davantage de réponses, ou choisissez une autre autorité.</translation>
    </message>
    <message>
        <source>Installed. The facts about {platforms} are new.</source>
        <translation>Installé. Les informations sur {platforms} sont nouvelles.</translation>
    </message>
    <message>
        <source>It concerns {artists}.</source>
        <translation>Cela concerne {artists}.</translation>
    </message>
    <message>
        <source>It concerns {artists}. Accounts there: {accounts}.</source>
        <translation>Cela concerne {artists}. Comptes là-bas&#x202f;: {accounts}.</translation>
    </message>
    <message>
        <source>It does not point to your RSL licence: your site&apos;s address is not known.</source>
        <translation>Il ne renvoie pas à votre licence RSL&#x202f;: l’adresse de votre site n’est pas connue.</translation>
    </message>
    <message>
        <source>It has 64 digits and letters a to f.</source>
        <translation>Il a 64 chiffres et lettres de a à f.</translation>
    </message>
    <message>
        <source>It holds for all of the artist&apos;s music and has no place for single consents.</source>
        <translation>Cela vaut pour toute la musique de l’artiste et n’a pas de place pour des choix au cas par cas.</translation>
    </message>
    <message>
        <source>It is a no unless you say yes.</source>
        <translation>C’est non, sauf si vous dites oui.</translation>
    </message>
    <message>
        <source>It is a yes unless you say no.</source>
        <translation>C’est oui, sauf si vous dites non.</translation>
    </message>
    <message>
        <source>It is in another language ({language}).</source>
        <translation>C’est dans une autre langue ({language}).</translation>
    </message>
    <message>
        <source>It is in another language than the other version.</source>
        <translation>Elle est dans une autre langue que l’autre version.</translation>
    </message>
    <message>
        <source>It is left as it is.</source>
        <translation>Rien n’y est touché.</translation>
    </message>
    <message>
        <source>It is listed again automatically when there is more of it.</source>
        <translation>Cela réapparaît automatiquement s’il y en a davantage.</translation>
    </message>
    <message>
        <source>It is not said who says so about the certificate.</source>
        <translation>Il n’est pas indiqué qui l’affirme au sujet du certificat.</translation>
    </message>
    <message>
        <source>It is only needed where you say “ask me” to both kinds of training and to data mining, and it has to know your site&apos;s address.</source>
        <translation>Il n’est nécessaire que si vous dites «&#x202f;me demander&#x202f;» aux deux sortes d’entraînement et à la fouille de données, et il lui faut l’adresse de votre site.</translation>
    </message>
    <message>
        <source>It is set differently now…</source>
        <translation>C’est réglé autrement maintenant…</translation>
    </message>
    <message>
        <source>It is the newest: {version} came out on {day}.</source>
        <translation>C’est la plus récente&#x202f;: la {version} est parue le {day}.</translation>
    </message>
    <message>
        <source>It is your own site: only your own terms apply, and your files and headers are what counts.</source>
        <translation>C’est votre propre site&#x202f;: seules vos conditions s’appliquent, et ce sont vos fichiers et vos en-têtes qui comptent.</translation>
    </message>
    <message>
        <source>It may be cut off, or the network may show a login page. Try again later.</source>
        <translation>Elle est peut-être tronquée, ou le réseau affiche une page de connexion. Réessayez plus tard.</translation>
    </message>
    <message>
        <source>It moves to “Ignored” with this reason, and you can undo that there. It is listed again once there is more of it.</source>
        <translation>Cela passe dans «&#x202f;Ignoré&#x202f;» avec cette raison, et vous pouvez l’annuler là-bas. Cela réapparaît dès qu’il y en a davantage.</translation>
    </message>
    <message>
        <source>It needs {system}.</source>
        <translation>Elle requiert {system}.</translation>
    </message>
    <message>
        <source>It says what you chose.</source>
        <translation>Cela dit ce que vous avez choisi.</translation>
    </message>
    <message>
        <source>Known from terms only: {names}</source>
        <translation>Connus par leurs conditions seulement&#x202f;: {names}</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Labels</translation>
    </message>
    <message>
        <source>Left alone, since a later job could not be undone there.</source>
        <translation>Laissé tel quel, car une tâche ultérieure n’a pas pu y être annulée.</translation>
    </message>
    <message>
        <source>Left out, because they name no artist: {files}.</source>
        <translation>Laissés de côté, car ils ne nomment aucun artiste&#x202f;: {files}.</translation>
    </message>
    <message>
        <source>LinkedIn help, answer a6278444, read in a copy, and several guides.</source>
        <translation>L’aide de LinkedIn, réponse a6278444, lue dans une copie, et plusieurs guides.</translation>
    </message>
    <message>
        <source>Listeners are not granted any right to use content in AI technologies; the rights holder may license that.</source>
        <translation>Les auditeurs n’obtiennent aucun droit d’utiliser les contenus dans des technologies d’IA&#x202f;; le titulaire des droits peut en accorder la licence.</translation>
    </message>
    <message>
        <source>Look at the whole proposal first.</source>
        <translation>Regardez d’abord toute la proposition.</translation>
    </message>
    <message>
        <source>Looked up in {month}.</source>
        <translation>Consulté&#x202f;: {month}.</translation>
    </message>
    <message>
        <source>Meta&apos;s privacy policy applies, so object at Instagram.</source>
        <translation>La politique de confidentialité de Meta s’applique&#x202f;: opposez-vous donc sur Instagram.</translation>
    </message>
    <message>
        <source>Minimize third-party training</source>
        <translation>Minimize third-party training</translation>
    </message>
    <message>
        <source>Name a file or an address.</source>
        <translation>Nommez un fichier ou une adresse.</translation>
    </message>
    <message>
        <source>Name the authority&apos;s root certificate.</source>
        <translation>Nommez le certificat racine de l’autorité.</translation>
    </message>
    <message>
        <source>New choice</source>
        <translation>Nouveau choix</translation>
    </message>
    <message>
        <source>Newly allows: {uses}</source>
        <translation>Permet désormais&#x202f;: {uses}</translation>
    </message>
    <message>
        <source>News</source>
        <translation>Actualités</translation>
    </message>
    <message>
        <source>No switch for artists was found. Apple&apos;s privacy text is about private data, not about delivered music.</source>
        <translation>Aucune option pour les artistes n’a été trouvée. Le texte d’Apple sur la confidentialité porte sur les données privées, pas sur la musique livrée.</translation>
    </message>
    <message>
        <source>No switch was found (looked up {month}).</source>
        <translation>Aucune option n’a été trouvée (consulté&#x202f;: {month}).</translation>
    </message>
    <message>
        <source>No switch: by posting you license training to Reddit and its partners. Do not post there what you want to keep out.</source>
        <translation>Aucune option&#x202f;: en publiant, vous accordez à Reddit et à ses partenaires une licence d’entraînement. N’y publiez pas ce que vous voulez protéger.</translation>
    </message>
    <message>
        <source>No terms have changed</source>
        <translation>Aucunes conditions n’ont changé</translation>
    </message>
    <message>
        <source>No text about AI training was found. If it matters to you, ask in writing and keep the answer.</source>
        <translation>Aucun texte sur l’entraînement d’IA n’a été trouvé. Si c’est important pour vous, demandez par écrit et gardez la réponse.</translation>
    </message>
    <message>
        <source>No text of Beatport about AI training was found, only old general terms.</source>
        <translation>Aucun texte de Beatport sur l’entraînement d’IA n’a été trouvé, seulement d’anciennes conditions générales.</translation>
    </message>
    <message>
        <source>No time stamp was added, and nothing was changed.</source>
        <translation>Aucun horodatage n’a été ajouté, et rien n’a été modifié.</translation>
    </message>
    <message>
        <source>None yet: choose an authority or calendars first. A time stamp proves to others that the record existed at that time.</source>
        <translation>Pas encore&#x202f;: choisissez d’abord une autorité ou des calendriers. Un horodatage prouve à d’autres que l’historique existait à ce moment-là.</translation>
    </message>
    <message>
        <source>Nothing about AI training on Pandora was found.</source>
        <translation>Rien n’a été trouvé sur l’entraînement d’IA chez Pandora.</translation>
    </message>
    <message>
        <source>Nothing about AI training was found: the terms of use were not available, and the help pages on rules and safety do not mention AI.</source>
        <translation>Rien n’a été trouvé sur l’entraînement d’IA&#x202f;: les conditions d’utilisation n’étaient pas disponibles, et les pages d’aide sur les règles et la sécurité ne parlent pas d’IA.</translation>
    </message>
    <message>
        <source>Nothing is sent from here. This is information, not legal advice.</source>
        <translation>Rien n’est envoyé d’ici. Ceci est une information, pas un conseil juridique.</translation>
    </message>
    <message>
        <source>Nothing is written yet. Once it is, you can change your mind, but not undo what others did meanwhile.</source>
        <translation>Rien n’est encore écrit. Une fois que ce sera écrit, vous pourrez changer d’avis, mais pas défaire ce que d’autres auront fait entre-temps.</translation>
    </message>
    <message>
        <source>Nothing of this kind yet.</source>
        <translation>Encore rien de ce genre.</translation>
    </message>
    <message>
        <source>Nothing to change: these artists have this choice already.</source>
        <translation>Rien à changer&#x202f;: ces artistes ont déjà ce choix.</translation>
    </message>
    <message>
        <source>Nothing usable was found about an opt-out for artists.</source>
        <translation>Rien d’utilisable n’a été trouvé sur un opt-out pour les artistes.</translation>
    </message>
    <message>
        <source>One forum copy. Pinterest&apos;s help pages that were found do not list it, and its name is not confirmed.</source>
        <translation>Une copie de forum. Les pages d’aide de Pinterest trouvées ne la mentionnent pas, et son nom n’est pas confirmé.</translation>
    </message>
    <message>
        <source>One is made automatically each day that something changed; the newest three are in the folder “backups” there. Your music is not part of it.</source>
        <translation>Une sauvegarde est faite automatiquement chaque jour où quelque chose a changé&#x202f;; les trois plus récentes sont dans le dossier «&#x202f;backups&#x202f;» à cet endroit. Votre musique n’en fait pas partie.</translation>
    </message>
    <message>
        <source>Opt out of training</source>
        <translation>Refuser l’entraînement</translation>
    </message>
    <message>
        <source>Opt-in for generative training</source>
        <translation>Opt-in pour l’entraînement génératif</translation>
    </message>
    <message>
        <source>Opt-in, 20 % of the income shared, own tracks only, leave at any time.</source>
        <translation>Opt-in, 20&#x202f;% des revenus partagés, morceaux propres seulement, départ possible à tout moment.</translation>
    </message>
    <message>
        <source>Put long texts into the note.</source>
        <translation>Mettez les longs textes dans la note.</translation>
    </message>
    <message>
        <source>Recordings, and what files and platforms say</source>
        <translation>Les enregistrements, et ce que disent les fichiers et les plateformes</translation>
    </message>
    <message>
        <source>Repeat the passphrase first.</source>
        <translation>Répétez d’abord la phrase secrète.</translation>
    </message>
    <message>
        <source>RightsDesk can&apos;t write or read anything there.</source>
        <translation>RightsDesk ne peut rien y écrire ni y lire.</translation>
    </message>
    <message>
        <source>RightsDesk compares the audio at each change that it makes; so another program or the disk did this. If that was not intended, restore the file from a backup.</source>
        <translation>RightsDesk compare l’audio à chaque modification qu’il fait&#x202f;; c’est donc un autre programme ou le disque. Si ce n’était pas voulu, restaurez le fichier depuis une sauvegarde.</translation>
    </message>
    <message>
        <source>RightsDesk is still busy. Stop that first, or wait until it is done.</source>
        <translation>RightsDesk est encore occupé. Arrêtez cela d’abord, ou attendez la fin.</translation>
    </message>
    <message>
        <source>RightsDesk is still working: {what}</source>
        <translation>RightsDesk travaille encore&#x202f;: {what}</translation>
    </message>
    <message>
        <source>RightsDesk left this file alone: it would not hold your consent afterwards.</source>
        <translation>RightsDesk n’a pas touché à ce fichier&#x202f;: il ne contiendrait pas votre choix ensuite.</translation>
    </message>
    <message>
        <source>Robots.txt Editor</source>
        <translation>Éditeur de robots.txt</translation>
    </message>
    <message>
        <source>Root certificate…</source>
        <translation>Certificat racine…</translation>
    </message>
    <message>
        <source>RouteNote says that Apple does not let third parties use its content for AI training.</source>
        <translation>RouteNote dit qu’Apple ne laisse pas des tiers utiliser ses contenus pour l’entraînement d’IA.</translation>
    </message>
    <message>
        <source>RouteNote will not use your music for AI training and cannot speak for the stores.</source>
        <translation>RouteNote n’utilisera pas votre musique pour l’entraînement d’IA et ne peut pas parler au nom des boutiques.</translation>
    </message>
    <message>
        <source>STIM reserves reproduction for text and data mining.</source>
        <translation>La STIM réserve la reproduction aux fins de fouille de textes et de données.</translation>
    </message>
    <message numerus="yes">
        <source>Saved for %n artists: {choice}.</source>
        <translation>
            <numerusform>Enregistré pour %n artiste&#x202f;: {choice}.</numerusform>
            <numerusform>Enregistré pour %n artistes&#x202f;: {choice}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Saved for %n tracks: {choice}.</source>
        <translation>
            <numerusform>Enregistré pour %n morceau&#x202f;: {choice}.</numerusform>
            <numerusform>Enregistré pour %n morceaux&#x202f;: {choice}.</numerusform>
        </translation>
    </message>
    <message>
        <source>Saved for {name}: {choice}.</source>
        <translation>Enregistré pour {name}&#x202f;: {choice}.</translation>
    </message>
    <message>
        <source>Says what you chose</source>
        <translation>Dit ce que vous avez choisi</translation>
    </message>
    <message>
        <source>Small files next to FLAC, Ogg and Opus files, which have no place of their own for XMP. Sidecars that are there already are always kept up to date.</source>
        <translation>De petits fichiers à côté des fichiers FLAC, Ogg et Opus, qui n’ont pas de place propre pour le XMP. Les fichiers annexes déjà présents sont toujours tenus à jour.</translation>
    </message>
    <message>
        <source>Some platforms have a switch that no program can press. The page Platforms leads you there, one after the other: what holds if you do nothing, what the terms say and how that is known, the steps, and a button to note what you set. What you note is shown as your word, with its date, never as something that was read; half a year later, or when the terms change, RightsDesk asks you to check again.</source>
        <translation>Certaines plateformes ont une option qu’aucun programme ne peut actionner. La page Plateformes vous y mène, l’une après l’autre&#x202f;: ce qui vaut si vous ne faites rien, ce que disent les conditions et comment on le sait, les étapes, et un bouton pour noter votre réglage. Ce que vous notez est montré comme votre parole, avec sa date, jamais comme quelque chose qui a été lu&#x202f;; six mois plus tard, ou quand les conditions changent, RightsDesk vous demande de revérifier.</translation>
    </message>
    <message>
        <source>Some platforms only take so many changes a day, or want a break. RightsDesk then keeps the rest of the job, says when it continues, and does that while this window is open: exactly what you agreed to, and only where it is still your choice. In Settings you can also let it look at your platforms once a day or once a week; it then tells what changed there, and writes nothing.</source>
        <translation>Certaines plateformes n’acceptent qu’un nombre limité de modifications par jour, ou veulent une pause. RightsDesk garde alors le reste de la tâche, dit quand elle reprend, et le fait tant que cette fenêtre est ouverte&#x202f;: exactement ce que vous avez accepté, et seulement là où c’est encore votre choix. Dans les paramètres, vous pouvez aussi le laisser consulter vos plateformes une fois par jour ou par semaine&#x202f;; il dit alors ce qui y a changé, et n’écrit rien.</translation>
    </message>
    <message>
        <source>Someone else, or another program, changed this since. It was left as it is, since the older text would no longer say what you chose. Compare again to see what there is to do now.</source>
        <translation>Quelqu’un d’autre, ou un autre programme, l’a modifié depuis. Rien n’y a été touché, car l’ancien texte ne dirait plus ce que vous avez choisi. Comparez à nouveau pour voir ce qu’il y a à faire maintenant.</translation>
    </message>
    <message>
        <source>Source: {document} (Open Terms Archive, {version}).</source>
        <translation>Source&#x202f;: {document} (Open Terms Archive, {version}).</translation>
    </message>
    <message>
        <source>Source: {document}.</source>
        <translation>Source&#x202f;: {document}.</translation>
    </message>
    <message>
        <source>Spawning&apos;s own client of October 2024 asks whether addresses are registered, with a key. Whether that still works in 2026, and who can get a key, is unknown. Its pages at haveibeentrained.com may not answer either.</source>
        <translation>Le client de Spawning lui-même, d’octobre 2024, demande si des adresses sont inscrites, avec une clé. On ne sait pas si cela marche encore en 2026, ni qui peut obtenir une clé. Ses pages sur haveibeentrained.com peuvent aussi ne pas répondre.</translation>
    </message>
    <message>
        <source>Spotify trains its own models on user, usage, voice and message data to improve the service.</source>
        <translation>Spotify entraîne ses propres modèles avec les données des utilisateurs, d’utilisation, de voix et de messages, pour améliorer le service.</translation>
    </message>
    <message>
        <source>Squarespace&apos;s help page and three guides.</source>
        <translation>La page d’aide de Squarespace et trois guides.</translation>
    </message>
    <message>
        <source>Stamp now</source>
        <translation>Horodater maintenant</translation>
    </message>
    <message>
        <source>Stamped: entry {number} and all before it.</source>
        <translation>Horodaté&#x202f;: l’entrée {number} et toutes les précédentes.</translation>
    </message>
    <message>
        <source>Start again when you have time for it.</source>
        <translation>Recommencez quand vous en aurez le temps.</translation>
    </message>
    <message>
        <source>Tables without damage: {number}.</source>
        <translation>Tables sans dommage&#x202f;: {number}.</translation>
    </message>
    <message>
        <source>Takes effect at the next start. Files and platforms are not affected.</source>
        <translation>Prend effet au prochain démarrage. Les fichiers et les plateformes ne sont pas concernés.</translation>
    </message>
    <message>
        <source>Taking part is a choice that users must opt in to.</source>
        <translation>Participer est un choix que les utilisateurs doivent faire activement.</translation>
    </message>
    <message>
        <source>Tell me about new versions</source>
        <translation>Me signaler les nouvelles versions</translation>
    </message>
    <message>
        <source>Template for server terms: no automated gathering, no scraping without permission; AI is not named.</source>
        <translation>Modèle de conditions pour serveurs&#x202f;: pas de collecte automatisée, pas de moissonnage (scraping) sans autorisation&#x202f;; l’IA n’est pas nommée.</translation>
    </message>
    <message>
        <source>Terms have changed</source>
        <translation>Des conditions ont changé</translation>
    </message>
    <message>
        <source>Terms last updated 11 December 2023; the part read does not mention AI.</source>
        <translation>Conditions mises à jour le 11 décembre 2023&#x202f;; la partie lue ne parle pas d’IA.</translation>
    </message>
    <message>
        <source>Terms of platforms</source>
        <translation>Conditions des plateformes</translation>
    </message>
    <message>
        <source>Text to pass on</source>
        <translation>Texte à transmettre</translation>
    </message>
    <message>
        <source>That allows less than you chose: {uses}.</source>
        <translation>Cela permet moins que votre choix&#x202f;: {uses}.</translation>
    </message>
    <message>
        <source>That allows more than you chose.</source>
        <translation>Cela permet plus que votre choix.</translation>
    </message>
    <message>
        <source>That allows more than you chose: {uses}.</source>
        <translation>Cela permet plus que votre choix&#x202f;: {uses}.</translation>
    </message>
    <message>
        <source>That does not state what you chose.</source>
        <translation>Cela n’indique pas ce que vous avez choisi.</translation>
    </message>
    <message>
        <source>The AI Data Use Index on X&apos;s help article, and several guides that name the same path.</source>
        <translation>L’AI Data Use Index à propos de l’article d’aide de X, et plusieurs guides qui indiquent le même chemin.</translation>
    </message>
    <message>
        <source>The Archive welcomed the ruling of 24 June 2025 that training on bought books was fair use.</source>
        <translation>L’Archive a salué la décision du 24 juin 2025 selon laquelle l’entraînement avec des livres achetés était un usage loyal (fair use).</translation>
    </message>
    <message>
        <source>The Bluesky record has an answer that can&apos;t be read.</source>
        <translation>L’enregistrement Bluesky contient une réponse illisible.</translation>
    </message>
    <message>
        <source>The DDEX note can&apos;t be read.</source>
        <translation>La note DDEX est illisible.</translation>
    </message>
    <message>
        <source>The RSL document can&apos;t be read.</source>
        <translation>Le document RSL est illisible.</translation>
    </message>
    <message>
        <source>The digest of the document is no SHA-256.</source>
        <translation>L’empreinte du document n’est pas un SHA-256.</translation>
    </message>
    <message>
        <source>The disk failed while this file was being changed, and the old version could not be restored at once.</source>
        <translation>Le disque a échoué pendant la modification de ce fichier, et l’ancienne version n’a pas pu être restaurée aussitôt.</translation>
    </message>
    <message>
        <source>The feed is damaged or cut.</source>
        <translation>Le flux est endommagé ou tronqué.</translation>
    </message>
    <message>
        <source>The feed is made for a newer RightsDesk, so there is one.</source>
        <translation>Le flux est fait pour un RightsDesk plus récent&#x202f;: il en existe donc un.</translation>
    </message>
    <message>
        <source>The feed is not written as this RightsDesk reads it.</source>
        <translation>Le flux n’est pas écrit comme ce RightsDesk le lit.</translation>
    </message>
    <message>
        <source>The feed is signed with a key that RightsDesk does not know.</source>
        <translation>Le flux est signé avec une clé que RightsDesk ne connaît pas.</translation>
    </message>
    <message>
        <source>The file has more than {size} kB. A feed of releases is smaller.</source>
        <translation>Le fichier dépasse {size} ko. Un flux de versions est plus petit.</translation>
    </message>
    <message>
        <source>The installed facts about platforms can&apos;t be used. {why} RightsDesk uses the ones that it came with ({shipped}).</source>
        <translation>Les informations installées sur les plateformes ne peuvent pas être utilisées. {why} RightsDesk utilise celles avec lesquelles il a été fourni ({shipped}).</translation>
    </message>
    <message>
        <source>The library names no “{name}” with files on this computer.</source>
        <translation>La bibliothèque ne nomme aucun «&#x202f;{name}&#x202f;» avec des fichiers sur cet ordinateur.</translation>
    </message>
    <message>
        <source>The licence covers no music.</source>
        <translation>La licence ne couvre aucune musique.</translation>
    </message>
    <message>
        <source>The licence covers no use.</source>
        <translation>La licence ne couvre aucune utilisation.</translation>
    </message>
    <message>
        <source>The licence does not end at the end of a day.</source>
        <translation>La licence ne prend pas fin à la fin d’un jour.</translation>
    </message>
    <message>
        <source>The licence includes training AI, and partners may get the content.</source>
        <translation>La licence comprend l’entraînement d’IA, et des partenaires peuvent recevoir les contenus.</translation>
    </message>
    <message>
        <source>The licence names no partner.</source>
        <translation>La licence ne nomme aucun partenaire.</translation>
    </message>
    <message>
        <source>The licence of {partner} ended on {day}.</source>
        <translation>La licence de {partner} a pris fin le {day}.</translation>
    </message>
    <message>
        <source>The licence of {partner} ended.</source>
        <translation>La licence de {partner} a pris fin.</translation>
    </message>
    <message>
        <source>The licence of {partner} has ended.</source>
        <translation>La licence de {partner} est terminée.</translation>
    </message>
    <message>
        <source>The licence of {partner} is stored. Files and sites name it once you write.</source>
        <translation>La licence de {partner} est enregistrée. Fichiers et sites la nomment dès que vous écrivez.</translation>
    </message>
    <message>
        <source>The licence of {partner} is to end early, on {day}.</source>
        <translation>La licence de {partner} doit prendre fin avant terme, le {day}.</translation>
    </message>
    <message>
        <source>The licence on what you submit is perpetual and covers training.</source>
        <translation>La licence sur ce que vous y mettez est perpétuelle et couvre l’entraînement.</translation>
    </message>
    <message>
        <source>The licence would end on {last}, before it starts on {first}.</source>
        <translation>La licence prendrait fin le {last}, avant de commencer le {first}.</translation>
    </message>
    <message>
        <source>The licence you give covers training X&apos;s machine learning and AI models.</source>
        <translation>La licence que vous donnez couvre l’entraînement des modèles d’apprentissage automatique et d’IA de X.</translation>
    </message>
    <message>
        <source>The music is being read.</source>
        <translation>La musique est en cours de lecture.</translation>
    </message>
    <message>
        <source>The signature does not fit: the feed was changed after it was made, or is cut.</source>
        <translation>La signature ne concorde pas&#x202f;: le flux a été modifié ensuite, ou il est tronqué.</translation>
    </message>
    <message>
        <source>The switch for AI music in your likeness is off by default; turning it on accepts a perpetual licence.</source>
        <translation>L’option pour la musique d’IA à votre image est désactivée par défaut&#x202f;; l’activer, c’est accepter une licence perpétuelle.</translation>
    </message>
    <message>
        <source>The terms cover AI features; they say nothing about training on sites&apos; content.</source>
        <translation>Les conditions couvrent les fonctions d’IA&#x202f;; elles ne disent rien de l’entraînement avec le contenu des sites.</translation>
    </message>
    <message>
        <source>The terms forbid mining by others. The privacy notice of 2026 lets Twitch and Amazon use data for generative AI. No switch was found.</source>
        <translation>Les conditions interdisent la fouille par d’autres. L’avis de confidentialité de 2026 laisse Twitch et Amazon utiliser des données pour l’IA générative. Aucune option n’a été trouvée.</translation>
    </message>
    <message>
        <source>The terms mention AI as a means of the service and point to Meta&apos;s AI terms; they do not speak of training.</source>
        <translation>Les conditions mentionnent l’IA comme moyen du service et renvoient aux conditions d’IA de Meta&#x202f;; elles ne parlent pas d’entraînement.</translation>
    </message>
    <message>
        <source>The terms speak of an opt-in mechanism. No such switch was found in the settings or in the API.</source>
        <translation>Les conditions parlent d’un mécanisme d’opt-in. Aucune option de ce genre n’a été trouvée dans les paramètres ni dans l’API.</translation>
    </message>
    <message>
        <source>The terms that could be found are of 4 February 2022, before the question came up. They belong to BandLab Singapore.</source>
        <translation>Les conditions qui ont pu être trouvées datent du 4 février 2022, avant que la question ne se pose. Elles sont de BandLab Singapour.</translation>
    </message>
    <message>
        <source>The territory excepts nothing.</source>
        <translation>Le territoire n’excepte rien.</translation>
    </message>
    <message>
        <source>The territory is empty: all of it is excepted.</source>
        <translation>Le territoire est vide&#x202f;: tout en est excepté.</translation>
    </message>
    <message>
        <source>The territory names the world and single countries.</source>
        <translation>Le territoire nomme le monde et des pays précis.</translation>
    </message>
    <message>
        <source>The {dialect} document can&apos;t be read.</source>
        <translation>Le document {dialect} est illisible.</translation>
    </message>
    <message>
        <source>The {dialect} field can&apos;t be read: “{text}”.</source>
        <translation>Le champ {dialect} est illisible&#x202f;: «&#x202f;{text}&#x202f;».</translation>
    </message>
    <message>
        <source>There is no decision {number} to undo.</source>
        <translation>Il n’y a pas de décision {number} à annuler.</translation>
    </message>
    <message>
        <source>There is no file or folder {source}.</source>
        <translation>Il n’y a ni fichier ni dossier {source}.</translation>
    </message>
    <message>
        <source>There is nothing new in this library.</source>
        <translation>Il n’y a rien de nouveau dans cette bibliothèque.</translation>
    </message>
    <message>
        <source>There is nothing newer.</source>
        <translation>Il n’y a rien de plus récent.</translation>
    </message>
    <message>
        <source>These texts are too short to be whole documents ({old} and {new} words). They are compared as excerpts.</source>
        <translation>Ces textes sont trop courts pour être des documents entiers ({old} et {new} mots). Ils sont comparés comme des extraits.</translation>
    </message>
    <message>
        <source>This beets library can&apos;t be read: it is damaged, or beets is changing it.</source>
        <translation>Cette bibliothèque beets est illisible&#x202f;: elle est endommagée, ou beets est en train de la modifier.</translation>
    </message>
    <message>
        <source>This beets library names its files relative to beets&apos; music folder, and that is not in a usual place.</source>
        <translation>Cette bibliothèque beets nomme ses fichiers par rapport au dossier de musique de beets, qui n’est pas à un endroit habituel.</translation>
    </message>
    <message>
        <source>This changed nothing, so there is nothing to undo.</source>
        <translation>Cela n’a rien modifié, il n’y a donc rien à annuler.</translation>
    </message>
    <message>
        <source>This choice newly allows: {uses}.</source>
        <translation>Ce choix permet désormais&#x202f;: {uses}.</translation>
    </message>
    <message>
        <source>This copy runs from its source: update it as you installed it, with pip or git pull.</source>
        <translation>Cette copie s’exécute depuis ses sources&#x202f;: mettez-la à jour comme vous l’avez installée, avec pip ou git pull.</translation>
    </message>
    <message>
        <source>This database is no library of beets.</source>
        <translation>Cette base de données n’est pas une bibliothèque beets.</translation>
    </message>
    <message>
        <source>This feed ({issued}) is older than the one that is known ({known}).</source>
        <translation>Ce flux ({issued}) est plus ancien que celui qui est connu ({known}).</translation>
    </message>
    <message>
        <source>This file holds no collection of rekordbox.</source>
        <translation>Ce fichier ne contient pas de collection rekordbox.</translation>
    </message>
    <message>
        <source>This file or folder is not there.</source>
        <translation>Ce fichier ou dossier n’existe pas à cet endroit.</translation>
    </message>
    <message>
        <source>This fits your choice.</source>
        <translation>Cela correspond à votre choix.</translation>
    </message>
    <message>
        <source>This is RightsDesk {version}.</source>
        <translation>Ceci est RightsDesk {version}.</translation>
    </message>
    <message>
        <source>This is a property list in binary form.</source>
        <translation>C’est une liste de propriétés sous forme binaire.</translation>
    </message>
    <message>
        <source>This is being done.</source>
        <translation>C’est en cours.</translation>
    </message>
    <message>
        <source>This is no signed feed of releases.</source>
        <translation>Ce n’est pas un flux signé de versions.</translation>
    </message>
    <message>
        <source>This library can&apos;t be read: it is damaged or cut.</source>
        <translation>Cette bibliothèque est illisible&#x202f;: elle est endommagée ou tronquée.</translation>
    </message>
    <message>
        <source>This library names no artist with files on this computer.</source>
        <translation>Cette bibliothèque ne nomme aucun artiste avec des fichiers sur cet ordinateur.</translation>
    </message>
    <message>
        <source>This licence begins later: on {day}.</source>
        <translation>Cette licence commence plus tard&#x202f;: le {day}.</translation>
    </message>
    <message>
        <source>This property list is no music library.</source>
        <translation>Cette liste de propriétés n’est pas une bibliothèque musicale.</translation>
    </message>
    <message>
        <source>This version</source>
        <translation>Cette version</translation>
    </message>
    <message>
        <source>To read the files again: rightsdesk scan</source>
        <translation>Pour relire les fichiers&#x202f;: rightsdesk scan</translation>
    </message>
    <message>
        <source>To {name}, sent on {sent}</source>
        <translation>À {name}, envoyée le {sent}</translation>
    </message>
    <message>
        <source>To {name}, written on {written}</source>
        <translation>À {name}, écrite le {written}</translation>
    </message>
    <message>
        <source>Type the passphrase first.</source>
        <translation>Saisissez d’abord la phrase secrète.</translation>
    </message>
    <message>
        <source>Type the words above first.</source>
        <translation>Saisissez d’abord les mots ci-dessus.</translation>
    </message>
    <message>
        <source>Undo that end in the history first.</source>
        <translation>Annulez d’abord cette fin dans l’historique.</translation>
    </message>
    <message>
        <source>What Google may do rests on the general licence.</source>
        <translation>Ce que Google peut faire repose sur la licence générale.</translation>
    </message>
    <message>
        <source>What RightsDesk does automatically</source>
        <translation>Ce que RightsDesk fait automatiquement</translation>
    </message>
    <message>
        <source>What RightsDesk wrote stays, unless you take it back first: {places}.</source>
        <translation>Ce que RightsDesk a écrit reste, sauf si vous le retirez d’abord&#x202f;: {places}.</translation>
    </message>
    <message>
        <source>What is matched already says what you chose.</source>
        <translation>Ce qui est associé dit déjà ce que vous avez choisi.</translation>
    </message>
    <message>
        <source>What is selected says your choice already, or has none.</source>
        <translation>La sélection dit déjà votre choix, ou n’en a aucun.</translation>
    </message>
    <message>
        <source>What is still to be written is on Home and in the catalogue.</source>
        <translation>Ce qui reste à écrire se trouve sur l’accueil et dans le catalogue.</translation>
    </message>
    <message>
        <source>What is stored about new versions is damaged.</source>
        <translation>Ce qui est enregistré sur les nouvelles versions est endommagé.</translation>
    </message>
    <message>
        <source>What you agreed to with a platform, a label or a distributor still applies.</source>
        <translation>Ce que vous avez convenu avec une plateforme, un label ou un distributeur vaut toujours.</translation>
    </message>
    <message>
        <source>What you choose, note, match and write appears here, and can be undone.</source>
        <translation>Ce que vous choisissez, notez, associez et écrivez apparaît ici, et peut être annulé.</translation>
    </message>
    <message>
        <source>What you type and upload, not the web.</source>
        <translation>Ce que vous saisissez et téléversez, pas le web.</translation>
    </message>
    <message>
        <source>What you upload to ChatGPT trains models unless you opt out in the account. What OpenAI crawls: robots.txt for GPTBot.</source>
        <translation>Ce que vous envoyez à ChatGPT entraîne des modèles, sauf si vous le refusez dans le compte. Ce que parcourt OpenAI&#x202f;: robots.txt pour GPTBot.</translation>
    </message>
    <message>
        <source>What you upload to Claude trains models unless you opt out in the account. Feedback and flagged material are used all the same.</source>
        <translation>Ce que vous envoyez à Claude entraîne des modèles, sauf si vous le refusez dans le compte. Les retours et les contenus signalés sont utilisés malgré tout.</translation>
    </message>
    <message>
        <source>What {artist} chose, to pass on</source>
        <translation>Ce que {artist} a choisi, à transmettre</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Quand</translation>
    </message>
    <message>
        <source>Where choices differ, the stricter one holds:</source>
        <translation>Là où les choix diffèrent, le plus strict l’emporte&#x202f;:</translation>
    </message>
    <message>
        <source>Where is the music of this library?</source>
        <translation>Où se trouve la musique de cette bibliothèque&#x202f;?</translation>
    </message>
    <message>
        <source>Where that file is.</source>
        <translation>Où se trouve ce fichier.</translation>
    </message>
    <message>
        <source>Where your data is</source>
        <translation>Où sont vos données</translation>
    </message>
    <message>
        <source>Whose music do you look after?</source>
        <translation>De la musique de qui vous occupez-vous&#x202f;?</translation>
    </message>
    <message>
        <source>Without the passphrase, the keys to your accounts stay locked.</source>
        <translation>Sans la phrase secrète, les clés de vos comptes restent verrouillées.</translation>
    </message>
    <message numerus="yes">
        <source>Write to %n tracks…</source>
        <translation>
            <numerusform>Écrire dans %n morceau…</numerusform>
            <numerusform>Écrire dans %n morceaux…</numerusform>
        </translation>
    </message>
    <message>
        <source>Write to these tracks…</source>
        <translation>Écrire dans ces morceaux…</translation>
    </message>
    <message>
        <source>Write to this track…</source>
        <translation>Écrire dans ce morceau…</translation>
    </message>
    <message>
        <source>Write to {what}…</source>
        <translation>Écrire dans {what}…</translation>
    </message>
    <message>
        <source>Write your own words first.</source>
        <translation>Écrivez d’abord vos propres mots.</translation>
    </message>
    <message>
        <source>You have changed the consent since this job began: this is what you chose last.</source>
        <translation>Vous avez modifié le choix depuis le début de cette tâche&#x202f;: c’est votre dernier choix.</translation>
    </message>
    <message>
        <source>You have not noted how “{label}” is set on {name}.</source>
        <translation>Vous n’avez pas noté comment «&#x202f;{label}&#x202f;» est réglé sur {name}.</translation>
    </message>
    <message>
        <source>You noted on {day} that “{label}” allows less than you chose: {uses}.</source>
        <translation>Vous avez noté le {day} que «&#x202f;{label}&#x202f;» permet moins que votre choix&#x202f;: {uses}.</translation>
    </message>
    <message>
        <source>You noted on {day} that “{label}” allows more than you chose: {uses}.</source>
        <translation>Vous avez noté le {day} que «&#x202f;{label}&#x202f;» permet plus que votre choix&#x202f;: {uses}.</translation>
    </message>
    <message>
        <source>You noted this on {day}. The day to check again was {due}.</source>
        <translation>Vous l’avez noté le {day}. Il fallait revérifier le {due}.</translation>
    </message>
    <message>
        <source>You noted this {day}.</source>
        <translation>Vous l’avez noté {day}.</translation>
    </message>
    <message>
        <source>You noted this. RightsDesk can&apos;t read it there.</source>
        <translation>Vous l’avez noté. RightsDesk ne peut pas le lire là-bas.</translation>
    </message>
    <message>
        <source>Your choice is not there yet. Write it, and it says so.</source>
        <translation>Votre choix n’y est pas encore. Écrivez-le, et ce sera dit.</translation>
    </message>
    <message>
        <source>Your choice stays, so it will be written again unless you change it.</source>
        <translation>Votre choix demeure&#x202f;: il sera donc écrit à nouveau, sauf si vous le changez.</translation>
    </message>
    <message>
        <source>a row in the table “{table}” refers to a row of “{other}” that is missing</source>
        <translation>une ligne de la table «&#x202f;{table}&#x202f;» renvoie à une ligne de «&#x202f;{other}&#x202f;» qui manque</translation>
    </message>
    <message>
        <source>agreed {days}</source>
        <translation>convenu {days}</translation>
    </message>
    <message>
        <source>all of it stamped on {day}</source>
        <translation>horodaté en entier le {day}</translation>
    </message>
    <message>
        <source>answered</source>
        <translation>répondu</translation>
    </message>
    <message>
        <source>beets keeps it in `library.db`: `beet config -p` shows the folder.</source>
        <translation>beets la garde dans `library.db`&#x202f;: `beet config -p` montre le dossier.</translation>
    </message>
    <message>
        <source>import</source>
        <translation>import</translation>
    </message>
    <message>
        <source>in the table: details of the track</source>
        <translation>dans le tableau&#x202f;: détails du morceau</translation>
    </message>
    <message>
        <source>it can&apos;t be checked without a root certificate.</source>
        <translation>il ne peut pas être vérifié sans certificat racine.</translation>
    </message>
    <message>
        <source>it can&apos;t be read here; openssl reads it.</source>
        <translation>il ne peut pas être lu ici&#x202f;; openssl le lit.</translation>
    </message>
    <message>
        <source>it claims block {blocks} of Bitcoin, which RightsDesk can&apos;t check.</source>
        <translation>il renvoie au bloc {blocks} de Bitcoin, ce que RightsDesk ne peut pas vérifier.</translation>
    </message>
    <message>
        <source>it does not hold.</source>
        <translation>il n’est pas valable.</translation>
    </message>
    <message>
        <source>it holds.</source>
        <translation>il est valable.</translation>
    </message>
    <message>
        <source>it is pending, for some hours.</source>
        <translation>il est en attente, pour quelques heures.</translation>
    </message>
    <message>
        <source>no account connected</source>
        <translation>aucun compte connecté</translation>
    </message>
    <message>
        <source>no time stamp yet</source>
        <translation>pas encore d’horodatage</translation>
    </message>
    <message>
        <source>not sent yet</source>
        <translation>pas encore envoyée</translation>
    </message>
    <message>
        <source>nothing to do</source>
        <translation>rien à faire</translation>
    </message>
    <message>
        <source>own site</source>
        <translation>votre site</translation>
    </message>
    <message>
        <source>own sites</source>
        <translation>vos sites</translation>
    </message>
    <message>
        <source>says what you chose</source>
        <translation>dit ce que vous avez choisi</translation>
    </message>
    <message>
        <source>sent</source>
        <translation>envoyée</translation>
    </message>
    <message>
        <source>stamped up to {day}</source>
        <translation>horodaté jusqu’au {day}</translation>
    </message>
    <message>
        <source>{carrier}: To write. Your choice is not there yet.</source>
        <translation>{carrier}&#x202f;: à écrire. Votre choix n’y est pas encore.</translation>
    </message>
    <message>
        <source>{ends}, agreed until {agreed}</source>
        <translation>{ends}, convenue jusqu’au {agreed}</translation>
    </message>
    <message>
        <source>{job}, with the licence of {partners}</source>
        <translation>{job}, avec la licence de {partners}</translation>
    </message>
    <message>
        <source>{job}, with the licences of {partners}</source>
        <translation>{job}, avec les licences de {partners}</translation>
    </message>
    <message>
        <source>{library}: {files}, and {there} of them on this computer.</source>
        <translation>{library}&#x202f;: {files}, dont {there} sur cet ordinateur.</translation>
    </message>
    <message>
        <source>{name} (in your roster)</source>
        <translation>{name} (déjà dans vos artistes)</translation>
    </message>
    <message>
        <source>{name} says nothing about search, though you say Yes: a yes there would also allow training AI and AI input inside search engines.</source>
        <translation>{name} ne dit rien de la recherche, bien que vous disiez oui&#x202f;: un oui y permettrait aussi l’entraînement d’IA et l’usage en entrée d’IA dans les moteurs de recherche.</translation>
    </message>
    <message numerus="yes">
        <source>{n} of %n tracks</source>
        <translation>
            <numerusform>{n} morceau sur %n</numerusform>
            <numerusform>{n} morceaux sur %n</numerusform>
        </translation>
    </message>
    <message>
        <source>{partner} may: {terms}</source>
        <translation>Permis à {partner}&#x202f;: {terms}</translation>
    </message>
    <message>
        <source>{partner} on {number}</source>
        <translation>{partner} sur {number}</translation>
    </message>
    <message>
        <source>{partner} {until}</source>
        <translation>{partner} {until}</translation>
    </message>
    <message>
        <source>{path} is a folder, and no library of a music program.</source>
        <translation>{path} est un dossier, et non la bibliothèque d’un programme de musique.</translation>
    </message>
    <message>
        <source>{path} is no library that RightsDesk knows.</source>
        <translation>{path} n’est pas une bibliothèque que RightsDesk connaît.</translation>
    </message>
    <message>
        <source>{path}: {why}</source>
        <translation>{path}&#x202f;: {why}</translation>
    </message>
    <message>
        <source>{percent} say it</source>
        <translation>{percent} le disent</translation>
    </message>
    <message>
        <source>{said} of {all} recordings say what you chose in their files</source>
        <translation>{said} enregistrements sur {all} disent dans leurs fichiers ce que vous avez choisi</translation>
    </message>
    <message>
        <source>{said} of {all} recordings say {choice} in their files</source>
        <translation>{said} enregistrements sur {all} disent {choice} dans leurs fichiers</translation>
    </message>
    <message>
        <source>{version} is newer. It came out on {day}.</source>
        <translation>La {version} est plus récente. Elle est parue le {day}.</translation>
    </message>
    <message>
        <source>“{column}” in the table “{table}” has a value that RightsDesk did not write</source>
        <translation>«&#x202f;{column}&#x202f;» dans la table «&#x202f;{table}&#x202f;» a une valeur que RightsDesk n’a pas écrite</translation>
    </message>
    <message>
        <source>“{name}” can&apos;t be read: {reason}.</source>
        <translation>«&#x202f;{name}&#x202f;» est illisible&#x202f;: {reason}.</translation>
    </message>
    <message>
        <source>“{name}” can&apos;t be written: its folder is not there.</source>
        <translation>«&#x202f;{name}&#x202f;» ne peut pas être écrit&#x202f;: son dossier n’est pas là.</translation>
    </message>
    <message>
        <source>“{name}” can&apos;t be written: that is not allowed there.</source>
        <translation>«&#x202f;{name}&#x202f;» ne peut pas être écrit&#x202f;: ce n’est pas autorisé à cet endroit.</translation>
    </message>
    <message>
        <source>“{name}” can&apos;t be written: {reason}.</source>
        <translation>«&#x202f;{name}&#x202f;» ne peut pas être écrit&#x202f;: {reason}.</translation>
    </message>
    <message>
        <source>“{name}” is no longer on the roster.</source>
        <translation>«&#x202f;{name}&#x202f;» n’est plus parmi les artistes.</translation>
    </message>
    <message>
        <source>“{text}” is too long, or has line breaks.</source>
        <translation>«&#x202f;{text}&#x202f;» est trop long, ou contient des sauts de ligne.</translation>
    </message>
    <message>
        <source>“{title}” doesn&apos;t cover {uses}: there, the answer for {names} still applies ({answers}).</source>
        <translation>«&#x202f;{title}&#x202f;» ne couvre pas {uses}&#x202f;: là, la réponse pour {names} vaut toujours ({answers}).</translation>
    </message>
    <message>
        <source>It opens the keys to your accounts.</source>
        <translation>Elle ouvre les clés de vos comptes.</translation>
    </message>
    <message>
        <source>Choose today or a later day.</source>
        <translation>Choisissez aujourd’hui ou un jour plus tard.</translation>
    </message>
    <message>
        <source>ISRC “{isrc}”</source>
        <translation>ISRC «&#x202f;{isrc}&#x202f;»</translation>
    </message>
    <message>
        <source>It points to a policy, which has to be on your site too: see “tdm-policy”.</source>
        <translation>Il renvoie à une politique, qui doit être aussi sur votre site&#x202f;: voyez «&#x202f;tdm-policy&#x202f;».</translation>
    </message>
    <message>
        <source>It runs on your own server: only your own terms apply.</source>
        <translation>Il tourne sur votre propre serveur&#x202f;: seules vos conditions s’appliquent.</translation>
    </message>
    <message>
        <source>It says no for you.</source>
        <translation>Elle dit non pour vous.</translation>
    </message>
    <message>
        <source>It says something other than you want.</source>
        <translation>Cela dit autre chose que ce que vous voulez.</translation>
    </message>
    <message>
        <source>It says something, and you have not chosen yet what it should say.</source>
        <translation>Cela dit quelque chose, et vous n’avez pas encore choisi ce que cela devrait dire.</translation>
    </message>
    <message>
        <source>It says: {consent}.</source>
        <translation>Cela dit&#x202f;: {consent}.</translation>
    </message>
    <message>
        <source>It states in one machine-readable bit what European law asks for: the rights to text and data mining are reserved (Directive 2019/790, Article 4(3)).</source>
        <translation>Il dit en un seul bit lisible par machine ce que demande le droit européen&#x202f;: les droits sur la fouille de textes et de données sont réservés (directive 2019/790, article 4, paragraphe 3).</translation>
    </message>
    <message>
        <source>It stays a recording of its own. Press N</source>
        <translation>Il reste un enregistrement à part. Appuyez sur N</translation>
    </message>
    <message>
        <source>It survives nearly every conversion, and anybody can read it. A court has held that plain words alone are not machine-readable, so it complements the other signals.</source>
        <translation>Elle survit à presque toutes les conversions, et tout le monde peut la lire. Un tribunal a jugé que de simples mots ne sont pas lisibles par machine&#x202f;; elle complète donc les autres signaux.</translation>
    </message>
    <message>
        <source>It was answered</source>
        <translation>Une réponse est arrivée</translation>
    </message>
    <message>
        <source>It was left as it is.</source>
        <translation>Tout y est resté tel quel.</translation>
    </message>
    <message>
        <source>It was left unchanged.</source>
        <translation>Rien n’y a été modifié.</translation>
    </message>
    <message>
        <source>It was made by another app: remove it there, then repeat.</source>
        <translation>Il a été fait par une autre application&#x202f;: retirez-le là-bas, puis recommencez.</translation>
    </message>
    <message>
        <source>It was not sent again.</source>
        <translation>Rien n’a été renvoyé.</translation>
    </message>
    <message>
        <source>It was not sent anywhere.</source>
        <translation>Rien n’a été envoyé nulle part.</translation>
    </message>
    <message>
        <source>It was removed. Nothing of it is kept.</source>
        <translation>Il a été retiré. Rien n’en est gardé.</translation>
    </message>
    <message>
        <source>It was written {times}, and never showed.</source>
        <translation>Cela a été écrit {times}, sans jamais apparaître.</translation>
    </message>
    <message>
        <source>It works by web address, not by file. Whether it still runs could not be verified, so it is not a step.</source>
        <translation>Cela marche par adresse web, pas par fichier. Impossible de vérifier si cela fonctionne encore, ce n’est donc pas une étape.</translation>
    </message>
    <message>
        <source>It works from then on: what was taken before stays taken.</source>
        <translation>Cela vaut à partir de là&#x202f;: ce qui a été pris avant reste pris.</translation>
    </message>
    <message>
        <source>It&apos;s off now</source>
        <translation>C’est désactivé</translation>
    </message>
    <message>
        <source>It&apos;s on</source>
        <translation>C’est activé</translation>
    </message>
    <message>
        <source>It&apos;s this one</source>
        <translation>C’est celui-ci</translation>
    </message>
    <message>
        <source>Its AI policy</source>
        <translation>Sa politique sur l’IA</translation>
    </message>
    <message>
        <source>Its API</source>
        <translation>Son API</translation>
    </message>
    <message>
        <source>Its XMP packet is damaged; it was left as it is, the other fields are written.</source>
        <translation>Son paquet XMP est endommagé&#x202f;; il a été laissé tel quel, les autres champs sont écrits.</translation>
    </message>
    <message>
        <source>Its agreement with publishers</source>
        <translation>Son accord avec les éditeurs</translation>
    </message>
    <message>
        <source>Its directory</source>
        <translation>Son répertoire</translation>
    </message>
    <message>
        <source>Its files and tracks are no longer known.</source>
        <translation>Ses fichiers et morceaux ne sont plus connus.</translation>
    </message>
    <message>
        <source>Its files leave the list, unless they lie in another folder of {artist}. On the disk they stay as they are, and keep saying what they say. What was written can still be undone.</source>
        <translation>Ses fichiers quittent la liste, sauf s’ils sont dans un autre dossier de {artist}. Sur le disque, ils restent tels quels et continuent de dire ce qu’ils disent. Ce qui a été écrit peut encore être annulé.</translation>
    </message>
    <message>
        <source>Its help page</source>
        <translation>Sa page d’aide</translation>
    </message>
    <message>
        <source>Its keys are deleted from this computer.</source>
        <translation>Ses clés sont supprimées de cet ordinateur.</translation>
    </message>
    <message>
        <source>Its keys stay valid until you make new ones at archive.org/account/s3.php.</source>
        <translation>Ses clés restent valables jusqu’à ce que vous en créiez de nouvelles sur archive.org/account/s3.php.</translation>
    </message>
    <message>
        <source>Its licence</source>
        <translation>Sa licence</translation>
    </message>
    <message>
        <source>Its list</source>
        <translation>Sa liste</translation>
    </message>
    <message>
        <source>Its notes explain that all public posts may be licensed as a stream.</source>
        <translation>Ses notes expliquent que tous les posts publics peuvent être concédés sous licence comme flux.</translation>
    </message>
    <message>
        <source>Its own setting</source>
        <translation>Son propre réglage</translation>
    </message>
    <message>
        <source>Its owner</source>
        <translation>Son propriétaire</translation>
    </message>
    <message>
        <source>Its principles</source>
        <translation>Ses principes</translation>
    </message>
    <message>
        <source>Its privacy policy</source>
        <translation>Sa politique de confidentialité</translation>
    </message>
    <message>
        <source>Its programme</source>
        <translation>Son programme</translation>
    </message>
    <message>
        <source>Its queue may take minutes or hours. Check the account again later, then repeat.</source>
        <translation>Sa file d’attente peut prendre des minutes ou des heures. Revérifiez le compte plus tard, puis recommencez.</translation>
    </message>
    <message>
        <source>Its redirect address has to be {redirect_uri}.</source>
        <translation>Son adresse de redirection doit être {redirect_uri}.</translation>
    </message>
    <message>
        <source>Its reservation of rights</source>
        <translation>Sa réserve de droits</translation>
    </message>
    <message>
        <source>Its rules for users</source>
        <translation>Ses règles pour les utilisateurs</translation>
    </message>
    <message>
        <source>Its server may hide folders that begin with a dot: ask your web host.</source>
        <translation>Son serveur masque peut-être les dossiers qui commencent par un point&#x202f;: demandez à votre hébergeur.</translation>
    </message>
    <message>
        <source>Its source code</source>
        <translation>Son code source</translation>
    </message>
    <message>
        <source>Its state</source>
        <translation>Son état</translation>
    </message>
    <message>
        <source>Its statement</source>
        <translation>Sa déclaration</translation>
    </message>
    <message>
        <source>Its switches are: {switches}.</source>
        <translation>Ses options sont&#x202f;: {switches}.</translation>
    </message>
    <message>
        <source>Its terms</source>
        <translation>Ses conditions</translation>
    </message>
    <message>
        <source>Its terms for developers</source>
        <translation>Ses conditions pour les développeurs</translation>
    </message>
    <message>
        <source>Its token stays valid until you delete the application in your server&apos;s settings.</source>
        <translation>Son jeton reste valable jusqu’à ce que vous supprimiez l’application dans les paramètres de votre serveur.</translation>
    </message>
    <message>
        <source>Its values are: {values}.</source>
        <translation>Ses valeurs sont&#x202f;: {values}.</translation>
    </message>
    <message>
        <source>J.3: inputs and outputs of AI features train models unless you opt out; it works from then on.</source>
        <translation>J.3&#x202f;: les entrées et sorties des fonctions d’IA entraînent des modèles, sauf si vous refusez&#x202f;; cela vaut à partir de là.</translation>
    </message>
    <message>
        <source>JSON Lines (*.jsonl)</source>
        <translation>JSON Lines (*.jsonl)</translation>
    </message>
    <message>
        <source>Job {number}</source>
        <translation>Tâche {number}</translation>
    </message>
    <message>
        <source>Job {number} ended</source>
        <translation>Tâche {number} terminée</translation>
    </message>
    <message>
        <source>Job {number} ended: {counts}</source>
        <translation>Tâche {number} terminée&#x202f;: {counts}</translation>
    </message>
    <message>
        <source>Joint announcement of ASCAP, BMI and SOCAN; works made wholly by AI are not taken; training without permission is condemned.</source>
        <translation>Annonce commune de l’ASCAP, de BMI et de la SOCAN&#x202f;; les œuvres faites entièrement par IA ne sont pas acceptées&#x202f;; l’entraînement sans autorisation est condamné.</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Garder</translation>
    </message>
    <message>
        <source>Keep a copy in RightsDesk&apos;s data folder</source>
        <translation>Garder une copie dans le dossier de données de RightsDesk</translation>
    </message>
    <message>
        <source>Keep apart</source>
        <translation>Garder séparés</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>La garder</translation>
    </message>
    <message>
        <source>Keep it in a file, as the document.</source>
        <translation>Gardez-le dans un fichier, comme document.</translation>
    </message>
    <message>
        <source>Keep it listed</source>
        <translation>Garder dans la liste</translation>
    </message>
    <message>
        <source>Keep it open</source>
        <translation>Laisser ouvert</translation>
    </message>
    <message>
        <source>Keep the automatic &amp;backups</source>
        <translation>Garder les &amp;sauvegardes automatiques</translation>
    </message>
    <message>
        <source>Kept apart: {about}</source>
        <translation>Gardés séparés&#x202f;: {about}</translation>
    </message>
    <message>
        <source>Kept apart: {subject}</source>
        <translation>Gardés séparés&#x202f;: {subject}</translation>
    </message>
    <message>
        <source>Kept encrypted on this computer, and sent only there.</source>
        <translation>Conservé chiffré sur cet ordinateur, et envoyé uniquement là-bas.</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Touches</translation>
    </message>
    <message>
        <source>Known of it: {terms}</source>
        <translation>Ce qu’on en sait&#x202f;: {terms}</translation>
    </message>
    <message>
        <source>Known only from {carrier}&apos;s terms, as of {day}.</source>
        <translation>Connu seulement par les conditions de {carrier} (état&#x202f;: {day}).</translation>
    </message>
    <message>
        <source>LANDR&apos;s page on the programme: opt-in, 20 % of the income is shared, leave at any time.</source>
        <translation>Page de LANDR sur le programme&#x202f;: participation volontaire, 20&#x202f;% des revenus partagés, départ possible à tout moment.</translation>
    </message>
    <message>
        <source>LANDR&apos;s programme shares 20 % of its income with those who join.</source>
        <translation>Le programme de LANDR partage 20&#x202f;% de ses revenus avec ceux qui participent.</translation>
    </message>
    <message>
        <source>La&amp;nguage</source>
        <translation>La&amp;ngue</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Label</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Langue</translation>
    </message>
    <message>
        <source>Last read {age}: that is too old to say how it is now.</source>
        <translation>Dernière lecture&#x202f;: {age}. C’est trop ancien pour dire ce qu’il en est maintenant.</translation>
    </message>
    <message>
        <source>Last time this could not be done: {why}</source>
        <translation>La dernière fois, c’était impossible&#x202f;: {why}</translation>
    </message>
    <message>
        <source>Leave it as it is</source>
        <translation>Laisser tel quel</translation>
    </message>
    <message>
        <source>Leave it out.</source>
        <translation>Laissez-le de côté.</translation>
    </message>
    <message>
        <source>Leaving RightsDesk</source>
        <translation>Ne plus utiliser RightsDesk</translation>
    </message>
    <message>
        <source>Left in place because it is still needed there: {needed}.</source>
        <translation>Laissé en place car encore nécessaire&#x202f;: {needed}.</translation>
    </message>
    <message>
        <source>Left out in the review.</source>
        <translation>Laissé de côté dans le récapitulatif.</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Durée</translation>
    </message>
    <message>
        <source>Length differs</source>
        <translation>La durée diffère</translation>
    </message>
    <message>
        <source>Let its owner change it, or make a copy and change that.</source>
        <translation>Faites-le modifier par son propriétaire, ou faites une copie et modifiez-la.</translation>
    </message>
    <message>
        <source>Letter</source>
        <translation>Lettre</translation>
    </message>
    <message>
        <source>Letter to {recipient} answered: {subject}</source>
        <translation>Réponse à la lettre à {recipient} : {subject}</translation>
    </message>
    <message>
        <source>Letter to {recipient} sent: {subject}</source>
        <translation>Lettre à {recipient} envoyée : {subject}</translation>
    </message>
    <message>
        <source>Letter to {recipient} written: {subject}</source>
        <translation>Lettre à {recipient} rédigée : {subject}</translation>
    </message>
    <message>
        <source>Letter {number} was not sent by then.</source>
        <translation>La lettre {number} n’était pas encore envoyée à cette date.</translation>
    </message>
    <message>
        <source>Letter {number} was sent on {day}.</source>
        <translation>La lettre {number} a été envoyée le {day}.</translation>
    </message>
    <message>
        <source>Letter {number} was sent, so its text stays.</source>
        <translation>La lettre {number} a été envoyée, son texte reste donc.</translation>
    </message>
    <message>
        <source>Letters</source>
        <translation>Lettres</translation>
    </message>
    <message>
        <source>Licence for {partner} added: {terms}</source>
        <translation>Licence pour {partner} ajoutée : {terms}</translation>
    </message>
    <message>
        <source>Licence of {partner} changed: {terms}</source>
        <translation>Licence de {partner} modifiée : {terms}</translation>
    </message>
    <message>
        <source>Licence of {partner} ended</source>
        <translation>Licence de {partner} terminée</translation>
    </message>
    <message>
        <source>Licence of {partner} ended: last day {day}</source>
        <translation>Licence de {partner} terminée&#x202f;: dernier jour {day}</translation>
    </message>
    <message>
        <source>Licence there: {licence}</source>
        <translation>Licence là-bas&#x202f;: {licence}</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>Licences</translation>
    </message>
    <message>
        <source>Licences for AI training, for those who join.</source>
        <translation>Des licences pour l’entraînement d’IA, pour ceux qui participent.</translation>
    </message>
    <message>
        <source>Licences that member labels can join one by one.</source>
        <translation>Des licences que les labels membres peuvent rejoindre une par une.</translation>
    </message>
    <message>
        <source>Licensed catalogues take part by the artist&apos;s yes (Universal and Merlin; others are reported). Own uploads: expect that they train.</source>
        <translation>Les catalogues sous licence participent avec le oui de l’artiste (Universal et Merlin&#x202f;; d’autres selon des tiers). Vos propres envois&#x202f;: attendez-vous à ce qu’ils servent à l’entraînement.</translation>
    </message>
    <message>
        <source>Licensing</source>
        <translation>Licences</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Clair</translation>
    </message>
    <message>
        <source>Likeness detection</source>
        <translation>Détection de ressemblance</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>Limiter</translation>
    </message>
    <message>
        <source>Lines in robots.txt of your site, with comments that explain them.</source>
        <translation>Des lignes dans le robots.txt de votre site, avec des commentaires qui les expliquent.</translation>
    </message>
    <message>
        <source>Listeners find it by searching.</source>
        <translation>Les auditeurs la trouvent en cherchant.</translation>
    </message>
    <message>
        <source>Listeners get no right to use what is on Amazon Music in AI. For artists there is no switch.</source>
        <translation>Les auditeurs n’obtiennent aucun droit d’utiliser dans l’IA ce qui est sur Amazon Music. Pour les artistes, il n’y a pas d’option.</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Lire</translation>
    </message>
    <message>
        <source>Look at the page of RightsDesk for newer versions.</source>
        <translation>Cherchez de nouvelles versions sur la page de RightsDesk.</translation>
    </message>
    <message>
        <source>Look once a day</source>
        <translation>Vérifier une fois par jour</translation>
    </message>
    <message>
        <source>Looked for in {day}.</source>
        <translation>Recherche faite&#x202f;: {day}.</translation>
    </message>
    <message>
        <source>Looking for music…</source>
        <translation>Recherche de musique…</translation>
    </message>
    <message>
        <source>Looks there once a day. Only files signed by those who make RightsDesk are taken. Empty: never.</source>
        <translation>Y regarde une fois par jour. Seuls les fichiers signés par ceux qui font RightsDesk sont acceptés. Vide&#x202f;: jamais.</translation>
    </message>
    <message>
        <source>Make a new app password in the account&apos;s settings, and connect again.</source>
        <translation>Créez un nouveau mot de passe d’application dans les paramètres du compte, et reconnectez-le.</translation>
    </message>
    <message>
        <source>Make a new key</source>
        <translation>Créer une nouvelle clé</translation>
    </message>
    <message>
        <source>Make a new key?</source>
        <translation>Créer une nouvelle clé&#x202f;?</translation>
    </message>
    <message>
        <source>Make a report…</source>
        <translation>Créer un rapport…</translation>
    </message>
    <message>
        <source>Make an API token at Cloudflare, under My Profile, API Tokens, with the permission “Bot Management: Edit” for this one zone, and connect again with it.</source>
        <translation>Créez un jeton API chez Cloudflare, sous Mon profil, Jetons API, avec l’autorisation «&#x202f;Bot Management: Edit&#x202f;» pour cette seule zone, et reconnectez avec lui.</translation>
    </message>
    <message>
        <source>Make an app of the kind named in the steps: it accepts any address on this computer. Then try again.</source>
        <translation>Créez une application du type nommé dans les étapes&#x202f;: elle accepte toute adresse sur cet ordinateur. Puis réessayez.</translation>
    </message>
    <message>
        <source>Make an application password in WordPress, under Users, Profile, and connect again with it and your user name. Some web hosts block these passwords: then ask yours.</source>
        <translation>Créez un mot de passe d’application dans WordPress, sous Comptes, Profil, et reconnectez avec lui et votre nom d’utilisateur. Certains hébergeurs bloquent ces mots de passe&#x202f;: demandez alors au vôtre.</translation>
    </message>
    <message>
        <source>Make it writable for this user, or put the exported file there yourself.</source>
        <translation>Donnez à cet utilisateur le droit d’y écrire, ou placez-y vous-même le fichier exporté.</translation>
    </message>
    <message>
        <source>Make it yours, then try again: {command}</source>
        <translation>Rendez-vous-en propriétaire, puis réessayez&#x202f;: {command}</translation>
    </message>
    <message>
        <source>Make it yours, then try again: {command}. Or choose another folder.</source>
        <translation>Rendez-vous-en propriétaire, puis réessayez&#x202f;: {command}. Ou choisissez un autre dossier.</translation>
    </message>
    <message>
        <source>Make new keys at archive.org/account/s3.php, and connect the account again.</source>
        <translation>Créez de nouvelles clés sur archive.org/account/s3.php, et reconnectez le compte.</translation>
    </message>
    <message>
        <source>Make room and see that {folder} can be written, then try again.</source>
        <translation>Faites de la place et assurez-vous que {folder} est accessible en écriture, puis réessayez.</translation>
    </message>
    <message>
        <source>Make room on the disk of RightsDesk&apos;s data folder, then try again.</source>
        <translation>Libérez de la place sur le disque du dossier de données de RightsDesk, puis réessayez.</translation>
    </message>
    <message>
        <source>Make room, or name a file on another disk.</source>
        <translation>Faites de la place, ou indiquez un fichier sur un autre disque.</translation>
    </message>
    <message>
        <source>Make room, then try again.</source>
        <translation>Faites de la place, puis réessayez.</translation>
    </message>
    <message>
        <source>Make the folder {folder} first, or name another.</source>
        <translation>Créez d’abord le dossier {folder}, ou indiquez-en un autre.</translation>
    </message>
    <message>
        <source>Make the folder {parent} first, or name a file in another one.</source>
        <translation>Créez d’abord le dossier {parent}, ou nommez un fichier dans un autre.</translation>
    </message>
    <message>
        <source>Making something that sounds like you.</source>
        <translation>Faire quelque chose qui sonne comme vous.</translation>
    </message>
    <message>
        <source>Marketing &amp; SEO</source>
        <translation>Marketing &amp; SEO</translation>
    </message>
    <message>
        <source>Mastodon.social: training on its users&apos; data is not permitted, from 1 July 2025.</source>
        <translation>Mastodon.social&#x202f;: l’entraînement avec les données de ses utilisateurs n’est pas permis, à partir du 1er juillet 2025.</translation>
    </message>
    <message numerus="yes">
        <source>Match %n tracks…</source>
        <translation>
            <numerusform>Associer %n morceau…</numerusform>
            <numerusform>Associer %n morceaux…</numerusform>
        </translation>
    </message>
    <message>
        <source>Match tracks…</source>
        <translation>Associer les morceaux…</translation>
    </message>
    <message>
        <source>Match: {item} on {platform} is none of the recordings that resemble it</source>
        <translation>Association&#x202f;: {item} sur {platform} n’est aucun des enregistrements qui lui ressemblent</translation>
    </message>
    <message>
        <source>Match: {item} on {platform} is {recording}</source>
        <translation>Association&#x202f;: {item} sur {platform} est {recording}</translation>
    </message>
    <message>
        <source>Matches and decisions</source>
        <translation>Associations et décisions</translation>
    </message>
    <message>
        <source>Match…</source>
        <translation>Associer…</translation>
    </message>
    <message>
        <source>Material trains models unless you opt out in the account.</source>
        <translation>Les contenus entraînent des modèles, sauf si vous le refusez dans le compte.</translation>
    </message>
    <message>
        <source>May train on it already: {names}.</source>
        <translation>Peuvent déjà s’entraîner avec&#x202f;: {names}.</translation>
    </message>
    <message>
        <source>May use the music for</source>
        <translation>Peut utiliser la musique pour</translation>
    </message>
    <message>
        <source>Media managers and exiftool show it to people. No machine is known to act on it.</source>
        <translation>Des gestionnaires de médias et exiftool l’affichent pour les humains. On ne connaît aucune machine qui en tienne compte.</translation>
    </message>
    <message>
        <source>Medium&apos;s help page.</source>
        <translation>La page d’aide de Medium.</translation>
    </message>
    <message>
        <source>Member labels join each AI licence by themselves: ask your label about Udio and ElevenLabs.</source>
        <translation>Les labels membres rejoignent eux-mêmes chaque licence d’IA&#x202f;: demandez à votre label pour Udio et ElevenLabs.</translation>
    </message>
    <message>
        <source>Members may not copy works from Deezer for text and data mining or to train AI models.</source>
        <translation>Les membres n’ont pas le droit de copier des œuvres de Deezer pour la fouille de textes et de données ou pour entraîner des modèles d’IA.</translation>
    </message>
    <message>
        <source>Members: nothing to do for a no. The AI licence of September 2025 takes only works with explicit approval.</source>
        <translation>Membres&#x202f;: rien à faire pour un non. La licence d’IA de septembre 2025 ne prend que des œuvres avec accord explicite.</translation>
    </message>
    <message>
        <source>Members: nothing to do, GEMA has reserved text and data mining for your works. Recordings are another matter.</source>
        <translation>Membres&#x202f;: rien à faire, la GEMA a réservé la fouille de textes et de données pour vos œuvres. Les enregistrements, c’est autre chose.</translation>
    </message>
    <message>
        <source>Members: nothing to do, SACEM opted out for its repertoire.</source>
        <translation>Membres&#x202f;: rien à faire, la SACEM a exercé l’opt-out pour son répertoire.</translation>
    </message>
    <message>
        <source>Menlo</source>
        <translation>Menlo</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>Fusionner</translation>
    </message>
    <message>
        <source>Merge them or keep them apart. If a tag is wrong, correct it with a tag editor, then scan the folder again.</source>
        <translation>Fusionnez-les ou gardez-les séparés. Si un tag est faux, corrigez-le avec un éditeur de tags, puis réanalysez le dossier.</translation>
    </message>
    <message>
        <source>Merged: {about}</source>
        <translation>Fusionnés&#x202f;: {about}</translation>
    </message>
    <message>
        <source>Merged: {subject}</source>
        <translation>Fusionnés&#x202f;: {subject}</translation>
    </message>
    <message>
        <source>Merlin&apos;s statement of 16 December 2024 and news on the licences with Udio and ElevenLabs.</source>
        <translation>Déclaration de Merlin du 16 décembre 2024 et actualités sur les licences avec Udio et ElevenLabs.</translation>
    </message>
    <message>
        <source>Missing folders</source>
        <translation>Dossiers manquants</translation>
    </message>
    <message>
        <source>Model training and improvements</source>
        <translation>Model training and improvements</translation>
    </message>
    <message>
        <source>Models made from traffic data belong to Cloudflare.</source>
        <translation>Les modèles faits à partir des données de trafic appartiennent à Cloudflare.</translation>
    </message>
    <message>
        <source>Models that generate content. For other models there is a Data Processing Objection Form.</source>
        <translation>Les modèles qui génèrent du contenu. Pour les autres modèles, il existe un Data Processing Objection Form.</translation>
    </message>
    <message>
        <source>Models that make music or voices learn from it.</source>
        <translation>Les modèles qui font de la musique ou des voix apprennent avec elle.</translation>
    </message>
    <message>
        <source>Models that recognise, sort or describe learn from it.</source>
        <translation>Les modèles qui reconnaissent, trient ou décrivent apprennent avec elle.</translation>
    </message>
    <message>
        <source>Monkey&apos;s Audio</source>
        <translation>Monkey&apos;s Audio</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Plus</translation>
    </message>
    <message>
        <source>More companies say that they obey it than any other signal. It keeps crawlers off your own site, and says nothing about copies elsewhere.</source>
        <translation>Plus de sociétés disent le respecter que tout autre signal. Il tient les robots à l’écart de votre propre site, et ne dit rien des copies ailleurs.</translation>
    </message>
    <message>
        <source>More for {name}</source>
        <translation>Plus pour {name}</translation>
    </message>
    <message>
        <source>More: contract, reference, certificate</source>
        <translation>Plus&#x202f;: contrat, référence, certificat</translation>
    </message>
    <message>
        <source>Most of the text is missing.</source>
        <translation>Il manque la plus grande partie du texte.</translation>
    </message>
    <message>
        <source>Motion</source>
        <translation>Animations</translation>
    </message>
    <message>
        <source>Move it back, or change the right one by hand.</source>
        <translation>Remettez-le à sa place, ou modifiez le bon à la main.</translation>
    </message>
    <message>
        <source>Musepack</source>
        <translation>Musepack</translation>
    </message>
    <message>
        <source>Music made with AI</source>
        <translation>Musique faite avec de l’IA</translation>
    </message>
    <message>
        <source>MusicBrainz id</source>
        <translation>Identifiant MusicBrainz</translation>
    </message>
    <message>
        <source>My Privacy &amp; Data</source>
        <translation>Ma confidentialité &amp; mes données</translation>
    </message>
    <message>
        <source>My Selfie pictures train models. A switch for public content is reported by one post only, so it is not a step.</source>
        <translation>Les photos de My Selfie entraînent des modèles. Une option pour le contenu public n’est signalée que par un seul post, ce n’est donc pas une étape.</translation>
    </message>
    <message>
        <source>My addresses are registered</source>
        <translation>Mes adresses sont inscrites</translation>
    </message>
    <message>
        <source>My label has joined at least one</source>
        <translation>Mon label en a rejoint au moins une</translation>
    </message>
    <message>
        <source>My label has joined none</source>
        <translation>Mon label n’en a rejoint aucune</translation>
    </message>
    <message>
        <source>Name a backup. RightsDesk&apos;s own backups are in {folder}.</source>
        <translation>Nommez une sauvegarde. Celles de RightsDesk sont dans {folder}.</translation>
    </message>
    <message>
        <source>Name a file for the backup.</source>
        <translation>Nommez un fichier pour la sauvegarde.</translation>
    </message>
    <message>
        <source>Name a file in a folder where you may write.</source>
        <translation>Indiquez un fichier dans un dossier où vous pouvez écrire.</translation>
    </message>
    <message>
        <source>Name a file that RightsDesk wrote as a backup.</source>
        <translation>Nommez un fichier que RightsDesk a écrit comme sauvegarde.</translation>
    </message>
    <message>
        <source>Name an HTTP proxy instead, or add {host} to the setting no_proxy.</source>
        <translation>Nommez plutôt un proxy HTTP, ou ajoutez {host} au réglage no_proxy.</translation>
    </message>
    <message>
        <source>Name an HTTP proxy.</source>
        <translation>Nommez un proxy HTTP.</translation>
    </message>
    <message>
        <source>Name an artist, a release or a recording.</source>
        <translation>Nommez un artiste, une sortie ou un enregistrement.</translation>
    </message>
    <message>
        <source>Name an authority below, or turn on OpenTimestamps, first.</source>
        <translation>Indiquez d’abord une autorité ci-dessous, ou activez OpenTimestamps.</translation>
    </message>
    <message>
        <source>Name at least one.</source>
        <translation>Nommez-en au moins un.</translation>
    </message>
    <message>
        <source>Name at least two of the members of “{id}”.</source>
        <translation>Nommez au moins deux des membres de «&#x202f;{id}&#x202f;».</translation>
    </message>
    <message>
        <source>Name of the artist or band</source>
        <translation>Nom de l’artiste ou du groupe</translation>
    </message>
    <message>
        <source>Name of the artist or band:</source>
        <translation>Nom de l’artiste ou du groupe&#x202f;:</translation>
    </message>
    <message>
        <source>Name of the filter:</source>
        <translation>Nom du filtre&#x202f;:</translation>
    </message>
    <message>
        <source>Name one of the two.</source>
        <translation>Nommez l’un des deux.</translation>
    </message>
    <message>
        <source>Name one of these: {keys}</source>
        <translation>Nommez l’un de ceux-ci&#x202f;: {keys}</translation>
    </message>
    <message>
        <source>Name the artist or the release too, or give the ISRC.</source>
        <translation>Nommez aussi l’artiste ou la sortie, ou donnez l’ISRC.</translation>
    </message>
    <message>
        <source>Name the artist or the release too, or give the title.</source>
        <translation>Nommez aussi l’artiste ou la sortie, ou donnez le titre.</translation>
    </message>
    <message>
        <source>Name the artist too, or give the UPC.</source>
        <translation>Nommez aussi l’artiste, ou donnez l’UPC.</translation>
    </message>
    <message>
        <source>Name the artist.</source>
        <translation>Nommez l’artiste.</translation>
    </message>
    <message>
        <source>Name the authority&apos;s root certificate, as PEM or DER.</source>
        <translation>Indiquez le certificat racine de l’autorité, en PEM ou DER.</translation>
    </message>
    <message>
        <source>Name the file of the contract, or leave it out.</source>
        <translation>Nommez le fichier du contrat, ou omettez-le.</translation>
    </message>
    <message>
        <source>Name the music folder: `directory` in beets&apos; configuration.</source>
        <translation>Indiquez le dossier de musique&#x202f;: `directory` dans la configuration de beets.</translation>
    </message>
    <message>
        <source>Name the source.</source>
        <translation>Nommez la source.</translation>
    </message>
    <message>
        <source>Name what is excepted, as in: world except US</source>
        <translation>Nommez ce qui est excepté, par exemple&#x202f;: world except US</translation>
    </message>
    <message>
        <source>Named in {number} of {files} in {place}</source>
        <translation>Nommé dans {number} sur {files}, dans {place}</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>Noms</translation>
    </message>
    <message>
        <source>Needs work</source>
        <translation>À traiter</translation>
    </message>
    <message>
        <source>Needs you now</source>
        <translation>A besoin de vous maintenant</translation>
    </message>
    <message>
        <source>New versions</source>
        <translation>Nouvelles versions</translation>
    </message>
    <message>
        <source>Newest fingerprint: {hash}…</source>
        <translation>Dernière empreinte&#x202f;: {hash}…</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Suivant</translation>
    </message>
    <message>
        <source>Next steps</source>
        <translation>À faire ensuite</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Non</translation>
    </message>
    <message>
        <source>No AI</source>
        <translation>Pas d’IA</translation>
    </message>
    <message>
        <source>No AI company has committed to it.</source>
        <translation>Aucune société d’IA ne s’y est engagée.</translation>
    </message>
    <message>
        <source>No AI company is known to read it yet: it is a draft that may become a standard.</source>
        <translation>On ne connaît encore aucune société d’IA qui le lise&#x202f;: c’est un projet qui deviendra peut-être une norme.</translation>
    </message>
    <message>
        <source>No AI training without my written consent.</source>
        <translation>Pas d’entraînement d’IA sans mon accord écrit.</translation>
    </message>
    <message>
        <source>No WordPress API answers at {site}.</source>
        <translation>Aucune API WordPress ne répond sur {site}.</translation>
    </message>
    <message>
        <source>No WordPress was found at this address, or its API is switched off.</source>
        <translation>Aucun WordPress n’a été trouvé à cette adresse, ou son API est désactivée.</translation>
    </message>
    <message>
        <source>No account is connected</source>
        <translation>Aucun compte n’est connecté</translation>
    </message>
    <message>
        <source>No account is connected for this music.</source>
        <translation>Aucun compte n’est connecté pour cette musique.</translation>
    </message>
    <message>
        <source>No additional preferences</source>
        <translation>No additional preferences</translation>
    </message>
    <message>
        <source>No artist is shown.</source>
        <translation>Aucun artiste n’est affiché.</translation>
    </message>
    <message>
        <source>No artist needs you on a platform</source>
        <translation>Aucun artiste n’a besoin de vous sur une plateforme</translation>
    </message>
    <message>
        <source>No artist used it when this was noticed.</source>
        <translation>Aucun artiste ne l’utilisait quand cela a été remarqué.</translation>
    </message>
    <message>
        <source>No artist uses a platform so far, so there are no terms to watch.</source>
        <translation>Aucun artiste n’utilise de plateforme jusqu’ici, il n’y a donc pas de conditions à surveiller.</translation>
    </message>
    <message>
        <source>No backup was made.</source>
        <translation>Aucune sauvegarde n’a été faite.</translation>
    </message>
    <message>
        <source>No browser could be opened. Copy the address, open it in a browser on this computer, and say yes to {platform} there.</source>
        <translation>Aucun navigateur n’a pu être ouvert. Copiez l’adresse, ouvrez-la dans un navigateur sur cet ordinateur, et dites-y oui à {platform}.</translation>
    </message>
    <message>
        <source>No choice</source>
        <translation>Aucun choix</translation>
    </message>
    <message>
        <source>No choice has been made yet.</source>
        <translation>Aucun choix n’a encore été fait.</translation>
    </message>
    <message>
        <source>No distribution of AI-generated content (page updated 29 October 2025).</source>
        <translation>Pas de distribution de contenus générés par IA (page mise à jour le 29 octobre 2025).</translation>
    </message>
    <message>
        <source>No field for AI. Rights and licence are all there is; the Archive argues in public that training can be fair use.</source>
        <translation>Pas de champ pour l’IA. Il n’y a que les droits et la licence&#x202f;; l’Archive soutient publiquement que l’entraînement peut être un usage loyal (fair use).</translation>
    </message>
    <message>
        <source>No file</source>
        <translation>Aucun fichier</translation>
    </message>
    <message>
        <source>No file of it is where it was.</source>
        <translation>Aucun de ses fichiers n’est à sa place.</translation>
    </message>
    <message>
        <source>No file was written.</source>
        <translation>Aucun fichier n’a été écrit.</translation>
    </message>
    <message>
        <source>No files here</source>
        <translation>Pas de fichiers ici</translation>
    </message>
    <message>
        <source>No generative AI</source>
        <translation>Pas d’IA générative</translation>
    </message>
    <message>
        <source>No label</source>
        <translation>Sans label</translation>
    </message>
    <message>
        <source>No letter yet. A reservation of rights, an objection or a question to a platform is filled from the record; you send it yourself.</source>
        <translation>Pas encore de lettre. Une réserve de droits, une opposition ou une question à une plateforme est remplie à partir de vos données&#x202f;; c’est vous qui l’envoyez.</translation>
    </message>
    <message>
        <source>No licence holds today</source>
        <translation>Aucune licence n’est valable aujourd’hui</translation>
    </message>
    <message>
        <source>No licences yet</source>
        <translation>Pas encore de licences</translation>
    </message>
    <message>
        <source>No longer stated as allowed: {what}.</source>
        <translation>N’est plus indiqué comme permis&#x202f;: {what}.</translation>
    </message>
    <message>
        <source>No longer stated as forbidden: {what}.</source>
        <translation>N’est plus indiqué comme interdit&#x202f;: {what}.</translation>
    </message>
    <message>
        <source>No longer stated as with a choice: {what}.</source>
        <translation>N’est plus indiqué comme laissé au choix&#x202f;: {what}.</translation>
    </message>
    <message>
        <source>No longer there: {files}.</source>
        <translation>Plus là&#x202f;: {files}.</translation>
    </message>
    <message>
        <source>No music found in {place}. RightsDesk knows MP3, FLAC, WAV, AIFF, M4A, Ogg and Opus.</source>
        <translation>Aucune musique trouvée dans {place}. RightsDesk connaît MP3, FLAC, WAV, AIFF, M4A, Ogg et Opus.</translation>
    </message>
    <message>
        <source>No music of {artist} yet</source>
        <translation>Pas encore de musique de {artist}</translation>
    </message>
    <message>
        <source>No music was found for {artist}</source>
        <translation>Aucune musique trouvée pour {artist}</translation>
    </message>
    <message>
        <source>No music yet</source>
        <translation>Pas encore de musique</translation>
    </message>
    <message>
        <source>No one can recover it for you. If it is lost, RightsDesk makes a new key when you connect an account again, and all accounts have to be connected again; nothing else is lost.</source>
        <translation>Personne ne peut la retrouver pour vous. Si elle est perdue, RightsDesk crée une nouvelle clé quand vous reconnectez un compte, et tous les comptes sont à reconnecter&#x202f;; rien d’autre n’est perdu.</translation>
    </message>
    <message>
        <source>No problems</source>
        <translation>Aucun problème</translation>
    </message>
    <message>
        <source>No program on this computer could open this:</source>
        <translation>Aucun programme de cet ordinateur n’a pu ouvrir ceci&#x202f;:</translation>
    </message>
    <message>
        <source>No proxy</source>
        <translation>Sans proxy</translation>
    </message>
    <message>
        <source>No reason is on record.</source>
        <translation>Aucune raison n’est consignée.</translation>
    </message>
    <message>
        <source>No release</source>
        <translation>Sans sortie</translation>
    </message>
    <message>
        <source>No reservation and no switch was found. Since 28 October 2025 works made partly with AI can be registered; that is no consent.</source>
        <translation>Aucune réserve et aucune option n’ont été trouvées. Depuis le 28 octobre 2025, les œuvres faites en partie avec de l’IA peuvent être déclarées&#x202f;; ce n’est pas un consentement.</translation>
    </message>
    <message>
        <source>No sentence</source>
        <translation>Aucune phrase</translation>
    </message>
    <message>
        <source>No setting is called that.</source>
        <translation>Aucun réglage ne porte ce nom.</translation>
    </message>
    <message>
        <source>No source of time stamps is chosen.</source>
        <translation>Aucune source d’horodatages n’est choisie.</translation>
    </message>
    <message>
        <source>No track fits the search.</source>
        <translation>Aucun morceau ne correspond à la recherche.</translation>
    </message>
    <message>
        <source>No track of this artist is there</source>
        <translation>Aucun morceau de cet artiste ne s’y trouve</translation>
    </message>
    <message>
        <source>No track with “{text}”</source>
        <translation>Aucun morceau avec «&#x202f;{text}&#x202f;»</translation>
    </message>
    <message>
        <source>No training, no imitation, no AI input, no data mining. Search and recommendations stay allowed.</source>
        <translation>Pas d’entraînement, pas d’imitation, pas d’entrée d’IA, pas de fouille de données. Recherche et recommandations restent permises.</translation>
    </message>
    <message>
        <source>No use of platform content for AI without written permission of Dailymotion and/or the uploader.</source>
        <translation>Aucune utilisation des contenus de la plateforme pour l’IA sans autorisation écrite de Dailymotion et/ou de la personne qui les a mis en ligne.</translation>
    </message>
    <message>
        <source>No word on AI in the version of {day}.</source>
        <translation>Rien sur l’IA dans la version du {day}.</translation>
    </message>
    <message>
        <source>No, remove it</source>
        <translation>Non, le retirer</translation>
    </message>
    <message>
        <source>NoAI tag</source>
        <translation>Tag NoAI</translation>
    </message>
    <message>
        <source>Nobody may train or feed AI models with content from Bandcamp, or mine it.</source>
        <translation>Personne n’a le droit d’entraîner ou d’alimenter des modèles d’IA avec les contenus de Bandcamp, ni de les fouiller.</translation>
    </message>
    <message>
        <source>Non-Commercial Open Source Models only</source>
        <translation>Non-Commercial Open Source Models only</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Aucun</translation>
    </message>
    <message>
        <source>None at the moment.</source>
        <translation>Rien pour l’instant.</translation>
    </message>
    <message>
        <source>None ends soon.</source>
        <translation>Aucune ne prend fin bientôt.</translation>
    </message>
    <message>
        <source>None of the files of {old} is in {new}.</source>
        <translation>Aucun des fichiers de {old} n’est dans {new}.</translation>
    </message>
    <message>
        <source>None of these</source>
        <translation>Aucun d’eux</translation>
    </message>
    <message>
        <source>None of {updates} today, all {when}.</source>
        <translation>Aucune sur {updates} aujourd’hui, toutes {when}.</translation>
    </message>
    <message>
        <source>None yet.</source>
        <translation>Pas encore.</translation>
    </message>
    <message>
        <source>Not all of RightsDesk&apos;s data could be removed: {path}: {why}</source>
        <translation>Certaines données de RightsDesk n’ont pas pu être supprimées&#x202f;: {path}&#x202f;: {why}</translation>
    </message>
    <message>
        <source>Not certified</source>
        <translation>Non certifié</translation>
    </message>
    <message>
        <source>Not checked yet.</source>
        <translation>Pas encore vérifié.</translation>
    </message>
    <message>
        <source>Not chosen yet</source>
        <translation>Pas encore choisi</translation>
    </message>
    <message>
        <source>Not entered</source>
        <translation>Non inscrit</translation>
    </message>
    <message>
        <source>Not found in the settings</source>
        <translation>Introuvable dans les paramètres</translation>
    </message>
    <message>
        <source>Not known</source>
        <translation>Inconnu</translation>
    </message>
    <message>
        <source>Not on a release</source>
        <translation>Sur aucune sortie</translation>
    </message>
    <message>
        <source>Not on the Fairly Trained list that we have (as of {day}): {names}.</source>
        <translation>Absents de la liste Fairly Trained dont nous disposons (état&#x202f;: {day})&#x202f;: {names}.</translation>
    </message>
    <message>
        <source>Not on the Fairly Trained list that we have (as of {day}, and not complete): {names}.</source>
        <translation>Absents de la liste Fairly Trained dont nous disposons (état&#x202f;: {day}, incomplète)&#x202f;: {names}.</translation>
    </message>
    <message>
        <source>Not read</source>
        <translation>Non lu</translation>
    </message>
    <message>
        <source>Not read since an older state of RightsDesk&apos;s data was restored: what it says now is unknown.</source>
        <translation>Non lu depuis qu’un état plus ancien des données de RightsDesk a été restauré&#x202f;: ce que cela dit maintenant est inconnu.</translation>
    </message>
    <message>
        <source>Not read since {day} ({age}).</source>
        <translation>Non lu depuis le {day} ({age}).</translation>
    </message>
    <message>
        <source>Not read yet.</source>
        <translation>Pas encore lu.</translation>
    </message>
    <message>
        <source>Not readable since {day}</source>
        <translation>Illisible depuis&#x202f;: {day}</translation>
    </message>
    <message>
        <source>Not registered</source>
        <translation>Non inscrites</translation>
    </message>
    <message>
        <source>Not stated</source>
        <translation>Non précisé</translation>
    </message>
    <message>
        <source>Not this version</source>
        <translation>Ignorer cette version</translation>
    </message>
    <message>
        <source>Not tried yet</source>
        <translation>Pas encore essayé</translation>
    </message>
    <message>
        <source>Not tried: {why}</source>
        <translation>Pas essayé&#x202f;: {why}</translation>
    </message>
    <message>
        <source>Not yet</source>
        <translation>Pas encore</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Remarque</translation>
    </message>
    <message>
        <source>Note deleted: {platform}</source>
        <translation>Note supprimée&#x202f;: {platform}</translation>
    </message>
    <message>
        <source>Note deleted: {platform}, {artist}</source>
        <translation>Note supprimée&#x202f;: {platform}, {artist}</translation>
    </message>
    <message>
        <source>Note first when it was sent.</source>
        <translation>Notez d’abord quand elle a été envoyée.</translation>
    </message>
    <message>
        <source>Note on {name} deleted. It stays in the history.</source>
        <translation>Note sur {name} supprimée. Elle reste dans l’historique.</translation>
    </message>
    <message>
        <source>Note:</source>
        <translation>Note&#x202f;:</translation>
    </message>
    <message>
        <source>Note: {platform}, {artist}: {control} is {value}</source>
        <translation>Note&#x202f;: {platform}, {artist}&#x202f;: {control} = {value}</translation>
    </message>
    <message>
        <source>Noted</source>
        <translation>C’est noté</translation>
    </message>
    <message>
        <source>Noted by you</source>
        <translation>Noté par vous</translation>
    </message>
    <message>
        <source>Noted by you {day}</source>
        <translation>Noté par vous {day}</translation>
    </message>
    <message>
        <source>Noted by you {day}.</source>
        <translation>Noté par vous {day}.</translation>
    </message>
    <message>
        <source>Noted by you: {standing}</source>
        <translation>Noté par vous&#x202f;: {standing}</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notes</translation>
    </message>
    <message>
        <source>Nothing came back in time from {service} through the proxy {named}.</source>
        <translation>Rien n’est revenu à temps de {service} par le proxy {named}.</translation>
    </message>
    <message>
        <source>Nothing changed.</source>
        <translation>Rien n’a changé.</translation>
    </message>
    <message>
        <source>Nothing could be opened</source>
        <translation>Rien n’a pu être ouvert</translation>
    </message>
    <message>
        <source>Nothing has been chosen yet for this music.</source>
        <translation>Rien n’a encore été choisi pour cette musique.</translation>
    </message>
    <message>
        <source>Nothing in the help has these words.</source>
        <translation>Rien dans l’aide ne contient ces mots.</translation>
    </message>
    <message>
        <source>Nothing is damaged.</source>
        <translation>Rien n’est endommagé.</translation>
    </message>
    <message>
        <source>Nothing is on record yet.</source>
        <translation>Rien n’est encore enregistré.</translation>
    </message>
    <message>
        <source>Nothing is reported from them, and your music was not touched.</source>
        <translation>Rien n’en est rapporté, et votre musique n’a pas été touchée.</translation>
    </message>
    <message>
        <source>Nothing is unknown.</source>
        <translation>Rien n’est inconnu.</translation>
    </message>
    <message>
        <source>Nothing needs work.</source>
        <translation>Rien n’est à traiter.</translation>
    </message>
    <message numerus="yes">
        <source>Nothing needs you on %n platforms</source>
        <translation>
            <numerusform>Rien n’a besoin de vous sur %n plateforme</numerusform>
            <numerusform>Rien n’a besoin de vous sur %n plateformes</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing of this sign-in is kept. At {name} it was not ended: that could end one that is in use here, too.</source>
        <translation>Rien n’est gardé de cette connexion. Chez {name}, elle n’a pas été fermée&#x202f;: cela pourrait en fermer aussi une qui sert ici.</translation>
    </message>
    <message>
        <source>Nothing of this sign-in is kept. At {name} it was not ended: that would end one that is in use here, too.</source>
        <translation>Rien n’est gardé de cette connexion. Chez {name}, elle n’a pas été fermée&#x202f;: cela en fermerait aussi une qui sert ici.</translation>
    </message>
    <message>
        <source>Nothing says otherwise.</source>
        <translation>Rien ne dit autre chose.</translation>
    </message>
    <message>
        <source>Nothing to change: these tracks have this choice already.</source>
        <translation>Rien à modifier&#x202f;: ces morceaux ont déjà ce choix.</translation>
    </message>
    <message>
        <source>Nothing to do for a no: Fair Trade AI is joined only by your yes.</source>
        <translation>Rien à faire pour un non&#x202f;: Fair Trade AI ne se rejoint qu’avec votre oui.</translation>
    </message>
    <message>
        <source>Nothing to do for a no: the Musical AI dataset is joined only by your yes.</source>
        <translation>Rien à faire pour un non&#x202f;: le jeu de données de Musical AI ne se rejoint qu’avec votre oui.</translation>
    </message>
    <message>
        <source>Nothing to do for any artist</source>
        <translation>Rien à faire, pour aucun artiste</translation>
    </message>
    <message>
        <source>Nothing to do. Everything that could be read says what you chose.</source>
        <translation>Rien à faire. Tout ce qui a pu être lu dit ce que vous avez choisi.</translation>
    </message>
    <message>
        <source>Nothing to press at RouteNote; each store has its own terms.</source>
        <translation>Rien à actionner chez RouteNote&#x202f;; chaque boutique a ses propres conditions.</translation>
    </message>
    <message>
        <source>Nothing to press: Bandcamp binds itself and everyone else; training to generate music needs your express permission.</source>
        <translation>Rien à actionner&#x202f;: Bandcamp s’engage lui-même et engage tous les autres&#x202f;; entraîner pour générer de la musique exige votre autorisation expresse.</translation>
    </message>
    <message>
        <source>Nothing to press: Deezer reserves text and data mining for its whole service and forbids members to train AI.</source>
        <translation>Rien à actionner&#x202f;: Deezer réserve la fouille de textes et de données pour tout son service et interdit aux membres d’entraîner des IA.</translation>
    </message>
    <message>
        <source>Nothing to press: any AI use of the files needs the rights holder&apos;s permission.</source>
        <translation>Rien à actionner&#x202f;: toute utilisation des fichiers par l’IA exige l’autorisation du titulaire des droits.</translation>
    </message>
    <message>
        <source>Nothing to press: generative training that imitates you needs your yes. Write your own reservation into tags and description.</source>
        <translation>Rien à actionner&#x202f;: l’entraînement génératif qui vous imite exige votre oui. Écrivez votre propre réserve dans les tags et la description.</translation>
    </message>
    <message>
        <source>Nothing to press: nobody may use what is there for AI without permission.</source>
        <translation>Rien à actionner&#x202f;: personne n’a le droit d’utiliser pour l’IA ce qui s’y trouve sans autorisation.</translation>
    </message>
    <message>
        <source>Nothing to press: not used to train AI.</source>
        <translation>Rien à actionner&#x202f;: n’est pas utilisé pour entraîner l’IA.</translation>
    </message>
    <message>
        <source>Nothing to press: sound and picture of your calls train no AI.</source>
        <translation>Rien à actionner&#x202f;: le son et l’image de vos appels n’entraînent aucune IA.</translation>
    </message>
    <message>
        <source>Nothing to press: the terms forbid training by anyone.</source>
        <translation>Rien à actionner&#x202f;: les conditions interdisent l’entraînement par quiconque.</translation>
    </message>
    <message>
        <source>Nothing to read</source>
        <translation>Rien à lire</translation>
    </message>
    <message>
        <source>Nothing to write</source>
        <translation>Rien à écrire</translation>
    </message>
    <message>
        <source>Nothing until you choose</source>
        <translation>Rien tant que vous ne choisissez pas</translation>
    </message>
    <message>
        <source>Nothing was changed there.</source>
        <translation>Rien n’y a été modifié.</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Rien n’a été modifié.</translation>
    </message>
    <message>
        <source>Nothing was changed: the facts in use stay.</source>
        <translation>Rien n’a été modifié&#x202f;: les informations utilisées restent.</translation>
    </message>
    <message>
        <source>Nothing was changed: what is known of versions stays.</source>
        <translation>Rien n’a été modifié&#x202f;: ce qui est connu des versions demeure.</translation>
    </message>
    <message>
        <source>Nothing was connected.</source>
        <translation>Rien n’a été connecté.</translation>
    </message>
    <message>
        <source>Nothing was done since the newest time stamp, so none was made.</source>
        <translation>Rien n’a été fait depuis l’horodatage le plus récent, aucun n’a donc été créé.</translation>
    </message>
    <message>
        <source>Nothing was done yet.</source>
        <translation>Rien n’a encore été fait.</translation>
    </message>
    <message>
        <source>Nothing was fetched.</source>
        <translation>Rien n’a été récupéré.</translation>
    </message>
    <message>
        <source>Nothing was noted.</source>
        <translation>Rien n’a été noté.</translation>
    </message>
    <message>
        <source>Nothing was published.</source>
        <translation>Rien n’a été publié.</translation>
    </message>
    <message>
        <source>Nothing was read or changed there.</source>
        <translation>Rien n’y a été lu ni modifié.</translation>
    </message>
    <message>
        <source>Nothing was read or changed.</source>
        <translation>Rien n’a été lu ni modifié.</translation>
    </message>
    <message>
        <source>Nothing was saved just now.</source>
        <translation>Rien n’a été enregistré à l’instant.</translation>
    </message>
    <message>
        <source>Nothing was saved.</source>
        <translation>Rien n’a été enregistré.</translation>
    </message>
    <message>
        <source>Nothing was sent there, and nothing changed.</source>
        <translation>Rien n’y a été envoyé, et rien n’a changé.</translation>
    </message>
    <message>
        <source>Nothing was sent to it.</source>
        <translation>Rien ne lui a été envoyé.</translation>
    </message>
    <message>
        <source>Nothing was sent, and nothing was changed.</source>
        <translation>Rien n’a été envoyé, et rien n’a été modifié.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>Rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>Nothing was written.</source>
        <translation>Rien n’a été écrit.</translation>
    </message>
    <message>
        <source>Nothing: no account is connected. RightsDesk can write there with one.</source>
        <translation>Rien&#x202f;: aucun compte n’est connecté. Avec un compte, RightsDesk peut y écrire.</translation>
    </message>
    <message>
        <source>Nothing: there is only its own setting.</source>
        <translation>Rien&#x202f;: il n’y a que son propre réglage.</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Notifications</translation>
    </message>
    <message>
        <source>Notify me</source>
        <translation>Me notifier</translation>
    </message>
    <message>
        <source>Noto Sans Mono</source>
        <translation>Noto Sans Mono</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>Maintenant</translation>
    </message>
    <message>
        <source>Now allowed: {what}.</source>
        <translation>Désormais permis&#x202f;: {what}.</translation>
    </message>
    <message>
        <source>Now forbidden: {what}.</source>
        <translation>Désormais interdit&#x202f;: {what}.</translation>
    </message>
    <message>
        <source>Now with a choice: {what}.</source>
        <translation>Désormais laissé au choix&#x202f;: {what}.</translation>
    </message>
    <message>
        <source>Objection form</source>
        <translation>Formulaire d’opposition</translation>
    </message>
    <message>
        <source>Objection to the use of your information for AI at Meta</source>
        <translation>Opposition à l’utilisation de vos informations pour l’IA chez Meta</translation>
    </message>
    <message>
        <source>Of kinds that RightsDesk does not read: {files}.</source>
        <translation>Dans des formats que RightsDesk ne lit pas&#x202f;: {files}.</translation>
    </message>
    <message>
        <source>Of {day} (number {number}), about {platforms}. Came with RightsDesk.</source>
        <translation>Du {day} (numéro {number}), sur {platforms}. Fournies avec RightsDesk.</translation>
    </message>
    <message>
        <source>Of {day} (number {number}), about {platforms}. Installed as an update.</source>
        <translation>Du {day} (numéro {number}), sur {platforms}. Installées comme mise à jour.</translation>
    </message>
    <message>
        <source>Of {day}, {age} ago.</source>
        <translation>Du {day}, il y a {age}.</translation>
    </message>
    <message>
        <source>Of {day}.</source>
        <translation>Du {day}.</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Désactivé</translation>
    </message>
    <message>
        <source>Off unless you switch it on</source>
        <translation>Désactivé, sauf si vous l’activez</translation>
    </message>
    <message>
        <source>Off: no company</source>
        <translation>Désactivé&#x202f;: aucune société</translation>
    </message>
    <message>
        <source>Often confused with it</source>
        <translation>Souvent confondu avec</translation>
    </message>
    <message>
        <source>On</source>
        <translation>Activé</translation>
    </message>
    <message>
        <source>On Bluesky this applies to your whole account, not to single tracks.</source>
        <translation>Sur Bluesky, cela vaut pour tout votre compte, pas pour des morceaux isolés.</translation>
    </message>
    <message>
        <source>On Bluesky, no to data mining also stops discovery by meaning (semantic search and recommendations), because it forbids embedding.</source>
        <translation>Sur Bluesky, un non à la fouille de données arrête aussi la découverte par le sens (recherche et recommandations sémantiques), car il interdit les embeddings.</translation>
    </message>
    <message>
        <source>On Bluesky, open Settings, Privacy and security, App passwords, and add one named RightsDesk.</source>
        <translation>Sur Bluesky, ouvrez Paramètres, Confidentialité et sécurité, Mots de passe d’application, et ajoutez-en un nommé RightsDesk.</translation>
    </message>
    <message>
        <source>On by default, since 3 November 2025 also in the EU, the EEA, the UK, Switzerland, Canada and Hong Kong. Off works from then on only.</source>
        <translation>Activé par défaut, depuis le 3 novembre 2025 aussi dans l’UE, l’EEE, au Royaume-Uni, en Suisse, au Canada et à Hong Kong. Désactiver ne vaut qu’à partir de là.</translation>
    </message>
    <message>
        <source>On by default. Switch it off; the licence in the terms covers training either way.</source>
        <translation>Activé par défaut. Désactivez-le&#x202f;; la licence dans les conditions couvre l’entraînement dans tous les cas.</translation>
    </message>
    <message>
        <source>On unless you switch it off</source>
        <translation>Activé, sauf si vous le désactivez</translation>
    </message>
    <message>
        <source>Once a &amp;day</source>
        <translation>Une fois par &amp;jour</translation>
    </message>
    <message>
        <source>Once a &amp;week</source>
        <translation>Une fois par &amp;semaine</translation>
    </message>
    <message>
        <source>Once there are some, rescan.</source>
        <translation>Quand il y en aura, réanalysez.</translation>
    </message>
    <message>
        <source>One ISRC is on recordings of {artists}: {named}.</source>
        <translation>Un ISRC figure sur des enregistrements de {artists}&#x202f;: {named}.</translation>
    </message>
    <message>
        <source>One ISRC is on {recordings} with different titles or lengths: {named}. They were kept apart.</source>
        <translation>Un ISRC figure sur {recordings} aux titres ou durées différents&#x202f;: {named}. Ils ont été gardés séparés.</translation>
    </message>
    <message>
        <source>One UPC is on {releases}: {named}.</source>
        <translation>Un UPC figure sur {releases}&#x202f;: {named}.</translation>
    </message>
    <message>
        <source>One of the texts to write holds a control character, which XMP can&apos;t hold.</source>
        <translation>Un des textes à écrire contient un caractère de contrôle, que le XMP ne peut pas porter.</translation>
    </message>
    <message>
        <source>One user&apos;s post. No help page was found.</source>
        <translation>Le post d’un utilisateur. Aucune page d’aide n’a été trouvée.</translation>
    </message>
    <message>
        <source>Only XMP is written: this file has no place where RightsDesk can safely write other fields.</source>
        <translation>Seul le XMP est écrit&#x202f;: ce fichier n’a pas d’endroit où RightsDesk puisse écrire d’autres champs sans risque.</translation>
    </message>
    <message>
        <source>Only a merge can be narrowed to some members, and only of recordings or releases.</source>
        <translation>Seule une fusion peut être limitée à certains membres, et seulement pour des enregistrements ou des sorties.</translation>
    </message>
    <message>
        <source>Only on pages with advertisements</source>
        <translation>Seulement sur les pages avec de la publicité</translation>
    </message>
    <message>
        <source>Only terms of 2021 could be found. They are older than the question.</source>
        <translation>Seules des conditions de 2021 ont pu être trouvées. Elles sont plus anciennes que la question.</translation>
    </message>
    <message>
        <source>Only terms of December 2023 and older were found, and the part read does not mention AI. How an artist says no to Believe&apos;s licences was not found.</source>
        <translation>Seules des conditions de décembre 2023 et antérieures ont été trouvées, et la partie lue ne parle pas d’IA. Comment un artiste dit non aux licences de Believe n’a pas été trouvé.</translation>
    </message>
    <message>
        <source>Only the companies that I chose</source>
        <translation>Seulement les sociétés que j’ai choisies</translation>
    </message>
    <message>
        <source>Only the home page is known for sure. The steps lead on from there.</source>
        <translation>Seule la page d’accueil est connue avec certitude. Les étapes partent de là.</translation>
    </message>
    <message>
        <source>Only the opening page was held, not the parts behind it.</source>
        <translation>Seule la page d’entrée était disponible, pas les parties qui suivent.</translation>
    </message>
    <message>
        <source>Only the terms apply: there is no switch for Google&apos;s own use of what is on YouTube.</source>
        <translation>Seules les conditions s’appliquent&#x202f;: il n’y a pas d’option pour l’usage que Google fait lui-même de ce qui est sur YouTube.</translation>
    </message>
    <message>
        <source>Only the uploader of an item can change it.</source>
        <translation>Seule la personne qui a mis l’élément en ligne peut le modifier.</translation>
    </message>
    <message>
        <source>Only tracks that are wholly yours can take part.</source>
        <translation>Seuls les morceaux entièrement à vous peuvent participer.</translation>
    </message>
    <message>
        <source>Only you can change it: {where}.</source>
        <translation>Vous seul pouvez le modifier&#x202f;: {where}.</translation>
    </message>
    <message>
        <source>Only you can change this, in YouTube Studio: Settings, Channel, Advanced settings, Third-party training. It does not limit what Google itself does.</source>
        <translation>Personne d’autre que vous ne peut le changer, dans YouTube Studio&#x202f;: Paramètres, Chaîne, Paramètres avancés, Entraînement par des tiers. Cela ne limite pas ce que fait Google lui-même.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Ouvert</translation>
    </message>
    <message>
        <source>Open Canva&apos;s settings and go to Privacy settings.</source>
        <translation>Ouvrez les paramètres de Canva et allez dans Paramètres de confidentialité.</translation>
    </message>
    <message>
        <source>Open Dropbox&apos;s settings in the browser.</source>
        <translation>Ouvrez les paramètres de Dropbox dans le navigateur.</translation>
    </message>
    <message>
        <source>Open GitHub&apos;s settings and go to Copilot.</source>
        <translation>Ouvrez les paramètres de GitHub et allez dans Copilot.</translation>
    </message>
    <message>
        <source>Open LinkedIn and go to Settings &amp; Privacy, then Data privacy.</source>
        <translation>Ouvrez LinkedIn et allez dans Préférences &amp; confidentialité, puis Confidentialité des données.</translation>
    </message>
    <message>
        <source>Open Medium and go to Settings, then Account.</source>
        <translation>Ouvrez Medium et allez dans Paramètres, puis Compte.</translation>
    </message>
    <message>
        <source>Open Meta&apos;s Privacy Center and find the form to object.</source>
        <translation>Ouvrez le Privacy Center de Meta et trouvez le formulaire d’opposition.</translation>
    </message>
    <message>
        <source>Open Source Models only</source>
        <translation>Open Source Models only</translation>
    </message>
    <message>
        <source>Open Sureel&apos;s page on entering music. It offers a form, a CSV or JSON file, DDEX, and OpenPlay.</source>
        <translation>Ouvrez la page de Sureel sur le dépôt de musique. Elle propose un formulaire, un fichier CSV ou JSON, DDEX, et OpenPlay.</translation>
    </message>
    <message>
        <source>Open Tumblr in the browser, not in the app, and go to the settings of your blog.</source>
        <translation>Ouvrez Tumblr dans le navigateur, pas dans l’appli, et allez dans les paramètres de votre blog.</translation>
    </message>
    <message>
        <source>Open X and go to Settings, then Privacy and safety, then Data sharing and personalization.</source>
        <translation>Ouvrez X et allez dans Paramètres, puis Confidentialité et sécurité, puis Partage de données et personnalisation.</translation>
    </message>
    <message>
        <source>Open YouTube Studio with your music&apos;s channel.</source>
        <translation>Ouvrez YouTube Studio avec la chaîne de votre musique.</translation>
    </message>
    <message>
        <source>Open haveibeentrained.com. In September 2025 it was said to be under maintenance, so it may not answer.</source>
        <translation>Ouvrez haveibeentrained.com. En septembre 2025, le site était annoncé en maintenance&#x202f;; il se peut qu’il ne réponde pas.</translation>
    </message>
    <message>
        <source>Open home page</source>
        <translation>Ouvrir la page d’accueil</translation>
    </message>
    <message>
        <source>Open it in an audio program and save it again.</source>
        <translation>Ouvrez-le dans un programme audio et enregistrez-le à nouveau.</translation>
    </message>
    <message>
        <source>Open on {name}</source>
        <translation>Ouvrir sur {name}</translation>
    </message>
    <message>
        <source>Open page</source>
        <translation>Ouvrir la page</translation>
    </message>
    <message>
        <source>Open page again</source>
        <translation>Rouvrir la page</translation>
    </message>
    <message>
        <source>Open the Robots.txt Editor. Some plans do not have it.</source>
        <translation>Ouvrez l’Éditeur de robots.txt. Certaines formules ne l’ont pas.</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Ouvrir le dossier</translation>
    </message>
    <message>
        <source>Open the page</source>
        <translation>Ouvrir la page</translation>
    </message>
    <message>
        <source>Open the page…</source>
        <translation>Ouvrir la page…</translation>
    </message>
    <message>
        <source>Open the settings of your publication on Substack.</source>
        <translation>Ouvrez les paramètres de votre publication sur Substack.</translation>
    </message>
    <message>
        <source>Open your apps page on SoundCloud and register an app. SoundCloud may ask for an Artist Pro plan.</source>
        <translation>Ouvrez la page de vos applications sur SoundCloud et enregistrez une application. SoundCloud demande parfois un abonnement Artist Pro.</translation>
    </message>
    <message>
        <source>Open your site in Squarespace and go to Settings, then Crawlers.</source>
        <translation>Ouvrez votre site dans Squarespace et allez dans Paramètres, puis Robots.</translation>
    </message>
    <message>
        <source>Open your site&apos;s dashboard in Wix and go to Marketing &amp; SEO, then SEO Tools.</source>
        <translation>Ouvrez le tableau de bord de votre site dans Wix et allez dans Marketing &amp; SEO, puis Outils SEO.</translation>
    </message>
    <message>
        <source>Open “Data for Generative AI Improvement”.</source>
        <translation>Ouvrez «&#x202f;Données pour l’amélioration de l’IA générative&#x202f;».</translation>
    </message>
    <message>
        <source>Open “Gen AI preferences”.</source>
        <translation>Ouvrez «&#x202f;Gen AI preferences&#x202f;».</translation>
    </message>
    <message>
        <source>Open “Grok &amp; Third-party Collaborators”.</source>
        <translation>Ouvrez «&#x202f;Grok &amp; Third-party Collaborators&#x202f;».</translation>
    </message>
    <message>
        <source>Open “Third-party AI and your stories”.</source>
        <translation>Ouvrez «&#x202f;Third-party AI and your stories&#x202f;».</translation>
    </message>
    <message>
        <source>Open “Third-party AI”. If it is not there, the features do not exist for your account.</source>
        <translation>Ouvrez «&#x202f;IA tierce&#x202f;». Si ce n’est pas là, les fonctions n’existent pas pour votre compte.</translation>
    </message>
    <message>
        <source>OpenAI, Anthropic, Google, Apple, Common Crawl and others document that their crawlers obey it. Some, such as Bytespider, are known not to.</source>
        <translation>OpenAI, Anthropic, Google, Apple, Common Crawl et d’autres documentent que leurs robots le respectent. Certains, comme Bytespider, sont connus pour ne pas le faire.</translation>
    </message>
    <message>
        <source>OpenTimestamps: free of charge, pending for some hours. Only a hash is sent, nothing of the history itself.</source>
        <translation>OpenTimestamps&#x202f;: gratuit, en attente pendant quelques heures. Seul un hash est envoyé, rien de l’historique lui-même.</translation>
    </message>
    <message>
        <source>Opens RightsDesk when you log in, so that automatic checks happen.</source>
        <translation>Ouvre RightsDesk à l’ouverture de votre session, pour que les vérifications automatiques aient lieu.</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Ouvrir…</translation>
    </message>
    <message>
        <source>Other accounts are not affected.</source>
        <translation>Les autres comptes ne sont pas concernés.</translation>
    </message>
    <message>
        <source>Other people on this computer may write in RightsDesk&apos;s data folder ({folder}).</source>
        <translation>D’autres personnes sur cet ordinateur peuvent écrire dans le dossier de données de RightsDesk ({folder}).</translation>
    </message>
    <message>
        <source>Other people on this computer may write in {parent}, so they could put a folder of theirs in the place of RightsDesk&apos;s data folder ({folder}).</source>
        <translation>D’autres personnes sur cet ordinateur peuvent écrire dans {parent}&#x202f;; elles pourraient donc mettre un dossier à elles à la place du dossier de données de RightsDesk ({folder}).</translation>
    </message>
    <message>
        <source>Others may not mine or scrape.</source>
        <translation>D’autres n’ont pas le droit de fouiller ni de moissonner (scraping).</translation>
    </message>
    <message>
        <source>Others may not train on Spotify. Spotify itself trains models on user data; artists have no switch.</source>
        <translation>D’autres n’ont pas le droit d’entraîner avec Spotify. Spotify lui-même entraîne des modèles avec les données des utilisateurs&#x202f;; les artistes n’ont pas d’option.</translation>
    </message>
    <message>
        <source>Others must heed machine-readable signs such as robots.txt against training.</source>
        <translation>D’autres doivent respecter les signes lisibles par machine contre l’entraînement, comme robots.txt.</translation>
    </message>
    <message>
        <source>Out unless you join</source>
        <translation>Exclu, sauf si vous participez</translation>
    </message>
    <message>
        <source>Own copyright sentence</source>
        <translation>Phrase de copyright à vous</translation>
    </message>
    <message>
        <source>Own mix</source>
        <translation>Sur mesure</translation>
    </message>
    <message>
        <source>Own site</source>
        <translation>Votre site</translation>
    </message>
    <message>
        <source>Own site: robots.txt for Google-Extended. Public information may otherwise be used.</source>
        <translation>Site propre&#x202f;: robots.txt pour Google-Extended. Sinon, les informations publiques peuvent être utilisées.</translation>
    </message>
    <message>
        <source>P&amp;ick {artist}</source>
        <translation>Ch&amp;oisir {artist}</translation>
    </message>
    <message>
        <source>PDF (*.pdf);;HTML (*.html);;JSON (*.json)</source>
        <translation>PDF (*.pdf);;HTML (*.html);;JSON (*.json)</translation>
    </message>
    <message>
        <source>PDF (*.pdf);;HTML (*.html);;Text (*.txt)</source>
        <translation>PDF (*.pdf);;HTML (*.html);;Texte (*.txt)</translation>
    </message>
    <message>
        <source>PRS has principles and a registration policy. A reservation for its repertoire was not found.</source>
        <translation>La PRS a des principes et une règle d’enregistrement des œuvres. Une réserve pour son répertoire n’a pas été trouvée.</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>Page</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Pages</translation>
    </message>
    <message>
        <source>Part of the delivery since 2026. They disclose how music was made. They are not a consent.</source>
        <translation>Font partie de la livraison depuis 2026. Elles indiquent comment la musique a été faite. Ce n’est pas un consentement.</translation>
    </message>
    <message>
        <source>Partner</source>
        <translation>Partenaire</translation>
    </message>
    <message>
        <source>Partners may not train on your files. You can switch off that files go to partners at all.</source>
        <translation>Les partenaires n’ont pas le droit d’entraîner avec vos fichiers. Vous pouvez désactiver tout envoi de fichiers à des partenaires.</translation>
    </message>
    <message>
        <source>Parts of the text are missing.</source>
        <translation>Il manque des parties du texte.</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>Phrase secrète</translation>
    </message>
    <message>
        <source>Passphrase for your accounts…</source>
        <translation>Phrase secrète pour vos comptes…</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Mot de passe</translation>
    </message>
    <message>
        <source>Password there</source>
        <translation>Mot de passe là-bas</translation>
    </message>
    <message>
        <source>Paste both here. Add “Zone: Read” to the token if RightsDesk should show the zone by its name.</source>
        <translation>Collez les deux ici. Ajoutez «&#x202f;Zone: Read&#x202f;» au jeton si RightsDesk doit afficher la zone par son nom.</translation>
    </message>
    <message>
        <source>Paste the rules that RightsDesk exports for robots.txt, and save.</source>
        <translation>Collez les règles que RightsDesk exporte pour robots.txt, et enregistrez.</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Chemin</translation>
    </message>
    <message>
        <source>Patreon said that training on creators&apos; work should be paid for.</source>
        <translation>Patreon a dit que l’entraînement avec les œuvres des créateurs devrait être rémunéré.</translation>
    </message>
    <message>
        <source>Patreon&apos;s own terms on training were not found. One text reports that it rejects “fair use” for training.</source>
        <translation>Les conditions de Patreon elles-mêmes sur l’entraînement n’ont pas été trouvées. Un texte rapporte qu’il rejette le «&#x202f;fair use&#x202f;» (usage loyal) pour l’entraînement.</translation>
    </message>
    <message>
        <source>People in the EU and the UK: public posts, photos, captions and comments of that account.</source>
        <translation>Les personnes dans l&apos;UE et au Royaume-Uni : publications, photos, légendes et commentaires publics de ce compte.</translation>
    </message>
    <message>
        <source>People, and whoever reads SoundCloud&apos;s pages or interface. It is your reservation, not a switch of SoundCloud&apos;s.</source>
        <translation>Les gens, et quiconque lit les pages ou l’interface de SoundCloud. C’est votre réserve, pas une option de SoundCloud.</translation>
    </message>
    <message>
        <source>People, and whoever reads the platform&apos;s interface. No machine is known to act on it.</source>
        <translation>Les gens, et quiconque lit l’interface de la plateforme. On ne connaît aucune machine qui en tienne compte.</translation>
    </message>
    <message>
        <source>People, courts, and every player and shop that shows the field. No machine is known to act on it.</source>
        <translation>Les gens, les tribunaux, et tout lecteur ou toute boutique qui affiche le champ. On ne connaît aucune machine qui en tienne compte.</translation>
    </message>
    <message>
        <source>Personal data may be used to develop and train AI models.</source>
        <translation>Les données personnelles peuvent servir à développer et à entraîner des modèles d’IA.</translation>
    </message>
    <message>
        <source>Pictures given to My Selfie develop models for all services and research.</source>
        <translation>Les photos données à My Selfie développent des modèles pour tous les services et la recherche.</translation>
    </message>
    <message>
        <source>Pins may be used to train models regardless of when they were posted.</source>
        <translation>Les épingles peuvent servir à entraîner des modèles, quelle que soit leur date de publication.</translation>
    </message>
    <message>
        <source>Places</source>
        <translation>Emplacements</translation>
    </message>
    <message>
        <source>Platform</source>
        <translation>Plateforme</translation>
    </message>
    <message>
        <source>Platforms</source>
        <translation>Plateformes</translation>
    </message>
    <message>
        <source>Platforms by artist</source>
        <translation>Plateformes par artiste</translation>
    </message>
    <message>
        <source>Platforms can take a while. Check again later.</source>
        <translation>Les plateformes peuvent prendre du temps. Revérifiez plus tard.</translation>
    </message>
    <message>
        <source>Platforms suggest it, put it in playlists, check for fraud.</source>
        <translation>Les plateformes la suggèrent, la mettent dans des playlists, contrôlent la fraude.</translation>
    </message>
    <message>
        <source>Platforms that you visit yourself</source>
        <translation>Plateformes où vous allez vous-même</translation>
    </message>
    <message>
        <source>Please report this, with the file if you can.</source>
        <translation>Signalez-le, s’il vous plaît, avec le fichier si possible.</translation>
    </message>
    <message>
        <source>Please report this, with the sidecar if you can.</source>
        <translation>Signalez-le, s’il vous plaît, avec le fichier annexe si possible.</translation>
    </message>
    <message>
        <source>Please tell the makers of RightsDesk.</source>
        <translation>Merci de le signaler aux auteurs de RightsDesk.</translation>
    </message>
    <message>
        <source>Please update RightsDesk, or choose another data folder.</source>
        <translation>Mettez RightsDesk à jour, ou choisissez un autre dossier de données.</translation>
    </message>
    <message>
        <source>Policy and terms forbid anyone to use what is on Traxsource as AI training data.</source>
        <translation>La politique et les conditions interdisent à quiconque d’utiliser ce qui est sur Traxsource comme données d’entraînement d’IA.</translation>
    </message>
    <message>
        <source>Port {port} on this computer is used by another program.</source>
        <translation>Le port {port} de cet ordinateur est utilisé par un autre programme.</translation>
    </message>
    <message>
        <source>Preparing the rest…</source>
        <translation>Préparation du reste…</translation>
    </message>
    <message>
        <source>Preparing the undo…</source>
        <translation>Préparation de l’annulation…</translation>
    </message>
    <message>
        <source>Preparing to take it back…</source>
        <translation>Préparation du retrait…</translation>
    </message>
    <message>
        <source>Press {key}</source>
        <translation>Appuyez sur {key}</translation>
    </message>
    <message>
        <source>Prevent third-party sharing</source>
        <translation>Empêcher le partage avec des tiers</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Aperçu</translation>
    </message>
    <message>
        <source>Principle “Choice”: rights holders decide, also about AI.</source>
        <translation>Principe «&#x202f;Choix&#x202f;»&#x202f;: les titulaires des droits décident, aussi pour l’IA.</translation>
    </message>
    <message>
        <source>Prioritize maximum reach</source>
        <translation>Prioritize maximum reach</translation>
    </message>
    <message>
        <source>Privacy Center</source>
        <translation>Privacy Center</translation>
    </message>
    <message>
        <source>Privacy and data</source>
        <translation>Confidentialité et données</translation>
    </message>
    <message>
        <source>Privacy and personal data</source>
        <translation>Confidentialité et données personnelles</translation>
    </message>
    <message>
        <source>Privacy and safety</source>
        <translation>Confidentialité et sécurité</translation>
    </message>
    <message>
        <source>Privacy settings</source>
        <translation>Paramètres de confidentialité</translation>
    </message>
    <message>
        <source>Privacy settings: user content</source>
        <translation>Paramètres de confidentialité&#x202f;: contenus des utilisateurs</translation>
    </message>
    <message>
        <source>Private personal data does not train Apple&apos;s foundation models. It says nothing about delivered music.</source>
        <translation>Les données personnelles privées n’entraînent pas les modèles de fondation d’Apple. Cela ne dit rien de la musique livrée.</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>Problèmes</translation>
    </message>
    <message>
        <source>Problems, the most pressing first</source>
        <translation>Problèmes, les plus urgents d’abord</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>Profil</translation>
    </message>
    <message>
        <source>Project settings</source>
        <translation>Paramètres du projet</translation>
    </message>
    <message>
        <source>Protect your own web site</source>
        <translation>Protéger votre propre site web</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>Public content.</source>
        <translation>Contenus publics.</translation>
    </message>
    <message>
        <source>Public directory of the declarations.</source>
        <translation>Répertoire public des déclarations.</translation>
    </message>
    <message>
        <source>Public information may help to train Google&apos;s AI.</source>
        <translation>Les informations publiques peuvent aider à entraîner l’IA de Google.</translation>
    </message>
    <message>
        <source>Public posts and reblogs of that blog. Blogs hidden from search have it on already.</source>
        <translation>Les publications publiques et les reblogs de ce blog. Les blogs masqués aux moteurs de recherche l&apos;ont déjà activé.</translation>
    </message>
    <message>
        <source>Public posts, and what you say to Grok. Posts of private accounts are said not to be used.</source>
        <translation>Les publications publiques et ce que vous dites à Grok. Selon X, les publications des comptes privés ne sont pas utilisées.</translation>
    </message>
    <message>
        <source>Public repositories: the licence covers training, and there is no switch. Private ones are left alone unless you hand them to an AI feature. The Copilot switch covers only what you type into AI features.</source>
        <translation>Dépôts publics&#x202f;: la licence couvre l’entraînement, et il n’y a pas d’option. Les dépôts privés sont laissés tranquilles, sauf si vous les donnez à une fonction d’IA. L’option de Copilot ne couvre que ce que vous saisissez dans les fonctions d’IA.</translation>
    </message>
    <message>
        <source>Publication details</source>
        <translation>Publication details</translation>
    </message>
    <message>
        <source>Publication settings</source>
        <translation>Paramètres de la publication</translation>
    </message>
    <message>
        <source>Publish as the file&apos;s owner, or put the exported file there yourself.</source>
        <translation>Publiez en tant que propriétaire du fichier, ou placez-y vous-même le fichier exporté.</translation>
    </message>
    <message>
        <source>Published, but {service} could not be checked: {why}</source>
        <translation>Publié, mais {service} n’a pas pu être vérifié&#x202f;: {why}</translation>
    </message>
    <message>
        <source>Published, but {service} still shows the old version of {paths}.</source>
        <translation>Publié, mais {service} montre encore l’ancienne version de {paths}.</translation>
    </message>
    <message>
        <source>Put back</source>
        <translation>Remettre</translation>
    </message>
    <message>
        <source>Put into {path}; what others wrote in it is as it was.</source>
        <translation>Écrit dans {path}&#x202f;; ce que d’autres y ont écrit est resté tel quel.</translation>
    </message>
    <message>
        <source>R&amp;emove artist…</source>
        <translation>Retirer l’a&amp;rtiste…</translation>
    </message>
    <message>
        <source>RIFX (a big-endian WAV)</source>
        <translation>RIFX (un WAV gros-boutiste)</translation>
    </message>
    <message>
        <source>RSL can only say “ask me” with the web address of your terms.</source>
        <translation>RSL ne peut dire «&#x202f;me demander&#x202f;» qu’avec l’adresse web de vos conditions.</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>Lire</translation>
    </message>
    <message>
        <source>Read both</source>
        <translation>Lisez les deux</translation>
    </message>
    <message>
        <source>Read by RightsDesk</source>
        <translation>Lu par RightsDesk</translation>
    </message>
    <message>
        <source>Read by: {readers}</source>
        <translation>Lu par&#x202f;: {readers}</translation>
    </message>
    <message>
        <source>Read from the file {when}.</source>
        <translation>Lu dans le fichier&#x202f;: {when}.</translation>
    </message>
    <message>
        <source>Read from {carrier}&apos;s API {when}.</source>
        <translation>Lu par l’API de {carrier}&#x202f;: {when}.</translation>
    </message>
    <message>
        <source>Read from {carrier}&apos;s public page {when}.</source>
        <translation>Lu sur la page publique de {carrier}&#x202f;: {when}.</translation>
    </message>
    <message>
        <source>Read from {platform} {day}. Account: {names}</source>
        <translation>Lu sur {platform} {day}. Compte&#x202f;: {names}</translation>
    </message>
    <message>
        <source>Read from {platform} {day}: it says {says}.</source>
        <translation>Lu sur {platform} {day}&#x202f;: {says}.</translation>
    </message>
    <message>
        <source>Read from {platform} {day}: {times} say {says}.</source>
        <translation>Lu sur {platform} {day}&#x202f;: {says} ({times}).</translation>
    </message>
    <message>
        <source>Read the account again in a few minutes. There is no need to send it again.</source>
        <translation>Relisez le compte dans quelques minutes. Inutile de renvoyer.</translation>
    </message>
    <message numerus="yes">
        <source>Read the tags of %n files</source>
        <translation>
            <numerusform>Lire les tags de %n fichier</numerusform>
            <numerusform>Lire les tags de %n fichiers</numerusform>
        </translation>
    </message>
    <message>
        <source>Read the terms</source>
        <translation>Lire les conditions</translation>
    </message>
    <message>
        <source>Read them again (account check), or turn on automatic checks (look --every).</source>
        <translation>Relisez-les (account check), ou activez les vérifications automatiques (look --every).</translation>
    </message>
    <message>
        <source>Reading terms…</source>
        <translation>Lecture des conditions…</translation>
    </message>
    <message>
        <source>Reading the audio…</source>
        <translation>Lecture de l’audio…</translation>
    </message>
    <message>
        <source>Reading the library</source>
        <translation>Lecture de la bibliothèque</translation>
    </message>
    <message>
        <source>Reading the library…</source>
        <translation>Lecture de la bibliothèque…</translation>
    </message>
    <message>
        <source>Reading the tags…</source>
        <translation>Lecture des tags…</translation>
    </message>
    <message>
        <source>Reading what is written where…</source>
        <translation>Lecture de ce qui est écrit, et où…</translation>
    </message>
    <message>
        <source>Reading what was not done…</source>
        <translation>Lecture de ce qui n’a pas été fait…</translation>
    </message>
    <message>
        <source>Reading {platforms}…</source>
        <translation>Lecture de {platforms}…</translation>
    </message>
    <message>
        <source>Reading {platform}…</source>
        <translation>Lecture de {platform}…</translation>
    </message>
    <message>
        <source>Reading “none”</source>
        <translation>Comment lire «&#x202f;none&#x202f;»</translation>
    </message>
    <message>
        <source>Reading… {n} {nouns} so far</source>
        <translation>Lecture… {n} {nouns} jusqu’ici</translation>
    </message>
    <message>
        <source>Reads each text once a day, from the platform and from Open Terms Archive, and says when it changes what AI may do with uploads. Off until you ask for it.</source>
        <translation>Lit chaque texte une fois par jour, sur la plateforme et dans Open Terms Archive, et dit quand il change ce que l’IA peut faire des envois. Désactivé tant que vous ne le demandez pas.</translation>
    </message>
    <message>
        <source>Reads one small file that is signed by those who make RightsDesk. Nothing about you is sent, and nothing is downloaded or installed. Off until you ask for it.</source>
        <translation>Lit un petit fichier signé par ceux qui font RightsDesk. Rien n’est envoyé sur vous, et rien n’est téléchargé ni installé. Désactivé tant que vous ne le demandez pas.</translation>
    </message>
    <message>
        <source>Reads: {what}.</source>
        <translation>Lit&#x202f;: {what}.</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Raison</translation>
    </message>
    <message>
        <source>Reason: {reason}</source>
        <translation>Raison : {reason}</translation>
    </message>
    <message>
        <source>Recording: {name}</source>
        <translation>Enregistrement&#x202f;: {name}</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Rétablir</translation>
    </message>
    <message>
        <source>Redo {subject}</source>
        <translation>Rétablir&#x202f;: {subject}</translation>
    </message>
    <message>
        <source>Redo: {deed}</source>
        <translation>Rétablir&#x202f;: {deed}</translation>
    </message>
    <message>
        <source>Redo: {subject}</source>
        <translation>Rétablir&#x202f;: {subject}</translation>
    </message>
    <message>
        <source>Redone: {subject}</source>
        <translation>Rétabli&#x202f;: {subject}</translation>
    </message>
    <message>
        <source>Redone: {subject}.</source>
        <translation>Rétabli&#x202f;: {subject}.</translation>
    </message>
    <message>
        <source>Register exactly {redirect_uri} as the redirect address of your app. Then try again.</source>
        <translation>Enregistrez exactement {redirect_uri} comme adresse de redirection de votre application. Puis réessayez.</translation>
    </message>
    <message>
        <source>Register the addresses where your music can be heard, or a whole domain of your own.</source>
        <translation>Inscrivez les adresses où l’on peut écouter votre musique, ou tout un domaine à vous.</translation>
    </message>
    <message>
        <source>Registries</source>
        <translation>Registres</translation>
    </message>
    <message>
        <source>Registries and societies</source>
        <translation>Registres et sociétés de gestion</translation>
    </message>
    <message>
        <source>Registry</source>
        <translation>Registre</translation>
    </message>
    <message>
        <source>Release</source>
        <translation>Sortie</translation>
    </message>
    <message>
        <source>Release and track</source>
        <translation>Sortie et morceau</translation>
    </message>
    <message>
        <source>Release: {name}</source>
        <translation>Sortie&#x202f;: {name}</translation>
    </message>
    <message>
        <source>Remind me on:</source>
        <translation>Rappel le&#x202f;:</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
    <message>
        <source>Remove all of RightsDesk&apos;s data?</source>
        <translation>Supprimer toutes les données de RightsDesk&#x202f;?</translation>
    </message>
    <message>
        <source>Remove artist?</source>
        <translation>Retirer l’artiste&#x202f;?</translation>
    </message>
    <message>
        <source>Remove it or give it another name, then try again.</source>
        <translation>Retirez-le ou donnez-lui un autre nom, puis réessayez.</translation>
    </message>
    <message>
        <source>Remove it or point it to a file.</source>
        <translation>Retirez-le ou faites-le pointer vers un fichier.</translation>
    </message>
    <message>
        <source>Remove or correct that setting, or choose a passphrase for RightsDesk.</source>
        <translation>Retirez ou corrigez ce réglage, ou choisissez une phrase secrète pour RightsDesk.</translation>
    </message>
    <message>
        <source>Remove the other name, or make a copy and change that.</source>
        <translation>Retirez l’autre nom, ou faites une copie et modifiez-la.</translation>
    </message>
    <message>
        <source>Remove “{name}” from RightsDesk?</source>
        <translation>Retirer «&#x202f;{name}&#x202f;» de RightsDesk&#x202f;?</translation>
    </message>
    <message>
        <source>Removed are {folder}, with artists, consents, history, evidence, contracts, sign-ins and backups, and the key in the system&apos;s keyring. Your music stays, and what you saved elsewhere.</source>
        <translation>Sont supprimés {folder}, avec artistes, choix, historique, preuves, contrats, connexions et sauvegardes, et la clé dans le trousseau du système. Votre musique reste, ainsi que ce que vous avez enregistré ailleurs.</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Renommer</translation>
    </message>
    <message>
        <source>Rename artist</source>
        <translation>Renommer l’artiste</translation>
    </message>
    <message>
        <source>Repair it with the program that made it, or remove it; then scan again.</source>
        <translation>Réparez-le avec le programme qui l’a fait, ou retirez-le&#x202f;; puis analysez à nouveau.</translation>
    </message>
    <message>
        <source>Repeat passphrase</source>
        <translation>Répéter la phrase secrète</translation>
    </message>
    <message>
        <source>Replace all of RightsDesk&apos;s own data with this backup?</source>
        <translation>Remplacer toutes les données de RightsDesk par cette sauvegarde&#x202f;?</translation>
    </message>
    <message>
        <source>Replace it? What is in it now will be gone.</source>
        <translation>Remplacer&#x202f;? Ce qu’il contient maintenant sera perdu.</translation>
    </message>
    <message>
        <source>Replaces the key. Everything known about {name} stays.</source>
        <translation>Remplace la clé. Tout ce qu’on sait de {name} reste.</translation>
    </message>
    <message>
        <source>Replacing {name} would lose this: {lost}.</source>
        <translation>Remplacer {name} ferait perdre ceci&#x202f;: {lost}.</translation>
    </message>
    <message>
        <source>Replies are verified with the system&apos;s certificates.</source>
        <translation>Les réponses sont vérifiées avec les certificats du système.</translation>
    </message>
    <message>
        <source>Replies are verified with your root certificate.</source>
        <translation>Les réponses sont vérifiées avec votre certificat racine.</translation>
    </message>
    <message>
        <source>Required since 10 February 2025. It discloses how music was made. It is not a consent.</source>
        <translation>Obligatoire depuis le 10 février 2025. Cela indique comment la musique a été faite. Ce n’est pas un consentement.</translation>
    </message>
    <message>
        <source>Rescan</source>
        <translation>Réanalyser</translation>
    </message>
    <message>
        <source>Restore a backup of RightsDesk&apos;s data, or of the file.</source>
        <translation>Restaurez une sauvegarde des données de RightsDesk, ou du fichier.</translation>
    </message>
    <message>
        <source>Restore a backup?</source>
        <translation>Restaurer une sauvegarde&#x202f;?</translation>
    </message>
    <message>
        <source>Restore it (it is in a backup, too: rightsdesk restore FILE), or reconnect your accounts: RightsDesk then makes a new key.</source>
        <translation>Restaurez-le (il est aussi dans une sauvegarde&#x202f;: rightsdesk restore FILE), ou reconnectez vos comptes&#x202f;: RightsDesk crée alors une nouvelle clé.</translation>
    </message>
    <message>
        <source>Restore it from a backup, or reconnect your accounts: RightsDesk then makes a new key.</source>
        <translation>Restaurez-en une sauvegarde, ou reconnectez vos comptes&#x202f;: RightsDesk crée alors une nouvelle clé.</translation>
    </message>
    <message>
        <source>Restore the keyring from a backup, or reconnect your accounts: RightsDesk then makes a new key.</source>
        <translation>Restaurez le trousseau depuis une sauvegarde, ou reconnectez vos comptes&#x202f;: RightsDesk crée alors une nouvelle clé.</translation>
    </message>
    <message>
        <source>Retry {n}</source>
        <translation>Réessayer {n}</translation>
    </message>
    <message>
        <source>Retry…</source>
        <translation>Réessayer…</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Revoir</translation>
    </message>
    <message>
        <source>RightsDesk asks about {path} when the work under way is done.</source>
        <translation>RightsDesk vous interroge sur {path} une fois terminé le travail en cours.</translation>
    </message>
    <message>
        <source>RightsDesk asks again on {day}.</source>
        <translation>RightsDesk redemandera le {day}.</translation>
    </message>
    <message>
        <source>RightsDesk can read nothing there. Only the platform&apos;s terms count.</source>
        <translation>RightsDesk ne peut rien y lire. Seules comptent les conditions de la plateforme.</translation>
    </message>
    <message>
        <source>RightsDesk can&apos;t publish to an address that begins with {scheme}://.</source>
        <translation>RightsDesk ne peut pas publier à une adresse qui commence par {scheme}://.</translation>
    </message>
    <message>
        <source>RightsDesk can&apos;t tell where your home folder is: the variable HOME is not set.</source>
        <translation>RightsDesk ne sait pas où est votre dossier personnel&#x202f;: la variable HOME n’est pas définie.</translation>
    </message>
    <message>
        <source>RightsDesk can&apos;t write to its data folder, so it can&apos;t keep logins.</source>
        <translation>RightsDesk ne peut pas écrire dans son dossier de données, et ne peut donc pas garder les connexions.</translation>
    </message>
    <message>
        <source>RightsDesk cannot tell whose login it is</source>
        <translation>RightsDesk ne sait pas dire à qui est cet identifiant</translation>
    </message>
    <message>
        <source>RightsDesk changed the file without noting first what its audio was.</source>
        <translation>RightsDesk a modifié le fichier sans noter d’abord ce qu’était son audio.</translation>
    </message>
    <message>
        <source>RightsDesk closes when this is done.</source>
        <translation>RightsDesk se ferme quand c’est terminé.</translation>
    </message>
    <message>
        <source>RightsDesk could not end the sign-in at {name}.</source>
        <translation>RightsDesk n’a pas pu mettre fin à la connexion chez {name}.</translation>
    </message>
    <message>
        <source>RightsDesk could not end this sign-in at {name}.</source>
        <translation>RightsDesk n’a pas pu mettre fin à cette connexion chez {name}.</translation>
    </message>
    <message>
        <source>RightsDesk could not send this to {service} ({error}).</source>
        <translation>RightsDesk n’a pas pu envoyer ceci à {service} ({error}).</translation>
    </message>
    <message>
        <source>RightsDesk did not follow, as that could give your sign-in away.</source>
        <translation>RightsDesk n’a pas suivi, car cela pourrait divulguer votre connexion.</translation>
    </message>
    <message>
        <source>RightsDesk did not follow. Connect the site with that address.</source>
        <translation>RightsDesk n’a pas suivi. Connectez le site avec cette adresse.</translation>
    </message>
    <message>
        <source>RightsDesk did not follow. Connect the site with the address of the bucket&apos;s own region.</source>
        <translation>RightsDesk n’a pas suivi. Connectez le site avec l’adresse de la région du bucket.</translation>
    </message>
    <message>
        <source>RightsDesk did not follow. The page&apos;s address may have been taken over.</source>
        <translation>RightsDesk n’a pas suivi. L’adresse de la page a peut-être été reprise par d’autres.</translation>
    </message>
    <message>
        <source>RightsDesk did not read it itself.</source>
        <translation>RightsDesk ne l’a pas lu lui-même.</translation>
    </message>
    <message>
        <source>RightsDesk does not know what the terms say about AI training.</source>
        <translation>RightsDesk ne sait pas ce que les conditions disent de l’entraînement d’IA.</translation>
    </message>
    <message>
        <source>RightsDesk doesn&apos;t know where the files of {service} are stored.</source>
        <translation>RightsDesk ne sait pas où sont stockés les fichiers de {service}.</translation>
    </message>
    <message>
        <source>RightsDesk finishes this file, then closes.</source>
        <translation>RightsDesk termine ce fichier, puis se ferme.</translation>
    </message>
    <message>
        <source>RightsDesk found no keyring on this computer to keep logins safe.</source>
        <translation>RightsDesk n’a trouvé sur cet ordinateur aucun trousseau pour garder les connexions en sûreté.</translation>
    </message>
    <message>
        <source>RightsDesk has no note of having changed the file: there is nothing to compare with.</source>
        <translation>RightsDesk n’a aucune trace d’une modification du fichier&#x202f;: il n’y a rien à comparer.</translation>
    </message>
    <message>
        <source>RightsDesk has not read it yet, or could not.</source>
        <translation>RightsDesk ne l’a pas encore lu, ou n’a pas pu.</translation>
    </message>
    <message>
        <source>RightsDesk is done</source>
        <translation>RightsDesk a terminé</translation>
    </message>
    <message>
        <source>RightsDesk is only waiting for a sign-in.</source>
        <translation>RightsDesk n’attend qu’une connexion.</translation>
    </message>
    <message>
        <source>RightsDesk keeps the old text. It restores it when it next reads this site, or when you undo the job.</source>
        <translation>RightsDesk garde l’ancien texte. Il le restaure à la prochaine lecture de ce site, ou quand vous annulez la tâche.</translation>
    </message>
    <message>
        <source>RightsDesk knows no address to look for new versions.</source>
        <translation>RightsDesk ne connaît aucune adresse où chercher de nouvelles versions.</translation>
    </message>
    <message>
        <source>RightsDesk knows no document of {platforms}.</source>
        <translation>RightsDesk ne connaît aucun document de {platforms}.</translation>
    </message>
    <message>
        <source>RightsDesk knows no document “{name}”.</source>
        <translation>RightsDesk ne connaît aucun document «&#x202f;{name}&#x202f;».</translation>
    </message>
    <message>
        <source>RightsDesk knows no platform with “{text}” in its name</source>
        <translation>RightsDesk ne connaît aucune plateforme dont le nom contient «&#x202f;{text}&#x202f;»</translation>
    </message>
    <message>
        <source>RightsDesk knows no platform “{name}”.</source>
        <translation>RightsDesk ne connaît pas de plateforme «&#x202f;{name}&#x202f;».</translation>
    </message>
    <message>
        <source>RightsDesk looks here for music. It moves and deletes no file.</source>
        <translation>RightsDesk cherche ici de la musique. Il ne déplace et ne supprime aucun fichier.</translation>
    </message>
    <message>
        <source>RightsDesk may not write its own data in {folder}.</source>
        <translation>RightsDesk n’a pas le droit d’écrire ses données dans {folder}.</translation>
    </message>
    <message>
        <source>RightsDesk only reads posts. To change one, edit it in WordPress.</source>
        <translation>RightsDesk ne fait que lire les articles. Pour en modifier un, éditez-le dans WordPress.</translation>
    </message>
    <message>
        <source>RightsDesk only reads posts. To change one, edit it in WordPress: {where}.</source>
        <translation>RightsDesk ne fait que lire les articles. Pour en modifier un, éditez-le dans WordPress&#x202f;: {where}.</translation>
    </message>
    <message>
        <source>RightsDesk read the audio again and compared it with what it noted before its first change of each file. Nothing was changed.</source>
        <translation>RightsDesk a relu l’audio et l’a comparé à ce qu’il avait noté avant sa première modification de chaque fichier. Rien n’a été modifié.</translation>
    </message>
    <message>
        <source>RightsDesk reads and sets this once the account is connected.</source>
        <translation>RightsDesk lit et règle ceci dès que le compte est connecté.</translation>
    </message>
    <message>
        <source>RightsDesk reads and sets this once the site is connected.</source>
        <translation>RightsDesk lit et règle ceci dès que le site est connecté.</translation>
    </message>
    <message>
        <source>RightsDesk reads and sets this once the zone is connected.</source>
        <translation>RightsDesk lit et règle ceci dès que la zone est connectée.</translation>
    </message>
    <message>
        <source>RightsDesk reads and writes this record once the account is connected.</source>
        <translation>RightsDesk lit et écrit cet enregistrement dès que le compte est connecté.</translation>
    </message>
    <message>
        <source>RightsDesk reads beets&apos; library.db, the XML of “Export Library” in Music or iTunes, and the XML of “Export Collection” in rekordbox.</source>
        <translation>RightsDesk lit le library.db de beets, le XML de «&#x202f;Exporter la bibliothèque&#x202f;» dans Musique ou iTunes, et le XML de «&#x202f;Export Collection&#x202f;» dans rekordbox.</translation>
    </message>
    <message>
        <source>RightsDesk reads what the files say, and changes nothing yet.</source>
        <translation>RightsDesk lit ce que disent les fichiers, et ne modifie rien pour l’instant.</translation>
    </message>
    <message>
        <source>RightsDesk remembers their folders and reads what the files say. It changes no file, and nothing in the library. You can undo the import as a whole.</source>
        <translation>RightsDesk retient leurs dossiers et lit ce que disent les fichiers. Il ne modifie aucun fichier, ni rien dans la bibliothèque. Vous pouvez annuler l’import en entier.</translation>
    </message>
    <message>
        <source>RightsDesk starts at login as before.</source>
        <translation>RightsDesk démarre à l’ouverture de session, comme avant.</translation>
    </message>
    <message>
        <source>RightsDesk then reads what it says, and can write there. Easy ones first.</source>
        <translation>RightsDesk lit alors ce qu’il dit, et peut y écrire. Les plus faciles d’abord.</translation>
    </message>
    <message>
        <source>RightsDesk watches the terms of your platforms once you switch it on.</source>
        <translation>RightsDesk surveille les conditions de vos plateformes dès que vous l’activez.</translation>
    </message>
    <message>
        <source>RightsDesk will ask about {name} again.</source>
        <translation>RightsDesk posera de nouveau la question pour {name}.</translation>
    </message>
    <message>
        <source>RightsDesk wrote nothing into files or on platforms that is still there.</source>
        <translation>De ce que RightsDesk a écrit dans des fichiers ou sur des plateformes, il ne reste rien.</translation>
    </message>
    <message>
        <source>RightsDesk {version} is available.</source>
        <translation>RightsDesk {version} est disponible.</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s data are as they were.</source>
        <translation>Les données de RightsDesk sont restées comme avant.</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s data are removed.</source>
        <translation>Les données de RightsDesk sont supprimées.</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s data name a platform that this version does not know: {platform_id}.</source>
        <translation>Les données de RightsDesk nomment une plateforme que cette version ne connaît pas&#x202f;: {platform_id}.</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s database is gone, so a new one was created. To restore a backup: rightsdesk restore FILE. RightsDesk&apos;s own backups are in {folder}.</source>
        <translation>La base de données de RightsDesk a disparu, une nouvelle a donc été créée. Pour restaurer une sauvegarde&#x202f;: rightsdesk restore FILE. Celles de RightsDesk sont dans {folder}.</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s facts about {name} were updated in {month}.</source>
        <translation>Les informations de RightsDesk sur {name} ont été mises à jour&#x202f;: {month}.</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s own data</source>
        <translation>Les données de RightsDesk</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s own data could not be backed up today: {why}</source>
        <translation>Les données de RightsDesk n’ont pas pu être sauvegardées aujourd’hui&#x202f;: {why}</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s own data have to be backed up before this version can use them, and that failed: {why}</source>
        <translation>Les données de RightsDesk doivent être sauvegardées avant que cette version puisse s’en servir, et cela a échoué&#x202f;: {why}</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s own data in {path} are damaged ({detail}).</source>
        <translation>Les données de RightsDesk dans {path} sont endommagées ({detail}).</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s own data in {path} are damaged.</source>
        <translation>Les données de RightsDesk dans {path} sont endommagées.</translation>
    </message>
    <message>
        <source>RightsDesk. No AI company is known to read it.</source>
        <translation>RightsDesk. On ne connaît aucune société d’IA qui le lise.</translation>
    </message>
    <message>
        <source>Rule: {rule}.</source>
        <translation>Règle&#x202f;: {rule}.</translation>
    </message>
    <message>
        <source>Rules: {rules}.</source>
        <translation>Règles&#x202f;: {rules}.</translation>
    </message>
    <message>
        <source>Run by yourself or friends</source>
        <translation>Hébergé par vous ou des amis</translation>
    </message>
    <message>
        <source>Run this again after that time: RightsDesk then continues where it stopped.</source>
        <translation>Relancez après ce moment&#x202f;: RightsDesk continue alors où il s’était arrêté.</translation>
    </message>
    <message>
        <source>SEO Tools</source>
        <translation>Outils SEO</translation>
    </message>
    <message>
        <source>SFTP shows no access lists and no extended attributes. A file keeps them if the server lets RightsDesk write into it, which it has not done so far. Otherwise the file is replaced, and they are lost. Owner, group and permissions stay.</source>
        <translation>SFTP ne montre ni listes d’accès ni attributs étendus. Un fichier les garde si le serveur laisse RightsDesk écrire dedans, ce qu’il n’a pas fait jusqu’ici. Sinon le fichier est remplacé, et ils sont perdus. Propriétaire, groupe et droits d’accès restent.</translation>
    </message>
    <message>
        <source>Sa&amp;ve</source>
        <translation>En&amp;registrer</translation>
    </message>
    <message>
        <source>Said to be under maintenance in September 2025.</source>
        <translation>Aurait été en maintenance en septembre 2025.</translation>
    </message>
    <message>
        <source>Said to exist, not confirmed</source>
        <translation>Existerait, non confirmé</translation>
    </message>
    <message>
        <source>Said to some crawlers only: no {uses}.</source>
        <translation>Dit à certains robots seulement&#x202f;: non à {uses}.</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Enregistrer</translation>
    </message>
    <message>
        <source>Save filter</source>
        <translation>Enregistrer le filtre</translation>
    </message>
    <message>
        <source>Save passphrase</source>
        <translation>Enregistrer la phrase</translation>
    </message>
    <message>
        <source>Save the &amp;log…</source>
        <translation>Enregistrer le &amp;journal technique…</translation>
    </message>
    <message>
        <source>Save the log</source>
        <translation>Enregistrer le journal technique</translation>
    </message>
    <message>
        <source>Save the page as text, Markdown or HTML.</source>
        <translation>Enregistrez la page en texte, Markdown ou HTML.</translation>
    </message>
    <message>
        <source>Save the record…</source>
        <translation>Enregistrer l’historique…</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Enregistré</translation>
    </message>
    <message>
        <source>Saved filters</source>
        <translation>Filtres enregistrés</translation>
    </message>
    <message>
        <source>Saved in {path}.</source>
        <translation>Enregistré dans {path}.</translation>
    </message>
    <message>
        <source>Saved to {path}.</source>
        <translation>Enregistré dans {path}.</translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation>Enregistré.</translation>
    </message>
    <message>
        <source>Saved. It is used from the next request on.</source>
        <translation>Enregistré. S’applique à partir de la prochaine requête.</translation>
    </message>
    <message>
        <source>Saved. Looked for once a day.</source>
        <translation>Enregistré. Recherche une fois par jour.</translation>
    </message>
    <message>
        <source>Saved. Never looked for.</source>
        <translation>Enregistré. Jamais de recherche.</translation>
    </message>
    <message>
        <source>Saved: you don&apos;t use {name}.</source>
        <translation>Enregistré&#x202f;: vous n’utilisez pas {name}.</translation>
    </message>
    <message numerus="yes">
        <source>Saved: you use %n platforms.</source>
        <translation>
            <numerusform>Enregistré&#x202f;: vous utilisez %n plateforme.</numerusform>
            <numerusform>Enregistré&#x202f;: vous utilisez %n plateformes.</numerusform>
        </translation>
    </message>
    <message>
        <source>Saved: you use {name}.</source>
        <translation>Enregistré&#x202f;: vous utilisez {name}.</translation>
    </message>
    <message>
        <source>Saved: “{track}” is a recording of its own.</source>
        <translation>Enregistré&#x202f;: «&#x202f;{track}&#x202f;» est un enregistrement à part.</translation>
    </message>
    <message>
        <source>Saved: “{track}” is “{recording}”.</source>
        <translation>Enregistré&#x202f;: «&#x202f;{track}&#x202f;» est «&#x202f;{recording}&#x202f;».</translation>
    </message>
    <message>
        <source>Saving the passphrase…</source>
        <translation>Enregistrement de la phrase secrète…</translation>
    </message>
    <message>
        <source>Say it once. RightsDesk writes it into your files and accounts. Nothing is changed before you have seen it, and every change can be undone.</source>
        <translation>Dites-le une fois. RightsDesk l’écrit dans vos fichiers et vos comptes. Rien n’est modifié avant que vous l’ayez vu, et chaque modification peut être annulée.</translation>
    </message>
    <message>
        <source>Say once what AI may do with your music; see and settle it in files and on platforms.

Free software under the GNU General Public License, version 3 or later.</source>
        <translation>Dites une fois ce que l’IA peut faire de votre musique&#x202f;; voyez-le et réglez-le dans les fichiers et sur les plateformes.

Logiciel libre sous licence publique générale GNU (GPL), version 3 ou ultérieure.</translation>
    </message>
    <message>
        <source>Say what AI may do</source>
        <translation>Dire ce que l’IA peut faire</translation>
    </message>
    <message>
        <source>Say what AI may do, for an artist, a release or a single recording. The nearest choice counts.</source>
        <translation>Dites ce que l’IA peut faire, pour un artiste, une sortie ou un seul enregistrement. Le choix le plus proche compte.</translation>
    </message>
    <message>
        <source>Say where its files are kept: a folder on this computer, or an address from your host, which is sftp://user@host/path, webdavs://user@host/path, or for a bucket (S3) s3://KEY-ID@server/bucket/folder.</source>
        <translation>Dites où sont ses fichiers&#x202f;: un dossier sur cet ordinateur, ou une adresse de votre hébergeur, c’est-à-dire sftp://user@host/path, webdavs://user@host/path, ou pour un bucket (S3) s3://KEY-ID@server/bucket/folder.</translation>
    </message>
    <message>
        <source>Say which recording each is (match).</source>
        <translation>Dites de quel enregistrement il s’agit (match).</translation>
    </message>
    <message>
        <source>Say which recording each is.</source>
        <translation>Dites quel enregistrement est chacun d’eux.</translation>
    </message>
    <message>
        <source>Say who may use the music.</source>
        <translation>Dites qui peut utiliser la musique.</translation>
    </message>
    <message>
        <source>Say yes in your browser</source>
        <translation>Dites oui dans votre navigateur</translation>
    </message>
    <message>
        <source>Says otherwise</source>
        <translation>Dit autre chose</translation>
    </message>
    <message>
        <source>Says what RightsDesk wrote where, and removes its own data and the keyring&apos;s entry. Your music stays.</source>
        <translation>Dit ce que RightsDesk a écrit et où, et supprime ses propres données et l’entrée du trousseau. Votre musique reste.</translation>
    </message>
    <message>
        <source>Says {choice}</source>
        <translation>Dit {choice}</translation>
    </message>
    <message>
        <source>Scan it again, then decide again.</source>
        <translation>Analysez-le à nouveau, puis décidez à nouveau.</translation>
    </message>
    <message>
        <source>Scan it again.</source>
        <translation>Analysez-le à nouveau.</translation>
    </message>
    <message>
        <source>Scan its folder again, then repeat.</source>
        <translation>Réanalysez son dossier, puis recommencez.</translation>
    </message>
    <message>
        <source>Scraping and automated access are forbidden.</source>
        <translation>Le moissonnage (scraping) et l’accès automatisé sont interdits.</translation>
    </message>
    <message>
        <source>Scraping without written consent is forbidden.</source>
        <translation>Le moissonnage (scraping) sans accord écrit est interdit.</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Recherche</translation>
    </message>
    <message>
        <source>Search artists</source>
        <translation>Rechercher des artistes</translation>
    </message>
    <message>
        <source>Search artists, releases and tracks</source>
        <translation>Chercher artistes, sorties et morceaux</translation>
    </message>
    <message>
        <source>Search help</source>
        <translation>Chercher dans l’aide</translation>
    </message>
    <message>
        <source>Search or choose a chip to save a filter</source>
        <translation>Cherchez ou choisissez une pastille pour enregistrer un filtre</translation>
    </message>
    <message>
        <source>Search problems</source>
        <translation>Chercher dans les problèmes</translation>
    </message>
    <message>
        <source>Search settings</source>
        <translation>Chercher dans les paramètres</translation>
    </message>
    <message>
        <source>Search the recordings for “{text}”</source>
        <translation>Chercher « {text} » dans les enregistrements</translation>
    </message>
    <message>
        <source>Search title, release, ISRC, UPC, file</source>
        <translation>Titre, sortie, ISRC, UPC, fichier</translation>
    </message>
    <message>
        <source>Searched in titles, releases, artists, labels, codes and file names. Accents and hyphens do not matter.</source>
        <translation>Cherché dans les titres, sorties, artistes, labels, codes et noms de fichiers. Accents et traits d’union ne comptent pas.</translation>
    </message>
    <message>
        <source>Searches titles, releases, artists, labels, ISRC, UPC, catalogue numbers and file names. Accents and hyphens do not matter.</source>
        <translation>Cherche dans les titres, sorties, artistes, labels, ISRC, UPC, numéros de catalogue et noms de fichiers. Accents et traits d’union ne comptent pas.</translation>
    </message>
    <message>
        <source>Secret key</source>
        <translation>Clé secrète</translation>
    </message>
    <message>
        <source>See</source>
        <translation>Voir</translation>
    </message>
    <message>
        <source>See how it is set, then note it.</source>
        <translation>Regardez comment c’est réglé, puis notez-le.</translation>
    </message>
    <message>
        <source>See that the folder can be written, then try again.</source>
        <translation>Assurez-vous que le dossier est accessible en écriture, puis réessayez.</translation>
    </message>
    <message>
        <source>See that {source} can be read, and that there is room in {data_dir}.</source>
        <translation>Assurez-vous que {source} est lisible, et qu’il y a de la place dans {data_dir}.</translation>
    </message>
    <message>
        <source>Select &amp;all</source>
        <translation>Tout &amp;sélectionner</translation>
    </message>
    <message>
        <source>Send it for each account, and keep Meta&apos;s answer: it is your only proof.</source>
        <translation>Envoyez-le pour chaque compte, et gardez la réponse de Meta&#x202f;: c’est votre seule preuve.</translation>
    </message>
    <message>
        <source>Sentence in the copyright line</source>
        <translation>Phrase dans la ligne de copyright</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Serveur</translation>
    </message>
    <message>
        <source>Set AI training to block or disallow for the zone.</source>
        <translation>Réglez l’entraînement d’IA sur block ou disallow pour la zone.</translation>
    </message>
    <message>
        <source>Set HOME, or say where to keep the data: --data-dir DIR, or {variable}.</source>
        <translation>Définissez HOME, ou dites où garder les données&#x202f;: --data-dir DIR, ou {variable}.</translation>
    </message>
    <message>
        <source>Set the switch there, then note how it is now.</source>
        <translation>Réglez l’option là-bas, puis notez son état actuel.</translation>
    </message>
    <message>
        <source>Set up</source>
        <translation>Configurer</translation>
    </message>
    <message>
        <source>Set what you want now.</source>
        <translation>Réglez ce que vous voulez maintenant.</translation>
    </message>
    <message>
        <source>Set “{label}” on {platform}</source>
        <translation>Régler «&#x202f;{label}&#x202f;» sur {platform}</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Paramètres</translation>
    </message>
    <message>
        <source>Settings &amp; Privacy</source>
        <translation>Préférences &amp; confidentialité</translation>
    </message>
    <message>
        <source>Settings &amp; privacy</source>
        <translation>Paramètres &amp; confidentialité</translation>
    </message>
    <message>
        <source>Settings, Crawlers: the box writes the known AI crawlers into robots.txt.</source>
        <translation>Paramètres, Robots&#x202f;: la case inscrit les robots d’IA connus dans robots.txt.</translation>
    </message>
    <message>
        <source>Several guides of 2025 and 2026 name the same form and path. Its title is in our words.</source>
        <translation>Plusieurs guides de 2025 et 2026 indiquent le même formulaire et le même chemin. Son titre est de nous.</translation>
    </message>
    <message>
        <source>Shopify&apos;s own words about AI training on shop content were not found.</source>
        <translation>Les propos de Shopify lui-même sur l’entraînement d’IA avec le contenu des boutiques n’ont pas été trouvés.</translation>
    </message>
    <message>
        <source>Shops and archives</source>
        <translation>Boutiques et archives</translation>
    </message>
    <message>
        <source>Shops and services that take DDEX messages.</source>
        <translation>Les boutiques et services qui acceptent les messages DDEX.</translation>
    </message>
    <message>
        <source>Shorten the name of the file or of a folder above it.</source>
        <translation>Raccourcissez le nom du fichier ou d’un dossier au-dessus.</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Montrer</translation>
    </message>
    <message numerus="yes">
        <source>Show %n more</source>
        <translation>
            <numerusform>Montrer %n de plus</numerusform>
            <numerusform>Montrer %n de plus</numerusform>
        </translation>
    </message>
    <message>
        <source>Show &amp;details</source>
        <translation>Montrer les &amp;détails</translation>
    </message>
    <message>
        <source>Show &amp;everything</source>
        <translation>Montrer &amp;tout</translation>
    </message>
    <message>
        <source>Show &amp;only</source>
        <translation>Montrer &amp;seulement</translation>
    </message>
    <message>
        <source>Show details of the current track (Enter)</source>
        <translation>Afficher les détails du morceau actuel (Entrée)</translation>
    </message>
    <message>
        <source>Show in &amp;folder</source>
        <translation>Montrer dans le &amp;dossier</translation>
    </message>
    <message>
        <source>Show in Activity</source>
        <translation>Voir dans Activité</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Montrer dans le dossier</translation>
    </message>
    <message>
        <source>Show me how</source>
        <translation>Me montrer comment</translation>
    </message>
    <message>
        <source>Show no motion</source>
        <translation>Sans animations</translation>
    </message>
    <message>
        <source>Show the steps</source>
        <translation>Voir les étapes</translation>
    </message>
    <message numerus="yes">
        <source>Show what to do on %n platforms</source>
        <translation>
            <numerusform>Voir quoi faire sur %n plateforme</numerusform>
            <numerusform>Voir quoi faire sur %n plateformes</numerusform>
        </translation>
    </message>
    <message>
        <source>Show why</source>
        <translation>Montrer pourquoi</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Se connecter</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Se reconnecter</translation>
    </message>
    <message>
        <source>Sign in again, and allow all that is asked for.</source>
        <translation>Reconnectez-vous, et autorisez tout ce qui est demandé.</translation>
    </message>
    <message>
        <source>Sign in again: {name}</source>
        <translation>Se reconnecter&#x202f;: {name}</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Se reconnecter…</translation>
    </message>
    <message>
        <source>Sign in at Freesound and open your account settings.</source>
        <translation>Connectez-vous à Freesound et ouvrez les paramètres de votre compte.</translation>
    </message>
    <message>
        <source>Sign in at WordPress.com, open its page for applications, and create one of the kind “native”.</source>
        <translation>Connectez-vous à WordPress.com, ouvrez sa page des applications, et créez-en une de type «&#x202f;native&#x202f;».</translation>
    </message>
    <message>
        <source>Sign in at the Internet Archive and open the page of your S3 keys.</source>
        <translation>Connectez-vous à Internet Archive et ouvrez la page de vos clés S3.</translation>
    </message>
    <message>
        <source>Sign in in your browser</source>
        <translation>Se connecter dans le navigateur</translation>
    </message>
    <message>
        <source>Sign in to the account again.</source>
        <translation>Reconnectez-vous au compte.</translation>
    </message>
    <message>
        <source>Sign in to your Adobe account and open Account and security, then Privacy and personal data.</source>
        <translation>Connectez-vous à votre compte Adobe et ouvrez Compte et sécurité, puis Confidentialité et données personnelles.</translation>
    </message>
    <message>
        <source>Sign in to {platform} again</source>
        <translation>Se reconnecter à {platform}</translation>
    </message>
    <message>
        <source>Sign in with the account that the videos belong to.</source>
        <translation>Connectez-vous avec le compte auquel appartiennent les vidéos.</translation>
    </message>
    <message>
        <source>Sign in with your music&apos;s channel. While Google calls your app “in testing”, the sign-in may end after seven days: connect again then.</source>
        <translation>Connectez-vous avec la chaîne de votre musique. Tant que Google dit votre application «&#x202f;en test&#x202f;», la connexion peut s’arrêter au bout de sept jours&#x202f;: reconnectez alors le compte.</translation>
    </message>
    <message>
        <source>Sign in with {artist}&apos;s own login, or remove this one there first.</source>
        <translation>Connectez-vous avec l’identifiant de {artist}, ou retirez d’abord celui-ci là-bas.</translation>
    </message>
    <message>
        <source>Sign out of {name} in the browser first, or add it as an account of its own.</source>
        <translation>Déconnectez-vous d’abord de {name} dans le navigateur, ou ajoutez-le comme un compte à part.</translation>
    </message>
    <message>
        <source>Sign-in tried {when}.</source>
        <translation>Essai de connexion&#x202f;: {when}.</translation>
    </message>
    <message>
        <source>Sign-ins</source>
        <translation>Connexions</translation>
    </message>
    <message>
        <source>Signed in again: {platform}, {account}, for {artist}</source>
        <translation>Reconnecté&#x202f;: {platform}, {account}, pour {artist}</translation>
    </message>
    <message>
        <source>Signed-in users choose whether content improves products and trains models.</source>
        <translation>Les utilisateurs connectés choisissent si les contenus améliorent les produits et entraînent des modèles.</translation>
    </message>
    <message>
        <source>Signing out…</source>
        <translation>Déconnexion…</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Depuis</translation>
    </message>
    <message>
        <source>Since 24 April 2026 for Free, Pro, Pro+ and Max; not Business or Enterprise.</source>
        <translation>Depuis le 24 avril 2026 pour Free, Pro, Pro+ et Max&#x202f;; pas pour Business ni Enterprise.</translation>
    </message>
    <message>
        <source>Since 29 June 2026 music made wholly with AI is labelled and earns nothing; distributors are expected to declare it.</source>
        <translation>Depuis le 29 juin 2026, la musique faite entièrement avec de l’IA est signalée et ne rapporte rien&#x202f;; les distributeurs sont censés la déclarer.</translation>
    </message>
    <message>
        <source>Since 29 October 2025 CD Baby accepts no sound made with AI. That is about how music was made. It is not a consent.</source>
        <translation>Depuis le 29 octobre 2025, CD Baby n’accepte aucun son fait avec de l’IA. Cela concerne la façon dont la musique a été faite. Ce n’est pas un consentement.</translation>
    </message>
    <message>
        <source>Since 30 April 2026 TuneCore blocks tracks made with AI that has no licence. That is about how music was made. It is not a consent.</source>
        <translation>Depuis le 30 avril 2026, TuneCore bloque les morceaux faits avec une IA sans licence. Cela concerne la façon dont la musique a été faite. Ce n’est pas un consentement.</translation>
    </message>
    <message>
        <source>Since January 2026 Bandcamp accepts no music made with AI. That is about how music was made. It is not a consent.</source>
        <translation>Depuis janvier 2026, Bandcamp n’accepte aucune musique faite avec de l’IA. Cela concerne la façon dont la musique a été faite. Ce n’est pas un consentement.</translation>
    </message>
    <message>
        <source>Since spring 2026 DistroKid asks whether AI made the lyrics, the music or the sound. That discloses how music was made. It is not a consent.</source>
        <translation>Depuis le printemps 2026, DistroKid demande si une IA a fait les paroles, la musique ou le son. Cela indique comment la musique a été faite. Ce n’est pas un consentement.</translation>
    </message>
    <message>
        <source>Site</source>
        <translation>Site</translation>
    </message>
    <message>
        <source>So RightsDesk sets “disallow” where Cloudflare offers it. A zone that only has the older switch for AI bots is blocked: see the preview.</source>
        <translation>RightsDesk met donc «&#x202f;disallow&#x202f;» là où Cloudflare le propose. Une zone qui n’a que l’ancienne option contre les robots d’IA est bloquée&#x202f;: voyez l’aperçu.</translation>
    </message>
    <message>
        <source>Social</source>
        <translation>Réseaux sociaux</translation>
    </message>
    <message>
        <source>Some clients of the network show it. No AI company is known to read it. A second record, still a proposal, is read here and not written.</source>
        <translation>Certains clients du réseau l’affichent. On ne connaît aucune société d’IA qui le lise. Un second enregistrement, encore à l’état de proposition, est lu ici mais pas écrit.</translation>
    </message>
    <message>
        <source>Some name other artists of yours: {names}. Is this the right folder?</source>
        <translation>Certains nomment d’autres artistes à vous&#x202f;: {names}. Est-ce le bon dossier&#x202f;?</translation>
    </message>
    <message>
        <source>Some settings need a larger plan. Check them at Cloudflare, under Security.</source>
        <translation>Certains réglages exigent une formule supérieure. Vérifiez-les chez Cloudflare, sous Sécurité.</translation>
    </message>
    <message>
        <source>Somebody may be hiding a new version. Try again later.</source>
        <translation>Quelqu’un cache peut-être une nouvelle version. Réessayez plus tard.</translation>
    </message>
    <message>
        <source>Something else is using this file.</source>
        <translation>Quelque chose d’autre utilise ce fichier.</translation>
    </message>
    <message>
        <source>Something is missing in {shown}.</source>
        <translation>Il manque quelque chose dans {shown}.</translation>
    </message>
    <message>
        <source>Sort: &amp;A to Z</source>
        <translation>Trier&#x202f;: de &amp;A à Z</translation>
    </message>
    <message>
        <source>Sort: &amp;Z to A</source>
        <translation>Trier&#x202f;: de &amp;Z à A</translation>
    </message>
    <message>
        <source>Sort: &amp;best first</source>
        <translation>Trier&#x202f;: le &amp;mieux d’abord</translation>
    </message>
    <message>
        <source>Sort: &amp;worst first</source>
        <translation>Trier&#x202f;: le &amp;pire d’abord</translation>
    </message>
    <message>
        <source>SoundCloud said that it never trained AI on artists&apos; content, builds no generative AI, lets no third party scrape for training, and would offer an opt-out before any such use.</source>
        <translation>SoundCloud a dit n’avoir jamais entraîné d’IA avec les contenus des artistes, ne construire aucune IA générative, ne laisser aucun tiers moissonner pour l’entraînement, et qu’il proposerait un opt-out avant toute utilisation de ce genre.</translation>
    </message>
    <message>
        <source>SoundCloud shows no machine tags (such as geo:lat=43.5), so RightsDesk writes none. Any of your own on this track are lost when its tags are written, and an undo can&apos;t bring them back.</source>
        <translation>SoundCloud ne montre pas les tags machine (comme geo:lat=43.5), RightsDesk n’en écrit donc aucun. Ceux que vous auriez sur ce morceau sont perdus quand ses tags sont écrits, et une annulation ne les rétablit pas.</translation>
    </message>
    <message>
        <source>SoundCloud took these changes for spam and stopped them.</source>
        <translation>SoundCloud a pris ces modifications pour du spam et les a arrêtées.</translation>
    </message>
    <message>
        <source>SoundCloud will not train generative AI that imitates your voice, music or likeness unless you opt in.</source>
        <translation>SoundCloud n’entraînera pas d’IA générative qui imite votre voix, votre musique ou votre image, sauf si vous acceptez par opt-in.</translation>
    </message>
    <message>
        <source>SoundCloud, YouTube, Bluesky and more</source>
        <translation>SoundCloud, YouTube, Bluesky et d’autres</translation>
    </message>
    <message>
        <source>Source: {source}. Looked up {when}.</source>
        <translation>Source&#x202f;: {source}. Consulté&#x202f;: {when}.</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Espace</translation>
    </message>
    <message>
        <source>Spawning&apos;s guide and its open-source client. Whether the service still runs was not verified.</source>
        <translation>Le guide de Spawning et son client open source. Nous n’avons pas vérifié si le service tourne encore.</translation>
    </message>
    <message>
        <source>Standard sentence</source>
        <translation>Phrase standard</translation>
    </message>
    <message>
        <source>Start at login</source>
        <translation>Démarrer avec la session</translation>
    </message>
    <message>
        <source>Start the sign-in again.</source>
        <translation>Recommencez la connexion.</translation>
    </message>
    <message>
        <source>Start your system&apos;s keyring, or choose a passphrase for RightsDesk.</source>
        <translation>Lancez le trousseau de votre système, ou choisissez une phrase secrète pour RightsDesk.</translation>
    </message>
    <message>
        <source>Start your system&apos;s keyring, or reconnect your accounts with a new key that a passphrase protects.</source>
        <translation>Lancez le trousseau de votre système, ou reconnectez vos comptes avec une nouvelle clé que protège une phrase secrète.</translation>
    </message>
    <message>
        <source>Step back</source>
        <translation>Étape précédente</translation>
    </message>
    <message>
        <source>Step {number}, {state}: {text}</source>
        <translation>Étape {number}, {state}&#x202f;: {text}</translation>
    </message>
    <message>
        <source>Steps and what to note…</source>
        <translation>Étapes et quoi noter…</translation>
    </message>
    <message>
        <source>Still off</source>
        <translation>Toujours désactivé</translation>
    </message>
    <message>
        <source>Still on</source>
        <translation>Toujours activé</translation>
    </message>
    <message>
        <source>Still to be filled in, since the record does not have it: {places}.</source>
        <translation>Reste à remplir, car vos données ne le contiennent pas&#x202f;: {places}.</translation>
    </message>
    <message>
        <source>Still: {value}</source>
        <translation>Toujours&#x202f;: {value}</translation>
    </message>
    <message>
        <source>Stop waiting</source>
        <translation>Ne plus attendre</translation>
    </message>
    <message>
        <source>Stop watching “{folder}”?</source>
        <translation>Ne plus surveiller «&#x202f;{folder}&#x202f;»&#x202f;?</translation>
    </message>
    <message>
        <source>Stopped at {n} of {all}</source>
        <translation>Arrêté à {n} sur {all}</translation>
    </message>
    <message>
        <source>Stopped at {turn} of {all}: {name}. Nothing is half done.</source>
        <translation>Arrêté à {turn} sur {all}&#x202f;: {name}. Rien n’est fait à moitié.</translation>
    </message>
    <message>
        <source>Stopped before the first file</source>
        <translation>Arrêté avant le premier fichier</translation>
    </message>
    <message>
        <source>Stopped early.</source>
        <translation>Arrêté avant la fin.</translation>
    </message>
    <message>
        <source>Stopped early; what was found so far stays.</source>
        <translation>Arrêté avant la fin&#x202f;; ce qui a été trouvé jusque-là reste.</translation>
    </message>
    <message>
        <source>Stopped jobs</source>
        <translation>Tâches arrêtées</translation>
    </message>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation>Arrêté. Rien n’a été modifié.</translation>
    </message>
    <message>
        <source>Stopping after this one…</source>
        <translation>Arrêt après celui-ci…</translation>
    </message>
    <message>
        <source>Store the licence</source>
        <translation>Enregistrer la licence</translation>
    </message>
    <message>
        <source>Store the licence without a copy: its digest is kept.</source>
        <translation>Enregistrez la licence sans copie&#x202f;: son empreinte est gardée.</translation>
    </message>
    <message>
        <source>Streaming</source>
        <translation>Streaming</translation>
    </message>
    <message>
        <source>Strong: read in the document itself.</source>
        <translation>Forte&#x202f;: lu dans le document lui-même.</translation>
    </message>
    <message>
        <source>Substack may analyse content for safety; that licence does not cover training third-party AI.</source>
        <translation>Substack peut analyser les contenus pour la sécurité&#x202f;; cette licence ne couvre pas l’entraînement d’IA tierces.</translation>
    </message>
    <message>
        <source>Substack&apos;s help page, a guide, and a forum post of May 2026.</source>
        <translation>La page d’aide de Substack, un guide, et un post de forum de mai 2026.</translation>
    </message>
    <message>
        <source>Suggested.</source>
        <translation>Suggéré.</translation>
    </message>
    <message>
        <source>Sureel</source>
        <translation>Sureel</translation>
    </message>
    <message>
        <source>Sureel&apos;s developer pages. Details of its API were not found.</source>
        <translation>Pages de Sureel pour les développeurs. Les détails de son API n’ont pas été trouvés.</translation>
    </message>
    <message>
        <source>Swap the two days, or leave one out.</source>
        <translation>Échangez les deux jours, ou omettez-en un.</translation>
    </message>
    <message>
        <source>Switch content analysis off. It concerns files in Adobe&apos;s cloud, not on your disk.</source>
        <translation>Désactivez l’analyse du contenu. Elle concerne les fichiers dans le cloud d’Adobe, pas sur votre disque.</translation>
    </message>
    <message>
        <source>Switch it off.</source>
        <translation>Désactivez-la.</translation>
    </message>
    <message>
        <source>Switch it on.</source>
        <translation>Activez-le.</translation>
    </message>
    <message>
        <source>Switch off the use of your posts and your conversations with Grok for training.</source>
        <translation>Désactivez l’utilisation de vos posts et de vos conversations avec Grok pour l’entraînement.</translation>
    </message>
    <message>
        <source>Switch “Content analysis” off.</source>
        <translation>Désactivez «&#x202f;Analyse du contenu&#x202f;».</translation>
    </message>
    <message>
        <source>Switch “Prevent third-party sharing” on, for each site. The terms speak of AI only as a feature.</source>
        <translation>Activez «&#x202f;Empêcher le partage avec des tiers&#x202f;», pour chaque site. Les conditions ne parlent d’IA que comme d’une fonction.</translation>
    </message>
    <message>
        <source>Switches only you can set</source>
        <translation>Options que vous seul pouvez régler</translation>
    </message>
    <message>
        <source>Switching it on accepts an agreement with a licence that never ends.</source>
        <translation>L’activer, c’est accepter un accord avec une licence sans fin.</translation>
    </message>
    <message>
        <source>SymphonicMS</source>
        <translation>SymphonicMS</translation>
    </message>
    <message>
        <source>System</source>
        <translation>Système</translation>
    </message>
    <message>
        <source>System follows your desktop, also while it is open.</source>
        <translation>«&#x202f;Système&#x202f;» suit votre bureau, même pendant que la fenêtre est ouverte.</translation>
    </message>
    <message>
        <source>TDM·AI takes a declaration only for one recording, with its ISCC.</source>
        <translation>TDM·AI n’accepte une déclaration que pour un seul enregistrement, avec son ISCC.</translation>
    </message>
    <message>
        <source>TDM·AI&apos;s registry takes the ISCC with {full} characters, which has all parts.</source>
        <translation>Le registre de TDM·AI prend l’ISCC de {full} caractères, qui contient toutes les parties.</translation>
    </message>
    <message>
        <source>Tab, Shift+Tab</source>
        <translation>Tab, Maj+Tab</translation>
    </message>
    <message>
        <source>Take the rest back…</source>
        <translation>Retirer le reste…</translation>
    </message>
    <message>
        <source>Taking it back…</source>
        <translation>Retrait en cours…</translation>
    </message>
    <message>
        <source>Terms of service are shorter. Compare the page that only holds the terms.</source>
        <translation>Des conditions d’utilisation sont plus courtes. Comparez la page qui ne contient que les conditions.</translation>
    </message>
    <message>
        <source>Terms of service are shorter. Save the page as text.</source>
        <translation>Les conditions d’utilisation sont plus courtes. Enregistrez la page au format texte.</translation>
    </message>
    <message>
        <source>Terms of service are shorter. Save the page that only holds the terms.</source>
        <translation>Des conditions d’utilisation sont plus courtes. Enregistrez la page qui ne contient que les conditions.</translation>
    </message>
    <message>
        <source>Terms only</source>
        <translation>Conditions seules</translation>
    </message>
    <message>
        <source>Terms watch</source>
        <translation>Surveillance des conditions</translation>
    </message>
    <message>
        <source>Text of the letter</source>
        <translation>Texte de la lettre</translation>
    </message>
    <message>
        <source>Text of {day}, from Open Terms Archive, SHA-256 {hash}</source>
        <translation>Texte du {day}, d’Open Terms Archive, SHA-256 {hash}</translation>
    </message>
    <message>
        <source>Text of {day}, from the page itself, SHA-256 {hash}</source>
        <translation>Texte du {day}, de la page elle-même, SHA-256 {hash}</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Taille du texte</translation>
    </message>
    <message>
        <source>That is neither a yes nor a no.</source>
        <translation>Ce n’est ni un oui ni un non.</translation>
    </message>
    <message>
        <source>That it is so by default is reported, not read.</source>
        <translation>Que ce soit le cas par défaut est rapporté, non lu.</translation>
    </message>
    <message>
        <source>That login answered on {platform}. If it is someone else&apos;s, remove it: what {artist} wants would be written there. If you leave without an answer, it is removed.</source>
        <translation>C’est cet identifiant qui a répondu sur {platform}. S’il est à quelqu’un d’autre, retirez-le&#x202f;: ce que veut {artist} serait écrit là-bas. Si vous partez sans répondre, il est retiré.</translation>
    </message>
    <message>
        <source>That mark discloses how a video was made. It is not a consent, and RightsDesk leaves it alone.</source>
        <translation>Cette mention indique comment une vidéo a été faite. Ce n’est pas un consentement, et RightsDesk n’y touche pas.</translation>
    </message>
    <message>
        <source>That was not the right passphrase.</source>
        <translation>Ce n’était pas la bonne phrase secrète.</translation>
    </message>
    <message>
        <source>The Audius account&apos;s switch is on in a spelling that is not Audius&apos;s.</source>
        <translation>L’option du compte Audius est activée, sous une graphie qui n’est pas celle d’Audius.</translation>
    </message>
    <message>
        <source>The Audius field {name} is neither true nor false.</source>
        <translation>Le champ Audius {name} n’est ni vrai ni faux.</translation>
    </message>
    <message>
        <source>The Bluesky record does not say what it applies to.</source>
        <translation>L’enregistrement Bluesky ne dit pas à quoi il s’applique.</translation>
    </message>
    <message>
        <source>The Bluesky record is of another kind.</source>
        <translation>L’enregistrement Bluesky est d’un autre type.</translation>
    </message>
    <message>
        <source>The Content Credentials in this file can&apos;t be read, so what they declare is not known.</source>
        <translation>Les Content Credentials de ce fichier sont illisibles, on ne sait donc pas ce qu’elles déclarent.</translation>
    </message>
    <message>
        <source>The Content Credentials in {name} are signed over this file&apos;s bytes: any change would break them. It was left as it is. Agree to that, and it is changed too.</source>
        <translation>Les Content Credentials de {name} sont signées sur les octets de ce fichier&#x202f;: toute modification les invaliderait. Il a été laissé tel quel. Acceptez-le, et il sera modifié aussi.</translation>
    </message>
    <message>
        <source>The DDEX note has an invalid line.</source>
        <translation>La note DDEX a une ligne non valide.</translation>
    </message>
    <message>
        <source>The French edition says the same.</source>
        <translation>L’édition française dit la même chose.</translation>
    </message>
    <message>
        <source>The Internet Archive doesn&apos;t have this any more.</source>
        <translation>Internet Archive n’a plus ceci.</translation>
    </message>
    <message>
        <source>The Internet Archive refused this change.</source>
        <translation>Internet Archive a refusé cette modification.</translation>
    </message>
    <message>
        <source>The Internet Archive refused this change: “{reason}”</source>
        <translation>Internet Archive a refusé cette modification&#x202f;: «&#x202f;{reason}&#x202f;»</translation>
    </message>
    <message>
        <source>The Premium Partner Agreement is public. In the part that could be read, nothing was said about AI training.</source>
        <translation>Le Premium Partner Agreement est public. Dans la partie qui a pu être lue, rien n’est dit sur l’entraînement d’IA.</translation>
    </message>
    <message>
        <source>The RSL document has a document type, which is not read.</source>
        <translation>Le document RSL a un type de document, qui n’est pas lu.</translation>
    </message>
    <message>
        <source>The RSL document lists uses in a way that RSL does not know.</source>
        <translation>Le document RSL liste des utilisations d’une façon que RSL ne connaît pas.</translation>
    </message>
    <message>
        <source>The RightsDesk block in robots.txt begins twice.</source>
        <translation>Le bloc RightsDesk de robots.txt commence deux fois.</translation>
    </message>
    <message>
        <source>The RightsDesk block in robots.txt has no end.</source>
        <translation>Le bloc RightsDesk de robots.txt n’a pas de fin.</translation>
    </message>
    <message>
        <source>The XMP packet is damaged, so what it declares is not known.</source>
        <translation>Le paquet XMP est endommagé, on ne sait donc pas ce qu’il déclare.</translation>
    </message>
    <message>
        <source>The account was removed before this was done.</source>
        <translation>Le compte a été retiré avant que ce soit fait.</translation>
    </message>
    <message>
        <source>The account&apos;s list lacks it, and it could not be read on its own. Read the account again.</source>
        <translation>La liste du compte ne le contient pas, et il n’a pas pu être lu seul. Relisez le compte.</translation>
    </message>
    <message>
        <source>The account, except Canva for Education.</source>
        <translation>Le compte, sauf Canva pour l&apos;éducation.</translation>
    </message>
    <message>
        <source>The address of the WordPress site is missing.</source>
        <translation>L’adresse du site WordPress manque.</translation>
    </message>
    <message>
        <source>The address of your terms has to be a web address that begins with https://.</source>
        <translation>L’adresse de vos conditions doit être une adresse web qui commence par https://.</translation>
    </message>
    <message>
        <source>The address “{shown}” can&apos;t be used.</source>
        <translation>L’adresse «&#x202f;{shown}&#x202f;» ne peut pas être utilisée.</translation>
    </message>
    <message>
        <source>The answer in the browser did not come from {service}.</source>
        <translation>La réponse dans le navigateur ne venait pas de {service}.</translation>
    </message>
    <message>
        <source>The answer of {host} can&apos;t be read ({detail}).</source>
        <translation>La réponse de {host} ne peut pas être lue ({detail}).</translation>
    </message>
    <message>
        <source>The app password was kept.</source>
        <translation>Le mot de passe d’application a été gardé.</translation>
    </message>
    <message>
        <source>The archive may have stopped following this document.</source>
        <translation>L’archive a peut-être cessé de suivre ce document.</translation>
    </message>
    <message>
        <source>The audio could not be read.</source>
        <translation>L’audio n’a pas pu être lu.</translation>
    </message>
    <message>
        <source>The audio is no longer what it was before RightsDesk first changed the file.</source>
        <translation>L’audio n’est plus ce qu’il était avant la première modification du fichier par RightsDesk.</translation>
    </message>
    <message>
        <source>The audio is what it was before RightsDesk first changed the file.</source>
        <translation>L’audio est ce qu’il était avant la première modification du fichier par RightsDesk.</translation>
    </message>
    <message numerus="yes">
        <source>The audio of %n files is what it was</source>
        <translation>
            <numerusform>L’audio de %n fichier est ce qu’il était</numerusform>
            <numerusform>L’audio de %n fichiers est ce qu’il était</numerusform>
        </translation>
    </message>
    <message>
        <source>The authority refused the time stamp ({status}).</source>
        <translation>L’autorité a refusé l’horodatage ({status}).</translation>
    </message>
    <message>
        <source>The authority refused the time stamp: “{said}”.</source>
        <translation>L’autorité a refusé l’horodatage&#x202f;: «&#x202f;{said}&#x202f;».</translation>
    </message>
    <message>
        <source>The authority&apos;s reply can&apos;t be read ({detail}).</source>
        <translation>La réponse de l’autorité ne peut pas être lue ({detail}).</translation>
    </message>
    <message>
        <source>The authority&apos;s reply does not hold ({detail}).</source>
        <translation>La réponse de l’autorité n’est pas valable ({detail}).</translation>
    </message>
    <message>
        <source>The backup could not be restored: {why}</source>
        <translation>La sauvegarde n’a pas pu être restaurée&#x202f;: {why}</translation>
    </message>
    <message>
        <source>The backup could not be written: {why}</source>
        <translation>La sauvegarde n’a pas pu être écrite&#x202f;: {why}</translation>
    </message>
    <message>
        <source>The backup {source} is damaged.</source>
        <translation>La sauvegarde {source} est endommagée.</translation>
    </message>
    <message>
        <source>The backup {source} was made by a newer RightsDesk.</source>
        <translation>La sauvegarde {source} a été faite par un RightsDesk plus récent.</translation>
    </message>
    <message>
        <source>The channel; with a content manager, all its channels.</source>
        <translation>La chaîne ; avec un gestionnaire de contenu, toutes ses chaînes.</translation>
    </message>
    <message>
        <source>The community lexicon of April 2026. It is a signal: nothing enforces it.</source>
        <translation>Le lexique communautaire d’avril 2026. C’est un signal&#x202f;: rien ne l’impose.</translation>
    </message>
    <message>
        <source>The companies that a channel can choose from, as of December 2024. Eighteen were announced, seventeen names were seen.</source>
        <translation>Les sociétés parmi lesquelles une chaîne peut choisir, en décembre 2024. Dix-huit étaient annoncées, dix-sept noms ont été vus.</translation>
    </message>
    <message>
        <source>The config file {path} can&apos;t be used: {why}</source>
        <translation>Le fichier de configuration {path} ne peut pas être utilisé&#x202f;: {why}</translation>
    </message>
    <message>
        <source>The connection to {host} broke off.</source>
        <translation>La connexion à {host} a été coupée.</translation>
    </message>
    <message>
        <source>The connection to {host} would not be encrypted, so it was not opened.</source>
        <translation>La connexion à {host} ne serait pas chiffrée, elle n’a donc pas été ouverte.</translation>
    </message>
    <message>
        <source>The contract</source>
        <translation>Le contrat</translation>
    </message>
    <message>
        <source>The contract: its digest is kept</source>
        <translation>Le contrat&#x202f;: son empreinte est gardée</translation>
    </message>
    <message>
        <source>The copyright line can&apos;t be read, so it stays as it is.</source>
        <translation>La ligne de copyright est illisible, elle reste donc telle quelle.</translation>
    </message>
    <message>
        <source>The copyright line is in an unknown encoding, so it stays as it is: only ASCII letters could be added without harm.</source>
        <translation>La ligne de copyright a un encodage inconnu, elle reste donc telle quelle&#x202f;: seules des lettres ASCII pourraient être ajoutées sans dommage.</translation>
    </message>
    <message>
        <source>The copyright line stays as it is.</source>
        <translation>La ligne de copyright reste telle quelle.</translation>
    </message>
    <message>
        <source>The credits that a distributor delivers disclose how music was made. They are not a consent.</source>
        <translation>Les crédits qu’un distributeur livre indiquent comment la musique a été faite. Ce n’est pas un consentement.</translation>
    </message>
    <message>
        <source>The data that are here now are kept aside, in the folder “backups”. The window closes and opens again. What files and platforms say is unknown then until they are read again, and jobs that are not in the backup can&apos;t be undone.</source>
        <translation>Les données actuelles sont mises de côté, dans le dossier «&#x202f;backups&#x202f;». La fenêtre se ferme et se rouvre. Ce que disent fichiers et plateformes est alors inconnu jusqu’à la prochaine lecture, et les tâches qui ne sont pas dans la sauvegarde ne peuvent plus être annulées.</translation>
    </message>
    <message>
        <source>The database is damaged where entry {number} should be.</source>
        <translation>La base de données est endommagée là où devrait être l’entrée {number}.</translation>
    </message>
    <message>
        <source>The database still counts them.</source>
        <translation>La base de données les compte encore.</translation>
    </message>
    <message>
        <source>The day to ask again has to be after today.</source>
        <translation>Le jour du rappel doit être après aujourd’hui.</translation>
    </message>
    <message>
        <source>The day to check again has to be after the day when you checked.</source>
        <translation>Le jour où revérifier doit être après le jour où vous avez vérifié.</translation>
    </message>
    <message>
        <source>The description would be too long for YouTube ({length} of {most} bytes). Shorten it, then repeat.</source>
        <translation>La description serait trop longue pour YouTube ({length} octets sur {most}). Raccourcissez-la, puis recommencez.</translation>
    </message>
    <message>
        <source>The description would have {characters}; {name} takes {longest}. Shorten it there, or choose a shorter sentence of your own.</source>
        <translation>La description aurait {characters}&#x202f;; {name} en accepte {longest}. Raccourcissez-la là-bas, ou choisissez une phrase à vous plus courte.</translation>
    </message>
    <message>
        <source>The disk or network share with this file can&apos;t be reached.</source>
        <translation>Le disque ou le partage réseau de ce fichier est injoignable.</translation>
    </message>
    <message>
        <source>The disk reported an error.</source>
        <translation>Le disque a signalé une erreur.</translation>
    </message>
    <message>
        <source>The disk with RightsDesk&apos;s own data is full ({folder}).</source>
        <translation>Le disque des données de RightsDesk est plein ({folder}).</translation>
    </message>
    <message>
        <source>The disk with RightsDesk&apos;s own data reports an error ({folder}).</source>
        <translation>Le disque des données de RightsDesk signale une erreur ({folder}).</translation>
    </message>
    <message>
        <source>The document is nested too deeply.</source>
        <translation>Le document a trop de niveaux imbriqués.</translation>
    </message>
    <message>
        <source>The earlier clause</source>
        <translation>La clause précédente</translation>
    </message>
    <message>
        <source>The earlier text is back since {day}.</source>
        <translation>L’ancien texte est de retour depuis le {day}.</translation>
    </message>
    <message>
        <source>The facts about “{platform}” are not written as this RightsDesk reads them.</source>
        <translation>Les informations sur «&#x202f;{platform}&#x202f;» ne sont pas écrites de façon lisible pour ce RightsDesk.</translation>
    </message>
    <message>
        <source>The file has more than {size} MB. Facts about platforms are smaller.</source>
        <translation>Le fichier fait plus de {size} Mo. Les informations sur les plateformes sont plus petites.</translation>
    </message>
    <message>
        <source>The file is as the other program left it.</source>
        <translation>Le fichier est comme l’autre programme l’a laissé.</translation>
    </message>
    <message>
        <source>The file is damaged or cut.</source>
        <translation>Le fichier est endommagé ou tronqué.</translation>
    </message>
    <message>
        <source>The file is no longer there.</source>
        <translation>Le fichier n’est plus là.</translation>
    </message>
    <message>
        <source>The file is not text in UTF-8.</source>
        <translation>Le fichier n’est pas du texte en UTF-8.</translation>
    </message>
    <message>
        <source>The file is not text.</source>
        <translation>Le fichier n’est pas du texte.</translation>
    </message>
    <message>
        <source>The file is signed with a key that RightsDesk does not know.</source>
        <translation>Le fichier est signé avec une clé que RightsDesk ne connaît pas.</translation>
    </message>
    <message>
        <source>The file robots.txt is longer than 500 KB. Crawlers may stop there, so the rest is not counted.</source>
        <translation>Le fichier robots.txt dépasse 500&#xa0;Ko. Les robots s’arrêtent peut-être là, le reste n’est donc pas compté.</translation>
    </message>
    <message>
        <source>The file robots.txt is longer than crawlers read, and begins with a rule for no crawler: shorten it first.</source>
        <translation>Le fichier robots.txt dépasse ce que lisent les robots, et commence par une règle sans robot&#x202f;: raccourcissez-le d’abord.</translation>
    </message>
    <message>
        <source>The file that belongs to your stored logins, vault.json, can&apos;t be read.</source>
        <translation>Le fichier qui va avec vos connexions enregistrées, vault.json, est illisible.</translation>
    </message>
    <message>
        <source>The file that belongs to your stored logins, vault.json, is damaged.</source>
        <translation>Le fichier qui va avec vos connexions enregistrées, vault.json, est endommagé.</translation>
    </message>
    <message>
        <source>The file that this sidecar belongs to is no longer there.</source>
        <translation>Le fichier auquel appartient ce fichier annexe n’est plus là.</translation>
    </message>
    <message>
        <source>The file vault.json names no way to open your stored logins.</source>
        <translation>Le fichier vault.json ne nomme aucun moyen d’ouvrir vos connexions enregistrées.</translation>
    </message>
    <message>
        <source>The file vault.json, which leads to the key of your stored logins, is no longer in RightsDesk&apos;s data folder.</source>
        <translation>Le fichier vault.json, qui mène à la clé de vos connexions enregistrées, n’est plus dans le dossier de données de RightsDesk.</translation>
    </message>
    <message>
        <source>The file was left as it is.</source>
        <translation>Le fichier est resté tel quel.</translation>
    </message>
    <message>
        <source>The file will be exactly as it was, byte for byte.</source>
        <translation>Le fichier sera exactement ce qu’il était, octet pour octet.</translation>
    </message>
    <message>
        <source>The files are only read.</source>
        <translation>Les fichiers sont seulement lus.</translation>
    </message>
    <message>
        <source>The files are only read. A new artist has no choice yet.</source>
        <translation>Les fichiers sont seulement lus. Un nouvel artiste n’a pas encore de choix.</translation>
    </message>
    <message>
        <source>The files of this recording name different artists: {names}.</source>
        <translation>Les fichiers de cet enregistrement nomment des artistes différents&#x202f;: {names}.</translation>
    </message>
    <message>
        <source>The files of {service} are published only in part: {why}</source>
        <translation>Les fichiers de {service} ne sont publiés qu’en partie&#x202f;: {why}</translation>
    </message>
    <message>
        <source>The files there were left unchanged.</source>
        <translation>Les fichiers là-bas sont restés inchangés.</translation>
    </message>
    <message>
        <source>The first licence covers only works whose writers and publishers agreed.</source>
        <translation>La première licence ne couvre que les œuvres dont les auteurs et les éditeurs ont accepté.</translation>
    </message>
    <message>
        <source>The folder or server of your site</source>
        <translation>Le dossier ou le serveur de votre site</translation>
    </message>
    <message>
        <source>The form is only for people in the EU and the UK.</source>
        <translation>Le formulaire est réservé aux personnes dans l’UE et au Royaume-Uni.</translation>
    </message>
    <message>
        <source>The handle may have changed: check the account&apos;s settings. If it is right, make a new app password there, and connect again.</source>
        <translation>Le pseudo a peut-être changé&#x202f;: vérifiez les paramètres du compte. S’il est juste, créez-y un nouveau mot de passe d’application, et reconnectez le compte.</translation>
    </message>
    <message>
        <source>The history is not whole any more: {fault} Everything else can be used. To see more: rightsdesk ledger verify</source>
        <translation>L’historique n’est plus complet&#x202f;: {fault} Tout le reste est utilisable. Pour en voir plus&#x202f;: rightsdesk ledger verify</translation>
    </message>
    <message>
        <source>The internet&apos;s own standards body is developing it, so crawlers may read it one day. It covers three uses: training AI that makes music, use as AI input, and search. A yes to search also allows both inside search engines, so it is written only if you allow both.</source>
        <translation>L’organisme de normalisation d’Internet est en train de le définir&#x202f;; des robots le liront peut-être un jour. Il couvre trois utilisations&#x202f;: entraînement d’IA qui font de la musique, utilisation en entrée d’IA, et recherche. Un oui à la recherche permet aussi les deux autres dans les moteurs de recherche&#x202f;; il n’est donc écrit que si vous permettez les deux.</translation>
    </message>
    <message>
        <source>The item was left unchanged.</source>
        <translation>L’élément est resté inchangé.</translation>
    </message>
    <message>
        <source>The job was undone before this had its turn.</source>
        <translation>La tâche a été annulée avant que ce soit le tour de cet élément.</translation>
    </message>
    <message>
        <source>The journal&apos;s copy of the state before this change is damaged, so the change can&apos;t be undone.</source>
        <translation>La copie que le journal garde de l’état d’avant cette modification est endommagée, elle ne peut donc pas être annulée.</translation>
    </message>
    <message>
        <source>The key to this account&apos;s stored login was lost. Connect the account again: that takes a minute, and nothing gets lost.</source>
        <translation>La clé de la connexion enregistrée de ce compte a été perdue. Reconnectez le compte&#x202f;: cela prend une minute, et rien ne se perd.</translation>
    </message>
    <message>
        <source>The key to your stored logins is damaged in the keyring.</source>
        <translation>La clé de vos connexions enregistrées est endommagée dans le trousseau.</translation>
    </message>
    <message>
        <source>The key to your stored logins is in a keyring, and there is none on this computer or in this session.</source>
        <translation>La clé de vos connexions enregistrées est dans un trousseau, et il n’y en a pas sur cet ordinateur ou dans cette session.</translation>
    </message>
    <message>
        <source>The key to your stored logins is no longer in the keyring.</source>
        <translation>La clé de vos connexions enregistrées n’est plus dans le trousseau.</translation>
    </message>
    <message>
        <source>The keyring did not delete the entry “{service}” with the name {name}.</source>
        <translation>Le trousseau n’a pas supprimé l’entrée «&#x202f;{service}&#x202f;» nommée {name}.</translation>
    </message>
    <message>
        <source>The last day, {day} ({zone}), is already over.</source>
        <translation>Le dernier jour, {day} ({zone}), est déjà passé.</translation>
    </message>
    <message>
        <source>The licence of {partner} was ended on {day}.</source>
        <translation>La licence de {partner} a été terminée le {day}.</translation>
    </message>
    <message>
        <source>The licence that lets AI train no longer reaches prompts and outputs.</source>
        <translation>La licence qui permet d’entraîner l’IA ne s’étend plus aux prompts et aux résultats.</translation>
    </message>
    <message>
        <source>The licence that lets AI train reaches prompts and outputs.</source>
        <translation>La licence qui permet d’entraîner l’IA s’étend aux prompts et aux résultats.</translation>
    </message>
    <message>
        <source>The list is limited to files and folders: the chip above it names them.</source>
        <translation>La liste est limitée à des fichiers et à des dossiers&#x202f;: la pastille au-dessus les nomme.</translation>
    </message>
    <message>
        <source>The list of changes in terms has their numbers.</source>
        <translation>La liste des modifications de conditions donne leurs numéros.</translation>
    </message>
    <message>
        <source>The list of findings has the numbers of decisions.</source>
        <translation>La liste des constats donne les numéros des décisions.</translation>
    </message>
    <message>
        <source>The list of findings has their ids.</source>
        <translation>La liste des constats donne leurs ID.</translation>
    </message>
    <message>
        <source>The list of findings has their numbers.</source>
        <translation>La liste des constats donne leurs numéros.</translation>
    </message>
    <message>
        <source>The list of jobs has their numbers.</source>
        <translation>La liste des tâches donne leurs numéros.</translation>
    </message>
    <message>
        <source>The list of letters has their numbers.</source>
        <translation>La liste des lettres donne leurs numéros.</translation>
    </message>
    <message>
        <source>The list of licences has their numbers.</source>
        <translation>La liste des licences donne leurs numéros.</translation>
    </message>
    <message>
        <source>The list of open questions has their numbers.</source>
        <translation>La liste des questions ouvertes donne leurs numéros.</translation>
    </message>
    <message>
        <source>The list of problems has their ids.</source>
        <translation>La liste des problèmes donne leurs ID.</translation>
    </message>
    <message>
        <source>The list of the history has their numbers.</source>
        <translation>La liste de l’historique donne leurs numéros.</translation>
    </message>
    <message>
        <source>The list of time stamps has their numbers.</source>
        <translation>La liste des horodatages donne leurs numéros.</translation>
    </message>
    <message>
        <source>The list that belongs to entry {number} was changed.</source>
        <translation>La liste qui va avec l’entrée {number} a été modifiée.</translation>
    </message>
    <message>
        <source>The main record of your AI preferences on Bluesky is for one reader or one collection only.</source>
        <translation>L’enregistrement principal de vos préférences IA sur Bluesky vaut pour un seul lecteur ou une seule collection.</translation>
    </message>
    <message>
        <source>The matrix, for spreadsheets (CSV)</source>
        <translation>La matrice, pour tableurs (CSV)</translation>
    </message>
    <message>
        <source>The messages with which your distributor sends your releases to shops.</source>
        <translation>Les messages avec lesquels votre distributeur envoie vos sorties aux boutiques.</translation>
    </message>
    <message>
        <source>The new facts can&apos;t be stored: {why}.</source>
        <translation>Les nouvelles informations ne peuvent pas être enregistrées&#x202f;: {why}.</translation>
    </message>
    <message>
        <source>The new passphrase opens your sign-ins now.</source>
        <translation>La nouvelle phrase secrète ouvre maintenant vos connexions.</translation>
    </message>
    <message>
        <source>The new version is no whole text: {why}</source>
        <translation>La nouvelle version n’est pas un texte complet&#x202f;: {why}</translation>
    </message>
    <message>
        <source>The newest terms held are of 19 September 2024 and have no word on AI. They may be out of date.</source>
        <translation>Les conditions les plus récentes disponibles datent du 19 septembre 2024 et ne disent rien de l’IA. Elles sont peut-être dépassées.</translation>
    </message>
    <message>
        <source>The newest terms held are of July 2024 and have no word on AI.</source>
        <translation>Les conditions les plus récentes disponibles datent de juillet 2024 et ne disent rien de l’IA.</translation>
    </message>
    <message>
        <source>The newest terms held have no word on AI training. Scraping is forbidden.</source>
        <translation>Les conditions les plus récentes disponibles ne disent rien de l’entraînement d’IA. Le moissonnage (scraping) est interdit.</translation>
    </message>
    <message>
        <source>The newest terms held have no word on AI training. Write your preference as a record: it is a signal.</source>
        <translation>Les conditions les plus récentes disponibles ne disent rien de l’entraînement d’IA. Écrivez votre préférence comme enregistrement&#x202f;: c’est un signal.</translation>
    </message>
    <message>
        <source>The newest terms held have no word on AI, and they are old.</source>
        <translation>Les conditions les plus récentes disponibles ne disent rien de l’IA, et elles sont anciennes.</translation>
    </message>
    <message>
        <source>The newest terms held have no word on AI.</source>
        <translation>Les conditions les plus récentes disponibles ne disent rien de l’IA.</translation>
    </message>
    <message>
        <source>The newest terms held have no word on AI. Scraping is forbidden.</source>
        <translation>Les conditions les plus récentes disponibles ne disent rien de l’IA. Le moissonnage (scraping) est interdit.</translation>
    </message>
    <message>
        <source>The newest version held is of {day}, {age} ago.</source>
        <translation>La version la plus récente disponible date du {day}, il y a {age}.</translation>
    </message>
    <message>
        <source>The newest version held is of {day}.</source>
        <translation>La version la plus récente disponible date du {day}.</translation>
    </message>
    <message>
        <source>The newest, of entry {number}, is of {when}, by {hosts}: {state}</source>
        <translation>Le plus récent, de l’entrée {number} ({when}), par {hosts}&#x202f;: {state}</translation>
    </message>
    <message>
        <source>The note is too long.</source>
        <translation>La note est trop longue.</translation>
    </message>
    <message>
        <source>The old files were restored.</source>
        <translation>Les anciens fichiers ont été restaurés.</translation>
    </message>
    <message>
        <source>The old version is no whole text: {why}</source>
        <translation>L’ancienne version n’est pas un texte complet&#x202f;: {why}</translation>
    </message>
    <message>
        <source>The one change today.</source>
        <translation>La seule modification aujourd’hui.</translation>
    </message>
    <message>
        <source>The one change {when}.</source>
        <translation>La seule modification {when}.</translation>
    </message>
    <message>
        <source>The page has too many elements inside each other.</source>
        <translation>La page a trop d’éléments imbriqués les uns dans les autres.</translation>
    </message>
    <message>
        <source>The page shows its text by a script (JavaScript). RightsDesk runs no scripts of others.</source>
        <translation>La page affiche son texte par un script (JavaScript). RightsDesk n’exécute pas les scripts des autres.</translation>
    </message>
    <message>
        <source>The passphrase can&apos;t be set while the keyring refuses the vault&apos;s key.</source>
        <translation>La phrase secrète ne peut pas être définie tant que le trousseau refuse la clé du coffre.</translation>
    </message>
    <message>
        <source>The path of this file is too long for the disk.</source>
        <translation>Le chemin de ce fichier est trop long pour le disque.</translation>
    </message>
    <message>
        <source>The platform names no artist</source>
        <translation>La plateforme ne nomme pas d’artiste</translation>
    </message>
    <message>
        <source>The privacy policy allows training on all pins, whenever posted. An opt-out was reported, but its name and place were not confirmed.</source>
        <translation>La politique de confidentialité permet l’entraînement avec toutes les épingles, quelle que soit leur date. Un opt-out a été rapporté, mais son nom et sa place n’ont pas été confirmés.</translation>
    </message>
    <message>
        <source>The privacy policy names training of machine learning models.</source>
        <translation>La politique de confidentialité mentionne l’entraînement de modèles d’apprentissage automatique.</translation>
    </message>
    <message>
        <source>The private key can&apos;t be read.</source>
        <translation>La clé privée est illisible.</translation>
    </message>
    <message>
        <source>The promise does not cover internal uses: recommendations, search, playlists, tagging, fraud checks, emerging talent, personalisation, customer support, First Fans, and Musiio.</source>
        <translation>La promesse ne couvre pas les usages internes&#x202f;: recommandations, recherche, playlists, tags, détection de fraude, talents émergents, personnalisation, assistance, First Fans et Musiio.</translation>
    </message>
    <message>
        <source>The proxy stays as it was.</source>
        <translation>Le proxy reste comme il était.</translation>
    </message>
    <message>
        <source>The proxy {named} asks for a user name and a password, or refuses those it has.</source>
        <translation>Le proxy {named} demande un nom d’utilisateur et un mot de passe, ou refuse ceux qu’il a.</translation>
    </message>
    <message>
        <source>The proxy {named} can&apos;t be reached or used.</source>
        <translation>Le proxy {named} est injoignable ou inutilisable.</translation>
    </message>
    <message>
        <source>The proxy {named} does not let RightsDesk through to {host} ({status}).</source>
        <translation>Le proxy {named} ne laisse pas RightsDesk accéder à {host} ({status}).</translation>
    </message>
    <message>
        <source>The proxy {named} is a SOCKS proxy, which RightsDesk can&apos;t use.</source>
        <translation>Le proxy {named} est un proxy SOCKS, que RightsDesk ne peut pas utiliser.</translation>
    </message>
    <message>
        <source>The public API carries gen_ai_preference for each sound.</source>
        <translation>L’API publique contient gen_ai_preference pour chaque son.</translation>
    </message>
    <message>
        <source>The public terms found are of 15 September 2023. A mark “Open to AI licensing” is mentioned by one text only.</source>
        <translation>Les conditions publiques trouvées datent du 15 septembre 2023. Une mention «&#x202f;Open to AI licensing&#x202f;» n’apparaît que dans un seul texte.</translation>
    </message>
    <message>
        <source>The publication. It tells crawlers not to train; only those that listen obey.</source>
        <translation>La publication. Elle dit aux robots de ne pas entraîner ; seuls ceux qui en tiennent compte obéissent.</translation>
    </message>
    <message>
        <source>The published robots.txt has no line of a robots.txt in it: it may be a web page. It is replaced, and an undo restores it.</source>
        <translation>Le robots.txt publié ne contient aucune ligne d’un robots.txt&#x202f;: c’est peut-être une page web. Il est remplacé, et une annulation le restaure.</translation>
    </message>
    <message>
        <source>The quick brown fox jumps over the lazy dog 0123456789</source>
        <translation>Portez ce vieux whisky au juge blond qui fume 0123456789</translation>
    </message>
    <message>
        <source>The record</source>
        <translation>L’historique</translation>
    </message>
    <message>
        <source>The recording&apos;s &amp;ISCC</source>
        <translation>L’&amp;ISCC de l’enregistrement</translation>
    </message>
    <message>
        <source>The redirect address must be on this computer.</source>
        <translation>L’adresse de redirection doit être sur cet ordinateur.</translation>
    </message>
    <message>
        <source>The registry lists web addresses, not files. The ai.txt that belongs to it is not honoured by OpenAI, Anthropic, Google or Meta.</source>
        <translation>Le registre liste des adresses web, pas des fichiers. Le fichier ai.txt qui va avec n’est respecté ni par OpenAI, ni par Anthropic, Google ou Meta.</translation>
    </message>
    <message>
        <source>The registry takes a declaration only with the recording&apos;s ISCC.</source>
        <translation>Le registre n’accepte une déclaration qu’avec l’ISCC de l’enregistrement.</translation>
    </message>
    <message>
        <source>The report was stopped.</source>
        <translation>Le rapport a été arrêté.</translation>
    </message>
    <message>
        <source>The reservation in the copyright line is damaged.</source>
        <translation>La réserve dans la ligne de copyright est endommagée.</translation>
    </message>
    <message>
        <source>The rest is resumed {when}.</source>
        <translation>Le reste reprend {when}.</translation>
    </message>
    <message>
        <source>The rights field or the description of your items.</source>
        <translation>Le champ des droits ou la description de vos éléments.</translation>
    </message>
    <message>
        <source>The rights of this item were changed since RightsDesk read them.</source>
        <translation>Les droits de cet élément ont été modifiés depuis que RightsDesk les a lus.</translation>
    </message>
    <message>
        <source>The sentence and sidecars</source>
        <translation>La phrase et les fichiers annexes</translation>
    </message>
    <message>
        <source>The server at this address does not answer like {service}.</source>
        <translation>Le serveur à cette adresse ne répond pas comme {service}.</translation>
    </message>
    <message>
        <source>The server doesn&apos;t let RightsDesk write into {name}. Replacing it could lose an access list or attributes, which SFTP does not show.</source>
        <translation>Le serveur ne laisse pas RightsDesk écrire dans {name}. Le remplacer pourrait faire perdre une liste d’accès ou des attributs, que SFTP ne montre pas.</translation>
    </message>
    <message>
        <source>The server may hide folders that begin with a dot, or a program may generate these files: ask your web host to serve them as they are.</source>
        <translation>Le serveur masque peut-être les dossiers qui commencent par un point, ou un programme génère ces fichiers&#x202f;: demandez à votre hébergeur de les servir tels quels.</translation>
    </message>
    <message>
        <source>The setting {name} names a file that can&apos;t be read: {place}</source>
        <translation>Le réglage {name} nomme un fichier illisible&#x202f;: {place}</translation>
    </message>
    <message>
        <source>The setting {name} names a file that holds no certificates: {place}</source>
        <translation>Le réglage {name} nomme un fichier qui ne contient pas de certificats&#x202f;: {place}</translation>
    </message>
    <message>
        <source>The setting {name} names a file that is not there: {place}</source>
        <translation>Le réglage {name} nomme un fichier absent&#x202f;: {place}</translation>
    </message>
    <message>
        <source>The settings of keyring name a keyring that can&apos;t be used.</source>
        <translation>Les réglages de keyring nomment un trousseau inutilisable.</translation>
    </message>
    <message>
        <source>The sidecar was left as it is.</source>
        <translation>Le fichier annexe est resté tel quel.</translation>
    </message>
    <message>
        <source>The sidecars that are there stay, and are kept up to date.</source>
        <translation>Les fichiers annexes présents restent, et sont tenus à jour.</translation>
    </message>
    <message>
        <source>The sign-in of {name} has ended</source>
        <translation>La connexion de {name} a pris fin</translation>
    </message>
    <message>
        <source>The sign-in page was not answered in time.</source>
        <translation>La page de connexion n’a pas reçu de réponse à temps.</translation>
    </message>
    <message>
        <source>The sign-in was cancelled.</source>
        <translation>La connexion a été annulée.</translation>
    </message>
    <message>
        <source>The sign-in was ended at {name} again.</source>
        <translation>La connexion a été refermée chez {name}.</translation>
    </message>
    <message>
        <source>The signature does not fit: the file was changed after it was made, or is cut.</source>
        <translation>La signature ne concorde pas&#x202f;: le fichier a été modifié après sa création, ou est tronqué.</translation>
    </message>
    <message>
        <source>The site&apos;s own address is missing.</source>
        <translation>L’adresse du site lui-même manque.</translation>
    </message>
    <message>
        <source>The site&apos;s robots.txt, for about 26 crawlers in 2026. It is a request.</source>
        <translation>Le robots.txt du site, pour environ 26 robots en 2026. C&apos;est une demande.</translation>
    </message>
    <message>
        <source>The site&apos;s robots.txt. There is no single AI switch.</source>
        <translation>Le robots.txt du site. Il n&apos;y a pas de réglage unique pour l&apos;IA.</translation>
    </message>
    <message>
        <source>The site&apos;s settings</source>
        <translation>Les réglages du site</translation>
    </message>
    <message>
        <source>The sound alone leads to it, even if every tag was stripped.</source>
        <translation>Le son seul y mène, même si tous les tags ont été supprimés.</translation>
    </message>
    <message>
        <source>The stored login of this account does not open: it is damaged, or what it belongs to (artist, platform, address) was changed outside RightsDesk.</source>
        <translation>La connexion enregistrée de ce compte ne s’ouvre pas&#x202f;: elle est endommagée, ou ce à quoi elle appartient (artiste, plateforme, adresse) a été modifié hors de RightsDesk.</translation>
    </message>
    <message>
        <source>The stored logins were left as they are.</source>
        <translation>Les connexions enregistrées ont été laissées telles quelles.</translation>
    </message>
    <message>
        <source>The stored record of this change is damaged, so it can&apos;t be used.</source>
        <translation>La trace enregistrée de cette modification est endommagée et ne peut pas servir.</translation>
    </message>
    <message>
        <source>The switch is on, but the site&apos;s robots.txt does not show it.</source>
        <translation>L’option est activée, mais le robots.txt du site ne le montre pas.</translation>
    </message>
    <message>
        <source>The switch is the platform&apos;s own setting; the description states it where people watch your video.</source>
        <translation>L’option est le réglage même de la plateforme&#x202f;; la description le dit là où les gens regardent votre vidéo.</translation>
    </message>
    <message>
        <source>The switch tells AI tools not to train; only those who respect it obey; it may cost visibility.</source>
        <translation>L’option dit aux outils d’IA de ne pas entraîner&#x202f;; seuls ceux qui la respectent obéissent&#x202f;; elle peut coûter de la visibilité.</translation>
    </message>
    <message>
        <source>The system could not change this file: {reason}.</source>
        <translation>Le système n’a pas pu modifier ce fichier&#x202f;: {reason}.</translation>
    </message>
    <message>
        <source>The system could not read this file: {reason}.</source>
        <translation>Le système n’a pas pu lire ce fichier&#x202f;: {reason}.</translation>
    </message>
    <message>
        <source>The table compares your choice with what each file and each platform says today. “Details” shows how that is known, and since when. The page Problems lists what could not be read, disagrees or was not finished.</source>
        <translation>Le tableau compare votre choix à ce que dit aujourd’hui chaque fichier et chaque plateforme. «&#x202f;Détails&#x202f;» montre comment on le sait, et depuis quand. La page Problèmes liste ce qui n’a pas pu être lu, ce qui se contredit et ce qui n’est pas terminé.</translation>
    </message>
    <message>
        <source>The tag “{tag}” has no valid answer.</source>
        <translation>Le tag «&#x202f;{tag}&#x202f;» n’a pas de réponse valide.</translation>
    </message>
    <message>
        <source>The tags would be too long for YouTube ({length} of {most} characters). Take some away, then repeat.</source>
        <translation>Les tags seraient trop longs pour YouTube ({length} caractères sur {most}). Retirez-en, puis recommencez.</translation>
    </message>
    <message>
        <source>The tdmrep.json document is not a list of rules.</source>
        <translation>Le document tdmrep.json n’est pas une liste de règles.</translation>
    </message>
    <message>
        <source>The text is not an RSL document.</source>
        <translation>Le texte n’est pas un document RSL.</translation>
    </message>
    <message>
        <source>The third-party training setting is off by default; every rights holder must allow it and the video must be public.</source>
        <translation>Le réglage de l’entraînement par des tiers est désactivé par défaut&#x202f;; chaque titulaire des droits doit l’autoriser et la vidéo doit être publique.</translation>
    </message>
    <message>
        <source>The title and other tags of this file can&apos;t be read.</source>
        <translation>Le titre et les autres tags de ce fichier sont illisibles.</translation>
    </message>
    <message>
        <source>The token needs the scope write:edits, and the track has to be attributed to you. The server&apos;s administrator can change both.</source>
        <translation>Le jeton a besoin de la portée write:edits, et le morceau doit vous être attribué. L’administrateur du serveur peut changer les deux.</translation>
    </message>
    <message>
        <source>The tool datadiligence and Adobe&apos;s Verify site read the older C2PA form. No AI trainer is known to document that it honours either.</source>
        <translation>L’outil datadiligence et le site Verify d’Adobe lisent l’ancienne forme C2PA. On ne connaît aucun entraîneur d’IA qui documente respecter l’une ou l’autre.</translation>
    </message>
    <message>
        <source>The tool datadiligence and several crawlers read the header. No AI company is known to document that it reads it in audio files.</source>
        <translation>L’outil datadiligence et plusieurs robots lisent l’en-tête. On ne connaît aucune société d’IA qui documente le lire dans les fichiers audio.</translation>
    </message>
    <message>
        <source>The tool datadiligence takes one no in this form for a no to everything.</source>
        <translation>L’outil datadiligence prend un seul non sous cette forme pour un non à tout.</translation>
    </message>
    <message>
        <source>The track&apos;s details, through the API</source>
        <translation>Les détails du morceau, par l’API</translation>
    </message>
    <message>
        <source>The user agreement speaks of AI only as a feature that you may use.</source>
        <translation>Le contrat d’utilisation ne parle de l’IA que comme d’une fonction que vous pouvez utiliser.</translation>
    </message>
    <message>
        <source>The variable PYTHON_KEYRING_BACKEND names a keyring that can&apos;t be used ({name}).</source>
        <translation>La variable PYTHON_KEYRING_BACKEND nomme un trousseau inutilisable ({name}).</translation>
    </message>
    <message>
        <source>The video was left unchanged.</source>
        <translation>La vidéo est restée inchangée.</translation>
    </message>
    <message>
        <source>The web server may lack permission to read this user&apos;s files, or may refuse their content: ask your web host.</source>
        <translation>Le serveur web n’a peut-être pas le droit de lire les fichiers de cet utilisateur, ou refuse leur contenu&#x202f;: demandez à votre hébergeur.</translation>
    </message>
    <message>
        <source>The words are the platform&apos;s own, as this computer fetched them. They were found by rules, not by a lawyer: read the whole text before you rely on it.</source>
        <translation>Les mots sont ceux de la plateforme, tels que cet ordinateur les a récupérés. Ils ont été trouvés par des règles, pas par un juriste&#x202f;: lisez tout le texte avant de vous y fier.</translation>
    </message>
    <message>
        <source>The words in the table</source>
        <translation>Les mots dans le tableau</translation>
    </message>
    <message>
        <source>The zone&apos;s bot management, through the API</source>
        <translation>La gestion des robots de la zone, par l’API</translation>
    </message>
    <message>
        <source>The {dialect} document answers “{label}” with another word.</source>
        <translation>Le document {dialect} répond à «&#x202f;{label}&#x202f;» par un autre mot.</translation>
    </message>
    <message>
        <source>The {dialect} document does not follow its standard.</source>
        <translation>Le document {dialect} ne suit pas sa norme.</translation>
    </message>
    <message>
        <source>The {dialect} document has an intent that does not exist.</source>
        <translation>Le document {dialect} a une intention qui n’existe pas.</translation>
    </message>
    <message>
        <source>The {dialect} document says something twice.</source>
        <translation>Le document {dialect} dit quelque chose deux fois.</translation>
    </message>
    <message>
        <source>The {dialect} field answers “{key}” twice.</source>
        <translation>Le champ {dialect} répond deux fois à «&#x202f;{key}&#x202f;».</translation>
    </message>
    <message>
        <source>The {dialect} field is not a list of answers.</source>
        <translation>Le champ {dialect} n’est pas une liste de réponses.</translation>
    </message>
    <message>
        <source>The {name} assertion allows uses but does not follow its schema.</source>
        <translation>L’assertion {name} permet des utilisations mais ne suit pas son schéma.</translation>
    </message>
    <message>
        <source>The {name} assertion has an answer that does not exist.</source>
        <translation>L’assertion {name} a une réponse qui n’existe pas.</translation>
    </message>
    <message>
        <source>The {name} field has no valid answer for {use}.</source>
        <translation>Le champ {name} n’a pas de réponse valide pour {use}.</translation>
    </message>
    <message>
        <source>The {service} server has not approved this account.</source>
        <translation>Le serveur {service} n’a pas approuvé ce compte.</translation>
    </message>
    <message>
        <source>The “noai” mark is set unless you actively consent; it binds other users.</source>
        <translation>La mention «&#x202f;noai&#x202f;» est mise sauf si vous consentez activement&#x202f;; elle lie les autres utilisateurs.</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Thème</translation>
    </message>
    <message>
        <source>There are new facts about {platforms}.</source>
        <translation>Il y a de nouvelles informations sur {platforms}.</translation>
    </message>
    <message>
        <source>There are two settings: one for usage data, one for your content. Switch both off.</source>
        <translation>Il y a deux réglages&#x202f;: un pour les données d’utilisation, un pour vos contenus. Désactivez les deux.</translation>
    </message>
    <message>
        <source>There are {recordings} for “{name}”.</source>
        <translation>Il y a {recordings} pour «&#x202f;{name}&#x202f;».</translation>
    </message>
    <message>
        <source>There are {releases} called “{name}”.</source>
        <translation>Il y a {releases} au nom «&#x202f;{name}&#x202f;».</translation>
    </message>
    <message>
        <source>There are: {codes}.</source>
        <translation>Il y a&#x202f;: {codes}.</translation>
    </message>
    <message>
        <source>There are: {kinds}.</source>
        <translation>Il y a&#x202f;: {kinds}.</translation>
    </message>
    <message>
        <source>There are: {names}.</source>
        <translation>Il y a&#x202f;: {names}.</translation>
    </message>
    <message>
        <source>There is a line break or an invisible letter in “{field}”.</source>
        <translation>Il y a un saut de ligne ou une lettre invisible dans «&#x202f;{field}&#x202f;».</translation>
    </message>
    <message>
        <source>There is a space in “{field}”. Copy it again, without what is around it.</source>
        <translation>Il y a une espace dans «&#x202f;{field}&#x202f;». Copiez à nouveau, sans ce qui est autour.</translation>
    </message>
    <message>
        <source>There is a word in it for training and data mining only, and only for “no” and “ask me”.</source>
        <translation>Il n’y a de mot que pour l’entraînement et la fouille de données, et seulement pour «&#x202f;non&#x202f;» et «&#x202f;me demander&#x202f;».</translation>
    </message>
    <message>
        <source>There is a word in it for training and data mining only.</source>
        <translation>Il n’y a de mot que pour l’entraînement et la fouille de données.</translation>
    </message>
    <message>
        <source>There is hardly any text in it.</source>
        <translation>Il ne contient presque pas de texte.</translation>
    </message>
    <message>
        <source>There is no account yet.</source>
        <translation>Il n’y a pas encore de compte.</translation>
    </message>
    <message>
        <source>There is no address to get newer facts from.</source>
        <translation>Il n’y a pas d’adresse où chercher des informations plus récentes.</translation>
    </message>
    <message>
        <source>There is no alarm {number}.</source>
        <translation>Il n’y a pas d’alerte {number}.</translation>
    </message>
    <message>
        <source>There is no artist “{name}”.</source>
        <translation>Il n’y a pas d’artiste «&#x202f;{name}&#x202f;».</translation>
    </message>
    <message>
        <source>There is no audio file that RightsDesk knows in the folders of this artist. Add another folder, or rescan once there is something in it.</source>
        <translation>Dans les dossiers de cet artiste, il n’y a aucun fichier audio que RightsDesk connaisse. Ajoutez un autre dossier, ou réanalysez quand il y aura quelque chose.</translation>
    </message>
    <message>
        <source>There is no bucket {bucket} at {host}.</source>
        <translation>Il n’y a pas de bucket {bucket} chez {host}.</translation>
    </message>
    <message>
        <source>There is no consent for this any more, so it was left as it is. First choose what AI may do with it.</source>
        <translation>Il n’y a plus de choix pour ceci, rien n’y a donc été touché. Choisissez d’abord ce que l’IA peut en faire.</translation>
    </message>
    <message>
        <source>There is no entry {number} in the history.</source>
        <translation>Il n’y a pas d’entrée {number} dans l’historique.</translation>
    </message>
    <message>
        <source>There is no export “{name}”.</source>
        <translation>Il n’y a pas d’export «&#x202f;{name}&#x202f;».</translation>
    </message>
    <message>
        <source>There is no field for AI; a track&apos;s description, tags and licence are the only places (checked 2026-11).</source>
        <translation>Il n’y a pas de champ pour l’IA&#x202f;; la description, les tags et la licence d’un morceau sont les seuls endroits (vérifié en 2026-11).</translation>
    </message>
    <message>
        <source>There is no field for AI; a video&apos;s description, tags and licence are the only places (checked 2026-11).</source>
        <translation>Il n’y a pas de champ pour l’IA&#x202f;; la description, les tags et la licence d’une vidéo sont les seuls endroits (vérifié en 2026-11).</translation>
    </message>
    <message>
        <source>There is no field for AI; an item&apos;s rights and licence are the only places (checked 2026-11).</source>
        <translation>Il n’y a pas de champ pour l’IA&#x202f;; les droits et la licence d’un élément sont les seuls endroits (vérifié en 2026-11).</translation>
    </message>
    <message>
        <source>There is no folder {shown}.</source>
        <translation>Il n’y a pas de dossier {shown}.</translation>
    </message>
    <message>
        <source>There is no job {job_id}.</source>
        <translation>Il n’y a pas de tâche {job_id}.</translation>
    </message>
    <message>
        <source>There is no language “{code}”.</source>
        <translation>Il n’y a pas de langue «&#x202f;{code}&#x202f;».</translation>
    </message>
    <message>
        <source>There is no letter {number}.</source>
        <translation>Il n’y a pas de lettre {number}.</translation>
    </message>
    <message>
        <source>There is no letter “{kind}”.</source>
        <translation>Il n’y a pas de lettre «&#x202f;{kind}&#x202f;».</translation>
    </message>
    <message>
        <source>There is no licence {number}.</source>
        <translation>Il n’y a pas de licence {number}.</translation>
    </message>
    <message>
        <source>There is no new file, and RightsDesk&apos;s data are as they were.</source>
        <translation>Il n’y a pas de nouveau fichier, et les données de RightsDesk sont restées comme avant.</translation>
    </message>
    <message>
        <source>There is no note of this.</source>
        <translation>Il n’y a pas de note à ce sujet.</translation>
    </message>
    <message>
        <source>There is no open finding or problem “{number}”.</source>
        <translation>Il n’y a pas de constat ou de problème ouvert «&#x202f;{number}&#x202f;».</translation>
    </message>
    <message>
        <source>There is no open finding “{finding}”.</source>
        <translation>Il n’y a pas de constat ouvert «&#x202f;{finding}&#x202f;».</translation>
    </message>
    <message>
        <source>There is no recording “{name}”.</source>
        <translation>Il n’y a pas d’enregistrement «&#x202f;{name}&#x202f;».</translation>
    </message>
    <message>
        <source>There is no release “{name}”.</source>
        <translation>Il n’y a pas de sortie «&#x202f;{name}&#x202f;».</translation>
    </message>
    <message>
        <source>There is no setting for AI in WordPress itself (checked 2026-11).</source>
        <translation>WordPress lui-même n’a pas de réglage pour l’IA (vérifié en 2026-11).</translation>
    </message>
    <message>
        <source>There is no space left for files in {shown}: its disk is full, or a quota is used up.</source>
        <translation>Il n’y a plus de place pour des fichiers dans {shown}&#x202f;: son disque est plein, ou un quota est épuisé.</translation>
    </message>
    <message>
        <source>There is no switch so far (checked 2026-11). The “no AI” tag on SoundCloud is SoundCloud&apos;s own, for the whole site.</source>
        <translation>Il n’y a pas d’option jusqu’ici (vérifié en 2026-11). Le tag «&#x202f;no AI&#x202f;» sur SoundCloud appartient à SoundCloud et vaut pour tout le site.</translation>
    </message>
    <message>
        <source>There is no switch. You sign up for this service, which watches for imitations of a voice or a likeness and licenses them (checked 2026-11). No public API was found.</source>
        <translation>Il n’y a pas d’option. On s’inscrit à ce service, qui surveille les imitations d’une voix ou d’une image et en accorde des licences (vérifié en 2026-11). Aucune API publique n’a été trouvée.</translation>
    </message>
    <message>
        <source>There is no switch: Bandcamp&apos;s terms already say no for you (checked 2026-11).</source>
        <translation>Il n’y a pas d’option&#x202f;: les conditions de Bandcamp disent déjà non pour vous (vérifié en 2026-11).</translation>
    </message>
    <message>
        <source>There is no switch: RouteNote says that it does not do it (checked 2026-11).</source>
        <translation>Il n’y a pas d’option&#x202f;: RouteNote dit ne pas le faire (vérifié en 2026-11).</translation>
    </message>
    <message>
        <source>There is no switch: Vimeo promises to ask first (checked 2026-11).</source>
        <translation>Il n’y a pas d’option&#x202f;: Vimeo promet de demander d’abord (vérifié en 2026-11).</translation>
    </message>
    <message>
        <source>There is no switch: your site&apos;s files and headers are what counts.</source>
        <translation>Il n’y a pas d’option&#x202f;: ce sont les fichiers et les en-têtes de votre site qui comptent.</translation>
    </message>
    <message>
        <source>There is no time stamp {number}.</source>
        <translation>Il n’y a pas d’horodatage {number}.</translation>
    </message>
    <message>
        <source>There is no track {item_id} on a platform.</source>
        <translation>Il n’y a pas de morceau {item_id} sur une plateforme.</translation>
    </message>
    <message>
        <source>There is not enough free space on this disk.</source>
        <translation>Il n’y a pas assez d’espace libre sur ce disque.</translation>
    </message>
    <message>
        <source>There is not enough free space on this disk. RightsDesk leaves {megabytes} MB of it free.</source>
        <translation>Il n’y a pas assez d’espace libre sur ce disque. RightsDesk en laisse {megabytes}&#xa0;Mo libres.</translation>
    </message>
    <message>
        <source>There is nothing to change in what could be read.</source>
        <translation>Il n’y a rien à modifier dans ce qui a pu être lu.</translation>
    </message>
    <message>
        <source>There is nothing to change yet.</source>
        <translation>Il n’y a encore rien à modifier.</translation>
    </message>
    <message>
        <source>There is nothing to change, or no choice has been made yet.</source>
        <translation>Il n’y a rien à modifier, ou aucun choix n’a encore été fait.</translation>
    </message>
    <message>
        <source>There is nothing to choose.</source>
        <translation>Il n’y a rien à choisir.</translation>
    </message>
    <message>
        <source>There is nothing to compare with, and what the audio is now proves nothing.</source>
        <translation>Il n’y a rien à comparer, et l’audio tel qu’il est maintenant ne prouve rien.</translation>
    </message>
    <message>
        <source>There is nothing to prove yet</source>
        <translation>Il n’y a encore rien à prouver</translation>
    </message>
    <message>
        <source>There is nothing to undo.</source>
        <translation>Il n’y a rien à annuler.</translation>
    </message>
    <message>
        <source>These accounts then need a new sign-in; nothing else is lost:</source>
        <translation>Ces comptes demandent alors une nouvelle connexion&#x202f;; rien d’autre n’est perdu&#x202f;:</translation>
    </message>
    <message>
        <source>These data were made by a newer RightsDesk.</source>
        <translation>Ces données viennent d’un RightsDesk plus récent.</translation>
    </message>
    <message>
        <source>These facts ({version}) are not newer than the ones in use ({in_use}).</source>
        <translation>Ces informations ({version}) ne sont pas plus récentes que celles utilisées ({in_use}).</translation>
    </message>
    <message>
        <source>These facts are made for a newer RightsDesk.</source>
        <translation>Ces informations sont faites pour un RightsDesk plus récent.</translation>
    </message>
    <message>
        <source>These files are not RightsDesk&apos;s, and stay: {paths}</source>
        <translation>Ces fichiers ne sont pas à RightsDesk, et restent&#x202f;: {paths}</translation>
    </message>
    <message>
        <source>These logins were stored by a newer RightsDesk.</source>
        <translation>Ces connexions ont été enregistrées par un RightsDesk plus récent.</translation>
    </message>
    <message>
        <source>They are also in {path}</source>
        <translation>Ils sont aussi dans {path}</translation>
    </message>
    <message>
        <source>They are different ones</source>
        <translation>Ce n’est pas la même chose</translation>
    </message>
    <message>
        <source>They are made for another version of RightsDesk.</source>
        <translation>Elles sont faites pour une autre version de RightsDesk.</translation>
    </message>
    <message>
        <source>They are the same recording</source>
        <translation>C’est le même enregistrement</translation>
    </message>
    <message>
        <source>They are the same release</source>
        <translation>C’est la même sortie</translation>
    </message>
    <message>
        <source>They don&apos;t match.</source>
        <translation>Elles ne sont pas identiques.</translation>
    </message>
    <message>
        <source>They were left as they are.</source>
        <translation>Rien n’y a été touché.</translation>
    </message>
    <message>
        <source>They were left unchanged.</source>
        <translation>Rien n’y a été modifié.</translation>
    </message>
    <message>
        <source>Third parties: off unless you switch it on. Google itself: no switch, and the terms have no word on AI.</source>
        <translation>Tiers&#x202f;: désactivé sauf si vous l’activez. Google lui-même&#x202f;: pas d’option, et les conditions ne disent rien de l’IA.</translation>
    </message>
    <message>
        <source>Third-party AI</source>
        <translation>IA tierce</translation>
    </message>
    <message>
        <source>Third-party AI and your stories</source>
        <translation>Third-party AI and your stories</translation>
    </message>
    <message>
        <source>Third-party training</source>
        <translation>Entraînement par des tiers</translation>
    </message>
    <message>
        <source>This</source>
        <translation>Ceci</translation>
    </message>
    <message>
        <source>This FLAC file is damaged, so RightsDesk leaves it alone.</source>
        <translation>Ce fichier FLAC est endommagé, RightsDesk n’y touche donc pas.</translation>
    </message>
    <message>
        <source>This FLAC file&apos;s comments are full, so RightsDesk leaves it alone.</source>
        <translation>Les commentaires de ce fichier FLAC sont pleins, RightsDesk n’y touche donc pas.</translation>
    </message>
    <message>
        <source>This Google account has no YouTube channel.</source>
        <translation>Ce compte Google n’a pas de chaîne YouTube.</translation>
    </message>
    <message>
        <source>This M4A file ends in a form that RightsDesk can&apos;t add XMP to.</source>
        <translation>Ce fichier M4A se termine sous une forme où RightsDesk ne peut pas ajouter de XMP.</translation>
    </message>
    <message>
        <source>This M4A file is damaged, so RightsDesk leaves it alone.</source>
        <translation>Ce fichier M4A est endommagé, RightsDesk n’y touche donc pas.</translation>
    </message>
    <message>
        <source>This M4A file is full (4 GB), so RightsDesk leaves it alone.</source>
        <translation>Ce fichier M4A est plein (4&#xa0;Go), RightsDesk n’y touche donc pas.</translation>
    </message>
    <message>
        <source>This M4A file keeps its tags in a form that RightsDesk can&apos;t write yet.</source>
        <translation>Ce fichier M4A garde ses tags sous une forme que RightsDesk ne sait pas encore écrire.</translation>
    </message>
    <message>
        <source>This M4A file points at its audio in a way that RightsDesk can&apos;t keep up to date yet.</source>
        <translation>Ce fichier M4A renvoie à son audio d’une façon que RightsDesk ne sait pas encore tenir à jour.</translation>
    </message>
    <message>
        <source>This M4A file&apos;s copyright line can&apos;t be read, so it is left alone.</source>
        <translation>La ligne de copyright de ce fichier M4A est illisible, RightsDesk n’y touche donc pas.</translation>
    </message>
    <message>
        <source>This M4A file&apos;s index is too large for RightsDesk.</source>
        <translation>L’index de ce fichier M4A est trop grand pour RightsDesk.</translation>
    </message>
    <message>
        <source>This MP4 file holds no audio.</source>
        <translation>Ce fichier MP4 ne contient pas d’audio.</translation>
    </message>
    <message>
        <source>This Ogg file holds something that RightsDesk doesn&apos;t know.</source>
        <translation>Ce fichier Ogg contient quelque chose que RightsDesk ne connaît pas.</translation>
    </message>
    <message>
        <source>This Ogg file is damaged, so RightsDesk leaves it alone.</source>
        <translation>Ce fichier Ogg est endommagé, RightsDesk n’y touche donc pas.</translation>
    </message>
    <message>
        <source>This XMP sidecar is damaged, so what it says is not known. RightsDesk leaves it alone.</source>
        <translation>Ce fichier annexe XMP est endommagé, on ne sait donc pas ce qu’il dit. RightsDesk n’y touche pas.</translation>
    </message>
    <message>
        <source>This account acts for {artist}.</source>
        <translation>Ce compte agit pour {artist}.</translation>
    </message>
    <message>
        <source>This account is at {places}.</source>
        <translation>Ce compte est sur {places}.</translation>
    </message>
    <message>
        <source>This account is deactivated on its {service} server.</source>
        <translation>Ce compte est désactivé sur son serveur {service}.</translation>
    </message>
    <message>
        <source>This account is no longer connected.</source>
        <translation>Ce compte n’est plus connecté.</translation>
    </message>
    <message>
        <source>This address can&apos;t be used.</source>
        <translation>Cette adresse ne peut pas être utilisée.</translation>
    </message>
    <message>
        <source>This address:</source>
        <translation>Cette adresse&#x202f;:</translation>
    </message>
    <message>
        <source>This also makes WordPress.com turn AI crawlers away in the site&apos;s robots.txt. It says nothing about what was passed on before.</source>
        <translation>Avec cela, WordPress.com refuse aussi les robots d’IA dans le robots.txt du site. Cela ne dit rien de ce qui a été transmis avant.</translation>
    </message>
    <message>
        <source>This artist is no longer on the roster.</source>
        <translation>Cet artiste n’est plus dans la liste des artistes.</translation>
    </message>
    <message>
        <source>This artist was removed.</source>
        <translation>Cet artiste a été retiré.</translation>
    </message>
    <message>
        <source>This can&apos;t be undone from the history.</source>
        <translation>Cela ne peut pas être annulé depuis l’historique.</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep the keys to your accounts. Choose a passphrase to protect them. RightsDesk asks for it when it first needs an account after a start.</source>
        <translation>Cet ordinateur n’a pas de trousseau qui puisse garder les clés de vos comptes. Choisissez une phrase secrète pour les protéger. RightsDesk la demande la première fois qu’il a besoin d’un compte après le démarrage.</translation>
    </message>
    <message>
        <source>This could belong to {names}, so it counts for none of them.</source>
        <translation>Cela pourrait appartenir à {names}, et ne compte donc pour aucun.</translation>
    </message>
    <message>
        <source>This could not be read back.</source>
        <translation>Cela n’a pas pu être relu.</translation>
    </message>
    <message>
        <source>This desktop has no place for programs without a window, so RightsDesk can&apos;t continue in the background. It can wait, and close when this is done.</source>
        <translation>Ce bureau n’a pas de place pour les programmes sans fenêtre, RightsDesk ne peut donc pas continuer en arrière-plan. Il peut attendre, et se fermer quand ce sera fait.</translation>
    </message>
    <message>
        <source>This desktop shows no program icons, so there is none.</source>
        <translation>Ce bureau n’affiche pas d’icônes de programmes, il n’y en a donc pas.</translation>
    </message>
    <message>
        <source>This is in effect, so there is nothing to redo.</source>
        <translation>C’est en vigueur, il n’y a donc rien à rétablir.</translation>
    </message>
    <message>
        <source>This licence ends earlier: on {day}.</source>
        <translation>Cette licence prend fin plus tôt&#x202f;: le {day}.</translation>
    </message>
    <message>
        <source>This licence has ended already.</source>
        <translation>Cette licence a déjà pris fin.</translation>
    </message>
    <message>
        <source>This licence lets {partner} do more than before: {uses}.</source>
        <translation>Cette licence permet à {partner} plus qu’avant&#x202f;: {uses}.</translation>
    </message>
    <message>
        <source>This note was deleted already.</source>
        <translation>Cette note a déjà été supprimée.</translation>
    </message>
    <message>
        <source>This undoes what you said on {what}. AI may then do more:</source>
        <translation>Cela annule ce que vous avez dit à propos de {what}. L’IA pourra alors faire plus&#x202f;:</translation>
    </message>
    <message>
        <source>This was undone already.</source>
        <translation>Cela a déjà été annulé.</translation>
    </message>
    <message>
        <source>This would newly allow {uses}, and that was not confirmed.</source>
        <translation>Cela permettrait désormais {uses}, et ce n’a pas été confirmé.</translation>
    </message>
    <message>
        <source>This {name} file has data after its last chunk, which may be sound, so RightsDesk leaves it alone.</source>
        <translation>Ce fichier {name} contient des données après son dernier bloc, qui sont peut-être du son, RightsDesk n’y touche donc pas.</translation>
    </message>
    <message>
        <source>Tick “Block known artificial intelligence crawlers”.</source>
        <translation>Cochez «&#x202f;Bloquer les robots d’intelligence artificielle connus&#x202f;».</translation>
    </message>
    <message>
        <source>Tick “Block known artificial intelligence crawlers”. One box for all crawlers; it is a request.</source>
        <translation>Cochez «&#x202f;Bloquer les robots d’intelligence artificielle connus&#x202f;». Une seule case pour tous les robots&#x202f;; c’est une demande.</translation>
    </message>
    <message>
        <source>Time stamp of entry {entry}, by {source}</source>
        <translation>Horodatage de l’entrée {entry}, par {source}</translation>
    </message>
    <message>
        <source>Time stamps</source>
        <translation>Horodatages</translation>
    </message>
    <message>
        <source>Time stamps by an authority</source>
        <translation>Horodatages par une autorité</translation>
    </message>
    <message>
        <source>Time stamps by an authority are not available on this system.</source>
        <translation>Les horodatages par une autorité ne sont pas disponibles sur ce système.</translation>
    </message>
    <message>
        <source>Time stamps by calendars</source>
        <translation>Horodatages par des calendriers</translation>
    </message>
    <message>
        <source>Time zone of these days</source>
        <translation>Fuseau horaire de ces jours</translation>
    </message>
    <message>
        <source>To add a folder of music, scan it.</source>
        <translation>Pour ajouter un dossier de musique, analysez-le.</translation>
    </message>
    <message>
        <source>To allow that too, answer it yourself under “Choose each use”.</source>
        <translation>Pour permettre cela aussi, répondez-y vous-même sous «&#x202f;Choisir chaque utilisation&#x202f;».</translation>
    </message>
    <message>
        <source>To confirm, type: {words}</source>
        <translation>Pour confirmer, tapez&#x202f;: {words}</translation>
    </message>
    <message>
        <source>Undo that in the history, or add a new licence.</source>
        <translation>Annulez cela dans l’historique, ou ajoutez une nouvelle licence.</translation>
    </message>
    <message>
        <source>Undo: {what}</source>
        <translation>Annuler&#x202f;: {what}</translation>
    </message>
    <message>
        <source>Undo…</source>
        <translation>Annuler…</translation>
    </message>
    <message>
        <source>Update RightsDesk first.</source>
        <translation>Mettez d’abord RightsDesk à jour.</translation>
    </message>
    <message>
        <source>Update now</source>
        <translation>Mettre à jour maintenant</translation>
    </message>
    <message>
        <source>Upload asks for AI use in audio and artwork of new tracks: a disclosure, no consent.</source>
        <translation>À l’envoi, il est demandé si l’IA a servi pour l’audio et la pochette des nouveaux morceaux&#x202f;: une mention, pas un consentement.</translation>
    </message>
    <message>
        <source>Use a name as in: Europe/Berlin, America/New_York, UTC</source>
        <translation>Utilisez un nom comme&#x202f;: Europe/Berlin, America/New_York, UTC</translation>
    </message>
    <message>
        <source>Use a source of OpenTimestamps, or RightsDesk for Windows on Intel processors.</source>
        <translation>Utilisez une source d&apos;OpenTimestamps, ou RightsDesk pour Windows sur processeur Intel.</translation>
    </message>
    <message>
        <source>Use codes of two letters (ISO 3166), EU or world, as in: EU, CH except FR</source>
        <translation>Utilisez des codes de deux lettres (ISO 3166), EU ou world, par exemple&#x202f;: EU, CH except FR</translation>
    </message>
    <message>
        <source>User field allow_ai_attribution, default false; track field no_ai_use.</source>
        <translation>Champ utilisateur allow_ai_attribution, false par défaut&#x202f;; champ de morceau no_ai_use.</translation>
    </message>
    <message>
        <source>Users can opt out of training Pinterest Canvas in their settings.</source>
        <translation>Les utilisateurs peuvent refuser l’entraînement de Pinterest Canvas dans leurs paramètres.</translation>
    </message>
    <message>
        <source>Users may not train AI on any part of the service or its content.</source>
        <translation>Les utilisateurs n’ont pas le droit d’entraîner une IA avec une partie quelconque du service ou de ses contenus.</translation>
    </message>
    <message>
        <source>Versions, the log and crash reports are in it, without passwords and keys. RightsDesk sends it nowhere: look through it, then pass it on to the makers of RightsDesk if you like.</source>
        <translation>Il contient les versions, le journal technique et les rapports de plantage, sans mots de passe ni clés. RightsDesk ne l’envoie nulle part&#x202f;: parcourez-le, puis transmettez-le aux auteurs de RightsDesk si vous le souhaitez.</translation>
    </message>
    <message>
        <source>Vimeo promised in May 2024 to ask first. The newest terms held forbid automated access; of AI they mention only Vimeo&apos;s own tools.</source>
        <translation>Vimeo a promis en mai 2024 de demander d’abord. Les conditions les plus récentes disponibles interdisent l’accès automatisé&#x202f;; sur l’IA, elles ne mentionnent que les propres outils de Vimeo.</translation>
    </message>
    <message>
        <source>Vimeo will not let generative AI be trained on hosted videos without explicit consent.</source>
        <translation>Vimeo ne laissera pas entraîner d’IA générative avec les vidéos hébergées sans consentement explicite.</translation>
    </message>
    <message>
        <source>Visibility</source>
        <translation>Visibilité</translation>
    </message>
    <message>
        <source>Voice given to ElevenLabs may train its models, analyses say. The place of an opt-out was not found.</source>
        <translation>Les voix données à ElevenLabs peuvent entraîner ses modèles, selon des analyses. La place d’un opt-out n’a pas été trouvée.</translation>
    </message>
    <message>
        <source>Voice recordings may be used to train models.</source>
        <translation>Les enregistrements de voix peuvent servir à entraîner des modèles.</translation>
    </message>
    <message>
        <source>Waiting at {n} of {all}</source>
        <translation>En attente à {n} sur {all}</translation>
    </message>
    <message>
        <source>Warner Music Group announced on 10 June 2026 that it acquired Sureel AI.</source>
        <translation>Warner Music Group a annoncé le 10 juin 2026 avoir racheté Sureel AI.</translation>
    </message>
    <message>
        <source>Watch the terms of the platforms I use</source>
        <translation>Surveiller les conditions des plateformes que j’utilise</translation>
    </message>
    <message>
        <source>WeTransfer states at the head of its terms that content does not train AI.</source>
        <translation>WeTransfer déclare en tête de ses conditions que les contenus n’entraînent pas d’IA.</translation>
    </message>
    <message>
        <source>Weak: easy to guess. Several words that don&apos;t belong together are better.</source>
        <translation>Faible&#x202f;: facile à deviner. Plusieurs mots sans rapport entre eux valent mieux.</translation>
    </message>
    <message>
        <source>Weak: one text reports it, so it is not offered as a step.</source>
        <translation>Faible&#x202f;: un seul texte le rapporte, ce n’est donc pas proposé comme étape.</translation>
    </message>
    <message>
        <source>Web address of the partner</source>
        <translation>Adresse web du partenaire</translation>
    </message>
    <message>
        <source>WebDAV does not show who owns a file and who may read it. The server may set owner, permissions and access list again. If visitors can&apos;t read the file then, the old one is restored.</source>
        <translation>WebDAV ne montre pas à qui est un fichier ni qui peut le lire. Le serveur redéfinit peut-être propriétaire, droits d’accès et liste d’accès. Si les visiteurs ne peuvent alors plus lire le fichier, l’ancien est restauré.</translation>
    </message>
    <message>
        <source>This disk can only be read, not written.</source>
        <translation>Ce disque peut seulement être lu, pas écrit.</translation>
    </message>
    <message numerus="yes">
        <source>%n Own site own sites</source>
        <translation>
            <numerusform>%n site à vous</numerusform>
            <numerusform>%n sites à vous</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n allow more</source>
        <translation>
            <numerusform>%n permet plus</numerusform>
            <numerusform>%n permettent plus</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n can&apos;t be changed</source>
        <translation>
            <numerusform>%n ne peut pas être modifié</numerusform>
            <numerusform>%n ne peuvent pas être modifiés</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n changed without RightsDesk</source>
        <translation>
            <numerusform>%n modifié sans RightsDesk</numerusform>
            <numerusform>%n modifiés sans RightsDesk</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n connected</source>
        <translation>
            <numerusform>%n connectée</numerusform>
            <numerusform>%n connectées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files and folders</source>
        <translation>
            <numerusform>%n fichier ou dossier</numerusform>
            <numerusform>%n fichiers et dossiers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files name other artists, such as {other}. All files here will belong to {artist}: choose a folder of one artist, and add others later.</source>
        <translation>
            <numerusform>%n fichier nomme un autre artiste&#x202f;: {other}. Tous les fichiers d’ici appartiendront à {artist}&#x202f;: choisissez un dossier d’un seul artiste, et ajoutez les autres plus tard.</numerusform>
            <numerusform>%n fichiers nomment d’autres artistes, par exemple {other}. Tous les fichiers d’ici appartiendront à {artist}&#x202f;: choisissez un dossier d’un seul artiste, et ajoutez les autres plus tard.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files or folders are not there any more, such as {path}.</source>
        <translation>
            <numerusform>%n fichier ou dossier n’est plus là&#x202f;: {path}.</numerusform>
            <numerusform>%n fichiers ou dossiers ne sont plus là, par exemple {path}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n go back to what they said before</source>
        <translation>
            <numerusform>%n redit ce qu’il disait avant</numerusform>
            <numerusform>%n redisent ce qu’ils disaient avant</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n items on platforms</source>
        <translation>
            <numerusform>%n élément sur des plateformes</numerusform>
            <numerusform>%n éléments sur des plateformes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n known by their terms only</source>
        <translation>
            <numerusform>%n connue par ses seules conditions</numerusform>
            <numerusform>%n connues par leurs seules conditions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n left alone: changed since, or no longer matching your consent.</source>
        <translation>
            <numerusform>%n laissé tel quel&#x202f;: modifié depuis, ou ne correspondant plus à votre choix.</numerusform>
            <numerusform>%n laissés tels quels&#x202f;: modifiés depuis, ou ne correspondant plus à votre choix.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more done</source>
        <translation>
            <numerusform>%n de plus terminé</numerusform>
            <numerusform>%n de plus terminés</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n moved</source>
        <translation>
            <numerusform>%n déplacé</numerusform>
            <numerusform>%n déplacés</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n no longer there</source>
        <translation>
            <numerusform>%n n’est plus là</numerusform>
            <numerusform>%n ne sont plus là</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n own sites</source>
        <translation>
            <numerusform>%n site à vous</numerusform>
            <numerusform>%n sites à vous</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rows</source>
        <translation>
            <numerusform>%n ligne</numerusform>
            <numerusform>%n lignes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n say it again</source>
        <translation>
            <numerusform>%n le redit</numerusform>
            <numerusform>%n le redisent</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n say what you chose</source>
        <translation>
            <numerusform>%n dit ce que vous avez choisi</numerusform>
            <numerusform>%n disent ce que vous avez choisi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks on {platform}</source>
        <translation>
            <numerusform>%n morceau sur {platform}</numerusform>
            <numerusform>%n morceaux sur {platform}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n wait until you say which recordings they are (Artist › Match tracks).</source>
        <translation>
            <numerusform>%n attend que vous disiez de quel enregistrement il s’agit (Artiste › Associer les morceaux).</numerusform>
            <numerusform>%n attendent que vous disiez de quels enregistrements il s’agit (Artiste › Associer les morceaux).</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Forget everything</source>
        <translation>Tout &amp;oublier</translation>
    </message>
    <message>
        <source>&amp;Forget everything…</source>
        <translation>Tout &amp;oublier…</translation>
    </message>
    <message>
        <source>&amp;Redo on {what}, and let AI do more</source>
        <translation>&amp;Rétablir sur {what}, et permettre plus à l’IA</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Redo, and let AI do more with these %n recordings</source>
        <translation>
            <numerusform>&amp;Rétablir, et permettre plus à l’IA avec cet enregistrement (%n)</numerusform>
            <numerusform>&amp;Rétablir, et permettre plus à l’IA avec ces %n enregistrements</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Save with the log…</source>
        <translation>&amp;Enregistrer avec le journal technique…</translation>
    </message>
    <message>
        <source>&amp;Take it back first…</source>
        <translation>Le &amp;retirer d’abord…</translation>
    </message>
    <message>
        <source>&amp;Undo on {what}, and let AI do more</source>
        <translation>&amp;Annuler sur {what}, et permettre plus à l’IA</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Undo, and let AI do more with these %n recordings</source>
        <translation>
            <numerusform>&amp;Annuler, et permettre plus à l’IA avec cet enregistrement (%n)</numerusform>
            <numerusform>&amp;Annuler, et permettre plus à l’IA avec ces %n enregistrements</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Write to {what}</source>
        <translation>É&amp;crire dans {what}</translation>
    </message>
    <message>
        <source>&amp;Yes, let {partners} do more with these {what}</source>
        <translation>&amp;Oui, permettre plus à {partners} avec ces {what}</translation>
    </message>
    <message>
        <source>&amp;Yes, let {partners} do more with this {noun}</source>
        <translation>&amp;Oui, permettre plus à {partners} avec 1 {noun}</translation>
    </message>
    <message>
        <source>Adding the artists…</source>
        <translation>Ajout des artistes…</translation>
    </message>
    <message>
        <source>Asking for a time stamp …</source>
        <translation>Demande d’un horodatage…</translation>
    </message>
    <message>
        <source>Back to Platforms</source>
        <translation>Retour aux plateformes</translation>
    </message>
    <message>
        <source>Choose an artist to tell which.</source>
        <translation>Choisissez un artiste pour dire lesquelles.</translation>
    </message>
    <message>
        <source>Choose who stamps it…</source>
        <translation>Choisir qui l’horodate…</translation>
    </message>
    <message>
        <source>Correct it, or move it away. To see one that works: rightsdesk config init FILE</source>
        <translation>Corrigez-le, ou déplacez-le. Pour en voir un qui fonctionne&#x202f;: rightsdesk config init FILE</translation>
    </message>
    <message>
        <source>Facts about platforms of {version} installed; before: {before}</source>
        <translation>Informations sur les plateformes installées&#x202f;: {version}&#x202f;; avant&#x202f;: {before}</translation>
    </message>
    <message>
        <source>Forget everything</source>
        <translation>Tout oublier</translation>
    </message>
    <message>
        <source>It has “{key}”. Known are: {known}.</source>
        <translation>Il contient «&#x202f;{key}&#x202f;». Clés connues&#x202f;: {known}.</translation>
    </message>
    <message>
        <source>It is a login page.</source>
        <translation>C’est une page de connexion.</translation>
    </message>
    <message>
        <source>It is a notice about cookies.</source>
        <translation>C’est un avis sur les cookies.</translation>
    </message>
    <message>
        <source>It is a page that asks whether a person is reading.</source>
        <translation>C’est une page qui demande si c’est bien une personne qui lit.</translation>
    </message>
    <message>
        <source>It is an error page.</source>
        <translation>C’est une page d’erreur.</translation>
    </message>
    <message>
        <source>It is in no language that RightsDesk knows, or it is no text.</source>
        <translation>Il n’est dans aucune langue que RightsDesk connaît, ou ce n’est pas un texte.</translation>
    </message>
    <message>
        <source>It is no text in UTF-8.</source>
        <translation>Ce n’est pas du texte en UTF-8.</translation>
    </message>
    <message>
        <source>It is too large for a config file.</source>
        <translation>Il est trop grand pour un fichier de configuration.</translation>
    </message>
    <message>
        <source>Its address for RFC 3161, from its own site. Empty: no time stamps.</source>
        <translation>Son adresse pour la RFC 3161, tirée de son propre site. Vide&#x202f;: pas d’horodatages.</translation>
    </message>
    <message>
        <source>Letter to {name}</source>
        <translation>Lettre à {name}</translation>
    </message>
    <message>
        <source>No artist has “{text}” in their name.</source>
        <translation>Aucun artiste n’a «&#x202f;{text}&#x202f;» dans son nom.</translation>
    </message>
    <message>
        <source>No artist is listed.</source>
        <translation>Aucun artiste n’est affiché.</translation>
    </message>
    <message>
        <source>Or import a library…</source>
        <translation>Ou importer une bibliothèque…</translation>
    </message>
    <message>
        <source>Put it back, or scan the folder where it is now.</source>
        <translation>Remettez-le en place, ou analysez le dossier où il se trouve maintenant.</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Rapport</translation>
    </message>
    <message>
        <source>Report {name}</source>
        <translation>Rapport {name}</translation>
    </message>
    <message>
        <source>RightsDesk had noted the newest hash outside the database.</source>
        <translation>RightsDesk avait noté le hash le plus récent en dehors de la base de données.</translation>
    </message>
    <message>
        <source>Said about a part of the site only: no {uses}.</source>
        <translation>Dit d’une partie du site seulement&#x202f;: non à {uses}.</translation>
    </message>
    <message>
        <source>Saved. {what}</source>
        <translation>Enregistré. {what}</translation>
    </message>
    <message>
        <source>Show them</source>
        <translation>Les montrer</translation>
    </message>
    <message>
        <source>This file belongs to {owners} here.</source>
        <translation>Ce fichier appartient ici à {owners}.</translation>
    </message>
    <message>
        <source>This file can&apos;t be read.</source>
        <translation>Ce fichier ne peut pas être lu.</translation>
    </message>
    <message>
        <source>This file carries Content Credentials, signed over its bytes. Changing it would break them.</source>
        <translation>Ce fichier porte des Content Credentials, signées sur ses octets. Le modifier les invaliderait.</translation>
    </message>
    <message>
        <source>This file carries Content Credentials, signed over its bytes: any change would break them. It was left as it is. Agree to that, and it is changed too.</source>
        <translation>Ce fichier porte des Content Credentials, signées sur ses octets&#x202f;: toute modification les invaliderait. Il a été laissé tel quel. Acceptez-le, et il sera modifié aussi.</translation>
    </message>
    <message>
        <source>This file changed while RightsDesk was reading it.</source>
        <translation>Ce fichier a changé pendant que RightsDesk le lisait.</translation>
    </message>
    <message>
        <source>This file ends too early, so RightsDesk leaves it alone.</source>
        <translation>Ce fichier se termine trop tôt, RightsDesk n’y touche donc pas.</translation>
    </message>
    <message>
        <source>This file has a second name elsewhere (a hard link), which would not follow.</source>
        <translation>Ce fichier a un second nom ailleurs (un lien physique), qui ne suivrait pas.</translation>
    </message>
    <message>
        <source>This file has no place for XMP; the other fields are written.</source>
        <translation>Ce fichier n’a pas de place pour le XMP&#x202f;; les autres champs sont écrits.</translation>
    </message>
    <message>
        <source>This file has too many ID3 tags, so RightsDesk leaves it alone.</source>
        <translation>Ce fichier a trop de tags ID3, RightsDesk n’y touche donc pas.</translation>
    </message>
    <message>
        <source>This file holds an ID3 tag but no MP3 audio, so it is left alone.</source>
        <translation>Ce fichier contient un tag ID3 mais pas d’audio MP3, RightsDesk n’y touche donc pas.</translation>
    </message>
    <message>
        <source>This file is empty.</source>
        <translation>Ce fichier est vide.</translation>
    </message>
    <message>
        <source>This file or its folder is read-only.</source>
        <translation>Ce fichier ou son dossier est en lecture seule.</translation>
    </message>
    <message>
        <source>This file was changed by something else in the meantime.</source>
        <translation>Ce fichier a été modifié entre-temps par autre chose.</translation>
    </message>
    <message>
        <source>This file was changed, and then the disk reported an error.</source>
        <translation>Ce fichier a été modifié, puis le disque a signalé une erreur.</translation>
    </message>
    <message>
        <source>This file was moved, and several could be it: {names}.</source>
        <translation>Ce fichier a été déplacé, et plusieurs pourraient être lui&#x202f;: {names}.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag carries a checksum, which RightsDesk can&apos;t keep up to date yet.</source>
        <translation>Le tag ID3 de ce fichier porte une somme de contrôle, que RightsDesk ne sait pas encore tenir à jour.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag is damaged, so RightsDesk leaves it alone.</source>
        <translation>Le tag ID3 de ce fichier est endommagé, RightsDesk n’y touche donc pas.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag is full, so RightsDesk leaves it alone.</source>
        <translation>Le tag ID3 de ce fichier est plein, RightsDesk n’y touche donc pas.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag is of a version that RightsDesk doesn&apos;t know, so it is left alone.</source>
        <translation>Le tag ID3 de ce fichier est d’une version que RightsDesk ne connaît pas, il n’y touche donc pas.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag is of a version that can&apos;t carry XMP.</source>
        <translation>Le tag ID3 de ce fichier est d’une version qui ne peut pas porter de XMP.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag is too large for RightsDesk.</source>
        <translation>Le tag ID3 de ce fichier est trop grand pour RightsDesk.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag unpacks to far more data than a tag holds, so RightsDesk leaves it alone.</source>
        <translation>Le tag ID3 de ce fichier se décompresse en bien plus de données qu’un tag n’en contient, RightsDesk n’y touche donc pas.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag uses a form that RightsDesk doesn&apos;t know, so it is left alone.</source>
        <translation>Le tag ID3 de ce fichier a une forme que RightsDesk ne connaît pas, il n’y touche donc pas.</translation>
    </message>
    <message>
        <source>This file&apos;s XMP packet is damaged, so RightsDesk leaves the file alone.</source>
        <translation>Le paquet XMP de ce fichier est endommagé, RightsDesk ne touche donc pas au fichier.</translation>
    </message>
    <message>
        <source>This file&apos;s XMP packet is damaged, so what it declares is not known.</source>
        <translation>Le paquet XMP de ce fichier est endommagé, on ne sait donc pas ce qu’il déclare.</translation>
    </message>
    <message>
        <source>This file&apos;s comments are damaged, so RightsDesk leaves it alone.</source>
        <translation>Les commentaires de ce fichier sont endommagés, RightsDesk n’y touche donc pas.</translation>
    </message>
    <message>
        <source>This file&apos;s copyright line is full, so RightsDesk leaves it alone.</source>
        <translation>La ligne de copyright de ce fichier est pleine, RightsDesk n’y touche donc pas.</translation>
    </message>
    <message>
        <source>This file&apos;s copyright line is in an unknown encoding, so this can&apos;t be written to it.</source>
        <translation>La ligne de copyright de ce fichier a un encodage inconnu, cela ne peut donc pas y être écrit.</translation>
    </message>
    <message>
        <source>This folder is not there. RightsDesk shows it as it was last read.</source>
        <translation>Ce dossier est absent. RightsDesk le montre tel qu’à sa dernière lecture.</translation>
    </message>
    <message>
        <source>This happened {number} times in a row.</source>
        <translation>C’est arrivé {number} fois de suite.</translation>
    </message>
    <message>
        <source>This holds no certificates that can be read.</source>
        <translation>Cela ne contient aucun certificat lisible.</translation>
    </message>
    <message>
        <source>This is a fault of RightsDesk</source>
        <translation>C’est une erreur de RightsDesk</translation>
    </message>
    <message>
        <source>This is a fault of RightsDesk, not yours.</source>
        <translation>C’est une erreur de RightsDesk, pas de vous.</translation>
    </message>
    <message>
        <source>This is a fault of RightsDesk: it failed over what it got from {name}.</source>
        <translation>C’est une erreur de RightsDesk&#x202f;: il a échoué sur ce qu’il a reçu de {name}.</translation>
    </message>
    <message>
        <source>This is a fault of RightsDesk: it failed over what “{label}” holds.</source>
        <translation>C’est une erreur de RightsDesk&#x202f;: il a échoué sur le contenu de «&#x202f;{label}&#x202f;».</translation>
    </message>
    <message>
        <source>This is a kind of file that RightsDesk can&apos;t write yet: it begins with an APE tag.</source>
        <translation>RightsDesk ne sait pas encore écrire ce type de fichier&#x202f;: il commence par un tag APE.</translation>
    </message>
    <message>
        <source>This is a kind of file that RightsDesk can&apos;t write yet: {name}.</source>
        <translation>RightsDesk ne sait pas encore écrire ce type de fichier&#x202f;: {name}.</translation>
    </message>
    <message>
        <source>This is a link that leads in a circle.</source>
        <translation>C’est un lien qui tourne en rond.</translation>
    </message>
    <message>
        <source>This is a mail address. “{field}” is given by the platform&apos;s page for apps.</source>
        <translation>C’est une adresse mail. «&#x202f;{field}&#x202f;» figure sur la page des applications de la plateforme.</translation>
    </message>
    <message>
        <source>This is a note for your distributor&apos;s staff. In the messages themselves, no means that the use type is left out.</source>
        <translation>C’est une note pour l’équipe de votre distributeur. Dans les messages mêmes, non veut dire que le type d’utilisation est omis.</translation>
    </message>
    <message>
        <source>This is a piece of a stream without its index, so RightsDesk leaves it alone.</source>
        <translation>C’est un morceau de flux sans son index, RightsDesk n’y touche donc pas.</translation>
    </message>
    <message>
        <source>This is a proposal that RightsDesk reads but does not write.</source>
        <translation>C’est une proposition que RightsDesk lit mais n’écrit pas.</translation>
    </message>
    <message>
        <source>This is a signal, not a lock: no AI company is known to read signals inside audio files. It is a machine-readable reservation of rights in the EU, and evidence.</source>
        <translation>C’est un signal, pas un verrou&#x202f;: on ne connaît aucune société d’IA qui lise les signaux dans les fichiers audio. C’est une réserve de droits lisible par machine dans l’UE, et une preuve.</translation>
    </message>
    <message>
        <source>This is a video, not an audio file.</source>
        <translation>C’est une vidéo, pas un fichier audio.</translation>
    </message>
    <message>
        <source>This is an address. “{field}” is the row of letters and digits next to it.</source>
        <translation>C’est une adresse. «&#x202f;{field}&#x202f;», c’est la suite de lettres et de chiffres à côté.</translation>
    </message>
    <message>
        <source>This is job {job}: its undo is reviewed before anything is written.</source>
        <translation>C’est la tâche {job}&#x202f;: son annulation passe par un aperçu avant toute écriture.</translation>
    </message>
    <message>
        <source>This is no file of facts about platforms.</source>
        <translation>Ce n’est pas un fichier d’informations sur les plateformes.</translation>
    </message>
    <message>
        <source>This is no signed file of facts about platforms.</source>
        <translation>Ce n’est pas un fichier signé d’informations sur les plateformes.</translation>
    </message>
    <message>
        <source>This is not a file but a device or a pipe.</source>
        <translation>Ce n’est pas un fichier, mais un périphérique ou un tube.</translation>
    </message>
    <message>
        <source>This is not a file but a folder, a device or a pipe.</source>
        <translation>Ce n’est pas un fichier, mais un dossier, un périphérique ou un tube.</translation>
    </message>
    <message>
        <source>This is not an audio file that RightsDesk knows.</source>
        <translation>Ce n’est pas un fichier audio que RightsDesk connaisse.</translation>
    </message>
    <message>
        <source>This is not an audio file that RightsDesk knows: {name}.</source>
        <translation>Ce n’est pas un fichier audio que RightsDesk connaisse&#x202f;: {name}.</translation>
    </message>
    <message>
        <source>This is not one well-formed ISRC. It is in {named}, and was not used.</source>
        <translation>Ce n’est pas un ISRC unique et bien formé. Il est dans {named}, et n’a pas été utilisé.</translation>
    </message>
    <message>
        <source>This is not something a person sets.</source>
        <translation>Ce n’est pas quelque chose qu’une personne règle.</translation>
    </message>
    <message>
        <source>This is not the id of a Cloudflare zone.</source>
        <translation>Ce n’est pas l’ID d’une zone Cloudflare.</translation>
    </message>
    <message>
        <source>This is not the right passphrase.</source>
        <translation>Ce n’est pas la bonne phrase secrète.</translation>
    </message>
    <message>
        <source>This is the login of {name}, which is not the account to connect again.</source>
        <translation>C’est l’identifiant de {name}, et non le compte à reconnecter.</translation>
    </message>
    <message>
        <source>This item holds no recordings.</source>
        <translation>Cet élément ne contient pas d’enregistrements.</translation>
    </message>
    <message>
        <source>This job stopped before its end: {number} left.</source>
        <translation>Cette tâche s’est arrêtée avant la fin&#x202f;: reste {number}.</translation>
    </message>
    <message>
        <source>This key lacks a permission in the bucket {bucket}.</source>
        <translation>Il manque à cette clé une autorisation dans le bucket {bucket}.</translation>
    </message>
    <message>
        <source>This lets AI do more</source>
        <translation>Ceci permet plus à l’IA</translation>
    </message>
    <message>
        <source>This login is connected for {name} already.</source>
        <translation>Cet identifiant est déjà connecté pour {name}.</translation>
    </message>
    <message>
        <source>This only keeps crawlers off your own site; it says nothing about copies elsewhere.</source>
        <translation>Cela n’éloigne les robots que de votre propre site&#x202f;; cela ne dit rien des copies qui sont ailleurs.</translation>
    </message>
    <message>
        <source>This only points to your RSL file, which holds the answers.</source>
        <translation>Cela ne fait que renvoyer à votre fichier RSL, qui contient les réponses.</translation>
    </message>
    <message>
        <source>This recording belongs to another artist.</source>
        <translation>Cet enregistrement appartient à un autre artiste.</translation>
    </message>
    <message>
        <source>This recording is no longer in the catalogue.</source>
        <translation>Cet enregistrement n’est plus dans le catalogue.</translation>
    </message>
    <message>
        <source>This recording was removed.</source>
        <translation>Cet enregistrement a été retiré.</translation>
    </message>
    <message>
        <source>This release was removed.</source>
        <translation>Cette sortie a été retirée.</translation>
    </message>
    <message>
        <source>This site asks for a user name and a password before WordPress answers.</source>
        <translation>Ce site demande un nom d’utilisateur et un mot de passe avant que WordPress réponde.</translation>
    </message>
    <message>
        <source>This site calls itself {address}.</source>
        <translation>Ce site se nomme {address}.</translation>
    </message>
    <message>
        <source>This token lacks the permission for this zone.</source>
        <translation>Il manque à ce jeton l’autorisation pour cette zone.</translation>
    </message>
    <message>
        <source>This track is no longer there.</source>
        <translation>Ce morceau n’est plus là.</translation>
    </message>
    <message>
        <source>This track&apos;s account is no longer connected.</source>
        <translation>Le compte de ce morceau n’est plus connecté.</translation>
    </message>
    <message>
        <source>This video was changed on YouTube since RightsDesk read it.</source>
        <translation>Cette vidéo a été modifiée sur YouTube depuis que RightsDesk l’a lue.</translation>
    </message>
    <message>
        <source>This was changed again since, so undoing it would undo the later change too.</source>
        <translation>Cela a été modifié à nouveau depuis, l’annuler annulerait donc aussi la modification suivante.</translation>
    </message>
    <message>
        <source>This was changed by something else since it was last read.</source>
        <translation>Ceci a été modifié par autre chose depuis la dernière lecture.</translation>
    </message>
    <message>
        <source>This was sent already and is not confirmed yet.</source>
        <translation>C’est déjà envoyé et pas encore confirmé.</translation>
    </message>
    <message>
        <source>This was sent before the program stopped, and does not show. It is not sent again before {when}: check again after that.</source>
        <translation>Ceci a été envoyé avant l’arrêt du programme, et n’apparaît pas. Ce n’est pas renvoyé avant {when}&#x202f;: revérifiez après.</translation>
    </message>
    <message>
        <source>This was sent, and {waited} later it reads differently from what was written. It can be planned again.</source>
        <translation>Ceci a été envoyé, et {waited} plus tard, ce qu’on lit diffère de ce qui a été écrit. Cela peut être prévu à nouveau.</translation>
    </message>
    <message>
        <source>This was sent, and {waited} later it still does not show: it was not taken. It can be planned again.</source>
        <translation>Ceci a été envoyé, et {waited} plus tard, cela n’apparaît toujours pas&#x202f;: ce n’est pas passé. Cela peut être prévu à nouveau.</translation>
    </message>
    <message>
        <source>This was written, and is no longer there. It can be planned again.</source>
        <translation>Ceci a été écrit, et n’est plus là. On peut le prévoir à nouveau.</translation>
    </message>
    <message>
        <source>This zone only has the older switch for AI bots.</source>
        <translation>Cette zone n’a que l’ancienne option contre les robots d’IA.</translation>
    </message>
    <message>
        <source>This {name} file doesn&apos;t say how long it is, so RightsDesk leaves it alone.</source>
        <translation>Ce fichier {name} ne dit pas quelle est sa longueur, RightsDesk n’y touche donc pas.</translation>
    </message>
    <message>
        <source>This {name} file has an ID3 tag before it, where many programs expect none, so RightsDesk leaves it alone.</source>
        <translation>Ce fichier {name} est précédé d’un tag ID3, où beaucoup de programmes n’en attendent pas&#x202f;; RightsDesk n’y touche donc pas.</translation>
    </message>
    <message>
        <source>This {name} file holds no audio, so it is left alone.</source>
        <translation>Ce fichier {name} ne contient pas d’audio, RightsDesk n’y touche donc pas.</translation>
    </message>
    <message>
        <source>This {name} file is damaged, so RightsDesk leaves it alone.</source>
        <translation>Ce fichier {name} est endommagé, RightsDesk n’y touche donc pas.</translation>
    </message>
    <message>
        <source>This {name} file is full (4 GB), so RightsDesk leaves it alone.</source>
        <translation>Ce fichier {name} est plein (4&#xa0;Go), RightsDesk n’y touche donc pas.</translation>
    </message>
    <message>
        <source>This {name} file is too long a chain of streams.</source>
        <translation>Ce fichier {name} est une chaîne de flux trop longue.</translation>
    </message>
    <message>
        <source>This {name} file mixes several streams, which RightsDesk can&apos;t write yet.</source>
        <translation>Ce fichier {name} mêle plusieurs flux, ce que RightsDesk ne sait pas encore écrire.</translation>
    </message>
    <message>
        <source>This {name} file&apos;s comments are full, so it is left alone.</source>
        <translation>Les commentaires de ce fichier {name} sont pleins, RightsDesk n’y touche donc pas.</translation>
    </message>
    <message>
        <source>This {name} file&apos;s comments are too large for RightsDesk.</source>
        <translation>Les commentaires de ce fichier {name} sont trop grands pour RightsDesk.</translation>
    </message>
    <message>
        <source>This {service} account asks for a code at sign-in, which RightsDesk can&apos;t enter.</source>
        <translation>Ce compte {service} demande un code à la connexion, que RightsDesk ne peut pas saisir.</translation>
    </message>
    <message>
        <source>This {service} account has moved to another server ({home}).</source>
        <translation>Ce compte {service} a déménagé sur un autre serveur ({home}).</translation>
    </message>
    <message>
        <source>This {service} server does not have this account any more.</source>
        <translation>Ce serveur {service} n’a plus ce compte.</translation>
    </message>
    <message>
        <source>Time to check a switch</source>
        <translation>Une option à vérifier</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titre</translation>
    </message>
    <message>
        <source>Title and creators are needed; ISRC, ISWC, UPC and the date help.</source>
        <translation>Il faut le titre et les créateurs&#x202f;; ISRC, ISWC, UPC et la date aident.</translation>
    </message>
    <message>
        <source>Title differs</source>
        <translation>Le titre diffère</translation>
    </message>
    <message>
        <source>To do</source>
        <translation>À faire</translation>
    </message>
    <message>
        <source>To extend it, change it: that lets its partner do more.</source>
        <translation>Pour la prolonger, modifiez-la&#x202f;: cela permet plus à son partenaire.</translation>
    </message>
    <message>
        <source>To join or to leave, look for the programme in SymphonicMS, or ask your contact at Symphonic.</source>
        <translation>Pour participer ou partir, cherchez le programme dans SymphonicMS, ou demandez à votre contact chez Symphonic.</translation>
    </message>
    <message>
        <source>To join or to leave, open landr.com/fairai and sign in. You can leave at any time.</source>
        <translation>Pour participer ou partir, ouvrez landr.com/fairai et connectez-vous. Vous pouvez partir à tout moment.</translation>
    </message>
    <message>
        <source>To let none of them train, leave it off. To let only some, choose which.</source>
        <translation>Pour n’en laisser aucune entraîner, laissez l’option désactivée. Pour n’en laisser que certaines, choisissez lesquelles.</translation>
    </message>
    <message>
        <source>To move it: close RightsDesk, move the folder, and start with --data-dir and its new place, or set RIGHTSDESK_DATA_DIR.</source>
        <translation>Pour le déplacer&#x202f;: fermez RightsDesk, déplacez le dossier, et démarrez avec --data-dir et son nouvel emplacement, ou définissez RIGHTSDESK_DATA_DIR.</translation>
    </message>
    <message>
        <source>To undo a job&apos;s changes on {platform} later, connect the same login again.</source>
        <translation>Pour annuler plus tard les modifications d’une tâche sur {platform}, reconnectez le même identifiant.</translation>
    </message>
    <message>
        <source>To write</source>
        <translation>À écrire</translation>
    </message>
    <message>
        <source>To {name}, sent on {sent}, answered on {answered}</source>
        <translation>À {name}, envoyée le {sent}, réponse le {answered}</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Aujourd’hui</translation>
    </message>
    <message>
        <source>Tools and artwork</source>
        <translation>Outils et pochettes</translation>
    </message>
    <message>
        <source>Tracks that are wholly your own.</source>
        <translation>Les titres qui sont entièrement les vôtres.</translation>
    </message>
    <message>
        <source>Tracks that couldn&apos;t be read</source>
        <translation>Morceaux illisibles</translation>
    </message>
    <message>
        <source>Tracks that need matching</source>
        <translation>Morceaux à associer</translation>
    </message>
    <message>
        <source>Tracks to match</source>
        <translation>Morceaux à associer</translation>
    </message>
    <message>
        <source>Train Pinterest Canvas</source>
        <translation>Entraîner Pinterest Canvas</translation>
    </message>
    <message>
        <source>Transparency Tags</source>
        <translation>Transparency Tags</translation>
    </message>
    <message>
        <source>Tried to read it {when}.</source>
        <translation>Essai de lecture&#x202f;: {when}.</translation>
    </message>
    <message>
        <source>Tries the sign-in and reads what {platform} says now. Changes nothing there.</source>
        <translation>Essaie la connexion et lit ce que {platform} dit maintenant. N’y modifie rien.</translation>
    </message>
    <message>
        <source>True Audio</source>
        <translation>True Audio</translation>
    </message>
    <message>
        <source>Try again (account check).</source>
        <translation>Réessayez (account check).</translation>
    </message>
    <message>
        <source>Try again in a few minutes.</source>
        <translation>Réessayez dans quelques minutes.</translation>
    </message>
    <message>
        <source>Try again later, or choose other calendars.</source>
        <translation>Réessayez plus tard, ou choisissez d’autres calendriers.</translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation>Réessayez plus tard.</translation>
    </message>
    <message>
        <source>Try again later. If it happens again, connect the account again.</source>
        <translation>Réessayez plus tard. Si cela se reproduit, reconnectez le compte.</translation>
    </message>
    <message>
        <source>Try again later. If it stays, the page may have moved.</source>
        <translation>Réessayez plus tard. Si cela persiste, la page a peut-être changé d’adresse.</translation>
    </message>
    <message>
        <source>Try again later. If it stays, the service may have moved.</source>
        <translation>Réessayez plus tard. Si cela persiste, le service a peut-être déménagé.</translation>
    </message>
    <message>
        <source>Try again later: RightsDesk can&apos;t tell whether it has read the whole list.</source>
        <translation>Réessayez plus tard&#x202f;: RightsDesk ne sait pas s’il a lu toute la liste.</translation>
    </message>
    <message>
        <source>Try again now. If that fails, sign in again.</source>
        <translation>Réessayez maintenant. Si cela échoue, reconnectez-vous.</translation>
    </message>
    <message>
        <source>Try again, and allow it when your system asks.</source>
        <translation>Réessayez, et autorisez-le quand votre système le demande.</translation>
    </message>
    <message>
        <source>Try again.</source>
        <translation>Réessayez.</translation>
    </message>
    <message>
        <source>Try again. If it is lost, reconnect an account with a new key.</source>
        <translation>Réessayez. Si elle est perdue, reconnectez un compte avec une nouvelle clé.</translation>
    </message>
    <message>
        <source>Twitch uses data to develop or deploy its generative AI models and services.</source>
        <translation>Twitch utilise des données pour développer ou déployer ses modèles et services d’IA générative.</translation>
    </message>
    <message>
        <source>Two choices since 19 March 2026; the default asks not to train unless that would stop credit and links.</source>
        <translation>Deux choix depuis le 19 mars 2026&#x202f;; par défaut, il est demandé de ne pas entraîner, sauf si cela supprimait la mention et les liens.</translation>
    </message>
    <message>
        <source>Two guides of 2026.</source>
        <translation>Deux guides de 2026.</translation>
    </message>
    <message>
        <source>Two privacy settings: one for usage data, one for your content. Look at both; the default was not found.</source>
        <translation>Deux réglages de confidentialité&#x202f;: un pour les données d’utilisation, un pour vos contenus. Regardez les deux&#x202f;; la valeur par défaut n’a pas été trouvée.</translation>
    </message>
    <message>
        <source>Two settings decide what may train Canva&apos;s AI.</source>
        <translation>Deux réglages décident de ce qui peut entraîner l’IA de Canva.</translation>
    </message>
    <message>
        <source>Type that text again.</source>
        <translation>Tapez ce texte à nouveau.</translation>
    </message>
    <message>
        <source>UPC {code}</source>
        <translation>UPC {code}</translation>
    </message>
    <message>
        <source>Udio has a licence with Merlin; members may take part.</source>
        <translation>Udio a une licence avec Merlin&#x202f;; les membres peuvent participer.</translation>
    </message>
    <message>
        <source>Under Publication details, or under Privacy, find “Block AI training”.</source>
        <translation>Sous Publication details, ou sous Privacy, cherchez «&#x202f;Block AI training&#x202f;».</translation>
    </message>
    <message>
        <source>Under Visibility, switch “Prevent third-party sharing” on.</source>
        <translation>Sous Visibilité, activez «&#x202f;Empêcher le partage avec des tiers&#x202f;».</translation>
    </message>
    <message>
        <source>Under “Model training and improvements”, switch “Allow GitHub to use my data for AI model training” off.</source>
        <translation>Sous «&#x202f;Model training and improvements&#x202f;», désactivez «&#x202f;Allow GitHub to use my data for AI model training&#x202f;».</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Undo decision {later_id} first.</source>
        <translation>Annulez d’abord la décision {later_id}.</translation>
    </message>
    <message>
        <source>Undo it</source>
        <translation>L’annuler</translation>
    </message>
    <message>
        <source>Undo it there: rightsdesk undo {job}</source>
        <translation>Annulez là-bas&#x202f;: rightsdesk undo {job}</translation>
    </message>
    <message>
        <source>Undo the job as soon as the site can be reached.</source>
        <translation>Annulez la tâche dès que le site est joignable.</translation>
    </message>
    <message>
        <source>Undo the job, or repeat it, when the site can be reached.</source>
        <translation>Annulez la tâche, ou recommencez-la, quand le site sera joignable.</translation>
    </message>
    <message>
        <source>Undo the later change first, or set what you want now.</source>
        <translation>Annulez d’abord la modification suivante, ou réglez ce que vous voulez maintenant.</translation>
    </message>
    <message>
        <source>Undo {subject}</source>
        <translation>Annuler&#x202f;: {subject}</translation>
    </message>
    <message>
        <source>Undo: {deed}</source>
        <translation>Annuler&#x202f;: {deed}</translation>
    </message>
    <message>
        <source>Undo: {subject}</source>
        <translation>Annuler&#x202f;: {subject}</translation>
    </message>
    <message>
        <source>Undone.</source>
        <translation>Annulé.</translation>
    </message>
    <message>
        <source>Undone: {subject}</source>
        <translation>Annulé&#x202f;: {subject}</translation>
    </message>
    <message>
        <source>Undone: {subject}.</source>
        <translation>Annulé&#x202f;: {subject}.</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Inconnu</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Déverrouiller</translation>
    </message>
    <message>
        <source>Unlock it, then try again.</source>
        <translation>Déverrouillez-le, puis réessayez.</translation>
    </message>
    <message>
        <source>Unlock the keyring, then try again.</source>
        <translation>Déverrouillez le trousseau, puis réessayez.</translation>
    </message>
    <message>
        <source>Until then, RightsDesk neither reads nor writes there.</source>
        <translation>D’ici là, RightsDesk n’y lit ni n’y écrit rien.</translation>
    </message>
    <message>
        <source>Until you answer, nothing is written to it. Every answer can be undone.</source>
        <translation>Tant que vous n’avez pas répondu, rien n’y est écrit. Chaque réponse peut être annulée.</translation>
    </message>
    <message>
        <source>Until you answer, nothing is written to these tracks.</source>
        <translation>Tant que vous n’avez pas répondu, rien n’est écrit sur ces morceaux.</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>Sans titre</translation>
    </message>
    <message>
        <source>Update RightsDesk, or reconnect your accounts.</source>
        <translation>Mettez RightsDesk à jour, ou reconnectez vos comptes.</translation>
    </message>
    <message>
        <source>Update RightsDesk, then restore it.</source>
        <translation>Mettez RightsDesk à jour, puis restaurez-la.</translation>
    </message>
    <message>
        <source>Update RightsDesk. If that does not help, another program changed its data: restore a backup (rightsdesk restore FILE).</source>
        <translation>Mettez RightsDesk à jour. Si cela ne suffit pas, un autre programme a modifié ses données&#x202f;: restaurez une sauvegarde (rightsdesk restore FILE).</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Utiliser</translation>
    </message>
    <message>
        <source>Use a folder, or an address with sftp://, webdavs:// or s3://.</source>
        <translation>Utilisez un dossier, ou une adresse en sftp://, webdavs:// ou s3://.</translation>
    </message>
    <message>
        <source>Use a separate account without two-factor sign-in for this.</source>
        <translation>Utilisez pour cela un compte à part, sans double authentification.</translation>
    </message>
    <message>
        <source>Use an app password: it works without one.</source>
        <translation>Utilisez un mot de passe d’application&#x202f;: il n’en demande pas.</translation>
    </message>
    <message>
        <source>Use the &amp;artist&apos;s choice</source>
        <translation>Reprendre le choix de l’&amp;artiste</translation>
    </message>
    <message>
        <source>Use the address of {host} that begins with https://.</source>
        <translation>Utilisez l’adresse de {host} qui commence par https://.</translation>
    </message>
    <message>
        <source>Use the choice of the re&amp;lease</source>
        <translation>Reprendre le choix de la &amp;sortie</translation>
    </message>
    <message>
        <source>Use the path that was scanned.</source>
        <translation>Utilisez le chemin qui a été analysé.</translation>
    </message>
    <message>
        <source>Use these a&amp;nswers</source>
        <translation>Utiliser ces &amp;réponses</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Nom d’utilisateur</translation>
    </message>
    <message>
        <source>Verification failed: the disk returned different data than was written.</source>
        <translation>Échec de la vérification&#x202f;: le disque a rendu d’autres données que celles écrites.</translation>
    </message>
    <message>
        <source>Verify audio</source>
        <translation>Vérifier l’audio</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>Vidéo</translation>
    </message>
    <message>
        <source>W64 (a large WAV of Sony&apos;s)</source>
        <translation>W64 (un grand WAV de Sony)</translation>
    </message>
    <message>
        <source>Wait until it has finished, or stop it there.</source>
        <translation>Attendez qu’il ait fini, ou arrêtez-le là-bas.</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>En attente</translation>
    </message>
    <message>
        <source>Waiting for {platform} to answer.</source>
        <translation>En attente de la réponse de {platform}.</translation>
    </message>
    <message>
        <source>WavPack</source>
        <translation>WavPack</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Quoi</translation>
    </message>
    <message>
        <source>What AI may do stays the same everywhere.</source>
        <translation>Ce que l’IA peut faire reste le même partout.</translation>
    </message>
    <message>
        <source>What RightsDesk knows of the artist is deleted: choices, accounts, keys, and what jobs have left to do there. Your files and platforms stay as they are, and keep saying what they say.</source>
        <translation>Ce que RightsDesk sait de l’artiste est supprimé&#x202f;: choix, comptes, clés, et ce que des tâches doivent encore y faire. Vos fichiers et plateformes restent tels quels, et continuent de dire ce qu’ils disent.</translation>
    </message>
    <message>
        <source>What RightsDesk knows of {found} is deleted, with your matches.</source>
        <translation>Ce que RightsDesk sait de {found} est supprimé, avec vos associations.</translation>
    </message>
    <message>
        <source>What RightsDesk wrote there</source>
        <translation>Ce que RightsDesk y a écrit</translation>
    </message>
    <message>
        <source>What TIDAL&apos;s terms say about training was not found. Its AI policy is about music made with AI.</source>
        <translation>Ce que disent les conditions de TIDAL sur l’entraînement n’a pas été trouvé. Sa politique sur l’IA porte sur la musique faite avec de l’IA.</translation>
    </message>
    <message>
        <source>What a declaration does, and what it does not</source>
        <translation>Ce qu’une déclaration fait, et ce qu’elle ne fait pas</translation>
    </message>
    <message>
        <source>What and why…</source>
        <translation>Quoi et pourquoi…</translation>
    </message>
    <message>
        <source>What beets, Music or rekordbox knows of your music</source>
        <translation>Ce que beets, Musique ou rekordbox sait de votre musique</translation>
    </message>
    <message>
        <source>What blocking costs</source>
        <translation>Ce que bloquer coûte</translation>
    </message>
    <message>
        <source>What can be decided: {kinds}.</source>
        <translation>Ce qui peut être décidé&#x202f;: {kinds}.</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>Ce qui a changé</translation>
    </message>
    <message>
        <source>What crawlers may not fetch carries no AIPREF preference.</source>
        <translation>Ce que les robots n’ont pas le droit de récupérer ne porte aucune préférence AIPREF.</translation>
    </message>
    <message>
        <source>What holds by default is not known</source>
        <translation>On ne sait pas ce qui vaut par défaut</translation>
    </message>
    <message>
        <source>What holds if you do nothing is not known.</source>
        <translation>On ne sait pas ce qui vaut si vous ne faites rien.</translation>
    </message>
    <message>
        <source>What holds was not found.</source>
        <translation>Ce qui vaut n’a pas été trouvé.</translation>
    </message>
    <message>
        <source>What is known</source>
        <translation>Ce qu’on sait</translation>
    </message>
    <message>
        <source>What is shared with AI at Meta improves AI at Meta unless you objected.</source>
        <translation>Ce qui est partagé avec l’IA chez Meta améliore l’IA chez Meta, sauf si vous vous y êtes opposé.</translation>
    </message>
    <message>
        <source>What it covers</source>
        <translation>Ce que cela couvre</translation>
    </message>
    <message>
        <source>What it means for you</source>
        <translation>Ce que cela signifie pour vous</translation>
    </message>
    <message>
        <source>What may AI do with your music?</source>
        <translation>Que peut faire l’IA de votre musique&#x202f;?</translation>
    </message>
    <message>
        <source>What may AI do?</source>
        <translation>Que peut faire l’IA&#x202f;?</translation>
    </message>
    <message>
        <source>What one partner may do. Everyone else may do no more than before.</source>
        <translation>Ce qu’un seul partenaire peut faire. Tous les autres ne peuvent rien faire de plus qu’avant.</translation>
    </message>
    <message>
        <source>What they take from what you give them, and where you can object.</source>
        <translation>Ce qu’ils prennent de ce que vous leur donnez, et où vous pouvez vous opposer.</translation>
    </message>
    <message>
        <source>What this entry is about no longer exists.</source>
        <translation>Ce dont parle cette entrée n’existe plus.</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Que faire</translation>
    </message>
    <message>
        <source>What was chosen, found and done, in a form that holds elsewhere.</source>
        <translation>Ce qui a été choisi, trouvé et fait, sous une forme qui vaut aussi ailleurs.</translation>
    </message>
    <message>
        <source>What was found…</source>
        <translation>Ce qui a été trouvé…</translation>
    </message>
    <message>
        <source>What was ignored is not known any more.</source>
        <translation>On ne sait plus ce qui a été ignoré.</translation>
    </message>
    <message>
        <source>What was matched can be written from Platforms.</source>
        <translation>Ce qui est associé peut être écrit depuis la page Plateformes.</translation>
    </message>
    <message>
        <source>What was not done</source>
        <translation>Ce qui n’a pas été fait</translation>
    </message>
    <message>
        <source>What was there before is not known: it was done by an earlier version.</source>
        <translation>On ne sait pas ce qu’il y avait avant&#x202f;: c’est une version antérieure qui l’a fait.</translation>
    </message>
    <message>
        <source>What was under way has stopped; no file is left half written. Please send these details to the makers of RightsDesk. Passwords and keys are never part of them.</source>
        <translation>Ce qui était en cours s’est arrêté&#x202f;; aucun fichier n’est resté écrit à moitié. Envoyez ces détails aux auteurs de RightsDesk, s’il vous plaît. Mots de passe et clés n’en font jamais partie.</translation>
    </message>
    <message>
        <source>What was written reads back differently.</source>
        <translation>Ce qui a été écrit se relit autrement.</translation>
    </message>
    <message>
        <source>What you declared on {platform} stays there, and your files stay as they are.</source>
        <translation>Ce que vous avez déclaré sur {platform} y reste, et vos fichiers restent tels quels.</translation>
    </message>
    <message>
        <source>When a check finds a change, a platform wants you to sign in again, or work ended while the window was hidden. Off until you ask for it.</source>
        <translation>Quand une vérification trouve un changement, qu’une plateforme demande de vous reconnecter, ou qu’un travail s’est terminé pendant que la fenêtre était masquée. Désactivé tant que vous ne le demandez pas.</translation>
    </message>
    <message>
        <source>When signed in to Grok you choose whether your content is used.</source>
        <translation>Une fois connecté à Grok, vous choisissez si vos contenus sont utilisés.</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Où</translation>
    </message>
    <message>
        <source>Where a no can be stated for all of your music, and what societies do for members.</source>
        <translation>Où un non peut être déclaré pour toute votre musique, et ce que les sociétés de gestion font pour leurs membres.</translation>
    </message>
    <message>
        <source>Where are the files of the site?</source>
        <translation>Où sont les fichiers du site&#x202f;?</translation>
    </message>
    <message>
        <source>Where else is your music?</source>
        <translation>Où est encore votre musique&#x202f;?</translation>
    </message>
    <message>
        <source>Where every recording stands.</source>
        <translation>Où en est chaque enregistrement.</translation>
    </message>
    <message>
        <source>Where is the music of {artist}?</source>
        <translation>Où est la musique de {artist}&#x202f;?</translation>
    </message>
    <message>
        <source>Where is the music?</source>
        <translation>Où est la musique&#x202f;?</translation>
    </message>
    <message>
        <source>Where is “{folder}” now?</source>
        <translation>Où est «&#x202f;{folder}&#x202f;» maintenant&#x202f;?</translation>
    </message>
    <message>
        <source>Where it is</source>
        <translation>Où cela se trouve</translation>
    </message>
    <message>
        <source>Where it is, word by word</source>
        <translation>Où cela se trouve, mot à mot</translation>
    </message>
    <message>
        <source>Where its files are</source>
        <translation>Où sont ses fichiers</translation>
    </message>
    <message>
        <source>Where you stand</source>
        <translation>Où vous en êtes</translation>
    </message>
    <message>
        <source>Where: {url}</source>
        <translation>Où&#x202f;: {url}</translation>
    </message>
    <message>
        <source>Whether AI use is prohibited</source>
        <translation>Si l’usage par l’IA est interdit</translation>
    </message>
    <message>
        <source>Whether files go to AI partners at all. In 2023 the features did not exist in the EEA, the UK and Canada.</source>
        <translation>Si des fichiers vont ou non à des partenaires d&apos;IA. En 2023, ces fonctions n&apos;existaient pas dans l&apos;EEE, au Royaume-Uni et au Canada.</translation>
    </message>
    <message>
        <source>Which backup?</source>
        <translation>Quelle sauvegarde&#x202f;?</translation>
    </message>
    <message>
        <source>Which change</source>
        <translation>Quel changement</translation>
    </message>
    <message>
        <source>Which do you use?</source>
        <translation>Lesquelles utilisez-vous&#x202f;?</translation>
    </message>
    <message>
        <source>Which platforms do your artists use?</source>
        <translation>Quelles plateformes vos artistes utilisent-ils&#x202f;?</translation>
    </message>
    <message>
        <source>Which recording is this?</source>
        <translation>De quel enregistrement s’agit-il&#x202f;?</translation>
    </message>
    <message>
        <source>Which recordings they are.</source>
        <translation>De quels enregistrements il s’agit.</translation>
    </message>
    <message>
        <source>Who can hear, fork and use a track depends on Private, Public or Forkable; the default is Private.</source>
        <translation>Qui peut écouter, dériver (fork) et utiliser un morceau dépend de Private, Public ou Forkable&#x202f;; Private par défaut.</translation>
    </message>
    <message>
        <source>Who holds the rights</source>
        <translation>Qui détient les droits</translation>
    </message>
    <message>
        <source>Who is the artist?</source>
        <translation>Qui est l’artiste&#x202f;?</translation>
    </message>
    <message>
        <source>Who obeys it</source>
        <translation>Qui le respecte</translation>
    </message>
    <message>
        <source>Who reads this?</source>
        <translation>Qui lit cela&#x202f;?</translation>
    </message>
    <message>
        <source>Who reads what RightsDesk writes</source>
        <translation>Qui lit ce que RightsDesk écrit</translation>
    </message>
    <message>
        <source>Who says so</source>
        <translation>Qui le dit</translation>
    </message>
    <message>
        <source>Whoever queries the registry. No AI company is known to document that it does.</source>
        <translation>Quiconque interroge le registre. On ne connaît aucune société d’IA qui documente le faire.</translation>
    </message>
    <message>
        <source>Whole: {entries} and {stamps} fit. Head: {hash}…</source>
        <translation>Complet&#x202f;: {entries} et {stamps} concordent. Tête&#x202f;: {hash}…</translation>
    </message>
    <message>
        <source>Whom to ask for a licence</source>
        <translation>À qui demander une licence</translation>
    </message>
    <message>
        <source>Whom to ask has to be a mail address or a web address that begins with https://.</source>
        <translation>La personne à contacter doit être une adresse mail ou une adresse web qui commence par https://.</translation>
    </message>
    <message>
        <source>Whose account is it?</source>
        <translation>À qui est ce compte&#x202f;?</translation>
    </message>
    <message>
        <source>Whose is it?</source>
        <translation>À qui est-ce&#x202f;?</translation>
    </message>
    <message>
        <source>Whose music is this?</source>
        <translation>À qui est cette musique&#x202f;?</translation>
    </message>
    <message>
        <source>Why RightsDesk does not query it</source>
        <translation>Pourquoi RightsDesk ne l’interroge pas</translation>
    </message>
    <message>
        <source>Why? For example: the disk is in the archive</source>
        <translation>Pourquoi&#x202f;? Par exemple&#x202f;: le disque est aux archives</translation>
    </message>
    <message>
        <source>Windows Media</source>
        <translation>Windows Media</translation>
    </message>
    <message>
        <source>With an account, RightsDesk reads what {name} says, and can write there.</source>
        <translation>Avec un compte, RightsDesk lit ce que {name} dit, et peut y écrire.</translation>
    </message>
    <message>
        <source>With {first} and {last}</source>
        <translation>Avec {first} et {last}</translation>
    </message>
    <message>
        <source>With {what}</source>
        <translation>Avec {what}</translation>
    </message>
    <message>
        <source>Without motion nothing moves, fades or spins.</source>
        <translation>Sans mouvement, rien ne bouge, ne fond ni ne tourne.</translation>
    </message>
    <message>
        <source>Without your label&apos;s yes your music is not part of these licences.</source>
        <translation>Sans le oui de votre label, votre musique ne fait pas partie de ces licences.</translation>
    </message>
    <message>
        <source>Without your yes you are not in the programme. To say no, do nothing.</source>
        <translation>Sans votre oui, vous n’êtes pas dans le programme. Pour dire non, ne faites rien.</translation>
    </message>
    <message>
        <source>WordPress.com&apos;s source code. When it is on, the site&apos;s robots.txt refuses the crawlers of many AI makers.</source>
        <translation>Code source de WordPress.com. Quand l’option est activée, le robots.txt du site refuse les robots de nombreux fabricants d’IA.</translation>
    </message>
    <message>
        <source>WordPress.com&apos;s switch is neither on nor off.</source>
        <translation>L’option de WordPress.com n’est ni activée ni désactivée.</translation>
    </message>
    <message>
        <source>WordPress.com, which then does not share your site, and refuses AI crawlers.</source>
        <translation>WordPress.com, qui ne partage alors pas votre site, et refuse les robots d’IA.</translation>
    </message>
    <message>
        <source>Working…</source>
        <translation>En cours…</translation>
    </message>
    <message>
        <source>Works of members may not be used for commercial text and data mining, training of generative AI included.</source>
        <translation>Les œuvres des membres ne peuvent pas servir à la fouille commerciale de textes et de données, entraînement d’IA générative compris.</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>Écrire</translation>
    </message>
    <message>
        <source>Write &amp;to platforms…</source>
        <translation>Écrire sur les &amp;plateformes…</translation>
    </message>
    <message>
        <source>Write &amp;to {platforms} ({n})…</source>
        <translation>Écrire &amp;sur {platforms} ({n})…</translation>
    </message>
    <message>
        <source>Write &amp;to {platforms}…</source>
        <translation>Écrire &amp;sur {platforms}…</translation>
    </message>
    <message>
        <source>Write a letter…</source>
        <translation>Écrire une lettre…</translation>
    </message>
    <message>
        <source>Write another letter.</source>
        <translation>Écrivez une autre lettre.</translation>
    </message>
    <message>
        <source>Write days as in 2027-12-31.</source>
        <translation>Écrivez les jours comme 2027-12-31.</translation>
    </message>
    <message>
        <source>Write it as in: https://example.com</source>
        <translation>Écrivez-la comme&#x202f;: https://example.com</translation>
    </message>
    <message>
        <source>Write there…</source>
        <translation>Écrire là-bas…</translation>
    </message>
    <message numerus="yes">
        <source>Write to %n files</source>
        <translation>
            <numerusform>Écrire dans %n fichier</numerusform>
            <numerusform>Écrire dans %n fichiers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Write to %n {platform} tracks</source>
        <translation>
            <numerusform>Écrire sur %n morceau {platform}</numerusform>
            <numerusform>Écrire sur %n morceaux {platform}</numerusform>
        </translation>
    </message>
    <message>
        <source>Write to files…</source>
        <translation>Écrire dans les fichiers…</translation>
    </message>
    <message>
        <source>Write to {name}…</source>
        <translation>Écrire sur {name}…</translation>
    </message>
    <message>
        <source>Write your choice there ({command}).</source>
        <translation>Écrivez-y votre choix ({command}).</translation>
    </message>
    <message>
        <source>Write your choice there. You see every change before it is made.</source>
        <translation>Écrivez-y votre choix. Vous voyez chaque modification avant qu’elle soit faite.</translation>
    </message>
    <message>
        <source>Writes: {what}.</source>
        <translation>Écrit&#x202f;: {what}.</translation>
    </message>
    <message>
        <source>Write…</source>
        <translation>Écrire…</translation>
    </message>
    <message>
        <source>Writing and membership</source>
        <translation>Textes et abonnements</translation>
    </message>
    <message>
        <source>Writing {path} …</source>
        <translation>Écriture de {path} …</translation>
    </message>
    <message>
        <source>Written</source>
        <translation>Écrit</translation>
    </message>
    <message>
        <source>Written, but it could not be read back: {why} The next check settles it.</source>
        <translation>Écrit, mais n’a pas pu être relu&#x202f;: {why} La prochaine vérification tranchera.</translation>
    </message>
    <message>
        <source>Written, but it reads back differently for now. It is not sent again: the next check settles it, and until then it can be undone.</source>
        <translation>Écrit, mais ce qu’on relit est différent pour l’instant. Ce n’est pas renvoyé&#x202f;: la prochaine vérification tranchera, et d’ici là on peut l’annuler.</translation>
    </message>
    <message>
        <source>Written, not shown yet</source>
        <translation>Écrit, pas encore visible</translation>
    </message>
    <message>
        <source>XMP in the file, or in a sidecar next to it.</source>
        <translation>XMP dans le fichier, ou dans un fichier annexe à côté.</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Oui</translation>
    </message>
    <message>
        <source>Yes, it is</source>
        <translation>Oui, c’est le sien</translation>
    </message>
    <message>
        <source>Yes, it is the same</source>
        <translation>Oui, c’est le même</translation>
    </message>
    <message numerus="yes">
        <source>Yes, let AI do more with these %n recordings</source>
        <translation>
            <numerusform>Oui, permettre plus à l’IA avec cet enregistrement (%n)</numerusform>
            <numerusform>Oui, permettre plus à l’IA avec ces %n enregistrements</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Yes, {partner} may do more with these %n recordings</source>
        <translation>
            <numerusform>Oui, {partner} peut faire plus avec cet enregistrement (%n)</numerusform>
            <numerusform>Oui, {partner} peut faire plus avec ces %n enregistrements</numerusform>
        </translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Hier</translation>
    </message>
    <message>
        <source>You are looking at all artists. A choice is always one artist&apos;s own.</source>
        <translation>Vous regardez tous les artistes. Un choix est toujours celui d’un seul artiste.</translation>
    </message>
    <message>
        <source>You are not on {platform}</source>
        <translation>Vous n’êtes pas sur {platform}</translation>
    </message>
    <message>
        <source>You are on {platform}</source>
        <translation>Vous êtes sur {platform}</translation>
    </message>
    <message>
        <source>You can close this window and go back.</source>
        <translation>Vous pouvez fermer cette fenêtre et revenir en arrière.</translation>
    </message>
    <message>
        <source>You can close this window.</source>
        <translation>Vous pouvez fermer cette fenêtre.</translation>
    </message>
    <message>
        <source>You can end it in your settings at {name}, among the apps that may use your account.</source>
        <translation>Vous pouvez y mettre fin dans vos paramètres chez {name}, parmi les applications autorisées à utiliser votre compte.</translation>
    </message>
    <message>
        <source>You can undo all of it afterwards.</source>
        <translation>Vous pourrez tout annuler ensuite.</translation>
    </message>
    <message>
        <source>You changed your choice {day}.</source>
        <translation>Vous avez modifié votre choix {day}.</translation>
    </message>
    <message>
        <source>You chose not to allow it.</source>
        <translation>Vous avez choisi de ne pas l’autoriser.</translation>
    </message>
    <message>
        <source>You don&apos;t have permission to write in {shown}.</source>
        <translation>Vous n’avez pas le droit d’écrire dans {shown}.</translation>
    </message>
    <message>
        <source>You have changed the consent since you agreed to this. Compare again to see what there is to do now.</source>
        <translation>Vous avez modifié le choix depuis que vous avez accepté ceci. Comparez à nouveau pour voir ce qu’il y a à faire maintenant.</translation>
    </message>
    <message>
        <source>You have changed the consent since, so this was not restored. Compare again, or undo the first job once more.</source>
        <translation>Vous avez modifié le choix depuis, ceci n’a donc pas été restauré. Comparez à nouveau, ou annulez la première tâche encore une fois.</translation>
    </message>
    <message>
        <source>You have no permission to read this file or folder.</source>
        <translation>Vous n’avez pas le droit de lire ce fichier ou ce dossier.</translation>
    </message>
    <message>
        <source>You said {day} that you don&apos;t use {name}.</source>
        <translation>Vous avez indiqué {day} que vous n’utilisez pas {name}.</translation>
    </message>
    <message>
        <source>You said {day}: {value}.</source>
        <translation>Vous avez indiqué {day}&#x202f;: {value}.</translation>
    </message>
    <message>
        <source>You said: {consent}.</source>
        <translation>Vous avez indiqué&#x202f;: {consent}.</translation>
    </message>
    <message>
        <source>You stopped it: this is what was read so far.</source>
        <translation>Vous l’avez arrêté&#x202f;: voici ce qui a été lu jusque-là.</translation>
    </message>
    <message>
        <source>You then see only these, and what you have to do there yourself.</source>
        <translation>Vous ne voyez alors que celles-ci, et ce que vous devez y faire vous-même.</translation>
    </message>
    <message>
        <source>You use {name}.</source>
        <translation>Vous utilisez {name}.</translation>
    </message>
    <message>
        <source>You want: {choice}</source>
        <translation>Vous voulez&#x202f;: {choice}</translation>
    </message>
    <message>
        <source>YouTube Studio</source>
        <translation>YouTube Studio</translation>
    </message>
    <message>
        <source>YouTube applies its switch to other companies. It does not limit what Google itself does. The description is read by people.</source>
        <translation>YouTube applique son option à d’autres sociétés. Elle ne limite pas ce que fait Google lui-même. La description est lue par des gens.</translation>
    </message>
    <message>
        <source>YouTube doesn&apos;t have this video any more.</source>
        <translation>YouTube n’a plus cette vidéo.</translation>
    </message>
    <message>
        <source>YouTube help, answer 15509944. The settings have no address of their own.</source>
        <translation>Aide de YouTube, réponse 15509944. Les paramètres n’ont pas d’adresse propre.</translation>
    </message>
    <message>
        <source>YouTube takes no “&lt;” and no “&gt;” in a description. Use other characters in your own copyright sentence, your name, contact or terms, then repeat.</source>
        <translation>YouTube n’accepte ni «&#x202f;&lt;&#x202f;» ni «&#x202f;&gt;&#x202f;» dans une description. Utilisez d’autres caractères dans votre phrase de copyright, votre nom, votre contact ou vos conditions, puis recommencez.</translation>
    </message>
    <message>
        <source>YouTube&apos;s answer contradicts itself.</source>
        <translation>La réponse de YouTube se contredit.</translation>
    </message>
    <message>
        <source>Your &amp;choice</source>
        <translation>Votre &amp;choix</translation>
    </message>
    <message>
        <source>Your &amp;terms and contact…</source>
        <translation>Vos &amp;conditions et votre contact…</translation>
    </message>
    <message>
        <source>Your AI preferences on Bluesky were changed since RightsDesk read them.</source>
        <translation>Vos préférences IA sur Bluesky ont été modifiées depuis que RightsDesk les a lues.</translation>
    </message>
    <message>
        <source>Your LANDR account</source>
        <translation>Votre compte LANDR</translation>
    </message>
    <message>
        <source>Your account and tracks on Audius.</source>
        <translation>Votre compte et vos morceaux sur Audius.</translation>
    </message>
    <message>
        <source>Your answer is kept with its date. It is yours: RightsDesk did not read it.</source>
        <translation>Votre réponse est gardée avec sa date. C’est la vôtre&#x202f;: RightsDesk ne l’a pas lue.</translation>
    </message>
    <message>
        <source>Your app of {artist} is used for this account, too.</source>
        <translation>Votre application de {artist} est utilisée aussi pour ce compte.</translation>
    </message>
    <message>
        <source>Your apps are at {url}.</source>
        <translation>Vos applications sont sur {url}.</translation>
    </message>
    <message>
        <source>Your browser shows {platform} now. Say yes there, then come back.</source>
        <translation>Votre navigateur affiche maintenant {platform}. Dites-y oui, puis revenez.</translation>
    </message>
    <message>
        <source>Your choice is not there yet</source>
        <translation>Votre choix n’y est pas encore</translation>
    </message>
    <message>
        <source>Your choices</source>
        <translation>Vos choix</translation>
    </message>
    <message>
        <source>Your company or a security program may inspect connections: its certificate then has to be in this system&apos;s trust store, or in the file named by the setting REQUESTS_CA_BUNDLE. Otherwise the network may show a login page.</source>
        <translation>Votre entreprise ou un logiciel de sécurité inspecte peut-être les connexions&#x202f;: son certificat doit alors être dans le magasin de certificats de ce système, ou dans le fichier qu’indique le réglage REQUESTS_CA_BUNDLE. Sinon, le réseau affiche peut-être une page de connexion.</translation>
    </message>
    <message>
        <source>Your content may be used to train, test and improve TikTok&apos;s models, “subject to your Platform settings”.</source>
        <translation>Vos contenus peuvent servir à entraîner, tester et améliorer les modèles de TikTok, «&#x202f;sous réserve de vos paramètres de la Plateforme&#x202f;».</translation>
    </message>
    <message>
        <source>Your domain at Cloudflare.</source>
        <translation>Votre domaine chez Cloudflare.</translation>
    </message>
    <message>
        <source>Your label&apos;s contact at Merlin</source>
        <translation>Le contact de votre label chez Merlin</translation>
    </message>
    <message>
        <source>Your music stays where it is. RightsDesk keeps your choices, what it has read, and what it needs for an undo in this folder; sign-ins are encrypted:</source>
        <translation>Votre musique reste où elle est. RightsDesk garde dans ce dossier vos choix, ce qu’il a lu, et ce qu’il lui faut pour annuler&#x202f;; les connexions sont chiffrées&#x202f;:</translation>
    </message>
    <message>
        <source>Your note says otherwise</source>
        <translation>Votre note dit autre chose</translation>
    </message>
    <message>
        <source>Your own sentence, whom to ask, and when .xmp sidecars are written.</source>
        <translation>Une phrase à vous, la personne à contacter, et quand les fichiers annexes .xmp sont écrits.</translation>
    </message>
    <message>
        <source>Your reference</source>
        <translation>Votre référence</translation>
    </message>
    <message>
        <source>Your site&apos;s &amp;address</source>
        <translation>L’&amp;adresse de votre site</translation>
    </message>
    <message>
        <source>Your stored logins are protected by a passphrase.</source>
        <translation>Vos connexions enregistrées sont protégées par une phrase secrète.</translation>
    </message>
    <message>
        <source>Your system&apos;s keyring did not let RightsDesk in.</source>
        <translation>Le trousseau de votre système n’a pas laissé entrer RightsDesk.</translation>
    </message>
    <message>
        <source>Your system&apos;s keyring is locked.</source>
        <translation>Le trousseau de votre système est verrouillé.</translation>
    </message>
    <message>
        <source>Your system&apos;s keyring opens the keys to your accounts, where there is one. A passphrase opens them, too: also if the keyring loses its entry. It replaces an earlier one.</source>
        <translation>Le trousseau de votre système ouvre les clés de vos comptes, s’il y en a un. Une phrase secrète les ouvre aussi&#x202f;: même si le trousseau perd son entrée. Elle remplace la précédente.</translation>
    </message>
    <message>
        <source>Your system&apos;s own settings list what starts at login.</source>
        <translation>Les paramètres de votre système listent ce qui démarre à l’ouverture de session.</translation>
    </message>
    <message>
        <source>Your terms in words, with their address, where editors and archives look.</source>
        <translation>Vos conditions en toutes lettres, avec leur adresse, là où rédactions et archives regardent.</translation>
    </message>
    <message>
        <source>Your tracks on SoundCloud.</source>
        <translation>Vos morceaux sur SoundCloud.</translation>
    </message>
    <message>
        <source>Your website</source>
        <translation>Votre site web</translation>
    </message>
    <message>
        <source>Zone id</source>
        <translation>ID de zone</translation>
    </message>
    <message>
        <source>Zoom trains neither its own nor others&apos; AI on customers&apos; content.</source>
        <translation>Zoom n’entraîne ni sa propre IA ni celle d’autres avec les contenus de ses clients.</translation>
    </message>
    <message>
        <source>a 7-Zip archive</source>
        <translation>une archive 7-Zip</translation>
    </message>
    <message>
        <source>a Matroska or WebM file</source>
        <translation>un fichier Matroska ou WebM</translation>
    </message>
    <message>
        <source>a PDF document</source>
        <translation>un document PDF</translation>
    </message>
    <message>
        <source>a RAR archive</source>
        <translation>une archive RAR</translation>
    </message>
    <message>
        <source>a RIFF file without WAV audio</source>
        <translation>un fichier RIFF sans audio WAV</translation>
    </message>
    <message>
        <source>a TAR archive</source>
        <translation>une archive TAR</translation>
    </message>
    <message>
        <source>a ZIP archive</source>
        <translation>une archive ZIP</translation>
    </message>
    <message>
        <source>a gzip archive</source>
        <translation>une archive gzip</translation>
    </message>
    <message>
        <source>a licence that covers AI</source>
        <translation>licence qui couvre l’IA</translation>
    </message>
    <message>
        <source>a moment</source>
        <translation>un instant</translation>
    </message>
    <message>
        <source>a picture</source>
        <translation>une image</translation>
    </message>
    <message>
        <source>a platform</source>
        <translation>une plateforme</translation>
    </message>
    <message>
        <source>a text is no text</source>
        <translation>un texte n’en est pas un</translation>
    </message>
    <message>
        <source>a video</source>
        <translation>une vidéo</translation>
    </message>
    <message numerus="yes">
        <source>about %n s left</source>
        <translation>
            <numerusform>encore %n s environ</numerusform>
            <numerusform>encore %n s environ</numerusform>
        </translation>
    </message>
    <message>
        <source>about {span} left</source>
        <translation>encore {span} environ</translation>
    </message>
    <message>
        <source>access list</source>
        <translation>liste d’accès</translation>
    </message>
    <message>
        <source>access list ({kind})</source>
        <translation>liste d’accès ({kind})</translation>
    </message>
    <message>
        <source>account</source>
        <translation>compte</translation>
    </message>
    <message>
        <source>accounts</source>
        <translation>comptes</translation>
    </message>
    <message>
        <source>address</source>
        <translation>adresse</translation>
    </message>
    <message>
        <source>address of the terms</source>
        <translation>adresse des conditions</translation>
    </message>
    <message>
        <source>after {time}</source>
        <translation>après {time}</translation>
    </message>
    <message>
        <source>agreement</source>
        <translation>accord</translation>
    </message>
    <message numerus="yes">
        <source>all %n say it</source>
        <translation>
            <numerusform>%n conforme</numerusform>
            <numerusform>tous conformes (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>allows more</source>
        <translation>permet plus</translation>
    </message>
    <message>
        <source>already right</source>
        <translation>déjà conforme</translation>
    </message>
    <message>
        <source>an IFF file without AIFF audio</source>
        <translation>un fichier IFF sans audio AIFF</translation>
    </message>
    <message>
        <source>an Ogg file</source>
        <translation>un fichier Ogg</translation>
    </message>
    <message>
        <source>an account&apos;s {field}</source>
        <translation>{field} d’un compte</translation>
    </message>
    <message>
        <source>analysing content under the licence (AI is not named)</source>
        <translation>analyse de contenus dans le cadre de la licence (l’IA n’est pas nommée)</translation>
    </message>
    <message>
        <source>analysing content with AI</source>
        <translation>analyse de contenus avec l’IA</translation>
    </message>
    <message>
        <source>analysing information under the licence (AI is not named)</source>
        <translation>analyse d’informations dans le cadre de la licence (l’IA n’est pas nommée)</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>et %n de plus</numerusform>
            <numerusform>et %n de plus</numerusform>
        </translation>
    </message>
    <message>
        <source>another program made this database</source>
        <translation>un autre programme a fait cette base de données</translation>
    </message>
    <message>
        <source>api</source>
        <translation>api</translation>
    </message>
    <message>
        <source>applying AI to content</source>
        <translation>application de l’IA à des contenus</translation>
    </message>
    <message>
        <source>artist</source>
        <translation>artiste</translation>
    </message>
    <message>
        <source>asks first</source>
        <translation>demande d’abord</translation>
    </message>
    <message>
        <source>at hand</source>
        <translation>en cours</translation>
    </message>
    <message>
        <source>at {time}</source>
        <translation>à {time}</translation>
    </message>
    <message>
        <source>attributes</source>
        <translation>attributs</translation>
    </message>
    <message>
        <source>audio file</source>
        <translation>fichier audio</translation>
    </message>
    <message>
        <source>audio files</source>
        <translation>fichiers audio</translation>
    </message>
    <message>
        <source>back to the inherited one</source>
        <translation>retour au choix hérité</translation>
    </message>
    <message>
        <source>before: {said}</source>
        <translation>avant&#x202f;: {said}</translation>
    </message>
    <message>
        <source>best match</source>
        <translation>meilleure association</translation>
    </message>
    <message>
        <source>both</source>
        <translation>les deux</translation>
    </message>
    <message>
        <source>building systems that create, with content</source>
        <translation>construction, avec des contenus, de systèmes qui créent</translation>
    </message>
    <message>
        <source>by {day}</source>
        <translation>d’ici au {day}</translation>
    </message>
    <message>
        <source>captions and descriptions of the audio files, and the posts that play them</source>
        <translation>légendes et descriptions des fichiers audio, et les articles qui les font entendre</translation>
    </message>
    <message>
        <source>certified ({source})</source>
        <translation>certifié ({source})</translation>
    </message>
    <message>
        <source>changed again since</source>
        <translation>modifié à nouveau depuis</translation>
    </message>
    <message>
        <source>check again</source>
        <translation>à revérifier</translation>
    </message>
    <message>
        <source>checked {when}</source>
        <translation>vérifié&#x202f;: {when}</translation>
    </message>
    <message>
        <source>choice for {name}</source>
        <translation>choix pour {name}</translation>
    </message>
    <message>
        <source>choose</source>
        <translation>choisir</translation>
    </message>
    <message>
        <source>choose what has the focus</source>
        <translation>choisir ce qui a le focus</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>replié</translation>
    </message>
    <message>
        <source>collecting content for AI</source>
        <translation>collecte de contenus pour l’IA</translation>
    </message>
    <message>
        <source>connected</source>
        <translation>connecté</translation>
    </message>
    <message>
        <source>contact</source>
        <translation>contact</translation>
    </message>
    <message>
        <source>content that AI companies or their models get</source>
        <translation>contenus que reçoivent des sociétés d’IA ou leurs modèles</translation>
    </message>
    <message>
        <source>continues soon</source>
        <translation>reprend bientôt</translation>
    </message>
    <message>
        <source>continues {when}</source>
        <translation>reprise {when}</translation>
    </message>
    <message>
        <source>copyright sentence</source>
        <translation>phrase de copyright</translation>
    </message>
    <message>
        <source>critique</source>
        <translation>critique</translation>
    </message>
    <message>
        <source>data mining</source>
        <translation>fouille de données</translation>
    </message>
    <message>
        <source>decision on {title}</source>
        <translation>décision sur {title}</translation>
    </message>
    <message numerus="yes">
        <source>declarations in %n files</source>
        <translation>
            <numerusform>déclarations dans %n fichier</numerusform>
            <numerusform>déclarations dans %n fichiers</numerusform>
        </translation>
    </message>
    <message>
        <source>details of {name}</source>
        <translation>détails de {name}</translation>
    </message>
    <message>
        <source>developer-terms</source>
        <translation>conditions pour développeurs</translation>
    </message>
    <message>
        <source>developing AI with content or information</source>
        <translation>développement d’IA avec des contenus ou des informations</translation>
    </message>
    <message>
        <source>developing or improving AI systems with content or information</source>
        <translation>développement ou amélioration de systèmes d’IA avec des contenus ou des informations</translation>
    </message>
    <message>
        <source>developing products, including AI, with content</source>
        <translation>développement de produits, IA comprise, avec des contenus</translation>
    </message>
    <message>
        <source>different</source>
        <translation>différent</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fait</translation>
    </message>
    <message>
        <source>each site&apos;s switch against sharing with AI partners, and its robots.txt</source>
        <translation>l’option de chaque site contre le partage avec des partenaires d’IA, et son robots.txt</translation>
    </message>
    <message>
        <source>encoding</source>
        <translation>encodage</translation>
    </message>
    <message>
        <source>encoding ({coding})</source>
        <translation>encodage ({coding})</translation>
    </message>
    <message>
        <source>encryption</source>
        <translation>chiffrement</translation>
    </message>
    <message>
        <source>ended on {day}</source>
        <translation>a pris fin le {day}</translation>
    </message>
    <message>
        <source>ended on {day}, agreed until {agreed}</source>
        <translation>terminée le {day}, convenue jusqu’au {agreed}</translation>
    </message>
    <message>
        <source>ends in {days}</source>
        <translation>prend fin dans {days}</translation>
    </message>
    <message>
        <source>ends today</source>
        <translation>prend fin aujourd’hui</translation>
    </message>
    <message>
        <source>ends tomorrow</source>
        <translation>prend fin demain</translation>
    </message>
    <message>
        <source>everything in this list</source>
        <translation>tout ce qui est dans cette liste</translation>
    </message>
    <message>
        <source>exiftool and picture agencies show it. It was made for pictures and video; no AI company is known to read it in audio.</source>
        <translation>exiftool et les agences photo l’affichent. Il a été conçu pour les images et la vidéo&#x202f;; on ne connaît aucune société d’IA qui le lise dans l’audio.</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>échec</translation>
    </message>
    <message>
        <source>feeding content into AI</source>
        <translation>alimentation d’IA avec des contenus</translation>
    </message>
    <message>
        <source>for each blog</source>
        <translation>pour chaque blog</translation>
    </message>
    <message>
        <source>for each project</source>
        <translation>pour chaque projet</translation>
    </message>
    <message>
        <source>for each publication</source>
        <translation>pour chaque publication</translation>
    </message>
    <message>
        <source>for each release</source>
        <translation>pour chaque sortie</translation>
    </message>
    <message>
        <source>for each track</source>
        <translation>pour chaque morceau</translation>
    </message>
    <message>
        <source>for the whole account</source>
        <translation>pour tout le compte</translation>
    </message>
    <message>
        <source>for the whole site</source>
        <translation>pour tout le site</translation>
    </message>
    <message>
        <source>forget everything</source>
        <translation>tout oublier</translation>
    </message>
    <message>
        <source>form</source>
        <translation>formulaire</translation>
    </message>
    <message>
        <source>from {first} ({zone})</source>
        <translation>à partir du {first} ({zone})</translation>
    </message>
    <message>
        <source>from {first} until {last} ({zone})</source>
        <translation>du {first} au {last} ({zone})</translation>
    </message>
    <message>
        <source>generating content from members&apos; content</source>
        <translation>génération de contenus à partir des contenus des membres</translation>
    </message>
    <message>
        <source>generating content from members&apos; information</source>
        <translation>génération de contenus à partir des informations des membres</translation>
    </message>
    <message>
        <source>go through tracks, artists and lists</source>
        <translation>parcourir morceaux, artistes et listes</translation>
    </message>
    <message>
        <source>go to the next part of the window, or the one before</source>
        <translation>aller à la partie suivante de la fenêtre, ou à la précédente</translation>
    </message>
    <message>
        <source>group</source>
        <translation>groupe</translation>
    </message>
    <message>
        <source>handing content to AI companies or their models</source>
        <translation>transmission de contenus à des sociétés d’IA ou à leurs modèles</translation>
    </message>
    <message>
        <source>handing information to AI companies or their models</source>
        <translation>transmission d’informations à des sociétés d’IA ou à leurs modèles</translation>
    </message>
    <message>
        <source>haveibeentrained.com</source>
        <translation>haveibeentrained.com</translation>
    </message>
    <message>
        <source>help</source>
        <translation>aide</translation>
    </message>
    <message>
        <source>holds until {day}</source>
        <translation>en vigueur jusqu’au {day}</translation>
    </message>
    <message>
        <source>holds, without an end</source>
        <translation>en vigueur, sans fin</translation>
    </message>
    <message>
        <source>img2dataset and datadiligence, tools that gather data sets, skip whatever carries it.</source>
        <translation>img2dataset et datadiligence, des outils qui rassemblent des jeux de données, sautent tout ce qui le porte.</translation>
    </message>
    <message>
        <source>imitating a voice, a likeness or a style</source>
        <translation>imitation d’une voix, d’une image ou d’un style</translation>
    </message>
    <message>
        <source>imitating voice or style</source>
        <translation>imitation de la voix ou du style</translation>
    </message>
    <message>
        <source>improving AI features with content</source>
        <translation>amélioration de fonctions d’IA avec des contenus</translation>
    </message>
    <message>
        <source>improving AI with content or information</source>
        <translation>amélioration de l’IA avec des contenus ou des informations</translation>
    </message>
    <message>
        <source>improving models or algorithms with content</source>
        <translation>amélioration de modèles ou d’algorithmes avec des contenus</translation>
    </message>
    <message>
        <source>improving models with content</source>
        <translation>amélioration de modèles avec des contenus</translation>
    </message>
    <message>
        <source>improving models with content or information</source>
        <translation>amélioration de modèles avec des contenus ou des informations</translation>
    </message>
    <message numerus="yes">
        <source>in %n files</source>
        <translation>
            <numerusform>dans %n fichier</numerusform>
            <numerusform>dans %n fichiers</numerusform>
        </translation>
    </message>
    <message>
        <source>item</source>
        <translation>élément</translation>
    </message>
    <message>
        <source>items</source>
        <translation>éléments</translation>
    </message>
    <message>
        <source>known from its terms</source>
        <translation>connu par ses conditions</translation>
    </message>
    <message>
        <source>landr.com/fairai</source>
        <translation>landr.com/fairai</translation>
    </message>
    <message>
        <source>later</source>
        <translation>plus tard</translation>
    </message>
    <message>
        <source>leave empty for {name}</source>
        <translation>laisser vide pour {name}</translation>
    </message>
    <message>
        <source>left alone</source>
        <translation>laissé tel quel</translation>
    </message>
    <message>
        <source>length</source>
        <translation>durée</translation>
    </message>
    <message>
        <source>licence</source>
        <translation>licence</translation>
    </message>
    <message>
        <source>licence of {partner}</source>
        <translation>licence de {partner}</translation>
    </message>
    <message>
        <source>list</source>
        <translation>liste</translation>
    </message>
    <message>
        <source>lock</source>
        <translation>verrou</translation>
    </message>
    <message>
        <source>mail or web address</source>
        <translation>adresse mail ou web</translation>
    </message>
    <message>
        <source>making synthetic media from content</source>
        <translation>création de médias synthétiques à partir de contenus</translation>
    </message>
    <message>
        <source>match of {title}</source>
        <translation>association de {title}</translation>
    </message>
    <message>
        <source>menus, tabs and buttons</source>
        <translation>menus, onglets et boutons</translation>
    </message>
    <message>
        <source>metadata</source>
        <translation>métadonnées</translation>
    </message>
    <message>
        <source>more than {number} files</source>
        <translation>plus de {number} fichiers</translation>
    </message>
    <message>
        <source>name of the maker of AI</source>
        <translation>nom du développeur d’IA</translation>
    </message>
    <message>
        <source>new name of {name}</source>
        <translation>nouveau nom de {name}</translation>
    </message>
    <message>
        <source>newly allows {partners}: {uses}</source>
        <translation>permet désormais à {partners}&#x202f;: {uses}</translation>
    </message>
    <message>
        <source>newly allows: {uses}</source>
        <translation>permet désormais&#x202f;: {uses}</translation>
    </message>
    <message>
        <source>news</source>
        <translation>actualités</translation>
    </message>
    <message>
        <source>no account</source>
        <translation>pas de compte</translation>
    </message>
    <message>
        <source>no change noted</source>
        <translation>aucun changement noté</translation>
    </message>
    <message>
        <source>no choice</source>
        <translation>aucun choix</translation>
    </message>
    <message>
        <source>no choice of its own</source>
        <translation>pas de choix à part</translation>
    </message>
    <message>
        <source>no choice yet</source>
        <translation>pas encore de choix</translation>
    </message>
    <message>
        <source>no files</source>
        <translation>aucun fichier</translation>
    </message>
    <message>
        <source>no longer there</source>
        <translation>plus là</translation>
    </message>
    <message>
        <source>no music</source>
        <translation>aucune musique</translation>
    </message>
    <message>
        <source>no music yet</source>
        <translation>pas encore de musique</translation>
    </message>
    <message>
        <source>no recordings</source>
        <translation>aucun enregistrement</translation>
    </message>
    <message>
        <source>no word on AI</source>
        <translation>rien sur l’IA</translation>
    </message>
    <message>
        <source>none</source>
        <translation>aucun</translation>
    </message>
    <message>
        <source>not certified ({source})</source>
        <translation>non certifié ({source})</translation>
    </message>
    <message>
        <source>not chosen</source>
        <translation>non choisi</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>inconnu</translation>
    </message>
    <message>
        <source>not noted</source>
        <translation>non noté</translation>
    </message>
    <message>
        <source>not read</source>
        <translation>non lu</translation>
    </message>
    <message>
        <source>not readable</source>
        <translation>illisible</translation>
    </message>
    <message>
        <source>not set</source>
        <translation>non réglé</translation>
    </message>
    <message>
        <source>not there</source>
        <translation>absent</translation>
    </message>
    <message>
        <source>note on {platform}</source>
        <translation>note sur {platform}</translation>
    </message>
    <message>
        <source>noted by you</source>
        <translation>noté par vous</translation>
    </message>
    <message numerus="yes">
        <source>notes on %n platforms</source>
        <translation>
            <numerusform>note sur %n plateforme</numerusform>
            <numerusform>notes sur %n plateformes</numerusform>
        </translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>rien</translation>
    </message>
    <message>
        <source>nothing about AI</source>
        <translation>rien sur l’IA</translation>
    </message>
    <message>
        <source>nothing changed</source>
        <translation>rien n’a changé</translation>
    </message>
    <message>
        <source>nothing chosen yet</source>
        <translation>rien de choisi</translation>
    </message>
    <message>
        <source>nothing of this recording is known there</source>
        <translation>on n’y connaît rien de cet enregistrement</translation>
    </message>
    <message>
        <source>nothing said</source>
        <translation>rien de dit</translation>
    </message>
    <message>
        <source>nothing yet</source>
        <translation>rien encore</translation>
    </message>
    <message>
        <source>off by default</source>
        <translation>désactivé par défaut</translation>
    </message>
    <message>
        <source>on by default</source>
        <translation>activé par défaut</translation>
    </message>
    <message>
        <source>on {day}</source>
        <translation>le {day}</translation>
    </message>
    <message>
        <source>only in {places}</source>
        <translation>seulement dans&#x202f;: {places}</translation>
    </message>
    <message>
        <source>open</source>
        <translation>ouvert</translation>
    </message>
    <message>
        <source>opt-in</source>
        <translation>opt-in</translation>
    </message>
    <message>
        <source>opt-out</source>
        <translation>opt-out</translation>
    </message>
    <message>
        <source>overwritten before it was confirmed</source>
        <translation>écrasé avant d’être confirmé</translation>
    </message>
    <message>
        <source>owner</source>
        <translation>propriétaire</translation>
    </message>
    <message>
        <source>owner or group</source>
        <translation>propriétaire ou groupe</translation>
    </message>
    <message>
        <source>partly</source>
        <translation>en partie</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>en pause</translation>
    </message>
    <message>
        <source>permissions</source>
        <translation>permissions</translation>
    </message>
    <message>
        <source>planned</source>
        <translation>prévu</translation>
    </message>
    <message>
        <source>platforms</source>
        <translation>plateformes</translation>
    </message>
    <message>
        <source>platforms to name</source>
        <translation>plateformes à indiquer</translation>
    </message>
    <message>
        <source>policy</source>
        <translation>politique</translation>
    </message>
    <message>
        <source>principles</source>
        <translation>principes</translation>
    </message>
    <message>
        <source>privacy</source>
        <translation>confidentialité</translation>
    </message>
    <message>
        <source>processing by AI systems that improve the service</source>
        <translation>traitement par des systèmes d’IA qui améliorent le service</translation>
    </message>
    <message>
        <source>processing content with AI</source>
        <translation>traitement de contenus avec l’IA</translation>
    </message>
    <message>
        <source>programme</source>
        <translation>programme</translation>
    </message>
    <message>
        <source>properties</source>
        <translation>propriétés</translation>
    </message>
    <message>
        <source>proven</source>
        <translation>prouvé</translation>
    </message>
    <message>
        <source>read {when}</source>
        <translation>lu&#x202f;: {when}</translation>
    </message>
    <message>
        <source>recommendations</source>
        <translation>recommandations</translation>
    </message>
    <message>
        <source>recording</source>
        <translation>enregistrement</translation>
    </message>
    <message>
        <source>redone since</source>
        <translation>rétabli depuis</translation>
    </message>
    <message>
        <source>release</source>
        <translation>sortie</translation>
    </message>
    <message>
        <source>reservation</source>
        <translation>réserve</translation>
    </message>
    <message>
        <source>rightsholder</source>
        <translation>titulaire des droits</translation>
    </message>
    <message>
        <source>robots.txt (a marked block, the rest stays), tdmrep.json and an RSL file</source>
        <translation>robots.txt (un bloc marqué, le reste ne bouge pas), tdmrep.json et un fichier RSL</translation>
    </message>
    <message>
        <source>robots.txt at the top of your site.</source>
        <translation>robots.txt à la racine de votre site.</translation>
    </message>
    <message>
        <source>robots.txt, tdmrep.json and headers</source>
        <translation>robots.txt, tdmrep.json et en-têtes</translation>
    </message>
    <message>
        <source>robots.txt, tdmrep.json, RSL, headers and pages, as a crawler sees them</source>
        <translation>robots.txt, tdmrep.json, RSL, en-têtes et pages, comme un robot les voit</translation>
    </message>
    <message>
        <source>rows refer to rows that are missing</source>
        <translation>des lignes renvoient à des lignes manquantes</translation>
    </message>
    <message>
        <source>rules</source>
        <translation>règles</translation>
    </message>
    <message>
        <source>say it</source>
        <translation>conformes</translation>
    </message>
    <message>
        <source>say otherwise</source>
        <translation>disent autre chose</translation>
    </message>
    <message>
        <source>say something</source>
        <translation>disent quelque chose</translation>
    </message>
    <message>
        <source>says it</source>
        <translation>conforme</translation>
    </message>
    <message>
        <source>says no for you</source>
        <translation>dit non pour vous</translation>
    </message>
    <message>
        <source>says otherwise</source>
        <translation>dit autre chose</translation>
    </message>
    <message>
        <source>says something</source>
        <translation>dit quelque chose</translation>
    </message>
    <message>
        <source>says {choice}</source>
        <translation>dit {choice}</translation>
    </message>
    <message>
        <source>search</source>
        <translation>recherche</translation>
    </message>
    <message>
        <source>settled</source>
        <translation>réglé</translation>
    </message>
    <message>
        <source>sidecars</source>
        <translation>fichiers annexes</translation>
    </message>
    <message>
        <source>silent</source>
        <translation>ne dit rien</translation>
    </message>
    <message>
        <source>since today</source>
        <translation>depuis aujourd’hui</translation>
    </message>
    <message>
        <source>since {day}</source>
        <translation>depuis {day}</translation>
    </message>
    <message>
        <source>site</source>
        <translation>site</translation>
    </message>
    <message>
        <source>sites</source>
        <translation>sites</translation>
    </message>
    <message>
        <source>something that is gone</source>
        <translation>quelque chose qui n’existe plus</translation>
    </message>
    <message>
        <source>source-code</source>
        <translation>code source</translation>
    </message>
    <message>
        <source>starts on {day}</source>
        <translation>commence le {day}</translation>
    </message>
    <message>
        <source>statement</source>
        <translation>déclaration</translation>
    </message>
    <message>
        <source>status</source>
        <translation>état</translation>
    </message>
    <message>
        <source>stays as it is</source>
        <translation>reste tel quel</translation>
    </message>
    <message>
        <source>suggested</source>
        <translation>suggéré</translation>
    </message>
    <message>
        <source>switch</source>
        <translation>option</translation>
    </message>
    <message>
        <source>systems that learn from content</source>
        <translation>systèmes qui apprennent à partir de contenus</translation>
    </message>
    <message>
        <source>tags</source>
        <translation>tags</translation>
    </message>
    <message>
        <source>terms</source>
        <translation>conditions</translation>
    </message>
    <message>
        <source>terms only</source>
        <translation>conditions seules</translation>
    </message>
    <message>
        <source>text and data mining</source>
        <translation>fouille de textes et de données</translation>
    </message>
    <message>
        <source>that switch</source>
        <translation>cette option</translation>
    </message>
    <message>
        <source>the EU</source>
        <translation>l’UE</translation>
    </message>
    <message>
        <source>the bucket {bucket}</source>
        <translation>le bucket {bucket}</translation>
    </message>
    <message>
        <source>the file is cut off</source>
        <translation>le fichier est tronqué</translation>
    </message>
    <message>
        <source>the file is empty</source>
        <translation>le fichier est vide</translation>
    </message>
    <message>
        <source>the history no longer has this entry as it was stamped.</source>
        <translation>l’historique n’a plus cette entrée telle qu’elle a été horodatée.</translation>
    </message>
    <message>
        <source>the same settings</source>
        <translation>les mêmes réglages</translation>
    </message>
    <message>
        <source>the settings of your sites can neither be read nor changed</source>
        <translation>les réglages de vos sites ne peuvent être ni lus ni modifiés</translation>
    </message>
    <message>
        <source>the sign-in is over. Connect it again.</source>
        <translation>la connexion a pris fin. Reconnectez le compte.</translation>
    </message>
    <message>
        <source>the world</source>
        <translation>le monde</translation>
    </message>
    <message>
        <source>title</source>
        <translation>titre</translation>
    </message>
    <message>
        <source>to write</source>
        <translation>à écrire</translation>
    </message>
    <message>
        <source>today</source>
        <translation>aujourd’hui</translation>
    </message>
    <message>
        <source>today {time}</source>
        <translation>aujourd’hui {time}</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>demain</translation>
    </message>
    <message>
        <source>track</source>
        <translation>morceau</translation>
    </message>
    <message>
        <source>track {number}</source>
        <translation>morceau {number}</translation>
    </message>
    <message>
        <source>tracks</source>
        <translation>morceaux</translation>
    </message>
    <message>
        <source>training AI</source>
        <translation>entraînement d’IA</translation>
    </message>
    <message>
        <source>training AI that makes music</source>
        <translation>entraînement d’IA qui font de la musique</translation>
    </message>
    <message>
        <source>training models</source>
        <translation>entraînement de modèles</translation>
    </message>
    <message>
        <source>training models or algorithms</source>
        <translation>entraînement de modèles ou d’algorithmes</translation>
    </message>
    <message>
        <source>training on content</source>
        <translation>entraînement avec des contenus</translation>
    </message>
    <message>
        <source>training other AI</source>
        <translation>entraînement d’autres IA</translation>
    </message>
    <message>
        <source>training systems with content or information</source>
        <translation>entraînement de systèmes avec des contenus ou des informations</translation>
    </message>
    <message numerus="yes">
        <source>undone in part, %n left</source>
        <translation>
            <numerusform>annulé en partie, reste %n</numerusform>
            <numerusform>annulé en partie, restent %n</numerusform>
        </translation>
    </message>
    <message>
        <source>undone since</source>
        <translation>annulé depuis</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>inconnu</translation>
    </message>
    <message>
        <source>unreadable</source>
        <translation>illisible</translation>
    </message>
    <message>
        <source>until {day}</source>
        <translation>jusqu’au {day}</translation>
    </message>
    <message>
        <source>until {day} ({zone})</source>
        <translation>jusqu’au {day} ({zone})</translation>
    </message>
    <message>
        <source>until {last} ({zone})</source>
        <translation>jusqu’au {last} ({zone})</translation>
    </message>
    <message>
        <source>until {year}</source>
        <translation>jusqu’à fin {year}</translation>
    </message>
    <message>
        <source>use as AI input</source>
        <translation>utilisation en entrée d’IA</translation>
    </message>
    <message>
        <source>use of content by AI companies</source>
        <translation>utilisation de contenus par des sociétés d’IA</translation>
    </message>
    <message>
        <source>use of content by AI features</source>
        <translation>utilisation de contenus par des fonctions d’IA</translation>
    </message>
    <message>
        <source>using content as training data</source>
        <translation>utilisation de contenus comme données d’entraînement</translation>
    </message>
    <message>
        <source>using content for AI</source>
        <translation>utilisation de contenus pour l’IA</translation>
    </message>
    <message>
        <source>using content in AI features</source>
        <translation>utilisation de contenus dans des fonctions d’IA</translation>
    </message>
    <message>
        <source>using content to develop AI</source>
        <translation>utilisation de contenus pour développer l’IA</translation>
    </message>
    <message>
        <source>using content with AI</source>
        <translation>utilisation de contenus avec l’IA</translation>
    </message>
    <message>
        <source>using information for AI</source>
        <translation>utilisation d’informations pour l’IA</translation>
    </message>
    <message>
        <source>video</source>
        <translation>vidéo</translation>
    </message>
    <message>
        <source>videos</source>
        <translation>vidéos</translation>
    </message>
    <message>
        <source>what the zone tells AI crawlers, and which ones it blocks</source>
        <translation>ce que la zone dit aux robots d’IA, et lesquels elle bloque</translation>
    </message>
    <message>
        <source>what you chose</source>
        <translation>ce que vous avez choisi</translation>
    </message>
    <message>
        <source>who may train on each video, tags, descriptions and licences</source>
        <translation>qui peut entraîner une IA avec chaque vidéo, tags, descriptions et licences</translation>
    </message>
    <message>
        <source>who says so</source>
        <translation>qui le dit</translation>
    </message>
    <message>
        <source>written, not confirmed yet</source>
        <translation>écrit, pas encore confirmé</translation>
    </message>
    <message>
        <source>yesterday {time}</source>
        <translation>hier {time}</translation>
    </message>
    <message>
        <source>your account&apos;s AI attribution and each track&apos;s “no AI use”</source>
        <translation>l’attribution IA de votre compte et le «&#x202f;no AI use&#x202f;» de chaque morceau</translation>
    </message>
    <message>
        <source>your account&apos;s AI preferences</source>
        <translation>les préférences IA de votre compte</translation>
    </message>
    <message>
        <source>your choice</source>
        <translation>votre choix</translation>
    </message>
    <message>
        <source>your items&apos; rights and licence</source>
        <translation>les droits et la licence de vos éléments</translation>
    </message>
    <message>
        <source>your own answers</source>
        <translation>vos propres réponses</translation>
    </message>
    <message>
        <source>your reservation, into captions and descriptions; posts are only read</source>
        <translation>votre réserve, dans les légendes et les descriptions&#x202f;; les articles sont seulement lus</translation>
    </message>
    <message>
        <source>your reservation, into tags and descriptions</source>
        <translation>votre réserve, dans les tags et les descriptions</translation>
    </message>
    <message>
        <source>your reservation, into tags and descriptions; only you can set the training switch itself</source>
        <translation>votre réserve, dans les tags et les descriptions&#x202f;; vous seul pouvez régler l’option d’entraînement elle-même</translation>
    </message>
    <message>
        <source>your reservation, into the rights field</source>
        <translation>votre réserve, dans le champ des droits</translation>
    </message>
    <message>
        <source>your switches can be read, but not changed</source>
        <translation>vos options peuvent être lues, mais pas modifiées</translation>
    </message>
    <message>
        <source>your tracks&apos; tags, descriptions and licences</source>
        <translation>les tags, descriptions et licences de vos morceaux</translation>
    </message>
    <message>
        <source>your videos can neither be read nor changed</source>
        <translation>vos vidéos ne peuvent être ni lues ni modifiées</translation>
    </message>
    <message>
        <source>your videos&apos; tags, descriptions and licences</source>
        <translation>les tags, descriptions et licences de vos vidéos</translation>
    </message>
    <message>
        <source>zone</source>
        <translation>zone</translation>
    </message>
    <message>
        <source>zones</source>
        <translation>zones</translation>
    </message>
    <message>
        <source>{accounts} could not be read</source>
        <translation>{accounts}&#x202f;: lecture impossible</translation>
    </message>
    <message>
        <source>{artist}, {title}: {before} → {after}</source>
        <translation>{artist}, {title}&#x202f;: {before} → {after}</translation>
    </message>
    <message>
        <source>{carriers} could not be changed: {names}.</source>
        <translation>{carriers}&#x202f;: modification impossible pour {names}.</translation>
    </message>
    <message>
        <source>{carrier}: nothing of this recording is known there.</source>
        <translation>{carrier}&#x202f;: on n’y connaît rien de cet enregistrement.</translation>
    </message>
    <message>
        <source>{carrier}: the account is connected, and was not read yet.</source>
        <translation>{carrier}&#x202f;: le compte est connecté, et n’a pas encore été lu.</translation>
    </message>
    <message>
        <source>{carrier}: this artist has no account connected there, so nothing was read. Connect one on the page Platforms.</source>
        <translation>{carrier}&#x202f;: cet artiste n’y a pas de compte connecté, donc rien n’a été lu. Connectez-en un sur la page Plateformes.</translation>
    </message>
    <message>
        <source>{column}. Click to sort, right-click to choose columns.</source>
        <translation>{column}. Cliquez pour trier, clic droit pour choisir les colonnes.</translation>
    </message>
    <message>
        <source>{consent}, except {partners}</source>
        <translation>{consent}, sauf {partners}</translation>
    </message>
    <message>
        <source>{consent}, inherited from {names}.</source>
        <translation>{consent}, hérité de {names}.</translation>
    </message>
    <message>
        <source>{consent}, with exceptions</source>
        <translation>{consent}, avec des exceptions</translation>
    </message>
    <message>
        <source>{consent}. Chosen for this {scope}.</source>
        <translation>{consent}. Choisi pour&#x202f;: {scope}.</translation>
    </message>
    <message>
        <source>{count}, {name} first</source>
        <translation>{count}, {name} d’abord</translation>
    </message>
    <message>
        <source>{day}</source>
        <translation>{day}</translation>
    </message>
    <message>
        <source>{day} at {time}</source>
        <translation>{day} à {time}</translation>
    </message>
    <message>
        <source>{day} is in the future. Enter the day when you checked.</source>
        <translation>{day} est dans le futur. Indiquez le jour où vous avez vérifié.</translation>
    </message>
    <message>
        <source>{day}, {age} ago</source>
        <translation>{day}, il y a {age}</translation>
    </message>
    <message>
        <source>{deed}</source>
        <translation>{deed}</translation>
    </message>
    <message>
        <source>{deed} (and {number} more)</source>
        <translation>{deed} (et {number} de plus)</translation>
    </message>
    <message>
        <source>{dialects} can&apos;t name a partner, and say to {partner} what they say to everyone.</source>
        <translation>{dialects} ne peuvent pas nommer de partenaire, et disent à {partner} ce qu’ils disent à tous.</translation>
    </message>
    <message>
        <source>{dialects} can&apos;t name a partner, and says to {partner} what it says to everyone.</source>
        <translation>{dialects} ne peut pas nommer de partenaire, et dit à {partner} ce qu’il dit à tous.</translation>
    </message>
    <message>
        <source>{dialect} also says “{stated}” to {uses}.</source>
        <translation>{dialect} dit aussi «&#x202f;{stated}&#x202f;» à ceci&#x202f;: {uses}.</translation>
    </message>
    <message>
        <source>{dialect} says nothing about {uses}.</source>
        <translation>{dialect} ne dit rien sur&#x202f;: {uses}.</translation>
    </message>
    <message>
        <source>{dialect} says “{stated}” to {uses}, where you say “{wanted}”.</source>
        <translation>{dialect} dit «&#x202f;{stated}&#x202f;» là où vous dites «&#x202f;{wanted}&#x202f;»&#x202f;: {uses}.</translation>
    </message>
    <message>
        <source>{ended} {job}</source>
        <translation>{ended} {job}</translation>
    </message>
    <message>
        <source>{entries}, each chained to the one before it. The newest were checked when RightsDesk opened.</source>
        <translation>{entries}, chacune chaînée à la précédente. Les plus récentes ont été vérifiées à l’ouverture de RightsDesk.</translation>
    </message>
    <message>
        <source>{field} has to be given again: it was stored with the sign-in that does not open any more.</source>
        <translation>«&#x202f;{field}&#x202f;» est à redonner&#x202f;: c’était gardé avec la connexion qui ne s’ouvre plus.</translation>
    </message>
    <message>
        <source>{files} in {place}</source>
        <translation>{files} dans {place}</translation>
    </message>
    <message>
        <source>{folder} is a file, so RightsDesk can&apos;t keep its data in it.</source>
        <translation>{folder} est un fichier, RightsDesk ne peut donc pas y garder ses données.</translation>
    </message>
    <message>
        <source>{folder} is a link to {target}, which is not there.</source>
        <translation>{folder} est un lien vers {target}, qui n’existe pas.</translation>
    </message>
    <message>
        <source>{folder} is not a folder of this artist.</source>
        <translation>{folder} n’est pas un dossier de cet artiste.</translation>
    </message>
    <message>
        <source>{found}, checked {when}.</source>
        <translation>{found}, vérifié&#x202f;: {when}.</translation>
    </message>
    <message>
        <source>{host} answered in an unexpected way ({status}).</source>
        <translation>{host} a répondu de façon inattendue ({status}).</translation>
    </message>
    <message>
        <source>{host} answered in an unexpected way.</source>
        <translation>{host} a répondu de façon inattendue.</translation>
    </message>
    <message>
        <source>{host} can&apos;t be reached.</source>
        <translation>{host} est injoignable.</translation>
    </message>
    <message>
        <source>{host} does not know the region {region} for this bucket.</source>
        <translation>{host} ne connaît pas la région {region} pour ce bucket.</translation>
    </message>
    <message>
        <source>{host} doesn&apos;t accept this key with this secret key.</source>
        <translation>{host} n’accepte pas cette clé avec cette clé secrète.</translation>
    </message>
    <message>
        <source>{host} doesn&apos;t accept this user name with this password or key.</source>
        <translation>{host} n’accepte pas ce nom d’utilisateur avec ce mot de passe ou cette clé.</translation>
    </message>
    <message>
        <source>{host} doesn&apos;t accept this user name with this password.</source>
        <translation>{host} n’accepte pas ce nom d’utilisateur avec ce mot de passe.</translation>
    </message>
    <message>
        <source>{host} has a problem on its side ({status}).</source>
        <translation>{host} a un problème de son côté ({status}).</translation>
    </message>
    <message>
        <source>{host} has names that can&apos;t be read.</source>
        <translation>{host} a des noms illisibles.</translation>
    </message>
    <message>
        <source>{host} is not known yet. The fingerprint of its key is {fingerprint}.</source>
        <translation>{host} n’est pas encore connu. L’empreinte de sa clé est {fingerprint}.</translation>
    </message>
    <message>
        <source>{host} now shows another key ({shown}). It may be a different server.</source>
        <translation>{host} montre maintenant une autre clé ({shown}). C’est peut-être un autre serveur.</translation>
    </message>
    <message>
        <source>{host} redirects to another address for this bucket.</source>
        <translation>{host} redirige vers une autre adresse pour ce bucket.</translation>
    </message>
    <message>
        <source>{host} redirects to another address.</source>
        <translation>{host} redirige vers une autre adresse.</translation>
    </message>
    <message>
        <source>{host} refused this ({reason}).</source>
        <translation>{host} a refusé ({reason}).</translation>
    </message>
    <message>
        <source>{host} refused this ({status}).</source>
        <translation>{host} a refusé ({status}).</translation>
    </message>
    <message>
        <source>{host} refused this.</source>
        <translation>{host} a refusé.</translation>
    </message>
    <message>
        <source>{host} says that this computer&apos;s clock is wrong.</source>
        <translation>{host} dit que l’horloge de cet ordinateur est fausse.</translation>
    </message>
    <message>
        <source>{host} sent an answer that can&apos;t be read.</source>
        <translation>{host} a envoyé une réponse illisible.</translation>
    </message>
    <message>
        <source>{host} took too long to answer.</source>
        <translation>{host} a mis trop de temps à répondre.</translation>
    </message>
    <message>
        <source>{items} could not be read since {day}.</source>
        <translation>{items}&#x202f;: lecture impossible depuis le {day}.</translation>
    </message>
    <message>
        <source>{items} could not be read, some since {day}.</source>
        <translation>{items}&#x202f;: lecture impossible, pour une partie depuis le {day}.</translation>
    </message>
    <message>
        <source>{items} on {platforms}</source>
        <translation>{items} sur {platforms}</translation>
    </message>
    <message>
        <source>{items} on {platform}: the last reading is up to {age} old. That is too old to say how things are now, so they count as unknown.</source>
        <translation>{items} sur {platform}&#x202f;: la dernière lecture peut dater de {age}. C’est trop ancien pour dire ce qu’il en est maintenant, cela compte donc comme inconnu.</translation>
    </message>
    <message>
        <source>{items} on {platform}: the last reading is {age} old. That is too old to say how things are now, so it counts as unknown.</source>
        <translation>{items} sur {platform}&#x202f;: la dernière lecture date de {age}. C’est trop ancien pour dire ce qu’il en est maintenant, cela compte donc comme inconnu.</translation>
    </message>
    <message>
        <source>{items} was written and is not confirmed yet: it is not sent again. The next check settles it.</source>
        <translation>{items}&#x202f;: écrit, pas encore confirmé, donc pas renvoyé. La prochaine vérification tranchera.</translation>
    </message>
    <message>
        <source>{items} were written and are not confirmed yet: they are not sent again. The next check settles it.</source>
        <translation>{items}&#x202f;: écrits, pas encore confirmés, donc pas renvoyés. La prochaine vérification tranchera.</translation>
    </message>
    <message>
        <source>{items}: what was written never showed. It is written again {when} at the earliest.</source>
        <translation>{items}&#x202f;: ce qui a été écrit n’est jamais apparu. L’écriture sera refaite au plus tôt {when}.</translation>
    </message>
    <message>
        <source>{job} (continued)</source>
        <translation>{job} (suite)</translation>
    </message>
    <message>
        <source>{label}: {why}</source>
        <translation>{label}&#x202f;: {why}</translation>
    </message>
    <message>
        <source>{login} is connected on {platform}. What is there could not be read yet; look at it again later.</source>
        <translation>{login} est connecté sur {platform}. Ce qui s’y trouve n’a pas encore pu être lu&#x202f;; regardez à nouveau plus tard.</translation>
    </message>
    <message>
        <source>{login} on {platform} is disconnected.</source>
        <translation>{login} sur {platform} est déconnecté.</translation>
    </message>
    <message>
        <source>{missing} on {releases}: {named}.</source>
        <translation>{missing} sur {releases}&#x202f;: {named}.</translation>
    </message>
    <message>
        <source>{missing}.</source>
        <translation>{missing}.</translation>
    </message>
    <message>
        <source>{missing}: on {releases} ({named}), and {loose} without a release.</source>
        <translation>{missing}&#x202f;: sur {releases} ({named}), et {loose} sans sortie.</translation>
    </message>
    <message>
        <source>{names} and {number} more</source>
        <translation>{names} et {number} de plus</translation>
    </message>
    <message>
        <source>{names} need you</source>
        <translation>{names} ont besoin de vous</translation>
    </message>
    <message>
        <source>{name} ({artist})</source>
        <translation>{name} ({artist})</translation>
    </message>
    <message>
        <source>{name} ({artist}), not in the catalogue now</source>
        <translation>{name} ({artist}), plus dans le catalogue actuellement</translation>
    </message>
    <message>
        <source>{name} allows {crawlers} in their own groups: {uses}.</source>
        <translation>{name} autorise {crawlers} dans leurs propres groupes&#x202f;: {uses}.</translation>
    </message>
    <message>
        <source>{name} and {n} more</source>
        <translation>{name} et {n} de plus</translation>
    </message>
    <message>
        <source>{name} conflicts with your choice.</source>
        <translation>{name} contredit votre choix.</translation>
    </message>
    <message>
        <source>{name} does not apply to {crawlers}: they have groups of their own.</source>
        <translation>{name} ne s’applique pas à {crawlers}&#x202f;: ils ont leurs propres groupes.</translation>
    </message>
    <message>
        <source>{name} does not say all that you chose.</source>
        <translation>{name} ne dit pas tout ce que vous avez choisi.</translation>
    </message>
    <message>
        <source>{name} gave RightsDesk less than it asked for: {lack}.</source>
        <translation>{name} a donné à RightsDesk moins que demandé&#x202f;: {lack}.</translation>
    </message>
    <message>
        <source>{name} has changed its choices since {day}.</source>
        <translation>{name} a changé ses valeurs depuis le {day}.</translation>
    </message>
    <message>
        <source>{name} has no switch “{control}”.</source>
        <translation>{name} n’a pas d’option «&#x202f;{control}&#x202f;».</translation>
    </message>
    <message>
        <source>{name} has no word for music that a person feeds to AI themselves.</source>
        <translation>{name} n’a pas de mot pour la musique qu’une personne donne elle-même à une IA.</translation>
    </message>
    <message>
        <source>{name} has not made the change yet that is taken back here.</source>
        <translation>{name} n’a pas encore fait la modification qui est annulée ici.</translation>
    </message>
    <message>
        <source>{name} has several switches.</source>
        <translation>{name} a plusieurs options.</translation>
    </message>
    <message>
        <source>{name} is a folder. RightsDesk publishes files only.</source>
        <translation>{name} est un dossier. RightsDesk ne publie que des fichiers.</translation>
    </message>
    <message>
        <source>{name} is a pipe or a device. RightsDesk publishes files only.</source>
        <translation>{name} est un tube ou un périphérique. RightsDesk ne publie que des fichiers.</translation>
    </message>
    <message>
        <source>{name} is connected. Disconnect the account first.</source>
        <translation>{name} a un compte connecté. Déconnectez-le d’abord.</translation>
    </message>
    <message>
        <source>{name} is larger than {megabytes} MB.</source>
        <translation>{name} dépasse {megabytes}&#xa0;Mo.</translation>
    </message>
    <message>
        <source>{name} is not connected through the browser.</source>
        <translation>{name} ne se connecte pas par le navigateur.</translation>
    </message>
    <message>
        <source>{name} needs you</source>
        <translation>{name} a besoin de vous</translation>
    </message>
    <message>
        <source>{name} takes {tags}: “{word}” is only added where there is room.</source>
        <translation>{name} accepte {tags}&#x202f;: «&#x202f;{word}&#x202f;» n’est ajouté que là où il y a de la place.</translation>
    </message>
    <message>
        <source>{name}&apos;s terms changed on {date}, after you checked.</source>
        <translation>Les conditions de {name} ont changé le {date}, après votre vérification.</translation>
    </message>
    <message>
        <source>{name}, {since}</source>
        <translation>{name}, {since}</translation>
    </message>
    <message>
        <source>{name}: AI training is off.</source>
        <translation>{name}&#x202f;: l’entraînement d’IA est désactivé.</translation>
    </message>
    <message>
        <source>{name}: AI training is on.</source>
        <translation>{name}&#x202f;: l’entraînement d’IA est activé.</translation>
    </message>
    <message>
        <source>{name}: extend it, or let it end</source>
        <translation>{name}&#x202f;: prolongez-la, ou laissez-la prendre fin</translation>
    </message>
    <message>
        <source>{name}: nothing was changed.</source>
        <translation>{name}&#x202f;: rien n’a été modifié.</translation>
    </message>
    <message>
        <source>{name}: nothing was sent.</source>
        <translation>{name}&#x202f;: rien n’a été envoyé.</translation>
    </message>
    <message>
        <source>{name}: resumed, {parts}.</source>
        <translation>{name}&#x202f;: reprise, {parts}.</translation>
    </message>
    <message>
        <source>{name}: there was nothing left to do.</source>
        <translation>{name}&#x202f;: il n’y avait plus rien à faire.</translation>
    </message>
    <message>
        <source>{name}: {no_control}</source>
        <translation>{name}&#x202f;: {no_control}</translation>
    </message>
    <message>
        <source>{name}: {n} done.</source>
        <translation>{name}&#x202f;: terminé pour {n}.</translation>
    </message>
    <message>
        <source>{name}: {result}</source>
        <translation>{name}&#x202f;: {result}</translation>
    </message>
    <message>
        <source>{new} is not a folder.</source>
        <translation>{new} n’est pas un dossier.</translation>
    </message>
    <message>
        <source>{number} %</source>
        <translation>{number}&#x202f;%</translation>
    </message>
    <message>
        <source>{number} brought back after being half written ({names})</source>
        <translation>{number} remis en état après une écriture à moitié faite ({names})</translation>
    </message>
    <message>
        <source>{number} could not be checked ({names})</source>
        <translation>{number} sans vérification possible ({names})</translation>
    </message>
    <message>
        <source>{number} could not be reached and will be checked at the next start ({names})</source>
        <translation>{number} hors d’atteinte, à vérifier au prochain démarrage ({names})</translation>
    </message>
    <message>
        <source>{number} left as found after a change by another program ({names})</source>
        <translation>{number} sans changement, après une modification par un autre programme ({names})</translation>
    </message>
    <message>
        <source>{number} still to do</source>
        <translation>{number} encore à faire</translation>
    </message>
    <message>
        <source>{number} will be checked with the platform when you resume</source>
        <translation>{number} à vérifier auprès de la plateforme à la reprise</translation>
    </message>
    <message>
        <source>{number} {outcome}</source>
        <translation>{number} {outcome}</translation>
    </message>
    <message>
        <source>{n} %</source>
        <translation>{n}&#x202f;%</translation>
    </message>
    <message>
        <source>{n} of {all}</source>
        <translation>{n} sur {all}</translation>
    </message>
    <message>
        <source>{n} of {all}. </source>
        <translation>{n} sur {all}. </translation>
    </message>
    <message>
        <source>{n} of {recordings}</source>
        <translation>{n} sur {recordings}</translation>
    </message>
    <message>
        <source>{n} selected</source>
        <translation>Sélection&#x202f;: {n}</translation>
    </message>
    <message>
        <source>{partners} may then do more with {what}:</source>
        <translation>Cela permet alors plus à {partners} avec {what}&#x202f;:</translation>
    </message>
    <message>
        <source>{partners}: {uses}</source>
        <translation>{partners}&#x202f;: {uses}</translation>
    </message>
    <message>
        <source>{parts} has another choice; this says that of {name}.</source>
        <translation>{parts} a un autre choix&#x202f;; ceci dit celui de {name}.</translation>
    </message>
    <message>
        <source>{parts} have another choice; this says that of {name}.</source>
        <translation>{parts} ont un autre choix&#x202f;; ceci dit celui de {name}.</translation>
    </message>
    <message>
        <source>{parts}.</source>
        <translation>{parts}.</translation>
    </message>
    <message>
        <source>{path} can&apos;t be read: {why}.</source>
        <translation>{path} ne peut pas être lu&#x202f;: {why}.</translation>
    </message>
    <message>
        <source>{path} may be published only in part: {why}</source>
        <translation>{path} n’est peut-être publié qu’en partie&#x202f;: {why}</translation>
    </message>
    <message>
        <source>{path} says this already, and was left as it is.</source>
        <translation>{path} le dit déjà et est resté tel quel.</translation>
    </message>
    <message>
        <source>{path} was changed by another program or person since the preview.</source>
        <translation>{path} a été modifié par un autre programme ou une autre personne depuis l’aperçu.</translation>
    </message>
    <message>
        <source>{places}, except {without}</source>
        <translation>{places}, sauf {without}</translation>
    </message>
    <message>
        <source>{place} could not be changed.</source>
        <translation>{place} n’a pas pu être modifié.</translation>
    </message>
    <message>
        <source>{place} holds different data than was sent: the server stored something else.</source>
        <translation>{place} contient d’autres données que celles envoyées&#x202f;: le serveur a enregistré autre chose.</translation>
    </message>
    <message>
        <source>{place}, {artist}: changed without RightsDesk: {changes}.</source>
        <translation>{place}, {artist}&#x202f;: modifié sans RightsDesk&#x202f;: {changes}.</translation>
    </message>
    <message>
        <source>{platform} ({account}): {why}</source>
        <translation>{platform} ({account})&#x202f;: {why}</translation>
    </message>
    <message>
        <source>{platform} can&apos;t be read</source>
        <translation>{platform}&#x202f;: lecture impossible</translation>
    </message>
    <message>
        <source>{platform} changed what AI may do with uploads</source>
        <translation>{platform} a changé ce que l’IA peut faire des envois</translation>
    </message>
    <message>
        <source>{platform} changed “{document}” {day}</source>
        <translation>{platform} a modifié «&#x202f;{document}&#x202f;» {day}</translation>
    </message>
    <message>
        <source>{platform} could not be read since {day} ({age}): {why}</source>
        <translation>{platform} est illisible depuis le {day} ({age})&#x202f;: {why}</translation>
    </message>
    <message>
        <source>{platform} has several documents.</source>
        <translation>{platform} a plusieurs documents.</translation>
    </message>
    <message>
        <source>{platform} is asked to end the sign-in.</source>
        <translation>{platform} est prié de mettre fin à la connexion.</translation>
    </message>
    <message>
        <source>{platform}, {account} checked: {counts}</source>
        <translation>{platform}, {account} vérifié&#x202f;: {counts}</translation>
    </message>
    <message>
        <source>{platform}, {account}: {writes} settled by reading</source>
        <translation>{platform}, {account}&#x202f;: réglé par lecture, {writes}</translation>
    </message>
    <message>
        <source>{platform}, {title}</source>
        <translation>{platform}, {title}</translation>
    </message>
    <message>
        <source>{platform}, {title} in Open Terms Archive</source>
        <translation>{platform}, {title} dans Open Terms Archive</translation>
    </message>
    <message>
        <source>{platform}: {control} is {value}</source>
        <translation>{platform}&#x202f;: {control} = {value}</translation>
    </message>
    <message>
        <source>{platform}: {outlook}</source>
        <translation>{platform}&#x202f;: {outlook}</translation>
    </message>
    <message>
        <source>{proxy} (in RightsDesk&apos;s settings)</source>
        <translation>{proxy} (dans les paramètres de RightsDesk)</translation>
    </message>
    <message>
        <source>{proxy} (setting of this system)</source>
        <translation>{proxy} (réglage de ce système)</translation>
    </message>
    <message>
        <source>{proxy} (setting {name})</source>
        <translation>{proxy} (réglage {name})</translation>
    </message>
    <message>
        <source>{recordings} for which you have not chosen yet what AI may do.</source>
        <translation>{recordings} pour lesquels vous n’avez pas encore choisi ce que l’IA peut faire.</translation>
    </message>
    <message>
        <source>{recordings} look like one ({kinds}) but differ in {differing}: {named}. They were kept apart.</source>
        <translation>{recordings} semblent n’en faire qu’un ({kinds}) mais diffèrent ({differing})&#x202f;: {named}. Ils ont été gardés séparés.</translation>
    </message>
    <message>
        <source>{recordings} of this music have no choice, or one that allows training or data mining: the letter would contradict it.</source>
        <translation>Sans choix, ou avec un choix qui permet l’entraînement ou la fouille de données&#x202f;: {recordings} de cette musique. La lettre le contredirait.</translation>
    </message>
    <message>
        <source>{recordings} with files that conflict with your choice.</source>
        <translation>{recordings} avec des fichiers qui contredisent votre choix.</translation>
    </message>
    <message>
        <source>{recordings} with files that do not say all that you chose.</source>
        <translation>{recordings} avec des fichiers qui ne disent pas tout ce que vous avez choisi.</translation>
    </message>
    <message>
        <source>{recordings} with items on {platform} that conflict with your choice.</source>
        <translation>{recordings} avec des éléments sur {platform} qui contredisent votre choix.</translation>
    </message>
    <message>
        <source>{recordings} with items on {platform} that do not say all that you chose.</source>
        <translation>{recordings} avec des éléments sur {platform} qui ne disent pas tout ce que vous avez choisi.</translation>
    </message>
    <message>
        <source>{refused} of {known} known AI crawlers are refused.</source>
        <translation>Robots d’IA connus refusés&#x202f;: {refused} sur {known}.</translation>
    </message>
    <message>
        <source>{region}: {text}</source>
        <translation>{region}&#x202f;: {text}</translation>
    </message>
    <message>
        <source>{said} Left out.</source>
        <translation>{said} Laissé de côté.</translation>
    </message>
    <message>
        <source>{said} of {all} recordings say what you chose everywhere</source>
        <translation>{said} enregistrements sur {all} disent partout ce que vous avez choisi</translation>
    </message>
    <message>
        <source>{said} of {all} recordings say {choice} everywhere</source>
        <translation>{said} enregistrements sur {all} disent partout «&#x202f;{choice}&#x202f;»</translation>
    </message>
    <message>
        <source>{said}. Buttons: {acts}</source>
        <translation>{said}. Boutons&#x202f;: {acts}</translation>
    </message>
    <message>
        <source>{service} accepted this change, but doesn&apos;t show it yet.</source>
        <translation>{service} a accepté cette modification, mais ne la montre pas encore.</translation>
    </message>
    <message>
        <source>{service} answered in an unexpected way ({status}).</source>
        <translation>{service} a répondu de façon inattendue ({status}).</translation>
    </message>
    <message>
        <source>{service} answers {statuses} since the new files were published.</source>
        <translation>{service} répond {statuses} depuis la publication des nouveaux fichiers.</translation>
    </message>
    <message>
        <source>{service} answers {statuses} since the new files were published. The old ones could not be restored: {why}</source>
        <translation>{service} répond {statuses} depuis la publication des nouveaux fichiers. Les anciens n’ont pas pu être restaurés&#x202f;: {why}</translation>
    </message>
    <message>
        <source>{service} asks for a code that was sent by mail.</source>
        <translation>{service} demande un code envoyé par mail.</translation>
    </message>
    <message>
        <source>{service} asks for a sign-in.</source>
        <translation>{service} demande une connexion.</translation>
    </message>
    <message>
        <source>{service} asks for a user name and a password before it shows robots.txt.</source>
        <translation>{service} demande un nom d’utilisateur et un mot de passe avant de montrer robots.txt.</translation>
    </message>
    <message>
        <source>{service} blocks RightsDesk from its home page and robots.txt ({status}).</source>
        <translation>{service} interdit à RightsDesk sa page d’accueil et robots.txt ({status}).</translation>
    </message>
    <message>
        <source>{service} broke off in the middle of an answer.</source>
        <translation>{service} s’est interrompu au milieu d’une réponse.</translation>
    </message>
    <message>
        <source>{service} can&apos;t be reached.</source>
        <translation>{service} est injoignable.</translation>
    </message>
    <message>
        <source>{service} could not prove that it is really {service}.</source>
        <translation>{service} n’a pas pu prouver être vraiment {service}.</translation>
    </message>
    <message>
        <source>{service} did not accept the answer from the browser.</source>
        <translation>{service} n’a pas accepté la réponse du navigateur.</translation>
    </message>
    <message>
        <source>{service} did not allow the sign-in.</source>
        <translation>{service} n’a pas autorisé la connexion.</translation>
    </message>
    <message>
        <source>{service} did not allow the sign-in: “{reason}”.</source>
        <translation>{service} n’a pas autorisé la connexion&#x202f;: «&#x202f;{reason}&#x202f;».</translation>
    </message>
    <message>
        <source>{service} did not renew the sign-in, and did not say why.</source>
        <translation>{service} n’a pas renouvelé la connexion, et n’a pas dit pourquoi.</translation>
    </message>
    <message>
        <source>{service} doesn&apos;t accept the app password of this account any more.</source>
        <translation>{service} n’accepte plus le mot de passe d’application de ce compte.</translation>
    </message>
    <message>
        <source>{service} doesn&apos;t accept the client id or the client secret.</source>
        <translation>{service} n’accepte pas l’ID client ou le secret client.</translation>
    </message>
    <message>
        <source>{service} doesn&apos;t accept the client id.</source>
        <translation>{service} n’accepte pas l’ID client.</translation>
    </message>
    <message>
        <source>{service} doesn&apos;t accept the redirect address {redirect_uri}.</source>
        <translation>{service} n’accepte pas l’adresse de redirection {redirect_uri}.</translation>
    </message>
    <message>
        <source>{service} doesn&apos;t accept this handle with this app password.</source>
        <translation>{service} n’accepte pas ce pseudo avec ce mot de passe d’application.</translation>
    </message>
    <message>
        <source>{service} doesn&apos;t accept this user name with this password.</source>
        <translation>{service} n’accepte pas ce nom d’utilisateur avec ce mot de passe.</translation>
    </message>
    <message>
        <source>{service} doesn&apos;t have this any more.</source>
        <translation>{service} n’a plus ceci.</translation>
    </message>
    <message>
        <source>{service} has a problem on its side ({status}).</source>
        <translation>{service} a un problème de son côté ({status}).</translation>
    </message>
    <message>
        <source>{service} has a problem on its side and did not finish the sign-in.</source>
        <translation>{service} a un problème de son côté et n’a pas terminé la connexion.</translation>
    </message>
    <message>
        <source>{service} has a problem on its side: “{reason}”</source>
        <translation>{service} a un problème de son côté&#x202f;: «&#x202f;{reason}&#x202f;»</translation>
    </message>
    <message>
        <source>{service} has closed this account.</source>
        <translation>{service} a fermé ce compte.</translation>
    </message>
    <message>
        <source>{service} has no central server, and the account names none.</source>
        <translation>{service} n’a pas de serveur central, et le compte n’en nomme aucun.</translation>
    </message>
    <message>
        <source>{service} has suspended this account.</source>
        <translation>{service} a suspendu ce compte.</translation>
    </message>
    <message>
        <source>{service} named an address on another server ({host}).</source>
        <translation>{service} a nommé une adresse sur un autre serveur ({host}).</translation>
    </message>
    <message>
        <source>{service} no longer accepts this account&apos;s sign-in.</source>
        <translation>{service} n’accepte plus la connexion de ce compte.</translation>
    </message>
    <message>
        <source>{service} refused the sign-in: “{reason}”</source>
        <translation>{service} a refusé la connexion&#x202f;: «&#x202f;{reason}&#x202f;»</translation>
    </message>
    <message>
        <source>{service} refused this ({status}) and sent a web page instead of an answer.</source>
        <translation>{service} a refusé ({status}) et envoyé une page web au lieu d’une réponse.</translation>
    </message>
    <message>
        <source>{service} refused this ({status}).</source>
        <translation>{service} a refusé ({status}).</translation>
    </message>
    <message>
        <source>{service} refused this: “{reason}”</source>
        <translation>{service} a refusé&#x202f;: «&#x202f;{reason}&#x202f;»</translation>
    </message>
    <message>
        <source>{service} sent a description in an unknown shape.</source>
        <translation>{service} a envoyé une description de forme inconnue.</translation>
    </message>
    <message>
        <source>{service} sent a description that is not text.</source>
        <translation>{service} a envoyé une description qui n’est pas du texte.</translation>
    </message>
    <message>
        <source>{service} sent a list in an unknown shape.</source>
        <translation>{service} a envoyé une liste de forme inconnue.</translation>
    </message>
    <message>
        <source>{service} sent a list of items in an unknown shape.</source>
        <translation>{service} a envoyé une liste d’éléments de forme inconnue.</translation>
    </message>
    <message>
        <source>{service} sent a list of media in an unknown shape.</source>
        <translation>{service} a envoyé une liste de médias de forme inconnue.</translation>
    </message>
    <message>
        <source>{service} sent a list of media without an end.</source>
        <translation>{service} a envoyé une liste de médias sans fin.</translation>
    </message>
    <message>
        <source>{service} sent a list of sites in an unknown shape.</source>
        <translation>{service} a envoyé une liste de sites de forme inconnue.</translation>
    </message>
    <message>
        <source>{service} sent a list of tracks in an unknown shape.</source>
        <translation>{service} a envoyé une liste de morceaux de forme inconnue.</translation>
    </message>
    <message>
        <source>{service} sent a list of videos in an unknown shape.</source>
        <translation>{service} a envoyé une liste de vidéos de forme inconnue.</translation>
    </message>
    <message>
        <source>{service} sent a list that repeats its pages.</source>
        <translation>{service} a envoyé une liste dont les pages se répètent.</translation>
    </message>
    <message>
        <source>{service} sent a record in an unknown shape.</source>
        <translation>{service} a envoyé un enregistrement de forme inconnue.</translation>
    </message>
    <message>
        <source>{service} sent a switch that is neither on nor off.</source>
        <translation>{service} a envoyé une option ni activée ni désactivée.</translation>
    </message>
    <message>
        <source>{service} sent a track without a valid name.</source>
        <translation>{service} a envoyé un morceau sans nom valide.</translation>
    </message>
    <message>
        <source>{service} sent a track without a valid number.</source>
        <translation>{service} a envoyé un morceau sans numéro valide.</translation>
    </message>
    <message>
        <source>{service} sent a video without a title or a category.</source>
        <translation>{service} a envoyé une vidéo sans titre ou sans catégorie.</translation>
    </message>
    <message>
        <source>{service} sent a video without a valid name.</source>
        <translation>{service} a envoyé une vidéo sans nom valide.</translation>
    </message>
    <message>
        <source>{service} sent a {key} that is not text.</source>
        <translation>{service} a envoyé un champ {key} qui n’est pas du texte.</translation>
    </message>
    <message>
        <source>{service} sent a {name} that can&apos;t be edited.</source>
        <translation>{service} a envoyé un champ {name} qui ne peut pas être modifié.</translation>
    </message>
    <message>
        <source>{service} sent a {name} that is neither on nor off.</source>
        <translation>{service} a envoyé un champ {name} ni activé ni désactivé.</translation>
    </message>
    <message>
        <source>{service} sent a {name} that is not text.</source>
        <translation>{service} a envoyé un champ {name} qui n’est pas du texte.</translation>
    </message>
    <message>
        <source>{service} sent an account without a name.</source>
        <translation>{service} a envoyé un compte sans nom.</translation>
    </message>
    <message>
        <source>{service} sent an account without a valid name.</source>
        <translation>{service} a envoyé un compte sans nom valide.</translation>
    </message>
    <message>
        <source>{service} sent an answer in an unknown shape.</source>
        <translation>{service} a envoyé une réponse de forme inconnue.</translation>
    </message>
    <message>
        <source>{service} sent an answer that can&apos;t be read.</source>
        <translation>{service} a envoyé une réponse illisible.</translation>
    </message>
    <message>
        <source>{service} sent an answer that can&apos;t be unpacked.</source>
        <translation>{service} a envoyé une réponse impossible à décompresser.</translation>
    </message>
    <message>
        <source>{service} sent an answer that is far too large.</source>
        <translation>{service} a envoyé une réponse beaucoup trop grande.</translation>
    </message>
    <message>
        <source>{service} sent an application password without a name.</source>
        <translation>{service} a envoyé un mot de passe d’application sans nom.</translation>
    </message>
    <message>
        <source>{service} sent an item without a valid name.</source>
        <translation>{service} a envoyé un élément sans nom valide.</translation>
    </message>
    <message>
        <source>{service} sent another file than the requested one.</source>
        <translation>{service} a envoyé un autre fichier que celui demandé.</translation>
    </message>
    <message>
        <source>{service} sent another item than the requested one.</source>
        <translation>{service} a envoyé un autre élément que celui demandé.</translation>
    </message>
    <message>
        <source>{service} sent another record than the requested one.</source>
        <translation>{service} a envoyé un autre enregistrement que celui demandé.</translation>
    </message>
    <message>
        <source>{service} sent another site than the requested one.</source>
        <translation>{service} a envoyé un autre site que celui demandé.</translation>
    </message>
    <message>
        <source>{service} sent another track than the requested one.</source>
        <translation>{service} a envoyé un autre morceau que celui demandé.</translation>
    </message>
    <message>
        <source>{service} sent another video than the requested one.</source>
        <translation>{service} a envoyé une autre vidéo que celle demandée.</translation>
    </message>
    <message>
        <source>{service} sent no page.</source>
        <translation>{service} n’a envoyé aucune page.</translation>
    </message>
    <message>
        <source>{service} sent no usable sign-in.</source>
        <translation>{service} n’a pas envoyé de connexion utilisable.</translation>
    </message>
    <message>
        <source>{service} sent something without a number.</source>
        <translation>{service} a envoyé quelque chose sans numéro.</translation>
    </message>
    <message>
        <source>{service} sent something without a valid name.</source>
        <translation>{service} a envoyé quelque chose sans nom valide.</translation>
    </message>
    <message>
        <source>{service} sent tags in an unknown shape.</source>
        <translation>{service} a envoyé des tags de forme inconnue.</translation>
    </message>
    <message>
        <source>{service} sent tags that are not text.</source>
        <translation>{service} a envoyé des tags qui ne sont pas du texte.</translation>
    </message>
    <message>
        <source>{service} sent us on to an address inside a private network ({host}).</source>
        <translation>{service} nous a renvoyés vers une adresse dans un réseau privé ({host}).</translation>
    </message>
    <message>
        <source>{service} sent us on to an address with your sign-in in it.</source>
        <translation>{service} nous a renvoyés vers une adresse qui contient votre connexion.</translation>
    </message>
    <message>
        <source>{service} sent us on to another address again and again, or to a wrong one.</source>
        <translation>{service} nous a renvoyés sans cesse vers une autre adresse, ou vers une mauvaise.</translation>
    </message>
    <message>
        <source>{service} sent {what} without a valid name.</source>
        <translation>{service} a envoyé {what} sans nom valide.</translation>
    </message>
    <message>
        <source>{service} shows a {name} of more than {megabytes} MB, which RightsDesk does not read.</source>
        <translation>{service} montre un champ {name} de plus de {megabytes}&#xa0;Mo, que RightsDesk ne lit pas.</translation>
    </message>
    <message>
        <source>{service} takes no more requests until {when}.</source>
        <translation>{service} n’accepte plus de requêtes avant {when}.</translation>
    </message>
    <message>
        <source>{service} took too long to answer.</source>
        <translation>{service} a mis trop de temps à répondre.</translation>
    </message>
    <message>
        <source>{shown} can&apos;t be reached.</source>
        <translation>{shown} est injoignable.</translation>
    </message>
    <message>
        <source>{shown} refused this.</source>
        <translation>{shown} a refusé.</translation>
    </message>
    <message>
        <source>{shown} refused this: {reason}.</source>
        <translation>{shown} a refusé&#x202f;: {reason}.</translation>
    </message>
    <message>
        <source>{source} is no backup of RightsDesk.</source>
        <translation>{source} n’est pas une sauvegarde de RightsDesk.</translation>
    </message>
    <message>
        <source>{span} ago, on {day}</source>
        <translation>il y a {span}, le {day}</translation>
    </message>
    <message>
        <source>{status} for {path}</source>
        <translation>{status} pour {path}</translation>
    </message>
    <message>
        <source>{subject}</source>
        <translation>{subject}</translation>
    </message>
    <message>
        <source>{title} on {carriers}</source>
        <translation>{title} sur {carriers}</translation>
    </message>
    <message>
        <source>{title}: it has to name your site&apos;s address, and it is not known which site it is for.</source>
        <translation>{title}&#x202f;: l’adresse de votre site doit y figurer, et on ne sait pas pour quel site c’est.</translation>
    </message>
    <message>
        <source>{title}: it has to name your site&apos;s address, and it is not known which site it is for. Yours are {sites}.</source>
        <translation>{title}&#x202f;: l’adresse de votre site doit y figurer, et on ne sait pas pour quel site c’est. Les vôtres sont {sites}.</translation>
    </message>
    <message>
        <source>{title}: there is nothing to write.</source>
        <translation>{title}&#x202f;: il n’y a rien à écrire.</translation>
    </message>
    <message>
        <source>{today} of {updates} today, the rest {when}.</source>
        <translation>{today} sur {updates} aujourd’hui, le reste {when}.</translation>
    </message>
    <message>
        <source>{use}: “{before}” became “{now}”</source>
        <translation>{use}&#x202f;: «&#x202f;{before}&#x202f;» est devenu «&#x202f;{now}&#x202f;»</translation>
    </message>
    <message>
        <source>{value} on {name}.</source>
        <translation>{value} sur {name}.</translation>
    </message>
    <message>
        <source>{value} · {day}</source>
        <translation>{value} · {day}</translation>
    </message>
    <message numerus="yes">
        <source>{what} don&apos;t say it yet.</source>
        <translation>
            <numerusform>{what} ne le dit pas encore.</numerusform>
            <numerusform>{what} ne le disent pas encore.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{what} go back to what was there before</source>
        <translation>
            <numerusform>{what} revient à ce qu’il y avait avant</numerusform>
            <numerusform>{what} reviennent à ce qu’il y avait avant</numerusform>
        </translation>
    </message>
    <message>
        <source>{what} on {where}</source>
        <translation>{what} sur {where}</translation>
    </message>
    <message numerus="yes">
        <source>{what} will say {choice}</source>
        <translation>
            <numerusform>{what} dira {choice}</numerusform>
            <numerusform>{what} diront {choice}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{what} will say {choice} again</source>
        <translation>
            <numerusform>{what} dira de nouveau {choice}</numerusform>
            <numerusform>{what} diront de nouveau {choice}</numerusform>
        </translation>
    </message>
    <message>
        <source>{what}, {beside}: now {now}, after {after}. {note}</source>
        <translation>{what}, {beside}&#x202f;: maintenant {now}, ensuite {after}. {note}</translation>
    </message>
    <message>
        <source>{what}: now {now}, after {after}</source>
        <translation>{what}&#x202f;: maintenant {now}, ensuite {after}</translation>
    </message>
    <message>
        <source>{what}: now {now}, after {after}. {note}</source>
        <translation>{what}&#x202f;: maintenant {now}, ensuite {after}. {note}</translation>
    </message>
    <message>
        <source>{what}: “{there}” there, “{here}” in your catalogue</source>
        <translation>{what}&#x202f;: «&#x202f;{there}&#x202f;» là-bas, «&#x202f;{here}&#x202f;» dans votre catalogue</translation>
    </message>
    <message>
        <source>{when}, by {who}</source>
        <translation>{when}, par {who}</translation>
    </message>
    <message>
        <source>{when}, by {who} on {seat}</source>
        <translation>{when}, par {who} sur {seat}</translation>
    </message>
    <message>
        <source>{why}.</source>
        <translation>{why}.</translation>
    </message>
    <message numerus="yes">
        <source>{words}, with %n exceptions</source>
        <translation>
            <numerusform>{words}, avec %n exception</numerusform>
            <numerusform>{words}, avec %n exceptions</numerusform>
        </translation>
    </message>
    <message>
        <source>© {artist}</source>
        <translation>© {artist}</translation>
    </message>
    <message>
        <source>“None” does not always mean that you opted out. A video can also be ineligible: all rights holders must agree, and the video must be public.</source>
        <translation>«&#x202f;None&#x202f;» ne veut pas toujours dire que vous avez refusé. Une vidéo peut aussi ne pas être éligible&#x202f;: tous les titulaires des droits doivent être d’accord, et la vidéo doit être publique.</translation>
    </message>
    <message>
        <source>“{basename}” is there already.</source>
        <translation>«&#x202f;{basename}&#x202f;» existe déjà.</translation>
    </message>
    <message>
        <source>“{code}” is no country that this version knows.</source>
        <translation>«&#x202f;{code}&#x202f;» n’est pas un pays que cette version connaît.</translation>
    </message>
    <message>
        <source>“{field}” is missing.</source>
        <translation>«&#x202f;{field}&#x202f;» manque.</translation>
    </message>
    <message>
        <source>“{field}” never has letters like these. Copy it again.</source>
        <translation>«&#x202f;{field}&#x202f;» n’a jamais de lettres comme celles-ci. Copiez à nouveau.</translation>
    </message>
    <message>
        <source>“{id}” can&apos;t be decided that way: {sentence}</source>
        <translation>«&#x202f;{id}&#x202f;» ne peut pas être décidé ainsi&#x202f;: {sentence}</translation>
    </message>
    <message>
        <source>“{job}” was interrupted: {so_far}.</source>
        <translation>«&#x202f;{job}&#x202f;» a été interrompu&#x202f;: {so_far}.</translation>
    </message>
    <message>
        <source>“{job}” was interrupted; nothing is damaged: {so_far}.</source>
        <translation>«&#x202f;{job}&#x202f;» a été interrompu&#x202f;; rien n’est endommagé&#x202f;: {so_far}.</translation>
    </message>
    <message>
        <source>“{key}” is “{value}”. It can be: {known}.</source>
        <translation>«&#x202f;{key}&#x202f;» vaut «&#x202f;{value}&#x202f;». Valeurs possibles&#x202f;: {known}.</translation>
    </message>
    <message>
        <source>“{label}” on {name} has no value “{value}”.</source>
        <translation>«&#x202f;{label}&#x202f;» sur {name} n’a pas de valeur «&#x202f;{value}&#x202f;».</translation>
    </message>
    <message>
        <source>“{label}” was read to allow more than you chose ({items}): {uses}.</source>
        <translation>«&#x202f;{label}&#x202f;» permet, d’après la lecture, plus que votre choix ({items})&#x202f;: {uses}.</translation>
    </message>
    <message>
        <source>“{name}”</source>
        <translation>«&#x202f;{name}&#x202f;»</translation>
    </message>
    <message>
        <source>“{name}” is no name for a letter.</source>
        <translation>«&#x202f;{name}&#x202f;» n’est pas un nom pour une lettre.</translation>
    </message>
    <message>
        <source>“{name}” is no name for a report.</source>
        <translation>«&#x202f;{name}&#x202f;» n’est pas un nom pour un rapport.</translation>
    </message>
    <message>
        <source>“{name}” is no time zone that this computer knows.</source>
        <translation>«&#x202f;{name}&#x202f;» n’est pas un fuseau horaire que cet ordinateur connaît.</translation>
    </message>
    <message>
        <source>“{name}” is on the roster already.</source>
        <translation>«&#x202f;{name}&#x202f;» est déjà dans la liste des artistes.</translation>
    </message>
    <message>
        <source>“{name}” is too large to keep.</source>
        <translation>«&#x202f;{name}&#x202f;» est trop volumineux pour être gardé.</translation>
    </message>
    <message>
        <source>“{number}” can&apos;t be ignored: {sentence}</source>
        <translation>«&#x202f;{number}&#x202f;» ne peut pas être ignoré&#x202f;: {sentence}</translation>
    </message>
    <message>
        <source>“{path}” is not an absolute path.</source>
        <translation>«&#x202f;{path}&#x202f;» n’est pas un chemin absolu.</translation>
    </message>
    <message>
        <source>“{scope}” is missing</source>
        <translation>«&#x202f;{scope}&#x202f;» manque</translation>
    </message>
    <message>
        <source>“{site}” is no web address.</source>
        <translation>«&#x202f;{site}&#x202f;» n’est pas une adresse web.</translation>
    </message>
    <message>
        <source>“{site}” is not a web address.</source>
        <translation>«&#x202f;{site}&#x202f;» n’est pas une adresse web.</translation>
    </message>
    <message>
        <source>“{target}” is a folder.</source>
        <translation>«&#x202f;{target}&#x202f;» est un dossier.</translation>
    </message>
    <message>
        <source>“{text}” is a SOCKS proxy, which RightsDesk can&apos;t use.</source>
        <translation>«&#x202f;{text}&#x202f;» est un proxy SOCKS, que RightsDesk ne peut pas utiliser.</translation>
    </message>
    <message>
        <source>“{text}” is no day.</source>
        <translation>«&#x202f;{text}&#x202f;» n’est pas un jour.</translation>
    </message>
    <message>
        <source>“{text}” is not an ISCC.</source>
        <translation>«&#x202f;{text}&#x202f;» n’est pas un ISCC.</translation>
    </message>
    <message>
        <source>“{text}” is not the address of a proxy.</source>
        <translation>«&#x202f;{text}&#x202f;» n’est pas l’adresse d’un proxy.</translation>
    </message>
    <message>
        <source>“{value}” is no value of {name}.</source>
        <translation>«&#x202f;{value}&#x202f;» n’est pas une valeur de {name}.</translation>
    </message>
    <message>
        <source>“{value}” unless you choose</source>
        <translation>«&#x202f;{value}&#x202f;» sauf si vous choisissez</translation>
    </message>
    <message>
        <source>•  {use}: {after}</source>
        <translation>•  {use}&#x202f;: {after}</translation>
    </message>
    <message>
        <source>•  {use}: {before} → {after}</source>
        <translation>•  {use}&#x202f;: {before} → {after}</translation>
    </message>
    <message>
        <source>… and more</source>
        <translation>… et plus</translation>
    </message>
    <message>
        <source>… and more; “Copy” gives them all.</source>
        <translation>… et plus&#x202f;; «&#x202f;Copier&#x202f;» les donne tous.</translation>
    </message>
</context>
</TS>
