#!/bin/sh
# Fetches WordPress into target/wordpress, once, and says where its files are. Debian's package is taken without being
# installed: it would bring a web server with it.
set -eu

home=$(realpath "$(dirname "$(realpath "$0")")/../..")/target/wordpress
if [ ! -f "$home/wp-settings.php" ]; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    # apt fetches as a user of its own, who must be able to write here.
    chmod 777 "$folder"
    as_root=sudo
    [ "$(id -u)" -ne 0 ] || as_root=""
    # The second time with new lists of packages: those there are may name a version that is gone.
    (cd "$folder" && { apt-get -qq download wordpress || { $as_root apt-get -qq update && apt-get -qq download wordpress; }; })
    dpkg-deb -x "$folder"/wordpress_*.deb "$folder/root"
    mkdir -p "$(dirname "$home")"
    rm -rf "$home"
    mv "$folder/root/usr/share/wordpress" "$home"
fi
echo "$home"
