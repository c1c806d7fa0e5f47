#!/bin/bash
# Run "$@" in a private mount namespace: / read-only, /usr /etc /var /root copy-on-write on
# a throw-away tmpfs, /dev read-only, /tmp and /run real. A tool under test that changes
# the owner of /usr/sbin only ever touches the tmpfs.
set -e
if [ "${HF_JAIL:-}" != 1 ]; then
    exec env HF_JAIL=1 unshare -m --propagation private "$0" "$@"
fi
unset HF_JAIL
over=$HF_BENCH/over
mkdir -p "$over"
awk '$5 ~ "^/tmp/" {print $5}' /proc/self/mountinfo | sort -r |
    while read -r mounted; do umount -l "$mounted" 2>/dev/null || true; done
mount --bind /tmp /tmp
mount --bind /run /run 2>/dev/null || true
[ -d "$HF_BENCH" ] && mount --bind "$HF_BENCH" "$HF_BENCH"
mount -t tmpfs -o size=2g tmpfs "$over"
for folder in usr etc var root home opt; do
    case $HF_BENCH/ in "/$folder/"*) continue ;; esac
    mkdir -p "$over/$folder/u" "$over/$folder/w"
    mount -t overlay overlay \
        -o "lowerdir=/$folder,upperdir=$over/$folder/u,workdir=$over/$folder/w" "/$folder"
done
mount --bind /dev /dev
mount -o remount,bind,ro /dev
mount -o remount,bind,ro /
exec "$@"
