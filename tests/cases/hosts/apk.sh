# A host of the Alpine family, as far as Debian can be one: no apt, and a stand-in for apk
# that knows the words and the output of the real one, with hello-apk 1.0-r0 and 1.1-r0.
set -e
rm /usr/bin/apt-get /usr/bin/dpkg-query
cat >/usr/sbin/apk <<'APK'
#!/bin/sh
# list -I NAME.. | add [-q] NAME[=VERSION].. | del [-q] NAME.. | update [-q]
db=/etc/apk/installed; known='hello-apk-1.0-r0 hello-apk-1.1-r0'
word=$1; shift
mkdir -p /etc/apk; touch "$db"
case $word in
list)
    shift
    for name; do sed -n "s/^$name=\(.*\)/$name-\1 noarch {$name} (MIT) [installed]/p" "$db"; done ;;
update) : ;;
add | del)
    [ "$1" = -q ] && shift
    for spec; do
        name=${spec%%=*} version=1.1-r0
        case $spec in *=*) version=${spec#*=} ;; esac
        if [ "$word" = add ]; then
            case " $known " in
            *" $name-$version "*) : ;;
            *) echo "ERROR: unable to select packages: $spec" >&2; exit 1 ;;
            esac
        fi
        sed -i "/^$name=/d" "$db"
        [ "$word" = del ] || echo "$name=$version" >>"$db"
    done ;;
*) echo "apk: unrecognized command '$word'" >&2; exit 1 ;;
esac
APK
chmod 755 /usr/sbin/apk
apk update
