<?php
// A throw-away site: its database listens on a socket in the same folder, and nowhere else.
define( 'DB_NAME', 'wordpress' );
define( 'DB_USER', getenv( 'RD_DB_USER' ) );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:' . getenv( 'RD_DB_SOCKET' ) );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
$table_prefix = 'wp_';

// Application passwords are for https, and for sites that say that they are on this computer.
define( 'WP_ENVIRONMENT_TYPE', 'local' );
define( 'WP_HOME', getenv( 'RD_SITE' ) );
define( 'WP_SITEURL', getenv( 'RD_SITE' ) );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'DISABLE_WP_CRON', true );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'WP_DEBUG', false );
foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $name ) {
	define( $name . '_KEY', 'throw-away-' . $name );
	define( $name . '_SALT', 'throw-away-' . $name );
}

if ( ! defined( 'ABSPATH' ) ) {
	define( 'ABSPATH', __DIR__ . '/' );
}
require_once ABSPATH . 'wp-settings.php';
