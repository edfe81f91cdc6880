<?php
// Makes a site with two users and some media; prints their application passwords as JSON.
$_SERVER['HTTP_HOST'] = '127.0.0.1';
define( 'WP_INSTALLING', true );
require __DIR__ . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

function wp_mail() {
	return true; // nobody is written to
}

wp_install( 'Mara Linde', 'mara', 'mara@mara.example', true, '', wp_generate_password() );
$mara   = get_user_by( 'login', 'mara' );
$author = wp_insert_user(
	array( 'user_login' => 'ada', 'user_pass' => wp_generate_password(), 'role' => 'author' )
);
$leaver = wp_insert_user( // signs out, and is of no use to other tests after that
	array( 'user_login' => 'ivo', 'user_pass' => wp_generate_password(), 'role' => 'author' )
);

$media = array(
	array( 'Low Tide', 'audio/mpeg', '', '' ),
	array( 'Salt', 'audio/flac', 'Live at <em>sea</em>', "At sea &amp; salt.\n\nWith Ada." ),
	array( 'Cover', 'image/png', '', '' ),
);
foreach ( $media as list( $title, $type, $caption, $description ) ) {
	$number = wp_insert_attachment(
		array(
			'post_title'     => $title,
			'post_mime_type' => $type,
			'post_excerpt'   => $caption,
			'post_content'   => $description,
			'post_author'    => 'Low Tide' === $title ? $author : $mara->ID,
			'post_status'    => 'inherit',
		),
		strtolower( str_replace( ' ', '-', $title ) ) . '.bin'
	);
	$numbers[ $title ] = $number;
	wp_update_attachment_metadata( $number, array( 'length' => 201, 'artist' => 'Mara Linde' ) );
}

// Posts that play a file: by number and by address, and one that plays another server's.
$said   = getenv( 'RD_SENTENCE' );
$salt   = wp_get_attachment_url( $numbers['Salt'] );
$block  = "<!-- wp:audio {\"id\":{$numbers['Salt']}} -->\n<figure class=\"wp-block-audio\">"
	. "<audio controls src=\"$salt\"></audio></figure>\n<!-- /wp:audio -->\n\n"
	. "<!-- wp:paragraph -->\n<p>$said</p>\n<!-- /wp:paragraph -->";
$texts  = array(
	'post' => array( $block, "[audio mp3=\"https://elsewhere.example/salt.bin\"][/audio]\n\n$said" ),
	'page' => array( "[audio src=\"$salt\"]\n\n$said" ),
);
foreach ( $texts as $kind => $contents ) {
	foreach ( $contents as $content ) {
		wp_insert_post(
			array(
				'post_type'    => $kind,
				'post_title'   => "Listen to this $kind",
				'post_content' => wp_slash( $content ),
				'post_author'  => $mara->ID,
				'post_status'  => 'publish',
			)
		);
	}
}

$passwords = array();
foreach ( array( 'mara' => $mara->ID, 'ada' => $author, 'ivo' => $leaver ) as $name => $id ) {
	$made               = WP_Application_Passwords::create_new_application_password(
		$id,
		array( 'name' => 'RightsDesk' )
	);
	$passwords[ $name ] = WP_Application_Passwords::chunk_password( $made[0] );
}
if ( 'pretty' === getenv( 'RD_PERMALINKS' ) ) {
	update_option( 'permalink_structure', '/%postname%/' );
}
echo "\n" . json_encode( $passwords ) . "\n";
