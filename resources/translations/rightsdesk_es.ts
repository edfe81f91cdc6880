<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en_GB">
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
            <numerusform>%n pista de Audius</numerusform>
            <numerusform>%n pistas de Audius</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n Bluesky accounts</source>
        <translation>
            <numerusform>%n cuenta de Bluesky</numerusform>
            <numerusform>%n cuentas de Bluesky</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n Cloudflare zones</source>
        <translation>
            <numerusform>%n zona de Cloudflare</numerusform>
            <numerusform>%n zonas de Cloudflare</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n Funkwhale tracks</source>
        <translation>
            <numerusform>%n pista de Funkwhale</numerusform>
            <numerusform>%n pistas de Funkwhale</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n Internet Archive items</source>
        <translation>
            <numerusform>%n elemento de Internet Archive</numerusform>
            <numerusform>%n elementos de Internet Archive</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n PeerTube videos</source>
        <translation>
            <numerusform>%n vídeo de PeerTube</numerusform>
            <numerusform>%n vídeos de PeerTube</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n SoundCloud tracks</source>
        <translation>
            <numerusform>%n pista de SoundCloud</numerusform>
            <numerusform>%n pistas de SoundCloud</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n WordPress audio files</source>
        <translation>
            <numerusform>%n archivo de audio de WordPress</numerusform>
            <numerusform>%n archivos de audio de WordPress</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n WordPress.com sites</source>
        <translation>
            <numerusform>%n sitio de WordPress.com</numerusform>
            <numerusform>%n sitios de WordPress.com</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n YouTube videos</source>
        <translation>
            <numerusform>%n vídeo de YouTube</numerusform>
            <numerusform>%n vídeos de YouTube</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n accounts</source>
        <translation>
            <numerusform>%n cuenta</numerusform>
            <numerusform>%n cuentas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n accounts could not be read. The list leaves them out.</source>
        <translation>
            <numerusform>No se ha podido leer %n cuenta. No sale en la lista.</numerusform>
            <numerusform>No se han podido leer %n cuentas. No salen en la lista.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n are left out.</source>
        <translation>
            <numerusform>%n queda fuera.</numerusform>
            <numerusform>%n quedan fuera.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n are no longer there</source>
        <translation>
            <numerusform>%n ya no está</numerusform>
            <numerusform>%n ya no están</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n artists</source>
        <translation>
            <numerusform>%n artista</numerusform>
            <numerusform>%n artistas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n artists without a choice</source>
        <translation>
            <numerusform>%n artista sin elección</numerusform>
            <numerusform>%n artistas sin elección</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n artists.</source>
        <translation>
            <numerusform>%n artista.</numerusform>
            <numerusform>%n artistas.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n audio files</source>
        <translation>
            <numerusform>%n archivo de audio</numerusform>
            <numerusform>%n archivos de audio</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n audio files.</source>
        <translation>
            <numerusform>%n archivo de audio.</numerusform>
            <numerusform>%n archivos de audio.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n by its terms</source>
        <translation>
            <numerusform>%n según sus condiciones</numerusform>
            <numerusform>%n según sus condiciones</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n candidates</source>
        <translation>
            <numerusform>%n candidata</numerusform>
            <numerusform>%n candidatas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n changed</source>
        <translation>
            <numerusform>%n con cambios</numerusform>
            <numerusform>%n con cambios</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n changes that jobs have left to make there are dropped.</source>
        <translation>
            <numerusform>Se descarta %n cambio que una tarea tenía pendiente allí.</numerusform>
            <numerusform>Se descartan %n cambios que las tareas tenían pendientes allí.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n characters</source>
        <translation>
            <numerusform>%n carácter</numerusform>
            <numerusform>%n caracteres</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chosen</source>
        <translation>
            <numerusform>%n elegida</numerusform>
            <numerusform>%n elegidas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n could not be read.</source>
        <translation>
            <numerusform>%n no se ha podido leer.</numerusform>
            <numerusform>%n no se han podido leer.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n end within {days} days</source>
        <translation>
            <numerusform>%n termina en un plazo de {days} días</numerusform>
            <numerusform>%n terminan en un plazo de {days} días</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entries</source>
        <translation>
            <numerusform>%n entrada</numerusform>
            <numerusform>%n entradas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entries are selected</source>
        <translation>
            <numerusform>%n entrada seleccionada</numerusform>
            <numerusform>%n entradas seleccionadas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entries on record</source>
        <translation>
            <numerusform>%n entrada en el registro</numerusform>
            <numerusform>%n entradas en el registro</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n failed.</source>
        <translation>
            <numerusform>%n con error.</numerusform>
            <numerusform>%n con error.</numerusform>
        </translation>
    </message>
    <message>
        <source>%n file is no longer listed. On the disk it stays as it is.</source>
        <translation>%n archivo ya no sale en la lista. En el disco se queda como está.</translation>
    </message>
    <message numerus="yes">
        <source>%n files</source>
        <translation>
            <numerusform>%n archivo</numerusform>
            <numerusform>%n archivos</numerusform>
        </translation>
    </message>
    <message>
        <source>%n files are no longer listed. On the disk they stay as they are.</source>
        <translation>%n archivos ya no salen en la lista. En el disco se quedan como están.</translation>
    </message>
    <message numerus="yes">
        <source>%n files carry Content Credentials. Any change breaks them, so they are left as they are.</source>
        <translation>
            <numerusform>%n archivo lleva Content Credentials. Cualquier cambio las invalida, así que se queda como está.</numerusform>
            <numerusform>%n archivos llevan Content Credentials. Cualquier cambio las invalida, así que se quedan como están.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files looked up</source>
        <translation>
            <numerusform>%n archivo comprobado</numerusform>
            <numerusform>%n archivos comprobados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files need a look</source>
        <translation>
            <numerusform>%n archivo por revisar</numerusform>
            <numerusform>%n archivos por revisar</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files were changed outside RightsDesk</source>
        <translation>
            <numerusform>%n archivo ha cambiado fuera de RightsDesk</numerusform>
            <numerusform>%n archivos han cambiado fuera de RightsDesk</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n found</source>
        <translation>
            <numerusform>%n resultado</numerusform>
            <numerusform>%n resultados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n items</source>
        <translation>
            <numerusform>%n elemento</numerusform>
            <numerusform>%n elementos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n items read from {where}.</source>
        <translation>
            <numerusform>%n elemento leído de {where}.</numerusform>
            <numerusform>%n elementos leídos de {where}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n left alone.</source>
        <translation>
            <numerusform>%n sin tocar.</numerusform>
            <numerusform>%n sin tocar.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n match already</source>
        <translation>
            <numerusform>%n ya coincide</numerusform>
            <numerusform>%n ya coinciden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n matched when last read</source>
        <translation>
            <numerusform>%n coincidía en la última lectura</numerusform>
            <numerusform>%n coincidían en la última lectura</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minutes</source>
        <translation>
            <numerusform>%n minuto</numerusform>
            <numerusform>%n minutos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n missing</source>
        <translation>
            <numerusform>%n que falta</numerusform>
            <numerusform>%n que faltan</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more could not be changed, as the review said.</source>
        <translation>
            <numerusform>%n más no se ha podido cambiar, como decía la revisión.</numerusform>
            <numerusform>%n más no se han podido cambiar, como decía la revisión.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n nuevo</numerusform>
            <numerusform>%n nuevos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n not read</source>
        <translation>
            <numerusform>%n sin leer</numerusform>
            <numerusform>%n sin leer</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them say something else today</source>
        <translation>
            <numerusform>%n dice hoy otra cosa</numerusform>
            <numerusform>%n dicen hoy otra cosa</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of {all} artists need you</source>
        <translation>
            <numerusform>%n de {all} artistas te necesita</numerusform>
            <numerusform>%n de {all} artistas te necesitan</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n places</source>
        <translation>
            <numerusform>%n sitio</numerusform>
            <numerusform>%n sitios</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n platforms need you</source>
        <translation>
            <numerusform>%n plataforma te necesita</numerusform>
            <numerusform>%n plataformas te necesitan</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n problems</source>
        <translation>
            <numerusform>%n problema</numerusform>
            <numerusform>%n problemas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n recordings</source>
        <translation>
            <numerusform>%n grabación</numerusform>
            <numerusform>%n grabaciones</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n recordings have no ISRC</source>
        <translation>
            <numerusform>%n grabación no tiene ISRC</numerusform>
            <numerusform>%n grabaciones no tienen ISRC</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n recordings have no choice yet</source>
        <translation>
            <numerusform>%n grabación aún no tiene elección</numerusform>
            <numerusform>%n grabaciones aún no tienen elección</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n releases</source>
        <translation>
            <numerusform>%n lanzamiento</numerusform>
            <numerusform>%n lanzamientos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n say it</source>
        <translation>
            <numerusform>%n lo dice</numerusform>
            <numerusform>%n lo dicen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n say otherwise</source>
        <translation>
            <numerusform>%n dice otra cosa</numerusform>
            <numerusform>%n dicen otra cosa</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n say something</source>
        <translation>
            <numerusform>%n dice algo</numerusform>
            <numerusform>%n dicen algo</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n sections found</source>
        <translation>
            <numerusform>%n sección encontrada</numerusform>
            <numerusform>%n secciones encontradas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n silent</source>
        <translation>
            <numerusform>%n no dice nada</numerusform>
            <numerusform>%n no dicen nada</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n sites</source>
        <translation>
            <numerusform>%n web</numerusform>
            <numerusform>%n webs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n steps</source>
        <translation>
            <numerusform>%n paso</numerusform>
            <numerusform>%n pasos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tags</source>
        <translation>
            <numerusform>%n etiqueta</numerusform>
            <numerusform>%n etiquetas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n things these tags can&apos;t express</source>
        <translation>
            <numerusform>%n cosa que estas etiquetas no pueden expresar</numerusform>
            <numerusform>%n cosas que estas etiquetas no pueden expresar</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n things to know about these tags</source>
        <translation>
            <numerusform>%n cosa que saber sobre estas etiquetas</numerusform>
            <numerusform>%n cosas que saber sobre estas etiquetas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n times</source>
        <translation>
            <numerusform>%n vez</numerusform>
            <numerusform>%n veces</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n to match</source>
        <translation>
            <numerusform>%n por asociar</numerusform>
            <numerusform>%n por asociar</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n to write</source>
        <translation>
            <numerusform>%n por escribir</numerusform>
            <numerusform>%n por escribir</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n to write, by the last check.</source>
        <translation>
            <numerusform>%n por escribir, según la última comprobación.</numerusform>
            <numerusform>%n por escribir, según la última comprobación.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks</source>
        <translation>
            <numerusform>%n pista</numerusform>
            <numerusform>%n pistas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks follow their artists now.</source>
        <translation>
            <numerusform>%n pista sigue ahora a su artista.</numerusform>
            <numerusform>%n pistas siguen ahora a sus artistas.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks matched.</source>
        <translation>
            <numerusform>%n pista asociada.</numerusform>
            <numerusform>%n pistas asociadas.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks need matching</source>
        <translation>
            <numerusform>%n pista por asociar</numerusform>
            <numerusform>%n pistas por asociar</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks need matching.</source>
        <translation>
            <numerusform>%n pista por asociar.</numerusform>
            <numerusform>%n pistas por asociar.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks on platforms wait for your answer: which recordings are they?</source>
        <translation>
            <numerusform>%n pista de una plataforma espera tu respuesta: ¿qué grabación es?</numerusform>
            <numerusform>%n pistas de plataformas esperan tu respuesta: ¿qué grabaciones son?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks on {platform} were changed outside RightsDesk</source>
        <translation>
            <numerusform>%n pista de {platform} ha cambiado fuera de RightsDesk</numerusform>
            <numerusform>%n pistas de {platform} han cambiado fuera de RightsDesk</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unknown</source>
        <translation>
            <numerusform>%n sin datos</numerusform>
            <numerusform>%n sin datos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n videos</source>
        <translation>
            <numerusform>%n vídeo</numerusform>
            <numerusform>%n vídeos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n were right already.</source>
        <translation>
            <numerusform>%n ya estaba bien.</numerusform>
            <numerusform>%n ya estaban bien.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n without a choice</source>
        <translation>
            <numerusform>%n sin elección</numerusform>
            <numerusform>%n sin elección</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n written, not confirmed yet: the next check settles it.</source>
        <translation>
            <numerusform>%n escrito, aún sin confirmar: se aclara en la próxima comprobación.</numerusform>
            <numerusform>%n escritos, aún sin confirmar: se aclara en la próxima comprobación.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n zones</source>
        <translation>
            <numerusform>%n zona</numerusform>
            <numerusform>%n zonas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n {platform} tracks need matching</source>
        <translation>
            <numerusform>%n pista de {platform} por asociar</numerusform>
            <numerusform>%n pistas de {platform} por asociar</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;About RightsDesk</source>
        <translation>&amp;Acerca de RightsDesk</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Añadir</translation>
    </message>
    <message>
        <source>&amp;Add folder…</source>
        <translation>&amp;Añadir carpeta…</translation>
    </message>
    <message>
        <source>&amp;Add to {artist}</source>
        <translation>&amp;Añadir a {artist}</translation>
    </message>
    <message>
        <source>&amp;Add {artist} as a new artist</source>
        <translation>&amp;Añadir a {artist} como artista</translation>
    </message>
    <message>
        <source>&amp;Back up…</source>
        <translation>&amp;Copia de seguridad…</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Cancelar</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Change them all the same…</source>
        <translation>
            <numerusform>&amp;Cambiarlo de todos modos…</numerusform>
            <numerusform>&amp;Cambiarlos de todos modos…</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Choose a folder…</source>
        <translation>&amp;Elegir una carpeta…</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>&amp;Cerrar</translation>
    </message>
    <message>
        <source>&amp;Columns</source>
        <translation>&amp;Columnas</translation>
    </message>
    <message>
        <source>&amp;Connect an account…</source>
        <translation>&amp;Conectar una cuenta…</translation>
    </message>
    <message>
        <source>&amp;Continue</source>
        <translation>&amp;Continuar</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Copiar</translation>
    </message>
    <message>
        <source>&amp;Copy the details</source>
        <translation>&amp;Copiar los detalles</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Eliminar</translation>
    </message>
    <message>
        <source>&amp;Details</source>
        <translation>&amp;Detalles</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Editar</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exportar…</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Archivo</translation>
    </message>
    <message>
        <source>&amp;Find</source>
        <translation>&amp;Buscar</translation>
    </message>
    <message>
        <source>&amp;Forget</source>
        <translation>&amp;Olvidar</translation>
    </message>
    <message>
        <source>&amp;Forget…</source>
        <translation>&amp;Olvidar…</translation>
    </message>
    <message>
        <source>&amp;Go to…</source>
        <translation>&amp;Ir a…</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>A&amp;yuda</translation>
    </message>
    <message>
        <source>&amp;Hide {column}</source>
        <translation>&amp;Ocultar {column}</translation>
    </message>
    <message>
        <source>&amp;History</source>
        <translation>&amp;Historial</translation>
    </message>
    <message>
        <source>&amp;Ignore…</source>
        <translation>&amp;Ignorar…</translation>
    </message>
    <message>
        <source>&amp;Keep</source>
        <translation>&amp;Conservar</translation>
    </message>
    <message>
        <source>&amp;Keep as it is</source>
        <translation>&amp;Dejar como está</translation>
    </message>
    <message>
        <source>&amp;Keep it as it is</source>
        <translation>&amp;Dejarlo como está</translation>
    </message>
    <message>
        <source>&amp;Keep it open</source>
        <translation>&amp;Mantener abierto</translation>
    </message>
    <message>
        <source>&amp;Keep what is here</source>
        <translation>&amp;Conservar lo que hay aquí</translation>
    </message>
    <message>
        <source>&amp;Leave these out</source>
        <translation>&amp;Dejar fuera</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Match %n tracks…</source>
        <translation>
            <numerusform>&amp;Asociar %n pista…</numerusform>
            <numerusform>&amp;Asociar %n pistas…</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Match tracks…</source>
        <translation>&amp;Asociar pistas…</translation>
    </message>
    <message>
        <source>&amp;Music</source>
        <translation>&amp;Música</translation>
    </message>
    <message>
        <source>&amp;Never</source>
        <translation>&amp;Nunca</translation>
    </message>
    <message>
        <source>&amp;Open</source>
        <translation>&amp;Abrir</translation>
    </message>
    <message>
        <source>&amp;Open RightsDesk</source>
        <translation>&amp;Abrir RightsDesk</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pausar</translation>
    </message>
    <message>
        <source>&amp;Pause checks</source>
        <translation>&amp;Pausar comprobaciones</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Salir</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Rehacer</translation>
    </message>
    <message>
        <source>&amp;Redo on {what}</source>
        <translation>&amp;Rehacer en {what}</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Quitar</translation>
    </message>
    <message>
        <source>&amp;Rename artist…</source>
        <translation>&amp;Renombrar artista…</translation>
    </message>
    <message>
        <source>&amp;Replace</source>
        <translation>&amp;Reemplazar</translation>
    </message>
    <message>
        <source>&amp;Rescan</source>
        <translation>&amp;Reescanear</translation>
    </message>
    <message>
        <source>&amp;Restore</source>
        <translation>&amp;Restaurar</translation>
    </message>
    <message>
        <source>&amp;Restore a backup…</source>
        <translation>&amp;Restaurar una copia…</translation>
    </message>
    <message>
        <source>&amp;Restore…</source>
        <translation>&amp;Restaurar…</translation>
    </message>
    <message>
        <source>&amp;Save this filter…</source>
        <translation>&amp;Guardar este filtro…</translation>
    </message>
    <message>
        <source>&amp;Save…</source>
        <translation>&amp;Guardar…</translation>
    </message>
    <message>
        <source>&amp;See what will change</source>
        <translation>&amp;Ver qué va a cambiar</translation>
    </message>
    <message>
        <source>&amp;Side panel of the catalogue</source>
        <translation>&amp;Panel lateral del catálogo</translation>
    </message>
    <message>
        <source>&amp;Stop and close</source>
        <translation>&amp;Detener y cerrar</translation>
    </message>
    <message>
        <source>&amp;Stop and quit</source>
        <translation>&amp;Detener y salir</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Deshacer</translation>
    </message>
    <message>
        <source>&amp;Undo on {what}</source>
        <translation>&amp;Deshacer en {what}</translation>
    </message>
    <message>
        <source>&amp;Verify that the audio is untouched</source>
        <translation>&amp;Verificar que el audio está intacto</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ver</translation>
    </message>
    <message>
        <source>&amp;Wait, then close</source>
        <translation>&amp;Esperar y luego cerrar</translation>
    </message>
    <message>
        <source>&amp;What to make</source>
        <translation>&amp;Qué crear</translation>
    </message>
    <message>
        <source>&amp;Who reads this?</source>
        <translation>¿&amp;Quién lee esto?</translation>
    </message>
    <message>
        <source>&amp;Write to files…</source>
        <translation>&amp;Escribir en los archivos…</translation>
    </message>
    <message>
        <source>&amp;Yes, let AI do more with these {what}</source>
        <translation>&amp;Sí, que la IA pueda hacer más con {what}</translation>
    </message>
    <message>
        <source>&amp;Yes, let AI do more with this {noun}</source>
        <translation>&amp;Sí, que la IA pueda hacer más con esto ({noun})</translation>
    </message>
    <message>
        <source>(Looked up {month}.)</source>
        <translation>(Consultado en {month}.)</translation>
    </message>
    <message>
        <source>(Terms of {date}; looked up {month}.)</source>
        <translation>(Condiciones de {date}; consultado en {month}.)</translation>
    </message>
    <message>
        <source>(not there)</source>
        <translation>(no está)</translation>
    </message>
    <message>
        <source>(removed)</source>
        <translation>(quitado)</translation>
    </message>
    <message>
        <source>1  Music</source>
        <translation>1  Música</translation>
    </message>
    <message>
        <source>2  Your choice</source>
        <translation>2  Tu elección</translation>
    </message>
    <message>
        <source>3  Review</source>
        <translation>3  Revisión</translation>
    </message>
    <message>
        <source>A check found something</source>
        <translation>Una comprobación ha encontrado algo</translation>
    </message>
    <message>
        <source>A declaration is a signal, not a lock: it reserves your rights where machines and courts can read it. It can&apos;t stop those who don&apos;t look.</source>
        <translation>Una declaración es una señal, no un candado: reserva tus derechos donde las máquinas y los tribunales pueden leerlo. No detiene a quien no mira.</translation>
    </message>
    <message>
        <source>A field in the file.</source>
        <translation>Un campo del archivo.</translation>
    </message>
    <message>
        <source>A finished AI is fed with it, to answer or to remix.</source>
        <translation>Se le da a una IA ya terminada, para que responda o haga remezclas.</translation>
    </message>
    <message>
        <source>A firewall or a bot check may block RightsDesk. Let it pass this computer, or ask its administrator.</source>
        <translation>Puede que un cortafuegos o un control de bots bloquee a RightsDesk. Deja pasar a este ordenador, o pídeselo a quien lo administre.</translation>
    </message>
    <message>
        <source>A firewall or a bot check may block RightsDesk. What it shows to crawlers is not known. Let it pass this computer, or check with a browser.</source>
        <translation>Puede que un cortafuegos o un control de bots bloquee a RightsDesk. No se sabe qué muestra a los rastreadores. Deja pasar a este ordenador, o compruébalo con un navegador.</translation>
    </message>
    <message>
        <source>A handle looks like artist.bsky.social. It has dots and no spaces.</source>
        <translation>Un identificador es algo como artist.bsky.social. Lleva puntos y ningún espacio.</translation>
    </message>
    <message>
        <source>A header or a page element of your site.</source>
        <translation>Una cabecera o un elemento de página de tu web.</translation>
    </message>
    <message>
        <source>A header, a page element and /.well-known/tdmrep.json on your site; fields and XMP in the file, places that the protocol does not define.</source>
        <translation>Una cabecera, un elemento de página y /.well-known/tdmrep.json en tu web; campos y XMP en el archivo, sitios que el protocolo no define.</translation>
    </message>
    <message>
        <source>A later job overwrote this before it was confirmed.</source>
        <translation>Una tarea posterior lo sobrescribió antes de que se confirmara.</translation>
    </message>
    <message>
        <source>A length is not known, so it can&apos;t be compared</source>
        <translation>Falta alguna duración, así que no se puede comparar</translation>
    </message>
    <message>
        <source>A letter is about one artist</source>
        <translation>Una carta trata de un solo artista</translation>
    </message>
    <message>
        <source>A licence file on your site, and lines that point to it.</source>
        <translation>Un archivo de licencia en tu web, y líneas que remiten a él.</translation>
    </message>
    <message>
        <source>A licence from {who} is required.</source>
        <translation>Se requiere una licencia de {who}.</translation>
    </message>
    <message>
        <source>A licence lets one partner do what your choice refuses everyone: train on an album until 2027, say. Your files and sites then name that partner. All others may do no more than before. When it ends, it is taken out again.</source>
        <translation>Una licencia permite a un socio lo que tu elección niega a todos los demás: entrenar con un álbum hasta 2027, por ejemplo. Tus archivos y webs nombran entonces a ese socio. Los demás no pueden hacer más que antes. Cuando termina, se vuelve a quitar.</translation>
    </message>
    <message>
        <source>A new passphrase</source>
        <translation>Una nueva frase de contraseña</translation>
    </message>
    <message>
        <source>A passphrase needs at least {shortest} characters.</source>
        <translation>Una frase de contraseña necesita al menos {shortest} caracteres.</translation>
    </message>
    <message>
        <source>A proxy&apos;s user name and password are not stored with the settings.</source>
        <translation>El usuario y la contraseña de un proxy no se guardan con los ajustes.</translation>
    </message>
    <message>
        <source>A public record of your account.</source>
        <translation>Un registro público de tu cuenta.</translation>
    </message>
    <message>
        <source>A record in the account, through the API</source>
        <translation>Un registro en la cuenta, por la API</translation>
    </message>
    <message>
        <source>A registry entry for each recording, bound to the sound by its ISCC.</source>
        <translation>Una entrada en un registro para cada grabación, ligada al sonido por su ISCC.</translation>
    </message>
    <message>
        <source>A request can&apos;t carry two passwords. Ask your web host to open the addresses below wp-json/. WordPress asks for a password there itself.</source>
        <translation>Una petición no puede llevar dos contraseñas. Pide a tu proveedor de alojamiento que abra las direcciones bajo wp-json/. WordPress ya pide allí una contraseña.</translation>
    </message>
    <message>
        <source>A response header and lines in robots.txt of your site; a field in the file, a place that the draft does not define.</source>
        <translation>Una cabecera de respuesta y líneas en el robots.txt de tu web; un campo en el archivo, sitio que el borrador no define.</translation>
    </message>
    <message>
        <source>A review lists every change before it is made. Whatever would let AI do more than before needs a yes of its own.</source>
        <translation>Una revisión muestra cada cambio antes de hacerlo. Todo lo que permita a la IA hacer más que antes necesita un sí aparte.</translation>
    </message>
    <message>
        <source>A rule in tdmrep.json names no place.</source>
        <translation>Una regla de tdmrep.json no nombra ningún sitio.</translation>
    </message>
    <message>
        <source>A setting of your site on WordPress.com.</source>
        <translation>Un ajuste de tu sitio en WordPress.com.</translation>
    </message>
    <message>
        <source>A sidecar that RightsDesk made goes again if nothing else is in it.</source>
        <translation>Un sidecar que ha creado RightsDesk desaparece si no contiene nada más.</translation>
    </message>
    <message>
        <source>A signed statement in the file or next to it.</source>
        <translation>Una declaración firmada en el archivo o junto a él.</translation>
    </message>
    <message>
        <source>A switch in YouTube Studio, which RightsDesk can read; tags and description of your videos.</source>
        <translation>Un interruptor de YouTube Studio, que RightsDesk puede leer; etiquetas y descripción de tus vídeos.</translation>
    </message>
    <message>
        <source>A term with exact meanings, including “see the terms”, that picture archives and agencies know.</source>
        <translation>Un término con significados exactos, entre ellos «ver condiciones», que conocen los archivos de imágenes y las agencias.</translation>
    </message>
    <message>
        <source>A tool for AI covers and remixes was announced with Universal Music on 21 May 2026. The rights holder decides whether music takes part: ask your label or distributor.</source>
        <translation>El 21 de mayo de 2026 se anunció, con Universal Music, una herramienta para versiones y remezclas con IA. El titular de los derechos decide si su música participa: pregunta a tu sello o distribuidora.</translation>
    </message>
    <message>
        <source>A track there may be this one: it needs matching.</source>
        <translation>Una pista de allí puede ser esta: hay que asociarla.</translation>
    </message>
    <message>
        <source>A use is granted only if it is named: leaving it out reserves it. RightsDesk writes a note for the people who make the messages, and reads grants that contradict your consent.</source>
        <translation>Un uso solo se concede si se nombra: no nombrarlo lo reserva. RightsDesk escribe una nota para quienes preparan los mensajes, y lee las concesiones que contradicen tu elección.</translation>
    </message>
    <message>
        <source>A&amp;rtist</source>
        <translation>A&amp;rtista</translation>
    </message>
    <message>
        <source>AI Generated Music Settings</source>
        <translation>AI Generated Music Settings</translation>
    </message>
    <message>
        <source>AI covers and remixes</source>
        <translation>Versiones y remezclas con IA</translation>
    </message>
    <message>
        <source>AI credits</source>
        <translation>Créditos de IA</translation>
    </message>
    <message>
        <source>AI credits at upload</source>
        <translation>Créditos de IA al subir</translation>
    </message>
    <message>
        <source>AI disclosure in SymphonicMS</source>
        <translation>Indicación de IA en SymphonicMS</translation>
    </message>
    <message>
        <source>AI licences, each joined by the member label</source>
        <translation>Licencias de IA en las que cada sello miembro participa por separado</translation>
    </message>
    <message>
        <source>AI licensing programme</source>
        <translation>Programa de licencias de IA</translation>
    </message>
    <message>
        <source>AI licensing with Musical AI</source>
        <translation>Licencias de IA con Musical AI</translation>
    </message>
    <message>
        <source>AI may then do more than now.</source>
        <translation>La IA podrá hacer entonces más que ahora.</translation>
    </message>
    <message numerus="yes">
        <source>AI may then do more with these %n recordings: {uses}.</source>
        <translation>
            <numerusform>La IA podrá hacer entonces más con esta grabación: {uses}.</numerusform>
            <numerusform>La IA podrá hacer entonces más con estas %n grabaciones: {uses}.</numerusform>
        </translation>
    </message>
    <message>
        <source>AI may then do more with {name}.</source>
        <translation>La IA podrá hacer entonces más con {name}.</translation>
    </message>
    <message>
        <source>AI preferences (community.lexicon.preference.ai)</source>
        <translation>Preferencias de IA (community.lexicon.preference.ai)</translation>
    </message>
    <message>
        <source>AI tagging</source>
        <translation>Etiquetado de IA</translation>
    </message>
    <message>
        <source>AI training crawlers (ai_training)</source>
        <translation>Rastreadores para entrenar IA (ai_training)</translation>
    </message>
    <message>
        <source>AI uses need a licence from you. Search and recommendations stay allowed.</source>
        <translation>Los usos con IA necesitan una licencia tuya. La búsqueda y las recomendaciones siguen permitidas.</translation>
    </message>
    <message>
        <source>API key</source>
        <translation>Clave de API</translation>
    </message>
    <message>
        <source>API token</source>
        <translation>Token de API</translation>
    </message>
    <message>
        <source>About RightsDesk</source>
        <translation>Acerca de RightsDesk</translation>
    </message>
    <message>
        <source>About {time}</source>
        <translation>Aprox. {time}</translation>
    </message>
    <message numerus="yes">
        <source>Accept %n best matches</source>
        <translation>
            <numerusform>Aceptar la más probable</numerusform>
            <numerusform>Aceptar las %n más probables</numerusform>
        </translation>
    </message>
    <message>
        <source>Access key</source>
        <translation>Clave de acceso</translation>
    </message>
    <message>
        <source>Access token</source>
        <translation>Token de acceso</translation>
    </message>
    <message>
        <source>Accou&amp;nts…</source>
        <translation>Cue&amp;ntas…</translation>
    </message>
    <message>
        <source>Account connected: {platform}, {account}, for {artist}</source>
        <translation>Cuenta conectada: {platform}, {account}, para {artist}</translation>
    </message>
    <message>
        <source>Account removed: {platform}, {account}, for {artist}</source>
        <translation>Cuenta quitada: {platform}, {account}, para {artist}</translation>
    </message>
    <message>
        <source>Account: {names}</source>
        <translation>Cuenta: {names}</translation>
    </message>
    <message>
        <source>Accounts that can&apos;t be read</source>
        <translation>Cuentas que no se pueden leer</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Acción</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>Actividad</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Añadir</translation>
    </message>
    <message>
        <source>Add &amp;artist…</source>
        <translation>Añadir &amp;artista…</translation>
    </message>
    <message>
        <source>Add &amp;folder…</source>
        <translation>Añadir &amp;carpeta…</translation>
    </message>
    <message>
        <source>Add another folder…</source>
        <translation>Añadir otra carpeta…</translation>
    </message>
    <message>
        <source>Add artist</source>
        <translation>Añadir artista</translation>
    </message>
    <message>
        <source>Add artist…</source>
        <translation>Añadir artista…</translation>
    </message>
    <message>
        <source>Add music</source>
        <translation>Añadir música</translation>
    </message>
    <message>
        <source>Add one first.</source>
        <translation>Añade una primero.</translation>
    </message>
    <message>
        <source>Add the ISRC of each with a tag editor, then scan the folder again. Until then they are recognized by release, place and title.</source>
        <translation>Añade el ISRC de cada una con un editor de etiquetas y vuelve a escanear la carpeta. Hasta entonces se reconocen por lanzamiento, posición y título.</translation>
    </message>
    <message>
        <source>Add the folder that it is in, or drop it here: its files are only read. Or connect an account: tracks that are only there are listed, too.</source>
        <translation>Añade la carpeta donde está, o suéltala aquí: sus archivos solo se leen. O conecta una cuenta: las pistas que solo están allí también aparecen.</translation>
    </message>
    <message>
        <source>Add them to the proxy&apos;s address, as in http://name:password@host:port, or ask the administrator of your network.</source>
        <translation>Añádelos a la dirección del proxy, como en http://name:password@host:port, o pregunta a quien administre tu red.</translation>
    </message>
    <message>
        <source>Added after your copyright line, which stays. It names what is reserved, and the law it rests on.</source>
        <translation>Se añade después de tu línea de copyright, que se queda. Dice qué se reserva y en qué ley se basa.</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Dirección</translation>
    </message>
    <message>
        <source>Address of new versions</source>
        <translation>Dirección de las versiones nuevas</translation>
    </message>
    <message>
        <source>Address of the proxy</source>
        <translation>Dirección del proxy</translation>
    </message>
    <message>
        <source>Address of your terms</source>
        <translation>Dirección de tus condiciones</translation>
    </message>
    <message>
        <source>Advanced settings</source>
        <translation>Configuración avanzada</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Después</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Todo</translation>
    </message>
    <message numerus="yes">
        <source>All %n artists</source>
        <translation>
            <numerusform>%n artista en total</numerusform>
            <numerusform>Los %n artistas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n recordings say {choice} everywhere</source>
        <translation>
            <numerusform>Tu grabación dice «{choice}» en todas partes</numerusform>
            <numerusform>Tus %n grabaciones dicen «{choice}» en todas partes</numerusform>
        </translation>
    </message>
    <message>
        <source>All artists</source>
        <translation>Todos los artistas</translation>
    </message>
    <message>
        <source>All labels</source>
        <translation>Todos los sellos</translation>
    </message>
    <message>
        <source>All of {artist}</source>
        <translation>Todo lo de {artist}</translation>
    </message>
    <message>
        <source>All third-party companies</source>
        <translation>Todas las empresas externas</translation>
    </message>
    <message>
        <source>All {number} tags are taken, so there is no room for “{word}”.</source>
        <translation>Las {number} etiquetas están ocupadas, así que no cabe «{word}».</translation>
    </message>
    <message>
        <source>All {updates} today.</source>
        <translation>Hoy, los {updates}.</translation>
    </message>
    <message>
        <source>Allow AI-generated music based on my likeness</source>
        <translation>Allow AI-generated music based on my likeness</translation>
    </message>
    <message>
        <source>Allow it to list the bucket, to get, put and delete its objects, and to read and set their access lists and tags.</source>
        <translation>Permítele listar el bucket; leer, poner y eliminar sus objetos; y leer y ajustar sus listas de acceso y etiquetas.</translation>
    </message>
    <message>
        <source>Allow third-party companies to train AI models using my content</source>
        <translation>Permitir que empresas externas entrenen modelos de IA con mi contenido</translation>
    </message>
    <message>
        <source>Allow writing to both, then try again.</source>
        <translation>Permite escribir en los dos y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>Allow, some or all</source>
        <translation>Permitir, en parte o todo</translation>
    </message>
    <message>
        <source>Also write .&amp;xmp sidecars</source>
        <translation>Escribir también sidecars .&amp;xmp</translation>
    </message>
    <message>
        <source>Also written: {names}</source>
        <translation>También escrito: {names}</translation>
    </message>
    <message>
        <source>Alt and an underlined letter</source>
        <translation>Alt y una letra subrayada</translation>
    </message>
    <message>
        <source>Altered or synthetic content</source>
        <translation>Contenido alterado o sintético</translation>
    </message>
    <message>
        <source>An ISCC (ISO 24138) is computed from the audio file by tools of that name.</source>
        <translation>Un ISCC (ISO 24138) lo calculan a partir del archivo de audio las herramientas de ese nombre.</translation>
    </message>
    <message>
        <source>An account acts for one artist only.</source>
        <translation>Una cuenta actúa solo por un artista.</translation>
    </message>
    <message>
        <source>An artist needs a name.</source>
        <translation>Un artista necesita un nombre.</translation>
    </message>
    <message>
        <source>An offer that names AI makers</source>
        <translation>Una oferta que nombra a fabricantes de IA</translation>
    </message>
    <message>
        <source>And {n} more.</source>
        <translation>Y {n} más.</translation>
    </message>
    <message>
        <source>Announcement of November 2024. Where exactly SymphonicMS asks was not found.</source>
        <translation>Anuncio de noviembre de 2024. No se ha encontrado dónde lo pregunta exactamente SymphonicMS.</translation>
    </message>
    <message>
        <source>Another RightsDesk has these data open.</source>
        <translation>Otro RightsDesk tiene abiertos estos datos.</translation>
    </message>
    <message>
        <source>Another RightsDesk is working with the same data.</source>
        <translation>Otro RightsDesk está trabajando con los mismos datos.</translation>
    </message>
    <message>
        <source>Another RightsDesk window or run has renewed this sign-in meanwhile.</source>
        <translation>Otra ventana o ejecución de RightsDesk ha renovado esta sesión entretanto.</translation>
    </message>
    <message>
        <source>Another RightsDesk window or run is renewing this sign-in and does not finish.</source>
        <translation>Otra ventana o ejecución de RightsDesk está renovando esta sesión y no termina.</translation>
    </message>
    <message>
        <source>Another day, a reminder, a note…</source>
        <translation>Otro día, un recordatorio, una nota…</translation>
    </message>
    <message>
        <source>Another place</source>
        <translation>Otro sitio</translation>
    </message>
    <message>
        <source>Another program has locked this file at {host}.</source>
        <translation>Otro programa ha bloqueado este archivo en {host}.</translation>
    </message>
    <message>
        <source>Another program is holding RightsDesk&apos;s own data.</source>
        <translation>Otro programa está usando los datos de RightsDesk.</translation>
    </message>
    <message>
        <source>Another program is using this file.</source>
        <translation>Otro programa está usando este archivo.</translation>
    </message>
    <message>
        <source>Another program is using this library.</source>
        <translation>Otro programa está usando esta biblioteca.</translation>
    </message>
    <message>
        <source>Another recording or track fits as well</source>
        <translation>Otra grabación o pista encaja igual de bien</translation>
    </message>
    <message>
        <source>Another server…</source>
        <translation>Otro servidor…</translation>
    </message>
    <message>
        <source>Another user owns {place}, and other people may open it.</source>
        <translation>{place} pertenece a otro usuario, y otras personas pueden abrirlo.</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Respuesta</translation>
    </message>
    <message>
        <source>App password</source>
        <translation>Contraseña de aplicación</translation>
    </message>
    <message>
        <source>App passwords of Bluesky look like xxxx-xxxx-xxxx-xxxx. Your own password stays with you.</source>
        <translation>Las contraseñas de aplicación de Bluesky son del tipo xxxx-xxxx-xxxx-xxxx. Tu propia contraseña no sale de tus manos.</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Apariencia</translation>
    </message>
    <message>
        <source>Application password</source>
        <translation>Contraseña de aplicación</translation>
    </message>
    <message>
        <source>Arrow keys</source>
        <translation>Teclas de flecha</translation>
    </message>
    <message>
        <source>Artist</source>
        <translation>Artista</translation>
    </message>
    <message>
        <source>Artist added: {artist}</source>
        <translation>Artista añadido: {artist}</translation>
    </message>
    <message>
        <source>Artist differs</source>
        <translation>Artista distinto</translation>
    </message>
    <message>
        <source>Artist removed: {artist}</source>
        <translation>Artista quitado: {artist}</translation>
    </message>
    <message>
        <source>Artist renamed: “{before}” is now “{now}”</source>
        <translation>Artista renombrado: «{before}» ahora es «{now}»</translation>
    </message>
    <message>
        <source>Artist: {name}</source>
        <translation>Artista: {name}</translation>
    </message>
    <message>
        <source>Artists</source>
        <translation>Artistas</translation>
    </message>
    <message>
        <source>Artists, consents, accounts, what was read, and the journal are in it. The stored sign-ins are in it encrypted; the key to them is not: it stays in the keyring or with your passphrase. Your music is not part of it.</source>
        <translation>Contiene los artistas, las elecciones, las cuentas, lo que se ha leído y el diario. Los accesos guardados van cifrados; la clave que los abre no va incluida: se queda en el llavero o con tu frase de contraseña. Tu música no forma parte de ella.</translation>
    </message>
    <message>
        <source>Artists, releases, platforms, pages, settings and actions</source>
        <translation>Artistas, lanzamientos, plataformas, páginas, ajustes y acciones</translation>
    </message>
    <message>
        <source>Artists, those who need something first</source>
        <translation>Artistas, primero quienes necesitan algo</translation>
    </message>
    <message>
        <source>As of the last time files and platforms were read.</source>
        <translation>Según la última lectura de archivos y plataformas.</translation>
    </message>
    <message>
        <source>As the artist chose</source>
        <translation>Como eligió el artista</translation>
    </message>
    <message>
        <source>Ask me</source>
        <translation>Pregúntame</translation>
    </message>
    <message>
        <source>Ask me first</source>
        <translation>Pregúntame antes</translation>
    </message>
    <message>
        <source>Ask me later</source>
        <translation>Pregúntame luego</translation>
    </message>
    <message>
        <source>Ask the administrator of your network to allow {host}.</source>
        <translation>Pide a quien administre tu red que permita {host}.</translation>
    </message>
    <message>
        <source>Ask the owner of that folder, or choose another one.</source>
        <translation>Pregunta a quien pertenezca esa carpeta, o elige otra.</translation>
    </message>
    <message>
        <source>Ask the server&apos;s administrator for it.</source>
        <translation>Pídeselo a quien administre el servidor.</translation>
    </message>
    <message>
        <source>Ask the server&apos;s administrator.</source>
        <translation>Pregunta a quien administre el servidor.</translation>
    </message>
    <message>
        <source>Ask your label, or its contact at Merlin, which AI licences it has joined.</source>
        <translation>Pregunta a tu sello, o a su contacto en Merlin, en qué licencias de IA participa.</translation>
    </message>
    <message>
        <source>Ask your web host for the reason.</source>
        <translation>Pregunta el motivo a tu proveedor de alojamiento.</translation>
    </message>
    <message>
        <source>Ask your web host whether they changed it, and for the new fingerprint. If it is this one, connect the site again.</source>
        <translation>Pregunta a tu proveedor de alojamiento si la ha cambiado, y pide la nueva huella. Si es esta, conecta la web de nuevo.</translation>
    </message>
    <message>
        <source>Ask {service} for how long.</source>
        <translation>Pregunta a {service} por cuánto tiempo.</translation>
    </message>
    <message>
        <source>Ask {service} for the reason.</source>
        <translation>Pregunta a {service} el motivo.</translation>
    </message>
    <message>
        <source>At Cloudflare, open My Profile, API Tokens, and make a token with the permission “Bot Management: Edit” for your zone only.</source>
        <translation>En Cloudflare, abre My Profile, API Tokens, y crea un token con el permiso «Bot Management: Edit» solo para tu zona.</translation>
    </message>
    <message>
        <source>At login</source>
        <translation>Al iniciar sesión</translation>
    </message>
    <message>
        <source>At the end of the copyright field of the file.</source>
        <translation>Al final del campo de copyright del archivo.</translation>
    </message>
    <message>
        <source>Audio verified: {counts}.</source>
        <translation>Audio verificado: {counts}.</translation>
    </message>
    <message>
        <source>Audius API description and documentation.</source>
        <translation>Descripción y documentación de la API de Audius.</translation>
    </message>
    <message>
        <source>Audius API description. It is documented for new tracks; that it can be changed later was seen in the source only.</source>
        <translation>Descripción de la API de Audius. Está documentado para pistas nuevas; que se puede cambiar después solo se ha visto en el código fuente.</translation>
    </message>
    <message>
        <source>Audius accepted the change of this account, but does not show it.</source>
        <translation>Audius ha aceptado el cambio de esta cuenta, pero no lo muestra.</translation>
    </message>
    <message>
        <source>Audius accepted the change of this track, but does not show it.</source>
        <translation>Audius ha aceptado el cambio de esta pista, pero no lo muestra.</translation>
    </message>
    <message>
        <source>Audius. The account&apos;s switch decides whether AI music may be attributed to you.</source>
        <translation>Audius. El interruptor de la cuenta decide si se te puede atribuir música hecha con IA.</translation>
    </message>
    <message>
        <source>Automatic checks</source>
        <translation>Comprobaciones automáticas</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Atrás</translation>
    </message>
    <message>
        <source>Back up</source>
        <translation>Copia de seguridad</translation>
    </message>
    <message>
        <source>Back up RightsDesk&apos;s own data</source>
        <translation>Copia de seguridad de los datos de RightsDesk</translation>
    </message>
    <message>
        <source>Backed up to {path}.</source>
        <translation>Copia guardada en {path}.</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>Copia de seguridad</translation>
    </message>
    <message>
        <source>Begin with https://: {address}</source>
        <translation>Empieza por https://: {address}</translation>
    </message>
    <message>
        <source>Believe, which owns TuneCore, was reported to license music to these companies. How an artist says yes or no was not found.</source>
        <translation>Se ha publicado que Believe, dueña de TuneCore, da licencias de música a estas empresas. No se ha encontrado cómo puede un artista decir sí o no.</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Bloquear</translation>
    </message>
    <message>
        <source>Block, all my files</source>
        <translation>Bloquear, todos mis archivos</translation>
    </message>
    <message>
        <source>Blocking crawlers that train also blocks Googlebot, Applebot and BingBot: the site may vanish from search.</source>
        <translation>Bloquear a los rastreadores que entrenan bloquea también a Googlebot, Applebot y BingBot: la web podría desaparecer de las búsquedas.</translation>
    </message>
    <message>
        <source>Bluesky doesn&apos;t have this account any more.</source>
        <translation>Bluesky ya no tiene esta cuenta.</translation>
    </message>
    <message>
        <source>Bring a backup back: rightsdesk restore FILE. RightsDesk&apos;s own backups are in {folder}.</source>
        <translation>Recupera una copia de seguridad: rightsdesk restore FILE. Las de RightsDesk están en {folder}.</translation>
    </message>
    <message>
        <source>By hand: open Audius, go to Settings, then AI Generated Music Settings.</source>
        <translation>A mano: abre Audius, ve a Settings y luego a AI Generated Music Settings.</translation>
    </message>
    <message>
        <source>C&amp;hange…</source>
        <translation>&amp;Cambiar…</translation>
    </message>
    <message>
        <source>C&amp;lear the search</source>
        <translation>&amp;Borrar la búsqueda</translation>
    </message>
    <message>
        <source>CAF</source>
        <translation>CAF</translation>
    </message>
    <message>
        <source>Can be connected</source>
        <translation>Se puede conectar</translation>
    </message>
    <message>
        <source>Can&apos;t find a music folder</source>
        <translation>No se encuentra una carpeta de música</translation>
    </message>
    <message>
        <source>Can&apos;t find {names}. The list shows what was there last time.</source>
        <translation>No se encuentra {names}. La lista muestra lo que había la última vez.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Catalogue</source>
        <translation>Catálogo</translation>
    </message>
    <message>
        <source>Causes</source>
        <translation>Causas</translation>
    </message>
    <message>
        <source>Certified by Fairly Trained (list of {day}): {names}.</source>
        <translation>Con el certificado de Fairly Trained (lista de {day}): {names}.</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Cambiar</translation>
    </message>
    <message>
        <source>Change &amp;choice</source>
        <translation>Cambiar la &amp;elección</translation>
    </message>
    <message>
        <source>Change choice</source>
        <translation>Cambiar la elección</translation>
    </message>
    <message>
        <source>Change its permissions, or ask its owner.</source>
        <translation>Cambia sus permisos, o pregunta a su propietario.</translation>
    </message>
    <message>
        <source>Change what you use…</source>
        <translation>Cambiar lo que usas…</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>Cambiado</translation>
    </message>
    <message>
        <source>Changed by others</source>
        <translation>Cambiado por otros</translation>
    </message>
    <message>
        <source>Changed since, and left in place: {left}.</source>
        <translation>Cambiado desde entonces, y se deja como está: {left}.</translation>
    </message>
    <message>
        <source>Changed without RightsDesk: {changes}.</source>
        <translation>Cambiado sin RightsDesk: {changes}.</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Cambios</translation>
    </message>
    <message>
        <source>Changing this file would lose this: {lost}.</source>
        <translation>Al cambiar este archivo se perdería: {lost}.</translation>
    </message>
    <message>
        <source>Changing this sidecar would have harmed its other content, so RightsDesk did not.</source>
        <translation>Cambiar este sidecar habría dañado el resto de su contenido, así que RightsDesk no lo ha hecho.</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Canal</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Comprobar</translation>
    </message>
    <message>
        <source>Check &amp;platforms</source>
        <translation>Comprobar &amp;plataformas</translation>
    </message>
    <message>
        <source>Check &amp;{platforms}</source>
        <translation>Comprobar &amp;{platforms}</translation>
    </message>
    <message>
        <source>Check again later. If it stays so, Audius does not offer this switch here.</source>
        <translation>Vuelve a comprobarlo más tarde. Si sigue así, Audius no ofrece aquí este interruptor.</translation>
    </message>
    <message>
        <source>Check again, then repeat.</source>
        <translation>Vuelve a comprobar y repite.</translation>
    </message>
    <message>
        <source>Check it now, or turn on automatic checks in Settings.</source>
        <translation>Compruébalo ahora, o activa las comprobaciones automáticas en Ajustes.</translation>
    </message>
    <message>
        <source>Check its name. If it was moved or renamed, scan its new folder.</source>
        <translation>Comprueba su nombre. Si se movió o se renombró, lee su nueva carpeta.</translation>
    </message>
    <message>
        <source>Check its write protection, or work on a copy of the folder.</source>
        <translation>Comprueba su protección contra escritura, o trabaja con una copia de la carpeta.</translation>
    </message>
    <message>
        <source>Check now</source>
        <translation>Comprobar ahora</translation>
    </message>
    <message>
        <source>Check platforms</source>
        <translation>Comprobar plataformas</translation>
    </message>
    <message>
        <source>Check platforms &amp;automatically</source>
        <translation>Comprobar plataformas &amp;automáticamente</translation>
    </message>
    <message>
        <source>Check that it runs and that its address is right, or remove the setting if this network needs no proxy. With {host} in no_proxy it is not used.</source>
        <translation>Comprueba que funciona y que su dirección es correcta, o quita el ajuste si esta red no necesita proxy. Con {host} en no_proxy no se usa.</translation>
    </message>
    <message>
        <source>Check the account again, then repeat.</source>
        <translation>Vuelve a comprobar la cuenta y repite.</translation>
    </message>
    <message>
        <source>Check the address ({address}) and the internet connection.</source>
        <translation>Comprueba la dirección ({address}) y la conexión a internet.</translation>
    </message>
    <message>
        <source>Check the address.</source>
        <translation>Comprueba la dirección.</translation>
    </message>
    <message>
        <source>Check the disk, and make sure that you have a backup.</source>
        <translation>Comprueba el disco y asegúrate de tener una copia de seguridad.</translation>
    </message>
    <message>
        <source>Check the disk, then scan the file again.</source>
        <translation>Comprueba el disco y vuelve a escanear el archivo.</translation>
    </message>
    <message>
        <source>Check the internet connection and the address, and try again.</source>
        <translation>Comprueba la conexión a internet y la dirección, y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>Check the internet connection and try again.</source>
        <translation>Comprueba la conexión a internet y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>Check the permissions of RightsDesk&apos;s data folder.</source>
        <translation>Comprueba los permisos de la carpeta de datos de RightsDesk.</translation>
    </message>
    <message>
        <source>Check the permissions of the folder and the free space on its disk.</source>
        <translation>Comprueba los permisos de la carpeta y el espacio libre en su disco.</translation>
    </message>
    <message>
        <source>Check the server&apos;s address: it is the part before /videos.</source>
        <translation>Comprueba la dirección del servidor: es la parte que va antes de /videos.</translation>
    </message>
    <message>
        <source>Check the site again, then repeat.</source>
        <translation>Vuelve a comprobar la web y repite.</translation>
    </message>
    <message>
        <source>Check whether the proxy works, or try again later.</source>
        <translation>Comprueba si el proxy funciona, o vuelve a intentarlo más tarde.</translation>
    </message>
    <message>
        <source>Check your account for a message from SoundCloud, wait a day, and continue with fewer tracks at a time.</source>
        <translation>Mira si SoundCloud te ha dejado un mensaje en tu cuenta, espera un día y continúa con menos pistas a la vez.</translation>
    </message>
    <message>
        <source>Check {name}</source>
        <translation>Comprobar {name}</translation>
    </message>
    <message>
        <source>Check {platforms}</source>
        <translation>Comprobar {platforms}</translation>
    </message>
    <message>
        <source>Check {platform} again</source>
        <translation>Volver a comprobar {platform}</translation>
    </message>
    <message>
        <source>Checked too long ago</source>
        <translation>Comprobado hace demasiado</translation>
    </message>
    <message>
        <source>Checked {items} on platforms: {changes}.</source>
        <translation>Comprobación en plataformas, {items}: {changes}.</translation>
    </message>
    <message>
        <source>Checked. The sign-in works.</source>
        <translation>Comprobado. La sesión funciona.</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>Comprobaciones</translation>
    </message>
    <message>
        <source>Choice</source>
        <translation>Elección</translation>
    </message>
    <message>
        <source>Choice for {name}: {said}</source>
        <translation>Elección para {name}: {said}</translation>
    </message>
    <message>
        <source>Choices</source>
        <translation>Elecciones</translation>
    </message>
    <message>
        <source>Choose</source>
        <translation>Elegir</translation>
    </message>
    <message>
        <source>Choose &amp;later</source>
        <translation>E&amp;legir más tarde</translation>
    </message>
    <message>
        <source>Choose a folder: --data-dir DIR.</source>
        <translation>Elige una carpeta: --data-dir DIR.</translation>
    </message>
    <message>
        <source>Choose a longer one: several words that don&apos;t belong together.</source>
        <translation>Elige una más larga: varias palabras que no tengan nada que ver entre sí.</translation>
    </message>
    <message>
        <source>Choose a recording to see what it says where.</source>
        <translation>Elige una grabación para ver qué dice y dónde.</translation>
    </message>
    <message>
        <source>Choose allow, limit or block for each file.</source>
        <translation>Elige permitir, limitar o bloquear para cada archivo.</translation>
    </message>
    <message>
        <source>Choose an artist to say what AI may do.</source>
        <translation>Elige un artista para decir qué puede hacer la IA.</translation>
    </message>
    <message>
        <source>Choose an artist to see what there is to do.</source>
        <translation>Elige un artista para ver qué hay por hacer.</translation>
    </message>
    <message>
        <source>Choose an artist&apos;s folders. RightsDesk reads the files and changes nothing.</source>
        <translation>Elige las carpetas de un artista. RightsDesk lee los archivos y no cambia nada.</translation>
    </message>
    <message>
        <source>Choose an artist, or type a new name</source>
        <translation>Elige un artista, o escribe un nombre nuevo</translation>
    </message>
    <message>
        <source>Choose an authority, or turn on OpenTimestamps.</source>
        <translation>Elige una autoridad o activa OpenTimestamps.</translation>
    </message>
    <message>
        <source>Choose an entry to see what to do about it.</source>
        <translation>Elige una entrada para ver qué hacer con ella.</translation>
    </message>
    <message>
        <source>Choose another folder: --data-dir DIR.</source>
        <translation>Elige otra carpeta: --data-dir DIR.</translation>
    </message>
    <message>
        <source>Choose another folder: --data-dir DIR. Or let only yourself write there: {command}</source>
        <translation>Elige otra carpeta: --data-dir DIR. O deja que solo tú puedas escribir ahí: {command}</translation>
    </message>
    <message>
        <source>Choose at least one</source>
        <translation>Elige al menos una</translation>
    </message>
    <message>
        <source>Choose at least two.</source>
        <translation>Elige al menos dos.</translation>
    </message>
    <message>
        <source>Choose each &amp;use yourself</source>
        <translation>Elegir cada &amp;uso por tu cuenta</translation>
    </message>
    <message>
        <source>Choose each &amp;use…</source>
        <translation>Elegir cada &amp;uso…</translation>
    </message>
    <message>
        <source>Choose folder…</source>
        <translation>Elegir carpeta…</translation>
    </message>
    <message>
        <source>Choose one artist first.</source>
        <translation>Elige primero un artista.</translation>
    </message>
    <message>
        <source>Choose the folder that has the same files.</source>
        <translation>Elige la carpeta que tiene los mismos archivos.</translation>
    </message>
    <message>
        <source>Choose the system&apos;s proxy, and put the address with them into the variable https_proxy.</source>
        <translation>Elige el proxy del sistema, y pon la dirección con esos datos en la variable https_proxy.</translation>
    </message>
    <message>
        <source>Choose what AI may do with them.</source>
        <translation>Elige qué puede hacer la IA con ellas.</translation>
    </message>
    <message>
        <source>Choose what AI may do…</source>
        <translation>Elegir qué puede hacer la IA…</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Elegir…</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Borrar</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Borrar la búsqueda</translation>
    </message>
    <message>
        <source>Click to show all again.</source>
        <translation>Haz clic para volver a mostrarlo todo.</translation>
    </message>
    <message>
        <source>Client id</source>
        <translation>ID de cliente</translation>
    </message>
    <message>
        <source>Client secret</source>
        <translation>Secreto de cliente</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Close RightsDesk?</source>
        <translation>¿Cerrar RightsDesk?</translation>
    </message>
    <message>
        <source>Close beets and try again. `beet version` in a terminal checks it, too.</source>
        <translation>Cierra beets e inténtalo de nuevo. `beet version` en un terminal también la comprueba.</translation>
    </message>
    <message>
        <source>Close every other RightsDesk window and run, then try again.</source>
        <translation>Cierra todas las demás ventanas y ejecuciones de RightsDesk y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>Close it, then try again.</source>
        <translation>Ciérralo e inténtalo de nuevo.</translation>
    </message>
    <message>
        <source>Close that program (perhaps a second RightsDesk that is signing in), or enter another redirect address for this account and in your {service} app.</source>
        <translation>Cierra ese programa (quizá un segundo RightsDesk que está iniciando sesión), o pon otra dirección de redirección para esta cuenta y en tu aplicación de {service}.</translation>
    </message>
    <message>
        <source>Close that program, then try again.</source>
        <translation>Cierra ese programa y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>Close the page, and start the sign-in again from RightsDesk. If it happens again, check the address of the service.</source>
        <translation>Cierra la página y empieza de nuevo el inicio de sesión desde RightsDesk. Si vuelve a pasar, comprueba la dirección del servicio.</translation>
    </message>
    <message>
        <source>Close the program that has it open, then try again.</source>
        <translation>Cierra el programa que lo tiene abierto y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>Close the side panel</source>
        <translation>Cerrar el panel lateral</translation>
    </message>
    <message>
        <source>Cloudflare API description. The envelope of its answers is recalled, not verified.</source>
        <translation>Descripción de la API de Cloudflare. El envoltorio de sus respuestas se cita de memoria, sin verificar.</translation>
    </message>
    <message>
        <source>Cloudflare has an unknown word for {name}.</source>
        <translation>Cloudflare tiene una palabra desconocida para {name}.</translation>
    </message>
    <message>
        <source>Cloudflare itself, which stops crawlers that it recognises before they reach your site.</source>
        <translation>El propio Cloudflare, que detiene a los rastreadores que reconoce antes de que lleguen a tu web.</translation>
    </message>
    <message>
        <source>Cloudflare offers it to its customers&apos; sites. No AI company is known to promise to obey it.</source>
        <translation>Cloudflare lo ofrece a las webs de sus clientes. No consta que ninguna empresa de IA prometa obedecerlo.</translation>
    </message>
    <message>
        <source>Cloudflare refused this change.</source>
        <translation>Cloudflare ha rechazado este cambio.</translation>
    </message>
    <message>
        <source>Cloudflare refused this change: “{reason}”</source>
        <translation>Cloudflare ha rechazado este cambio: «{reason}»</translation>
    </message>
    <message>
        <source>Cloudflare sent a setting that is not text ({name}).</source>
        <translation>Cloudflare ha enviado un ajuste que no es texto ({name}).</translation>
    </message>
    <message>
        <source>Cloudflare sent an answer in an unknown shape.</source>
        <translation>Cloudflare ha enviado una respuesta con una forma desconocida.</translation>
    </message>
    <message>
        <source>Compare it with the one on your app&apos;s page there.</source>
        <translation>Compáralo con el que aparece en la página de tu aplicación allí.</translation>
    </message>
    <message>
        <source>Compare the address with the one your web host gives you.</source>
        <translation>Compara la dirección con la que te da tu proveedor de alojamiento.</translation>
    </message>
    <message>
        <source>Compare them with those on your app&apos;s page at {service}.</source>
        <translation>Compáralos con los que aparecen en la página de tu aplicación en {service}.</translation>
    </message>
    <message>
        <source>Compare with {platforms}…</source>
        <translation>Comparar con {platforms}…</translation>
    </message>
    <message>
        <source>Comparing files…</source>
        <translation>Comparando archivos…</translation>
    </message>
    <message>
        <source>Comparing with {platforms}…</source>
        <translation>Comparando con {platforms}…</translation>
    </message>
    <message>
        <source>Comparing…</source>
        <translation>Comparando…</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>Conectar</translation>
    </message>
    <message>
        <source>Connect again…</source>
        <translation>Conectar de nuevo…</translation>
    </message>
    <message>
        <source>Connect an account</source>
        <translation>Conectar una cuenta</translation>
    </message>
    <message>
        <source>Connect an account…</source>
        <translation>Conectar una cuenta…</translation>
    </message>
    <message>
        <source>Connect it again, then try once more.</source>
        <translation>Conéctala de nuevo e inténtalo otra vez.</translation>
    </message>
    <message>
        <source>Connect it as {origin}.</source>
        <translation>Conéctala como {origin}.</translation>
    </message>
    <message>
        <source>Connect it there: add it with the address {home} and an app password that was made there. Then remove this one.</source>
        <translation>Conéctala allí: añádela con la dirección {home} y una contraseña de aplicación creada allí. Después quita esta.</translation>
    </message>
    <message>
        <source>Connect it with that address.</source>
        <translation>Conéctala con esa dirección.</translation>
    </message>
    <message>
        <source>Connect its disk, then rescan. If it was moved, show where it is now: its jobs, their undo and the proof of the audio go with it.</source>
        <translation>Conecta su disco y reescanea. Si se ha movido, indica dónde está ahora: sus tareas, lo que se puede deshacer y la prueba del audio van con ella.</translation>
    </message>
    <message>
        <source>Connect one on the page Platforms.</source>
        <translation>Conecta una en la página Plataformas.</translation>
    </message>
    <message>
        <source>Connect the account again.</source>
        <translation>Conecta la cuenta de nuevo.</translation>
    </message>
    <message>
        <source>Connect the account again. Nothing is lost by that.</source>
        <translation>Conecta la cuenta de nuevo. Con eso no se pierde nada.</translation>
    </message>
    <message>
        <source>Connect the disk it is on, or choose another folder: --data-dir DIR.</source>
        <translation>Conecta el disco en el que está, o elige otra carpeta: --data-dir DIR.</translation>
    </message>
    <message>
        <source>Connect the same login for the same artist again.</source>
        <translation>Vuelve a conectar el mismo usuario para el mismo artista.</translation>
    </message>
    <message>
        <source>Connect the site again with a key that has no passphrase.</source>
        <translation>Conecta la web de nuevo con una clave sin frase de contraseña.</translation>
    </message>
    <message>
        <source>Connect the site again with its folder, or its address for SFTP, WebDAV or S3.</source>
        <translation>Conecta la web de nuevo con su carpeta, o con su dirección de SFTP, WebDAV o S3.</translation>
    </message>
    <message>
        <source>Connect the site again with the right one.</source>
        <translation>Conecta la web de nuevo con la correcta.</translation>
    </message>
    <message>
        <source>Connect the site again with the right ones.</source>
        <translation>Conecta la web de nuevo con los correctos.</translation>
    </message>
    <message>
        <source>Connect the site with ?region= and the bucket&apos;s region at the end of the address. Your web host names the region.</source>
        <translation>Conecta la web con ?region= y la región del bucket al final de la dirección. Tu proveedor de alojamiento te dice la región.</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Conectado</translation>
    </message>
    <message>
        <source>Connected: {login} on {platform}</source>
        <translation>Conectado: {login} en {platform}</translation>
    </message>
    <message>
        <source>Connecting {platform}…</source>
        <translation>Conectando {platform}…</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>Conexión</translation>
    </message>
    <message>
        <source>Connect…</source>
        <translation>Conectar…</translation>
    </message>
    <message>
        <source>Consent for {name} dropped: it inherits again</source>
        <translation>Elección para {name} quitada: vuelve a heredar</translation>
    </message>
    <message>
        <source>Consent for {name}: {answers}</source>
        <translation>Elección para {name}: {answers}</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continuar</translation>
    </message>
    <message>
        <source>Continue it (jobs resume {id}) or undo it (undo {id}).</source>
        <translation>Continúala (jobs resume {id}) o deshazla (undo {id}).</translation>
    </message>
    <message>
        <source>Continue it, or undo it in Activity.</source>
        <translation>Continúala, o deshazla en Actividad.</translation>
    </message>
    <message>
        <source>Continue…</source>
        <translation>Continuar…</translation>
    </message>
    <message>
        <source>Cop&amp;y</source>
        <translation>Cop&amp;iar</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>Copiado.</translation>
    </message>
    <message>
        <source>Copied. It works for this one sign-in.</source>
        <translation>Copiada. Sirve solo para este inicio de sesión.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message numerus="yes">
        <source>Copy %n names</source>
        <translation>
            <numerusform>Copiar %n nombre</numerusform>
            <numerusform>Copiar %n nombres</numerusform>
        </translation>
    </message>
    <message>
        <source>Copy &amp;ISRC</source>
        <translation>Copiar &amp;ISRC</translation>
    </message>
    <message>
        <source>Copy &amp;title</source>
        <translation>Copiar &amp;título</translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation>Copiar dirección</translation>
    </message>
    <message>
        <source>Copy it from the zone&apos;s overview page: it has 32 letters and digits.</source>
        <translation>Cópialo de la página de resumen de la zona: tiene 32 letras y cifras.</translation>
    </message>
    <message>
        <source>Copy its access token and paste it here.</source>
        <translation>Copia su token de acceso y pégalo aquí.</translation>
    </message>
    <message>
        <source>Copy its client id and client secret, and paste them here.</source>
        <translation>Copia su ID de cliente y su secreto de cliente, y pégalos aquí.</translation>
    </message>
    <message>
        <source>Copy or export it again.</source>
        <translation>Cópialo o expórtalo de nuevo.</translation>
    </message>
    <message>
        <source>Copy redirect address</source>
        <translation>Copiar dirección de redirección</translation>
    </message>
    <message>
        <source>Copy the API key, which is the client id, and paste it here. The bearer token is not needed.</source>
        <translation>Copia la clave de API, que es el ID de cliente, y pégala aquí. El token «bearer» no hace falta.</translation>
    </message>
    <message>
        <source>Copy the access key and the secret key, and paste them here. RightsDesk finds the items that this account uploaded.</source>
        <translation>Copia la clave de acceso y la clave secreta, y pégalas aquí. RightsDesk encuentra los elementos que ha subido esta cuenta.</translation>
    </message>
    <message>
        <source>Copy the client id, and the client secret if there is one, and paste them here.</source>
        <translation>Copia el ID de cliente, y el secreto de cliente si lo hay, y pégalos aquí.</translation>
    </message>
    <message>
        <source>Copy the zone&apos;s id from its overview page.</source>
        <translation>Copia el ID de la zona de su página de resumen.</translation>
    </message>
    <message>
        <source>Correct or remove {name}: without it RightsDesk trusts what this system trusts.</source>
        <translation>Corrige o quita {name}: sin eso, RightsDesk confía en lo mismo que este sistema.</translation>
    </message>
    <message>
        <source>Correct the date and the time, then try again.</source>
        <translation>Corrige la fecha y la hora y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>Could not be read since {day}; RightsDesk tries again at the next check.</source>
        <translation>No se ha podido leer desde {day}; RightsDesk lo vuelve a intentar en la próxima comprobación.</translation>
    </message>
    <message>
        <source>Couldn&apos;t be read</source>
        <translation>No se ha podido leer</translation>
    </message>
    <message>
        <source>Couldn&apos;t be written</source>
        <translation>No se ha podido escribir</translation>
    </message>
    <message>
        <source>Crawler rules are valid only at the top of a site: {origin}/</source>
        <translation>Las reglas para rastreadores solo valen en la raíz de una web: {origin}/</translation>
    </message>
    <message>
        <source>Crawlers can&apos;t read it either. Let your web host or your web server show robots.txt without a password.</source>
        <translation>Los rastreadores tampoco lo pueden leer. Haz que tu proveedor de alojamiento o tu servidor web muestre robots.txt sin contraseña.</translation>
    </message>
    <message>
        <source>Crawlers stop at 500 KB of robots.txt. Shorten it, then check again.</source>
        <translation>Los rastreadores se paran a los 500 KB de robots.txt. Acórtalo y vuelve a comprobarlo.</translation>
    </message>
    <message>
        <source>Crawlers stop at 500 KB. Shorten it, then try again.</source>
        <translation>Los rastreadores se paran a los 500 KB. Acórtalo y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>Create an API key at Audius; the free plan is enough.</source>
        <translation>Crea una clave de API en Audius; basta con el plan gratuito.</translation>
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
        <translation>Oscuro</translation>
    </message>
    <message>
        <source>Data folder</source>
        <translation>Carpeta de datos</translation>
    </message>
    <message>
        <source>Data for Generative AI Improvement</source>
        <translation>Datos para mejorar la IA generativa</translation>
    </message>
    <message>
        <source>Data privacy</source>
        <translation>Privacidad de datos</translation>
    </message>
    <message>
        <source>Data sharing and personalization</source>
        <translation>Datos compartidos y personalización</translation>
    </message>
    <message>
        <source>Decided</source>
        <translation>Decidido</translation>
    </message>
    <message>
        <source>Decided {day}</source>
        <translation>Decidido {day}</translation>
    </message>
    <message>
        <source>Decision {later_id} is about the same music and was made later.</source>
        <translation>La decisión {later_id} trata de la misma música y es posterior.</translation>
    </message>
    <message>
        <source>Deezer detects and marks music made with AI automatically. That is about how music was made. It is not a consent.</source>
        <translation>Deezer detecta y marca automáticamente la música hecha con IA. Se trata de cómo se ha hecho la música. No es un consentimiento.</translation>
    </message>
    <message>
        <source>Delete note</source>
        <translation>Eliminar la nota</translation>
    </message>
    <message>
        <source>Deletes its keys. Nothing changes on {platform} and in your files.</source>
        <translation>Elimina sus claves. No cambia nada en {platform} ni en tus archivos.</translation>
    </message>
    <message>
        <source>Detail&amp;s</source>
        <translation>Detalle&amp;s</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Detalles</translation>
    </message>
    <message>
        <source>Details of {artist}: {changed}</source>
        <translation>Detalles de {artist}: {changed}</translation>
    </message>
    <message>
        <source>Did you mean {names}?</source>
        <translation>¿Querías decir {names}?</translation>
    </message>
    <message>
        <source>Differs</source>
        <translation>Varía</translation>
    </message>
    <message>
        <source>Disabled</source>
        <translation>Desactivado</translation>
    </message>
    <message>
        <source>Disallow, in robots.txt</source>
        <translation>No permitir, en robots.txt</translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>Desconectar</translation>
    </message>
    <message>
        <source>Disconnect {login} on {platform}?</source>
        <translation>¿Desconectar {login} en {platform}?</translation>
    </message>
    <message>
        <source>Disconnect…</source>
        <translation>Desconectar…</translation>
    </message>
    <message>
        <source>Distributors</source>
        <translation>Distribuidoras</translation>
    </message>
    <message>
        <source>Do Not Train Registry</source>
        <translation>Do Not Train Registry</translation>
    </message>
    <message>
        <source>Do you use these?</source>
        <translation>¿Usas estas?</translation>
    </message>
    <message>
        <source>Do you use {name}?</source>
        <translation>¿Usas {name}?</translation>
    </message>
    <message>
        <source>Don&apos;t connect</source>
        <translation>No conectar</translation>
    </message>
    <message>
        <source>Don&apos;t install anything that it names.</source>
        <translation>No instales nada de lo que indica.</translation>
    </message>
    <message>
        <source>Don&apos;t install anything that it names. Try again later.</source>
        <translation>No instales nada de lo que indica. Inténtalo más tarde.</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Hecho</translation>
    </message>
    <message>
        <source>Drop a folder here, or choose an artist at the top left and add one.</source>
        <translation>Suelta aquí una carpeta, o elige un artista arriba a la izquierda y añade una.</translation>
    </message>
    <message>
        <source>Drop your music folder here</source>
        <translation>Suelta aquí tu carpeta de música</translation>
    </message>
    <message>
        <source>Each artist has their own. Files and platforms say it once you write to them.</source>
        <translation>Cada artista tiene la suya. Archivos y plataformas la dicen cuando escribes en ellos.</translation>
    </message>
    <message>
        <source>Each server has its own terms: ask the administrator of yours.</source>
        <translation>Cada servidor tiene sus propias condiciones: pregunta a quien administre el tuyo.</translation>
    </message>
    <message>
        <source>End it now: leave the day out.</source>
        <translation>Termínala ahora: omite el día.</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Intro</translation>
    </message>
    <message>
        <source>Enter an address that begins with https:// and names a server.</source>
        <translation>Pon una dirección que empiece por https:// y nombre un servidor.</translation>
    </message>
    <message>
        <source>Enter both again, and connect the account once more.</source>
        <translation>Vuelve a poner los dos y conecta la cuenta otra vez.</translation>
    </message>
    <message>
        <source>Enter http://127.0.0.1:8765/callback as the redirect address, where Audius asks for one.</source>
        <translation>Pon http://127.0.0.1:8765/callback como dirección de redirección, donde Audius pida una.</translation>
    </message>
    <message>
        <source>Enter http://127.0.0.1:8765/callback as the redirect address.</source>
        <translation>Pon http://127.0.0.1:8765/callback como dirección de redirección.</translation>
    </message>
    <message>
        <source>Enter it in the form http://127.0.0.1:8765/callback.</source>
        <translation>Ponla en la forma http://127.0.0.1:8765/callback.</translation>
    </message>
    <message>
        <source>Enter it in the form s3://KEY-ID@s3.eu-central-1.amazonaws.com/bucket/folder, without the secret key.</source>
        <translation>Ponla en la forma s3://KEY-ID@s3.eu-central-1.amazonaws.com/bucket/folder, sin la clave secreta.</translation>
    </message>
    <message>
        <source>Enter it in the form sftp://user@host/path, without the password.</source>
        <translation>Ponla en la forma sftp://user@host/path, sin la contraseña.</translation>
    </message>
    <message>
        <source>Enter it in the form webdavs://user@host/path, without the password.</source>
        <translation>Ponla en la forma webdavs://user@host/path, sin la contraseña.</translation>
    </message>
    <message>
        <source>Enter it, such as https://artist.example.</source>
        <translation>Ponla, por ejemplo https://artist.example.</translation>
    </message>
    <message>
        <source>Enter the address first.</source>
        <translation>Escribe primero la dirección.</translation>
    </message>
    <message>
        <source>Enter the address of the site&apos;s home page.</source>
        <translation>Pon la dirección de la página de inicio de la web.</translation>
    </message>
    <message>
        <source>Enter the address of your server, such as https://audio.example.</source>
        <translation>Pon la dirección de tu servidor, por ejemplo https://audio.example.</translation>
    </message>
    <message>
        <source>Enter the address of your server, such as https://video.example.</source>
        <translation>Pon la dirección de tu servidor, por ejemplo https://video.example.</translation>
    </message>
    <message>
        <source>Enter the address of your site, such as https://artist.example.</source>
        <translation>Pon la dirección de tu web, por ejemplo https://artist.example.</translation>
    </message>
    <message>
        <source>Enter the address of your site, such as https://artist.example. RightsDesk reads it like a crawler.</source>
        <translation>Pon la dirección de tu web, por ejemplo https://artist.example. RightsDesk la lee como un rastreador.</translation>
    </message>
    <message>
        <source>Enter the artist&apos;s name first.</source>
        <translation>Pon primero el nombre del artista.</translation>
    </message>
    <message>
        <source>Enter the folder&apos;s path from the root on, or an address with sftp://.</source>
        <translation>Pon la ruta de la carpeta desde la raíz, o una dirección con sftp://.</translation>
    </message>
    <message>
        <source>Enter the password for that address, if it asks for one, a private key for SFTP (all of it, in PEM and without a passphrase), or the bucket&apos;s secret key. Without a place for files, RightsDesk only reads the site.</source>
        <translation>Pon la contraseña de esa dirección, si pide una, una clave privada para SFTP (entera, en PEM y sin frase de contraseña) o la clave secreta del bucket. Sin un sitio para los archivos, RightsDesk solo lee la web.</translation>
    </message>
    <message>
        <source>Enter the server&apos;s address, such as {example}.</source>
        <translation>Pon la dirección del servidor, por ejemplo {example}.</translation>
    </message>
    <message>
        <source>Enter your handle here, without the @, and that app password, never your own password.</source>
        <translation>Pon aquí tu identificador, sin la @, y esa contraseña de aplicación, nunca tu propia contraseña.</translation>
    </message>
    <message>
        <source>Enter your user name and that application password, never your own password.</source>
        <translation>Pon tu nombre de usuario y esa contraseña de aplicación, nunca tu propia contraseña.</translation>
    </message>
    <message>
        <source>Enter your user name and your password. RightsDesk signs in with it once and does not keep it. Accounts that ask for a code at sign-in can&apos;t be connected.</source>
        <translation>Pon tu nombre de usuario y tu contraseña. RightsDesk inicia sesión con ella una vez y no la guarda. Las cuentas que piden un código al iniciar sesión no se pueden conectar.</translation>
    </message>
    <message>
        <source>Every choice, note and write is an entry. Each carries the fingerprint of the one before it, so that none can be changed or removed unnoticed.</source>
        <translation>Cada elección, nota y escritura es una entrada. Cada una lleva la huella de la anterior, así que ninguna puede cambiarse o quitarse sin que se note.</translation>
    </message>
    <message>
        <source>Every track is matched</source>
        <translation>Todas las pistas están asociadas</translation>
    </message>
    <message>
        <source>Every write is recorded. See whether the audio is still what it was.</source>
        <translation>Toda escritura queda registrada. Comprueba si el audio sigue siendo lo que era.</translation>
    </message>
    <message>
        <source>Everything RightsDesk did, newest first.</source>
        <translation>Todo lo que ha hecho RightsDesk, lo más reciente primero.</translation>
    </message>
    <message>
        <source>Everything here could be read.</source>
        <translation>Aquí se ha podido leer todo.</translation>
    </message>
    <message>
        <source>Everything is allowed, AI training included.</source>
        <translation>Todo está permitido, también entrenar IA.</translation>
    </message>
    <message>
        <source>Everything is left out</source>
        <translation>Se ha dejado todo fuera</translation>
    </message>
    <message>
        <source>Everything that could be read matches your choice.</source>
        <translation>Todo lo que se ha podido leer coincide con tu elección.</translation>
    </message>
    <message>
        <source>Example: ISCC:KIC…</source>
        <translation>Ejemplo: ISCC:KIC…</translation>
    </message>
    <message>
        <source>Example: https://name.com</source>
        <translation>Ejemplo: https://name.com</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>Export it once more, then try again.</source>
        <translation>Expórtala otra vez y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>F&amp;olders…</source>
        <translation>&amp;Carpetas…</translation>
    </message>
    <message>
        <source>F&amp;or:</source>
        <translation>&amp;Para:</translation>
    </message>
    <message>
        <source>Fair Trade AI</source>
        <translation>Fair Trade AI</translation>
    </message>
    <message>
        <source>Fair: several sources report it; the original was not read.</source>
        <translation>Aceptable: lo cuentan varias fuentes; no se ha leído el original.</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Archivos</translation>
    </message>
    <message>
        <source>Files and platforms stay as they are until you write to them.</source>
        <translation>Los archivos y las plataformas se quedan como están hasta que escribas en ellos.</translation>
    </message>
    <message>
        <source>Files of {artist} scanned: {counts}</source>
        <translation>Archivos de {artist} escaneados ({counts})</translation>
    </message>
    <message>
        <source>Files that couldn&apos;t be read</source>
        <translation>Archivos que no se han podido leer</translation>
    </message>
    <message>
        <source>Files to look at</source>
        <translation>Archivos por revisar</translation>
    </message>
    <message>
        <source>Find a platform</source>
        <translation>Buscar una plataforma</translation>
    </message>
    <message>
        <source>Find a track</source>
        <translation>Buscar una pista</translation>
    </message>
    <message>
        <source>Find an artist</source>
        <translation>Buscar un artista</translation>
    </message>
    <message>
        <source>Find folder…</source>
        <translation>Encontrar carpeta…</translation>
    </message>
    <message>
        <source>Find it…</source>
        <translation>Encontrarla…</translation>
    </message>
    <message>
        <source>First start</source>
        <translation>Primer inicio</translation>
    </message>
    <message>
        <source>Fix…</source>
        <translation>Resolver…</translation>
    </message>
    <message>
        <source>Flatpak updates it, by itself or with: flatpak update {id}</source>
        <translation>Flatpak lo actualiza, por sí solo o con: flatpak update {id}</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Carpeta</translation>
    </message>
    <message>
        <source>Folder added for {artist}: {folder}</source>
        <translation>Carpeta añadida para {artist}: {folder}</translation>
    </message>
    <message>
        <source>Folder forgotten for {artist}: {folder}</source>
        <translation>Carpeta olvidada para {artist}: {folder}</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Carpetas</translation>
    </message>
    <message>
        <source>Folders of {artist}</source>
        <translation>Carpetas de {artist}</translation>
    </message>
    <message>
        <source>For example: on the label&apos;s account</source>
        <translation>Por ejemplo: en la cuenta del sello</translation>
    </message>
    <message>
        <source>For some readers, a record allows {uses}.</source>
        <translation>Para algunos lectores, un registro permite {uses}.</translation>
    </message>
    <message>
        <source>For some readers, a record refuses {uses}.</source>
        <translation>Para algunos lectores, un registro rechaza {uses}.</translation>
    </message>
    <message>
        <source>For unnamed content RSL gives for free: {uses}.</source>
        <translation>Para el contenido sin nombrar, RSL da gratis: {uses}.</translation>
    </message>
    <message>
        <source>For your own site, it is a lock and not only a signal. A block of training also stops Googlebot, Applebot and BingBot, so RightsDesk sets “disallow” if Cloudflare offers it.</source>
        <translation>Para tu propia web es un candado y no solo una señal. Bloquear el entrenamiento detiene también a Googlebot, Applebot y BingBot, así que RightsDesk pone «disallow» si Cloudflare lo ofrece.</translation>
    </message>
    <message>
        <source>For {artist}</source>
        <translation>Para {artist}</translation>
    </message>
    <message>
        <source>For {path} another AIPREF rule replaces the one for the whole site, and it does not forbid {uses}.</source>
        <translation>Para {path}, otra regla AIPREF sustituye a la de toda la web, y no prohíbe {uses}.</translation>
    </message>
    <message>
        <source>For {url} RSL gives for free: {uses}.</source>
        <translation>Para {url}, RSL da gratis: {uses}.</translation>
    </message>
    <message>
        <source>For {whom} alone, a record allows {uses}.</source>
        <translation>Solo para {whom}, un registro permite {uses}.</translation>
    </message>
    <message>
        <source>For {whom} alone, a record refuses {uses}.</source>
        <translation>Solo para {whom}, un registro rechaza {uses}.</translation>
    </message>
    <message>
        <source>Forget everything…</source>
        <translation>Olvidar todo…</translation>
    </message>
    <message>
        <source>Forget folder?</source>
        <translation>¿Olvidar la carpeta?</translation>
    </message>
    <message>
        <source>Forgetting the folder…</source>
        <translation>Olvidando la carpeta…</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Encontrado</translation>
    </message>
    <message>
        <source>Free some space there, then try again.</source>
        <translation>Libera espacio allí y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>From February 2024 the terms said that what you upload may be used to inform, train, develop or serve as input to AI. It was noticed on 9 May 2025. The promise of 21 May 2025 replaced it and has stayed through later changes.</source>
        <translation>Desde febrero de 2024 las condiciones decían que lo que subes se puede usar para informar, entrenar, desarrollar o servir de entrada a la IA. Se descubrió el 9 de mayo de 2025. La promesa del 21 de mayo de 2025 lo sustituyó y ha seguido ahí tras cambios posteriores.</translation>
    </message>
    <message>
        <source>Funkwhale refused this account&apos;s change of this track.</source>
        <translation>Funkwhale ha rechazado que esta cuenta cambie esta pista.</translation>
    </message>
    <message>
        <source>Get the .deb and install it: it takes the place of this version.</source>
        <translation>Descarga el .deb e instálalo: sustituye a esta versión.</translation>
    </message>
    <message>
        <source>Get the new AppImage and use it in place of this one.</source>
        <translation>Descarga el nuevo AppImage y úsalo en lugar de este.</translation>
    </message>
    <message>
        <source>Get the new disk image and copy RightsDesk over this version.</source>
        <translation>Descarga la nueva imagen de disco y copia RightsDesk sobre esta versión.</translation>
    </message>
    <message>
        <source>Get the new setup and run it: it takes the place of this version.</source>
        <translation>Descarga el nuevo instalador y ejecútalo: sustituye a esta versión.</translation>
    </message>
    <message>
        <source>Give the address of the site.</source>
        <translation>Da la dirección de la web.</translation>
    </message>
    <message>
        <source>Give the user name and an app password or token.</source>
        <translation>Da el nombre de usuario y una contraseña de aplicación o un token.</translation>
    </message>
    <message>
        <source>Go to</source>
        <translation>Ir a</translation>
    </message>
    <message>
        <source>Go to Settings, then Channel, then Advanced settings, and find “Third-party training”. With a content manager: Settings, then Overview.</source>
        <translation>Ve a Configuración, luego a Canal y luego a Configuración avanzada, y busca «Entrenamiento de terceros». Con un gestor de contenido: Configuración y luego Resumen.</translation>
    </message>
    <message>
        <source>Goes on your site as /{paths}, where tdmrep.json points to it.</source>
        <translation>Va en tu web como /{paths}, a donde remite tdmrep.json.</translation>
    </message>
    <message>
        <source>Goes on your site as /{paths}.</source>
        <translation>Va en tu web como /{paths}.</translation>
    </message>
    <message>
        <source>Goes on your site as /{paths}; robots.txt and the headers point to it.</source>
        <translation>Va en tu web como /{paths}; robots.txt y las cabeceras remiten a él.</translation>
    </message>
    <message>
        <source>Good for: {use}</source>
        <translation>Sirve para: {use}</translation>
    </message>
    <message>
        <source>Google&apos;s client ids end in .apps.googleusercontent.com. Copy it whole.</source>
        <translation>Los ID de cliente de Google terminan en .apps.googleusercontent.com. Cópialo entero.</translation>
    </message>
    <message>
        <source>Google&apos;s own use</source>
        <translation>Uso del propio Google</translation>
    </message>
    <message>
        <source>Grok &amp; Third-party Collaborators</source>
        <translation>Grok &amp; Third-party Collaborators</translation>
    </message>
    <message>
        <source>Group: {by}</source>
        <translation>Grupo: {by}</translation>
    </message>
    <message>
        <source>Grouped by cause. What is listed here was not changed.</source>
        <translation>Agrupado por causa. Lo que sale aquí no se ha cambiado.</translation>
    </message>
    <message>
        <source>Handle</source>
        <translation>Identificador</translation>
    </message>
    <message>
        <source>Has a switch of its own</source>
        <translation>Tiene un interruptor propio</translation>
    </message>
    <message>
        <source>Has an offer to join</source>
        <translation>Tiene una oferta para participar</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Ayuda</translation>
    </message>
    <message>
        <source>Hide &amp;details</source>
        <translation>Ocultar &amp;detalles</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historial</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Inicio</translation>
    </message>
    <message>
        <source>How is it set there now?</source>
        <translation>¿Cómo está puesto allí ahora?</translation>
    </message>
    <message>
        <source>How is this known?</source>
        <translation>¿Cómo se sabe?</translation>
    </message>
    <message>
        <source>How is this known? {name}</source>
        <translation>¿Cómo se sabe? {name}</translation>
    </message>
    <message>
        <source>How this is known</source>
        <translation>Cómo se sabe</translation>
    </message>
    <message>
        <source>I checked on:</source>
        <translation>Lo comprobé el:</translation>
    </message>
    <message>
        <source>I did not object</source>
        <translation>No me opuse</translation>
    </message>
    <message>
        <source>I don&apos;t use it</source>
        <translation>No la uso</translation>
    </message>
    <message>
        <source>I don&apos;t use {name}</source>
        <translation>No uso {name}</translation>
    </message>
    <message>
        <source>I have joined</source>
        <translation>Participo</translation>
    </message>
    <message>
        <source>I have not joined</source>
        <translation>No participo</translation>
    </message>
    <message>
        <source>I know the way</source>
        <translation>Ya sé llegar</translation>
    </message>
    <message>
        <source>I objected</source>
        <translation>Me opuse</translation>
    </message>
    <message>
        <source>I use it</source>
        <translation>La uso</translation>
    </message>
    <message>
        <source>ISRC</source>
        <translation>ISRC</translation>
    </message>
    <message>
        <source>ISRC differs</source>
        <translation>ISRC distinto</translation>
    </message>
    <message>
        <source>If it is in a folder of the site, connect it with the folder, such as {address}/blog. Otherwise a plugin or a firewall may block programs.</source>
        <translation>Si está en una carpeta de la web, conéctala con la carpeta, por ejemplo {address}/blog. Si no, puede que un plugin o un cortafuegos bloquee a los programas.</translation>
    </message>
    <message>
        <source>If it was moved or renamed, scan its new folder.</source>
        <translation>Si se ha movido o renombrado, escanea su nueva carpeta.</translation>
    </message>
    <message>
        <source>If it was moved to another server, add it with that server&apos;s address.</source>
        <translation>Si se ha trasladado a otro servidor, añádela con la dirección de ese servidor.</translation>
    </message>
    <message>
        <source>If that was not you, write your choice there again ({command}).</source>
        <translation>Si no has sido tú, vuelve a escribir tu elección allí ({command}).</translation>
    </message>
    <message>
        <source>If that was not you, write your choice there again.</source>
        <translation>Si no has sido tú, vuelve a escribir tu elección allí.</translation>
    </message>
    <message>
        <source>If the page shows an error, check the client id, and register exactly {redirect_uri} as the redirect address of your app.</source>
        <translation>Si la página muestra un error, comprueba el ID de cliente y registra exactamente {redirect_uri} como dirección de redirección de tu aplicación.</translation>
    </message>
    <message>
        <source>If the page shows an error, check the client id, and that your app is of the kind named in the steps. It then accepts any address on this computer.</source>
        <translation>Si la página muestra un error, comprueba el ID de cliente y que tu aplicación sea del tipo indicado en los pasos. Así acepta cualquier dirección de este ordenador.</translation>
    </message>
    <message>
        <source>If this happens again, Cloudflare has changed: check for a newer RightsDesk.</source>
        <translation>Si vuelve a pasar, Cloudflare ha cambiado: mira si hay un RightsDesk más nuevo.</translation>
    </message>
    <message>
        <source>If this happens again, {service} has changed: check for a newer RightsDesk.</source>
        <translation>Si vuelve a pasar, {service} ha cambiado: mira si hay un RightsDesk más nuevo.</translation>
    </message>
    <message>
        <source>If you do nothing, it does not say {choice}.</source>
        <translation>Si no haces nada, no dice «{choice}».</translation>
    </message>
    <message>
        <source>If you do nothing, it stays off {held}.</source>
        <translation>Si no haces nada, sigue desactivado {held}.</translation>
    </message>
    <message>
        <source>If you do nothing, it stays on {held}.</source>
        <translation>Si no haces nada, sigue activado {held}.</translation>
    </message>
    <message>
        <source>If you do nothing, nothing is stated there.</source>
        <translation>Si no haces nada, allí no se indica nada.</translation>
    </message>
    <message>
        <source>If you do nothing, you stay out {held}.</source>
        <translation>Si no haces nada, te quedas fuera {held}.</translation>
    </message>
    <message>
        <source>If your account is on a server of its own, enter that server&apos;s address too.</source>
        <translation>Si tu cuenta está en un servidor propio, pon también la dirección de ese servidor.</translation>
    </message>
    <message>
        <source>Ignore</source>
        <translation>Ignorar</translation>
    </message>
    <message numerus="yes">
        <source>Ignore these %n?</source>
        <translation>
            <numerusform>¿Ignorar esta entrada?</numerusform>
            <numerusform>¿Ignorar estas %n entradas?</numerusform>
        </translation>
    </message>
    <message>
        <source>Ignored</source>
        <translation>Ignorado</translation>
    </message>
    <message>
        <source>Ignored {day}</source>
        <translation>Ignorado {day}</translation>
    </message>
    <message>
        <source>Ignored: {subject}</source>
        <translation>Ignorado: {subject}</translation>
    </message>
    <message>
        <source>Ignore…</source>
        <translation>Ignorar…</translation>
    </message>
    <message>
        <source>Import a library</source>
        <translation>Importar una biblioteca</translation>
    </message>
    <message>
        <source>Import a library of beets, Music or rekordbox</source>
        <translation>Importar una biblioteca de beets, Música o rekordbox</translation>
    </message>
    <message>
        <source>Import the library again.</source>
        <translation>Importa la biblioteca de nuevo.</translation>
    </message>
    <message>
        <source>Imported from {library}: {artists}, {places}</source>
        <translation>Importado de {library}: {artists}, {places}</translation>
    </message>
    <message>
        <source>In Google&apos;s console, make a project, switch on “YouTube Data API v3”, and create an OAuth client of the kind “Desktop app”.</source>
        <translation>En la consola de Google, crea un proyecto, activa «YouTube Data API v3» y crea un cliente de OAuth del tipo «App de escritorio».</translation>
    </message>
    <message>
        <source>In Music or iTunes: File → Library → Export Library, which writes XML.</source>
        <translation>En Música o iTunes: Archivo → Biblioteca → Exportar biblioteca, que escribe XML.</translation>
    </message>
    <message>
        <source>In Music or iTunes: File → Library → Export Library.</source>
        <translation>En Música o iTunes: Archivo → Biblioteca → Exportar biblioteca.</translation>
    </message>
    <message>
        <source>In WordPress, under Users, Profile, make an application password named RightsDesk. Some hosts disable them: then ask your host.</source>
        <translation>En WordPress, en Usuarios, Perfil, crea una contraseña de aplicación llamada RightsDesk. Algunos proveedores las desactivan: en ese caso, pregunta al tuyo.</translation>
    </message>
    <message>
        <source>In a cloud or on another computer: {files}.</source>
        <translation>En la nube o en otro ordenador: {files}.</translation>
    </message>
    <message>
        <source>In five steps</source>
        <translation>En cinco pasos</translation>
    </message>
    <message>
        <source>In my own words</source>
        <translation>Con mis propias palabras</translation>
    </message>
    <message>
        <source>In per cent of your system&apos;s text size.</source>
        <translation>En porcentaje del tamaño del texto de tu sistema.</translation>
    </message>
    <message>
        <source>In rekordbox: File → Export Collection in xml format.</source>
        <translation>En rekordbox: File → Export Collection in xml format.</translation>
    </message>
    <message>
        <source>In the background</source>
        <translation>En segundo plano</translation>
    </message>
    <message>
        <source>In the server&apos;s settings, under “Your applications”, make an application with the scopes read:profile, read:libraries, read:edits and write:edits.</source>
        <translation>En los ajustes del servidor, en «Tus aplicaciones», crea una aplicación con los permisos read:profile, read:libraries, read:edits y write:edits.</translation>
    </message>
    <message>
        <source>In your browser, with an app of your own</source>
        <translation>En tu navegador, con una aplicación propia</translation>
    </message>
    <message>
        <source>In your server&apos;s settings, under “Your applications”, make an application with the scopes {scopes}, and connect the account with its access token.</source>
        <translation>En los ajustes de tu servidor, en «Tus aplicaciones», crea una aplicación con los permisos {scopes} y conecta la cuenta con su token de acceso.</translation>
    </message>
    <message>
        <source>Inherited: {answer}</source>
        <translation>Heredado: {answer}</translation>
    </message>
    <message>
        <source>Instruction for each file: allow, limit or block</source>
        <translation>Instrucción para cada archivo: permitir, limitar o bloquear</translation>
    </message>
    <message>
        <source>Is the audio untouched?</source>
        <translation>¿Está intacto el audio?</translation>
    </message>
    <message>
        <source>Is the record whole?</source>
        <translation>¿Está íntegro el registro?</translation>
    </message>
    <message>
        <source>Is this login {artist}&apos;s? Nothing is done with it until you answer.</source>
        <translation>¿Es este el usuario de {artist}? No se hace nada con él hasta que respondas.</translation>
    </message>
    <message>
        <source>Is this the right server?</source>
        <translation>¿Es este el servidor correcto?</translation>
    </message>
    <message>
        <source>Is this your recording?</source>
        <translation>¿Es tu grabación?</translation>
    </message>
    <message>
        <source>Is your note still right?</source>
        <translation>¿Sigue siendo cierta tu nota?</translation>
    </message>
    <message>
        <source>Is “{login}” {artist}&apos;s?</source>
        <translation>¿Es «{login}» de {artist}?</translation>
    </message>
    <message>
        <source>It can offer a paid licence for each use, in case somebody asks.</source>
        <translation>Puede ofrecer una licencia de pago para cada uso, por si alguien pregunta.</translation>
    </message>
    <message>
        <source>It contradicts itself about {uses}. The strictest answer counts.</source>
        <translation>Se contradice sobre {uses}. Vale la respuesta más estricta.</translation>
    </message>
    <message>
        <source>It could not be read since {day}: {why}</source>
        <translation>No se ha podido leer desde {day}: {why}</translation>
    </message>
    <message>
        <source>It could not be read since {when}. What you see is from before. {why}</source>
        <translation>No se ha podido leer desde {when}. Lo que ves es de antes. {why}</translation>
    </message>
    <message>
        <source>It distinguishes search, AI answers and AI training, and expressly reserves rights.</source>
        <translation>Distingue entre búsqueda, respuestas de IA y entrenamiento de IA, y reserva derechos expresamente.</translation>
    </message>
    <message>
        <source>It does not say all that you want, and nothing against it.</source>
        <translation>No dice todo lo que quieres, pero nada en contra.</translation>
    </message>
    <message>
        <source>It has a setting of its own: {switches}.</source>
        <translation>Tiene un ajuste propio: {switches}.</translation>
    </message>
    <message>
        <source>It has no word for: {uses}</source>
        <translation>No tiene palabra para: {uses}</translation>
    </message>
    <message>
        <source>It has said so since {when}, as far as we saw.</source>
        <translation>Lo dice desde {when}, hasta donde hemos visto.</translation>
    </message>
    <message>
        <source>It holds for the files and pages that say it, not for copies that are out already.</source>
        <translation>Vale para los archivos y páginas que lo dicen, no para las copias que ya circulan.</translation>
    </message>
    <message>
        <source>It is listed again.</source>
        <translation>Vuelve a la lista.</translation>
    </message>
    <message>
        <source>It is not confirmed yet that the login “{login}” belongs to {artist}. Sign in again and say yes, or remove the account.</source>
        <translation>Aún no se ha confirmado que el usuario «{login}» sea de {artist}. Vuelve a iniciar sesión y di que sí, o quita la cuenta.</translation>
    </message>
    <message>
        <source>It is one of the few signals that tools are known to obey. It can only state no.</source>
        <translation>Es una de las pocas señales que consta que obedecen algunas herramientas. Solo puede decir que no.</translation>
    </message>
    <message>
        <source>It is public, dated, and made for machines; it covers the whole account.</source>
        <translation>Es pública, tiene fecha y está hecha para máquinas; vale para toda la cuenta.</translation>
    </message>
    <message>
        <source>It is signed: it shows who stated it, and that the file is unchanged since.</source>
        <translation>Está firmada: muestra quién lo ha declarado y que el archivo no ha cambiado desde entonces.</translation>
    </message>
    <message>
        <source>It is the account of {artist}.</source>
        <translation>Es la cuenta de {artist}.</translation>
    </message>
    <message>
        <source>It is the platform&apos;s own setting, and not only a signal.</source>
        <translation>Es el ajuste de la propia plataforma, y no solo una señal.</translation>
    </message>
    <message>
        <source>It is where people find your music, in words that anybody can read.</source>
        <translation>Está donde la gente encuentra tu música, con palabras que cualquiera puede leer.</translation>
    </message>
    <message>
        <source>It is where people hear your music. SoundCloud&apos;s “no AI” tag is SoundCloud&apos;s own, for the whole site.</source>
        <translation>Está donde la gente oye tu música. La etiqueta «no AI» de SoundCloud es del propio SoundCloud, para todo el sitio.</translation>
    </message>
    <message>
        <source>It is written again {when} at the earliest.</source>
        <translation>Se volverá a escribir {when}, como muy pronto.</translation>
    </message>
    <message>
        <source>It keeps all your answers with the music, including “ask me”, which the common signals cannot state.</source>
        <translation>Guarda todas tus respuestas junto a la música, también «pregúntame», que las señales habituales no pueden expresar.</translation>
    </message>
    <message>
        <source>It locks nothing: whoever ignores it can still copy the file.</source>
        <translation>No cierra nada: quien lo ignore puede copiar el archivo igualmente.</translation>
    </message>
    <message numerus="yes">
        <source>%n more platforms are not shown.</source>
        <translation>
            <numerusform>%n plataforma más no se muestra.</numerusform>
            <numerusform>%n plataformas más no se muestran.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n belong to other artists here and were not added.</source>
        <translation>
            <numerusform>%n es de otro artista de aquí y no se ha añadido.</numerusform>
            <numerusform>%n son de otros artistas de aquí y no se han añadido.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n changes in terms</source>
        <translation>
            <numerusform>%n cambio en condiciones</numerusform>
            <numerusform>%n cambios en condiciones</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n days</source>
        <translation>
            <numerusform>%n día</numerusform>
            <numerusform>%n días</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n earlier writes</source>
        <translation>
            <numerusform>%n escritura anterior</numerusform>
            <numerusform>%n escrituras anteriores</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files name {other}. All files here will belong to {artist}: choose a folder of one artist, and add others later.</source>
        <translation>
            <numerusform>%n archivo nombra a {other}. Todos los archivos de aquí serían de {artist}: elige la carpeta de un solo artista y añade los demás después.</numerusform>
            <numerusform>%n archivos nombran a {other}. Todos los archivos de aquí serían de {artist}: elige la carpeta de un solo artista y añade los demás después.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n known from their terms</source>
        <translation>
            <numerusform>%n según sus condiciones</numerusform>
            <numerusform>%n según sus condiciones</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n left out.</source>
        <translation>
            <numerusform>%n omitido.</numerusform>
            <numerusform>%n omitidos.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n licences hold today</source>
        <translation>
            <numerusform>%n licencia está vigente hoy</numerusform>
            <numerusform>%n licencias están vigentes hoy</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n months</source>
        <translation>
            <numerusform>%n mes</numerusform>
            <numerusform>%n meses</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n más</numerusform>
            <numerusform>%n más</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new artists</source>
        <translation>
            <numerusform>%n artista nuevo</numerusform>
            <numerusform>%n artistas nuevos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n noted by you</source>
        <translation>
            <numerusform>%n anotado por ti</numerusform>
            <numerusform>%n anotados por ti</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n platforms</source>
        <translation>
            <numerusform>%n plataforma</numerusform>
            <numerusform>%n plataformas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n sign-ins ended</source>
        <translation>
            <numerusform>%n sesión terminada</numerusform>
            <numerusform>%n sesiones terminadas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n switches to set</source>
        <translation>
            <numerusform>%n interruptor por ajustar</numerusform>
            <numerusform>%n interruptores por ajustar</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n time stamps</source>
        <translation>
            <numerusform>%n sello de tiempo</numerusform>
            <numerusform>%n sellos de tiempo</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n wait: they continue {when}.</source>
        <translation>
            <numerusform>%n espera: continúa {when}.</numerusform>
            <numerusform>%n esperan: continúan {when}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n years</source>
        <translation>
            <numerusform>%n año</numerusform>
            <numerusform>%n años</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Add %n artists</source>
        <translation>
            <numerusform>&amp;Añadir %n artista</numerusform>
            <numerusform>&amp;Añadir %n artistas</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Address</source>
        <translation>&amp;Dirección</translation>
    </message>
    <message>
        <source>&amp;Choose the music folder…</source>
        <translation>&amp;Elegir la carpeta de música…</translation>
    </message>
    <message>
        <source>&amp;Continue in the background</source>
        <translation>&amp;Continuar en segundo plano</translation>
    </message>
    <message>
        <source>&amp;From</source>
        <translation>&amp;De</translation>
    </message>
    <message>
        <source>&amp;Import a library…</source>
        <translation>&amp;Importar una biblioteca…</translation>
    </message>
    <message>
        <source>&amp;Keep the letter</source>
        <translation>&amp;Guardar la carta</translation>
    </message>
    <message>
        <source>&amp;Let AI do more</source>
        <translation>&amp;Permitir más a la IA</translation>
    </message>
    <message>
        <source>&amp;Letter</source>
        <translation>&amp;Carta</translation>
    </message>
    <message>
        <source>&amp;Same as for {artist}</source>
        <translation>&amp;Igual que para {artist}</translation>
    </message>
    <message>
        <source>&amp;Save as a file…</source>
        <translation>&amp;Guardar como archivo…</translation>
    </message>
    <message>
        <source>&amp;To</source>
        <translation>&amp;Para</translation>
    </message>
    <message>
        <source>&amp;Undo…</source>
        <translation>&amp;Deshacer…</translation>
    </message>
    <message>
        <source>&amp;Until the end of</source>
        <translation>&amp;Hasta el final de</translation>
    </message>
    <message>
        <source>(nothing about this)</source>
        <translation>(nada sobre esto)</translation>
    </message>
    <message>
        <source>A PDF can&apos;t be made here.</source>
        <translation>Aquí no se puede crear un PDF.</translation>
    </message>
    <message>
        <source>A cache may need a while, or must be cleared. Check again later.</source>
        <translation>Puede que una caché tarde un rato, o que haya que vaciarla. Vuelve a comprobarlo más tarde.</translation>
    </message>
    <message>
        <source>A critique of it</source>
        <translation>Una crítica</translation>
    </message>
    <message>
        <source>A form that is reported</source>
        <translation>Un formulario del que se informa</translation>
    </message>
    <message>
        <source>A letter is about the music of one artist.</source>
        <translation>Una carta trata de la música de un solo artista.</translation>
    </message>
    <message>
        <source>A licence can&apos;t name the year {year}.</source>
        <translation>Una licencia no puede indicar el año {year}.</translation>
    </message>
    <message>
        <source>A licence ended</source>
        <translation>Ha terminado una licencia</translation>
    </message>
    <message>
        <source>A licence {ends}</source>
        <translation>Una licencia {ends}</translation>
    </message>
    <message>
        <source>A licensing go-between: music gets in through a distributor such as Symphonic, with your yes.</source>
        <translation>Un intermediario de licencias: la música entra a través de una distribuidora como Symphonic, con tu sí.</translation>
    </message>
    <message>
        <source>A new licence</source>
        <translation>Una licencia nueva</translation>
    </message>
    <message>
        <source>A number that the partner is known by</source>
        <translation>Un número con el que se conoce al socio</translation>
    </message>
    <message>
        <source>A plugin may change what its API answers. Try again later.</source>
        <translation>Puede que un plugin cambie lo que responde su API. Vuelve a intentarlo más tarde.</translation>
    </message>
    <message>
        <source>A registry of machine-readable reservations, one for each content code.</source>
        <translation>Un registro de reservas legibles por máquina, una para cada código de contenido.</translation>
    </message>
    <message>
        <source>A separate form exists for personal information from third parties that Meta&apos;s AI put out.</source>
        <translation>Existe otro formulario para la información personal de terceros que haya mostrado la IA de Meta.</translation>
    </message>
    <message>
        <source>A service that you sign up for: it watches for imitations of a voice or a likeness and licenses them. What its terms say about training was not found.</source>
        <translation>Un servicio en el que te inscribes: vigila si se imita una voz o una imagen y da licencias para ello. No se ha encontrado qué dicen sus condiciones sobre el entrenamiento.</translation>
    </message>
    <message>
        <source>A setting that is reported</source>
        <translation>Un ajuste del que se informa</translation>
    </message>
    <message>
        <source>A signal is not a lock. No AI company is known to document that it reads signals inside audio files. What they are good for: they reserve your rights in a form that machines can read (in the EU: Directive 2019/790, Article 4(3)), and show when you did.</source>
        <translation>Una señal no es un candado. No consta que ninguna empresa de IA documente que lee señales dentro de los archivos de audio. Para qué sirven: reservan tus derechos de una forma que las máquinas pueden leer (en la UE: Directiva 2019/790, artículo 4, apartado 3), y muestran cuándo lo hiciste.</translation>
    </message>
    <message>
        <source>A switch is said to exist, but its name or its place is not sure (looked up {month}).</source>
        <translation>Se dice que existe un interruptor, pero su nombre o su sitio no es seguro (consultado en {month}).</translation>
    </message>
    <message>
        <source>A switch to opt out of sharing public blogs with third parties, AI training included; blogs hidden from search have it on already.</source>
        <translation>Un interruptor para no compartir los blogs públicos con terceros, entrenamiento de IA incluido; los blogs ocultos a los buscadores ya lo tienen activado.</translation>
    </message>
    <message>
        <source>A test since 24 March 2026: artists approve releases before they appear in their profile. It is against false releases, not against training.</source>
        <translation>Una prueba desde el 24 de marzo de 2026: los artistas aprueban los lanzamientos antes de que aparezcan en su perfil. Sirve contra lanzamientos falsos, no contra el entrenamiento.</translation>
    </message>
    <message>
        <source>A time stamp proves it.</source>
        <translation>Un sello de tiempo lo demuestra.</translation>
    </message>
    <message>
        <source>AI at Meta</source>
        <translation>IA en Meta</translation>
    </message>
    <message>
        <source>AI crawlers are refused there</source>
        <translation>Allí se rechazan los rastreadores de IA</translation>
    </message>
    <message>
        <source>AI makers</source>
        <translation>Fabricantes de IA</translation>
    </message>
    <message>
        <source>AI may do less</source>
        <translation>La IA puede hacer menos</translation>
    </message>
    <message>
        <source>AI may do more</source>
        <translation>La IA puede hacer más</translation>
    </message>
    <message>
        <source>AI may do more after this. Say yes to that above first.</source>
        <translation>Después de esto la IA puede hacer más. Acéptalo primero arriba.</translation>
    </message>
    <message>
        <source>AI may then do more with {what} again:</source>
        <translation>La IA podrá hacer entonces otra vez más con {what}:</translation>
    </message>
    <message>
        <source>AI may then do more with {what}:</source>
        <translation>La IA podrá hacer entonces más con {what}:</translation>
    </message>
    <message>
        <source>AI providers that Wix uses may not train on personal data.</source>
        <translation>Los proveedores de IA que usa Wix no pueden entrenar con datos personales.</translation>
    </message>
    <message>
        <source>AI that makes music or voices may not learn from this, imitate it or use it as input. You say nothing about other AI and data mining. Formats with one word for all of it, such as TDM reservations, say No to them too.</source>
        <translation>La IA que hace música o voces no puede aprender de esto, imitarlo ni usarlo como entrada. No dices nada sobre otras IA ni la minería de datos. Los formatos con una sola palabra para todo ello, como las reservas TDM, también les dicen que no.</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>Cuenta</translation>
    </message>
    <message>
        <source>Account and security</source>
        <translation>Cuenta y seguridad</translation>
    </message>
    <message>
        <source>Account settings</source>
        <translation>Ajustes de la cuenta</translation>
    </message>
    <message>
        <source>Add a folder first.</source>
        <translation>Añade primero una carpeta.</translation>
    </message>
    <message>
        <source>Add a licence…</source>
        <translation>Añadir una licencia…</translation>
    </message>
    <message>
        <source>Add an artist first.</source>
        <translation>Añade primero un artista.</translation>
    </message>
    <message>
        <source>Add the music</source>
        <translation>Añadir la música</translation>
    </message>
    <message>
        <source>Add this to it? What others wrote in it stays.</source>
        <translation>¿Añadirle esto? Lo que otros han escrito en él se queda.</translation>
    </message>
    <message>
        <source>Added after your copyright line. Machines can&apos;t read it for sure.</source>
        <translation>Se añade después de tu línea de copyright. Las máquinas no la pueden leer con seguridad.</translation>
    </message>
    <message>
        <source>Address of newer facts</source>
        <translation>Dirección de datos más recientes</translation>
    </message>
    <message>
        <source>Address of the authority</source>
        <translation>Dirección de la autoridad</translation>
    </message>
    <message>
        <source>Adobe account</source>
        <translation>Cuenta de Adobe</translation>
    </message>
    <message>
        <source>Adobe may analyse cloud content to improve products; a personal account can switch it off.</source>
        <translation>Adobe puede analizar el contenido de la nube para mejorar sus productos; en una cuenta personal se puede desactivar.</translation>
    </message>
    <message>
        <source>Adobe&apos;s FAQ, read in a copy, and three guides of 2023.</source>
        <translation>Las preguntas frecuentes de Adobe, leídas en una copia, y tres guías de 2023.</translation>
    </message>
    <message numerus="yes">
        <source>All %n recordings say {choice} in their files</source>
        <translation>
            <numerusform>%n grabación dice {choice} en sus archivos</numerusform>
            <numerusform>Las %n grabaciones dicen {choice} en sus archivos</numerusform>
        </translation>
    </message>
    <message>
        <source>All music of {name}</source>
        <translation>Toda la música de {name}</translation>
    </message>
    <message>
        <source>All requests to platforms and sites go through it. Most networks need none.</source>
        <translation>Por él pasan todas las peticiones a plataformas y webs. La mayoría de las redes no necesitan ninguno.</translation>
    </message>
    <message>
        <source>All your sounds at once, not single ones; solo speech has a box of its own.</source>
        <translation>Todos tus sonidos a la vez, no uno por uno; las grabaciones solo de voz hablada tienen su propia casilla.</translation>
    </message>
    <message>
        <source>All your stories. It asks AI companies; it does not bind them.</source>
        <translation>Todas tus historias. Se lo pide a las empresas de IA; no las obliga.</translation>
    </message>
    <message>
        <source>Allow GitHub to use my data for AI model training</source>
        <translation>Allow GitHub to use my data for AI model training</translation>
    </message>
    <message>
        <source>Allows nothing new</source>
        <translation>No permite nada nuevo</translation>
    </message>
    <message>
        <source>An AI registry was announced in September 2024 for early 2025. No sign that it opened was found, so it is not a step.</source>
        <translation>En septiembre de 2024 se anunció un registro de IA para principios de 2025. No se ha encontrado ninguna señal de que se haya abierto, así que no es un paso.</translation>
    </message>
    <message>
        <source>An older state of RightsDesk&apos;s own data was restored. Jobs that were done since are not in the journal, so they can&apos;t be undone here. What files and platforms say is unknown until they are read again: rescan the folders, then check the platforms.</source>
        <translation>Se ha restaurado un estado anterior de los datos de RightsDesk. Las tareas hechas desde entonces no están en el diario, así que aquí no se pueden deshacer. No se sabe qué dicen los archivos y las plataformas hasta que se vuelvan a leer: reescanea las carpetas y comprueba después las plataformas.</translation>
    </message>
    <message>
        <source>An older state of the data was restored: after entry {entry}</source>
        <translation>Se ha restaurado un estado anterior de los datos: el de después de la entrada {entry}</translation>
    </message>
    <message numerus="yes">
        <source>And %n more.</source>
        <translation>
            <numerusform>Y %n más.</numerusform>
            <numerusform>Y %n más.</numerusform>
        </translation>
    </message>
    <message>
        <source>Announced as an optional registry by ISRC.</source>
        <translation>Anunciado como registro opcional por ISRC.</translation>
    </message>
    <message>
        <source>Another job is running. Wait until it has ended.</source>
        <translation>Hay otra tarea en marcha. Espera a que termine.</translation>
    </message>
    <message>
        <source>Another program changed this file just as RightsDesk was about to replace it.</source>
        <translation>Otro programa ha cambiado este archivo justo cuando RightsDesk iba a reemplazarlo.</translation>
    </message>
    <message>
        <source>Another program changed this file while RightsDesk replaced it. The disk reported an error when its version was put back.</source>
        <translation>Otro programa ha cambiado este archivo mientras RightsDesk lo reemplazaba. El disco ha dado un error al reponer su versión.</translation>
    </message>
    <message>
        <source>Another program changed this file while RightsDesk replaced it. The disk reported an error when its version was put back. That version is kept in {name}.</source>
        <translation>Otro programa ha cambiado este archivo mientras RightsDesk lo reemplazaba. El disco ha dado un error al reponer su versión. Esa versión se conserva en {name}.</translation>
    </message>
    <message>
        <source>Another program changed what this file says about its recording since the last scan. It was left as it is. Scan its folder, then compare again.</source>
        <translation>Otro programa ha cambiado lo que este archivo dice de su grabación desde el último escaneo. Se ha dejado como estaba. Escanea su carpeta y vuelve a comparar.</translation>
    </message>
    <message numerus="yes">
        <source>Answered for %n platforms</source>
        <translation>
            <numerusform>Respondido para %n plataforma</numerusform>
            <numerusform>Respondido para %n plataformas</numerusform>
        </translation>
    </message>
    <message>
        <source>Any use of the music files with AI is forbidden without the rights holders&apos; permission.</source>
        <translation>Está prohibido todo uso de los archivos de música con IA sin permiso de los titulares de los derechos.</translation>
    </message>
    <message>
        <source>Are you a member of {name}?</source>
        <translation>¿Eres miembro de {name}?</translation>
    </message>
    <message>
        <source>Ars Technica in several copies, and Dropbox&apos;s help page of October 2023.</source>
        <translation>Ars Technica en varias copias, y la página de ayuda de Dropbox de octubre de 2023.</translation>
    </message>
    <message>
        <source>ArtStation&apos;s terms of service say that the tag exists. Its place in the menus was not read.</source>
        <translation>Las condiciones del servicio de ArtStation dicen que la etiqueta existe. No se ha leído su sitio en los menús.</translation>
    </message>
    <message>
        <source>Artist Profile Protection</source>
        <translation>Artist Profile Protection</translation>
    </message>
    <message>
        <source>Artists and publishers can mark works as open to AI licensing in BandLab Licensing.</source>
        <translation>Artistas y editoriales pueden marcar obras como abiertas a licencias de IA en BandLab Licensing.</translation>
    </message>
    <message>
        <source>As for Facebook: used unless you objected.</source>
        <translation>Como en Facebook: se usa salvo que te hayas opuesto.</translation>
    </message>
    <message>
        <source>Ask me again</source>
        <translation>Pregúntame otra vez</translation>
    </message>
    <message>
        <source>At least Jen and Kits AI since August 2024; about twenty by mid-2025. The live list is larger and undated.</source>
        <translation>Al menos Jen y Kits AI desde agosto de 2024; unos veinte a mediados de 2025. La lista en línea es más larga y no tiene fecha.</translation>
    </message>
    <message>
        <source>Attribution and licence management; Symphonic was the first large partner.</source>
        <translation>Gestión de atribuciones y licencias; Symphonic fue el primer socio grande.</translation>
    </message>
    <message>
        <source>Audius lets AI music imitate you only after you accept its agreement, a licence without end. Do that in Audius, under Settings, AI Generated Music, if you want it.</source>
        <translation>Audius solo permite que la música hecha con IA te imite si aceptas su acuerdo, una licencia sin fin. Si lo quieres, hazlo en Audius, en Settings, AI Generated Music.</translation>
    </message>
    <message>
        <source>Automated access is forbidden except through the API; AI tools have an addendum of their own. The promise itself is not in the terms.</source>
        <translation>El acceso automatizado está prohibido salvo por la API; las herramientas de IA tienen un anexo propio. La promesa en sí no está en las condiciones.</translation>
    </message>
    <message>
        <source>Automatic updates</source>
        <translation>Actualizaciones automáticas</translation>
    </message>
    <message>
        <source>Bandcamp will not use your music to train models that generate music, nor let others, without your express permission (since 11 November 2024).</source>
        <translation>Bandcamp no usará tu música para entrenar modelos que generan música, ni dejará que otros lo hagan, sin tu permiso expreso (desde el 11 de noviembre de 2024).</translation>
    </message>
    <message>
        <source>Block AI training</source>
        <translation>Block AI training</translation>
    </message>
    <message>
        <source>Block known artificial intelligence crawlers</source>
        <translation>Bloquear rastreadores de inteligencia artificial conocidos</translation>
    </message>
    <message>
        <source>Block, limit or allow for each file. Warner Music bought it in June 2026: weigh that first.</source>
        <translation>Bloquea, limita o permite para cada archivo. Warner Music lo compró en junio de 2026: valóralo antes.</translation>
    </message>
    <message>
        <source>Blocking the training crawlers also blocks Googlebot, Applebot and BingBot, so the site may vanish from search. Since 1 July 2026 new zones block training and agents only on pages with advertisements.</source>
        <translation>Bloquear los rastreadores de entrenamiento bloquea también Googlebot, Applebot y BingBot, así que el sitio puede desaparecer de los buscadores. Desde el 1 de julio de 2026, las zonas nuevas bloquean entrenamiento y agentes solo en páginas con publicidad.</translation>
    </message>
    <message>
        <source>Blog settings</source>
        <translation>Configuración del blog</translation>
    </message>
    <message>
        <source>CD Baby takes no sound made with AI. On training nothing was found.</source>
        <translation>CD Baby no acepta sonido hecho con IA. Sobre el entrenamiento no se ha encontrado nada.</translation>
    </message>
    <message>
        <source>Canva&apos;s trust page and the AI Data Use Index.</source>
        <translation>La página de confianza de Canva y el AI Data Use Index.</translation>
    </message>
    <message>
        <source>Cascadia Mono</source>
        <translation>Cascadia Mono</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer *.der)</source>
        <translation>Certificados (*.pem *.crt *.cer *.der)</translation>
    </message>
    <message>
        <source>Certified</source>
        <translation>Con certificado</translation>
    </message>
    <message>
        <source>Certified by Fairly Trained</source>
        <translation>Con el certificado de Fairly Trained</translation>
    </message>
    <message>
        <source>Certifies AI makers, not artists. Use its list to judge a licence offer.</source>
        <translation>Certifica a fabricantes de IA, no a artistas. Usa su lista para juzgar una oferta de licencia.</translation>
    </message>
    <message>
        <source>Change a licence</source>
        <translation>Cambiar una licencia</translation>
    </message>
    <message>
        <source>Change my choice…</source>
        <translation>Cambiar mi elección…</translation>
    </message>
    <message>
        <source>Changed by something else since the job was planned.</source>
        <translation>Otra cosa lo ha cambiado desde que se planificó la tarea.</translation>
    </message>
    <message>
        <source>Changed by something else since.</source>
        <translation>Otra cosa lo ha cambiado desde entonces.</translation>
    </message>
    <message>
        <source>Changes in &amp;terms…</source>
        <translation>Cambios en las &amp;condiciones…</translation>
    </message>
    <message>
        <source>Changes in its terms</source>
        <translation>Cambios en sus condiciones</translation>
    </message>
    <message>
        <source>Changes in terms</source>
        <translation>Cambios en condiciones</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Cambiar…</translation>
    </message>
    <message>
        <source>Changing this file would have damaged its audio, so RightsDesk left it alone.</source>
        <translation>Cambiar este archivo habría dañado su audio, así que RightsDesk no lo ha tocado.</translation>
    </message>
    <message>
        <source>Changing this file would have damaged its part “{name}”, so RightsDesk left it alone.</source>
        <translation>Cambiar este archivo habría dañado su parte «{name}», así que RightsDesk no lo ha tocado.</translation>
    </message>
    <message>
        <source>Changing this file would have damaged its structure, so RightsDesk left it alone.</source>
        <translation>Cambiar este archivo habría dañado su estructura, así que RightsDesk no lo ha tocado.</translation>
    </message>
    <message>
        <source>ChatGPT&apos;s terms of service say that the option exists. Its name in the menus was not read.</source>
        <translation>Las condiciones del servicio de ChatGPT dicen que la opción existe. No se ha leído su nombre en los menús.</translation>
    </message>
    <message>
        <source>Check again later (look).</source>
        <translation>Vuelve a comprobarlo más tarde (look).</translation>
    </message>
    <message>
        <source>Check again later: that settles it.</source>
        <translation>Vuelve a comprobarlo más tarde: así se aclara.</translation>
    </message>
    <message>
        <source>Check it again, then note how it is set (attest {platform}).</source>
        <translation>Vuelve a comprobarlo y anota cómo está puesto (attest {platform}).</translation>
    </message>
    <message>
        <source>Check it on the platform itself, and ask its support why it is not shown.</source>
        <translation>Compruébalo en la propia plataforma y pregunta a su soporte por qué no se muestra.</translation>
    </message>
    <message>
        <source>Check the address and the port, which your web host gives you, or try again later.</source>
        <translation>Comprueba la dirección y el puerto, que te da tu proveedor de alojamiento, o vuelve a intentarlo más tarde.</translation>
    </message>
    <message>
        <source>Check the disk, then start RightsDesk again: it will restore the file.</source>
        <translation>Comprueba el disco y vuelve a abrir RightsDesk: restaurará el archivo.</translation>
    </message>
    <message>
        <source>Check the login on that page: it has to be {artist}&apos;s. If someone else is signed in there, copy the address and open it in another browser or in a private window on this computer.</source>
        <translation>Comprueba el acceso en esa página: tiene que ser el de {artist}. Si ha iniciado sesión otra persona, copia la dirección y ábrela en otro navegador o en una ventana privada de este ordenador.</translation>
    </message>
    <message>
        <source>Check the record</source>
        <translation>Comprobar el registro</translation>
    </message>
    <message>
        <source>Check this computer&apos;s date, and whether the network shows a login page.</source>
        <translation>Comprueba la fecha de este ordenador, y si la red muestra una página de inicio de sesión.</translation>
    </message>
    <message>
        <source>Check whether the file is there and plays; if not, restore it from a backup.</source>
        <translation>Comprueba si el archivo está ahí y suena; si no, restáuralo de una copia de seguridad.</translation>
    </message>
    <message>
        <source>Checked now: every entry fits.</source>
        <translation>Comprobado ahora: todas las entradas encajan.</translation>
    </message>
    <message>
        <source>Checked now: it does not fit. Details: rightsdesk ledger verify</source>
        <translation>Comprobado ahora: no encaja. Detalles: rightsdesk ledger verify</translation>
    </message>
    <message>
        <source>Checking platforms…</source>
        <translation>Comprobando plataformas…</translation>
    </message>
    <message numerus="yes">
        <source>Choice for %n artists</source>
        <translation>
            <numerusform>Elección para %n artista</numerusform>
            <numerusform>Elección para %n artistas</numerusform>
        </translation>
    </message>
    <message>
        <source>Choice for all artists</source>
        <translation>Elección para todos los artistas</translation>
    </message>
    <message>
        <source>Choose a file of facts</source>
        <translation>Elige un archivo de datos</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Elegir un archivo…</translation>
    </message>
    <message>
        <source>Choose a folder in the list first.</source>
        <translation>Elige primero una carpeta de la lista.</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>Elegir una carpeta…</translation>
    </message>
    <message>
        <source>Choose an artist in the list first.</source>
        <translation>Elige primero un artista de la lista.</translation>
    </message>
    <message>
        <source>Choose another backup.</source>
        <translation>Elige otra copia de seguridad.</translation>
    </message>
    <message>
        <source>Choose another.</source>
        <translation>Elige otro.</translation>
    </message>
    <message>
        <source>Choose first what AI may do with it.</source>
        <translation>Elige antes qué puede hacer la IA con ello.</translation>
    </message>
    <message>
        <source>Choose that first (consent set).</source>
        <translation>Elígelo antes (consent set).</translation>
    </message>
    <message>
        <source>Choose the authority&apos;s root certificate</source>
        <translation>Elige el certificado raíz de la autoridad</translation>
    </message>
    <message>
        <source>Choose the folder that it is in</source>
        <translation>Elige la carpeta en la que está</translation>
    </message>
    <message>
        <source>Choose what AI may do first.</source>
        <translation>Elige primero qué puede hacer la IA.</translation>
    </message>
    <message>
        <source>Choose what AI may do with them, or name a release without them.</source>
        <translation>Elige qué puede hacer la IA con ellas, o indica un lanzamiento que no las tenga.</translation>
    </message>
    <message>
        <source>Choose “No generative AI” for a no to all of it.</source>
        <translation>Elige «No generative AI» para un no a todo.</translation>
    </message>
    <message>
        <source>Claude&apos;s terms of service say that the option exists. Its name in the menus was not read.</source>
        <translation>Las condiciones del servicio de Claude dicen que la opción existe. No se ha leído su nombre en los menús.</translation>
    </message>
    <message>
        <source>Close this window and go back to RightsDesk, which shows the result.</source>
        <translation>Cierra esta ventana y vuelve a RightsDesk, que muestra el resultado.</translation>
    </message>
    <message>
        <source>Cloudflare turns crawlers away only on pages with advertisements.</source>
        <translation>Cloudflare rechaza los rastreadores solo en páginas con publicidad.</translation>
    </message>
    <message>
        <source>Cloudflare turns the crawlers of search away. RightsDesk leaves that setting as it is.</source>
        <translation>Cloudflare rechaza los rastreadores de búsqueda. RightsDesk deja ese ajuste como está.</translation>
    </message>
    <message>
        <source>Codes and duplicates</source>
        <translation>Códigos y duplicados</translation>
    </message>
    <message>
        <source>Collecting societies</source>
        <translation>Entidades de gestión</translation>
    </message>
    <message>
        <source>Compare it with the fingerprint that your web host publishes. Connect the site only if it is the same.</source>
        <translation>Compárala con la huella que publica tu proveedor de alojamiento. Conecta la web solo si es la misma.</translation>
    </message>
    <message>
        <source>Compare the account&apos;s artist and address, then reconnect it, or remove it and add it again.</source>
        <translation>Compara el artista y la dirección de la cuenta y vuelve a conectarla, o quítala y añádela otra vez.</translation>
    </message>
    <message>
        <source>Computers search it for patterns, for any purpose.</source>
        <translation>Los ordenadores buscan patrones en ella, con cualquier fin.</translation>
    </message>
    <message>
        <source>Confirm that this is what you want.</source>
        <translation>Confirma que esto es lo que quieres.</translation>
    </message>
    <message>
        <source>Connect an account, say which platforms you use, or name one: rightsdesk terms check SoundCloud</source>
        <translation>Conecta una cuenta, di qué plataformas usas, o indica una: rightsdesk terms check SoundCloud</translation>
    </message>
    <message>
        <source>Connect its disk again. If it was moved, scan it where it is now.</source>
        <translation>Vuelve a conectar su disco. Si se ha movido, escanéala donde está ahora.</translation>
    </message>
    <message>
        <source>Connect one, then try again.</source>
        <translation>Conecta una y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>Consolas</source>
        <translation>Consolas</translation>
    </message>
    <message>
        <source>Contains information from the Open Terms Archive databases, by Open Terms Archive contributors (France collection: with contributions from UFC-Que Choisir and the Office of the French Ambassador for Digital Affairs), which is made available under the {licence}: {url}</source>
        <translation>Contiene información de las bases de datos de Open Terms Archive, de los colaboradores de Open Terms Archive (colección de Francia: con aportaciones de UFC-Que Choisir y de la Oficina del Embajador de Francia para Asuntos Digitales), que se ofrece bajo la {licence}: {url}</translation>
    </message>
    <message>
        <source>Content analysis</source>
        <translation>Análisis de contenido</translation>
    </message>
    <message>
        <source>Content delivered under separate agreements (labels, distributors) may not be used for AI by SoundCloud or anyone without the rights holder.</source>
        <translation>El contenido entregado por acuerdos aparte (sellos, distribuidoras) no lo puede usar para IA ni SoundCloud ni nadie sin el titular de los derechos.</translation>
    </message>
    <message>
        <source>Content may be used to develop and improve Bluesky, and is not sold without your permission.</source>
        <translation>El contenido se puede usar para desarrollar y mejorar Bluesky, y no se vende sin tu permiso.</translation>
    </message>
    <message>
        <source>Content trains models unless you opt out in the account.</source>
        <translation>El contenido entrena modelos salvo que te excluyas en la cuenta.</translation>
    </message>
    <message>
        <source>Continuing…</source>
        <translation>Continuando…</translation>
    </message>
    <message>
        <source>Copies of Tumblr&apos;s staff post of February 2024, two guides, and The Verge.</source>
        <translation>Copias de la publicación del equipo de Tumblr de febrero de 2024, dos guías y The Verge.</translation>
    </message>
    <message>
        <source>Copilot</source>
        <translation>Copilot</translation>
    </message>
    <message>
        <source>Copy it to a folder of your own, and change it there.</source>
        <translation>Cópialo a una carpeta tuya y cámbialo allí.</translation>
    </message>
    <message>
        <source>Correct it in the files with a tag editor, then scan their folder again.</source>
        <translation>Corrígelo en los archivos con un editor de etiquetas y vuelve a escanear su carpeta.</translation>
    </message>
    <message>
        <source>Covers</source>
        <translation>Abarca</translation>
    </message>
    <message>
        <source>Crawlers</source>
        <translation>Rastreadores</translation>
    </message>
    <message>
        <source>Crawlers are allowed</source>
        <translation>Los rastreadores están permitidos</translation>
    </message>
    <message>
        <source>D.4: the licence on your content covers training of GitHub&apos;s and its affiliates&apos; models.</source>
        <translation>D.4: la licencia sobre tu contenido incluye el entrenamiento de los modelos de GitHub y de sus empresas afiliadas.</translation>
    </message>
    <message>
        <source>Damaged: the table “{table}”. All of its rows can be read ({rows}); an index or a value is damaged.</source>
        <translation>Dañada: la tabla «{table}». Se pueden leer todas sus filas ({rows}); un índice o un valor está dañado.</translation>
    </message>
    <message>
        <source>Damaged: the table “{table}”. {rows} can be read, up to the damage.</source>
        <translation>Dañada: la tabla «{table}». Se puede leer hasta el daño: {rows}.</translation>
    </message>
    <message>
        <source>Data mining of the repertoire by AI makers needs SACEM&apos;s permission.</source>
        <translation>La minería de datos del repertorio por fabricantes de IA necesita el permiso de SACEM.</translation>
    </message>
    <message>
        <source>Days are whole days, as clocks show them in that time zone.</source>
        <translation>Los días son días completos, según los relojes de esa zona horaria.</translation>
    </message>
    <message>
        <source>Declare a reservation for each file; it is bound to the file&apos;s ISCC and signed.</source>
        <translation>Declara una reserva para cada archivo; queda ligada al ISCC del archivo y firmada.</translation>
    </message>
    <message>
        <source>Deezer opposes all harvesting and mining of site, app and content (French law, art. L. 122-5-3).</source>
        <translation>Deezer se opone a toda recopilación y minería del sitio, la app y el contenido (ley francesa, art. L. 122-5-3).</translation>
    </message>
    <message>
        <source>Default on; off stops use from then on; it does not cover models that personalize or protect.</source>
        <translation>Activado por defecto; al desactivarlo, el uso acaba desde ese momento; no se refiere a modelos que personalizan o protegen.</translation>
    </message>
    <message>
        <source>Default: no training unless that would cost you credit and links. For a full no choose “Minimize third-party training”.</source>
        <translation>Por defecto: sin entrenamiento, salvo que eso te cueste créditos y enlaces. Para un no completo, elige «Minimize third-party training».</translation>
    </message>
    <message>
        <source>Default: only the Creative Commons licence counts. You can state “No generative AI” for all your sounds; the API shows the choice with each sound.</source>
        <translation>Por defecto: solo cuenta la licencia Creative Commons. Puedes declarar «No generative AI» para todos tus sonidos; la API muestra la elección con cada sonido.</translation>
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
        <translation>Detalles de tu elección</translation>
    </message>
    <message>
        <source>Developers may not train on content without the rights holders&apos; permission.</source>
        <translation>Los desarrolladores no pueden entrenar con el contenido sin permiso de los titulares de los derechos.</translation>
    </message>
    <message>
        <source>Developing AI at Meta is a purpose of its own, for Meta&apos;s products and for third parties.</source>
        <translation>Desarrollar IA en Meta es un fin en sí mismo, para los productos de Meta y para terceros.</translation>
    </message>
    <message>
        <source>Do it for each of your public blogs.</source>
        <translation>Hazlo en cada uno de tus blogs públicos.</translation>
    </message>
    <message>
        <source>Do not upload what you want to keep out: whatever you give Suno may train its models, for good.</source>
        <translation>No subas lo que quieras dejar fuera: todo lo que das a Suno puede entrenar sus modelos, para siempre.</translation>
    </message>
    <message>
        <source>Do the opposite: connect or remove the account, scan or forget the folder, add or remove the artist, or answer the change in terms again.</source>
        <translation>Haz lo contrario: conecta o quita la cuenta, escanea u olvida la carpeta, añade o quita el artista, o vuelve a responder al cambio en las condiciones.</translation>
    </message>
    <message>
        <source>Done: {subject}.</source>
        <translation>Hecho: {subject}.</translation>
    </message>
    <message>
        <source>Drive&apos;s own terms have no word on AI. Google&apos;s privacy policy speaks of public information.</source>
        <translation>Las condiciones del propio Drive no dicen nada sobre IA. La política de privacidad de Google habla de información pública.</translation>
    </message>
    <message>
        <source>E.3: private repositories are not used, except what is given to AI features.</source>
        <translation>E.3: los repositorios privados no se usan, salvo lo que se da a funciones de IA.</translation>
    </message>
    <message>
        <source>Each job can be undone, also after a restart: Edit › Undo, or the page Activity. Edit › Redo repeats what was undone last.</source>
        <translation>Cada tarea se puede deshacer, también después de reiniciar: Editar › Deshacer, o la página Actividad. Editar › Rehacer repite lo último que se deshizo.</translation>
    </message>
    <message>
        <source>Each project, against use by others.</source>
        <translation>Cada proyecto, contra el uso por parte de otros.</translation>
    </message>
    <message>
        <source>Each server has its own terms. mastodon.social forbids training since 1 July 2025; the terms template forbids scraping but does not name AI.</source>
        <translation>Cada servidor tiene sus propias condiciones. mastodon.social prohíbe el entrenamiento desde el 1 de julio de 2025; la plantilla de condiciones prohíbe la extracción automatizada de datos, pero no nombra la IA.</translation>
    </message>
    <message>
        <source>Ed Newton-Rex, who runs Fairly Trained, finds the promise too narrow: it leaves room for models that do not copy your style but still compete with you. He asks for a plain “no generative training without explicit consent”.</source>
        <translation>Ed Newton-Rex, que dirige Fairly Trained, ve la promesa demasiado estrecha: deja sitio a modelos que no copian tu estilo pero compiten contigo. Pide un claro «ningún entrenamiento generativo sin consentimiento explícito».</translation>
    </message>
    <message>
        <source>Edit robots.txt yourself: there is an editor, and no single AI switch.</source>
        <translation>Edita robots.txt tú: hay un editor, y ningún interruptor único de IA.</translation>
    </message>
    <message>
        <source>End it now</source>
        <translation>Terminarla ahora</translation>
    </message>
    <message>
        <source>End the licence of {partner} now? Files and sites stop naming {partner}, without another question.</source>
        <translation>¿Terminar ahora la licencia de {partner}? Los archivos y las webs dejan de nombrar a {partner}, sin más preguntas.</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Terminadas</translation>
    </message>
    <message>
        <source>Ending licences…</source>
        <translation>Terminando licencias…</translation>
    </message>
    <message>
        <source>Ends in {number} days</source>
        <translation>Terminan en {number} días</translation>
    </message>
    <message>
        <source>End…</source>
        <translation>Terminar…</translation>
    </message>
    <message>
        <source>Enter it, or set RIGHTSDESK_PASSPHRASE. If it is lost, reconnect an account with a new key.</source>
        <translation>Escríbela, o define RIGHTSDESK_PASSPHRASE. Si se ha perdido, vuelve a conectar una cuenta con una clave nueva.</translation>
    </message>
    <message>
        <source>Enter the address of the authority first.</source>
        <translation>Introduce primero la dirección de la autoridad.</translation>
    </message>
    <message>
        <source>Enter the address of the feed first.</source>
        <translation>Introduce primero la dirección del canal.</translation>
    </message>
    <message>
        <source>Entries {number} to {last} are missing.</source>
        <translation>Faltan las entradas {number} a {last}.</translation>
    </message>
    <message>
        <source>Entry {number} does not fit the one before it: one of the two was changed, exchanged or added later.</source>
        <translation>La entrada {number} no encaja con la anterior: una de las dos se ha cambiado, sustituido o añadido después.</translation>
    </message>
    <message>
        <source>Entry {number} has a format that this version does not know.</source>
        <translation>La entrada {number} tiene un formato que esta versión no conoce.</translation>
    </message>
    <message>
        <source>Entry {number} is missing.</source>
        <translation>Falta la entrada {number}.</translation>
    </message>
    <message>
        <source>Entry {number} is not the one that was there before: its hash is another.</source>
        <translation>La entrada {number} no es la que había antes: su hash es otro.</translation>
    </message>
    <message>
        <source>Epic does not use or license your content for generative AI, tagged or not.</source>
        <translation>Epic no usa tu contenido para IA generativa ni da licencias para ello, con etiqueta o sin ella.</translation>
    </message>
    <message>
        <source>Everything already says what you chose.</source>
        <translation>Todo dice ya lo que has elegido.</translation>
    </message>
    <message>
        <source>Everything is left out.</source>
        <translation>Todo está excluido.</translation>
    </message>
    <message>
        <source>Evidence</source>
        <translation>Pruebas</translation>
    </message>
    <message>
        <source>Example: http://proxy.example:8080.</source>
        <translation>Ejemplo: http://proxy.example:8080.</translation>
    </message>
    <message>
        <source>Facts about platforms</source>
        <translation>Datos sobre plataformas</translation>
    </message>
    <message>
        <source>Facts about platforms (*.facts)</source>
        <translation>Datos sobre plataformas (*.facts)</translation>
    </message>
    <message>
        <source>Fair. One more word makes it strong.</source>
        <translation>Aceptable. Con una palabra más será fuerte.</translation>
    </message>
    <message>
        <source>Files and code</source>
        <translation>Archivos y código</translation>
    </message>
    <message>
        <source>Files go to a partner only when you use an AI feature; partners may not train on them.</source>
        <translation>Los archivos solo van a un socio cuando usas una función de IA; los socios no pueden entrenar con ellos.</translation>
    </message>
    <message>
        <source>Files in Adobe&apos;s cloud, of personal accounts. Files on your disk are not concerned.</source>
        <translation>Los archivos en la nube de Adobe, de cuentas personales. Los archivos de tu disco no se ven afectados.</translation>
    </message>
    <message>
        <source>Fill them in, then note that it was sent.</source>
        <translation>Rellénalos y anota después que se envió.</translation>
    </message>
    <message>
        <source>First nine (January 2024): Beatoven.AI, Boomy, BRIA AI, Endel, LifeScore, Rightsify, Somms.ai, Soundful, Tuney.</source>
        <translation>Los nueve primeros (enero de 2024): Beatoven.AI, Boomy, BRIA AI, Endel, LifeScore, Rightsify, Somms.ai, Soundful, Tuney.</translation>
    </message>
    <message>
        <source>Follow the steps, then note what you set (attest {platform}).</source>
        <translation>Sigue los pasos y anota lo que has puesto (attest {platform}).</translation>
    </message>
    <message>
        <source>For a full no, choose “Minimize third-party training”.</source>
        <translation>Para un no completo, elige «Minimize third-party training».</translation>
    </message>
    <message>
        <source>For cover art: tag projects “NoAI”. Epic itself does not train on any of them.</source>
        <translation>Para portadas: etiqueta los proyectos con «NoAI». Epic no entrena con ninguno de ellos.</translation>
    </message>
    <message>
        <source>For cover art: works carry “noai” unless you agree.</source>
        <translation>Para portadas: las obras llevan «noai» salvo que aceptes.</translation>
    </message>
    <message>
        <source>For each blog: switch “Prevent third-party sharing” on. The terms do not mention AI but allow licensing the public stream.</source>
        <translation>En cada blog: activa «Impedir que se comparta con terceros». Las condiciones no mencionan la IA, pero permiten dar licencias del flujo público.</translation>
    </message>
    <message>
        <source>For each publication: switch “Block AI training” on. It tells crawlers that listen.</source>
        <translation>En cada publicación: activa «Block AI training». Avisa a los rastreadores que hacen caso.</translation>
    </message>
    <message>
        <source>For the administrator of your site&apos;s server: it has to send these with every answer.</source>
        <translation>Para quien administra el servidor de tu web: tiene que enviarlas con cada respuesta.</translation>
    </message>
    <message>
        <source>For the distributor that sends your releases to the shops as DDEX messages.</source>
        <translation>Para la distribuidora que envía tus lanzamientos a las tiendas como mensajes DDEX.</translation>
    </message>
    <message>
        <source>For the registry of that name, once for each recording, with that recording&apos;s ISCC.</source>
        <translation>Para el registro de ese nombre, una vez por cada grabación, con el ISCC de esa grabación.</translation>
    </message>
    <message>
        <source>Four choices: No additional preferences (default), Open Source Models only, Non-Commercial Open Source Models only, No generative AI; an extra box for solo speech.</source>
        <translation>Cuatro opciones: No additional preferences (por defecto), Open Source Models only, Non-Commercial Open Source Models only, No generative AI; una casilla más para voz hablada en solitario.</translation>
    </message>
    <message>
        <source>Freesound itself says that the statement may have no legal effect.</source>
        <translation>El propio Freesound dice que la declaración puede no tener efecto legal.</translation>
    </message>
    <message>
        <source>Freesound&apos;s source code of 30 July 2026.</source>
        <translation>El código fuente de Freesound del 30 de julio de 2026.</translation>
    </message>
    <message>
        <source>From 2026 a closed platform; downloads are off; artists opt in.</source>
        <translation>Desde 2026, una plataforma cerrada; sin descargas; los artistas deciden si entran.</translation>
    </message>
    <message>
        <source>From a file…</source>
        <translation>Desde un archivo…</translation>
    </message>
    <message>
        <source>Gen AI preferences</source>
        <translation>Gen AI preferences</translation>
    </message>
    <message>
        <source>General terms revised as of 4 February 2022; the part read does not mention AI.</source>
        <translation>Condiciones generales revisadas el 4 de febrero de 2022; la parte leída no menciona la IA.</translation>
    </message>
    <message>
        <source>Generative AI Settings</source>
        <translation>Configuración de IA generativa</translation>
    </message>
    <message>
        <source>Generative AI Settings: allow use of public content</source>
        <translation>Configuración de IA generativa: permitir el uso de contenido público</translation>
    </message>
    <message>
        <source>Generative AI preferences</source>
        <translation>Preferencias de IA generativa</translation>
    </message>
    <message>
        <source>Generative features are under AI terms that differ by region (UK, Brazil, European Region).</source>
        <translation>Las funciones generativas se rigen por condiciones de IA que varían según la región (Reino Unido, Brasil, región europea).</translation>
    </message>
    <message>
        <source>Get the file from those who make RightsDesk.</source>
        <translation>Consigue el archivo de quienes hacen RightsDesk.</translation>
    </message>
    <message>
        <source>Get the file once more, from those who make RightsDesk.</source>
        <translation>Consigue el archivo otra vez, de quienes hacen RightsDesk.</translation>
    </message>
    <message>
        <source>Get the file once more.</source>
        <translation>Consigue el archivo otra vez.</translation>
    </message>
    <message>
        <source>GitHub&apos;s documentation (github/docs, manage-policies.md, 0460e4095).</source>
        <translation>La documentación de GitHub (github/docs, manage-policies.md, 0460e4095).</translation>
    </message>
    <message>
        <source>Give a name that ends in .pdf, .html or .json.</source>
        <translation>Pon un nombre que termine en .pdf, .html o .json.</translation>
    </message>
    <message>
        <source>Give a name that ends in .txt, .html or .pdf.</source>
        <translation>Pon un nombre que termine en .txt, .html o .pdf.</translation>
    </message>
    <message>
        <source>Go back to RightsDesk and use the page it opened last.</source>
        <translation>Vuelve a RightsDesk y usa la última página que ha abierto.</translation>
    </message>
    <message>
        <source>Goes into .htaccess at the top of your site, or into the server&apos;s configuration.</source>
        <translation>Va en .htaccess, en la raíz de tu web, o en la configuración del servidor.</translation>
    </message>
    <message>
        <source>Goes into robots.txt at the top of your site, after what is there.</source>
        <translation>Va en robots.txt, en la raíz de tu web, después de lo que ya hay.</translation>
    </message>
    <message>
        <source>Goes into the &lt;head&gt; of every page of your site.</source>
        <translation>Va en el &lt;head&gt; de cada página de tu web.</translation>
    </message>
    <message>
        <source>Goes into the file _headers of the folder that is published.</source>
        <translation>Va en el archivo _headers de la carpeta que se publica.</translation>
    </message>
    <message>
        <source>Goes into the server&apos;s configuration, inside server { }.</source>
        <translation>Va en la configuración del servidor, dentro de server { }.</translation>
    </message>
    <message>
        <source>Google says that publicly available information may help to train its AI models.</source>
        <translation>Google dice que la información disponible públicamente puede ayudar a entrenar sus modelos de IA.</translation>
    </message>
    <message>
        <source>Here, and wherever this choice is inherited, AI may then also do this:</source>
        <translation>Aquí, y donde se hereda esta elección, la IA podrá hacer entonces también esto:</translation>
    </message>
    <message>
        <source>Holds</source>
        <translation>Vigentes</translation>
    </message>
    <message>
        <source>How much fits today</source>
        <translation>Cuánto cabe hoy</translation>
    </message>
    <message>
        <source>How often to see whether platforms still say what you chose. Writes nothing, except to take out partners after their licence has ended.</source>
        <translation>Cada cuánto se mira si las plataformas siguen diciendo lo que has elegido. No escribe nada, salvo para quitar a los socios cuando ha terminado su licencia.</translation>
    </message>
    <message>
        <source>I sent it</source>
        <translation>La he enviado</translation>
    </message>
    <message>
        <source>If it was moved to another server, add it with that server&apos;s address. Otherwise reactivate it in the account&apos;s settings, then check it again.</source>
        <translation>Si se ha pasado a otro servidor, añádela con la dirección de ese servidor. Si no, reactívala en los ajustes de la cuenta y vuelve a comprobarla.</translation>
    </message>
    <message>
        <source>If this happens again, the Archive has changed: check for a newer RightsDesk.</source>
        <translation>Si vuelve a pasar, Internet Archive ha cambiado: mira si hay un RightsDesk más nuevo.</translation>
    </message>
    <message>
        <source>If you do not opt out, third-party collaborators may use your data for their own purposes, training AI included.</source>
        <translation>Si no te excluyes, colaboradores externos pueden usar tus datos para sus propios fines, entrenamiento de IA incluido.</translation>
    </message>
    <message>
        <source>If you do nothing, it stays at “{value}” {held}.</source>
        <translation>Si no haces nada, sigue en «{value}» {held}.</translation>
    </message>
    <message>
        <source>If you do nothing, it stays off and refuses nothing {held}.</source>
        <translation>Si no haces nada, sigue desactivado y no rechaza nada {held}.</translation>
    </message>
    <message>
        <source>If you stop, what is done stays done, and you can continue the rest later.</source>
        <translation>Si paras, lo hecho queda hecho, y puedes continuar el resto más tarde.</translation>
    </message>
    <message>
        <source>In YouTube Studio, under Content detection, adults can ask to be told when their face is imitated. It covers the face only and has a consent of its own.</source>
        <translation>En YouTube Studio, en Detección de contenido, las personas adultas pueden pedir que se les avise cuando se imita su cara. Solo abarca la cara y tiene un consentimiento propio.</translation>
    </message>
    <message>
        <source>In its words: “{quote}”</source>
        <translation>En sus palabras: «{quote}»</translation>
    </message>
    <message>
        <source>In letter {number} these places are still to be filled in: {places}.</source>
        <translation>En la carta {number} aún hay que rellenar: {places}.</translation>
    </message>
    <message>
        <source>In the EU and the UK an objection form exists: see Meta. A second form concerns what Meta took from others; its address was not found.</source>
        <translation>En la UE y el Reino Unido existe un formulario de oposición: mira Meta. Un segundo formulario trata de lo que Meta tomó de otros; no se ha encontrado su dirección.</translation>
    </message>
    <message>
        <source>In the EU and the UK you can object with a form, for each account of Facebook, Instagram and Threads. Elsewhere there is no choice.</source>
        <translation>En la UE y el Reino Unido te puedes oponer con un formulario, para cada cuenta de Facebook, Instagram y Threads. En otros sitios no hay elección.</translation>
    </message>
    <message>
        <source>In the US the licence covers training TikTok&apos;s models. In the EEA, the UK and Switzerland the terms have no word on it, and the privacy policy names the same purpose. No switch was found.</source>
        <translation>En EE. UU. la licencia incluye entrenar los modelos de TikTok. En el EEE, el Reino Unido y Suiza las condiciones no dicen nada de ello, y la política de privacidad nombra el mismo fin. No se ha encontrado ningún interruptor.</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>En uso</translation>
    </message>
    <message>
        <source>Individual plans: what you type into AI features and what they answer. Repositories are not covered.</source>
        <translation>Planes individuales: lo que escribes en las funciones de IA y lo que responden. Los repositorios no están incluidos.</translation>
    </message>
    <message>
        <source>Install openssl, which reads more replies, or choose another authority.</source>
        <translation>Instala openssl, que lee más respuestas, o elige otra autoridad.</translation>
    </message>
    <message>
        <source>Installed. The facts about {platforms} are new.</source>
        <translation>Instalado. Los datos sobre {platforms} son nuevos.</translation>
    </message>
    <message>
        <source>It concerns {artists}.</source>
        <translation>Afecta a {artists}.</translation>
    </message>
    <message>
        <source>It concerns {artists}. Accounts there: {accounts}.</source>
        <translation>Afecta a {artists}. Cuentas allí: {accounts}.</translation>
    </message>
    <message>
        <source>It does not point to your RSL licence: your site&apos;s address is not known.</source>
        <translation>No remite a tu licencia RSL: no se sabe la dirección de tu web.</translation>
    </message>
    <message>
        <source>It has 64 digits and letters a to f.</source>
        <translation>Son 64 cifras o letras de la a a la f.</translation>
    </message>
    <message>
        <source>It holds for all of the artist&apos;s music and has no place for single consents.</source>
        <translation>Vale para toda la música del artista y no tiene sitio para elecciones sueltas.</translation>
    </message>
    <message>
        <source>It is a no unless you say yes.</source>
        <translation>Es un no salvo que digas que sí.</translation>
    </message>
    <message>
        <source>It is a yes unless you say no.</source>
        <translation>Es un sí salvo que digas que no.</translation>
    </message>
    <message>
        <source>It is in another language ({language}).</source>
        <translation>Está en otro idioma ({language}).</translation>
    </message>
    <message>
        <source>It is in another language than the other version.</source>
        <translation>Está en otro idioma que la otra versión.</translation>
    </message>
    <message>
        <source>It is left as it is.</source>
        <translation>Se deja como está.</translation>
    </message>
    <message>
        <source>It is listed again automatically when there is more of it.</source>
        <translation>Se vuelve a mostrar automáticamente cuando hay más.</translation>
    </message>
    <message>
        <source>It is not said who says so about the certificate.</source>
        <translation>No se dice quién lo afirma del certificado.</translation>
    </message>
    <message>
        <source>It is only needed where you say “ask me” to both kinds of training and to data mining, and it has to know your site&apos;s address.</source>
        <translation>Solo hace falta si dices «pregúntame» a los dos tipos de entrenamiento y a la minería de datos, y tiene que saber la dirección de tu web.</translation>
    </message>
    <message>
        <source>It is set differently now…</source>
        <translation>Ahora está puesto de otra forma…</translation>
    </message>
    <message>
        <source>It is the newest: {version} came out on {day}.</source>
        <translation>Es la más reciente: la {version} salió el {day}.</translation>
    </message>
    <message>
        <source>It is your own site: only your own terms apply, and your files and headers are what counts.</source>
        <translation>Es tu propia web: solo valen tus propias condiciones, y lo que cuenta son tus archivos y cabeceras.</translation>
    </message>
    <message>
        <source>It may be cut off, or the network may show a login page. Try again later.</source>
        <translation>Puede estar cortado, o la red puede estar mostrando una página de acceso. Vuelve a intentarlo más tarde.</translation>
    </message>
    <message>
        <source>It moves to “Ignored” with this reason, and you can undo that there. It is listed again once there is more of it.</source>
        <translation>Pasa a «Ignorado» con este motivo, y allí lo puedes deshacer. Se vuelve a mostrar en cuanto hay más.</translation>
    </message>
    <message>
        <source>It needs {system}.</source>
        <translation>Necesita {system}.</translation>
    </message>
    <message>
        <source>It says what you chose.</source>
        <translation>Dice lo que has elegido.</translation>
    </message>
    <message>
        <source>Known from terms only: {names}</source>
        <translation>Conocidas solo por sus condiciones: {names}</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Sellos</translation>
    </message>
    <message>
        <source>Left alone, since a later job could not be undone there.</source>
        <translation>Sin tocar, porque allí no se pudo deshacer una tarea posterior.</translation>
    </message>
    <message>
        <source>Left out, because they name no artist: {files}.</source>
        <translation>Omitidos porque no nombran a ningún artista: {files}.</translation>
    </message>
    <message>
        <source>LinkedIn help, answer a6278444, read in a copy, and several guides.</source>
        <translation>Ayuda de LinkedIn, respuesta a6278444, leída en una copia, y varias guías.</translation>
    </message>
    <message>
        <source>Listeners are not granted any right to use content in AI technologies; the rights holder may license that.</source>
        <translation>Los oyentes no reciben ningún derecho a usar contenido en tecnologías de IA; el titular de los derechos puede dar licencias para ello.</translation>
    </message>
    <message>
        <source>Look at the whole proposal first.</source>
        <translation>Mira primero la propuesta entera.</translation>
    </message>
    <message>
        <source>Looked up in {month}.</source>
        <translation>Consultado en {month}.</translation>
    </message>
    <message>
        <source>Meta&apos;s privacy policy applies, so object at Instagram.</source>
        <translation>Vale la política de privacidad de Meta, así que presenta tu oposición en Instagram.</translation>
    </message>
    <message>
        <source>Minimize third-party training</source>
        <translation>Minimize third-party training</translation>
    </message>
    <message>
        <source>Name a file or an address.</source>
        <translation>Indica un archivo o una dirección.</translation>
    </message>
    <message>
        <source>Name the authority&apos;s root certificate.</source>
        <translation>Indica el certificado raíz de la autoridad.</translation>
    </message>
    <message>
        <source>New choice</source>
        <translation>Nueva elección</translation>
    </message>
    <message>
        <source>Newly allows: {uses}</source>
        <translation>Permite ahora: {uses}</translation>
    </message>
    <message>
        <source>News</source>
        <translation>Noticias</translation>
    </message>
    <message>
        <source>No switch for artists was found. Apple&apos;s privacy text is about private data, not about delivered music.</source>
        <translation>No se ha encontrado ningún interruptor para artistas. El texto de privacidad de Apple trata de datos privados, no de música entregada.</translation>
    </message>
    <message>
        <source>No switch was found (looked up {month}).</source>
        <translation>No se ha encontrado ningún interruptor (consultado en {month}).</translation>
    </message>
    <message>
        <source>No switch: by posting you license training to Reddit and its partners. Do not post there what you want to keep out.</source>
        <translation>Sin interruptor: al publicar das a Reddit y a sus socios licencia para entrenar. No publiques allí lo que quieras dejar fuera.</translation>
    </message>
    <message>
        <source>No terms have changed</source>
        <translation>No ha cambiado ninguna condición</translation>
    </message>
    <message>
        <source>No text about AI training was found. If it matters to you, ask in writing and keep the answer.</source>
        <translation>No se ha encontrado ningún texto sobre el entrenamiento de IA. Si te importa, pregunta por escrito y guarda la respuesta.</translation>
    </message>
    <message>
        <source>No text of Beatport about AI training was found, only old general terms.</source>
        <translation>No se ha encontrado ningún texto de Beatport sobre el entrenamiento de IA, solo condiciones generales antiguas.</translation>
    </message>
    <message>
        <source>No time stamp was added, and nothing was changed.</source>
        <translation>No se ha añadido ningún sello de tiempo, y no se ha cambiado nada.</translation>
    </message>
    <message>
        <source>None yet: choose an authority or calendars first. A time stamp proves to others that the record existed at that time.</source>
        <translation>Aún ninguno: elige primero una autoridad o calendarios. Un sello de tiempo demuestra a otros que el registro existía en ese momento.</translation>
    </message>
    <message>
        <source>Nothing about AI training on Pandora was found.</source>
        <translation>No se ha encontrado nada sobre el entrenamiento de IA en Pandora.</translation>
    </message>
    <message>
        <source>Nothing about AI training was found: the terms of use were not available, and the help pages on rules and safety do not mention AI.</source>
        <translation>No se ha encontrado nada sobre el entrenamiento de IA: las condiciones de uso no estaban disponibles, y las páginas de ayuda sobre normas y seguridad no mencionan la IA.</translation>
    </message>
    <message>
        <source>Nothing is sent from here. This is information, not legal advice.</source>
        <translation>Desde aquí no se envía nada. Esto es información, no asesoramiento legal.</translation>
    </message>
    <message>
        <source>Nothing is written yet. Once it is, you can change your mind, but not undo what others did meanwhile.</source>
        <translation>Aún no se ha escrito nada. Una vez escrito, puedes cambiar de idea, pero no deshacer lo que otros hayan hecho entretanto.</translation>
    </message>
    <message>
        <source>Nothing of this kind yet.</source>
        <translation>Aún no hay nada de este tipo.</translation>
    </message>
    <message>
        <source>Nothing to change: these artists have this choice already.</source>
        <translation>Nada que cambiar: estos artistas ya tienen esta elección.</translation>
    </message>
    <message>
        <source>Nothing usable was found about an opt-out for artists.</source>
        <translation>No se ha encontrado nada útil sobre una exclusión voluntaria para artistas.</translation>
    </message>
    <message>
        <source>One forum copy. Pinterest&apos;s help pages that were found do not list it, and its name is not confirmed.</source>
        <translation>Una copia de un foro. Las páginas de ayuda de Pinterest que se han encontrado no lo incluyen, y su nombre no está confirmado.</translation>
    </message>
    <message>
        <source>One is made automatically each day that something changed; the newest three are in the folder “backups” there. Your music is not part of it.</source>
        <translation>Se crea una automáticamente cada día en que algo ha cambiado; las tres más recientes están allí, en la carpeta «backups». Tu música no forma parte de ella.</translation>
    </message>
    <message>
        <source>Opt out of training</source>
        <translation>Excluirse del entrenamiento</translation>
    </message>
    <message>
        <source>Opt-in for generative training</source>
        <translation>Aceptación del entrenamiento generativo</translation>
    </message>
    <message>
        <source>Opt-in, 20 % of the income shared, own tracks only, leave at any time.</source>
        <translation>Participación voluntaria, 20 % de los ingresos repartido, solo pistas propias, salida cuando quieras.</translation>
    </message>
    <message>
        <source>Put long texts into the note.</source>
        <translation>Pon los textos largos en la nota.</translation>
    </message>
    <message>
        <source>Recordings, and what files and platforms say</source>
        <translation>Grabaciones, y lo que dicen archivos y plataformas</translation>
    </message>
    <message>
        <source>Repeat the passphrase first.</source>
        <translation>Repite primero la frase de contraseña.</translation>
    </message>
    <message>
        <source>RightsDesk can&apos;t write or read anything there.</source>
        <translation>RightsDesk no puede escribir ni leer nada ahí.</translation>
    </message>
    <message>
        <source>RightsDesk compares the audio at each change that it makes; so another program or the disk did this. If that was not intended, restore the file from a backup.</source>
        <translation>RightsDesk compara el audio en cada cambio que hace; así que esto lo ha hecho otro programa o el disco. Si no era a propósito, restaura el archivo de una copia de seguridad.</translation>
    </message>
    <message>
        <source>RightsDesk is still busy. Stop that first, or wait until it is done.</source>
        <translation>RightsDesk sigue ocupado. Detén eso antes, o espera a que termine.</translation>
    </message>
    <message>
        <source>RightsDesk is still working: {what}</source>
        <translation>RightsDesk sigue trabajando: {what}</translation>
    </message>
    <message>
        <source>RightsDesk left this file alone: it would not hold your consent afterwards.</source>
        <translation>RightsDesk no ha tocado este archivo: después no contendría tu elección.</translation>
    </message>
    <message>
        <source>Robots.txt Editor</source>
        <translation>Editor de robots.txt</translation>
    </message>
    <message>
        <source>Root certificate…</source>
        <translation>Certificado raíz…</translation>
    </message>
    <message>
        <source>RouteNote says that Apple does not let third parties use its content for AI training.</source>
        <translation>RouteNote dice que Apple no deja que terceros usen su contenido para entrenar IA.</translation>
    </message>
    <message>
        <source>RouteNote will not use your music for AI training and cannot speak for the stores.</source>
        <translation>RouteNote no usará tu música para entrenar IA y no puede hablar por las tiendas.</translation>
    </message>
    <message>
        <source>STIM reserves reproduction for text and data mining.</source>
        <translation>STIM reserva la reproducción para minería de textos y datos.</translation>
    </message>
    <message numerus="yes">
        <source>Saved for %n artists: {choice}.</source>
        <translation>
            <numerusform>Guardado para %n artista: {choice}.</numerusform>
            <numerusform>Guardado para %n artistas: {choice}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Saved for %n tracks: {choice}.</source>
        <translation>
            <numerusform>Guardado para %n pista: {choice}.</numerusform>
            <numerusform>Guardado para %n pistas: {choice}.</numerusform>
        </translation>
    </message>
    <message>
        <source>Saved for {name}: {choice}.</source>
        <translation>Guardado para {name}: {choice}.</translation>
    </message>
    <message>
        <source>Says what you chose</source>
        <translation>Dice lo que elegiste</translation>
    </message>
    <message>
        <source>Small files next to FLAC, Ogg and Opus files, which have no place of their own for XMP. Sidecars that are there already are always kept up to date.</source>
        <translation>Archivos pequeños junto a los archivos FLAC, Ogg y Opus, que no tienen un sitio propio para XMP. Los sidecars que ya existen siempre se mantienen al día.</translation>
    </message>
    <message>
        <source>Some platforms have a switch that no program can press. The page Platforms leads you there, one after the other: what holds if you do nothing, what the terms say and how that is known, the steps, and a button to note what you set. What you note is shown as your word, with its date, never as something that was read; half a year later, or when the terms change, RightsDesk asks you to check again.</source>
        <translation>Algunas plataformas tienen un interruptor que ningún programa puede pulsar. La página Plataformas te lleva allí, uno tras otro: qué vale si no haces nada, qué dicen las condiciones y cómo se sabe, los pasos, y un botón para anotar lo que has puesto. Lo que anotas se muestra como palabra tuya, con su fecha, nunca como algo leído; medio año después, o cuando cambian las condiciones, RightsDesk te pide que lo vuelvas a comprobar.</translation>
    </message>
    <message>
        <source>Some platforms only take so many changes a day, or want a break. RightsDesk then keeps the rest of the job, says when it continues, and does that while this window is open: exactly what you agreed to, and only where it is still your choice. In Settings you can also let it look at your platforms once a day or once a week; it then tells what changed there, and writes nothing.</source>
        <translation>Algunas plataformas solo admiten cierto número de cambios al día, o quieren una pausa. RightsDesk guarda entonces el resto de la tarea, dice cuándo continúa, y lo hace mientras esta ventana está abierta: exactamente lo que aceptaste, y solo donde sigue siendo tu elección. En Ajustes también puedes hacer que mire tus plataformas una vez al día o a la semana; entonces cuenta qué ha cambiado allí, y no escribe nada.</translation>
    </message>
    <message>
        <source>Someone else, or another program, changed this since. It was left as it is, since the older text would no longer say what you chose. Compare again to see what there is to do now.</source>
        <translation>Otra persona, u otro programa, lo ha cambiado desde entonces. Se ha dejado como estaba, porque el texto anterior ya no diría lo que has elegido. Vuelve a comparar para ver qué hay que hacer ahora.</translation>
    </message>
    <message>
        <source>Source: {document} (Open Terms Archive, {version}).</source>
        <translation>Fuente: {document} (Open Terms Archive, {version}).</translation>
    </message>
    <message>
        <source>Source: {document}.</source>
        <translation>Fuente: {document}.</translation>
    </message>
    <message>
        <source>Spawning&apos;s own client of October 2024 asks whether addresses are registered, with a key. Whether that still works in 2026, and who can get a key, is unknown. Its pages at haveibeentrained.com may not answer either.</source>
        <translation>El propio cliente de Spawning de octubre de 2024 pregunta, con una clave, si hay direcciones registradas. No se sabe si eso aún funciona en 2026 ni quién puede conseguir una clave. Puede que sus páginas en haveibeentrained.com tampoco respondan.</translation>
    </message>
    <message>
        <source>Spotify trains its own models on user, usage, voice and message data to improve the service.</source>
        <translation>Spotify entrena sus propios modelos con datos de usuarios, de uso, de voz y de mensajes para mejorar el servicio.</translation>
    </message>
    <message>
        <source>Squarespace&apos;s help page and three guides.</source>
        <translation>La página de ayuda de Squarespace y tres guías.</translation>
    </message>
    <message>
        <source>Stamp now</source>
        <translation>Sellar ahora</translation>
    </message>
    <message>
        <source>Stamped: entry {number} and all before it.</source>
        <translation>Sellado: la entrada {number} y todas las anteriores.</translation>
    </message>
    <message>
        <source>Start again when you have time for it.</source>
        <translation>Vuelve a empezar cuando tengas tiempo para ello.</translation>
    </message>
    <message>
        <source>Tables without damage: {number}.</source>
        <translation>Tablas sin daños: {number}.</translation>
    </message>
    <message>
        <source>Takes effect at the next start. Files and platforms are not affected.</source>
        <translation>Se aplica la próxima vez que se abra. Los archivos y las plataformas no se ven afectados.</translation>
    </message>
    <message>
        <source>Taking part is a choice that users must opt in to.</source>
        <translation>Participar es una opción que los usuarios tienen que activar.</translation>
    </message>
    <message>
        <source>Tell me about new versions</source>
        <translation>Avisarme de versiones nuevas</translation>
    </message>
    <message>
        <source>Template for server terms: no automated gathering, no scraping without permission; AI is not named.</source>
        <translation>Plantilla de condiciones para servidores: sin recopilación automatizada, sin extracción de datos sin permiso; no se nombra la IA.</translation>
    </message>
    <message>
        <source>Terms have changed</source>
        <translation>Han cambiado condiciones</translation>
    </message>
    <message>
        <source>Terms last updated 11 December 2023; the part read does not mention AI.</source>
        <translation>Condiciones actualizadas por última vez el 11 de diciembre de 2023; la parte leída no menciona la IA.</translation>
    </message>
    <message>
        <source>Terms of platforms</source>
        <translation>Condiciones de plataformas</translation>
    </message>
    <message>
        <source>Text to pass on</source>
        <translation>Texto para pasar a otros</translation>
    </message>
    <message>
        <source>That allows less than you chose: {uses}.</source>
        <translation>Eso permite menos de lo que has elegido: {uses}.</translation>
    </message>
    <message>
        <source>That allows more than you chose.</source>
        <translation>Eso permite más de lo que has elegido.</translation>
    </message>
    <message>
        <source>That allows more than you chose: {uses}.</source>
        <translation>Eso permite más de lo que has elegido: {uses}.</translation>
    </message>
    <message>
        <source>That does not state what you chose.</source>
        <translation>Eso no indica lo que has elegido.</translation>
    </message>
    <message>
        <source>The AI Data Use Index on X&apos;s help article, and several guides that name the same path.</source>
        <translation>El AI Data Use Index sobre el artículo de ayuda de X, y varias guías que indican el mismo camino.</translation>
    </message>
    <message>
        <source>The Archive welcomed the ruling of 24 June 2025 that training on bought books was fair use.</source>
        <translation>El Archive celebró la sentencia del 24 de junio de 2025 según la cual entrenar con libros comprados era uso legítimo («fair use»).</translation>
    </message>
    <message>
        <source>The Bluesky record has an answer that can&apos;t be read.</source>
        <translation>El registro de Bluesky tiene una respuesta que no se puede leer.</translation>
    </message>
    <message>
        <source>The DDEX note can&apos;t be read.</source>
        <translation>La nota DDEX no se puede leer.</translation>
    </message>
    <message>
        <source>The RSL document can&apos;t be read.</source>
        <translation>El documento RSL no se puede leer.</translation>
    </message>
    <message>
        <source>The digest of the document is no SHA-256.</source>
        <translation>La huella del documento no es un SHA-256.</translation>
    </message>
    <message>
        <source>The disk failed while this file was being changed, and the old version could not be restored at once.</source>
        <translation>El disco ha fallado mientras se cambiaba este archivo, y la versión anterior no se ha podido restaurar enseguida.</translation>
    </message>
    <message>
        <source>The feed is damaged or cut.</source>
        <translation>El feed está dañado o cortado.</translation>
    </message>
    <message>
        <source>The feed is made for a newer RightsDesk, so there is one.</source>
        <translation>El feed está hecho para un RightsDesk más reciente, así que existe uno.</translation>
    </message>
    <message>
        <source>The feed is not written as this RightsDesk reads it.</source>
        <translation>El feed no está escrito como lo lee este RightsDesk.</translation>
    </message>
    <message>
        <source>The feed is signed with a key that RightsDesk does not know.</source>
        <translation>El feed está firmado con una clave que RightsDesk no conoce.</translation>
    </message>
    <message>
        <source>The file has more than {size} kB. A feed of releases is smaller.</source>
        <translation>El archivo tiene más de {size} kB. Un feed de versiones es más pequeño.</translation>
    </message>
    <message>
        <source>The installed facts about platforms can&apos;t be used. {why} RightsDesk uses the ones that it came with ({shipped}).</source>
        <translation>No se pueden usar los datos instalados sobre plataformas. {why} RightsDesk usa los que traía ({shipped}).</translation>
    </message>
    <message>
        <source>The library names no “{name}” with files on this computer.</source>
        <translation>La biblioteca no nombra ningún «{name}» con archivos en este ordenador.</translation>
    </message>
    <message>
        <source>The licence covers no music.</source>
        <translation>La licencia no abarca ninguna música.</translation>
    </message>
    <message>
        <source>The licence covers no use.</source>
        <translation>La licencia no abarca ningún uso.</translation>
    </message>
    <message>
        <source>The licence does not end at the end of a day.</source>
        <translation>La licencia no termina al final de un día.</translation>
    </message>
    <message>
        <source>The licence includes training AI, and partners may get the content.</source>
        <translation>La licencia incluye entrenar IA, y los socios pueden recibir el contenido.</translation>
    </message>
    <message>
        <source>The licence names no partner.</source>
        <translation>La licencia no nombra a ningún socio.</translation>
    </message>
    <message>
        <source>The licence of {partner} ended on {day}.</source>
        <translation>La licencia de {partner} terminó el {day}.</translation>
    </message>
    <message>
        <source>The licence of {partner} ended.</source>
        <translation>La licencia de {partner} terminó.</translation>
    </message>
    <message>
        <source>The licence of {partner} has ended.</source>
        <translation>La licencia de {partner} ha terminado.</translation>
    </message>
    <message>
        <source>The licence of {partner} is stored. Files and sites name it once you write.</source>
        <translation>La licencia de {partner} está guardada. Los archivos y las webs la nombran en cuanto escribas.</translation>
    </message>
    <message>
        <source>The licence of {partner} is to end early, on {day}.</source>
        <translation>La licencia de {partner} terminará antes de lo acordado, el {day}.</translation>
    </message>
    <message>
        <source>The licence on what you submit is perpetual and covers training.</source>
        <translation>La licencia sobre lo que envías es perpetua e incluye el entrenamiento.</translation>
    </message>
    <message>
        <source>The licence would end on {last}, before it starts on {first}.</source>
        <translation>La licencia terminaría el {last}, antes de empezar el {first}.</translation>
    </message>
    <message>
        <source>The licence you give covers training X&apos;s machine learning and AI models.</source>
        <translation>La licencia que das incluye entrenar los modelos de aprendizaje automático y de IA de X.</translation>
    </message>
    <message>
        <source>The music is being read.</source>
        <translation>Se está leyendo la música.</translation>
    </message>
    <message>
        <source>The signature does not fit: the feed was changed after it was made, or is cut.</source>
        <translation>La firma no encaja: el feed se cambió después de hacerlo o está cortado.</translation>
    </message>
    <message>
        <source>The switch for AI music in your likeness is off by default; turning it on accepts a perpetual licence.</source>
        <translation>El interruptor para música hecha con IA a tu imagen está desactivado por defecto; al activarlo se acepta una licencia perpetua.</translation>
    </message>
    <message>
        <source>The terms cover AI features; they say nothing about training on sites&apos; content.</source>
        <translation>Las condiciones se refieren a las funciones de IA; no dicen nada sobre entrenar con el contenido de los sitios.</translation>
    </message>
    <message>
        <source>The terms forbid mining by others. The privacy notice of 2026 lets Twitch and Amazon use data for generative AI. No switch was found.</source>
        <translation>Las condiciones prohíben la minería por otros. El aviso de privacidad de 2026 deja que Twitch y Amazon usen datos para IA generativa. No se ha encontrado ningún interruptor.</translation>
    </message>
    <message>
        <source>The terms mention AI as a means of the service and point to Meta&apos;s AI terms; they do not speak of training.</source>
        <translation>Las condiciones mencionan la IA como un medio del servicio y remiten a las condiciones de IA de Meta; no hablan de entrenamiento.</translation>
    </message>
    <message>
        <source>The terms speak of an opt-in mechanism. No such switch was found in the settings or in the API.</source>
        <translation>Las condiciones hablan de un mecanismo de aceptación previa. No se ha encontrado tal interruptor en los ajustes ni en la API.</translation>
    </message>
    <message>
        <source>The terms that could be found are of 4 February 2022, before the question came up. They belong to BandLab Singapore.</source>
        <translation>Las condiciones que se han podido encontrar son del 4 de febrero de 2022, de antes de que surgiera la cuestión. Son de BandLab Singapore.</translation>
    </message>
    <message>
        <source>The territory excepts nothing.</source>
        <translation>El territorio no exceptúa nada.</translation>
    </message>
    <message>
        <source>The territory is empty: all of it is excepted.</source>
        <translation>El territorio está vacío: está exceptuado todo.</translation>
    </message>
    <message>
        <source>The territory names the world and single countries.</source>
        <translation>El territorio nombra el mundo y países sueltos.</translation>
    </message>
    <message>
        <source>The {dialect} document can&apos;t be read.</source>
        <translation>El documento {dialect} no se puede leer.</translation>
    </message>
    <message>
        <source>The {dialect} field can&apos;t be read: “{text}”.</source>
        <translation>El campo {dialect} no se puede leer: «{text}».</translation>
    </message>
    <message>
        <source>There is no decision {number} to undo.</source>
        <translation>No hay ninguna decisión {number} que deshacer.</translation>
    </message>
    <message>
        <source>There is no file or folder {source}.</source>
        <translation>No hay ningún archivo ni carpeta {source}.</translation>
    </message>
    <message>
        <source>There is nothing new in this library.</source>
        <translation>No hay nada nuevo en esta biblioteca.</translation>
    </message>
    <message>
        <source>There is nothing newer.</source>
        <translation>No hay nada más reciente.</translation>
    </message>
    <message>
        <source>These texts are too short to be whole documents ({old} and {new} words). They are compared as excerpts.</source>
        <translation>Estos textos son demasiado cortos para ser documentos enteros ({old} y {new} palabras). Se comparan como extractos.</translation>
    </message>
    <message>
        <source>This beets library can&apos;t be read: it is damaged, or beets is changing it.</source>
        <translation>Esta biblioteca de beets no se puede leer: está dañada o beets la está cambiando.</translation>
    </message>
    <message>
        <source>This beets library names its files relative to beets&apos; music folder, and that is not in a usual place.</source>
        <translation>Esta biblioteca de beets nombra sus archivos en relación con la carpeta de música de beets, que no está en un lugar habitual.</translation>
    </message>
    <message>
        <source>This changed nothing, so there is nothing to undo.</source>
        <translation>Esto no cambió nada, así que no hay nada que deshacer.</translation>
    </message>
    <message>
        <source>This choice newly allows: {uses}.</source>
        <translation>Esta elección permite ahora: {uses}.</translation>
    </message>
    <message>
        <source>This copy runs from its source: update it as you installed it, with pip or git pull.</source>
        <translation>Esta copia se ejecuta desde su código: actualízala como la instalaste, con pip o git pull.</translation>
    </message>
    <message>
        <source>This database is no library of beets.</source>
        <translation>Esta base de datos no es una biblioteca de beets.</translation>
    </message>
    <message>
        <source>This feed ({issued}) is older than the one that is known ({known}).</source>
        <translation>Este feed ({issued}) es más antiguo que el conocido ({known}).</translation>
    </message>
    <message>
        <source>This file holds no collection of rekordbox.</source>
        <translation>Este archivo no contiene ninguna colección de rekordbox.</translation>
    </message>
    <message>
        <source>This file or folder is not there.</source>
        <translation>Este archivo o carpeta no está ahí.</translation>
    </message>
    <message>
        <source>This fits your choice.</source>
        <translation>Esto concuerda con tu elección.</translation>
    </message>
    <message>
        <source>This is RightsDesk {version}.</source>
        <translation>Este es RightsDesk {version}.</translation>
    </message>
    <message>
        <source>This is a property list in binary form.</source>
        <translation>Es una lista de propiedades en forma binaria.</translation>
    </message>
    <message>
        <source>This is being done.</source>
        <translation>Se está haciendo.</translation>
    </message>
    <message>
        <source>This is no signed feed of releases.</source>
        <translation>Esto no es un feed firmado de versiones.</translation>
    </message>
    <message>
        <source>This library can&apos;t be read: it is damaged or cut.</source>
        <translation>Esta biblioteca no se puede leer: está dañada o cortada.</translation>
    </message>
    <message>
        <source>This library names no artist with files on this computer.</source>
        <translation>Esta biblioteca no nombra a ningún artista con archivos en este ordenador.</translation>
    </message>
    <message>
        <source>This licence begins later: on {day}.</source>
        <translation>Esta licencia empieza más tarde: el {day}.</translation>
    </message>
    <message>
        <source>This property list is no music library.</source>
        <translation>Esta lista de propiedades no es una biblioteca de música.</translation>
    </message>
    <message>
        <source>This version</source>
        <translation>Esta versión</translation>
    </message>
    <message>
        <source>To read the files again: rightsdesk scan</source>
        <translation>Para leer los archivos de nuevo: rightsdesk scan</translation>
    </message>
    <message>
        <source>To {name}, sent on {sent}</source>
        <translation>A {name}, enviada el {sent}</translation>
    </message>
    <message>
        <source>To {name}, written on {written}</source>
        <translation>A {name}, escrita el {written}</translation>
    </message>
    <message>
        <source>Type the passphrase first.</source>
        <translation>Escribe primero la frase de contraseña.</translation>
    </message>
    <message>
        <source>Type the words above first.</source>
        <translation>Escribe primero las palabras de arriba.</translation>
    </message>
    <message>
        <source>Undo that end in the history first.</source>
        <translation>Deshaz primero ese final en el historial.</translation>
    </message>
    <message>
        <source>What Google may do rests on the general licence.</source>
        <translation>Lo que Google puede hacer se basa en la licencia general.</translation>
    </message>
    <message>
        <source>What RightsDesk does automatically</source>
        <translation>Lo que RightsDesk hace automáticamente</translation>
    </message>
    <message>
        <source>What RightsDesk wrote stays, unless you take it back first: {places}.</source>
        <translation>Lo que RightsDesk ha escrito se queda, si no lo retiras antes: {places}.</translation>
    </message>
    <message>
        <source>What is matched already says what you chose.</source>
        <translation>Lo que está asignado ya dice lo que has elegido.</translation>
    </message>
    <message>
        <source>What is selected says your choice already, or has none.</source>
        <translation>Lo seleccionado ya dice tu elección, o no tiene ninguna.</translation>
    </message>
    <message>
        <source>What is still to be written is on Home and in the catalogue.</source>
        <translation>Lo que falta por escribir está en Inicio y en el catálogo.</translation>
    </message>
    <message>
        <source>What is stored about new versions is damaged.</source>
        <translation>Lo que se guarda sobre las versiones nuevas está dañado.</translation>
    </message>
    <message>
        <source>What you agreed to with a platform, a label or a distributor still applies.</source>
        <translation>Lo que acordaste con una plataforma, un sello o una distribuidora sigue valiendo.</translation>
    </message>
    <message>
        <source>What you choose, note, match and write appears here, and can be undone.</source>
        <translation>Lo que eliges, anotas, asocias y escribes aparece aquí, y se puede deshacer.</translation>
    </message>
    <message>
        <source>What you type and upload, not the web.</source>
        <translation>Lo que escribes y subes, no la web.</translation>
    </message>
    <message>
        <source>What you upload to ChatGPT trains models unless you opt out in the account. What OpenAI crawls: robots.txt for GPTBot.</source>
        <translation>Lo que subes a ChatGPT entrena modelos salvo que te excluyas en la cuenta. Lo que OpenAI rastrea: robots.txt para GPTBot.</translation>
    </message>
    <message>
        <source>What you upload to Claude trains models unless you opt out in the account. Feedback and flagged material are used all the same.</source>
        <translation>Lo que subes a Claude entrena modelos salvo que te excluyas en la cuenta. Los comentarios y el material marcado se usan de todos modos.</translation>
    </message>
    <message>
        <source>What {artist} chose, to pass on</source>
        <translation>Lo que {artist} ha elegido, para pasar a otros</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Cuándo</translation>
    </message>
    <message>
        <source>Where choices differ, the stricter one holds:</source>
        <translation>Donde las elecciones difieren, vale la más estricta:</translation>
    </message>
    <message>
        <source>Where is the music of this library?</source>
        <translation>¿Dónde está la música de esta biblioteca?</translation>
    </message>
    <message>
        <source>Where that file is.</source>
        <translation>Dónde está ese archivo.</translation>
    </message>
    <message>
        <source>Where your data is</source>
        <translation>Dónde están tus datos</translation>
    </message>
    <message>
        <source>Whose music do you look after?</source>
        <translation>¿De la música de quién te ocupas?</translation>
    </message>
    <message>
        <source>Without the passphrase, the keys to your accounts stay locked.</source>
        <translation>Sin la frase de contraseña, las claves de tus cuentas siguen bloqueadas.</translation>
    </message>
    <message numerus="yes">
        <source>Write to %n tracks…</source>
        <translation>
            <numerusform>Escribir en %n pista…</numerusform>
            <numerusform>Escribir en %n pistas…</numerusform>
        </translation>
    </message>
    <message>
        <source>Write to these tracks…</source>
        <translation>Escribir en estas pistas…</translation>
    </message>
    <message>
        <source>Write to this track…</source>
        <translation>Escribir en esta pista…</translation>
    </message>
    <message>
        <source>Write to {what}…</source>
        <translation>Escribir en {what}…</translation>
    </message>
    <message>
        <source>Write your own words first.</source>
        <translation>Escribe primero tus propias palabras.</translation>
    </message>
    <message>
        <source>You have changed the consent since this job began: this is what you chose last.</source>
        <translation>Has cambiado la elección desde que empezó esta tarea: esto es lo último que has elegido.</translation>
    </message>
    <message>
        <source>You have not noted how “{label}” is set on {name}.</source>
        <translation>No has anotado cómo está puesto «{label}» en {name}.</translation>
    </message>
    <message>
        <source>You noted on {day} that “{label}” allows less than you chose: {uses}.</source>
        <translation>El {day} anotaste que «{label}» permite menos de lo que elegiste: {uses}.</translation>
    </message>
    <message>
        <source>You noted on {day} that “{label}” allows more than you chose: {uses}.</source>
        <translation>El {day} anotaste que «{label}» permite más de lo que elegiste: {uses}.</translation>
    </message>
    <message>
        <source>You noted this on {day}. The day to check again was {due}.</source>
        <translation>Lo anotaste el {day}. Había que volver a comprobarlo el {due}.</translation>
    </message>
    <message>
        <source>You noted this {day}.</source>
        <translation>Lo anotaste {day}.</translation>
    </message>
    <message>
        <source>You noted this. RightsDesk can&apos;t read it there.</source>
        <translation>Lo has anotado tú. RightsDesk no lo puede leer allí.</translation>
    </message>
    <message>
        <source>Your choice is not there yet. Write it, and it says so.</source>
        <translation>Tu elección aún no está ahí. Escríbela y lo dirá.</translation>
    </message>
    <message>
        <source>Your choice stays, so it will be written again unless you change it.</source>
        <translation>Tu elección se mantiene, así que se escribirá de nuevo si no la cambias.</translation>
    </message>
    <message>
        <source>a row in the table “{table}” refers to a row of “{other}” that is missing</source>
        <translation>una fila de la tabla «{table}» remite a una fila de «{other}» que falta</translation>
    </message>
    <message>
        <source>agreed {days}</source>
        <translation>acordado {days}</translation>
    </message>
    <message>
        <source>all of it stamped on {day}</source>
        <translation>todo sellado el {day}</translation>
    </message>
    <message>
        <source>answered</source>
        <translation>respondido</translation>
    </message>
    <message>
        <source>beets keeps it in `library.db`: `beet config -p` shows the folder.</source>
        <translation>beets la guarda en `library.db`: `beet config -p` muestra la carpeta.</translation>
    </message>
    <message>
        <source>import</source>
        <translation>importación</translation>
    </message>
    <message>
        <source>in the table: details of the track</source>
        <translation>en la tabla: detalles de la pista</translation>
    </message>
    <message>
        <source>it can&apos;t be checked without a root certificate.</source>
        <translation>no se puede comprobar sin un certificado raíz.</translation>
    </message>
    <message>
        <source>it can&apos;t be read here; openssl reads it.</source>
        <translation>no se puede leer aquí; openssl lo lee.</translation>
    </message>
    <message>
        <source>it claims block {blocks} of Bitcoin, which RightsDesk can&apos;t check.</source>
        <translation>afirma el bloque {blocks} de Bitcoin, que RightsDesk no puede comprobar.</translation>
    </message>
    <message>
        <source>it does not hold.</source>
        <translation>no es válido.</translation>
    </message>
    <message>
        <source>it holds.</source>
        <translation>es válido.</translation>
    </message>
    <message>
        <source>it is pending, for some hours.</source>
        <translation>está pendiente, durante unas horas.</translation>
    </message>
    <message>
        <source>no account connected</source>
        <translation>ninguna cuenta conectada</translation>
    </message>
    <message>
        <source>no time stamp yet</source>
        <translation>aún sin sello de tiempo</translation>
    </message>
    <message>
        <source>not sent yet</source>
        <translation>aún sin enviar</translation>
    </message>
    <message>
        <source>nothing to do</source>
        <translation>nada que hacer</translation>
    </message>
    <message>
        <source>own site</source>
        <translation>web propia</translation>
    </message>
    <message>
        <source>own sites</source>
        <translation>webs propias</translation>
    </message>
    <message>
        <source>says what you chose</source>
        <translation>dice lo que elegiste</translation>
    </message>
    <message>
        <source>sent</source>
        <translation>enviada</translation>
    </message>
    <message>
        <source>stamped up to {day}</source>
        <translation>sellado hasta el {day}</translation>
    </message>
    <message>
        <source>{carrier}: To write. Your choice is not there yet.</source>
        <translation>{carrier}: Por escribir. Tu elección aún no está ahí.</translation>
    </message>
    <message>
        <source>{ends}, agreed until {agreed}</source>
        <translation>{ends}, acordada hasta el {agreed}</translation>
    </message>
    <message>
        <source>{job}, with the licence of {partners}</source>
        <translation>{job}, con la licencia de {partners}</translation>
    </message>
    <message>
        <source>{job}, with the licences of {partners}</source>
        <translation>{job}, con las licencias de {partners}</translation>
    </message>
    <message>
        <source>{library}: {files}, and {there} of them on this computer.</source>
        <translation>{library}: {files}, de ellos {there} en este ordenador.</translation>
    </message>
    <message>
        <source>{name} (in your roster)</source>
        <translation>{name} (ya entre tus artistas)</translation>
    </message>
    <message>
        <source>{name} says nothing about search, though you say Yes: a yes there would also allow training AI and AI input inside search engines.</source>
        <translation>{name} no dice nada sobre la búsqueda, aunque dices que sí: un sí ahí permitiría también entrenar IA y usarlo como entrada de IA en los buscadores.</translation>
    </message>
    <message numerus="yes">
        <source>{n} of %n tracks</source>
        <translation>
            <numerusform>{n} de %n pista</numerusform>
            <numerusform>{n} de %n pistas</numerusform>
        </translation>
    </message>
    <message>
        <source>{partner} may: {terms}</source>
        <translation>{partner} puede: {terms}</translation>
    </message>
    <message>
        <source>{partner} on {number}</source>
        <translation>{partner} en {number}</translation>
    </message>
    <message>
        <source>{partner} {until}</source>
        <translation>{partner} {until}</translation>
    </message>
    <message>
        <source>{path} is a folder, and no library of a music program.</source>
        <translation>{path} es una carpeta y no la biblioteca de un programa de música.</translation>
    </message>
    <message>
        <source>{path} is no library that RightsDesk knows.</source>
        <translation>{path} no es una biblioteca que RightsDesk conozca.</translation>
    </message>
    <message>
        <source>{path}: {why}</source>
        <translation>{path}: {why}</translation>
    </message>
    <message>
        <source>{percent} say it</source>
        <translation>El {percent} lo dice</translation>
    </message>
    <message>
        <source>{said} of {all} recordings say what you chose in their files</source>
        <translation>{said} de {all} grabaciones dicen en sus archivos lo que has elegido</translation>
    </message>
    <message>
        <source>{said} of {all} recordings say {choice} in their files</source>
        <translation>{said} de {all} grabaciones dicen {choice} en sus archivos</translation>
    </message>
    <message>
        <source>{version} is newer. It came out on {day}.</source>
        <translation>La {version} es más reciente. Salió el {day}.</translation>
    </message>
    <message>
        <source>“{column}” in the table “{table}” has a value that RightsDesk did not write</source>
        <translation>«{column}» en la tabla «{table}» tiene un valor que RightsDesk no ha escrito</translation>
    </message>
    <message>
        <source>“{name}” can&apos;t be read: {reason}.</source>
        <translation>«{name}» no se puede leer: {reason}.</translation>
    </message>
    <message>
        <source>“{name}” can&apos;t be written: its folder is not there.</source>
        <translation>«{name}» no se puede escribir: su carpeta no está.</translation>
    </message>
    <message>
        <source>“{name}” can&apos;t be written: that is not allowed there.</source>
        <translation>«{name}» no se puede escribir: ahí no está permitido.</translation>
    </message>
    <message>
        <source>“{name}” can&apos;t be written: {reason}.</source>
        <translation>«{name}» no se puede escribir: {reason}.</translation>
    </message>
    <message>
        <source>“{name}” is no longer on the roster.</source>
        <translation>«{name}» ya no está entre los artistas.</translation>
    </message>
    <message>
        <source>“{text}” is too long, or has line breaks.</source>
        <translation>«{text}» es demasiado largo, o tiene saltos de línea.</translation>
    </message>
    <message>
        <source>“{title}” doesn&apos;t cover {uses}: there, the answer for {names} still applies ({answers}).</source>
        <translation>«{title}» no abarca {uses}: ahí sigue valiendo la respuesta para {names} ({answers}).</translation>
    </message>
    <message>
        <source>It opens the keys to your accounts.</source>
        <translation>Abre las claves de tus cuentas.</translation>
    </message>
    <message>
        <source>Choose today or a later day.</source>
        <translation>Elige hoy o un día posterior.</translation>
    </message>
    <message>
        <source>ISRC “{isrc}”</source>
        <translation>ISRC «{isrc}»</translation>
    </message>
    <message>
        <source>It points to a policy, which has to be on your site too: see “tdm-policy”.</source>
        <translation>Remite a una política, que también tiene que estar en tu web: mira «tdm-policy».</translation>
    </message>
    <message>
        <source>It runs on your own server: only your own terms apply.</source>
        <translation>Funciona en tu propio servidor: solo valen tus propias condiciones.</translation>
    </message>
    <message>
        <source>It says no for you.</source>
        <translation>Dice que no por ti.</translation>
    </message>
    <message>
        <source>It says something other than you want.</source>
        <translation>Dice algo distinto de lo que quieres.</translation>
    </message>
    <message>
        <source>It says something, and you have not chosen yet what it should say.</source>
        <translation>Dice algo, y aún no has elegido qué debe decir.</translation>
    </message>
    <message>
        <source>It says: {consent}.</source>
        <translation>Dice: {consent}.</translation>
    </message>
    <message>
        <source>It states in one machine-readable bit what European law asks for: the rights to text and data mining are reserved (Directive 2019/790, Article 4(3)).</source>
        <translation>Declara en un bit legible por máquina lo que pide el derecho europeo: los derechos sobre la minería de textos y datos quedan reservados (Directiva 2019/790, artículo 4, apartado 3).</translation>
    </message>
    <message>
        <source>It stays a recording of its own. Press N</source>
        <translation>Queda como grabación propia. Pulsa N</translation>
    </message>
    <message>
        <source>It survives nearly every conversion, and anybody can read it. A court has held that plain words alone are not machine-readable, so it complements the other signals.</source>
        <translation>Sobrevive a casi cualquier conversión, y cualquiera puede leerlo. Un tribunal ha considerado que las meras palabras no son legibles por máquina, así que complementa a las demás señales.</translation>
    </message>
    <message>
        <source>It was answered</source>
        <translation>Han respondido</translation>
    </message>
    <message>
        <source>It was left as it is.</source>
        <translation>Se ha dejado como está.</translation>
    </message>
    <message>
        <source>It was left unchanged.</source>
        <translation>Se ha dejado sin cambios.</translation>
    </message>
    <message>
        <source>It was made by another app: remove it there, then repeat.</source>
        <translation>Lo creó otra aplicación: quítalo allí y repite.</translation>
    </message>
    <message>
        <source>It was not sent again.</source>
        <translation>No se ha vuelto a enviar.</translation>
    </message>
    <message>
        <source>It was not sent anywhere.</source>
        <translation>No se ha enviado a ningún sitio.</translation>
    </message>
    <message>
        <source>It was removed. Nothing of it is kept.</source>
        <translation>Se ha quitado. No se guarda nada de ella.</translation>
    </message>
    <message>
        <source>It was written {times}, and never showed.</source>
        <translation>Se ha escrito {times}, y nunca ha aparecido.</translation>
    </message>
    <message>
        <source>It works by web address, not by file. Whether it still runs could not be verified, so it is not a step.</source>
        <translation>Funciona por dirección web, no por archivo. No se ha podido comprobar si sigue en marcha, así que no es un paso.</translation>
    </message>
    <message>
        <source>It works from then on: what was taken before stays taken.</source>
        <translation>Vale desde ese momento: lo que se tomó antes, tomado queda.</translation>
    </message>
    <message>
        <source>It&apos;s off now</source>
        <translation>Ya está desactivado</translation>
    </message>
    <message>
        <source>It&apos;s on</source>
        <translation>Está activado</translation>
    </message>
    <message>
        <source>It&apos;s this one</source>
        <translation>Es esta</translation>
    </message>
    <message>
        <source>Its AI policy</source>
        <translation>Su política de IA</translation>
    </message>
    <message>
        <source>Its API</source>
        <translation>Su API</translation>
    </message>
    <message>
        <source>Its XMP packet is damaged; it was left as it is, the other fields are written.</source>
        <translation>Su paquete XMP está dañado; se ha dejado como estaba, los demás campos se escriben.</translation>
    </message>
    <message>
        <source>Its agreement with publishers</source>
        <translation>Su acuerdo con editoriales</translation>
    </message>
    <message>
        <source>Its directory</source>
        <translation>Su directorio</translation>
    </message>
    <message>
        <source>Its files and tracks are no longer known.</source>
        <translation>Sus archivos y pistas ya no se conocen.</translation>
    </message>
    <message>
        <source>Its files leave the list, unless they lie in another folder of {artist}. On the disk they stay as they are, and keep saying what they say. What was written can still be undone.</source>
        <translation>Sus archivos salen de la lista, salvo que estén en otra carpeta de {artist}. En el disco se quedan como están, y siguen diciendo lo que dicen. Lo que se escribió aún se puede deshacer.</translation>
    </message>
    <message>
        <source>Its help page</source>
        <translation>Su página de ayuda</translation>
    </message>
    <message>
        <source>Its keys are deleted from this computer.</source>
        <translation>Sus claves se eliminan de este ordenador.</translation>
    </message>
    <message>
        <source>Its keys stay valid until you make new ones at archive.org/account/s3.php.</source>
        <translation>Sus claves siguen siendo válidas hasta que crees otras en archive.org/account/s3.php.</translation>
    </message>
    <message>
        <source>Its licence</source>
        <translation>Su licencia</translation>
    </message>
    <message>
        <source>Its list</source>
        <translation>Su lista</translation>
    </message>
    <message>
        <source>Its notes explain that all public posts may be licensed as a stream.</source>
        <translation>Sus notas explican que se pueden dar licencias de todas las publicaciones públicas como flujo.</translation>
    </message>
    <message>
        <source>Its own setting</source>
        <translation>Su propio ajuste</translation>
    </message>
    <message>
        <source>Its owner</source>
        <translation>Su dueño</translation>
    </message>
    <message>
        <source>Its principles</source>
        <translation>Sus principios</translation>
    </message>
    <message>
        <source>Its privacy policy</source>
        <translation>Su política de privacidad</translation>
    </message>
    <message>
        <source>Its programme</source>
        <translation>Su programa</translation>
    </message>
    <message>
        <source>Its queue may take minutes or hours. Check the account again later, then repeat.</source>
        <translation>Su cola puede tardar minutos u horas. Vuelve a comprobar la cuenta más tarde y repite.</translation>
    </message>
    <message>
        <source>Its redirect address has to be {redirect_uri}.</source>
        <translation>Su dirección de redirección tiene que ser {redirect_uri}.</translation>
    </message>
    <message>
        <source>Its reservation of rights</source>
        <translation>Su reserva de derechos</translation>
    </message>
    <message>
        <source>Its rules for users</source>
        <translation>Sus normas para usuarios</translation>
    </message>
    <message>
        <source>Its server may hide folders that begin with a dot: ask your web host.</source>
        <translation>Puede que su servidor oculte las carpetas que empiezan por punto: pregunta a tu proveedor de alojamiento.</translation>
    </message>
    <message>
        <source>Its source code</source>
        <translation>Su código fuente</translation>
    </message>
    <message>
        <source>Its state</source>
        <translation>Su estado</translation>
    </message>
    <message>
        <source>Its statement</source>
        <translation>Su declaración</translation>
    </message>
    <message>
        <source>Its switches are: {switches}.</source>
        <translation>Sus interruptores son: {switches}.</translation>
    </message>
    <message>
        <source>Its terms</source>
        <translation>Sus condiciones</translation>
    </message>
    <message>
        <source>Its terms for developers</source>
        <translation>Sus condiciones para desarrolladores</translation>
    </message>
    <message>
        <source>Its token stays valid until you delete the application in your server&apos;s settings.</source>
        <translation>Su token sigue siendo válido hasta que elimines la aplicación en los ajustes de tu servidor.</translation>
    </message>
    <message>
        <source>Its values are: {values}.</source>
        <translation>Sus valores son: {values}.</translation>
    </message>
    <message>
        <source>J.3: inputs and outputs of AI features train models unless you opt out; it works from then on.</source>
        <translation>J.3: las entradas y salidas de funciones de IA entrenan modelos salvo que te excluyas; vale desde ese momento.</translation>
    </message>
    <message>
        <source>JSON Lines (*.jsonl)</source>
        <translation>JSON Lines (*.jsonl)</translation>
    </message>
    <message>
        <source>Job {number}</source>
        <translation>Tarea {number}</translation>
    </message>
    <message>
        <source>Job {number} ended</source>
        <translation>Tarea {number} terminada</translation>
    </message>
    <message>
        <source>Job {number} ended: {counts}</source>
        <translation>Tarea {number} terminada: {counts}</translation>
    </message>
    <message>
        <source>Joint announcement of ASCAP, BMI and SOCAN; works made wholly by AI are not taken; training without permission is condemned.</source>
        <translation>Anuncio conjunto de ASCAP, BMI y SOCAN; no se admiten obras hechas del todo con IA; se condena entrenar sin permiso.</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Conservar</translation>
    </message>
    <message>
        <source>Keep a copy in RightsDesk&apos;s data folder</source>
        <translation>Guardar una copia en la carpeta de datos de RightsDesk</translation>
    </message>
    <message>
        <source>Keep apart</source>
        <translation>Mantener aparte</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Conservarla</translation>
    </message>
    <message>
        <source>Keep it in a file, as the document.</source>
        <translation>Guárdalo en un archivo, como documento.</translation>
    </message>
    <message>
        <source>Keep it listed</source>
        <translation>Mantener en la lista</translation>
    </message>
    <message>
        <source>Keep it open</source>
        <translation>Mantener abierto</translation>
    </message>
    <message>
        <source>Keep the automatic &amp;backups</source>
        <translation>Conservar las copias de seguridad &amp;automáticas</translation>
    </message>
    <message>
        <source>Kept apart: {about}</source>
        <translation>Se mantuvo aparte: {about}</translation>
    </message>
    <message>
        <source>Kept apart: {subject}</source>
        <translation>Se mantuvo aparte: {subject}</translation>
    </message>
    <message>
        <source>Kept encrypted on this computer, and sent only there.</source>
        <translation>Se guarda cifrado en este ordenador, y solo se envía allí.</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Teclas</translation>
    </message>
    <message>
        <source>Known of it: {terms}</source>
        <translation>Se sabe de ella: {terms}</translation>
    </message>
    <message>
        <source>Known only from {carrier}&apos;s terms, as of {day}.</source>
        <translation>Solo se sabe por las condiciones de {carrier} ({day}).</translation>
    </message>
    <message>
        <source>LANDR&apos;s page on the programme: opt-in, 20 % of the income is shared, leave at any time.</source>
        <translation>Página de LANDR sobre el programa: voluntario, se reparte el 20 % de los ingresos, te puedes salir cuando quieras.</translation>
    </message>
    <message>
        <source>LANDR&apos;s programme shares 20 % of its income with those who join.</source>
        <translation>El programa de LANDR reparte el 20 % de sus ingresos entre quienes participan.</translation>
    </message>
    <message>
        <source>La&amp;nguage</source>
        <translation>Id&amp;ioma</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Sello</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Idioma</translation>
    </message>
    <message>
        <source>Last read {age}: that is too old to say how it is now.</source>
        <translation>Última lectura: {age}. Es demasiado antigua para decir cómo está ahora.</translation>
    </message>
    <message>
        <source>Last time this could not be done: {why}</source>
        <translation>La última vez no se pudo hacer: {why}</translation>
    </message>
    <message>
        <source>Leave it as it is</source>
        <translation>Dejarlo como está</translation>
    </message>
    <message>
        <source>Leave it out.</source>
        <translation>Déjalo fuera.</translation>
    </message>
    <message>
        <source>Leaving RightsDesk</source>
        <translation>Dejar RightsDesk</translation>
    </message>
    <message>
        <source>Left in place because it is still needed there: {needed}.</source>
        <translation>Se deja porque aún hace falta allí: {needed}.</translation>
    </message>
    <message>
        <source>Left out in the review.</source>
        <translation>Omitido en la revisión.</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Duración</translation>
    </message>
    <message>
        <source>Length differs</source>
        <translation>Duración distinta</translation>
    </message>
    <message>
        <source>Let its owner change it, or make a copy and change that.</source>
        <translation>Que lo cambie su propietario, o haz una copia y cambia esa.</translation>
    </message>
    <message>
        <source>Letter</source>
        <translation>Carta</translation>
    </message>
    <message>
        <source>Letter to {recipient} answered: {subject}</source>
        <translation>Carta a {recipient} contestada: {subject}</translation>
    </message>
    <message>
        <source>Letter to {recipient} sent: {subject}</source>
        <translation>Carta a {recipient} enviada: {subject}</translation>
    </message>
    <message>
        <source>Letter to {recipient} written: {subject}</source>
        <translation>Carta a {recipient} escrita: {subject}</translation>
    </message>
    <message>
        <source>Letter {number} was not sent by then.</source>
        <translation>La carta {number} aún no se había enviado entonces.</translation>
    </message>
    <message>
        <source>Letter {number} was sent on {day}.</source>
        <translation>La carta {number} se envió el {day}.</translation>
    </message>
    <message>
        <source>Letter {number} was sent, so its text stays.</source>
        <translation>La carta {number} se ha enviado, así que su texto se queda.</translation>
    </message>
    <message>
        <source>Letters</source>
        <translation>Cartas</translation>
    </message>
    <message>
        <source>Licence for {partner} added: {terms}</source>
        <translation>Licencia para {partner} añadida: {terms}</translation>
    </message>
    <message>
        <source>Licence of {partner} changed: {terms}</source>
        <translation>Licencia de {partner} modificada: {terms}</translation>
    </message>
    <message>
        <source>Licence of {partner} ended</source>
        <translation>Licencia de {partner} terminada</translation>
    </message>
    <message>
        <source>Licence of {partner} ended: last day {day}</source>
        <translation>Licencia de {partner} terminada: último día {day}</translation>
    </message>
    <message>
        <source>Licence there: {licence}</source>
        <translation>Licencia allí: {licence}</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>Licencias</translation>
    </message>
    <message>
        <source>Licences for AI training, for those who join.</source>
        <translation>Licencias para entrenar IA, para quienes participen.</translation>
    </message>
    <message>
        <source>Licences that member labels can join one by one.</source>
        <translation>Licencias en las que los sellos miembros pueden participar, una a una.</translation>
    </message>
    <message>
        <source>Licensed catalogues take part by the artist&apos;s yes (Universal and Merlin; others are reported). Own uploads: expect that they train.</source>
        <translation>Los catálogos con licencia participan con el sí del artista (Universal y Merlin; se habla de otros). Lo que subas tú: cuenta con que entrenan.</translation>
    </message>
    <message>
        <source>Licensing</source>
        <translation>Licencias</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Claro</translation>
    </message>
    <message>
        <source>Likeness detection</source>
        <translation>Detección de imagen</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>Limitar</translation>
    </message>
    <message>
        <source>Lines in robots.txt of your site, with comments that explain them.</source>
        <translation>Líneas en el robots.txt de tu web, con comentarios que las explican.</translation>
    </message>
    <message>
        <source>Listeners find it by searching.</source>
        <translation>Los oyentes la encuentran al buscar.</translation>
    </message>
    <message>
        <source>Listeners get no right to use what is on Amazon Music in AI. For artists there is no switch.</source>
        <translation>Los oyentes no reciben ningún derecho a usar en IA lo que está en Amazon Music. Para artistas no hay interruptor.</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Mirar</translation>
    </message>
    <message>
        <source>Look at the page of RightsDesk for newer versions.</source>
        <translation>Busca versiones nuevas en la página de RightsDesk.</translation>
    </message>
    <message>
        <source>Look once a day</source>
        <translation>Comprobar una vez al día</translation>
    </message>
    <message>
        <source>Looked for in {day}.</source>
        <translation>Se buscó en {day}.</translation>
    </message>
    <message>
        <source>Looking for music…</source>
        <translation>Buscando música…</translation>
    </message>
    <message>
        <source>Looks there once a day. Only files signed by those who make RightsDesk are taken. Empty: never.</source>
        <translation>Mira allí una vez al día. Solo se aceptan archivos firmados por quienes hacen RightsDesk. Vacío: nunca.</translation>
    </message>
    <message>
        <source>Make a new app password in the account&apos;s settings, and connect again.</source>
        <translation>Crea una nueva contraseña de aplicación en los ajustes de la cuenta y conéctala de nuevo.</translation>
    </message>
    <message>
        <source>Make a new key</source>
        <translation>Crear una clave nueva</translation>
    </message>
    <message>
        <source>Make a new key?</source>
        <translation>¿Crear una clave nueva?</translation>
    </message>
    <message>
        <source>Make a report…</source>
        <translation>Crear un informe…</translation>
    </message>
    <message>
        <source>Make an API token at Cloudflare, under My Profile, API Tokens, with the permission “Bot Management: Edit” for this one zone, and connect again with it.</source>
        <translation>Crea un token de API en Cloudflare, en My Profile, API Tokens, con el permiso «Bot Management: Edit» solo para esta zona, y vuelve a conectar con él.</translation>
    </message>
    <message>
        <source>Make an app of the kind named in the steps: it accepts any address on this computer. Then try again.</source>
        <translation>Crea una aplicación del tipo indicado en los pasos: acepta cualquier dirección de este ordenador. Después vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>Make an application password in WordPress, under Users, Profile, and connect again with it and your user name. Some web hosts block these passwords: then ask yours.</source>
        <translation>Crea una contraseña de aplicación en WordPress, en Usuarios, Perfil, y vuelve a conectar con ella y con tu nombre de usuario. Algunos proveedores de alojamiento bloquean estas contraseñas: en ese caso, pregunta al tuyo.</translation>
    </message>
    <message>
        <source>Make it writable for this user, or put the exported file there yourself.</source>
        <translation>Dale permiso de escritura a este usuario, o pon allí tú el archivo exportado.</translation>
    </message>
    <message>
        <source>Make it yours, then try again: {command}</source>
        <translation>Hazlo tuyo y vuelve a intentarlo: {command}</translation>
    </message>
    <message>
        <source>Make it yours, then try again: {command}. Or choose another folder.</source>
        <translation>Hazlo tuyo y vuelve a intentarlo: {command}. O elige otra carpeta.</translation>
    </message>
    <message>
        <source>Make new keys at archive.org/account/s3.php, and connect the account again.</source>
        <translation>Crea claves nuevas en archive.org/account/s3.php y vuelve a conectar la cuenta.</translation>
    </message>
    <message>
        <source>Make room and see that {folder} can be written, then try again.</source>
        <translation>Libera espacio, asegúrate de que se puede escribir en {folder} y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>Make room on the disk of RightsDesk&apos;s data folder, then try again.</source>
        <translation>Haz sitio en el disco de la carpeta de datos de RightsDesk y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>Make room, or name a file on another disk.</source>
        <translation>Haz sitio, o indica un archivo en otro disco.</translation>
    </message>
    <message>
        <source>Make room, then try again.</source>
        <translation>Libera espacio y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>Make the folder {folder} first, or name another.</source>
        <translation>Crea primero la carpeta {folder} o indica otra.</translation>
    </message>
    <message>
        <source>Make the folder {parent} first, or name a file in another one.</source>
        <translation>Crea antes la carpeta {parent}, o indica un archivo en otra.</translation>
    </message>
    <message>
        <source>Making something that sounds like you.</source>
        <translation>Hacer algo que suena a ti.</translation>
    </message>
    <message>
        <source>Marketing &amp; SEO</source>
        <translation>Marketing y SEO</translation>
    </message>
    <message>
        <source>Mastodon.social: training on its users&apos; data is not permitted, from 1 July 2025.</source>
        <translation>Mastodon.social: no se permite entrenar con los datos de sus usuarios, desde el 1 de julio de 2025.</translation>
    </message>
    <message numerus="yes">
        <source>Match %n tracks…</source>
        <translation>
            <numerusform>Asociar %n pista…</numerusform>
            <numerusform>Asociar %n pistas…</numerusform>
        </translation>
    </message>
    <message>
        <source>Match tracks…</source>
        <translation>Asociar pistas…</translation>
    </message>
    <message>
        <source>Match: {item} on {platform} is none of the recordings that resemble it</source>
        <translation>Asociación: {item} en {platform} no es ninguna de las grabaciones que se le parecen</translation>
    </message>
    <message>
        <source>Match: {item} on {platform} is {recording}</source>
        <translation>Asociación: {item} en {platform} es {recording}</translation>
    </message>
    <message>
        <source>Matches and decisions</source>
        <translation>Asociaciones y decisiones</translation>
    </message>
    <message>
        <source>Match…</source>
        <translation>Asociar…</translation>
    </message>
    <message>
        <source>Material trains models unless you opt out in the account.</source>
        <translation>El material entrena modelos salvo que te excluyas en la cuenta.</translation>
    </message>
    <message>
        <source>May train on it already: {names}.</source>
        <translation>Ya pueden entrenar con él: {names}.</translation>
    </message>
    <message>
        <source>May use the music for</source>
        <translation>Puede usar la música para</translation>
    </message>
    <message>
        <source>Media managers and exiftool show it to people. No machine is known to act on it.</source>
        <translation>Los gestores multimedia y exiftool lo muestran a las personas. No consta que ninguna máquina actúe en consecuencia.</translation>
    </message>
    <message>
        <source>Medium&apos;s help page.</source>
        <translation>La página de ayuda de Medium.</translation>
    </message>
    <message>
        <source>Member labels join each AI licence by themselves: ask your label about Udio and ElevenLabs.</source>
        <translation>Los sellos miembros deciden uno a uno en qué licencia de IA participan: pregunta a tu sello por Udio y ElevenLabs.</translation>
    </message>
    <message>
        <source>Members may not copy works from Deezer for text and data mining or to train AI models.</source>
        <translation>Los miembros no pueden copiar obras de Deezer para minería de textos y datos ni para entrenar modelos de IA.</translation>
    </message>
    <message>
        <source>Members: nothing to do for a no. The AI licence of September 2025 takes only works with explicit approval.</source>
        <translation>Miembros: para un no, nada que hacer. La licencia de IA de septiembre de 2025 solo toma obras con aprobación explícita.</translation>
    </message>
    <message>
        <source>Members: nothing to do, GEMA has reserved text and data mining for your works. Recordings are another matter.</source>
        <translation>Miembros: nada que hacer, GEMA ha reservado la minería de textos y datos para tus obras. Las grabaciones son otro asunto.</translation>
    </message>
    <message>
        <source>Members: nothing to do, SACEM opted out for its repertoire.</source>
        <translation>Miembros: nada que hacer, SACEM se ha opuesto por todo su repertorio.</translation>
    </message>
    <message>
        <source>Menlo</source>
        <translation>Menlo</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>Unir</translation>
    </message>
    <message>
        <source>Merge them or keep them apart. If a tag is wrong, correct it with a tag editor, then scan the folder again.</source>
        <translation>Únelas o mantenlas aparte. Si una etiqueta está mal, corrígela con un editor de etiquetas y vuelve a escanear la carpeta.</translation>
    </message>
    <message>
        <source>Merged: {about}</source>
        <translation>Se unió: {about}</translation>
    </message>
    <message>
        <source>Merged: {subject}</source>
        <translation>Se unió: {subject}</translation>
    </message>
    <message>
        <source>Merlin&apos;s statement of 16 December 2024 and news on the licences with Udio and ElevenLabs.</source>
        <translation>Comunicado de Merlin del 16 de diciembre de 2024 y noticias sobre las licencias con Udio y ElevenLabs.</translation>
    </message>
    <message>
        <source>Missing folders</source>
        <translation>Carpetas que faltan</translation>
    </message>
    <message>
        <source>Model training and improvements</source>
        <translation>Model training and improvements</translation>
    </message>
    <message>
        <source>Models made from traffic data belong to Cloudflare.</source>
        <translation>Los modelos hechos con datos de tráfico son de Cloudflare.</translation>
    </message>
    <message>
        <source>Models that generate content. For other models there is a Data Processing Objection Form.</source>
        <translation>Modelos que generan contenido. Para otros modelos hay un Data Processing Objection Form.</translation>
    </message>
    <message>
        <source>Models that make music or voices learn from it.</source>
        <translation>Los modelos que hacen música o voces aprenden de ella.</translation>
    </message>
    <message>
        <source>Models that recognise, sort or describe learn from it.</source>
        <translation>Los modelos que reconocen, ordenan o describen aprenden de ella.</translation>
    </message>
    <message>
        <source>Monkey&apos;s Audio</source>
        <translation>Monkey&apos;s Audio</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Más</translation>
    </message>
    <message>
        <source>More companies say that they obey it than any other signal. It keeps crawlers off your own site, and says nothing about copies elsewhere.</source>
        <translation>Más empresas dicen que la obedecen que cualquier otra señal. Mantiene a los rastreadores fuera de tu propia web, y no dice nada de las copias que hay en otras partes.</translation>
    </message>
    <message>
        <source>More for {name}</source>
        <translation>Más sobre {name}</translation>
    </message>
    <message>
        <source>More: contract, reference, certificate</source>
        <translation>Más: contrato, referencia, certificado</translation>
    </message>
    <message>
        <source>Most of the text is missing.</source>
        <translation>Falta la mayor parte del texto.</translation>
    </message>
    <message>
        <source>Motion</source>
        <translation>Movimiento</translation>
    </message>
    <message>
        <source>Move it back, or change the right one by hand.</source>
        <translation>Devuélvelo a su sitio, o cambia el correcto a mano.</translation>
    </message>
    <message>
        <source>Musepack</source>
        <translation>Musepack</translation>
    </message>
    <message>
        <source>Music made with AI</source>
        <translation>Música hecha con IA</translation>
    </message>
    <message>
        <source>MusicBrainz id</source>
        <translation>Id. de MusicBrainz</translation>
    </message>
    <message>
        <source>My Privacy &amp; Data</source>
        <translation>Mi privacidad y datos</translation>
    </message>
    <message>
        <source>My Selfie pictures train models. A switch for public content is reported by one post only, so it is not a step.</source>
        <translation>Las imágenes de My Selfie entrenan modelos. De un interruptor para contenido público solo informa una publicación, así que no es un paso.</translation>
    </message>
    <message>
        <source>My addresses are registered</source>
        <translation>Mis direcciones están registradas</translation>
    </message>
    <message>
        <source>My label has joined at least one</source>
        <translation>Mi sello participa al menos en una</translation>
    </message>
    <message>
        <source>My label has joined none</source>
        <translation>Mi sello no participa en ninguna</translation>
    </message>
    <message>
        <source>Name a backup. RightsDesk&apos;s own backups are in {folder}.</source>
        <translation>Indica una copia de seguridad. Las de RightsDesk están en {folder}.</translation>
    </message>
    <message>
        <source>Name a file for the backup.</source>
        <translation>Indica un archivo para la copia de seguridad.</translation>
    </message>
    <message>
        <source>Name a file in a folder where you may write.</source>
        <translation>Indica un archivo en una carpeta donde puedas escribir.</translation>
    </message>
    <message>
        <source>Name a file that RightsDesk wrote as a backup.</source>
        <translation>Indica un archivo que RightsDesk escribió como copia de seguridad.</translation>
    </message>
    <message>
        <source>Name an HTTP proxy instead, or add {host} to the setting no_proxy.</source>
        <translation>Indica en su lugar un proxy HTTP, o añade {host} al ajuste no_proxy.</translation>
    </message>
    <message>
        <source>Name an HTTP proxy.</source>
        <translation>Indica un proxy HTTP.</translation>
    </message>
    <message>
        <source>Name an artist, a release or a recording.</source>
        <translation>Indica un artista, un lanzamiento o una grabación.</translation>
    </message>
    <message>
        <source>Name an authority below, or turn on OpenTimestamps, first.</source>
        <translation>Indica primero una autoridad abajo o activa OpenTimestamps.</translation>
    </message>
    <message>
        <source>Name at least one.</source>
        <translation>Indica al menos uno.</translation>
    </message>
    <message>
        <source>Name at least two of the members of “{id}”.</source>
        <translation>Indica al menos dos de los miembros de «{id}».</translation>
    </message>
    <message>
        <source>Name of the artist or band</source>
        <translation>Nombre del artista o grupo</translation>
    </message>
    <message>
        <source>Name of the artist or band:</source>
        <translation>Nombre del artista o grupo:</translation>
    </message>
    <message>
        <source>Name of the filter:</source>
        <translation>Nombre del filtro:</translation>
    </message>
    <message>
        <source>Name one of the two.</source>
        <translation>Indica uno de los dos.</translation>
    </message>
    <message>
        <source>Name one of these: {keys}</source>
        <translation>Indica uno de estos: {keys}</translation>
    </message>
    <message>
        <source>Name the artist or the release too, or give the ISRC.</source>
        <translation>Indica también el artista o el lanzamiento, o da el ISRC.</translation>
    </message>
    <message>
        <source>Name the artist or the release too, or give the title.</source>
        <translation>Indica también el artista o el lanzamiento, o da el título.</translation>
    </message>
    <message>
        <source>Name the artist too, or give the UPC.</source>
        <translation>Indica también el artista, o da el UPC.</translation>
    </message>
    <message>
        <source>Name the artist.</source>
        <translation>Indica el artista.</translation>
    </message>
    <message>
        <source>Name the authority&apos;s root certificate, as PEM or DER.</source>
        <translation>Indica el certificado raíz de la autoridad, como PEM o DER.</translation>
    </message>
    <message>
        <source>Name the file of the contract, or leave it out.</source>
        <translation>Indica el archivo del contrato, u omítelo.</translation>
    </message>
    <message>
        <source>Name the music folder: `directory` in beets&apos; configuration.</source>
        <translation>Indica la carpeta de música: `directory` en la configuración de beets.</translation>
    </message>
    <message>
        <source>Name the source.</source>
        <translation>Indica la fuente.</translation>
    </message>
    <message>
        <source>Name what is excepted, as in: world except US</source>
        <translation>Indica lo exceptuado, así: world except US</translation>
    </message>
    <message>
        <source>Named in {number} of {files} in {place}</source>
        <translation>Aparece en {number} de {files} en {place}</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>Nombres</translation>
    </message>
    <message>
        <source>Needs work</source>
        <translation>Pendiente</translation>
    </message>
    <message>
        <source>Needs you now</source>
        <translation>Te necesita ahora</translation>
    </message>
    <message>
        <source>New versions</source>
        <translation>Versiones nuevas</translation>
    </message>
    <message>
        <source>Newest fingerprint: {hash}…</source>
        <translation>Última huella: {hash}…</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Siguiente</translation>
    </message>
    <message>
        <source>Next steps</source>
        <translation>Próximos pasos</translation>
    </message>
    <message>
        <source>No</source>
        <translation>No</translation>
    </message>
    <message>
        <source>No AI</source>
        <translation>No a la IA</translation>
    </message>
    <message>
        <source>No AI company has committed to it.</source>
        <translation>Ninguna empresa de IA se ha comprometido con ella.</translation>
    </message>
    <message>
        <source>No AI company is known to read it yet: it is a draft that may become a standard.</source>
        <translation>No consta que ninguna empresa de IA lo lea todavía: es un borrador que puede llegar a ser un estándar.</translation>
    </message>
    <message>
        <source>No AI training without my written consent.</source>
        <translation>Prohibido entrenar IA sin mi consentimiento por escrito.</translation>
    </message>
    <message>
        <source>No WordPress API answers at {site}.</source>
        <translation>En {site} no responde ninguna API de WordPress.</translation>
    </message>
    <message>
        <source>No WordPress was found at this address, or its API is switched off.</source>
        <translation>No se ha encontrado ningún WordPress en esta dirección, o su API está desactivada.</translation>
    </message>
    <message>
        <source>No account is connected</source>
        <translation>No hay ninguna cuenta conectada</translation>
    </message>
    <message>
        <source>No account is connected for this music.</source>
        <translation>No hay ninguna cuenta conectada para esta música.</translation>
    </message>
    <message>
        <source>No additional preferences</source>
        <translation>No additional preferences</translation>
    </message>
    <message>
        <source>No artist is shown.</source>
        <translation>No se muestra ningún artista.</translation>
    </message>
    <message>
        <source>No artist needs you on a platform</source>
        <translation>Ningún artista te necesita en ninguna plataforma</translation>
    </message>
    <message>
        <source>No artist used it when this was noticed.</source>
        <translation>Ningún artista la usaba cuando se detectó esto.</translation>
    </message>
    <message>
        <source>No artist uses a platform so far, so there are no terms to watch.</source>
        <translation>Por ahora ningún artista usa una plataforma, así que no hay condiciones que vigilar.</translation>
    </message>
    <message>
        <source>No backup was made.</source>
        <translation>No se ha hecho ninguna copia de seguridad.</translation>
    </message>
    <message>
        <source>No browser could be opened. Copy the address, open it in a browser on this computer, and say yes to {platform} there.</source>
        <translation>No se ha podido abrir ningún navegador. Copia la dirección, ábrela en un navegador de este ordenador y di que sí a {platform} allí.</translation>
    </message>
    <message>
        <source>No choice</source>
        <translation>Sin elección</translation>
    </message>
    <message>
        <source>No choice has been made yet.</source>
        <translation>Aún no hay ninguna elección.</translation>
    </message>
    <message>
        <source>No distribution of AI-generated content (page updated 29 October 2025).</source>
        <translation>Sin distribución de contenido generado con IA (página actualizada el 29 de octubre de 2025).</translation>
    </message>
    <message>
        <source>No field for AI. Rights and licence are all there is; the Archive argues in public that training can be fair use.</source>
        <translation>Ningún campo para IA. Solo hay derechos y licencia; el Archivo defiende en público que entrenar puede ser uso legítimo («fair use»).</translation>
    </message>
    <message>
        <source>No file</source>
        <translation>Ningún archivo</translation>
    </message>
    <message>
        <source>No file of it is where it was.</source>
        <translation>Ningún archivo suyo está donde estaba.</translation>
    </message>
    <message>
        <source>No file was written.</source>
        <translation>No se ha escrito ningún archivo.</translation>
    </message>
    <message>
        <source>No files here</source>
        <translation>Aquí no hay archivos</translation>
    </message>
    <message>
        <source>No generative AI</source>
        <translation>No a la IA generativa</translation>
    </message>
    <message>
        <source>No label</source>
        <translation>Sin sello</translation>
    </message>
    <message>
        <source>No letter yet. A reservation of rights, an objection or a question to a platform is filled from the record; you send it yourself.</source>
        <translation>Aún no hay cartas. Una reserva de derechos, una oposición o una pregunta a una plataforma se rellena con lo registrado; la envías tú.</translation>
    </message>
    <message>
        <source>No licence holds today</source>
        <translation>Hoy no hay ninguna licencia vigente</translation>
    </message>
    <message>
        <source>No licences yet</source>
        <translation>Aún no hay licencias</translation>
    </message>
    <message>
        <source>No longer stated as allowed: {what}.</source>
        <translation>Ya no se indica como permitido: {what}.</translation>
    </message>
    <message>
        <source>No longer stated as forbidden: {what}.</source>
        <translation>Ya no se indica como prohibido: {what}.</translation>
    </message>
    <message>
        <source>No longer stated as with a choice: {what}.</source>
        <translation>Ya no se indica que se pueda elegir: {what}.</translation>
    </message>
    <message>
        <source>No longer there: {files}.</source>
        <translation>Ya no están: {files}.</translation>
    </message>
    <message>
        <source>No music found in {place}. RightsDesk knows MP3, FLAC, WAV, AIFF, M4A, Ogg and Opus.</source>
        <translation>No hay música en {place}. RightsDesk conoce MP3, FLAC, WAV, AIFF, M4A, Ogg y Opus.</translation>
    </message>
    <message>
        <source>No music of {artist} yet</source>
        <translation>Aún no hay música de {artist}</translation>
    </message>
    <message>
        <source>No music was found for {artist}</source>
        <translation>No se ha encontrado música de {artist}</translation>
    </message>
    <message>
        <source>No music yet</source>
        <translation>Aún no hay música</translation>
    </message>
    <message>
        <source>No one can recover it for you. If it is lost, RightsDesk makes a new key when you connect an account again, and all accounts have to be connected again; nothing else is lost.</source>
        <translation>Nadie puede recuperarla por ti. Si se pierde, RightsDesk crea una clave nueva cuando vuelves a conectar una cuenta, y hay que volver a conectar todas las cuentas; no se pierde nada más.</translation>
    </message>
    <message>
        <source>No problems</source>
        <translation>Ningún problema</translation>
    </message>
    <message>
        <source>No program on this computer could open this:</source>
        <translation>Ningún programa de este ordenador ha podido abrir esto:</translation>
    </message>
    <message>
        <source>No proxy</source>
        <translation>Sin proxy</translation>
    </message>
    <message>
        <source>No reason is on record.</source>
        <translation>No consta el motivo.</translation>
    </message>
    <message>
        <source>No release</source>
        <translation>Sin lanzamiento</translation>
    </message>
    <message>
        <source>No reservation and no switch was found. Since 28 October 2025 works made partly with AI can be registered; that is no consent.</source>
        <translation>No se ha encontrado ninguna reserva ni ningún interruptor. Desde el 28 de octubre de 2025 se pueden registrar obras hechas en parte con IA; eso no es un consentimiento.</translation>
    </message>
    <message>
        <source>No sentence</source>
        <translation>Sin frase</translation>
    </message>
    <message>
        <source>No setting is called that.</source>
        <translation>Ningún ajuste se llama así.</translation>
    </message>
    <message>
        <source>No source of time stamps is chosen.</source>
        <translation>No se ha elegido ninguna fuente de sellos de tiempo.</translation>
    </message>
    <message>
        <source>No track fits the search.</source>
        <translation>Ninguna pista encaja con la búsqueda.</translation>
    </message>
    <message>
        <source>No track of this artist is there</source>
        <translation>Ahí no hay ninguna pista de este artista</translation>
    </message>
    <message>
        <source>No track with “{text}”</source>
        <translation>Ninguna pista con «{text}»</translation>
    </message>
    <message>
        <source>No training, no imitation, no AI input, no data mining. Search and recommendations stay allowed.</source>
        <translation>Sin entrenamiento, imitación, entrada para IA ni minería de datos. La búsqueda y las recomendaciones siguen permitidas.</translation>
    </message>
    <message>
        <source>No use of platform content for AI without written permission of Dailymotion and/or the uploader.</source>
        <translation>Ningún uso del contenido de la plataforma para IA sin permiso por escrito de Dailymotion o de quien lo subió, o de ambos.</translation>
    </message>
    <message>
        <source>No word on AI in the version of {day}.</source>
        <translation>La versión de {day} no dice nada sobre IA.</translation>
    </message>
    <message>
        <source>No, remove it</source>
        <translation>No, quitarla</translation>
    </message>
    <message>
        <source>NoAI tag</source>
        <translation>Etiqueta NoAI</translation>
    </message>
    <message>
        <source>Nobody may train or feed AI models with content from Bandcamp, or mine it.</source>
        <translation>Nadie puede entrenar o alimentar modelos de IA con contenido de Bandcamp, ni extraer datos de él.</translation>
    </message>
    <message>
        <source>Non-Commercial Open Source Models only</source>
        <translation>Non-Commercial Open Source Models only</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Ninguno</translation>
    </message>
    <message>
        <source>None at the moment.</source>
        <translation>Ninguna por ahora.</translation>
    </message>
    <message>
        <source>None ends soon.</source>
        <translation>Ninguna termina pronto.</translation>
    </message>
    <message>
        <source>None of the files of {old} is in {new}.</source>
        <translation>Ninguno de los archivos de {old} está en {new}.</translation>
    </message>
    <message>
        <source>None of these</source>
        <translation>Ninguna de estas</translation>
    </message>
    <message>
        <source>None of {updates} today, all {when}.</source>
        <translation>Hoy, ninguno de los {updates}; todos {when}.</translation>
    </message>
    <message>
        <source>None yet.</source>
        <translation>Aún ninguno.</translation>
    </message>
    <message>
        <source>Not all of RightsDesk&apos;s data could be removed: {path}: {why}</source>
        <translation>No se han podido eliminar todos los datos de RightsDesk: {path}: {why}</translation>
    </message>
    <message>
        <source>Not certified</source>
        <translation>Sin certificado</translation>
    </message>
    <message>
        <source>Not checked yet.</source>
        <translation>Aún sin comprobar.</translation>
    </message>
    <message>
        <source>Not chosen yet</source>
        <translation>Aún sin elegir</translation>
    </message>
    <message>
        <source>Not entered</source>
        <translation>Sin inscribir</translation>
    </message>
    <message>
        <source>Not found in the settings</source>
        <translation>No encontrado en los ajustes</translation>
    </message>
    <message>
        <source>Not known</source>
        <translation>Sin datos</translation>
    </message>
    <message>
        <source>Not on a release</source>
        <translation>Sin lanzamiento</translation>
    </message>
    <message>
        <source>Not on the Fairly Trained list that we have (as of {day}): {names}.</source>
        <translation>Fuera de la lista de Fairly Trained que tenemos ({day}): {names}.</translation>
    </message>
    <message>
        <source>Not on the Fairly Trained list that we have (as of {day}, and not complete): {names}.</source>
        <translation>Fuera de la lista de Fairly Trained que tenemos ({day}, incompleta): {names}.</translation>
    </message>
    <message>
        <source>Not read</source>
        <translation>Sin leer</translation>
    </message>
    <message>
        <source>Not read since an older state of RightsDesk&apos;s data was restored: what it says now is unknown.</source>
        <translation>Sin leer desde que se restauró un estado anterior de los datos de RightsDesk: no se sabe qué dice ahora.</translation>
    </message>
    <message>
        <source>Not read since {day} ({age}).</source>
        <translation>Sin leer desde {day} ({age}).</translation>
    </message>
    <message>
        <source>Not read yet.</source>
        <translation>Aún sin leer.</translation>
    </message>
    <message>
        <source>Not readable since {day}</source>
        <translation>Ilegible desde {day}</translation>
    </message>
    <message>
        <source>Not registered</source>
        <translation>Sin registrar</translation>
    </message>
    <message>
        <source>Not stated</source>
        <translation>Sin indicar</translation>
    </message>
    <message>
        <source>Not this version</source>
        <translation>Omitir esta versión</translation>
    </message>
    <message>
        <source>Not tried yet</source>
        <translation>Aún sin probar</translation>
    </message>
    <message>
        <source>Not tried: {why}</source>
        <translation>Sin intentar: {why}</translation>
    </message>
    <message>
        <source>Not yet</source>
        <translation>Aún no</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Nota</translation>
    </message>
    <message>
        <source>Note deleted: {platform}</source>
        <translation>Nota eliminada: {platform}</translation>
    </message>
    <message>
        <source>Note deleted: {platform}, {artist}</source>
        <translation>Nota eliminada: {platform}, {artist}</translation>
    </message>
    <message>
        <source>Note first when it was sent.</source>
        <translation>Anota antes cuándo se envió.</translation>
    </message>
    <message>
        <source>Note on {name} deleted. It stays in the history.</source>
        <translation>Nota sobre {name} eliminada. Sigue en el historial.</translation>
    </message>
    <message>
        <source>Note:</source>
        <translation>Nota:</translation>
    </message>
    <message>
        <source>Note: {platform}, {artist}: {control} is {value}</source>
        <translation>Nota: {platform}, {artist}: {control} está en {value}</translation>
    </message>
    <message>
        <source>Noted</source>
        <translation>Anotado</translation>
    </message>
    <message>
        <source>Noted by you</source>
        <translation>Anotado por ti</translation>
    </message>
    <message>
        <source>Noted by you {day}</source>
        <translation>Anotado por ti {day}</translation>
    </message>
    <message>
        <source>Noted by you {day}.</source>
        <translation>Anotado por ti {day}.</translation>
    </message>
    <message>
        <source>Noted by you: {standing}</source>
        <translation>Anotado por ti: {standing}</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notas</translation>
    </message>
    <message>
        <source>Nothing came back in time from {service} through the proxy {named}.</source>
        <translation>No ha llegado nada a tiempo de {service} por el proxy {named}.</translation>
    </message>
    <message>
        <source>Nothing changed.</source>
        <translation>No ha cambiado nada.</translation>
    </message>
    <message>
        <source>Nothing could be opened</source>
        <translation>No se ha podido abrir nada</translation>
    </message>
    <message>
        <source>Nothing has been chosen yet for this music.</source>
        <translation>Aún no se ha elegido nada para esta música.</translation>
    </message>
    <message>
        <source>Nothing in the help has these words.</source>
        <translation>Nada en la ayuda contiene estas palabras.</translation>
    </message>
    <message>
        <source>Nothing is damaged.</source>
        <translation>No hay nada dañado.</translation>
    </message>
    <message>
        <source>Nothing is on record yet.</source>
        <translation>Aún no hay nada registrado.</translation>
    </message>
    <message>
        <source>Nothing is reported from them, and your music was not touched.</source>
        <translation>No se informa de nada de ellos, y tu música no se ha tocado.</translation>
    </message>
    <message>
        <source>Nothing is unknown.</source>
        <translation>No falta ningún dato.</translation>
    </message>
    <message>
        <source>Nothing needs work.</source>
        <translation>No hay nada pendiente.</translation>
    </message>
    <message numerus="yes">
        <source>Nothing needs you on %n platforms</source>
        <translation>
            <numerusform>Nada te necesita en %n plataforma</numerusform>
            <numerusform>Nada te necesita en %n plataformas</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing of this sign-in is kept. At {name} it was not ended: that could end one that is in use here, too.</source>
        <translation>No se guarda nada de esta sesión. En {name} no se ha cerrado: eso podría cerrar también una que se usa aquí.</translation>
    </message>
    <message>
        <source>Nothing of this sign-in is kept. At {name} it was not ended: that would end one that is in use here, too.</source>
        <translation>No se guarda nada de esta sesión. En {name} no se ha cerrado: eso cerraría también una que se usa aquí.</translation>
    </message>
    <message>
        <source>Nothing says otherwise.</source>
        <translation>Nada dice otra cosa.</translation>
    </message>
    <message>
        <source>Nothing to change: these tracks have this choice already.</source>
        <translation>Nada que cambiar: estas pistas ya tienen esta elección.</translation>
    </message>
    <message>
        <source>Nothing to do for a no: Fair Trade AI is joined only by your yes.</source>
        <translation>Para un no, nada que hacer: en Fair Trade AI solo se entra con tu sí.</translation>
    </message>
    <message>
        <source>Nothing to do for a no: the Musical AI dataset is joined only by your yes.</source>
        <translation>Para un no, nada que hacer: en el conjunto de datos de Musical AI solo se entra con tu sí.</translation>
    </message>
    <message>
        <source>Nothing to do for any artist</source>
        <translation>Nada por hacer para ningún artista</translation>
    </message>
    <message>
        <source>Nothing to do. Everything that could be read says what you chose.</source>
        <translation>Nada por hacer. Todo lo que se ha podido leer dice lo que elegiste.</translation>
    </message>
    <message>
        <source>Nothing to press at RouteNote; each store has its own terms.</source>
        <translation>Nada que pulsar en RouteNote; cada tienda tiene sus propias condiciones.</translation>
    </message>
    <message>
        <source>Nothing to press: Bandcamp binds itself and everyone else; training to generate music needs your express permission.</source>
        <translation>Nada que pulsar: Bandcamp se obliga a sí mismo y a todos los demás; entrenar para generar música necesita tu permiso expreso.</translation>
    </message>
    <message>
        <source>Nothing to press: Deezer reserves text and data mining for its whole service and forbids members to train AI.</source>
        <translation>Nada que pulsar: Deezer reserva la minería de textos y datos para todo su servicio y prohíbe a sus miembros entrenar IA.</translation>
    </message>
    <message>
        <source>Nothing to press: any AI use of the files needs the rights holder&apos;s permission.</source>
        <translation>Nada que pulsar: todo uso de los archivos con IA necesita el permiso del titular de los derechos.</translation>
    </message>
    <message>
        <source>Nothing to press: generative training that imitates you needs your yes. Write your own reservation into tags and description.</source>
        <translation>Nada que pulsar: el entrenamiento generativo que te imita necesita tu sí. Escribe tu propia reserva en etiquetas y descripción.</translation>
    </message>
    <message>
        <source>Nothing to press: nobody may use what is there for AI without permission.</source>
        <translation>Nada que pulsar: nadie puede usar para IA lo que hay allí sin permiso.</translation>
    </message>
    <message>
        <source>Nothing to press: not used to train AI.</source>
        <translation>Nada que pulsar: no se usa para entrenar IA.</translation>
    </message>
    <message>
        <source>Nothing to press: sound and picture of your calls train no AI.</source>
        <translation>Nada que pulsar: el sonido y la imagen de tus llamadas no entrenan ninguna IA.</translation>
    </message>
    <message>
        <source>Nothing to press: the terms forbid training by anyone.</source>
        <translation>Nada que pulsar: las condiciones prohíben que nadie entrene.</translation>
    </message>
    <message>
        <source>Nothing to read</source>
        <translation>Nada que leer</translation>
    </message>
    <message>
        <source>Nothing to write</source>
        <translation>Nada por escribir</translation>
    </message>
    <message>
        <source>Nothing until you choose</source>
        <translation>Nada hasta que elijas</translation>
    </message>
    <message>
        <source>Nothing was changed there.</source>
        <translation>Allí no se ha cambiado nada.</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>No se ha cambiado nada.</translation>
    </message>
    <message>
        <source>Nothing was changed: the facts in use stay.</source>
        <translation>No se ha cambiado nada: siguen los datos en uso.</translation>
    </message>
    <message>
        <source>Nothing was changed: what is known of versions stays.</source>
        <translation>No se cambió nada: lo que se sabe de las versiones se mantiene.</translation>
    </message>
    <message>
        <source>Nothing was connected.</source>
        <translation>No se ha conectado nada.</translation>
    </message>
    <message>
        <source>Nothing was done since the newest time stamp, so none was made.</source>
        <translation>No se ha hecho nada desde el último sello de tiempo, así que no se ha creado ninguno.</translation>
    </message>
    <message>
        <source>Nothing was done yet.</source>
        <translation>Aún no se ha hecho nada.</translation>
    </message>
    <message>
        <source>Nothing was fetched.</source>
        <translation>No se ha descargado nada.</translation>
    </message>
    <message>
        <source>Nothing was noted.</source>
        <translation>No se ha anotado nada.</translation>
    </message>
    <message>
        <source>Nothing was published.</source>
        <translation>No se ha publicado nada.</translation>
    </message>
    <message>
        <source>Nothing was read or changed there.</source>
        <translation>Allí no se ha leído ni cambiado nada.</translation>
    </message>
    <message>
        <source>Nothing was read or changed.</source>
        <translation>No se ha leído ni cambiado nada.</translation>
    </message>
    <message>
        <source>Nothing was saved just now.</source>
        <translation>Ahora mismo no se ha guardado nada.</translation>
    </message>
    <message>
        <source>Nothing was saved.</source>
        <translation>No se ha guardado nada.</translation>
    </message>
    <message>
        <source>Nothing was sent there, and nothing changed.</source>
        <translation>No se ha enviado nada allí, y no ha cambiado nada.</translation>
    </message>
    <message>
        <source>Nothing was sent to it.</source>
        <translation>No se le ha enviado nada.</translation>
    </message>
    <message>
        <source>Nothing was sent, and nothing was changed.</source>
        <translation>No se ha enviado nada, y no se ha cambiado nada.</translation>
    </message>
    <message>
        <source>Nothing was sent.</source>
        <translation>No se ha enviado nada.</translation>
    </message>
    <message>
        <source>Nothing was written.</source>
        <translation>No se ha escrito nada.</translation>
    </message>
    <message>
        <source>Nothing: no account is connected. RightsDesk can write there with one.</source>
        <translation>Nada: no hay ninguna cuenta conectada. Con una, RightsDesk puede escribir allí.</translation>
    </message>
    <message>
        <source>Nothing: there is only its own setting.</source>
        <translation>Nada: solo hay su propio ajuste.</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Notificaciones</translation>
    </message>
    <message>
        <source>Notify me</source>
        <translation>Notificarme</translation>
    </message>
    <message>
        <source>Noto Sans Mono</source>
        <translation>Noto Sans Mono</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>Ahora</translation>
    </message>
    <message>
        <source>Now allowed: {what}.</source>
        <translation>Ahora permitido: {what}.</translation>
    </message>
    <message>
        <source>Now forbidden: {what}.</source>
        <translation>Ahora prohibido: {what}.</translation>
    </message>
    <message>
        <source>Now with a choice: {what}.</source>
        <translation>Ahora se puede elegir: {what}.</translation>
    </message>
    <message>
        <source>Objection form</source>
        <translation>Formulario de oposición</translation>
    </message>
    <message>
        <source>Objection to the use of your information for AI at Meta</source>
        <translation>Oposición al uso de tu información para IA en Meta</translation>
    </message>
    <message>
        <source>Of kinds that RightsDesk does not read: {files}.</source>
        <translation>En formatos que RightsDesk no lee: {files}.</translation>
    </message>
    <message>
        <source>Of {day} (number {number}), about {platforms}. Came with RightsDesk.</source>
        <translation>Fecha: {day} (número {number}), sobre {platforms}. Incluidos en RightsDesk.</translation>
    </message>
    <message>
        <source>Of {day} (number {number}), about {platforms}. Installed as an update.</source>
        <translation>Fecha: {day} (número {number}), sobre {platforms}. Instalados como actualización.</translation>
    </message>
    <message>
        <source>Of {day}, {age} ago.</source>
        <translation>Fecha: {day}, hace {age}.</translation>
    </message>
    <message>
        <source>Of {day}.</source>
        <translation>Fecha: {day}.</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Desactivado</translation>
    </message>
    <message>
        <source>Off unless you switch it on</source>
        <translation>Desactivado salvo que lo actives</translation>
    </message>
    <message>
        <source>Off: no company</source>
        <translation>Desactivado: ninguna empresa</translation>
    </message>
    <message>
        <source>Often confused with it</source>
        <translation>A menudo se confunde con esto</translation>
    </message>
    <message>
        <source>On</source>
        <translation>Activado</translation>
    </message>
    <message>
        <source>On Bluesky this applies to your whole account, not to single tracks.</source>
        <translation>En Bluesky esto vale para toda tu cuenta, no para pistas sueltas.</translation>
    </message>
    <message>
        <source>On Bluesky, no to data mining also stops discovery by meaning (semantic search and recommendations), because it forbids embedding.</source>
        <translation>En Bluesky, un no a la minería de datos también impide que te encuentren por significado (búsqueda y recomendaciones semánticas), porque prohíbe los embeddings.</translation>
    </message>
    <message>
        <source>On Bluesky, open Settings, Privacy and security, App passwords, and add one named RightsDesk.</source>
        <translation>En Bluesky, abre Ajustes, Privacidad y seguridad, Contraseñas de aplicación, y añade una llamada RightsDesk.</translation>
    </message>
    <message>
        <source>On by default, since 3 November 2025 also in the EU, the EEA, the UK, Switzerland, Canada and Hong Kong. Off works from then on only.</source>
        <translation>Activado por defecto, desde el 3 de noviembre de 2025 también en la UE, el EEE, el Reino Unido, Suiza, Canadá y Hong Kong. Desactivarlo solo vale desde ese momento.</translation>
    </message>
    <message>
        <source>On by default. Switch it off; the licence in the terms covers training either way.</source>
        <translation>Activado por defecto. Desactívalo; la licencia de las condiciones incluye el entrenamiento de todos modos.</translation>
    </message>
    <message>
        <source>On unless you switch it off</source>
        <translation>Activado salvo que lo desactives</translation>
    </message>
    <message>
        <source>Once a &amp;day</source>
        <translation>Una vez al &amp;día</translation>
    </message>
    <message>
        <source>Once a &amp;week</source>
        <translation>Una vez a la &amp;semana</translation>
    </message>
    <message>
        <source>Once there are some, rescan.</source>
        <translation>Cuando haya alguno, reescanea.</translation>
    </message>
    <message>
        <source>One ISRC is on recordings of {artists}: {named}.</source>
        <translation>Un mismo ISRC está en grabaciones de {artists}: {named}.</translation>
    </message>
    <message>
        <source>One ISRC is on {recordings} with different titles or lengths: {named}. They were kept apart.</source>
        <translation>Un mismo ISRC está en {recordings} con títulos o duraciones diferentes: {named}. Se han mantenido aparte.</translation>
    </message>
    <message>
        <source>One UPC is on {releases}: {named}.</source>
        <translation>Un mismo UPC está en {releases}: {named}.</translation>
    </message>
    <message>
        <source>One of the texts to write holds a control character, which XMP can&apos;t hold.</source>
        <translation>Uno de los textos por escribir contiene un carácter de control, que XMP no admite.</translation>
    </message>
    <message>
        <source>One user&apos;s post. No help page was found.</source>
        <translation>La publicación de un usuario. No se ha encontrado ninguna página de ayuda.</translation>
    </message>
    <message>
        <source>Only XMP is written: this file has no place where RightsDesk can safely write other fields.</source>
        <translation>Solo se escribe XMP: este archivo no tiene otro sitio donde RightsDesk pueda escribir campos con seguridad.</translation>
    </message>
    <message>
        <source>Only a merge can be narrowed to some members, and only of recordings or releases.</source>
        <translation>Solo una unión se puede limitar a algunos miembros, y solo la de grabaciones o lanzamientos.</translation>
    </message>
    <message>
        <source>Only on pages with advertisements</source>
        <translation>Solo en páginas con publicidad</translation>
    </message>
    <message>
        <source>Only terms of 2021 could be found. They are older than the question.</source>
        <translation>Solo se han podido encontrar condiciones de 2021. Son anteriores a la cuestión.</translation>
    </message>
    <message>
        <source>Only terms of December 2023 and older were found, and the part read does not mention AI. How an artist says no to Believe&apos;s licences was not found.</source>
        <translation>Solo se han encontrado condiciones de diciembre de 2023 y anteriores, y la parte leída no menciona la IA. No se ha encontrado cómo dice un artista que no a las licencias de Believe.</translation>
    </message>
    <message>
        <source>Only the companies that I chose</source>
        <translation>Solo las empresas que he elegido</translation>
    </message>
    <message>
        <source>Only the home page is known for sure. The steps lead on from there.</source>
        <translation>Solo se conoce con seguridad la página de inicio. Los pasos siguen desde allí.</translation>
    </message>
    <message>
        <source>Only the opening page was held, not the parts behind it.</source>
        <translation>Solo tenemos la página inicial, no las partes que hay detrás.</translation>
    </message>
    <message>
        <source>Only the terms apply: there is no switch for Google&apos;s own use of what is on YouTube.</source>
        <translation>Solo valen las condiciones: no hay interruptor para el uso que el propio Google hace de lo que está en YouTube.</translation>
    </message>
    <message>
        <source>Only the uploader of an item can change it.</source>
        <translation>Solo quien subió un elemento puede cambiarlo.</translation>
    </message>
    <message>
        <source>Only tracks that are wholly yours can take part.</source>
        <translation>Solo pueden participar las pistas que son del todo tuyas.</translation>
    </message>
    <message>
        <source>Only you can change it: {where}.</source>
        <translation>Solo tú puedes cambiarlo: {where}.</translation>
    </message>
    <message>
        <source>Only you can change this, in YouTube Studio: Settings, Channel, Advanced settings, Third-party training. It does not limit what Google itself does.</source>
        <translation>Solo tú puedes cambiarlo, en YouTube Studio: Configuración, Canal, Configuración avanzada, Entrenamiento de terceros. No limita lo que hace la propia Google.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Abierto</translation>
    </message>
    <message>
        <source>Open Canva&apos;s settings and go to Privacy settings.</source>
        <translation>Abre la configuración de Canva y ve a Ajustes de privacidad.</translation>
    </message>
    <message>
        <source>Open Dropbox&apos;s settings in the browser.</source>
        <translation>Abre la configuración de Dropbox en el navegador.</translation>
    </message>
    <message>
        <source>Open GitHub&apos;s settings and go to Copilot.</source>
        <translation>Abre la configuración (Settings) de GitHub y ve a Copilot.</translation>
    </message>
    <message>
        <source>Open LinkedIn and go to Settings &amp; Privacy, then Data privacy.</source>
        <translation>Abre LinkedIn y ve a Ajustes y privacidad y luego a Privacidad de datos.</translation>
    </message>
    <message>
        <source>Open Medium and go to Settings, then Account.</source>
        <translation>Abre Medium y ve a Settings y luego a Account.</translation>
    </message>
    <message>
        <source>Open Meta&apos;s Privacy Center and find the form to object.</source>
        <translation>Abre el Centro de privacidad de Meta y busca el formulario de oposición.</translation>
    </message>
    <message>
        <source>Open Source Models only</source>
        <translation>Open Source Models only</translation>
    </message>
    <message>
        <source>Open Sureel&apos;s page on entering music. It offers a form, a CSV or JSON file, DDEX, and OpenPlay.</source>
        <translation>Abre la página de Sureel sobre cómo incorporar música. Ofrece un formulario, un archivo CSV o JSON, DDEX y OpenPlay.</translation>
    </message>
    <message>
        <source>Open Tumblr in the browser, not in the app, and go to the settings of your blog.</source>
        <translation>Abre Tumblr en el navegador, no en la app, y ve a la configuración de tu blog.</translation>
    </message>
    <message>
        <source>Open X and go to Settings, then Privacy and safety, then Data sharing and personalization.</source>
        <translation>Abre X y ve a Configuración, luego a Privacidad y seguridad y luego a Datos compartidos y personalización.</translation>
    </message>
    <message>
        <source>Open YouTube Studio with your music&apos;s channel.</source>
        <translation>Abre YouTube Studio con el canal de tu música.</translation>
    </message>
    <message>
        <source>Open haveibeentrained.com. In September 2025 it was said to be under maintenance, so it may not answer.</source>
        <translation>Abre haveibeentrained.com. En septiembre de 2025 se decía que estaba en mantenimiento, así que quizá no responda.</translation>
    </message>
    <message>
        <source>Open home page</source>
        <translation>Abrir la página de inicio</translation>
    </message>
    <message>
        <source>Open it in an audio program and save it again.</source>
        <translation>Ábrelo en un programa de audio y guárdalo de nuevo.</translation>
    </message>
    <message>
        <source>Open on {name}</source>
        <translation>Abrir en {name}</translation>
    </message>
    <message>
        <source>Open page</source>
        <translation>Abrir página</translation>
    </message>
    <message>
        <source>Open page again</source>
        <translation>Abrir la página de nuevo</translation>
    </message>
    <message>
        <source>Open the Robots.txt Editor. Some plans do not have it.</source>
        <translation>Abre el Editor de robots.txt. Algunos planes no lo tienen.</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Abrir la carpeta</translation>
    </message>
    <message>
        <source>Open the page</source>
        <translation>Abrir la página</translation>
    </message>
    <message>
        <source>Open the page…</source>
        <translation>Abrir la página…</translation>
    </message>
    <message>
        <source>Open the settings of your publication on Substack.</source>
        <translation>Abre la configuración de tu publicación en Substack.</translation>
    </message>
    <message>
        <source>Open your apps page on SoundCloud and register an app. SoundCloud may ask for an Artist Pro plan.</source>
        <translation>Abre tu página de aplicaciones en SoundCloud y registra una. SoundCloud puede pedir un plan Artist Pro.</translation>
    </message>
    <message>
        <source>Open your site in Squarespace and go to Settings, then Crawlers.</source>
        <translation>Abre tu sitio en Squarespace y ve a Ajustes y luego a Rastreadores.</translation>
    </message>
    <message>
        <source>Open your site&apos;s dashboard in Wix and go to Marketing &amp; SEO, then SEO Tools.</source>
        <translation>Abre el panel de tu sitio en Wix y ve a Marketing y SEO y luego a Herramientas SEO.</translation>
    </message>
    <message>
        <source>Open “Data for Generative AI Improvement”.</source>
        <translation>Abre «Datos para mejorar la IA generativa».</translation>
    </message>
    <message>
        <source>Open “Gen AI preferences”.</source>
        <translation>Abre «Gen AI preferences».</translation>
    </message>
    <message>
        <source>Open “Grok &amp; Third-party Collaborators”.</source>
        <translation>Abre «Grok &amp; Third-party Collaborators».</translation>
    </message>
    <message>
        <source>Open “Third-party AI and your stories”.</source>
        <translation>Abre «Third-party AI and your stories».</translation>
    </message>
    <message>
        <source>Open “Third-party AI”. If it is not there, the features do not exist for your account.</source>
        <translation>Abre «IA de terceros». Si no está, esas funciones no existen para tu cuenta.</translation>
    </message>
    <message>
        <source>OpenAI, Anthropic, Google, Apple, Common Crawl and others document that their crawlers obey it. Some, such as Bytespider, are known not to.</source>
        <translation>OpenAI, Anthropic, Google, Apple, Common Crawl y otros documentan que sus rastreadores lo obedecen. De algunos, como Bytespider, se sabe que no.</translation>
    </message>
    <message>
        <source>OpenTimestamps: free of charge, pending for some hours. Only a hash is sent, nothing of the history itself.</source>
        <translation>OpenTimestamps: gratis, pendiente durante unas horas. Solo se envía un hash, nada del historial en sí.</translation>
    </message>
    <message>
        <source>Opens RightsDesk when you log in, so that automatic checks happen.</source>
        <translation>Abre RightsDesk cuando entras en tu sistema, para que haya comprobaciones automáticas.</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Abrir…</translation>
    </message>
    <message>
        <source>Other accounts are not affected.</source>
        <translation>Las demás cuentas no se ven afectadas.</translation>
    </message>
    <message>
        <source>Other people on this computer may write in RightsDesk&apos;s data folder ({folder}).</source>
        <translation>Otras personas de este ordenador pueden escribir en la carpeta de datos de RightsDesk ({folder}).</translation>
    </message>
    <message>
        <source>Other people on this computer may write in {parent}, so they could put a folder of theirs in the place of RightsDesk&apos;s data folder ({folder}).</source>
        <translation>Otras personas de este ordenador pueden escribir en {parent}, así que podrían poner una carpeta suya en lugar de la carpeta de datos de RightsDesk ({folder}).</translation>
    </message>
    <message>
        <source>Others may not mine or scrape.</source>
        <translation>Otros no pueden hacer minería ni extracción automatizada de datos.</translation>
    </message>
    <message>
        <source>Others may not train on Spotify. Spotify itself trains models on user data; artists have no switch.</source>
        <translation>Otros no pueden entrenar con Spotify. El propio Spotify entrena modelos con datos de usuarios; los artistas no tienen interruptor.</translation>
    </message>
    <message>
        <source>Others must heed machine-readable signs such as robots.txt against training.</source>
        <translation>Otros tienen que respetar señales legibles por máquina contra el entrenamiento, como robots.txt.</translation>
    </message>
    <message>
        <source>Out unless you join</source>
        <translation>Fuera salvo que participes</translation>
    </message>
    <message>
        <source>Own copyright sentence</source>
        <translation>Frase de copyright propia</translation>
    </message>
    <message>
        <source>Own mix</source>
        <translation>A medida</translation>
    </message>
    <message>
        <source>Own site</source>
        <translation>Web propia</translation>
    </message>
    <message>
        <source>Own site: robots.txt for Google-Extended. Public information may otherwise be used.</source>
        <translation>Web propia: robots.txt para Google-Extended. Si no, la información pública se puede usar.</translation>
    </message>
    <message>
        <source>P&amp;ick {artist}</source>
        <translation>E&amp;legir a {artist}</translation>
    </message>
    <message>
        <source>PDF (*.pdf);;HTML (*.html);;JSON (*.json)</source>
        <translation>PDF (*.pdf);;HTML (*.html);;JSON (*.json)</translation>
    </message>
    <message>
        <source>PDF (*.pdf);;HTML (*.html);;Text (*.txt)</source>
        <translation>PDF (*.pdf);;HTML (*.html);;Texto (*.txt)</translation>
    </message>
    <message>
        <source>PRS has principles and a registration policy. A reservation for its repertoire was not found.</source>
        <translation>PRS tiene principios y una política de registro. No se ha encontrado ninguna reserva para su repertorio.</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>Página</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Páginas</translation>
    </message>
    <message>
        <source>Part of the delivery since 2026. They disclose how music was made. They are not a consent.</source>
        <translation>Forman parte de la entrega desde 2026. Indican cómo se hizo la música. No son un consentimiento.</translation>
    </message>
    <message>
        <source>Partner</source>
        <translation>Socio</translation>
    </message>
    <message>
        <source>Partners may not train on your files. You can switch off that files go to partners at all.</source>
        <translation>Los socios no pueden entrenar con tus archivos. Puedes desactivar que los archivos vayan siquiera a socios.</translation>
    </message>
    <message>
        <source>Parts of the text are missing.</source>
        <translation>Faltan partes del texto.</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>Frase de contraseña</translation>
    </message>
    <message>
        <source>Passphrase for your accounts…</source>
        <translation>Frase de contraseña para tus cuentas…</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Contraseña</translation>
    </message>
    <message>
        <source>Password there</source>
        <translation>Contraseña de allí</translation>
    </message>
    <message>
        <source>Paste both here. Add “Zone: Read” to the token if RightsDesk should show the zone by its name.</source>
        <translation>Pega los dos aquí. Añade «Zone: Read» al token si quieres que RightsDesk muestre la zona por su nombre.</translation>
    </message>
    <message>
        <source>Paste the rules that RightsDesk exports for robots.txt, and save.</source>
        <translation>Pega las reglas que RightsDesk exporta para robots.txt, y guarda.</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Ruta</translation>
    </message>
    <message>
        <source>Patreon said that training on creators&apos; work should be paid for.</source>
        <translation>Patreon ha dicho que se debería pagar por entrenar con el trabajo de los creadores.</translation>
    </message>
    <message>
        <source>Patreon&apos;s own terms on training were not found. One text reports that it rejects “fair use” for training.</source>
        <translation>No se han encontrado condiciones del propio Patreon sobre el entrenamiento. Un texto cuenta que rechaza el «fair use» para entrenar.</translation>
    </message>
    <message>
        <source>People in the EU and the UK: public posts, photos, captions and comments of that account.</source>
        <translation>Personas en la UE y el Reino Unido: publicaciones, fotos, pies de foto y comentarios públicos de esa cuenta.</translation>
    </message>
    <message>
        <source>People, and whoever reads SoundCloud&apos;s pages or interface. It is your reservation, not a switch of SoundCloud&apos;s.</source>
        <translation>Las personas, y quien lee las páginas o la interfaz de SoundCloud. Es tu reserva, no un interruptor de SoundCloud.</translation>
    </message>
    <message>
        <source>People, and whoever reads the platform&apos;s interface. No machine is known to act on it.</source>
        <translation>Las personas, y quien lee la interfaz de la plataforma. No consta que ninguna máquina actúe en consecuencia.</translation>
    </message>
    <message>
        <source>People, courts, and every player and shop that shows the field. No machine is known to act on it.</source>
        <translation>Las personas, los tribunales, y todo reproductor y tienda que muestra el campo. No consta que ninguna máquina actúe en consecuencia.</translation>
    </message>
    <message>
        <source>Personal data may be used to develop and train AI models.</source>
        <translation>Se pueden usar datos personales para desarrollar y entrenar modelos de IA.</translation>
    </message>
    <message>
        <source>Pictures given to My Selfie develop models for all services and research.</source>
        <translation>Las imágenes dadas a My Selfie desarrollan modelos para todos los servicios y la investigación.</translation>
    </message>
    <message>
        <source>Pins may be used to train models regardless of when they were posted.</source>
        <translation>Los pines se pueden usar para entrenar modelos sin importar cuándo se publicaron.</translation>
    </message>
    <message>
        <source>Places</source>
        <translation>Lugares</translation>
    </message>
    <message>
        <source>Platform</source>
        <translation>Plataforma</translation>
    </message>
    <message>
        <source>Platforms</source>
        <translation>Plataformas</translation>
    </message>
    <message>
        <source>Platforms by artist</source>
        <translation>Plataformas por artista</translation>
    </message>
    <message>
        <source>Platforms can take a while. Check again later.</source>
        <translation>Las plataformas pueden tardar un rato. Vuelve a comprobar más tarde.</translation>
    </message>
    <message>
        <source>Platforms suggest it, put it in playlists, check for fraud.</source>
        <translation>Las plataformas la sugieren, la ponen en listas, comprueban si hay fraude.</translation>
    </message>
    <message>
        <source>Platforms that you visit yourself</source>
        <translation>Plataformas que visitas tú</translation>
    </message>
    <message>
        <source>Please report this, with the file if you can.</source>
        <translation>Avísanos de esto, con el archivo si puedes.</translation>
    </message>
    <message>
        <source>Please report this, with the sidecar if you can.</source>
        <translation>Avísanos de esto, con el sidecar si puedes.</translation>
    </message>
    <message>
        <source>Please tell the makers of RightsDesk.</source>
        <translation>Por favor, avisa a quienes hacen RightsDesk.</translation>
    </message>
    <message>
        <source>Please update RightsDesk, or choose another data folder.</source>
        <translation>Actualiza RightsDesk, o elige otra carpeta de datos.</translation>
    </message>
    <message>
        <source>Policy and terms forbid anyone to use what is on Traxsource as AI training data.</source>
        <translation>La política y las condiciones prohíben a todos usar lo que hay en Traxsource como datos para entrenar IA.</translation>
    </message>
    <message>
        <source>Port {port} on this computer is used by another program.</source>
        <translation>El puerto {port} de este ordenador lo usa otro programa.</translation>
    </message>
    <message>
        <source>Preparing the rest…</source>
        <translation>Preparando el resto…</translation>
    </message>
    <message>
        <source>Preparing the undo…</source>
        <translation>Preparando para deshacer…</translation>
    </message>
    <message>
        <source>Preparing to take it back…</source>
        <translation>Preparando la retirada…</translation>
    </message>
    <message>
        <source>Press {key}</source>
        <translation>Pulsa {key}</translation>
    </message>
    <message>
        <source>Prevent third-party sharing</source>
        <translation>Impedir que se comparta con terceros</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vista previa</translation>
    </message>
    <message>
        <source>Principle “Choice”: rights holders decide, also about AI.</source>
        <translation>Principio «Choice»: deciden los titulares de los derechos, también sobre la IA.</translation>
    </message>
    <message>
        <source>Prioritize maximum reach</source>
        <translation>Prioritize maximum reach</translation>
    </message>
    <message>
        <source>Privacy Center</source>
        <translation>Centro de privacidad</translation>
    </message>
    <message>
        <source>Privacy and data</source>
        <translation>Privacidad y datos</translation>
    </message>
    <message>
        <source>Privacy and personal data</source>
        <translation>Privacidad y datos personales</translation>
    </message>
    <message>
        <source>Privacy and safety</source>
        <translation>Privacidad y seguridad</translation>
    </message>
    <message>
        <source>Privacy settings</source>
        <translation>Ajustes de privacidad</translation>
    </message>
    <message>
        <source>Privacy settings: user content</source>
        <translation>Ajustes de privacidad: contenido de usuario</translation>
    </message>
    <message>
        <source>Private personal data does not train Apple&apos;s foundation models. It says nothing about delivered music.</source>
        <translation>Los datos personales privados no entrenan los modelos fundacionales de Apple. No dice nada de la música entregada.</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>Problemas</translation>
    </message>
    <message>
        <source>Problems, the most pressing first</source>
        <translation>Problemas, primero los más urgentes</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>Perfil</translation>
    </message>
    <message>
        <source>Project settings</source>
        <translation>Ajustes del proyecto</translation>
    </message>
    <message>
        <source>Protect your own web site</source>
        <translation>Protege tu propia web</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>Public content.</source>
        <translation>Contenido público.</translation>
    </message>
    <message>
        <source>Public directory of the declarations.</source>
        <translation>Directorio público de las declaraciones.</translation>
    </message>
    <message>
        <source>Public information may help to train Google&apos;s AI.</source>
        <translation>La información pública puede ayudar a entrenar la IA de Google.</translation>
    </message>
    <message>
        <source>Public posts and reblogs of that blog. Blogs hidden from search have it on already.</source>
        <translation>Publicaciones públicas y reblogs de ese blog. Los blogs ocultos a los buscadores ya lo tienen activado.</translation>
    </message>
    <message>
        <source>Public posts, and what you say to Grok. Posts of private accounts are said not to be used.</source>
        <translation>Publicaciones públicas y lo que le dices a Grok. Según X, las publicaciones de cuentas privadas no se usan.</translation>
    </message>
    <message>
        <source>Public repositories: the licence covers training, and there is no switch. Private ones are left alone unless you hand them to an AI feature. The Copilot switch covers only what you type into AI features.</source>
        <translation>Repositorios públicos: la licencia incluye el entrenamiento, y no hay interruptor. Los privados no se tocan, salvo que los des a una función de IA. El interruptor de Copilot solo se refiere a lo que escribes en funciones de IA.</translation>
    </message>
    <message>
        <source>Publication details</source>
        <translation>Publication details</translation>
    </message>
    <message>
        <source>Publication settings</source>
        <translation>Publication settings</translation>
    </message>
    <message>
        <source>Publish as the file&apos;s owner, or put the exported file there yourself.</source>
        <translation>Publica como propietario del archivo, o pon allí tú el archivo exportado.</translation>
    </message>
    <message>
        <source>Published, but {service} could not be checked: {why}</source>
        <translation>Publicado, pero no se ha podido comprobar {service}: {why}</translation>
    </message>
    <message>
        <source>Published, but {service} still shows the old version of {paths}.</source>
        <translation>Publicado, pero {service} muestra todavía la versión anterior de {paths}.</translation>
    </message>
    <message>
        <source>Put back</source>
        <translation>Restablecer</translation>
    </message>
    <message>
        <source>Put into {path}; what others wrote in it is as it was.</source>
        <translation>Añadido a {path}; lo que otros han escrito en él está como estaba.</translation>
    </message>
    <message>
        <source>R&amp;emove artist…</source>
        <translation>&amp;Quitar artista…</translation>
    </message>
    <message>
        <source>RIFX (a big-endian WAV)</source>
        <translation>RIFX (un WAV big-endian)</translation>
    </message>
    <message>
        <source>RSL can only say “ask me” with the web address of your terms.</source>
        <translation>RSL solo puede decir «pregúntame» con la dirección web de tus condiciones.</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>Leer</translation>
    </message>
    <message>
        <source>Read both</source>
        <translation>Lee los dos</translation>
    </message>
    <message>
        <source>Read by RightsDesk</source>
        <translation>Leído por RightsDesk</translation>
    </message>
    <message>
        <source>Read by: {readers}</source>
        <translation>Lo leen: {readers}</translation>
    </message>
    <message>
        <source>Read from the file {when}.</source>
        <translation>Leído del archivo {when}.</translation>
    </message>
    <message>
        <source>Read from {carrier}&apos;s API {when}.</source>
        <translation>Leído de la API de {carrier} {when}.</translation>
    </message>
    <message>
        <source>Read from {carrier}&apos;s public page {when}.</source>
        <translation>Leído de la página pública de {carrier} {when}.</translation>
    </message>
    <message>
        <source>Read from {platform} {day}. Account: {names}</source>
        <translation>Leído de {platform} {day}. Cuenta: {names}</translation>
    </message>
    <message>
        <source>Read from {platform} {day}: it says {says}.</source>
        <translation>Leído de {platform} {day}: dice {says}.</translation>
    </message>
    <message>
        <source>Read from {platform} {day}: {times} say {says}.</source>
        <translation>Leído de {platform} {day}: {times} dice {says}.</translation>
    </message>
    <message>
        <source>Read the account again in a few minutes. There is no need to send it again.</source>
        <translation>Vuelve a leer la cuenta dentro de unos minutos. No hace falta enviarlo de nuevo.</translation>
    </message>
    <message numerus="yes">
        <source>Read the tags of %n files</source>
        <translation>
            <numerusform>Leídas las etiquetas de %n archivo</numerusform>
            <numerusform>Leídas las etiquetas de %n archivos</numerusform>
        </translation>
    </message>
    <message>
        <source>Read the terms</source>
        <translation>Leer las condiciones</translation>
    </message>
    <message>
        <source>Read them again (account check), or turn on automatic checks (look --every).</source>
        <translation>Vuelve a leerlos (account check), o activa las comprobaciones automáticas (look --every).</translation>
    </message>
    <message>
        <source>Reading terms…</source>
        <translation>Leyendo condiciones…</translation>
    </message>
    <message>
        <source>Reading the audio…</source>
        <translation>Leyendo el audio…</translation>
    </message>
    <message>
        <source>Reading the library</source>
        <translation>Leyendo la biblioteca</translation>
    </message>
    <message>
        <source>Reading the library…</source>
        <translation>Leyendo la biblioteca…</translation>
    </message>
    <message>
        <source>Reading the tags…</source>
        <translation>Leyendo las etiquetas…</translation>
    </message>
    <message>
        <source>Reading what is written where…</source>
        <translation>Leyendo qué está escrito y dónde…</translation>
    </message>
    <message>
        <source>Reading what was not done…</source>
        <translation>Leyendo lo que no se hizo…</translation>
    </message>
    <message>
        <source>Reading {platforms}…</source>
        <translation>Leyendo {platforms}…</translation>
    </message>
    <message>
        <source>Reading {platform}…</source>
        <translation>Leyendo {platform}…</translation>
    </message>
    <message>
        <source>Reading “none”</source>
        <translation>Qué significa «None»</translation>
    </message>
    <message>
        <source>Reading… {n} {nouns} so far</source>
        <translation>Leyendo… {n} {nouns} por ahora</translation>
    </message>
    <message>
        <source>Reads each text once a day, from the platform and from Open Terms Archive, and says when it changes what AI may do with uploads. Off until you ask for it.</source>
        <translation>Lee cada texto una vez al día, de la plataforma y de Open Terms Archive, y avisa cuando cambia lo que la IA puede hacer con lo que se sube. Desactivado hasta que lo pidas.</translation>
    </message>
    <message>
        <source>Reads one small file that is signed by those who make RightsDesk. Nothing about you is sent, and nothing is downloaded or installed. Off until you ask for it.</source>
        <translation>Lee un archivo pequeño firmado por quienes hacen RightsDesk. No se envía nada sobre ti, y no se descarga ni se instala nada. Desactivado hasta que lo pidas.</translation>
    </message>
    <message>
        <source>Reads: {what}.</source>
        <translation>Lee: {what}.</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Motivo</translation>
    </message>
    <message>
        <source>Reason: {reason}</source>
        <translation>Motivo: {reason}</translation>
    </message>
    <message>
        <source>Recording: {name}</source>
        <translation>Grabación: {name}</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Rehacer</translation>
    </message>
    <message>
        <source>Redo {subject}</source>
        <translation>Rehacer {subject}</translation>
    </message>
    <message>
        <source>Redo: {deed}</source>
        <translation>Rehacer: {deed}</translation>
    </message>
    <message>
        <source>Redo: {subject}</source>
        <translation>Rehacer: {subject}</translation>
    </message>
    <message>
        <source>Redone: {subject}</source>
        <translation>Rehecho: {subject}</translation>
    </message>
    <message>
        <source>Redone: {subject}.</source>
        <translation>Rehecho: {subject}.</translation>
    </message>
    <message>
        <source>Register exactly {redirect_uri} as the redirect address of your app. Then try again.</source>
        <translation>Registra exactamente {redirect_uri} como dirección de redirección de tu aplicación. Después vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>Register the addresses where your music can be heard, or a whole domain of your own.</source>
        <translation>Registra las direcciones donde se puede oír tu música, o un dominio tuyo entero.</translation>
    </message>
    <message>
        <source>Registries</source>
        <translation>Registros</translation>
    </message>
    <message>
        <source>Registries and societies</source>
        <translation>Registros y entidades</translation>
    </message>
    <message>
        <source>Registry</source>
        <translation>Registro</translation>
    </message>
    <message>
        <source>Release</source>
        <translation>Lanzamiento</translation>
    </message>
    <message>
        <source>Release and track</source>
        <translation>Lanzamiento y pista</translation>
    </message>
    <message>
        <source>Release: {name}</source>
        <translation>Lanzamiento: {name}</translation>
    </message>
    <message>
        <source>Remind me on:</source>
        <translation>Avísame el:</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Quitar</translation>
    </message>
    <message>
        <source>Remove all of RightsDesk&apos;s data?</source>
        <translation>¿Eliminar todos los datos de RightsDesk?</translation>
    </message>
    <message>
        <source>Remove artist?</source>
        <translation>¿Quitar el artista?</translation>
    </message>
    <message>
        <source>Remove it or give it another name, then try again.</source>
        <translation>Quítalo o cámbiale el nombre y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>Remove it or point it to a file.</source>
        <translation>Quítalo o haz que apunte a un archivo.</translation>
    </message>
    <message>
        <source>Remove or correct that setting, or choose a passphrase for RightsDesk.</source>
        <translation>Quita o corrige ese ajuste, o elige una frase de contraseña para RightsDesk.</translation>
    </message>
    <message>
        <source>Remove the other name, or make a copy and change that.</source>
        <translation>Quita el otro nombre, o haz una copia y cambia esa.</translation>
    </message>
    <message>
        <source>Remove “{name}” from RightsDesk?</source>
        <translation>¿Quitar «{name}» de RightsDesk?</translation>
    </message>
    <message>
        <source>Removed are {folder}, with artists, consents, history, evidence, contracts, sign-ins and backups, and the key in the system&apos;s keyring. Your music stays, and what you saved elsewhere.</source>
        <translation>Se elimina {folder}, con artistas, elecciones, historial, pruebas, contratos, accesos y copias de seguridad, y la clave del llavero del sistema. Tu música se queda, igual que lo que hayas guardado en otra parte.</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Renombrar</translation>
    </message>
    <message>
        <source>Rename artist</source>
        <translation>Renombrar artista</translation>
    </message>
    <message>
        <source>Repair it with the program that made it, or remove it; then scan again.</source>
        <translation>Repáralo con el programa que lo creó, o quítalo; después escanea de nuevo.</translation>
    </message>
    <message>
        <source>Repeat passphrase</source>
        <translation>Repetir la frase</translation>
    </message>
    <message>
        <source>Replace all of RightsDesk&apos;s own data with this backup?</source>
        <translation>¿Reemplazar todos los datos de RightsDesk por esta copia de seguridad?</translation>
    </message>
    <message>
        <source>Replace it? What is in it now will be gone.</source>
        <translation>¿Reemplazarlo? Lo que contiene ahora se perderá.</translation>
    </message>
    <message>
        <source>Replaces the key. Everything known about {name} stays.</source>
        <translation>Sustituye la clave. Se queda todo lo que se sabe de {name}.</translation>
    </message>
    <message>
        <source>Replacing {name} would lose this: {lost}.</source>
        <translation>Al reemplazar {name} se perdería: {lost}.</translation>
    </message>
    <message>
        <source>Replies are verified with the system&apos;s certificates.</source>
        <translation>Las respuestas se comprueban con los certificados del sistema.</translation>
    </message>
    <message>
        <source>Replies are verified with your root certificate.</source>
        <translation>Las respuestas se comprueban con tu certificado raíz.</translation>
    </message>
    <message>
        <source>Required since 10 February 2025. It discloses how music was made. It is not a consent.</source>
        <translation>Obligatorio desde el 10 de febrero de 2025. Indica cómo se hizo la música. No es un consentimiento.</translation>
    </message>
    <message>
        <source>Rescan</source>
        <translation>Reescanear</translation>
    </message>
    <message>
        <source>Restore a backup of RightsDesk&apos;s data, or of the file.</source>
        <translation>Restaura una copia de seguridad de los datos de RightsDesk, o del archivo.</translation>
    </message>
    <message>
        <source>Restore a backup?</source>
        <translation>¿Restaurar una copia?</translation>
    </message>
    <message>
        <source>Restore it (it is in a backup, too: rightsdesk restore FILE), or reconnect your accounts: RightsDesk then makes a new key.</source>
        <translation>Restáuralo (también está en una copia de seguridad: rightsdesk restore FILE), o vuelve a conectar tus cuentas: RightsDesk crea entonces una clave nueva.</translation>
    </message>
    <message>
        <source>Restore it from a backup, or reconnect your accounts: RightsDesk then makes a new key.</source>
        <translation>Restaura una copia de seguridad, o vuelve a conectar tus cuentas: RightsDesk crea entonces una clave nueva.</translation>
    </message>
    <message>
        <source>Restore the keyring from a backup, or reconnect your accounts: RightsDesk then makes a new key.</source>
        <translation>Restaura el llavero desde una copia de seguridad, o vuelve a conectar tus cuentas: RightsDesk crea entonces una clave nueva.</translation>
    </message>
    <message>
        <source>Retry {n}</source>
        <translation>Reintentar {n}</translation>
    </message>
    <message>
        <source>Retry…</source>
        <translation>Reintentar…</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Revisar</translation>
    </message>
    <message>
        <source>RightsDesk asks about {path} when the work under way is done.</source>
        <translation>RightsDesk preguntará por {path} cuando termine lo que está en marcha.</translation>
    </message>
    <message>
        <source>RightsDesk asks again on {day}.</source>
        <translation>RightsDesk vuelve a preguntar el {day}.</translation>
    </message>
    <message>
        <source>RightsDesk can read nothing there. Only the platform&apos;s terms count.</source>
        <translation>RightsDesk no puede leer nada allí. Solo cuentan las condiciones de la plataforma.</translation>
    </message>
    <message>
        <source>RightsDesk can&apos;t publish to an address that begins with {scheme}://.</source>
        <translation>RightsDesk no puede publicar en una dirección que empieza por {scheme}://.</translation>
    </message>
    <message>
        <source>RightsDesk can&apos;t tell where your home folder is: the variable HOME is not set.</source>
        <translation>RightsDesk no puede saber dónde está tu carpeta personal: la variable HOME no está definida.</translation>
    </message>
    <message>
        <source>RightsDesk can&apos;t write to its data folder, so it can&apos;t keep logins.</source>
        <translation>RightsDesk no puede escribir en su carpeta de datos, así que no puede guardar accesos.</translation>
    </message>
    <message>
        <source>RightsDesk cannot tell whose login it is</source>
        <translation>RightsDesk no puede saber de quién es ese usuario</translation>
    </message>
    <message>
        <source>RightsDesk changed the file without noting first what its audio was.</source>
        <translation>RightsDesk cambió el archivo sin anotar antes cómo era su audio.</translation>
    </message>
    <message>
        <source>RightsDesk closes when this is done.</source>
        <translation>RightsDesk se cierra cuando termine esto.</translation>
    </message>
    <message>
        <source>RightsDesk could not end the sign-in at {name}.</source>
        <translation>RightsDesk no ha podido cerrar la sesión en {name}.</translation>
    </message>
    <message>
        <source>RightsDesk could not end this sign-in at {name}.</source>
        <translation>RightsDesk no ha podido cerrar esta sesión en {name}.</translation>
    </message>
    <message>
        <source>RightsDesk could not send this to {service} ({error}).</source>
        <translation>RightsDesk no ha podido enviar esto a {service} ({error}).</translation>
    </message>
    <message>
        <source>RightsDesk did not follow, as that could give your sign-in away.</source>
        <translation>RightsDesk no la ha seguido, porque eso podría revelar tu acceso.</translation>
    </message>
    <message>
        <source>RightsDesk did not follow. Connect the site with that address.</source>
        <translation>RightsDesk no la ha seguido. Conecta la web con esa dirección.</translation>
    </message>
    <message>
        <source>RightsDesk did not follow. Connect the site with the address of the bucket&apos;s own region.</source>
        <translation>RightsDesk no la ha seguido. Conecta la web con la dirección de la región del propio bucket.</translation>
    </message>
    <message>
        <source>RightsDesk did not follow. The page&apos;s address may have been taken over.</source>
        <translation>RightsDesk no lo ha seguido. Puede que otros se hayan apoderado de la dirección de la página.</translation>
    </message>
    <message>
        <source>RightsDesk did not read it itself.</source>
        <translation>RightsDesk no lo ha leído por sí mismo.</translation>
    </message>
    <message>
        <source>RightsDesk does not know what the terms say about AI training.</source>
        <translation>RightsDesk no sabe qué dicen las condiciones sobre entrenar IA.</translation>
    </message>
    <message>
        <source>RightsDesk doesn&apos;t know where the files of {service} are stored.</source>
        <translation>RightsDesk no sabe dónde se guardan los archivos de {service}.</translation>
    </message>
    <message>
        <source>RightsDesk finishes this file, then closes.</source>
        <translation>RightsDesk termina este archivo y se cierra.</translation>
    </message>
    <message>
        <source>RightsDesk found no keyring on this computer to keep logins safe.</source>
        <translation>RightsDesk no ha encontrado en este ordenador ningún llavero para guardar los accesos a salvo.</translation>
    </message>
    <message>
        <source>RightsDesk has no note of having changed the file: there is nothing to compare with.</source>
        <translation>A RightsDesk no le consta haber cambiado el archivo: no hay nada con que comparar.</translation>
    </message>
    <message>
        <source>RightsDesk has not read it yet, or could not.</source>
        <translation>RightsDesk no lo ha leído todavía, o no ha podido.</translation>
    </message>
    <message>
        <source>RightsDesk is done</source>
        <translation>RightsDesk ha terminado</translation>
    </message>
    <message>
        <source>RightsDesk is only waiting for a sign-in.</source>
        <translation>RightsDesk solo espera a que se inicie sesión.</translation>
    </message>
    <message>
        <source>RightsDesk keeps the old text. It restores it when it next reads this site, or when you undo the job.</source>
        <translation>RightsDesk conserva el texto anterior. Lo restaura la próxima vez que lea esta web, o cuando deshagas la tarea.</translation>
    </message>
    <message>
        <source>RightsDesk knows no address to look for new versions.</source>
        <translation>RightsDesk no conoce ninguna dirección donde buscar versiones nuevas.</translation>
    </message>
    <message>
        <source>RightsDesk knows no document of {platforms}.</source>
        <translation>RightsDesk no conoce ningún documento de {platforms}.</translation>
    </message>
    <message>
        <source>RightsDesk knows no document “{name}”.</source>
        <translation>RightsDesk no conoce ningún documento «{name}».</translation>
    </message>
    <message>
        <source>RightsDesk knows no platform with “{text}” in its name</source>
        <translation>RightsDesk no conoce ninguna plataforma con «{text}» en el nombre</translation>
    </message>
    <message>
        <source>RightsDesk knows no platform “{name}”.</source>
        <translation>RightsDesk no conoce ninguna plataforma «{name}».</translation>
    </message>
    <message>
        <source>RightsDesk looks here for music. It moves and deletes no file.</source>
        <translation>RightsDesk busca música aquí. No mueve ni elimina ningún archivo.</translation>
    </message>
    <message>
        <source>RightsDesk may not write its own data in {folder}.</source>
        <translation>RightsDesk no puede escribir sus propios datos en {folder}.</translation>
    </message>
    <message>
        <source>RightsDesk only reads posts. To change one, edit it in WordPress.</source>
        <translation>RightsDesk solo lee las publicaciones. Para cambiar una, edítala en WordPress.</translation>
    </message>
    <message>
        <source>RightsDesk only reads posts. To change one, edit it in WordPress: {where}.</source>
        <translation>RightsDesk solo lee las publicaciones. Para cambiar una, edítala en WordPress: {where}.</translation>
    </message>
    <message>
        <source>RightsDesk read the audio again and compared it with what it noted before its first change of each file. Nothing was changed.</source>
        <translation>RightsDesk ha vuelto a leer el audio y lo ha comparado con lo que anotó antes de su primer cambio en cada archivo. No se ha cambiado nada.</translation>
    </message>
    <message>
        <source>RightsDesk reads and sets this once the account is connected.</source>
        <translation>RightsDesk lo lee y lo ajusta en cuanto la cuenta está conectada.</translation>
    </message>
    <message>
        <source>RightsDesk reads and sets this once the site is connected.</source>
        <translation>RightsDesk lo lee y lo ajusta en cuanto la web está conectada.</translation>
    </message>
    <message>
        <source>RightsDesk reads and sets this once the zone is connected.</source>
        <translation>RightsDesk lo lee y lo ajusta en cuanto la zona está conectada.</translation>
    </message>
    <message>
        <source>RightsDesk reads and writes this record once the account is connected.</source>
        <translation>RightsDesk lee y escribe este registro en cuanto la cuenta está conectada.</translation>
    </message>
    <message>
        <source>RightsDesk reads beets&apos; library.db, the XML of “Export Library” in Music or iTunes, and the XML of “Export Collection” in rekordbox.</source>
        <translation>RightsDesk lee el library.db de beets, el XML de «Exportar biblioteca» en Música o iTunes y el XML de «Export Collection» en rekordbox.</translation>
    </message>
    <message>
        <source>RightsDesk reads what the files say, and changes nothing yet.</source>
        <translation>RightsDesk lee lo que dicen los archivos, y aún no cambia nada.</translation>
    </message>
    <message>
        <source>RightsDesk remembers their folders and reads what the files say. It changes no file, and nothing in the library. You can undo the import as a whole.</source>
        <translation>RightsDesk recuerda sus carpetas y lee lo que dicen los archivos. No cambia ningún archivo ni nada en la biblioteca. Puedes deshacer la importación entera.</translation>
    </message>
    <message>
        <source>RightsDesk starts at login as before.</source>
        <translation>RightsDesk arranca con el sistema igual que antes.</translation>
    </message>
    <message>
        <source>RightsDesk then reads what it says, and can write there. Easy ones first.</source>
        <translation>RightsDesk lee entonces lo que dice, y puede escribir allí. Primero las fáciles.</translation>
    </message>
    <message>
        <source>RightsDesk watches the terms of your platforms once you switch it on.</source>
        <translation>RightsDesk vigila las condiciones de tus plataformas en cuanto lo actives.</translation>
    </message>
    <message>
        <source>RightsDesk will ask about {name} again.</source>
        <translation>RightsDesk volverá a preguntar por {name}.</translation>
    </message>
    <message>
        <source>RightsDesk wrote nothing into files or on platforms that is still there.</source>
        <translation>RightsDesk no ha escrito en archivos ni en plataformas nada que siga ahí.</translation>
    </message>
    <message>
        <source>RightsDesk {version} is available.</source>
        <translation>RightsDesk {version} está disponible.</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s data are as they were.</source>
        <translation>Los datos de RightsDesk están como estaban.</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s data are removed.</source>
        <translation>Los datos de RightsDesk se han eliminado.</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s data name a platform that this version does not know: {platform_id}.</source>
        <translation>Los datos de RightsDesk nombran una plataforma que esta versión no conoce: {platform_id}.</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s database is gone, so a new one was created. To restore a backup: rightsdesk restore FILE. RightsDesk&apos;s own backups are in {folder}.</source>
        <translation>La base de datos de RightsDesk ya no está, así que se ha creado una nueva. Para restaurar una copia de seguridad: rightsdesk restore FILE. Las de RightsDesk están en {folder}.</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s facts about {name} were updated in {month}.</source>
        <translation>Los datos de RightsDesk sobre {name} se actualizaron en {month}.</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s own data</source>
        <translation>Los datos de RightsDesk</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s own data could not be backed up today: {why}</source>
        <translation>Hoy no se ha podido hacer copia de seguridad de los datos de RightsDesk: {why}</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s own data have to be backed up before this version can use them, and that failed: {why}</source>
        <translation>Hay que hacer una copia de seguridad de los datos de RightsDesk antes de que esta versión los pueda usar, y no ha sido posible: {why}</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s own data in {path} are damaged ({detail}).</source>
        <translation>Los datos de RightsDesk en {path} están dañados ({detail}).</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s own data in {path} are damaged.</source>
        <translation>Los datos de RightsDesk en {path} están dañados.</translation>
    </message>
    <message>
        <source>RightsDesk. No AI company is known to read it.</source>
        <translation>RightsDesk. No consta que ninguna empresa de IA lo lea.</translation>
    </message>
    <message>
        <source>Rule: {rule}.</source>
        <translation>Regla: {rule}.</translation>
    </message>
    <message>
        <source>Rules: {rules}.</source>
        <translation>Reglas: {rules}.</translation>
    </message>
    <message>
        <source>Run by yourself or friends</source>
        <translation>Las lleváis tú o tus amigos</translation>
    </message>
    <message>
        <source>Run this again after that time: RightsDesk then continues where it stopped.</source>
        <translation>Ejecútalo de nuevo después de esa hora: RightsDesk continúa donde se quedó.</translation>
    </message>
    <message>
        <source>SEO Tools</source>
        <translation>Herramientas SEO</translation>
    </message>
    <message>
        <source>SFTP shows no access lists and no extended attributes. A file keeps them if the server lets RightsDesk write into it, which it has not done so far. Otherwise the file is replaced, and they are lost. Owner, group and permissions stay.</source>
        <translation>SFTP no muestra listas de acceso ni atributos extendidos. Un archivo los conserva si el servidor deja que RightsDesk escriba dentro de él, cosa que hasta ahora no ha hecho. Si no, el archivo se reemplaza y se pierden. El propietario, el grupo y los permisos se quedan.</translation>
    </message>
    <message>
        <source>Sa&amp;ve</source>
        <translation>&amp;Guardar</translation>
    </message>
    <message>
        <source>Said to be under maintenance in September 2025.</source>
        <translation>Se dice que estaba en mantenimiento en septiembre de 2025.</translation>
    </message>
    <message>
        <source>Said to exist, not confirmed</source>
        <translation>Se dice que existe, sin confirmar</translation>
    </message>
    <message>
        <source>Said to some crawlers only: no {uses}.</source>
        <translation>Dicho solo a algunos rastreadores: nada de {uses}.</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Guardar</translation>
    </message>
    <message>
        <source>Save filter</source>
        <translation>Guardar filtro</translation>
    </message>
    <message>
        <source>Save passphrase</source>
        <translation>Guardar frase</translation>
    </message>
    <message>
        <source>Save the &amp;log…</source>
        <translation>Guardar el registro del &amp;programa…</translation>
    </message>
    <message>
        <source>Save the log</source>
        <translation>Guardar el registro del programa</translation>
    </message>
    <message>
        <source>Save the page as text, Markdown or HTML.</source>
        <translation>Guarda la página como texto, Markdown o HTML.</translation>
    </message>
    <message>
        <source>Save the record…</source>
        <translation>Guardar el registro…</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Guardados</translation>
    </message>
    <message>
        <source>Saved filters</source>
        <translation>Filtros guardados</translation>
    </message>
    <message>
        <source>Saved in {path}.</source>
        <translation>Guardado en {path}.</translation>
    </message>
    <message>
        <source>Saved to {path}.</source>
        <translation>Guardado en {path}.</translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation>Guardado.</translation>
    </message>
    <message>
        <source>Saved. It is used from the next request on.</source>
        <translation>Guardado. Se usa a partir de la próxima petición.</translation>
    </message>
    <message>
        <source>Saved. Looked for once a day.</source>
        <translation>Guardado. Se busca una vez al día.</translation>
    </message>
    <message>
        <source>Saved. Never looked for.</source>
        <translation>Guardado. No se busca nunca.</translation>
    </message>
    <message>
        <source>Saved: you don&apos;t use {name}.</source>
        <translation>Guardado: no usas {name}.</translation>
    </message>
    <message numerus="yes">
        <source>Saved: you use %n platforms.</source>
        <translation>
            <numerusform>Guardado: usas %n plataforma.</numerusform>
            <numerusform>Guardado: usas %n plataformas.</numerusform>
        </translation>
    </message>
    <message>
        <source>Saved: you use {name}.</source>
        <translation>Guardado: usas {name}.</translation>
    </message>
    <message>
        <source>Saved: “{track}” is a recording of its own.</source>
        <translation>Guardado: «{track}» es una grabación propia.</translation>
    </message>
    <message>
        <source>Saved: “{track}” is “{recording}”.</source>
        <translation>Guardado: «{track}» es «{recording}».</translation>
    </message>
    <message>
        <source>Saving the passphrase…</source>
        <translation>Guardando la frase de contraseña…</translation>
    </message>
    <message>
        <source>Say it once. RightsDesk writes it into your files and accounts. Nothing is changed before you have seen it, and every change can be undone.</source>
        <translation>Dilo una vez. RightsDesk lo escribe en tus archivos y cuentas. No se cambia nada antes de que lo veas, y cada cambio se puede deshacer.</translation>
    </message>
    <message>
        <source>Say once what AI may do with your music; see and settle it in files and on platforms.

Free software under the GNU General Public License, version 3 or later.</source>
        <translation>Di una vez qué puede hacer la IA con tu música; velo y arréglalo en archivos y plataformas.

Software libre con la Licencia Pública General de GNU, versión 3 o posterior.</translation>
    </message>
    <message>
        <source>Say what AI may do</source>
        <translation>Di qué puede hacer la IA</translation>
    </message>
    <message>
        <source>Say what AI may do, for an artist, a release or a single recording. The nearest choice counts.</source>
        <translation>Di qué puede hacer la IA, para un artista, un lanzamiento o una sola grabación. Cuenta la elección más cercana.</translation>
    </message>
    <message>
        <source>Say where its files are kept: a folder on this computer, or an address from your host, which is sftp://user@host/path, webdavs://user@host/path, or for a bucket (S3) s3://KEY-ID@server/bucket/folder.</source>
        <translation>Di dónde se guardan sus archivos: en una carpeta de este ordenador, o en una dirección de tu proveedor, que es sftp://user@host/path, webdavs://user@host/path o, para un bucket (S3), s3://KEY-ID@server/bucket/folder.</translation>
    </message>
    <message>
        <source>Say which recording each is (match).</source>
        <translation>Di qué grabación es cada una (match).</translation>
    </message>
    <message>
        <source>Say which recording each is.</source>
        <translation>Di qué grabación es cada una.</translation>
    </message>
    <message>
        <source>Say who may use the music.</source>
        <translation>Di quién puede usar la música.</translation>
    </message>
    <message>
        <source>Say yes in your browser</source>
        <translation>Di que sí en tu navegador</translation>
    </message>
    <message>
        <source>Says otherwise</source>
        <translation>Dice otra cosa</translation>
    </message>
    <message>
        <source>Says what RightsDesk wrote where, and removes its own data and the keyring&apos;s entry. Your music stays.</source>
        <translation>Dice qué ha escrito RightsDesk y dónde, y elimina sus propios datos y la entrada del llavero. Tu música se queda.</translation>
    </message>
    <message>
        <source>Says {choice}</source>
        <translation>Dice «{choice}»</translation>
    </message>
    <message>
        <source>Scan it again, then decide again.</source>
        <translation>Escanéalo de nuevo y vuelve a decidir.</translation>
    </message>
    <message>
        <source>Scan it again.</source>
        <translation>Escanéalo de nuevo.</translation>
    </message>
    <message>
        <source>Scan its folder again, then repeat.</source>
        <translation>Vuelve a escanear su carpeta y repite.</translation>
    </message>
    <message>
        <source>Scraping and automated access are forbidden.</source>
        <translation>La extracción y el acceso automatizados están prohibidos.</translation>
    </message>
    <message>
        <source>Scraping without written consent is forbidden.</source>
        <translation>La extracción automatizada de datos sin consentimiento por escrito está prohibida.</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Buscar</translation>
    </message>
    <message>
        <source>Search artists</source>
        <translation>Buscar artistas</translation>
    </message>
    <message>
        <source>Search artists, releases and tracks</source>
        <translation>Buscar artistas, lanzamientos y pistas</translation>
    </message>
    <message>
        <source>Search help</source>
        <translation>Buscar en la ayuda</translation>
    </message>
    <message>
        <source>Search or choose a chip to save a filter</source>
        <translation>Busca o elige un filtro rápido para guardarlo</translation>
    </message>
    <message>
        <source>Search problems</source>
        <translation>Buscar en problemas</translation>
    </message>
    <message>
        <source>Search settings</source>
        <translation>Buscar en ajustes</translation>
    </message>
    <message>
        <source>Search the recordings for “{text}”</source>
        <translation>Buscar «{text}» en las grabaciones</translation>
    </message>
    <message>
        <source>Search title, release, ISRC, UPC, file</source>
        <translation>Buscar título, lanzamiento, ISRC, UPC, archivo</translation>
    </message>
    <message>
        <source>Searched in titles, releases, artists, labels, codes and file names. Accents and hyphens do not matter.</source>
        <translation>Se ha buscado en títulos, lanzamientos, artistas, sellos, códigos y nombres de archivo. Los acentos y guiones no importan.</translation>
    </message>
    <message>
        <source>Searches titles, releases, artists, labels, ISRC, UPC, catalogue numbers and file names. Accents and hyphens do not matter.</source>
        <translation>Busca en títulos, lanzamientos, artistas, sellos, ISRC, UPC, números de catálogo y nombres de archivo. Los acentos y guiones no importan.</translation>
    </message>
    <message>
        <source>Secret key</source>
        <translation>Clave secreta</translation>
    </message>
    <message>
        <source>See</source>
        <translation>Ver</translation>
    </message>
    <message>
        <source>See how it is set, then note it.</source>
        <translation>Mira cómo está puesto y anótalo.</translation>
    </message>
    <message>
        <source>See that the folder can be written, then try again.</source>
        <translation>Asegúrate de que se puede escribir en la carpeta y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>See that {source} can be read, and that there is room in {data_dir}.</source>
        <translation>Asegúrate de que {source} se puede leer y de que hay espacio en {data_dir}.</translation>
    </message>
    <message>
        <source>Select &amp;all</source>
        <translation>Seleccionar &amp;todo</translation>
    </message>
    <message>
        <source>Send it for each account, and keep Meta&apos;s answer: it is your only proof.</source>
        <translation>Envíalo para cada cuenta y guarda la respuesta de Meta: es tu única prueba.</translation>
    </message>
    <message>
        <source>Sentence in the copyright line</source>
        <translation>Frase en la línea de copyright</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Servidor</translation>
    </message>
    <message>
        <source>Set AI training to block or disallow for the zone.</source>
        <translation>Pon el entrenamiento de IA en bloquear o no permitir para la zona.</translation>
    </message>
    <message>
        <source>Set HOME, or say where to keep the data: --data-dir DIR, or {variable}.</source>
        <translation>Define HOME, o di dónde guardar los datos: --data-dir DIR, o {variable}.</translation>
    </message>
    <message>
        <source>Set the switch there, then note how it is now.</source>
        <translation>Pon allí el interruptor y anota cómo está ahora.</translation>
    </message>
    <message>
        <source>Set up</source>
        <translation>Configurar</translation>
    </message>
    <message>
        <source>Set what you want now.</source>
        <translation>Pon lo que quieres ahora.</translation>
    </message>
    <message>
        <source>Set “{label}” on {platform}</source>
        <translation>Ajustar «{label}» en {platform}</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Ajustes</translation>
    </message>
    <message>
        <source>Settings &amp; Privacy</source>
        <translation>Ajustes y privacidad</translation>
    </message>
    <message>
        <source>Settings &amp; privacy</source>
        <translation>Configuración y privacidad</translation>
    </message>
    <message>
        <source>Settings, Crawlers: the box writes the known AI crawlers into robots.txt.</source>
        <translation>Ajustes, Rastreadores: la casilla escribe los rastreadores de IA conocidos en robots.txt.</translation>
    </message>
    <message>
        <source>Several guides of 2025 and 2026 name the same form and path. Its title is in our words.</source>
        <translation>Varias guías de 2025 y 2026 indican el mismo formulario y el mismo camino. Su título es nuestro.</translation>
    </message>
    <message>
        <source>Shopify&apos;s own words about AI training on shop content were not found.</source>
        <translation>No se han encontrado palabras de Shopify sobre entrenar IA con el contenido de las tiendas.</translation>
    </message>
    <message>
        <source>Shops and archives</source>
        <translation>Tiendas y archivos</translation>
    </message>
    <message>
        <source>Shops and services that take DDEX messages.</source>
        <translation>Tiendas y servicios que reciben mensajes DDEX.</translation>
    </message>
    <message>
        <source>Shorten the name of the file or of a folder above it.</source>
        <translation>Acorta el nombre del archivo o de una carpeta por encima de él.</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Mostrar</translation>
    </message>
    <message numerus="yes">
        <source>Show %n more</source>
        <translation>
            <numerusform>Mostrar %n más</numerusform>
            <numerusform>Mostrar %n más</numerusform>
        </translation>
    </message>
    <message>
        <source>Show &amp;details</source>
        <translation>Mostrar &amp;detalles</translation>
    </message>
    <message>
        <source>Show &amp;everything</source>
        <translation>Mostrar &amp;todo</translation>
    </message>
    <message>
        <source>Show &amp;only</source>
        <translation>Mostrar &amp;solo</translation>
    </message>
    <message>
        <source>Show details of the current track (Enter)</source>
        <translation>Mostrar los detalles de la pista actual (Intro)</translation>
    </message>
    <message>
        <source>Show in &amp;folder</source>
        <translation>Mostrar en la &amp;carpeta</translation>
    </message>
    <message>
        <source>Show in Activity</source>
        <translation>Mostrar en Actividad</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Mostrar en la carpeta</translation>
    </message>
    <message>
        <source>Show me how</source>
        <translation>Enséñame cómo</translation>
    </message>
    <message>
        <source>Show no motion</source>
        <translation>Sin animaciones</translation>
    </message>
    <message>
        <source>Show the steps</source>
        <translation>Mostrar los pasos</translation>
    </message>
    <message numerus="yes">
        <source>Show what to do on %n platforms</source>
        <translation>
            <numerusform>Mostrar qué hacer en %n plataforma</numerusform>
            <numerusform>Mostrar qué hacer en %n plataformas</numerusform>
        </translation>
    </message>
    <message>
        <source>Show why</source>
        <translation>Mostrar por qué</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Iniciar sesión</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Volver a iniciar sesión</translation>
    </message>
    <message>
        <source>Sign in again, and allow all that is asked for.</source>
        <translation>Vuelve a iniciar sesión, y permite todo lo que se pide.</translation>
    </message>
    <message>
        <source>Sign in again: {name}</source>
        <translation>Volver a iniciar sesión: {name}</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Volver a iniciar sesión…</translation>
    </message>
    <message>
        <source>Sign in at Freesound and open your account settings.</source>
        <translation>Inicia sesión en Freesound y abre los ajustes de tu cuenta.</translation>
    </message>
    <message>
        <source>Sign in at WordPress.com, open its page for applications, and create one of the kind “native”.</source>
        <translation>Inicia sesión en WordPress.com, abre su página de aplicaciones y crea una del tipo «native».</translation>
    </message>
    <message>
        <source>Sign in at the Internet Archive and open the page of your S3 keys.</source>
        <translation>Inicia sesión en Internet Archive y abre la página de tus claves S3.</translation>
    </message>
    <message>
        <source>Sign in in your browser</source>
        <translation>Iniciar sesión en tu navegador</translation>
    </message>
    <message>
        <source>Sign in to the account again.</source>
        <translation>Vuelve a iniciar sesión en la cuenta.</translation>
    </message>
    <message>
        <source>Sign in to your Adobe account and open Account and security, then Privacy and personal data.</source>
        <translation>Inicia sesión en tu cuenta de Adobe y abre Cuenta y seguridad y luego Privacidad y datos personales.</translation>
    </message>
    <message>
        <source>Sign in to {platform} again</source>
        <translation>Volver a iniciar sesión en {platform}</translation>
    </message>
    <message>
        <source>Sign in with the account that the videos belong to.</source>
        <translation>Inicia sesión con la cuenta de la que son los vídeos.</translation>
    </message>
    <message>
        <source>Sign in with your music&apos;s channel. While Google calls your app “in testing”, the sign-in may end after seven days: connect again then.</source>
        <translation>Inicia sesión con el canal de tu música. Mientras Google considere tu aplicación «en pruebas», la sesión puede terminar a los siete días: entonces conéctala de nuevo.</translation>
    </message>
    <message>
        <source>Sign in with {artist}&apos;s own login, or remove this one there first.</source>
        <translation>Inicia sesión con el usuario de {artist}, o quita este allí primero.</translation>
    </message>
    <message>
        <source>Sign out of {name} in the browser first, or add it as an account of its own.</source>
        <translation>Cierra primero la sesión de {name} en el navegador, o añádelo como cuenta propia.</translation>
    </message>
    <message>
        <source>Sign-in tried {when}.</source>
        <translation>Intento de iniciar sesión: {when}.</translation>
    </message>
    <message>
        <source>Sign-ins</source>
        <translation>Sesiones</translation>
    </message>
    <message>
        <source>Signed in again: {platform}, {account}, for {artist}</source>
        <translation>Sesión iniciada de nuevo: {platform}, {account}, para {artist}</translation>
    </message>
    <message>
        <source>Signed-in users choose whether content improves products and trains models.</source>
        <translation>Los usuarios con sesión iniciada deciden si el contenido mejora productos y entrena modelos.</translation>
    </message>
    <message>
        <source>Signing out…</source>
        <translation>Cerrando sesión…</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Desde</translation>
    </message>
    <message>
        <source>Since 24 April 2026 for Free, Pro, Pro+ and Max; not Business or Enterprise.</source>
        <translation>Desde el 24 de abril de 2026 para Free, Pro, Pro+ y Max; no para Business ni Enterprise.</translation>
    </message>
    <message>
        <source>Since 29 June 2026 music made wholly with AI is labelled and earns nothing; distributors are expected to declare it.</source>
        <translation>Desde el 29 de junio de 2026, la música hecha del todo con IA se etiqueta y no gana nada; se espera que las distribuidoras la declaren.</translation>
    </message>
    <message>
        <source>Since 29 October 2025 CD Baby accepts no sound made with AI. That is about how music was made. It is not a consent.</source>
        <translation>Desde el 29 de octubre de 2025 CD Baby no acepta sonido hecho con IA. Se trata de cómo se ha hecho la música. No es un consentimiento.</translation>
    </message>
    <message>
        <source>Since 30 April 2026 TuneCore blocks tracks made with AI that has no licence. That is about how music was made. It is not a consent.</source>
        <translation>Desde el 30 de abril de 2026 TuneCore bloquea las pistas hechas con IA sin licencia. Se trata de cómo se ha hecho la música. No es un consentimiento.</translation>
    </message>
    <message>
        <source>Since January 2026 Bandcamp accepts no music made with AI. That is about how music was made. It is not a consent.</source>
        <translation>Desde enero de 2026 Bandcamp no acepta música hecha con IA. Se trata de cómo se ha hecho la música. No es un consentimiento.</translation>
    </message>
    <message>
        <source>Since spring 2026 DistroKid asks whether AI made the lyrics, the music or the sound. That discloses how music was made. It is not a consent.</source>
        <translation>Desde la primavera de 2026 DistroKid pregunta si la IA ha hecho la letra, la música o el sonido. Eso indica cómo se hizo la música. No es un consentimiento.</translation>
    </message>
    <message>
        <source>Site</source>
        <translation>Web</translation>
    </message>
    <message>
        <source>So RightsDesk sets “disallow” where Cloudflare offers it. A zone that only has the older switch for AI bots is blocked: see the preview.</source>
        <translation>Por eso RightsDesk pone «disallow» donde Cloudflare lo ofrece. Una zona que solo tiene el interruptor antiguo para bots de IA se bloquea: mira la revisión.</translation>
    </message>
    <message>
        <source>Social</source>
        <translation>Redes sociales</translation>
    </message>
    <message>
        <source>Some clients of the network show it. No AI company is known to read it. A second record, still a proposal, is read here and not written.</source>
        <translation>Algunos clientes de la red lo muestran. No consta que ninguna empresa de IA lo lea. Un segundo registro, aún una propuesta, aquí se lee pero no se escribe.</translation>
    </message>
    <message>
        <source>Some name other artists of yours: {names}. Is this the right folder?</source>
        <translation>Algunos nombran a otros artistas tuyos: {names}. ¿Es esta la carpeta correcta?</translation>
    </message>
    <message>
        <source>Some settings need a larger plan. Check them at Cloudflare, under Security.</source>
        <translation>Algunos ajustes necesitan un plan superior. Compruébalos en Cloudflare, en Security.</translation>
    </message>
    <message>
        <source>Somebody may be hiding a new version. Try again later.</source>
        <translation>Puede que alguien esté ocultando una versión nueva. Inténtalo más tarde.</translation>
    </message>
    <message>
        <source>Something else is using this file.</source>
        <translation>Otra cosa está usando este archivo.</translation>
    </message>
    <message>
        <source>Something is missing in {shown}.</source>
        <translation>Falta algo en {shown}.</translation>
    </message>
    <message>
        <source>Sort: &amp;A to Z</source>
        <translation>Ordenar: &amp;A a Z</translation>
    </message>
    <message>
        <source>Sort: &amp;Z to A</source>
        <translation>Ordenar: &amp;Z a A</translation>
    </message>
    <message>
        <source>Sort: &amp;best first</source>
        <translation>Ordenar: primero lo &amp;mejor</translation>
    </message>
    <message>
        <source>Sort: &amp;worst first</source>
        <translation>Ordenar: primero lo &amp;peor</translation>
    </message>
    <message>
        <source>SoundCloud said that it never trained AI on artists&apos; content, builds no generative AI, lets no third party scrape for training, and would offer an opt-out before any such use.</source>
        <translation>SoundCloud ha dicho que nunca ha entrenado IA con el contenido de artistas, que no crea IA generativa, que no deja que terceros extraigan datos para entrenar, y que ofrecería una exclusión voluntaria antes de un uso así.</translation>
    </message>
    <message>
        <source>SoundCloud shows no machine tags (such as geo:lat=43.5), so RightsDesk writes none. Any of your own on this track are lost when its tags are written, and an undo can&apos;t bring them back.</source>
        <translation>SoundCloud no muestra etiquetas de máquina (como geo:lat=43.5), así que RightsDesk no escribe ninguna. Si esta pista tiene alguna tuya, se pierde al escribir sus etiquetas, y deshacer no la puede recuperar.</translation>
    </message>
    <message>
        <source>SoundCloud took these changes for spam and stopped them.</source>
        <translation>SoundCloud tomó estos cambios por spam y los detuvo.</translation>
    </message>
    <message>
        <source>SoundCloud will not train generative AI that imitates your voice, music or likeness unless you opt in.</source>
        <translation>SoundCloud no entrenará IA generativa que imite tu voz, tu música o tu imagen salvo que lo aceptes antes.</translation>
    </message>
    <message>
        <source>SoundCloud, YouTube, Bluesky and more</source>
        <translation>SoundCloud, YouTube, Bluesky y más</translation>
    </message>
    <message>
        <source>Source: {source}. Looked up {when}.</source>
        <translation>Fuente: {source}. Consultado {when}.</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Espacio</translation>
    </message>
    <message>
        <source>Spawning&apos;s guide and its open-source client. Whether the service still runs was not verified.</source>
        <translation>La guía de Spawning y su cliente de código abierto. No se ha verificado si el servicio sigue funcionando.</translation>
    </message>
    <message>
        <source>Standard sentence</source>
        <translation>Frase estándar</translation>
    </message>
    <message>
        <source>Start at login</source>
        <translation>Arrancar con el sistema</translation>
    </message>
    <message>
        <source>Start the sign-in again.</source>
        <translation>Empieza de nuevo el inicio de sesión.</translation>
    </message>
    <message>
        <source>Start your system&apos;s keyring, or choose a passphrase for RightsDesk.</source>
        <translation>Arranca el llavero de tu sistema, o elige una frase de contraseña para RightsDesk.</translation>
    </message>
    <message>
        <source>Start your system&apos;s keyring, or reconnect your accounts with a new key that a passphrase protects.</source>
        <translation>Arranca el llavero de tu sistema, o vuelve a conectar tus cuentas con una clave nueva protegida por una frase de contraseña.</translation>
    </message>
    <message>
        <source>Step back</source>
        <translation>Paso anterior</translation>
    </message>
    <message>
        <source>Step {number}, {state}: {text}</source>
        <translation>Paso {number}, {state}: {text}</translation>
    </message>
    <message>
        <source>Steps and what to note…</source>
        <translation>Pasos y qué anotar…</translation>
    </message>
    <message>
        <source>Still off</source>
        <translation>Sigue desactivado</translation>
    </message>
    <message>
        <source>Still on</source>
        <translation>Sigue activado</translation>
    </message>
    <message>
        <source>Still to be filled in, since the record does not have it: {places}.</source>
        <translation>Aún por rellenar, porque no está en el registro: {places}.</translation>
    </message>
    <message>
        <source>Still: {value}</source>
        <translation>Sigue: {value}</translation>
    </message>
    <message>
        <source>Stop waiting</source>
        <translation>Dejar de esperar</translation>
    </message>
    <message>
        <source>Stop watching “{folder}”?</source>
        <translation>¿Dejar de vigilar «{folder}»?</translation>
    </message>
    <message>
        <source>Stopped at {n} of {all}</source>
        <translation>Detenido en {n} de {all}</translation>
    </message>
    <message>
        <source>Stopped at {turn} of {all}: {name}. Nothing is half done.</source>
        <translation>Detenido en {turn} de {all}: {name}. Nada ha quedado a medias.</translation>
    </message>
    <message>
        <source>Stopped before the first file</source>
        <translation>Detenido antes del primer archivo</translation>
    </message>
    <message>
        <source>Stopped early.</source>
        <translation>Detenido antes de tiempo.</translation>
    </message>
    <message>
        <source>Stopped early; what was found so far stays.</source>
        <translation>Detenido antes de tiempo; lo encontrado hasta ahora se queda.</translation>
    </message>
    <message>
        <source>Stopped jobs</source>
        <translation>Tareas detenidas</translation>
    </message>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation>Detenido. No se ha cambiado nada.</translation>
    </message>
    <message>
        <source>Stopping after this one…</source>
        <translation>Se detiene después de este…</translation>
    </message>
    <message>
        <source>Store the licence</source>
        <translation>Guardar la licencia</translation>
    </message>
    <message>
        <source>Store the licence without a copy: its digest is kept.</source>
        <translation>Guarda la licencia sin copia: se conserva su huella.</translation>
    </message>
    <message>
        <source>Streaming</source>
        <translation>Streaming</translation>
    </message>
    <message>
        <source>Strong: read in the document itself.</source>
        <translation>Sólido: leído en el propio documento.</translation>
    </message>
    <message>
        <source>Substack may analyse content for safety; that licence does not cover training third-party AI.</source>
        <translation>Substack puede analizar el contenido por seguridad; esa licencia no incluye entrenar IA de terceros.</translation>
    </message>
    <message>
        <source>Substack&apos;s help page, a guide, and a forum post of May 2026.</source>
        <translation>La página de ayuda de Substack, una guía y una publicación en un foro de mayo de 2026.</translation>
    </message>
    <message>
        <source>Suggested.</source>
        <translation>Sugerido.</translation>
    </message>
    <message>
        <source>Sureel</source>
        <translation>Sureel</translation>
    </message>
    <message>
        <source>Sureel&apos;s developer pages. Details of its API were not found.</source>
        <translation>Las páginas de Sureel para desarrolladores. No se han encontrado detalles de su API.</translation>
    </message>
    <message>
        <source>Swap the two days, or leave one out.</source>
        <translation>Intercambia los dos días, u omite uno.</translation>
    </message>
    <message>
        <source>Switch content analysis off. It concerns files in Adobe&apos;s cloud, not on your disk.</source>
        <translation>Desactiva el análisis de contenido. Se refiere a archivos en la nube de Adobe, no en tu disco.</translation>
    </message>
    <message>
        <source>Switch it off.</source>
        <translation>Desactívalo.</translation>
    </message>
    <message>
        <source>Switch it on.</source>
        <translation>Actívalo.</translation>
    </message>
    <message>
        <source>Switch off the use of your posts and your conversations with Grok for training.</source>
        <translation>Desactiva el uso de tus publicaciones y de tus conversaciones con Grok para entrenar.</translation>
    </message>
    <message>
        <source>Switch “Content analysis” off.</source>
        <translation>Desactiva «Análisis de contenido».</translation>
    </message>
    <message>
        <source>Switch “Prevent third-party sharing” on, for each site. The terms speak of AI only as a feature.</source>
        <translation>Activa «Impedir que se comparta con terceros», en cada sitio. Las condiciones solo hablan de la IA como función.</translation>
    </message>
    <message>
        <source>Switches only you can set</source>
        <translation>Interruptores que solo puedes ajustar tú</translation>
    </message>
    <message>
        <source>Switching it on accepts an agreement with a licence that never ends.</source>
        <translation>Al activarlo aceptas un acuerdo con una licencia que no termina nunca.</translation>
    </message>
    <message>
        <source>SymphonicMS</source>
        <translation>SymphonicMS</translation>
    </message>
    <message>
        <source>System</source>
        <translation>Sistema</translation>
    </message>
    <message>
        <source>System follows your desktop, also while it is open.</source>
        <translation>«Sistema» sigue a tu escritorio, también mientras está abierto.</translation>
    </message>
    <message>
        <source>TDM·AI takes a declaration only for one recording, with its ISCC.</source>
        <translation>TDM·AI solo admite una declaración para una única grabación, con su ISCC.</translation>
    </message>
    <message>
        <source>TDM·AI&apos;s registry takes the ISCC with {full} characters, which has all parts.</source>
        <translation>El registro de TDM·AI acepta el ISCC de {full} caracteres, que tiene todas las partes.</translation>
    </message>
    <message>
        <source>Tab, Shift+Tab</source>
        <translation>Tab, Mayús+Tab</translation>
    </message>
    <message>
        <source>Take the rest back…</source>
        <translation>Retirar el resto…</translation>
    </message>
    <message>
        <source>Taking it back…</source>
        <translation>Retirando…</translation>
    </message>
    <message>
        <source>Terms of service are shorter. Compare the page that only holds the terms.</source>
        <translation>Unas condiciones de uso son más cortas. Compara la página que solo contiene las condiciones.</translation>
    </message>
    <message>
        <source>Terms of service are shorter. Save the page as text.</source>
        <translation>Las condiciones de uso son más cortas. Guarda la página como texto.</translation>
    </message>
    <message>
        <source>Terms of service are shorter. Save the page that only holds the terms.</source>
        <translation>Unas condiciones de uso son más cortas. Guarda la página que solo contiene las condiciones.</translation>
    </message>
    <message>
        <source>Terms only</source>
        <translation>Solo condiciones</translation>
    </message>
    <message>
        <source>Terms watch</source>
        <translation>Vigilancia de condiciones</translation>
    </message>
    <message>
        <source>Text of the letter</source>
        <translation>Texto de la carta</translation>
    </message>
    <message>
        <source>Text of {day}, from Open Terms Archive, SHA-256 {hash}</source>
        <translation>Texto del {day}, de Open Terms Archive, SHA-256 {hash}</translation>
    </message>
    <message>
        <source>Text of {day}, from the page itself, SHA-256 {hash}</source>
        <translation>Texto del {day}, de la propia página, SHA-256 {hash}</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Tamaño del texto</translation>
    </message>
    <message>
        <source>That is neither a yes nor a no.</source>
        <translation>Eso no es ni un sí ni un no.</translation>
    </message>
    <message>
        <source>That it is so by default is reported, not read.</source>
        <translation>Que sea así por defecto se cuenta, no se ha leído.</translation>
    </message>
    <message>
        <source>That login answered on {platform}. If it is someone else&apos;s, remove it: what {artist} wants would be written there. If you leave without an answer, it is removed.</source>
        <translation>Ese usuario ha respondido en {platform}. Si es de otra persona, quítalo: se escribiría allí lo que quiere {artist}. Si sales sin responder, se quita.</translation>
    </message>
    <message>
        <source>That mark discloses how a video was made. It is not a consent, and RightsDesk leaves it alone.</source>
        <translation>Esa marca indica cómo se hizo un vídeo. No es un consentimiento, y RightsDesk no la toca.</translation>
    </message>
    <message>
        <source>That was not the right passphrase.</source>
        <translation>Esa no era la frase de contraseña.</translation>
    </message>
    <message>
        <source>The Audius account&apos;s switch is on in a spelling that is not Audius&apos;s.</source>
        <translation>El interruptor de la cuenta de Audius está activado con una grafía que no es la de Audius.</translation>
    </message>
    <message>
        <source>The Audius field {name} is neither true nor false.</source>
        <translation>El campo {name} de Audius no es ni verdadero ni falso.</translation>
    </message>
    <message>
        <source>The Bluesky record does not say what it applies to.</source>
        <translation>El registro de Bluesky no dice a qué se aplica.</translation>
    </message>
    <message>
        <source>The Bluesky record is of another kind.</source>
        <translation>El registro de Bluesky es de otro tipo.</translation>
    </message>
    <message>
        <source>The Content Credentials in this file can&apos;t be read, so what they declare is not known.</source>
        <translation>No se pueden leer las Content Credentials de este archivo, así que no se sabe qué declaran.</translation>
    </message>
    <message>
        <source>The Content Credentials in {name} are signed over this file&apos;s bytes: any change would break them. It was left as it is. Agree to that, and it is changed too.</source>
        <translation>Las Content Credentials de {name} van firmadas sobre los bytes de este archivo: cualquier cambio las invalidaría. Se ha dejado como está. Si das tu acuerdo, también se cambia.</translation>
    </message>
    <message>
        <source>The DDEX note has an invalid line.</source>
        <translation>La nota DDEX tiene una línea no válida.</translation>
    </message>
    <message>
        <source>The French edition says the same.</source>
        <translation>La edición francesa dice lo mismo.</translation>
    </message>
    <message>
        <source>The Internet Archive doesn&apos;t have this any more.</source>
        <translation>Internet Archive ya no tiene esto.</translation>
    </message>
    <message>
        <source>The Internet Archive refused this change.</source>
        <translation>Internet Archive ha rechazado este cambio.</translation>
    </message>
    <message>
        <source>The Internet Archive refused this change: “{reason}”</source>
        <translation>Internet Archive ha rechazado este cambio: «{reason}»</translation>
    </message>
    <message>
        <source>The Premium Partner Agreement is public. In the part that could be read, nothing was said about AI training.</source>
        <translation>El Premium Partner Agreement es público. En la parte que se ha podido leer no se dice nada del entrenamiento de IA.</translation>
    </message>
    <message>
        <source>The RSL document has a document type, which is not read.</source>
        <translation>El documento RSL tiene un tipo de documento, y eso no se lee.</translation>
    </message>
    <message>
        <source>The RSL document lists uses in a way that RSL does not know.</source>
        <translation>El documento RSL enumera los usos de un modo que RSL no conoce.</translation>
    </message>
    <message>
        <source>The RightsDesk block in robots.txt begins twice.</source>
        <translation>El bloque de RightsDesk en robots.txt empieza dos veces.</translation>
    </message>
    <message>
        <source>The RightsDesk block in robots.txt has no end.</source>
        <translation>El bloque de RightsDesk en robots.txt no tiene final.</translation>
    </message>
    <message>
        <source>The XMP packet is damaged, so what it declares is not known.</source>
        <translation>El paquete XMP está dañado, así que no se sabe qué declara.</translation>
    </message>
    <message>
        <source>The account was removed before this was done.</source>
        <translation>La cuenta se quitó antes de que esto se hiciera.</translation>
    </message>
    <message>
        <source>The account&apos;s list lacks it, and it could not be read on its own. Read the account again.</source>
        <translation>Falta en la lista de la cuenta, y no se ha podido leer por separado. Vuelve a leer la cuenta.</translation>
    </message>
    <message>
        <source>The account, except Canva for Education.</source>
        <translation>La cuenta, excepto Canva para Educación.</translation>
    </message>
    <message>
        <source>The address of the WordPress site is missing.</source>
        <translation>Falta la dirección del sitio de WordPress.</translation>
    </message>
    <message>
        <source>The address of your terms has to be a web address that begins with https://.</source>
        <translation>La dirección de tus condiciones tiene que ser una dirección web que empiece por https://.</translation>
    </message>
    <message>
        <source>The address “{shown}” can&apos;t be used.</source>
        <translation>No se puede usar la dirección «{shown}».</translation>
    </message>
    <message>
        <source>The answer in the browser did not come from {service}.</source>
        <translation>La respuesta en el navegador no venía de {service}.</translation>
    </message>
    <message>
        <source>The answer of {host} can&apos;t be read ({detail}).</source>
        <translation>No se puede leer la respuesta de {host} ({detail}).</translation>
    </message>
    <message>
        <source>The app password was kept.</source>
        <translation>La contraseña de aplicación se ha conservado.</translation>
    </message>
    <message>
        <source>The archive may have stopped following this document.</source>
        <translation>Puede que el archivo haya dejado de seguir este documento.</translation>
    </message>
    <message>
        <source>The audio could not be read.</source>
        <translation>No se ha podido leer el audio.</translation>
    </message>
    <message>
        <source>The audio is no longer what it was before RightsDesk first changed the file.</source>
        <translation>El audio ya no es el que era antes de que RightsDesk cambiara el archivo por primera vez.</translation>
    </message>
    <message>
        <source>The audio is what it was before RightsDesk first changed the file.</source>
        <translation>El audio es el que era antes de que RightsDesk cambiara el archivo por primera vez.</translation>
    </message>
    <message numerus="yes">
        <source>The audio of %n files is what it was</source>
        <translation>
            <numerusform>El audio de %n archivo es el que era</numerusform>
            <numerusform>El audio de %n archivos es el que era</numerusform>
        </translation>
    </message>
    <message>
        <source>The authority refused the time stamp ({status}).</source>
        <translation>La autoridad ha rechazado el sello de tiempo ({status}).</translation>
    </message>
    <message>
        <source>The authority refused the time stamp: “{said}”.</source>
        <translation>La autoridad ha rechazado el sello de tiempo: «{said}».</translation>
    </message>
    <message>
        <source>The authority&apos;s reply can&apos;t be read ({detail}).</source>
        <translation>No se puede leer la respuesta de la autoridad ({detail}).</translation>
    </message>
    <message>
        <source>The authority&apos;s reply does not hold ({detail}).</source>
        <translation>La respuesta de la autoridad no es válida ({detail}).</translation>
    </message>
    <message>
        <source>The backup could not be restored: {why}</source>
        <translation>No se ha podido restaurar la copia de seguridad: {why}</translation>
    </message>
    <message>
        <source>The backup could not be written: {why}</source>
        <translation>No se ha podido escribir la copia de seguridad: {why}</translation>
    </message>
    <message>
        <source>The backup {source} is damaged.</source>
        <translation>La copia de seguridad {source} está dañada.</translation>
    </message>
    <message>
        <source>The backup {source} was made by a newer RightsDesk.</source>
        <translation>La copia de seguridad {source} la hizo un RightsDesk más nuevo.</translation>
    </message>
    <message>
        <source>The channel; with a content manager, all its channels.</source>
        <translation>El canal; con un gestor de contenido, todos sus canales.</translation>
    </message>
    <message>
        <source>The community lexicon of April 2026. It is a signal: nothing enforces it.</source>
        <translation>El léxico de la comunidad de abril de 2026. Es una señal: nada obliga a cumplirla.</translation>
    </message>
    <message>
        <source>The companies that a channel can choose from, as of December 2024. Eighteen were announced, seventeen names were seen.</source>
        <translation>Las empresas entre las que puede elegir un canal, a diciembre de 2024. Se anunciaron dieciocho, se vieron diecisiete nombres.</translation>
    </message>
    <message>
        <source>The config file {path} can&apos;t be used: {why}</source>
        <translation>No se puede usar el archivo de configuración {path}: {why}</translation>
    </message>
    <message>
        <source>The connection to {host} broke off.</source>
        <translation>Se ha cortado la conexión con {host}.</translation>
    </message>
    <message>
        <source>The connection to {host} would not be encrypted, so it was not opened.</source>
        <translation>La conexión con {host} no iría cifrada, así que no se ha abierto.</translation>
    </message>
    <message>
        <source>The contract</source>
        <translation>El contrato</translation>
    </message>
    <message>
        <source>The contract: its digest is kept</source>
        <translation>El contrato: se conserva su huella</translation>
    </message>
    <message>
        <source>The copyright line can&apos;t be read, so it stays as it is.</source>
        <translation>La línea de copyright no se puede leer, así que se queda como está.</translation>
    </message>
    <message>
        <source>The copyright line is in an unknown encoding, so it stays as it is: only ASCII letters could be added without harm.</source>
        <translation>La línea de copyright tiene una codificación desconocida, así que se queda como está: solo se le podrían añadir letras ASCII sin daño.</translation>
    </message>
    <message>
        <source>The copyright line stays as it is.</source>
        <translation>La línea de copyright se queda como está.</translation>
    </message>
    <message>
        <source>The credits that a distributor delivers disclose how music was made. They are not a consent.</source>
        <translation>Los créditos que entrega una distribuidora indican cómo se hizo la música. No son un consentimiento.</translation>
    </message>
    <message>
        <source>The data that are here now are kept aside, in the folder “backups”. The window closes and opens again. What files and platforms say is unknown then until they are read again, and jobs that are not in the backup can&apos;t be undone.</source>
        <translation>Los datos que hay ahora se guardan aparte, en la carpeta «backups». La ventana se cierra y se vuelve a abrir. Lo que dicen archivos y plataformas no se sabrá hasta que se vuelvan a leer, y las tareas que no están en la copia no se podrán deshacer.</translation>
    </message>
    <message>
        <source>The database is damaged where entry {number} should be.</source>
        <translation>La base de datos está dañada donde debería estar la entrada {number}.</translation>
    </message>
    <message>
        <source>The database still counts them.</source>
        <translation>La base de datos todavía las cuenta.</translation>
    </message>
    <message>
        <source>The day to ask again has to be after today.</source>
        <translation>El día para volver a preguntar tiene que ser posterior a hoy.</translation>
    </message>
    <message>
        <source>The day to check again has to be after the day when you checked.</source>
        <translation>El día para volver a comprobar tiene que ser posterior al día en que comprobaste.</translation>
    </message>
    <message>
        <source>The description would be too long for YouTube ({length} of {most} bytes). Shorten it, then repeat.</source>
        <translation>La descripción sería demasiado larga para YouTube ({length} de {most} bytes). Acórtala y repite.</translation>
    </message>
    <message>
        <source>The description would have {characters}; {name} takes {longest}. Shorten it there, or choose a shorter sentence of your own.</source>
        <translation>La descripción tendría {characters}; {name} admite {longest}. Acórtala allí, o elige una frase propia más corta.</translation>
    </message>
    <message>
        <source>The disk or network share with this file can&apos;t be reached.</source>
        <translation>No se puede acceder al disco o a la carpeta de red con este archivo.</translation>
    </message>
    <message>
        <source>The disk reported an error.</source>
        <translation>El disco ha dado un error.</translation>
    </message>
    <message>
        <source>The disk with RightsDesk&apos;s own data is full ({folder}).</source>
        <translation>El disco con los datos de RightsDesk está lleno ({folder}).</translation>
    </message>
    <message>
        <source>The disk with RightsDesk&apos;s own data reports an error ({folder}).</source>
        <translation>El disco con los datos de RightsDesk da un error ({folder}).</translation>
    </message>
    <message>
        <source>The document is nested too deeply.</source>
        <translation>El documento está anidado a demasiada profundidad.</translation>
    </message>
    <message>
        <source>The earlier clause</source>
        <translation>La cláusula anterior</translation>
    </message>
    <message>
        <source>The earlier text is back since {day}.</source>
        <translation>El texto anterior ha vuelto desde el {day}.</translation>
    </message>
    <message>
        <source>The facts about “{platform}” are not written as this RightsDesk reads them.</source>
        <translation>Los datos sobre «{platform}» no están escritos como los lee este RightsDesk.</translation>
    </message>
    <message>
        <source>The file has more than {size} MB. Facts about platforms are smaller.</source>
        <translation>El archivo tiene más de {size} MB. Los datos sobre plataformas son más pequeños.</translation>
    </message>
    <message>
        <source>The file is as the other program left it.</source>
        <translation>El archivo está como lo dejó el otro programa.</translation>
    </message>
    <message>
        <source>The file is damaged or cut.</source>
        <translation>El archivo está dañado o cortado.</translation>
    </message>
    <message>
        <source>The file is no longer there.</source>
        <translation>El archivo ya no está ahí.</translation>
    </message>
    <message>
        <source>The file is not text in UTF-8.</source>
        <translation>El archivo no es texto en UTF-8.</translation>
    </message>
    <message>
        <source>The file is not text.</source>
        <translation>El archivo no es texto.</translation>
    </message>
    <message>
        <source>The file is signed with a key that RightsDesk does not know.</source>
        <translation>El archivo está firmado con una clave que RightsDesk no conoce.</translation>
    </message>
    <message>
        <source>The file robots.txt is longer than 500 KB. Crawlers may stop there, so the rest is not counted.</source>
        <translation>El archivo robots.txt pasa de 500 KB. Puede que los rastreadores se paren ahí, así que el resto no cuenta.</translation>
    </message>
    <message>
        <source>The file robots.txt is longer than crawlers read, and begins with a rule for no crawler: shorten it first.</source>
        <translation>El archivo robots.txt es más largo de lo que leen los rastreadores y empieza con una regla que no es para ningún rastreador: acórtalo primero.</translation>
    </message>
    <message>
        <source>The file that belongs to your stored logins, vault.json, can&apos;t be read.</source>
        <translation>No se puede leer vault.json, el archivo que va con tus accesos guardados.</translation>
    </message>
    <message>
        <source>The file that belongs to your stored logins, vault.json, is damaged.</source>
        <translation>El archivo que va con tus accesos guardados, vault.json, está dañado.</translation>
    </message>
    <message>
        <source>The file that this sidecar belongs to is no longer there.</source>
        <translation>El archivo al que pertenece este sidecar ya no está.</translation>
    </message>
    <message>
        <source>The file vault.json names no way to open your stored logins.</source>
        <translation>El archivo vault.json no indica ninguna forma de abrir tus accesos guardados.</translation>
    </message>
    <message>
        <source>The file vault.json, which leads to the key of your stored logins, is no longer in RightsDesk&apos;s data folder.</source>
        <translation>El archivo vault.json, que lleva a la clave de tus accesos guardados, ya no está en la carpeta de datos de RightsDesk.</translation>
    </message>
    <message>
        <source>The file was left as it is.</source>
        <translation>El archivo se ha dejado como estaba.</translation>
    </message>
    <message>
        <source>The file will be exactly as it was, byte for byte.</source>
        <translation>El archivo quedará exactamente como era, byte a byte.</translation>
    </message>
    <message>
        <source>The files are only read.</source>
        <translation>Los archivos solo se leen.</translation>
    </message>
    <message>
        <source>The files are only read. A new artist has no choice yet.</source>
        <translation>Los archivos solo se leen. Un artista nuevo aún no tiene elección.</translation>
    </message>
    <message>
        <source>The files of this recording name different artists: {names}.</source>
        <translation>Los archivos de esta grabación nombran a artistas diferentes: {names}.</translation>
    </message>
    <message>
        <source>The files of {service} are published only in part: {why}</source>
        <translation>Los archivos de {service} solo están publicados en parte: {why}</translation>
    </message>
    <message>
        <source>The files there were left unchanged.</source>
        <translation>Los archivos de allí se han dejado sin cambios.</translation>
    </message>
    <message>
        <source>The first licence covers only works whose writers and publishers agreed.</source>
        <translation>La primera licencia abarca solo obras cuyos autores y editoriales han aceptado.</translation>
    </message>
    <message>
        <source>The folder or server of your site</source>
        <translation>La carpeta o el servidor de tu web</translation>
    </message>
    <message>
        <source>The form is only for people in the EU and the UK.</source>
        <translation>El formulario es solo para personas de la UE y del Reino Unido.</translation>
    </message>
    <message>
        <source>The handle may have changed: check the account&apos;s settings. If it is right, make a new app password there, and connect again.</source>
        <translation>Puede que el identificador haya cambiado: compruébalo en los ajustes de la cuenta. Si es correcto, crea allí una nueva contraseña de aplicación y conéctala de nuevo.</translation>
    </message>
    <message>
        <source>The history is not whole any more: {fault} Everything else can be used. To see more: rightsdesk ledger verify</source>
        <translation>El historial ya no está entero: {fault} Todo lo demás se puede usar. Para ver más: rightsdesk ledger verify</translation>
    </message>
    <message>
        <source>The internet&apos;s own standards body is developing it, so crawlers may read it one day. It covers three uses: training AI that makes music, use as AI input, and search. A yes to search also allows both inside search engines, so it is written only if you allow both.</source>
        <translation>Lo desarrolla el propio organismo de estándares de internet, así que los rastreadores podrían leerlo algún día. Cubre tres usos: entrenamiento de IA que hace música, uso como entrada para IA, y búsqueda. Un sí a la búsqueda permite también los otros dos dentro de los buscadores, así que solo se escribe si permites los dos.</translation>
    </message>
    <message>
        <source>The item was left unchanged.</source>
        <translation>El elemento se ha dejado sin cambios.</translation>
    </message>
    <message>
        <source>The job was undone before this had its turn.</source>
        <translation>La tarea se deshizo antes de que le llegara el turno.</translation>
    </message>
    <message>
        <source>The journal&apos;s copy of the state before this change is damaged, so the change can&apos;t be undone.</source>
        <translation>La copia del diario con el estado anterior a este cambio está dañada, así que el cambio no se puede deshacer.</translation>
    </message>
    <message>
        <source>The key to this account&apos;s stored login was lost. Connect the account again: that takes a minute, and nothing gets lost.</source>
        <translation>Se ha perdido la clave del acceso guardado de esta cuenta. Vuelve a conectar la cuenta: se tarda un minuto y no se pierde nada.</translation>
    </message>
    <message>
        <source>The key to your stored logins is damaged in the keyring.</source>
        <translation>La clave de tus accesos guardados está dañada en el llavero.</translation>
    </message>
    <message>
        <source>The key to your stored logins is in a keyring, and there is none on this computer or in this session.</source>
        <translation>La clave de tus accesos guardados está en un llavero, y no hay ninguno en este ordenador o en esta sesión.</translation>
    </message>
    <message>
        <source>The key to your stored logins is no longer in the keyring.</source>
        <translation>La clave de tus accesos guardados ya no está en el llavero.</translation>
    </message>
    <message>
        <source>The keyring did not delete the entry “{service}” with the name {name}.</source>
        <translation>El llavero no ha borrado la entrada «{service}» con el nombre {name}.</translation>
    </message>
    <message>
        <source>The last day, {day} ({zone}), is already over.</source>
        <translation>El último día, {day} ({zone}), ya ha pasado.</translation>
    </message>
    <message>
        <source>The licence of {partner} was ended on {day}.</source>
        <translation>La licencia de {partner} se terminó el {day}.</translation>
    </message>
    <message>
        <source>The licence that lets AI train no longer reaches prompts and outputs.</source>
        <translation>La licencia que permite entrenar IA ya no abarca las instrucciones (prompts) ni los resultados.</translation>
    </message>
    <message>
        <source>The licence that lets AI train reaches prompts and outputs.</source>
        <translation>La licencia que permite entrenar IA abarca las instrucciones (prompts) y los resultados.</translation>
    </message>
    <message>
        <source>The list is limited to files and folders: the chip above it names them.</source>
        <translation>La lista se limita a archivos y carpetas: el filtro rápido que hay encima los nombra.</translation>
    </message>
    <message>
        <source>The list of changes in terms has their numbers.</source>
        <translation>La lista de cambios de condiciones tiene sus números.</translation>
    </message>
    <message>
        <source>The list of findings has the numbers of decisions.</source>
        <translation>La lista de hallazgos tiene los números de las decisiones.</translation>
    </message>
    <message>
        <source>The list of findings has their ids.</source>
        <translation>La lista de hallazgos tiene sus ID.</translation>
    </message>
    <message>
        <source>The list of findings has their numbers.</source>
        <translation>La lista de hallazgos tiene sus números.</translation>
    </message>
    <message>
        <source>The list of jobs has their numbers.</source>
        <translation>La lista de tareas tiene sus números.</translation>
    </message>
    <message>
        <source>The list of letters has their numbers.</source>
        <translation>La lista de cartas tiene sus números.</translation>
    </message>
    <message>
        <source>The list of licences has their numbers.</source>
        <translation>La lista de licencias tiene sus números.</translation>
    </message>
    <message>
        <source>The list of open questions has their numbers.</source>
        <translation>La lista de preguntas abiertas tiene sus números.</translation>
    </message>
    <message>
        <source>The list of problems has their ids.</source>
        <translation>La lista de problemas tiene sus ID.</translation>
    </message>
    <message>
        <source>The list of the history has their numbers.</source>
        <translation>La lista del historial tiene sus números.</translation>
    </message>
    <message>
        <source>The list of time stamps has their numbers.</source>
        <translation>La lista de sellos de tiempo tiene sus números.</translation>
    </message>
    <message>
        <source>The list that belongs to entry {number} was changed.</source>
        <translation>La lista que va con la entrada {number} se ha cambiado.</translation>
    </message>
    <message>
        <source>The main record of your AI preferences on Bluesky is for one reader or one collection only.</source>
        <translation>El registro principal de tus preferencias de IA en Bluesky es solo para un lector o una colección.</translation>
    </message>
    <message>
        <source>The matrix, for spreadsheets (CSV)</source>
        <translation>La tabla, para hojas de cálculo (CSV)</translation>
    </message>
    <message>
        <source>The messages with which your distributor sends your releases to shops.</source>
        <translation>Los mensajes con los que tu distribuidora envía tus lanzamientos a las tiendas.</translation>
    </message>
    <message>
        <source>The new facts can&apos;t be stored: {why}.</source>
        <translation>No se pueden guardar los datos nuevos: {why}.</translation>
    </message>
    <message>
        <source>The new passphrase opens your sign-ins now.</source>
        <translation>La nueva frase de contraseña ya abre tus accesos.</translation>
    </message>
    <message>
        <source>The new version is no whole text: {why}</source>
        <translation>La versión nueva no es un texto completo: {why}</translation>
    </message>
    <message>
        <source>The newest terms held are of 19 September 2024 and have no word on AI. They may be out of date.</source>
        <translation>Las condiciones más recientes que tenemos son del 19 de septiembre de 2024 y no dicen nada sobre IA. Puede que estén anticuadas.</translation>
    </message>
    <message>
        <source>The newest terms held are of July 2024 and have no word on AI.</source>
        <translation>Las condiciones más recientes que tenemos son de julio de 2024 y no dicen nada sobre IA.</translation>
    </message>
    <message>
        <source>The newest terms held have no word on AI training. Scraping is forbidden.</source>
        <translation>Las condiciones más recientes que tenemos no dicen nada sobre el entrenamiento de IA. La extracción automatizada de datos está prohibida.</translation>
    </message>
    <message>
        <source>The newest terms held have no word on AI training. Write your preference as a record: it is a signal.</source>
        <translation>Las condiciones más recientes que tenemos no dicen nada sobre el entrenamiento de IA. Escribe tu preferencia como registro: es una señal.</translation>
    </message>
    <message>
        <source>The newest terms held have no word on AI, and they are old.</source>
        <translation>Las condiciones más recientes que tenemos no dicen nada sobre IA, y son antiguas.</translation>
    </message>
    <message>
        <source>The newest terms held have no word on AI.</source>
        <translation>Las condiciones más recientes que tenemos no dicen nada sobre IA.</translation>
    </message>
    <message>
        <source>The newest terms held have no word on AI. Scraping is forbidden.</source>
        <translation>Las condiciones más recientes que tenemos no dicen nada sobre IA. La extracción automatizada de datos está prohibida.</translation>
    </message>
    <message>
        <source>The newest version held is of {day}, {age} ago.</source>
        <translation>La versión más reciente que tenemos es de {day}, de hace {age}.</translation>
    </message>
    <message>
        <source>The newest version held is of {day}.</source>
        <translation>La versión más reciente que tenemos es de {day}.</translation>
    </message>
    <message>
        <source>The newest, of entry {number}, is of {when}, by {hosts}: {state}</source>
        <translation>El más reciente, de la entrada {number}, es de {when}, por {hosts}: {state}</translation>
    </message>
    <message>
        <source>The note is too long.</source>
        <translation>La nota es demasiado larga.</translation>
    </message>
    <message>
        <source>The old files were restored.</source>
        <translation>Se han restaurado los archivos anteriores.</translation>
    </message>
    <message>
        <source>The old version is no whole text: {why}</source>
        <translation>La versión antigua no es un texto completo: {why}</translation>
    </message>
    <message>
        <source>The one change today.</source>
        <translation>Hoy, el único cambio.</translation>
    </message>
    <message>
        <source>The one change {when}.</source>
        <translation>El único cambio, {when}.</translation>
    </message>
    <message>
        <source>The page has too many elements inside each other.</source>
        <translation>La página tiene demasiados elementos unos dentro de otros.</translation>
    </message>
    <message>
        <source>The page shows its text by a script (JavaScript). RightsDesk runs no scripts of others.</source>
        <translation>La página muestra su texto con un script (JavaScript). RightsDesk no ejecuta scripts ajenos.</translation>
    </message>
    <message>
        <source>The passphrase can&apos;t be set while the keyring refuses the vault&apos;s key.</source>
        <translation>No se puede establecer la frase de contraseña mientras el llavero niegue la clave de los accesos.</translation>
    </message>
    <message>
        <source>The path of this file is too long for the disk.</source>
        <translation>La ruta de este archivo es demasiado larga para el disco.</translation>
    </message>
    <message>
        <source>The platform names no artist</source>
        <translation>La plataforma no nombra ningún artista</translation>
    </message>
    <message>
        <source>The privacy policy allows training on all pins, whenever posted. An opt-out was reported, but its name and place were not confirmed.</source>
        <translation>La política de privacidad permite entrenar con todos los pines, se publicaran cuando se publicaran. Se ha hablado de una exclusión voluntaria, pero su nombre y su sitio no se han confirmado.</translation>
    </message>
    <message>
        <source>The privacy policy names training of machine learning models.</source>
        <translation>La política de privacidad nombra el entrenamiento de modelos de aprendizaje automático.</translation>
    </message>
    <message>
        <source>The private key can&apos;t be read.</source>
        <translation>No se puede leer la clave privada.</translation>
    </message>
    <message>
        <source>The promise does not cover internal uses: recommendations, search, playlists, tagging, fraud checks, emerging talent, personalisation, customer support, First Fans, and Musiio.</source>
        <translation>La promesa no se refiere a usos internos: recomendaciones, búsqueda, listas de reproducción, etiquetado, control de fraude, nuevos talentos, personalización, atención al cliente, First Fans y Musiio.</translation>
    </message>
    <message>
        <source>The proxy stays as it was.</source>
        <translation>El proxy se queda como estaba.</translation>
    </message>
    <message>
        <source>The proxy {named} asks for a user name and a password, or refuses those it has.</source>
        <translation>El proxy {named} pide un nombre de usuario y una contraseña, o rechaza los que tiene.</translation>
    </message>
    <message>
        <source>The proxy {named} can&apos;t be reached or used.</source>
        <translation>No se puede acceder al proxy {named} o usarlo.</translation>
    </message>
    <message>
        <source>The proxy {named} does not let RightsDesk through to {host} ({status}).</source>
        <translation>El proxy {named} no deja pasar a RightsDesk hasta {host} ({status}).</translation>
    </message>
    <message>
        <source>The proxy {named} is a SOCKS proxy, which RightsDesk can&apos;t use.</source>
        <translation>El proxy {named} es un proxy SOCKS, que RightsDesk no puede usar.</translation>
    </message>
    <message>
        <source>The public API carries gen_ai_preference for each sound.</source>
        <translation>La API pública lleva gen_ai_preference para cada sonido.</translation>
    </message>
    <message>
        <source>The public terms found are of 15 September 2023. A mark “Open to AI licensing” is mentioned by one text only.</source>
        <translation>Las condiciones públicas encontradas son del 15 de septiembre de 2023. Solo un texto menciona una marca «Open to AI licensing».</translation>
    </message>
    <message>
        <source>The publication. It tells crawlers not to train; only those that listen obey.</source>
        <translation>La publicación. Dice a los rastreadores que no entrenen; solo obedecen los que hacen caso.</translation>
    </message>
    <message>
        <source>The published robots.txt has no line of a robots.txt in it: it may be a web page. It is replaced, and an undo restores it.</source>
        <translation>El robots.txt publicado no contiene ninguna línea de un robots.txt: puede que sea una página web. Se reemplaza, y al deshacer se restaura.</translation>
    </message>
    <message>
        <source>The quick brown fox jumps over the lazy dog 0123456789</source>
        <translation>El veloz murciélago hindú comía feliz cardillo y kiwi 0123456789</translation>
    </message>
    <message>
        <source>The record</source>
        <translation>El registro</translation>
    </message>
    <message>
        <source>The recording&apos;s &amp;ISCC</source>
        <translation>El &amp;ISCC de la grabación</translation>
    </message>
    <message>
        <source>The redirect address must be on this computer.</source>
        <translation>La dirección de redirección tiene que estar en este ordenador.</translation>
    </message>
    <message>
        <source>The registry lists web addresses, not files. The ai.txt that belongs to it is not honoured by OpenAI, Anthropic, Google or Meta.</source>
        <translation>El registro lista direcciones web, no archivos. El ai.txt que va con él no lo respetan OpenAI, Anthropic, Google ni Meta.</translation>
    </message>
    <message>
        <source>The registry takes a declaration only with the recording&apos;s ISCC.</source>
        <translation>El registro solo acepta una declaración con el ISCC de la grabación.</translation>
    </message>
    <message>
        <source>The report was stopped.</source>
        <translation>El informe se ha detenido.</translation>
    </message>
    <message>
        <source>The reservation in the copyright line is damaged.</source>
        <translation>La reserva de la línea de copyright está dañada.</translation>
    </message>
    <message>
        <source>The rest is resumed {when}.</source>
        <translation>El resto sigue {when}.</translation>
    </message>
    <message>
        <source>The rights field or the description of your items.</source>
        <translation>El campo de derechos o la descripción de tus elementos.</translation>
    </message>
    <message>
        <source>The rights of this item were changed since RightsDesk read them.</source>
        <translation>Los derechos de este elemento han cambiado desde que RightsDesk los leyó.</translation>
    </message>
    <message>
        <source>The sentence and sidecars</source>
        <translation>La frase y los sidecars</translation>
    </message>
    <message>
        <source>The server at this address does not answer like {service}.</source>
        <translation>El servidor de esta dirección no responde como {service}.</translation>
    </message>
    <message>
        <source>The server doesn&apos;t let RightsDesk write into {name}. Replacing it could lose an access list or attributes, which SFTP does not show.</source>
        <translation>El servidor no deja que RightsDesk escriba dentro de {name}. Si se reemplaza, se podría perder una lista de acceso o atributos que SFTP no muestra.</translation>
    </message>
    <message>
        <source>The server may hide folders that begin with a dot, or a program may generate these files: ask your web host to serve them as they are.</source>
        <translation>Puede que el servidor oculte las carpetas que empiezan por punto, o que un programa genere estos archivos: pide a tu proveedor de alojamiento que los sirva tal como están.</translation>
    </message>
    <message>
        <source>The setting {name} names a file that can&apos;t be read: {place}</source>
        <translation>El ajuste {name} indica un archivo que no se puede leer: {place}</translation>
    </message>
    <message>
        <source>The setting {name} names a file that holds no certificates: {place}</source>
        <translation>El ajuste {name} indica un archivo que no contiene certificados: {place}</translation>
    </message>
    <message>
        <source>The setting {name} names a file that is not there: {place}</source>
        <translation>El ajuste {name} indica un archivo que no está: {place}</translation>
    </message>
    <message>
        <source>The settings of keyring name a keyring that can&apos;t be used.</source>
        <translation>Los ajustes de keyring indican un llavero que no se puede usar.</translation>
    </message>
    <message>
        <source>The sidecar was left as it is.</source>
        <translation>El sidecar se ha dejado como estaba.</translation>
    </message>
    <message>
        <source>The sidecars that are there stay, and are kept up to date.</source>
        <translation>Los sidecars que ya existen se quedan, y se mantienen al día.</translation>
    </message>
    <message>
        <source>The sign-in of {name} has ended</source>
        <translation>La sesión de {name} ha terminado</translation>
    </message>
    <message>
        <source>The sign-in page was not answered in time.</source>
        <translation>La página de inicio de sesión no se respondió a tiempo.</translation>
    </message>
    <message>
        <source>The sign-in was cancelled.</source>
        <translation>Se ha cancelado el inicio de sesión.</translation>
    </message>
    <message>
        <source>The sign-in was ended at {name} again.</source>
        <translation>Se ha vuelto a cerrar la sesión en {name}.</translation>
    </message>
    <message>
        <source>The signature does not fit: the file was changed after it was made, or is cut.</source>
        <translation>La firma no encaja: el archivo se ha cambiado después de crearse, o está cortado.</translation>
    </message>
    <message>
        <source>The site&apos;s own address is missing.</source>
        <translation>Falta la dirección de la propia web.</translation>
    </message>
    <message>
        <source>The site&apos;s robots.txt, for about 26 crawlers in 2026. It is a request.</source>
        <translation>El robots.txt del sitio, para unos 26 rastreadores en 2026. Es una petición.</translation>
    </message>
    <message>
        <source>The site&apos;s robots.txt. There is no single AI switch.</source>
        <translation>El robots.txt del sitio. No hay un único ajuste para la IA.</translation>
    </message>
    <message>
        <source>The site&apos;s settings</source>
        <translation>Los ajustes de la web</translation>
    </message>
    <message>
        <source>The sound alone leads to it, even if every tag was stripped.</source>
        <translation>Solo el sonido lleva hasta ella, aunque se hayan borrado todas las etiquetas.</translation>
    </message>
    <message>
        <source>The stored login of this account does not open: it is damaged, or what it belongs to (artist, platform, address) was changed outside RightsDesk.</source>
        <translation>El acceso guardado de esta cuenta no se abre: está dañado, o aquello a lo que pertenece (artista, plataforma, dirección) se ha cambiado fuera de RightsDesk.</translation>
    </message>
    <message>
        <source>The stored logins were left as they are.</source>
        <translation>Los accesos guardados se han dejado como estaban.</translation>
    </message>
    <message>
        <source>The stored record of this change is damaged, so it can&apos;t be used.</source>
        <translation>El registro guardado de este cambio está dañado, así que no se puede usar.</translation>
    </message>
    <message>
        <source>The switch is on, but the site&apos;s robots.txt does not show it.</source>
        <translation>El interruptor está activado, pero el robots.txt del sitio no lo muestra.</translation>
    </message>
    <message>
        <source>The switch is the platform&apos;s own setting; the description states it where people watch your video.</source>
        <translation>El interruptor es el ajuste de la propia plataforma; la descripción lo declara donde la gente ve tu vídeo.</translation>
    </message>
    <message>
        <source>The switch tells AI tools not to train; only those who respect it obey; it may cost visibility.</source>
        <translation>El interruptor dice a las herramientas de IA que no entrenen; solo obedecen las que lo respetan; puede costar visibilidad.</translation>
    </message>
    <message>
        <source>The system could not change this file: {reason}.</source>
        <translation>El sistema no ha podido cambiar este archivo: {reason}.</translation>
    </message>
    <message>
        <source>The system could not read this file: {reason}.</source>
        <translation>El sistema no ha podido leer este archivo: {reason}.</translation>
    </message>
    <message>
        <source>The table compares your choice with what each file and each platform says today. “Details” shows how that is known, and since when. The page Problems lists what could not be read, disagrees or was not finished.</source>
        <translation>La tabla compara tu elección con lo que dicen hoy cada archivo y cada plataforma. «Detalles» muestra cómo se sabe, y desde cuándo. La página Problemas reúne lo que no se pudo leer, lo que no concuerda y lo que no se terminó.</translation>
    </message>
    <message>
        <source>The tag “{tag}” has no valid answer.</source>
        <translation>La etiqueta «{tag}» no tiene ninguna respuesta válida.</translation>
    </message>
    <message>
        <source>The tags would be too long for YouTube ({length} of {most} characters). Take some away, then repeat.</source>
        <translation>Las etiquetas serían demasiado largas para YouTube ({length} de {most} caracteres). Quita algunas y repite.</translation>
    </message>
    <message>
        <source>The tdmrep.json document is not a list of rules.</source>
        <translation>El documento tdmrep.json no es una lista de reglas.</translation>
    </message>
    <message>
        <source>The text is not an RSL document.</source>
        <translation>El texto no es un documento RSL.</translation>
    </message>
    <message>
        <source>The third-party training setting is off by default; every rights holder must allow it and the video must be public.</source>
        <translation>El ajuste de entrenamiento de terceros está desactivado por defecto; todos los titulares de los derechos tienen que permitirlo y el vídeo tiene que ser público.</translation>
    </message>
    <message>
        <source>The title and other tags of this file can&apos;t be read.</source>
        <translation>No se pueden leer el título y otras etiquetas de este archivo.</translation>
    </message>
    <message>
        <source>The token needs the scope write:edits, and the track has to be attributed to you. The server&apos;s administrator can change both.</source>
        <translation>El token necesita el permiso write:edits, y la pista te tiene que estar atribuida. Quien administra el servidor puede cambiar ambas cosas.</translation>
    </message>
    <message>
        <source>The tool datadiligence and Adobe&apos;s Verify site read the older C2PA form. No AI trainer is known to document that it honours either.</source>
        <translation>La herramienta datadiligence y el sitio Verify de Adobe leen la forma antigua de C2PA. No consta que nadie que entrene IA documente que respeta ninguna de las dos.</translation>
    </message>
    <message>
        <source>The tool datadiligence and several crawlers read the header. No AI company is known to document that it reads it in audio files.</source>
        <translation>La herramienta datadiligence y varios rastreadores leen la cabecera. No consta que ninguna empresa de IA documente que la lee en archivos de audio.</translation>
    </message>
    <message>
        <source>The tool datadiligence takes one no in this form for a no to everything.</source>
        <translation>La herramienta datadiligence toma un solo no de esta forma por un no a todo.</translation>
    </message>
    <message>
        <source>The track&apos;s details, through the API</source>
        <translation>Los datos de la pista, por la API</translation>
    </message>
    <message>
        <source>The user agreement speaks of AI only as a feature that you may use.</source>
        <translation>Las condiciones de uso hablan de la IA solo como una función que puedes usar.</translation>
    </message>
    <message>
        <source>The variable PYTHON_KEYRING_BACKEND names a keyring that can&apos;t be used ({name}).</source>
        <translation>La variable PYTHON_KEYRING_BACKEND indica un llavero que no se puede usar ({name}).</translation>
    </message>
    <message>
        <source>The video was left unchanged.</source>
        <translation>El vídeo se ha dejado sin cambios.</translation>
    </message>
    <message>
        <source>The web server may lack permission to read this user&apos;s files, or may refuse their content: ask your web host.</source>
        <translation>Puede que el servidor web no tenga permiso para leer los archivos de este usuario, o que rechace su contenido: pregunta a tu proveedor de alojamiento.</translation>
    </message>
    <message>
        <source>The words are the platform&apos;s own, as this computer fetched them. They were found by rules, not by a lawyer: read the whole text before you rely on it.</source>
        <translation>Las palabras son de la propia plataforma, tal como las descargó este ordenador. Las han encontrado reglas, no un abogado: lee el texto entero antes de fiarte de él.</translation>
    </message>
    <message>
        <source>The words in the table</source>
        <translation>Las palabras de la tabla</translation>
    </message>
    <message>
        <source>The zone&apos;s bot management, through the API</source>
        <translation>La gestión de bots de la zona, por la API</translation>
    </message>
    <message>
        <source>The {dialect} document answers “{label}” with another word.</source>
        <translation>El documento {dialect} responde a «{label}» con otra palabra.</translation>
    </message>
    <message>
        <source>The {dialect} document does not follow its standard.</source>
        <translation>El documento {dialect} no sigue su estándar.</translation>
    </message>
    <message>
        <source>The {dialect} document has an intent that does not exist.</source>
        <translation>El documento {dialect} tiene una intención que no existe.</translation>
    </message>
    <message>
        <source>The {dialect} document says something twice.</source>
        <translation>El documento {dialect} dice algo dos veces.</translation>
    </message>
    <message>
        <source>The {dialect} field answers “{key}” twice.</source>
        <translation>El campo {dialect} responde a «{key}» dos veces.</translation>
    </message>
    <message>
        <source>The {dialect} field is not a list of answers.</source>
        <translation>El campo {dialect} no es una lista de respuestas.</translation>
    </message>
    <message>
        <source>The {name} assertion allows uses but does not follow its schema.</source>
        <translation>La aserción {name} permite usos, pero no sigue su esquema.</translation>
    </message>
    <message>
        <source>The {name} assertion has an answer that does not exist.</source>
        <translation>La aserción {name} tiene una respuesta que no existe.</translation>
    </message>
    <message>
        <source>The {name} field has no valid answer for {use}.</source>
        <translation>El campo {name} no tiene ninguna respuesta válida para {use}.</translation>
    </message>
    <message>
        <source>The {service} server has not approved this account.</source>
        <translation>El servidor de {service} no ha aprobado esta cuenta.</translation>
    </message>
    <message>
        <source>The “noai” mark is set unless you actively consent; it binds other users.</source>
        <translation>La marca «noai» está puesta salvo que aceptes activamente; obliga a otros usuarios.</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Tema</translation>
    </message>
    <message>
        <source>There are new facts about {platforms}.</source>
        <translation>Hay datos nuevos sobre {platforms}.</translation>
    </message>
    <message>
        <source>There are two settings: one for usage data, one for your content. Switch both off.</source>
        <translation>Hay dos ajustes: uno para los datos de uso y otro para tu contenido. Desactiva los dos.</translation>
    </message>
    <message>
        <source>There are {recordings} for “{name}”.</source>
        <translation>Hay {recordings} para «{name}».</translation>
    </message>
    <message>
        <source>There are {releases} called “{name}”.</source>
        <translation>Hay {releases} con el nombre «{name}».</translation>
    </message>
    <message>
        <source>There are: {codes}.</source>
        <translation>Hay: {codes}.</translation>
    </message>
    <message>
        <source>There are: {kinds}.</source>
        <translation>Hay: {kinds}.</translation>
    </message>
    <message>
        <source>There are: {names}.</source>
        <translation>Hay: {names}.</translation>
    </message>
    <message>
        <source>There is a line break or an invisible letter in “{field}”.</source>
        <translation>Hay un salto de línea o una letra invisible en «{field}».</translation>
    </message>
    <message>
        <source>There is a space in “{field}”. Copy it again, without what is around it.</source>
        <translation>Hay un espacio en «{field}». Vuelve a copiarlo, sin lo que hay alrededor.</translation>
    </message>
    <message>
        <source>There is a word in it for training and data mining only, and only for “no” and “ask me”.</source>
        <translation>Solo hay palabra para el entrenamiento y la minería de datos, y solo para «no» y «pregúntame».</translation>
    </message>
    <message>
        <source>There is a word in it for training and data mining only.</source>
        <translation>Solo hay palabra para el entrenamiento y la minería de datos.</translation>
    </message>
    <message>
        <source>There is hardly any text in it.</source>
        <translation>Apenas contiene texto.</translation>
    </message>
    <message>
        <source>There is no account yet.</source>
        <translation>Aún no hay ninguna cuenta.</translation>
    </message>
    <message>
        <source>There is no address to get newer facts from.</source>
        <translation>No hay ninguna dirección de la que obtener datos más recientes.</translation>
    </message>
    <message>
        <source>There is no alarm {number}.</source>
        <translation>No hay ningún aviso {number}.</translation>
    </message>
    <message>
        <source>There is no artist “{name}”.</source>
        <translation>No hay ningún artista «{name}».</translation>
    </message>
    <message>
        <source>There is no audio file that RightsDesk knows in the folders of this artist. Add another folder, or rescan once there is something in it.</source>
        <translation>En las carpetas de este artista no hay ningún archivo de audio que RightsDesk conozca. Añade otra carpeta, o reescanea cuando haya algo dentro.</translation>
    </message>
    <message>
        <source>There is no bucket {bucket} at {host}.</source>
        <translation>No hay ningún bucket {bucket} en {host}.</translation>
    </message>
    <message>
        <source>There is no consent for this any more, so it was left as it is. First choose what AI may do with it.</source>
        <translation>Ya no hay elección para esto, así que se ha dejado como estaba. Elige antes qué puede hacer la IA con ello.</translation>
    </message>
    <message>
        <source>There is no entry {number} in the history.</source>
        <translation>No hay ninguna entrada {number} en el historial.</translation>
    </message>
    <message>
        <source>There is no export “{name}”.</source>
        <translation>No hay ninguna exportación «{name}».</translation>
    </message>
    <message>
        <source>There is no field for AI; a track&apos;s description, tags and licence are the only places (checked 2026-11).</source>
        <translation>No hay ningún campo para la IA; la descripción, las etiquetas y la licencia de una pista son los únicos sitios (comprobado 2026-11).</translation>
    </message>
    <message>
        <source>There is no field for AI; a video&apos;s description, tags and licence are the only places (checked 2026-11).</source>
        <translation>No hay ningún campo para la IA; la descripción, las etiquetas y la licencia de un vídeo son los únicos sitios (comprobado 2026-11).</translation>
    </message>
    <message>
        <source>There is no field for AI; an item&apos;s rights and licence are the only places (checked 2026-11).</source>
        <translation>No hay ningún campo para la IA; los derechos y la licencia de un elemento son los únicos sitios (comprobado 2026-11).</translation>
    </message>
    <message>
        <source>There is no folder {shown}.</source>
        <translation>No existe la carpeta {shown}.</translation>
    </message>
    <message>
        <source>There is no job {job_id}.</source>
        <translation>No existe la tarea {job_id}.</translation>
    </message>
    <message>
        <source>There is no language “{code}”.</source>
        <translation>No hay ningún idioma «{code}».</translation>
    </message>
    <message>
        <source>There is no letter {number}.</source>
        <translation>No hay ninguna carta {number}.</translation>
    </message>
    <message>
        <source>There is no letter “{kind}”.</source>
        <translation>No hay ninguna carta «{kind}».</translation>
    </message>
    <message>
        <source>There is no licence {number}.</source>
        <translation>No hay ninguna licencia {number}.</translation>
    </message>
    <message>
        <source>There is no new file, and RightsDesk&apos;s data are as they were.</source>
        <translation>No hay ningún archivo nuevo, y los datos de RightsDesk están como estaban.</translation>
    </message>
    <message>
        <source>There is no note of this.</source>
        <translation>No hay ninguna nota de esto.</translation>
    </message>
    <message>
        <source>There is no open finding or problem “{number}”.</source>
        <translation>No hay ningún hallazgo ni problema abierto «{number}».</translation>
    </message>
    <message>
        <source>There is no open finding “{finding}”.</source>
        <translation>No hay ningún hallazgo abierto «{finding}».</translation>
    </message>
    <message>
        <source>There is no recording “{name}”.</source>
        <translation>No existe la grabación «{name}».</translation>
    </message>
    <message>
        <source>There is no release “{name}”.</source>
        <translation>No existe el lanzamiento «{name}».</translation>
    </message>
    <message>
        <source>There is no setting for AI in WordPress itself (checked 2026-11).</source>
        <translation>WordPress en sí no tiene ningún ajuste para la IA (comprobado 2026-11).</translation>
    </message>
    <message>
        <source>There is no space left for files in {shown}: its disk is full, or a quota is used up.</source>
        <translation>No queda espacio para archivos en {shown}: el disco está lleno, o se ha agotado una cuota.</translation>
    </message>
    <message>
        <source>There is no switch so far (checked 2026-11). The “no AI” tag on SoundCloud is SoundCloud&apos;s own, for the whole site.</source>
        <translation>Por ahora no hay interruptor (comprobado 2026-11). La etiqueta «no AI» de SoundCloud es del propio SoundCloud, para todo el sitio.</translation>
    </message>
    <message>
        <source>There is no switch. You sign up for this service, which watches for imitations of a voice or a likeness and licenses them (checked 2026-11). No public API was found.</source>
        <translation>No hay interruptor. Te inscribes en este servicio, que vigila si se imita una voz o una imagen y da licencias para ello (comprobado 2026-11). No se ha encontrado ninguna API pública.</translation>
    </message>
    <message>
        <source>There is no switch: Bandcamp&apos;s terms already say no for you (checked 2026-11).</source>
        <translation>No hay interruptor: las condiciones de Bandcamp ya dicen que no por ti (comprobado 2026-11).</translation>
    </message>
    <message>
        <source>There is no switch: RouteNote says that it does not do it (checked 2026-11).</source>
        <translation>No hay interruptor: RouteNote dice que no lo hace (comprobado 2026-11).</translation>
    </message>
    <message>
        <source>There is no switch: Vimeo promises to ask first (checked 2026-11).</source>
        <translation>No hay interruptor: Vimeo promete preguntar antes (comprobado 2026-11).</translation>
    </message>
    <message>
        <source>There is no switch: your site&apos;s files and headers are what counts.</source>
        <translation>No hay interruptor: lo que cuenta son los archivos y cabeceras de tu web.</translation>
    </message>
    <message>
        <source>There is no time stamp {number}.</source>
        <translation>No hay ningún sello de tiempo {number}.</translation>
    </message>
    <message>
        <source>There is no track {item_id} on a platform.</source>
        <translation>No hay ninguna pista {item_id} en una plataforma.</translation>
    </message>
    <message>
        <source>There is not enough free space on this disk.</source>
        <translation>No hay suficiente espacio libre en este disco.</translation>
    </message>
    <message>
        <source>There is not enough free space on this disk. RightsDesk leaves {megabytes} MB of it free.</source>
        <translation>No hay suficiente espacio libre en este disco. RightsDesk deja libres {megabytes} MB.</translation>
    </message>
    <message>
        <source>There is nothing to change in what could be read.</source>
        <translation>No hay nada que cambiar en lo que se ha podido leer.</translation>
    </message>
    <message>
        <source>There is nothing to change yet.</source>
        <translation>Aún no hay nada que cambiar.</translation>
    </message>
    <message>
        <source>There is nothing to change, or no choice has been made yet.</source>
        <translation>No hay nada que cambiar, o aún no se ha hecho ninguna elección.</translation>
    </message>
    <message>
        <source>There is nothing to choose.</source>
        <translation>No hay nada que elegir.</translation>
    </message>
    <message>
        <source>There is nothing to compare with, and what the audio is now proves nothing.</source>
        <translation>No hay nada con que comparar, y lo que el audio es ahora no prueba nada.</translation>
    </message>
    <message>
        <source>There is nothing to prove yet</source>
        <translation>Aún no hay nada que probar</translation>
    </message>
    <message>
        <source>There is nothing to undo.</source>
        <translation>No hay nada que deshacer.</translation>
    </message>
    <message>
        <source>These accounts then need a new sign-in; nothing else is lost:</source>
        <translation>Después habrá que volver a iniciar sesión en estas cuentas; no se pierde nada más:</translation>
    </message>
    <message>
        <source>These data were made by a newer RightsDesk.</source>
        <translation>Estos datos los ha creado un RightsDesk más nuevo.</translation>
    </message>
    <message>
        <source>These facts ({version}) are not newer than the ones in use ({in_use}).</source>
        <translation>Estos datos ({version}) no son más recientes que los que están en uso ({in_use}).</translation>
    </message>
    <message>
        <source>These facts are made for a newer RightsDesk.</source>
        <translation>Estos datos están hechos para un RightsDesk más nuevo.</translation>
    </message>
    <message>
        <source>These files are not RightsDesk&apos;s, and stay: {paths}</source>
        <translation>Estos archivos no son de RightsDesk y se quedan: {paths}</translation>
    </message>
    <message>
        <source>These logins were stored by a newer RightsDesk.</source>
        <translation>Estos accesos los ha guardado un RightsDesk más nuevo.</translation>
    </message>
    <message>
        <source>They are also in {path}</source>
        <translation>También están en {path}</translation>
    </message>
    <message>
        <source>They are different ones</source>
        <translation>Son distintas</translation>
    </message>
    <message>
        <source>They are made for another version of RightsDesk.</source>
        <translation>Están hechos para otra versión de RightsDesk.</translation>
    </message>
    <message>
        <source>They are the same recording</source>
        <translation>Son la misma grabación</translation>
    </message>
    <message>
        <source>They are the same release</source>
        <translation>Son el mismo lanzamiento</translation>
    </message>
    <message>
        <source>They don&apos;t match.</source>
        <translation>No coinciden.</translation>
    </message>
    <message>
        <source>They were left as they are.</source>
        <translation>Se han dejado como estaban.</translation>
    </message>
    <message>
        <source>They were left unchanged.</source>
        <translation>Se han dejado sin cambios.</translation>
    </message>
    <message>
        <source>Third parties: off unless you switch it on. Google itself: no switch, and the terms have no word on AI.</source>
        <translation>Terceros: desactivado salvo que lo actives. El propio Google: ningún interruptor, y las condiciones no dicen nada sobre IA.</translation>
    </message>
    <message>
        <source>Third-party AI</source>
        <translation>IA de terceros</translation>
    </message>
    <message>
        <source>Third-party AI and your stories</source>
        <translation>Third-party AI and your stories</translation>
    </message>
    <message>
        <source>Third-party training</source>
        <translation>Entrenamiento de terceros</translation>
    </message>
    <message>
        <source>This</source>
        <translation>Esto</translation>
    </message>
    <message>
        <source>This FLAC file is damaged, so RightsDesk leaves it alone.</source>
        <translation>Este archivo FLAC está dañado, así que RightsDesk no lo toca.</translation>
    </message>
    <message>
        <source>This FLAC file&apos;s comments are full, so RightsDesk leaves it alone.</source>
        <translation>Los comentarios de este archivo FLAC están llenos, así que RightsDesk no lo toca.</translation>
    </message>
    <message>
        <source>This Google account has no YouTube channel.</source>
        <translation>Esta cuenta de Google no tiene ningún canal de YouTube.</translation>
    </message>
    <message>
        <source>This M4A file ends in a form that RightsDesk can&apos;t add XMP to.</source>
        <translation>Este archivo M4A termina de una forma a la que RightsDesk no puede añadir XMP.</translation>
    </message>
    <message>
        <source>This M4A file is damaged, so RightsDesk leaves it alone.</source>
        <translation>Este archivo M4A está dañado, así que RightsDesk no lo toca.</translation>
    </message>
    <message>
        <source>This M4A file is full (4 GB), so RightsDesk leaves it alone.</source>
        <translation>Este archivo M4A está lleno (4 GB), así que RightsDesk no lo toca.</translation>
    </message>
    <message>
        <source>This M4A file keeps its tags in a form that RightsDesk can&apos;t write yet.</source>
        <translation>Este archivo M4A guarda sus etiquetas en una forma que RightsDesk no puede escribir todavía.</translation>
    </message>
    <message>
        <source>This M4A file points at its audio in a way that RightsDesk can&apos;t keep up to date yet.</source>
        <translation>Este archivo M4A apunta a su audio de un modo que RightsDesk no puede mantener al día todavía.</translation>
    </message>
    <message>
        <source>This M4A file&apos;s copyright line can&apos;t be read, so it is left alone.</source>
        <translation>La línea de copyright de este archivo M4A no se puede leer, así que no se toca.</translation>
    </message>
    <message>
        <source>This M4A file&apos;s index is too large for RightsDesk.</source>
        <translation>El índice de este archivo M4A es demasiado grande para RightsDesk.</translation>
    </message>
    <message>
        <source>This MP4 file holds no audio.</source>
        <translation>Este archivo MP4 no contiene audio.</translation>
    </message>
    <message>
        <source>This Ogg file holds something that RightsDesk doesn&apos;t know.</source>
        <translation>Este archivo Ogg contiene algo que RightsDesk no conoce.</translation>
    </message>
    <message>
        <source>This Ogg file is damaged, so RightsDesk leaves it alone.</source>
        <translation>Este archivo Ogg está dañado, así que RightsDesk no lo toca.</translation>
    </message>
    <message>
        <source>This XMP sidecar is damaged, so what it says is not known. RightsDesk leaves it alone.</source>
        <translation>Este sidecar XMP está dañado, así que no se sabe qué dice. RightsDesk no lo toca.</translation>
    </message>
    <message>
        <source>This account acts for {artist}.</source>
        <translation>Esta cuenta actúa por {artist}.</translation>
    </message>
    <message>
        <source>This account is at {places}.</source>
        <translation>Esta cuenta está en {places}.</translation>
    </message>
    <message>
        <source>This account is deactivated on its {service} server.</source>
        <translation>Esta cuenta está desactivada en su servidor de {service}.</translation>
    </message>
    <message>
        <source>This account is no longer connected.</source>
        <translation>Esta cuenta ya no está conectada.</translation>
    </message>
    <message>
        <source>This address can&apos;t be used.</source>
        <translation>No se puede usar esta dirección.</translation>
    </message>
    <message>
        <source>This address:</source>
        <translation>Esta dirección:</translation>
    </message>
    <message>
        <source>This also makes WordPress.com turn AI crawlers away in the site&apos;s robots.txt. It says nothing about what was passed on before.</source>
        <translation>Con esto, WordPress.com también rechaza los rastreadores de IA en el robots.txt del sitio. No dice nada de lo que se pasó antes.</translation>
    </message>
    <message>
        <source>This artist is no longer on the roster.</source>
        <translation>Este artista ya no está en la lista de artistas.</translation>
    </message>
    <message>
        <source>This artist was removed.</source>
        <translation>Este artista se ha quitado.</translation>
    </message>
    <message>
        <source>This can&apos;t be undone from the history.</source>
        <translation>Esto no se puede deshacer desde el historial.</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep the keys to your accounts. Choose a passphrase to protect them. RightsDesk asks for it when it first needs an account after a start.</source>
        <translation>Este ordenador no tiene un llavero que pueda guardar las claves de tus cuentas. Elige una frase de contraseña para protegerlas. RightsDesk la pide la primera vez que necesita una cuenta después de arrancar.</translation>
    </message>
    <message>
        <source>This could belong to {names}, so it counts for none of them.</source>
        <translation>Podría ser de {names}, así que no cuenta para nadie.</translation>
    </message>
    <message>
        <source>This could not be read back.</source>
        <translation>No se ha podido volver a leer.</translation>
    </message>
    <message>
        <source>This desktop has no place for programs without a window, so RightsDesk can&apos;t continue in the background. It can wait, and close when this is done.</source>
        <translation>Este escritorio no tiene sitio para programas sin ventana, así que RightsDesk no puede continuar en segundo plano. Puede esperar, y cerrarse cuando esto termine.</translation>
    </message>
    <message>
        <source>This desktop shows no program icons, so there is none.</source>
        <translation>Este escritorio no muestra iconos de programas, así que no hay ninguno.</translation>
    </message>
    <message>
        <source>This is in effect, so there is nothing to redo.</source>
        <translation>Esto está en vigor, así que no hay nada que rehacer.</translation>
    </message>
    <message>
        <source>This licence ends earlier: on {day}.</source>
        <translation>Esta licencia termina antes: el {day}.</translation>
    </message>
    <message>
        <source>This licence has ended already.</source>
        <translation>Esta licencia ya ha terminado.</translation>
    </message>
    <message>
        <source>This licence lets {partner} do more than before: {uses}.</source>
        <translation>Esta licencia permite a {partner} hacer más que antes: {uses}.</translation>
    </message>
    <message>
        <source>This note was deleted already.</source>
        <translation>Esta nota ya se había eliminado.</translation>
    </message>
    <message>
        <source>This undoes what you said on {what}. AI may then do more:</source>
        <translation>Esto deshace lo que dijiste sobre {what}. La IA podrá hacer entonces más:</translation>
    </message>
    <message>
        <source>This was undone already.</source>
        <translation>Esto ya se había deshecho.</translation>
    </message>
    <message>
        <source>This would newly allow {uses}, and that was not confirmed.</source>
        <translation>Esto permitiría ahora {uses}, y no se ha confirmado.</translation>
    </message>
    <message>
        <source>This {name} file has data after its last chunk, which may be sound, so RightsDesk leaves it alone.</source>
        <translation>Este archivo {name} tiene datos después de su último bloque, que pueden ser sonido, así que RightsDesk no lo toca.</translation>
    </message>
    <message>
        <source>Tick “Block known artificial intelligence crawlers”.</source>
        <translation>Marca «Bloquear rastreadores de inteligencia artificial conocidos».</translation>
    </message>
    <message>
        <source>Tick “Block known artificial intelligence crawlers”. One box for all crawlers; it is a request.</source>
        <translation>Marca «Bloquear rastreadores de inteligencia artificial conocidos». Una casilla para todos los rastreadores; es una petición.</translation>
    </message>
    <message>
        <source>Time stamp of entry {entry}, by {source}</source>
        <translation>Sello de tiempo de la entrada {entry}, por {source}</translation>
    </message>
    <message>
        <source>Time stamps</source>
        <translation>Sellos de tiempo</translation>
    </message>
    <message>
        <source>Time stamps by an authority</source>
        <translation>Sellos de tiempo de una autoridad</translation>
    </message>
    <message>
        <source>Time stamps by an authority are not available on this system.</source>
        <translation>Los sellos de tiempo de una autoridad no están disponibles en este sistema.</translation>
    </message>
    <message>
        <source>Time stamps by calendars</source>
        <translation>Sellos de tiempo de calendarios</translation>
    </message>
    <message>
        <source>Time zone of these days</source>
        <translation>Zona horaria de estos días</translation>
    </message>
    <message>
        <source>To add a folder of music, scan it.</source>
        <translation>Para añadir una carpeta de música, analízala.</translation>
    </message>
    <message>
        <source>To allow that too, answer it yourself under “Choose each use”.</source>
        <translation>Para permitir eso también, respóndelo tú en «Elegir cada uso».</translation>
    </message>
    <message>
        <source>To confirm, type: {words}</source>
        <translation>Para confirmar, escribe: {words}</translation>
    </message>
    <message>
        <source>Undo that in the history, or add a new licence.</source>
        <translation>Deshazlo en el historial o añade una licencia nueva.</translation>
    </message>
    <message>
        <source>Undo: {what}</source>
        <translation>Deshacer: {what}</translation>
    </message>
    <message>
        <source>Undo…</source>
        <translation>Deshacer…</translation>
    </message>
    <message>
        <source>Update RightsDesk first.</source>
        <translation>Actualiza antes RightsDesk.</translation>
    </message>
    <message>
        <source>Update now</source>
        <translation>Actualizar ahora</translation>
    </message>
    <message>
        <source>Upload asks for AI use in audio and artwork of new tracks: a disclosure, no consent.</source>
        <translation>Al subir, pregunta por el uso de IA en el audio y la portada de pistas nuevas: es información, no un consentimiento.</translation>
    </message>
    <message>
        <source>Use a name as in: Europe/Berlin, America/New_York, UTC</source>
        <translation>Usa un nombre como: Europe/Berlin, America/New_York, UTC</translation>
    </message>
    <message>
        <source>Use a source of OpenTimestamps, or RightsDesk for Windows on Intel processors.</source>
        <translation>Usa una fuente de OpenTimestamps, o RightsDesk para Windows con procesador Intel.</translation>
    </message>
    <message>
        <source>Use codes of two letters (ISO 3166), EU or world, as in: EU, CH except FR</source>
        <translation>Usa códigos de dos letras (ISO 3166), EU o world, así: EU, CH except FR</translation>
    </message>
    <message>
        <source>User field allow_ai_attribution, default false; track field no_ai_use.</source>
        <translation>Campo de usuario allow_ai_attribution, por defecto false; campo de pista no_ai_use.</translation>
    </message>
    <message>
        <source>Users can opt out of training Pinterest Canvas in their settings.</source>
        <translation>Los usuarios pueden excluirse en sus ajustes del entrenamiento de Pinterest Canvas.</translation>
    </message>
    <message>
        <source>Users may not train AI on any part of the service or its content.</source>
        <translation>Los usuarios no pueden entrenar IA con ninguna parte del servicio ni de su contenido.</translation>
    </message>
    <message>
        <source>Versions, the log and crash reports are in it, without passwords and keys. RightsDesk sends it nowhere: look through it, then pass it on to the makers of RightsDesk if you like.</source>
        <translation>Contiene las versiones, el registro del programa y los informes de fallos, sin contraseñas ni claves. RightsDesk no lo envía a ninguna parte: revísalo y, si quieres, pásalo a quienes hacen RightsDesk.</translation>
    </message>
    <message>
        <source>Vimeo promised in May 2024 to ask first. The newest terms held forbid automated access; of AI they mention only Vimeo&apos;s own tools.</source>
        <translation>Vimeo prometió en mayo de 2024 preguntar antes. Las condiciones más recientes que tenemos prohíben el acceso automatizado; de la IA solo mencionan herramientas del propio Vimeo.</translation>
    </message>
    <message>
        <source>Vimeo will not let generative AI be trained on hosted videos without explicit consent.</source>
        <translation>Vimeo no dejará que se entrene IA generativa con los vídeos que aloja sin consentimiento explícito.</translation>
    </message>
    <message>
        <source>Visibility</source>
        <translation>Visibilidad</translation>
    </message>
    <message>
        <source>Voice given to ElevenLabs may train its models, analyses say. The place of an opt-out was not found.</source>
        <translation>La voz que se da a ElevenLabs puede entrenar sus modelos, según varios análisis. No se ha encontrado dónde está la exclusión voluntaria.</translation>
    </message>
    <message>
        <source>Voice recordings may be used to train models.</source>
        <translation>Las grabaciones de voz se pueden usar para entrenar modelos.</translation>
    </message>
    <message>
        <source>Waiting at {n} of {all}</source>
        <translation>En espera en {n} de {all}</translation>
    </message>
    <message>
        <source>Warner Music Group announced on 10 June 2026 that it acquired Sureel AI.</source>
        <translation>Warner Music Group anunció el 10 de junio de 2026 que había adquirido Sureel AI.</translation>
    </message>
    <message>
        <source>Watch the terms of the platforms I use</source>
        <translation>Vigilar las condiciones de las plataformas que uso</translation>
    </message>
    <message>
        <source>WeTransfer states at the head of its terms that content does not train AI.</source>
        <translation>WeTransfer dice al principio de sus condiciones que el contenido no entrena IA.</translation>
    </message>
    <message>
        <source>Weak: easy to guess. Several words that don&apos;t belong together are better.</source>
        <translation>Débil: fácil de adivinar. Es mejor usar varias palabras que no tengan relación.</translation>
    </message>
    <message>
        <source>Weak: one text reports it, so it is not offered as a step.</source>
        <translation>Débil: lo cuenta un solo texto, así que no se ofrece como paso.</translation>
    </message>
    <message>
        <source>Web address of the partner</source>
        <translation>Dirección web del socio</translation>
    </message>
    <message>
        <source>WebDAV does not show who owns a file and who may read it. The server may set owner, permissions and access list again. If visitors can&apos;t read the file then, the old one is restored.</source>
        <translation>WebDAV no muestra de quién es un archivo ni quién puede leerlo. Puede que el servidor vuelva a fijar propietario, permisos y lista de acceso. Si entonces los visitantes no pueden leer el archivo, se restaura el anterior.</translation>
    </message>
    <message>
        <source>This disk can only be read, not written.</source>
        <translation>Este disco solo se puede leer, no escribir.</translation>
    </message>
    <message numerus="yes">
        <source>%n Own site own sites</source>
        <translation>
            <numerusform>%n web propia</numerusform>
            <numerusform>%n webs propias</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n allow more</source>
        <translation>
            <numerusform>%n permite más</numerusform>
            <numerusform>%n permiten más</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n can&apos;t be changed</source>
        <translation>
            <numerusform>%n no se puede cambiar</numerusform>
            <numerusform>%n no se pueden cambiar</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n changed without RightsDesk</source>
        <translation>
            <numerusform>%n cambiado sin RightsDesk</numerusform>
            <numerusform>%n cambiados sin RightsDesk</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n connected</source>
        <translation>
            <numerusform>%n conectada</numerusform>
            <numerusform>%n conectadas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files and folders</source>
        <translation>
            <numerusform>%n archivo o carpeta</numerusform>
            <numerusform>%n archivos y carpetas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files name other artists, such as {other}. All files here will belong to {artist}: choose a folder of one artist, and add others later.</source>
        <translation>
            <numerusform>%n archivo nombra a otro artista: {other}. Todos los archivos de aquí pertenecerán a {artist}: elige una carpeta de un solo artista y añade los demás más tarde.</numerusform>
            <numerusform>%n archivos nombran a otros artistas, como {other}. Todos los archivos de aquí pertenecerán a {artist}: elige una carpeta de un solo artista y añade los demás más tarde.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files or folders are not there any more, such as {path}.</source>
        <translation>
            <numerusform>No hay nada en {path}.</numerusform>
            <numerusform>%n archivos o carpetas ya no están, como {path}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n go back to what they said before</source>
        <translation>
            <numerusform>%n vuelve a decir lo de antes</numerusform>
            <numerusform>%n vuelven a decir lo de antes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n items on platforms</source>
        <translation>
            <numerusform>%n elemento en plataformas</numerusform>
            <numerusform>%n elementos en plataformas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n known by their terms only</source>
        <translation>
            <numerusform>%n conocida solo por sus condiciones</numerusform>
            <numerusform>%n conocidas solo por sus condiciones</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n left alone: changed since, or no longer matching your consent.</source>
        <translation>
            <numerusform>%n sin tocar: cambiado desde entonces, o ya no coincide con tu elección.</numerusform>
            <numerusform>%n sin tocar: cambiados desde entonces, o ya no coinciden con tu elección.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more done</source>
        <translation>
            <numerusform>%n más hecho</numerusform>
            <numerusform>%n más hechos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n moved</source>
        <translation>
            <numerusform>%n movido</numerusform>
            <numerusform>%n movidos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n no longer there</source>
        <translation>
            <numerusform>%n ya no está</numerusform>
            <numerusform>%n ya no están</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n own sites</source>
        <translation>
            <numerusform>%n web propia</numerusform>
            <numerusform>%n webs propias</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rows</source>
        <translation>
            <numerusform>%n fila</numerusform>
            <numerusform>%n filas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n say it again</source>
        <translation>
            <numerusform>%n lo vuelve a decir</numerusform>
            <numerusform>%n lo vuelven a decir</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n say what you chose</source>
        <translation>
            <numerusform>%n dice lo que has elegido</numerusform>
            <numerusform>%n dicen lo que has elegido</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracks on {platform}</source>
        <translation>
            <numerusform>%n pista en {platform}</numerusform>
            <numerusform>%n pistas en {platform}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n wait until you say which recordings they are (Artist › Match tracks).</source>
        <translation>
            <numerusform>%n espera a que digas qué grabación es (Artista › Asociar pistas).</numerusform>
            <numerusform>%n esperan a que digas qué grabaciones son (Artista › Asociar pistas).</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Forget everything</source>
        <translation>&amp;Olvidar todo</translation>
    </message>
    <message>
        <source>&amp;Forget everything…</source>
        <translation>&amp;Olvidar todo…</translation>
    </message>
    <message>
        <source>&amp;Redo on {what}, and let AI do more</source>
        <translation>&amp;Rehacer en {what}, y que la IA pueda hacer más</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Redo, and let AI do more with these %n recordings</source>
        <translation>
            <numerusform>&amp;Rehacer, y que la IA pueda hacer más con esta grabación</numerusform>
            <numerusform>&amp;Rehacer, y que la IA pueda hacer más con estas %n grabaciones</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Save with the log…</source>
        <translation>&amp;Guardar con el registro del programa…</translation>
    </message>
    <message>
        <source>&amp;Take it back first…</source>
        <translation>&amp;Retirarlo antes…</translation>
    </message>
    <message>
        <source>&amp;Undo on {what}, and let AI do more</source>
        <translation>&amp;Deshacer en {what}, y que la IA pueda hacer más</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Undo, and let AI do more with these %n recordings</source>
        <translation>
            <numerusform>&amp;Deshacer, y que la IA pueda hacer más con esta grabación</numerusform>
            <numerusform>&amp;Deshacer, y que la IA pueda hacer más con estas %n grabaciones</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Write to {what}</source>
        <translation>&amp;Escribir en {what}</translation>
    </message>
    <message>
        <source>&amp;Yes, let {partners} do more with these {what}</source>
        <translation>&amp;Sí, permitir a {partners} hacer más con {what}</translation>
    </message>
    <message>
        <source>&amp;Yes, let {partners} do more with this {noun}</source>
        <translation>&amp;Sí, permitir a {partners} hacer más con esto ({noun})</translation>
    </message>
    <message>
        <source>Adding the artists…</source>
        <translation>Añadiendo los artistas…</translation>
    </message>
    <message>
        <source>Asking for a time stamp …</source>
        <translation>Pidiendo un sello de tiempo…</translation>
    </message>
    <message>
        <source>Back to Platforms</source>
        <translation>Volver a las plataformas</translation>
    </message>
    <message>
        <source>Choose an artist to tell which.</source>
        <translation>Elige un artista para decir cuáles.</translation>
    </message>
    <message>
        <source>Choose who stamps it…</source>
        <translation>Elegir quién lo sella…</translation>
    </message>
    <message>
        <source>Correct it, or move it away. To see one that works: rightsdesk config init FILE</source>
        <translation>Corrígelo, o quítalo de ahí. Para ver uno que funciona: rightsdesk config init FILE</translation>
    </message>
    <message>
        <source>Facts about platforms of {version} installed; before: {before}</source>
        <translation>Datos sobre plataformas de {version} instalados; antes: {before}</translation>
    </message>
    <message>
        <source>Forget everything</source>
        <translation>Olvidar todo</translation>
    </message>
    <message>
        <source>It has “{key}”. Known are: {known}.</source>
        <translation>Contiene «{key}». Se conocen: {known}.</translation>
    </message>
    <message>
        <source>It is a login page.</source>
        <translation>Es una página de inicio de sesión.</translation>
    </message>
    <message>
        <source>It is a notice about cookies.</source>
        <translation>Es un aviso sobre cookies.</translation>
    </message>
    <message>
        <source>It is a page that asks whether a person is reading.</source>
        <translation>Es una página que pregunta si quien lee es una persona.</translation>
    </message>
    <message>
        <source>It is an error page.</source>
        <translation>Es una página de error.</translation>
    </message>
    <message>
        <source>It is in no language that RightsDesk knows, or it is no text.</source>
        <translation>No está en ningún idioma que RightsDesk conozca, o no es un texto.</translation>
    </message>
    <message>
        <source>It is no text in UTF-8.</source>
        <translation>No es texto en UTF-8.</translation>
    </message>
    <message>
        <source>It is too large for a config file.</source>
        <translation>Es demasiado grande para un archivo de configuración.</translation>
    </message>
    <message>
        <source>Its address for RFC 3161, from its own site. Empty: no time stamps.</source>
        <translation>Su dirección para RFC 3161, de su propia web. Vacío: sin sellos de tiempo.</translation>
    </message>
    <message>
        <source>Letter to {name}</source>
        <translation>Carta a {name}</translation>
    </message>
    <message>
        <source>No artist has “{text}” in their name.</source>
        <translation>Ningún artista tiene «{text}» en su nombre.</translation>
    </message>
    <message>
        <source>No artist is listed.</source>
        <translation>No hay ningún artista en la lista.</translation>
    </message>
    <message>
        <source>Or import a library…</source>
        <translation>O importar una biblioteca…</translation>
    </message>
    <message>
        <source>Put it back, or scan the folder where it is now.</source>
        <translation>Devuélvelo a su sitio, o analiza la carpeta donde está ahora.</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Informe</translation>
    </message>
    <message>
        <source>Report {name}</source>
        <translation>Informe {name}</translation>
    </message>
    <message>
        <source>RightsDesk had noted the newest hash outside the database.</source>
        <translation>RightsDesk había anotado el hash más reciente fuera de la base de datos.</translation>
    </message>
    <message>
        <source>Said about a part of the site only: no {uses}.</source>
        <translation>Dicho solo de una parte de la web: no a {uses}.</translation>
    </message>
    <message>
        <source>Saved. {what}</source>
        <translation>Guardado. {what}</translation>
    </message>
    <message>
        <source>Show them</source>
        <translation>Mostrarlos</translation>
    </message>
    <message>
        <source>This file belongs to {owners} here.</source>
        <translation>Este archivo es aquí de {owners}.</translation>
    </message>
    <message>
        <source>This file can&apos;t be read.</source>
        <translation>No se puede leer este archivo.</translation>
    </message>
    <message>
        <source>This file carries Content Credentials, signed over its bytes. Changing it would break them.</source>
        <translation>Este archivo lleva Content Credentials, firmadas sobre sus bytes. Si se cambia, se invalidan.</translation>
    </message>
    <message>
        <source>This file carries Content Credentials, signed over its bytes: any change would break them. It was left as it is. Agree to that, and it is changed too.</source>
        <translation>Este archivo lleva Content Credentials, firmadas sobre sus bytes: cualquier cambio las invalidaría. Se ha dejado como está. Si das tu acuerdo, también se cambia.</translation>
    </message>
    <message>
        <source>This file changed while RightsDesk was reading it.</source>
        <translation>Este archivo cambió mientras RightsDesk lo leía.</translation>
    </message>
    <message>
        <source>This file ends too early, so RightsDesk leaves it alone.</source>
        <translation>Este archivo termina demasiado pronto, así que RightsDesk no lo toca.</translation>
    </message>
    <message>
        <source>This file has a second name elsewhere (a hard link), which would not follow.</source>
        <translation>Este archivo tiene un segundo nombre en otro sitio (un enlace físico), que no cambiaría con él.</translation>
    </message>
    <message>
        <source>This file has no place for XMP; the other fields are written.</source>
        <translation>Este archivo no tiene sitio para XMP; los demás campos se escriben.</translation>
    </message>
    <message>
        <source>This file has too many ID3 tags, so RightsDesk leaves it alone.</source>
        <translation>Este archivo tiene demasiadas etiquetas ID3, así que RightsDesk no lo toca.</translation>
    </message>
    <message>
        <source>This file holds an ID3 tag but no MP3 audio, so it is left alone.</source>
        <translation>Este archivo contiene una etiqueta ID3 pero nada de audio MP3, así que no se toca.</translation>
    </message>
    <message>
        <source>This file is empty.</source>
        <translation>Este archivo está vacío.</translation>
    </message>
    <message>
        <source>This file or its folder is read-only.</source>
        <translation>Este archivo o su carpeta es de solo lectura.</translation>
    </message>
    <message>
        <source>This file was changed by something else in the meantime.</source>
        <translation>Otra cosa cambió este archivo entretanto.</translation>
    </message>
    <message>
        <source>This file was changed, and then the disk reported an error.</source>
        <translation>Este archivo se cambió, y después el disco dio un error.</translation>
    </message>
    <message>
        <source>This file was moved, and several could be it: {names}.</source>
        <translation>Este archivo se ha movido, y varios podrían ser él: {names}.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag carries a checksum, which RightsDesk can&apos;t keep up to date yet.</source>
        <translation>La etiqueta ID3 de este archivo lleva una suma de comprobación, que RightsDesk no puede mantener al día todavía.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag is damaged, so RightsDesk leaves it alone.</source>
        <translation>La etiqueta ID3 de este archivo está dañada, así que RightsDesk no lo toca.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag is full, so RightsDesk leaves it alone.</source>
        <translation>La etiqueta ID3 de este archivo está llena, así que RightsDesk no lo toca.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag is of a version that RightsDesk doesn&apos;t know, so it is left alone.</source>
        <translation>La etiqueta ID3 de este archivo es de una versión que RightsDesk no conoce, así que no se toca.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag is of a version that can&apos;t carry XMP.</source>
        <translation>La etiqueta ID3 de este archivo es de una versión que no puede llevar XMP.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag is too large for RightsDesk.</source>
        <translation>La etiqueta ID3 de este archivo es demasiado grande para RightsDesk.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag unpacks to far more data than a tag holds, so RightsDesk leaves it alone.</source>
        <translation>La etiqueta ID3 de este archivo se descomprime en muchos más datos de los que caben en una etiqueta, así que RightsDesk no lo toca.</translation>
    </message>
    <message>
        <source>This file&apos;s ID3 tag uses a form that RightsDesk doesn&apos;t know, so it is left alone.</source>
        <translation>La etiqueta ID3 de este archivo usa una forma que RightsDesk no conoce, así que no se toca.</translation>
    </message>
    <message>
        <source>This file&apos;s XMP packet is damaged, so RightsDesk leaves the file alone.</source>
        <translation>El paquete XMP de este archivo está dañado, así que RightsDesk no toca el archivo.</translation>
    </message>
    <message>
        <source>This file&apos;s XMP packet is damaged, so what it declares is not known.</source>
        <translation>El paquete XMP de este archivo está dañado, así que no se sabe qué declara.</translation>
    </message>
    <message>
        <source>This file&apos;s comments are damaged, so RightsDesk leaves it alone.</source>
        <translation>Los comentarios de este archivo están dañados, así que RightsDesk no lo toca.</translation>
    </message>
    <message>
        <source>This file&apos;s copyright line is full, so RightsDesk leaves it alone.</source>
        <translation>La línea de copyright de este archivo está llena, así que RightsDesk no lo toca.</translation>
    </message>
    <message>
        <source>This file&apos;s copyright line is in an unknown encoding, so this can&apos;t be written to it.</source>
        <translation>La línea de copyright de este archivo tiene una codificación desconocida, así que esto no se puede escribir en ella.</translation>
    </message>
    <message>
        <source>This folder is not there. RightsDesk shows it as it was last read.</source>
        <translation>Esta carpeta no está. RightsDesk la muestra como se leyó la última vez.</translation>
    </message>
    <message>
        <source>This happened {number} times in a row.</source>
        <translation>Ha pasado {number} veces seguidas.</translation>
    </message>
    <message>
        <source>This holds no certificates that can be read.</source>
        <translation>Esto no contiene ningún certificado que se pueda leer.</translation>
    </message>
    <message>
        <source>This is a fault of RightsDesk</source>
        <translation>Esto es un fallo de RightsDesk</translation>
    </message>
    <message>
        <source>This is a fault of RightsDesk, not yours.</source>
        <translation>Esto es un fallo de RightsDesk, no tuyo.</translation>
    </message>
    <message>
        <source>This is a fault of RightsDesk: it failed over what it got from {name}.</source>
        <translation>Esto es un fallo de RightsDesk: ha tropezado con lo que recibió de {name}.</translation>
    </message>
    <message>
        <source>This is a fault of RightsDesk: it failed over what “{label}” holds.</source>
        <translation>Esto es un fallo de RightsDesk: ha tropezado con lo que contiene «{label}».</translation>
    </message>
    <message>
        <source>This is a kind of file that RightsDesk can&apos;t write yet: it begins with an APE tag.</source>
        <translation>Es un tipo de archivo que RightsDesk no puede escribir todavía: empieza con una etiqueta APE.</translation>
    </message>
    <message>
        <source>This is a kind of file that RightsDesk can&apos;t write yet: {name}.</source>
        <translation>Es un tipo de archivo que RightsDesk no puede escribir todavía: {name}.</translation>
    </message>
    <message>
        <source>This is a link that leads in a circle.</source>
        <translation>Esto es un enlace que da vueltas en círculo.</translation>
    </message>
    <message>
        <source>This is a mail address. “{field}” is given by the platform&apos;s page for apps.</source>
        <translation>Esto es una dirección de correo. «{field}» lo da la página de aplicaciones de la plataforma.</translation>
    </message>
    <message>
        <source>This is a note for your distributor&apos;s staff. In the messages themselves, no means that the use type is left out.</source>
        <translation>Es una nota para el personal de tu distribuidora. En los propios mensajes, no significa que se omite el tipo de uso.</translation>
    </message>
    <message>
        <source>This is a piece of a stream without its index, so RightsDesk leaves it alone.</source>
        <translation>Esto es un trozo de una secuencia sin su índice, así que RightsDesk no lo toca.</translation>
    </message>
    <message>
        <source>This is a proposal that RightsDesk reads but does not write.</source>
        <translation>Es una propuesta que RightsDesk lee pero no escribe.</translation>
    </message>
    <message>
        <source>This is a signal, not a lock: no AI company is known to read signals inside audio files. It is a machine-readable reservation of rights in the EU, and evidence.</source>
        <translation>Esto es una señal, no un candado: no consta que ninguna empresa de IA lea señales dentro de archivos de audio. Es una reserva de derechos legible por máquina en la UE, y una prueba.</translation>
    </message>
    <message>
        <source>This is a video, not an audio file.</source>
        <translation>Esto es un vídeo, no un archivo de audio.</translation>
    </message>
    <message>
        <source>This is an address. “{field}” is the row of letters and digits next to it.</source>
        <translation>Esto es una dirección. «{field}» es la serie de letras y cifras que hay al lado.</translation>
    </message>
    <message>
        <source>This is job {job}: its undo is reviewed before anything is written.</source>
        <translation>Esta es la tarea {job}: lo que deshace se revisa antes de escribir nada.</translation>
    </message>
    <message>
        <source>This is no file of facts about platforms.</source>
        <translation>Esto no es un archivo de datos sobre plataformas.</translation>
    </message>
    <message>
        <source>This is no signed file of facts about platforms.</source>
        <translation>Esto no es un archivo firmado de datos sobre plataformas.</translation>
    </message>
    <message>
        <source>This is not a file but a device or a pipe.</source>
        <translation>Esto no es un archivo, sino un dispositivo o una tubería.</translation>
    </message>
    <message>
        <source>This is not a file but a folder, a device or a pipe.</source>
        <translation>Esto no es un archivo, sino una carpeta, un dispositivo o una tubería.</translation>
    </message>
    <message>
        <source>This is not an audio file that RightsDesk knows.</source>
        <translation>Esto no es un archivo de audio que RightsDesk conozca.</translation>
    </message>
    <message>
        <source>This is not an audio file that RightsDesk knows: {name}.</source>
        <translation>Esto no es un archivo de audio que RightsDesk conozca: {name}.</translation>
    </message>
    <message>
        <source>This is not one well-formed ISRC. It is in {named}, and was not used.</source>
        <translation>Esto no es un único ISRC bien formado. Está en {named}, y no se ha usado.</translation>
    </message>
    <message>
        <source>This is not something a person sets.</source>
        <translation>Esto no es algo que ponga una persona.</translation>
    </message>
    <message>
        <source>This is not the id of a Cloudflare zone.</source>
        <translation>Este no es el ID de una zona de Cloudflare.</translation>
    </message>
    <message>
        <source>This is not the right passphrase.</source>
        <translation>Esta no es la frase de contraseña correcta.</translation>
    </message>
    <message>
        <source>This is the login of {name}, which is not the account to connect again.</source>
        <translation>Este usuario es {name}, que no es la cuenta que hay que conectar de nuevo.</translation>
    </message>
    <message>
        <source>This item holds no recordings.</source>
        <translation>Este elemento no contiene grabaciones.</translation>
    </message>
    <message>
        <source>This job stopped before its end: {number} left.</source>
        <translation>Esta tarea se detuvo antes de terminar: por hacer, {number}.</translation>
    </message>
    <message>
        <source>This key lacks a permission in the bucket {bucket}.</source>
        <translation>A esta clave le falta un permiso en el bucket {bucket}.</translation>
    </message>
    <message>
        <source>This lets AI do more</source>
        <translation>Esto permite más a la IA</translation>
    </message>
    <message>
        <source>This login is connected for {name} already.</source>
        <translation>Este usuario ya está conectado para {name}.</translation>
    </message>
    <message>
        <source>This only keeps crawlers off your own site; it says nothing about copies elsewhere.</source>
        <translation>Esto solo mantiene a los rastreadores fuera de tu propia web; no dice nada de las copias en otros sitios.</translation>
    </message>
    <message>
        <source>This only points to your RSL file, which holds the answers.</source>
        <translation>Esto solo remite a tu archivo RSL, que contiene las respuestas.</translation>
    </message>
    <message>
        <source>This recording belongs to another artist.</source>
        <translation>Esta grabación es de otro artista.</translation>
    </message>
    <message>
        <source>This recording is no longer in the catalogue.</source>
        <translation>Esta grabación ya no está en el catálogo.</translation>
    </message>
    <message>
        <source>This recording was removed.</source>
        <translation>Esta grabación se ha quitado.</translation>
    </message>
    <message>
        <source>This release was removed.</source>
        <translation>Este lanzamiento se ha quitado.</translation>
    </message>
    <message>
        <source>This site asks for a user name and a password before WordPress answers.</source>
        <translation>Esta web pide un nombre de usuario y una contraseña antes de que responda WordPress.</translation>
    </message>
    <message>
        <source>This site calls itself {address}.</source>
        <translation>Esta web se llama a sí misma {address}.</translation>
    </message>
    <message>
        <source>This token lacks the permission for this zone.</source>
        <translation>A este token le falta el permiso para esta zona.</translation>
    </message>
    <message>
        <source>This track is no longer there.</source>
        <translation>Esta pista ya no está.</translation>
    </message>
    <message>
        <source>This track&apos;s account is no longer connected.</source>
        <translation>La cuenta de esta pista ya no está conectada.</translation>
    </message>
    <message>
        <source>This video was changed on YouTube since RightsDesk read it.</source>
        <translation>Este vídeo ha cambiado en YouTube desde que RightsDesk lo leyó.</translation>
    </message>
    <message>
        <source>This was changed again since, so undoing it would undo the later change too.</source>
        <translation>Esto se volvió a cambiar después, así que al deshacerlo se desharía también el cambio posterior.</translation>
    </message>
    <message>
        <source>This was changed by something else since it was last read.</source>
        <translation>Otra cosa lo ha cambiado desde la última lectura.</translation>
    </message>
    <message>
        <source>This was sent already and is not confirmed yet.</source>
        <translation>Esto ya se ha enviado y aún está sin confirmar.</translation>
    </message>
    <message>
        <source>This was sent before the program stopped, and does not show. It is not sent again before {when}: check again after that.</source>
        <translation>Se envió antes de que el programa se detuviera, y no aparece. No se volverá a enviar antes de {when}: vuelve a comprobarlo después.</translation>
    </message>
    <message>
        <source>This was sent, and {waited} later it reads differently from what was written. It can be planned again.</source>
        <translation>Se envió, y al cabo de {waited} se lee distinto de lo que se escribió. Se puede volver a planear.</translation>
    </message>
    <message>
        <source>This was sent, and {waited} later it still does not show: it was not taken. It can be planned again.</source>
        <translation>Se envió, y al cabo de {waited} sigue sin aparecer: no se ha aceptado. Se puede volver a planear.</translation>
    </message>
    <message>
        <source>This was written, and is no longer there. It can be planned again.</source>
        <translation>Se escribió, y ya no está. Se puede volver a planear.</translation>
    </message>
    <message>
        <source>This zone only has the older switch for AI bots.</source>
        <translation>Esta zona solo tiene el interruptor antiguo para bots de IA.</translation>
    </message>
    <message>
        <source>This {name} file doesn&apos;t say how long it is, so RightsDesk leaves it alone.</source>
        <translation>Este archivo {name} no dice cuánto dura, así que RightsDesk no lo toca.</translation>
    </message>
    <message>
        <source>This {name} file has an ID3 tag before it, where many programs expect none, so RightsDesk leaves it alone.</source>
        <translation>Este archivo {name} tiene delante una etiqueta ID3, donde muchos programas no la esperan, así que RightsDesk no lo toca.</translation>
    </message>
    <message>
        <source>This {name} file holds no audio, so it is left alone.</source>
        <translation>Este archivo {name} no contiene audio, así que no se toca.</translation>
    </message>
    <message>
        <source>This {name} file is damaged, so RightsDesk leaves it alone.</source>
        <translation>Este archivo {name} está dañado, así que RightsDesk no lo toca.</translation>
    </message>
    <message>
        <source>This {name} file is full (4 GB), so RightsDesk leaves it alone.</source>
        <translation>Este archivo {name} está lleno (4 GB), así que RightsDesk no lo toca.</translation>
    </message>
    <message>
        <source>This {name} file is too long a chain of streams.</source>
        <translation>Este archivo {name} es una cadena de secuencias demasiado larga.</translation>
    </message>
    <message>
        <source>This {name} file mixes several streams, which RightsDesk can&apos;t write yet.</source>
        <translation>Este archivo {name} mezcla varias secuencias, y RightsDesk no puede escribir eso todavía.</translation>
    </message>
    <message>
        <source>This {name} file&apos;s comments are full, so it is left alone.</source>
        <translation>Los comentarios de este archivo {name} están llenos, así que no se toca.</translation>
    </message>
    <message>
        <source>This {name} file&apos;s comments are too large for RightsDesk.</source>
        <translation>Los comentarios de este archivo {name} son demasiado grandes para RightsDesk.</translation>
    </message>
    <message>
        <source>This {service} account asks for a code at sign-in, which RightsDesk can&apos;t enter.</source>
        <translation>Esta cuenta de {service} pide un código al iniciar sesión, que RightsDesk no puede introducir.</translation>
    </message>
    <message>
        <source>This {service} account has moved to another server ({home}).</source>
        <translation>Esta cuenta de {service} se ha trasladado a otro servidor ({home}).</translation>
    </message>
    <message>
        <source>This {service} server does not have this account any more.</source>
        <translation>Este servidor de {service} ya no tiene esta cuenta.</translation>
    </message>
    <message>
        <source>Time to check a switch</source>
        <translation>Toca comprobar un interruptor</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Título</translation>
    </message>
    <message>
        <source>Title and creators are needed; ISRC, ISWC, UPC and the date help.</source>
        <translation>Hacen falta título y creadores; ISRC, ISWC, UPC y la fecha ayudan.</translation>
    </message>
    <message>
        <source>Title differs</source>
        <translation>Título distinto</translation>
    </message>
    <message>
        <source>To do</source>
        <translation>Por hacer</translation>
    </message>
    <message>
        <source>To extend it, change it: that lets its partner do more.</source>
        <translation>Para prolongarla, cámbiala: eso permite más a su socio.</translation>
    </message>
    <message>
        <source>To join or to leave, look for the programme in SymphonicMS, or ask your contact at Symphonic.</source>
        <translation>Para participar o dejarlo, busca el programa en SymphonicMS, o pregunta a tu contacto en Symphonic.</translation>
    </message>
    <message>
        <source>To join or to leave, open landr.com/fairai and sign in. You can leave at any time.</source>
        <translation>Para participar o dejarlo, abre landr.com/fairai e inicia sesión. Puedes dejarlo cuando quieras.</translation>
    </message>
    <message>
        <source>To let none of them train, leave it off. To let only some, choose which.</source>
        <translation>Para que ninguna entrene, déjalo desactivado. Para que solo lo hagan algunas, elige cuáles.</translation>
    </message>
    <message>
        <source>To move it: close RightsDesk, move the folder, and start with --data-dir and its new place, or set RIGHTSDESK_DATA_DIR.</source>
        <translation>Para moverla: cierra RightsDesk, mueve la carpeta y arranca con --data-dir y su nuevo sitio, o define RIGHTSDESK_DATA_DIR.</translation>
    </message>
    <message>
        <source>To undo a job&apos;s changes on {platform} later, connect the same login again.</source>
        <translation>Para deshacer más tarde los cambios de una tarea en {platform}, vuelve a conectar el mismo usuario.</translation>
    </message>
    <message>
        <source>To write</source>
        <translation>Por escribir</translation>
    </message>
    <message>
        <source>To {name}, sent on {sent}, answered on {answered}</source>
        <translation>A {name}, enviada el {sent}, respondida el {answered}</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Hoy</translation>
    </message>
    <message>
        <source>Tools and artwork</source>
        <translation>Herramientas y arte visual</translation>
    </message>
    <message>
        <source>Tracks that are wholly your own.</source>
        <translation>Pistas que son del todo tuyas.</translation>
    </message>
    <message>
        <source>Tracks that couldn&apos;t be read</source>
        <translation>Pistas que no se han podido leer</translation>
    </message>
    <message>
        <source>Tracks that need matching</source>
        <translation>Pistas que hay que asociar</translation>
    </message>
    <message>
        <source>Tracks to match</source>
        <translation>Pistas por asociar</translation>
    </message>
    <message>
        <source>Train Pinterest Canvas</source>
        <translation>Entrenar Pinterest Canvas</translation>
    </message>
    <message>
        <source>Transparency Tags</source>
        <translation>Transparency Tags</translation>
    </message>
    <message>
        <source>Tried to read it {when}.</source>
        <translation>Se ha intentado leer {when}.</translation>
    </message>
    <message>
        <source>Tries the sign-in and reads what {platform} says now. Changes nothing there.</source>
        <translation>Prueba la sesión y lee lo que dice {platform} ahora. Allí no cambia nada.</translation>
    </message>
    <message>
        <source>True Audio</source>
        <translation>True Audio</translation>
    </message>
    <message>
        <source>Try again (account check).</source>
        <translation>Vuelve a intentarlo (account check).</translation>
    </message>
    <message>
        <source>Try again in a few minutes.</source>
        <translation>Vuelve a intentarlo dentro de unos minutos.</translation>
    </message>
    <message>
        <source>Try again later, or choose other calendars.</source>
        <translation>Vuelve a intentarlo más tarde, o elige otros calendarios.</translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation>Vuelve a intentarlo más tarde.</translation>
    </message>
    <message>
        <source>Try again later. If it happens again, connect the account again.</source>
        <translation>Vuelve a intentarlo más tarde. Si vuelve a pasar, conecta la cuenta de nuevo.</translation>
    </message>
    <message>
        <source>Try again later. If it stays, the page may have moved.</source>
        <translation>Vuelve a intentarlo más tarde. Si sigue así, puede que la página haya cambiado de sitio.</translation>
    </message>
    <message>
        <source>Try again later. If it stays, the service may have moved.</source>
        <translation>Vuelve a intentarlo más tarde. Si sigue así, puede que el servicio se haya trasladado.</translation>
    </message>
    <message>
        <source>Try again later: RightsDesk can&apos;t tell whether it has read the whole list.</source>
        <translation>Vuelve a intentarlo más tarde: RightsDesk no puede saber si ha leído la lista entera.</translation>
    </message>
    <message>
        <source>Try again now. If that fails, sign in again.</source>
        <translation>Inténtalo de nuevo ahora. Si falla, vuelve a iniciar sesión.</translation>
    </message>
    <message>
        <source>Try again, and allow it when your system asks.</source>
        <translation>Vuelve a intentarlo, y permítelo cuando tu sistema lo pregunte.</translation>
    </message>
    <message>
        <source>Try again.</source>
        <translation>Vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>Try again. If it is lost, reconnect an account with a new key.</source>
        <translation>Vuelve a intentarlo. Si se ha perdido, vuelve a conectar una cuenta con una clave nueva.</translation>
    </message>
    <message>
        <source>Twitch uses data to develop or deploy its generative AI models and services.</source>
        <translation>Twitch usa datos para desarrollar u ofrecer sus modelos y servicios de IA generativa.</translation>
    </message>
    <message>
        <source>Two choices since 19 March 2026; the default asks not to train unless that would stop credit and links.</source>
        <translation>Dos opciones desde el 19 de marzo de 2026; la opción por defecto pide no entrenar, salvo que eso impida créditos y enlaces.</translation>
    </message>
    <message>
        <source>Two guides of 2026.</source>
        <translation>Dos guías de 2026.</translation>
    </message>
    <message>
        <source>Two privacy settings: one for usage data, one for your content. Look at both; the default was not found.</source>
        <translation>Dos ajustes de privacidad: uno para los datos de uso y otro para tu contenido. Mira los dos; no se ha encontrado qué hay por defecto.</translation>
    </message>
    <message>
        <source>Two settings decide what may train Canva&apos;s AI.</source>
        <translation>Dos ajustes deciden qué puede entrenar la IA de Canva.</translation>
    </message>
    <message>
        <source>Type that text again.</source>
        <translation>Escribe ese texto otra vez.</translation>
    </message>
    <message>
        <source>UPC {code}</source>
        <translation>UPC {code}</translation>
    </message>
    <message>
        <source>Udio has a licence with Merlin; members may take part.</source>
        <translation>Udio tiene una licencia con Merlin; los miembros pueden participar.</translation>
    </message>
    <message>
        <source>Under Publication details, or under Privacy, find “Block AI training”.</source>
        <translation>En Publication details, o en Privacy, busca «Block AI training».</translation>
    </message>
    <message>
        <source>Under Visibility, switch “Prevent third-party sharing” on.</source>
        <translation>En Visibilidad, activa «Impedir que se comparta con terceros».</translation>
    </message>
    <message>
        <source>Under “Model training and improvements”, switch “Allow GitHub to use my data for AI model training” off.</source>
        <translation>En «Model training and improvements», desactiva «Allow GitHub to use my data for AI model training».</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Undo decision {later_id} first.</source>
        <translation>Deshaz antes la decisión {later_id}.</translation>
    </message>
    <message>
        <source>Undo it</source>
        <translation>Deshacerlo</translation>
    </message>
    <message>
        <source>Undo it there: rightsdesk undo {job}</source>
        <translation>Deshazlo allí: rightsdesk undo {job}</translation>
    </message>
    <message>
        <source>Undo the job as soon as the site can be reached.</source>
        <translation>Deshaz la tarea en cuanto se pueda acceder a la web.</translation>
    </message>
    <message>
        <source>Undo the job, or repeat it, when the site can be reached.</source>
        <translation>Deshaz la tarea, o repítela, cuando se pueda acceder a la web.</translation>
    </message>
    <message>
        <source>Undo the later change first, or set what you want now.</source>
        <translation>Deshaz primero el cambio posterior, o pon lo que quieres ahora.</translation>
    </message>
    <message>
        <source>Undo {subject}</source>
        <translation>Deshacer {subject}</translation>
    </message>
    <message>
        <source>Undo: {deed}</source>
        <translation>Deshacer: {deed}</translation>
    </message>
    <message>
        <source>Undo: {subject}</source>
        <translation>Deshacer: {subject}</translation>
    </message>
    <message>
        <source>Undone.</source>
        <translation>Deshecho.</translation>
    </message>
    <message>
        <source>Undone: {subject}</source>
        <translation>Deshecho: {subject}</translation>
    </message>
    <message>
        <source>Undone: {subject}.</source>
        <translation>Deshecho: {subject}.</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Sin datos</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Desbloquear</translation>
    </message>
    <message>
        <source>Unlock it, then try again.</source>
        <translation>Desbloquéalo y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>Unlock the keyring, then try again.</source>
        <translation>Desbloquea el llavero y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>Until then, RightsDesk neither reads nor writes there.</source>
        <translation>Hasta entonces, RightsDesk ni lee ni escribe allí.</translation>
    </message>
    <message>
        <source>Until you answer, nothing is written to it. Every answer can be undone.</source>
        <translation>Hasta que respondas no se escribe nada ahí. Todas las respuestas se pueden deshacer.</translation>
    </message>
    <message>
        <source>Until you answer, nothing is written to these tracks.</source>
        <translation>Hasta que respondas no se escribe nada en estas pistas.</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>Sin título</translation>
    </message>
    <message>
        <source>Update RightsDesk, or reconnect your accounts.</source>
        <translation>Actualiza RightsDesk, o vuelve a conectar tus cuentas.</translation>
    </message>
    <message>
        <source>Update RightsDesk, then restore it.</source>
        <translation>Actualiza RightsDesk y restáurala después.</translation>
    </message>
    <message>
        <source>Update RightsDesk. If that does not help, another program changed its data: restore a backup (rightsdesk restore FILE).</source>
        <translation>Actualiza RightsDesk. Si eso no ayuda, otro programa ha cambiado sus datos: restaura una copia de seguridad (rightsdesk restore FILE).</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Usar</translation>
    </message>
    <message>
        <source>Use a folder, or an address with sftp://, webdavs:// or s3://.</source>
        <translation>Usa una carpeta, o una dirección con sftp://, webdavs:// o s3://.</translation>
    </message>
    <message>
        <source>Use a separate account without two-factor sign-in for this.</source>
        <translation>Usa para esto una cuenta aparte sin verificación en dos pasos.</translation>
    </message>
    <message>
        <source>Use an app password: it works without one.</source>
        <translation>Usa una contraseña de aplicación: funciona sin código.</translation>
    </message>
    <message>
        <source>Use the &amp;artist&apos;s choice</source>
        <translation>Usar la elección del &amp;artista</translation>
    </message>
    <message>
        <source>Use the address of {host} that begins with https://.</source>
        <translation>Usa la dirección de {host} que empieza por https://.</translation>
    </message>
    <message>
        <source>Use the choice of the re&amp;lease</source>
        <translation>Usar la elección del &amp;lanzamiento</translation>
    </message>
    <message>
        <source>Use the path that was scanned.</source>
        <translation>Usa la ruta que se escaneó.</translation>
    </message>
    <message>
        <source>Use these a&amp;nswers</source>
        <translation>Usar estas &amp;respuestas</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Nombre de usuario</translation>
    </message>
    <message>
        <source>Verification failed: the disk returned different data than was written.</source>
        <translation>La verificación ha fallado: el disco ha devuelto datos distintos de los que se escribieron.</translation>
    </message>
    <message>
        <source>Verify audio</source>
        <translation>Verificar audio</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>Vídeo</translation>
    </message>
    <message>
        <source>W64 (a large WAV of Sony&apos;s)</source>
        <translation>W64 (un WAV grande de Sony)</translation>
    </message>
    <message>
        <source>Wait until it has finished, or stop it there.</source>
        <translation>Espera a que termine, o detenlo allí.</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>En espera</translation>
    </message>
    <message>
        <source>Waiting for {platform} to answer.</source>
        <translation>Esperando la respuesta de {platform}.</translation>
    </message>
    <message>
        <source>WavPack</source>
        <translation>WavPack</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Qué</translation>
    </message>
    <message>
        <source>What AI may do stays the same everywhere.</source>
        <translation>Lo que la IA puede hacer no cambia en ninguna parte.</translation>
    </message>
    <message>
        <source>What RightsDesk knows of the artist is deleted: choices, accounts, keys, and what jobs have left to do there. Your files and platforms stay as they are, and keep saying what they say.</source>
        <translation>Se elimina lo que RightsDesk sabe del artista: elecciones, cuentas, claves y lo que las tareas tenían pendiente allí. Tus archivos y plataformas se quedan como están, y siguen diciendo lo que dicen.</translation>
    </message>
    <message>
        <source>What RightsDesk knows of {found} is deleted, with your matches.</source>
        <translation>Se elimina lo que RightsDesk sabe de {found}, junto con tus asociaciones.</translation>
    </message>
    <message>
        <source>What RightsDesk wrote there</source>
        <translation>Lo que RightsDesk ha escrito allí</translation>
    </message>
    <message>
        <source>What TIDAL&apos;s terms say about training was not found. Its AI policy is about music made with AI.</source>
        <translation>No se ha encontrado qué dicen las condiciones de TIDAL sobre el entrenamiento. Su política de IA trata de la música hecha con IA.</translation>
    </message>
    <message>
        <source>What a declaration does, and what it does not</source>
        <translation>Qué hace una declaración, y qué no</translation>
    </message>
    <message>
        <source>What and why…</source>
        <translation>Qué y por qué…</translation>
    </message>
    <message>
        <source>What beets, Music or rekordbox knows of your music</source>
        <translation>Lo que beets, Música o rekordbox sabe de tu música</translation>
    </message>
    <message>
        <source>What blocking costs</source>
        <translation>Lo que cuesta bloquear</translation>
    </message>
    <message>
        <source>What can be decided: {kinds}.</source>
        <translation>Lo que se puede decidir: {kinds}.</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>Qué ha cambiado</translation>
    </message>
    <message>
        <source>What crawlers may not fetch carries no AIPREF preference.</source>
        <translation>Lo que los rastreadores no pueden descargar no lleva ninguna preferencia AIPREF.</translation>
    </message>
    <message>
        <source>What holds by default is not known</source>
        <translation>No se sabe qué vale por defecto</translation>
    </message>
    <message>
        <source>What holds if you do nothing is not known.</source>
        <translation>No se sabe qué vale si no haces nada.</translation>
    </message>
    <message>
        <source>What holds was not found.</source>
        <translation>No se ha encontrado qué vale.</translation>
    </message>
    <message>
        <source>What is known</source>
        <translation>Qué se sabe</translation>
    </message>
    <message>
        <source>What is shared with AI at Meta improves AI at Meta unless you objected.</source>
        <translation>Lo que se comparte con la IA de Meta mejora la IA en Meta salvo que te hayas opuesto.</translation>
    </message>
    <message>
        <source>What it covers</source>
        <translation>Qué abarca</translation>
    </message>
    <message>
        <source>What it means for you</source>
        <translation>Qué significa para ti</translation>
    </message>
    <message>
        <source>What may AI do with your music?</source>
        <translation>¿Qué puede hacer la IA con tu música?</translation>
    </message>
    <message>
        <source>What may AI do?</source>
        <translation>¿Qué puede hacer la IA?</translation>
    </message>
    <message>
        <source>What one partner may do. Everyone else may do no more than before.</source>
        <translation>Lo que puede hacer un socio. Nadie más puede hacer más que antes.</translation>
    </message>
    <message>
        <source>What they take from what you give them, and where you can object.</source>
        <translation>Lo que toman de lo que les das, y dónde te puedes oponer.</translation>
    </message>
    <message>
        <source>What this entry is about no longer exists.</source>
        <translation>Aquello de lo que trata esta entrada ya no existe.</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Qué hacer</translation>
    </message>
    <message>
        <source>What was chosen, found and done, in a form that holds elsewhere.</source>
        <translation>Lo que se ha elegido, encontrado y hecho, en una forma que vale en otros sitios.</translation>
    </message>
    <message>
        <source>What was found…</source>
        <translation>Qué se ha encontrado…</translation>
    </message>
    <message>
        <source>What was ignored is not known any more.</source>
        <translation>Ya no se sabe qué se había ignorado.</translation>
    </message>
    <message>
        <source>What was matched can be written from Platforms.</source>
        <translation>Lo que se ha asociado se puede escribir desde Plataformas.</translation>
    </message>
    <message>
        <source>What was not done</source>
        <translation>Qué no se ha hecho</translation>
    </message>
    <message>
        <source>What was there before is not known: it was done by an earlier version.</source>
        <translation>No se sabe qué había antes: lo hizo una versión anterior.</translation>
    </message>
    <message>
        <source>What was under way has stopped; no file is left half written. Please send these details to the makers of RightsDesk. Passwords and keys are never part of them.</source>
        <translation>Lo que estaba en marcha se ha detenido; ningún archivo ha quedado a medio escribir. Envía estos detalles a los autores de RightsDesk, por favor. Nunca incluyen contraseñas ni claves.</translation>
    </message>
    <message>
        <source>What was written reads back differently.</source>
        <translation>Lo escrito se lee luego de otra forma.</translation>
    </message>
    <message>
        <source>What you declared on {platform} stays there, and your files stay as they are.</source>
        <translation>Lo que declaraste en {platform} se queda allí, y tus archivos se quedan como están.</translation>
    </message>
    <message>
        <source>When a check finds a change, a platform wants you to sign in again, or work ended while the window was hidden. Off until you ask for it.</source>
        <translation>Cuando una comprobación encuentra un cambio, una plataforma quiere que vuelvas a iniciar sesión, o un trabajo ha terminado con la ventana oculta. Desactivado hasta que lo pidas.</translation>
    </message>
    <message>
        <source>When signed in to Grok you choose whether your content is used.</source>
        <translation>Con la sesión iniciada en Grok decides si se usa tu contenido.</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Dónde</translation>
    </message>
    <message>
        <source>Where a no can be stated for all of your music, and what societies do for members.</source>
        <translation>Dónde se puede declarar un no para toda tu música, y qué hacen las entidades por sus miembros.</translation>
    </message>
    <message>
        <source>Where are the files of the site?</source>
        <translation>¿Dónde están los archivos de la web?</translation>
    </message>
    <message>
        <source>Where else is your music?</source>
        <translation>¿Dónde más está tu música?</translation>
    </message>
    <message>
        <source>Where every recording stands.</source>
        <translation>Cómo está cada grabación.</translation>
    </message>
    <message>
        <source>Where is the music of {artist}?</source>
        <translation>¿Dónde está la música de {artist}?</translation>
    </message>
    <message>
        <source>Where is the music?</source>
        <translation>¿Dónde está la música?</translation>
    </message>
    <message>
        <source>Where is “{folder}” now?</source>
        <translation>¿Dónde está «{folder}» ahora?</translation>
    </message>
    <message>
        <source>Where it is</source>
        <translation>Dónde está</translation>
    </message>
    <message>
        <source>Where it is, word by word</source>
        <translation>Dónde está, palabra por palabra</translation>
    </message>
    <message>
        <source>Where its files are</source>
        <translation>Dónde están sus archivos</translation>
    </message>
    <message>
        <source>Where you stand</source>
        <translation>Tu situación</translation>
    </message>
    <message>
        <source>Where: {url}</source>
        <translation>Dónde: {url}</translation>
    </message>
    <message>
        <source>Whether AI use is prohibited</source>
        <translation>Si el uso con IA está prohibido</translation>
    </message>
    <message>
        <source>Whether files go to AI partners at all. In 2023 the features did not exist in the EEA, the UK and Canada.</source>
        <translation>Si los archivos llegan o no a socios de IA. En 2023 estas funciones no existían en el EEE, el Reino Unido ni Canadá.</translation>
    </message>
    <message>
        <source>Which backup?</source>
        <translation>¿Qué copia?</translation>
    </message>
    <message>
        <source>Which change</source>
        <translation>Qué cambio</translation>
    </message>
    <message>
        <source>Which do you use?</source>
        <translation>¿Cuáles usas?</translation>
    </message>
    <message>
        <source>Which platforms do your artists use?</source>
        <translation>¿Qué plataformas usan tus artistas?</translation>
    </message>
    <message>
        <source>Which recording is this?</source>
        <translation>¿Qué grabación es esta?</translation>
    </message>
    <message>
        <source>Which recordings they are.</source>
        <translation>Qué grabaciones son.</translation>
    </message>
    <message>
        <source>Who can hear, fork and use a track depends on Private, Public or Forkable; the default is Private.</source>
        <translation>Quién puede oír, bifurcar y usar una pista depende de Private, Public o Forkable; por defecto es Private.</translation>
    </message>
    <message>
        <source>Who holds the rights</source>
        <translation>Quién tiene los derechos</translation>
    </message>
    <message>
        <source>Who is the artist?</source>
        <translation>¿Quién es el artista?</translation>
    </message>
    <message>
        <source>Who obeys it</source>
        <translation>Quién lo obedece</translation>
    </message>
    <message>
        <source>Who reads this?</source>
        <translation>¿Quién lee esto?</translation>
    </message>
    <message>
        <source>Who reads what RightsDesk writes</source>
        <translation>Quién lee lo que escribe RightsDesk</translation>
    </message>
    <message>
        <source>Who says so</source>
        <translation>Quién lo dice</translation>
    </message>
    <message>
        <source>Whoever queries the registry. No AI company is known to document that it does.</source>
        <translation>Quien consulte el registro. No consta que ninguna empresa de IA documente que lo hace.</translation>
    </message>
    <message>
        <source>Whole: {entries} and {stamps} fit. Head: {hash}…</source>
        <translation>Entero: {entries} y {stamps} encajan. Último hash: {hash}…</translation>
    </message>
    <message>
        <source>Whom to ask for a licence</source>
        <translation>A quién pedir una licencia</translation>
    </message>
    <message>
        <source>Whom to ask has to be a mail address or a web address that begins with https://.</source>
        <translation>A quién preguntar tiene que ser una dirección de correo o una dirección web que empiece por https://.</translation>
    </message>
    <message>
        <source>Whose account is it?</source>
        <translation>¿De quién es la cuenta?</translation>
    </message>
    <message>
        <source>Whose is it?</source>
        <translation>¿De quién es?</translation>
    </message>
    <message>
        <source>Whose music is this?</source>
        <translation>¿De quién es esta música?</translation>
    </message>
    <message>
        <source>Why RightsDesk does not query it</source>
        <translation>Por qué RightsDesk no lo consulta</translation>
    </message>
    <message>
        <source>Why? For example: the disk is in the archive</source>
        <translation>¿Por qué? Por ejemplo: el disco está en el archivo</translation>
    </message>
    <message>
        <source>Windows Media</source>
        <translation>Windows Media</translation>
    </message>
    <message>
        <source>With an account, RightsDesk reads what {name} says, and can write there.</source>
        <translation>Con una cuenta, RightsDesk lee lo que dice {name} y puede escribir allí.</translation>
    </message>
    <message>
        <source>With {first} and {last}</source>
        <translation>Con {first} y {last}</translation>
    </message>
    <message>
        <source>With {what}</source>
        <translation>Con {what}</translation>
    </message>
    <message>
        <source>Without motion nothing moves, fades or spins.</source>
        <translation>Sin animaciones, nada se mueve, se desvanece ni gira.</translation>
    </message>
    <message>
        <source>Without your label&apos;s yes your music is not part of these licences.</source>
        <translation>Sin el sí de tu sello, tu música no forma parte de estas licencias.</translation>
    </message>
    <message>
        <source>Without your yes you are not in the programme. To say no, do nothing.</source>
        <translation>Sin tu sí no estás en el programa. Para decir que no, no hagas nada.</translation>
    </message>
    <message>
        <source>WordPress.com&apos;s source code. When it is on, the site&apos;s robots.txt refuses the crawlers of many AI makers.</source>
        <translation>El código fuente de WordPress.com. Cuando está activado, el robots.txt del sitio rechaza los rastreadores de muchos fabricantes de IA.</translation>
    </message>
    <message>
        <source>WordPress.com&apos;s switch is neither on nor off.</source>
        <translation>El interruptor de WordPress.com no está ni activado ni desactivado.</translation>
    </message>
    <message>
        <source>WordPress.com, which then does not share your site, and refuses AI crawlers.</source>
        <translation>WordPress.com, que entonces no comparte tu sitio y rechaza los rastreadores de IA.</translation>
    </message>
    <message>
        <source>Working…</source>
        <translation>Trabajando…</translation>
    </message>
    <message>
        <source>Works of members may not be used for commercial text and data mining, training of generative AI included.</source>
        <translation>Las obras de los miembros no se pueden usar para minería de textos y datos comercial, entrenamiento de IA generativa incluido.</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>Escribir</translation>
    </message>
    <message>
        <source>Write &amp;to platforms…</source>
        <translation>Escribir e&amp;n las plataformas…</translation>
    </message>
    <message>
        <source>Write &amp;to {platforms} ({n})…</source>
        <translation>Escribir e&amp;n {platforms} ({n})…</translation>
    </message>
    <message>
        <source>Write &amp;to {platforms}…</source>
        <translation>Escribir e&amp;n {platforms}…</translation>
    </message>
    <message>
        <source>Write a letter…</source>
        <translation>Escribir una carta…</translation>
    </message>
    <message>
        <source>Write another letter.</source>
        <translation>Escribe otra carta.</translation>
    </message>
    <message>
        <source>Write days as in 2027-12-31.</source>
        <translation>Escribe los días como 2027-12-31.</translation>
    </message>
    <message>
        <source>Write it as in: https://example.com</source>
        <translation>Escríbela así: https://example.com</translation>
    </message>
    <message>
        <source>Write there…</source>
        <translation>Escribir allí…</translation>
    </message>
    <message numerus="yes">
        <source>Write to %n files</source>
        <translation>
            <numerusform>Escribir en %n archivo</numerusform>
            <numerusform>Escribir en %n archivos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Write to %n {platform} tracks</source>
        <translation>
            <numerusform>Escribir %n pista de {platform}</numerusform>
            <numerusform>Escribir %n pistas de {platform}</numerusform>
        </translation>
    </message>
    <message>
        <source>Write to files…</source>
        <translation>Escribir en los archivos…</translation>
    </message>
    <message>
        <source>Write to {name}…</source>
        <translation>Escribir en {name}…</translation>
    </message>
    <message>
        <source>Write your choice there ({command}).</source>
        <translation>Escribe tu elección allí ({command}).</translation>
    </message>
    <message>
        <source>Write your choice there. You see every change before it is made.</source>
        <translation>Escribe allí tu elección. Ves cada cambio antes de que se haga.</translation>
    </message>
    <message>
        <source>Writes: {what}.</source>
        <translation>Escribe: {what}.</translation>
    </message>
    <message>
        <source>Write…</source>
        <translation>Escribir…</translation>
    </message>
    <message>
        <source>Writing and membership</source>
        <translation>Textos y suscripciones</translation>
    </message>
    <message>
        <source>Writing {path} …</source>
        <translation>Escribiendo {path} …</translation>
    </message>
    <message>
        <source>Written</source>
        <translation>Escrito</translation>
    </message>
    <message>
        <source>Written, but it could not be read back: {why} The next check settles it.</source>
        <translation>Escrito, pero no se ha podido volver a leer: {why} Se aclara en la próxima comprobación.</translation>
    </message>
    <message>
        <source>Written, but it reads back differently for now. It is not sent again: the next check settles it, and until then it can be undone.</source>
        <translation>Escrito, pero por ahora se lee distinto. No se vuelve a enviar: se aclara en la próxima comprobación, y hasta entonces se puede deshacer.</translation>
    </message>
    <message>
        <source>Written, not shown yet</source>
        <translation>Escrito, aún no aparece</translation>
    </message>
    <message>
        <source>XMP in the file, or in a sidecar next to it.</source>
        <translation>XMP en el archivo, o en un sidecar junto a él.</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Sí</translation>
    </message>
    <message>
        <source>Yes, it is</source>
        <translation>Sí, lo es</translation>
    </message>
    <message>
        <source>Yes, it is the same</source>
        <translation>Sí, es la misma</translation>
    </message>
    <message numerus="yes">
        <source>Yes, let AI do more with these %n recordings</source>
        <translation>
            <numerusform>Sí, que la IA pueda hacer más con esta grabación</numerusform>
            <numerusform>Sí, que la IA pueda hacer más con estas %n grabaciones</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Yes, {partner} may do more with these %n recordings</source>
        <translation>
            <numerusform>Sí, que {partner} pueda hacer más con esta grabación</numerusform>
            <numerusform>Sí, que {partner} pueda hacer más con estas %n grabaciones</numerusform>
        </translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Ayer</translation>
    </message>
    <message>
        <source>You are looking at all artists. A choice is always one artist&apos;s own.</source>
        <translation>Estás viendo todos los artistas. Una elección es siempre de un solo artista.</translation>
    </message>
    <message>
        <source>You are not on {platform}</source>
        <translation>No estás en {platform}</translation>
    </message>
    <message>
        <source>You are on {platform}</source>
        <translation>Estás en {platform}</translation>
    </message>
    <message>
        <source>You can close this window and go back.</source>
        <translation>Puedes cerrar esta ventana y volver.</translation>
    </message>
    <message>
        <source>You can close this window.</source>
        <translation>Puedes cerrar esta ventana.</translation>
    </message>
    <message>
        <source>You can end it in your settings at {name}, among the apps that may use your account.</source>
        <translation>La puedes cerrar en tus ajustes de {name}, entre las aplicaciones que pueden usar tu cuenta.</translation>
    </message>
    <message>
        <source>You can undo all of it afterwards.</source>
        <translation>Después podrás deshacerlo todo.</translation>
    </message>
    <message>
        <source>You changed your choice {day}.</source>
        <translation>Cambiaste tu elección {day}.</translation>
    </message>
    <message>
        <source>You chose not to allow it.</source>
        <translation>Elegiste no permitirlo.</translation>
    </message>
    <message>
        <source>You don&apos;t have permission to write in {shown}.</source>
        <translation>No tienes permiso para escribir en {shown}.</translation>
    </message>
    <message>
        <source>You have changed the consent since you agreed to this. Compare again to see what there is to do now.</source>
        <translation>Has cambiado la elección desde que diste tu acuerdo a esto. Vuelve a comparar para ver qué hay que hacer ahora.</translation>
    </message>
    <message>
        <source>You have changed the consent since, so this was not restored. Compare again, or undo the first job once more.</source>
        <translation>Has cambiado la elección desde entonces, así que esto no se ha restaurado. Vuelve a comparar, o deshaz la primera tarea una vez más.</translation>
    </message>
    <message>
        <source>You have no permission to read this file or folder.</source>
        <translation>No tienes permiso para leer este archivo o carpeta.</translation>
    </message>
    <message>
        <source>You said {day} that you don&apos;t use {name}.</source>
        <translation>Dijiste {day} que no usas {name}.</translation>
    </message>
    <message>
        <source>You said {day}: {value}.</source>
        <translation>Dijiste {day}: {value}.</translation>
    </message>
    <message>
        <source>You said: {consent}.</source>
        <translation>Dijiste: {consent}.</translation>
    </message>
    <message>
        <source>You stopped it: this is what was read so far.</source>
        <translation>Lo has detenido: esto es lo que se ha leído hasta ahora.</translation>
    </message>
    <message>
        <source>You then see only these, and what you have to do there yourself.</source>
        <translation>Así solo ves estas, y lo que tienes que hacer tú allí.</translation>
    </message>
    <message>
        <source>You use {name}.</source>
        <translation>Usas {name}.</translation>
    </message>
    <message>
        <source>You want: {choice}</source>
        <translation>Quieres: {choice}</translation>
    </message>
    <message>
        <source>YouTube Studio</source>
        <translation>YouTube Studio</translation>
    </message>
    <message>
        <source>YouTube applies its switch to other companies. It does not limit what Google itself does. The description is read by people.</source>
        <translation>YouTube aplica su interruptor a otras empresas. No limita lo que hace el propio Google. La descripción la leen las personas.</translation>
    </message>
    <message>
        <source>YouTube doesn&apos;t have this video any more.</source>
        <translation>YouTube ya no tiene este vídeo.</translation>
    </message>
    <message>
        <source>YouTube help, answer 15509944. The settings have no address of their own.</source>
        <translation>Ayuda de YouTube, respuesta 15509944. Los ajustes no tienen dirección propia.</translation>
    </message>
    <message>
        <source>YouTube takes no “&lt;” and no “&gt;” in a description. Use other characters in your own copyright sentence, your name, contact or terms, then repeat.</source>
        <translation>YouTube no admite «&lt;» ni «&gt;» en una descripción. Usa otros caracteres en tu frase de copyright propia, tu nombre, tu contacto o tus condiciones y repite.</translation>
    </message>
    <message>
        <source>YouTube&apos;s answer contradicts itself.</source>
        <translation>La respuesta de YouTube se contradice.</translation>
    </message>
    <message>
        <source>Your &amp;choice</source>
        <translation>Tu &amp;elección</translation>
    </message>
    <message>
        <source>Your &amp;terms and contact…</source>
        <translation>Tus con&amp;diciones y contacto…</translation>
    </message>
    <message>
        <source>Your AI preferences on Bluesky were changed since RightsDesk read them.</source>
        <translation>Tus preferencias de IA en Bluesky han cambiado desde que RightsDesk las leyó.</translation>
    </message>
    <message>
        <source>Your LANDR account</source>
        <translation>Tu cuenta de LANDR</translation>
    </message>
    <message>
        <source>Your account and tracks on Audius.</source>
        <translation>Tu cuenta y tus pistas en Audius.</translation>
    </message>
    <message>
        <source>Your answer is kept with its date. It is yours: RightsDesk did not read it.</source>
        <translation>Tu respuesta se guarda con su fecha. Es tuya: RightsDesk no la ha leído allí.</translation>
    </message>
    <message>
        <source>Your app of {artist} is used for this account, too.</source>
        <translation>Tu app de {artist} se usa también para esta cuenta.</translation>
    </message>
    <message>
        <source>Your apps are at {url}.</source>
        <translation>Tus aplicaciones están en {url}.</translation>
    </message>
    <message>
        <source>Your browser shows {platform} now. Say yes there, then come back.</source>
        <translation>Tu navegador muestra ahora {platform}. Di que sí allí y vuelve.</translation>
    </message>
    <message>
        <source>Your choice is not there yet</source>
        <translation>Tu elección aún no está allí</translation>
    </message>
    <message>
        <source>Your choices</source>
        <translation>Tus elecciones</translation>
    </message>
    <message>
        <source>Your company or a security program may inspect connections: its certificate then has to be in this system&apos;s trust store, or in the file named by the setting REQUESTS_CA_BUNDLE. Otherwise the network may show a login page.</source>
        <translation>Puede que tu empresa o un programa de seguridad inspeccione las conexiones: entonces su certificado tiene que estar en el almacén de certificados de este sistema, o en el archivo que indica el ajuste REQUESTS_CA_BUNDLE. Si no, puede que la red muestre una página de inicio de sesión.</translation>
    </message>
    <message>
        <source>Your content may be used to train, test and improve TikTok&apos;s models, “subject to your Platform settings”.</source>
        <translation>Tu contenido se puede usar para entrenar, probar y mejorar los modelos de TikTok, «según tus ajustes de la Plataforma».</translation>
    </message>
    <message>
        <source>Your domain at Cloudflare.</source>
        <translation>Tu dominio en Cloudflare.</translation>
    </message>
    <message>
        <source>Your label&apos;s contact at Merlin</source>
        <translation>El contacto de tu sello en Merlin</translation>
    </message>
    <message>
        <source>Your music stays where it is. RightsDesk keeps your choices, what it has read, and what it needs for an undo in this folder; sign-ins are encrypted:</source>
        <translation>Tu música se queda donde está. RightsDesk guarda en esta carpeta tus elecciones, lo que ha leído y lo que necesita para deshacer; los accesos van cifrados:</translation>
    </message>
    <message>
        <source>Your note says otherwise</source>
        <translation>Tu nota dice otra cosa</translation>
    </message>
    <message>
        <source>Your own sentence, whom to ask, and when .xmp sidecars are written.</source>
        <translation>Tu propia frase, a quién preguntar y cuándo se escriben sidecars .xmp.</translation>
    </message>
    <message>
        <source>Your reference</source>
        <translation>Tu referencia</translation>
    </message>
    <message>
        <source>Your site&apos;s &amp;address</source>
        <translation>La &amp;dirección de tu web</translation>
    </message>
    <message>
        <source>Your stored logins are protected by a passphrase.</source>
        <translation>Tus accesos guardados están protegidos por una frase de contraseña.</translation>
    </message>
    <message>
        <source>Your system&apos;s keyring did not let RightsDesk in.</source>
        <translation>El llavero de tu sistema no ha dejado entrar a RightsDesk.</translation>
    </message>
    <message>
        <source>Your system&apos;s keyring is locked.</source>
        <translation>El llavero de tu sistema está bloqueado.</translation>
    </message>
    <message>
        <source>Your system&apos;s keyring opens the keys to your accounts, where there is one. A passphrase opens them, too: also if the keyring loses its entry. It replaces an earlier one.</source>
        <translation>El llavero de tu sistema, si lo hay, abre las claves de tus cuentas. Una frase de contraseña también las abre: incluso si el llavero pierde su entrada. Sustituye a una anterior.</translation>
    </message>
    <message>
        <source>Your system&apos;s own settings list what starts at login.</source>
        <translation>Los ajustes de tu sistema muestran qué arranca con él.</translation>
    </message>
    <message>
        <source>Your terms in words, with their address, where editors and archives look.</source>
        <translation>Tus condiciones en palabras, con su dirección, donde miran redacciones y archivos.</translation>
    </message>
    <message>
        <source>Your tracks on SoundCloud.</source>
        <translation>Tus pistas en SoundCloud.</translation>
    </message>
    <message>
        <source>Your website</source>
        <translation>Tu web</translation>
    </message>
    <message>
        <source>Zone id</source>
        <translation>ID de zona</translation>
    </message>
    <message>
        <source>Zoom trains neither its own nor others&apos; AI on customers&apos; content.</source>
        <translation>Zoom no entrena ni su IA ni la de otros con el contenido de sus clientes.</translation>
    </message>
    <message>
        <source>a 7-Zip archive</source>
        <translation>un archivo comprimido 7-Zip</translation>
    </message>
    <message>
        <source>a Matroska or WebM file</source>
        <translation>un archivo Matroska o WebM</translation>
    </message>
    <message>
        <source>a PDF document</source>
        <translation>un documento PDF</translation>
    </message>
    <message>
        <source>a RAR archive</source>
        <translation>un archivo comprimido RAR</translation>
    </message>
    <message>
        <source>a RIFF file without WAV audio</source>
        <translation>un archivo RIFF sin audio WAV</translation>
    </message>
    <message>
        <source>a TAR archive</source>
        <translation>un archivo TAR</translation>
    </message>
    <message>
        <source>a ZIP archive</source>
        <translation>un archivo comprimido ZIP</translation>
    </message>
    <message>
        <source>a gzip archive</source>
        <translation>un archivo comprimido gzip</translation>
    </message>
    <message>
        <source>a licence that covers AI</source>
        <translation>una licencia que abarca la IA</translation>
    </message>
    <message>
        <source>a moment</source>
        <translation>un momento</translation>
    </message>
    <message>
        <source>a picture</source>
        <translation>una imagen</translation>
    </message>
    <message>
        <source>a platform</source>
        <translation>una plataforma</translation>
    </message>
    <message>
        <source>a text is no text</source>
        <translation>un texto no es texto</translation>
    </message>
    <message>
        <source>a video</source>
        <translation>un vídeo</translation>
    </message>
    <message numerus="yes">
        <source>about %n s left</source>
        <translation>
            <numerusform>queda aprox. %n s</numerusform>
            <numerusform>quedan aprox. %n s</numerusform>
        </translation>
    </message>
    <message>
        <source>about {span} left</source>
        <translation>quedan aprox. {span}</translation>
    </message>
    <message>
        <source>access list</source>
        <translation>lista de acceso</translation>
    </message>
    <message>
        <source>access list ({kind})</source>
        <translation>lista de acceso ({kind})</translation>
    </message>
    <message>
        <source>account</source>
        <translation>cuenta</translation>
    </message>
    <message>
        <source>accounts</source>
        <translation>cuentas</translation>
    </message>
    <message>
        <source>address</source>
        <translation>dirección</translation>
    </message>
    <message>
        <source>address of the terms</source>
        <translation>dirección de las condiciones</translation>
    </message>
    <message>
        <source>after {time}</source>
        <translation>después de las {time}</translation>
    </message>
    <message>
        <source>agreement</source>
        <translation>acuerdo</translation>
    </message>
    <message numerus="yes">
        <source>all %n say it</source>
        <translation>
            <numerusform>lo dice</numerusform>
            <numerusform>las %n lo dicen</numerusform>
        </translation>
    </message>
    <message>
        <source>allows more</source>
        <translation>permite más</translation>
    </message>
    <message>
        <source>already right</source>
        <translation>ya está bien</translation>
    </message>
    <message>
        <source>an IFF file without AIFF audio</source>
        <translation>un archivo IFF sin audio AIFF</translation>
    </message>
    <message>
        <source>an Ogg file</source>
        <translation>un archivo Ogg</translation>
    </message>
    <message>
        <source>an account&apos;s {field}</source>
        <translation>{field} de una cuenta</translation>
    </message>
    <message>
        <source>analysing content under the licence (AI is not named)</source>
        <translation>análisis de contenido al amparo de la licencia (no se nombra la IA)</translation>
    </message>
    <message>
        <source>analysing content with AI</source>
        <translation>análisis de contenido con IA</translation>
    </message>
    <message>
        <source>analysing information under the licence (AI is not named)</source>
        <translation>análisis de información al amparo de la licencia (no se nombra la IA)</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>y %n más</numerusform>
            <numerusform>y %n más</numerusform>
        </translation>
    </message>
    <message>
        <source>another program made this database</source>
        <translation>esta base de datos la ha creado otro programa</translation>
    </message>
    <message>
        <source>api</source>
        <translation>API</translation>
    </message>
    <message>
        <source>applying AI to content</source>
        <translation>aplicación de IA al contenido</translation>
    </message>
    <message>
        <source>artist</source>
        <translation>artista</translation>
    </message>
    <message>
        <source>asks first</source>
        <translation>pregunta antes</translation>
    </message>
    <message>
        <source>at hand</source>
        <translation>en curso</translation>
    </message>
    <message>
        <source>at {time}</source>
        <translation>a las {time}</translation>
    </message>
    <message>
        <source>attributes</source>
        <translation>atributos</translation>
    </message>
    <message>
        <source>audio file</source>
        <translation>archivo de audio</translation>
    </message>
    <message>
        <source>audio files</source>
        <translation>archivos de audio</translation>
    </message>
    <message>
        <source>back to the inherited one</source>
        <translation>de nuevo la heredada</translation>
    </message>
    <message>
        <source>before: {said}</source>
        <translation>antes: {said}</translation>
    </message>
    <message>
        <source>best match</source>
        <translation>más probable</translation>
    </message>
    <message>
        <source>both</source>
        <translation>ambos</translation>
    </message>
    <message>
        <source>building systems that create, with content</source>
        <translation>construcción, con contenido, de sistemas que crean</translation>
    </message>
    <message>
        <source>by {day}</source>
        <translation>a más tardar el {day}</translation>
    </message>
    <message>
        <source>captions and descriptions of the audio files, and the posts that play them</source>
        <translation>pies y descripciones de los archivos de audio, y las entradas que los reproducen</translation>
    </message>
    <message>
        <source>certified ({source})</source>
        <translation>con certificado ({source})</translation>
    </message>
    <message>
        <source>changed again since</source>
        <translation>cambiado otra vez</translation>
    </message>
    <message>
        <source>check again</source>
        <translation>volver a comprobar</translation>
    </message>
    <message>
        <source>checked {when}</source>
        <translation>comprobado {when}</translation>
    </message>
    <message>
        <source>choice for {name}</source>
        <translation>elección para {name}</translation>
    </message>
    <message>
        <source>choose</source>
        <translation>elegir</translation>
    </message>
    <message>
        <source>choose what has the focus</source>
        <translation>elegir lo que tiene el foco</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>cerrado</translation>
    </message>
    <message>
        <source>collecting content for AI</source>
        <translation>recopilación de contenido para IA</translation>
    </message>
    <message>
        <source>connected</source>
        <translation>conectado</translation>
    </message>
    <message>
        <source>contact</source>
        <translation>contacto</translation>
    </message>
    <message>
        <source>content that AI companies or their models get</source>
        <translation>contenido que reciben empresas de IA o sus modelos</translation>
    </message>
    <message>
        <source>continues soon</source>
        <translation>continúa pronto</translation>
    </message>
    <message>
        <source>continues {when}</source>
        <translation>continúa {when}</translation>
    </message>
    <message>
        <source>copyright sentence</source>
        <translation>frase de copyright</translation>
    </message>
    <message>
        <source>critique</source>
        <translation>crítica</translation>
    </message>
    <message>
        <source>data mining</source>
        <translation>minería de datos</translation>
    </message>
    <message>
        <source>decision on {title}</source>
        <translation>decisión sobre {title}</translation>
    </message>
    <message numerus="yes">
        <source>declarations in %n files</source>
        <translation>
            <numerusform>declaraciones en %n archivo</numerusform>
            <numerusform>declaraciones en %n archivos</numerusform>
        </translation>
    </message>
    <message>
        <source>details of {name}</source>
        <translation>detalles de {name}</translation>
    </message>
    <message>
        <source>developer-terms</source>
        <translation>condiciones para desarrolladores</translation>
    </message>
    <message>
        <source>developing AI with content or information</source>
        <translation>desarrollo de IA con contenido o información</translation>
    </message>
    <message>
        <source>developing or improving AI systems with content or information</source>
        <translation>desarrollo o mejora de sistemas de IA con contenido o información</translation>
    </message>
    <message>
        <source>developing products, including AI, with content</source>
        <translation>desarrollo de productos, IA incluida, con contenido</translation>
    </message>
    <message>
        <source>different</source>
        <translation>distinto</translation>
    </message>
    <message>
        <source>done</source>
        <translation>hecho</translation>
    </message>
    <message>
        <source>each site&apos;s switch against sharing with AI partners, and its robots.txt</source>
        <translation>el interruptor de cada sitio contra compartir con socios de IA, y su robots.txt</translation>
    </message>
    <message>
        <source>encoding</source>
        <translation>codificación</translation>
    </message>
    <message>
        <source>encoding ({coding})</source>
        <translation>codificación ({coding})</translation>
    </message>
    <message>
        <source>encryption</source>
        <translation>cifrado</translation>
    </message>
    <message>
        <source>ended on {day}</source>
        <translation>terminó el {day}</translation>
    </message>
    <message>
        <source>ended on {day}, agreed until {agreed}</source>
        <translation>terminó el {day}, acordada hasta el {agreed}</translation>
    </message>
    <message>
        <source>ends in {days}</source>
        <translation>termina en {days}</translation>
    </message>
    <message>
        <source>ends today</source>
        <translation>termina hoy</translation>
    </message>
    <message>
        <source>ends tomorrow</source>
        <translation>termina mañana</translation>
    </message>
    <message>
        <source>everything in this list</source>
        <translation>todo lo de esta lista</translation>
    </message>
    <message>
        <source>exiftool and picture agencies show it. It was made for pictures and video; no AI company is known to read it in audio.</source>
        <translation>exiftool y las agencias de imágenes lo muestran. Se hizo para imágenes y vídeo; no consta que ninguna empresa de IA lo lea en audio.</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>con error</translation>
    </message>
    <message>
        <source>feeding content into AI</source>
        <translation>introducción de contenido en IA</translation>
    </message>
    <message>
        <source>for each blog</source>
        <translation>para cada blog</translation>
    </message>
    <message>
        <source>for each project</source>
        <translation>para cada proyecto</translation>
    </message>
    <message>
        <source>for each publication</source>
        <translation>para cada publicación</translation>
    </message>
    <message>
        <source>for each release</source>
        <translation>para cada lanzamiento</translation>
    </message>
    <message>
        <source>for each track</source>
        <translation>para cada pista</translation>
    </message>
    <message>
        <source>for the whole account</source>
        <translation>para toda la cuenta</translation>
    </message>
    <message>
        <source>for the whole site</source>
        <translation>para todo el sitio</translation>
    </message>
    <message>
        <source>forget everything</source>
        <translation>olvidar todo</translation>
    </message>
    <message>
        <source>form</source>
        <translation>formulario</translation>
    </message>
    <message>
        <source>from {first} ({zone})</source>
        <translation>desde el {first} ({zone})</translation>
    </message>
    <message>
        <source>from {first} until {last} ({zone})</source>
        <translation>desde el {first} hasta el {last} ({zone})</translation>
    </message>
    <message>
        <source>generating content from members&apos; content</source>
        <translation>generación de contenido a partir del contenido de los miembros</translation>
    </message>
    <message>
        <source>generating content from members&apos; information</source>
        <translation>generación de contenido a partir de la información de los miembros</translation>
    </message>
    <message>
        <source>go through tracks, artists and lists</source>
        <translation>recorrer pistas, artistas y listas</translation>
    </message>
    <message>
        <source>go to the next part of the window, or the one before</source>
        <translation>ir a la parte siguiente de la ventana, o a la anterior</translation>
    </message>
    <message>
        <source>group</source>
        <translation>grupo</translation>
    </message>
    <message>
        <source>handing content to AI companies or their models</source>
        <translation>entrega de contenido a empresas de IA o a sus modelos</translation>
    </message>
    <message>
        <source>handing information to AI companies or their models</source>
        <translation>entrega de información a empresas de IA o a sus modelos</translation>
    </message>
    <message>
        <source>haveibeentrained.com</source>
        <translation>haveibeentrained.com</translation>
    </message>
    <message>
        <source>help</source>
        <translation>ayuda</translation>
    </message>
    <message>
        <source>holds until {day}</source>
        <translation>vigente hasta el {day}</translation>
    </message>
    <message>
        <source>holds, without an end</source>
        <translation>vigente, sin final</translation>
    </message>
    <message>
        <source>img2dataset and datadiligence, tools that gather data sets, skip whatever carries it.</source>
        <translation>img2dataset y datadiligence, herramientas que reúnen conjuntos de datos, se saltan lo que lo lleva.</translation>
    </message>
    <message>
        <source>imitating a voice, a likeness or a style</source>
        <translation>imitación de una voz, una imagen o un estilo</translation>
    </message>
    <message>
        <source>imitating voice or style</source>
        <translation>imitación de voz o estilo</translation>
    </message>
    <message>
        <source>improving AI features with content</source>
        <translation>mejora de funciones de IA con contenido</translation>
    </message>
    <message>
        <source>improving AI with content or information</source>
        <translation>mejora de IA con contenido o información</translation>
    </message>
    <message>
        <source>improving models or algorithms with content</source>
        <translation>mejora de modelos o algoritmos con contenido</translation>
    </message>
    <message>
        <source>improving models with content</source>
        <translation>mejora de modelos con contenido</translation>
    </message>
    <message>
        <source>improving models with content or information</source>
        <translation>mejora de modelos con contenido o información</translation>
    </message>
    <message numerus="yes">
        <source>in %n files</source>
        <translation>
            <numerusform>en %n archivo</numerusform>
            <numerusform>en %n archivos</numerusform>
        </translation>
    </message>
    <message>
        <source>item</source>
        <translation>elemento</translation>
    </message>
    <message>
        <source>items</source>
        <translation>elementos</translation>
    </message>
    <message>
        <source>known from its terms</source>
        <translation>se sabe por sus condiciones</translation>
    </message>
    <message>
        <source>landr.com/fairai</source>
        <translation>landr.com/fairai</translation>
    </message>
    <message>
        <source>later</source>
        <translation>más tarde</translation>
    </message>
    <message>
        <source>leave empty for {name}</source>
        <translation>vacío para {name}</translation>
    </message>
    <message>
        <source>left alone</source>
        <translation>sin tocar</translation>
    </message>
    <message>
        <source>length</source>
        <translation>duración</translation>
    </message>
    <message>
        <source>licence</source>
        <translation>licencia</translation>
    </message>
    <message>
        <source>licence of {partner}</source>
        <translation>licencia de {partner}</translation>
    </message>
    <message>
        <source>list</source>
        <translation>lista</translation>
    </message>
    <message>
        <source>lock</source>
        <translation>candado</translation>
    </message>
    <message>
        <source>mail or web address</source>
        <translation>correo o dirección web</translation>
    </message>
    <message>
        <source>making synthetic media from content</source>
        <translation>creación de medios sintéticos a partir de contenido</translation>
    </message>
    <message>
        <source>match of {title}</source>
        <translation>asociación de {title}</translation>
    </message>
    <message>
        <source>menus, tabs and buttons</source>
        <translation>menús, pestañas y botones</translation>
    </message>
    <message>
        <source>metadata</source>
        <translation>metadatos</translation>
    </message>
    <message>
        <source>more than {number} files</source>
        <translation>más de {number} archivos</translation>
    </message>
    <message>
        <source>name of the maker of AI</source>
        <translation>nombre del fabricante de IA</translation>
    </message>
    <message>
        <source>new name of {name}</source>
        <translation>nuevo nombre de {name}</translation>
    </message>
    <message>
        <source>newly allows {partners}: {uses}</source>
        <translation>permite ahora a {partners}: {uses}</translation>
    </message>
    <message>
        <source>newly allows: {uses}</source>
        <translation>permite ahora: {uses}</translation>
    </message>
    <message>
        <source>news</source>
        <translation>noticias</translation>
    </message>
    <message>
        <source>no account</source>
        <translation>sin cuenta</translation>
    </message>
    <message>
        <source>no change noted</source>
        <translation>sin cambios anotados</translation>
    </message>
    <message>
        <source>no choice</source>
        <translation>sin elección</translation>
    </message>
    <message>
        <source>no choice of its own</source>
        <translation>sin elección propia</translation>
    </message>
    <message>
        <source>no choice yet</source>
        <translation>aún sin elección</translation>
    </message>
    <message>
        <source>no files</source>
        <translation>sin archivos</translation>
    </message>
    <message>
        <source>no longer there</source>
        <translation>ya no está</translation>
    </message>
    <message>
        <source>no music</source>
        <translation>sin música</translation>
    </message>
    <message>
        <source>no music yet</source>
        <translation>aún sin música</translation>
    </message>
    <message>
        <source>no recordings</source>
        <translation>sin grabaciones</translation>
    </message>
    <message>
        <source>no word on AI</source>
        <translation>nada sobre IA</translation>
    </message>
    <message>
        <source>none</source>
        <translation>ninguno</translation>
    </message>
    <message>
        <source>not certified ({source})</source>
        <translation>sin certificado ({source})</translation>
    </message>
    <message>
        <source>not chosen</source>
        <translation>sin elegir</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>sin datos</translation>
    </message>
    <message>
        <source>not noted</source>
        <translation>sin anotar</translation>
    </message>
    <message>
        <source>not read</source>
        <translation>sin leer</translation>
    </message>
    <message>
        <source>not readable</source>
        <translation>ilegible</translation>
    </message>
    <message>
        <source>not set</source>
        <translation>sin ajustar</translation>
    </message>
    <message>
        <source>not there</source>
        <translation>no está</translation>
    </message>
    <message>
        <source>note on {platform}</source>
        <translation>nota sobre {platform}</translation>
    </message>
    <message>
        <source>noted by you</source>
        <translation>anotado por ti</translation>
    </message>
    <message numerus="yes">
        <source>notes on %n platforms</source>
        <translation>
            <numerusform>notas sobre %n plataforma</numerusform>
            <numerusform>notas sobre %n plataformas</numerusform>
        </translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nada</translation>
    </message>
    <message>
        <source>nothing about AI</source>
        <translation>nada sobre IA</translation>
    </message>
    <message>
        <source>nothing changed</source>
        <translation>nada cambiado</translation>
    </message>
    <message>
        <source>nothing chosen yet</source>
        <translation>aún sin elegir nada</translation>
    </message>
    <message>
        <source>nothing of this recording is known there</source>
        <translation>allí no se sabe nada de esta grabación</translation>
    </message>
    <message>
        <source>nothing said</source>
        <translation>nada dicho</translation>
    </message>
    <message>
        <source>nothing yet</source>
        <translation>aún nada</translation>
    </message>
    <message>
        <source>off by default</source>
        <translation>desactivado por defecto</translation>
    </message>
    <message>
        <source>on by default</source>
        <translation>activado por defecto</translation>
    </message>
    <message>
        <source>on {day}</source>
        <translation>el {day}</translation>
    </message>
    <message>
        <source>only in {places}</source>
        <translation>solo en {places}</translation>
    </message>
    <message>
        <source>open</source>
        <translation>abierto</translation>
    </message>
    <message>
        <source>opt-in</source>
        <translation>si participas</translation>
    </message>
    <message>
        <source>opt-out</source>
        <translation>exclusión voluntaria</translation>
    </message>
    <message>
        <source>overwritten before it was confirmed</source>
        <translation>sobrescrito antes de confirmarse</translation>
    </message>
    <message>
        <source>owner</source>
        <translation>propietario</translation>
    </message>
    <message>
        <source>owner or group</source>
        <translation>propietario o grupo</translation>
    </message>
    <message>
        <source>partly</source>
        <translation>en parte</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>en pausa</translation>
    </message>
    <message>
        <source>permissions</source>
        <translation>permisos</translation>
    </message>
    <message>
        <source>planned</source>
        <translation>planeado</translation>
    </message>
    <message>
        <source>platforms</source>
        <translation>plataformas</translation>
    </message>
    <message>
        <source>platforms to name</source>
        <translation>plataformas por indicar</translation>
    </message>
    <message>
        <source>policy</source>
        <translation>política</translation>
    </message>
    <message>
        <source>principles</source>
        <translation>principios</translation>
    </message>
    <message>
        <source>privacy</source>
        <translation>privacidad</translation>
    </message>
    <message>
        <source>processing by AI systems that improve the service</source>
        <translation>procesamiento por sistemas de IA que mejoran el servicio</translation>
    </message>
    <message>
        <source>processing content with AI</source>
        <translation>procesamiento de contenido con IA</translation>
    </message>
    <message>
        <source>programme</source>
        <translation>programa</translation>
    </message>
    <message>
        <source>properties</source>
        <translation>propiedades</translation>
    </message>
    <message>
        <source>proven</source>
        <translation>probado</translation>
    </message>
    <message>
        <source>read {when}</source>
        <translation>leído {when}</translation>
    </message>
    <message>
        <source>recommendations</source>
        <translation>recomendaciones</translation>
    </message>
    <message>
        <source>recording</source>
        <translation>grabación</translation>
    </message>
    <message>
        <source>redone since</source>
        <translation>rehecho después</translation>
    </message>
    <message>
        <source>release</source>
        <translation>lanzamiento</translation>
    </message>
    <message>
        <source>reservation</source>
        <translation>reserva</translation>
    </message>
    <message>
        <source>rightsholder</source>
        <translation>titular de los derechos</translation>
    </message>
    <message>
        <source>robots.txt (a marked block, the rest stays), tdmrep.json and an RSL file</source>
        <translation>robots.txt (un bloque marcado, el resto se queda), tdmrep.json y un archivo RSL</translation>
    </message>
    <message>
        <source>robots.txt at the top of your site.</source>
        <translation>robots.txt en la raíz de tu web.</translation>
    </message>
    <message>
        <source>robots.txt, tdmrep.json and headers</source>
        <translation>robots.txt, tdmrep.json y cabeceras</translation>
    </message>
    <message>
        <source>robots.txt, tdmrep.json, RSL, headers and pages, as a crawler sees them</source>
        <translation>robots.txt, tdmrep.json, RSL, cabeceras y páginas, como las ve un rastreador</translation>
    </message>
    <message>
        <source>rows refer to rows that are missing</source>
        <translation>hay filas que remiten a filas que faltan</translation>
    </message>
    <message>
        <source>rules</source>
        <translation>normas</translation>
    </message>
    <message>
        <source>say it</source>
        <translation>lo dicen</translation>
    </message>
    <message>
        <source>say otherwise</source>
        <translation>dicen otra cosa</translation>
    </message>
    <message>
        <source>say something</source>
        <translation>dicen algo</translation>
    </message>
    <message>
        <source>says it</source>
        <translation>lo dice</translation>
    </message>
    <message>
        <source>says no for you</source>
        <translation>dice que no por ti</translation>
    </message>
    <message>
        <source>says otherwise</source>
        <translation>dice otra cosa</translation>
    </message>
    <message>
        <source>says something</source>
        <translation>dice algo</translation>
    </message>
    <message>
        <source>says {choice}</source>
        <translation>dice «{choice}»</translation>
    </message>
    <message>
        <source>search</source>
        <translation>búsqueda</translation>
    </message>
    <message>
        <source>settled</source>
        <translation>resuelto</translation>
    </message>
    <message>
        <source>sidecars</source>
        <translation>sidecars</translation>
    </message>
    <message>
        <source>silent</source>
        <translation>no dice nada</translation>
    </message>
    <message>
        <source>since today</source>
        <translation>desde hoy</translation>
    </message>
    <message>
        <source>since {day}</source>
        <translation>desde {day}</translation>
    </message>
    <message>
        <source>site</source>
        <translation>web</translation>
    </message>
    <message>
        <source>sites</source>
        <translation>webs</translation>
    </message>
    <message>
        <source>something that is gone</source>
        <translation>algo que ya no está</translation>
    </message>
    <message>
        <source>source-code</source>
        <translation>código fuente</translation>
    </message>
    <message>
        <source>starts on {day}</source>
        <translation>empieza el {day}</translation>
    </message>
    <message>
        <source>statement</source>
        <translation>declaración</translation>
    </message>
    <message>
        <source>status</source>
        <translation>estado</translation>
    </message>
    <message>
        <source>stays as it is</source>
        <translation>se queda como está</translation>
    </message>
    <message>
        <source>suggested</source>
        <translation>sugerido</translation>
    </message>
    <message>
        <source>switch</source>
        <translation>interruptor</translation>
    </message>
    <message>
        <source>systems that learn from content</source>
        <translation>sistemas que aprenden del contenido</translation>
    </message>
    <message>
        <source>tags</source>
        <translation>etiquetas</translation>
    </message>
    <message>
        <source>terms</source>
        <translation>condiciones</translation>
    </message>
    <message>
        <source>terms only</source>
        <translation>solo condiciones</translation>
    </message>
    <message>
        <source>text and data mining</source>
        <translation>minería de textos y datos</translation>
    </message>
    <message>
        <source>that switch</source>
        <translation>ese interruptor</translation>
    </message>
    <message>
        <source>the EU</source>
        <translation>la UE</translation>
    </message>
    <message>
        <source>the bucket {bucket}</source>
        <translation>el bucket {bucket}</translation>
    </message>
    <message>
        <source>the file is cut off</source>
        <translation>el archivo está cortado</translation>
    </message>
    <message>
        <source>the file is empty</source>
        <translation>el archivo está vacío</translation>
    </message>
    <message>
        <source>the history no longer has this entry as it was stamped.</source>
        <translation>el historial ya no tiene esta entrada tal como se selló.</translation>
    </message>
    <message>
        <source>the same settings</source>
        <translation>los mismos ajustes</translation>
    </message>
    <message>
        <source>the settings of your sites can neither be read nor changed</source>
        <translation>los ajustes de tus sitios no se pueden leer ni cambiar</translation>
    </message>
    <message>
        <source>the sign-in is over. Connect it again.</source>
        <translation>la sesión ha terminado. Vuelve a conectar la cuenta.</translation>
    </message>
    <message>
        <source>the world</source>
        <translation>el mundo</translation>
    </message>
    <message>
        <source>title</source>
        <translation>título</translation>
    </message>
    <message>
        <source>to write</source>
        <translation>por escribir</translation>
    </message>
    <message>
        <source>today</source>
        <translation>hoy</translation>
    </message>
    <message>
        <source>today {time}</source>
        <translation>hoy {time}</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>mañana</translation>
    </message>
    <message>
        <source>track</source>
        <translation>pista</translation>
    </message>
    <message>
        <source>track {number}</source>
        <translation>pista {number}</translation>
    </message>
    <message>
        <source>tracks</source>
        <translation>pistas</translation>
    </message>
    <message>
        <source>training AI</source>
        <translation>entrenamiento de IA</translation>
    </message>
    <message>
        <source>training AI that makes music</source>
        <translation>entrenamiento de IA que hace música</translation>
    </message>
    <message>
        <source>training models</source>
        <translation>entrenamiento de modelos</translation>
    </message>
    <message>
        <source>training models or algorithms</source>
        <translation>entrenamiento de modelos o algoritmos</translation>
    </message>
    <message>
        <source>training on content</source>
        <translation>entrenamiento con contenido</translation>
    </message>
    <message>
        <source>training other AI</source>
        <translation>entrenamiento de otra IA</translation>
    </message>
    <message>
        <source>training systems with content or information</source>
        <translation>entrenamiento de sistemas con contenido o información</translation>
    </message>
    <message numerus="yes">
        <source>undone in part, %n left</source>
        <translation>
            <numerusform>deshecho en parte, queda %n</numerusform>
            <numerusform>deshecho en parte, quedan %n</numerusform>
        </translation>
    </message>
    <message>
        <source>undone since</source>
        <translation>deshecho después</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>sin datos</translation>
    </message>
    <message>
        <source>unreadable</source>
        <translation>ilegible</translation>
    </message>
    <message>
        <source>until {day}</source>
        <translation>hasta el {day}</translation>
    </message>
    <message>
        <source>until {day} ({zone})</source>
        <translation>hasta el {day} ({zone})</translation>
    </message>
    <message>
        <source>until {last} ({zone})</source>
        <translation>hasta el {last} ({zone})</translation>
    </message>
    <message>
        <source>until {year}</source>
        <translation>hasta {year}</translation>
    </message>
    <message>
        <source>use as AI input</source>
        <translation>uso como entrada para IA</translation>
    </message>
    <message>
        <source>use of content by AI companies</source>
        <translation>uso de contenido por empresas de IA</translation>
    </message>
    <message>
        <source>use of content by AI features</source>
        <translation>uso de contenido por funciones de IA</translation>
    </message>
    <message>
        <source>using content as training data</source>
        <translation>uso de contenido como datos de entrenamiento</translation>
    </message>
    <message>
        <source>using content for AI</source>
        <translation>uso de contenido para IA</translation>
    </message>
    <message>
        <source>using content in AI features</source>
        <translation>uso de contenido en funciones de IA</translation>
    </message>
    <message>
        <source>using content to develop AI</source>
        <translation>uso de contenido para desarrollar IA</translation>
    </message>
    <message>
        <source>using content with AI</source>
        <translation>uso de contenido con IA</translation>
    </message>
    <message>
        <source>using information for AI</source>
        <translation>uso de información para IA</translation>
    </message>
    <message>
        <source>video</source>
        <translation>vídeo</translation>
    </message>
    <message>
        <source>videos</source>
        <translation>vídeos</translation>
    </message>
    <message>
        <source>what the zone tells AI crawlers, and which ones it blocks</source>
        <translation>lo que la zona dice a los rastreadores de IA, y cuáles bloquea</translation>
    </message>
    <message>
        <source>what you chose</source>
        <translation>lo que elegiste</translation>
    </message>
    <message>
        <source>who may train on each video, tags, descriptions and licences</source>
        <translation>quién puede entrenar con cada vídeo, etiquetas, descripciones y licencias</translation>
    </message>
    <message>
        <source>who says so</source>
        <translation>quién lo dice</translation>
    </message>
    <message>
        <source>written, not confirmed yet</source>
        <translation>escrito, aún sin confirmar</translation>
    </message>
    <message>
        <source>yesterday {time}</source>
        <translation>ayer {time}</translation>
    </message>
    <message>
        <source>your account&apos;s AI attribution and each track&apos;s “no AI use”</source>
        <translation>la atribución a la IA de tu cuenta y el «no AI use» de cada pista</translation>
    </message>
    <message>
        <source>your account&apos;s AI preferences</source>
        <translation>las preferencias de IA de tu cuenta</translation>
    </message>
    <message>
        <source>your choice</source>
        <translation>tu elección</translation>
    </message>
    <message>
        <source>your items&apos; rights and licence</source>
        <translation>los derechos y la licencia de tus elementos</translation>
    </message>
    <message>
        <source>your own answers</source>
        <translation>tus propias respuestas</translation>
    </message>
    <message>
        <source>your reservation, into captions and descriptions; posts are only read</source>
        <translation>tu reserva, en pies y descripciones; las entradas solo se leen</translation>
    </message>
    <message>
        <source>your reservation, into tags and descriptions</source>
        <translation>tu reserva, en etiquetas y descripciones</translation>
    </message>
    <message>
        <source>your reservation, into tags and descriptions; only you can set the training switch itself</source>
        <translation>tu reserva, en etiquetas y descripciones; el interruptor de entrenamiento solo lo puedes cambiar tú</translation>
    </message>
    <message>
        <source>your reservation, into the rights field</source>
        <translation>tu reserva, en el campo de derechos</translation>
    </message>
    <message>
        <source>your switches can be read, but not changed</source>
        <translation>tus interruptores se pueden leer, pero no cambiar</translation>
    </message>
    <message>
        <source>your tracks&apos; tags, descriptions and licences</source>
        <translation>las etiquetas, descripciones y licencias de tus pistas</translation>
    </message>
    <message>
        <source>your videos can neither be read nor changed</source>
        <translation>tus vídeos no se pueden leer ni cambiar</translation>
    </message>
    <message>
        <source>your videos&apos; tags, descriptions and licences</source>
        <translation>las etiquetas, descripciones y licencias de tus vídeos</translation>
    </message>
    <message>
        <source>zone</source>
        <translation>zona</translation>
    </message>
    <message>
        <source>zones</source>
        <translation>zonas</translation>
    </message>
    <message>
        <source>{accounts} could not be read</source>
        <translation>no se ha podido leer {accounts}</translation>
    </message>
    <message>
        <source>{artist}, {title}: {before} → {after}</source>
        <translation>{artist}, {title}: {before} → {after}</translation>
    </message>
    <message>
        <source>{carriers} could not be changed: {names}.</source>
        <translation>No se ha podido cambiar {carriers}: {names}.</translation>
    </message>
    <message>
        <source>{carrier}: nothing of this recording is known there.</source>
        <translation>{carrier}: allí no se sabe nada de esta grabación.</translation>
    </message>
    <message>
        <source>{carrier}: the account is connected, and was not read yet.</source>
        <translation>{carrier}: la cuenta está conectada, pero aún no se ha leído.</translation>
    </message>
    <message>
        <source>{carrier}: this artist has no account connected there, so nothing was read. Connect one on the page Platforms.</source>
        <translation>{carrier}: este artista no tiene ninguna cuenta conectada allí, así que no se ha leído nada. Conecta una en la página Plataformas.</translation>
    </message>
    <message>
        <source>{column}. Click to sort, right-click to choose columns.</source>
        <translation>{column}. Haz clic para ordenar, clic derecho para elegir columnas.</translation>
    </message>
    <message>
        <source>{consent}, except {partners}</source>
        <translation>{consent}, excepto {partners}</translation>
    </message>
    <message>
        <source>{consent}, inherited from {names}.</source>
        <translation>{consent}, heredado de {names}.</translation>
    </message>
    <message>
        <source>{consent}, with exceptions</source>
        <translation>{consent}, con excepciones</translation>
    </message>
    <message>
        <source>{consent}. Chosen for this {scope}.</source>
        <translation>{consent}. Elegido para: {scope}.</translation>
    </message>
    <message>
        <source>{count}, {name} first</source>
        <translation>{count}, primero {name}</translation>
    </message>
    <message>
        <source>{day}</source>
        <translation>{day}</translation>
    </message>
    <message>
        <source>{day} at {time}</source>
        <translation>{day} a las {time}</translation>
    </message>
    <message>
        <source>{day} is in the future. Enter the day when you checked.</source>
        <translation>{day} está en el futuro. Pon el día en que comprobaste.</translation>
    </message>
    <message>
        <source>{day}, {age} ago</source>
        <translation>{day}, hace {age}</translation>
    </message>
    <message>
        <source>{deed}</source>
        <translation>{deed}</translation>
    </message>
    <message>
        <source>{deed} (and {number} more)</source>
        <translation>{deed} (y {number} más)</translation>
    </message>
    <message>
        <source>{dialects} can&apos;t name a partner, and say to {partner} what they say to everyone.</source>
        <translation>{dialects} no pueden nombrar a un socio, y dicen a {partner} lo que dicen a todos.</translation>
    </message>
    <message>
        <source>{dialects} can&apos;t name a partner, and says to {partner} what it says to everyone.</source>
        <translation>{dialects} no puede nombrar a un socio, y dice a {partner} lo que dice a todos.</translation>
    </message>
    <message>
        <source>{dialect} also says “{stated}” to {uses}.</source>
        <translation>{dialect} también dice «{stated}» para {uses}.</translation>
    </message>
    <message>
        <source>{dialect} says nothing about {uses}.</source>
        <translation>{dialect} no dice nada sobre {uses}.</translation>
    </message>
    <message>
        <source>{dialect} says “{stated}” to {uses}, where you say “{wanted}”.</source>
        <translation>{dialect} dice «{stated}» para {uses}, donde tú dices «{wanted}».</translation>
    </message>
    <message>
        <source>{ended} {job}</source>
        <translation>{ended} {job}</translation>
    </message>
    <message>
        <source>{entries}, each chained to the one before it. The newest were checked when RightsDesk opened.</source>
        <translation>{entries}, cada una encadenada con la anterior. Las más recientes se comprobaron al abrir RightsDesk.</translation>
    </message>
    <message>
        <source>{field} has to be given again: it was stored with the sign-in that does not open any more.</source>
        <translation>Hay que volver a poner {field}: se guardó con el acceso que ya no se puede abrir.</translation>
    </message>
    <message>
        <source>{files} in {place}</source>
        <translation>{files} en {place}</translation>
    </message>
    <message>
        <source>{folder} is a file, so RightsDesk can&apos;t keep its data in it.</source>
        <translation>{folder} es un archivo, así que RightsDesk no puede guardar sus datos dentro.</translation>
    </message>
    <message>
        <source>{folder} is a link to {target}, which is not there.</source>
        <translation>{folder} es un enlace a {target}, que no existe.</translation>
    </message>
    <message>
        <source>{folder} is not a folder of this artist.</source>
        <translation>{folder} no es una carpeta de este artista.</translation>
    </message>
    <message>
        <source>{found}, checked {when}.</source>
        <translation>{found}, comprobado {when}.</translation>
    </message>
    <message>
        <source>{host} answered in an unexpected way ({status}).</source>
        <translation>{host} ha respondido de forma inesperada ({status}).</translation>
    </message>
    <message>
        <source>{host} answered in an unexpected way.</source>
        <translation>{host} ha respondido de forma inesperada.</translation>
    </message>
    <message>
        <source>{host} can&apos;t be reached.</source>
        <translation>No se puede acceder a {host}.</translation>
    </message>
    <message>
        <source>{host} does not know the region {region} for this bucket.</source>
        <translation>{host} no conoce la región {region} para este bucket.</translation>
    </message>
    <message>
        <source>{host} doesn&apos;t accept this key with this secret key.</source>
        <translation>{host} no acepta esta clave con esta clave secreta.</translation>
    </message>
    <message>
        <source>{host} doesn&apos;t accept this user name with this password or key.</source>
        <translation>{host} no acepta este nombre de usuario con esta contraseña o clave.</translation>
    </message>
    <message>
        <source>{host} doesn&apos;t accept this user name with this password.</source>
        <translation>{host} no acepta este nombre de usuario con esta contraseña.</translation>
    </message>
    <message>
        <source>{host} has a problem on its side ({status}).</source>
        <translation>{host} tiene un problema por su parte ({status}).</translation>
    </message>
    <message>
        <source>{host} has names that can&apos;t be read.</source>
        <translation>{host} tiene nombres que no se pueden leer.</translation>
    </message>
    <message>
        <source>{host} is not known yet. The fingerprint of its key is {fingerprint}.</source>
        <translation>{host} todavía no es conocido. La huella de su clave es {fingerprint}.</translation>
    </message>
    <message>
        <source>{host} now shows another key ({shown}). It may be a different server.</source>
        <translation>{host} muestra ahora otra clave ({shown}). Puede que sea otro servidor.</translation>
    </message>
    <message>
        <source>{host} redirects to another address for this bucket.</source>
        <translation>{host} redirige a otra dirección para este bucket.</translation>
    </message>
    <message>
        <source>{host} redirects to another address.</source>
        <translation>{host} redirige a otra dirección.</translation>
    </message>
    <message>
        <source>{host} refused this ({reason}).</source>
        <translation>{host} lo ha rechazado ({reason}).</translation>
    </message>
    <message>
        <source>{host} refused this ({status}).</source>
        <translation>{host} lo ha rechazado ({status}).</translation>
    </message>
    <message>
        <source>{host} refused this.</source>
        <translation>{host} lo ha rechazado.</translation>
    </message>
    <message>
        <source>{host} says that this computer&apos;s clock is wrong.</source>
        <translation>{host} dice que el reloj de este ordenador va mal.</translation>
    </message>
    <message>
        <source>{host} sent an answer that can&apos;t be read.</source>
        <translation>{host} ha enviado una respuesta que no se puede leer.</translation>
    </message>
    <message>
        <source>{host} took too long to answer.</source>
        <translation>{host} ha tardado demasiado en responder.</translation>
    </message>
    <message>
        <source>{items} could not be read since {day}.</source>
        <translation>{items} sin poder leer desde {day}.</translation>
    </message>
    <message>
        <source>{items} could not be read, some since {day}.</source>
        <translation>{items} sin poder leer, en parte desde {day}.</translation>
    </message>
    <message>
        <source>{items} on {platforms}</source>
        <translation>{items} en {platforms}</translation>
    </message>
    <message>
        <source>{items} on {platform}: the last reading is up to {age} old. That is too old to say how things are now, so they count as unknown.</source>
        <translation>{items} en {platform}: la última lectura tiene hasta {age}. Es demasiado antigua para decir cómo están ahora, así que cuentan como sin datos.</translation>
    </message>
    <message>
        <source>{items} on {platform}: the last reading is {age} old. That is too old to say how things are now, so it counts as unknown.</source>
        <translation>{items} en {platform}: la última lectura tiene {age}. Es demasiado antigua para decir cómo está ahora, así que cuenta como sin datos.</translation>
    </message>
    <message>
        <source>{items} was written and is not confirmed yet: it is not sent again. The next check settles it.</source>
        <translation>{items}: escrito y aún sin confirmar; no se vuelve a enviar. Se aclara en la próxima comprobación.</translation>
    </message>
    <message>
        <source>{items} were written and are not confirmed yet: they are not sent again. The next check settles it.</source>
        <translation>{items}: escritos y aún sin confirmar; no se vuelven a enviar. Se aclara en la próxima comprobación.</translation>
    </message>
    <message>
        <source>{items}: what was written never showed. It is written again {when} at the earliest.</source>
        <translation>{items}: lo que se escribió nunca ha aparecido. Se volverá a escribir {when}, como muy pronto.</translation>
    </message>
    <message>
        <source>{job} (continued)</source>
        <translation>{job} (continuación)</translation>
    </message>
    <message>
        <source>{label}: {why}</source>
        <translation>{label}: {why}</translation>
    </message>
    <message>
        <source>{login} is connected on {platform}. What is there could not be read yet; look at it again later.</source>
        <translation>{login} está conectado en {platform}. Aún no se ha podido leer lo que hay allí; vuelve a mirarlo más tarde.</translation>
    </message>
    <message>
        <source>{login} on {platform} is disconnected.</source>
        <translation>{login} en {platform} está desconectado.</translation>
    </message>
    <message>
        <source>{missing} on {releases}: {named}.</source>
        <translation>{missing} en {releases}: {named}.</translation>
    </message>
    <message>
        <source>{missing}.</source>
        <translation>{missing}.</translation>
    </message>
    <message>
        <source>{missing}: on {releases} ({named}), and {loose} without a release.</source>
        <translation>{missing}: en {releases} ({named}), y {loose} sin lanzamiento.</translation>
    </message>
    <message>
        <source>{names} and {number} more</source>
        <translation>{names} y {number} más</translation>
    </message>
    <message>
        <source>{names} need you</source>
        <translation>{names} te necesitan</translation>
    </message>
    <message>
        <source>{name} ({artist})</source>
        <translation>{name} ({artist})</translation>
    </message>
    <message>
        <source>{name} ({artist}), not in the catalogue now</source>
        <translation>{name} ({artist}), ahora fuera del catálogo</translation>
    </message>
    <message>
        <source>{name} allows {crawlers} in their own groups: {uses}.</source>
        <translation>{name} permite a {crawlers} en sus propios grupos: {uses}.</translation>
    </message>
    <message>
        <source>{name} and {n} more</source>
        <translation>{name} y {n} más</translation>
    </message>
    <message>
        <source>{name} conflicts with your choice.</source>
        <translation>{name} contradice tu elección.</translation>
    </message>
    <message>
        <source>{name} does not apply to {crawlers}: they have groups of their own.</source>
        <translation>{name} no vale para {crawlers}: tienen grupos propios.</translation>
    </message>
    <message>
        <source>{name} does not say all that you chose.</source>
        <translation>{name} no dice todo lo que elegiste.</translation>
    </message>
    <message>
        <source>{name} gave RightsDesk less than it asked for: {lack}.</source>
        <translation>{name} ha dado a RightsDesk menos de lo que pidió: {lack}.</translation>
    </message>
    <message>
        <source>{name} has changed its choices since {day}.</source>
        <translation>{name} ha cambiado sus opciones desde {day}.</translation>
    </message>
    <message>
        <source>{name} has no switch “{control}”.</source>
        <translation>{name} no tiene ningún interruptor «{control}».</translation>
    </message>
    <message>
        <source>{name} has no word for music that a person feeds to AI themselves.</source>
        <translation>{name} no tiene palabra para la música que alguien da a una IA por su cuenta.</translation>
    </message>
    <message>
        <source>{name} has not made the change yet that is taken back here.</source>
        <translation>{name} aún no ha hecho el cambio que aquí se retira.</translation>
    </message>
    <message>
        <source>{name} has several switches.</source>
        <translation>{name} tiene varios interruptores.</translation>
    </message>
    <message>
        <source>{name} is a folder. RightsDesk publishes files only.</source>
        <translation>{name} es una carpeta. RightsDesk solo publica archivos.</translation>
    </message>
    <message>
        <source>{name} is a pipe or a device. RightsDesk publishes files only.</source>
        <translation>{name} es una tubería o un dispositivo. RightsDesk solo publica archivos.</translation>
    </message>
    <message>
        <source>{name} is connected. Disconnect the account first.</source>
        <translation>{name} tiene una cuenta conectada. Desconéctala antes.</translation>
    </message>
    <message>
        <source>{name} is larger than {megabytes} MB.</source>
        <translation>{name} ocupa más de {megabytes} MB.</translation>
    </message>
    <message>
        <source>{name} is not connected through the browser.</source>
        <translation>{name} no se conecta por el navegador.</translation>
    </message>
    <message>
        <source>{name} needs you</source>
        <translation>{name} te necesita</translation>
    </message>
    <message>
        <source>{name} takes {tags}: “{word}” is only added where there is room.</source>
        <translation>{name} admite {tags}: «{word}» solo se añade donde cabe.</translation>
    </message>
    <message>
        <source>{name}&apos;s terms changed on {date}, after you checked.</source>
        <translation>Las condiciones de {name} cambiaron el {date}, después de que comprobaras.</translation>
    </message>
    <message>
        <source>{name}, {since}</source>
        <translation>{name}, {since}</translation>
    </message>
    <message>
        <source>{name}: AI training is off.</source>
        <translation>{name}: el entrenamiento de IA está desactivado.</translation>
    </message>
    <message>
        <source>{name}: AI training is on.</source>
        <translation>{name}: el entrenamiento de IA está activado.</translation>
    </message>
    <message>
        <source>{name}: extend it, or let it end</source>
        <translation>{name}: prolóngala, o deja que termine</translation>
    </message>
    <message>
        <source>{name}: nothing was changed.</source>
        <translation>{name}: no se ha cambiado nada.</translation>
    </message>
    <message>
        <source>{name}: nothing was sent.</source>
        <translation>{name}: no se ha enviado nada.</translation>
    </message>
    <message>
        <source>{name}: resumed, {parts}.</source>
        <translation>{name}: continuada, {parts}.</translation>
    </message>
    <message>
        <source>{name}: there was nothing left to do.</source>
        <translation>{name}: no quedaba nada por hacer.</translation>
    </message>
    <message>
        <source>{name}: {no_control}</source>
        <translation>{name}: {no_control}</translation>
    </message>
    <message>
        <source>{name}: {n} done.</source>
        <translation>{name}: hecho en {n}.</translation>
    </message>
    <message>
        <source>{name}: {result}</source>
        <translation>{name}: {result}</translation>
    </message>
    <message>
        <source>{new} is not a folder.</source>
        <translation>{new} no es una carpeta.</translation>
    </message>
    <message>
        <source>{number} %</source>
        <translation>{number} %</translation>
    </message>
    <message>
        <source>{number} brought back after being half written ({names})</source>
        <translation>{number} a medio escribir, con la versión anterior restaurada ({names})</translation>
    </message>
    <message>
        <source>{number} could not be checked ({names})</source>
        <translation>{number} sin poder comprobar ({names})</translation>
    </message>
    <message>
        <source>{number} could not be reached and will be checked at the next start ({names})</source>
        <translation>{number} fuera de alcance, por comprobar en el próximo arranque ({names})</translation>
    </message>
    <message>
        <source>{number} left as found after a change by another program ({names})</source>
        <translation>{number} sin tocar tras un cambio de otro programa ({names})</translation>
    </message>
    <message>
        <source>{number} still to do</source>
        <translation>por hacer: {number}</translation>
    </message>
    <message>
        <source>{number} will be checked with the platform when you resume</source>
        <translation>{number} por comprobar con la plataforma cuando continúes</translation>
    </message>
    <message>
        <source>{number} {outcome}</source>
        <translation>{outcome}: {number}</translation>
    </message>
    <message>
        <source>{n} %</source>
        <translation>{n} %</translation>
    </message>
    <message>
        <source>{n} of {all}</source>
        <translation>{n} de {all}</translation>
    </message>
    <message>
        <source>{n} of {all}. </source>
        <translation>{n} de {all}. </translation>
    </message>
    <message>
        <source>{n} of {recordings}</source>
        <translation>{n} de {recordings}</translation>
    </message>
    <message>
        <source>{n} selected</source>
        <translation>Selección: {n}</translation>
    </message>
    <message>
        <source>{partners} may then do more with {what}:</source>
        <translation>Se permitirá entonces a {partners} hacer más con {what}:</translation>
    </message>
    <message>
        <source>{partners}: {uses}</source>
        <translation>{partners}: {uses}</translation>
    </message>
    <message>
        <source>{parts} has another choice; this says that of {name}.</source>
        <translation>{parts} tiene otra elección; esto dice la de {name}.</translation>
    </message>
    <message>
        <source>{parts} have another choice; this says that of {name}.</source>
        <translation>{parts} tienen otra elección; esto dice la de {name}.</translation>
    </message>
    <message>
        <source>{parts}.</source>
        <translation>{parts}.</translation>
    </message>
    <message>
        <source>{path} can&apos;t be read: {why}.</source>
        <translation>No se puede leer {path}: {why}.</translation>
    </message>
    <message>
        <source>{path} may be published only in part: {why}</source>
        <translation>Puede que {path} solo esté publicado en parte: {why}</translation>
    </message>
    <message>
        <source>{path} says this already, and was left as it is.</source>
        <translation>{path} ya dice esto, y se ha dejado como estaba.</translation>
    </message>
    <message>
        <source>{path} was changed by another program or person since the preview.</source>
        <translation>Otro programa u otra persona ha cambiado {path} desde la vista previa.</translation>
    </message>
    <message>
        <source>{places}, except {without}</source>
        <translation>{places}, excepto {without}</translation>
    </message>
    <message>
        <source>{place} could not be changed.</source>
        <translation>No se ha podido cambiar {place}.</translation>
    </message>
    <message>
        <source>{place} holds different data than was sent: the server stored something else.</source>
        <translation>{place} contiene datos distintos de los que se enviaron: el servidor ha guardado otra cosa.</translation>
    </message>
    <message>
        <source>{place}, {artist}: changed without RightsDesk: {changes}.</source>
        <translation>{place}, {artist}: cambiado sin RightsDesk: {changes}.</translation>
    </message>
    <message>
        <source>{platform} ({account}): {why}</source>
        <translation>{platform} ({account}): {why}</translation>
    </message>
    <message>
        <source>{platform} can&apos;t be read</source>
        <translation>{platform} no se puede leer</translation>
    </message>
    <message>
        <source>{platform} changed what AI may do with uploads</source>
        <translation>{platform} ha cambiado lo que la IA puede hacer con lo que se sube</translation>
    </message>
    <message>
        <source>{platform} changed “{document}” {day}</source>
        <translation>{platform} cambió «{document}» {day}</translation>
    </message>
    <message>
        <source>{platform} could not be read since {day} ({age}): {why}</source>
        <translation>{platform} no se ha podido leer desde {day} ({age}): {why}</translation>
    </message>
    <message>
        <source>{platform} has several documents.</source>
        <translation>{platform} tiene varios documentos.</translation>
    </message>
    <message>
        <source>{platform} is asked to end the sign-in.</source>
        <translation>Se pide a {platform} que cierre la sesión.</translation>
    </message>
    <message>
        <source>{platform}, {account} checked: {counts}</source>
        <translation>{platform}, {account}: comprobado ({counts})</translation>
    </message>
    <message>
        <source>{platform}, {account}: {writes} settled by reading</source>
        <translation>{platform}, {account}: {writes}, estado aclarado al leer</translation>
    </message>
    <message>
        <source>{platform}, {title}</source>
        <translation>{platform}, {title}</translation>
    </message>
    <message>
        <source>{platform}, {title} in Open Terms Archive</source>
        <translation>{platform}, {title} en Open Terms Archive</translation>
    </message>
    <message>
        <source>{platform}: {control} is {value}</source>
        <translation>{platform}: {control} está en {value}</translation>
    </message>
    <message>
        <source>{platform}: {outlook}</source>
        <translation>{platform}: {outlook}</translation>
    </message>
    <message>
        <source>{proxy} (in RightsDesk&apos;s settings)</source>
        <translation>{proxy} (en los ajustes de RightsDesk)</translation>
    </message>
    <message>
        <source>{proxy} (setting of this system)</source>
        <translation>{proxy} (ajuste de este sistema)</translation>
    </message>
    <message>
        <source>{proxy} (setting {name})</source>
        <translation>{proxy} (ajuste {name})</translation>
    </message>
    <message>
        <source>{recordings} for which you have not chosen yet what AI may do.</source>
        <translation>{recordings} para las que aún no has elegido qué puede hacer la IA.</translation>
    </message>
    <message>
        <source>{recordings} look like one ({kinds}) but differ in {differing}: {named}. They were kept apart.</source>
        <translation>{recordings} parecen la misma ({kinds}) pero difieren en {differing}: {named}. Se han mantenido aparte.</translation>
    </message>
    <message>
        <source>{recordings} of this music have no choice, or one that allows training or data mining: the letter would contradict it.</source>
        <translation>{recordings} de esta música no tienen elección, o tienen una que permite el entrenamiento o la minería de datos: la carta la contradiría.</translation>
    </message>
    <message>
        <source>{recordings} with files that conflict with your choice.</source>
        <translation>{recordings} con archivos que contradicen tu elección.</translation>
    </message>
    <message>
        <source>{recordings} with files that do not say all that you chose.</source>
        <translation>{recordings} con archivos que no dicen todo lo que elegiste.</translation>
    </message>
    <message>
        <source>{recordings} with items on {platform} that conflict with your choice.</source>
        <translation>{recordings} con elementos en {platform} que contradicen tu elección.</translation>
    </message>
    <message>
        <source>{recordings} with items on {platform} that do not say all that you chose.</source>
        <translation>{recordings} con elementos en {platform} que no dicen todo lo que elegiste.</translation>
    </message>
    <message>
        <source>{refused} of {known} known AI crawlers are refused.</source>
        <translation>Se rechaza a {refused} de {known} rastreadores de IA conocidos.</translation>
    </message>
    <message>
        <source>{region}: {text}</source>
        <translation>{region}: {text}</translation>
    </message>
    <message>
        <source>{said} Left out.</source>
        <translation>{said} Queda fuera.</translation>
    </message>
    <message>
        <source>{said} of {all} recordings say what you chose everywhere</source>
        <translation>{said} de {all} grabaciones dicen en todas partes lo que elegiste</translation>
    </message>
    <message>
        <source>{said} of {all} recordings say {choice} everywhere</source>
        <translation>{said} de {all} grabaciones dicen «{choice}» en todas partes</translation>
    </message>
    <message>
        <source>{said}. Buttons: {acts}</source>
        <translation>{said}. Botones: {acts}</translation>
    </message>
    <message>
        <source>{service} accepted this change, but doesn&apos;t show it yet.</source>
        <translation>{service} ha aceptado este cambio, pero aún no lo muestra.</translation>
    </message>
    <message>
        <source>{service} answered in an unexpected way ({status}).</source>
        <translation>{service} ha respondido de forma inesperada ({status}).</translation>
    </message>
    <message>
        <source>{service} answers {statuses} since the new files were published.</source>
        <translation>{service} responde {statuses} desde que se publicaron los archivos nuevos.</translation>
    </message>
    <message>
        <source>{service} answers {statuses} since the new files were published. The old ones could not be restored: {why}</source>
        <translation>{service} responde {statuses} desde que se publicaron los archivos nuevos. No se han podido restaurar los anteriores: {why}</translation>
    </message>
    <message>
        <source>{service} asks for a code that was sent by mail.</source>
        <translation>{service} pide un código que ha enviado por correo.</translation>
    </message>
    <message>
        <source>{service} asks for a sign-in.</source>
        <translation>{service} pide que se inicie sesión.</translation>
    </message>
    <message>
        <source>{service} asks for a user name and a password before it shows robots.txt.</source>
        <translation>{service} pide un nombre de usuario y una contraseña antes de mostrar robots.txt.</translation>
    </message>
    <message>
        <source>{service} blocks RightsDesk from its home page and robots.txt ({status}).</source>
        <translation>{service} no deja que RightsDesk vea su página de inicio ni robots.txt ({status}).</translation>
    </message>
    <message>
        <source>{service} broke off in the middle of an answer.</source>
        <translation>{service} se ha cortado a mitad de una respuesta.</translation>
    </message>
    <message>
        <source>{service} can&apos;t be reached.</source>
        <translation>No se puede acceder a {service}.</translation>
    </message>
    <message>
        <source>{service} could not prove that it is really {service}.</source>
        <translation>{service} no ha podido demostrar que es realmente {service}.</translation>
    </message>
    <message>
        <source>{service} did not accept the answer from the browser.</source>
        <translation>{service} no ha aceptado la respuesta del navegador.</translation>
    </message>
    <message>
        <source>{service} did not allow the sign-in.</source>
        <translation>{service} no ha permitido iniciar sesión.</translation>
    </message>
    <message>
        <source>{service} did not allow the sign-in: “{reason}”.</source>
        <translation>{service} no ha permitido iniciar sesión: «{reason}».</translation>
    </message>
    <message>
        <source>{service} did not renew the sign-in, and did not say why.</source>
        <translation>{service} no ha renovado la sesión, y no ha dicho por qué.</translation>
    </message>
    <message>
        <source>{service} doesn&apos;t accept the app password of this account any more.</source>
        <translation>{service} ya no acepta la contraseña de aplicación de esta cuenta.</translation>
    </message>
    <message>
        <source>{service} doesn&apos;t accept the client id or the client secret.</source>
        <translation>{service} no acepta el ID de cliente o el secreto de cliente.</translation>
    </message>
    <message>
        <source>{service} doesn&apos;t accept the client id.</source>
        <translation>{service} no acepta el ID de cliente.</translation>
    </message>
    <message>
        <source>{service} doesn&apos;t accept the redirect address {redirect_uri}.</source>
        <translation>{service} no acepta la dirección de redirección {redirect_uri}.</translation>
    </message>
    <message>
        <source>{service} doesn&apos;t accept this handle with this app password.</source>
        <translation>{service} no acepta este identificador con esta contraseña de aplicación.</translation>
    </message>
    <message>
        <source>{service} doesn&apos;t accept this user name with this password.</source>
        <translation>{service} no acepta este nombre de usuario con esta contraseña.</translation>
    </message>
    <message>
        <source>{service} doesn&apos;t have this any more.</source>
        <translation>{service} ya no tiene esto.</translation>
    </message>
    <message>
        <source>{service} has a problem on its side ({status}).</source>
        <translation>{service} tiene un problema por su parte ({status}).</translation>
    </message>
    <message>
        <source>{service} has a problem on its side and did not finish the sign-in.</source>
        <translation>{service} tiene un problema por su parte y no ha terminado el inicio de sesión.</translation>
    </message>
    <message>
        <source>{service} has a problem on its side: “{reason}”</source>
        <translation>{service} tiene un problema por su parte: «{reason}»</translation>
    </message>
    <message>
        <source>{service} has closed this account.</source>
        <translation>{service} ha cerrado esta cuenta.</translation>
    </message>
    <message>
        <source>{service} has no central server, and the account names none.</source>
        <translation>{service} no tiene un servidor central, y la cuenta no indica ninguno.</translation>
    </message>
    <message>
        <source>{service} has suspended this account.</source>
        <translation>{service} ha suspendido esta cuenta.</translation>
    </message>
    <message>
        <source>{service} named an address on another server ({host}).</source>
        <translation>{service} ha indicado una dirección de otro servidor ({host}).</translation>
    </message>
    <message>
        <source>{service} no longer accepts this account&apos;s sign-in.</source>
        <translation>{service} ya no acepta la sesión de esta cuenta.</translation>
    </message>
    <message>
        <source>{service} refused the sign-in: “{reason}”</source>
        <translation>{service} ha rechazado el inicio de sesión: «{reason}»</translation>
    </message>
    <message>
        <source>{service} refused this ({status}) and sent a web page instead of an answer.</source>
        <translation>{service} lo ha rechazado ({status}) y ha enviado una página web en vez de una respuesta.</translation>
    </message>
    <message>
        <source>{service} refused this ({status}).</source>
        <translation>{service} lo ha rechazado ({status}).</translation>
    </message>
    <message>
        <source>{service} refused this: “{reason}”</source>
        <translation>{service} lo ha rechazado: «{reason}»</translation>
    </message>
    <message>
        <source>{service} sent a description in an unknown shape.</source>
        <translation>{service} ha enviado una descripción con una forma desconocida.</translation>
    </message>
    <message>
        <source>{service} sent a description that is not text.</source>
        <translation>{service} ha enviado una descripción que no es texto.</translation>
    </message>
    <message>
        <source>{service} sent a list in an unknown shape.</source>
        <translation>{service} ha enviado una lista con una forma desconocida.</translation>
    </message>
    <message>
        <source>{service} sent a list of items in an unknown shape.</source>
        <translation>{service} ha enviado una lista de elementos con una forma desconocida.</translation>
    </message>
    <message>
        <source>{service} sent a list of media in an unknown shape.</source>
        <translation>{service} ha enviado una lista de medios con una forma desconocida.</translation>
    </message>
    <message>
        <source>{service} sent a list of media without an end.</source>
        <translation>{service} ha enviado una lista de medios sin fin.</translation>
    </message>
    <message>
        <source>{service} sent a list of sites in an unknown shape.</source>
        <translation>{service} ha enviado una lista de webs con una forma desconocida.</translation>
    </message>
    <message>
        <source>{service} sent a list of tracks in an unknown shape.</source>
        <translation>{service} ha enviado una lista de pistas con una forma desconocida.</translation>
    </message>
    <message>
        <source>{service} sent a list of videos in an unknown shape.</source>
        <translation>{service} ha enviado una lista de vídeos con una forma desconocida.</translation>
    </message>
    <message>
        <source>{service} sent a list that repeats its pages.</source>
        <translation>{service} ha enviado una lista que repite sus páginas.</translation>
    </message>
    <message>
        <source>{service} sent a record in an unknown shape.</source>
        <translation>{service} ha enviado un registro con una forma desconocida.</translation>
    </message>
    <message>
        <source>{service} sent a switch that is neither on nor off.</source>
        <translation>{service} ha enviado un interruptor que no está ni activado ni desactivado.</translation>
    </message>
    <message>
        <source>{service} sent a track without a valid name.</source>
        <translation>{service} ha enviado una pista sin un nombre válido.</translation>
    </message>
    <message>
        <source>{service} sent a track without a valid number.</source>
        <translation>{service} ha enviado una pista sin un número válido.</translation>
    </message>
    <message>
        <source>{service} sent a video without a title or a category.</source>
        <translation>{service} ha enviado un vídeo sin título o sin categoría.</translation>
    </message>
    <message>
        <source>{service} sent a video without a valid name.</source>
        <translation>{service} ha enviado un vídeo sin un nombre válido.</translation>
    </message>
    <message>
        <source>{service} sent a {key} that is not text.</source>
        <translation>{service} ha enviado un valor que no es texto: {key}.</translation>
    </message>
    <message>
        <source>{service} sent a {name} that can&apos;t be edited.</source>
        <translation>{service} ha enviado un valor que no se puede editar: {name}.</translation>
    </message>
    <message>
        <source>{service} sent a {name} that is neither on nor off.</source>
        <translation>{service} ha enviado un valor que no está ni activado ni desactivado: {name}.</translation>
    </message>
    <message>
        <source>{service} sent a {name} that is not text.</source>
        <translation>{service} ha enviado un valor que no es texto: {name}.</translation>
    </message>
    <message>
        <source>{service} sent an account without a name.</source>
        <translation>{service} ha enviado una cuenta sin nombre.</translation>
    </message>
    <message>
        <source>{service} sent an account without a valid name.</source>
        <translation>{service} ha enviado una cuenta sin un nombre válido.</translation>
    </message>
    <message>
        <source>{service} sent an answer in an unknown shape.</source>
        <translation>{service} ha enviado una respuesta con una forma desconocida.</translation>
    </message>
    <message>
        <source>{service} sent an answer that can&apos;t be read.</source>
        <translation>{service} ha enviado una respuesta que no se puede leer.</translation>
    </message>
    <message>
        <source>{service} sent an answer that can&apos;t be unpacked.</source>
        <translation>{service} ha enviado una respuesta que no se puede descomprimir.</translation>
    </message>
    <message>
        <source>{service} sent an answer that is far too large.</source>
        <translation>{service} ha enviado una respuesta demasiado grande.</translation>
    </message>
    <message>
        <source>{service} sent an application password without a name.</source>
        <translation>{service} ha enviado una contraseña de aplicación sin nombre.</translation>
    </message>
    <message>
        <source>{service} sent an item without a valid name.</source>
        <translation>{service} ha enviado un elemento sin un nombre válido.</translation>
    </message>
    <message>
        <source>{service} sent another file than the requested one.</source>
        <translation>{service} ha enviado otro archivo, no el que se pidió.</translation>
    </message>
    <message>
        <source>{service} sent another item than the requested one.</source>
        <translation>{service} ha enviado otro elemento, no el que se pidió.</translation>
    </message>
    <message>
        <source>{service} sent another record than the requested one.</source>
        <translation>{service} ha enviado otro registro, no el que se pidió.</translation>
    </message>
    <message>
        <source>{service} sent another site than the requested one.</source>
        <translation>{service} ha enviado otra web, no la que se pidió.</translation>
    </message>
    <message>
        <source>{service} sent another track than the requested one.</source>
        <translation>{service} ha enviado otra pista, no la que se pidió.</translation>
    </message>
    <message>
        <source>{service} sent another video than the requested one.</source>
        <translation>{service} ha enviado otro vídeo, no el que se pidió.</translation>
    </message>
    <message>
        <source>{service} sent no page.</source>
        <translation>{service} no ha enviado ninguna página.</translation>
    </message>
    <message>
        <source>{service} sent no usable sign-in.</source>
        <translation>{service} no ha enviado ninguna sesión utilizable.</translation>
    </message>
    <message>
        <source>{service} sent something without a number.</source>
        <translation>{service} ha enviado algo sin número.</translation>
    </message>
    <message>
        <source>{service} sent something without a valid name.</source>
        <translation>{service} ha enviado algo sin un nombre válido.</translation>
    </message>
    <message>
        <source>{service} sent tags in an unknown shape.</source>
        <translation>{service} ha enviado etiquetas con una forma desconocida.</translation>
    </message>
    <message>
        <source>{service} sent tags that are not text.</source>
        <translation>{service} ha enviado etiquetas que no son texto.</translation>
    </message>
    <message>
        <source>{service} sent us on to an address inside a private network ({host}).</source>
        <translation>{service} nos ha remitido a una dirección dentro de una red privada ({host}).</translation>
    </message>
    <message>
        <source>{service} sent us on to an address with your sign-in in it.</source>
        <translation>{service} nos ha enviado a una dirección con tu acceso dentro.</translation>
    </message>
    <message>
        <source>{service} sent us on to another address again and again, or to a wrong one.</source>
        <translation>{service} nos ha enviado a otra dirección una y otra vez, o a una equivocada.</translation>
    </message>
    <message>
        <source>{service} sent {what} without a valid name.</source>
        <translation>{service} ha enviado {what} sin un nombre válido.</translation>
    </message>
    <message>
        <source>{service} shows a {name} of more than {megabytes} MB, which RightsDesk does not read.</source>
        <translation>{service} muestra más de {megabytes} MB en {name}, y RightsDesk no lo lee.</translation>
    </message>
    <message>
        <source>{service} takes no more requests until {when}.</source>
        <translation>{service} no acepta más peticiones hasta {when}.</translation>
    </message>
    <message>
        <source>{service} took too long to answer.</source>
        <translation>{service} ha tardado demasiado en responder.</translation>
    </message>
    <message>
        <source>{shown} can&apos;t be reached.</source>
        <translation>No se puede acceder a {shown}.</translation>
    </message>
    <message>
        <source>{shown} refused this.</source>
        <translation>{shown} lo ha rechazado.</translation>
    </message>
    <message>
        <source>{shown} refused this: {reason}.</source>
        <translation>{shown} lo ha rechazado: {reason}.</translation>
    </message>
    <message>
        <source>{source} is no backup of RightsDesk.</source>
        <translation>{source} no es una copia de seguridad de RightsDesk.</translation>
    </message>
    <message>
        <source>{span} ago, on {day}</source>
        <translation>hace {span}, el {day}</translation>
    </message>
    <message>
        <source>{status} for {path}</source>
        <translation>{status} para {path}</translation>
    </message>
    <message>
        <source>{subject}</source>
        <translation>{subject}</translation>
    </message>
    <message>
        <source>{title} on {carriers}</source>
        <translation>{title} en {carriers}</translation>
    </message>
    <message>
        <source>{title}: it has to name your site&apos;s address, and it is not known which site it is for.</source>
        <translation>{title}: tiene que nombrar la dirección de tu web, y no se sabe para qué web es.</translation>
    </message>
    <message>
        <source>{title}: it has to name your site&apos;s address, and it is not known which site it is for. Yours are {sites}.</source>
        <translation>{title}: tiene que nombrar la dirección de tu web, y no se sabe para qué web es. Las tuyas son {sites}.</translation>
    </message>
    <message>
        <source>{title}: there is nothing to write.</source>
        <translation>{title}: no hay nada que escribir.</translation>
    </message>
    <message>
        <source>{today} of {updates} today, the rest {when}.</source>
        <translation>{today} de {updates} hoy, el resto {when}.</translation>
    </message>
    <message>
        <source>{use}: “{before}” became “{now}”</source>
        <translation>{use}: «{before}» ha pasado a «{now}»</translation>
    </message>
    <message>
        <source>{value} on {name}.</source>
        <translation>{value} en {name}.</translation>
    </message>
    <message>
        <source>{value} · {day}</source>
        <translation>{value} · {day}</translation>
    </message>
    <message numerus="yes">
        <source>{what} don&apos;t say it yet.</source>
        <translation>
            <numerusform>{what} aún no lo dice.</numerusform>
            <numerusform>{what} aún no lo dicen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{what} go back to what was there before</source>
        <translation>
            <numerusform>{what} vuelve a lo que había antes</numerusform>
            <numerusform>{what} vuelven a lo que había antes</numerusform>
        </translation>
    </message>
    <message>
        <source>{what} on {where}</source>
        <translation>{what} en {where}</translation>
    </message>
    <message numerus="yes">
        <source>{what} will say {choice}</source>
        <translation>
            <numerusform>{what} dirá {choice}</numerusform>
            <numerusform>{what} dirán {choice}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{what} will say {choice} again</source>
        <translation>
            <numerusform>{what} volverá a decir {choice}</numerusform>
            <numerusform>{what} volverán a decir {choice}</numerusform>
        </translation>
    </message>
    <message>
        <source>{what}, {beside}: now {now}, after {after}. {note}</source>
        <translation>{what}, {beside}: ahora {now}, después {after}. {note}</translation>
    </message>
    <message>
        <source>{what}: now {now}, after {after}</source>
        <translation>{what}: ahora {now}, después {after}</translation>
    </message>
    <message>
        <source>{what}: now {now}, after {after}. {note}</source>
        <translation>{what}: ahora {now}, después {after}. {note}</translation>
    </message>
    <message>
        <source>{what}: “{there}” there, “{here}” in your catalogue</source>
        <translation>{what}: allí «{there}», en tu catálogo «{here}»</translation>
    </message>
    <message>
        <source>{when}, by {who}</source>
        <translation>{when}, por {who}</translation>
    </message>
    <message>
        <source>{when}, by {who} on {seat}</source>
        <translation>{when}, por {who} en {seat}</translation>
    </message>
    <message>
        <source>{why}.</source>
        <translation>{why}.</translation>
    </message>
    <message numerus="yes">
        <source>{words}, with %n exceptions</source>
        <translation>
            <numerusform>{words}, con %n excepción</numerusform>
            <numerusform>{words}, con %n excepciones</numerusform>
        </translation>
    </message>
    <message>
        <source>© {artist}</source>
        <translation>© {artist}</translation>
    </message>
    <message>
        <source>“None” does not always mean that you opted out. A video can also be ineligible: all rights holders must agree, and the video must be public.</source>
        <translation>«None» no siempre significa que lo hayas rechazado. Un vídeo también puede no cumplir los requisitos: tienen que aceptar todos los titulares de los derechos, y el vídeo tiene que ser público.</translation>
    </message>
    <message>
        <source>“{basename}” is there already.</source>
        <translation>«{basename}» ya está ahí.</translation>
    </message>
    <message>
        <source>“{code}” is no country that this version knows.</source>
        <translation>«{code}» no es ningún país que conozca esta versión.</translation>
    </message>
    <message>
        <source>“{field}” is missing.</source>
        <translation>Falta «{field}».</translation>
    </message>
    <message>
        <source>“{field}” never has letters like these. Copy it again.</source>
        <translation>«{field}» nunca tiene letras como estas. Vuelve a copiarlo.</translation>
    </message>
    <message>
        <source>“{id}” can&apos;t be decided that way: {sentence}</source>
        <translation>«{id}» no se puede decidir así: {sentence}</translation>
    </message>
    <message>
        <source>“{job}” was interrupted: {so_far}.</source>
        <translation>«{job}» se interrumpió: {so_far}.</translation>
    </message>
    <message>
        <source>“{job}” was interrupted; nothing is damaged: {so_far}.</source>
        <translation>«{job}» se interrumpió; no hay nada dañado: {so_far}.</translation>
    </message>
    <message>
        <source>“{key}” is “{value}”. It can be: {known}.</source>
        <translation>«{key}» es «{value}». Puede ser: {known}.</translation>
    </message>
    <message>
        <source>“{label}” on {name} has no value “{value}”.</source>
        <translation>«{label}» en {name} no tiene ningún valor «{value}».</translation>
    </message>
    <message>
        <source>“{label}” was read to allow more than you chose ({items}): {uses}.</source>
        <translation>Según lo leído, «{label}» permite más de lo que elegiste ({items}): {uses}.</translation>
    </message>
    <message>
        <source>“{name}”</source>
        <translation>«{name}»</translation>
    </message>
    <message>
        <source>“{name}” is no name for a letter.</source>
        <translation>«{name}» no es nombre para una carta.</translation>
    </message>
    <message>
        <source>“{name}” is no name for a report.</source>
        <translation>«{name}» no es nombre para un informe.</translation>
    </message>
    <message>
        <source>“{name}” is no time zone that this computer knows.</source>
        <translation>«{name}» no es ninguna zona horaria que conozca este ordenador.</translation>
    </message>
    <message>
        <source>“{name}” is on the roster already.</source>
        <translation>«{name}» ya está en la lista de artistas.</translation>
    </message>
    <message>
        <source>“{name}” is too large to keep.</source>
        <translation>«{name}» es demasiado grande para guardarlo.</translation>
    </message>
    <message>
        <source>“{number}” can&apos;t be ignored: {sentence}</source>
        <translation>«{number}» no se puede ignorar: {sentence}</translation>
    </message>
    <message>
        <source>“{path}” is not an absolute path.</source>
        <translation>«{path}» no es una ruta absoluta.</translation>
    </message>
    <message>
        <source>“{scope}” is missing</source>
        <translation>falta «{scope}»</translation>
    </message>
    <message>
        <source>“{site}” is no web address.</source>
        <translation>«{site}» no es una dirección web.</translation>
    </message>
    <message>
        <source>“{site}” is not a web address.</source>
        <translation>«{site}» no es una dirección web.</translation>
    </message>
    <message>
        <source>“{target}” is a folder.</source>
        <translation>«{target}» es una carpeta.</translation>
    </message>
    <message>
        <source>“{text}” is a SOCKS proxy, which RightsDesk can&apos;t use.</source>
        <translation>«{text}» es un proxy SOCKS, que RightsDesk no puede usar.</translation>
    </message>
    <message>
        <source>“{text}” is no day.</source>
        <translation>«{text}» no es un día.</translation>
    </message>
    <message>
        <source>“{text}” is not an ISCC.</source>
        <translation>«{text}» no es un ISCC.</translation>
    </message>
    <message>
        <source>“{text}” is not the address of a proxy.</source>
        <translation>«{text}» no es la dirección de un proxy.</translation>
    </message>
    <message>
        <source>“{value}” is no value of {name}.</source>
        <translation>«{value}» no es un valor de {name}.</translation>
    </message>
    <message>
        <source>“{value}” unless you choose</source>
        <translation>«{value}» salvo que elijas</translation>
    </message>
    <message>
        <source>•  {use}: {after}</source>
        <translation>•  {use}: {after}</translation>
    </message>
    <message>
        <source>•  {use}: {before} → {after}</source>
        <translation>•  {use}: {before} → {after}</translation>
    </message>
    <message>
        <source>… and more</source>
        <translation>… y más</translation>
    </message>
    <message>
        <source>… and more; “Copy” gives them all.</source>
        <translation>… y más; «Copiar» los da todos.</translation>
    </message>
</context>
</TS>
