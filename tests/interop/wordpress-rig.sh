#!/usr/bin/env bash
# wordpress-rig.sh -- bring up (and take down) two real WordPress blogs on loopback,
# as interop peers and as a performance baseline for a linkback server.
#
#   wordpress-rig.sh up     DIR [options]   install packages if missing, configure, start, print URLs
#   wordpress-rig.sh down   DIR [--purge]   stop the processes of DIR; --purge also deletes DIR
#   wordpress-rig.sh status DIR             which processes run, which URLs answer
#   wordpress-rig.sh env    DIR             the rig's settings as shell/JSON-friendly KEY=VALUE lines
#   wordpress-rig.sh reset  DIR             both blogs back to the state just after the install (~0.3 s)
#   wordpress-rig.sh wp     DIR a|b CMD...  drive a blog from the command line (see "wp ... help"), JSON out
#
# Options of `up` (defaults in brackets); a later `up` on the same DIR reuses what it
# was given before, and options given again replace the old ones:
#   --host-a NAME [blog-a.test]   --ip-a ADDR [127.0.1.1]
#   --host-b NAME [blog-b.test]   --ip-b ADDR [127.0.1.2]
#   --port N [80]                 port of both blogs (another port goes into every URL)
#   --workers N [8]               php-fpm children (static)
#   --stock 0|1 [1]               1: leave WordPress's own limits alone
#                                 0: no sleep(1), no 15 s flood check, true fault codes
#   --no-sleep 0|1  --no-flood 0|1  --true-faults 0|1     the same three one by one
#   --auto-cron 0|1 [0]           1: page views start wp-cron as on a normal blog
#   --user NAME [admin]           --password PW [rig-secret]
#   --no-install                  never call apt-get (fail if a package is missing)
#
# Needs root on Debian 12. Nothing is started through systemd; all state but two
# /etc/hosts lines is inside DIR.
set -euo pipefail

say() { printf '%s\n' "$*" >&2; }
die() { say "wordpress-rig: $*"; exit 1; }

PACKAGES_FIRST="nginx-light php8.2-fpm php php-mysql php-curl php-xml php-mbstring php-gd mariadb-server mariadb-client curl ca-certificates procps"
PACKAGES_THEN="wordpress wordpress-theme-twentytwentythree"   # second, so that no apache2 is pulled in

usage() { sed -n '2,33p' "$0" | sed 's/^# \{0,1\}//'; exit "${1:-0}"; }

[ $# -ge 1 ] || usage 2
verb=$1; shift
case $verb in -h|--help|help) usage 0 ;; esac
[ $# -ge 1 ] || usage 2
mkdir -p "$1" 2>/dev/null || true
DIR=$(cd "$1" && pwd) || die "no such directory: $1"
shift

# ---- settings -------------------------------------------------------------------
HOST_A=blog-a.test IP_A=127.0.1.1 HOST_B=blog-b.test IP_B=127.0.1.2 PORT=80 WORKERS=8
NO_SLEEP=0 NO_FLOOD=0 TRUE_FAULTS=0 AUTO_CRON=0 WP_USER=admin WP_PASSWORD=rig-secret
DB_PASSWORD=rig INSTALL=1 PURGE=0
[ -f "$DIR/rig.env" ] && . "$DIR/rig.env"

if [ "$verb" = up ] || [ "$verb" = down ]; then
  while [ $# -gt 0 ]; do
    case $1 in
      --host-a) HOST_A=$2; shift ;;      --ip-a) IP_A=$2; shift ;;
      --host-b) HOST_B=$2; shift ;;      --ip-b) IP_B=$2; shift ;;
      --port) PORT=$2; shift ;;          --workers) WORKERS=$2; shift ;;
      --stock) if [ "$2" = 1 ]; then NO_SLEEP=0 NO_FLOOD=0 TRUE_FAULTS=0; else NO_SLEEP=1 NO_FLOOD=1 TRUE_FAULTS=1; fi; shift ;;
      --no-sleep) NO_SLEEP=$2; shift ;;  --no-flood) NO_FLOOD=$2; shift ;;
      --true-faults) TRUE_FAULTS=$2; shift ;;
      --auto-cron) AUTO_CRON=$2; shift ;;
      --user) WP_USER=$2; shift ;;       --password) WP_PASSWORD=$2; shift ;;
      --no-install) INSTALL=0 ;;         --purge) PURGE=1 ;;
      *) die "unknown option $1" ;;
    esac
    shift
  done
fi
COLON=""; [ "$PORT" = 80 ] || COLON=":$PORT"
URL_A="http://$HOST_A$COLON" URL_B="http://$HOST_B$COLON"
RUN=$DIR/run; SOCK=$RUN/db.sock; FPMSOCK=$RUN/php.sock

alive() { [ -s "$1" ] && kill -0 "$(cat "$1")" 2>/dev/null; }
sql() { mariadb --no-defaults --socket="$SOCK" -uroot "$@"; }
as_www() { setpriv --reuid=www-data --regid=www-data --init-groups -- "$@"; }
wpx() { as_www php -d "sendmail_path=$DIR/bin/mailsink" -d display_errors=stderr "$DIR/bin/wpx.php" "$@"; }
wait_for() { local n; for n in $(seq 150); do "$@" >/dev/null 2>&1 && return 0; sleep 0.1; done; return 1; }

# ---- the pieces -----------------------------------------------------------------
install_packages() {
  local missing=()
  for p in $PACKAGES_FIRST $PACKAGES_THEN; do
    dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  [ "$INSTALL" = 1 ] || die "missing packages: ${missing[*]}"
  say "installing: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  local policy=/usr/sbin/policy-rc.d made=0 apt="apt-get -o DPkg::Lock::Timeout=300 -qq -y"
  if [ ! -e $policy ]; then printf '#!/bin/sh\nexit 101\n' > $policy; chmod 755 $policy; made=1; fi
  $apt update >/dev/null
  $apt install --no-install-recommends $PACKAGES_FIRST >"$DIR/log/apt.log" 2>&1 || { tail "$DIR/log/apt.log" >&2; die "apt-get failed"; }
  $apt install --no-install-recommends $PACKAGES_THEN >>"$DIR/log/apt.log" 2>&1 || { tail "$DIR/log/apt.log" >&2; die "apt-get failed"; }
  if [ $made = 1 ]; then rm -f $policy; fi
}

write_hosts() {
  local tag="# wordpress-rig $DIR" tmp
  tmp=$(mktemp); awk -v tag="$tag" 'substr($0, length($0) - length(tag) + 1) != tag' /etc/hosts > "$tmp"
  if [ "${1:-}" != remove ]; then printf '%s %s %s\n%s %s %s\n' "$IP_A" "$HOST_A" "$tag" "$IP_B" "$HOST_B" "$tag" >> "$tmp"; fi
  cat "$tmp" > /etc/hosts; rm -f "$tmp"
}

write_config() {
  # --- settings file that this script and tests read back
  { for v in HOST_A IP_A HOST_B IP_B PORT WORKERS NO_SLEEP NO_FLOOD TRUE_FAULTS AUTO_CRON WP_USER WP_PASSWORD URL_A URL_B; do
      printf '%s=%q\n' "$v" "${!v}"; done; } > "$DIR/rig.env"

  # --- WordPress tree: a copy of the Debian package's files, our own wp-config.php
  if [ ! -f "$DIR/wordpress/wp-load.php" ]; then
    rm -rf "$DIR/wordpress"; cp -a /usr/share/wordpress "$DIR/wordpress"; rm -f "$DIR/wordpress/.htaccess"
  fi
  for s in a b; do
    mkdir -p "$DIR/content-$s"/{plugins,uploads,upgrade}
    [ -d "$DIR/content-$s/themes" ] || cp -aL /usr/share/wordpress/wp-content/themes "$DIR/content-$s/themes"
    chown -R www-data:www-data "$DIR/content-$s"
  done
  cat > "$DIR/wordpress/wp-config.php" <<EOF
<?php
\$rig_host = strtolower( preg_replace( '/:\d+$/', '', \$_SERVER['HTTP_HOST'] ?? '' ) );
\$rig_site = ( \$rig_host === '$HOST_B' ) ? 'b' : 'a';
define( 'DB_NAME', "wp_\$rig_site" );
define( 'DB_USER', 'wp' );  define( 'DB_PASSWORD', '$DB_PASSWORD' );
define( 'DB_HOST', 'localhost:$SOCK' );
define( 'DB_CHARSET', 'utf8mb4' );  define( 'DB_COLLATE', '' );
foreach ( array( 'AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT' ) as \$k ) {
	define( \$k, "rig-\$rig_site-\$k" );
}
define( 'WP_CONTENT_DIR', "$DIR/content-\$rig_site" );
define( 'WPMU_PLUGIN_DIR', '$DIR/mu-plugins' );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'DISALLOW_FILE_MODS', true );
define( 'DISABLE_WP_CRON', $([ "$AUTO_CRON" = 1 ] && echo false || echo true) );
define( 'RIG_NO_FLOOD', $NO_FLOOD );
define( 'RIG_TRUE_FAULTS', $TRUE_FAULTS );
define( 'RIG_LOG', '$DIR/log/http-out.log' );
\$table_prefix = 'wp_';
defined( 'ABSPATH' ) || define( 'ABSPATH', '$DIR/wordpress/' );
require ABSPATH . 'wp-settings.php';
EOF

  # --- must-use plugin: what it takes for WordPress to talk to loopback peers
  mkdir -p "$DIR/mu-plugins"
  cat > "$DIR/mu-plugins/rig.php" <<'EOF'
<?php
/* Plugin Name: linkback test rig */
function rig_is_loopback( $host ) {
	$ip = filter_var( $host, FILTER_VALIDATE_IP ) ? $host : gethostbyname( $host );
	return 0 === strpos( $ip, '127.' );
}
// wp_http_validate_url(): private addresses need this filter's consent ...
add_filter( 'http_request_host_is_external', fn( $ok, $host ) => $ok || rig_is_loopback( $host ), 10, 2 );
// ... and any port but 80, 443 and 8080 needs this one's.
add_filter( 'http_allowed_safe_ports', function ( $ports, $host, $url ) {
	$p = parse_url( $url, PHP_URL_PORT );
	return ( $p && rig_is_loopback( $host ) ) ? array_merge( $ports, array( $p ) ) : $ports;
}, 10, 3 );
// The machine has no internet: fail at once instead of waiting for it (update checks, pingomatic).
add_filter( 'pre_http_request', function ( $pre, $args, $url ) {
	return rig_is_loopback( (string) parse_url( $url, PHP_URL_HOST ) ) ? $pre : new WP_Error( 'rig_offline', "not a loopback host: $url" );
}, 10, 3 );
foreach ( array( 'wp_schedule_update_checks', 'wp_schedule_https_detection' ) as $f ) {
	remove_action( 'init', $f );
}
// One line a request that WordPress sends.
add_action( 'http_api_debug', function ( $response, $context, $class, $args, $url ) {
	$code = is_wp_error( $response ) ? $response->get_error_message() : wp_remote_retrieve_response_code( $response );
	@file_put_contents( RIG_LOG, sprintf( "%.3f %s %s -> %s\n", microtime( true ), $args['method'], $url, $code ), FILE_APPEND );
}, 10, 5 );
// Switches of the rig (all off = stock WordPress).
if ( RIG_NO_FLOOD ) {
	remove_action( 'check_comment_flood', 'check_comment_flood_db', 10 );
}
if ( RIG_TRUE_FAULTS ) {   // stock WordPress turns every fault but 48 into fault 0 with an empty text
	remove_filter( 'xmlrpc_pingback_error', 'xmlrpc_pingback_error' );
}
// With --no-sleep php-fpm has sleep() in disable_functions; PHP 8 then lets us define it.
if ( ! function_exists( 'sleep' ) ) {
	function sleep( $seconds ) { return 0; }
}
EOF

  # --- mail goes to files
  cat > "$DIR/bin/mailsink" <<EOF
#!/bin/sh
umask 022; f=\$(mktemp $DIR/mail/XXXXXXXX); cat > "\$f"; mv "\$f" "$DIR/mail/\$(date +%s%N).eml"
EOF
  chmod 755 "$DIR/bin/mailsink"; chown www-data:www-data "$DIR/mail"; chown -R www-data "$DIR/log"

  # --- php-fpm
  cat > "$DIR/etc/php-fpm.conf" <<EOF
[global]
pid = $RUN/php-fpm.pid
error_log = $DIR/log/php-fpm.log
[rig]
user = www-data
group = www-data
listen = $FPMSOCK
listen.owner = www-data
listen.backlog = 1024
pm = static
pm.max_children = $WORKERS
catch_workers_output = yes
pm.status_path = /fpm-status
php_admin_value[sendmail_path] = $DIR/bin/mailsink
php_admin_value[error_log] = $DIR/log/php-error.log
php_admin_value[memory_limit] = 128M
$([ "$NO_SLEEP" = 1 ] && echo 'php_admin_value[disable_functions] = sleep')
EOF

  # --- nginx
  local dump="" s host ip
  cat > "$DIR/etc/nginx.conf" <<EOF
user www-data;
worker_processes 1;
pid $RUN/nginx.pid;
error_log $DIR/log/nginx-error.log;
events { worker_connections 1024; }
http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  log_format rig '\$msec \$remote_addr \$host "\$request" \$status \$body_bytes_sent \$request_time "\$http_user_agent"';
  access_log $DIR/log/access.log rig;
  server_tokens off;
  client_body_temp_path $RUN/nginx-body; fastcgi_temp_path $RUN/nginx-fastcgi;
  proxy_temp_path $RUN/nginx-proxy; uwsgi_temp_path $RUN/nginx-uwsgi; scgi_temp_path $RUN/nginx-scgi;
EOF
  for s in "$HOST_A $IP_A a" "$HOST_B $IP_B b"; do
    set -- $s
    cat >> "$DIR/etc/nginx.conf" <<EOF
  server {
    listen $2:$PORT; server_name $1; root $DIR/wordpress; index index.php;
    location /wp-content/ { alias $DIR/content-$3/; }
    location = /fpm-status { allow 127.0.0.0/8; deny all; include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_NAME /fpm-status; fastcgi_param SCRIPT_FILENAME /fpm-status; fastcgi_pass unix:$FPMSOCK; }
    location / { try_files \$uri \$uri/ /index.php?\$args; }
    location ~ \.php\$ {
      try_files \$uri =404;
      include /etc/nginx/fastcgi_params;
      fastcgi_param SCRIPT_FILENAME \$document_root\$fastcgi_script_name;
      fastcgi_param HTTP_HOST \$http_host;   # Debian's fastcgi_params leave the port out, and WordPress redirects for ever
      fastcgi_read_timeout 120s;
      fastcgi_pass unix:$FPMSOCK;
    }
  }
EOF
  done
  echo "}" >> "$DIR/etc/nginx.conf"

  # --- command-line driver
  cat > "$DIR/bin/wpx.php" <<EOF
<?php
\$site = \$argv[1] ?? '';
\$_SERVER['HTTP_HOST'] = ( \$site === 'b' ) ? '$HOST_B$COLON' : '$HOST_A$COLON';
\$_SERVER['REMOTE_ADDR'] = '127.0.0.1'; \$_SERVER['REQUEST_METHOD'] = 'GET'; \$_SERVER['SERVER_NAME'] = \$_SERVER['HTTP_HOST'];
require '$DIR/wordpress/wp-load.php';
EOF
  cat >> "$DIR/bin/wpx.php" <<'EOF'
$cmd = $argv[2] ?? 'help';
$arg = array_slice( $argv, 3 );
$out = null;
switch ( $cmd ) {
	case 'option':        // option NAME [VALUE]
		if ( isset( $arg[1] ) ) { update_option( $arg[0], $arg[1] ); }
		$out = get_option( $arg[0] );
		break;
	case 'post':          // post SLUG TITLE CONTENT|- [key=value ...]  (keys of wp_insert_post: to_ping, ping_status, post_type, post_excerpt ...)
		$data = array( 'post_name' => $arg[0], 'post_title' => $arg[1], 'post_content' => $arg[2] === '-' ? stream_get_contents( STDIN ) : $arg[2], 'post_status' => 'publish', 'post_author' => 1 );
		foreach ( array_slice( $arg, 3 ) as $kv ) { list( $k, $v ) = explode( '=', $kv, 2 ); $data[ $k ] = $v; }
		kses_remove_filters();
		$id  = wp_insert_post( wp_slash( $data ), true );
		$out = is_wp_error( $id ) ? array( 'error' => $id->get_error_message() ) : array( 'id' => $id, 'url' => get_permalink( $id ) );
		break;
	case 'update':        // update ID key=value ...
		$data = array( 'ID' => (int) $arg[0] );
		foreach ( array_slice( $arg, 1 ) as $kv ) { list( $k, $v ) = explode( '=', $kv, 2 ); $data[ $k ] = $v; }
		kses_remove_filters();
		$out = wp_update_post( wp_slash( $data ) );
		break;
	case 'get':           // get ID
		$p   = get_post( (int) $arg[0] );
		$out = array( 'id' => $p->ID, 'url' => get_permalink( $p ), 'trackback_url' => null, 'ping_status' => $p->ping_status, 'to_ping' => $p->to_ping, 'pinged' => $p->pinged, 'meta' => get_post_meta( $p->ID ) );
		$GLOBALS['post'] = $p; $out['trackback_url'] = get_trackback_url();
		break;
	case 'cron':          // cron: what is scheduled
		$out = array_map( fn( $e ) => array_keys( $e ), _get_cron_array() );
		break;
	case 'do-pings':      // do-pings: run the do_pings event now, in this process
		wp_unschedule_hook( 'do_pings' );
		$t = microtime( true ); do_action( 'do_pings' );
		$out = array( 'seconds' => round( microtime( true ) - $t, 3 ) );
		break;
	case 'comments':      // comments [POST_ID]
		global $wpdb;
		$out = $wpdb->get_results( "SELECT * FROM $wpdb->comments" . ( $arg ? ' WHERE comment_post_ID=' . (int) $arg[0] : '' ) . ' ORDER BY comment_ID' );
		break;
	case 'comment-status':  // comment-status ID approve|hold|spam|trash
		$out = wp_set_comment_status( (int) $arg[0], $arg[1] );
		break;
	case 'clear-comments':  // clear-comments
		global $wpdb;
		$wpdb->query( "DELETE FROM $wpdb->comments" ); $wpdb->query( "DELETE FROM $wpdb->commentmeta" ); $wpdb->query( "UPDATE $wpdb->posts SET comment_count=0" );
		$out = true;
		break;
	case 'discover':      // discover URL: discover_pingback_server_uri()
		$out = discover_pingback_server_uri( $arg[0] );
		break;
	case 'eval':          // eval 'PHP': its return value
		$out = eval( $arg[0] );
		break;
	default:
		preg_match_all( '/^\tcase .*?\/\/ (.*)$|^\tcase \'(\w[\w-]*)\'/m', file_get_contents( __FILE__ ), $m );
		fwrite( STDERR, "wp DIR a|b " . implode( "\nwp DIR a|b ", array_filter( array_map( fn( $a, $b ) => $a ?: $b, $m[1], $m[2] ) ) ) . "\n" );
		exit( $cmd === 'help' ? 0 : 2 );
}
echo json_encode( $out, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE ), "\n";
EOF
}

start_db() {
  chown mysql:mysql "$DIR/db" "$RUN/db.d" 2>/dev/null || true
  if [ ! -d "$DIR/db/mysql" ]; then
    mkdir -p "$DIR/db"; chown mysql:mysql "$DIR/db"
    mariadb-install-db --no-defaults --user=mysql --datadir="$DIR/db" --auth-root-authentication-method=socket --skip-test-db >"$DIR/log/db-install.log" 2>&1 || die "mariadb-install-db failed, see $DIR/log/db-install.log"
  fi
  alive "$RUN/db.pid" && return 0
  chmod 1777 "$RUN"
  setsid nohup mariadbd --no-defaults --user=mysql --datadir="$DIR/db" --socket="$SOCK" --pid-file="$RUN/db.pid" \
    --skip-networking --innodb-buffer-pool-size=128M --innodb-log-file-size=48M --character-set-server=utf8mb4 \
    --log-error="$DIR/log/db.log" </dev/null >/dev/null 2>&1 &
  wait_for sql -e 'select 1' || die "the database did not start, see $DIR/log/db.log"
}

start_web() {
  # a new configuration means new processes
  stop_one php-fpm; stop_one nginx
  php-fpm8.2 --fpm-config "$DIR/etc/php-fpm.conf" || die "php-fpm did not start, see $DIR/log/php-fpm.log"
  nginx -c "$DIR/etc/nginx.conf" -e "$DIR/log/nginx-error.log" || die "nginx did not start"
}

setup_blog() {  # letter url title
  local s=$1 url=$2 title=$3
  sql -e "CREATE DATABASE IF NOT EXISTS wp_$s CHARACTER SET utf8mb4; CREATE USER IF NOT EXISTS wp@localhost IDENTIFIED BY '$DB_PASSWORD'; GRANT ALL ON wp_$s.* TO wp@localhost"
  if ! sql -N -e "SELECT 1 FROM wp_$s.wp_options WHERE option_name='siteurl'" 2>/dev/null | grep -q 1; then
    curl -fsS --noproxy '*' -o "$DIR/log/install-$s.html" "$url/wp-admin/install.php?step=2" \
      --data-urlencode "weblog_title=$title" --data-urlencode "user_name=$WP_USER" \
      --data-urlencode "admin_password=$WP_PASSWORD" --data-urlencode "admin_password2=$WP_PASSWORD" \
      --data pw_weak=on --data-urlencode "admin_email=admin-$s@example.test" --data blog_public=1 --data language=
    grep -q 'wp-login.php' "$DIR/log/install-$s.html" || die "install of $url failed, see $DIR/log/install-$s.html"
    # WordPress's own defaults stay, but for: permalinks, and no call to pingomatic
    wpx "$s" eval 'global $wp_rewrite; $wp_rewrite->set_permalink_structure("/%year%/%monthnum%/%day%/%postname%/"); flush_rewrite_rules(); update_option("ping_sites",""); foreach (array("wp_version_check","wp_update_plugins","wp_update_themes","wp_https_detection") as $h) wp_clear_scheduled_hook($h); return get_option("siteurl");' >/dev/null
    mariadb-dump --no-defaults --socket="$SOCK" -uroot --add-drop-table "wp_$s" > "$DIR/snapshot-$s.sql"
  fi
  # the URL may have changed since (other --host or --port)
  sql -e "UPDATE wp_$s.wp_options SET option_value='$url' WHERE option_name IN ('siteurl','home')"
}

stop_one() {  # name: php-fpm | nginx | db
  local f=$RUN/$1.pid pid n
  alive "$f" || { rm -f "$f"; return 0; }
  pid=$(cat "$f"); kill -TERM "$pid"
  for n in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  kill -0 "$pid" 2>/dev/null && kill -KILL "$pid"
  rm -f "$f"
}

show() {
  cat <<EOF
blog a   $URL_A/            ($IP_A:$PORT)
blog b   $URL_B/            ($IP_B:$PORT)
login    $WP_USER / $WP_PASSWORD        ($URL_A/wp-login.php)
xml-rpc  $URL_A/xmlrpc.php  $URL_B/xmlrpc.php
cron     GET $URL_A/wp-cron.php          (answers at once, works on in the background)
limits   no-sleep=$NO_SLEEP no-flood=$NO_FLOOD true-faults=$TRUE_FAULTS workers=$WORKERS auto-cron=$AUTO_CRON
mail     $DIR/mail/*.eml      logs $DIR/log/      settings $DIR/rig.env
pids     db=$(cat "$RUN/db.pid" 2>/dev/null) php-fpm=$(cat "$RUN/php-fpm.pid" 2>/dev/null) nginx=$(cat "$RUN/nginx.pid" 2>/dev/null)
EOF
}

case $verb in
  up)
    [ "$(id -u)" = 0 ] || die "needs root"
    mkdir -p "$DIR"/{run,log,etc,bin,mail}; chmod 755 "$DIR"
    install_packages; write_config; write_hosts; start_db; start_web
    setup_blog a "$URL_A" "Blog A"; setup_blog b "$URL_B" "Blog B"
    for u in "$URL_A" "$URL_B"; do
      wait_for curl -fsS --noproxy '*' -o /dev/null "$u/" || die "$u/ does not answer"
    done
    show ;;
  down)
    stop_one nginx; stop_one php-fpm; stop_one db; write_hosts remove
    if [ "$PURGE" = 1 ]; then [ -f "$DIR/rig.env" ] && rm -rf "$DIR"; fi
    say "down" ;;
  status)
    show
    for p in db php-fpm nginx; do alive "$RUN/$p.pid" && echo "$p up" || echo "$p DOWN"; done
    for u in "$URL_A" "$URL_B"; do printf '%s ' "$u/"; curl -sS --noproxy '*' -o /dev/null -w '%{http_code} %{time_total}s\n' "$u/" || true; done ;;
  env) cat "$DIR/rig.env" ;;
  reset)
    for s in a b; do sql "wp_$s" < "$DIR/snapshot-$s.sql"; done
    setup_blog a "$URL_A" x; setup_blog b "$URL_B" x
    rm -f "$DIR"/mail/*.eml; : > "$DIR/log/http-out.log"; chown www-data "$DIR/log/http-out.log" ;;
  wp) [ $# -ge 1 ] || usage 2; wpx "$@" ;;
  *) usage 2 ;;
esac
