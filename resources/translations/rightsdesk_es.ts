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
        <source>%n Own site domains</source>
        <translation>
            <numerusform>%n dominio de la web propia</numerusform>
            <numerusform>%n dominios de la web propia</numerusform>
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
        <source>%n belong to other artists here and were not taken in.</source>
        <translation>
            <numerusform>%n es de otro artista de aquí y no se ha incluido.</numerusform>
            <numerusform>%n son de otros artistas de aquí y no se han incluido.</numerusform>
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
        <source>%n domains</source>
        <translation>
            <numerusform>%n dominio</numerusform>
            <numerusform>%n dominios</numerusform>
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
        <source>%n from you</source>
        <translation>
            <numerusform>%n según tú</numerusform>
            <numerusform>%n según tú</numerusform>
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
        <source>%n things need you</source>
        <translation>
            <numerusform>%n cosa te necesita</numerusform>
            <numerusform>%n cosas te necesitan</numerusform>
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
        <source>%n wait until you say which recordings they are (Artist › Open questions).</source>
        <translation>
            <numerusform>%n espera a que digas qué grabación es (Artista › Preguntas abiertas).</numerusform>
            <numerusform>%n esperan a que digas qué grabaciones son (Artista › Preguntas abiertas).</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n wait: they go on {when}.</source>
        <translation>
            <numerusform>%n en espera: sigue {when}.</numerusform>
            <numerusform>%n en espera: siguen {when}.</numerusform>
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
        <source>&amp;Go on in the background</source>
        <translation>&amp;Seguir en segundo plano</translation>
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
        <source>&amp;Open RightsDesk</source>
        <translation>&amp;Abrir RightsDesk</translation>
    </message>
    <message>
        <source>&amp;Open it up</source>
        <translation>&amp;Permitirlo</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pausar</translation>
    </message>
    <message>
        <source>&amp;Pause checks</source>
        <translation>&amp;Pausar comprobaciones</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Protect %n tracks…</source>
        <translation>
            <numerusform>&amp;Proteger %n pista…</numerusform>
            <numerusform>&amp;Proteger %n pistas…</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Put in</source>
        <translation>&amp;Incluir</translation>
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
        <source>&amp;Take back…</source>
        <translation>&amp;Retirar…</translation>
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
        <source>&amp;Write {what}</source>
        <translation>&amp;Escribir {what}</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Yes, let AI do more with these %n recordings</source>
        <translation>
            <numerusform>&amp;Sí, que la IA pueda hacer más con esta grabación</numerusform>
            <numerusform>&amp;Sí, que la IA pueda hacer más con estas %n grabaciones</numerusform>
        </translation>
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
        <source>A licence file on your site, and lines that point to it.</source>
        <translation>Un archivo de licencia en tu web, y líneas que remiten a él.</translation>
    </message>
    <message>
        <source>A licence from {who} is required.</source>
        <translation>Se requiere una licencia de {who}.</translation>
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
        <source>AI registry</source>
        <translation>Registro de IA</translation>
    </message>
    <message>
        <source>AI tagging</source>
        <translation>Etiquetado de IA</translation>
    </message>
    <message>
        <source>AI that makes music or voices may not learn from this, imitate it or use it. Data mining is reserved too. Nothing is said about other AI.</source>
        <translation>La IA que hace música o voces no puede aprender de esto, imitarlo ni usarlo. La minería de datos también queda reservada. No se dice nada sobre otra IA.</translation>
    </message>
    <message>
        <source>AI training crawlers (ai_training)</source>
        <translation>Rastreadores para entrenar IA (ai_training)</translation>
    </message>
    <message>
        <source>AI training is off on {name}.</source>
        <translation>El entrenamiento de IA está desactivado en {name}.</translation>
    </message>
    <message>
        <source>AI training is on on {name}.</source>
        <translation>El entrenamiento de IA está activado en {name}.</translation>
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
        <source>Accounts</source>
        <translation>Cuentas</translation>
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
        <source>Added after your copyright line. Machines cannot read it for sure.</source>
        <translation>Se añade después de tu línea de copyright. Las máquinas no la pueden leer con seguridad.</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Dirección</translation>
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
        <source>All of {artist}</source>
        <translation>Todo lo de {artist}</translation>
    </message>
    <message>
        <source>All requests to platforms and sites take it. Most networks need none.</source>
        <translation>Por él pasa todo lo que se pide a plataformas y webs. La mayoría de las redes no lo necesitan.</translation>
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
        <source>An older state of RightsDesk&apos;s own data was restored. Jobs that were done since are not in the journal, so they can&apos;t be undone here. What files and platforms say is unknown until they are read again: scan, then look.</source>
        <translation>Se ha restaurado un estado anterior de los datos de RightsDesk. Las tareas hechas desde entonces no están en el registro, así que aquí no se pueden deshacer. No se sabe qué dicen archivos y plataformas hasta que se vuelvan a leer: escanea y luego comprueba.</translation>
    </message>
    <message>
        <source>And {n} more.</source>
        <translation>Y {n} más.</translation>
    </message>
    <message>
        <source>Announced in September 2024 for the first quarter of 2025. Whether it runs was not verified.</source>
        <translation>Se anunció en septiembre de 2024 para el primer trimestre de 2025. No se ha verificado si funciona.</translation>
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
        <source>Another program changed this file at the very moment when it was replaced, and the disk reported an error when that was to be taken back.</source>
        <translation>Otro programa cambió este archivo justo cuando se reemplazaba, y el disco dio un error al intentar deshacerlo.</translation>
    </message>
    <message>
        <source>Another program changed this file at the very moment when it was replaced, and the disk reported an error when that was to be taken back. Its version is kept in {name}.</source>
        <translation>Otro programa cambió este archivo justo cuando se reemplazaba, y el disco dio un error al intentar deshacerlo. Su versión se conserva en {name}.</translation>
    </message>
    <message>
        <source>Another program changed this file at the very moment when it was to be replaced.</source>
        <translation>Otro programa cambió este archivo justo cuando se iba a reemplazar.</translation>
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
        <source>Any use for AI training needs written consent of Merlin or the member label.</source>
        <translation>Todo uso para entrenar IA necesita el consentimiento por escrito de Merlin o del sello miembro.</translation>
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
        <source>At the end of the copyright field of the file.</source>
        <translation>Al final del campo de copyright del archivo.</translation>
    </message>
    <message>
        <source>At work…</source>
        <translation>Trabajando…</translation>
    </message>
    <message>
        <source>Attestation withdrawn: {platform}, {artist}</source>
        <translation>Nota retirada: {platform}, {artist}</translation>
    </message>
    <message>
        <source>Attested: {platform}, {artist}: {control} is {value}</source>
        <translation>Anotado: {platform}, {artist}: {control} está en {value}</translation>
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
        <source>Bandcamp&apos;s terms forbid AI training and text and data mining with anything on Bandcamp.</source>
        <translation>Las condiciones de Bandcamp prohíben el entrenamiento de IA y la minería de textos y datos con todo lo que hay en Bandcamp.</translation>
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
        <source>Changing this file would have harmed its audio, so RightsDesk did not.</source>
        <translation>Cambiar este archivo habría dañado su audio, así que RightsDesk no lo ha hecho.</translation>
    </message>
    <message>
        <source>Changing this file would have harmed its form, so RightsDesk did not.</source>
        <translation>Cambiar este archivo habría dañado su estructura, así que RightsDesk no lo ha hecho.</translation>
    </message>
    <message>
        <source>Changing this file would have harmed its part “{name}”, so RightsDesk did not.</source>
        <translation>Cambiar este archivo habría dañado su parte «{name}», así que RightsDesk no lo ha hecho.</translation>
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
        <source>Check it again, then attest how it is set (attest {platform}).</source>
        <translation>Vuelve a comprobarlo y anota cómo está puesto (attest {platform}).</translation>
    </message>
    <message>
        <source>Check it now, or turn on automatic checks in Settings.</source>
        <translation>Compruébalo ahora, o activa las comprobaciones automáticas en Ajustes.</translation>
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
        <source>Check the disk, and make sure that you have a backup.</source>
        <translation>Comprueba el disco y asegúrate de tener una copia de seguridad.</translation>
    </message>
    <message>
        <source>Check the disk, then scan the file again.</source>
        <translation>Comprueba el disco y vuelve a escanear el archivo.</translation>
    </message>
    <message>
        <source>Check the disk, then start RightsDesk again: it will bring the file back.</source>
        <translation>Comprueba el disco y arranca RightsDesk de nuevo: recuperará el archivo.</translation>
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
        <source>Check whose login the page names: it has to be {artist}&apos;s. If someone else is signed in there, copy the address and open it in another browser or in a private window on this computer.</source>
        <translation>Comprueba qué usuario nombra la página: tiene que ser el de {artist}. Si ahí ha iniciado sesión otra persona, copia la dirección y ábrela en otro navegador o en una ventana privada de este ordenador.</translation>
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
        <source>Close every other RightsDesk window and run, then try again.</source>
        <translation>Cierra todas las demás ventanas y ejecuciones de RightsDesk y vuelve a intentarlo.</translation>
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
        <source>Codes and copies</source>
        <translation>Códigos y copias</translation>
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
        <source>Computers search it for patterns, for whatever end.</source>
        <translation>Los ordenadores buscan patrones en ella, con cualquier fin.</translation>
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
        <source>Do the opposite: connect or remove the account, scan or forget the folder, add or remove the artist.</source>
        <translation>Haz lo contrario: conecta o quita la cuenta, escanea u olvida la carpeta, añade o quita el artista.</translation>
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
        <source>Done</source>
        <translation>Hecho</translation>
    </message>
    <message>
        <source>Done again: {subject}</source>
        <translation>Rehecho: {subject}</translation>
    </message>
    <message>
        <source>Done again: {subject}.</source>
        <translation>Rehecho: {subject}.</translation>
    </message>
    <message>
        <source>Done: {name}.</source>
        <translation>Hecho: {name}.</translation>
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
        <source>Each job can be taken back, also after a restart: Edit › Undo, or the page Activity. Edit › Redo does again what was undone last.</source>
        <translation>Cada tarea se puede deshacer, también después de reiniciar: Editar › Deshacer, o la página Actividad. Editar › Rehacer repite lo último que se deshizo.</translation>
    </message>
    <message>
        <source>Each server has its own terms: ask the administrator of yours.</source>
        <translation>Cada servidor tiene sus propias condiciones: pregunta a quien administre el tuyo.</translation>
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
        <source>Everything already says what you want.</source>
        <translation>Todo dice ya lo que quieres.</translation>
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
        <source>Everything that could be read matches your choice, and nothing is left open.</source>
        <translation>Todo lo que se ha podido leer coincide con tu elección, y no queda nada abierto.</translation>
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
        <source>Finishing the file at hand, then RightsDesk closes.</source>
        <translation>Se termina el archivo en curso y luego RightsDesk se cierra.</translation>
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
        <source>Follow the steps, then attest what you set (attest {platform}).</source>
        <translation>Sigue los pasos y anota lo que has puesto (attest {platform}).</translation>
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
        <source>Going on…</source>
        <translation>Continuando…</translation>
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
        <source>How far it gets today</source>
        <translation>Hasta dónde se llega hoy</translation>
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
        <source>How often to see whether platforms still say what you want. Writes nothing.</source>
        <translation>Cada cuánto se mira si las plataformas siguen diciendo lo que quieres. No escribe nada.</translation>
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
        <source>If you stop, what is done stays done, and the rest can go on later.</source>
        <translation>Si lo detienes, lo hecho queda hecho, y el resto puede seguir más tarde.</translation>
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
        <source>In Google&apos;s console, make a project, switch on “YouTube Data API v3”, and create an OAuth client of the kind “Desktop app”.</source>
        <translation>En la consola de Google, crea un proyecto, activa «YouTube Data API v3» y crea un cliente de OAuth del tipo «App de escritorio».</translation>
    </message>
    <message>
        <source>In WordPress, under Users, Profile, make an application password named RightsDesk. Some hosts disable them: then ask your host.</source>
        <translation>En WordPress, en Usuarios, Perfil, crea una contraseña de aplicación llamada RightsDesk. Algunos proveedores las desactivan: en ese caso, pregunta al tuyo.</translation>
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
        <source>In the US, the licence that you give TikTok covers training, testing and improving its machine learning models.</source>
        <translation>En EE. UU., la licencia que das a TikTok incluye entrenar, probar y mejorar sus modelos de aprendizaje automático.</translation>
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
        <source>In {name}, yes to search also allows training and AI input inside search engines. So it is left out.</source>
        <translation>En {name}, un sí a la búsqueda permite también el entrenamiento y la entrada para IA dentro de los buscadores. Por eso se omite.</translation>
    </message>
    <message>
        <source>In {n} languages, word by word</source>
        <translation>En {n} lenguajes, palabra por palabra</translation>
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
        <source>It discloses how a post was made. It is not a consent.</source>
        <translation>Indica cómo se hizo una publicación. No es un consentimiento.</translation>
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
        <source>It has no value that a person sets.</source>
        <translation>No tiene ningún valor que ponga una persona.</translation>
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
        <source>It is listed again by itself once there is more of it.</source>
        <translation>Vuelve a la lista por sí solo en cuanto haya más.</translation>
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
        <source>It is set another way now…</source>
        <translation>Ahora está puesto de otro modo…</translation>
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
        <source>It is your own site: only your own terms apply.</source>
        <translation>Es tu propia web: solo valen tus propias condiciones.</translation>
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
        <source>%n files name {other}. All files here will belong to {artist}: choose a folder of one artist, and add others later.</source>
        <translation>
            <numerusform>%n archivo nombra a {other}. Todos los archivos de aquí serían de {artist}: elige la carpeta de un solo artista y añade los demás después.</numerusform>
            <numerusform>%n archivos nombran a {other}. Todos los archivos de aquí serían de {artist}: elige la carpeta de un solo artista y añade los demás después.</numerusform>
        </translation>
    </message>
    <message>
        <source>A cache may need a while, or must be cleared. Check again later.</source>
        <translation>Puede que una caché tarde un rato, o que haya que vaciarla. Vuelve a comprobarlo más tarde.</translation>
    </message>
    <message>
        <source>A plugin may change what its API answers. Try again later.</source>
        <translation>Puede que un plugin cambie lo que responde su API. Vuelve a intentarlo más tarde.</translation>
    </message>
    <message>
        <source>A signal is not a lock. No AI company is known to document that it reads signals inside audio files. What they are good for: they reserve your rights in a form that machines can read (in the EU: Directive 2019/790, Article 4(3)), and show when you did.</source>
        <translation>Una señal no es un candado. No consta que ninguna empresa de IA documente que lee señales dentro de los archivos de audio. Para qué sirven: reservan tus derechos de una forma que las máquinas pueden leer (en la UE: Directiva 2019/790, artículo 4, apartado 3), y muestran cuándo lo hiciste.</translation>
    </message>
    <message>
        <source>A track there may be this one: see the open questions.</source>
        <translation>Puede que una pista de allí sea esta: mira las preguntas abiertas.</translation>
    </message>
    <message>
        <source>Add it with a tag editor, then scan the folder again. Until then these recordings are recognized by release, place and title.</source>
        <translation>Añádelo con un editor de etiquetas y vuelve a escanear la carpeta. Hasta entonces, estas grabaciones se reconocen por lanzamiento, posición y título.</translation>
    </message>
    <message>
        <source>Add the music</source>
        <translation>Añadir la música</translation>
    </message>
    <message>
        <source>Another program changed what this file says about its recording since the last scan. It was left as it is. Scan its folder, then compare again.</source>
        <translation>Otro programa ha cambiado lo que este archivo dice de su grabación desde el último escaneo. Se ha dejado como estaba. Escanea su carpeta y vuelve a comparar.</translation>
    </message>
    <message>
        <source>Audius lets AI music imitate you only after you accept its agreement, a licence without end. Do that in Audius, under Settings, AI Generated Music, if you want it.</source>
        <translation>Audius solo permite que la música hecha con IA te imite si aceptas su acuerdo, una licencia sin fin. Si lo quieres, hazlo en Audius, en Settings, AI Generated Music.</translation>
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
        <source>Check again later (look).</source>
        <translation>Vuelve a comprobarlo más tarde (look).</translation>
    </message>
    <message>
        <source>Check again later: that settles it.</source>
        <translation>Vuelve a comprobarlo más tarde: así se aclara.</translation>
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
        <source>Check this computer&apos;s date, and whether the network shows a login page.</source>
        <translation>Comprueba la fecha de este ordenador, y si la red muestra una página de inicio de sesión.</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>Elegir una carpeta…</translation>
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
        <source>Choose the folder that it is in</source>
        <translation>Elige la carpeta en la que está</translation>
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
        <source>Compare it with the fingerprint that your web host publishes. Connect the site only if it is the same.</source>
        <translation>Compárala con la huella que publica tu proveedor de alojamiento. Conecta la web solo si es la misma.</translation>
    </message>
    <message>
        <source>Compare the account&apos;s artist and address, then reconnect it, or remove it and add it again.</source>
        <translation>Compara el artista y la dirección de la cuenta y vuelve a conectarla, o quítala y añádela otra vez.</translation>
    </message>
    <message>
        <source>Confirm that this is what you want.</source>
        <translation>Confirma que esto es lo que quieres.</translation>
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
        <source>Copy it to a folder of your own, and change it there.</source>
        <translation>Cópialo a una carpeta tuya y cámbialo allí.</translation>
    </message>
    <message>
        <source>Correct it in the files with a tag editor, then scan their folder again.</source>
        <translation>Corrígelo en los archivos con un editor de etiquetas y vuelve a escanear su carpeta.</translation>
    </message>
    <message>
        <source>Enter it, or set RIGHTSDESK_PASSPHRASE. If it is lost, reconnect an account with a new key.</source>
        <translation>Escríbela, o define RIGHTSDESK_PASSPHRASE. Si se ha perdido, vuelve a conectar una cuenta con una clave nueva.</translation>
    </message>
    <message>
        <source>Example: http://proxy.example:8080.</source>
        <translation>Ejemplo: http://proxy.example:8080.</translation>
    </message>
    <message>
        <source>Fair. One more word makes it strong.</source>
        <translation>Aceptable. Con una palabra más será fuerte.</translation>
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
        <source>If it was moved to another server, add it with that server&apos;s address. Otherwise reactivate it in the account&apos;s settings, then check it again.</source>
        <translation>Si se ha pasado a otro servidor, añádela con la dirección de ese servidor. Si no, reactívala en los ajustes de la cuenta y vuelve a comprobarla.</translation>
    </message>
    <message>
        <source>If this happens again, the Archive has changed: check for a newer RightsDesk.</source>
        <translation>Si vuelve a pasar, Internet Archive ha cambiado: mira si hay un RightsDesk más nuevo.</translation>
    </message>
    <message>
        <source>It does not point to your RSL licence: your site&apos;s address is not known.</source>
        <translation>No remite a tu licencia RSL: no se sabe la dirección de tu web.</translation>
    </message>
    <message>
        <source>It holds for all of the artist&apos;s music and has no place for single consents.</source>
        <translation>Vale para toda la música del artista y no tiene sitio para elecciones sueltas.</translation>
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
        <source>It is only needed where you say “ask me” to both kinds of training and to data mining, and it has to know your site&apos;s address.</source>
        <translation>Solo hace falta si dices «pregúntame» a los dos tipos de entrenamiento y a la minería de datos, y tiene que saber la dirección de tu web.</translation>
    </message>
    <message>
        <source>It may be cut off, or the network may show a login page. Try again later.</source>
        <translation>Puede estar cortado, o la red puede estar mostrando una página de acceso. Vuelve a intentarlo más tarde.</translation>
    </message>
    <message>
        <source>It moves to “Ignored” with this reason, and can be taken back there. It is listed again once there is more of it.</source>
        <translation>Pasa a «Ignorado» con este motivo, y ahí se puede retirar. Vuelve a la lista en cuanto haya más.</translation>
    </message>
    <message>
        <source>It opens the keys to your accounts.</source>
        <translation>Abre las claves de tus cuentas.</translation>
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
        <source>It says something other than you want.</source>
        <translation>Dice algo distinto de lo que quieres.</translation>
    </message>
    <message>
        <source>It says something, and you have not chosen yet what it should say.</source>
        <translation>Dice algo, y aún no has elegido qué debe decir.</translation>
    </message>
    <message>
        <source>It says what you want.</source>
        <translation>Dice lo que quieres.</translation>
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
        <source>Its XMP packet is damaged; it was left as it is, the other fields are written.</source>
        <translation>Su paquete XMP está dañado; se ha dejado como estaba, los demás campos se escriben.</translation>
    </message>
    <message>
        <source>Its files leave the list, unless they lie in another folder of {artist}. On the disk they stay as they are, and keep saying what they say. What was written can still be undone.</source>
        <translation>Sus archivos salen de la lista, salvo que estén en otra carpeta de {artist}. En el disco se quedan como están, y siguen diciendo lo que dicen. Lo que se escribió aún se puede deshacer.</translation>
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
        <source>Its own setting</source>
        <translation>Su propio ajuste</translation>
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
        <source>Its server may hide folders that begin with a dot: ask your web host.</source>
        <translation>Puede que su servidor oculte las carpetas que empiezan por punto: pregunta a tu proveedor de alojamiento.</translation>
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
        <source>Its token stays valid until you delete the application in your server&apos;s settings.</source>
        <translation>Su token sigue siendo válido hasta que elimines la aplicación en los ajustes de tu servidor.</translation>
    </message>
    <message>
        <source>Its values are: {values}.</source>
        <translation>Sus valores son: {values}.</translation>
    </message>
    <message>
        <source>Job {number}</source>
        <translation>Tarea {number}</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Conservar</translation>
    </message>
    <message>
        <source>Keep apart</source>
        <translation>Mantener aparte</translation>
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
        <source>Left in place because it is still needed there: {needed}.</source>
        <translation>Se deja porque aún hace falta allí: {needed}.</translation>
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
        <source>Licence there: {licence}</source>
        <translation>Licencia allí: {licence}</translation>
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
        <source>Licensing</source>
        <translation>Licencias</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Claro</translation>
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
        <source>LinkedIn help, answer a6278444.</source>
        <translation>Ayuda de LinkedIn, respuesta a6278444.</translation>
    </message>
    <message>
        <source>LinkedIn uses what members share to improve generative AI, unless they switch it off.</source>
        <translation>LinkedIn usa lo que comparten sus miembros para mejorar la IA generativa, salvo que lo desactiven.</translation>
    </message>
    <message>
        <source>Listeners find it by searching.</source>
        <translation>Los oyentes la encuentran al buscar.</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>Usuario</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Mirar</translation>
    </message>
    <message>
        <source>Look whether the file is there and plays; if not, take it from a backup.</source>
        <translation>Mira si el archivo está ahí y suena; si no, recupéralo de una copia de seguridad.</translation>
    </message>
    <message>
        <source>Looked for in {day}.</source>
        <translation>Se buscó en {day}.</translation>
    </message>
    <message>
        <source>Looking at platforms…</source>
        <translation>Leyendo plataformas…</translation>
    </message>
    <message>
        <source>Looking for music…</source>
        <translation>Buscando música…</translation>
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
        <source>Make room, or name a file on another disk.</source>
        <translation>Haz sitio, o indica un archivo en otro disco.</translation>
    </message>
    <message>
        <source>Make room, then try again.</source>
        <translation>Libera espacio y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>Make the folder {parent} first, or name a file in another one.</source>
        <translation>Crea antes la carpeta {parent}, o indica un archivo en otra.</translation>
    </message>
    <message>
        <source>Making something that sounds like you.</source>
        <translation>Hacer algo que suena a ti.</translation>
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
        <source>May train on it already: {names}.</source>
        <translation>Ya pueden entrenar con él: {names}.</translation>
    </message>
    <message>
        <source>Media managers and exiftool show it to people. No machine is known to act on it.</source>
        <translation>Los gestores multimedia y exiftool lo muestran a las personas. No consta que ninguna máquina actúe en consecuencia.</translation>
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
        <source>Meta trains its AI on what people share, in the EU since 27 May 2025. In the EU and the UK you can object; in the US you cannot.</source>
        <translation>Meta entrena su IA con lo que comparte la gente, en la UE desde el 27 de mayo de 2025. En la UE y el Reino Unido te puedes oponer; en EE. UU., no.</translation>
    </message>
    <message>
        <source>Missing folders</source>
        <translation>Carpetas que faltan</translation>
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
        <source>News and copies of Meta&apos;s help pages. The form&apos;s title is in our words.</source>
        <translation>Noticias y copias de las páginas de ayuda de Meta. El título del formulario es nuestro.</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Siguiente</translation>
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
        <source>No artist needs you on a platform</source>
        <translation>Ningún artista te necesita en ninguna plataforma</translation>
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
        <source>No file</source>
        <translation>Ningún archivo</translation>
    </message>
    <message>
        <source>No file and no item is known any more.</source>
        <translation>Ya no se conoce ningún archivo ni elemento.</translation>
    </message>
    <message>
        <source>No file of it is where it was.</source>
        <translation>Ningún archivo suyo está donde estaba.</translation>
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
        <source>No sentence</source>
        <translation>Sin frase</translation>
    </message>
    <message>
        <source>No setting is called that.</source>
        <translation>Ningún ajuste se llama así.</translation>
    </message>
    <message>
        <source>No switch against AI training was found (checked 2026-11).</source>
        <translation>No se ha encontrado ningún interruptor contra el entrenamiento de IA (comprobado 2026-11).</translation>
    </message>
    <message>
        <source>No switch for AI training was found (checked 2026-11).</source>
        <translation>No se ha encontrado ningún interruptor para el entrenamiento de IA (comprobado 2026-11).</translation>
    </message>
    <message>
        <source>No switch for artists was found (checked 2026-11).</source>
        <translation>No se ha encontrado ningún interruptor para artistas (comprobado 2026-11).</translation>
    </message>
    <message>
        <source>No switch for single artists was found (checked 2026-11). Ask TuneCore in writing whether your music is part of its AI licences.</source>
        <translation>No se ha encontrado ningún interruptor para artistas individuales (comprobado 2026-11). Pregunta por escrito a TuneCore si tu música forma parte de sus licencias de IA.</translation>
    </message>
    <message>
        <source>No switch is known, though the terms speak of one (checked 2026-08). The “no AI” tag on SoundCloud is SoundCloud&apos;s own, for the whole site.</source>
        <translation>No se conoce ningún interruptor, aunque las condiciones hablan de uno (comprobado 2026-08). La etiqueta «no AI» de SoundCloud es del propio SoundCloud, para todo el sitio.</translation>
    </message>
    <message>
        <source>No switch was found (checked 2026-11). If you know of one, ask Audiomack for its name in writing.</source>
        <translation>No se ha encontrado ningún interruptor (comprobado 2026-11). Si sabes de alguno, pregunta por escrito a Audiomack cómo se llama.</translation>
    </message>
    <message>
        <source>No switch was found (checked 2026-11). If you know of one, ask Mixcloud for its name in writing.</source>
        <translation>No se ha encontrado ningún interruptor (comprobado 2026-11). Si sabes de alguno, pregunta por escrito a Mixcloud cómo se llama.</translation>
    </message>
    <message>
        <source>No switch was found (checked 2026-11). If you know of one, ask UnitedMasters for its name in writing.</source>
        <translation>No se ha encontrado ningún interruptor (comprobado 2026-11). Si sabes de alguno, pregunta por escrito a UnitedMasters cómo se llama.</translation>
    </message>
    <message>
        <source>No track fits the search.</source>
        <translation>Ninguna pista encaja con la búsqueda.</translation>
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
        <source>No, remove it</source>
        <translation>No, quitarla</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Ninguno</translation>
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
        <source>Not tried yet</source>
        <translation>Aún sin probar</translation>
    </message>
    <message>
        <source>Not tried: {why}</source>
        <translation>Sin intentar: {why}</translation>
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
        <source>Note on {name} deleted. It stays in the history.</source>
        <translation>Nota sobre {name} eliminada. Sigue en el historial.</translation>
    </message>
    <message>
        <source>Note:</source>
        <translation>Nota:</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notas</translation>
    </message>
    <message>
        <source>Nothing about AI training on Audiomack was found (checked 2026-11).</source>
        <translation>No se ha encontrado nada sobre entrenamiento de IA en Audiomack (comprobado 2026-11).</translation>
    </message>
    <message>
        <source>Nothing about AI training on Mixcloud was found (checked 2026-11).</source>
        <translation>No se ha encontrado nada sobre entrenamiento de IA en Mixcloud (comprobado 2026-11).</translation>
    </message>
    <message>
        <source>Nothing about AI training on UnitedMasters was found (checked 2026-11).</source>
        <translation>No se ha encontrado nada sobre entrenamiento de IA en UnitedMasters (comprobado 2026-11).</translation>
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
        <source>Nothing is reported from them, and your music was not touched.</source>
        <translation>No se informa de nada de ellos, y tu música no se ha tocado.</translation>
    </message>
    <message>
        <source>Nothing is there to change, or no choice has been made yet.</source>
        <translation>No hay nada que cambiar, o aún no has elegido.</translation>
    </message>
    <message>
        <source>Nothing is unknown.</source>
        <translation>No falta ningún dato.</translation>
    </message>
    <message>
        <source>Nothing is written yet. What others do once it is out may not be undone by changing your mind.</source>
        <translation>Aún no se ha escrito nada. Lo que otros hagan una vez publicado quizá no se pueda deshacer cambiando de idea.</translation>
    </message>
    <message>
        <source>Nothing needs work.</source>
        <translation>No hay nada pendiente.</translation>
    </message>
    <message>
        <source>Nothing needs you</source>
        <translation>Nada te necesita</translation>
    </message>
    <message numerus="yes">
        <source>Nothing needs you on %n platforms</source>
        <translation>
            <numerusform>Nada te necesita en %n plataforma</numerusform>
            <numerusform>Nada te necesita en %n plataformas</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing of that kind was done.</source>
        <translation>No se ha hecho nada de ese tipo.</translation>
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
        <source>Nothing opens up</source>
        <translation>No se permite nada más</translation>
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
        <source>Nothing to do for any artist</source>
        <translation>Nada por hacer para ningún artista</translation>
    </message>
    <message>
        <source>Nothing to do. Everything that could be read says what you chose.</source>
        <translation>Nada por hacer. Todo lo que se ha podido leer dice lo que elegiste.</translation>
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
        <source>Nothing was changed by this, so there is nothing to undo.</source>
        <translation>Esto no cambió nada, así que no hay nada que deshacer.</translation>
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
        <source>Nothing was connected.</source>
        <translation>No se ha conectado nada.</translation>
    </message>
    <message>
        <source>Nothing was done yet.</source>
        <translation>Aún no se ha hecho nada.</translation>
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
        <source>Now</source>
        <translation>Ahora</translation>
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
        <source>One is made by itself each day that something changed; the newest three are in the folder “backups” there. Your music is not part of it.</source>
        <translation>Se hace una por sí sola cada día que algo cambia; las tres más nuevas están allí, en la carpeta «backups». Tu música no forma parte de ella.</translation>
    </message>
    <message>
        <source>One of the texts to write holds a control character, which XMP can&apos;t hold.</source>
        <translation>Uno de los textos por escribir contiene un carácter de control, que XMP no admite.</translation>
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
        <source>Only the companies that I chose</source>
        <translation>Solo las empresas que he elegido</translation>
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
        <source>Open LinkedIn and go to Settings &amp; Privacy, then Data privacy.</source>
        <translation>Abre LinkedIn y ve a Ajustes y privacidad y luego a Privacidad de datos.</translation>
    </message>
    <message>
        <source>Open Meta&apos;s Privacy Center and find the form to object.</source>
        <translation>Abre el Centro de privacidad de Meta y busca el formulario de oposición.</translation>
    </message>
    <message>
        <source>Open Sureel&apos;s page on entering music. It offers a form, a CSV or JSON file, DDEX, and OpenPlay.</source>
        <translation>Abre la página de Sureel sobre cómo incorporar música. Ofrece un formulario, un archivo CSV o JSON, DDEX y OpenPlay.</translation>
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
        <source>Open the folder</source>
        <translation>Abrir la carpeta</translation>
    </message>
    <message>
        <source>Open your apps page on SoundCloud and register an app. SoundCloud may ask for an Artist Pro plan.</source>
        <translation>Abre tu página de aplicaciones en SoundCloud y registra una. SoundCloud puede pedir un plan Artist Pro.</translation>
    </message>
    <message>
        <source>Open “Data for Generative AI Improvement”.</source>
        <translation>Abre «Datos para mejorar la IA generativa».</translation>
    </message>
    <message>
        <source>Open “Grok &amp; Third-party Collaborators”.</source>
        <translation>Abre «Grok &amp; Third-party Collaborators».</translation>
    </message>
    <message>
        <source>OpenAI, Anthropic, Google, Apple, Common Crawl and others document that their crawlers obey it. Some, such as Bytespider, are known not to.</source>
        <translation>OpenAI, Anthropic, Google, Apple, Common Crawl y otros documentan que sus rastreadores lo obedecen. De algunos, como Bytespider, se sabe que no.</translation>
    </message>
    <message>
        <source>Opens RightsDesk when you log in, so that automatic checks happen.</source>
        <translation>Abre RightsDesk cuando entras en tu sistema, para que haya comprobaciones automáticas.</translation>
    </message>
    <message>
        <source>Opens up: {uses}</source>
        <translation>Pasa a permitir: {uses}</translation>
    </message>
    <message>
        <source>Opt-in: since 21 May 2025 SoundCloud says it will not train generative AI that replicates or synthesizes your voice, music or likeness without your explicit consent. Recommendations, search, playlists, tagging and fraud checks are not covered by that promise.</source>
        <translation>Voluntario: desde el 21 de mayo de 2025 SoundCloud dice que no entrenará IA generativa que replique o sintetice tu voz, tu música o tu imagen sin tu consentimiento explícito. Esa promesa no cubre las recomendaciones, la búsqueda, las listas, el etiquetado ni el control del fraude.</translation>
    </message>
    <message>
        <source>Opted in, some or all</source>
        <translation>Aceptado, en parte o todo</translation>
    </message>
    <message>
        <source>Opted out, all my recordings</source>
        <translation>Rechazado, todas mis grabaciones</translation>
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
        <source>P&amp;ick {artist}</source>
        <translation>E&amp;legir a {artist}</translation>
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
        <source>Path</source>
        <translation>Ruta</translation>
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
        <source>Privacy Center</source>
        <translation>Centro de privacidad</translation>
    </message>
    <message>
        <source>Privacy and safety</source>
        <translation>Privacidad y seguridad</translation>
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
        <source>Proof</source>
        <translation>Prueba</translation>
    </message>
    <message numerus="yes">
        <source>Protect %n files…</source>
        <translation>
            <numerusform>Proteger %n archivo…</numerusform>
            <numerusform>Proteger %n archivos…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Protect %n tracks…</source>
        <translation>
            <numerusform>Proteger %n pista…</numerusform>
            <numerusform>Proteger %n pistas…</numerusform>
        </translation>
    </message>
    <message>
        <source>Protect this track…</source>
        <translation>Proteger esta pista…</translation>
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
        <source>Put this into it? What others wrote in it stays.</source>
        <translation>¿Incluir esto en el archivo? Lo que otros escribieron en él se queda.</translation>
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
        <source>Reading the audio…</source>
        <translation>Leyendo el audio…</translation>
    </message>
    <message>
        <source>Reading the tags…</source>
        <translation>Leyendo las etiquetas…</translation>
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
        <source>Recordings and what is said about them</source>
        <translation>Grabaciones y lo que se dice de ellas</translation>
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
        <source>RightsDesk cannot write or read anything there.</source>
        <translation>RightsDesk no puede escribir ni leer nada allí.</translation>
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
        <source>RightsDesk compares the audio at each change that it makes; so another program or the disk did this. If it was not meant, take the file from a backup.</source>
        <translation>RightsDesk compara el audio en cada cambio que hace; así que esto lo ha hecho otro programa o el disco. Si no era la intención, recupera el archivo de una copia de seguridad.</translation>
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
        <source>RightsDesk did not change this file: it would not say what it should.</source>
        <translation>RightsDesk no ha cambiado este archivo: no diría lo que debería.</translation>
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
        <source>RightsDesk did not read it itself.</source>
        <translation>RightsDesk no lo ha leído por sí mismo.</translation>
    </message>
    <message>
        <source>RightsDesk does not know what the terms say about AI training outside its programme.</source>
        <translation>RightsDesk no sabe qué dicen las condiciones sobre entrenar IA fuera de su programa.</translation>
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
        <source>RightsDesk is still at work: {what}</source>
        <translation>RightsDesk sigue trabajando: {what}</translation>
    </message>
    <message>
        <source>RightsDesk keeps the old text. It restores it when it next reads this site, or when you undo the job.</source>
        <translation>RightsDesk conserva el texto anterior. Lo restaura la próxima vez que lea esta web, o cuando deshagas la tarea.</translation>
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
        <source>RightsDesk knows of no switch there.</source>
        <translation>RightsDesk no conoce allí ningún interruptor.</translation>
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
        <source>RightsDesk reads what the files say, and changes nothing yet.</source>
        <translation>RightsDesk lee lo que dicen los archivos, y aún no cambia nada.</translation>
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
        <source>RightsDesk will ask about {name} again.</source>
        <translation>RightsDesk volverá a preguntar por {name}.</translation>
    </message>
    <message>
        <source>RightsDesk&apos;s data are as they were.</source>
        <translation>Los datos de RightsDesk están como estaban.</translation>
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
        <source>RouteNote says that it will not use your music for AI training. For each store the store&apos;s own terms count.</source>
        <translation>RouteNote dice que no usará tu música para entrenar IA. En cada tienda cuentan las condiciones de la tienda.</translation>
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
        <source>SFTP shows no access lists and no extended attributes. A file keeps them if the server lets RightsDesk write into it, which it has not done so far. Otherwise the file is replaced, and they are lost. Owner, group and permissions stay.</source>
        <translation>SFTP no muestra listas de acceso ni atributos extendidos. Un archivo los conserva si el servidor deja que RightsDesk escriba dentro de él, cosa que hasta ahora no ha hecho. Si no, el archivo se reemplaza y se pierden. El propietario, el grupo y los permisos se quedan.</translation>
    </message>
    <message>
        <source>SXDirect</source>
        <translation>SXDirect</translation>
    </message>
    <message>
        <source>Sa&amp;ve</source>
        <translation>&amp;Guardar</translation>
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
        <source>Save the page as text, Markdown or HTML.</source>
        <translation>Guarda la página como texto, Markdown o HTML.</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Guardados</translation>
    </message>
    <message>
        <source>Saved filters</source>
        <translation>Filtros guardados</translation>
    </message>
    <message numerus="yes">
        <source>Saved for %n tracks.</source>
        <translation>
            <numerusform>Guardado para %n pista.</numerusform>
            <numerusform>Guardado para %n pistas.</numerusform>
        </translation>
    </message>
    <message>
        <source>Saved for {name}.</source>
        <translation>Guardado para {name}.</translation>
    </message>
    <message>
        <source>Saved. It is used from the next request on.</source>
        <translation>Guardado. Se usa a partir de la próxima petición.</translation>
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
        <source>Saved: {what}</source>
        <translation>Guardado: {what}</translation>
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
        <source>Say yes in your browser</source>
        <translation>Di que sí en tu navegador</translation>
    </message>
    <message>
        <source>Says otherwise</source>
        <translation>Dice otra cosa</translation>
    </message>
    <message>
        <source>Says what was chosen</source>
        <translation>Dice lo que se eligió</translation>
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
        <source>Search</source>
        <translation>Buscar</translation>
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
        <source>Sign in to SXDirect and look for the AI registry. It was announced for early 2025; whether it has opened was not found.</source>
        <translation>Inicia sesión en SXDirect y busca el registro de IA. Se anunció para principios de 2025; no se ha averiguado si ya está abierto.</translation>
    </message>
    <message>
        <source>Sign in to the account again.</source>
        <translation>Vuelve a iniciar sesión en la cuenta.</translation>
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
        <source>Signing out…</source>
        <translation>Cerrando sesión…</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Desde</translation>
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
        <source>Since May 2024 Vimeo promises not to train generative AI on your videos without your explicit consent. Its terms forbid scraping.</source>
        <translation>Desde mayo de 2024 Vimeo promete no entrenar IA generativa con tus vídeos sin tu consentimiento explícito. Sus condiciones prohíben la extracción automatizada de datos.</translation>
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
        <source>Small files beside FLAC, Ogg and Opus files, which have no place of their own for XMP. Sidecars that are there already are always kept up to date.</source>
        <translation>Archivos pequeños junto a los archivos FLAC, Ogg y Opus, que no tienen un sitio propio para XMP. Los sidecars que ya existen siempre se mantienen al día.</translation>
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
        <source>Some platforms have a switch that no program can press. The page Platforms leads you there, one after the other: what holds if you do nothing, what the terms say and how that is known, the steps, and a button to note what you set. What you note is shown as your word, with its date, never as something that was read; half a year later, or when the terms change, RightsDesk asks you to look again.</source>
        <translation>Algunas plataformas tienen un interruptor que ningún programa puede pulsar. La página Plataformas te lleva hasta allí, uno tras otro: qué vale si no haces nada, qué dicen las condiciones y cómo se sabe, los pasos, y un botón para anotar lo que has puesto. Lo que anotas se muestra como palabra tuya, con su fecha, nunca como algo leído; medio año después, o cuando cambien las condiciones, RightsDesk te pide que vuelvas a mirar.</translation>
    </message>
    <message>
        <source>Some platforms only take so many changes a day, or want a break. RightsDesk then keeps the rest of the job, says when it goes on, and does that while this window is open: exactly what you agreed to, and only where it is still your choice. In Settings you can also let it look at your platforms once a day or once a week; it then tells what changed there, and writes nothing.</source>
        <translation>Algunas plataformas solo aceptan cierto número de cambios al día, o piden una pausa. Entonces RightsDesk guarda el resto de la tarea, dice cuándo sigue, y lo hace mientras esta ventana está abierta: exactamente lo que aceptaste, y solo donde sigue siendo tu elección. En Ajustes también puedes hacer que mire tus plataformas una vez al día o a la semana; entonces dice qué ha cambiado allí, y no escribe nada.</translation>
    </message>
    <message>
        <source>Some settings need a larger plan. Check them at Cloudflare, under Security.</source>
        <translation>Algunos ajustes necesitan un plan superior. Compruébalos en Cloudflare, en Security.</translation>
    </message>
    <message>
        <source>Someone else, or another program, changed this since. It was left as it is, since the older text would no longer say what you want. Compare again to see what there is to do now.</source>
        <translation>Otra persona, u otro programa, lo ha cambiado desde entonces. Se ha dejado como estaba, porque el texto anterior ya no diría lo que quieres. Vuelve a comparar para ver qué hay que hacer ahora.</translation>
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
        <source>Something is still under way. Stop it, or wait for its end.</source>
        <translation>Todavía hay algo en marcha. Detenlo o espera a que termine.</translation>
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
        <source>SoundCloud shows no machine tags (such as geo:lat=43.5), so RightsDesk writes none. Any of your own on this track are lost when its tags are written, and an undo can&apos;t bring them back.</source>
        <translation>SoundCloud no muestra etiquetas de máquina (como geo:lat=43.5), así que RightsDesk no escribe ninguna. Si esta pista tiene alguna tuya, se pierde al escribir sus etiquetas, y deshacer no la puede recuperar.</translation>
    </message>
    <message>
        <source>SoundCloud took these changes for spam and stopped them.</source>
        <translation>SoundCloud tomó estos cambios por spam y los detuvo.</translation>
    </message>
    <message>
        <source>SoundCloud, YouTube, Bluesky and more</source>
        <translation>SoundCloud, YouTube, Bluesky y más</translation>
    </message>
    <message>
        <source>Source: {source}
Looked up in {day}.
{strength}</source>
        <translation>Fuente: {source}
Se consultó en {day}.
{strength}</translation>
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
        <source>Spawning&apos;s own client of October 2024 asks whether addresses are registered, with a key. Whether that still works in 2026, and who can get a key, is unknown. So open haveibeentrained.com, and record here what you see.</source>
        <translation>El propio cliente de Spawning, de octubre de 2024, pregunta con una clave si hay direcciones registradas. No se sabe si en 2026 sigue funcionando ni quién puede conseguir una clave. Así que abre haveibeentrained.com y anota aquí lo que ves.</translation>
    </message>
    <message>
        <source>Spotify&apos;s rules for listeners and for developers forbid training AI on what is on Spotify.</source>
        <translation>Las reglas de Spotify para oyentes y desarrolladores prohíben entrenar IA con lo que hay en Spotify.</translation>
    </message>
    <message>
        <source>Standard sentence</source>
        <translation>Frase estándar</translation>
    </message>
    <message>
        <source>Start again when you have a minute for it.</source>
        <translation>Empieza de nuevo cuando tengas un minuto para ello.</translation>
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
        <source>State your choice for each recording by its ISRC.</source>
        <translation>Declara tu elección para cada grabación por su ISRC.</translation>
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
        <source>Streaming</source>
        <translation>Streaming</translation>
    </message>
    <message>
        <source>Strong: read in the document itself.</source>
        <translation>Sólido: leído en el propio documento.</translation>
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
        <source>Switch it off.</source>
        <translation>Desactívalo.</translation>
    </message>
    <message>
        <source>Switch off the use of your posts and your conversations with Grok for training.</source>
        <translation>Desactiva el uso de tus publicaciones y de tus conversaciones con Grok para entrenar.</translation>
    </message>
    <message>
        <source>Switches only you can set</source>
        <translation>Interruptores que solo puedes ajustar tú</translation>
    </message>
    <message>
        <source>Switches to set</source>
        <translation>Interruptores por ajustar</translation>
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
        <source>Take another backup.</source>
        <translation>Elige otra copia de seguridad.</translation>
    </message>
    <message>
        <source>Take back: {what}</source>
        <translation>Retirar: {what}</translation>
    </message>
    <message>
        <source>Take back…</source>
        <translation>Retirar…</translation>
    </message>
    <message>
        <source>Take decision {later_id} back first.</source>
        <translation>Retira primero la decisión {later_id}.</translation>
    </message>
    <message>
        <source>Take it back</source>
        <translation>Retirarlo</translation>
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
        <source>Terms of {day}.</source>
        <translation>Condiciones de {day}.</translation>
    </message>
    <message>
        <source>Terms only</source>
        <translation>Solo condiciones</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Tamaño del texto</translation>
    </message>
    <message>
        <source>Text to hand over</source>
        <translation>Texto para entregar</translation>
    </message>
    <message>
        <source>That allows less than you want: {uses}.</source>
        <translation>Eso permite menos de lo que quieres: {uses}.</translation>
    </message>
    <message>
        <source>That allows more than you want.</source>
        <translation>Eso permite más de lo que quieres.</translation>
    </message>
    <message>
        <source>That allows more than you want: {uses}.</source>
        <translation>Eso permite más de lo que quieres: {uses}.</translation>
    </message>
    <message>
        <source>That does not state what you want.</source>
        <translation>Eso no indica lo que quieres.</translation>
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
        <source>The AI label on a post</source>
        <translation>La etiqueta de IA en una publicación</translation>
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
        <source>The Bluesky record has an answer that cannot be read.</source>
        <translation>El registro de Bluesky tiene una respuesta que no se puede leer.</translation>
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
        <source>The DDEX note cannot be read.</source>
        <translation>No se puede leer la nota DDEX.</translation>
    </message>
    <message>
        <source>The DDEX note has an invalid line.</source>
        <translation>La nota DDEX tiene una línea no válida.</translation>
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
        <source>The RSL document cannot be read.</source>
        <translation>No se puede leer el documento RSL.</translation>
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
        <source>The app password was kept.</source>
        <translation>La contraseña de aplicación se ha conservado.</translation>
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
        <source>The community lexicon of April 2026. It is a signal: nothing enforces it.</source>
        <translation>El léxico de la comunidad de abril de 2026. Es una señal: nada obliga a cumplirla.</translation>
    </message>
    <message>
        <source>The companies that a channel can choose from, as of December 2024. Eighteen were announced, seventeen names were seen.</source>
        <translation>Las empresas entre las que puede elegir un canal, a diciembre de 2024. Se anunciaron dieciocho, se vieron diecisiete nombres.</translation>
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
        <source>The disk failed while this file was being changed, and it could not be brought back at once.</source>
        <translation>El disco falló mientras se cambiaba este archivo, y no se pudo recuperar en el momento.</translation>
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
        <source>The file is as the other program left it.</source>
        <translation>El archivo está como lo dejó el otro programa.</translation>
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
        <source>The licence that you give X covers training machine learning and AI models on what you post.</source>
        <translation>La licencia que das a X incluye entrenar modelos de aprendizaje automático y de IA con lo que publicas.</translation>
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
        <source>The new passphrase opens your sign-ins now.</source>
        <translation>La nueva frase de contraseña ya abre tus accesos.</translation>
    </message>
    <message>
        <source>The old files were restored.</source>
        <translation>Se han restaurado los archivos anteriores.</translation>
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
        <source>The private key can&apos;t be read.</source>
        <translation>No se puede leer la clave privada.</translation>
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
        <source>The published robots.txt has no line of a robots.txt in it: it may be a web page. It is replaced, and an undo restores it.</source>
        <translation>El robots.txt publicado no contiene ninguna línea de un robots.txt: puede que sea una página web. Se reemplaza, y al deshacer se restaura.</translation>
    </message>
    <message>
        <source>The quick brown fox jumps over the lazy dog 0123456789</source>
        <translation>El veloz murciélago hindú comía feliz cardillo y kiwi 0123456789</translation>
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
        <source>The site&apos;s own address is missing.</source>
        <translation>Falta la dirección de la propia web.</translation>
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
        <source>The subject of this entry is gone.</source>
        <translation>Aquello a lo que se refiere esta entrada ya no existe.</translation>
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
        <source>The terms of September 2024 say nothing about AI.</source>
        <translation>Las condiciones de septiembre de 2024 no dicen nada sobre IA.</translation>
    </message>
    <message>
        <source>The terms say: {terms}</source>
        <translation>Las condiciones dicen: {terms}</translation>
    </message>
    <message>
        <source>The text is not an RSL document.</source>
        <translation>El texto no es un documento RSL.</translation>
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
        <source>The {dialect} document cannot be read.</source>
        <translation>No se puede leer el documento {dialect}.</translation>
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
        <source>The {dialect} field cannot be read: “{text}”.</source>
        <translation>No se puede leer el campo {dialect}: «{text}».</translation>
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
        <source>Theme</source>
        <translation>Tema</translation>
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
        <source>There is no decision {number} to take back.</source>
        <translation>No hay ninguna decisión {number} que retirar.</translation>
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
        <source>There is no file {source}.</source>
        <translation>No existe el archivo {source}.</translation>
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
        <source>There is no new file, and RightsDesk&apos;s data are as they were.</source>
        <translation>No hay ningún archivo nuevo, y los datos de RightsDesk están como estaban.</translation>
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
        <source>This choice opens up: {uses}.</source>
        <translation>Esta elección pasa a permitir: {uses}.</translation>
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
        <source>Weak: easy to guess. Several words that don&apos;t belong together are better.</source>
        <translation>Débil: fácil de adivinar. Es mejor usar varias palabras que no tengan relación.</translation>
    </message>
    <message>
        <source>WebDAV does not show who owns a file and who may read it. The server may set owner, permissions and access list again. If visitors can&apos;t read the file then, the old one is restored.</source>
        <translation>WebDAV no muestra de quién es un archivo ni quién puede leerlo. Puede que el servidor vuelva a fijar propietario, permisos y lista de acceso. Si entonces los visitantes no pueden leer el archivo, se restaura el anterior.</translation>
    </message>
    <message>
        <source>This desktop has no place for icons of programs, so there are none.</source>
        <translation>Este escritorio no tiene sitio para iconos de programas, así que no hay ninguno.</translation>
    </message>
    <message>
        <source>This desktop has no place for programs without a window, so RightsDesk can&apos;t go on in the background. It can wait, and close when this is done.</source>
        <translation>Este escritorio no tiene sitio para programas sin ventana, así que RightsDesk no puede seguir en segundo plano. Puede esperar y cerrarse cuando termine esto.</translation>
    </message>
    <message>
        <source>This disk can only be read, not written.</source>
        <translation>Este disco solo se puede leer, no escribir.</translation>
    </message>
    <message>
        <source>This file belongs to {owners} here.</source>
        <translation>Este archivo es aquí de {owners}.</translation>
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
        <source>This file or folder is no longer there.</source>
        <translation>Este archivo o carpeta ya no está.</translation>
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
        <source>This fits what you want.</source>
        <translation>Esto encaja con lo que quieres.</translation>
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
        <source>This is in force already: there is no undo to reverse.</source>
        <translation>Esto ya está en vigor: no hay nada deshecho que rehacer.</translation>
    </message>
    <message>
        <source>This is job {job}: its undo is reviewed before anything is written.</source>
        <translation>Esta es la tarea {job}: lo que deshace se revisa antes de escribir nada.</translation>
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
        <source>This is undone already.</source>
        <translation>Esto ya está deshecho.</translation>
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
        <source>This opens something up</source>
        <translation>Esto permite algo más</translation>
    </message>
    <message>
        <source>This opens up {what} again. AI may then do more with:</source>
        <translation>Esto vuelve a dar permiso en {what}. La IA podrá hacer entonces más con:</translation>
    </message>
    <message>
        <source>This opens up {what}. AI may then do more with:</source>
        <translation>Esto da permiso en {what}. La IA podrá hacer entonces más con:</translation>
    </message>
    <message>
        <source>This opens up, here and wherever it is inherited:</source>
        <translation>Esto pasa a permitir, aquí y donde se hereda:</translation>
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
        <source>This takes back what you said on {what}. AI may do more again:</source>
        <translation>Esto retira lo que dijiste en {what}. La IA podrá volver a hacer más:</translation>
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
        <source>This was never attested.</source>
        <translation>Esto no se había anotado nunca.</translation>
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
        <source>This was withdrawn already.</source>
        <translation>Esto ya se había retirado.</translation>
    </message>
    <message>
        <source>This was written, and is no longer there. It can be planned again.</source>
        <translation>Se escribió, y ya no está. Se puede volver a planear.</translation>
    </message>
    <message>
        <source>This would open up {uses}, and that was not confirmed.</source>
        <translation>Esto pasaría a permitir {uses}, y no se ha confirmado.</translation>
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
        <source>This {name} file goes on behind its last chunk, which may be sound, so RightsDesk leaves it alone.</source>
        <translation>Este archivo {name} sigue tras su último bloque, que puede ser sonido, así que RightsDesk no lo toca.</translation>
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
        <source>To allow that, too, answer it yourself below “Choose each use”.</source>
        <translation>Para permitir eso también, respóndelo tú en «Elegir cada uso».</translation>
    </message>
    <message>
        <source>To do</source>
        <translation>Por hacer</translation>
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
        <source>Today</source>
        <translation>Hoy</translation>
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
        <source>Try again later.</source>
        <translation>Vuelve a intentarlo más tarde.</translation>
    </message>
    <message>
        <source>Try again later. If it happens again, connect the account again.</source>
        <translation>Vuelve a intentarlo más tarde. Si vuelve a pasar, conecta la cuenta de nuevo.</translation>
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
        <source>Type that text again.</source>
        <translation>Escribe ese texto otra vez.</translation>
    </message>
    <message>
        <source>UPC {code}</source>
        <translation>UPC {code}</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
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
    <message numerus="yes">
        <source>Undone for %n tracks.</source>
        <translation>
            <numerusform>Deshecho para %n pista.</numerusform>
            <numerusform>Deshecho para %n pistas.</numerusform>
        </translation>
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
        <source>Used from the next start on. Files and platforms are not affected.</source>
        <translation>Se usa a partir del próximo arranque. No afecta a archivos ni plataformas.</translation>
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
        <source>Waits at {n} of {all}</source>
        <translation>En espera en {n} de {all}</translation>
    </message>
    <message>
        <source>Warner Music was reported to have bought Sureel in June 2026. Consider that before you submit a catalogue.</source>
        <translation>Se ha publicado que Warner Music compró Sureel en junio de 2026. Tenlo en cuenta antes de enviar un catálogo.</translation>
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
        <source>What RightsDesk does by itself</source>
        <translation>Qué hace RightsDesk por su cuenta</translation>
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
        <source>What a declaration does, and what it does not</source>
        <translation>Qué hace una declaración, y qué no</translation>
    </message>
    <message>
        <source>What and why…</source>
        <translation>Qué y por qué…</translation>
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
        <source>What goes with the choice</source>
        <translation>Qué acompaña a la elección</translation>
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
        <source>What is known</source>
        <translation>Qué se sabe</translation>
    </message>
    <message>
        <source>What is matched already says what you want.</source>
        <translation>Lo que está asociado ya dice lo que quieres.</translation>
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
        <source>What to do</source>
        <translation>Qué hacer</translation>
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
        <source>What you agreed to with a platform, a label or a distributor holds all the same.</source>
        <translation>Lo que acordaste con una plataforma, un sello o una distribuidora sigue valiendo.</translation>
    </message>
    <message>
        <source>What you choose, note, match and write stands here, and can be undone.</source>
        <translation>Lo que eliges, anotas, asocias y escribes aparece aquí, y se puede deshacer.</translation>
    </message>
    <message>
        <source>What you declared on {platform} stays there, and your files stay as they are.</source>
        <translation>Lo que declaraste en {platform} se queda allí, y tus archivos se quedan como están.</translation>
    </message>
    <message>
        <source>What you told us says otherwise</source>
        <translation>Lo que nos dijiste dice otra cosa</translation>
    </message>
    <message>
        <source>What {artist} chose, to hand over</source>
        <translation>Lo que eligió {artist}, para entregar</translation>
    </message>
    <message>
        <source>When a check finds a change, a platform wants you to sign in again, or work ended while the window was hidden. Off until you ask for it.</source>
        <translation>Cuando una comprobación encuentra un cambio, una plataforma quiere que vuelvas a iniciar sesión, o un trabajo ha terminado con la ventana oculta. Desactivado hasta que lo pidas.</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Dónde</translation>
    </message>
    <message>
        <source>Where are the files of the site?</source>
        <translation>¿Dónde están los archivos de la web?</translation>
    </message>
    <message>
        <source>Where consents differ, the stricter one holds:</source>
        <translation>Donde las elecciones difieren, vale la más estricta:</translation>
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
        <source>Where its files are</source>
        <translation>Dónde están sus archivos</translation>
    </message>
    <message>
        <source>Where you stand</source>
        <translation>Tu situación</translation>
    </message>
    <message>
        <source>Where your data lies</source>
        <translation>Dónde están tus datos</translation>
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
        <source>Which backup?</source>
        <translation>¿Qué copia?</translation>
    </message>
    <message>
        <source>Which do you use?</source>
        <translation>¿Cuáles usas?</translation>
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
        <source>Who owns it</source>
        <translation>De quién es</translation>
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
        <source>Whoever queries the registry. No AI company is known to document that it does.</source>
        <translation>Quien consulte el registro. No consta que ninguna empresa de IA documente que lo hace.</translation>
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
        <source>Without the passphrase the keys to your accounts stay locked.</source>
        <translation>Sin la frase de contraseña, las claves de tus cuentas siguen bloqueadas.</translation>
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
        <source>Word by word</source>
        <translation>Palabra por palabra</translation>
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
        <source>Write to %n files…</source>
        <translation>
            <numerusform>Escribir en %n archivo…</numerusform>
            <numerusform>Escribir en %n archivos…</numerusform>
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
        <source>X&apos;s help pages and Open Terms Archive.</source>
        <translation>Páginas de ayuda de X y Open Terms Archive.</translation>
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
        <source>You attested on {day} that “{label}” allows less than you chose: {uses}.</source>
        <translation>El {day} anotaste que «{label}» permite menos de lo que elegiste: {uses}.</translation>
    </message>
    <message>
        <source>You attested on {day} that “{label}” allows more than you chose: {uses}.</source>
        <translation>El {day} anotaste que «{label}» permite más de lo que elegiste: {uses}.</translation>
    </message>
    <message>
        <source>You attested this on {day}. {due} was the day to check again.</source>
        <translation>Lo anotaste el {day}. Había que volver a comprobarlo el {due}.</translation>
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
        <source>You chose not to allow it.</source>
        <translation>Elegiste no permitirlo.</translation>
    </message>
    <message>
        <source>You don&apos;t have permission to write in {shown}.</source>
        <translation>No tienes permiso para escribir en {shown}.</translation>
    </message>
    <message>
        <source>You have changed the consent since this job began: this is what you want now.</source>
        <translation>Has cambiado la elección desde que empezó esta tarea: esto es lo que quieres ahora.</translation>
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
        <source>You have not attested “{label}” on {name}.</source>
        <translation>No has anotado «{label}» en {name}.</translation>
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
        <source>You told us</source>
        <translation>Según tú</translation>
    </message>
    <message>
        <source>You told us so. RightsDesk cannot read it.</source>
        <translation>Lo dijiste tú. RightsDesk no lo puede leer.</translation>
    </message>
    <message>
        <source>You told us {day}</source>
        <translation>Según tú, {day}</translation>
    </message>
    <message>
        <source>You told us {day}.</source>
        <translation>Según tú, {day}.</translation>
    </message>
    <message>
        <source>You told us: {standing}</source>
        <translation>Según tú: {standing}</translation>
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
        <source>YouTube&apos;s switch covers other companies. It does not limit Google&apos;s own use under YouTube&apos;s terms.</source>
        <translation>El interruptor de YouTube se refiere a otras empresas. No limita el uso del propio Google según las condiciones de YouTube.</translation>
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
        <source>Your own sentence, whom to ask, and when .xmp sidecars are written.</source>
        <translation>Tu propia frase, a quién preguntar y cuándo se escriben sidecars .xmp.</translation>
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
        <source>address of the terms</source>
        <translation>dirección de las condiciones</translation>
    </message>
    <message>
        <source>after {time}</source>
        <translation>después de las {time}</translation>
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
        <source>artist</source>
        <translation>artista</translation>
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
        <source>by {day}</source>
        <translation>a más tardar el {day}</translation>
    </message>
    <message>
        <source>captions and descriptions of the audio files, and the posts that play them</source>
        <translation>pies y descripciones de los archivos de audio, y las entradas que los reproducen</translation>
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
        <source>connected</source>
        <translation>conectado</translation>
    </message>
    <message>
        <source>contact</source>
        <translation>contacto</translation>
    </message>
    <message>
        <source>copyright sentence</source>
        <translation>frase de copyright</translation>
    </message>
    <message>
        <source>data mining</source>
        <translation>minería de datos</translation>
    </message>
    <message>
        <source>decision on {title}</source>
        <translation>decisión sobre {title}</translation>
    </message>
    <message>
        <source>details of {name}</source>
        <translation>detalles de {name}</translation>
    </message>
    <message>
        <source>different</source>
        <translation>distinto</translation>
    </message>
    <message>
        <source>domain</source>
        <translation>dominio</translation>
    </message>
    <message>
        <source>domains</source>
        <translation>dominios</translation>
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
        <source>go through tracks, artists and lists</source>
        <translation>recorrer pistas, artistas y listas</translation>
    </message>
    <message>
        <source>go to the next part of the window, or the one before</source>
        <translation>ir a la parte siguiente de la ventana, o a la anterior</translation>
    </message>
    <message>
        <source>goes on soon</source>
        <translation>sigue pronto</translation>
    </message>
    <message>
        <source>goes on {when}</source>
        <translation>sigue {when}</translation>
    </message>
    <message>
        <source>group</source>
        <translation>grupo</translation>
    </message>
    <message>
        <source>haveibeentrained.com</source>
        <translation>haveibeentrained.com</translation>
    </message>
    <message>
        <source>img2dataset and datadiligence, tools that gather data sets, skip whatever carries it.</source>
        <translation>img2dataset y datadiligence, herramientas que reúnen conjuntos de datos, se saltan lo que lo lleva.</translation>
    </message>
    <message>
        <source>imitating voice or style</source>
        <translation>imitación de voz o estilo</translation>
    </message>
    <message numerus="yes">
        <source>in %n files</source>
        <translation>
            <numerusform>en %n archivo</numerusform>
            <numerusform>en %n archivos</numerusform>
        </translation>
    </message>
    <message>
        <source>in the table: what is said about the track</source>
        <translation>en la tabla: lo que se dice de la pista</translation>
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
        <source>lock</source>
        <translation>candado</translation>
    </message>
    <message>
        <source>mail or web address</source>
        <translation>correo o dirección web</translation>
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
        <source>new name of {name}</source>
        <translation>nuevo nombre de {name}</translation>
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
        <source>no music yet</source>
        <translation>aún sin música</translation>
    </message>
    <message>
        <source>no recordings</source>
        <translation>sin grabaciones</translation>
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
        <source>open</source>
        <translation>abierto</translation>
    </message>
    <message>
        <source>opens up: {uses}</source>
        <translation>pasa a permitir: {uses}</translation>
    </message>
    <message>
        <source>opt-in</source>
        <translation>si participas</translation>
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
        <source>says nothing</source>
        <translation>no dice nada</translation>
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
        <source>says what was chosen</source>
        <translation>dice lo que se eligió</translation>
    </message>
    <message>
        <source>says what you want</source>
        <translation>dice lo que quieres</translation>
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
        <source>stays as it is</source>
        <translation>se queda como está</translation>
    </message>
    <message>
        <source>suggested</source>
        <translation>sugerido</translation>
    </message>
    <message>
        <source>tags</source>
        <translation>etiquetas</translation>
    </message>
    <message>
        <source>terms only</source>
        <translation>solo condiciones</translation>
    </message>
    <message>
        <source>that switch</source>
        <translation>ese interruptor</translation>
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
        <source>training AI that makes music</source>
        <translation>entrenamiento de IA que hace música</translation>
    </message>
    <message>
        <source>training other AI</source>
        <translation>entrenamiento de otra IA</translation>
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
        <source>use as AI input</source>
        <translation>uso como entrada para IA</translation>
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
        <source>written, not confirmed yet</source>
        <translation>escrito, aún sin confirmar</translation>
    </message>
    <message>
        <source>yesterday {time}</source>
        <translation>ayer {time}</translation>
    </message>
    <message>
        <source>you told us</source>
        <translation>según tú</translation>
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
        <source>{carrier}: To write. Your choice is newer than what it says.</source>
        <translation>{carrier}: Por escribir. Tu elección es más nueva que lo que dice.</translation>
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
        <source>{consent}, inherited from {names}.</source>
        <translation>{consent}, heredado de {names}.</translation>
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
        <source>{day} at {time}</source>
        <translation>{day} a las {time}</translation>
    </message>
    <message>
        <source>{day} is in the future. Enter the day when you checked.</source>
        <translation>{day} está en el futuro. Pon el día en que comprobaste.</translation>
    </message>
    <message>
        <source>{deed}</source>
        <translation>{deed}</translation>
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
        <source>{login} is connected on {platform}. What is there could not be read yet; look at it again later.</source>
        <translation>{login} está conectado en {platform}. Aún no se ha podido leer lo que hay allí; vuelve a mirarlo más tarde.</translation>
    </message>
    <message>
        <source>{login} on {platform} is disconnected.</source>
        <translation>{login} en {platform} está desconectado.</translation>
    </message>
    <message>
        <source>{missing} on {releases}: {named}, and {loose} without a release.</source>
        <translation>{missing} en {releases}: {named}, y {loose} sin lanzamiento.</translation>
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
        <source>{names} and {number} more</source>
        <translation>{names} y {number} más</translation>
    </message>
    <message>
        <source>{names} need you</source>
        <translation>{names} te necesitan</translation>
    </message>
    <message>
        <source>{name} allows {crawlers} in their own groups: {uses}.</source>
        <translation>{name} permite a {crawlers} en sus propios grupos: {uses}.</translation>
    </message>
    <message>
        <source>{name} conflicts with your choice.</source>
        <translation>{name} contradice tu elección.</translation>
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
        <source>{name} is not said to {crawlers}: see their own groups.</source>
        <translation>{name} no se dice a {crawlers}: mira sus propios grupos.</translation>
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
        <source>{number} changed</source>
        <translation>cambiados: {number}</translation>
    </message>
    <message>
        <source>{number} changed without RightsDesk</source>
        <translation>cambiados sin RightsDesk: {number}</translation>
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
        <source>{number} left alone: changed since, or no longer matching your consent.</source>
        <translation>{number} sin tocar: con cambios desde entonces, o ya sin coincidir con tu elección.</translation>
    </message>
    <message>
        <source>{number} left as found after a change by another program ({names})</source>
        <translation>{number} sin tocar tras un cambio de otro programa ({names})</translation>
    </message>
    <message>
        <source>{number} missing</source>
        <translation>no encontrados: {number}</translation>
    </message>
    <message>
        <source>{number} more done</source>
        <translation>hecho además: {number}</translation>
    </message>
    <message>
        <source>{number} moved</source>
        <translation>movidos: {number}</translation>
    </message>
    <message>
        <source>{number} new</source>
        <translation>nuevos: {number}</translation>
    </message>
    <message>
        <source>{number} no longer there</source>
        <translation>ya no están: {number}</translation>
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
        <source>{n} connected</source>
        <translation>{n} con cuenta conectada</translation>
    </message>
    <message>
        <source>{n} known by their terms only</source>
        <translation>{n} solo según sus condiciones</translation>
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
        <source>{n} you told us</source>
        <translation>{n} según tú</translation>
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
        <source>{path} may be published only in part: {why}</source>
        <translation>Puede que {path} solo esté publicado en parte: {why}</translation>
    </message>
    <message>
        <source>{path} was changed by another program or person since the preview.</source>
        <translation>Otro programa u otra persona ha cambiado {path} desde la vista previa.</translation>
    </message>
    <message>
        <source>{percent} say it everywhere</source>
        <translation>El {percent} lo dice en todas partes</translation>
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
        <source>{platform} could not be read since {day} ({age}): {why}</source>
        <translation>{platform} no se ha podido leer desde {day} ({age}): {why}</translation>
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
        <source>“{name}” cannot be written: its folder is not there.</source>
        <translation>No se puede escribir «{name}»: su carpeta no está ahí.</translation>
    </message>
    <message>
        <source>“{name}” cannot be written: that is not allowed there.</source>
        <translation>No se puede escribir «{name}»: no está permitido allí.</translation>
    </message>
    <message>
        <source>“{name}” cannot be written: {reason}.</source>
        <translation>No se puede escribir «{name}»: {reason}.</translation>
    </message>
    <message>
        <source>“{name}” is on the roster already.</source>
        <translation>«{name}» ya está en la lista de artistas.</translation>
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
        <source>“{text}” is not an ISCC.</source>
        <translation>«{text}» no es un ISCC.</translation>
    </message>
    <message>
        <source>“{text}” is not the address of a proxy.</source>
        <translation>«{text}» no es la dirección de un proxy.</translation>
    </message>
    <message>
        <source>“{title}” says nothing of {uses}: there the answer for {names} still holds ({answers}).</source>
        <translation>«{title}» no dice nada sobre {uses}: ahí sigue valiendo la respuesta para {names} ({answers}).</translation>
    </message>
    <message>
        <source>“{value}” is no value of {name}.</source>
        <translation>«{value}» no es un valor de {name}.</translation>
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
